/*
 * pty_generate: rename questions and the name on a terminal: choosing, going
 * back, editing, every way of leaving; nothing is written but by Enter.
 */
#include <sys/stat.h>

#include "tests/lib/pty.h"

#define COLUMNS(list) "import { sqliteTable, text, integer } from " \
	"'drizzle-orm/sqlite-core';\nexport const users = sqliteTable(" \
	"'users', { id: integer('id').primaryKey(), " list " });\n"
#define BEFORE COLUMNS("bio: text('bio'), nick: text('nick').notNull()")
#define AFTER COLUMNS("handle: text('handle').notNull(), " \
	"about: text('about')")
#define ONE_MORE COLUMNS("bio: text('bio'), nick: text('nick').notNull(), " \
	"age: integer('age')")

static char dir[PTY_DIR];

static bool holds(const char *name, const char *text)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	char path[200];
	bool found;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (file_read(path, &b, &e))
		return false;
	found = str_find(sbuf_str(&b), str_z(text), 0) < b.n;
	sbuf_free(&b);
	return found;
}

/* Only the first migration is there. */
static void assert_unwritten(void)
{
	assert_false(holds("drizzle/meta/_journal.json", "\"idx\": 1"));
	assert_false(holds("drizzle/meta/0001_snapshot.json", "{"));
}

static int weir(const char *args)
{
	char command[PATH_MAX + 200];

	snprintf(command, sizeof(command), "cd '%s' && '%s' %s >/dev/null 2>&1 "
	    "</dev/null", dir, pty_program("weir"), args);
	return system(command);
}

static int run_first(void)
{
	return weir("generate --name first");
}

static int setup(void **state)
{
	(void)state;
	pty_dir(dir);
	pty_put(dir, "drizzle.config.json", "{\"dialect\":\"sqlite\","
	    "\"schema\":\"./schema.ts\",\"out\":\"./drizzle\"}");
	pty_put(dir, "schema.ts", BEFORE);
	assert_int_equal(run_first(), 0);
	pty_put(dir, "schema.ts", AFTER);
	return 0;
}

static int wipe(void **state)
{
	(void)state;
	pty_wipe(dir);
	return 0;
}

static struct vt *start(const char *command, char *env, int w, int h)
{
	static char line[PATH_MAX + 200];
	char *argv[] = { "/bin/sh", "-c", line, NULL };
	char *envp[] = { env, NULL };

	snprintf(line, sizeof(line), "cd '%s' && exec '%s' %s", dir,
	    pty_program("weir"), command);
	return vt_start(argv, envp, w, h);
}

static struct vt *generate(char *env, int w, int h)
{
	return start("generate", env, w, h);
}

static void assert_ends(struct vt *v, int code)
{
	pty_exits(v, code);
	assert_true(vt_line_as_before(v));
	vt_stop(v);
}

static void the_best_comes_first_and_all_is_written(void **state)
{
	struct vt *v = generate(NULL, 80, 24);

	(void)state;
	assert_true(vt_wait(v, "Question 1 of 2   column users.handle"));
	assert_true(vt_wait(v, "Esc cancel"));
	assert_true(vt_shows(v, "❯ ~ nick → handle"));
	assert_true(vt_shows(v, "null → not null"));
	assert_true(vt_shows(v, "3 → 2"));
	assert_true(vt_shows(v, "nick is renamed: its values stay."));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "Question 2 of 2   column users.about"));
	assert_true(vt_wait(v, "~ column users.nick → handle"));
	vt_send(v, STR("k\033[B\033OB"));	/* a list without ends */
	assert_true(vt_wait(v, "bio is dropped with all values"));
	vt_send(v, STR("j"));
	assert_true(vt_wait(v, "❯ ~ bio → about"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "Name  0001_"));
	assert_true(vt_wait(v, "Enter write it"));
	vt_send(v, STR("\025renames\r"));
	assert_true(vt_wait(v, "git add drizzle/0001_renames.sql "
	    "drizzle/meta"));
	assert_false(vt_shows(v, "Question"));
	assert_true(vt_shows(v, "~ column users.bio → about"));
	assert_ends(v, 0);
	assert_true(holds("drizzle/0001_renames.sql",
	    "RENAME COLUMN \"nick\" TO \"handle\""));
	assert_true(holds("drizzle/0001_renames.sql",
	    "RENAME COLUMN \"bio\" TO \"about\""));
}

static void there_is_a_way_back(void **state)
{
	struct vt *v = generate("NO_COLOR=1", 80, 24);

	(void)state;
	assert_true(vt_wait(v, "Question 1 of 2"));
	assert_true(vt_wait(v, "Esc cancel"));
	assert_false(vt_shows(v, "question before"));
	vt_send(v, STR("j\r"));
	assert_true(vt_wait(v, "Question 2 of 2"));
	assert_true(vt_wait(v, "question before"));
	assert_true(vt_shows(v, "~ column users.bio → handle"));
	vt_send(v, STR("\033[D"));
	assert_true(vt_wait(v, "Question 1 of 2"));
	/* where it was */
	assert_true(vt_wait(v, "❯ ~ bio → handle"));
	assert_false(vt_shows(v, "~ column users.bio"));
	vt_send(v, STR("k\r"));
	assert_true(vt_wait(v, "Question 2 of 2"));
	assert_true(vt_shows(v, "~ column users.nick → handle"));
	vt_send(v, STR("h"));
	assert_true(vt_wait(v, "❯ ~ nick → handle"));
	/* neither a colour nor dim: bold is all that NO_COLOR leaves */
	assert_false(vt_wrote(v, "\033[1;3"));
	assert_false(vt_wrote(v, "\033[2m"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait(v, "cancelled, nothing was written"));
	assert_ends(v, 3);
	assert_unwritten();
}

static void keys_that_cancel_write_nothing(void **state)
{
	static const char *const keys[] = { "\033", "\003", "\004" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct vt *v = generate(NULL, 80, 24);

		assert_true(vt_wait(v, "Esc cancel"));
		vt_send(v, str_z(keys[i]));
		assert_true(vt_wait(v, "cancelled, nothing was written"));
		assert_false(vt_shows(v, "Question"));
		assert_ends(v, 3);
		assert_unwritten();
	}
}

static void a_paste_answers_nothing(void **state)
{
	struct vt *v = generate(NULL, 80, 24);

	(void)state;
	assert_true(vt_wait(v, "Esc cancel"));
	vt_send(v, STR("\033[200~\r\r\r\033[201~"));
	vt_send(v, STR("j"));
	assert_true(vt_wait(v, "❯ ~ bio → handle"));
	assert_true(vt_shows(v, "Question 1 of 2"));
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
	assert_unwritten();
}

static void signals_put_the_terminal_back(void **state)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct vt *v = generate(NULL, 80, 24);

		assert_true(vt_wait(v, "Esc cancel"));
		vt_signal(v, sigs[i]);
		assert_ends(v, 128 + sigs[i]);
		assert_unwritten();
	}
}

static void it_stops_and_goes_on(void **state)
{
	struct vt *v = generate(NULL, 80, 24);

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(vt_wait(v, "Esc cancel"));
		if (i)
			vt_signal(v, SIGTSTP);
		else
			vt_send(v, STR("\032"));
		assert_true(WIFSTOPPED(vt_wait_status(v)));
		assert_true(vt_line_as_before(v));
		vt_continue(v);
		/* it goes on when it answers keys */
		assert_true(vt_send_until(v, STR("j"), i ?
		    "❯ ~ bio → handle" : "❯ + handle"));
	}
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
	assert_unwritten();
}

static size_t times(struct vt *v, const char *text)
{
	struct str s = vt_screen(v), t = str_z(text);
	size_t n = 0;

	for (size_t at = 0; (at = str_find(s, t, at)) < s.n; at += t.n)
		n++;
	return n;
}

/* One line of before and one of after; not two of after on one. */
static void a_name_goes_on_once(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", ONE_MORE);
	v = generate(NULL, 80, 24);
	assert_true(vt_wait(v, "Enter write it"));
	vt_send(v, STR("\032"));
	assert_true(WIFSTOPPED(vt_wait_status(v)));
	vt_continue(v);
	assert_true(vt_send_until(v, STR("\025z"), "0001_z.sql"));
	assert_int_equal(times(v, "Name  0001_"), 2);
	vt_send(v, STR("\025\003"));
	assert_ends(v, 3);
	assert_unwritten();
}

/* A name of control characters takes its room in the table. */
static void hostile_names_keep_the_table(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", COLUMNS("bio: text('bio'), "
	    "x: text('a\\n\\u001b[2Jb').notNull()"));
	v = generate(NULL, 100, 24);
	assert_true(vt_wait(v, "Esc cancel"));
	assert_true(vt_wait(v, "b   text   not null   3"));
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
}

static void it_fits_a_small_terminal(void **state)
{
	struct vt *v = generate(NULL, 60, 16);

	(void)state;
	assert_true(vt_wait(v, "Esc cancel"));
	assert_true(vt_shows(v, "Question 1 of 2"));
	assert_true(vt_shows(v, "❯ ~ nick → handle"));
	vt_resize(v, 36, 12);
	assert_true(vt_wait(v, "type text, not null"));
	assert_true(vt_shows(v, "❯ ~ nick → handle"));
	vt_resize(v, 100, 30);
	assert_true(vt_wait(v, "position"));
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
	assert_unwritten();
}

static void a_vt100_is_enough(void **state)
{
	struct vt *v = generate("TERM=vt100", 80, 24);

	(void)state;
	assert_true(vt_wait(v, "Esc cancel"));
	vt_send(v, STR("\033OB"));
	assert_true(vt_wait(v, "❯ ~ bio → handle"));
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
}

static void without_utf8_all_is_ascii(void **state)
{
	struct vt *v = generate("LC_ALL=C", 80, 24);

	(void)state;
	assert_true(vt_wait(v, "Esc cancel"));
	assert_true(vt_shows(v, "> ~ nick -> handle"));
	for (size_t i = 0; i < vt_bytes(v).n; i++)
		assert_true((unsigned char)vt_bytes(v).p[i] < 0x80);
	vt_send(v, STR("\003"));
	assert_ends(v, 3);
}

static void a_dumb_terminal_gets_numbers(void **state)
{
	struct vt *v = generate("TERM=dumb", 80, 24);

	(void)state;
	assert_true(vt_wait(v, "number, q cancels:"));
	assert_true(vt_shows(v, "1  ~ nick → handle"));
	vt_send(v, STR("9\r"));
	assert_true(vt_wait(v, "it is a number from 1 to 3"));
	vt_send(v, STR("1\r"));
	assert_true(vt_wait(v, "number, b for the question before"));
	vt_send(v, STR("2\r"));
	assert_true(vt_wait(v, "Enter keeps it:"));
	vt_send(v, STR("a/b\r"));
	assert_true(vt_wait(v, "cannot be a migration's name"));
	vt_send(v, STR("numbers\r"));
	assert_true(vt_wait(v, "git add"));
	assert_false(vt_wrote(v, "\033[A"));
	assert_ends(v, 0);
	assert_true(holds("drizzle/0001_numbers.sql", "ADD `about`"));
}

static void a_dumb_terminal_is_left_with_ctrl_c(void **state)
{
	struct vt *v = generate("TERM=dumb", 80, 24);

	(void)state;
	assert_true(vt_wait(v, "number, q cancels:"));
	vt_send(v, STR("1\003"));
	assert_true(vt_wait(v, "cancelled, nothing was written"));
	assert_ends(v, 3);
	assert_unwritten();
}

/* No candidate is likely, and what is not renamed goes with its values. */
static void enter_alone_drops_nothing(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", COLUMNS("bio: text('bio'), "
	    "zzz: integer('zzz')"));
	v = generate(NULL, 120, 24);
	assert_true(vt_wait(v, "Esc cancel"));
	assert_true(vt_wait(v, "No candidate is likely: none is chosen yet."));
	assert_true(vt_shows(v, "nick is dropped with all values"));
	assert_false(vt_shows(v, "❯"));
	assert_false(vt_shows(v, "Enter take"));
	assert_true(vt_wrote(v, "\033[1;31m"));
	vt_send(v, STR("\r\r\r\r"));
	vt_send(v, STR("j"));
	assert_true(vt_wait(v, "❯ ~ nick → zzz"));
	assert_true(vt_shows(v, "Question 1 of 1"));
	vt_send(v, STR("j"));
	assert_true(vt_wait(v, "❯ + zzz"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "Enter write it"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "git add"));
	assert_ends(v, 0);
	assert_true(holds("drizzle/0001_add_zzz_to_users_and_more.sql",
	    "DROP COLUMN"));
}

/* One short line a difference, and the loss by its name and in red. */
static void notes_are_short_and_a_loss_is_seen(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", COLUMNS("bio: text('bio').default(sql`1+1`)")
	    "import { sql } from 'drizzle-orm';\n");
	v = generate(NULL, 80, 24);
	assert_true(vt_wait(v, "Enter write it"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "git add"));
	assert_true(vt_shows(v, "note: users.bio: a default is an expression "
	    "without parentheses\n      (default-expression)"));
	assert_false(vt_shows(v, "weir: parentheses around it"));
	assert_true(vt_shows(v, "drizzle-kit would write other SQL there"));
	assert_true(vt_wrote(v, "\033[1;31mnote: the migration drops the "
	    "values of 1 column (users.nick)"));
	assert_ends(v, 0);
}

static void a_name_is_edited_and_checked(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", ONE_MORE);
	v = generate(NULL, 80, 24);
	assert_true(vt_wait(v, "Name  0001_add_age_to_users.sql"));
	/* ^A, delete 4, end, erase, back a word, home */
	vt_send(v, STR("\001\033[3~\033[3~\033[3~\033[3~"));
	assert_true(vt_wait(v, "0001_age_to_users.sql"));
	vt_send(v, STR("\033[F\177\177\177\177\177ünïc\033[D\177"));
	assert_true(vt_wait(v, "0001_age_to_ünc.sql"));
	vt_send(v, STR("\005\027"));
	assert_true(vt_wait(v, "0001_.sql"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "a migration needs a name"));
	vt_send(v, STR("../x\r"));
	assert_true(vt_wait(v, "cannot be a migration's name"));
	vt_send(v, STR("\025"));
	assert_true(vt_wait(v, "0001_.sql"));
	vt_send(v, STR("\033[200~pasted\r\n\033[201~"));
	assert_true(vt_wait(v, "0001_pasted.sql"));
	assert_unwritten();
	vt_resize(v, 30, 10);
	vt_send(v, STR("_with_a_name_that_is_long"));
	assert_true(vt_wait(v, "is_long.sql"));
	vt_resize(v, 80, 24);
	assert_true(vt_wait(v, "0001_pasted_with_a_name_that_is_long.sql"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "git add"));
	assert_ends(v, 0);
	assert_true(holds("drizzle/0001_pasted_with_a_name_that_is_long.sql",
	    "ADD `age`"));
}

static void a_name_is_cancelled(void **state)
{
	struct vt *v;

	(void)state;
	pty_put(dir, "schema.ts", ONE_MORE);
	v = generate(NULL, 80, 24);
	assert_true(vt_wait(v, "Enter write it"));
	vt_send(v, STR("\003"));
	assert_true(vt_wait(v, "cancelled, nothing was written"));
	assert_ends(v, 3);
	assert_unwritten();
}

/* In the studio: what is saved is read again, woken or asked. */
static void a_saved_file_is_read_again(void **state)
{
	static char *const envs[] = { "WEIR_TEST=1", "WEIR_NO_INOTIFY=1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *argv[] = { pty_program("weir"), dir, NULL };
		char *env[] = { envs[i], NULL };
		struct vt *v;

		pty_put(dir, "schema.ts", BEFORE);
		v = vt_start(argv, env, 120, 36);
		assert_true(vt_wait(v, "1 pending"));
		vt_send(v, STR("3"));
		assert_true(vt_wait(v, "0000_first"));
		vt_send(v, STR("g"));
		assert_true(vt_wait(v, "no schema changes"));
		pty_put(dir, "schema.ts", ONE_MORE);
		assert_true(vt_wait(v, "0001_add_age_to_users"));
		assert_true(vt_wait(v, "ADD `age`"));
		pty_put(dir, "schema.ts", BEFORE "export const x = ;\n");
		assert_true(vt_wait(v, "DOES NOT READ"));
		assert_true(vt_wait(v, "schema.ts:3:18"));
		pty_put(dir, "schema.ts", AFTER);
		assert_true(vt_wait(v, "2 QUESTIONS"));
		vt_send(v, STR("\r"));
		assert_true(vt_wait(v, "Question 1 of 2"));
		/* the window asks about what is no more */
		pty_put(dir, "schema.ts", ONE_MORE);
		assert_true(vt_wait_gone(v, "Question 1 of 2"));
		assert_true(vt_wait(v, "0001_add_age_to_users"));
		vt_send(v, STR("qq"));
		assert_ends(v, 0);
		assert_unwritten();
	}
}

static struct str source_file(const char *name)
{
	static struct sbuf text = SBUF_TEXT;
	struct err e = ERR_INIT;
	const char *source = getenv("srcdir");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", source ? source : ".", name);
	sbuf_reset(&text);
	assert_ok(file_read(path, &text, &e), &e);
	sbuf_addc(&text, '\0');
	return str_sub(sbuf_str(&text), 0, text.n - 1);
}

/* drop without a name: the list that questions have, the newest first. */
static void drop_shows_a_list(void **state)
{
	struct vt *v;
	size_t tries = 2;

	(void)state;
	pty_put(dir, "schema.ts", ONE_MORE);
	assert_int_equal(weir("generate --name second"), 0);
	while (tries-- > 0) {
		v = start("drop", NULL, 80, 24);
		assert_true(vt_wait(v, "Which migration is dropped?"));
		assert_true(vt_wait(v, "❯ 0001_second"));
		assert_true(vt_shows(v, "0001_second.sql, its snapshot and"));
		vt_send(v, STR("k"));
		assert_true(vt_wait(v, "❯ 0000_first"));
		vt_send(v, STR("j"));
		assert_true(vt_wait(v, "❯ 0001_second"));
		vt_send(v, tries ? STR("\033") : STR("\r"));
		assert_ends(v, tries ? 3 : 0);
		assert_int_equal(holds("drizzle/meta/_journal.json",
		    "0001_second"), tries > 0);
	}
}

/* The block of README.md is what the terminal shows, line by line. */
static void readme_shows_the_terminal(void **state)
{
	static const char before[] = "and for the name:\n\n```\n";
	struct vt *v;
	struct str text, line;
	size_t at, end;
	char copy[200];

	(void)state;
	pty_wipe(dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	pty_put(dir, "drizzle.config.json", "{\"dialect\":\"sqlite\","
	    "\"schema\":\"./schema.ts\",\"out\":\"./drizzle\"}");
	pty_put(dir, "schema.ts", source_file(
	    "tests/screens/generate/sqlite_before.ts").p);
	assert_int_equal(run_first(), 0);
	pty_put(dir, "schema.ts", source_file(
	    "tests/screens/generate/sqlite_after.ts").p);
	v = generate(NULL, 80, 24);
	assert_true(vt_wait(v, "Question 1 of 3"));
	assert_true(vt_wait(v, "Esc cancel"));
	vt_send(v, STR("\033[F"));	/* created */
	assert_true(vt_wait(v, "❯ + published"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "Question 2 of 3"));
	assert_true(vt_wait(v, "question before"));
	text = source_file("README.md");
	at = str_find(text, str_z(before), 0) + strlen(before);
	assert_true(at < text.n);
	for (end = at; !str_starts(str_sub(text, at, text.n), STR("```"));
	    at = end + 1) {
		end = str_find(text, STR("\n"), at);
		line = str_sub(text, at, end);
		assert_true(line.n < sizeof(copy));
		snprintf(copy, sizeof(copy), "%.*s", STR_ARG(line));
		if (!vt_shows(v, copy))
			fail_msg("README.md: not shown: %s", copy);
	}
	vt_send(v, STR("\033"));
	assert_ends(v, 3);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, wipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_name_goes_on_once),
		CASE(hostile_names_keep_the_table),
		CASE(the_best_comes_first_and_all_is_written),
		CASE(there_is_a_way_back),
		CASE(keys_that_cancel_write_nothing),
		CASE(a_paste_answers_nothing),
		CASE(signals_put_the_terminal_back),
		CASE(it_stops_and_goes_on),
		CASE(it_fits_a_small_terminal),
		CASE(a_vt100_is_enough),
		CASE(without_utf8_all_is_ascii),
		CASE(a_dumb_terminal_gets_numbers),
		CASE(a_dumb_terminal_is_left_with_ctrl_c),
		CASE(enter_alone_drops_nothing),
		CASE(notes_are_short_and_a_loss_is_seen),
		CASE(a_name_is_edited_and_checked),
		CASE(a_name_is_cancelled),
		CASE(a_saved_file_is_read_again),
		CASE(drop_shows_a_list),
		CASE(readme_shows_the_terminal),
	};

	return cmocka_run_group_tests_name("pty_generate", tests, NULL, NULL);
}

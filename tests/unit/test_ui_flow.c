/*
 * test_ui_flow.c: from the list of migrations over review and gate to the
 * report and back, by keys, on real databases; what must not confirm.
 */
#include "unit/lite.h"

#include <poll.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "ui/command.h"
#include "ui/core.h"
#include "ui/editor.h"
#include "ui/view/flow.h"
#include "ui/widget/sheet.h"

static int count;
static char root[300];
static struct sbuf dumped = SBUF_TEXT;

static const char *at(const char *rel)
{
	return arena_printf(arena, "%s/%s", root, rel).p;
}

static void write_file(const char *rel, const char *text)
{
	err = (struct err)ERR_INIT;
	OK(file_write_atomic(at(rel), str_z(text), 0600, &err));
}

/* Migrations 0000_m …; the first `recorded` are applied by hand. */
static void make_project(const char *const *files, int recorded,
    const char *rows)
{
	struct sbuf b = SBUF_TEXT;
	struct drv *d;

	snprintf(root, sizeof(root), "%s/p%d", folder, count++);
	err = (struct err)ERR_INIT;
	OK(dir_make(at("drizzle/meta"), 0700, &err));
	d = opened(at("app.db"), DRV_STORE);
	run(d, dialect_sqlite.tracking_create);
	SQL(&b, "{\"version\":\"7\",\"dialect\":\"sqlite\",\"entries\":[");
	for (int i = 0; files[i]; i++) {
		struct sha256 h = sha256_of(str_z(files[i]));
		char hex[SHA256_HEX + 1];

		sbuf_addf(&b, "%s{\"idx\":%d,\"version\":\"6\",\"when\":%d,"
		    "\"tag\":\"%04d_m\",\"breakpoints\":true}", i ? "," : "",
		    i, 1000 + i, i);
		write_file(arena_printf(arena, "drizzle/%04d_m.sql", i).p,
		    files[i]);
		if (i >= recorded)
			continue;
		run(d, files[i]);
		sha256_hex(&h, hex);
		run(d, arena_printf(arena, "INSERT INTO __drizzle_migrations"
		    "(hash, created_at) VALUES('%s', %d)", hex, 1000 + i).p);
	}
	SQL(&b, "]}");
	write_file("drizzle/meta/_journal.json", b.p);
	sbuf_free(&b);
	if (rows)
		run(d, rows);
	drv_close(d);
}

/* ---- driving ---- */

static void settle(struct core *c)
{
	while (c->jobs) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		assert_true(poll(&p, 1, -1) == 1);
		core_events(c);
	}
}

static void press(struct core *c, const char *names)
{
	struct str rest = str_z(names);

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);
		struct keypress k;

		assert_true(key_parse(str_sub(rest, 0, end), &k));
		core_key(c, &k);
		if (c->edit.on)
			editor_run(c);
		settle(c);
		rest = str_sub(rest, end, rest.n);
	}
}

static void type(struct core *c, const char *text)
{
	for (; *text; text++)
		core_key(c, &(struct keypress){ .code = (uint32_t)*text });
}

static void paste(struct core *c, const char *text)
{
	core_key(c, &(struct keypress){ .code = K_PASTE,
	    .paste = str_z(text) });
}

static const char *editor;	/* $EDITOR of the next studio */

static struct core *studio(int w, int h, bool read_only)
{
	static struct project_request rq;
	struct env *env = env_new(arena, NULL);
	struct project *p = NULL;
	struct core *c;

	if (editor)
		env_set(env, STR("EDITOR"), str_z(editor));
	rq = (struct project_request){ .target = str_z(root),
		.cwd = str_z(root), .env = env, .db = STR("app.db") };
	err = (struct err)ERR_INIT;
	OK(project_find(&rq, arena, &p, &err));
	c = core_open(&(struct core_options){ .project = p, .w = w, .h = h,
		.still = true, .read_only = read_only, .request = &rq });
	settle(c);
	press(c, "3");
	return c;
}

static struct str screen(struct core *c)
{
	core_draw(c);
	sbuf_reset(&dumped);
	surface_dump(c->surface, &dumped);
	return sbuf_str(&dumped);
}

static bool shows(struct core *c, const char *text)
{
	struct str s = screen(c);

	return str_find(s, str_z(text), 0) < s.n;
}

#define SHOWS(c, text) shows_at((c), (text), true, __LINE__)
#define HIDES(c, text) shows_at((c), (text), false, __LINE__)
static void shows_at(struct core *c, const char *text, bool want, int line)
{
	if (shows(c, text) != want)
		fail_msg("line %d: \"%s\" is %s on\n%s", line, text,
		    want ? "not" : "", dumped.p);
}

static bool is_front(struct core *c, const struct view_ops *ops)
{
	return core_focus(c) && core_focus(c)->ops == ops;
}

/* The first column of the first row, read beside the studio. */
static int64_t asked(const char *sql)
{
	struct drv *d = opened(at("app.db"), DRV_BROWSE);
	int64_t n = number(d, sql);

	drv_close(d);
	return n;
}

static int64_t recorded(void)
{
	return asked("SELECT count(*) FROM __drizzle_migrations");
}

static const char *const lossy[] = {
	"CREATE TABLE users(id INTEGER PRIMARY KEY, bio TEXT);"
	"CREATE TABLE posts(id INTEGER PRIMARY KEY, title TEXT)",
	"ALTER TABLE users DROP COLUMN bio;\n--> statement-breakpoint\n"
	"DROP TABLE posts", NULL };
static const char lossy_rows[] =
	"INSERT INTO users VALUES(1, 'x'), (2, NULL);"
	"INSERT INTO posts VALUES(1, 'a'), (2, 'b'), (3, 'c')";

static const char *const safe[] = {
	"CREATE TABLE users(id INTEGER PRIMARY KEY)",
	"ALTER TABLE users ADD name TEXT", NULL };

/* ---- what does not confirm ---- */

static void the_gate_wants_each_name_whole(void **state)
{
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter");
	SHOWS(c, "1 of 2 rows holds a value");
	SHOWS(c, "3 rows are dropped");
	press(c, "A");
	assert_true(is_front(c, &view_gate));
	SHOWS(c, "users.bio");
	SHOWS(c, "rollback brings it back");
	SHOWS(c, "(1 of 2):   users");
	core_resize(c, 60, 16);		/* what is typed, and where it goes */
	SHOWS(c, "(1 of 2):   users");
	SHOWS(c, " to ");
	core_resize(c, 120, 36);
	press(c, "Enter Enter Enter");		/* held, or too early */
	SHOWS(c, "The name has to be typed");
	type(c, "user");			/* a prefix */
	press(c, "Enter");
	SHOWS(c, "That is not the name");
	type(c, "s2");				/* another table's */
	press(c, "Enter");
	assert_true(is_front(c, &view_gate));
	press(c, "Ctrl-U");
	paste(c, "users");
	SHOWS(c, "Pasted text does not count");
	paste(c, "users\r");
	press(c, "Enter");
	SHOWS(c, "(1 of 2)");
	burst_read(&c->app.burst, STR("users\r"), 1000);
	type(c, "users");		/* pasted, and no terminal said so */
	SHOWS(c, "Pasted text does not count");
	press(c, "Enter");
	SHOWS(c, "press it by itself");
	burst_read(&c->app.burst, STR("u"), 2000);
	press(c, "Ctrl-U");
	type(c, "users");
	burst_read(&c->app.burst, STR("s"), 3000);
	burst_read(&c->app.burst, STR("\r"), 3001);
	press(c, "Enter");
	SHOWS(c, "(1 of 2)");
	burst_read(&c->app.burst, STR("\r"), 4000);
	press(c, "Ctrl-U");
	type(c, "USERS");
	press(c, "Enter");
	SHOWS(c, "(1 of 2)");
	press(c, "Ctrl-U");
	type(c, "users");
	press(c, "Enter Enter Enter");
	SHOWS(c, "(2 of 2):   posts");
	type(c, "users");
	press(c, "Enter");
	assert_true(is_front(c, &view_gate));
	assert_int_equal(recorded(), 1);
	press(c, "Ctrl-U");
	type(c, "posts");
	assert_int_equal(recorded(), 1);
	press(c, "Enter");
	assert_true(is_front(c, &view_report));
	SHOWS(c, "VERIFIED");
	assert_int_equal(recorded(), 2);
	assert_int_equal(asked("SELECT count(*) FROM pragma_table_info"
	    "('users')"), 1);
	core_close(c);
}

static void leaving_the_gate_changes_nothing(void **state)
{
	static const char *const ways[] = { "Esc", "Ctrl-C" };
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter");
	for (size_t i = 0; i < 2; i++) {
		press(c, "A");
		type(c, "users");
		press(c, "Enter");
		type(c, "posts");
		press(c, ways[i]);
		assert_true(is_front(c, &view_review));
		assert_int_equal(recorded(), 1);
	}
	press(c, "A");		/* the end: hang-up closes the studio */
	type(c, "users");
	core_close(c);
	assert_int_equal(recorded(), 1);
}

static void a_safe_plan_takes_enter_alone(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	assert_true(is_front(c, &view_gate));
	SHOWS(c, "No value is lost");
	press(c, "A A y Space");	/* the key that opened it, held */
	paste(c, "\r\n");
	burst_read(&c->app.burst, STR("\r\r\r"), 1000);
	press(c, "Enter Enter Enter");
	burst_read(&c->app.burst, STR("A"), 2000);
	assert_true(is_front(c, &view_gate));
	press(c, "q");
	assert_true(is_front(c, &view_review));
	assert_int_equal(recorded(), 1);
	press(c, "A Enter");
	SHOWS(c, "VERIFIED");
	assert_int_equal(recorded(), 2);
	core_close(c);
}

static void a_plan_read_anew_closes_the_gate(void **state)
{
	struct core *c;
	struct cmds out;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter A");
	out = (struct cmds){ .a = arena };
	core_focus(c)->ops->update(core_focus(c),
	    &(struct msg){ .kind = MSG_SESSION }, &out);
	assert_int_equal(out.n, 2);
	assert_int_equal(out.v[1].kind, CMD_POP);
	assert_int_equal(out.v[1].answer, 0);
	core_close(c);
}

static void a_file_changed_meanwhile_is_not_run(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	write_file("drizzle/0001_m.sql", "DROP TABLE users");
	press(c, "Enter");
	SHOWS(c, "NOT APPLIED");
	SHOWS(c, "was changed since it was reviewed");
	HIDES(c, "weir review");
	SHOWS(c, "The database is as it was");
	assert_int_equal(recorded(), 1);
	assert_int_equal(asked("SELECT count(*) FROM pragma_table_info"
	    "('users')"), 1);
	press(c, "Esc");
	assert_true(is_front(c, &view_migrate));
	core_close(c);
}

/* Written in place: the folder and the journal are as they were. */
static void a_file_changed_in_the_review_is_planned_again(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter");
	write_file("drizzle/0001_m.sql", "DROP TABLE users");
	core_files(c);
	assert_true(c->app.stale);
	core_key(c, &(struct keypress){ .code = 'A' });
	assert_false(is_front(c, &view_gate));
	SHOWS(c, "planned again");
	settle(c);
	assert_false(c->app.stale);
	SHOWS(c, "DROP TABLE users");
	press(c, "Esc");
	write_file("drizzle/0001_m.sql", "CREATE TABLE later(a);"
	    "--> statement-breakpoint\nCREATE TABLE still_later(a)");
	core_files(c);
	settle(c);
	SHOWS(c, "The file has changed: planned again");
	SHOWS(c, "still_later");
	core_close(c);
}

static void a_schema_changed_meanwhile_is_not_touched(void **state)
{
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "ALTER TABLE users ADD by_hand TEXT");
	drv_close(d);
	press(c, "Enter");
	SHOWS(c, "NOT APPLIED");
	assert_int_equal(recorded(), 1);
	core_close(c);
}

static void blocked_by_data(void **state)
{
	static const char *const files[] = {
		"CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT)",
		"CREATE UNIQUE INDEX users_mail ON users(mail)", NULL };
	struct core *c;

	(void)state;
	make_project(files, 1, "INSERT INTO users VALUES(1, 'x'), (2, 'x')");
	c = studio(120, 36, false);
	press(c, "Enter");
	SHOWS(c, "1 BLOCKED");
	press(c, "A");
	SHOWS(c, "This plan cannot be applied");
	SHOWS(c, "HAVING count(*) > 1");
	press(c, "Enter Enter");
	assert_true(is_front(c, &view_gate));
	press(c, "Esc");
	assert_true(is_front(c, &view_review));
	assert_int_equal(recorded(), 1);
	core_close(c);
}

/* On a copy, from the list: what it did and where it fails, in a report. */
/* One that fails in a pending file: no list calls it safe. */
static void the_list_says_where_it_stops(void **state)
{
	static const char *const files[] = {
		"CREATE TABLE users(id INTEGER PRIMARY KEY)",
		"CREATE TABLE a(x);\n--> statement-breakpoint\n"
		"DROP TABLE nosuch", "CREATE TABLE b(x)", NULL };
	struct core *c;

	(void)state;
	make_project(files, 1, NULL);
	c = studio(120, 36, false);
	SHOWS(c, "BLOCKED: stops at 2");
	SHOWS(c, "behind one that is BLOCKED");
	HIDES(c, "found by their journal");
	core_close(c);
}

/* A file beside, with migrations that were found below. */
static void a_strange_database_is_doubted(void **state)
{
	static struct project_request rq;
	struct project *p = NULL;
	struct core *c;
	char db[200];

	(void)state;
	make_project(safe, 1, NULL);
	snprintf(db, sizeof(db), "%s/strange.db", folder);
	rq = (struct project_request){ .target = str_z(root),
		.cwd = str_z(root), .env = env_new(arena, NULL),
		.db = str_z(db) };
	OK(project_find(&rq, arena, &p, &err));
	c = core_open(&(struct core_options){ .project = p, .w = 60, .h = 16,
		.still = true, .request = &rq });
	settle(c);
	press(c, "3");
	SHOWS(c, "--db names ");
	core_close(c);
}

static void a_rehearsal_is_a_report(void **state)
{
	static const char *const files[] = {
		"CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT)",
		"UPDATE users SET mail = 'x' WHERE id = 2;\n"
		"--> statement-breakpoint\n"
		"CREATE UNIQUE INDEX users_mail ON users(mail)", NULL };
	struct core *c;

	(void)state;
	make_project(files, 1, "INSERT INTO users VALUES(1, 'x'), (2, 'y')");
	c = studio(120, 36, false);
	press(c, "D");
	assert_true(is_front(c, &view_report));
	SHOWS(c, "FAILED  Rehearsal of 0001_m");
	SHOWS(c, "UNIQUE constraint failed: users.mail");
	SHOWS(c, "1 row");
	SHOWS(c, "on a copy: the database was not touched");
	press(c, "U");
	assert_true(is_front(c, &view_report));
	press(c, "q");
	assert_true(is_front(c, &view_review));
	SHOWS(c, "rehearsal failed");
	assert_int_equal(recorded(), 1);
	assert_int_equal(asked("SELECT count(*) FROM users WHERE mail = 'y'"),
	    1);
	core_close(c);
}

static void drift_in_the_plan_refuses(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, "ALTER TABLE users ADD by_hand TEXT");
	c = studio(120, 36, false);
	press(c, "Enter A Enter");
	SHOWS(c, "This plan cannot be applied");
	SHOWS(c, "by_hand");
	assert_int_equal(recorded(), 1);
	core_close(c);
}

static void read_only_has_no_gate(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, true);
	HIDES(c, "apply up to here");
	press(c, "A");
	SHOWS(c, "read-only");
	press(c, "Enter A");
	assert_true(is_front(c, &view_review));
	SHOWS(c, "read-only");
	press(c, "U");
	assert_int_equal(recorded(), 1);
	core_close(c);
}

/* ---- statements and lines ---- */

/* The rows on which text lies under the bar, as bits from the top. */
static bool barred(struct core *c, const char *text)
{
	struct str s = screen(c), row;

	for (int y = 0; str_line(&s, &row); y++) {
		size_t at = str_find(row, str_z(text), 0);

		if (at < row.n && surface_at(c->surface, (int)utf8_cells(
		    str_sub(row, 0, at)), y)->style & STYLE_BAR)
			return true;
	}
	return false;
}

/* A statement lights its lines, a line its statement. */
static void lines_and_statements_are_linked(void **state)
{
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter j");
	assert_true(barred(c, "DROP TABLE posts"));
	assert_true(barred(c, "  posts"));
	assert_false(barred(c, "    bio"));
	press(c, "Tab");		/* to the line that it changes */
	SHOWS(c, "▸ posts");
	press(c, "Down");
	while (!shows(c, "▸   bio") && !shows(c, "▸ posts"))
		press(c, "Down");
	press(c, "End");
	while (!shows(c, "▸   bio"))
		press(c, "Up");
	assert_true(barred(c, "   bio"));
	assert_true(barred(c, "DROP COLUMN bio"));
	assert_false(barred(c, "DROP TABLE posts"));
	press(c, "g");			/* the name of a table that stays */
	while (!shows(c, "▸ users"))
		press(c, "Down");
	assert_false(barred(c, "DROP COLUMN bio"));
	press(c, "Enter");
	SHOWS(c, "No statement changes this line");
	press(c, "Down Down Enter");
	SHOWS(c, "0001_m, statement 1");
	press(c, "Esc Tab");		/* and back to the statement */
	HIDES(c, "▸   bio");
	assert_true(barred(c, "DROP COLUMN bio"));
	press(c, "j");
	assert_true(barred(c, "DROP TABLE posts"));
	core_close(c);
}

/* ---- read, and edited ---- */

static void statements_are_marked_as_read(void **state)
{
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter");
	HIDES(c, "of 2 read");
	press(c, "Space");
	SHOWS(c, "1 of 2 read");
	SHOWS(c, "✓  1  ALTER TABLE");
	press(c, "Space");		/* it had gone on */
	SHOWS(c, "2 of 2 read");
	press(c, "k Space");		/* not read after all */
	SHOWS(c, "1 of 2 read");
	HIDES(c, "✓  1  ALTER TABLE");
	/* another plan: what is another text was not read */
	write_file("drizzle/0001_m.sql", "ALTER TABLE users DROP COLUMN bio;\n"
	    "--> statement-breakpoint\nDROP TABLE posts;\n"
	    "--> statement-breakpoint\nDROP TABLE posts");
	write_file("drizzle/0001_m.sql", "ALTER TABLE users DROP COLUMN bio;\n"
	    "--> statement-breakpoint\nDROP TABLE posts\n"
	    "--> statement-breakpoint\nCREATE TABLE posts(id INTEGER)");
	press(c, "R");
	SHOWS(c, "1 of 3 read");
	SHOWS(c, "✓  2  DROP TABLE posts");
	core_close(c);
}

static void a_pending_file_is_edited_and_planned_again(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	editor = "sh -c 'echo \"ALTER TABLE users ADD added INTEGER\" > \"$0\"'";
	c = studio(120, 36, false);
	press(c, "Enter");
	SHOWS(c, "ADD name TEXT");
	press(c, "e");
	assert_true(is_front(c, &view_review));
	SHOWS(c, "planned again");
	SHOWS(c, "ADD added INTEGER");
	HIDES(c, "ADD name TEXT");
	assert_int_equal(recorded(), 1);
	press(c, "e");			/* the same bytes */
	HIDES(c, "planned again");
	core_close(c);
	editor = NULL;
}

/* The file closed without a change, or read anew: the cursor stays. */
static void the_statement_stays_chosen(void **state)
{
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	editor = "true";
	c = studio(120, 36, false);
	press(c, "Enter j");
	assert_true(barred(c, "DROP TABLE posts"));
	press(c, "e");
	assert_true(barred(c, "DROP TABLE posts"));
	press(c, "R");
	assert_true(barred(c, "DROP TABLE posts"));
	core_close(c);
	editor = NULL;
}

static struct str file_of(const char *rel)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	OK(file_read(at(rel), &b, &err));
	out = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void an_applied_file_is_only_looked_at(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	editor = arena_printf(arena, "sh -c 'stat -c \"%%a %%n\" \"$0\" > "
	    "%s/seen; rm -f \"$0\"; echo x > \"$0\"'", root).p;
	c = studio(120, 36, false);
	press(c, "Home e");
	SHOWS(c, "It is applied: the editor had a copy");
	HIDES(c, "planned again");
	assert_true(str_starts(file_of("seen"), STR("400 /tmp/weir-look-")));
	assert_true(str_ends(file_of("seen"), STR("/0000_m.sql\n")));
	assert_true(str_eq(file_of("drizzle/0000_m.sql"), str_z(safe[0])));
	core_close(c);
	editor = "sh -c 'exit 3'";
	c = studio(120, 36, true);
	press(c, "e");
	SHOWS(c, "ended with status 3");
	core_close(c);
	editor = "/nowhere/editor";
	c = studio(120, 36, false);
	press(c, "e");
	SHOWS(c, "status 127: set $VISUAL or $EDITOR");
	core_close(c);
	editor = NULL;
}

static void editors_take_lines_in_their_way(void **state)
{
	static const struct { const char *editor, *want; } t[] = {
		{ "vim", "vim +12 \"$1\"" },
		{ "/usr/bin/nano -w", "/usr/bin/nano -w +12 \"$1\"" },
		{ "code --wait", "code --wait -g \"$1:12\"" },
		{ "hx", "hx \"$1:12\"" },
		{ "my-vim", "my-vim \"$1\"" },	/* who knows */
		{ "mvi", "mvi \"$1\"" },
	};
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		sbuf_reset(&b);
		editor_command(str_z(t[i].editor), 12, &b);
		assert_string_equal(b.p, t[i].want);
	}
	sbuf_free(&b);
}

/* By a word, and by the engine; what the command line says stays. */
static void a_word_makes_it_read_only(void **state)
{
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, ": r o Enter");
	SHOWS(c, "Read-only: the database refuses");
	SHOWS(c, " ro ");
	press(c, "A");
	SHOWS(c, "read-only: nothing can be changed");
	err = (struct err)ERR_INIT;
	OK(drv_open(&c->app.project->db, DRV_APPLY, &d, &err));
	assert_int_equal(drv_exec(d, STR("CREATE TABLE no(a)"), &err),
	    RC_DENIED);
	drv_close(d);
	command_run(c, STR("ro"));
	SHOWS(c, ":ro: it is read-only already");
	press(c, ": r w Enter");
	SHOWS(c, "Changes are possible again");
	HIDES(c, " ro ");
	press(c, "Enter A Enter");
	assert_int_equal(recorded(), 2);
	core_close(c);
	make_project(safe, 1, NULL);
	c = studio(120, 36, true);
	press(c, ": r w Enter");
	SHOWS(c, ":rw: started with --read-only");
	SHOWS(c, " ro ");
	core_close(c);
}

/* Another branch is checked out: the folder is read again, and what is applied
 * and of none of its files is said once. */
static void another_branch_is_noticed(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A Enter");
	assert_int_equal(recorded(), 2);
	press(c, "1");
	HIDES(c, "ahead");
	write_file("drizzle/meta/_journal.json", "{\"version\":\"7\","
	    "\"dialect\":\"sqlite\",\"entries\":[{\"idx\":0,"
	    "\"version\":\"6\",\"when\":1000,\"tag\":\"0000_m\","
	    "\"breakpoints\":true}]}");
	core_files(c);
	settle(c);
	SHOWS(c, "database is 1 ahead: 0001_m is not on this branch");
	SHOWS(c, "1 ahead  0 pending");
	press(c, "j R");		/* not after each reading */
	HIDES(c, "0001_m is not on this branch");
	SHOWS(c, "1 ahead");
	core_close(c);
}

/* ---- structure ---- */

static const char *const related[] = {
	"CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT NOT NULL, old TEXT);"
	"CREATE TABLE posts(id INTEGER PRIMARY KEY, user_id INTEGER "
	"REFERENCES users(id) ON DELETE CASCADE, title TEXT);"
	"CREATE VIEW titles AS SELECT title FROM posts;"
	"CREATE VIEW upper_titles AS SELECT upper(title) FROM \"titles\";"
	"CREATE TRIGGER t AFTER INSERT ON posts BEGIN UPDATE users SET "
	"mail = mail; END", NULL };

static void make_related(void)
{
	make_project(related, 1, "INSERT INTO users VALUES(1, 'a', 'x'), "
	    "(2, 'b', NULL), (3, 'c', NULL)");
	write_file("drizzle.config.json", "{\"dialect\":\"sqlite\",\"schema\":"
	    "\"./schema.ts\",\"out\":\"./drizzle\"}");
	write_file("schema.ts", "import { sqliteTable, text, integer } from "
	    "'drizzle-orm/sqlite-core';\nexport const users = "
	    "sqliteTable('users', { id: integer('id').primaryKey(), "
	    "mail: text('mail'), fresh: text('fresh') });\n");
}

static void three_sources_stand_side_by_side(void **state)
{
	struct core *c;

	(void)state;
	make_related();
	c = studio(120, 36, false);
	press(c, "2");
	press(c, "Home j Enter");		/* users, and its columns */
	SHOWS(c, "schema files");
	SHOWS(c, "null in the files");		/* mail is NOT NULL live */
	SHOWS(c, "not in the files");		/* old */
	SHOWS(c, "fresh");
	SHOWS(c, "only here");
	SHOWS(c, "nulls");
	core_draw(c);
	SHOWS(c, "  2");			/* of old */
	core_close(c);
}

/* Indexes, keys and rules as well as columns. */
static void sources_stand_beside_indexes_and_keys(void **state)
{
	static const char *const files[] = { "CREATE TABLE a(id INTEGER "
		"PRIMARY KEY NOT NULL, p INTEGER REFERENCES a(id), x TEXT, "
		"CONSTRAINT low CHECK (x > 1)); CREATE INDEX a_x ON a(x); "
		"CREATE INDEX a_p ON a(p)", NULL };
	struct core *c;

	(void)state;
	make_project(files, 1, NULL);
	write_file("drizzle.config.json", "{\"dialect\":\"sqlite\",\"schema\":"
	    "\"./schema.ts\",\"out\":\"./drizzle\"}");
	write_file("schema.ts", "import { sqliteTable, text, integer, index, "
	    "check, foreignKey } from 'drizzle-orm/sqlite-core';\n"
	    "import { sql } from 'drizzle-orm';\n"
	    "export const a = sqliteTable('a', { id: integer().primaryKey(), "
	    "p: integer(), x: text() }, (t) => [index('a_x').on(t.x), "
	    "index('a_p').on(t.p, t.x), index('a_new').on(t.x), check('high', "
	    "sql`x > 2`), foreignKey({ columns: [t.p], foreignColumns: "
	    "[t.id] }).onDelete('cascade')]);\n");
	c = studio(120, 36, false);
	press(c, "2 Home Enter");
	while (!shows(c, "a › Indexes"))
		press(c, ">");
	SHOWS(c, "schema files");
	SHOWS(c, "  ok\n");			/* a_x */
	SHOWS(c, "differs in the files");	/* a_p */
	SHOWS(c, "a_new");
	SHOWS(c, "only here");
	press(c, ">");
	SHOWS(c, "a › Constraints");
	SHOWS(c, "not in the files");		/* low */
	SHOWS(c, "x > 2");
	press(c, ">");
	SHOWS(c, "a › Foreign keys");
	SHOWS(c, "differs in the files");
	core_close(c);
}

/* What the schema file says stands beside what the engine says. */
static void the_schema_file_is_a_section(void **state)
{
	struct core *c;

	(void)state;
	make_related();
	editor = "sh -c 'echo \"export const x = (\" > \"$0\"'";
	c = studio(120, 36, false);
	press(c, "2 Home j Enter");
	SHOWS(c, "schema.ts:2");
	while (!shows(c, "users › Schema file"))
		press(c, ">");
	SHOWS(c, "export const users = sqliteTable('users', {");
	HIDES(c, "import");
	HIDES(c, "schema.ts:1 ");
	core_resize(c, 60, 16);
	SHOWS(c, "export const users = sqliteTable('users', {");
	core_resize(c, 120, 36);
	press(c, "e");			/* it does not read any more */
	SHOWS(c, "The schema file has changed");
	press(c, "Left");
	SHOWS(c, "schema.ts:2:1: ");
	HIDES(c, "export const");
	core_close(c);
	editor = NULL;
}

/* SQLite has numbers and text; what they mean stands in the schema file. */
static void cells_mean_what_the_schema_file_says(void **state)
{
	static const char *const files[] = { "CREATE TABLE a(id INTEGER "
		"PRIMARY KEY, ok INTEGER, seen INTEGER, born INTEGER, "
		"state TEXT)", NULL };
	struct core *c;

	(void)state;
	make_project(files, 1, "INSERT INTO a VALUES(1, 1, 86400, 1000, 'new'),"
	    "(2, 0, NULL, NULL, 'old'), (3, 7, -1, 0, 'x')");
	write_file("drizzle.config.json", "{\"dialect\":\"sqlite\",\"schema\":"
	    "\"./schema.ts\",\"out\":\"./drizzle\"}");
	write_file("schema.ts", "import { sqliteTable, text, integer } from "
	    "'drizzle-orm/sqlite-core';\nexport const a = sqliteTable('a', {\n"
	    "id: integer().primaryKey(), ok: integer({ mode: 'boolean' }),\n"
	    "seen: integer({ mode: 'timestamp' }), born: integer({ mode: "
	    "'timestamp_ms' }),\nstate: text({ enum: ['new', 'old', "
	    "'gone'] }) });\n");
	c = studio(120, 36, false);
	press(c, "1 Home Enter");
	SHOWS(c, "true");
	SHOWS(c, "false");
	SHOWS(c, "     7");		/* neither */
	SHOWS(c, "1970-01-02 00:00");	/* of seen */
	SHOWS(c, "1970-01-01 00:00");	/* of born */
	SHOWS(c, "new · old · gone");
	press(c, "l v");
	SHOWS(c, "stored as 1");
	press(c, "Esc l v");
	SHOWS(c, "1970-01-02T00:00:00Z");
	press(c, "Esc l l v");
	SHOWS(c, "gone");
	press(c, "Esc r");
	HIDES(c, "true");
	press(c, "r 0 /");		/* what is shown is found */
	type(c, "false");
	press(c, "Enter");
	SHOWS(c, "Row 2");
	core_close(c);
}

static void users_and_neighbours_are_drawn(void **state)
{
	struct core *c;

	(void)state;
	make_related();
	c = studio(120, 36, false);
	press(c, "2 Home j Enter < <");
	SHOWS(c, "├─ posts");
	SHOWS(c, "user_id refers to id, on delete CASCADE");
	SHOWS(c, "│  ├─ titles");		/* a view of the table that refers */
	SHOWS(c, "│  │  └─ upper_titles");
	SHOWS(c, "trigger on posts names it");
	press(c, "Enter");
	SHOWS(c, "posts › ");
	press(c, ">");
	while (!shows(c, "› Neighbours"))
		press(c, ">");
	SHOWS(c, "┌");
	SHOWS(c, "├──────┤ users");
	press(c, "Enter");
	SHOWS(c, "users › Neighbours");
	SHOWS(c, "posts   ├──────┤ users");
	core_resize(c, 60, 16);
	SHOWS(c, "posts   ├──────┤ users");
	core_close(c);
}

/* ---- comparing ---- */

static void any_two_states_are_compared(void **state)
{
	struct core *c;

	(void)state;
	make_project(lossy, 1, "ALTER TABLE users ADD by_hand TEXT");
	c = studio(120, 36, false);
	press(c, "=");
	assert_true(is_front(c, &view_compare));
	SHOWS(c, " db  ");
	SHOWS(c, "migrations:0001_m");
	SHOWS(c, "by_hand");		/* not made by any file */
	SHOWS(c, "gone");
	press(c, "<");
	assert_true(is_front(c, &view_state));
	HIDES(c, "the schema files");	/* no configuration names them */
	type(c, "empt");
	press(c, "Enter");
	assert_true(is_front(c, &view_compare));
	SHOWS(c, "1 added");
	press(c, "> Esc");		/* as it was */
	SHOWS(c, "migrations:0001_m");
	press(c, "<");
	type(c, "0001");
	press(c, "Enter");
	SHOWS(c, "no difference");
	SHOWS(c, "Both are the same");
	press(c, "n N | z y");		/* nothing to go to */
	press(c, "q 4 g =");
	SHOWS(c, "empty");		/* what the applied one did */
	SHOWS(c, "migrations:0000_m");
	press(c, "n n");
	press(c, "|");
	SHOWS(c, "empty → migrations:0000_m");
	core_close(c);
}

/* ---- runs that do not end well ---- */

static void a_lock_that_is_not_had(void **state)
{
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "BEGIN IMMEDIATE");
	press(c, "Enter");
	SHOWS(c, "NOT APPLIED");
	SHOWS(c, "The database is as it was");
	run(d, "ROLLBACK");
	drv_close(d);
	assert_int_equal(recorded(), 1);
	/* the session works again */
	press(c, "Esc Enter A Enter");
	SHOWS(c, "VERIFIED");
	core_close(c);
}

static void stopping_asks_and_rolls_back(void **state)
{
	struct core *c;
	struct drv *d;
	struct keypress enter = { .code = K_ENTER }, esc = { .code = K_ESC };

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "BEGIN IMMEDIATE");	/* holds the run back at its lock */
	core_key(c, &enter);
	assert_true(is_front(c, &view_progress));
	core_key(c, &(struct keypress){ .code = 'q' });
	assert_true(is_front(c, &view_confirm));
	core_key(c, &esc);		/* no: it goes on */
	assert_true(is_front(c, &view_progress));
	core_key(c, &esc);
	assert_true(is_front(c, &view_confirm));
	SHOWS(c, "roll back");
	core_key(c, &(struct keypress){ .code = 'y' });
	settle(c);
	SHOWS(c, "NOT APPLIED");
	run(d, "ROLLBACK");
	drv_close(d);
	assert_int_equal(recorded(), 1);
	core_close(c);
}

static void the_question_goes_with_its_run(void **state)
{
	struct keypress enter = { .code = K_ENTER }, esc = { .code = K_ESC };
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "BEGIN IMMEDIATE");	/* holds the run back at its lock */
	core_key(c, &enter);
	core_key(c, &esc);
	assert_true(is_front(c, &view_confirm));
	run(d, "ROLLBACK");		/* goes on while it is asked */
	drv_close(d);
	settle(c);
	HIDES(c, "Stop?");
	press(c, "y");
	SHOWS(c, recorded() == 2 ? "VERIFIED" : "NOT APPLIED");
	core_close(c);
}

static void quitting_in_a_run_leaves_no_transaction(void **state)
{
	struct core *c;
	struct keypress enter = { .code = K_ENTER };
	int64_t rows;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A");
	core_key(c, &enter);
	core_close(c);		/* the terminal went away */
	rows = recorded();
	assert_true(rows == 1 || rows == 2);
	assert_int_equal(asked("SELECT count(*) FROM pragma_table_info"
	    "('users')"), rows);
}

/* ---- back ---- */

static void back_and_in_the_history(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 1, NULL);
	c = studio(120, 36, false);
	press(c, "Enter A Enter 4");
	SHOWS(c, "2 applied");
	SHOWS(c, "report");
	press(c, "Enter");
	assert_true(is_front(c, &view_report));
	SHOWS(c, "Applied 0001_m");
	SHOWS(c, "ALTER TABLE users ADD name TEXT");
	press(c, "q k Enter");
	SHOWS(c, "No run of it is recorded in");
	press(c, "q j U");
	SHOWS(c, "take back 0001_m");
	SHOWS(c, "derived");
	press(c, "U");
	assert_true(is_front(c, &view_gate));
	SHOWS(c, "Take back 0001_m");
	press(c, "Enter");
	SHOWS(c, "Rolled back 0001_m");
	assert_int_equal(recorded(), 1);
	assert_int_equal(asked("SELECT count(*) FROM pragma_table_info"
	    "('users')"), 1);
	press(c, "q");
	SHOWS(c, "1 pending");
	core_close(c);
}

static void rows_written_since_are_a_loss(void **state)
{
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, "INSERT INTO users VALUES(1), (2)");
	c = studio(120, 36, false);
	press(c, "Enter A Enter");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "UPDATE users SET name = 'x' WHERE id = 1");
	drv_close(d);
	press(c, "U");
	SHOWS(c, "1 LOSES DATA");
	press(c, "U Enter");
	SHOWS(c, "The name has to be typed");
	type(c, "users");
	press(c, "Enter");
	SHOWS(c, "Rolled back");
	core_close(c);
}

static void states_in_the_history(void **state)
{
	struct core *c;
	struct drv *d;

	(void)state;
	make_project(safe, 1, NULL);
	write_file("drizzle/0000_m.sql", "CREATE TABLE users(id INTEGER "
	    "PRIMARY KEY) -- edited");
	write_file("drizzle/0007_stray.sql", "SELECT 1");
	d = opened(at("app.db"), DRV_STORE);
	run(d, "INSERT INTO __drizzle_migrations(hash, created_at) "
	    "VALUES('feedface', 1002)");
	run(d, "CREATE TABLE by_hand(x)");
	drv_close(d);
	c = studio(120, 36, false);
	press(c, "4");
	SHOWS(c, "hash DIFFERS");
	SHOWS(c, "feedface");
	SHOWS(c, "0007_stray.sql");
	press(c, "g Enter");
	SHOWS(c, "edited after it was applied");
	core_close(c);
}

static void nothing_pending(void **state)
{
	struct core *c;

	(void)state;
	make_project(safe, 2, NULL);
	c = studio(120, 36, false);
	SHOWS(c, "2 applied");
	HIDES(c, "apply up to here");
	press(c, "A Enter");
	assert_true(is_front(c, &view_statement));
	SHOWS(c, "ALTER TABLE users ADD name TEXT");
	core_close(c);
}

/* ---- screens ---- */

static void every_size_holds(void **state)
{
	static const int sizes[][2] = { { 200, 60 }, { 120, 36 }, { 101, 31 },
		{ 100, 30 }, { 99, 30 }, { 80, 24 }, { 60, 16 }, { 30, 5 } };
	static const char *const keys[] = { "|", "z", "Tab", "G", "n", "N",
		"|", "z", "g", "PgDn", "Enter" };
	struct core *c;

	(void)state;
	make_project(lossy, 1, lossy_rows);
	c = studio(120, 36, false);
	press(c, "Enter");
	for (size_t k = 0; k < sizeof(keys) / sizeof(*keys); k++) {
		for (size_t i = 0; i < 8; i++) {
			core_resize(c, sizes[i][0], sizes[i][1]);
			(void)screen(c);
		}
		core_resize(c, 120, 36);
		press(c, keys[k]);
	}
	press(c, "Esc A");
	for (size_t i = 0; i < 7; i++) {
		core_resize(c, sizes[i][0], sizes[i][1]);
		SHOWS(c, "users.bio");
		SHOWS(c, "[ Apply ]");
	}
	core_close(c);
}

static void hostile_names(void **state)
{
	static const char *const files[] = {
		"CREATE TABLE \"a\033[31mb\n\342\200\256c\"(id INTEGER PRIMARY "
		"KEY, x TEXT)",
		"ALTER TABLE \"a\033[31mb\n\342\200\256c\" DROP COLUMN x", NULL };
	struct core *c;
	struct str s;

	(void)state;
	make_project(files, 1, "INSERT INTO \"a\033[31mb\n\342\200\256c\" "
	    "VALUES(1, 'v')");
	c = studio(120, 36, false);
	press(c, "Enter");
	SHOWS(c, "1 LOSES DATA");
	press(c, "Enter Esc A");
	s = screen(c);
	for (size_t i = 0; i < s.n; i++)
		assert_true((unsigned char)s.p[i] >= ' ' || s.p[i] == '\n');
	assert_true(str_find(s, STR("\342\200\256"), 0) == s.n);
	core_close(c);
}

/* Halves are of one width, whatever is in them, and nothing leaves them. */
static void halves_are_equal(void **state)
{
	static const char *const files[] = {
		"CREATE TABLE t(id INTEGER PRIMARY KEY, a_name_that_is_long TEXT"
		" DEFAULT 'one two three four five six seven eight nine ten "
		"eleven twelve thirteen fourteen', \346\274\242\345\255\227 T)",
		"ALTER TABLE t ADD another_one TEXT DEFAULT "
		"'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'", NULL };
	struct core *c;
	struct run *r = NULL;
	struct session *s = NULL;
	struct side side;
	struct change_list changes;

	(void)state;
	make_project(files, 1, NULL);
	c = studio(120, 36, false);
	s = c->app.session;
	err = (struct err)ERR_INIT;
	{
		const struct entry *v[] = { &s->folder->v[1] };

		OK(predict(s->db, v, 1, &(struct run_options){ 0 }, arena, &r,
		    &err));
	}
	diff_models(r->before, r->after, NULL, false, arena, &changes);
	side_build(&changes, 9, arena, &side);
	for (int w = 40; w < 180; w++) {
		struct sheet sheet = { 0 };

		sheet_layout(&sheet, &side, &(struct sheet_options){ .w = w,
		    .unfolded = true }, NULL);
		assert_int_equal(sheet_middle(&sheet), (w - 2) / 2);
		for (size_t i = 0; i < sheet.n; i++) {
			const struct sheet_half *h[2] = { &sheet.v[i].left,
				&sheet.v[i].right };

			for (size_t k = 0; k < 2; k++)
				for (size_t n = 0; n < h[k]->n; n++)
					assert_true(h[k]->v[n].x + (int)
					    utf8_cells(h[k]->v[n].text) <=
					    sheet_middle(&sheet) - 1);
		}
		sheet_close(&sheet);
	}
	core_close(c);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_gate_wants_each_name_whole),
		cmocka_unit_test(leaving_the_gate_changes_nothing),
		cmocka_unit_test(a_safe_plan_takes_enter_alone),
		cmocka_unit_test(a_plan_read_anew_closes_the_gate),
		cmocka_unit_test(a_file_changed_meanwhile_is_not_run),
		cmocka_unit_test(a_file_changed_in_the_review_is_planned_again),
		cmocka_unit_test(a_schema_changed_meanwhile_is_not_touched),
		cmocka_unit_test(blocked_by_data),
		cmocka_unit_test(the_list_says_where_it_stops),
		cmocka_unit_test(a_strange_database_is_doubted),
		cmocka_unit_test(a_rehearsal_is_a_report),
		cmocka_unit_test(drift_in_the_plan_refuses),
		cmocka_unit_test(read_only_has_no_gate),
		cmocka_unit_test(a_word_makes_it_read_only),
		cmocka_unit_test(another_branch_is_noticed),
		cmocka_unit_test(any_two_states_are_compared),
		cmocka_unit_test(three_sources_stand_side_by_side),
		cmocka_unit_test(sources_stand_beside_indexes_and_keys),
		cmocka_unit_test(the_schema_file_is_a_section),
		cmocka_unit_test(cells_mean_what_the_schema_file_says),
		cmocka_unit_test(users_and_neighbours_are_drawn),
		cmocka_unit_test(lines_and_statements_are_linked),
		cmocka_unit_test(statements_are_marked_as_read),
		cmocka_unit_test(a_pending_file_is_edited_and_planned_again),
		cmocka_unit_test(the_statement_stays_chosen),
		cmocka_unit_test(an_applied_file_is_only_looked_at),
		cmocka_unit_test(editors_take_lines_in_their_way),
		cmocka_unit_test(a_lock_that_is_not_had),
		cmocka_unit_test(stopping_asks_and_rolls_back),
		cmocka_unit_test(the_question_goes_with_its_run),
		cmocka_unit_test(quitting_in_a_run_leaves_no_transaction),
		cmocka_unit_test(back_and_in_the_history),
		cmocka_unit_test(rows_written_since_are_a_loss),
		cmocka_unit_test(states_in_the_history),
		cmocka_unit_test(nothing_pending),
		cmocka_unit_test(every_size_holds),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(halves_are_equal),
	};

	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

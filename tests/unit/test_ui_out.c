/*
 * Out of the studio: what is copied is the true text, of a value, a row or the
 * marked rows; what is exported stands in a file or nowhere; and the two ways
 * to the clipboard.
 */
#include "models.h"
#include "studio.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "ui/clip.h"

static const char schema[] =
    "CREATE TABLE a(id INTEGER PRIMARY KEY, name TEXT, data BLOB);"
    "INSERT INTO a VALUES (1, 'one' || char(10) || char(27) || 'two', x'00ff'), "
    "(2, NULL, NULL), (3, printf('%.*c', 90000, 'x'), NULL), (4, 'd', 1.5);"
    "CREATE TABLE big AS WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT "
    "n + 1 FROM i WHERE n < 400000) SELECT n, 'row ' || n AS w FROM i;"
    "CREATE VIEW seen AS SELECT name FROM a WHERE id <> 3;";

static int setup(void **state)
{
	*state = studio_open(schema, 120, 36);
	return 0;
}

static int teardown(void **state)
{
	studio_close(*state);
	return 0;
}

#define assert_copied(f, text, said) do { \
	assert_string_equal((f)->c->clipboard.n ? (f)->c->clipboard.p : "", \
	    (text)); \
	sbuf_reset(&(f)->c->clipboard); \
	studio_shows((f), (said)); \
} while (0)

static void run(struct studio *f, const char *sql)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE,
		.path = str_z(f->path) };
	struct drv *d;
	struct err e = ERR_INIT;

	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, str_z(sql), &e), &e);
	drv_close(d);
}

static void a_value_is_copied_as_it_is(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter y");
	assert_copied(f, "1", "copied the value of id, 1 byte");
	studio_press(f, "l y");
	assert_copied(f, "one\n\033two", "copied the value of name, 8 bytes");
	studio_press(f, "l y");
	assert_copied(f, "X'00FF'", "copied the value of data, 7 bytes");
	studio_press(f, "h j y");
	assert_copied(f, "NULL", "copied the value of name, NULL");
	studio_press(f, "j y");
	assert_int_equal(f->c->clipboard.n, 90000);
	studio_shows(f, "copied the value of name, 90,000 bytes");
}

/* There is nothing a clipboard could hold: what it held stays, and that is
 * said. */
static void an_empty_value_is_not_copied(void **state)
{
	struct studio *f = *state;

	run(f, "UPDATE a SET name = '' WHERE id = 1");
	studio_press(f, "R Enter l y");
	assert_copied(f, "", "not copied: the value of name is empty");
	studio_press(f, "v y");
	assert_copied(f, "", "not copied: the value is empty");
}

static void a_row_in_every_format(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter G Y");
	studio_shows(f, "Copy");
	studio_shows(f, "values between tabs");
	studio_press(f, "j Enter");
	assert_copied(f, "4\td\t1.5\n", "copied 1 row, 8 bytes");
	studio_press(f, "Y j Enter");		/* it stands where it was */
	assert_copied(f, "id,name,data\n4,d,1.5\n", "copied 1 row as CSV, 21");
	studio_press(f, "Y j Enter");
	assert_copied(f, "id\tname\tdata\n4\td\t1.5\n", "1 row as TSV");
	studio_press(f, "Y j Enter");
	assert_copied(f, "{\"id\":4,\"name\":\"d\",\"data\":1.5}\n",
	    "copied 1 row as JSON");
	studio_press(f, "Y j Enter");
	assert_copied(f, "INSERT INTO \"a\" (\"id\", \"name\", \"data\") VALUES "
	    "(4, 'd', 1.5);\n", "1 row as INSERT");
	studio_press(f, "Y j Enter");
	assert_copied(f, "id = 4", "copied 1 row as WHERE, 6 bytes");
	studio_press(f, "Y Esc");
	assert_int_equal(f->c->clipboard.n, 0);
	run(f, "DELETE FROM a WHERE id = 4");
	studio_press(f, "Y Enter");
	assert_copied(f, "", "not copied: the row is gone");
}

static void marked_rows_together(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter Space j");
	studio_press(f, "G Space Y");
	studio_shows(f, "2 marked rows of a");
	studio_press(f, "G Enter");
	assert_true(f->c->clipboard.n > 0);
	assert_copied(f, "id = 1\nOR id = 4", "copied 2 rows as WHERE");
	run(f, "DELETE FROM a WHERE id = 4");
	studio_press(f, "Y k Enter");
	assert_copied(f, "INSERT INTO \"a\" (\"id\", \"name\", \"data\") VALUES "
	    "(1, 'one\n\033two', X'00FF');\n", "copied 1 row as INSERT");
}

/* Hidden columns go along, and that is said. */
static void hidden_columns_are_told_of(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter l - G Y j Enter");
	assert_copied(f, "4\td\t1.5\n", "copied 1 row with 1 hidden column, 8");
	studio_press(f, "E");
	studio_shows(f, "4 rows with 1 hidden column");
}

/* What a filter hides is not copied unseen. */
static void marks_that_are_hidden_stay_behind(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter Space G Space F");
	studio_type(f, "id < 4");
	studio_press(f, "Enter");
	studio_shows(f, "2 marked, 1 shown  rows");
	studio_press(f, "Y");
	studio_shows(f, "1 of 2 marked rows of a");
	studio_press(f, "G Enter");
	assert_copied(f, "id = 1", "copied 1 row as WHERE");
	studio_press(f, "j Space");
	studio_shows(f, "3 marked, 2 shown");
	studio_press(f, "F Ctrl-U");
	studio_type(f, "id = 3");
	studio_press(f, "Enter");
	studio_shows(f, "3 marked, 0 shown");
	studio_press(f, "Y");		/* as if there were none */
	studio_hides(f, "marked rows");
	studio_press(f, "Enter");
	assert_copied(f, "id = 3", "copied 1 row as WHERE");
	studio_press(f, "F Ctrl-U Enter");
	studio_shows(f, "3 marked  rows");
	studio_press(f, "Y Enter");
	assert_copied(f, "id = 1\nOR id = 4\nOR id = 2", "copied 3 rows");
}

static struct str file_of(struct studio *f, const char *name)
{
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	sbuf_reset(&f->shot);
	assert_ok(file_read(path, &f->shot, &e), &e);
	return sbuf_str(&f->shot);
}

static size_t files(struct studio *f)
{
	struct arena *a = arena_new();
	struct dir_list l;
	struct err e = ERR_INIT;
	size_t n;

	assert_ok(dir_read(f->dir, a, &l, &e), &e);
	n = l.n;
	arena_free(a);
	return n;
}

static void what_is_looked_at_goes_into_a_file(void **state)
{
	struct studio *f = *state;

	studio_press(f, "Enter s s F");
	studio_type(f, "id < 3");
	studio_press(f, "Enter E");
	studio_shows(f, "where id < 3");
	studio_shows(f, "a.csv");
	studio_press(f, "Enter");
	studio_shows(f, "exported 2 rows, ");
	assert_str(file_of(f, "a.csv"), "id,name,data\n2,,\n1,\"one\n\033two\","
	    "X'00FF'\n");
	studio_press(f, "E Tab Tab Tab");
	studio_shows(f, "a.jsonl");
	studio_press(f, "Enter");
	assert_true(str_starts(file_of(f, "a.jsonl"), STR("{\"id\":2,")));
	assert_int_equal(files(f), 3);
}

static void no_file_is_replaced_unsaid(void **state)
{
	struct studio *f = *state;
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), "%s/a.csv", f->dir);
	assert_ok(file_create(path, STR("mine"), 0600, &e), &e);
	studio_press(f, "Enter E Enter");
	studio_shows(f, "that file is there");
	studio_shows(f, "y replace it   Esc another name");
	studio_press(f, "Enter Enter x Space");	/* a doubled Enter agrees to nothing */
	studio_shows(f, "that file is there");
	assert_str(file_of(f, "a.csv"), "mine");
	studio_press(f, "Esc");
	studio_shows(f, "Enter export");
	studio_press(f, "Esc");
	assert_str(file_of(f, "a.csv"), "mine");
	studio_press(f, "E Enter Esc x Backspace Enter");	/* asked again */
	studio_shows(f, "y replace it");
	assert_str(file_of(f, "a.csv"), "mine");
	studio_press(f, "y");
	assert_true(str_starts(file_of(f, "a.csv"), STR("id,")));
	studio_press(f, "E Ctrl-U");
	studio_type(f, "none/x.csv");
	studio_press(f, "Enter");
	studio_shows(f, "there is no such folder");
	studio_press(f, "Ctrl-U Enter");
	studio_shows(f, "a file needs a name");
	studio_type(f, "..");
	studio_press(f, "Enter");
	studio_shows(f, "that is a folder");
	studio_press(f, "Esc");
	assert_int_equal(files(f), 2);
}

static void stopped_it_leaves_nothing(void **state)
{
	struct studio *f = *state;

	studio_press(f, "j Enter E");
	studio_shows(f, "Export big");
	studio_key(f, STR("Enter"));
	studio_shows(f, "nothing is left behind");
	studio_key(f, STR("Esc"));
	studio_settle(f->c);
	studio_shows(f, "stopped: no file was written");
	assert_int_equal(files(f), 1);
	studio_press(f, "E Enter");
	studio_shows(f, "exported 400,000 rows, ");
	assert_int_equal(files(f), 2);
}

/* --- the clipboard ------------------------------------------------------------- */

static void the_terminal_is_sent_osc_52(void **state)
{
	struct arena *a = arena_new();
	struct env *env = env_new(a, NULL);
	struct sbuf b = SBUF_TEXT, big = SBUF_TEXT;

	(void)state;
	clip_sequence(clip_open(env, a), STR("weir\n"), &b);
	assert_string_equal(b.p, "\033]52;c;d2Vpcgo=\a");
	sbuf_reset(&b);
	env_set(env, STR("TMUX"), STR("/tmp/x,1,0"));
	clip_sequence(clip_open(env, a), STR("weir"), &b);
	assert_string_equal(b.p, "\033]52;c;d2Vpcg==\a"
	    "\033Ptmux;\033\033]52;c;d2Vpcg==\a\033\\");
	sbuf_reset(&b);
	sbuf_fill(&big, 'x', CLIP_TERMINAL_MAX + 1);
	clip_sequence(clip_open(env, a), sbuf_str(&big), &b);
	assert_int_equal(b.n, 0);
	assert_false(clip_run(clip_open(env, a), STR("x")));
	sbuf_free(&b);
	sbuf_free(&big);
	arena_free(a);
}

/* Found by PATH, only with its variable; no shell reads the text. */
static void a_program_gets_it_too(void **state)
{
	struct studio *f = *state;
	struct env *env = env_new(f->p.a, NULL);
	char tool[128], fifo[128], script[256], got[64];
	struct err e = ERR_INIT;
	ssize_t n, at = 0;
	int fd;

	snprintf(tool, sizeof(tool), "%s/xsel", f->dir);
	snprintf(fifo, sizeof(fifo), "%s/fifo", f->dir);
	snprintf(script, sizeof(script), "#!/bin/sh\n"
	    "{ echo \"$*:$DISPLAY\"; /bin/cat; } >'%s'\n", fifo);
	assert_ok(file_create(tool, str_z(script), 0700, &e), &e);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	env_set(env, STR("PATH"), arena_printf(f->p.a, ".:/none:%s", f->dir));
	assert_str(clip_tool(clip_open(env, f->p.a)), "");
	env_set(env, STR("WAYLAND_DISPLAY"), STR("wayland-0"));
	env_set(env, STR("DISPLAY"), STR(":7"));
	assert_str(clip_tool(clip_open(env, f->p.a)), "xsel");
	assert_true(clip_run(clip_open(env, f->p.a), STR("$(id) 'x\n")));
	fd = open(fifo, O_RDONLY);
	assert_true(fd >= 0);
	while ((n = read(fd, got + at, sizeof(got) - 1 - (size_t)at)) > 0)
		at += n;
	close(fd);
	got[at] = 0;
	assert_string_equal(got, "--input --clipboard::7\n$(id) 'x\n");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

UNIT_MAIN(
	CASE(a_value_is_copied_as_it_is),
	CASE(an_empty_value_is_not_copied),
	CASE(a_row_in_every_format),
	CASE(marked_rows_together),
	CASE(hidden_columns_are_told_of),
	CASE(marks_that_are_hidden_stay_behind),
	CASE(what_is_looked_at_goes_into_a_file),
	CASE(no_file_is_replaced_unsaid),
	CASE(stopped_it_leaves_nothing),
	CASE(the_terminal_is_sent_osc_52),
	CASE(a_program_gets_it_too),
)

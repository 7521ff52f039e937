/*
 * Out of the studio: what is copied is the true text, of a value, a row or the
 * marked rows; what is exported stands in a file or nowhere; and the two ways
 * to the clipboard.
 */
#include "models.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "ui/clip.h"
#include "ui/core.h"

struct fixture {
	char dir[64], path[96];
	struct project p;
	struct project_request request;
	struct core *c;
	struct sbuf shot;
};

static const char schema[] =
    "CREATE TABLE a(id INTEGER PRIMARY KEY, name TEXT, data BLOB);"
    "INSERT INTO a VALUES (1, 'one' || char(10) || char(27) || 'two', x'00ff'), "
    "(2, NULL, NULL), (3, printf('%.*c', 90000, 'x'), NULL), (4, 'd', 1.5);"
    "CREATE TABLE big AS WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT "
    "n + 1 FROM i WHERE n < 400000) SELECT n, 'row ' || n AS w FROM i;"
    "CREATE VIEW seen AS SELECT name FROM a WHERE id <> 3;";

static void settle(struct core *c)
{
	while (c->jobs || c->opening) {
		struct pollfd p = { .fd = worker_fd(c->worker),
			.events = POLLIN };

		assert_true(poll(&p, 1, -1) == 1);
		core_events(c);
	}
}

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));
	struct drv_target t = { .dialect = DIALECT_SQLITE, .create = true };
	struct drv *d;
	struct err e = ERR_INIT;

	f->shot = (struct sbuf)SBUF_TEXT;
	snprintf(f->dir, sizeof(f->dir), "/tmp/weir-out-XXXXXX");
	if (!mkdtemp(f->dir))
		return -1;
	snprintf(f->path, sizeof(f->path), "%s/app.db", f->dir);
	t.path = str_z(f->path);
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_ok(drv_exec(d, str_z(schema), &e), &e);
	drv_close(d);
	t.create = false;
	f->p = (struct project){ .a = arena_new(), .root = str_z(f->dir),
		.name = STR("test"), .db = t, .db_label = STR("app.db"),
		.track_table = STR("__drizzle_migrations") };
	f->request.cwd = str_z(f->dir);
	f->c = core_open(&(struct core_options){ .project = &f->p, .w = 120,
		.h = 36, .still = true, .request = &f->request });
	settle(f->c);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char sql[128];

	core_close(f->c);
	snprintf(sql, sizeof(sql), "rm -rf '%s'", f->dir);
	assert_int_equal(system(sql), 0);
	arena_free(f->p.a);
	sbuf_free(&f->shot);
	xfree(f);
	return 0;
}

static void press_only(struct fixture *f, const char *name)
{
	struct keypress k;

	assert_true(key_parse(str_z(name), &k));
	core_key(f->c, &k);
}

static void press(struct fixture *f, const char *names)
{
	struct str rest = str_z(names);
	char name[32];

	while ((rest = str_trim(rest)).n) {
		size_t end = str_find(rest, STR(" "), 0);

		snprintf(name, sizeof(name), "%.*s", (int)end, rest.p);
		press_only(f, name);
		settle(f->c);
		rest = str_sub(rest, end, rest.n);
	}
}

static void type(struct fixture *f, const char *text)
{
	for (; *text; text++)
		core_key(f->c, &(struct keypress){
		    .code = (unsigned char)*text });
	settle(f->c);
}

static bool shows(struct fixture *f, const char *text)
{
	struct str s;

	core_draw(f->c);
	sbuf_reset(&f->shot);
	surface_dump(f->c->surface, &f->shot);
	s = sbuf_str(&f->shot);
	return str_find(s, str_z(text), 0) < s.n;
}

#define assert_shows(f, text) do { \
	if (!shows((f), (text))) \
		fail_msg("not on the screen: %s\n%s", (text), (f)->shot.p); \
} while (0)

#define assert_copied(f, text, said) do { \
	assert_string_equal((f)->c->clipboard.n ? (f)->c->clipboard.p : "", \
	    (text)); \
	sbuf_reset(&(f)->c->clipboard); \
	assert_shows((f), (said)); \
} while (0)

static void run(struct fixture *f, const char *sql)
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
	struct fixture *f = *state;

	press(f, "Enter y");
	assert_copied(f, "1", "copied the value of id, 1 byte");
	press(f, "l y");
	assert_copied(f, "one\n\033two", "copied the value of name, 8 bytes");
	press(f, "l y");
	assert_copied(f, "X'00FF'", "copied the value of data, 7 bytes");
	press(f, "h j y");
	assert_copied(f, "NULL", "copied the value of name, 4 bytes");
	press(f, "j y");
	assert_int_equal(f->c->clipboard.n, 90000);
	assert_shows(f, "copied the value of name, 90,000 bytes");
}

static void a_row_in_every_format(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter G Y");
	assert_shows(f, "Copy");
	assert_shows(f, "values between tabs");
	press(f, "j Enter");
	assert_copied(f, "4\td\t1.5\n", "copied 1 row, 8 bytes");
	press(f, "Y j Enter");		/* it stands where it was */
	assert_copied(f, "id,name,data\n4,d,1.5\n", "copied 1 row as CSV, 21");
	press(f, "Y j Enter");
	assert_copied(f, "id\tname\tdata\n4\td\t1.5\n", "1 row as TSV");
	press(f, "Y j Enter");
	assert_copied(f, "{\"id\":4,\"name\":\"d\",\"data\":1.5}\n",
	    "copied 1 row as JSON");
	press(f, "Y j Enter");
	assert_copied(f, "INSERT INTO \"a\" (\"id\", \"name\", \"data\") VALUES "
	    "(4, 'd', 1.5);\n", "1 row as INSERT");
	press(f, "Y j Enter");
	assert_copied(f, "id = 4", "copied 1 row as WHERE, 6 bytes");
	press(f, "Y Esc");
	assert_int_equal(f->c->clipboard.n, 0);
	run(f, "DELETE FROM a WHERE id = 4");
	press(f, "Y Enter");
	assert_copied(f, "", "not copied: the row is gone");
}

static void marked_rows_together(void **state)
{
	struct fixture *f = *state;

	press(f, "Enter Space j");
	press(f, "G Space Y");
	assert_shows(f, "2 marked rows of a");
	press(f, "G Enter");
	assert_true(f->c->clipboard.n > 0);
	assert_copied(f, "id = 1\nOR id = 4", "copied 2 rows as WHERE");
	run(f, "DELETE FROM a WHERE id = 4");
	press(f, "Y k Enter");
	assert_copied(f, "INSERT INTO \"a\" (\"id\", \"name\", \"data\") VALUES "
	    "(1, 'one\n\033two', X'00FF');\n", "copied 1 row as INSERT");
}

static struct str file_of(struct fixture *f, const char *name)
{
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	sbuf_reset(&f->shot);
	assert_ok(file_read(path, &f->shot, &e), &e);
	return sbuf_str(&f->shot);
}

static size_t files(struct fixture *f)
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
	struct fixture *f = *state;

	press(f, "Enter s s F");
	type(f, "id < 3");
	press(f, "Enter E");
	assert_shows(f, "where id < 3");
	assert_shows(f, "a.csv");
	press(f, "Enter");
	assert_shows(f, "exported 2 rows, ");
	assert_str(file_of(f, "a.csv"), "id,name,data\n2,,\n1,\"one\n\033two\","
	    "X'00FF'\n");
	press(f, "E Tab Tab Tab");
	assert_shows(f, "a.jsonl");
	press(f, "Enter");
	assert_true(str_starts(file_of(f, "a.jsonl"), STR("{\"id\":2,")));
	assert_int_equal(files(f), 3);
}

static void no_file_is_replaced_unsaid(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct err e = ERR_INIT;

	snprintf(path, sizeof(path), "%s/a.csv", f->dir);
	assert_ok(file_create(path, STR("mine"), 0600, &e), &e);
	press(f, "Enter E Enter");
	assert_shows(f, "that file is there");
	press(f, "Esc");
	assert_str(file_of(f, "a.csv"), "mine");
	press(f, "E Enter x Backspace Enter");	/* asked of that name again? */
	press(f, "Enter");
	assert_true(str_starts(file_of(f, "a.csv"), STR("id,")));
	press(f, "E Ctrl-U");
	type(f, "none/x.csv");
	press(f, "Enter");
	assert_shows(f, "there is no such folder");
	press(f, "Ctrl-U Enter");
	assert_shows(f, "a file needs a name");
	type(f, "..");
	press(f, "Enter");
	assert_shows(f, "that is a folder");
	press(f, "Esc");
	assert_int_equal(files(f), 2);
}

static void stopped_it_leaves_nothing(void **state)
{
	struct fixture *f = *state;

	press(f, "j Enter E");
	assert_shows(f, "Export big");
	press_only(f, "Enter");
	assert_shows(f, "nothing is left behind");
	press_only(f, "Esc");
	settle(f->c);
	assert_shows(f, "stopped: no file was written");
	assert_int_equal(files(f), 1);
	press(f, "E Enter");
	assert_shows(f, "exported 400,000 rows, ");
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
	struct fixture *f = *state;
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
	CASE(a_row_in_every_format),
	CASE(marked_rows_together),
	CASE(what_is_looked_at_goes_into_a_file),
	CASE(no_file_is_replaced_unsaid),
	CASE(stopped_it_leaves_nothing),
	CASE(the_terminal_is_sent_osc_52),
	CASE(a_program_gets_it_too),
)

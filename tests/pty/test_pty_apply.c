/*
 * pty_apply: the studio itself, in a terminal, while a migration runs on the
 * database: storms of sizes, ^Z, ^C, SIGTERM, a lost terminal, a crash.  The
 * terminal is whole afterwards and the database is before or after.
 */
#include "tests/lib/pty.h"

#include <sqlite3.h>

#include "base/hash.h"

#define FIRST "CREATE TABLE a (id integer PRIMARY KEY, v text);"
/* Slow on the real file only, not where it is rehearsed. */
#define SLOW(rows) "CREATE TABLE q (id integer);\n" \
	"--> statement-breakpoint\n" \
	"CREATE TABLE big AS SELECT CASE WHEN file <> '' THEN (WITH RECURSIVE " \
	"n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " #rows ") " \
	"SELECT count(*) FROM n) END AS i FROM pragma_database_list;\n"

struct place {
	char dir[PTY_DIR];
	char db[PTY_DIR + 8];
};

/* Runs sql; the first number of its first row, or -1. */
static int64_t run(const struct place *p, const char *sql)
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = NULL;
	int64_t n = -1;

	assert_int_equal(sqlite3_open(p->db, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		n = sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	sqlite3_close(db);
	return n;
}

static void project(struct place *p, const char *second)
{
	struct sha256 h = sha256_of(STR(FIRST));
	char hex[SHA256_HEX + 1], sql[300];
	struct err e = ERR_INIT;
	char path[160];

	pty_dir(p->dir);
	snprintf(p->db, sizeof(p->db), "%s/app.db", p->dir);
	snprintf(path, sizeof(path), "%s/drizzle/meta", p->dir);
	assert_ok(dir_make(path, 0755, &e), &e);
	pty_put(p->dir, "drizzle.config.json", "{\"dialect\":\"sqlite\","
	    "\"out\":\"./drizzle\",\"dbCredentials\":{\"url\":\"app.db\"}}");
	pty_put(p->dir, "drizzle/meta/_journal.json", "{\"version\":\"7\","
	    "\"dialect\":\"sqlite\",\"entries\":[{\"idx\":0,"
	    "\"version\":\"6\",\"when\":1700000000000,"
	    "\"tag\":\"0000_m0\",\"breakpoints\":true},"
	    "{\"idx\":1,\"version\":\"6\",\"when\":1700000060000,\"tag\":"
	    "\"0001_m1\",\"breakpoints\":true}]}");
	pty_put(p->dir, "drizzle/0000_m0.sql", FIRST);
	pty_put(p->dir, "drizzle/0001_m1.sql", second);
	run(p, FIRST);
	run(p, "INSERT INTO a (v) VALUES ('x'), (NULL)");
	run(p, "CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, "
	    "hash text NOT NULL, created_at numeric)");
	sha256_hex(&h, hex);
	snprintf(sql, sizeof(sql), "INSERT INTO __drizzle_migrations (hash, "
	    "created_at) VALUES ('%s', 1700000000000)", hex);
	run(p, sql);
}

static void assert_state(const struct place *p, bool applied)
{
	int64_t n = applied ? 2 : 1;

	assert_int_equal(run(p, "SELECT count(*) FROM __drizzle_migrations"),
	    n);
	assert_int_equal(run(p, "SELECT count(*) FROM sqlite_schema WHERE name "
	    "IN ('q', 'big')"), applied ? 2 : 0);
	assert_int_equal(run(p, "SELECT count(*) FROM a"), 2);
	assert_int_equal(run(p, "SELECT count(*) FROM "
	    "pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
}

/* The studio, as far as the statement that takes its time. */
static struct vt *applying(struct place *p, const char *second)
{
	char *argv[] = { pty_program("weir"), p->dir, NULL };
	char *env[] = { "ASAN_OPTIONS=handle_segv=0:detect_leaks=0", NULL };
	struct vt *v;

	project(p, second);
	v = vt_start(argv, env, 120, 36);
	assert_true(vt_wait(v, "1 pending"));
	vt_send(v, STR("3"));
	assert_true(vt_wait(v, "0001_m1"));
	vt_send(v, STR("G\r"));
	assert_true(vt_wait(v, "own migrator would"));
	/* the gate opens when the counts are known; before that it says so */
	for (;;) {
		vt_send(v, STR("A"));
		assert_true(vt_wait(v, "Esc"));
		if (vt_shows(v, "Enter does it"))
			break;
		vt_send(v, STR("j"));
		assert_true(vt_wait_gone(v, "Esc"));
	}
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "Applying"));
	return v;
}

static void a_storm_of_sizes_does_not_touch_it(void **state)
{
	struct place p;
	struct vt *v = applying(&p, SLOW(2000000));

	(void)state;
	for (int i = 0; i < 200; i++)
		vt_resize(v, 1 + i * 37 % 300, 1 + i * 11 % 90);
	vt_resize(v, 120, 36);
	assert_true(vt_wait(v, "VERIFIED"));
	vt_send(v, STR("q"));
	vt_stop(v);
	assert_state(&p, true);
	pty_wipe(p.dir);
}

static void it_is_not_suspended_and_term_rolls_back(void **state)
{
	static const int sigs[] = { SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct place p;
		struct vt *v = applying(&p, SLOW(4000000000));

		vt_send(v, STR("\032"));
		assert_true(vt_wait(v, "not suspended"));
		vt_signal(v, SIGTSTP);
		vt_signal(v, sigs[i]);
		pty_exits(v, 128 + sigs[i]);
		pty_restored(v);
		vt_stop(v);
		assert_state(&p, false);
		pty_wipe(p.dir);
	}
}

static void a_lost_terminal_rolls_it_back(void **state)
{
	struct place p;
	struct vt *v = applying(&p, SLOW(4000000000));

	(void)state;
	vt_hang_up(v);
	pty_exits(v, 128 + SIGHUP);
	vt_stop(v);
	assert_state(&p, false);
	pty_wipe(p.dir);
}

static void an_interrupt_tells_how_to_stop_it(void **state)
{
	struct place p;
	struct vt *v = applying(&p, SLOW(4000000000));

	(void)state;
	vt_signal(v, SIGINT);
	assert_true(vt_wait(v, "Esc asks whether"));
	vt_signal(v, SIGTERM);
	assert_true(WIFEXITED(vt_wait_status(v)));
	pty_restored(v);
	vt_stop(v);
	assert_state(&p, false);
	pty_wipe(p.dir);
}

static void a_crash_leaves_terminal_and_database_whole(void **state)
{
	static const int sigs[] = { SIGSEGV, SIGKILL };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct place p;
		struct vt *v = applying(&p, SLOW(4000000000));

		vt_signal(v, sigs[i]);
		pty_dies(v, sigs[i]);
		if (sigs[i] != SIGKILL)
			pty_restored(v);
		vt_stop(v);
		assert_state(&p, false);
		pty_wipe(p.dir);
	}
}

/* The editor reads a line as a shell gives it, is stopped and goes on. */
static void the_editor_has_the_terminal(void **state)
{
	char *argv[] = { pty_program("weir"), NULL, NULL };
	char editor[PTY_DIR + 40];
	char *env[] = { editor, NULL };
	struct place p;
	struct vt *v;
	int status;

	(void)state;
	project(&p, "CREATE TABLE q (id integer);");
	argv[1] = p.dir;
	pty_put(p.dir, "ed", "case $(stty -a) in *' -icanon'*) echo RAW;; "
	    "*) echo COOKED;; esac\nread x || exit\necho \"CREATE TABLE $x "
	    "(id integer);\" >\"$1\"\n");
	snprintf(editor, sizeof(editor), "VISUAL=sh %s/ed", p.dir);
	v = vt_start(argv, env, 120, 36);
	assert_true(vt_wait(v, "1 pending"));
	vt_send(v, STR("3"));
	assert_true(vt_wait(v, "0001_m1"));
	vt_send(v, STR("G\r"));
	assert_true(vt_wait(v, "own migrator would"));
	vt_send(v, STR("e"));
	assert_true(vt_wait(v, "COOKED"));
	vt_signal(v, SIGWINCH);
	assert_true(vt_settle(v, 100));
	pty_restored(v);
	vt_send(v, STR("\003"));		/* the editor's affair */
	assert_true(vt_wait(v, "ended with status 130"));
	assert_true(vt_alternate(v));
	vt_stop(v);
	/* again, to its end */
	v = vt_start(argv, env, 120, 36);
	assert_true(vt_wait(v, "1 pending"));
	vt_send(v, STR("3"));
	assert_true(vt_wait(v, "0001_m1"));
	vt_send(v, STR("G\r"));
	assert_true(vt_wait(v, "own migrator would"));
	vt_send(v, STR("e"));
	assert_true(vt_wait(v, "COOKED"));
	vt_send(v, STR("\032"));
	status = vt_wait_status(v);
	assert_true(WIFSTOPPED(status));
	vt_continue(v);
	vt_send(v, STR("edited\n"));
	assert_true(vt_wait(v, "CREATE TABLE edited"));
	assert_true(vt_alternate(v));
	assert_true(vt_wait(v, "planned again"));
	vt_send(v, STR("q"));
	assert_true(vt_wait(v, "Migrations"));
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	pty_restored(v);
	vt_stop(v);
	assert_state(&p, false);
	pty_wipe(p.dir);
}

UNIT_MAIN(cmocka_unit_test(the_editor_has_the_terminal),
    cmocka_unit_test(a_storm_of_sizes_does_not_touch_it),
    cmocka_unit_test(it_is_not_suspended_and_term_rolls_back),
    cmocka_unit_test(a_lost_terminal_rolls_it_back),
    cmocka_unit_test(an_interrupt_tells_how_to_stop_it),
    cmocka_unit_test(a_crash_leaves_terminal_and_database_whole))

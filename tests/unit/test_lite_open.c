/*
 * Opening in each mode, files that are no databases, what browsing refuses,
 * cells, cancel.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "lite.h"

static enum rc open_rc(const char *path, enum drv_mode mode, bool create)
{
	struct drv_target t = { .path = str_z(path), .create = create };
	struct drv *d = NULL;
	enum rc rc;

	err = (struct err)ERR_INIT;
	rc = drv_open(&t, mode, &d, &err);
	drv_close(d);
	return rc;
}

static void put(const char *path, const char *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void files_that_are_no_databases(void **state)
{
	char big[5000];

	(void)state;
	RC(RC_NOTFOUND, open_rc(file("missing.db"), DRV_BROWSE, false));
	RC(RC_NOTFOUND, open_rc(file("missing.db"), DRV_APPLY, false));
	RC(RC_NOTFOUND, open_rc(file("no/folder.db"), DRV_APPLY, true));
	assert_int_equal(access(file("missing.db"), F_OK), -1);
	assert_int_equal(mkfifo(file("fifo"), 0600), 0);
	RC(RC_UNSUPPORTED, open_rc(file("fifo"), DRV_BROWSE, false));
	RC(RC_UNSUPPORTED, open_rc("/dev/zero", DRV_BROWSE, false));
	RC(RC_UNSUPPORTED, open_rc(folder, DRV_BROWSE, false));
	RC(RC_USAGE, open_rc("", DRV_BROWSE, false));
	put(file("text.db"), "hello", 5);
	RC(RC_DB, open_rc(file("text.db"), DRV_BROWSE, false));
	assert_string_equal(err.where, "SQLITE_NOTADB");
	RC(RC_DB, open_rc(file("text.db"), DRV_APPLY, false));
	memset(big, 0, sizeof(big));
	memcpy(big, "SQLite format 3", 16);
	put(file("bad.db"), big, sizeof(big));
	RC(RC_DB, open_rc(file("bad.db"), DRV_BROWSE, false));
	put(file("zero.db"), "", 0);
	assert_int_equal(lite_probe(str_z(file("zero.db"))).state, DB_EMPTY);
	OK(open_rc(file("zero.db"), DRV_BROWSE, false));
}

static void a_path_is_never_a_uri(void **state)
{
	char cwd[300];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof(cwd)));
	assert_int_equal(chdir(folder), 0);
	RC(RC_NOTFOUND, open_rc("file:x.db?mode=rwc", DRV_BROWSE, false));
	OK(open_rc("file:x.db?mode=memory", DRV_APPLY, true));
	assert_int_equal(access("file:x.db?mode=memory", F_OK), 0);
	RC(RC_NOTFOUND, open_rc(":memory:", DRV_BROWSE, false));
	assert_int_equal(chdir(cwd), 0);
}

static struct sha256 hash_of(const char *path)
{
	struct sbuf b = SBUF_TEXT;
	struct sha256 h;
	char part[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		sbuf_add(&b, (struct str){ part, n });
	fclose(f);
	h = sha256_of(sbuf_str(&b));
	sbuf_free(&b);
	return h;
}

/* Q1, Q3: nothing that browsing is given writes or reaches out. */
static void browsing_only_looks(void **state)
{
	static const char *const refused[] = {
		"DELETE FROM t", "INSERT INTO t VALUES(1)", "UPDATE t SET x=1",
		"CREATE TABLE z(a)", "CREATE TEMP TABLE z(a)", "DROP TABLE t",
		"CREATE VIEW z AS SELECT 1", "ALTER TABLE t ADD COLUMN q",
		"ATTACH '/tmp/weir-attached' AS x", "VACUUM", "REINDEX",
		"VACUUM INTO '/tmp/weir-vacuumed'", "ANALYZE",
		"PRAGMA journal_mode=WAL", "PRAGMA query_only=0",
		"PRAGMA writable_schema=1", "PRAGMA user_version=3",
		"PRAGMA wal_checkpoint", "SELECT load_extension('x')",
		"SELECT fts3_tokenizer('simple')", "SELECT \"nothing_here\"",
		"BEGIN", "SAVEPOINT s", "SELECT writefile('/tmp/weir-w','x')",
		"CREATE VIRTUAL TABLE v USING fts5(a)",
	};
	static const char *const fine[] = {
		"SELECT x FROM t", "SELECT count(*) FROM sqlite_schema",
		"SELECT * FROM pragma_table_xinfo('t')", "PRAGMA table_info(t)",
		"PRAGMA journal_mode", "SELECT count(*) FROM dbstat",
		("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
		    "WHERE i<9) SELECT sum(i) FROM n"), "SELECT * FROM f",
		"SELECT * FROM f WHERE f MATCH 'word'", "SELECT * FROM r",
		"EXPLAIN QUERY PLAN SELECT * FROM t", "SELECT json('[1]')",
	};
	struct drv *d = opened(file("look.db"), DRV_APPLY);
	struct sha256 before, after;

	(void)state;
	run(d, "CREATE TABLE t(x); INSERT INTO t VALUES(1);"
	    "CREATE VIRTUAL TABLE f USING fts5(a); "
	    "INSERT INTO f VALUES('word'); "
	    "CREATE VIRTUAL TABLE r USING rtree(id, lo, hi)");
	drv_close(d);
	before = hash_of(file("look.db"));
	d = opened(file("look.db"), DRV_BROWSE);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct cursor *c = NULL;
		bool more = false;
		enum rc rc;

		err = (struct err)ERR_INIT;
		rc = drv_query(d, str_z(refused[i]), NULL, 0, 0, &c, &err);
		if (!rc)
			rc = cursor_next(c, &more, &err);
		cursor_close(c);
		if (!rc || !err.msg[0])
			fail_msg("%s was not refused", refused[i]);
		err = (struct err)ERR_INIT;
		if (drv_exec(d, str_z(refused[i]), &err) == RC_OK)
			fail_msg("%s was not refused by exec", refused[i]);
	}
	for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
		(void)number(d, fine[i]);
	drv_close(d);
	after = hash_of(file("look.db"));
	assert_true(sha256_eq(&before, &after));
	assert_int_equal(access("/tmp/weir-attached", F_OK), -1);
	assert_int_equal(access("/tmp/weir-vacuumed", F_OK), -1);
}

/* Q5: a file that needs recovery is not touched by looking. */
static void a_hot_journal_is_left_alone(void **state)
{
	struct drv *d = opened(file("hot.db"), DRV_APPLY);
	struct sha256 db, journal, now;
	pid_t pid;

	(void)state;
	run(d, "CREATE TABLE t(x); INSERT INTO t VALUES(1)");
	drv_close(d);
	pid = fork();
	if (pid == 0) {
		d = opened(file("hot.db"), DRV_APPLY);
		run(d, "PRAGMA cache_size=1; BEGIN; WITH RECURSIVE n(i) AS "
		    "(SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) "
		    "INSERT INTO t SELECT randomblob(100) FROM n");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	db = hash_of(file("hot.db"));
	journal = hash_of(file("hot.db-journal"));
	RC(RC_DENIED, open_rc(file("hot.db"), DRV_BROWSE, false));
	assert_non_null(strstr(err.msg, "recovery"));
	assert_true(err.hint[0] != 0);
	now = hash_of(file("hot.db"));
	assert_true(sha256_eq(&db, &now));
	now = hash_of(file("hot.db-journal"));
	assert_true(sha256_eq(&journal, &now));
	d = opened(file("hot.db"), DRV_APPLY);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 1);
	drv_close(d);
}

static void looking_at_wal_leaves_nothing(void **state)
{
	struct drv *d = opened(file("quiet.db"), DRV_APPLY), *app;
	struct sha256 before, after;

	(void)state;
	run(d, "PRAGMA journal_mode=WAL; CREATE TABLE t(x)");
	drv_close(d);
	before = hash_of(file("quiet.db"));
	assert_int_equal(access(file("quiet.db-wal"), F_OK), -1);
	d = opened(file("quiet.db"), DRV_BROWSE);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 0);
	drv_close(d);
	after = hash_of(file("quiet.db"));
	assert_true(sha256_eq(&before, &after));
	assert_int_equal(access(file("quiet.db-wal"), F_OK), -1);
	assert_int_equal(access(file("quiet.db-shm"), F_OK), -1);
	/* what another connection is using stays */
	app = opened(file("quiet.db"), DRV_APPLY);
	run(app, "INSERT INTO t VALUES(1)");
	d = opened(file("quiet.db"), DRV_BROWSE);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 1);
	drv_close(d);
	assert_int_equal(access(file("quiet.db-wal"), F_OK), 0);
	run(app, "INSERT INTO t VALUES(2)");
	drv_close(app);
}

/* As another user, in a folder where no -shm can be made. */
static void wal_in_a_folder_that_is_read_only(void **state)
{
	struct drv *d;
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(mkdir(file("ro"), 0755), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	d = opened(file("ro/wal.db"), DRV_APPLY);
	run(d, "PRAGMA journal_mode=WAL; CREATE TABLE t(x);"
	    "INSERT INTO t VALUES(7)");
	drv_close(d);
	pid = fork();
	if (pid == 0) {
		struct drv_target t = { .path = str_z(file("ro/wal.db")) };
		struct value v = { .i = 0 };
		enum rc rc;

		if (setgid(65534) || setuid(65534))
			_exit(3);
		rc = drv_open(&t, DRV_BROWSE, &d, &err);
		if (!rc)
			rc = drv_scalar(d, STR("SELECT x FROM t"), NULL, 0,
			    arena, &v, &err);
		if (rc || v.i != 7)
			_exit(1);
		rc = drv_exec(d, STR("DELETE FROM t"), &err);
		if (!rc)
			_exit(4);
		rc = drv_open(&t, DRV_APPLY, &d, &err);
		if (!rc)
			rc = d->ops->begin(d, true, &err);
		if (!rc)
			rc = drv_exec(d, STR("DELETE FROM t"), &err);
		_exit(rc == RC_DENIED ? 0 : 2);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A child of another user opens `name`; its result code, or 99. */
static int rc_as_nobody(const char *name, enum drv_mode mode)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (setgid(65534) || setuid(65534))
			_exit(99);
		_exit((int)open_rc(file(name), mode, false));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static void permissions(void **state)
{
	struct drv *d;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(folder, 0755), 0);
	d = opened(file("perm.db"), DRV_APPLY);
	run(d, "CREATE TABLE t(x)");
	drv_close(d);
	assert_int_equal(chmod(file("perm.db"), 0444), 0);
	assert_int_equal(rc_as_nobody("perm.db", DRV_BROWSE), RC_OK);
	assert_false(lite_probe(str_z(file("perm.db"))).wal);
	assert_int_equal(chmod(file("perm.db"), 0), 0);
	assert_int_equal(rc_as_nobody("perm.db", DRV_BROWSE), RC_DENIED);
	assert_int_equal(rc_as_nobody("perm.db", DRV_APPLY), RC_DENIED);
}

/* Q2: whatever the bytes are, there is a message and no crash. */
static void corrupted_files(void **state)
{
	struct drv *d = opened(file("seed.db"), DRV_APPLY);
	unsigned seed = 12345;
	char bytes[65536];
	size_t n;
	FILE *f;

	(void)state;
	run(d, "PRAGMA page_size=512; CREATE TABLE t(a PRIMARY KEY, b, c "
	    "REFERENCES t) WITHOUT ROWID; CREATE TABLE u(x INTEGER PRIMARY "
	    "KEY, y TEXT); CREATE INDEX i ON u(y); CREATE VIEW v AS SELECT * "
	    "FROM u; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
	    "FROM n WHERE i<200) INSERT INTO u SELECT i, 'text ' || i FROM n");
	drv_close(d);
	f = fopen(file("seed.db"), "r");
	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (int round = 0; round < 300; round++) {
		struct drv_target t = { .path = str_z(file("bad.db")) };
		struct arena *a = arena_new();
		struct model *m;
		struct value v;
		struct str s;
		char copy[65536];
		enum rc rc;

		memcpy(copy, bytes, n);
		for (int k = 0; k < 1 + round % 20; k++) {
			seed = seed * 1103515245u + 12345u;
			/* half of them in the schema's own page */
			copy[(seed >> 8) % (k % 2 ? 512 : n)] =
			    (char)(seed >> 24);
		}
		put(file("bad.db"), copy, round % 10 ? n : n / 2 + 7);
		err = (struct err)ERR_INIT;
		rc = drv_open(&t, DRV_BROWSE, &d, &err);
		if (rc) {
			assert_true(err.msg[0] != 0);
			arena_free(a);
			continue;
		}
		rc = d->ops->introspect(d, a, &m, &err);
		assert_true(!rc || err.msg[0] != 0);
		rc = d->ops->integrity(d, a, &s, &err);
		assert_true(!rc || err.msg[0] != 0);
		rc = drv_scalar(d, STR("SELECT count(y) FROM u"), NULL, 0, a,
		    &v, &err);
		assert_true(!rc || err.msg[0] != 0);
		drv_close(d);
		arena_free(a);
	}
}

static void apply_and_store(void **state)
{
	struct drv *d = opened(file("apply.db"), DRV_APPLY);
	struct stat st;

	(void)state;
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 1);
	assert_int_equal(number(d, "PRAGMA trusted_schema"), 1);
	run(d, "CREATE TABLE t(x)");
	err = (struct err)ERR_INIT;
	RC(RC_DB, drv_exec(d, STR("INSERT INTO t VALUES(\"text\")"), &err));
	assert_string_equal(err.where, "+21");
	RC(RC_UNSUPPORTED, drv_exec(d, STR("ATTACH 'x' AS y"), &err) ==
	    RC_DENIED ? RC_UNSUPPORTED : RC_OK);
	drv_close(d);
	d = opened(file("store.db"), DRV_STORE);
	assert_int_equal(number(d, "PRAGMA synchronous"), 2);
	run(d, "CREATE TABLE t(x)");
	assert_int_equal(stat(file("store.db"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	drv_close(d);
}

static void cells_are_cut(void **state)
{
	struct drv *d = scratch();
	struct cursor *c;
	bool more;

	(void)state;
	OK(drv_query(d, STR("SELECT 'abcdé' AS a, x'00112233445566', NULL, "
	    "'a'||char(0)||'b', 1.5, ?1"), &(struct value){
	    .kind = VALUE_TEXT, .s = STR("hi") }, 1, 5, &c, &err));
	assert_true(str_is(c->names[0], "a"));
	OK(cursor_next(c, &more, &err));
	assert_true(more);
	assert_true(str_is(c->row[0].s, "abcd"));	/* not half an é */
	assert_int_equal(c->row[0].full, 6);
	assert_int_equal(c->row[1].kind, VALUE_BLOB);
	assert_int_equal(c->row[1].s.n, 5);
	assert_int_equal(c->row[1].full, 7);
	assert_int_equal(c->row[2].kind, VALUE_NULL);
	assert_int_equal(c->row[3].s.n, 3);
	assert_true(c->row[4].kind == VALUE_REAL && c->row[4].r == 1.5);
	assert_true(str_is(c->row[5].s, "hi"));
	OK(cursor_next(c, &more, &err));
	assert_false(more);
	cursor_close(c);
	RC(RC_UNSUPPORTED, drv_query(d, STR("SELECT 1; SELECT 2"), NULL, 0, 0,
	    &c, &err));
	RC(RC_UNSUPPORTED, drv_query(d, STR("-- nothing"), NULL, 0, 0, &c,
	    &err));
	OK(drv_query(d, STR("SELECT 1; -- end"), NULL, 0, 0, &c, &err));
	cursor_close(c);
	RC(RC_DB, drv_query(d, STR("SELECT x"), NULL, 0, 0, &c, &err));
	assert_string_equal(err.where, "+7");
	drv_close(d);
}

/* --- cancel ----------------------------------------------------------- */

#define ENDLESS STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL " \
	"SELECT i+1 FROM n) SELECT count(*) FROM n")

static atomic_bool started;

static void *cancel_soon(void *arg)
{
	while (!atomic_load(&started))
		sched_yield();
	drv_cancel(arg);
	return NULL;
}

static void cancel_from_another_thread(void **state)
{
	struct drv *d = scratch();
	struct value v;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, d), 0);
	atomic_store(&started, true);
	RC(RC_CANCELLED, drv_scalar(d, ENDLESS, NULL, 0, arena, &v, &err));
	pthread_join(thread, NULL);
	/* before the call: it is not lost, and it is over after it */
	drv_cancel(d);
	RC(RC_CANCELLED, drv_exec(d, STR("SELECT 1"), &err));
	run(d, "CREATE TABLE t(x)");
	/* a rollback is never cancelled */
	OK(d->ops->begin(d, true, &err));
	run(d, "INSERT INTO t VALUES(1)");
	drv_cancel(d);
	d->ops->rollback(d);
	assert_false(d->ops->in_tx(d));
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 0);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_that_are_no_databases),
		cmocka_unit_test(a_path_is_never_a_uri),
		cmocka_unit_test(browsing_only_looks),
		cmocka_unit_test(a_hot_journal_is_left_alone),
		cmocka_unit_test(looking_at_wal_leaves_nothing),
		cmocka_unit_test(wal_in_a_folder_that_is_read_only),
		cmocka_unit_test(permissions),
		cmocka_unit_test(corrupted_files),
		cmocka_unit_test(apply_and_store),
		cmocka_unit_test(cells_are_cut),
		cmocka_unit_test(cancel_from_another_thread),
	};

	return cmocka_run_group_tests_name("lite_open", tests, lite_setup,
	    lite_teardown);
}

/* drv/pg through pgbouncer in transaction mode, with ONE server connection:
 * whatever is left in the session is the next client's. */
#include "tests/unit/pg.h"

static char bouncer[256];

static int bouncer_run(const char *what)
{
	char line[1024];

	snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin; %s", what);
	return system(line);
}

static void bouncer_down(void)
{
	char line[400];

	snprintf(line, sizeof(line), "test ! -f %s/b.pid || "
	    "kill -INT \"$(cat %s/b.pid)\"", pg_dir, pg_dir);
	if (bouncer_run(line))
		puts("# pgbouncer was not there to stop");
	pg_down();
}

static void bouncer_up(void)
{
	char line[800];
	FILE *f;

	snprintf(bouncer, sizeof(bouncer), "%s/b.ini", pg_dir);
	f = fopen(bouncer, "w");
	if (!f)
		exit(99);
	fprintf(f, "[databases]\n* = host=%s port=%d user=weir\n"
	    "[pgbouncer]\nlisten_addr =\nlisten_port = %d\n"
	    "unix_socket_dir = %s\nauth_type = any\npool_mode = transaction\n"
	    "default_pool_size = 1\nlogfile = %s/b.log\npidfile = %s/b.pid\n",
	    pg_dir, pg_port, pg_port + 1, pg_dir, pg_dir, pg_dir);
	fclose(f);
	/* it refuses to run as root */
	snprintf(line, sizeof(line), "if test \"$(id -u)\" = 0; then chown -R "
	    "postgres %s/b.ini && pgbouncer -q -d -u postgres %s; "
	    "else pgbouncer -q -d %s; fi", pg_dir, bouncer, bouncer);
	if (bouncer_run(line))
		exit(99);
	atexit(bouncer_down);
}

static struct drv_target pooled_target(void)
{
	static char text[200];
	struct drv_target t = pg_target("pool");

	snprintf(text, sizeof(text), "host=%s port=%d user=weir dbname=pool",
	    pg_dir, pg_port + 1);
	t.conninfo = str_z(text);
	return t;
}

static struct drv *pooled(enum drv_mode mode)
{
	struct drv_target t = pooled_target();
	struct err e = ERR_INIT;
	struct drv *d = NULL;

	assert_ok(drv_open(&t, mode, &d, &e), &e);
	return d;
}

static struct str ask(struct drv *d, const char *sql, struct arena *a)
{
	struct value v = { 0 };
	struct err e = ERR_INIT;

	assert_ok(drv_scalar(d, str_z(sql), NULL, 0, a, &v, &e), &e);
	return v.kind == VALUE_INT ? arena_printf(a, "%lld",
	    (long long)v.i) : v.s;
}

static void test_known(void **state)
{
	struct drv *d = pooled(DRV_BROWSE), *direct = pg_conn("pool",
	    DRV_BROWSE);
	struct arena *a = arena_new();
	struct drv_server s;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(d->ops->server(d, a, &s, &e), &e);
	assert_true(s.pooled);
	assert_ok(direct->ops->server(direct, a, &s, &e), &e);
	assert_false(s.pooled);
	drv_close(d);
	drv_close(direct);
	arena_free(a);
}

/* Two clients on one server connection: nothing of one shows in the other. */
static void test_nothing_stays(void **state)
{
	struct drv *x = pooled(DRV_BROWSE), *y = pooled(DRV_APPLY);
	struct arena *a = arena_new();
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_str(ask(x, "SELECT current_setting("
		    "'transaction_read_only')", a), "on");
		assert_str(ask(y, "SELECT current_setting("
		    "'transaction_read_only')", a), "off");
		assert_str(ask(y, "SELECT current_setting('search_path')", a),
		    "\"$user\", public");
		assert_str(ask(y, "SELECT current_setting('lock_timeout')", a),
		    "0");
		assert_str(ask(x, "SELECT current_setting('search_path')", a),
		    "\"$user\", public");
	}
	assert_int_equal(drv_exec(y, STR("CREATE TABLE IF NOT EXISTS t (a "
	    "int)"), &e), RC_OK);
	assert_str(ask(x, "SELECT count(*) FROM t", a), "0");
	struct cursor *c = NULL;

	assert_int_equal(drv_query(x, STR("INSERT INTO t VALUES (1)"), NULL, 0,
	    0, &c, &e), RC_DENIED);
	drv_close(x);
	drv_close(y);
	arena_free(a);
}

/* The lock is the transaction's: begin() has it, commit() gives it back, and
 * no session keeps it. */
static void test_lock(void **state)
{
	struct drv *x = pooled(DRV_APPLY), *direct = pg_conn("pool",
	    DRV_APPLY);
	const struct lock_request rq = { .wait_ms = 100 };
	struct arena *a = arena_new();
	struct lock_info i;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(x->ops->lock(x, &rq, a, &i, &e), &e);
	assert_false(x->ops->in_tx(x));
	assert_ok(x->ops->begin(x, true, &e), &e);
	assert_str(ask(x, "SELECT current_setting('lock_timeout')", a), "3s");
	assert_int_equal(direct->ops->lock(direct, &rq, a, &i, &e), RC_BUSY);
	assert_ok(x->ops->commit(x, &e), &e);
	e = (struct err)ERR_INIT;
	assert_ok(direct->ops->lock(direct, &rq, a, &i, &e), &e);
	assert_int_equal(x->ops->begin(x, true, &e), RC_BUSY);
	assert_false(x->ops->in_tx(x));
	direct->ops->unlock(direct);
	x->ops->unlock(x);
	assert_str(ask(direct, "SELECT count(*) FROM pg_locks WHERE locktype ="
	    " 'advisory'", a), "0");
	drv_close(x);
	drv_close(direct);
	arena_free(a);
}

/* SET lock_timeout and the lock around it would be another client's. */
static void test_outside(void **state)
{
	struct drv *x = pooled(DRV_APPLY);
	struct arena *a = arena_new();
	struct sql_span span;
	struct facts f;
	struct err e = ERR_INIT;
	size_t at = 0;
	bool more;

	(void)state;
	assert_int_equal(x->ops->run_next(x, STR("CREATE INDEX CONCURRENTLY i "
	    "ON t (a)"), &at, 0, a, &span, &f, &more, &e), RC_UNSUPPORTED);
	assert_non_null(strstr(e.hint, "--db"));
	drv_close(x);
	arena_free(a);
}

static void test_introspect(void **state)
{
	struct drv *x = pooled(DRV_BROWSE);
	struct arena *a = arena_new();
	struct model *m = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(x->ops->introspect(x, a, &m, &e), &e);
	assert_non_null(model_table(m, STR("public"), STR("t")));
	assert_false(x->ops->in_tx(x));
	drv_close(x);
	arena_free(a);
}

static int setup(void **state)
{
	(void)state;
	pg_fresh("pool");
	return 0;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_nothing_stays),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_introspect),
	};
	int bad;

	if (bouncer_run("command -v pgbouncer >/dev/null")) {
		puts("1..0 # SKIP pgbouncer is not installed");
		return 77;
	}
	pg_up(NULL);
	bouncer_up();
	bad = cmocka_run_group_tests(cases, setup, NULL);
	return bad;
}

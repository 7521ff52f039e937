/* drv/pg: sessions, rows, transactions, cancel, errors, on a real server. */
#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "tests/unit/pg.h"

static struct drv *conn(enum drv_mode mode)
{
	return pg_conn("wire", mode);
}

static void scalar(struct drv *d, const char *sql, struct arena *a,
    struct value *v)
{
	struct err e = ERR_INIT;

	assert_ok(drv_scalar(d, str_z(sql), NULL, 0, a, v, &e), &e);
}

static void test_values(void **state)
{
	struct drv *d = conn(DRV_BROWSE);
	struct value args[] = { { .kind = VALUE_INT, .i = 7 },
		{ .kind = VALUE_TEXT, .s = STR("grün") },
		{ .kind = VALUE_BLOB, .s = { "\0\xff", 2 } },
		{ .kind = VALUE_NULL } };
	struct err e = ERR_INIT;
	struct cursor *c = NULL;
	bool more = false;

	(void)state;
	assert_ok(drv_query(d, STR("SELECT $1::int8, $2::text, $3::bytea, "
	    "$4::int4, 1.10::numeric, 'infinity'::timestamptz, "
	    "'{1,2}'::int[], repeat('ä', 100) AS long"), args, 4, 11, &c, &e),
	    &e);
	assert_ok(cursor_next(c, &more, &e), &e);
	assert_true(more);
	assert_int_equal(c->ncols, 8);
	assert_str(c->names[7], "long");
	assert_str(c->types[0], "bigint");
	assert_int_equal(c->row[0].kind, VALUE_INT);
	assert_int_equal(c->row[0].i, 7);
	assert_str(c->row[1].s, "grün");
	assert_int_equal(c->row[2].kind, VALUE_BLOB);
	assert_int_equal(c->row[2].s.n, 2);
	assert_memory_equal(c->row[2].s.p, "\0\xff", 2);
	assert_int_equal(c->row[3].kind, VALUE_NULL);
	assert_str(c->row[4].s, "1.10");
	assert_str(c->row[5].s, "infinity");
	assert_str(c->row[6].s, "{1,2}");
	/* cut between two characters, the true length kept */
	assert_int_equal(c->row[7].s.n, 10);
	assert_int_equal(c->row[7].full, 200);
	assert_ok(cursor_next(c, &more, &e), &e);
	assert_false(more);
	cursor_close(c);
	assert_false(d->ops->in_tx(d));
	drv_close(d);
}

/* --- what may not be ------------------------------------------------------ */

static enum rc try_query(struct drv *d, const char *sql, struct err *e)
{
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc;

	*e = (struct err)ERR_INIT;
	rc = drv_query(d, str_z(sql), NULL, 0, 0, &c, e);
	while (!rc && more)
		rc = cursor_next(c, &more, e);
	cursor_close(c);
	return rc;
}

/* Whatever is typed while browsing, nothing is written, now or later. */
static void test_browse_is_read_only(void **state)
{
	static const char *const tries[] = {
		"CREATE TABLE no (a int)",
		"SET TRANSACTION READ WRITE",
		"SET default_transaction_read_only = off",
		"CREATE TABLE no (a int)",
		"SELECT set_config('transaction_read_only', 'off', false)",
		"SELECT set_config('default_transaction_read_only', 'off', "
		    "false)",
		"CREATE TABLE no (a int)",
		"DO $$ BEGIN SET TRANSACTION READ WRITE; "
		    "CREATE TABLE no (a int); END $$",
		"COMMIT", "CREATE TABLE no (a int)",
		"ROLLBACK", "CREATE TABLE no (a int)",
		"SELECT 1; COMMIT; CREATE TABLE no (a int)",
		"SET search_path = pg_temp",
		"CREATE TABLE no (a int)",
	};
	struct drv *d = conn(DRV_BROWSE);
	struct arena *a = arena_new();
	struct value v;
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		enum rc rc = try_query(d, tries[i], &e);

		if (strstr(tries[i], "CREATE TABLE"))
			assert_int_not_equal(rc, RC_OK);
		assert_false(d->ops->in_tx(d));
	}
	assert_int_equal(try_query(d, "CREATE TABLE no (a int)", &e),
	    RC_DENIED);
	assert_str(str_z(e.where), "25006");
	scalar(d, "SELECT count(*) FROM pg_class WHERE relname = 'no'", a, &v);
	assert_int_equal(v.i, 0);
	/* the role's path, though our own texts run without it */
	scalar(d, "SELECT current_setting('search_path')", a, &v);
	assert_str(v.s, "\"$user\", public");
	drv_close(d);
	arena_free(a);
}

static void test_read_only_apply(void **state)
{
	struct drv_target t = pg_target("wire");
	struct drv *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	t.read_only = true;
	assert_ok(drv_open(&t, DRV_APPLY, &d, &e), &e);
	assert_int_equal(drv_exec(d, STR("CREATE TABLE no (a int)"), &e),
	    RC_DENIED);
	assert_ok(d->ops->begin(d, true, &e), &e);
	assert_int_equal(drv_exec(d, STR("CREATE TABLE no (a int)"), &e),
	    RC_DENIED);
	d->ops->rollback(d);
	drv_close(d);
}

/* --- sessions ------------------------------------------------------------- */

static void test_server(void **state)
{
	struct arena *a = arena_new();
	struct drv *d = conn(DRV_APPLY);
	struct drv_server s;
	struct err e = ERR_INIT;
	struct value v;

	(void)state;
	assert_ok(d->ops->server(d, a, &s, &e), &e);
	assert_true(str_starts(s.product, STR("PostgreSQL 1")));
	assert_true(s.version >= 120000);
	assert_str(s.user, "weir");
	assert_str(s.database, "wire");
	assert_str(s.tls, "");
	assert_true(s.superuser && s.bypass_rls);
	assert_false(s.pooled);
	scalar(d, "SELECT pg_backend_pid()", a, &v);
	assert_int_equal(v.i, s.pid);
	scalar(d, "SELECT current_setting('application_name') || ' ' || "
	    "current_setting('lock_timeout') || ' ' || "
	    "current_setting('client_encoding')", a, &v);
	assert_str(v.s, "weir 3s UTF8");
	drv_close(d);
	arena_free(a);
}

static void test_probe(void **state)
{
	struct drv_target t = pg_target("wire");
	struct db_probe p = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(drv_probe(&t, &p, &e), &e);
	assert_int_equal(p.state, DB_OK);
	t = pg_target("nowhere");
	assert_ok(drv_probe(&t, &p, &e), &e);
	assert_int_equal(p.state, DB_MISSING);
	t.conninfo = STR("host=127.0.0.1 port=1 user=u password=geheim "
	    "dbname=d");
	assert_int_equal(drv_probe(&t, &p, &e), RC_DB);
	assert_non_null(strstr(e.msg, "127.0.0.1, port 1"));
	assert_null(strstr(e.msg, "geheim"));
	assert_true(e.hint[0]);
}

static bool say_secret(void *arg, const struct drv_question *q,
    struct sbuf *out)
{
	++*(int *)arg;
	assert_non_null(strstr(q->prompt, "weir"));
	assert_non_null(strstr(q->who, "weir@127.0.0.1:"));
	sbuf_addz(out, "secret");
	return true;
}

/* Wrong `bad` times, then right. */
struct forgetful {
	int bad, asked;
};

static bool say_wrong(void *arg, const struct drv_question *q,
    struct sbuf *out)
{
	struct forgetful *f = arg;

	assert_true(q->wrong == (f->asked > 0));
	sbuf_addz(out, f->asked++ < f->bad ? "wrong" : "secret");
	return true;
}

static void test_wrong_password(void **state)
{
	struct drv_target t = pg_target("wire");
	struct drv *d = NULL;
	char text[200];

	(void)state;
	snprintf(text, sizeof(text), "host=127.0.0.1 port=%d user=weir "
	    "dbname=wire passfile=/dev/null/none", pg_port);
	t.conninfo = str_z(text);
	t.ask_password = say_wrong;
	for (int bad = 0; bad <= 4; bad++) {
		struct forgetful f = { .bad = bad };
		struct err e = ERR_INIT;
		enum rc rc;

		t.ask_arg = &f;
		rc = drv_open(&t, DRV_BROWSE, &d, &e);
		assert_int_equal(rc, bad < 3 ? RC_OK : RC_DENIED);
		assert_int_equal(f.asked, bad < 3 ? bad + 1 : 3);
		if (rc)
			assert_str(str_z(e.where), "28P01");
		else
			drv_close(d);
	}
}

static void test_password(void **state)
{
	struct drv_target t = pg_target("wire");
	struct drv *d = NULL;
	struct err e = ERR_INIT;
	char text[200];
	int asked = 0;

	(void)state;
	snprintf(text, sizeof(text), "host=127.0.0.1 port=%d user=weir "
	    "dbname=wire passfile=/dev/null/none", pg_port);
	t.conninfo = str_z(text);
	assert_int_equal(drv_open(&t, DRV_BROWSE, &d, &e), RC_DECISION);
	assert_non_null(strstr(e.hint, "PGPASSWORD"));
	t.ask_password = say_secret;
	t.ask_arg = &asked;
	e = (struct err)ERR_INIT;
	assert_ok(drv_open(&t, DRV_BROWSE, &d, &e), &e);
	assert_int_equal(asked, 1);
	drv_close(d);
	strcat(text, " password=wrong");
	t.conninfo = str_z(text);
	assert_int_equal(drv_open(&t, DRV_BROWSE, &d, &e), RC_DENIED);
	assert_str(str_z(e.where), "28P01");
	assert_int_equal(asked, 1);
}

static void kill_backend(int pid)
{
	struct drv *d = pg_conn("postgres", DRV_APPLY);
	char sql[80];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%d, 5000)",
	    pid);
	pg_run(d, sql);
	drv_close(d);
}

/* Browsing goes on by itself; an apply connection never does. */
static void test_lost(void **state)
{
	static const enum drv_mode modes[] = { DRV_BROWSE, DRV_APPLY };
	struct arena *a = arena_new();
	struct drv_server s;
	struct value v;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct drv *d = conn(modes[i]);
		struct err e = ERR_INIT;
		enum rc rc;
		int pid;

		assert_ok(d->ops->server(d, a, &s, &e), &e);
		assert_false(s.reconnected);
		pid = s.pid;
		kill_backend(pid);
		rc = try_query(d, "SELECT 1", &e);
		assert_int_equal(rc, RC_DB);
		assert_true(!strcmp(e.where, "57P01") ||
		    !strcmp(e.where, "08006"));
		assert_true(e.hint[0]);
		rc = try_query(d, "SELECT 1", &e);
		if (modes[i] == DRV_APPLY) {
			assert_int_equal(rc, RC_DB);
		} else {
			assert_ok(rc, &e);
			assert_ok(d->ops->server(d, a, &s, &e), &e);
			assert_true(s.reconnected);
			assert_int_not_equal(s.pid, pid);
			scalar(d, "SELECT 1", a, &v);
		}
		drv_close(d);
	}
	arena_free(a);
}

/* A server that takes the connection and never says a word. */
static bool second_thoughts(void *arg)
{
	return ++*(int *)arg > 1;
}

static void test_give_up(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct drv_target t = pg_target("wire");
	socklen_t n = sizeof(in);
	struct drv *d = NULL;
	struct err e = ERR_INIT;
	int fd = socket(AF_INET, SOCK_STREAM, 0), times = 0;
	char text[120];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, n), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &n), 0);
	snprintf(text, sizeof(text), "host=127.0.0.1 port=%d user=u dbname=d",
	    ntohs(in.sin_port));
	t.conninfo = str_z(text);
	t.give_up = second_thoughts;
	t.ask_arg = &times;
	assert_int_equal(drv_open(&t, DRV_BROWSE, &d, &e), RC_CANCELLED);
	assert_int_equal(times, 2);
	close(fd);
}

/* --- cancel --------------------------------------------------------------- */

struct cancelling {
	struct drv *d;
	int pid;
};

/* Cancels when the server shows that the call runs. */
static void *cancel_when_running(void *arg)
{
	struct cancelling *c = arg;
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	struct arena *a = arena_new();
	struct value v = { 0 }, pid = { .kind = VALUE_INT, .i = c->pid };
	struct err e = ERR_INIT;

	while (!drv_scalar(d, STR("SELECT 1::int4 FROM pg_stat_activity WHERE "
	    "pid = $1 AND wait_event = 'PgSleep'"), &pid, 1, a, &v, &e) &&
	    v.kind != VALUE_INT)
		;
	drv_cancel(c->d);
	drv_close(d);
	arena_free(a);
	return NULL;
}

static void test_cancel(void **state)
{
	struct cancelling c = { .d = conn(DRV_BROWSE) };
	struct arena *a = arena_new();
	struct drv_server s;
	struct err e = ERR_INIT;
	pthread_t thread;

	(void)state;
	assert_ok(c.d->ops->server(c.d, a, &s, &e), &e);
	c.pid = s.pid;
	pthread_create(&thread, NULL, cancel_when_running, &c);
	assert_int_equal(try_query(c.d, "SELECT pg_sleep(60)", &e),
	    RC_CANCELLED);
	pthread_join(thread, NULL);
	/* over with that */
	assert_ok(try_query(c.d, "SELECT 1", &e), &e);
	/* when none runs: the next one, once */
	drv_cancel(c.d);
	assert_int_equal(try_query(c.d, "SELECT 1", &e), RC_CANCELLED);
	assert_ok(try_query(c.d, "SELECT 1", &e), &e);
	drv_close(c.d);
	arena_free(a);
}

static void test_statement_timeout(void **state)
{
	struct drv_target t = pg_target("wire");
	struct drv *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	t.statement_timeout_ms = 50;
	assert_ok(drv_open(&t, DRV_BROWSE, &d, &e), &e);
	assert_int_equal(try_query(d, "SELECT pg_sleep(60)", &e), RC_DB);
	assert_str(str_z(e.where), "57014");
	assert_ok(try_query(d, "SELECT 1", &e), &e);
	drv_close(d);
}

/* --- rows ----------------------------------------------------------------- */

static void test_many_rows(void **state)
{
	struct drv *d = conn(DRV_BROWSE);
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	bool more = true;
	int64_t n = 0;

	(void)state;
	assert_ok(drv_query(d, STR("SELECT i FROM generate_series(1, 50000) AS"
	    " g(i)"), NULL, 0, 0, &c, &e), &e);
	while (!cursor_next(c, &more, &e) && more)
		n += c->row[0].i;
	assert_int_equal(n, 1250025000);
	cursor_close(c);
	/* left in the middle of many */
	assert_ok(drv_query(d, STR("SELECT repeat('x', 1000), "
	    "generate_series(1, 100000000)"), NULL, 0, 0, &c, &e), &e);
	assert_ok(cursor_next(c, &more, &e), &e);
	assert_true(more);
	/* one at a time */
	assert_int_equal(drv_exec(d, STR("SELECT 1"), &e), RC_INTERNAL);
	cursor_close(c);
	assert_ok(try_query(d, "SELECT 1", &e), &e);
	/* a failure in the middle */
	assert_int_equal(try_query(d, "SELECT 10 / (5 - i) FROM "
	    "generate_series(1, 10) AS g(i)", &e), RC_DB);
	assert_str(str_z(e.where), "22012");
	assert_int_equal(try_query(d, "", &e), RC_UNSUPPORTED);
	assert_int_equal(try_query(d, "SELECT 1; SELECT 2", &e), RC_DB);
	assert_int_equal(try_query(d, "COPY pg_class TO STDOUT", &e),
	    RC_UNSUPPORTED);
	assert_ok(try_query(d, "SELECT 1", &e), &e);
	drv_close(d);
}

/* --- errors --------------------------------------------------------------- */

static void test_errors(void **state)
{
	static const struct {
		const char *sql, *where;
		enum rc rc;
	} c[] = {
		/* characters before it: the offset counts bytes */
		{ "SELECT 'ä€', nix", "+16 42703", RC_DB },
		{ "SELEC 1", "+0 42601", RC_DB },
		{ "SELECT * FROM nowhere", "+14 42P01", RC_DB },
		{ "SELECT 1/0", "22012", RC_DB },
	};
	struct drv *d = conn(DRV_APPLY);
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		assert_int_equal(try_query(d, c[i].sql, &e), c[i].rc);
		assert_str(str_z(e.where), c[i].where);
	}
	/* what a function raises is shown harmless */
	assert_int_equal(try_query(d, "DO $$ BEGIN RAISE EXCEPTION "
	    "E'\\x1b[31mred\\x07' USING DETAIL = E'line\\nnext\\x1b]0;t\\x07', "
	    "HINT = E'\\x1b[2J', ERRCODE = 'P0042'; END $$", &e), RC_DB);
	assert_str(str_z(e.where), "P0042");
	assert_null(strpbrk(e.msg, "\x1b\x07"));
	assert_null(strpbrk(e.hint, "\x1b\x07"));
	assert_non_null(strstr(e.msg, "line"));
	drv_close(d);
}

static void test_notices(void **state)
{
	struct drv *d = conn(DRV_APPLY);
	struct arena *a = arena_new();
	struct strs n;

	(void)state;
	pg_run(d, "DROP TABLE IF EXISTS nowhere");
	pg_run(d, "DO $$ BEGIN RAISE WARNING E'a\\x1b[31mb'; END $$");
	drv_notices(d, a, &n);
	assert_int_equal(n.n, 2);
	assert_true(str_starts(n.v[0], STR("NOTICE: table \"nowhere\"")));
	assert_true(str_starts(n.v[1], STR("WARNING: a")));
	assert_null(memchr(n.v[1].p, 0x1b, n.v[1].n));
	drv_notices(d, a, &n);
	assert_int_equal(n.n, 0);
	pg_run(d, "DO $$ BEGIN FOR i IN 1..500 LOOP RAISE NOTICE '%', i; "
	    "END LOOP; END $$");
	drv_notices(d, a, &n);
	assert_int_equal(n.n, 201);
	assert_str(n.v[200], "and 300 more notices");
	drv_close(d);
	arena_free(a);
}

/* --- statements of a file ------------------------------------------------- */

static enum rc run(struct drv *d, struct str text, size_t *at, unsigned flags,
    struct arena *a, struct facts *f, bool *more, struct err *e)
{
	struct sql_span span;

	*e = (struct err)ERR_INIT;
	return d->ops->run_next(d, text, at, flags, a, &span, f, more, e);
}

static void test_run_next(void **state)
{
	const struct str text = STR("-- one\nCREATE TABLE r (a int);\n"
	    "INSERT INTO r VALUES (1), (2);\n/* ä */ INSERT INTO nix "
	    "VALUES (1);");
	struct drv *d = conn(DRV_APPLY);
	struct arena *a = arena_new();
	struct facts f;
	struct err e;
	size_t at = 0;
	bool more;

	(void)state;
	assert_ok(d->ops->begin(d, true, &e), &e);
	assert_ok(run(d, text, &at, RUN_FACTS | RUN_COUNT | RUN_NO_TX, a, &f,
	    &more, &e), &e);
	assert_true(more);
	assert_int_equal(f.verb, VERB_CREATE_TABLE);
	assert_str(f.object, "r");
	assert_ok(run(d, text, &at, RUN_COUNT, a, &f, &more, &e), &e);
	assert_int_equal(f.nrows, 1);
	assert_str(f.rows[0].table, "public.r");
	assert_int_equal(f.rows[0].inserted, 2);
	size_t here = at;

	assert_ok(d->ops->savepoint(d, "one", &e), &e);
	assert_int_equal(run(d, text, &at, 0, a, &f, &more, &e), RC_DB);
	assert_int_equal(at, here);
	char where[32];

	snprintf(where, sizeof(where), "+%zu 42P01",
	    str_find(text, STR("nix"), 0));
	assert_str(str_z(e.where), where);
	assert_ok(d->ops->rollback_to(d, "one", &e), &e);
	/* prepared only: nothing happens */
	assert_ok(run(d, text, &at, RUN_PREPARE_ONLY, a, &f, &more, &e), &e);
	assert_int_equal(f.verb, VERB_INSERT);
	assert_ok(run(d, text, &at, 0, a, &f, &more, &e), &e);
	assert_false(more);
	d->ops->rollback(d);
	drv_close(d);
	arena_free(a);
}

/* The rows of a cascade are told as such; those of before are not. */
static void test_counts(void **state)
{
	struct drv *d = conn(DRV_APPLY);
	struct arena *a = arena_new();
	struct facts f;
	struct err e;
	size_t at = 0;
	bool more;

	(void)state;
	pg_run(d, "CREATE TABLE p (id int PRIMARY KEY);"
	    "CREATE TABLE c (id int REFERENCES p ON DELETE CASCADE);"
	    "INSERT INTO p SELECT generate_series(1, 4);"
	    "INSERT INTO c SELECT 1 + i % 4 FROM generate_series(1, 40) g(i)");
	assert_ok(d->ops->begin(d, true, &e), &e);
	const struct str text = STR("DELETE FROM c WHERE id = 4;"
	    "DELETE FROM p WHERE id <= 2");

	assert_ok(run(d, text, &at, RUN_COUNT, a, &f, &more, &e), &e);
	assert_ok(run(d, text, &at, RUN_COUNT, a, &f, &more, &e), &e);
	assert_int_equal(f.nrows, 2);
	for (size_t i = 0; i < 2; i++) {
		bool child = str_is(f.rows[i].table, "public.c");

		assert_true(child || str_is(f.rows[i].table, "public.p"));
		assert_int_equal(f.rows[i].deleted, child ? 20 : 2);
		assert_int_equal(f.rows[i].cascaded_delete, child ? 20 : 0);
	}
	d->ops->rollback(d);
	drv_close(d);
	arena_free(a);
}

static void test_refused(void **state)
{
	static const char *const own[] = { "BEGIN", "COMMIT", "rollback;",
		"/* x */ START TRANSACTION", "END", "ABORT" };
	struct drv *d = conn(DRV_APPLY);
	struct arena *a = arena_new();
	struct facts f;
	struct err e;
	bool more;

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		size_t at = 0;

		assert_int_equal(run(d, str_z(own[i]), &at, RUN_NO_TX, a, &f,
		    &more, &e), RC_UNSUPPORTED);
		assert_true(e.where[0] == '+');
	}
	size_t at = 0;

	assert_int_equal(run(d, STR("COPY r FROM STDIN"), &at, 0, a, &f, &more,
	    &e), RC_UNSUPPORTED);
	drv_close(d);
	arena_free(a);
}

/* --- locks ---------------------------------------------------------------- */

static bool count_waits(void *arg, const struct holders *h, double waited)
{
	(void)waited;
	if (h->n == 1 && str_is(h->v[0].command, "weir"))
		++*(int *)arg;
	return true;
}

static void test_lock(void **state)
{
	struct drv *x = conn(DRV_APPLY), *y = conn(DRV_APPLY);
	struct arena *a = arena_new();
	struct lock_info i;
	struct err e = ERR_INIT;
	int waits = 0;
	struct lock_request rq = { .wait_ms = 250, .waiting = count_waits,
		.arg = &waits };

	(void)state;
	assert_ok(x->ops->lock(x, &rq, a, &i, &e), &e);
	assert_int_equal(i.kind, LOCK_EXCLUSIVE);
	assert_int_equal(waits, 0);
	/* kept over commit */
	assert_ok(x->ops->begin(x, true, &e), &e);
	assert_ok(x->ops->commit(x, &e), &e);
	assert_int_equal(y->ops->lock(y, &rq, a, &i, &e), RC_BUSY);
	assert_true(waits > 0);
	assert_non_null(strstr(e.msg, "weir"));
	x->ops->unlock(x);
	e = (struct err)ERR_INIT;
	assert_ok(y->ops->lock(y, &rq, a, &i, &e), &e);
	/* a connection that ends gives it back */
	drv_close(y);
	assert_ok(x->ops->lock(x, &rq, a, &i, &e), &e);
	drv_close(x);
	arena_free(a);
}

static void test_lock_tables(void **state)
{
	struct drv_target t = pg_target("wire");
	struct drv *x = conn(DRV_APPLY), *y = NULL;
	struct table one = { .o = { .kind = OBJ_TABLE,
		.schema = STR("public"), .table = STR(""),
		.name = STR("Lo\"ck") } };
	struct table none = { .o = { .kind = OBJ_TABLE,
		.schema = STR("public"), .table = STR(""),
		.name = STR("not there") } };
	const struct obj *v[] = { &one.o, &none.o };
	struct holders h = { 0 };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct value n;

	(void)state;
	pg_run(x, "CREATE TABLE \"Lo\"\"ck\" (a int)");
	t.lock_timeout_ms = 100;
	assert_ok(drv_open(&t, DRV_APPLY, &y, &e), &e);
	assert_ok(x->ops->begin(x, true, &e), &e);
	assert_ok(x->ops->lock_tables(x, v, 2, &e), &e);
	scalar(x, "SELECT count(*) FROM pg_locks WHERE granted AND mode = "
	    "'AccessExclusiveLock' AND relation = '\"Lo\"\"ck\"'::regclass", a,
	    &n);
	assert_int_equal(n.i, 1);
	assert_ok(y->ops->holders(y, a, &h, &e), &e);
	assert_int_equal(h.n, 1);
	assert_true(h.v[0].writing);
	assert_true(str_find(h.v[0].what, STR("idle in transaction"), 0) <
	    h.v[0].what.n);
	assert_ok(y->ops->begin(y, true, &e), &e);
	assert_int_equal(y->ops->lock_tables(y, v, 2, &e), RC_BUSY);
	assert_str(str_z(e.where), "55P03");
	assert_non_null(strstr(e.msg, "in use by weir"));
	y->ops->rollback(y);
	x->ops->rollback(x);
	drv_close(x);
	drv_close(y);
	arena_free(a);
}

static void test_outcome(void **state)
{
	const struct drv_target t = pg_target("wire");
	struct drv *d = conn(DRV_APPLY);
	enum tx_outcome got;
	struct err e = ERR_INIT;
	uint64_t id = 0, gone = 0;

	(void)state;
	assert_ok(d->ops->begin(d, true, &e), &e);
	assert_ok(d->ops->tx_id(d, &id, &e), &e);
	assert_true(id > 0);
	assert_ok(d->ops->commit(d, &e), &e);
	assert_ok(d->ops->outcome(&t, id, &got, &e), &e);
	assert_int_equal(got, TX_COMMITTED);
	assert_ok(d->ops->begin(d, true, &e), &e);
	assert_ok(d->ops->tx_id(d, &gone, &e), &e);
	d->ops->rollback(d);
	assert_ok(d->ops->outcome(&t, gone, &got, &e), &e);
	assert_int_equal(got, TX_ABORTED);
	assert_ok(d->ops->outcome(&t, id + 1000000, &got, &e), &e);
	assert_int_equal(got, TX_UNKNOWN);
	drv_close(d);
}

/* A failed transaction is never committed by a COMMIT that succeeds. */
static void test_failed_tx(void **state)
{
	struct drv *d = conn(DRV_APPLY);
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(d->ops->begin(d, true, &e), &e);
	assert_int_equal(drv_exec(d, STR("SELECT 1/0"), &e), RC_DB);
	assert_int_equal(d->ops->commit(d, &e), RC_DB);
	assert_true(d->ops->in_tx(d));
	d->ops->rollback(d);
	assert_false(d->ops->in_tx(d));
	/* what fails at COMMIT is the migration's own error */
	pg_run(d, "CREATE TABLE dp (id int PRIMARY KEY); CREATE TABLE dc (id "
	    "int REFERENCES dp DEFERRABLE INITIALLY DEFERRED)");
	assert_ok(d->ops->begin(d, true, &e), &e);
	pg_run(d, "INSERT INTO dc VALUES (1)");
	assert_int_equal(d->ops->commit(d, &e), RC_DB);
	assert_str(str_z(e.where), "23503");
	assert_false(d->ops->in_tx(d));
	drv_close(d);
}

/* --- COPY ----------------------------------------------------------------- */

#define LONG ((size_t)3 << 20)

/* Every value that went in comes out; NULL is not the text "\\N". */
static void test_many_in_and_out(void **state)
{
	struct drv *d = conn(DRV_APPLY);
	struct arena *a = arena_new();
	char *wide = arena_alloc(a, LONG);
	const struct str texts[] = { STR(""), STR("\\N"), STR("\\."), STR("a\tb"),
		STR("\n\r\b\f\v\\"), STR("\\t\\"), STR("grün \x01\x7f"),
		{ wide, LONG } };
	const size_t n = sizeof(texts) / sizeof(*texts);
	struct drv_fill *f = NULL;
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	bool more = true;

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		wide[i] = "\\\n\tx"[i % 4];
	assert_ok(d->ops->begin(d, true, &e), &e);
	pg_run(d, "CREATE TEMP TABLE s (a text, b text, c text)");
	assert_ok(d->ops->fill(d, STR("pg_temp.s"), 3, &f, &e), &e);
	for (size_t i = 0; i < n; i++) {
		struct value v[] = { { .kind = VALUE_INT, .i = -(int64_t)i },
			{ .kind = VALUE_TEXT, .s = texts[i] },
			{ .kind = i % 2 ? VALUE_NULL : VALUE_BLOB,
			    .s = STR("\xff\\") } };

		assert_ok(f->ops->row(f, v, &e), &e);
	}
	/* the connection is taken */
	assert_int_equal(drv_exec(d, STR("SELECT 1"), &e), RC_INTERNAL);
	assert_ok(f->ops->end(f, &e), &e);
	f->ops->close(f);
	assert_ok(d->ops->stream(d, STR("SELECT a, b, c FROM s ORDER BY"
	    " a::int DESC"), &c, &e), &e);
	assert_int_equal(c->ncols, 3);
	for (size_t i = 0; i < n; i++) {
		assert_ok(cursor_next(c, &more, &e), &e);
		assert_true(more);
		assert_str(c->row[0].s, arena_printf(a, i ? "-%zu" : "%zu",
		    i).p);
		assert_int_equal(c->row[1].kind, VALUE_TEXT);
		assert_int_equal(c->row[1].s.n, texts[i].n);
		assert_memory_equal(c->row[1].s.p, texts[i].p, texts[i].n);
		assert_int_equal(c->row[2].kind, i % 2 ? VALUE_NULL :
		    VALUE_TEXT);
		if (i % 2 == 0)
			assert_str(c->row[2].s, "\\xff5c");
	}
	assert_ok(cursor_next(c, &more, &e), &e);
	assert_false(more);
	cursor_close(c);
	assert_ok(d->ops->commit(d, &e), &e);
	drv_close(d);
	arena_free(a);
}

static void test_copy_that_ends_early(void **state)
{
	static const struct value nul = { .kind = VALUE_TEXT,
		.s = { "a\0b", 3 } }, text = { .kind = VALUE_TEXT,
		.s = STR("x") };
	struct drv *d = conn(DRV_APPLY);
	struct drv_fill *f = NULL;
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	bool more = true;

	(void)state;
	pg_run(d, "CREATE TABLE early (n integer)");
	/* a value that the column refuses; one that no column takes; none */
	for (int i = 0; i < 3; i++) {
		e = (struct err)ERR_INIT;
		assert_ok(d->ops->begin(d, true, &e), &e);
		assert_ok(d->ops->fill(d, STR("early"), 1, &f, &e), &e);
		if (i == 0) {
			assert_ok(f->ops->row(f, &text, &e), &e);
			assert_int_equal(f->ops->end(f, &e), RC_DB);
			assert_str(str_z(e.where), "22P02");
		} else if (i == 1) {
			assert_int_equal(f->ops->row(f, &nul, &e),
			    RC_UNSUPPORTED);
		}
		f->ops->close(f);
		d->ops->rollback(d);
		assert_false(d->ops->in_tx(d));
	}
	/* rows that nobody reads, an error on the way, no such table */
	e = (struct err)ERR_INIT;
	assert_ok(d->ops->stream(d, STR("SELECT generate_series(1, 100000)"),
	    &c, &e), &e);
	assert_ok(cursor_next(c, &more, &e), &e);
	cursor_close(c);
	assert_ok(d->ops->stream(d, STR("SELECT 1 / (3 - i) FROM"
	    " generate_series(1, 5) i"), &c, &e), &e);
	for (int i = 0; i < 2; i++)
		assert_ok(cursor_next(c, &more, &e), &e);
	assert_int_equal(cursor_next(c, &more, &e), RC_DB);
	assert_str(str_z(e.where), "22012");
	cursor_close(c);
	assert_int_equal(d->ops->stream(d, STR("SELECT 1 FROM nowhere"), &c,
	    &e), RC_DB);
	/* a cancel while rows come */
	e = (struct err)ERR_INIT;
	assert_ok(d->ops->stream(d, STR("SELECT generate_series(1, 50000000)"),
	    &c, &e), &e);
	assert_ok(cursor_next(c, &more, &e), &e);
	drv_cancel(d);
	while (!cursor_next(c, &more, &e))
		assert_true(more);
	assert_int_equal(e.code, RC_CANCELLED);
	cursor_close(c);
	e = (struct err)ERR_INIT;
	assert_ok(drv_exec(d, STR("SELECT 1"), &e), &e);
	drv_close(d);
}

static int setup(void **state)
{
	(void)state;
	pg_fresh("wire");
	return 0;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_browse_is_read_only),
		cmocka_unit_test(test_read_only_apply),
		cmocka_unit_test(test_server),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_wrong_password),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_give_up),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_statement_timeout),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_notices),
		cmocka_unit_test(test_run_next),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_lock_tables),
		cmocka_unit_test(test_outcome),
		cmocka_unit_test(test_failed_tx),
		cmocka_unit_test(test_many_in_and_out),
		cmocka_unit_test(test_copy_that_ends_early),
	};
	int bad;

	pg_up(NULL);
	bad = cmocka_run_group_tests(cases, setup, NULL);
	pg_down();
	return bad;
}

/* test_out: formats against what values are, of rows with keys and of all. */
#include "unit.h"

#include <string.h>

#include "drv/drv.h"
#include "op/out.h"

struct fixture {
	struct arena *a;
	struct drv *d;
	struct model *m;
};

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));
	struct drv_target t = { .dialect = DIALECT_SQLITE };
	struct err e = ERR_INIT;

	f->a = arena_new();
	*state = f;
	return drv_open(&t, DRV_SCRATCH, &f->d, &e) ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	drv_close(f->d);
	arena_free(f->a);
	xfree(f);
	return 0;
}

static const struct rows *plan(struct fixture *f, const char *sql,
    const char *table)
{
	struct rows_spec spec = { .name = str_z(table) };
	const struct rows *r;
	struct err e = ERR_INIT;

	assert_ok(drv_exec(f->d, str_z(sql), &e), &e);
	assert_ok(f->d->ops->introspect(f->d, f->a, &f->m, &e), &e);
	assert_ok(rows_plan(f->m, &spec, f->a, &r, &e), &e);
	return r;
}

static void check(struct fixture *f, struct out_request *rq,
    const char *expected)
{
	struct sbuf b = SBUF_TEXT;
	struct out_done done;
	struct err e = ERR_INIT;

	rq->sink = (struct out_sink){ out_to_sbuf, &b };
	rq->limit = -1;
	assert_ok(out_rows(f->d, rq, &done, &e), &e);
	assert_string_equal(b.n ? b.p : "", expected);
	assert_int_equal(done.bytes, b.n);
	sbuf_free(&b);
}

static void no_rows(void **state)
{
	struct fixture *f = *state;
	struct out_request rq = { .rows = plan(f,
	    "CREATE TABLE t(a, \"b c\")", "t") };
	static const char *const expected[OUT_FORMAT_N] = {
		[OUT_TABLE] = "a  b c\n-  ---\n", [OUT_CSV] = "a,b c\n",
		[OUT_TSV] = "a\tb c\n", [OUT_JSON] = "[]\n", [OUT_JSONL] = "",
		[OUT_INSERT] = "", [OUT_WHERE] = "",
	};

	for (rq.format = 0; rq.format < OUT_FORMAT_N; rq.format++)
		check(f, &rq, expected[rq.format]);
}

/* More digits than 15 only where they are needed; reads back as itself. */
static void numbers(void **state)
{
	struct fixture *f = *state;
	struct out_request rq = { .format = OUT_CSV, .bare = true,
		.rows = plan(f, "CREATE TABLE t(a); INSERT INTO t VALUES (1.0),"
		    "(0.1),(0.1 + 0.2),(1e15),(1e14),(1.5e-7),(9e999),(-9e999),"
		    "(9223372036854775807),(-1),(123456.78),(5e-324)", "t") };

	check(f, &rq, "1.0\n0.1\n0.30000000000000004\n1.0e+15\n"
	    "100000000000000.0\n1.5e-07\n9e999\n-9e999\n9223372036854775807\n-1\n"
	    "123456.78\n4.94065645841247e-324\n");
}

static bool stop(void *arg, int64_t rows, int64_t bytes)
{
	(void)arg;
	return rows < 0 || bytes < 0;
}

static enum rc refuse(void *arg, struct str bytes, struct err *e)
{
	(void)arg;
	return err_set(e, RC_IO, "no room for %zu", bytes.n);
}

static void ends_early(void **state)
{
	struct fixture *f = *state;
	struct out_done done;
	struct sbuf b = SBUF_INIT(1000);
	struct err e = ERR_INIT;
	struct out_request rq = { .format = OUT_CSV, .limit = -1,
		.sink = { refuse, NULL }, .rows = plan(f,
		    "CREATE TABLE t(a); WITH RECURSIVE i(n) AS (SELECT 1 UNION "
		    "ALL SELECT n + 1 FROM i WHERE n < 600000) INSERT INTO t "
		    "SELECT n FROM i", "t") };

	assert_int_equal(out_rows(f->d, &rq, &done, &e), RC_IO);
	rq.sink = (struct out_sink){ out_to_sbuf, &b };
	assert_int_equal(out_rows(f->d, &rq, &done, &e), RC_UNSUPPORTED);
	sbuf_free(&b);
	b = (struct sbuf)SBUF_TEXT;
	rq.progress = stop;
	assert_int_equal(out_rows(f->d, &rq, &done, &e), RC_CANCELLED);
	assert_true(done.rows < 600000);
	sbuf_free(&b);
}

static void by_key(void **state)
{
	struct fixture *f = *state;
	struct value v[2] = { { .kind = VALUE_INT, .i = 3 },
		{ .kind = VALUE_INT, .i = 1 } };
	struct value gone = { .kind = VALUE_INT, .i = 9 };
	const struct value *keys[] = { &v[0], &gone, &v[1] };
	struct sbuf b = SBUF_TEXT;
	struct out_done done;
	struct err e = ERR_INIT;
	struct out_request rq = { .format = OUT_WHERE,
		.sink = { out_to_sbuf, &b }, .rows = plan(f,
		    "CREATE TABLE t(id INTEGER PRIMARY KEY, w); INSERT INTO t "
		    "VALUES (1,'a'),(2,'b'),(3,NULL)", "t") };

	assert_ok(out_keys(f->d, &rq, keys, 3, &done, &e), &e);
	assert_string_equal(b.p, "id = 3\nOR id = 1");
	assert_int_equal(done.rows, 2);
	sbuf_reset(&b);
	rq.format = OUT_JSON;
	assert_ok(out_keys(f->d, &rq, keys, 3, &done, &e), &e);
	assert_string_equal(b.p, "[\n{\"id\":3,\"w\":null},\n"
	    "{\"id\":1,\"w\":\"a\"}\n]\n");
	sbuf_reset(&b);
	rq.rows = plan(f, "CREATE VIEW vw AS SELECT w, id FROM t", "vw");
	rq.format = OUT_WHERE;
	v[0].i = 2;
	assert_ok(out_keys(f->d, &rq, keys, 1, &done, &e), &e);
	assert_string_equal(b.p, "(w IS NULL AND id = 3)");
	sbuf_free(&b);
}

/* Beyond what a grid shows. */
static void all_columns(void **state)
{
	struct fixture *f = *state;
	struct sbuf sql = SBUF_TEXT, b = SBUF_TEXT;
	struct out_done done;
	struct err e = ERR_INIT;
	struct out_request rq = { .format = OUT_CSV, .limit = -1,
		.sink = { out_to_sbuf, &b } };

	sbuf_addz(&sql, "CREATE TABLE w(c0");
	for (int i = 1; i < 900; i++)
		sbuf_addf(&sql, ",c%d", i);
	sbuf_addz(&sql, "); INSERT INTO w(c899) VALUES('last')");
	rq.rows = plan(f, sql.p, "w");
	assert_ok(out_rows(f->d, &rq, &done, &e), &e);
	assert_true(str_ends(sbuf_str(&b), STR(",last\n")));
	sbuf_free(&b);
	sbuf_free(&sql);
}

/* Rows behind the measured ones, and a value wider than a column may be. */
static void long_table(void **state)
{
	struct fixture *f = *state;
	struct out_request rq = { .format = OUT_TABLE, .rows = plan(f,
	    "CREATE TABLE t(a TEXT, n INTEGER); WITH RECURSIVE i(k) AS (SELECT "
	    "1 UNION ALL SELECT k + 1 FROM i WHERE k < 700) INSERT INTO t "
	    "SELECT CASE k WHEN 699 THEN 'longer' WHEN 2 THEN char(10) ELSE 'x' "
	    "END, k FROM i", "t"), .limit = -1 };
	struct sbuf b = SBUF_TEXT;
	struct out_done done;
	struct err e = ERR_INIT;

	rq.sink = (struct out_sink){ out_to_sbuf, &b };
	assert_ok(out_rows(f->d, &rq, &done, &e), &e);
	assert_int_equal(strncmp(b.p, "a    n\n-  ---\nx    1\n\xe2\x90\x8a    2\n",
	    30), 0);
	assert_non_null(strstr(b.p, "\nx  698\nlonger  699\nx  700\n"));
	sbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(no_rows), T(numbers), T(ends_early), T(by_key),
		T(all_columns), T(long_table),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

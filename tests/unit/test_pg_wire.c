/* drv/pg: sessions, rows, transactions, cancel, errors, on a real server. */
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
	};
	int bad;

	pg_up(NULL);
	bad = cmocka_run_group_tests(cases, setup, NULL);
	pg_down();
	return bad;
}

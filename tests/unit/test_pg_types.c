/*
 * test_pg_types.c: the table of type changes against the server: for every
 * pair of types, is the change refused without USING, is the table written
 * anew, can the conditions be asked.
 */
#include "unit/lite.h"

#include "dialect/pg/types.h"
#include "unit/pg.h"

static const char *const types[] = {
	"smallint", "integer", "bigint", "numeric", "numeric(6,2)",
	"numeric(8,2)", "numeric(8,3)", "real", "double precision",
	"character varying", "character varying(10)",
	"character varying(20)", "character(5)", "character(10)", "text",
	"timestamp without time zone", "timestamp(3) without time zone",
	"timestamp with time zone", "timestamp(3) with time zone", "date",
	"time without time zone", "time with time zone", "interval",
	"json", "jsonb", "uuid", "boolean", "inet", "cidr", "bit(4)",
	"bit(8)", "bit varying", "bit varying(4)", "integer[]", "text[]",
	"character varying(10)[]", "character varying(20)[]", "bytea",
	"money", "xml", "point",
};
#define N (sizeof(types) / sizeof(*types))

static int wrong_pairs;

static int64_t filenode(struct drv *d)
{
	return number(d, "SELECT pg_catalog.pg_relation_filenode('t')::bigint");
}

static void ask(struct drv *d, struct str form, const char *from,
    const char *to)
{
	struct value v;
	struct err e = ERR_INIT;
	struct str where;

	if (!form.n)
		return;
	where = pg_type_form(form, STR("\"c\""), str_z(to), arena);
	if (!drv_scalar(d, arena_printf(arena, "SELECT pg_catalog.count(*) "
	    "FROM t WHERE %.*s", STR_ARG(where)), NULL, 0, arena, &v, &e))
		return;
	print_error("%s to %s: %.*s: %s\n", from, to, STR_ARG(where), e.msg);
	wrong_pairs++;
}

static void pair(struct drv *d, const char *from, const char *to, int version)
{
	struct pg_type_change c = pg_type_change(str_z(from), str_z(to), false,
	    true, version, arena);
	struct err e = ERR_INIT;
	char sql[256];
	int64_t before;
	bool refused;

	snprintf(sql, sizeof(sql), "CREATE TABLE t(c %s)", from);
	run(d, sql);
	before = filenode(d);
	ask(d, c.loses, from, to);
	ask(d, c.fails, from, to);
	snprintf(sql, sizeof(sql), "ALTER TABLE t ALTER c TYPE %s", to);
	refused = drv_exec(d, str_z(sql), &e) != RC_OK;
	if (refused != c.refused) {
		print_error("%s to %s: %s\n", from, to, refused ? e.msg :
		    "not refused");
		wrong_pairs++;
	} else if (!refused && (filenode(d) != before) != c.rewrite) {
		print_error("%s to %s: %s\n", from, to, c.rewrite ?
		    "no rewrite" : "a rewrite");
		wrong_pairs++;
	}
	run(d, "DROP TABLE t");
}

static void every_pair(void **state)
{
	struct drv *d;
	struct drv_server s = { 0 };

	(void)state;
	pg_fresh("types");
	d = pg_conn("types", DRV_APPLY);
	run(d, "SET TimeZone = 'UTC'");
	OK(d->ops->server(d, arena, &s, &err));
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k < N; k++)
			if (i != k)
				pair(d, types[i], types[k], s.version);
	drv_close(d);
	assert_int_equal(wrong_pairs, 0);
}

/* Values that a rule lets through are the same after the change. */
static void nothing_is_lost_unseen(void **state)
{
	static const struct {
		const char *from, *to, *value;
		bool loses, fails;
	} v[] = {
		{ "numeric(6,2)", "integer", "1.56", true, false },
		{ "numeric(6,2)", "integer", "2.00", false, false },
		{ "double precision", "smallint", "40000", false, true },
		{ "bigint", "double precision", "9007199254740993", true,
		    false },
		{ "integer", "real", "16777217", true, false },
		{ "integer", "real", "16777216", false, false },
		{ "character varying", "character varying(2)", "abc", false,
		    true },
		{ "character varying", "character varying(2)", "ab  ", false,
		    false },
		{ "timestamp without time zone", "date",
		    "2024-01-01 00:00:01", true, false },
		{ "timestamp without time zone", "date", "infinity", false,
		    false },
		{ "json", "jsonb", "{\"a\":1, \"a\":2}", true, false },
		{ "json", "jsonb", "{\"a\":\"\\u0000\"}", false, true },
		{ "text", "boolean", "maybe", false, true },
		{ "text", "uuid", "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
		    false, false },
	};
	struct drv *d = pg_conn("types", DRV_APPLY);

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct pg_type_change c = pg_type_change(str_z(v[i].from),
		    str_z(v[i].to), false, true, 150000, arena);
		char sql[512];

		snprintf(sql, sizeof(sql), "CREATE TABLE t(c %s);"
		    "INSERT INTO t VALUES ('%s')", v[i].from, v[i].value);
		run(d, sql);
		for (int k = 0; k < 2; k++) {
			struct str form = k ? c.fails : c.loses;
			int64_t n = !form.n ? 0 : number(d, arena_printf(arena,
			    "SELECT pg_catalog.count(*) FROM t WHERE %s",
			    pg_type_form(form, STR("c"), str_z(v[i].to),
			    arena).p).p);

			if ((n > 0) != (k ? v[i].fails : v[i].loses))
				fail_msg("%s to %s: %s: %s", v[i].from,
				    v[i].to, v[i].value, k ? "fails" :
				    "loses");
		}
		run(d, "DROP TABLE t");
	}
	drv_close(d);
}

static void casts_that_cut(void **state)
{
	struct pg_type_change c = pg_type_change(STR("text"),
	    STR("character varying(3)"), true, true, 150000, arena);

	(void)state;
	assert_int_equal(c.code, 6);
	assert_true(c.loses.n > 0 && c.fails.n == 0);
	c = pg_type_change(STR("timestamp without time zone"),
	    STR("timestamp with time zone"), false, false, 150000, arena);
	assert_int_equal(c.code, 2);
	assert_true(c.rewrite);
	assert_false(pg_type_castable(STR("time without time zone"),
	    STR("timestamp with time zone"), arena));
	assert_true(pg_type_castable(STR("text"), STR("uuid"), arena));
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_pair),
		cmocka_unit_test(nothing_is_lost_unseen),
		cmocka_unit_test(casts_that_cut),
	};

	pg_up(NULL);
	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

/*
 * test_pg_rows: pages by every kind of key against one full ORDER BY; hostile
 * names and values; the WHERE; values as psql prints them; numbers.
 */
#include "pg.h"

#include "paging.h"

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));

	f->a = arena_new();
	f->dialect = &dialect_pg;
	pg_fresh("rows");
	f->w = pg_conn("rows", DRV_APPLY);
	f->d = pg_conn("rows", DRV_BROWSE);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	drv_close(f->d);
	drv_close(f->w);
	arena_free(f->a);
	xfree(f);
	return 0;
}

static struct value text(const char *z)
{
	return (struct value){ .kind = VALUE_TEXT, .s = str_z(z),
		.full = strlen(z) };
}

/* --- property: any order, paged both ways, equals ORDER BY ------------------- */

static const char *const ints[] = { "NULL", "NULL", "0", "1", "-3", "7", "42" };
static const char *const texts[] = { "NULL", "'a'", "'A'", "'b'", "'aB'", "''",
	"'\xc3\xa9'", "'it''s'", "E'two\\nlines'", "'$1'", "'\\'", "'10'" };
static const char *const numbers[] = { "NULL", "1.0", "1.00", "'NaN'", "-2.5",
	"123456789012345678901234567890.123456789", "0" };
static const char *const times[] = { "NULL", "'infinity'", "'-infinity'",
	"'2026-01-01 00:00:00.000001+02'", "'0044-03-15 12:00:00+00 BC'",
	"'2026-10-25 02:30:00 Europe/Berlin'", "'epoch'" };
static const char *const moods[] = { "NULL", "'sad'", "'ok'", "'happy'" };
static const char *const folded[] = { "NULL", "'a'", "'A'", "'b'", "'B'",
	"'aB'" };
static const char *const floats[] = { "NULL", "'NaN'", "'-Infinity'", "0.1",
	"-0.0", "0", "1e308", "0.30000000000000004" };
static const char *const lists[] = { "NULL", "'{}'", "'{1,2}'", "'{1,NULL}'",
	"'{1}'" };
static const char *const bytes[] = { "NULL", "'\\x'", "'\\x00ff'", "'\\x27'" };
static const char *const spans[] = { "NULL", "'empty'", "'[1,5)'", "'(,3)'",
	"'[2,)'" };
static const char *const stays[] = { "NULL", "'1 mon'", "'30 days'",
	"'-1 year 2 days'", "'00:00:00.000001'" };

#define VALUES(v) { v, sizeof(v) / sizeof(*(v)) }
struct shape {
	const char *ddl;
	struct values { const char *const *v; size_t n; } cols[4];
};
static const struct shape shapes[] = {
	{ "CREATE TABLE t(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
	    "a int, b text COLLATE \"C\", c numeric, d timestamptz);"
	    "CREATE INDEX ON t(b); CREATE INDEX ON t(c DESC, a)",
	    { VALUES(ints), VALUES(texts), VALUES(numbers), VALUES(times) } },
	{ "CREATE TABLE t(a mood, b text NOT NULL DEFAULT 'z', c numeric NOT NULL "
	    "DEFAULT 9, d interval, PRIMARY KEY(c, b))",
	    { VALUES(moods), VALUES(texts), VALUES(numbers), VALUES(stays) } },
	/* no key: where the row lies */
	{ "CREATE TABLE t(a int, b text, c float8, d int[]); "
	    "CREATE INDEX ON t(a NULLS FIRST)",
	    { VALUES(ints), VALUES(texts), VALUES(floats), VALUES(lists) } },
	/* no primary key, but one as good; operators of an extension */
	{ "CREATE TABLE t(a ext.citext, b ext.citext NOT NULL DEFAULT 'n', "
	    "c int NOT NULL GENERATED ALWAYS AS IDENTITY, d bytea);"
	    "CREATE UNIQUE INDEX ON t(b, c)",
	    { VALUES(folded), VALUES(folded), { NULL, 0 }, VALUES(bytes) } },
	/* the same place in two partitions */
	{ "CREATE TABLE t(a int, b text, c int4range, d timestamptz) "
	    "PARTITION BY HASH (b);"
	    "CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, "
	    "REMAINDER 0);"
	    "CREATE TABLE t2 PARTITION OF t FOR VALUES WITH (MODULUS 2, "
	    "REMAINDER 1)",
	    { VALUES(ints), VALUES(texts), VALUES(spans), VALUES(times) } },
	/* the key of a parent holds in the parent alone */
	{ "CREATE TABLE t(id int PRIMARY KEY DEFAULT floor(random()*1e9), "
	    "a int, b text, c mood, d numeric);"
	    "CREATE TABLE heir() INHERITS (t);"
	    "INSERT INTO heir(id) SELECT g / 2 FROM generate_series(1, 40) g",
	    { VALUES(ints), VALUES(texts), VALUES(moods), VALUES(numbers) } },
};

static void fill(struct fixture *f, const struct shape *s, size_t n)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	struct sbuf b = SBUF_TEXT;
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		struct sbuf v = SBUF_TEXT;
		const char *comma = "";

		SQL(&b, "INSERT INTO t(");
		for (size_t k = 0; k < 4; k++) {
			if (!s->cols[k].n)
				continue;
			sbuf_addf(&b, "%s%s", comma, names[k]);
			sbuf_addf(&v, "%s%s", comma,
			    s->cols[k].v[rnd(s->cols[k].n)]);
			comma = ",";
		}
		sbuf_addf(&b, ") VALUES(%s);", v.p);
		sbuf_free(&v);
		/* NULL where none may be, or a key twice: not this one */
		done += drv_exec(f->w, sbuf_str(&b), &(struct err)ERR_INIT) ==
		    RC_OK;
		sbuf_reset(&b);
	}
	assert_true(done > 20);
	sbuf_free(&b);
}


static void one_order(struct fixture *f)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	struct rows_sort sort[3];
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t"),
		.sort = sort, .nsort = rnd(4) };
	bool some = rnd(3) == 0;
	const struct rows *r;
	struct str want;
	struct value lines = { 0 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < spec.nsort; i++)
		sort[i] = (struct rows_sort){ str_z(names[rnd(4)]),
			rnd(2) == 1 };
	if (some)
		spec.where = STR("a IS NOT NULL -- not all");
	r = plan(f, &spec);
	assert_false(r->by_position);
	want = expected(f, r, some ? " WHERE a IS NOT NULL" : "");
	assert_ok(drv_scalar(f->d, some ? STR("SELECT count(*) FROM t WHERE a "
	    "IS NOT NULL") : STR("SELECT count(*) FROM t"), NULL, 0, f->a,
	    &lines, &e), &e);
	assert_true(lines.i > 10);
	check_forward(f, r, want, 3 + rnd(30));
	check_backward(f, r, want, 3 + rnd(30));
	check_stream(f, r, want, 29);
	check_numbers(f, r, (size_t)lines.i, 17);
}

static void any_order_equals_order_by(void **state)
{
	struct fixture *f = *state;

	pg_run(f->w, "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;"
	    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')");
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		seed = 9000 + i;
		pg_run(f->w, "DROP TABLE IF EXISTS t CASCADE");
		pg_run(f->w, shapes[i].ddl);
		fill(f, &shapes[i], 120);
		look(f);
		for (int k = 0; k < 6; k++)
			one_order(f);
		check_conditions(f, &(struct rows_spec){
		    .schema = STR("public"), .name = STR("t") }, 40);
	}
}

/* --- keys ------------------------------------------------------------------------ */

static const char *terms(struct fixture *f, const char *name)
{
	struct rows_spec spec = { .schema = STR("public"),
		.name = str_z(name) };
	const struct rows *r = plan(f, &spec);
	struct sbuf b = SBUF_TEXT;
	const char *out;

	if (r->by_position)
		SQL(&b, "position");
	for (size_t i = 0; !r->by_position && i < r->nterms; i++) {
		sbuf_addz(&b, i ? " " : "");
		sbuf_add(&b, r->terms[i].name);
	}
	out = arena_z(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void the_key_is_the_surest_there_is(void **state)
{
	struct fixture *f = *state;

	pg_run(f->w, "CREATE TABLE pk(b int, a int, PRIMARY KEY(a, b));"
	    "CREATE TABLE uniq(a int NOT NULL, b int); "
	    "CREATE UNIQUE INDEX ON uniq(b); CREATE UNIQUE INDEX ON uniq(a);"
	    "CREATE TABLE partial(a int NOT NULL);"
	    "CREATE UNIQUE INDEX ON partial(a) WHERE a > 0;"
	    "CREATE TABLE expr(a int NOT NULL);"
	    "CREATE UNIQUE INDEX ON expr((a + 1));"
	    "CREATE TABLE none(a int);"
	    "CREATE TABLE part(a int) PARTITION BY LIST (a);"
	    "CREATE VIEW v AS SELECT * FROM pk;"
	    "CREATE MATERIALIZED VIEW mv AS SELECT * FROM none;"
	    "CREATE TABLE parent(a int PRIMARY KEY);"
	    "CREATE TABLE heir() INHERITS (parent)");
	look(f);
	assert_string_equal(terms(f, "pk"), "a b");
	assert_string_equal(terms(f, "uniq"), "a");
	assert_string_equal(terms(f, "partial"), "ctid");
	assert_string_equal(terms(f, "expr"), "ctid");
	assert_string_equal(terms(f, "none"), "ctid");
	assert_string_equal(terms(f, "part"), "tableoid ctid");
	assert_string_equal(terms(f, "v"), "position");
	assert_string_equal(terms(f, "mv"), "ctid");
	assert_string_equal(terms(f, "parent"), "a tableoid ctid");
	assert_string_equal(terms(f, "heir"), "ctid");
}

static void views_are_paged_by_position(void **state)
{
	struct fixture *f = *state;
	struct rows_sort by = { STR("N"), true };
	struct rows_spec spec = { .schema = STR("public"), .name = STR("v"),
		.sort = &by, .nsort = 1 };
	struct rows_page p;
	const struct rows *r;

	pg_run(f->w, "CREATE VIEW v AS SELECT g AS \"N\", 'x' AS n "
	    "FROM generate_series(1, 25) g");
	look(f);
	r = plan(f, &spec);
	assert_true(r->by_position);
	p = get(f, r, ROWS_FIRST, NULL, 10);
	assert_int_equal(p.v[0].cells[0].i, 25);
	p = get(f, r, ROWS_AFTER, p.v[9].key, 10);
	assert_int_equal(p.v[0].cells[0].i, 15);
	p = get(f, r, ROWS_LAST, NULL, 10);
	assert_int_equal(p.v[9].cells[0].i, 1);
	p = get(f, r, ROWS_BEFORE, p.v[0].key, 20);
	assert_true(p.at_start);
	assert_int_equal(p.n, 15);
}

/* --- names and values of every kind ----------------------------------------------- */

static const char *const hostile[] = {
	"a\"b", "a'b", "se;lect", "--", "/*", "x\ny", "tab\there", "$1", "%s",
	"\\", "SELECT", "case", "left", "\xf0\x9f\x98\x80", "Ümläut",
	"a123456789b123456789c123456789d123456789e123456789f123456789xyz",
};

static void hostile_names_are_names(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		struct str n = str_z(hostile[i]);
		struct rows_sort by = { n, true };
		struct rows_spec spec = { .schema = n, .name = n, .sort = &by,
			.nsort = 1 };
		struct sbuf b = SBUF_TEXT;
		struct err e = ERR_INIT;
		const struct value *key;
		const struct rows *r;
		struct value two = text("2");
		struct rows_page p;

		SQL(&b, "CREATE SCHEMA ");
		dialect_pg.ident(&b, n);
		SQL(&b, "; CREATE TABLE ");
		dialect_pg.ident(&b, n);
		SQL(&b, ".");
		dialect_pg.ident(&b, n);
		SQL(&b, "(");
		dialect_pg.ident(&b, n);
		SQL(&b, " int PRIMARY KEY, v text); INSERT INTO ");
		dialect_pg.ident(&b, n);
		SQL(&b, ".");
		dialect_pg.ident(&b, n);
		SQL(&b, " VALUES(1, 'one'), (2, 'two'), (3, 'three')");
		pg_run(f->w, b.p);
		sbuf_free(&b);
		look(f);
		r = plan(f, &spec);
		p = get(f, r, ROWS_FIRST, NULL, 2);
		assert_int_equal(p.v[0].cells[0].i, 3);
		p = get(f, r, ROWS_AFTER, p.v[1].key, 2);
		assert_int_equal(p.v[0].cells[0].i, 1);
		assert_ok(rows_find(f->d, r, &n, &two, 1, f->a, &key, &e), &e);
		assert_int_equal(key[0].i, 2);
	}
}

static const char *const injections[] = {
	"'; DROP TABLE t; --", "' OR '1'='1", "\\'; DROP TABLE t; --", "$1",
	"x') UNION SELECT 'y", "E'\\x'", "${jndi}", "null", "\xc2\xa0",
	"');--\n", "\x01\x1b[31m",
};

static void values_are_never_sql(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t") };
	struct str col = STR("k");
	const struct rows *r;
	struct err e = ERR_INIT;
	int64_t n = 0;

	pg_run(f->w, "CREATE TABLE t(k text PRIMARY KEY)");
	look(f);
	for (size_t i = 0; i < sizeof(injections) / sizeof(*injections); i++) {
		struct value v = text(injections[i]);
		struct sbuf b = SBUF_TEXT, where = SBUF_TEXT;
		const struct value *key;
		struct rows_page p;

		SQL(&b, "INSERT INTO t VALUES(");
		dialect_pg.literal(&b, &v);
		SQL(&b, ")");
		pg_run(f->w, b.p);
		sbuf_free(&b);
		spec.where = STR("");
		r = plan(f, &spec);
		assert_ok(rows_find(f->d, r, &col, &v, 1, f->a, &key, &e), &e);
		assert_str(key[0].s, injections[i]);
		p = get(f, r, ROWS_AT, key, 1);
		assert_str(p.v[0].cells[0].s, injections[i]);
		/* as one would type it */
		assert_true(rows_condition(&dialect_pg, col, &v, &where));
		spec.where = sbuf_str(&where);
		r = plan(f, &spec);
		assert_ok(rows_check(f->d, r, &e), &e);
		p = get(f, r, ROWS_FIRST, NULL, 5);
		assert_int_equal(p.n, 1);
		sbuf_free(&where);
	}
	spec.where = STR("");
	assert_ok(rows_count(f->d, plan(f, &spec), &n, &e), &e);
	assert_int_equal(n, sizeof(injections) / sizeof(*injections));
}

static const struct {
	const char *type, *in, *out;
} faithful[] = {
	{ "int[]", "'{{1,2},{3,NULL}}'", "{{1,2},{3,NULL}}" },
	{ "text[]", "ARRAY['a b','c\"d',NULL,'']", "{\"a b\",\"c\\\"d\",NULL,\"\"}" },
	{ "json", "'{\"b\" :1,\"a\":2}'", "{\"b\" :1,\"a\":2}" },
	{ "jsonb", "'{\"b\" :1,\"a\":2}'", "{\"a\": 2, \"b\": 1}" },
	{ "int4range", "'[1,10]'", "[1,11)" },
	{ "tstzrange", "'[2026-01-01 00:00+00,infinity)'",
	    "[\"2026-01-01 00:00:00+00\",infinity)" },
	{ "numeric", "'123456789012345678901234567890.000000001'",
	    "123456789012345678901234567890.000000001" },
	{ "numeric(20,5)", "1.5", "1.50000" },
	{ "float8", "0.1::float8 + 0.2", "0.30000000000000004" },
	{ "float4", "'1e-40'", "1e-40" },
	{ "date", "'infinity'", "infinity" },
	{ "date", "'0044-03-15 BC'", "0044-03-15 BC" },
	{ "timestamptz", "'-infinity'", "-infinity" },
	{ "timestamp", "'2026-11-21 10:11:12.131415'",
	    "2026-11-21 10:11:12.131415" },
	{ "interval", "'1 year 2 mons -3 days 04:05:06.789'",
	    "1 year 2 mons -3 days +04:05:06.789" },
	{ "time with time zone", "'01:02:03.4+05:30'", "01:02:03.4+05:30" },
	{ "mood", "'ok'", "ok" },
	{ "pair", "ROW(1, 'x, \"y\"')", "(1,\"x, \"\"y\"\"\")" },
	{ "xml", "'<a b=\"c\"/>'", "<a b=\"c\"/>" },
	{ "tsvector", "to_tsvector('simple', 'b a b')", "'a':2 'b':1,3" },
	{ "bit(5)", "B'10100'", "10100" },
	{ "bit varying", "B'1'", "1" },
	{ "inet", "'10.0.0.1'", "10.0.0.1" },
	{ "cidr", "'10.0.0.0/8'", "10.0.0.0/8" },
	{ "boolean", "true", "t" },
	{ "character(5)", "'ab'", "ab   " },
	{ "money", "12345.67", "$12,345.67" },
	{ "uuid", "'A0EEBC999C0B4EF8BB6D6BB9BD380A11'",
	    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11" },
	{ "point", "'(1,2)'", "(1,2)" },
	{ "hs.hstore", "'a=>1, \"b c\"=>NULL'", "\"a\"=>\"1\", \"b c\"=>NULL" },
	{ "text", "E'two\\nlines\\t'", "two\nlines\t" },
	{ "pair", "ROW(NULL, NULL)", "(,)" },
};
#define FAITHFUL (sizeof(faithful) / sizeof(*faithful))

static void values_are_as_psql_prints_them(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t") };
	struct sbuf cols = SBUF_TEXT, vals = SBUF_TEXT;
	const struct rows *r;
	struct rows_page p;
	struct err e = ERR_INIT;

	pg_run(f->w, "CREATE TYPE mood AS ENUM ('sad', 'ok');"
	    "CREATE TYPE pair AS (a int, b text); CREATE SCHEMA hs;"
	    "CREATE EXTENSION hstore SCHEMA hs");
	for (size_t i = 0; i < FAITHFUL; i++) {
		sbuf_addf(&cols, "%sc%zu %s", i ? "," : "", i,
		    faithful[i].type);
		sbuf_addf(&vals, "%s%s", i ? "," : "", faithful[i].in);
	}
	pg_run(f->w, arena_printf(f->a, "CREATE TABLE t(%s)", cols.p).p);
	pg_run(f->w, "SET lc_monetary = 'C'");
	pg_run(f->w, arena_printf(f->a, "INSERT INTO t VALUES(%s)", vals.p).p);
	look(f);
	r = plan(f, &spec);
	p = get(f, r, ROWS_FIRST, NULL, 1);
	assert_int_equal(p.n, 1);
	for (size_t i = 0; i < FAITHFUL; i++) {
		struct value v;

		assert_int_equal(p.v[0].cells[i].kind, VALUE_TEXT);
		assert_str(p.v[0].cells[i].s, faithful[i].out);
		assert_int_equal(p.v[0].cells[i].full,
		    strlen(faithful[i].out));
		assert_ok(rows_cell(f->d, r, p.v[0].key, i, 0, 1000, f->a, &v,
		    &e), &e);
		assert_int_equal(v.kind, VALUE_TEXT);
		assert_str(v.s, faithful[i].out);
	}
	sbuf_free(&cols);
	sbuf_free(&vals);
}

static void large_values_come_in_pieces(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t") };
	struct sbuf got = SBUF_INIT((size_t)4 << 20);
	const struct rows *r;
	struct rows_page p;
	struct value v;
	struct err e = ERR_INIT;

	pg_run(f->w, "CREATE TABLE t(id int PRIMARY KEY, s text, b bytea, "
	    "n text, z bytea); INSERT INTO t VALUES(1, repeat('a\xe2\x82\xac', "
	    "100000), decode(repeat('00ff27', 100000), 'hex'), NULL, '')");
	look(f);
	r = plan(f, &spec);
	p = get(f, r, ROWS_FIRST, NULL, 1);
	assert_int_equal(p.v[0].cells[1].full, 400000);
	assert_true(p.v[0].cells[1].s.n <= ROWS_CELL);
	assert_int_equal(p.v[0].cells[2].kind, VALUE_BLOB);
	assert_int_equal(p.v[0].cells[2].full, 300000);
	assert_int_equal(p.v[0].cells[2].s.n, 0);
	assert_int_equal(p.v[0].cells[3].kind, VALUE_NULL);
	assert_int_equal(p.v[0].cells[4].kind, VALUE_BLOB);
	assert_int_equal(p.v[0].cells[4].full, 0);
	/* bytes, cut within characters, are whole together */
	for (size_t at = 0; at < 400000; at += v.s.n) {
		assert_ok(rows_cell(f->d, r, p.v[0].key, 1, at, 99999, f->a, &v,
		    &e), &e);
		assert_int_equal(v.full, 400000);
		assert_true(v.s.n > 0);
		sbuf_add(&got, v.s);
	}
	assert_int_equal(got.n, 400000);
	assert_memory_equal(got.p + 399996, "a\xe2\x82\xac", 4);
	assert_ok(rows_cell(f->d, r, p.v[0].key, 2, 299997, 100, f->a, &v, &e),
	    &e);
	assert_int_equal(v.kind, VALUE_BLOB);
	assert_int_equal(v.s.n, 3);
	assert_memory_equal(v.s.p, "\x00\xff\x27", 3);
	assert_ok(rows_cell(f->d, r, p.v[0].key, 3, 0, 100, f->a, &v, &e), &e);
	assert_int_equal(v.kind, VALUE_NULL);
	sbuf_free(&got);
}

/* --- the user's WHERE ----------------------------------------------------------------- */

static enum rc try_where(struct fixture *f, const char *where, struct err *e)
{
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t"),
		.where = str_z(where) };
	const struct rows *r = NULL;
	enum rc rc = rows_plan(f->m, &spec, f->a, &r, e);

	return rc ? rc : rows_check(f->d, r, e);
}

static void a_wrong_where_says_where(void **state)
{
	static const struct {
		const char *where;
		enum rc rc;
		const char *place, *msg;
	} cases[] = {
		{ "nmae = 'x'", RC_DB, "where:0", "nmae" },
		{ "id = 1 AND nmae = 1", RC_DB, "where:11", "nmae" },
		{ "id = 'x'", RC_DB, "where:5", "integer" },
		{ "name = 'é' AND idd = 1", RC_DB, "where:16", "idd" },
		{ "id = $1", RC_PARSE, "where:5", "parameter" },
		{ "id = 1; DROP TABLE t", RC_PARSE, "where:6", "';'" },
		{ "id = 1) OR (true", RC_PARSE, "where:6", "'('" },
		{ "(id = 1", RC_PARSE, "where:7", "')'" },
		{ "name = 'x", RC_PARSE, "where:7", "end" },
		{ "name = $$x", RC_PARSE, "where:7", "end" },
		{ "id = 1 /* no", RC_PARSE, "where:7", "end" },
		{ "id = 1 LIMIT 1", RC_DB, "where:7", "LIMIT" },
		{ "id = 1 UNION SELECT 1", RC_DB, "where:7", "UNION" },
		{ "nextval('s') > 0", RC_OK, "", "" },
	};
	struct fixture *f = *state;

	pg_run(f->w, "CREATE TABLE t(id int, name text); CREATE SEQUENCE s");
	look(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err e = ERR_INIT;
		enum rc rc = try_where(f, cases[i].where, &e);
		size_t at;

		if (rc != cases[i].rc || strcmp(e.where, cases[i].place) ||
		    !strstr(e.msg, cases[i].msg))
			fail_msg("%s: %d %s %s", cases[i].where, rc, e.where,
			    e.msg);
		if (rc)
			assert_true(rows_where_at(&e, str_z(cases[i].where),
			    &at));
	}
}

static void a_where_writes_nothing(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t"),
		.where = STR("nextval('s') > 0") };
	struct rows_page p;
	struct rows_get g = { ROWS_FIRST, NULL, 10 };
	struct err e = ERR_INIT;

	pg_run(f->w, "CREATE TABLE t AS SELECT 1 AS id; CREATE SEQUENCE s");
	look(f);
	assert_int_not_equal(rows_read(f->d, plan(f, &spec), &g, f->a, &p, &e),
	    RC_OK);
	assert_non_null(strstr(e.msg, "read-only"));
	spec.where = STR("true");
	assert_ok(rows_read(f->d, plan(f, &spec), &g, f->a, &p, &e), &e);
	assert_int_equal(p.n, 1);
}

/* Names in a condition mean what they mean to the user. */
static void a_where_has_the_users_path(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_INIT;

	pg_run(f->w, "CREATE TABLE t AS SELECT 1 AS id; CREATE SCHEMA mine;"
	    "CREATE FUNCTION mine.odd(int) RETURNS bool LANGUAGE sql AS "
	    "'SELECT $1 % 2 = 1'; ALTER DATABASE rows SET search_path = "
	    "mine, public");
	drv_close(f->d);
	f->d = pg_conn("rows", DRV_BROWSE);
	look(f);
	assert_ok(try_where(f, "odd(id) AND id IN (SELECT id FROM t)", &e), &e);
}

/* --- numbers --------------------------------------------------------------------------- */

static void estimates_cost_no_scan(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t") };
	struct err e = ERR_INIT;
	int64_t n, all[8], i;

	pg_run(f->w, "CREATE TABLE t AS SELECT g AS id, 'x' AS s FROM "
	    "generate_series(1, 50000) g; ANALYZE t; CREATE TABLE tiny(a int);"
	    "CREATE TABLE p(a int) PARTITION BY RANGE (a);"
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100000);"
	    "INSERT INTO p SELECT g FROM generate_series(1, 30000) g;"
	    "ANALYZE p1");
	look(f);
	assert_ok(rows_estimate(f->d, plan(f, &spec), f->a, &n, &e), &e);
	assert_in_range(n, 49000, 51000);
	spec.where = STR("id <= 500");
	assert_ok(rows_estimate(f->d, plan(f, &spec), f->a, &n, &e), &e);
	assert_in_range(n, 300, 900);
	assert_int_equal(f->m->ntables, 4);
	assert_ok(rows_estimates(f->d, f->m, f->a, all, &e), &e);
	for (i = 0; i < 4; i++) {
		const char *name = arena_z(f->a,
		    f->m->tables[i]->o.name);

		if (!strcmp(name, "tiny"))
			assert_int_equal(all[i], -1);
		else if (!strcmp(name, "t"))
			assert_in_range(all[i], 49000, 51000);
		else
			assert_in_range(all[i], 29000, 31000);
	}
	assert_true(rows_count_unasked(DIALECT_PG, 10));
	assert_false(rows_count_unasked(DIALECT_PG, 10000000));
	assert_true(rows_count_unasked(DIALECT_SQLITE, 10000000));
}

static void a_sort_tells_its_cost(void **state)
{
	struct fixture *f = *state;
	struct rows_sort by = { STR("b"), false };
	struct rows_spec spec = { .schema = STR("public"), .name = STR("t"),
		.sort = &by, .nsort = 1 };
	struct rows_cost cost;
	struct err e = ERR_INIT;

	pg_run(f->w, "CREATE TABLE t AS SELECT g AS a, g % 7 AS b FROM "
	    "generate_series(1, 60000) g; CREATE INDEX ON t(a); ANALYZE t");
	look(f);
	assert_ok(rows_cost(f->d, plan(f, &spec), f->a, &cost, &e), &e);
	assert_in_range(cost.rows, 59000, 61000);
	assert_true(cost.seconds > 0);
	by.column = STR("a");
	assert_true(plan(f, &spec)->indexed);
	assert_ok(rows_cost(f->d, plan(f, &spec), f->a, &cost, &e), &e);
	assert_int_equal(cost.rows, 0);
}

static void keys_of_others_are_followed(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("p") };
	const struct rows *r;
	const struct table *t;
	struct err e = ERR_INIT;
	struct rows_page page;
	int64_t n;

	pg_run(f->w, "CREATE TABLE p(a int, b numeric(6,2), PRIMARY KEY(a, b));"
	    "CREATE SCHEMA o; CREATE TABLE o.c(x int, y numeric, "
	    "FOREIGN KEY (x, y) REFERENCES p(a, b));"
	    "INSERT INTO p VALUES(1, 1.5), (2, 2);"
	    "INSERT INTO o.c VALUES(1, 1.50), (1, 1.5), (NULL, 7)");
	look(f);
	r = plan(f, &spec);
	t = r->table;
	assert_int_equal(t->nfks_in, 1);
	page = get(f, r, ROWS_FIRST, NULL, 5);
	assert_ok(rows_referrers(f->d, r, page.v[0].key, t->fks_in[0], f->a, &n,
	    &e), &e);
	assert_int_equal(n, 2);
	assert_ok(rows_referrers(f->d, r, page.v[1].key, t->fks_in[0], f->a, &n,
	    &e), &e);
	assert_int_equal(n, 0);
}

static void conditions_are_read_by_type(void **state)
{
	static const struct cond_case cases[] = {
		{ "n", OP_GT, "2", "n > 2", "3" },
		{ "n", OP_BETWEEN, "1, 2", "n BETWEEN 1 AND 2", "1 2" },
		{ "n", OP_IN, "1, 3", "n IN (1, 3)", "1 3" },
		{ "n", OP_EQ, "two", "n wants a number", NULL },
		{ "n", OP_NOT_NULL, "", "n IS NOT NULL", "1 2 3" },
		{ "t", OP_EQ, "it's", "t = 'it''s'", "1" },
		{ "t", OP_NE, "5", "t <> '5'", "1 2" },
		{ "t", OP_STARTS, "50%", "t LIKE '50\\%%'", "2" },
		{ "t", OP_CONTAINS, "IT", "t ILIKE '%IT%'", "1" },
		{ "t", OP_REGEXP, "^.t", "t ~ '^.t'", "1" },
		{ "t", OP_NOT_REGEXP, "^.t", "t !~ '^.t'", "2 3" },
		{ "t", OP_IN, "it's", "t IN ('it''s')", "1" },
		{ "d", OP_GE, "2025-01-31", "d >= '2025-01-31'", "1" },
		{ "d", OP_LT, "2025-02-31x", "d wants 2025-01-31, or with a "
		    "time", NULL },
		{ "d", OP_LT, "today", "d < 'today'", "1 2" },
		{ "d", OP_LIKE, "2024%", "d::text LIKE '2024%'", "2" },
		{ "b", OP_TRUE, "", "b IS TRUE", "1" },
		{ "b", OP_EQ, "no", "b = FALSE", "2" },
		{ "m", OP_EQ, "ok", "m = 'ok'", "1" },
		{ "m", OP_IN, "ok, 'sad'", "m IN ('ok', 'sad')", "1 2" },
		{ "m", OP_GE, "ok", "m >= 'ok'", "1" },
		{ "j", OP_CONTAINS, "k", "j::text ILIKE '%k%'", "1" },
		{ "Born", OP_EQ, "\\x00ff", "\"Born\" = '\\x00ff'::"
		    "pg_catalog.bytea", "1" },
		{ "Born", OP_EQ, "zz", "Born wants hexadecimal digits", NULL },
	};
	struct fixture *f = *state;
	struct rows_spec spec = { .schema = STR("public"), .name = STR("c") };
	struct rows_cond never = { STR("d"), OP_EQ, STR("never") };
	struct err e = ERR_INIT;
	const struct rows *r;

	pg_run(f->w, "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE c("
	    "id int PRIMARY KEY, n int, t text, d timestamptz, b bool, "
	    "m mood, j json, \"Born\" bytea); INSERT INTO c VALUES"
	    "(1, 1, 'it''s', '2025-02-01 10:00', true, 'ok', '{\"k\":1}', "
	    "'\\x00ff'), (2, 2, '50%', '2024-12-31', false, 'sad', NULL, ''),"
	    "(3, 3, '5', NULL, NULL, NULL, NULL, NULL),"
	    "(4, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
	look(f);
	r = plan(f, &spec);
	check_cond_cases(f, &spec, cases, sizeof(cases) / sizeof(*cases));
	check_conditions(f, &spec, 4);
	assert_true(rows_op_fits(r, &r->cols[2], OP_REGEXP));
	assert_false(rows_op_fits(r, &r->cols[6], OP_EQ));
	/* what only the server knows it says, and names no place in a text */
	spec.conds = &never;
	spec.nconds = 1;
	assert_int_equal(rows_check(f->d, plan(f, &spec), &e), RC_DB);
	assert_true(strstr(e.msg, "never") != NULL);
}

static int64_t stamp_of(struct fixture *f, const char *name)
{
	struct err e = ERR_INIT;
	int64_t n = 0;

	assert_ok(rows_stamp(f->d, DIALECT_PG, STR("public"), str_z(name),
	    f->a, &n, &e), &e);
	return n;
}

/* The statistics follow: a session gives its own up at its end at the latest. */
static void stamp_changes(struct fixture *f, const char *name, const char *sql)
{
	int64_t was = stamp_of(f, name);
	struct drv *other = pg_conn("rows", DRV_APPLY);
	struct err e = ERR_INIT;

	assert_true(was > 0);
	assert_int_equal(stamp_of(f, name), was);
	assert_ok(drv_exec(other, str_z(sql), &e), &e);
	drv_close(other);
	for (int i = 0; i < 100000 && stamp_of(f, name) == was; i++)
		;
	assert_true(stamp_of(f, name) != was);
}

static void what_others_write_has_a_stamp(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_INIT;

	assert_true(rows_stamp_by_table(DIALECT_PG));
	assert_ok(drv_exec(f->w, STR("CREATE TABLE t(a int); "
	    "CREATE VIEW v AS SELECT * FROM t; "
	    "CREATE TABLE p(a int) PARTITION BY LIST (a); "
	    "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)"), &e), &e);
	stamp_changes(f, "t", "INSERT INTO t VALUES(1)");
	stamp_changes(f, "t", "UPDATE t SET a = 2");
	stamp_changes(f, "t", "TRUNCATE t");
	stamp_changes(f, "p", "INSERT INTO p VALUES(1)");
	assert_int_equal(stamp_of(f, "v"), -1);
	assert_int_equal(stamp_of(f, "gone"), -1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(any_order_equals_order_by),
		CASE(the_key_is_the_surest_there_is),
		CASE(views_are_paged_by_position),
		CASE(hostile_names_are_names),
		CASE(values_are_never_sql),
		CASE(values_are_as_psql_prints_them),
		CASE(large_values_come_in_pieces),
		CASE(a_wrong_where_says_where),
		CASE(a_where_writes_nothing),
		CASE(a_where_has_the_users_path),
		CASE(estimates_cost_no_scan),
		CASE(a_sort_tells_its_cost),
		CASE(keys_of_others_are_followed),
		CASE(conditions_are_read_by_type),
		CASE(what_others_write_has_a_stamp),
	};
	int failed;

	pg_up(NULL);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_down();
	return failed;
}

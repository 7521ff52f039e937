/* test_rows: pages by key against one full ORDER BY; the WHERE; numbers. */
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paging.h"

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));
	struct drv_target t = { .dialect = DIALECT_SQLITE };
	struct err e = ERR_INIT;

	f->a = arena_new();
	f->dialect = &dialect_sqlite;
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

static void run(struct fixture *f, const char *sql)
{
	struct err e = ERR_INIT;

	assert_ok(drv_exec(f->d, str_z(sql), &e), &e);
}

/* --- property: any order, paged both ways, equals ORDER BY ------------------- */

/* Few distinct values of all kinds: many ties, many NULLs. */
static void random_value(struct sbuf *b)
{
	static const char *const v[] = { "NULL", "NULL", "0", "1", "-3", "2.5",
		"9e18", "'a'", "'A'", "'b'", "'aB'", "'Ab'", "''", "'\xc3\xa9'",
		"x''", "x'00ff'", "CAST(x'610062' AS TEXT)", "'10'",
		"9223372036854775807" };

	sbuf_addz(b, v[rnd(sizeof(v) / sizeof(*v))]);
}

static void fill(struct fixture *f, const char *table, size_t n)
{
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; i < n; i++) {
		sbuf_addf(&b, "INSERT OR IGNORE INTO %s(a, b, c, d) VALUES(",
		    table);
		for (size_t k = 0; k < 4; k++) {
			sbuf_addz(&b, k ? "," : "");
			random_value(&b);
		}
		sbuf_addz(&b, ");");
	}
	run(f, b.p);
	sbuf_free(&b);
}

static const char *const shapes[] = {
	"CREATE TABLE t(id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE, "
	    "c REAL, d NOT NULL DEFAULT 7)",
	"CREATE TABLE t(a INTEGER, b TEXT, c NUMERIC, d BLOB); "
	    "CREATE INDEX tb ON t(b); CREATE INDEX tca ON t(c, a DESC)",
	"CREATE TABLE t(a, b TEXT COLLATE NOCASE, c, d, PRIMARY KEY(b, a))",
	"CREATE TABLE t(a, b, c, d, k TEXT DEFAULT (hex(randomblob(8))), "
	    "PRIMARY KEY(k)) WITHOUT ROWID; CREATE INDEX td ON t(d)",
	"CREATE TABLE t(rowid, a TEXT COLLATE RTRIM, b INT, c, d, "
	    "UNIQUE(c, b))",
};

static void one_order(struct fixture *f)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	struct rows_sort sort[3];
	struct rows_spec spec = { .name = STR("t"), .sort = sort,
		.nsort = rnd(4) };
	const struct rows *r;
	struct str want;
	size_t lines = 0;

	for (size_t i = 0; i < spec.nsort; i++)
		sort[i] = (struct rows_sort){ str_z(names[rnd(4)]),
			rnd(2) == 1 };
	if (rnd(3) == 0)
		spec.where = STR("a IS NOT 1 -- not it");
	r = plan(f, &spec);
	want = expected(f, r, spec.where.n ? " WHERE a IS NOT 1" : "");
	for (size_t i = 0; i < want.n; i++)
		lines += want.p[i] == '\n';
	check_forward(f, r, want, 1 + rnd(30));
	check_backward(f, r, want, 1 + rnd(30));
	check_numbers(f, r, lines, 7);
	check_stream(f, r, want, 13);
}

static void any_order_equals_order_by(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		seed = 7000 + i;
		run(f, "DROP TABLE IF EXISTS t");
		run(f, shapes[i]);
		fill(f, "t", 160);
		look(f);
		for (int k = 0; k < 14; k++) {
			one_order(f);
		}
	}
}

/* --- keys ------------------------------------------------------------------------ */

static void hidden_rowids_are_paged_by_position(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("x") };
	const struct rows *r;
	struct rows_page p;

	run(f, "CREATE TABLE x(rowid, oid, _rowid_); CREATE VIEW v AS "
	    "SELECT rowid AS n, oid * 2 AS twice FROM x;"
	    "INSERT INTO x WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL "
	    "SELECT n + 1 FROM i WHERE n < 25) SELECT n, n, n FROM i");
	look(f);
	r = plan(f, &spec);
	assert_true(r->by_position);
	spec.name = STR("v");
	spec.sort = &(struct rows_sort){ STR("N"), true };
	spec.nsort = 1;
	r = plan(f, &spec);
	assert_true(r->by_position);
	assert_int_equal(r->ncols, 2);
	p = get(f, r, ROWS_FIRST, NULL, 10);
	assert_int_equal(p.v[0].cells[0].i, 25);
	p = get(f, r, ROWS_AFTER, p.v[9].key, 10);
	assert_false(p.at_start || p.at_end);
	assert_int_equal(p.v[0].cells[0].i, 15);
	p = get(f, r, ROWS_LAST, NULL, 10);
	assert_true(p.at_end && !p.at_start);
	assert_int_equal(p.v[9].cells[1].i, 2);
	p = get(f, r, ROWS_BEFORE, p.v[0].key, 20);
	assert_true(p.at_start);
	assert_int_equal(p.n, 15);
}

static void a_null_primary_key_comes_twice(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("j") };
	const struct rows *r;

	/* drizzle-orm 0.45: SERIAL is no INTEGER, so id stays NULL */
	run(f, "CREATE TABLE j(id SERIAL PRIMARY KEY, hash TEXT);"
	    "INSERT INTO j(hash) VALUES('x'), ('y'), ('z')");
	look(f);
	r = plan(f, &spec);
	assert_int_equal(r->nterms, 2);
	check_forward(f, r, STR("NULL|1\nNULL|2\nNULL|3\n"), 1);
}

static void long_sort_values_are_compared_whole(void **state)
{
	struct fixture *f = *state;
	struct rows_sort sort = { STR("v"), false };
	struct rows_spec spec = { .name = STR("l"), .sort = &sort, .nsort = 1 };
	const struct rows *r;
	struct rows_page p;

	run(f, "CREATE TABLE l(id INTEGER PRIMARY KEY, v TEXT);"
	    "INSERT INTO l(v) SELECT printf('%.*c', 9000, 'k') || value "
	    "FROM (SELECT 3 AS value UNION ALL SELECT 1 UNION ALL SELECT 2)");
	look(f);
	r = plan(f, &spec);
	p = get(f, r, ROWS_FIRST, NULL, 1);
	assert_int_equal(p.v[0].cells[0].i, 2);
	assert_int_equal(p.v[0].cells[1].full, 9001);
	assert_int_equal(p.v[0].cells[1].s.n, ROWS_CELL);
	p = get(f, r, ROWS_AFTER, p.v[0].key, 1);
	assert_int_equal(p.v[0].cells[0].i, 3);
	p = get(f, r, ROWS_AFTER, p.v[0].key, 1);
	assert_int_equal(p.v[0].cells[0].i, 1);
	assert_true(p.at_end);
	p = get(f, r, ROWS_BEFORE, p.v[0].key, 5);
	assert_int_equal(p.n, 2);
}

/* --- cells ------------------------------------------------------------------------ */

static void cells_are_cut_and_read_in_pieces(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("c") };
	struct err e = ERR_INIT;
	const struct rows *r;
	struct rows_page p;
	struct value v;

	run(f, "CREATE TABLE c(id INTEGER PRIMARY KEY, v);"
	    "INSERT INTO c(v) VALUES(zeroblob(9000000)), "
	    "(CAST(x'61006263' AS TEXT)), (replace(hex(zeroblob(150)), '00', "
	    "'\xe5\x9b\xb3')), (NULL), (2.5), (x'0102')");
	look(f);
	r = plan(f, &spec);
	p = get(f, r, ROWS_FIRST, NULL, 10);
	assert_int_equal(p.n, 6);
	assert_int_equal(p.v[0].cells[1].kind, VALUE_BLOB);
	assert_int_equal(p.v[0].cells[1].full, 9000000);
	assert_int_equal(p.v[1].cells[1].full, 4);
	assert_memory_equal(p.v[1].cells[1].s.p, "a\0bc", 4);
	assert_int_equal(p.v[2].cells[1].full, 450);
	assert_int_equal(p.v[2].cells[1].s.n, 255);	/* whole characters */
	assert_int_equal(p.v[3].cells[1].kind, VALUE_NULL);
	assert_int_equal(p.v[4].cells[1].kind, VALUE_REAL);
	assert_ok(rows_cell(f->d, r, p.v[1].key, 1, 1, 2, f->a, &v, &e), &e);
	assert_int_equal(v.kind, VALUE_TEXT);
	assert_int_equal(v.full, 4);
	assert_memory_equal(v.s.p, "\0b", 2);
	assert_ok(rows_cell(f->d, r, p.v[0].key, 1, 8999990, 100, f->a, &v, &e),
	    &e);
	assert_int_equal(v.kind, VALUE_BLOB);
	assert_int_equal(v.s.n, 10);
	assert_ok(rows_cell(f->d, r, p.v[4].key, 1, 0, 10, f->a, &v, &e), &e);
	assert_true(v.r > 2.4 && v.r < 2.6);
}

static void a_large_blob_costs_its_piece(void **state)
{
	struct fixture *f = *state, own = *f;
	struct drv_target t = { .dialect = DIALECT_SQLITE, .create = true };
	struct rows_spec spec = { .name = STR("big") };
	char dir[] = "/tmp/weir-rows-XXXXXX", path[64];
	struct err e = ERR_INIT;
	const struct rows *r;
	struct rows_page p;
	struct value v;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a.db", dir);
	t.path = str_z(path);
	assert_ok(drv_open(&t, DRV_APPLY, &own.d, &e), &e);
	run(&own, "CREATE TABLE big(k TEXT PRIMARY KEY, \"b\"\"x\");"
	    "INSERT INTO big VALUES('a', zeroblob(60000000)),"
	    "('b', zeroblob(60000000) || x'ff'), ('c', 7)");
	drv_close(own.d);
	assert_ok(drv_open(&t, DRV_BROWSE, &own.d, &e), &e);
	look(&own);
	r = plan(&own, &spec);
	p = get(&own, r, ROWS_FIRST, NULL, 10);
	assert_int_equal(p.n, 3);
	(void)sqlite3_memory_highwater(1);
	assert_ok(rows_cell(own.d, r, p.v[0].key, 1, 59999990, 100, f->a, &v,
	    &e), &e);
	assert_int_equal(v.kind, VALUE_BLOB);
	assert_int_equal(v.full, 60000000);
	assert_int_equal(v.s.n, 10);
	/* text is measured in the same way */
	assert_ok(rows_cell(own.d, r, p.v[1].key, 1, 60000000, 9, f->a, &v, &e),
	    &e);
	assert_int_equal(v.kind, VALUE_TEXT);
	assert_int_equal(v.s.n, 1);
	assert_true(sqlite3_memory_highwater(0) < (8 << 20));
	assert_ok(rows_cell(own.d, r, p.v[2].key, 1, 0, 9, f->a, &v, &e), &e);
	assert_int_equal(v.i, 7);
	drv_close(own.d);
	unlink(path);
	rmdir(dir);
}

/* --- WHERE ------------------------------------------------------------------------ */

static void try_where(struct fixture *f, const char *where, int want,
    const char *place)
{
	struct rows_spec spec = { .name = STR("w"), .where = str_z(where) };
	const struct rows *r = NULL;
	struct err e = ERR_INIT;
	enum rc rc = rows_plan(f->m, &spec, f->a, &r, &e);

	if (!rc)
		rc = rows_check(f->d, r, &e);
	if (rc != (enum rc)want || (place && strcmp(place, e.where)))
		fail_msg("%s: %s at %s: %s", where, rc_name(rc), e.where, e.msg);
}

static void where_is_one_expression(void **state)
{
	struct fixture *f = *state;

	run(f, "CREATE TABLE w(id INTEGER PRIMARY KEY, a TEXT)");
	look(f);
	try_where(f, "", RC_OK, NULL);
	try_where(f, "  -- nothing", RC_OK, NULL);
	try_where(f, "a = ')' or id in (1, 2) -- )", RC_OK, NULL);
	try_where(f, "/* ( */ a LIKE '%;%'", RC_OK, NULL);
	try_where(f, "(SELECT max(id) FROM w) > 3", RC_OK, NULL);
	try_where(f, "1) UNION SELECT (2", RC_PARSE, "where:1");
	try_where(f, "1); DELETE FROM w; --", RC_PARSE, "where:1");
	try_where(f, "1; DELETE FROM w", RC_PARSE, "where:1");
	try_where(f, "(1", RC_PARSE, "where:2");
	try_where(f, "a = 'x", RC_PARSE, "where:4");
	try_where(f, "1 /* )", RC_PARSE, "where:2");
	try_where(f, "a = ?", RC_PARSE, "where:4");
	try_where(f, "a = :x", RC_PARSE, "where:4");
	try_where(f, "id > 1 ORDER BY 1", RC_DB, "where:7");
	try_where(f, "id > 1 AND nosuch = 2", RC_DB, "where:11");
	try_where(f, "a = \"x\"", RC_DB, "where:4");
}

static void where_and_condition_agree(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("q") };
	struct value v = { .kind = VALUE_TEXT, .s = STR("it's"), .full = 4 };
	struct sbuf b = SBUF_TEXT;
	struct rows_page p;

	run(f, "CREATE TABLE q(id INTEGER PRIMARY KEY, \"order\" TEXT);"
	    "INSERT INTO q(\"order\") VALUES('it''s'), ('no')");
	look(f);
	assert_true(rows_condition(&dialect_sqlite, STR("order"), &v, &b));
	assert_str(sbuf_str(&b), "\"order\" = 'it''s'");
	spec.where = sbuf_str(&b);
	p = get(f, plan(f, &spec), ROWS_FIRST, NULL, 5);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].cells[0].i, 1);
	sbuf_reset(&b);
	assert_true(rows_condition(&dialect_sqlite, STR("id"),
	    &(struct value){ .kind = VALUE_NULL }, &b));
	assert_str(sbuf_str(&b), "id IS NULL");
	v.full = 9;
	assert_false(rows_condition(&dialect_sqlite, STR("id"), &v, &b));
	sbuf_free(&b);
}

static void conditions_are_read_by_type(void **state)
{
	static const struct cond_case cases[] = {
		{ "n", OP_GT, "2", "n > 2", "3 5" },
		{ "n", OP_BETWEEN, "1, 2", "n BETWEEN 1 AND 2", "1 2" },
		{ "n", OP_IN, "1, '3'", "n IN (1, '3')", "1 3" },
		{ "n", OP_EQ, "two", "n wants a number", NULL },
		{ "n", OP_EQ, "", "n wants a number", NULL },
		{ "n", OP_BETWEEN, "1", "between wants two values, a comma "
		    "between", NULL },
		{ "n", OP_NULL, "", "n IS NULL", "4" },
		{ "t", OP_EQ, "it's", "t = 'it''s'", "1" },
		{ "t", OP_EQ, "5", "t = '5'", "3" },
		{ "t", OP_EQ, "", "t = ''", "" },
		{ "t", OP_IN, "", "in wants values, commas between", NULL },
		{ "t", OP_IN, "'a,b', 5", "t IN ('a,b', '5')", "3" },
		{ "t", OP_LIKE, "%t%s", "t LIKE '%t%s'", "1" },
		{ "t", OP_STARTS, "50%*[", "t GLOB '50%[*][[]*'", "2" },
		{ "t", OP_CONTAINS, "0%*", "t LIKE '%0\\%*%' ESCAPE '\\'",
		    "2" },
		{ "t", OP_CONTAINS, "IT", "t LIKE '%IT%'", "1" },
		{ "t", OP_CONTAINS, "", "contains wants text", NULL },
		{ "d", OP_GE, "2025-01-31", "d >= '2025-01-31'", "1 5" },
		{ "d", OP_GE, "2025-13-01", "d wants 2025-01-31, or with a "
		    "time", NULL },
		{ "b", OP_TRUE, "", "b IS TRUE", "1 4" },
		{ "b", OP_FALSE, "", "b IS FALSE", "2 5" },
		{ "b", OP_EQ, "no", "b = FALSE", "2" },
		{ "b", OP_EQ, "maybe", "true or false", NULL },
		{ "Some thing", OP_EQ, "5", "\"Some thing\" = 5", "2" },
		{ "Some thing", OP_EQ, "'5'", "\"Some thing\" = '5'", "1" },
		{ "Some thing", OP_EQ, "x'00FF'", "\"Some thing\" = X'00FF'",
		    "3" },
	};
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("c") };
	const struct rows *r;

	run(f, "CREATE TABLE c(id INTEGER PRIMARY KEY, n INTEGER, t TEXT, "
	    "d DATETIME, b BOOLEAN, \"Some thing\");"
	    "INSERT INTO c VALUES(1, 1, 'it''s', '2025-02-01 10:00', 1, '5'), "
	    "(2, 2, '50%*[1]', '2024-12-31', 0, 5), "
	    "(3, 3, 5, 1735689600, NULL, x'00ff'), "
	    "(4, NULL, 'x''61' || char(39), NULL, 2.5, 'it''s'), "
	    "(5, 'none', char(39) || 'q' || char(39), 'never', 'maybe', "
	    "x'61')");
	look(f);
	r = plan(f, &spec);
	check_cond_cases(f, &spec, cases, sizeof(cases) / sizeof(*cases));
	assert_true(rows_op_fits(r, &r->cols[2], OP_NOT_REGEXP));
	assert_false(rows_op_fits(r, &r->cols[1], OP_LIKE));
	assert_false(rows_op_fits(r, &r->cols[1], OP_REGEXP));
	check_conditions(f, &spec, 5);
	spec.where = STR("id > 1 -- so");
	check_conditions(f, &spec, 5);
}

/* A database of its own, which this connection may only look at. */
static void only_look(struct fixture *f, const char *path, const char *sql)
{
	struct drv_target t = { .path = str_z(path),
		.dialect = DIALECT_SQLITE };
	struct err e = ERR_INIT;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	drv_close(f->d);
	f->d = NULL;
	assert_ok(drv_open(&t, DRV_BROWSE, &f->d, &e), &e);
	look(f);
}

/* REGEXP while looking and nowhere else; what is wrong with it is said. */
static void a_regular_expression_only_looks(void **state)
{
	static const struct {
		const char *where, *says;
	} faults[] = {
		{ "t REGEXP 'a('", "regular expression, pattern:1:3: missing" },
		{ "t REGEXP '(a+)+$'", "takes too long" },
	};
	static const struct cond_case cases[] = {
		{ "t", OP_REGEXP, "^A", "t REGEXP '^A'", "1" },
		{ "t", OP_NOT_REGEXP, "^A", "t NOT REGEXP '^A'", "3" },
	};
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("x") };
	struct rows_get g = { ROWS_FIRST, NULL, 10 };
	char path[] = "/tmp/weir-test-rows-XXXXXX";
	struct rows_page page;
	struct err e = ERR_INIT;
	struct facts facts;
	struct sql_span span;
	size_t at = 0;
	bool more;

	assert_int_equal(drv_exec(f->d, STR("SELECT 'a' REGEXP 'a'"), &e),
	    RC_DB);
	assert_non_null(strstr(e.msg, "no such function"));
	close(mkstemp(path));
	only_look(f, path, "CREATE TABLE x(id INTEGER PRIMARY KEY, t TEXT);"
	    "INSERT INTO x VALUES(1, 'A'), (2, NULL), "
	    "(3, replace(hex(zeroblob(40)), '0', 'a') || '!')");
	check_cond_cases(f, &spec, cases, sizeof(cases) / sizeof(*cases));
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		spec.where = str_z(faults[i].where);
		assert_int_equal(rows_read(f->d, plan(f, &spec), &g, f->a,
		    &page, &e), RC_DB);
		if (!strstr(e.msg, faults[i].says))
			fail_msg("%s", e.msg);
	}
	/* the text of a migration has it not even here */
	assert_int_equal(f->d->ops->run_next(f->d,
	    STR("SELECT 'a' REGEXP 'a'"), &at, RUN_PREPARE_ONLY,
	    f->a, &span, &facts, &more, &e), RC_UNSUPPORTED);
	assert_non_null(strstr(e.msg, "no such function"));
	unlink(path);
}

/* A fault of the text is told by its place in the text, whatever stands
 * before it. */
static void conditions_move_no_place(void **state)
{
	struct fixture *f = *state;
	struct rows_cond c = { STR("id"), OP_GT, STR("0") };
	struct rows_spec spec = { .name = STR("w"), .conds = &c, .nconds = 1,
		.where = STR("id > 1 AND nosuch = 2") };
	struct err e = ERR_INIT;
	size_t at;

	run(f, "CREATE TABLE w(id INTEGER PRIMARY KEY)");
	look(f);
	assert_int_equal(rows_check(f->d, plan(f, &spec), &e), RC_DB);
	assert_true(rows_where_at(&e, spec.where, &at));
	assert_int_equal(at, 11);
}

/* --- neighbours ------------------------------------------------------------------- */

static void parents_are_found_and_referrers_counted(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("p") };
	struct str col = STR("code");
	struct value code = { .kind = VALUE_TEXT, .s = STR("B"), .full = 1 };
	const struct value *key;
	const struct rows *r;
	struct err e = ERR_INIT;
	int64_t n;

	run(f, "CREATE TABLE p(id INTEGER PRIMARY KEY, code TEXT UNIQUE);"
	    "CREATE TABLE k(id INTEGER PRIMARY KEY, p TEXT REFERENCES p(code));"
	    "INSERT INTO p(code) VALUES('A'), ('B');"
	    "INSERT INTO k(p) VALUES('B'), ('A'), ('B'), (NULL)");
	look(f);
	r = plan(f, &spec);
	assert_ok(rows_find(f->d, r, &col, &code, 1, f->a, &key, &e), &e);
	assert_int_equal(key[0].i, 2);
	assert_int_equal(r->table->nfks_in, 1);
	assert_ok(rows_referrers(f->d, r, key, r->table->fks_in[0], f->a, &n,
	    &e), &e);
	assert_int_equal(n, 2);
	code.s = STR("C");
	assert_int_equal(rows_find(f->d, r, &col, &code, 1, f->a, &key, &e),
	    RC_NOTFOUND);
}

static void sparse_index_jumps(void **state)
{
	struct fixture *f = *state;
	struct rows_spec spec = { .name = STR("s") };
	struct rows_index x = { .total = 0 };
	const struct value *key;
	const struct rows *r;
	struct err e = ERR_INIT;
	int64_t guess;

	run(f, "CREATE TABLE s(id INTEGER PRIMARY KEY);"
	    "INSERT INTO s WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL "
	    "SELECT n + 1 FROM i WHERE n < 35000) SELECT n * 3 FROM i");
	look(f);
	r = plan(f, &spec);
	assert_true(rows_can_sample(r));
	assert_ok(rows_sample(f->d, r, 1e9, f->a, &x, &e), &e);
	assert_int_equal(x.keys.n, 4);
	assert_int_equal(x.total, 35000);
	assert_ok(rows_nth(f->d, r, &x, 34999, f->a, &key, &e), &e);
	assert_int_equal(key[0].i, 105000);
	assert_ok(rows_nth(f->d, r, &x, 20000, f->a, &key, &e), &e);
	assert_int_equal(key[0].i, 60003);
	assert_ok(rows_estimate(f->d, r, f->a, &guess, &e), &e);
	assert_int_equal(guess, 105000);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
UNIT_MAIN(
	CASE(any_order_equals_order_by),
	CASE(hidden_rowids_are_paged_by_position),
	CASE(a_null_primary_key_comes_twice),
	CASE(long_sort_values_are_compared_whole),
	CASE(cells_are_cut_and_read_in_pieces),
	CASE(a_large_blob_costs_its_piece),
	CASE(where_is_one_expression),
	CASE(where_and_condition_agree),
	CASE(conditions_are_read_by_type),
	CASE(a_regular_expression_only_looks),
	CASE(conditions_move_no_place),
	CASE(parents_are_found_and_referrers_counted),
	CASE(sparse_index_jumps),
)

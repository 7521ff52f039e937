/* The words of SQLite: tokens, names, literals, readers of stored DDL. */
#include <math.h>
#include <sqlite3.h>

#include "lite.h"

#include "dialect/sqlite/sqlite.h"

static const char *built(void (*f)(struct sbuf *, struct str), const char *s)
{
	static struct sbuf b = SBUF_TEXT;

	sbuf_reset(&b);
	f(&b, str_z(s));
	return b.p;
}

static void names_are_quoted(void **state)
{
	(void)state;
	assert_string_equal(built(dialect_sqlite.ident, "a"), "\"a\"");
	assert_string_equal(built(dialect_sqlite.ident, "a\"b"), "\"a\"\"b\"");
	assert_string_equal(built(dialect_sqlite.ident, ""), "\"\"");
}

static const char *literal(struct value v)
{
	static struct sbuf b = SBUF_TEXT;

	sbuf_reset(&b);
	dialect_sqlite.literal(&b, &v);
	return b.p;
}

/* Every literal gives the value back that it was made from. */
static void literals_come_back(void **state)
{
	static const struct value values[] = {
		{ .kind = VALUE_NULL },
		{ .kind = VALUE_INT, .i = 0 },
		{ .kind = VALUE_INT, .i = INT64_MIN },
		{ .kind = VALUE_INT, .i = INT64_MAX },
		{ .kind = VALUE_REAL, .r = 0.1 },
		{ .kind = VALUE_REAL, .r = 3 },
		{ .kind = VALUE_REAL, .r = 1e300 },
		{ .kind = VALUE_REAL, .r = -1.5e-300 },
		{ .kind = VALUE_REAL, .r = (double)INFINITY },
		{ .kind = VALUE_TEXT, .s = { "it's", 4 } },
		{ .kind = VALUE_TEXT, .s = { "a\0b", 3 } },
		{ .kind = VALUE_TEXT, .s = { "", 0 } },
		{ .kind = VALUE_BLOB, .s = { "\0\xff", 2 } },
		{ .kind = VALUE_BLOB, .s = { "", 0 } },
	};
	struct drv *d = scratch();

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		struct sbuf b = SBUF_TEXT;
		struct value got;

		SQL(&b, "SELECT ");
		dialect_sqlite.literal(&b, &values[i]);
		OK(drv_scalar(d, sbuf_str(&b), NULL, 0, arena, &got, &err));
		if (got.kind != values[i].kind || got.i != values[i].i ||
		    !str_eq(got.s, values[i].s) || (got.kind == VALUE_REAL &&
		    memcmp(&got.r, &values[i].r, sizeof(got.r))))
			fail_msg("%s", b.p);
		sbuf_free(&b);
	}
	assert_string_equal(literal((struct value){ .kind = VALUE_REAL,
	    .r = 3 }), "3.0");
	drv_close(d);
}

static const char *object(enum obj_kind kind, const char *table,
    const char *name, const char *column)
{
	static struct sbuf b = SBUF_TEXT;
	struct obj o = { .kind = kind, .table = str_z(table),
		.name = str_z(name) };

	sbuf_reset(&b);
	dialect_sqlite.object_name(&b, &o, str_z(column));
	return b.p;
}

static void objects_are_named_for_consent(void **state)
{
	(void)state;
	assert_string_equal(object(OBJ_TABLE, "", "users", ""), "users");
	assert_string_equal(object(OBJ_TABLE, "", "users", "e mail"),
	    "users.\"e mail\"");
	assert_string_equal(object(OBJ_COLUMN, "users", "a$1", ""),
	    "users.a$1");
	assert_string_equal(object(OBJ_TABLE, "", "2nd", ""), "\"2nd\"");
	assert_string_equal(object(OBJ_TABLE, "", "größe", ""), "\"größe\"");
	assert_string_equal(object(OBJ_FK, "c", "(a) -> p(id)", ""), "c");
}

static void affinity(void **state)
{
	static const char *const yes[] = { "INTEGER", "int", "REAL", "numeric",
		"DECIMAL(10,5)", "boolean", "FLOATING POINT", "bigint" };
	static const char *const no[] = { "", "text", "VARCHAR(20)", "blob",
		"CLOB", "character(3)" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		assert_true(dialect_sqlite.is_numeric(str_z(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(dialect_sqlite.is_numeric(str_z(no[i])));
}

static bool foreign(const char *name, enum table_type type)
{
	struct table t = { .o = { .kind = OBJ_TABLE, .name = str_z(name) },
		.type = type };

	return dialect_sqlite.is_foreign(&t.o);
}

static void tables_of_others(void **state)
{
	struct obj index = { .kind = OBJ_INDEX, .table = STR("users"),
		.name = STR("sqlite_autoindex_users_1") };

	(void)state;
	assert_true(foreign("sqlite_sequence", TABLE_ORDINARY));
	assert_true(foreign("SQLite_stat1", TABLE_ORDINARY));
	assert_true(foreign("_cf_KV", TABLE_ORDINARY));
	assert_true(foreign("_litestream_seq", TABLE_ORDINARY));
	assert_true(foreign("libsql_wasm_func_table", TABLE_ORDINARY));
	assert_true(foreign("docs_data", TABLE_SHADOW));
	assert_false(foreign("users", TABLE_ORDINARY));
	assert_false(foreign("__drizzle_migrations", TABLE_ORDINARY));
	assert_false(dialect_sqlite.is_foreign(&index));
}

/* --- tokens ----------------------------------------------------------- */

static const char *kinds(const char *sql)
{
	static const char letter[] = " cwkisnbvp!";
	static char out[200];
	size_t n = 0;

	for (struct token t = sqlite_token(str_z(sql), 0);
	    t.kind != TOKEN_END && n < sizeof(out) - 1;
	    t = sqlite_token(str_z(sql), t.to)) {
		assert_true(t.to > t.from);
		out[n++] = letter[t.kind];
	}
	out[n] = 0;
	return out;
}

static void tokens(void **state)
{
	(void)state;
	assert_string_equal(kinds("SELECT a FROM"), "k w k");
	assert_string_equal(kinds("-- x\n/* y */ /* open"), "c c c");
	assert_string_equal(kinds("\"a\"\"b\" `c` [d]e 'f''g'"), "i i iw s");
	assert_string_equal(kinds("'open"), "!");
	assert_string_equal(kinds("1 .5 1e3 0x1F 1.e-2 12a 1e"),
	    "n n n n n ! !");
	assert_string_equal(kinds("x'0a' X'0' x'zz'"), "b ! !");
	assert_string_equal(kinds("?1 :a @b $c ? :"), "v v v v v !");
	assert_string_equal(kinds("a->>b||c<>d"), "wpwpwpw");
	assert_string_equal(kinds("\\ \x01"), "! !");
	assert_string_equal(kinds("\xef\xbb\xbfSELECT é"), " k w");
}

static void keywords_are_the_engines(void **state)
{
	static const char *const none[] = { "KEYS", "SELECTS", "ROWID",
		"STRICT", "STORED", "A", "TRUE" };

	(void)state;
	assert_int_equal(sqlite3_keyword_count(), 147);
	for (int i = 0; i < sqlite3_keyword_count(); i++) {
		const char *p;
		int n;

		assert_int_equal(sqlite3_keyword_name(i, &p, &n), SQLITE_OK);
		if (!sqlite_is_keyword((struct str){ p, (size_t)n }))
			fail_msg("%.*s", n, p);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_false(sqlite_is_keyword(str_z(none[i])));
	assert_true(sqlite_is_keyword(STR("Select")));
}

static void folding(void **state)
{
	struct str s = sqlite_fold_sql(STR(" CREATE\n\tVIEW v -- why\n AS "
	    "SELECT 'a  b',\"c  d\"/*x*/FROM t "), arena);

	(void)state;
	assert_string_equal(arena_z(arena, s),
	    "CREATE VIEW v AS SELECT 'a  b',\"c  d\" FROM t");
}

/* --- CREATE text ------------------------------------------------------ */

static struct create_table got(const char *sql)
{
	struct create_table t;

	err = (struct err)ERR_INIT;
	OK(sqlite_read_create(str_z(sql), arena, &t, &err));
	return t;
}

#define IS(s, z) assert_string_equal(arena_z(arena, (s)), (z))

static void reads_columns(void **state)
{
	struct create_table t = got("CREATE TABLE IF NOT EXISTS main.\"my t\" ("
	    "/* id */ id integer PRIMARY KEY AUTOINCREMENT NOT NULL,"
	    "[a b] varying character ( 10 /* ) */ , -2 ) DEFAULT 'x,)' "
	    "COLLATE \"NOCASE\", `c``d` DEFAULT -1, d DEFAULT (unixepoch ()),"
	    "e DEFAULT CURRENT_TIMESTAMP, f int GENERATED ALWAYS AS "
	    "(a || ')') STORED, g AS (1), generated text, 'always' \"my type\""
	    ", key, abort CHECK(abort > 0))");

	(void)state;
	assert_int_equal(t.ncols, 11);
	IS(t.cols[0].name, "id");
	IS(t.cols[0].type, "integer");
	IS(t.cols[1].name, "a b");
	IS(t.cols[1].type, "varying character ( 10 , -2 )");
	IS(t.cols[1].dflt, "'x,)'");
	IS(t.cols[1].collation, "NOCASE");
	IS(t.cols[2].name, "c`d");
	IS(t.cols[2].dflt, "-1");
	IS(t.cols[3].dflt, "unixepoch ()");
	IS(t.cols[4].dflt, "CURRENT_TIMESTAMP");
	IS(t.cols[5].type, "int");
	IS(t.cols[5].gen_expr, "a || ')'");
	IS(t.cols[6].gen_expr, "1");
	IS(t.cols[7].name, "generated");
	IS(t.cols[7].type, "text");
	IS(t.cols[8].name, "always");
	IS(t.cols[8].type, "my type");
	IS(t.cols[9].name, "key");
	assert_int_equal(t.ncons, 2);
	assert_int_equal(t.cons[0].kind, CREATE_PK);
	assert_true(t.cons[0].autoincrement);
	assert_int_equal(t.cons[1].kind, CREATE_CHECK);
	IS(t.cons[1].column, "abort");
}

static void reads_constraints(void **state)
{
	struct create_table t = got("CREATE TABLE t(a REFERENCES p ON DELETE "
	    "SET NULL MATCH FULL NOT DEFERRABLE INITIALLY DEFERRED UNIQUE ON "
	    "CONFLICT REPLACE, b CONSTRAINT nn NOT NULL CONSTRAINT fb "
	    "REFERENCES q(x) DEFERRABLE INITIALLY DEFERRED CONSTRAINT lost, "
	    "CONSTRAINT pk PRIMARY KEY((a) COLLATE nocase DESC, b) ON CONFLICT "
	    "IGNORE CHECK (a IN (1,2)) , CONSTRAINT u UNIQUE(b, a), FOREIGN "
	    "KEY (a, b) REFERENCES r (\"x\", y) ON UPDATE NO ACTION ON DELETE "
	    "CASCADE DEFERRABLE) WITHOUT ROWID, STRICT");
	const struct create_constraint *c = t.cons;

	(void)state;
	assert_int_equal(t.ncols, 2);
	assert_int_equal(t.ncons, 7);
	assert_true(t.without_rowid && t.strict);
	assert_int_equal(c[0].kind, CREATE_FK);
	IS(c[0].ref_table, "p");
	IS(c[0].on_delete, "SET NULL");
	IS(c[0].match, "FULL");
	assert_false(c[0].deferrable || c[0].initially_deferred);
	assert_int_equal(c[1].kind, CREATE_UNIQUE);
	IS(c[1].conflict, "REPLACE");
	IS(c[2].label, "fb");
	IS(c[2].ref_cols.v[0], "x");
	assert_true(c[2].deferrable && c[2].initially_deferred);
	assert_int_equal(c[3].kind, CREATE_PK);
	IS(c[3].label, "pk");
	IS(c[3].cols.v[0], "a");
	IS(c[3].conflict, "IGNORE");
	IS(c[4].expr, "a IN (1,2)");
	IS(c[5].label, "u");
	assert_int_equal(c[6].kind, CREATE_FK);
	IS(c[6].ref_cols.v[1], "y");
	IS(c[6].on_delete, "CASCADE");
	assert_true(c[6].deferrable && !c[6].initially_deferred);
}

static void reads_virtual(void **state)
{
	struct create_table t = got("CREATE VIRTUAL TABLE f USING fts5(a,\n"
	    "  content='')");

	(void)state;
	IS(t.module, "fts5(a, content='')");
	assert_int_equal(t.ncols, 0);
}

static void refuses_with_the_place(void **state)
{
	static const struct {
		const char *sql, *where;
	} cases[] = {
		{ "", "1:1" },
		{ "CREATE VIEW v", "1:8" },
		{ "CREATE TABLE t", "1:15" },
		{ "CREATE TABLE t(a,\n b CHECK(", "2:10" },
		{ "CREATE TABLE t(a) WITHOUT", "1:26" },
		{ "CREATE TABLE t(a REFERENCES p ON DELETE x)", "1:41" },
		{ "CREATE TABLE t(a !)", "1:18" },
	};
	struct create_table t;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		err = (struct err)ERR_INIT;
		RC(RC_UNSUPPORTED, sqlite_read_create(str_z(cases[i].sql),
		    arena, &t, &err));
		assert_string_equal(err.where, cases[i].where);
	}
}

static void reads_indexes(void **state)
{
	struct create_index x;

	(void)state;
	OK(sqlite_read_index(STR("CREATE UNIQUE INDEX \"i(\" ON t(lower(a, "
	    "'),') COLLATE nocase DESC, b COLLATE x || c, \"d\" ASC) "
	    "WHERE d IS NOT NULL -- x"), arena, &x, &err));
	assert_int_equal(x.parts.n, 3);
	IS(x.parts.v[0], "lower(a, '),')");
	IS(x.parts.v[1], "b COLLATE x || c");
	IS(x.parts.v[2], "\"d\"");
	IS(x.where, "d IS NOT NULL");
}

static void deep_nesting_is_no_recursion(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct create_table t;

	(void)state;
	SQL(&b, "CREATE TABLE t(a CHECK(");
	sbuf_fill(&b, '(', 200000);
	sbuf_fill(&b, ')', 200000);
	SQL(&b, "))");
	OK(sqlite_read_create(sbuf_str(&b), arena, &t, &err));
	assert_int_equal(t.cons[0].expr.n, 400000);
	sbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_quoted),
		cmocka_unit_test(literals_come_back),
		cmocka_unit_test(objects_are_named_for_consent),
		cmocka_unit_test(affinity),
		cmocka_unit_test(tables_of_others),
		cmocka_unit_test(tokens),
		cmocka_unit_test(keywords_are_the_engines),
		cmocka_unit_test(folding),
		cmocka_unit_test(reads_columns),
		cmocka_unit_test(reads_constraints),
		cmocka_unit_test(reads_virtual),
		cmocka_unit_test(refuses_with_the_place),
		cmocka_unit_test(reads_indexes),
		cmocka_unit_test(deep_nesting_is_no_recursion),
	};

	dialect_check();
	return cmocka_run_group_tests_name("dialect_sqlite", tests, lite_setup,
	    lite_teardown);
}

/*
 * Introspection: what the model holds, what only the stored text tells
 * (cross-checked with the engine over odd tables), and the second reading.
 */
#include "lite.h"

#define IS(s, z) assert_string_equal(arena_z(arena, (s)), (z))

static const struct table *table(const struct model *m, const char *name)
{
	const struct table *t = model_table(m, STR(""), str_z(name));

	assert_non_null(t);
	return t;
}

static void everything_the_issue_names(void **state)
{
	struct drv *d = scratch();
	const struct model *m;
	const struct table *u, *c;
	const struct index *x;

	(void)state;
	run(d, "CREATE TABLE u(id integer primary key autoincrement, name text "
	    "NOT NULL DEFAULT 'x' COLLATE nocase CONSTRAINT un UNIQUE ON "
	    "CONFLICT REPLACE, g int GENERATED ALWAYS AS (id*2) STORED, "
	    "h AS (id+1), CHECK (id > 0), CONSTRAINT short "
	    "CHECK(length(name) < 9));"
	    "CREATE TABLE c(a, b REFERENCES u ON DELETE CASCADE DEFERRABLE "
	    "INITIALLY DEFERRED, k TEXT, CONSTRAINT fkk FOREIGN KEY(k) "
	    "REFERENCES u(name) ON UPDATE SET NULL, PRIMARY KEY(b, a)) "
	    "WITHOUT ROWID;"
	    "CREATE TABLE s(a int, b any) STRICT;"
	    "CREATE UNIQUE INDEX i1 ON u(lower(name) DESC, id, name COLLATE "
	    "binary) WHERE id > 3;"
	    "CREATE VIEW v(x, y) AS SELECT id, name\n FROM u;"
	    "CREATE VIEW broken AS SELECT * FROM absent;"
	    "CREATE TRIGGER tr AFTER INSERT ON u BEGIN DELETE FROM c; END;"
	    "CREATE VIRTUAL TABLE f USING fts5(t)");
	m = model_of(d);
	u = table(m, "U");
	assert_int_equal(u->ncols, 4);
	IS(u->cols[0]->type, "integer");
	assert_true(u->pk->autoincrement);
	IS(u->pk->o.name, "(id)");
	assert_true(u->cols[1]->notnull && u->cols[1]->has_default);
	IS(u->cols[1]->dflt, "'x'");
	IS(u->cols[1]->collation, "nocase");
	assert_int_equal(u->cols[2]->generated, GEN_STORED);
	IS(u->cols[2]->gen_expr, "id*2");
	assert_int_equal(u->cols[3]->generated, GEN_VIRTUAL);
	assert_int_equal(u->nuniques, 1);
	IS(u->uniques[0]->o.name, "un");
	IS(u->uniques[0]->conflict, "REPLACE");
	assert_int_equal(u->nchecks, 2);
	IS(u->checks[0]->o.name, "id > 0");
	IS(u->checks[1]->o.name, "short");
	assert_int_equal(u->nfks_in, 2);
	assert_int_equal(u->ntriggers, 1);
	x = (const struct index *)model_find(m, OBJ_INDEX, STR(""), STR("u"),
	    STR("i1"));
	assert_non_null(x);
	assert_true(x->unique && x->origin == 'c');
	IS(x->parts_text, "lower(name) desc, id, name collate binary");
	IS(x->where, "id > 3");
	c = table(m, "c");
	assert_true(c->without_rowid);
	IS(c->pk->cols.v[0], "b");
	assert_int_equal(c->nfks, 2);
	IS(c->fks[0]->o.name, "(b) -> u(id)");
	assert_true(c->fks[0]->deferrable && c->fks[0]->initially_deferred);
	IS(c->fks[0]->on_delete, "CASCADE");
	IS(c->fks[1]->o.name, "fkk");
	IS(c->fks[1]->on_update, "SET NULL");
	assert_true(table(m, "s")->strict);
	assert_int_equal(table(m, "f")->type, TABLE_VIRTUAL);
	IS(table(m, "f")->module, "fts5(t)");
	assert_true(table(m, "f")->cols[1]->hidden);
	assert_int_equal(table(m, "f_data")->type, TABLE_SHADOW);
	assert_false(table(m, "f_data")->o.managed);
	assert_false(table(m, "sqlite_sequence")->o.managed);
	assert_true(u->o.managed);
	assert_int_equal(model_view(m, STR(""), STR("v"))->cols.n, 2);
	assert_int_equal(model_view(m, STR(""), STR("broken"))->cols.n, 0);
	IS(model_view(m, STR(""), STR("v"))->sql,
	    "CREATE VIEW v(x, y) AS SELECT id, name FROM u");
	drv_close(d);
}

/* The reader of CREATE TABLE against the engine, table by table. */
static const char *const odd_tables[] = {
	"CREATE TABLE t(a)",
	"CREATE TABLE t(a,b,PRIMARY KEY(a DESC,b))",
	"CREATE TABLE t([a\"b] int, [c`d])",
	"CREATE TABLE t(`a``b` int, 'c''d' text, \"e\"\"f\")",
	"CREATE TABLE \"t\"(a int, -- one, (\n b text /* two ( */)",
	"CREATE TABLE t(a double precision, b varchar ( 3 , 4 ), c \"odd type\""
	    ", d unsigned big int(20) NOT NULL)",
	"CREATE TABLE t(a int PRIMARY KEY ASC ON CONFLICT FAIL, b UNIQUE)",
	"CREATE TABLE t(a DEFAULT 1, b DEFAULT -1, c DEFAULT +2.5e3, d DEFAULT"
	    " 'x''y', e DEFAULT x'00ff', f DEFAULT NULL, g DEFAULT true, h "
	    "DEFAULT CURRENT_TIME, i DEFAULT (1 + (2)), j DEFAULT \"dq\", "
	    "k DEFAULT - 7, l DEFAULT 0x1f)",
	"CREATE TABLE t(a CHECK(a>0) CHECK(a<9), b CONSTRAINT n CHECK(b) "
	    "NULL, CONSTRAINT m CHECK((a)))",
	"CREATE TABLE t(a COLLATE rtrim, b COLLATE \"nocase\" DEFAULT 'x' "
	    "UNIQUE, c AS (a||b) COLLATE binary, d AS (1) VIRTUAL NOT NULL)",
	"CREATE TABLE t(a generated always as (b) stored, b generated, c int "
	    "generated always)",
	"CREATE TABLE t(a REFERENCES p, b REFERENCES p(x) ON DELETE SET NULL "
	    "ON UPDATE SET DEFAULT, c int, FOREIGN KEY(b, c) REFERENCES p "
	    "MATCH SIMPLE ON DELETE RESTRICT NOT DEFERRABLE, FOREIGN KEY(c) "
	    "REFERENCES \"P\"(\"x\") DEFERRABLE INITIALLY IMMEDIATE)",
	"CREATE TABLE t(a, b, UNIQUE(a COLLATE nocase, b) ON CONFLICT ROLLBACK"
	    " UNIQUE (b) CONSTRAINT z CHECK (1))",
	"CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a AUTOINCREMENT))",
	"CREATE TABLE t(a TEXT, PRIMARY KEY((a))) WITHOUT ROWID",
	"CREATE TABLE t(a ANY PRIMARY KEY, b INT) STRICT, WITHOUT ROWID",
	"CREATE TABLE t(id INTEGER PRIMARY KEY UNIQUE, a UNIQUE, UNIQUE(a))",
	"CREATE TABLE t(key, action, \"select\", asc, desc, if, no, row, rows, "
	    "temp, view, abort int, replace text)",
	"CREATE TABLE t(größe TEXT, \"名前\" INT, \"a b\" , \"\" x)",
	"CREATE TABLE t(a CONSTRAINT lonely, b CONSTRAINT x CONSTRAINT y "
	    "NOT NULL)",
};

static int64_t count_where(struct drv *d, const char *from)
{
	char sql[300];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", from);
	return number(d, sql);
}

static void odd_table_reads(struct drv *d, const char *sql)
{
	struct create_table text;
	const struct table *t;
	size_t fks = 0;

	err = (struct err)ERR_INIT;
	OK(sqlite_read_create(str_z(sql), arena, &text, &err));
	t = table(model_of(d), "t");
	assert_int_equal(text.ncols, t->ncols);
	for (size_t i = 0; i < text.ncols; i++) {
		const struct column *c = t->cols[i];

		assert_true(str_eq(text.cols[i].name, c->o.name));
		if (!str_ieq(text.cols[i].type, c->type))
			fail_msg("%s: type %.*s", sql, STR_ARG(c->type));
		assert_int_equal(text.cols[i].gen_expr.n > 0,
		    c->generated != GEN_NONE);
		if (c->generated == GEN_NONE && !str_is(c->dflt, "2.5e3") &&
		    !str_eq(text.cols[i].dflt, c->dflt))
			fail_msg("%s: default %.*s not %.*s", sql,
			    STR_ARG(text.cols[i].dflt), STR_ARG(c->dflt));
	}
	for (size_t i = 0; i < text.ncons; i++)
		fks += text.cons[i].kind == CREATE_FK;
	assert_int_equal(fks, t->nfks);
	assert_int_equal(text.without_rowid, count_where(d,
	    "pragma_table_list WHERE name='t' AND wr"));
	assert_int_equal(text.strict, count_where(d,
	    "pragma_table_list WHERE name='t' AND strict"));
	assert_int_equal(t->nuniques, count_where(d,
	    "pragma_index_list('t') WHERE origin='u'"));
	for (size_t i = 0; i < t->nfks; i++) {
		char from[200];

		snprintf(from, sizeof(from), "pragma_foreign_key_list('t') "
		    "WHERE seq=0 AND upper(\"table\")=upper('%.*s') AND "
		    "on_delete='%.*s'", STR_ARG(t->fks[i]->ref_table),
		    STR_ARG(t->fks[i]->on_delete));
		assert_true(count_where(d, from) > 0);
	}
}

static void odd_tables_read_as_the_engine_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(odd_tables) / sizeof(*odd_tables); i++) {
		struct drv_target t = { .path = STR(""), .dqs = true };
		struct drv *d;

		OK(drv_open(&t, DRV_SCRATCH, &d, &err));
		run(d, "CREATE TABLE p(x PRIMARY KEY)");
		run(d, odd_tables[i]);
		odd_table_reads(d, odd_tables[i]);
		drv_close(d);
	}
}

/* --- the second reading ----------------------------------------------- */

static const struct model *again(struct drv *d, const struct model *prev)
{
	const struct model *m = NULL;

	OK(d->ops->introspect_again(d, prev, arena, &m, &err));
	return m;
}

/* After every statement the short reading equals the long one. */
static void again_equals_the_whole(void **state)
{
	static const char *const steps[] = {
		"CREATE TABLE p(id INTEGER PRIMARY KEY, a)",
		"CREATE TABLE c(x REFERENCES p, y REFERENCES p(id))",
		"INSERT INTO p VALUES(1, 2)",
		"CREATE INDEX i ON c(x)",
		"CREATE VIEW v AS SELECT * FROM p",
		"ALTER TABLE p ADD COLUMN b TEXT DEFAULT 'q'",
		"CREATE TRIGGER tr AFTER DELETE ON p BEGIN SELECT 1; END",
		"ALTER TABLE p RENAME TO q",
		"DROP INDEX i",
		"CREATE UNIQUE INDEX i ON q(a, b)",
		"SAVEPOINT s",
		"ALTER TABLE q DROP COLUMN a" /* fails: indexed */,
		"DROP INDEX i",
		"ALTER TABLE q DROP COLUMN a",
		"ROLLBACK TO s",
		"CREATE TABLE other(k)",
		"RELEASE s",
		"CREATE VIRTUAL TABLE f USING fts5(z)",
		"CREATE TABLE f2(z)",
		"DROP TABLE f",
		"ALTER TABLE q RENAME COLUMN id TO pk",
		"DROP TRIGGER tr",
		"DROP TABLE q",
		"CREATE TABLE p(k TEXT PRIMARY KEY)",
		"DROP VIEW v",
	};
	struct drv *d = scratch(), *twin = scratch();
	const struct model *m;

	(void)state;
	run(d, "PRAGMA foreign_keys=0");
	run(twin, "PRAGMA foreign_keys=0");
	m = model_of(d);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		const struct model *whole;
		struct sbuf x = SBUF_TEXT, y = SBUF_TEXT;

		assert_int_equal(drv_exec(d, str_z(steps[i]), &err),
		    drv_exec(twin, str_z(steps[i]), &err));
		m = again(d, m);
		whole = model_of(twin);
		model_canonical(m, false, &x);
		model_canonical(whole, false, &y);
		if (strcmp(x.p ? x.p : "", y.p ? y.p : ""))
			fail_msg("%s:\n%s\nnot\n%s", steps[i], x.p, y.p);
		assert_true(sha256_eq(&m->hash, &whole->hash));
		sbuf_free(&x);
		sbuf_free(&y);
	}
	drv_close(d);
	drv_close(twin);
}

static void again_reuses(void **state)
{
	struct drv *d = scratch();
	const struct model *m, *n;

	(void)state;
	run(d, "CREATE TABLE a(x); CREATE TABLE b(y)");
	m = model_of(d);
	assert_ptr_equal(again(d, m), m);
	run(d, "INSERT INTO a VALUES(1)");
	assert_ptr_equal(again(d, m), m);
	run(d, "ALTER TABLE b ADD COLUMN z");
	n = again(d, m);
	assert_ptr_not_equal(n, m);
	assert_ptr_equal(table(n, "a")->cols[0], table(m, "a")->cols[0]);
	assert_int_equal(table(n, "b")->ncols, 2);
	assert_int_equal(table(m, "b")->ncols, 1);
	/* the counter is back where it was, the schema is another */
	run(d, "SAVEPOINT s; CREATE TABLE one(a)");
	m = again(d, n);
	run(d, "ROLLBACK TO s; CREATE TABLE two(a)");
	n = again(d, m);
	assert_null(model_table(n, STR(""), STR("one")));
	assert_non_null(model_table(n, STR(""), STR("two")));
	drv_close(d);
}

/* Q6: bytes that no statement could have made. */
static void hostile_names(void **state)
{
	struct drv *d = opened(file("hostile.db"), DRV_STORE);
	struct drv *copy = scratch();
	struct strs notes;
	const struct model *m;

	(void)state;
	run(d, "CREATE TABLE good(a); CREATE TABLE evil(a);"
	    "PRAGMA writable_schema=1;"
	    "UPDATE sqlite_schema SET name='e'||char(0)||'l', "
	    "tbl_name='e'||char(0)||'l' WHERE name='evil';"
	    "INSERT INTO sqlite_schema VALUES('view', CAST(x'ff41' AS TEXT), "
	    "CAST(x'ff41' AS TEXT), 0, 'CREATE VIEW x AS SELECT 1')");
	drv_close(d);
	err = (struct err)ERR_INIT;
	{
		struct drv_target t = { .path = str_z(file("hostile.db")) };

		if (drv_open(&t, DRV_BROWSE, &d, &err)) {
			/* refusing such a file by name is as good */
			assert_true(err.msg[0] != 0);
			drv_close(copy);
			return;
		}
	}
	m = model_of(d);
	assert_non_null(table(m, "good"));
	OK(d->ops->clone_to(d, NULL, copy, arena, &notes, &err));
	drv_close(copy);
	drv_close(d);
}

static void five_hundred_tables(void **state)
{
	struct drv *d = scratch();
	struct sbuf b = SBUF_TEXT;

	(void)state;
	SQL(&b, "BEGIN;");
	for (int i = 0; i < 500; i++)
		sbuf_addf(&b, "CREATE TABLE t%d(id INTEGER PRIMARY KEY, a TEXT "
		    "UNIQUE, b REFERENCES t0(id)); CREATE INDEX i%d ON "
		    "t%d(a, b);", i, i, i);
	SQL(&b, "COMMIT");
	run(d, b.p);
	assert_int_equal(model_of(d)->ntables, 500);
	assert_int_equal(table(model_of(d), "t0")->nfks_in, 500);
	sbuf_free(&b);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_the_issue_names),
		cmocka_unit_test(odd_tables_read_as_the_engine_does),
		cmocka_unit_test(again_equals_the_whole),
		cmocka_unit_test(again_reuses),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(five_hundred_tables),
	};

	return cmocka_run_group_tests_name("lite_schema", tests, lite_setup,
	    lite_teardown);
}

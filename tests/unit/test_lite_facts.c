/*
 * What the authorizer and the preupdate hook say of statements (findings
 * A.1-A.4 of drv/lite/auth.c, C.1-C.3 of run.c), and the pragma table.
 */
#include "lite.h"

static struct facts step_flags(struct drv *d, const char *sql, unsigned flags)
{
	struct facts f = { .verb = VERB_OTHER };
	struct sql_span span;
	size_t at = 0;
	bool more = false;

	err = (struct err)ERR_INIT;
	OK(d->ops->run_next(d, str_z(sql), &at, flags, arena, &span, &f, &more,
	    &err));
	assert_true(more);
	return f;
}

static struct facts step(struct drv *d, const char *sql)
{
	return step_flags(d, sql, RUN_FACTS | RUN_COUNT | RUN_HOIST_FK |
	    RUN_NO_TX);
}

static int by_table(const void *x, const void *y)
{
	return str_cmp(((const struct fact_rows *)x)->table,
	    ((const struct fact_rows *)y)->table);
}

/* "t +1 ~2 -3 (~4 -5); …" by name */
static const char *counts(const struct facts *f)
{
	static char text[600];
	size_t n = 0;

	text[0] = 0;
	if (f->nrows)
		qsort(f->rows, f->nrows, sizeof(*f->rows), by_table);
	for (size_t i = 0; i < f->nrows; i++) {
		const struct fact_rows *r = &f->rows[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n,
		    "%s%.*s +%d ~%d -%d (~%d -%d)", i ? "; " : "",
		    STR_ARG(r->table), (int)r->inserted, (int)r->updated,
		    (int)r->deleted, (int)r->cascaded_update,
		    (int)r->cascaded_delete);
	}
	return text;
}

static const char *list(struct strs v)
{
	static char text[600];
	size_t n = 0;

	text[0] = 0;
	for (size_t i = 0; i < v.n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s",
		    i ? "," : "", STR_ARG(v.v[i]));
	return text;
}

static struct drv *family(void)
{
	struct drv *d = scratch();

	run(d, "CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT, b INT);"
	    "CREATE TABLE c(id INTEGER PRIMARY KEY, p_id INT REFERENCES p(id)"
	    " ON DELETE CASCADE ON UPDATE CASCADE);"
	    "CREATE TABLE n(id INTEGER PRIMARY KEY, p_id INT REFERENCES p(id)"
	    " ON DELETE SET NULL);"
	    "CREATE TABLE plain(x, y);"
	    "INSERT INTO p VALUES(1,'x',1),(2,'y',2),(3,'z',3);"
	    "INSERT INTO c VALUES(1,1),(2,1),(3,2);"
	    "INSERT INTO n VALUES(1,1),(2,3);"
	    "INSERT INTO plain VALUES(1,2),(3,4),(5,6);");
	return d;
}

static void verbs(void **state)
{
	static const struct {
		const char *sql;
		enum fact_verb verb;
		const char *object, *table, *writes, *reads;
	} cases[] = {
		{ "SELECT a FROM p JOIN c ON c.p_id=p.id", VERB_SELECT, "", "",
		    "", "p,c" },
		{ "SELECT 1", VERB_SELECT, "", "", "", "" },
		{ "INSERT INTO plain SELECT id, a FROM p", VERB_INSERT,
		    "plain", "plain", "plain", "p" },
		{ "INSERT INTO p VALUES(1,'n',1) ON CONFLICT(id) DO UPDATE SET"
		    " a=excluded.a", VERB_INSERT, "p", "p", "p", "p" },
		{ "WITH x AS (SELECT 1 AS k) UPDATE plain SET y=0 WHERE x IN "
		    "(SELECT k FROM x)", VERB_UPDATE, "plain", "plain",
		    "plain", "plain" },
		{ "DELETE FROM c WHERE id=3", VERB_DELETE, "c", "c", "c",
		    "c,p" /* A.5 */ },
		{ "CREATE TABLE t2(a)", VERB_CREATE_TABLE, "t2", "t2", "", "" },
		{ "CREATE TABLE t3 AS SELECT * FROM p", VERB_CREATE_TABLE,
		    "t3", "t3", "t3", "p" },
		{ "CREATE UNIQUE INDEX i ON t2(a)", VERB_CREATE_INDEX, "i",
		    "t2", "", "t2" },
		{ "CREATE VIEW v AS SELECT * FROM p", VERB_CREATE_VIEW, "v",
		    "v", "", "" },
		{ "CREATE TRIGGER tr AFTER INSERT ON t2 BEGIN DELETE FROM t3; "
		    "END", VERB_CREATE_TRIGGER, "tr", "t2", "", "" },
		{ "INSERT INTO t2 VALUES(1)", VERB_INSERT, "t2", "t2", "t2",
		    "" },
		{ "ALTER TABLE t2 RENAME TO t4", VERB_ALTER_TABLE, "t2", "t2",
		    "", NULL },
		{ "ALTER TABLE t4 ADD COLUMN b", VERB_ALTER_TABLE, "t4", "t4",
		    "", NULL },
		{ "ALTER TABLE t4 RENAME COLUMN b TO c", VERB_ALTER_TABLE,
		    "t4", "t4", "", NULL },
		{ "ALTER TABLE t4 DROP COLUMN c", VERB_ALTER_TABLE, "t4", "t4",
		    "", NULL },
		{ "DROP TRIGGER tr", VERB_DROP_TRIGGER, "tr", "t4", "", NULL },
		{ "DROP INDEX i", VERB_DROP_INDEX, "i", "t4", "", NULL },
		{ "DROP VIEW v", VERB_DROP_VIEW, "v", "v", "", NULL },
		{ "DROP TABLE t4", VERB_DROP_TABLE, "t4", "t4", "t4", NULL },
		{ "DROP TABLE IF EXISTS absent", VERB_OTHER, "", "", "", "" },
		{ "CREATE VIRTUAL TABLE f USING fts5(x)", VERB_CREATE_VTABLE,
		    "f", "f", "", NULL },
		{ "INSERT INTO f VALUES('word')", VERB_INSERT, "f", "f", "f",
		    NULL },
		{ "REINDEX p", VERB_OTHER, "", "", "", NULL },
		{ "ANALYZE p", VERB_ANALYZE, "p", "p", "", NULL },
		{ "PRAGMA table_info(p)", VERB_PRAGMA, "", "", "", "" },
		{ "SAVEPOINT mine", VERB_SAVEPOINT, "mine", "", "", "" },
		{ "RELEASE mine", VERB_SAVEPOINT, "mine", "", "", "" },
		{ "-- only a comment\n", VERB_EMPTY, "", "", "", "" },
		{ "/* only a comment */ ;", VERB_EMPTY, "", "", "", "" },
	};
	struct drv *d = family();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct facts f = step(d, cases[i].sql);

		if (f.verb != cases[i].verb)
			fail_msg("%s: %s", cases[i].sql,
			    fact_verb_name[f.verb]);
		if (!str_is(f.object, cases[i].object) ||
		    !str_is(f.table, cases[i].table))
			fail_msg("%s: %.*s of %.*s", cases[i].sql,
			    STR_ARG(f.object), STR_ARG(f.table));
		if (strcmp(list(f.writes), cases[i].writes))
			fail_msg("%s: writes %s", cases[i].sql,
			    list(f.writes));
		if (cases[i].reads && strcmp(list(f.reads), cases[i].reads))
			fail_msg("%s: reads %s", cases[i].sql, list(f.reads));
	}
	drv_close(d);
}

static void row_counts(void **state)
{
	static const struct {
		const char *before, *sql, *counts;
	} cases[] = {
		/* C.1 */
		{ "", "DELETE FROM plain", "plain +0 ~0 -3 (~0 -0)" },
		/* C.2: foreign key actions */
		{ "", "DELETE FROM p WHERE id=1", "c +0 ~0 -2 (~0 -2); "
		    "n +0 ~1 -0 (~1 -0); p +0 ~0 -1 (~0 -0)" },
		{ "", "UPDATE p SET id=9 WHERE id=2",
		    "c +0 ~1 -0 (~1 -0); p +0 ~1 -0 (~0 -0)" },
		/* C.3 */
		{ "", "DROP TABLE p", "c +0 ~0 -3 (~0 -3); "
		    "n +0 ~2 -0 (~2 -0); p +0 ~0 -3 (~0 -0)" },
		{ "PRAGMA foreign_keys=0", "DROP TABLE p", "" },
		{ "", "DROP TABLE plain", "" },
		/* DDL rewrites rows below the hook */
		{ "", "ALTER TABLE plain DROP COLUMN y", "" },
		{ "", "ALTER TABLE p RENAME TO q", "" },
		{ "", "ALTER TABLE p RENAME COLUMN a TO z", "" },
		{ "", "ALTER TABLE plain ADD COLUMN z DEFAULT 1", "" },
		{ "", "CREATE TABLE k AS SELECT * FROM plain", "" },
		/* REPLACE deletes the row in the way, with its cascades */
		{ "", "REPLACE INTO p VALUES(2,'new',0)",
		    "c +0 ~0 -1 (~0 -1); p +1 ~0 -1 (~0 -0)" },
		{ "", "INSERT INTO p VALUES(2,'new',0) ON CONFLICT(id) DO "
		    "UPDATE SET a='up'", "p +0 ~1 -0 (~0 -0)" },
		{ "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
		    "INSERT INTO w VALUES('a',1),('b',2)",
		    "UPDATE w SET k='z' WHERE k='a'", "w +0 ~1 -0 (~0 -0)" },
		{ "CREATE TABLE w(k TEXT PRIMARY KEY, v) WITHOUT ROWID;"
		    "INSERT INTO w VALUES('a',1),('b',2)",
		    "DELETE FROM w", "w +0 ~0 -2 (~0 -0)" },
		{ "CREATE TRIGGER tr AFTER INSERT ON plain BEGIN "
		    "DELETE FROM c WHERE id=new.x; END",
		    "INSERT INTO plain VALUES(1,1),(2,2)",
		    "c +0 ~0 -2 (~0 -2); plain +2 ~0 -0 (~0 -0)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct drv *d = family();
		struct facts f;

		run(d, cases[i].before);
		f = step(d, cases[i].sql);
		if (strcmp(counts(&f), cases[i].counts))
			fail_msg("%s: %s", cases[i].sql, counts(&f));
		drv_close(d);
	}
}

static void fts_rows_are_of_its_shadow_tables(void **state)
{
	struct drv *d = scratch();
	struct facts f;

	(void)state;
	run(d, "CREATE VIRTUAL TABLE f USING fts5(x)");
	f = step(d, "INSERT INTO f VALUES('word')");
	assert_int_equal(f.verb, VERB_INSERT);
	for (size_t i = 0; i < f.nrows; i++)
		assert_true(str_starts(f.rows[i].table, STR("f_")));
	assert_true(f.nrows > 0);
	drv_close(d);
}

/* Its trigger is refused where the schema is not trusted, as on browse. */
static void fts_triggers_run_as_on_the_database(void **state)
{
	struct drv *d = scratch();

	(void)state;
	run(d, "CREATE TABLE t(x); CREATE VIRTUAL TABLE f USING fts5(x);"
	    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN "
	    "INSERT INTO f(x) VALUES(new.x); END");
	step(d, "INSERT INTO t VALUES('word')");
	assert_int_equal(number(d, "SELECT count(*) FROM f('word')"), 1);
	assert_int_equal(number(d, "PRAGMA trusted_schema"), 0);
	drv_close(d);
}

/* A rollback by the engine itself moves the schema counter back too. */
static void conflict_rollback_is_noticed(void **state)
{
	struct drv *d = scratch();
	struct model *m = NULL;
	const struct model *n = NULL;

	(void)state;
	run(d, "CREATE TABLE t(x UNIQUE ON CONFLICT ROLLBACK);"
	    "INSERT INTO t VALUES(1)");
	OK(d->ops->begin(d, true, &err));
	run(d, "CREATE TABLE one(a)");
	OK(d->ops->introspect(d, arena, &m, &err));
	RC(RC_DB, drv_exec(d, STR("INSERT INTO t VALUES(1)"), &err));
	assert_false(d->ops->in_tx(d));
	run(d, "CREATE TABLE two(a)");
	OK(d->ops->introspect_again(d, m, arena, &n, &err));
	assert_null(model_table(n, STR(""), STR("one")));
	assert_non_null(model_table(n, STR(""), STR("two")));
	drv_close(d);
}

static void rtree_connect_is_no_write(void **state)
{
	const char *path = file("rtree.db");
	struct drv *d = opened(path, DRV_APPLY);
	struct facts f;

	(void)state;
	run(d, "CREATE VIRTUAL TABLE r USING rtree(id, lo, hi)");
	drv_close(d);
	d = opened(file("rtree.db"), DRV_APPLY);
	f = step(d, "SELECT id FROM r");
	assert_int_equal(f.verb, VERB_SELECT);
	assert_int_equal(f.writes.n, 0);
	drv_close(d);
}

static void refused(struct drv *d, const char *sql, unsigned flags, enum rc rc,
    const char *message)
{
	struct facts f;
	struct sql_span span;
	size_t at = 0;
	bool more;

	err = (struct err)ERR_INIT;
	RC(rc, d->ops->run_next(d, str_z(sql), &at, flags, arena, &span, &f,
	    &more, &err));
	if (!strstr(err.msg, message))
		fail_msg("%s: %s", sql, err.msg);
	assert_int_equal(err.where[0], '+');
	assert_int_equal(at, 0);
}

static void pragmas(void **state)
{
	struct drv *d = family();
	struct facts f;

	(void)state;
	f = step(d, "PRAGMA /* x */ Foreign_Keys('off');");
	assert_int_equal(f.verb, VERB_PRAGMA);
	assert_true(str_is(f.pragma, "foreign_keys"));
	assert_true(str_is(f.pragma_arg, "off"));
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 1);
	step(d, "PRAGMA foreign_keys");
	step(d, "PRAGMA legacy_alter_table=ON");
	assert_int_equal(number(d, "PRAGMA legacy_alter_table"), 1);
	step_flags(d, "PRAGMA legacy_alter_table=OFF",
	    RUN_FACTS | RUN_PREPARE_ONLY);
	assert_int_equal(number(d, "PRAGMA legacy_alter_table"), 1);
	step(d, "PRAGMA user_version=7");
	assert_int_equal(number(d, "PRAGMA user_version"), 7);
	step(d, "PRAGMA foreign_key_check");
	step(d, "SELECT * FROM pragma_table_info('p')");
	refused(d, "PRAGMA foreign_keys=OFF", RUN_FACTS, RC_UNSUPPORTED,
	    "PRAGMA foreign_keys");
	refused(d, "PRAGMA journal_mode=WAL", RUN_HOIST_FK, RC_UNSUPPORTED,
	    "PRAGMA journal_mode");
	refused(d, "PRAGMA writable_schema=1", RUN_HOIST_FK, RC_UNSUPPORTED,
	    "PRAGMA writable_schema");
	assert_int_equal(number(d, "PRAGMA foreign_keys"), 1);
	drv_close(d);
}

static void refusals(void **state)
{
	struct drv *d = family();

	(void)state;
	refused(d, "BEGIN", RUN_NO_TX, RC_UNSUPPORTED, "SL33");
	refused(d, "COMMIT", RUN_NO_TX, RC_UNSUPPORTED, "SL33");
	refused(d, "END", RUN_NO_TX, RC_UNSUPPORTED, "SL33");
	refused(d, "ROLLBACK", RUN_NO_TX, RC_UNSUPPORTED, "SL33");
	refused(d, "RELEASE weir_1", RUN_NO_TX, RC_UNSUPPORTED, "weir_1");
	refused(d, "ATTACH '/tmp/x' AS y", 0, RC_UNSUPPORTED, "ATTACH");
	refused(d, "VACUUM INTO '/tmp/x'", 0, RC_UNSUPPORTED, "VACUUM");
	refused(d, "SELECT load_extension('x')", 0, RC_UNSUPPORTED,
	    "load_extension");
	refused(d, "ALTER TABLE \"p\" ALTER COLUMN a TO a TEXT NOT NULL", 0,
	    RC_UNSUPPORTED, "SL34");
	refused(d, "ALTER TABLE main.[p] ALTER a TO a TEXT", 0,
	    RC_UNSUPPORTED, "SL34");
	refused(d, "SELECT \"nothing\" FROM p", 0, RC_DB, "nothing");
	drv_close(d);
}

static void splits_and_places(void **state)
{
	struct drv *d = family();
	struct str text = STR("  INSERT INTO plain VALUES(';', 1); -- c\n"
	    "CREATE TRIGGER tr AFTER INSERT ON plain BEGIN SELECT 1; END;\n"
	    "SELEC 1;");
	struct sql_span span;
	struct facts f;
	size_t at = 0;
	bool more = false;

	(void)state;
	OK(d->ops->run_next(d, text, &at, 0, arena, &span, &f, &more, &err));
	assert_true(str_is(str_sub(text, span.from, span.to),
	    "INSERT INTO plain VALUES(';', 1);"));
	OK(d->ops->run_next(d, text, &at, 0, arena, &span, &f, &more, &err));
	assert_true(str_ends(str_sub(text, span.from, span.to), STR("END;")));
	RC(RC_DB, d->ops->run_next(d, text, &at, 0, arena, &span, &f, &more,
	    &err));
	assert_int_equal(strtol(err.where + 1, NULL, 10), (long)span.from);
	assert_true(str_is(str_sub(text, span.from, span.to), "SELEC 1;"));
	at = span.to;
	OK(d->ops->run_next(d, text, &at, 0, arena, &span, &f, &more, &err));
	assert_false(more);
	/* a failure while running stands at the statement, with its name */
	err = (struct err)ERR_INIT;
	at = 0;
	RC(RC_DB, d->ops->run_next(d, STR("\n INSERT INTO p(id) VALUES(1)"),
	    &at, 0, arena, &span, &f, &more, &err));
	assert_string_equal(err.where, "+2 SQLITE_CONSTRAINT_PRIMARYKEY");
	drv_close(d);
}

static void long_text_is_split_the_same(void **state)
{
	struct drv *d = scratch();
	struct sbuf b = SBUF_TEXT;
	struct sql_span span;
	struct facts f;
	size_t at = 0, n = 0;
	bool more = true;

	(void)state;
	run(d, "CREATE TABLE t(x)");
	SQL(&b, "INSERT INTO t VALUES('");
	sbuf_fill(&b, ';', 200000);
	SQL(&b, "');\n");
	for (int i = 0; i < 5000; i++)
		SQL(&b, "INSERT INTO t VALUES(1); /* ; */\n");
	while (true) {
		OK(d->ops->run_next(d, sbuf_str(&b), &at, 0, arena, &span, &f,
		    &more, &err));
		if (!more)
			break;
		n++;
	}
	/* the last comment is a statement that does nothing */
	assert_int_equal(n, 5002);
	assert_int_equal(number(d, "SELECT count(*) FROM t"), 5001);
	sbuf_free(&b);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verbs),
		cmocka_unit_test(row_counts),
		cmocka_unit_test(fts_rows_are_of_its_shadow_tables),
		cmocka_unit_test(fts_triggers_run_as_on_the_database),
		cmocka_unit_test(conflict_rollback_is_noticed),
		cmocka_unit_test(rtree_connect_is_no_write),
		cmocka_unit_test(pragmas),
		cmocka_unit_test(refusals),
		cmocka_unit_test(splits_and_places),
		cmocka_unit_test(long_text_is_split_the_same),
	};

	return cmocka_run_group_tests_name("lite_facts", tests, lite_setup,
	    lite_teardown);
}

/* Copies and clones into scratch, key and page checks, the fault wrapper. */
#include "lite.h"

static void copies_rows_of_any_page_size(void **state)
{
	static const char *const pragmas[] = { "PRAGMA page_size=1024",
		"PRAGMA page_size=8192", "PRAGMA journal_mode=WAL",
		"PRAGMA encoding='UTF-16le'" };

	(void)state;
	for (size_t i = 0; i < sizeof(pragmas) / sizeof(*pragmas); i++) {
		char name[20];
		struct drv *d, *s = scratch();

		snprintf(name, sizeof(name), "copy%zu.db", i);
		d = opened(file(name), DRV_APPLY);
		run(d, pragmas[i]);
		run(d, "CREATE TABLE t(x TEXT); INSERT INTO t VALUES('größe')");
		drv_close(d);
		d = opened(file(name), DRV_BROWSE);
		OK(d->ops->copy_to(d, s, &err));
		assert_int_equal(number(s, "SELECT count(*) FROM t WHERE "
		    "x='größe'"), 1);
		OK(s->ops->begin(s, true, &err));
		run(s, "INSERT INTO t VALUES('more')");
		OK(s->ops->commit(s, &err));
		assert_int_equal(number(d, "SELECT count(*) FROM t"), 1);
		drv_close(d);
		drv_close(s);
	}
}

/* A large one is rehearsed on a file without a name, with the cache that every
 * connection has; a statement that fails there is rolled back all the same. */
static void copies_to_a_file_without_a_name(void **state)
{
	struct drv_target target = { .path = STR(""), .on_disk = true };
	struct drv *d = opened(file("large.db"), DRV_APPLY), *s = NULL;

	(void)state;
	run(d, "CREATE TABLE t(x INTEGER PRIMARY KEY, y);"
	    "WITH n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < 400)"
	    "INSERT INTO t SELECT i, zeroblob(20000) FROM n");
	OK(drv_open(&target, DRV_SCRATCH, &s, &err));
	OK(d->ops->copy_to(d, s, &err));
	assert_int_equal(number(s, "SELECT count(*) FROM t"), 400);
	OK(s->ops->begin(s, true, &err));
	run(s, "UPDATE t SET y = zeroblob(20001)");
	s->ops->rollback(s);
	assert_int_equal(number(s, "SELECT count(*) FROM t WHERE length(y) ="
	    " 20000"), 400);
	assert_int_equal(number(s, "SELECT count(*) FROM pragma_database_list"
	    " WHERE file <> ''"), 0);
	drv_close(d);
	drv_close(s);
}

static void clones_shape_without_rows(void **state)
{
	struct drv_target old = { .path = STR(""), .dqs = true };
	struct drv *d, *s = scratch();
	struct strs notes;
	struct value v;
	const struct model *x, *y;

	(void)state;
	OK(drv_open(&old, DRV_SCRATCH, &d, &err));
	run(d, "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, x);"
	    "INSERT INTO a VALUES(41, 1);"
	    "CREATE INDEX i ON a(x) WHERE x = \"text\";"
	    "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;"
	    "CREATE VIEW v AS SELECT * FROM a;"
	    "CREATE VIEW broken AS SELECT * FROM absent;"
	    "CREATE VIRTUAL TABLE f USING fts5(x);"
	    "CREATE TABLE b(y REFERENCES a)");
	OK(d->ops->clone_to(d, NULL, s, arena, &notes, &err));
	for (size_t i = 0; i < notes.n; i++)
		fail_msg("%.*s", STR_ARG(notes.v[i]));
	x = model_of(d);
	y = model_of(s);
	assert_true(sha256_eq(&x->hash, &y->hash));
	assert_int_equal(number(s, "SELECT count(*) FROM a"), 0);
	assert_int_equal(number(s, "SELECT seq FROM sqlite_sequence"), 41);
	/* strings in double quotes are for the clone only */
	RC(RC_DB, drv_scalar(s, STR("SELECT \"text\""), NULL, 0, arena, &v,
	    &err));
	RC(RC_DB, drv_exec(s, STR("CREATE INDEX j ON a(x) WHERE x = \"text\""),
	    &err));
	drv_close(d);
	drv_close(s);
}

static void what_cannot_be_cloned_is_noted(void **state)
{
	struct drv *d = opened(file("notes.db"), DRV_APPLY), *s = scratch();
	struct strs notes;

	(void)state;
	run(d, "PRAGMA writable_schema=1; CREATE TABLE good(a);"
	    "INSERT INTO sqlite_schema VALUES('table', 'gone', 'gone', 0, "
	    "'CREATE VIRTUAL TABLE gone USING no_such_module(a)')");
	drv_close(d);
	d = opened(file("notes.db"), DRV_BROWSE);
	OK(d->ops->clone_to(d, NULL, s, arena, &notes, &err));
	assert_int_equal(notes.n, 1);
	assert_true(str_starts(notes.v[0], STR("table gone: ")));
	assert_non_null(model_table(model_of(s), STR(""), STR("good")));
	/* and the same file is still read */
	assert_int_equal(model_of(d)->ntables, 2);
	drv_close(d);
	drv_close(s);
}

static void keys_are_checked_table_by_table(void **state)
{
	struct drv *d = scratch();
	struct fk_findings f;

	(void)state;
	run(d, "PRAGMA foreign_keys=0;"
	    "CREATE TABLE p(id INTEGER PRIMARY KEY, a);"
	    "CREATE TABLE c(x REFERENCES p, y REFERENCES p(id));"
	    "CREATE TABLE mismatch(x REFERENCES p(a));"
	    "CREATE TABLE orphan(x REFERENCES absent(id));"
	    "INSERT INTO c VALUES(1, 1), (2, NULL), (NULL, NULL);"
	    "INSERT INTO mismatch VALUES(1); INSERT INTO orphan VALUES(1)");
	OK(d->ops->fk_check(d, model_of(d), arena, &f, &err));
	assert_int_equal(f.n, 4);
	assert_true(str_is(f.v[0].table, "c"));
	assert_int_equal(f.v[0].rows, 1);
	assert_int_equal(f.v[1].rows, 2);
	assert_true(str_is(f.v[2].table, "mismatch"));
	assert_int_equal(f.v[2].rows, -1);
	assert_true(str_find(f.v[2].message, STR("mismatch"), 0) <
	    f.v[2].message.n);
	assert_true(str_is(f.v[3].parent, "absent"));
	drv_close(d);
}

static void damage_is_found(void **state)
{
	struct drv *d = opened(file("damage.db"), DRV_APPLY);
	struct str problem;
	FILE *f;

	(void)state;
	run(d, "CREATE TABLE t(x); CREATE INDEX i ON t(x);"
	    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
	    "WHERE i<500) INSERT INTO t SELECT i FROM n");
	OK(d->ops->integrity(d, arena, &problem, &err));
	assert_int_equal(problem.n, 0);
	drv_close(d);
	f = fopen(file("damage.db"), "r+");
	assert_non_null(f);
	fseek(f, 4096 * 3 + 8, SEEK_SET);
	for (int i = 0; i < 8000; i++)
		fputc(0xee, f);
	fclose(f);
	d = opened(file("damage.db"), DRV_BROWSE);
	problem = STR("");
	OK(d->ops->integrity(d, arena, &problem, &err));
	assert_true(problem.n > 0);
	drv_close(d);
}

static void the_nth_call_fails(void **state)
{
	(void)state;
	for (int n = 1; n <= 5; n++) {
		int calls = 0;
		struct drv *inner = scratch();
		struct drv *d = fault_wrap(inner, n, &calls);
		enum rc rc;

		err = (struct err)ERR_INIT;
		rc = drv_exec(d, STR("CREATE TABLE t(x)"), &err);
		if (!rc)
			rc = d->ops->begin(d, true, &err);
		if (!rc)
			rc = drv_exec(d, STR("INSERT INTO t VALUES(1)"), &err);
		if (!rc)
			rc = d->ops->commit(d, &err);
		assert_int_equal(rc, n <= 4 ? RC_DB : RC_OK);
		assert_int_equal(calls, n <= 4 ? n : 4);
		d->ops->rollback(d);
		assert_false(d->ops->in_tx(d));
		drv_close(d);
	}
}

static void every_entry_is_there(void **state)
{
	/* what only a server has stands behind tx_id, but for one */
	const size_t only = offsetof(struct drv_ops, databases);
	const size_t last = offsetof(struct drv_ops, tx_id);
	const void *const *p = (const void *const *)(const void *)&drv_lite;

	(void)state;
	for (size_t i = 0; i * sizeof(*p) < last; i++)
		if (i * sizeof(*p) != only)
			assert_non_null(p[i]);
	for (size_t i = 0; i < VERB_N; i++)
		assert_non_null(fact_verb_name[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_rows_of_any_page_size),
		cmocka_unit_test(clones_shape_without_rows),
		cmocka_unit_test(what_cannot_be_cloned_is_noted),
		cmocka_unit_test(keys_are_checked_table_by_table),
		cmocka_unit_test(copies_to_a_file_without_a_name),
		cmocka_unit_test(damage_is_found),
		cmocka_unit_test(the_nth_call_fails),
		cmocka_unit_test(every_entry_is_there),
	};

	return cmocka_run_group_tests_name("lite_copy", tests, lite_setup,
	    lite_teardown);
}

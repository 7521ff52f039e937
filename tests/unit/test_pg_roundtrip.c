/*
 * A schema read from a server, written as statements of ours and read again
 * is the same schema: for every dump in tests/corpus/pg-dumps.  Each runs in
 * a transaction that is rolled back: making databases took most of the time.
 */
#include <dirent.h>

#include "tests/unit/pg.h"

#include "base/fs.h"
#include "base/map.h"
#include "diff/side.h"
#include "diff/sql.h"

static struct arena *arena;
static struct drv *dumps;	/* a database that stays empty */

static struct model *read_on(struct drv *d)
{
	struct err e = ERR_INIT;
	struct model *m = NULL;

	assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
	return m;
}

static struct model *read_back(const char *database)
{
	struct drv *d = pg_conn(database, DRV_BROWSE);
	struct model *m = read_on(d);

	drv_close(d);
	return m;
}

static void begin(void)
{
	struct err e = ERR_INIT;

	assert_ok(dumps->ops->begin(dumps, true, &e), &e);
}

static struct str file_text(const char *path)
{
	FILE *f = fopen(path, "r");
	struct sbuf b = SBUF_TEXT;
	struct str text;
	char part[4096];
	size_t n;

	if (!f)
		fail_msg("%s", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		sbuf_add(&b, (struct str){ part, n });
	fclose(f);
	text = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

static void load_on(struct drv *d, const char *path)
{
	struct err e = ERR_INIT;

	if (drv_exec(d, file_text(path), &e))
		fail_msg("%s: %s (%s)", path, e.msg, e.where);
}

static void load(const char *path, const char *database)
{
	struct drv *d;

	pg_fresh(database);
	d = pg_conn(database, DRV_APPLY);
	load_on(d, path);
	drv_close(d);
}

struct written {
	struct drv *d;
	const char *path;
	size_t n, empty;
	bool failed;
};

static enum rc write_one(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct written *w = arg;

	(void)o;
	w->n++;
	if (!sql.n) {
		w->empty++;
		return RC_OK;
	}
	if (drv_exec(w->d, sql, e)) {
		print_error("%s: %s\n%.*s\n", w->path, e->msg, STR_ARG(sql));
		w->failed = true;
	}
	return RC_OK;
}

static bool all_but_members(const struct obj *o, void *arg)
{
	(void)arg;
	return o->managed;
}

/* What it makes of an empty database. */
static struct model *write_schema(const char *path, const struct model *m,
    bool scratch, struct written *w)
{
	struct script_what what = { all_but_members, NULL, scratch };
	struct script_out out = { write_one, w };
	struct err e = ERR_INIT;
	struct model *back;

	*w = (struct written){ .path = path, .d = dumps };
	begin();
	assert_ok(dialect_pg.schema_script(m, &what, &out, &e), &e);
	back = w->failed ? NULL : read_on(dumps);
	dumps->ops->rollback(dumps);
	return back;
}

/* Lines of the canonical text that one of them has not. */
static void show_lines(const char *path, const struct model *x,
    const struct model *y)
{
	const struct model *of[] = { x, y };
	struct map *lines[] = { map_new(arena), map_new(arena) };

	for (size_t i = 0; i < 2; i++) {
		struct sbuf b = SBUF_TEXT;
		struct str rest, line;

		model_canonical(of[i], true, &b);
		rest = arena_str(arena, sbuf_str(&b));
		while (str_line(&rest, &line))
			map_put(lines[i], line, arena);
		sbuf_free(&b);
	}
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; k < map_count(lines[i]); k++)
			if (!map_has(lines[!i], map_at(lines[i], k)->key))
				print_error("%s: %c %.*s\n", path, "-+"[i],
				    STR_ARG(map_at(lines[i], k)->key));
}

static bool is_same(const char *path, const struct model *x,
    const struct model *y)
{
	struct change_list c;

	diff_models(x, y, NULL, false, arena, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct str s = change_sentence(&c.v[i], arena);

		print_error("%s: %.*s\n", path, STR_ARG(s));
	}
	if (!c.n && !memcmp(&x->hash, &y->hash, sizeof(x->hash)))
		return true;
	if (!c.n)
		show_lines(path, x, y);
	return false;
}

/* Comments are no part of a schema's hash: they are compared here. */
static size_t comments(const struct model *m, struct map *texts)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if (!o->notes || !o->notes->comment.n || !o->managed)
			continue;
		n++;
		map_put(texts, arena_printf(arena, "%d %.*s %.*s %.*s %.*s",
		    (int)o->kind, STR_ARG(o->schema), STR_ARG(o->table),
		    STR_ARG(o->name), STR_ARG(o->notes->comment)), m->a);
	}
	return n;
}

static bool same_comments(const char *path, const struct model *x,
    const struct model *y)
{
	struct map *a = map_new(arena), *b = map_new(arena);
	size_t n = comments(x, a);
	bool same = comments(y, b) == n;

	for (size_t i = 0; i < n; i++)
		if (!map_has(b, map_at(a, i)->key)) {
			print_error("%s: %.*s\n", path,
			    STR_ARG(map_at(a, i)->key));
			same = false;
		}
	return same;
}

static bool round_trip(const char *path)
{
	struct model *first, *second;
	struct written w;
	bool same;

	begin();
	load_on(dumps, path);
	first = read_on(dumps);
	dumps->ops->rollback(dumps);
	second = write_schema(path, first, false, &w);
	same = second && is_same(path, first, second) &&
	    same_comments(path, first, second);
	if (!same || !strstr(path, "everything"))
		return same;
	second = write_schema(path, first, true, &w);
	return second && is_same(path, first, second);
}

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

static void dumps_come_back(void **state)
{
	const char *top = getenv("srcdir"), *only = getenv("WEIR_DUMP");
	char folder[512];
	char *names[500];
	struct dirent *de;
	size_t n = 0, bad = 0;
	DIR *dir;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/tests/corpus/pg-dumps",
	    top ? top : ".");
	dir = opendir(folder);
	assert_non_null(dir);
	while ((de = readdir(dir)) && n < 500)
		if (str_ends(str_z(de->d_name), STR(".sql")) && (!only ||
		    strstr(de->d_name, only)))
			names[n++] = xstrdup(de->d_name);
	closedir(dir);
	qsort(names, n, sizeof(*names), by_name);
	pg_fresh("dumps");
	dumps = pg_conn("dumps", DRV_APPLY);
	for (size_t i = 0; i < n; i++) {
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		bad += !round_trip(path);
		arena_reset(arena);
		xfree(names[i]);
	}
	drv_close(dumps);
	print_message("%zu dumps, %zu of them differ\n", n, bad);
	assert_int_equal(bad, 0);
	assert_true(only || n >= 60);
}

/* --- from one schema to another ------------------------------------------------ */

static const char before[] =
    "CREATE SCHEMA gone; CREATE TYPE gone.t AS ENUM ('x');"
    "CREATE TYPE mood AS ENUM ('a', 'c');"
    "CREATE TYPE unused AS ENUM ('a', 'b');"
    "CREATE TYPE pair AS (x int);"
    "CREATE DOMAIN positive AS int CONSTRAINT p CHECK (VALUE > 0);"
    "CREATE SEQUENCE s; CREATE SEQUENCE s_gone;"
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql"
    "  AS 'BEGIN RETURN NEW; END';"
    "CREATE TABLE p (id int PRIMARY KEY, n text, gone text, w gone.t,"
    "  d int DEFAULT 1, nn int NOT NULL, ident int NOT NULL,"
    "  idn int GENERATED ALWAYS AS IDENTITY, st text,"
    "  gen int GENERATED ALWAYS AS (1 + 1) STORED,"
    "  CONSTRAINT c CHECK (d > 0), CONSTRAINT u UNIQUE (n));"
    "ALTER TABLE p ADD CONSTRAINT nv CHECK (d > 1) NOT VALID;"
    "CREATE TABLE q (p int CONSTRAINT fk REFERENCES p, m mood);"
    "CREATE TABLE gone.t1 (a int); CREATE TABLE gone.t2 (a int);"
    "CREATE INDEX i ON p (n); CREATE INDEX same ON q (m);"
    "CREATE VIEW v1 AS SELECT n, d FROM p;"
    "CREATE VIEW v2 AS SELECT n FROM v1;"
    "CREATE VIEW v3 AS SELECT p FROM q;"
    "CREATE MATERIALIZED VIEW mv AS SELECT d FROM v1;"
    "CREATE INDEX mvi ON mv (d);"
    "CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW"
    "  EXECUTE FUNCTION tr();"
    "CREATE POLICY po ON q USING (p > 1);"
    "CREATE RULE r AS ON DELETE TO q DO INSTEAD NOTHING;"
    "CREATE TABLE part (a int) PARTITION BY LIST (a);"
    "CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1);";

static const char after[] =
    "CREATE SCHEMA came; CREATE TYPE came.t AS ENUM ('y');"
    "CREATE TYPE mood AS ENUM ('0', 'a', 'b', 'c', 'd');"
    "CREATE TYPE unused AS ENUM ('b');"
    "CREATE TYPE pair AS (x int, y came.t);"
    "CREATE DOMAIN positive AS int DEFAULT 3 NOT NULL"
    "  CONSTRAINT q CHECK (VALUE > 1);"
    "CREATE SEQUENCE s INCREMENT 7 MAXVALUE 700 CYCLE;"
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';"
    "CREATE FUNCTION g(a int) RETURNS text LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql"
    "  AS 'BEGIN RETURN NEW; END';"
    "CREATE TABLE p (id bigint PRIMARY KEY, n varchar(30) COLLATE \"C\","
    "  w came.t, d bigint DEFAULT 2, nn int, ident int"
    "  GENERATED BY DEFAULT AS IDENTITY (START 5), idn int NOT NULL,"
    "  st text, gen int GENERATED ALWAYS AS (2 + 1) STORED,"
    "  extra text DEFAULT f(1)::text NOT NULL,"
    "  CONSTRAINT c CHECK (d > 1), CONSTRAINT u UNIQUE (n, w),"
    "  CONSTRAINT nv CHECK (d > 1)) WITH (fillfactor=50);"
    "ALTER TABLE p ALTER st SET STORAGE external;"
    "ALTER TABLE p ENABLE ROW LEVEL SECURITY;"
    "CREATE TABLE q (p int CONSTRAINT fk REFERENCES p ON DELETE CASCADE"
    "  DEFERRABLE, m mood);"
    "CREATE TABLE new_one (a serial PRIMARY KEY, b mood,"
    "  c int REFERENCES new_one, p bigint REFERENCES p);"
    "CREATE INDEX i ON p (n DESC) WHERE d > 3;"
    "CREATE INDEX same ON q (m) WITH (fillfactor=40);"
    "CREATE VIEW v1 AS SELECT n, d FROM p WHERE d > 0;"
    "CREATE VIEW v2 AS SELECT n FROM v1;"
    "CREATE VIEW v3 AS SELECT p, m FROM q;"
    "CREATE MATERIALIZED VIEW mv AS SELECT d + 1 AS d FROM v1;"
    "CREATE INDEX mvi ON mv (d DESC);"
    "CREATE TRIGGER t BEFORE INSERT OR UPDATE ON p FOR EACH ROW"
    "  EXECUTE FUNCTION tr(); ALTER TABLE p DISABLE TRIGGER t;"
    "CREATE POLICY po ON q USING (p > 2) WITH CHECK (p > 3);"
    "CREATE RULE r AS ON DELETE TO q DO INSTEAD SELECT 1;"
    "CREATE TABLE part (a int) PARTITION BY LIST (a);"
    "CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1, 2);";

static void make(const char *database, const char *sql)
{
	struct drv *d;

	pg_fresh(database);
	d = pg_conn(database, DRV_APPLY);
	pg_run(d, sql);
	drv_close(d);
}

/* Change `one` into what `two` is, by the statements of the difference. */
static void change_over(const char *one, const char *two)
{
	struct model *x = read_back(one), *y = read_back(two);
	struct drv *d = pg_conn(one, DRV_APPLY);
	struct change_list c;
	struct sbuf sql = SBUF_TEXT;
	struct err e = ERR_INIT;

	diff_models(x, y, NULL, true, arena, &c);
	assert_true(c.n > 0);
	assert_ok(diff_sql(&c, &sql, &e), &e);
	if (drv_exec(d, sbuf_str(&sql), &e))
		fail_msg("%s (%s)\n%s", e.msg, e.where, sql.p);
	drv_close(d);
	sbuf_free(&sql);
	x = read_back(one);
	diff_models(x, y, NULL, true, arena, &c);
	for (size_t i = 0; i < c.n; i++)
		if (!c.v[i].fields || c.v[i].fields != field_bit(F_POSITION))
			assert_true(is_same(one, x, y));
}

static void differences_are_made(void **state)
{
	(void)state;
	make("one", before);
	make("two", after);
	change_over("one", "two");
	make("one", before);
	make("two", "");
	change_over("one", "two");
	make("two", before);
	change_over("one", "two");
}

/* All of it, of every kind, from nothing and back to nothing. */
static void everything_comes_and_goes(void **state)
{
	const char *top = getenv("srcdir");
	char path[512];

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/corpus/pg-dumps/everything.sql",
	    top ? top : ".");
	make("one", "");
	load(path, "two");
	change_over("one", "two");
	make("two", "");
	change_over("one", "two");
}

static void what_needs_rows_is_refused(void **state)
{
	static const char *const pairs[][2] = {
		{ "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (e e)",
		    "CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (e e)" },
		{ "CREATE TABLE t (a int)",
		    "CREATE TABLE t (a int) PARTITION BY LIST (a)" },
		{ "CREATE TABLE t (a int, b int)", "CREATE TABLE t (a int,"
		    " b int GENERATED ALWAYS AS (a) STORED)" },
	};
	struct change_list c;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct sbuf sql = SBUF_TEXT;
		struct err e = ERR_INIT;

		make("one", pairs[i][0]);
		make("two", pairs[i][1]);
		diff_models(read_back("one"), read_back("two"), NULL, true,
		    arena, &c);
		assert_int_equal(diff_sql(&c, &sql, &e), RC_UNSUPPORTED);
		assert_int_equal(sql.n, 0);
		assert_non_null(strstr(e.msg, "no statement makes"));
	}
}

/* Policies name them; a dump of one database has no roles. */
static void make_roles(void)
{
	static const char *const names[] = { "corpus_app_user" };
	struct drv *d = pg_conn("postgres", DRV_APPLY);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char sql[100];

		snprintf(sql, sizeof(sql), "CREATE ROLE %s", names[i]);
		pg_run(d, sql);
	}
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(dumps_come_back),
		cmocka_unit_test(differences_are_made),
		cmocka_unit_test(everything_comes_and_goes),
		cmocka_unit_test(what_needs_rows_is_refused),
	};
	int failed;

	arena = arena_new();
	/* a whole dump is one transaction */
	pg_up("max_locks_per_transaction=1024", NULL);
	make_roles();
	failed = cmocka_run_group_tests(cases, NULL, NULL);
	pg_down();
	arena_free(arena);
	return failed;
}

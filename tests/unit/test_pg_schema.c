/*
 * Introspection of PostgreSQL: what the model holds of every kind of object,
 * what it costs, whom it never calls, and the second reading.
 */
#include "drv/pg/introspect.h"
#include "tests/unit/pg.h"

static struct arena *arena;
static struct err err;

#define OK(call) assert_ok((call), &err)
#define IS(s, z) assert_str((s), (z))
#define COUNT(v) (sizeof(v) / sizeof(*(v)))

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	err = (struct err)ERR_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct model *model_of(struct drv *d)
{
	struct model *m = NULL;

	OK(d->ops->introspect(d, arena, &m, &err));
	return m;
}

static struct str canonical(const struct model *m)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	model_canonical(m, false, &b);
	s = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static char *file(const char *name)
{
	const char *top = getenv("srcdir");
	struct str path = arena_printf(arena, "%s/tests/unit/%s", top ? top :
	    ".", name);
	FILE *f = fopen(path.p, "rb");
	char *text = arena_alloc(arena, 1 << 17);
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, (1 << 17) - 1, f);
	fclose(f);
	text[n] = 0;
	return text;
}

static const void *find(const struct model *m, enum obj_kind kind,
    const char *schema, const char *table, const char *name)
{
	const struct obj *o = model_find(m, kind, str_z(schema), str_z(table),
	    str_z(name));

	if (!o)
		fail_msg("no %s %s.%s.%s", obj_kind_name[kind], schema, table,
		    name);
	return o;
}

static void make_kinds(void)
{
	struct drv *d;

	pg_fresh("kinds");
	d = pg_conn("kinds", DRV_APPLY);
	pg_run(d, "DO $$ BEGIN CREATE ROLE reader LOGIN; CREATE ROLE \"r 2\"; "
	    "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
	pg_run(d, file("pg_kinds.sql"));
	drv_close(d);
}

/* --- what the model says ---------------------------------------------------- */

/* From 16 on the server prints the query of a view with fewer words. */
static bool same_everywhere(struct str line, int version)
{
	return version < 160000 || !str_starts(line, STR("view\t"));
}

static void every_kind_exactly(void **state)
{
	struct str want, got, x, y;
	struct drv_server s;
	struct drv *d;
	size_t n = 0;

	(void)state;
	make_kinds();
	d = pg_conn("kinds", DRV_BROWSE);
	OK(d->ops->server(d, arena, &s, &err));
	want = str_z(file("pg_kinds.txt"));
	got = canonical(model_of(d));
	while (str_line(&want, &x)) {
		do	/* roles are the server's */
			assert_true(str_line(&got, &y));
		while (str_starts(y, STR("role\t")));
		if (same_everywhere(x, s.version) && !str_eq(x, y))
			fail_msg("line %zu\n%.*s\n%.*s", n + 1, STR_ARG(x),
			    STR_ARG(y));
		n++;
	}
	assert_int_equal(got.n, 0);
	assert_true(n > 100);
	drv_close(d);
}

static void beside_the_fields(void **state)
{
	struct drv *d = pg_conn("kinds", DRV_BROWSE);
	const struct model *m = model_of(d);
	const struct table *t = find(m, OBJ_TABLE, "app", "", "t");
	const struct column *c = table_column(t, STR("c"));
	const struct view *v = find(m, OBJ_VIEW, "app", "", "v2");
	const struct index *x = find(m, OBJ_INDEX, "app", "t", "t_i1");
	const struct sequence *s;
	const struct function *f;

	(void)state;
	assert_int_equal(t->ncols, 17);
	IS(t->pk->cols.v[0], "c");
	IS(t->pk->cols.v[1], "a");
	assert_int_equal(c->pk_pos, 1);
	assert_int_equal(table_column(t, STR("a"))->pk_pos, 2);
	IS(table_column(t, STR("a"))->sequence, "app.t_a_seq");
	assert_null(model_find(m, OBJ_SEQUENCE, STR("app"), STR(""),
	    STR("t_a_seq")));
	IS(table_column(t, STR("ms"))->type_schema, "app");
	IS(table_column(t, STR("ms"))->type_name, "mood");
	IS(table_column(t, STR("ad"))->type_name, "addr");
	IS(table_column(t, STR("r"))->type_name, "fr");
	IS(table_column(t, STR("tags"))->type_name, "");
	IS(t->o.notes->comment, "about t");
	IS(t->o.notes->owner, "weir");
	assert_int_equal(t->o.notes->grants.n, 2);
	IS(t->o.notes->grants.v[1], "reader=r/weir");
	assert_true(t->o.notes->oid >= 16384);
	IS(c->o.notes->comment, "about c");
	IS(c->o.notes->grants.v[0], "reader=w/weir");
	assert_null(table_column(t, STR("b"))->o.notes);
	IS(x->o.notes->comment, "about i1");
	assert_int_equal(x->nparts, 3);
	IS(x->parts[2].expr, "lower(big)");
	IS(x->parts[2].opclass, "text_pattern_ops");
	assert_true(x->parts[2].desc && !x->parts[2].nulls_first);
	assert_true(x->parts[1].nulls_first && !x->parts[1].desc);
	assert_int_equal(((const struct index *)find(m, OBJ_INDEX, "app", "t",
	    "t_pk"))->origin, 'p');
	assert_int_equal(((const struct index *)find(m, OBJ_INDEX, "app", "t",
	    "t_uq"))->origin, 'u');
	assert_int_equal(((const struct index *)find(m, OBJ_INDEX, "app", "t",
	    "t_ex"))->origin, 'x');
	IS(t->checks[0]->o.notes->comment, "about ck");
	IS(t->triggers[0]->o.notes->comment, "about tr");
	assert_int_equal(t->nothers, 2);
	IS(((const struct obj *)find(m, OBJ_COMPOSITE, "app", "", "addr"))->
	    notes->comment, "about addr");
	IS(((const struct obj *)find(m, OBJ_ENUM, "app", "", "mood"))->
	    notes->comment, "about mood");
	IS(((const struct obj *)find(m, OBJ_SCHEMA, "", "", "app"))->
	    notes->comment, "about app");
	assert_int_equal(v->needs.n, 2);
	IS(v->needs.v[0], "app.t");
	IS(v->needs.v[1], "app.v1");
	IS(v->cols.v[0], "one");
	assert_true(((const struct view *)find(m, OBJ_VIEW, "app", "", "mv"))->
	    unpopulated);
	s = find(m, OBJ_SEQUENCE, "app", "", "org_id_seq");
	assert_true(s->serial);
	IS(table_column(find(m, OBJ_TABLE, "app", "", "org"), STR("id"))->
	    sequence, "app.org_id_seq");
	s = find(m, OBJ_SEQUENCE, "app", "", "s1");
	assert_false(s->serial);
	f = find(m, OBJ_FUNCTION, "app", "", "f(integer, text)");
	IS(f->name, "f");
	IS(f->args, "a integer, b text, OUT c integer");
	assert_true(find(m, OBJ_TABLE, "app", "", "org") && t->o.managed);
	drv_close(d);
}

/* What a parent gave cannot be dropped alone. */
static void what_is_inherited(void **state)
{
	struct drv *d = pg_conn("kinds", DRV_BROWSE);
	const struct model *m = model_of(d);
	const struct table *p = find(m, OBJ_TABLE, "app", "", "part_d");
	const struct table *i = find(m, OBJ_TABLE, "app", "", "inh");
	const struct table *r = find(m, OBJ_TABLE, "app", "", "refpart");

	(void)state;
	for (size_t n = 0; n < p->ncols; n++)
		assert_true(p->cols[n]->inherited);
	assert_true(p->pk->inherited);
	assert_int_equal(p->nfks, 1);
	assert_true(p->fks[0]->inherited);
	assert_int_equal(p->nchecks, 2);
	assert_false(p->checks[0]->inherited);
	assert_true(p->checks[1]->inherited);
	for (size_t n = 0; n < p->nindexes; n++)
		assert_true(p->indexes[n]->inherited);
	assert_int_equal(p->ntriggers, 0);
	assert_int_equal(r->nfks, 1);		/* not one a partition */
	assert_false(r->fks[0]->inherited);
	assert_true(i->cols[0]->inherited && i->cols[1]->inherited);
	assert_false(i->cols[2]->inherited);
	p = find(m, OBJ_TABLE, "app", "", "part");
	assert_false(p->pk->inherited || p->fks[0]->inherited ||
	    p->indexes[0]->inherited);
	assert_int_equal(p->ntriggers, 1);
	drv_close(d);
}

static void members_of_extensions(void **state)
{
	struct drv *d;
	const struct model *m;
	const struct obj *o;
	struct value v;

	(void)state;
	pg_fresh("members");
	d = pg_conn("members", DRV_APPLY);
	OK(drv_scalar(d, STR("SELECT count(*) FROM "
	    "pg_catalog.pg_available_extensions WHERE name IN "
	    "('citext', 'pg_trgm')"), NULL, 0, arena, &v, &err));
	if (v.i != 2) {
		drv_close(d);
		skip();
	}
	pg_run(d, "CREATE EXTENSION citext; CREATE EXTENSION pg_trgm;"
	    "CREATE TABLE t (c citext, k text);"
	    "CREATE INDEX i ON t USING gist (k gist_trgm_ops(siglen=32));"
	    "CREATE INDEX j ON t (c text_pattern_ops, c text_ops, c)");
	m = model_of(d);
	o = find(m, OBJ_EXTENSION, "public", "", "citext");
	assert_true(o->managed);
	o = find(m, OBJ_FUNCTION, "public", "", "similarity(text, text)");
	assert_false(o->managed);
	IS(o->notes->extension, "pg_trgm");
	IS(((const struct function *)(const void *)o)->sql, "");
	IS(table_column(find(m, OBJ_TABLE, "public", "", "t"), STR("c"))->
	    type_name, "citext");
	IS(((const struct index *)find(m, OBJ_INDEX, "public", "t", "i"))->
	    parts_text, "k public.gist_trgm_ops (siglen='32')");
	IS(((const struct index *)find(m, OBJ_INDEX, "public", "t", "j"))->
	    parts_text, "c text_pattern_ops, c text_ops, c");
	drv_close(d);
}

static void other_roles_read_the_same(void **state)
{
	struct drv_target t = pg_target("kinds");
	struct drv *d = pg_conn("kinds", DRV_BROWSE), *poor = NULL;
	const struct model *m = model_of(d);

	(void)state;
	t.conninfo = arena_printf(arena, "%.*s user=reader",
	    STR_ARG(t.conninfo));
	OK(drv_open(&t, DRV_BROWSE, &poor, &err));
	assert_memory_equal(&m->hash, &model_of(poor)->hash, sizeof(m->hash));
	drv_close(poor);
	drv_close(d);
}

/* --- I6: nothing that a database defines is called --------------------------- */

static const char evil[] =
    "CREATE TABLE public.calls (n int);"
    "CREATE FUNCTION public.hit() RETURNS void LANGUAGE sql AS"
    " 'INSERT INTO public.calls VALUES (1)';"
    "CREATE FUNCTION public.format_type(oid, integer) RETURNS text LANGUAGE"
    " plpgsql AS $$ BEGIN PERFORM public.hit(); RETURN 'evil'; END $$;"
    "CREATE FUNCTION public.pg_get_expr(pg_node_tree, oid) RETURNS text"
    " LANGUAGE plpgsql AS $$ BEGIN PERFORM public.hit(); RETURN 'x'; END $$;"
    "CREATE FUNCTION public.quote_ident(text) RETURNS text LANGUAGE plpgsql"
    " AS $$ BEGIN PERFORM public.hit(); RETURN 'x'; END $$;"
    "CREATE FUNCTION public.oid_eq(oid, oid) RETURNS boolean LANGUAGE plpgsql"
    " AS $$ BEGIN PERFORM public.hit(); RETURN true; END $$;"
    "CREATE FUNCTION public.name_ne(name, text) RETURNS boolean LANGUAGE"
    " plpgsql AS $$ BEGIN PERFORM public.hit(); RETURN true; END $$;"
    "CREATE FUNCTION public.int_gt(integer, integer) RETURNS boolean LANGUAGE"
    " plpgsql AS $$ BEGIN PERFORM public.hit(); RETURN true; END $$;"
    "CREATE FUNCTION public.cat(text, text) RETURNS text LANGUAGE plpgsql"
    " AS $$ BEGIN PERFORM public.hit(); RETURN 'x'; END $$;"
    "CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid,"
    " FUNCTION = public.oid_eq);"
    "CREATE OPERATOR public.>= (LEFTARG = oid, RIGHTARG = oid,"
    " FUNCTION = public.oid_eq);"
    "CREATE OPERATOR public.<> (LEFTARG = name, RIGHTARG = text,"
    " FUNCTION = public.name_ne);"
    "CREATE OPERATOR public.!~ (LEFTARG = name, RIGHTARG = text,"
    " FUNCTION = public.name_ne);"
    "CREATE OPERATOR public.> (LEFTARG = integer, RIGHTARG = integer,"
    " FUNCTION = public.int_gt);"
    "CREATE OPERATOR public.|| (LEFTARG = text, RIGHTARG = text,"
    " FUNCTION = public.cat);"
    "CREATE TABLE public.pg_class (oid oid, relname name);"
    "CREATE TABLE public.t (id int PRIMARY KEY, v text DEFAULT 'a');"
    "ALTER ROLE weir IN DATABASE evil SET search_path = public, pg_catalog";

static int64_t calls(struct drv *d)
{
	struct value v;

	OK(drv_scalar(d, STR("SELECT pg_catalog.count(*) FROM public.calls"),
	    NULL, 0, arena, &v, &err));
	return v.i;
}

static void nothing_of_the_database_is_called(void **state)
{
	struct drv *d;
	const struct model *again = NULL;
	struct model *m;
	int64_t version;

	(void)state;
	pg_fresh("evil");
	d = pg_conn("evil", DRV_APPLY);
	pg_run(d, evil);
	drv_close(d);
	d = pg_conn("evil", DRV_BROWSE);
	m = model_of(d);
	IS(table_column(find(m, OBJ_TABLE, "public", "", "t"), STR("v"))->
	    type, "text");
	drv_close(d);
	d = pg_conn("evil", DRV_APPLY);
	OK(d->ops->begin(d, true, &err));
	m = model_of(d);
	OK(d->ops->introspect_again(d, m, arena, &again, &err));
	OK(d->ops->schema_version(d, &version, &err));
	assert_int_equal(calls(d), 0);
	/* the trap works: a text that names no schema falls into it */
	pg_run(d, "SELECT format_type(23, -1)");
	assert_true(calls(d) > 0);
	d->ops->rollback(d);
	drv_close(d);
}

static void settings_are_put_back(void **state)
{
	struct drv *d = pg_conn("kinds", DRV_APPLY);
	struct value v;

	(void)state;
	OK(d->ops->begin(d, true, &err));
	pg_run(d, "SET LOCAL search_path = app, public;"
	    "SET LOCAL TimeZone = 'Asia/Tokyo'; CREATE TABLE app.inside (x int)");
	find(model_of(d), OBJ_TABLE, "app", "", "inside");
	OK(drv_scalar(d, STR("SELECT current_setting('search_path') || ' ' || "
	    "current_setting('TimeZone')"), NULL, 0, arena, &v, &err));
	IS(v.s, "app, public Asia/Tokyo");
	assert_true(d->ops->in_tx(d));
	d->ops->rollback(d);
	drv_close(d);
}

/* --- how many queries -------------------------------------------------------- */

/* Statements in the server's log, and those that reading the schema made. */
static size_t logged(struct drv *d, struct str *last)
{
	char name[128];
	static char text[8 << 20];
	size_t n = 0;
	FILE *f;
	struct str s, line;

	(void)d;
	snprintf(name, sizeof(name), "%s/server.log", pg_dir);
	f = fopen(name, "rb");
	assert_non_null(f);
	s = (struct str){ text, fread(text, 1, sizeof(text), f) };
	fclose(f);
	while (str_line(&s, &line)) {
		size_t at = str_find(line, STR("statement: "), 0);

		if (at == line.n)
			continue;
		n++;
		*last = arena_str(arena, str_sub(line, at, line.n));
	}
	return n;
}

static size_t semicolons(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ';';
	return n;
}

static void make_tables(struct drv *d, int n)
{
	char sql[400];

	snprintf(sql, sizeof(sql), "DO $$ BEGIN FOR i IN 1..%d LOOP EXECUTE "
	    "format('CREATE TABLE IF NOT EXISTS t%%s (id serial PRIMARY KEY, "
	    "v text UNIQUE DEFAULT ''x'', CHECK (id > 0))', i); END LOOP; "
	    "END $$", n);
	pg_run(d, sql);
}

static void as_many_queries_for_500_tables(void **state)
{
	struct str text[2];
	struct drv *d, *b;
	size_t cost[2];

	(void)state;
	pg_fresh("many");
	d = pg_conn("many", DRV_APPLY);
	b = pg_conn("many", DRV_BROWSE);
	for (int i = 0; i < 2; i++) {
		const struct model *m;
		size_t before;

		make_tables(d, i ? 500 : 5);
		before = logged(b, &text[i]);
		m = model_of(b);
		cost[i] = logged(b, &text[i]) - before;
		assert_int_equal(m->ntables, i ? 500 : 5);
	}
	assert_int_equal(cost[0], 1);	/* one message */
	assert_int_equal(cost[1], 1);
	assert_true(str_eq(text[0], text[1]));
	/* BEGIN, the settings, the queries; COMMIT ends without one */
	assert_int_equal(semicolons(text[1]), PG_CATALOG_N + 2);
	drv_close(b);
	drv_close(d);
}

/* Every server gives the same columns. */
/*
 * What is said of servers that are not here, by their release notes and the
 * manual's chapter on the catalogues: a column that a version lacks is never
 * asked for.
 */
static void only_what_a_version_has(void **state)
{
	static const struct {
		const char *column;
		int since, until;	/* of server_version_num; 0: none */
	} columns[] = {
		{ "tgparentid", 130000, 0 }, { "attcompression", 140000, 0 },
		{ "rngmultitypid", 140000, 0 },
		{ "indnullsnotdistinct", 150000, 0 },
		{ "confdelsetcols", 150000, 0 }, { "conperiod", 180000, 0 },
		{ "conenforced", 180000, 0 },
		/* by itself -1, NULL since 17: >= 0 holds for both */
		{ "attstattarget", 0, 0 },
		/* gone, or of another type since */
		{ "relhasoids", 0, 1 }, { "adsrc", 0, 1 },
		{ "consrc", 0, 1 }, { "protransform", 0, 1 },
		{ "stxstattarget", 0, 1 },
		{ "daticulocale", 0, 1 }, { "colliculocale", 0, 1 },
		{ "datlastsysoid", 0, 1 }, { "pg_authid a", 0, 1 },
		{ "rolpassword", 0, 1 }, { "attcacheoff", 0, 1 },
	};
	static const int versions[] = { 120000, 130000, 140000, 150000,
		160000, 170000, 180000 };

	(void)state;
	for (size_t v = 0; v < COUNT(versions); v++) {
		struct sbuf b = SBUF_TEXT;
		struct str all;

		pg_catalog_text(versions[v], &b);
		all = sbuf_str(&b);
		assert_true(str_find(all, STR("@"), 0) == all.n);
		for (size_t i = 0; i < COUNT(columns); i++) {
			bool is = str_find(all, str_z(columns[i].column), 0) <
			    all.n;

			if (is != (versions[v] >= columns[i].since &&
			    !columns[i].until))
				fail_msg("%d: %s", versions[v],
				    columns[i].column);
		}
		sbuf_free(&b);
	}
}

static void one_shape_for_all_versions(void **state)
{
	static const int versions[] = { 120000, 130000, 140000, 150000 };
	struct drv *d = pg_conn("kinds", DRV_BROWSE);
	size_t ncols[PG_CATALOG_N] = { 0 };
	struct drv_server s;

	(void)state;
	OK(d->ops->server(d, arena, &s, &err));
	for (size_t i = 0; i < COUNT(versions); i++) {
		struct sbuf b = SBUF_TEXT;
		struct str rest;

		if (versions[i] > s.version)
			break;
		pg_catalog_text(versions[i], &b);
		rest = sbuf_str(&b);
		for (size_t q = 0; q < PG_CATALOG_N; q++) {
			size_t end = str_find(rest, STR(";"), 0);
			struct cursor *c = NULL;

			OK(drv_query(d, str_sub(rest, 0, end), NULL, 0, 0, &c,
			    &err));
			assert_true(!ncols[q] || ncols[q] == c->ncols);
			ncols[q] = c->ncols;
			cursor_close(c);
			rest = str_sub(rest, end + 1, rest.n);
		}
		assert_int_equal(rest.n, 0);
		sbuf_free(&b);
	}
	drv_close(d);
}

/* --- the second reading ------------------------------------------------------- */

static const struct model *again(struct drv *d, const struct model *prev)
{
	const struct model *m = NULL;

	OK(d->ops->introspect_again(d, prev, arena, &m, &err));
	return m;
}

static void again_equals_the_whole(void **state)
{
	static const struct {
		const char *sql;
		bool same;
	} steps[] = {
		{ "CREATE TABLE p (id int PRIMARY KEY, a int)", false },
		{ "INSERT INTO p VALUES (1, 2)", true },
		{ "CREATE INDEX i ON p (a)", false },
		{ "SAVEPOINT s", true },
		{ "ALTER TABLE p ADD b text DEFAULT 'q'", false },
		{ "ALTER TABLE p ALTER b SET DEFAULT 'r'", false },
		{ "ROLLBACK TO SAVEPOINT s", false },
		{ "UPDATE p SET a = 3", true },
		{ "CREATE TYPE e AS ENUM ('x')", false },
		{ "CREATE VIEW v AS SELECT a FROM p", false },
		{ "CREATE SEQUENCE q OWNED BY p.a", false },
		{ "ALTER SEQUENCE q OWNED BY NONE", false },
		{ "SELECT nextval('q')", true },
		{ "ALTER TABLE p ENABLE ROW LEVEL SECURITY", false },
		{ "COMMENT ON TABLE p IS 'c'", false },
		{ "DROP VIEW v", false },
	};
	struct drv *d;
	const struct model *m, *now;

	(void)state;
	pg_fresh("again");
	d = pg_conn("again", DRV_APPLY);
	OK(d->ops->begin(d, true, &err));
	m = model_of(d);
	assert_ptr_equal(again(d, m), m);
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct str text = str_z(steps[i].sql);

		OK(drv_exec(d, text, &err));
		now = again(d, m);
		if ((now == m) != steps[i].same)
			fail_msg("%s: %s", steps[i].sql, now == m ?
			    "not read again" : "read again");
		m = now;
		assert_true(str_eq(canonical(m), canonical(model_of(d))));
		m = again(d, NULL);
	}
	OK(d->ops->commit(d, &err));
	drv_close(d);
}

static void again_sees_other_sessions(void **state)
{
	struct drv *d = pg_conn("again", DRV_APPLY);
	struct drv *other = pg_conn("again", DRV_APPLY);
	const struct model *m;

	(void)state;
	OK(d->ops->begin(d, true, &err));
	m = again(d, model_of(d));
	pg_run(other, "CREATE FUNCTION late() RETURNS int LANGUAGE sql AS "
	    "'SELECT 1'");
	m = again(d, m);
	find(m, OBJ_FUNCTION, "public", "", "late()");
	assert_ptr_equal(again(d, m), m);
	d->ops->rollback(d);
	drv_close(other);
	drv_close(d);
}

static int64_t version(struct drv *d)
{
	int64_t v = 0;

	OK(d->ops->schema_version(d, &v, &err));
	return v;
}

/* Between transactions: equal means unchanged, whoever wrote what. */
static void version_outside_a_transaction(void **state)
{
	struct drv *d = pg_conn("again", DRV_BROWSE);
	struct drv *other = pg_conn("again", DRV_APPLY);
	int64_t first = version(d), then;

	(void)state;
	assert_true(version(d) == first);
	pg_run(other, "ALTER TABLE p ADD w1 int");
	then = version(d);
	assert_true(then != first);
	assert_true(version(d) == then);
	pg_run(other, "INSERT INTO p VALUES (7)");
	assert_true(version(d) == then);
	pg_run(other, "ALTER TABLE p DROP w1");
	assert_true(version(d) != then);
	drv_close(other);
	drv_close(d);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest cases[] = {
		CASE(every_kind_exactly),
		CASE(beside_the_fields),
		CASE(what_is_inherited),
		CASE(members_of_extensions),
		CASE(other_roles_read_the_same),
		CASE(nothing_of_the_database_is_called),
		CASE(settings_are_put_back),
		CASE(as_many_queries_for_500_tables),
		CASE(one_shape_for_all_versions),
		CASE(only_what_a_version_has),
		CASE(again_equals_the_whole),
		CASE(again_sees_other_sessions),
		CASE(version_outside_a_transaction),
	};
	int failed;

	pg_up("log_statement=all", NULL);
	failed = cmocka_run_group_tests(cases, NULL, NULL);
	pg_down();
	return failed;
}

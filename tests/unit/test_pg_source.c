/*
 * Scratch engines, clone, prediction, replay and stop causes on PostgreSQL;
 * where a scratch database may be made; which objects are managed.
 */
#include "tests/unit/pg.h"

#include "base/fs.h"
#include "diff/side.h"
#include "source/parts.h"
#include "source/source.h"

static struct arena *arena;

/* --- where ------------------------------------------------------------------ */

static bool yes(void *arg, const char *why, struct str *conninfo)
{
	assert_int_equal(conninfo->n, 0);
	++*(int *)arg;
	assert_true(why[0] != 0);
	return true;
}

static bool no(void *arg, const char *why, struct str *conninfo)
{
	(void)conninfo;
	(void)why;
	++*(int *)arg;
	return false;
}

static void test_policy(void **state)
{
	static const struct {
		bool given, server, read_only, production, ask, local;
		enum scratch_place place;
	} c[] = {
		{ .local = true, .place = SCRATCH_HERE },
		{ .local = false, .place = SCRATCH_NONE },
		{ .local = false, .ask = true, .place = SCRATCH_ASK },
		{ .local = false, .server = true, .place = SCRATCH_HERE },
		{ .local = false, .given = true, .place = SCRATCH_GIVEN },
		{ .local = true, .production = true, .place = SCRATCH_NONE },
		{ .local = true, .production = true, .ask = true,
			.place = SCRATCH_ASK },
		{ .local = true, .production = true, .server = true,
			.place = SCRATCH_HERE },
		{ .local = true, .read_only = true, .place = SCRATCH_NONE },
		{ .local = true, .read_only = true, .server = true,
			.ask = true, .place = SCRATCH_NONE },
		{ .local = true, .read_only = true, .given = true,
			.place = SCRATCH_GIVEN },
	};
	const char *why = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct scratch_policy p = { .dialect = DIALECT_PG,
			.target.conninfo = STR("dbname=x"),
			.conninfo = c[i].given ? STR("host=x") : STR(""),
			.on_server = c[i].server, .read_only = c[i].read_only,
			.production = c[i].production,
			.ask = c[i].ask ? yes : NULL };

		assert_int_equal(scratch_place_of(&p, c[i].local, &why),
		    c[i].place);
		if (c[i].place == SCRATCH_NONE || c[i].place == SCRATCH_ASK)
			assert_true(why[0] != 0);
	}
	struct scratch_policy nowhere = { .dialect = DIALECT_PG };

	assert_int_equal(scratch_place_of(&nowhere, true, &why), SCRATCH_NONE);
	assert_string_equal(why, "no server is named");
	struct scratch_policy lite = { .dialect = DIALECT_SQLITE,
		.read_only = true, .production = true };

	assert_int_equal(scratch_place_of(&lite, false, &why), SCRATCH_MEMORY);
}

static void test_local(void **state)
{
	static const struct { const char *conninfo; bool local; } c[] = {
		{ "host='/var/run/postgresql' dbname=x", true },
		{ "dbname=x", true }, { "host=localhost", true },
		{ "host=127.0.0.1", true }, { "host=::1", true },
		{ "hostaddr=127.0.0.9 host=db.example", true },
		{ "host=db.example", false }, { "hostaddr=10.0.0.1", false },
		{ "host=localhost hostaddr=10.0.0.1", false },
		{ "host='localhost,db.example'", false },
		{ "service=prod", false }, { "host='/tmp' service=x", true },
		{ "postgresql://me:secret@db.example:5/app", false },
		{ "postgresql://me:secret@localhost/app", true },
		{ "host=127.example.com", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct drv_target t = { .dialect = DIALECT_PG,
			.conninfo = str_z(c[i].conninfo) };

		if (drv_databases_of(DIALECT_PG)->is_local(&t) != c[i].local)
			fail_msg("%s", c[i].conninfo);
	}
}

/* --- fixtures ------------------------------------------------------------------ */

static int64_t number(struct drv *d, const char *sql)
{
	struct value v = { 0 };
	struct err e = ERR_INIT;

	assert_ok(drv_scalar(d, str_z(sql), NULL, 0, arena, &v, &e), &e);
	return v.kind == VALUE_INT ? v.i :
	    strtoll(arena_z(arena, v.s), NULL, 10);
}

static int64_t left_behind(void)
{
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	int64_t n = number(d, "SELECT count(*) FROM pg_catalog.pg_database "
	    "WHERE datname LIKE 'weir_scratch%'");

	drv_close(d);
	return n;
}

static struct scratch *scratch_for(const char *database)
{
	struct scratch_policy p = { .dialect = DIALECT_PG,
		.target = pg_target(database) };

	return scratch_new(&p);
}

static struct entry entry_of(const char *tag, const char *sql)
{
	return (struct entry){ .tag = str_z(tag), .text = str_z(sql),
		.file = arena_printf(arena, "%s.sql", tag) };
}

/* Files on an empty scratch engine. */
static struct run *run_texts(struct scratch *s, const char *const *sql,
    const struct model *live)
{
	struct run_options o = { .scratch = s, .per_statement = true,
		.live = live };
	const struct entry *v[16];
	struct run *r = NULL;
	struct err e = ERR_INIT;
	size_t n = 0;

	for (; sql[n]; n++) {
		struct entry *en = arena_new_of(arena, struct entry);

		*en = entry_of(arena_printf(arena, "%04zu_m", n).p, sql[n]);
		v[n] = en;
	}
	assert_ok(run_on_empty(v, n, &o, arena, &r, &e), &e);
	return r;
}

static bool has(const struct model *m, enum obj_kind kind, const char *table,
    const char *name)
{
	return model_find(m, kind, STR("public"), str_z(table),
	    str_z(name)) != NULL;
}

/* --- clone ----------------------------------------------------------------------- */

static void test_clone_is_equal(void **state)
{
	struct scratch *s;
	struct drv *live, *copy = NULL;
	struct model *x = NULL, *y = NULL;
	struct strs notes = { 0 };
	struct err e = ERR_INIT;
	struct sbuf text = SBUF_TEXT;
	const char *top = getenv("srcdir");
	struct change_list c = { 0 };

	(void)state;
	pg_fresh("kinds");
	live = pg_conn("kinds", DRV_APPLY);
	assert_ok(file_read(arena_printf(arena, "%s/tests/unit/pg_kinds.sql",
	    top ? top : ".").p, &text, &e), &e);
	if (drv_exec(live, STR("CREATE ROLE reader"), &e))
		e = (struct err)ERR_INIT;	/* there is one already */
	if (drv_exec(live, STR("CREATE ROLE \"r 2\""), &e))
		e = (struct err)ERR_INIT;
	assert_ok(drv_exec(live, sbuf_str(&text), &e), &e);
	sbuf_free(&text);
	s = scratch_for("kinds");
	assert_ok(scratch_open(s, true, &copy, &e), &e);
	assert_ok(live->ops->clone_to(live, NULL, copy, arena, &notes, &e),
	    &e);
	/* a foreign table, whose server is not made here */
	for (size_t i = 0; i < notes.n; i++)
		if (!str_starts(notes.v[i], STR("table app.ft: ")))
			fail_msg("%s", arena_z(arena, notes.v[i]));
	assert_int_equal(notes.n, 1);
	assert_ok(live->ops->introspect(live, arena, &x, &e), &e);
	assert_ok(copy->ops->introspect(copy, arena, &y, &e), &e);
	diff_models(x, y, NULL, false, arena, &c);
	for (size_t i = 0; i < c.n; i++)
		if (c.v[i].op != CHANGE_DROP || !(str_is(c.v[i].from->name,
		    "ft") || c.v[i].kind == OBJ_ROLE))
			fail_msg("%s", arena_z(arena,
			    change_sentence(&c.v[i], arena)));
	assert_true(c.n >= 1 + 2);	/* nothing copies a role */
	scratch_close(s, copy);
	scratch_free(s);
	drv_close(live);
	assert_int_equal(left_behind(), 0);
}

/* The pool gives an engine again, and it is empty then. */
static void test_reset(void **state)
{
	static const char *const texts[] = {
		"CREATE TABLE a (x int); CREATE SCHEMA other; "
		"CREATE TABLE other.b (x int); SET search_path = other; "
		"CREATE TEMP TABLE t (x int)",
		"CREATE EXTENSION pgcrypto SCHEMA public",
		"CREATE TYPE mood AS ENUM ('a'); CREATE PUBLICATION p",
		"DROP SCHEMA public",
	};
	struct scratch *s = scratch_for("postgres");
	struct model *fresh = NULL, *m = NULL;
	struct drv *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(scratch_open(s, false, &d, &e), &e);
	assert_ok(d->ops->introspect(d, arena, &fresh, &e), &e);
	scratch_close(s, d);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_ok(scratch_open(s, false, &d, &e), &e);
		assert_int_equal(left_behind(), 1);
		assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
		if (!sha256_eq(&m->hash, &fresh->hash) ||
		    number(d, "SELECT count(*) FROM pg_class WHERE "
			"relname IN ('a', 'b', 't')"))
			fail_msg("not empty before %s", texts[i]);
		assert_int_equal(number(d, "SELECT count(*) FROM "
		    "pg_namespace n WHERE nspname = 'public' AND "
		    "has_schema_privilege('pg_monitor', oid, 'USAGE')"), 1);
		assert_ok(drv_exec(d, str_z(texts[i]), &e), &e);
		scratch_close(s, d);
	}
	/* two at one time are two databases */
	struct drv *other = NULL;

	assert_ok(scratch_open(s, false, &d, &e), &e);
	assert_ok(scratch_open(s, false, &other, &e), &e);
	assert_int_equal(left_behind(), 2);
	scratch_close(s, other);
	scratch_close(s, d);
	scratch_free(s);
	assert_int_equal(left_behind(), 0);
}

/* A lost connection, a cancel: the database goes all the same. */
static void test_dropped_after_failure(void **state)
{
	struct scratch *s = scratch_for("postgres");
	struct drv *d = NULL;
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(scratch_open(s, false, &d, &e), &e);
	assert_int_equal(drv_exec(d, STR("SELECT pg_terminate_backend("
	    "pg_backend_pid())"), &e), RC_DB);
	scratch_close(s, d);
	e = (struct err)ERR_INIT;
	assert_ok(scratch_open(s, false, &d, &e), &e);
	drv_cancel(d);
	assert_int_equal(drv_exec(d, STR("SELECT 1"), &e), RC_CANCELLED);
	scratch_close(s, d);
	scratch_free(s);
	assert_int_equal(left_behind(), 0);
}

static void test_none(void **state)
{
	struct scratch_policy p = { .dialect = DIALECT_PG,
		.target = pg_target("postgres"), .read_only = true };
	struct scratch *s = scratch_new(&p);
	struct entry en = entry_of("0000_m", "CREATE TABLE a (x int);\n"
	    "DROP TABLE b");
	const struct entry *v[] = { &en };
	struct drv *live = pg_conn("postgres", DRV_BROWSE), *d = NULL;
	struct run_options o = { .scratch = s, .per_statement = true };
	struct run *r = NULL;
	struct err e = ERR_INIT;
	int asked = 0;

	(void)state;
	assert_int_equal(scratch_open(s, false, &d, &e), RC_DENIED);
	assert_non_null(strstr(e.msg, "not executed"));
	assert_non_null(strstr(e.hint, "--scratch=server"));
	assert_ok(predict(live, v, 1, &o, arena, &r, &e), &e);
	assert_true(r->not_executed);
	assert_int_equal(r->n, 2);
	assert_int_equal(r->v[0].facts.verb, VERB_CREATE_TABLE);
	assert_int_equal(r->v[1].facts.verb, VERB_DROP_TABLE);
	assert_string_equal(arena_z(arena, r->v[1].where), "0000_m.sql:2:1");
	assert_ptr_equal(r->before, r->after);
	assert_int_equal(r->cause, STOP_NO_SCRATCH);
	/* nobody is asked what --read-only has decided */
	scratch_asks(s, yes, &asked);
	assert_int_equal(scratch_open(s, false, &d, &e), RC_DENIED);
	assert_int_equal(asked, 0);
	scratch_free(s);
	/* a no is a no for the whole session */
	p.read_only = false;
	p.production = true;
	s = scratch_new(&p);
	scratch_asks(s, no, &asked);
	assert_int_equal(scratch_open(s, false, &d, &e), RC_DENIED);
	assert_int_equal(scratch_open(s, false, &d, &e), RC_DENIED);
	assert_int_equal(asked, 1);
	scratch_free(s);
	s = scratch_new(&p);
	scratch_asks(s, yes, &asked);
	e = (struct err)ERR_INIT;
	assert_ok(scratch_open(s, false, &d, &e), &e);
	scratch_close(s, d);
	assert_ok(scratch_open(s, false, &d, &e), &e);
	assert_int_equal(asked, 2);
	scratch_close(s, d);
	scratch_free(s);
	drv_close(live);
	assert_int_equal(left_behind(), 0);
}

/* --- running files ------------------------------------------------------------------ */

static void test_runs(void **state)
{
	static const char *const texts[] = {
		"CREATE TYPE mood AS ENUM ('sad');--> statement-breakpoint\n"
		"CREATE TABLE a (id serial PRIMARY KEY, m mood)",
		/* usable only after a COMMIT, which is made between them */
		"ALTER TYPE mood ADD VALUE 'glad';\n"
		"ALTER TABLE a ALTER m SET DEFAULT 'glad';\n"
		"CREATE INDEX CONCURRENTLY a_m ON a (m);\n"
		"CREATE INDEX CONCURRENTLY a_n ON a (m);\n"
		"DROP INDEX CONCURRENTLY a_n;",
		"INSERT INTO a (m) VALUES ('glad'); UPDATE a SET m = 'sad';\n"
		"ALTER TABLE a ADD COLUMN x int; VACUUM a;",
		"INSERT INTO a (id) VALUES (NULL); -- no row, no constraint\n"
		"CREATE TABLE b (x int)", NULL
	};
	struct scratch *s = scratch_for("postgres");
	struct run *r = run_texts(s, texts, NULL);

	(void)state;
	if (r->stopped)
		fail_msg("%s: %s", r->why.where, r->why.msg);
	assert_int_equal(r->nfiles, 4);
	assert_int_equal(r->n, 13);
	assert_true(r->v[2].facts.commit_after);
	assert_true(has(r->after, OBJ_INDEX, "a", "a_m"));
	assert_false(has(r->after, OBJ_INDEX, "a", "a_n"));
	assert_true(has(r->after, OBJ_COLUMN, "a", "x"));
	assert_true(has(r->after, OBJ_TABLE, "", "b"));
	/* models around each statement */
	assert_false(has(r->v[9].before, OBJ_COLUMN, "a", "x"));
	assert_true(has(r->v[9].after, OBJ_COLUMN, "a", "x"));
	assert_ptr_equal(r->v[7].before, r->v[7].after);
	assert_int_equal(r->files[1].after->nobjs,
	    r->files[2].before->nobjs);
	/* VACUUM, and the row that no clone can hold */
	assert_true(r->v[10].skipped.n > 0);
	assert_int_equal(r->notes.n, 2);
	assert_true(str_starts(r->notes.v[1], STR("not predicted: the rows of "
	    "0003_m.sql:1:1")));
	scratch_free(s);
}

static void test_stops(void **state)
{
	static const struct {
		const char *const sql[4];
		const char *where;
		enum stop_cause cause;
	} c[] = {
		{ { "CREATE TABLE a (x int)", "ALTER TABLE kept ADD y int" },
			"0001_m.sql:1:1", STOP_BASELINE },
		{ { "/* CREATE TABLE a (x int); */", "DROP TABLE nowhere" },
			"0001_m.sql:1:1", STOP_BASELINE },
		{ { "CREATE TABLE kept (x int); DROP TABLE kept;\n"
			"ALTER TABLE kept ADD y int" },
			"0000_m.sql:2:1", STOP_OTHER },
		{ { "CREATE EXTENSION no_such_thing" }, "0000_m.sql:1:1",
			STOP_EXTENSION },
		{ { "CREATE TABLE v (e vector(3))" }, "0000_m.sql:1:19",
			STOP_EXTENSION },
		{ { "CREATE TABLE a (x int);\n"
			"GRANT SELECT ON a TO nobody_here" },
			"0000_m.sql:2:1", STOP_ROLE },
		{ { "BEGIN; CREATE TABLE a (x int); COMMIT" },
			"0000_m.sql:1:1", STOP_OWN_TX },
		{ { "CREATE TABLE a (x int", "" }, "0000_m.sql:1:", STOP_OTHER },
	};
	struct scratch *s = scratch_for("postgres");
	struct model *live = NULL;
	struct err e = ERR_INIT;
	struct drv *d;

	(void)state;
	pg_fresh("kept");
	d = pg_conn("kept", DRV_APPLY);
	pg_run(d, "CREATE TABLE kept (x int)");
	assert_ok(d->ops->introspect(d, arena, &live, &e), &e);
	drv_close(d);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run *r = run_texts(s, c[i].sql, live);

		if (!r->stopped || r->cause != c[i].cause ||
		    !str_starts(str_z(r->why.where), str_z(c[i].where)))
			fail_msg("%s: %s at %s: %s", c[i].sql[0],
			    stop_cause_word[r->cause], r->why.where,
			    r->why.msg);
	}
	scratch_free(s);
}

/* Code that fails where there are no rows says nothing of where there are. */
static void test_code_wants_rows(void **state)
{
	static const char *const texts[] = {
		"CREATE TABLE a (x int CHECK (x > 0));\n"
		"DO $$ BEGIN INSERT INTO a VALUES (-1); END $$;\n"
		"CREATE TABLE b (x int)", NULL
	};
	struct scratch *s = scratch_for("postgres");
	struct run *r = run_texts(s, texts, NULL);

	(void)state;
	if (r->stopped)
		fail_msg("%s: %s", r->why.where, r->why.msg);
	assert_int_equal(r->n, 3);
	assert_true(str_starts(r->v[1].skipped, STR("not tried out: it wants "
	    "rows, and the copy has none (")));
	assert_true(has(r->after, OBJ_TABLE, "", "b"));
	scratch_free(s);
}

/* Found in a real project: an index of pg_trgm, and no file that makes it. */
static void test_extension_named(void **state)
{
	static const struct { const char *sql, *says; } c[] = {
		{ "CREATE TABLE a (v text); CREATE INDEX i ON a USING gin "
		    "(v gin_trgm_ops)", "\"pg_trgm\"" },
		{ "CREATE TABLE a (v vector(3))", "\"vector\"" },
		{ "CREATE TABLE a (v uuid DEFAULT uuid_generate_v4())",
		    "\"uuid-ossp\"" },
		{ "CREATE TABLE a (v my_vector)", "" },
	};
	struct scratch *s = scratch_for("postgres");

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		const char *texts[] = { c[i].sql, NULL };
		struct run *r = run_texts(s, texts, NULL);

		assert_true(r->stopped);
		assert_int_equal(r->cause, STOP_EXTENSION);
		if (c[i].says[0])
			assert_non_null(strstr(r->why.hint, c[i].says));
		else
			assert_null(strstr(r->why.hint, "CREATE EXTENSION"));
	}
	scratch_free(s);
}

/* A role that a file makes is not made; what needs it is predicted. */
static void test_role(void **state)
{
	static const char *const texts[] = {
		"CREATE ROLE app_reader;\nCREATE TABLE a (x int);\n"
		"GRANT SELECT ON a TO app_reader;\n"
		"CREATE POLICY app_reader ON a TO \"app_reader\", public "
		"USING (true);\n"
		"CREATE POLICY q ON a TO pg_monitor, APP_READER;\n"
		"ALTER TABLE a OWNER TO app_reader;\n"
		"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "
		"app_reader;\n"
		"CREATE TABLE b (x int);", NULL
	};
	const struct policy *p, *q;
	struct scratch *s = scratch_for("postgres");
	struct run *r = run_texts(s, texts, NULL);
	struct drv *d = pg_conn("postgres", DRV_BROWSE);

	(void)state;
	if (r->stopped)
		fail_msg("%s: %s", r->why.where, r->why.msg);
	assert_true(has(r->after, OBJ_TABLE, "", "b"));
	p = (const void *)model_find(r->after, OBJ_POLICY, STR("public"),
	    STR("a"), STR("app_reader"));
	q = (const void *)model_find(r->after, OBJ_POLICY, STR("public"),
	    STR("a"), STR("q"));
	assert_non_null(p);
	assert_non_null(q);
	assert_int_equal(q->roles.n, 2);
	assert_true(str_is(q->roles.v[0], "app_reader"));
	assert_true(str_is(q->roles.v[1], "pg_monitor"));
	assert_int_equal(r->notes.n, 1);
	assert_int_equal(number(d, "SELECT count(*) FROM pg_roles "
	    "WHERE rolname = 'app_reader'"), 0);
	drv_close(d);
	scratch_free(s);
}

/* --- managed ------------------------------------------------------------------------- */

static void test_filters(void **state)
{
	static const struct { const char *p[3], *name; bool kept; } c[] = {
		{ { NULL }, "users", true },
		{ { "users" }, "users", true }, { { "users" }, "user", false },
		{ { "!users" }, "users", false },
		{ { "!users" }, "posts", true },
		{ { "us*", "!user_*" }, "users", true },
		{ { "us*", "!user_*" }, "user_keys", false },
		{ { "a", "!b" }, "c", true },	/* as drizzle-kit has it */
		{ { "project_?_*" }, "project_1_a", true },
		{ { "[a-c]x" }, "bx", true }, { { "[!a-c]x" }, "bx", false },
		{ { "{posts,users}_x" }, "users_x", true },
		{ { "{posts,users}_x" }, "keys_x", false },
		{ { "" }, "x", false }, { { "*" }, "any", true },
		{ { "*a*a*a*b" }, "aaaaaaaaaaaaaaaaaaaaaaaa", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct str p[3];
		struct strs l = { p, 0 };

		while (l.n < 3 && c[i].p[l.n]) {
			p[l.n] = str_z(c[i].p[l.n]);
			l.n++;
		}
		if (filter_keeps(l, str_z(c[i].name)) != c[i].kept)
			fail_msg("%s: %s", c[i].p[0] ? c[i].p[0] : "-",
			    c[i].name);
	}
}

static void test_managed(void **state)
{
	const struct entry v[] = {
		{ .text = STR("CREATE TABLE \"Users\" (x int); -- grafana\n"
		    "CREATE SCHEMA shop; CREATE TABLE shop.ORDERS (x int);\n"
		    "DO $$ BEGIN CREATE TABLE made_inside (x int); END $$") },
		{ .text = STR("/* CREATE TABLE pulled (x int); */") },
	};
	const struct folder f = { .engine = DIALECT_PG, .v = v, .n = 2 };
	static const struct {
		enum obj_kind kind;
		const char *schema, *name;
		bool managed;
	} c[] = {
		{ OBJ_TABLE, "public", "Users", true },
		{ OBJ_TABLE, "public", "users", false },
		{ OBJ_TABLE, "shop", "orders", true },
		{ OBJ_TABLE, "shop", "Users", true },
		{ OBJ_TABLE, "auth", "Users", false },
		{ OBJ_TABLE, "public", "made_inside", true },
		{ OBJ_TABLE, "public", "pulled", true },
		{ OBJ_TABLE, "public", "grafana", false },
		{ OBJ_SCHEMA, "", "shop", true },
		{ OBJ_SCHEMA, "", "auth", false },
		{ OBJ_SCHEMA, "", "drizzle", false },
		{ OBJ_TABLE, "drizzle", "__drizzle_migrations", false },
		{ OBJ_SEQUENCE, "drizzle", "__drizzle_migrations_id_seq",
			false },
		{ OBJ_ROLE, "", "shop", false },
	};
	struct managed_set s = { .track_schema = STR("drizzle"),
		.track_table = STR("__drizzle_migrations") };

	(void)state;
	managed_set_init(&s, DIALECT_PG, &f, arena);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		union {
			struct obj o;
			struct function f;
			struct role r;
			struct table t;
		} u = { .o = { .kind = c[i].kind, .schema = str_z(c[i].schema),
			.name = str_z(c[i].name), .table = STR("") } };

		if (managed_in(&u.o, &s) != c[i].managed)
			fail_msg("%s.%s", c[i].schema, c[i].name);
	}
}

/* Never by a name in a file, only by entities.roles. */
static void test_managed_roles(void **state)
{
	struct str in[] = { STR("app"), STR("reader"), STR("anon") };
	struct str out[] = { STR("reader") };
	static const struct {
		enum managed_roles roles;
		bool too;
		const char *name, *provider;
		bool managed;
	} c[] = {
		{ ROLES_ALL, false, "app", "", false },
		{ ROLES_NONE, true, "app", "", false },
		{ ROLES_ALL, true, "app", "", true },
		{ ROLES_ALL, true, "pg_monitor", "", false },
		{ ROLES_LISTED, true, "app", "", true },
		{ ROLES_LISTED, true, "other", "", false },
		{ ROLES_LISTED, true, "reader", "", false },
		{ ROLES_LISTED, true, "anon", "", true },
		{ ROLES_LISTED, true, "anon", "supabase", false },
		{ ROLES_LISTED, true, "anon", "neon", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct managed_set s = { .dialect = DIALECT_PG,
			.roles_too = c[i].too, .filters = {
			.roles = c[i].roles, .roles_include = { in, 3 },
			.roles_exclude = { out, 1 },
			.roles_provider = str_z(c[i].provider) } };
		struct role r = { .o = { .kind = OBJ_ROLE, .schema = STR(""),
			.table = STR(""), .name = str_z(c[i].name) } };

		if (managed_in(&r.o, &s) != c[i].managed)
			fail_msg("%zu: %s", i, c[i].name);
	}
}

static int before(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int after(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, before, after)
	const struct CMUnitTest tests[] = {
		T(test_policy), T(test_local), T(test_filters),
		T(test_managed), T(test_clone_is_equal), T(test_reset),
		T(test_dropped_after_failure), T(test_none), T(test_runs),
		T(test_stops), T(test_code_wants_rows), T(test_role),
		T(test_extension_named), T(test_managed_roles),
	};

	pg_up(NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

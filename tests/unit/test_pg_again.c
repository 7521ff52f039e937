/*
 * Reading only what changed gives the model that reading everything gives,
 * after each of some hundred random statements in random transactions.
 * WEIR_SEED=N: other ones; WEIR_STEPS=N: more of them.
 */
#include "tests/unit/pg.h"

static struct arena *arena;
static struct drv *d, *look;
static const struct model *now;
static uint64_t seed = 42;
static unsigned serial, shared, reads;
static char last[4000];

static unsigned pick(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/*
 * What statements are made of: %t a table, %n a new name, %s a schema, %v a
 * view, %c a column, %e an enum, %q a sequence, %i an index.  Most of them
 * fail now and then; that leaves nothing.
 */
static const char *const texts[] = {
	"CREATE TABLE %s.%n (id serial PRIMARY KEY, a int, b text, c int)",
	"CREATE TABLE %s.%n (id int PRIMARY KEY, a int, b text, c int)",
	"CREATE TABLE %s.%n (id int GENERATED ALWAYS AS IDENTITY, a int UNIQUE,"
	" b text DEFAULT 'x', c int CHECK (c > 0))",
	"CREATE TABLE %s.%n (LIKE %t INCLUDING ALL)",
	"CREATE TABLE %s.%n (id int, a int, b text, c int)"
	" PARTITION BY LIST (a)",
	"CREATE TABLE %s.%n PARTITION OF %t FOR VALUES IN (1, 2)",
	"CREATE TABLE %s.%n (d int) INHERITS (%t)",
	"ALTER TABLE %t ATTACH PARTITION %t FOR VALUES IN (7)",
	"ALTER TABLE %t DETACH PARTITION %t",
	"ALTER TABLE %t INHERIT %t", "ALTER TABLE %t NO INHERIT %t",
	"ALTER TABLE %t ADD COLUMN %n text",
	"ALTER TABLE %t ADD COLUMN %n serial",
	"ALTER TABLE %t ADD COLUMN c int DEFAULT 3",
	"ALTER TABLE %t DROP COLUMN %c", "ALTER TABLE %t DROP COLUMN %c CASCADE",
	"ALTER TABLE %t RENAME COLUMN %c TO %n",
	"ALTER TABLE %t RENAME COLUMN %c TO %c",
	"ALTER TABLE %t RENAME TO %n", "ALTER TABLE %t SET SCHEMA %s",
	"ALTER TABLE %t ALTER COLUMN %c TYPE bigint USING NULL",
	"ALTER TABLE %t ALTER COLUMN %c SET DEFAULT NULL",
	"ALTER TABLE %t ALTER COLUMN %c SET NOT NULL",
	"ALTER TABLE %t ALTER COLUMN b TYPE varchar(20)",
	"ALTER TABLE %t ADD COLUMN %n e%e",
	"ALTER TABLE %t ADD COLUMN %n e%e DEFAULT 'one'",
	"ALTER TABLE %t ADD CONSTRAINT %n UNIQUE (a)",
	"ALTER TABLE %t ADD CONSTRAINT %n FOREIGN KEY (a) REFERENCES %t",
	"ALTER TABLE %t ADD CONSTRAINT %n CHECK (a > 1) NOT VALID",
	"ALTER TABLE %t DROP CONSTRAINT u1", "ALTER TABLE %t ADD CONSTRAINT u1"
	" CHECK (a > 1)", "ALTER TABLE %t RENAME CONSTRAINT u1 TO %n",
	"ALTER TABLE %t VALIDATE CONSTRAINT u1",
	"ALTER TABLE %t ENABLE ROW LEVEL SECURITY",
	"ALTER TABLE %t SET (fillfactor = 50)",
	"ALTER TABLE %t SET (toast.autovacuum_enabled = off)",
	"ALTER TABLE %t SET UNLOGGED", "ALTER TABLE %t REPLICA IDENTITY FULL",
	"DROP TABLE %t", "DROP TABLE %t CASCADE",
	"DO $$BEGIN DROP TABLE %t CASCADE; CREATE TABLE %t (id int); END$$",
	"DO $$BEGIN DROP TABLE %t CASCADE; RAISE 'no'; EXCEPTION WHEN others"
	" THEN ALTER TABLE %t ADD COLUMN %n int; END$$",
	"CREATE INDEX %n ON %t (a, b DESC)", "CREATE INDEX ON %t (lower(b))",
	"CREATE INDEX %n ON %t (b COLLATE \"C\") WHERE a > 1",
	"DROP INDEX %i", "ALTER INDEX %i RENAME TO %n",
	"ALTER INDEX %i SET (fillfactor = 60)",
	"CREATE VIEW %s.%n AS SELECT * FROM %t",
	"CREATE VIEW %s.%n AS SELECT x.id, y.b FROM %t x JOIN %t y USING (id)",
	"CREATE VIEW %s.%n AS SELECT v.* FROM %v v",
	"CREATE VIEW %s.%n AS SELECT * FROM %t x NATURAL JOIN %t y",
	"CREATE MATERIALIZED VIEW %s.%n AS SELECT a FROM %t",
	"ALTER VIEW %v RENAME TO %n", "DROP VIEW %v", "DROP VIEW %v CASCADE",
	"ALTER VIEW %v RENAME COLUMN a TO %n",
	"ALTER VIEW %v SET (security_barrier = true)",
	"REFRESH MATERIALIZED VIEW %v",
	"CREATE TYPE e%e AS ENUM ('one', 'two')",
	"ALTER TYPE e%e ADD VALUE '%n'", "ALTER TYPE e%e RENAME VALUE 'one' TO"
	" '%n'", "ALTER TYPE e%e RENAME TO e%e", "DROP TYPE e%e CASCADE",
	"CREATE TYPE %n AS (x int, y text)", "CREATE DOMAIN %n AS int",
	"COMMENT ON TABLE %t IS '%n'", "COMMENT ON COLUMN %t.%c IS '%n'",
	"CREATE SCHEMA s3", "DROP SCHEMA s3 CASCADE",
	"ALTER SCHEMA s2 RENAME TO s3", "ALTER SCHEMA s3 RENAME TO s2",
	"CREATE SEQUENCE %s.%n", "ALTER SEQUENCE %q INCREMENT 3",
	"ALTER SEQUENCE %q OWNED BY %t.a", "ALTER SEQUENCE %q OWNED BY NONE",
	"ALTER SEQUENCE %q RENAME TO %n", "DROP SEQUENCE %q CASCADE",
	"ALTER TABLE %t ALTER COLUMN %c SET DEFAULT nextval('%q')",
	"CREATE FUNCTION %n() RETURNS trigger LANGUAGE plpgsql AS"
	" 'BEGIN RETURN NEW; END'",
	"CREATE FUNCTION %n(x %t) RETURNS int LANGUAGE sql BEGIN ATOMIC"
	" SELECT count(*) FROM %t; END",
	"CREATE TRIGGER %n BEFORE UPDATE ON %t FOR EACH ROW EXECUTE FUNCTION"
	" tr()", "ALTER TABLE %t DISABLE TRIGGER ALL",
	"CREATE POLICY %n ON %t USING (a > 1)",
	"CREATE POLICY %n ON %t USING (EXISTS (SELECT 1 FROM %t x JOIN %t y"
	" USING (id)))",
	"CREATE RULE %n AS ON INSERT TO %t DO ALSO SELECT * FROM %t x"
	" JOIN %t y USING (id)",
	"CREATE STATISTICS %n ON a, b FROM %t",
	"GRANT SELECT ON %t TO PUBLIC", "GRANT SELECT (a) ON %t TO PUBLIC",
	"TRUNCATE %t CASCADE", "INSERT INTO %t DEFAULT VALUES",
	"SELECT 1", "DEALLOCATE ALL",
};

/* A relation of one of these kinds, as it stands. */
static struct str any_of(const char *kinds)
{
	struct sbuf sql = SBUF_TEXT;
	struct value v = { 0 };
	struct err e = ERR_INIT;

	sbuf_addf(&sql, "SELECT c.oid::regclass::text FROM pg_class c JOIN"
	    " pg_namespace n ON n.oid = c.relnamespace WHERE c.oid >= 16384"
	    " AND n.nspname !~ '^pg_' AND c.relkind::text = ANY ('%s') ORDER"
	    " BY pg_catalog.hashoid(c.oid) # %u LIMIT 1", kinds, pick(1000000));
	if (drv_scalar(d, sbuf_str(&sql), NULL, 0, arena, &v, &e))
		fail_msg("%s", e.msg);
	sbuf_free(&sql);
	return v.kind == VALUE_NULL ? STR("none") : v.s;
}

static void word(struct sbuf *b, char c)
{
	static const char *const schemas[] = { "public", "public", "s1", "s2",
		"s3" };
	static const char *const columns[] = { "a", "b", "c", "id" };

	switch (c) {
	case 't':
		sbuf_add(b, any_of("{r,p}"));
		break;
	case 'v':
		sbuf_add(b, any_of("{v,m}"));
		break;
	case 'q':
		sbuf_add(b, any_of("{S}"));
		break;
	case 'i':
		sbuf_add(b, any_of("{i,I}"));
		break;
	case 's':
		sbuf_addz(b, schemas[pick(5)]);
		break;
	case 'c':
		sbuf_addz(b, columns[pick(4)]);
		break;
	case 'e':
		sbuf_addf(b, "%u", pick(3));
		break;
	default:
		sbuf_addf(b, "n%u", serial++);
		break;
	}
}

static void step(void)
{
	const char *p = texts[pick(sizeof(texts) / sizeof(*texts))];
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	bool guarded = pick(3) > 0 || !d->ops->in_tx(d);

	for (; *p; p++) {
		if (*p != '%')
			sbuf_addc(&b, *p);
		else
			word(&b, *++p);
	}
	snprintf(last, sizeof(last), "%s", b.p);
	if (d->ops->in_tx(d)) {
		assert_ok(d->ops->savepoint(d, "s", &e), &e);
		if (drv_exec(d, sbuf_str(&b), &e) || (guarded && !pick(5))) {
			e = (struct err)ERR_INIT;
			assert_ok(d->ops->rollback_to(d, "s", &e), &e);
		}
		if (guarded)
			assert_ok(d->ops->release(d, "s", &e), &e);
	} else {
		if (drv_exec(d, sbuf_str(&b), &e))
			e = (struct err)ERR_INIT;
	}
	sbuf_free(&b);
}

static void same(const struct model *x, const struct model *y)
{
	struct sbuf a = SBUF_TEXT, b = SBUF_TEXT;

	model_canonical(x, false, &a);
	model_canonical(y, false, &b);
	if (!str_eq(sbuf_str(&a), sbuf_str(&b)) ||
	    !sha256_eq(&x->hash, &y->hash)) {
		struct str l, m, r = sbuf_str(&a), s = sbuf_str(&b);

		while (str_line(&r, &l) && str_line(&s, &m) && str_eq(l, m))
			;
		fail_msg("after %s\n- %.*s\n+ %.*s", last, STR_ARG(l),
		    STR_ARG(m));
	}
	for (size_t i = 0; i < x->nobjs; i++) {
		const struct obj_notes *p = x->objs[i]->notes;
		const struct obj_notes *q = y->objs[i]->notes;

		if (!p != !q || (p && (p->oid != q->oid ||
		    !str_eq(p->comment, q->comment) ||
		    p->grants.n != q->grants.n)))
			fail_msg("after %s: notes of %.*s", last,
			    STR_ARG(x->objs[i]->name));
	}
	assert_int_equal(x->ntables, y->ntables);
	for (size_t i = 0; i < x->ntables; i++) {
		assert_int_equal(x->tables[i]->nfks_in, y->tables[i]->nfks_in);
		assert_int_equal(x->tables[i]->ncols, y->tables[i]->ncols);
	}
	sbuf_free(&a);
	sbuf_free(&b);
}

static void again(void)
{
	const struct model *was = now;
	struct err e = ERR_INIT;

	assert_ok(d->ops->introspect_again(d, now, arena, &now, &e), &e);
	reads++;
	if (now == was)
		shared++;
	for (size_t i = 0; now != was && i < now->nobjs; i++)
		if (model_find(was, now->objs[i]->kind, now->objs[i]->schema,
		    now->objs[i]->table, now->objs[i]->name) == now->objs[i]) {
			shared++;
			break;
		}
}

static void check(void)
{
	struct model *m = NULL;
	struct err e = ERR_INIT;

	if (d->ops->in_tx(d)) {
		assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
		same(m, now);
		now = m;
	} else {
		assert_ok(look->ops->introspect(look, arena, &m, &e), &e);
		same(m, now);
	}
}

static unsigned from_env(const char *name, unsigned otherwise)
{
	const char *s = getenv(name);

	return s ? (unsigned)strtoul(s, NULL, 10) : otherwise;
}

static void one_transaction(void)
{
	struct err e = ERR_INIT;
	bool tx = pick(4) > 0;

	if (tx)
		assert_ok(d->ops->begin(d, true, &e), &e);
	for (unsigned i = pick(8); i-- > 0;) {
		step();
		if (pick(4))
			again();
		if (!pick(6)) {
			again();
			check();
		}
	}
	again();
	if (tx && !pick(5)) {
		d->ops->rollback(d);
		snprintf(last, sizeof(last), "ROLLBACK");
	} else if (tx && d->ops->commit(d, &e)) {
		d->ops->rollback(d);
	}
	again();
	check();
}

static void changes_are_read(void **state)
{
	unsigned n = from_env("WEIR_STEPS", 60);
	struct err e = ERR_INIT;
	struct drv_server s;
	struct model *m = NULL;

	(void)state;
	seed = from_env("WEIR_SEED", 42);
	d = pg_conn("postgres", DRV_SCRATCH);
	assert_ok(d->ops->server(d, arena, &s, &e), &e);
	look = pg_conn(arena_printf(arena, "%.*s", STR_ARG(s.database)).p,
	    DRV_BROWSE);
	pg_run(d, "CREATE SCHEMA s1; CREATE SCHEMA s2;"
	    "CREATE FUNCTION tr() RETURNS trigger LANGUAGE plpgsql AS"
	    " 'BEGIN RETURN NEW; END'");
	for (unsigned i = 0; i < 12; i++) {
		snprintf(last, sizeof(last), "CREATE TABLE t%u (id int PRIMARY"
		    " KEY, a int%s, b text, c int)", i, i % 3 ? "" :
		    " REFERENCES t0");
		pg_run(d, last);
	}
	assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
	now = m;
	for (unsigned i = 0; i < n; i++)
		one_transaction();
	print_message("%u looks, %u of them share with the one before\n",
	    reads, shared);
	assert_true(shared > reads / 3);
	drv_close(look);
	drv_close(d);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(changes_are_read),
	};
	int failed;

	arena = arena_new();
	pg_up(NULL);
	failed = cmocka_run_group_tests(cases, NULL, NULL);
	pg_down();
	arena_free(arena);
	return failed;
}

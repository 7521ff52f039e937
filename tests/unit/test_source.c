/* test_source.c: migration files on a scratch engine, and what they make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "source/source.h"

struct fixture {
	struct arena *a;
	struct drv *d;			/* a scratch that stands for live */
	const struct entry *v[200];
	size_t n;
};

static int setup(void **state)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = STR("") };
	struct fixture *x = calloc(1, sizeof(*x));
	struct err e = ERR_INIT;

	if (!x)
		return -1;
	x->a = arena_new();
	*state = x;
	return drv_open(&t, DRV_SCRATCH, &x->d, &e) == RC_OK ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	drv_close(x->d);
	arena_free(x->a);
	free(x);
	return 0;
}

static const struct entry *add(struct fixture *x, const char *sql)
{
	struct entry *en = arena_new_of(x->a, struct entry);

	en->idx = (int)x->n;
	en->tag = arena_printf(x->a, "%04zu_t", x->n);
	en->file = arena_printf(x->a, "drizzle/%04zu_t.sql", x->n);
	en->text = str_z(sql);
	x->v[x->n++] = en;
	return en;
}

static void live(struct fixture *x, const char *sql)
{
	struct err e = ERR_INIT;
	enum rc rc = drv_exec(x->d, str_z(sql), &e);

	if (rc)
		fail_msg("%s: %s", sql, e.msg);
}

static struct run *must(enum rc rc, struct run *r, const struct err *e)
{
	if (rc)
		print_message("%s: %s\n", e->where, e->msg);
	assert_int_equal(rc, RC_OK);
	assert_non_null(r);
	return r;
}

static struct run *play(struct fixture *x, const struct model *live_model)
{
	struct run *r = NULL;
	struct err e = ERR_INIT;
	enum rc rc = replay(x->v, x->n, NULL, live_model, x->a, &r,
	    &e);

	return must(rc, r, &e);
}

static struct run *foretell(struct fixture *x, const struct run_options *o)
{
	struct run *r = NULL;
	struct err e = ERR_INIT;
	enum rc rc = predict(x->d, x->v, x->n, o, x->a, &r, &e);

	return must(rc, r, &e);
}

/* On the database itself, as a rehearsal does on a copy. */
static struct run *rehearse(struct fixture *x, const struct run_options *o)
{
	struct run *r = NULL;
	struct err e = ERR_INIT;
	enum rc rc = run_migrations(x->d, x->v, x->n, o, x->a, &r, &e);

	return must(rc, r, &e);
}

static const struct model *look(struct fixture *x)
{
	struct model *m = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(x->d->ops->introspect(x->d, x->a, &m, &e), RC_OK);
	return m;
}

static bool has_table(const struct model *m, const char *name)
{
	return model_table(m, STR(""), str_z(name)) != NULL;
}

static void ran(const struct run *r)
{
	if (r->stopped)
		fail_msg("stopped at %s: %s", r->why.where, r->why.msg);
}

/* --- runs ----------------------------------------------------------------- */

static void test_replay(void **state)
{
	struct fixture *x = *state;
	struct run *r;

	add(x, "CREATE TABLE `a` (\n\t`id` integer PRIMARY KEY\n);\n"
	    "--> statement-breakpoint\nCREATE INDEX `i` ON `a` (`id`);");
	add(x, "-- Custom SQL migration file, put your code below! --");
	add(x, "ALTER TABLE a ADD b text;--> statement-breakpoint\n"
	    "-- why\nINSERT INTO a VALUES (1, 'x');\n");
	r = play(x, NULL);
	ran(r);
	assert_int_equal(r->nfiles, 3);
	assert_int_equal(r->n, 4);
	assert_int_equal(r->files[0].n, 2);
	assert_int_equal(r->files[1].n, 0);
	assert_int_equal(r->files[2].first, 2);
	assert_true(has_table(r->after, "a"));
	assert_int_equal(r->before->ntables, 0);
	assert_null(r->files[0].after);
	/* the marker is no part of the statement, a comment is */
	assert_true(str_is(r->v[1].sql, "CREATE INDEX `i` ON `a` (`id`);"));
	assert_true(str_is(r->v[1].where, "drizzle/0000_t.sql:5:1"));
	assert_int_equal(r->v[1].number, 2);
	assert_true(str_starts(r->v[3].sql, STR("-- why\n")));
	assert_true(str_is(r->v[3].where, "drizzle/0002_t.sql:3:1"));
	assert_int_equal(r->v[3].number, 2);
	assert_int_equal(r->v[3].facts.verb, VERB_INSERT);
	assert_null(r->v[3].before);
}

/* Drizzle runs each piece alone, so a piece needs no ";" of its own. */
static void test_pieces(void **state)
{
	struct fixture *x = *state;
	struct run *r;

	add(x, "CREATE TABLE a (x)\n--> statement-breakpoint\n"
	    "CREATE TABLE b (x) -- y --> statement-breakpoint\n"
	    "CREATE TABLE c (x)");
	r = play(x, NULL);
	ran(r);
	assert_int_equal(r->n, 3);
	assert_true(str_is(r->v[0].sql, "CREATE TABLE a (x)"));
	assert_true(str_is(r->v[2].sql, "CREATE TABLE c (x)"));
	assert_true(str_is(r->v[2].where, "drizzle/0000_t.sql:4:1"));
}

static void test_bom(void **state)
{
	struct fixture *x = *state;

	add(x, "\xef\xbb\xbf" "CREATE TABLE a (x);\r\n"
	    "--> statement-breakpoint\r\nCREATE TABLE b (x);\r\n");
	struct run *r = play(x, NULL);

	ran(r);
	assert_int_equal(r->n, 2);
}

static void test_per_statement(void **state)
{
	struct run_options o = { .per_statement = true };
	struct fixture *x = *state;
	struct run *r;

	live(x, "CREATE TABLE a (id integer PRIMARY KEY, v text)");
	add(x, "ALTER TABLE a ADD w text;UPDATE a SET w = v;"
	    "DROP TABLE a;");
	add(x, "-- nothing");
	r = foretell(x, &o);
	ran(r);
	assert_int_equal(r->n, 3);
	assert_ptr_equal(r->v[0].before, r->before);
	assert_int_equal(model_table(r->v[0].before, STR(""), STR("a"))->ncols,
	    2);
	assert_int_equal(model_table(r->v[0].after, STR(""), STR("a"))->ncols,
	    3);
	assert_ptr_equal(r->v[1].before, r->v[0].after);
	assert_ptr_equal(r->v[1].after, r->v[1].before);
	assert_false(has_table(r->v[2].after, "a"));
	assert_ptr_equal(r->files[0].before, r->before);
	assert_ptr_equal(r->files[0].after, r->after);
	assert_ptr_equal(r->files[1].before, r->files[1].after);
	assert_int_equal(r->notes.n, 0);
	/* the clone was changed, not what it was made of */
	assert_true(has_table(look(x), "a"));
}

#define REBUILD "PRAGMA foreign_keys=OFF;--> statement-breakpoint\n" \
	"CREATE TABLE `__new_p` (`id` integer PRIMARY KEY, `v` integer);\n" \
	"--> statement-breakpoint\n" \
	"INSERT INTO `__new_p` SELECT * FROM `p`;--> statement-breakpoint\n" \
	"DROP TABLE `p`;--> statement-breakpoint\n" \
	"ALTER TABLE `__new_p` RENAME TO `p`;--> statement-breakpoint\n" \
	"PRAGMA foreign_keys=ON;"

static void test_keys(void **state)
{
	struct run_options o = { .per_statement = true, .count = true };
	struct fixture *x = *state;
	struct run *r = NULL;
	struct err e = ERR_INIT;
	struct value rows;

	live(x, "PRAGMA foreign_keys=ON;"
	    "CREATE TABLE p (id integer PRIMARY KEY, v text);"
	    "CREATE TABLE c (p REFERENCES p(id) ON DELETE CASCADE);"
	    "CREATE VIEW pv AS SELECT v FROM p;"
	    "CREATE TRIGGER pt AFTER INSERT ON c BEGIN"
	    " UPDATE p SET v = 1; END;"
	    "INSERT INTO p VALUES (1, '1'); INSERT INTO c VALUES (1), (1)");
	add(x, REBUILD);
	r = rehearse(x, &o);
	ran(r);
	assert_true(r->files[0].fk_off);
	assert_int_equal(r->n, 6);
	assert_true(r->v[0].hoisted && r->v[5].hoisted);
	assert_int_equal(r->v[0].number, 1);
	assert_int_equal(drv_scalar(x->d, STR("SELECT count(*) FROM c"), NULL,
	    0, x->a, &rows, &e), RC_OK);
	assert_int_equal(rows.i, 2);
	assert_non_null(model_view(r->after, STR(""), STR("pv")));
	/* another file runs with keys on: its DROP takes the children along */
	x->n = 0;
	add(x, "DELETE FROM p;");
	r = rehearse(x, &o);
	ran(r);
	assert_false(r->files[0].fk_off);
	assert_int_equal(drv_scalar(x->d, STR("SELECT count(*) FROM c"), NULL,
	    0, x->a, &rows, &e), RC_OK);
	assert_int_equal(rows.i, 0);
}

struct seen {
	size_t n;
	enum fact_verb verbs[16];
	int64_t rows;
};

static enum rc count_before(void *arg, struct drv *scratch,
    const struct run_stmt *s, struct err *e)
{
	struct seen *seen = arg;
	struct arena *a = arena_new();
	struct value v = { 0 };
	enum rc rc = RC_OK;

	seen->verbs[seen->n++] = s->facts.verb;
	if (s->facts.verb == VERB_DROP_TABLE) {
		assert_true(str_is(s->facts.object, "a"));
		rc = drv_scalar(scratch, STR("SELECT count(*) FROM a"), NULL,
		    0, a, &v, e);
		seen->rows = v.i;
	}
	arena_free(a);
	return rc;
}

static bool give_up(void *arg, size_t done, size_t of)
{
	(void)arg;
	assert_true(done <= of);
	return false;
}

static void test_hooks(void **state)
{
	struct seen seen = { 0 };
	struct run_options o = { .count = true, .before_stmt = count_before,
		.arg = &seen };
	struct fixture *x = *state;
	struct run *r = NULL;
	struct err e = ERR_INIT;

	live(x, "CREATE TABLE a (x); INSERT INTO a VALUES (1), (2)");
	add(x, "INSERT INTO a VALUES (3);-- x\n;DROP TABLE a;-- y");
	r = rehearse(x, &o);
	ran(r);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.verbs[0], VERB_INSERT);
	assert_int_equal(seen.rows, 3);
	assert_int_equal(r->v[0].facts.nrows, 1);
	assert_int_equal(r->v[0].facts.rows[0].inserted, 1);
	x->n = 0;
	add(x, "CREATE TABLE b (x);");
	o = (struct run_options){ .progress = give_up };
	assert_int_equal(run_migrations(x->d, x->v, x->n, &o, x->a, &r, &e),
	    RC_CANCELLED);
}

/* --- stops ---------------------------------------------------------------- */

static void test_stop_places(void **state)
{
	static const struct { const char *sql, *where; } c[] = {
		{ "SELEC 1;", ":1:1" },
		{ "CREATE TABLE a (x);\n  SELECT nope FROM a;", ":2:10" },
		{ "CREATE TABLE a (x);--> statement-breakpoint\n"
		    "-- c\nCREATE TABLE a (y);", ":3:14" },
		{ "CREATE TABLE z (x", ":1:17" },
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run *r;

		x->n = 0;
		add(x, "CREATE TABLE first (x);");
		add(x, c[i].sql);
		add(x, "CREATE TABLE third (x);");
		r = play(x, NULL);
		assert_ptr_equal(r->stopped, x->v[1]);
		assert_int_equal(r->why.code, RC_DB);
		if (!str_ends(str_z(r->why.where), str_z(c[i].where)) &&
		    !str_starts(str_z(r->why.where),
			STR("drizzle/0001_t.sql:")))
			fail_msg("%s: %s", c[i].sql, r->why.where);
		/* as far as it got: whole files */
		assert_true(has_table(r->after, "first"));
		assert_false(has_table(r->after, "a"));
		assert_false(has_table(r->after, "third"));
	}
}

static void test_stop_causes(void **state)
{
	static const struct { const char *sql; enum stop_cause cause; } c[] = {
		{ "ALTER TABLE old ADD y;", STOP_BASELINE },
		{ "DROP INDEX old_i;", STOP_BASELINE },
		{ "INSERT INTO old_v SELECT 1;", STOP_BASELINE },
		{ "ALTER TABLE nowhere ADD y;", STOP_OTHER },
		{ "DROP TABLE made; ALTER TABLE made ADD y;", STOP_OTHER },
		{ "CREATE VIRTUAL TABLE v USING spellfix1;", STOP_EXTENSION },
		{ "CREATE INDEX i ON made (libsql_vector_idx(x));",
		    STOP_LIBSQL },
		{ "ALTER TABLE made ALTER COLUMN x TO y text;", STOP_LIBSQL },
		{ "ALTER TABLE made ALTER COLUMN x TO x UNIQUE;", STOP_LIBSQL },
		{ "ALTER TABLE made ALTER x TO x text;", STOP_LIBSQL },
		{ "ALTER TABLE made ALTER COLUMN y TO y text;", STOP_OTHER },
		{ "BEGIN; CREATE TABLE t (x); COMMIT;", STOP_OWN_TX },
		{ "CREATE TABLE q (x); COMMIT;", STOP_OWN_TX },
		{ "garbage;", STOP_OTHER },
	};
	struct fixture *x = *state;
	const struct model *m;

	live(x, "CREATE TABLE old (x); CREATE INDEX old_i ON old (x);"
	    "CREATE VIEW old_v AS SELECT 1; CREATE TABLE made (x)");
	m = look(x);
	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct run *r;

		x->n = 0;
		add(x, "CREATE TABLE made (x);");
		add(x, c[i].sql);
		r = play(x, m);
		assert_non_null(r->stopped);
		if (r->cause != c[i].cause)
			fail_msg("%s: %s (%s)", c[i].sql,
			    stop_cause_word[r->cause], r->why.msg);
	}
	/* what drizzle-kit pull leaves: one comment block */
	x->n = 0;
	add(x, "-- Current sql file was generated after introspecting\n/*\n"
	    "CREATE TABLE p (x);\n--> statement-breakpoint\n"
	    "CREATE TABLE q (x);\n*/");
	add(x, "ALTER TABLE p ADD y;");
	assert_int_equal(play(x, NULL)->cause, STOP_BASELINE);
	x->n = 0;
	((struct entry *)(uintptr_t)add(x, ""))->missing = true;
	assert_int_equal(play(x, NULL)->why.code, RC_NOTFOUND);
}

/* libSQL's ALTER COLUMN is four statements, with keys off, at one place. */
static void test_alter_column(void **state)
{
	struct run_options o = { .per_statement = true, .count = true };
	struct fixture *x = *state;
	struct run *r;

	x->n = 0;
	add(x, "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT\n"
	    "  /* b, (c */, [b c] TEXT DEFAULT 'x,)', g INT AS (id + 1),\n"
	    "  CONSTRAINT k CHECK (p.a <> 'p.a')) STRICT;"
	    "CREATE TABLE c (p INTEGER NOT NULL REFERENCES p(id));"
	    "CREATE INDEX i ON p (a);"
	    "CREATE TRIGGER t AFTER INSERT ON p BEGIN DELETE FROM c; END;"
	    "INSERT INTO p (id, a) VALUES (1, 'one'), (9, 'nine');"
	    "DELETE FROM p WHERE id = 9; INSERT INTO c VALUES (1);");
	add(x, "-- first\nALTER TABLE `p` ALTER COLUMN \"b c\" TO \"b c\" text"
	    " NOT NULL DEFAULT 'y' CHECK (p.a IS NOT 1) ; SELECT 1;");
	r = rehearse(x, &o);
	ran(r);
	assert_true(r->files[1].fk_off);
	assert_int_equal(r->files[1].n, 5);
	for (size_t i = 0; i < 4; i++) {
		const struct run_stmt *s = &r->v[r->files[1].first + i];

		assert_int_equal(s->made, i + 1);
		assert_int_equal(s->number, i + 1);
		assert_true(str_ends(s->where, STR(":2:1")));
	}
	assert_true(str_is(r->v[r->files[1].first].sql, "CREATE TABLE \"__new_p\" "
	    "(id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT\n"
	    "  /* b, (c */, \"b c\" text NOT NULL DEFAULT 'y'"
	    " CHECK (\"__new_p\".a IS NOT 1), g INT AS (id + 1),\n"
	    "  CONSTRAINT k CHECK (\"__new_p\".a <> 'p.a')) STRICT"));
	assert_true(str_is(r->v[r->files[1].first + 1].sql, "INSERT INTO \"__new_p\" "
	    "(\"id\", \"a\", \"b c\") SELECT \"id\", \"a\", \"b c\" "
	    "FROM \"p\""));
	assert_int_equal(r->v[r->files[1].first + 4].made, 0);
	assert_int_equal(r->files[1].put_back.n, 3);
	assert_true(model_table(r->after, STR(""), STR("p"))->strict);
	assert_null(model_table(r->after, STR(""), STR("__new_p")));
}

/* Rows make no shape: without them a data statement may fail, with them not. */
static void test_needs_data(void **state)
{
	struct run_options count = { .count = true };
	struct fixture *x = *state;
	struct run *r;

	add(x, "CREATE TABLE p (id integer PRIMARY KEY);"
	    "CREATE TABLE c (p NOT NULL REFERENCES p(id));"
	    "INSERT INTO c VALUES (1);"
	    "CREATE TABLE d (x);");
	add(x, "CREATE TABLE f (p REFERENCES p(id) DEFERRABLE INITIALLY "
	    "DEFERRED); INSERT INTO f VALUES (1);");
	r = play(x, NULL);
	ran(r);
	assert_int_equal(r->notes.n, 2);
	assert_true(str_starts(r->notes.v[0], STR("not predicted: ")));
	assert_true(has_table(r->after, "d"));
	assert_true(has_table(r->after, "f"));
	assert_int_equal(r->files[0].n, 4);
	assert_false(r->files[1].fk_off);
	x->n = 1;
	r = rehearse(x, &count);
	assert_ptr_equal(r->stopped, x->v[0]);
	assert_int_equal(r->cause, STOP_OTHER);
	assert_false(has_table(look(x), "d"));
}

/* --- clone and sources ---------------------------------------------------- */

static void test_clone_notes(void **state)
{
	struct fixture *x = *state;
	struct source_spec s = { .live = x->d };
	struct model *m = NULL;
	struct err e = ERR_INIT;
	struct run *r;

	live(x, "CREATE TABLE a (id integer PRIMARY KEY AUTOINCREMENT, x);"
	    "INSERT INTO a(x) VALUES (1);"
	    "CREATE VIRTUAL TABLE f USING fts5(body);"
	    "CREATE VIEW v AS SELECT x FROM a;"
	    "CREATE TABLE __drizzle_migrations (id SERIAL, hash, created_at)");
	add(x, "CREATE TABLE b (x);");
	r = foretell(x, NULL);
	ran(r);
	for (size_t i = 0; i < r->notes.n; i++)
		fail_msg("%s", r->notes.v[i].p);
	assert_true(has_table(r->after, "b"));
	assert_int_equal(source_clone.load(&s, x->a, &m, &e), RC_OK);
	assert_false(model_table(m, STR(""),
	    STR("__drizzle_migrations"))->o.managed);
	assert_true(model_table(m, STR(""), STR("a"))->o.managed);
	assert_false(model_table(m, STR(""), STR("f_data"))->o.managed);
	struct model *other = NULL;

	assert_int_equal(source_live.load(&s, x->a, &other, &e), RC_OK);
	assert_true(sha256_eq(&m->hash, &other->hash));
	const struct managed_set set = { .track_schema = STR(""),
		.track_table = STR("a") };

	s.managed = &set;
	assert_int_equal(source_live.load(&s, x->a, &other, &e), RC_OK);
	assert_false(model_table(other, STR(""), STR("a"))->o.managed);
}

static void test_sources(void **state)
{
	char path[] = "/tmp/weir-source-XXXXXX";
	struct fixture *x = *state;
	struct source_spec s = { .path = str_z(path) };
	struct model *m = NULL, *same = NULL;
	struct err e = ERR_INIT;
	struct entry en[2] = {
		{ .text = STR("CREATE TABLE a (x);"), .file = STR("0.sql") },
		{ .text = STR("broken"), .file = STR("1.sql") },
	};
	struct folder f = { .v = en, .n = 2 };

	close(mkstemp(path));
	assert_int_equal(file_write_atomic(path, STR("CREATE TABLE a (x)"),
	    0600, &e), RC_OK);
	assert_int_equal(source_sqlfile.load(&s, x->a, &m, &e), RC_OK);
	assert_true(has_table(m, "a"));
	assert_int_equal(file_write_atomic(path, STR("CREATE TABLE a (x);\n"
	    "oops"), 0600, &e), RC_OK);
	assert_int_equal(source_sqlfile.load(&s, x->a, &same, &e), RC_DB);
	assert_true(str_ends(str_z(e.where), STR(":2:1")));
	unlink(path);
	e = (struct err)ERR_INIT;
	assert_int_equal(source_sqlfile.load(&s, x->a, &same, &e),
	    RC_NOTFOUND);
	s = (struct source_spec){ .folder = &f, .upto = 1 };
	assert_int_equal(source_replay.load(&s, x->a, &same, &e), RC_OK);
	assert_true(sha256_eq(&m->hash, &same->hash));
	s.upto = 9;
	assert_int_equal(source_replay.load(&s, x->a, &same, &e), RC_DB);
	assert_string_equal(e.where, "1.sql:1:1");
	assert_int_equal(source_empty.load(&s, x->a, &same, &e), RC_OK);
	assert_int_equal(same->nobjs, 0);
}

/* A run of 150 files is nothing that anybody waits for; no clock here, the
 * benchmark has it. */
static void test_many(void **state)
{
	struct fixture *x = *state;
	struct run *r;

	for (int i = 0; i < 150; i++)
		add(x, arena_printf(x->a, "CREATE TABLE t%d (id integer "
		    "PRIMARY KEY, a text, b text);--> statement-breakpoint\n"
		    "CREATE INDEX i%d ON t%d (a, b);", i, i, i).p);
	r = play(x, NULL);
	ran(r);
	assert_int_equal(r->after->ntables, 150);
	print_message("150 files in %.1f ms\n", r->ms);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_replay), T(test_pieces), T(test_bom),
		T(test_per_statement), T(test_keys), T(test_hooks),
		T(test_stop_places), T(test_stop_causes), T(test_alter_column), T(test_needs_data),
		T(test_clone_notes), T(test_sources), T(test_many),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}

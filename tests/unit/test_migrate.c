/*
 * test_migrate.c: the use cases that end in a permit, whole: session, review,
 * gate, apply; then back, marked, verified.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "op/migrate.h"

struct fixture {
	struct arena *a;
	char root[64];
	struct project project;
	struct session *s;
	struct report *report;
	struct needs missing;
	struct err e;
};

static void wipe(const char *dir)
{
	struct arena *a = arena_new();
	struct dir_list list = { 0 };
	struct err e = ERR_INIT;

	if (dir_read(dir, a, &list, &e) == RC_OK)
		for (size_t i = 0; i < list.n; i++) {
			char *p = arena_z(a, path_join(a, str_z(dir),
			    list.v[i].name));

			if (unlink(p) != 0)
				wipe(p);
		}
	rmdir(dir);
	arena_free(a);
}

static void put(struct fixture *f, const char *rel, const char *text)
{
	char *path = arena_z(f->a, path_join(f->a, str_z(f->root),
	    str_z(rel)));
	struct err e = ERR_INIT;

	assert_int_equal(dir_make(arena_z(f->a, path_dir(str_z(path))), 0755,
	    &e), 0);
	assert_int_equal(file_write_atomic(path, str_z(text), 0644, &e), 0);
}

static const char *const sql[] = {
	"CREATE TABLE users (id integer PRIMARY KEY NOT NULL, bio text);\n",
	"CREATE TABLE decks (id integer PRIMARY KEY, owner integer "
	    "REFERENCES users(id));\nCREATE INDEX deck_owner ON decks(owner);\n"
	    "ALTER TABLE users ADD plan text DEFAULT 'free' NOT NULL;\n",
	"ALTER TABLE users DROP COLUMN bio;\n",
};

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof *f);
	struct project *p = &f->project;
	struct sbuf b = SBUF_TEXT;

	f->a = arena_new();
	snprintf(f->root, sizeof(f->root), "/tmp/weir-migrate-XXXXXX");
	if (!mkdtemp(f->root))
		return -1;
	p->a = f->a;
	p->root = str_z(f->root);
	p->folder = path_join(f->a, p->root, STR("drizzle"));
	p->dialect = DIALECT_SQLITE;
	p->track_table = STR("__drizzle_migrations");
	p->db.dialect = DIALECT_SQLITE;
	p->db.path = path_join(f->a, p->root, STR("app.db"));
	p->db_label = STR("app.db");
	p->db_source = STR("--db");
	p->state_root = path_join(f->a, p->root, STR(".weir"));
	sbuf_addz(&b, "{\"version\":\"7\",\"dialect\":\"sqlite\","
	    "\"entries\":[");
	for (int i = 0; i < 3; i++) {
		char name[64];

		sbuf_addf(&b, "%s{\"idx\":%d,\"version\":\"6\",\"when\":%d,"
		    "\"tag\":\"%04d_m\",\"breakpoints\":true}", i ? "," : "", i,
		    1000 + i, i);
		snprintf(name, sizeof name, "drizzle/%04d_m.sql", i);
		put(f, name, sql[i]);
	}
	sbuf_addz(&b, "]}");
	put(f, "drizzle/meta/_journal.json", b.p);
	put(f, "drizzle/0002_m.down.sql", "ALTER TABLE users ADD bio text;\n");
	sbuf_free(&b);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_close(f->s);
	wipe(f->root);
	arena_free(f->a);
	xfree(f);
	return 0;
}

static void must(struct fixture *f, enum rc rc)
{
	if (!rc)
		return;
	print_error("%s: %s: %s\n%s\n", rc_name(rc), f->e.where, f->e.msg,
	    f->e.hint);
	fail();
}

static void look(struct fixture *f)
{
	session_close(f->s);
	f->s = NULL;
	f->e = (struct err)ERR_INIT;
	must(f, session_open(&f->project, &f->s, &f->e));
}

static enum rc run(struct fixture *f, const struct gate_request *rq,
    const char *const *allows)
{
	struct apply_options o = { .project = &f->project,
		.lock_wait_ms = 200 };
	struct allow al[8] = { 0 };
	struct consent c = { .allows = al };
	struct permit *ok = NULL;
	enum rc rc;

	for (; allows && allows[c.nallows]; c.nallows++) {
		if (!strcmp(allows[c.nallows], "unproven")) {
			c.unproven = true;
			break;
		}
		must(f, allow_parse(str_z(allows[c.nallows]), f->a,
		    &al[c.nallows], &f->e));
	}
	f->report = NULL;
	rc = gate_review(rq, &c, f->a, &ok, &f->missing, &f->e);
	if (rc)
		return rc;
	session_release_db(f->s);
	return apply_run(ok, &o, f->a, &f->report, &f->e);
}

#define ALLOW(...) ((const char *const[]){ __VA_ARGS__, NULL })

static enum rc migrate(struct fixture *f, const char *to,
    const char *const *allows)
{
	struct review_request rq = { .to = to ? str_z(to) : STR(""),
		.measure = true };
	struct gate_request gate;
	struct review *r = NULL;

	look(f);
	must(f, review_build(f->s, &rq, f->a, &r, &f->e));
	migrate_gate(r, f->a, &gate);
	return run(f, &gate, allows);
}

static void db_run(struct fixture *f, const char *text)
{
	struct drv_target t = f->project.db;
	struct drv *d = NULL;

	t.create = true;
	must(f, drv_open(&t, DRV_APPLY, &d, &f->e));
	must(f, drv_exec(d, str_z(text), &f->e));
	drv_close(d);
}

static size_t applied(struct fixture *f)
{
	look(f);
	return f->s->states.counts[MIG_APPLIED];
}

static bool says(struct fixture *f, enum check_result r, const char *what)
{
	for (size_t i = 0; i < f->report->nchecks; i++)
		if (f->report->checks[i].result == r &&
		    strstr(f->report->checks[i].text.p, what))
			return true;
	return false;
}

/* --- up ---------------------------------------------------------------------- */

static void up_with_consent(void **state)
{
	struct fixture *f = *state;

	must(f, migrate(f, "0001_m", NULL));
	assert_int_equal(applied(f), 2);
	db_run(f, "INSERT INTO users(bio) VALUES ('a'),('b'),(NULL)");
	assert_int_equal(migrate(f, NULL, NULL), RC_DECISION);
	assert_int_equal(f->missing.n, 1);
	assert_int_equal(f->missing.v[0].rows, 2);
	assert_int_equal(applied(f), 2);
	assert_int_equal(migrate(f, NULL, ALLOW("drop-column:users.bio[<=1]",
	    "undo-skipped:users.bio")), RC_DECISION);
	must(f, migrate(f, NULL, ALLOW("drop-column:users.bio[<=2]",
	    "undo-skipped:users.bio")));
	assert_true(f->report->verified);
	assert_int_equal(applied(f), 3);
}

/* --- back -------------------------------------------------------------------- */

static struct rollback *back(struct fixture *f, struct rollback_request rq)
{
	struct rollback *rb = NULL;

	rq.measure = true;
	look(f);
	must(f, rollback_build(f->s, &rq, f->a, &rb, &f->e));
	return rb;
}

static void back_by_down_file(void **state)
{
	struct fixture *f = *state;
	struct rollback *rb;

	must(f, migrate(f, NULL, NULL));
	rb = back(f, (struct rollback_request){ .steps = 1 });
	assert_int_equal(rb->n, 1);
	assert_int_equal(rb->downs[0].origin, DOWN_FILE);
	assert_true(rb->restored_known);
	/* the column comes back as the last one */
	assert_true(rb->not_restored.n > 0);
	must(f, run(f, &rb->gate, NULL));
	assert_true(says(f, CHECK_OK, "tracking row of 0002_m removed"));
	assert_true(says(f, CHECK_NOTE, "what it was before"));
	assert_int_equal(applied(f), 2);
	must(f, migrate(f, NULL, NULL));
	assert_int_equal(applied(f), 3);
}

static void back_derived_counts_what_was_written(void **state)
{
	struct fixture *f = *state;
	struct rollback *rb;

	must(f, migrate(f, "0001_m", NULL));
	rb = back(f, (struct rollback_request){ .to = STR("0000_m") });
	assert_int_equal(rb->downs[0].origin, DOWN_DERIVED);
	assert_int_equal(rb->not_restored.n, 0);
	assert_int_equal(rb->written_since.n, 0);
	db_run(f, "INSERT INTO users(bio) VALUES ('a');"
	    "INSERT INTO decks(owner) VALUES (1),(1)");
	rb = back(f, (struct rollback_request){ .to = STR("0000_m") });
	assert_true(rb->written_since.n >= 1);
	assert_int_equal(run(f, &rb->gate, NULL), RC_DECISION);
	must(f, run(f, &rb->gate, ALLOW("drop-table:decks",
	    "undo-skipped:decks")));
	assert_true(says(f, CHECK_OK, "live schema = what it was before"));
	assert_int_equal(applied(f), 1);
}

static void nothing_or_no_way_back(void **state)
{
	struct fixture *f = *state;
	struct rollback_request rq = { .steps = 1, .measure = true };
	struct rollback *rb = NULL;

	must(f, migrate(f, "0000_m", NULL));
	look(f);
	must(f, rollback_build(f->s, &rq, f->a, &rb, &f->e));
	must(f, run(f, &rb->gate, NULL));
	look(f);
	assert_int_equal(rollback_build(f->s, &rq, f->a, &rb, &f->e),
	    RC_NOTFOUND);
	must(f, migrate(f, NULL, NULL));
	unlink(arena_z(f->a, path_join(f->a, f->project.folder,
	    STR("0002_m.down.sql"))));
	look(f);
	/* derived as well, where what it took was saved */
	must(f, rollback_build(f->s, &rq, f->a, &rb, &f->e));
	assert_int_equal(rb->downs[0].origin, DOWN_DERIVED);
	wipe(arena_z(f->a, path_join(f->a, str_z(f->root), STR(".weir"))));
	look(f);
	assert_int_equal(rollback_build(f->s, &rq, f->a, &rb, &f->e),
	    RC_UNSUPPORTED);
	assert_non_null(strstr(f->e.msg, "users.bio"));
	assert_non_null(strstr(f->e.hint, "0002_m.down.sql"));
	rq.steps = 9;
	assert_int_equal(rollback_build(f->s, &rq, f->a, &rb, &f->e),
	    RC_USAGE);
}

static void back_only_in_part(void **state)
{
	struct fixture *f = *state;
	struct rollback *rb;
	const char *file = "drizzle/0001_m.down.sql";

	must(f, migrate(f, "0001_m", NULL));
	put(f, file, "DROP INDEX deck_owner;");
	rb = back(f, (struct rollback_request){ .steps = 1 });
	assert_true(rb->gate.unrestored.n > 0);
	assert_int_equal(run(f, &rb->gate, NULL), RC_DB);
	assert_non_null(strstr(f->e.msg, "would not be what it was before: "));
	assert_non_null(strstr(f->e.msg, "decks"));
	assert_non_null(strstr(f->e.hint, "0001_m.down.sql"));
	assert_int_equal(applied(f), 2);
	/* what somebody else added is none of its doing */
	put(f, file, "DROP TABLE decks;\nALTER TABLE users DROP COLUMN plan;");
	db_run(f, "CREATE TABLE hand(a); CREATE INDEX byhand ON hand(a)");
	rb = back(f, (struct rollback_request){ .steps = 1 });
	assert_true(rb->not_restored.n > 0);
	assert_int_equal(rb->gate.unrestored.n, 0);
	must(f, run(f, &rb->gate, NULL));
	assert_int_equal(applied(f), 1);
}

/* --- mark -------------------------------------------------------------------- */

static struct mark *mark(struct fixture *f, enum mark_kind kind,
    const char *tag)
{
	struct mark_request rq = { kind, str_z(tag) };
	struct mark *m = NULL;

	look(f);
	must(f, mark_build(f->s, &rq, f->a, &m, &f->e));
	return m;
}

static void marks_are_proven(void **state)
{
	struct fixture *f = *state;
	struct mark *m;

	db_run(f, sql[0]);
	assert_int_equal(mark(f, MARK_ALL_PRESENT, "")->gate.nsteps, 1);
	db_run(f, sql[1]);
	m = mark(f, MARK_APPLIED, "0000_m");
	assert_false(m->proven);
	assert_true(m->proof.n > 0);
	assert_int_equal(run(f, &m->gate, NULL), RC_DECISION);
	assert_non_null(strstr(f->e.hint, "--unproven"));
	m = mark(f, MARK_ALL_PRESENT, "");
	assert_int_equal(m->gate.nsteps, 2);
	must(f, run(f, &m->gate, NULL));
	assert_int_equal(applied(f), 2);
	assert_int_equal(mark(f, MARK_ALL_PRESENT, "")->gate.nsteps, 0);
	assert_int_equal(mark(f, MARK_APPLIED, "0001_m")->gate.nsteps, 0);
	m = mark(f, MARK_PENDING, "0001_m");
	assert_false(m->proven);
	must(f, run(f, &m->gate, ALLOW("unproven")));
	assert_int_equal(applied(f), 1);
	m = mark(f, MARK_APPLIED, "0001_m");
	assert_true(m->proven);
	must(f, run(f, &m->gate, NULL));
	assert_int_equal(applied(f), 2);
}

/* Of rows no schema tells that they were written. */
static void rows_are_not_proven(void **state)
{
	struct fixture *f = *state;
	struct status st;
	struct mark *m;

	/* 0001 seeds, 0002 makes a table; the seed never ran */
	put(f, "drizzle/0001_m.sql", "INSERT INTO users VALUES (100, 'seed');");
	put(f, "drizzle/0002_m.sql", "CREATE TABLE decks (id integer);");
	db_run(f, sql[0]);
	db_run(f, "CREATE TABLE decks (id integer);");
	m = mark(f, MARK_ALL_PRESENT, "");
	assert_int_equal(m->gate.nsteps, 1);
	assert_non_null(m->rows);
	assert_true(str_is(m->rows_why, "0001_m changes rows only: the schema "
	    "proves nothing"));
	must(f, run(f, &m->gate, NULL));
	assert_int_equal(applied(f), 1);
	assert_int_equal(mark(f, MARK_ALL_PRESENT, "")->gate.nsteps, 0);
	look(f);
	must(f, status_build(f->s, true, f->a, &st, &f->e));
	assert_false(f->s->states.v[1].present_not_recorded);
	assert_true(f->s->states.v[2].present_not_recorded);
	assert_true(str_is(st.next, "weir review --to 0001_m"));
	db_run(f, "DROP TABLE decks");
	m = mark(f, MARK_APPLIED, "0001_m");
	assert_int_equal(m->proof.n, 0);
	assert_false(m->proven);
	assert_int_equal(run(f, &m->gate, NULL), RC_DECISION);
	assert_non_null(strstr(f->e.msg, "proves nothing"));
	assert_non_null(strstr(f->e.hint, "--unproven"));
	must(f, run(f, &m->gate, ALLOW("unproven")));
	assert_int_equal(applied(f), 2);
	/* a rebuild copies rows, and its shape tells that it did */
	put(f, "drizzle/0002_m.sql", "PRAGMA foreign_keys=OFF;"
	    "CREATE TABLE __new_users (id integer PRIMARY KEY NOT NULL, "
	    "bio text NOT NULL);INSERT INTO __new_users SELECT * FROM users;"
	    "DROP TABLE users;ALTER TABLE __new_users RENAME TO users;");
	db_run(f, "DROP TABLE users; CREATE TABLE \"users\" (id integer "
	    "PRIMARY KEY NOT NULL, bio text NOT NULL)");
	m = mark(f, MARK_ALL_PRESENT, "");
	assert_int_equal(m->gate.nsteps, 1);
	assert_null(m->rows);
}

/* --- verify ------------------------------------------------------------------ */

static void verify_tells(void **state)
{
	struct fixture *f = *state;

	must(f, migrate(f, NULL, NULL));
	look(f);
	must(f, verify_build(f->s, STR(""), f->a, &f->report, &f->e));
	assert_true(f->report->verified);
	assert_true(says(f, CHECK_OK, "integrity_check ok"));
	db_run(f, "CREATE INDEX hand ON users(plan)");
	look(f);
	must(f, verify_build(f->s, STR(""), f->a, &f->report, &f->e));
	assert_false(f->report->verified);
	assert_true(says(f, CHECK_FAILED, "hand"));
	/* drift in what the way back touches refuses */
	struct rollback *rb = back(f, (struct rollback_request){ .steps = 1 });

	assert_int_equal(run(f, &rb->gate, NULL), RC_CONFLICT);
	db_run(f, "DROP INDEX hand; PRAGMA foreign_keys=OFF;"
	    "INSERT INTO decks(owner) VALUES (77)");
	look(f);
	must(f, verify_build(f->s, STR(""), f->a, &f->report, &f->e));
	assert_true(says(f, CHECK_FAILED, "1 rows of decks have no parent"));
	assert_int_equal(verify_build(f->s, STR("nope"), f->a, &f->report,
	    &f->e), RC_USAGE);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(up_with_consent),
		TEST(back_by_down_file),
		TEST(back_derived_counts_what_was_written),
		TEST(back_only_in_part),
		TEST(nothing_or_no_way_back),
		TEST(marks_are_proven),
		TEST(rows_are_not_proven),
		TEST(verify_tells),
	};

	return cmocka_run_group_tests_name("migrate", tests, NULL, NULL);
}

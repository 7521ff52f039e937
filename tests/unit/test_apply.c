/*
 * test_apply.c: permits run on real SQLite files: what is kept, what is
 * refused, what a failure leaves.  Plans are made by hand from a prediction,
 * so that a test decides itself what the plan accounts for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "op/apply/apply.h"
#include "op/apply/tracking.h"

/* --- a project in a temporary folder -------------------------------------- */

struct fixture {
	struct arena *a;
	char root[64];
	struct project project;
	struct folder *folder;
	struct model *live;
	struct run *run;
	struct plan plan;
	struct stmt *stmts;
	VEC(struct step) steps;
	VEC(struct allow) allows;
	struct gate_request rq;
	struct apply_options o;
	struct permit *permit;
	struct report *report;
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

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof *f);
	struct project *p = &f->project;

	f->a = arena_new();
	snprintf(f->root, sizeof(f->root), "/tmp/weir-apply-XXXXXX");
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
	p->state_root = path_join(f->a, p->root, STR(".weir"));
	f->o = (struct apply_options){ .project = p, .lock_wait_ms = 100 };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	wipe(f->root);
	arena_free(f->a);
	xfree(f);
	return 0;
}

static void put(struct fixture *f, const char *rel, struct str s)
{
	char *path = arena_z(f->a, path_join(f->a, str_z(f->root),
	    str_z(rel)));
	struct err e = ERR_INIT;

	assert_int_equal(dir_make(arena_z(f->a, path_dir(str_z(path))), 0755,
	    &e), 0);
	assert_int_equal(file_write_atomic(path, s, 0644, &e), 0);
}

/* Migrations 0000_m, 0001_m … with these texts. */
static void migrations(struct fixture *f, const char *const *sql)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "{\"version\":\"7\",\"dialect\":\"sqlite\","
	    "\"entries\":[");
	for (int i = 0; sql[i]; i++) {
		char name[64];

		sbuf_addf(&b, "%s{\"idx\":%d,\"version\":\"6\",\"when\":%d,"
		    "\"tag\":\"%04d_m\",\"breakpoints\":true}", i ? "," : "", i,
		    1000 + i, i);
		snprintf(name, sizeof name, "drizzle/%04d_m.sql", i);
		put(f, name, str_z(sql[i]));
	}
	sbuf_addz(&b, "]}");
	put(f, "drizzle/meta/_journal.json", sbuf_str(&b));
	sbuf_free(&b);
}

#define MIGRATIONS(f, ...) migrations(f, (const char *const[]){ __VA_ARGS__, NULL })

static struct drv *db_open(struct fixture *f, enum drv_mode mode)
{
	struct drv_target t = f->project.db;
	struct err e = ERR_INIT;
	struct drv *d = NULL;

	t.create = mode == DRV_APPLY;
	if (drv_open(&t, mode, &d, &e)) {
		print_error("%s\n", e.msg);
		fail();
	}
	return d;
}

static void db_run(struct fixture *f, const char *sql)
{
	struct drv *d = db_open(f, DRV_APPLY);
	struct err e = ERR_INIT;

	if (drv_exec(d, str_z(sql), &e)) {
		print_error("%s: %s\n", sql, e.msg);
		fail();
	}
	drv_close(d);
}

static int64_t db_number(struct fixture *f, const char *sql)
{
	struct drv *d = db_open(f, DRV_BROWSE);
	struct err e = ERR_INIT;
	struct value v = { 0 };

	if (drv_scalar(d, str_z(sql), NULL, 0, f->a, &v, &e)) {
		print_error("%s: %s\n", sql, e.msg);
		fail();
	}
	drv_close(d);
	return v.kind == VALUE_INT ? v.i : -1;
}

static void dump_rows(struct drv *d, struct str sql, struct sbuf *out)
{
	struct err e = ERR_INIT;
	struct cursor *c = NULL;
	bool more = false;

	assert_int_equal(drv_query(d, sql, NULL, 0, 0, &c, &e), 0);
	while (cursor_next(c, &more, &e) == RC_OK && more) {
		for (size_t i = 0; i < c->ncols; i++) {
			d->ops->dialect->literal(out, &c->row[i]);
			sbuf_addc(out, '|');
		}
		sbuf_addc(out, '\n');
	}
	cursor_close(c);
}

/* The whole database as text: what it is, not how it lies on disk. */
static const char *dump(struct fixture *f)
{
	struct sbuf b = SBUF_TEXT, q = SBUF_TEXT;
	struct drv *d;
	struct model *m = NULL;
	struct err e = ERR_INIT;
	const char *s;

	if (!file_stat_of(f->project.db.path.p).exists)
		return "none";
	d = db_open(f, DRV_BROWSE);
	dump_rows(d, STR("SELECT type, name, tbl_name, sql FROM sqlite_schema "
	    "ORDER BY name"), &b);
	assert_int_equal(d->ops->introspect(d, f->a, &m, &e), 0);
	for (size_t i = 0; i < m->ntables; i++) {
		sbuf_reset(&q);
		sbuf_addz(&q, "SELECT * FROM ");
		d->ops->dialect->ident(&q, m->tables[i]->o.name);
		sbuf_add(&b, m->tables[i]->o.name);
		sbuf_addc(&b, '\n');
		dump_rows(d, sbuf_str(&q), &b);
	}
	drv_close(d);
	s = arena_z(f->a, sbuf_str(&b));
	sbuf_free(&b);
	sbuf_free(&q);
	return s;
}

/* --- review, gate, apply ----------------------------------------------------- */

/* A plan of all pending entries without a single finding. */
static void plan_by_hand(struct fixture *f)
{
	const struct run *r = f->run;
	struct plan_file *files = arena_array(f->a, struct plan_file,
	    r->nfiles + 1);

	f->stmts = arena_array(f->a, struct stmt, r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		f->stmts[i] = (struct stmt){ .run = &r->v[i],
		    .undo = UNDO_NONE };
	for (size_t i = 0; i < r->nfiles; i++)
		files[i] = (struct plan_file){ .entry = r->files[i].entry,
		    .fk_off = r->files[i].fk_off, .first = r->files[i].first,
		    .n = r->files[i].n, .before = r->files[i].before,
		    .after = r->files[i].after };
	f->plan = (struct plan){ .a = f->a, .run = r, .from = f->live,
	    .to = r->after, .v = f->stmts, .n = r->n, .files = files,
	    .nfiles = r->nfiles };
	diff_models(f->live, r->after, NULL, false, f->a, &f->plan.changes);
}

static void review(struct fixture *f)
{
	struct track track = { 0 };
	struct states st;
	VEC(const struct entry *) todo = { 0 };
	struct run_options ro = { .per_statement = true };
	struct drv_target t = f->project.db;
	struct drv *d = NULL;
	bool there = file_stat_of(t.path.p).exists;

	if (!there) {
		t = (struct drv_target){ .dialect = DIALECT_SQLITE };
		assert_int_equal(drv_open(&t, DRV_SCRATCH, &d, &f->e), 0);
	} else {
		d = db_open(f, DRV_BROWSE);
	}
	assert_int_equal(folder_read(f->project.folder.p, f->a, &f->folder,
	    &f->e), 0);
	assert_int_equal(tracking_read(d, tracking_table(&f->project, f->a), f->a, &track,
	    &f->e), 0);
	folder_states(f->folder, &track, f->a, &st);
	assert_int_equal(d->ops->introspect(d, f->a, &f->live, &f->e), 0);
	f->steps.n = 0;
	for (size_t i = 0; i < st.n; i++)
		if (st.v[i].state == MIG_PENDING)
			vec_push(f->a, &todo, st.v[i].entry);
	if (predict(d, todo.v, todo.n, &ro, f->a, &f->run, &f->e)) {
		print_error("predict: %s\n", f->e.msg);
		fail();
	}
	drv_close(d);
	plan_by_hand(f);
	for (size_t i = 0; i < f->run->nfiles; i++)
		vec_push(f->a, &f->steps, (struct step){ .kind = STEP_UP,
		    .entry = f->run->files[i].entry,
		    .track = f->run->files[i].entry,
		    .fk_off = f->run->files[i].fk_off });
}

static void hazard(struct fixture *f, size_t stmt, enum hazard_id id,
    const char *table, int64_t rows, const char *count_sql)
{
	struct hazard *h = arena_new_of(f->a, struct hazard);

	*h = (struct hazard){ .def = &hazard_defs[id], .table = str_z(table),
	    .object = str_z(table), .rows = rows, .of = -1,
	    .sev = rows == 0 ? SEV_CAUTION : SEV_DESTRUCTIVE,
	    .count_sql = str_z(count_sql), .now_sql = str_z(count_sql),
	    .at = stmt };
	f->stmts[stmt].haz = h;
	f->stmts[stmt].nhaz = 1;
}

static void allow(struct fixture *f, const char *text)
{
	struct allow al;

	assert_int_equal(allow_parse(str_z(text), f->a, &al, &f->e), 0);
	vec_push(f->a, &f->allows, al);
}

static void gate(struct fixture *f)
{
	struct consent c = { .allows = f->allows.v, .nallows = f->allows.n };
	struct needs missing;

	f->rq = (struct gate_request){ .plan = &f->plan, .steps = f->steps.v,
	    .nsteps = f->steps.n, .db = f->project.db,
	    .db_label = f->project.db_label, .folder = f->project.folder };
	f->e = (struct err)ERR_INIT;
	if (gate_review(&f->rq, &c, f->a, &f->permit, &missing, &f->e)) {
		print_error("gate: %s\n%s\n", f->e.msg, f->e.hint);
		fail();
	}
}

static enum rc apply(struct fixture *f)
{
	f->e = (struct err)ERR_INIT;
	f->report = NULL;
	return apply_run(f->permit, &f->o, f->a, &f->report, &f->e);
}

static enum rc migrate(struct fixture *f)
{
	review(f);
	gate(f);
	return apply(f);
}

static void expect(struct fixture *f, enum rc want, enum rc got,
    const char *says)
{
	if (want != got || (says && !strstr(f->e.msg, says))) {
		print_error("rc %s (%s): %s: %s\n", rc_name(got),
		    says ? says : "", f->e.where, f->e.msg);
		assert_int_equal(want, got);
		fail();
	}
}

static void no_failed_check(struct fixture *f)
{
	assert_non_null(f->report);
	for (size_t i = 0; i < f->report->nchecks; i++)
		if (f->report->checks[i].result == CHECK_FAILED) {
			print_error("%s\n", f->report->checks[i].text.p);
			fail();
		}
}

static bool says(struct fixture *f, const char *what)
{
	for (size_t i = 0; i < f->report->nchecks; i++)
		if (strstr(f->report->checks[i].text.p, what))
			return true;
	return false;
}

/* --- what is applied ------------------------------------------------------------ */

#define USERS "CREATE TABLE `users` (\n\t`id` integer PRIMARY KEY NOT NULL,\n" \
	"\t`email` text\n);\n"

static void applies_all_in_one(void **state)
{
	struct fixture *f = *state;
	struct sbuf b = SBUF_TEXT;
	const struct run_summary *runs;
	const struct model *before, *after;
	size_t n;

	MIGRATIONS(f, USERS, "ALTER TABLE users ADD nick text;"
	    "--> statement-breakpoint\nCREATE INDEX ni ON users(nick);");
	expect(f, RC_OK, migrate(f), NULL);
	no_failed_check(f);
	assert_true(f->report->applied && f->report->verified);
	assert_int_equal(f->report->tags.n, 2);
	assert_int_equal(f->report->nstmts, 3);
	assert_int_equal(db_number(f, "SELECT count(*) FROM "
	    "__drizzle_migrations WHERE id IS NULL AND "
	    "typeof(created_at) = 'integer' AND length(hash) = 64"), 2);
	assert_int_equal(db_number(f, "SELECT max(created_at) FROM "
	    "__drizzle_migrations"), 1001);
	/* Drizzle's own bytes, tabs and newlines included */
	assert_int_equal(db_number(f, "SELECT sql = 'CREATE TABLE "
	    "\"__drizzle_migrations\" (' || char(10) || char(9,9,9,9) || "
	    "'id SERIAL PRIMARY KEY,' || char(10) || char(9,9,9,9) || "
	    "'hash text NOT NULL,' || char(10) || char(9,9,9,9) || "
	    "'created_at numeric' || char(10) || char(9,9,9) || ')' FROM "
	    "sqlite_schema WHERE name = '__drizzle_migrations'"), 1);
	assert_int_equal(run_list(&f->project, f->a, &runs, &n, &f->e), 0);
	assert_int_equal(n, 1);
	assert_true(runs[0].ended && !runs[0].rolled_back);
	assert_int_equal(runs[0].committed.n, 2);
	assert_true(runs[0].report_json.n > 0);
	assert_int_equal(run_models(&f->project, STR("0001_m"), f->a, &before,
	    &after, &f->e), 0);
	assert_non_null(after);
	assert_true(sha256_eq(&before->hash, &f->run->files[1].before->hash));
	report_text(f->report, &b);
	assert_non_null(strstr(b.p, "Applied 2 migrations"));
	assert_non_null(strstr(b.p, "\n ok      tracking row read back"));
	sbuf_reset(&b);
	report_markdown(f->report, &b);
	assert_non_null(strstr(b.p, "## Applied 2 migrations"));
	sbuf_free(&b);
	/* the permit is spent */
	expect(f, RC_INTERNAL, apply(f), "used already");
}

static void fails_in_the_middle(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS, "ALTER TABLE users ADD x text;\n\n"
	    "  CREATE UNIQUE INDEX ue ON users(email);");
	db_run(f, "CREATE TABLE other(a)");
	was = dump(f);
	review(f);
	/* a row that the copy without rows does not have */
	f->run->files = f->run->files;
	gate(f);
	f->e = (struct err)ERR_INIT;
	assert_string_equal(was, dump(f));
	db_run(f, "DROP TABLE other");
	expect(f, RC_CONFLICT, apply(f), "other");
	assert_null(f->report);

	migrate(f);
	assert_non_null(f->report);
	MIGRATIONS(f, USERS, "ALTER TABLE users ADD x text;\n\n"
	    "  CREATE UNIQUE INDEX ue ON users(email);",
	    "ALTER TABLE users ADD y text;\n\n  CREATE UNIQUE INDEX u2 ON "
	    "users(x);");
	db_run(f, "INSERT INTO users(id, x) VALUES (1,'a'), (2,'a')");
	was = dump(f);
	review(f);
	hazard(f, 1, HAZ_ID_UNIQUE, "users", 0, "");
	((struct hazard *)(uintptr_t)f->stmts[1].haz)->finder =
	    STR("SELECT id, x FROM users WHERE x = 'a'");
	gate(f);
	expect(f, RC_DB, apply(f), "UNIQUE constraint failed: users.x");
	assert_non_null(strstr(f->e.where, "0002_m.sql:3:3"));
	assert_non_null(strstr(f->e.hint, "id=1, x=a"));
	assert_string_equal(was, dump(f));
	assert_null(f->report);
}

#define PARENT "CREATE TABLE p (id integer PRIMARY KEY AUTOINCREMENT NOT NULL," \
	" n text);\nCREATE TABLE c (id integer PRIMARY KEY, p_id integer " \
	"REFERENCES p(id) ON DELETE CASCADE);\nCREATE INDEX pn ON p(n);\n" \
	"CREATE TRIGGER pt AFTER UPDATE ON p BEGIN SELECT 1; END;\n" \
	"CREATE VIEW pv AS SELECT n FROM p;\n"
#define REBUILD(where) "PRAGMA foreign_keys=OFF;--> statement-breakpoint\n" \
	"CREATE TABLE `__new_p` (id integer PRIMARY KEY AUTOINCREMENT NOT NULL," \
	" n integer);\nINSERT INTO `__new_p` SELECT id, n FROM p" where ";\n" \
	"DROP TABLE p;\nALTER TABLE `__new_p` RENAME TO p;\n" \
	"PRAGMA foreign_keys=ON;"

static void parents(struct fixture *f)
{
	db_run(f, "INSERT INTO p(id, n) VALUES (1,'1'),(2,'2'),(90,'3');"
	    "DELETE FROM p WHERE id = 90;"
	    "INSERT INTO c(p_id) VALUES (1),(1),(2),(NULL)");
}

static void rebuild_keeps_children(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, REBUILD(""));
	expect(f, RC_OK, migrate(f), NULL);
	no_failed_check(f);
	assert_true(f->steps.v[0].fk_off);
	assert_int_equal(db_number(f, "SELECT count(*) FROM c"), 4);
	assert_int_equal(db_number(f, "SELECT count(*) FROM p"), 2);
	assert_int_equal(db_number(f, "SELECT seq FROM sqlite_sequence WHERE "
	    "name='p'"), 90);
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name IN ('pt','pv','pn')"), 3);
	assert_true(says(f, "c 4 = 4"));
	assert_true(says(f, "trigger pt"));
}

/* A copy that leaves a row behind, and no finding that says so. */
static void rebuild_that_loses_is_refused(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	db_run(f, "DELETE FROM c WHERE p_id = 2");
	MIGRATIONS(f, PARENT, REBUILD(" WHERE id = 1"));
	was = dump(f);
	expect(f, RC_CONFLICT, migrate(f), "p would end with 1 rows of 2");
	assert_string_equal(was, dump(f));
	review(f);
	for (size_t i = 0; i < f->run->n; i++)
		if (f->run->v[i].facts.verb == VERB_DROP_TABLE)
			hazard(f, i, HAZ_ID_DROP_TABLE, "p", 1, "");
	allow(f, "drop-table:p[<=1]");
	allow(f, "undo-skipped:p");
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	assert_true(says(f, "rows   p 2 -> 1"));
}

static void orphans_roll_back(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, REBUILD(" WHERE id = 1"));
	was = dump(f);
	expect(f, RC_DB, migrate(f), "1 rows of c would be left without their "
	    "parent in p (rowid 3)");
	assert_string_equal(was, dump(f));
}

static void old_orphans_are_no_reason(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	db_run(f, "PRAGMA foreign_keys=OFF; INSERT INTO c(p_id) VALUES (77)");
	MIGRATIONS(f, PARENT, REBUILD(""));
	expect(f, RC_OK, migrate(f), NULL);
	assert_true(says(f, "foreign_key_check 1 rows, as before"));
}

/* --- what nobody agreed to ------------------------------------------------------------ */

static void deletes_are_accounted_for(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, "DELETE FROM p WHERE id = 1;");
	was = dump(f);
	expect(f, RC_CONFLICT, migrate(f), "nothing in the plan accounts for");
	assert_string_equal(was, dump(f));
	/* consent to the row is none to what hangs on it */
	review(f);
	hazard(f, 0, HAZ_ID_DELETE_ROWS, "p", 1, "");
	allow(f, "delete-rows:p");
	allow(f, "undo-skipped:p");
	gate(f);
	expect(f, RC_CONFLICT, apply(f), "deletes 2 rows of c");
	assert_string_equal(was, dump(f));
}

static void losses_may_not_grow(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS);
	expect(f, RC_OK, migrate(f), NULL);
	MIGRATIONS(f, USERS, "ALTER TABLE users DROP COLUMN email;");
	review(f);
	hazard(f, 0, HAZ_ID_DROP_COLUMN, "users", 0,
	    "SELECT count(email) FROM users");
	gate(f);
	db_run(f, "INSERT INTO users(email) VALUES ('late')");
	was = dump(f);
	expect(f, RC_CONFLICT, apply(f), "none when it was reviewed");
	assert_string_equal(was, dump(f));
	review(f);
	hazard(f, 0, HAZ_ID_DROP_COLUMN, "users", 1,
	    "SELECT count(email) FROM users");
	allow(f, "drop-column:users[<=1]");
	allow(f, "undo-skipped:users[<=1]");
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
}

/* What a loss measures is what is there when its statement comes. */
static void losses_are_counted_in_place(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS);
	expect(f, RC_OK, migrate(f), NULL);
	db_run(f, "INSERT INTO users(id, email) VALUES (1, 'a'), (2, 'b')");
	MIGRATIONS(f, USERS, "DELETE FROM users WHERE id < 3;"
	    "DROP TABLE users;");
	review(f);
	hazard(f, 0, HAZ_ID_DELETE_ROWS, "users", 2, "");
	hazard(f, 1, HAZ_ID_DROP_TABLE, "users", 0,
	    "SELECT count(*) FROM users");
	allow(f, "delete-rows:users[<=2]");
	allow(f, "undo-skipped:users");
	gate(f);
	db_run(f, "INSERT INTO users(id, email) VALUES (3, 'late')");
	was = dump(f);
	expect(f, RC_CONFLICT, apply(f), "(drop-table): 1 would be lost now");
	assert_string_equal(was, dump(f));
	db_run(f, "DELETE FROM users WHERE id = 3");
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
}

static void report_tells_what_was_updated(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, USERS);
	expect(f, RC_OK, migrate(f), NULL);
	db_run(f, "INSERT INTO users(id, email) VALUES (1, 'a'), (2, 'b')");
	MIGRATIONS(f, USERS, "UPDATE users SET email = 'c';");
	review(f);
	hazard(f, 0, HAZ_ID_UPDATE_ROWS, "users", 2, "");
	allow(f, "update-rows:users");
	allow(f, "undo-skipped:users");
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	assert_true(says(f, "users 2 -> 2 (+0 -0, 2 updated by the"));
}

/* What the models say is gone, whatever the statements were taken for. */
static void gone_is_named(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS, "CREATE TABLE t(a, b);");
	expect(f, RC_OK, migrate(f), NULL);
	was = dump(f);
	MIGRATIONS(f, USERS, "CREATE TABLE t(a, b);", "DROP TABLE t;");
	expect(f, RC_CONFLICT, migrate(f), "t would be gone with its rows");
	assert_string_equal(was, dump(f));
	MIGRATIONS(f, USERS, "CREATE TABLE t(a, b);",
	    "ALTER TABLE t DROP COLUMN b;");
	expect(f, RC_CONFLICT, migrate(f), "t.b would be gone");
	assert_string_equal(was, dump(f));
	/* one column's loss is none of another's */
	review(f);
	hazard(f, 0, HAZ_ID_DROP_COLUMN, "t", 0, "");
	((struct hazard *)(uintptr_t)f->stmts[0].haz)->column = STR("a");
	gate(f);
	expect(f, RC_CONFLICT, apply(f), "t.b would be gone");
	assert_string_equal(was, dump(f));
}

static void record_changes_nothing_else(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS);
	expect(f, RC_OK, migrate(f), NULL);
	db_run(f, "INSERT INTO users(id, email) VALUES (1, 'a'), (2, 'b');"
	    "CREATE TABLE log(t); CREATE TRIGGER lt AFTER INSERT ON "
	    "__drizzle_migrations BEGIN INSERT INTO log VALUES (new.hash); END");
	MIGRATIONS(f, USERS, "CREATE TABLE t(a);");
	expect(f, RC_OK, migrate(f), NULL);
	db_run(f, "CREATE TRIGGER dt AFTER INSERT ON __drizzle_migrations "
	    "BEGIN DELETE FROM users; END");
	was = dump(f);
	MIGRATIONS(f, USERS, "CREATE TABLE t(a);", "CREATE TABLE v(a);");
	expect(f, RC_CONFLICT, migrate(f), "changes rows of users (2 deleted");
	assert_non_null(strstr(f->e.msg, "dt"));
	assert_string_equal(was, dump(f));
	/* of its own rows too, and on the way back */
	db_run(f, "DROP TRIGGER dt; CREATE TRIGGER dt AFTER DELETE ON "
	    "__drizzle_migrations BEGIN UPDATE __drizzle_migrations "
	    "SET created_at = 0; END");
	was = dump(f);
	review(f);
	f->plan.to = f->plan.from;
	f->steps.v[0] = (struct step){ .kind = STEP_FORGET,
	    .entry = &f->folder->v[1], .track = &f->folder->v[1] };
	gate(f);
	expect(f, RC_CONFLICT, apply(f), "1 overwritten");
	assert_string_equal(was, dump(f));
	/* a temporary one, which the file itself makes */
	db_run(f, "DROP TRIGGER dt; DROP TRIGGER lt");
	MIGRATIONS(f, USERS, "CREATE TABLE t(a);", "CREATE TEMP TRIGGER x "
	    "AFTER INSERT ON __drizzle_migrations BEGIN DELETE FROM users; "
	    "END;");
	was = dump(f);
	expect(f, RC_CONFLICT, migrate(f), "trigger of the file");
	assert_string_equal(was, dump(f));
}

/* --- moved since the review -------------------------------------------------------------- */

static void moved_since(void **state)
{
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS);
	expect(f, RC_OK, migrate(f), NULL);
	MIGRATIONS(f, USERS, "CREATE TABLE t(a);");
	review(f);
	gate(f);
	put(f, "drizzle/0001_m.sql", STR("DROP TABLE users;"));
	was = dump(f);
	expect(f, RC_CONFLICT, apply(f), "was changed since");
	assert_string_equal(was, dump(f));

	MIGRATIONS(f, USERS, "CREATE TABLE t(a);");
	review(f);
	gate(f);
	db_run(f, "CREATE INDEX hand ON users(email)");
	was = dump(f);
	expect(f, RC_CONFLICT, apply(f), "hand");
	assert_string_equal(was, dump(f));

	review(f);
	gate(f);
	db_run(f, "INSERT INTO __drizzle_migrations(hash, created_at) VALUES "
	    "('x', 1001)");
	expect(f, RC_CONFLICT, apply(f), "by somebody else");
	db_run(f, "DELETE FROM __drizzle_migrations WHERE hash = 'x'");
	/* ANALYZE of somebody else is no change of the schema */
	review(f);
	gate(f);
	db_run(f, "INSERT INTO users(email) VALUES ('a'); ANALYZE");
	expect(f, RC_OK, apply(f), NULL);
}

/* --- cut, each, cancel, lock ---------------------------------------------------------------- */

static void each_keeps_what_is_committed(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, USERS, "CREATE TABLE t(a);",
	    "CREATE TABLE v(a); CREATE UNIQUE INDEX tu ON users(email);");
	db_run(f, USERS "INSERT INTO users(email) VALUES ('a'),('a')");
	MIGRATIONS(f, "CREATE TABLE t(a);",
	    "CREATE TABLE v(a); CREATE UNIQUE INDEX tu ON users(email);");
	f->o.each = true;
	expect(f, RC_DB, migrate(f), "0000_m is applied and stays");
	assert_non_null(f->report);
	assert_int_equal(f->report->tags.n, 1);
	assert_int_equal(f->report->left.n, 1);
	assert_false(f->report->verified);
	assert_int_equal(db_number(f, "SELECT count(*) FROM "
	    "__drizzle_migrations"), 1);
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name = 'v'"), 0);
	f->o.each = false;
}

/* Files of nothing but CREATE share a model with what begins the next one. */
static void each_before_a_mixed_file(void **state)
{
	static const char *const mixed[] = {
		"CREATE TABLE b(x); ALTER TABLE b ADD COLUMN y;",
		"CREATE TABLE b(x); INSERT INTO b VALUES (1); "
		    "CREATE INDEX bx ON b(x);",
		"CREATE TABLE b(x); CREATE TABLE c(x); "
		    "ALTER TABLE f ADD COLUMN y;",
		"CREATE TABLE b(x); DROP TABLE f;",
	};
	struct fixture *f = *state;

	f->o.each = true;
	for (size_t i = 0; i < 4; i++) {
		(void)unlink(f->project.db.path.p);
		MIGRATIONS(f, USERS);
		expect(f, RC_OK, migrate(f), NULL);
		MIGRATIONS(f, USERS, "CREATE TABLE e(x);",
		    "CREATE TABLE f(x);", mixed[i], "CREATE TABLE z(x);");
		expect(f, RC_OK, migrate(f), NULL);
		no_failed_check(f);
		assert_int_equal(f->report->tags.n, 4);
	}
	f->o.each = false;
}

static void damage(struct fixture *f, size_t at, size_t n)
{
	FILE *file = fopen(f->project.db.path.p, "r+b");

	assert_non_null(file);
	assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
	while (n--)
		assert_int_equal(fputc(0xff, file), 0xff);
	assert_int_equal(fclose(file), 0);
}

/* Pages that were damaged before are no work of this run; rows that break a
 * CHECK are not damage. */
static void damage_refuses(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, "CREATE TABLE t(a CHECK (a > 0));");
	expect(f, RC_OK, migrate(f), NULL);
	db_run(f, "PRAGMA ignore_check_constraints=ON;"
	    "INSERT INTO t VALUES (-1)");
	MIGRATIONS(f, "CREATE TABLE t(a CHECK (a > 0));", "CREATE TABLE u(a);");
	(void)migrate(f);
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name = 'u'"), 1);
	MIGRATIONS(f, "CREATE TABLE t(a CHECK (a > 0));", "CREATE TABLE u(a);",
	    "CREATE TABLE v(a);");
	damage(f, 4096, 3000);
	f->report = NULL;
	expect(f, RC_DB, migrate(f), "the database is damaged, nothing was run");
	assert_non_null(strstr(f->e.hint, ".recover"));
	assert_null(f->report);
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name = 'v'"), 0);
}

static void cut_where_keys_differ(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, PARENT, REBUILD(""), "CREATE TABLE z(a);");
	expect(f, RC_OK, migrate(f), NULL);
	no_failed_check(f);
	assert_int_equal(f->report->tags.n, 3);
}

static bool stop_at(void *arg, const struct apply_progress *p)
{
	return p->event != *(const enum apply_event *)arg;
}

static void cancelled(void **state)
{
	static const enum apply_event at[] = { APPLY_LOCKING, APPLY_CHECKING,
		APPLY_STMT, APPLY_STMT_DONE, APPLY_COMMITTING };
	struct fixture *f = *state;
	const char *was;

	MIGRATIONS(f, USERS, "CREATE TABLE t(a);");
	db_run(f, "CREATE TABLE keep(a); INSERT INTO keep VALUES (1)");
	was = dump(f);
	f->o.progress = stop_at;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		f->o.arg = (void *)(uintptr_t)&at[i];
		expect(f, RC_CANCELLED, migrate(f), "stopped");
		assert_string_equal(was, dump(f));
	}
	f->o.progress = NULL;
}

static void busy(void **state)
{
	struct fixture *f = *state;
	struct err e = ERR_INIT;
	struct drv *other;

	MIGRATIONS(f, USERS);
	db_run(f, "CREATE TABLE keep(a)");
	review(f);
	gate(f);
	other = db_open(f, DRV_APPLY);
	assert_int_equal(drv_exec(other, STR("BEGIN IMMEDIATE"), &e), 0);
	expect(f, RC_BUSY, apply(f), NULL);
	assert_non_null(strstr(f->e.hint, "--lock-wait"));
	drv_close(other);
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema"), 1);
}

/* Another process that has the database open, as a dev server does. */
static pid_t reader_start(struct fixture *f, int *wait_fd)
{
	int up[2], down[2];
	char c = 0;
	pid_t pid;

	assert_int_equal(pipe(up) | pipe(down), 0);
	pid = fork();
	if (pid == 0) {
		struct drv *d;
		struct value v;
		struct err e = ERR_INIT;

		close(down[1]);
		d = db_open(f, DRV_BROWSE);
		if (drv_scalar(d, STR("SELECT count(*) FROM keep"), NULL, 0,
		    f->a, &v, &e))
			_exit(1);
		if (write(up[1], "x", 1) != 1 || read(down[0], &c, 1) < 0)
			_exit(1);
		_exit(0);
	}
	close(up[1]);
	close(down[0]);
	assert_int_equal(read(up[0], &c, 1), 1);
	close(up[0]);
	*wait_fd = down[1];
	return pid;
}

static void wal_with_a_reader(void **state)
{
	struct fixture *f = *state;
	int fd, status;
	pid_t pid;

	MIGRATIONS(f, USERS);
	db_run(f, "PRAGMA journal_mode=WAL; CREATE TABLE keep(a)");
	review(f);
	gate(f);
	pid = reader_start(f, &fd);
	expect(f, RC_OK, apply(f), NULL);
	assert_int_equal(f->report->lock.kind, LOCK_SHARED_APPLY);
	assert_true(says(f, "shared apply: 1 other process kept"));
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	no_failed_check(f);
}

/* --- a database that is made ------------------------------------------------------------------ */

static void made_or_not_there(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, USERS);
	review(f);
	gate(f);
	f->o.progress = stop_at;
	static const enum apply_event at = APPLY_COMMITTING;
	f->o.arg = (void *)(uintptr_t)&at;
	expect(f, RC_CANCELLED, apply(f), NULL);
	assert_false(file_stat_of(f->project.db.path.p).exists);
	f->o.progress = NULL;
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	assert_int_equal(db_number(f, "SELECT count(*) FROM users"), 0);
}

static void no_place_for_the_log(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, USERS);
	review(f);
	gate(f);
	put(f, "file", STR("x"));
	f->project.state_root = path_join(f->a, str_z(f->root),
	    STR("file/sub"));
	expect(f, RC_IO, apply(f), NULL);
	assert_non_null(strstr(f->e.hint, "--state"));
	assert_false(file_stat_of(f->project.db.path.p).exists);
}

/* --- down, record, forget ----------------------------------------------------------------------- */

static void back_and_forth(void **state)
{
	struct fixture *f = *state;
	const char *was;
	struct model *empty;

	MIGRATIONS(f, USERS, "CREATE TABLE t(a);");
	expect(f, RC_OK, migrate(f), NULL);
	was = dump(f);
	review(f);
	assert_int_equal(f->steps.n, 0);
	f->plan.to = f->plan.from;
	vec_push(f->a, &f->steps, (struct step){ .kind = STEP_FORGET,
	    .entry = &f->folder->v[1], .track = &f->folder->v[1] });
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	assert_true(says(f, "tracking row of 0001_m removed"));
	assert_int_equal(db_number(f, "SELECT count(*) FROM "
	    "__drizzle_migrations"), 1);
	gate(f);
	expect(f, RC_CONFLICT, apply(f), "taken back by somebody else");
	f->steps.v[0].kind = STEP_RECORD;
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	assert_string_equal(was, dump(f));
	(void)empty;

	/* the way down of 0001 */
	struct entry down = f->folder->v[1];
	const struct entry *one = &down;
	struct run_options ro = { .per_statement = true };
	struct drv *d = db_open(f, DRV_BROWSE);

	down.text = STR("DROP TABLE t;");
	assert_int_equal(predict(d, &one, 1, &ro, f->a, &f->run, &f->e), 0);
	drv_close(d);
	plan_by_hand(f);
	hazard(f, 0, HAZ_ID_DROP_TABLE, "t", 0, "SELECT count(*) FROM t");
	f->steps.v[0] = (struct step){ .kind = STEP_DOWN, .entry = &down,
	    .track = &f->folder->v[1] };
	gate(f);
	expect(f, RC_OK, apply(f), NULL);
	no_failed_check(f);
	assert_non_null(strstr(f->report->title.p, "Rolled back 0001_m"));
	assert_int_equal(db_number(f, "SELECT count(*) FROM sqlite_schema "
	    "WHERE name = 't'"), 0);
}

/* --- the fault loop ------------------------------------------------------------------------------- */

struct fault_at {
	int n, calls;
	enum rc rc;
};

static struct drv *wrap(void *arg, struct drv *d)
{
	struct fault_at *x = arg;

	x->calls = 0;
	return fault_wrap_as(d, x->n, &x->calls, x->rc ? x->rc : RC_DB);
}

static struct str file_bytes(struct fixture *f, const char *path)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct str s;

	assert_int_equal(file_read(path, &b, &e), 0);
	s = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/*
 * Each call fails once, then the run goes through.  What is left is BEFORE
 * with a plain failure, or AFTER with one that says APPLIED, BUT; nothing
 * else, and the next run finishes.
 */
static void fault_loop(struct fixture *f, const char *journal)
{
	struct fault_at x = { 0 };
	const char *before, *after = NULL, *is;
	struct str bytes;
	int plain = 0, but = 0;

	db_run(f, journal);
	before = dump(f);
	bytes = file_bytes(f, f->project.db.path.p);
	f->o.wrap = wrap;
	f->o.wrap_arg = &x;
	for (x.n = 1;; x.n++) {
		enum rc rc = migrate(f);

		is = dump(f);
		if (rc == RC_OK && x.calls < x.n)
			break;
		if (!strcmp(before, is)) {
			assert_int_not_equal(rc, RC_OK);
			assert_null(f->report);
			plain++;
			continue;
		}
		assert_true(rc == RC_OK || str_starts(str_z(f->e.msg),
		    STR("APPLIED, BUT")));
		assert_non_null(f->report);
		after = after ? after : is;
		assert_string_equal(after, is);
		but++;
		put(f, "app.db", bytes);
	}
	assert_string_equal(after, is);
	assert_true(plain > 25 && but > 5);
	no_failed_check(f);
	f->o.wrap = NULL;
	review(f);
	assert_int_equal(f->steps.n, 0);
	db_run(f, "INSERT INTO p(n) VALUES (5)");	/* no lock is left */
}

static void every_call_fails_once(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, REBUILD(""));
	fault_loop(f, "PRAGMA journal_mode=DELETE");
}

static void every_call_fails_once_wal(void **state)
{
	struct fixture *f = *state;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, REBUILD(""));
	fault_loop(f, "PRAGMA journal_mode=WAL");
}

/*
 * Another has the database at each call once, also at every COMMIT and BEGIN
 * of a run of several transactions.  What is left is after one of them, whole;
 * and the same command goes on.
 */
static void busy_at_every_call(void **state)
{
	struct fixture *f = *state;
	struct fault_at x = { .rc = RC_BUSY };
	const char *seen[4] = { NULL }, *is, *after;
	struct str bytes;
	size_t nseen = 0;
	int failures = 0;

	MIGRATIONS(f, PARENT);
	expect(f, RC_OK, migrate(f), NULL);
	parents(f);
	MIGRATIONS(f, PARENT, "CREATE TABLE y(a);", REBUILD(""),
	    "CREATE TABLE z(a);");
	bytes = file_bytes(f, f->project.db.path.p);
	expect(f, RC_OK, migrate(f), NULL);
	after = dump(f);
	f->o.wrap_arg = &x;
	for (x.n = 1;; x.n++) {
		size_t i = 0;
		enum rc rc;

		put(f, "app.db", bytes);
		f->o.wrap = wrap;
		rc = migrate(f);
		if (rc == RC_OK && x.calls < x.n)
			break;
		failures += rc != RC_OK;
		is = dump(f);
		while (i < nseen && strcmp(seen[i], is))
			i++;
		assert_true(i < 4);
		seen[i] = is;
		nseen += i == nseen;
		f->o.wrap = NULL;
		if (strcmp(is, after))
			expect(f, RC_OK, migrate(f), NULL);
		assert_string_equal(dump(f), after);
	}
	/* before, after the first of them, after the rebuild, after all */
	assert_int_equal(nseen, 4);
	assert_true(failures > 40);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(applies_all_in_one),
		TEST(fails_in_the_middle),
		TEST(rebuild_keeps_children),
		TEST(rebuild_that_loses_is_refused),
		TEST(orphans_roll_back),
		TEST(old_orphans_are_no_reason),
		TEST(deletes_are_accounted_for),
		TEST(losses_may_not_grow),
		TEST(losses_are_counted_in_place),
		TEST(report_tells_what_was_updated),
		TEST(gone_is_named),
		TEST(record_changes_nothing_else),
		TEST(moved_since),
		TEST(each_keeps_what_is_committed),
		TEST(each_before_a_mixed_file),
		TEST(damage_refuses),
		TEST(cut_where_keys_differ),
		TEST(cancelled),
		TEST(busy),
		TEST(wal_with_a_reader),
		TEST(made_or_not_there),
		TEST(no_place_for_the_log),
		TEST(back_and_forth),
		TEST(every_call_fails_once),
		TEST(every_call_fails_once_wal),
		TEST(busy_at_every_call),
	};

	return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}

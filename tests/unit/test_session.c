/*
 * test_session.c: a project opened for looking: states, findings, drift, what
 * to type next, and which files a review takes.
 */
#include "unit/lite.h"

#include "base/clock.h"
#include "base/fs.h"
#include "op/session.h"

#define FILES_MAX 120

static int count;
static char root[300];

static struct str in_root(const char *x)
{
	return arena_printf(arena, "%s/%s", root, x);
}

static void write_file(const char *rel, const char *text)
{
	err = (struct err)ERR_INIT;
	OK(file_write_atomic(in_root(rel).p, str_z(text), 0600, &err));
}

/* A project with these migration files (NULL at the end), tags "0000_m" … */
static void make_project(const char *const *files)
{
	struct sbuf b = SBUF_TEXT;

	snprintf(root, sizeof(root), "%s/p%d", folder, count++);
	err = (struct err)ERR_INIT;
	OK(dir_make(in_root("drizzle/meta").p, 0700, &err));
	SQL(&b, "{\"version\":\"7\",\"dialect\":\"sqlite\",\"entries\":[");
	for (int i = 0; files[i]; i++) {
		char rel[64];

		sbuf_addf(&b, "%s{\"idx\":%d,\"version\":\"6\",\"when\":%d,"
		    "\"tag\":\"%04d_m\",\"breakpoints\":true}", i ? "," : "",
		    i, 1000 + i, i);
		snprintf(rel, sizeof(rel), "drizzle/%04d_m.sql", i);
		if (*files[i])
			write_file(rel, files[i]);
	}
	SQL(&b, "]}");
	write_file("drizzle/meta/_journal.json", b.p);
	sbuf_free(&b);
}

static void with_db(const char *sql)
{
	struct drv *d = opened(in_root("app.db").p, DRV_STORE);

	run(d, sql);
	drv_close(d);
}

/* Record the first n files as drizzle would. */
static void record(const char *const *files, int n)
{
	struct drv *d = opened(in_root("app.db").p, DRV_STORE);
	char hex[SHA256_HEX + 1];

	run(d, dialect_sqlite.tracking_create);
	for (int i = 0; i < n; i++) {
		struct sha256 h = sha256_of(str_z(files[i]));

		sha256_hex(&h, hex);
		run(d, arena_printf(arena, "INSERT INTO __drizzle_migrations"
		    "(hash, created_at) VALUES('%s', %d)", hex, 1000 + i).p);
	}
	drv_close(d);
}

static struct session *open_session(void)
{
	struct project_request rq = { .target = str_z(root),
		.cwd = str_z(root), .env = env_new(arena, NULL),
		.db = STR("app.db") };
	struct project *p = NULL;
	struct session *s = NULL;

	err = (struct err)ERR_INIT;
	OK(project_find(&rq, arena, &p, &err));
	OK(session_open(p, &s, &err));
	return s;
}

static struct status status_of(struct session *s)
{
	struct status st = { 0 };

	err = (struct err)ERR_INIT;
	OK(status_build(s, true, arena, &st, &err));
	return st;
}

#define IS(got, want) is_at((got), (want), __LINE__)
static void is_at(struct str got, const char *want, int line)
{
	if (!str_is(got, want))
		fail_msg("line %d: \"%.*s\", not \"%s\"", line, STR_ARG(got),
		    want);
}

static const char *const two[] = {
	"CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);",
	"ALTER TABLE users ADD COLUMN mail TEXT;", NULL };

static void no_database_yet(void **state)
{
	struct session *s;
	struct status st;
	struct review_request rq = { .measure = true };
	struct review *r = NULL;

	(void)state;
	make_project(two);
	s = open_session();
	assert_int_equal(s->db_state, DB_MISSING);
	assert_null(s->db);
	st = status_of(s);
	assert_true(st.drift.known);
	IS(st.next, "weir review");
	OK(review_build(s, &rq, arena, &r, &err));
	assert_int_equal(r->plan->from->nobjs, 0);
	assert_non_null(model_table(r->plan->to, STR(""), STR("users")));
	assert_int_equal(r->plan->counts[CLASS_SAFE], 2);
	assert_false(file_stat_of(in_root("app.db").p).exists);
	session_close(s);
}

static void up_to_date(void **state)
{
	struct session *s;
	struct status st;
	const struct entry **v = NULL;
	size_t n = 9;
	struct review_request rq = { 0 };

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
	    "ALTER TABLE users ADD COLUMN mail TEXT");
	record(two, 2);
	s = open_session();
	assert_null(s->live);		/* no schema was read for this */
	OK(review_entries(s, &rq, arena, &v, &n, &err));
	assert_int_equal(n, 0);
	assert_null(s->live);
	st = status_of(s);
	assert_true(st.drift.known);
	assert_int_equal(st.drift.changes.n, 0);
	assert_int_equal(st.nfindings, 0);
	IS(st.next, "");
	session_close(s);
}

static void drift_is_seen(void **state)
{
	struct session *s;
	struct status st;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
	    "ALTER TABLE users ADD COLUMN mail TEXT;"
	    "ALTER TABLE users ADD COLUMN by_hand TEXT");
	record(two, 2);
	s = open_session();
	st = status_of(s);
	assert_true(st.drift.known);
	assert_int_equal(st.drift.changes.n, 1);
	IS(st.drift.changes.v[0].to->name, "by_hand");
	IS(st.next, "weir diff migrations db");
	session_close(s);
}

static void present_not_recorded(void **state)
{
	struct session *s;
	struct status st;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT);"
	    "ALTER TABLE users ADD COLUMN mail TEXT");
	record(two, 1);
	s = open_session();
	st = status_of(s);
	assert_int_equal(s->states.v[1].state, MIG_PENDING);
	assert_true(s->states.v[1].present_not_recorded);
	assert_false(s->states.v[0].recorded_not_present);
	IS(st.next, "weir mark --all-present");
	session_close(s);
}

static void recorded_not_present(void **state)
{
	struct session *s;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)");
	record(two, 2);
	s = open_session();
	(void)status_of(s);
	assert_true(s->states.v[1].recorded_not_present);
	assert_false(s->states.v[0].recorded_not_present);
	session_close(s);
}

static void replay_stops(void **state)
{
	static const char *const files[] = {
		"ALTER TABLE users ADD COLUMN mail TEXT;",
		"CREATE TABLE n(a);", NULL };
	struct session *s;
	struct status st;
	struct review_request rq = { .measure = true };
	struct review *r = NULL;

	(void)state;
	make_project(files);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, mail TEXT)");
	record(files, 1);
	s = open_session();
	st = status_of(s);
	assert_false(st.drift.known);
	assert_int_equal(st.drift.cause, STOP_BASELINE);
	assert_non_null(strstr(st.drift.why.where, "0000_m.sql:1:1"));
	/* and the review works all the same */
	OK(review_build(s, &rq, arena, &r, &err));
	assert_false(r->drift.known);
	assert_int_equal(r->plan->changes.n, 1);
	session_close(s);
}

/* A file that stops because all of it is there is no file to mend. */
static void stops_at_what_is_present(void **state)
{
	struct review_request rq = { .measure = true };
	struct review *r = NULL;
	struct session *s;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT,"
	    " mail TEXT)");
	s = open_session();
	OK(review_build(s, &rq, arena, &r, &err));
	assert_int_equal(r->plan->nhaz, 1);
	assert_string_equal(r->plan->haz[0].def->slug, "already-present");
	assert_int_equal(r->plan->haz[0].sev, SEV_BLOCKED);
	IS(r->plan->drizzle, "");
	session_close(s);
	/* half of it is */
	make_project((const char *const[]){ "CREATE TABLE more(x);"
	    "CREATE TABLE users(x);", NULL });
	with_db("CREATE TABLE users(x)");
	s = open_session();
	OK(review_build(s, &rq, arena, &r, &err));
	assert_string_equal(r->plan->haz[0].def->slug, "statement-fails");
	session_close(s);
}

static void edited_and_unknown(void **state)
{
	static const char *const was[] = {
		"CREATE TABLE users(id INTEGER PRIMARY KEY);", NULL };
	struct session *s;
	struct status st;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)");
	record(was, 1);
	with_db("INSERT INTO __drizzle_migrations(hash, created_at)"
	    " VALUES('feed', 5000)");
	s = open_session();
	st = status_of(s);
	assert_int_equal(s->states.v[0].state, MIG_EDITED);
	assert_int_equal(s->states.v[1].state, MIG_OUT_OF_ORDER);
	assert_int_equal(st.nfindings, 3);
	assert_string_equal(st.findings[0].code, "FD1");
	assert_string_equal(st.findings[1].code, "FD2");
	assert_string_equal(st.findings[2].code, "FD4");
	session_close(s);
}

static void out_of_order_is_asked_for(void **state)
{
	static const char *const three[] = {
		"CREATE TABLE a(x);", "CREATE TABLE b(x);",
		"CREATE TABLE c(x);", NULL };
	struct str tag = STR("0001_m");
	struct review_request rq = { 0 };
	const struct entry **v = NULL;
	struct review *r = NULL;
	struct session *s;
	size_t n = 0;

	(void)state;
	make_project(three);
	with_db("CREATE TABLE a(x);CREATE TABLE c(x)");
	record(three, 3);
	with_db("DELETE FROM __drizzle_migrations WHERE created_at = 1001");
	s = open_session();
	IS(status_of(s).next, "weir review --include 0001_m");
	RC(RC_INCONSISTENT, review_entries(s, &rq, arena, &v, &n, &err));
	assert_non_null(strstr(err.hint, "--include 0001_m"));
	rq.include = &tag;
	rq.ninclude = 1;
	err = (struct err)ERR_INIT;
	OK(review_entries(s, &rq, arena, &v, &n, &err));
	assert_int_equal(n, 1);
	OK(review_build(s, &rq, arena, &r, &err));
	IS(r->plan->drizzle, "would skip 0001_m for ever");
	rq.to = STR("nowhere");
	RC(RC_USAGE, review_entries(s, &rq, arena, &v, &n, &err));
	session_close(s);
}

static void up_to_a_tag(void **state)
{
	struct review_request rq = { .to = STR("0000_m") };
	const struct entry **v = NULL;
	struct session *s;
	size_t n = 0;

	(void)state;
	make_project(two);
	s = open_session();
	OK(review_entries(s, &rq, arena, &v, &n, &err));
	assert_int_equal(n, 1);
	IS(v[0]->tag, "0000_m");
	session_close(s);
}

static void a_file_is_missing(void **state)
{
	static const char *const files[] = { "CREATE TABLE a(x);", "", NULL };
	struct review_request rq = { 0 };
	const struct entry **v = NULL;
	struct session *s;
	size_t n = 0;

	(void)state;
	make_project(files);
	s = open_session();
	RC(RC_INCONSISTENT, review_entries(s, &rq, arena, &v, &n, &err));
	assert_non_null(strstr(err.msg, "0001_m"));
	session_close(s);
}

static void home_made_table(void **state)
{
	struct session *s;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE drizzle_migrations(id, name);"
	    "CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT)");
	s = open_session();
	assert_false(s->track.exists);
	IS(s->track.foreign, "drizzle_migrations");
	IS(status_of(s).next, "weir mark --all-present");
	session_close(s);
}

static void drift_in_the_plan(void **state)
{
	struct review_request rq = { .measure = true };
	struct review *r = NULL;
	struct session *s;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY, name TEXT, x);"
	    "CREATE TABLE mine(a)");
	record(two, 1);
	s = open_session();
	OK(review_build(s, &rq, arena, &r, &err));
	assert_int_equal(r->drift.changes.n, 2);
	assert_int_equal(r->drift_in_plan, 1);
	session_close(s);
}

static void live_follows_the_database(void **state)
{
	const struct model *m = NULL, *again = NULL;
	struct session *s;

	(void)state;
	make_project(two);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY)");
	s = open_session();
	OK(session_live(s, &m, &err));
	OK(session_live(s, &again, &err));
	assert_ptr_equal(m, again);
	with_db("CREATE TABLE later(a)");
	OK(session_live(s, &again, &err));
	assert_non_null(model_table(again, STR(""), STR("later")));
	session_release_db(s);
	assert_null(s->db);
	OK(session_reload(s, &err));
	assert_non_null(s->db);
	session_close(s);
}

static void no_database_at_all(void **state)
{
	struct project_request rq = { .cwd = STR(""), .db = STR("app.db") };
	struct project *p = NULL;
	struct session *s = NULL;

	(void)state;
	make_project(two);
	write_file("app.db", "this is a text file and no database, and it is "
	    "longer than the hundred bytes of a header, so that it is read");
	rq.target = rq.cwd = str_z(root);
	rq.env = env_new(arena, NULL);
	OK(project_find(&rq, arena, &p, &err));
	RC(RC_DB, session_open(p, &s, &err));
	assert_non_null(strstr(err.msg, "is not a SQLite database"));
	assert_non_null(strstr(err.hint, "--db"));
}

/* Creates ask no finder, so no copy is made. */
static void many_pending(void **state)
{
	const char *files[FILES_MAX + 1] = { 0 };
	struct review_request rq = { .measure = true };
	struct review *r = NULL;
	struct session *s;

	(void)state;
	for (int i = 0; i < FILES_MAX; i++)
		files[i] = arena_printf(arena, "CREATE TABLE t%d(id INTEGER "
		    "PRIMARY KEY, a TEXT);\n--> statement-breakpoint\n"
		    "CREATE INDEX i%d ON t%d(a);", i, i, i).p;
	make_project(files);
	with_db("CREATE TABLE users(id INTEGER PRIMARY KEY)");
	s = open_session();
	OK(review_build(s, &rq, arena, &r, &err));
	assert_int_equal(r->plan->n, 2 * FILES_MAX);
	assert_false(r->plan->rehearsed);
	assert_int_equal(r->plan->changes.n, FILES_MAX);
	for (size_t i = 0; i < FILES_MAX; i++) {
		const struct change *c = &r->plan->v[2 * i].changes.v[0];

		assert_int_equal(r->plan->v[2 * i].changes.n, 1);
		assert_int_equal(r->plan->v[2 * i + 1].changes.n, 0);
		assert_true(stmt_touches(&r->plan->v[2 * i], NULL, c->to));
		IS(r->plan->v[2 * i].down, arena_printf(arena,
		    "DROP TABLE \"t%zu\"", i).p);
	}
	IS(r->plan->drizzle, "same");
	session_close(s);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(no_database_yet),
		cmocka_unit_test(up_to_date),
		cmocka_unit_test(drift_is_seen),
		cmocka_unit_test(present_not_recorded),
		cmocka_unit_test(recorded_not_present),
		cmocka_unit_test(replay_stops),
		cmocka_unit_test(edited_and_unknown),
		cmocka_unit_test(out_of_order_is_asked_for),
		cmocka_unit_test(up_to_a_tag),
		cmocka_unit_test(a_file_is_missing),
		cmocka_unit_test(home_made_table),
		cmocka_unit_test(stops_at_what_is_present),
		cmocka_unit_test(drift_in_the_plan),
		cmocka_unit_test(live_follows_the_database),
		cmocka_unit_test(no_database_at_all),
		cmocka_unit_test(many_pending),
	};

	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

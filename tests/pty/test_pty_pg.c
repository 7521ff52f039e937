/*
 * pty, PostgreSQL: the server goes and comes while rows are looked at; its
 * password is asked for on the screen and stands nowhere; connecting can be
 * stopped.
 */
#include "tests/unit/pg.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/lib/random_keys.h"

static struct vt *start(const char *url)
{
	static char home[96];
	char *argv[] = { pty_program("weir"), "studio", "--fresh",
		(char *)(uintptr_t)url, NULL };
	char *envp[] = { home, NULL };

	snprintf(home, sizeof(home), "HOME=%s", pg_dir);
	return vt_start(argv, envp, 120, 36);
}

static const char *url_of_socket(void)
{
	static char url[256];

	snprintf(url, sizeof(url), "postgresql://weir@/look?host=%s&port=%d",
	    pg_dir, pg_port);
	return url;
}

static void quit(struct vt *v)
{
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	vt_stop(v);
}

/* Stopped while browsing: the rows stay, a banner tells, it goes on. */
static void the_server_goes_and_comes(void **state)
{
	struct vt *v = start(url_of_socket());

	(void)state;
	assert_true(vt_wait(v, "row 27"));
	assert_true(vt_wait(v, "of 3,000"));
	assert_int_equal(pg_tool("halt", "immediate"), 0);
	/* a page that is not held yet */
	vt_send(v, STR("\tG"));
	assert_true(vt_wait(v, "connection lost"));
	assert_true(vt_shows(v, "row 26"));
	assert_true(vt_wait(v, "R now"));
	vt_send(v, STR("jj"));
	assert_true(vt_wait(v, "Row 3"));
	assert_int_equal(pg_tool("restart", "fast"), 0);
	vt_send(v, STR("R"));
	/* it tries by itself too: then R wipes the message */
	assert_true(vt_wait_gone(v, "connection lost"));
	assert_true(vt_wait(v, "Row 3"));
	assert_true(vt_wait(v, "rows 1"));	/* at the same lines */
	vt_send(v, STR("G"));
	assert_true(vt_wait(v, "row 3000"));
	quit(v);
}

/* Only the connection ended: it is made again at once. */
/* A query that never ends: the rows of before stay, keys move over them, Esc
 * ends it on the server. */
static void a_query_without_end_is_stopped(void **state)
{
	struct vt *v = start(url_of_socket());

	(void)state;
	assert_true(vt_wait(v, "row 27"));
	assert_true(vt_wait(v, "of 3,000"));
	vt_send(v, STR("\tF"));
	assert_true(vt_wait(v, "Enter accept"));
	vt_send(v, STR("pg_sleep(600) is null\r"));
	assert_true(vt_wait(v, "Esc stops"));
	vt_send(v, STR("j"));
	assert_true(vt_wait(v, "Row 2"));
	assert_true(vt_shows(v, "Esc stops"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait_gone(v, "Esc stops"));
	assert_true(vt_shows(v, "row 27"));
	quit(v);
}

static void a_killed_connection_is_made_again(void **state)
{
	struct vt *v = start(url_of_socket());
	struct drv *d = pg_conn("postgres", DRV_APPLY);
	struct arena *a = arena_new();
	struct value n = { .i = 1 };
	struct err e = ERR_INIT;

	(void)state;
	assert_true(vt_wait(v, "row 27"));
	assert_true(vt_wait(v, "of 3,000"));
	pg_run(d, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
	    "WHERE datname = 'look'");
	while (n.i)
		assert_ok(drv_scalar(d, STR("SELECT count(*), pg_sleep(0.01) "
		    "FROM pg_stat_activity WHERE datname = 'look'"), NULL, 0,
		    a, &n, &e), &e);
	arena_free(a);
	drv_close(d);
	vt_send(v, STR("\tG"));
	/* the key that found it gone is carried out */
	assert_true(vt_wait(v, "row 3000"));
	assert_true(vt_wait_gone(v, "connection lost"));
	quit(v);
}

/* The server counts what others have written once their session ends. */
static void what_others_write_is_noticed(void **state)
{
	struct vt *v = start(url_of_socket());
	struct drv *d;

	(void)state;
	assert_true(vt_wait(v, "row 27"));
	assert_true(vt_wait(v, "of 3,000"));
	vt_send(v, STR("\tj"));
	assert_true(vt_wait(v, "Row 2"));
	assert_false(vt_shows(v, "changed"));
	d = pg_conn("look", DRV_APPLY);
	pg_run(d, "UPDATE t SET name = name WHERE id = 3000");
	drv_close(d);
	assert_true(vt_send_until(v, STR("j"), "changed by another program"));
	vt_send(v, STR("k"));
	assert_true(vt_wait(v, "changed  rows"));
	quit(v);
}

static void the_password_is_asked_for_and_hidden(void **state)
{
	char url[256];
	struct vt *v;

	(void)state;
	snprintf(url, sizeof(url), "postgresql://weir@127.0.0.1:%d/look",
	    pg_port);
	v = start(url);
	assert_true(vt_wait(v, "Password of weir for look"));
	for (int i = 0; i < 3; i++) {
		vt_send(v, STR("wrong"));
		assert_true(vt_wait(v, "•••••"));
		vt_send(v, STR("\r"));
		assert_true(vt_wait_gone(v, "•••••"));
		assert_true(vt_wait(v, i < 2 ? "was not accepted" :
		    "password authentication failed"));
	}
	vt_send(v, STR("R"));
	assert_true(vt_wait(v, "Password of weir for look"));
	assert_false(vt_shows(v, "was not accepted"));
	vt_send(v, STR("wrong"));
	assert_true(vt_wait(v, "•••••"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait_gone(v, "•••••"));
	assert_true(vt_wait(v, "was not accepted"));
	vt_send(v, STR("secret"));
	assert_true(vt_wait(v, "••••••"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "row 27"));
	/* the next connection of this sitting asks no more */
	vt_send(v, STR("R"));
	assert_true(vt_wait(v, "row 27"));
	assert_false(vt_shows(v, "Password"));
	assert_false(vt_wrote(v, "secret"));
	quit(v);
}

static void no_password_is_no_connection(void **state)
{
	char url[256];
	struct vt *v;

	(void)state;
	snprintf(url, sizeof(url), "postgresql://weir@127.0.0.1:%d/look",
	    pg_port);
	v = start(url);
	assert_true(vt_wait(v, "Password of weir for look"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait_gone(v, "Password of weir"));
	assert_true(vt_wait(v, "try again"));
	quit(v);
}

/* A folder with one pending migration for a database labelled production. */
static const char *guarded_project(void)
{
	static char dir[256], text[1024];

	snprintf(dir, sizeof(dir), "%s/guarded", pg_dir);
	snprintf(text, sizeof(text), "mkdir -p %s/drizzle/meta "
	    "%s/.config/weir", dir, pg_dir);
	assert_int_equal(system(text), 0);
	pty_put(pg_dir, ".config/weir/config", "[environment \"live\"]\n"
	    "match = *look\nproduction = yes\n");
	snprintf(text, sizeof(text), "{\"dialect\":\"postgresql\",\"out\":"
	    "\"./drizzle\",\"dbCredentials\":{\"url\":\"%s\"}}",
	    url_of_socket());
	pty_put(dir, "drizzle.config.json", text);
	pty_put(dir, "drizzle/meta/_journal.json", "{\"version\":\"7\","
	    "\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,"
	    "\"version\":\"7\",\"when\":1700000000000,"
	    "\"tag\":\"0000_more\",\"breakpoints\":true}]}");
	pty_put(dir, "drizzle/0000_more.sql",
	    "ALTER TABLE \"t\" ADD COLUMN \"more\" text;");
	return dir;
}

static int64_t scratch_databases(void)
{
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	struct arena *a = arena_new();
	struct value n = { 0 };
	struct err e = ERR_INIT;

	assert_ok(drv_scalar(d, STR("SELECT count(*) FROM pg_database WHERE "
	    "datname LIKE 'weir\\_scratch\\_%'"), NULL, 0, a, &n, &e), &e);
	drv_close(d);
	arena_free(a);
	return n.i;
}

/* Nothing is made on such a server unasked; no is the default and no end. */
static void scratch_is_asked_about(void **state)
{
	struct vt *v = start(guarded_project());

	(void)state;
	assert_true(vt_wait(v, "row 27"));
	vt_send(v, STR("3"));
	assert_true(vt_wait(v, "do not: the review runs no file"));
	assert_true(vt_shows(v, "weir_scratch_..."));
	assert_true(vt_shows(v, "labelled production"));
	assert_int_equal(scratch_databases(), 0);
	vt_send(v, STR("\r"));
	assert_true(vt_wait_gone(v, "do not: the review"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "not executed"));
	assert_int_equal(scratch_databases(), 0);
	/* a new look asks again; a server that is none is said, then yes */
	vt_send(v, STR("q"));
	assert_true(vt_wait(v, "Enter review"));
	vt_send(v, STR("R"));
	assert_true(vt_wait(v, "make it on another server"));
	vt_send(v, STR("u"));
	assert_true(vt_wait(v, "URL of a server"));
	vt_send(v, STR("mysql://x/y\r"));
	assert_true(vt_wait(v, "named there is MySQL"));
	assert_true(vt_wait(v, "URL of a server"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait(v, "make it on another server"));
	vt_send(v, STR("y"));
	assert_true(vt_wait_gone(v, "make it on another server"));
	vt_send(v, STR("\r"));
	assert_true(vt_wait(v, "no rewrite"));
	assert_true(scratch_databases() > 0);
	vt_send(v, STR("q"));
	assert_true(vt_wait(v, "Enter review"));
	quit(v);
	assert_int_equal(scratch_databases(), 0);
}

/* A server that takes the connection and says nothing. */
static void connecting_can_be_stopped(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char url[256];
	struct vt *v;

	(void)state;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, n), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	snprintf(url, sizeof(url), "postgresql://weir@127.0.0.1:%d/silent",
	    ntohs(at.sin_port));
	v = start(url);
	assert_true(vt_wait(v, "opening 127.0.0.1"));
	vt_send(v, STR("\033"));
	assert_true(vt_wait(v, "try again"));
	vt_send(v, STR("R"));
	assert_true(vt_wait(v, "opening"));
	quit(v);
	close(fd);
}

static const char random_made[] =
	"CREATE TYPE mood AS ENUM ('sad', 'glad');"
	"CREATE TABLE " RANDOM_GATED " (id int PRIMARY KEY, mail text, b bytea, m "
	"mood DEFAULT 'sad');"
	"CREATE TABLE posts (id int PRIMARY KEY, owner int REFERENCES " RANDOM_GATED
	"(id) ON DELETE CASCADE, body jsonb, at timestamptz, UNIQUE(owner, "
	"at)); CREATE VIEW v AS SELECT mail FROM " RANDOM_GATED ";";
static const char random_filled[] =
	"INSERT INTO " RANDOM_GATED " SELECT i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 "
	"THEN 'm' || i || '@' || chr(27) || '[31m' || chr(9) || chr(22259) || "
	"chr(128105) || chr(8205) || chr(128187) || chr(8238) ELSE '' END, "
	"decode(md5(i::text), 'hex') FROM generate_series(1, 900) i;"
	"INSERT INTO posts SELECT id, id, jsonb_build_object('k', id), now() + "
	"id * interval '1 minute' FROM " RANDOM_GATED ";";

/* All that the two tables, the catalogue and the tracking table hold. */
static void state_of(char out[33])
{
	struct drv *d = pg_conn("random", DRV_APPLY);
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct value v = { 0 };

	assert_ok(drv_scalar(d, STR("SELECT md5((SELECT string_agg(t::text, '|' "
	    "ORDER BY id) FROM " RANDOM_GATED " t) || (SELECT "
	    "string_agg(t::text, '|' ORDER BY id) FROM posts t) || (SELECT "
	    "string_agg(t::text, '|') FROM drizzle.__drizzle_migrations t) || "
	    "(SELECT string_agg(relname, '|' ORDER BY oid) FROM pg_class "
	    "WHERE relnamespace::regnamespace::text !~ '^pg_'))"), NULL, 0, a,
	    &v, &e), &e);
	assert_int_equal(v.s.n, 32);
	memcpy(out, v.s.p, 32);
	out[32] = '\0';
	arena_free(a);
	drv_close(d);
}

static void random_keys_change_nothing(void **state)
{
	char dir[PTY_DIR], url[256], before[33], after[33];
	struct drv *d;

	(void)state;
	pty_dir(dir);
	pg_fresh("random");
	snprintf(url, sizeof(url), "postgresql://weir@/random?host=%s&port=%d",
	    pg_dir, pg_port);
	random_project(dir, "postgresql", url, random_made);
	d = pg_conn("random", DRV_APPLY);
	pg_run(d, random_filled);
	drv_close(d);
	state_of(before);
	random_keys(dir);
	state_of(after);
	assert_string_equal(before, after);
	assert_int_equal(scratch_databases(), 0);
	pty_wipe(dir);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_server_goes_and_comes),
		cmocka_unit_test(a_query_without_end_is_stopped),
		cmocka_unit_test(a_killed_connection_is_made_again),
		cmocka_unit_test(what_others_write_is_noticed),
		cmocka_unit_test(the_password_is_asked_for_and_hidden),
		cmocka_unit_test(no_password_is_no_connection),
		cmocka_unit_test(connecting_can_be_stopped),
		cmocka_unit_test(scratch_is_asked_about),
		cmocka_unit_test(random_keys_change_nothing),
	};
	struct drv *d;
	int failed;

	pg_up(NULL);
	pg_fresh("look");
	d = pg_conn("look", DRV_APPLY);
	pg_run(d, "CREATE TABLE t AS SELECT g AS id, 'row ' || g AS name FROM "
	    "generate_series(1, 3000) g; ALTER TABLE t ADD PRIMARY KEY (id);"
	    "ANALYZE t");
	pg_run(d, "CHECKPOINT");	/* its WAL is not flushed */
	drv_close(d);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pg_down();
	return failed;
}

/* test_runlog.c: the run's record: its form, damage, what is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/fs.h"
#include "op/undo/undo.h"

static struct arena *a;
static char root[64];
static struct project proj;

static void wipe(const char *dir)
{
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
}

static int setup(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	a = arena_new();
	snprintf(root, sizeof(root), "/tmp/weir-runlog-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	clock_fix(1763740800123);
	proj = (struct project){ .a = a, .dialect = DIALECT_SQLITE,
		.db_label = STR("app.db") };
	proj.db.path = path_join(a, str_z(root), STR("app.db"));
	proj.state_root = path_join(a, str_z(root), STR(".weir"));
	return (int)file_write_atomic(arena_z(a, proj.db.path), STR(""), 0644,
	    &e);
}

static int teardown(void **state)
{
	(void)state;
	wipe(root);
	arena_free(a);
	return 0;
}

static char *in(const char *dir, const char *name)
{
	return arena_z(a, path_join(a, str_z(dir), str_z(name)));
}

static struct str text_of(const char *path)
{
	struct sbuf b = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct str s;

	assert_int_equal(file_read(path, &b, &e), 0);
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void put(const char *path, struct str s)
{
	struct err e = ERR_INIT;

	assert_int_equal(file_write_atomic(path, s, 0600, &e), 0);
}

static struct run_log *open_log(void)
{
	struct run_log *l = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(run_log_open(&proj, &l, &e), 0);
	return l;
}

static void form(void **state)
{
	struct run_log *l = open_log();
	struct err e = ERR_INIT;
	const struct log_record *v;
	struct stat st;
	size_t n;
	char *dir = arena_z(a, str_z(run_log_dir(l)));

	(void)state;
	run_log_add(l, LOG_START, STR("{\"what\":\"migrate\"}"));
	run_log_add(l, LOG_STMT, STR("{\"sql\":\"a b\\nc\"}"));
	run_log_add(l, LOG_END, STR(""));
	assert_int_equal(run_log_sync(l, &e), 0);
	assert_int_equal(run_log_file(l, "0001_a/before.json", STR("{}"), &e),
	    0);
	run_log_close(l);
	assert_true(str_starts(text_of(in(dir, "run.log")),
	    STR("0 1763740800123 start {\"what\":\"migrate\"} ")));
	assert_int_equal(run_log_read(dir, a, &v, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_int_equal(v[1].event, LOG_STMT);
	assert_int_equal(v[1].ms, 1763740800123);
	assert_true(str_is(v[1].text, "{\"sql\":\"a b\\nc\"}"));
	assert_true(str_is(v[2].text, "{}"));
	assert_true(str_is(text_of(in(dir, "0001_a/before.json")), "{}"));
	assert_true(str_is(text_of(in(proj.state_root.p, ".gitignore")),
	    "*\n"));
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(proj.state_root.p, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(in(dir, "run.log"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Cut the log at every byte: what is read is always a prefix of records. */
static void torn_anywhere(void **state)
{
	struct run_log *l = open_log();
	char *dir = arena_z(a, str_z(run_log_dir(l)));
	struct err e = ERR_INIT;
	const struct log_record *v;
	struct str whole;
	size_t n, most = 0;

	(void)state;
	run_log_add(l, LOG_START, STR("{\"tags\":[\"0001_a\"]}"));
	run_log_add(l, LOG_TX_BEGIN, STR("{\"foreign_keys\":true}"));
	run_log_add(l, LOG_COMMIT_SENT, STR("{}"));
	run_log_close(l);
	whole = text_of(in(dir, "run.log"));
	for (size_t cut = 0; cut <= whole.n; cut++) {
		put(in(dir, "run.log"), str_sub(whole, 0, cut));
		assert_int_equal(run_log_read(dir, a, &v, &n, &e), 0);
		assert_true(n >= most);
		most = n;
		for (size_t i = 0; i < n; i++)
			assert_int_equal(v[i].seq, i);
	}
	assert_int_equal(most, 3);
	/* a flipped bit in the middle is damage, at the end a torn record */
	for (size_t at = 0; at < whole.n; at++) {
		char *bad = arena_z(a, whole);

		bad[at] ^= 1;
		put(in(dir, "run.log"), (struct str){ bad, whole.n });
		if (run_log_read(dir, a, &v, &n, &e) == RC_OK)
			assert_true(n < 3);
	}
}

static void list_and_interrupted(void **state)
{
	struct entry en = { .tag = STR("0001_a") };
	struct track_row row = { .created_at = 1 };
	struct mig m = { .entry = &en };
	struct states st = { .v = &m, .n = 1 };
	const struct run_summary *v;
	struct run_log *l;
	struct err e = ERR_INIT;
	struct str s;
	size_t n;

	(void)state;
	clock_fix(1763740900000);
	l = open_log();
	run_log_add(l, LOG_START,
	    STR("{\"what\":\"migrate\",\"tags\":[\"0001_a\"]}"));
	assert_int_equal(run_list(&proj, a, &v, &n, &e), 0);
	assert_true(v[0].running);
	assert_int_equal(run_interrupted(v, n, &st, a).n, 0);
	run_log_close(l);	/* its process is gone, no end */
	assert_int_equal(run_list(&proj, a, &v, &n, &e), 0);
	assert_true(n >= 1);
	assert_false(v[0].running);
	assert_false(v[0].ended);
	assert_int_equal(v[0].started, 1763740900000);
	s = run_interrupted(v, n, &st, a);
	assert_non_null(strstr(s.p, "the migrate of 2025-11-21 16:01 was cut"
	    " off: 0001_a was not begun"));
	assert_true(run_unfinished(v, n, &st));
	m.row = &row;
	s = run_interrupted(v, n, &st, a);
	assert_non_null(strstr(s.p, "0001_a is applied"));
	assert_false(run_unfinished(v, n, &st));
	m.row = NULL;

	clock_fix(1763741000000);
	l = open_log();
	run_log_add(l, LOG_START,
	    STR("{\"what\":\"migrate\",\"tags\":[\"0001_a\",\"0002_b\"]}"));
	run_log_add(l, LOG_COMMITTED, STR("{\"tags\":[\"0001_a\"]}"));
	run_log_add(l, LOG_ROLLED_BACK, STR("{}"));
	run_log_add(l, LOG_END, STR("{}"));
	assert_int_equal(run_log_file(l, "report.json", STR("{\"x\":1}"), &e),
	    0);
	run_log_close(l);
	assert_int_equal(run_list(&proj, a, &v, &n, &e), 0);
	assert_true(v[0].ended && v[0].rolled_back);
	assert_int_equal(v[0].planned.n, 2);
	assert_int_equal(v[0].committed.n, 1);
	assert_true(str_is(v[0].report_json, "{\"x\":1}"));
	assert_int_equal(run_interrupted(v, n, &st, a).n, 0);
}

static void two_at_once(void **state)
{
	struct run_log *x = open_log(), *y = open_log();

	(void)state;
	assert_string_not_equal(run_log_dir(x), run_log_dir(y));
	run_log_close(x);
	run_log_close(y);
}

static void nowhere_to_write(void **state)
{
	struct project p = proj;
	struct run_log *l = NULL;
	struct err e = ERR_INIT;

	(void)state;
	p.state_root = path_join(a, proj.db.path, STR("sub"));
	assert_int_equal(run_log_open(&p, &l, &e), RC_IO);
	assert_null(l);
	assert_non_null(strstr(e.hint, "--state"));
	p.state_root = proj.db.path;
	e = (struct err)ERR_INIT;
	assert_int_equal(state_prepare(&p, &e), RC_IO);
	assert_non_null(strstr(e.hint, "--state"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form),
		cmocka_unit_test(torn_anywhere),
		cmocka_unit_test(list_and_interrupted),
		cmocka_unit_test(two_at_once),
		cmocka_unit_test(nowhere_to_write),
	};

	return cmocka_run_group_tests_name("runlog", tests, setup, teardown);
}

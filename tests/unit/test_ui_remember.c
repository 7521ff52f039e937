/* remember: texts by name, kept in one file from run to run. */
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "ui/remember.h"

static char dir[64], path[128];

static int setup(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/weir-remember-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/made/later", dir);
	return 0;
}

static int teardown(void **state)
{
	char sub[128];

	(void)state;
	unlink(path);
	snprintf(sub, sizeof(sub), "%s/made", dir);
	rmdir(sub);
	return rmdir(dir);
}

static void texts_come_back(void **state)
{
	struct str odd = STR("a\tb\nc\\d\r\0é\x1b\x1f");
	struct remember *r = remember_open(path);
	struct err e = ERR_INIT;
	struct stat st;

	(void)state;
	assert_string_equal(remember_note(r), "");
	assert_str(remember_get(r, STR("tab")), "");
	assert_ok(remember_save(r, &e), &e);
	assert_int_equal(stat(path, &st), -1);	/* nothing to say: no file */
	remember_set(r, STR("tab"), STR("browse"));
	remember_set(r, STR("odd\tname\n"), odd);
	remember_set(r, STR("gone"), STR("x"));
	remember_set(r, STR("gone"), STR(""));
	remember_set(r, STR("tab"), remember_get(r, STR("tab")));
	assert_ok(remember_save(r, &e), &e);
	remember_close(r);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	r = remember_open(path);
	assert_string_equal(remember_note(r), "");
	assert_str(remember_get(r, STR("tab")), "browse");
	assert_true(str_eq(remember_get(r, STR("odd\tname\n")), odd));
	assert_str(remember_get(r, STR("gone")), "");
	remember_close(r);
}

static void there_are_ceilings(void **state)
{
	struct remember *r = remember_open(NULL);
	struct sbuf big = SBUF_TEXT;
	struct err e = ERR_INIT;
	char name[32];

	(void)state;
	sbuf_fill(&big, 'x', REMEMBER_VALUE + 1);
	remember_set(r, STR("big"), STR("small"));
	remember_set(r, STR("big"), sbuf_str(&big));
	assert_str(remember_get(r, STR("big")), "");
	remember_set(r, STR("first"), STR("1"));
	remember_set(r, STR("second"), STR("1"));
	remember_set(r, STR("first"), STR("2"));	/* is the last now */
	for (int i = 0; i < REMEMBER_TEXTS - 1; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		remember_set(r, str_z(name), STR("1"));
	}
	assert_str(remember_get(r, STR("second")), "");
	assert_str(remember_get(r, STR("first")), "2");
	assert_ok(remember_save(r, &e), &e);	/* nowhere */
	remember_close(r);
	sbuf_free(&big);
}

static void a_broken_file_is_none(void **state)
{
	static const struct str t[] = {
		{ "", 0 }, { "weir studio 2\ntab\tx\n", 20 },
		{ "weir studio 1\ntab\tx\nno tab here\n", 32 },
		{ "weir studio 1\ntab\tx\\q\n", 22 },
		{ "weir studio 1\ntab\tx\\", 20 }, { "\0\0\0", 3 },
		{ "weir studio 1\n\tno name\n", 23 },
	};
	struct err e = ERR_INIT;
	struct arena *a = arena_new();
	struct remember *r;

	(void)state;
	assert_ok(dir_make(arena_z(a, path_dir(str_z(path))), 0700, &e), &e);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_ok(file_write_atomic(path, t[i], 0600, &e), &e);
		r = remember_open(path);
		assert_string_equal(remember_note(r), "What was open last time "
		    "is not known: its file is damaged");
		assert_str(remember_get(r, STR("tab")), "");
		/* and it is written anew */
		remember_set(r, STR("tab"), STR("migrate"));
		assert_ok(remember_save(r, &e), &e);
		remember_close(r);
		r = remember_open(path);
		assert_str(remember_get(r, STR("tab")), "migrate");
		remember_close(r);
	}
	arena_free(a);
}

/* Where it cannot be written, what was there stays and the reason is told. */
static void a_file_that_cannot_be_written_is_said(void **state)
{
	struct remember *r = remember_open("/dev/null/not/a/folder");
	struct err e = ERR_INIT;

	(void)state;
	remember_set(r, STR("tab"), STR("browse"));
	assert_int_equal(remember_save(r, &e), RC_IO);
	assert_true(e.msg[0]);
	remember_close(r);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test_setup_teardown(texts_come_back, setup, teardown),
		cmocka_unit_test(there_are_ceilings),
		cmocka_unit_test_setup_teardown(a_broken_file_is_none, setup,
		    teardown),
		cmocka_unit_test(a_file_that_cannot_be_written_is_said),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}

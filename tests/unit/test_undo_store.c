/*
 * test_undo_store.c: the undo store: what is written is read back, value for
 * value; a file that was cut, turned or never finished is not believed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "op/undo/store.h"
#include "tests/unit/unit.h"

struct fixture {
	struct arena *a;
	char dir[64], path[80];
	struct err e;
};

static int setup(void **state)
{
	struct fixture *f = xalloc(sizeof(*f));

	*f = (struct fixture){ .a = arena_new(), .e = ERR_INIT };
	snprintf(f->dir, sizeof(f->dir), "/tmp/weir-store-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->path, sizeof(f->path), "%s/undo.db", f->dir);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	rmdir(f->dir);
	arena_free(f->a);
	xfree(f);
	return 0;
}

static const struct str keys[] = { { "id", 2 } };
static const struct str cols[] = { { "Name", 4 }, { "name", 4 } };

static const struct saved what = {
	.tag = { "0001_x", 6 }, .stmt = 17, .kind = SAVED_CELLS,
	.schema = { "", 0 }, .table = { "we \"ird", 7 },
	.key = { keys, 1 }, .cols = { cols, 2 },
	.reason = { "drop-column", 11 }, .ddl = { "CREATE …", 8 },
};

static const struct value row[] = {
	{ .kind = VALUE_INT, .i = INT64_MIN },
	{ .kind = VALUE_TEXT, .s = { "a\0b\377", 4 }, .full = 4 },
	{ .kind = VALUE_REAL, .r = 0.1 },
};

static struct store *make(struct fixture *f)
{
	struct store *s = NULL;

	assert_int_equal(store_make(str_z(f->dir), DIALECT_SQLITE,
	    STR("app.db"), &s, &f->e), RC_OK);
	return s;
}

static void fill(struct fixture *f, struct store *s, int64_t n,
    struct saved *out)
{
	assert_int_equal(store_begin(s, &f->e), RC_OK);
	assert_int_equal(store_object(s, &what, &f->e), RC_OK);
	for (int64_t i = 0; i < n; i++) {
		struct value v[3];

		memcpy(v, row, sizeof(v));
		v[0].i += i;
		assert_int_equal(store_row(s, v, &f->e), RC_OK);
	}
	assert_int_equal(store_object_end(s, out, &f->e), RC_OK);
}

static enum rc same_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	int64_t *at = arg;

	(void)e;
	assert_int_equal(n, 3);
	assert_int_equal(v[0].i, INT64_MIN + (*at)++);
	assert_true(v[1].kind == VALUE_TEXT && v[1].s.n == 4 &&
	    !memcmp(v[1].s.p, "a\0b\377", 4));
	assert_true(v[2].kind == VALUE_REAL && v[2].r == 0.1);
	return RC_OK;
}

static bool rows_same;
static int64_t rows_read;

static enum rc any_row(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	(void)arg;
	(void)e;
	rows_same = rows_same && n == 3 && v[0].kind == VALUE_INT &&
	    v[0].i == INT64_MIN + rows_read && v[1].kind == VALUE_TEXT &&
	    v[1].s.n == 4 && !memcmp(v[1].s.p, "a\0b\377", 4) &&
	    v[2].kind == VALUE_REAL && v[2].r == 0.1;
	rows_read++;
	return RC_OK;
}

static enum rc read_all(struct fixture *f)
{
	const struct saved *v = NULL;
	struct store *s = NULL;
	size_t n = 0;
	enum rc rc = store_open(str_z(f->dir), &s, &f->e);

	if (!rc)
		rc = store_list(s, f->a, &v, &n, &f->e);
	for (size_t i = 0; !rc && i < n; i++)
		rc = store_read(s, &v[i], any_row, NULL, &f->e);
	store_close(s);
	return rc;
}

static void comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct store *s = make(f);
	const struct saved *v = NULL;
	struct saved done;
	int64_t at = 0;
	size_t n = 0;

	fill(f, s, 5000, &done);
	assert_int_equal(done.rows, 5000);
	assert_int_equal(store_commit(s, &f->e), RC_OK);
	store_close(s);
	assert_int_equal(store_open(str_z(f->dir), &s, &f->e), RC_OK);
	assert_int_equal(store_list(s, f->a, &v, &n, &f->e), RC_OK);
	assert_int_equal(n, 1);
	assert_true(str_eq(v->tag, what.tag) && v->stmt == 17 &&
	    v->kind == SAVED_CELLS && str_eq(v->table, what.table) &&
	    strs_eq(v->key, what.key) && strs_eq(v->cols, what.cols) &&
	    str_eq(v->reason, what.reason) && v->bytes == done.bytes);
	assert_string_equal(v->sha256, done.sha256);
	assert_int_equal(store_read(s, v, same_row, &at, &f->e), RC_OK);
	assert_int_equal(at, 5000);
	store_close(s);
}

static void not_committed_is_not_there(void **state)
{
	struct fixture *f = *state;
	struct store *s = make(f);
	const struct saved *v = NULL;
	size_t n = 9;

	fill(f, s, 3, NULL);
	store_close(s);
	assert_int_equal(store_open(str_z(f->dir), &s, &f->e), RC_OK);
	assert_int_equal(store_list(s, f->a, &v, &n, &f->e), RC_OK);
	assert_int_equal(n, 0);
	store_close(s);
}

static void cut_at_every_page(void **state)
{
	struct fixture *f = *state;
	struct store *s = make(f);
	struct file_stat st;

	fill(f, s, 2000, NULL);
	assert_int_equal(store_commit(s, &f->e), RC_OK);
	store_close(s);
	assert_int_equal(read_all(f), RC_OK);
	st = file_stat_of(f->path);
	assert_true(st.size > 8 * 4096);
	for (int64_t to = st.size - 4096; to > 0; to -= 4096 * 3) {
		assert_int_equal(truncate(f->path, to), 0);
		assert_int_not_equal(read_all(f), RC_OK);
	}
	assert_int_equal(truncate(f->path, 100), 0);
	assert_int_equal(read_all(f), RC_INCONSISTENT);
}

static void a_turned_byte_is_seen(void **state)
{
	struct fixture *f = *state;
	struct store *s = make(f);
	int64_t size;
	int fd, seen = 0;

	fill(f, s, 500, NULL);
	assert_int_equal(store_commit(s, &f->e), RC_OK);
	store_close(s);
	size = file_stat_of(f->path).size;
	fd = open(f->path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	/* refused, or it was a byte that says nothing: the number of a row */
	for (int64_t at = size - 600; at < size; at += 7) {
		char c, turned;

		assert_int_equal(pread(fd, &c, 1, at), 1);
		turned = (char)(c ^ 0x10);
		assert_int_equal(pwrite(fd, &turned, 1, at), 1);
		rows_same = true;
		rows_read = 0;
		if (read_all(f) != RC_OK)
			seen++;
		else
			assert_true(rows_same && rows_read == 500);
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
	}
	close(fd);
	assert_true(seen > 60);
	assert_int_equal(read_all(f), RC_OK);
}

static void a_newer_format_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = make(f);

	assert_int_equal(drv_exec(store_drv(s), STR("PRAGMA user_version = 3"),
	    &f->e), RC_OK);
	store_close(s);
	assert_int_equal(read_all(f), RC_UNSUPPORTED);
	unlink(f->path);
	assert_int_equal(read_all(f), RC_NOTFOUND);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(comes_back_as_it_was),
		TEST(not_committed_is_not_there),
		TEST(cut_at_every_page),
		TEST(a_turned_byte_is_seen),
		TEST(a_newer_format_is_refused),
	};

	return cmocka_run_group_tests_name("undo_store", tests, NULL, NULL);
}

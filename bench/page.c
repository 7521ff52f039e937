/*
 * page: what a page costs inside the library and in a plain client.
 *
 *	page DB N key|sort|stream
 *
 * Table m of `gen rows` or `gen pgrows`; DB is a file or a URL.  N times, alternately: plan and read 80 rows at a
 * random key (or the first ones by a column without an index) as a job of the
 * studio does, and the same rows by SELECT * with every column taken as text;
 * or 1,000,000 rows through a cursor and through the plain client.
 * Prints lines "name n ratio ratio-of-min", then min, median and max
 * of both sides in ms.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "op/rows.h"
#include "plain.h"

#define ROWS 80
#define N_MAX 10000

struct bench {
	struct drv *db;
	struct model *model;
	struct plain *raw;
	struct str schema;
	int64_t keys;
};

static void fail(const char *what)
{
	fprintf(stderr, "page: %s\n", what);
	exit(1);
}

static void ours(const struct bench *b, const char *sort, int64_t key)
{
	struct rows_sort by = { .column = str_z(sort) };
	struct rows_spec spec = { .schema = b->schema, .name = STR("m"),
		.sort = &by,
		.nsort = by.column.n ? 1 : 0 };
	struct value v = { .kind = VALUE_INT, .i = key };
	struct rows_get g = { .from = key ? ROWS_AT : ROWS_FIRST, .key = &v,
		.max = ROWS };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	const struct rows *r = NULL;
	struct rows_page page;

	if (rows_plan(b->model, &spec, a, &r, &e) ||
	    rows_read(b->db, r, &g, a, &page, &e))
		fail(e.msg);
	if (page.n != ROWS)
		fail("rows are missing");
	arena_free(a);
}

static void plain(const struct bench *b, const char *sort, int64_t key)
{
	const char *arg = b->schema.n ? "$1" : "?1";
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT * FROM m WHERE id >= %s "
	    "ORDER BY %s%sid LIMIT %d", arg, sort, *sort ? "," : "", ROWS + 1);
	if (!key)
		snprintf(sql, sizeof(sql), "SELECT * FROM m ORDER BY %s%sid "
		    "LIMIT %d", sort, *sort ? "," : "", ROWS + 1);
	if (plain_query(b->raw, sql, key, false, NULL) != ROWS + 1)
		fail("rows are missing");
}

#define STREAM "SELECT * FROM m LIMIT 1000000"

static void streamed(const struct bench *b, int ours)
{
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	static volatile size_t bytes;
	bool more = true;

	if (!ours) {
		(void)plain_query(b->raw, STREAM, 0, true, NULL);
		return;
	}
	if (drv_query(b->db, STR(STREAM), NULL, 0, 0, &c, &e))
		fail(e.msg);
	while (!cursor_next(c, &more, &e) && more)
		for (size_t i = 0; i < c->ncols; i++)
			bytes += c->row[i].s.n;
	cursor_close(c);
}

static int cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* CPU too: it is what a busy machine leaves comparable. */
static void compare(const struct bench *b, const char *name, const char *sort,
    int64_t keys, size_t n)
{
	static double wall[2][N_MAX], cpu[2][N_MAX];

	for (size_t i = 0; i <= n; i++) {
		int64_t key = keys ? 1 + rand() % (keys - ROWS) : 0;

		for (int k = 0; k < 2; k++) {
			double w = clock_mono_ms(), c = cpu_ms();

			if (!sort)
				streamed(b, !k);
			else if (k)
				plain(b, sort, key);
			else
				ours(b, sort, key);
			if (!i)		/* warms the cache */
				continue;
			wall[k][i - 1] = clock_mono_ms() - w;
			cpu[k][i - 1] = cpu_ms() - c;
		}
	}
	for (int c = 0; c < 2; c++) {
		double (*v)[N_MAX] = c ? cpu : wall;

		for (int k = 0; k < 2; k++)
			qsort(v[k], n, sizeof(double), cmp);
		printf("%-30s %5zu %6.2fx %6.2fx  %9.3f %9.3f %9.3f  "
		    "%9.3f %9.3f %9.3f\n", c ? "  CPU of it" : name, n,
		    v[0][n / 2] / v[1][n / 2], v[0][0] / v[1][0], v[0][0],
		    v[0][n / 2], v[0][n - 1], v[1][0], v[1][n / 2],
		    v[1][n - 1]);
	}
}

int main(int argc, char **argv)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = STR(""),
		.conninfo = STR(""), .search_path = STR("") };
	struct arena *a = arena_new();
	struct bench b = { .keys = 0 };
	struct err e = ERR_INIT;
	struct value max;
	size_t n = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;

	if (!n || n > N_MAX)
		fail("usage: page DB N key|sort|stream");
	b.schema = is_url(argv[1]) ? STR("public") : STR("");
	if (is_url(argv[1])) {
		t.dialect = DIALECT_PG;
		t.conninfo = str_z(argv[1]);
	} else {
		t.path = str_z(argv[1]);
	}
	if (drv_open(&t, DRV_BROWSE, &b.db, &e) ||
	    b.db->ops->introspect(b.db, a, &b.model, &e) ||
	    drv_scalar(b.db, STR("SELECT max(id) FROM m"), NULL, 0, a, &max,
		&e))
		fail(e.msg);
	b.raw = plain_open(argv[1]);
	printf("%-30s %5s %7s %7s  %9s %9s %9s  %9s %9s %9s\n", "page", "n",
	    "times", "of min", "ours min", "med", "max", "raw min", "med",
	    "max");
	if (strcmp(argv[3], "key") == 0) {
		compare(&b, "P18 80 rows at a key", "", max.i, n);
	} else if (strcmp(argv[3], "stream") == 0) {
		compare(&b, "P27 1,000,000 rows", NULL, 0, n);
	} else {
		compare(&b, "P23 sort, no index", "amount", 0, n);
		compare(&b, "P23 sort, no index, text", "name", 0, n);
	}
	plain_close(b.raw);
	drv_close(b.db);
	arena_free(a);
	return 0;
}

/*
 * review: what the side by side of a large change costs, step by step.
 *
 *	review TEXT N
 *
 * TEXT is the SQL of `gen tables`; N times: the changes of all its tables laid
 * out as lines (side_build, on the worker's thread), the lines as rows of a
 * screen of 120x36 (sheet_layout, on the studio's), one screen of them drawn,
 * and another after PgDn.  Once as a first migration, once with a column more
 * and another type in every table.  Prints min, median and max in ms of
 * processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fs.h"
#include "diff/side.h"
#include "drv/drv.h"
#include "ui/widget/sheet.h"

#define N_MAX 1000
#define W 120
#define H 30

enum step { BUILD, LAYOUT, PAINT, SCROLL, STEPS };
static const char *const step_name[STEPS] = { "lines (worker)", "rows",
	"first screen", "next screen" };

static void fail(const char *what)
{
	fprintf(stderr, "review: %s\n", what);
	exit(1);
}

static double cpu_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static const struct model *model_of(struct str sql, struct arena *a)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = STR(""),
		.conninfo = STR(""), .search_path = STR(""), .create = true };
	struct model *m = NULL;
	struct err e = ERR_INIT;
	struct drv *d;

	if (drv_open(&t, DRV_SCRATCH, &d, &e) || drv_exec(d, sql, &e) ||
	    d->ops->introspect(d, a, &m, &e))
		fail(e.msg);
	drv_close(d);
	return m;
}

/* A column more in every table, and one of another type. */
static struct str changed(struct str sql, struct arena *a)
{
	const struct str was = STR("`amount` real,\n");
	struct sbuf b = SBUF_TEXT;
	struct str out;
	size_t from = 0;

	while (from < sql.n) {
		size_t at = str_find(sql, was, from);

		sbuf_add(&b, str_sub(sql, from, at));
		if (at < sql.n)
			SQL(&b, "`amount` numeric,\n\t`note` text,\n");
		from = at + was.n;
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void draw(const struct sheet *s, struct surface *on, size_t top)
{
	struct pane p = surface_pane(on);

	surface_clear(on);
	for (int y = 0; y < H && top + (size_t)y < s->n; y++)
		sheet_draw_row(s, p, y, top + (size_t)y, false);
}

static void once(const struct change_list *c, struct surface *on,
    double ms[STEPS], size_t *lines)
{
	struct sheet_options o = { .w = W };
	struct arena *a = arena_new();
	struct sheet sheet = { 0 };
	struct side side;
	double at[STEPS + 1];

	at[BUILD] = cpu_ms();
	side_build(c, 2, a, &side);
	at[LAYOUT] = cpu_ms();
	sheet_layout(&sheet, &side, &o, NULL);
	at[PAINT] = cpu_ms();
	draw(&sheet, on, 0);
	at[SCROLL] = cpu_ms();
	draw(&sheet, on, H);
	at[STEPS] = cpu_ms();
	for (int i = 0; i < STEPS; i++)
		ms[i] = at[i + 1] - at[i];
	*lines = sheet.n;
	sheet_close(&sheet);
	arena_free(a);
}

static int cmp(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static void measure(const char *name, const struct model *from,
    const struct model *to, size_t n)
{
	static double v[STEPS][N_MAX];
	struct surface *on = surface_new(W, H, false);
	struct arena *a = arena_new();
	struct change_list c;
	size_t lines = 0;

	diff_models(from, to, NULL, false, a, &c);
	for (size_t i = 0; i <= n; i++) {	/* the first one warms */
		double ms[STEPS];

		once(&c, on, ms, &lines);
		for (int k = 0; k < STEPS && i; k++)
			v[k][i - 1] = ms[k];
	}
	printf("%s, %zu changes, %zu rows\n", name, c.n, lines);
	for (int k = 0; k < STEPS; k++) {
		qsort(v[k], n, sizeof(double), cmp);
		printf("  %-16s %9.3f %9.3f %9.3f\n", step_name[k], v[k][0],
		    v[k][n / 2], v[k][n - 1]);
	}
	arena_free(a);
	surface_free(on);
}

int main(int argc, char **argv)
{
	size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct arena *a = arena_new();
	struct sbuf text = SBUF_TEXT;
	struct err e = ERR_INIT;
	const struct model *none, *all, *more;

	if (!n || n > N_MAX)
		fail("usage: review TEXT N");
	if (file_read(argv[1], &text, &e))
		fail(e.msg);
	none = model_of(STR(""), a);
	all = model_of(sbuf_str(&text), a);
	more = model_of(changed(sbuf_str(&text), a), a);
	measure("P29 a first migration", none, all, n);
	measure("P29 two changes in each table", all, more, n);
	sbuf_free(&text);
	arena_free(a);
	return 0;
}

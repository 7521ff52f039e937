/* find: pages are read one after the other and let go; where each page would
 * be dear, all rows in one reading. */
#include "base/clock.h"
#include "ui/view/find.h"
#include "ui/view/marks.h"
#include "ui/view/typed.h"

#define FIND_PAGE 500
#define POST_MS 150.0

struct finder {
	struct job *job;
	const struct rows *rows;
	const struct find_ask *ask;
	struct match *m;
	struct app app;		/* what a cell's text depends on */
	struct arena *page, *last;
	int64_t seen;
	double posted_ms;
};

void find_text(const struct app *app, const struct rows_col *c,
    enum ts_meaning meant, const struct value *v, bool as_stored,
    struct arena *a, struct grid_cell *out)
{
	struct sbuf text = SBUF_INIT(64);

	cell_show(app, a, v, out);
	if (!as_stored && typed_show(c, meant, v, &text)) {
		out->text = arena_str(a, sbuf_str(&text));
		out->style = STYLE_NUMBER;
	}
	sbuf_free(&text);
}

static bool row_matches(const struct finder *f, const struct rows_row *row)
{
	size_t start, end;

	for (size_t i = 0; i < f->ask->ncols; i++) {
		size_t col = f->ask->cols[i];
		struct grid_cell c = { .text = STR("") };

		find_text(&f->app, &f->rows->cols[col], f->ask->meant[i],
		    &row->cells[col], f->ask->as_stored, f->page, &c);
		if (match_find(f->m, c.text, 0, &start, &end))
			return true;
	}
	return false;
}

static void tell(struct finder *f)
{
	double now = clock_mono_ms();
	struct find_progress *p;
	struct arena *a;

	if (now - f->posted_ms < POST_MS)
		return;
	f->posted_ms = now;
	a = arena_new();
	p = arena_new_of(a, struct find_progress);
	p->rows = f->seen;
	job_post(f->job, a, p);
}

/* Its row, or NULL; *stop: the row from which the search came is reached. */
static const struct rows_row *in_page(struct finder *f,
    const struct rows_page *p, const struct value *until, bool *stop)
{
	size_t nkey = f->rows->by_position ? 1 : f->rows->nterms;

	for (size_t i = 0; i < p->n && !*stop; i++) {
		const struct rows_row *row = &p->v[f->ask->back ?
			p->n - 1 - i : i];

		f->seen++;
		if (row_matches(f, row))
			return row;
		*stop = until && key_same(row->key, until, nkey);
	}
	return NULL;
}

/* ---- row by row ---- */

struct reading {
	struct finder *f;
	const struct value *until;
	const struct value **key;
	bool found;
};

static bool take_row(void *arg, const struct rows_row *row)
{
	struct reading *s = arg;
	struct finder *f = s->f;
	size_t nkey = f->rows->by_position ? 1 : f->rows->nterms;

	if (++f->seen % FIND_PAGE == 0) {
		arena_reset(f->page);
		tell(f);
	}
	s->found = row_matches(f, row);
	if (s->found)
		*s->key = key_copy(f->job->a, row->key, nkey);
	return !s->found && !job_cancelled(f->job) &&
	    !(s->until && key_same(row->key, s->until, nkey));
}

static enum rc leg_at_once(struct finder *f, const struct rows_get *g,
    const struct value *until, const struct value **key, struct err *e)
{
	struct reading s = { f, until, key, false };
	const struct rows_taker t = { take_row, &s };
	enum rc rc;

	arena_reset(f->page);
	rc = rows_stream(f->job->session->db, f->rows, g, &t, e);
	if (!rc && job_cancelled(f->job))
		rc = err_set(e, RC_CANCELLED, "stopped");
	return rc ? rc : s.found ? RC_OK : RC_NOTFOUND;
}

/* ---- page by page ---- */

/* From a key on, or from an end (NULL); RC_NOTFOUND: none. */
static enum rc leg(struct finder *f, const struct value *from,
    const struct value *until, const struct value **key, struct err *e)
{
	bool back = f->ask->back, stop = false;
	size_t nkey = f->rows->by_position ? 1 : f->rows->nterms;
	struct rows_get g = { .max = FIND_PAGE, .key = from,
		.from = from ? back ? ROWS_BEFORE : ROWS_AFTER :
		back ? ROWS_LAST : ROWS_FIRST };
	struct rows_page p = { .n = 1 };

	if (rows_page_dear(f->rows) && !(back && f->rows->by_position))
		return leg_at_once(f, &g, until, key, e);
	while (!stop && p.n) {
		const struct rows_row *found;
		enum rc rc;

		arena_reset(f->page);
		rc = rows_read(f->job->session->db, f->rows, &g, f->page, &p,
		    e);
		if (rc)
			return rc;
		if (job_cancelled(f->job))
			return err_set(e, RC_CANCELLED, "stopped");
		found = in_page(f, &p, until, &stop);
		if (found) {
			*key = key_copy(f->job->a, found->key, nkey);
			return RC_OK;
		}
		tell(f);
		if (!p.n || (back ? p.at_start : p.at_end))
			break;
		arena_reset(f->last);
		g.key = key_copy(f->last, p.v[back ? 0 : p.n - 1].key, nkey);
		g.from = back ? ROWS_BEFORE : ROWS_AFTER;
	}
	return RC_NOTFOUND;
}

enum rc find_row(struct job *j, const struct rows *r, const struct find_ask *k,
    const struct value **key, bool *round, struct err *e)
{
	struct finder f = { .job = j, .rows = r, .ask = k,
		.app = { .dialect = r->dialect, .ascii = k->ascii } };
	struct sbuf n = SBUF_INIT(32);
	enum rc rc = match_open(k->pattern, MATCH_SMART, &f.m, e);

	if (rc)
		return rc;
	f.page = arena_new();
	f.last = arena_new();
	f.posted_ms = clock_mono_ms();
	*round = false;
	rc = k->other_end ? RC_NOTFOUND : leg(&f, k->from, NULL, key, e);
	if (rc == RC_NOTFOUND && k->from) {
		*round = true;
		rc = leg(&f, NULL, k->from, key, e);
	}
	if (rc == RC_NOTFOUND) {
		sbuf_add_count(&n, f.seen);
		rc = err_set(e, rc, "not found: %.*s rows looked at",
		    STR_ARG(sbuf_str(&n)));
	}
	sbuf_free(&n);
	arena_free(f.page);
	arena_free(f.last);
	match_close(f.m);
	return rc;
}

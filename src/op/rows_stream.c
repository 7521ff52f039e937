/* rows_stream: rows one after the other, in the order that was asked for. */
#include "op/rows_sql.h"

struct stream {
	struct drv *d;
	const struct rows *r;
	const struct rows_taker *t;
	struct arena *row;
	bool stop;
};

bool rows_page_dear(const struct rows *r)
{
	return r->by_position || (r->nterms && !r->indexed &&
	    !rows_by_place(r));
}

static enum rc hand_on(struct stream *s, struct query *q, int64_t number,
    struct err *e)
{
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc = query_run(q, s->d, KEY_CAP, &c, e);

	while (!rc && more && !s->stop) {
		struct rows_row row;

		rc = cursor_next(c, &more, e);
		if (rc || !more)
			break;
		arena_reset(s->row);
		row = rows_row_of(s->r, c, number++, s->row);
		s->stop = !s->t->row(s->t->arg, &row);
	}
	cursor_close(c);
	return rc;
}

static enum rc one_query(struct stream *s, const struct segs *segs, size_t i,
    int64_t from, struct err *e)
{
	struct arena *a = arena_new();
	struct query q;
	enum rc rc;

	query_begin(&q, s->r, a);
	query_page(&q, s->r, segs, i, INT64_MAX, from);
	rc = hand_on(s, &q, from, e);
	query_end(&q);
	arena_free(a);
	return rc;
}

enum rc rows_stream(struct drv *d, const struct rows *r,
    const struct rows_get *g, const struct rows_taker *t, struct err *e)
{
	bool back = g->from == ROWS_LAST || g->from == ROWS_BEFORE;
	bool whole = g->from == ROWS_FIRST || g->from == ROWS_LAST;
	struct arena *a = arena_new();
	struct stream s = { .d = d, .r = r, .t = t, .row = arena_new() };
	enum rc rc = RC_OK;

	if (r->by_position && back) {
		rc = err_set(e, RC_UNSUPPORTED, "rows by position have one "
		    "direction");
	} else if (r->by_position) {
		rc = one_query(&s, NULL, 0, whole ? 0 : g->key[0].i +
		    (g->from == ROWS_AFTER), e);
	} else {
		struct segs segs = segs_from(r, whole ? NULL : g->key, back,
		    g->from == ROWS_AT, a);

		for (size_t i = 0; !rc && i < segs.n && !s.stop; i++)
			rc = one_query(&s, &segs, i, 0, e);
	}
	arena_free(s.row);
	arena_free(a);
	return rc;
}

/*
 * rows: where in a way back saved rows are put back (PLAN_ROWS_BACK), and that
 * on the copy, so that what is counted there is what the statements will meet.
 */
#include <stdlib.h>

#include "plan/internal.h"

size_t plan_rows_back(struct str text, size_t from, int64_t *since)
{
	struct str mark = STR(PLAN_ROWS_BACK), of = STR(PLAN_ROWS_FROM);
	size_t at = str_find(text, mark, from);
	struct str rest;

	*since = 0;
	if (at >= text.n)
		return text.n;
	rest = str_sub(text, at + mark.n, text.n);
	for (size_t i = of.n; str_starts(rest, of) && i < rest.n &&
	    i < of.n + 15 && rest.p[i] >= '0' && rest.p[i] <= '9'; i++)
		*since = *since * 10 + (rest.p[i] - '0');
	return at;
}

void rows_back_line(struct sbuf *b, size_t since)
{
	sbuf_addz(b, PLAN_ROWS_BACK);
	if (since)
		sbuf_addf(b, PLAN_ROWS_FROM "%zu on", since);
	sbuf_addc(b, '\n');
}

bool rows_back_before(const struct work *w, size_t i)
{
	const struct plan_request *rq = w->rq;
	const struct run_stmt *s = &w->run->v[i];
	int64_t since;

	for (size_t k = 0; rq->restores && k < rq->n; k++) {
		if (rq->entries[k] == s->entry)
			return rq->restores[k] && plan_rows_back(
			    s->entry->text, 0, &since) <= s->offset;
		if (rq->restores[k])
			return true;
	}
	return false;
}

static enum rc put_back(struct work *w, size_t entry, int64_t since,
    struct err *e)
{
	const struct plan_request *rq = w->rq;
	enum rc rc = rq->restores[entry] ? rq->put_back(rq->put_back_arg,
	    w->copy, entry, since, e) : RC_OK;

	w->rows_fail = rc != RC_OK;
	return rc;
}

static size_t entry_of(const struct plan_request *rq, const struct entry *en)
{
	size_t i = 0;

	while (i < rq->n && rq->entries[i] != en)
		i++;
	return i;
}

/* Of the files that have come to their end since statement `last`. */
static enum rc ended(struct work *w, const struct run_stmt *last, size_t to,
    struct err *e)
{
	const struct plan_request *rq = w->rq;
	size_t i = last ? entry_of(rq, last->entry) : 0;
	enum rc rc = RC_OK;

	for (; !rc && i < rq->n && i < to; i++)
		rc = put_back(w, i, 0, e);
	return rc;
}

/* A statement begins with the comments before it. */
static enum rc marked(struct work *w, const struct run_stmt *s, size_t from,
    size_t entry, struct err *e)
{
	struct str text = s->entry->text;
	int64_t since;
	size_t at = plan_rows_back(text, from, &since);
	enum rc rc = RC_OK;

	for (; !rc && at < text.n && at <= s->offset;
	    at = plan_rows_back(text, at + 1, &since))
		rc = put_back(w, entry, since, e);
	return rc;
}

/* Nobody is told of what is done around a file. */
static const struct run_stmt *told_before(const struct work *w, size_t i)
{
	while (i-- > 0)
		if (!w->run->v[i].hoisted)
			return &w->run->v[i];
	return NULL;
}

enum rc rows_put_back(struct work *w, size_t i, struct err *e)
{
	const struct plan_request *rq = w->rq;
	const struct run_stmt *s, *last;
	size_t entry;
	enum rc rc = RC_OK;

	if (!rq->put_back || !rq->restores)
		return RC_OK;
	last = told_before(w, i == NO_STMT ? w->run->n : i);
	if (i == NO_STMT)
		return ended(w, last, rq->n, e);
	s = &w->run->v[i];
	entry = entry_of(rq, s->entry);
	if (entry == rq->n)
		return RC_OK;
	if (last && last->entry == s->entry)
		return marked(w, s, last->offset + 1, entry, e);
	rc = ended(w, last, entry, e);
	if (!rc)
		rc = put_back(w, entry, PLAN_ROWS_NONE, e);
	return rc ? rc : marked(w, s, 0, entry, e);
}

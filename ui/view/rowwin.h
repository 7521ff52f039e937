#ifndef WEIR_UI_VIEW_ROWWIN_H
#define WEIR_UI_VIEW_ROWWIN_H
/*
 * rowwin: the rows of one place that are held: a few pages round the cursor,
 * never the table.  Pages come from jobs; each job plans anew from its own
 * copy of the place, so that nothing is shared with the worker.
 */
#include "op/rows_cond.h"
#include "ui/view/find.h"
#include "ui/ui.h"

#define WIN_PAGES 6
#define WIN_PAGE_ROWS 80	/* or twice the screen */

/* The columns that rows are sorted by, the first one first. */
struct sorting {
	const struct rows_sort *v;
	size_t n;
};
bool sorting_same(const struct sorting *x, const struct sorting *y);
struct sorting sorting_copy(struct arena *a, const struct sorting *s);
/* Its number from 0, or n: not among them. */
size_t sorting_at(const struct sorting *s, struct str column);

/* As one text, and read again; what a name or value cannot be written in is
 * left out. */
void sorting_text(const struct sorting *s, struct sbuf *out);
struct sorting sorting_read(struct arena *a, struct str text);
const struct rows_cond *conds_copy(struct arena *a,
    const struct rows_cond *from, size_t n);
void conds_text(const struct rows_cond *v, size_t n, struct sbuf *out);
const struct rows_cond *conds_read(struct arena *a, struct str text,
    size_t *n);

/* What is looked at: enough to ask for it again. */
struct place {
	struct str schema, name;	/* table or view */
	struct sorting sort;		/* n = 0: by key */
	const struct rows_cond *conds;	/* chosen, all of them hold */
	size_t nconds;
	struct str where;		/* typed, holds as well */
	const struct value *key;	/* row that the cursor is on; NULL: first */
	size_t nkey;
	size_t col;
	struct str label;		/* of that row, in crumbs: "decks 7" */
};
struct place place_copy(struct arena *a, const struct place *p);

/* The same table or view. */
bool place_same(const struct place *x, const struct place *y);
/* The same rows of it, in any order. */
bool place_same_rows(const struct place *x, const struct place *y);
static inline bool place_filtered(const struct place *p)
{
	return p->nconds || p->where.n;
}
/* The plan of a place's rows. */
enum rc place_plan(const struct model *m, const struct place *p,
    struct arena *a, const struct rows **out, struct err *e) MUST_CHECK;

/* view_cell's argument: the place with its key, and the column. */
struct cell_arg {
	struct place place;
	size_t col;
	enum ts_meaning meant;
	struct strs labels;		/* of its enum */
};

enum win_want {
	WIN_OPEN,	/* another place: at its key, else from the start */
	WIN_FOLLOW,	/* another place: the parent of a row by a key */
	WIN_FIRST, WIN_LAST, WIN_AFTER, WIN_BEFORE,
	WIN_NTH,	/* row number n */
	WIN_FIND,	/* the next row with a match */
	WIN_KEY,	/* the row with this key, as typed */
};
struct win_ask {
	enum win_want want;
	struct place place;		/* key: AFTER, BEFORE, OPEN */
	size_t max;
	int64_t n;			/* NTH */
	/* NTH: the nearest sample and its number; FOLLOW: the row's place */
	const struct value *sample;
	size_t nsample;
	int64_t sample_at;
	struct place from;
	const struct fk *fk;
	struct str typed;		/* KEY: "7", "7, de" */
	struct find_ask find;		/* FIND: from is a key of the place */
	bool ask;			/* OPEN: not at once, if the sort is dear */
	size_t above;			/* OPEN at a key: rows before it as well */
};
struct win_page {		/* result of the job */
	enum win_want want;
	struct place place;
	struct rows_page page;
	const struct rows *rows;
	bool round, back;		/* FIND: it passed the end */
	int64_t first;			/* number of the first row; -1 unknown */
	int64_t estimate;		/* OPEN, FOLLOW; -1 unknown */
	struct str seen_by;		/* rows_seen_by() */
	size_t at;			/* OPEN: the row that was asked for */
};
/* RC_DECISION: the sort is dear, the message says how dear. */
struct job_spec win_job(const struct win_ask *ask, unsigned key);

struct rowwin {
	struct place place;		/* in a */
	struct arena *a;		/* the plan's */
	const struct rows *rows;	/* NULL: nothing is open */
	/* The same table in the order of its key alone, and which term of
	 * rows each of its terms is; NULL: there is no key. */
	const struct rows *plain;
	const size_t *plain_at;
	struct win_chunk {
		struct arena *a;
		struct rows_page page;
	} v[WIN_PAGES];
	size_t nchunks, n;		/* n: rows in all */
	bool at_start, at_end;
	int64_t first;			/* number of the first row; -1 unknown */
	int64_t total;			/* -1 unknown */
	bool exact;
	/* As they were when the same rows were read before, for as long as they
	 * are not known anew; -1: they were not. */
	int64_t was_first, was_total;
	struct str seen_by;		/* in a; "" nothing is hidden */
	double ms;
	struct arena *samples_a;
	struct rows_index samples;
};
void rowwin_close(struct rowwin *w);
/* What is said of the first row's number; -1: nothing. */
static inline int64_t rowwin_first(const struct rowwin *w)
{
	return w->first >= 0 ? w->first : w->was_first;
}
const struct rows_row *rowwin_row(const struct rowwin *w, size_t i);
/* The key of a row in w->plain, in `a`; NULL: none, or too long to be kept. */
const struct value *rowwin_key(const struct rowwin *w,
    const struct rows_row *row, struct arena *a);
/*
 * Take a result in: it replaces what is held (OPEN, FOLLOW, FIRST, LAST, NTH)
 * or is joined to it.  Returns by how much the rows held so far have moved.
 */
long rowwin_take(struct rowwin *w, struct win_page *p, struct arena *a,
    const struct model *m);
/* The exact number of rows has become known. */
void rowwin_total(struct rowwin *w, int64_t total);

#endif

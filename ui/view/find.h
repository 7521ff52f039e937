#ifndef WEIR_UI_VIEW_FIND_H
#define WEIR_UI_VIEW_FIND_H
/*
 * find: the next row of a place in which a shown cell matches, beyond the rows
 * that are held.  Reads all pages on the way and goes on from the other end,
 * at most once round; cells are what a grid shows of them.
 */
#include "base/match.h"
#include "ui/job.h"
#include "ts/schema.h"
#include "ui/view/cells.h"

struct find_ask {
	struct str pattern;
	bool back, ascii, as_stored;
	const size_t *cols;	/* of the rows, as they are shown */
	size_t ncols;
	const enum ts_meaning *meant;	/* of each of these */
	/* Rows up to this one have been looked at; NULL: none.  First the rows
	 * beyond it, then from the other end up to it. */
	const struct value *from;
	bool other_end;		/* nothing is beyond it */
};
struct find_progress {		/* posted now and then */
	int64_t rows;
};
/* Text of a cell of column c as it is shown, in `a`. */
void find_text(const struct app *app, const struct rows_col *c,
    enum ts_meaning meant, const struct value *v, bool as_stored,
    struct arena *a, struct grid_cell *out);
/* RC_NOTFOUND says how many rows were looked at; *round: the end was passed. */
enum rc find_row(struct job *j, const struct rows *r, const struct find_ask *k,
    const struct value **key, bool *round, struct err *e) MUST_CHECK;

#endif

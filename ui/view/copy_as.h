#ifndef WEIR_UI_VIEW_COPY_AS_H
#define WEIR_UI_VIEW_COPY_AS_H
/*
 * copy_as: a value, a row or the marked rows into the clipboard: whole, as
 * they stand in the database at that moment.
 */
#include "ui/view/rowwin.h"

enum copy_what { COPY_VALUE, COPY_ROW, COPY_CSV, COPY_TSV, COPY_JSON,
	COPY_INSERT, COPY_WHERE, COPY_WHAT_N };

struct copy_arg {
	struct place place;	/* with the key of the row */
	size_t col;
	struct str column;	/* its name */
	/* of rows by key alone (browse_marked()); n = 0: the place's row */
	const struct value *const *keys;
	size_t n, nkey;
	int64_t shown;		/* those of them that the filter of the place
				 * leaves, which are copied; -1: not counted */
	size_t hidden;		/* columns that are not shown, and go along */
	enum copy_what what;	/* where the cursor stands at first */
	bool now;		/* nothing is asked */
};
/* MSG_RETURN: answer = what was copied + 1. */

/* "copied 3 rows as CSV, 214 bytes" */
void copy_said(struct cmds *out, const char *what, size_t bytes);

#endif

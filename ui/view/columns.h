#ifndef WEIR_UI_VIEW_COLUMNS_H
#define WEIR_UI_VIEW_COLUMNS_H
/*
 * columns: which columns of a table are shown, in which order, how wide, and
 * which of them stay in sight.  Kept as one text a table (remember.h), by
 * name: a column that is new comes last, one that is gone is left out.
 */
#include "op/rows.h"

struct column_look {
	size_t col;		/* of the rows */
	int width;		/* as somebody made it; 0: as wide as it needs */
	bool hidden, pinned;
};
struct columns {
	struct column_look *v;	/* every column of the rows, once */
	size_t n;
};

/* As the table has them: the key pinned, if it is short. */
struct columns columns_plain(const struct rows *r, struct arena *a);
void columns_text(const struct columns *c, const struct rows *r,
    struct sbuf *out);
/* "" is as the table has them. */
struct columns columns_read(const struct rows *r, struct str text,
    struct arena *a);
/* Name of the text of a table. */
struct str columns_name(const struct rows *r, struct arena *a);
size_t columns_hidden(const struct columns *c);
struct column_look *columns_of(const struct columns *c, size_t col);

/* view_columns; MSG_RETURN answer 1: a struct columns_answer. */
struct columns_arg {
	const struct model *model;
	const struct rows *rows;	/* of which object */
	const struct columns *now;
	size_t at;		/* the cursor: column of the rows */
};
struct columns_answer {
	const struct obj *of;
	struct columns now;
};

#endif

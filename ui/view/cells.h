#ifndef WEIR_UI_VIEW_CELLS_H
#define WEIR_UI_VIEW_CELLS_H
/* cells: database values, counts and sizes as one line of text. */
#include "op/rows.h"
#include "ui/widget/grid.h"

/* Text (sanitized, in `a`) and style of a value in a grid. */
void cell_show(const struct app *app, struct arena *a, const struct value *v,
    struct grid_cell *out);
/* "1,204", "~12 k", "1.2 M" within 7 cells. */
void cell_count(struct sbuf *b, int64_t n, bool estimate);
void cell_bytes(struct sbuf *b, int64_t bytes);	/* "24 B", "1.2 MB" */
/* A value as plain text, for copying and labels; false: it is cut or a blob. */
bool cell_plain(const struct dialect *d, const struct value *v, struct sbuf *b);

#endif

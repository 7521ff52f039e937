#ifndef WEIR_UI_WIDGET_SQL_H
#define WEIR_UI_WIDGET_SQL_H
/* sql: draw SQL with its keywords and strings marked.  Reads tokens by the
 * dialect; judges nothing. */
#include "dialect/dialect.h"
#include "ui/surface.h"

/* One line (newlines and runs of space shown as one space); returns x after. */
int sql_line(struct pane p, int x, int y, const struct dialect *d,
    struct str sql);
/* The part [from, to) of a text, highlighted in the context of all of it. */
int sql_part(struct pane p, int x, int y, const struct dialect *d,
    struct str sql, size_t from, size_t to);

#endif

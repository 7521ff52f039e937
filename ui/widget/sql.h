#ifndef WEIR_UI_WIDGET_SQL_H
#define WEIR_UI_WIDGET_SQL_H
/* sql: draw SQL with its keywords and strings marked, by the tokens of the
 * engine's own scanner where it has one (sql_tokens); judges nothing. */
#include "dialect/dialect.h"
#include "ui/surface.h"

/* One line (newlines and runs of space shown as one space); returns x after. */
int sql_line(struct pane p, int x, int y, const struct dialect *d,
    struct str sql);
/* The part [from, to) of a text, highlighted by the tokens of all of it. */
int sql_part(struct pane p, int x, int y, const struct tokens *t,
    struct str sql, size_t from, size_t to);

#endif

#ifndef WEIR_UI_VIEW_GRAPH_H
#define WEIR_UI_VIEW_GRAPH_H
/*
 * graph: who uses an object, and who uses those: foreign keys, views,
 * triggers, columns of a type; as the rows of a tree.
 *
 * Views of PostgreSQL say what they read; what SQLite's views and triggers
 * name is read from the words of their text, which may tell one too many.
 */
#include "ui/view/outline.h"

size_t graph_count(const struct model *m, const struct obj *o);
/* Fills f; a row's object is where Enter leads. */
void graph_fill(struct outline *f, const struct app *app,
    const struct model *m, const struct obj *o);

#endif

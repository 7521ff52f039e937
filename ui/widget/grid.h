#ifndef WEIR_UI_WIDGET_GRID_H
#define WEIR_UI_WIDGET_GRID_H
/*
 * grid: a table with frozen header and frozen key columns, scrolled both
 * ways.  The view owns the data and answers for one cell at a time; rows are
 * those that the view holds (a window of the table).
 */
#include "base/match.h"
#include "ui/widget/list.h"

struct grid_col {
	struct str name;	/* sanitized */
	int width;		/* cells; grid_fit() proposes one */
	bool asked;		/* somebody wants it so wide: no cap */
	enum align align;
	bool frozen;		/* frozen ones come first */
	enum glyph mark;		/* after the name (MARK_FK, MARK_ASC …); */
	bool marked;		/* is there one */
	int rank;		/* a digit behind the mark; 0: none */
};
struct grid_cell {
	struct str text;	/* sanitized, one line */
	enum style style;
	const char *mark;	/* one cell before the text, e.g. "~", or NULL */
	const struct match *find;	/* its matches are marked; or NULL */
};
struct grid {
	struct list rows;
	const struct grid_col *cols;	/* borrowed from the view */
	size_t ncols, nfrozen;
	size_t col, left;	/* current column; first scrolled one */
	int w;			/* cells on the screen */
	int cap;		/* cells that a column of text takes; 0 = no cap */
	bool whole;		/* set by the owner: never a cap */
};
void grid_set(struct grid *g, const struct grid_col *cols, size_t ncols,
    size_t nrows);
void grid_resize(struct grid *g, int w, int h);	/* h with the header rows */
#define GRID_HEADER_ROWS 2	/* names and a line */
/* MOVE actions in both directions. */
bool grid_key(struct grid *g, enum action act);
void grid_draw(const struct grid *g, struct pane p, bool focused,
    void (*cell)(const void *arg, size_t row, size_t col, struct grid_cell *out),
    const void *arg);
/* Cells that column i takes: a text column takes two fifths of a narrow grid
 * at most, so that others are seen, unless it is the last one or as somebody
 * has asked for. */
#define GRID_FIT_MAX 40
int grid_width(const struct grid *g, size_t i);
/* Width for a column: widest of name and samples, 4 to GRID_FIT_MAX. */
int grid_fit(const struct grid_col *c, int widest_sample);

#endif

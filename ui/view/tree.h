#ifndef WEIR_UI_VIEW_TREE_H
#define WEIR_UI_VIEW_TREE_H
/*
 * tree: tables, and folded below them views, triggers, the migrations table
 * and what belongs to the engine; with row counts and a filter.  Part of the
 * browse and structure views.
 */
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

enum tree_group { TREE_TABLES, TREE_VIEWS, TREE_TRIGGERS, TREE_MIGRATIONS,
	TREE_INTERNAL, TREE_GROUPS };

struct tree_row {
	enum tree_group group;
	const struct obj *o;		/* NULL: the group's heading, or blank */
	bool blank;
};
struct tree_count {
	int64_t rows;			/* -1: not known */
	bool estimate;
};
struct tree {
	const struct model *model;	/* NULL: nothing yet */
	struct str tracking;		/* name of the migrations table */
	struct arena *a, *rows;		/* rows: of v alone */
	struct tree_row *v;		/* list.n of them */
	struct tree_count *counts;	/* by model->tables */
	size_t in_group[TREE_GROUPS];	/* that pass the filter */
	bool open[TREE_GROUPS];
	struct list list;
	struct filter filter;
	int width;
};

/* NULL drops everything that points into the old one. */
void tree_set(struct tree *t, const struct model *m, struct str tracking);
void tree_close(struct tree *t);
/* The object under the cursor; NULL on a heading. */
const struct obj *tree_current(const struct tree *t);
void tree_to(struct tree *t, struct str name);
void tree_counted(struct tree *t, struct str table, int64_t rows, bool estimate);

enum tree_answer { TREE_IGNORED, TREE_STAYED, TREE_MOVED, TREE_OPEN };
/* Moving, filtering, folding.  OPEN: Enter on an object; it ends a filter. */
enum tree_answer tree_msg(struct tree *t, const struct msg *m);
bool tree_typing(const struct tree *t);
/* Cells that the widest line wants. */
int tree_width(const struct tree *t);
void tree_draw(const struct tree *t, const struct app *app, struct pane p,
    bool focused, struct str opened);

#define BIND_TREE BIND_LIST, { ACT_OPEN, NULL, NULL }, \
	{ ACT_SEARCH, NULL, "find" }

#endif

#ifndef WEIR_UI_VIEW_TREE_H
#define WEIR_UI_VIEW_TREE_H
/*
 * tree: tables, and folded below them views, types, functions, triggers, the
 * migrations table and what belongs to the engine or to extensions; with row
 * counts and a filter.  Tables stand below their schema where there is more
 * than the home schema, partitions below their parent.  Part of the browse
 * and structure views.
 */
#include "ui/view/named.h"
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

enum tree_group { TREE_TABLES, TREE_VIEWS, TREE_SEQUENCES, TREE_TYPES,
	TREE_FUNCTIONS, TREE_TRIGGERS, TREE_ROLES, TREE_MIGRATIONS,
	TREE_INTERNAL, TREE_GROUPS };
enum tree_kind { TREE_OBJECT, TREE_BLANK, TREE_GROUP, TREE_SCHEMA,
	TREE_PARTITIONS };

struct tree_row {
	enum tree_kind kind;
	enum tree_group group;
	const struct obj *o;		/* PARTITIONS: their parent; else NULL
					 * on a heading */
	struct str schema;		/* SCHEMA */
	size_t n;			/* headings: what is below */
	int depth;
	bool open;			/* headings */
};
struct tree_count {
	int64_t rows;			/* -1: not known */
	bool estimate;
	bool old;			/* of the model before: gives way */
};
/* What stays of a model that is dropped, until the next one is here. */
struct tree_before {
	struct arena *a;
	const struct named *names;
	const struct tree_count *counts;
	size_t n, top;
	struct named at;		/* under the cursor; or "" */
};
struct tree {
	const struct model *model;	/* NULL: nothing yet */
	struct named tracking;		/* the migrations table */
	struct tree_before before;
	struct arena *a, *rows;		/* rows: of v alone */
	struct tree_row *v;		/* list.n of them */
	struct tree_count *counts;	/* by model->tables */
	bool open[TREE_GROUPS];
	bool schemas;			/* tables stand below their schema */
	struct arena *toggled_a;	/* headings that are not as they begin */
	VEC(struct str) toggled;
	struct list list;
	struct filter filter;
	int width;
};

/* NULL drops everything that points into the old one; counts and cursor are
 * found again by the names. */
void tree_set(struct tree *t, const struct model *m, const struct project *p);
void tree_close(struct tree *t);
/* The object under the cursor; NULL on a heading. */
const struct obj *tree_current(const struct tree *t);
void tree_to(struct tree *t, struct str schema, struct str name);
void tree_counted(struct tree *t, struct str schema, struct str table,
    int64_t rows, bool estimate);

enum tree_answer { TREE_IGNORED, TREE_STAYED, TREE_MOVED, TREE_OPEN };
/* Moving, filtering, folding.  OPEN: Enter on an object; it ends a filter. */
enum tree_answer tree_msg(struct tree *t, const struct msg *m);
/* Which headings are open, as text, and back: of any model. */
void tree_keep(const struct tree *t, struct sbuf *out);
void tree_recall(struct tree *t, struct str text);
bool tree_typing(const struct tree *t);
/* Drawn grey: not the project's (DESIGN §3), or a schema of such tables. */
bool tree_grey(const struct tree *t, const struct tree_row *r);
/* Cells that the widest line wants. */
int tree_width(const struct tree *t);
void tree_draw(const struct tree *t, const struct app *app, struct pane p,
    bool focused, struct named opened);

#define BIND_TREE BIND_LIST, { ACT_OPEN, NULL, NULL }, \
	{ ACT_SEARCH, NULL, "find" }

#endif

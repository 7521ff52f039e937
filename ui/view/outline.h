#ifndef WEIR_UI_VIEW_OUTLINE_H
#define WEIR_UI_VIEW_OUTLINE_H
/*
 * outline: a table of texts about the schema: columns, indexes, keys.  What a
 * section of the structure view or the overview of indexes shows.
 */
#include "base/vec.h"
#include "op/size.h"
#include "ui/view/sources.h"
#include "ui/widget/filter.h"
#include "ui/widget/grid.h"

#define OUTLINE_COLS 10

struct outline_row {
	struct str cell[OUTLINE_COLS];	/* sanitized */
	enum style style[OUTLINE_COLS];
	const char *mark;		/* "+", "~", "-" or NULL */
	const struct obj *o;
};
struct outline {
	struct arena *a;
	struct grid grid;
	struct grid_col cols[OUTLINE_COLS];
	size_t ncols;
	size_t pins;			/* first columns: they name the row */
	bool late[OUTLINE_COLS];	/* behind the others where not all fit */
	struct grid_col heads[OUTLINE_COLS];	/* as they were begun */
	size_t order[OUTLINE_COLS];	/* of the grid's columns among them */
	int wide[OUTLINE_COLS];		/* what each column would take */
	VEC(struct outline_row *) v;
};
/* Empty, with these columns; `right` = letters of the right-aligned ones
 * ("0" the first …). The cursor stays.  The first column names its row unless
 * `pins` is set to another number of them: what does not fit scrolls beside
 * these. */
void outline_begin(struct outline *f, const char *const *heads, size_t n,
    const char *right);
struct outline_row *outline_add(struct outline *f, const struct obj *o);
/* Text from the database into a cell of a row. */
void outline_put(struct outline *f, const struct app *app, struct outline_row *row,
    size_t col, enum style st, struct str text);
void outline_end(struct outline *f);
void outline_close(struct outline *f);
void outline_resize(struct outline *f, int w, int h);
const struct outline_row *outline_current(const struct outline *f);
void outline_draw(const struct outline *f, struct pane p, bool focused);

/* Sections of one table or view, or of a type, a sequence, a function. */
enum section { SECTION_COLUMNS, SECTION_INDEXES, SECTION_CONSTRAINTS,
	SECTION_FKS, SECTION_TRIGGERS, SECTION_POLICIES, SECTION_RULES,
	SECTION_VALUES, SECTION_DDL, SECTION_FILE, SECTION_USED_BY,
	SECTION_NEIGHBOURS, SECTION_DRIFT, SECTION_N };
extern const char *const section_name[SECTION_N];
/* How many rows a section has; 0: it is left out of the list (DDL: 1).  Of the
 * schema file the view itself knows. */
size_t section_count(const struct app *app, const struct model *m,
    const struct obj *o, enum section s);
/* What is known beside the model; each may be NULL. */
struct beside {
	const struct sizes *sizes;
	const struct sources *sources;
	const struct nulls *nulls;
};
/* Fill in a section other than DDL, schema file and neighbours. */
void section_fill(struct outline *f, const struct app *app, const struct model *m,
    const struct obj *o, enum section s, const struct beside *beside);
/* All indexes of all tables that pass. */
void outline_indexes(struct outline *f, const struct app *app,
    const struct model *m, const struct filter *pass, const struct sizes *sizes);

/* Job: sizes of tables and indexes, rows exact where that is cheap. */
struct job_spec outline_sizes_job(unsigned key);

#endif

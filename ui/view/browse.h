#ifndef WEIR_UI_VIEW_BROWSE_H
#define WEIR_UI_VIEW_BROWSE_H
/*
 * browse: tree, grid and detail of one place, and the way one came.  The
 * view is three files: browse.c asks and takes answers, browse_keys.c turns
 * keys into wishes, browse_draw.c shows the state.
 */
#include "ui/view/columns.h"
#include "ui/view/counting.h"
#include "ui/view/marks.h"
#include "ui/view/rowwin.h"
#include "ui/view/tree.h"
#include "ui/view/views.h"
#include "ui/widget/grid.h"

#define TRAIL_MAX 32
#define SORT_KEYS_MAX 8

enum browse_focus { FOCUS_TREE, FOCUS_GRID, FOCUS_DETAIL };
enum browse_field { FIELD_NONE, FIELD_WHERE, FIELD_GOTO };
enum browse_window { CONDITIONS_KEY = 1, COLUMNS_KEY, COPIED_KEY };
enum browse_job { JOB_MODEL = 1, JOB_PAGE, JOB_COUNT, JOB_STAMP,
	JOB_DECLARED };
/* What a place that arrives does to the trail. */
enum browse_arrive { ARRIVE_NEW, ARRIVE_SAME, ARRIVE_BACK, ARRIVE_FORWARD };

struct browse {
	const struct model *model;	/* the session's */
	struct tree tree;
	enum browse_focus focus;
	bool tree_on, detail_on;	/* side by side */
	bool detail_below;		/* on small screens */

	struct place trail[TRAIL_MAX];	/* in v->a; [at] is open */
	size_t ntrail, at;
	struct rowwin win;
	bool as_stored;			/* cells without what they mean */
	const struct ts_schema *declared;	/* NULL: not known */
	struct arena *declared_a;
	const struct ts_column_origin **said;	/* by column of rows, in win.a;
						 * NULL: nothing */
	struct grid grid;
	struct grid_col *cols;		/* in win.a, as drawn */
	size_t *order;			/* column of rows for a drawn one */
	struct columns looks;		/* in win.a */

	bool loading;
	struct named opening;	/* another table, in v->a; while loading */
	bool restoring;			/* a place of the session before */
	/* How that was seen before, until it is read again. */
	struct {
		bool on, exact;
		size_t line;		/* of the cursor, on the screen */
		size_t left;		/* first column that scrolls */
		int64_t number, total;	/* of its row from 0, of all; or -1 */
		int widths[ROWS_COLS_MAX];	/* of the drawn columns */
		size_t ncols;
	} before;
	/* The key of the rows that is at work, the one that asked for what is
	 * loading, the one to be done again when all is read again. */
	enum action key, asked_by, again;
	enum browse_arrive arrive;
	bool bare;			/* it is opened as it is: no WHERE, no sort */
	struct named broken;		/* whose DDL was shown instead, in v->a */
	long pending;			/* rows to go on when the page is here */
	struct named want;		/* to open when the model is here */
	struct str want_where;		/* its rows */
	struct sorting asked_sort;	/* of the last asking, in v->a */
	struct sorting dear;		/* asked about: the same again runs it */

	enum browse_field field;
	struct input in;
	/* A WHERE that was asked for and of which nothing has come: to be
	 * corrected.  In v->a; "" none. */
	struct str asked_where;
	struct named asked_of;
	struct err bad;			/* of the WHERE */
	size_t bad_at;
	struct err failed;		/* why nothing is open */
	struct filter find;		/* in the grid */
	struct marking marking;
	/* Those of this table that the filter leaves, as far as is known. */
	struct {
		size_t at, seen;	/* seen: of the first `at` marks */
		unsigned round;		/* another one: from the start */
	} shown;
	size_t copied_as;		/* enum copy_what, the last time */

	/* background, see next_count() in browse.c */
	bool counting, count_paused, count_stopped, estimated;
	bool count_asked;		/* the user wants this place's count */
	size_t next_table;
	int64_t stamp;			/* rows_stamp(); 0: not asked yet */
	const struct obj *stamp_of;	/* NULL: of the whole database */
	bool stamping, stale;		/* stale: somebody else has written */
	const struct rows_row *asked_row;
	const struct rows_row *refs_row;	/* refs are of this row */
	struct arena *refs_a;
	const int64_t *refs;
	const struct str *refs_seen;	/* as counting.h */
	const struct fk_target *targets;	/* of the same row */
	size_t nrefs;
	struct list detail;
};

/* Sizes of the panes; w = 0: not shown. */
struct browse_layout {
	int tree_x, tree_w, tree_h;
	int grid_x, grid_w, grid_h;
	int detail_x, detail_y, detail_w, detail_h;
	bool over;			/* tree or detail cover the grid */
};
struct browse_layout browse_layout(const struct browse *b, int w, int h);
/* Rows above the grid proper: title, and where the WHERE is wrong. */
int browse_head_rows(const struct browse *b);
/* And below it: what is searched for. */
int browse_foot_rows(const struct browse *b);

/* view_conditions: what is chosen, and one more that the cursor proposes. */
struct conditions_arg {
	const struct model *model;
	struct place place;
	const struct rows_cond *preset;		/* NULL: none */
	const struct rows_cond *row;	/* the row's, of whole values */
	size_t nrow;
};
struct conditions_answer {			/* MSG_RETURN, answer 1 */
	struct place of;
	const struct rows_cond *v;
	size_t n;
};

/* --- browse.c --- */
void browse_open(struct ui_view *v, const struct place *p,
    enum browse_arrive arrive, struct cmds *out);
void browse_ask(struct ui_view *v, const struct win_ask *ask, struct cmds *out);
void browse_fit(struct ui_view *v);		/* sizes of the widgets */
void browse_columns(struct browse *b, const struct app *app, bool fresh);
/* Ask for rows before the cursor runs out of them. */
void browse_more(struct ui_view *v, struct cmds *out);
const struct rows_row *browse_row(const struct browse *b);
/* Column of rows under the cursor. */
size_t browse_col(const struct browse *b);
/* The place as it is now, with key and label, in `a`. */
struct place browse_here(const struct browse *b, const struct app *app,
    struct arena *a);

/*
 * The marked rows of the table that is open: keys of b->win.plain, in the
 * order in which they were marked.  To read one: place_plan() of a place with
 * schema and name alone, then rows_read(ROWS_AT, key, 1); it may be gone.
 */
struct marked {
	const struct value *const *keys;
	size_t n, nkey;
};
struct marked browse_marked(const struct browse *b);
/* How many of them the filter leaves; -1: not counted yet. */
int64_t browse_marks_shown(const struct browse *b);
/* They have changed, or what is shown has. */
void browse_marks_anew(struct browse *b);
bool browse_is_marked(const struct browse *b, const struct app *app,
    const struct rows_row *row);

/* --- browse_keys.c --- */
void browse_found(struct ui_view *v, bool round, bool back, struct cmds *out);
/* The looks of the columns have changed: kept, and drawn so. */
void browse_looks(struct ui_view *v, const struct columns *c);
void browse_conditions(struct ui_view *v, const struct conditions_answer *c,
    struct cmds *out);
void browse_key(struct ui_view *v, const struct msg *m, struct cmds *out);
const struct keymap *browse_keymap(const struct ui_view *v);
bool browse_can(const struct ui_view *v, enum action act);
extern const struct keymap browse_map_tree, browse_map_grid, browse_map_detail,
    browse_map_text, browse_map_find;

/* --- browse_draw.c --- */
void browse_draw(const struct ui_view *v, struct pane body);
void browse_crumbs(const struct ui_view *v, struct pane line);
/* What the values of column `col` of rows mean by the schema files. */
enum ts_meaning browse_meant(const struct browse *b, size_t col);
/* Text and style of a value of column `col` of rows. */
void browse_value(const struct browse *b, const struct app *app, size_t col,
    const struct value *v, struct grid_cell *out);
/* Text of a drawn cell. */
void browse_cell(const struct browse *b, const struct app *app, size_t row,
    size_t drawn, struct grid_cell *out);

#endif

#ifndef WEIR_UI_VIEW_REVIEW_H
#define WEIR_UI_VIEW_REVIEW_H
/* What review.c (keys, jobs) and review_draw.c share. */
#include "base/hash.h"
#include "base/vec.h"
#include "ui/view/flow.h"
#include "ui/widget/list.h"
#include "ui/widget/sheet.h"

enum focus { ON_STATEMENTS, ON_DIFF };

struct review_state {
	struct review_target target;
	struct reviewed *r;
	struct arena *a;		/* r->a: all that the job made */
	struct arena *items_a;
	struct items items;
	struct sheet sheet;
	struct list list;		/* over items */
	/* The row of its cursor, found again in a plan made anew. */
	struct {
		struct str tag;		/* in v->a; "" the first statement */
		size_t nth, below;
		enum item_kind kind;
	} spot;
	VEC(struct sha256) read;	/* in v->a: statements, by their text */
	bool *is_read;			/* rows of items */
	size_t nread, nstmts;
	struct list diff;		/* over rows of the sheet */
	enum focus focus;
	bool unlinked;			/* no statement changes the line that
					 * the cursor of the diff is on */
	bool other_layout, unfolded;
	bool busy, gate_open;
	struct review_progress progress;
	struct err err;			/* why there is no review */
};

struct review_layout {
	int diff_y, diff_h;	/* rows of the diff, titles not counted */
	int list_y, list_h;
	bool titles, one;	/* one pane at a time */
	int rule_y;		/* "Statements"; -1 = not shown */
	int line_y, drizzle_y, drizzle_h, advice_y;	/* -1 = not shown */
};
void review_layout(const struct ui_view *v, struct review_layout *l);
/* What Drizzle's migrator would do, as a sentence. */
struct str review_drizzle(const struct review_state *s, struct arena *a);
/* The chosen row; NULL: there is none. */
const struct item *review_item(const struct review_state *s);
/* Does the chosen statement change what this row says? */
bool review_lit(const struct review_state *s, const struct sheet_row *row);
void review_draw(const struct ui_view *v, struct pane body);
void review_crumbs(const struct ui_view *v, struct pane line);

#endif

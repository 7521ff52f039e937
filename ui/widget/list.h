#ifndef WEIR_UI_WIDGET_LIST_H
#define WEIR_UI_WIDGET_LIST_H
/*
 * list: cursor and scrolling over n lines that the view draws.
 *
 * Set n (list_set) when the data changes and h when the size does; drawing
 * is const and works out what is seen.
 */
#include "ui/ui.h"

struct list {
	size_t n, cur, top;
	int h;			/* rows on the screen, for pages; >= 1 */
};
/* New length; keeps the cursor within it. */
void list_set(struct list *l, size_t n);
void list_to(struct list *l, size_t cur);	/* clamped, scrolled to be seen */
/* MOVE actions; true = it was one (also when nothing moved). */
bool list_key(struct list *l, enum action act);
/* First line to draw in h rows. */
size_t list_top(const struct list *l, int h);
/*
 * Draw lines into p: row(arg, line pane, index, is the cursor there).  With
 * `focused` the cursor line gets the bar, else a cursor mark is the view's
 * affair.
 */
void list_draw(const struct list *l, struct pane p, bool focused,
    void (*row)(const void *arg, struct pane line, size_t i, bool current),
    const void *arg);

#endif

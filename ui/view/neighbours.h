#ifndef WEIR_UI_VIEW_NEIGHBOURS_H
#define WEIR_UI_VIEW_NEIGHBOURS_H
/*
 * neighbours: a table between those that refer to it (left) and those that it
 * refers to (right), as boxes with the columns of the keys.
 */
#include "ui/view/named.h"

struct neighbour {
	const struct table *t;
	struct strs lines;		/* sanitized */
	bool right;
	int x, y, w, h;
};
struct neighbours {
	struct arena *a;
	struct neighbour self;
	struct neighbour *v;		/* left ones first */
	size_t n, cur;
	int w, h, top, height;
};

size_t neighbours_count(const struct table *t);
void neighbours_fill(struct neighbours *s, const struct app *app,
    const struct model *m, const struct table *t);
void neighbours_resize(struct neighbours *s, int w, int h);
bool neighbours_key(struct neighbours *s, enum action act);
const struct obj *neighbours_current(const struct neighbours *s);
void neighbours_draw(const struct neighbours *s, struct pane p, bool focused);
void neighbours_close(struct neighbours *s);

#endif

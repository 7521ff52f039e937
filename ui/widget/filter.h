#ifndef WEIR_UI_WIDGET_FILTER_H
#define WEIR_UI_WIDGET_FILTER_H
/*
 * filter: filter as you type, regular expression (smart case), over labels.
 * Open: the view's keymap() returns a map with .text and &keymap_input, or
 * &filter_map where what was sought before can be had again.
 */
#include "base/match.h"
#include "ui/widget/input.h"

#define FILTER_PAST 16
#define FILTER_PAST_BYTES 256	/* a longer pattern is not kept */

extern const struct keymap filter_map;	/* Up, Down: former patterns */

struct filter {
	struct input in;
	struct input typed;	/* what Down comes back to */
	/* what was sought before, the newest first */
	char past[FILTER_PAST][FILTER_PAST_BYTES];
	size_t npast, at;	/* at: 0 = what is typed, n = past[n - 1] */
	bool open;		/* the field has the keys */
	struct match *m;	/* NULL: everything passes */
	bool bad;		/* the pattern does not compile (yet): all passes */
	struct err why;		/* bad: what it says, and where */
};
void filter_open(struct filter *f);
/* Begins empty; Enter takes what was sought before, Up shows it. */
void filter_anew(struct filter *f);
void filter_close(struct filter *f);	/* frees; text and match go */
/* As input_msg; keeps the match up to date.  Enter closes the field and keeps
 * the filter, unless it is bad: that is said in the field; Esc drops it. */
enum input_result filter_msg(struct filter *f, const struct msg *m);
bool filter_pass(const struct filter *f, struct str s);
/* "/text" with cursor; nothing when unused. */
void filter_draw(const struct filter *f, struct pane p, int x, int y, int w);

#endif

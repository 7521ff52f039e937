#ifndef WEIR_UI_WIDGET_PICKER_H
#define WEIR_UI_WIDGET_PICKER_H
/*
 * picker: one of many names by typing some of its letters (base/fuzzy.h).
 * The view's keymap is &picker_map or one with .parent = &picker_map; its
 * messages go to picker_msg() first.
 */
#include "base/fuzzy.h"
#include "ui/widget/input.h"
#include "ui/widget/list.h"

#define PICKER_SHOWN 300	/* more are counted, not listed */

enum picker_result {
	PICKER_IGNORED, PICKER_MOVED,
	PICKER_TAKEN,		/* Enter; there may be nothing under the cursor */
	PICKER_CLOSED,
};
struct picker {
	struct input in;
	const struct str *names;	/* clean; the view's */
	const unsigned char *classes;	/* as fuzzy_rank(), or NULL */
	/* "public": what names of this schema are shown without, and may be
	 * typed with; or "". */
	struct str home;
	/* NULL, or which name is meant by all of the text, whatever matches
	 * better: it comes first.  SIZE_MAX: none. */
	size_t (*meant)(const void *arg);
	const void *meant_arg;
	size_t n, all;			/* all: that match */
	struct fuzzy query;
	struct fuzzy_hit best[PICKER_SHOWN];
	struct list list;		/* over best */
};
extern const struct keymap picker_map;

/* Other names: what is typed stays, the cursor goes to the first. */
void picker_set(struct picker *p, const struct str *names,
    const unsigned char *classes, size_t n);
enum picker_result picker_msg(struct picker *p, const struct msg *m);
void picker_type(struct picker *p, struct str text);	/* in place of all */
/* Index of the name under the cursor; SIZE_MAX: none. */
size_t picker_at(const struct picker *p);

/* Rows that a popup for at most `want` names takes in a body of height h. */
int picker_rows(int h, int want);
/* The field, how many match, and the names; row() draws name `at`; `nothing`
 * stands there where no name does. */
void picker_draw(const struct picker *p, struct pane in, const char *prompt,
    const char *nothing,
    void (*row)(const void *arg, struct pane line, size_t at), const void *arg);
/* Text in a field of w cells with its matching letters marked; what comes
 * behind the first `name` bytes is dim. */
void pane_fuzzy(struct pane p, int x, int y, int w, struct str text,
    size_t name, const struct fuzzy *q);

#endif

#ifndef WEIR_UI_WIDGET_INPUT_H
#define WEIR_UI_WIDGET_INPUT_H
/*
 * input: a line of text being typed.  The view's keymap for the time has
 * .text = true and .parent = &keymap_input; all its messages go to
 * input_msg() first.
 */
#include "base/edit.h"
#include "ui/ui.h"

#define INPUT_MAX EDIT_MAX

enum input_result {
	INPUT_IGNORED,	/* not for a field: the view goes on with it */
	INPUT_MOVED,	/* handled, text is the same */
	INPUT_CHANGED,
	INPUT_ENTER,
	INPUT_CANCEL,
	INPUT_NO_PASTE,	/* a paste was refused (typed_only) */
};
struct input {
	struct edit e;
	bool typed_only;	/* the gate: a paste changes nothing */
	bool masked;		/* a dot a character */
};
void input_set(struct input *in, struct str text);	/* cursor at the end */
struct str input_str(const struct input *in);
enum input_result input_msg(struct input *in, const struct msg *m);
/* Draws `w` cells from x on, scrolled so that the cursor is seen; cursor only
 * when focused. */
void input_draw(const struct input *in, struct pane p, int x, int y, int w,
    bool focused);

#endif

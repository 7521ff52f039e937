#ifndef WEIR_UI_WIDGET_TEXT_H
#define WEIR_UI_WIDGET_TEXT_H
/*
 * text: a viewer of many lines: wrap, scroll, search.  Text is sanitized in
 * UTF8_BLOCK mode and borrowed; it must live as long as the viewer.
 */
#include "base/match.h"
#include "dialect/dialect.h"
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

struct text_line {
	size_t from, to;	/* bytes */
};
struct text_view {
	struct str text;
	struct tokens tokens;	/* to be highlighted; none: plain */
	struct arena *tokens_a;
	bool wrap;
	bool words;		/* wrapped between them; keep over text_set() */
	struct list lines;	/* screen lines */
	struct text_line *v;
	struct arena *a;	/* holds v; made anew on width change */
	size_t left;		/* cells scrolled to the right, without wrap */
	int w;
	struct filter search;
};
/* sql: highlight as SQL of that dialect; NULL: plain. */
void text_set(struct text_view *t, struct str text, const struct dialect *sql,
    bool wrap);
/* TypeScript, highlighted as such. */
void text_set_code(struct text_view *t, struct str text, bool wrap);
void text_resize(struct text_view *t, int w, int h);
void text_close(struct text_view *t);
/* MOVE actions, WRAP, SEARCH, SEARCH_NEXT, SEARCH_PREV; and all messages
 * while text_searching(): then the keymap is a .text one on &keymap_input. */
bool text_msg(struct text_view *t, const struct msg *m);
bool text_searching(const struct text_view *t);
void text_draw(const struct text_view *t, struct pane p, bool focused);

#endif

#ifndef WEIR_UI_WIDGET_HEX_H
#define WEIR_UI_WIDGET_HEX_H
/*
 * hex: bytes of any number as offset, hex and text, of which a few pieces
 * round the screen are held.  Whoever owns the viewer asks hex_wants() after
 * every message and brings the piece by hex_take().
 */
#include "ui/widget/list.h"

#define HEX_PIECE ((size_t)64 << 10)
#define HEX_HELD 4

struct hex_view {
	size_t size;		/* bytes in all */
	int per;		/* bytes a line: 16, 8 on narrow screens */
	struct list lines;	/* cur = top: no cursor */
	struct hex_piece {
		size_t from;
		struct str s;
		struct arena *a;	/* NULL: free */
	} v[HEX_HELD];
	size_t next;		/* the slot that is taken next */
};
void hex_open(struct hex_view *h, size_t size);
void hex_close(struct hex_view *h);
void hex_resize(struct hex_view *h, int w, int rows);
/* MOVE actions. */
bool hex_key(struct hex_view *h, enum action act);
/* A piece that the screen, or its surroundings, lacks. */
bool hex_wants(const struct hex_view *h, size_t *from);
/* Takes the arena that holds s. */
void hex_take(struct hex_view *h, size_t from, struct str s, struct arena *a);
void hex_draw(const struct hex_view *h, struct pane p);

#endif

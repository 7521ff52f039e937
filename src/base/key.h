#ifndef WEIR_BASE_KEY_H
#define WEIR_BASE_KEY_H
/* key: keys as a terminal sends them, decoded.  Without a terminal. */
#include <stdint.h>

#include "base/sbuf.h"

enum key_code {			/* above Unicode */
	K_NONE = 0,
	K_BASE = 0x110000,
	K_ENTER, K_TAB, K_BACKSPACE, K_ESC, K_UP, K_DOWN, K_LEFT,
	K_RIGHT, K_HOME, K_END, K_PGUP, K_PGDN, K_INSERT, K_DELETE,
	K_F1, K_F2, K_F3, K_F4, K_F5, K_F6, K_F7, K_F8, K_F9,
	K_F10, K_F11, K_F12,
	K_PASTE,		/* a whole bracketed paste: one event, never an action */
	K_MOUSE,		/* a button or the wheel: x, y, button */
	K_UNKNOWN		/* a sequence that nothing is bound to */
};
enum key_mod { K_CTRL = 1, K_ALT = 2, K_SHIFT = 4 };

enum mouse_button { MOUSE_NONE, MOUSE_LEFT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct keypress {
	uint32_t code;		/* Unicode or enum key_code; ' ' is Space */
	unsigned mods;
	struct str paste;	/* K_PASTE: raw text, valid until the next key */
	int x, y;		/* K_MOUSE: cell, from 0 */
	enum mouse_button button;
};

/* Decoder of terminal input; ceiling of a paste 1 MiB, the rest is dropped. */
struct key_reader;
struct key_reader *key_reader_open(void);
void key_reader_close(struct key_reader *r);
void key_reader_feed(struct key_reader *r, struct str bytes);
/* Next whole key; false = more bytes are needed.  With `flush` (the time to
 * wait for the rest of a sequence is over) a lone ESC is the Esc key. */
bool key_reader_next(struct key_reader *r, bool flush, struct keypress *out);
/* Is there something that time would decide? */
bool key_reader_pending(const struct key_reader *r);

#endif

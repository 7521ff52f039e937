#ifndef WEIR_UI_TERM_H
#define WEIR_UI_TERM_H
/*
 * term: the terminal.  Home of curses.  Puts it into raw mode on the
 * alternate screen with bracketed paste, copies surfaces to it, and leaves it
 * as it was found, whatever ends the process.
 */
#include "base/env.h"
#include "ui/surface.h"

struct term;

struct term_options {
	const struct env *env;
	bool no_color, ascii;
	const struct theme *theme;	/* NULL: by the environment */
	/* Called with a note to show once ("unknown TERM …"). */
	char note[160];
};

/* Is this terminal one that can show the studio?  RC_UNSUPPORTED: no
 * terminal, or TERM=dumb; the hint names the headless command. */
enum rc term_open(struct term_options *o, struct term **out, struct err *e)
    MUST_CHECK;
/* Everything back as it was. */
void term_close(struct term *t);	/* NULL is fine */
bool term_is_ascii(const struct term *t);
int term_fd(const struct term *t);
/* Bytes typed; 0 = end of file or hang-up, -1 = nothing now. */
int term_read(struct term *t, char *buf, size_t size);
void term_size(const struct term *t, int *w, int *h);
/* The size changed: tell curses. */
void term_resized(struct term *t);
/* Other colours from the next frame on. */
void term_theme(struct term *t, const struct theme *theme);
const struct theme *term_theme_of(const struct term *t);
/* Clicks and the wheel become keys (K_MOUSE); the terminal's own selection is
 * gone meanwhile.  Off at first, and after term_suspend(). */
void term_mouse(struct term *t, bool on);
void term_draw(struct term *t, const struct surface *s, bool all);
void term_suspend(struct term *t);	/* leave the screen to the shell */
void term_resume(struct term *t);
void term_copy(struct term *t, struct str sequence);	/* of clip.h */

/* Put the terminal back with write(2) and tcsetattr(3) only; callable from a
 * signal handler; does nothing when no terminal is held. */
void term_restore_now(void);

#endif

#ifndef WEIR_UI_CLIP_H
#define WEIR_UI_CLIP_H
/*
 * clip: text into the clipboard, by two ways at once.
 *
 * The terminal is asked by OSC 52, which reaches the user's own machine over
 * ssh; inside tmux ($TMUX) plain and once more wrapped for the terminal
 * outside.  Terminals take about 100,000 bytes of it, so a longer text is not
 * sent.  And a program of the desktop gets it on its standard input: run
 * without a shell, in a session of its own, found in $PATH, and only where
 * the variable that it needs is set.  It is fed by a thread: nobody waits.
 */
#include "base/env.h"
#include "base/sbuf.h"

#define CLIP_MAX ((size_t)16 << 20)	/* bytes of a text */
#define CLIP_TERMINAL_MAX 74994		/* of one that the terminal is sent */

struct clip;

struct clip *clip_open(const struct env *env, struct arena *a);
/* The bytes for the terminal; none when the text is too long for it. */
void clip_sequence(const struct clip *c, struct str text, struct sbuf *out);
/* Hand it to a program; false: there is none. */
bool clip_run(const struct clip *c, struct str text);
/* The program's name, "" = none. */
struct str clip_tool(const struct clip *c);

#endif

#ifndef WEIR_UI_SCRIPT_H
#define WEIR_UI_SCRIPT_H
/*
 * script: the studio driven by a text, without a terminal.  One command a
 * line; empty lines and lines that begin with # are skipped:
 *
 *	keys j j Enter		keys by name
 *	type TEXT		the characters of TEXT (to the end of the line)
 *	paste TEXT		one bracketed paste
 *	resize 80x24
 *	wait			until no job is running (also after every key)
 *	expect TEXT		fails unless TEXT is on the screen
 *	reject TEXT		fails if it is
 *	:save-screen FILE	the screen as text
 *	:save-styles FILE	one letter a cell, the names in styles.def
 *
 * The run ends with the text, or when the studio quits.
 */
#include "ui/core.h"

/* RC_USAGE: a line that does not read (where = name:line); RC_IO: a file;
 * RC_CONFLICT: expect or reject failed, the screen is in *screen. */
enum rc script_run(struct core *c, struct str text, const char *name,
    struct sbuf *screen, struct err *e) MUST_CHECK;

#endif

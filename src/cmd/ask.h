#ifndef WEIR_CMD_ASK_H
#define WEIR_CMD_ASK_H
/*
 * ask: one line typed by a person on the controlling terminal.
 *
 * The terminal is read raw with bracketed paste on: pasted text is refused
 * with a beep and never becomes part of the answer.  Esc, Ctrl-C, Ctrl-D,
 * end of file and a hang-up cancel.  Needs stdin and stderr to be terminals.
 */
#include "base/sbuf.h"

/* RC_CANCELLED; RC_OK with the line (without Enter) in out. */
enum rc ask_line(const char *prompt, struct sbuf *out, struct err *e)
    MUST_CHECK;
/* The same without echo, and a paste is taken: for a password. */
enum rc ask_secret(const char *prompt, struct sbuf *out, struct err *e)
    MUST_CHECK;

#endif

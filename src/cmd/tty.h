#ifndef WEIR_CMD_TTY_H
#define WEIR_CMD_TTY_H
/*
 * tty: the terminal of stdin and stderr in raw mode, with decoded keys, for
 * questions of one command.  Put back as found by tty_close(), and while the
 * program is stopped.  SIGINT, SIGTERM, SIGHUP and SIGQUIT end the questions
 * (tty_signal() names it); SIGTSTP and Ctrl-Z stop the job as they always do.
 */
#include "base/key.h"

struct tty;

enum tty_event {
	TTY_KEY,
	TTY_SIZE,	/* another size: what is drawn no longer fits */
	TTY_AFRESH,	/* continued: others have written in between */
	TTY_GONE,	/* end of file, hang-up, a signal */
};

/* RC_CANCELLED: there is no terminal to be had. */
enum rc tty_open(struct tty **out, struct err *e) MUST_CHECK;
void tty_close(struct tty *t);		/* NULL is fine */
/* Waits; the key is valid until the next call. */
enum tty_event tty_next(struct tty *t, struct keypress *out);
/* Forget what was typed so far: before every question. */
void tty_forget(struct tty *t);
int tty_signal(const struct tty *t);	/* the one that ended it, or 0 */
void tty_size(int *w, int *h);		/* 80x24 where it is not known */
void tty_put(struct str s);		/* to stderr, as it is */

#endif

#ifndef WEIR_UI_ASKER_H
#define WEIR_UI_ASKER_H
/*
 * asker: a password that the driver wants on the worker's thread, and the
 * user who types it on the screen's.
 *
 * The answer is kept in memory, so that the connections of a sitting ask
 * once; asker_forget() drops it when it was wrong, asker_close() wipes it.
 * Stopping ends an attempt to connect too.
 */
#include "op/session.h"

struct asker;

struct asker *asker_open(void);
void asker_close(struct asker *a);	/* NULL is fine */
/* What a target's connections ask through. */
void asker_install(struct asker *a, struct drv_target *t);
/* Called on the worker's thread when there is something to ask. */
void asker_on_question(struct asker *a, void (*wake)(void *arg), void *arg);

/* On the screen's thread: is there a question that was not fetched yet? */
bool asker_question(struct asker *a, struct sbuf *prompt);
void asker_answer(struct asker *a, struct str word);
/* No answer; with `stop` no connection either, until asker_go(). */
void asker_cancel(struct asker *a, bool stop);
void asker_go(struct asker *a);
void asker_forget(struct asker *a);

#endif

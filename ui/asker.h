#ifndef WEIR_UI_ASKER_H
#define WEIR_UI_ASKER_H
/*
 * asker: what the driver or a job wants to know on the worker's thread, and
 * the user who answers on the screen's: a password, or where a scratch
 * database may be made.
 *
 * Passwords are kept in memory, one for each server and user, so that the
 * connections of a sitting ask once; asker_forget() drops them when one was
 * wrong, asker_close() wipes them.  A place for scratch databases is kept for
 * the sitting, a "no" for its session.  Stopping ends an attempt to connect
 * too.
 */
#include "op/session.h"

struct asker;

/* The request that the project was found by; borrowed. */
struct asker *asker_open(const struct project_request *rq);
void asker_close(struct asker *a);	/* NULL is fine */
/* What a target's connections ask through. */
void asker_install(struct asker *a, struct drv_target *t);
/* What the scratch engines of a session ask through (DESIGN §6). */
void asker_for_scratch(struct asker *a, struct session *s);
/* wake: called on the worker's thread when there is something to ask.  stop:
 * called there while it connects: was the job told to stop? */
void asker_on_question(struct asker *a, void (*wake)(void *arg),
    bool (*stop)(void *arg), void *arg);

enum asker_kind { ASKER_NOTHING, ASKER_PASSWORD, ASKER_SCRATCH };
/* On the screen's thread: the question that was not fetched yet, its text in
 * prompt; an answer to a former one that was of no use in wrong. */
enum asker_kind asker_question(struct asker *a, struct sbuf *prompt,
    struct sbuf *wrong);
/* The password; the URL of a server for scratch databases, "": the server of
 * the database itself. */
void asker_answer(struct asker *a, struct str word);
/* No answer; with `stop` no connection either, until asker_go(). */
void asker_cancel(struct asker *a, bool stop);
void asker_go(struct asker *a);
void asker_forget(struct asker *a);

#endif

#ifndef WEIR_UI_CORE_LOCAL_H
#define WEIR_UI_CORE_LOCAL_H
/* core_local: what the files of the core share and nobody else uses. */
#include "ui/core.h"

/* --- core.c: views and messages ------------------------------------------- */

/* Every view that lives; those that close meanwhile hear nothing. */
void core_tell_all(struct core *c, const struct msg *m);
/* The tab's view on top; text, if any, goes to its first view, alone. */
void core_show_tab(struct core *c, enum tab t, struct str text);
/* The page that says why there is nothing comes and goes with the session. */
void core_show_blank(struct core *c, bool on);
/* What a view waits for has come: MSG_RETURN; it may be gone. */
void core_answer(struct core *c, uint64_t view, unsigned key, int answer);
/* Ask the worker for a job of that view; 0: of the core. */
void core_post(struct core *c, uint64_t view, const struct job_spec *spec);

void core_tell(struct core *c, struct ui_view *v, const struct msg *m);
bool core_push(struct core *c, const struct view_ops *ops, const void *arg,
    unsigned key, uint64_t parent);
/* The view is closed; its parent hears of the answer, and what a view with
 * ops->runs has chosen is done. */
void core_pop(struct core *c, struct ui_view *v, int answer, void *result);

/* --- core_keys.c: keys and the studio's own actions ------------------------ */

/* An action as if its key had been pressed. */
void core_act(struct core *c, enum action a);
void core_quit(struct core *c);

/* --- mouse.c --------------------------------------------------------------- */

void core_mouse(struct core *c, const struct keypress *k);

/* --- core_session.c: the session, its status, its server ------------------ */

/* Open the session anew; while one opens or a change runs, afterwards. */
void core_ask_session(struct core *c);
/* On the worker's thread, behind the jobs that were asked for; NULL: none. */
void core_close_session(struct core *c, struct session *old);
/* A job of the core has ended: the session or its status is there, or not. */
void core_session_event(struct core *c, struct event *ev);
void core_drop_status(struct core *c);
/* The engine refuses every change, or no longer: a session of its own. */
void core_read_only(struct core *c, bool on);
/* The connection ended: what was read stays, core_tick() tries again. */
void core_server_gone(struct core *c, const struct err *why);

#endif

#ifndef WEIR_UI_UI_H
#define WEIR_UI_UI_H
/*
 * ui: what a view is, what it is told and what it may ask for.
 *
 * A view is one file under ui/view that ends in a const struct view_ops.
 * update() changes the view's own state and appends commands; draw() reads
 * const state and draws into the pane given; neither talks to a database
 * (jobs do, see job.h), neither sleeps, reads a clock or the environment.
 *
 * Lifetimes.  state (zeroed, ops->state_size bytes) and v->a live as long as
 * the view; per-request data belongs in the job's arena: take it from the
 * message (msg_take_arena), keep it, arena_free() the one it replaces (and in
 * leave()).  Of app->session a view reads project, folder, track and states,
 * which are const; they die with MSG_SESSION: a view drops what points into
 * them in that update and asks again.  session->db and session->live are the
 * worker's: a job calls session_live() and returns the model as its result.
 */
#include "base/clock.h"
#include "op/session.h"
#include "ui/burst.h"
#include "ui/job.h"
#include "ui/keys.h"
#include "ui/remember.h"
#include "ui/surface.h"
#include "ui/watch.h"

struct ui_view;
struct view_ops;
struct app;

/* --- messages ---------------------------------------------------------------- */
enum msg_kind {
	MSG_KEY,	/* act: an action of the view's keymap */
	MSG_TEXT,	/* text: one typed character (maps with .text) */
	MSG_PASTE,	/* text: pasted, raw; can never confirm anything */
	MSG_JOB,	/* key, rc, err, result, arena: a job ended */
	MSG_PROGRESS,	/* key, result, arena: an intermediate result */
	MSG_RESIZE,	/* w, h: body size; comes after enter() and on changes */
	MSG_FOCUS,	/* the view is in front again (tab switched, popped to) */
	MSG_SESSION,	/* app->session is another one (or NULL): drop and ask again */
	MSG_STATUS,	/* app->status has been computed */
	MSG_SHOW,	/* text: another view asks to show this object/tag */
	MSG_RETURN,	/* the view pushed above was popped: answer, key, result */
	MSG_FILES,	/* a file of CMD_WATCH has changed */
	MSG_TICK,	/* while something of this view is loading; ops->pulses:
			 * also every few seconds that it is in front */
};

struct msg {
	enum msg_kind kind;
	enum action act;
	struct str text;
	int w, h;
	unsigned key;		/* JOB, PROGRESS: job key; RETURN: push key */
	enum rc rc;
	const struct err *err;	/* JOB with rc != RC_OK */
	void *result;		/* JOB, PROGRESS; RETURN: valid during update */
	int answer;		/* RETURN: 0 = closed without an answer */
	struct arena **arena;	/* JOB, PROGRESS: see msg_take_arena */
};
/* The arena that holds m->result: the caller owns it from now on.  Not taken:
 * freed after update(). */
struct arena *msg_take_arena(const struct msg *m);

/* --- commands ------------------------------------------------------------------ */
enum tab { TAB_BROWSE, TAB_STRUCTURE, TAB_MIGRATE, TAB_HISTORY, TAB_N };

enum cmd_kind {
	CMD_JOB,	/* job */
	CMD_CANCEL,	/* cancel this view's job `key` (0 = all of them) */
	CMD_PUSH,	/* view, arg: above this view in its tab (or as overlay) */
	CMD_REPLACE,	/* view, arg: in place of this view */
	CMD_ALONE,	/* close, unanswered, what this view has pushed */
	CMD_POP,	/* close this view; answer, result → MSG_RETURN below */
	CMD_TAB,	/* tab; text != "": MSG_SHOW to that tab's first view */
	CMD_MESSAGE,	/* style, text: the message line, until the next key */
	CMD_RELOAD,	/* open the session anew → MSG_SESSION to all views
			 * (done unasked after every JOB_CHANGES job) */
	CMD_EDIT,	/* arg: struct edit_arg, key: a file in the editor →
			 * MSG_RETURN, answer: enum edited */
	CMD_COPY,	/* text → clipboard (OSC 52), on a user's key only */
	CMD_WATCH,	/* arg: struct watch_list; {0}: none.  One view watches */
	CMD_QUIT,
};
struct edit_arg {
	struct str path;	/* absolute */
	size_t line;		/* from 1 */
	bool read_only;		/* the editor gets a copy of `text` */
	struct str text;
};
enum edited { EDITED_FAILED, EDITED_SAME, EDITED_OTHER };
struct cmd {
	enum cmd_kind kind;
	struct job_spec job;
	const struct view_ops *view;
	const void *arg;	/* valid until the new view's enter() returns */
	unsigned key;		/* PUSH: comes back in MSG_RETURN; CANCEL */
	int answer;
	void *result;		/* POP: valid while MSG_RETURN is handled */
	enum tab tab;
	enum style style;
	struct str text;	/* copied */
};
struct cmds {
	struct arena *a;	/* for arg, text: until the commands are done */
	struct cmd v[16];	/* more than that is a BUG() */
	size_t n;
};
void cmds_push(struct cmds *out, struct cmd c);
void cmds_job(struct cmds *out, struct job_spec spec);
void cmds_open(struct cmds *out, const struct view_ops *view, const void *arg,
    unsigned key);
void cmds_pop(struct cmds *out, int answer, void *result);
void cmds_message(struct cmds *out, enum style st, const char *fmt, ...)
    PRINTF(3, 4);
/* An error in the message line: message and hint, sanitized. */
void cmds_error(struct cmds *out, const struct err *e);
/* A question with Yes/No; MSG_RETURN answer 1 = yes.  `yes` is the verb. */
void cmds_confirm(struct cmds *out, unsigned key, const char *title,
    struct str question, const char *yes);

/* --- views ----------------------------------------------------------------------- */
struct ui_view {
	const struct view_ops *ops;
	const struct app *app;
	void *state;		/* ops->state_size bytes, zeroed */
	struct arena *a;	/* the view's lifetime */
	uint64_t id;
	uint64_t parent;	/* who gets MSG_RETURN */
	unsigned key;		/* of the CMD_PUSH that opened it */
	int w, h;		/* body size as last told */
};

struct view_ops {
	const char *name;	/* file name without .c */
	const char *title;
	size_t state_size;
	/* What it pops with is done in the state beneath: answer is an enum
	 * action, or result a struct str *, a line for command_run(). */
	bool runs;
	bool overlay;		/* drawn over the view beneath, with keys of its own */
	/* The map in force now: modes (filter field open) have maps of their
	 * own.  Never NULL. */
	const struct keymap *(*keymap)(const struct ui_view *v);
	void (*enter)(struct ui_view *v, const void *arg, struct cmds *out);	/* may be NULL */
	void (*update)(struct ui_view *v, const struct msg *m, struct cmds *out);
	void (*draw)(const struct ui_view *v, struct pane body);
	/* Would this action do something now?  NULL = yes.  Hints and help
	 * leave out what would not. */
	bool (*can)(const struct ui_view *v, enum action act);	/* may be NULL */
	/* Does it want MSG_TICK while nothing happens?  NULL = no: an idle
	 * studio sleeps. */
	bool (*pulses)(const struct ui_view *v);
	/* The crumb line: left text drawn from x on, e.g. "decks 7 › cards". */
	void (*crumbs)(const struct ui_view *v, struct pane line);	/* may be NULL */
	void (*leave)(struct ui_view *v);		/* frees arenas; may be NULL */
	/* What enter() may find again next time, by names of the view's own:
	 * "browse.place".  Asked when the studio ends; may be NULL. */
	void (*keep)(const struct ui_view *v, struct remember *r);
	/* maps that keymap() may return, for the start-up check and the manual */
	const struct keymap *const *maps;	/* NULL-terminated */
};

/* Keymaps of a view: `MAPS(&map_a, &map_b)` as ops->maps. */
#define MAPS(...) (const struct keymap *const[]){ __VA_ARGS__, NULL }

/* --- what all views may read --------------------------------------------------- */
struct app {
	const struct project *project;
	/* What the project was found by: to read its configuration again. */
	const struct project_request *request;
	struct session *session;	/* NULL: not open (yet); for jobs */
	struct err session_err;		/* why, when it could not be opened */
	enum db_state db_state;
	const struct dialect *dialect;
	struct asker *asker;		/* NULL: nobody to ask */
	const struct keyset *keys;	/* the user's own; may be NULL */
	struct remember *remember;	/* never NULL; any update() may set */
	const struct status *status;	/* NULL until computed */
	int w, h;			/* whole screen */
	bool wide;			/* room for panes side by side: w >= 100 */
	bool compact;			/* h < 30 or w < 100: context in one line */
	bool ascii;
	bool read_only;
	bool changing;			/* a JOB_CHANGES is running */
	bool stale;			/* the folder has changed and is being
					 * read again: plans are of before */
	struct burst burst;		/* of the keys that come now */
	/* Reset before every draw: for text that draw() puts together. */
	struct arena *frame;
	/* Scripts: figures that differ from run to run are shown as 0. */
	bool still;
};
/* "0.3 ms", "1.2 s" for the eye; "0.0 ms" when app->still. */
void app_ms(const struct app *app, double ms, struct sbuf *out);
/* Text from a database or a file, made harmless for one line, in `a`. */
struct str app_clean(const struct app *app, struct arena *a, struct str s);
/* A line of an error's hint: what names a command of the shell that a key does
 * here names the key. */
struct str hint_here(struct str hint);

#endif

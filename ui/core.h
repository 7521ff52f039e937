#ifndef WEIR_UI_CORE_H
#define WEIR_UI_CORE_H
/*
 * core: views, their stacks, messages and commands, without a terminal.  The
 * loop (or a script) feeds it keys, sizes and worker events and asks it to
 * draw onto its surface.
 */
#include "ui/asker.h"
#include "ui/ui.h"
#include "ui/worker.h"

#define CORE_DEPTH 8		/* views on top of each other */

struct core_options {
	const struct project *project;
	int w, h;
	bool ascii, read_only, still;
	/* First views of the tabs; NULL = those of views.h (tests have others). */
	const struct view_ops *(*root)(enum tab t);
	bool polled;		/* watch files without inotify */
	bool no_session;	/* tests: open no session */
	const struct project_request *request;	/* outlives the core */
	struct asker *asker;	/* of the project's target; NULL: none */
	const char *memory;	/* file of what was open; NULL: none */
	const struct keyset *keys;	/* outlives the core; NULL: none */
};

struct edit_wish {		/* of CMD_EDIT, until the loop serves it */
	bool on, read_only;
	uint64_t view;
	unsigned key;
	size_t line;
	struct sbuf path, text;
};

struct core {
	struct app app;
	struct surface *surface;
	struct worker *worker;
	const struct view_ops *(*root)(enum tab t);
	enum tab tab;
	struct ui_view *stack[TAB_N][CORE_DEPTH];
	size_t depth[TAB_N];
	struct ui_view *overlay[CORE_DEPTH];
	size_t noverlays;
	struct ui_view *blank;		/* shown while there is no session */
	uint64_t next_id, generation;
	size_t jobs;			/* asked for, not yet answered */
	size_t loud;			/* of those, with a spinner */
	struct loading { uint64_t view; const char *what; double since; } load;
	bool opening, reload_again;
	/* The server is gone: what was read stays, it is tried again. */
	double hold;			/* no frame without the old rows */
	struct lost { bool on; unsigned tries; double next; struct err why; }
	    lost;
	struct watch *watch;
	uint64_t watcher;		/* the view that is told */
	struct watch *folder;		/* the migrations: another branch */
	int64_t asked_at;		/* as the folder is read */
	char said_ahead[200];
	bool asking;			/* for a password */
	struct arena *own;		/* of what lives as long: projects */
	bool kept_read_only;		/* --read-only: nothing lifts it */
	struct arena *status_arena, *cmd_arena;
	unsigned cmd_nesting;
	struct status status;
	char message[512];
	enum style message_style;
	struct sbuf clipboard;		/* text to copy; the loop takes it */
	struct edit_wish edit;
	const struct theme *theme;	/* NULL: as the terminal began */
	bool dirty, quit, redraw, suspend;
	bool mouse;			/* wanted; off at first */
	struct { int x, y; double at; } clicked;	/* the last time */
	double pulsed;			/* MSG_TICK of ops->pulses, last */
	int exit_code;
};

struct core *core_open(const struct core_options *o);
void core_close(struct core *c);
/* Write down what was open, for the next time. */
enum rc core_keep(struct core *c, struct err *e) MUST_CHECK;
void core_key(struct core *c, const struct keypress *k);
void core_resize(struct core *c, int w, int h);
/* Hand on what the worker has sent. */
void core_events(struct core *c);
/* To wait for, beside the worker's; -1: none. */
int core_watch_fd(const struct core *c);
int core_folder_fd(const struct core *c);
void core_files(struct core *c);
/* Milliseconds until core_tick() wants to be called; -1 = never. */
int core_deadline(const struct core *c);
/* Are old rows still drawn, since new ones are about to come? */
bool core_holds(const struct core *c);
void core_tick(struct core *c);
/* Has what runs been running long enough to be shown? */
bool core_spins(const struct core *c);
/* Draw onto c->surface. */
void core_draw(struct core *c);
/* A theme by its name, from the next frame on; false: there is none, said in
 * the message line. */
bool core_theme(struct core *c, struct str name);
void core_message(struct core *c, enum style st, const char *text);
/* Stop what the user started; true if there was something. */
bool core_cancel(struct core *c);
/* What ^C says where core_cancel() had nothing to stop. */
void core_nothing_to_stop(struct core *c);

/* The view that has the keys; NULL while nothing is open. */
struct ui_view *core_focus(const struct core *c);
/* The view of the open tab that is seen. */
struct ui_view *core_top(const struct core *c);

/* shell.c: the frame round the views */
#define SHELL_MIN_W 60
#define SHELL_MIN_H 16
struct pane shell_body(const struct core *c);
void shell_draw(const struct core *c);
bool shell_too_small(const struct core *c);
/* Time until a spinner is due or moves. */
#define SPINNER_AFTER_MS 150
#define SPINNER_STEP_MS 100
#define PULSE_MS 5000

#endif

#ifndef WEIR_CMD_PROMPT_H
#define WEIR_CMD_PROMPT_H
/*
 * prompt: a list to choose from and a line to edit, drawn on stderr below
 * what stands there, not on a screen of their own, and gone when answered.
 *
 * Wants cursor-up and erase-below of a terminal, which a vt100 has; with
 * TERM=dumb the list is numbered and the line is read as it is typed.  Needs
 * stdin and stderr to be terminals.  Texts may be foreign: they are cleaned.
 */
#include "cmd/cmd.h"

struct prompt;

/* Is somebody there to ask? */
bool prompt_can(const struct invocation *in);
enum rc prompt_open(struct invocation *in, struct prompt **out, struct err *e)
    MUST_CHECK;
void prompt_close(struct prompt *p);	/* NULL is fine */
/* "→", or "->" where only ASCII is drawn. */
const char *prompt_arrow(const struct prompt *p);
/* A line that stays, above what is asked next. */
void prompt_say(struct prompt *p, struct str line);

#define PROMPT_CELLS 4
struct prompt_row {
	struct str cells[PROMPT_CELLS];	/* the first one always shows */
	struct str note;		/* stands below the list */
	bool loses;			/* the note tells of something lost */
};
struct prompt_list {
	struct strs above;		/* answered before */
	struct str title;
	const char *heads[PROMPT_CELLS];
	const struct prompt_row *v;
	size_t n, at;			/* at: where the cursor is, then was;
					 * PROMPT_NOWHERE: Enter takes none */
	struct str undecided;		/* then stands below the list */
	bool back;			/* there is a question before */
};
#define PROMPT_NOWHERE SIZE_MAX
enum prompt_answer { PROMPT_TAKEN, PROMPT_BACK };
/* RC_CANCELLED: Esc, Ctrl-C, Ctrl-D, end of file, a signal. */
enum rc prompt_choose(struct prompt *p, struct prompt_list *l,
    enum prompt_answer *out, struct err *e) MUST_CHECK;

struct prompt_field {
	struct strs above;
	const char *title;		/* "Name" */
	struct str before, after;	/* stand around the field, fixed */
	const char *verb;		/* what Enter does */
	/* Why the text cannot be; RC_OK: it can. */
	enum rc (*check)(void *arg, struct str text, struct err *why);
	void *arg;
};
/* The text in out is what stands in the field at first. */
enum rc prompt_line(struct prompt *p, const struct prompt_field *f,
    struct sbuf *out, struct err *e) MUST_CHECK;

#endif

#ifndef WEIR_UI_COMMAND_H
#define WEIR_UI_COMMAND_H
/*
 * command: what is typed after a colon: settings, and what needs a word more
 * than a key gives.  One table feeds the palette, the manual and scripts.
 */
#include "base/err.h"
#include "base/str.h"

struct core;

struct command {
	const char *name;
	const char *arg;	/* "FILE"; NULL: none */
	const char *help;
	/* Why it cannot be done now; NULL: it can.  May be NULL. */
	const char *(*refuse)(const struct core *c);
	void (*run)(struct core *c, struct str arg);
};
extern const struct command commands[];		/* ends with name NULL */

/* "goto 50": the command of the first word; NULL: there is none.  *arg: the
 * rest, trimmed. */
const struct command *command_of(struct str line, struct str *arg);
/* Run a line; what went wrong is said in the message line. */
void command_run(struct core *c, struct str line);

#endif

#ifndef WEIR_UI_STUDIO_H
#define WEIR_UI_STUDIO_H
/*
 * studio: the program's screen side, called by main.c and the command table.
 */
#include "project/project.h"

struct studio_options {
	struct project_request request;
	const struct env *env;	/* TERM, NO_COLOR, WEIR_ASCII, LANG … */
	bool read_only;
	bool no_color, ascii;
	const char *theme;	/* --theme NAME or NULL: as configured */
	bool check_keys;	/* --check-keys: list them, open nothing */
	bool fresh;		/* --fresh: as if nothing was open before */
	const char *script;	/* --script FILE ("-" = standard input) or NULL */
	const char *size;	/* --size 120x36 (scripts) or NULL */
	bool has_clock;
	int64_t clock_ms;	/* --clock: wall time stands still */
};
/*
 * Run until the user quits.  Returns an exit status: 0 · 1 failure · 2 wrong
 * use (unknown size, TERM=dumb, no terminal: stderr names the headless
 * command) · 128+n when ended by signal n.  Messages go to stderr once the
 * terminal is as it was.
 */
int studio_run(const struct studio_options *o);
/* Keymaps, actions and views are complete; BUG() otherwise. */
void studio_check(void);

#endif

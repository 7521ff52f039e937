#ifndef WEIR_UI_VIEW_FOUND_H
#define WEIR_UI_VIEW_FOUND_H
/*
 * found: every object of the database and every migration, as names to pick
 * from, each with the tab that shows it.
 */
#include "ui/ui.h"

struct found {
	const char *kind;	/* "table", "column", "migration" … */
	enum tab tab;
	struct str text;	/* for MSG_SHOW */
	struct str detail;	/* "on orders", a type, a state; clean; or "" */
};
struct found_list {
	const struct found *v;
	const struct str *names;	/* clean, as they are matched and shown */
	const unsigned char *classes;	/* tables and views before the rest */
	size_t n;
};
#define FOUND_MAX 200000

/* Result: struct found_list in the job's arena, of nothing else's life. */
struct job_spec found_job(unsigned key);

#endif

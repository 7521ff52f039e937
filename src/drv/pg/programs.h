#ifndef WEIR_DRV_PG_PROGRAMS_H
#define WEIR_DRV_PG_PROGRAMS_H
/*
 * programs: the server's own client programs, found and run.
 *
 * How to connect is told by a service file that exists in memory only, the
 * password by a password file of the same kind (manual, 34.16 and 34.17):
 * neither stands on a command line, in an environment or on a disk.
 */
#include "drv/pg/pg.h"

struct program {
	char *path;
	int major;
};
/*
 * `name` of the server's version, else the next newer one; `environment` has
 * PATH.  RC_NOTFOUND: there is none (hint); RC_UNSUPPORTED: only older ones.
 */
enum rc program_find(const char *name, int server, struct strs environment,
    struct arena *a, struct program *out, struct err *e) MUST_CHECK;

struct running {
	const struct program *program;
	const char *const *args;	/* after the name, NULL at the end */
	struct pg *to;			/* connects as this one; NULL: not at all */
	struct strs environment;
	/* About every 100 ms; false ends it.  May be NULL. */
	bool (*tick)(void *arg);
	/* What it prints, as it comes; NULL: none of it is wanted. */
	enum rc (*out)(void *arg, struct str bytes, struct err *e);
	void *arg;
};
/* To its end.  RC_DB: it failed, with the first line that it said. */
enum rc program_run(const struct running *r, struct err *e) MUST_CHECK;

#endif

#ifndef WEIR_CMD_COPYING_H
#define WEIR_CMD_COPYING_H
/*
 * copying: what backup, restore and migrate --backup share: how far a copy is
 * on a terminal's line, and signals meanwhile.
 */
#include "cmd/cmd.h"
#include "cmd/stop.h"
#include "op/backup.h"

struct copying {
	struct invocation *in;
	struct stop *stop;
	const char *what;	/* "copied", "restored" */
	bool shown;
	int said;		/* who is waited for */
};

/* Options of a copy whose argument is `c`. */
void copying_options(struct copying *c, const struct session *s,
    struct backup_options *out);
void copying_connected(void *arg, struct drv *d);
/* The line is cleared; 0, or the signal that came. */
int copying_end(struct copying *c);
/* Is one to be made before the plan is applied? */
bool copying_wanted(const struct invocation *in, const struct session *s,
    const struct plan *p);
/* "119 MB", in the invocation's arena. */
struct str copying_bytes(const struct invocation *in, int64_t bytes);

#endif

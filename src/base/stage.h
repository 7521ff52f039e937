#ifndef WEIR_BASE_STAGE_H
#define WEIR_BASE_STAGE_H
/*
 * stage: several files changed together, all or none.
 *
 *	stage_open("drizzle/meta", &st, e)	lock the folder
 *	stage_put(st, path, bytes, true)	a new file, or another text
 *	stage_remove(st, path)
 *	stage_commit(st, e)
 *	stage_close(st)
 *
 * Nothing is seen before stage_commit(): it writes all bytes under other names
 * and syncs them, and only then makes the changes in the order in which they
 * were asked for.  When one fails, those before it are taken back.  A kill in
 * between leaves the first few of them, and files named _weir-*.tmp.
 *
 * The lock is flock(2) on the folder itself: nothing is left behind, and two
 * of us never write at once.  Other programs do not heed it.
 */
#include "base/fs.h"

struct stage;

/* RC_BUSY: another weir has it (waits 5 s); RC_IO. */
enum rc stage_open(const char *dir, struct stage **out, struct err *e)
    MUST_CHECK;
/* fresh: it must not be there (RC_CONFLICT); else it takes the place of what
 * is.  The bytes must live until the commit. */
void stage_put(struct stage *st, const char *path, struct str bytes,
    bool fresh);
void stage_remove(struct stage *st, const char *path);
/* RC_CONFLICT, RC_IO, RC_NOTFOUND (to remove, and not there). */
enum rc stage_commit(struct stage *st, struct err *e) MUST_CHECK;
void stage_close(struct stage *st);	/* NULL is fine */

#endif

#ifndef WEIR_OP_RECORDED_H
#define WEIR_OP_RECORDED_H
/*
 * recorded: migrations as they were when weir applied them, from the state
 * folder: for those whose files are gone from the branch, or were edited.
 * A text counts only where its hash is that of the tracking row.
 */
#include "op/replay.h"

/*
 * The session as if all that is recorded were in its folder: what was edited
 * or is gone, and rows that no entry stands for, by their time.  It borrows
 * from s, which stays as it is.  Rows that no record tells of stay unknown.
 */
enum rc recorded_session(const struct session *s, struct arena *a,
    struct session **out, struct err *e) MUST_CHECK;

/* "database is 1 ahead: 0009_x is not on this branch": what is applied and of
 * no file here, by its recorded name, if any; "" where there is none. */
enum rc recorded_ahead(const struct session *s, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;

/* The migration run on a scratch engine that is made like the recorded model
 * before it.  RC_NOTFOUND: there is none. */
enum rc recorded_run(const struct session *s, const struct entry *en,
    struct arena *a, struct run **out, struct err *e) MUST_CHECK;

#endif

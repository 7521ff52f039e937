#ifndef WEIR_OP_REHEARSE_DATA_H
#define WEIR_OP_REHEARSE_DATA_H
/*
 * rehearse_data: the pending files run on a scratch database that holds the
 * rows, too: a whole copy of the database (backup.h), put back there.  Nothing
 * is locked where people work but for the reading of pg_dump; the copy and the
 * database go when it has ended, and a copy that a kill leaves is one that undo
 * list names and prune removes.
 *
 * For servers alone: a file is rehearsed on a copy as it is.
 */
#include "op/apply/rehearse.h"
#include "op/backup.h"

/* What is stated before, a line each.  RC_UNSUPPORTED: files that need a COMMIT
 * between statements, or reach beyond the database. */
enum rc rehearse_data_terms(struct session *s, const struct plan *p,
    struct arena *a, struct strs *out, struct err *e) MUST_CHECK;
/* RC_IO: no room; RC_UNSUPPORTED: no pg_dump; RC_DENIED: no scratch database. */
enum rc rehearse_data(struct session *s, const struct plan *p,
    const struct backup_options *copy, struct arena *a,
    struct rehearsal *out, struct err *e) MUST_CHECK;

#endif

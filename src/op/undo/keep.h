#ifndef WEIR_OP_UNDO_KEEP_H
#define WEIR_OP_UNDO_KEEP_H
/*
 * keep: how long saved rows stand and how much room they take together
 * (undo-retention and undo-limit of weir.conf).
 */
#include "op/undo/undo.h"

/* Bytes of all undo stores of the database; "" is none. */
int64_t kept_bytes(const struct project *p, struct arena *a);

struct swept {
	size_t runs;
	int64_t bytes;
};
/*
 * Stores that nobody needs: older than the retention, and every migration of
 * which they hold something has been taken back since or applied again by a
 * later run.  Those of the newest run that is applied always stay.
 */
enum rc kept_sweep(const struct project *p, struct arena *a,
    struct swept *out, struct err *e) MUST_CHECK;

/*
 * Copies that a killed weir did not finish, in the runs and in backups/: how
 * many there are, and away with them.  One that is being written is none.
 */
struct unfinished {
	size_t n;
	int64_t bytes;
};
void parts_left(const struct project *p, struct arena *a, struct unfinished *out);
void parts_sweep(const struct project *p, struct arena *a,
    struct unfinished *out);

/* shown.c: what a migration took in the run of `dir`: each object with its
 * first hundred rows; raw.  RC_NOTFOUND: pruned. */
enum rc saved_text(struct str dir, struct str tag, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;

#endif

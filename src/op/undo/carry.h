#ifndef WEIR_OP_UNDO_CARRY_H
#define WEIR_OP_UNDO_CARRY_H
/*
 * carry: a run with its saved rows to another place and back: what
 * weir undo export --to DIR writes and weir undo import DIR takes.
 *
 * DIR has the files of the run as they are, and carried.json: format, db (id
 * and label), run, and the SHA-256 of every file.
 */
#include "op/undo/undo.h"

/* RC_CONFLICT: dir is there already; RC_INCONSISTENT: the rows are not those
 * that were saved. */
enum rc carry_out(const struct project *p, const struct run_summary *r,
    const char *dir, struct arena *a, struct err *e) MUST_CHECK;

struct carried {
	struct str db, label, run;
	bool stranger;		/* of another database */
	size_t objects;
	int64_t rows;
};
/*
 * Into the state folder of this database.  `allowed`: the id of another
 * database that is meant.  RC_DECISION: it is of another, *out tells of which;
 * RC_CONFLICT: the run is here with its rows; RC_INCONSISTENT: a file or the
 * rows are not those that were carried out.
 */
enum rc carry_in(const struct project *p, const char *dir, struct str allowed,
    struct arena *a, struct carried *out, struct err *e) MUST_CHECK;

#endif

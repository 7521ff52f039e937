#ifndef WEIR_OP_RESUME_H
#define WEIR_OP_RESUME_H
/*
 * resume: migrations of which a run that was cut off, or that failed between
 * two of its transactions, left something standing.  Only where statements
 * can stand outside a transaction: on SQLite there are none.
 *
 * What is left to do is an entry of its own (`rest`): the text from there on,
 * lines and columns kept, an index that CONCURRENTLY left invalid dropped
 * first.  What is done (`head`) is another: drift is told with it.
 */
#include "op/session.h"

struct resumed {
	const struct entry *whole;	/* of the folder */
	const struct entry *head, *rest;
	struct str why;			/* for status: how far, what to do */
	bool edited;			/* the file is another one now */
};
struct resumes {
	const struct resumed *v;
	size_t n;
};

/* Reads the run logs once a session, and the live schema if there are any. */
enum rc resume_find(struct session *s, struct resumes *out, struct err *e)
    MUST_CHECK;
/* The rest of the entry, or the entry itself.  RC_INCONSISTENT: the file was
 * edited since its first part was applied. */
enum rc resume_entry(struct session *s, const struct entry *en,
    const struct entry **out, struct err *e) MUST_CHECK;

#endif

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
 *
 * Where no run log tells of it (another machine, another migrator), an index
 * that a pending file builds and that is there, invalid, does: it goes on
 * there when the schema shows all that the file does before, and nothing that
 * it does before works on rows; else head and rest are NULL, and `ways` is
 * what can be done.
 */
#include "op/session.h"

struct resumed {
	const struct entry *whole;	/* of the folder */
	const struct entry *head, *rest;	/* NULL: how far is not known */
	struct str why;			/* for status: how far, what to do */
	struct str ways;		/* on from there, a line each; or "" */
	bool edited;			/* the file is another one now */
};
struct resumes {
	const struct resumed *v;
	size_t n;
};

/* Reads the run logs once a session, and the live schema if there are any.
 * look: what no log tells of is looked into on a scratch database. */
enum rc resume_find(struct session *s, bool look, struct resumes *out,
    struct err *e) MUST_CHECK;
/* The rest of the entry, or the entry itself.  RC_INCONSISTENT: the file was
 * edited since its first part was applied. */
enum rc resume_entry(struct session *s, const struct entry *en,
    const struct entry **out, struct err *e) MUST_CHECK;
/* RC_INCONSISTENT: one is half applied, which nothing goes back from. */
enum rc resume_none(struct session *s, struct err *e) MUST_CHECK;
/* Why of those of the entries that are the rest of one. */
enum rc resume_why(struct session *s, const struct entry *const *v, size_t n,
    struct arena *a, struct strs *out, struct err *e) MUST_CHECK;

#endif

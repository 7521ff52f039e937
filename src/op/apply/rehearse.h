#ifndef WEIR_OP_APPLY_REHEARSE_H
#define WEIR_OP_APPLY_REHEARSE_H
/*
 * rehearse: the pending files run for real, and nothing of it stays.
 *
 * Where a database is a file they ran on a copy of it (plan->rehearsal), and
 * this only tells it.  On a server they run in one transaction of the database
 * itself, which is never committed.
 *
 * Rules.  H.1 What it will lock, for how long and what it leaves behind is
 * stated before (rehearse_terms); a plan that does not fit into one
 * transaction, reaches beyond the database, was not predicted or weighs too
 * much is refused there.  H.2 One wait for a lock takes REHEARSE_LOCK_MS, one
 * statement REHEARSE_STMT_MS.  H.3 The transaction ends by ROLLBACK, or with
 * its connection; what no rollback takes back (positions of sequences, dead
 * rows, WAL) is stated.  H.4 The tracking table is not touched.
 */
#include "op/apply/apply.h"
#include "project/project.h"

#define REHEARSE_LOCK_MS 1000
#define REHEARSE_STMT_MS 60000
#define REHEARSE_MAX ((int64_t)256 << 20)	/* bytes of tables it locks */

struct rehearsed {
	const struct stmt *stmt;
	double ms;
	int64_t rows;		/* written, in whatever tables */
	struct strs rewritten;	/* tables that got another file */
	struct strs locks;	/* first held by this one: "ShareLock public.t" */
};
struct rehearsal {
	bool on_copy;
	const struct rehearsed *v;	size_t n;	/* as far as it came */
	struct err failed;		/* of the one after these; code 0: none */
	struct strs in_the_way;		/* rows that made it fail, the first five */
	/* The schema that it made is the one that was predicted. */
	bool equal;
	struct change_list differences;
	double ms;
};
struct rehearse_options {
	const struct project *project;
	struct drv_target db;
	void (*connected)(void *arg, struct drv *d);	/* NULL: before close */
	void *arg;
};

/* What is stated before, a line each; none where a copy was used.
 * RC_UNSUPPORTED: H.1. */
enum rc rehearse_terms(const struct plan *p, struct arena *a,
    struct strs *out, struct err *e) MUST_CHECK;
/* The same of a copy that holds the rows, on a scratch database: may it? */
enum rc rehearse_fits_copy(const struct plan *p, struct err *e) MUST_CHECK;
/* In one transaction of that connection, which is rolled back. */
enum rc rehearse_in(const struct plan *p, struct drv *d,
    const struct obj *track, struct arena *a, struct rehearsal *out,
    struct err *e) MUST_CHECK;
/* As a report: how it went, then every statement. */
struct report *rehearse_report(const struct plan *p,
    const struct rehearsal *v, struct str title, struct arena *a);
/* What rehearse_terms() says first.  A statement that fails is no error here.
 * RC_DB: no connection; RC_CANCELLED. */
enum rc rehearse_run(const struct plan *p, const struct rehearse_options *o,
    struct arena *a, struct rehearsal *out, struct err *e) MUST_CHECK;

#endif

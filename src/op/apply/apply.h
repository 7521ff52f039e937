#ifndef WEIR_OP_APPLY_APPLY_H
#define WEIR_OP_APPLY_APPLY_H
/*
 * apply: run a permit under the lock, with a run log, and verify.
 *
 * Order (DESIGN §5.6): close browsing; open; lock; read the tracking table
 * and the schema again (base hash, states: RC_CONFLICT when moved); begin (on
 * a server before that, and the tracking table, then the plan's, are locked
 * inside: tx.c); statements; foreign keys, row invariant, prediction checked;
 * tracking row; commit; verify.  A failure rolls the open transaction back
 * whole.
 * Rules.  A.1 only the permit's bytes run.  A.2 one transaction over all
 * steps, cut where something demands it (parts.c), or per step with `each`.
 * A.3 a delete in a table that no statement, trigger or cascade of the plan
 * accounts for rolls back.  A.4 after COMMIT failure or a lost terminal the
 * outcome is asked of the server and read from the tracking table, never
 * guessed.  A.5 what a cut committed stays; the log says how far, and
 * op/resume.h goes on there.
 */
#include "op/gate/gate.h"
#include "op/undo/undo.h"

enum check_result { CHECK_OK, CHECK_NOTE, CHECK_FAILED };
struct check_line {
	enum check_result result;
	struct str text;
};
struct applied_stmt {
	struct str tag, where, sql;
	double ms;
	int64_t rows;
	struct str told;		/* what else is known of it, or "" */
};
struct report {
	struct str title;		/* "Verified 0007_x", "Rolled back …" */
	bool applied, verified;
	bool unproven;			/* verify: nothing to hold it against */
	bool rehearsed;			/* nothing of it stayed */
	int64_t committed_at;
	double ms;
	struct strs tags;		/* committed, in order */
	struct strs left;		/* not applied after a failure */
	const struct check_line *checks;	size_t nchecks;
	const struct applied_stmt *stmts;	size_t nstmts;
	struct lock_info lock;
	struct str run_dir;
};

enum apply_event { APPLY_LOCKING, APPLY_CHECKING, APPLY_STMT, APPLY_STMT_DONE,
	APPLY_COMMITTING, APPLY_VERIFYING };
struct apply_progress {
	enum apply_event event;
	struct str tag, sql;
	size_t done, of;		/* statements over all steps */
	double ms;			/* of the statement done */
	int64_t rows;
	const struct holders *holders;	/* APPLY_LOCKING */
};
struct apply_options {
	const struct project *project;
	bool each;
	int lock_wait_ms;		/* 0: as long as suits the engine */
	bool exclusive;
	/* false: stop, roll back (RC_CANCELLED).  Called on the apply thread. */
	bool (*progress)(void *arg, const struct apply_progress *p);
	void *arg;
	/*
	 * To cancel a running statement from another thread: called on the
	 * apply thread with the open connection and, before it is closed, with
	 * NULL; so the caller can hold a lock between looking at it and
	 * drv_cancel().
	 */
	void (*connected)(void *arg, struct drv *d);
	/*
	 * Under the lock, before anything is changed: a copy of the whole
	 * database into the run's folder.  *note: a line of the report, or "".
	 * May be NULL.
	 */
	enum rc (*locked)(void *arg, struct drv *d, const char *run_dir,
	    struct arena *a, struct str *note, struct err *e);
	void *locked_arg;
	/* Tests: the connection as opened, wrapped (drv/fault); may be NULL. */
	struct drv *(*wrap)(void *arg, struct drv *d);
	void *wrap_arg;
};

/*
 * RC_BUSY, RC_CONFLICT, RC_DB (where = file:line:col), RC_CANCELLED, RC_IO.
 * *out is set whenever something was committed, also on failure; RC_DB with
 * a message that begins "APPLIED, BUT" when verify failed after commit.
 */
enum rc apply_run(struct permit *ok, const struct apply_options *o,
    struct arena *a, struct report **out, struct err *e) MUST_CHECK;

/*
 * Saved rows of steps of kind DOWN put back on a copy of the database, for
 * looking: plan_request.put_back, its arg by restore_copy_new().  _left: a
 * line for each object of which not all would be back.
 */
struct restore_copy;
struct restore_copy *restore_copy_new(const struct step *steps,
    const struct model *base, struct arena *a);
enum rc restore_on_copy(void *arg, struct drv *copy, size_t i, int64_t since,
    struct err *e) MUST_CHECK;
struct strs restore_copy_left(const struct restore_copy *c);
/* Rows there that no saved value comes back for (unfilled.c). */
struct lackings restore_copy_lacking(const struct restore_copy *c);
/* The same of a database without a copy, by its rows of now, else *lacking is
 * left; and on any rows that came since and hold what a saved one gets back
 * (clash.c).  goal: the schema that the step leads back to. */
enum rc way_look(struct drv *d, const struct step *s,
    const struct model *live, const struct model *goal, struct arena *a,
    struct lackings *lacking, struct strs *clashes, struct err *e) MUST_CHECK;

/* Of an applied migration: what it took and did not save, a line each. */
struct strs unsaved_of(const struct project *p, struct str tag,
    struct arena *a);

/* Live against a model, keys, tracking rows: the checks alone. */
struct verify_request {
	struct drv *db;
	const struct model *expected;	/* NULL: unknown, with `unknown` text */
	struct str unknown;
	const struct run *run;		/* that made expected, or NULL */
	const struct folder *folder;
	const struct states *states;
	const struct model *live;	/* managed marked; NULL: read by db */
	size_t unnamed;			/* objects that no migration made */
	struct str uncompared;		/* kinds that nothing compares */
	struct strs unread_notes, unread_gone;	/* replay_unread() */
	struct strs half;		/* why one is half applied */
	const struct obj *track;	/* the tracking table */
	bool integrity;
};
enum rc verify_checks(const struct verify_request *rq, struct arena *a,
    struct report *out, struct err *e) MUST_CHECK;

void report_text(const struct report *r, struct sbuf *out);
void report_markdown(const struct report *r, struct sbuf *out);
struct json_out;
void report_json(const struct report *r, struct json_out *o);

#endif

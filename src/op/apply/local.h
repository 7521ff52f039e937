#ifndef WEIR_OP_APPLY_LOCAL_H
#define WEIR_OP_APPLY_LOCAL_H
/*
 * What the files of apply share; nobody else includes this.
 *
 * struct apply is one run: made by apply_run(), passed to every part, gone
 * at its end.  All memory is the caller's arena.
 */
#include "base/json.h"
#include "op/apply/apply.h"
#include "op/apply/tracking.h"
#include "op/gate/names.h"

struct row_count {		/* a table the plan touches or hangs rows on */
	struct str table;	/* as it is called before */
	struct str after;	/* as it is called after */
	int64_t before, now;	/* -1: not there */
	bool skipped;		/* not counted: too many rows, or hidden */
	bool hidden;		/* this role does not see them all */
	bool gone;		/* the table, afterwards */
	/* by statements, from facts */
	int64_t inserted, updated, deleted;
};

/*
 * What commits together: from an offset in the text of one step to one in the
 * text of the same or a later one; PART_END: to its end, its row included.
 */
#define PART_END SIZE_MAX
struct part {
	size_t first, last;		/* steps, both in it */
	size_t from, to;
	bool alone;			/* one statement, in no transaction */
	const struct stmt *end;		/* the last statement; NULL: PART_END */
};

/* What a loss that was agreed to without a number takes, right before. */
struct loss_now {
	const struct hazard *h;
	int64_t rows;
};

struct apply {
	struct permit *permit;
	const struct gate_request *rq;
	const struct apply_options *o;
	struct arena *a;
	struct drv *d;
	struct run_log *log;
	struct str table;		/* tracking table's name */
	const struct obj *track_table;
	struct lock_info lock;
	struct track track;		/* as read under the lock */
	const struct model *base;	/* live, under the lock */
	const struct model *now;	/* as last introspected */
	struct fk_findings fk_before;
	const char *now_file;		/* of the run: holds `now`; or NULL */
	struct {			/* restore.c */
		const struct step *s;	/* some of its saved rows are back */
		size_t at;		/* their places looked for up to here */
		VEC(int64_t) done;	/* objects of the store */
	} rows;
	const struct model *step_before;	/* before its first part */
	size_t done, of;		/* statements */
	VEC(struct part) parts;
	const struct part *part;	/* the one that runs */
	uint64_t xid;			/* of the open transaction, or 0 */
	int wait_ms;			/* for locks */
	double until;			/* of the open transaction's waits */
	size_t committed;		/* steps */
	bool committed_any;		/* statements count too */
	bool in_part;			/* of step `committed` something stays */
	struct drv_watch watch;
	int gave_up;			/* waiting for this process; 0 */
	bool commit_sent, unknown;	/* unknown: its outcome */
	bool lost;			/* the connection, at a COMMIT that held */
	bool fresh_file;
	bool inside;			/* the database has a record of the run */
	VEC(struct applied_stmt) stmts;
	VEC(struct put_back) put_back;
	VEC(struct row_count) counts;
	VEC(struct loss_now) losses;	/* guard.c */
	struct str locked_note;		/* of apply_options.locked */
	struct saver *saver;		/* save.c; NULL: nothing to save yet */
	VEC(struct str) restored;	/* restore.c: lines of the report */
	VEC(struct str) unrestored;
	VEC(struct str) taken;		/* saved by a way back: the same */
	VEC(struct lacking) lacking;	/* unfilled.c */
	VEC(struct str) clashes;	/* clash.c */
};

/* "A.2", progress; RC_CANCELLED when the caller wants to stop. */
enum rc apply_tell(struct apply *ap, const struct apply_progress *p,
    struct err *e) MUST_CHECK;
/* A record with one object: pairs are put by the caller between these. */
void log_open(struct json_out *o, struct sbuf *b);
void log_put(struct apply *ap, enum log_event ev, struct json_out *o);
void json_tags(struct json_out *o, const char *key, const struct step *v,
    size_t n);

/* The first statement of the plan that starts in this part of a file, or
 * NULL: comments before a statement are the engine's, not the plan's. */
const struct stmt *plan_stmt_in(const struct plan *p, const struct entry *en,
    size_t from, size_t to);

/* --- steps.c ------------------------------------------------------------ */
/* The statements of a step from one offset to another; to its end with its
 * row for PART_END. */
enum rc step_run(struct apply *ap, const struct step *s, size_t from,
    size_t to, struct err *e) MUST_CHECK;
/* One statement in no transaction. */
enum rc alone_step(struct apply *ap, const struct step *s,
    const struct stmt *st, struct err *e) MUST_CHECK;

/* --- apply.c, tx.c, parts.c ----------------------------------------------- */
#define LOCK_TRY_MS 3000	/* readers queue behind us for as long */
#define ALONE_WAIT_MS 60000	/* for others' transactions */
#define OUTCOME_TRIES 2		/* each of them waits for the server */
enum rc look_again(struct apply *ap, struct err *e) MUST_CHECK;
void log_error(struct apply *ap, enum log_event ev, const struct err *e);
void parts_build(struct apply *ap);
enum rc tracking_prepare(struct apply *ap, struct err *e) MUST_CHECK;
enum rc parts_run(struct apply *ap, struct err *e) MUST_CHECK;

/* --- guard.c: what must hold before, between and at the end --------------- */
enum rc guard_files(struct apply *ap, struct err *e) MUST_CHECK;	/* F9 */
enum rc guard_damage(struct apply *ap, struct err *e) MUST_CHECK;
enum rc guard_tracking(struct apply *ap, struct err *e) MUST_CHECK;
enum rc guard_base(struct apply *ap, struct err *e) MUST_CHECK;
enum rc guard_losses(struct apply *ap, struct err *e) MUST_CHECK;
/* The same right before the statement that takes it. */
enum rc guard_loss_at(struct apply *ap, const struct stmt *next,
    struct err *e) MUST_CHECK;
enum rc guard_rows(struct apply *ap, const struct stmt *s,
    const struct facts *f, struct err *e) MUST_CHECK;	/* A.3 */
enum rc guard_foreign_keys(struct apply *ap, struct err *e) MUST_CHECK;
enum rc guard_prediction(struct apply *ap, const struct model *expected,
    bool ahead, struct err *e) MUST_CHECK;
enum rc guard_counts(struct apply *ap, struct err *e) MUST_CHECK;
/* lost.c: what is in the base and not in `after` is named by the plan. */
enum rc guard_lost(struct apply *ap, const struct model *after, struct err *e)
    MUST_CHECK;
/* --- unseen.c: what code does ---------------------------------------------- */
struct unseen {			/* a loss that no hazard of the plan names */
	const char *slug;
	const struct table *t;	/* of the base */
	struct str column;	/* or "" */
	struct str object;	/* without a table */
	int64_t rows;		/* -1: not known */
	const char *what;	/* " rows would be …"; "would be …" */
	const char *was;	/* "was …", of what ran in no transaction */
};
/* Rows that a loss takes, counted right before; -1 not counted. */
int64_t noted_loss(const struct apply *ap, const struct hazard *h);
/* RC_OK where an --allow names it; RC_DECISION with the one that would. */
enum rc unseen_refuse(struct apply *ap, const struct unseen *x, struct err *e)
    MUST_CHECK;
/* Is it `of`, or a part of that? */
bool table_within(struct apply *ap, const struct table *t, struct str of);
struct str object_called(struct apply *ap, const struct table *t,
    struct str column);
bool runs_code(struct apply *ap, const struct stmt *s);
/* Two readings of the tables; *a is the caller's to free, may be NULL. */
enum rc unseen_begin(struct apply *ap, struct arena **a, struct stored_tables *out,
    struct err *e) MUST_CHECK;
enum rc unseen_end(struct apply *ap, const struct stored_tables *was,
    const struct stmt *only, struct err *e) MUST_CHECK;
enum rc unseen_updates(struct apply *ap, const struct stmt *s,
    const struct table *t, int64_t rows, struct err *e) MUST_CHECK;
/* What recording a step changed beside the tracking table. */
enum rc guard_own_rows(struct apply *ap, const struct step *s,
    const struct facts *f, struct err *e) MUST_CHECK;

/* Differences that count: without the tracking table, the engine's and the
 * tools' own tables and, where `base` marks them so, unmanaged ones. */
void changes_that_count(const struct model *from, const struct model *to,
    const struct model *base, const struct obj *track, struct arena *a,
    struct change_list *out);
struct str changes_text(const struct change_list *c, struct arena *a);

/* --- save.c: what the way up takes (save.h) -------------------------------- */
/* RC_DECISION: what is to be saved would not last where it is kept (UN1). */
enum rc save_survives(struct apply *ap, struct err *e) MUST_CHECK;
/* Before a statement, after it, before COMMIT. */
enum rc save_before(struct apply *ap, const struct step *step,
    const struct stmt *st, struct str text, size_t at, struct err *e)
    MUST_CHECK;
enum rc save_after(struct apply *ap, const struct stmt *st,
    const struct facts *f, struct err *e) MUST_CHECK;
enum rc save_commit(struct apply *ap, size_t first, size_t n, struct err *e)
    MUST_CHECK;
void save_kept(struct apply *ap);	/* it has committed */
/* Has the run saved anything up to here? */
bool save_any(const struct apply *ap);
void save_rollback(struct apply *ap);
void save_close(struct apply *ap);
/* --- restore_all.c: saved rows, in a way back and at its end -------------------- */
/* Those of which plan_rows_back() tells, 0: what is not back yet; ap->now is
 * the schema as it stands. */
enum rc restore_rows(struct apply *ap, const struct step *s, int64_t since,
    struct err *e) MUST_CHECK;

/* --- taken.c: what a way back took ------------------------------------------- */
struct saved;
/* An object that it saved: a line of the report. */
void taken_tell(struct apply *ap, const struct saved *o);
/* Where that is, when the migration is applied again. */
void taken_before(struct apply *ap, const struct step *s);

/* What to call to look again at what is there now. */
void review_again(const struct apply *ap, struct err *e);

/* --- positions.c ----------------------------------------------------------- */
/* Where sequences stood, and past the numbers in use: at the end of a way
 * back; ap->now is the schema as it stands. */
enum rc positions_back(struct apply *ap, const struct step *s, struct err *e)
    MUST_CHECK;

/* --- unsaved.c: what the way up took and did not save ----------------------- */
enum rc unsaved_file(struct apply *ap, const struct step *s, struct err *e)
    MUST_CHECK;
void unsaved_tell(struct apply *ap, const struct step *s);

/* --- given.c ---------------------------------------------------------------- */
/* Comments, owners and privileges of what the way back made again. */
enum rc given_back(struct apply *ap, const struct step *s, struct err *e)
    MUST_CHECK;

/* --- published.c ----------------------------------------------------------- */
/* Into the publications that the migration took tables out of. */
enum rc published_back(struct apply *ap, const struct step *s, struct err *e)
    MUST_CHECK;
/* Tells which those are, after the step. */
void published_left(struct apply *ap, const struct step *s,
    const struct model *before);

/* --- counts.c ------------------------------------------------------------- */
enum rc counts_begin(struct apply *ap, struct err *e) MUST_CHECK;
enum rc counts_end(struct apply *ap, struct err *e) MUST_CHECK;
enum rc count_rows(struct drv *d, const struct obj *table, struct arena *a,
    int64_t *out, struct err *e) MUST_CHECK;

/* 1234567 as "1,234,567" */
const char *count_text(struct arena *a, int64_t n);

/* --- report.c ------------------------------------------------------------- */
/* A value of the database in a message, on one line. */
void value_text(struct sbuf *b, const struct value *v, struct arena *a);

/* --- verify.c ------------------------------------------------------------- */
struct checks {
	struct arena *a;
	VEC(struct check_line) v;
};
void check_add(struct checks *c, enum check_result r, const char *fmt, ...)
    PRINTF(3, 4);
enum rc verify_applied(struct apply *ap, struct checks *c, struct err *e)
    MUST_CHECK;
size_t checks_count(const struct report *r, enum check_result what);

#endif

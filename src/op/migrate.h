#ifndef WEIR_OP_MIGRATE_H
#define WEIR_OP_MIGRATE_H
/*
 * migrate: the use cases that end in a permit: migrate, rollback, mark, and
 * verify.  Each builds its review first; running one takes the consent.
 */
#include "op/apply/apply.h"
#include "op/gate/gate.h"
#include "op/session.h"

/* gate_request of a review's plan (all steps UP). */
void migrate_gate(const struct review *r, struct arena *a,
    struct gate_request *out);

/* --- rollback -------------------------------------------------------------- */
struct rollback_request {
	int steps;			/* 0 = 1 */
	struct str to;			/* back to the state after TAG */
	bool measure, rehearse;
};
struct rollback {
	struct review *review;		/* plan over the down scripts */
	const struct down_script *downs;	size_t n;	/* newest first */
	struct gate_request gate;
	/* What was there before these were applied → live after it; empty = the
	 * schema comes back as it was.  gate.unrestored has those that the down
	 * scripts themselves leave. */
	struct change_list not_restored;
	bool restored_known;
	/* What would not be back, a line each: what was not saved, and saved
	 * rows that newer ones are in the way of, as a copy has shown. */
	struct strs not_back;
	struct strs written_since;	/* "decks: 12 rows written since" */
	/* Of those taken back, what stands in the folder, newest first: an app
	 * that migrates at start applies it again. */
	struct strs in_folder;
	struct strs gone;	/* … and what does not: told by the record */
};
/* RC_NOTFOUND nothing to take back; RC_UNSUPPORTED no down for TAG: part. */
enum rc rollback_build(struct session *s, const struct rollback_request *rq,
    struct arena *a, struct rollback **out, struct err *e) MUST_CHECK;

/* --- mark -------------------------------------------------------------------- */
enum mark_kind { MARK_APPLIED, MARK_PENDING, MARK_ALL_PRESENT };
struct mark_request {
	enum mark_kind kind;
	struct str tag;
};
struct mark {
	struct gate_request gate;	/* steps RECORD or FORGET */
	struct change_list proof;	/* claim → live; empty = proven */
	bool proven;
	struct err why;			/* the replay stopped: cannot prove */
	/* An unrecorded migration that works on rows: whether it ran the
	 * schema cannot tell; --all-present stops before it.  NULL: none. */
	const struct entry *rows;
	struct str rows_why;		/* "0001_m changes rows only: …" or "" */
};
enum rc mark_build(struct session *s, const struct mark_request *rq,
    struct arena *a, struct mark **out, struct err *e) MUST_CHECK;

/* --- verify -------------------------------------------------------------------- */
enum rc verify_build(struct session *s, struct str tag, struct arena *a,
    struct report **out, struct err *e) MUST_CHECK;

#endif

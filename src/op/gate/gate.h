#ifndef WEIR_OP_GATE_GATE_H
#define WEIR_OP_GATE_GATE_H
/*
 * gate: consent → permit.  gate.c alone can make a permit: for one plan, one
 * database, one base hash.  Flags and dialogs merely fill struct consent.
 *
 * Rules.  G.1 consent to lose data names the object; nothing covers all.
 * G.2 an --allow that matches no hazard of the plan is RC_USAGE.  G.3
 * blocked hazards cannot be consented.  G.4 a bound [<=N] that the measured
 * loss exceeds, or that cannot be checked, does not hold.  G.5 a destructive
 * statement without saved rows needs undo-skipped:OBJECT as well (until rows
 * are saved).  G.6 drift in the plan's objects refuses.  G.7 production:
 * the target's name must match too, and the row counts.  G.8 a way back
 * that does not lead back is refused.  G.9 and so is one that has no value for
 * rows that came since (lacking.c).
 */
#include "plan/plan.h"

struct allow {
	struct str word;	/* slug or code */
	struct str object;
	int64_t at_most;	/* -1: no bound */
	/* From a consent file: holds for this migration alone; NULL: for any. */
	const struct entry *entry;
};
/* "drop-column:users.bio[<=400]"; quotes in OBJECT as DESIGN §5.5. */
enum rc allow_parse(struct str text, struct arena *a, struct allow *out,
    struct err *e) MUST_CHECK;

enum step_kind { STEP_UP, STEP_DOWN, STEP_RECORD, STEP_FORGET };
struct step {
	enum step_kind kind;
	const struct entry *entry;	/* DOWN: text is the down text */
	const struct entry *track;	/* the journal entry its row stands for */
	bool fk_off;
	struct str saved;		/* DOWN: run folder of its saved rows */
};

struct consent {
	const struct allow *allows;	size_t nallows;
	bool terminal;			/* a person was asked, below is what they did */
	bool enter;			/* plain confirmation */
	const struct str *typed;	size_t ntyped;	/* names typed */
	struct str target;		/* --target NAME */
	bool strict;			/* drift outside the plan refuses too */
	bool unproven;			/* mark --unproven */
	/* A whole copy first: carried from the gate to apply, not judged. */
	bool backup;
};

struct need {			/* what a refusal asks for */
	const struct hazard *hazard;	/* NULL: a typed name, a target … */
	const struct entry *entry;	/* migration it first arises in, or NULL */
	int64_t rows;			/* over all its hazards; -1 not measured */
	struct str object;		/* of the hazard, in the form of allows */
	struct str allow;		/* "drop-column:users.bio", not quoted */
	struct str shell;		/* "--allow 'drop-column:users.bio'" */
	struct str typed;		/* word a person types: table name */
	bool blocked;			/* cannot be consented: fix it */
	struct str text;
};
struct needs {
	const struct need *v;
	size_t n;
};

/* Rows that came since a column went which must not be NULL (rollback). */
struct lacking {
	struct str tag;			/* whose way back */
	struct str schema, table, column;
	int64_t rows;
	bool rewritten;			/* or are others by now */
	struct str keys;		/* "id=3, id=9": the first, or "" */
};
struct lackings {
	const struct lacking *v;
	size_t n;
};
/* "1 row of t came since and has no value for c, which must not be NULL: id=3" */
struct str lacking_text(const struct lacking *l, struct arena *a);
/* The derived way back with a place for the value; "": there is none in it. */
struct str lacking_way(struct str text, const struct lacking *l,
    const struct dialect *d, struct arena *a);

struct gate_request {
	const struct plan *plan;
	const struct step *steps;	size_t nsteps;
	struct drv_target db;
	struct str db_label;
	bool production;
	size_t drift_in_plan, drift_outside;
	/* The command a refusal completes: "weir migrate --to 0007_x"; "": by
	 * the kind of the first step. */
	struct str command;
	struct str folder;		/* migrations folder: consent files; or "" */
	bool unproven;			/* mark: the claim is not proven */
	struct str unproven_why;	/* "": the schema is another */
	/* What the schema should be again (rollback); compared in the report. */
	const struct model *goal;	/* NULL: nothing but the prediction */
	struct strs unrestored;		/* how it would not be; refuses (G.8) */
	struct lackings lacking;	/* refuses (G.9) … */
	struct str way;			/* … with the text that would go; or "" */
	struct strs clashes;		/* rows in the way of saved ones; refuse */
};

struct permit;		/* opaque; usable once */

/* Everything the plan needs, whatever has been consented (for display). */
void gate_needs(const struct gate_request *rq, struct arena *a,
    struct needs *out);
/*
 * RC_DECISION: consents are missing (missing filled, hint has the --allow
 * lines); RC_DB: blocked by data (exit 1); RC_CONFLICT: drift in the plan's
 * objects; RC_USAGE: G.2.
 */
enum rc gate_review(const struct gate_request *rq, const struct consent *c,
    struct arena *a, struct permit **out, struct needs *missing, struct err *e)
    MUST_CHECK;

/* The whole command that would go on: given consents and missing ones, one
 * --allow a line.  err.hint holds the same as far as it fits. */
void gate_command(const struct gate_request *rq, const struct consent *c,
    const struct needs *missing, struct sbuf *out);
/* One argument for a POSIX shell; control and invisible bytes by
 * printf (where $() takes line feeds off the end). */
void shell_quote(struct sbuf *b, struct str s);

/* --- locks.c: a server's locks ---------------------------------------------- */
/* A statement that no transaction may hold. */
bool stmt_alone(const struct stmt *s);
/* Statement i has to be committed before what comes later may use it. */
bool stmt_commits(const struct plan *p, size_t i);
/* Tables and views of m that the plan's run locks, but for the tracking
 * table. */
void gate_locks(const struct plan *p, const struct model *m,
    const struct obj *track, struct arena *a, const struct obj *const **out,
    size_t *n);
/* The same in words, a line each, and where the locks are given up; none
 * where the database is a file. */
void gate_lock_lines(const struct plan *p, struct arena *a,
    struct strs *out);

/*
 * The consent file <tag>.allow beside a migration (review --approve): one
 * allow a line, bound to the file's SHA-256.  consent_text() is empty when
 * the migration needs no consent.  consent_read() adds the allows of every
 * step's file to `given`; one whose hash is not the migration's is left out
 * and named in `stale`.  RC_USAGE: a file that does not read (file:line).
 */
void consent_text(const struct gate_request *rq, const struct entry *en,
    struct arena *a, struct sbuf *out);
enum rc consent_write(const char *folder, const struct gate_request *rq,
    struct arena *a, struct strs *written, struct err *e) MUST_CHECK;
enum rc consent_read(const char *folder, const struct gate_request *rq,
    const struct allow *given, size_t ngiven, struct arena *a,
    const struct allow **out, size_t *n, struct strs *stale, struct err *e)
    MUST_CHECK;

/* Read by apply only. */
const struct gate_request *permit_request(const struct permit *p);
const struct model *permit_base(const struct permit *p);
const struct model *permit_after(const struct permit *p);
/* The loss that was consented to: a bound, 0 for a loss measured as none
 * (nobody was asked), -1 without bound. */
int64_t permit_bound(const struct permit *p, const struct hazard *h);
/*
 * A loss that only running it shows, where the plan runs code: was an --allow
 * for it given?  rows -1: not known.  permit_asks() is the command that would
 * give it.
 */
bool permit_allows(const struct permit *p, const char *slug, struct str object,
    int64_t rows);
void permit_asks(const struct permit *p, const char *slug, struct str object,
    int64_t rows, struct arena *a, struct sbuf *out);
bool permit_take(struct permit *p);	/* true the first time */

#endif

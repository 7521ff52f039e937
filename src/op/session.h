#ifndef WEIR_OP_SESSION_H
#define WEIR_OP_SESSION_H
/*
 * session: one project with its database open for looking.
 *
 * Looking writes nothing.  The browse connection holds no transaction
 * between calls and may be absent (no database yet).  Used by one thread at a
 * time; session_reload() re-reads folder and tracking rows.
 */
#include "drv/drv.h"
#include "folder/folder.h"
#include "diff/diff.h"
#include "plan/plan.h"
#include "project/project.h"
#include "source/source.h"

struct resumes;

struct session {
	struct arena *a;		/* dropped on reload */
	const struct project *project;
	struct drv *db;			/* browse; NULL: db_state != DB_OK/DB_EMPTY */
	enum db_state db_state;
	struct drv_server server;	/* at the other end of db; in a */
	struct folder *folder;		/* NULL: none */
	struct track track;
	struct states states;
	const struct model *live;	/* by session_live(); NULL until asked for */
	struct managed_set managed;	/* of the folder and its filters */
	struct scratch *scratch;	/* NULL: SQLite, in memory */
	int64_t live_version;
	/* The file was replaced by a copy of itself: the id whose state it goes
	 * on with, or a run whose saved rows may be its; "". */
	struct str replaced, elsewhere;
	/* op/resume.c: what no log tells of, found in that schema; private. */
	struct {
		const struct model *live;
		const struct resumes *found;
	} half;
};

/* RC_IO, RC_DB, RC_INCONSISTENT …: message says what would help. */
enum rc session_open(const struct project *p, struct session **out,
    struct err *e) MUST_CHECK;
enum rc session_reload(struct session *s, struct err *e) MUST_CHECK;
void session_close(struct session *s);
/* op/replaced.c: finds that state; by session_open(), of a file. */
void session_replaced(struct session *s);
/* Is <state>/db/<id> of a file that stood at the same path? */
bool state_same_path(const struct project *p, struct str id, struct arena *a);
/* Their ids, without the one that the file has now. */
struct strs state_same_paths(const struct project *p, struct arena *a);
/* Before a command that writes: a transaction that somebody left in the middle
 * is rolled back by the engine.  *did: there was one. */
enum rc session_recover(const struct project *p, bool *did, struct err *e)
    MUST_CHECK;
/* The same before looking, only where a run of weir itself was cut off. */
enum rc session_recover_own(const struct project *p, struct err *e) MUST_CHECK;
/* Close and reopen the browse connection around an apply. */
void session_release_db(struct session *s);
enum rc session_open_db(struct session *s, struct err *e) MUST_CHECK;

/*
 * The live schema, managed marked; an empty model where there is no database.
 * Read again when the engine's schema counter has moved; earlier models stay
 * valid until session_reload().
 */
enum rc session_live(struct session *s, const struct model **out,
    struct err *e) MUST_CHECK;

/*
 * A refusal, rc and *e, of what was planned: RC_CONFLICT instead where the
 * tracking table is not as it was read, so that nobody is sent after what
 * another migrator has just done.
 */
enum rc session_moved(struct session *s, enum rc rc, struct err *e);

/* Tracking rows by any connection (also inside apply's lock). */
enum rc track_read(struct drv *d, const struct obj *table, struct arena *a,
    struct track *out, struct err *e) MUST_CHECK;

/* Before anything that builds on what is applied: RC_DENIED where this role
 * may not read the record (session_open goes on without it). */
enum rc session_tracked(const struct session *s, struct err *e) MUST_CHECK;

/*
 * What no model holds, live against a replay: sentences.  notes: comments and
 * settings of objects that are there on both sides; gone: objects that the
 * migrations made and that are gone or otherwise now.  What nobody made is no
 * drift.
 */
struct unread_diff {
	struct strs notes, gone;
};

/* --- status --------------------------------------------------------------- */
struct drift {
	bool known;
	bool asked;			/* it was looked for */
	struct change_list changes;	/* expected-now → live */
	bool listed;			/* unread was compared */
	struct unread_diff unread;
	size_t untold;			/* left out: made by what scratch
					 * does not execute */
	struct err why;			/* where the replay stops */
	enum stop_cause cause;
	size_t unnamed;			/* objects that no migration made */
	size_t rights;			/* privileges and owners that differ */
};
struct status {
	const struct session *s;
	struct drift drift;
	const struct finding *findings;	size_t nfindings;	/* FD1–FD9 */
	struct str next;		/* the command to type next */
	struct str ahead;		/* recorded_ahead(), or "" */
	struct str interrupted;		/* a run that did not end, or "" */
	struct str unfinished;		/* what it was, if not all is done */
	struct strs left;		/* by killed ones, and what removes it */
};
/*
 * drift: look for it also where that takes a scratch database; where scratch
 * engines are in memory it always is.
 */
enum rc status_build(struct session *s, bool drift, struct arena *a,
    struct status *out, struct err *e) MUST_CHECK;
/* Does the file hold a statement that no transaction may hold? */
bool status_outside_tx(const struct session *s, const struct entry *en,
    struct arena *a);

/* --- review ---------------------------------------------------------------- */
struct review {
	const struct session *s;
	const struct plan *plan;
	struct drift drift;		/* within / outside the plan's objects */
	size_t drift_in_plan;
	struct err drift_error;
	double clone_ms;
	struct strs half;		/* why it goes on inside a file */
};
struct review_request {
	struct str to;			/* --to TAG or "" */
	const struct str *include;	size_t ninclude;
	const struct entry *only;	/* studio: plan up to here */
	bool measure, rehearse;
	bool no_undo;			/* --no-undo-data: nothing is saved */
	bool (*progress)(void *arg, const char *what, size_t done, size_t of);
	void *arg;
};
/* Entries that the request names, in the order in which they would run.
 * RC_USAGE: unknown tag; RC_INCONSISTENT: out of order without include. */
enum rc review_entries(const struct session *s, const struct review_request *rq,
    struct arena *a, const struct entry ***out, size_t *n, struct err *e)
    MUST_CHECK;
enum rc review_build(struct session *s, const struct review_request *rq,
    struct arena *a, struct review **out, struct err *e) MUST_CHECK;
/* the same for taking migrations back: see op/rollback.h */

#endif

#ifndef WEIR_SOURCE_SOURCE_H
#define WEIR_SOURCE_SOURCE_H
/*
 * source: ways to get a catalogued model behind one vtable, and the run of
 * migration files on a scratch engine that prediction rests on (DESIGN §5.2).
 *
 * Scratch connections opened here are closed here, except the one that
 * run_migrations() is given.  RC_DENIED from a scratch engine: there is none
 * to be had (source/scratch.h).
 */
#include "drv/drv.h"
#include "folder/folder.h"
#include "source/filerun.h"
#include "source/managed.h"
#include "source/scratch.h"

struct source_spec {
	struct str label;		/* shown: "db", "migrations:0003_x", path */
	struct drv *live;		/* live, clone */
	const struct folder *folder;	/* replay */
	size_t upto;			/* replay: entries [0, upto) */
	struct str path;		/* sqlfile */
	/* What is managed; NULL: all but Drizzle's and the engine's tables. */
	const struct managed_set *managed;
	struct scratch *scratch;	/* NULL: SQLite, in memory */
};
struct source_ops {
	const char *name;
	enum rc (*load)(const struct source_spec *s, struct arena *a,
	    struct model **out, struct err *e) MUST_CHECK;
};
extern const struct source_ops source_live, source_clone, source_replay,
    source_sqlfile, source_empty;

/* --- running migrations on scratch -------------------------------------- */

struct run_stmt {
	const struct entry *entry;
	size_t number;			/* from 1, within its file */
	size_t offset;			/* of the statement in the file */
	struct str where;		/* file:line:col */
	struct str sql;			/* exact text */
	struct facts facts;
	/* Same pointer: schema unchanged; NULL unless per_statement.  CREATE
	 * statements in a row share the models around all of them. */
	const struct model *before, *after;
	/* 1 to 4: made for the statement at `start` of the file (R.4 of
	 * source/filerun.h), `offset` only tells them apart; 0: as written. */
	size_t made, start;
	bool hoisted;			/* foreign_keys pragma, not executed */
	/* Why it was not executed on scratch, or "": facts.skipped, or that
	 * it needs what such a one would have made. */
	struct str skipped;
};
/* Not of the file: put before what is left of it (op/resume.h). */
static inline bool stmt_is_own(const struct run_stmt *s)
{
	return s->offset < s->entry->own;
}
struct run_file {
	const struct entry *entry;
	bool fk_off;			/* runs with foreign keys off as a whole */
	size_t first, n;		/* statements in run.v */
	const struct model *before, *after;	/* after: put_back included */
	struct put_backs put_back;	/* of file_run_end() (source/filerun.h) */
};
enum stop_cause { STOP_NONE, STOP_BASELINE, STOP_EXTENSION, STOP_LIBSQL,
	STOP_OWN_TX, STOP_NEEDS_DATA, STOP_ROLE, STOP_NO_SCRATCH, STOP_OTHER,
	STOP_CAUSE_N };
extern const char *const stop_cause_word[STOP_CAUSE_N];

struct run {
	const struct model *before, *after;	/* after: as far as it got */
	const struct run_stmt *v;	size_t n;
	const struct run_file *files;	size_t nfiles;
	const struct entry *stopped;	/* NULL: ran through */
	size_t stopped_at;		/* offset of the statement in its text */
	struct err why;			/* of the statement that stopped it */
	struct str code;		/* its SQLSTATE, SQLITE_…; or "" */
	enum stop_cause cause;
	struct strs notes;		/* clone parts not predicted */
	/* Of a run on empty that did not stop: what no model holds. */
	bool listed;
	struct unread_objs unread;
	/* Whose comments, owners and privileges hold: the live or recorded
	 * model that the scratch engine was to be like; or NULL. */
	const struct model *told;
	/* No scratch engine: statements are told by their words alone, after
	 * is before.  why: RC_DENIED. */
	bool not_executed;
	double ms;
};

struct run_options {
	bool per_statement;	/* models before and after each statement */
	bool each_file;		/* no file shares the models of another (U.4) */
	bool ends_only;		/* no models of files: before and after NULL */
	bool count;		/* preupdate counts (rehearsal on a copy) */
	const struct model *live;	/* to name a baseline; may be NULL */
	struct scratch *scratch;	/* where; NULL: SQLite, in memory */
	/* The schema as it stands on the scratch engine, in the same arena;
	 * NULL: it is read. */
	const struct model *start;
	bool lacking;		/* the scratch engine lacks parts of live */
	/*
	 * Called before each statement with the facts of its prepare (verb,
	 * objects), so that a rehearsal can count what is about to go; may be
	 * NULL.  Runs in the transaction of the scratch database; again for
	 * the statements of a file that starts again with keys off.
	 */
	enum rc (*before_stmt)(void *arg, struct drv *scratch,
	    const struct run_stmt *s, struct err *e);
	void *arg;
	/* predict(): the scratch engine as the files left it, where none
	 * stopped; what is done there harms nothing.  May be NULL. */
	enum rc (*then)(void *arg, struct drv *scratch, struct run *run,
	    struct err *e);
	void *then_arg;
	/* Files done; false: cancel. */
	bool (*progress)(void *arg, size_t done, size_t of);
};

/*
 * Models of a run are as the engine gives them, all managed: mark them with
 * managed_mark() where that matters.
 * Statements are those that do something; comments alone have no number.
 * What runs in a file before it stops is told, and rolled back.
 *
 * Run entries as apply would: per file one transaction; a file whose facts
 * report a foreign_keys pragma runs with keys off as a whole, every other
 * with keys on.  A statement that fails stops the run: RC_OK with
 * run->stopped set (why has file:line:col).  RC_CANCELLED and RC_INTERNAL
 * are errors.
 */
enum rc run_migrations(struct drv *scratch, const struct entry *const *entries,
    size_t n, const struct run_options *o, struct arena *a, struct run **out,
    struct err *e) MUST_CHECK;

/* clone of live (NULL: empty) + the given entries: what apply will make of
 * the schema.  notes: "not predicted: …", one a part. */
enum rc predict(struct drv *live, const struct entry *const *entries, size_t n,
    const struct run_options *o, struct arena *a, struct run **out,
    struct err *e) MUST_CHECK;
/* expected-now: entries on an empty scratch engine; ends_only. */
enum rc replay(const struct entry *const *entries, size_t n,
    struct scratch *scratch, const struct model *live, struct arena *a,
    struct run **out, struct err *e) MUST_CHECK;
/* run_migrations() on an empty scratch engine. */
enum rc run_on_empty(const struct entry *const *entries, size_t n,
    const struct run_options *o, struct arena *a, struct run **out,
    struct err *e) MUST_CHECK;

#endif

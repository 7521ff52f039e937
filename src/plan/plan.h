#ifndef WEIR_PLAN_PLAN_H
#define WEIR_PLAN_PLAN_H
/*
 * plan: what a list of migration files will do to one live schema: statements
 * with their reason, class, hazards and undo, pinned to the model that they
 * were planned for.
 *
 * Rules.  P.1 danger comes from facts, models and measurement, never from the
 * text of a statement.  P.2 a data loss that is not measured is destructive;
 * measured as exactly 0 it is caution; where the copy of a rebuild stops on
 * the rows, that is blocked and no loss is guessed.  P.3 a hazard names its
 * object as it is called before the migration (DESIGN §5.5).  P.4 a table that
 * a file drops and puts back under its name from a copy, in a file that runs
 * with foreign keys off, is one REBUILD; its loss is what the copy does not
 * hold afterwards.  P.5 a file without a foreign_keys pragma runs with keys
 * on, so its DROP of a parent is the cascade that it is.  P.7 a column that the
 * copy of a rebuild does not take over as it is, one that becomes a generated
 * one among them, is a loss of the values that differ afterwards.
 *
 * Owns: everything in the arena given; run and models must outlive the plan.
 */
#include "diff/diff.h"
#include "plan/ignore.h"
#include "source/source.h"

enum sev { SEV_INFO, SEV_CAUTION, SEV_BLOCKED, SEV_DESTRUCTIVE, SEV_N };
extern const char *const sev_word[SEV_N];

/* REWRITE, LOCKS: how large the table is decides (PostgreSQL). */
enum hazard_class { HAZ_LOSS, HAZ_FAILS, HAZ_REBUILD, HAZ_BREAKS, HAZ_TX,
	HAZ_FILE, HAZ_UNDO, HAZ_DRIFT, HAZ_REWRITE, HAZ_LOCKS };

enum hazard_id {
#define HAZARD(id, code, slug, cls, title, advice) HAZ_ID_##id,
#include "plan/hazards.def"
	HAZ_ID_N
};
struct hazard_def {
	const char *code, *slug;	/* "SL19", "drop-column" */
	enum hazard_class cls;
	const char *title;		/* "drops a column" */
	const char *advice;		/* the safe way, one line */
};
extern const struct hazard_def hazard_defs[HAZ_ID_N];

struct hazard {
	const struct hazard_def *def;
	enum sev sev;
	struct str object;		/* as in --allow: users.bio */
	struct str table, column;	/* of the live schema; column may be "";
				 * PostgreSQL: "schema.table" */
	int64_t rows;			/* measured, -1 not measured */
	int64_t of;			/* rows of the table, -1 unknown */
	bool unsaved;		/* not saved, though the statement may be */
	bool estimate;
	struct str text;		/* evidence: "388 of 1,204 rows hold a value" */
	struct str finder;		/* SELECT that lists the rows, or "" */
	/* An expression over the table as it is: the rows that are in the
	 * way, for a WHERE; or "" */
	struct str rows_where;
	struct str count_sql;		/* its count on the live database, or "" */
	struct str ignored;		/* why it was put aside (ignore.h), or "" */
	/* The same by the names of the moment, right before statement `at`;
	 * "": nothing to ask there. */
	struct str now_sql;
	struct str now_finder;		/* … its rows, or "" */
	size_t at;
};

/* One word for the statement column; the worst hazard decides. */
enum stmt_class { CLASS_SAFE, CLASS_CHECKED, CLASS_REBUILD, CLASS_CAUTION,
	CLASS_DATA, CLASS_BLOCKED, CLASS_LOSS, CLASS_N };
extern const char *const stmt_class_word[CLASS_N];	/* "safe" … "LOSES DATA" */

enum undo_grade { UNDO_EXACT, UNDO_SAVED, UNDO_CHECKED, UNDO_SHAPE, UNDO_NONE,
	UNDO_N };
extern const char *const undo_word[UNDO_N];	/* "exact", "exact with saved rows" … */
extern const char *const undo_restores[UNDO_N];	/* of a down script */

struct stmt {
	const struct run_stmt *run;	/* text, place, facts, models */
	struct change_list changes;	/* what this statement changed */
	enum stmt_class cls;
	enum undo_grade undo;
	struct str down;		/* derived inverse or "" */
	const struct hazard *haz;	size_t nhaz;
	struct str why;			/* "catalogue only", "1,204 values kept" */
	/* PostgreSQL: "ACCESS EXCLUSIVE on public.t, …", or "" */
	struct str locks;
	bool rewrites, scans;		/* the table, under that lock */
	int64_t bytes;			/* of the largest table locked; -1 */
	size_t group;			/* statements of one rebuild share it; 0 none */
};

/*
 * Up and down again on the scratch engine (proof.c): the schema is what it was;
 * but columns come last; another; the way back fails.  PROOF_NONE: there is
 * none, or it was not reached, or nothing was executed.
 */
enum proof_state { PROOF_NONE, PROOF_SAME, PROOF_MOVED, PROOF_DIFFERS,
	PROOF_FAILS, PROOF_N };
extern const char *const proof_word[PROOF_N];	/* in JSON */
struct proof {
	enum proof_state state;
	struct strs what;		/* a line each: differences, the error */
};

struct plan_file {
	const struct entry *entry;
	bool fk_off, own_tx;
	size_t first, n;		/* statements */
	enum undo_grade undo;		/* worst of its statements */
	bool has_down;			/* a down text comes with the folder */
	/* What takes it back where apply saves rows, or "" (plan_derive_down) */
	struct str down;
	struct proof proof;		/* of its way back; undo knows of it */
	/* what apply puts back after the file: file_run_end() does it there as
	 * it did here, and the prediction holds it */
	struct put_backs put_back;
	const struct model *before, *after;
};

struct plan {
	struct arena *a;
	const struct run *run;
	const struct model *from, *to;	/* live, and what it becomes */
	struct change_list changes;	/* from → to with renames */
	struct rename_hints renames;
	const struct stmt *v;		size_t n;
	const struct plan_file *files;	size_t nfiles;
	const struct hazard *haz;	size_t nhaz;	/* of the files: FD.., UN.. */
	bool saves;			/* apply saves what would be lost */
	bool measured, rehearsed;	/* exact counts from a copy */
	double proof_ms;		/* what trying the ways back took */
	struct err rehearsal_error;	/* the statement that failed there */
	struct err not_rehearsed;	/* why no copy was made; or code 0 */
	const struct run *rehearsal;
	struct ignores ignores;		/* that concern its files, or not */
	struct strs added;		/* "foreign keys off around the file, …" */
	struct str drizzle;		/* what Drizzle's migrator would do */
	bool drizzle_loses;
	struct sha256 hash;		/* base hash, tags, file hashes */
	size_t counts[CLASS_N];
};

struct plan_request {
	struct drv *live;		/* browse connection */
	struct scratch *scratch;	/* NULL: SQLite, in memory */
	const struct model *base;	/* live model, managed marked */
	const struct entry *const *entries;	size_t n;
	const struct states *states;	/* for the Drizzle line; may be NULL */
	const struct findings *findings;	/* of the folder; may be NULL */
	bool measure;			/* run the finders */
	bool rehearse;			/* run on a copy (else: small files only) */
	int64_t rehearse_limit;		/* bytes; 0 = 256 MiB */
	int64_t deadline_ms;		/* for measuring; 0 = 30,000 */
	struct str track_table;		/* "": Drizzle's own name */
	bool rollback;			/* entries hold down texts … */
	const bool *restores;		/* … and saved rows come with them, by
					 * entry; NULL: with none */
	/* Puts them back on a copy: those of entry i of which plan_rows_back()
	 * tells, 0 what is left; PLAN_ROWS_NONE: none of it is back, for the
	 * entry begins, maybe again.  May be NULL. */
	enum rc (*put_back)(void *arg, struct drv *copy, size_t i,
	    int64_t since, struct err *e);
	void *put_back_arg;
	bool prove;			/* try the ways back, too */
	struct ignores ignores;		/* of .weirignore */
	bool saves;			/* apply will save what would be lost */
	bool (*progress)(void *arg, const char *what, size_t done, size_t of);
	void *arg;
};
/* RC_CANCELLED; RC_USAGE: a weir-ignore comment that does not read; RC_DB only
 * when the live database cannot be read; those of put_back. */
enum rc plan_build(const struct plan_request *rq, struct arena *a,
    struct plan **out, struct err *e) MUST_CHECK;

/* Is the name among the words of a stored text?  Tells which tables a trigger
 * may reach; decides about no danger. */
bool sql_names(const struct dialect *d, struct str sql, struct str name);
/*
 * The file that the run stopped at has made all it makes before: said instead
 * of that it fails.  For whoever knows it from the replay.
 */
void plan_stopped_at_present(struct plan *p);

/* The statement's row in `side` lines: does change c come from statement s? */
bool stmt_touches(const struct stmt *s, const struct obj *from,
    const struct obj *to);

/*
 * Down text of one entry from the models before and after each statement.
 * false: some part has no inverse (*missing names it).  P.6 the order is the
 * reverse of the way up; what waits for rows comes after PLAN_ROWS_BACK.
 * saved: what the file took is in the undo store, so its tables and columns
 * are made again, to be filled from there.
 */
bool plan_derive_down(const struct run *run, const struct run_file *f,
    bool saved, struct arena *a, struct str *down, struct str *missing);
/*
 * A comment line of a down text: saved rows are put back before what follows
 * it, all of them, or those that statements took which begin at a byte of the
 * migration or after it; without it, and what is left, at the end.
 */
#define PLAN_ROWS_BACK "-- weir: saved rows are put back here"
#define PLAN_ROWS_FROM ", taken from byte "
#define PLAN_ROWS_NONE ((int64_t)-1)
/* The next of them from `from` on, text.n: none; *since: that byte, else 0. */
size_t plan_rows_back(struct str text, size_t from, int64_t *since);
/* A column that a derived way back has to fill, but only saved rows can. */
bool column_unfilled(const struct column *c);

/* What an ALTER TABLE did, from the models (never from its text). */
struct altered {
	const struct table *was, *is;
	const struct column *added, *dropped;
	const struct column *from, *to;		/* a renamed column */
	bool renamed;				/* the table */
};
void altered_find(const struct run_stmt *s, struct altered *out);

/*
 * By what the rows of a table are told apart for good: its primary key, else a
 * unique index of columns that are NOT NULL; none: cols.n is 0, then the
 * engine's own number with all other values.
 */
void table_key(const struct table *t, struct strs *cols);

/* Leave out of a comparison with what the run made what its statements name
 * that were not executed there.  Returns how many went. */
size_t plan_leave_untold(const struct run *r, struct arena *a,
    struct change_list *c);

#endif

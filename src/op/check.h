#ifndef WEIR_OP_CHECK_H
#define WEIR_OP_CHECK_H
/*
 * check: is a migrations folder whole, and is the schema generated?
 *
 * What drizzle-kit 0.31.11 check looks at (snapshot versions and shapes,
 * parents shared by two, times), and what it does not: journal against files,
 * snapshots and their chain; SQL that does not parse; files that no entry
 * names; the dangers of its statements (plan/plan.h); the record of a
 * database, where one is named; schema files with changes that are in no
 * migration.  Nothing is written but scratch engines.
 *
 * A fault is what makes the folder do other than it says; a danger is what its
 * statements do; the rest are notes.
 */
#include "op/generate.h"
#include "plan/plan.h"

struct check_request {
	const struct generate_request *gen;
	bool schema;			/* compare the schema files, too */
	/* What pending makes of a database, where one is named: its dangers
	 * are listed; else those of every file, each run on what those before
	 * it made, in this scratch engine (NULL: SQLite, in memory). */
	const struct plan *plan;
	struct scratch *scratch;
	const struct states *states;	/* of a database; NULL: not asked */
	struct str db_label;
};
struct check_finding {
	struct finding f;
	bool fault;
	bool stops;	/* a migration that follows would be wrong */
	/* A danger of a statement: no fault of the folder. */
	const struct hazard *danger;
	enum sev sev;
	/* Lowered to info, with this reason; or "" */
	struct str ignored;
	/* Of two schemas that stand against each other: what only one has. */
	struct str names[2];
	struct strs only[2];
};
struct check_report {
	const struct check_finding *v;
	size_t n, faults;
	size_t dangers, ignored;	/* of those that are dangers */
	size_t entries, snapshots;
	struct str folder;		/* as shown */
	/* The schema files stand beside the last snapshot; false: not asked,
	 * or that one cannot be told (stops, a folder of 1.0). */
	bool compared;
	bool pending;			/* changes that are not generated */
	struct decl_change change;	/* these; all questions as "created" */
	struct err schema;		/* why the schema files do not read */
};

/* RC_NOTFOUND: no folder (with `schema` that is an empty one); RC_UNSUPPORTED,
 * RC_IO.  What is wrong inside the folder is a finding, no error. */
enum rc check_folder(const struct check_request *rq, struct arena *a,
    struct check_report *out, struct err *e) MUST_CHECK;

/*
 * What generate and adopt ask before they write: would a migration that
 * follows this folder be a wrong one?  RC_INCONSISTENT, in the words of check,
 * for the first fault that `stops`; what check_folder() returns, and RC_OK for
 * a folder that is not there, is empty, or of 1.0.
 */
enum rc check_before(const struct generate_request *rq, struct arena *a,
    struct err *e) MUST_CHECK;

/* --- check.c and check_*.c --------------------------------------------------- */

struct checking {
	struct arena *a;
	const struct check_request *rq;
	const char *dir;
	const struct folder *f;		/* NULL: there is no journal that reads */
	VEC(struct check_finding) v;
};
struct check_finding *check_note(struct checking *c, bool fault,
    const char *code, const char *slug, struct str tag, struct str where,
    struct str text, struct str fix);
enum rc check_snapshots(struct checking *c, size_t *n, struct err *e)
    MUST_CHECK;
enum rc check_sql(struct checking *c, struct err *e) MUST_CHECK;
/* check_made.c: what the snapshot has anew (from NULL: nothing was there) and
 * the SQL does not name */
void check_made(struct checking *c, const struct entry *en,
    const struct decl *from, const struct decl *to);
/* check_dangers.c: caution and worse, and what was put aside. */
enum rc check_dangers(struct checking *c, struct err *e) MUST_CHECK;

#endif

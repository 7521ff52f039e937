#ifndef WEIR_OP_GENERATE_H
#define WEIR_OP_GENERATE_H
/*
 * generate: from schema files to the next migration of a folder, as
 * drizzle-kit 0.31.11 generate (drizzle-spec §2, §5), without Node.
 *
 * Rules.  N.1 the base is the last snapshot of meta/, whatever the journal
 * says.  N.2 files are written all or none, the journal last.  N.3 with open
 * questions nothing is written.  N.4 no database is looked at.
 */
#include "decl/diff.h"
#include "folder/folder.h"
#include "ts/schema.h"

struct generate_request {
	struct str root;		/* absolute: globs start here */
	struct strs schema;		/* globs, files, folders */
	struct str out;			/* the migrations folder */
	enum decl_dialect dialect;
	enum ts_casing casing;
	enum tag_prefix prefix;
	bool breakpoints, custom, dry_run;
	struct str name;		/* --name; "": proposed from the diff,
					 * or random words with `exact` */
	enum decl_compat compat;
	struct decl_answers answers;
	const struct env *env;
	double limit;
	int64_t now_ms;
	/* On a terminal: change the proposed name; "" keeps it. */
	struct str (*choose_name)(void *arg, struct str proposed);
	void *arg;
};

enum generate_outcome { GENERATE_NOTHING, GENERATE_OPEN, GENERATE_WRITTEN,
	GENERATE_DRY };
struct generate_result {
	enum generate_outcome outcome;
	struct str tag, file, snapshot_file;	/* paths as shown */
	struct str sql;
	struct decl_change change;
	const struct decl *from, *to;
	struct strs warnings;
};

/*
 * RC_PARSE: schema files (file:line:col) or a snapshot; RC_NOTFOUND: no
 * schema file; RC_UNSUPPORTED: older snapshots (weir up); RC_CONFLICT: another
 * generate was faster; RC_USAGE: an answer that fits no question.
 */
enum rc generate(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e) MUST_CHECK;

/* The declared schema of the files alone, and its creation SQL. */
enum rc declared_now(const struct generate_request *rq, struct arena *a,
    struct ts_schema *out, struct err *e) MUST_CHECK;
/* The newest snapshot of a folder; the empty schema without one. */
enum rc declared_last(const struct generate_request *rq, struct arena *a,
    const struct decl **out, struct err *e) MUST_CHECK;

#endif

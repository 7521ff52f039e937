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
#include "project/project.h"
#include "ts/schema.h"

struct generate_request {
	struct str root;		/* absolute: globs start here */
	struct strs schema;		/* globs, files, folders */
	struct str out;			/* the migrations folder */
	enum decl_dialect dialect;
	enum ts_casing casing;
	enum tag_prefix prefix;
	bool breakpoints, custom, dry_run;
	bool amend;			/* the newest again, under its name */
	struct str name;		/* --name; "": proposed from the diff,
					 * or random words with `exact` */
	enum decl_compat compat;
	struct bundle bundle;
	struct decl_answers answers;
	struct strs allow;		/* "drop-table:t": though it may be in
					 * a package that is not read */
	const struct env *env;
	double limit;
	int64_t now_ms;
};

enum generate_outcome { GENERATE_NOTHING, GENERATE_OPEN, GENERATE_WRITTEN,
	GENERATE_DRY };		/* DRY: there is something to write */
struct generate_result {
	enum generate_outcome outcome;
	struct str tag, file, snapshot_file;	/* paths as shown */
	struct str bundle_file;		/* migrations.js, if written */
	struct str answers_file;	/* <tag>.answers.json, if written */
	struct str sql;
	struct decl_change change;
	const struct decl *from, *to;
	struct strs warnings;
	struct strs paths;	/* schema files and what they import; also set
				 * where reading them fails */
	const struct ts_unseen *unseen;	size_t nunseen;
	bool base_unnamed;		/* the journal does not know `base` */
	struct snapshot_file base;	/* the folder's last one, as it was read */
	/* amend: the tag ("" else), what its files held, and whether its SQL
	 * is another than the snapshots make: then `kept` is a copy of it. */
	struct str again, old_sql, was_text, kept;
	const struct decl *was;
	bool by_hand;
};

/*
 * RC_PARSE: schema files (file:line:col) or a snapshot; RC_USAGE: no
 * schema file; RC_UNSUPPORTED: older snapshots (weir up); RC_CONFLICT: another
 * generate was faster; RC_USAGE: an answer that fits no question; RC_DECISION:
 * a table would go that may be in a package, which is not read.
 */
enum rc generate(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e) MUST_CHECK;

/* What a configuration says: dialect, casing, prefix, compat, schema, root,
 * out, breakpoints.  RC_USAGE, RC_UNSUPPORTED: a word that is none. */
enum rc generate_configure(const struct kit_config *k, struct str root,
    struct arena *a, struct generate_request *rq, struct err *e) MUST_CHECK;
/* The same of the project that `pq` finds, read again.  *p is set where only
 * its words are wrong. */
enum rc generate_request_of(const struct project_request *pq, struct arena *a,
    struct generate_request *rq, struct project **p, struct err *e) MUST_CHECK;
/* The rules of a dialect's word; exact: drizzle-kit's own bytes. */
enum decl_compat generate_compat(struct str dialect, bool exact);
/* The place of a word in a list; RC_USAGE naming all of them. */
enum rc generate_word(struct str word, const char *const *words, size_t n,
    const char *option, int *out, struct err *e) MUST_CHECK;

/*
 * The steps of generate() for whoever asks a person in between: read, compare
 * (again after every answer), write when nothing is open.  They work on one
 * result in one arena; nothing is written before generate_write(), which has
 * RC_CONFLICT where another generate came in between.
 */
enum rc generate_read(const struct generate_request *rq, struct arena *a,
    struct generate_result *out, struct err *e) MUST_CHECK;
enum rc generate_compare(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e) MUST_CHECK;
enum rc generate_write(const struct generate_request *rq, struct arena *a,
    struct generate_result *g, struct err *e) MUST_CHECK;
/* The name when none is given: of the diff, or any words. */
struct str generate_name(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a);
/* The tag that the name makes; RC_USAGE, RC_CONFLICT: why it cannot be. */
enum rc generate_tag(const struct generate_request *rq, struct str name,
    struct arena *a, struct str *out, struct err *e) MUST_CHECK;

/*
 * An SQL file that the journal does not name gets its entry, and the snapshot
 * that --custom would write.  RC_NOTFOUND: no such file; RC_USAGE: its name
 * would not sort last; RC_CONFLICT: it has an entry.
 */
enum rc generate_adopt(const struct generate_request *rq, struct str tag,
    struct arena *a, struct generate_result *out, struct err *e) MUST_CHECK;

/* The declared schema of the files alone, and its creation SQL. */
enum rc declared_now(const struct generate_request *rq, struct arena *a,
    struct ts_schema *out, struct err *e) MUST_CHECK;
/* The newest snapshot of a folder; the empty schema without one. */
enum rc declared_last(const struct generate_request *rq, struct arena *a,
    const struct decl **out, struct err *e) MUST_CHECK;

#endif

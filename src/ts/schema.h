#ifndef WEIR_TS_SCHEMA_H
#define WEIR_TS_SCHEMA_H
/*
 * schema: Drizzle's schema files → a declared schema (drizzle-spec §1.3, §4;
 * drizzle-kit 0.31.11 pgSerializer.ts, sqliteSerializer.ts).
 */
#include "base/env.h"
#include "decl/decl.h"
#include "ts/run.h"

enum ts_casing { TS_CASING_NONE, TS_CASING_SNAKE, TS_CASING_CAMEL };

struct ts_schema_request {
	struct str root;	/* folder of the project, absolute */
	struct strs files;	/* absolute, in drizzle-kit's order */
	enum decl_dialect dialect;
	enum ts_casing casing;
	const struct env *env;	/* process.env, .env included */
	double limit;		/* --limit; 0 = 1 */
};
/* An export of the schema files that is not known and that may be a table (or
 * enum, view, …), or hold some: of a package, made by one, or one of several
 * by what is not known. */
struct ts_unseen {
	bool parts;		/* a call that may have changed columns and
				 * indexes; no export */
	struct str name;	/* "users"; "*": all of a package */
	struct str what;	/* "@acme/db" */
	struct str where;	/* file:line:col, or the file alone */
};
/* What drizzle-orm makes of a stored number (Column.mapFromDriverValue). */
enum ts_meaning { TS_MEANS_ITSELF, TS_MEANS_BOOLEAN, TS_MEANS_SECONDS,
	TS_MEANS_MS };
struct ts_column_origin {
	struct str name;	/* in the database */
	enum ts_meaning meaning;
	struct strs labels;	/* of { enum: […] } or of its enum; n = 0: any */
};
/* Where a table, a view or an enum is declared. */
struct ts_origin {
	struct str schema, name;	/* schema "" = public, and SQLite */
	struct str path;		/* absolute */
	struct str text;		/* of the whole file */
	size_t from, to;		/* whole lines of it */
	size_t line;			/* of `from`, the first is 1 */
	const struct ts_column_origin *cols;	size_t ncols;
};
struct ts_schema {
	const struct decl *decl;	/* id and prevId absent */
	const struct ts_origin *origins;	size_t norigins;
	struct strs warnings;
	size_t files, modules;	/* read */
	struct strs paths;	/* of these; also set on failure */
	const struct ts_unseen *unseen;	size_t nunseen;
};

/* RC_PARSE with file:line:col: what is wrong and what would help. */
enum rc ts_schema_read(const struct ts_schema_request *rq, struct arena *a,
    struct ts_schema *out, struct err *e) MUST_CHECK;
/* schema: "public" is the same as "".  NULL: not declared. */
const struct ts_origin *ts_origin_of(const struct ts_schema *s,
    struct str schema, struct str name);
const struct ts_column_origin *ts_column_of(const struct ts_origin *o,
    struct str column);

/* Globs and folders of a config's `schema` in drizzle-kit's order; RC_USAGE:
 * nothing matches. */
enum rc ts_schema_files(struct str root, struct strs globs, struct arena *a,
    struct strs *out, struct err *e) MUST_CHECK;
/* drizzle.config.{ts,js,mjs,cjs}: its default export (else the module's
 * exports) as JSON text, functions and unknowns left out. */
struct ts_left_out {
	struct str path;	/* "dbCredentials.url" */
	struct str what;	/* what is not known; "": a function */
	struct str where;	/* file:line:col */
};
struct ts_config {
	struct str json;
	const struct ts_left_out *left;	size_t nleft;
	struct strs unset;	/* variables asked for that are not set */
	const struct env *env;	/* process.env as it is then */
};
/* `root`: what .env files and process.cwd() are taken from.  RC_PARSE with
 * file:line:col; `out` has `unset` then, too. */
enum rc ts_config_read(struct str path, struct str root,
    const struct env *env, struct arena *a, struct ts_config *out,
    struct err *e) MUST_CHECK;

#endif

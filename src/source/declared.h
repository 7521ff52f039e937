#ifndef WEIR_SOURCE_DECLARED_H
#define WEIR_SOURCE_DECLARED_H
/*
 * declared: a declared schema (schema files, snapshots) as a model.
 *
 * Two declared schemas are compared in their own words: declared_model() of
 * both, without any engine.  With a catalogued one they are compared by what
 * an engine makes of their creation SQL: declared_run() (DESIGN §5.2).
 */
#include "decl/diff.h"
#include "source/source.h"

/* What creates it, as if it were a migration of that name. */
enum rc declared_entry(const struct decl *d, struct str name,
    struct arena *a, struct entry *out, struct err *e) MUST_CHECK;
struct model *declared_model(const struct decl *d, struct arena *a);
/* Executed on an empty scratch engine, all of it managed.  `name`: for the
 * places of errors.  RC_DENIED: no scratch engine is to be had; else what the
 * engine says. */
enum rc declared_run(const struct decl *d, struct str name,
    struct scratch *scratch, struct arena *a, struct model **out,
    struct err *e) MUST_CHECK;

#endif

#ifndef WEIR_SOURCE_MANAGED_H
#define WEIR_SOURCE_MANAGED_H
/*
 * managed: which objects of a schema are the project's (DESIGN §3).  The rest
 * is shown greyed, is never drift and never a candidate for a change.
 *
 * Never managed: what belongs to the engine, to other tools or to an
 * extension, and Drizzle's tracking table and schema.  On PostgreSQL, where a
 * database is shared, only what a file of the folder names; a name stands for
 * every object that is called so in its schema, which errs on the side of
 * comparing too much.  Filters as drizzle-kit 0.31 has them (its
 * src/cli/commands/pgIntrospect.ts, sqliteIntrospect.ts).
 */
#include "base/map.h"
#include "folder/folder.h"
#include "model/model.h"

enum managed_roles { ROLES_NONE, ROLES_ALL, ROLES_LISTED };

/* As drizzle.config.json has them; lists empty: no filter. */
struct managed_filters {
	struct strs schemas;	/* exact names */
	struct strs tables;	/* minimatch patterns, ! negates */
	bool postgis;		/* extensionsFilters: ["postgis"] */
	enum managed_roles roles;
	struct strs roles_include, roles_exclude;
	struct str roles_provider;	/* "supabase", "neon", "" */
};

struct managed_set {
	enum dialect_id dialect;
	struct str track_schema, track_table;	/* table "": Drizzle's */
	const struct map *named;	/* NULL: everything counts as named */
	/* Roles are the server's: no replay makes them.  Set where the other
	 * side can tell of them (a schema file, a database). */
	bool roles_too;
	struct managed_filters filters;
};

/* Names in the texts of a folder (NULL: none); for the engines that need it. */
void managed_set_init(struct managed_set *s, enum dialect_id dialect,
    const struct folder *f, struct arena *a);
/* For model_with_managed(): `set` is a const struct managed_set. */
bool managed_in(const struct obj *o, void *set);
struct model *managed_mark(const struct model *m, const struct managed_set *s,
    struct arena *a);

/* drizzle-spec §1.2's rule of a list of patterns. */
bool filter_keeps(struct strs patterns, struct str name);
/* minimatch of a name: *, ?, [a-z], {a,b}; no slash has a meaning here. */
bool glob_match(struct str pattern, struct str name);

#endif

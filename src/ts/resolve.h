#ifndef WEIR_TS_RESOLVE_H
#define WEIR_TS_RESOLVE_H
/*
 * resolve: specifiers of imports → files, as bundlers do: relative paths with
 * or without extension, .js that means .ts, index files, tsconfig's paths and
 * baseUrl with extends, package.json's imports, packages of the workspace
 * (exports, main, types, src).
 *
 * R.1 nothing outside of the project's folder, or of its workspace's where
 * there is one, is ever read: links and ../ that lead out are refused; what
 * lies in node_modules is a package, that is unknown, unless it is a link to
 * a folder of the workspace.  R.2 built-in modules are those of
 * ts/drizzle/core.c.
 */
#include "base/env.h"
#include "ts/run.h"

struct resolver;

/* root: the project's folder, absolute. */
struct resolver *resolver_new(struct str root, const struct env *env,
    struct arena *a);
const struct ts_host *resolver_host(struct resolver *x);
/* How modules are called here: relative to the project. */
struct str resolver_name(struct resolver *x, struct str path);
/* a/b/../c without looking at the disk */
struct str path_plain(struct arena *a, struct str path);

/* --- tsconfig.c ---------------------------------------------------------- */
struct ts_path {
	struct str pattern;		/* "@/ *" */
	struct strs to;			/* absolute, "*" kept */
};
struct tsconfig {
	const struct ts_path *paths;	size_t npaths;
	struct str base;		/* baseUrl, absolute; absent: none */
};
/* tsconfig.json or jsconfig.json of a folder with all it extends, NULL: none
 * (a broken one counts as none). */
const struct tsconfig *tsconfig_read(struct str folder, struct str top,
    struct arena *a);
/* Where the pattern of paths that fits leads first, absolute; STR_NONE: none
 * fits but "*", that all fit. */
struct str tsconfig_leads(const struct tsconfig *t, struct str specifier,
    struct arena *a);
/* Candidates for a specifier, best first. */
struct strs tsconfig_match(const struct tsconfig *t, struct str specifier,
    struct arena *a);
/* JSON with comments and trailing commas made plain. */
struct str json_strip(struct str text, struct arena *a);

/* --- package.c ----------------------------------------------------------- */
struct json;
/* What exports or imports say about a subpath (".", "./x", "#x"), relative to
 * the package.json, best first. */
struct strs package_entries(const struct json *map, struct str subpath,
    struct arena *a);
/* Its packages: name → struct str, the folder, absolute. */
struct map *workspace_packages(struct str top, struct arena *a);
/* Files that a package's subpath may be, absolute, best first. */
struct strs package_files(struct str folder, struct str subpath,
    struct arena *a);
/* The workspace's folder above (or at) a project; the project's own if none. */
struct str workspace_top(struct str root, struct arena *a);
/* NULL: none, or broken. */
const struct json *package_json(struct str folder, struct arena *a);

/* --- glob.c -------------------------------------------------------------- */
/* Paths beneath `folder` that a pattern matches, as node-glob 8 finds and
 * sorts them; relative to it, absolute where the pattern is. */
struct strs glob_find(struct str folder, struct str pattern, bool in_packages,
    struct arena *a);
/* collate.c: localeCompare(x, y, 'en'), bytewise where that is 0. */
int collate(struct str x, struct str y);

#endif

/* package: package.json's exports and imports, and the packages of a
 * workspace (Node.js, "Modules: Packages"; npm, yarn, bun and pnpm
 * workspaces). */
#include "base/fs.h"
#include "base/json.h"
#include "ts/resolve.h"

#define PACKAGE_MAX ((size_t)4 << 20)
#define UP_MAX 24

typedef VEC(struct str) texts;

static bool read_text(struct str folder, const char *name, struct sbuf *out,
    struct arena *a)
{
	struct err ignored = ERR_INIT;

	return file_read_beneath(arena_z(a, folder), name, out, &ignored) ==
	    RC_OK;
}

const struct json *package_json(struct str folder, struct arena *a)
{
	struct sbuf b = SBUF_INIT(PACKAGE_MAX);
	struct err ignored = ERR_INIT;
	const struct json *v = NULL;

	if (read_text(folder, "package.json", &b, a) &&
	    json_read(arena_str(a, sbuf_str(&b)), "package.json", a, &v,
	    &ignored))
		v = NULL;
	sbuf_free(&b);
	return v && v->kind == JSON_OBJECT ? v : NULL;
}

/* --- exports, imports ---------------------------------------------------- */

/* Conditions in the order in which they are tried; types last: they may be
 * the only ones that lead to sources. */
static const char *const conditions[] = { "require", "node", "import",
	"default", "source", "bun", "development", "types" };

static void targets(const struct json *v, struct str rest, unsigned depth,
    texts *out, struct arena *a)
{
	const size_t n = sizeof(conditions) / sizeof(*conditions);

	if (depth > 8)
		return;
	if (v->kind == JSON_STRING) {
		size_t star = str_find(v->string, STR("*"), 0);

		vec_push(a, out, star == v->string.n ? v->string :
		    arena_printf(a, "%.*s%.*s%.*s", STR_ARG(str_sub(v->string,
		    0, star)), STR_ARG(rest), STR_ARG(str_sub(v->string,
		    star + 1, v->string.n))));
	}
	if (v->kind == JSON_ARRAY)
		for (size_t i = 0; i < v->n; i++)
			targets(&v->items[i], rest, depth + 1, out, a);
	if (v->kind == JSON_OBJECT)
		for (size_t i = 0; i < n; i++)
			if (json_get(v, conditions[i]))
				targets(json_get(v, conditions[i]), rest,
				    depth + 1, out, a);
}

static bool fits(struct str pattern, struct str subpath, struct str *rest)
{
	size_t star = str_find(pattern, STR("*"), 0);
	struct str tail = str_sub(pattern, star + 1, pattern.n);

	*rest = STR("");
	if (star == pattern.n)
		return str_eq(pattern, subpath);
	if (subpath.n + 1 < pattern.n ||
	    !str_starts(subpath, str_sub(pattern, 0, star)) ||
	    !str_ends(subpath, tail))
		return false;
	*rest = str_sub(subpath, star, subpath.n - tail.n);
	return true;
}

struct strs package_entries(const struct json *map, struct str subpath,
    struct arena *a)
{
	const struct json *best = NULL;
	struct str rest, best_rest = STR(""), best_key = STR("");
	texts out = { 0 };

	if (map->kind != JSON_OBJECT || (map->n && map->keys[0].n &&
	    map->keys[0].p[0] != '.' && map->keys[0].p[0] != '#')) {
		if (str_is(subpath, "."))
			targets(map, STR(""), 0, &out, a);
		return (struct strs){ out.v, out.n };
	}
	for (size_t i = 0; i < map->n; i++) {
		if (!fits(map->keys[i], subpath, &rest) ||
		    (best && map->keys[i].n <= best_key.n &&
		    !str_eq(map->keys[i], subpath)))
			continue;
		best = &map->items[i];
		best_key = map->keys[i];
		best_rest = rest;
	}
	if (best)
		targets(best, best_rest, 0, &out, a);
	return (struct strs){ out.v, out.n };
}

/* dist/x.js that was not built stands for src/x.ts. */
static void add_source(struct str folder, struct str entry, texts *out,
    struct arena *a)
{
	static const char *const built[] = { "dist/", "build/", "lib/",
		"out/" };
	static const char *const ends[] = { ".d.ts", ".mjs", ".cjs", ".js",
		".d.mts", ".d.cts" };

	while (str_starts(entry, STR("./")))
		entry = str_sub(entry, 2, entry.n);
	for (size_t i = 0; i < sizeof(built) / sizeof(*built); i++) {
		if (!str_starts(entry, str_z(built[i])))
			continue;
		entry = str_sub(entry, strlen(built[i]), entry.n);
		for (size_t k = 0; k < sizeof(ends) / sizeof(*ends); k++)
			if (str_ends(entry, str_z(ends[k]))) {
				entry = str_sub(entry, 0, entry.n -
				    strlen(ends[k]));
				break;
			}
		vec_push(a, out, path_plain(a, arena_printf(a,
		    "%.*s/src/%.*s", STR_ARG(folder), STR_ARG(entry))));
		return;
	}
}

struct strs package_files(struct str folder, struct str subpath,
    struct arena *a)
{
	static const char *const mains[] = { "source", "main", "module",
		"types" };
	const struct json *v = package_json(folder, a), *exports;
	struct strs entries = { 0 };
	texts out = { 0 }, more = { 0 };

	exports = v ? json_get(v, "exports") : NULL;
	if (exports)
		entries = package_entries(exports, subpath, a);
	for (size_t i = 0; i < entries.n; i++)
		vec_push(a, &more, entries.v[i]);
	if (str_is(subpath, "."))
		for (size_t i = 0; v && i < 4; i++)
			if (json_get(v, mains[i]) && json_get(v, mains[i])->
			    kind == JSON_STRING)
				vec_push(a, &more, json_get(v, mains[i])->
				    string);
	for (size_t i = 0; i < more.n; i++)
		if (!str_ends(more.v[i], STR(".d.ts")) &&
		    !str_ends(more.v[i], STR(".d.mts")) &&
		    !str_ends(more.v[i], STR(".d.cts")))
			vec_push(a, &out, path_plain(a, path_join(a, folder,
			    more.v[i])));
	for (size_t i = 0; i < more.n; i++)
		add_source(folder, more.v[i], &out, a);
	vec_push(a, &out, path_plain(a, path_join(a, folder, subpath)));
	vec_push(a, &out, path_plain(a, path_join(a, path_join(a, folder,
	    STR("src")), subpath)));
	return (struct strs){ out.v, out.n };
}

/* --- workspaces ---------------------------------------------------------- */

static void add_patterns(const struct json *list, texts *out, struct arena *a)
{
	if (list && list->kind == JSON_OBJECT)
		list = json_get(list, "packages");
	for (size_t i = 0; list && list->kind == JSON_ARRAY && i < list->n;
	    i++)
		if (list->items[i].kind == JSON_STRING)
			vec_push(a, out, list->items[i].string);
}

/* pnpm-workspace.yaml: the lines "- pattern" below "packages:". */
static void add_pnpm(struct str text, texts *out, struct arena *a)
{
	bool inside = false;

	for (struct str line; str_line(&text, &line);) {
		struct str s = str_trim(line);
		size_t hash = str_find(s, STR(" #"), 0);

		if (s.n == 0 || s.p[0] == '#')
			continue;
		if (s.p[0] != '-') {
			inside = str_starts(s, STR("packages:"));
			continue;
		}
		s = str_trim(str_sub(s, 1, hash));
		if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\''))
			s = str_sub(s, 1, s.n - 1);
		if (inside && s.n)
			vec_push(a, out, arena_str(a, s));
	}
}

static texts workspace_patterns(struct str folder, struct arena *a)
{
	const struct json *v = package_json(folder, a);
	struct sbuf b = SBUF_INIT(PACKAGE_MAX);
	texts out = { 0 };

	if (v)
		add_patterns(json_get(v, "workspaces"), &out, a);
	if (read_text(folder, "pnpm-workspace.yaml", &b, a))
		add_pnpm(sbuf_str(&b), &out, a);
	sbuf_free(&b);
	return out;
}

struct str workspace_top(struct str root, struct arena *a)
{
	struct str at = root;

	for (size_t i = 0; i < UP_MAX && at.n > 1; i++) {
		if (workspace_patterns(at, a).n)
			return at;
		if (file_stat_of(arena_z(a, path_join(a, at,
		    STR(".git")))).exists)
			return at;
		at = path_dir(at);
	}
	return root;
}

static void add_package(struct map *m, struct str folder, struct arena *a)
{
	const struct json *v = package_json(folder, a);
	struct str name = v && json_get(v, "name") ?
	    json_str_of(json_get(v, "name")) : STR_NONE, *at;

	if (!name.p || map_has(m, name))
		return;
	at = arena_new_of(a, struct str);
	*at = folder;
	map_put(m, name, at);
}

struct map *workspace_packages(struct str top, struct arena *a)
{
	texts patterns = workspace_patterns(top, a);
	struct map *m = map_new(a);

	add_package(m, top, a);
	for (size_t i = 0; i < patterns.n; i++) {
		struct strs found;

		if (str_starts(patterns.v[i], STR("!")))
			continue;
		found = glob_find(top, patterns.v[i], false, a);
		for (size_t k = 0; k < found.n; k++)
			add_package(m, path_plain(a, path_join(a, top,
			    found.v[k])), a);
	}
	return m;
}

/* tsconfig: paths and baseUrl with extends (TypeScript handbook, "Module
 * resolution", and tsconfig-paths 4, which drizzle-kit uses). */
#include "base/fs.h"
#include "base/json.h"
#include "ts/resolve.h"

#define EXTENDS_MAX 16
#define CONFIG_MAX ((size_t)1 << 20)

/* Past a string literal that starts at i. */
static size_t past_string(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i + 1 : s.n;
}

static size_t past_comment(struct str s, size_t i)
{
	size_t end;

	if (str_starts(str_sub(s, i, s.n), STR("//")))
		return str_find(s, STR("\n"), i);
	if (!str_starts(str_sub(s, i, s.n), STR("/*")))
		return i;
	end = str_find(s, STR("*/"), i + 2);
	return end < s.n ? end + 2 : s.n;
}

static size_t past_blank(struct str s, size_t i)
{
	for (;;) {
		size_t from = i;

		while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' ||
		    s.p[i] == '\n' || s.p[i] == '\r'))
			i++;
		i = past_comment(s, i);
		if (i == from)
			return i;
	}
}

struct str json_strip(struct str s, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	size_t i = str_starts(s, STR("\xef\xbb\xbf")) ? 3 : 0;

	while (i < s.n) {
		size_t to;

		if (s.p[i] == '"') {
			to = past_string(s, i);
			sbuf_add(&b, str_sub(s, i, to));
			i = to;
			continue;
		}
		to = past_comment(s, i);
		if (to > i) {
			i = to;
			continue;
		}
		if (s.p[i] == ',') {
			to = past_blank(s, i + 1);
			if (to < s.n && (s.p[to] == '}' || s.p[to] == ']')) {
				i = to;
				continue;
			}
		}
		sbuf_addc(&b, s.p[i++]);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static const struct json *read_json(struct str path, struct str top,
    struct arena *a)
{
	struct sbuf b = SBUF_INIT(CONFIG_MAX);
	struct err ignored = ERR_INIT;
	const struct json *v = NULL;

	if (str_starts(path, top) && path.n > top.n &&
	    file_read_beneath(arena_z(a, top), arena_z(a, str_sub(path,
	    top.n + 1, path.n)), &b, &ignored) == RC_OK &&
	    json_read(json_strip(sbuf_str(&b), a), "tsconfig", a, &v,
	    &ignored))
		v = NULL;
	sbuf_free(&b);
	return v && v->kind == JSON_OBJECT ? v : NULL;
}

static struct str find_extended(struct str from, struct str name,
    struct str top, struct arena *a)
{
	struct map *packages;
	struct str *folder, head, path;
	size_t slash;

	if (str_starts(name, STR("."))) {
		path = path_plain(a, path_join(a, from, name));
		if (!str_ends(path, STR(".json")))
			path = arena_printf(a, "%.*s.json", STR_ARG(path));
		return path;
	}
	slash = str_find(name, STR("/"), 0);
	if (str_starts(name, STR("@")))
		slash = str_find(name, STR("/"), slash + 1);
	head = str_sub(name, 0, slash);
	packages = workspace_packages(top, a);
	folder = map_get(packages, head);
	if (!folder)
		return STR_NONE;
	path = slash < name.n ? str_sub(name, slash + 1, name.n) :
	    STR("tsconfig.json");
	path = path_plain(a, path_join(a, *folder, path));
	return str_ends(path, STR(".json")) ? path : arena_printf(a,
	    "%.*s.json", STR_ARG(path));
}

static struct str expand(struct str s, struct str folder, struct arena *a)
{
	if (str_starts(s, STR("${configDir}/")))
		s = str_sub(s, 13, s.n);
	return path_plain(a, path_join(a, folder, s));
}

static void take_paths(struct tsconfig *t, const struct json *paths,
    struct str folder, struct arena *a)
{
	struct ts_path *v = arena_array(a, struct ts_path, paths->n);

	for (size_t i = 0; i < paths->n; i++) {
		const struct json *list = &paths->items[i];
		struct str *to = arena_array(a, struct str, list->n);
		size_t n = 0;

		for (size_t k = 0; list->kind == JSON_ARRAY && k < list->n;
		    k++)
			if (list->items[k].kind == JSON_STRING)
				to[n++] = expand(list->items[k].string,
				    folder, a);
		v[i] = (struct ts_path){ paths->keys[i], { to, n } };
	}
	t->paths = v;
	t->npaths = paths->n;
}

static bool read_into(struct tsconfig *t, struct str path, struct str top,
    unsigned depth, struct arena *a)
{
	const struct json *v = read_json(path, top, a), *x;
	struct str folder = path_dir(path), base;

	if (!v || depth > EXTENDS_MAX)
		return false;
	x = json_get(v, "extends");
	if (x && x->kind == JSON_STRING)
		(void)read_into(t, find_extended(folder, x->string, top, a),
		    top, depth + 1, a);
	for (size_t i = 0; x && x->kind == JSON_ARRAY && i < x->n; i++)
		if (x->items[i].kind == JSON_STRING)
			(void)read_into(t, find_extended(folder,
			    x->items[i].string, top, a), top, depth + 1, a);
	v = json_get(v, "compilerOptions");
	if (!v || v->kind != JSON_OBJECT)
		return true;
	base = json_str_of(json_get(v, "baseUrl") ? json_get(v, "baseUrl") :
	    v);
	if (base.p)
		t->base = expand(base, folder, a);
	x = json_get(v, "paths");
	if (x && x->kind == JSON_OBJECT)
		take_paths(t, x, t->base.p ? t->base : folder, a);
	return true;
}

const struct tsconfig *tsconfig_read(struct str folder, struct str top,
    struct arena *a)
{
	static const char *const names[] = { "tsconfig.json",
		"jsconfig.json" };
	struct tsconfig *t = arena_new_of(a, struct tsconfig);

	t->base = STR_NONE;
	for (size_t i = 0; i < 2; i++)
		if (read_into(t, path_join(a, folder, str_z(names[i])), top,
		    0, a))
			return t;
	return NULL;
}

/* The pattern that fits: exact, else the longest before its *. */
static const struct ts_path *best_path(const struct tsconfig *t,
    struct str specifier, struct str *rest)
{
	const struct ts_path *best = NULL;
	size_t length = 0;

	for (size_t i = 0; i < t->npaths; i++) {
		struct str p = t->paths[i].pattern;
		size_t star = str_find(p, STR("*"), 0);
		struct str tail = str_sub(p, star + 1, p.n);

		if (star == p.n && str_eq(p, specifier)) {
			*rest = STR("");
			return &t->paths[i];
		}
		if (star == p.n || (best && star <= length) ||
		    specifier.n + 1 < p.n ||
		    !str_starts(specifier, str_sub(p, 0, star)) ||
		    !str_ends(specifier, tail))
			continue;
		best = &t->paths[i];
		length = star;
		*rest = str_sub(specifier, star, specifier.n - tail.n);
	}
	return best;
}

static struct str put_in(struct str to, struct str rest, struct arena *a)
{
	size_t star = str_find(to, STR("*"), 0);

	return star == to.n ? to : path_plain(a, arena_printf(a,
	    "%.*s%.*s%.*s", STR_ARG(str_sub(to, 0, star)), STR_ARG(rest),
	    STR_ARG(str_sub(to, star + 1, to.n))));
}

struct str tsconfig_leads(const struct tsconfig *t, struct str specifier,
    struct arena *a)
{
	struct str rest;
	const struct ts_path *p = best_path(t, specifier, &rest);

	return p && p->to.n && !str_starts(p->pattern, STR("*")) ?
	    put_in(p->to.v[0], rest, a) : STR_NONE;
}

struct strs tsconfig_match(const struct tsconfig *t, struct str specifier,
    struct arena *a)
{
	VEC(struct str) out = { 0 };
	struct str rest;
	const struct ts_path *p = best_path(t, specifier, &rest);

	for (size_t i = 0; p && i < p->to.n; i++)
		vec_push(a, &out, put_in(p->to.v[i], rest, a));
	if (t->base.p)
		vec_push(a, &out, path_plain(a, path_join(a, t->base,
		    specifier)));
	return (struct strs){ out.v, out.n };
}

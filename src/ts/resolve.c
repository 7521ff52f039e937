/* resolve: see resolve.h. */
#include "base/fs.h"
#include "base/json.h"
#include "ts/drizzle/drizzle.h"
#include "ts/resolve.h"

#define UP_MAX 24

struct resolver {
	struct arena *a;
	struct str root, top;		/* absolute, plain */
	const struct env *env;
	struct map *configs;		/* folder → struct config_of */
	struct map *packages;		/* when asked for */
	struct ts_host host;
};
struct config_of {
	const struct tsconfig *t;	/* NULL: none up to the top */
};

struct str path_plain(struct arena *a, struct str path)
{
	VEC(struct str) parts = { 0 };
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i <= path.n;) {
		size_t to = str_find(path, STR("/"), i);
		struct str part = str_sub(path, i, to);

		i = to + 1;
		if (str_is(part, "..") && parts.n > 0 &&
		    !str_is(parts.v[parts.n - 1], ".."))
			parts.n--;
		else if (part.n && !str_is(part, ".") &&
		    !(str_is(part, "..") && str_starts(path, STR("/"))))
			vec_push(a, &parts, part);
	}
	for (size_t i = 0; i < parts.n; i++) {
		if (i > 0 || str_starts(path, STR("/")))
			sbuf_addc(&b, '/');
		sbuf_add(&b, parts.v[i]);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static bool inside(struct str folder, struct str path)
{
	return str_starts(path, folder) && (path.n == folder.n ||
	    path.p[folder.n] == '/');
}

static struct str absolute(struct resolver *x, struct str name)
{
	return path_plain(x->a, path_join(x->a, x->root, name));
}

struct str resolver_name(struct resolver *x, struct str path)
{
	struct sbuf b = SBUF_TEXT;
	struct str at = x->root, out;

	path = path_plain(x->a, path);
	while (!inside(at, path) && at.n > 1) {
		sbuf_addz(&b, "../");
		at = path_dir(at);
	}
	sbuf_add(&b, str_sub(path, at.n > 1 ? at.n + 1 : 1, path.n));
	out = arena_str(x->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* --- files --------------------------------------------------------------- */

/* The order of require(), which drizzle-kit's loader goes by. */
static const char *const extensions[] = { ".js", ".json", ".ts", ".jsx",
	".tsx", ".mjs", ".mts", ".cjs", ".cts" };
#define EXTENSIONS (sizeof(extensions) / sizeof(*extensions))
static const struct {
	const char *written, *meant;
} written[] = {
	{ ".js", ".ts" }, { ".js", ".tsx" }, { ".jsx", ".tsx" },
	{ ".mjs", ".mts" }, { ".cjs", ".cts" },
};

static bool is_file(struct resolver *x, struct str path)
{
	return inside(x->top, path) && file_stat_of(arena_z(x->a,
	    path)).is_file;
}

static bool known_extension(struct str path)
{
	for (size_t i = 0; i < EXTENSIONS; i++)
		if (str_ends(path, str_z(extensions[i])))
			return true;
	return false;
}

static struct str with_extension(struct resolver *x, struct str path)
{
	for (size_t i = 0; i < EXTENSIONS; i++) {
		struct str p = arena_printf(x->a, "%.*s%s", STR_ARG(path),
		    extensions[i]);

		if (is_file(x, p))
			return p;
	}
	return STR_NONE;
}

/* The file that a path without or with extension means; STR_NONE: none. */
static struct str find_file(struct resolver *x, struct str path,
    unsigned depth)
{
	struct str p;

	if (is_file(x, path))
		return path;
	p = with_extension(x, path);
	if (p.p)
		return p;
	for (size_t i = 0; i < sizeof(written) / sizeof(*written); i++) {
		struct str end = str_z(written[i].written);

		if (!str_ends(path, end))
			continue;
		p = arena_printf(x->a, "%.*s%s", STR_ARG(str_sub(path, 0,
		    path.n - end.n)), written[i].meant);
		if (is_file(x, p))
			return p;
	}
	if (depth > 0 || !inside(x->top, path) ||
	    !file_stat_of(arena_z(x->a, path)).is_dir)
		return STR_NONE;
	if (file_stat_of(arena_z(x->a, path_join(x->a, path,
	    STR("package.json")))).is_file) {
		const struct json *v = package_json(path, x->a);
		struct str main = v && json_get(v, "main") ?
		    json_str_of(json_get(v, "main")) : STR_NONE;

		p = main.p ? find_file(x, path_plain(x->a, path_join(x->a,
		    path, main)), 1) : STR_NONE;
		if (p.p)
			return p;
	}
	return with_extension(x, path_join(x->a, path, STR("index")));
}

static struct str first_file(struct resolver *x, struct strs candidates)
{
	for (size_t i = 0; i < candidates.n; i++) {
		struct str p = find_file(x, candidates.v[i], 0);

		if (p.p)
			return p;
	}
	return STR_NONE;
}

/* --- specifiers ---------------------------------------------------------- */

static const struct tsconfig *config_for(struct resolver *x, struct str folder)
{
	struct config_of *c = map_get(x->configs, folder);

	if (c)
		return c->t;
	c = arena_new_of(x->a, struct config_of);
	c->t = tsconfig_read(folder, x->top, x->a);
	if (!c->t && folder.n > x->top.n && inside(x->top, folder))
		c->t = config_for(x, path_dir(folder));
	map_put(x->configs, arena_str(x->a, folder), c);
	return c->t;
}

/* #name: the nearest package.json's imports. */
static struct str own_import(struct resolver *x, struct str folder,
    struct str specifier)
{
	for (size_t i = 0; i < UP_MAX && inside(x->top, folder); i++) {
		const struct json *v = package_json(folder, x->a);
		const struct json *imports = v ? json_get(v, "imports") :
		    NULL;
		struct strs entries = { 0 };

		if (imports)
			entries = package_entries(imports, specifier, x->a);
		for (size_t k = 0; k < entries.n; k++) {
			struct str p = find_file(x, path_plain(x->a,
			    path_join(x->a, folder, entries.v[k])), 0);

			if (p.p)
				return p;
		}
		if (v)
			return STR_NONE;
		folder = path_dir(folder);
	}
	return STR_NONE;
}

static struct str workspace_file(struct resolver *x, struct str specifier)
{
	size_t slash = str_find(specifier, STR("/"), 0);
	struct str *folder, subpath = STR(".");

	if (str_starts(specifier, STR("@")))
		slash = str_find(specifier, STR("/"), slash + 1);
	if (!x->packages)
		x->packages = workspace_packages(x->top, x->a);
	folder = map_get(x->packages, str_sub(specifier, 0, slash));
	if (!folder)
		return STR_NONE;
	if (slash < specifier.n)
		subpath = arena_printf(x->a, ".%.*s", STR_ARG(str_sub(
		    specifier, slash, specifier.n)));
	return first_file(x, package_files(*folder, subpath, x->a));
}

static enum rc relative(struct resolver *x, struct str folder,
    struct str specifier, struct str *out, struct err *e)
{
	struct str path = path_plain(x->a, path_join(x->a, folder,
	    specifier));

	if (!inside(x->top, path))
		return err_set(e, RC_NOTFOUND, "%.*s leads out of the project",
		    STR_ARG(specifier));
	*out = find_file(x, path, 0);
	if (out->p)
		return RC_OK;
	if (known_extension(path) || str_find(path_base(path), STR("."), 1) ==
	    path_base(path).n)
		return err_set(e, RC_NOTFOUND, "there is no file %.*s",
		    STR_ARG(specifier));
	return RC_OK;		/* a style sheet, an image: unknown */
}

static struct str bare(struct resolver *x, struct str folder,
    struct str specifier)
{
	const struct tsconfig *t = config_for(x, folder);
	struct str p = STR_NONE;

	if (str_starts(specifier, STR("#")))
		p = own_import(x, folder, specifier);
	if (!p.p && t)
		p = first_file(x, tsconfig_match(t, specifier, x->a));
	if (!p.p)
		p = workspace_file(x, specifier);
	return p;
}

static enum rc resolve(void *arg, struct str from, struct str specifier,
    struct arena *a, struct str *path, struct str *native, struct err *e)
{
	struct resolver *x = arg;
	struct str folder = path_dir(absolute(x, from)), found = STR_NONE;
	enum rc rc = RC_OK;

	(void)a;
	if (dz_is_built_in(specifier) || str_starts(specifier,
	    STR("drizzle-orm/"))) {
		*native = specifier;
		return RC_OK;
	}
	if (str_starts(specifier, STR(".")) || str_starts(specifier,
	    STR("/")))
		rc = relative(x, folder, specifier, &found, e);
	else if (!str_starts(specifier, STR("node:")))
		found = bare(x, folder, specifier);
	if (rc == RC_OK && found.p && known_extension(found))
		*path = resolver_name(x, found);
	return rc;
}

/* "@shared/ids (paths of tsconfig.json lead to src/ids, no such file)" */
static struct str missing(void *arg, struct str from, struct str specifier,
    struct arena *a)
{
	struct resolver *x = arg;
	const struct tsconfig *t = config_for(x, path_dir(absolute(x, from)));
	struct str to = t ? tsconfig_leads(t, specifier, a) : STR_NONE;

	return to.p ? arena_printf(a, "%.*s (tsconfig's paths lead to %.*s, "
	    "where no file is)", STR_ARG(specifier),
	    STR_ARG(resolver_name(x, to))) : arena_printf(a,
	    "the package %.*s", STR_ARG(specifier));
}

static enum rc read_file(void *arg, struct str name, struct arena *a,
    struct str *text, struct err *e)
{
	struct resolver *x = arg;
	struct str path = absolute(x, name);
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	enum rc rc;

	if (!inside(x->top, path) || path.n == x->top.n)
		return err_set(e, RC_NOTFOUND, "%.*s is outside of the "
		    "project", STR_ARG(name));
	rc = file_read_beneath(arena_z(a, x->top), arena_z(a, str_sub(path,
	    x->top.n + (x->top.n > 1), path.n)), &b, e);
	if (rc == RC_OK)
		*text = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return rc;
}

static struct ts_object *built_in(void *arg, struct ts_run *r,
    struct str name)
{
	(void)arg;
	if (str_is(name, "dotenv/config"))
		(void)dz_dotenv(r);
	return dz_module(r, name);
}

static bool env(void *arg, struct str name, struct str *out)
{
	struct resolver *x = arg;

	if (!x->env)
		return false;
	*out = env_get(x->env, arena_z(x->a, name));
	return out->p;
}

static struct strs env_names(void *arg, struct arena *a)
{
	struct resolver *x = arg;

	return x->env ? env_list(x->env, a) : (struct strs){ 0 };
}

struct resolver *resolver_new(struct str root, const struct env *e,
    struct arena *a)
{
	struct resolver *x = arena_new_of(a, struct resolver);

	x->a = a;
	x->root = path_plain(a, path_absolute(a, root));
	x->top = workspace_top(x->root, a);
	x->env = e;
	x->configs = map_new(a);
	x->host = (struct ts_host){ .resolve = resolve, .read = read_file,
		.missing = missing, .built_in = built_in, .env = env, .env_names = env_names,
		.root = x->root, .arg = x };
	return x;
}

const struct ts_host *resolver_host(struct resolver *x)
{
	return &x->host;
}

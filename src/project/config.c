/*
 * config.c: drizzle.config.*.  Fields as drizzle-kit 0.31.11
 * src/cli/validations/common.ts; what is not needed here is passed over.
 * A script is evaluated (ts/schema.h) and read as the JSON that it comes to.
 */
#include "base/json.h"
#include "project/finder.h"

#define CONFIG_MAX ((size_t)1 << 20)

/* file:line:col of `key:` in the text; the file alone where it is not there
 * (made by a call, spread from another module). */
static struct str place_of(struct finder *f, const char *file,
    const char *key)
{
	struct str text = f->config.text, word = str_z(key);
	size_t line = 1, start = 0;

	for (size_t i = 0; i < text.n; i++) {
		size_t end = i + word.n;

		if (text.p[i] == '\n') {
			line++;
			start = i + 1;
		}
		if (!str_starts(str_sub(text, i, text.n), word) || (i > 0 &&
		    !strchr(" \t\n\r\"'{,", text.p[i - 1])))
			continue;
		while (end < text.n && strchr("\"' \t", text.p[end]))
			end++;
		if (end < text.n && text.p[end] == ':')
			return arena_printf(f->a, "%s:%zu:%zu", file, line,
			    i - start + 1);
	}
	return str_z(file);
}

enum rc bad_field(struct finder *f, const char *file, const char *key,
    const char *what)
{
	enum rc rc = err_at(f->e, RC_USAGE, place_of(f, file, key).p,
	    "\"%s\" %s", key, what);

	err_hint(f->e, "Put it right there; to read and apply files, the parts "
	    "can be named instead: weir --migrations DIR --db FILE");
	return rc;
}

static enum rc get_str(struct finder *f, const char *file,
    const struct json *o, const char *key, struct str *out)
{
	const struct json *v = o ? json_get(o, key) : NULL;

	if (!v || v->kind == JSON_NULL)
		return RC_OK;
	if (v->kind != JSON_STRING)
		return bad_field(f, file, key, "is not a string");
	*out = arena_str(f->a, v->string);
	return RC_OK;
}

/* A string or a list of strings. */
static enum rc get_filter(struct finder *f, const char *file,
    const struct json *root, const char *key, struct strs *out)
{
	const struct json *v = root ? json_get(root, key) : NULL;
	size_t n = v && v->kind == JSON_ARRAY ? v->n : 1;
	struct str *list = arena_array(f->a, struct str, n);

	if (!v || v->kind == JSON_NULL)
		return RC_OK;
	for (size_t i = 0; i < n; i++) {
		const struct json *it = v->kind == JSON_ARRAY ? &v->items[i]
							      : v;

		if (it->kind != JSON_STRING)
			return bad_field(f, file, key,
			    "is neither a string nor a list of strings");
		list[i] = arena_str(f->a, it->string);
	}
	*out = (struct strs){ list, n };
	return RC_OK;
}

static const struct json *get_object(const struct json *root, const char *key)
{
	const struct json *v = json_get(root, key);

	return v && v->kind == JSON_OBJECT ? v : NULL;
}

/* entities.roles: true, or {provider, include, exclude}. */
static enum rc get_roles(struct finder *f, const char *file,
    const struct json *root)
{
	const struct json *entities = get_object(root, "entities");
	const struct json *v = entities ? json_get(entities, "roles") : NULL;
	struct managed_filters *m = &f->config.filters;
	enum rc rc;

	m->roles_provider = STR("");
	if (v && v->kind == JSON_BOOL)
		m->roles = v->boolean ? ROLES_ALL : ROLES_NONE;
	if (!v || v->kind == JSON_NULL || v->kind == JSON_BOOL)
		return RC_OK;
	if (v->kind != JSON_OBJECT)
		return bad_field(f, file, "roles",
		    "is neither true, false nor an object");
	m->roles = ROLES_LISTED;
	rc = get_str(f, file, v, "provider", &m->roles_provider);
	if (rc == RC_OK && m->roles_provider.n &&
	    !str_is(m->roles_provider, "supabase") &&
	    !str_is(m->roles_provider, "neon"))
		rc = bad_field(f, file, "provider",
		    "is neither \"supabase\" nor \"neon\"");
	if (rc == RC_OK)
		rc = get_filter(f, file, v, "include", &m->roles_include);
	if (rc == RC_OK)
		rc = get_filter(f, file, v, "exclude", &m->roles_exclude);
	return rc;
}

static enum rc get_filters(struct finder *f, const char *file,
    const struct json *root)
{
	struct managed_filters *m = &f->config.filters;
	struct strs extensions = { 0 };
	enum rc rc;

	rc = get_filter(f, file, root, "tablesFilter",
	    &f->config.tables_filter);
	if (rc == RC_OK)
		rc = get_filter(f, file, root, "schemaFilter", &m->schemas);
	if (rc == RC_OK)
		rc = get_filter(f, file, root, "extensionsFilters",
		    &extensions);
	for (size_t i = 0; i < extensions.n && !rc; i++) {
		m->postgis = m->postgis || str_is(extensions.v[i], "postgis");
		if (!str_is(extensions.v[i], "postgis"))
			rc = bad_field(f, file, "extensionsFilters",
			    "knows postgis only");
	}
	return rc ? rc : get_roles(f, file, root);
}

/* dbCredentials in parts; a port may be a number, ssl is a word, a truth
 * value or an object with certificates. */
static enum rc get_parts(struct finder *f, const char *file,
    const struct json *o)
{
	struct config *c = &f->config;
	const struct {
		const char *key;
		struct str *out;
	} parts[] = { { "host", &c->host }, { "user", &c->user },
		{ "password", &c->password }, { "database", &c->database } };
	const struct json *v;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !rc; i++)
		rc = get_str(f, file, o, parts[i].key, parts[i].out);
	v = !rc && o ? json_get(o, "port") : NULL;
	if (v && v->kind == JSON_NUMBER)
		c->port = arena_printf(f->a, "%.0f", v->number);
	else if (v)
		rc = get_str(f, file, o, "port", &c->port);
	v = !rc && o ? json_get(o, "ssl") : NULL;
	if (v && v->kind == JSON_BOOL)
		c->ssl = v->boolean ? STR("true") : STR("false");
	else if (v && v->kind == JSON_OBJECT)
		c->ssl = STR("{}");
	else if (v)
		rc = get_str(f, file, o, "ssl", &c->ssl);
	return rc;
}

static enum rc get_kit(struct finder *f, const char *file,
    const struct json *root)
{
	struct kit_config *k = &f->config.kit;
	const struct json *v = json_get(root, "breakpoints");
	enum rc rc;

	if (v && v->kind != JSON_BOOL)
		return bad_field(f, file, "breakpoints",
		    "is neither true nor false");
	k->no_breakpoints = v && !v->boolean;
	rc = get_filter(f, file, root, "schema", &k->schema);
	if (rc == RC_OK)
		rc = get_str(f, file, root, "casing", &k->casing);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "migrations"),
		    "prefix", &k->prefix);
	k->casing_where = place_of(f, file, "casing");
	k->prefix_where = place_of(f, file, "prefix");
	k->out = f->config.out;
	k->dialect = f->config.dialect;
	k->driver = f->config.driver;
	return rc;
}

static enum rc config_fields(struct finder *f, const char *file,
    const struct json *root)
{
	struct config *c = &f->config;
	enum rc rc;

	if (root->kind != JSON_OBJECT)
		return err_at(f->e, RC_USAGE, file,
		    "the configuration is not an object");
	rc = get_str(f, file, root, "dialect", &c->dialect);
	if (rc == RC_OK)
		rc = get_str(f, file, root, "driver", &c->driver);
	if (rc == RC_OK)
		rc = get_str(f, file, root, "out", &c->out);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "dbCredentials"), "url",
		    &c->url);
	/* before 0.21 */
	if (rc == RC_OK && !c->url.n)
		rc = get_str(f, file, get_object(root, "dbCredentials"),
		    "connectionString", &c->url);
	if (rc == RC_OK)
		rc = get_parts(f, file, get_object(root, "dbCredentials"));
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "migrations"), "table",
		    &c->track_table);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "migrations"), "schema",
		    &c->track_schema);
	if (rc == RC_OK)
		rc = get_filters(f, file, root);
	if (rc == RC_OK)
		rc = driver_read(f, file);
	return rc ? rc : get_kit(f, file, root);
}

/* The words of the two engines go on; a missing dialect is the folder's to tell. */
static enum rc config_dialect(struct finder *f, const char *file)
{
	struct str word = f->config.dialect;

	if (word.n == 0 || str_is(word, "sqlite") ||
	    str_is(word, "postgresql"))
		return RC_OK;
	if (str_is(word, "turso")) {
		if (!f->rq->no_db)
			note(f, "dialect \"turso\" is treated as SQLite: a "
			    "local file is opened as one");
		return RC_OK;
	}
	return bad_field(f, file, "dialect", arena_printf(f->a, "is \"%.*s\", "
	    "not one that weir works on (sqlite, turso, postgresql)",
	    STR_ARG(word)).p);
}

static void add_dotenv(struct finder *f, struct str folder, struct env *all)
{
	struct sbuf text = SBUF_INIT(CONFIG_MAX);
	struct err ignored = ERR_INIT;

	if (file_read(path_join(f->a, folder, STR(".env")).p, &text,
	    &ignored) == RC_OK)
		env_add_dotenv(all, arena_str(f->a, sbuf_str(&text)));
	sbuf_free(&text);
}

/* The process environment with what .env adds: that of the folder where
 * drizzle-kit would be started, then that beside the configuration. */
const struct env *config_env(struct finder *f, struct str path)
{
	struct env *all = env_new(f->a, NULL);
	struct strs names = env_list(f->rq->env, f->a);
	struct str own = path.n ? arena_str(f->a, path_dir(path)) : f->p->root;

	for (size_t i = 0; i < names.n; i++)
		env_set(all, names.v[i], env_get(f->rq->env,
		    arena_z(f->a, names.v[i])));
	add_dotenv(f, f->p->root, all);
	if (!str_eq(own, f->p->root))
		add_dotenv(f, own, all);
	return all;
}

/* What must not be guessed at: by the beginning of its path. */
static const struct { const char *path; bool kit; } decisive[] = {
	{ "dialect", false }, { "out", false }, { "driver", false },
	{ "migrations.table", false }, { "migrations.schema", false },
	{ "tablesFilter", false }, { "schemaFilter", false },
	{ "extensionsFilters", false }, { "entities", false },
	{ "schema", true }, { "casing", true }, { "breakpoints", true },
	{ "migrations.prefix", true },
};

static bool is_under(struct str path, struct str key)
{
	return str_starts(path, key) && (path.n == key.n ||
	    path.p[key.n] == '.' || path.p[key.n] == '[');
}

static enum rc left_out(struct finder *f, const struct ts_left_out *x)
{
	struct kit_config *k = &f->config.kit;
	bool hits = false, kit = true;

	for (size_t i = 0; i < sizeof(decisive) / sizeof(*decisive); i++) {
		struct str key = str_z(decisive[i].path);

		/* "migrations", or "" for the whole: all below it */
		if (x->path.n && !is_under(x->path, key) &&
		    !is_under(key, x->path))
			continue;
		hits = true;
		kit = kit && decisive[i].kit;
	}
	if (!hits || (is_under(x->path, STR("out")) &&
	    f->rq->migrations.n))
		return RC_OK;
	if (kit) {
		k->open = arena_printf(f->a, "\"%.*s\" is %.*s",
		    STR_ARG(x->path), STR_ARG(x->what.n ? x->what :
		    STR("a function")));
		k->open_where = x->where;
		return RC_OK;
	}
	err_at(f->e, RC_USAGE, arena_z(f->a, x->where), "%s%.*s%s is %.*s, "
	    "which is not known here", x->path.n ? "\"" : "",
	    STR_ARG(x->path.n ? x->path : STR("a part of the configuration")),
	    x->path.n ? "\"" : "", STR_ARG(x->what.n ? x->what :
	    STR("a function")));
	err_hint(f->e, "weir evaluates the project's own files and no "
	    "packages: write the value itself, or take it from process.env");
	return RC_USAGE;
}

/* A script that throws is most often one that misses a variable. */
static enum rc script_failed(struct finder *f, const struct ts_config *c)
{
	struct str names = names_joined(f->a, c->unset);

	f->e->code = RC_USAGE;
	if (names.n)
		err_hint(f->e, "not set, in the environment or in %.*s/.env: "
		    "%.*s", STR_ARG(f->p->root), STR_ARG(names));
	return RC_USAGE;
}

static enum rc script_read(struct finder *f, struct str path)
{
	struct ts_config c = { 0 };
	const struct json *root;
	enum rc rc = ts_config_read(path, f->p->root, config_env(f, path),
	    f->a, &c, f->e);

	if (!rc)
		rc = json_read(c.json, path.p, f->a, &root, f->e);
	if (rc)
		return script_failed(f, &c);
	f->config.kit.env = c.env;
	for (size_t i = 0; i < c.nleft && !rc; i++)
		rc = left_out(f, &c.left[i]);
	if (!rc)
		rc = config_fields(f, path.p, root);
	if (!rc)
		rc = config_dialect(f, path.p);
	if (!rc)
		credentials_missing(f, root, &c, path);
	return rc;
}

static enum rc json_config_read(struct finder *f, struct str path)
{
	const struct json *root = NULL;
	enum rc rc = json_read(f->config.text, path.p, f->a, &root, f->e);

	if (rc) {
		f->e->code = RC_USAGE;
		err_prefix(f->e, "the configuration is not JSON");
		return RC_USAGE;
	}
	f->config.kit.env = config_env(f, path);
	rc = config_fields(f, path.p, root);
	return rc ? rc : config_dialect(f, path.p);
}

enum rc config_read(struct finder *f, struct str path)
{
	struct sbuf text = SBUF_INIT(CONFIG_MAX);
	enum rc rc = file_read(path.p, &text, f->e);

	if (rc) {
		f->e->code = rc = RC_USAGE;
		err_hint(f->e, "Name the parts yourself: weir --migrations DIR"
		    " --db FILE");
	} else {
		f->config.text = arena_str(f->a, sbuf_str(&text));
	}
	sbuf_free(&text);
	if (!rc)
		rc = str_ends(path, STR(".json")) ? json_config_read(f, path) :
		    script_read(f, path);
	return rc;
}

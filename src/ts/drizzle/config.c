/*
 * config: what configuration files use beside their schema: drizzle-kit's
 * defineConfig, dotenv 16, @next/env 15, node:path and node:url's
 * fileURLToPath.  Files of variables are read relative to the project; one
 * that is not there is none.
 *
 * A module's own place is relative to the project too, so that paths made of
 * it are the same wherever the project stands; path.resolve() puts the folder
 * of the process before what is relative, where that is known.
 */
#include "base/env.h"
#include "base/fs.h"
#include "ts/drizzle/drizzle.h"
#include "ts/resolve.h"

static DZ_NATIVE(argument)
{
	(void)r;
	*out = ts_arg(c, 0);
	return FLOW_NEXT;
}

/* --- files of variables -------------------------------------------------- */

struct load {
	struct ts_object *into;		/* process.env, or what was named */
	struct ts_object *parsed;	/* all that was read */
	bool override;
};

/* What is set already stays, as there. */
static void load_env(struct ts_run *r, struct str path, const struct load *l)
{
	struct err ignored = ERR_INIT;
	struct str text;
	struct strs names;
	struct env *e;

	if (r->host->read(r->host->arg, path, r->a, &text, &ignored))
		return;
	e = env_new(r->a, NULL);
	env_add_dotenv(e, text);
	names = env_list(e, r->a);
	for (size_t i = 0; i < names.n; i++) {
		struct ts_value v = ts_text(env_get(e, arena_z(r->a,
		    names.v[i])));

		if (l->parsed && (l->override || !ts_own(l->parsed,
		    names.v[i])))
			ts_put(r, l->parsed, names.v[i], v);
		if (l->override || !ts_own(l->into, names.v[i]))
			ts_put(r, l->into, names.v[i], v);
	}
}

enum ts_flow dz_dotenv(struct ts_run *r)
{
	const struct load l = { .into = r->env };

	load_env(r, STR(".env"), &l);
	return FLOW_NEXT;
}

/* config({ path: string | string[], processEnv, override }) */
static DZ_NATIVE(dotenv_config)
{
	struct load l = { .into = r->env, .parsed = ts_object_new(r) };
	struct ts_value path, override, into;
	const struct ts_value *v;
	size_t n;

	TRY(dz_option(r, ts_arg(c, 0), "path", &path));
	TRY(dz_option(r, ts_arg(c, 0), "override", &override));
	TRY(dz_option(r, ts_arg(c, 0), "processEnv", &into));
	*out = ts_ref(ts_object_new(r));
	ts_put(r, out->object, STR("parsed"), ts_ref(l.parsed));
	l.override = ts_truthy(override);
	if (into.type == TSV_OBJECT)
		l.into = into.object;
	if (path.type == TSV_UNKNOWN)
		l.into->open = path.unknown;
	else if (ts_is_undefined(path))
		load_env(r, STR(".env"), &l);
	else if (path.type == TSV_STRING)
		load_env(r, path.text, &l);
	else {
		TRY(ts_iterate(r, path, &v, &n));
		for (size_t i = 0; i < n; i++)
			if (v[i].type == TSV_STRING)
				load_env(r, v[i].text, &l);
	}
	return FLOW_NEXT;
}

/* loadEnvConfig(folder, dev): four files, the first that has a name counts. */
static DZ_NATIVE(next_env)
{
	const struct load l = { .into = r->env };
	struct ts_value folder = ts_arg(c, 0), dev = ts_arg(c, 1), mode;
	struct str files[4], at;
	bool test;

	TRY(ts_get(r, ts_ref(r->env), STR("NODE_ENV"), &mode));
	test = mode.type == TSV_STRING && str_is(mode.text, "test");
	if (!test)
		mode = ts_text(ts_truthy(dev) ? STR("development") :
		    STR("production"));
	*out = ts_unknown_of(r, "loadEnvConfig()");
	at = folder.type == TSV_STRING ? folder.text : STR(".");
	files[0] = arena_printf(r->a, ".env.%.*s.local", STR_ARG(mode.text));
	files[1] = test ? STR("") : STR(".env.local");
	files[2] = arena_printf(r->a, ".env.%.*s", STR_ARG(mode.text));
	files[3] = STR(".env");
	for (size_t i = 0; i < 4; i++)
		if (files[i].n)
			load_env(r, path_join(r->a, at, files[i]), &l);
	return FLOW_NEXT;
}

/* --- node:path ----------------------------------------------------------- */

static enum ts_flow joined(struct ts_run *r, const struct ts_call *c,
    bool resolve, struct ts_value *out)
{
	struct str path = resolve && r->host->cwd.n ? r->host->cwd : STR("");

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].type != TSV_STRING) {
			*out = c->v[i].type == TSV_UNKNOWN ? c->v[i] :
			    ts_unknown_of(r, "a path");
			return FLOW_NEXT;
		}
		if (resolve && str_starts(c->v[i].text, STR("/")))
			path = c->v[i].text;
		else if (path.n && c->v[i].text.n)
			path = arena_printf(r->a, "%.*s/%.*s", STR_ARG(path),
			    STR_ARG(c->v[i].text));
		else if (c->v[i].text.n)
			path = c->v[i].text;
	}
	path = path_plain(r->a, path);
	*out = ts_text(path.n ? path : STR("."));
	return FLOW_NEXT;
}

static DZ_NATIVE(path_joined)
{
	return joined(r, c, false, out);
}

static DZ_NATIVE(path_resolved)
{
	return joined(r, c, true, out);
}

static DZ_NATIVE(path_folder)
{
	struct ts_value v = ts_arg(c, 0);

	(void)r;
	*out = v;
	if (v.type == TSV_STRING)
		*out = ts_text(path_dir(v.text).n ? path_dir(v.text) :
		    STR("."));
	return FLOW_NEXT;
}

static DZ_NATIVE(path_last)
{
	struct ts_value v = ts_arg(c, 0);

	(void)r;
	*out = v.type == TSV_STRING ? ts_text(path_base(v.text)) : v;
	return FLOW_NEXT;
}

/* file://db/config.ts, as import.meta.url has it here */
static DZ_NATIVE(file_url)
{
	struct ts_value v = ts_arg(c, 0);

	*out = v;
	if (v.type == TSV_STRING && str_starts(v.text, STR("file://")))
		*out = ts_text(str_sub(v.text, strlen("file://"), v.text.n));
	else if (v.type == TSV_OBJECT)
		*out = ts_unknown_of(r, "fileURLToPath()");
	return FLOW_NEXT;
}

void dz_install_config(struct ts_run *r)
{
	dz_function(r, "drizzle-kit", "defineConfig", argument, NULL);
	dz_function(r, "dotenv", "config", dotenv_config, NULL);
	dz_function(r, "@next/env", "loadEnvConfig", next_env, NULL);
	dz_function(r, "node:path", "join", path_joined, NULL);
	dz_function(r, "node:path", "resolve", path_resolved, NULL);
	dz_function(r, "node:path", "dirname", path_folder, NULL);
	dz_function(r, "node:path", "basename", path_last, NULL);
	dz_function(r, "node:url", "fileURLToPath", file_url, NULL);
}

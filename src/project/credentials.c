/*
 * credentials.c: a configuration that is to name a database and does not:
 * variables that are not set, values that only another package knows, drivers
 * whose database no program but their own can open.
 *
 * It is no error by itself: a database named with --db, or none for commands
 * that need none, will do.  Messages name variables, never their values.
 */
#include "base/json.h"
#include "project/finder.h"

/* drizzle-kit 0.31.11 src/cli/validations/common.ts; those before 0.21 named
 * the driver in place of the dialect. */
static const struct driver {
	const char *word, *dialect;
	const char *place;	/* where its database is; NULL: opened */
	bool old;
} drivers[] = {
	{ "pg", "postgresql", NULL, true },
	{ "better-sqlite", "sqlite", NULL, true },
	{ "libsql", "turso", NULL, true },
	{ "turso", "turso", NULL, true },
	{ "aws-data-api", "postgresql", "behind the AWS Data API", false },
	{ "pglite", "postgresql", "a folder of PGlite", false },
	{ "d1-http", "sqlite", "at Cloudflare (D1)", false },
	{ "d1", "sqlite", "at Cloudflare (D1)", true },
	{ "expo", "sqlite", "on the device of the app", false },
	{ "durable-sqlite", "sqlite", "in a Durable Object", false },
};

enum rc driver_read(struct finder *f, const char *file)
{
	struct config *c = &f->config;
	const struct driver *d = NULL;
	bool pg;

	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (str_is(c->driver, drivers[i].word))
			d = &drivers[i];
	if (!c->driver.n)
		return RC_OK;
	if (!d)
		return bad_field(f, file, "driver", "is not one that weir "
		    "knows (aws-data-api, pglite, d1-http, expo, "
		    "durable-sqlite)");
	if (!c->dialect.n && d->old) {
		c->dialect = str_z(d->dialect);
		note(f, "driver \"%s\" without a dialect is how drizzle-kit was "
		    "configured before 0.21: taken as dialect \"%s\"", d->word,
		    d->dialect);
	}
	if (!d->place)
		return RC_OK;
	pg = str_is(str_z(d->dialect), "postgresql");
	c->missing = arena_printf(f->a, "its driver is %s: the database is %s",
	    d->word, d->place);
	c->missing_hint = arena_printf(f->a, "weir --db %s works on %s", pg ?
	    "postgresql://USER@HOST/DATABASE" : "FILE", pg ?
	    "a PostgreSQL server with the same schema" :
	    "a local copy of it");
	c->url = c->host = STR("");
	return RC_OK;
}

struct str names_joined(struct arena *a, struct strs v)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < v.n; i++) {
		bool before = str_is(v.v[i], "NODE_ENV");

		for (size_t k = 0; k < i; k++)
			before = before || str_eq(v.v[k], v.v[i]);
		if (!before)
			sbuf_addf(&b, "%s%.*s", b.n ? ", " : "",
			    STR_ARG(v.v[i]));
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* What `${process.env.X}` becomes where X is not set. */
static bool has_undefined(const struct config *c)
{
	const struct str v[] = { c->url, c->host, c->user, c->password,
		c->database };

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (str_find(v[i], STR("undefined"), 0) < v[i].n)
			return true;
	return false;
}

void credentials_missing(struct finder *f, const struct json *root,
    const struct ts_config *read, struct str path)
{
	struct config *c = &f->config;
	const struct json *v = json_get(root, "dbCredentials");
	const struct ts_left_out *unknown = NULL;
	struct str names = names_joined(f->a, read->unset);
	bool undefined = names.n && has_undefined(c);

	for (size_t i = 0; i < read->nleft && !unknown; i++)
		if (str_starts(read->left[i].path, STR("dbCredentials")) &&
		    read->left[i].what.n)
			unknown = &read->left[i];
	if (c->missing.n || (!v && !unknown) || (!unknown && !undefined &&
	    (c->url.n || c->host.n)))
		return;
	c->url = c->host = STR("");
	if (unknown) {
		c->missing = arena_printf(f->a, "%.*s of %.*s is %.*s, which "
		    "is not known here (%.*s)", STR_ARG(unknown->path),
		    STR_ARG(path_base(path)), STR_ARG(unknown->what),
		    STR_ARG(unknown->where));
		c->missing_hint = STR("name the database: --db FILE or URL, "
		    "or DATABASE_URL in the environment or in .env");
	} else if (names.n) {
		c->missing = arena_printf(f->a, "%.*s takes it from variables "
		    "that are not set: %.*s", STR_ARG(path_base(path)),
		    STR_ARG(names));
		c->missing_hint = arena_printf(f->a, "set %s in the "
		    "environment or in %.*s/.env, or name the database: --db "
		    "FILE or URL", str_find(names, STR(","), 0) < names.n ?
		    "the right one" : arena_z(f->a, names),
		    STR_ARG(f->p->root));
	}
}

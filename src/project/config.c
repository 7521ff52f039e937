/*
 * config.c: drizzle.config.json.  Fields as drizzle-kit 0.31.11
 * src/cli/validations/common.ts; what is not needed here is passed over.
 */
#include "base/json.h"
#include "project/finder.h"

#define CONFIG_MAX ((size_t)1 << 20)

static enum rc bad_field(struct finder *f, const char *file, const char *key,
    const char *what)
{
	enum rc rc = err_at(f->e, RC_USAGE, file, "\"%s\" %s", key, what);

	err_hint(f->e, "Name the parts yourself: weir --migrations DIR "
	    "--db FILE");
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

static enum rc get_filter(struct finder *f, const char *file,
    const struct json *root)
{
	const struct json *v = json_get(root, "tablesFilter");
	size_t n = v && v->kind == JSON_ARRAY ? v->n : 1;
	struct str *list = arena_array(f->a, struct str, n);

	if (!v || v->kind == JSON_NULL)
		return RC_OK;
	for (size_t i = 0; i < n; i++) {
		const struct json *it = v->kind == JSON_ARRAY ? &v->items[i]
							      : v;

		if (it->kind != JSON_STRING)
			return bad_field(f, file, "tablesFilter",
			    "is neither a string nor a list of strings");
		list[i] = arena_str(f->a, it->string);
	}
	f->config.tables_filter = (struct strs){ list, n };
	return RC_OK;
}

static const struct json *get_object(const struct json *root, const char *key)
{
	const struct json *v = json_get(root, key);

	return v && v->kind == JSON_OBJECT ? v : NULL;
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
		rc = get_str(f, file, root, "out", &c->out);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "dbCredentials"), "url",
		    &c->url);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "migrations"), "table",
		    &c->track_table);
	if (rc == RC_OK)
		rc = get_str(f, file, get_object(root, "migrations"), "schema",
		    &c->track_schema);
	if (rc == RC_OK)
		rc = get_filter(f, file, root);
	return rc;
}

/* Only SQLite's words go on; a missing dialect is the folder's to tell. */
static enum rc config_dialect(struct finder *f, const char *file)
{
	struct str word = f->config.dialect;

	if (word.n == 0 || str_is(word, "sqlite"))
		return RC_OK;
	if (str_is(word, "turso")) {
		note(f, "dialect \"turso\" is treated as SQLite: a local file "
		    "is opened as one");
		return RC_OK;
	}
	if (str_is(word, "postgresql")) {
		err_at(f->e, RC_UNSUPPORTED, file,
		    "this is a PostgreSQL project");
		err_hint(f->e, "PostgreSQL projects come with the next "
		    "release; this one works on SQLite projects.");
		return RC_UNSUPPORTED;
	}
	return bad_field(f, file, "dialect",
	    "is not one that weir works on (sqlite, turso)");
}

enum rc config_read(struct finder *f, struct str path)
{
	struct sbuf text = SBUF_INIT(CONFIG_MAX);
	const struct json *root = NULL;
	enum rc rc;

	rc = file_read(path.p, &text, f->e);
	if (rc) {
		f->e->code = rc = RC_USAGE;
		err_hint(f->e, "Name the parts yourself: weir --migrations DIR"
		    " --db FILE");
		goto out;
	}
	rc = json_read(arena_str(f->a, sbuf_str(&text)), path.p, f->a, &root,
	    f->e);
	if (rc) {
		f->e->code = rc = RC_USAGE;
		err_prefix(f->e, "the configuration is not JSON");
		goto out;
	}
	rc = config_fields(f, path.p, root);
	if (rc == RC_OK)
		rc = config_dialect(f, path.p);
out:
	sbuf_free(&text);
	return rc;
}

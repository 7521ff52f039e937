/*
 * snapshot: what schema files declare, as drizzle-kit's snapshot.
 *
 *	snapshot [--custom] FOLDER [sqlite|postgresql CASING FILE…]
 *
 * Without files the folder's configuration says what is read.  Warnings go to
 * standard error.  Exit 2: the files do not read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "ts/schema.h"

static const char zero[] = "00000000-0000-0000-0000-000000000000";

struct request {
	struct str root, casing, dialect;
	struct strs globs;
	struct env *env;
};

static enum rc read_config(struct request *q, struct arena *a, struct err *e)
{
	static const char *const names[] = { "drizzle.config.ts",
		"drizzle.config.js", "drizzle.config.mjs",
		"drizzle.config.cjs" };
	struct str path = STR_NONE;
	struct ts_config c;
	const struct json *v, *x;
	struct sbuf b = SBUF_INIT(1 << 20);
	struct err ignored = ERR_INIT;
	struct str *globs;
	enum rc rc;

	if (file_read(arena_z(a, path_join(a, q->root, STR(".env"))), &b,
	    &ignored) == RC_OK)
		env_add_dotenv(q->env, arena_str(a, sbuf_str(&b)));
	sbuf_free(&b);
	for (size_t i = 0; i < 4 && !path.p; i++)
		if (file_stat_of(arena_z(a, path_join(a, q->root,
		    str_z(names[i])))).exists)
			path = path_join(a, q->root, str_z(names[i]));
	if (!path.p)
		return err_set(e, RC_NOTFOUND, "no drizzle.config");
	rc = ts_config_read(path, STR(""), q->env, a, &c, e);
	if (rc == RC_OK)
		rc = json_read(c.json, "config", a, &v, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < c.nleft; i++)
		fprintf(stderr, "note: %.*s\n", STR_ARG(c.left[i].path));
	x = json_get(v, "casing");
	q->casing = x ? json_str_of(x) : STR("");
	x = json_get(v, "dialect");
	q->dialect = x ? json_str_of(x) : STR("");
	x = json_get(v, "schema");
	if (!x)
		return err_set(e, RC_NOTFOUND, "no schema in the config");
	globs = arena_array(a, struct str, x->n + 1);
	q->globs = (struct strs){ globs, x->kind == JSON_STRING ? 1 : x->n };
	if (x->kind == JSON_STRING)
		globs[0] = x->string;
	for (size_t i = 0; x->kind == JSON_ARRAY && i < x->n; i++)
		globs[i] = x->items[i].string;
	return RC_OK;
}

static enum rc print(const struct request *q, bool custom, struct arena *a,
    struct err *e)
{
	struct ts_schema_request rq = { .root = q->root, .env = q->env,
		.dialect = str_is(q->dialect, "postgresql") ? DECL_PG :
		DECL_SQLITE, .casing = str_is(q->casing, "snake_case") ?
		TS_CASING_SNAKE : str_is(q->casing, "camelCase") ?
		TS_CASING_CAMEL : TS_CASING_NONE };
	struct ts_schema schema;
	struct decl d;
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	rc = ts_schema_files(q->root, q->globs, a, &rq.files, e);
	if (rc == RC_OK)
		rc = ts_schema_read(&rq, a, &schema, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < schema.warnings.n; i++)
		fprintf(stderr, "warning: %.*s\n",
		    STR_ARG(schema.warnings.v[i]));
	d = *schema.decl;
	d.id = d.prev_id = str_z(zero);
	decl_write(&d, custom, &b);
	fwrite(b.p, 1, b.n, stdout);
	sbuf_free(&b);
	return RC_OK;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct request q = { 0 };
	struct err e = ERR_INIT;
	bool custom = argc > 1 && strcmp(argv[1], "--custom") == 0;
	enum rc rc = RC_OK;

	argv += 1 + custom;
	argc -= 1 + custom;
	if (argc < 1) {
		fputs("snapshot [--custom] FOLDER [DIALECT CASING FILE…]\n",
		    stderr);
		return 64;
	}
	q.root = path_absolute(a, str_z(argv[0]));
	q.env = env_new(a, environ);
	if (argc > 3) {
		struct str *globs = arena_array(a, struct str, (size_t)argc);

		q.dialect = str_z(argv[1]);
		q.casing = str_z(argv[2]);
		for (int i = 3; i < argc; i++)
			globs[i - 3] = str_z(argv[i]);
		q.globs = (struct strs){ globs, (size_t)argc - 3 };
	} else {
		rc = read_config(&q, a, &e);
	}
	if (rc == RC_OK)
		rc = print(&q, custom, a, &e);
	if (rc) {
		fprintf(stderr, "%s%s%s\n", e.where, e.where[0] ? ": " : "",
		    e.msg);
		if (e.hint[0])
			fprintf(stderr, "  %s\n", e.hint);
	}
	arena_free(a);
	return rc ? 2 : 0;
}

/*
 * read: snapshots of the latest version, strictly: a key that drizzle-kit's
 * validator does not know is refused (C.4), as it refuses it.
 */
#include <stdio.h>

#include "decl/decl.h"

struct reader {
	struct arena *a;
	const char *name;
	struct err *e;
	enum decl_dialect dialect;
	char path[128];		/* "tables.public.users.columns.id" */
};

static enum rc refuse(const struct reader *r, const char *key,
    const char *what)
{
	char where[192];

	snprintf(where, sizeof(where), "%s:%s%s%s", r->name, r->path,
	    r->path[0] && key[0] ? "." : "", key);
	(void)err_at(r->e, RC_PARSE, where, "%s", what);
	err_hint(r->e, "the snapshot was not written by drizzle-kit, or was "
	    "edited; restore it from version control");
	return RC_PARSE;
}

/* Longer paths lose their end: the name of the file is told anyhow. */
static size_t path_push(struct reader *r, struct str key)
{
	size_t n = strlen(r->path);

	snprintf(r->path + n, sizeof(r->path) - n, "%s%.*s", n ? "." : "",
	    STR_ARG(key));
	return n;
}

static void path_pop(struct reader *r, size_t n)
{
	r->path[n] = '\0';
}

/* --- fields of an object as a table ------------------------------------------------ */

enum type { STRING, MAYBE_STRING, BOOLEAN, MAYBE_BOOLEAN, STRINGS, OBJECT,
	MAYBE_OBJECT, ARRAY, ANY };
struct field {
	const char *key;
	enum type type;
	void *out;		/* str, bool, strs or const struct json * */
};

static enum rc read_strings(const struct reader *r, const char *key,
    const struct json *v, struct strs *out)
{
	struct str *list = arena_array(r->a, struct str, v->n);

	for (size_t i = 0; i < v->n; i++) {
		if (v->items[i].kind != JSON_STRING)
			return refuse(r, key, "a list of strings is expected");
		list[i] = arena_str(r->a, v->items[i].string);
	}
	*out = (struct strs){ list, v->n };
	return RC_OK;
}

static bool is_optional(enum type t)
{
	return t == MAYBE_STRING || t == MAYBE_BOOLEAN || t == MAYBE_OBJECT ||
	    t == ANY;
}

static enum rc read_field(const struct reader *r, const struct field *f,
    const struct json *v)
{
	switch (f->type) {
	case STRING:
	case MAYBE_STRING:
		if (v->kind != JSON_STRING)
			return refuse(r, f->key, "a string is expected");
		*(struct str *)f->out = arena_str(r->a, v->string);
		return RC_OK;
	case BOOLEAN:
	case MAYBE_BOOLEAN:
		if (v->kind != JSON_BOOL)
			return refuse(r, f->key, "true or false is expected");
		*(bool *)f->out = v->boolean;
		return RC_OK;
	case STRINGS:
		if (v->kind != JSON_ARRAY)
			return refuse(r, f->key, "a list is expected");
		return read_strings(r, f->key, v, f->out);
	case OBJECT:
	case MAYBE_OBJECT:
		if (v->kind != JSON_OBJECT)
			return refuse(r, f->key, "an object is expected");
		*(const struct json **)f->out = v;
		return RC_OK;
	case ARRAY:
		if (v->kind != JSON_ARRAY)
			return refuse(r, f->key, "a list is expected");
		*(const struct json **)f->out = v;
		return RC_OK;
	case ANY:
		*(const struct json **)f->out = v;
		return RC_OK;
	}
	return RC_OK;
}

static enum rc read_object(const struct reader *r, const struct json *v,
    const struct field *fields, size_t n)
{
	if (v->kind != JSON_OBJECT)
		return refuse(r, "", "an object is expected");
	for (size_t i = 0; i < v->n; i++) {
		size_t k = 0;
		enum rc rc;

		while (k < n && !str_is(v->keys[i], fields[k].key))
			k++;
		if (k == n)
			return refuse(r, arena_z(r->a, v->keys[i]),
			    "this key is not one of a snapshot");
		rc = read_field(r, &fields[k], &v->items[i]);
		if (rc)
			return rc;
	}
	for (size_t k = 0; k < n; k++)
		if (!is_optional(fields[k].type) &&
		    !json_get(v, fields[k].key))
			return refuse(r, fields[k].key, "this key is missing");
	return RC_OK;
}

#define READ(r, v, ...) read_object((r), (v), \
	(const struct field[]){ __VA_ARGS__ }, \
	sizeof((const struct field[]){ __VA_ARGS__ }) / sizeof(struct field))
#define TRY(expression) do { \
	enum rc rc_ = (expression); \
	if (rc_) \
		return rc_; \
} while (0)

/* "users", "public.users": what is written back is made of the name (C.4). */
static enum rc check_key(const struct reader *r, struct str key,
    struct str name)
{
	if (str_ends(key, name) && (key.n == name.n ||
	    key.p[key.n - name.n - 1] == '.'))
		return RC_OK;
	return refuse(r, "name", "the name is not that of the key");
}

/* A map of objects: each read by `one` into an array. */
#define READ_MAP(r, from, type, list, count, one) do { \
	const struct json *map_ = (from); \
	type *v_ = arena_array((r)->a, type, map_ ? map_->n : 0); \
	for (size_t i_ = 0; map_ && i_ < map_->n; i_++) { \
		size_t n_ = path_push((r), map_->keys[i_]); \
		TRY(one((r), &map_->items[i_], &v_[i_])); \
		TRY(check_key((r), map_->keys[i_], v_[i_].name)); \
		path_pop((r), n_); \
	} \
	(list) = v_; \
	(count) = map_ ? map_->n : 0; \
} while (0)

static enum rc read_value(struct reader *r, const struct json *v,
    struct decl_value *out)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };

	switch (v->kind) {
	case JSON_STRING:
		*out = (struct decl_value){ .kind = DECL_STRING,
			.text = arena_str(r->a, v->string) };
		return RC_OK;
	case JSON_NUMBER:
		*out = (struct decl_value){ .kind = DECL_NUMBER,
			.number = v->number };
		return RC_OK;
	case JSON_BOOL:
		*out = (struct decl_value){ .kind = DECL_BOOL,
			.boolean = v->boolean };
		return RC_OK;
	case JSON_NULL:
	case JSON_ARRAY:
	case JSON_OBJECT:
		json_put_tree(&o, v);
		*out = (struct decl_value){ .kind = DECL_JSON,
			.text = arena_str(r->a, sbuf_str(&b)) };
		sbuf_free(&b);
		return RC_OK;
	}
	return RC_OK;
}

/* --- parts of a table ---------------------------------------------------------------- */

static enum rc read_identity(struct reader *r, const struct json *v,
    const struct decl_identity **out)
{
	struct decl_identity *i = arena_new_of(r->a, struct decl_identity);

	*out = i;
	TRY(READ(r, v, { "type", STRING, &i->type }, { "name", STRING, &i->name },
	    { "schema", MAYBE_STRING, &i->schema },
	    { "increment", MAYBE_STRING, &i->increment },
	    { "startWith", MAYBE_STRING, &i->start },
	    { "minValue", MAYBE_STRING, &i->min },
	    { "maxValue", MAYBE_STRING, &i->max },
	    { "cache", MAYBE_STRING, &i->cache },
	    { "cycle", MAYBE_BOOLEAN, &i->cycle }));
	i->sparse = !i->increment.p || !i->start.p || !i->min.p ||
	    !i->max.p || !i->cache.p;
	return RC_OK;
}

static enum rc read_column(struct reader *r, const struct json *v,
    struct decl_column *c)
{
	const struct json *dflt = NULL, *generated = NULL, *identity = NULL;

	TRY(READ(r, v, { "name", STRING, &c->name }, { "type", STRING, &c->type },
	    { "typeSchema", MAYBE_STRING, &c->type_schema },
	    { "primaryKey", BOOLEAN, &c->primary },
	    { "notNull", BOOLEAN, &c->notnull },
	    { "autoincrement", MAYBE_BOOLEAN, &c->autoincrement },
	    { "default", ANY, &dflt },
	    { "isUnique", MAYBE_BOOLEAN, &c->unique },
	    { "uniqueName", MAYBE_STRING, &c->unique_name },
	    { "nullsNotDistinct", ANY, &(const struct json *){ NULL } },
	    { "generated", MAYBE_OBJECT, &generated },
	    { "identity", MAYBE_OBJECT, &identity }));
	if (dflt)
		TRY(read_value(r, dflt, &c->dflt));
	if (generated)
		TRY(READ(r, generated, { "as", STRING, &c->generated },
		    { "type", MAYBE_STRING, &c->generated_type }));
	if (identity)
		TRY(read_identity(r, identity, &c->identity));
	return RC_OK;
}

static enum rc read_pairs(struct reader *r, const struct json *v,
    const struct decl_pair **out, size_t *n)
{
	struct decl_pair *list = arena_array(r->a, struct decl_pair, v->n);

	for (size_t i = 0; i < v->n; i++) {
		list[i].key = arena_str(r->a, v->keys[i]);
		TRY(read_value(r, &v->items[i], &list[i].value));
	}
	*out = list;
	*n = v->n;
	return RC_OK;
}

static enum rc read_index_column(struct reader *r, const struct json *v,
    struct decl_index_column *c)
{
	if (v->kind == JSON_STRING) {
		c->expression = arena_str(r->a, v->string);
		return RC_OK;
	}
	return READ(r, v, { "expression", STRING, &c->expression },
	    { "isExpression", BOOLEAN, &c->is_expression },
	    { "asc", BOOLEAN, &c->asc }, { "nulls", MAYBE_STRING, &c->nulls },
	    { "opclass", MAYBE_STRING, &c->opclass });
}

static enum rc read_index(struct reader *r, const struct json *v,
    struct decl_index *x)
{
	const struct json *cols = NULL, *with = NULL;
	struct decl_index_column *list;

	TRY(READ(r, v, { "name", STRING, &x->name }, { "columns", ARRAY, &cols },
	    { "isUnique", BOOLEAN, &x->unique },
	    { "where", MAYBE_STRING, &x->where },
	    { "concurrently", MAYBE_BOOLEAN, &x->concurrently },
	    { "method", MAYBE_STRING, &x->method },
	    { "with", MAYBE_OBJECT, &with }));
	list = arena_array(r->a, struct decl_index_column, cols->n);
	for (size_t i = 0; i < cols->n; i++)
		TRY(read_index_column(r, &cols->items[i], &list[i]));
	x->cols = list;
	x->ncols = cols->n;
	return with ? read_pairs(r, with, &x->with, &x->nwith) : RC_OK;
}

static enum rc read_fk(struct reader *r, const struct json *v,
    struct decl_fk *f)
{
	return READ(r, v, { "name", STRING, &f->name },
	    { "tableFrom", STRING, &f->table_from },
	    { "tableTo", STRING, &f->table_to },
	    { "schemaTo", MAYBE_STRING, &f->schema_to },
	    { "columnsFrom", STRINGS, &f->cols_from },
	    { "columnsTo", STRINGS, &f->cols_to },
	    { "onDelete", MAYBE_STRING, &f->on_delete },
	    { "onUpdate", MAYBE_STRING, &f->on_update });
}

static enum rc read_key(struct reader *r, const struct json *v,
    struct decl_key *k)
{
	return READ(r, v, { "name", MAYBE_STRING, &k->name },
	    { "columns", STRINGS, &k->cols },
	    { "nullsNotDistinct", MAYBE_BOOLEAN, &k->nulls_not_distinct });
}

static enum rc read_check(struct reader *r, const struct json *v,
    struct decl_check *c)
{
	return READ(r, v, { "name", STRING, &c->name },
	    { "value", STRING, &c->value });
}

static enum rc read_policy(struct reader *r, const struct json *v,
    struct decl_policy *p)
{
	return READ(r, v, { "name", STRING, &p->name },
	    { "as", MAYBE_STRING, &p->as }, { "for", MAYBE_STRING, &p->to_for },
	    { "to", STRINGS, &p->to }, { "using", MAYBE_STRING, &p->using_expr },
	    { "withCheck", MAYBE_STRING, &p->with_check },
	    { "on", MAYBE_STRING, &p->on },
	    { "schema", MAYBE_STRING, &p->schema });
}

static enum rc read_table(struct reader *r, const struct json *v,
    struct decl_table *t)
{
	const struct json *cols = NULL, *indexes = NULL, *fks = NULL,
	    *pks = NULL, *uniques = NULL, *policies = NULL, *checks = NULL;

	t->schema = STR("");
	TRY(READ(r, v, { "name", STRING, &t->name },
	    { "schema", MAYBE_STRING, &t->schema },
	    { "columns", OBJECT, &cols }, { "indexes", OBJECT, &indexes },
	    { "foreignKeys", OBJECT, &fks },
	    { "compositePrimaryKeys", OBJECT, &pks },
	    { "uniqueConstraints", MAYBE_OBJECT, &uniques },
	    { "policies", MAYBE_OBJECT, &policies },
	    { "checkConstraints", MAYBE_OBJECT, &checks },
	    { "isRLSEnabled", MAYBE_BOOLEAN, &t->rls }));
	READ_MAP(r, cols, struct decl_column, t->cols, t->ncols, read_column);
	READ_MAP(r, indexes, struct decl_index, t->indexes, t->nindexes,
	    read_index);
	READ_MAP(r, fks, struct decl_fk, t->fks, t->nfks, read_fk);
	READ_MAP(r, pks, struct decl_key, t->pks, t->npks, read_key);
	READ_MAP(r, uniques, struct decl_key, t->uniques, t->nuniques,
	    read_key);
	READ_MAP(r, policies, struct decl_policy, t->policies, t->npolicies,
	    read_policy);
	READ_MAP(r, checks, struct decl_check, t->checks, t->nchecks,
	    read_check);
	return RC_OK;
}

/* --- the rest -------------------------------------------------------------------------- */

static enum rc read_enum(struct reader *r, const struct json *v,
    struct decl_enum *x)
{
	return READ(r, v, { "name", STRING, &x->name },
	    { "schema", STRING, &x->schema },
	    { "values", STRINGS, &x->values });
}

static enum rc read_sequence(struct reader *r, const struct json *v,
    struct decl_sequence *s)
{
	return READ(r, v, { "name", STRING, &s->name },
	    { "schema", STRING, &s->schema },
	    { "increment", MAYBE_STRING, &s->increment },
	    { "startWith", MAYBE_STRING, &s->start },
	    { "minValue", MAYBE_STRING, &s->min },
	    { "maxValue", MAYBE_STRING, &s->max },
	    { "cache", MAYBE_STRING, &s->cache },
	    { "cycle", MAYBE_BOOLEAN, &s->cycle });
}

static enum rc read_role(struct reader *r, const struct json *v,
    struct decl_role *x)
{
	return READ(r, v, { "name", STRING, &x->name },
	    { "createDb", MAYBE_BOOLEAN, &x->create_db },
	    { "createRole", MAYBE_BOOLEAN, &x->create_role },
	    { "inherit", MAYBE_BOOLEAN, &x->inherit });
}

static enum rc read_view(struct reader *r, const struct json *v,
    struct decl_view *x)
{
	const struct json *cols = NULL, *with = NULL;

	x->schema = STR("");
	TRY(READ(r, v, { "name", STRING, &x->name },
	    { "schema", MAYBE_STRING, &x->schema },
	    { "columns", OBJECT, &cols },
	    { "definition", MAYBE_STRING, &x->definition },
	    { "isExisting", BOOLEAN, &x->existing },
	    { "materialized", MAYBE_BOOLEAN, &x->materialized },
	    { "with", MAYBE_OBJECT, &with },
	    { "withNoData", MAYBE_BOOLEAN, &x->no_data },
	    { "tablespace", MAYBE_STRING, &x->tablespace },
	    { "using", MAYBE_STRING, &x->method }));
	x->has_no_data = json_get(v, "withNoData") != NULL;
	x->has_with = with != NULL;
	READ_MAP(r, cols, struct decl_column, x->cols, x->ncols, read_column);
	return with ? read_pairs(r, with, &x->with, &x->nwith) : RC_OK;
}

static enum rc read_renames(struct reader *r, const struct json *v,
    const struct decl_rename **out, size_t *n)
{
	struct decl_rename *list;

	if (!v)
		return RC_OK;
	list = arena_array(r->a, struct decl_rename, v->n);
	for (size_t i = 0; i < v->n; i++) {
		if (v->items[i].kind != JSON_STRING)
			return refuse(r, "_meta", "a string is expected");
		list[i].from = arena_str(r->a, v->keys[i]);
		list[i].to = arena_str(r->a, v->items[i].string);
	}
	*out = list;
	*n = v->n;
	return RC_OK;
}

static enum rc read_meta(struct reader *r, const struct json *v,
    struct decl *d)
{
	const struct json *tables = NULL, *columns = NULL, *schemas = NULL;

	TRY(READ(r, v, { "tables", MAYBE_OBJECT, &tables },
	    { "columns", MAYBE_OBJECT, &columns },
	    { "schemas", MAYBE_OBJECT, &schemas }));
	TRY(read_renames(r, tables, &d->meta_tables, &d->nmeta_tables));
	return read_renames(r, columns, &d->meta_columns, &d->nmeta_columns);
}

/* { "indexes": { NAME: { "columns": { EXPRESSION: { … } } } } } */
static enum rc read_internal(struct reader *r, const struct json *v,
    struct decl *d)
{
	const struct json *indexes = v ? json_get(v, "indexes") : NULL;
	struct decl_internal *list;
	size_t n = 0;

	if (!indexes || indexes->kind != JSON_OBJECT)
		return RC_OK;
	list = arena_array(r->a, struct decl_internal, indexes->n);
	for (size_t i = 0; i < indexes->n; i++) {
		const struct json *cols = json_get(&indexes->items[i],
		    "columns");
		struct str *names;

		if (!cols || cols->kind != JSON_OBJECT)
			return refuse(r, "internal", "columns are expected");
		names = arena_array(r->a, struct str, cols->n);
		for (size_t k = 0; k < cols->n; k++)
			names[k] = arena_str(r->a, cols->keys[k]);
		list[n++] = (struct decl_internal){
			arena_str(r->a, indexes->keys[i]),
			{ names, cols->n } };
	}
	d->internal = list;
	d->ninternal = n;
	return RC_OK;
}

struct top {
	struct str version, dialect;
	const struct json *tables, *enums, *schemas, *sequences, *roles,
	    *policies, *views, *meta, *internal;
};

static struct strs copy_keys(const struct reader *r, const struct json *v)
{
	struct str *list = arena_array(r->a, struct str, v->n);

	for (size_t i = 0; i < v->n; i++)
		list[i] = arena_str(r->a, v->keys[i]);
	return (struct strs){ list, v->n };
}

static enum rc read_top(struct reader *r, const struct json *v,
    struct decl *d, struct top *t)
{
	TRY(READ(r, v, { "id", STRING, &d->id },
	    { "prevId", STRING, &d->prev_id },
	    { "version", STRING, &t->version },
	    { "dialect", STRING, &t->dialect },
	    { "tables", OBJECT, &t->tables },
	    { "enums", MAYBE_OBJECT, &t->enums },
	    { "schemas", MAYBE_OBJECT, &t->schemas },
	    { "sequences", MAYBE_OBJECT, &t->sequences },
	    { "roles", MAYBE_OBJECT, &t->roles },
	    { "policies", MAYBE_OBJECT, &t->policies },
	    { "views", MAYBE_OBJECT, &t->views },
	    { "_meta", MAYBE_OBJECT, &t->meta },
	    { "internal", MAYBE_OBJECT, &t->internal }));
	READ_MAP(r, t->tables, struct decl_table, d->tables, d->ntables,
	    read_table);
	if (d->dialect == DECL_PG) {
		READ_MAP(r, t->enums, struct decl_enum, d->enums, d->nenums,
		    read_enum);
		READ_MAP(r, t->sequences, struct decl_sequence, d->sequences,
		    d->nsequences, read_sequence);
		READ_MAP(r, t->roles, struct decl_role, d->roles, d->nroles,
		    read_role);
		READ_MAP(r, t->policies, struct decl_policy, d->policies,
		    d->npolicies, read_policy);
	}
	READ_MAP(r, t->views, struct decl_view, d->views, d->nviews,
	    read_view);
	if (t->meta)
		TRY(read_meta(r, t->meta, d));
	if (t->schemas)
		d->schemas = copy_keys(r, t->schemas);
	return read_internal(r, t->internal, d);
}

/* --- versions ---------------------------------------------------------------------------- */

static const struct {
	const char *words[2];
	int latest;
} dialects[DECL_DIALECT_N] = {
	[DECL_PG] = { { "postgresql", "pg" }, 7 },
	[DECL_SQLITE] = { { "sqlite", "turso" }, 6 },
};

static enum rc check_version(struct reader *r, const struct json *v)
{
	struct str dialect = json_str_of(json_get(v, "dialect"));
	struct str version = json_str_of(json_get(v, "version"));
	int n = version.n == 1 ? version.p[0] - '0' : -1;

	r->dialect = DECL_DIALECT_N;
	for (size_t i = 0; i < DECL_DIALECT_N; i++)
		if (str_is(dialect, dialects[i].words[0]) ||
		    str_is(dialect, dialects[i].words[1]))
			r->dialect = (enum decl_dialect)i;
	if (r->dialect == DECL_DIALECT_N)
		return refuse(r, "dialect",
		    "a snapshot of postgresql or sqlite is expected");
	if (n == dialects[r->dialect].latest)
		return RC_OK;
	(void)err_at(r->e, RC_UNSUPPORTED, r->name,
	    "the snapshot has version %.*s, not %d", STR_ARG(version),
	    dialects[r->dialect].latest);
	err_hint(r->e, n > dialects[r->dialect].latest ?
	    "a newer drizzle-kit wrote it" : "weir up");
	return RC_UNSUPPORTED;
}

enum rc decl_read(struct str text, const char *name, struct arena *a,
    const struct decl **out, struct err *e)
{
	struct reader r = { .a = a, .name = name, .e = e };
	struct decl *d = arena_new_of(a, struct decl);
	struct arena *work = arena_new();	/* of the tree of JSON */
	const struct json *v;
	struct top t = { 0 };
	enum rc rc = json_read(text, name, work, &v, e);

	if (!rc && v->kind != JSON_OBJECT)
		rc = refuse(&r, "", "an object is expected");
	if (!rc)
		rc = check_version(&r, v);
	d->dialect = r.dialect;
	if (!rc)
		rc = read_top(&r, v, d, &t);
	if (!rc)
		*out = d;
	arena_free(work);
	return rc;
}

const struct decl *decl_empty(enum decl_dialect dialect, struct arena *a)
{
	struct decl *d = arena_new_of(a, struct decl);

	d->dialect = dialect;
	d->id = STR("00000000-0000-0000-0000-000000000000");
	d->prev_id = STR("");
	return d;
}

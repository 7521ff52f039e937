/*
 * upgrade: snapshots of older versions made new, as drizzle-kit 0.31.11 up
 * does (pgUp.ts, sqliteUp.ts): the text goes through the old version's
 * validator, which orders its keys and fills its defaults, and then through a
 * step a version.  What the validator would drop without a word is refused
 * here (C.4), but for an empty object.
 */
#include <stdio.h>

#include "base/fs.h"
#include "decl/decl.h"

struct upgrade {
	struct arena *a;
	const char *name;
	struct err *e;
};

/* --- shapes: what the validator lets through, in its order ---------------- */

enum shape_kind { TEXT, TRUTH, ANYTHING, TEXTS, MAP, OBJECT };
struct part;
struct shape {
	enum shape_kind kind;
	const struct shape *of;		/* MAP */
	const struct part *parts;	/* OBJECT, in order */
	size_t n;
};
enum dflt { NEEDED, OPTIONAL, EMPTY_MAP, BTREE, UNTRUE };
struct part {
	const char *key;
	const struct shape *is;
	enum dflt dflt;
};

#define PARTS(...) .kind = OBJECT, .parts = (const struct part[]){ \
	__VA_ARGS__ }, .n = sizeof((const struct part[]){ __VA_ARGS__ }) / \
	sizeof(struct part)

static const struct shape text = { .kind = TEXT }, truth = { .kind = TRUTH },
	anything = { .kind = ANYTHING }, texts = { .kind = TEXTS },
	text_map = { .kind = MAP, .of = &text },
	nothing = { .kind = OBJECT };

/* both dialects */
static const struct shape fk = { PARTS({ "name", &text, NEEDED },
	{ "tableFrom", &text, NEEDED }, { "columnsFrom", &texts, NEEDED },
	{ "tableTo", &text, NEEDED }, { "schemaTo", &text, OPTIONAL },
	{ "columnsTo", &texts, NEEDED }, { "onUpdate", &text, OPTIONAL },
	{ "onDelete", &text, OPTIONAL }) };
static const struct shape fks = { .kind = MAP, .of = &fk };
static const struct shape generated = { PARTS({ "type", &text, NEEDED },
	{ "as", &text, NEEDED }) };

/* PostgreSQL 5 and 6 (pgSchema.ts) */
static const struct shape identity = { PARTS({ "name", &text, NEEDED },
	{ "increment", &text, OPTIONAL }, { "minValue", &text, OPTIONAL },
	{ "maxValue", &text, OPTIONAL }, { "startWith", &text, OPTIONAL },
	{ "cache", &text, OPTIONAL }, { "cycle", &truth, OPTIONAL },
	{ "schema", &text, NEEDED }, { "type", &text, NEEDED }) };
static const struct shape pg_column = { PARTS({ "name", &text, NEEDED },
	{ "type", &text, NEEDED }, { "typeSchema", &text, OPTIONAL },
	{ "primaryKey", &truth, NEEDED }, { "notNull", &truth, NEEDED },
	{ "default", &anything, OPTIONAL }, { "isUnique", &anything, OPTIONAL },
	{ "uniqueName", &text, OPTIONAL },
	{ "nullsNotDistinct", &truth, OPTIONAL },
	{ "generated", &generated, OPTIONAL },
	{ "identity", &identity, OPTIONAL }) };
static const struct shape pg_columns = { .kind = MAP, .of = &pg_column };
static const struct shape pg_index = { PARTS({ "name", &text, NEEDED },
	{ "columns", &texts, NEEDED }, { "isUnique", &truth, NEEDED },
	{ "with", &text_map, OPTIONAL }, { "method", &text, BTREE },
	{ "where", &text, OPTIONAL }, { "concurrently", &truth, UNTRUE }) };
static const struct shape pg_indexes = { .kind = MAP, .of = &pg_index };
static const struct shape pg_key = { PARTS({ "name", &text, NEEDED },
	{ "columns", &texts, NEEDED }) };
static const struct shape pg_keys = { .kind = MAP, .of = &pg_key };
static const struct shape pg_unique = { PARTS({ "name", &text, NEEDED },
	{ "columns", &texts, NEEDED },
	{ "nullsNotDistinct", &truth, NEEDED }) };
static const struct shape pg_uniques = { .kind = MAP, .of = &pg_unique };
static const struct shape pg_table = { PARTS({ "name", &text, NEEDED },
	{ "schema", &text, NEEDED }, { "columns", &pg_columns, NEEDED },
	{ "indexes", &pg_indexes, NEEDED }, { "foreignKeys", &fks, NEEDED },
	{ "compositePrimaryKeys", &pg_keys, NEEDED },
	{ "uniqueConstraints", &pg_uniques, EMPTY_MAP }) };
static const struct shape pg_tables = { .kind = MAP, .of = &pg_table };
static const struct shape enum_5 = { PARTS({ "name", &text, NEEDED },
	{ "values", &text_map, NEEDED }) };
static const struct shape enums_5 = { .kind = MAP, .of = &enum_5 };
static const struct shape enum_6 = { PARTS({ "name", &text, NEEDED },
	{ "schema", &text, NEEDED }, { "values", &texts, NEEDED }) };
static const struct shape enums_6 = { .kind = MAP, .of = &enum_6 };
static const struct shape pg_meta = { PARTS({ "schemas", &text_map, NEEDED },
	{ "tables", &text_map, NEEDED }, { "columns", &text_map, NEEDED }) };
#define PG_TOP(enums) PARTS({ "version", &text, NEEDED }, \
	{ "dialect", &text, NEEDED }, { "tables", &pg_tables, NEEDED }, \
	{ "enums", (enums), NEEDED }, { "schemas", &text_map, NEEDED }, \
	{ "_meta", &pg_meta, NEEDED }, { "internal", &anything, OPTIONAL }, \
	{ "id", &text, NEEDED }, { "prevId", &text, NEEDED })
static const struct shape pg_5 = { PG_TOP(&enums_5) };
static const struct shape pg_6 = { PG_TOP(&enums_6) };

/* SQLite 5 (sqliteSchema.ts) */
static const struct shape sq_column = { PARTS({ "name", &text, NEEDED },
	{ "type", &text, NEEDED }, { "primaryKey", &truth, NEEDED },
	{ "notNull", &truth, NEEDED }, { "autoincrement", &truth, OPTIONAL },
	{ "default", &anything, OPTIONAL },
	{ "generated", &generated, OPTIONAL }) };
static const struct shape sq_columns = { .kind = MAP, .of = &sq_column };
static const struct shape sq_index = { PARTS({ "name", &text, NEEDED },
	{ "columns", &texts, NEEDED }, { "where", &text, OPTIONAL },
	{ "isUnique", &truth, NEEDED }) };
static const struct shape sq_indexes = { .kind = MAP, .of = &sq_index };
static const struct shape sq_key = { PARTS({ "columns", &texts, NEEDED },
	{ "name", &text, OPTIONAL }) };
static const struct shape sq_keys = { .kind = MAP, .of = &sq_key };
static const struct shape sq_unique = { PARTS({ "name", &text, NEEDED },
	{ "columns", &texts, NEEDED }) };
static const struct shape sq_uniques = { .kind = MAP, .of = &sq_unique };
static const struct shape sq_check = { PARTS({ "name", &text, NEEDED },
	{ "value", &text, NEEDED }) };
static const struct shape sq_checks = { .kind = MAP, .of = &sq_check };
static const struct shape sq_table = { PARTS({ "name", &text, NEEDED },
	{ "columns", &sq_columns, NEEDED }, { "indexes", &sq_indexes, NEEDED },
	{ "foreignKeys", &fks, NEEDED },
	{ "compositePrimaryKeys", &sq_keys, NEEDED },
	{ "uniqueConstraints", &sq_uniques, EMPTY_MAP },
	{ "checkConstraints", &sq_checks, EMPTY_MAP }) };
static const struct shape sq_tables = { .kind = MAP, .of = &sq_table };
static const struct shape sq_meta = { PARTS({ "tables", &text_map, NEEDED },
	{ "columns", &text_map, NEEDED }) };
static const struct shape sq_5 = { PARTS({ "version", &text, NEEDED },
	{ "dialect", &text, NEEDED }, { "tables", &sq_tables, NEEDED },
	{ "enums", &nothing, NEEDED }, { "_meta", &sq_meta, NEEDED },
	{ "id", &text, NEEDED }, { "prevId", &text, NEEDED }) };

/* --- values --------------------------------------------------------------- */

static struct json text_value(struct str s)
{
	return (struct json){ .kind = JSON_STRING, .string = s };
}

static const struct json no_map = { .kind = JSON_OBJECT },
	untrue = { .kind = JSON_BOOL };

/* o with one value more, or with another value where the key was. */
static struct json with(struct arena *a, struct json o, const char *key,
    struct json value)
{
	struct str *keys = arena_array(a, struct str, o.n + 1);
	struct json *items = arena_array(a, struct json, o.n + 1);
	size_t at = o.n;

	for (size_t i = 0; i < o.n; i++) {
		keys[i] = o.keys[i];
		items[i] = o.items[i];
		if (str_is(o.keys[i], key))
			at = i;
	}
	keys[at] = str_z(key);
	items[at] = value;
	o.n += at == o.n;
	o.keys = keys;
	o.items = items;
	return o;
}

static struct json part_of(struct json o, const char *key)
{
	const struct json *v = json_get(&o, key);

	return v ? *v : no_map;
}


/* `make` may give the value another key. */
static struct json each(struct arena *a, struct json o,
    struct json (*make)(struct arena *a, struct json value, struct str *key))
{
	struct str *keys = arena_array(a, struct str, o.n);
	struct json *items = arena_array(a, struct json, o.n);

	for (size_t i = 0; i < o.n; i++) {
		keys[i] = o.keys[i];
		items[i] = make(a, o.items[i], &keys[i]);
	}
	o.keys = keys;
	o.items = items;
	return o;
}

/* --- the validator -------------------------------------------------------- */

static enum rc refuse(const struct upgrade *u, struct str path,
    const char *what)
{
	char where[192];

	snprintf(where, sizeof(where), "%s:%.*s", u->name, STR_ARG(path));
	(void)err_at(u->e, RC_PARSE, where, "%s", what);
	err_hint(u->e, "the snapshot was not written by drizzle-kit, or was "
	    "edited; restore it from version control");
	return RC_PARSE;
}

static enum rc order(const struct upgrade *u, const struct shape *is,
    const struct json *v, struct str path, struct json *out);

static struct str below(const struct upgrade *u, struct str path,
    struct str key)
{
	return arena_printf(u->a, "%.*s%s%.*s", STR_ARG(path),
	    path.n ? "." : "", STR_ARG(key));
}

static bool known_key(const struct shape *is, struct str key)
{
	for (size_t i = 0; i < is->n; i++)
		if (str_is(key, is->parts[i].key))
			return true;
	return false;
}

static enum rc order_object(const struct upgrade *u, const struct shape *is,
    const struct json *v, struct str path, struct json *out)
{
	static const struct json dflts[] = { [EMPTY_MAP] = {
		.kind = JSON_OBJECT }, [BTREE] = { .kind = JSON_STRING,
		.string = { "btree", 5 } }, [UNTRUE] = { .kind = JSON_BOOL } };
	struct json made = no_map;

	for (size_t i = 0; i < v->n; i++)
		if (!known_key(is, v->keys[i]) &&
		    (v->items[i].kind != JSON_OBJECT || v->items[i].n))
			return refuse(u, below(u, path, v->keys[i]),
			    "this key is not one of a snapshot");
	for (size_t i = 0; i < is->n; i++) {
		const struct part *p = &is->parts[i];
		const struct json *is_there = json_get(v, p->key);
		struct str at = below(u, path, str_z(p->key));
		struct json value = no_map;
		enum rc rc = RC_OK;

		if (!is_there && p->dflt == NEEDED)
			return refuse(u, at, "this key is missing");
		if (!is_there && p->dflt == OPTIONAL)
			continue;
		if (is_there)
			rc = order(u, p->is, is_there, at, &value);
		else
			value = dflts[p->dflt];
		if (rc)
			return rc;
		made = with(u->a, made, p->key, value);
	}
	*out = made;
	return RC_OK;
}

static enum rc order_map(const struct upgrade *u, const struct shape *is,
    const struct json *v, struct str path, struct json *out)
{
	struct json *items = arena_array(u->a, struct json, v->n);

	for (size_t i = 0; i < v->n; i++) {
		enum rc rc = order(u, is->of, &v->items[i],
		    below(u, path, v->keys[i]), &items[i]);

		if (rc)
			return rc;
	}
	*out = *v;
	out->items = items;
	return RC_OK;
}

static enum rc order(const struct upgrade *u, const struct shape *is,
    const struct json *v, struct str path, struct json *out)
{
	static const struct { enum json_kind kind; const char *what; } t[] = {
		[TEXT] = { JSON_STRING, "a string is expected" },
		[TRUTH] = { JSON_BOOL, "true or false is expected" },
		[TEXTS] = { JSON_ARRAY, "a list of strings is expected" },
		[MAP] = { JSON_OBJECT, "an object is expected" },
		[OBJECT] = { JSON_OBJECT, "an object is expected" } };

	if (is->kind != ANYTHING && v->kind != t[is->kind].kind)
		return refuse(u, path, t[is->kind].what);
	for (size_t i = 0; is->kind == TEXTS && i < v->n; i++)
		if (v->items[i].kind != JSON_STRING)
			return refuse(u, path, t[TEXTS].what);
	if (is->kind == OBJECT)
		return order_object(u, is, v, path, out);
	if (is->kind == MAP)
		return order_map(u, is, v, path, out);
	*out = *v;
	return RC_OK;
}

/* --- PostgreSQL ----------------------------------------------------------- */

static struct json pg_table_6(struct arena *a, struct json t, struct str *key)
{
	struct str schema = part_of(t, "schema").string;

	*key = arena_printf(a, "%.*s.%.*s", STR_ARG(schema.n ? schema :
	    STR("public")), STR_ARG(part_of(t, "name").string));
	return t;
}

static struct json pg_enum_6(struct arena *a, struct json x, struct str *key)
{
	struct json values = part_of(x, "values"), made = no_map;
	struct str name = part_of(x, "name").string;

	*key = arena_printf(a, "public.%.*s", STR_ARG(name));
	values.kind = JSON_ARRAY;
	values.keys = NULL;
	made = with(a, made, "name", text_value(name));
	made = with(a, made, "schema", text_value(STR("public")));
	return with(a, made, "values", values);
}

static struct json pg_6_of(struct arena *a, struct json d)
{
	d = with(a, d, "version", text_value(STR("6")));
	d = with(a, d, "dialect", text_value(STR("postgresql")));
	d = with(a, d, "tables", each(a, part_of(d, "tables"), pg_table_6));
	return with(a, d, "enums", each(a, part_of(d, "enums"), pg_enum_6));
}

static struct json pg_index_7(struct arena *a, struct json x, struct str *key)
{
	struct json old = part_of(x, "columns"), made = no_map, columns = old;
	struct json *items = arena_array(a, struct json, old.n);

	(void)key;
	for (size_t i = 0; i < old.n; i++) {
		struct json c = no_map;

		c = with(a, c, "expression", old.items[i]);
		c = with(a, c, "isExpression", untrue);
		c = with(a, c, "asc", (struct json){ .kind = JSON_BOOL,
		    .boolean = true });
		items[i] = with(a, c, "nulls", text_value(STR("last")));
	}
	columns.items = items;
	made = with(a, made, "columns", columns);
	made = with(a, made, "with", no_map);
	for (size_t i = 0; i < x.n; i++)
		if (!str_is(x.keys[i], "columns"))
			made = with(a, made, arena_z(a, x.keys[i]),
			    x.items[i]);
	return made;
}

static struct json pg_table_7(struct arena *a, struct json t, struct str *key)
{
	(void)key;
	t = with(a, t, "indexes", each(a, part_of(t, "indexes"), pg_index_7));
	t = with(a, t, "policies", no_map);
	t = with(a, t, "isRLSEnabled", untrue);
	return with(a, t, "checkConstraints", no_map);
}

static struct json pg_7_of(struct arena *a, struct json d)
{
	d = with(a, d, "version", text_value(STR("7")));
	d = with(a, d, "sequences", no_map);
	d = with(a, d, "tables", each(a, part_of(d, "tables"), pg_table_7));
	d = with(a, d, "policies", no_map);
	d = with(a, d, "views", no_map);
	return with(a, d, "roles", no_map);
}

static struct json pg_7_of_5(struct arena *a, struct json d)
{
	return pg_7_of(a, pg_6_of(a, d));
}

/* --- SQLite --------------------------------------------------------------- */

/* An object or a list as SQL text; null stays, as it does there. */
static struct json sq_column_6(struct arena *a, struct json c,
    struct str *key)
{
	struct json dflt = part_of(c, "default");
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct json_out o = { .b = &b };

	(void)key;
	if (!json_get(&c, "default") ||
	    (dflt.kind != JSON_OBJECT && dflt.kind != JSON_ARRAY))
		return c;
	sbuf_addc(&b, '\'');
	json_put_tree(&o, &dflt);
	sbuf_addc(&b, '\'');
	c = with(a, c, "default", text_value(arena_str(a, sbuf_str(&b))));
	sbuf_free(&b);
	return c;
}

static struct json sq_table_6(struct arena *a, struct json t, struct str *key)
{
	(void)key;
	return with(a, t, "columns", each(a, part_of(t, "columns"),
	    sq_column_6));
}

static struct json sq_6_of(struct arena *a, struct json d)
{
	d = with(a, d, "version", text_value(STR("6")));
	d = with(a, d, "tables", each(a, part_of(d, "tables"), sq_table_6));
	return with(a, d, "views", no_map);
}

/* --- versions ------------------------------------------------------------- */

static const struct version {
	const char *dialect, *number;
	const struct shape *is;		/* NULL: the latest */
	struct json (*make)(struct arena *a, struct json d);
} versions[] = {
	{ "pg", "5", &pg_5, pg_7_of_5 },
	{ "postgresql", "6", &pg_6, pg_7_of },
	{ "postgresql", "7", NULL, NULL },
	{ "sqlite", "5", &sq_5, sq_6_of },
	{ "sqlite", "6", NULL, NULL },
};

static enum rc version_of(const struct upgrade *u, const struct json *v,
    const struct version **out)
{
	struct str dialect = json_str_of(json_get(v, "dialect"));
	struct str number = json_str_of(json_get(v, "version"));
	const size_t n = sizeof(versions) / sizeof(*versions);
	bool newer;

	for (size_t i = 0; i < n; i++)
		if (str_is(dialect, versions[i].dialect) &&
		    str_is(number, versions[i].number)) {
			*out = &versions[i];
			return RC_OK;
		}
	newer = number.n > 1 || str_cmp(number, str_is(dialect, "sqlite") ?
	    STR("6") : STR("7")) > 0;
	(void)err_at(u->e, RC_UNSUPPORTED, u->name, "version \"%.*s\" of a "
	    "snapshot of \"%.*s\" is not one that can be made new",
	    STR_ARG(number), STR_ARG(dialect));
	err_hint(u->e, newer ? "a newer drizzle-kit wrote it" :
	    str_is(dialect, "postgresql") && str_is(number, "5") ?
	    "one of version 5 says \"dialect\": \"pg\": \"postgresql\" begins "
	    "with version 6" :
	    "those of PostgreSQL from version 5 and of SQLite from version 5 "
	    "can; older ones need drizzle-kit 0.20's up first");
	return RC_UNSUPPORTED;
}

enum rc decl_upgrade(struct str bytes, const char *name, struct arena *a,
    struct str *out, bool *changed, struct err *e)
{
	struct upgrade u = { .a = a, .name = name, .e = e };
	const struct version *from = NULL;
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct json_out o = { .b = &b, .indent = 2 };
	const struct json *v;
	struct json made;
	enum rc rc = json_read(bytes, name, a, &v, e);

	if (!rc && v->kind != JSON_OBJECT)
		rc = refuse(&u, STR(""), "an object is expected");
	if (!rc)
		rc = version_of(&u, v, &from);
	if (!rc && from->is)
		rc = order(&u, from->is, v, STR(""), &made);
	if (rc)
		return rc;
	*changed = from->is != NULL;
	*out = bytes;
	if (!from->is)
		return RC_OK;
	made = from->make(a, made);
	json_put_tree(&o, &made);
	*out = arena_str(a, sbuf_str(&b));
	if (b.full)
		rc = err_at(e, RC_UNSUPPORTED, name, "the snapshot would be "
		    "larger than %zu bytes", FS_MAX_TEXT);
	sbuf_free(&b);
	return rc;
}

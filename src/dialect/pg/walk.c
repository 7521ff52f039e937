/*
 * walk: what stands anywhere in a tree: tables read, rows written, functions
 * called.  A node is {"Name": {fields}}; a field whose type the grammar fixes
 * is its fields alone, so a range variable is known by its relname.
 */
#include "dialect/pg/internal.h"

struct str node_name(const struct json *node)
{
	if (!node || node->kind != JSON_OBJECT || node->n != 1)
		return STR_NONE;
	return node->keys[0];
}

const struct json *node_body(const struct json *node)
{
	static const struct json nothing = { .kind = JSON_OBJECT };

	return node_name(node).n ? &node->items[0] : &nothing;
}

bool node_is(const struct json *node, const char *name)
{
	return str_is(node_name(node), name);
}

struct str get_str(const struct json *body, const char *key)
{
	struct str s = json_str_of(json_get(body, key));

	return s.p ? s : STR("");
}

bool get_bool(const struct json *body, const char *key)
{
	const struct json *v = json_get(body, key);

	return v && v->kind == JSON_BOOL && v->boolean;
}

bool get_is(const struct json *body, const char *key, const char *value)
{
	return str_is(get_str(body, key), value);
}

size_t get_list(const struct json *body, const char *key,
    const struct json **items)
{
	const struct json *v = json_get(body, key);

	if (v && v->kind == JSON_OBJECT && node_is(v, "List"))
		v = json_get(node_body(v), "items");
	if (!v || v->kind != JSON_ARRAY)
		return 0;
	*items = v->items;
	return v->n;
}

struct str string_of(const struct json *node)
{
	return get_str(node_body(node), "sval");
}

struct strs strings_of(struct reading *r, const struct json *body,
    const char *key)
{
	const struct json *v;
	size_t n = get_list(body, key, &v);
	struct str *out = arena_array(r->a, struct str, n);

	for (size_t i = 0; i < n; i++)
		out[i] = string_of(&v[i]);
	return (struct strs){ out, n };
}

struct pg_obj range_var(const struct json *body)
{
	return (struct pg_obj){
		.kind = OBJ_TABLE, .word = "table",
		.schema = get_str(body, "schemaname"),
		.name = get_str(body, "relname"),
		.table = STR(""), .table_schema = STR(""), .args = STR(""),
	};
}

static struct str dotted(struct reading *r, const struct json *body,
    const char *key)
{
	struct strs parts = strings_of(r, body, key);

	if (parts.n == 0)
		return STR("");
	if (parts.n == 1)
		return parts.v[0];
	return arena_printf(r->a, "%.*s.%.*s", STR_ARG(parts.v[parts.n - 2]),
	    STR_ARG(parts.v[parts.n - 1]));
}

static void see_call(struct reading *r, const struct json *b)
{
	vec_push(r->a, &r->calls, dotted(r, b, "funcname"));
}

static struct pg_write *new_write(struct reading *r, const struct json *b,
    enum fact_verb verb)
{
	struct pg_obj o = range_var(json_get(b, "relation"));

	vec_push(r->a, &r->writes, (struct pg_write){ .schema = o.schema,
		.table = o.name, .verb = verb });
	return &r->writes.v[r->writes.n - 1];
}

/* Names of ResTargets. */
static struct strs targets(struct reading *r, const struct json *b,
    const char *key)
{
	const struct json *v;
	size_t n = get_list(b, key, &v);
	struct str *out = arena_array(r->a, struct str, n);

	for (size_t i = 0; i < n; i++)
		out[i] = get_str(node_body(&v[i]), "name");
	return (struct strs){ out, n };
}

static void see_insert(struct reading *r, const struct json *b)
{
	struct pg_write *w = new_write(r, b, VERB_INSERT);
	const struct json *from = node_body(json_get(b, "selectStmt"));
	const struct json *conflict = json_get(b, "onConflictClause");

	w->where = true;
	w->cols = targets(r, b, "cols");
	w->select = from->n > 0 && !json_get(from, "valuesLists");
	w->on_conflict_update = conflict &&
	    get_is(conflict, "action", "ONCONFLICT_UPDATE");
}

static void see_update(struct reading *r, const struct json *b)
{
	struct pg_write *w = new_write(r, b, VERB_UPDATE);

	w->where = json_get(b, "whereClause") != NULL;
	w->select = json_get(b, "fromClause") != NULL;
	w->cols = targets(r, b, "targetList");
}

static void see_delete(struct reading *r, const struct json *b)
{
	struct pg_write *w = new_write(r, b, VERB_DELETE);

	w->where = json_get(b, "whereClause") != NULL;
	w->select = json_get(b, "usingClause") != NULL;
}

static void see_merge(struct reading *r, const struct json *b)
{
	static const struct { const char *type; enum fact_verb verb; } kinds[] = {
		{ "CMD_INSERT", VERB_INSERT }, { "CMD_UPDATE", VERB_UPDATE },
		{ "CMD_DELETE", VERB_DELETE },
	};
	const struct json *v;
	size_t n = get_list(b, "mergeWhenClauses", &v);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 3; k++)
			if (get_is(node_body(&v[i]), "commandType",
			    kinds[k].type)) {
				struct pg_write *w = new_write(r, b,
				    kinds[k].verb);

				w->merge = w->where = w->select = true;
				w->cols = targets(r, node_body(&v[i]),
				    "targetList");
			}
}

static void see_cte(struct reading *r, const struct json *b)
{
	vec_push(r->a, &r->ctes, get_str(b, "ctename"));
}

static void see_copy(struct reading *r, const struct json *b)
{
	if (json_get(b, "relation") && !get_bool(b, "is_from"))
		vec_push(r->a, &r->reads, range_var(json_get(b, "relation")));
}

/* What a node adds before its fields are walked; `skip`: a field that is
 * accounted for by that. */
static const struct sight {
	const char *node;
	void (*see)(struct reading *r, const struct json *body);
	const char *skip;
} sights[] = {
	{ "FuncCall", see_call, NULL },
	{ "InsertStmt", see_insert, "relation" },
	{ "UpdateStmt", see_update, "relation" },
	{ "DeleteStmt", see_delete, "relation" },
	{ "MergeStmt", see_merge, "relation" },
	{ "CommonTableExpr", see_cte, NULL },
	{ "CopyStmt", see_copy, "relation" },
};

static const struct sight *sight_of(struct str name)
{
	for (size_t i = 0; i < sizeof(sights) / sizeof(*sights); i++)
		if (str_is(name, sights[i].node))
			return &sights[i];
	return NULL;
}

static void walk_body(struct reading *r, const struct json *b,
    const char *skip)
{
	for (size_t i = 0; i < b->n; i++)
		if ((!skip || !str_is(b->keys[i], skip)) &&
		    !str_is(b->keys[i], "into") &&	/* a table made */
		    !str_is(b->keys[i], "intoClause"))
			walk(r, &b->items[i]);
}

/* The depth is bounded by the reader of JSON. */
void walk(struct reading *r, const struct json *node)
{
	const struct sight *s;

	if (!node)
		return;
	if (node->kind == JSON_ARRAY) {
		for (size_t i = 0; i < node->n; i++)
			walk(r, &node->items[i]);
		return;
	}
	if (node->kind != JSON_OBJECT)
		return;
	if (json_get(node, "relname")) {
		vec_push(r->a, &r->reads, range_var(node));
		return;
	}
	s = sight_of(node_name(node));
	if (!s) {
		walk_body(r, node, NULL);
		return;
	}
	if (s->see)
		s->see(r, node_body(node));
	walk_body(r, node_body(node), s->skip);
}

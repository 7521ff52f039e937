/*
 * sql: the tag sql`…`, its members and what it is made of (drizzle-orm
 * 0.45.4, sql/sql.ts; drizzle-spec 4.5).
 */
#include "ts/drizzle/drizzle.h"

#define ORM "drizzle-orm"

struct dz_sql *dz_sql_new(struct ts_run *r)
{
	return arena_new_of(r->a, struct dz_sql);
}

struct ts_value dz_sql_value(struct ts_run *r, struct dz_sql *s)
{
	return dz_new(r, DZ_SQL, DZ_SQL, s);
}

void dz_sql_text(struct ts_run *r, struct dz_sql *s, struct str text)
{
	if (!text.p)
		text = STR("");
	vec_push(r->a, &s->v, (struct dz_piece){ .text = text });
}

void dz_sql_add(struct ts_run *r, struct dz_sql *s, struct ts_value v)
{
	vec_push(r->a, &s->v, (struct dz_piece){ .text = STR_NONE, .v = v });
}

void dz_sql_sub(struct ts_run *r, struct dz_sql *s, struct dz_sql *x)
{
	dz_sql_add(r, s, dz_sql_value(r, x));
}

static struct ts_value text_new(struct ts_run *r, enum dz_class of,
    struct str text)
{
	struct dz_text *t = arena_new_of(r->a, struct dz_text);

	t->text = text;
	return dz_new(r, of, of, t);
}

void dz_sql_name(struct ts_run *r, struct dz_sql *s, struct str name)
{
	dz_sql_add(r, s, text_new(r, DZ_NAME, name));
}

void dz_sql_column(struct ts_run *r, struct dz_sql *s,
    const struct dz_column *k)
{
	struct ts_value v = text_new(r, DZ_NAME, k->c.name);

	((struct dz_text *)v.object->data)->of = k;
	dz_sql_add(r, s, v);
}

struct ts_value dz_aliased_new(struct ts_run *r, struct ts_value sql,
    struct str alias, bool selection)
{
	struct dz_aliased *x = arena_new_of(r->a, struct dz_aliased);
	struct ts_value v;

	*x = (struct dz_aliased){ sql, alias, selection };
	v = dz_new(r, DZ_ALIASED, DZ_ALIASED, x);
	ts_put_hidden(r, v.object, STR("sql"), sql);
	ts_put_hidden(r, v.object, STR("fieldAlias"), ts_text(alias));
	return v;
}

/* --- the tag and its members --------------------------------------------- */

static DZ_NATIVE(tag)
{
	struct ts_value strings = ts_arg(c, 0), text;
	struct dz_sql *s = dz_sql_new(r);

	TRY(ts_known(r, strings, "an SQL expression"));
	if (strings.type != TSV_OBJECT ||
	    strings.object->class_of != CLASS_ARRAY)
		return ts_throw(r, "TypeError", "sql is called as sql`…`");
	for (size_t i = 0; i < strings.object->items.n; i++) {
		text = strings.object->items.v[i];
		if (i > 0)
			dz_sql_add(r, s, ts_arg(c, i));
		if (text.type == TSV_STRING && (text.text.n || c->n > 1))
			dz_sql_text(r, s, text.text);
	}
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static DZ_NATIVE(raw)
{
	struct dz_sql *s = dz_sql_new(r);
	struct str text;

	if (ts_arg(c, 0).type == TSV_UNKNOWN) {
		dz_sql_add(r, s, ts_arg(c, 0));
	} else {
		TRY(ts_to_text(r, ts_arg(c, 0), &text));
		dz_sql_text(r, s, text);
	}
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static DZ_NATIVE(empty)
{
	(void)c;
	*out = dz_sql_value(r, dz_sql_new(r));
	return FLOW_NEXT;
}

static DZ_NATIVE(join)
{
	struct dz_sql *s = dz_sql_new(r);
	const struct ts_value *v;
	size_t n;

	TRY(ts_known(r, ts_arg(c, 0), "sql.join()"));
	TRY(ts_iterate(r, ts_arg(c, 0), &v, &n));
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !ts_is_undefined(ts_arg(c, 1)))
			dz_sql_add(r, s, c->v[1]);
		dz_sql_add(r, s, v[i]);
	}
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static const enum dz_class name_class = DZ_NAME,
    placeholder_class = DZ_PLACEHOLDER, chunk_class = DZ_CHUNK;

static DZ_NATIVE(text_piece)
{
	const enum dz_class *of = c->callee->fn->data;
	struct str text;

	TRY(dz_name(r, ts_arg(c, 0), "a name in SQL", &text));
	*out = text_new(r, *of, text);
	return FLOW_NEXT;
}

static DZ_NATIVE(param)
{
	struct dz_param *p = arena_new_of(r->a, struct dz_param);

	*p = (struct dz_param){ ts_arg(c, 0), ts_arg(c, 1) };
	*out = dz_new(r, DZ_PARAM, DZ_PARAM, p);
	return FLOW_NEXT;
}

/* --- methods ------------------------------------------------------------- */

static DZ_NATIVE(same)
{
	(void)r;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(sql_as)
{
	struct str alias;

	DZ_SELF(dz_sql, s, DZ_SQL);
	(void)s;
	TRY(dz_str(r, ts_arg(c, 0), "the alias of an expression", &alias));
	*out = alias.p ? dz_aliased_new(r, c->self, alias, false) : c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(sql_inline)
{
	DZ_SELF(dz_sql, s, DZ_SQL);
	s->inline_params = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(sql_append)
{
	struct dz_sql *x = dz_data(ts_arg(c, 0), DZ_SQL);

	DZ_SELF(dz_sql, s, DZ_SQL);
	if (!x)
		dz_sql_add(r, s, ts_arg(c, 0));
	/* x may be s itself, which grows meanwhile */
	for (size_t i = 0, n = x ? x->v.n : 0; i < n; i++)
		vec_push(r->a, &s->v, x->v.v[i]);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(sql_if)
{
	struct ts_value v = ts_arg(c, 0);

	DZ_SELF(dz_sql, s, DZ_SQL);
	(void)s;
	TRY(ts_known(r, v, "a part of an SQL expression"));
	*out = ts_truthy(v) ? c->self : TS_UNDEFINED;
	return FLOW_NEXT;
}

static DZ_NATIVE(sql_chunks)
{
	struct ts_object *list = ts_array_new(r);

	DZ_SELF(dz_sql, s, DZ_SQL);
	for (size_t i = 0; i < s->v.n; i++)
		ts_push(r, list, s->v.v[i].text.p ? text_new(r, DZ_CHUNK,
		    s->v.v[i].text) : s->v.v[i].v);
	*out = ts_ref(list);
	return FLOW_NEXT;
}

/* getSQL() of what is itself a piece. */
static DZ_NATIVE(wrapped)
{
	struct dz_sql *s = dz_sql_new(r);

	dz_sql_add(r, s, c->self);
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static DZ_NATIVE(aliased_sql)
{
	DZ_SELF(dz_aliased, x, DZ_ALIASED);
	*out = x->sql;
	return FLOW_NEXT;
}

bool dz_is_sql_wrapper(struct ts_value v)
{
	return v.type == TSV_OBJECT && ts_has(v.object, STR("getSQL"));
}

/* --- what there is ------------------------------------------------------- */

static const struct {
	const char *name;
	ts_native *fn;
	const void *data;
} members[] = {
	{ "raw", raw, NULL }, { "empty", empty, NULL },
	{ "fromList", join, NULL }, { "join", join, NULL },
	{ "identifier", text_piece, &name_class },
	{ "placeholder", text_piece, &placeholder_class },
	{ "param", param, NULL },
};
static const struct {
	enum dz_class on;
	const char *name;
	ts_native *fn;
} methods[] = {
	{ DZ_SQL, "getSQL", same }, { DZ_SQL, "mapWith", same },
	{ DZ_SQL, "as", sql_as }, { DZ_SQL, "inlineParams", sql_inline },
	{ DZ_SQL, "append", sql_append }, { DZ_SQL, "if", sql_if },
	{ DZ_ALIASED, "getSQL", aliased_sql },
	{ DZ_NAME, "getSQL", wrapped }, { DZ_PARAM, "getSQL", wrapped },
	{ DZ_PLACEHOLDER, "getSQL", wrapped },
	{ DZ_COLUMN, "getSQL", wrapped }, { DZ_TABLE, "getSQL", wrapped },
	{ DZ_VIEW, "getSQL", wrapped }, { DZ_SUBQUERY, "getSQL", wrapped },
};

void dz_install_sql(struct ts_run *r)
{
	struct ts_object *f = ts_function_new(r, "sql", tag, NULL);

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		ts_put(r, f, str_z(members[i].name), ts_ref(
		    ts_function_new(r, members[i].name, members[i].fn,
		    (void *)(uintptr_t)members[i].data)));
	dz_export(r, ORM, "sql", ts_ref(f));
	dz_function(r, ORM, "name", text_piece, &name_class);
	dz_function(r, ORM, "placeholder", text_piece, &placeholder_class);
	dz_function(r, ORM, "param", param, NULL);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		dz_method(r, methods[i].on, methods[i].name, methods[i].fn,
		    NULL);
	dz_getter(r, DZ_SQL, "queryChunks", sql_chunks);
	ts_put(r, dz_of(r)->ctor[DZ_SQL], STR("Aliased"),
	    ts_ref(dz_of(r)->ctor[DZ_ALIASED]));
	dz_of(r)->ctor[DZ_SQL]->fn->native = join;
	dz_of(r)->ctor[DZ_CHUNK]->fn->native = text_piece;
	dz_of(r)->ctor[DZ_CHUNK]->fn->data = (void *)(uintptr_t)&chunk_class;
	dz_of(r)->ctor[DZ_NAME]->fn->native = text_piece;
	dz_of(r)->ctor[DZ_NAME]->fn->data = (void *)(uintptr_t)&name_class;
	dz_of(r)->ctor[DZ_PARAM]->fn->native = param;
}

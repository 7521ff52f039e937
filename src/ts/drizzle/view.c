/*
 * view: views of both dialects, and fields as an alias shows them
 * (drizzle-orm 0.45.4, pg-core/view.ts, sqlite-core/view.ts,
 * selection-proxy.ts).
 */
#include "ts/drizzle/drizzle.h"

/* --- fields seen through an alias ---------------------------------------- */

static DZ_NATIVE(raw_field)
{
	const struct str *key = c->callee->fn->data;

	(void)out;
	return ts_throw(r, "Error", "the field \"%.*s\" is raw SQL: give it a "
	    "name with .as('name')", STR_ARG(*key));
}

static struct ts_value alias_column(struct ts_run *r, struct dz_column *k,
    const struct dz_proxy *p)
{
	struct dz_table *t;

	if (!p->alias.p)
		return ts_ref(k->self);
	t = arena_copy(r->a, k->table, sizeof(*t));
	t->name = p->alias;
	t->alias = true;
	if (p->original)
		t->original = p->alias;
	return ts_ref(dz_column_alias(r, k, t)->self);
}

static bool is_nested(struct ts_value v)
{
	return v.type == TSV_OBJECT && !ts_callable(v) &&
	    (v.object->class_of == CLASS_OBJECT || dz_data(v, DZ_TABLE));
}

static void put_field(struct ts_run *r, struct ts_object *to,
    const struct ts_prop *from, const struct dz_proxy *p)
{
	struct ts_value v = from->v;
	struct dz_column *k = dz_data(v, DZ_COLUMN);
	struct dz_aliased *x = dz_data(v, DZ_ALIASED);

	if (from->get) {
		ts_put_accessor(r, to, from->key, from->get, NULL, false);
	} else if (x && (p->aliased == DZ_ALIAS_KEEPS || x->selection)) {
		ts_put(r, to, from->key, dz_aliased_new(r, x->sql, x->alias,
		    true));
	} else if (x) {
		ts_put(r, to, from->key, x->sql);
	} else if (dz_data(v, DZ_SQL) && p->raw == DZ_RAW_FAILS) {
		struct str *key = arena_new_of(r->a, struct str);

		*key = from->key;
		ts_put_accessor(r, to, from->key, ts_function_new(r, "get",
		    raw_field, key), NULL, false);
	} else if (k) {
		ts_put(r, to, from->key, alias_column(r, k, p));
	} else if (is_nested(v)) {
		ts_put(r, to, from->key, ts_ref(dz_selection(r, v.object,
		    p)));
	} else {
		ts_put(r, to, from->key, v);
	}
}

struct ts_object *dz_selection(struct ts_run *r, struct ts_object *fields,
    const struct dz_proxy *p)
{
	struct ts_object *to = ts_object_new(r);
	struct strs keys = ts_keys(r, fields);

	to->open = fields->open;
	for (size_t i = 0; i < keys.n; i++)
		put_field(r, to, ts_own(fields, keys.v[i]), p);
	return to;
}

void dz_put_all(struct ts_run *r, struct ts_object *to, struct ts_object *from)
{
	struct strs keys = ts_keys(r, from);

	for (size_t i = 0; i < keys.n; i++) {
		const struct ts_prop *p = ts_own(from, keys.v[i]);

		if (p->get)
			ts_put_accessor(r, to, p->key, p->get, NULL, false);
		else
			ts_put(r, to, p->key, p->v);
	}
	if (from->open)
		to->open = from->open;
}

/* --- builders ------------------------------------------------------------ */

enum ts_flow dz_view_make(struct ts_run *r, enum dz_class class_of,
    struct ts_value name, struct ts_value columns, struct str schema,
    struct ts_value *out)
{
	struct dz_view *v = arena_new_of(r->a, struct dz_view);

	*v = (struct dz_view){ .class_of = class_of, .schema = schema,
		.place = dz_here(r) };
	TRY(dz_name(r, name, "the name of a view", &v->name));
	v->original = v->name;
	if (!ts_is_nullish(columns))
		TRY(dz_table_make(r, class_of == DZ_SQLITE_VIEW ?
		    DECL_SQLITE : DECL_PG, v->name, v->name, STR_NONE,
		    columns, TS_UNDEFINED, &v->manual));
	*out = dz_new(r, DZ_VIEW_ON, DZ_VIEW_ON, v);
	return FLOW_NEXT;
}

static struct ts_value finish(struct ts_run *r, struct dz_view *v,
    struct ts_object *fields)
{
	const struct dz_proxy p = { .alias = v->name, .original = true };
	struct ts_value self = dz_new(r, DZ_VIEW, v->class_of, v);

	v->fields = dz_selection(r, fields, &p);
	dz_put_all(r, self.object, v->fields);
	return self;
}

static enum ts_flow query_of(struct ts_run *r, struct dz_view *v,
    struct ts_value from, struct ts_object **fields)
{
	struct dz_select *s = dz_data(from, DZ_SELECT);
	struct dz_sql *sql = dz_data(from, DZ_SQL);

	TRY(ts_known(r, from, "the query of a view"));
	if (v->manual && sql) {
		sql->inline_params = true;
		v->query = sql;
		*fields = dz_columns_object(r, v->manual);
		return FLOW_NEXT;
	}
	if (!s)
		return ts_throw(r, "TypeError", "the view %.*s needs %s",
		    STR_ARG(v->name), v->manual ? "sql`…`" :
		    "a query: as((qb) => qb.select().from(…))");
	TRY(dz_select_sql(r, s, &v->query));
	v->query->inline_params = true;
	*fields = s->fields;
	return FLOW_NEXT;
}

static DZ_NATIVE(view_as)
{
	struct ts_value from = ts_arg(c, 0), qb;
	struct ts_object *fields = NULL;
	struct dz_view *v;

	DZ_SELF(dz_view, on, DZ_VIEW_ON);
	v = arena_copy(r->a, on, sizeof(*on));
	if (ts_callable(from)) {
		qb = dz_query_new(r, v->class_of == DZ_SQLITE_VIEW ?
		    DECL_SQLITE : DECL_PG);
		TRY(ts_invoke(r, from, TS_UNDEFINED, &qb, 1, &from));
	}
	TRY(query_of(r, v, from, &fields));
	*out = finish(r, v, fields);
	return FLOW_NEXT;
}

static DZ_NATIVE(view_existing)
{
	struct dz_view *v;

	DZ_SELF(dz_view, on, DZ_VIEW_ON);
	if (!on->manual)
		return ts_throw(r, "TypeError", "existing() is for views "
		    "whose columns are given");
	v = arena_copy(r->a, on, sizeof(*on));
	v->existing = true;
	if (v->class_of == DZ_PG_VIEW)
		v->with = TS_UNDEFINED;
	*out = finish(r, v, dz_columns_object(r, v->manual));
	return FLOW_NEXT;
}

struct setting {
	size_t at;
	const char *what;
};
static const struct setting with = { offsetof(struct dz_view, with),
	"the options of a view" };
static const struct setting method = { offsetof(struct dz_view,
	using_method), "the access method of a view" };
static const struct setting tablespace = { offsetof(struct dz_view,
	tablespace), "the tablespace of a view" };

static DZ_NATIVE(view_set)
{
	const struct setting *s = c->callee->fn->data;

	DZ_SELF(dz_view, v, DZ_VIEW_ON);
	TRY(ts_known(r, ts_arg(c, 0), s->what));
	*(struct ts_value *)(void *)((char *)v + s->at) = ts_arg(c, 0);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(view_no_data)
{
	DZ_SELF(dz_view, v, DZ_VIEW_ON);
	v->no_data = true;
	*out = c->self;
	return FLOW_NEXT;
}

static const enum dz_class pg_view = DZ_PG_VIEW, materialized =
    DZ_PG_MATERIALIZED, sqlite_view = DZ_SQLITE_VIEW;

static DZ_NATIVE(view_new)
{
	const enum dz_class *of = c->callee->fn->data;

	return dz_view_make(r, *of, ts_arg(c, 0), ts_arg(c, 1), STR_NONE,
	    out);
}

static DZ_NATIVE(view_name)
{
	struct ts_value v = ts_arg(c, 0);
	struct dz_view *x = dz_data(v, DZ_VIEW);

	(void)r;
	*out = x ? ts_text(x->name) : v.type == TSV_UNKNOWN ? v :
	    TS_UNDEFINED;
	return FLOW_NEXT;
}

static DZ_NATIVE(view_fields)
{
	struct ts_value v = ts_arg(c, 0);
	struct dz_view *x = dz_data(v, DZ_VIEW);

	(void)r;
	*out = x ? ts_ref(x->fields) : v.type == TSV_UNKNOWN ? v :
	    TS_UNDEFINED;
	return FLOW_NEXT;
}

void dz_install_views(struct ts_run *r)
{
	dz_method(r, DZ_VIEW_ON, "as", view_as, NULL);
	dz_method(r, DZ_VIEW_ON, "existing", view_existing, NULL);
	dz_method(r, DZ_VIEW_ON, "with", view_set, &with);
	dz_method(r, DZ_VIEW_ON, "using", view_set, &method);
	dz_method(r, DZ_VIEW_ON, "tablespace", view_set, &tablespace);
	dz_method(r, DZ_VIEW_ON, "withNoData", view_no_data, NULL);
	dz_function(r, "drizzle-orm/pg-core", "pgView", view_new, &pg_view);
	dz_function(r, "drizzle-orm/pg-core", "pgMaterializedView", view_new,
	    &materialized);
	dz_function(r, "drizzle-orm/sqlite-core", "sqliteView", view_new,
	    &sqlite_view);
	dz_function(r, "drizzle-orm/sqlite-core", "view", view_new,
	    &sqlite_view);
	dz_function(r, "drizzle-orm", "getViewName", view_name, NULL);
	dz_function(r, "drizzle-orm", "getViewSelectedFields", view_fields,
	    NULL);
}

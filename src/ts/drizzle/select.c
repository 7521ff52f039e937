/*
 * select: the query builder of views: what its methods gather (drizzle-orm
 * 0.45.4, pg-core/query-builders/select.ts and sqlite's).  query.c makes the
 * SQL.
 */
#include "ts/drizzle/drizzle.h"

struct query {
	enum decl_dialect dialect;
	struct ts_object *withs;
};

struct ts_value dz_query_new(struct ts_run *r, enum decl_dialect d)
{
	struct query *q = arena_new_of(r->a, struct query);

	q->dialect = d;
	return dz_new(r, DZ_QUERY, DZ_QUERY, q);
}

static struct ts_object *arguments(struct ts_run *r, const struct ts_call *c)
{
	struct ts_object *o = ts_array_new(r);

	for (size_t i = 0; i < c->n; i++)
		ts_push(r, o, c->v[i]);
	return o;
}

/* --- qb.select…(), qb.$with(), qb.with() --------------------------------- */

static enum ts_flow start(struct ts_run *r, const struct query *q,
    struct ts_value fields, struct dz_select **select, struct ts_value *out)
{
	struct dz_select *s = arena_new_of(r->a, struct dz_select);

	TRY(ts_known(r, fields, "the fields of a query"));
	*s = (struct dz_select){ .dialect = q->dialect, .withs = q->withs,
		.partial = ts_truthy(fields), .table_name = STR_NONE,
		.locking = STR_NONE };
	if (s->partial) {
		s->fields = ts_object_new(r);
		dz_put_all(r, s->fields, fields.object);
	}
	*select = s;
	*out = dz_new(r, DZ_SELECT_FROM, DZ_SELECT_FROM, s);
	return FLOW_NEXT;
}

static DZ_NATIVE(query_select)
{
	struct dz_select *s;

	DZ_SELF(query, q, DZ_QUERY);
	return start(r, q, ts_arg(c, 0), &s, out);
}

static DZ_NATIVE(query_distinct)
{
	struct dz_select *s;

	DZ_SELF(query, q, DZ_QUERY);
	TRY(start(r, q, ts_arg(c, 0), &s, out));
	s->distinct = true;
	return FLOW_NEXT;
}

static DZ_NATIVE(query_distinct_on)
{
	struct dz_select *s;

	DZ_SELF(query, q, DZ_QUERY);
	TRY(start(r, q, ts_arg(c, 1), &s, out));
	s->distinct_on = ts_arg(c, 0);
	return FLOW_NEXT;
}

static DZ_NATIVE(query_with)
{
	struct query *x;

	DZ_SELF(query, q, DZ_QUERY);
	x = arena_copy(r->a, q, sizeof(*q));
	x->withs = arguments(r, c);
	*out = dz_new(r, DZ_QUERY, DZ_QUERY, x);
	return FLOW_NEXT;
}

struct with {
	struct query *query;
	struct str alias;
};

static DZ_NATIVE(query_name_with)
{
	struct with *w = arena_new_of(r->a, struct with);

	DZ_SELF(query, q, DZ_QUERY);
	w->query = q;
	TRY(dz_name(r, ts_arg(c, 0), "the name of a query", &w->alias));
	*out = dz_new(r, DZ_WITH, DZ_WITH, w);
	return FLOW_NEXT;
}

static struct ts_value subquery(struct ts_run *r, struct dz_sql *sql,
    struct ts_object *fields, struct str alias, bool is_with)
{
	const struct dz_proxy p = { .alias = alias };
	struct dz_subquery *q = arena_new_of(r->a, struct dz_subquery);
	struct ts_value v;

	*q = (struct dz_subquery){ sql, fields, alias, is_with };
	v = dz_new(r, DZ_SUBQUERY, DZ_SUBQUERY, q);
	dz_put_all(r, v.object, dz_selection(r, fields, &p));
	return v;
}

static DZ_NATIVE(with_as)
{
	struct ts_value from = ts_arg(c, 0), qb;
	struct dz_select *s;
	struct dz_sql *sql;

	DZ_SELF(with, w, DZ_WITH);
	if (ts_callable(from)) {
		qb = dz_new(r, DZ_QUERY, DZ_QUERY, w->query);
		TRY(ts_invoke(r, from, TS_UNDEFINED, &qb, 1, &from));
	}
	TRY(ts_known(r, from, "a query"));
	s = dz_data(from, DZ_SELECT);
	sql = dz_data(from, DZ_SQL);
	if (!s && !sql)
		return ts_throw(r, "TypeError", "with: not a query");
	if (s)
		TRY(dz_select_sql(r, s, &sql));
	*out = subquery(r, sql, s ? s->fields : ts_object_new(r), w->alias,
	    true);
	return FLOW_NEXT;
}

/* --- from, joins --------------------------------------------------------- */

/* The name under which a join knows a table; absent for SQL. */
static struct str table_name(struct ts_value v)
{
	const struct dz_subquery *q = dz_data(v, DZ_SUBQUERY);
	const struct dz_view *view = dz_data(v, DZ_VIEW);
	const struct dz_table *t = dz_data(v, DZ_TABLE);

	if (q)
		return q->alias;
	if (view)
		return view->name;
	if (t)
		return t->alias ? t->name : t->base;
	return STR_NONE;
}

static struct ts_object *fields_of(struct ts_run *r, struct ts_value v)
{
	struct ts_object *o = ts_object_new(r);
	const struct dz_table *t = dz_data(v, DZ_TABLE);

	if (t)
		return dz_columns_object(r, t);
	if (!dz_data(v, DZ_SQL))
		dz_put_all(r, o, v.object);
	return o;
}

static enum ts_flow check_source(struct ts_run *r, struct ts_value v)
{
	TRY(ts_known(r, v, "the table of a query"));
	if (dz_data(v, DZ_TABLE) || dz_data(v, DZ_VIEW) ||
	    dz_data(v, DZ_SUBQUERY) || dz_data(v, DZ_SQL))
		return FLOW_NEXT;
	return ts_throw(r, "TypeError", "%.*s is not a table",
	    STR_ARG(ts_show(r, v)));
}

static DZ_NATIVE(from)
{
	struct ts_value v = ts_arg(c, 0);
	struct dz_select *s;

	DZ_SELF(dz_select, on, DZ_SELECT_FROM);
	TRY(check_source(r, v));
	s = arena_copy(r->a, on, sizeof(*on));
	s->table = v;
	s->table_name = table_name(v);
	if (!s->partial)
		s->fields = fields_of(r, v);
	*out = dz_new(r, DZ_SELECT, DZ_SELECT, s);
	return FLOW_NEXT;
}

static enum ts_flow with_fields(struct ts_run *r, struct dz_select *s,
    enum dz_alias_rule rule, struct ts_value *v)
{
	const struct dz_proxy p = { .alias = STR_NONE, .aliased = rule,
		.raw = DZ_RAW_SQL };
	struct ts_value fields;

	if (!ts_callable(*v))
		return FLOW_NEXT;
	fields = ts_ref(dz_selection(r, s->fields, &p));
	return ts_invoke(r, *v, TS_UNDEFINED, &fields, 1, v);
}

struct join {
	const char *type;
	bool lateral;
};

/* Without fields of its own a query takes those of what it joins. */
static void join_fields(struct ts_run *r, struct dz_select *s,
    struct ts_value table, struct str name)
{
	struct ts_object *all;

	if (s->partial)
		return;
	if (s->joins.n == 0 && s->table_name.p) {
		all = ts_object_new(r);
		ts_put(r, all, s->table_name, ts_ref(s->fields));
		s->fields = all;
	}
	if (name.p)
		ts_put(r, s->fields, name, ts_ref(fields_of(r, table)));
}

static DZ_NATIVE(add_join)
{
	const struct join *j = c->callee->fn->data;
	struct ts_value table = ts_arg(c, 0), on = ts_arg(c, 1);
	struct str name = table_name(table);

	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(check_source(r, table));
	for (size_t i = 0; i < s->joins.n; i++)
		if (name.p && s->joins.v[i].alias.p &&
		    str_eq(s->joins.v[i].alias, name))
			return ts_throw(r, "Error", "\"%.*s\" is joined "
			    "twice", STR_ARG(name));
	join_fields(r, s, table, name);
	TRY(with_fields(r, s, DZ_ALIAS_SQL, &on));
	vec_push(r->a, &s->joins, (struct dz_join){ str_z(j->type), name,
	    j->lateral, table, on });
	*out = c->self;
	return FLOW_NEXT;
}

/* --- where, having, groupBy, orderBy, limit, offset ---------------------- */

static const size_t where = offsetof(struct dz_select, where);
static const size_t having = offsetof(struct dz_select, having);

static DZ_NATIVE(set_condition)
{
	const size_t *at = c->callee->fn->data;
	struct ts_value v = ts_arg(c, 0);

	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(with_fields(r, s, DZ_ALIAS_SQL, &v));
	*(struct ts_value *)(void *)((char *)s + *at) = v;
	*out = c->self;
	return FLOW_NEXT;
}

static enum ts_flow list_of(struct ts_run *r, struct dz_select *s,
    const struct ts_call *c, struct ts_object **out)
{
	struct ts_value v = ts_arg(c, 0);

	if (!ts_callable(v)) {
		*out = arguments(r, c);
		return FLOW_NEXT;
	}
	TRY(with_fields(r, s, DZ_ALIAS_KEEPS, &v));
	if (v.type == TSV_OBJECT && v.object->class_of == CLASS_ARRAY) {
		*out = v.object;
	} else {
		*out = ts_array_new(r);
		ts_push(r, *out, v);
	}
	return FLOW_NEXT;
}

static DZ_NATIVE(group_by)
{
	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(list_of(r, s, c, &s->group_by));
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(order_by)
{
	struct ts_object *list;

	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(list_of(r, s, c, &list));
	if (s->ops.n)
		s->ops.v[s->ops.n - 1].order_by = list;
	else
		s->order_by = list;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(limit)
{
	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(ts_known(r, ts_arg(c, 0), "the limit of a query"));
	if (s->ops.n)
		s->ops.v[s->ops.n - 1].limit = ts_arg(c, 0);
	else
		s->limit = ts_arg(c, 0);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(offset)
{
	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(ts_known(r, ts_arg(c, 0), "the offset of a query"));
	if (s->ops.n)
		s->ops.v[s->ops.n - 1].offset = ts_arg(c, 0);
	else
		s->offset = ts_arg(c, 0);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(locking)
{
	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(dz_str(r, ts_arg(c, 0), "a query", &s->locking));
	*out = c->self;
	return FLOW_NEXT;
}

/* --- union and the like -------------------------------------------------- */

struct set_op {
	const char *name, *word;
	bool all;
};
static const struct set_op set_ops[] = {
	{ "union", "union", false }, { "unionAll", "union", true },
	{ "intersect", "intersect", false },
	{ "intersectAll", "intersect", true },
	{ "except", "except", false }, { "exceptAll", "except", true },
};

/* The functions union(a, b), handed to callbacks as one object. */
static DZ_NATIVE(set_function);

static struct ts_value set_functions(struct ts_run *r)
{
	struct ts_object *o = ts_object_new(r);

	for (size_t i = 0; i < sizeof(set_ops) / sizeof(*set_ops); i++)
		ts_put(r, o, str_z(set_ops[i].name), ts_ref(ts_function_new(r,
		    set_ops[i].name, set_function,
		    (void *)(uintptr_t)&set_ops[i])));
	return ts_ref(o);
}

static enum ts_flow add_set_op(struct ts_run *r, struct dz_select *s,
    const struct set_op *op, struct ts_value right)
{
	struct ts_value all;
	struct dz_select *x;

	if (ts_callable(right)) {
		all = set_functions(r);
		TRY(ts_invoke(r, right, TS_UNDEFINED, &all, 1, &right));
	}
	TRY(ts_known(r, right, "a query"));
	x = dz_data(right, DZ_SELECT);
	if (!x)
		return ts_throw(r, "TypeError", "%s(): not a query",
		    op->name);
	if (!strs_eq(ts_keys(r, s->fields), ts_keys(r, x->fields)))
		return ts_throw(r, "Error", "%s(): the selected fields are "
		    "not the same or in another order", op->name);
	vec_push(r->a, &s->ops, (struct dz_set_op){ .word = op->word,
	    .all = op->all, .right = x });
	return FLOW_NEXT;
}

static DZ_NATIVE(set_method)
{
	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(add_set_op(r, s, c->callee->fn->data, ts_arg(c, 0)));
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(set_function)
{
	struct dz_select *s = dz_data(ts_arg(c, 0), DZ_SELECT);

	*out = ts_arg(c, 0);
	if (!s)
		return ts_known(r, *out, "a query");
	for (size_t i = 1; i < c->n; i++)
		TRY(add_set_op(r, s, c->callee->fn->data, c->v[i]));
	return FLOW_NEXT;
}

/* --- the rest ------------------------------------------------------------ */

static DZ_NATIVE(select_as)
{
	struct dz_sql *sql;
	struct str alias;

	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(dz_name(r, ts_arg(c, 0), "the name of a query", &alias));
	TRY(dz_select_sql(r, s, &sql));
	*out = subquery(r, sql, s->fields, alias, false);
	return FLOW_NEXT;
}

static DZ_NATIVE(select_sql)
{
	struct dz_sql *sql;

	DZ_SELF(dz_select, s, DZ_SELECT);
	TRY(dz_select_sql(r, s, &sql));
	*out = dz_sql_value(r, sql);
	return FLOW_NEXT;
}

static DZ_NATIVE(same)
{
	(void)r;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(new_query)
{
	const enum decl_dialect *d = c->callee->fn->data;

	*out = dz_query_new(r, *d);
	return FLOW_NEXT;
}

static const struct join joins[] = {
	{ "left", false }, { "left", true }, { "right", false },
	{ "inner", false }, { "inner", true }, { "full", false },
	{ "cross", false }, { "cross", true },
};
static const struct {
	enum dz_class on;
	const char *name;
	ts_native *fn;
	const void *data;
} methods[] = {
	{ DZ_QUERY, "select", query_select, NULL },
	{ DZ_QUERY, "selectDistinct", query_distinct, NULL },
	{ DZ_QUERY, "selectDistinctOn", query_distinct_on, NULL },
	{ DZ_QUERY, "with", query_with, NULL },
	{ DZ_QUERY, "$with", query_name_with, NULL },
	{ DZ_WITH, "as", with_as, NULL },
	{ DZ_SELECT_FROM, "from", from, NULL },
	{ DZ_SELECT, "leftJoin", add_join, &joins[0] },
	{ DZ_SELECT, "leftJoinLateral", add_join, &joins[1] },
	{ DZ_SELECT, "rightJoin", add_join, &joins[2] },
	{ DZ_SELECT, "innerJoin", add_join, &joins[3] },
	{ DZ_SELECT, "innerJoinLateral", add_join, &joins[4] },
	{ DZ_SELECT, "fullJoin", add_join, &joins[5] },
	{ DZ_SELECT, "crossJoin", add_join, &joins[6] },
	{ DZ_SELECT, "crossJoinLateral", add_join, &joins[7] },
	{ DZ_SELECT, "where", set_condition, &where },
	{ DZ_SELECT, "having", set_condition, &having },
	{ DZ_SELECT, "groupBy", group_by, NULL },
	{ DZ_SELECT, "orderBy", order_by, NULL },
	{ DZ_SELECT, "limit", limit, NULL },
	{ DZ_SELECT, "offset", offset, NULL },
	{ DZ_SELECT, "for", locking, NULL },
	{ DZ_SELECT, "as", select_as, NULL },
	{ DZ_SELECT, "getSQL", select_sql, NULL },
	{ DZ_SELECT, "$dynamic", same, NULL },
};
static const enum decl_dialect pg = DECL_PG, sqlite = DECL_SQLITE;

void dz_install_select(struct ts_run *r)
{
	static const char *const modules[] = { "drizzle-orm/pg-core",
		"drizzle-orm/sqlite-core" };

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		dz_method(r, methods[i].on, methods[i].name, methods[i].fn,
		    methods[i].data);
	for (size_t i = 0; i < sizeof(set_ops) / sizeof(*set_ops); i++) {
		dz_method(r, DZ_SELECT, set_ops[i].name, set_method,
		    &set_ops[i]);
		for (size_t k = 0; k < 2; k++)
			dz_function(r, modules[k], set_ops[i].name,
			    set_function, &set_ops[i]);
	}
	dz_function(r, modules[0], "QueryBuilder", new_query, &pg);
	dz_function(r, modules[1], "QueryBuilder", new_query, &sqlite);
}

/*
 * operators: conditions, orders and aggregates, one row each (drizzle-orm
 * 0.45.4, sql/expressions, sql/functions).  In a form, 1 to 3 are arguments,
 * a leading = before one binds it to the first argument as its column does.
 */
#include "ts/builtins.h"
#include "ts/drizzle/drizzle.h"

static const struct operator {
	const char *name, *form;
	bool vector;		/* a list as argument 2 is JSON */
} operators[] = {
	{ "eq", "1 = =2", false }, { "ne", "1 <> =2", false },
	{ "gt", "1 > =2", false }, { "gte", "1 >= =2", false },
	{ "lt", "1 < =2", false }, { "lte", "1 <= =2", false },
	{ "not", "not 1", false },
	{ "isNull", "1 is null", false },
	{ "isNotNull", "1 is not null", false },
	{ "exists", "exists 1", false },
	{ "notExists", "not exists 1", false },
	{ "between", "1 between =2 and =3", false },
	{ "notBetween", "1 not between =2 and =3", false },
	{ "like", "1 like 2", false }, { "notLike", "1 not like 2", false },
	{ "ilike", "1 ilike 2", false },
	{ "notIlike", "1 not ilike 2", false },
	{ "arrayContains", "1 @> =2", false },
	{ "arrayContained", "1 <@ =2", false },
	{ "arrayOverlaps", "1 && =2", false },
	{ "asc", "1 asc", false }, { "desc", "1 desc", false },
	{ "countDistinct", "count(distinct 1)", false },
	{ "avg", "avg(1)", false },
	{ "avgDistinct", "avg(distinct 1)", false },
	{ "sum", "sum(1)", false },
	{ "sumDistinct", "sum(distinct 1)", false },
	{ "max", "max(1)", false }, { "min", "min(1)", false },
	{ "l2Distance", "1 <-> 2", true }, { "l1Distance", "1 <+> 2", true },
	{ "innerProduct", "1 <#> 2", true },
	{ "cosineDistance", "1 <=> 2", true },
	{ "hammingDistance", "1 <~> 2", true },
	{ "jaccardDistance", "1 <%> 2", true },
};

/* bindIfParam */
static struct ts_value bound(struct ts_run *r, struct ts_value v,
    struct ts_value to)
{
	struct dz_param *p;

	if (!dz_data(to, DZ_COLUMN) || dz_is_sql_wrapper(v) ||
	    ts_is_undefined(v))
		return v;
	p = arena_new_of(r->a, struct dz_param);
	*p = (struct dz_param){ v, to };
	return dz_new(r, DZ_PARAM, DZ_PARAM, p);
}

static enum ts_flow argument(struct ts_run *r, const struct ts_call *c,
    const struct operator *o, size_t i, bool bind, struct ts_value *out)
{
	struct ts_value v = ts_arg(c, i);
	struct str text;
	bool defined;

	*out = bind ? bound(r, v, ts_arg(c, 0)) : v;
	if (o->vector && i == 1 && v.type == TSV_OBJECT &&
	    v.object->class_of == CLASS_ARRAY) {
		TRY(ts_json_text(r, v, 0, &text, &defined));
		*out = ts_text(text);
	}
	return FLOW_NEXT;
}

static DZ_NATIVE(operate)
{
	const struct operator *o = c->callee->fn->data;
	struct dz_sql *s = dz_sql_new(r);
	const char *from = o->form, *p = from;
	struct ts_value v;

	for (; *p; p++) {
		bool bind = *p == '=' && p[1] >= '1' && p[1] <= '3';

		if (!bind && (*p < '1' || *p > '3' || (p > o->form &&
		    p[-1] != ' ' && p[-1] != '(')))
			continue;
		dz_sql_text(r, s, (struct str){ from, (size_t)(p - from) });
		p += bind;
		TRY(argument(r, c, o, (size_t)(*p - '1'), bind, &v));
		dz_sql_add(r, s, v);
		from = p + 1;
	}
	dz_sql_text(r, s, str_z(from));
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

/* and(…), or(…): what is undefined is left out. */
static DZ_NATIVE(combine)
{
	const char *word = c->callee->fn->data;
	struct dz_sql *s = dz_sql_new(r), *all = dz_sql_new(r);
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += !ts_is_undefined(c->v[i]);
	*out = TS_UNDEFINED;
	if (n == 0)
		return FLOW_NEXT;
	for (size_t i = 0; i < c->n; i++) {
		if (ts_is_undefined(c->v[i]))
			continue;
		if (all->v.n > 0)
			dz_sql_text(r, all, str_z(word));
		dz_sql_add(r, all, c->v[i]);
	}
	if (n == 1) {
		*out = dz_sql_value(r, all);
		return FLOW_NEXT;
	}
	dz_sql_text(r, s, STR("("));
	dz_sql_sub(r, s, all);
	dz_sql_text(r, s, STR(")"));
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

static const struct membership {
	const char *word, *none;
} in = { " in ", "false" }, not_in = { " not in ", "true" };

static DZ_NATIVE(member)
{
	const struct membership *m = c->callee->fn->data;
	struct dz_sql *s = dz_sql_new(r);
	struct ts_value v = ts_arg(c, 1);
	struct ts_object *list;

	*out = dz_sql_value(r, s);
	if (v.type != TSV_OBJECT || v.object->class_of != CLASS_ARRAY) {
		dz_sql_add(r, s, ts_arg(c, 0));
		dz_sql_text(r, s, str_z(m->word));
		dz_sql_add(r, s, bound(r, v, ts_arg(c, 0)));
		return FLOW_NEXT;
	}
	if (v.object->items.n == 0) {
		dz_sql_text(r, s, str_z(m->none));
		return FLOW_NEXT;
	}
	list = ts_array_new(r);
	for (size_t i = 0; i < v.object->items.n; i++)
		ts_push(r, list, bound(r, v.object->items.v[i], c->v[0]));
	dz_sql_add(r, s, c->v[0]);
	dz_sql_text(r, s, str_z(m->word));
	dz_sql_add(r, s, ts_ref(list));
	return FLOW_NEXT;
}

static DZ_NATIVE(count)
{
	struct dz_sql *s = dz_sql_new(r);
	struct ts_value v = ts_arg(c, 0);

	dz_sql_text(r, s, STR("count("));
	if (v.type != TSV_UNKNOWN && !ts_truthy(v))
		dz_sql_text(r, s, STR("*"));
	else
		dz_sql_add(r, s, v);
	dz_sql_text(r, s, STR(")"));
	*out = dz_sql_value(r, s);
	return FLOW_NEXT;
}

void dz_install_operators(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(*operators); i++)
		dz_function(r, "drizzle-orm", operators[i].name, operate,
		    &operators[i]);
	dz_function(r, "drizzle-orm", "and", combine, " and ");
	dz_function(r, "drizzle-orm", "or", combine, " or ");
	dz_function(r, "drizzle-orm", "inArray", member, &in);
	dz_function(r, "drizzle-orm", "notInArray", member, &not_in);
	dz_function(r, "drizzle-orm", "count", count, NULL);
}

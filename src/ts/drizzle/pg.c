/*
 * pg: what only PostgreSQL has: enums, schemas, sequences, roles, policies
 * (drizzle-orm 0.45.4, pg-core; drizzle-spec 4.1, 4.2, 4.6).
 */
#include "ts/drizzle/drizzle.h"

#define PG "drizzle-orm/pg-core"

/* --- enums --------------------------------------------------------------- */

static DZ_NATIVE(enum_column)
{
	const struct dz_enum *e = c->callee->fn->data;
	struct dz_config *k = &(struct dz_config){ 0 };

	TRY(dz_str(r, ts_arg(c, 0), "the name of a column", &k->name));
	if (!k->name.p)
		k->name = STR("");
	k->row = e->object ? &dz_enum_object_row : &dz_enum_row;
	k->key_as_name = k->name.n == 0;
	k->of_enum = e;
	k->type = e->name;
	k->enum_values = e->values;
	*out = dz_builder_new(r, &k);
	return FLOW_NEXT;
}

const struct dz_enum *dz_enum_of(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->fn &&
	    v.object->fn->native == enum_column ? v.object->fn->data : NULL;
}

/* A list, or an object whose values count. */
static enum ts_flow enum_values(struct ts_run *r, struct ts_value from,
    struct ts_object *to, bool *object)
{
	const struct ts_value *v;
	struct ts_value one;
	struct strs keys;
	size_t n;

	TRY(ts_known(r, from, "the values of an enum"));
	if (from.type != TSV_OBJECT)
		return ts_throw(r, "TypeError", "the values of an enum are a "
		    "list, not %.*s", STR_ARG(ts_show(r, from)));
	*object = from.object->class_of != CLASS_ARRAY;
	if (!*object) {
		TRY(ts_iterate(r, from, &v, &n));
		for (size_t i = 0; i < n; i++)
			ts_push(r, to, v[i]);
		return FLOW_NEXT;
	}
	if (from.object->open)
		TRY(ts_known(r, (struct ts_value){ .type = TSV_UNKNOWN,
		    .unknown = from.object->open }, "the values of an enum"));
	keys = ts_keys(r, from.object);
	for (size_t i = 0; i < keys.n; i++) {
		TRY(ts_get(r, from, keys.v[i], &one));
		ts_push(r, to, one);
	}
	return FLOW_NEXT;
}

static enum ts_flow enum_make(struct ts_run *r, const struct ts_call *c,
    struct str schema, struct ts_value *out)
{
	struct dz_enum *e = arena_new_of(r->a, struct dz_enum);
	struct ts_object *values = ts_array_new(r), *f;

	TRY(dz_name(r, ts_arg(c, 0), "the name of an enum", &e->name));
	TRY(enum_values(r, ts_arg(c, 1), values, &e->object));
	e->schema = schema;
	e->values = ts_ref(values);
	e->place = dz_here(r);
	f = ts_function_new(r, "enum", enum_column, e);
	ts_put(r, f, STR("enumName"), ts_text(e->name));
	ts_put(r, f, STR("enumValues"), e->values);
	ts_put(r, f, STR("schema"), schema.p ? ts_text(schema) :
	    TS_UNDEFINED);
	*out = ts_ref(f);
	return FLOW_NEXT;
}

static DZ_NATIVE(pg_enum)
{
	return enum_make(r, c, STR_NONE, out);
}

static DZ_NATIVE(is_enum)
{
	struct ts_value v = ts_arg(c, 0);

	(void)r;
	*out = v.type == TSV_UNKNOWN ? v : ts_bool(dz_enum_of(v));
	return FLOW_NEXT;
}

/* --- schemas ------------------------------------------------------------- */

static DZ_NATIVE(pg_schema)
{
	struct dz_schema *s = arena_new_of(r->a, struct dz_schema);

	TRY(dz_name(r, ts_arg(c, 0), "the name of a schema", &s->name));
	if (str_is(s->name, "public"))
		return ts_throw(r, "Error", "pgSchema('public') is not "
		    "allowed: pgTable() puts tables there");
	*out = dz_new(r, DZ_SCHEMA, DZ_SCHEMA, s);
	ts_put(r, out->object, STR("schemaName"), ts_text(s->name));
	return FLOW_NEXT;
}

/* *out stays NULL where `this` is unknown: then *unknown is the result. */
static enum ts_flow schema_of(struct ts_run *r, const struct ts_call *c,
    struct dz_schema **out, struct ts_value *unknown)
{
	*out = dz_data(c->self, DZ_SCHEMA);
	return *out ? FLOW_NEXT : dz_no_self(r, c, unknown);
}

#define SCHEMA(s) \
	struct dz_schema *s; \
	TRY(schema_of(r, c, &s, out)); \
	if (!s) \
		return FLOW_NEXT

static DZ_NATIVE(schema_table)
{
	struct dz_table *t;
	struct str name;

	SCHEMA(s);
	TRY(dz_name(r, ts_arg(c, 0), "the name of a table", &name));
	TRY(dz_table_make(r, DECL_PG, name, name, s->name, ts_arg(c, 1),
	    ts_arg(c, 2), &t));
	*out = ts_ref(t->self);
	return FLOW_NEXT;
}

static DZ_NATIVE(schema_enum)
{
	SCHEMA(s);
	return enum_make(r, c, s->name, out);
}

static DZ_NATIVE(schema_view)
{
	SCHEMA(s);
	return dz_view_make(r, DZ_PG_VIEW, ts_arg(c, 0), ts_arg(c, 1),
	    s->name, out);
}

static DZ_NATIVE(schema_materialized)
{
	SCHEMA(s);
	return dz_view_make(r, DZ_PG_MATERIALIZED, ts_arg(c, 0),
	    ts_arg(c, 1), s->name, out);
}

static DZ_NATIVE(schema_sequence)
{
	SCHEMA(s);
	return dz_sequence_make(r, c, s->name, out);
}

/* --- sequences, roles, policies ------------------------------------------ */

enum ts_flow dz_sequence_make(struct ts_run *r, const struct ts_call *c,
    struct str schema, struct ts_value *out)
{
	struct dz_sequence *s = arena_new_of(r->a, struct dz_sequence);

	TRY(dz_name(r, ts_arg(c, 0), "the name of a sequence", &s->name));
	s->schema = schema;
	s->options = ts_arg(c, 1);
	s->place = dz_here(r);
	TRY(ts_known(r, s->options, "the options of a sequence"));
	*out = dz_new(r, DZ_SEQUENCE, DZ_SEQUENCE, s);
	ts_put(r, out->object, STR("seqName"), ts_text(s->name));
	return FLOW_NEXT;
}

static DZ_NATIVE(pg_sequence)
{
	return dz_sequence_make(r, c, STR_NONE, out);
}

static DZ_NATIVE(pg_role)
{
	struct dz_role *x = arena_new_of(r->a, struct dz_role);
	struct ts_value options = ts_arg(c, 1);

	TRY(dz_name(r, ts_arg(c, 0), "the name of a role", &x->name));
	TRY(dz_option(r, options, "createDb", &x->create_db));
	TRY(dz_option(r, options, "createRole", &x->create_role));
	TRY(dz_option(r, options, "inherit", &x->inherit));
	x->place = dz_here(r);
	*out = dz_new(r, DZ_ROLE, DZ_ROLE, x);
	ts_put(r, out->object, STR("name"), ts_text(x->name));
	return FLOW_NEXT;
}

static DZ_NATIVE(role_existing)
{
	DZ_SELF(dz_role, x, DZ_ROLE);
	x->existing = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(pg_policy)
{
	struct dz_policy *p = arena_new_of(r->a, struct dz_policy);
	struct ts_value options = ts_arg(c, 1);

	TRY(dz_name(r, ts_arg(c, 0), "the name of a policy", &p->name));
	TRY(dz_option(r, options, "as", &p->as));
	TRY(dz_option(r, options, "for", &p->to_for));
	TRY(dz_option(r, options, "to", &p->to));
	TRY(dz_option(r, options, "using", &p->using_expr));
	TRY(dz_option(r, options, "withCheck", &p->with_check));
	p->place = dz_here(r);
	*out = dz_new(r, DZ_POLICY, DZ_POLICY, p);
	ts_put(r, out->object, STR("name"), ts_text(p->name));
	return FLOW_NEXT;
}

static DZ_NATIVE(policy_link)
{
	struct ts_value table = ts_arg(c, 0);

	DZ_SELF(dz_policy, p, DZ_POLICY);
	TRY(ts_known(r, table, "the table of a policy"));
	p->linked = dz_data(table, DZ_TABLE);
	*out = c->self;
	return FLOW_NEXT;
}

/* --- what there is ------------------------------------------------------- */

static const struct {
	const char *name;
	ts_native *fn;
} functions[] = {
	{ "pgEnum", pg_enum }, { "isPgEnum", is_enum },
	{ "pgSchema", pg_schema }, { "pgSequence", pg_sequence },
	{ "pgRole", pg_role }, { "pgPolicy", pg_policy },
};
static const struct {
	enum dz_class on;
	const char *name;
	ts_native *fn;
} methods[] = {
	{ DZ_SCHEMA, "table", schema_table },
	{ DZ_SCHEMA, "enum", schema_enum },
	{ DZ_SCHEMA, "view", schema_view },
	{ DZ_SCHEMA, "materializedView", schema_materialized },
	{ DZ_SCHEMA, "sequence", schema_sequence },
	{ DZ_ROLE, "existing", role_existing },
	{ DZ_POLICY, "link", policy_link },
};

void dz_install_pg(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		dz_function(r, PG, functions[i].name, functions[i].fn, NULL);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		dz_method(r, methods[i].on, methods[i].name, methods[i].fn,
		    NULL);
}

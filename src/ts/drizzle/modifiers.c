/*
 * modifiers: the methods of column builders, one row each (drizzle-orm 0.45.4,
 * column-builder.ts, pg-core/columns/common.ts, sqlite-core/columns/common.ts;
 * drizzle-spec 4.4).
 */
#include "ts/drizzle/drizzle.h"

#define SELF DZ_SELF(dz_config, k, DZ_BUILDER)

static DZ_NATIVE(nothing)
{
	SELF;
	(void)k;
	*out = c->self;
	return FLOW_NEXT;
}

/* $defaultFn and the like: they count where there is no default, and never
 * for the schema. */
static DZ_NATIVE(run_time)
{
	SELF;
	k->has_default = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(not_null)
{
	SELF;
	k->notnull = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(set_default)
{
	SELF;
	k->dflt = ts_arg(c, 0);
	k->has_default = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(default_sql)
{
	const char *const *text = c->callee->fn->data;
	struct dz_sql *sql = dz_sql_new(r);

	SELF;
	dz_sql_text(r, sql, str_z(text[k->dialect]));
	k->dflt = dz_sql_value(r, sql);
	k->has_default = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(primary_key)
{
	struct ts_value v = TS_UNDEFINED;

	SELF;
	if (k->row && k->row->flags & B_INTEGER)
		TRY(dz_option(r, ts_arg(c, 0), "autoIncrement", &v));
	TRY(ts_known(r, v, "the primary key of a column"));
	if (ts_truthy(v))
		k->autoincrement = true;
	k->primary = k->notnull = true;
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(unique)
{
	struct ts_value nulls;

	SELF;
	k->unique = true;
	TRY(dz_str(r, ts_arg(c, 0), "the name of a unique constraint",
	    &k->unique_name));
	if (k->unique_name.n == 0)
		k->unique_name = STR_NONE;
	TRY(dz_option(r, ts_arg(c, 1), "nulls", &nulls));
	TRY(dz_str(r, nulls, "a unique constraint", &k->unique_type));
	*out = c->self;
	return FLOW_NEXT;
}

static enum ts_flow action(struct ts_run *r, struct ts_value options,
    const char *key, struct str *out)
{
	struct ts_value v;

	TRY(dz_option(r, options, key, &v));
	TRY(dz_str(r, v, "the action of a foreign key", out));
	if (out->n == 0)
		*out = STR_NONE;
	return FLOW_NEXT;
}

static DZ_NATIVE(references)
{
	struct dz_ref ref = { .to = ts_arg(c, 0) };

	SELF;
	TRY(action(r, ts_arg(c, 1), "onDelete", &ref.on_delete));
	TRY(action(r, ts_arg(c, 1), "onUpdate", &ref.on_update));
	vec_push(r->a, &k->refs, ref);
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(generated_as)
{
	struct ts_value mode;

	SELF;
	k->generated = true;
	k->generated_as = ts_arg(c, 0);
	k->generated_mode = STR("stored");
	if (k->dialect == DECL_SQLITE) {
		TRY(dz_option(r, ts_arg(c, 1), "mode", &mode));
		TRY(dz_str(r, mode, "a generated column", &k->generated_mode));
		if (!k->generated_mode.p)
			k->generated_mode = STR("virtual");
	}
	*out = c->self;
	return FLOW_NEXT;
}

static DZ_NATIVE(identity)
{
	struct dz_identity *i = arena_new_of(r->a, struct dz_identity);

	SELF;
	i->type = c->callee->fn->data;
	i->options = ts_arg(c, 0);
	TRY(ts_known(r, i->options, "an identity column"));
	k->identity = i;
	k->has_default = k->notnull = true;
	*out = c->self;
	return FLOW_NEXT;
}

/* What was set before it is lost, as there (drizzle-spec 4.2). */
static DZ_NATIVE(array)
{
	struct dz_config *of = &(struct dz_config){ 0 };
	struct str size = STR_NONE;
	struct ts_value v = ts_arg(c, 0);

	SELF;
	of->dialect = k->dialect;
	of->name = k->name;
	of->key_as_name = k->name.n == 0;
	of->base = k;
	TRY(ts_known(r, v, "the size of an array"));
	if (v.type == TSV_NUMBER)
		size = ts_number_text(r->a, v.number);
	*out = dz_builder_new(r, &of);
	of->size = size;
	return FLOW_NEXT;
}

static const char *const now_text[] = {
	[DECL_PG] = "now()",
	[DECL_SQLITE] =
		"(cast((julianday('now') - 2440587.5)*86400000 as integer))",
};
static const char *const random_text[] = {
	[DECL_PG] = "gen_random_uuid()", [DECL_SQLITE] = "",
};

/* needs: bits of the builder's row, any of them. */
static const struct modifier {
	const char *name;
	enum dz_class on;
	ts_native *fn;
	const void *data;
	unsigned needs;
} modifiers[] = {
	{ "$type", DZ_BUILDER, nothing, NULL, 0 },
	{ "$default", DZ_BUILDER, run_time, NULL, 0 },
	{ "$defaultFn", DZ_BUILDER, run_time, NULL, 0 },
	{ "$onUpdate", DZ_BUILDER, run_time, NULL, 0 },
	{ "$onUpdateFn", DZ_BUILDER, run_time, NULL, 0 },
	{ "notNull", DZ_BUILDER, not_null, NULL, 0 },
	{ "default", DZ_BUILDER, set_default, NULL, 0 },
	{ "primaryKey", DZ_BUILDER, primary_key, NULL, 0 },
	{ "unique", DZ_BUILDER, unique, NULL, 0 },
	{ "references", DZ_BUILDER, references, NULL, 0 },
	{ "generatedAlwaysAs", DZ_BUILDER, generated_as, NULL, 0 },
	{ "array", DZ_PG_BUILDER, array, NULL, 0 },
	{ "defaultNow", DZ_BUILDER, default_sql, now_text, B_NOW },
	{ "defaultRandom", DZ_PG_BUILDER, default_sql, random_text,
		B_RANDOM },
	{ "generatedAlwaysAsIdentity", DZ_PG_BUILDER, identity, "always",
		B_IDENTITY },
	{ "generatedByDefaultAsIdentity", DZ_PG_BUILDER, identity,
		"byDefault", B_IDENTITY },
};

/* Builders that lack the method do not have it. */
static DZ_NATIVE(guarded)
{
	const struct modifier *m = c->callee->fn->data;
	struct ts_object f = *c->callee;
	struct ts_closure fn = *c->callee->fn;
	struct ts_call call = *c;

	SELF;
	if (!k->row || !(k->row->flags & m->needs))
		return ts_throw(r, "TypeError", "%.*s() has no %s()",
		    STR_ARG(k->row ? str_z(k->row->name) : STR("array")),
		    m->name);
	fn.data = (void *)(uintptr_t)m->data;
	f.fn = &fn;
	call.callee = &f;
	return m->fn(r, &call, out);
}

void dz_install_modifiers(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(modifiers) / sizeof(*modifiers); i++) {
		const struct modifier *m = &modifiers[i];

		if (m->needs)
			dz_method(r, m->on, m->name, guarded, m);
		else
			dz_method(r, m->on, m->name, m->fn, m->data);
	}
}

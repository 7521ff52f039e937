/* core: classes, modules and the small things that all of drizzle/ shares. */
#include "ts/drizzle/drizzle.h"

/* name: as exported; parent: whose methods it has. */
static const struct {
	const char *name, *module;
	enum dz_class parent;
} classes[DZ_CLASS_N] = {
	[DZ_TABLE] = { "Table", "drizzle-orm", DZ_CLASS_N },
	[DZ_PG_TABLE] = { "PgTable", "drizzle-orm/pg-core", DZ_TABLE },
	[DZ_SQLITE_TABLE] = { "SQLiteTable", "drizzle-orm/sqlite-core",
		DZ_TABLE },
	[DZ_COLUMN] = { "Column", "drizzle-orm", DZ_CLASS_N },
	[DZ_PG_COLUMN] = { "PgColumn", "drizzle-orm/pg-core", DZ_COLUMN },
	[DZ_SQLITE_COLUMN] = { "SQLiteColumn", "drizzle-orm/sqlite-core",
		DZ_COLUMN },
	[DZ_EXTRA_COLUMN] = { "ExtraConfigColumn", "drizzle-orm/pg-core",
		DZ_PG_COLUMN },
	[DZ_BUILDER] = { "ColumnBuilder", "drizzle-orm", DZ_CLASS_N },
	[DZ_PG_BUILDER] = { "PgColumnBuilder", "drizzle-orm/pg-core",
		DZ_BUILDER },
	[DZ_SQLITE_BUILDER] = { "SQLiteColumnBuilder",
		"drizzle-orm/sqlite-core", DZ_BUILDER },
	[DZ_SQL] = { "SQL", "drizzle-orm", DZ_CLASS_N },
	[DZ_ALIASED] = { "SQL.Aliased", NULL, DZ_CLASS_N },
	[DZ_NAME] = { "Name", "drizzle-orm", DZ_CLASS_N },
	[DZ_PARAM] = { "Param", "drizzle-orm", DZ_CLASS_N },
	[DZ_PLACEHOLDER] = { "Placeholder", "drizzle-orm", DZ_CLASS_N },
	[DZ_CHUNK] = { "StringChunk", "drizzle-orm", DZ_CLASS_N },
	[DZ_SCHEMA] = { "PgSchema", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_INDEX_ON] = { "IndexBuilderOn", NULL, DZ_CLASS_N },
	[DZ_INDEX] = { "IndexBuilder", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_UNIQUE_ON] = { "UniqueOnConstraintBuilder", NULL, DZ_CLASS_N },
	[DZ_UNIQUE] = { "UniqueConstraintBuilder", "drizzle-orm/pg-core",
		DZ_CLASS_N },
	[DZ_PK] = { "PrimaryKeyBuilder", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_FK] = { "ForeignKeyBuilder", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_CHECK] = { "CheckBuilder", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_POLICY] = { "PgPolicy", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_ROLE] = { "PgRole", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_SEQUENCE] = { "PgSequence", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_VIEW_ON] = { "ViewBuilder", NULL, DZ_CLASS_N },
	[DZ_VIEW] = { "View", "drizzle-orm", DZ_CLASS_N },
	[DZ_PG_VIEW] = { "PgView", "drizzle-orm/pg-core", DZ_VIEW },
	[DZ_PG_MATERIALIZED] = { "PgMaterializedView", "drizzle-orm/pg-core",
		DZ_VIEW },
	[DZ_SQLITE_VIEW] = { "SQLiteView", "drizzle-orm/sqlite-core",
		DZ_VIEW },
	[DZ_QUERY] = { "QueryBuilder", "drizzle-orm/pg-core", DZ_CLASS_N },
	[DZ_SELECT_FROM] = { "SelectBuilder", NULL, DZ_CLASS_N },
	[DZ_SELECT] = { "Select", NULL, DZ_CLASS_N },
	[DZ_WITH] = { "WithBuilder", NULL, DZ_CLASS_N },
	[DZ_SUBQUERY] = { "Subquery", "drizzle-orm", DZ_CLASS_N },
	[DZ_RELATIONS] = { "Relations", "drizzle-orm", DZ_CLASS_N },
};

#define CLASS(c) [c] = { #c }
const struct ts_native_class dz_native[DZ_CLASS_N] = {
	CLASS(DZ_TABLE), CLASS(DZ_COLUMN), CLASS(DZ_BUILDER), CLASS(DZ_SQL),
	CLASS(DZ_ALIASED), CLASS(DZ_NAME), CLASS(DZ_PARAM),
	CLASS(DZ_PLACEHOLDER), CLASS(DZ_CHUNK), CLASS(DZ_SCHEMA),
	CLASS(DZ_INDEX_ON), CLASS(DZ_INDEX), CLASS(DZ_UNIQUE_ON),
	CLASS(DZ_UNIQUE), CLASS(DZ_PK), CLASS(DZ_FK), CLASS(DZ_CHECK),
	CLASS(DZ_POLICY), CLASS(DZ_ROLE), CLASS(DZ_SEQUENCE),
	CLASS(DZ_VIEW_ON), CLASS(DZ_VIEW), CLASS(DZ_QUERY),
	CLASS(DZ_SELECT_FROM), CLASS(DZ_SELECT), CLASS(DZ_WITH),
	CLASS(DZ_SUBQUERY), CLASS(DZ_RELATIONS),
};

/* Other names of the same modules: everything below pg-core is pg-core. */
static const struct {
	const char *prefix, *module;
	bool below;
} modules[] = {
	{ "drizzle-orm/pg-core", "drizzle-orm/pg-core", true },
	{ "drizzle-orm/sqlite-core", "drizzle-orm/sqlite-core", true },
	{ "drizzle-orm/sql", "drizzle-orm", true },
	{ "drizzle-orm/table", "drizzle-orm", false },
	{ "drizzle-orm/column", "drizzle-orm", false },
	{ "drizzle-orm/column-builder", "drizzle-orm", false },
	{ "drizzle-orm/entity", "drizzle-orm", false },
	{ "drizzle-orm/relations", "drizzle-orm", false },
	{ "drizzle-orm/utils", "drizzle-orm", false },
	{ "drizzle-orm/neon", "drizzle-orm/neon", true },
	{ "drizzle-orm/supabase", "drizzle-orm/supabase", true },
	{ "drizzle-orm", "drizzle-orm", false },
	{ "drizzle-kit", "drizzle-kit", false },
	{ "dotenv", "dotenv", true }, { "@next/env", "@next/env", false },
	{ "path", "node:path", false }, { "node:path", "node:path", true },
	{ "url", "node:url", false }, { "node:url", "node:url", false },
	{ "ramda", "ramda", false }, { "lodash", "lodash", false },
	{ "lodash-es", "lodash", false },
	{ "es-toolkit", "es-toolkit", true }, { "radash", "radash", false },
	{ "remeda", "remeda", false },
};

struct ts_value dz_new(struct ts_run *r, enum dz_class native,
    enum dz_class proto, void *data)
{
	return ts_ref(ts_native_new(r, &dz_native[native],
	    dz_of(r)->proto[proto], data));
}

struct dz_place dz_here(struct ts_run *r)
{
	return (struct dz_place){ r->file, r->at };
}

void dz_at(struct ts_run *r, struct dz_place p)
{
	if (!p.file)
		return;
	r->file = p.file;
	r->at = p.at;
}

void dz_warn(struct ts_run *r, struct str text)
{
	vec_push(r->a, &dz_of(r)->warnings, text);
}

enum ts_flow dz_no_self(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	if (c->self.type == TSV_UNKNOWN) {
		*out = c->self;
		return FLOW_NEXT;
	}
	return ts_throw(r, "TypeError", "%.*s() called on %.*s",
	    STR_ARG(c->callee->fn->name), STR_ARG(ts_show(r, c->self)));
}

enum ts_flow dz_str(struct ts_run *r, struct ts_value v, const char *what,
    struct str *out)
{
	TRY(ts_known(r, v, what));
	*out = STR_NONE;
	if (ts_is_nullish(v))
		return FLOW_NEXT;
	return ts_to_text(r, v, out);
}

enum ts_flow dz_name(struct ts_run *r, struct ts_value v, const char *what,
    struct str *out)
{
	TRY(dz_str(r, v, what, out));
	if (!out->p)
		return ts_fail(r, "%s is missing", what);
	return FLOW_NEXT;
}

enum ts_flow dz_option(struct ts_run *r, struct ts_value options,
    const char *key, struct ts_value *out)
{
	*out = TS_UNDEFINED;
	if (ts_is_nullish(options))
		return FLOW_NEXT;
	return ts_get(r, options, str_z(key), out);
}

void dz_method(struct ts_run *r, enum dz_class proto, const char *name,
    ts_native *fn, const void *data)
{
	ts_put_hidden(r, dz_of(r)->proto[proto], str_z(name),
	    ts_ref(ts_function_new(r, name, fn, (void *)(uintptr_t)data)));
}

void dz_getter(struct ts_run *r, enum dz_class proto, const char *name,
    ts_native *fn)
{
	ts_put_accessor(r, dz_of(r)->proto[proto], str_z(name),
	    ts_function_new(r, name, fn, NULL), NULL, true);
}

static struct ts_object *module_object(struct ts_run *r, const char *name)
{
	struct map *m = dz_of(r)->modules;
	struct ts_object *o = map_get(m, str_z(name));

	if (!o) {
		o = ts_object_new(r);
		map_put(m, str_z(name), o);
	}
	return o;
}

void dz_export(struct ts_run *r, const char *module, const char *name,
    struct ts_value v)
{
	ts_put(r, module_object(r, module), str_z(name), v);
}

void dz_function(struct ts_run *r, const char *module, const char *name,
    ts_native *fn, const void *data)
{
	dz_export(r, module, name, ts_ref(ts_function_new(r, name, fn,
	    (void *)(uintptr_t)data)));
}

/* --- classes ------------------------------------------------------------- */

static DZ_NATIVE(no_constructor)
{
	*out = ts_unknown_of(r, "new %.*s()", STR_ARG(c->callee->fn->name));
	return FLOW_NEXT;
}

static void make_class(struct ts_run *r, struct dz *d, enum dz_class i)
{
	const char *name = classes[i].name;

	d->proto[i] = ts_object_new(r);
	d->ctor[i] = ts_function_new(r, name, no_constructor, NULL);
	ts_put_hidden(r, d->ctor[i], STR("prototype"), ts_ref(d->proto[i]));
	ts_put_hidden(r, d->proto[i], STR("constructor"), ts_ref(d->ctor[i]));
}

static void link_class(struct ts_run *r, struct dz *d, enum dz_class i)
{
	enum dz_class parent = classes[i].parent;

	if (parent != DZ_CLASS_N) {
		d->proto[i]->proto = d->proto[parent];
		d->ctor[i]->proto = d->ctor[parent];
	}
	if (classes[i].module)
		dz_export(r, classes[i].module, classes[i].name,
		    ts_ref(d->ctor[i]));
}

/* is(value, Class) */
static DZ_NATIVE(is_entity)
{
	struct ts_value v = ts_arg(c, 0), of = ts_arg(c, 1), proto;

	*out = ts_bool(false);
	if (v.type == TSV_UNKNOWN || of.type == TSV_UNKNOWN)
		*out = v.type == TSV_UNKNOWN ? v : of;
	if (v.type != TSV_OBJECT || of.type != TSV_OBJECT)
		return FLOW_NEXT;
	TRY(ts_get(r, of, STR("prototype"), &proto));
	for (struct ts_object *o = v.object->proto; o; o = o->proto)
		if (proto.type == TSV_OBJECT && o == proto.object)
			*out = ts_bool(true);
	return FLOW_NEXT;
}

struct dz *dz_of(struct ts_run *r)
{
	struct dz *d = r->extra;

	if (d)
		return d;
	r->extra = d = arena_new_of(r->a, struct dz);
	d->modules = map_new(r->a);
	for (enum dz_class i = 0; i < DZ_CLASS_N; i++)
		make_class(r, d, i);
	for (enum dz_class i = 0; i < DZ_CLASS_N; i++)
		link_class(r, d, i);
	dz_function(r, "drizzle-orm", "is", is_entity, NULL);
	dz_install_builders(r);
	dz_install_modifiers(r);
	dz_install_tables(r);
	dz_install_extras(r);
	dz_install_pg(r);
	dz_install_sql(r);
	dz_install_operators(r);
	dz_install_views(r);
	dz_install_select(r);
	dz_install_other(r);
	dz_install_config(r);
	dz_install_pure(r);
	return d;
}

static const char *module_of(struct str name)
{
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		struct str prefix = str_z(modules[i].prefix);

		if (str_eq(name, prefix) || (modules[i].below &&
		    str_starts(name, prefix) && name.p[prefix.n] == '/'))
			return modules[i].module;
	}
	return NULL;
}

bool dz_is_built_in(struct str name)
{
	return module_of(name) != NULL;
}

struct ts_object *dz_module(struct ts_run *r, struct str name)
{
	const char *module = module_of(name);

	return module ? map_get(dz_of(r)->modules, str_z(module)) : NULL;
}

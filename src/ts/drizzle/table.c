/*
 * table: pgTable(), sqliteTable() and their creators; columns and aliases
 * (drizzle-orm 0.45.4, table.ts, pg-core/table.ts, sqlite-core/table.ts,
 * alias.ts).
 */
#include "ts/drizzle/drizzle.h"

static const enum dz_class table_class[] = {
	[DECL_PG] = DZ_PG_TABLE, [DECL_SQLITE] = DZ_SQLITE_TABLE,
};
static const enum dz_class column_class[] = {
	[DECL_PG] = DZ_PG_COLUMN, [DECL_SQLITE] = DZ_SQLITE_COLUMN,
};
static const char *const core_module[] = {
	[DECL_PG] = "drizzle-orm/pg-core",
	[DECL_SQLITE] = "drizzle-orm/sqlite-core",
};

/* --- columns ------------------------------------------------------------- */

struct str dz_unique_name(struct arena *a, struct str table, dz_columns cols)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_add(&b, table);
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addc(&b, '_');
		sbuf_add(&b, cols.v[i]->c.name);
	}
	sbuf_addz(&b, "_unique");
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static enum ts_flow custom_text(struct ts_run *r, const struct dz_config *k,
    struct str *out)
{
	struct ts_value f, v;

	TRY(dz_option(r, k->custom, "dataType", &f));
	TRY(ts_known(r, f, "the type of a column"));
	if (!ts_callable(f))
		return ts_fail(r, "customType() needs dataType()");
	TRY(ts_invoke(r, f, k->custom, &k->options, 1, &v));
	return dz_name(r, v, "the type of a column", out);
}

static enum ts_flow column_build(struct ts_run *r, struct dz_config *k,
    struct dz_table *t, struct dz_column **out)
{
	struct dz_column *x = arena_new_of(r->a, struct dz_column);
	struct dz_column *base;
	dz_columns self = { &x, 1, 1 };

	x->c = *k;
	x->table = t;
	x->type = k->type;
	if (k->base) {
		TRY(column_build(r, k->base, t, &base));
		x->base = base;
		x->type = arena_printf(r->a, "%.*s[%.*s]",
		    STR_ARG(base->type), STR_ARG(k->size));
		x->c.of_enum = base->c.of_enum;
	} else if (k->row->flags & B_CUSTOM) {
		TRY(custom_text(r, k, &x->type));
	}
	/* the builder keeps the first name it got (D.1) */
	if (!k->unique_name.p)
		k->unique_name = dz_unique_name(r->a, t->name, self);
	x->c.unique_name = k->unique_name;
	x->self = dz_new(r, DZ_COLUMN, column_class[k->dialect], x).object;
	*out = x;
	return FLOW_NEXT;
}

struct dz_column *dz_column_alias(struct ts_run *r, struct dz_column *k,
    struct dz_table *t)
{
	struct dz_column *x = arena_copy(r->a, k, sizeof(*k));

	x->table = t;
	x->self = dz_new(r, DZ_COLUMN, column_class[k->c.dialect], x).object;
	return x;
}

/* --- tables -------------------------------------------------------------- */

static DZ_NATIVE(enable_rls)
{
	struct dz_table *t = c->callee->fn->data;

	(void)r;
	t->rls = true;
	*out = ts_ref(t->self);
	return FLOW_NEXT;
}

static void put_columns(struct ts_run *r, struct dz_table *t)
{
	for (size_t i = 0; i < t->cols.n; i++)
		ts_put(r, t->self, t->keys.v[i], ts_ref(t->cols.v[i]->self));
	if (t->dialect == DECL_PG)
		ts_put_hidden(r, t->self, STR("enableRLS"),
		    ts_ref(ts_function_new(r, "enableRLS", enable_rls, t)));
}

static void add_inline_fks(struct ts_run *r, struct dz_table *t,
    struct dz_config *k, struct dz_column *x)
{
	for (size_t i = 0; i < k->refs.n; i++) {
		struct dz_fk *f = arena_new_of(r->a, struct dz_fk);

		*f = (struct dz_fk){ .from = x, .to = k->refs.v[i].to,
			.on_delete = k->refs.v[i].on_delete,
			.on_update = k->refs.v[i].on_update,
			.place = k->place };
		vec_push(r->a, &t->fks, f);
	}
}

static enum ts_flow add_column(struct ts_run *r, struct dz_table *t,
    struct str key, struct ts_value v)
{
	struct dz_config *k = dz_data(v, DZ_BUILDER);
	struct dz_column *x;

	if (v.type == TSV_UNKNOWN)
		return ts_known(r, v, arena_z(r->a, arena_printf(r->a,
		    "the column %.*s of the table %.*s", STR_ARG(key),
		    STR_ARG(t->name))));
	if (!k)
		return ts_throw(r, "TypeError", "the column %.*s of the table "
		    "%.*s is not a column: %.*s", STR_ARG(key),
		    STR_ARG(t->name), STR_ARG(ts_show(r, v)));
	if (k->dialect != t->dialect)
		return ts_throw(r, "TypeError", "the column %.*s of the table "
		    "%.*s is of another dialect", STR_ARG(key),
		    STR_ARG(t->name));
	if (k->name.n == 0)
		k->name = key;
	TRY(column_build(r, k, t, &x));
	vec_push(r->a, &t->cols, x);
	add_inline_fks(r, t, k, x);
	return FLOW_NEXT;
}

/* The columns that a PostgreSQL table's third argument sees: with .desc(). */
static void make_extras(struct ts_run *r, struct dz_table *t)
{
	static const struct dz_order none = { { "asc", 3 }, { "last", 4 },
		{ NULL, 0 } };

	t->extras = ts_object_new(r);
	for (size_t i = 0; i < t->cols.n; i++) {
		struct dz_column *x = t->cols.v[i];

		if (t->dialect == DECL_PG) {
			x = arena_copy(r->a, x, sizeof(*x));
			x->order = arena_copy(r->a, &none, sizeof(none));
			x->unordered = arena_copy(r->a, &none, sizeof(none));
			x->self = dz_new(r, DZ_COLUMN, DZ_EXTRA_COLUMN,
			    x).object;
		}
		ts_put(r, t->extras, t->keys.v[i], ts_ref(x->self));
	}
}

enum ts_flow dz_table_make(struct ts_run *r, enum decl_dialect d,
    struct str name, struct str base, struct str schema,
    struct ts_value columns, struct ts_value extra, struct dz_table **out)
{
	struct dz_table *t = arena_new_of(r->a, struct dz_table);
	struct ts_value all;

	*t = (struct dz_table){ .dialect = d, .name = name, .original = name,
		.base = base, .schema = schema, .extra = extra,
		.place = dz_here(r) };
	t->self = dz_new(r, DZ_TABLE, table_class[d], t).object;
	if (ts_callable(columns)) {
		all = dz_all_builders(r, d);
		TRY(ts_invoke(r, columns, TS_UNDEFINED, &all, 1, &columns));
	}
	TRY(ts_known(r, columns, arena_z(r->a, arena_printf(r->a,
	    "what columns the table %.*s has", STR_ARG(name)))));
	if (columns.type != TSV_OBJECT)
		return ts_throw(r, "TypeError", "the table %.*s has no "
		    "columns", STR_ARG(name));
	if (columns.object->open)
		TRY(ts_known(r, (struct ts_value){ .type = TSV_UNKNOWN,
		    .unknown = columns.object->open }, arena_z(r->a,
		    arena_printf(r->a, "what columns the table %.*s has",
		    STR_ARG(name)))));
	t->keys = ts_keys(r, columns.object);
	for (size_t i = 0; i < t->keys.n; i++) {
		struct ts_value v;

		TRY(ts_get(r, columns, t->keys.v[i], &v));
		TRY(add_column(r, t, t->keys.v[i], v));
	}
	make_extras(r, t);
	put_columns(r, t);
	*out = t;
	return FLOW_NEXT;
}

struct dz_table *dz_table_alias(struct ts_run *r, struct dz_table *t,
    struct str alias, bool original)
{
	struct dz_table *x = arena_copy(r->a, t, sizeof(*t));

	x->name = alias;
	x->alias = true;
	if (original)
		x->original = alias;
	x->self = dz_new(r, DZ_TABLE, table_class[t->dialect], x).object;
	x->cols.v = NULL;
	x->cols.n = x->cols.cap = 0;
	for (size_t i = 0; i < t->cols.n; i++)
		vec_push(r->a, &x->cols, dz_column_alias(r, t->cols.v[i], x));
	put_columns(r, x);
	return x;
}

/* --- functions ----------------------------------------------------------- */

struct maker {
	enum decl_dialect dialect;
	struct ts_value rename;		/* of a creator */
};
static const enum decl_dialect dialects[] = {
	[DECL_PG] = DECL_PG, [DECL_SQLITE] = DECL_SQLITE,
};

static DZ_NATIVE(make_table)
{
	const enum decl_dialect *d = c->callee->fn->data;
	struct dz_table *t;
	struct str name;

	TRY(dz_name(r, ts_arg(c, 0), "the name of a table", &name));
	TRY(dz_table_make(r, *d, name, name, STR_NONE, ts_arg(c, 1),
	    ts_arg(c, 2), &t));
	*out = ts_ref(t->self);
	return FLOW_NEXT;
}

static DZ_NATIVE(make_renamed)
{
	const struct maker *m = c->callee->fn->data;
	struct ts_value arg = ts_arg(c, 0), v;
	struct str base, name;
	struct dz_table *t;

	TRY(dz_name(r, arg, "the name of a table", &base));
	TRY(ts_invoke(r, m->rename, TS_UNDEFINED, &arg, 1, &v));
	TRY(dz_name(r, v, "the name of a table", &name));
	TRY(dz_table_make(r, m->dialect, name, base, STR_NONE, ts_arg(c, 1),
	    ts_arg(c, 2), &t));
	*out = ts_ref(t->self);
	return FLOW_NEXT;
}

static DZ_NATIVE(creator)
{
	const enum decl_dialect *d = c->callee->fn->data;
	struct maker *m = arena_new_of(r->a, struct maker);

	TRY(ts_known(r, ts_arg(c, 0), "the names of tables"));
	*m = (struct maker){ *d, ts_arg(c, 0) };
	*out = ts_ref(ts_function_new(r, "table", make_renamed, m));
	return FLOW_NEXT;
}

/* alias(table, name) */
static DZ_NATIVE(make_alias)
{
	struct dz_table *t = dz_data(ts_arg(c, 0), DZ_TABLE);
	struct str alias;

	if (!t) {
		*out = ts_unknown_of(r, "alias()");
		return FLOW_NEXT;
	}
	TRY(dz_name(r, ts_arg(c, 1), "the name of an alias", &alias));
	*out = ts_ref(dz_table_alias(r, t, alias, false)->self);
	return FLOW_NEXT;
}

/* --- what may be read from them ------------------------------------------ */

static struct ts_value text_or_undefined(struct str s)
{
	return s.p ? ts_text(s) : TS_UNDEFINED;
}

#define COLUMN_GETTER(name, value) \
	static DZ_NATIVE(column_##name) \
	{ \
		DZ_SELF(dz_column, k, DZ_COLUMN); \
		*out = (value); \
		return FLOW_NEXT; \
	}
COLUMN_GETTER(name, ts_text(k->c.name))
COLUMN_GETTER(table, ts_ref(k->table->self))
COLUMN_GETTER(notnull, ts_bool(k->c.notnull))
COLUMN_GETTER(default, k->c.dflt)
COLUMN_GETTER(has_default, ts_bool(k->c.has_default))
COLUMN_GETTER(primary, ts_bool(k->c.primary))
COLUMN_GETTER(unique, ts_bool(k->c.unique))
COLUMN_GETTER(unique_name, text_or_undefined(k->c.unique_name))
COLUMN_GETTER(key_as_name, ts_bool(k->c.key_as_name))
COLUMN_GETTER(enum_values, k->c.enum_values)
COLUMN_GETTER(column_type, ts_text(k->c.row ? str_z(k->c.row->column_type) :
    STR("PgArray")))
COLUMN_GETTER(data_type, ts_text(k->c.row ? str_z(k->c.row->data_type) :
    STR("array")))
COLUMN_GETTER(sql_type, ts_text(k->type))
COLUMN_GETTER(enum, k->c.of_enum ? ts_unknown_of(r, "a column's enum") :
    TS_UNDEFINED)

/* Of the classes that keep their length (pg-core char.ts, varchar.ts,
 * sqlite-core text.ts). */
static DZ_NATIVE(column_length)
{
	DZ_SELF(dz_column, k, DZ_COLUMN);
	struct str of = k->c.row ? str_z(k->c.row->column_type) : STR("");

	*out = TS_UNDEFINED;
	if (str_is(of, "PgChar") || str_is(of, "PgVarchar") ||
	    str_is(of, "SQLiteText"))
		return dz_option(r, k->c.options, "length", out);
	return FLOW_NEXT;
}

static const struct {
	const char *name;
	ts_native *fn;
} column_getters[] = {
	{ "length", column_length },
	{ "name", column_name }, { "table", column_table },
	{ "notNull", column_notnull }, { "default", column_default },
	{ "hasDefault", column_has_default }, { "primary", column_primary },
	{ "isUnique", column_unique }, { "uniqueName", column_unique_name },
	{ "keyAsName", column_key_as_name },
	{ "enumValues", column_enum_values },
	{ "columnType", column_column_type },
	{ "dataType", column_data_type }, { "enum", column_enum },
};

struct ts_object *dz_columns_object(struct ts_run *r, const struct dz_table *t)
{
	struct ts_object *o = ts_object_new(r);

	for (size_t i = 0; i < t->cols.n; i++)
		ts_put(r, o, t->keys.v[i], ts_ref(t->cols.v[i]->self));
	return o;
}

/* Properties of a table by symbol; Table.Symbol.Name … names them. */
#define TABLE_GETTER(name, value) \
	static DZ_NATIVE(table_##name) \
	{ \
		DZ_SELF(dz_table, t, DZ_TABLE); \
		*out = (value); \
		return FLOW_NEXT; \
	}
TABLE_GETTER(name, ts_text(t->name))
TABLE_GETTER(schema, text_or_undefined(t->schema))
TABLE_GETTER(original, ts_text(t->original))
TABLE_GETTER(base, ts_text(t->base))
TABLE_GETTER(alias, ts_bool(t->alias))
TABLE_GETTER(columns, ts_ref(dz_columns_object(r, t)))
TABLE_GETTER(extras, ts_ref(t->extras))
TABLE_GETTER(extra, t->extra)
TABLE_GETTER(true, ts_bool(t != NULL))

static const struct {
	const char *symbol, *key;
	ts_native *fn;
} table_symbols[] = {
	{ "Name", "\xff@for:drizzle:Name", table_name },
	{ "Schema", "\xff@for:drizzle:Schema", table_schema },
	{ "OriginalName", "\xff@for:drizzle:OriginalName", table_original },
	{ "Columns", "\xff@for:drizzle:Columns", table_columns },
	{ "ExtraConfigColumns", "\xff@for:drizzle:ExtraConfigColumns",
		table_extras },
	{ "BaseName", "\xff@for:drizzle:BaseName", table_base },
	{ "IsAlias", "\xff@for:drizzle:IsAlias", table_alias },
	{ "ExtraConfigBuilder", "\xff@for:drizzle:ExtraConfigBuilder",
		table_extra },
	{ NULL, "\xff@for:drizzle:IsDrizzleTable", table_true },
};

/* getTableColumns(table) and the like: one getter of the first argument. */
static DZ_NATIVE(of_table)
{
	ts_native *const *fn = c->callee->fn->data;
	struct ts_call call = *c;

	call.self = ts_arg(c, 0);
	return (*fn)(r, &call, out);
}

static DZ_NATIVE(unique_table_name)
{
	struct ts_value v = ts_arg(c, 0);
	struct dz_table *t = dz_data(v, DZ_TABLE);

	if (!t) {
		*out = v.type == TSV_UNKNOWN ? v : TS_UNDEFINED;
		return FLOW_NEXT;
	}
	*out = ts_text(arena_printf(r->a, "%.*s.%.*s", STR_ARG(t->schema.p ?
	    t->schema : STR("public")), STR_ARG(t->name)));
	return FLOW_NEXT;
}

static DZ_NATIVE(is_table)
{
	struct ts_value v = ts_arg(c, 0);

	(void)r;
	*out = v.type == TSV_UNKNOWN ? v : ts_bool(dz_data(v, DZ_TABLE));
	return FLOW_NEXT;
}

static ts_native *const get_name = table_name, *const get_columns =
    table_columns;

static void install_symbols(struct ts_run *r)
{
	struct ts_object *symbols = ts_object_new(r);
	const size_t n = sizeof(table_symbols) / sizeof(*table_symbols);

	for (size_t i = 0; i < n; i++) {
		struct str key = str_z(table_symbols[i].key);

		if (table_symbols[i].symbol)
			ts_put(r, symbols, str_z(table_symbols[i].symbol),
			    (struct ts_value){ .type = TSV_SYMBOL,
			    .text = key });
		ts_put_accessor(r, dz_of(r)->proto[DZ_TABLE], key,
		    ts_function_new(r, "get", table_symbols[i].fn, NULL),
		    NULL, true);
	}
	for (enum dz_class i = DZ_TABLE; i <= DZ_SQLITE_TABLE; i++)
		ts_put_hidden(r, dz_of(r)->ctor[i], STR("Symbol"),
		    ts_ref(symbols));
}

void dz_install_tables(struct ts_run *r)
{
	const size_t n = sizeof(column_getters) / sizeof(*column_getters);

	install_symbols(r);
	for (size_t i = 0; i < n; i++)
		dz_getter(r, DZ_COLUMN, column_getters[i].name,
		    column_getters[i].fn);
	dz_method(r, DZ_COLUMN, "getSQLType", column_sql_type, NULL);
	for (enum decl_dialect d = DECL_PG; d < DECL_DIALECT_N; d++) {
		dz_function(r, core_module[d], d == DECL_PG ? "pgTable" :
		    "sqliteTable", make_table, &dialects[d]);
		dz_function(r, core_module[d], d == DECL_PG ?
		    "pgTableCreator" : "sqliteTableCreator", creator,
		    &dialects[d]);
		dz_function(r, core_module[d], "alias", make_alias, NULL);
	}
	dz_function(r, "drizzle-orm", "aliasedTable", make_alias, NULL);
	dz_function(r, "drizzle-orm", "getTableName", of_table, &get_name);
	dz_function(r, "drizzle-orm", "getTableColumns", of_table,
	    &get_columns);
	dz_function(r, "drizzle-orm", "getTableUniqueName", unique_table_name,
	    NULL);
	dz_function(r, "drizzle-orm", "isTable", is_table, NULL);
}

/* --- lists of columns ---------------------------------------------------- */

enum ts_flow dz_column_list(struct ts_run *r, struct ts_value list,
    const char *what, dz_columns *out)
{
	const struct ts_value *v;
	size_t n;

	TRY(ts_known(r, list, what));
	TRY(ts_iterate(r, list, &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct dz_column *k = dz_data(v[i], DZ_COLUMN);

		TRY(ts_known(r, v[i], what));
		if (!k)
			return ts_throw(r, "TypeError", "%s: %.*s is not a "
			    "column", what, STR_ARG(ts_show(r, v[i])));
		vec_push(r->a, out, k);
	}
	return FLOW_NEXT;
}

/*
 * builders: column builders of both dialects, one row for each way to call
 * one (drizzle-orm 0.45.4, pg-core/columns, sqlite-core/columns; drizzle-spec
 * 4.2, 4.3).  The first row whose mode fits counts; a row without a mode fits
 * always.  Forms of types: type.c.
 */
#include "ts/drizzle/drizzle.h"

#define PG(name, mode, type, column_type, data_type, flags, encode) \
	{ name, DECL_PG, mode, type, column_type, data_type, flags, encode }
#define LITE(name, mode, type, column_type, data_type, flags, encode) \
	{ name, DECL_SQLITE, mode, type, column_type, data_type, flags, \
		encode }
#define TS_TYPE(space) "timestamp{" space "($precision)}" \
	"{?withTimezone with time zone}"
#define NUMERIC "numeric{($precision{, $scale})}"
static const struct dz_builder_row rows[] = {
	PG("bigint", "number", "bigint", "PgBigInt53", "number", B_IDENTITY |
	    B_OPTIONS, ENCODE_SAME),
	PG("bigint", NULL, "bigint", "PgBigInt64", "bigint", B_IDENTITY |
	    B_OPTIONS, ENCODE_SAME),
	PG("bigserial", "number", "bigserial", "PgBigSerial53", "number",
	    B_NOTNULL | B_OPTIONS, ENCODE_SAME),
	PG("bigserial", NULL, "bigserial", "PgBigSerial64", "bigint",
	    B_OPTIONS, ENCODE_SAME),
	PG("boolean", NULL, "boolean", "PgBoolean", "boolean", 0, ENCODE_SAME),
	PG("char", NULL, "char{($length)}", "PgChar", "string", 0,
	    ENCODE_SAME),
	PG("cidr", NULL, "cidr", "PgCidr", "string", 0, ENCODE_SAME),
	PG("customType", NULL, "", "PgCustomColumn", "custom", B_CUSTOM,
	    ENCODE_CUSTOM),
	PG("date", "date", "date", "PgDate", "date", B_NOW, ENCODE_ISO),
	PG("date", NULL, "date", "PgDateString", "string", B_NOW, ENCODE_SAME),
	PG("doublePrecision", NULL, "double precision", "PgDoublePrecision",
	    "number", 0, ENCODE_SAME),
	PG("inet", NULL, "inet", "PgInet", "string", 0, ENCODE_SAME),
	PG("integer", NULL, "integer", "PgInteger", "number", B_IDENTITY,
	    ENCODE_SAME),
	PG("interval", NULL, "interval{?fields $fields}"
	    "{?precision($precision)}", "PgInterval", "string", 0,
	    ENCODE_SAME),
	PG("json", NULL, "json", "PgJson", "json", 0, ENCODE_JSON),
	PG("jsonb", NULL, "jsonb", "PgJsonb", "json", 0, ENCODE_JSON),
	PG("line", "abc", "line", "PgLineABC", "json", 0, ENCODE_LINE_ABC),
	PG("line", NULL, "line", "PgLine", "array", 0, ENCODE_LINE),
	PG("macaddr", NULL, "macaddr", "PgMacaddr", "string", 0, ENCODE_SAME),
	PG("macaddr8", NULL, "macaddr8", "PgMacaddr8", "string", 0,
	    ENCODE_SAME),
	PG("numeric", "number", NUMERIC, "PgNumericNumber", "number", 0,
	    ENCODE_TEXT),
	PG("numeric", "bigint", NUMERIC, "PgNumericBigInt", "bigint", 0,
	    ENCODE_TEXT),
	PG("numeric", NULL, NUMERIC, "PgNumeric", "string", 0, ENCODE_SAME),
	PG("point", "xy", "point", "PgPointObject", "json", 0,
	    ENCODE_PAIR_XY),
	PG("point", NULL, "point", "PgPointTuple", "array", 0, ENCODE_PAIR),
	PG("geometry", "xy", "geometry(point)", "PgGeometryObject", "json", 0,
	    ENCODE_POINT_XY),
	PG("geometry", NULL, "geometry(point)", "PgGeometry", "array", 0,
	    ENCODE_POINT),
	PG("real", NULL, "real", "PgReal", "number", 0, ENCODE_SAME),
	PG("serial", NULL, "serial", "PgSerial", "number", B_NOTNULL,
	    ENCODE_SAME),
	PG("smallint", NULL, "smallint", "PgSmallInt", "number", B_IDENTITY,
	    ENCODE_SAME),
	PG("smallserial", NULL, "smallserial", "PgSmallSerial", "number",
	    B_NOTNULL, ENCODE_SAME),
	PG("text", NULL, "text", "PgText", "string", 0, ENCODE_SAME),
	PG("time", NULL, "time{($precision)}{?withTimezone with time zone}",
	    "PgTime", "string", B_NOW, ENCODE_SAME),
	PG("timestamp", "string", TS_TYPE(""), "PgTimestampString", "string",
	    B_NOW, ENCODE_SAME),
	PG("timestamp", NULL, TS_TYPE(" "), "PgTimestamp", "date", B_NOW,
	    ENCODE_ISO),
	PG("uuid", NULL, "uuid", "PgUUID", "string", B_RANDOM, ENCODE_SAME),
	PG("varchar", NULL, "varchar{($length)}", "PgVarchar", "string", 0,
	    ENCODE_SAME),
	PG("bit", NULL, "bit($dimensions)", "PgBinaryVector", "string",
	    B_OPTIONS, ENCODE_SAME),
	PG("halfvec", NULL, "halfvec($dimensions)", "PgHalfVector", "array",
	    B_OPTIONS, ENCODE_JSON),
	PG("sparsevec", NULL, "sparsevec($dimensions)", "PgSparseVector",
	    "string", B_OPTIONS, ENCODE_SAME),
	PG("vector", NULL, "vector($dimensions)", "PgVector", "array",
	    B_OPTIONS, ENCODE_JSON),
	LITE("blob", "json", "blob", "SQLiteBlobJson", "json", 0,
	    ENCODE_JSON),
	LITE("blob", "bigint", "blob", "SQLiteBigInt", "bigint", 0,
	    ENCODE_TEXT),
	LITE("blob", NULL, "blob", "SQLiteBlobBuffer", "buffer", 0,
	    ENCODE_SAME),
	LITE("customType", NULL, "", "SQLiteCustomColumn", "custom", B_CUSTOM,
	    ENCODE_CUSTOM),
	LITE("integer", "timestamp", "integer", "SQLiteTimestamp", "date",
	    B_INTEGER | B_NOW, ENCODE_SECONDS),
	LITE("integer", "timestamp_ms", "integer", "SQLiteTimestamp", "date",
	    B_INTEGER | B_NOW, ENCODE_MS),
	LITE("integer", "boolean", "integer", "SQLiteBoolean", "boolean",
	    B_INTEGER, ENCODE_BOOL),
	LITE("integer", NULL, "integer", "SQLiteInteger", "number", B_INTEGER,
	    ENCODE_SAME),
	LITE("numeric", "number", "numeric", "SQLiteNumericNumber", "number",
	    0, ENCODE_TEXT),
	LITE("numeric", "bigint", "numeric", "SQLiteNumericBigInt", "bigint",
	    0, ENCODE_TEXT),
	LITE("numeric", NULL, "numeric", "SQLiteNumeric", "string", 0,
	    ENCODE_SAME),
	LITE("real", NULL, "real", "SQLiteReal", "number", 0, ENCODE_SAME),
	LITE("text", "json", "text", "SQLiteTextJson", "json", 0,
	    ENCODE_JSON),
	LITE("text", NULL, "text{?length($length)}", "SQLiteText", "string",
	    0, ENCODE_SAME),
};
const struct dz_builder_row dz_enum_row = PG("enum", NULL, "", "PgEnumColumn",
    "string", B_ENUM, ENCODE_SAME);
const struct dz_builder_row dz_enum_object_row = PG("enum", NULL, "",
    "PgEnumObjectColumn", "string", B_ENUM, ENCODE_SAME);

/* Second names. */
static const struct {
	const char *name, *of;
	enum decl_dialect dialect;
} aliases[] = {
	{ "decimal", "numeric", DECL_PG }, { "int", "integer", DECL_SQLITE },
};
#define ROWS (sizeof(rows) / sizeof(*rows))

static const char *const module_of[] = {
	[DECL_PG] = "drizzle-orm/pg-core",
	[DECL_SQLITE] = "drizzle-orm/sqlite-core",
};
static const enum dz_class class_of[] = {
	[DECL_PG] = DZ_PG_BUILDER, [DECL_SQLITE] = DZ_SQLITE_BUILDER,
};

struct ts_value dz_builder_new(struct ts_run *r, struct dz_config **out)
{
	struct dz_config *k = arena_new_of(r->a, struct dz_config);

	if (*out)
		*k = **out;
	*out = k;
	k->unique_name = k->unique_type = k->size = STR_NONE;
	k->generated_mode = STR_NONE;
	k->place = dz_here(r);
	return dz_new(r, DZ_BUILDER, class_of[k->dialect], k);
}

static bool same_builder(const struct dz_builder_row *x,
    const struct dz_builder_row *y)
{
	return x->dialect == y->dialect && strcmp(x->name, y->name) == 0;
}

/* f(), f(options), f(name), f(name, options) */
static enum ts_flow arguments(struct ts_run *r, const struct ts_call *c,
    struct str *name, struct ts_value *options)
{
	struct ts_value first = ts_arg(c, 0);

	TRY(ts_known(r, first, "the name or the options of a column"));
	*name = first.type == TSV_STRING ? first.text : STR("");
	*options = first.type == TSV_OBJECT && !ts_callable(first) ? first :
	    ts_arg(c, 1);
	return FLOW_NEXT;
}

static enum ts_flow find_row(struct ts_run *r,
    const struct dz_builder_row *first, struct ts_value options,
    const struct dz_builder_row **out)
{
	const struct dz_builder_row *row = first;
	struct ts_value mode = TS_UNDEFINED;

	if (row->mode) {
		TRY(dz_option(r, options, "mode", &mode));
		TRY(ts_known(r, mode, "the type of a column"));
	}
	while (row->mode && !(mode.type == TSV_STRING &&
	    str_is(mode.text, row->mode)))
		row++;
	*out = row;
	return FLOW_NEXT;
}

static enum ts_flow set_enum_values(struct ts_run *r, struct dz_config *k,
    struct ts_value options)
{
	if (options.type == TSV_OBJECT)
		TRY(ts_get(r, options, STR("enum"), &k->enum_values));
	return FLOW_NEXT;
}

/* drizzle-orm 0.45's geometry is a point of no SRID whatever its options say
 * (columns/postgis_extension/geometry.ts). */
static enum ts_flow tell_ignored(struct ts_run *r, const struct dz_config *k,
    struct ts_value options)
{
	struct ts_value srid, type;

	if (strcmp(k->row->name, "geometry") || options.type != TSV_OBJECT)
		return FLOW_NEXT;
	TRY(dz_option(r, options, "srid", &srid));
	TRY(dz_option(r, options, "type", &type));
	if (!ts_is_nullish(srid) || (type.type == TSV_STRING &&
	    !str_is(type.text, "point")))
		dz_warn(r, arena_printf(r->a, "%.*s: geometry(): its srid and "
		    "type are not in what drizzle-kit writes, geometry(point); "
		    "a customType says another one", STR_ARG(ts_where(r))));
	return FLOW_NEXT;
}

static DZ_NATIVE(build_column)
{
	const struct dz_builder_row *first = c->callee->fn->data, *row;
	struct ts_value options;
	struct dz_config *k = &(struct dz_config){ 0 };
	struct str name;

	TRY(arguments(r, c, &name, &options));
	if (first->flags & B_OPTIONS && ts_is_nullish(options))
		return ts_throw(r, "TypeError", "%s() needs options: "
		    "%s({ … })", first->name, first->name);
	TRY(find_row(r, first, options, &row));
	k->row = row;
	k->dialect = row->dialect;
	k->name = name;
	k->key_as_name = name.n == 0;
	k->options = options;
	k->notnull = row->flags & B_NOTNULL;
	TRY(dz_type_text(r, row->type, options, &k->type));
	TRY(set_enum_values(r, k, options));
	TRY(tell_ignored(r, k, options));
	*out = dz_builder_new(r, &k);
	return FLOW_NEXT;
}

/* --- customType({ dataType(options) { … } }) ----------------------------- */

struct custom {
	const struct dz_builder_row *row;
	struct ts_value params;
};

static DZ_NATIVE(build_custom)
{
	const struct custom *custom = c->callee->fn->data;
	struct dz_config *k = &(struct dz_config){ 0 };

	TRY(arguments(r, c, &k->name, &k->options));
	k->row = custom->row;
	k->dialect = custom->row->dialect;
	k->key_as_name = k->name.n == 0;
	k->custom = custom->params;
	*out = dz_builder_new(r, &k);
	return FLOW_NEXT;
}

static DZ_NATIVE(custom_type)
{
	struct custom *custom = arena_new_of(r->a, struct custom);

	TRY(ts_known(r, ts_arg(c, 0), "a custom type"));
	custom->row = c->callee->fn->data;
	custom->params = ts_arg(c, 0);
	*out = ts_ref(ts_function_new(r, "customType", build_custom, custom));
	return FLOW_NEXT;
}

/* --- what there is ------------------------------------------------------- */

static struct ts_value builder_function(struct ts_run *r,
    const struct dz_builder_row *row)
{
	return ts_ref(ts_function_new(r, row->name, row->flags & B_CUSTOM ?
	    custom_type : build_column, (void *)(uintptr_t)row));
}

struct ts_value dz_all_builders(struct ts_run *r, enum decl_dialect d)
{
	struct ts_object *o = ts_object_new(r);

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].dialect == d &&
		    (i == 0 || !same_builder(&rows[i], &rows[i - 1])))
			ts_put(r, o, str_z(rows[i].name),
			    builder_function(r, &rows[i]));
	return ts_ref(o);
}

void dz_install_builders(struct ts_run *r)
{
	const size_t n = sizeof(aliases) / sizeof(*aliases);

	for (size_t i = 0; i < ROWS; i++) {
		struct ts_value f = builder_function(r, &rows[i]);

		if (i > 0 && same_builder(&rows[i], &rows[i - 1]))
			continue;
		dz_export(r, module_of[rows[i].dialect], rows[i].name, f);
		for (size_t k = 0; k < n; k++)
			if (aliases[k].dialect == rows[i].dialect &&
			    strcmp(aliases[k].of, rows[i].name) == 0)
				dz_export(r, module_of[rows[i].dialect],
				    aliases[k].name, f);
	}
}

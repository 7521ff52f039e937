#ifndef WEIR_TS_DRIZZLE_DRIZZLE_H
#define WEIR_TS_DRIZZLE_DRIZZLE_H
/*
 * drizzle: what drizzle-orm's schema builders make, as native objects of the
 * evaluator (drizzle-orm 0.45.4: sql/sql.ts, table.ts, column.ts, pg-core,
 * sqlite-core; drizzle-spec §4).
 *
 * Rules.  D.1 builders change in place, as there: one builder that stands in
 * two tables keeps the first name it was given.  D.2 SQL is kept in pieces
 * and rendered when the dialect and the casing are known.  D.3 an unknown
 * that decides a name, type, default or expression fails at the place that
 * is being evaluated (dz_at() for what is read later).  D.4 which builders,
 * modifiers, operators and exports there are stands in tables: one row each.
 */
#include "decl/decl.h"
#include "ts/run.h"
#include "ts/schema.h"

enum dz_class {
	DZ_TABLE, DZ_PG_TABLE, DZ_SQLITE_TABLE,
	DZ_COLUMN, DZ_PG_COLUMN, DZ_SQLITE_COLUMN, DZ_EXTRA_COLUMN,
	DZ_BUILDER, DZ_PG_BUILDER, DZ_SQLITE_BUILDER,
	DZ_SQL, DZ_ALIASED, DZ_NAME, DZ_PARAM, DZ_PLACEHOLDER, DZ_CHUNK,
	DZ_SCHEMA, DZ_INDEX_ON, DZ_INDEX, DZ_UNIQUE_ON, DZ_UNIQUE, DZ_PK,
	DZ_FK, DZ_CHECK, DZ_POLICY, DZ_ROLE, DZ_SEQUENCE,
	DZ_VIEW_ON, DZ_VIEW, DZ_PG_VIEW, DZ_PG_MATERIALIZED, DZ_SQLITE_VIEW,
	DZ_QUERY, DZ_SELECT_FROM, DZ_SELECT, DZ_WITH, DZ_SUBQUERY,
	DZ_RELATIONS,
	DZ_CLASS_N
};
/* Told by address; classes of one structure share the first of its group. */
extern const struct ts_native_class dz_native[DZ_CLASS_N];

/* Where in the files something was written. */
struct dz_place {
	const struct ts_file *file;
	const struct ts_node *at;
};

struct dz_enum {
	struct str name, schema;	/* schema absent: public */
	struct ts_value values;		/* array */
	struct dz_place place;
	bool object;			/* made from an object */
};
struct dz_ref {			/* references(() => column, actions) */
	struct ts_value to;
	struct str on_delete, on_update;	/* absent: default */
};
struct dz_identity {
	const char *type;
	struct ts_value options;	/* object; undefined: none */
};

/* How a value becomes a parameter (Column.mapToDriverValue). */
enum dz_encode { ENCODE_SAME, ENCODE_TEXT, ENCODE_ISO, ENCODE_JSON,
	ENCODE_SECONDS, ENCODE_MS, ENCODE_BOOL, ENCODE_PAIR, ENCODE_LINE,
	ENCODE_LINE_ABC, ENCODE_PAIR_XY, ENCODE_POINT, ENCODE_POINT_XY,
	ENCODE_CUSTOM, ENCODE_ARRAY };

/* One way to call one builder: a row of builders.c. */
struct dz_builder_row {
	const char *name;
	enum decl_dialect dialect;
	const char *mode;	/* of the options; NULL: any other */
	const char *type;	/* drizzle/type.c has the little language */
	const char *column_type, *data_type;
	unsigned flags;
	enum dz_encode encode;
};
enum {
	B_NOTNULL = 1,		/* serials */
	B_NOW = 2,		/* has defaultNow() */
	B_IDENTITY = 4,
	B_RANDOM = 8,		/* has defaultRandom() */
	B_INTEGER = 16,		/* SQLite: autoIncrement */
	B_CUSTOM = 32,
	B_OPTIONS = 64,		/* fails without options, as there */
	B_ENUM = 128,		/* made by calling an enum */
};

/* What a column builder gathers; a column keeps a copy (D.1). */
struct dz_config {
	const struct dz_builder_row *row;	/* NULL: array */
	enum decl_dialect dialect;
	struct str name;
	bool key_as_name;
	bool notnull, primary, unique, autoincrement, has_default;
	struct str unique_name, unique_type;	/* absent: none */
	struct ts_value dflt;
	bool generated;
	struct ts_value generated_as;
	struct str generated_mode;
	const struct dz_identity *identity;
	struct str type;		/* but custom, array */
	struct ts_value custom, options;
	const struct dz_enum *of_enum;
	struct dz_config *base;		/* array of … */
	struct str size;		/* absent: [] */
	struct ts_value enum_values;
	VEC(struct dz_ref) refs;
	struct dz_place place;
};

struct dz_order {
	struct str order, nulls, opclass;
};
struct dz_column {
	struct dz_config c;
	struct str type;
	struct dz_table *table;
	const struct dz_column *base;	/* of an array */
	struct ts_object *self;
	/* of pg extras' columns; NULL: it is none.  An index keeps `order` as
	 * it is, and the column goes on with a copy of the other: after
	 * onOnly() with the other itself. */
	struct dz_order *order, *unordered;
};

struct dz_index_column {
	struct ts_value sql;		/* or … */
	struct str name;
	bool key_as_name, is_sql;
	struct str column_type;
	const struct dz_order *order;
};
struct dz_index {
	struct str name;		/* absent: from the columns */
	bool unique, concurrently;
	enum decl_dialect dialect;
	VEC(struct dz_index_column) cols;
	struct ts_value where, with;
	struct str method;
	struct dz_place place;
};
typedef VEC(struct dz_column *) dz_columns;
struct dz_key {				/* unique(), primaryKey() */
	struct str name;		/* absent: from the columns */
	dz_columns cols;
	bool nulls_not_distinct;
	struct dz_place place;
};
struct dz_fk {
	struct dz_column *from;		/* references(): with to … */
	struct ts_value to;
	struct ts_value config;		/* … or foreignKey({ … }) */
	struct str on_delete, on_update;	/* absent: default */
	struct dz_place place;
};
struct dz_check {
	struct str name;
	struct ts_value value;
	struct dz_place place;
};
struct dz_policy {
	struct str name;
	struct ts_value as, to_for, to, using_expr, with_check;
	struct dz_table *linked;
	struct dz_place place;
};
struct dz_role {
	struct str name;
	struct ts_value create_db, create_role, inherit;
	bool existing;
	struct dz_place place;
};
struct dz_sequence {
	struct str name, schema;	/* schema absent: public */
	struct ts_value options;
	struct dz_place place;
};
struct dz_schema {
	struct str name;
};

struct dz_table {
	enum decl_dialect dialect;
	struct str name, original, base;
	struct str schema;		/* absent: none */
	bool alias, rls;
	struct strs keys;		/* of the columns */
	dz_columns cols;
	struct ts_object *extras;	/* columns for the third argument */
	struct ts_value extra;		/* the third argument */
	VEC(struct dz_fk *) fks;
	struct dz_place place;
	struct ts_object *self;
};

struct dz_piece {
	struct str text;		/* absent: v */
	struct ts_value v;
};
struct dz_sql {
	VEC(struct dz_piece) v;
	bool inline_params;
};
struct dz_aliased {
	struct ts_value sql;
	struct str alias;		/* absent: none */
	bool selection;
};
struct dz_param {
	struct ts_value v, encoder;
};
struct dz_text {			/* names, placeholders, chunks */
	struct str text;
	const struct dz_column *of;	/* a column's name; NULL: no */
};

struct dz_view {			/* builder and view */
	enum dz_class class_of;
	struct str name, original, schema;
	bool alias, existing;
	struct ts_object *fields;	/* key → column or else */
	struct dz_table *manual;	/* columns that were given */
	struct dz_sql *query;
	struct ts_value with, using_method, tablespace;
	bool no_data;
	struct dz_place place;
};

struct dz_subquery {
	struct dz_sql *sql;
	struct ts_object *fields;	/* as selected */
	struct str alias;
	bool is_with;
};
struct dz_join {
	struct str type, alias;
	bool lateral;
	struct ts_value table, on;
};
struct dz_set_op {
	const char *word;
	bool all;
	struct dz_select *right;
	struct ts_value limit, offset;
	struct ts_object *order_by;
};
struct dz_select {
	enum decl_dialect dialect;
	bool partial, distinct;
	struct ts_value distinct_on;
	struct ts_value table;
	struct str table_name;		/* absent: none */
	struct ts_object *fields;
	struct ts_object *withs;
	VEC(struct dz_join) joins;
	VEC(struct dz_set_op) ops;
	struct ts_value where, having, limit, offset;
	struct ts_object *group_by, *order_by;
	struct str locking;
};

/* Everything of one run: r->extra. */
struct dz {
	struct ts_object *proto[DZ_CLASS_N], *ctor[DZ_CLASS_N];
	struct map *modules;		/* name → struct ts_object */
	VEC(struct str) warnings;
	/* Values in the text instead of placeholders that nobody fills,
	 * and the names of selected columns as `casing` makes them. */
	bool mend;
	bool mendable;		/* a text was rendered that mend changes */
};

#define DZ_NATIVE(name) enum ts_flow name(struct ts_run *r, \
	const struct ts_call *c, struct ts_value *out)
/* `this` as the data of a native; unknowns pass through (V.1). */
#define DZ_SELF(type, name, class_of) \
	struct type *name = ts_native_data(c->self, &dz_native[class_of]); \
	if (!name) \
		return dz_no_self(r, c, out)

/* --- core.c -------------------------------------------------------------- */
struct dz *dz_of(struct ts_run *r);
/* Exports of a module that is built in, or NULL (ts_host.built_in). */
struct ts_object *dz_module(struct ts_run *r, struct str name);
bool dz_is_built_in(struct str name);
enum ts_flow dz_no_self(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out);
struct ts_value dz_new(struct ts_run *r, enum dz_class native,
    enum dz_class proto, void *data);
#define dz_data(v, class_of) ts_native_data(v, &dz_native[class_of])
struct dz_place dz_here(struct ts_run *r);
void dz_at(struct ts_run *r, struct dz_place p);
/* A value as text; absent for undefined and null.  Numbers as they print. */
enum ts_flow dz_str(struct ts_run *r, struct ts_value v, const char *what,
    struct str *out);
/* The same, and it must be there. */
enum ts_flow dz_name(struct ts_run *r, struct ts_value v, const char *what,
    struct str *out);
/* A member of options that may be undefined; unknown stays unknown. */
enum ts_flow dz_option(struct ts_run *r, struct ts_value options,
    const char *key, struct ts_value *out);
void dz_method(struct ts_run *r, enum dz_class proto, const char *name,
    ts_native *fn, const void *data);
void dz_getter(struct ts_run *r, enum dz_class proto, const char *name,
    ts_native *fn);
void dz_export(struct ts_run *r, const char *module, const char *name,
    struct ts_value v);
void dz_function(struct ts_run *r, const char *module, const char *name,
    ts_native *fn, const void *data);
void dz_warn(struct ts_run *r, struct str text);

/* Each file's own protos and exports. */
void dz_install_builders(struct ts_run *r);
void dz_install_modifiers(struct ts_run *r);
void dz_install_tables(struct ts_run *r);
void dz_install_extras(struct ts_run *r);
void dz_install_pg(struct ts_run *r);
void dz_install_sql(struct ts_run *r);
void dz_install_operators(struct ts_run *r);
void dz_install_views(struct ts_run *r);
void dz_install_select(struct ts_run *r);
void dz_install_other(struct ts_run *r);
void dz_install_config(struct ts_run *r);
void dz_install_pure(struct ts_run *r);

/* config.c: what import 'dotenv/config' does. */
enum ts_flow dz_dotenv(struct ts_run *r);

/* --- builders.c, type.c -------------------------------------------------- */
struct ts_value dz_builder_new(struct ts_run *r, struct dz_config **out);
enum ts_flow dz_type_text(struct ts_run *r, const char *form,
    struct ts_value options, struct str *out);
/* All builders of a dialect as one object: (t) => ({ … }). */
struct ts_value dz_all_builders(struct ts_run *r, enum decl_dialect d);
extern const struct dz_builder_row dz_enum_row, dz_enum_object_row;

/* --- table.c ------------------------------------------------------------- */
enum ts_flow dz_table_make(struct ts_run *r, enum decl_dialect d,
    struct str name, struct str base, struct str schema,
    struct ts_value columns, struct ts_value extra, struct dz_table **out);
struct dz_table *dz_table_alias(struct ts_run *r, struct dz_table *t,
    struct str alias, bool original);
struct dz_column *dz_column_alias(struct ts_run *r, struct dz_column *k,
    struct dz_table *t);
struct str dz_unique_name(struct arena *a, struct str table, dz_columns cols);
/* Columns of a list value; what: for the message. */
enum ts_flow dz_column_list(struct ts_run *r, struct ts_value list,
    const char *what, dz_columns *out);

/* --- pg.c ---------------------------------------------------------------- */
const struct dz_enum *dz_enum_of(struct ts_value v);	/* NULL: not one */

/* --- sql.c --------------------------------------------------------------- */
struct dz_sql *dz_sql_new(struct ts_run *r);
struct ts_value dz_sql_value(struct ts_run *r, struct dz_sql *s);
void dz_sql_text(struct ts_run *r, struct dz_sql *s, struct str text);
void dz_sql_add(struct ts_run *r, struct dz_sql *s, struct ts_value v);
void dz_sql_sub(struct ts_run *r, struct dz_sql *s, struct dz_sql *x);
void dz_sql_name(struct ts_run *r, struct dz_sql *s, struct str name);
/* Of a selected column, which drizzle-orm does not case. */
void dz_sql_column(struct ts_run *r, struct dz_sql *s,
    const struct dz_column *k);
struct ts_value dz_aliased_new(struct ts_run *r, struct ts_value sql,
    struct str alias, bool selection);
bool dz_is_sql_wrapper(struct ts_value v);

/* --- render.c ------------------------------------------------------------ */
enum dz_use { DZ_USE_PLAIN, DZ_USE_INDEX, DZ_USE_DEFAULT };
enum ts_flow dz_render(struct ts_run *r, struct ts_value sql,
    enum decl_dialect d, enum ts_casing casing, enum dz_use use,
    struct str *out);
struct str dz_cased(struct ts_run *r, struct str name, bool key_as_name,
    enum ts_casing casing);
struct str dz_column_name(struct ts_run *r, const struct dz_column *k,
    enum ts_casing casing);
/* encode.c: what the driver would be given. */
enum ts_flow dz_encode_value(struct ts_run *r, const struct dz_column *k,
    struct ts_value v, struct ts_value *out);

/* --- view.c, select.c, query.c ------------------------------------------- */
enum dz_alias_rule { DZ_ALIAS_KEEPS, DZ_ALIAS_SQL };
enum dz_raw_rule { DZ_RAW_FAILS, DZ_RAW_SQL };
struct dz_proxy {			/* SelectionProxyHandler's settings */
	struct str alias;		/* absent: none */
	enum dz_alias_rule aliased;
	enum dz_raw_rule raw;
	bool original;
};
/* Selected fields as an alias shows them. */
struct ts_object *dz_selection(struct ts_run *r, struct ts_object *fields,
    const struct dz_proxy *p);
struct ts_object *dz_columns_object(struct ts_run *r,
    const struct dz_table *t);
void dz_put_all(struct ts_run *r, struct ts_object *to,
    struct ts_object *from);
struct ts_value dz_query_new(struct ts_run *r, enum decl_dialect d);
enum ts_flow dz_select_sql(struct ts_run *r, const struct dz_select *s,
    struct dz_sql **out);
/* Functions that make views: name, columns, schema (absent: none). */
enum ts_flow dz_view_make(struct ts_run *r, enum dz_class class_of,
    struct ts_value name, struct ts_value columns, struct str schema,
    struct ts_value *out);
enum ts_flow dz_sequence_make(struct ts_run *r, const struct ts_call *c,
    struct str schema, struct ts_value *out);

#endif

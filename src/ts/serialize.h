#ifndef WEIR_TS_SERIALIZE_H
#define WEIR_TS_SERIALIZE_H
/*
 * serialize: what the schema files export → a declared schema (drizzle-kit
 * 0.31.11, pgSerializer.ts, sqliteSerializer.ts and the two imports files).
 */
#include "ts/builtins.h"
#include "ts/drizzle/drizzle.h"

/* The values of all files' exports, by kind, in order. */
struct found {
	VEC(struct dz_table *) tables;		/* each once */
	VEC(const struct dz_enum *) enums;
	VEC(struct dz_schema *) schemas;
	VEC(struct dz_view *) views, materialized;
	VEC(struct dz_sequence *) sequences;
	VEC(struct dz_role *) roles;
	VEC(struct dz_policy *) policies;
	VEC(struct ts_unseen) unseen;
};

struct serializer {
	struct ts_run *r;
	struct arena *a;
	enum decl_dialect dialect;
	enum ts_casing casing;
	const struct found *in;
	struct map *index_names;	/* pg: schema NUL name */
};

/*
 * keyed: the object that JSON.stringify would write: items by key, a later
 * one of the same key in the place of the first; integer-like keys first.
 */
struct keyed {
	struct arena *a;
	size_t size;			/* of an item */
	struct map *at;
	VEC(struct str) keys;
	char *items;
	size_t cap;
};
void keyed_init(struct keyed *k, struct arena *a, size_t size);
void *keyed_put(struct keyed *k, struct str key);	/* zeroed if new */
void *keyed_get(const struct keyed *k, struct str key);	/* NULL: none */
/* The items in their order; *n how many. */
void *keyed_finish(const struct keyed *k, size_t *n);

/* What the extras of a table are. */
struct extras {
	VEC(struct dz_index *) indexes;
	VEC(struct dz_check *) checks;
	VEC(struct dz_key *) uniques, pks;
	VEC(struct dz_fk *) fks;	/* inline ones first */
	VEC(struct dz_policy *) policies;
};
enum ts_flow ser_extras(struct serializer *s, struct dz_table *t,
    struct extras *out);
/* sql rendered for this dialect and casing. */
enum ts_flow ser_sql(struct serializer *s, struct ts_value sql,
    enum dz_use use, struct str *out);
/* "the default of the column t.c" */
const char *ser_default_of(struct serializer *s, const struct dz_column *k);
/* One of two of a name is in the snapshot: the last, as with drizzle-kit, which
 * says nothing. */
void ser_twice(struct serializer *s, const char *what, struct str name);
void ser_column_twice(struct serializer *s, const struct dz_table *t,
    const struct keyed *cols, struct str name);
struct strs ser_names(struct serializer *s, dz_columns cols);
/* T_a_b_SUFFIX */
struct str ser_auto_name(struct serializer *s, struct str table,
    dz_columns cols, const char *suffix);
/* The text with the raw names of the columns made cased ones, each once. */
struct str ser_recase(struct serializer *s, struct str name, dz_columns cols);
enum ts_flow ser_fks(struct serializer *s, struct dz_table *t,
    const struct extras *x, struct decl_table *out);
enum ts_flow ser_checks(struct serializer *s, const struct dz_table *t,
    const struct extras *x, struct decl_table *out);
enum ts_flow ser_type(struct serializer *s, const struct dz_column *k,
    struct str *out);
/* The expression of a generated column. */
enum ts_flow ser_generated(struct serializer *s, const struct dz_column *k,
    struct str *out);
enum ts_flow ser_unique_clash(struct serializer *s, struct dz_place at,
    struct str table, struct str name);
/* A value of JSON: numbers, texts, booleans, the rest as JSON. */
enum ts_flow ser_value(struct serializer *s, struct ts_value v,
    const char *what, struct decl_value *out);
/* JavaScript's '…' with ' doubled when `escape`. */
struct str ser_quoted(struct arena *a, struct str text, bool escape);
/* The literal of a text that drizzle-kit does not escape.  Where SQL would take
 * its quotes for doubled ones it is another text: mended, they are. */
struct str ser_unescaped(struct serializer *s, struct str text);
enum ts_flow ser_json(struct serializer *s, struct ts_value v,
    struct str *out);

/* --- of PostgreSQL only -------------------------------------------------- */
struct sequence_limits {
	const char *min, *max, *down_min;
};
/* increment, start, min, max, cache, cycle; defaults by direction. */
enum ts_flow ser_sequence(struct serializer *s, struct ts_value options,
    const struct sequence_limits *l, struct decl_sequence *out);
/* owner, schema: of the table or view. */
enum ts_flow ser_pg_column(struct serializer *s, const struct dz_column *k,
    struct str owner, struct str schema, bool of_view, struct decl_column *c);

/* out->origins; root: what names of files are relative to. */
void serialize_origins(struct serializer *s, struct str root,
    struct ts_schema *out);

enum ts_flow serialize_pg(struct serializer *s, struct decl *out);
enum ts_flow serialize_sqlite(struct serializer *s, struct decl *out);

#endif

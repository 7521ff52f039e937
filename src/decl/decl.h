#ifndef WEIR_DECL_DECL_H
#define WEIR_DECL_DECL_H
/*
 * decl: a declared schema, as Drizzle writes it down: what the TypeScript
 * files say and what meta/NNNN_snapshot.json holds (drizzle-kit 0.31.11,
 * pgSchema.ts and sqliteSchema.ts; PostgreSQL version 7, SQLite version 6).
 * Declared is compared with declared only; no engine has seen it.
 *
 * Rules.  C.1 every list stands in the order in which JSON.stringify would
 * write the object it stands for: integer-like keys by number first, then as
 * they came.  C.2 texts are those of the snapshot, unquoted where it has them
 * unquoted.  C.3 an absent key and an empty value are different things:
 * absent has .p = NULL (STR_NONE).  C.4 nothing is dropped: a snapshot with a
 * key that is not here is refused (decl_read).
 *
 * Everything lives in the arena of its reader and is const after it.
 */
#include "base/arena.h"
#include "base/json.h"
#include "base/vec.h"

enum decl_dialect { DECL_PG, DECL_SQLITE, DECL_DIALECT_N };

/* A default: the JSON value that the snapshot holds. */
enum decl_value_kind { DECL_NO_VALUE, DECL_STRING, DECL_NUMBER, DECL_BOOL,
	DECL_JSON };
struct decl_value {
	enum decl_value_kind kind;
	struct str text;	/* STRING: SQL text; JSON: compact JSON of an
				 * object, array or null */
	double number;
	bool boolean;
};

struct decl_identity {
	struct str type;	/* "always", "byDefault" */
	struct str name, schema;	/* of the sequence; schema may be absent */
	struct str increment, start, min, max, cache;	/* as texts */
	bool cycle;
	bool sparse;		/* some option is absent (.p NULL) */
};

struct decl_column {
	struct str name, type;
	struct str type_schema;		/* pg enums; absent = none */
	bool primary, notnull;
	bool autoincrement;		/* SQLite: always written */
	struct str generated, generated_type;	/* absent: not generated */
	const struct decl_identity *identity;
	struct decl_value dflt;
	bool unique;			/* shapes of views: isUnique … */
	struct str unique_name, nulls;
};

struct decl_index_column {
	struct str expression;		/* column name or SQL */
	bool is_expression, asc;
	struct str nulls;		/* "last", "first"; absent */
	struct str opclass;		/* absent: none */
};
struct decl_pair {
	struct str key;
	struct decl_value value;
};
struct decl_index {
	struct str name;
	const struct decl_index_column *cols;	size_t ncols;
	bool unique, concurrently;
	struct str where;		/* absent: none */
	struct str method;		/* pg */
	const struct decl_pair *with;	size_t nwith;	/* pg */
};

struct decl_fk {
	struct str name, table_from, table_to, schema_to;
	struct strs cols_from, cols_to;
	struct str on_delete, on_update;
};
struct decl_key {			/* composite primary keys, uniques */
	struct str name;
	struct strs cols;
	bool nulls_not_distinct;
};
struct decl_check {
	struct str name, value;
};
struct decl_policy {
	struct str name, as, to_for;	/* to_for: the "for" key */
	struct strs to;
	struct str using_expr, with_check;	/* absent: none */
	struct str schema, on;		/* linked: the table it is on */
};

struct decl_table {
	struct str name, schema;	/* schema "" = public, and SQLite */
	const struct decl_column *cols;		size_t ncols;
	const struct decl_index *indexes;	size_t nindexes;
	const struct decl_fk *fks;		size_t nfks;
	const struct decl_key *pks;		size_t npks;
	const struct decl_key *uniques;		size_t nuniques;
	const struct decl_policy *policies;	size_t npolicies;
	const struct decl_check *checks;	size_t nchecks;
	bool rls;
};

struct decl_enum {
	struct str name, schema;
	struct strs values;
};
struct decl_sequence {
	struct str name, schema;
	struct str increment, start, min, max, cache;
	bool cycle;
};
struct decl_role {
	struct str name;
	bool create_db, create_role, inherit;
};
struct decl_view {
	struct str name, schema;
	const struct decl_column *cols;	size_t ncols;
	struct str definition;		/* absent: existing */
	bool existing, materialized;
	bool has_with;
	const struct decl_pair *with;	size_t nwith;
	bool has_no_data, no_data;
	struct str tablespace, method;	/* "using"; absent */
};
struct decl_rename {			/* _meta of SQLite snapshots */
	struct str from, to;
};

struct decl {
	enum decl_dialect dialect;
	struct str id, prev_id;
	const struct decl_table *tables;	size_t ntables;
	const struct decl_enum *enums;		size_t nenums;
	struct strs schemas;
	const struct decl_sequence *sequences;	size_t nsequences;
	const struct decl_role *roles;		size_t nroles;
	const struct decl_policy *policies;	size_t npolicies;
	const struct decl_view *views;		size_t nviews;
	const struct decl_rename *meta_tables;	size_t nmeta_tables;
	const struct decl_rename *meta_columns;	size_t nmeta_columns;
	/* SQLite internal.indexes: expression texts of each index */
	const struct decl_internal {
		struct str index;
		struct strs expressions;
	} *internal;				size_t ninternal;
	/*
	 * The same schema where some texts would not be SQL: placeholders that
	 * nobody fills, names that no column has, quotes that are read as
	 * one.  NULL: none.  Snapshots never have it.
	 */
	const struct decl *mended;
};

/* A schema with nothing in it, prevId all zero. */
const struct decl *decl_empty(enum decl_dialect d, struct arena *a);

/*
 * Read a snapshot of the latest version (pg 7, sqlite 6).  RC_PARSE: no JSON,
 * or not of that shape (where = name:key path); RC_UNSUPPORTED: an older
 * version (hint: weir up) or a newer one.
 */
enum rc decl_read(struct str text, const char *name, struct arena *a,
    const struct decl **out, struct err *e) MUST_CHECK;
/* Older versions made new as drizzle-kit's up does: 5 and 6 of PostgreSQL, 5
 * of SQLite; the text that drizzle-kit would write. */
enum rc decl_upgrade(struct str text, const char *name, struct arena *a,
    struct str *out, bool *changed, struct err *e) MUST_CHECK;
/*
 * The bytes that drizzle-kit writes.  `custom`: the other order of keys, that
 * of a snapshot which went through the validator (drizzle-spec 2.3).
 */
void decl_write(const struct decl *d, bool custom, struct sbuf *out);

/* One line of plain text a thing ("column users.id integer not null"), sorted
 * bytewise: for people; and those that only one of two schemas has. */
struct strs decl_lines(const struct decl *d, struct arena *a);
void decl_lines_apart(const struct decl *x, const struct decl *y,
    struct arena *a, struct strs *only_x, struct strs *only_y);

#endif

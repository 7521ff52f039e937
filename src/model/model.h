#ifndef WEIR_MODEL_MODEL_H
#define WEIR_MODEL_MODEL_H
/*
 * model: a schema as plain data.
 *
 * Owns: everything in a model lives in one arena, given to model_new().
 * Builders append objects, then model_seal() sorts and indexes; from then on
 * the model is const for ever.  Every object starts with struct obj, so a
 * walk, a hash, a comparison and a JSON dump need no case per kind: what an
 * object holds beside its identity is listed once, in model/fields.def.
 *
 * Identity = kind, schema, table, name.  Unnamed constraints get a name made
 * from their content (see model_name_* below), so that a changed action is a
 * change and not a drop and an add.
 *
 * Knows: base.  Does not know: engines, files, SQL.
 */
#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/sbuf.h"
#include "base/vec.h"

enum dialect_id { DIALECT_SQLITE, DIALECT_PG, DIALECT_N };

/* In the order in which they are listed; that of creation is the dialect's. */
enum obj_kind {
	OBJ_TABLE,
	OBJ_COLUMN,
	OBJ_PK,
	OBJ_UNIQUE,
	OBJ_CHECK,
	OBJ_FK,
	OBJ_INDEX,
	OBJ_VIEW,		/* materialised ones too */
	OBJ_TRIGGER,
	/* PostgreSQL: what hangs on a table */
	OBJ_EXCLUDE,
	OBJ_RULE,
	OBJ_POLICY,
	OBJ_STATISTICS,		/* CREATE STATISTICS */
	/* what stands alone */
	OBJ_ENUM,
	OBJ_DOMAIN,
	OBJ_COMPOSITE,
	OBJ_RANGE,
	OBJ_SEQUENCE,
	OBJ_FUNCTION,		/* name = signature: "f(integer, text)" */
	OBJ_SCHEMA,
	OBJ_EXTENSION,
	OBJ_ROLE,		/* only with entities.roles */
	OBJ_KIND_N
};

/*
 * What is told about an object and never makes two schemas differ (the
 * comments, owners and grants of DESIGN §3): PostgreSQL only.
 */
struct obj_notes {
	/* What brings a table back into each publication that names it. */
	struct strs published;
	struct str comment, owner;
	struct strs grants;	/* "app=arw/owner", as the catalogue has them */
	struct str extension;	/* it is a member of; never managed */
	/* What no field holds: "statistics=99", "n_distinct=5" of a column,
	 * "1=99" of the first one of an index; of a column of a view or
	 * composite type in quotes: the same, comment "a"=its text, and
	 * grant "a"=an entry as in grants. */
	struct strs settings;
	uint32_t oid;		/* of this reading; 0 unknown */
};

struct obj {
	enum obj_kind kind;
	bool managed;		/* in the managed set; else shown greyed */
	bool added;		/* set by model_add() */
	struct str schema;	/* "" on SQLite */
	struct str table;	/* owning table; "" for tables and views */
	struct str name;
	const struct obj_notes *notes;	/* NULL on SQLite */
	struct obj_text *text;	/* private: what model_seal() wrote down */
};

enum table_type { TABLE_ORDINARY, TABLE_VIRTUAL, TABLE_SHADOW,
	TABLE_PARTITIONED, TABLE_FOREIGN };
enum generated { GEN_NONE, GEN_VIRTUAL, GEN_STORED };
enum identity { IDENTITY_NONE, IDENTITY_ALWAYS, IDENTITY_BY_DEFAULT };

/* CREATE SEQUENCE and the options of an identity column. */
struct sequence_options {
	struct str type;	/* "bigint" */
	int64_t start, increment, min, max, cache;
	bool cycle;
};

struct column {
	struct obj o;
	int pos;		/* from 1 without gaps, declared order */
	int number;		/* PostgreSQL: attnum, given once; no field */
	struct str type;	/* as declared; "" = none */
	bool notnull;
	bool has_default;
	struct str dflt;	/* SQL text as stored */
	struct str collation;	/* "" = BINARY */
	enum generated generated;
	struct str gen_expr;
	bool hidden;		/* hidden column of a virtual table */
	int pk_pos;		/* place in the primary key, 0 = not in it */
	/* PostgreSQL */
	enum identity identity;
	struct str identity_text;	/* "start 1 increment 1 …", all options */
	struct str sequence;	/* "schema.name" of identity or serial, or "" */
	struct str storage, compression;	/* "" = the type's own */
	bool inherited;		/* not declared here (attislocal = false) */
	/* Its type is an enum, domain … of the database: schema and name (of
	 * the element for an array); "" for built-in types.  No fields. */
	struct str type_schema, type_name;
};

struct key {			/* OBJ_PK, OBJ_UNIQUE */
	struct obj o;
	struct str label;	/* declared constraint name or "" */
	struct strs cols;
	struct str conflict;	/* ON CONFLICT word or "" */
	bool autoincrement;
	/* PostgreSQL */
	struct strs include;
	bool nulls_not_distinct, deferrable, initially_deferred;
	bool inherited;		/* made by a partitioned parent's key */
};

struct check {
	struct obj o;
	struct str label;
	struct str expr;
	struct str column;	/* declared on that column, or "" */
	bool not_valid, no_inherit;
	bool inherited;		/* from a parent table only */
};

struct exclude {		/* OBJ_EXCLUDE */
	struct obj o;
	struct str def;		/* pg_get_constraintdef */
	bool inherited;		/* made by a partitioned parent's */
};

struct fk {
	struct obj o;
	struct str label;
	struct strs cols;
	struct str ref_schema, ref_table;
	struct strs ref_cols;	/* resolved: the parent's key when not written */
	struct str on_update, on_delete, match;	/* "NO ACTION", "CASCADE", … */
	bool deferrable, initially_deferred;
	struct strs set_cols;	/* ON DELETE SET NULL (cols), 15+ */
	bool not_valid;
	bool inherited;		/* made by a partitioned parent's key */
};

struct index_part {
	struct str column;	/* "" for an expression */
	struct str expr;
	struct str collation;	/* "" = the column's own */
	struct str opclass;	/* "" = the type's default */
	bool desc;
	bool nulls_first;	/* PostgreSQL: desc alone has NULLs first */
};

struct index {
	struct obj o;
	bool unique;
	char origin;		/* 'c' CREATE INDEX, 'u' UNIQUE, 'p' PRIMARY KEY */
	struct index_part *parts;
	size_t nparts;
	struct str where;	/* partial index condition or "" */
	struct str parts_text;	/* "a, lower(b) desc collate nocase": for show and diff */
	struct str sql;		/* stored CREATE INDEX; "" for automatic ones and
				 * on PostgreSQL, where the parts tell all */
	int64_t bytes;		/* -1 unknown; not part of the hash */
	/* PostgreSQL; origin 'x' = of an exclusion constraint */
	struct str method;	/* "btree" … */
	struct strs include;
	struct str options;	/* "fillfactor=70" or "" */
	bool nulls_not_distinct;
	bool invalid;		/* not part of the hash */
	bool inherited;		/* of a partitioned index */
};

struct view {
	struct obj o;
	struct str sql;		/* SQLite: stored CREATE VIEW, white space
				 * folded; PostgreSQL: the query */
	struct strs cols;
	struct strs types;	/* PostgreSQL: of cols.  No field. */
	bool materialized, unpopulated;	/* WITH NO DATA */
	struct str options;	/* "security_barrier=true, check_option=local" */
	/* What it reads, "schema.name": views sort after these.  No field. */
	struct strs needs;
};

struct trigger {
	struct obj o;		/* table = table or view it hangs on */
	struct str sql;		/* stored CREATE TRIGGER, white space folded;
				 * pg_get_triggerdef */
	char enabled;		/* 'O' origin, 'D' disabled, 'R', 'A'; 0 SQLite */
	/* PostgreSQL, no fields: for each row before UPDATE, and of which
	 * columns (none: of all). */
	bool before_update;
	struct strs update_of;
};

/* Rules, extended statistics: their whole definition is the engine's text. */
struct def {			/* OBJ_RULE, OBJ_STATISTICS, OBJ_RANGE */
	struct obj o;
	struct str sql;
};

struct sequence {
	struct obj o;
	struct sequence_options opt;
	struct str owned_by;	/* "schema.table.column" or "" */
	bool serial;		/* made by serial: created with its table */
};

struct enum_type {
	struct obj o;
	struct strs values;	/* in order */
};

struct domain {
	struct obj o;
	struct str type, dflt, collation;
	bool notnull;
	struct strs checks;	/* "name CHECK (…)", by name */
};

struct composite {
	struct obj o;
	struct strs attrs;	/* "name type [COLLATE c]", quoted, in order */
};

struct function {
	struct obj o;
	char kind;		/* 'f' function, 'p' procedure, 'a', 'w' */
	struct str name;	/* without arguments */
	struct str args;	/* pg_get_function_identity_arguments */
	struct str result, language;
	struct str sql;		/* pg_get_functiondef, CREATE AGGREGATE */
};

struct policy {
	struct obj o;
	bool restrictive;
	struct str command;	/* "ALL", "SELECT" … */
	struct strs roles;	/* sorted; "public" */
	struct str using_expr, check_expr;
};

struct extension {
	struct obj o;
	struct str version;	/* not part of the hash */
};

struct role {
	struct obj o;
	bool create_db, create_role, inherit;
	/* No fields: drizzle-kit 0.31 knows of the three above alone. */
	bool login, superuser, replication, bypass_rls;
	struct strs member_of;
};

struct table {
	struct obj o;
	enum table_type type;
	bool strict, without_rowid;
	/* PostgreSQL */
	bool unlogged, row_security, force_row_security;
	struct strs inherits;	/* "schema.name", in order; a partition's parent */
	struct str partition_key;	/* "RANGE (day)" */
	struct str partition_bound;	/* "FOR VALUES FROM … TO …", "DEFAULT" */
	struct str options;	/* "fillfactor=70" or "" */
	struct str method;	/* access method other than heap, or "" */
	char replica_identity;	/* 'n', 'f', 'i'; 0 = default */
	struct str replica_index;	/* of 'i' */
	struct str module;	/* virtual table module with arguments; foreign
				 * table: "SERVER name OPTIONS (…)" */
	struct str sql;		/* stored CREATE TABLE, as written */
	int64_t rows_estimate;	/* -1 unknown; not part of the hash */
	int64_t bytes;		/* -1 unknown; not part of the hash */
	/* filled by model_seal(), in declared order (columns) or by name */
	const struct column **cols;	size_t ncols;
	const struct key *pk;		/* NULL: none */
	const struct key **uniques;	size_t nuniques;
	const struct check **checks;	size_t nchecks;
	const struct fk **fks;		size_t nfks;
	const struct fk **fks_in;	size_t nfks_in;	/* keys of others that point here */
	const struct index **indexes;	size_t nindexes;
	const struct trigger **triggers; size_t ntriggers;
	const struct obj **others;	size_t nothers;	/* exclusions, rules,
				 * policies, statistics: what else hangs on it */
};

struct model {
	enum dialect_id dialect;
	struct arena *a;
	bool sealed;
	struct obj **objs;	/* all, sorted by kind, schema, table, name */
	size_t nobjs;
	struct table **tables;	size_t ntables;	/* by name bytewise */
	const struct view **views; size_t nviews;
	struct sha256 hash;	/* over managed objects, set by model_seal() */
	void *build;		/* private: the builder's list, then look-ups */
};

struct model *model_new(struct arena *a, enum dialect_id dialect);
/*
 * Append an object (allocated in the model's arena, struct obj first).
 * Objects of another model in the SAME arena may be added again: they are
 * shared, not copied.  The first model_add() of an object sets managed; a
 * builder that wants it unmanaged clears it afterwards, before sealing.
 */
void model_add(struct model *m, void *object);
/* Room for about n objects, before the first. */
void model_expect(struct model *m, size_t n);
/*
 * Sort, link tables to what hangs on them, hash.  Nothing that is shared is
 * written to: a table is the other model's own one where exactly the same
 * hangs on it, else a copy; a builder's pointer to a table is not the sealed
 * one (model_table() is).  So two models in one arena hold the same pointer
 * for what did not change between them, and an object is const once it has
 * been in a sealed model; a changed copy of it is another object.
 */
void model_seal(struct model *m);

const struct obj *model_find(const struct model *m, enum obj_kind kind,
    struct str schema, struct str table, struct str name);
const struct table *model_table(const struct model *m, struct str schema,
    struct str name);	/* SQLite: ASCII letters fold */
const struct view *model_view(const struct model *m, struct str schema,
    struct str name);
const struct column *table_column(const struct table *t, struct str name);

/* Content names of unnamed constraints: "(a, b)", "(a, b) -> parent(x, y)". */
struct str model_name_key(struct arena *a, struct strs cols);
struct str model_name_fk(struct arena *a, struct strs cols, struct str parent,
    struct strs ref_cols);

/* --- fields ----------------------------------------------------------- */

enum field_type { FIELD_STR, FIELD_STRS, FIELD_BOOL, FIELD_INT, FIELD_I64,
	FIELD_CHAR, FIELD_ENUM };
enum field_id {
#define FIELD(kind, id, word, type, st, member, names) F_##id,
#include "model/fields.def"
	FIELD_N
};
struct field_def {
	enum obj_kind kind;
	enum field_id id;
	const char *word;		/* "type", "not null" … as shown */
	enum field_type type;
	size_t offset;
	const char *const *names;	/* FIELD_ENUM: word of each value */
};
extern const struct field_def model_fields[FIELD_N];
/* The fields of a kind stand together; fewer than 64 of them. */
extern const enum field_id model_field_first[OBJ_KIND_N];
/* Does it stand alone, owned by no table? */
bool obj_stands_alone(enum obj_kind kind);
extern const char *const obj_kind_name[OBJ_KIND_N];	/* "table", "foreign key" … */
extern const char *const obj_kind_word[OBJ_KIND_N];	/* "table", "fk": in JSON and hash */

/* A field's value as one line of text ("" when empty/false/0). */
struct str field_text(const struct field_def *f, const struct obj *o,
    struct arena *a);
bool field_equal(const struct field_def *f, const struct obj *x,
    const struct obj *y);

/* --- canonical text ------------------------------------------------------
 * One line an object: kind TAB schema TAB table TAB name TAB field=value…,
 * values JSON-escaped, lines sorted bytewise; hashed by model_seal(). */
void model_canonical(const struct model *m, bool managed_only, struct sbuf *out);
/* {format,dialect,hash,objects:[{kind,schema,table,name,fields…}]}
 * Without indent the text of each object is kept beside it: models of one
 * arena are written by one thread at a time. */
struct json_out;
void model_json(const struct model *m, struct json_out *o);
/* "notes": an array of what is told of objects and makes no difference; left
 * out where nothing is (SQLite).  model_from_json() takes it within a model. */
void model_notes_json(const struct model *m, struct json_out *o);
void model_record_json(const struct model *m, struct json_out *o); /* both */
/* Reads what model_json wrote (before.json, after.json). */
enum rc model_from_json(struct str text, const char *name, struct arena *a,
    struct model **out, struct err *e) MUST_CHECK;
/*
 * A sealed copy in `a` in which managed is decided by `is_managed`, called
 * for what stands alone; what hangs on a table, its own sequences included,
 * follows it.
 */
struct model *model_with_managed(const struct model *m, struct arena *a,
    bool (*is_managed)(const struct obj *, void *), void *arg);

#endif

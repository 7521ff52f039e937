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

enum obj_kind {
	OBJ_TABLE,
	OBJ_COLUMN,
	OBJ_PK,
	OBJ_UNIQUE,
	OBJ_CHECK,
	OBJ_FK,
	OBJ_INDEX,
	OBJ_VIEW,
	OBJ_TRIGGER,
	OBJ_KIND_N		/* further kinds come with PostgreSQL */
};

struct obj {
	enum obj_kind kind;
	bool managed;		/* in the managed set; else shown greyed */
	bool added;		/* set by model_add() */
	struct str schema;	/* "" on SQLite */
	struct str table;	/* owning table; "" for tables and views */
	struct str name;
	struct obj_text *text;	/* private: what model_seal() wrote down */
};

enum table_type { TABLE_ORDINARY, TABLE_VIRTUAL, TABLE_SHADOW };
enum generated { GEN_NONE, GEN_VIRTUAL, GEN_STORED };

struct column {
	struct obj o;
	int pos;		/* from 1 without gaps, declared order */
	struct str type;	/* as declared; "" = none */
	bool notnull;
	bool has_default;
	struct str dflt;	/* SQL text as stored */
	struct str collation;	/* "" = BINARY */
	enum generated generated;
	struct str gen_expr;
	bool hidden;		/* hidden column of a virtual table */
	int pk_pos;		/* place in the primary key, 0 = not in it */
};

struct key {			/* OBJ_PK, OBJ_UNIQUE */
	struct obj o;
	struct str label;	/* declared constraint name or "" */
	struct strs cols;
	struct str conflict;	/* ON CONFLICT word or "" */
	bool autoincrement;
};

struct check {
	struct obj o;
	struct str label;
	struct str expr;
	struct str column;	/* declared on that column, or "" */
};

struct fk {
	struct obj o;
	struct str label;
	struct strs cols;
	struct str ref_schema, ref_table;
	struct strs ref_cols;	/* resolved: the parent's key when not written */
	struct str on_update, on_delete, match;	/* "NO ACTION", "CASCADE", … */
	bool deferrable, initially_deferred;
};

struct index_part {
	struct str column;	/* "" for an expression */
	struct str expr;
	struct str collation;	/* "" = the column's own */
	bool desc;
};

struct index {
	struct obj o;
	bool unique;
	char origin;		/* 'c' CREATE INDEX, 'u' UNIQUE, 'p' PRIMARY KEY */
	struct index_part *parts;
	size_t nparts;
	struct str where;	/* partial index condition or "" */
	struct str parts_text;	/* "a, lower(b) desc collate nocase": for show and diff */
	struct str sql;		/* stored CREATE INDEX; "" for automatic ones */
	int64_t bytes;		/* -1 unknown; not part of the hash */
};

struct view {
	struct obj o;
	struct str sql;		/* stored CREATE VIEW, white space folded */
	struct strs cols;
};

struct trigger {
	struct obj o;		/* table = table or view it hangs on */
	struct str sql;		/* stored CREATE TRIGGER, white space folded */
};

struct table {
	struct obj o;
	enum table_type type;
	bool strict, without_rowid;
	struct str module;	/* virtual table module with arguments */
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

enum field_type { FIELD_STR, FIELD_STRS, FIELD_BOOL, FIELD_INT, FIELD_CHAR,
	FIELD_ENUM };
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
/* Reads what model_json wrote (before.json, after.json). */
enum rc model_from_json(struct str text, const char *name, struct arena *a,
    struct model **out, struct err *e) MUST_CHECK;
/*
 * A sealed copy in `a` in which managed is decided by `is_managed` (called
 * for tables and views; what hangs on a table follows it).
 */
struct model *model_with_managed(const struct model *m, struct arena *a,
    bool (*is_managed)(const struct obj *, void *), void *arg);

#endif

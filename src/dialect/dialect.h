#ifndef WEIR_DIALECT_DIALECT_H
#define WEIR_DIALECT_DIALECT_H
/*
 * dialect: the words of an engine: quoting, literals, DDL text, keywords.
 * No connection.  One const table a dialect, asserted complete at start-up.
 *
 * SQL is only ever built with SQL(b, "literal"), the ident and literal
 * entries here, and text that an engine stored or a user wrote whole.
 */
#include "base/sbuf.h"
#include "model/model.h"

#define SQL(b, lit) sbuf_add((b), STR(lit))

/* A cell value, in the form in which any engine hands it over. */
enum value_kind { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT, VALUE_BLOB };
struct value {
	enum value_kind kind;
	int64_t i;
	double r;
	struct str s;		/* TEXT, BLOB: bytes; may be cut at the cell cap */
	size_t full;		/* true length in bytes; > s.n when cut */
};

enum token_kind { TOKEN_SPACE, TOKEN_COMMENT, TOKEN_WORD, TOKEN_KEYWORD,
	TOKEN_IDENT /* quoted */, TOKEN_STRING, TOKEN_NUMBER, TOKEN_BLOB,
	TOKEN_VARIABLE, TOKEN_PUNCT, TOKEN_BAD, TOKEN_END };
struct token {
	enum token_kind kind;
	size_t from, to;	/* byte offsets */
};

struct dialect {
	enum dialect_id id;
	const char *name;		/* "sqlite", "postgresql": as Drizzle says */
	/* The schema of a name without one: "" (SQLite) or "public". */
	const char *home_schema;
	bool folds;			/* names compare with a-z = A-Z */
	/* Placeholder of argument n, from 1: "?" or "$1". */
	void (*param)(struct sbuf *b, size_t n);
	/* Quoted name; SQLite always quotes (Drizzle's backticks are not ours). */
	void (*ident)(struct sbuf *b, struct str name);
	/* [schema.]table quoted */
	void (*table)(struct sbuf *b, const struct obj *o);
	void (*literal)(struct sbuf *b, const struct value *v);
	/* Next token at or after `from`; TOKEN_END at the end.  For
	 * highlighting and for reading stored DDL, never for judging danger. */
	struct token (*token)(struct str sql, size_t from);
	/* Bare when it may stand unquoted in --allow OBJECT, else "…". */
	void (*object_name)(struct sbuf *b, const struct obj *o, struct str column);
	/* CREATE text of an object as the engine stored it, or DROP text. */
	bool (*create_text)(const struct model *m, const struct obj *o,
	    struct sbuf *b);
	bool (*drop_text)(const struct model *m, const struct obj *o,
	    struct sbuf *b);
	/* numeric affinity: right-align, compare as numbers */
	bool (*is_numeric)(struct str type);
	/* Tables that belong to the engine or to tools, never managed. */
	bool (*is_foreign)(const struct obj *o);
	/*
	 * Two select expressions for a grid: the column's value, an empty
	 * blob instead of one larger than `cap` bytes, which is not read at
	 * all; and the length in bytes of a blob (else NULL).  Where a cursor
	 * cannot cut, a text is cut here, to no fewer than 256 bytes, and the
	 * second one is its length too.  type: declared, "" = unknown.
	 */
	void (*cell)(struct sbuf *b, struct str column, struct str type,
	    size_t cap);
	/* Bytes [from, from + n) of a text or blob, else the value itself; the
	 * bytes may come as a blob. */
	void (*piece)(struct sbuf *b, struct str column, struct str type,
	    size_t from, size_t n);
	/* Names of the row's own number, first choice first; NULL at the end. */
	const char *const *rowids;
	/* Tracking table statements (drizzle-spec §3), without arguments. */
	const char *tracking_create;
};

extern const struct dialect dialect_sqlite;
const struct dialect *dialect_of(enum dialect_id id);
/* Every mandatory entry set, or BUG(). */
void dialect_check(void);

/* What CREATE TABLE text tells that no pragma does (dialect/sqlite). */
struct create_column {
	struct str name, type, collation, gen_expr, dflt;
};
struct create_constraint {
	enum create_kind {
		CREATE_PK, CREATE_UNIQUE, CREATE_CHECK, CREATE_FK
	} kind;
	struct str label;		/* CONSTRAINT name or "" */
	struct str column;		/* column constraint: its column, else "" */
	struct strs cols, ref_cols;
	struct str ref_table, expr, on_delete, on_update, match, conflict;
	bool autoincrement, deferrable, initially_deferred;
};
struct create_table {
	struct create_column *cols;		size_t ncols;
	struct create_constraint *cons;		size_t ncons;
	bool strict, without_rowid;
	struct str module;		/* CREATE VIRTUAL TABLE … USING <this> */
};
/* Read a stored CREATE [VIRTUAL] TABLE text (SQLite has accepted it, so a
 * failure here is RC_UNSUPPORTED naming the place). */
enum rc sqlite_read_create(struct str sql, struct arena *a,
    struct create_table *out, struct err *e) MUST_CHECK;
/* White space and comments outside literals folded to one space. */
struct str sqlite_fold_sql(struct str sql, struct arena *a);

#endif

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

struct tokens {
	const struct token *v;
	size_t n;
};

/* What a statement is, as the engine's own parser tells it. */
enum fact_verb {
	VERB_OTHER, VERB_SELECT, VERB_INSERT, VERB_UPDATE, VERB_DELETE,
	VERB_CREATE_TABLE, VERB_CREATE_VTABLE, VERB_DROP_TABLE, VERB_ALTER_TABLE,
	VERB_CREATE_INDEX, VERB_DROP_INDEX, VERB_CREATE_VIEW, VERB_DROP_VIEW,
	VERB_CREATE_TRIGGER, VERB_DROP_TRIGGER, VERB_PRAGMA, VERB_TRANSACTION,
	VERB_SAVEPOINT, VERB_ATTACH, VERB_REINDEX, VERB_ANALYZE, VERB_VACUUM,
	VERB_EMPTY,		/* comment or white space only */
	VERB_N
};
extern const char *const fact_verb_name[VERB_N];

/* --- a whole schema as statements ------------------------------------------ */

/* Which objects of a model, and what for. */
struct script_what {
	/* NULL: those that are managed */
	bool (*keep)(const struct obj *o, void *arg);
	void *arg;
	/* For an empty copy that is thrown away: no roles, no comments,
	 * materialised views without rows. */
	bool scratch;
};
/*
 * One statement at a time, in an order in which they run on an empty
 * database; `o` is what it makes (NULL: a setting of the session).  An empty
 * text: nothing in the model can make o (a foreign table, an aggregate).
 */
struct script_out {
	enum rc (*statement)(void *arg, const struct obj *o, struct str sql,
	    struct err *e);
	void *arg;
};

/* ALTER TABLE … ALTER COLUMN … TO, as a text that its engine cannot run. */
struct alter_column {
	size_t from;			/* of the word ALTER */
	struct str table, column;	/* unquoted */
	struct str definition;		/* as written, the name first */
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
	/* A name that must not be sent, in any quotes: refused before it is
	 * quoted (not UTF-8, a NUL byte, too long, empty); ident() of it is
	 * text that no server runs. */
	enum rc (*name_check)(struct str name, struct err *e) MUST_CHECK;
	/* [schema.]table quoted */
	void (*table)(struct sbuf *b, const struct obj *o);
	void (*literal)(struct sbuf *b, const struct value *v);
	/* Next token at or after `from`; TOKEN_END at the end.  For
	 * highlighting and for reading stored DDL, never for judging danger. */
	struct token (*token)(struct str sql, size_t from);
	/*
	 * The tokens of a text, without the space between them, as the
	 * engine's own scanner reads it; for highlighting.  False: it cannot
	 * be read that way.  NULL: the engine shows only its keywords, which
	 * token() knows.
	 */
	bool (*scan)(struct str sql, struct arena *a, struct tokens *out);
	/* Bare when it may stand unquoted in --allow OBJECT, else "…". */
	void (*object_name)(struct sbuf *b, const struct obj *o, struct str column);
	/* CREATE text of an object, as the engine stored it or made from the
	 * model, or DROP text: one or more statements, "; newline" between
	 * them, none at the end.  False: there is none. */
	bool (*create_text)(const struct model *m, const struct obj *o,
	    struct sbuf *b);
	bool (*drop_text)(const struct model *m, const struct obj *o,
	    struct sbuf *b);
	/* What makes `to` of `from`, the same object in m's schema of the TO
	 * side, statements as above; false when drop and create must. */
	bool (*alter_text)(const struct model *m, const struct obj *from,
	    const struct obj *to, struct sbuf *b);
	/* What makes comment, owner and privileges those of `to`, statements
	 * as above; NULL where an engine has none. */
	void (*notes_text)(struct sbuf *b, const struct obj *o,
	    const struct obj_notes *from, const struct obj_notes *to);
	/* The objects of a model as statements in the order of what needs
	 * what.  Fails only as out->statement does. */
	enum rc (*schema_script)(const struct model *m,
	    const struct script_what *what, const struct script_out *out,
	    struct err *e) MUST_CHECK;
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
	/*
	 * Does the text hold, at or after `from`, a statement that gives a
	 * column another definition and that the engine itself has not
	 * (libSQL's)?  And the stored CREATE text with that definition, under
	 * the name `as`.  RC_DB: no such column; RC_UNSUPPORTED: what libSQL
	 * does not alter either.  NULL, both: there is none.
	 */
	bool (*alter_column)(struct str sql, size_t from, struct arena *a,
	    struct alter_column *out);
	enum rc (*redefine)(struct str create, const struct alter_column *x,
	    struct str as, struct arena *a, struct str *out, struct err *e);
	/* Tracking table statements (drizzle-spec §3), without arguments. */
	const char *tracking_create;
	const char *tracking_create_1;	/* that of drizzle-orm 1.0 */
};

extern const struct dialect dialect_sqlite, dialect_pg;
const struct dialect *dialect_of(enum dialect_id id);
/* Every mandatory entry set, or BUG(). */
void dialect_check(void);

/* --- what the dialects share ----------------------------------------------- */

/* Whether word, in any case, is among n sorted capital words. */
bool keyword_among(struct str word, const char *const *words, size_t n);
/* The tokens of a text but the space between them: by the engine's scanner,
 * else by token(). */
void sql_tokens(const struct dialect *d, struct str sql, struct arena *a,
    struct tokens *out);
/* Whether a name may stand unquoted in --allow OBJECT, in any dialect. */
bool name_is_bare(struct str s);

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
/* White space and comments outside literals folded to one space, none at
 * either end. */
struct str sql_fold(const struct dialect *d, struct str sql, struct arena *a);
struct str sqlite_fold_sql(struct str sql, struct arena *a);
/* Where the first token at or after `from` begins that is neither space nor
 * comment; `from` where there is none. */
size_t sql_start(const struct dialect *d, struct str sql, size_t from);

#endif

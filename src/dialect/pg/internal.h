#ifndef WEIR_DIALECT_PG_INTERNAL_H
#define WEIR_DIALECT_PG_INTERNAL_H
/* What the files of the digest share. */
#include "base/json.h"
#include "base/vec.h"
#include "dialect/pg/pg.h"

/* --- split.c: lexemes, for splitting and for reading bodies ------------- */
enum pg_lex { PG_LEX_SPACE, PG_LEX_COMMENT, PG_LEX_WORD, PG_LEX_QUOTED,
	PG_LEX_STRING, PG_LEX_DOLLAR, PG_LEX_OTHER, PG_LEX_END };
struct pg_lexeme {
	size_t from, to;
	enum pg_lex kind;
};
/* Always advances but at the end. */
struct pg_lexeme pg_lex(struct str s, size_t from);
bool pg_too_deep(struct str sql);

/* --- parse.c: the tree as JSON ------------------------------------------ */
/* Of one statement: its node, {"AlterTableStmt": {…}}; RC_PARSE with e->where
 * a byte offset where the grammar rejects it. */
enum rc pg_parse(struct str sql, struct arena *a, const struct json **out,
    size_t *at, struct err *e) MUST_CHECK;

/* The tokens of a text as libpg_query packs them, in `a`; false: its scanner
 * does not read it. */
bool pg_scan_raw(struct str sql, struct arena *a, struct str *out);

/* --- tree.c: reading the tree ------------------------------------------- */
struct reading {
	struct arena *a;
	struct str sql;
	struct pg_stmt *s;
	VEC(struct pg_obj) objs;
	VEC(struct pg_obj) reads;
	VEC(struct pg_obj) refs;
	VEC(struct pg_sub) subs;
	VEC(struct pg_write) writes;
	VEC(struct pg_column) cols;
	VEC(struct pg_constraint) cons;
	VEC(struct str) calls;
	VEC(struct str) roles;
	VEC(struct str) ctes;		/* names that are no tables */
};

/* The name and the fields of a node {"X": {…}}; "" for anything else. */
struct str node_name(const struct json *node);
const struct json *node_body(const struct json *node);
bool node_is(const struct json *node, const char *name);
struct str get_str(const struct json *body, const char *key);
bool get_bool(const struct json *body, const char *key);
bool get_is(const struct json *body, const char *key, const char *value);
/* Array elements; zero when there is none. */
size_t get_list(const struct json *body, const char *key,
    const struct json **items);
/* The text of {"String": {"sval": …}}. */
struct str string_of(const struct json *node);
struct strs strings_of(struct reading *r, const struct json *body,
    const char *key);
struct pg_obj range_var(const struct json *body);

/* slice.c: the expression after USING; rows_from and values of a write. */
struct str pg_slice_using(struct str sql, size_t from);
void pg_slice_rows(struct reading *r, struct pg_write *w);

/* columns.c */
struct str type_text(struct reading *r, const struct json *type,
    struct str *schema, struct str *name);
struct pg_column read_column(struct reading *r, const struct json *def);
struct pg_constraint read_constraint(struct reading *r,
    const struct json *def);
/* How an expression's value comes about; its calls are appended. */
enum pg_value read_value(struct reading *r, const struct json *expr,
    struct strs *calls);

/* tree.c, alter.c, walk.c, flags.c */
void read_statement(struct reading *r, const struct json *stmt);
void read_alter(struct reading *r, const struct json *body);
/* All tables, writes and calls below a node. */
void walk(struct reading *r, const struct json *node);
void read_flags(struct reading *r, const struct json *stmt);
/* Does a body name commands that reach beyond its database? */
bool body_reaches_out(struct str body, struct arena *a);
/* assembles.c: does it put SQL together while it runs? */
bool body_assembles(struct str body);
struct str body_uncommented(struct str body, struct arena *a);

#endif

#ifndef WEIR_DIALECT_SQLITE_SQLITE_H
#define WEIR_DIALECT_SQLITE_SQLITE_H
/*
 * What the files of dialect/sqlite share.  The tokenizer follows SQLite's own
 * (sqlite.org/lang_keywords.html, /syntax): it never fails, it only reports
 * TOKEN_BAD, and it always advances.
 */
#include "dialect/dialect.h"

struct token sqlite_token(struct str sql, size_t from);
/* One of the 147 words that SQLite's parser knows. */
bool sqlite_is_keyword(struct str word);
/* The name that an identifier or string token spells: quotes taken off. */
struct str sqlite_unquote(struct arena *a, struct str text);
/* The next token that is neither space nor comment. */
struct token sqlite_token_next(struct str sql, size_t from);
static inline struct str token_text(struct str sql, struct token t)
{
	return str_sub(sql, t.from, t.to);
}

/* The parts of a stored CREATE INDEX, each without direction and collation,
 * white space folded. */
struct create_index {
	struct strs parts;
	struct str where;	/* or "" */
};
/* See alter_column, redefine (dialect/dialect.h). */
bool sqlite_alter_column(struct str sql, size_t from, struct arena *a,
    struct alter_column *out);
enum rc sqlite_redefine(struct str create, const struct alter_column *x,
    struct str as, struct arena *a, struct str *out, struct err *e)
    MUST_CHECK;
enum rc sqlite_read_index(struct str sql, struct arena *a,
    struct create_index *out, struct err *e) MUST_CHECK;
#endif

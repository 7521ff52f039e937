#ifndef WEIR_DIALECT_PG_WORDS_H
#define WEIR_DIALECT_PG_WORDS_H
/*
 * What the files of dialect/pg share that write text: quoting, tokens, and
 * the DDL of each kind of object.  Reading SQL is parse.c's.
 */
#include "dialect/dialect.h"

/* PostgreSQL 15 manual, section 4.1: never fails, always advances. */
struct token pg_token(struct str sql, size_t from);
/* A word that the grammar knows and that seldom is a column's name. */
bool pg_is_keyword(struct str word);
bool pg_is_dollar_tag(struct str text, size_t from, size_t *to);

/*
 * Always quoted.  A name that no server may be sent (not UTF-8, a NUL byte)
 * becomes "", which every server refuses before it runs anything.
 */
void pg_ident(struct sbuf *b, struct str name);
void pg_name(struct sbuf *b, struct str schema, struct str name);
/* A text constant that reads the same whatever bytes it holds. */
void pg_string(struct sbuf *b, struct str text);
/* "(a, b)" */
void pg_columns(struct sbuf *b, struct strs cols);

bool pg_create_text(const struct model *m, const struct obj *o,
    struct sbuf *b);
bool pg_drop_text(const struct model *m, const struct obj *o, struct sbuf *b);
bool pg_alter_text(const struct model *m, const struct obj *from,
    const struct obj *to, struct sbuf *b);

#endif

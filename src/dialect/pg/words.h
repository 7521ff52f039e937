#ifndef WEIR_DIALECT_PG_WORDS_H
#define WEIR_DIALECT_PG_WORDS_H
/*
 * What the files of dialect/pg share that write text: quoting, tokens, and
 * the DDL of each kind of object.  Reading SQL is parse.c's.
 */
#include "dialect/dialect.h"

/* PostgreSQL 15 manual, section 4.1: never fails, always advances. */
struct token pg_token(struct str sql, size_t from);
/* See scan (dialect/dialect.h). */
bool pg_scan(struct str sql, struct arena *a, struct tokens *out);
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

/*
 * A reference as the model writes it, "schema.name", quoted: found among the
 * objects of the model, for a name may hold dots of its own; else read as SQL
 * would read it.
 */
void pg_ref_split(const struct model *m, struct str ref, struct arena *a,
    struct str *schema, struct str *name);
void pg_ref(struct sbuf *b, const struct model *m, struct str ref);

bool pg_create_text(const struct model *m, const struct obj *o,
    struct sbuf *b);
bool pg_drop_text(const struct model *m, const struct obj *o, struct sbuf *b);
bool pg_alter_text(const struct model *m, const struct obj *from,
    const struct obj *to, struct sbuf *b);
enum rc pg_schema_script(const struct model *m, const struct script_what *what,
    const struct script_out *out, struct err *e) MUST_CHECK;

/* --- ddl_table.c: tables and what hangs on them ----------------------------- */

/* "name type … NOT NULL", as in CREATE TABLE and ADD COLUMN. */
void pg_column_text(struct sbuf *b, const struct model *m,
    const struct column *c);
/* "CONSTRAINT name …"; false for what is no constraint. */
bool pg_constraint_text(struct sbuf *b, const struct model *m,
    const struct obj *o);
/* What stays out of the CREATE TABLE text, to be made by itself later. */
struct pg_table_less {
	bool (*out)(const struct obj *o, void *arg);
	void *arg;
};
void pg_table_text(struct sbuf *b, const struct model *m,
    const struct table *t, const struct pg_table_less *less);
/* What CREATE TABLE cannot say, a list of statements, each after "; newline"
 * unless b is empty: storage, row security, replica identity. */
void pg_table_more(struct sbuf *b, const struct model *m,
    const struct table *t);
bool pg_index_text(struct sbuf *b, const struct index *x);
void pg_to_roles(struct sbuf *b, struct strs roles);
bool pg_hung_text(struct sbuf *b, const struct model *m, const struct obj *o);
/* ALTER TABLE [ONLY] schema.table */
void pg_alter_table(struct sbuf *b, const struct obj *o, bool only);
void pg_sequence_options(struct sbuf *b, const struct sequence_options *opt);
void pg_identity_options(struct sbuf *b, struct str text);
void pg_function_name(struct sbuf *b, const struct function *f);
const char *pg_function_word(const struct function *f);
void pg_collate(struct sbuf *b, struct str collation);
void pg_options(struct sbuf *b, struct str options);
void pg_expr(struct sbuf *b, struct str expr);
/* ALTER SEQUENCE … OWNED BY; false when it is owned by no column of m. */
bool pg_owned_by(struct sbuf *b, const struct model *m,
    const struct sequence *q);
/* notes.c: "TABLE s.t", "TRIGGER g ON s.t", as COMMENT ON and ALTER … OWNER
 * name it; false: they cannot. */
bool pg_object_words(struct sbuf *b, const struct obj *o);
void pg_comment_text(struct sbuf *b, const struct obj *o, struct str comment);
/* "; newline" between two statements of b. */
void pg_next(struct sbuf *b);
/* Does the column get its numbers from a sequence that its table makes? */
bool pg_is_identity_sequence(const struct model *m, const struct sequence *s);

#endif

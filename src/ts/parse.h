#ifndef WEIR_TS_PARSE_H
#define WEIR_TS_PARSE_H
/* parse: what the files of the parser share.  Each function reads what it is
 * named after, from the current token on. */
#include "base/vec.h"
#include "ts/syntax.h"

struct ts_parser {
	struct ts_lex x;
	struct arena *a;
	struct err *e;
	unsigned depth;
	size_t *work, work_max;	/* looking ahead costs; shared by copies */
	bool no_in;		/* in the head of a for: `in` is no operator */
	bool in_cond;		/* between ? and : of a conditional */
};

typedef VEC(struct ts_node *) ts_nodes;

/* parse.c */
struct ts_node *ts_node(struct ts_parser *p, enum ts_kind kind);
void ts_take_list(struct ts_node *n, const ts_nodes *v);
static inline bool ts_is(const struct ts_parser *p, const char *punct)
{
	return p->x.tok.kind == TOK_PUNCT && str_is(p->x.tok.text, punct);
}
static inline bool ts_is_word(const struct ts_parser *p, const char *word)
{
	return p->x.tok.kind == TOK_NAME && !p->x.tok.escaped &&
	    str_is(p->x.tok.text, word);
}
enum rc ts_next(struct ts_parser *p) MUST_CHECK;
/* The token after the current one. */
struct ts_token ts_peek(const struct ts_parser *p);
/* Take it if it is there. */
enum rc ts_accept(struct ts_parser *p, const char *punct, bool *was)
    MUST_CHECK;
enum rc ts_accept_word(struct ts_parser *p, const char *word, bool *was)
    MUST_CHECK;
enum rc ts_expect(struct ts_parser *p, const char *punct) MUST_CHECK;
enum rc ts_expect_word(struct ts_parser *p, const char *word) MUST_CHECK;
enum rc ts_unexpected(struct ts_parser *p, const char *wanted) MUST_CHECK;
enum rc ts_take_name(struct ts_parser *p, struct str *out) MUST_CHECK;
/* "(", "[" or "{" up to behind its end, whatever it holds. */
enum rc ts_skip_balanced(struct ts_parser *p) MUST_CHECK;
enum rc ts_enter(struct ts_parser *p) MUST_CHECK;
void ts_leave(struct ts_parser *p);
bool ts_reserved(struct str word);

/* type.c */
enum rc ts_type(struct ts_parser *p) MUST_CHECK;
/* ": T" if it is there */
enum rc ts_annotation(struct ts_parser *p) MUST_CHECK;
enum rc ts_type_params(struct ts_parser *p) MUST_CHECK;	/* <T, U> if there */
enum rc ts_type_args(struct ts_parser *p) MUST_CHECK;	/* <A, B> */
enum rc ts_interface(struct ts_parser *p) MUST_CHECK;	/* from its name on */
enum rc ts_type_alias(struct ts_parser *p) MUST_CHECK;	/* from its name on */

/* expr.c */
enum rc ts_expression(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_assignment(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_left_side(struct ts_parser *p, struct ts_node **out) MUST_CHECK;

/* literal.c: objects, classes, functions, patterns */
enum rc ts_object(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_array(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_class(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_pattern(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
/* From the name (or the parentheses) on: function f<T>(a: A = 1): R { … };
 * *body false: an overload or ambient declaration without body. */
enum rc ts_function(struct ts_parser *p, unsigned flags, struct ts_node **out,
    bool *body) MUST_CHECK;
enum rc ts_arrow(struct ts_parser *p, unsigned flags, struct ts_node **out)
    MUST_CHECK;
enum rc ts_decorators(struct ts_parser *p) MUST_CHECK;

/* stmt.c, module.c */
enum rc ts_statement(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_block(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_declaration(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_import(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_export(struct ts_parser *p, struct ts_node **out) MUST_CHECK;
enum rc ts_statement_end(struct ts_parser *p) MUST_CHECK;	/* ; or ASI */

#endif

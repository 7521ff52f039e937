#ifndef WEIR_TS_LEX_H
#define WEIR_TS_LEX_H
/*
 * lex: the tokens of TypeScript, one at a time (ECMA-262 chapter 12).
 *
 * Rules.  L.1 whether "/" begins a regular expression is told by the token
 * before it.  L.2 a template literal is one token, its ${…} included: the
 * parser reads the parts again as texts of their own.  L.3 a lexer is a plain
 * value: a copy of it is a place to go back to.  L.4 positions are byte
 * offsets in the file's text, which outlives all tokens.  L.5 what is no
 * token is RC_PARSE at its place, never skipped.
 */
#include "base/arena.h"

enum ts_token_kind {
	TOK_END,
	TOK_NAME,		/* identifiers and keywords alike */
	TOK_PRIVATE,		/* #name */
	TOK_NUMBER, TOK_BIGINT, TOK_STRING, TOK_TEMPLATE, TOK_REGEX,
	TOK_PUNCT,
};

struct ts_token {
	enum ts_token_kind kind;
	size_t from, to;
	struct str text;	/* NAME: decoded; STRING: cooked; BIGINT:
				 * digits in decimal, hexadecimal …;
				 * PUNCT: as written; TEMPLATE: between the
				 * back quotes; REGEX: between the slashes */
	struct str flags;	/* REGEX */
	double number;
	bool newline;		/* a line ends between the token before and it */
	bool escaped;		/* NAME written with \u: no keyword */
	bool half;		/* STRING: holds one of a pair of surrogates */
};

struct ts_lex {
	struct str text;	/* whole file */
	const char *file;	/* in messages */
	struct arena *a;	/* cooked texts */
	size_t at, end;		/* end: of the part that is read (L.2) */
	unsigned nest;		/* of ${…} around it */
	bool operand;		/* the token before ends an operand (L.1) */
	struct ts_token tok;	/* current */
};

/* RC_PARSE, where = file:line:col. */
enum rc ts_lex_open(struct ts_lex *x, struct str text, const char *file,
    struct arena *a, struct err *e) MUST_CHECK;
/* The part [from, to) of the same file. */
enum rc ts_lex_part(struct ts_lex *x, const struct ts_lex *whole, size_t from,
    size_t to, struct err *e) MUST_CHECK;
enum rc ts_lex_next(struct ts_lex *x, struct err *e) MUST_CHECK;
/* The current token, a ">>", ">=" … , gives only its first ">": the end of a
 * list of type arguments. */
void ts_lex_split(struct ts_lex *x);
/* RC_PARSE at an offset of the file. */
enum rc ts_lex_fail(const struct ts_lex *x, size_t at, struct err *e,
    const char *fmt, ...) PRINTF(4, 5);

/*
 * The chunks of a template literal's text: chunk i is followed by expression
 * i, [from, to) in the file.  cooked.p is NULL where an escape is not valid.
 */
struct ts_chunk {
	struct str raw, cooked;
	size_t from, to;	/* of the expression after it; 0, 0: the last */
	bool half;		/* as of a string */
};
enum rc ts_lex_template(const struct ts_lex *x, const struct ts_token *t,
    const struct ts_chunk **out, size_t *n, struct err *e) MUST_CHECK;

#endif

/*
 * type: TypeScript's types, read by their grammar and dropped.  What stands
 * in brackets is skipped whole; only what has no bracket to end it is read.
 */
#include "ts/parse.h"

static enum rc type_args_rest(struct ts_parser *p)
{
	enum rc rc = RC_OK;
	bool more = true;

	while (!rc && more && !ts_is(p, ">")) {
		rc = ts_type(p);
		if (!rc && p->x.tok.kind == TOK_PUNCT &&
		    p->x.tok.text.p[0] == '>')
			ts_lex_split(&p->x);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	if (rc)
		return rc;
	ts_lex_split(&p->x);
	return ts_expect(p, ">");
}

enum rc ts_type_args(struct ts_parser *p)
{
	enum rc rc = ts_expect(p, "<");

	return rc ? rc : type_args_rest(p);
}

/* const T, in/out T, T extends U = V */
static enum rc type_param(struct ts_parser *p)
{
	struct str ignored;
	bool was;
	enum rc rc = RC_OK;

	while (!rc && (ts_is_word(p, "const") || ts_is_word(p, "in") ||
	    (ts_is_word(p, "out") && ts_peek(p).kind == TOK_NAME)))
		rc = ts_next(p);
	if (!rc)
		rc = ts_take_name(p, &ignored);
	if (!rc)
		rc = ts_accept_word(p, "extends", &was);
	if (!rc && was)
		rc = ts_type(p);
	if (!rc)
		rc = ts_accept(p, "=", &was);
	if (!rc && was)
		rc = ts_type(p);
	return rc;
}

enum rc ts_type_params(struct ts_parser *p)
{
	bool more;
	enum rc rc = ts_accept(p, "<", &more);

	if (rc || !more)
		return rc;
	while (!rc && more && !ts_is(p, ">")) {
		rc = type_param(p);
		if (!rc && p->x.tok.kind == TOK_PUNCT &&
		    p->x.tok.text.p[0] == '>')
			ts_lex_split(&p->x);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	if (rc)
		return rc;
	ts_lex_split(&p->x);
	return ts_expect(p, ">");
}

/* a.b.c<T>, also behind typeof and import("x") */
static enum rc qualified(struct ts_parser *p)
{
	bool dot = true;
	enum rc rc = RC_OK;

	while (!rc && dot) {
		if (p->x.tok.kind != TOK_NAME && p->x.tok.kind != TOK_PRIVATE)
			return ts_unexpected(p, "the name of a type");
		rc = ts_next(p);
		if (!rc)
			rc = ts_accept(p, ".", &dot);
	}
	if (!rc && ts_is(p, "<") && !p->x.tok.newline)
		rc = ts_type_args(p);
	return rc;
}

/* Does "(" begin the parameters of a function type (TypeScript's
 * isUnambiguouslyStartOfFunctionType)? */
static bool is_function_type(const struct ts_parser *at)
{
	struct ts_parser p = *at;
	struct err ignored = ERR_INIT;

	p.e = &ignored;
	if (ts_next(&p))
		return false;
	if (ts_is(&p, ")") || ts_is(&p, "..."))
		return true;
	if (ts_is(&p, "{") || ts_is(&p, "[")) {
		if (ts_skip_balanced(&p))
			return false;
	} else if (p.x.tok.kind != TOK_NAME || ts_next(&p)) {
		return false;
	}
	if (ts_is(&p, ":") || ts_is(&p, ",") || ts_is(&p, "?") ||
	    ts_is(&p, "="))
		return true;
	return ts_is(&p, ")") && !ts_next(&p) && ts_is(&p, "=>");
}

/* The parameters and the result of a function type. */
static enum rc function_type(struct ts_parser *p)
{
	enum rc rc;

	if (!ts_is(p, "("))
		return ts_unexpected(p, "\"(\"");
	rc = ts_skip_balanced(p);
	if (!rc)
		rc = ts_expect(p, "=>");
	return rc ? rc : ts_type(p);
}

static enum rc parens(struct ts_parser *p)
{
	return is_function_type(p) ? function_type(p) : ts_skip_balanced(p);
}

static enum rc import_type(struct ts_parser *p)
{
	bool dot;
	enum rc rc = ts_next(p);

	if (!rc && !ts_is(p, "("))
		return ts_unexpected(p, "\"(\"");
	if (!rc)
		rc = ts_skip_balanced(p);
	if (!rc)
		rc = ts_accept(p, ".", &dot);
	if (rc || !dot)
		return rc;
	return qualified(p);
}

static enum rc primary(struct ts_parser *p);

static enum rc word(struct ts_parser *p)
{
	struct ts_token after = ts_peek(p);
	bool starts = after.kind == TOK_NAME || (after.kind == TOK_PUNCT &&
	    (str_is(after.text, "(") || str_is(after.text, "[") ||
	    str_is(after.text, "{"))) || after.kind == TOK_STRING;
	bool was;
	enum rc rc;

	if (ts_is_word(p, "typeof")) {
		rc = ts_next(p);
		if (!rc && ts_is_word(p, "import"))
			return import_type(p);
		return rc ? rc : qualified(p);
	}
	if (ts_is_word(p, "import"))
		return import_type(p);
	if (starts && (ts_is_word(p, "keyof") || ts_is_word(p, "unique") ||
	    ts_is_word(p, "readonly"))) {
		rc = ts_next(p);
		return rc ? rc : primary(p);
	}
	if (ts_is_word(p, "infer") && after.kind == TOK_NAME) {
		rc = ts_next(p);
		return rc ? rc : ts_next(p);
	}
	if (ts_is_word(p, "new") || (ts_is_word(p, "abstract") &&
	    after.kind == TOK_NAME && str_is(after.text, "new"))) {
		while (ts_is_word(p, "abstract") || ts_is_word(p, "new")) {
			rc = ts_next(p);
			if (rc)
				return rc;
		}
		rc = ts_type_params(p);
		return rc ? rc : function_type(p);
	}
	if (ts_is_word(p, "asserts") && after.kind == TOK_NAME &&
	    !after.newline) {
		rc = ts_next(p);
		if (rc)
			return rc;
		after = ts_peek(p);
	}
	/* x is T */
	if (after.kind == TOK_NAME && str_is(after.text, "is") &&
	    !after.newline) {
		rc = ts_next(p);
		if (!rc)
			rc = ts_accept_word(p, "is", &was);
		return rc ? rc : ts_type(p);
	}
	return qualified(p);
}

static enum rc primary_start(struct ts_parser *p)
{
	bool was;
	enum rc rc;

	switch (p->x.tok.kind) {
	case TOK_NAME:
		return word(p);
	case TOK_STRING:
	case TOK_NUMBER:
	case TOK_BIGINT:
	case TOK_TEMPLATE:
		return ts_next(p);
	case TOK_PUNCT:
		if (ts_is(p, "("))
			return parens(p);
		if (ts_is(p, "{") || ts_is(p, "["))
			return ts_skip_balanced(p);
		if (ts_is(p, "<")) {
			rc = ts_type_params(p);
			return rc ? rc : function_type(p);
		}
		rc = ts_accept(p, "-", &was);
		if (rc || was)
			return rc ? rc : ts_next(p);
		break;
	case TOK_END:
	case TOK_PRIVATE:
	case TOK_REGEX:
		break;
	}
	return ts_unexpected(p, "a type");
}

static enum rc primary(struct ts_parser *p)
{
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = primary_start(p);
	while (!rc && ts_is(p, "[") && !p->x.tok.newline)
		rc = ts_skip_balanced(p);
	ts_leave(p);
	return rc;
}

static enum rc combined(struct ts_parser *p)
{
	bool more;
	enum rc rc = ts_accept(p, "|", &more);

	if (!rc && !more)
		rc = ts_accept(p, "&", &more);
	more = true;
	while (!rc && more) {
		rc = primary(p);
		if (!rc)
			rc = ts_accept(p, "|", &more);
		if (!rc && !more)
			rc = ts_accept(p, "&", &more);
	}
	return rc;
}

enum rc ts_type(struct ts_parser *p)
{
	bool was;
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = combined(p);
	/* A extends B ? C : D; of `infer X extends Y` the same word */
	while (!rc && ts_is_word(p, "extends") && !p->x.tok.newline) {
		rc = ts_next(p);
		if (!rc)
			rc = combined(p);
		if (!rc)
			rc = ts_accept(p, "?", &was);
		if (rc || !was)
			continue;
		rc = ts_type(p);
		if (!rc)
			rc = ts_expect(p, ":");
		if (!rc)
			rc = ts_type(p);
	}
	ts_leave(p);
	return rc;
}

enum rc ts_annotation(struct ts_parser *p)
{
	bool was;
	enum rc rc = ts_accept(p, ":", &was);

	return rc || !was ? rc : ts_type(p);
}

enum rc ts_interface(struct ts_parser *p)
{
	struct str ignored;
	bool more;
	enum rc rc = ts_take_name(p, &ignored);

	if (!rc)
		rc = ts_type_params(p);
	if (!rc)
		rc = ts_accept_word(p, "extends", &more);
	while (!rc && more) {
		rc = ts_type(p);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	if (!rc && !ts_is(p, "{"))
		return ts_unexpected(p, "\"{\"");
	return rc ? rc : ts_skip_balanced(p);
}

enum rc ts_type_alias(struct ts_parser *p)
{
	struct str ignored;
	enum rc rc = ts_take_name(p, &ignored);

	if (!rc)
		rc = ts_type_params(p);
	if (!rc)
		rc = ts_expect(p, "=");
	if (!rc)
		rc = ts_type(p);
	return rc ? rc : ts_statement_end(p);
}

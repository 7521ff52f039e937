/* stmt: statements and declarations (ECMA-262 chapters 14, 15). */
#include "ts/parse.h"

/* A ";", or where the grammar lets it be left out (ECMA-262 12.10). */
enum rc ts_statement_end(struct ts_parser *p)
{
	if (ts_is(p, ";"))
		return ts_next(p);
	if (ts_is(p, "}") || p->x.tok.newline || p->x.tok.kind == TOK_END)
		return RC_OK;
	return ts_unexpected(p, "\";\"");
}

enum rc ts_block(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_BLOCK);
	ts_nodes list = { 0 };
	enum rc rc = ts_expect(p, "{");

	while (!rc && !ts_is(p, "}")) {
		struct ts_node *s;

		rc = ts_statement(p, &s);
		if (!rc && s->kind != TS_EMPTY)
			vec_push(p->a, &list, s);
	}
	ts_take_list(n, &list);
	if (!rc)
		rc = ts_expect(p, "}");
	if (!rc)
		*out = n;
	return rc;
}

/* --- declarations -------------------------------------------------------- */

static enum rc declarator(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_DECL);
	bool was;
	enum rc rc = ts_pattern(p, &n->a);

	if (!rc && ts_is(p, "!"))
		rc = ts_accept(p, "!", &was);
	if (!rc)
		rc = ts_annotation(p);
	if (!rc)
		rc = ts_accept(p, "=", &was);
	if (!rc && was)
		rc = ts_assignment(p, &n->b);
	if (!rc)
		*out = n;
	return rc;
}

/* const a = 1, b = 2: without its end, for the head of a for */
static enum rc variables(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_VAR);
	ts_nodes list = { 0 };
	bool more = true;
	enum rc rc;

	n->flags = ts_is_word(p, "const") ? TS_F_CONST :
	    ts_is_word(p, "let") ? TS_F_LET : 0u;
	rc = ts_next(p);
	while (!rc && more) {
		struct ts_node *d;

		rc = declarator(p, &d);
		if (rc)
			break;
		vec_push(p->a, &list, d);
		rc = ts_accept(p, ",", &more);
	}
	ts_take_list(n, &list);
	if (!rc)
		*out = n;
	return rc;
}

static enum rc enum_member(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_PROP);
	bool was;
	enum rc rc;

	if (p->x.tok.kind != TOK_NAME && p->x.tok.kind != TOK_STRING)
		return ts_unexpected(p, "the name of a member");
	n->text = p->x.tok.text;
	rc = ts_next(p);
	if (!rc)
		rc = ts_accept(p, "=", &was);
	if (!rc && was)
		rc = ts_assignment(p, &n->b);
	if (!rc)
		*out = n;
	return rc;
}

static enum rc enumeration(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_ENUM);
	ts_nodes list = { 0 };
	bool more = true;
	enum rc rc = ts_expect_word(p, "enum");

	if (!rc)
		rc = ts_take_name(p, &n->text);
	if (!rc)
		rc = ts_expect(p, "{");
	while (!rc && more && !ts_is(p, "}")) {
		struct ts_node *m;

		rc = enum_member(p, &m);
		if (rc)
			break;
		vec_push(p->a, &list, m);
		rc = ts_accept(p, ",", &more);
	}
	ts_take_list(n, &list);
	if (!rc)
		rc = ts_expect(p, "}");
	if (!rc)
		*out = n;
	return rc;
}

/* namespace a.b { … } is namespace a { export namespace b { … } } */
static enum rc namespace_rest(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_NAMESPACE), *inner, *wrap;
	ts_nodes list = { 0 };
	bool dot;
	enum rc rc = ts_take_name(p, &n->text);

	if (!rc)
		rc = ts_accept(p, ".", &dot);
	if (rc)
		return rc;
	*out = n;
	if (!dot) {
		rc = ts_block(p, &inner);
		if (rc)
			return rc;
		n->list = inner->list;
		n->n = inner->n;
		return RC_OK;
	}
	rc = ts_enter(p);
	if (rc)
		return rc;
	wrap = ts_node(p, TS_EXPORT);
	rc = namespace_rest(p, &wrap->a);
	ts_leave(p);
	vec_push(p->a, &list, wrap);
	ts_take_list(n, &list);
	return rc;
}

static enum rc empty(struct ts_parser *p, struct ts_node **out)
{
	*out = ts_node(p, TS_EMPTY);
	return RC_OK;
}

/* declare …: read and dropped (X.1) */
static enum rc ambient(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_next(p);
	struct ts_node *ignored;

	if (!rc && (ts_is_word(p, "global") || ts_is_word(p, "module") ||
	    ts_is_word(p, "namespace"))) {
		while (!rc && !ts_is(p, "{") && p->x.tok.kind != TOK_END &&
		    !ts_is(p, ";"))
			rc = ts_next(p);
		if (!rc && ts_is(p, ";"))
			rc = ts_next(p);
		else if (!rc && ts_is(p, "{"))
			rc = ts_skip_balanced(p);
		return rc ? rc : empty(p, out);
	}
	if (!rc)
		rc = ts_declaration(p, &ignored);
	return rc ? rc : empty(p, out);
}

static enum rc function_declaration(struct ts_parser *p, unsigned flags,
    struct ts_node **out)
{
	bool body;
	enum rc rc = ts_expect_word(p, "function");

	if (!rc)
		rc = ts_function(p, flags, out, &body);
	if (rc || body)
		return rc;
	rc = ts_statement_end(p);	/* an overload */
	return rc ? rc : empty(p, out);
}

enum declares { NOTHING, VARIABLES, FUNCTION, ASYNC, CLASS, ENUM, CONST_ENUM,
	NAMESPACE, INTERFACE, ALIAS, AMBIENT, ABSTRACT };

/* Does a declaration stand here, and which? */
static enum declares declares(const struct ts_parser *p)
{
	struct ts_token after = ts_peek(p);
	bool same = !after.newline, name = after.kind == TOK_NAME && same;

	if (p->x.tok.kind != TOK_NAME)
		return NOTHING;
	if (ts_is_word(p, "const") && name && str_is(after.text, "enum"))
		return CONST_ENUM;
	if (ts_is_word(p, "const") || ts_is_word(p, "var"))
		return VARIABLES;
	if (ts_is_word(p, "let"))
		return after.kind == TOK_NAME || str_is(after.text, "[") ||
		    str_is(after.text, "{") ? VARIABLES : NOTHING;
	if (ts_is_word(p, "function"))
		return FUNCTION;
	if (ts_is_word(p, "class"))
		return CLASS;
	if (ts_is_word(p, "enum"))
		return ENUM;
	if (!name)
		return NOTHING;
	if (ts_is_word(p, "async"))
		return str_is(after.text, "function") ? ASYNC : NOTHING;
	if (ts_is_word(p, "abstract"))
		return str_is(after.text, "class") ? ABSTRACT : NOTHING;
	if (ts_is_word(p, "namespace") || ts_is_word(p, "module"))
		return NAMESPACE;
	if (ts_is_word(p, "interface"))
		return INTERFACE;
	if (ts_is_word(p, "type"))
		return ALIAS;
	return ts_is_word(p, "declare") ? AMBIENT : NOTHING;
}

enum rc ts_declaration(struct ts_parser *p, struct ts_node **out)
{
	enum declares what = declares(p);
	enum rc rc = RC_OK;

	switch (what) {
	case VARIABLES:
		rc = variables(p, out);
		return rc ? rc : ts_statement_end(p);
	case FUNCTION:
		return function_declaration(p, 0, out);
	case ASYNC:
		rc = ts_next(p);
		return rc ? rc : function_declaration(p, TS_F_ASYNC, out);
	case ABSTRACT:
		rc = ts_next(p);
		return rc ? rc : ts_class(p, out);
	case CLASS:
		return ts_class(p, out);
	case CONST_ENUM:
		rc = ts_next(p);
		return rc ? rc : enumeration(p, out);
	case ENUM:
		return enumeration(p, out);
	case NAMESPACE:
		rc = ts_next(p);
		return rc ? rc : namespace_rest(p, out);
	case INTERFACE:
		rc = ts_next(p);
		if (!rc)
			rc = ts_interface(p);
		return rc ? rc : empty(p, out);
	case ALIAS:
		rc = ts_next(p);
		if (!rc)
			rc = ts_type_alias(p);
		return rc ? rc : empty(p, out);
	case AMBIENT:
		return ambient(p, out);
	case NOTHING:
		break;
	}
	return ts_unexpected(p, "a declaration");
}

/* --- control ------------------------------------------------------------- */

static enum rc in_parens(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_expect(p, "(");

	if (!rc)
		rc = ts_expression(p, out);
	return rc ? rc : ts_expect(p, ")");
}

static enum rc if_statement(struct ts_parser *p, struct ts_node *n)
{
	bool was;
	enum rc rc = in_parens(p, &n->a);

	if (!rc)
		rc = ts_statement(p, &n->b);
	if (!rc)
		rc = ts_accept_word(p, "else", &was);
	return rc || !was ? rc : ts_statement(p, &n->c);
}

static enum rc for_head(struct ts_parser *p, struct ts_node *n)
{
	enum declares what = declares(p);
	enum rc rc = RC_OK;

	p->no_in = true;
	if (what == VARIABLES)
		rc = variables(p, &n->a);
	else if (!ts_is(p, ";"))
		rc = ts_expression(p, &n->a);
	p->no_in = false;
	if (rc)
		return rc;
	if (n->a && (ts_is_word(p, "of") || ts_is_word(p, "in"))) {
		n->kind = ts_is_word(p, "of") ? TS_FOR_OF : TS_FOR_IN;
		rc = ts_next(p);
		return rc ? rc : ts_expression(p, &n->b);
	}
	rc = ts_expect(p, ";");
	if (!rc && !ts_is(p, ";"))
		rc = ts_expression(p, &n->b);
	if (!rc)
		rc = ts_expect(p, ";");
	if (!rc && !ts_is(p, ")"))
		rc = ts_expression(p, &n->c);
	return rc;
}

static enum rc for_statement(struct ts_parser *p, struct ts_node *n)
{
	bool was;
	enum rc rc = ts_accept_word(p, "await", &was);

	if (!rc)
		rc = ts_expect(p, "(");
	if (!rc)
		rc = for_head(p, n);
	if (!rc)
		rc = ts_expect(p, ")");
	return rc ? rc : ts_statement(p, &n->d);
}

static enum rc while_statement(struct ts_parser *p, struct ts_node *n)
{
	enum rc rc = in_parens(p, &n->a);

	return rc ? rc : ts_statement(p, &n->d);
}

static enum rc do_statement(struct ts_parser *p, struct ts_node *n)
{
	bool was;
	enum rc rc = ts_statement(p, &n->d);

	if (!rc)
		rc = ts_expect_word(p, "while");
	if (!rc)
		rc = in_parens(p, &n->a);
	return rc ? rc : ts_accept(p, ";", &was);
}

static enum rc value_statement(struct ts_parser *p, struct ts_node *n)
{
	enum rc rc = RC_OK;

	if (!ts_is(p, ";") && !ts_is(p, "}") && !p->x.tok.newline &&
	    p->x.tok.kind != TOK_END)
		rc = ts_expression(p, &n->a);
	return rc ? rc : ts_statement_end(p);
}

static enum rc jump_statement(struct ts_parser *p, struct ts_node *n)
{
	enum rc rc = RC_OK;

	n->text = STR("");
	if (p->x.tok.kind == TOK_NAME && !p->x.tok.newline)
		rc = ts_take_name(p, &n->text);
	return rc ? rc : ts_statement_end(p);
}

static enum rc case_clause(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_CASE);
	ts_nodes list = { 0 };
	bool other;
	enum rc rc = ts_accept_word(p, "default", &other);

	if (!rc && !other)
		rc = ts_expect_word(p, "case");
	if (!rc && !other)
		rc = ts_expression(p, &n->a);
	if (!rc)
		rc = ts_expect(p, ":");
	while (!rc && !ts_is(p, "}") && !ts_is_word(p, "case") &&
	    !ts_is_word(p, "default")) {
		struct ts_node *s;

		rc = ts_statement(p, &s);
		if (!rc)
			vec_push(p->a, &list, s);
	}
	ts_take_list(n, &list);
	if (!rc)
		*out = n;
	return rc;
}

static enum rc switch_statement(struct ts_parser *p, struct ts_node *n)
{
	ts_nodes list = { 0 };
	enum rc rc = in_parens(p, &n->a);

	if (!rc)
		rc = ts_expect(p, "{");
	while (!rc && !ts_is(p, "}")) {
		struct ts_node *c;

		rc = case_clause(p, &c);
		if (!rc)
			vec_push(p->a, &list, c);
	}
	ts_take_list(n, &list);
	return rc ? rc : ts_expect(p, "}");
}

static enum rc try_statement(struct ts_parser *p, struct ts_node *n)
{
	bool was;
	enum rc rc = ts_block(p, &n->a);

	if (!rc)
		rc = ts_accept_word(p, "catch", &was);
	if (!rc && was) {
		rc = ts_accept(p, "(", &was);
		if (!rc && was)
			rc = ts_pattern(p, &n->b);
		if (!rc && was)
			rc = ts_annotation(p);
		if (!rc && was)
			rc = ts_expect(p, ")");
		if (!rc)
			rc = ts_block(p, &n->c);
	}
	if (!rc)
		rc = ts_accept_word(p, "finally", &was);
	if (!rc && was)
		rc = ts_block(p, &n->d);
	if (!rc && !n->c && !n->d)
		return ts_unexpected(p, "\"catch\" or \"finally\"");
	return rc;
}

static enum rc debugger(struct ts_parser *p, struct ts_node *n)
{
	n->kind = TS_EMPTY;
	return ts_statement_end(p);
}

static const struct {
	const char *word;
	enum ts_kind kind;
	enum rc (*read)(struct ts_parser *p, struct ts_node *n);
} controls[] = {
	{ "if", TS_IF, if_statement },
	{ "for", TS_FOR, for_statement },
	{ "while", TS_WHILE, while_statement },
	{ "do", TS_DO, do_statement },
	{ "return", TS_RETURN, value_statement },
	{ "throw", TS_THROW, value_statement },
	{ "break", TS_BREAK, jump_statement },
	{ "continue", TS_CONTINUE, jump_statement },
	{ "switch", TS_SWITCH, switch_statement },
	{ "try", TS_TRY, try_statement },
	{ "debugger", TS_EMPTY, debugger },
};

static enum rc control(struct ts_parser *p, struct ts_node **out)
{
	*out = NULL;
	if (p->x.tok.kind != TOK_NAME)
		return RC_OK;
	for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++) {
		struct ts_node *n;
		enum rc rc;

		if (!ts_is_word(p, controls[i].word))
			continue;
		n = ts_node(p, controls[i].kind);
		rc = ts_next(p);
		if (!rc)
			rc = controls[i].read(p, n);
		if (!rc)
			*out = n;
		return rc;
	}
	return RC_OK;
}

static enum rc expression_statement(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_EXPR);
	struct ts_token after = ts_peek(p);
	enum rc rc;

	if (p->x.tok.kind == TOK_NAME && after.kind == TOK_PUNCT &&
	    str_is(after.text, ":") && !ts_reserved(p->x.tok.text)) {
		n->kind = TS_LABELED;
		rc = ts_take_name(p, &n->text);
		if (!rc)
			rc = ts_expect(p, ":");
		if (!rc)
			rc = ts_statement(p, &n->a);
	} else {
		rc = ts_expression(p, &n->a);
		if (!rc)
			rc = ts_statement_end(p);
	}
	if (!rc)
		*out = n;
	return rc;
}

static enum rc statement(struct ts_parser *p, struct ts_node **out)
{
	struct ts_token after;
	bool was;
	enum rc rc;

	if (ts_is(p, "{"))
		return ts_block(p, out);
	if (ts_is(p, ";")) {
		rc = ts_accept(p, ";", &was);
		return rc ? rc : empty(p, out);
	}
	if (ts_is(p, "@")) {
		rc = ts_decorators(p);
		return rc ? rc : ts_statement(p, out);
	}
	rc = control(p, out);
	if (rc || *out)
		return rc;
	if (ts_is_word(p, "import")) {
		after = ts_peek(p);
		if (!str_is(after.text, "(") && !str_is(after.text, "."))
			return ts_import(p, out);
	}
	if (ts_is_word(p, "export"))
		return ts_export(p, out);
	if (declares(p) != NOTHING)
		return ts_declaration(p, out);
	return expression_statement(p, out);
}

enum rc ts_statement(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = statement(p, out);
	ts_leave(p);
	return rc;
}

/* literal: objects, arrays, classes, functions, and the patterns that look
 * like them (rule X.2). */
#include "ts/parse.h"

/* --- names of properties ------------------------------------------------- */

static enum rc property_name(struct ts_parser *p, struct ts_node *n)
{
	enum rc rc;

	switch (p->x.tok.kind) {
	case TOK_PRIVATE:
		n->flags |= TS_F_PRIVATE;
		n->text = p->x.tok.text;
		return ts_next(p);
	case TOK_NAME:
	case TOK_STRING:
		n->text = p->x.tok.text;
		return ts_next(p);
	case TOK_NUMBER:
		n->flags |= TS_F_COMPUTED;
		n->a = ts_node(p, TS_NUMBER);
		n->a->number = p->x.tok.number;
		return ts_next(p);
	case TOK_BIGINT:
		n->flags |= TS_F_COMPUTED;
		n->a = ts_node(p, TS_BIGINT);
		n->a->text = p->x.tok.text;
		return ts_next(p);
	case TOK_PUNCT:
		if (!ts_is(p, "["))
			break;
		n->flags |= TS_F_COMPUTED;
		rc = ts_next(p);
		if (!rc)
			rc = ts_assignment(p, &n->a);
		return rc ? rc : ts_expect(p, "]");
	case TOK_END:
	case TOK_TEMPLATE:
	case TOK_REGEX:
		break;
	}
	return ts_unexpected(p, "the name of a property");
}

/* "get", "async" … are names themselves where a property ends behind them. */
static bool is_modifier(const struct ts_parser *p, const char *word)
{
	struct ts_token after;

	if (!ts_is_word(p, word))
		return false;
	after = ts_peek(p);
	switch (after.kind) {
	case TOK_NAME:
	case TOK_STRING:
	case TOK_NUMBER:
	case TOK_BIGINT:
	case TOK_PRIVATE:
		return true;
	case TOK_PUNCT:
		return str_is(after.text, "[") || str_is(after.text, "*") ||
		    str_is(after.text, "{");
	case TOK_END:
	case TOK_TEMPLATE:
	case TOK_REGEX:
		break;
	}
	return false;
}

static enum rc method_modifiers(struct ts_parser *p, unsigned *flags)
{
	static const struct { const char *word; unsigned flag; } table[] = {
		{ "async", TS_F_ASYNC }, { "get", TS_F_GET },
		{ "set", TS_F_SET } };
	bool star;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < sizeof(table) / sizeof(*table); i++) {
		if (!is_modifier(p, table[i].word))
			continue;
		*flags |= table[i].flag;
		rc = ts_next(p);
		if (table[i].flag != TS_F_ASYNC)
			break;
	}
	if (!rc)
		rc = ts_accept(p, "*", &star);
	if (!rc && star)
		*flags |= TS_F_GENERATOR;
	return rc;
}

/* --- functions ----------------------------------------------------------- */

/* public x, readonly x: a parameter that is a property, too */
static enum rc parameter_property(struct ts_parser *p, bool *was)
{
	static const char *const words[] = { "public", "private", "protected",
		"readonly", "override" };
	enum rc rc = RC_OK;

	*was = false;
	for (size_t i = 0; !rc && i < sizeof(words) / sizeof(*words); i++)
		if (ts_is_word(p, words[i]) && (ts_peek(p).kind == TOK_NAME ||
		    str_is(ts_peek(p).text, "{") ||
		    str_is(ts_peek(p).text, "["))) {
			*was = true;
			rc = ts_next(p);
		}
	return rc;
}

static enum rc parameter(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n, *with;
	bool dots, was, property;
	size_t at;
	enum rc rc = ts_decorators(p);

	if (!rc)
		rc = parameter_property(p, &property);
	at = p->x.tok.from;
	if (!rc)
		rc = ts_accept(p, "...", &dots);
	if (!rc && ts_is_word(p, "this")) {	/* a type only */
		n = NULL;
		rc = ts_next(p);
	} else if (!rc) {
		rc = ts_pattern(p, &n);
	}
	if (!rc)
		rc = ts_accept(p, "?", &was);
	if (!rc)
		rc = ts_annotation(p);
	if (!rc)
		rc = ts_accept(p, "=", &was);
	if (rc)
		return rc;
	if (n && property)
		n->flags |= TS_F_PARAM;
	if (n && (was || dots)) {
		with = ts_node(p, dots ? TS_SPREAD : TS_ASSIGN);
		with->at = at;
		with->flags = n->flags & TS_F_PARAM;
		with->a = n;
		if (was)
			rc = ts_assignment(p, &with->b);
		n = with;
	}
	if (!rc)
		*out = n;
	return rc;
}

static enum rc parameters(struct ts_parser *p, struct ts_node *f)
{
	ts_nodes list = { 0 };
	bool more = true;
	enum rc rc = ts_expect(p, "(");

	while (!rc && more && !ts_is(p, ")")) {
		struct ts_node *n = NULL;

		rc = parameter(p, &n);
		if (!rc && n)
			vec_push(p->a, &list, n);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	ts_take_list(f, &list);
	return rc ? rc : ts_expect(p, ")");
}

/* Parameters, result type and body, from "<" or "(" on. */
static enum rc function_rest(struct ts_parser *p, struct ts_node *f,
    bool *body)
{
	bool no_in = p->no_in, in_cond = p->in_cond;
	enum rc rc;

	p->no_in = p->in_cond = false;
	rc = ts_type_params(p);
	if (!rc)
		rc = parameters(p, f);
	if (!rc)
		rc = ts_annotation(p);
	*body = ts_is(p, "{");
	if (!rc && *body)
		rc = ts_block(p, &f->a);
	p->no_in = no_in;
	p->in_cond = in_cond;
	f->end = p->x.tok.from;
	return rc;
}

enum rc ts_function(struct ts_parser *p, unsigned flags, struct ts_node **out,
    bool *body)
{
	struct ts_node *f = ts_node(p, TS_FUNCTION);
	bool star;
	enum rc rc = ts_accept(p, "*", &star);

	f->flags = flags | (star ? TS_F_GENERATOR : 0u);
	if (!rc && p->x.tok.kind == TOK_NAME)
		rc = ts_take_name(p, &f->text);
	if (!rc)
		rc = function_rest(p, f, body);
	if (!rc)
		*out = f;
	return rc;
}

enum rc ts_arrow(struct ts_parser *p, unsigned flags, struct ts_node **out)
{
	struct ts_node *f = ts_node(p, TS_FUNCTION), *one;
	bool no_in = p->no_in;
	ts_nodes list = { 0 };
	enum rc rc = RC_OK;

	f->flags = flags | TS_F_ARROW;
	if (p->x.tok.kind == TOK_NAME) {
		one = ts_node(p, TS_NAME);
		rc = ts_take_name(p, &one->text);
		vec_push(p->a, &list, one);
		ts_take_list(f, &list);
	} else {
		rc = ts_type_params(p);
		if (!rc)
			rc = parameters(p, f);
		if (!rc)
			rc = ts_annotation(p);
	}
	if (!rc)
		rc = ts_expect(p, "=>");
	if (rc)
		return rc;
	if (ts_is(p, "{")) {
		bool in_cond = p->in_cond;

		p->no_in = p->in_cond = false;
		rc = ts_block(p, &f->a);
		p->no_in = no_in;
		p->in_cond = in_cond;
	} else {
		rc = ts_assignment(p, &f->a);
	}
	f->end = p->x.tok.from;
	if (!rc)
		*out = f;
	return rc;
}

static enum rc method(struct ts_parser *p, struct ts_node *prop, bool *body)
{
	struct ts_node *f = ts_node(p, TS_FUNCTION);

	f->text = prop->text;
	f->flags = prop->flags & (TS_F_ASYNC | TS_F_GENERATOR);
	prop->flags |= TS_F_METHOD;
	prop->b = f;
	return function_rest(p, f, body);
}

/* --- objects and arrays -------------------------------------------------- */

/* { a } or, in a pattern, { a = 1 } */
static enum rc shorthand(struct ts_parser *p, struct ts_node *prop)
{
	struct ts_node *name = ts_node(p, TS_NAME), *with;
	bool was;
	enum rc rc;

	if ((prop->flags & (TS_F_COMPUTED | TS_F_PRIVATE)) ||
	    ts_reserved(prop->text))
		return ts_unexpected(p, "\":\"");
	prop->flags |= TS_F_SHORTHAND;
	name->at = prop->at;
	name->text = prop->text;
	prop->b = name;
	rc = ts_accept(p, "=", &was);
	if (rc || !was)
		return rc;
	with = ts_node(p, TS_ASSIGN);
	with->at = prop->at;
	with->a = name;
	prop->b = with;
	return ts_assignment(p, &with->b);
}

static enum rc property(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_PROP);
	bool was, body;
	enum rc rc = ts_accept(p, "...", &was);

	if (!rc && was) {
		n->kind = TS_SPREAD;
		*out = n;
		return ts_assignment(p, &n->a);
	}
	if (!rc)
		rc = method_modifiers(p, &n->flags);
	if (!rc)
		rc = property_name(p, n);
	if (rc)
		return rc;
	*out = n;
	if (ts_is(p, "(") || ts_is(p, "<")) {
		rc = method(p, n, &body);
		return rc || body ? rc : ts_unexpected(p, "\"{\"");
	}
	rc = ts_accept(p, ":", &was);
	if (rc)
		return rc;
	return was ? ts_assignment(p, &n->b) : shorthand(p, n);
}

static enum rc object(struct ts_parser *p, struct ts_node *n)
{
	bool more = true, no_in = p->no_in, in_cond = p->in_cond;
	ts_nodes list = { 0 };
	enum rc rc = ts_expect(p, "{");

	p->no_in = p->in_cond = false;
	while (!rc && more && !ts_is(p, "}")) {
		struct ts_node *x = NULL;

		rc = property(p, &x);
		if (rc)
			break;
		vec_push(p->a, &list, x);
		rc = ts_accept(p, ",", &more);
	}
	p->no_in = no_in;
	p->in_cond = in_cond;
	ts_take_list(n, &list);
	return rc ? rc : ts_expect(p, "}");
}

enum rc ts_object(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_OBJECT);
	enum rc rc = object(p, n);

	if (!rc)
		*out = n;
	return rc;
}

static enum rc element(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_HOLE);
	bool was;
	enum rc rc;

	*out = n;
	if (ts_is(p, ","))
		return RC_OK;
	rc = ts_accept(p, "...", &was);
	if (rc || !was)
		return rc ? rc : ts_assignment(p, out);
	n->kind = TS_SPREAD;
	return ts_assignment(p, &n->a);
}

enum rc ts_array(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_ARRAY);
	bool more = true, no_in = p->no_in, in_cond = p->in_cond;
	ts_nodes list = { 0 };
	enum rc rc = ts_expect(p, "[");

	p->no_in = p->in_cond = false;
	while (!rc && more && !ts_is(p, "]")) {
		struct ts_node *x = NULL;

		rc = element(p, &x);
		if (rc)
			break;
		vec_push(p->a, &list, x);
		rc = ts_accept(p, ",", &more);
	}
	p->no_in = no_in;
	p->in_cond = in_cond;
	ts_take_list(n, &list);
	if (!rc)
		rc = ts_expect(p, "]");
	if (!rc)
		*out = n;
	return rc;
}

/* A literal reads as the pattern that it looks like. */
enum rc ts_pattern(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_NAME);
	enum rc rc;

	if (ts_is(p, "{"))
		return ts_object(p, out);
	if (ts_is(p, "["))
		return ts_array(p, out);
	rc = ts_take_name(p, &n->text);
	if (!rc)
		*out = n;
	return rc;
}

/* --- classes ------------------------------------------------------------- */

enum rc ts_decorators(struct ts_parser *p)
{
	struct ts_node *ignored;
	bool was;
	enum rc rc = RC_OK;

	while (!rc && ts_is(p, "@")) {
		rc = ts_accept(p, "@", &was);
		if (!rc)
			rc = ts_left_side(p, &ignored);
	}
	return rc;
}

static enum rc class_modifiers(struct ts_parser *p, unsigned *flags,
    bool *ambient)
{
	static const char *const words[] = { "public", "private", "protected",
		"readonly", "override", "abstract", "declare", "accessor",
		"static" };
	size_t i = 0;
	enum rc rc = RC_OK;

	while (!rc && i < sizeof(words) / sizeof(*words)) {
		if (!is_modifier(p, words[i])) {
			i++;
			continue;
		}
		if (str_is(str_z(words[i]), "static"))
			*flags |= TS_F_STATIC;
		*ambient |= str_is(str_z(words[i]), "abstract") ||
		    str_is(str_z(words[i]), "declare");
		rc = ts_next(p);
		i = 0;
	}
	return rc;
}

/* [key: string]: T — no member, a type */
static bool is_index_signature(const struct ts_parser *at)
{
	struct ts_parser p = *at;
	struct err ignored = ERR_INIT;

	p.e = &ignored;
	return ts_is(&p, "[") && !ts_next(&p) && p.x.tok.kind == TOK_NAME &&
	    !ts_next(&p) && ts_is(&p, ":");
}

static enum rc field(struct ts_parser *p, struct ts_node *n)
{
	bool was;
	enum rc rc;

	n->flags |= TS_F_FIELD;
	rc = ts_accept(p, "?", &was);
	if (!rc && !was)
		rc = ts_accept(p, "!", &was);
	if (!rc)
		rc = ts_annotation(p);
	if (!rc)
		rc = ts_accept(p, "=", &was);
	if (!rc && was)
		rc = ts_assignment(p, &n->b);
	return rc ? rc : ts_statement_end(p);
}

static enum rc static_block(struct ts_parser *p, struct ts_node *n)
{
	struct ts_node *f = ts_node(p, TS_FUNCTION);

	n->flags |= TS_F_BLOCK;
	n->b = f;
	return ts_block(p, &f->a);
}

static enum rc class_member(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_PROP);
	bool ambient = false, body, was;
	enum rc rc = ts_decorators(p);

	*out = NULL;
	if (!rc)
		rc = class_modifiers(p, &n->flags, &ambient);
	if (!rc && ts_is(p, "{") && n->flags & TS_F_STATIC) {
		*out = n;
		return static_block(p, n);
	}
	if (!rc && is_index_signature(p)) {
		rc = ts_skip_balanced(p);
		if (!rc)
			rc = ts_annotation(p);
		return rc ? rc : ts_statement_end(p);
	}
	if (!rc)
		rc = method_modifiers(p, &n->flags);
	if (!rc)
		rc = property_name(p, n);
	if (!rc && ts_is(p, "?") && (str_is(ts_peek(p).text, "(") ||
	    str_is(ts_peek(p).text, "<")))
		rc = ts_accept(p, "?", &was);
	if (rc)
		return rc;
	if (ts_is(p, "(") || ts_is(p, "<")) {
		rc = method(p, n, &body);
		if (!rc && !body)
			rc = ts_statement_end(p);
		if (!rc && body)
			*out = n;
		return rc;
	}
	rc = field(p, n);
	if (!rc && !ambient)
		*out = n;
	return rc;
}

static enum rc class_head(struct ts_parser *p, struct ts_node *n)
{
	bool more;
	enum rc rc = ts_expect_word(p, "class");

	if (!rc && p->x.tok.kind == TOK_NAME && !ts_is_word(p, "extends") &&
	    !ts_is_word(p, "implements"))
		rc = ts_take_name(p, &n->text);
	if (!rc)
		rc = ts_type_params(p);
	if (!rc)
		rc = ts_accept_word(p, "extends", &more);
	if (!rc && more)
		rc = ts_left_side(p, &n->a);
	if (!rc && more && ts_is(p, "<"))
		rc = ts_type_args(p);
	if (!rc)
		rc = ts_accept_word(p, "implements", &more);
	while (!rc && more) {
		rc = ts_type(p);
		if (!rc)
			rc = ts_accept(p, ",", &more);
	}
	return rc;
}

enum rc ts_class(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_CLASS);
	ts_nodes list = { 0 };
	bool was;
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = class_head(p, n);
	if (!rc)
		rc = ts_expect(p, "{");
	while (!rc && !ts_is(p, "}")) {
		struct ts_node *m = NULL;

		rc = ts_accept(p, ";", &was);
		if (rc || was)
			continue;
		rc = class_member(p, &m);
		if (!rc && m)
			vec_push(p->a, &list, m);
	}
	ts_leave(p);
	ts_take_list(n, &list);
	if (!rc)
		rc = ts_expect(p, "}");
	if (!rc)
		*out = n;
	return rc;
}

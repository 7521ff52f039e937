/*
 * expr: expressions (ECMA-262 chapter 13), with TypeScript's `as`,
 * `satisfies`, `!`, type arguments and arrow functions.
 */
#include "ts/parse.h"

struct infix {
	const char *text;
	int level;		/* binds tighter the higher */
	enum ts_op op;
	bool word, logical;
};

#define LEVEL_POW 13
static const struct infix infixes[] = {
	{ "??", 1, TS_OP_COALESCE, false, true },
	{ "||", 2, TS_OP_LOGICAL_OR, false, true },
	{ "&&", 3, TS_OP_LOGICAL_AND, false, true },
	{ "|", 4, TS_OP_OR, false, false },
	{ "^", 5, TS_OP_XOR, false, false },
	{ "&", 6, TS_OP_AND, false, false },
	{ "==", 7, TS_OP_EQ, false, false },
	{ "!=", 7, TS_OP_NE, false, false },
	{ "===", 7, TS_OP_EQ_STRICT, false, false },
	{ "!==", 7, TS_OP_NE_STRICT, false, false },
	{ "<", 8, TS_OP_LT, false, false },
	{ ">", 8, TS_OP_GT, false, false },
	{ "<=", 8, TS_OP_LE, false, false },
	{ ">=", 8, TS_OP_GE, false, false },
	{ "instanceof", 8, TS_OP_INSTANCEOF, true, false },
	{ "in", 8, TS_OP_IN, true, false },
	{ "<<", 9, TS_OP_SHL, false, false },
	{ ">>", 9, TS_OP_SHR, false, false },
	{ ">>>", 9, TS_OP_USHR, false, false },
	{ "+", 10, TS_OP_ADD, false, false },
	{ "-", 10, TS_OP_SUB, false, false },
	{ "*", 11, TS_OP_MUL, false, false },
	{ "/", 11, TS_OP_DIV, false, false },
	{ "%", 11, TS_OP_MOD, false, false },
	{ "**", LEVEL_POW, TS_OP_POW, false, false },
};

static const struct infix prefixes[] = {
	{ "!", 0, TS_OP_NOT, false, false },
	{ "~", 0, TS_OP_BIT_NOT, false, false },
	{ "+", 0, TS_OP_PLUS, false, false },
	{ "-", 0, TS_OP_MINUS, false, false },
	{ "typeof", 0, TS_OP_TYPEOF, true, false },
	{ "void", 0, TS_OP_VOID, true, false },
	{ "delete", 0, TS_OP_DELETE, true, false },
};

static const struct infix assigns[] = {
	{ "=", 0, TS_OP_NONE, false, false },
	{ "+=", 0, TS_OP_ADD, false, false },
	{ "-=", 0, TS_OP_SUB, false, false },
	{ "*=", 0, TS_OP_MUL, false, false },
	{ "/=", 0, TS_OP_DIV, false, false },
	{ "%=", 0, TS_OP_MOD, false, false },
	{ "**=", 0, TS_OP_POW, false, false },
	{ "<<=", 0, TS_OP_SHL, false, false },
	{ ">>=", 0, TS_OP_SHR, false, false },
	{ ">>>=", 0, TS_OP_USHR, false, false },
	{ "&=", 0, TS_OP_AND, false, false },
	{ "|=", 0, TS_OP_OR, false, false },
	{ "^=", 0, TS_OP_XOR, false, false },
	{ "&&=", 0, TS_OP_LOGICAL_AND, false, true },
	{ "||=", 0, TS_OP_LOGICAL_OR, false, true },
	{ "?\?=", 0, TS_OP_COALESCE, false, true },
};
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct infix *find(const struct ts_parser *p,
    const struct infix *table, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].word ? ts_is_word(p, table[i].text) :
		    ts_is(p, table[i].text))
			return &table[i];
	return NULL;
}

static struct ts_node *node_at(struct ts_parser *p, enum ts_kind kind,
    size_t at)
{
	struct ts_node *n = ts_node(p, kind);

	n->at = at;
	return n;
}

/* --- primary ------------------------------------------------------------- */

static enum rc template_parts(struct ts_parser *p, struct ts_node *n)
{
	const struct ts_token t = p->x.tok;
	ts_nodes list = { 0 };
	size_t nchunks;
	enum rc rc = ts_lex_template(&p->x, &t, &n->chunks, &nchunks, p->e);

	for (size_t i = 0; !rc && i + 1 < nchunks; i++) {
		struct ts_lex whole = p->x;
		struct ts_node *x;

		rc = ts_lex_part(&p->x, &whole, n->chunks[i].from,
		    n->chunks[i].to, p->e);
		if (!rc)
			rc = ts_expression(p, &x);
		if (!rc && p->x.tok.kind != TOK_END)
			rc = ts_unexpected(p, "\"}\"");
		p->x = whole;
		if (!rc)
			vec_push(p->a, &list, x);
	}
	ts_take_list(n, &list);
	return rc;
}

static enum rc template(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_TEMPLATE);
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = template_parts(p, n);
	ts_leave(p);
	if (!rc)
		rc = ts_next(p);
	if (!rc)
		*out = n;
	return rc;
}

static enum rc parens(struct ts_parser *p, struct ts_node **out)
{
	bool no_in = p->no_in, in_cond = p->in_cond;
	enum rc rc = ts_next(p);

	p->no_in = p->in_cond = false;
	if (!rc)
		rc = ts_expression(p, out);
	p->no_in = no_in;
	p->in_cond = in_cond;
	if (!rc)
		rc = ts_expect(p, ")");
	if (!rc)
		(*out)->flags |= TS_F_PARENS;
	return rc;
}

/* new X(…), new a.b.C(…), new.target is not understood */
static enum rc new_expression(struct ts_parser *p, struct ts_node **out);

static enum rc import_expression(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_IMPORT_CALL);
	bool was;
	enum rc rc = ts_next(p);

	if (!rc)
		rc = ts_accept(p, ".", &was);
	if (!rc && was) {
		n->kind = TS_IMPORT_META;
		rc = ts_expect_word(p, "meta");
		if (!rc)
			*out = n;
		return rc;
	}
	if (!rc)
		rc = ts_expect(p, "(");
	if (!rc)
		rc = ts_assignment(p, &n->a);
	if (!rc)
		rc = ts_accept(p, ",", &was);
	if (!rc && was && !ts_is(p, ")"))
		rc = ts_assignment(p, &n->b);
	if (!rc)
		rc = ts_expect(p, ")");
	if (!rc)
		*out = n;
	return rc;
}

static enum rc constant(struct ts_parser *p, enum ts_kind kind, double number,
    struct ts_node **out)
{
	struct ts_node *n = ts_node(p, kind);

	n->text = p->x.tok.text;
	if (kind == TS_REGEX)
		n->alias = p->x.tok.flags;
	else
		n->number = number;
	*out = n;
	return ts_next(p);
}

static enum rc word(struct ts_parser *p, struct ts_node **out)
{
	static const struct {
		const char *word;
		enum ts_kind kind;
		double number;
	} words[] = {
		{ "null", TS_NULL, 0 }, { "true", TS_BOOL, 1 },
		{ "false", TS_BOOL, 0 }, { "this", TS_THIS, 0 },
		{ "super", TS_SUPER, 0 },
	};
	struct ts_token after;
	bool body;

	for (size_t i = 0; i < COUNT(words); i++)
		if (ts_is_word(p, words[i].word))
			return constant(p, words[i].kind, words[i].number, out);
	if (ts_is_word(p, "function")) {
		enum rc rc = ts_next(p);

		return rc ? rc : ts_function(p, 0, out, &body);
	}
	if (ts_is_word(p, "class"))
		return ts_class(p, out);
	if (ts_is_word(p, "new"))
		return new_expression(p, out);
	if (ts_is_word(p, "import"))
		return import_expression(p, out);
	after = ts_peek(p);
	if (ts_is_word(p, "async") && after.kind == TOK_NAME &&
	    str_is(after.text, "function") && !after.newline) {
		enum rc rc = ts_next(p);

		if (!rc)
			rc = ts_next(p);
		return rc ? rc : ts_function(p, TS_F_ASYNC, out, &body);
	}
	if (!p->x.tok.escaped && ts_reserved(p->x.tok.text))
		return ts_unexpected(p, "an expression");
	return constant(p, TS_NAME, 0, out);
}

static enum rc primary(struct ts_parser *p, struct ts_node **out)
{
	switch (p->x.tok.kind) {
	case TOK_NUMBER:
		return constant(p, TS_NUMBER, p->x.tok.number, out);
	case TOK_BIGINT:
		return constant(p, TS_BIGINT, 0, out);
	case TOK_STRING:
		return constant(p, TS_STRING, p->x.tok.half, out);
	case TOK_REGEX:
		return constant(p, TS_REGEX, 0, out);
	case TOK_TEMPLATE:
		return template(p, out);
	case TOK_NAME:
		return word(p, out);
	case TOK_PRIVATE:	/* #x in o */
		return constant(p, TS_NAME, 0, out);
	case TOK_PUNCT:
		if (ts_is(p, "("))
			return parens(p, out);
		if (ts_is(p, "["))
			return ts_array(p, out);
		if (ts_is(p, "{"))
			return ts_object(p, out);
		if (ts_is(p, "@")) {
			enum rc rc = ts_decorators(p);

			return rc ? rc : ts_class(p, out);
		}
		break;
	case TOK_END:
		break;
	}
	return ts_unexpected(p, "an expression");
}

/* --- what follows an operand --------------------------------------------- */

static enum rc arguments(struct ts_parser *p, struct ts_node *call)
{
	bool more = true, no_in = p->no_in, in_cond = p->in_cond;
	ts_nodes list = { 0 };
	enum rc rc = ts_expect(p, "(");

	p->no_in = p->in_cond = false;
	while (!rc && more && !ts_is(p, ")")) {
		struct ts_node *x, *spread = ts_node(p, TS_SPREAD);
		bool dots;

		rc = ts_accept(p, "...", &dots);
		if (!rc)
			rc = ts_assignment(p, &x);
		if (rc)
			break;
		spread->a = x;
		vec_push(p->a, &list, dots ? spread : x);
		rc = ts_accept(p, ",", &more);
	}
	p->no_in = no_in;
	p->in_cond = in_cond;
	call->end = p->x.tok.to;
	if (!rc)
		rc = ts_expect(p, ")");
	ts_take_list(call, &list);
	return rc;
}

/*
 * "<" behind an operand: type arguments, where they read as such and what
 * follows cannot begin an operand (TypeScript's canFollowTypeArguments).
 */
static bool type_arguments(struct ts_parser *p)
{
	struct ts_parser before = *p;
	struct err ignored = ERR_INIT, *e = p->e;
	bool good;

	p->e = &ignored;
	good = ts_type_args(p) == RC_OK;
	if (good && p->x.tok.kind != TOK_TEMPLATE && !ts_is(p, "(")) {
		enum ts_token_kind k = p->x.tok.kind;

		good = p->x.tok.newline || k == TOK_END ||
		    (k == TOK_PUNCT && !ts_is(p, "<") && !ts_is(p, ">") &&
		    !ts_is(p, "-") && !ts_is(p, "+") && !ts_is(p, "[") &&
		    !ts_is(p, "{") && !ts_is(p, "!") && !ts_is(p, "~"));
	}
	p->e = e;
	if (good)
		return true;
	*p = before;
	return false;
}

static enum rc member(struct ts_parser *p, struct ts_node *object,
    unsigned flags, struct ts_node **out)
{
	struct ts_node *n = node_at(p, TS_MEMBER, object->at);

	if (p->x.tok.kind != TOK_NAME && p->x.tok.kind != TOK_PRIVATE)
		return ts_unexpected(p, "the name of a member");
	n->a = object;
	n->text = p->x.tok.text;
	n->end = p->x.tok.from;
	n->flags = flags | (p->x.tok.kind == TOK_PRIVATE ? TS_F_PRIVATE : 0u);
	*out = n;
	return ts_next(p);
}

static enum rc index_of(struct ts_parser *p, struct ts_node *object,
    unsigned flags, struct ts_node **out)
{
	struct ts_node *n = node_at(p, TS_INDEX, object->at);
	bool no_in = p->no_in, in_cond = p->in_cond;
	enum rc rc = ts_expect(p, "[");

	p->no_in = p->in_cond = false;
	n->a = object;
	n->flags = flags;
	if (!rc)
		rc = ts_expression(p, &n->b);
	p->no_in = no_in;
	p->in_cond = in_cond;
	if (!rc)
		rc = ts_expect(p, "]");
	if (!rc)
		*out = n;
	return rc;
}

static enum rc call(struct ts_parser *p, struct ts_node *callee,
    unsigned flags, struct ts_node **out)
{
	struct ts_node *n = node_at(p, TS_CALL, callee->at);

	n->a = callee;
	n->flags = flags;
	*out = n;
	return arguments(p, n);
}

static enum rc tagged(struct ts_parser *p, struct ts_node *tag,
    struct ts_node **out)
{
	struct ts_node *n = node_at(p, TS_TAGGED, tag->at);

	n->a = tag;
	*out = n;
	return template(p, &n->b);
}

/* "?." and what it leads to */
static enum rc optional(struct ts_parser *p, struct ts_node *object,
    struct ts_node **out)
{
	enum rc rc = ts_next(p);

	if (rc)
		return rc;
	if (ts_is(p, "<") && !type_arguments(p))
		return ts_unexpected(p, "\"(\"");
	if (ts_is(p, "("))
		return call(p, object, TS_F_OPTIONAL, out);
	if (ts_is(p, "["))
		return index_of(p, object, TS_F_OPTIONAL, out);
	return member(p, object, TS_F_OPTIONAL, out);
}

/* What stands in a row is a tree as deep as it is long. */
static enum rc too_long(const struct ts_parser *p)
{
	return ts_lex_fail(&p->x, p->x.tok.from, p->e,
	    "more than %d operations in a row", TS_CHAIN_MAX);
}

static enum rc suffixes(struct ts_parser *p, struct ts_node *n, bool calls,
    struct ts_node **out)
{
	bool chain = false;
	unsigned links = 0;
	enum rc rc = RC_OK;

	while (!rc) {
		if (++links > TS_CHAIN_MAX)
			return too_long(p);
		if (calls && ts_is(p, "?.")) {
			chain = true;
			rc = optional(p, n, &n);
		} else if (ts_is(p, ".")) {
			rc = ts_next(p);
			if (!rc)
				rc = member(p, n, 0, &n);
		} else if (ts_is(p, "[")) {
			rc = index_of(p, n, 0, &n);
		} else if (calls && ts_is(p, "(")) {
			rc = call(p, n, 0, &n);
		} else if (p->x.tok.kind == TOK_TEMPLATE) {
			rc = tagged(p, n, &n);
		} else if (ts_is(p, "!") && !p->x.tok.newline) {
			p->x.operand = true;	/* "/" after it divides */
			rc = ts_next(p);
		} else if (!ts_is(p, "<") || !type_arguments(p)) {
			break;
		}
	}
	if (rc)
		return rc;
	if (chain) {
		struct ts_node *end = node_at(p, TS_CHAIN, n->at);

		end->a = n;
		n = end;
	}
	*out = n;
	return RC_OK;
}

static enum rc new_expression(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_NEW);
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = ts_next(p);
	if (!rc)
		rc = primary(p, &n->a);
	if (!rc)
		rc = suffixes(p, n->a, false, &n->a);
	if (!rc && ts_is(p, "("))
		rc = arguments(p, n);
	ts_leave(p);
	if (!rc)
		*out = n;
	return rc;
}

enum rc ts_left_side(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n;
	enum rc rc = primary(p, &n);

	return rc ? rc : suffixes(p, n, true, out);
}

/* --- operators ----------------------------------------------------------- */

static enum rc unary(struct ts_parser *p, struct ts_node **out);

static enum rc prefixed(struct ts_parser *p, struct ts_node *n,
    struct ts_node **out)
{
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = ts_next(p);
	if (!rc)
		rc = unary(p, &n->a);
	ts_leave(p);
	if (!rc)
		*out = n;
	return rc;
}

/* <T>x, the older form of x as T */
static enum rc asserted(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = ts_type_args(p);
	if (!rc)
		rc = unary(p, out);
	ts_leave(p);
	return rc;
}

static enum rc postfix(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n, *up;
	enum rc rc = ts_left_side(p, &n);

	if (rc)
		return rc;
	if ((ts_is(p, "++") || ts_is(p, "--")) && !p->x.tok.newline) {
		up = node_at(p, TS_UPDATE, n->at);
		up->op = ts_is(p, "++") ? TS_OP_ADD : TS_OP_SUB;
		up->a = n;
		n = up;
		rc = ts_next(p);
	}
	if (!rc)
		*out = n;
	return rc;
}

static enum rc unary(struct ts_parser *p, struct ts_node **out)
{
	const struct infix *op = find(p, prefixes, COUNT(prefixes));
	struct ts_node *n;

	if (op) {
		n = ts_node(p, TS_UNARY);
		n->op = op->op;
		return prefixed(p, n, out);
	}
	if (ts_is(p, "++") || ts_is(p, "--")) {
		n = ts_node(p, TS_UPDATE);
		n->op = ts_is(p, "++") ? TS_OP_ADD : TS_OP_SUB;
		n->flags = TS_F_PREFIX;
		return prefixed(p, n, out);
	}
	if (ts_is_word(p, "await")) {
		struct ts_token after = ts_peek(p);

		if (after.kind != TOK_END && (after.kind != TOK_PUNCT ||
		    str_is(after.text, "(") || str_is(after.text, "[") ||
		    str_is(after.text, "{")))
			return prefixed(p, ts_node(p, TS_AWAIT), out);
	}
	if (ts_is(p, "<"))
		return asserted(p, out);
	return postfix(p, out);
}

/* as T, as const, satisfies T: at the level of comparisons */
static enum rc as_type(struct ts_parser *p, bool *was)
{
	enum rc rc;

	*was = (ts_is_word(p, "as") || ts_is_word(p, "satisfies")) &&
	    !p->x.tok.newline;
	if (!*was)
		return RC_OK;
	rc = ts_next(p);
	if (!rc && ts_is_word(p, "const"))
		return ts_next(p);
	return rc ? rc : ts_type(p);
}

static enum rc binary(struct ts_parser *p, int level, struct ts_node **out)
{
	struct ts_node *left, *n;
	unsigned terms = 0;
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = unary(p, &left);
	while (!rc) {
		const struct infix *op;
		bool was = false;

		if (++terms > TS_CHAIN_MAX) {
			rc = too_long(p);
			break;
		}
		if (level <= 8)
			rc = as_type(p, &was);
		if (rc || was)
			continue;
		op = find(p, infixes, COUNT(infixes));
		if (!op || op->level < level ||
		    (op->op == TS_OP_IN && p->no_in))
			break;
		n = node_at(p, op->logical ? TS_LOGICAL : TS_BINARY, left->at);
		n->op = op->op;
		n->a = left;
		rc = ts_next(p);
		if (!rc)
			rc = binary(p, op->level + (op->level != LEVEL_POW),
			    &n->b);
		left = n;
	}
	ts_leave(p);
	if (!rc)
		*out = left;
	return rc;
}

static enum rc conditional(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *test, *n;
	bool was, in_cond = p->in_cond, no_in = p->no_in;
	enum rc rc = binary(p, 1, &test);

	if (!rc)
		rc = ts_accept(p, "?", &was);
	if (rc || !was) {
		if (!rc)
			*out = test;
		return rc;
	}
	n = node_at(p, TS_COND, test->at);
	n->a = test;
	p->in_cond = true;
	p->no_in = false;
	rc = ts_assignment(p, &n->b);
	p->in_cond = in_cond;
	p->no_in = no_in;
	if (!rc)
		rc = ts_expect(p, ":");
	if (!rc)
		rc = ts_assignment(p, &n->c);
	if (!rc)
		*out = n;
	return rc;
}

/* --- arrow functions ----------------------------------------------------- */

/* At "(": does it hold parameters?  Looks ahead on a copy. */
static bool arrow_parens(const struct ts_parser *at)
{
	struct ts_parser p = *at;
	struct err ignored = ERR_INIT;

	p.e = &ignored;
	if (ts_skip_balanced(&p))
		return false;
	if (ts_is(&p, "=>"))
		return !p.x.tok.newline;
	if (!ts_is(&p, ":") || ts_next(&p) || ts_type(&p) || !ts_is(&p, "=>"))
		return false;
	if (!at->in_cond)
		return true;
	/* a ? (b) : c => d: only an arrow if another ":" follows it */
	p = *at;
	p.e = &ignored;
	p.in_cond = false;
	struct ts_node *n;
	return ts_arrow(&p, 0, &n) == RC_OK && ts_is(&p, ":");
}

static bool arrow_generic(const struct ts_parser *at)
{
	struct ts_parser p = *at;
	struct err ignored = ERR_INIT;

	p.e = &ignored;
	return ts_type_params(&p) == RC_OK && ts_is(&p, "(") &&
	    arrow_parens(&p);
}

/* "(", "<" or a name: do parameters of an arrow function stand here? */
static bool arrow_here(const struct ts_parser *p)
{
	struct ts_token after;

	if (ts_is(p, "("))
		return arrow_parens(p);
	if (ts_is(p, "<"))
		return arrow_generic(p);
	if (p->x.tok.kind != TOK_NAME || ts_reserved(p->x.tok.text))
		return false;
	after = ts_peek(p);
	return after.kind == TOK_PUNCT && str_is(after.text, "=>") &&
	    !after.newline;
}

static enum rc try_arrow(struct ts_parser *p, struct ts_node **out)
{
	struct ts_parser q;
	struct err ignored;

	*out = NULL;
	if (arrow_here(p))
		return ts_arrow(p, 0, out);
	if (!ts_is_word(p, "async"))
		return RC_OK;
	q = *p;
	q.e = &ignored;
	if (ts_next(&q) || q.x.tok.newline || !arrow_here(&q))
		return RC_OK;
	q.e = p->e;
	*p = q;
	return ts_arrow(p, TS_F_ASYNC, out);
}

static enum rc yield_expression(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *n = ts_node(p, TS_YIELD);
	bool star;
	enum rc rc = ts_next(p);

	if (!rc)
		rc = ts_accept(p, "*", &star);
	if (!rc && !p->x.tok.newline && p->x.tok.kind != TOK_END &&
	    !ts_is(p, ")") && !ts_is(p, "]") && !ts_is(p, "}") &&
	    !ts_is(p, ",") && !ts_is(p, ";"))
		rc = ts_assignment(p, &n->a);
	if (!rc)
		*out = n;
	return rc;
}

static bool is_target(const struct ts_node *n)
{
	return n->kind == TS_NAME || n->kind == TS_MEMBER ||
	    n->kind == TS_INDEX || ((n->kind == TS_OBJECT ||
	    n->kind == TS_ARRAY) && !(n->flags & TS_F_PARENS));
}

static enum rc assignment(struct ts_parser *p, struct ts_node **out)
{
	const struct infix *op;
	struct ts_node *n, *to;
	enum rc rc = try_arrow(p, &n);

	if (rc || n) {
		*out = n;
		return rc;
	}
	if (ts_is_word(p, "yield"))
		return yield_expression(p, out);
	rc = conditional(p, &n);
	if (rc)
		return rc;
	op = find(p, assigns, COUNT(assigns));
	if (!op) {
		*out = n;
		return RC_OK;
	}
	if (!is_target(n))
		return ts_lex_fail(&p->x, n->at, p->e,
		    "nothing can be assigned to this");
	to = n;
	n = node_at(p, TS_ASSIGN, to->at);
	n->op = op->op;
	n->a = to;
	rc = ts_next(p);
	if (!rc)
		rc = ts_assignment(p, &n->b);
	if (!rc)
		*out = n;
	return rc;
}

enum rc ts_assignment(struct ts_parser *p, struct ts_node **out)
{
	enum rc rc = ts_enter(p);

	if (rc)
		return rc;
	rc = assignment(p, out);
	ts_leave(p);
	return rc;
}

enum rc ts_expression(struct ts_parser *p, struct ts_node **out)
{
	ts_nodes list = { 0 };
	struct ts_node *n, *all = ts_node(p, TS_SEQUENCE);
	bool more = true;
	enum rc rc = RC_OK;

	while (!rc && more) {
		rc = ts_assignment(p, &n);
		if (rc)
			return rc;
		vec_push(p->a, &list, n);
		rc = ts_accept(p, ",", &more);
	}
	if (rc)
		return rc;
	ts_take_list(all, &list);
	*out = list.n == 1 ? n : all;
	return RC_OK;
}

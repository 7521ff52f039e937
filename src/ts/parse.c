/* parse: tokens in hand, and the whole file. */
#include "base/utf8.h"
#include "ts/parse.h"

/* Real files take less than one level a byte. */
#define WORK_MIN ((size_t)1 << 17)
#define WORK_A_BYTE 16

const char *const ts_kind_word[TS_KIND_N] = {
	[TS_NUMBER] = "number", [TS_BIGINT] = "bigint",
	[TS_STRING] = "string", [TS_TEMPLATE] = "template",
	[TS_TAGGED] = "tagged", [TS_REGEX] = "regex", [TS_NAME] = "name",
	[TS_THIS] = "this", [TS_SUPER] = "super", [TS_NULL] = "null",
	[TS_BOOL] = "bool", [TS_HOLE] = "hole", [TS_ARRAY] = "array",
	[TS_OBJECT] = "object", [TS_PROP] = "prop", [TS_SPREAD] = "spread",
	[TS_FUNCTION] = "function", [TS_CLASS] = "class",
	[TS_UNARY] = "unary", [TS_UPDATE] = "update",
	[TS_BINARY] = "binary", [TS_LOGICAL] = "logical",
	[TS_ASSIGN] = "assign", [TS_COND] = "cond", [TS_CALL] = "call",
	[TS_NEW] = "new", [TS_MEMBER] = "member", [TS_INDEX] = "index",
	[TS_CHAIN] = "chain", [TS_SEQUENCE] = "sequence",
	[TS_AWAIT] = "await", [TS_YIELD] = "yield",
	[TS_IMPORT_CALL] = "import-call", [TS_IMPORT_META] = "import-meta",
	[TS_VAR] = "var", [TS_DECL] = "decl", [TS_ENUM] = "enum",
	[TS_NAMESPACE] = "namespace", [TS_BLOCK] = "block",
	[TS_EXPR] = "expr", [TS_EMPTY] = "empty", [TS_RETURN] = "return",
	[TS_THROW] = "throw", [TS_IF] = "if", [TS_FOR] = "for",
	[TS_FOR_OF] = "for-of", [TS_FOR_IN] = "for-in",
	[TS_WHILE] = "while", [TS_DO] = "do", [TS_BREAK] = "break",
	[TS_CONTINUE] = "continue", [TS_LABELED] = "labeled",
	[TS_SWITCH] = "switch", [TS_CASE] = "case", [TS_TRY] = "try",
	[TS_IMPORT] = "import", [TS_EXPORT] = "export",
	[TS_EXPORT_DEFAULT] = "export-default",
	[TS_EXPORT_LIST] = "export-list", [TS_EXPORT_ALL] = "export-all",
	[TS_SPEC] = "spec", [TS_MODULE] = "module",
};

bool ts_forks(const struct ts_node *n)
{
	switch ((int)n->kind) {
	case TS_COND: case TS_IF: case TS_TRY: case TS_FOR: case TS_FOR_OF:
	case TS_FOR_IN: case TS_WHILE: case TS_DO:
		return true;
	default:
		return false;
	}
}

struct ts_node *ts_node(struct ts_parser *p, enum ts_kind kind)
{
	struct ts_node *n = arena_new_of(p->a, struct ts_node);

	n->kind = kind;
	n->at = p->x.tok.from;
	return n;
}

void ts_take_list(struct ts_node *n, const ts_nodes *v)
{
	n->list = v->v;
	n->n = v->n;
}

enum rc ts_next(struct ts_parser *p)
{
	return ts_lex_next(&p->x, p->e);
}

struct ts_token ts_peek(const struct ts_parser *p)
{
	struct ts_lex x = p->x;
	struct err ignored;

	if (ts_lex_next(&x, &ignored))
		return (struct ts_token){ .kind = TOK_END };
	return x.tok;
}

enum rc ts_accept(struct ts_parser *p, const char *punct, bool *was)
{
	*was = ts_is(p, punct);
	return *was ? ts_next(p) : RC_OK;
}

enum rc ts_accept_word(struct ts_parser *p, const char *word, bool *was)
{
	*was = ts_is_word(p, word);
	return *was ? ts_next(p) : RC_OK;
}

enum rc ts_unexpected(struct ts_parser *p, const char *wanted)
{
	struct str found = str_sub(p->x.text, p->x.tok.from, p->x.tok.to);

	if (p->x.tok.kind == TOK_END)
		return ts_lex_fail(&p->x, p->x.tok.from, p->e,
		    "%s expected, the file ends here", wanted);
	return ts_lex_fail(&p->x, p->x.tok.from, p->e,
	    "%s expected, not \"%.*s\"", wanted,
	    found.n > 40 ? 40 : (int)found.n, found.p);
}

enum rc ts_expect(struct ts_parser *p, const char *punct)
{
	if (ts_is(p, punct))
		return ts_next(p);
	return ts_unexpected(p, arena_z(p->a, arena_printf(p->a, "\"%s\"",
	    punct)));
}

enum rc ts_expect_word(struct ts_parser *p, const char *word)
{
	return ts_is_word(p, word) ? ts_next(p) : ts_unexpected(p, word);
}

bool ts_reserved(struct str word)
{
	static const char *const words[] = {
		"break", "case", "catch", "class", "const", "continue",
		"debugger", "default", "delete", "do", "else", "enum",
		"export", "extends", "false", "finally", "for", "function",
		"if", "import", "in", "instanceof", "new", "null", "return",
		"super", "switch", "this", "throw", "true", "try", "typeof",
		"var", "void", "while", "with",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

enum rc ts_take_name(struct ts_parser *p, struct str *out)
{
	if (p->x.tok.kind != TOK_NAME || ts_reserved(p->x.tok.text))
		return ts_unexpected(p, "a name");
	*out = p->x.tok.text;
	return ts_next(p);
}

/* A counter for each kind would find no error that the grammar does not. */
enum rc ts_skip_balanced(struct ts_parser *p)
{
	size_t depth = 0, from = p->x.tok.from;

	do {
		enum rc rc;

		if (ts_is(p, "(") || ts_is(p, "[") || ts_is(p, "{"))
			depth++;
		if (ts_is(p, ")") || ts_is(p, "]") || ts_is(p, "}"))
			depth--;
		if (depth > TS_DEPTH_MAX || ++*p->work > p->work_max)
			return ts_lex_fail(&p->x, p->x.tok.from, p->e,
			    "nested deeper than %d levels", TS_DEPTH_MAX);
		if (p->x.tok.kind == TOK_END)
			return ts_lex_fail(&p->x, from, p->e,
			    "this bracket is never closed");
		rc = ts_next(p);
		if (rc)
			return rc;
	} while (depth > 0);
	return RC_OK;
}

enum rc ts_enter(struct ts_parser *p)
{
	if (p->depth == TS_DEPTH_MAX)
		return ts_lex_fail(&p->x, p->x.tok.from, p->e,
		    "nested deeper than %d levels", TS_DEPTH_MAX);
	if (++*p->work > p->work_max)
		return ts_lex_fail(&p->x, p->x.tok.from, p->e,
		    "this text takes too long to read");
	if (arena_bytes(p->a) > TS_PARSE_BYTES)
		return ts_lex_fail(&p->x, p->x.tok.from, p->e,
		    "more than %d MiB of memory to read this text",
		    (int)(TS_PARSE_BYTES >> 20));
	p->depth++;
	return RC_OK;
}

void ts_leave(struct ts_parser *p)
{
	p->depth--;
}

static enum rc module(struct ts_parser *p, struct ts_node **out)
{
	struct ts_node *m = ts_node(p, TS_MODULE);
	ts_nodes list = { 0 };

	while (p->x.tok.kind != TOK_END) {
		struct ts_node *s;
		enum rc rc = ts_statement(p, &s);

		if (rc)
			return rc;
		if (s->kind != TS_EMPTY)
			vec_push(p->a, &list, s);
	}
	ts_take_list(m, &list);
	*out = m;
	return RC_OK;
}

enum rc ts_parse(struct str name, struct str text, struct arena *a,
    struct ts_file *out, struct err *e)
{
	size_t work = 0;
	struct ts_parser p = { .a = a, .e = e, .work = &work,
		.work_max = WORK_MIN + text.n * WORK_A_BYTE };
	struct ts_node *m;
	size_t bad, line, col;
	enum rc rc;

	if (text.n > TS_FILE_MAX)
		return err_at(e, RC_PARSE, arena_z(a, name),
		    "%zu bytes are more than this reader takes (%zu)", text.n,
		    TS_FILE_MAX);
	if (!utf8_valid(text, &bad)) {
		str_position(text, bad, &line, &col);
		return err_at(e, RC_PARSE, arena_z(a, arena_printf(a,
		    "%.*s:%zu:%zu", STR_ARG(name), line, col)),
		    "this is not UTF-8");
	}
	rc = ts_lex_open(&p.x, text, arena_z(a, name), a, e);
	if (!rc)
		rc = module(&p, &m);
	if (!rc)
		*out = (struct ts_file){ name, text, m };
	return rc;
}

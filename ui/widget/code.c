/* code: the tokens of the schema reader, and the comments between them. */
#include "ui/widget/code.h"

#include "base/vec.h"
#include "ts/lex.h"

typedef VEC(struct token) tokens_vec;

static bool is_keyword(struct str word)
{
	static const char *const words[] = { "as", "async", "await", "class",
		"const", "default", "else", "enum", "export", "extends",
		"false", "for", "from", "function", "if", "import",
		"interface", "let", "new", "null", "of", "return",
		"satisfies", "this", "true", "type", "typeof", "undefined",
		"var", "while" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

static enum token_kind kind_of(const struct ts_token *t)
{
	static const enum token_kind kinds[] = {
		[TOK_END] = TOKEN_END,
		[TOK_NAME] = TOKEN_WORD,
		[TOK_PRIVATE] = TOKEN_WORD,
		[TOK_NUMBER] = TOKEN_NUMBER,
		[TOK_BIGINT] = TOKEN_NUMBER,
		[TOK_STRING] = TOKEN_STRING,
		[TOK_TEMPLATE] = TOKEN_STRING,
		[TOK_REGEX] = TOKEN_STRING,
		[TOK_PUNCT] = TOKEN_PUNCT,
	};

	return t->kind == TOK_NAME && is_keyword(t->text) ? TOKEN_KEYWORD :
	    kinds[t->kind];
}

/* Between two tokens stand space and comments alone. */
static void add_comments(tokens_vec *v, struct arena *a, struct str text,
    size_t from, size_t to)
{
	while (from < to) {
		struct str gap = str_sub(text, from, to), end;
		size_t at = str_find(gap, STR("/"), 0), n;

		if (at + 1 >= gap.n)
			return;
		end = gap.p[at + 1] == '*' ? STR("*/") : STR("\n");
		n = str_find(gap, end, at + 2);
		n = n < gap.n && gap.p[at + 1] == '*' ? n + 2 : n;
		vec_push(a, v, (struct token){ TOKEN_COMMENT, from + at,
		    from + n });
		from += n;
	}
}

void code_tokens(struct str text, struct arena *a, struct tokens *out)
{
	struct err ignored = ERR_INIT;
	tokens_vec v = { 0 };
	struct ts_lex x;
	size_t at = 0;
	enum rc rc = ts_lex_open(&x, text, "", a, &ignored);

	while (!rc && x.tok.kind != TOK_END) {
		add_comments(&v, a, text, at, x.tok.from);
		vec_push(a, &v, (struct token){ kind_of(&x.tok), x.tok.from,
		    x.tok.to });
		at = x.tok.to;
		rc = ts_lex_next(&x, &ignored);
	}
	if (!rc)
		add_comments(&v, a, text, at, text.n);
	*out = (struct tokens){ v.v, v.n };
}

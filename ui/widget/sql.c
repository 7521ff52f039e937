/* sql: highlighting by the dialect's tokens. */
#include "ui/widget/sql.h"

#include "base/utf8.h"

static const enum style token_style[] = {
	[TOKEN_SPACE] = STYLE_NORMAL,
	[TOKEN_COMMENT] = STYLE_COMMENT,
	[TOKEN_WORD] = STYLE_NORMAL,
	[TOKEN_KEYWORD] = STYLE_KEYWORD,
	[TOKEN_IDENT] = STYLE_NORMAL,
	[TOKEN_STRING] = STYLE_STRING,
	[TOKEN_NUMBER] = STYLE_NORMAL,
	[TOKEN_BLOB] = STYLE_STRING,
	[TOKEN_VARIABLE] = STYLE_ACCENT,
	[TOKEN_PUNCT] = STYLE_NORMAL,
	[TOKEN_BAD] = STYLE_ERROR,
	[TOKEN_END] = STYLE_NORMAL,
};

static int draw(struct pane p, int x, int y, enum style st, struct str raw)
{
	struct sbuf b = SBUF_INIT((size_t)64 << 10);

	utf8_sanitize(&b, raw, UTF8_LINE, p.s->ascii);
	x = pane_data(p, x, y, st, sbuf_str(&b));
	sbuf_free(&b);
	return x;
}

int sql_line(struct pane p, int x, int y, const struct dialect *d,
    struct str sql)
{
	size_t at = 0;

	while (at < sql.n && x < p.w) {
		struct token t = d->token(sql, at);

		if (t.kind == TOKEN_END || t.to <= at)
			break;
		if (t.kind == TOKEN_SPACE)
			x = pane_text(p, x, y, STYLE_NORMAL, STR(" "));
		else
			x = draw(p, x, y, token_style[t.kind],
			    str_sub(sql, t.from, t.to));
		at = t.to;
	}
	return x;
}

int sql_part(struct pane p, int x, int y, const struct dialect *d,
    struct str sql, size_t from, size_t to)
{
	size_t at = 0;

	while (at < to) {
		struct token t = d->token(sql, at);
		size_t a = t.from > from ? t.from : from;
		size_t b = t.to < to ? t.to : to;

		if (t.kind == TOKEN_END || t.to <= at)
			break;
		if (a < b)
			x = draw(p, x, y, token_style[t.kind], str_sub(sql, a, b));
		at = t.to;
	}
	return x;
}

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

int sql_part(struct pane p, int x, int y, const struct tokens *t,
    struct str sql, size_t from, size_t to)
{
	size_t lo = 0, hi = t->n, at = from;

	while (lo < hi) {	/* the first that ends after `from` */
		size_t mid = lo + (hi - lo) / 2;

		if (t->v[mid].to <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < t->n && t->v[lo].from < to && x < p.w; lo++) {
		size_t a = t->v[lo].from > from ? t->v[lo].from : from;
		size_t b = t->v[lo].to < to ? t->v[lo].to : to;

		if (at < a)
			x = draw(p, x, y, STYLE_NORMAL, str_sub(sql, at, a));
		x = draw(p, x, y, token_style[t->v[lo].kind],
		    str_sub(sql, a, b));
		at = b;
	}
	if (at < to && x < p.w)
		x = draw(p, x, y, STYLE_NORMAL, str_sub(sql, at, to));
	return x;
}

int sql_line(struct pane p, int x, int y, const struct dialect *d,
    struct str sql)
{
	struct arena *a = arena_new();
	struct tokens t;
	size_t at = 0;

	sql_tokens(d, sql, a, &t);
	for (size_t i = 0; i < t.n && x < p.w; i++) {
		if (t.v[i].from > at)
			x = pane_text(p, x, y, STYLE_NORMAL, STR(" "));
		x = draw(p, x, y, token_style[t.v[i].kind],
		    str_sub(sql, t.v[i].from, t.v[i].to));
		at = t.v[i].to;
	}
	arena_free(a);
	return x;
}

/*
 * text: screen lines are byte ranges of the text, made anew when the width
 * changes; search runs over the whole text.
 */
#include "ui/widget/text.h"

#include "base/utf8.h"
#include "ui/widget/code.h"
#include "ui/widget/sql.h"

#define LINES_MAX ((size_t)2000000)

/* Up to and with the last space, unless that is far back: `next` follows. */
static size_t words_end(struct str part, char next)
{
	size_t n = part.n;

	if (next == ' ')
		return n + 1;
	while (n && part.p[n - 1] != ' ')
		n--;
	return n > part.n / 2 ? n : part.n;
}

/* Where a line from `from` ends when it is wrapped at w cells. */
static size_t wrap_end(const struct text_view *t, size_t from, size_t to)
{
	size_t used;
	struct str part = utf8_fit(str_sub(t->text, from, to), (size_t)t->w,
	    &used);

	if (part.n && t->words && from + part.n < to)
		return from + words_end(part, t->text.p[from + part.n]);
	if (part.n)
		return from + part.n;
	(void)utf8_cluster(t->text, &from);
	return from < to ? from : to;
}

static void layout(struct text_view *t)
{
	VEC(struct text_line) v = { 0 };
	size_t at = 0;

	arena_free(t->a);
	t->a = arena_new();
	while (at < t->text.n && v.n < LINES_MAX) {
		size_t end = str_find(t->text, STR("\n"), at), from = at;

		do {
			size_t to = t->wrap && t->w > 0 ?
			    wrap_end(t, from, end) : end;

			vec_push(t->a, &v, (struct text_line){ from, to });
			from = to;
		} while (from < end && v.n < LINES_MAX);
		at = end + 1;
	}
	t->v = v.v;
	list_set(&t->lines, v.n);
}

/* The text in place of another one, plain so far. */
static void begin(struct text_view *t, struct str text)
{
	arena_free(t->tokens_a);
	t->tokens_a = NULL;
	t->tokens = (struct tokens){ 0 };
	t->text = text;
}

static void show(struct text_view *t, bool wrap)
{
	t->wrap = wrap;
	t->left = 0;
	t->lines.cur = t->lines.top = 0;
	layout(t);
}

void text_set(struct text_view *t, struct str text, const struct dialect *sql,
    bool wrap)
{
	begin(t, text);
	if (sql) {
		t->tokens_a = arena_new();
		sql_tokens(sql, text, t->tokens_a, &t->tokens);
	}
	show(t, wrap);
}

void text_set_code(struct text_view *t, struct str text, bool wrap)
{
	begin(t, text);
	t->tokens_a = arena_new();
	code_tokens(text, t->tokens_a, &t->tokens);
	show(t, wrap);
}

void text_resize(struct text_view *t, int w, int h)
{
	bool again = w != t->w && t->wrap;
	size_t at = t->lines.n ? t->v[t->lines.cur].from : 0;

	t->w = w;
	t->lines.h = h;
	if (again) {
		layout(t);
		for (size_t i = 0; i < t->lines.n && t->v[i].from <= at; i++)
			t->lines.cur = i;
	}
	list_to(&t->lines, t->lines.cur);
}

void text_close(struct text_view *t)
{
	arena_free(t->a);
	arena_free(t->tokens_a);
	filter_close(&t->search);
	t->a = t->tokens_a = NULL;
	t->tokens = (struct tokens){ 0 };
	t->v = NULL;
	t->lines.n = 0;
}

bool text_searching(const struct text_view *t)
{
	return t->search.open;
}

static bool line_matches(const struct text_view *t, size_t i)
{
	return filter_pass(&t->search,
	    str_sub(t->text, t->v[i].from, t->v[i].to));
}

/* Go to the next line with a match, from the one after (or before) cur. */
static void search_go(struct text_view *t, bool forward, bool here)
{
	size_t n = t->lines.n, i = t->lines.cur;

	if (!t->search.m || !n)
		return;
	for (size_t step = here ? 0 : 1; step <= n; step++) {
		size_t k = forward ? (i + step) % n : (i + n - step % n) % n;

		if (line_matches(t, k)) {
			list_to(&t->lines, k);
			return;
		}
	}
}

/* A viewer without a cursor line: keys scroll, the cursor is the top. */
static bool scroll(struct text_view *t, enum action act)
{
	struct list *l = &t->lines;
	size_t page = l->h > 0 ? (size_t)l->h : 1;
	size_t max = l->n > page ? l->n - page : 0;

	if (act == ACT_LEFT)
		t->left -= t->left < 8 ? t->left : 8;
	else if (act == ACT_RIGHT)
		t->left += t->wrap ? 0 : 8;
	else if (act == ACT_COL_FIRST)
		t->left = 0;
	else if (act == ACT_WRAP) {
		size_t at = l->n ? t->v[l->cur].from : 0;

		t->wrap = !t->wrap;
		t->left = 0;
		layout(t);
		for (size_t i = 0; i < l->n && t->v[i].from <= at; i++)
			l->cur = i;
		list_to(l, l->cur);
	} else {
		struct list tops = { .n = max + 1, .cur = l->top, .h = l->h };

		if (!list_key(&tops, act))
			return false;
		l->top = l->cur = tops.cur;
	}
	return true;
}

bool text_msg(struct text_view *t, const struct msg *m)
{
	if (t->search.open) {
		enum input_result r = filter_msg(&t->search, m);

		if (r == INPUT_CHANGED)
			search_go(t, true, true);
		return r != INPUT_IGNORED;
	}
	if (m->kind != MSG_KEY)
		return false;
	if (m->act == ACT_SEARCH) {
		filter_anew(&t->search);
		return true;
	}
	if (m->act == ACT_SEARCH_NEXT || m->act == ACT_SEARCH_PREV) {
		search_go(t, m->act == ACT_SEARCH_NEXT, false);
		return true;
	}
	return scroll(t, m->act);
}

static void mark_matches(const struct text_view *t, struct pane p, int y,
    struct str line)
{
	size_t from = 0, start, end;

	while (t->search.m && from <= line.n &&
	    match_find(t->search.m, line, from, &start, &end) && end > from) {
		int x = (int)utf8_cells(str_sub(line, 0, start));

		pane_restyle(p, x - (int)t->left, y,
		    (int)utf8_cells(str_sub(line, start, end)), STYLE_MATCH);
		from = end;
	}
}

void text_draw(const struct text_view *t, struct pane p, bool focused)
{
	size_t top = list_top(&t->lines, p.h);

	(void)focused;
	for (int y = 0; y < p.h && top + (size_t)y < t->lines.n; y++) {
		struct text_line l = t->v[top + (size_t)y];
		struct str line = str_sub(t->text, l.from, l.to);

		if (t->tokens.n)
			sql_part(p, -(int)t->left, y, &t->tokens, t->text,
			    l.from, l.to);
		else
			pane_data(p, -(int)t->left, y, STYLE_NORMAL, line);
		mark_matches(t, p, y, line);
		if (!t->wrap && p.w > 0)
			pane_cut(p, y, (int)utf8_cells(line) - (int)t->left);
	}
	if (t->search.open && p.h > 0) {
		pane_blank(p, 0, p.h - 1, p.w, STYLE_NORMAL);
		filter_draw(&t->search, p, 0, p.h - 1, p.w);
	}
}

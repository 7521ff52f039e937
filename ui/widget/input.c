/* input: a line of text, edited by clusters so that no character is cut. */
#include "ui/widget/input.h"

#include "base/utf8.h"

static size_t limit(const struct input *in)
{
	return in->max && in->max < INPUT_MAX ? in->max : INPUT_MAX;
}

void input_set(struct input *in, struct str text)
{
	size_t used = 0;

	if (text.n > limit(in))
		while (used < limit(in)) {
			size_t next = used;

			(void)utf8_next(text, &next);
			if (next > limit(in))
				break;
			used = next;
		}
	else
		used = text.n;
	if (used)
		memmove(in->text, text.p, used);
	in->text[used] = '\0';
	in->n = in->cur = used;
}

struct str input_str(const struct input *in)
{
	return (struct str){ in->text, in->n };
}

static size_t next_at(const struct input *in, size_t at)
{
	if (at < in->n)
		(void)utf8_cluster(input_str(in), &at);
	return at < in->n ? at : in->n;
}

static size_t prev_at(const struct input *in, size_t at)
{
	size_t i = 0, before = 0;

	while (i < at) {
		before = i;
		i = next_at(in, i);
	}
	return before;
}

static bool is_word(char c)
{
	return ((unsigned char)c & 0x80) || (c >= '0' && c <= '9') ||
	    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static size_t word_left(const struct input *in)
{
	size_t at = in->cur;

	while (at > 0 && !is_word(in->text[at - 1]))
		at--;
	while (at > 0 && is_word(in->text[at - 1]))
		at--;
	return at;
}

static size_t word_right(const struct input *in)
{
	size_t at = in->cur;

	while (at < in->n && !is_word(in->text[at]))
		at++;
	while (at < in->n && is_word(in->text[at]))
		at++;
	return at;
}

static enum input_result erase(struct input *in, size_t from, size_t to)
{
	if (from >= to)
		return INPUT_MOVED;
	memmove(in->text + from, in->text + to, in->n - to + 1);
	in->n -= to - from;
	in->cur = from;
	return INPUT_CHANGED;
}

static enum input_result insert(struct input *in, struct str s)
{
	if (!s.n || in->n + s.n > limit(in))
		return INPUT_MOVED;
	memmove(in->text + in->cur + s.n, in->text + in->cur,
	    in->n - in->cur + 1);
	memcpy(in->text + in->cur, s.p, s.n);
	in->n += s.n;
	in->cur += s.n;
	return INPUT_CHANGED;
}

/* Pasted text: line ends and tabs become spaces, other controls go. */
static enum input_result paste(struct input *in, struct str s)
{
	enum input_result r = INPUT_MOVED;

	s = str_trim(s);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);
		bool space = cp == '\n' || cp == '\t' || cp == '\r';

		if (cp < 0 || (!space && cp < 0x20) || (cp >= 0x7f && cp < 0xa0))
			continue;
		if (insert(in, space ? STR(" ") : str_sub(s, from, i)) ==
		    INPUT_CHANGED)
			r = INPUT_CHANGED;
	}
	return r;
}

static enum input_result move(struct input *in, size_t to)
{
	in->cur = to;
	return INPUT_MOVED;
}

static enum input_result edit(struct input *in, enum action act)
{
	if (act == ACT_EDIT_LEFT)
		return move(in, prev_at(in, in->cur));
	if (act == ACT_EDIT_RIGHT)
		return move(in, next_at(in, in->cur));
	if (act == ACT_EDIT_HOME)
		return move(in, 0);
	if (act == ACT_EDIT_END)
		return move(in, in->n);
	if (act == ACT_EDIT_WORD_LEFT)
		return move(in, word_left(in));
	if (act == ACT_EDIT_WORD_RIGHT)
		return move(in, word_right(in));
	if (act == ACT_EDIT_ERASE)
		return erase(in, prev_at(in, in->cur), in->cur);
	if (act == ACT_EDIT_DELETE)
		return erase(in, in->cur, next_at(in, in->cur));
	if (act == ACT_EDIT_ERASE_WORD)
		return erase(in, word_left(in), in->cur);
	if (act == ACT_EDIT_ERASE_LINE)
		return erase(in, 0, in->cur);
	if (act == ACT_EDIT_KILL)
		return erase(in, in->cur, in->n);
	if (act == ACT_EDIT_ENTER)
		return INPUT_ENTER;
	return act == ACT_EDIT_CANCEL ? INPUT_CANCEL : INPUT_IGNORED;
}

enum input_result input_msg(struct input *in, const struct msg *m)
{
	if (m->kind == MSG_KEY)
		return edit(in, m->act);
	if (m->kind == MSG_TEXT)
		return insert(in, m->text);
	if (m->kind == MSG_PASTE)
		return in->typed_only ? INPUT_NO_PASTE : paste(in, m->text);
	return INPUT_IGNORED;
}

static void show_text(const struct input *in, size_t from, size_t to,
    bool ascii, struct sbuf *out)
{
	size_t at = from;

	/* typed text too may hold what must not reach a terminal */
	if (!in->masked)
		utf8_sanitize(out, str_sub(input_str(in), from, to), UTF8_LINE,
		    ascii);
	while (in->masked && at < to) {
		at = next_at(in, at);
		sbuf_addz(out, ascii ? "*" : "•");
	}
}

void input_draw(const struct input *in, struct pane p, int x, int y, int w,
    bool focused)
{
	struct pane field = pane_sub(p, x, y, w, 1);
	struct sbuf shown = SBUF_INIT((size_t)INPUT_MAX * 12);
	int before, end, shift = 0;

	show_text(in, 0, in->cur, p.s->ascii, &shown);
	before = (int)utf8_cells(sbuf_str(&shown));
	if (before >= w)
		shift = before - w + 1;
	show_text(in, in->cur, in->n, p.s->ascii, &shown);
	end = pane_data(field, -shift, 0, STYLE_NORMAL, sbuf_str(&shown));
	if (focused && before - shift >= end)
		pane_blank(field, before - shift, 0, 1, STYLE_CURSOR);
	else if (focused)
		pane_restyle(field, before - shift, 0, 1, STYLE_CURSOR);
	sbuf_free(&shown);
}

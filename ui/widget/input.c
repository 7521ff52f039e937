/* input: the keys and the look of a line of text (base/edit.h). */
#include "ui/widget/input.h"

#include "base/utf8.h"

void input_set(struct input *in, struct str text)
{
	edit_set(&in->e, text);
}

struct str input_str(const struct input *in)
{
	return edit_str(&in->e);
}

static const struct { enum action act; enum edit_op op; } keys[] = {
	{ ACT_EDIT_LEFT, EDIT_LEFT }, { ACT_EDIT_RIGHT, EDIT_RIGHT },
	{ ACT_EDIT_HOME, EDIT_HOME }, { ACT_EDIT_END, EDIT_END },
	{ ACT_EDIT_WORD_LEFT, EDIT_WORD_LEFT },
	{ ACT_EDIT_WORD_RIGHT, EDIT_WORD_RIGHT },
	{ ACT_EDIT_ERASE, EDIT_ERASE }, { ACT_EDIT_DELETE, EDIT_DELETE },
	{ ACT_EDIT_ERASE_WORD, EDIT_ERASE_WORD },
	{ ACT_EDIT_ERASE_LINE, EDIT_ERASE_LINE },
	{ ACT_EDIT_KILL, EDIT_KILL },
};

static enum input_result edited(bool changed)
{
	return changed ? INPUT_CHANGED : INPUT_MOVED;
}

static enum input_result edit(struct input *in, enum action act)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].act == act)
			return edited(edit_do(&in->e, keys[i].op));
	if (act == ACT_EDIT_ENTER)
		return INPUT_ENTER;
	return act == ACT_EDIT_CANCEL ? INPUT_CANCEL : INPUT_IGNORED;
}

enum input_result input_msg(struct input *in, const struct msg *m)
{
	if (m->kind == MSG_KEY)
		return edit(in, m->act);
	if (m->kind == MSG_TEXT)
		return edited(edit_insert(&in->e, m->text));
	if (m->kind == MSG_PASTE)
		return in->typed_only ? INPUT_NO_PASTE :
		    edited(edit_paste(&in->e, m->text));
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
		at = edit_next(&in->e, at);
		sbuf_addz(out, ascii ? "*" : "•");
	}
}

void input_draw(const struct input *in, struct pane p, int x, int y, int w,
    bool focused)
{
	struct pane field = pane_sub(p, x, y, w, 1);
	struct sbuf shown = SBUF_INIT((size_t)INPUT_MAX * 12);
	int before, end, shift = 0;

	show_text(in, 0, in->e.cur, p.s->ascii, &shown);
	before = (int)utf8_cells(sbuf_str(&shown));
	if (before >= w)
		shift = before - w + 1;
	show_text(in, in->e.cur, in->e.n, p.s->ascii, &shown);
	end = pane_data(field, -shift, 0, STYLE_NORMAL, sbuf_str(&shown));
	if (focused && before - shift >= end)
		pane_blank(field, before - shift, 0, 1, STYLE_CURSOR);
	else if (focused)
		pane_restyle(field, before - shift, 0, 1, STYLE_CURSOR);
	sbuf_free(&shown);
}

/* filter: an input line and the expression that it holds. */
#include "ui/widget/filter.h"

#include "base/utf8.h"

static const struct bind binds[] = {
	{ ACT_EDIT_FORMER, NULL, NULL }, { ACT_EDIT_LATER, NULL, NULL },
};
const struct keymap filter_map = {
	.name = "Search",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(binds),
};

void filter_open(struct filter *f)
{
	f->open = true;
}

static void drop_match(struct filter *f)
{
	match_close(f->m);
	f->m = NULL;
	f->bad = false;
}

/* The pattern becomes the newest of the past, once. */
static void keep(struct filter *f)
{
	size_t n = f->in.e.n, i = 0;

	if (!n || n >= FILTER_PAST_BYTES)
		return;
	while (i < f->npast && !str_eq(str_z(f->past[i]), input_str(&f->in)))
		i++;
	if (i == FILTER_PAST)
		i--;
	else if (i == f->npast)
		f->npast++;
	memmove(f->past[1], f->past[0], i * FILTER_PAST_BYTES);
	memcpy(f->past[0], f->in.e.text, n);
	f->past[0][n] = '\0';
}

/* Former patterns, and back to what was typed. */
static bool recall(struct filter *f, bool former)
{
	if (former ? f->at == f->npast : !f->at)
		return false;
	if (!f->at)
		f->typed = f->in;
	f->at += former ? 1 : (size_t)-1;
	if (f->at)
		input_set(&f->in, str_z(f->past[f->at - 1]));
	else
		f->in = f->typed;
	return true;
}

void filter_anew(struct filter *f)
{
	f->at = 0;
	filter_close(f);
	f->open = true;
}

void filter_close(struct filter *f)
{
	drop_match(f);
	input_set(&f->in, STR(""));
	f->open = false;
}

static void compile(struct filter *f)
{
	drop_match(f);
	f->why = (struct err)ERR_INIT;
	if (f->in.e.n)
		f->bad = match_open(input_str(&f->in), MATCH_SMART, &f->m,
		    &f->why) != RC_OK;
}

enum input_result filter_msg(struct filter *f, const struct msg *m)
{
	enum input_result r;

	if (m->kind == MSG_KEY &&
	    (m->act == ACT_EDIT_FORMER || m->act == ACT_EDIT_LATER))
		r = recall(f, m->act == ACT_EDIT_FORMER) ? INPUT_CHANGED :
		    INPUT_MOVED;
	else
		r = input_msg(&f->in, m);
	if (r == INPUT_ENTER && !f->in.e.n && f->npast) {
		input_set(&f->in, str_z(f->past[0]));
		compile(f);
	}
	if (r == INPUT_CHANGED)
		compile(f);
	else if (r == INPUT_ENTER)
		f->open = f->bad;
	if (r == INPUT_ENTER && !f->bad)
		keep(f);
	if (r == INPUT_CANCEL)
		filter_close(f);
	return r;
}

bool filter_pass(const struct filter *f, struct str s)
{
	size_t start, end;

	return !f->m || match_find(f->m, s, 0, &start, &end);
}

/* "at 6: missing closing parenthesis" at the right; returns where it begins:
 * behind the pattern, of which half a line is seen. */
static int draw_why(const struct filter *f, struct pane p, int x, int y,
    int end)
{
	struct str where = str_z(f->why.where);
	int from = x + (end - x) / 2, used, typed;
	struct sbuf b = SBUF_INIT(sizeof(f->why.msg) + 64);

	SQL(&b, "at ");
	sbuf_add(&b, str_sub(where, str_find(where, STR(":"), 8) + 1,
	    where.n));
	sbuf_addf(&b, ": %s", f->why.msg);
	used = (int)utf8_cells(sbuf_str(&b));
	typed = x + 3 + (int)utf8_cells(input_str(&f->in));
	if (typed < from)
		from = typed;
	if (end - used - 2 > from)
		from = end - used - 2;
	pane_field(p, from + 1, y, end - from - 1, ALIGN_LEFT, STYLE_ERROR,
	    sbuf_str(&b));
	sbuf_free(&b);
	return from;
}

void filter_draw(const struct filter *f, struct pane p, int x, int y, int w)
{
	int end = x + w;

	if (!f->open && !f->in.e.n)
		return;
	pane_textz(p, x, y, f->bad ? STYLE_ERROR : STYLE_KEY, "/");
	if (f->bad)
		end = draw_why(f, p, x, y, x + w);
	input_draw(&f->in, p, x + 1, y, end - x - 1, f->open);
}

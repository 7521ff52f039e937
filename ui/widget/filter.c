/* filter: an input line and the expression that it holds. */
#include "ui/widget/filter.h"

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

void filter_close(struct filter *f)
{
	drop_match(f);
	input_set(&f->in, STR(""));
	f->open = false;
}

static void compile(struct filter *f)
{
	struct err e = ERR_INIT;

	drop_match(f);
	if (f->in.n)
		f->bad = match_open(input_str(&f->in), MATCH_SMART, &f->m, &e)
		    != RC_OK;
}

enum input_result filter_msg(struct filter *f, const struct msg *m)
{
	enum input_result r = input_msg(&f->in, m);

	if (r == INPUT_CHANGED)
		compile(f);
	else if (r == INPUT_ENTER)
		f->open = false;
	else if (r == INPUT_CANCEL)
		filter_close(f);
	return r;
}

bool filter_pass(const struct filter *f, struct str s)
{
	size_t start, end;

	return !f->m || match_find(f->m, s, 0, &start, &end);
}

void filter_draw(const struct filter *f, struct pane p, int x, int y, int w)
{
	if (!f->open && !f->in.n)
		return;
	pane_textz(p, x, y, f->bad ? STYLE_ERROR : STYLE_KEY, "/");
	input_draw(&f->in, p, x + 1, y, w - 1, f->open);
}

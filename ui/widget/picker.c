/* picker: a field, and below it what matches, the likeliest first. */
#include "ui/widget/picker.h"

#include "base/utf8.h"

static const struct bind binds[] = {
	{ ACT_UP, "Up Ctrl-P", NULL }, { ACT_DOWN, "Down Ctrl-N", NULL },
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL },
};
const struct keymap picker_map = {
	.name = "Names",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(binds),
};

static struct str typed(const struct picker *p)
{
	struct str s = input_str(&p->in);

	if (p->home.n && s.n > p->home.n && s.p[p->home.n] == '.' &&
	    str_ieq(str_sub(s, 0, p->home.n), p->home))
		return str_sub(s, p->home.n + 1, s.n);
	return s;
}

/* The name that is meant goes to the front; returns how many are listed. */
static size_t put_first(struct picker *p, size_t n)
{
	size_t at = p->meant && p->in.e.n ? p->meant(p->meant_arg) : SIZE_MAX, i = 0;

	if (at == SIZE_MAX)
		return n;
	while (i < n && p->best[i].at != at)
		i++;
	if (i == n) {
		p->all += fuzzy_score(&p->query, p->names[at]) == 0;
		n += n < PICKER_SHOWN;
		i = n - 1;
	}
	memmove(p->best + 1, p->best, i * sizeof(*p->best));
	p->best[0] = (struct fuzzy_hit){ .at = (uint32_t)at, .score = 1 };
	return n;
}

static void rank(struct picker *p)
{
	size_t n;

	fuzzy_query(&p->query, typed(p));
	n = fuzzy_rank(&p->query, p->names, p->classes, p->n, p->best,
	    PICKER_SHOWN, &p->all);
	n = put_first(p, n);
	list_set(&p->list, n);
	list_to(&p->list, 0);
}

void picker_set(struct picker *p, const struct str *names,
    const unsigned char *classes, size_t n)
{
	p->names = names;
	p->classes = classes;
	p->n = n;
	rank(p);
}

void picker_type(struct picker *p, struct str text)
{
	input_set(&p->in, text);
	rank(p);
}

enum picker_result picker_msg(struct picker *p, const struct msg *m)
{
	enum input_result r;

	if (m->kind == MSG_KEY && list_key(&p->list, m->act))
		return PICKER_MOVED;
	r = input_msg(&p->in, m);
	if (r == INPUT_CHANGED)
		rank(p);
	return r == INPUT_IGNORED ? PICKER_IGNORED :
	    r == INPUT_ENTER ? PICKER_TAKEN :
	    r == INPUT_CANCEL ? PICKER_CLOSED : PICKER_MOVED;
}

size_t picker_at(const struct picker *p)
{
	return p->list.n ? p->best[p->list.cur].at : SIZE_MAX;
}

#define HEAD 2		/* the field and a blank line */
#define FRAME 2

int picker_rows(int h, int want)
{
	int rows = want + HEAD + FRAME;

	return rows < h ? rows : h;
}

struct drawing {
	const struct picker *p;
	void (*row)(const void *arg, struct pane line, size_t at);
	const void *arg;
};

static void draw_row(const void *arg, struct pane line, size_t i, bool current)
{
	const struct drawing *d = arg;

	(void)current;
	d->row(d->arg, line, d->p->best[i].at);
}

void picker_draw(const struct picker *p, struct pane in, const char *prompt,
    const char *nothing,
    void (*row)(const void *arg, struct pane line, size_t at), const void *arg)
{
	struct drawing d = { p, row, arg };
	struct sbuf count = SBUF_INIT(80);
	int x, end;

	if (p->in.e.n) {
		sbuf_add_count(&count, (int64_t)p->all);
		SQL(&count, " found");
	}
	end = pane_right(in, in.w - 1, 0, STYLE_DIM, sbuf_str(&count));
	x = pane_textz(in, 1, 0, STYLE_KEY, prompt) + 1;
	input_draw(&p->in, in, x, 0, end - x - 1, true);
	list_draw(&p->list, pane_sub(in, 0, HEAD, in.w, in.h - HEAD), true,
	    draw_row, &d);
	if (!p->list.n)
		pane_textz(in, 1, HEAD, STYLE_DIM, nothing);
	sbuf_free(&count);
}

static void restyle_bytes(struct pane p, struct str text, size_t from,
    size_t to, enum style st)
{
	int at = (int)utf8_cells(str_sub(text, 0, from));
	int end = (int)utf8_cells(str_sub(text, 0, to));

	if ((int)utf8_cells(text) > p.w && end > p.w - 1)
		end = p.w - 1;		/* where the dots are */
	if (at < end)
		pane_restyle(p, at, 0, end - at, st);
}

void pane_fuzzy(struct pane p, int x, int y, int w, struct str text,
    size_t name, const struct fuzzy *q)
{
	struct fuzzy_span v[FUZZY_QUERY];
	size_t n = fuzzy_spans(q, text, v, FUZZY_QUERY);
	struct pane field = pane_sub(p, x, y, w, 1);

	pane_field(field, 0, 0, w, ALIGN_LEFT, STYLE_NORMAL, text);
	restyle_bytes(field, text, name, text.n, STYLE_DIM);
	for (size_t i = 0; i < n; i++)
		restyle_bytes(field, text, v[i].from, v[i].to, STYLE_MATCH);
}

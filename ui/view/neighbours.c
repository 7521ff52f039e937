/* neighbours: see neighbours.h. */
#include "ui/view/neighbours.h"

#include "base/utf8.h"

#define GAP 6
#define LINES_MAX 12		/* of a box */

typedef VEC(struct str) texts;

static bool has(const texts *v, struct str s)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->v[i], s))
			return true;
	return false;
}

static void add(struct neighbours *s, const struct app *app, texts *v,
    struct str text)
{
	text = app_clean(app, s->a, text);
	if (v->n < LINES_MAX && !has(v, text))
		vec_push(s->a, v, text);
}

static void add_all(struct neighbours *s, const struct app *app, texts *v,
    struct strs names)
{
	for (size_t i = 0; i < names.n; i++)
		add(s, app, v, names.v[i]);
}

/* Its name, its key, the columns that refer or are referred to. */
static void fill_self(struct neighbours *s, const struct app *app,
    const struct table *t)
{
	texts v = { 0 };

	add(s, app, &v, named_label(app, s->a, t->o.schema, t->o.name));
	for (size_t i = 0; t->pk && i < t->pk->cols.n; i++)
		add(s, app, &v, arena_printf(s->a, "%.*s  PK",
		    STR_ARG(t->pk->cols.v[i])));
	for (size_t i = 0; i < t->nfks_in; i++)
		for (size_t k = 0; k < t->fks_in[i]->ref_cols.n; k++)
			if (!t->pk || !strs_has(t->pk->cols,
			    t->fks_in[i]->ref_cols.v[k]))
				add(s, app, &v, t->fks_in[i]->ref_cols.v[k]);
	for (size_t i = 0; i < t->nfks; i++)
		add_all(s, app, &v, t->fks[i]->cols);
	s->self = (struct neighbour){ .t = t, .lines = { v.v, v.n } };
}

/* Once a table and side, with the columns of all its keys. */
static void add_box(struct neighbours *s, const struct app *app,
    const struct model *m, const struct fk *k, bool right)
{
	struct str schema = right ? k->ref_schema : k->o.schema;
	struct str name = right ? k->ref_table : k->o.table;
	const struct obj *o = named_find(m, schema, name);
	struct neighbour *b = NULL;
	texts v = { 0 };

	if (!o || o->kind != OBJ_TABLE)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (&s->v[i].t->o == o && s->v[i].right == right)
			b = &s->v[i];
	if (!b) {
		b = &s->v[s->n++];
		*b = (struct neighbour){ .t = (const struct table *)o,
			.right = right };
	}
	for (size_t i = 0; i < b->lines.n; i++)
		vec_push(s->a, &v, b->lines.v[i]);
	if (!v.n)
		add(s, app, &v, named_label(app, s->a, schema, name));
	add_all(s, app, &v, right ? k->ref_cols : k->cols);
	b->lines = (struct strs){ v.v, v.n };
}

size_t neighbours_count(const struct table *t)
{
	return t->nfks + t->nfks_in;
}

void neighbours_fill(struct neighbours *s, const struct app *app,
    const struct model *m, const struct table *t)
{
	arena_free(s->a);
	s->a = arena_new();
	s->n = s->cur = 0;
	s->top = 0;
	s->v = arena_array(s->a, struct neighbour, neighbours_count(t) + 1);
	fill_self(s, app, t);
	for (size_t i = 0; i < t->nfks_in; i++)
		add_box(s, app, m, t->fks_in[i], false);
	for (size_t i = 0; i < t->nfks; i++)
		add_box(s, app, m, t->fks[i], true);
	neighbours_resize(s, s->w, s->h);
}

/* ---- where they lie ---- */

static int wanted(const struct neighbour *b)
{
	int w = 0;

	for (size_t i = 0; i < b->lines.n; i++) {
		int n = (int)utf8_cells(b->lines.v[i]);

		w = n > w ? n : w;
	}
	return w + 4;
}

static void size_box(struct neighbour *b, int max)
{
	b->w = wanted(b) < max ? wanted(b) : max;
	b->h = (int)b->lines.n + 2;
}

void neighbours_resize(struct neighbours *s, int w, int h)
{
	int column = (w - 2 * GAP - 2) / 3, y[2] = { 0, 0 }, left = 0;

	s->w = w;
	s->h = h;
	if (!s->a || column < 8)
		return;
	size_box(&s->self, column);
	for (size_t i = 0; i < s->n; i++) {
		size_box(&s->v[i], column);
		if (!s->v[i].right && s->v[i].w > left)
			left = s->v[i].w;
	}
	s->self.x = 1 + (left ? left + GAP : 0);
	s->self.y = 0;
	s->height = s->self.h;
	for (size_t i = 0; i < s->n; i++) {
		struct neighbour *b = &s->v[i];

		b->x = b->right ? s->self.x + s->self.w + GAP :
		    1 + left - b->w;
		b->y = y[b->right];
		y[b->right] += b->h;
		if (y[b->right] > s->height)
			s->height = y[b->right];
	}
}

/* ---- keys ---- */

static void show(struct neighbours *s)
{
	const struct neighbour *b = &s->v[s->cur];

	if (b->y < s->top)
		s->top = b->y;
	if (b->y + b->h > s->top + s->h)
		s->top = b->y + b->h - s->h;
}

static void to_side(struct neighbours *s, bool right)
{
	int y = s->v[s->cur].y;

	if (s->v[s->cur].right == right)
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].right == right &&
		    (s->v[s->cur].right != right || s->v[i].y <= y))
			s->cur = i;
}

bool neighbours_key(struct neighbours *s, enum action act)
{
	if (!s->n)
		return false;
	if (act == ACT_DOWN && s->cur + 1 < s->n)
		s->cur++;
	else if (act == ACT_UP && s->cur)
		s->cur--;
	else if (act == ACT_FIRST)
		s->cur = 0;
	else if (act == ACT_LAST)
		s->cur = s->n - 1;
	else if (act == ACT_LEFT || act == ACT_RIGHT)
		to_side(s, act == ACT_RIGHT);
	else
		return false;
	show(s);
	return true;
}

const struct obj *neighbours_current(const struct neighbours *s)
{
	return s->n ? &s->v[s->cur].t->o : NULL;
}

/* ---- drawing ---- */

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8 };

/* A line by the sides that it goes to. */
static void put_line(struct pane p, int x, int y, unsigned sides)
{
	static const char *const glyphs[16] = {
		" ", "│", "│", "│", "─", "┘", "┐", "┤",
		"─", "└", "┌", "├", "─", "┴", "┬", "┼",
	};
	static const char *const ascii[16] = {
		" ", "|", "|", "|", "-", "+", "+", "+",
		"-", "+", "+", "+", "-", "+", "+", "+",
	};

	pane_textz(p, x, y, STYLE_LINE, (p.s->ascii ? ascii : glyphs)[sides]);
}

static void put_run(struct pane p, int x, int y, int to)
{
	for (; x < to; x++)
		put_line(p, x, y, LEFT | RIGHT);
}

/* left, right: a link comes in beside the name. */
static void draw_box(const struct neighbour *b, struct pane p, int top,
    enum style st, bool cur, unsigned links)
{
	int y = b->y - top, end = b->x + b->w - 1, last = y + b->h - 1;

	put_run(p, b->x, y, end);
	put_run(p, b->x, last, end);
	put_line(p, b->x, y, DOWN | RIGHT);
	put_line(p, end, y, DOWN | LEFT);
	put_line(p, b->x, last, UP | RIGHT);
	put_line(p, end, last, UP | LEFT);
	for (int row = y + 1; row < last; row++) {
		unsigned in = row == y + 1 ? links : 0;

		put_line(p, b->x, row, UP | DOWN | (in & LEFT));
		put_line(p, end, row, UP | DOWN | (in & RIGHT));
	}
	for (size_t i = 0; i < b->lines.n; i++) {
		int row = y + 1 + (int)i;

		if (row < 0 || row >= p.h)
			continue;
		pane_field(p, b->x + 2, row, b->w - 4, ALIGN_LEFT,
		    i ? STYLE_DIM : st, b->lines.v[i]);
		if (cur && i == 0)
			pane_bar(pane_sub(p, b->x + 1, row, b->w - 2, 1), 0);
	}
}

/* Is there a box whose link comes to the bus in that row? */
static bool links_at(const struct neighbours *s, bool right, int row)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].right == right && s->v[i].y + 1 == row)
			return true;
	return false;
}

/* The line between the table and the boxes on one side of it. */
static void draw_bus(const struct neighbours *s, struct pane p, bool right)
{
	int x = right ? s->self.x + s->self.w - 1 + GAP / 2 :
	    s->self.x - GAP / 2, last = 0;
	unsigned out = right ? RIGHT : LEFT, in = right ? LEFT : RIGHT;

	for (size_t i = 0; i < s->n; i++) {
		const struct neighbour *b = &s->v[i];

		if (b->right != right)
			continue;
		last = b->y + 1;
		if (right)
			put_run(p, x + 1, b->y + 1 - s->top, b->x);
		else
			put_run(p, b->x + b->w, b->y + 1 - s->top, x);
	}
	if (!last)
		return;
	if (right)
		put_run(p, s->self.x + s->self.w, 1 - s->top, x);
	else
		put_run(p, x + 1, 1 - s->top, s->self.x);
	for (int row = 1; row <= last; row++)
		put_line(p, x, row - s->top, (row > 1 ? UP : in) |
		    (row < last ? DOWN : 0u) |
		    (links_at(s, right, row) ? out : 0u));
}

void neighbours_draw(const struct neighbours *s, struct pane p, bool focused)
{
	bool left = s->n && !s->v[0].right, right = s->n &&
	    s->v[s->n - 1].right;

	if (!s->a)
		return;
	draw_bus(s, p, false);
	draw_bus(s, p, true);
	draw_box(&s->self, p, s->top, STYLE_TITLE, false,
	    (left ? LEFT : 0u) | (right ? RIGHT : 0u));
	for (size_t i = 0; i < s->n; i++)
		draw_box(&s->v[i], p, s->top, STYLE_FK,
		    focused && i == s->cur, s->v[i].right ? LEFT : RIGHT);
	if (s->height - s->top > s->h)
		pane_right(p, p.w, p.h - 1, STYLE_DIM, STR(" j more "));
}

void neighbours_close(struct neighbours *s)
{
	arena_free(s->a);
	s->a = NULL;
	s->n = 0;
}

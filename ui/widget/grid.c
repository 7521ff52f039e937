/*
 * grid: frozen columns from the left edge, then a rule, then the columns
 * from `left` on.  One cell of space on each side of a column.
 */
#include "ui/widget/grid.h"

#include "base/utf8.h"

#define CUT_MIN 4		/* cells: NULL can be read */
#define NARROW 100		/* cells from which on nothing is capped */

int grid_width(const struct grid *g, size_t i)
{
	const struct grid_col *c = &g->cols[i];

	return g->cap && c->width > g->cap && !c->asked &&
	    c->align == ALIGN_LEFT && i + 1 < g->ncols ? g->cap : c->width;
}

static void set_cap(struct grid *g)
{
	int used = 1;

	g->cap = 0;
	for (size_t i = 0; i < g->ncols && used <= g->w; i++)
		used += g->cols[i].width + 2;
	if (used <= g->w || g->w <= 0 || g->w >= NARROW || g->whole)
		return;
	g->cap = g->w * 2 / 5;
	g->cap = g->cap < 16 ? 16 : g->cap > 32 ? 32 : g->cap;
}

void grid_set(struct grid *g, const struct grid_col *cols, size_t ncols,
    size_t nrows)
{
	g->cols = cols;
	g->ncols = ncols;
	g->nfrozen = 0;
	while (g->nfrozen < ncols && cols[g->nfrozen].frozen)
		g->nfrozen++;
	if (g->col >= ncols)
		g->col = ncols ? ncols - 1 : 0;
	if (g->left < g->nfrozen || g->left >= ncols)
		g->left = g->nfrozen;
	list_set(&g->rows, nrows);
	set_cap(g);
}

static int cells_of(const struct grid *g, size_t i)
{
	return grid_width(g, i) + 2;
}

static int frozen_cells(const struct grid *g)
{
	int w = g->nfrozen ? 1 : 0;

	for (size_t i = 0; i < g->nfrozen; i++)
		w += cells_of(g, i);
	return w;
}

/* Scroll so that the current column is seen whole, if it can be. */
static size_t left_for(const struct grid *g, int w)
{
	size_t left = g->left < g->nfrozen ? g->nfrozen : g->left;

	if (g->col < g->nfrozen)
		return left;
	if (g->col < left)
		return g->col;
	for (; left < g->col; left++) {
		int used = frozen_cells(g);

		for (size_t i = left; i <= g->col; i++)
			used += cells_of(g, i);
		if (used <= w)
			break;
	}
	return left;
}

void grid_resize(struct grid *g, int w, int h)
{
	g->w = w;
	set_cap(g);
	g->rows.h = h > GRID_HEADER_ROWS ? h - GRID_HEADER_ROWS : 1;
	g->left = left_for(g, w);
	list_to(&g->rows, g->rows.cur);
}

bool grid_key(struct grid *g, enum action act)
{
	size_t last = g->ncols ? g->ncols - 1 : 0;

	if (act == ACT_LEFT)
		g->col -= g->col > 0;
	else if (act == ACT_RIGHT)
		g->col += g->col < last;
	else if (act == ACT_COL_FIRST)
		g->col = 0;
	else if (act == ACT_COL_LAST)
		g->col = last;
	else
		return list_key(&g->rows, act);
	if (g->col == 0)
		g->left = g->nfrozen;
	g->left = left_for(g, g->w);
	return true;
}

static int mark_cells(const struct grid_col *c)
{
	return !c->marked ? 0 : c->rank ? 2 : 1;
}

int grid_fit(const struct grid_col *c, int widest_sample)
{
	int name = (int)utf8_cells(c->name) + mark_cells(c);
	int w = widest_sample > name ? widest_sample : name;

	return w < 4 ? 4 : w > GRID_FIT_MAX ? GRID_FIT_MAX : w;
}

struct place {		/* where a column stands */
	size_t col;
	int x, w;
};

/* Next column that is seen, from the left; false = none fits any more. */
static bool next_place(const struct grid *g, int w, size_t left,
    struct place *p)
{
	if (p->x == 0 && p->w == 0) {
		p->col = g->nfrozen ? 0 : left;
	} else {
		p->x += p->w + 2;
		p->col++;
		if (p->col == g->nfrozen) {
			p->col = left;
			p->x++;
		}
	}
	if (p->col >= g->ncols || p->x >= w)
		return false;
	/* the last one is cut, with its ellipsis, at the edge: but a number
	 * without its end is another number */
	p->w = grid_width(g, p->col);
	if (p->w <= w - p->x - 1)
		return true;
	p->w = w - p->x - 1;
	return p->w >= CUT_MIN && (p->col == left ||
	    g->cols[p->col].align == ALIGN_LEFT);
}

static void draw_header(const struct grid *g, struct pane p,
    const struct place *at, bool focused)
{
	const struct grid_col *c = &g->cols[at->col];
	enum style st = focused && at->col == g->col ? STYLE_CELL : STYLE_STRONG;
	int room = at->w - mark_cells(c), len = (int)utf8_cells(c->name);
	int x = at->x + 1;

	if (c->align == ALIGN_RIGHT && len < room)
		x += room - len;
	pane_field(p, x, 0, len < room ? len : room, ALIGN_LEFT, st, c->name);
	x += len < room ? len : room;
	if (c->marked)
		x = pane_mark(p, x, 0, c->mark == MARK_FK ? STYLE_FK :
		    STYLE_ACCENT, c->mark);
	if (c->rank)
		pane_printf(p, x, 0, STYLE_ACCENT, "%d", c->rank);
}

/* How many columns are out of sight, on the line under the names: "‹ 2" behind
 * the frozen ones, "8 more ›" at the end. */
static void draw_beyond(const struct grid *g, struct pane line, size_t left,
    size_t next)
{
	size_t before = left > g->nfrozen ? left - g->nfrozen : 0;
	struct str to_left = surface_mark(line.s, MARK_FK_IN);
	struct str to_right = surface_mark(line.s, MARK_FK);
	int x = frozen_cells(g), end = line.w;
	struct sbuf b = SBUF_INIT(64);

	if (next < g->ncols) {
		sbuf_addf(&b, " %zu more %.*s ", g->ncols - next,
		    STR_ARG(to_right));
		end = pane_right(line, line.w - 2, 0, STYLE_DIM, sbuf_str(&b));
		sbuf_reset(&b);
	}
	sbuf_addf(&b, " %.*s %zu ", STR_ARG(to_left), before);
	if (before && x + 1 + (int)b.n < end)
		pane_text(line, x + 1, 0, STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
}

struct cells {		/* the view's answers */
	void (*cell)(const void *, size_t, size_t, struct grid_cell *);
	const void *arg;
};

/* What lies behind the ellipsis marks the ellipsis. */
static void mark_matches(struct pane line, const struct place *at,
    enum align al, const struct grid_cell *c)
{
	int cells = (int)utf8_cells(c->text), x = at->x + 1;
	size_t from, to, next = 0;

	if (cells <= at->w && al == ALIGN_RIGHT)
		x += at->w - cells;
	while (next <= c->text.n &&
	    match_find(c->find, c->text, next, &from, &to)) {
		int a = (int)utf8_cells(str_sub(c->text, 0, from));
		int b = (int)utf8_cells(str_sub(c->text, 0, to));

		a = a < at->w ? a : at->w - 1;
		b = b < at->w ? b : at->w;
		if (to > from)
			pane_restyle(line, x + a, 0, b > a ? b - a : 1,
			    STYLE_MATCH);
		next = to > from ? to : to + 1;
	}
}

static void draw_cell(const struct grid *g, struct pane line,
    const struct place *at, size_t row, const struct cells *from)
{
	struct grid_cell c = { .text = STR(""), .style = STYLE_NORMAL };

	from->cell(from->arg, row, at->col, &c);
	if (c.mark)
		pane_textz(line, at->x, 0, STYLE_CHANGED, c.mark);
	pane_field(line, at->x + 1, 0, at->w, g->cols[at->col].align, c.style,
	    c.text);
	if (c.find)
		mark_matches(line, at, g->cols[at->col].align, &c);
}

void grid_draw(const struct grid *g, struct pane p, bool focused,
    void (*cell)(const void *arg, size_t row, size_t col, struct grid_cell *out),
    const void *arg)
{
	const struct cells from = { cell, arg };
	struct pane body = pane_sub(p, 0, GRID_HEADER_ROWS, p.w, p.h);
	size_t top = list_top(&g->rows, body.h), left = left_for(g, p.w);
	struct place at = { 0 };
	int rule = frozen_cells(g) - 1, shown;

	shown = (int)(g->rows.n - top < (size_t)body.h ? g->rows.n - top :
	    (size_t)body.h);
	while (next_place(g, p.w, left, &at)) {
		draw_header(g, p, &at, focused);
		for (int y = 0; y < shown; y++) {
			draw_cell(g, pane_row(body, y), &at, top + (size_t)y,
			    &from);
			pane_hit(body, at.x, y, at.w + 2, (struct hit){
				.focused = focused,
				.down = (long)(top + (size_t)y) -
				    (long)g->rows.cur,
				.right = (long)at.col - (long)g->col });
		}
	}
	if (g->nfrozen) {
		pane_frozen(p, rule, 0, 1);
		pane_frozen(body, rule, 0, shown);
	}
	pane_hline(p, 0, 1, p.w);
	draw_beyond(g, pane_row(p, 1), left, at.col);
	if (!focused || !g->rows.n)
		return;
	for (at = (struct place){ 0 }; next_place(g, p.w, left, &at);)
		if (at.col == g->col)
			pane_restyle(body, at.x, (int)(g->rows.cur - top),
			    at.w + 2, STYLE_CELL);
	pane_bar(body, (int)(g->rows.cur - top));
}

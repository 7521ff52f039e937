/* columns: the looks of a table's columns, and the window that changes them. */
#include <stdlib.h>

#include "ui/view/columns.h"
#include "ui/view/views.h"
#include "ui/widget/list.h"

#define WIDTH_MAX 200
#define UNIT "\x1f"
#define RECORD "\x1e"

/* ---- looks ---- */

struct columns columns_plain(const struct rows *r, struct arena *a)
{
	struct columns c = { arena_array(a, struct column_look, r->ncols + 1),
		r->ncols };
	size_t keys = 0;

	for (size_t i = 0; i < r->ncols; i++)
		keys += r->cols[i].pk;
	for (size_t i = 0; i < r->ncols; i++)
		c.v[i] = (struct column_look){ .col = i,
			.pinned = keys <= 2 && r->cols[i].pk };
	return c;
}

static bool same(const struct columns *x, const struct columns *y)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->v[i].col != y->v[i].col ||
		    x->v[i].width != y->v[i].width ||
		    x->v[i].hidden != y->v[i].hidden ||
		    x->v[i].pinned != y->v[i].pinned)
			return false;
	return true;
}

void columns_text(const struct columns *c, const struct rows *r,
    struct sbuf *out)
{
	struct arena *a = arena_new();
	struct columns plain = columns_plain(r, a);

	for (size_t i = 0; i < c->n && !same(c, &plain); i++) {
		const struct column_look *l = &c->v[i];

		sbuf_addf(out, "%s%s%s%d" UNIT, i ? RECORD : "",
		    l->hidden ? "-" : "+", l->pinned ? "=" : ".", l->width);
		sbuf_add(out, r->cols[l->col].name);
	}
	arena_free(a);
}

/* "+=0", the unit mark, the name */
static bool read_one(const struct rows *r, struct str one,
    struct column_look *out)
{
	size_t mark = str_find(one, STR(UNIT), 0), col = 0;
	struct str name = str_sub(one, mark + 1, one.n);
	char digits[8] = "";

	while (col < r->ncols && !str_eq(r->cols[col].name, name))
		col++;
	if (mark < 3 || mark - 2 >= sizeof(digits) || col == r->ncols)
		return false;
	memcpy(digits, one.p + 2, mark - 2);
	*out = (struct column_look){ .col = col, .hidden = one.p[0] == '-',
		.pinned = one.p[1] == '=', .width = atoi(digits) };
	if (out->width < 0 || out->width > WIDTH_MAX)
		out->width = 0;
	return true;
}

struct columns columns_read(const struct rows *r, struct str text,
    struct arena *a)
{
	struct columns plain = columns_plain(r, a), c = columns_plain(r, a);
	bool *had = arena_array(a, bool, r->ncols + 1);
	size_t n = 0;

	while (text.n) {
		size_t end = str_find(text, STR(RECORD), 0);
		struct column_look l;

		if (read_one(r, str_sub(text, 0, end), &l) && !had[l.col]) {
			had[l.col] = true;
			c.v[n++] = l;
		}
		text = str_sub(text, end + 1, text.n);
	}
	for (size_t i = 0; i < r->ncols; i++)
		if (!had[i])
			c.v[n++] = plain.v[i];
	/* those that were shown may all be gone */
	return columns_hidden(&c) < c.n ? c : plain;
}

struct str columns_name(const struct rows *r, struct arena *a)
{
	return arena_printf(a, "columns.%.*s.%.*s",
	    STR_ARG(r->object->schema), STR_ARG(r->object->name));
}

size_t columns_hidden(const struct columns *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->v[i].hidden;
	return n;
}

struct column_look *columns_of(const struct columns *c, size_t col)
{
	size_t i = 0;

	while (c->v[i].col != col)
		i++;
	return &c->v[i];
}

/* ---- the window ---- */

struct choosing {
	const struct rows *rows;	/* NULL: they are gone */
	struct columns now;
	struct columns_answer answer;
	struct list list;
};

static const struct bind binds[] = {
	BIND_LIST, { ACT_ACCEPT, NULL, "show them so" },
	{ ACT_COLUMN_SHOW, NULL, NULL }, { ACT_COLUMN_DOWN, NULL, NULL },
	{ ACT_COLUMN_UP, NULL, NULL }, { ACT_PIN, NULL, "pin" },
	{ ACT_ZOOM_IN, NULL, NULL }, { ACT_ZOOM_OUT, NULL, NULL },
	{ ACT_COLUMNS_ALL, NULL, NULL }, { ACT_COLUMNS_PLAIN, NULL, NULL },
};
static const struct keymap map = {
	.name = "Columns",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct columns_arg *a = arg;
	struct choosing *s = v->state;
	struct rows_spec spec = { .schema = a->rows->object->schema,
		.name = a->rows->object->name };
	struct err e = ERR_INIT;

	/* a plan of its own: the other is replaced when rows arrive */
	if (rows_plan(a->model, &spec, v->a, &s->rows, &e)) {
		cmds_pop(out, 0, NULL);
		return;
	}
	s->now.n = a->now->n;
	s->now.v = arena_copy(v->a, a->now->v, a->now->n *
	    sizeof(*a->now->v));
	s->list.h = 10;
	list_set(&s->list, s->now.n);
	for (size_t i = 0; i < s->now.n; i++)
		if (s->now.v[i].col == a->at)
			list_to(&s->list, i);
}

static int rows_of(const struct choosing *s, int h)
{
	return (int)s->now.n < h - 4 ? (int)s->now.n : h - 4;
}

static void move(struct choosing *s, bool down)
{
	size_t at = s->list.cur, to = down ? at + 1 : at - 1;
	struct column_look l;

	if (down ? to >= s->now.n : at == 0)
		return;
	l = s->now.v[at];
	s->now.v[at] = s->now.v[to];
	s->now.v[to] = l;
	list_to(&s->list, to);
}

static void show(struct choosing *s, struct cmds *out)
{
	struct column_look *l = &s->now.v[s->list.cur];

	if (!l->hidden && columns_hidden(&s->now) + 1 == s->now.n) {
		cmds_message(out, STYLE_WARN, "one column is shown at least");
		return;
	}
	l->hidden = !l->hidden;
	(void)list_key(&s->list, ACT_DOWN);
}

static void act(struct ui_view *v, enum action a, struct cmds *out)
{
	struct choosing *s = v->state;
	struct column_look *l = &s->now.v[s->list.cur];

	if (list_key(&s->list, a) || !s->now.n)
		return;
	if (a == ACT_ACCEPT) {
		s->answer = (struct columns_answer){ s->rows->object, s->now };
		cmds_pop(out, 1, &s->answer);
	} else if (a == ACT_COLUMN_SHOW) {
		show(s, out);
	} else if (a == ACT_COLUMN_DOWN || a == ACT_COLUMN_UP) {
		move(s, a == ACT_COLUMN_DOWN);
	} else if (a == ACT_PIN) {
		l->pinned = !l->pinned;
	} else if (a == ACT_ZOOM_IN || a == ACT_ZOOM_OUT) {
		l->width += a == ACT_ZOOM_IN ? l->width ? 4 : 12 : -4;
		l->width = l->width < 4 ? 0 : l->width > WIDTH_MAX ?
		    WIDTH_MAX : l->width;
	} else if (a == ACT_COLUMNS_ALL) {
		for (size_t i = 0; i < s->now.n; i++)
			s->now.v[i].hidden = false;
	} else if (a == ACT_COLUMNS_PLAIN) {
		s->now = columns_plain(s->rows, v->a);
	}
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct choosing *s = v->state;

	if (m->kind == MSG_SESSION) {
		s->rows = NULL;
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_RESIZE) {
		s->list.h = rows_of(s, m->h);
	} else if (m->kind == MSG_KEY && s->rows) {
		act(v, m->act, out);
	}
}

static void draw_column(const void *arg, struct pane line, size_t i,
    bool is_cur)
{
	const struct ui_view *v = arg;
	const struct choosing *s = v->state;
	const struct column_look *l = &s->now.v[i];
	const struct rows_col *c = &s->rows->cols[l->col];
	int w = line.w - 34 > 12 ? line.w - 34 : 12;

	(void)is_cur;
	pane_textz(line, 1, 0, l->hidden ? STYLE_DIM : STYLE_OK,
	    l->hidden ? "[ ]" : "[x]");
	pane_field(line, 5, 0, w, ALIGN_LEFT, l->hidden ? STYLE_DIM :
	    STYLE_NORMAL, app_clean(v->app, v->app->frame, c->name));
	pane_field(line, w + 7, 0, line.w - w - 23, ALIGN_LEFT, STYLE_DIM,
	    app_clean(v->app, v->app->frame, c->type));
	if (l->pinned)
		pane_textz(line, line.w - 15, 0, STYLE_ACCENT, "pinned");
	if (l->width)
		pane_printf(line, line.w - 8, 0, STYLE_DIM, "%3d wide",
		    l->width);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct choosing *s = v->state;
	int w = body.w - 4 < 72 ? body.w - 4 : 72;
	struct pane in;

	if (!s->rows)
		return;
	in = pane_popup(body, w, rows_of(s, body.h) + 4, STYLE_ACCENT,
	    arena_printf(v->app->frame, "Columns of %.*s", STR_ARG(app_clean(
	    v->app, v->app->frame, s->rows->object->name))));
	list_draw(&s->list, pane_sub(in, 0, 0, in.w, in.h - 1), true,
	    draw_column, v);
	pane_printf(in, 1, in.h - 1, STYLE_DIM, "%zu of %zu shown; pinned ones "
	    "stay in sight", s->now.n - columns_hidden(&s->now),
	    s->now.n);
}

const struct view_ops view_columns = {
	.name = "columns",
	.title = "Columns",
	.state_size = sizeof(struct choosing),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.maps = MAPS(&map),
};

/*
 * question: was it renamed or created?  The candidates, best first, and below
 * them the statements that either answer leads to.
 */
#include "base/utf8.h"
#include "ui/view/generate.h"

struct asked {
	struct question_arg arg;
	struct list list;
};

static const struct bind binds[] = {
	{ ACT_OPEN, NULL, "take" },
	{ ACT_NAV_BACK, "Backspace Left h", "question before" },
	{ ACT_BACK, NULL, "later" }, BIND_LIST,
};
static const struct keymap map = {
	.name = "Renamed, or created?",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct asked *s = v->state;

	return act != ACT_NAV_BACK || s->arg.number > 1;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct asked *s = v->state;

	(void)out;
	s->arg = *(const struct question_arg *)arg;
	list_set(&s->list, s->arg.of->options.n);
	s->list.h = 6;
	list_to(&s->list, s->arg.at);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct asked *s = v->state;

	if (m->kind != MSG_KEY || list_key(&s->list, m->act))
		return;
	if (m->act == ACT_OPEN)
		cmds_pop(out, (int)s->list.cur + 1, NULL);
	else if (m->act == ACT_NAV_BACK && can(v, ACT_NAV_BACK))
		cmds_pop(out, QUESTION_BACK, NULL);
	else if (m->act == ACT_BACK)
		cmds_pop(out, 0, NULL);
}

/* Widths of the cells of a row: label, type, null, position. */
static void widths_of(const struct app *app, const struct question_options *o,
    int *w)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct str cells[] = { o->v[i].label, o->v[i].type,
			o->v[i].null, o->v[i].position };

		for (int c = 0; c < 4; c++) {
			int n = (int)utf8_cells(app_clean(app, app->frame,
			    cells[c]));

			w[c] = n > w[c] ? n : w[c];
		}
	}
}

static void draw_option(const void *arg, struct pane line, size_t i, bool cur)
{
	const struct ui_view *v = arg;
	const struct asked *s = v->state;
	const struct question_option *o = &s->arg.of->options.v[i];
	const struct str cells[] = { o->label, o->type, o->null, o->position };
	int w[4] = { 0 }, x = 1;

	(void)cur;
	widths_of(v->app, &s->arg.of->options, w);
	for (int c = 0; c < 4; c++) {
		struct str text = app_clean(v->app, v->app->frame, cells[c]);

		if (c && x + (int)utf8_cells(text) >= line.w)
			break;
		pane_field(line, x, 0, c ? w[c] : w[c] < line.w - 2 ? w[c] :
		    line.w - 2, ALIGN_LEFT, c ? STYLE_DIM : o->from ?
		    STYLE_RENAMED : STYLE_ADDED, text);
		x += w[c] + (w[c] ? 3 : 0);
	}
}

/* Statements below each other, each wrapped. */
static void draw_sql(const struct ui_view *v, struct pane p, struct strs sql)
{
	int y = 0;

	if (!sql.n)
		pane_textz(p, 0, 0, STYLE_DIM, "nothing of its own");
	for (size_t i = 0; i < sql.n && y < p.h; i++)
		y += pane_wrap(p, 0, y, p.w, p.h - y, STYLE_NORMAL,
		    app_clean(v->app, v->app->frame, sql.v[i]));
}

static void draw_outcomes(const struct ui_view *v, struct pane p)
{
	const struct asked *s = v->state;
	const struct proposal *r = s->arg.of;
	size_t cur = s->list.cur, last = r->options.n - 1;
	size_t of = cur == last ? 0 : cur;
	struct arena *a = v->app->frame;
	struct str from = app_clean(v->app, a, r->options.v[of].from->name);
	struct str renamed = arena_printf(a, "If %.*s is renamed",
	    STR_ARG(from));
	int half = p.w / 2;

	if (p.h < 2)
		return;
	if (p.w < 84) {
		pane_rule(p, 0, STYLE_TITLE, cur == last ?
		    STR("If it is created") : renamed);
		draw_sql(v, pane_sub(p, 1, 1, p.w - 2, p.h - 1),
		    cur == last ? r->outcomes[of].created :
		    r->outcomes[of].renamed);
		return;
	}
	pane_rule(pane_sub(p, 0, 0, half, 1), 0, cur == last ? STYLE_DIM :
	    STYLE_TITLE, renamed);
	pane_rule(pane_sub(p, half, 0, p.w - half, 1), 0, cur == last ?
	    STYLE_TITLE : STYLE_DIM, STR("If it is created"));
	draw_sql(v, pane_sub(p, 1, 1, half - 2, p.h - 1),
	    r->outcomes[of].renamed);
	draw_sql(v, pane_sub(p, half + 1, 1, p.w - half - 2, p.h - 1),
	    r->outcomes[of].created);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct asked *s = v->state;
	const struct proposal *r = s->arg.of;
	const struct decl_question *q = &r->g.change.open[0];
	const struct question_option *o = &r->options.v[s->list.cur];
	struct arena *a = v->app->frame;
	int w = body.w - 4 < 112 ? body.w - 4 : 112;
	int h = body.h - 2 < 24 ? body.h : 24;
	int rows = (int)r->options.n < 6 ? (int)r->options.n : 6, y, x, n;
	struct pane in;

	if (rows > h - 9)
		rows = h - 9 < 2 ? 2 : h - 9;
	in = pane_popup(body, w, h, STYLE_ACCENT, arena_printf(a,
	    "Question %zu of %zu", s->arg.number, s->arg.total));
	x = pane_printf(in, 1, 0, STYLE_NORMAL, "%s ",
	    decl_kind_word[q->kind]);
	x = pane_text(in, x, 0, STYLE_STRONG, app_clean(v->app, a,
	    question_name(q, q->created, a)));
	pane_textz(in, x, 0, STYLE_NORMAL, ": renamed, or created?");
	y = 2;
	list_draw(&s->list, pane_sub(in, 0, y, in.w, rows), true, draw_option,
	    v);
	y += rows;
	n = pane_wrap(in, 1, y + (h > 16), in.w - 2, 2, o->loses ?
	    STYLE_LOSS : STYLE_NORMAL, app_clean(v->app, a, o->note));
	y += n + (h > 16) + (h > 16);
	draw_outcomes(v, pane_sub(in, 0, y, in.w, in.h - 1 - y));
	y = in.h - 1;
	x = pane_textz(in, 1, y, STYLE_KEY, "Enter ");
	x = pane_textz(in, x, y, STYLE_DIM, "take");
	if (can(v, ACT_NAV_BACK)) {
		x = pane_textz(in, x + 3, y, STYLE_KEY, "Backspace ");
		x = pane_textz(in, x, y, STYLE_DIM, "question before");
	}
	x = pane_textz(in, x + 3, y, STYLE_KEY, "Esc ");
	pane_textz(in, x, y, STYLE_DIM, "later");
}

const struct view_ops view_question = {
	.name = "question",
	.title = "Renamed, or created?",
	.state_size = sizeof(struct asked),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.maps = MAPS(&map),
};

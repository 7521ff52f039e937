/*
 * question: was it renamed or created?  The candidates, best first, and below
 * them the statements that either answer leads to.
 */
#include "base/utf8.h"
#include "ui/view/generate.h"

struct asked {
	struct question_arg arg;
	struct list list;
	bool undecided;			/* no row has the cursor yet */
	size_t skipped;			/* statements of the preview */
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

	return act == ACT_NAV_BACK ? s->arg.number > 1 :
	    act != ACT_OPEN || !s->undecided;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct asked *s = v->state;

	(void)out;
	s->arg = *(const struct question_arg *)arg;
	list_set(&s->list, s->arg.of->options.n);
	s->list.h = 6;
	s->undecided = s->arg.at >= s->list.n;
	/* the cursor stands below the last row, so to say: down is the first */
	list_to(&s->list, s->undecided ? 0 : s->arg.at);
}

/* Keys of the list; the first one chooses a row. */
static bool chooses(struct asked *s, enum action act)
{
	size_t was = s->list.cur;
	bool first = s->undecided;

	if (!list_key(&s->list, act))
		return false;
	s->undecided = false;
	if (first)
		list_to(&s->list, act == ACT_UP || act == ACT_LAST ?
		    s->list.n - 1 : 0);
	if (first || s->list.cur != was)
		s->skipped = 0;
	return true;
}

static size_t longest(const struct asked *s)
{
	const struct proposal *r = s->arg.of;
	size_t of = s->list.cur + 1 < s->list.n ? s->list.cur : 0;
	const struct outcome *o = &r->outcomes[of];

	return o->renamed.n > o->created.n ? o->renamed.n : o->created.n;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct asked *s = v->state;

	if (m->kind != MSG_KEY)
		return;
	if (m->act == ACT_PAGE_DOWN && s->skipped + 1 < longest(s))
		s->skipped++;
	else if (m->act == ACT_PAGE_UP && s->skipped)
		s->skipped--;
	else if (chooses(s, m->act))
		return;
	else if (m->act == ACT_OPEN && s->undecided)
		cmds_message(out, STYLE_WARN, "No candidate is likely: "
		    "choose one, up or down");
	else if (m->act == ACT_OPEN)
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

/* Statements below each other, each wrapped; what finds no room is told. */
static void draw_sql(const struct ui_view *v, struct pane p, struct strs sql)
{
	const struct asked *s = v->state;
	struct arena *a = v->app->frame;
	size_t i = s->skipped < sql.n ? s->skipped : sql.n ? sql.n - 1 : 0;
	int y = 0;

	if (!sql.n)
		pane_textz(p, 0, 0, STYLE_DIM, "nothing of its own");
	for (; i < sql.n && y < p.h; i++) {
		struct str text = app_clean(v->app, a, sql.v[i]);
		int rows = wrap_rows(p.w, text);

		/* the last row is the mark's, where all does not fit */
		if (y + rows > p.h - (i + 1 < sql.n))
			break;
		y += pane_wrap(p, 0, y, p.w, rows, STYLE_NORMAL, text);
	}
	if (i >= sql.n || p.h < 1)
		return;
	if (p.h == 1) {
		pane_field(p, 0, 0, p.w - 4, ALIGN_LEFT, STYLE_NORMAL,
		    app_clean(v->app, a, sql.v[i]));
		pane_right(p, p.w, 0, STYLE_DIM, v->app->ascii ? STR("...") :
		    STR("…"));
		return;
	}
	if (y + 1 < p.h)
		(void)pane_wrap(p, 0, y, p.w, p.h - 1 - y, STYLE_NORMAL,
		    app_clean(v->app, a, sql.v[i]));
	pane_text(p, 0, p.h - 1, STYLE_DIM, v->app->ascii ?
	    STR("... PgDn: more") : STR("… PgDn: more"));
}

static int rows_of(const struct ui_view *v, struct strs sql, int w)
{
	const struct asked *s = v->state;
	int rows = 0;

	for (size_t i = s->skipped; i < sql.n; i++)
		rows += wrap_rows(w, app_clean(v->app, v->app->frame,
		    sql.v[i]));
	return rows ? rows : 1;
}

/* Rows of the upper of two: what it needs, where the lower keeps its half. */
static int upper_rows(const struct ui_view *v, const struct outcome *o,
    struct pane p)
{
	int upper = rows_of(v, o->renamed, p.w - 2), all = p.h - 2;
	int lower = rows_of(v, o->created, p.w - 2);

	if (upper + lower > all)
		lower = lower < all / 2 ? lower : all / 2;
	return upper < all - lower ? upper : all - lower;
}

static void draw_outcomes(const struct ui_view *v, struct pane p)
{
	const struct asked *s = v->state;
	const struct proposal *r = s->arg.of;
	size_t cur = s->list.cur, last = r->options.n - 1;
	bool creates = !s->undecided && cur == last;
	size_t of = cur == last ? 0 : cur;
	const enum style heads[] = {
		s->undecided || creates ? STYLE_DIM : STYLE_TITLE,
		creates ? STYLE_TITLE : STYLE_DIM };
	const struct outcome *o = &r->outcomes[of];
	struct arena *a = v->app->frame;
	struct str renamed = arena_printf(a, "If %.*s is renamed",
	    STR_ARG(app_clean(v->app, a, r->options.v[of].from->name)));
	int half = p.w / 2, upper;

	if (p.h < 4)
		return;
	if (p.w >= 84) {
		pane_rule(pane_sub(p, 0, 0, half, 1), 0, heads[0], renamed);
		pane_rule(pane_sub(p, half, 0, p.w - half, 1), 0, heads[1],
		    STR("If it is created"));
		draw_sql(v, pane_sub(p, 1, 1, half - 2, p.h - 1), o->renamed);
		draw_sql(v, pane_sub(p, half + 1, 1, p.w - half - 2, p.h - 1),
		    o->created);
		return;
	}
	upper = 1 + upper_rows(v, o, p);
	pane_rule(p, 0, heads[0], renamed);
	draw_sql(v, pane_sub(p, 1, 1, p.w - 2, upper - 1), o->renamed);
	pane_rule(p, upper, heads[1], STR("If it is created"));
	draw_sql(v, pane_sub(p, 1, upper + 1, p.w - 2, p.h - upper - 1),
	    o->created);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct asked *s = v->state;
	const struct proposal *r = s->arg.of;
	const struct decl_question *q = &r->g.change.open[0];
	const struct question_option *o = &r->options.v[s->list.cur];
	struct arena *a = v->app->frame;
	bool loses = s->undecided || o->loses;
	struct str note = s->undecided ? question_undecided(&r->options, a) :
	    o->note;
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
	list_draw(&s->list, pane_sub(in, 0, y, in.w, rows), !s->undecided,
	    draw_option, v);
	y += rows;
	n = pane_wrap(in, 1, y + (h > 16), in.w - 2, 2, loses ?
	    STYLE_LOSS : STYLE_NORMAL, app_clean(v->app, a, note));
	y += n + (h > 16) + (h > 16);
	draw_outcomes(v, pane_sub(in, 0, y, in.w, in.h - 1 - y));
	y = in.h - 1;
	x = pane_textz(in, 1, y, STYLE_KEY, s->undecided ? "j k " : "Enter ");
	x = pane_textz(in, x, y, STYLE_DIM, s->undecided ? "choose" : "take");
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

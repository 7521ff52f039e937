/*
 * state: which state of the schema is meant; a window above the comparison.
 * Typing filters, Enter takes.
 */
#include "base/utf8.h"
#include "base/vec.h"
#include "ui/view/compare.h"
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

struct choice {
	struct str word, text;
};
struct state_view {
	const char *title;
	VEC(struct choice) all;
	size_t *shown;
	struct list list;
	struct filter filter;
};

static const struct bind binds[] = {
	{ ACT_UP, "Up", NULL }, { ACT_DOWN, "Down", NULL },
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL },
	{ ACT_OPEN, NULL, "take" }, { ACT_BACK, "Esc", "as it was" },
	{ ACT_EDIT_ERASE, NULL, NULL }, { ACT_EDIT_ERASE_LINE, NULL, NULL },
	{ ACT_EDIT_ERASE_WORD, NULL, NULL }, { ACT_EDIT_CANCEL, "Ctrl-C", "" },
};
static const struct keymap map = {
	.name = "Choose a state",
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void add(struct ui_view *v, struct str word, const char *text)
{
	struct state_view *s = v->state;

	vec_push(v->a, &s->all, (struct choice){ arena_str(v->a, word),
		str_z(text) });
}

static void add_tags(struct ui_view *v, const char *prefix, const char *text)
{
	const struct session *ss = v->app->session;

	for (size_t i = ss && ss->folder ? ss->folder->n : 0; i-- > 0;)
		add(v, arena_printf(v->a, "%s:%.*s", prefix,
		    STR_ARG(ss->folder->v[i].tag)), text);
}

static void refilter(struct state_view *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->all.n; i++)
		if (filter_pass(&s->filter, s->all.v[i].word) ||
		    filter_pass(&s->filter, s->all.v[i].text))
			s->shown[n++] = i;
	list_set(&s->list, n);
	list_to(&s->list, 0);
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct state_arg *a = arg;
	struct state_view *s = v->state;
	bool declared = v->app->project->kit.dialect.n > 0;
	bool folder = v->app->session && v->app->session->folder;

	(void)out;
	s->title = a->title;
	add(v, STR("db"), "the live database");
	if (declared) {
		add(v, STR("schema"), "the schema files");
		add(v, STR("snapshot"), "the newest snapshot");
	}
	if (folder)
		add(v, STR("migrations"), "the files that are applied");
	add(v, STR("empty"), "nothing");
	add_tags(v, "migrations", "the files up to this one");
	if (declared)
		add_tags(v, "snapshot", "the snapshot of this file");
	s->shown = arena_array(v->a, size_t, s->all.n);
	filter_open(&s->filter);
	refilter(s);
	for (size_t i = 0; i < s->all.n; i++)
		if (str_eq(s->all.v[i].word, a->cur))
			list_to(&s->list, i);
}

static int popup_rows(const struct state_view *s, int body_h)
{
	int want = (int)s->all.n + 4;

	return want < body_h ? want : body_h;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct state_view *s = v->state;

	if (m->kind == MSG_RESIZE) {
		s->list.h = popup_rows(s, m->h) - 4;
		list_to(&s->list, s->list.cur);
	} else if (m->kind == MSG_SESSION || (m->kind == MSG_KEY &&
	    (m->act == ACT_BACK || m->act == ACT_EDIT_CANCEL))) {
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_KEY && m->act == ACT_OPEN) {
		if (s->list.n)
			cmds_pop(out, 1, &s->all.v[s->shown[s->list.cur]].word);
	} else if (m->kind == MSG_KEY && list_key(&s->list, m->act)) {
		return;
	} else if (filter_msg(&s->filter, m) == INPUT_CHANGED) {
		refilter(s);
	}
}

static void draw_line(const void *arg, struct pane line, size_t i,
    bool current)
{
	const struct ui_view *v = arg;
	const struct state_view *s = v->state;
	const struct choice *c = &s->all.v[s->shown[i]];
	int right = (int)utf8_cells(c->text), room = line.w - right - 4;

	(void)current;
	pane_field(line, 1, 0, room, ALIGN_LEFT, STYLE_NORMAL,
	    app_clean(v->app, v->app->frame, c->word));
	pane_right(line, line.w - 1, 0, STYLE_DIM, c->text);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct state_view *s = v->state;
	int w = body.w - 4 < 72 ? body.w - 4 : 72;
	struct pane in = pane_popup(body, w, popup_rows(s, body.h),
	    STYLE_ACCENT, str_z(s->title));
	size_t rows = in.h > 2 ? (size_t)in.h - 2 : 0;
	size_t top = list_top(&s->list, in.h - 2);

	if (s->filter.in.e.n)
		filter_draw(&s->filter, in, 1, 0, in.w - 2);
	else
		pane_textz(in, 1, 0, STYLE_DIM, "type to filter");
	if (s->list.n > rows)
		pane_right(pane_row(in, 0), in.w - 1, 0, STYLE_DIM,
		    arena_printf(v->app->frame, "%zu-%zu of %zu", top + 1,
		    top + rows < s->list.n ? top + rows : s->list.n,
		    s->list.n));
	list_draw(&s->list, pane_sub(in, 0, 2, in.w, in.h - 2), true,
	    draw_line, v);
	if (!s->list.n)
		pane_textz(in, 1, 2, STYLE_DIM, "no such state");
}

static void leave(struct ui_view *v)
{
	struct state_view *s = v->state;

	filter_close(&s->filter);
}

const struct view_ops view_state = {
	.name = "state",
	.title = "Choose a state",
	.state_size = sizeof(struct state_view),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.leave = leave,
	.maps = MAPS(&map),
};

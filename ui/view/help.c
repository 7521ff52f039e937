/*
 * help: the keys that work in a view, from the same tables that make them
 * work.  Typing filters, Enter closes the help and runs the action.
 */
#include "base/vec.h"
#include "ui/view/views.h"
#include "ui/widget/filter.h"
#include "ui/widget/list.h"

struct entry_line {
	enum action act;
	struct str keys, help;
	enum action_group group;
};
struct help {
	struct str title;
	VEC(struct entry_line) all;
	size_t *shown;		/* indexes into all */
	struct list list;
	struct filter filter;
};

static const struct bind binds[] = {
	{ ACT_UP, "Up", NULL }, { ACT_DOWN, "Down", NULL },
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL },
	{ ACT_BACK, "Esc F1", "close" }, { ACT_OPEN, NULL, "run it" },
	{ ACT_EDIT_ERASE, NULL, NULL }, { ACT_EDIT_ERASE_LINE, NULL, NULL },
	{ ACT_EDIT_ERASE_WORD, NULL, NULL }, { ACT_EDIT_CANCEL, "Ctrl-C", "" },
};
static const struct keymap map = {
	.name = "Help",
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *help_keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

/* Does another bind nearer to the view stand for the same action? */
static bool listed(const struct help *s, enum action act)
{
	for (size_t i = 0; i < s->all.n; i++)
		if (s->all.v[i].act == act)
			return true;
	return false;
}

static void collect(struct ui_view *v, const struct ui_view *of)
{
	struct help *s = v->state;
	const struct keymap *m = of->ops->keymap(of);

	for (; m; m = m->parent)
		for (size_t i = 0; i < m->n; i++) {
			const struct bind *b = &m->v[i];

			if (listed(s, b->act) ||
			    (of->ops->can && !of->ops->can(of, b->act)))
				continue;
			vec_push(v->a, &s->all, (struct entry_line){
				.act = b->act,
				.keys = str_z(bind_keys(b)),
				.help = str_z(action_table[b->act].help),
				.group = action_table[b->act].group });
		}
}

static void refilter(struct help *s)
{
	size_t n = 0;

	for (enum action_group g = 0; g < GROUP_N; g++)
		for (size_t i = 0; i < s->all.n; i++) {
			const struct entry_line *l = &s->all.v[i];

			if (l->group == g && (filter_pass(&s->filter, l->help) ||
			    filter_pass(&s->filter, l->keys)))
				s->shown[n++] = i;
		}
	list_set(&s->list, n);
	list_to(&s->list, 0);
}

static void help_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct ui_view *of = ((const struct help_arg *)arg)->of;
	struct help *s = v->state;

	(void)out;
	s->title = arena_printf(v->a, "Help: %s",
	    of->ops->keymap(of)->name ? of->ops->keymap(of)->name :
	    of->ops->title);
	collect(v, of);
	s->shown = arena_array(v->a, size_t, s->all.n + 1);
	filter_open(&s->filter);
	refilter(s);
}

static int popup_rows(const struct help *s, int body_h)
{
	int want = (int)s->all.n + 5;

	return want < body_h ? want : body_h;
}

static void help_update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct help *s = v->state;

	if (m->kind == MSG_RESIZE) {
		s->list.h = popup_rows(s, m->h) - 4;
	} else if (m->kind == MSG_KEY && (m->act == ACT_BACK ||
	    m->act == ACT_EDIT_CANCEL)) {
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_KEY && m->act == ACT_OPEN) {
		cmds_pop(out, s->list.n ?
		    (int)s->all.v[s->shown[s->list.cur]].act : 0, NULL);
	} else if (m->kind == MSG_TEXT && str_is(m->text, "?") &&
	    !s->filter.in.e.n) {
		cmds_pop(out, 0, NULL);	/* the key that opened it */
	} else if (m->kind == MSG_KEY && list_key(&s->list, m->act)) {
		return;
	} else if (filter_msg(&s->filter, m) == INPUT_CHANGED) {
		refilter(s);
	}
}

static void draw_line(const void *arg, struct pane line, size_t i, bool current)
{
	const struct help *s = arg;
	const struct entry_line *l = &s->all.v[s->shown[i]];
	bool first = i == 0 || s->all.v[s->shown[i - 1]].group != l->group;

	(void)current;
	if (first)
		pane_textz(line, 1, 0, STYLE_DIM, action_group_name[l->group]);
	pane_field(line, 9, 0, 18, ALIGN_LEFT, STYLE_KEY, l->keys);
	pane_field(line, 28, 0, line.w - 29, ALIGN_LEFT, STYLE_NORMAL, l->help);
}

static void draw_more(const struct help *s, const struct app *app,
    struct pane line, size_t rows)
{
	size_t top = list_top(&s->list, (int)rows), n = s->list.n;

	if (n > rows)
		pane_right(line, line.w - 1, 0, STYLE_DIM, arena_printf(
		    app->frame, "%zu-%zu of %zu%s", top + 1,
		    top + rows < n ? top + rows : n, n,
		    top + rows < n ? ", PgDn more" : ""));
}

static void help_draw(const struct ui_view *v, struct pane body)
{
	const struct help *s = v->state;
	int w = body.w - 4 < 76 ? body.w - 4 : 76;
	struct pane in = pane_popup(body, w, popup_rows(s, body.h), STYLE_ACCENT,
	    s->title);

	if (s->filter.in.e.n)
		filter_draw(&s->filter, in, 1, 0, in.w - 2);
	else
		pane_textz(in, 1, 0, STYLE_DIM, "type to filter");
	list_draw(&s->list, pane_sub(in, 0, 2, in.w, in.h - 2), true, draw_line,
	    s);
	draw_more(s, v->app, pane_row(in, 0), (size_t)in.h - 2);
	if (!s->list.n)
		pane_textz(in, 1, 2, STYLE_DIM, "no key does that here");
}

static void help_leave(struct ui_view *v)
{
	struct help *s = v->state;

	filter_close(&s->filter);
}

const struct view_ops view_help = {
	.name = "help",
	.title = "Help",
	.state_size = sizeof(struct help),
	.overlay = true,
	.keymap = help_keymap,
	.enter = help_enter,
	.update = help_update,
	.draw = help_draw,
	.leave = help_leave,
	.maps = MAPS(&map),
};

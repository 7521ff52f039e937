/*
 * help: the keys that work in a view, from the same tables that make them
 * work.  Typing narrows them down, Enter closes the help and runs the action.
 */
#include "base/vec.h"
#include "ui/view/views.h"
#include "ui/widget/picker.h"

struct help {
	struct str title;
	struct help_entry *all;
	struct str *names;		/* what is typed against */
	size_t n;
	size_t *shown;			/* indexes into all, by group */
	struct list list;
	struct input in;
	struct fuzzy query;
};

static const struct bind binds[] = {
	{ ACT_EDIT_ENTER, NULL, "run it" }, { ACT_BACK, "F1", "" },
};
static const struct keymap map = {
	.name = "Help",
	.parent = &picker_map,
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *help_keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

/* ---- what a view takes ---- */

static bool is_listed(const struct help_entry *v, size_t n, enum action act)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].act == act)
			return true;
	return false;
}

size_t help_entries(const struct ui_view *of, struct arena *a,
    struct help_entry **out)
{
	VEC(struct help_entry) all = { 0 };
	const struct keymap *m = of->ops->keymap(of);

	for (; m; m = m->parent)
		for (size_t i = 0; i < m->n; i++) {
			const struct bind *b = &m->v[i];

			if (is_listed(all.v, all.n, b->act) ||
			    (of->ops->can && !of->ops->can(of, b->act)))
				continue;
			vec_push(a, &all, (struct help_entry){ b->act,
				str_z(bind_keys(of->app->keys, b)) });
		}
	*out = all.v;
	return all.n;
}

static void refilter(struct help *s)
{
	size_t n = 0;

	fuzzy_query(&s->query, input_str(&s->in));
	s->query.joined = true;
	for (enum action_group g = 0; g < GROUP_N; g++)
		for (size_t i = 0; i < s->n; i++)
			if (action_table[s->all[i].act].group == g &&
			    fuzzy_score(&s->query, s->names[i]))
				s->shown[n++] = i;
	list_set(&s->list, n);
	list_to(&s->list, 0);
}

static void collect(struct ui_view *v, const struct ui_view *of)
{
	struct help *s = v->state;

	s->n = help_entries(of, v->a, &s->all);
	s->names = arena_array(v->a, struct str, s->n + 1);
	s->shown = arena_array(v->a, size_t, s->n + 1);
	for (size_t i = 0; i < s->n; i++)
		s->names[i] = arena_printf(v->a, "%s  %.*s  %s",
		    action_table[s->all[i].act].help,
		    STR_ARG(s->all[i].keys), action_table[s->all[i].act].name);
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
	refilter(s);
}

static int popup_rows(const struct help *s, int body_h)
{
	return picker_rows(body_h, (int)s->n + 1);
}

static void help_update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct help *s = v->state;
	enum input_result r;

	if (m->kind == MSG_RESIZE) {
		s->list.h = popup_rows(s, m->h) - 4;
		return;
	}
	if ((m->kind == MSG_KEY && m->act == ACT_BACK) || (!s->in.e.n &&
	    m->kind == MSG_TEXT && str_is(m->text, "?"))) {
		cmds_pop(out, 0, NULL);		/* the key that opened it */
		return;
	}
	if (m->kind == MSG_KEY && list_key(&s->list, m->act))
		return;
	r = input_msg(&s->in, m);
	if (r == INPUT_CHANGED)
		refilter(s);
	else if (r == INPUT_ENTER || r == INPUT_CANCEL)
		cmds_pop(out, r == INPUT_ENTER && s->list.n ?
		    (int)s->all[s->shown[s->list.cur]].act : 0, NULL);
}

static void draw_line(const void *arg, struct pane line, size_t i, bool current)
{
	const struct help *s = arg;
	const struct help_entry *l = &s->all[s->shown[i]];
	enum action_group g = action_table[l->act].group;
	size_t n = strlen(action_table[l->act].help);

	(void)current;
	if (i == 0 || action_table[s->all[s->shown[i - 1]].act].group != g)
		pane_textz(line, 1, 0, STYLE_DIM, action_group_name[g]);
	pane_field(line, 9, 0, 18, ALIGN_LEFT, STYLE_KEY, l->keys);
	pane_fuzzy(line, 28, 0, line.w - 29, str_sub(s->names[s->shown[i]], 0,
	    n), n, &s->query);
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
	int w = body.w < 100 ? body.w : 92;
	struct pane in = pane_popup(body, w, popup_rows(s, body.h), STYLE_ACCENT,
	    s->title);

	input_draw(&s->in, in, 1, 0, in.w - 24, true);
	if (!s->in.e.n)
		pane_textz(in, 2, 0, STYLE_DIM, "type to filter");
	list_draw(&s->list, pane_sub(in, 0, 2, in.w, in.h - 2), true, draw_line,
	    s);
	draw_more(s, v->app, pane_row(in, 0), (size_t)in.h - 2);
	if (!s->list.n)
		pane_textz(in, 1, 2, STYLE_DIM, "no key does that here");
}

const struct view_ops view_help = {
	.name = "help",
	.title = "Help",
	.state_size = sizeof(struct help),
	.overlay = true,
	.runs = true,
	.keymap = help_keymap,
	.enter = help_enter,
	.update = help_update,
	.draw = help_draw,
	.maps = MAPS(&map),
};

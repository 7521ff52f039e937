/* confirm: a question that is answered with y; everything else is no. */
#include "ui/view/views.h"

struct confirm {
	const char *title, *yes;
	struct str question;
};

static const struct bind binds[] = {
	{ ACT_YES, NULL, NULL },
	{ ACT_BACK, NULL, "no" },
};
static const struct keymap map = {
	.name = "Question",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};

static const struct keymap *confirm_keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void confirm_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct confirm_arg *a = arg;
	struct confirm *s = v->state;

	(void)out;
	s->title = a->title;
	s->yes = a->yes;
	s->question = app_clean(v->app, v->a, a->question);
}

static void confirm_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	(void)v;
	if (m->kind == MSG_KEY && m->act == ACT_YES)
		cmds_pop(out, 1, NULL);
	else if (m->kind == MSG_KEY && m->act == ACT_BACK)
		cmds_pop(out, 0, NULL);
}

static void confirm_draw(const struct ui_view *v, struct pane body)
{
	const struct confirm *s = v->state;
	int w = body.w - 8 < 70 ? body.w - 8 : 70, x;
	int rows = wrap_rows(w - 6, s->question);
	struct pane in = pane_popup(body, w, rows + 6, STYLE_WARN,
	    str_z(s->title));

	pane_wrap(in, 1, 1, w - 6, rows, STYLE_NORMAL, s->question);
	x = pane_textz(in, 1, in.h - 2, STYLE_KEY, "y ");
	x = pane_textz(in, x, in.h - 2, STYLE_DIM, s->yes);
	x = pane_textz(in, x + 3, in.h - 2, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 2, STYLE_DIM, "no");
}

const struct view_ops view_confirm = {
	.name = "confirm",
	.title = "Question",
	.state_size = sizeof(struct confirm),
	.overlay = true,
	.keymap = confirm_keymap,
	.enter = confirm_enter,
	.update = confirm_update,
	.draw = confirm_draw,
	.maps = MAPS(&map),
};

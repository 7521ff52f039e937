/*
 * password: asks for the password that a server wants.  What is typed shows
 * as dots; Esc gives none.
 */
#include "ui/asker.h"
#include "ui/view/views.h"
#include "ui/widget/input.h"

struct password {
	struct str prompt, wrong;
	struct input in;
	bool answered;
};

static const struct keymap map = {
	.name = "Password",
	.parent = &keymap_input,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct asked_arg *a = arg;
	struct password *s = v->state;

	(void)out;
	s->prompt = app_clean(v->app, v->a, a->prompt);
	s->wrong = app_clean(v->app, v->a, a->wrong);
	s->in.masked = true;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct password *s = v->state;
	enum input_result r = input_msg(&s->in, m);

	if (r != INPUT_ENTER && r != INPUT_CANCEL)
		return;
	/* what is asked next is no more this view's */
	s->answered = true;
	if (r == INPUT_ENTER)
		asker_answer(v->app->asker, input_str(&s->in));
	else
		asker_cancel(v->app->asker, false);
	cmds_pop(out, r == INPUT_ENTER, NULL);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct password *s = v->state;
	int w = body.w - 8 < 64 ? body.w - 8 : 64, x;
	int rows = wrap_rows(w - 6, s->prompt);
	struct pane in = pane_popup(body, w, rows + 7, STYLE_ACCENT,
	    STR("Password"));

	if (s->wrong.n)
		pane_wrap(in, 1, 0, w - 6, 1, STYLE_ERROR, s->wrong);
	pane_wrap(in, 1, 1, w - 6, rows, STYLE_NORMAL, s->prompt);
	x = pane_textz(in, 1, rows + 2, STYLE_KEY, "> ");
	input_draw(&s->in, in, x, rows + 2, in.w - x - 1, true);
	x = pane_textz(in, 1, in.h - 2, STYLE_KEY, "Enter ");
	x = pane_textz(in, x, in.h - 2, STYLE_DIM, "connect");
	x = pane_textz(in, x + 3, in.h - 2, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 2, STYLE_DIM, "do not");
}

static void leave(struct ui_view *v)
{
	struct password *s = v->state;

	explicit_bzero(&s->in, sizeof(s->in));
	/* closed by something else: nobody will answer */
	if (v->app->asker && !s->answered)
		asker_cancel(v->app->asker, false);
}

const struct view_ops view_password = {
	.name = "password",
	.title = "Password",
	.state_size = sizeof(struct password),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.leave = leave,
	.maps = MAPS(&map),
};

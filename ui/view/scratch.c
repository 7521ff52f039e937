/*
 * scratch: asks where the scratch database of a review may be made, when that
 * would be on a server that is not this machine's or in production (DESIGN
 * §6).  Everything but y and a URL is no.
 */
#include "base/utf8.h"
#include "ui/asker.h"
#include "ui/view/views.h"
#include "ui/widget/input.h"

struct scratch_view {
	struct str question, wrong, where;
	struct input in;
	bool typing;		/* the URL of a server */
	bool here;		/* the database's own server is one */
	bool answered;
};

static const struct bind binds[] = {
	{ ACT_YES, NULL, "there" },
	{ ACT_ELSEWHERE, NULL, NULL },
	{ ACT_ACCEPT, NULL, "" },
	{ ACT_BACK, NULL, "do not" },
};
static const struct keymap map = {
	.name = "Scratch database",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};
static const struct keymap typing = {
	.name = "Server of the scratch database",
	.parent = &keymap_input,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct scratch_view *s = v->state;

	return s->typing ? &typing : &map;
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct scratch_view *s = v->state;

	return act != ACT_YES || s->here;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct asked_arg *a = arg;
	struct scratch_view *s = v->state;

	(void)out;
	s->here = project_has_db(v->app->project);
	s->question = arena_printf(v->a, "To see what the migrations make, "
	    "they are run first in a database of their own, weir_scratch_..., "
	    "which is dropped when the studio closes. %s: %.*s.", s->here ?
	    "Nothing is made unasked" : "That needs a server",
	    STR_ARG(app_clean(v->app, v->a, a->prompt)));
	s->wrong = app_clean(v->app, v->a, a->wrong);
	s->where = app_clean(v->app, v->a, v->app->project->db_label);
	s->typing = a->wrong.n > 0;
}

static void answer(struct ui_view *v, const struct str *word, struct cmds *out)
{
	struct scratch_view *s = v->state;

	s->answered = true;
	if (word)
		asker_answer(v->app->asker, *word);
	else
		asker_cancel(v->app->asker, false);
	cmds_pop(out, word != NULL, NULL);
}

static void type(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct scratch_view *s = v->state;
	struct str url;

	switch (input_msg(&s->in, m)) {
	case INPUT_ENTER:
		url = str_trim(input_str(&s->in));
		if (url.n)
			answer(v, &url, out);
		break;
	case INPUT_CANCEL:
		s->typing = false;
		break;
	case INPUT_IGNORED:
	case INPUT_MOVED:
	case INPUT_CHANGED:
	case INPUT_NO_PASTE:
		break;
	}
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct scratch_view *s = v->state;

	if (s->typing) {
		type(v, m, out);
		return;
	}
	if (m->kind != MSG_KEY)
		return;
	if (m->act == ACT_YES && s->here)
		answer(v, &STR(""), out);
	else if (m->act == ACT_BACK || m->act == ACT_ACCEPT)
		answer(v, NULL, out);
	else if (m->act == ACT_ELSEWHERE)
		s->typing = true;
}

static void choice(struct pane in, int y, const char *key, const char *what,
    struct str where)
{
	int x = pane_textz(in, 3, y, STYLE_KEY, key);

	x = pane_textz(in, x < 8 ? 8 : x, y, STYLE_NORMAL, what);
	pane_text(in, x, y, STYLE_STRONG, where);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct scratch_view *s = v->state;
	int w = body.w - 4 < 76 ? body.w - 4 : 76, x;
	int rows = wrap_rows(w - 6, s->question);
	int wrong = s->wrong.n ? wrap_rows(w - 6, s->wrong) + 1 : 0;
	struct pane in = pane_popup(body, w, rows + wrong + 9, STYLE_WARN,
	    STR("Scratch database"));

	pane_wrap(in, 1, 1, w - 6, rows, STYLE_NORMAL, s->question);
	if (wrong)
		pane_wrap(in, 1, rows + 2, w - 6, wrong, STYLE_ERROR, s->wrong);
	rows += wrong;
	if (s->typing) {
		pane_textz(in, 1, rows + 2, STYLE_DIM,
		    "URL of a server where it may be made:");
		x = pane_textz(in, 1, rows + 3, STYLE_KEY, "> ");
		input_draw(&s->in, in, x, rows + 3, in.w - x - 1, true);
		x = pane_textz(in, 1, in.h - 2, STYLE_KEY, "Enter ");
		x = pane_textz(in, x, in.h - 2, STYLE_DIM, "make it there");
		x = pane_textz(in, x + 3, in.h - 2, STYLE_KEY, "Esc ");
		pane_textz(in, x, in.h - 2, STYLE_DIM, "back");
		return;
	}
	choice(in, rows + 2, "Esc", "do not: the review runs no file",
	    STR(""));
	if (s->here)
		choice(in, rows + 3, "y", "make it on the server of ",
		    s->where);
	choice(in, rows + 3 + s->here, "u", s->here ?
	    "make it on another server" : "make it on a server, by its URL",
	    STR(""));
}

static void leave(struct ui_view *v)
{
	struct scratch_view *s = v->state;

	explicit_bzero(&s->in, sizeof(s->in));	/* a URL may hold a password */
	if (v->app->asker && !s->answered)
		asker_cancel(v->app->asker, false);
}

const struct view_ops view_scratch = {
	.name = "scratch",
	.title = "Scratch database",
	.state_size = sizeof(struct scratch_view),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.leave = leave,
	.maps = MAPS(&map, &typing),
};

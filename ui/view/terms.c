/*
 * terms: what a rehearsal on the database itself locks, for how long and what
 * it leaves behind, said before it begins (op/apply/rehearse.h, H.1).  y goes
 * on; where the database is labelled production its name, typed.
 */
#include "ui/view/flow.h"

#include "base/utf8.h"
#include "ui/widget/input.h"

struct terms {
	struct strs lines;
	struct str name;		/* to be typed; "": y is enough */
	struct input in;
	const char *note;
};

static const struct bind binds[] = {
	{ ACT_YES, NULL, "rehearse" },
	{ ACT_BACK, NULL, "do not" },
};
static const struct keymap map = {
	.name = "Rehearsal",
	.parent = &keymap_overlay,
	KEYMAP(binds),
};
static const struct bind typed_binds[] = {
	{ ACT_EDIT_ENTER, NULL, "when the name is typed" },
	{ ACT_EDIT_CANCEL, NULL, NULL },
};
static const struct keymap typed_map = {
	.name = "Rehearsal in production",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(typed_binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct terms *s = v->state;

	return s->name.n ? &typed_map : &map;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct terms_arg *a = arg;
	struct terms *s = v->state;
	struct str *lines = arena_array(v->a, struct str, a->lines.n + 1);

	(void)out;
	for (size_t i = 0; i < a->lines.n; i++)
		lines[i] = app_clean(v->app, v->a, a->lines.v[i]);
	s->lines = (struct strs){ lines, a->lines.n };
	s->name = arena_str(v->a, a->name);
	s->in.typed_only = true;
}

static void typed(struct terms *s, const struct msg *m, struct cmds *out)
{
	switch (input_msg(&s->in, m)) {
	case INPUT_CANCEL:
		cmds_pop(out, 0, NULL);
		break;
	case INPUT_NO_PASTE:
		s->note = "Pasted text does not count: type the name";
		break;
	case INPUT_CHANGED:
		s->note = NULL;
		break;
	case INPUT_ENTER:
		if (str_eq(input_str(&s->in), s->name))
			cmds_pop(out, 1, NULL);
		else
			s->note = "That is not the name";
		break;
	case INPUT_IGNORED:
	case INPUT_MOVED:
		break;
	}
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct terms *s = v->state;

	if (m->kind == MSG_SESSION) {
		cmds_message(out, STYLE_WARN,
		    "Read anew meanwhile: look at the plan again");
		cmds_pop(out, 0, NULL);
	} else if (s->name.n) {
		typed(s, m, out);
	} else if (m->kind == MSG_KEY && m->act == ACT_YES) {
		cmds_pop(out, 1, NULL);
	} else if (m->kind == MSG_KEY && m->act == ACT_BACK) {
		cmds_pop(out, 0, NULL);
	}
}

#define HEAD "The files run in one transaction of the database itself, which " \
	"is rolled back:"

/* Rows that the lines take; the last ones always have room. */
static size_t shown_from(const struct terms *s, int w, int room)
{
	size_t i = s->lines.n;
	int rows = 0;

	while (i > 0) {
		rows += wrap_rows(w, s->lines.v[i - 1]);
		if (rows > room)
			break;
		i--;
	}
	return i;
}

static int draw_lines(const struct ui_view *v, struct pane in, int y, int w,
    size_t from)
{
	const struct terms *s = v->state;

	if (from)
		pane_text(in, 3, y++, STYLE_DIM, arena_printf(v->app->frame,
		    "locks %zu more table%s", from, from == 1 ? "" : "s"));
	for (size_t i = from; i < s->lines.n; i++) {
		int rows = wrap_rows(w, s->lines.v[i]);

		pane_wrap(in, 3, y, w, rows, STYLE_NORMAL, s->lines.v[i]);
		y += rows;
	}
	return y;
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct terms *s = v->state;
	int w = body.w - 4 < 78 ? body.w - 4 : 78, text = w - 8;
	int head = wrap_rows(w - 6, STR(HEAD)), ask = s->name.n ? 4 : 0;
	int room = body.h - head - ask - 7, rows = 0, x, y;
	size_t from = shown_from(s, text, room);
	struct pane in;

	for (size_t i = from; i < s->lines.n; i++)
		rows += wrap_rows(text, s->lines.v[i]);
	in = pane_popup(body, w, head + rows + (from > 0) + ask + 6,
	    STYLE_WARN, STR("Rehearse on the server"));
	pane_wrap(in, 1, 1, w - 6, head, STYLE_NORMAL, STR(HEAD));
	y = draw_lines(v, in, head + 1, text, from) + 1;
	if (s->name.n) {
		x = pane_textz(in, 1, y, STYLE_DIM, "It is production. Type ");
		pane_text(in, x, y, STYLE_STRONG, app_clean(v->app,
		    v->app->frame, s->name));
		x = pane_textz(in, 1, y + 1, STYLE_KEY, "> ");
		input_draw(&s->in, in, x, y + 1, in.w - x - 1, true);
		if (s->note)
			pane_textz(in, 1, y + 2, STYLE_ERROR, s->note);
	}
	x = pane_textz(in, 1, in.h - 2, STYLE_KEY, s->name.n ? "Enter " : "y ");
	x = pane_textz(in, x, in.h - 2, STYLE_DIM, "rehearse");
	x = pane_textz(in, x + 3, in.h - 2, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 2, STYLE_DIM, "do not");
}

const struct view_ops view_terms = {
	.name = "terms",
	.title = "Rehearsal",
	.state_size = sizeof(struct terms),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.maps = MAPS(&map, &typed_map),
};

/* name: what the migration that is about to be written is called. */
#include "folder/folder.h"
#include "ui/view/generate.h"

struct naming {
	struct str prefix;
	struct input in;
	const char *why;		/* it cannot be that */
};

static const struct bind binds[] = {
	{ ACT_EDIT_ENTER, NULL, "write" },
};
static const struct keymap map = {
	.name = "Name of the migration",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct name_arg *a = arg;
	struct naming *s = v->state;

	(void)out;
	s->prefix = arena_str(v->a, a->prefix);
	s->in.e.max = 180;
	input_set(&s->in, a->name);
}

static const char *fault_of(const struct ui_view *v)
{
	const struct naming *s = v->state;
	struct str name = input_str(&s->in);

	if (!str_trim(name).n)
		return "a migration needs a name";
	if (!tag_valid(arena_printf(v->app->frame, "%.*s%.*s",
	    STR_ARG(s->prefix), STR_ARG(name))))
		return "no /, \\, control characters; 200 bytes at most";
	return NULL;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct naming *s = v->state;
	enum input_result r = input_msg(&s->in, m);
	struct str name = input_str(&s->in);

	if (r == INPUT_CHANGED)
		s->why = NULL;
	if (r == INPUT_CANCEL)
		cmds_pop(out, 0, NULL);
	if (r != INPUT_ENTER)
		return;
	s->why = fault_of(v);
	if (!s->why)
		cmds_pop(out, 1, arena_copy(out->a, &name, sizeof(name)));
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct naming *s = v->state;
	int w = body.w - 8 < 76 ? body.w - 8 : 76, x;
	struct pane in = pane_popup(body, w, 8, STYLE_ACCENT,
	    STR("Name of the migration"));

	x = pane_text(in, 1, 1, STYLE_DIM, s->prefix);
	input_draw(&s->in, in, x, 1, in.w - x - 6, true);
	pane_textz(in, in.w - 5, 1, STYLE_DIM, ".sql");
	if (s->why)
		pane_textz(in, 1, 2, STYLE_ERROR, s->why);
	else
		pane_textz(in, 1, 2, STYLE_DIM, "only files are written, no "
		    "database is touched");
	x = pane_textz(in, 1, in.h - 2, STYLE_KEY, "Enter ");
	x = pane_textz(in, x, in.h - 2, STYLE_DIM, "write");
	x = pane_textz(in, x + 3, in.h - 2, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 2, STYLE_DIM, "do not");
}

const struct view_ops view_name = {
	.name = "name",
	.title = "Name of the migration",
	.state_size = sizeof(struct naming),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.maps = MAPS(&map),
};

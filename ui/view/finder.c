/* finder: any object of the database by some letters of its name; Enter opens
 * it in the tab that shows such a thing. */
#include "ui/view/found.h"
#include "ui/view/views.h"
#include "ui/widget/picker.h"

struct finder {
	struct picker picker;
	struct arena *a;		/* of list */
	const struct found_list *list;	/* NULL: not here yet */
};

static const struct bind binds[] = {
	{ ACT_EDIT_ENTER, NULL, "open" },
};
static const struct keymap map = {
	.name = "Find an object",
	.parent = &picker_map,
	.text = true,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void drop(struct finder *s)
{
	picker_set(&s->picker, NULL, NULL, 0);
	arena_free(s->a);
	s->a = NULL;
	s->list = NULL;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	struct finder *s = v->state;

	drop(s);
	s->picker.home = str_z(v->app->dialect->home_schema);
	if (v->app->session)
		cmds_job(out, found_job(1));
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	(void)arg;
	ask(v, out);
}

static void came(struct finder *s, const struct msg *m, struct cmds *out)
{
	if (m->rc)
		cmds_error(out, m->err);
	if (!m->result)
		return;
	s->list = m->result;
	s->a = msg_take_arena(m);
	picker_set(&s->picker, s->list->names, s->list->classes, s->list->n);
}

static void open_it(const struct finder *s, struct cmds *out)
{
	size_t at = picker_at(&s->picker);

	if (at == SIZE_MAX)
		return;
	cmds_push(out, (struct cmd){ .kind = CMD_TAB,
		.tab = s->list->v[at].tab, .text = s->list->v[at].text });
	cmds_pop(out, 0, NULL);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct finder *s = v->state;

	if (m->kind == MSG_JOB)
		came(s, m, out);
	else if (m->kind == MSG_SESSION)
		ask(v, out);
	else if (m->kind == MSG_RESIZE)
		s->picker.list.h = picker_rows(m->h, 20) - 4;
	else switch (picker_msg(&s->picker, m)) {
	case PICKER_TAKEN:
		open_it(s, out);
		break;
	case PICKER_CLOSED:
		cmds_pop(out, 0, NULL);
		break;
	case PICKER_IGNORED:
	case PICKER_MOVED:
		break;
	}
}

static void draw_row(const void *arg, struct pane line, size_t at)
{
	const struct finder *s = arg;
	const struct found *f = &s->list->v[at];
	int detail = f->detail.n ? line.w / 4 : 0;

	pane_textz(line, 1, 0, STYLE_DIM, f->kind);
	pane_fuzzy(line, 12, 0, line.w - detail - 14, s->list->names[at],
	    SIZE_MAX, &s->picker.query);
	pane_field(line, line.w - detail - 1, 0, detail, ALIGN_RIGHT,
	    STYLE_DIM, f->detail);
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct finder *s = v->state;
	int w = body.w < 100 ? body.w : 92;
	struct pane in = pane_popup(body, w, picker_rows(body.h, 20),
	    STYLE_ACCENT, STR("Find"));

	picker_draw(&s->picker, in, ">", s->list ? "nothing matches" :
	    v->app->session ? "reading the schema" : "no database is open",
	    draw_row, s);
}

static void leave(struct ui_view *v)
{
	struct finder *s = v->state;

	arena_free(s->a);
}

const struct view_ops view_finder = {
	.name = "finder",
	.title = "Find an object",
	.state_size = sizeof(struct finder),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.leave = leave,
	.maps = MAPS(&map),
};

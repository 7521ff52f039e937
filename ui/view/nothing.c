/*
 * nothing: the page when there is no session: nothing was found here, or it
 * could not be opened.  Also the smallest example of a view.
 */
#include "ui/view/views.h"

struct nothing {
	struct sbuf page;
};

static const struct bind binds[] = {
	{ ACT_REFRESH, NULL, "try again" },
};
static const struct keymap map = {
	.name = "Nothing here",
	.parent = &keymap_global,
	KEYMAP(binds),
};

static const struct keymap *nothing_keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static void nothing_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct nothing *s = v->state;

	(void)arg, (void)out;
	s->page.max = (size_t)64 << 10;
	if (v->app->project && !v->app->session_err.code)
		project_nothing(v->app->project, &s->page);
}

static void nothing_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	(void)v;
	if (m->kind == MSG_KEY && m->act == ACT_REFRESH)
		cmds_push(out, (struct cmd){ .kind = CMD_RELOAD });
}

static void nothing_draw(const struct ui_view *v, struct pane body)
{
	const struct nothing *s = v->state;
	const struct err *e = &v->app->session_err;
	struct str rest = sbuf_str(&s->page), line;
	int y = 1;

	if (e->code) {
		y += pane_wrap(body, 2, y, body.w - 4, body.h, STYLE_ERROR,
		    app_clean(v->app, v->app->frame, str_z(e->msg)));
		if (e->where[0])
			y += pane_wrap(body, 2, y, body.w - 4, body.h, STYLE_DIM,
			    app_clean(v->app, v->app->frame, str_z(e->where)));
		if (e->hint[0])
			pane_wrap(body, 2, y + 1, body.w - 4, body.h,
			    STYLE_NORMAL,
			    app_clean(v->app, v->app->frame, str_z(e->hint)));
		return;
	}
	while (str_line(&rest, &line))
		y += pane_wrap(body, 2, y, body.w - 4, body.h, STYLE_NORMAL,
		    app_clean(v->app, v->app->frame, line));
}

static void nothing_leave(struct ui_view *v)
{
	struct nothing *s = v->state;

	sbuf_free(&s->page);
}

const struct view_ops view_nothing = {
	.name = "nothing",
	.title = "Nothing here",
	.state_size = sizeof(struct nothing),
	.keymap = nothing_keymap,
	.enter = nothing_enter,
	.update = nothing_update,
	.draw = nothing_draw,
	.leave = nothing_leave,
	.maps = MAPS(&map),
};

/* indexes: all indexes of the database in one list, with their sizes. */
#include "op/size.h"
#include "ui/view/named.h"
#include "ui/view/outline.h"
#include "ui/view/views.h"
#include "ui/widget/filter.h"

enum { JOB_MODEL = 1, JOB_SIZES };

struct indexes {
	const struct model *model;
	struct outline outline;
	struct filter filter;
	struct arena *sizes_a;
	const struct sizes *sizes;
	bool sizing;
};

static const struct bind binds[] = {
	BIND_GRID, { ACT_OPEN, NULL, "structure" }, { ACT_SEARCH, NULL, NULL },
};
static const struct keymap map = {
	.name = "Indexes",
	.parent = &keymap_global,
	KEYMAP(binds),
};
static const struct keymap map_text = {
	.name = "Indexes: typing",
	.parent = &keymap_input,
	.text = true,
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct indexes *s = v->state;

	return s->filter.open ? &map_text : &map;
}

static enum rc run_model(struct job *j, void **result, struct err *e)
{
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		*result = (void *)(uintptr_t)m;
	return rc;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	if (v->app->session)
		cmds_job(out, (struct job_spec){ .what = "reading the schema",
			.key = JOB_MODEL, .run = run_model });
}

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	(void)arg;
	ask(v, out);
}

static void fill(struct ui_view *v)
{
	struct indexes *s = v->state;

	if (!s->model)
		return;
	outline_indexes(&s->outline, v->app, s->model, &s->filter, s->sizes);
	outline_resize(&s->outline, v->w, v->h - 1);
}

static void job_came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct indexes *s = v->state;

	if (m->key == JOB_SIZES) {
		s->sizing = false;
		if (!m->rc) {
			arena_free(s->sizes_a);
			s->sizes_a = msg_take_arena(m);
			s->sizes = m->result;
		}
	} else if (m->rc) {
		cmds_error(out, m->err);
		return;
	} else {
		s->model = m->result;
		s->sizing = true;
		cmds_job(out, outline_sizes_job(JOB_SIZES));
	}
	fill(v);
}

static void key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct indexes *s = v->state;
	const struct outline_row *row = outline_current(&s->outline);

	if (s->filter.open) {
		filter_msg(&s->filter, m);
		fill(v);
	} else if (m->kind != MSG_KEY) {
		return;
	} else if (m->act == ACT_SEARCH) {
		filter_open(&s->filter);
	} else if (m->act == ACT_OPEN && row) {
		cmds_push(out, (struct cmd){ .kind = CMD_TAB,
			.tab = TAB_STRUCTURE, .text = named_text(out->a,
			row->o->schema, row->o->table) });
	} else {
		grid_key(&s->outline.grid, m->act);
	}
}

static void drop(struct indexes *s)
{
	outline_close(&s->outline);
	arena_free(s->sizes_a);
	s->outline = (struct outline){ .ncols = 0 };
	s->sizes_a = NULL;
	s->sizes = NULL;
	s->model = NULL;
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct indexes *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
	case MSG_TEXT:
	case MSG_PASTE:
		key(v, m, out);
		break;
	case MSG_JOB:
		job_came(v, m, out);
		break;
	case MSG_RESIZE:
		outline_resize(&s->outline, v->w, v->h - 1);
		break;
	case MSG_SESSION:
		drop(s);
		ask(v, out);
		break;
	case MSG_STATUS:
		fill(v);
		break;
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_SHOW:
	case MSG_RETURN:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct indexes *s = v->state;
	struct pane rows = pane_sub(body, 0, 1, body.w, body.h - 1);
	int x = pane_textz(body, 1, 0, STYLE_TITLE, "Indexes") + 2;

	if (!s->model)
		return;
	x = pane_printf(body, x, 0, STYLE_DIM, "%zu in %zu table%s%s",
	    s->outline.v.n, s->model->ntables,
	    s->model->ntables == 1 ? "" : "s", s->sizing ? "  measuring" : "") + 2;
	filter_draw(&s->filter, body, x, 0, body.w - x - 1);
	outline_draw(&s->outline, rows, true);
	if (!s->outline.v.n)
		pane_textz(rows, 1, GRID_HEADER_ROWS, STYLE_DIM,
		    s->filter.m ? "no match" : "no indexes");
}

static void crumbs(const struct ui_view *v, struct pane line)
{
	(void)v;
	pane_textz(line, 0, 0, STYLE_NORMAL, "all indexes");
}

static void leave(struct ui_view *v)
{
	struct indexes *s = v->state;

	drop(s);
	filter_close(&s->filter);
}

const struct view_ops view_indexes = {
	.name = "indexes",
	.title = "Indexes",
	.state_size = sizeof(struct indexes),
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.crumbs = crumbs,
	.leave = leave,
	.maps = MAPS(&map, &map_text),
};

/* export: see export.h. */
#include "ui/view/export.h"

#include <stdio.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "op/out.h"
#include "ui/view/cells.h"
#include "ui/view/views.h"
#include "ui/widget/input.h"

enum { JOB_EXPORT = 1 };

struct exporting {
	struct export_arg arg;		/* in v->a */
	size_t format;			/* in `formats` */
	struct input in;
	bool asking;			/* a file of that name is there */
	char why[200];			/* it cannot be that */
	bool running;
	struct out_done done;
};

static const enum out_format formats[] = { OUT_CSV, OUT_TSV, OUT_JSON,
	OUT_JSONL, OUT_INSERT };
#define NFORMATS (sizeof(formats) / sizeof(formats[0]))

static const struct bind text_binds[] = {
	{ ACT_EDIT_ENTER, NULL, "export" },
	{ ACT_PANE_NEXT, "Tab Down", "format" },
	{ ACT_PANE_PREV, "Shift-Tab Up", NULL },
};
static const struct keymap map_text = {
	.name = "Export",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(text_binds),
};
/* Not Enter, which may come twice. */
static const struct bind there_binds[] = {
	{ ACT_YES, NULL, "replace it" },
	{ ACT_BACK, NULL, "another name" },
};
static const struct keymap map_there = {
	.name = "Replace a file",
	.parent = &keymap_overlay,
	KEYMAP(there_binds),
};
static const struct bind run_binds[] = {
	{ ACT_BACK, NULL, "stop" },
};
static const struct keymap map_run = {
	.name = "Exporting",
	.parent = &keymap_overlay,
	KEYMAP(run_binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	const struct exporting *s = v->state;

	return s->running ? &map_run : s->asking ? &map_there : &map_text;
}

static const struct out_format_def *format_of(const struct exporting *s)
{
	return &out_formats[formats[s->format]];
}

/* --- the job ---------------------------------------------------------------- */

struct export_ask {
	struct place place;
	enum out_format format;
	const char *path;
	bool replace;
};

static enum rc put(void *arg, struct str bytes, struct err *e)
{
	return file_out_put(arg, bytes, e);
}

static bool progress(void *arg, int64_t rows, int64_t bytes)
{
	struct job *j = arg;
	struct arena *a = arena_new();
	struct out_done *done = arena_new_of(a, struct out_done);

	*done = (struct out_done){ rows, bytes };
	job_post(j, a, done);
	return !job_cancelled(j);
}

static enum rc run(struct job *j, void **result, struct err *e)
{
	const struct export_ask *k = j->arg;
	struct out_done *done = arena_new_of(j->a, struct out_done);
	struct out_request rq = { .format = k->format, .limit = -1,
		.ordered = true, .progress = progress, .arg = j };
	struct file_out *f = NULL;
	const struct model *m;
	enum rc rc = session_live(j->session, &m, e);

	if (!rc)
		rc = place_plan(m, &k->place, j->a, &rq.rows, e);
	if (!rc)
		rc = file_out_open(k->path, 0666, &f, e);
	if (!rc) {
		rq.sink = (struct out_sink){ put, f };
		rc = out_rows(j->session->db, &rq, done, e);
	}
	if (!rc && job_cancelled(j))
		rc = err_set(e, RC_CANCELLED, "cancelled");
	if (rc)
		file_out_drop(f);
	else
		rc = file_out_end(f, k->replace, e);
	if (!rc)
		*result = done;
	return rc;
}

/* --- the name ---------------------------------------------------------------- */

/* As a shell would take it: ~ is home, the rest beneath the working folder. */
static struct str path_of(const struct ui_view *v, struct str name,
    struct arena *a)
{
	const struct project_request *rq = v->app->request;
	struct str home = rq && rq->env ? env_get(rq->env, "HOME") : STR_NONE;
	struct str cwd = rq && rq->cwd.n ? rq->cwd : v->app->project ?
	    v->app->project->root : STR(".");

	if (home.n && (str_is(name, "~") || str_starts(name, STR("~/"))))
		return path_join(a, home, str_sub(name, 2, name.n));
	return path_join(a, cwd, name);
}

static bool refuse(struct exporting *s, const char *why)
{
	snprintf(s->why, sizeof(s->why), "%s", why);
	return false;
}

/* May it be written?  Over another file only when that was agreed to. */
static bool may_write(struct ui_view *v, struct str name, const char *path,
    bool replace)
{
	struct exporting *s = v->state;
	struct file_stat st = file_stat_of(path), dir;
	const char *folder = arena_z(v->app->frame, path_dir(str_z(path)));

	dir = file_stat_of(folder);
	if (!name.n || str_ends(name, STR("/")))
		return refuse(s, "a file needs a name");
	if (st.is_dir)
		return refuse(s, "that is a folder");
	if (st.exists && !st.is_file)
		return refuse(s, "that is no regular file");
	if (!dir.is_dir)
		return refuse(s, "there is no such folder");
	if (!st.exists || replace)
		return true;
	s->asking = true;
	return refuse(s, "that file is there already");
}

static void start(struct ui_view *v, bool replace, struct cmds *out)
{
	struct exporting *s = v->state;
	struct str name = str_trim(input_str(&s->in));
	struct arena *a = arena_new();
	struct export_ask *k = arena_new_of(a, struct export_ask);

	k->path = arena_z(a, path_of(v, name, a));
	s->asking = false;
	if (!may_write(v, name, k->path, replace)) {
		arena_free(a);
		return;
	}
	k->place = place_copy(a, &s->arg.place);
	k->format = formats[s->format];
	k->replace = replace;
	s->running = true;
	s->why[0] = 0;
	s->done = (struct out_done){ 0, 0 };
	cmds_job(out, (struct job_spec){ .what = "exporting",
		.key = JOB_EXPORT, .a = a, .arg = k, .run = run });
}

/* The ending follows the format while it is a format's. */
static void change_format(struct ui_view *v, bool forward)
{
	struct exporting *s = v->state;
	struct str name = input_str(&s->in), was;

	was = str_z(format_of(s)->suffix);
	s->format = (s->format + (forward ? 1 : NFORMATS - 1)) % NFORMATS;
	if (str_ends(name, was))
		input_set(&s->in, arena_printf(v->app->frame, "%.*s%s",
		    STR_ARG(str_sub(name, 0, name.n - was.n)),
		    format_of(s)->suffix));
	s->why[0] = 0;
}

/* --- ops --------------------------------------------------------------------- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct exporting *s = v->state;
	struct sbuf name = SBUF_INIT(INPUT_MAX - 8);

	(void)out;
	s->arg = *(const struct export_arg *)arg;
	s->arg.place = place_copy(v->a, &s->arg.place);
	s->arg.filter = arena_str(v->a, s->arg.filter);
	for (size_t i = 0; i < s->arg.place.name.n; i++) {
		char c = s->arg.place.name.p[i];

		sbuf_addc(&name, c == '/' || (unsigned char)c < ' ' ? '_' : c);
	}
	sbuf_addz(&name, format_of(s)->suffix);
	input_set(&s->in, sbuf_str(&name));
	sbuf_free(&name);
}

static void add_size(struct sbuf *b, const struct out_done *d)
{
	sbuf_add_count(b, d->rows);
	sbuf_addf(b, " row%s, ", d->rows == 1 ? "" : "s");
	cell_bytes(b, d->bytes);
}

static void came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct exporting *s = v->state;
	const struct out_done *done = m->result;
	struct sbuf b = SBUF_INIT(64);

	s->running = false;
	if (m->rc == RC_CANCELLED) {
		cmds_message(out, STYLE_WARN, "stopped: no file was written");
		cmds_pop(out, 0, NULL);
		return;
	}
	if (m->rc) {
		(void)refuse(s, arena_z(v->app->frame, app_clean(v->app,
		    v->app->frame, str_z(m->err->msg))));
		return;
	}
	add_size(&b, done);
	cmds_message(out, STYLE_OK, "exported %s: %.*s", b.p,
	    STR_ARG(app_clean(v->app, v->app->frame, input_str(&s->in))));
	sbuf_free(&b);
	cmds_pop(out, 1, NULL);
}

static void typing(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct exporting *s = v->state;
	enum input_result r;

	if (m->kind == MSG_KEY && (m->act == ACT_PANE_NEXT ||
	    m->act == ACT_PANE_PREV)) {
		change_format(v, m->act == ACT_PANE_NEXT);
		return;
	}
	r = input_msg(&s->in, m);
	if (r == INPUT_CHANGED)
		s->why[0] = 0;
	if (r == INPUT_CANCEL)
		cmds_pop(out, 0, NULL);
	if (r == INPUT_ENTER)
		start(v, false, out);
}

static void agree(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct exporting *s = v->state;

	if (m->kind != MSG_KEY)
		return;
	if (m->act == ACT_YES) {
		start(v, true, out);
	} else if (m->act == ACT_BACK) {
		s->asking = false;
		s->why[0] = 0;
	}
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct exporting *s = v->state;

	if (m->kind == MSG_JOB && m->key == JOB_EXPORT)
		came(v, m, out);
	else if (m->kind == MSG_PROGRESS && m->key == JOB_EXPORT)
		s->done = *(const struct out_done *)m->result;
	else if (m->kind == MSG_SESSION)
		cmds_pop(out, 0, NULL);
	else if (s->asking)
		agree(v, m, out);
	else if (!s->running)
		typing(v, m, out);
	else if (m->kind == MSG_KEY && m->act == ACT_BACK)
		cmds_push(out, (struct cmd){ .kind = CMD_CANCEL,
			.key = JOB_EXPORT });
}

/* --- drawing ------------------------------------------------------------------ */

static void add_total(const struct exporting *s, struct sbuf *b)
{
	if (s->arg.total < 0)
		return;
	sbuf_addz(b, s->arg.exact ? "" : "~");
	sbuf_add_count(b, s->arg.total);
}

/* "160 rows by name where …" */
static struct str told(const struct ui_view *v)
{
	const struct exporting *s = v->state;
	const struct place *p = &s->arg.place;
	struct sbuf b = SBUF_TEXT;
	struct str text;

	sbuf_addz(&b, "all rows");
	if (s->arg.total >= 0) {
		sbuf_reset(&b);
		add_total(s, &b);
		sbuf_addz(&b, s->arg.total == 1 && s->arg.exact ? " row" :
		    " rows");
	}
	if (s->arg.hidden)
		sbuf_addf(&b, " with %zu hidden column%s", s->arg.hidden,
		    s->arg.hidden == 1 ? "" : "s");
	for (size_t i = 0; i < p->sort.n; i++)
		sbuf_addf(&b, "%s%.*s%s", i ? ", " : " by ",
		    STR_ARG(p->sort.v[i].column),
		    p->sort.v[i].desc ? " downwards" : "");
	if (s->arg.filter.n || p->where.n)
		sbuf_addf(&b, " where %.*s%s%.*s", STR_ARG(s->arg.filter),
		    s->arg.filter.n && p->where.n ? " and " : "",
		    STR_ARG(p->where));
	text = app_clean(v->app, v->app->frame, sbuf_str(&b));
	sbuf_free(&b);
	return text;
}

#define LABEL_CELLS 10		/* "Format" and what stands before a choice */

static void draw_formats(const struct exporting *s, struct pane in, int y)
{
	int x = LABEL_CELLS - 1;

	pane_textz(in, 1, y, STYLE_DIM, "Format");
	for (size_t i = 0; i < NFORMATS; i++) {
		bool chosen = i == s->format;

		if (chosen)
			pane_mark(in, x - 1, y, STYLE_ACCENT, MARK_CURSOR);
		x = pane_textz(in, x + 1, y, chosen ? STYLE_ACCENT :
		    STYLE_NORMAL, out_formats[formats[i]].title) + 2;
	}
}

static void draw_form(const struct ui_view *v, struct pane in)
{
	const struct exporting *s = v->state;
	struct str name = str_trim(input_str(&s->in));
	int x;

	draw_formats(s, in, 3);
	pane_textz(in, 1, 5, STYLE_DIM, "File");
	input_draw(&s->in, in, LABEL_CELLS, 5, in.w - LABEL_CELLS - 1,
	    !s->asking);
	if (s->why[0])
		pane_field(in, LABEL_CELLS, 6, in.w - LABEL_CELLS - 1,
		    ALIGN_LEFT, s->asking ? STYLE_WARN : STYLE_ERROR,
		    str_z(s->why));
	else
		pane_field(in, LABEL_CELLS, 6, in.w - LABEL_CELLS - 1,
		    ALIGN_LEFT, STYLE_DIM, app_clean(v->app, v->app->frame,
		    path_of(v, name, v->app->frame)));
	if (s->asking) {
		x = pane_textz(in, 1, in.h - 1, STYLE_KEY, "y ");
		x = pane_textz(in, x, in.h - 1, STYLE_DIM, "replace it");
		x = pane_textz(in, x + 3, in.h - 1, STYLE_KEY, "Esc ");
		pane_textz(in, x, in.h - 1, STYLE_DIM, "another name");
		return;
	}
	x = pane_textz(in, 1, in.h - 1, STYLE_KEY, "Enter ");
	x = pane_textz(in, x, in.h - 1, STYLE_DIM, "export");
	x = pane_textz(in, x + 3, in.h - 1, STYLE_KEY, "Tab ");
	x = pane_textz(in, x, in.h - 1, STYLE_DIM, "format");
	x = pane_textz(in, x + 3, in.h - 1, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 1, STYLE_DIM, "close");
}

static void draw_running(const struct exporting *s, struct pane in)
{
	struct sbuf b = SBUF_INIT(128);
	int x;

	sbuf_add_count(&b, s->done.rows);
	if (s->arg.total >= 0) {
		sbuf_addz(&b, " of ");
		add_total(s, &b);
	}
	sbuf_addz(&b, " rows   ");
	cell_bytes(&b, s->done.bytes);
	if (s->arg.total > 0)
		pane_progress(in, 1, 3, in.w - 2, (size_t)s->done.rows >
		    (size_t)s->arg.total ? (size_t)s->arg.total :
		    (size_t)s->done.rows, (size_t)s->arg.total);
	pane_text(in, 1, 5, STYLE_NORMAL, sbuf_str(&b));
	sbuf_free(&b);
	x = pane_textz(in, 1, in.h - 1, STYLE_KEY, "Esc ");
	pane_textz(in, x, in.h - 1, STYLE_DIM, "stop; nothing is left behind");
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct exporting *s = v->state;
	int w = body.w - 8 < 72 ? body.w - 8 : 72;
	struct pane in = pane_popup(body, w, 12, STYLE_ACCENT,
	    arena_printf(v->app->frame, "Export %.*s", STR_ARG(str_sub(
	    app_clean(v->app, v->app->frame, s->arg.place.name), 0, 40))));

	pane_field(in, 1, 1, in.w - 2, ALIGN_LEFT, STYLE_DIM, told(v));
	if (s->running)
		draw_running(s, in);
	else
		draw_form(v, in);
}

const struct view_ops view_export = {
	.name = "export",
	.title = "Export",
	.state_size = sizeof(struct exporting),
	.overlay = true,
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.maps = MAPS(&map_text, &map_there, &map_run),
};

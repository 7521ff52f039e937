/*
 * generate: what the schema files say against the last snapshot, side by
 * side, and the SQL that would be written; rename questions and the name in
 * windows above.  Files are watched: what is saved is read again.  Nothing is
 * written before w and a name; the review opens on the result.
 */
#include "ui/view/generate.h"

#include "base/fs.h"

enum { KEY_READ = 1, KEY_WRITE, KEY_QUESTION, KEY_NAME };

static const struct bind open_binds[] = {
	{ ACT_OPEN, NULL, "answer" }, { ACT_PANE_NEXT, NULL, NULL },
	{ ACT_LAYOUT, NULL, NULL }, { ACT_FOLD, NULL, NULL },
	{ ACT_PANE_PREV, NULL, NULL }, { ACT_REFRESH, NULL, NULL },
	{ ACT_NAV_BACK, NULL, "answer before" }, BIND_LIST,
};
static const struct keymap open_map = {
	.name = "Generate: questions",
	.parent = &keymap_global,
	KEYMAP(open_binds),
};
static const struct bind ready_binds[] = {
	{ ACT_WRITE, NULL, NULL }, { ACT_PANE_NEXT, NULL, NULL },
	{ ACT_LAYOUT, NULL, NULL }, { ACT_FOLD, NULL, NULL },
	{ ACT_COPY, NULL, "copy SQL" }, { ACT_PANE_PREV, NULL, NULL },
	{ ACT_REFRESH, NULL, NULL },
	{ ACT_NAV_BACK, NULL, "answer before" }, BIND_LIST,
};
static const struct keymap ready_map = {
	.name = "Generate",
	.parent = &keymap_global,
	KEYMAP(ready_binds),
};

static bool is_open(const struct generate_state *s)
{
	return s->r && !s->r->err.code && s->r->g.outcome == GENERATE_OPEN;
}

static bool is_ready(const struct generate_state *s)
{
	return s->r && !s->r->err.code && s->r->g.outcome == GENERATE_DRY;
}

static const struct keymap *generate_keymap(const struct ui_view *v)
{
	return is_open(v->state) ? &open_map : &ready_map;
}

static bool generate_can(const struct ui_view *v, enum action act)
{
	const struct generate_state *s = v->state;

	if (act == ACT_NAV_BACK)
		return s->answers.n > 0 && (is_open(s) || is_ready(s));
	if (act == ACT_WRITE)
		return is_ready(s) && !v->app->read_only;
	if (act == ACT_COPY)
		return is_ready(s);
	if (act == ACT_LAYOUT || act == ACT_FOLD || act == ACT_PANE_NEXT)
		return is_ready(s) || is_open(s);
	return true;
}

/* --- what lies where ---------------------------------------------------------- */

static bool is_unified(const struct generate_state *s, const struct app *app)
{
	return s->other_layout ? app->wide : !app->wide;
}

void generate_layout(const struct ui_view *v, struct generate_layout *l)
{
	const struct generate_state *s = v->state;
	int room, want;

	*l = (struct generate_layout){ .rule_y = -1, .one = v->h < 18,
		.titles = !is_unified(s, v->app) };
	l->diff_y = 2 + l->titles;
	if (l->one) {
		l->diff_h = v->h - l->diff_y;
		l->sql_y = 2;
		l->sql_h = v->h - 2;
		return;
	}
	room = v->h - l->diff_y - 1;
	want = (int)s->text.lines.n + 1;
	l->sql_h = want < room * 2 / 5 ? want : room * 2 / 5;
	if (l->sql_h < room - (int)s->sheet.n - 1)
		l->sql_h = room - (int)s->sheet.n - 1;
	if (l->sql_h > room - 2)
		l->sql_h = room - 2;
	l->diff_h = room - l->sql_h;
	l->rule_y = l->diff_y + l->diff_h;
	l->sql_y = l->rule_y + 1;
}

static void clamp(struct generate_state *s, int rows)
{
	size_t n = s->sheet.n, h = rows > 0 ? (size_t)rows : 1;

	if (n <= h)
		s->top = 0;
	else if (s->top > n - h)
		s->top = n - h;
}

static void lay_out(struct ui_view *v)
{
	struct generate_state *s = v->state;
	struct sheet_options o = { .w = v->w, .ascii = v->app->ascii,
		.unified = is_unified(s, v->app), .unfolded = s->unfolded };
	struct generate_layout l;

	if (!s->r || s->r->err.code || v->w <= 0)
		return;
	sheet_layout(&s->sheet, &s->r->side, &o, NULL);
	text_resize(&s->text, v->w - 4, 10);
	generate_layout(v, &l);
	text_resize(&s->text, v->w - 4, l.sql_h);
	clamp(s, l.diff_h);
}

/* --- asking and getting --------------------------------------------------------- */

static void drop(struct generate_state *s)
{
	sheet_close(&s->sheet);
	text_close(&s->text);
	s->text = (struct text_view){ 0 };
	arena_free(s->a);
	s->a = NULL;
	s->r = NULL;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	struct generate_state *s = v->state;
	struct decl_answers answers = { s->answers.v, s->answers.n, false };

	s->busy = true;
	cmds_job(out, generate_job(v->app, &answers, KEY_READ));
}

static void ask_question(struct ui_view *v, size_t at, struct cmds *out)
{
	struct generate_state *s = v->state;
	struct question_arg arg = { .of = s->r,
		.number = s->answers.n + 1,
		.total = s->answers.n + s->r->g.change.nopen, .at = at };

	if (arg.at >= s->r->options.n)
		arg.at = s->r->options.likely;
	cmds_open(out, &view_question, arena_copy(out->a, &arg, sizeof(arg)),
	    KEY_QUESTION);
}

static void keep(struct ui_view *v, const struct msg *m)
{
	struct generate_state *s = v->state;

	drop(s);
	s->r = m->result;
	s->a = msg_take_arena(m);
	s->r->a = s->a;
	if (s->r->forgot)
		s->answers.n = s->places.n = 0;
	s->text.words = true;
	text_set(&s->text, s->r->sql, is_ready(s) ? v->app->dialect : NULL,
	    true);
	lay_out(v);
}

static void on_read(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct generate_state *s = v->state;

	s->busy = false;
	if (m->rc) {
		if (m->rc != RC_CANCELLED)
			cmds_error(out, m->err);
		return;
	}
	/* a window above looks at what goes now */
	cmds_push(out, (struct cmd){ .kind = CMD_ALONE });
	keep(v, m);
	cmds_push(out, (struct cmd){ .kind = CMD_WATCH, .arg = arena_copy(
	    out->a, &s->r->watch, sizeof(s->r->watch)) });
	if (s->r->forgot)
		cmds_message(out, STYLE_WARN, "The files have changed: the "
		    "questions are asked again");
	else if (s->follow && is_open(s))
		ask_question(v, s->at, out);
	s->follow = false;
}

static void on_written(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct generate_state *s = v->state;

	s->busy = false;
	if (m->rc) {
		cmds_error(out, m->err);
		keep(v, m);
		ask(v, out);
		return;
	}
	keep(v, m);
	s->written = arena_str(v->a, s->r->g.tag);
	s->answers.n = s->places.n = 0;
}

/* The session that knows of the new file has come. */
static void on_session(struct ui_view *v, struct cmds *out)
{
	struct generate_state *s = v->state;
	struct review_target t = { .tag = s->written };
	const struct session *ses = v->app->session;
	struct str file;

	if (!s->written.n) {
		if (!s->busy)
			ask(v, out);
		return;
	}
	file = path_short(out->a, s->r->g.file, v->app->project->root);
	cmds_message(out, STYLE_OK, "git add %.*s %.*s", STR_ARG(file),
	    STR_ARG(path_short(out->a, path_dir(s->r->g.snapshot_file),
	    v->app->project->root)));
	if (ses && ses->folder && mig_find(ses, s->written))
		cmds_push(out, (struct cmd){ .kind = CMD_REPLACE,
			.view = &view_review,
			.arg = arena_copy(out->a, &t, sizeof(t)) });
	else
		ask(v, out);
	s->written = STR("");
}

static void generate_enter(struct ui_view *v, const void *arg,
    struct cmds *out)
{
	(void)arg;
	ask(v, out);
}

/* --- keys --------------------------------------------------------------------------- */

static void ask_name(struct ui_view *v, struct cmds *out)
{
	struct generate_state *s = v->state;
	struct name_arg arg;

	if (v->app->read_only || v->app->changing) {
		cmds_message(out, STYLE_WARN, v->app->read_only ?
		    "read-only: nothing is written" :
		    "A change is running already");
		return;
	}
	if (!is_ready(s) || s->busy)
		return;
	arg = (struct name_arg){ .name = s->r->name,
		.prefix = str_sub(s->r->tag, 0, s->r->tag.n - s->r->name.n) };
	cmds_open(out, &view_name, arena_copy(out->a, &arg, sizeof(arg)),
	    KEY_NAME);
}

static void write_it(struct ui_view *v, struct str name, struct cmds *out)
{
	struct generate_state *s = v->state;
	struct proposal *r = s->r;

	s->a = NULL;		/* the job's from now on */
	drop(s);
	s->busy = true;
	cmds_job(out, generate_write_job(r, name, KEY_WRITE));
}

static void take_back(struct ui_view *v, struct cmds *out)
{
	struct generate_state *s = v->state;

	if (!s->answers.n)
		return;
	s->answers.n--;
	s->at = s->places.v[--s->places.n];
	s->follow = true;
	ask(v, out);
}

static void on_answer(struct ui_view *v, int answer, struct cmds *out)
{
	struct generate_state *s = v->state;
	const struct decl_question *q;
	struct decl_answer x;
	size_t at;

	if (!is_open(s) || !answer)
		return;
	if (answer == QUESTION_BACK) {
		take_back(v, out);
	} else {
		q = &s->r->g.change.open[0];
		at = (size_t)answer - 1;
		x = question_answer(q, &s->r->options.v[at]);
		x.table = arena_str(v->a, x.table);
		x.to = arena_str(v->a, x.to);
		if (x.from.p)
			x.from = arena_str(v->a, x.from);
		vec_push(v->a, &s->answers, x);
		vec_push(v->a, &s->places, at);
		s->at = SIZE_MAX;
		s->follow = true;
		ask(v, out);
	}
}

static bool diff_key(struct ui_view *v, enum action act)
{
	struct generate_state *s = v->state;
	struct generate_layout l;
	struct list tops;

	generate_layout(v, &l);
	tops = (struct list){ .n = s->sheet.n, .cur = s->top, .h = l.diff_h };
	if (!list_key(&tops, act))
		return false;
	s->top = tops.cur;
	clamp(s, l.diff_h);
	return true;
}

static void on_key(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct generate_state *s = v->state;

	if (m->act == ACT_REFRESH) {
		ask(v, out);
	} else if (!s->r || !generate_can(v, m->act)) {
		if (m->act == ACT_WRITE)
			ask_name(v, out);	/* says why not */
	} else if (m->act == ACT_OPEN) {
		ask_question(v, SIZE_MAX, out);
	} else if (m->act == ACT_WRITE) {
		ask_name(v, out);
	} else if (m->act == ACT_NAV_BACK) {
		take_back(v, out);
	} else if (m->act == ACT_COPY) {
		cmds_push(out, (struct cmd){ .kind = CMD_COPY,
			.text = s->r->sql });
	} else if (m->act == ACT_PANE_NEXT || m->act == ACT_PANE_PREV) {
		s->focus = s->focus == ON_SQL ? ON_SIDES : ON_SQL;
	} else if (m->act == ACT_LAYOUT) {
		s->other_layout = !s->other_layout;
		lay_out(v);
	} else if (m->act == ACT_FOLD) {
		s->unfolded = !s->unfolded;
		lay_out(v);
	} else if (s->focus == ON_SIDES) {
		diff_key(v, m->act);
	} else {
		text_msg(&s->text, m);
	}
}

static void on_return(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct generate_state *s = v->state;
	const struct str *name = m->result;

	if (m->key == KEY_QUESTION)
		on_answer(v, m->answer, out);
	else if (m->key == KEY_NAME && m->answer == 1 && name && is_ready(s))
		write_it(v, *name, out);
}

static void generate_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct generate_state *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m, out);
		break;
	case MSG_JOB:
		if (m->key == KEY_WRITE)
			on_written(v, m, out);
		else
			on_read(v, m, out);
		break;
	case MSG_RESIZE:
		lay_out(v);
		break;
	case MSG_FILES:
		if (!v->app->changing && !s->written.n)
			ask(v, out);
		break;
	case MSG_SESSION:
		on_session(v, out);
		break;
	case MSG_RETURN:
		on_return(v, m, out);
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_STATUS:
	case MSG_SHOW:
	case MSG_TICK:
		break;
	}
}

static void generate_leave(struct ui_view *v)
{
	drop(v->state);
}

const struct view_ops view_generate = {
	.name = "generate",
	.title = "Generate",
	.state_size = sizeof(struct generate_state),
	.keymap = generate_keymap,
	.enter = generate_enter,
	.update = generate_update,
	.draw = generate_draw,
	.can = generate_can,
	.crumbs = generate_crumbs,
	.leave = generate_leave,
	.maps = MAPS(&open_map, &ready_map),
};

/*
 * progress: a permit being run on the worker, statement by statement.
 *
 * The view shows copies of its own: the plan belongs to the job meanwhile,
 * and to nobody once the session has been opened anew.  Leaving is possible
 * only when the run has ended; Esc asks whether to roll back.
 */
#include "ui/view/flow.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "op/backup.h"
#include "ui/widget/list.h"

enum { KEY_APPLY = 1, KEY_STOP };
#define WHO_MAX 5		/* sessions in the way that are listed */
enum line_state { LINE_TODO, LINE_RUNNING, LINE_OK };

struct line {
	struct str sql;		/* raw */
	struct str tag;		/* cleaned */
	enum line_state state;
	double ms;
	int64_t rows;
};
struct progress {
	struct str title;
	bool down, running, stopping;
	struct line *lines;
	size_t n, at, done, of;
	enum apply_event event;
	struct str holders;
	struct strs who;		/* the same with what they do */
	struct arena *who_a;		/* holds both */
	double since;
	struct err err;		/* of a run that committed nothing */
};

static const struct bind running_binds[] = {
	{ ACT_BACK, NULL, "roll back?" }, { ACT_CLOSE, NULL, "" },
	{ ACT_CANCEL, NULL, "" },
};
static const struct keymap running_map = {
	.name = "Applying",
	.parent = &keymap_global,
	KEYMAP(running_binds),
};
static const struct bind ended_binds[] = {
	BIND_LIST, { ACT_BACK, NULL, "close" },
};
static const struct keymap ended_map = {
	.name = "Not applied",
	.parent = &keymap_global,
	KEYMAP(ended_binds),
};

static const struct keymap *progress_keymap(const struct ui_view *v)
{
	const struct progress *s = v->state;

	return s->running ? &running_map : &ended_map;
}

/* q asks as Esc does: said once is enough. */
static bool progress_can(const struct ui_view *v, enum action act)
{
	const struct progress *s = v->state;

	return act != ACT_CLOSE || !s->running;
}

/* ---- on the worker ---- */

struct news {
	enum apply_event event;
	size_t done, of;
	double ms;
	int64_t rows;
	struct str holders;
	struct strs who;
};

/* "psql 4123, idle in transaction for 12 min: UPDATE …", where it is told. */
static struct strs who(struct arena *a, const struct holders *h)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; h && i < h->n && i < WHO_MAX; i++)
		if (h->v[i].what.n)
			vec_push(a, &v, utf8_clean(a, arena_printf(a,
			    "%.*s %d, %.*s", STR_ARG(h->v[i].command),
			    h->v[i].pid, STR_ARG(h->v[i].what)), UTF8_LINE));
	return (struct strs){ v.v, v.n };
}

static bool on_progress(void *arg, const struct apply_progress *p)
{
	struct job *j = arg;
	struct arena *a = arena_new();
	struct news *n = arena_new_of(a, struct news);
	struct sbuf b = SBUF_INIT(2000);

	*n = (struct news){ .event = p->event, .done = p->done, .of = p->of,
		.ms = p->ms, .rows = p->rows };
	for (size_t i = 0; p->holders && i < p->holders->n && i < 5; i++)
		sbuf_addf(&b, "%s%.*s %d", i ? ", " : "",
		    STR_ARG(p->holders->v[i].command), p->holders->v[i].pid);
	n->who = who(a, p->holders);
	n->holders = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	job_post(j, a, n);
	return !job_cancelled(j);
}

static void on_connected(void *arg, struct drv *d)
{
	job_connected(arg, d);
}

struct apply_ask {
	struct permit *permit;
	bool backup;
};

static bool on_copying(void *arg, int64_t done, int64_t of)
{
	(void)done, (void)of;
	return !job_cancelled(arg);
}

static enum rc run_apply(struct job *j, void **result, struct err *e)
{
	const struct apply_ask *ask = j->arg;
	struct backup_options copy = { .project = j->project,
		.environment = backup_environment(j->project, j->a),
		.progress = on_copying, .arg = j };
	struct apply_options o = {
		.project = j->project, .lock_wait_ms = 0,
		.progress = on_progress, .connected = on_connected, .arg = j,
		.locked = ask->backup ? backup_locked : NULL,
		.locked_arg = &copy,
	};
	struct report *r = NULL;
	struct err ignored = ERR_INIT;
	enum rc rc;

	if (!j->session)
		return err_set(e, RC_NOTFOUND, "no database is open");
	copy.folder = j->session->folder;
	session_release_db(j->session);
	rc = apply_run(ask->permit, &o, j->a, &r, e);
	if (r)
		*result = report_keep(r, j->a);
	/* others may ask this session before it is opened anew */
	if (session_open_db(j->session, &ignored) && rc == RC_OK && !r)
		*e = ignored;
	return rc;
}

/* ---- keys and news ---- */

static void progress_enter(struct ui_view *v, const void *arg,
    struct cmds *out)
{
	const struct progress_arg *a = arg;
	struct progress *s = v->state;
	struct apply_ask *ask = arena_new_of(a->a, struct apply_ask);

	s->title = arena_str(v->a, a->title);
	s->down = a->down;
	s->running = true;
	s->since = clock_mono_ms();
	s->n = s->of = a->plan->n;
	s->lines = arena_array(v->a, struct line, s->n + 1);
	for (size_t i = 0; i < s->n; i++) {
		const struct run_stmt *r = a->plan->v[i].run;
		struct str sql = str_sub(r->sql, sql_start(v->app->dialect,
		    r->sql, 0), r->sql.n);

		/* raw: cleaned when drawn */
		s->lines[i].sql = arena_str(v->a,
		    str_sub(str_trim(sql), 0, 600));
		s->lines[i].tag = app_clean(v->app, v->a, r->entry->tag);
	}
	*ask = (struct apply_ask){ a->permit, a->backup };
	cmds_job(out, (struct job_spec){ .what = s->down ? "taking back" :
		"applying", .key = KEY_APPLY, .flags = JOB_CHANGES,
		.a = a->a, .arg = ask, .run = run_apply });
}

static void keep_who(struct ui_view *v, const struct news *n)
{
	struct progress *s = v->state;
	struct str *lines;

	arena_free(s->who_a);
	s->who_a = arena_new();
	s->holders = arena_str(s->who_a, n->holders);
	lines = arena_array(s->who_a, struct str, n->who.n + 1);
	for (size_t i = 0; i < n->who.n; i++)
		lines[i] = arena_str(s->who_a, n->who.v[i]);
	s->who = (struct strs){ lines, n->who.n };
	/* nobody any more: the statement goes on */
	if (!n->holders.n && s->at < s->n &&
	    s->lines[s->at].state == LINE_RUNNING)
		s->event = APPLY_STMT;
}

static void on_news(struct ui_view *v, const struct news *n)
{
	struct progress *s = v->state;

	s->event = n->event;
	s->done = n->done;
	s->of = n->of;
	if (n->event == APPLY_LOCKING) {
		keep_who(v, n);
	} else if (n->event == APPLY_STMT && n->done < s->n) {
		s->at = n->done;
		s->lines[s->at].state = LINE_RUNNING;
	} else if (n->event == APPLY_STMT_DONE && n->done > 0 &&
	    n->done <= s->n) {
		s->at = n->done - 1;
		s->lines[s->at].state = LINE_OK;
		s->lines[s->at].ms = n->ms;
		s->lines[s->at].rows = n->rows;
	}
}

static void on_end(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct progress *s = v->state;
	struct report_arg *arg;

	s->running = false;
	cmds_push(out, (struct cmd){ .kind = CMD_ALONE });
	cmds_push(out, (struct cmd){ .kind = CMD_RELOAD });
	if (!m->result) {
		s->err = m->rc ? *m->err : (struct err)ERR_INIT;
		return;
	}
	arg = arena_new_of(out->a, struct report_arg);
	*arg = (struct report_arg){ .report = m->result,
		.err = m->rc ? arena_copy(out->a, m->err, sizeof(*m->err)) :
		NULL };
	arg->a = msg_take_arena(m);
	cmds_push(out, (struct cmd){ .kind = CMD_REPLACE, .view = &view_report,
		.arg = arg });
}

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct progress *s = v->state;
	struct list l = { .n = s->n, .cur = s->at, .h = v->h - 8 };

	if (!s->running) {
		if (act == ACT_BACK)
			cmds_pop(out, 0, NULL);
		else if (list_key(&l, act))
			s->at = l.cur;
	} else if (s->stopping) {
		cmds_message(out, STYLE_WARN, "Stopping, please wait");
	} else if (act == ACT_BACK || act == ACT_CLOSE || act == ACT_CANCEL) {
		cmds_confirm(out, KEY_STOP, "Stop?", STR("Stop here and roll "
		    "the open transaction back? Nothing of it will be kept."),
		    "roll back");
	}
}

static void progress_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct progress *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m->act, out);
		break;
	case MSG_PROGRESS:
		on_news(v, m->result);
		break;
	case MSG_JOB:
		on_end(v, m, out);
		break;
	case MSG_RETURN:
		if (m->key == KEY_STOP && m->answer == 1 && s->running) {
			s->stopping = true;
			cmds_push(out, (struct cmd){ .kind = CMD_CANCEL,
				.key = KEY_APPLY });
		}
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_RESIZE:
	case MSG_FOCUS:
	case MSG_SESSION:
	case MSG_STATUS:
	case MSG_SHOW:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

/* ---- drawing ---- */

static const char *phase_word(const struct progress *s)
{
	static const char *const words[] = {
		[APPLY_LOCKING] = "taking the lock",
		[APPLY_CHECKING] = "looking again under the lock",
		[APPLY_STMT] = "transaction open",
		[APPLY_STMT_DONE] = "transaction open",
		[APPLY_COMMITTING] = "committing",
		[APPLY_VERIFYING] = "committed, verifying",
	};

	if (!s->running)
		return "";
	return s->stopping ? "stopping" : words[s->event];
}

static void draw_head(const struct ui_view *v, struct pane line)
{
	const struct progress *s = v->state;
	struct sbuf b = SBUF_INIT(100);
	int end = line.w - 1, x = 1;

	if (s->running) {
		app_ms(v->app, clock_mono_ms() - s->since, &b);
		end = pane_right(line, end, 0, STYLE_DIM, sbuf_str(&b)) - 2;
	}
	sbuf_free(&b);
	line = pane_sub(line, 0, 0, end, 1);
	if (s->running) {
		int w = (int)utf8_cells(s->title), room;

		x = pane_textz(line, x, 0, STYLE_DIM, s->down ?
		    "Taking back " : "Applying ");
		room = line.w - x - 3 - (int)strlen(phase_word(s));
		w = w > room ? room : w;
		pane_field(line, x, 0, w, ALIGN_LEFT, STYLE_TITLE, s->title);
		x += w + 3;
		pane_textz(line, x, 0, s->event == APPLY_VERIFYING ?
		    STYLE_OK : STYLE_WARN, phase_word(s));
	} else {
		x = pane_badge(line, x, 0, STYLE_BADGE_LOSS, s->down ?
		    STR("NOT TAKEN BACK") : STR("NOT APPLIED")) + 1;
		pane_field(line, x, 0, line.w - x, ALIGN_LEFT, STYLE_TITLE,
		    s->title);
	}
}

static const struct {
	const char *word;
	enum style style;
} looks[] = {
	[LINE_TODO] = { "", STYLE_DIM },
	[LINE_RUNNING] = { "", STYLE_ACCENT },
	[LINE_OK] = { "ok", STYLE_OK },
};

static void draw_line(const struct ui_view *v, struct pane line, size_t i)
{
	const struct progress *s = v->state;
	const struct line *l = &s->lines[i];
	struct arena *a = v->app->frame;
	int figures = line.w >= 76 ? 30 : 12, end = line.w - figures;
	struct sbuf b = SBUF_INIT(100);
	bool stuck = !s->running && l->state == LINE_RUNNING;

	if (stuck)
		pane_textz(line, 1, 0, STYLE_LOSS, "FAILED");
	else if (l->state == LINE_RUNNING)
		pane_mark(line, 2, 0, STYLE_ACCENT, MARK_CURSOR);
	else
		pane_textz(line, 2, 0, looks[l->state].style,
		    looks[l->state].word);
	pane_right(line, 15, 0, STYLE_DIM, arena_printf(a, "%zu/%zu", i + 1,
	    s->n));
	sql_field(v->app, line, 17, end - 18, l->sql);
	if (l->state == LINE_TODO)
		pane_restyle(line, 17, 0, end - 18, STYLE_DIM);
	if (l->state == LINE_OK) {
		app_ms(v->app, l->ms, &b);
		pane_right(line, end + 10, 0, STYLE_NORMAL, sbuf_str(&b));
		if (figures > 12 && l->rows > 0)
			pane_right(line, line.w - 1, 0, STYLE_DIM,
			    count_of_things(a, (size_t)l->rows, "row", "rows"));
	}
	sbuf_free(&b);
}

static void draw_failure(const struct ui_view *v, struct pane p)
{
	const struct progress *s = v->state;
	struct arena *a = v->app->frame;
	bool stopped = s->err.code == RC_CANCELLED;
	int w = p.w - 4, y = 0;
	struct str rest = str_z(s->err.hint), line;

	y += pane_wrap(p, 2, y, w, p.h, stopped ? STYLE_WARN : STYLE_ERROR,
	    app_clean(v->app, a, str_z(s->err.msg)));
	/* a bare offset points into a file that is not named */
	if (s->err.where[0] && s->err.where[0] != '+')
		y += pane_wrap(p, 2, y, w, p.h - y, STYLE_DIM,
		    app_clean(v->app, a, str_z(s->err.where)));
	while (str_line(&rest, &line))
		y += pane_wrap(p, 2, y, w, p.h - y, STYLE_NORMAL,
		    app_clean(v->app, a, hint_here(line)));
	if (!drv_lost(&s->err))	/* then the message tells what is known */
		pane_wrap(p, 2, y, w, p.h - y, STYLE_STRONG,
		    STR("The database is as it was."));
}

static void draw_foot(const struct ui_view *v, struct pane p)
{
	const struct progress *s = v->state;
	int w = p.w / 2 < 50 ? p.w / 2 : 50, x;

	pane_progress(p, 2, 0, w, s->done, s->of);
	pane_printf(p, w + 4, 0, STYLE_NORMAL, "%zu of %zu", s->done, s->of);
	if (s->event == APPLY_LOCKING && s->who.n) {
		pane_textz(p, 2, 1, STYLE_WARN, "waiting for a lock that "
		    "others hold:");
		for (size_t i = 0; i < s->who.n; i++)
			pane_field(p, 4, 2 + (int)i, p.w - 5, ALIGN_LEFT,
			    STYLE_STRONG, s->who.v[i]);
	} else if (s->event == APPLY_LOCKING && s->holders.n) {
		x = pane_textz(p, 2, 1, STYLE_WARN,
		    "waiting for the lock, held by ");
		pane_field(p, x, 1, p.w - x - 1, ALIGN_LEFT, STYLE_STRONG,
		    s->holders);
	} else {
		pane_textz(p, 2, 1, STYLE_DIM, s->event == APPLY_LOCKING ?
		    "waiting for the lock" : "waiting on nothing");
	}
}

static void progress_draw(const struct ui_view *v, struct pane body)
{
	const struct progress *s = v->state;
	int who = s->event == APPLY_LOCKING ? (int)s->who.n : 0;
	int foot = s->running ? 3 + who : body.h / 3 > 7 ? body.h / 3 : 7;
	struct pane list = pane_sub(body, 0, 2, body.w, body.h - 2 - foot);
	struct list l = { .n = s->n, .cur = s->at, .h = list.h };
	size_t top = list_top(&l, list.h);

	/* the running one in the middle, what comes next below it */
	if (s->running && s->at > top + (size_t)list.h / 2) {
		top = s->at - (size_t)list.h / 2;
		if (s->n > (size_t)list.h && top > s->n - (size_t)list.h)
			top = s->n - (size_t)list.h;
	}
	draw_head(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	for (int y = 0; y < list.h && top + (size_t)y < s->n; y++)
		draw_line(v, pane_row(list, y), top + (size_t)y);
	pane_hline(body, 0, body.h - foot, body.w);
	if (s->running)
		draw_foot(v, pane_sub(body, 0, body.h - 2 - who, body.w,
		    2 + who));
	else
		draw_failure(v, pane_sub(body, 0, body.h - foot + 1, body.w,
		    foot - 1));
}

static void progress_crumbs(const struct ui_view *v, struct pane line)
{
	const struct progress *s = v->state;

	if (s->n && s->at < s->n)
		pane_text(line, 0, 0, STYLE_DIM, s->lines[s->at].tag);
}

static void progress_leave(struct ui_view *v)
{
	struct progress *s = v->state;

	arena_free(s->who_a);
}

const struct view_ops view_progress = {
	.name = "progress",
	.title = "Applying",
	.state_size = sizeof(struct progress),
	.keymap = progress_keymap,
	.enter = progress_enter,
	.update = progress_update,
	.draw = progress_draw,
	.can = progress_can,
	.crumbs = progress_crumbs,
	.leave = progress_leave,
	.maps = MAPS(&running_map, &ended_map),
};

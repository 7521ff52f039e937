/*
 * core: who is told what.
 *
 * C.1 A view is found by its id when an answer comes: it may be gone.
 * C.2 Commands are carried out after the update() that gave them, in order;
 *     those of a view that closed itself before are dropped.
 * C.3 A session lives until every view has heard of the next one and every
 *     job that was asked for under it has ended or been cancelled
 *     (core_session.c).
 */
#include "ui/core_local.h"

#include "base/utf8.h"
#include "ui/command.h"
#include "ui/clip.h"
#include "ui/view/views.h"

static void run_cmds(struct core *c, uint64_t view, struct cmds *out);

#define WATCH_POLL_MS 1000	/* where nothing wakes us */

/* ---- views ---- */

struct ui_view *core_top(const struct core *c)
{
	if (c->blank)
		return c->blank;
	return c->depth[c->tab] ? c->stack[c->tab][c->depth[c->tab] - 1] : NULL;
}

struct ui_view *core_focus(const struct core *c)
{
	return c->noverlays ? c->overlay[c->noverlays - 1] : core_top(c);
}

static struct ui_view *find(const struct core *c, uint64_t id)
{
	for (enum tab t = 0; t < TAB_N; t++)
		for (size_t i = 0; i < c->depth[t]; i++)
			if (c->stack[t][i]->id == id)
				return c->stack[t][i];
	for (size_t i = 0; i < c->noverlays; i++)
		if (c->overlay[i]->id == id)
			return c->overlay[i];
	return c->blank && c->blank->id == id ? c->blank : NULL;
}

void core_tell(struct core *c, struct ui_view *v, const struct msg *m)
{
	struct cmds out = { .a = c->cmd_arena };
	uint64_t id = v->id;

	c->dirty = true;
	v->ops->update(v, m, &out);
	run_cmds(c, id, &out);
}

static void tell_size(struct core *c, struct ui_view *v)
{
	struct pane body = shell_body(c);

	v->w = body.w;
	v->h = body.h;
	core_tell(c, v, &(struct msg){ .kind = MSG_RESIZE, .w = body.w, .h = body.h });
}

/* Every view that lives, in an order that opening and closing leaves sound. */
static size_t all_views(const struct core *c, uint64_t *ids)
{
	size_t n = 0;

	for (enum tab t = 0; t < TAB_N; t++)
		for (size_t i = 0; i < c->depth[t]; i++)
			ids[n++] = c->stack[t][i]->id;
	for (size_t i = 0; i < c->noverlays; i++)
		ids[n++] = c->overlay[i]->id;
	if (c->blank)
		ids[n++] = c->blank->id;
	return n;
}

#define VIEWS_MAX ((TAB_N + 1) * CORE_DEPTH + 1)

void core_tell_all(struct core *c, const struct msg *m)
{
	uint64_t ids[VIEWS_MAX];
	size_t n = all_views(c, ids);

	for (size_t i = 0; i < n; i++) {
		struct ui_view *v = find(c, ids[i]);

		if (!v)
			continue;
		if (m->kind == MSG_RESIZE)
			tell_size(c, v);
		else
			core_tell(c, v, m);
	}
}

static struct ui_view *view_new(struct core *c, const struct view_ops *ops)
{
	struct ui_view *v = xalloc(sizeof(*v));

	v->ops = ops;
	v->app = &c->app;
	v->a = arena_new();
	v->state = ops->state_size ? xalloc(ops->state_size) : NULL;
	v->id = ++c->next_id;
	return v;
}

static void view_free(struct core *c, struct ui_view *v)
{
	if (v->ops == &view_password || v->ops == &view_scratch)
		c->asking = false;
	worker_cancel(c->worker, &(struct cancel){ .view = v->id });
	if (c->watcher == v->id) {
		c->watcher = 0;
		watch_set(c->watch, &(struct watch_list){ 0 });
	}
	if (v->ops->leave)
		v->ops->leave(v);
	arena_free(v->a);
	xfree(v->state);
	xfree(v);
}

/* enter() and the first size; the view may be gone afterwards. */
static void view_start(struct core *c, struct ui_view *v, const void *arg)
{
	struct cmds out = { .a = c->cmd_arena };
	uint64_t id = v->id;

	c->dirty = true;
	if (v->ops->enter)
		v->ops->enter(v, arg, &out);
	run_cmds(c, id, &out);
	v = find(c, id);
	if (v)
		tell_size(c, v);
}

bool core_push(struct core *c, const struct view_ops *ops, const void *arg,
    unsigned key, uint64_t parent)
{
	struct ui_view *v;

	if (ops->overlay ? c->noverlays == CORE_DEPTH :
	    c->depth[c->tab] == CORE_DEPTH) {
		core_message(c, STYLE_WARN, "Too many views on top of each other");
		return false;
	}
	v = view_new(c, ops);
	v->key = key;
	v->parent = parent;
	if (ops->overlay)
		c->overlay[c->noverlays++] = v;
	else
		c->stack[c->tab][c->depth[c->tab]++] = v;
	view_start(c, v, arg);
	return true;
}

static bool take_from(struct ui_view **stack, size_t *n,
    const struct ui_view *v)
{
	for (size_t i = 0; i < *n; i++)
		if (stack[i] == v) {
			memmove(stack + i, stack + i + 1,
			    (*n - i - 1) * sizeof(*stack));
			(*n)--;
			return true;
		}
	return false;
}

/* Take a view off its stack; the first view of a tab stays. */
static bool unlink_view(struct core *c, struct ui_view *v)
{
	if (take_from(c->overlay, &c->noverlays, v))
		return true;
	for (enum tab t = 0; t < TAB_N; t++)
		if (!c->depth[t] || c->stack[t][0] != v)
			if (take_from(c->stack[t], &c->depth[t], v))
				return true;
	return false;
}

static void focus_again(struct core *c)
{
	struct ui_view *v = core_focus(c);

	if (v)
		core_tell(c, v, &(struct msg){ .kind = MSG_FOCUS });
}

void core_pop(struct core *c, struct ui_view *v, int answer, void *result)
{
	struct ui_view *parent;

	enum action run = v->ops->runs ? (enum action)answer : ACT_NONE;
	struct sbuf line = SBUF_INIT(4096);

	if (!unlink_view(c, v))
		return;
	if (v->ops->runs && result)
		sbuf_add(&line, *(const struct str *)result);
	parent = find(c, v->parent);
	if (parent)
		core_tell(c, parent, &(struct msg){ .kind = MSG_RETURN,
			.key = v->key, .answer = answer, .result = result });
	view_free(c, v);
	focus_again(c);
	if (line.n)
		command_run(c, sbuf_str(&line));
	else if (run)
		core_act(c, run);
	sbuf_free(&line);
}

void core_show_tab(struct core *c, enum tab t, struct str text)
{
	bool moved = t != c->tab;
	struct ui_view *v;

	c->tab = t;
	c->dirty = true;
	if (c->blank)
		return;
	if (!c->depth[t]) {
		v = view_new(c, c->root(t));
		c->stack[t][c->depth[t]++] = v;
		view_start(c, v, NULL);
	} else if (moved) {
		focus_again(c);
	}
	if (text.n && c->depth[t]) {
		while (c->depth[t] > 1)
			core_pop(c, c->stack[t][c->depth[t] - 1], 0, NULL);
		core_tell(c, c->stack[t][0],
		    &(struct msg){ .kind = MSG_SHOW, .text = text });
	}
}

/* The page that says why there is nothing comes and goes with the session. */
void core_show_blank(struct core *c, bool on)
{
	struct ui_view *v = c->blank;

	c->blank = NULL;
	if (v)
		view_free(c, v);
	if (!on)
		return;
	while (c->noverlays)
		core_pop(c, c->overlay[c->noverlays - 1], 0, NULL);
	c->blank = view_new(c, &view_nothing);
	view_start(c, c->blank, NULL);
}

/* ---- messages and commands ---- */

struct arena *msg_take_arena(const struct msg *m)
{
	struct arena *a = m->arena ? *m->arena : NULL;

	if (m->arena)
		*m->arena = NULL;
	return a;
}

bool core_theme(struct core *c, struct str name)
{
	const struct theme *t = theme_find(name);
	struct sbuf b = SBUF_INIT(400);

	if (t) {
		c->theme = t;
		c->dirty = true;
		return true;
	}
	SQL(&b, "there is no theme ");
	utf8_sanitize(&b, str_sub(name, 0, 40), UTF8_LINE, c->app.ascii);
	for (size_t i = 0; i < THEMES; i++)
		sbuf_addf(&b, "%s%s", i ? ", " : ": ", themes[i].name);
	core_message(c, STYLE_WARN, b.p);
	sbuf_free(&b);
	return false;
}

void core_message(struct core *c, enum style st, const char *text)
{
	struct sbuf b = SBUF_INIT(sizeof(c->message) * 4);
	size_t used;
	struct str s;

	utf8_sanitize(&b, str_z(text), UTF8_LINE, c->app.ascii);
	s = sbuf_str(&b);
	if (s.n >= sizeof(c->message))
		s = utf8_fit(s, sizeof(c->message) / 4, &used);
	if (s.n >= sizeof(c->message))
		s.n = 0;
	memcpy(c->message, s.p, s.n);
	c->message[s.n] = '\0';
	c->message_style = st;
	c->dirty = true;
	sbuf_free(&b);
}

void core_post(struct core *c, uint64_t view, const struct job_spec *spec)
{
	struct job *j = job_new(spec);

	j->view = view;
	j->session = c->app.session;
	j->generation = c->generation;
	if (spec->flags & JOB_CHANGES)
		c->app.changing = true;
	c->jobs++;
	if (!(spec->flags & JOB_BACKGROUND)) {
		j->loud = true;
		c->loud++;
		c->load = (struct loading){ view, spec->what, j->posted_ms };
	}
	worker_post(c->worker, j);
}

/* ---- events ---- */

static void job_done(struct core *c, struct event *ev)
{
	struct job *j = ev->job;
	struct ui_view *v = find(c, j->view);
	bool changes = j->spec.flags & JOB_CHANGES;
	struct msg m = { .kind = MSG_JOB, .key = ev->key, .rc = ev->rc,
		.err = &ev->err, .result = ev->result, .arena = &j->a };

	c->jobs--;
	if (j->loud)
		c->loud--;
	if (changes)
		c->app.changing = false;
	if (j->view == 0)
		core_session_event(c, ev);
	else if (v && !j->stale && (changes || j->generation == c->generation))
		core_tell(c, v, &m);
	if (ev->rc && !changes && j->view && !j->stale && !c->lost.on &&
	    drv_lost(&ev->err) && j->generation == c->generation)
		core_server_gone(c, &ev->err);
	if (changes && !c->opening)
		core_ask_session(c);
	job_free(j);
	c->dirty = true;
}

static void progress_came(struct core *c, struct event *ev)
{
	struct ui_view *v = find(c, ev->view);
	struct msg m = { .kind = MSG_PROGRESS, .key = ev->key,
		.result = ev->result, .arena = &ev->a };

	if (v)
		core_tell(c, v, &m);
	arena_free(ev->a);
}

static void ask(struct core *c)
{
	static const struct view_ops *const views[] = {
		[ASKER_PASSWORD] = &view_password,
		[ASKER_SCRATCH] = &view_scratch,
	};
	struct sbuf prompt = SBUF_INIT(2048), wrong = SBUF_INIT(2048);
	enum asker_kind kind = c->app.asker ? asker_question(c->app.asker,
	    &prompt, &wrong) : ASKER_NOTHING;

	if (kind != ASKER_NOTHING) {
		struct asked_arg arg = { sbuf_str(&prompt), sbuf_str(&wrong) };

		c->asking = true;
		if (!core_push(c, views[kind], &arg, 0, 0)) {
			c->asking = false;	/* the worker waits for it */
			asker_cancel(c->app.asker, false);
		}
	}
	sbuf_free(&prompt);
	sbuf_free(&wrong);
}

void core_events(struct core *c)
{
	struct event ev;

	while (worker_event(c->worker, &ev)) {
		if (ev.kind == EVENT_DONE)
			job_done(c, &ev);
		else
			progress_came(c, &ev);
	}
	/* last: emptying the pipe took the byte of a question with it that
	 * came while the events were told */
	ask(c);
}

int core_watch_fd(const struct core *c)
{
	return watch_fd(c->watch);
}

int core_folder_fd(const struct core *c)
{
	return watch_fd(c->folder);
}

void core_files(struct core *c)
{
	struct ui_view *v = find(c, c->watcher);

	if (watch_changed(c->watch) && v)
		core_tell(c, v, &(struct msg){ .kind = MSG_FILES });
	if (watch_active(c->folder) && watch_changed(c->folder)) {
		c->app.stale = true;
		core_ask_session(c);
	}
}

bool core_cancel(struct core *c)
{
	struct ui_view *v = core_focus(c);

	return v && worker_cancel(c->worker, &(struct cancel){ .view = v->id });
}

void core_nothing_to_stop(struct core *c)
{
	if (c->app.changing)
		core_message(c, STYLE_WARN,
		    "A change is running: Esc asks whether to roll it back");
	else
		core_message(c, STYLE_DIM, "Nothing is running; q quits");
}

void core_answer(struct core *c, uint64_t view, unsigned key, int answer)
{
	struct ui_view *v = find(c, view);

	if (v)
		core_tell(c, v, &(struct msg){ .kind = MSG_RETURN, .key = key,
			.answer = answer });
}

/* ---- carrying out commands ---- */

void cmds_push(struct cmds *out, struct cmd cmd)
{
	if (out->n == sizeof(out->v) / sizeof(out->v[0]))
		BUG("too many commands in one update");
	cmd.text = arena_str(out->a, cmd.text);
	out->v[out->n++] = cmd;
}

/* A question whose asker no longer wants to know. */
static void close_children(struct core *c, uint64_t parent)
{
	for (size_t i = c->noverlays; i-- > 0;) {
		struct ui_view *v = c->overlay[i];

		if (v->parent != parent)
			continue;
		take_from(c->overlay, &c->noverlays, v);
		view_free(c, v);
	}
}

static void wish_edit(struct core *c, uint64_t view, const struct cmd *cmd)
{
	const struct edit_arg *a = cmd->arg;
	struct edit_wish *w = &c->edit;

	if (c->app.changing) {
		core_message(c, STYLE_WARN, "A change is running: no editor");
		return;
	}
	sbuf_reset(&w->path);
	sbuf_add(&w->path, a->path);
	sbuf_reset(&w->text);
	sbuf_add(&w->text, a->text);
	w->view = view;
	w->key = cmd->key;
	w->line = a->line;
	w->read_only = a->read_only;
	w->on = true;
}

static void run_cmd(struct core *c, struct ui_view *v, struct cmd *cmd)
{
	uint64_t id = v->id, parent = v->parent;
	unsigned key = v->key;
	struct sbuf text = SBUF_INIT(2048);

	switch (cmd->kind) {
	case CMD_JOB:
		core_post(c, id, &cmd->job);
		break;
	case CMD_CANCEL:
		worker_cancel(c->worker, &(struct cancel){ .view = id,
			.key = cmd->key, .changes = true });
		break;
	case CMD_PUSH:
		core_push(c, cmd->view, cmd->arg, cmd->key, id);
		break;
	case CMD_REPLACE:
		if (!unlink_view(c, v)) {
			core_push(c, cmd->view, cmd->arg, cmd->key, id);
			break;
		}
		core_push(c, cmd->view, cmd->arg, key, parent);
		view_free(c, v);
		break;
	case CMD_ALONE:
		close_children(c, id);
		break;
	case CMD_POP:
		core_pop(c, v, cmd->answer, cmd->result);
		break;
	case CMD_TAB:
		core_show_tab(c, cmd->tab, cmd->text);
		break;
	case CMD_MESSAGE:
		sbuf_add(&text, str_sub(cmd->text, 0, 2000));
		core_message(c, cmd->style, text.n ? text.p : "");
		break;
	case CMD_RELOAD:
		core_ask_session(c);
		break;
	case CMD_EDIT:
		wish_edit(c, id, cmd);
		break;
	case CMD_COPY:
		sbuf_reset(&c->clipboard);
		sbuf_add(&c->clipboard, cmd->text);
		break;
	case CMD_WATCH:
		c->watcher = id;
		watch_set(c->watch, cmd->arg);
		break;
	case CMD_QUIT:
		core_quit(c);
		break;
	}
	sbuf_free(&text);
}

static void run_cmds(struct core *c, uint64_t view, struct cmds *out)
{
	c->cmd_nesting++;
	for (size_t i = 0; i < out->n; i++) {
		struct ui_view *v = find(c, view);

		if (v)
			run_cmd(c, v, &out->v[i]);
		else if (out->v[i].kind == CMD_JOB)
			arena_free(out->v[i].job.a);
	}
	if (--c->cmd_nesting == 0)
		arena_reset(c->cmd_arena);
}

/* ---- size, time, drawing ---- */

static void set_size(struct core *c, int w, int h)
{
	surface_resize(c->surface, w, h);
	c->app.w = c->surface->w;
	c->app.h = c->surface->h;
	c->app.wide = c->app.w >= 100;
	c->app.compact = c->app.h < 30 || !c->app.wide;
}

void core_resize(struct core *c, int w, int h)
{
	if (w == c->app.w && h == c->app.h)
		return;
	set_size(c, w, h);
	c->dirty = true;
	core_tell_all(c, &(struct msg){ .kind = MSG_RESIZE });
}

static int spinner_deadline(const struct core *c)
{
	double waited;

	if (c->app.still)
		return -1;
	if (c->lost.on && !c->loud)
		return 250;
	if (!c->loud)
		return -1;
	waited = clock_mono_ms() - c->load.since;
	if (waited < SPINNER_AFTER_MS)
		return (int)(SPINNER_AFTER_MS - waited) + 1;
	return SPINNER_STEP_MS;
}

static bool polls(const struct watch *w)
{
	return watch_active(w) && watch_fd(w) < 0;
}

/* Until the view in front wants to look after what others do. */
static int pulse_deadline(const struct core *c)
{
	const struct ui_view *v = core_focus(c);
	double left = c->pulsed + PULSE_MS - clock_mono_ms();

	if (c->app.still || c->lost.on || !c->app.session || !v ||
	    !v->ops->pulses || !v->ops->pulses(v))
		return -1;
	return left > 0 ? (int)left + 1 : 0;
}

bool core_spins(const struct core *c)
{
	return spinner_deadline(c) == SPINNER_STEP_MS;
}

static int sooner(int x, int y)
{
	return x < 0 || (y >= 0 && y < x) ? y : x;
}

bool core_holds(const struct core *c)
{
	return c->loud && clock_mono_ms() < c->hold;
}

static bool asks_files(const struct core *c)
{
	return polls(c->watch) || polls(c->folder) ||
	    watch_pending(c->watch) || watch_pending(c->folder);
}

int core_deadline(const struct core *c)
{
	int ms = sooner(spinner_deadline(c), pulse_deadline(c));

	if (watch_pending(c->watch) || watch_pending(c->folder))
		return 0;
	if (core_holds(c) && (ms < 0 || ms > c->hold - clock_mono_ms()))
		ms = (int)(c->hold - clock_mono_ms()) + 1;
	if ((polls(c->watch) || polls(c->folder)) &&
	    (ms < 0 || ms > WATCH_POLL_MS))
		return WATCH_POLL_MS;
	return ms;
}

void core_tick(struct core *c)
{
	struct ui_view *v = core_focus(c);

	if (asks_files(c))
		core_files(c);
	if (c->lost.on && !c->app.still) {
		c->dirty = true;
		if (!c->opening && clock_mono_ms() >= c->lost.next)
			core_ask_session(c);
	}
	if (pulse_deadline(c) == 0) {
		c->pulsed = clock_mono_ms();
		core_tell(c, v, &(struct msg){ .kind = MSG_TICK });
	}
	if (!c->loud || clock_mono_ms() - c->load.since < SPINNER_AFTER_MS)
		return;
	c->dirty = true;
	if (v && v->id == c->load.view)
		core_tell(c, v, &(struct msg){ .kind = MSG_TICK });
}

void core_draw(struct core *c)
{
	arena_reset(c->app.frame);
	surface_clear(c->surface);
	shell_draw(c);
	c->dirty = false;
}

static void wake(void *arg)
{
	worker_wake(arg);
}

static bool stopped(void *arg)
{
	return worker_stopped(arg);
}

/* ---- from one run to the next ---- */

enum rc core_keep(struct core *c, struct err *e)
{
	struct remember *r = c->app.remember;
	uint64_t ids[VIEWS_MAX];
	size_t n = all_views(c, ids);

	if (!c->app.session)	/* nothing was open: what was, stays */
		return RC_OK;
	remember_set(r, STR("tab"), str_z(c->root(c->tab)->name));
	for (size_t i = 0; i < n; i++) {
		const struct ui_view *v = find(c, ids[i]);

		if (v->ops->keep)
			v->ops->keep(v, r);
	}
	return remember_save(r, e);
}

static void recall(struct core *c)
{
	const char *note = remember_note(c->app.remember);
	struct str tab = remember_get(c->app.remember, STR("tab"));

	for (enum tab t = 0; t < TAB_N; t++)
		if (str_is(tab, c->root(t)->name))
			c->tab = t;
	if (note[0])
		core_message(c, STYLE_WARN, note);
}

struct core *core_open(const struct core_options *o)
{
	struct core *c = xalloc(sizeof(*c));

	c->app.project = o->project;
	c->app.request = o->request;
	c->watch = watch_open(o->polled);
	c->folder = watch_open(o->polled);
	c->app.ascii = o->ascii;
	c->app.read_only = c->kept_read_only = o->read_only;
	c->own = arena_new();
	c->app.still = o->still;
	c->app.keys = o->keys;
	c->app.remember = remember_open(o->memory);
	c->app.dialect = dialect_of(o->project->dialect);
	c->app.frame = arena_new();
	c->cmd_arena = arena_new();
	c->edit.path.max = (size_t)1 << 16;
	c->edit.text.max = (size_t)64 << 20;
	c->clipboard.max = CLIP_MAX;
	c->root = o->root ? o->root : tab_root;
	c->surface = surface_new(o->w, o->h, o->ascii);
	set_size(c, o->w, o->h);
	c->app.asker = o->asker;
	c->worker = worker_open(o->project);
	if (o->asker)
		asker_on_question(o->asker, wake, stopped, c->worker);
	c->dirty = true;
	recall(c);
	if (o->no_session)
		core_show_tab(c, TAB_BROWSE, STR_NONE);
	else
		core_ask_session(c);
	return c;
}

void core_close(struct core *c)
{
	if (!c)
		return;
	if (c->app.asker)	/* nobody waits for a server any more */
		asker_cancel(c->app.asker, true);
	while (c->noverlays)
		view_free(c, c->overlay[--c->noverlays]);
	for (enum tab t = 0; t < TAB_N; t++)
		while (c->depth[t])
			view_free(c, c->stack[t][--c->depth[t]]);
	if (c->blank)
		view_free(c, c->blank);
	core_close_session(c, c->app.session);
	worker_close(c->worker);
	watch_close(c->watch);
	watch_close(c->folder);
	core_drop_status(c);
	arena_free(c->app.frame);
	arena_free(c->cmd_arena);
	arena_free(c->own);
	remember_close(c->app.remember);
	sbuf_free(&c->clipboard);
	sbuf_free(&c->edit.path);
	sbuf_free(&c->edit.text);
	surface_free(c->surface);
	xfree(c);
}

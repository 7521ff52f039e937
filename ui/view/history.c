/*
 * history: every migration of the journal with what became of it, newest
 * last; rows of the tracking table that no file explains; drift.  Enter opens
 * the report of the run that applied it, or the review of what is pending.
 */
#include "ui/view/compare.h"

#include "base/clock.h"
#include "op/undo/keep.h"
#include "ui/widget/list.h"

enum { KEY_RUNS = 1, KEY_REPORT, KEY_VERIFY, KEY_SAVED };

enum line_kind { LINE_MIG, LINE_ROW, LINE_FILE, LINE_DRIFT, LINE_NOTE };

struct line {
	enum line_kind kind;
	size_t mig;			/* LINE_MIG: index in the states */
	const struct run_summary *run;	/* that applied it; NULL: none here */
	enum style style;
	struct str label, text;		/* others; cleaned */
};
struct runs {
	const struct run_summary *v;
	size_t n;
};
struct history {
	struct list list;
	struct arena *a;		/* of the runs */
	struct runs runs;
	struct arena *lines_a;
	const struct line *lines;
	size_t n;
	bool placed;
};

/* Enter leads to what there is. */
#define OTHER_BINDS { ACT_APPLY, NULL, "apply up to here" }, \
	{ ACT_ROLLBACK, NULL, "roll back to here" }, \
	{ ACT_VERIFY, NULL, NULL }, { ACT_COMPARE, NULL, NULL }, BIND_LIST
static const struct bind report_binds[] = {
	{ ACT_OPEN, NULL, "report" }, { ACT_VIEW, NULL, "what it took" },
	OTHER_BINDS,
};
static const struct keymap report_map = {
	.name = "History",
	.parent = &keymap_global,
	KEYMAP(report_binds),
};
static const struct bind open_binds[] = {
	{ ACT_OPEN, NULL, "review" }, OTHER_BINDS,
};
static const struct keymap open_map = {
	.name = "History",
	.parent = &keymap_global,
	KEYMAP(open_binds),
};
static const struct bind text_binds[] = {
	{ ACT_OPEN, NULL, "SQL" }, OTHER_BINDS,
};
static const struct keymap text_map = {
	.name = "History",
	.parent = &keymap_global,
	KEYMAP(text_binds),
};

static const struct line *current(const struct ui_view *v)
{
	const struct history *s = v->state;

	return s->n ? &s->lines[s->list.cur] : NULL;
}

static const struct mig *mig_of(const struct ui_view *v, const struct line *l)
{
	return l && l->kind == LINE_MIG && v->app->session ?
	    &v->app->session->states.v[l->mig] : NULL;
}

static const struct keymap *history_keymap(const struct ui_view *v)
{
	const struct line *l = current(v);

	if (mig_is_open(mig_of(v, l)))
		return &open_map;
	return l && l->run && l->run->report_json.n ? &report_map : &text_map;
}

/* Its run has rows that it took. */
static bool took_rows(const struct ui_view *v)
{
	const struct line *l = current(v);
	const struct mig *m = mig_of(v, l);

	return m && l->run && strs_has(l->run->kept, m->entry->tag);
}

static bool history_can(const struct ui_view *v, enum action act)
{
	const struct mig *m = mig_of(v, current(v));
	bool write = !v->app->read_only;

	if (act == ACT_APPLY)
		return write && m && m->state == MIG_PENDING;
	if (act == ACT_ROLLBACK)
		return write && mig_is_applied(m);
	if (act == ACT_COMPARE)
		return v->app->session && v->app->session->folder;
	if (act == ACT_VERIFY)
		return v->app->session && v->app->session->db &&
		    v->app->session->folder;
	if (act == ACT_VIEW)
		return took_rows(v);
	return act != ACT_OPEN || m;
}

/* ---- lines ---- */

struct filler {
	struct arena *a;
	const struct ui_view *v;
	VEC(struct line) lines;
};

/* The newest run that committed this migration on the way up. */
static const struct run_summary *run_of(const struct history *s,
    struct str tag)
{
	for (size_t i = 0; i < s->runs.n; i++) {
		const struct run_summary *r = &s->runs.v[i];

		if (!str_is(r->what, "migrate"))
			continue;
		for (size_t k = 0; k < r->committed.n; k++)
			if (str_eq(r->committed.v[k], tag))
				return r;
	}
	return NULL;
}

static void add(struct filler *f, enum line_kind kind, enum style st,
    const char *label, struct str text)
{
	vec_push(f->a, &f->lines, (struct line){ .kind = kind, .style = st,
	    .label = str_z(label),
	    .text = app_clean(f->v->app, f->a, text) });
}

static void add_rows(struct filler *f, const struct session *ss)
{
	const struct states *st = &ss->states;

	for (size_t i = 0; i < st->nunknown; i++)
		add(f, LINE_ROW, STYLE_LOSS, "unknown", arena_printf(f->a,
		    "a row of %.*s that no file here explains: %.*s",
		    STR_ARG(ss->track.table),
		    STR_ARG(str_sub(st->unknown[i]->hash, 0, 16))));
	if (st->nsquashed)
		add(f, LINE_ROW, STYLE_DIM, "squashed", arena_printf(f->a,
		    "%zu older rows are of migrations that were squashed",
		    st->nsquashed));
	for (size_t i = 0; ss->folder && i < ss->folder->nunlisted; i++)
		add(f, LINE_FILE, STYLE_WARN, "unlisted", arena_printf(f->a,
		    "%.*s: not in the journal, drizzle never runs it",
		    STR_ARG(ss->folder->unlisted[i])));
	if (ss->track.denied.n)
		add(f, LINE_NOTE, STYLE_WARN, "tracking", arena_printf(f->a,
		    "unknown: %.*s", STR_ARG(ss->track.denied)));
	if (ss->track.foreign.n)
		add(f, LINE_NOTE, STYLE_WARN, "tracking", arena_printf(f->a,
		    "%.*s is a home-made tracking table; %.*s is used",
		    STR_ARG(ss->track.foreign), STR_ARG(ss->track.table)));
}

#define DRIFT_SHOWN 40

static void add_drift(struct filler *f, const struct drift *d)
{
	if (!d->known && !d->asked) {
		add(f, LINE_NOTE, STYLE_DIM, "drift", STR("not looked for; "
		    "weir status --drift"));
		return;
	}
	if (!d->known) {
		add(f, LINE_NOTE, STYLE_DIM, "drift", arena_printf(f->a,
		    "unknown: the replay stops (%s) %s%s%s",
		    stop_cause_word[d->cause], d->why.where,
		    d->why.where[0] ? ": " : "", d->why.msg));
		return;
	}
	for (size_t i = 0; i < d->changes.n && i < DRIFT_SHOWN; i++)
		add(f, LINE_DRIFT, STYLE_WARN, "drift",
		    change_sentence(&d->changes.v[i], f->a));
	if (d->changes.n > DRIFT_SHOWN)
		add(f, LINE_NOTE, STYLE_WARN, "drift", arena_printf(f->a,
		    "and %zu more: weir diff migrations db",
		    d->changes.n - DRIFT_SHOWN));
}

static void add_status(struct filler *f, const struct status *st)
{
	if (!st)
		return;
	if (st->s->folder)
		add_drift(f, &st->drift);
	for (size_t i = 0; i < st->nfindings; i++) {
		const struct finding *x = &st->findings[i];

		if (x->code[0] && strcmp(x->code, "FD9") != 0)
			add(f, LINE_NOTE, x->fatal ? STYLE_LOSS : STYLE_WARN,
			    x->code, arena_printf(f->a, "%.*s%s%.*s",
			    STR_ARG(x->where.n ? x->where : x->tag),
			    x->where.n || x->tag.n ? ": " : "",
			    STR_ARG(x->text)));
	}
	if (st->interrupted.n)
		add(f, LINE_NOTE, STYLE_WARN, "cut off", st->interrupted);
}

static void fill(struct ui_view *v)
{
	struct history *s = v->state;
	const struct session *ss = v->app->session;
	struct filler f = { .v = v };

	arena_free(s->lines_a);
	f.a = s->lines_a = arena_new();
	for (size_t i = 0; ss && i < ss->states.n; i++)
		vec_push(f.a, &f.lines, (struct line){ .kind = LINE_MIG,
		    .mig = i, .run = run_of(s, ss->states.v[i].entry->tag) });
	if (ss) {
		if (!ss->folder)
			add(&f, LINE_NOTE, STYLE_DIM, "folder", STR("there is no "
			    "migrations folder here; --migrations DIR names "
			    "one"));
		add_rows(&f, ss);
		add_status(&f, v->app->status);
	}
	s->lines = f.lines.v;
	s->n = f.lines.n;
	list_set(&s->list, s->n);
	if (!ss || s->placed)
		return;
	for (size_t i = 0; i < ss->states.n; i++)
		if (mig_is_applied(&ss->states.v[i]))
			list_to(&s->list, i);
	s->placed = true;
}

/* ---- jobs ---- */

static enum rc run_runs(struct job *j, void **result, struct err *e)
{
	struct runs *r = arena_new_of(j->a, struct runs);
	enum rc rc = run_list(j->project, j->a, &r->v, &r->n, e);

	if (rc == RC_OK)
		*result = r;
	return rc;
}

static void ask_runs(struct cmds *out)
{
	cmds_job(out, (struct job_spec){ .what = "reading runs",
		.key = KEY_RUNS, .flags = JOB_BACKGROUND, .run = run_runs });
}

static enum rc run_report(struct job *j, void **result, struct err *e)
{
	const struct str *json = j->arg;
	struct report *r = NULL;
	enum rc rc = report_read(*json, j->a, &r, e);

	if (rc == RC_OK)
		*result = r;
	return rc;
}

static void ask_report(struct str json, struct cmds *out)
{
	struct arena *a = arena_new();
	struct str *arg = arena_new_of(a, struct str);

	*arg = arena_str(a, json);
	cmds_job(out, (struct job_spec){ .what = "reading the report",
		.key = KEY_REPORT, .a = a, .arg = arg, .run = run_report });
}

/* ---- what a migration took ---- */

struct took {
	struct str dir, tag, text;
};

static enum rc run_took(struct job *j, void **result, struct err *e)
{
	struct took *t = arena_copy(j->a, j->arg, sizeof(*t));

	*result = t;
	return saved_text(t->dir, t->tag, j->a, &t->text, e);
}

static void ask_saved(const struct run_summary *r, const struct mig *m,
    struct cmds *out)
{
	struct arena *a = arena_new();
	struct took *t = arena_new_of(a, struct took);

	t->dir = arena_str(a, r->dir);
	t->tag = arena_str(a, m->entry->tag);
	cmds_job(out, (struct job_spec){ .what = "reading what was saved",
		.key = KEY_SAVED, .a = a, .arg = t, .run = run_took });
}

static void show_saved(const struct took *t, struct cmds *out)
{
	struct statement_arg *arg = arena_new_of(out->a, struct statement_arg);

	arg->title = arena_printf(out->a, "%.*s took", STR_ARG(t->tag));
	arg->sql = arena_str(out->a, t->text);
	arg->notes = arena_printf(out->a, "Saved before it went; roll back "
	    "brings it back. Open all of it with: weir %.*s/undo.db", STR_ARG(t->dir));
	cmds_open(out, &view_statement, arg, 0);
}

static void on_job(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct history *s = v->state;

	if (m->rc) {
		if (m->key != KEY_RUNS)
			cmds_error(out, m->err);
	} else if (m->key == KEY_RUNS) {
		arena_free(s->a);
		s->runs = *(const struct runs *)m->result;
		s->a = msg_take_arena(m);
		fill(v);
	} else if (m->key == KEY_SAVED) {
		show_saved(m->result, out);
	} else {
		cmds_report(out, m);
	}
}

/* ---- keys ---- */

/* The newest applied one is taken back itself; an older one stays. */
static void roll_back(const struct ui_view *v, const struct mig *m,
    struct cmds *out)
{
	const struct states *st = &v->app->session->states;
	const struct mig *newest = m;

	for (size_t i = 0; i < st->n; i++)
		if (mig_is_applied(&st->v[i]))
			newest = &st->v[i];
	cmds_review(out, true, newest == m ? STR("") : m->entry->tag);
}

/* Runs are kept beside the migrations: those of another clone are not here. */
static struct str no_report(const struct app *app, const struct line *l,
    const struct mig *m, struct arena *a)
{
	if (!m->row)
		return STR("");
	if (l->run)
		return STR("Its run has left no report.");
	return arena_printf(a, "No run of it is recorded in %.*s: it was "
	    "applied without weir, or its runs are kept elsewhere, which --state"
	    " DIR names.", STR_ARG(app_clean(app, a,
	    app->project->state_root)));
}

static const char *why_nothing_taken(const struct line *l, const struct mig *m)
{
	return mig_is_open(m) ? "it has not run: it took nothing yet" :
	    !l->run ? "no run of it is kept here: what it took is not known" :
	    "it took no rows";
}

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct history *s = v->state;
	const struct line *l = current(v);
	const struct mig *m = mig_of(v, l);

	if (list_key(&s->list, act))
		return;
	if (act == ACT_VERIFY && !history_can(v, act)) {
		cmds_message(out, STYLE_DIM, NOTHING_TO_VERIFY);
		return;
	}
	if (act == ACT_VIEW && m && !history_can(v, act)) {
		cmds_message(out, STYLE_DIM, "%.*s: %s", STR_ARG(app_clean(
		    v->app, out->a, m->entry->tag)), why_nothing_taken(l, m));
		return;
	}
	if (!history_can(v, act)) {
		if (v->app->read_only && act != ACT_OPEN)
			cmds_message(out, STYLE_WARN,
			    "read-only: nothing can be changed");
		return;
	}
	if (act == ACT_COMPARE)
		cmds_compare_mig(out, v->app->session, m);
	else if (act == ACT_VERIFY)
		cmds_job(out, verify_job(KEY_VERIFY));
	else if (act == ACT_APPLY)
		cmds_review(out, false, m->entry->tag);
	else if (act == ACT_ROLLBACK)
		roll_back(v, m, out);
	else if (act == ACT_VIEW)
		ask_saved(l->run, m, out);
	else if (act != ACT_OPEN)
		return;
	else if (mig_is_open(m))
		cmds_review(out, false, m->entry->tag);
	else if (l->run && l->run->report_json.n)
		ask_report(l->run->report_json, out);
	else
		cmds_mig_text(out, m, no_report(v->app, l, m, out->a));
}

static void history_enter(struct ui_view *v, const void *arg,
    struct cmds *out)
{
	(void)arg;
	fill(v);
	ask_runs(out);
}

static void history_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct history *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m->act, out);
		break;
	case MSG_JOB:
		on_job(v, m, out);
		break;
	case MSG_RESIZE:
		s->list.h = m->h > 3 ? m->h - 2 : 1;
		list_to(&s->list, s->list.cur);
		break;
	case MSG_SESSION:
		s->placed = false;
		fill(v);
		ask_runs(out);
		break;
	case MSG_STATUS:
		fill(v);
		break;
	case MSG_SHOW:
		for (size_t i = 0; i < s->n; i++)
			if (mig_of(v, &s->lines[i]) && str_eq(m->text,
			    mig_of(v, &s->lines[i])->entry->tag))
				list_to(&s->list, i);
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_RETURN:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

/* ---- drawing ---- */

static void draw_head(const struct ui_view *v, struct pane line)
{
	const struct states *st = &v->app->session->states;
	const struct history *s = v->state;
	struct arena *a = v->app->frame;
	size_t applied = st->counts[MIG_APPLIED] + st->counts[MIG_RESTAMPED];
	int x = pane_textz(line, 1, 0, STYLE_TITLE, "History") + 2;

	x = pane_text(line, x, 0, STYLE_NORMAL, count_of_things(a, st->n,
	    "file", "files")) + 2;
	x = pane_printf(line, x, 0, STYLE_OK, "%zu applied", applied) + 2;
	if (st->counts[MIG_PENDING])
		x = pane_printf(line, x, 0, STYLE_ACCENT, "%zu pending",
		    st->counts[MIG_PENDING]) + 2;
	if (st->counts[MIG_EDITED])
		x = pane_printf(line, x, 0, STYLE_WARN, "%zu edited",
		    st->counts[MIG_EDITED]) + 2;
	if (st->counts[MIG_OUT_OF_ORDER])
		x = pane_printf(line, x, 0, STYLE_LOSS, "%zu out of order",
		    st->counts[MIG_OUT_OF_ORDER]) + 2;
	pane_cut(line, 0, x - 2);
	if (s->runs.n && line.w - x > 24)
		pane_right(line, line.w - 1, 0, STYLE_DIM,
		    count_of_things(a, s->runs.n, "run by weir", "runs by weir"));
}

static const char *hash_word(const struct mig *m)
{
	switch (m->state) {
	case MIG_APPLIED:
	case MIG_RESTAMPED:
		return "hash ok";
	case MIG_EDITED:
		return "hash DIFFERS: edited after it was applied";
	case MIG_MISSING:
		return "the file is not there";
	case MIG_OUT_OF_ORDER:
		return "drizzle would skip it for ever";
	case MIG_PENDING:
	case MIG_STATE_N:
		break;
	}
	return "";
}

static void draw_mig(const struct ui_view *v, struct pane line,
    const struct line *l)
{
	const struct mig *m = mig_of(v, l);
	struct arena *a = v->app->frame;
	bool wide = line.w >= 76, done = m->state == MIG_APPLIED ||
	    m->state == MIG_RESTAMPED;
	int tag_w = line.w * (wide ? 3 : 4) / 10, x = 3 + tag_w + 2;
	struct sbuf b = SBUF_INIT(64);

	if (done)
		pane_mark(line, 1, 0, STYLE_OK, MARK_OK);
	else
		pane_textz(line, 1, 0, mig_style(m->state),
		    m->state == MIG_PENDING ? "*" : "!");
	pane_field(line, 3, 0, tag_w, ALIGN_LEFT, STYLE_NORMAL,
	    app_clean(v->app, a, m->entry->tag));
	if (!m->row) {
		pane_textz(line, x, 0, mig_style(m->state),
		    mig_state_word[m->state]);
	} else if (l->run && v->app->still) {
		pane_textz(line, x, 0, STYLE_NORMAL, "by weir");
	} else if (l->run) {
		clock_short(&b, l->run->started);
		pane_text(line, x, 0, STYLE_NORMAL, sbuf_str(&b));
	} else {
		pane_textz(line, x, 0, STYLE_DIM, wide ? "no run here" :
		    mig_state_word[m->state]);
	}
	sbuf_free(&b);
	x += 18;
	if (wide && !m->entry->missing)
		pane_right(line, x + 9, 0, STYLE_DIM, arena_printf(a, "%zu %s",
		    m->entry->npieces, m->entry->npieces == 1 ? "stmt " :
		    "stmts"));
	x += wide ? 12 : 0;
	pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT, done ? STYLE_DIM :
	    mig_style(m->state), str_z(hash_word(m)));
	if (done && line.w >= 100 && l->run && l->run->report_json.n)
		pane_textz(line, x + 12, 0, STYLE_DIM, "report");
	if (line.w >= 100 && m->state == MIG_PENDING && m->entry->down.n)
		pane_textz(line, x + 12, 0, STYLE_DIM, "has a way back");
}

static void draw_line(const void *arg, struct pane line, size_t i, bool cur)
{
	const struct ui_view *v = arg;
	const struct history *s = v->state;
	const struct line *l = &s->lines[i];

	(void)cur;
	if (l->kind == LINE_MIG) {
		draw_mig(v, line, l);
		return;
	}
	pane_textz(line, 1, 0, l->style, l->kind == LINE_DRIFT ? "~" : "-");
	pane_text(line, 3, 0, l->style, l->label);
	pane_field(line, 13, 0, line.w - 14, ALIGN_LEFT, STYLE_NORMAL, l->text);
}

static void history_draw(const struct ui_view *v, struct pane body)
{
	const struct history *s = v->state;

	if (!v->app->session) {
		pane_textz(body, 2, 1, STYLE_DIM, "opening");
		return;
	}
	draw_head(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	if (!s->n)
		pane_textz(body, 2, 2, STYLE_DIM, "No migration yet.");
	list_draw(&s->list, pane_sub(body, 0, 2, body.w, body.h - 2), true,
	    draw_line, v);
}

static void history_crumbs(const struct ui_view *v, struct pane line)
{
	const struct line *l = current(v);
	const struct mig *m = mig_of(v, l);

	if (m)
		pane_field(line, 0, 0, line.w, ALIGN_LEFT, STYLE_DIM,
		    app_clean(v->app, v->app->frame, m->entry->file));
	else if (l)
		pane_field(line, 0, 0, line.w, ALIGN_LEFT, STYLE_DIM, l->text);
}

static void history_leave(struct ui_view *v)
{
	struct history *s = v->state;

	arena_free(s->a);
	arena_free(s->lines_a);
}

const struct view_ops view_history = {
	.name = "history",
	.title = "History",
	.state_size = sizeof(struct history),
	.keymap = history_keymap,
	.enter = history_enter,
	.update = history_update,
	.draw = history_draw,
	.can = history_can,
	.crumbs = history_crumbs,
	.leave = history_leave,
	.maps = MAPS(&report_map, &open_map, &text_map),
};

/*
 * migrate: the migrations of the folder, what is pending, and below the list
 * what the chosen one does.  Nothing here changes anything: Enter and A lead
 * to the review, U to that of the way back.
 */
#include "ui/view/compare.h"

#include "base/clock.h"
#include "base/fs.h"
#include "ui/widget/list.h"

enum { KEY_PLAN = 1, KEY_VERIFY, KEY_EDIT };

struct migrate {
	struct list list;
	struct reviewed *r;		/* all that is pending; NULL: not known */
	struct arena *a;
	bool busy, placed;
	struct err err;
};

#define WAY_BACK_FROM 116	/* cells: narrower, two classes need them */

/* Enter leads to one thing for what is pending, to another for the rest. */
#define OTHER_BINDS { ACT_APPLY, NULL, "apply up to here" }, \
	{ ACT_ROLLBACK, NULL, NULL }, { ACT_GENERATE, NULL, NULL }, \
	{ ACT_VERIFY, NULL, NULL }, { ACT_COMPARE, NULL, NULL }, \
	{ ACT_EDITOR, NULL, NULL }, { ACT_REHEARSE, NULL, NULL }, \
	{ ACT_UP, NULL, NULL }, { ACT_DOWN, NULL, NULL }, \
	{ ACT_PAGE_UP, NULL, NULL }, { ACT_PAGE_DOWN, NULL, NULL }, \
	{ ACT_HALF_UP, NULL, NULL }, { ACT_HALF_DOWN, NULL, NULL }, \
	{ ACT_FIRST, "Home", NULL }, { ACT_LAST, NULL, NULL }
static const struct bind open_binds[] = {
	{ ACT_OPEN, NULL, "review" }, OTHER_BINDS,
};
static const struct keymap open_map = {
	.name = "Migrations",
	.parent = &keymap_global,
	KEYMAP(open_binds),
};
static const struct bind done_binds[] = {
	{ ACT_OPEN, NULL, "SQL" }, OTHER_BINDS,
};
static const struct keymap done_map = {
	.name = "Migrations",
	.parent = &keymap_global,
	KEYMAP(done_binds),
};

static const struct states *states_of(const struct ui_view *v)
{
	return v->app->session ? &v->app->session->states : NULL;
}

static const struct mig *current(const struct ui_view *v)
{
	const struct migrate *s = v->state;
	const struct states *st = states_of(v);

	return st && st->n ? &st->v[s->list.cur] : NULL;
}

static const struct keymap *migrate_keymap(const struct ui_view *v)
{
	return mig_is_open(current(v)) ? &open_map : &done_map;
}

static bool is_applied(const struct states *st)
{
	return st && (st->counts[MIG_APPLIED] || st->counts[MIG_RESTAMPED] ||
	    st->counts[MIG_EDITED]);
}

static bool migrate_can(const struct ui_view *v, enum action act)
{
	const struct states *st = states_of(v);

	if (act == ACT_APPLY)
		return mig_is_open(current(v)) && !v->app->read_only;
	if (act == ACT_REHEARSE)
		return mig_is_open(current(v));
	if (act == ACT_ROLLBACK)
		return is_applied(st) && !v->app->read_only;
	if (act == ACT_COMPARE)
		return v->app->session && v->app->session->folder;
	if (act == ACT_VERIFY)
		return st && v->app->session->db && v->app->session->folder;
	if (act == ACT_GENERATE)
		return v->app->project->kit.dialect.n;
	return (act != ACT_OPEN && act != ACT_EDITOR) || (st && st->n);
}

/* ---- asking ---- */

static void drop(struct migrate *s)
{
	arena_free(s->a);
	s->a = NULL;
	s->r = NULL;
	s->err = (struct err)ERR_INIT;
}

static void ask(struct ui_view *v, enum review_depth depth, struct cmds *out)
{
	struct migrate *s = v->state;
	const struct states *st = states_of(v);
	struct review_target t = { .tag = STR("") };

	for (size_t i = 0; st && i < st->n; i++)
		if (st->v[i].state == MIG_PENDING)
			t.tag = st->v[i].entry->tag;
	if (!t.tag.n)
		return;
	s->busy = true;
	cmds_job(out, review_job(&t, depth, KEY_PLAN));
}

/* The cursor goes where there is something to do. */
static void place(struct ui_view *v)
{
	struct migrate *s = v->state;
	const struct states *st = states_of(v);
	size_t at = st && st->n ? st->n - 1 : 0;

	list_set(&s->list, st ? st->n : 0);
	if (!st || s->placed)
		return;
	for (size_t i = st->n; i-- > 0;)
		if (mig_is_open(&st->v[i]))
			at = i;
	list_to(&s->list, at);
	s->placed = true;
}

static void show(struct ui_view *v, struct str tag)
{
	struct migrate *s = v->state;
	const struct states *st = states_of(v);

	for (size_t i = 0; st && i < st->n; i++)
		if (str_eq(st->v[i].entry->tag, tag))
			list_to(&s->list, i);
}

static void migrate_enter(struct ui_view *v, const void *arg,
    struct cmds *out)
{
	(void)arg;
	place(v);
	ask(v, REVIEW_SHAPE, out);
}

/* ---- keys ---- */

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct migrate *s = v->state;
	const struct mig *m = current(v);
	struct review_target t = { .rehearse = true };

	if (list_key(&s->list, act))
		return;
	if (act == ACT_GENERATE && !migrate_can(v, act)) {
		cmds_message(out, STYLE_DIM, "No drizzle.config here says "
		    "which schema files there are");
		return;
	}
	if (act == ACT_VERIFY && !migrate_can(v, act)) {
		cmds_message(out, STYLE_DIM, NOTHING_TO_VERIFY);
		return;
	}
	if (!migrate_can(v, act)) {
		if (v->app->read_only && act != ACT_OPEN)
			cmds_message(out, STYLE_WARN,
			    "read-only: nothing can be changed");
		else if ((act == ACT_APPLY || act == ACT_REHEARSE) && m)
			cmds_message(out, STYLE_DIM, "This migration is %s",
			    mig_state_word[m->state]);
		return;
	}
	if (act == ACT_OPEN && !mig_is_open(m)) {
		cmds_mig_text(out, m, STR(""));
	} else if (act == ACT_OPEN) {
		cmds_review(out, false, m->entry->tag);
	} else if (act == ACT_APPLY) {
		cmds_message(out, STYLE_DIM,
		    "Look at it first: A again opens the gate");
		cmds_review(out, false, m->entry->tag);
	} else if (act == ACT_REHEARSE) {
		t.tag = m->entry->tag;
		cmds_open(out, &view_review, arena_copy(out->a, &t, sizeof(t)),
		    0);
	} else if (act == ACT_ROLLBACK) {
		cmds_review(out, true, STR(""));
	} else if (act == ACT_VERIFY) {
		cmds_job(out, verify_job(KEY_VERIFY));
	} else if (act == ACT_COMPARE) {
		cmds_compare_mig(out, v->app->session, m);
	} else if (act == ACT_EDITOR) {
		cmds_mig_edit(v->app, out, m, 0, KEY_EDIT);
	} else if (act == ACT_GENERATE) {
		cmds_open(out, &view_generate, NULL, 0);
	}
}

static void on_job(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct migrate *s = v->state;

	if (m->key == KEY_VERIFY && m->rc == RC_OK) {
		cmds_report(out, m);
	} else if (m->key == KEY_VERIFY) {
		cmds_error(out, m->err);
	} else if (m->rc == RC_OK) {
		drop(s);
		s->busy = false;
		s->r = m->result;
		s->a = msg_take_arena(m);
		if (s->r->depth == REVIEW_SHAPE)
			ask(v, REVIEW_MEASURED, out);
	} else if (m->rc == RC_CANCELLED) {
		s->busy = false;
	} else {
		s->busy = false;
		s->err = *m->err;
	}
}

static bool has_columns(const struct ui_view *v)
{
	return v->w >= 76;
}

static int list_rows(const struct ui_view *v)
{
	const struct migrate *s = v->state;
	int room = v->h - 3 - has_columns(v);	/* head, line, columns, rule */
	int want = (int)s->list.n;

	if (v->h < 18)
		return v->h - 2 - has_columns(v);
	return want < room * 3 / 5 ? want + 1 : room * 3 / 5;
}

static void migrate_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct migrate *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m->act, out);
		break;
	case MSG_JOB:
		on_job(v, m, out);
		break;
	case MSG_RESIZE:
		s->list.h = list_rows(v);
		list_to(&s->list, s->list.cur);
		break;
	case MSG_SESSION:
		drop(s);
		s->placed = false;
		place(v);
		s->list.h = list_rows(v);
		list_to(&s->list, s->list.cur);
		ask(v, REVIEW_SHAPE, out);
		break;
	case MSG_SHOW:
		show(v, m->text);
		break;
	case MSG_RETURN:
		if (m->key == KEY_EDIT)
			mig_edited(out, m->answer);
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_STATUS:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

/* ---- drawing ---- */

static void draw_head(const struct ui_view *v, struct pane line)
{
	const struct states *st = states_of(v);
	const struct project *p = v->app->project;
	struct arena *a = v->app->frame;
	int x = pane_textz(line, 1, 0, STYLE_TITLE, "Migrations") + 2;

	x = pane_text(line, x, 0, STYLE_NORMAL, count_of_things(a, st->n,
	    "file", "files")) + 2;
	for (enum mig_state i = 0; i < MIG_STATE_N; i++)
		if (st->counts[i])
			x = pane_printf(line, x, 0, mig_style(i), "%zu %s",
			    st->counts[i], mig_state_word[i]) + 2;
	if (st->nunknown)
		x = pane_printf(line, x, 0, STYLE_LOSS, "%zu unknown",
		    st->nunknown) + 2;
	pane_cut(line, 0, x - 2);
	if (p->folder.n && line.w - x > 30) {
		struct str f = app_clean(v->app, a, path_base(p->folder));

		pane_right(line, line.w - 1, 0, STYLE_DIM, f);
	}
}

/* Whose migrations these are, where that may be a mistake; "": it is plain. */
static struct str doubt(const struct ui_view *v)
{
	const struct project *p = v->app->project;
	struct arena *a = v->app->frame;

	for (size_t i = 0; i < p->nnotes; i++)
		if (str_find(p->notes[i], STR("--migrations DIR"), 0) <
		    p->notes[i].n)
			return app_clean(v->app, a, p->notes[i]);
	/* what lies in the project is its own */
	if (str_is(p->db_source, "--db") && p->db.path.n &&
	    !str_starts(p->db.path, p->root) && str_is(
	    p->folder_source, "found by its journal"))
		return app_clean(v->app, a, arena_printf(a, "--db names %.*s; "
		    "the migrations of %.*s were found by their journal",
		    STR_ARG(p->db_label), STR_ARG(p->name)));
	return STR("");
}

static void draw_doubt(const struct ui_view *v, struct pane line)
{
	struct str text = doubt(v);

	pane_hline(line, 0, 0, line.w);
	if (text.n)
		pane_field(line, 1, 0, line.w - 2, ALIGN_LEFT, STYLE_WARN,
		    text);
}

struct figures {
	size_t counts[CLASS_N];
	const struct plan_file *file;
	bool unknown;		/* nothing could be executed */
	bool stops;		/* a statement of it fails: which, from 1 */
	size_t stops_at;
	bool behind;		/* what it stands behind cannot be applied */
};

static const struct entry *whole_of(const struct entry *e)
{
	return e && e->whole ? e->whole : e;
}

/* Which piece of the file holds this byte of what ran, from 1. */
static size_t piece_at(const struct entry *e, size_t offset)
{
	size_t n = 0;

	while (n < e->npieces && e->pieces[n].offset <= offset)
		n++;
	return n ? n : 1;
}

static bool is_blocked(const struct plan *p, const struct plan_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (p->v[f->first + i].cls == CLASS_BLOCKED)
			return true;
	return false;
}

/* Nothing that comes after what fails is ever run. */
static void find_stop(const struct ui_view *v, const struct plan *p,
    const struct mig *m, struct figures *out)
{
	const struct states *st = states_of(v);
	const struct entry *stopped = p->run->stopped;

	if (stopped && whole_of(stopped) == m->entry) {
		out->stops = true;
		out->stops_at = piece_at(stopped, p->run->stopped_at);
		return;
	}
	for (size_t i = 0; i < p->nfiles && !out->behind &&
	    whole_of(p->files[i].entry) != m->entry; i++)
		if (is_blocked(p, &p->files[i]))
			out->behind = true;
	for (size_t i = 0; stopped && i < st->n && !out->behind &&
	    st->v[i].entry != m->entry; i++)
		if (st->v[i].entry == whole_of(stopped))
			out->behind = true;
}

static void figures_of(const struct ui_view *v, const struct mig *m,
    struct figures *out)
{
	const struct migrate *s = v->state;
	const struct plan *p = s->r ? s->r->review->plan : NULL;

	*out = (struct figures){ .unknown = p && p->run->not_executed };
	for (size_t i = 0; p && i < p->nfiles; i++)
		if (p->files[i].entry == m->entry)
			out->file = &p->files[i];
	for (size_t i = 0; out->file && i < out->file->n; i++)
		if (stmt_leads(p, out->file->first + i))
			out->counts[p->v[out->file->first + i].cls]++;
	if (p && m->state == MIG_PENDING)
		find_stop(v, p, m, out);
}

static int draw_classes(struct pane line, int x, const struct figures *f,
    bool known)
{
	size_t shown = f->stops || f->behind;

	if (f->stops)
		x = pane_printf(line, x, 0, STYLE_LOSS,
		    "BLOCKED: stops at %zu", f->stops_at) + 2;
	for (size_t c = CLASS_N; c-- > CLASS_SAFE + 1;)
		if (f->counts[c]) {
			/* before anything is counted each of them only may */
			x = pane_printf(line, x, 0, known ?
			    class_style((enum stmt_class)c) : STYLE_DIM,
			    known ? "%zu %s" : "%zu %s?", f->counts[c],
			    stmt_class_word[c]) + 2;
			shown++;
		}
	if (f->unknown)
		x = pane_textz(line, x, 0, STYLE_WARN, "not executed") + 2;
	else if (f->file && !shown)
		x = pane_textz(line, x, 0, STYLE_DIM, "safe") + 2;
	if (f->behind)
		x = pane_textz(line, x, 0, STYLE_LOSS,
		    "behind one that is BLOCKED") + 2;
	return x;
}

static void draw_remark(const struct ui_view *v, const struct mig *m,
    struct pane line, int x)
{
	const struct migrate *s = v->state;
	struct figures f;

	if (m->present_not_recorded) {
		pane_textz(line, x, 0, STYLE_WARN, "present, not recorded");
	} else if (m->recorded_not_present) {
		pane_textz(line, x, 0, STYLE_WARN, "recorded, not present");
	} else if (m->state == MIG_OUT_OF_ORDER) {
		pane_textz(line, x, 0, STYLE_DIM,
		    "drizzle would skip it for ever");
	} else if (m->state == MIG_EDITED) {
		pane_textz(line, x, 0, STYLE_DIM, "edited after it was applied");
	} else if (m->state == MIG_PENDING) {
		figures_of(v, m, &f);
		if (f.file || f.stops || f.behind)
			x = draw_classes(line, x, &f,
			    s->r->depth >= REVIEW_MEASURED);
		else if (s->busy)
			pane_mark(line, x, 0, STYLE_DIM, MARK_ELLIPSIS);
		if (line.w >= WAY_BACK_FROM && m->entry->down.n)
			pane_textz(line, line.w - 19, 0, STYLE_DIM,
			    "down file");
	}
}

static void draw_mig(const void *arg, struct pane line, size_t i, bool cur)
{
	const struct ui_view *v = arg;
	const struct mig *m = &states_of(v)->v[i];
	struct arena *a = v->app->frame;
	bool wide = line.w >= 76;
	int tag_w = wide ? line.w * 3 / 10 : line.w / 2 - 4, x = 3 + tag_w + 2;
	struct sbuf b = SBUF_INIT(64);

	(void)cur;
	if (m->state == MIG_APPLIED || m->state == MIG_RESTAMPED)
		pane_mark(line, 1, 0, STYLE_OK, MARK_OK);
	else
		pane_textz(line, 1, 0, mig_style(m->state),
		    m->state == MIG_PENDING ? "*" : "!");
	pane_field(line, 3, 0, tag_w, ALIGN_LEFT, mig_is_open(m) ? STYLE_STRONG :
	    STYLE_NORMAL, app_clean(v->app, a, m->entry->tag));
	pane_textz(line, x, 0, mig_style(m->state), mig_state_word[m->state]);
	x += 14;
	if (wide) {
		clock_short(&b, m->entry->when);
		pane_text(line, x, 0, STYLE_DIM, str_sub(sbuf_str(&b), 0, 10));
		x += 12;
		if (!m->entry->missing)
			pane_right(line, x + 4, 0, STYLE_NORMAL,
			    arena_printf(a, "%zu", m->entry->npieces));
		x += 8;
	}
	sbuf_free(&b);
	draw_remark(v, m, line, x);
}

static void draw_columns(struct pane line)
{
	int tag_w = line.w * 3 / 10, x = 3 + tag_w + 2;

	if (line.w < 76)
		return;
	pane_textz(line, 3, 0, STYLE_DIM, "migration");
	pane_textz(line, x, 0, STYLE_DIM, "state");
	pane_textz(line, x + 14, 0, STYLE_DIM, "made");
	pane_textz(line, x + 25, 0, STYLE_DIM, "stmts");
	pane_textz(line, x + 34, 0, STYLE_DIM, "does");
	if (line.w >= WAY_BACK_FROM)
		pane_textz(line, line.w - 19, 0, STYLE_DIM, "way back");
}

static void draw_preview(const struct ui_view *v, struct pane p)
{
	const struct migrate *s = v->state;
	const struct mig *m = current(v);
	struct figures f = { 0 };
	int y = 0;

	if (!m)
		return;
	figures_of(v, m, &f);
	for (size_t i = 0; f.file && i < f.file->n && y < p.h; i++) {
		struct item it = { .kind = ITEM_STMT,
			.number = f.file->first + i };

		if (stmt_leads(s->r->review->plan, it.number))
			item_draw(v->app, s->r, &it, pane_row(p, y++));
	}
	if (s->err.code && mig_is_open(m))
		pane_wrap(p, 2, y, p.w - 4, p.h, STYLE_ERROR,
		    app_clean(v->app, v->app->frame, str_z(s->err.msg)));
	else if (!f.file || !f.file->n)
		for (size_t i = 0; i < m->entry->npieces && y < p.h; i++) {
			pane_right(pane_row(p, y), 4, 0, STYLE_DIM,
			    arena_printf(v->app->frame, "%zu", i + 1));
			sql_field(v->app, pane_row(p, y++), 6, p.w - 8,
			    m->entry->pieces[i].sql);
		}
}

static void draw_none(const struct ui_view *v, struct pane body)
{
	const struct session *s = v->app->session;

	if (!s)
		pane_textz(body, 2, 1, STYLE_DIM, "opening");
	else if (!s->folder)
		pane_wrap(body, 2, 1, body.w - 4, 4, STYLE_NORMAL,
		    migrate_can(v, ACT_GENERATE) ?
		    STR("There is no migrations folder here. --migrations DIR "
		    "names one; g makes one of the schema files.") :
		    STR("There is no migrations folder here. --migrations DIR "
		    "names one."));
	else if (s->track.denied.n)
		pane_wrap(body, 2, 1, body.w - 4, 4, STYLE_WARN,
		    arena_printf(v->app->frame, "Which migrations are applied "
		    "is unknown: %.*s", STR_ARG(app_clean(v->app,
		    v->app->frame, s->track.denied))));
	else
		pane_textz(body, 2, 1, STYLE_DIM, "The journal is empty.");
}

static void migrate_draw(const struct ui_view *v, struct pane body)
{
	const struct migrate *s = v->state;
	const struct states *st = states_of(v);
	const struct mig *m = current(v);
	int rows = list_rows(v), y = 2;

	if (!st || !st->n) {
		draw_none(v, body);
		return;
	}
	draw_head(v, pane_row(body, 0));
	draw_doubt(v, pane_row(body, 1));
	draw_columns(pane_row(body, 2));
	y += has_columns(v);
	list_draw(&s->list, pane_sub(body, 0, y, body.w, rows), true, draw_mig,
	    v);
	if (v->h < 18)
		return;
	y += rows;
	pane_rule(body, y, STYLE_TITLE, app_clean(v->app, v->app->frame,
	    m->entry->tag));
	draw_preview(v, pane_sub(body, 0, y + 1, body.w, body.h - y - 1));
}

static void migrate_crumbs(const struct ui_view *v, struct pane line)
{
	const struct status *st = v->app->status;
	int x;

	if (st && st->interrupted.n) {
		pane_field(line, 0, 0, line.w, ALIGN_LEFT, STYLE_WARN,
		    app_clean(v->app, v->app->frame, st->interrupted));
	} else if (st && st->next.n) {
		x = pane_textz(line, 0, 0, STYLE_DIM, "headless: ");
		pane_field(line, x, 0, line.w - x, ALIGN_LEFT, STYLE_DIM,
		    app_clean(v->app, v->app->frame, st->next));
	}
}

static void migrate_leave(struct ui_view *v)
{
	drop(v->state);
}

const struct view_ops view_migrate = {
	.name = "migrate",
	.title = "Migrate",
	.state_size = sizeof(struct migrate),
	.keymap = migrate_keymap,
	.enter = migrate_enter,
	.update = migrate_update,
	.draw = migrate_draw,
	.can = migrate_can,
	.crumbs = migrate_crumbs,
	.leave = migrate_leave,
	.maps = MAPS(&open_map, &done_map),
};

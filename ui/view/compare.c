/*
 * compare: any two states of the schema side by side, or unified: live, schema
 * files, snapshots, migrations up to a tag, nothing.  Reads, changes nothing.
 */
#include "ui/view/compare.h"

#include "base/utf8.h"
#include "op/compare.h"
#include "ui/widget/list.h"
#include "ui/widget/sheet.h"

enum { KEY_COMPARE = 1, KEY_LEFT, KEY_RIGHT };

struct compared {
	struct comparison c;
	struct side side;
};
struct compare {
	struct str from, to;		/* in v->a */
	struct compared *r;		/* NULL: not known */
	struct arena *a;
	struct sheet sheet;
	size_t top, cur;		/* rows; cur: the change lit */
	bool lit, other_layout, unfolded, busy;
	struct err err;
};
struct asked {
	const struct project_request *request;
	bool declared;
	struct str from, to;
};

static const struct bind binds[] = {
	{ ACT_STATE_LEFT, NULL, NULL }, { ACT_STATE_RIGHT, NULL, NULL },
	{ ACT_CHANGE_NEXT, NULL, NULL }, { ACT_CHANGE_PREV, NULL, NULL },
	{ ACT_LAYOUT, NULL, NULL }, { ACT_FOLD, NULL, NULL },
	{ ACT_COPY, NULL, NULL }, BIND_LIST,
};
static const struct keymap map = {
	.name = "Comparison",
	.parent = &keymap_global,
	KEYMAP(binds),
};

static const struct keymap *keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

static bool can(const struct ui_view *v, enum action act)
{
	const struct compare *s = v->state;

	if (act == ACT_CHANGE_NEXT || act == ACT_CHANGE_PREV ||
	    act == ACT_FOLD || act == ACT_LAYOUT || act == ACT_COPY)
		return s->r && s->r->c.changes.n;
	return true;
}

void cmds_compare(struct cmds *out, struct str from, struct str to)
{
	struct compare_arg arg = { from, to };

	cmds_open(out, &view_compare, arena_copy(out->a, &arg, sizeof(arg)),
	    0);
}

void cmds_compare_mig(struct cmds *out, const struct session *s,
    const struct mig *m)
{
	struct str before = STR("empty");

	if (!m) {
		cmds_compare(out, STR("migrations"), STR("db"));
		return;
	}
	if (m > s->states.v)
		before = arena_printf(out->a, "migrations:%.*s",
		    STR_ARG(m[-1].entry->tag));
	cmds_compare(out, mig_is_open(m) ? STR("db") : before,
	    arena_printf(out->a, "migrations:%.*s", STR_ARG(m->entry->tag)));
}

/* ---- on the worker ---- */

static enum rc run(struct job *j, void **result, struct err *e)
{
	const struct asked *q = j->arg;
	struct compared *r = arena_new_of(j->a, struct compared);
	struct generate_request rq = { .limit = 1 };
	struct project *p = NULL;
	enum rc rc = RC_OK;

	if (q->declared) {
		rq.env = q->request->env;
		rc = generate_request_of(q->request, j->a, &rq, &p, e);
	}
	if (!rc)
		rc = compare_states(j->session, q->declared ? &rq : NULL,
		    q->from, q->to, j->a, &r->c, e);
	if (rc)
		return rc;
	side_build(&r->c.changes, 2, j->a, &r->side);
	*result = r;
	return RC_OK;
}

static void ask(struct ui_view *v, struct cmds *out)
{
	struct compare *s = v->state;
	struct arena *a;
	struct asked *q;

	if (!v->app->session)
		return;
	a = arena_new();
	q = arena_new_of(a, struct asked);
	*q = (struct asked){ .request = v->app->request,
		.declared = v->app->request && v->app->project->kit.dialect.n,
		.from = arena_str(a, s->from), .to = arena_str(a, s->to) };
	s->busy = true;
	cmds_job(out, (struct job_spec){ .what = "comparing",
		.key = KEY_COMPARE, .a = a, .arg = q, .run = run });
}

/* ---- layout ---- */

static bool is_unified(const struct ui_view *v)
{
	const struct compare *s = v->state;

	return s->other_layout ? v->app->wide : !v->app->wide;
}

static int head_rows(const struct ui_view *v)
{
	return 2 + !is_unified(v);
}

static int rows_of(const struct ui_view *v)
{
	int h = v->h - head_rows(v);

	return h > 1 ? h : 1;
}

static void clamp(struct ui_view *v)
{
	struct compare *s = v->state;
	size_t h = (size_t)rows_of(v);

	if (s->sheet.n <= h)
		s->top = 0;
	else if (s->top > s->sheet.n - h)
		s->top = s->sheet.n - h;
}

static void lay_out(struct ui_view *v)
{
	struct compare *s = v->state;
	struct sheet_options o = { .w = v->w, .ascii = v->app->ascii,
		.unified = is_unified(v), .unfolded = s->unfolded };
	const struct change *was = s->lit && s->cur < s->sheet.n ?
	    s->sheet.v[s->cur].line->change : NULL;

	if (!s->r || v->w <= 0)
		return;
	sheet_layout(&s->sheet, &s->r->side, &o, NULL);
	s->lit = false;
	for (size_t i = 0; was && i < s->sheet.n && !s->lit; i++)
		if (s->sheet.v[i].line->change == was) {
			s->cur = i;
			s->lit = true;
		}
	clamp(v);
}

static void drop(struct compare *s)
{
	sheet_close(&s->sheet);
	arena_free(s->a);
	s->a = NULL;
	s->r = NULL;
	s->top = s->cur = 0;
	s->lit = false;
	s->err = (struct err)ERR_INIT;
}

/* ---- messages ---- */

static void enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct compare_arg *a = arg;
	struct compare *s = v->state;

	s->from = arena_str(v->a, a->from);
	s->to = arena_str(v->a, a->to);
	ask(v, out);
}

static void came(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct compare *s = v->state;

	s->busy = false;
	if (m->rc == RC_CANCELLED && s->r)
		return;
	drop(s);
	if (m->rc) {
		s->err = *m->err;
		return;
	}
	s->r = m->result;
	s->a = msg_take_arena(m);
	lay_out(v);
	if (s->r->c.notes.n)
		cmds_message(out, STYLE_DIM, "%.*s%s",
		    STR_ARG(s->r->c.notes.v[0]),
		    s->r->c.notes.n > 1 ? " …" : "");
}

static void next_change(struct ui_view *v, bool forward)
{
	struct compare *s = v->state;
	size_t n = s->sheet.n, i = s->lit ? s->cur : s->top;
	size_t h = (size_t)rows_of(v);
	const struct change *was = s->lit ? s->sheet.v[i].line->change : NULL;

	for (size_t k = s->lit ? 1 : 0; k <= n; k++) {
		size_t at = forward ? (i + k) % n : (i + 2 * n - k) % n;
		const struct sheet_row *r = &s->sheet.v[at];

		/* all lines of a new table are one change */
		if (!r->first || !r->line->change || r->mark == ' ' ||
		    r->line->change == was)
			continue;
		while (at && s->sheet.v[at - 1].line->change == r->line->change)
			at--;
		r = &s->sheet.v[at];
		s->cur = at;
		s->lit = true;
		if (at < s->top + 1 || at + 1 >= s->top + h)
			s->top = at > h / 3 ? at - h / 3 : 0;
		clamp(v);
		return;
	}
}

static void choose(struct ui_view *v, bool left, struct cmds *out)
{
	struct compare *s = v->state;
	struct state_arg arg = { left ? "On the left" : "On the right",
		left ? s->from : s->to };

	cmds_open(out, &view_state, arena_copy(out->a, &arg, sizeof(arg)),
	    left ? KEY_LEFT : KEY_RIGHT);
}

static void copy(const struct compare *s, struct cmds *out)
{
	struct sbuf b = SBUF_TEXT;

	diff_print_unified(&s->r->side, false, arena_z(out->a, s->from),
	    arena_z(out->a, s->to), &b);
	cmds_push(out, (struct cmd){ .kind = CMD_COPY, .text = sbuf_str(&b) });
	sbuf_free(&b);
}

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct compare *s = v->state;
	struct list tops = { .n = s->sheet.n, .cur = s->top, .h = rows_of(v) };

	if (act == ACT_STATE_LEFT || act == ACT_STATE_RIGHT) {
		choose(v, act == ACT_STATE_LEFT, out);
	} else if (!s->r || !can(v, act)) {
		return;
	} else if (act == ACT_CHANGE_NEXT || act == ACT_CHANGE_PREV) {
		next_change(v, act == ACT_CHANGE_NEXT);
	} else if (act == ACT_LAYOUT || act == ACT_FOLD) {
		s->other_layout ^= act == ACT_LAYOUT;
		s->unfolded ^= act == ACT_FOLD;
		lay_out(v);
	} else if (act == ACT_COPY) {
		copy(s, out);
	} else if (list_key(&tops, act)) {
		s->top = tops.cur;
		clamp(v);
	}
}

static void chosen(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct compare *s = v->state;
	struct str *side = m->key == KEY_LEFT ? &s->from : &s->to;

	if (m->answer != 1 || !m->result)
		return;
	*side = arena_str(v->a, *(const struct str *)m->result);
	ask(v, out);
}

static void update(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m->act, out);
		break;
	case MSG_RESIZE:
		lay_out(v);
		break;
	case MSG_JOB:
		came(v, m, out);
		break;
	case MSG_SESSION:
		drop(v->state);
		ask(v, out);
		break;
	case MSG_RETURN:
		chosen(v, m, out);
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_PROGRESS:
	case MSG_FOCUS:
	case MSG_STATUS:
	case MSG_SHOW:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

/* ---- drawing ---- */

static void draw_header(const struct ui_view *v, struct pane line)
{
	static const struct {
		enum change_op op;
		enum style style;
		const char *word;
	} ops[] = {
		{ CHANGE_ADD, STYLE_ADDED_STRONG, "added" },
		{ CHANGE_DROP, STYLE_LOSS, "gone" },
		{ CHANGE_CHANGE, STYLE_CHANGED, "changed" },
		{ CHANGE_RENAME, STYLE_RENAMED, "renamed" },
	};
	const struct compare *s = v->state;
	const struct app *app = v->app;
	size_t counts[CHANGE_OP_N] = { 0 };
	int x = pane_textz(line, 1, 0, STYLE_TITLE, "Compare") + 2;
	int room = line.w - x - 6;

	if (is_unified(v)) {	/* no titles above the halves */
		pane_field(line, x, 0, room, ALIGN_LEFT, STYLE_NORMAL,
		    app_clean(app, app->frame, arena_printf(app->frame,
		    "%.*s %s %.*s", STR_ARG(s->from), app->ascii ? "->" : "→",
		    STR_ARG(s->to))));
		x += (int)utf8_cells(s->from) + (int)utf8_cells(s->to) + 6;
	}
	if (s->busy && !app->still) {
		pane_right(line, line.w - 1, 0, STYLE_DIM, STR("comparing"));
		return;
	}
	if (!s->r)
		return;
	for (size_t i = 0; i < s->r->c.changes.n; i++)
		counts[s->r->c.changes.v[i].op]++;
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (counts[ops[i].op] && x + 14 < line.w)
			x = pane_printf(line, x, 0, ops[i].style, "%zu %s",
			    counts[ops[i].op], ops[i].word) + 2;
	if (!s->r->c.changes.n && x + 14 < line.w)
		pane_textz(line, x, 0, STYLE_OK, "no difference");
}

static void draw_titles(const struct ui_view *v, struct pane line, int mid)
{
	const struct compare *s = v->state;
	struct arena *a = v->app->frame;

	pane_field(line, 1, 0, mid - 2, ALIGN_LEFT, STYLE_TITLE,
	    app_clean(v->app, a, s->from));
	pane_field(line, mid + 3, 0, line.w - mid - 4, ALIGN_LEFT, STYLE_TITLE,
	    app_clean(v->app, a, s->to));
}

static void draw_error(const struct ui_view *v, struct pane p)
{
	const struct compare *s = v->state;
	struct arena *a = v->app->frame;
	int y = 0, w = p.w - 4;

	if (s->err.where[0])
		y += pane_wrap(p, 2, y, w, p.h, STYLE_STRONG,
		    app_clean(v->app, a, str_z(s->err.where)));
	y += pane_wrap(p, 2, y, w, p.h - y, STYLE_ERROR,
	    app_clean(v->app, a, str_z(s->err.msg)));
	if (s->err.hint[0])
		pane_wrap(p, 2, y + 1, w, p.h - y - 1, STYLE_NORMAL,
		    utf8_clean(a, str_z(s->err.hint), UTF8_BLOCK));
}

static void draw(const struct ui_view *v, struct pane body)
{
	const struct compare *s = v->state;
	int head = head_rows(v), mid = s->sheet.n ? sheet_middle(&s->sheet) :
	    is_unified(v) ? 0 : (v->w - 2) / 2;
	struct pane p = pane_sub(body, 0, head, body.w, body.h - head);
	size_t rows = (size_t)p.h;

	draw_header(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	if (head > 2) {
		draw_titles(v, pane_row(body, 2), mid);
		pane_vline(body, mid, 2, s->sheet.n ? body.h - 2 : 1);
	}
	for (int y = 0; y < p.h && s->top + (size_t)y < s->sheet.n; y++) {
		size_t i = s->top + (size_t)y;

		sheet_draw_row(&s->sheet, p, y, i, s->lit &&
		    s->sheet.v[i].line == s->sheet.v[s->cur].line);
	}
	if (s->err.code)
		draw_error(v, pane_sub(p, 0, 1, p.w, p.h - 1));
	else if (s->r && !s->sheet.n)
		pane_textz(p, 2, 1, STYLE_DIM, "Both are the same.");
	if (s->sheet.n > rows)
		pane_right(pane_row(body, 1), body.w - 2, 0, STYLE_DIM,
		    arena_printf(v->app->frame, " %zu-%zu of %zu ", s->top + 1,
		    s->top + rows < s->sheet.n ? s->top + rows : s->sheet.n,
		    s->sheet.n));
}

static void leave(struct ui_view *v)
{
	drop(v->state);
}

const struct view_ops view_compare = {
	.name = "compare",
	.title = "Compare",
	.state_size = sizeof(struct compare),
	.keymap = keymap,
	.enter = enter,
	.update = update,
	.draw = draw,
	.can = can,
	.leave = leave,
	.maps = MAPS(&map),
};

/*
 * report: what a run has done and what was proven afterwards.  Shown after
 * every run, and again from the history.
 */
#include "ui/view/flow.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "ui/widget/list.h"

enum row_kind { ROW_BLANK, ROW_ERROR, ROW_WHEN, ROW_CHECK, ROW_LEFT, ROW_STMT,
	ROW_TOLD, ROW_DIR,
	ROW_HEAD };

struct row {
	enum row_kind kind;
	size_t i;		/* check, statement */
	struct str text;	/* cleaned; one screen row of it */
	bool first;
};
struct shown {
	struct arena *a, *rows_a;
	const struct report *r;
	struct err err;
	const struct row *rows;
	size_t n, top;
};

static const struct bind binds[] = {
	BIND_LIST, { ACT_COPY, NULL, NULL }, { ACT_ROLLBACK, NULL, NULL },
};
static const struct keymap map = {
	.name = "Report",
	.parent = &keymap_global,
	KEYMAP(binds),
};

static const struct keymap *report_keymap(const struct ui_view *v)
{
	(void)v;
	return &map;
}

/* ---- rows ---- */

struct filler {
	struct arena *a;
	const struct ui_view *v;
	int w;
	VEC(struct row) rows;
};

static void add(struct filler *f, struct row r)
{
	vec_push(f->a, &f->rows, r);
}

/* Text cut into rows of w cells at spaces. */
static void add_wrapped(struct filler *f, enum row_kind kind, size_t i, int w,
    struct str text)
{
	struct str rest = app_clean(f->v->app, f->a, text);
	bool first = true;

	do {
		size_t used, end;
		struct str line = utf8_fit(rest, (size_t)(w > 8 ? w : 8), &used);

		end = line.n;
		if (end < rest.n && rest.p[end] != ' ') {
			while (end > 0 && rest.p[end - 1] != ' ')
				end--;
			end = end ? end : line.n;
		}
		add(f, (struct row){ kind, i, str_sub(rest, 0, end), first });
		rest = str_trim(str_sub(rest, end ? end : rest.n, rest.n));
		first = false;
	} while (rest.n);
}

static void fill(struct filler *f, const struct shown *s)
{
	const struct report *r = s->r;

	if (s->err.code) {
		add_wrapped(f, ROW_ERROR, 0, f->w - 4, str_z(s->err.msg));
		if (s->err.where[0])
			add_wrapped(f, ROW_DIR, 0, f->w - 4,
			    str_z(s->err.where));
		add(f, (struct row){ .kind = ROW_BLANK });
	}
	if (r->committed_at)
		add(f, (struct row){ .kind = ROW_WHEN });
	for (size_t i = 0; i < r->nchecks; i++)
		add_wrapped(f, ROW_CHECK, i, f->w - 12, r->checks[i].text);
	for (size_t i = 0; i < r->left.n; i++)
		add_wrapped(f, ROW_LEFT, i, f->w - 12, r->left.v[i]);
	if (r->nstmts) {
		add(f, (struct row){ .kind = ROW_BLANK });
		add(f, (struct row){ .kind = ROW_HEAD });
	}
	for (size_t i = 0; i < r->nstmts; i++) {
		add(f, (struct row){ .kind = ROW_STMT, .i = i });
		if (r->stmts[i].told.n)
			add_wrapped(f, ROW_TOLD, i, f->w - 14,
			    r->stmts[i].told);
	}
	if (r->run_dir.n) {
		add(f, (struct row){ .kind = ROW_BLANK });
		add_wrapped(f, ROW_DIR, 0, f->w - 12, f->v->app->still ?
		    STR("(the run's folder)") : r->run_dir);
	}
}

static void lay_out(struct ui_view *v)
{
	struct shown *s = v->state;
	struct filler f = { .v = v, .w = v->w };
	struct list l;

	arena_free(s->rows_a);
	f.a = s->rows_a = arena_new();
	fill(&f, s);
	s->rows = f.rows.v;
	s->n = f.rows.n;
	l = (struct list){ .n = s->n, .cur = s->top, .h = v->h - 2 };
	s->top = list_top(&l, v->h - 2);
}

static void report_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct report_arg *a = arg;
	struct shown *s = v->state;

	(void)out;
	s->a = a->a;
	s->r = a->report;
	if (a->err)
		s->err = *a->err;
}

static void copy(struct ui_view *v, struct cmds *out)
{
	const struct shown *s = v->state;
	struct sbuf b = SBUF_TEXT;

	report_markdown(s->r, &b);
	cmds_push(out, (struct cmd){ .kind = CMD_COPY, .text = sbuf_str(&b) });
	cmds_message(out, STYLE_DIM, "Copied as Markdown");
	sbuf_free(&b);
}

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct shown *s = v->state;
	size_t h = v->h > 3 ? (size_t)v->h - 2 : 1;
	size_t max = s->n > h ? s->n - h : 0;
	struct list l = { .n = max + 1, .cur = s->top, .h = (int)h };
	struct review_target back = { .down = true, .tag = STR("") };

	if (act == ACT_COPY)
		copy(v, out);
	else if (act == ACT_ROLLBACK && !s->r->rehearsed)
		cmds_push(out, (struct cmd){ .kind = CMD_REPLACE,
			.view = &view_review,
			.arg = arena_copy(out->a, &back, sizeof(back)) });
	else if (list_key(&l, act))
		s->top = l.cur;
}

static void report_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	if (m->kind == MSG_KEY)
		on_key(v, m->act, out);
	else if (m->kind == MSG_RESIZE)
		lay_out(v);
}

static bool report_can(const struct ui_view *v, enum action act)
{
	const struct shown *s = v->state;

	return act != ACT_ROLLBACK || (v->app->session && !s->r->rehearsed &&
	    v->app->session->states.counts[MIG_APPLIED]);
}

/* ---- drawing ---- */

static const struct {
	const char *word;
	enum style style;
} looks[] = {
	[CHECK_OK] = { "ok", STYLE_OK },
	[CHECK_NOTE] = { "note", STYLE_WARN },
	[CHECK_FAILED] = { "FAILED", STYLE_LOSS },
};

static size_t count(const struct report *r, enum check_result what)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nchecks; i++)
		n += r->checks[i].result == what;
	return n;
}

static int draw_counts(const struct ui_view *v, struct pane line)
{
	const struct shown *s = v->state;
	struct arena *a = v->app->frame;
	size_t failed = count(s->r, CHECK_FAILED), note;
	int x = line.w - 1;

	if (!s->r->nchecks)
		return x;
	note = count(s->r, CHECK_NOTE);
	x = pane_right(line, x, 0, failed ? STYLE_LOSS : STYLE_DIM,
	    arena_printf(a, "%zu failed", failed)) - 2;
	x = pane_right(line, x, 0, note ? STYLE_WARN : STYLE_DIM,
	    count_of_things(a, note, "note", "notes")) - 2;
	return pane_right(line, x, 0, STYLE_OK, arena_printf(a, "%zu ok",
	    count(s->r, CHECK_OK))) - 2;
}

static void draw_head(const struct ui_view *v, struct pane line)
{
	const struct shown *s = v->state;
	const struct report *r = s->r;
	bool good = !s->err.code && !r->left.n && !count(r, CHECK_FAILED);
	int x = 1, end = draw_counts(v, line);

	line = pane_sub(line, 0, 0, end, 1);
	x = pane_badge(line, x, 0, good ? STYLE_BADGE_OK : STYLE_BADGE_LOSS,
	    r->rehearsed ? good ? STR("REHEARSED") : STR("FAILED") :
	    good ? STR("VERIFIED") : r->left.n ? STR("STOPPED") :
	    !r->committed_at && !r->applied && !s->err.code ? STR("DIFFERS") :
	    STR("APPLIED, BUT")) + 1;
	pane_field(line, x, 0, line.w - x, ALIGN_LEFT, STYLE_TITLE,
	    app_clean(v->app, v->app->frame, r->title));
}

/* "ok  committed 2026-11-21 12:04, 1.1 s" */
static void draw_when(const struct ui_view *v, struct pane line)
{
	const struct shown *s = v->state;
	struct sbuf b = SBUF_INIT(200);

	sbuf_addz(&b, "committed ");
	if (!v->app->still) {
		clock_short(&b, s->r->committed_at);
		sbuf_addz(&b, ", ");
	}
	sbuf_addz(&b, "in ");
	app_ms(v->app, s->r->ms, &b);
	if (s->r->lock.kind == LOCK_SHARED_APPLY)
		sbuf_addz(&b, ", beside programs that had the file open");
	pane_textz(line, 2, 0, STYLE_OK, "ok");
	pane_text(line, 10, 0, STYLE_STRONG, sbuf_str(&b));
	sbuf_free(&b);
}

static void draw_stmt(const struct ui_view *v, struct pane line,
    const struct applied_stmt *st)
{
	struct arena *a = v->app->frame;
	int end = line.w - (line.w >= 76 ? 30 : 13);
	struct sbuf b = SBUF_INIT(100);

	sql_field(v->app, line, 10, end - 11, st->sql);
	app_ms(v->app, st->ms, &b);
	pane_right(line, end + 11, 0, STYLE_NORMAL, sbuf_str(&b));
	if (line.w >= 76 && st->rows > 0)
		pane_right(line, line.w - 1, 0, STYLE_DIM, count_of_things(a,
		    (size_t)st->rows, "row", "rows"));
	sbuf_free(&b);
}

static void draw_row(const struct ui_view *v, struct pane line,
    const struct row *row)
{
	const struct shown *s = v->state;
	enum check_result c;

	switch (row->kind) {
	case ROW_ERROR:
		pane_text(line, 2, 0, STYLE_ERROR, row->text);
		break;
	case ROW_WHEN:
		draw_when(v, line);
		break;
	case ROW_CHECK:
		c = s->r->checks[row->i].result;
		if (row->first)
			pane_textz(line, 2, 0, looks[c].style, looks[c].word);
		pane_text(line, 10, 0, c == CHECK_FAILED ? STYLE_LOSS :
		    STYLE_NORMAL, row->text);
		break;
	case ROW_LEFT:
		if (row->first)
			pane_textz(line, 2, 0, STYLE_WARN, "left");
		pane_text(line, 10, 0, STYLE_NORMAL, row->text);
		break;
	case ROW_STMT:
		draw_stmt(v, line, &s->r->stmts[row->i]);
		break;
	case ROW_TOLD:
		pane_text(line, 12, 0, STYLE_DIM, row->text);
		break;
	case ROW_DIR:
		if (row->first)
			pane_textz(line, 2, 0, STYLE_DIM, "record");
		pane_text(line, 10, 0, STYLE_DIM, row->text);
		break;
	case ROW_HEAD:
		pane_text(line, 2, 0, STYLE_DIM, count_of_things(v->app->frame,
		    s->r->nstmts, "statement", "statements"));
		break;
	case ROW_BLANK:
		break;
	}
}

static void report_draw(const struct ui_view *v, struct pane body)
{
	const struct shown *s = v->state;

	draw_head(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	for (int y = 2; y < body.h && s->top + (size_t)y - 2 < s->n; y++)
		draw_row(v, pane_row(body, y), &s->rows[s->top + (size_t)y - 2]);
	if (s->n > (size_t)body.h - 2)
		pane_right(pane_row(body, 1), body.w - 2, 0, STYLE_DIM,
		    arena_printf(v->app->frame, " %zu-%zu of %zu ", s->top + 1,
		    s->top + (size_t)body.h - 2, s->n));
}

static void report_leave(struct ui_view *v)
{
	struct shown *s = v->state;

	arena_free(s->rows_a);
	arena_free(s->a);
}

const struct view_ops view_report = {
	.name = "report",
	.title = "Report",
	.state_size = sizeof(struct shown),
	.keymap = report_keymap,
	.enter = report_enter,
	.update = report_update,
	.draw = report_draw,
	.can = report_can,
	.leave = report_leave,
	.maps = MAPS(&map),
};

/* review_draw: header, the two halves, statements, advice.  Changes nothing. */
#include "ui/view/review.h"

#include "base/utf8.h"

static size_t count_leads(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += stmt_leads(p, i);
	return n;
}

static enum undo_grade worst_undo(const struct plan *p)
{
	enum undo_grade g = UNDO_EXACT;

	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i].undo > g)
			g = p->files[i].undo;
	return g;
}

/* What is there again afterwards: the worst of the ways back. */
static enum undo_grade restored(const struct rollback *rb)
{
	enum undo_grade g = UNDO_EXACT;

	for (size_t i = 0; i < rb->n; i++)
		if (rb->downs[i].grade > g)
			g = rb->downs[i].grade;
	return g;
}

static size_t count_blocked(const struct plan *p)
{
	size_t n = p->counts[CLASS_BLOCKED];

	for (size_t i = 0; i < p->nhaz; i++)
		n += p->haz[i].sev == SEV_BLOCKED;
	return n;
}

static int draw_badges(const struct ui_view *v, const struct plan *p,
    struct pane line, int x)
{
	struct arena *a = v->app->frame;
	size_t blocked = count_blocked(p);

	if (blocked)
		x = pane_badge(line, x, 0, STYLE_BADGE_LOSS,
		    arena_printf(a, "%zu BLOCKED", blocked)) + 1;
	if (p->counts[CLASS_LOSS])
		x = pane_badge(line, x, 0, STYLE_BADGE_LOSS, arena_printf(a,
		    "%zu LOSES DATA", p->counts[CLASS_LOSS])) + 1;
	if (p->counts[CLASS_REBUILD])
		x = pane_badge(line, x, 0, STYLE_BADGE_WARN, arena_printf(a,
		    "%zu REBUILD", p->counts[CLASS_REBUILD])) + 1;
	if (p->counts[CLASS_DATA])
		x = pane_badge(line, x, 0, STYLE_BADGE_WARN, arena_printf(a,
		    "%zu DATA", p->counts[CLASS_DATA])) + 1;
	return x;
}

/* How much is known. */
static struct str depth_text(const struct ui_view *v, enum style *st)
{
	const struct review_state *s = v->state;
	const struct plan *p = s->r->review->plan;

	*st = STYLE_DIM;
	if (s->busy && s->progress.of && !v->app->still)
		return arena_printf(v->app->frame, "%s %zu/%zu",
		    s->progress.what, s->progress.done, s->progress.of);
	if (s->busy)
		return STR("measuring");
	if (s->r->depth == REVIEW_SHAPE && p->n)
		return STR("not measured");
	if (rehearsal_why(s->r)->code) {
		*st = STYLE_LOSS;
		return STR("rehearsal failed");
	}
	*st = STYLE_OK;
	return p->rehearsed || s->r->rehearsal ? STR("rehearsed") : STR("");
}

static void draw_header(const struct ui_view *v, struct pane line)
{
	const struct review_state *s = v->state;
	const struct reviewed *r = s->r;
	const struct plan *p = r->review->plan;
	struct arena *a = v->app->frame;
	enum undo_grade grade = r->rollback ? restored(r->rollback) :
		worst_undo(p);
	bool other = r->rollback && r->rollback->restored_known &&
		r->rollback->not_restored.n;
	const char *undo = other ? "schema not as it was" : r->rollback ?
		undo_restores[grade] : p->run->not_executed ? "not known" :
		undo_word[grade];
	enum style st;
	struct str depth = depth_text(v, &st), title, stmts;
	int x = 1, room;

	title = app_clean(v->app, a, r->title);
	stmts = p->run->not_executed ? STR("not executed") :
	    count_of_things(a, count_leads(p), "statement", "statements");
	/* what is left for words beside title, badges and undo */
	room = line.w - 4 - (int)utf8_cells(title) - (r->rollback ? 0 : 5) -
	    (int)strlen(undo) -
	    (p->counts[CLASS_LOSS] ? 15 : 0) - (count_blocked(p) ? 12 : 0) -
	    (p->counts[CLASS_REBUILD] ? 12 : 0) -
	    (p->counts[CLASS_DATA] ? 9 : 0) - (r->rollback ? 12 : 0);
	if (room < 0 && p->nfiles > 1)	/* its last one says most */
		title = arena_printf(a, ".. %.*s", STR_ARG(app_clean(v->app, a,
		    p->files[p->nfiles - 1].entry->tag)));
	if (r->rollback)
		x = pane_textz(line, x, 0, STYLE_DIM, "take back ");
	x = pane_text(line, x, 0, STYLE_TITLE, title) + 2;
	if (room >= (int)utf8_cells(stmts) + 3) {
		room -= (int)utf8_cells(stmts) + 3;
		if (!r->rollback && r->position && room >= 18)
			x = pane_printf(line, x, 0, STYLE_DIM,
			    "%zu of %zu pending", r->position, r->pending) + 2;
		x = pane_text(line, x, 0, STYLE_NORMAL, stmts) + 3;
	}
	x = draw_badges(v, p, line, x);
	if (x + (r->rollback ? 0 : 5) + (int)strlen(undo) < line.w) {
		if (!r->rollback)
			x = pane_textz(line, x, 0, STYLE_DIM, "undo ");
		x = pane_textz(line, x, 0, other || grade >= UNDO_SHAPE ?
		    STYLE_WARN : STYLE_NORMAL, undo);
	}
	if (x + 2 + (int)utf8_cells(depth) < line.w)
		pane_right(line, line.w - 1, 0, st, depth);
}

static void draw_titles(const struct ui_view *v, struct pane line)
{
	const struct review_state *s = v->state;
	const struct review *r = s->r->review;
	struct sbuf b = SBUF_INIT(200);
	enum style st = s->focus == ON_DIFF ? STYLE_TITLE : STYLE_STRONG;
	int mid = sheet_middle(&s->sheet), x;

	x = pane_textz(line, 1, 0, st, "NOW") + 2;
	pane_textz(line, x, 0, STYLE_DIM, r->s && !r->s->db ?
	    "no database yet" : "live database");
	x = pane_textz(line, mid + 3, 0, st, "AFTER") + 2;
	if (r->plan->run && r->plan->run->stopped) {
		sbuf_addz(&b, "stops in the middle, see below");
	} else if (r->plan->run && r->plan->run->not_executed) {
		sbuf_addz(&b, "not known: no file was executed");
	} else {
		sbuf_addz(&b, "run on a clone, ");
		app_ms(v->app, r->clone_ms, &b);
		if (r->plan->rehearsed && !r->plan->rehearsal_error.code)
			sbuf_addz(&b, ", and on a copy: ok");
	}
	if (x + (int)utf8_cells(sbuf_str(&b)) > line.w && r->plan->rehearsed &&
	    !r->plan->rehearsal_error.code) {
		sbuf_reset(&b);
		sbuf_addz(&b, "on a clone and a copy: ok");
	}
	pane_field(line, x, 0, line.w - x, ALIGN_LEFT, r->plan->run &&
	    r->plan->run->stopped ? STYLE_LOSS : STYLE_DIM, sbuf_str(&b));
	sbuf_free(&b);
}

static void draw_more(const struct app *app, struct pane line, size_t top,
    size_t rows, size_t n)
{
	if (n <= rows)
		return;
	pane_right(line, line.w - 2, 0, STYLE_DIM, arena_printf(app->frame,
	    " %zu-%zu of %zu ", top + 1, top + rows < n ? top + rows : n, n));
}

static void draw_diff(const struct ui_view *v, struct pane body,
    const struct review_layout *l)
{
	const struct review_state *s = v->state;
	const struct run *run = s->r->review->plan->run;
	struct pane p = pane_sub(body, 0, l->diff_y, body.w, l->diff_h);
	int mid = sheet_middle(&s->sheet);
	bool on = s->focus == ON_DIFF;

	if (l->titles)
		draw_titles(v, pane_row(body, 2));
	for (int y = 0; y < p.h && s->diff.top + (size_t)y < s->sheet.n; y++) {
		size_t i = s->diff.top + (size_t)y;

		sheet_draw_row(&s->sheet, p, y, i,
		    review_lit(s, &s->sheet.v[i]));
		pane_hit(p, 0, y, p.w, (struct hit){ .focused = on,
			.down = (long)i - (long)s->diff.cur });
		if (on && i == s->diff.cur) {
			pane_mark(p, mid ? 0 : 1, y, STYLE_ACCENT, MARK_CURSOR);
			pane_bar(p, y);
		}
	}
	if (!s->sheet.n)
		pane_textz(p, 2, 0, STYLE_DIM,
		    run && run->stopped ?
		    "not known: it stops before the schema would change" :
		    run && run->not_executed ?
		    "without a scratch database it is not known" :
		    "the schema stays as it is: only rows change");
	if (mid)
		pane_vline(body, mid, 2, l->diff_y + l->diff_h - 2);
	draw_more(v->app, pane_row(body, 1), s->diff.top, (size_t)l->diff_h,
	    s->sheet.n);
}

struct row_arg {
	const struct ui_view *v;
};

static void draw_item(const void *arg, struct pane line, size_t i, bool cur)
{
	const struct row_arg *ra = arg;
	const struct review_state *s = ra->v->state;

	(void)cur;
	item_draw(ra->v->app, s->r, &s->items.v[i], line);
	if (s->is_read[i])
		pane_mark(line, 0, 0, STYLE_OK, MARK_OK);
}

static void draw_list(const struct ui_view *v, struct pane body,
    const struct review_layout *l)
{
	const struct review_state *s = v->state;
	struct pane p = pane_sub(body, 0, l->list_y, body.w, l->list_h);
	struct row_arg arg = { v };

	list_draw(&s->list, p, s->focus == ON_STATEMENTS, draw_item, &arg);
	/* it is lit with the line of the diff that the cursor is on */
	if (s->focus == ON_DIFF && !s->unlinked)
		pane_bar(p, (int)(s->list.cur - list_top(&s->list, p.h)));
	if (s->nread)
		pane_printf(body, 14, l->one ? 1 : l->rule_y, STYLE_OK,
		    " %zu of %zu read ", s->nread, s->nstmts);
	draw_more(v->app, pane_row(body, l->one ? 1 : l->rule_y),
	    list_top(&s->list, l->list_h), (size_t)l->list_h, s->items.n);
}

static void draw_drizzle(const struct ui_view *v, struct pane p)
{
	const struct review_state *s = v->state;
	const struct plan *plan = s->r->review->plan;
	struct str text = review_drizzle(s, v->app->frame);
	int name = (int)sizeof("Drizzle's own migrator") - 1;

	if (str_is(plan->drizzle, "same")) {
		pane_text(p, 2, 0, STYLE_DIM, text);
		return;
	}
	if (p.h == 1)
		pane_field(p, 2, 0, p.w - 3, ALIGN_LEFT,
		    plan->drizzle_loses ? STYLE_LOSS : STYLE_WARN, text);
	else
		pane_wrap(p, 2, 0, p.w - 4, p.h, plan->drizzle_loses ?
		    STYLE_LOSS : STYLE_WARN, text);
	pane_restyle(p, 2, 0, name, STYLE_NORMAL);
}

static int dot(struct pane line, int x)
{
	return pane_mark(line, x + 2, 0, STYLE_DIM, MARK_DOT) + 2;
}

/* The chosen row in a line: code, object, evidence, the safe way. */
static void draw_advice(const struct ui_view *v, struct pane line)
{
	const struct review_state *s = v->state;
	const struct item *it = s->r ? review_item(s) : NULL;
	const struct hazard *h = it ? it->hazard : NULL;
	struct arena *a = v->app->frame;
	const struct stmt *st;
	int x = 0;

	if (h && (it->kind == ITEM_HAZARD || h->sev > SEV_INFO)) {
		x = pane_printf(line, x, 0, sev_style(h->sev), "%s %s",
		    h->def->code, h->def->slug);
		x = pane_text(line, x + 2, 0, STYLE_NORMAL,
		    app_clean(v->app, a, h->object));
		if (line.w >= 100 && h->text.n && it->kind == ITEM_HAZARD)
			x = pane_text(line, dot(line, x), 0, STYLE_DIM,
			    plan_text(v->app, h->text));
		x = pane_textz(line, dot(line, x), 0, STYLE_DIM, "safe way: ");
		pane_field(line, x, 0, line.w - x, ALIGN_LEFT, STYLE_NORMAL,
		    str_z(h->def->advice));
	} else if (it && it->kind == ITEM_STMT) {
		st = &s->r->review->plan->v[it->number];
		x = pane_text(line, x, 0, STYLE_DIM,
		    app_clean(v->app, a, st->run->where));
		if (!s->target.down) {
			x = pane_textz(line, dot(line, x), 0, STYLE_DIM,
			    "undo ");
			x = pane_textz(line, x, 0, STYLE_NORMAL,
			    undo_word[st->undo]);
		}
		if (h) {
			x = dot(line, x);
			pane_field(line, x, 0, line.w - x, ALIGN_LEFT,
			    STYLE_DIM, plan_text(v->app, h->text));
		}
	} else if (it && it->kind == ITEM_FILE) {
		pane_text(line, x, 0, STYLE_DIM, app_clean(v->app, a,
		    s->r->review->plan->files[it->number].entry->file));
	} else if (it && it->text.n) {
		pane_text(line, x, 0, STYLE_DIM, plan_text(v->app, it->text));
	}
}

/* Instead of a review: why there is none. */
static void draw_nothing(const struct ui_view *v, struct pane body)
{
	const struct review_state *s = v->state;
	struct arena *a = v->app->frame;
	int y = 1, w = body.w - 4;

	if (!s->err.code) {
		pane_textz(body, 2, y, STYLE_DIM, s->busy ? "planning" : "");
		return;
	}
	y += pane_wrap(body, 2, y, w, body.h, STYLE_ERROR,
	    app_clean(v->app, a, str_z(s->err.msg)));
	if (s->err.where[0])
		y += pane_wrap(body, 2, y, w, body.h, STYLE_DIM,
		    app_clean(v->app, a, str_z(s->err.where)));
	if (s->err.hint[0])
		pane_wrap(body, 2, y + 1, w, body.h, STYLE_NORMAL,
		    utf8_clean(a, str_z(s->err.hint), UTF8_BLOCK));
}

void review_draw(const struct ui_view *v, struct pane body)
{
	const struct review_state *s = v->state;
	struct review_layout l;

	if (!s->r) {
		draw_nothing(v, body);
		return;
	}
	if (!s->r->review->plan->nfiles) {
		pane_textz(body, 2, 1, STYLE_OK, "Nothing is pending here.");
		return;
	}
	review_layout(v, &l);
	draw_header(v, pane_row(body, 0));
	pane_hline(body, 0, 1, body.w);
	if (l.rule_y >= 0)
		pane_rule(body, l.rule_y, s->focus == ON_STATEMENTS ?
		    STYLE_TITLE : STYLE_STRONG, STR("Statements"));
	if (l.line_y >= 0)
		pane_hline(body, 0, l.line_y, body.w);
	if (!l.one || s->focus == ON_DIFF)
		draw_diff(v, body, &l);
	if (!l.one || s->focus == ON_STATEMENTS)
		draw_list(v, body, &l);
	if (l.drizzle_y >= 0)
		draw_drizzle(v, pane_sub(body, 0, l.drizzle_y, body.w,
		    l.drizzle_h));
	if (l.advice_y >= 0)
		draw_advice(v, pane_sub(pane_row(body, l.advice_y), 1, 0,
		    body.w - 2, 1));
}

void review_crumbs(const struct ui_view *v, struct pane line)
{
	if (!v->app->compact)
		draw_advice(v, line);
}

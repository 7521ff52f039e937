/*
 * review: what pending migrations make of the live database, side by side,
 * and the statements that do it.  The way back is reviewed here as well.
 *
 * The shape is shown at once, counts follow from the worker.  Nothing here
 * changes anything: A (or U on the way back) leads to the gate, whose answer
 * becomes a permit, which goes to the progress view together with the plan.
 */
#include "ui/view/review.h"

#include "base/fs.h"
#include "base/utf8.h"
#include "ui/view/named.h"

enum { KEY_SHAPE = 1, KEY_MEASURE, KEY_REHEARSE, KEY_GATE, KEY_EDIT,
	KEY_TERMS };
static const struct bind up_binds[] = {
	/* in a narrow hint line the first ones stay */
	{ ACT_APPLY, NULL, NULL }, { ACT_HAZARD_NEXT, NULL, NULL },
	{ ACT_OPEN, NULL, "full SQL" }, { ACT_REHEARSE, NULL, NULL },
	{ ACT_READ, NULL, NULL },
	{ ACT_TAB_1, NULL, NULL },
	{ ACT_LAYOUT, NULL, NULL }, { ACT_PANE_NEXT, NULL, NULL },
	{ ACT_FOLD, NULL, NULL }, { ACT_HAZARD_PREV, NULL, NULL },
	{ ACT_PANE_PREV, NULL, NULL }, { ACT_EDITOR, NULL, NULL }, BIND_LIST,
};
static const struct keymap up_map = {
	.name = "Review",
	.parent = &keymap_global,
	KEYMAP(up_binds),
};
static const struct bind down_binds[] = {
	/* in a narrow hint line the first ones stay */
	{ ACT_ROLLBACK, "U A", "take back" }, { ACT_HAZARD_NEXT, NULL, NULL },
	{ ACT_OPEN, NULL, "full SQL" }, { ACT_REHEARSE, NULL, NULL },
	{ ACT_READ, NULL, NULL },
	{ ACT_TAB_1, NULL, NULL },
	{ ACT_LAYOUT, NULL, NULL }, { ACT_PANE_NEXT, NULL, NULL },
	{ ACT_FOLD, NULL, NULL }, { ACT_HAZARD_PREV, NULL, NULL },
	{ ACT_PANE_PREV, NULL, NULL }, BIND_LIST,
};
static const struct keymap down_map = {
	.name = "Review of the way back",
	.parent = &keymap_global,
	KEYMAP(down_binds),
};

static const struct keymap *review_keymap(const struct ui_view *v)
{
	const struct review_state *s = v->state;

	return s->target.down ? &down_map : &up_map;
}

static bool review_can(const struct ui_view *v, enum action act)
{
	static const enum action needing[] = { ACT_REHEARSE, ACT_OPEN,
		ACT_HAZARD_NEXT, ACT_HAZARD_PREV, ACT_PANE_NEXT, ACT_FOLD,
		ACT_LAYOUT, ACT_READ, ACT_EDITOR };
	const struct review_state *s = v->state;
	bool plan = s->r && s->r->review->plan->nfiles;

	if (act == ACT_APPLY || act == ACT_ROLLBACK)
		return plan && !v->app->read_only;
	for (size_t i = 0; i < sizeof(needing) / sizeof(*needing); i++)
		if (act == needing[i])
			return plan;
	return true;
}

/* ---- what lies where ---- */

static bool is_unified(const struct review_state *s, const struct app *app)
{
	return s->other_layout ? app->wide : !app->wide;
}

static int min_of(int a, int b)
{
	return a < b ? a : b;
}

static int max_of(int a, int b)
{
	return a > b ? a : b;
}

void review_layout(const struct ui_view *v, struct review_layout *l)
{
	const struct review_state *s = v->state;
	int want_list = (int)s->items.n, want_diff, room, y = v->h;

	*l = (struct review_layout){ .line_y = -1, .drizzle_y = -1, .advice_y = -1,
		.rule_y = -1, .titles = !is_unified(s, v->app) };
	l->one = v->h < 18;
	if (v->app->compact)
		l->advice_y = --y;
	if (s->r && s->r->review->plan->drizzle.n) {
		l->drizzle_h = v->app->compact ? 1 : min_of(2, wrap_rows(
		    v->w - 4, review_drizzle(s, v->app->frame)));
		l->drizzle_y = y -= l->drizzle_h;
		if (!v->app->compact)
			l->line_y = --y;
	}
	want_diff = (int)s->sheet.n + 1;
	room = y - 2 - (l->one ? 0 : 1) - (l->titles ? 1 : 0);
	l->diff_y = 2 + (l->titles ? 1 : 0);
	if (l->one) {
		l->diff_h = max_of(room, 1);
		l->list_y = 2;
		l->list_h = max_of(y - 2, 1);
		return;
	}
	l->list_h = max_of(min_of(want_list, room * 2 / 5), room - want_diff);
	l->list_h = max_of(min_of(l->list_h, room - 2), 1);
	if (want_list + want_diff <= room)
		l->list_h = max_of(min_of(room - want_diff, want_list + 1), 1);
	l->diff_h = max_of(room - l->list_h, 1);
	l->rule_y = l->diff_y + l->diff_h;
	l->list_y = l->rule_y + 1;
}

const struct item *review_item(const struct review_state *s)
{
	return s->items.n ? &s->items.v[s->list.cur] : NULL;
}

static bool is_of(const struct obj *o, const struct hazard *h)
{
	if (!o || !h->table.n)
		return false;
	if (h->column.n)
		return o->kind == OBJ_COLUMN && str_ieq(o->table, h->table) &&
		    str_ieq(o->name, h->column);
	return o->kind == OBJ_TABLE && str_ieq(o->name, h->table);
}

static bool item_changes(const struct review_state *s, const struct item *it,
    const struct side_line *l)
{
	if (!it || (!l->left.obj && !l->right.obj))
		return false;
	if (it->kind == ITEM_HAZARD)
		return is_of(l->left.obj, it->hazard);
	/* of a table that comes or goes the first line stands for all */
	if (it->kind != ITEM_STMT || !l->change ||
	    (l->change->kind == OBJ_TABLE && l->kind != SIDE_HEAD))
		return false;
	return stmt_touches(&s->r->review->plan->v[it->number], l->left.obj,
		l->right.obj);
}

bool review_lit(const struct review_state *s, const struct sheet_row *row)
{
	return !(s->focus == ON_DIFF && s->unlinked) &&
	    item_changes(s, review_item(s), row->line);
}

/* The line that stands for the one under the cursor of the diff: of a table
 * that comes or goes its first one. */
static const struct side_line *line_here(const struct review_state *s)
{
	size_t i = s->diff.cur;

	if (i >= s->sheet.n)
		return NULL;
	while (i > 0 && s->sheet.v[i].line->change &&
	    s->sheet.v[i].line->change->kind == OBJ_TABLE &&
	    s->sheet.v[i].line->kind != SIDE_HEAD)
		i--;
	return s->sheet.v[i].line;
}

/* The statement that changes the line under the cursor of the diff becomes
 * the chosen one; one that is chosen already stays. */
static void link_line(struct review_state *s)
{
	const struct side_line *l = line_here(s);
	size_t i = 0;

	s->unlinked = false;
	if (!l || item_changes(s, review_item(s), l))
		return;
	while (i < s->items.n && !(s->items.v[i].kind == ITEM_STMT &&
	    item_changes(s, &s->items.v[i], l)))
		i++;
	s->unlinked = i == s->items.n;
	if (!s->unlinked)
		list_to(&s->list, i);
}

struct str review_drizzle(const struct review_state *s, struct arena *a)
{
	const struct plan *p = s->r->review->plan;

	if (str_is(p->drizzle, "same"))
		return STR("Drizzle's own migrator would do the same");
	return utf8_clean(a, arena_printf(a, "Drizzle's own migrator %.*s",
	    STR_ARG(p->drizzle)), UTF8_LINE);
}

static void clamp_top(struct list *l)
{
	size_t h = l->h > 0 ? (size_t)l->h : 1;

	if (l->n <= h)
		l->top = 0;
	else if (l->top > l->n - h)
		l->top = l->n - h;
}

/* The rows that are lit come into sight, the cursor of the diff onto one. */
static void show_lit(struct ui_view *v)
{
	struct review_state *s = v->state;
	struct list *d = &s->diff;
	struct review_layout l;
	size_t first = s->sheet.n, last = 0, h;

	review_layout(v, &l);
	d->n = s->sheet.n;
	d->h = l.diff_h;
	h = (size_t)l.diff_h;
	for (size_t i = 0; s->r && i < s->sheet.n; i++)
		if (review_lit(s, &s->sheet.v[i])) {
			first = first < i ? first : i;
			last = i;
		}
	if (first < s->sheet.n) {
		/* not at the very edge */
		if (last + 2 >= d->top + h)
			d->top = last + 3 > h ? last + 3 - h : 0;
		/* with the name of the table above it */
		if (first < d->top + 1)
			d->top = first > 1 ? first - 2 : 0;
		if (d->cur >= d->n || !review_lit(s, &s->sheet.v[d->cur]))
			d->cur = first;
	}
	clamp_top(d);
	if (s->focus == ON_DIFF || d->cur >= d->n)
		list_to(d, d->cur);
}

/* ---- what stands beside the diff ---- */

static struct str head_note(const void *arg, const struct side_line *l,
    bool right, struct arena *a, enum style *st)
{
	const struct reviewed *r = arg;
	const struct plan *p = r->review->plan;
	const struct obj *o = right ? l->right.obj : l->left.obj;
	const struct object_size *size;

	if (!o || o->kind != OBJ_TABLE)
		return STR("");
	for (size_t i = 0; right && i < p->n; i++)
		if (p->v[i].group && str_ieq(stmt_rebuilds(p, i), o->name)) {
			*st = STYLE_WARN;
			return STR("rebuilt");
		}
	size = right ? NULL : sizes_find(&r->sizes, o);
	if (!size || size->rows < 0)
		return STR("");
	return arena_printf(a, "%s%.*s", size->estimate ? "~" : "",
	    STR_ARG(count_of_things(a, (size_t)size->rows, "row", "rows")));
}

static struct str tail_note(const void *arg, const struct side_line *l,
    struct arena *a, enum style *st)
{
	const struct reviewed *r = arg;
	const struct plan *p = r->review->plan;

	if (l->kind != SIDE_HEAD && l->change->kind == OBJ_TABLE)
		return STR("");
	for (size_t i = 0; i < p->n; i++) {
		const struct stmt *s = &p->v[i];

		if (s->cls == CLASS_SAFE || !s->why.n || !stmt_leads(p, i) ||
		    (s->group && l->kind != SIDE_HEAD) ||
		    !stmt_touches(s, l->left.obj, l->right.obj))
			continue;
		*st = class_style(s->cls);
		return utf8_clean(a, s->why, UTF8_LINE);
	}
	return STR("");
}

static void lay_out(struct ui_view *v)
{
	struct review_state *s = v->state;
	struct sheet_options o = { .w = v->w, .ascii = v->app->ascii,
		.unified = is_unified(s, v->app), .unfolded = s->unfolded };
	struct sheet_hooks hooks = { head_note, tail_note, s->r };
	struct review_layout l;

	if (!s->r || v->w <= 0)
		return;
	sheet_layout(&s->sheet, &s->r->side, &o, &hooks);
	review_layout(v, &l);
	s->list.h = l.list_h;
	if (s->list.cur < (size_t)l.list_h)
		s->list.top = 0;
	list_to(&s->list, s->list.cur);
	show_lit(v);
}

/* ---- asking and getting ---- */

static void drop(struct review_state *s)
{
	sheet_close(&s->sheet);
	arena_free(s->items_a);
	arena_free(s->a);
	s->a = s->items_a = NULL;
	s->r = NULL;
	s->items = (struct items){ 0 };
}

static void ask(struct ui_view *v, enum review_depth depth, struct cmds *out)
{
	struct review_state *s = v->state;

	s->busy = true;
	s->progress = (struct review_progress){ 0 };
	cmds_job(out, review_job(&s->target, depth,
	    KEY_SHAPE + (unsigned)depth));
}

static void note_read(struct review_state *s);

static void first_stmt(struct review_state *s)
{
	for (size_t i = 0; i < s->items.n; i++)
		if (s->items.v[i].kind == ITEM_STMT) {
			list_to(&s->list, i);
			return;
		}
}

static struct str tag_of(const struct review_state *s, const struct item *it)
{
	const struct plan *p = s->r->review->plan;

	return it->kind == ITEM_STMT ? p->v[it->number].run->entry->tag :
	    p->files[it->number].entry->tag;
}

/* A statement's number in its migration. */
static size_t nth_of(const struct review_state *s, const struct item *it)
{
	const struct plan *p = s->r->review->plan;
	size_t n = 0;

	for (size_t i = 0; it->kind == ITEM_STMT && i < it->number; i++)
		n += p->v[i].run->entry == p->v[it->number].run->entry;
	return n;
}

static bool is_place(const struct item *it)
{
	return it->kind == ITEM_STMT || it->kind == ITEM_FILE;
}

/* Where the cursor is, for the plan that comes in place of this one. */
static void note_spot(struct ui_view *v)
{
	struct review_state *s = v->state;
	size_t i = s->list.cur;

	if (!s->r || i >= s->items.n)
		return;
	while (i > 0 && !is_place(&s->items.v[i]))
		i--;
	if (!is_place(&s->items.v[i]))
		return;
	s->spot.kind = s->items.v[i].kind;
	s->spot.tag = arena_str(v->a, tag_of(s, &s->items.v[i]));
	s->spot.nth = nth_of(s, &s->items.v[i]);
	s->spot.below = s->list.cur - i;
}

static void to_spot(struct review_state *s)
{
	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *it = &s->items.v[i];

		if (is_place(it) && it->kind == s->spot.kind &&
		    str_eq(tag_of(s, it), s->spot.tag) &&
		    nth_of(s, it) == s->spot.nth) {
			list_to(&s->list, i + s->spot.below);
			return;
		}
	}
	first_stmt(s);
}

static void take(struct ui_view *v, const struct msg *m)
{
	struct review_state *s = v->state;

	note_spot(v);
	drop(s);
	s->r = m->result;
	s->a = msg_take_arena(m);
	s->r->a = s->a;
	s->items_a = arena_new();
	items_build(s->r, s->items_a, &s->items);
	note_read(s);
	list_set(&s->list, s->items.n);
	to_spot(s);
	lay_out(v);
}

/* ---- rehearsing ---- */

static void tell_rehearsed(const struct reviewed *r, struct cmds *out)
{
	const struct plan *p = r->review->plan;

	if (r->rehearsal && (r->rehearsal->n || r->rehearsal->failed.code))
		cmds_rehearsal(out, r);
	else if (p->rehearsal_error.code)
		cmds_message(out, STYLE_ERROR, "Rehearsed on a copy: %s",
		    p->rehearsal_error.msg);
	else if (p->rehearsed)
		cmds_message(out, STYLE_OK, "Rehearsed on a copy: it runs "
		    "through");
	else
		cmds_message(out, STYLE_OK, "Nothing in it works on rows: it "
		    "ran on the clone");
}

static void rehearse(struct ui_view *v, const struct strs *terms,
    struct cmds *out)
{
	struct review_state *s = v->state;

	s->busy = true;
	s->progress = (struct review_progress){ 0 };
	cmds_job(out, rehearse_job(&s->target, terms, KEY_REHEARSE));
}

/* On a server it is agreed to first, with what it locks and leaves. */
static void ask_rehearse(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	const struct project *p = v->app->session->project;
	struct terms_arg *arg = arena_new_of(out->a, struct terms_arg);
	struct err e = ERR_INIT;

	if (!drv_databases_of(p->dialect)) {
		rehearse(v, &arg->lines, out);
		return;
	}
	if (s->target.down) {
		cmds_message(out, STYLE_DIM, "A way back is tried out on the "
		    "scratch database alone");
		return;
	}
	if (v->app->read_only) {
		cmds_message(out, STYLE_WARN, "read-only: nothing is "
		    "rehearsed on the database itself");
		return;
	}
	if (s->busy) {
		cmds_message(out, STYLE_WARN, "Still measuring: rehearse when "
		    "the counts are known (Esc stops measuring)");
		return;
	}
	if (rehearse_terms(s->r->review->plan, out->a, &arg->lines, &e)) {
		cmds_error(out, &e);
		return;
	}
	if (p->production)
		arg->name = path_base(p->db_label);
	cmds_open(out, &view_terms, arg, KEY_TERMS);
}

static void agreed(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	struct strs terms = { 0 };
	struct err e = ERR_INIT;

	if (!s->r || v->app->read_only)
		return;
	if (rehearse_terms(s->r->review->plan, out->a, &terms, &e))
		cmds_error(out, &e);
	else
		rehearse(v, &terms, out);
}

/* The next depth, or the rehearsal that Migrate asked for. */
static void go_on(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;

	if (s->r->depth == REVIEW_SHAPE && s->r->review->plan->n) {
		ask(v, REVIEW_MEASURED, out);
	} else if (s->r->depth == REVIEW_REHEARSED) {
		tell_rehearsed(s->r, out);
	} else if (s->target.rehearse) {
		s->target.rehearse = false;
		if (s->r->review->plan->nfiles)
			ask_rehearse(v, out);
	}
}

static void on_job(struct ui_view *v, const struct msg *m, struct cmds *out)
{
	struct review_state *s = v->state;

	/* the gate stands before this very plan */
	if (s->gate_open)
		return;
	s->busy = false;
	if (m->rc == RC_OK) {
		take(v, m);
		go_on(v, out);
		return;
	}
	if (!s->r)
		s->err = *m->err;
	else if (m->rc != RC_CANCELLED)
		cmds_error(out, m->err);
}

static void review_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	struct review_state *s = v->state;

	s->target = *(const struct review_target *)arg;
	s->target.tag = arena_str(v->a, s->target.tag);
	ask(v, REVIEW_SHAPE, out);
}

/* ---- to the gate and through it ---- */

static void open_gate(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	struct gate_arg arg = { s->r };

	if (!s->r || !s->r->review->plan->nfiles)
		return;
	if (v->app->read_only) {
		cmds_message(out, STYLE_WARN,
		    "read-only: nothing can be changed");
		return;
	}
	if (v->app->changing) {
		cmds_message(out, STYLE_WARN, "A change is running already");
		return;
	}
	if (v->app->stale) {
		cmds_message(out, STYLE_WARN,
		    "The file has changed: it is planned again first");
		return;
	}
	if (s->busy) {
		cmds_message(out, STYLE_WARN, "Still measuring: the gate "
		    "opens when the counts are known (Esc stops measuring)");
		return;
	}
	s->gate_open = true;
	cmds_open(out, &view_gate,
	    arena_copy(out->a, &arg, sizeof(arg)), KEY_GATE);
}

static void pass_gate(struct ui_view *v, const struct consent *c,
    struct cmds *out)
{
	struct review_state *s = v->state;
	struct progress_arg *arg = arena_new_of(out->a, struct progress_arg);
	struct permit *ok = NULL;
	struct needs missing = { 0 };
	struct err e = ERR_INIT;

	if (gate_review(&s->r->gate, c, s->a, &ok, &missing, &e)) {
		cmds_error(out, &e);
		return;
	}
	*arg = (struct progress_arg){ .a = s->a, .plan = s->r->review->plan,
		.permit = ok, .title = arena_str(out->a, s->r->title),
		.down = s->target.down, .backup = c->backup };
	s->a = NULL;		/* the progress view's from now on */
	drop(s);
	cmds_push(out, (struct cmd){ .kind = CMD_REPLACE,
		.view = &view_progress, .arg = arg });
}

/* ---- keys ---- */

static void next_hazard(struct ui_view *v, bool forward, struct cmds *out)
{
	struct review_state *s = v->state;
	size_t n = s->items.n, i = s->list.cur;

	for (size_t k = 1; k <= n; k++) {
		size_t at = forward ? (i + k) % n : (i + n - k) % n;

		if (item_is_hazard(s->r, &s->items.v[at])) {
			list_to(&s->list, at);
			s->unlinked = false;
			show_lit(v);
			return;
		}
	}
	cmds_message(out, STYLE_OK, "Nothing here is dangerous");
}

static struct str stmt_notes(const struct plan *p, size_t i, bool down,
    struct arena *a)
{
	const struct stmt *s = &p->v[i];
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_add(&b, s->run->where);
	sbuf_addf(&b, "  %s", stmt_class_word[s->cls]);
	if (s->why.n)
		sbuf_addf(&b, "  %.*s", STR_ARG(s->why));
	if (!down)	/* of the way back nobody asks for the way back */
		sbuf_addf(&b, "  undo %s", undo_word[s->undo]);
	for (size_t k = 0; k < s->nhaz; k++) {
		const struct hazard *h = &s->haz[k];

		sbuf_addf(&b, "\n%s %s  %.*s  %.*s", h->def->code, h->def->slug,
		    STR_ARG(h->object), STR_ARG(h->text));
		if (h->sev > SEV_INFO)
			sbuf_addf(&b, "\n  safe way: %s", h->def->advice);
		if (h->finder.n)
			sbuf_addf(&b, "\n  the rows: %.*s", STR_ARG(h->finder));
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* All statements of the chosen row, whole. */
static struct str stmt_sql(const struct plan *p, size_t i, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t k = i; k < p->n; k++) {
		if (k != i && (!p->v[i].group ||
		    p->v[k].group != p->v[i].group))
			continue;
		sbuf_addz(&b, b.n ? "\n\n" : "");
		sbuf_add(&b, str_trim(p->v[k].run->sql));
	}
	if (p->v[i].down.n) {
		sbuf_addz(&b, "\n\n-- the way back:\n");
		sbuf_add(&b, p->v[i].down);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void open_item(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	const struct item *it = review_item(s);
	const struct plan *p;
	struct statement_arg *arg = arena_new_of(out->a, struct statement_arg);

	if (!it || !s->r)
		return;
	if (s->focus == ON_DIFF && s->unlinked) {
		cmds_message(out, STYLE_DIM, "No statement changes this line");
		return;
	}
	p = s->r->review->plan;
	if (it->kind == ITEM_STMT) {
		arg->title = arena_printf(out->a, "%.*s, statement %zu",
		    STR_ARG(p->v[it->number].run->entry->tag),
		    p->v[it->number].run->number);
		arg->sql = stmt_sql(p, it->number, out->a);
		arg->notes = stmt_notes(p, it->number, s->target.down,
		    out->a);
	} else if (it->kind == ITEM_FILE) {
		arg->title = p->files[it->number].entry->file;
		arg->sql = p->files[it->number].entry->text;
	} else if (it->kind == ITEM_HAZARD) {
		arg->title = arena_printf(out->a, "%s %s", it->hazard->def->code,
		    it->hazard->def->slug);
		arg->notes = arena_printf(out->a, "%.*s: %s\n%.*s\nsafe way: %s",
		    STR_ARG(it->hazard->object), it->hazard->def->title,
		    STR_ARG(it->hazard->text), it->hazard->def->advice);
		arg->sql = it->hazard->finder;
	} else {
		return;
	}
	cmds_open(out, &view_statement, arg, 0);
}

/* Over the lines of the diff: their statement goes along. */
static bool diff_key(struct review_state *s, enum action act)
{
	if (!list_key(&s->diff, act))
		return false;
	link_line(s);
	return true;
}

/* To the other pane: there the cursor is on what is lit. */
static void change_pane(struct ui_view *v)
{
	struct review_state *s = v->state;

	s->unlinked = false;
	s->focus = s->focus == ON_DIFF ? ON_STATEMENTS : ON_DIFF;
	show_lit(v);
	if (s->focus == ON_DIFF)
		link_line(s);
}

/* Blank rows are passed over. */
static bool list_move(struct ui_view *v, enum action act)
{
	struct review_state *s = v->state;
	size_t was = s->list.cur;
	bool back;

	if (!list_key(&s->list, act))
		return false;
	back = s->list.cur < was;
	while (s->items.n && review_item(s)->kind == ITEM_BLANK) {
		size_t at = s->list.cur;

		list_to(&s->list, back && at ? at - 1 : at + 1);
		if (s->list.cur == at)
			break;
	}
	show_lit(v);
	return true;
}

/* The finding under the cursor whose rows can be shown; NULL: there is none. */
static const struct hazard *with_rows(const struct review_state *s)
{
	const struct item *it = s->items.n ? review_item(s) : NULL;
	const struct stmt *st;

	if (it && it->kind == ITEM_HAZARD)
		return it->hazard;
	if (!it || it->kind != ITEM_STMT)
		return NULL;
	st = &s->r->review->plan->v[it->number];
	/* some are about every row of the table */
	for (size_t i = 0; i < st->nhaz; i++)
		if (st->haz[i].rows > 0 && (st->haz[i].rows_where.n ||
		    st->haz[i].def->cls == HAZ_FAILS))
			return &st->haz[i];
	return NULL;
}

/* Browse, and there the rows in the way: to look at, to mend or to export. */
static void show_rows(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	const struct hazard *h = with_rows(s);
	const struct model *m = s->r->review->plan->from;
	struct str text = STR_NONE;

	for (size_t i = 0; h && i < m->ntables; i++) {
		const struct obj *o = &m->tables[i]->o;
		struct str name = o->schema.n ? arena_printf(out->a,
		    "%.*s.%.*s", STR_ARG(o->schema), STR_ARG(o->name)) :
		    o->name;

		if (str_eq(name, h->table))
			text = named_rows(out->a, o->schema, o->name,
			    h->rows_where);
	}
	cmds_push(out, (struct cmd){ .kind = CMD_TAB, .tab = TAB_BROWSE,
	    .text = text });
}

/* ---- read, and edited ---- */

/* What was read is a text: a plan made anew finds it again. */
static struct sha256 read_key(const struct plan *p, size_t i)
{
	struct arena *a = arena_new();
	struct str tag = p->v[i].run->entry->tag, sql = stmt_sql(p, i, a);
	struct sha256 h = sha256_of(arena_printf(a, "%.*s\n%.*s",
	    STR_ARG(tag), STR_ARG(sql)));

	arena_free(a);
	return h;
}

static size_t read_find(const struct review_state *s, struct sha256 h)
{
	size_t i = 0;

	while (i < s->read.n && memcmp(&s->read.v[i], &h, sizeof(h)) != 0)
		i++;
	return i;
}

/* Which rows of the list were read, worked out once a plan. */
static void note_read(struct review_state *s)
{
	s->nread = s->nstmts = 0;
	s->is_read = arena_array(s->items_a, bool, s->items.n + 1);
	for (size_t i = 0; i < s->items.n; i++) {
		const struct item *it = &s->items.v[i];

		if (it->kind != ITEM_STMT)
			continue;
		s->nstmts++;
		s->is_read[i] = read_find(s, read_key(s->r->review->plan,
		    it->number)) < s->read.n;
		s->nread += s->is_read[i];
	}
}

/* Space: read, and on to the next statement; again: not read. */
static void mark_read(struct ui_view *v)
{
	struct review_state *s = v->state;
	const struct item *it = review_item(s);
	struct sha256 h;
	size_t at;

	if (!it || it->kind != ITEM_STMT)
		return;
	h = read_key(s->r->review->plan, it->number);
	at = read_find(s, h);
	if (at < s->read.n) {
		s->read.v[at] = s->read.v[--s->read.n];
		note_read(s);
		return;
	}
	vec_push(v->a, &s->read, h);
	note_read(s);
	for (at = s->list.cur + 1; at < s->items.n; at++)
		if (s->items.v[at].kind == ITEM_STMT) {
			list_to(&s->list, at);
			show_lit(v);
			return;
		}
}

static void open_editor(struct ui_view *v, struct cmds *out)
{
	struct review_state *s = v->state;
	const struct item *it = review_item(s);
	const struct plan *p = s->r->review->plan;
	const struct entry *en = p->files[0].entry;
	size_t offset = 0;
	const struct mig *m;

	if (it && it->kind == ITEM_FILE)
		en = p->files[it->number].entry;
	if (it && it->kind == ITEM_STMT) {
		en = p->v[it->number].run->entry;
		offset = p->v[it->number].run->offset;
	}
	m = mig_find(v->app->session, en->tag);
	if (m)
		cmds_mig_edit(v->app, out, m, offset, KEY_EDIT);
}

static void on_key(struct ui_view *v, enum action act, struct cmds *out)
{
	struct review_state *s = v->state;

	if (!s->r) {
		if (act == ACT_TAB_1)
			cmds_push(out, (struct cmd){ .kind = CMD_TAB,
			    .tab = TAB_BROWSE, .text = STR_NONE });
		return;
	}
	if (act == ACT_PANE_NEXT || act == ACT_PANE_PREV) {
		change_pane(v);
	} else if (act == ACT_FOLD) {
		s->unfolded = !s->unfolded;
		lay_out(v);
	} else if (act == ACT_LAYOUT) {
		s->other_layout = !s->other_layout;
		lay_out(v);
	} else if (act == ACT_HAZARD_NEXT || act == ACT_HAZARD_PREV) {
		next_hazard(v, act == ACT_HAZARD_NEXT, out);
	} else if (act == ACT_OPEN) {
		open_item(v, out);
	} else if (act == ACT_TAB_1) {
		show_rows(v, out);
	} else if (act == ACT_READ) {
		mark_read(v);
	} else if (act == ACT_EDITOR) {
		open_editor(v, out);
	} else if (act == ACT_REHEARSE) {
		ask_rehearse(v, out);
	} else if (act == ACT_APPLY || act == ACT_ROLLBACK) {
		open_gate(v, out);
	} else if (s->focus == ON_DIFF) {
		diff_key(s, act);
	} else {
		list_move(v, act);
	}
}

static void review_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct review_state *s = v->state;

	switch (m->kind) {
	case MSG_KEY:
		on_key(v, m->act, out);
		break;
	case MSG_RESIZE:
		lay_out(v);
		break;
	case MSG_JOB:
		on_job(v, m, out);
		break;
	case MSG_PROGRESS:
		s->progress = *(const struct review_progress *)m->result;
		break;
	case MSG_SESSION:
		note_spot(v);
		drop(s);
		s->gate_open = false;
		s->err = (struct err)ERR_INIT;
		if (v->app->session)
			ask(v, REVIEW_SHAPE, out);
		break;
	case MSG_RETURN:
		if (m->key == KEY_EDIT)
			mig_edited(out, m->answer);
		if (m->key == KEY_TERMS && m->answer == 1)
			agreed(v, out);
		if (m->key != KEY_GATE || !s->gate_open)
			break;
		s->gate_open = false;
		if (m->answer == 1 && m->result && s->r)
			pass_gate(v, m->result, out);
		break;
	case MSG_TEXT:
	case MSG_PASTE:
	case MSG_FOCUS:
	case MSG_STATUS:
	case MSG_SHOW:
	case MSG_FILES:
	case MSG_TICK:
		break;
	}
}

static void review_leave(struct ui_view *v)
{
	drop(v->state);
}

const struct view_ops view_review = {
	.name = "review",
	.title = "Review",
	.state_size = sizeof(struct review_state),
	.keymap = review_keymap,
	.enter = review_enter,
	.update = review_update,
	.draw = review_draw,
	.can = review_can,
	.crumbs = review_crumbs,
	.leave = review_leave,
	.maps = MAPS(&up_map, &down_map),
};

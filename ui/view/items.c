/* items: a plan as rows: files, statements, what concerns all of it. */
#include "ui/view/flow.h"

#include "base/utf8.h"
#include "ui/widget/sheet.h"
#include "ui/widget/sql.h"

/* ---- rebuilds count as one ---- */

bool stmt_leads(const struct plan *p, size_t i)
{
	if (!p->v[i].group)
		return true;
	for (size_t k = 0; k < i; k++)
		if (p->v[k].group == p->v[i].group)
			return false;
	return true;
}

struct str stmt_rebuilds(const struct plan *p, size_t i)
{
	for (size_t k = i; p->v[i].group && k < p->n; k++)
		if (p->v[k].group == p->v[i].group &&
		    p->v[k].run->facts.verb == VERB_DROP_TABLE)
			return p->v[k].run->facts.object;
	return STR("");
}

/* ---- styles ---- */

enum style class_style(enum stmt_class c)
{
	static const enum style styles[CLASS_N] = {
		[CLASS_SAFE] = STYLE_DIM,
		[CLASS_CHECKED] = STYLE_OK,
		[CLASS_REBUILD] = STYLE_WARN_STRONG,
		[CLASS_CAUTION] = STYLE_WARN,
		[CLASS_DATA] = STYLE_WARN,
		[CLASS_BLOCKED] = STYLE_LOSS,
		[CLASS_LOSS] = STYLE_LOSS,
	};

	return styles[c];
}

enum style sev_style(enum sev s)
{
	static const enum style styles[SEV_N] = {
		[SEV_INFO] = STYLE_DIM,
		[SEV_CAUTION] = STYLE_WARN,
		[SEV_BLOCKED] = STYLE_LOSS,
		[SEV_DESTRUCTIVE] = STYLE_LOSS,
	};

	return styles[s];
}

enum style mig_style(enum mig_state s)
{
	static const enum style styles[MIG_STATE_N] = {
		[MIG_APPLIED] = STYLE_OK,
		[MIG_EDITED] = STYLE_WARN,
		[MIG_RESTAMPED] = STYLE_OK,
		[MIG_PENDING] = STYLE_ACCENT,
		[MIG_OUT_OF_ORDER] = STYLE_LOSS,
		[MIG_MISSING] = STYLE_LOSS,
	};

	return styles[s];
}

struct str plan_text(const struct app *app, struct str text)
{
	text = app_clean(app, app->frame, text);
	return app->ascii ? text_ascii(app->frame, text) : text;
}

struct str count_of_things(struct arena *a, size_t n, const char *one,
    const char *many)
{
	struct sbuf b = SBUF_INIT(200);
	struct str out;

	sbuf_add_count(&b, (int64_t)n);
	sbuf_addc(&b, ' ');
	sbuf_addz(&b, n == 1 ? one : many);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* ---- building ---- */

struct builder {
	struct arena *a;
	const struct reviewed *r;
	VEC(struct item) v;
};

static void add(struct builder *b, struct item it)
{
	vec_push(b->a, &b->v, it);
}

static void add_note(struct builder *b, enum style st, struct str label,
    struct str text)
{
	add(b, (struct item){ .kind = ITEM_NOTE, .style = st, .label = label,
	    .text = utf8_clean(b->a, text, UTF8_LINE) });
}

static void add_text(struct builder *b, enum style st, const char *label,
    struct str text)
{
	add_note(b, st, str_z(label), text);
}

/* The hazard that decides a statement's class, or all of its rebuild's. */
static const struct hazard *deciding(const struct plan *p, size_t i)
{
	const struct hazard *h = NULL;

	for (size_t k = i; k < p->n; k++) {
		if (k != i && (!p->v[i].group || p->v[k].group != p->v[i].group))
			continue;
		for (size_t n = 0; n < p->v[k].nhaz; n++)
			if (!h || p->v[k].haz[n].sev > h->sev)
				h = &p->v[k].haz[n];
	}
	return h;
}

static void add_statements(struct builder *b)
{
	const struct plan *p = b->r->review->plan;

	for (size_t f = 0; f < p->nfiles; f++) {
		if (p->nfiles > 1 && f)
			add(b, (struct item){ .kind = ITEM_BLANK });
		if (p->nfiles > 1)
			add(b, (struct item){ .kind = ITEM_FILE, .number = f });
		for (size_t i = p->files[f].first;
		    i < p->files[f].first + p->files[f].n; i++)
			if (stmt_leads(p, i))
				add(b, (struct item){ .kind = ITEM_STMT,
				    .number = i, .hazard = deciding(p, i) });
	}
}

static const char *const origin_word[] = {
	[DOWN_FILE] = "down file",
	[DOWN_SECTION] = "comment section of",
	[DOWN_DERIVED] = "derived from what it created",
	[DOWN_NONE] = "no way back",
};

static void add_downs(struct builder *b)
{
	const struct rollback *rb = b->r->rollback;

	for (size_t i = 0; rb && i < rb->n; i++) {
		const struct down_script *d = &rb->downs[i];
		bool derived = d->origin == DOWN_DERIVED;

		add_text(b, STYLE_NORMAL, "way back", arena_printf(b->a,
		    "%s%s%.*s · %s", origin_word[d->origin],
		    derived ? "" : " ", STR_ARG(derived ? STR("") : d->source),
		    undo_restores[d->grade]));
	}
	for (size_t i = 0; rb && i < rb->written_since.n; i++)
		add_text(b, STYLE_WARN, "written since",
		    rb->written_since.v[i]);
	for (size_t i = 0; rb && i < rb->gate.clashes.n; i++)
		add_text(b, STYLE_ERROR, "in the way", rb->gate.clashes.v[i]);
	for (size_t i = 0; rb && i < rb->gate.lacking.n; i++)
		add_text(b, STYLE_ERROR, "no value", lacking_text(
		    &rb->gate.lacking.v[i], b->a));
	for (size_t i = 0; rb && i < rb->not_back.n; i++) {
		struct str s = rb->not_back.v[i], word = STR("not back: ");

		add_text(b, STYLE_WARN, "not back", str_starts(s, word) ?
		    str_sub(s, word.n, s.n) : s);
	}
	if (rb)
		add_text(b, STYLE_NORMAL, "afterwards", STR("the tracking row "
		    "goes, the file stays: an app that migrates at start "
		    "applies it again"));
}

static void add_rest(struct builder *b)
{
	const struct review *r = b->r->review;
	const struct plan *p = r->plan;
	const struct err *why = rehearsal_why(b->r);
	struct strs locks = { 0 };
	size_t at = b->v.n;

	add(b, (struct item){ .kind = ITEM_BLANK });
	for (size_t i = 0; i < p->nhaz; i++)
		if (p->haz[i].sev > SEV_INFO)
			add(b, (struct item){ .kind = ITEM_HAZARD, .number = i,
			    .hazard = &p->haz[i] });
	if (why->code)
		add_text(b, STYLE_LOSS, "rehearsal", arena_printf(b->a,
		    "%s%s%s", why->where, why->where[0] ? ": " : "",
		    why->msg));
	for (size_t i = 0; i < p->added.n; i++)
		add(b, (struct item){ .kind = ITEM_ADDED,
		    .text = utf8_clean(b->a, p->added.v[i], UTF8_LINE) });
	gate_lock_lines(p, b->a, &locks);
	for (size_t i = 0; i < locks.n; i++)
		add_text(b, STYLE_DIM, "lock", locks.v[i]);
	add_downs(b);
	if (r->drift_in_plan)
		add_text(b, STYLE_LOSS, "drift", arena_printf(b->a,
		    "%zu difference%s to the migrations in objects that this "
		    "plan changes: apply refuses", r->drift_in_plan,
		    r->drift_in_plan == 1 ? "" : "s"));
	for (size_t i = 0; p->run && i < p->run->notes.n; i++)
		add_text(b, STYLE_DIM, "note", p->run->notes.v[i]);
	if (b->v.n == at + 1)
		b->v.n = at;
}

void items_build(const struct reviewed *r, struct arena *a, struct items *out)
{
	struct builder b = { .a = a, .r = r };

	add_statements(&b);
	add_rest(&b);
	*out = (struct items){ b.v.v, b.v.n };
}

bool item_is_hazard(const struct reviewed *r, const struct item *it)
{
	if (it->kind == ITEM_HAZARD)
		return true;
	return it->kind == ITEM_STMT &&
	    r->review->plan->v[it->number].cls >= CLASS_REBUILD;
}

/* ---- drawing ---- */

/* sql_line() with an ellipsis where it is cut. */
void sql_field(const struct app *app, struct pane line, int x, int w,
    struct str sql)
{
	/* one cell more tells a text that just fits from one that is cut */
	struct pane field = pane_sub(line, x, 0, w + 1, 1);
	int end;

	if (field.w <= 0)
		return;
	sql = str_sub(sql, sql_start(app->dialect, sql, 0), sql.n);
	/* what cannot be seen is not tokenized */
	sql = sql_fold(app->dialect, str_sub(sql, 0, (size_t)field.w * 16),
	    app->frame);
	while (sql.n && sql.p[sql.n - 1] == ';')
		sql.n--;
	end = sql_line(field, 0, 0, app->dialect, sql);
	if (end > w) {
		pane_blank(field, w - 1, 0, 2, STYLE_NORMAL);
		pane_mark(field, w - 1, 0, STYLE_DIM, MARK_ELLIPSIS);
	}
}

/* " … INSERT", or " …" where there is no room for it: x is then the end. */
static int draw_piece(struct pane field, int x, const char *keyword,
    struct str name)
{
	if (x >= field.w)
		return x;
	if (x > 0) {
		int at = x + 1 < field.w ? x + 1 : field.w - 1;

		x = pane_mark(field, at, 0, STYLE_DIM, MARK_ELLIPSIS) + 1;
		if (x + (int)strlen(keyword) > field.w)
			return field.w;
	}
	x = pane_textz(field, x, 0, STYLE_KEYWORD, keyword);
	if (name.n)
		x = pane_data(field, x + 1, 0, STYLE_NORMAL, name);
	pane_cut(field, 0, x);
	return x;
}

/* "CREATE TABLE __new_x … INSERT … DROP … RENAME" */
static void draw_rebuild(const struct app *app, const struct plan *p, size_t i,
    struct pane field)
{
	size_t group = p->v[i].group, indexes = 0;
	int x = 0;

	for (; i < p->n; i++) {
		const struct facts *f = &p->v[i].run->facts;

		if (p->v[i].group != group)
			continue;
		if (f->verb == VERB_CREATE_TABLE)
			x = draw_piece(field, x, "CREATE TABLE",
			    app_clean(app, app->frame, f->object));
		else if (f->verb == VERB_INSERT)
			x = draw_piece(field, x, "INSERT", STR(""));
		else if (f->verb == VERB_DROP_TABLE)
			x = draw_piece(field, x, "DROP", STR(""));
		else if (f->verb == VERB_ALTER_TABLE)
			x = draw_piece(field, x, "RENAME", STR(""));
		else
			indexes += f->verb == VERB_CREATE_INDEX;
	}
	if (indexes)
		(void)draw_piece(field, x, "CREATE INDEX", STR(""));
}

static size_t number_in_file(const struct plan *p, size_t i)
{
	return p->v[i].run->number;
}

#define CLASS_CELLS 12

/* Where the class begins: the SQL takes what is left of it. */
static int class_at(int w)
{
	int x = w >= 100 ? w * 11 / 20 : w * 9 / 20;

	return x < 12 ? 12 : x;
}

static void draw_stmt(const struct app *app, const struct reviewed *r,
    const struct item *it, struct pane line)
{
	const struct plan *p = r->review->plan;
	const struct stmt *s = &p->v[it->number];
	int at = class_at(line.w), sql_w = at - 8;
	bool known = r->depth >= REVIEW_MEASURED || s->cls == CLASS_SAFE;
	const char *word = stmt_class_word[s->cls];

	pane_right(line, 4, 0, STYLE_DIM, arena_printf(app->frame, "%zu",
	    number_in_file(p, it->number)));
	if (s->group)
		draw_rebuild(app, p, it->number,
		    pane_sub(line, 6, 0, sql_w, 1));
	else
		sql_field(app, line, 6, sql_w, s->run->sql);
	pane_textz(line, at, 0, class_style(s->cls), word);
	at += CLASS_CELLS;
	if (s->why.n && (known || (it->hazard && it->hazard->rows >= 0)))
		pane_field(line, at, 0, line.w - at - 1, ALIGN_LEFT,
		    s->cls == CLASS_SAFE ? STYLE_DIM : STYLE_NORMAL,
		    plan_text(app, s->why));
	else if (!known)
		pane_mark(line, at, 0, STYLE_DIM, MARK_ELLIPSIS);
}

static void draw_file(const struct app *app, const struct reviewed *r,
    const struct item *it, struct pane line)
{
	const struct plan_file *f = &r->review->plan->files[it->number];
	struct arena *a = app->frame;
	int x;

	line = pane_sub(line, 0, 0, line.w - 1, 1);
	x = pane_text(line, 2, 0, STYLE_TITLE,
	    app_clean(app, a, f->entry->tag)) + 2;

	if (r->review->plan->run->not_executed) {
		pane_textz(line, x, 0, STYLE_WARN, "not executed");
		return;
	}
	x = pane_text(line, x, 0, STYLE_DIM,
	    count_of_things(a, f->n, "statement", "statements"));
	if (!r->rollback) {
		x = pane_textz(line, x, 0, STYLE_DIM, ", undo ");
		x = pane_textz(line, x, 0, STYLE_NORMAL, undo_word[f->undo]);
	}
	if (f->fk_off)
		x = pane_textz(line, x, 0, STYLE_DIM, ", foreign keys off");
	pane_cut(line, 0, x);
}

static void draw_hazard(const struct app *app, const struct item *it,
    struct pane line)
{
	const struct hazard *h = it->hazard;
	int at = class_at(line.w), x;

	pane_textz(line, 2, 0, STYLE_DIM, h->def->code);
	x = pane_textz(line, 6, 0, STYLE_NORMAL, h->def->slug) + 1;
	pane_field(line, x, 0, at - x - 1, ALIGN_LEFT, STYLE_STRONG,
	    app_clean(app, app->frame, h->object));
	pane_textz(line, at, 0, sev_style(h->sev), sev_word[h->sev]);
	at += CLASS_CELLS;
	pane_field(line, at, 0, line.w - at - 1, ALIGN_LEFT, STYLE_NORMAL,
	    plan_text(app, h->text));
}

void item_draw(const struct app *app, const struct reviewed *r,
    const struct item *it, struct pane line)
{
	int x;

	switch (it->kind) {
	case ITEM_FILE:
		draw_file(app, r, it, line);
		break;
	case ITEM_STMT:
		draw_stmt(app, r, it, line);
		break;
	case ITEM_HAZARD:
		draw_hazard(app, it, line);
		break;
	case ITEM_ADDED:
		x = pane_textz(line, 6, 0, STYLE_DIM, "added by weir") + 2;
		pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT,
		    STYLE_NORMAL, plan_text(app, it->text));
		break;
	case ITEM_NOTE:
		pane_text(line, 6, 0, STYLE_DIM, it->label);
		x = 21;
		pane_field(line, x, 0, line.w - x - 1, ALIGN_LEFT, it->style,
		    plan_text(app, it->text));
		break;
	case ITEM_BLANK:
		break;
	}
}

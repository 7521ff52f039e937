/*
 * gate: the last question before anything changes.  It fills a struct
 * consent and decides nothing: op/gate does, with the same rules as on the
 * command line.
 *
 * What never confirms: a paste, Esc, Ctrl-C, the end of input, a key that is
 * held (each name ends with an Enter of its own on an empty field), Enter
 * before the name is whole, a plan that was read anew meanwhile.
 */
#include "ui/view/flow.h"

#include "base/utf8.h"
#include "ui/widget/input.h"

#define WORDS_MAX 64

struct gate {
	const struct reviewed *r;
	struct needs missing;
	struct err refusal;		/* code set: it cannot be consented */
	struct str words[WORDS_MAX];	/* to be typed, one after another */
	size_t nwords, at;
	struct input in;
	const char *note;		/* what was wrong with the last key */
	struct consent consent;
	bool backup;			/* a whole copy first */
};

static const struct bind plain_binds[] = {
	{ ACT_ACCEPT, NULL, "apply" }, { ACT_BACK, NULL, "cancel" },
	{ ACT_WHOLE_COPY, NULL, "whole copy" },
};
static const struct keymap plain_map = {
	.name = "Gate",
	.parent = &keymap_overlay,
	KEYMAP(plain_binds),
};
static const struct bind down_binds[] = {
	{ ACT_ACCEPT, NULL, "take back" }, { ACT_BACK, NULL, "cancel" },
};
static const struct keymap down_map = {
	.name = "Gate of the way back",
	.parent = &keymap_overlay,
	KEYMAP(down_binds),
};
static const struct bind refused_binds[] = {
	{ ACT_BACK, NULL, "close" },
};
static const struct keymap refused_map = {
	.name = "Gate",
	.parent = &keymap_overlay,
	KEYMAP(refused_binds),
};
static const struct bind typed_binds[] = {
	{ ACT_EDIT_ENTER, NULL, "when the name is typed" },
	{ ACT_EDIT_CANCEL, NULL, NULL },
	{ ACT_WHOLE_COPY, NULL, "whole copy" },
};
static const struct keymap typed_map = {
	.name = "Gate",
	.parent = &keymap_input,
	.text = true,
	KEYMAP(typed_binds),
};

static const struct keymap *gate_keymap(const struct ui_view *v)
{
	const struct gate *s = v->state;

	if (s->refusal.code)
		return &refused_map;
	if (s->nwords)
		return &typed_map;
	return s->r && s->r->rollback ? &down_map : &plain_map;
}

static void add_word(struct gate *s, struct str word)
{
	for (size_t i = 0; i < s->nwords; i++)
		if (str_eq(s->words[i], word))
			return;
	if (s->nwords == WORDS_MAX) {
		s->refusal.code = RC_DECISION;
		err_set(&s->refusal, RC_DECISION, "more than %d tables lose "
		    "data: that is too much for one gate", WORDS_MAX);
		err_hint(&s->refusal, "apply fewer migrations at once, or use "
		    "a consent file: weir review --approve");
		return;
	}
	s->words[s->nwords++] = word;
}

static void gate_enter(struct ui_view *v, const void *arg, struct cmds *out)
{
	const struct gate_arg *a = arg;
	struct gate *s = v->state;
	const struct consent nothing = { .terminal = true };
	struct permit *none = NULL;
	struct err e = ERR_INIT;
	enum rc rc;

	(void)out;
	s->r = a->reviewed;
	s->in.typed_only = true;
	s->backup = s->r->whole.n && s->r->whole_due;
	/* with nothing consented the answer is what can be asked at all */
	rc = gate_review(&s->r->gate, &nothing, v->a, &none, &s->missing, &e);
	if (rc != RC_DECISION) {
		s->refusal = e;
		s->refusal.code = rc ? rc : RC_INTERNAL;
		return;
	}
	for (size_t i = 0; i < s->missing.n; i++)
		if (s->missing.v[i].typed.n)
			add_word(s, s->missing.v[i].typed);
}

static bool matches(const struct gate *s)
{
	return s->at < s->nwords && str_eq(input_str(&s->in), s->words[s->at]);
}

static void consent(struct gate *s, struct cmds *out)
{
	s->consent = (struct consent){ .terminal = true, .enter = true,
		.typed = s->words, .ntyped = s->nwords,
		.backup = s->backup };
	cmds_pop(out, 1, &s->consent);
}

/* A paste that no terminal called one. */
static bool pasted(struct gate *s, const struct msg *m, const struct burst *b)
{
	if (m->kind == MSG_TEXT && burst_text(b))
		s->note = "Pasted text does not count: type the name";
	else if (m->kind == MSG_KEY && m->act == ACT_EDIT_ENTER &&
	    burst_enter(b))
		s->note = "That Enter came with the text: press it by itself";
	else
		return false;
	return true;
}

static void typed(struct gate *s, const struct msg *m, struct cmds *out)
{
	switch (input_msg(&s->in, m)) {
	case INPUT_CANCEL:
		cmds_message(out, STYLE_DIM, "Cancelled, nothing was changed");
		cmds_pop(out, 0, NULL);
		break;
	case INPUT_NO_PASTE:
		s->note = "Pasted text does not count: type the name";
		break;
	case INPUT_CHANGED:
		s->note = NULL;
		break;
	case INPUT_ENTER:
		if (!matches(s)) {
			s->note = s->in.e.n ? "That is not the name" :
			    "The name has to be typed";
			break;
		}
		s->at++;
		s->note = NULL;
		input_set(&s->in, STR(""));
		if (s->at == s->nwords)
			consent(s, out);
		break;
	case INPUT_IGNORED:
	case INPUT_MOVED:
		break;
	}
}

static void gate_update(struct ui_view *v, const struct msg *m,
    struct cmds *out)
{
	struct gate *s = v->state;
	const struct keymap *map = gate_keymap(v);

	if (m->kind == MSG_SESSION) {
		/* what it asked about is gone */
		s->r = NULL;
		cmds_message(out, STYLE_WARN,
		    "Read anew meanwhile: look at the plan again");
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_KEY && m->act == ACT_BACK) {
		cmds_pop(out, 0, NULL);
	} else if (m->kind == MSG_KEY && m->act == ACT_WHOLE_COPY) {
		s->backup = !s->backup && s->r && s->r->whole.n;
	} else if (map == &typed_map) {
		if (!pasted(s, m, &v->app->burst))
			typed(s, m, out);
	} else if (map != &refused_map && m->kind == MSG_KEY &&
	    m->act == ACT_ACCEPT && !v->app->burst.together) {
		consent(s, out);
	}
}

/* ---- drawing ---- */

/* Text put down line by line; dry: only counted. */
struct pen {
	const struct ui_view *v;
	struct pane p;
	int y;
	bool dry, tight;
};

static void gap(struct pen *q)
{
	q->y += q->tight ? 0 : 1;
}

static void wrapped(struct pen *q, int x, enum style st, struct str text)
{
	int w = q->p.w - x - 1, rows = wrap_rows(w, text);

	if (!q->dry)
		pane_wrap(q->p, x, q->y, w, rows, st, text);
	q->y += rows;
}

static struct str words_of(const struct ui_view *v, const char *slug)
{
	char *z = arena_z(v->app->frame, str_z(slug));

	for (char *c = z; *c; c++)
		if (*c == '-')
			*c = ' ';
	return str_z(z);
}

static bool undo_is_skipped(const struct gate *s, const struct need *n)
{
	for (size_t i = 0; i < s->missing.n; i++)
		if (s->missing.v[i].hazard &&
		    s->missing.v[i].hazard->def->cls == HAZ_UNDO &&
		    str_eq(s->missing.v[i].object, n->object))
			return true;
	return false;
}

#define SLUG_CELLS 16

/* "users.bio   drop column   388 of 1,204 rows hold a value" */
static void put_loss(struct pen *q, const struct need *n, int object_w)
{
	const struct gate *s = q->v->state;
	struct arena *a = q->v->app->frame;
	int slug = 2 + object_w + 2, text = slug + SLUG_CELLS;
	bool narrow = q->p.w < 60;

	if (!q->dry) {
		pane_field(q->p, 2, q->y, object_w, ALIGN_LEFT, STYLE_LOSS,
		    app_clean(q->v->app, a, n->hazard->object));
		pane_text(q->p, slug, q->y, STYLE_NORMAL,
		    words_of(q->v, n->hazard->def->slug));
	}
	if (narrow)
		q->y++;
	wrapped(q, narrow ? 4 : text, STYLE_STRONG, n->hazard->text.n ?
	    plan_text(q->v->app, n->hazard->text) : STR("not measured"));
	if (q->tight)
		return;
	if (undo_is_skipped(s, n))
		wrapped(q, narrow ? 4 : slug, STYLE_DIM, STR("not saved: "
		    "nothing will bring it back"));
	else
		wrapped(q, narrow ? 4 : slug, STYLE_DIM,
		    STR("saved before it goes: rollback brings it back"));
}

/* Where there is no room to say it of each: once for all. */
static void put_unsaved(struct pen *q)
{
	const struct gate *s = q->v->state;
	bool skipped = false;

	for (size_t i = 0; i < s->missing.n; i++)
		skipped |= s->missing.v[i].hazard &&
		    s->missing.v[i].hazard->def->cls == HAZ_UNDO;
	if (skipped && q->tight)
		wrapped(q, 2, STYLE_DIM, STR("not saved: nothing will bring "
		    "them back"));
}

static bool is_loss(const struct need *n)
{
	return n->hazard && n->hazard->def->cls != HAZ_UNDO;
}

static void put_losses(struct pen *q)
{
	const struct gate *s = q->v->state;
	int object_w = 10, max = q->p.w / 3;
	size_t n = 0, shown = 0, room;

	for (size_t i = 0; i < s->missing.n; i++)
		if (is_loss(&s->missing.v[i])) {
			int w = (int)utf8_cells(app_clean(q->v->app,
			    q->v->app->frame, s->missing.v[i].hazard->object));

			n++;
			object_w = w > object_w ? w : object_w;
		}
	if (!n)
		return;
	object_w = object_w > max ? max : object_w;
	wrapped(q, 0, STYLE_NORMAL,
	    STR("Values will be lost from the database:"));
	gap(q);
	room = q->v->h > 18 ? (size_t)(q->v->h - 14) / 2 : 3;
	for (size_t i = 0; i < s->missing.n && shown < room; i++)
		if (is_loss(&s->missing.v[i])) {
			put_loss(q, &s->missing.v[i], object_w);
			shown++;
		}
	if (shown < n)
		wrapped(q, 2, STYLE_LOSS, arena_printf(q->v->app->frame,
		    "and %zu more, listed in the review", n - shown));
	put_unsaved(q);
	gap(q);
}

static void put_rebuilds(struct pen *q)
{
	const struct gate *s = q->v->state;
	const struct plan *p = s->r->review->plan;
	struct arena *a = q->v->app->frame;

	for (size_t i = 0; i < p->n; i++) {
		struct str t = stmt_rebuilds(p, i), text;

		if (!t.n || !stmt_leads(p, i))
			continue;
		t = app_clean(q->v->app, a, t);
		text = arena_printf(a, "Also: %.*s is rebuilt (%.*s), writers "
		    "wait meanwhile.", STR_ARG(t),
		    STR_ARG(plan_text(q->v->app, p->v[i].why)));
		wrapped(q, 0, STYLE_NORMAL, text);
		if (!q->dry)
			pane_restyle(q->p, 6, q->y - wrap_rows(q->p.w - 1, text),
			    (int)utf8_cells(t), STYLE_WARN);
	}
}

/* Steps whose foreign-key mode differs cannot share a transaction. */
static size_t transactions(const struct gate_request *rq)
{
	size_t n = rq->nsteps > 0;

	for (size_t i = 1; i < rq->nsteps; i++)
		n += rq->steps[i].fk_off != rq->steps[i - 1].fk_off;
	return n;
}

/* Statements after which, or for which, a transaction has to end. */
static size_t cuts(const struct plan *p, size_t *alone)
{
	size_t n = 0;

	*alone = 0;
	for (size_t i = 0; i < p->n; i++) {
		*alone += stmt_alone(&p->v[i]);
		n += stmt_alone(&p->v[i]) || stmt_commits(p, i);
	}
	return n;
}

static void put_how(struct pen *q)
{
	const struct gate *s = q->v->state;
	const struct plan *p = s->r->review->plan;
	struct arena *a = q->v->app->frame;
	size_t tx = transactions(&s->r->gate), alone, cut = cuts(p, &alone);
	struct str files = count_of_things(a, p->nfiles, "migration",
	    "migrations");

	if (cut && alone == p->n)
		wrapped(q, 0, STYLE_NORMAL, arena_printf(a, "%.*s outside a "
		    "transaction: what a statement did stays.",
		    STR_ARG(files)));
	else if (cut)
		wrapped(q, 0, STYLE_NORMAL, arena_printf(a, "%.*s committed in "
		    "parts: what an earlier one commits stays.",
		    STR_ARG(files)));
	else if (tx > 1)
		wrapped(q, 0, STYLE_NORMAL, arena_printf(a, "%.*s in %zu "
		    "transactions: what an earlier one commits stays.",
		    STR_ARG(files), tx));
	else
		wrapped(q, 0, STYLE_DIM, arena_printf(a, "%.*s in one "
		    "transaction, checked before it is committed.",
		    STR_ARG(files)));
}

/* What is locked, and where the locks are given up. */
static void put_locks(struct pen *q)
{
	const struct gate *s = q->v->state;
	struct arena *a = q->v->app->frame;
	size_t room = 2;
	struct strs lines;

	gate_lock_lines(s->r->gate.plan, a, &lines);
	for (size_t i = 0; i < lines.n && i < room; i++)
		wrapped(q, 2, STYLE_DIM, app_clean(q->v->app, a, lines.v[i]));
	if (lines.n > room)
		wrapped(q, 2, STYLE_DIM, arena_printf(a,
		    "and %zu more, listed in the review", lines.n - room));
}

/* What the way back brings back, and what has been written since. */
static void put_downs(struct pen *q)
{
	const struct gate *s = q->v->state;
	const struct rollback *rb = s->r->rollback;
	struct arena *a = q->v->app->frame;

	for (size_t i = 0; rb && i < rb->n; i++)
		if (rb->downs[i].grade >= UNDO_SHAPE)
			wrapped(q, 0, STYLE_WARN, arena_printf(a,
			    "%.*s brings the shape back, not the values that "
			    "were lost.", STR_ARG(app_clean(q->v->app, a,
			    rb->downs[i].source))));
	for (size_t i = 0; rb && i < rb->written_since.n; i++)
		wrapped(q, 0, STYLE_NORMAL, app_clean(q->v->app, a,
		    rb->written_since.v[i]));
	for (size_t i = 0; rb && i < rb->gate.clashes.n; i++)
		wrapped(q, 0, STYLE_ERROR, app_clean(q->v->app, a,
		    rb->gate.clashes.v[i]));
	for (size_t i = 0; rb && i < rb->gate.lacking.n; i++)
		wrapped(q, 0, STYLE_ERROR, app_clean(q->v->app, a,
		    lacking_text(&rb->gate.lacking.v[i], a)));
	for (size_t i = 0; rb && i < rb->not_back.n; i++)
		wrapped(q, 0, STYLE_WARN, app_clean(q->v->app, a,
		    rb->not_back.v[i]));
}

static void put_holders(struct pen *q)
{
	const struct gate *s = q->v->state;
	const struct holders *h = &s->r->holders;
	struct sbuf b = SBUF_INIT(2000);
	bool server = h->n && h->v[0].what.n;

	for (size_t i = 0; server && i < h->n && i < (q->tight ? 1 : 5); i++)
		wrapped(q, 0, STYLE_NORMAL, app_clean(q->v->app,
		    q->v->app->frame, arena_printf(q->v->app->frame,
		    "At work there: %.*s %d, %.*s",
		    STR_ARG(h->v[i].command), h->v[i].pid,
		    STR_ARG(h->v[i].what))));
	if (server) {
		sbuf_free(&b);
		return;
	}

	for (size_t i = 0; i < h->n && i < 5; i++)
		sbuf_addf(&b, "%s%.*s %d", i ? ", " : "",
		    STR_ARG(app_clean(q->v->app, q->v->app->frame,
			h->v[i].command)), h->v[i].pid);
	if (b.n)
		wrapped(q, 0, STYLE_DIM, arena_printf(q->v->app->frame,
		    "Other programs with the file open: %.*s. They can go on "
		    "reading.", STR_ARG(sbuf_str(&b))));
	sbuf_free(&b);
}

static void put_drift(struct pen *q)
{
	const struct gate *s = q->v->state;
	const struct change_list *d = &s->r->review->drift.changes;
	size_t room = q->tight ? 2 : 6;

	for (size_t i = 0; i < d->n && i < room; i++)
		wrapped(q, 2, STYLE_WARN, change_sentence(&d->v[i],
		    q->v->app->frame));
	if (d->n > room)
		wrapped(q, 2, STYLE_WARN, arena_printf(q->v->app->frame,
		    "and %zu more", d->n - room));
	if (d->n)
		gap(q);
}

static void put_refusal(struct pen *q)
{
	const struct gate *s = q->v->state;
	struct arena *a = q->v->app->frame;
	struct str rest, line;

	wrapped(q, 0, STYLE_ERROR, STR("This plan cannot be applied."));
	gap(q);
	wrapped(q, 0, STYLE_STRONG, app_clean(q->v->app, a,
	    str_z(s->refusal.msg)));
	if (s->refusal.where[0])
		wrapped(q, 0, STYLE_DIM, app_clean(q->v->app, a,
		    str_z(s->refusal.where)));
	gap(q);
	if (s->refusal.code == RC_CONFLICT)
		put_drift(q);
	rest = str_z(s->refusal.hint);
	while (str_line(&rest, &line))
		wrapped(q, 2, STYLE_NORMAL, app_clean(q->v->app, a,
		    hint_here(line)));
}

static const struct need *need_of_word(const struct gate *s, struct str word)
{
	for (size_t i = 0; i < s->missing.n; i++)
		if (str_eq(s->missing.v[i].typed, word))
			return &s->missing.v[i];
	return NULL;
}

static void put_prompt(struct pen *q)
{
	const struct gate *s = q->v->state;
	struct arena *a = q->v->app->frame;
	struct str word = s->words[s->at < s->nwords ? s->at : s->nwords - 1];
	const struct need *n = need_of_word(s, word);
	const char *what = "Type the name of the table that loses values";
	int x;

	if (n && !n->hazard)
		what = "Type the name of this database";
	else if (s->r->gate.production && n && n->rows >= 0)
		what = "Type the table and how much it loses";
	else if (n && n->hazard && !n->hazard->table.n)
		what = "Type the name of what is asked for";
	else if (q->p.w < 70)
		what = "Type the table that loses values";
	word = app_clean(q->v->app, a, word);
	if ((int)(strlen(what) + utf8_cells(word)) > q->p.w - 14)
		what = "Type";	/* the word itself must be seen whole */
	gap(q);
	if (!q->dry) {
		x = pane_textz(q->p, 0, q->y, STYLE_NORMAL, what);
		if (s->nwords > 1)
			x = pane_text(q->p, x, q->y, STYLE_DIM, arena_printf(a,
			    " (%zu of %zu)", s->at + 1, s->nwords));
		x = pane_textz(q->p, x, q->y, STYLE_NORMAL, ":");
		pane_field(q->p, x + 3, q->y, q->p.w - x - 4, ALIGN_LEFT,
		    STYLE_STRONG, word);
	}
	q->y++;
	gap(q);
	if (!q->dry) {
		pane_mark(q->p, 2, q->y, STYLE_KEY, MARK_FK);
		input_draw(&s->in, q->p, 4, q->y, q->p.w / 2, true);
		if (s->note)
			pane_right(q->p, q->p.w - 1, q->y, STYLE_ERROR,
			    str_z(s->note));
	}
	q->y++;
}

static void put_buttons(struct pen *q)
{
	const struct gate *s = q->v->state;
	bool ready = !s->refusal.code && (!s->nwords || matches(s));
	bool last = s->at + 1 >= s->nwords;
	struct str go = s->r->rollback ? STR("[ Take back ]") :
	    STR("[ Apply ]");
	const char *left = s->refusal.code ? "Esc closes" :
	    ready && !last && s->nwords ? "Enter: on to the next name" :
	    ready ? "Enter does it, Esc cancels" :
	    q->p.w < 82 ? "Esc cancels" :
	    "Esc cancels, it becomes possible when the name matches";
	int x = q->p.w - 1;

	gap(q);
	if (!q->dry) {
		if (!s->refusal.code)
			x = pane_right(q->p, x, q->y, ready && last ?
			    STYLE_BADGE_OK : STYLE_DIM, go) - 3;
		pane_right(q->p, x, q->y, STYLE_DIM, STR("[ Cancel ]"));
		pane_textz(q->p, 0, q->y, STYLE_DIM, left);
	}
	q->y++;
}

/* [x] Whole copy first: 119 MB into .weir */
static void put_copy(struct pen *q)
{
	const struct gate *s = q->v->state;

	if (s->r->whole.n)
		wrapped(q, 0, s->backup ? STYLE_NORMAL : STYLE_DIM,
		    arena_printf(q->v->app->frame, "[%c] Whole copy of the "
		    "database first: %.*s (Ctrl-O)", s->backup ? 'x' : ' ',
		    STR_ARG(app_clean(q->v->app, q->v->app->frame,
		    s->r->whole))));
}

/* What is at stake, and what is asked: the latter is always in sight. */
static void put_stakes(struct pen *q)
{
	const struct gate *s = q->v->state;

	q->y = q->tight ? 0 : 1;
	if (s->r->gate.production)
		wrapped(q, 0, STYLE_LOSS,
		    STR("This database is labelled production."));
	if (s->refusal.code) {
		put_refusal(q);
		return;
	}
	put_losses(q);
	put_rebuilds(q);
	put_downs(q);
	if (!s->nwords)
		wrapped(q, 0, STYLE_NORMAL,
		    STR("No value is lost from the database."));
	if (s->r->gate.db.create)
		wrapped(q, 0, STYLE_WARN, arena_printf(q->v->app->frame,
		    "Create the database %.*s? It does not exist; Enter "
		    "creates it, then applies.", STR_ARG(app_clean(q->v->app,
		    q->v->app->frame, s->r->gate.db_label))));
	put_how(q);
	put_copy(q);
	put_locks(q);
	put_holders(q);
}

static void put_question(struct pen *q)
{
	const struct gate *s = q->v->state;

	q->y = 0;
	if (s->nwords && !s->refusal.code)
		put_prompt(q);
	put_buttons(q);
}

/* Which database stays to be read where the migrations have no room. */
static struct str title_of(const struct ui_view *v, int room)
{
	const struct gate *s = v->state;
	struct arena *a = v->app->frame;
	bool down = s->r->rollback;
	const char *verb = down ? "Take back" : "Apply";
	struct str db = arena_printf(a, "%s %.*s", down ? "from" : "to",
	    STR_ARG(app_clean(v->app, a, s->r->gate.db_label)));
	size_t n = s->r->review->plan->nfiles;
	struct str all = arena_printf(a, "%s %.*s %.*s", verb,
	    STR_ARG(app_clean(v->app, a, s->r->title)), STR_ARG(db));

	return (int)utf8_cells(all) <= room ? all : arena_printf(a,
	    "%s %zu migration%s %.*s", verb, n, n == 1 ? "" : "s", STR_ARG(db));
}

static void gate_draw(const struct ui_view *v, struct pane body)
{
	const struct gate *s = v->state;
	int w = body.w < 96 ? body.w - 2 : 92, stakes, question, room;
	struct pen q = { .v = v, .dry = true, .tight = body.h < 20 };
	bool danger = s->nwords || s->refusal.code;
	struct pane in;

	if (!s->r)
		return;
	q.p = pane_sub(body, 0, 0, w - 4, body.h);
	put_question(&q);
	question = q.y;
	put_stakes(&q);
	stakes = q.y;
	in = pane_popup(body, w, stakes + question + 2, danger ? STYLE_ERROR :
	    STYLE_ACCENT, title_of(v, w - 10));
	room = in.h - question;
	q.dry = false;
	q.p = pane_sub(in, 0, 0, in.w, room);
	put_stakes(&q);
	if (stakes > room && room > 0) {
		pane_blank(q.p, 0, room - 1, q.p.w, STYLE_NORMAL);
		pane_textz(q.p, 0, room - 1, STYLE_WARN,
		    "and more: the review lists all of it");
	}
	q.p = pane_sub(in, 0, room, in.w, question);
	put_question(&q);
}

const struct view_ops view_gate = {
	.name = "gate",
	.title = "Gate",
	.state_size = sizeof(struct gate),
	.overlay = true,
	.keymap = gate_keymap,
	.enter = gate_enter,
	.update = gate_update,
	.draw = gate_draw,
	.maps = MAPS(&plain_map, &down_map, &refused_map, &typed_map),
};

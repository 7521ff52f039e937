/*
 * needs: what a plan asks for before it may run.
 *
 * Hazards of one code on one object are one need, with their losses added:
 * consent names an object, not a statement.  Of a loss that is not saved
 * (G.5), or whose way back was tried and fails, comes a second need,
 * undo-skipped on the same object.
 */
#include "op/gate/gate.h"

#include "base/fs.h"
#include "base/utf8.h"
#include "op/gate/local.h"

struct builder {
	const struct gate_request *rq;
	struct arena *a;
	VEC(struct need) v;
};

static int64_t rows_add(int64_t a, int64_t b)
{
	return a < 0 || b < 0 || a > INT64_MAX - b ? -1 : a + b;
}

/* "drop-column:users.bio", with "[<=388]" where the count must be named. */
static void need_words(struct builder *b, struct need *n)
{
	struct sbuf s = SBUF_INIT(1u << 17);
	struct str table = n->hazard->table.n ? n->hazard->table :
	    n->hazard->object;

	sbuf_addf(&s, "%s:", n->hazard->def->slug);
	sbuf_add(&s, n->object);
	if (b->rq->production && n->rows >= 0) {
		sbuf_addz(&s, "[<=");
		sbuf_add_i64(&s, n->rows);
		sbuf_addc(&s, ']');
	}
	n->allow = arena_str(b->a, sbuf_str(&s));
	sbuf_reset(&s);
	sbuf_addz(&s, "--allow ");
	shell_quote(&s, n->allow);
	n->shell = arena_str(b->a, sbuf_str(&s));
	n->typed = table;
	if (b->rq->production && n->rows >= 0) {
		sbuf_reset(&s);
		sbuf_add(&s, table);
		sbuf_addc(&s, ' ');
		sbuf_add_i64(&s, n->rows);
		n->typed = arena_str(b->a, sbuf_str(&s));
	}
	sbuf_free(&s);
}

static void need_text(struct builder *b, struct need *n)
{
	const struct hazard *h = n->hazard;
	bool skipped = h->def == &hazard_defs[HAZ_ID_UNDO_SKIPPED];
	struct sbuf s = SBUF_INIT(1u << 16);

	sbuf_add(&s, h->object);
	sbuf_addz(&s, ": ");
	if (!skipped || !h->text.n)
		sbuf_addz(&s, h->def->title);
	if (h->text.n)
		sbuf_addf(&s, "%s%.*s", skipped ? "" : ", ", STR_ARG(h->text));
	else if (n->rows < 0)
		sbuf_addz(&s, ", not measured");
	n->text = utf8_clean(b->a, sbuf_str(&s), UTF8_LINE);
	sbuf_free(&s);
}

static struct need *need_find(struct builder *b, const struct hazard *h,
    bool blocked)
{
	for (size_t i = 0; i < b->v.n; i++) {
		struct need *n = &b->v.v[i];

		if (n->hazard && n->hazard->def == h->def &&
		    n->blocked == blocked &&
		    str_eq(n->hazard->object, h->object))
			return n;
	}
	return NULL;
}

static void need_add(struct builder *b, const struct hazard *h,
    const struct entry *en)
{
	bool blocked = h->sev == SEV_BLOCKED;
	struct need *n = need_find(b, h, blocked);

	if (n) {
		n->rows = rows_add(n->rows, h->rows);
		return;
	}
	vec_push(b->a, &b->v, (struct need){ .hazard = h, .entry = en,
	    .rows = h->rows, .blocked = blocked });
}

static bool not_saved(enum undo_grade g)
{
	switch (g) {
	case UNDO_EXACT:
	case UNDO_SAVED:
	case UNDO_CHECKED:
		return false;
	case UNDO_SHAPE:
	case UNDO_NONE:
	case UNDO_N:
		break;
	}
	return true;
}

/* Of the way back of the statement's file: why it fails, or "". */
static struct str fails_back(struct builder *b, const struct stmt *s)
{
	const struct plan *p = b->rq->plan;
	const struct proof *proof = NULL;

	for (size_t i = 0; i < p->nfiles; i++)
		if (p->files[i].entry == s->run->entry)
			proof = &p->files[i].proof;
	if (!proof || proof->state != PROOF_FAILS)
		return STR_NONE;
	return arena_printf(b->a, "it would be saved, but not come back: the "
	    "way back fails: %.*s", STR_ARG(proof->what.n ? proof->what.v[0] :
	    STR("")));
}

static void hazard_needs(struct builder *b, const struct hazard *h,
    const struct entry *en, enum undo_grade undo, struct str fails)
{
	struct hazard *skipped;

	switch (h->sev) {
	case SEV_INFO:
	case SEV_CAUTION:
	case SEV_N:
		return;
	case SEV_BLOCKED:
		need_add(b, h, en);
		return;
	case SEV_DESTRUCTIVE:
		break;
	}
	need_add(b, h, en);
	if (h->def->cls == HAZ_UNDO ||
	    (!h->unsaved && !not_saved(undo) && !fails.n))
		return;
	skipped = arena_copy(b->a, h, sizeof *h);
	skipped->def = &hazard_defs[HAZ_ID_UNDO_SKIPPED];
	skipped->text = h->unsaved || not_saved(undo) ? STR_NONE : fails;
	/* Two losses on one object (its rows by two ways) are one undo. */
	if (!need_find(b, skipped, false))
		need_add(b, skipped, en);
}

static void plan_needs(struct builder *b, const struct entry *only)
{
	const struct plan *p = b->rq->plan;

	for (size_t i = 0; p && i < p->n; i++) {
		const struct stmt *s = &p->v[i];

		if (only && s->run->entry != only)
			continue;
		for (size_t k = 0; k < s->nhaz; k++)
			hazard_needs(b, &s->haz[k], s->run->entry, s->undo,
			    fails_back(b, s));
	}
	for (size_t i = 0; p && !only && i < p->nhaz; i++)
		hazard_needs(b, &p->haz[i], NULL, UNDO_EXACT,
		    STR_NONE);
	for (size_t i = 0; i < b->v.n; i++) {
		struct need *n = &b->v.v[i];

		n->object = object_of(n->hazard->object, b->a);
		need_text(b, n);
		if (!n->blocked)
			need_words(b, n);
	}
}

static void target_need(struct builder *b)
{
	struct sbuf s = SBUF_INIT(1u << 16);
	struct need n = { .rows = -1, .typed = path_base(b->rq->db_label) };

	sbuf_addz(&s, "--target ");
	shell_quote(&s, n.typed);
	n.shell = arena_str(b->a, sbuf_str(&s));
	n.text = arena_printf(b->a, "%.*s is labelled production: its name is "
	    "to be given", STR_ARG(b->rq->db_label));
	sbuf_free(&s);
	vec_push(b->a, &b->v, n);
}

void needs_build(const struct gate_request *rq, const struct entry *entry,
    struct arena *a, struct needs *out)
{
	struct builder b = { .rq = rq, .a = a };

	plan_needs(&b, entry);
	if (!entry && rq->production)
		target_need(&b);
	if (!entry && rq->unproven)
		vec_push(a, &b.v, (struct need){ .rows = -1,
		    .shell = STR("--unproven"), .typed = STR("unproven"),
		    .text = rq->unproven_why.n ? rq->unproven_why :
		    STR("the live schema is not what is claimed") });
	*out = (struct needs){ b.v.v, b.v.n };
}

void gate_needs(const struct gate_request *rq, struct arena *a,
    struct needs *out)
{
	needs_build(rq, NULL, a, out);
}

bool need_named(const struct need *n, const struct allow *al)
{
	return n->hazard && allow_names(al, n->hazard->def, n->object) &&
	    (!al->entry || al->entry == n->entry);
}

bool need_bound_holds(const struct need *n, const struct allow *al)
{
	return al->at_most < 0 || (n->rows >= 0 && n->rows <= al->at_most);
}

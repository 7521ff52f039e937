/*
 * gate: the one place where a permit is made.
 *
 * Not here: dialogs, options, measuring.  The order of the refusals is part
 * of the contract: a wrong command line first (G.2), then what no consent
 * can mend (G.6 drift, G.3 blocked), then what is merely missing.
 */
#include "op/gate/gate.h"

#include "base/fs.h"
#include "base/utf8.h"
#include "op/gate/local.h"

struct bound {
	const struct need *need;
	int64_t at_most;	/* -1: consented without bound */
};

struct permit {
	struct gate_request rq;
	const struct bound *bounds;	size_t nbounds;
	struct consent given;
	bool taken;
};

/* G.2: an allow must name a hazard of the plan, of whatever severity. */
static bool allow_known(const struct plan *p, const struct needs *all,
    const struct allow *al, struct arena *a)
{
	for (size_t i = 0; i < all->n; i++)
		if (need_named(&all->v[i], al))
			return true;
	for (size_t i = 0; p && i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];
			struct str object = object_of(h->object, a);

			/* measured as no loss: consent is not needed, yet not
			 * wrong, nor is that to lose its undo */
			if (allow_names(al, h->def, object) ||
			    allow_names(al, &hazard_defs[HAZ_ID_UNDO_SKIPPED],
			    object))
				return true;
		}
	for (size_t i = 0; p && i < p->nhaz; i++)
		if (allow_names(al, p->haz[i].def, object_of(p->haz[i].object, a)))
			return true;
	return false;
}

static enum rc check_allows(const struct gate_request *rq,
    const struct consent *c, const struct needs *all, struct arena *a,
    struct err *e)
{
	struct sbuf s = SBUF_TEXT;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < c->nallows; i++) {
		const struct allow *al = &c->allows[i];

		if (al->entry || allow_known(rq->plan, all, al, a) ||
		    allow_of_code(rq->plan, al, a))
			continue;
		rc = err_set(e, RC_USAGE, "--allow %.*s:%.*s matches nothing "
		    "in this plan", STR_ARG(al->word), STR_ARG(al->object));
		for (size_t k = 0; k < all->n; k++)
			if (all->v[k].allow.n) {
				sbuf_addz(&s, s.n ? "\n  " : "it needs\n  ");
				sbuf_add(&s, all->v[k].shell);
			}
		err_hint(e, "%.*s", STR_ARG(sbuf_str(&s)));
		if (!s.n)
			err_hint(e, "nothing in this plan needs consent");
	}
	sbuf_free(&s);
	return rc;
}

static enum rc check_drift(const struct gate_request *rq,
    const struct consent *c, struct err *e)
{
	bool strict = c->strict || rq->production;
	size_t n = rq->drift_in_plan;

	if (n) {
		err_set(e, RC_CONFLICT, "the database differs from its "
		    "migrations in %zu place%s of objects that this plan "
		    "changes", n, n == 1 ? "" : "s");
	} else if (strict && rq->drift_outside) {
		n = rq->drift_outside;
		err_set(e, RC_CONFLICT, "the database differs from its "
		    "migrations in %zu place%s outside this plan (%s)", n,
		    n == 1 ? "" : "s", c->strict ? "--strict" :
		    "labelled production");
	} else {
		return RC_OK;
	}
	err_hint(e, "weir diff migrations db\n"
	    "then undo it there, or write a migration of it and record that:\n"
	    "weir mark --applied TAG");
	return e->code;
}

/* A statement that is known to fail cannot be consented away. */
static enum rc check_runs(const struct plan *p, struct err *e)
{
	const struct err *why = NULL;

	if (!p)
		return RC_OK;
	if (p->rehearsal_error.code)
		why = &p->rehearsal_error;
	else if (p->rehearsal && p->rehearsal->stopped)
		why = &p->rehearsal->why;
	else if (!p->rehearsed && p->run && p->run->stopped)
		why = &p->run->why;
	if (!why)
		return RC_OK;
	*e = *why;
	e->code = RC_DB;
	err_prefix(e, "would fail");
	return RC_DB;
}

/* Among rows that saved ones have joined: on the live database the finder
 * would list those that the migration made equal, and who removes them loses
 * their saved values. */
static bool with_saved_rows(const struct gate_request *rq,
    const struct hazard *h)
{
	const char *unique = hazard_defs[HAZ_ID_UNIQUE].slug;

	for (size_t i = 0; i < rq->nsteps; i++)
		if (rq->steps[i].kind == STEP_DOWN && rq->steps[i].saved.n &&
		    rq->plan->rehearsed && !strcmp(h->def->slug, unique))
			return true;
	return false;
}

/* What to do about rows in the way.  A way back that is derived is no text
 * that somebody could mend; one of one's own may stand in its place. */
static void hint_blocked(const struct gate_request *rq, const struct need *n,
    struct err *e)
{
	bool down = rq->nsteps && rq->steps[0].kind == STEP_DOWN;
	const struct hazard *h = n->hazard;
	struct str tag = down ? rq->steps[0].track->tag : STR("");
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; down && i < rq->nsteps; i++)
		if (n->entry && n->entry == rq->steps[i].entry)
			tag = rq->steps[i].track->tag;
	if (h->finder.n)
		sbuf_addf(&b, "the rows: %.*s\nthen: ", STR_ARG(h->finder));
	if (down)
		sbuf_addf(&b, "mend the rows in the way, or write a way back "
		    "that does into %.*s.down.sql", STR_ARG(tag));
	else
		sbuf_addz(&b, h->def->advice);
	sbuf_addz(&b, h->finder.n ? "\nand again: " : ", then: ");
	sbuf_addz(&b, down ? "weir rollback" : "weir review");
	err_hint(e, "%.*s", STR_ARG(sbuf_str(&b)));
	sbuf_free(&b);
}

static void hint_in_the_way(struct err *e)
{
	err_hint(e, "a saved value comes back beside an equal one of a row "
	    "that came since: change or remove that row\nleave the rows that "
	    "the migration made equal: each gets its saved value back (weir "
	    "undo list)\nand again: weir rollback");
}

/* Value and rows, where they are known. */
static enum rc check_clashes(const struct gate_request *rq, struct err *e)
{
	struct sbuf b = SBUF_INIT(700);
	size_t n = rq->clashes.n;

	if (!n)
		return RC_OK;
	for (size_t i = 0; i < n && i < 3; i++)
		sbuf_addf(&b, "%s%.*s", i ? "; " : "",
		    STR_ARG(rq->clashes.v[i]));
	err_set(e, RC_DB, "blocked by the data: %.*s%s", STR_ARG(sbuf_str(&b)),
	    n > 3 ? " …" : "");
	hint_in_the_way(e);
	sbuf_free(&b);
	return RC_DB;
}

static enum rc check_blocked(const struct gate_request *rq,
    const struct needs *all, struct err *e)
{
	size_t n = 0;
	const struct need *first = NULL;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].blocked) {
			first = first ? first : &all->v[i];
			n++;
		}
	if (!first)
		return RC_OK;
	err_set(e, RC_DB, "%s%.*s",
	    first->hazard->def == &hazard_defs[HAZ_ID_STATEMENT] ? "" :
	    first->rows > 0 ? "blocked by the data: " : "blocked: ",
	    STR_ARG(first->text));
	if (n > 1)
		err_prefix(e, "1 of %zu findings", n);
	if (with_saved_rows(rq, first->hazard))
		hint_in_the_way(e);
	else
		hint_blocked(rq, first, e);
	return RC_DB;
}

/* G.8: the tracking row would go while the change stays. */
static enum rc check_restored(const struct gate_request *rq, struct err *e)
{
	const struct strs *v = &rq->unrestored;
	struct sbuf b = SBUF_INIT(512);

	if (!v->n)
		return RC_OK;
	for (size_t i = 0; i < v->n && i < 3; i++)
		sbuf_addf(&b, "%s%.*s", i ? "; " : "", STR_ARG(v->v[i]));
	if (v->n > 3)
		sbuf_addf(&b, "; and %zu more", v->n - 3);
	err_set(e, RC_DB, "the schema would not be what it was before: %.*s",
	    STR_ARG(sbuf_str(&b)));
	err_hint(e, "write the whole way back into %.*s.down.sql, then: weir "
	    "rollback --dry-run", STR_ARG(rq->steps[0].track->tag));
	sbuf_free(&b);
	return RC_DB;
}

static bool was_typed(const struct consent *c, struct str word)
{
	for (size_t i = 0; i < c->ntyped; i++)
		if (str_eq(c->typed[i], word))
			return true;
	return false;
}

static bool target_given(const struct gate_request *rq,
    const struct consent *c)
{
	struct str t = c->target;

	return t.n && (str_eq(t, rq->db_label) ||
	    str_eq(t, path_base(rq->db_label)));
}

/* Whoever names a target means it.  In production it is a need of its own. */
static enum rc check_target(const struct gate_request *rq,
    const struct consent *c, struct err *e)
{
	if (!c->target.n || rq->production || target_given(rq, c))
		return RC_OK;
	err_set(e, RC_USAGE, "--target %.*s is not this database",
	    STR_ARG(c->target));
	err_hint(e, "this is %.*s", STR_ARG(rq->db_label));
	return RC_USAGE;
}

/* Is the need met?  *at_most: the bound of the consent that meets it. */
static bool need_met(const struct gate_request *rq, const struct consent *c,
    const struct need *n, int64_t *at_most)
{
	*at_most = -1;
	if (!n->hazard && str_starts(n->shell, STR("--target")))
		return target_given(rq, c) ||
		    (c->terminal && was_typed(c, n->typed));
	if (!n->hazard)
		return c->unproven || (c->terminal && was_typed(c, n->typed));
	for (size_t i = 0; i < c->nallows; i++) {
		const struct allow *al = &c->allows[i];

		if (!need_named(n, al) || !need_bound_holds(n, al))
			continue;
		/* G.7: the count is named as well, where there is one */
		if (rq->production && n->rows >= 0 && al->at_most < 0)
			continue;
		*at_most = al->at_most;
		return true;
	}
	if (c->terminal && was_typed(c, n->typed)) {
		*at_most = rq->production ? n->rows : -1;
		return true;
	}
	return false;
}

static const char *const step_command[] = {
	[STEP_UP] = "weir migrate",
	[STEP_DOWN] = "weir rollback",
	[STEP_RECORD] = "weir mark",
	[STEP_FORGET] = "weir mark",
};

void gate_command(const struct gate_request *rq, const struct consent *c,
    const struct needs *missing, struct sbuf *out)
{
	if (rq->command.n)
		sbuf_add(out, rq->command);
	else
		sbuf_addz(out, step_command[rq->nsteps ? rq->steps[0].kind :
		    STEP_UP]);
	for (size_t i = 0; i < c->nallows; i++) {
		const struct allow *al = &c->allows[i];
		struct sbuf s = SBUF_TEXT;
		bool again = false;

		for (size_t k = 0; k < missing->n; k++)
			again |= need_named(&missing->v[k], al);
		if (!al->entry && !again) {
			sbuf_add(&s, al->word);
			sbuf_addc(&s, ':');
			sbuf_add(&s, al->object);
			if (al->at_most >= 0)
				sbuf_addf(&s, "[<=%lld]", (long long)al->at_most);
			sbuf_addz(out, " \\\n  --allow ");
			shell_quote(out, sbuf_str(&s));
		}
		sbuf_free(&s);
	}
	if (c->target.n && target_given(rq, c)) {
		sbuf_addz(out, " \\\n  --target ");
		shell_quote(out, c->target);
	}
	for (size_t i = 0; i < missing->n; i++)
		if (missing->v[i].shell.n) {
			sbuf_addz(out, " \\\n  ");
			sbuf_add(out, missing->v[i].shell);
		}
}

static enum rc refuse(const struct gate_request *rq, const struct consent *c,
    const struct needs *missing, struct err *e)
{
	struct sbuf s = SBUF_TEXT;
	size_t max = sizeof e->hint - 1;
	const char *what = "consent";

	if (!missing->v[0].hazard)
		what = str_starts(missing->v[0].shell, STR("--target")) ?
		    "the name of the target" : "--unproven";
	err_set(e, RC_DECISION, "%s is missing: %.*s", what,
	    STR_ARG(missing->v[0].text));
	for (size_t i = 0; i < c->nallows; i++)
		if (need_named(&missing->v[0], &c->allows[i]) &&
		    !need_bound_holds(&missing->v[0], &c->allows[i]))
			err_set(e, RC_DECISION, "the consent holds for at "
			    "most %lld: %.*s",
			    (long long)c->allows[i].at_most,
			    STR_ARG(missing->v[0].text));
	if (missing->n > 1)
		err_prefix(e, "%zu decisions are missing, the first", missing->n);
	gate_command(rq, c, missing, &s);
	if (s.n > max)		/* half a command is worse than none */
		err_hint(e, "weir migrate --dry-run --json lists all %zu "
		    "under needs", missing->n);
	else
		err_hint(e, "%.*s", STR_ARG(sbuf_str(&s)));
	sbuf_free(&s);
	return RC_DECISION;
}

static enum rc check_consent(const struct gate_request *rq,
    const struct consent *c, const struct needs *all, struct arena *a,
    struct needs *missing, struct permit *p, struct err *e)
{
	VEC(struct need) miss = { 0 };
	VEC(struct bound) bounds = { 0 };
	int64_t at_most;

	for (size_t i = 0; i < all->n; i++)
		if (need_met(rq, c, &all->v[i], &at_most))
			vec_push(a, &bounds, (struct bound){ &all->v[i], at_most });
		else
			vec_push(a, &miss, all->v[i]);
	*missing = (struct needs){ miss.v, miss.n };
	p->bounds = bounds.v;
	p->nbounds = bounds.n;
	if (miss.n)
		return refuse(rq, c, missing, e);
	if (c->terminal && !c->enter && !c->ntyped) {
		err_set(e, RC_DECISION, "not confirmed");
		err_hint(e, "Enter confirms");
		return RC_DECISION;
	}
	return RC_OK;
}

enum rc gate_review(const struct gate_request *rq, const struct consent *c,
    struct arena *a, struct permit **out, struct needs *missing, struct err *e)
{
	struct permit *p = arena_new_of(a, struct permit);
	struct needs all;
	enum rc rc;

	*missing = (struct needs){ 0 };
	needs_build(rq, NULL, a, &all);
	rc = check_target(rq, c, e);
	if (!rc)
		rc = check_allows(rq, c, &all, a, e);
	if (!rc)
		rc = check_drift(rq, c, e);
	if (!rc)
		rc = check_lacking(rq, a, e);
	if (!rc)
		rc = check_clashes(rq, e);
	if (!rc)
		rc = check_blocked(rq, &all, e);
	if (!rc)
		rc = check_runs(rq->plan, e);
	if (!rc)
		rc = check_restored(rq, e);
	if (!rc)
		rc = check_consent(rq, c, &all, a, missing, p, e);
	if (rc)
		return rc;
	p->rq = *rq;
	p->rq.steps = arena_copy(a, rq->steps, rq->nsteps * sizeof *rq->steps);
	p->given = *c;
	p->given.allows = c->nallows ? arena_copy(a, c->allows,
	    c->nallows * sizeof *c->allows) : NULL;
	*out = p;
	return RC_OK;
}

const struct gate_request *permit_request(const struct permit *p)
{
	return &p->rq;
}

const struct model *permit_base(const struct permit *p)
{
	return p->rq.plan->from;
}

const struct model *permit_after(const struct permit *p)
{
	return p->rq.plan->to;
}

int64_t permit_bound(const struct permit *p, const struct hazard *h)
{
	for (size_t i = 0; i < p->nbounds; i++) {
		const struct need *n = p->bounds[i].need;

		if (n->hazard && n->hazard->def == h->def &&
		    str_eq(n->hazard->object, h->object))
			return p->bounds[i].at_most;
	}
	/* Shown with its count and not asked about: that was the agreement. */
	return h->sev != SEV_DESTRUCTIVE && h->rows > 0 ? -1 : 0;
}

/* What the plan itself takes of it, which the same words agree to; -1: it
 * takes nothing. */
static int64_t taken_by_plan(const struct permit *p, const char *slug,
    struct str object)
{
	int64_t sum = -1;

	for (size_t i = 0; i < p->nbounds; i++) {
		const struct need *n = p->bounds[i].need;

		if (n->hazard && !strcmp(n->hazard->def->slug, slug) &&
		    str_eq(n->object, object))
			sum = (sum < 0 ? 0 : sum) + (n->rows < 0 ? 0 : n->rows);
	}
	return sum;
}

bool permit_allows(const struct permit *p, const char *slug, struct str object,
    int64_t rows)
{
	struct sbuf one = SBUF_INIT(1u << 16);
	bool given = false;
	int64_t plan;
	size_t at = 0;

	if (!object_canonical(object, &at, &one) || at != object.n) {
		sbuf_reset(&one);
		sbuf_add(&one, object);
	}
	plan = taken_by_plan(p, slug, sbuf_str(&one));
	if (plan > 0 && rows >= 0)
		rows += plan;
	for (size_t i = 0; i < p->given.nallows; i++) {
		const struct allow *al = &p->given.allows[i];

		if (!str_is(al->word, slug) ||
		    !str_eq(al->object, sbuf_str(&one)))
			continue;
		/* G.4, G.7; without a number it agrees to what was shown */
		given = given || (al->at_most < 0 ?
		    (!p->rq.production && plan < 0) || rows < 0 :
		    rows >= 0 && rows <= al->at_most);
	}
	sbuf_free(&one);
	return given;
}

void permit_asks(const struct permit *p, const char *slug, struct str object,
    int64_t rows, struct arena *a, struct sbuf *out)
{
	struct need n = { .rows = rows };
	struct needs one = { &n, 1 };
	struct sbuf s = SBUF_INIT(1u << 16), word = SBUF_INIT(1u << 16);
	int64_t plan = taken_by_plan(p, slug, object_of(object, a));

	if (plan > 0 && rows >= 0)
		rows += plan;
	sbuf_addf(&word, "%s:%.*s", slug, STR_ARG(object));
	if ((p->rq.production || plan >= 0) && rows >= 0)
		sbuf_addf(&word, "[<=%lld]", (long long)rows);
	sbuf_addz(&s, "--allow ");
	shell_quote(&s, sbuf_str(&word));
	n.shell = arena_str(a, sbuf_str(&s));
	gate_command(&p->rq, &p->given, &one, out);
	sbuf_free(&word);
	sbuf_free(&s);
}

bool permit_take(struct permit *p)
{
	bool first = !p->taken;

	p->taken = true;
	return first;
}

/* review: which files would run, what they would do, and what has drifted. */
#include "op/drift.h"
#include "op/resume.h"

static const struct mig *mig_named(const struct session *s, struct str tag)
{
	for (size_t i = 0; i < s->states.n; i++)
		if (str_eq(s->states.v[i].entry->tag, tag))
			return &s->states.v[i];
	return NULL;
}

static enum rc need_tag(const struct session *s, struct str tag, struct err *e)
{
	if (mig_named(s, tag))
		return RC_OK;
	err_set(e, RC_USAGE, "there is no migration %.*s in %.*s",
	    STR_ARG(tag), STR_ARG(s->project->folder));
	err_hint(e, "weir status lists them.");
	return RC_USAGE;
}

static bool is_included(const struct review_request *rq, struct str tag)
{
	for (size_t i = 0; i < rq->ninclude; i++)
		if (str_eq(rq->include[i], tag))
			return true;
	return false;
}

static enum rc left_behind(const struct mig *m, struct err *e)
{
	struct str tag = m->entry->tag;

	if (m->state == MIG_MISSING) {
		err_set(e, RC_INCONSISTENT, "the journal names %.*s, but %.*s "
		    "is not there", STR_ARG(tag), STR_ARG(m->entry->file));
		err_hint(e, "Restore the file from version control.");
		return RC_INCONSISTENT;
	}
	err_set(e, RC_INCONSISTENT, "%.*s is older than the newest applied "
	    "migration: drizzle would skip it for ever", STR_ARG(tag));
	err_hint(e, "weir review --include %.*s\n"
	    "weir migrate --include %.*s\n"
	    "weir mark --applied %.*s", STR_ARG(tag), STR_ARG(tag),
	    STR_ARG(tag));
	return RC_INCONSISTENT;
}

static enum rc fatal_finding(const struct session *s,
    const struct entry *const *v, size_t n, struct err *e)
{
	const struct findings *f = &s->folder->findings;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < n; k++) {
			if (!f->v[i].fatal ||
			    !str_eq(f->v[i].tag, v[k]->tag))
				continue;
			err_set(e, RC_INCONSISTENT, "%.*s: %.*s",
			    STR_ARG(f->v[i].where.n ? f->v[i].where :
			    v[k]->tag), STR_ARG(f->v[i].text));
			err_hint(e, "%.*s", STR_ARG(f->v[i].fix));
			return RC_INCONSISTENT;
		}
	return RC_OK;
}

enum rc review_entries(const struct session *s, const struct review_request *rq,
    struct arena *a, const struct entry ***out, size_t *n, struct err *e)
{
	VEC(const struct entry *) v = { 0 };
	enum rc rc = session_tracked(s, e);

	if (!rc && rq->to.n)
		rc = need_tag(s, rq->to, e);
	for (size_t i = 0; !rc && i < rq->ninclude; i++)
		rc = need_tag(s, rq->include[i], e);
	for (size_t i = 0; !rc && i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];
		bool asked = is_included(rq, m->entry->tag) ||
		    rq->only == m->entry;

		if (m->state == MIG_PENDING ||
		    (m->state == MIG_OUT_OF_ORDER && asked))
			vec_push(a, &v, m->entry);
		else if (!rq->only && (m->state == MIG_OUT_OF_ORDER ||
		    (m->state == MIG_MISSING && !m->row)))
			rc = left_behind(m, e);
		if ((rq->to.n && str_eq(rq->to, m->entry->tag)) ||
		    rq->only == m->entry)
			break;
	}
	if (!rc && v.n)
		rc = fatal_finding(s, v.v, v.n, e);
	if (rc)
		return rc;
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

/* --- drift within the plan's objects ------------------------------------------ */

static bool names(const struct obj *o, struct str table)
{
	return o && (str_ieq(o->name, table) || str_ieq(o->table, table));
}

static bool plan_names(const struct plan *p, struct str table)
{
	for (size_t i = 0; i < p->changes.n; i++)
		if (names(p->changes.v[i].from, table) ||
		    names(p->changes.v[i].to, table))
			return true;
	for (size_t i = 0; i < p->n; i++) {
		const struct facts *f = &p->v[i].run->facts;

		if (str_ieq(f->table, table) || str_ieq(f->object, table))
			return true;
		for (size_t k = 0; k < f->writes.n; k++)
			if (str_ieq(f->writes.v[k], table))
				return true;
	}
	return false;
}

bool drift_weighs(const struct change *c)
{
	return c->op != CHANGE_CHANGE || c->kind != OBJ_COLUMN ||
	    c->fields != field_bit(F_POSITION);
}

size_t drift_in_plan(const struct drift *d, const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < d->changes.n; i++) {
		const struct change *c = &d->changes.v[i];
		const struct obj *o = c->to ? c->to : c->from;

		n += drift_weighs(c) &&
		    plan_names(p, o->table.n ? o->table : o->name);
	}
	return n;
}

size_t drift_outside(const struct drift *d, const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < d->changes.n; i++)
		n += drift_weighs(&d->changes.v[i]);
	return n - drift_in_plan(d, p);
}

/* A pushed schema: the first file fails because all of it is there. */
static enum rc stopped_at_present(struct session *s, const struct drift *d,
    struct plan *p, struct arena *a, struct err *e)
{
	const struct mig *m;
	enum rc rc;

	if (!p->run->stopped)
		return RC_OK;
	rc = drift_states(s, d, a, e);
	if (rc)
		return rc;
	m = mig_named(s, p->run->stopped->tag);
	if (m && m->present_not_recorded)
		plan_stopped_at_present(p);
	return RC_OK;
}

/* Drizzle's migrator knows no --to: it runs all that is pending. */
static enum rc drizzle_beyond(const struct session *s,
    const struct plan_request *pr, struct plan *p, struct arena *a,
    struct err *e)
{
	VEC(const struct entry *) v = { 0 };
	struct plan_request all = *pr;
	struct plan *whole = NULL;
	enum rc rc;

	for (size_t i = 0; i < s->states.n; i++)
		if (s->states.v[i].state == MIG_PENDING)
			vec_push(a, &v, s->states.v[i].entry);
	if (v.n <= pr->n || !str_is(p->drizzle, "same"))
		return RC_OK;
	all.entries = v.v;
	all.n = v.n;
	all.rehearse = false;
	rc = plan_build(&all, a, &whole, e);
	if (rc)
		return rc;
	if (str_starts(whole->drizzle, STR("would ")))
		p->drizzle = arena_printf(a, "would run the %zu later too and "
		    "%.*s", v.n - pr->n, STR_ARG(str_sub(whole->drizzle, 6,
		    whole->drizzle.n)));
	else
		p->drizzle = arena_printf(a, "would do the same, and run the "
		    "%zu later too", v.n - pr->n);
	p->drizzle_loses = whole->drizzle_loses;
	return RC_OK;
}

enum rc review_build(struct session *s, const struct review_request *rq,
    struct arena *a, struct review **out, struct err *e)
{
	struct review *r = arena_new_of(a, struct review);
	const struct entry **entries = NULL;
	struct plan_request pr = { .live = s->db, .scratch = s->scratch,
		.states = &s->states,
		.findings = s->folder ? &s->folder->findings : NULL,
		.track_table = s->project->track_table,
		.measure = rq->measure, .rehearse = rq->rehearse,
		.saves = !rq->no_undo, .prove = true,
		.progress = rq->progress, .arg = rq->arg };
	struct plan *plan = NULL;
	enum rc rc;

	rc = review_entries(s, rq, a, &entries, &pr.n, e);
	for (size_t i = 0; !rc && i < pr.n; i++)
		rc = resume_entry(s, entries[i], &entries[i], e);
	if (!rc && pr.n && s->project->folder.n)
		rc = ignores_beside(arena_z(a, s->project->folder), a,
		    &pr.ignores, e);
	if (!rc)
		rc = resume_why(s, entries, pr.n, a, &r->half, e);
	if (!rc)
		rc = session_live(s, &pr.base, e);
	pr.entries = entries;
	if (!rc)
		rc = plan_build(&pr, a, &plan, e);
	if (!rc && (rq->to.n || rq->only))
		rc = drizzle_beyond(s, &pr, plan, a, e);
	if (rc)
		return rc;
	r->s = s;
	r->plan = plan;
	r->clone_ms = plan->run->ms;
	r->drift.known = !s->db;
	if (s->db && s->folder) {
		rc = drift_build(s, a, &r->drift, &r->drift_error);
		if (rc == RC_CANCELLED) {
			*e = r->drift_error;
			return rc;
		}
		r->drift_in_plan = drift_in_plan(&r->drift, plan);
		rc = stopped_at_present(s, &r->drift, plan, a, e);
	}
	*out = r;
	return rc;
}

/*
 * mark: change what is recorded, not what is there.  The claim (what the
 * record would say afterwards) is replayed from nothing and held against the
 * live schema; unequal or unknown, it needs --unproven, and so does a
 * migration that works on rows: that it ran no schema proves.
 */
#include "op/drift.h"
#include "op/migrate.h"
#include "op/replay.h"

struct marking {
	struct session *s;
	struct arena *a;
	const struct model *live;
	struct mark *out;
	VEC(struct step) steps;
};

static void step_add(struct marking *m, enum step_kind kind,
    const struct entry *en)
{
	vec_push(m->a, &m->steps, (struct step){ .kind = kind, .entry = en,
	    .track = en });
}

/* Applied entries with `with` in its place, or without `without`. */
static struct replay_list claim_of(struct marking *m, const struct entry *with,
    const struct entry *without)
{
	struct replay_list l = { arena_array(m->a, const struct entry *,
	    m->s->states.n + 1), 0 };

	for (size_t i = 0; i < m->s->states.n; i++) {
		const struct mig *x = &m->s->states.v[i];

		if ((state_is_applied(x) || x->entry == with) &&
		    x->entry != without)
			l.v[l.n++] = x->entry;
	}
	return l;
}

static void compare(struct marking *m, const struct model *claim,
    struct change_list *out)
{
	diff_models(replay_managed(m->s, claim, m->a), m->live, NULL, true,
	    m->a, out);
}

static bool tell_rows(struct marking *m, const struct run *run,
    const struct entry *en)
{
	static const char *const says[] = {
		[ROWS_ONLY] = "changes rows only: the schema proves nothing",
		[ROWS_TOO] = "changes rows as well: the schema does not prove "
		    "that",
	};
	enum row_work work = replay_row_work(run, en);

	if (!work)
		return false;
	m->out->rows = en;
	m->out->rows_why = arena_printf(m->a, "%.*s %s", STR_ARG(en->tag),
	    says[work]);
	return true;
}

static enum rc prove(struct marking *m, const struct replay_list *claim,
    struct err *e)
{
	struct run *run = NULL;
	struct err why = ERR_INIT;
	enum rc rc = replay_claim(m->s, claim, false, m->a, &run, &why);

	if (rc == RC_DENIED) {		/* no scratch engine: not proven */
		m->out->why = why;
		return RC_OK;
	}
	if (rc) {
		*e = why;
		return rc;
	}
	if (run->stopped) {
		m->out->why = run->why;
		return RC_OK;
	}
	compare(m, run->after, &m->out->proof);
	m->out->proven = m->out->proof.n == 0;
	for (size_t i = 0; i < m->steps.n; i++)
		if (m->steps.v[i].kind == STEP_RECORD &&
		    tell_rows(m, run, m->steps.v[i].entry))
			m->out->proven = false;
	return RC_OK;
}

static enum rc mark_one(struct marking *m, const struct mark_request *rq,
    struct err *e)
{
	const struct mig *x = NULL;
	struct replay_list claim;
	bool add = rq->kind == MARK_APPLIED;
	enum rc rc = replay_need(m->s, rq->tag, &x, e);

	if (rc)
		return rc;
	if (add == state_is_applied(x)) {
		m->out->proven = true;
		return RC_OK;
	}
	if (add && x->entry->missing)
		return err_set(e, RC_INCONSISTENT, "%.*s is missing: its hash "
		    "cannot be recorded", STR_ARG(x->entry->file));
	claim = claim_of(m, add ? x->entry : NULL, add ? NULL : x->entry);
	step_add(m, add ? STEP_RECORD : STEP_FORGET, x->entry);
	return prove(m, &claim, e);
}

/* The greatest prefix of what is not recorded whose replay is what is live,
 * up to the first that works on rows. */
static enum rc mark_present(struct marking *m, struct err *e)
{
	struct replay_list l = replay_applied(m->s, m->a);
	size_t base = l.n, hit = SIZE_MAX;
	struct run *run = NULL;
	enum rc rc;

	for (size_t i = 0; i < m->s->states.n; i++) {
		const struct mig *x = &m->s->states.v[i];

		if (!state_is_applied(x) && !x->entry->missing)
			l.v[l.n++] = x->entry;
	}
	rc = replay_claim(m->s, &l, false, m->a, &run, e);
	if (rc)
		return rc;
	for (size_t i = run->nfiles; i-- > base && hit == SIZE_MAX;) {
		struct change_list c;

		if (run->files[i].entry == run->stopped ||
		    !run->files[i].after)
			continue;
		compare(m, run->files[i].after, &c);
		if (!c.n)
			hit = i;
	}
	m->out->proven = true;
	if (run->stopped)
		m->out->why = run->why;
	for (size_t i = base; hit != SIZE_MAX && i <= hit &&
	    !tell_rows(m, run, l.v[i]); i++)
		step_add(m, STEP_RECORD, l.v[i]);
	return RC_OK;
}

enum rc mark_build(struct session *s, const struct mark_request *rq,
    struct arena *a, struct mark **out, struct err *e)
{
	struct marking m = { .s = s, .a = a,
		.out = arena_new_of(a, struct mark) };
	enum rc rc;

	if (!s->folder)
		return err_set(e, RC_NOTFOUND, "there is no migrations folder");
	rc = session_tracked(s, e);
	if (!rc)
		rc = session_live(s, &m.live, e);
	if (!rc)
		rc = rq->kind == MARK_ALL_PRESENT ? mark_present(&m, e) :
		    mark_one(&m, rq, e);
	if (rc)
		return rc;
	replay_gate(s, replay_no_plan(m.live, a), &m.out->gate);
	m.out->gate.steps = m.steps.v;
	m.out->gate.nsteps = m.steps.n;
	m.out->gate.unproven = m.steps.n && !m.out->proven;
	if (!m.out->proof.n)
		m.out->gate.unproven_why = m.out->rows_why;
	*out = m.out;
	return RC_OK;
}

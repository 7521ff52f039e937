/* status: states, findings, drift, and what to type next. */
#include "dialect/pg/pg.h"
#include "op/recorded.h"
#include "op/drift.h"
#include "op/resume.h"
#include "op/backup.h"
#include "op/undo/keep.h"

struct lines {
	struct arena *a;
	VEC(struct finding) v;
};

static void add(struct lines *l, enum hazard_id id, struct str tag,
    struct str text)
{
	const struct hazard_def *d = &hazard_defs[id];

	vec_push(l->a, &l->v, (struct finding){ .code = d->code,
	    .slug = d->slug, .tag = tag, .where = STR(""), .text = text,
	    .fix = str_z(d->advice) });
}

static void add_states(struct lines *l, const struct session *s)
{
	static const struct {
		enum mig_state state;
		enum hazard_id id;
	} told[] = {
		{ MIG_EDITED, HAZ_ID_EDITED },
		{ MIG_OUT_OF_ORDER, HAZ_ID_OUT_OF_ORDER },
	};

	for (size_t i = 0; i < s->states.n; i++)
		for (size_t k = 0; k < 2; k++)
			if (s->states.v[i].state == told[k].state)
				add(l, told[k].id, s->states.v[i].entry->tag,
				    str_z(hazard_defs[told[k].id].title));
	for (size_t i = 0; i < s->states.nunknown; i++) {
		struct str hash = s->states.unknown[i]->hash;

		add(l, HAZ_ID_UNKNOWN_ROW, STR(""), arena_printf(l->a,
		    "a row with hash %.*s was applied here, but is not in "
		    "this folder", STR_ARG(str_sub(hash, 0, 12))));
	}
}

static const struct mig *first_in(const struct session *s,
    enum mig_state state)
{
	for (size_t i = 0; i < s->states.n; i++)
		if (s->states.v[i].state == state)
			return &s->states.v[i];
	return NULL;
}

static bool any_present(const struct session *s, const struct mig **rows)
{
	*rows = NULL;
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		if (m->present_not_recorded)
			return true;
		if (m->rows && !state_is_applied(m) && !*rows)
			*rows = m;
	}
	return false;
}

static struct str next_command(const struct session *s,
    const struct status *st, struct arena *a)
{
	const struct mig *m = first_in(s, MIG_OUT_OF_ORDER), *rows;

	if (!s->folder || s->track.denied.n)
		return STR("");
	if (st->unfinished.n)
		return arena_printf(a, "weir %.*s", STR_ARG(st->unfinished));
	if (st->interrupted.n)
		return STR("weir verify");
	if (any_present(s, &rows) || (s->track.foreign.n && !s->track.exists)) {
		/* mark --all-present stops before what works on rows */
		if (rows && rows->state == MIG_PENDING)
			return arena_printf(a, "weir review --to %.*s",
			    STR_ARG(rows->entry->tag));
		if (!rows)
			return STR("weir mark --all-present");
	}
	if (m)
		return arena_printf(a, "weir review --include %.*s",
		    STR_ARG(m->entry->tag));
	if (first_in(s, MIG_PENDING))
		return STR("weir review");
	if (st->drift.known && st->drift.changes.n)
		return STR("weir diff migrations db");
	return STR("");
}

/* SQLite runs every statement inside one. */
static bool pg_outside(struct str text, struct arena *a)
{
	size_t at = 0, from = 0, to = 0;

	while (pg_split(text, &at, &from, &to))
		if (pg_digest(str_sub(text, from, to), a)->flags &
		    PG_OUTSIDE_TX)
			return true;
	return false;
}

bool status_outside_tx(const struct session *s, const struct entry *en,
    struct arena *a)
{
	static bool (*const outside[DIALECT_N])(struct str, struct arena *) = {
		[DIALECT_PG] = pg_outside,
	};

	return !en->missing && outside[s->project->dialect] &&
	    outside[s->project->dialect](en->text, a);
}

/* What processes that were killed left, on the server and in the folder. */
static struct strs left_behind(const struct session *s, struct arena *a)
{
	const struct drv_databases *dbs = drv_databases_of(
	    s->project->dialect);
	struct unfinished parts = { 0 };
	struct leftover *v = NULL;
	struct err ignored = ERR_INIT;
	VEC(struct str) out = { 0 };
	size_t n = 0, gone = 0;

	if (s->db && dbs && dbs->leftovers_here(s->db, a, &v, &n, &ignored))
		n = 0;
	for (size_t i = 0; i < n; i++)
		gone += v[i].stale;
	if (gone)
		vec_push(a, &out, arena_printf(a, "%zu scratch database%s of "
		    "processes that are gone: weir scratch drop", gone,
		    gone == 1 ? "" : "s"));
	parts_left(s->project, a, &parts);
	if (parts.n) {
		struct sbuf b = SBUF_INIT(64);

		add_bytes(&b, parts.bytes);
		vec_push(a, &out, arena_printf(a, "%zu unfinished cop%s of "
		    "killed processes, %.*s: the next backup or restore "
		    "removes %s", parts.n, parts.n == 1 ? "y" : "ies",
		    STR_ARG(sbuf_str(&b)), parts.n == 1 ? "it" : "them"));
		sbuf_free(&b);
	}
	return (struct strs){ out.v, out.n };
}

enum rc status_build(struct session *s, bool drift, struct arena *a,
    struct status *out, struct err *e)
{
	struct lines l = { .a = a };
	const struct run_summary *runs = NULL;
	struct status st = { .s = s, .next = STR(""), .ahead = STR(""),
	    .interrupted = STR("") };
	struct err ignored = ERR_INIT;
	struct resumes half = { 0 };
	size_t nruns = 0;
	enum rc rc = RC_OK;

	drift = (drift || !s->scratch) && !s->track.denied.n;
	if (s->folder && s->db && drift) {
		rc = drift_build(s, a, &st.drift, e);
		if (!rc)
			rc = drift_states(s, &st.drift, a, e);
		st.drift.asked = true;
	} else if (s->folder && s->db) {
		st.drift.known = false;
	} else if (s->folder) {
		st.drift.known = true;	/* nothing is there to differ */
	}
	if (rc)
		return rc;
	for (size_t i = 0; s->folder && i < s->folder->findings.n; i++)
		vec_push(a, &l.v, s->folder->findings.v[i]);
	add_states(&l, s);
	/* a state folder that does not read says nothing about the project */
	if (!run_list(s->project, a, &runs, &nruns, &ignored)) {
		st.interrupted = run_interrupted(runs, nruns, &s->states, a);
		st.unfinished = run_unfinished(runs, nruns, &s->states) ?
		    runs[0].what : STR("");
	}
	if (recorded_ahead(s, a, &st.ahead, &ignored))
		st.ahead = STR("");
	if (!s->track.denied.n)
		rc = resume_find(s, drift, &half, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < half.n; i++)
		st.interrupted = st.interrupted.n ? arena_printf(a,
		    "%.*s; %.*s", STR_ARG(st.interrupted),
		    STR_ARG(half.v[i].why)) : half.v[i].why;
	st.left = left_behind(s, a);
	st.findings = l.v.v;
	st.nfindings = l.v.n;
	st.next = half.n ? STR("weir review") : next_command(s, &st, a);
	*out = st;
	return RC_OK;
}

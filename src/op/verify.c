/* verify: the live database against what its record claims, whoever applied
 * it: the replay of the applied migrations, keys, pages, views. */
#include "op/apply/tracking.h"
#include "op/drift.h"
#include "op/migrate.h"
#include "op/replay.h"
#include "op/resume.h"

static enum rc expected_of(struct session *s, const struct mig *upto,
    struct arena *a, struct verify_request *rq, struct err *e)
{
	struct replay_list l = replay_applied(s, a);
	struct run *run = NULL;
	struct err why = ERR_INIT;
	enum rc rc;

	for (size_t i = 0; upto && i < l.n; i++)
		if (l.v[i] == upto->entry)
			l.n = i + 1;
	rc = replay_claim(s, &l, false, a, &run, &why);
	if (rc == RC_DENIED) {		/* no scratch engine */
		rq->unknown = arena_str(a, str_z(why.msg));
		return RC_OK;
	}
	if (rc) {
		*e = why;
		return rc;
	}
	rq->run = run;
	if (!run->stopped)
		rq->expected = replay_managed(s, run->after, a);
	else
		rq->unknown = arena_printf(a, "the replay stops at %s: %s (%s)",
		    run->why.where, run->why.msg, stop_cause_word[run->cause]);
	return RC_OK;
}

enum rc verify_build(struct session *s, struct str tag, struct arena *a,
    struct report **out, struct err *e)
{
	struct report *r = arena_new_of(a, struct report);
	struct verify_request rq = { .db = s->db, .folder = s->folder,
		.states = &s->states, .integrity = true,
		.track = tracking_table(s->project, a) };
	const struct mig *m = NULL;
	struct resumes half = { 0 };
	struct unread_diff unread = { 0 };
	VEC(struct str) why = { 0 };
	enum rc rc = RC_OK;

	if (!s->db || !s->folder) {
		err_set(e, RC_NOTFOUND, s->db ? "there are no migrations to "
		    "verify it by" : "there is no database to verify");
		err_hint(e, "%s", s->db ? "weir --migrations DIR" :
		    "weir status");
		return RC_NOTFOUND;
	}
	rc = session_tracked(s, e);
	if (!rc && tag.n)
		rc = replay_need(s, tag, &m, e);
	if (!rc && m && !state_is_applied(m)) {
		err_set(e, RC_USAGE, "%.*s is not applied", STR_ARG(tag));
		err_hint(e, "weir migrate --to %.*s", STR_ARG(tag));
		return RC_USAGE;
	}
	if (!rc)
		rc = session_live(s, &rq.live, e);
	if (!rc)
		rq.unnamed = replay_unnamed(s, rq.live, a);
	if (!rc)
		rc = expected_of(s, m, a, &rq, e);
	if (!rc)
		rq.uncompared = replay_uncompared(s, rq.expected &&
		    replay_unread(s, rq.run, rq.live, a, &unread), a);
	rq.unread_notes = unread.notes;
	rq.unread_gone = unread.gone;
	if (!rc)
		rc = resume_find(s, true, &half, e);
	for (size_t i = 0; !rc && i < half.n; i++)
		vec_push(a, &why, half.v[i].why);
	rq.half = (struct strs){ why.v, why.n };
	if (!rc)
		rc = verify_checks(&rq, a, r, e);
	if (rc)
		return rc;
	r->title = m ? arena_printf(a, "Verify %.*s at %.*s",
	    STR_ARG(s->project->db_label), STR_ARG(tag)) :
	    arena_printf(a, "Verify %.*s", STR_ARG(s->project->db_label));
	*out = r;
	return RC_OK;
}

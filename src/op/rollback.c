/*
 * rollback: the newest applied migrations, taken back by their down scripts.
 *
 * The scripts are planned like migrations: run on a clone, measured, gated.
 * Whether they bring the schema back is not believed but compared: with the
 * model recorded when the migration ran, else with the replay.
 */
#include "base/fs.h"
#include "base/utf8.h"
#include "op/drift.h"
#include "op/migrate.h"
#include "op/recorded.h"
#include "op/resume.h"
#include "op/undo/inside.h"

struct back {
	struct session *s;
	struct arena *a;
	const struct session *here;	/* s knows what is recorded, too */
	struct replay_list applied;	/* journal order */
	size_t keep;			/* of applied: what stays */
	struct run *up;			/* by statement, once it was needed */
	struct step *steps;		/* as many as out->n */
	struct lackings lacking;
	struct strs clashes;
	struct rollback *out;
};

static enum rc how_many(struct back *b, const struct rollback_request *rq,
    struct err *e)
{
	const struct mig *m = NULL;
	size_t n = rq->steps > 0 ? (size_t)rq->steps : 1;
	enum rc rc;

	if (rq->to.n) {
		for (n = b->applied.n; n > 0; n--)
			if (str_eq(b->applied.v[n - 1]->tag, rq->to))
				break;
		rc = n ? RC_OK : replay_need(b->s, rq->to, &m, e);
		if (rc)
			return rc;
		if (n == 0)
			return err_set(e, RC_USAGE, "%.*s is not applied",
			    STR_ARG(rq->to));
		b->keep = n;
	} else {
		if (n > b->applied.n && b->applied.n)
			return err_set(e, RC_USAGE, "only %zu migration%s "
			    "applied", b->applied.n, b->applied.n == 1 ?
			    " is" : "s are");
		b->keep = b->applied.n >= n ? b->applied.n - n : 0;
	}
	if (b->keep < b->applied.n)
		return RC_OK;
	err_set(e, RC_NOTFOUND, "there is nothing to take back");
	err_hint(e, "weir status");
	return RC_NOTFOUND;
}

static const struct run_file *file_of(const struct run *r,
    const struct entry *en)
{
	for (size_t i = 0; r && i < r->nfiles; i++)
		if (r->files[i].entry == en && r->stopped != en)
			return &r->files[i];
	return NULL;
}

static enum rc replay_once(struct back *b, struct err *e)
{
	return b->up ? RC_OK : replay_claim(b->s, &b->applied, true, b->a,
	    &b->up, e);
}

/* What it did, statement by statement: by the replay of all, else on an engine
 * that is like the database was before it. */
static enum rc run_of(struct back *b, const struct entry *en,
    const struct run **up, const struct run_file **f, struct err *e)
{
	const struct model *before = NULL, *after = NULL;
	struct err ignored = ERR_INIT;
	struct run *run = NULL;
	enum rc rc = replay_once(b, e);

	if (rc)
		return rc;
	if (!file_of(b->up, en) && recorded_run(b->s, en, b->a, &run,
	    &ignored) == RC_OK && !run->stopped)
		*up = run;
	else
		*up = run = b->up;
	*f = file_of(run, en);
	/* comments, owners, privileges: those of then */
	if (!run_models(b->s->project, en->tag, b->a, &before, &after,
	    &ignored))
		run->told = before;
	return RC_OK;
}

/* Did weir apply it, as far as this state folder knows? */
static bool is_recorded(const struct back *b, const struct entry *en)
{
	struct err ignored = ERR_INIT;
	struct str text;

	return run_text(b->s->project, en->tag, "up.sql", b->a, &text,
	    &ignored) == RC_OK;
}

static enum rc no_way_back(const struct back *b, const struct entry *en,
    const struct down_script *d, struct err *e)
{
	struct str lost = run_lost(b->s->project, en->tag, b->a);

	if (lost.n)
		err_set(e, RC_UNSUPPORTED, "%.*s cannot be taken back: what it "
		    "took was saved in %.*s, which is not there any more",
		    STR_ARG(en->tag), STR_ARG(path_short(b->a, lost,
		    b->s->project->root)));
	else if (d->missing.n)
		err_set(e, RC_UNSUPPORTED, "%.*s cannot be taken back: %.*s",
		    STR_ARG(en->tag), STR_ARG(d->missing));
	else if (b->up && b->up->stopped)
		err_set(e, RC_UNSUPPORTED, "%.*s cannot be taken back: the "
		    "replay stops at %s: %s", STR_ARG(en->tag),
		    b->up->why.where, b->up->why.msg);
	else
		err_set(e, RC_UNSUPPORTED, "%.*s cannot be taken back",
		    STR_ARG(en->tag));
	if (is_recorded(b, en))
		err_hint(e, "write the way back into %.*s/%.*s.down.sql",
		    STR_ARG(b->s->project->folder), STR_ARG(en->tag));
	else
		err_hint(e, "no run of it is recorded in %.*s; where weir "
		    "applied it, name the folder of its runs: --state DIR; "
		    "else write the way back into %.*s/%.*s.down.sql",
		    STR_ARG(b->s->project->state_root),
		    STR_ARG(b->s->project->folder), STR_ARG(en->tag));
	return RC_UNSUPPORTED;
}

static enum rc find_downs(struct back *b, struct err *e)
{
	size_t n = b->applied.n - b->keep;
	struct down_script *v = arena_array(b->a, struct down_script, n);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < n; i++) {
		const struct entry *en = b->applied.v[b->applied.n - 1 - i];

		const struct run *up = NULL;
		const struct run_file *f = NULL;
		bool rows = false;
		struct str dir = STR("");

		if (!en->down.n)
			rc = run_of(b, en, &up, &f, e);
		if (!rc)
			rc = run_saved(b->s->project, en->tag, b->a, &dir,
			    &rows, e);
		if (!rc && rows && dir.n)
			rc = run_whole(dir, b->a, e);
		if (!rc)
			rc = down_find(en, up, f, dir.n > 0, b->a, &v[i], e);
		v[i].saved = rows ? dir : STR("");
		if (!rc && dir.n && !rows)	/* nothing was lost */
			v[i].grade = v[i].origin == DOWN_DERIVED ?
			    UNDO_EXACT : UNDO_SHAPE;
		if (!rc && v[i].origin == DOWN_NONE)
			rc = no_way_back(b, en, &v[i], e);
	}
	b->out->downs = v;
	b->out->n = n;
	return rc;
}

static void down_steps(struct back *b)
{
	struct rollback *o = b->out;

	b->steps = arena_array(b->a, struct step, o->n);
	for (size_t i = 0; i < o->n; i++)
		b->steps[i] = (struct step){ .kind = STEP_DOWN,
		    .entry = o->downs[i].entry,
		    .track = b->applied.v[b->applied.n - 1 - i],
		    .saved = o->downs[i].saved };
}

static void find_not_back(struct back *b, struct strs rows)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < rows.n; i++)
		vec_push(b->a, &v, rows.v[i]);
	for (size_t i = 0; i < b->out->n; i++) {
		struct strs l = unsaved_of(b->s->project,
		    b->steps[i].track->tag, b->a);

		for (size_t k = 0; k < l.n; k++)
			vec_push(b->a, &v, l.v[k]);
	}
	b->out->not_back = (struct strs){ v.v, v.n };
}

/* Of the newest alone: what the others meet, that one's way back makes. */
static enum rc find_lacking(struct back *b, const struct restore_copy *copy,
    const struct model *live, struct err *e)
{
	const struct model *before = NULL, *after = NULL;
	struct err ignored = ERR_INIT;

	b->lacking = restore_copy_lacking(copy);
	if (run_models(b->s->project, b->steps[0].track->tag,
	    b->a, &before, &after, &ignored) || !before)
		return RC_OK;
	return way_look(b->s->db, &b->steps[0], live, before, b->a,
	    &b->lacking, &b->clashes, e);
}

static void ask_lacking(struct back *b)
{
	struct gate_request *g = &b->out->gate;
	const struct dialect *d = dialect_of(b->s->project->dialect);
	struct str tag, way = STR("");

	g->lacking = b->lacking;
	g->clashes = b->clashes;
	g->way = STR("");
	if (!b->lacking.n)
		return;
	tag = b->lacking.v[0].tag;
	for (size_t i = 0; i < b->out->n; i++)
		if (str_eq(b->steps[i].track->tag, tag))
			way = b->out->downs[i].text;
	for (size_t i = 0; i < b->lacking.n; i++)
		if (str_eq(b->lacking.v[i].tag, tag) && way.n)
			way = lacking_way(way, &b->lacking.v[i], d, b->a);
	g->way = way;
}

static enum rc plan_downs(struct back *b, const struct rollback_request *rq,
    struct err *e)
{
	struct rollback *o = b->out;
	const struct entry **v = arena_array(b->a, const struct entry *, o->n);
	bool *restores = arena_array(b->a, bool, o->n);
	struct plan_request pr = { .live = b->s->db, .entries = v, .n = o->n,
		.restores = restores,
		.scratch = b->s->scratch,
		.track_table = b->s->project->track_table,
		.measure = rq->measure, .rehearse = rq->rehearse,
		.rollback = true, .put_back = restore_on_copy,
		/* what would not last is no promise: the gate asks */
		.saves = !b->s->project->state_volatile ||
		    b->s->project->keeping.inside };
	struct review *r = arena_new_of(b->a, struct review);
	struct restore_copy *copy;
	struct plan *plan = NULL;
	enum rc rc;

	down_steps(b);
	for (size_t i = 0; i < o->n; i++) {
		v[i] = o->downs[i].entry;
		restores[i] = o->downs[i].saved.n > 0;
	}
	rc = session_live(b->s, &pr.base, e);
	if (rc)
		return rc;
	copy = restore_copy_new(b->steps, pr.base, b->a);
	pr.put_back_arg = copy;
	rc = plan_build(&pr, b->a, &plan, e);
	if (rc)
		return rc;
	rc = find_lacking(b, copy, pr.base, e);
	if (rc)
		return rc;
	find_not_back(b, restore_copy_left(copy));
	r->s = b->here;
	r->plan = plan;
	r->clone_ms = plan->run->ms;
	if (drift_build(b->s, b->a, &r->drift, &r->drift_error) == RC_OK)
		r->drift_in_plan = drift_in_plan(&r->drift, plan);
	o->review = r;
	return RC_OK;
}

/* What was there before: recorded when it ran, else replayed. */
static enum rc find_goal(struct back *b, const struct model **out,
    struct err *e)
{
	const struct entry *oldest = b->applied.v[b->keep];
	const struct model *before = NULL, *after = NULL;
	struct replay_list kept = { b->applied.v, b->keep };
	struct err ignored = ERR_INIT;
	struct run *run = NULL;
	enum rc rc;

	*out = NULL;
	if (!run_models(b->s->project, oldest->tag, b->a, &before, &after,
	    &ignored) && before) {
		*out = replay_managed(b->s, before, b->a);
		return RC_OK;
	}
	rc = replay_claim(b->s, &kept, false, b->a, &run, e);
	if (!rc && !run->stopped)
		*out = replay_managed(b->s, run->after, b->a);
	return rc;
}

static bool same_place(const struct change *x, const struct change *y)
{
	const struct obj *p = x->from ? x->from : x->to;
	const struct obj *q = y->from ? y->from : y->to;
	struct str in = q->kind == OBJ_TABLE ? q->name : STR("");

	/* a table of its own takes all that hangs on it along */
	if (in.n && y->op != CHANGE_CHANGE && str_ieq(p->table, in))
		return true;
	return p->kind == q->kind && str_ieq(p->table, q->table) &&
	    str_ieq(p->name, q->name);
}

/* What differed before the way back began is not its doing: drift, or, where
 * the replay stops, what moved since the newest of them was applied. */
static void moved_since(struct back *b, struct change_list *out)
{
	const struct review *r = b->out->review;
	const struct model *before = NULL, *after = NULL;
	struct err ignored = ERR_INIT;

	*out = r->drift.changes;
	if (r->drift.known)
		return;
	*out = (struct change_list){ 0 };
	if (run_models(b->s->project, b->applied.v[b->applied.n - 1]->tag,
	    b->a, &before, &after, &ignored) || !after)
		return;
	diff_models(replay_managed(b->s, after, b->a), r->plan->from, NULL,
	    true, b->a, out);
}

static void find_unrestored(struct back *b)
{
	struct rollback *o = b->out;
	struct change_list moved;
	VEC(struct str) v = { 0 };

	moved_since(b, &moved);
	for (size_t i = 0; i < o->not_restored.n; i++) {
		const struct change *c = &o->not_restored.v[i];
		bool was = !drift_weighs(c);

		for (size_t k = 0; k < moved.n && !was; k++)
			was = same_place(c, &moved.v[k]);
		if (!was)
			vec_push(b->a, &v, change_sentence(c, b->a));
	}
	o->gate.unrestored = (struct strs){ v.v, v.n };
}

static void compare_goal(struct back *b, const struct model *goal)
{
	struct rollback *o = b->out;

	o->restored_known = goal != NULL;
	o->gate.goal = goal;
	if (!goal)
		return;
	/* goal → live after it: "table b added" is what is left behind */
	diff_models(goal, o->review->plan->to, NULL, true, b->a,
	    &o->not_restored);
	find_unrestored(b);
}

static bool saved_first(const struct plan *p, const struct stmt *st)
{
	return p->saves && (st->undo == UNDO_EXACT || st->undo == UNDO_SAVED ||
	    st->undo == UNDO_CHECKED);
}

static void find_written(struct back *b)
{
	const struct plan *p = b->out->review->plan;
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];
			struct sbuf t = SBUF_TEXT;

			if (h->def->cls == HAZ_LOSS && h->rows > 0) {
				sbuf_add(&t, h->object);
				sbuf_addz(&t, ": ");
				sbuf_add_count(&t, h->rows);
				sbuf_addz(&t, h->column.n ? " values" :
				    h->rows == 1 ? " row" : " rows");
				sbuf_addz(&t, " written since");
				sbuf_addz(&t, saved_first(p, &p->v[i]) ?
				    ", saved first" : "");
				vec_push(b->a, &v, utf8_clean(b->a,
				    sbuf_str(&t), UTF8_LINE));
			}
			sbuf_free(&t);
		}
	b->out->written_since = (struct strs){ v.v, v.n };
}

/* The steps as they will run, by the plan. */
static void ask_gate(struct back *b)
{
	struct rollback *o = b->out;
	const struct plan *p = o->review->plan;

	for (size_t i = 0; i < o->n; i++)
		for (size_t k = 0; k < p->nfiles; k++)
			if (p->files[k].entry == b->steps[i].entry)
				b->steps[i].fk_off = p->files[k].fk_off;
	replay_gate(b->s, p, &o->gate);
	o->gate.steps = b->steps;
	o->gate.nsteps = o->n;
	o->gate.drift_in_plan = o->review->drift_in_plan;
	o->gate.drift_outside = drift_outside(&o->review->drift, p);
	ask_lacking(b);
}

static void in_folder(struct back *b)
{
	struct rollback *o = b->out;
	VEC(struct str) here = { 0 }, gone = { 0 };

	for (size_t i = 0; i < o->n; i++) {
		const struct mig *m = replay_mig(b->here,
		    o->downs[i].entry->tag);

		if (m && m->state != MIG_MISSING)
			vec_push(b->a, &here, m->entry->tag);
		else
			vec_push(b->a, &gone, o->downs[i].entry->tag);
	}
	o->in_folder = (struct strs){ here.v, here.n };
	o->gone = (struct strs){ gone.v, gone.n };
}

enum rc rollback_build(struct session *s, const struct rollback_request *rq,
    struct arena *a, struct rollback **out, struct err *e)
{
	struct back b = { .here = s, .a = a,
		.out = arena_new_of(a, struct rollback) };
	const struct model *live, *goal = NULL;
	enum rc rc;

	if (!s->folder || !s->db) {
		err_set(e, RC_NOTFOUND, "there is nothing to take back");
		err_hint(e, "weir status");
		return RC_NOTFOUND;
	}
	rc = session_tracked(s, e);
	if (!rc)
		rc = inside_fetch(s->project, s->db, a, e);
	if (!rc)
		rc = recorded_session(s, a, &b.s, e);
	if (!rc)
		rc = session_live(b.s, &live, e);
	if (!rc)
		rc = resume_none(s, e);
	if (rc)
		return rc;
	b.applied = replay_applied(b.s, a);
	rc = how_many(&b, rq, e);
	if (!rc)
		rc = find_downs(&b, e);
	if (!rc)
		rc = plan_downs(&b, rq, e);
	if (!rc)
		rc = find_goal(&b, &goal, e);
	if (rc)
		return rc;
	ask_gate(&b);
	compare_goal(&b, goal);
	find_written(&b);
	in_folder(&b);
	*out = b.out;
	return RC_OK;
}

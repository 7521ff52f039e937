/*
 * tx: the transactions of a run, one a part, and the statements between them
 * that no transaction may hold.
 *
 * Invariants: where the engine locks tables (lock_tables), the tracking table
 * is locked first in every transaction, then what the plan names, and only
 * then anything is read (DESIGN §5.6): so between two transactions another
 * migrator can get in, and is noticed.  A transaction that the engine gave up
 * for another's sake (RC_BUSY) is run again whole, with everything that was
 * counted put back, until the waiting time is over.
 */
#include <poll.h>

#include "base/clock.h"
#include "op/apply/local.h"
#include "op/undo/inside.h"

/* Where a run stood before a transaction that may have to be run again. */
struct mark {
	const struct model *now;
	const char *now_file;
	size_t done, stmts, put_back;
	struct row_count *counts;
	size_t ncounts;
};

static struct mark mark_of(struct apply *ap)
{
	return (struct mark){ ap->now, ap->now_file, ap->done, ap->stmts.n,
		ap->put_back.n, ap->counts.n ? arena_copy(ap->a, ap->counts.v,
		ap->counts.n * sizeof *ap->counts.v) : NULL, ap->counts.n };
}

static void mark_restore(struct apply *ap, const struct mark *m)
{
	ap->now = m->now;
	ap->now_file = m->now_file;
	ap->done = m->done;
	ap->stmts.n = m->stmts;
	ap->put_back.n = m->put_back;
	ap->counts.n = m->ncounts;
	ap->restored.n = ap->unrestored.n = 0;
	ap->rows.s = NULL;
	for (size_t i = 0; i < m->ncounts; i++)
		ap->counts.v[i] = m->counts[i];
}

static const struct step *last_step(const struct apply *ap)
{
	return &ap->rq->steps[ap->part->last];
}

/* Steps that the part ends. */
static size_t steps_after(const struct part *p)
{
	return p->to == PART_END ? p->last + 1 : p->last;
}

/* --- the log ---------------------------------------------------------------------- */

/* How far into a migration a part came, counted from its end: the text may be
 * shown shortened when the run is taken up again (op/resume.c). */
static void json_part(struct json_out *o, const struct apply *ap)
{
	const struct step *s = last_step(ap);

	json_key(o, "part");
	json_open_object(o);
	json_pair_str(o, "tag", s->track->tag);
	json_pair_z(o, "hash", s->track->hex);
	json_pair_int(o, "left", (int64_t)(s->entry->text.n - ap->part->to));
	json_close_object(o);
}

static void json_tx(struct apply *ap, enum log_event ev, struct json_out *o,
    struct sbuf *b)
{
	size_t to = ev == LOG_COMMITTED ? steps_after(ap->part) :
	    ap->part->last + 1;

	log_open(o, b);
	json_tags(o, "tags", ap->rq->steps + ap->part->first,
	    to - ap->part->first);
	if (ev == LOG_TX_BEGIN)
		json_pair_bool(o, "foreign_keys",
		    !ap->rq->steps[ap->part->first].fk_off);
	if (ap->xid && ev != LOG_COMMITTED)
		json_pair_int(o, "xid", (int64_t)ap->xid);
	if (ev == LOG_COMMITTED && ap->part->to != PART_END)
		json_part(o, ap);
}

static void log_tx(struct apply *ap, enum log_event ev)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	json_tx(ap, ev, &o, &b);
	log_put(ap, ev, &o);
}

/* --- locks ------------------------------------------------------------------------- */

static enum rc may_not_lock(const struct apply *ap, struct err *e)
{
	const struct obj *t = ap->track_table;
	struct sbuf b = SBUF_TEXT;

	if (e->code != RC_DENIED)
		return e->code;
	ap->d->ops->dialect->table(&b, t);
	err_prefix(e, "nothing was run: the tracking table cannot be locked");
	e->hint[0] = '\0';
	err_hint(e, "the role needs UPDATE, DELETE or TRUNCATE on it, or to "
	    "own it: GRANT SELECT, INSERT, UPDATE, DELETE ON %.*s TO …",
	    STR_ARG(sbuf_str(&b)));
	sbuf_free(&b);
	return RC_DENIED;
}

/* A migrator that has read the table before it was ours: our lock does not
 * stop it, so it is let by. */
static enum rc nobody_else(struct apply *ap, struct err *e)
{
	int pid = 0;
	enum rc rc = tracking_reader(ap->d, ap->track_table, &pid, e);

	if (rc || !pid)
		return rc;
	err_set(e, RC_BUSY, "process %d has just read the tracking table, as "
	    "another migrator does before it runs", pid);
	err_hint(e, "when it is done: weir status");
	return RC_BUSY;
}

/* No wait reaches beyond the end of the waiting time. */
static enum rc limit(struct apply *ap, struct err *e)
{
	double left = ap->until - clock_mono_ms();

	if (!ap->d->ops->lock_limit)
		return RC_OK;
	return ap->d->ops->lock_limit(ap->d, left < 1 ? 1 :
	    left < LOCK_TRY_MS ? (int)left : LOCK_TRY_MS, e);
}

/* Tracking table first, then the plan's: from here nobody moves them. */
static enum rc hold(struct apply *ap, struct err *e)
{
	const struct drv_ops *ops = ap->d->ops;
	const struct obj *const *v = NULL;
	size_t n = 0;
	enum rc rc;

	if (!ops->lock_tables)
		return RC_OK;
	rc = limit(ap, e);
	if (rc)
		return rc;
	rc = ops->lock_tables(ap->d, &ap->track_table, 1, e);
	if (rc)
		return may_not_lock(ap, e);
	rc = nobody_else(ap, e);
	if (rc)
		return rc;
	if (ops->tx_id)
		rc = ops->tx_id(ap->d, &ap->xid, e);
	if (rc)
		return rc;
	gate_locks(ap->rq->plan, ap->now ? ap->now : permit_base(ap->permit),
	    ap->track_table, ap->a, &v, &n);
	rc = limit(ap, e);
	if (!rc && n)
		rc = ops->lock_tables(ap->d, v, n, e);
	/* what is left is the statements' */
	return rc ? rc : limit(ap, e);
}

/* After a cut: whoever got in between is noticed here. */
static enum rc look_after_cut(struct apply *ap, struct err *e)
{
	const struct model *was = ap->now, *live = NULL;
	struct change_list c;
	enum rc rc = tracking_read(ap->d, ap->track_table, ap->a, &ap->track,
	    e);

	if (!rc)
		rc = guard_tracking(ap, e);
	if (!rc)
		rc = ap->d->ops->introspect_again(ap->d, was, ap->a, &live, e);
	if (rc)
		return rc;
	changes_that_count(was, live, permit_base(ap->permit),
	    ap->track_table, ap->a, &c);
	if (!c.n) {
		ap->now = live;
		return RC_OK;
	}
	err_set(e, RC_CONFLICT, "somebody else changed the schema between two "
	    "transactions of this run: %.*s", STR_ARG(changes_text(&c,
	    ap->a)));
	err_hint(e, "weir status");
	return RC_CONFLICT;
}

static enum rc look(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	if (!ap->base || (ap->d->ops->lock_tables && !ap->committed_any))
		rc = look_again(ap, e);
	else if (ap->d->ops->lock_tables)
		rc = look_after_cut(ap, e);
	return rc;
}

/* The tracking table, before anything else and in a transaction of its own:
 * a table that is not there cannot be locked. */
enum rc tracking_prepare(struct apply *ap, struct err *e)
{
	const struct drv_ops *ops = ap->d->ops;
	bool there = false;
	enum rc rc = RC_OK;

	if (!ops->lock_tables)
		return RC_OK;
	for (int i = 0; i < 10; i++) {
		*e = (struct err)ERR_INIT;
		rc = tracking_exists(ap->d, ap->track_table, &there, e);
		if (rc || there)
			return rc;
		rc = ops->begin(ap->d, true, e);
		if (!rc)
			rc = tracking_create(ap->d, ap->track_table,
			    ap->rq->nsteps && ap->rq->steps[0].track->named,
			    e);
		if (!rc)
			rc = ops->commit(ap->d, e);
		if (!rc)
			return RC_OK;
		ops->rollback(ap->d);
		/* two at once: unique_violation of the catalogue, or there */
		if (!strstr(e->where, "23505") && !strstr(e->where, "42P0"))
			break;
		(void)poll(NULL, 0, 10);
	}
	err_prefix(e, "the tracking table cannot be made");
	return rc;
}

/* --- COMMIT ------------------------------------------------------------------------- */

static const struct model *predicted(const struct apply *ap, bool *ahead)
{
	const struct plan *p = ap->rq->plan;
	const struct part *part = ap->part;
	const struct entry *en = last_step(ap)->entry;

	*ahead = false;
	if (part->to != PART_END) {
		*ahead = true;
		return part->end ? part->end->run->after : NULL;
	}
	if (part->last + 1 == ap->rq->nsteps)
		return permit_after(ap->permit);
	for (size_t i = 0; i + 1 < p->nfiles; i++)
		if (p->files[i].entry == en) {
			*ahead = p->files[i].after != p->files[i + 1].before;
			return p->files[i].after;
		}
	return permit_after(ap->permit);
}

/* COMMIT that finds a reader in its way is sent again within the lock's
 * waiting time; the transaction stays whole meanwhile. */
static enum rc commit(struct apply *ap, struct err *e)
{
	double until = clock_mono_ms() + ap->wait_ms;
	enum rc rc;

	for (;;) {
		*e = (struct err)ERR_INIT;
		rc = ap->d->ops->commit(ap->d, e);
		if (rc != RC_BUSY || clock_mono_ms() >= until ||
		    !ap->d->ops->in_tx(ap->d))
			return rc;
		(void)poll(NULL, 0, 10);
	}
}

/* By the rows: is what the last step records recorded?  By a connection of
 * its own where this one is gone. */
static enum tx_outcome by_rows(struct apply *ap)
{
	const struct step *s = last_step(ap);
	bool add = s->kind == STEP_UP || s->kind == STEP_RECORD;
	struct err ignored = ERR_INIT;
	struct drv_target t = ap->rq->db;
	struct track rows = { 0 };
	struct drv *other = NULL;
	enum rc rc;

	if (ap->part->to != PART_END)
		return TX_UNKNOWN;
	rc = tracking_read(ap->d, ap->track_table, ap->a, &rows, &ignored);
	if (rc && ap->d->ops->outcome) {
		rc = drv_open(&t, DRV_BROWSE, &other, &ignored);
		if (!rc)
			rc = tracking_read(other, ap->track_table, ap->a,
			    &rows, &ignored);
		drv_close(other);
	}
	if (rc)
		return TX_UNKNOWN;
	return add == (tracking_row(&rows, s->track) != NULL) ?
	    TX_COMMITTED : TX_ABORTED;
}

/* A.4: an error of COMMIT does not tell whether it happened: the engine knows
 * the transaction, or the table does. */
static enum tx_outcome outcome(struct apply *ap)
{
	const struct drv_ops *ops = ap->d->ops;
	enum tx_outcome x = TX_UNKNOWN;
	struct err ignored = ERR_INIT;

	if (ops->in_tx(ap->d))
		return TX_ABORTED;
	if (!ops->outcome)
		return by_rows(ap);
	/* A server that restarts takes a while to answer. */
	for (int i = 0; x == TX_UNKNOWN && i < OUTCOME_TRIES; i++) {
		if (i)
			(void)poll(NULL, 0, 500);
		if (ops->outcome(&ap->rq->db, ap->xid, &x, &ignored) ||
		    x == TX_UNKNOWN)
			x = by_rows(ap);
		if (apply_tell(ap, &(struct apply_progress){
		    .event = APPLY_COMMITTING }, &ignored))
			break;
	}
	return x;
}

static enum rc not_known(struct apply *ap, struct err *e)
{
	err_prefix(e, "COMMIT of %.*s was sent and its outcome is not known",
	    STR_ARG(last_step(ap)->track->tag));
	e->hint[0] = '\0';
	err_hint(e, "when the server answers again: weir status");
	ap->unknown = true;
	return e->code;
}

static void committed(struct apply *ap)
{
	ap->commit_sent = false;
	save_kept(ap);
	ap->committed = steps_after(ap->part);
	ap->committed_any = true;
	ap->inside = ap->o->project->keeping.inside;
	ap->in_part = ap->part->to != PART_END;
	log_tx(ap, LOG_COMMITTED);
}

/* --undo in-database: what is saved and recorded commits with it; of a way
 * back where it saved something. */
static enum rc put_inside(struct apply *ap, struct err *e)
{
	enum step_kind kind = ap->rq->steps[ap->part->first].kind;
	struct sbuf b = SBUF_TEXT;
	struct json_out o;
	struct inside_run r = { .log = ap->log, .label = ap->rq->db_label,
		.end = ap->part->to == PART_END &&
		    ap->part->last + 1 == ap->rq->nsteps,
		.again = ap->inside };
	enum rc rc;

	if (!ap->o->project->keeping.inside || (kind != STEP_UP &&
	    (kind != STEP_DOWN || !save_any(ap))))
		return RC_OK;
	json_tx(ap, LOG_COMMITTED, &o, &b);
	json_close_object(&o);
	r.json = sbuf_str(&b);
	rc = inside_put(ap->o->project, ap->d, &r, ap->a, e);
	sbuf_free(&b);
	return rc;
}

static enum rc tx_commit(struct apply *ap, struct err *e)
{
	enum rc rc;

	rc = apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_COMMITTING }, e);
	if (rc)
		return rc;
	rc = save_commit(ap, ap->part->first, ap->part->last + 1 -
	    ap->part->first, e);
	if (!rc)
		rc = put_inside(ap, e);
	if (rc)
		return rc;
	log_tx(ap, LOG_COMMIT_SENT);
	rc = run_log_sync(ap->log, e);
	if (rc)
		return rc;
	ap->commit_sent = true;
	rc = commit(ap, e);
	if (rc && rc != RC_BUSY)
		switch (outcome(ap)) {
		case TX_COMMITTED:
			rc = RC_OK;
			break;
		case TX_ABORTED:
			ap->commit_sent = false;
			break;
		case TX_UNKNOWN:
			return not_known(ap, e);
		}
	if (rc) {
		err_prefix(e, "COMMIT");
		return rc;
	}
	ap->lost |= e->code != RC_OK && ap->d->ops->outcome;
	*e = (struct err)ERR_INIT;
	committed(ap);
	return RC_OK;
}

/* --- one transaction ---------------------------------------------------------------- */

static enum rc part_guards(struct apply *ap, struct err *e)
{
	bool ahead, end = ap->part->to == PART_END &&
	    ap->part->last + 1 == ap->rq->nsteps;
	const struct model *expected = predicted(ap, &ahead);
	enum rc rc;

	/* The tracking table may have come with the first row. */
	rc = ap->d->ops->introspect_again(ap->d, ap->now, ap->a, &ap->now, e);
	if (!rc)
		rc = guard_foreign_keys(ap, e);
	if (!rc && expected)
		rc = guard_prediction(ap, expected, ahead, e);
	if (!rc)
		rc = counts_end(ap, e);
	if (!rc && end)
		rc = guard_lost(ap, ap->now, e);
	if (!rc && end)
		rc = guard_counts(ap, e);
	return rc;
}

static enum rc part_steps(struct apply *ap, struct err *e)
{
	const struct part *p = ap->part;
	enum rc rc = RC_OK;

	for (size_t i = p->first; !rc && i <= p->last; i++)
		rc = step_run(ap, &ap->rq->steps[i], i == p->first ? p->from :
		    0, i == p->last ? p->to : PART_END, e);
	return rc;
}

static enum rc tx_try(struct apply *ap, struct err *e)
{
	bool fk_on = !ap->rq->steps[ap->part->first].fk_off;
	struct arena *kept = NULL;
	struct stored_tables was = { 0 };
	enum rc rc = ap->d->ops->begin(ap->d, fk_on, e);

	if (rc)
		return rc;
	rc = hold(ap, e);
	if (!rc && ap->d->ops->lock_tables)
		rc = look(ap, e);
	if (!rc)
		rc = unseen_begin(ap, &kept, &was, e);
	if (!rc) {
		log_tx(ap, LOG_TX_BEGIN);
		rc = part_steps(ap, e);
	}
	if (!rc)
		rc = unseen_end(ap, &was, NULL, e);
	arena_free(kept);
	if (!rc)
		rc = part_guards(ap, e);
	if (!rc)
		rc = tx_commit(ap, e);
	if (rc && !ap->unknown) {
		struct err why = *e;

		ap->d->ops->rollback(ap->d);
		if (ap->commit_sent && outcome(ap) == TX_COMMITTED) {
			*e = (struct err)ERR_INIT;
			committed(ap);
			return RC_OK;
		}
		save_rollback(ap);
		ap->commit_sent = false;
		*e = why;
		log_error(ap, LOG_ROLLED_BACK, e);
	}
	return rc;
}

/* Waits a growing while, telling who is in the way; false: the time is over
 * or the caller wants to stop. */
static bool back_off(struct apply *ap, int try, double until, struct err *e)
{
	double pause = 100.0 * (1 << (try < 6 ? try : 6));
	double now = clock_mono_ms(), end;
	struct err stop = ERR_INIT;
	struct holders h = { 0 };

	pause += (double)((uint64_t)(now * 1000) % 100);
	if (now + pause > until)
		return false;
	if (ap->d->ops->holders(ap->d, ap->a, &h, &stop))
		return false;
	for (end = now + pause; clock_mono_ms() < end;) {
		if (apply_tell(ap, &(struct apply_progress){
		    .event = APPLY_LOCKING, .holders = &h }, &stop)) {
			*e = stop;
			return false;
		}
		(void)poll(NULL, 0, 50);
	}
	return true;
}

/* --- transactions and what stands between them ---------------------------------------- */

static enum rc tx_run(struct apply *ap, struct err *e)
{
	double until = ap->until = clock_mono_ms() + ap->wait_ms -
	    (ap->committed_any ? 0 : ap->lock.waited_ms);
	struct mark m = mark_of(ap);
	enum rc rc;

	for (int try = 0;; try++) {
		rc = tx_try(ap, e);
		if (rc != RC_BUSY || !ap->d->ops->lock_tables ||
		    ap->unknown || !back_off(ap, try, until, e))
			return rc ? e->code : RC_OK;
		mark_restore(ap, &m);
		*e = (struct err)ERR_INIT;
	}
}

static enum rc alone_run(struct apply *ap, struct err *e)
{
	enum rc rc = alone_step(ap, &ap->rq->steps[ap->part->first],
	    ap->part->end, e);

	if (rc)
		return rc;
	ap->committed_any = true;
	ap->in_part = true;
	return ap->d->ops->introspect_again(ap->d, ap->now, ap->a, &ap->now,
	    e);
}

enum rc parts_run(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	if (!ap->d->ops->lock_tables)
		rc = look(ap, e);
	parts_build(ap);
	for (size_t i = 0; !rc && i < ap->parts.n; i++) {
		ap->part = &ap->parts.v[i];
		rc = ap->part->alone ? alone_run(ap, e) : tx_run(ap, e);
	}
	return rc;
}

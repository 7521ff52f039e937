/*
 * apply: the order of one run.  What it checks stands in guard.c, what it
 * runs in steps.c, what it proves afterwards in verify.c.
 *
 * Invariants: nothing is written to the database before the state root is;
 * `commit-sent` is synced before COMMIT is sent, `committed` with the next
 * sync, that of the next COMMIT or of the end: a log that ends between the
 * two leaves the outcome to the tracking table.
 */
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "op/apply/local.h"

static const char *const step_word[] = {
	[STEP_UP] = "migrate",
	[STEP_DOWN] = "rollback",
	[STEP_RECORD] = "mark",
	[STEP_FORGET] = "mark",
};

enum rc apply_tell(struct apply *ap, const struct apply_progress *p,
    struct err *e)
{
	struct apply_progress x = *p;

	x.done = ap->done;
	x.of = ap->of;
	if (!ap->o->progress || ap->o->progress(ap->o->arg, &x))
		return RC_OK;
	return err_set(e, RC_CANCELLED, "stopped, nothing of the open "
	    "transaction was kept");
}

/* --- the log -------------------------------------------------------------------- */

void log_open(struct json_out *o, struct sbuf *b)
{
	*o = (struct json_out){ .b = b };
	json_open_object(o);
}

void log_put(struct apply *ap, enum log_event ev, struct json_out *o)
{
	json_close_object(o);
	run_log_add(ap->log, ev, sbuf_str(o->b));
	sbuf_free(o->b);
}

void json_tags(struct json_out *o, const char *key, const struct step *v,
    size_t n)
{
	json_key(o, key);
	json_open_array(o);
	for (size_t i = 0; i < n; i++)
		json_put_str(o, v[i].track->tag);
	json_close_array(o);
}

static void log_start(struct apply *ap)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;
	char hex[SHA256_HEX + 1];

	log_open(&o, &b);
	json_pair_z(&o, "what", step_word[ap->rq->steps[0].kind]);
	json_tags(&o, "tags", ap->rq->steps, ap->rq->nsteps);
	json_pair_str(&o, "db", ap->rq->db_label);
	sha256_hex(&ap->rq->plan->hash, hex);
	json_pair_z(&o, "plan", hex);
	json_pair_bool(&o, "each", ap->o->each);
	log_put(ap, LOG_START, &o);
}

static const char *const lock_word[] = {
	[LOCK_NONE] = "none",
	[LOCK_EXCLUSIVE] = "exclusive",
	[LOCK_SHARED_APPLY] = "shared apply",
};

static void log_lock(struct apply *ap)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_pair_z(&o, "kind", lock_word[ap->lock.kind]);
	json_pair_int(&o, "waited_ms", (int64_t)ap->lock.waited_ms);
	json_key(&o, "holders");
	json_open_array(&o);
	for (size_t i = 0; i < ap->lock.holders.n; i++)
		json_put_int(&o, ap->lock.holders.v[i].pid);
	json_close_array(&o);
	log_put(ap, LOG_LOCK, &o);
}

static void log_base(struct apply *ap)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;
	char hex[SHA256_HEX + 1];

	log_open(&o, &b);
	sha256_hex(&permit_base(ap->permit)->hash, hex);
	json_pair_z(&o, "hash", hex);
	json_pair_int(&o, "tracking_rows", (int64_t)ap->track.n);
	log_put(ap, LOG_BASE, &o);
}

void log_error(struct apply *ap, enum log_event ev, const struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_pair_z(&o, "error", e->code ? rc_name(e->code) : NULL);
	json_pair_z(&o, "where", e->where);
	json_pair_z(&o, "message", e->msg);
	json_tags(&o, "committed", ap->rq->steps, ap->committed);
	log_put(ap, ev, &o);
}

/* How long a lock is waited for: a file's writer is done in no time, sessions
 * of a server that hold a table may take a while. */
static const int wait_default[DIALECT_N] = {
	[DIALECT_SQLITE] = 300,
	[DIALECT_PG] = 10000,
};

/* --- lock, then look again ------------------------------------------------------- */

struct waiting {
	struct apply *ap;
	struct err *e;
};

static bool on_waiting(void *arg, const struct holders *h, double waited)
{
	struct waiting *w = arg;

	(void)waited;
	return apply_tell(w->ap, &(struct apply_progress){
	    .event = APPLY_LOCKING, .holders = h }, w->e) == RC_OK;
}

static enum rc take_lock(struct apply *ap, struct err *e)
{
	struct err stopped = ERR_INIT;
	struct waiting w = { ap, &stopped };
	struct lock_request rq = {
		.wait_ms = ap->wait_ms, .exclusive = ap->o->exclusive,
		.waiting = on_waiting, .arg = &w,
	};
	enum rc rc;

	rc = apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_LOCKING }, e);
	if (rc)
		return rc;
	rc = ap->d->ops->lock(ap->d, &rq, ap->a, &ap->lock, e);
	if (rc && stopped.code)
		*e = stopped;
	if (rc == RC_BUSY) {	/* here, and only here, waiting is an option */
		e->hint[0] = '\0';
		err_hint(e, "stop that program, or wait longer: --lock-wait "
		    "30000");
	}
	if (rc)
		return e->code;
	log_lock(ap);
	return RC_OK;
}

enum rc look_again(struct apply *ap, struct err *e)
{
	struct model *live = NULL;
	enum rc rc;

	rc = apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_CHECKING }, e);
	if (!rc)
		rc = guard_files(ap, e);
	if (!rc)
		rc = guard_damage(ap, e);
	if (!rc)
		rc = tracking_read(ap->d, ap->track_table, ap->a, &ap->track, e);
	if (!rc)
		rc = guard_tracking(ap, e);
	if (!rc)
		rc = ap->d->ops->introspect(ap->d, ap->a, &live, e);
	if (rc)
		return rc;
	ap->base = ap->now = live;
	rc = guard_base(ap, e);
	if (!rc)
		rc = guard_lost(ap, permit_after(ap->permit), e);
	if (!rc)
		rc = guard_losses(ap, e);
	if (!rc)
		rc = counts_begin(ap, e);
	if (!rc)
		rc = ap->d->ops->fk_check(ap->d, live, ap->a, &ap->fk_before,
		    e);
	if (!rc)
		log_base(ap);
	return rc;
}

/* --- the end ----------------------------------------------------------------------- */

static struct strs step_tags(struct apply *ap, size_t from, size_t to)
{
	VEC(struct str) v = { 0 };

	for (size_t i = from; i < to; i++)
		vec_push(ap->a, &v, ap->rq->steps[i].track->tag);
	return (struct strs){ v.v, v.n };
}

static struct str title_of(struct apply *ap)
{
	static const char *const done[] = {
		[STEP_UP] = "Applied", [STEP_DOWN] = "Rolled back",
		[STEP_RECORD] = "Recorded", [STEP_FORGET] = "Forgot",
	};
	const struct step *v = ap->rq->steps;
	struct str first = v[0].track->tag;
	size_t n = ap->committed;

	if (n <= 1)
		return arena_printf(ap->a, "%s %.*s", done[v[0].kind],
		    STR_ARG(first));
	return arena_printf(ap->a, "%s %zu migrations, %.*s to %.*s",
	    done[v[0].kind], n, STR_ARG(first), STR_ARG(v[n - 1].track->tag));
}

static struct report *report_of(struct apply *ap, const struct checks *c,
    double since)
{
	struct report *r = arena_new_of(ap->a, struct report);

	r->title = title_of(ap);
	r->applied = ap->committed == ap->rq->nsteps;
	r->committed_at = clock_now_ms();
	r->ms = clock_mono_ms() - since;
	r->tags = step_tags(ap, 0, ap->committed);
	r->left = step_tags(ap, ap->committed, ap->rq->nsteps);
	r->checks = c->v.v;
	r->nchecks = c->v.n;
	r->verified = r->applied && checks_count(r, CHECK_FAILED) == 0;
	r->stmts = ap->stmts.v;
	r->nstmts = ap->stmts.n;
	r->lock = ap->lock;
	r->run_dir = arena_str(ap->a, str_z(run_log_dir(ap->log)));
	return r;
}

static void report_save(struct apply *ap, const struct report *r)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b, .indent = 2 };
	struct err ignored = ERR_INIT;

	report_json(r, &o);
	sbuf_addc(&b, '\n');
	/* The run is over: a report that cannot be kept changes nothing. */
	(void)!run_log_file(ap->log, "report.json", sbuf_str(&b), &ignored);
	sbuf_free(&b);
}

static void log_verify(struct apply *ap, const struct report *r)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_pair_int(&o, "ok", (int64_t)checks_count(r, CHECK_OK));
	json_pair_int(&o, "note", (int64_t)checks_count(r, CHECK_NOTE));
	json_pair_int(&o, "failed", (int64_t)checks_count(r, CHECK_FAILED));
	log_put(ap, LOG_VERIFY, &o);
}

static enum rc verify_failed(const struct report *r, struct err *e)
{
	for (size_t i = 0; i < r->nchecks; i++)
		if (r->checks[i].result == CHECK_FAILED) {
			err_set(e, RC_DB, "APPLIED, BUT %.*s",
			    STR_ARG(r->checks[i].text));
			err_hint(e, "weir verify");
			return RC_DB;
		}
	return RC_OK;
}

/* The COMMIT held and its connection did not: looked at by another. */
static enum rc connect_again(struct apply *ap, struct err *e)
{
	struct drv *d = NULL;
	enum rc rc;

	if (!ap->lost)
		return RC_OK;
	rc = drv_open(&ap->rq->db, DRV_BROWSE, &d, e);
	if (rc)
		return rc;
	if (ap->o->connected)
		ap->o->connected(ap->o->arg, d);
	drv_close(ap->d);
	ap->d = d;
	return RC_OK;
}

static enum rc finish(struct apply *ap, enum rc rc, double since,
    struct report **out, struct err *e)
{
	struct checks c = { .a = ap->a };
	struct report *r;
	struct err ve = ERR_INIT;

	if (!rc) {
		(void)!apply_tell(ap, &(struct apply_progress){
		    .event = APPLY_VERIFYING }, &ve);
		ve = (struct err)ERR_INIT;
		if (ap->locked_note.n)
			check_add(&c, CHECK_OK, "%.*s",
			    STR_ARG(ap->locked_note));
		if (connect_again(ap, &ve) || verify_applied(ap, &c, &ve))
			check_add(&c, CHECK_FAILED,
			    "it could not be verified: %s", ve.msg);
	}
	if (ap->committed) {
		r = report_of(ap, &c, since);
		if (!rc) {
			log_verify(ap, r);
			rc = verify_failed(r, e);
		}
		report_save(ap, r);
		*out = r;
	}
	log_error(ap, LOG_END, e);
	(void)!run_log_sync(ap->log, &ve);
	return rc;
}

static void what_stays(const struct apply *ap, struct err *e)
{
	const struct step *v = ap->rq->steps;

	if (ap->in_part && ap->committed < ap->rq->nsteps) {
		err_prefix(e, "%.*s is half applied: what was committed of it "
		    "stays", STR_ARG(v[ap->committed].track->tag));
		err_hint(e, "weir status tells how far; weir migrate goes on "
		    "from there");
		return;
	}
	if (ap->committed == ap->rq->nsteps || ap->unknown)
		return;
	if (!ap->committed) {
		err_suffix(e, v->kind == STEP_UP ? "nothing was applied" :
		    v->kind == STEP_DOWN ? "nothing was taken back" :
		    "nothing was changed");
		return;
	}
	err_suffix(e, "%.*s %s %s, %.*s was rolled back",
	    STR_ARG(v[ap->committed - 1].track->tag), ap->committed > 1 ?
	    "with what came before it is" : "is", v->kind == STEP_UP ?
	    "applied and stays" : v->kind == STEP_DOWN ?
	    "taken back and stays so" : "changed and stays so",
	    STR_ARG(v[ap->committed].track->tag));
}

/* Somebody keeps a statement waiting: told; one that no lock_timeout ends is
 * given up when the time is over. */
static bool on_blocked(void *arg, const struct holders *h, double waited)
{
	struct apply *ap = arg;
	struct err ignored = ERR_INIT;
	int most = ap->wait_ms > ALONE_WAIT_MS ? ap->wait_ms : ALONE_WAIT_MS;

	if (!h->n)
		return true;
	if (apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_LOCKING, .holders = h }, &ignored))
		return false;
	if (!ap->part || !ap->part->alone || waited < most)
		return true;
	ap->gave_up = h->v[0].pid;
	return false;
}

/* --direct leads to the database that was reviewed. */
static enum rc same_database(struct apply *ap, struct err *e)
{
	const struct project *p = ap->o->project;
	struct str is = STR("");
	enum rc rc = ap->d->ops->databases->identity(ap->d, ap->a, &is, e);

	if (rc || (p->db_ident && str_eq(is, *p->db_ident)))
		return rc;
	err_set(e, RC_USAGE, "--direct is another database than %.*s",
	    STR_ARG(ap->rq->db_label));
	err_hint(e, "give the same one, past the pooler");
	return RC_USAGE;
}

/* A statement in no transaction needs a session of its own. */
static enum rc session_needed(struct apply *ap, struct err *e)
{
	struct drv_server s = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < ap->rq->plan->n; i++) {
		const struct stmt *st = &ap->rq->plan->v[i];

		if (!stmt_alone(st))
			continue;
		if (!s.product.n)
			rc = ap->d->ops->server(ap->d, ap->a, &s, e);
		if (rc || !s.pooled)
			return rc;
		err_at(e, RC_UNSUPPORTED, "", "%.*s runs in no transaction, "
		    "and this connection goes through a pooler: nothing was "
		    "run", STR_ARG(st->run->where));
		err_hint(e, "name the server itself: weir migrate --direct "
		    "postgresql://USER@HOST/DATABASE");
		return RC_UNSUPPORTED;
	}
	return RC_OK;
}

static enum rc connect(struct apply *ap, struct err *e)
{
	struct drv_target t = ap->rq->db;
	char *path = arena_z(ap->a, t.path);
	enum rc rc;

	if (t.read_only)
		return err_set(e, RC_DENIED, "read-only: nothing is changed");
	/* a file is made without asking, a database on a server is not */
	t.create = t.create || !drv_databases_of(t.dialect);
	if (ap->o->project->direct.n)
		t.conninfo = ap->o->project->direct;
	/* one try for a lock takes no longer than all of them */
	if (!t.lock_timeout_ms)
		t.lock_timeout_ms = ap->wait_ms < LOCK_TRY_MS ? ap->wait_ms :
		    LOCK_TRY_MS;
	ap->fresh_file = t.path.n && !file_stat_of(path).exists;
	rc = drv_open(&t, DRV_APPLY, &ap->d, e);
	if (!rc && ap->o->wrap)
		ap->d = ap->o->wrap(ap->o->wrap_arg, ap->d);
	if (!rc)
		db_learn(ap->o->project, ap->d);
	if (!rc && ap->o->project->direct.n)
		rc = same_database(ap, e);
	ap->watch = (struct drv_watch){ 400, 500, on_blocked, ap };
	if (!rc && ap->d->ops->watch)
		ap->d->ops->watch(ap->d, &ap->watch);
	if (!rc && ap->o->connected)
		ap->o->connected(ap->o->arg, ap->d);
	return rc;
}

/* A database that did not exist before a run that failed does not exist after
 * it either.  Looked at while the lock is held: nobody else has filled it. */
static void unmake(struct apply *ap)
{
	struct err ignored = ERR_INIT;
	struct value v = { .kind = VALUE_NULL };

	if (!ap->fresh_file || ap->committed || ap->lock.kind == LOCK_NONE)
		return;
	if (drv_scalar(ap->d, STR("SELECT count(*) FROM sqlite_schema"), NULL,
	    0, ap->a, &v, &ignored) == RC_OK && v.kind == VALUE_INT && !v.i)
		(void)unlink(arena_z(ap->a, ap->rq->db.path));
}

static void disconnect(struct apply *ap)
{
	if (ap->o->connected)
		ap->o->connected(ap->o->arg, NULL);
	unmake(ap);
	drv_close(ap->d);
}

enum rc apply_run(struct permit *ok, const struct apply_options *o,
    struct arena *a, struct report **out, struct err *e)
{
	struct apply ap = { .permit = ok, .rq = permit_request(ok), .o = o,
		.a = a, .table = o->project->track_table,
		.track_table = tracking_table(o->project, a),
		.wait_ms = o->lock_wait_ms > 0 ? o->lock_wait_ms :
		    wait_default[o->project->dialect] };
	double since = clock_mono_ms();
	enum rc rc;

	if (!permit_take(ok))
		return err_set(e, RC_INTERNAL, "this permit was used already");
	if (!ap.rq->nsteps)
		return RC_OK;
	for (size_t i = 0; i < ap.rq->nsteps; i++)
		ap.of += ap.rq->steps[i].kind == STEP_RECORD ||
		    ap.rq->steps[i].kind == STEP_FORGET;
	ap.of += ap.rq->plan->n;
	rc = save_survives(&ap, e);
	if (!rc)
		rc = state_prepare(o->project, e);
	if (rc)
		return rc;
	rc = connect(&ap, e);
	if (!rc)
		rc = session_needed(&ap, e);
	if (!rc)
		rc = run_log_open(o->project, &ap.log, e);
	if (rc)
		goto out;
	log_start(&ap);
	rc = take_lock(&ap, e);
	if (!rc && o->locked)
		rc = o->locked(o->locked_arg, ap.d, run_log_dir(ap.log), a,
		    &ap.locked_note, e);
	if (!rc)
		rc = tracking_prepare(&ap, e);
	if (!rc)
		rc = parts_run(&ap, e);
	if (rc)
		what_stays(&ap, e);
	rc = finish(&ap, rc, since, out, e);
out:
	save_close(&ap);
	disconnect(&ap);
	run_log_close(ap.log);
	return rc;
}

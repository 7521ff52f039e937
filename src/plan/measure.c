/*
 * measure: the counts.  On a copy of a small database the files run for real
 * and every probe sees what its statement sees; else the finders run on the
 * live database, and what only a run can tell stays unmeasured (P.2).
 */
#include "plan/internal.h"

#define REHEARSE_LIMIT ((int64_t)256 << 20)

bool count_of(struct drv *d, struct str sql, struct arena *a, int64_t *out)
{
	struct value v = { 0 };
	struct err e = ERR_INIT;

	if (!sql.n || drv_scalar(d, sql, NULL, 0, a, &v, &e))
		return false;
	*out = v.kind == VALUE_REAL ? (int64_t)v.r : v.i;
	return v.kind == VALUE_INT || v.kind == VALUE_REAL;
}

static bool go_on(const struct work *w, const char *what, size_t done)
{
	return !w->rq->progress ||
	    w->rq->progress(w->rq->arg, what, done, w->run->n);
}

/* --- on the copy ---------------------------------------------------------------- */

static bool is_stmt(const struct run_stmt *x, const struct run_stmt *s)
{
	return x->entry == s->entry && x->number == s->number;
}

/* Mostly the one after the last; a file may start again (U.2 of run.c). */
static size_t stmt_of(const struct work *w, const struct run_stmt *s)
{
	size_t from = w->last == NO_STMT ? 0 : w->last;

	for (size_t i = from; i < w->run->n; i++)
		if (is_stmt(&w->run->v[i], s))
			return i;
	for (size_t i = 0; i < from && i < w->run->n; i++)
		if (is_stmt(&w->run->v[i], s))
			return i;
	return NO_STMT;
}

static void ask(struct work *w, struct found *f)
{
	if (f->h.rows < 0 && count_of(w->copy, f->now_count, w->a,
	    &f->h.rows) && f->now_of.n)
		(void)count_of(w->copy, f->now_of, w->a, &f->h.of);
}

/* The copy went into the new table: whatever the old rows are like, the
 * INSERT made them pass. */
static void rows_passed(struct work *w, const struct rebuild *r)
{
	for (size_t k = 0; k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt == r->create && f->at == r->insert &&
		    f->h.rows > 0 && f->h.def->cls == HAZ_FAILS &&
		    f->h.def != &hazard_defs[HAZ_ID_ADD_FK])
			f->h.rows = 0;
	}
}

static enum rc before_stmt(void *arg, struct drv *copy,
    const struct run_stmt *s, struct err *e)
{
	struct work *w = arg;
	size_t i = stmt_of(w, s);
	const struct rebuild *r;
	enum rc rc = RC_OK;

	if (w->last != NO_STMT && i <= w->last)
		w->updating = NO_STMT;	/* rolled back with its image */
	data_after(w);
	if (i == NO_STMT)
		return RC_OK;
	w->last = i;
	if (!go_on(w, "rehearse", i))
		return err_set(e, RC_CANCELLED, "cancelled");
	rc = rows_put_back(w, i, e);
	if (rc)
		return rc;
	names_at(w, i);
	r = rebuild_of(w, i);
	if (r && i == r->drop) {
		rows_passed(w, r);
		rebuild_compare(w, &w->rebuilds.v[w->stmts[i].group - 1],
		    copy);
	}
	for (size_t k = 0; k < w->found.n; k++)
		if (w->found.v[k].at == i && !w->found.v[k].settled)
			ask(w, &w->found.v[k]);
	if (!r && is_data(w->run->v[i].facts.verb))
		rc = data_before(w, i, e);
	names_at(w, NO_STMT);
	return rc;
}

/* The copy ran to the end: what its statements counted. */
static void take_facts(struct work *w, const struct run *run)
{
	w->last = NO_STMT;
	for (size_t k = 0; k < run->n; k++) {
		size_t i = stmt_of(w, &run->v[k]);

		if (i == NO_STMT || rebuild_of(w, i))
			continue;
		if (is_data(w->run->v[i].facts.verb))
			data_settle(w, i, &run->v[k].facts);
		else if (w->run->v[i].facts.verb == VERB_DROP_TABLE)
			data_dropped(w, i, &run->v[k].facts);
	}
}

static bool failure_found(const struct work *w, size_t i)
{
	for (size_t k = 0; k < w->found.n; k++)
		if (w->found.v[k].stmt == stmt_leader(w, i) &&
		    w->found.v[k].h.def->cls == HAZ_FAILS &&
		    w->found.v[k].h.rows > 0)
			return true;
	return false;
}

static void take_failure(struct work *w, const struct run *run, size_t i)
{
	const struct run_stmt *s;
	struct found *f;

	w->p->rehearsal_error = run->why;
	if (i == NO_STMT || failure_found(w, i))
		return;
	s = &w->run->v[i];
	names_at(w, i);
	f = found_add(w, HAZ_ID_STATEMENT, stmt_leader(w, i),
	    s->facts.writes.n ? s->facts.writes.v[0] :
	    s->facts.table.n ? s->facts.table : s->facts.object, STR(""));
	names_at(w, NO_STMT);
	f->h.sev = SEV_BLOCKED;
	f->h.text = arena_printf(w->a, "fails on this data: %s", run->why.msg);
	f->settled = true;
}

/* It stopped at the INSERT of a rebuild: old and new were never compared.  The
 * plan is blocked, and the one made after the rows are mended compares them;
 * so what nobody saw yet is no loss here. */
static void take_stopped_copy(struct work *w, size_t i)
{
	const struct rebuild *r = i == NO_STMT ? NULL : rebuild_of(w, i);

	if (!r || i != r->insert)
		return;
	for (size_t k = 0; k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt != r->create || f->h.rows >= 0)
			continue;
		if (f->h.def == &hazard_defs[HAZ_ID_DELETE_ROWS])
			f->gone = true;
		if (f->h.def != &hazard_defs[HAZ_ID_TYPE] &&
		    f->h.def != &hazard_defs[HAZ_ID_UPDATE_ROWS])
			continue;
		f->h.sev = SEV_CAUTION;
		f->h.text = STR("values were not compared, the copy stops");
		f->settled = true;
	}
}

static int64_t rows_of(const struct fk_findings *v, const struct fk_finding *x)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_ieq(v->v[i].table, x->table) &&
		    str_ieq(v->v[i].parent, x->parent))
			return v->v[i].rows;
	return 0;
}

/* Apply refuses keys that a file breaks; say so before (SL2, SL27). */
static void take_fk_findings(struct work *w, const struct fk_findings *was,
    const struct fk_findings *is)
{
	for (size_t i = 0; i < is->n; i++) {
		const struct fk_finding *x = &is->v[i];
		bool told = false;
		struct found *f;

		if (x->rows < 0 || x->rows <= rows_of(was, x))
			continue;
		for (size_t k = 0; k < w->found.n; k++) {
			f = &w->found.v[k];
			told = told || (f->h.def->cls == HAZ_FAILS &&
			    f->h.rows > 0 && str_ieq(f->h.table, x->table));
		}
		if (told)
			continue;
		f = found_add(w, HAZ_ID_ORPHANS, w->run->n - 1, x->table,
		    STR(""));
		f->h.rows = x->rows - rows_of(was, x);
		f->h.text = arena_printf(w->a, "%.*s %s of %.*s %s no parent"
		    " in %.*s afterwards",
		    STR_ARG(say_count(w->a, f->h.rows)),
		    f->h.rows == 1 ? "row" : "rows", STR_ARG(f->h.object),
		    f->h.rows == 1 ? "has" : "have",
		    STR_ARG(x->parent));
	}
}

static bool any_fk_off(const struct work *w)
{
	for (size_t i = 0; i < w->p->nfiles; i++)
		if (w->files[i].fk_off)
			return true;
	return false;
}

/* Bytes that are copied unasked; of four times as many the copy is a file. */
static int64_t limit_of(const struct plan_request *rq)
{
	return rq->rehearse_limit ? rq->rehearse_limit : REHEARSE_LIMIT;
}

static enum rc rehearse(struct work *w, struct err *e)
{
	struct drv_target mem = { .dialect = w->d->id,
		.on_disk = w->db_bytes / 4 > limit_of(w->rq) };
	struct run_options o = { .count = true, .before_stmt = before_stmt,
		.arg = w };
	struct fk_findings was = { 0 }, is = { 0 };
	struct run *run = NULL;
	struct err fe = ERR_INIT;
	bool keys = any_fk_off(w);
	enum rc rc;

	rc = drv_open(&mem, DRV_SCRATCH, &w->copy, e);
	if (!rc && w->rq->live)		/* none yet: the copy of it is empty */
		rc = w->copy->ops->copy_to(w->rq->live, w->copy, e);
	if (!rc && keys)
		rc = w->copy->ops->fk_check(w->copy, w->p->from, w->a, &was, e);
	if (!rc)
		rc = run_migrations(w->copy, w->rq->entries, w->rq->n, &o,
		    w->a, &run, e);
	if (rc)
		goto out;
	if (!run->stopped) {
		data_after(w);
		rc = rows_put_back(w, NO_STMT, e);
	}
	if (rc)
		goto out;
	w->updating = NO_STMT;
	w->p->rehearsed = true;
	w->p->rehearsal = run;
	size_t last = w->last;
	take_facts(w, run);
	if (run->stopped) {
		take_failure(w, run, last);
		take_stopped_copy(w, last);
	} else if (keys && w->run->n && !w->copy->ops->fk_check(w->copy,
	    w->p->to, w->a, &is, &fe)) {
		take_fk_findings(w, &was, &is);
	}
out:
	drv_close(w->copy);
	w->copy = NULL;
	return rc;
}

/* --- when ------------------------------------------------------------------------- */

static bool copy_helps(const struct work *w)
{
	if (w->rebuilds.n)
		return true;
	for (size_t i = 0; i < w->found.n; i++)
		if (w->found.v[i].now_count.n)
			return true;
	for (size_t i = 0; i < w->run->n; i++)
		if (is_data(w->run->v[i].facts.verb))
			return true;
	return false;
}

/* Data statements before it make a count on the live rows an estimate. */
bool rows_moved_before(const struct work *w, size_t i)
{
	for (size_t k = 0; k < i && k < w->run->n; k++)
		if (is_data(w->run->v[k].facts.verb) && !rebuild_of(w, k))
			return true;
	return false;
}

/* Saved rows will be there by then, and may be what mends it. */
static void wait_for_rows(struct work *w, struct found *f)
{
	if (f->h.def->cls != HAZ_FAILS || !f->h.rows || f->at >= w->run->n ||
	    !rows_back_before(w, f->at))
		return;
	f->h.text = arena_printf(w->a, "%.*s now, but saved rows are put back"
	    " before it", STR_ARG(say_count(w->a, f->h.rows)));
	f->h.rows = -1;
	f->h.sev = SEV_CAUTION;
	f->settled = true;
}

static void ask_live(struct work *w)
{
	for (size_t i = 0; i < w->found.n; i++) {
		struct found *f = &w->found.v[i];

		if (f->settled || f->gone || f->h.rows >= 0 ||
		    !f->live_count.n)
			continue;
		if (clock_mono_ms() > w->deadline ||
		    !go_on(w, "measure", f->stmt))
			return;
		if (!count_of(w->rq->live, f->live_count, w->a, &f->h.rows))
			continue;
		(void)count_of(w->rq->live, f->live_of, w->a, &f->h.of);
		f->h.estimate = rows_moved_before(w, f->at);
		wait_for_rows(w, f);
	}
}

enum rc sqlite_measure(struct work *w, struct err *e)
{
	const struct plan_request *rq = w->rq;
	int64_t limit = limit_of(rq);
	struct err why = ERR_INIT;

	if (!rq->measure)
		return RC_OK;
	w->p->measured = true;
	w->db_bytes = 0;
	if (rq->live && !count_of(rq->live, STR("SELECT page_count * page_size FROM"
	    " pragma_page_count, pragma_page_size"), w->a, &w->db_bytes))
		w->db_bytes = limit + 1;
	if ((rq->rehearse || w->db_bytes <= limit) && copy_helps(w) &&
	    (!rq->live || (rq->live->ops->caps & CAP_BACKUP)) &&
	    rehearse(w, &why)) {
		if (why.code == RC_CANCELLED || w->rows_fail) {
			*e = why;
			return why.code;
		}
		if (why.code == RC_IO)	/* no room for a copy: not the files' */
			w->p->not_rehearsed = why;
		else
			w->p->rehearsal_error = why;
	}
	if (rq->live)
		ask_live(w);
	return RC_OK;
}

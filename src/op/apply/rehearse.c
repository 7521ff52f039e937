/* rehearse: see rehearse.h. */
#include "op/apply/rehearse.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "dialect/pg/pg.h"
#include "op/apply/local.h"

#define POINT "weir_rehearsal"

/* --- before (H.1) ---------------------------------------------------------------- */

static bool is_file(const struct plan *p)
{
	return !drv_databases_of(p->from->dialect);
}

static enum rc unfit(const struct run_stmt *s, const char *why,
    struct err *e)
{
	err_at(e, RC_UNSUPPORTED, s->where.p, "cannot be rehearsed: it %s",
	    why);
	err_hint(e, "rehearse the files before it with --to, or on a copy of "
	    "the database: weir review --rehearse --with-data");
	return RC_UNSUPPORTED;
}

/* On a scratch database CONCURRENTLY is left out. */
static bool alone(const struct stmt *s, bool on_copy)
{
	return stmt_alone(s) && !(on_copy && s->run->facts.pg->concurrently);
}

static enum rc fits(const struct plan *p, bool on_copy, struct err *e)
{
	if (p->run->not_executed || p->run->stopped) {
		err_set(e, RC_UNSUPPORTED, "nothing was predicted that a "
		    "rehearsal could be compared with: %s", p->run->why.msg);
		err_hint(e, "weir review says where it stops");
		return RC_UNSUPPORTED;
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct run_stmt *s = p->v[i].run;

		if (alone(&p->v[i], on_copy))
			return unfit(s, "runs in no transaction", e);
		if (stmt_commits(p, i))
			return unfit(s, "makes what is used later, which "
			    "takes a COMMIT", e);
		if (s->skipped.n)
			return unfit(s, "reaches beyond the database", e);
	}
	return RC_OK;
}

static int64_t weight(const struct plan *p, struct arena *a)
{
	struct obj none = { .kind = OBJ_TABLE, .schema = STR(""),
		.name = STR("") };
	const struct obj *const *v = NULL;
	int64_t sum = 0;
	size_t n = 0;

	gate_locks(p, p->from, &none, a, &v, &n);
	for (size_t i = 0; i < n; i++) {
		const struct table *t = v[i]->kind == OBJ_TABLE ?
		    model_table(p->from, v[i]->schema, v[i]->name) : NULL;

		sum += t && t->bytes > 0 ? t->bytes : 0;
	}
	return sum;
}

enum rc rehearse_fits_copy(const struct plan *p, struct err *e)
{
	return fits(p, true, e);
}

enum rc rehearse_terms(const struct plan *p, struct arena *a,
    struct strs *out, struct err *e)
{
	VEC(struct str) v = { 0 };
	struct strs locks = { 0 };
	int64_t bytes;
	enum rc rc;

	*out = (struct strs){ 0 };
	if (is_file(p))
		return RC_OK;
	rc = fits(p, false, e);
	if (rc)
		return rc;
	bytes = weight(p, a);
	if (bytes > REHEARSE_MAX) {
		err_set(e, RC_UNSUPPORTED, "the tables that it would lock hold "
		    "%s MB, more than the %d that are rehearsed on the "
		    "database itself", count_text(a, bytes >> 20),
		    (int)(REHEARSE_MAX >> 20));
		err_hint(e, "rehearse on a copy of the database: "
		    "weir review --rehearse --with-data");
		return RC_UNSUPPORTED;
	}
	gate_lock_lines(p, a, &locks);
	for (size_t i = 0; i < locks.n; i++)
		vec_push(a, &v, locks.v[i]);
	vec_push(a, &v, arena_printf(a, "waits %d ms for a lock, runs a "
	    "statement for %d s, and rolls all of it back",
	    REHEARSE_LOCK_MS, REHEARSE_STMT_MS / 1000));
	vec_push(a, &v, arena_printf(a, "others wait for these locks "
	    "meanwhile; dead rows and WAL of up to %s kB and positions of "
	    "sequences stay", count_text(a, (bytes >> 10) + 1)));
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

/* --- one transaction ----------------------------------------------------------------- */

struct rehearsing {
	const struct plan *p;
	struct arena *a;
	struct drv *d;
	struct rehearsal *out;
	VEC(struct rehearsed) done;
	struct stored_tables stored;
	struct strs held;
};

static int64_t rows_of(const struct facts *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < f->nrows; i++)
		n += f->rows[i].inserted + f->rows[i].updated +
		    f->rows[i].deleted;
	return n;
}

/* Another file under the same number: written anew. */
static void see_files(struct rehearsing *x, const struct stored_tables *is,
    struct rehearsed *one)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < is->n; i++)
		for (size_t k = 0; k < x->stored.n; k++)
			if (x->stored.v[k].id == is->v[i].id &&
			    x->stored.v[k].file != is->v[i].file)
				vec_push(x->a, &v, is->v[i].table);
	one->rewritten = (struct strs){ v.v, v.n };
	x->stored = *is;
}

static void see_locks(struct rehearsing *x, const struct strs *is,
    struct rehearsed *one)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < is->n; i++)
		if (!strs_has(x->held, is->v[i]))
			vec_push(x->a, &v, is->v[i]);
	one->locks = (struct strs){ v.v, v.n };
	x->held = *is;
}

static enum rc see(struct rehearsing *x, struct rehearsed *one, struct err *e)
{
	struct stored_tables stored = { 0 };
	struct strs held = { 0 };
	enum rc rc = x->d->ops->stored(x->d, x->a, &stored, e);

	if (!rc)
		rc = x->d->ops->held(x->d, x->a, &held, e);
	if (rc)
		return rc;
	see_files(x, &stored, one);
	see_locks(x, &held, one);
	return RC_OK;
}

static struct str row_text(const struct cursor *c, struct arena *a)
{
	struct sbuf b = SBUF_INIT(512);
	struct str s;

	for (size_t i = 0; i < c->ncols && i < 6; i++) {
		sbuf_addz(&b, i ? ", " : "");
		sbuf_add(&b, c->names[i]);
		sbuf_addc(&b, '=');
		value_text(&b, &c->row[i], a);
	}
	s = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	return s;
}

/* The savepoint has mended the transaction; by the names of the moment the
 * first finder that lists rows says which. */
static void rows_in_the_way(struct rehearsing *x, const struct stmt *st)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; st && i < st->nhaz && !v.n; i++) {
		const struct hazard *h = &st->haz[i];
		struct cursor *c = NULL;
		struct err ignored = ERR_INIT;
		bool more = false;

		if (h->def->cls != HAZ_FAILS || !h->finder.n ||
		    x->d->ops->rollback_to(x->d, POINT, &ignored) ||
		    drv_query(x->d, h->finder, NULL, 0, 80, &c, &ignored))
			continue;
		while (v.n < 5 && !cursor_next(c, &more, &ignored) && more)
			vec_push(x->a, &v, row_text(c, x->a));
		cursor_close(c);
	}
	x->out->in_the_way = (struct strs){ v.v, v.n };
}

static void failed(struct rehearsing *x, const struct entry *en,
    const struct stmt *st, size_t from, const struct err *why)
{
	size_t offset = from;
	struct str where;

	if (why->where[0] == '+')
		offset = (size_t)strtoul(why->where + 1, NULL, 10);
	where = st ? st->run->where : entry_where(en, offset, x->a);
	x->out->failed = *why;
	snprintf(x->out->failed.where, sizeof x->out->failed.where, "%.*s",
	    STR_ARG(where));
	rows_in_the_way(x, st);
}

static bool ends_it(enum rc rc)
{
	return rc == RC_CANCELLED || rc == RC_INTERNAL;
}

static enum rc one_stmt(struct rehearsing *x, struct file_run *run,
    const struct entry *en, size_t *at, bool *more, struct err *e)
{
	struct rehearsed one = { .stmt = plan_stmt_in(x->p, en, *at,
	    en->text.n) };
	struct sql_span span = { *at, *at };
	struct facts f = { 0 };
	struct err why = ERR_INIT;
	enum rc rc = x->d->ops->savepoint(x->d, POINT, e);

	if (rc)
		return rc;
	rc = file_run_next(run, at, RUN_COUNT | RUN_NO_TX, &span, &f, more,
	    &why);
	if (rc && (ends_it(rc) || drv_lost(&why))) {
		*e = why;
		return rc;
	}
	if (rc) {
		failed(x, en, one.stmt, span.from, &why);
		return RC_OK;
	}
	rc = x->d->ops->release(x->d, POINT, e);
	if (rc || !*more || f.verb == VERB_EMPTY)
		return rc;
	one.ms = f.ms;
	one.rows = rows_of(&f);
	rc = see(x, &one, e);
	if (!rc && one.stmt)
		vec_push(x->a, &x->done, one);
	return rc;
}

static enum rc one_file(struct rehearsing *x, const struct entry *en,
    struct err *e)
{
	struct str text = text_runnable(x->d->ops->dialect, en->text, x->a);
	struct file_run *run = NULL;
	size_t at = 0;
	bool more = true;
	enum rc rc = file_run_open(x->d, text, x->a, &run, e);

	while (!rc && more && !x->out->failed.code)
		rc = one_stmt(x, run, en, &at, &more, e);
	return rc;
}

static enum rc compare(struct rehearsing *x, const struct obj *track,
    struct err *e)
{
	struct model *now = NULL;
	enum rc rc = x->d->ops->introspect(x->d, x->a, &now, e);

	if (rc)
		return rc;
	changes_that_count(x->p->to, now, x->p->from, track, x->a,
	    &x->out->differences);
	(void)plan_leave_untold(x->p->run, x->a, &x->out->differences);
	x->out->equal = x->out->differences.n == 0;
	return RC_OK;
}

static enum rc in_transaction(struct rehearsing *x, const struct obj *track,
    struct err *e)
{
	struct rehearsed before = { 0 };
	double since = clock_mono_ms();
	enum rc rc = x->d->ops->begin(x->d, true, e);

	if (rc)
		return rc;
	rc = x->d->ops->lock_limit(x->d, REHEARSE_LOCK_MS, e);
	if (!rc)
		rc = see(x, &before, e);
	for (size_t i = 0; !rc && i < x->p->nfiles && !x->out->failed.code; i++)
		rc = one_file(x, x->p->files[i].entry, e);
	if (!rc && !x->out->failed.code)
		rc = compare(x, track, e);
	x->d->ops->rollback(x->d);
	x->out->ms = clock_mono_ms() - since;
	x->out->v = x->done.v;
	x->out->n = x->done.n;
	return rc;
}

enum rc rehearse_in(const struct plan *p, struct drv *d,
    const struct obj *track, struct arena *a, struct rehearsal *out,
    struct err *e)
{
	struct rehearsing x = { .p = p, .a = a, .d = d, .out = out };

	return in_transaction(&x, track, e);
}

/* --- as a report ---------------------------------------------------------------------- */

static void add_words(struct sbuf *b, const char *what, struct strs v)
{
	for (size_t i = 0; i < v.n; i++) {
		sbuf_addz(b, i ? ", " : b->n ? "; " : "");
		sbuf_addz(b, i ? "" : what);
		sbuf_add(b, v.v[i]);
	}
}

static void add_check(struct arena *a, struct report *r,
    enum check_result result, struct str text)
{
	struct check_line *v = arena_array(a, struct check_line,
	    r->nchecks + 1);

	for (size_t i = 0; i < r->nchecks; i++)
		v[i] = r->checks[i];
	v[r->nchecks++] = (struct check_line){ result, text };
	r->checks = v;
}

static void tell_outcome(const struct rehearsal *v, struct arena *a,
    struct report *r)
{
	if (v->failed.code)
		add_check(a, r, CHECK_FAILED, arena_printf(a, "%s%s%s",
		    v->failed.where, v->failed.where[0] ? ": " : "",
		    v->failed.msg));
	for (size_t i = 0; i < v->in_the_way.n; i++)
		add_check(a, r, CHECK_NOTE, arena_printf(a, "in its way: %.*s",
		    STR_ARG(v->in_the_way.v[i])));
	if (v->equal)
		add_check(a, r, CHECK_OK, STR("the schema became what was "
		    "predicted"));
	for (size_t i = 0; i < v->differences.n; i++)
		add_check(a, r, CHECK_FAILED, arena_printf(a, "not as "
		    "predicted: %.*s", STR_ARG(change_sentence(
		    &v->differences.v[i], a))));
	add_check(a, r, CHECK_OK, v->on_copy ? STR("on a copy: the database "
	    "was not touched") : STR("rolled back: nothing of it stays but "
	    "dead rows, WAL and positions of sequences"));
}

struct report *rehearse_report(const struct plan *p,
    const struct rehearsal *v, struct str title, struct arena *a)
{
	struct report *r = arena_new_of(a, struct report);
	struct applied_stmt *stmts = arena_array(a, struct applied_stmt,
	    v->n + 1);
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; i < v->n; i++) {
		const struct run_stmt *s = v->v[i].stmt->run;

		sbuf_reset(&b);
		add_words(&b, "written anew: ", v->v[i].rewritten);
		add_words(&b, "locks: ", v->v[i].locks);
		stmts[i] = (struct applied_stmt){ .tag = s->entry->tag,
			.where = s->where, .sql = str_sub(s->sql, sql_start(
			dialect_of(p->from->dialect), s->sql, 0), s->sql.n),
			.ms = v->v[i].ms, .rows = v->v[i].rows,
			.told = arena_str(a, sbuf_str(&b)) };
	}
	sbuf_free(&b);
	*r = (struct report){ .title = arena_printf(a, "Rehearsal of %.*s",
		STR_ARG(title)), .rehearsed = true, .ms = v->ms,
		.verified = !v->failed.code && !v->differences.n,
		.stmts = stmts, .nstmts = v->n };
	tell_outcome(v, a, r);
	return r;
}

/* --- on a copy ------------------------------------------------------------------------ */

static const struct stmt *stmt_like(const struct plan *p,
    const struct run_stmt *s)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].run->entry == s->entry &&
		    p->v[i].run->number == s->number)
			return &p->v[i];
	return NULL;
}

static void told_by_copy(const struct plan *p, const struct obj *track,
    struct arena *a, struct rehearsal *out)
{
	VEC(struct rehearsed) v = { 0 };
	const struct run *run = p->rehearsal;

	out->on_copy = true;
	for (size_t i = 0; run && i < run->n; i++) {
		const struct stmt *s = stmt_like(p, &run->v[i]);

		if (s)
			vec_push(a, &v, (struct rehearsed){ .stmt = s,
			    .ms = run->v[i].facts.ms,
			    .rows = rows_of(&run->v[i].facts) });
	}
	out->v = v.v;
	out->n = v.n;
	out->failed = p->not_rehearsed.code ? p->not_rehearsed :
	    p->rehearsal_error;
	if (!run || out->failed.code)
		return;
	out->ms = run->ms;
	changes_that_count(p->to, run->after, p->from, track, a,
	    &out->differences);
	out->equal = out->differences.n == 0;
}

enum rc rehearse_run(const struct plan *p, const struct rehearse_options *o,
    struct arena *a, struct rehearsal *out, struct err *e)
{
	const struct obj *track = tracking_table(o->project, a);
	struct drv_target t = o->db;
	struct rehearsing x = { .p = p, .a = a, .out = out };
	struct strs terms;
	enum rc rc;

	*out = (struct rehearsal){ .failed = ERR_INIT };
	if (is_file(p)) {
		told_by_copy(p, track, a, out);
		return RC_OK;
	}
	if (t.read_only || o->project->read_only)
		return err_set(e, RC_DENIED, "--read-only: nothing is "
		    "rehearsed on the database itself");
	rc = rehearse_terms(p, a, &terms, e);
	if (rc)
		return rc;
	t.create = false;
	t.lock_timeout_ms = REHEARSE_LOCK_MS;
	t.statement_timeout_ms = REHEARSE_STMT_MS;
	if (o->project->direct.n)
		t.conninfo = o->project->direct;
	rc = drv_open(&t, DRV_APPLY, &x.d, e);
	if (rc)
		return rc;
	if (o->connected)
		o->connected(o->arg, x.d);
	rc = in_transaction(&x, track, e);
	if (o->connected)
		o->connected(o->arg, NULL);
	drv_close(x.d);
	return rc;
}

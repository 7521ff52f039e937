/*
 * verify: what is true of the database now, as lines of a report.
 *
 * A check that cannot be made is a failed one, never a silent one.
 */
#include "base/fs.h"
#include "diff/notes.h"
#include "op/apply/local.h"

/* Above this an integrity check is left to `weir verify`. */
#define INTEGRITY_MAX ((int64_t)512 << 20)

void check_add(struct checks *c, enum check_result r, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT(1u << 16);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	vec_push(c->a, &c->v, (struct check_line){ r,
	    arena_str(c->a, sbuf_str(&b)) });
	sbuf_free(&b);
}

size_t checks_count(const struct report *r, enum check_result what)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nchecks; i++)
		n += r->checks[i].result == what;
	return n;
}

const char *count_text(struct arena *a, int64_t n)
{
	struct sbuf b = SBUF_INIT(64);
	const char *s;

	sbuf_add_count(&b, n);
	s = arena_z(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* --- the tracking table ------------------------------------------------------ */

static void check_row(struct checks *c, const struct track *t,
    const struct step *s)
{
	const struct track_row *r = tracking_row(t, s->track);
	bool add = s->kind == STEP_UP || s->kind == STEP_RECORD;
	struct str tag = s->track->tag;

	if (!add) {
		check_add(c, r ? CHECK_FAILED : CHECK_OK, r ?
		    "the tracking row of %.*s is still there" :
		    "tracking row of %.*s removed", STR_ARG(tag));
		return;
	}
	if (!r || !str_is(r->hash, s->track->hex) ||
	    r->created_at != s->track->when)
		check_add(c, CHECK_FAILED, "the tracking row of %.*s is not "
		    "what was written", STR_ARG(tag));
	else
		check_add(c, CHECK_OK, "tracking row read back: %.*s hash "
		    "%.4s..%.2s created_at %lld", STR_ARG(tag),
		    s->track->hex, s->track->hex + SHA256_HEX - 2,
		    (long long)r->created_at);
}

static enum rc check_tracking(struct apply *ap, struct checks *c,
    struct err *e)
{
	struct track t = { 0 };
	enum rc rc = tracking_read(ap->d, ap->track_table, ap->a, &t, e);

	for (size_t i = 0; !rc && i < ap->rq->nsteps; i++)
		check_row(c, &t, &ap->rq->steps[i]);
	return rc;
}

/* --- the schema ------------------------------------------------------------------ */

static size_t count_kind(const struct model *m, enum obj_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		n += o->kind == kind && o->managed &&
		    !dialect_of(m->dialect)->is_foreign(o);
	}
	return n;
}

static struct str compared(const struct model *m, struct arena *a)
{
	size_t t = count_kind(m, OBJ_TABLE), k = count_kind(m, OBJ_FK);
	size_t col = count_kind(m, OBJ_COLUMN), i = count_kind(m, OBJ_INDEX);

	return arena_printf(a, "%zu table%s, %zu column%s, %zu index%s, "
	    "%zu foreign key%s compared", t, t == 1 ? "" : "s", col,
	    col == 1 ? "" : "s", i, i == 1 ? "" : "es", k, k == 1 ? "" : "s");
}

static void check_schema(struct checks *c, const char *what,
    const struct model *expected, const struct change_list *diff,
    enum check_result bad)
{
	struct str n = compared(expected, c->a);

	if (!diff->n)
		check_add(c, CHECK_OK, "live schema = %s: %.*s, 0 differences",
		    what, STR_ARG(n));
	else
		check_add(c, bad, "live schema is not %s: %zu difference%s: "
		    "%.*s", what, diff->n, diff->n == 1 ? "" : "s",
		    STR_ARG(changes_text(diff, c->a)));
}

static enum rc check_prediction(struct apply *ap, struct checks *c,
    struct err *e)
{
	const struct model *after = permit_after(ap->permit);
	struct change_list diff;
	struct model *live = NULL;
	size_t untold;
	enum rc rc = ap->d->ops->introspect(ap->d, ap->a, &live, e);

	if (rc)
		return rc;
	ap->now = live;
	changes_that_count(after, live, permit_base(ap->permit),
	    ap->track_table, ap->a, &diff);
	untold = plan_leave_untold(ap->rq->plan->run, ap->a, &diff);
	if (untold)
		check_add(c, CHECK_NOTE, "%zu difference%s to the prediction "
		    "come%s of statements that were not executed on scratch",
		    untold, untold == 1 ? "" : "s", untold == 1 ? "s" : "");
	check_schema(c, "prediction", after, &diff, CHECK_FAILED);
	if (ap->rq->goal) {
		changes_that_count(ap->rq->goal, live, permit_base(ap->permit),
		    ap->track_table, ap->a, &diff);
		check_schema(c, "what it was before", ap->rq->goal, &diff,
		    CHECK_NOTE);
	}
	return RC_OK;
}

/* --- rows ------------------------------------------------------------------------- */

/* A line of "users 300 = 300   decks 160 = 160", ended when it is full. */
static void same_rows(struct apply *ap, struct checks *c, struct sbuf *line,
    const struct row_count *r)
{
	const char *n = r ? count_text(ap->a, r->now) : "";

	if (line->n && (!r || line->n + r->after.n + 2 * strlen(n) > 84)) {
		check_add(c, CHECK_OK, "%.*s", STR_ARG(sbuf_str(line)));
		sbuf_reset(line);
	}
	if (r)
		sbuf_addf(line, "%s%.*s %s = %s", line->n ? "   " : "rows   ",
		    STR_ARG(r->after), count_text(ap->a, r->before), n);
}

static void changed_rows(struct apply *ap, struct checks *c,
    const struct row_count *r)
{
	struct str over = r->updated ? arena_printf(ap->a, ", %s updated",
	    count_text(ap->a, r->updated)) : STR("");

	check_add(c, CHECK_NOTE, "rows   %.*s %s -> %s (+%s -%s%.*s by the "
	    "statements)", STR_ARG(r->after), count_text(ap->a, r->before),
	    count_text(ap->a, r->now), count_text(ap->a, r->inserted),
	    count_text(ap->a, r->deleted), STR_ARG(over));
}

/* Not counted under the lock: what the statements did to them. */
static void counted_rows(struct apply *ap, struct checks *c,
    const struct row_count *r)
{
	const char *why = r->hidden ? "row security or a missing right hides "
	    "rows" : "too many";

	if (r->gone)
		check_add(c, CHECK_NOTE, "table %.*s is gone with its rows "
		    "(not counted: %s)", STR_ARG(r->table), why);
	else
		check_add(c, CHECK_NOTE, "rows   %.*s +%s -%s, %s updated by "
		    "the statements (not counted: %s)", STR_ARG(r->after),
		    count_text(ap->a, r->inserted),
		    count_text(ap->a, r->deleted),
		    count_text(ap->a, r->updated), why);
}

static void check_counts(struct apply *ap, struct checks *c)
{
	struct sbuf same = SBUF_TEXT;

	for (size_t i = 0; i < ap->counts.n; i++) {
		const struct row_count *r = &ap->counts.v[i];
		const char *was = count_text(ap->a, r->before);

		if (r->skipped)
			counted_rows(ap, c, r);
		else if (r->now == r->before && !r->updated && !r->deleted)
			same_rows(ap, c, &same, r);
		else if (r->now < 0)
			check_add(c, CHECK_NOTE, "table %.*s is gone with its %s "
			    "rows", STR_ARG(r->table), was);
		else
			changed_rows(ap, c, r);
	}
	same_rows(ap, c, &same, NULL);
	sbuf_free(&same);
}

/* --- what a rebuild would have lost ----------------------------------------------- */

static bool view_selects(struct drv *d, struct str view, struct str *why,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	enum rc rc;

	/* Prepared, never run: a view may take for ever, and the names that
	 * it uses are resolved by then. */
	SQL(&b, "SELECT * FROM ");
	d->ops->dialect->ident(&b, view);
	rc = drv_query(d, sbuf_str(&b), NULL, 0, 1, &c, &e);
	cursor_close(c);
	sbuf_free(&b);
	*why = arena_str(a, str_z(e.msg));
	return rc == RC_OK;
}

static const char *put_back_kind(enum obj_kind k)
{
	return k == OBJ_TRIGGER ? "trigger" : k == OBJ_VIEW ? "view" :
	    k == OBJ_INDEX ? "index" : "AUTOINCREMENT of";
}

static void check_put_back(struct apply *ap, struct checks *c)
{
	struct sbuf ok = SBUF_TEXT;

	for (size_t i = 0; i < ap->put_back.n; i++) {
		const struct put_back *p = &ap->put_back.v[i];
		bool there = p->kind == OBJ_TABLE || model_find(ap->now,
		    p->kind, STR(""), p->kind == OBJ_VIEW ? STR("") : p->table,
		    p->name);

		if (p->lost.n)
			check_add(c, CHECK_NOTE, "%s %.*s is not back: %.*s",
			    put_back_kind(p->kind), STR_ARG(p->name),
			    STR_ARG(p->lost));
		else if (!there)	/* a later statement may have dropped it */
			check_add(c, CHECK_NOTE, "%s %.*s was put back and is "
			    "gone again", put_back_kind(p->kind),
			    STR_ARG(p->name));
		else
			sbuf_addf(&ok, "%s%s %.*s", ok.n ? ", " : "",
			    put_back_kind(p->kind), STR_ARG(p->name));
	}
	if (ok.n)
		check_add(c, CHECK_OK, "kept over the rebuild: %.*s",
		    STR_ARG(sbuf_str(&ok)));
	sbuf_free(&ok);
}

static void check_views(struct drv *d, const struct model *m,
    struct checks *c)
{
	size_t n = 0;

	/* stored as text it may name what is gone; else nothing can be */
	if (!(d->ops->caps & CAP_STORED_SQL))
		return;
	for (size_t i = 0; i < m->nviews; i++) {
		struct str why;

		if (view_selects(d, m->views[i]->o.name, &why, c->a))
			n++;
		else
			check_add(c, CHECK_NOTE, "view %.*s does not select: "
			    "%.*s", STR_ARG(m->views[i]->o.name),
			    STR_ARG(why));
	}
	if (n)
		check_add(c, CHECK_OK, "%zu view%s select%s", n,
		    n == 1 ? "" : "s", n == 1 ? "s" : "");
}

/* --- what the engine has not finished ------------------------------------------------- */

static bool invalid_in(const struct model *m, const struct index *x)
{
	const struct obj *o = m ? model_find(m, OBJ_INDEX, x->o.schema,
	    x->o.table, x->o.name) : NULL;

	return o && ((const struct index *)o)->invalid;
}

static void not_valid(struct checks *c, const struct obj *o, const char *what)
{
	check_add(c, CHECK_NOTE, "%s %.*s of %.*s is NOT VALID: rows from "
	    "before it were never checked", what, STR_ARG(o->name),
	    STR_ARG(table_called(o, c->a)));
}

static void check_table(struct checks *c, const struct table *t,
    const struct model *before, size_t *indexes, size_t *constraints)
{
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct index *x = t->indexes[i];

		*indexes += !x->invalid;
		if (x->invalid)
			check_add(c, invalid_in(before, x) ? CHECK_NOTE :
			    CHECK_FAILED, "index %.*s of %.*s is invalid%s: no "
			    "query uses it", STR_ARG(x->o.name),
			    STR_ARG(table_called(&t->o, c->a)),
			    invalid_in(before, x) ? ", as before" : "");
	}
	for (size_t i = 0; i < t->nchecks; i++)
		if (t->checks[i]->not_valid)
			not_valid(c, &t->checks[i]->o, "check");
		else
			++*constraints;
	for (size_t i = 0; i < t->nfks; i++)
		if (t->fks[i]->not_valid)
			not_valid(c, &t->fks[i]->o, "foreign key");
		else
			++*constraints;
}

/* Only a server builds indexes and checks constraints some other time. */
static void check_finished(struct checks *c, const struct model *m,
    const struct model *before)
{
	size_t indexes = 0, constraints = 0;

	if (!drv_databases_of(m->dialect))
		return;
	for (size_t i = 0; i < m->ntables; i++)
		if (m->tables[i]->o.managed)
			check_table(c, m->tables[i], before, &indexes,
			    &constraints);
	check_add(c, CHECK_OK, "%zu index%s valid, %zu constraint%s "
	    "validated", indexes, indexes == 1 ? "" : "es", constraints,
	    constraints == 1 ? "" : "s");
}

/* --- keys and pages ------------------------------------------------------------------ */

static enum rc check_keys(struct drv *d, const struct model *m,
    const struct fk_findings *old, struct checks *c, struct err *e)
{
	struct fk_findings f = { 0 };
	enum rc rc = RC_OK;
	int64_t rows = 0;

	/* a server keeps its keys itself: check_finished() */
	if (d->ops->caps & CAP_OWN_FK_MODE)
		rc = d->ops->fk_check(d, m, c->a, &f, e);
	else
		return RC_OK;

	if (rc)
		return rc;
	for (size_t i = 0; i < f.n; i++) {
		const struct fk_finding *x = &f.v[i];

		if (x->rows < 0)
			check_add(c, old ? CHECK_NOTE : CHECK_FAILED,
			    "foreign key of %.*s: %.*s", STR_ARG(x->table),
			    STR_ARG(x->message));
		else if (!old)
			check_add(c, CHECK_FAILED, "%s rows of %.*s have no "
			    "parent in %.*s", count_text(c->a, x->rows),
			    STR_ARG(x->table), STR_ARG(x->parent));
		rows += x->rows > 0 ? x->rows : 0;
	}
	/* After an apply no row is new here: guard_foreign_keys() saw to it. */
	if (rows && old)
		check_add(c, CHECK_NOTE, "foreign_key_check %s rows, as before",
		    count_text(c->a, rows));
	else if (!f.n)
		check_add(c, CHECK_OK, "foreign_key_check 0 rows");
	return RC_OK;
}

static enum rc check_integrity(struct drv *d, struct checks *c, struct err *e)
{
	struct str problem = STR("");
	enum rc rc = RC_OK;

	if (!drv_databases_of(d->ops->dialect->id))
		rc = d->ops->integrity(d, c->a, &problem, e);
	else
		return RC_OK;	/* pages are the server's own affair */

	if (rc)
		return rc;
	if (problem.n)
		check_add(c, CHECK_FAILED, "integrity_check: %.*s",
		    STR_ARG(problem));
	else
		check_add(c, CHECK_OK, "integrity_check ok");
	return RC_OK;
}

static bool has_file_step(const struct apply *ap)
{
	for (size_t i = 0; i < ap->rq->nsteps; i++)
		if (ap->rq->steps[i].kind == STEP_UP ||
		    ap->rq->steps[i].kind == STEP_DOWN)
			return true;
	return false;
}

/* What the server said on the way; those of IF NOT EXISTS among it. */
static void check_notices(struct apply *ap, struct checks *c)
{
	struct strs said = { 0 };

	drv_notices(ap->d, ap->a, &said);
	for (size_t i = 0; i < said.n; i++)
		check_add(c, CHECK_NOTE, "%.*s", STR_ARG(said.v[i]));
}

/* What was never tried out beforehand, so that no prediction speaks of it. */
static void check_told_only(const struct apply *ap, struct checks *c)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; p && i < p->n; i++)
		if (p->v[i].run->skipped.n)
			check_add(c, CHECK_NOTE, "%s was not predicted: "
			    "%.*s", p->v[i].run->where.p,
			    STR_ARG(p->v[i].run->skipped));
}

static void check_lock(struct apply *ap, struct checks *c)
{
	if (ap->lock.kind != LOCK_SHARED_APPLY)
		return;
	check_add(c, CHECK_NOTE, "shared apply: %zu other process%s kept the "
	    "database open; what %s at its start may be of the old schema",
	    ap->lock.holders.n, ap->lock.holders.n == 1 ? "" : "es",
	    ap->lock.holders.n == 1 ? "it read" : "they read");
}

enum rc verify_applied(struct apply *ap, struct checks *c, struct err *e)
{
	struct str path = ap->rq->db.path;
	int64_t bytes = path.n ? lite_probe(path).bytes : 0;
	enum rc rc = check_tracking(ap, c, e);

	if (!rc)
		rc = check_prediction(ap, c, e);
	if (rc || !has_file_step(ap))
		return rc;
	check_counts(ap, c);
	check_put_back(ap, c);
	for (size_t i = 0; i < ap->restored.n; i++)
		check_add(c, CHECK_OK, "%.*s", STR_ARG(ap->restored.v[i]));
	for (size_t i = 0; i < ap->unrestored.n; i++)
		check_add(c, CHECK_NOTE, "%.*s", STR_ARG(ap->unrestored.v[i]));
	for (size_t i = 0; i < ap->taken.n; i++)
		check_add(c, CHECK_OK, "%.*s", STR_ARG(ap->taken.v[i]));
	check_finished(c, ap->now, ap->base);
	check_told_only(ap, c);
	check_notices(ap, c);
	rc = check_keys(ap->d, ap->now, &ap->fk_before, c, e);
	if (rc)
		return rc;
	if (bytes <= INTEGRITY_MAX)
		rc = check_integrity(ap->d, c, e);
	else
		check_add(c, CHECK_NOTE, "integrity_check left to weir verify: "
		    "the file has %s MiB", count_text(ap->a, bytes >> 20));
	check_views(ap->d, ap->now, c);
	check_lock(ap, c);
	return rc;
}

/* --- weir verify ------------------------------------------------------------------------ */

static void check_states(const struct verify_request *rq, struct checks *c)
{
	const struct states *st = rq->states;
	size_t recorded = 0;

	for (size_t i = 0; i < st->n; i++)
		switch (st->v[i].state) {
		case MIG_APPLIED:
		case MIG_RESTAMPED:
			recorded++;
			break;
		case MIG_EDITED:
			recorded++;
			check_add(c, CHECK_NOTE, "%.*s was edited after it was "
			    "applied", STR_ARG(st->v[i].entry->tag));
			break;
		case MIG_OUT_OF_ORDER:
			check_add(c, CHECK_NOTE, "%.*s is out of order: not "
			    "applied, Drizzle would skip it for ever",
			    STR_ARG(st->v[i].entry->tag));
			break;
		case MIG_PENDING:
		case MIG_MISSING:
		case MIG_STATE_N:
			break;
		}
	check_add(c, CHECK_OK, "%zu of %zu migrations recorded as applied",
	    recorded, st->n);
	if (st->nunknown)
		check_add(c, CHECK_NOTE, "%zu tracking row%s of migrations "
		    "that are not in this folder", st->nunknown,
		    st->nunknown == 1 ? "" : "s");
}

/* Nothing but columns in another place: what a way back leaves. */
static bool only_places(const struct change_list *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].op != CHANGE_CHANGE ||
		    c->v[i].kind != OBJ_COLUMN ||
		    c->v[i].fields != field_bit(F_POSITION))
			return false;
	return true;
}

#define RIGHTS_TOLD 10

/* Told and no failure: other hands than migrations give rights as well. */
static void check_rights(const struct verify_request *rq,
    const struct model *live, struct checks *c)
{
	struct strs said = { 0 };

	diff_rights(rq->expected, live, c->a, &said);
	for (size_t i = 0; i < said.n && i < RIGHTS_TOLD; i++)
		check_add(c, CHECK_NOTE, "%.*s", STR_ARG(said.v[i]));
	if (said.n > RIGHTS_TOLD)
		check_add(c, CHECK_NOTE, "and %zu more privileges and owners",
		    said.n - RIGHTS_TOLD);
}

enum rc verify_checks(const struct verify_request *rq, struct arena *a,
    struct report *out, struct err *e)
{
	struct checks c = { .a = a };
	const struct model *live = rq->live;
	struct model *read = NULL;
	struct change_list diff;
	enum rc rc = RC_OK;

	if (!live) {
		rc = rq->db->ops->introspect(rq->db, a, &read, e);
		live = read;
	}
	if (rc)
		return rc;
	if (rq->states)
		check_states(rq, &c);
	if (rq->expected) {
		changes_that_count(rq->expected, live, live, rq->track, a,
		    &diff);
		(void)plan_leave_untold(rq->run, a, &diff);
		check_schema(&c, "what the migrations make", rq->expected,
		    &diff, only_places(&diff) ? CHECK_NOTE : CHECK_FAILED);
		check_rights(rq, live, &c);
	} else {
		check_add(&c, CHECK_NOTE, "what the schema should be is not "
		    "known: %.*s", STR_ARG(rq->unknown));
	}
	for (size_t i = 0; i < rq->half.n; i++)
		check_add(&c, CHECK_NOTE, "%.*s", STR_ARG(rq->half.v[i]));
	if (rq->unnamed)
		check_add(&c, CHECK_NOTE, "%zu object%s here %s made by no "
		    "migration (weir show lists them)", rq->unnamed,
		    rq->unnamed == 1 ? "" : "s",
		    rq->unnamed == 1 ? "was" : "were");
	for (size_t i = 0; i < rq->unread_gone.n; i++)
		check_add(&c, CHECK_FAILED, "%.*s",
		    STR_ARG(rq->unread_gone.v[i]));
	for (size_t i = 0; i < rq->unread_notes.n; i++)
		check_add(&c, CHECK_NOTE, "%.*s",
		    STR_ARG(rq->unread_notes.v[i]));
	if (rq->uncompared.n)
		check_add(&c, CHECK_NOTE, "not compared: %.*s",
		    STR_ARG(rq->uncompared));
	check_finished(&c, live, NULL);
	rc = check_keys(rq->db, live, NULL, &c, e);
	if (!rc && rq->integrity)
		rc = check_integrity(rq->db, &c, e);
	if (rc)
		return rc;
	check_views(rq->db, live, &c);
	out->checks = c.v.v;
	out->nchecks = c.v.n;
	out->unproven = !rq->expected;
	out->verified = rq->expected && checks_count(out, CHECK_FAILED) == 0;
	return RC_OK;
}

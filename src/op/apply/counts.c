/*
 * counts: rows of the tables that a plan touches, before and after.
 *
 * A table that is rebuilt must end with the rows it had, and so must those
 * whose rows hang on it: the copy of a rebuild is invisible to the row hook,
 * so this is what notices one that left rows behind.
 */
#include "op/apply/local.h"

#define COUNTED_MAX 500		/* tables; more is no migration to wait for */

/* Rows of a table that are counted one by one while it is locked.  Beyond,
 * the engine's own counters tell what a statement took. */
static const int64_t most[DIALECT_N] = {
	[DIALECT_SQLITE] = INT64_MAX,
	[DIALECT_PG] = 1000000,
};

static void note_table(struct apply *ap, struct str before, struct str after)
{
	for (size_t i = 0; i < ap->counts.n; i++)
		if (same_table(ap->base->dialect, ap->counts.v[i].table,
		    before))
			return;
	if (ap->counts.n < COUNTED_MAX)
		vec_push(ap->a, &ap->counts, (struct row_count){
		    .table = before, .after = after, .before = -1, .now = -1 });
}

/* The table if it is an ordinary one of the live schema, else nothing. */
static const struct table *live_table(struct apply *ap, struct str name)
{
	const struct table *t = table_named(ap->base, name);

	if (!t || t->type != TABLE_ORDINARY ||
	    is_tracking(ap->track_table, &t->o) ||
	    ap->d->ops->dialect->is_foreign(&t->o))
		return NULL;
	return t;
}

static void note_with_children(struct apply *ap, struct str name)
{
	const struct plan *p = ap->rq->plan;
	const struct table *t = live_table(ap, name);

	if (!t)
		return;
	name = table_called(&t->o, ap->a);
	note_table(ap, name, name_after(p, name));
	for (size_t i = 0; i < t->nfks_in; i++) {
		struct str child = table_called(&t->fks_in[i]->o, ap->a);

		if (live_table(ap, child))
			note_table(ap, child, name_after(p, child));
	}
}

static void note_plan(struct apply *ap)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; i < p->changes.n; i++) {
		const struct obj *o = p->changes.v[i].from;

		if (o && (o->kind == OBJ_TABLE || o->table.n))
			note_with_children(ap, table_called(o, ap->a));
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct facts *f = &p->v[i].run->facts;

		for (size_t k = 0; k < f->writes.n; k++)
			note_with_children(ap, f->writes.v[k]);
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			note_with_children(ap, p->v[i].haz[k].table);
	}
}

enum rc count_rows(struct drv *d, const struct obj *table, struct arena *a,
    int64_t *out, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT count(*) FROM ");
	d->ops->dialect->table(&b, table);
	rc = drv_count(d, sbuf_str(&b), a, out, e);
	sbuf_free(&b);
	return rc;
}

/* Rows that row security hides are not counted, rather than counted wrong. */
static enum rc count_one(struct apply *ap, struct row_count *c,
    const struct table *t, int64_t *out, struct err *e)
{
	struct err why = ERR_INIT;
	enum rc rc = count_rows(ap->d, &t->o, ap->a, out, &why);

	if (rc == RC_DENIED && ap->d->ops->all_rows) {
		c->skipped = c->hidden = true;
		return RC_OK;
	}
	if (rc)
		*e = why;
	return rc;
}

enum rc counts_begin(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	note_plan(ap);
	for (size_t i = 0; !rc && i < ap->counts.n; i++) {
		struct row_count *c = &ap->counts.v[i];
		const struct table *t = live_table(ap, c->table);

		c->skipped = t && t->rows_estimate > most[ap->base->dialect];
		if (t && !c->skipped)
			rc = count_one(ap, c, t, &c->before, e);
	}
	return rc;
}

enum rc counts_end(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ap->counts.n; i++) {
		struct row_count *c = &ap->counts.v[i];
		const struct table *t = table_named(ap->now, c->after);

		if (!t)		/* between two cuts the old name may stand */
			t = table_named(ap->now, c->table);
		c->now = -1;
		c->gone = !t;
		if (t && !c->skipped)
			rc = count_one(ap, c, t, &c->now, e);
	}
	return rc;
}

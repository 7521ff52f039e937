/*
 * lost: tables and columns that the database has before and not after.
 *
 * Derived from two models, whatever the statements were taken for: each of
 * them must be named by a loss of the plan, for what is destructive there was
 * consented to, and what was measured as nothing is counted again.
 */
#include <string.h>

#include "op/apply/local.h"

static bool holds_rows(const struct apply *ap, const struct table *t)
{
	return (t->type == TABLE_ORDINARY || t->type == TABLE_VIRTUAL) &&
	    !is_tracking(ap->track_table, &t->o) &&
	    !ap->d->ops->dialect->is_foreign(&t->o);
}

static bool same_name(const struct plan *p, struct str x, struct str y)
{
	return dialect_of(p->from->dialect)->folds ? str_ieq(x, y) :
	    str_eq(x, y);
}

/* A loss of the column, or of the rows that hold it; what is a part of a table
 * has its columns from there. */
static bool is_named(struct apply *ap, const struct table *t,
    struct str column)
{
	const struct plan *p = ap->rq->plan;
	struct str table = table_called(&t->o, ap->a);

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];

			if (h->def->cls != HAZ_LOSS || !(column.n ?
			    table_within(ap, t, h->table) :
			    same_table(p->from->dialect, h->table, table)))
				continue;
			/* one word in both dialects */
			if (!strcmp(h->def->slug, "drop-table") ||
			    (column.n && (!h->column.n ||
			    same_name(p, h->column, column))))
				return true;
		}
	return false;
}

static struct str column_after(const struct plan *p, struct str table,
    struct str before)
{
	for (size_t i = 0; i < p->renames.n; i++) {
		const struct rename_hint *r = &p->renames.v[i];

		if (r->kind == OBJ_COLUMN && same_name(p, r->from, before) &&
		    same_table(p->from->dialect, r->table, table))
			return r->to;
	}
	return before;
}

static enum rc refuse(const struct apply *ap, struct str what, const char *tail,
    struct err *e)
{
	err_set(e, RC_CONFLICT, "%.*s would be gone%s, which nothing in the "
	    "plan accounts for", STR_ARG(what), tail);
	review_again(ap, e);
	return RC_CONFLICT;
}

static enum rc columns(struct apply *ap, const struct table *was,
    const struct table *is, struct err *e)
{
	const struct plan *p = ap->rq->plan;
	struct str table = table_called(&was->o, ap->a);
	struct str after = table_called(&is->o, ap->a);

	for (size_t i = 0; i < was->ncols; i++) {
		const struct column *c = was->cols[i];
		const struct column *now = table_column(is,
		    column_after(p, after, c->o.name));

		/* a generated one holds nothing of what was there */
		if (c->generated != GEN_NONE ||
		    (now && now->generated == GEN_NONE) ||
		    is_named(ap, was, c->o.name))
			continue;
		return refuse(ap, arena_printf(ap->a, "%.*s.%.*s",
		    STR_ARG(table), STR_ARG(c->o.name)), "", e);
	}
	return RC_OK;
}

enum rc guard_lost(struct apply *ap, const struct model *after, struct err *e)
{
	const struct plan *p = ap->rq->plan;
	const struct model *base = permit_base(ap->permit);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < base->ntables; i++) {
		const struct table *t = base->tables[i];
		struct str name = table_called(&t->o, ap->a);
		const struct table *is = table_named(after,
		    name_after(p, name));

		if (!holds_rows(ap, t))
			continue;
		if (is)
			rc = columns(ap, t, is, e);
		else if (!is_named(ap, t, STR("")))
			rc = refuse(ap, name, " with its rows", e);
	}
	return rc;
}

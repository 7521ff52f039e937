/*
 * lost: tables and columns that the database has before and not after.
 *
 * Derived from two models, whatever the statements were taken for: each of
 * them must be named by a loss of the plan, for what is destructive there was
 * consented to, and what was measured as nothing is counted again.
 */
#include "op/apply/local.h"

static bool holds_rows(const struct apply *ap, const struct table *t)
{
	return (t->type == TABLE_ORDINARY || t->type == TABLE_VIRTUAL) &&
	    !str_eq(t->o.name, ap->table) &&
	    !ap->d->ops->dialect->is_foreign(&t->o);
}

/* A loss of the column, or of the rows that hold it. */
static bool is_named(const struct plan *p, struct str table, struct str column)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];

			if (h->def->cls != HAZ_LOSS ||
			    !str_ieq(h->table, table))
				continue;
			if (h->def == &hazard_defs[HAZ_ID_DROP_TABLE] ||
			    (column.n && (!h->column.n ||
			    str_ieq(h->column, column))))
				return true;
		}
	return false;
}

static struct str column_after(const struct plan *p, struct str table,
    struct str before)
{
	for (size_t i = 0; i < p->renames.n; i++) {
		const struct rename_hint *r = &p->renames.v[i];

		if (r->kind == OBJ_COLUMN && str_ieq(r->table, table) &&
		    str_ieq(r->from, before))
			return r->to;
	}
	return before;
}

static enum rc refuse(struct str what, const char *tail, struct err *e)
{
	err_set(e, RC_CONFLICT, "%.*s would be gone%s, which nothing in the "
	    "plan accounts for", STR_ARG(what), tail);
	err_hint(e, "review again: weir review");
	return RC_CONFLICT;
}

static enum rc columns(struct apply *ap, const struct table *was,
    const struct table *is, struct err *e)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; i < was->ncols; i++) {
		const struct column *c = was->cols[i];

		if (c->generated != GEN_NONE || table_column(is,
		    column_after(p, is->o.name, c->o.name)) ||
		    is_named(p, was->o.name, c->o.name))
			continue;
		return refuse(arena_printf(ap->a, "%.*s.%.*s",
		    STR_ARG(was->o.name), STR_ARG(c->o.name)), "", e);
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
		const struct table *is = model_table(after, STR(""),
		    name_after(p, t->o.name));

		if (!holds_rows(ap, t))
			continue;
		if (is)
			rc = columns(ap, t, is, e);
		else if (!is_named(p, t->o.name, STR("")))
			rc = refuse(t->o.name, " with its rows", e);
	}
	return rc;
}

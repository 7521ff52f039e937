/*
 * untold: what statements make that were not executed on scratch.  No model
 * of the run holds it, so it is left out where that is held against a schema.
 */
#include "dialect/pg/pg.h"
#include "plan/plan.h"

static bool names(const struct pg_obj *x, const struct obj *o)
{
	struct str name = o->table.n ? o->table : o->name;

	return (str_eq(x->name, name) || str_eq(x->name, o->name)) &&
	    (!x->schema.n || !o->schema.n || str_eq(x->schema, o->schema));
}

static bool is_untold(const struct run *r, const struct change *c)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct run_stmt *s = &r->v[i];

		for (size_t k = 0; s->skipped.n && s->facts.pg &&
		    k < s->facts.pg->nobjs; k++)
			if ((c->to && names(&s->facts.pg->objs[k], c->to)) ||
			    (c->from && names(&s->facts.pg->objs[k], c->from)))
				return true;
	}
	return false;
}

size_t plan_leave_untold(const struct run *r, struct arena *a,
    struct change_list *c)
{
	struct change *v = arena_array(a, struct change, c->n + 1);
	size_t n = 0, was = c->n;

	for (size_t i = 0; r && i < c->n; i++)
		if (!is_untold(r, &c->v[i]))
			v[n++] = c->v[i];
	if (r) {
		c->v = v;
		c->n = n;
	}
	return was - c->n;
}

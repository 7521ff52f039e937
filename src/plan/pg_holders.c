/*
 * pg_holders: ALTER TYPE … DROP ATTRIBUTE takes a part out of every value of
 * every column that holds the type, in an array, a domain or another type as
 * well (PT38).
 */
#include "plan/pg.h"

struct held {
	struct str schema, name;
};
struct keepers {
	const struct lens *l;
	VEC(struct held) types;		/* the first is the composite itself */
};

static bool is_held(const struct keepers *h, struct str schema,
    struct str name)
{
	for (size_t i = 0; i < h->types.n; i++)
		if (str_eq(h->types.v[i].schema, schema) &&
		    str_eq(h->types.v[i].name, name))
			return true;
	return false;
}

static bool text_holds(const struct keepers *h, struct str type)
{
	for (size_t i = 0; i < h->types.n; i++)
		if (pg_text_names(type, h->types.v[i].name))
			return true;
	return false;
}

static bool obj_holds(const struct keepers *h, const struct obj *o)
{
	const struct composite *c = (const struct composite *)o;

	if (o->kind == OBJ_DOMAIN)
		return text_holds(h, ((const struct domain *)o)->type);
	for (size_t i = 0; o->kind == OBJ_COMPOSITE && i < c->attrs.n; i++)
		if (text_holds(h, c->attrs.v[i]))
			return true;
	return false;
}

/* Domains over it, types that have it: until none comes any more. */
static void close_over(struct keepers *h)
{
	const struct model *m = h->l->before;
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < m->nobjs; i++) {
			const struct obj *o = m->objs[i];
			struct held x = { o->schema, o->name };

			if (is_held(h, x.schema, x.name) || !obj_holds(h, o))
				continue;
			vec_push(h->l->w->a, &h->types, x);
			more = true;
		}
	}
}

static void of_column(const struct keepers *h, const struct spot *p,
    const struct column *c, struct str attr)
{
	const struct lens *l = h->l;
	struct place col = spot_column(l, p, c->o.name), where;
	struct str name = sql_form(l->w, "@", &attr);
	bool itself = str_eq(c->type_schema, h->types.v[0].schema) &&
	    str_eq(c->type_name, h->types.v[0].name) &&
	    !str_ends(c->type, STR("[]"));
	struct found *f;

	if (!col.live.p)
		return;
	f = pg_found(l, HAZ_ID_PT38, p, c->o.name);
	where.now = arena_printf(l->w->a, itself ? "(%.*s).%.*s IS NOT NULL" :
	    "%.*s IS NOT NULL", STR_ARG(col.now), STR_ARG(name));
	where.live = arena_printf(l->w->a, itself ? "(%.*s).%.*s IS NOT NULL" :
	    "%.*s IS NOT NULL", STR_ARG(col.live), STR_ARG(name));
	pg_count_where(l, f, p, where);
}

void pg_detect_attribute(const struct lens *l, const struct obj *type,
    struct str attr)
{
	struct keepers h = { .l = l };

	vec_push(l->w->a, &h.types, ((struct held){ type->schema,
	    type->name }));
	close_over(&h);
	for (size_t i = 0; i < l->before->ntables; i++) {
		const struct table *t = l->before->tables[i];
		struct spot p = spot_table(l, t);

		for (size_t k = 0; p.live && k < t->ncols; k++)
			if (!t->cols[k]->inherited && is_held(&h,
			    t->cols[k]->type_schema, t->cols[k]->type_name))
				of_column(&h, &p, t->cols[k], attr);
	}
}

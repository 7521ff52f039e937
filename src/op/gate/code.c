/*
 * code: consent to what code may do: DO, CALL, functions, triggers and rules
 * take rows that no review can see, so an --allow that names such a loss of
 * something that exists stands for it (op/apply/unseen.c asks for it).
 */
#include "dialect/pg/pg.h"
#include "op/gate/local.h"

static const char *const slugs[] = { "truncate", "drop-table", "drop-column",
	"update-rows", "delete-rows", "narrow-type", "large-objects",
	"undo-skipped" };

static bool runs_code(const struct plan *p)
{
	const unsigned code = PG_ANYTHING | PG_UNPARSED | PG_DATA;

	for (size_t i = 0; i < p->n; i++) {
		const struct run_stmt *s = p->v[i].run;

		if (s && s->facts.pg && (s->facts.pg->flags & code))
			return true;
		for (size_t k = 0; k < p->v[i].nhaz; k++)	/* event triggers */
			if (p->v[i].haz[k].def ==
			    &hazard_defs[HAZ_ID_PT33_CODE])
				return true;
	}
	return false;
}

static bool is_called(const struct dialect *d, const struct obj *o,
    struct str column, struct str object, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	bool same;

	d->object_name(&b, o, column);
	same = str_eq(object_of(sbuf_str(&b), a), object);
	sbuf_free(&b);
	return same;
}

bool allow_of_code(const struct plan *p, const struct allow *al,
    struct arena *a)
{
	const struct dialect *d;
	bool known = false;

	for (size_t i = 0; i < sizeof(slugs) / sizeof(*slugs); i++)
		known = known || str_is(al->word, slugs[i]);
	if (!p || !p->from || !known || !runs_code(p))
		return false;
	d = dialect_of(p->from->dialect);
	if (str_is(al->word, "large-objects"))
		return str_is(al->object, "pg_largeobject");
	for (size_t i = 0; i < p->from->ntables; i++) {
		const struct table *t = p->from->tables[i];

		if (is_called(d, &t->o, STR(""), al->object, a))
			return true;
		for (size_t k = 0; k < t->ncols; k++)
			if (is_called(d, &t->o, t->cols[k]->o.name,
			    al->object, a))
				return true;
	}
	return false;
}

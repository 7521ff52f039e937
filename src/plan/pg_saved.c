/*
 * pg_saved: does apply save what a statement loses, so that the way back
 * brings it back?  Said of what op/apply does: rows of tables and partitioned
 * tables, columns and overwritten values where a key tells the rows apart.
 */
#include "plan/pg.h"

/* Losses of rows and values; by_key: the row must be found again. */
static const struct {
	enum hazard_id id;
	bool by_key;
} kept[] = {
	{ HAZ_ID_PT1, false }, { HAZ_ID_PT3, false }, { HAZ_ID_PT16, true },
	{ HAZ_ID_PT33_DELETE, false }, { HAZ_ID_PT33_CASCADE, false },
	{ HAZ_ID_PT33_UPDATE, true }, { HAZ_ID_PY6, true },
	{ HAZ_ID_PY8, true }, { HAZ_ID_PY9, true }, { HAZ_ID_PY10, true },
	{ HAZ_ID_PY11, true }, { HAZ_ID_PY13_LOSS, true },
};

static const struct table *live_table(const struct work *w, struct str key)
{
	const struct model *m = w->p->from;

	for (size_t i = 0; i < m->ntables; i++)
		if (str_eq(key_of(w->a, m->tables[i]->o.schema,
		    m->tables[i]->o.name), key))
			return m->tables[i];
	return NULL;
}

/* Rows of a child that is no partition show in its parent, in its shape. */
static bool has_heirs(const struct work *w, struct str key)
{
	const struct model *m = w->p->from;

	for (size_t i = 0; i < m->ntables; i++)
		if (!m->tables[i]->partition_bound.n &&
		    strs_has(m->tables[i]->inherits, key))
			return true;
	return false;
}

static bool is_kept(const struct work *w, size_t at, const struct hazard *h)
{
	const struct table *t = live_table(w, h->table);
	const struct table *now = pg_keyed(w->run->v[at].before, h->table);
	struct strs key;
	bool by_key = false, known = false;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (h->def == &hazard_defs[kept[i].id]) {
			known = true;
			by_key = kept[i].by_key;
		}
	if (h->def == &hazard_defs[HAZ_ID_PT32_SEQUENCE])
		return true;
	if (!known || !t || has_heirs(w, h->table) ||
	    (t->type != TABLE_ORDINARY && t->type != TABLE_PARTITIONED) ||
	    (t->inherits.n && !t->partition_bound.n &&
	    h->def != &hazard_defs[HAZ_ID_PT1]) ||
	    (t->row_security && h->rows < 0))
		return false;
	/* an earlier statement may have dropped its key */
	table_key(now ? now : t, &key);
	return !by_key || (key.n && (h->def == &hazard_defs[
	    HAZ_ID_PT33_UPDATE] || !strs_has(key, h->column)));
}

bool pg_saved(const struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct plan_file *f = &w->files[w->file_of[i]];

	if (!w->p->saves || (!f->has_down && !f->down.n) || s->skipped.n ||
	    !s->before || !s->facts.pg || (s->facts.pg->flags &
	    (PG_OUTSIDE_TX | PG_UNPARSED)))
		return false;
	for (size_t k = 0; k < w->found.n; k++) {
		const struct found *x = &w->found.v[k];

		if (x->stmt == i && !x->gone &&
		    x->h.sev == SEV_DESTRUCTIVE && !is_kept(w, i, &x->h))
			return false;
	}
	return true;
}

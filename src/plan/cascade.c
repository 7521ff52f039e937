/*
 * cascade: what deleting the rows of a parent does to other tables, walked
 * over the foreign keys of the model that the statement ran on (SL1–SL3).
 */
#include "plan/internal.h"

#define DEPTH_MAX 16

struct walk {
	struct work *w;
	size_t stmt;
	bool measurable;
	VEC(struct str) seen;		/* tables whose rows go */
	VEC(const struct fk *) keys;	/* walked already */
};

static bool seen_table(const struct walk *k, struct str name)
{
	for (size_t i = 0; i < k->seen.n; i++)
		if (str_ieq(k->seen.v[i], name))
			return true;
	return false;
}

static bool seen_key(const struct walk *k, const struct fk *fk)
{
	for (size_t i = 0; i < k->keys.n; i++)
		if (k->keys.v[i] == fk)
			return true;
	return false;
}

/* It does something to the child's rows. */
static bool acts(struct str action)
{
	return str_is(action, "CASCADE") || str_starts(action, STR("SET "));
}

/* (a, b) IN (SELECT x, y FROM parent WHERE <pred>) for rows of the child */
static struct place child_rows(const struct work *w, const struct fk *fk,
    struct place pred)
{
	struct place cols = place_list(w, fk->o.table, fk->cols, "");
	struct place refs = place_list(w, fk->ref_table, fk->ref_cols, "");
	struct place parent = place_table(w, fk->ref_table);
	struct place p;
	const char *form = pred.now.n ?
	    "($) IN (SELECT $ FROM @ WHERE $)" : "($) IN (SELECT $ FROM @)";

	p.now = sql_form(w, form, (const struct str[]){ cols.now, refs.now,
	    parent.now, pred.now });
	p.live = STR_NONE;
	if (cols.live.p && refs.live.p && parent.live.p &&
	    (pred.live.p || !pred.now.n))
		p.live = sql_form(w, form, (const struct str[]){ cols.live,
		    refs.live, parent.live, pred.live });
	return p;
}

static void count_child(const struct walk *k, struct found *f,
    const struct fk *fk, struct place rows)
{
	struct place t = place_table(k->w, fk->o.table);

	if (!k->measurable)
		return;
	PROBE(k->w, f, "SELECT count(*) FROM @ WHERE $", t, rows);
	probe_of(k->w, f, t);
}

static void walk(struct walk *k, const struct model *m, const struct table *t,
    struct place pred, int depth);

static void walk_key(struct walk *k, const struct model *m,
    const struct fk *fk, struct place pred, int depth)
{
	const struct table *child = model_table(m, STR(""), fk->o.table);
	struct place rows = child_rows(k->w, fk, pred);
	struct found *f;

	vec_push(k->w->a, &k->keys, fk);
	if (!child)
		return;
	if (str_is(fk->on_delete, "CASCADE")) {
		f = found_add(k->w, k->measurable ? HAZ_ID_CASCADE :
		    HAZ_ID_CASCADE_ROWS, k->stmt, fk->o.table, STR(""));
		count_child(k, f, fk, rows);
		if (depth < DEPTH_MAX)
			walk(k, m, child, rows, depth + 1);
		return;
	}
	if (str_is(fk->on_delete, "SET NULL") ||
	    str_is(fk->on_delete, "SET DEFAULT")) {
		f = found_add(k->w, HAZ_ID_UPDATE_ROWS, k->stmt, fk->o.table,
		    fk->cols.n ? fk->cols.v[0] : STR(""));
		count_child(k, f, fk, rows);
		return;
	}
	f = found_add(k->w, HAZ_ID_ORPHANS, k->stmt, fk->o.table, STR(""));
	count_child(k, f, fk, rows);
}

static void walk(struct walk *k, const struct model *m, const struct table *t,
    struct place pred, int depth)
{
	if (seen_table(k, t->o.name))
		return;
	vec_push(k->w->a, &k->seen, t->o.name);
	for (size_t i = 0; i < t->nfks_in; i++) {
		const struct fk *fk = t->fks_in[i];

		if (seen_key(k, fk))
			continue;
		/* of a DROP a table's own rows go anyway */
		if (!str_ieq(fk->o.table, t->o.name) || (!k->measurable &&
		    acts(fk->on_delete)))
			walk_key(k, m, fk, pred, depth);
	}
}

void cascade_walk(struct work *w, size_t i, const struct table *t,
    bool measurable)
{
	struct walk k = { .w = w, .stmt = stmt_leader(w, i),
		.measurable = measurable };

	walk(&k, w->run->v[i].before, t, (struct place){ STR(""), STR("") }, 0);
}

/* --- UPDATE ---------------------------------------------------------------- */

static bool one_of(const struct table *t, struct strs sets, struct str col)
{
	for (size_t i = 0; i < sets.n; i++)
		if (str_ieq(sets.v[i], col) || (str_is(sets.v[i], "ROWID") &&
		    t->pk && t->pk->cols.n == 1 &&
		    str_ieq(t->pk->cols.v[0], col)))
			return true;
	return false;
}

static void follow(struct walk *k, const struct model *m,
    const struct table *t, struct strs sets)
{
	for (size_t i = 0; i < t->nfks_in; i++) {
		const struct fk *fk = t->fks_in[i];
		const struct table *child = model_table(m, STR(""),
		    fk->o.table);
		bool any = false;

		for (size_t n = 0; n < fk->ref_cols.n; n++)
			any = any || one_of(t, sets, fk->ref_cols.v[n]);
		if (!any || !child || !acts(fk->on_update) || seen_key(k, fk))
			continue;
		vec_push(k->w->a, &k->keys, fk);
		for (size_t n = 0; n < fk->cols.n; n++)
			if (place_table(k->w, fk->o.table).live.p)
				(void)found_add(k->w, HAZ_ID_UPDATE_ROWS,
				    k->stmt, fk->o.table, fk->cols.v[n]);
		follow(k, m, child, fk->cols);
	}
}

void cascade_sets(struct work *w, size_t i, const struct table *t,
    struct strs sets)
{
	struct walk k = { .w = w, .stmt = stmt_leader(w, i) };

	follow(&k, w->run->v[i].before, t, sets);
}

bool cascade_reaches(const struct model *m, struct str from, struct str to)
{
	const struct table *seen[DEPTH_MAX * 4], *t;
	size_t n = 0;

	t = model_table(m, STR(""), from);
	if (t)
		seen[n++] = t;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < seen[i]->nfks_in; k++) {
			const struct fk *fk = seen[i]->fks_in[k];
			bool again = false;

			if (!str_is(fk->on_delete, "CASCADE"))
				continue;
			if (str_ieq(fk->o.table, to))
				return true;
			t = model_table(m, STR(""), fk->o.table);
			for (size_t j = 0; j < n; j++)
				again = again || seen[j] == t;
			if (t && !again && n < sizeof(seen) / sizeof(*seen))
				seen[n++] = t;
		}
	return false;
}

/* A table dropped with keys off and not made again: rows that point to it. */
void orphans_detect(struct work *w, size_t i, const struct table *t)
{
	const struct model *end = w->files[w->file_of[i]].after;

	if (model_table(end, STR(""), t->o.name))
		return;
	for (size_t k = 0; k < t->nfks_in; k++) {
		const struct fk *fk = t->fks_in[k];
		struct place child = place_table(w, fk->o.table);
		struct place cols = place_list(w, fk->o.table, fk->cols, "");
		struct found *f;

		if (str_ieq(fk->o.table, t->o.name) ||
		    !model_table(end, STR(""), fk->o.table))
			continue;
		f = found_add(w, HAZ_ID_ORPHANS, stmt_leader(w, i),
		    fk->o.table, STR(""));
		f->at = i;
		PROBE(w, f, "SELECT count(*) FROM @ WHERE ($) IN"
		    " (SELECT $ FROM @)", child, cols,
		    place_list(w, fk->ref_table, fk->ref_cols, ""),
		    place_table(w, fk->ref_table));
		probe_of(w, f, child);
	}
}

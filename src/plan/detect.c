/*
 * detect: the hazards of each statement, from what the authorizer said about
 * it and from the schema before and after (P.1).  Counts come later.
 */
#include "plan/internal.h"

const struct rebuild *rebuild_of(const struct work *w, size_t i)
{
	size_t group = i < w->run->n ? w->stmts[i].group : 0;

	return group ? &w->rebuilds.v[group - 1] : NULL;
}

size_t stmt_leader(const struct work *w, size_t i)
{
	const struct rebuild *r = rebuild_of(w, i);

	return r ? r->create : i;
}

static bool fk_off(const struct work *w, size_t i)
{
	return w->files[w->file_of[i]].fk_off;
}

/* --- drops ----------------------------------------------------------------- */

static void detect_drop_table(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct table *t = model_table(s->before, STR(""),
	    s->facts.object);
	struct found *f;

	if (!t)
		return;
	if (place_table(w, t->o.name).live.p) {
		f = found_add(w, HAZ_ID_DROP_TABLE, i, t->o.name, STR(""));
		PROBE(w, f, "SELECT count(*) FROM @",
		    place_table(w, t->o.name));
		probe_of(w, f, place_table(w, t->o.name));
	}
	if (fk_off(w, i))
		orphans_detect(w, i, t);
	else
		cascade_walk(w, i, t, true);
}

static void detect_drop_column(struct work *w, size_t i,
    const struct altered *al)
{
	struct place t = place_table(w, al->was->o.name);
	struct place c = place_column(w, al->was->o.name, al->dropped->o.name);
	struct found *f;

	for (size_t k = 0; k < al->was->nfks_in; k++) {
		const struct fk *fk = al->was->fks_in[k];

		for (size_t n = 0; n < fk->ref_cols.n; n++)
			if (str_ieq(fk->ref_cols.v[n], al->dropped->o.name)) {
				f = found_add(w, HAZ_ID_FK_TARGET, i,
				    al->was->o.name, al->dropped->o.name);
				f->h.text = arena_printf(w->a, "a foreign key "
				    "of %.*s points to it",
				    STR_ARG(fk->o.table));
				break;
			}
	}
	if (!c.live.p || al->dropped->generated != GEN_NONE)
		return;
	f = found_add(w, HAZ_ID_DROP_COLUMN, i, al->was->o.name,
	    al->dropped->o.name);
	/* On the way back the column is one that came with its default: only
	 * what was written since is lost. */
	if (w->rq->rollback && al->dropped->has_default)
		PROBE(w, f, "SELECT count(*) FROM @ WHERE @ IS NOT ($)", t, c,
		    place_text(al->dropped->dflt));
	else
		PROBE(w, f, "SELECT count(@) FROM @", c, t);
	probe_of(w, f, t);
	if (c.live.p && t.live.p)
		f->h.finder = sql_form(w,
		    "SELECT * FROM @ WHERE @ IS NOT NULL",
		    (const struct str[]){ t.live, c.live });
}

/* --- ADD COLUMN --------------------------------------------------------------- */

/* Does SQLite take this default for rows that exist?  Asked of SQLite. */
static bool default_is_constant(const struct work *w, const struct column *c)
{
	struct drv_target mem = { .dialect = w->d->id };
	struct token t = w->d->token(c->dflt, 0);
	struct err e = ERR_INIT;
	struct drv *d = NULL;
	bool ok;

	if ((t.kind == TOKEN_NUMBER || t.kind == TOKEN_STRING) &&
	    t.to == c->dflt.n)
		return true;
	if (drv_open(&mem, DRV_SCRATCH, &d, &e))
		return true;
	ok = !drv_exec(d, STR("CREATE TABLE w(a);INSERT INTO w VALUES(1)"),
	    &e) && !drv_exec(d, sql_form(w,
	    "ALTER TABLE w ADD COLUMN b DEFAULT ($)", &c->dflt), &e);
	drv_close(d);
	return ok;
}

static void any_row_fails(struct work *w, size_t i, enum hazard_id id,
    const struct altered *al)
{
	struct place t = place_table(w, al->is->o.name);
	struct found *f;

	if (!t.live.p)
		return;		/* rows that the plan inserted: the run tells */
	f = found_add(w, id, i, al->is->o.name, al->added->o.name);
	PROBE(w, f, "SELECT count(*) FROM @", t);
	probe_of(w, f, t);
}

static const struct check *check_named(const struct table *t,
    const struct check *c)
{
	for (size_t i = 0; i < t->nchecks; i++)
		if (str_eq(t->checks[i]->expr, c->expr))
			return t->checks[i];
	return NULL;
}

static void detect_added_checks(struct work *w, size_t i,
    const struct altered *al)
{
	struct place t = place_table(w, al->is->o.name);
	struct place c = { al->added->o.name, al->added->o.name };
	struct str dflt = al->added->has_default ? al->added->dflt :
	    STR("NULL");

	for (size_t k = 0; t.live.p && k < al->is->nchecks; k++) {
		const struct check *ck = al->is->checks[k];
		struct found *f;

		if (check_named(al->was, ck))
			continue;
		f = found_add(w, HAZ_ID_ADD_CHECK, i, al->is->o.name,
		    al->added->o.name);
		PROBE(w, f, "SELECT count(*) FROM (SELECT *, ($) AS @ FROM @)"
		    " AS @ WHERE NOT ($)", place_text(dflt), c, t, t,
		    place_text(ck->expr));
		probe_of(w, f, t);
	}
}

static bool refers(const struct table *t, const struct column *c)
{
	for (size_t i = 0; i < t->nfks; i++)
		if (t->fks[i]->cols.n == 1 &&
		    str_ieq(t->fks[i]->cols.v[0], c->o.name))
			return true;
	return false;
}

static void detect_add_column(struct work *w, size_t i,
    const struct altered *al)
{
	const struct column *c = al->added;
	bool null_default = !c->has_default || str_ieq(c->dflt, STR("NULL"));

	if (c->generated == GEN_STORED)
		any_row_fails(w, i, HAZ_ID_ADD_STORED, al);
	else if (c->generated == GEN_NONE && c->notnull && null_default)
		any_row_fails(w, i, HAZ_ID_ADD_NOTNULL, al);
	else if (c->generated == GEN_NONE && !null_default && !fk_off(w, i) &&
	    refers(al->is, c))
		any_row_fails(w, i, HAZ_ID_ADD_REFERENCES, al);
	else if (c->generated == GEN_NONE && !null_default &&
	    !default_is_constant(w, c))
		any_row_fails(w, i, HAZ_ID_ADD_DEFAULT, al);
	else if (c->generated == GEN_NONE)
		detect_added_checks(w, i, al);
}

static void detect_alter(struct work *w, size_t i)
{
	struct altered al;
	struct found *f;
	struct place t;

	altered_find(&w->run->v[i], &al);
	if (!al.was || !al.is)
		return;
	if (al.added)
		detect_add_column(w, i, &al);
	else if (al.dropped)
		detect_drop_column(w, i, &al);
	else if (al.renamed || (al.from && al.to)) {
		t = place_table(w, al.was->o.name);
		if (!t.live.p)
			return;
		f = found_add(w, HAZ_ID_RENAME, i, al.was->o.name,
		    al.renamed ? STR("") : al.from->o.name);
		PROBE(w, f, "SELECT count(*) FROM @", t);
		probe_of(w, f, t);
	}
}

/* --- unique indexes -------------------------------------------------------------- */

static struct place part_place(struct work *w, const struct table *t,
    const struct index_part *p, bool collate)
{
	struct place e = { p->expr, p->expr };

	if (p->column.n) {
		e = place_column(w, t->o.name, p->column);
		e.now = sql_form(w, "@", &e.now);
		if (e.live.p)
			e.live = sql_form(w, "@", &e.live);
	} else {
		e.now = sql_form(w, "($)", &e.now);
		e.live = e.now;
	}
	if (collate && p->collation.n) {
		e.now = sql_form(w, "$ COLLATE @",
		    (const struct str[]){ e.now, p->collation });
		if (e.live.p)
			e.live = sql_form(w, "$ COLLATE @",
			    (const struct str[]){ e.live, p->collation });
	}
	return e;
}

static void join(struct work *w, struct place *to, struct place part,
    const char *form)
{
	to->now = sql_form(w, to->now.n ? form : "$$",
	    (const struct str[]){ to->now, part.now });
	if (!part.live.p)
		to->live = STR_NONE;
	else if (to->live.p)
		to->live = sql_form(w, to->live.n ? form : "$$",
		    (const struct str[]){ to->live, part.live });
}

/* NULLs are distinct; the collation of the index decides what is equal. */
void detect_unique(struct work *w, size_t carrier, size_t at,
    const struct table *t, const struct index *ix)
{
	struct place group = { STR(""), STR("") }, notnull = group;
	struct place tp = place_table(w, t->o.name);
	struct found *f;

	for (size_t i = 0; i < ix->nparts; i++) {
		struct place p = part_place(w, t, &ix->parts[i], false);

		join(w, &group, part_place(w, t, &ix->parts[i], true),
		    "$, $");
		p.now = sql_form(w, "$ IS NOT NULL", &p.now);
		if (p.live.p)
			p.live = sql_form(w, "$ IS NOT NULL", &p.live);
		join(w, &notnull, p, "$ AND $");
	}
	if (ix->where.n) {
		struct place p = place_text(sql_form(w, "($)", &ix->where));

		join(w, &notnull, p, "$ AND $");
	}
	f = found_add(w, HAZ_ID_UNIQUE, carrier, t->o.name,
	    ix->nparts == 1 ? ix->parts[0].column : STR(""));
	f->at = at;
	PROBE(w, f, "SELECT count(*) FROM (SELECT 1 FROM @ WHERE $"
	    " GROUP BY $ HAVING count(*) > 1)", tp, notnull, group);
	probe_of(w, f, tp);
	if (tp.live.p && group.live.p && notnull.live.p)
		f->h.finder = sql_form(w, "SELECT $, count(*) AS \"rows\""
		    " FROM @ WHERE $ GROUP BY $ HAVING count(*) > 1",
		    (const struct str[]){ group.live, tp.live, notnull.live,
		    group.live });
	if (f->h.finder.n)
		f->h.rows_where = sql_form(w, "$ AND ($) IN (SELECT $ FROM @"
		    " WHERE $ GROUP BY $ HAVING count(*) > 1)",
		    (const struct str[]){ notnull.live, group.live, group.live,
		    tp.live, notnull.live, group.live });
}

static void detect_create_index(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct index *ix;
	const struct table *t = model_table(s->after, STR(""), s->facts.table);

	if (!t || !place_table(w, t->o.name).live.p)
		return;
	for (size_t k = 0; k < t->nindexes; k++) {
		ix = t->indexes[k];
		if (str_ieq(ix->o.name, s->facts.object) && ix->unique)
			detect_unique(w, i, i, t, ix);
	}
}

/* --- data statements --------------------------------------------------------------- */

/* Without a copy nobody knows how many rows: P.2. */
static void detect_data(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	enum fact_verb verb = s->facts.verb;

	for (size_t k = 0; k < s->facts.writes.n; k++) {
		struct str name = s->facts.writes.v[k];
		const struct table *t = model_table(s->before, STR(""), name);

		if (!t || !place_table(w, name).live.p)
			continue;
		if (verb == VERB_UPDATE)
			(void)found_add(w, HAZ_ID_UPDATE_ROWS, i, name,
			    STR(""));
		if (verb == VERB_UPDATE && !fk_off(w, i))
			cascade_sets(w, i, t, s->facts.sets);
		if (verb != VERB_DELETE)
			continue;
		(void)found_add(w, HAZ_ID_DELETE_ROWS, i, name, STR(""));
		if (!fk_off(w, i))
			cascade_walk(w, i, t, false);
	}
}

static void detect_pragma(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	struct found *f;

	if (s->hoisted)
		return;
	f = found_add(w, HAZ_ID_PRAGMA_IN_TX, i, STR(""), STR(""));
	f->h.object = s->facts.pragma;
	f->h.sev = SEV_INFO;
	f->h.text = arena_printf(w->a, "PRAGMA %.*s inside a transaction",
	    STR_ARG(s->facts.pragma));
	f->settled = true;
}

static void detect_stmt(struct work *w, size_t i)
{
	enum fact_verb verb = w->run->v[i].facts.verb;

	if (verb == VERB_DROP_TABLE)
		detect_drop_table(w, i);
	else if (verb == VERB_ALTER_TABLE)
		detect_alter(w, i);
	else if (verb == VERB_CREATE_INDEX)
		detect_create_index(w, i);
	else if (verb == VERB_INSERT || verb == VERB_UPDATE ||
	    verb == VERB_DELETE)
		detect_data(w, i);
	else if (verb == VERB_PRAGMA)
		detect_pragma(w, i);
}

void sqlite_detect(struct work *w)
{
	rebuilds_find(w);
	for (size_t i = 0; i < w->run->n; i++) {
		const struct rebuild *r = rebuild_of(w, i);

		if (!r)
			detect_stmt(w, i);
		else if (i == r->drop)
			rebuild_detect(w,
			    &w->rebuilds.v[w->stmts[i].group - 1]);
		names_step(w, i);
	}
}

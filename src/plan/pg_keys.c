/*
 * pg_keys: constraints and unique indexes that come: which live rows break
 * them (PC1–PC5, PI3, PT34).  NULL passes a check; a key with a NULL in it
 * has no parent to have and no equal, but for NULLS NOT DISTINCT.
 */
#include "plan/pg.h"

/* The expression with the live names of columns that the plan renames. */
static struct str live_names(const struct lens *l, const struct spot *p,
    struct str expr)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < expr.n;) {
		struct token t = l->w->d->token(expr, i);
		struct str w = str_sub(expr, t.from, t.to), name = w;
		struct place c = { w, w };

		if (t.kind == TOKEN_IDENT && w.n > 2)
			name = str_sub(w, 1, w.n - 1);
		if ((t.kind == TOKEN_IDENT || t.kind == TOKEN_WORD) && p->now &&
		    !table_column(p->live, name))
			c = spot_column(l, p, name);
		sbuf_add(&b, c.live.p ? c.live : w);
		i = t.to;
	}
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

void pg_detect_check(const struct lens *l, const struct spot *p,
    struct str expr)
{
	struct found *f = pg_found(l, HAZ_ID_PC1, p, STR(""));
	struct str live;

	expr = str_trim(expr);
	live = live_names(l, p, expr);
	pg_count(l, f, p, arena_printf(l->w->a, "NOT (%.*s)",
	    STR_ARG(expr)), arena_printf(l->w->a, "NOT (%.*s)",
	    STR_ARG(live)));
}

static bool made_with_default(const struct spot *p, struct str column)
{
	const struct column *c = p->now ? table_column(p->now, column) : NULL;

	return c && (c->has_default || c->generated != GEN_NONE ||
	    c->identity != IDENTITY_NONE);
}

void pg_detect_set_not_null(const struct lens *l, const struct spot *p,
    struct str column)
{
	struct place c = spot_column(l, p, column);
	struct found *f = pg_found(l, HAZ_ID_PC3, p, column);

	c.now = sql_form(l->w, "$ IS NULL", &c.now);
	if (c.live.p)
		c.live = sql_form(l->w, "$ IS NULL", &c.live);
	else	/* made by the plan: all rows, or those of its default */
		c.live = made_with_default(p, column) ? STR("false") :
		    STR("true");
	pg_count_where(l, f, p, c);
}

/* --- foreign keys --------------------------------------------------------------- */

/* c.a = p.x AND …; with `null` c.a IS NOT NULL AND … */
static struct str pairs(const struct lens *l, struct str cols, struct str refs,
    bool nulls)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	size_t i = 0, k = 0;

	/* both are lists that spot_columns() made: names without commas in
	 * quotes are rare, so they are walked as tokens */
	while (i < cols.n && (nulls || k < refs.n)) {
		struct token t = l->w->d->token(cols, i), u = { 0 };

		i = t.to;
		if (t.kind != TOKEN_IDENT && t.kind != TOKEN_WORD)
			continue;
		while (!nulls) {
			u = l->w->d->token(refs, k);
			k = u.to;
			if (u.kind == TOKEN_IDENT || u.kind == TOKEN_WORD ||
			    u.kind == TOKEN_END)
				break;
		}
		if (b.n)
			SQL(&b, " AND ");
		SQL(&b, "c.");
		sbuf_add(&b, str_sub(cols, t.from, t.to));
		if (nulls) {
			SQL(&b, " IS NOT NULL");
			continue;
		}
		SQL(&b, " = p.");
		sbuf_add(&b, str_sub(refs, u.from, u.to));
	}
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str orphans(const struct lens *l, struct str cols,
    struct str parent, struct str refs)
{
	return sql_form(l->w, "$ AND NOT EXISTS (SELECT 1 FROM $ AS p WHERE $)",
	    (const struct str[]){ pairs(l, cols, refs, true), parent,
	    pairs(l, cols, refs, false) });
}

void pg_detect_fk(const struct lens *l, const struct spot *p,
    const struct fk *fk)
{
	struct spot parent = spot_of(l, fk->ref_schema, fk->ref_table);
	struct place cols = spot_columns(l, p, fk->cols, "");
	struct place refs = spot_columns(l, &parent, fk->ref_cols, "");
	struct place child = p->sql, where = { STR(""), STR_NONE };
	struct found *f = pg_found(l, HAZ_ID_PC2, p,
	    fk->cols.n == 1 ? fk->cols.v[0] : STR(""));

	where.now = orphans(l, cols.now, parent.sql.now, refs.now);
	if (cols.live.p && refs.live.p && parent.sql.live.p)
		where.live = orphans(l, cols.live, parent.sql.live, refs.live);
	else if (cols.live.p && !parent.live)
		/* the parent is made by the plan: nobody is there */
		where.live = pairs(l, cols.live, STR(""), true);
	PROBE(l->w, f, "SELECT pg_catalog.count(*) FROM $ AS c WHERE $", child,
	    where);
	f->now_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.now);
	f->live_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.live);
	f->h.now_finder = sql_form(l->w, "SELECT c.* FROM $ AS c WHERE $",
	    (const struct str[]){ p->sql.now, where.now });
	if (where.live.p)
		f->h.finder = sql_form(l->w, "SELECT c.* FROM $ AS c WHERE $",
		    (const struct str[]){ p->sql.live, where.live });
	if (f->h.finder.n)	/* the alias is this query's alone */
		f->h.rows_where = sql_form(l->w, "(tableoid, ctid) IN (SELECT"
		    " c.tableoid, c.ctid FROM $ AS c WHERE $)",
		    (const struct str[]){ p->sql.live, where.live });
	if (!parent.live)
		f->h.estimate = true;
}

/* --- unique --------------------------------------------------------------------- */

static struct place part(const struct lens *l, const struct spot *p,
    const struct index_part *x)
{
	struct place c;
	struct str e;

	if (x->column.n) {
		c = spot_column(l, p, x->column);
		/* made by the plan: NULL in every row, or one default */
		if (!c.live.p && !made_with_default(p, x->column))
			c.live = STR("NULL::pg_catalog.text");
		return c;
	}
	e = arena_printf(l->w->a, "(%.*s)", STR_ARG(x->expr));
	return (struct place){ e, e };
}

static void join(const struct lens *l, struct place *to, struct place x,
    const char *between, const char *after)
{
	to->now = arena_printf(l->w->a, "%.*s%s%.*s%s", STR_ARG(to->now),
	    to->now.n ? between : "", STR_ARG(x.now), after);
	if (!x.live.p || !to->live.p)
		to->live = STR_NONE;
	else
		to->live = arena_printf(l->w->a, "%.*s%s%.*s%s",
		    STR_ARG(to->live), to->live.n ? between : "",
		    STR_ARG(x.live), after);
}

static struct str duplicates(const struct lens *l, struct str group,
    struct str table, struct str where)
{
	return sql_form(l->w, "SELECT $, pg_catalog.count(*) AS \"rows\""
	    " FROM $ WHERE $ GROUP BY $ HAVING pg_catalog.count(*) > 1",
	    (const struct str[]){ group, table, where, group });
}

void pg_detect_unique(const struct lens *l, const struct spot *p,
    const struct index *ix)
{
	bool nulls = ix->nulls_not_distinct;
	struct place group = { STR(""), STR("") };
	struct place where = { STR("true"), STR("true") };
	struct found *f = pg_found(l, nulls ? HAZ_ID_PC5 :
	    l->g->kind == PG_CREATE_INDEX ? HAZ_ID_PI3 : HAZ_ID_PC4, p,
	    ix->nparts == 1 ? ix->parts[0].column : STR(""));

	for (size_t i = 0; i < ix->nparts; i++) {
		struct place x = part(l, p, &ix->parts[i]);

		join(l, &group, x, ", ", "");
		if (!nulls)
			join(l, &where, x, " AND ", " IS NOT NULL");
	}
	if (ix->where.n)
		join(l, &where, place_text(arena_printf(l->w->a, "(%.*s)",
		    STR_ARG(ix->where))), " AND ", "");
	PROBE(l->w, f, "SELECT pg_catalog.count(*) FROM (SELECT 1 FROM $"
	    " WHERE $ GROUP BY $ HAVING pg_catalog.count(*) > 1) AS x",
	    p->sql, where, group);
	f->now_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.now);
	f->live_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.live);
	f->h.now_finder = duplicates(l, group.now, p->sql.now, where.now);
	if (where.live.p && group.live.p)
		f->h.finder = duplicates(l, group.live, p->sql.live,
		    where.live);
	if (f->h.finder.n)
		f->h.rows_where = sql_form(l->w, "(tableoid, ctid) IN (SELECT"
		    " x.t, x.i FROM (SELECT tableoid AS t, ctid AS i,"
		    " pg_catalog.count(*) OVER (PARTITION BY $) AS n"
		    " FROM $ WHERE $) AS x WHERE x.n > 1)",
		    (const struct str[]){ group.live, p->sql.live,
		    where.live });
}

/* --- domains -------------------------------------------------------------------- */

/* The condition of "name CHECK (…)" with a column for VALUE. */
static struct str of_column(const struct lens *l, struct str check,
    struct str column)
{
	size_t open = str_find(check, STR("CHECK ("), 0);
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (!check.n)
		return arena_printf(l->w->a, "%.*s IS NULL", STR_ARG(column));
	if (open == check.n)
		return STR_NONE;
	SQL(&b, "NOT ");
	for (size_t i = open + 6; i < check.n;) {
		struct token t = l->w->d->token(check, i);
		struct str w = str_sub(check, t.from, t.to);

		sbuf_add(&b, str_ieq(w, STR("value")) ? column : w);
		i = t.to;
	}
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* check "": NOT NULL. */
void pg_detect_domain_column(const struct lens *l, const struct spot *p,
    struct str column, struct str check)
{
	struct place col = spot_column(l, p, column), where;
	struct found *f = pg_found(l, HAZ_ID_PT34, p, column);

	where.now = of_column(l, check, col.now);
	where.live = col.live.p ? of_column(l, check, col.live) : STR_NONE;
	if (where.now.p)
		pg_count_where(l, f, p, where);
}

void pg_detect_domain(const struct lens *l, const struct domain *d,
    struct str check)
{
	const struct model *m = l->before;

	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++) {
			const struct column *c = m->tables[i]->cols[k];
			struct spot p;

			if (!str_eq(c->type_name, d->o.name) ||
			    !str_eq(c->type_schema, d->o.schema) ||
			    str_ends(c->type, STR("[]")))
				continue;
			p = spot_table(l, m->tables[i]);
			if (p.live)
				pg_detect_domain_column(l, &p, c->o.name,
				    check);
		}
}

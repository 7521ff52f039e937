/*
 * pg_data: statements that write rows (PT3, PT33); what goes with the rows
 * through foreign keys is in pg_cascade.c.
 *
 * A plain UPDATE or DELETE is counted by asking for its rows before it runs;
 * where an earlier statement of the plan moved rows that is an estimate, and
 * an estimate is not measured (P.2).  Anything else that writes is not
 * measured at all.
 */
#include "plan/pg.h"

/* --- TRUNCATE --------------------------------------------------------------------- */

struct emptying {
	const struct lens *l;
	VEC(const struct table *) seen;
};

static void empties(struct emptying *x, struct str schema, struct str name)
{
	struct spot p = spot_of(x->l, schema, name);

	if (!p.live || !p.now)
		return;
	for (size_t i = 0; i < x->seen.n; i++)
		if (x->seen.v[i] == p.now)
			return;
	vec_push(x->l->w->a, &x->seen, p.now);
	pg_count(x->l, pg_found(x->l, HAZ_ID_PT3, &p, STR("")), &p, STR(""),
	    STR(""));
}

static void empty_children(struct emptying *x, const struct table *t)
{
	for (; t; t = pg_whole(x->l->before, t))
		for (size_t k = 0; k < t->nfks_in; k++)
			empties(x, t->fks_in[k]->o.schema,
			    t->fks_in[k]->o.table);
}

/* CASCADE: every row of every child, whatever its key says. */
static void truncate(const struct lens *l)
{
	struct emptying x = { .l = l };

	for (size_t i = 0; i < l->g->nwrites; i++)
		empties(&x, l->g->writes[i].schema, l->g->writes[i].table);
	for (size_t i = 0; l->g->cascade && i < x.seen.n; i++)
		empty_children(&x, x.seen.v[i]);
}

/* --- DELETE ----------------------------------------------------------------------- */

static bool same_names(const struct spot *p)
{
	return p->live && str_eq(p->live_key, p->key);
}

/* Looking runs no code that is not the server's own */
static bool may_ask(const struct lens *l, const struct pg_write *w)
{
	return w->rows_from.n && !(l->g->flags & (PG_ANYTHING |
	    PG_CLUSTER_WIDE));
}

static struct place rows_of(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	if (!may_ask(l, w))
		return place_text(STR_NONE);
	return (struct place){ w->rows_from, same_names(p) ? w->rows_from :
	    STR_NONE };
}

static void count_rows(const struct lens *l, struct found *f,
    const struct spot *p, const struct pg_write *w, struct str more)
{
	struct str sql;

	if (!may_ask(l, w))
		return;
	sql = arena_printf(l->w->a, "SELECT pg_catalog.count(*) "
	    "FROM %.*s%s%.*s", STR_ARG(w->rows_from), !more.n ? "" :
	    w->where ? " AND " : " WHERE ", STR_ARG(more));

	f->now_count = sql;
	f->now_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.now);
	if (!same_names(p))
		return;
	f->live_count = f->h.count_sql = sql;
	f->live_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.live);
	f->h.finder = arena_printf(l->w->a, "SELECT * FROM %.*s%s%.*s",
	    STR_ARG(w->rows_from), !more.n ? "" : w->where ? " AND " :
	    " WHERE ", STR_ARG(more));
}

static void delete_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	count_rows(l, pg_found(l, HAZ_ID_PT33_DELETE, p, STR("")), p, w,
	    STR(""));
	if (p->now)
		pg_cascade_delete(l, p, rows_of(l, p, w));
}

/* --- UPDATE ----------------------------------------------------------------------- */

/* May two values of the column be equal and not the same?  Under a collation
 * that is not deterministic, and of types that have their own. */
static bool likens(const struct lens *l, const struct table *t,
    struct str column)
{
	const struct column *c = t ? table_column(t, column) : NULL;
	const void *p;

	if (!c)
		return false;
	p = c->type_name.n ? model_find(l->before, OBJ_DOMAIN, c->type_schema,
	    STR(""), c->type_name) : NULL;
	return p || c->collation.n || str_starts(c->type, STR("citext")) ||
	    str_find(c->type, STR(".citext"), 0) < c->type.n;
}

/* A value that the plan adds to an enum cannot be named as one before that,
 * so values are compared as texts. */
static const char *compared(const struct lens *l, const struct spot *p,
    struct str column)
{
	if (likens(l, p->now, column))
		return "::pg_catalog.text COLLATE pg_catalog.\"C\"";
	for (size_t i = 0; i < l->i; i++)
		if (lens_of(l->w, i).g->kind == PG_ALTER_ENUM)
			return "::pg_catalog.text";
	return "";
}

/* "": not told what it gets. */
static struct str differs(const struct lens *l, const struct spot *p,
    const struct pg_write *w, size_t i)
{
	const char *as = compared(l, p, w->cols.v[i]);
	struct str value = i < w->values.n ? w->values.v[i] : STR("");
	struct place c = spot_column(l, p, w->cols.v[i]);

	if (!value.n)
		return STR("");
	return arena_printf(l->w->a, "%.*s%s IS DISTINCT FROM (%.*s%s)%s",
	    STR_ARG(c.now), as, STR_ARG(value), pg_line_end(value), as);
}

static void update_column(const struct lens *l, const struct spot *p,
    const struct pg_write *w, size_t i)
{
	struct str column = w->cols.v[i];
	struct place c = spot_column(l, p, column);
	struct str other = differs(l, p, w, i);
	struct found *f;

	if (!column.n || !c.live.p)
		return;		/* made by the plan: nothing to overwrite */
	f = pg_found(l, HAZ_ID_PT33_UPDATE, p, column);
	if (!w->rows_from.n)
		return;
	count_rows(l, f, p, w, arena_printf(l->w->a, "%.*s IS NOT NULL%s%.*s",
	    STR_ARG(c.now), other.n ? " AND " : "", STR_ARG(other)));
	if (!str_eq(c.live, c.now)) {
		f->live_count = f->h.count_sql = f->h.finder = STR("");
		f->live_of = STR("");
	}
}

/* Whoever refers to a key that is written. */
static void update_keys(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	struct str *v = arena_array(l->w->a, struct str, w->cols.n + 1);

	for (size_t i = 0; i < w->cols.n; i++)
		v[i] = differs(l, p, w, i);
	pg_cascade_update(l, &(struct pg_update){ .p = p, .cols = w->cols,
	    .differs = { v, w->cols.n }, .rows = rows_of(l, p, w),
	    .where = w->where });
}

/* UPDATE OF fires for what SET names, and for what is generated of that. */
static bool fires_for(const struct table *t, const struct trigger *g,
    const struct pg_write *w)
{
	for (size_t i = 0; i < g->update_of.n; i++) {
		const struct column *c = table_column(t, g->update_of.v[i]);

		if (!c || c->generated != GEN_NONE)
			return true;
		for (size_t k = 0; k < w->cols.n; k++)
			if (str_eq(w->cols.v[k], g->update_of.v[i]))
				return true;
	}
	return !g->update_of.n;
}

/*
 * A trigger before each UPDATE may write other values than those named.  One
 * that is off, or on in replicas alone, does not run in this session.  Without
 * the model of the moment a column may be called otherwise by then.
 */
static const struct trigger *rewritten(const struct spot *p,
    const struct pg_write *w)
{
	const struct table *t = p->now ? p->now : p->live;

	for (size_t i = 0; i < t->ntriggers; i++) {
		const struct trigger *g = t->triggers[i];

		if (g->before_update && (g->enabled == 'O' ||
		    g->enabled == 'A') && (!p->now || fires_for(t, g, w)))
			return g;
	}
	return NULL;
}

static void update_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	const struct trigger *g = w->cols.n ? rewritten(p, w) : NULL;

	if (!w->cols.n)
		(void)pg_found(l, HAZ_ID_PT33_UPDATE, p, STR(""));
	for (size_t i = 0; i < w->cols.n; i++)
		update_column(l, p, w, i);
	if (p->now)
		update_keys(l, p, w);
	if (g)
		pg_say(pg_found(l, HAZ_ID_PT33_UPDATE, p, STR("")),
		    SEV_DESTRUCTIVE, arena_printf(l->w->a, "trigger %.*s runs "
		    "before each UPDATE%s and may write other values",
		    STR_ARG(g->o.name), g->update_of.n ? " of these columns" :
		    ""));
}

/* --- all writes ----------------------------------------------------------------------- */

/* PN3: the strong lock of an earlier statement is held meanwhile. */
static void held_lock(const struct lens *l, const struct spot *p)
{
	for (size_t i = 0; i < l->i; i++) {
		const struct stmt *s = &l->w->stmts[i];
		struct str want = arena_printf(l->w->a,
		    "ACCESS EXCLUSIVE on %.*s", STR_ARG(p->live_key));
		struct found *f;

		if (str_find(s->locks, want, 0) == s->locks.n)
			continue;
		f = pg_found(l, HAZ_ID_PN3, p, STR(""));
		pg_say(f, p->live->bytes >= PG_LARGE ? SEV_CAUTION : SEV_INFO,
		    arena_printf(l->w->a, "%.*s is locked since statement "
		    "%zu", STR_ARG(p->live_key), i + 1));
		return;
	}
}

void pg_detect_data(const struct lens *l)
{
	if (l->g->kind == PG_TRUNCATE) {
		truncate(l);
		return;
	}
	if (l->g->flags & PG_READS_ONLY)
		return;
	for (size_t i = 0; i < l->g->nwrites; i++) {
		const struct pg_write *w = &l->g->writes[i];
		struct spot p = spot_of(l, w->schema, w->table);

		if (!p.live)
			continue;
		held_lock(l, &p);
		if (w->verb == VERB_DELETE)
			delete_rows(l, &p, w);
		else if (w->verb == VERB_UPDATE)
			update_rows(l, &p, w);
		else if (w->on_conflict_update)
			(void)pg_found(l, HAZ_ID_PT33_UPDATE, &p, STR(""));
	}
}

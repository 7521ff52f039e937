/*
 * pg_data: statements that write rows (PT3, PT33), and what goes with the
 * rows through foreign keys.
 *
 * A plain UPDATE or DELETE is counted by asking for its rows before it runs;
 * where an earlier statement of the plan moved rows that is an estimate, and
 * an estimate is not measured (P.2).  Anything else that writes is not
 * measured at all.
 */
#include "plan/pg.h"

#define DEPTH_MAX 16

struct falling {
	const struct lens *l;
	enum hazard_id id;
	bool all;		/* TRUNCATE: every row of every child */
	VEC(const struct table *) seen;
};

static bool seen(const struct falling *x, const struct table *t)
{
	for (size_t i = 0; i < x->seen.n; i++)
		if (x->seen.v[i] == t)
			return true;
	return false;
}

/* (a, b) IN (SELECT x, y FROM parent WHERE …) */
static struct place child_rows(const struct falling *x, const struct fk *fk,
    const struct spot *child, const struct spot *parent, struct place where)
{
	struct place cols = spot_columns(x->l, child, fk->cols, "");
	struct place refs = spot_columns(x->l, parent, fk->ref_cols, "");
	const char *form = where.now.n ? "($) IN (SELECT $ FROM $ WHERE $)" :
	    "($) IN (SELECT $ FROM $$)";
	struct place out;

	out.now = sql_form(x->l->w, form, (const struct str[]){ cols.now,
	    refs.now, parent->sql.now, where.now });
	out.live = STR_NONE;
	if (cols.live.p && refs.live.p && parent->sql.live.p && where.live.p)
		out.live = sql_form(x->l->w, form, (const struct str[]){
		    cols.live, refs.live, parent->sql.live, where.live });
	return out;
}

static void fall(struct falling *x, const struct table *t, struct place where,
    bool known, int depth);

/* The first key of a table to itself that deletes with its parent. */
static const struct fk *own_key(const struct table *t)
{
	for (size_t i = 0; i < t->nfks_in; i++)
		if (str_eq(t->fks_in[i]->o.table, t->o.name) &&
		    str_eq(t->fks_in[i]->o.schema, t->o.schema) &&
		    str_is(t->fks_in[i]->on_delete, "CASCADE"))
			return t->fks_in[i];
	return NULL;
}

/* The rows that `where` tells, and all that hang on them by that key. */
static struct str chain(const struct falling *x, struct str table,
    struct str where, const struct fk *fk)
{
	struct str refs = sql_list(x->l->w, fk->ref_cols, "");
	struct str child = sql_list(x->l->w, fk->cols, "weir_c.");
	struct str child_refs = sql_list(x->l->w, fk->ref_cols, "weir_c.");
	struct str parent = sql_list(x->l->w, fk->ref_cols, "weir_p.");

	return sql_form(x->l->w, "(tableoid, ctid) IN (WITH RECURSIVE weir_p"
	    " AS (SELECT tableoid AS weir_t, ctid AS weir_r, $ FROM $ WHERE $"
	    " UNION SELECT weir_c.tableoid, weir_c.ctid, $ FROM $ AS weir_c"
	    " JOIN weir_p ON ($) = ($)) SELECT weir_t, weir_r FROM weir_p)",
	    (const struct str[]){ refs, table, where.n ? where : STR("true"),
	    child_refs, table, child, parent });
}

/* Rows that go through a key to the same table; *where: with them. */
static void fall_within(struct falling *x, const struct table *t,
    struct place *where, bool known)
{
	const struct fk *fk = x->all ? NULL : own_key(t);
	struct spot p;
	struct found *f;
	struct place more = { STR(""), STR_NONE };

	if (!fk)
		return;
	p = spot_table(x->l, t);
	if (!p.live)
		return;
	f = pg_found(x->l, x->id, &p, STR(""));
	if (!known || !where->now.n)
		return;
	where->now = arena_printf(x->l->w->a, "(%.*s)",
	    STR_ARG(where->now));
	more.now = chain(x, p.sql.now, where->now, fk);
	if (p.sql.live.p && where->live.p && str_eq(p.key, p.live_key))
		more.live = chain(x, p.sql.live, where->live, fk);
	pg_count(x->l, f, &p, arena_printf(x->l->w->a,
	    "%.*s AND %.*s IS NOT TRUE", STR_ARG(more.now),
	    STR_ARG(where->now)), more.live.p ? arena_printf(x->l->w->a,
	    "%.*s AND (%.*s) IS NOT TRUE", STR_ARG(more.live),
	    STR_ARG(where->live)) : STR_NONE);
	*where = more;
}

static void fall_key(struct falling *x, const struct fk *fk,
    const struct table *parent, struct place where, bool known, int depth)
{
	const struct table *child = model_table(x->l->before, fk->o.schema,
	    fk->o.table);
	struct spot c, p;
	struct place rows = { STR(""), STR("") };
	struct found *f;
	bool gone = x->all || str_is(fk->on_delete, "CASCADE");

	if (!child || seen(x, child) || (!gone &&
	    !str_starts(fk->on_delete, STR("SET "))))
		return;
	c = spot_table(x->l, child);
	p = spot_table(x->l, parent);
	if (!c.live)
		return;
	if (!x->all)
		rows = child_rows(x, fk, &c, &p, where);
	f = pg_found(x->l, gone ? x->id : HAZ_ID_PT33_UPDATE, &c, gone ||
	    fk->cols.n == 0 ? STR("") : fk->cols.v[0]);
	if (known)
		pg_count(x->l, f, &c, rows.now, rows.live);
	if (gone && depth < DEPTH_MAX)
		fall(x, child, rows, known, depth + 1);
}

static void fall(struct falling *x, const struct table *t, struct place where,
    bool known, int depth)
{
	vec_push(x->l->w->a, &x->seen, t);
	fall_within(x, t, &where, known);
	for (size_t i = 0; i < t->nfks_in; i++)
		fall_key(x, t->fks_in[i], t, where, known, depth);
}

/* --- TRUNCATE --------------------------------------------------------------------- */

static void truncate(const struct lens *l)
{
	struct falling x = { .l = l, .id = HAZ_ID_PT3, .all = true };
	struct place all = { STR(""), STR("") };

	for (size_t i = 0; i < l->g->nwrites; i++) {
		struct spot p = spot_of(l, l->g->writes[i].schema,
		    l->g->writes[i].table);
		struct found *f;

		if (!p.live || !p.now || seen(&x, p.now))
			continue;
		f = pg_found(l, HAZ_ID_PT3, &p, STR(""));
		pg_count(l, f, &p, STR(""), STR(""));
		vec_push(l->w->a, &x.seen, p.now);
	}
	for (size_t i = 0, n = x.seen.n; l->g->cascade && i < n; i++)
		fall(&x, x.seen.v[i], all, true, 0);
}

/* --- DELETE ----------------------------------------------------------------------- */

/* "t AS x WHERE (…)": the condition alone, or "" where there is none. */
static struct str condition(struct str rows_from)
{
	size_t at = str_find(rows_from, STR(" WHERE ("), 0);

	return at == rows_from.n ? STR("") : str_sub(rows_from, at + 7,
	    rows_from.n);
}

static bool same_names(const struct spot *p)
{
	return p->live && str_eq(p->live_key, p->key);
}

static void count_rows(const struct lens *l, struct found *f,
    const struct spot *p, const struct pg_write *w, struct str more)
{
	struct str sql;

	/* looking runs no code that is not the server's own */
	if (l->g->flags & (PG_ANYTHING | PG_CLUSTER_WIDE))
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

/* The condition of its rows may be put into another query. */
static bool stands_alone(const struct lens *l, const struct pg_write *w)
{
	return w->rows_from.n && !(l->g->flags &
	    (PG_ANYTHING | PG_CLUSTER_WIDE)) &&
	    str_find(w->rows_from, STR(" "), 0) >=
	    str_find(w->rows_from, STR(" WHERE ("), 0);
}

/* The children of the rows: known where the condition stands alone. */
static void delete_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	struct falling x = { .l = l, .id = HAZ_ID_PT33_CASCADE };
	struct found *f = pg_found(l, HAZ_ID_PT33_DELETE, p, STR(""));
	struct str cond = condition(w->rows_from);
	bool plain = stands_alone(l, w);

	if (w->rows_from.n)
		count_rows(l, f, p, w, STR(""));
	if (p->now)
		fall(&x, p->now, (struct place){ cond, same_names(p) ? cond :
		    STR_NONE }, plain, 0);
}

/* --- UPDATE ----------------------------------------------------------------------- */

/* A value that the plan adds to an enum cannot be named as one before that,
 * so values are compared as texts. */
static const char *compared(const struct lens *l)
{
	for (size_t i = 0; i < l->i; i++)
		if (lens_of(l->w, i).g->kind == PG_ALTER_ENUM)
			return "::pg_catalog.text";
	return "";
}

static void update_column(const struct lens *l, const struct spot *p,
    const struct pg_write *w, size_t i)
{
	const char *as = compared(l);
	struct str column = w->cols.v[i];
	struct place c = spot_column(l, p, column);
	struct str value = i < w->values.n ? w->values.v[i] : STR("");
	struct found *f;

	if (!column.n || !c.live.p)
		return;		/* made by the plan: nothing to overwrite */
	f = pg_found(l, HAZ_ID_PT33_UPDATE, p, column);
	if (!w->rows_from.n)
		return;
	count_rows(l, f, p, w, value.n ? arena_printf(l->w->a,
	    "%.*s IS NOT NULL AND %.*s%s IS DISTINCT FROM (%.*s%s)%s",
	    STR_ARG(c.now), STR_ARG(c.now), as, STR_ARG(value),
	    pg_line_end(value), as) :
	    arena_printf(l->w->a, "%.*s IS NOT NULL", STR_ARG(c.now)));
	if (!str_eq(c.live, c.now)) {
		f->live_count = f->h.count_sql = f->h.finder = STR("");
		f->live_of = STR("");
	}
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

static bool writes_one_of(const struct pg_write *w, struct strs cols)
{
	for (size_t i = 0; i < w->cols.n; i++)
		for (size_t k = 0; k < cols.n; k++)
			if (str_eq(w->cols.v[i], cols.v[k]))
				return true;
	return !w->cols.n;
}

/* ON UPDATE SET NULL and SET DEFAULT of a key that is written. */
static void forgotten(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	struct falling x = { .l = l };
	struct str cond = condition(w->rows_from);

	for (size_t i = 0; p->now && i < p->now->nfks_in; i++) {
		const struct fk *fk = p->now->fks_in[i];
		const struct table *child = model_table(l->before,
		    fk->o.schema, fk->o.table);
		struct place rows;
		struct found *f;
		struct spot c;

		if (!child || !str_starts(fk->on_update, STR("SET ")) ||
		    !fk->cols.n || !writes_one_of(w, fk->ref_cols))
			continue;
		c = spot_table(l, child);
		if (!c.live)
			continue;
		f = pg_found(l, HAZ_ID_PT33_UPDATE, &c, fk->cols.v[0]);
		rows = child_rows(&x, fk, &c, p, (struct place){ cond,
		    same_names(p) ? cond : STR_NONE });
		if (stands_alone(l, w))
			pg_count(l, f, &c, rows.now, rows.live);
	}
}

static void update_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	const struct trigger *g = w->cols.n ? rewritten(p, w) : NULL;

	forgotten(l, p, w);

	if (!w->cols.n)
		(void)pg_found(l, HAZ_ID_PT33_UPDATE, p, STR(""));
	for (size_t i = 0; i < w->cols.n; i++)
		update_column(l, p, w, i);
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

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

/* The children of the rows: known where the condition stands alone. */
static void delete_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	struct falling x = { .l = l, .id = HAZ_ID_PT33_CASCADE };
	struct found *f = pg_found(l, HAZ_ID_PT33_DELETE, p, STR(""));
	struct str cond = condition(w->rows_from);
	bool plain = w->rows_from.n && !(l->g->flags &
	    (PG_ANYTHING | PG_CLUSTER_WIDE)) &&
	    str_find(w->rows_from, STR(" "), 0) >=
	    str_find(w->rows_from, STR(" WHERE ("), 0);

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

static void update_rows(const struct lens *l, const struct spot *p,
    const struct pg_write *w)
{
	const struct trigger *g = w->cols.n ? rewritten(p, w) : NULL;

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

/*
 * pg_cascade: what foreign keys do to other rows when those of a table go or
 * get another key (PT33): ON DELETE and ON UPDATE with CASCADE, SET NULL and
 * SET DEFAULT.
 *
 * Rows are told by what stands after FROM in a SELECT of them.  C.1 A table
 * that one key leads to is asked by a chain of IN (…).  C.2 Where ways meet
 * (a table that refers to itself, a ring, two keys to one table) one recursive
 * query finds every row that goes, once; those that the statement itself
 * names are no cascade.  It knows rows by table and ctid, as a text: tid has
 * no hash before PostgreSQL 14.  C.3 A partition has the keys of what it is
 * part of, and rows of a whole those of its parts.
 */
#include "plan/pg.h"

#define DEPTH_MAX 16
#define TABLES_MAX 64

/* A table whose rows go. */
struct reached {
	const struct table *t;
	struct spot at;
	struct place rows;
	bool again;		/* a key leads back to the table written */
};

/* A key whose parent rows take the child's along. */
struct edge {
	const struct fk *fk;
	size_t parent, child;	/* in tables */
};

struct falling {
	const struct lens *l;
	bool known;		/* the rows of the start */
	bool tangled;		/* C.2 */
	struct place gone;	/* C.2: a condition on tableoid and ctid */
	VEC(struct reached) tables;
	VEC(struct edge) edges;
	VEC(struct edge) sets;	/* SET NULL, SET DEFAULT; no child told */
	VEC(const struct fk *) changed;	/* keys whose children get another */
	const struct pg_update *up;
};

struct keys {
	VEC(const struct fk *) k;
};

/* --- keys -------------------------------------------------------------------- */

/* Is t the table, a partition of it, or what inherits from it? */
static bool is_within(const struct lens *l, const struct table *t,
    const struct table *whole, bool partitions, int depth)
{
	if (t == whole)
		return true;
	if (depth > DEPTH_MAX || (partitions && !t->partition_bound.n))
		return false;
	for (size_t i = 0; i < t->inherits.n; i++) {
		const struct table *up = pg_keyed(l->before,
		    t->inherits.v[i]);

		if (up && is_within(l, up, whole, partitions, depth + 1))
			return true;
	}
	return false;
}

static bool touches(const struct lens *l, const struct table *a,
    const struct table *b)
{
	return is_within(l, a, b, true, 0) || is_within(l, b, a, false, 0);
}

static const struct table *child_of(const struct lens *l, const struct fk *fk)
{
	return fk->inherited ? NULL : model_table(l->before, fk->o.schema,
	    fk->o.table);
}

/* C.3: the keys that refer to rows of t. */
static struct keys keys_into(const struct lens *l, const struct table *t)
{
	const struct model *m = l->before;
	struct keys out = { 0 };

	for (size_t i = 0; i < m->ntables; i++) {
		const struct table *p = m->tables[i];

		if (!p->nfks_in || !touches(l, t, p))
			continue;
		for (size_t k = 0; k < p->nfks_in; k++)
			if (child_of(l, p->fks_in[k]))
				vec_push(l->w->a, &out.k, p->fks_in[k]);
	}
	return out;
}

static bool sets(struct str action)
{
	return str_starts(action, STR("SET "));
}

/* --- rows ---------------------------------------------------------------------- */

static struct place both(const struct falling *x, const char *form,
    const struct place *names, size_t n)
{
	struct str v[8] = { 0 };
	struct place out = { .live = STR("") };

	for (size_t i = 0; i < n; i++)
		v[i] = names[i].now;
	out.now = sql_form(x->l->w, form, v);
	for (size_t i = 0; i < n; i++) {
		v[i] = names[i].live;
		if (!v[i].p)
			out.live = STR_NONE;
	}
	if (out.live.p)
		out.live = sql_form(x->l->w, form, v);
	return out;
}
#define BOTH(x, form, ...) \
	both((x), (form), (const struct place[]){ __VA_ARGS__ }, \
	    sizeof((const struct place[]){ __VA_ARGS__ }) / \
	    sizeof(struct place))

/* Rows of the child whose parents are among `rows`. */
static struct place child_rows(const struct falling *x, const struct fk *fk,
    struct place rows)
{
	const struct lens *l = x->l;
	struct spot child = spot_of(l, fk->o.schema, fk->o.table);
	struct spot parent = spot_of(l, fk->ref_schema, fk->ref_table);

	return BOTH(x, "$ WHERE ($) IN (SELECT $ FROM $)", child.sql,
	    spot_columns(l, &child, fk->cols, ""),
	    spot_columns(l, &parent, fk->ref_cols, ""), rows);
}

static struct place edge_rows(const struct falling *x, const struct edge *e)
{
	const struct lens *l = x->l;
	const struct fk *fk = e->fk;
	struct spot child = spot_of(l, fk->o.schema, fk->o.table);
	struct spot parent = spot_of(l, fk->ref_schema, fk->ref_table);

	return BOTH(x, "SELECT p.tableoid, p.ctid::pg_catalog.text,"
	    " c.tableoid, c.ctid::pg_catalog.text FROM $ AS p JOIN $ AS c"
	    " ON ($) = ($)", parent.sql, child.sql,
	    spot_columns(l, &child, fk->cols, "c."),
	    spot_columns(l, &parent, fk->ref_cols, "p."));
}

#define ROW "(tableoid, ctid::pg_catalog.text)"

/* C.2 */
static void all_gone(struct falling *x)
{
	struct place edges = edge_rows(x, &x->edges.v[0]);

	for (size_t i = 1; i < x->edges.n; i++)
		edges = BOTH(x, "$ UNION ALL $", edges,
		    edge_rows(x, &x->edges.v[i]));
	x->gone = BOTH(x, ROW " IN (WITH RECURSIVE weir_gone(o, r) AS (SELECT"
	    " tableoid, ctid::pg_catalog.text FROM $ UNION SELECT e.co, e.cr"
	    " FROM weir_gone AS g JOIN ($) AS e(po, pr, co, cr)"
	    " ON e.po = g.o AND e.pr = g.r) SELECT o, r FROM weir_gone)",
	    x->tables.v[0].rows, edges);
}

/* --- findings --------------------------------------------------------------------- */

static void count(const struct falling *x, struct found *f,
    const struct spot *p, struct place rows)
{
	struct work *w = x->l->w;

	PROBE(w, f, "SELECT pg_catalog.count(*) FROM $", rows);
	f->now_of = sql_form(w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.now);
	f->live_of = sql_form(w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.live);
	if (rows.live.p)
		f->h.finder = sql_form(w, "SELECT * FROM $", &rows.live);
}

static void gets_others(struct falling *x, const struct fk *fk,
    struct strs cols, struct place rows, int depth);

/* The columns get other values, and with them whoever refers to these. */
static void columns_change(struct falling *x, const struct fk *fk,
    struct strs cols, struct place rows, int depth)
{
	const struct table *child = child_of(x->l, fk);
	struct spot c = spot_table(x->l, child);
	bool again = depth >= DEPTH_MAX;
	struct keys k;

	if (!c.live)
		return;
	for (size_t i = 0; i < x->changed.n; i++)
		again = again || x->changed.v[i] == fk;
	vec_push(x->l->w->a, &x->changed, fk);
	for (size_t i = 0; i < cols.n; i++) {
		struct found *f = pg_found(x->l, HAZ_ID_PT33_UPDATE, &c,
		    cols.v[i]);

		/* a ring: the way round is not followed */
		if (x->known && !again)
			count(x, f, &c, rows);
	}
	if (again)
		return;
	k = keys_into(x->l, child);
	for (size_t i = 0; i < k.k.n; i++)
		gets_others(x, k.k.v[i], cols, rows, depth + 1);
}

/* Of an UPDATE the rows that get another value in a column of the key. */
static struct place narrowed(const struct falling *x, const struct fk *fk)
{
	const struct pg_update *up = x->up;
	struct place any = place_text(STR(""));

	for (size_t i = 0; i < up->cols.n; i++) {
		struct place c = spot_column(x->l, up->p, up->cols.v[i]);

		if (!strs_has(fk->ref_cols, up->cols.v[i]))
			continue;
		if (!up->differs.v[i].n)
			return up->rows;
		any.now = arena_printf(x->l->w->a, "%.*s%s%.*s",
		    STR_ARG(any.now), any.now.n ? " OR " : "",
		    STR_ARG(up->differs.v[i]));
		any.live = any.live.p && c.live.p && str_eq(c.live, c.now) ?
		    any.now : STR_NONE;
	}
	return BOTH(x, up->where ? "$ AND ($)" : "$ WHERE ($)", up->rows, any);
}

/* The columns of the parents in `rows` get other values: what that does. */
static void gets_others(struct falling *x, const struct fk *fk,
    struct strs cols, struct place rows, int depth)
{
	struct str *v = arena_array(x->l->w->a, struct str, fk->cols.n + 1);
	bool all = sets(fk->on_update), any = false;
	size_t n = 0;

	if (!all && !str_is(fk->on_update, "CASCADE"))
		return;
	for (size_t i = 0; i < fk->ref_cols.n && i < fk->cols.n; i++) {
		bool follows = strs_has(cols, fk->ref_cols.v[i]);

		any = any || follows;
		if (all || follows)
			v[n++] = fk->cols.v[i];
	}
	if (any)
		columns_change(x, fk, (struct strs){ v, n },
		    child_rows(x, fk, rows), depth);
}

/* --- DELETE ----------------------------------------------------------------------- */

static void collect(struct falling *x, const struct fk *fk, size_t at)
{
	const struct table *child = child_of(x->l, fk);
	struct reached r = { .t = child, .at = spot_table(x->l, child) };
	size_t i = 0;

	for (size_t k = 0; k < x->tables.n; k++)
		x->tangled = x->tangled || touches(x->l, x->tables.v[k].t,
		    child);
	if (!r.at.live)
		return;
	for (size_t k = 0; k < x->edges.n; k++)
		if (x->edges.v[k].fk == fk)
			return;
	while (i < x->tables.n && x->tables.v[i].t != child)
		i++;
	if (i == TABLES_MAX)
		return;
	if (i == x->tables.n)
		vec_push(x->l->w->a, &x->tables, r);
	else if (i == 0)
		x->tables.v[0].again = true;
	vec_push(x->l->w->a, &x->edges, ((struct edge){ fk, at, i }));
}

static void set_by_delete(struct falling *x, const struct fk *fk, size_t at)
{
	struct place rows = child_rows(x, fk, x->tables.v[at].rows);

	if (x->tangled)		/* a row that goes gets no NULL before */
		rows = BOTH(x, "$ AND NOT ($)", rows, x->gone);
	columns_change(x, fk, fk->set_cols.n ? fk->set_cols : fk->cols, rows,
	    0);
}

/* Each key into what goes, by its action; SET NULL of a table whose rows go
 * as well is a way that meets another. */
static void find_tables(struct falling *x)
{
	for (size_t i = 0; i < x->tables.n; i++) {
		struct keys k = keys_into(x->l, x->tables.v[i].t);

		for (size_t j = 0; j < k.k.n; j++)
			if (str_is(k.k.v[j]->on_delete, "CASCADE"))
				collect(x, k.k.v[j], i);
			else if (sets(k.k.v[j]->on_delete))
				vec_push(x->l->w->a, &x->sets,
				    ((struct edge){ k.k.v[j], i, 0 }));
	}
	for (size_t i = 0; i < x->sets.n; i++)
		for (size_t k = 0; k < x->tables.n; k++)
			x->tangled = x->tangled || touches(x->l,
			    x->tables.v[k].t, child_of(x->l,
			    x->sets.v[i].fk));
}

static void rows_of_each(struct falling *x)
{
	if (x->tangled && x->edges.n)
		all_gone(x);
	else if (x->tangled)	/* the table's own rows alone */
		x->gone = BOTH(x, ROW " IN (SELECT tableoid,"
		    " ctid::pg_catalog.text FROM $)", x->tables.v[0].rows);
	for (size_t i = 0; i < x->edges.n; i++) {
		const struct edge *e = &x->edges.v[i];
		struct reached *r = &x->tables.v[e->child];

		r->rows = x->tangled ? BOTH(x, "$ WHERE $", r->at.sql,
		    x->gone) : child_rows(x, e->fk,
		    x->tables.v[e->parent].rows);
	}
}

static void taken_along(struct falling *x, struct place start)
{
	for (size_t i = 0; i < x->tables.n; i++) {
		const struct reached *r = &x->tables.v[i];
		struct place rows = r->rows;
		struct found *f;

		if (i == 0 && !r->again)
			continue;
		f = pg_found(x->l, HAZ_ID_PT33_CASCADE, &r->at, STR(""));
		if (i == 0)
			rows = BOTH(x, "$ AND " ROW " NOT IN (SELECT tableoid,"
			    " ctid::pg_catalog.text FROM $)", rows, start);
		if (x->known)
			count(x, f, &r->at, rows);
	}
}

void pg_cascade_delete(const struct lens *l, const struct spot *p,
    struct place rows)
{
	struct falling x = { .l = l, .known = rows.now.p != NULL };

	vec_push(l->w->a, &x.tables, ((struct reached){ .t = p->now, .at = *p,
	    .rows = rows }));
	find_tables(&x);
	if (x.tables.n >= TABLES_MAX)
		x.known = false;
	rows_of_each(&x);
	taken_along(&x, rows);
	for (size_t i = 0; i < x.sets.n; i++)
		set_by_delete(&x, x.sets.v[i].fk, x.sets.v[i].parent);
}

/* --- UPDATE ----------------------------------------------------------------------- */

void pg_cascade_update(const struct lens *l, const struct pg_update *up)
{
	struct falling x = { .l = l, .known = up->rows.now.p != NULL,
		.up = up };
	struct keys k = keys_into(l, up->p->now);

	for (size_t i = 0; i < k.k.n; i++)
		gets_others(&x, k.k.v[i], up->cols, narrowed(&x, k.k.v[i]), 0);
}

/*
 * Reading the schema again after a change: only of the relations that
 * changed, on a scratch database, where nobody else is.
 *
 * A.1 A relation's mark is a sum over all rows of the catalogue that belong
 * to it (catalog.c).  Relations whose mark moved, came or went are read with
 * everything that hangs on them; all other objects are the last model's own.
 * A.2 What the server prints about an object by name depends on other
 * objects' rows.  So everything is read where anything but a relation
 * changed, where a relation or a column has another name, and where
 * functions with parsed bodies stand on a changed relation; and views on one
 * that was there before, rules and policies with queries are read with it.
 * A.3 What fails here is no failure: everything is read.
 */
#include "drv/pg/introspect.h"

struct mark {
	uint32_t oid;		/* 0: all that belongs to no relation */
	int64_t sum;
	unsigned round;		/* of the last look that saw it */
};

struct pg_again {
	struct arena *tmp;	/* of marks and b */
	struct pg_build b;	/* names and numbers of everything */
	const struct model *model;
	struct pg_oids marks;	/* struct mark */
	VEC(struct mark *) list;
	unsigned round;
};

/* One look: what has to be read. */
struct look {
	struct pg_again *g;
	struct arena *tmp;
	struct pg_oids oids;	/* of the relations; value: themselves */
	struct map *names;	/* of those that were there, "schema\0name" */
	struct sbuf text;	/* their oids, by comma */
	struct sbuf key;
	bool all;
};

void pg_again_forget(struct pg *d)
{
	if (!d->again)
		return;
	arena_free(d->again->tmp);
	xfree(d->again);
	d->again = NULL;
}

/* Take the marks; *moved is called for each that is another. */
static void take_marks(struct pg_again *g, const PGresult *r,
    void (*moved)(struct look *l, uint32_t oid), struct look *l)
{
	g->round++;
	for (int i = 0; i < PQntuples(r); i++) {
		uint32_t oid = (uint32_t)pg_cell_int(r, i, 0);
		int64_t sum = pg_cell_int(r, i, 1);
		struct mark *m = pg_oids_get(&g->marks, oid);

		if (!m) {
			m = arena_new_of(g->tmp, struct mark);
			m->oid = oid;
			m->sum = ~sum;
			pg_oids_put(&g->marks, g->tmp, oid, m);
			vec_push(g->tmp, &g->list, m);
		}
		/* gone meanwhile: another one, or put back by a rollback */
		if (moved && (m->sum != sum || m->round + 1 != g->round))
			moved(l, oid);
		m->sum = sum;
		m->round = g->round;
	}
	for (size_t i = 0; moved && i < g->list.n; i++)
		if (g->list.v[i]->round + 1 == g->round)
			moved(l, g->list.v[i]->oid);
}

void pg_again_keep(struct pg *d, struct pg_build *b, const PGresult *marks)
{
	struct pg_again *g = xalloc(sizeof(*g));

	pg_again_forget(d);
	g->tmp = b->tmp;
	g->b = *b;
	g->model = b->m;
	take_marks(g, marks, NULL, NULL);
	d->again = g;
}

/* --- what has to be read -------------------------------------------------------- */

static struct str key_of(struct look *l, struct str schema, struct str name)
{
	sbuf_reset(&l->key);
	sbuf_add(&l->key, schema);
	sbuf_addc(&l->key, '\0');
	sbuf_add(&l->key, name);
	return sbuf_str(&l->key);
}

static void read_it(struct look *l, uint32_t oid)
{
	struct pg_rel *rel = pg_oids_get(&l->g->b.rels, oid);

	if (!oid)
		l->all = true;
	if (!oid || pg_oids_get(&l->oids, oid))
		return;
	pg_oids_put(&l->oids, l->tmp, oid, l);
	sbuf_addf(&l->text, "%s%u", l->text.n ? "," : "", oid);
	if (rel)
		map_put(l->names, arena_str(l->tmp, key_of(l, rel->schema,
		    rel->name)), rel);
}

static bool needs_one(struct look *l, const struct view *v)
{
	for (size_t i = 0; i < v->needs.n; i++)
		for (size_t k = 0; k < map_count(l->names); k++) {
			const struct pg_rel *rel = map_at(l->names, k)->value;

			if (v->needs.v[i].n == rel->schema.n + 1 +
			    rel->name.n && str_starts(v->needs.v[i],
			    rel->schema) && str_ends(v->needs.v[i],
			    rel->name))
				return true;
		}
	return false;
}

static bool has_query(const struct obj *o)
{
	const struct policy *p = (const void *)o;
	struct str word = STR("SELECT");

	if (o->kind != OBJ_POLICY)
		return o->kind == OBJ_RULE;
	return str_find(p->using_expr, word, 0) < p->using_expr.n ||
	    str_find(p->check_expr, word, 0) < p->check_expr.n;
}

/* A.2: what may be printed otherwise because of them. */
static void read_dependants(struct look *l)
{
	const struct pg_oids *rels = &l->g->b.rels;
	const struct model *m = l->g->model;
	struct map *tables = map_new(l->tmp);

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];
		const struct function *f = (const void *)o;

		if (has_query(o))
			map_put(tables, arena_str(l->tmp, key_of(l, o->schema,
			    o->table)), l);
		if (o->kind == OBJ_FUNCTION && str_find(f->sql,
		    STR("BEGIN ATOMIC"), 0) < f->sql.n)
			l->all = true;
	}
	for (size_t i = 0; i < rels->cap; i++) {
		struct pg_rel *rel = rels->v[i].value;
		const struct mark *mark = rel ? pg_oids_get(&l->g->marks,
		    rel->oid) : NULL;

		/* one that has gone may have left its name to another */
		if (mark && mark->round == l->g->round &&
		    ((rel->v && needs_one(l, rel->v)) ||
		    map_has(tables, key_of(l, rel->schema, rel->name))))
			read_it(l, rel->oid);
	}
}

/* --- reading it --------------------------------------------------------------- */

/* Does it come from the answers, or has it gone? */
static bool is_read(struct look *l, const struct obj *o)
{
	const struct pg_serial *s;

	if (o->kind == OBJ_SEQUENCE) {
		s = o->notes ? pg_oids_get(&l->g->b.sequences,
		    o->notes->oid) : NULL;
		return !s || pg_oids_get(&l->oids, s->of);
	}
	if (o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ||
	    o->kind == OBJ_COMPOSITE)
		return map_has(l->names, key_of(l, o->schema, o->name));
	return !obj_stands_alone(o->kind) && map_has(l->names,
	    key_of(l, o->schema, o->table));
}

static size_t rows_of(PGresult *const *v)
{
	size_t n = 0;

	for (size_t i = 0; i < PG_CATALOG_N; i++)
		n += v[i] ? (size_t)PQntuples(v[i]) : 0;
	return n;
}

/* A.2: is what was there called as before? */
static bool same_names(const struct look *l)
{
	if (l->g->b.renamed)
		return false;
	for (size_t i = 0; i < map_count(l->names); i++) {
		const struct pg_rel *was = map_at(l->names, i)->value;
		const struct pg_rel *is = pg_oids_get(&l->g->b.rels,
		    was->oid);

		if (!str_eq(was->schema, is->schema) ||
		    !str_eq(was->name, is->name))
			return false;
		for (int k = 0; k < was->natts && k < is->natts; k++)
			if (was->att[k].name.n && is->att[k].name.n &&
			    !str_eq(was->att[k].name, is->att[k].name))
				return false;
	}
	return true;
}

static struct model *build(struct look *l, PGresult *const *v)
{
	struct pg_build *b = &l->g->b;
	const struct model *was = l->g->model;

	b->m = model_new(b->a, DIALECT_PG);
	model_expect(b->m, was->nobjs + rows_of(v));
	for (size_t i = 0; i < was->nobjs; i++)
		if (!is_read(l, was->objs[i]))
			model_add(b->m, was->objs[i]);
	pg_build(b, v);
	if (!same_names(l))
		return NULL;
	model_seal(b->m);
	return b->m;
}

static enum rc ask_marks(struct pg *d, struct look *l, struct err *e)
{
	struct sbuf sql = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	/* a file may have deallocated some of them */
	if (d->prepared < 0)
		SQL(&sql, "DEALLOCATE ALL;");
	if (d->prepared <= 0)
		pg_catalog_prepare(d->version, &sql);
	SQL(&sql, "EXECUTE weir_catalog_marks;");
	rc = pg_catalog_ask(d, sbuf_str(&sql), &r, 1, e);
	sbuf_free(&sql);
	if (rc)
		return rc;
	d->prepared = 1;
	take_marks(l->g, r, read_it, l);
	PQclear(r);
	if (map_count(l->names) && !l->all)
		read_dependants(l);
	return RC_OK;
}

static enum rc ask_some(struct pg *d, struct look *l, struct model **out,
    struct err *e)
{
	PGresult *got[PG_CATALOG_N], *v[PG_CATALOG_N] = { 0 };
	bool asked[PG_CATALOG_N];
	struct sbuf sql = SBUF_TEXT;
	size_t n = pg_catalog_some(sbuf_str(&l->text), &sql, asked), k = 0;
	enum rc rc = pg_catalog_ask(d, sbuf_str(&sql), got, n, e);

	sbuf_free(&sql);
	if (rc)
		return rc;
	for (size_t i = 0; i < PG_CATALOG_N; i++)
		if (asked[i])
			v[i] = got[k++];
	*out = build(l, v);
	for (k = 0; k < n; k++)
		PQclear(got[k]);
	return RC_OK;
}

enum rc pg_again_read(struct pg *d, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct pg_again *g = d->again;
	struct look l = { .g = g, .text = SBUF_TEXT, .key = SBUF_TEXT };
	struct model *m = NULL;
	enum rc rc;

	*out = NULL;
	if (!g || !prev || g->model != prev || g->b.a != a)
		return RC_OK;
	rc = pg_enter(d, e);
	if (rc)
		return rc;
	l.tmp = arena_new();
	l.names = map_new(l.tmp);
	rc = ask_marks(d, &l, e);
	if (!rc && !l.all && !l.text.n)
		*out = prev;
	else if (!rc && !l.all)
		rc = ask_some(d, &l, &m, e);
	if (m)
		*out = g->model = m;
	if (rc == RC_DB && !d->lost) {	/* A.3 */
		*e = (struct err)ERR_INIT;
		rc = RC_OK;
		d->prepared = -1;
	}
	if (!*out)
		pg_again_forget(d);
	sbuf_free(&l.text);
	sbuf_free(&l.key);
	arena_free(l.tmp);
	return rc;
}

/*
 * locks: what a run on a server locks, and where it gives the locks up.
 *
 * Every table and view that exists and that a statement of the plan names is
 * locked as a whole before the first of them (DESIGN §5.6): the strongest lock
 * that the plan needs anywhere, for as long as it runs.  So is the table at the
 * other end of a foreign key that is added, dropped, validated or has a column
 * of its key changed, or by which rows that are written take others along.
 */
#include "dialect/pg/pg.h"
#include "op/gate/gate.h"
#include "op/gate/names.h"

bool stmt_alone(const struct stmt *s)
{
	const struct pg_stmt *pg = s->run->facts.pg;

	return pg && (pg->flags & PG_OUTSIDE_TX);
}

static bool holds(struct str text, struct str what)
{
	return what.n && str_find(text, what, 0) < text.n;
}

/*
 * May a later statement of the run use the value?  Its text names it, or it
 * runs code that its text does not show.  Too often yes costs a commit, too
 * seldom an error of the engine, which rolls back.
 */
static bool used_later(const struct plan *p, size_t i)
{
	const struct pg_stmt *pg = p->v[i].run->facts.pg;

	for (size_t k = i + 1; k < p->n; k++) {
		const struct run_stmt *r = p->v[k].run;

		if (!pg || !pg->new_value.n || holds(r->sql, pg->new_value) ||
		    (r->facts.pg && (r->facts.pg->flags & (PG_ANYTHING |
		    PG_UNPARSED))))
			return true;
	}
	return false;
}

bool stmt_commits(const struct plan *p, size_t i)
{
	return p->v[i].run->facts.commit_after && used_later(p, i);
}

struct locks {
	const struct model *m;
	const struct obj *track;
	struct arena *a;
	VEC(const struct obj *) v;
};

static void lock_add(struct locks *l, const struct obj *o)
{
	const struct table *t = model_table(l->m, o->schema,
	    o->kind == OBJ_TABLE || !o->table.n ? o->name : o->table);
	const struct view *v = t ? NULL : model_view(l->m,
	    o->schema, o->table.n ? o->table : o->name);
	const struct obj *found = t ? &t->o : v ? &v->o : NULL;

	if (!found || is_tracking(l->track, found))
		return;
	for (size_t i = 0; i < l->v.n; i++)
		if (l->v.v[i] == found)
			return;
	vec_push(l->a, &l->v, found);
}

static void lock_named(struct locks *l, struct str name)
{
	const struct table *t = table_named(l->m, name);

	if (t)
		lock_add(l, &t->o);
}

/* --- the other side of foreign keys --------------------------------------------- */

static bool has(const struct strs *l, struct str name)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], name))
			return true;
	return false;
}

/* What a change does to the keys of its table.  column "": to all of them. */
static bool touches_keys(const struct change *c, struct str *column)
{
	*column = STR("");
	switch ((int)c->kind) {
	case OBJ_TABLE:
		return !c->to;
	case OBJ_PK:
	case OBJ_UNIQUE:
		return c->from != NULL;
	case OBJ_COLUMN:
		if (c->from)
			*column = c->from->name;
		return c->from != NULL;
	default:
		return false;
	}
}

/* The tables at the other ends of its keys; of those with that column. */
static void lock_beyond(struct locks *l, const struct table *t,
    struct str column)
{
	for (size_t k = 0; t && k < t->nfks; k++) {
		const struct table *to = model_table(l->m,
		    t->fks[k]->ref_schema, t->fks[k]->ref_table);

		if (to && (!column.n || has(&t->fks[k]->cols, column)))
			lock_add(l, &to->o);
	}
	for (size_t k = 0; t && k < t->nfks_in; k++)
		if (!column.n || has(&t->fks_in[k]->ref_cols, column))
			lock_add(l, &t->fks_in[k]->o);
}

static void lock_key(struct locks *l, const struct obj *o)
{
	const struct fk *fk = (const struct fk *)o;
	const struct table *to = o ? model_table(l->m, fk->ref_schema,
	    fk->ref_table) : NULL;

	if (to)
		lock_add(l, &to->o);
}

/* Rows that go or change take others with them; code may do anything. */
static bool moves_rows(const struct pg_stmt *pg)
{
	return pg && (pg->kind == PG_DELETE || pg->kind == PG_UPDATE ||
	    pg->kind == PG_MERGE || pg->kind == PG_TRUNCATE ||
	    (pg->flags & (PG_ANYTHING | PG_UNPARSED)));
}

static void lock_neighbours(struct locks *l, const struct stmt *s)
{
	const struct facts *f = &s->run->facts;
	const struct change_list *c = &s->changes;
	struct str column;

	if (moves_rows(f->pg))
		lock_beyond(l, table_named(l->m, f->table), STR(""));
	for (size_t i = 0; moves_rows(f->pg) && i < f->writes.n; i++)
		lock_beyond(l, table_named(l->m, f->writes.v[i]), STR(""));
	for (size_t i = 0; i < c->n; i++) {
		const struct obj *o = c->v[i].from;

		if (c->v[i].kind == OBJ_FK) {
			lock_key(l, c->v[i].from);
			lock_key(l, c->v[i].to);
		} else if (touches_keys(&c->v[i], &column)) {
			lock_beyond(l, model_table(l->m, o->schema,
			    o->kind == OBJ_TABLE ? o->name : o->table), column);
		}
	}
}

static void lock_refs(struct locks *l, const struct pg_stmt *pg)
{
	for (size_t i = 0; pg && i < pg->nrefs; i++) {
		struct obj o = { .kind = OBJ_TABLE, .schema = pg->refs[i].schema,
			.name = pg->refs[i].name };

		if (!o.schema.n)
			o.schema = str_z(dialect_of(l->m->dialect)->home_schema);
		lock_add(l, &o);
	}
}

static void lock_changes(struct locks *l, const struct change_list *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct obj *o = c->v[i].from ? c->v[i].from :
		    c->v[i].to;

		if (o && (o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ||
		    o->table.n))
			lock_add(l, o);
	}
}

void gate_locks(const struct plan *p, const struct model *m,
    const struct obj *track, struct arena *a, const struct obj *const **out,
    size_t *n)
{
	struct locks l = { .m = m, .track = track, .a = a };

	for (size_t i = 0; i < p->n; i++) {
		const struct facts *f = &p->v[i].run->facts;

		/* alone it takes its own, which are weaker */
		if (stmt_alone(&p->v[i]))
			continue;
		lock_changes(&l, &p->v[i].changes);
		lock_named(&l, f->table);
		for (size_t k = 0; k < f->writes.n; k++)
			lock_named(&l, f->writes.v[k]);
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			lock_named(&l, p->v[i].haz[k].table);
		lock_refs(&l, f->pg);
		lock_neighbours(&l, &p->v[i]);
	}
	*out = l.v.v;
	*n = l.v.n;
}

/* --- in words ----------------------------------------------------------------- */

static void add_size(struct sbuf *b, const struct table *t)
{
	static const struct {
		int64_t bytes;
		const char *unit;
	} units[] = { { 1000000000, "GB" }, { 1000000, "MB" },
		{ 1000, "KB" } };

	for (size_t i = 0; i < 3; i++)
		if (t->bytes >= units[i].bytes) {
			double v = (double)t->bytes / (double)units[i].bytes;

			sbuf_addf(b, v < 9.95 ? ", %.1f %s" : ", %.0f %s", v,
			    units[i].unit);
			return;
		}
}

static bool rewritten(const struct plan *p, const struct obj *o,
    struct arena *a)
{
	struct str name = table_called(o, a);

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];

			if (h->def->cls == HAZ_REBUILD &&
			    same_table(p->from->dialect, h->table, name))
				return true;
		}
	return false;
}

static struct str lock_line(const struct plan *p, const struct obj *o,
    struct arena *a)
{
	const struct table *t = o->kind == OBJ_TABLE ?
	    model_table(p->from, o->schema, o->name) : NULL;
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_addz(&b, "locks ");
	sbuf_add(&b, table_called(o, a));
	sbuf_addz(&b, " (ACCESS EXCLUSIVE: no reads, no writes");
	if (t)
		add_size(&b, t);
	if (rewritten(p, o, a))
		sbuf_addz(&b, ", rewritten");
	sbuf_addz(&b, ")");
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

void gate_lock_lines(const struct plan *p, struct arena *a,
    struct strs *out)
{
	struct obj none = { .kind = OBJ_TABLE, .schema = STR(""),
		.name = STR("") };
	const struct obj *const *v = NULL;
	VEC(struct str) lines = { 0 };
	size_t n = 0;

	*out = (struct strs){ 0 };
	if (!p || !drv_databases_of(p->from->dialect))
		return;
	gate_locks(p, p->from, &none, a, &v, &n);
	for (size_t i = 0; i < n; i++)
		vec_push(a, &lines, lock_line(p, v[i], a));
	for (size_t i = 0; i < p->n; i++) {
		const struct run_stmt *r = p->v[i].run;

		if (!stmt_alone(&p->v[i]) && !stmt_commits(p, i))
			continue;
		vec_push(a, &lines, arena_printf(a, "commits at %.*s, where "
		    "the locks are given up: %s", STR_ARG(r->where),
		    stmt_alone(&p->v[i]) ? "the statement runs in no "
		    "transaction" : "the new value is used later"));
	}
	*out = (struct strs){ lines.v, lines.n };
}

/*
 * pg_anew: what an ALTER cannot change back: values taken out of an enum, a
 * column that has to become a generated one.  What stands in the way is
 * dropped, the change is made, and it is made again (engines of PostgreSQL:
 * ALTER COLUMN … TYPE stops at defaults, partial indexes, checks, views,
 * policies, triggers and functions that name the type or the column).
 */
#include "plan/pg.h"

struct anew {
	struct arena *a;
	const struct sides *sides;
	const struct model *m;
	const struct dialect *d;
	struct map *in;		/* address of an object */
	VEC(const struct obj *) made;	/* in the order of making */
	VEC(struct str) texts;
	bool lacking;		/* one that nothing writes */
};

static struct str address(struct arena *a, const struct obj *o)
{
	const struct obj **p = arena_copy(a, &o, sizeof(o));

	return (struct str){ (const char *)p, sizeof(*p) };
}

static bool is_in(const struct obj *o, void *arg)
{
	return map_has(((struct anew *)arg)->in,
	    (struct str){ (const char *)&o, sizeof(o) });
}

static void put(struct anew *x, const struct obj *o)
{
	if (!is_in(o, x))
		map_put(x->in, address(x->a, o), (void *)(uintptr_t)o);
}

/* --- what is in the way ------------------------------------------------------- */

static bool has_name(struct strs l, struct str name)
{
	for (size_t i = 0; i < l.n; i++)
		if (str_eq(l.v[i], name))
			return true;
	return false;
}

static bool index_names(const struct index *ix, struct str col, bool all)
{
	for (size_t i = 0; i < ix->nparts; i++)
		if ((all && str_eq(ix->parts[i].column, col)) ||
		    (ix->parts[i].expr.n &&
		    pg_text_names(ix->parts[i].expr, col)))
			return true;
	return (all && has_name(ix->include, col)) ||
	    pg_text_names(ix->where, col);
}

static bool other_names(const struct obj *o, struct str col)
{
	const void *p = o;

	if (o->kind == OBJ_POLICY)
		return pg_text_names(((const struct policy *)p)->using_expr,
		    col) || pg_text_names(
		    ((const struct policy *)p)->check_expr, col);
	if (o->kind == OBJ_EXCLUDE)
		return pg_text_names(((const struct exclude *)p)->def, col);
	return pg_text_names(((const struct def *)p)->sql, col);
}

/* all: the column goes and takes along what stands on it; else only what
 * stops a change of its type. */
static void of_column(struct anew *x, const struct table *t, struct str col,
    bool all)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i]->origin == 'c' && !t->indexes[i]->inherited &&
		    index_names(t->indexes[i], col, all))
			put(x, &t->indexes[i]->o);
	for (size_t i = 0; i < t->nchecks; i++)
		if (!t->checks[i]->inherited &&
		    pg_text_names(t->checks[i]->expr, col))
			put(x, &t->checks[i]->o);
	for (size_t i = 0; i < t->nothers; i++)
		if (other_names(t->others[i], col))
			put(x, t->others[i]);
	for (size_t i = 0; i < t->ntriggers; i++)
		if (pg_text_names(t->triggers[i]->sql, col))
			put(x, &t->triggers[i]->o);
	for (size_t i = 0; i < t->nfks; i++)
		if (!t->fks[i]->inherited && has_name(t->fks[i]->cols, col))
			put(x, &t->fks[i]->o);
	for (size_t i = 0; i < t->nfks_in; i++)
		if (!t->fks_in[i]->inherited &&
		    has_name(t->fks_in[i]->ref_cols, col))
			put(x, &t->fks_in[i]->o);
	for (size_t i = 0; all && i < t->nuniques; i++)
		if (has_name(t->uniques[i]->cols, col))
			put(x, &t->uniques[i]->o);
	if (all && t->pk && has_name(t->pk->cols, col))
		put(x, &t->pk->o);
}

/* Views that read what is named, and those that read them. */
static void views_over(struct anew *x, struct map *read)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < x->m->nviews; i++) {
			const struct view *v = x->m->views[i];

			for (size_t k = 0; k < v->needs.n && !is_in(&v->o, x);
			    k++)
				if (map_has(read, v->needs.v[k])) {
					put(x, &v->o);
					map_put(read, key_of(x->a, v->o.schema,
					    v->o.name), x);
					more = true;
				}
		}
	}
}

static void functions_of(struct anew *x, const struct obj *type)
{
	for (size_t i = 0; i < x->m->nobjs; i++) {
		const void *p = x->m->objs[i];
		const struct function *f = p;

		if (x->m->objs[i]->kind == OBJ_FUNCTION &&
		    (pg_text_names(f->args, type->name) ||
		    pg_text_names(f->result, type->name)))
			put(x, &f->o);
	}
}

/* --- dropping and making ---------------------------------------------------------- */

static enum rc keep(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct anew *x = arg;

	(void)e;
	if (!o)
		return RC_OK;
	x->lacking = x->lacking || !sql.n;
	vec_push(x->a, &x->made, o);
	vec_push(x->a, &x->texts, arena_str(x->a, sql));
	return RC_OK;
}

static void line(struct sbuf *b)
{
	if (b->n)
		SQL(b, ";\n");
}

static bool drop_all(struct anew *x, struct sbuf *b)
{
	struct script_what what = { is_in, x, false };
	struct script_out out = { keep, x };
	struct err ignored = ERR_INIT;
	struct map *gone = map_new(x->a);

	if (x->d->schema_script(x->m, &what, &out, &ignored) || x->lacking)
		return false;
	for (size_t i = x->made.n; i-- > 0;) {
		const struct obj *o = x->made.v[i];
		struct str key = address(x->a, o);

		/* what hangs on a view goes with it */
		if (map_has(gone, key) || !is_in(o, x))
			continue;
		map_put(gone, key, x);
		line(b);
		if (!x->d->drop_text(x->m, o, b))
			return false;
	}
	return true;
}

static void make_all(const struct anew *x, struct sbuf *b)
{
	for (size_t i = 0; i < x->texts.n; i++) {
		line(b);
		sbuf_add(b, x->texts.v[i]);
	}
	for (size_t i = 0; i < x->made.n; i++) {
		const struct obj *o = x->made.v[i];
		const struct obj_notes *n = pg_told(x->sides, o);
		struct obj_notes bare;

		if (i && x->made.v[i - 1] == o)
			continue;
		if (pg_to_refresh(x->sides, o)) {
			line(b);
			SQL(b, "REFRESH MATERIALIZED VIEW ");
			x->d->table(b, &(struct obj){ .kind = OBJ_TABLE,
			    .schema = o->schema, .name = o->name });
		}
		if (!n)
			continue;
		bare = *n;
		bare.comment = o->notes ? o->notes->comment : STR("");
		bare.grants = bare.settings = (struct strs){ 0 };
		pg_notes_text(b, o, &bare, n);
	}
}

static void begin(struct anew *x, const struct sides *sides)
{
	*x = (struct anew){ .a = arena_new(), .sides = sides,
		.m = sides->now, .d = dialect_of(sides->now->dialect) };
	x->in = map_new(x->a);
}

/* --- enums -------------------------------------------------------------------------- */

static bool uses(const struct column *c, const struct obj *type)
{
	return str_eq(c->type_schema, type->schema) &&
	    str_eq(c->type_name, type->name);
}

/* A type over the type holds on to it too. */
static bool in_types(const struct model *m, const struct obj *type)
{
	for (size_t i = 0; i < m->nobjs; i++) {
		const void *p = m->objs[i];
		const struct composite *k = p;

		if (m->objs[i]->kind == OBJ_DOMAIN &&
		    pg_text_names(((const struct domain *)p)->type,
		    type->name))
			return true;
		for (size_t n = 0; m->objs[i]->kind == OBJ_COMPOSITE &&
		    n < k->attrs.n; n++)
			if (pg_text_names(k->attrs.v[n], type->name))
				return true;
	}
	return false;
}

static void column_step(const struct anew *x, struct sbuf *b,
    const struct table *t, const struct column *c, const char *words)
{
	line(b);
	SQL(b, "ALTER TABLE ");
	x->d->table(b, &t->o);
	SQL(b, " ALTER COLUMN ");
	x->d->ident(b, c->o.name);
	sbuf_addz(b, words);
}

static void retype(const struct anew *x, struct sbuf *b, const struct table *t,
    const struct column *c)
{
	bool array = str_ends(c->type, STR("[]"));

	if (c->dflt.n)
		column_step(x, b, t, c, " DROP DEFAULT");
	column_step(x, b, t, c, " TYPE ");
	sbuf_add(b, c->type);
	SQL(b, " USING ");
	x->d->ident(b, c->o.name);
	sbuf_addz(b, array ? "::text[]::" : "::text::");
	sbuf_add(b, c->type);
	if (c->dflt.n) {
		column_step(x, b, t, c, " SET DEFAULT ");
		sbuf_add(b, c->dflt);
	}
}

static bool each_column(struct anew *x, const struct obj *type,
    bool (*f)(struct anew *, const struct table *, const struct column *,
    void *), void *arg)
{
	for (size_t i = 0; i < x->m->ntables; i++)
		for (size_t k = 0; k < x->m->tables[i]->ncols; k++)
			if (uses(x->m->tables[i]->cols[k], type) &&
			    !f(x, x->m->tables[i], x->m->tables[i]->cols[k],
			    arg))
				return false;
	return true;
}

static bool in_the_way(struct anew *x, const struct table *t,
    const struct column *c, void *arg)
{
	if (c->generated != GEN_NONE)
		return false;
	for (size_t i = 0; i < t->ncols; i++)
		if (t->cols[i]->generated != GEN_NONE &&
		    pg_text_names(t->cols[i]->gen_expr, c->o.name))
			return false;
	of_column(x, t, c->o.name, false);
	map_put(arg, key_of(x->a, t->o.schema, t->o.name), x);
	return true;
}

static bool retyped(struct anew *x, const struct table *t,
    const struct column *c, void *arg)
{
	if (!c->inherited)
		retype(x, arg, t, c);
	return true;
}

static void old_name(const struct anew *x, struct sbuf *b,
    const struct obj *type)
{
	struct obj o = *type;

	o.kind = OBJ_TABLE;		/* "schema"."name" */
	o.name = arena_printf(x->a, "__weir_%.*s", STR_ARG(type->name));
	x->d->table(b, &o);
}

/*
 * A value goes: the type is made anew and the columns cast to it, which fails
 * where a row holds the value.
 */
bool pg_enum_back(const struct sides *sides, const struct obj *from,
    const struct obj *to, struct sbuf *b)
{
	struct anew x;
	struct map *read;
	struct obj plain = *from;
	bool ok;

	begin(&x, sides);
	read = map_new(x.a);
	plain.kind = OBJ_TABLE;
	ok = !in_types(sides->now, from) && each_column(&x, from, in_the_way, read);
	views_over(&x, read);
	functions_of(&x, from);
	ok = ok && drop_all(&x, b);
	if (ok) {
		line(b);
		SQL(b, "ALTER TYPE ");
		x.d->table(b, &plain);
		SQL(b, " RENAME TO ");
		x.d->ident(b, arena_printf(x.a, "__weir_%.*s",
		    STR_ARG(from->name)));
		line(b);
		ok = x.d->create_text(sides->was, to, b);
		(void)each_column(&x, from, retyped, b);
		line(b);
		SQL(b, "DROP TYPE ");
		old_name(&x, b, from);
		pg_notes_text(b, to, NULL, pg_told(sides, to));
		make_all(&x, b);
	}
	arena_free(x.a);
	return ok;
}

/* --- columns -------------------------------------------------------------------------- */

/* The column is dropped and made as it was: one that is generated has no
 * values of its own to lose. */
bool pg_column_back(const struct sides *sides, const struct obj *from,
    const struct obj *to, struct sbuf *b)
{
	const struct table *t = model_table(sides->now, from->schema, from->table);
	struct anew x;
	struct map *read;
	bool ok;

	if (!t)
		return false;
	begin(&x, sides);
	read = map_new(x.a);
	of_column(&x, t, from->name, true);
	map_put(read, key_of(x.a, t->o.schema, t->o.name), &x);
	views_over(&x, read);
	ok = drop_all(&x, b);
	if (ok) {
		line(b);
		ok = x.d->drop_text(sides->now, from, b);
		line(b);
		ok = x.d->create_text(sides->was, to, b) && ok;
		pg_notes_text(b, to, NULL, pg_told(sides, to));
		make_all(&x, b);
	}
	arena_free(x.a);
	return ok;
}

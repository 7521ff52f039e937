/*
 * pg_down: the inverse of a statement from what it changed.  What came goes,
 * what went comes back with the text that the models give, what changed is
 * changed back.  Rows are no part of it: a table or a column that went has no
 * inverse here, nor has a statement that writes rows.
 */
#include "plan/pg.h"

/* It comes and goes with something else of the same change. */
static bool comes_along(const struct change_list *list, const struct obj *o)
{
	if (o->kind == OBJ_SEQUENCE && ((const struct sequence *)o)->owned_by.n)
		return true;
	for (size_t i = 0; o->table.n && i < list->n; i++) {
		const struct obj *x = list->v[i].to ? list->v[i].to :
		    list->v[i].from;

		if (x->kind == OBJ_TABLE && str_eq(x->name, o->table) &&
		    str_eq(x->schema, o->schema) &&
		    (list->v[i].op == CHANGE_ADD ||
		    list->v[i].op == CHANGE_DROP))
			return true;
	}
	return false;
}

static bool rename_back(const struct dialect *d, const struct change *c,
    struct sbuf *b)
{
	struct obj at = *c->to;

	if (c->kind == OBJ_COLUMN) {
		at.kind = OBJ_TABLE;
		at.name = c->to->table;
		at.table = STR("");
	}
	SQL(b, "ALTER TABLE ");
	d->table(b, &at);
	if (c->kind == OBJ_COLUMN) {
		SQL(b, " RENAME COLUMN ");
		d->ident(b, c->to->name);
		SQL(b, " TO ");
	} else {
		SQL(b, " RENAME TO ");
	}
	d->ident(b, c->from->name);
	return true;
}

/* ALTER TYPE says of no type which kind it is. */
static bool is_kind(const struct obj *x, const struct pg_obj *o)
{
	return x->kind == o->kind || (o->kind == OBJ_COMPOSITE &&
	    (x->kind == OBJ_ENUM || x->kind == OBJ_RANGE));
}

/* The object that went from one schema into another, as it was. */
static const struct obj *moved(const struct run_stmt *s, struct str to,
    const struct pg_obj *o)
{
	const struct model *m = s->before;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *x = m->objs[i];

		if (is_kind(x, o) && str_eq(x->name, o->name) &&
		    (!o->schema.n || str_eq(x->schema, o->schema)) &&
		    !str_eq(x->schema, to) &&
		    !model_find(s->after, x->kind, x->schema, x->table,
		    x->name) && model_find(s->after, x->kind, to, x->table,
		    x->name))
			return x;
	}
	return NULL;
}

/* ALTER SCHEMA … RENAME TO, ALTER … SET SCHEMA: all of it goes back at once */
static bool move_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b)
{
	static const char *const words[OBJ_KIND_N] = {
		[OBJ_TABLE] = "ALTER TABLE ", [OBJ_VIEW] = "ALTER TABLE ",
		[OBJ_SEQUENCE] = "ALTER SEQUENCE ", [OBJ_ENUM] = "ALTER TYPE ",
		[OBJ_DOMAIN] = "ALTER DOMAIN ",
		[OBJ_COMPOSITE] = "ALTER TYPE ", [OBJ_RANGE] = "ALTER TYPE ",
	};
	const struct dialect *d = dialect_of(s->before->dialect);
	const struct pg_obj *o = g->nobjs == 1 ? &g->objs[0] : NULL;
	const struct obj *x;
	struct obj at;

	if (o && g->kind == PG_RENAME && o->kind == OBJ_SCHEMA) {
		SQL(b, "ALTER SCHEMA ");
		d->ident(b, g->new_name);
		SQL(b, " RENAME TO ");
		d->ident(b, o->name);
		return true;
	}
	if (!o || g->kind != PG_SET_SCHEMA || o->kind >= OBJ_KIND_N ||
	    !words[o->kind] || !(x = moved(s, g->new_name, o)))
		return false;
	at = *x;
	at.kind = OBJ_TABLE;
	at.schema = g->new_name;
	sbuf_addz(b, words[x->kind]);
	d->table(b, &at);
	SQL(b, " SET SCHEMA ");
	d->ident(b, x->schema);
	return true;
}

static bool castable(const struct change *c)
{
	struct arena *a = arena_new();
	bool ok = pg_type_castable(((const struct column *)c->to)->type,
	    ((const struct column *)c->from)->type, a);

	arena_free(a);
	return ok;
}

/* Keys before what refers to them, tables before what hangs on them. */
static const int rank[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = 1, [OBJ_EXTENSION] = 2, [OBJ_ROLE] = 2,
	[OBJ_ENUM] = 3, [OBJ_DOMAIN] = 4, [OBJ_COMPOSITE] = 5,
	[OBJ_RANGE] = 5, [OBJ_SEQUENCE] = 6, [OBJ_FUNCTION] = 7,
	[OBJ_TABLE] = 8, [OBJ_COLUMN] = 9, [OBJ_PK] = 10, [OBJ_UNIQUE] = 10,
	[OBJ_CHECK] = 11, [OBJ_EXCLUDE] = 11, [OBJ_INDEX] = 12,
	[OBJ_STATISTICS] = 12, [OBJ_FK] = 13, [OBJ_VIEW] = 14,
	[OBJ_RULE] = 15, [OBJ_POLICY] = 15, [OBJ_TRIGGER] = 16,
};

/* A view's place among those that read each other. */
static int view_rank(const struct model *m, const struct obj *o)
{
	for (size_t i = 0; o->kind == OBJ_VIEW && i < m->nviews; i++)
		if (&m->views[i]->o == o)
			return (int)i;
	return 0;
}

/* First goes what came, the last first; then what changed; then what went. */
static long place(const struct change_list *list, const struct change *c)
{
	const struct obj *o = c->to ? c->to : c->from;
	long r = (long)rank[c->kind] * 100000 + view_rank(c->to ? list->to :
	    list->from, o);

	return c->op == CHANGE_ADD ? -r : c->op == CHANGE_DROP ?
	    100000000 + r : 0;
}

static struct change *in_order(const struct change_list *list,
    struct arena *a)
{
	struct change *v = arena_copy(a, list->v, list->n * sizeof(*v));

	for (size_t i = 1; i < list->n; i++) {
		struct change x = v[i];
		size_t k = i;

		for (; k > 0 && place(list, &v[k - 1]) > place(list, &x); k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
	return v;
}

/* An index that the constraint brought is gone with it, and the other way. */
static bool back(const struct run_stmt *s, const struct change_list *list,
    const struct change *c, struct sbuf *b)
{
	const struct dialect *d = dialect_of(s->before->dialect);

	switch (c->op) {
	case CHANGE_ADD:
		return comes_along(list, c->to) ||
		    d->drop_text(s->after, c->to, b);
	case CHANGE_DROP:
		if (c->kind == OBJ_TABLE || c->kind == OBJ_SEQUENCE)
			return false;
		if (c->kind == OBJ_COLUMN)
			return ((const struct column *)c->from)->generated ==
			    GEN_STORED && d->create_text(s->before, c->from, b);
		return comes_along(list, c->from) ||
		    d->create_text(s->before, c->from, b);
	case CHANGE_CHANGE:
		return (c->kind != OBJ_COLUMN || castable(c)) &&
		    d->alter_text(s->before, c->to, c->from, b);
	case CHANGE_RENAME:
		if (c->fields)
			return false;
		return rename_back(d, c, b);
	case CHANGE_OP_N:
		break;
	}
	return false;
}

/* Nothing of the schema and of its rows is another afterwards. */
static bool changes_nothing(const struct pg_stmt *g)
{
	static const bool idle[PG_KIND_N] = { [PG_EMPTY] = true,
		[PG_SET] = true, [PG_SHOW] = true, [PG_LOCK] = true,
		[PG_VACUUM] = true, [PG_REINDEX] = true, [PG_REFRESH] = true,
		[PG_CLUSTER] = true, [PG_NOTIFY] = true, [PG_LISTEN] = true,
		[PG_SET_CONSTRAINTS] = true, [PG_CHECKPOINT] = true };

	return idle[g->kind] || ((g->flags & PG_READS_ONLY) &&
	    !(g->flags & PG_ANYTHING));
}

static bool may_skip(const struct pg_stmt *g)
{
	return g->if_not_exists || g->missing_ok;
}

enum inverse pg_inverse(const struct run_stmt *s, struct arena *a,
    struct str *out)
{
	const struct pg_stmt *g = s->facts.pg ? s->facts.pg :
	    pg_digest(s->sql, a);
	struct change_list list = { 0 };
	struct sbuf b = SBUF_TEXT;
	bool ok = true;

	*out = STR("");
	if (changes_nothing(g))
		return INVERSE_NOTHING;
	if (!s->before || !s->after || s->skipped.n ||
	    (g->flags & (PG_DATA | PG_ANYTHING | PG_UNPARSED)))
		return INVERSE_MISSING;
	if (s->before != s->after && move_back(s, g, &b)) {
		*out = arena_str(a, sbuf_str(&b));
		sbuf_free(&b);
		return INVERSE_TEXT;
	}
	pg_changes(s, g, a, &list);
	if (list.n == 0)
		return may_skip(g) && s->before == s->after ?
		    INVERSE_NOTHING : INVERSE_MISSING;
	if (list.n > 200)
		return INVERSE_MISSING;
	list.v = in_order(&list, a);
	for (size_t i = 0; ok && i < list.n; i++) {
		size_t n = b.n;

		if (n)
			SQL(&b, ";\n");
		ok = back(s, &list, &list.v[i], &b);
		if (n && b.n == n + 2)
			sbuf_truncate(&b, n);
	}
	if (ok)
		*out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out->n ? INVERSE_TEXT : INVERSE_MISSING;
}

/* What was forbidden may have come meanwhile: the way back asks the rows. */
static bool loosens(const struct stmt *s)
{
	const struct pg_stmt *g = s->run->facts.pg;

	/* what moves takes its constraints along */
	if (g && (g->kind == PG_SET_SCHEMA || (g->kind == PG_RENAME &&
	    g->nobjs && g->objs[0].kind == OBJ_SCHEMA)))
		return false;
	for (size_t i = 0; i < s->changes.n; i++) {
		const struct change *c = &s->changes.v[i];

		if (c->op == CHANGE_DROP && (c->kind == OBJ_PK ||
		    c->kind == OBJ_UNIQUE || c->kind == OBJ_CHECK ||
		    c->kind == OBJ_FK || c->kind == OBJ_EXCLUDE ||
		    (c->kind == OBJ_INDEX &&
		    ((const struct index *)c->from)->unique)))
			return true;
		if (c->op == CHANGE_CHANGE && c->kind == OBJ_COLUMN &&
		    (!str_eq(((const struct column *)c->from)->type,
		    ((const struct column *)c->to)->type) ||
		    (((const struct column *)c->from)->notnull &&
		    !((const struct column *)c->to)->notnull)))
			return true;
	}
	return false;
}

enum undo_grade pg_undo(const struct work *w, size_t i)
{
	bool has_down = w->files[w->file_of[i]].has_down;
	struct str text;

	if (stmt_loses(w, i))
		return has_down ? UNDO_SHAPE : UNDO_NONE;
	if (w->rules->inverse(&w->run->v[i], w->a, &text) != INVERSE_MISSING)
		return loosens(&w->stmts[i]) ? UNDO_CHECKED : UNDO_EXACT;
	return has_down ? UNDO_SHAPE : UNDO_NONE;
}

/*
 * pg_around: policies and foreign keys that stand in the way.  PostgreSQL
 * refuses to change or drop a column that a policy names and a key that a
 * foreign key refers to; DROP TABLE … CASCADE takes the policies along that
 * read the table (its manual, Dependency Tracking).  They are dropped before
 * and, where they stay, made after.
 */
#include "decl/pg.h"
#include "dialect/pg/pg.h"

/* Before all that is done to views, columns and keys; tables have their old
 * names there.  Foreign keys go where tables have the new ones. */
enum { BEFORE_POLICIES = 14, BEFORE_KEYS = 24, AFTER_KEYS = 41 };

/* --- policies ------------------------------------------------------------ */

/* The verbs of a table's policies and of those of tables elsewhere. */
struct verbs {
	enum pg_verb drop, create, alter, rename;
};
static const struct verbs of_table = { K_DROP_POLICY, K_CREATE_POLICY,
	K_ALTER_POLICY, K_RENAME_POLICY };
static const struct verbs of_linked = { K_DROP_LINKED, K_CREATE_LINKED,
	K_ALTER_LINKED, K_RENAME_LINKED };

/* A policy as it was; NULL members: its table is elsewhere. */
struct standing {
	const struct decl_policy *p;
	const struct decl_table *was;
	const struct pg_table *table;	/* patched: the new names */
	const struct verbs *verbs;
};

static bool names(const struct decl_policy *p, struct str name)
{
	return (p->using_expr.n && pg_mentions(p->using_expr, name)) ||
	    (p->with_check.n && pg_mentions(p->with_check, name));
}

static bool names_column(struct pg_work *w, const struct standing *x,
    const struct decl_column *c)
{
	const struct decl_table *t = pg_home_of(w, c);

	return t && (t == x->was || names(x->p, t->name)) &&
	    names(x->p, c->name);
}

/* The column of the old snapshot that K_DROP_COLUMN or K_COL_DROP_PK speaks
 * of. */
static const struct decl_column *dropped(const struct pg_work *w,
    const struct pg_st *s)
{
	const struct pg_table *t = pg_table_then(w, s);
	const struct pg_col *c = t ? pg_col_of(t, s->name) : NULL;

	return c ? c->c : NULL;
}

static bool names_enum(struct pg_work *w, const struct standing *x,
    const struct pg_st *s)
{
	struct pg_cols held = pg_cols_of_type(w, s);

	for (size_t i = 0; i < held.n; i++)
		if (names_column(w, x, held.v[i]->c))
			return true;
	return false;
}

static bool is_hit(struct pg_work *w, const struct standing *x,
    const struct pg_st *s)
{
	const struct decl_column *c = NULL;

	if (s->kind == K_DROP_TABLE)
		return s->t != x->table && names(x->p, s->t->name);
	if (s->kind == K_DROP_VIEW)
		return names(x->p, s->name);
	if (s->kind == K_REBUILD_ENUM)
		return names_enum(w, x, s);
	if (s->kind == K_COL_TYPE || s->kind == K_COL_GENERATE)
		c = s->was->c;
	else if (s->kind == K_DROP_COLUMN)
		c = dropped(w, s);
	return c && names_column(w, x, c);
}

static bool is_about(struct pg_work *w, const struct standing *x,
    const struct pg_st *s, struct str text, struct str name)
{
	struct decl_policy p;

	return (!x->table || (str_eq(s->table, x->table->name) &&
	    str_eq(s->schema, x->table->schema))) &&
	    pg_take_policy(&w->q, text, &p) && str_eq(p.name, name);
}

/* Its name after this step; the RENAME is not written. */
static struct str renamed_to(struct pg_work *w, const struct standing *x)
{
	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];

		if (s->kind != x->verbs->rename ||
		    !str_eq(s->name, x->p->name) ||
		    (x->table && (!str_eq(s->table, x->table->name) ||
		    !str_eq(s->schema, x->table->schema))))
			continue;
		s->place = PG_UNWRITTEN;
		return s->to;
	}
	return x->p->name;
}

/* Of all that is done to the policy a drop before remains; the name and text
 * that it is to have, absent: it is made elsewhere or goes. */
static struct str taken_over(struct pg_work *w, const struct standing *x,
    struct pg_st *drop)
{
	struct str name = renamed_to(w, x);
	const struct pg_table *now = NULL;

	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];

		if (s->kind == x->verbs->drop &&
		    is_about(w, x, s, s->text, name)) {
			s->place = PG_UNWRITTEN;
			return STR_NONE;
		}
		if (s->kind == x->verbs->alter &&
		    is_about(w, x, s, s->old, name))
			s->place = PG_UNWRITTEN;
	}
	if (!x->table) {
		for (size_t i = 0; i < w->s2.npolicies; i++)
			if (str_eq(w->s2.policies[i].key, name))
				return w->s2.policies[i].text;
		return STR_NONE;
	}
	now = pg_table_of(&w->s2, x->table->key);
	drop->t = now;
	for (size_t i = 0; now && i < now->part[PG_POLICIES].n; i++)
		if (str_eq(now->part[PG_POLICIES].v[i].key, name))
			return now->part[PG_POLICIES].v[i].text;
	return STR_NONE;
}

/* The schema's name once RENAME SCHEMA is done. */
static struct str schema_then(const struct pg_work *w, struct str schema)
{
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_RENAME_SCHEMA &&
		    str_eq(w->st.v[i].name, schema))
			return w->st.v[i].to;
	return schema;
}

static void around(struct pg_work *w, const struct standing *x)
{
	struct pg_st s = { .text = pg_squash_policy(&w->q, x->p) };
	struct str now = taken_over(w, x, &s);

	decl_differs(w->j, DECL_D_POLICIES, x->was ? arena_printf(w->a,
	    "%.*s.%.*s", STR_ARG(x->was->name), STR_ARG(x->p->name)) :
	    x->p->name);
	s.kind = x->verbs->drop;
	s.place = BEFORE_POLICIES;
	if (x->was) {
		s.schema = schema_then(w, x->was->schema);
		s.table = x->was->name;
	}
	pg_add(w, s);
	if (!now.p)
		return;
	s = (struct pg_st){ .kind = x->verbs->create, .text = now };
	if (x->table) {
		s.schema = x->table->schema;
		s.table = x->table->name;
	}
	pg_add(w, s);
}

static void look_at(struct pg_work *w, const struct standing *x)
{
	for (size_t i = 0, n = w->st.n; i < n; i++)
		if (w->st.v[i].place != PG_UNWRITTEN &&
		    is_hit(w, x, &w->st.v[i])) {
			around(w, x);
			return;
		}
}

static bool goes(const struct pg_work *w, const struct pg_table *t)
{
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_TABLE && w->st.v[i].t == t)
			return true;
	return false;
}

void pg_policies_around(struct pg_work *w)
{
	const struct decl *from = w->j->from;

	for (size_t i = 0; i < from->ntables; i++) {
		const struct decl_table *t = &from->tables[i];

		for (size_t k = 0; k < t->npolicies; k++)
			if (!goes(w, &w->s1.tables[i]))
				look_at(w, &(struct standing){
				    &t->policies[k], t, &w->s1.tables[i],
				    &of_table });
	}
	for (size_t i = 0; i < from->npolicies; i++)
		look_at(w, &(struct standing){ &from->policies[i], NULL, NULL,
		    &of_linked });
}

bool pg_policy_gone(const struct pg_work *w, const struct pg_st *s,
    struct str text)
{
	struct decl_policy p;

	if (!w->safe || !pg_take_policy(&w->q, text, &p))
		return false;
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_TABLE &&
		    w->st.v[i].t != s->t && names(&p, w->st.v[i].t->name)) {
			decl_differs(w->j, DECL_D_POLICIES, arena_printf(w->a,
			    "%.*s.%.*s", STR_ARG(s->table), STR_ARG(p.name)));
			return true;
		}
	return false;
}

/* --- foreign keys -------------------------------------------------------- */

/* The key that a statement takes away, under the names of the old snapshot. */
static struct strs lost_key(struct pg_work *w, const struct pg_st *s)
{
	struct decl_index x;

	if (s->kind == K_COL_DROP_PK) {
		const struct decl_column *c = dropped(w, s);

		return (struct strs){ c ? &c->name : NULL, c ? 1 : 0 };
	}

	if (s->kind == K_DROP_UNIQUE)
		return pg_take_unique(&w->q, s->text).cols;
	if (s->kind == K_DROP_PK)
		return pg_take_pk(&w->q, s->text).cols;
	if (s->kind == K_ALTER_PK)
		return pg_take_pk(&w->q, s->old).cols;
	if (s->kind == K_DROP_INDEX &&
	    pg_take_index(&w->q, s->text, false, &x) && x.unique &&
	    !x.where.n) {
		struct str *v = arena_array(w->a, struct str, x.ncols);

		for (size_t i = 0; i < x.ncols; i++)
			v[i] = x.cols[i].expression;
		return (struct strs){ v, x.ncols };
	}
	return (struct strs){ NULL, 0 };
}

/* The statement that drops it, if any does. */
static struct pg_st *drop_of(struct pg_work *w, const struct pg_table *t,
    const struct pg_text *fk)
{
	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];

		if (s->kind == K_DROP_FK && str_eq(s->text, fk->text) &&
		    str_eq(s->table, t->name) && str_eq(s->schema, t->schema))
			return s;
	}
	return NULL;
}

static void reference_first(struct pg_work *w, const struct pg_table *t,
    const struct pg_text *fk, const struct pg_st *key)
{
	struct pg_st *drop = drop_of(w, t, fk);
	const struct pg_table *now = pg_table_of(&w->s2, t->key);
	struct pg_st s = { .schema = t->schema, .table = t->name, .t = now };

	if (drop && (drop->place || key->kind != K_DROP_UNIQUE))
		return;		/* before the key as it is */
	decl_differs(w->j, DECL_D_KEY_GONE, fk->key);
	if (drop) {
		drop->place = BEFORE_KEYS;
		return;
	}
	s.kind = K_DROP_FK;
	s.place = BEFORE_KEYS;
	s.text = fk->text;
	pg_add(w, s);
	for (size_t i = 0; now && i < now->part[PG_FKS].n; i++)
		if (str_eq(now->part[PG_FKS].v[i].key, fk->key)) {
			s.kind = K_ADD_FK;
			s.place = 0;
			s.text = now->part[PG_FKS].v[i].text;
			pg_add(w, s);
		}
}

/* A primary key that changes goes late: what is made before would rest on the
 * old one. */
static void references_after(struct pg_work *w, const struct pg_table *to)
{
	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];
		struct decl_fk f;

		if (s->kind != K_ADD_FK)
			continue;
		f = pg_take_fk(&w->q, s->text);
		if (!str_eq(pg_key(w->a, f.schema_to, f.table_to), to->key))
			continue;
		s->place = AFTER_KEYS;
		decl_differs(w->j, DECL_D_KEY_GONE, f.name);
	}
}

static void references_of(struct pg_work *w, const struct pg_st *key)
{
	const struct pg_table *to = pg_table_then(w, key);
	struct strs cols = lost_key(w, key);
	bool any = false;

	for (size_t i = 0; to && cols.n && i < w->s1.ntables; i++) {
		const struct pg_table *t = &w->s1.tables[i];
		const struct pg_texts *fks = &t->part[PG_FKS];

		for (size_t k = 0; k < fks->n && !goes(w, t); k++) {
			struct decl_fk f = pg_take_fk(&w->q, fks->v[k].text);

			if (!str_eq(pg_key(w->a, f.schema_to, f.table_to),
			    to->old_key) || !pg_same_columns(f.cols_to, cols))
				continue;
			reference_first(w, t, &fks->v[k], key);
			any = true;
		}
	}
	if (any && key->kind == K_ALTER_PK)
		references_after(w, to);
}

void pg_references_around(struct pg_work *w)
{
	for (size_t i = 0, n = w->st.n; i < n; i++) {
		struct pg_st key = w->st.v[i];	/* the list may move */

		references_of(w, &key);
	}
}

/*
 * pg_alter: tables that are in both snapshots (jsonDiffer.ts, applyJsonDiff;
 * jsonStatements.ts, preparePgAlterColumns).
 */
#include "decl/pg.h"

/* --- columns ------------------------------------------------------------- */

struct change {
	const struct pg_table *was, *is;
	const struct pg_col *x, *y;
	bool type, dflt, notnull, primary, identity, generated, other;
};

static struct str without_space(struct arena *a, struct str type)
{
	size_t at = str_find(type, STR(" ("), 0);

	if (at == type.n)
		return type;
	return arena_printf(a, "%.*s%.*s", (int)at, type.p,
	    (int)(type.n - at - 1), type.p + at + 1);
}

static bool same_text(struct str x, struct str y)
{
	return !x.p == !y.p && str_eq(x, y);
}

/* What json-diff finds between two columns of one name. */
static bool find_change(struct pg_work *w, struct change *c)
{
	const struct decl_column *x = c->x->c, *y = c->y->c;

	c->type = !str_eq(c->x->type, c->y->type);
	c->dflt = !decl_value_same(&x->dflt, &y->dflt);
	c->notnull = x->notnull != y->notnull;
	c->primary = x->primary != y->primary;
	c->identity = !same_text(c->x->identity, c->y->identity);
	c->generated = !same_text(x->generated, y->generated);
	c->other = !same_text(c->x->type_schema, c->y->type_schema);
	if (c->type && str_eq(without_space(w->a, c->x->type),
	    without_space(w->a, c->y->type))) {
		c->type = false;
		if (!w->safe) {	/* the whole column is dropped */
			*c = (struct change){ 0 };
			return true;
		}
		if (c->dflt || c->notnull || c->primary || c->identity ||
		    c->generated)
			decl_differs(w->j, DECL_D_TYPE_SPACE,
			    pg_column_name(w, c->y));
		return true;
	}
	return c->type || c->dflt || c->notnull || c->primary ||
	    c->identity || c->generated || c->other;
}

static bool old_is_enum(struct pg_work *w, const struct change *c,
    struct str type)
{
	const struct decl *from = w->j->from;
	struct str base = pg_type_base(w->a, type, NULL);

	if (w->safe) {
		for (size_t i = 0; i < w->s1.nenums; i++)
			if (str_eq(w->s1.enums[i].name, base) &&
			    str_eq(w->s1.enums[i].schema, c->x->type_schema))
				return true;
		return false;
	}
	/* the column as it was before the renames of enums */
	return pg_enum_of(from, c->x->c->type_schema, base) != NULL;
}

static void add_type(struct pg_work *w, const struct change *c,
    struct pg_st s)
{
	s.kind = K_COL_TYPE;
	s.old_enum = old_is_enum(w, c, c->x->type);
	s.new_enum = pg_enum_of(w->j->to, c->y->type_schema,
	    pg_type_base(w->a, c->y->type, NULL)) != NULL;
	pg_add(w, s);
}

bool pg_is_rebuilt(const struct pg_work *w, const struct pg_col *c)
{
	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *s = &w->st.v[i];

		if (s->kind == K_REBUILD_ENUM &&
		    pg_is_of_type(w, s, c->type_schema, c->type))
			return true;
	}
	return false;
}

static void add_default(struct pg_work *w, const struct change *c,
    struct pg_st s)
{
	const struct decl_value *v = &c->y->c->dflt;

	if (v->kind == DECL_NO_VALUE) {
		s.kind = K_COL_DROP_DEFAULT;
		pg_add(w, s);
		return;
	}
	s.kind = K_COL_SET_DEFAULT;
	s.dflt = *v;
	if (!w->safe && decl_value_nested(&c->x->c->dflt, v))
		s.dflt = (struct decl_value){ .kind = DECL_NO_VALUE };
	/* the type change or the new enum sets it already */
	if ((c->type || pg_is_rebuilt(w, c->y)) &&
	    decl_value_identical(v, v)) {
		if (!w->safe || decl_value_truthy(v))
			return;
		decl_differs(w->j, DECL_D_DEFAULT_LOST,
		    pg_column_name(w, c->y));
	}
	pg_add(w, s);
}

/* An identity is of an integer type, always. */
static bool drops_identity_first(const struct change *c, bool safe)
{
	struct str type = c->y->type;

	return safe && c->type && c->x->identity.p && !c->y->identity.p &&
	    !str_is(type, "smallint") && !str_is(type, "integer") &&
	    !str_is(type, "bigint");
}

static void add_column_change(struct pg_work *w, const struct change *c,
    struct pg_st s)
{
	const struct decl_column *x = c->x->c, *y = c->y->c;
	/* an identity's NOT NULL cannot go before the identity */
	bool late = w->safe && !y->notnull && c->x->identity.p &&
	    !c->y->identity.p;
	bool early = drops_identity_first(c, w->safe);
	bool plain = w->safe && c->generated && !y->generated.p &&
	    (c->type || c->dflt);

	if (plain) {
		s.kind = K_COL_DROP_EXPRESSION;
		s.old = x->generated;
		pg_add(w, s);
		decl_differs(w->j, DECL_D_EXPRESSION_FIRST,
		    pg_column_name(w, c->y));
	}
	if (early) {
		s.kind = K_COL_DROP_IDENTITY;
		pg_add(w, s);
		decl_differs(w->j, DECL_D_IDENTITY_TYPE,
		    pg_column_name(w, c->y));
	}
	if (c->type)
		add_type(w, c, s);
	if (c->dflt)
		add_default(w, c, s);
	if (c->notnull && !late) {
		s.kind = y->notnull ? K_COL_SET_NOTNULL : K_COL_DROP_NOTNULL;
		pg_add(w, s);
	}
	if (c->identity && !early) {
		s.kind = !c->x->identity.p ? K_COL_ADD_IDENTITY :
		    !c->y->identity.p ? K_COL_DROP_IDENTITY :
		    K_COL_CHANGE_IDENTITY;
		s.text = c->y->identity;
		s.old = c->x->identity;
		pg_add(w, s);
	}
	if (c->notnull && late) {
		s.kind = K_COL_DROP_NOTNULL;
		pg_add(w, s);
	}
	if (c->generated && !plain) {
		s.kind = y->generated.p ? K_COL_GENERATE :
		    K_COL_DROP_EXPRESSION;
		s.old = x->generated;
		pg_add(w, s);
	}
}

static bool drops_primary(struct pg_work *w, const struct change *c)
{
	struct str name = arena_printf(w->a, "%.*s_%.*s",
	    STR_ARG(c->is->name), STR_ARG(c->y->name));

	if (!c->primary || c->y->c->primary)
		return false;
	for (size_t i = 0; i < c->is->part[PG_PKS].n; i++)
		if (str_eq(c->is->part[PG_PKS].v[i].key, name))
			return false;
	return true;
}

/* drizzle-kit looks into the old snapshot under the new names. */
static enum rc check_known(struct pg_work *w, const struct change *c)
{
	const struct decl *from = w->j->from;

	for (size_t i = 0; i < from->ntables; i++) {
		const struct decl_table *t = &from->tables[i];

		if (!str_eq(pg_key(w->a, t->schema, t->name), c->is->key))
			continue;
		for (size_t k = 0; k < t->ncols; k++)
			if (str_eq(t->cols[k].name, c->y->name))
				return RC_OK;
	}
	return decl_dies(w->j, "%.*s is renamed and its column %.*s changed "
	    "in one step", STR_ARG(c->is->name), STR_ARG(c->y->name));
}

static bool said(const struct change *c)
{
	return c->type || c->dflt || c->notnull || c->primary ||
	    c->identity || c->generated;
}

/* All PK drops, all PKs set, the rest by column.  *altered: json-diff found
 * something, whether a statement comes of it or not. */
static enum rc alter_columns(struct pg_work *w, const struct pg_table *x,
    const struct pg_table *y, bool *altered)
{
	struct decl_match m = decl_match(w->a, DECL_LIST(x->cols, x->ncols),
	    DECL_LIST(y->cols, y->ncols));
	VEC(struct change) v = { 0 };
	struct pg_st s = { .schema = x->schema, .table = x->name, .t = y };

	for (size_t i = 0; i < x->ncols; i++) {
		struct change c = { .was = x, .is = y, .x = &x->cols[i] };

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		c.y = &y->cols[m.ab[i]];
		if (!find_change(w, &c))
			continue;
		*altered = true;
		if (c.y && !w->safe && check_known(w, &c))
			return w->j->e->code;
		if (c.y)
			vec_push(w->a, &v, c);
		if (c.y && (x->renamed || c.x->renamed) && said(&c))
			decl_differs(w->j, DECL_D_RENAMED, y->name);
	}
	for (size_t set = 0; set < 2; set++)
		for (size_t i = 0; i < v.n; i++) {
			const struct change *c = &v.v[i];

			s.kind = set ? K_COL_SET_PK : K_COL_DROP_PK;
			s.name = c->y->name;
			if (set ? c->primary && c->y->c->primary :
			    drops_primary(w, c))
				pg_add(w, s);
		}
	for (size_t i = 0; i < v.n; i++) {
		s.name = v.v[i].y->name;
		s.col = v.v[i].y;
		s.was = v.v[i].x;
		add_column_change(w, &v.v[i], s);
	}
	return RC_OK;
}

/* --- parts --------------------------------------------------------------- */

/* Deleted and added first, what changed under one name after. */
const struct pg_part_verbs pg_part_kind[PG_PART_N] = {
	[PG_INDEXES] = { K_DROP_INDEX, K_ADD_INDEX },
	[PG_FKS] = { K_DROP_FK, K_ADD_FK },
	[PG_PKS] = { K_DROP_PK, K_ADD_PK },
	[PG_UNIQUES] = { K_DROP_UNIQUE, K_ADD_UNIQUE },
	[PG_POLICIES] = { K_DROP_POLICY, K_CREATE_POLICY },
	[PG_CHECKS] = { K_DROP_CHECK, K_ADD_CHECK },
};

struct pair {
	const struct pg_table *x, *y;
	struct decl_match m[PG_PART_N];
};

static bool part_differs(struct pg_work *w, struct pair *p, enum pg_part part)
{
	const struct pg_texts *x = &p->x->part[part], *y = &p->y->part[part];
	struct decl_match *m = &p->m[part];

	*m = decl_match(w->a, DECL_LIST(x->v, x->n), DECL_LIST(y->v, y->n));
	if (m->added || m->deleted)
		return true;
	for (size_t i = 0; i < x->n; i++)
		if (!str_eq(x->v[i].text, y->v[m->ab[i]].text))
			return true;
	return false;
}

static void part_came_and_went(struct pg_work *w, const struct pair *p,
    enum pg_part part)
{
	const struct pg_texts *x = &p->x->part[part], *y = &p->y->part[part];
	struct pg_st s = { .schema = p->x->schema, .table = p->x->name,
		.t = p->y };

	for (size_t i = 0; i < x->n; i++)
		if (p->m[part].ab[i] == DECL_NOWHERE) {
			s.kind = pg_part_kind[part].drop;
			s.text = x->v[i].text;
			pg_add(w, s);
		}
	for (size_t i = 0; i < y->n; i++)
		if (p->m[part].ba[i] == DECL_NOWHERE) {
			s.kind = pg_part_kind[part].add;
			s.text = y->v[i].text;
			pg_add(w, s);
		}
}

static void part_changed(struct pg_work *w, const struct pair *p,
    enum pg_part part)
{
	const struct pg_texts *x = &p->x->part[part], *y = &p->y->part[part];
	struct pg_st s = { .schema = p->x->schema, .table = p->x->name,
		.t = p->y };

	for (size_t i = 0; i < x->n; i++) {
		size_t at = p->m[part].ab[i];

		if (at == DECL_NOWHERE ||
		    str_eq(x->v[i].text, y->v[at].text))
			continue;
		s.text = x->v[i].text;
		s.kind = pg_part_kind[part].drop;
		if (part == PG_PKS) {	/* one statement for both */
			s.old = s.text;
			s.text = y->v[at].text;
			s.kind = K_ALTER_PK;
			pg_add(w, s);
			continue;
		}
		pg_add(w, s);
		s.text = y->v[at].text;
		s.kind = pg_part_kind[part].add;
		pg_add(w, s);
	}
}

static enum rc policies_changed(struct pg_work *w, const struct pair *p)
{
	const struct pg_texts *x = &p->x->part[PG_POLICIES];
	const struct pg_texts *y = &p->y->part[PG_POLICIES];
	struct pg_st s = { .schema = p->x->schema, .table = p->x->name };

	for (size_t i = 0; i < x->n; i++) {
		size_t at = p->m[PG_POLICIES].ab[i];
		struct decl_policy was, is;
		bool anew;

		if (at == DECL_NOWHERE ||
		    str_eq(x->v[i].text, y->v[at].text))
			continue;
		s.old = x->v[i].text;
		s.text = y->v[at].text;
		if (!pg_take_policy(&w->q, s.old, &was) ||
		    !pg_take_policy(&w->q, s.text, &is))
			return decl_dies(w->j,
			    "policy %.*s falls apart at --",
			    STR_ARG(x->v[i].key));
		anew = !str_eq(was.as, is.as) || !str_eq(was.to_for, is.to_for);
		if (!anew && w->safe && ((was.using_expr.n &&
		    !is.using_expr.n) || (was.with_check.n &&
		    !is.with_check.n))) {
			anew = true;	/* ALTER cannot take it away */
			decl_differs(w->j, DECL_D_POLICY,
			    arena_printf(w->a, "%.*s.%.*s",
			    STR_ARG(p->x->name), STR_ARG(is.name)));
		}
		if (!anew) {
			s.kind = K_ALTER_POLICY;
			pg_add(w, s);
			continue;
		}
		s.kind = K_CREATE_POLICY;
		pg_add(w, s);
		s.kind = K_DROP_POLICY;
		s.text = s.old;
		pg_add(w, s);
	}
	return RC_OK;
}

/* --- row level security -------------------------------------------------- */

static void switch_rls(struct pg_work *w, const struct pg_table *t, bool on)
{
	pg_add(w, (struct pg_st){ .kind = on ? K_ENABLE_RLS : K_DISABLE_RLS,
		.schema = t->schema, .table = t->name });
}

static void rls_of(struct pg_work *w, const struct pg_table *t,
    const struct pg_table *was)
{
	size_t n = t->part[PG_POLICIES].n;
	size_t before = was ? was->part[PG_POLICIES].n : 0;
	bool on = was && was->rls;

	if (!before && n && !t->rls)
		switch_rls(w, t, true);
	if (before && !n && !t->rls)
		switch_rls(w, t, false);
	if (t->rls != on && (t->rls || !n))
		switch_rls(w, t, t->rls);
}

/* Only looked at when some table is altered (§5.2). */
static void all_rls(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a,
	    DECL_LIST(x->tables, x->ntables), DECL_LIST(y->tables, y->ntables));

	for (size_t i = 0; i < y->ntables; i++)
		rls_of(w, &y->tables[i], m.ba[i] == DECL_NOWHERE ? NULL :
		    &x->tables[m.ba[i]]);
	for (size_t i = 0; i < x->ntables; i++)
		if (m.ab[i] == DECL_NOWHERE && !x->tables[i].rls)
			switch_rls(w, &x->tables[i], false);
}

/* --- all tables ---------------------------------------------------------- */

static const enum pg_part moving[] = { PG_PKS, PG_UNIQUES, PG_CHECKS, PG_FKS };

static enum rc alter_table(struct pg_work *w, struct pair *p)
{
	for (size_t i = 0; i < sizeof(moving) / sizeof(*moving); i++) {
		part_came_and_went(w, p, moving[i]);
		part_changed(w, p, moving[i]);
	}
	part_came_and_went(w, p, PG_INDEXES);
	return RC_OK;
}

static void new_policies(struct pg_work *w)
{
	for (size_t i = 0, n = w->st.n; i < n; i++) {
		struct pg_st s = w->st.v[i];

		if (s.kind != K_CREATE_TABLE)
			continue;
		s.kind = K_CREATE_POLICY;
		for (size_t k = 0; k < s.t->part[PG_POLICIES].n; k++) {
			s.text = s.t->part[PG_POLICIES].v[k].text;
			pg_add(w, s);
		}
	}
}

enum rc pg_alter_tables(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a,
	    DECL_LIST(x->tables, x->ntables), DECL_LIST(y->tables, y->ntables));
	VEC(struct pair) altered = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < x->ntables; i++) {
		struct pair p = { .x = &x->tables[i] };
		bool differs;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		p.y = &y->tables[m.ab[i]];
		differs = p.x->rls != p.y->rls;
		rc = alter_columns(w, p.x, p.y, &differs);
		for (size_t k = 0; k < PG_PART_N; k++)
			differs |= part_differs(w, &p, (enum pg_part)k);
		if (differs)
			vec_push(w->a, &altered, p);
		if (differs && p.x->moved)
			decl_differs(w->j, DECL_D_RENAMED, p.x->name);
	}
	for (size_t i = 0; !rc && i < altered.n; i++)
		rc = alter_table(w, &altered.v[i]);
	for (size_t i = 0; !rc && i < altered.n; i++) {
		part_changed(w, &altered.v[i], PG_INDEXES);
		rc = policies_changed(w, &altered.v[i]);
	}
	if (altered.n)
		all_rls(w);
	for (size_t i = 0; w->safe && altered.n && i < x->ntables; i++)
		if (x->tables[i].moved && !x->tables[i].rls)
			decl_differs(w->j, DECL_D_MOVED_RLS,
			    x->tables[i].name);
	new_policies(w);
	return rc;
}

/*
 * pg_enum: a value that is added to an enum and used in the same step.  The
 * transaction that adds it must not use it (PostgreSQL manual, ALTER TYPE,
 * Notes), but for a type that it made itself: so the type is made anew.
 */
#include "decl/pg.h"

static bool is_of(struct pg_work *w, const struct pg_st *s,
    const struct decl_column *c)
{
	return pg_is_of_type(w, s, c->type_schema, c->type);
}

static bool holds(struct str text, struct str part)
{
	return part.n && memmem(text.p ? text.p : "", text.n, part.p, part.n);
}

/* The value as a literal, or in one of an array. */
static bool holds_value(struct str text, struct str value)
{
	for (size_t i = 1; i + value.n < text.n; i++)
		if (strchr("'{,\"", text.p[i - 1]) &&
		    strchr("'},\"", text.p[i + value.n]) &&
		    !memcmp(text.p + i, value.p, value.n))
			return true;
	return false;
}

/* Of the type, or of a column of it: a text that only looks so costs a
 * rewrite of the table, one that is missed the migration. */
static bool speaks_of(struct pg_work *w, const struct pg_st *s,
    struct str text)
{
	if (holds(text, s->name))
		return true;
	for (size_t i = 0; i < w->j->to->ntables; i++) {
		const struct decl_table *t = &w->j->to->tables[i];

		for (size_t k = 0; k < t->ncols; k++)
			if (is_of(w, s, &t->cols[k]) &&
			    holds(text, t->cols[k].name))
				return true;
	}
	return false;
}

static bool is_used(struct pg_work *w, const struct pg_st *s)
{
	for (size_t i = 0; i < w->j->statements.n; i++) {
		struct str text = w->j->statements.v[i];

		if (!str_starts(text, STR("ALTER TYPE ")) &&
		    !str_starts(text, STR("CREATE TYPE ")) &&
		    holds_value(text, s->text) && speaks_of(w, s, text))
			return true;
	}
	return false;
}

/* --- what would not follow the type -------------------------------------- */

static bool reads(const struct decl_table *t, struct str column)
{
	for (size_t i = 0; i < t->nchecks; i++)
		if (holds(t->checks[i].value, column))
			return true;
	for (size_t i = 0; i < t->nindexes; i++) {
		if (holds(t->indexes[i].where, column))
			return true;
		for (size_t k = 0; k < t->indexes[i].ncols; k++)
			if (t->indexes[i].cols[k].is_expression &&
			    holds(t->indexes[i].cols[k].expression, column))
				return true;
	}
	for (size_t i = 0; i < t->npolicies; i++)
		if (holds(t->policies[i].using_expr, column) ||
		    holds(t->policies[i].with_check, column))
			return true;
	for (size_t i = 0; i < t->ncols; i++)
		if (holds(t->cols[i].generated, column))
			return true;
	return false;
}

static bool stands_alone(struct pg_work *w, const struct pg_st *s)
{
	const struct decl *from = w->j->from;
	bool alone = pg_enum_of(from, s->schema, s->name) != NULL &&
	    !from->npolicies;

	for (size_t i = 0; alone && i < w->st.n; i++)
		alone = w->st.v[i].kind != K_RENAME_SCHEMA;
	for (size_t i = 0; i < from->ntables; i++) {
		const struct decl_table *t = &from->tables[i];

		for (size_t k = 0; alone && k < t->ncols; k++) {
			if (!is_of(w, s, &t->cols[k]))
				continue;
			alone = !reads(t, t->cols[k].name);
			for (size_t v = 0; alone && v < from->nviews; v++)
				alone = from->views[v].existing || !holds(
				    from->views[v].definition, t->name);
		}
	}
	return alone;
}

/* Where something else hangs on the type it is made anew as where a value
 * goes: what stands in the way is dropped before and made after. */
static void remake(struct pg_work *w, struct pg_st *s)
{
	if (stands_alone(w, s)) {
		s->kind = K_REMAKE_ENUM;
		return;
	}
	for (size_t i = 0; i < w->s2.nenums; i++)
		if (str_eq(w->s2.enums[i].schema, s->schema) &&
		    str_eq(w->s2.enums[i].name, s->name))
			s->type = &w->s2.enums[i];
	s->kind = K_REBUILD_ENUM;
	s->values = s->type->values;
}

bool pg_remake_enums(struct pg_work *w, struct pg_st *plain)
{
	bool any = false;

	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *s = &w->st.v[i];

		if (s->kind != K_ADD_VALUE || s->place == PG_UNWRITTEN ||
		    !is_used(w, s))
			continue;
		for (size_t k = 0; k < w->st.n; k++) {
			struct pg_st *x = &w->st.v[k];

			if (x->kind == K_ADD_VALUE &&
			    str_eq(x->name, s->name) &&
			    str_eq(x->schema, s->schema))
				x->place = plain[k].place = PG_UNWRITTEN;
		}
		plain[i].place = 0;
		remake(w, &plain[i]);
		decl_differs(w->j, DECL_D_ENUM_IN_USE, s->name);
		any = true;
	}
	return any;
}

/* --- the statements ------------------------------------------------------ */

static void remake_column(struct pg_work *w, const struct pg_st *s,
    const struct decl_table *t, const struct decl_column *c)
{
	const struct pg_col col = { .name = c->name, .type = c->type,
		.type_schema = c->type_schema, .c = c };
	struct str arrays, head = SQL_OF(w, Z("ALTER TABLE "),
	    NAME(t->schema, t->name), Z(" ALTER COLUMN "), ID(c->name));
	bool dflt = c->dflt.kind != DECL_NO_VALUE;

	(void)pg_type_base(w->a, c->type, &arrays);
	if (dflt)
		SAY(w, RAW(head), Z(" DROP DEFAULT;"));
	SAY(w, RAW(head), Z(" SET DATA TYPE "), NAME(s->schema, s->name),
	    RAW(arrays), Z(" USING "), ID(c->name), Z("::text"), RAW(arrays),
	    Z("::"), NAME(s->schema, s->name), RAW(arrays), Z(";"));
	if (dflt)
		SAY(w, RAW(head), Z(" SET DEFAULT "), RAW(pg_default_text(w,
		    t->name, &col, &c->dflt)), Z(";"));
}

void pgw_remake_enum(struct pg_work *w, const struct pg_st *s)
{
	const struct decl *from = w->j->from;
	const struct decl_enum *now = pg_enum_of(w->j->to, s->schema, s->name);
	struct str old = arena_printf(w->a, "%.*s__old", STR_ARG(s->name));
	struct pg_st create = *s;

	create.values = now->values;
	SAY(w, Z("ALTER TYPE "), NAME(s->schema, s->name), Z(" RENAME TO "),
	    ID(old), Z(";"));
	pgw_create_enum(w, &create);
	for (size_t i = 0; i < from->ntables; i++)
		for (size_t k = 0; k < from->tables[i].ncols; k++)
			if (is_of(w, s, &from->tables[i].cols[k]))
				remake_column(w, s, &from->tables[i],
				    &from->tables[i].cols[k]);
	SAY(w, Z("DROP TYPE "), NAME(s->schema, old), Z(";"));
}

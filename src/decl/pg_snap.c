/* pg_snap: a snapshot in the form in which two are compared. */
#include "decl/pg.h"

struct str pg_key(struct arena *a, struct str schema, struct str name)
{
	return arena_printf(a, "%.*s.%.*s",
	    STR_ARG(schema.n ? schema : STR("public")), STR_ARG(name));
}

static const struct decl_table *home_in(const struct decl *d,
    const struct decl_column *c)
{
	for (size_t i = 0; i < d->ntables; i++)
		for (size_t k = 0; k < d->tables[i].ncols; k++)
			if (c == &d->tables[i].cols[k])
				return &d->tables[i];
	return NULL;
}

const struct decl_table *pg_home_of(const struct pg_work *w,
    const struct decl_column *c)
{
	const struct decl_table *t = home_in(w->j->to, c);

	return t ? t : home_in(w->j->from, c);
}

bool pg_is_of_type(const struct pg_work *w, const struct pg_st *type,
    struct str schema, struct str name)
{
	return str_eq(schema, type->schema) &&
	    str_eq(pg_type_base(w->a, name, NULL), type->name);
}

struct pg_cols pg_cols_of_type(const struct pg_work *w,
    const struct pg_st *type)
{
	struct pg_cols out = { NULL, 0 };
	size_t most = 0;

	for (size_t i = 0; i < w->s1.ntables; i++)
		most += w->s1.tables[i].ncols;
	out.v = arena_array(w->a, const struct pg_col *, most);
	for (size_t i = 0; i < w->s1.ntables; i++)
		for (size_t k = 0; k < w->s1.tables[i].ncols; k++) {
			const struct pg_col *c = &w->s1.tables[i].cols[k];

			if (pg_is_of_type(w, type, c->type_schema, c->type))
				out.v[out.n++] = c;
		}
	return out;
}

struct str pg_column_name(const struct pg_work *w, const struct pg_col *c)
{
	const struct decl_table *t = pg_home_of(w, c->c);

	if (!t)
		return c->name;
	return arena_printf(w->a, "%.*s%s%.*s.%.*s", STR_ARG(t->schema),
	    t->schema.n ? "." : "", STR_ARG(t->name), STR_ARG(c->name));
}

const struct pg_table *pg_table_of(const struct pg_snap *s, struct str key)
{
	for (size_t i = 0; i < s->ntables; i++)
		if (str_eq(s->tables[i].key, key))
			return &s->tables[i];
	return NULL;
}

const struct pg_table *pg_table_then(const struct pg_work *w,
    const struct pg_st *s)
{
	for (size_t i = 0; i < w->s1.ntables; i++)
		if (str_eq(w->s1.tables[i].name, s->table) &&
		    str_eq(w->s1.tables[i].schema, s->schema))
			return &w->s1.tables[i];
	return NULL;
}

const struct pg_col *pg_col_of(const struct pg_table *t, struct str name)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (str_eq(t->cols[i].name, name))
			return &t->cols[i];
	return NULL;
}

const struct decl_enum *pg_enum_of(const struct decl *d, struct str schema,
    struct str name)
{
	for (size_t i = 0; i < d->nenums; i++)
		if (str_eq(d->enums[i].schema, schema) &&
		    str_eq(d->enums[i].name, name))
			return &d->enums[i];
	return NULL;
}

static void table_of(struct pg_work *w, const struct decl_table *t,
    struct pg_table *out)
{
	*out = (struct pg_table){ .key = pg_key(w->a, t->schema, t->name),
		.name = t->name, .schema = t->schema, .rls = t->rls,
		.cols = arena_array(w->a, struct pg_col, t->ncols),
		.ncols = t->ncols };
	out->old_key = out->key;
	for (size_t i = 0; i < t->ncols; i++) {
		const struct decl_column *c = &t->cols[i];

		out->cols[i] = (struct pg_col){ c->name, c->type,
			c->type_schema, c->identity ?
			pg_squash_identity(&w->q, c->identity) : STR_NONE, c,
			false };
	}
	for (size_t i = 0; i < PG_PART_N; i++)
		out->part[i] = pg_squash_part(&w->q, t, (enum pg_part)i);
}

static void types_of(struct pg_work *w, const struct decl *d,
    struct pg_snap *s)
{
	s->nenums = d->nenums;
	s->enums = arena_array(w->a, struct pg_enum, d->nenums);
	for (size_t i = 0; i < d->nenums; i++)
		s->enums[i] = (struct pg_enum){
			pg_key(w->a, d->enums[i].schema, d->enums[i].name),
			d->enums[i].name, d->enums[i].schema,
			d->enums[i].values };
	s->nseqs = d->nsequences;
	s->seqs = arena_array(w->a, struct pg_seq, d->nsequences);
	for (size_t i = 0; i < d->nsequences; i++)
		s->seqs[i] = (struct pg_seq){
			pg_key(w->a, d->sequences[i].schema,
			    d->sequences[i].name),
			d->sequences[i].name, d->sequences[i].schema,
			pg_squash_sequence(&w->q, &d->sequences[i]) };
}

struct pg_snap pg_snap_of(struct pg_work *w, const struct decl *d)
{
	struct pg_snap s = { .ntables = d->ntables, .nviews = d->nviews,
		.nroles = d->nroles, .npolicies = d->npolicies,
		.tables = arena_array(w->a, struct pg_table, d->ntables),
		.views = arena_array(w->a, struct pg_view, d->nviews),
		.roles = arena_array(w->a, struct pg_role, d->nroles),
		.policies = arena_array(w->a, struct pg_text, d->npolicies) };

	for (size_t i = 0; i < d->ntables; i++)
		table_of(w, &d->tables[i], &s.tables[i]);
	for (size_t i = 0; i < d->nviews; i++)
		s.views[i] = (struct pg_view){ pg_key(w->a,
			d->views[i].schema, d->views[i].name),
			d->views[i].name, d->views[i].schema, STR_NONE,
			STR_NONE, &d->views[i] };
	for (size_t i = 0; i < d->nroles; i++)
		s.roles[i] = (struct pg_role){ d->roles[i].name,
			&d->roles[i] };
	for (size_t i = 0; i < d->npolicies; i++)
		s.policies[i] = (struct pg_text){ d->policies[i].name,
			pg_squash_policy(&w->q, &d->policies[i]) };
	types_of(w, d, &s);
	return s;
}

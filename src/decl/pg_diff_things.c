/*
 * pg_diff_things: what stands beside the tables: schemas, enums, sequences,
 * roles and views; see pg_diff.h.
 */
#include "decl/pg_diff.h"

/* --- items --------------------------------------------------------------- */

static struct decl_item schema_item(struct pg_work *w, const struct str *s,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = *s, .index = i };
}

static struct decl_item enum_item(struct pg_work *w, const struct pg_enum *x,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = x->name, .schema = x->schema,
		.parts = x->values, .index = i };
}

static struct decl_item seq_item(struct pg_work *w, const struct pg_seq *x,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = x->name, .schema = x->schema,
		.index = i };
}

static struct decl_item role_item(struct pg_work *w, const struct pg_role *x,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = x->key, .index = i };
}

static struct decl_item view_item(struct pg_work *w, const struct pg_view *x,
    size_t i)
{
	struct str *parts = arena_array(w->a, struct str, x->v->ncols);

	for (size_t k = 0; k < x->v->ncols; k++)
		parts[k] = x->v->cols[k].name;
	return (struct decl_item){ .name = x->name, .schema = x->schema,
		.parts = { parts, x->v->ncols }, .index = i };
}

/* --- schemas ------------------------------------------------------------- */

/* Views and the types of columns are forgotten by drizzle-kit. */
static void rename_schema(struct pg_work *w, struct str from, struct str to)
{
	struct pg_snap *s = &w->s1;

	for (size_t i = 0; i < s->ntables; i++) {
		struct pg_table *t = &s->tables[i];

		for (size_t k = 0; w->safe && k < t->ncols; k++)
			if (str_eq(t->cols[k].type_schema, from))
				t->cols[k].type_schema = to;
		if (!str_eq(t->schema, from))
			continue;
		t->schema = to;
		t->key = pg_key(w->a, to, t->name);
		t->renamed = true;
	}
	for (size_t i = 0; i < s->nenums; i++)
		if (str_eq(s->enums[i].schema, from)) {
			s->enums[i].schema = to;
			s->enums[i].key = pg_key(w->a, to, s->enums[i].name);
		}
	for (size_t i = 0; i < s->nseqs; i++)
		if (str_eq(s->seqs[i].schema, from)) {
			s->seqs[i].schema = to;
			s->seqs[i].key = pg_key(w->a, to, s->seqs[i].name);
		}
	for (size_t i = 0; w->safe && i < s->nviews; i++)
		if (str_eq(s->views[i].schema, from)) {
			s->views[i].schema = to;
			s->views[i].key = pg_key(w->a, to, s->views[i].name);
		}
}

enum rc pg_diff_schemas(struct pg_work *w)
{
	struct strs left = w->j->from->schemas, right = w->j->to->schemas;
	struct decl_match m = decl_match(w->a, DECL_LIST(left.v, left.n),
	    DECL_LIST(right.v, right.n));
	struct sides s = SIDES(w, left.v, left.n, right.v, right.n, m,
	    schema_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_SCHEMA, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_CREATE_SCHEMA,
			.name = is.created.v[i]->name });
	for (size_t i = 0; i < is.deleted.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_DROP_SCHEMA,
			.name = is.deleted.v[i]->name });
	for (size_t i = 0; i < is.renamed.n; i++) {
		const struct decl_pairing *p = &is.renamed.v[i];

		pg_add(w, (struct pg_st){ .kind = K_RENAME_SCHEMA,
			.name = p->from->name, .to = p->to->name });
		rename_schema(w, p->from->name, p->to->name);
	}
	return RC_OK;
}

/* --- enums --------------------------------------------------------------- */

static void retype(struct pg_work *w, const struct decl_pairing *p)
{
	for (size_t i = 0; i < w->s1.ntables; i++) {
		struct pg_table *t = &w->s1.tables[i];

		for (size_t k = 0; k < t->ncols; k++) {
			struct pg_col *c = &t->cols[k];
			struct str arrays = STR_NONE, base = c->type;

			if (w->safe)
				base = pg_type_base(w->a, c->type, &arrays);
			if (!str_eq(base, p->from->name) ||
			    !str_eq(or_public(c->type_schema),
				p->from->schema))
				continue;
			c->type = arrays.n ? arena_printf(w->a, "%.*s%.*s",
			    STR_ARG(p->to->name), STR_ARG(arrays)) :
			    p->to->name;
			c->type_schema = p->to->schema;
		}
	}
}

static void enum_renamed(struct pg_work *w, const struct decl_pairing *p)
{
	struct pg_enum *x = &w->s1.enums[p->from->index];

	if (!same_schema(p))
		pg_add(w, (struct pg_st){ .kind = K_MOVE_ENUM,
			.schema = p->from->schema, .name = p->from->name,
			.to = p->to->schema });
	if (!same_name(p))
		pg_add(w, (struct pg_st){ .kind = K_RENAME_ENUM,
			.schema = p->to->schema, .name = p->from->name,
			.to = p->to->name });
	retype(w, p);
	/* moved only: drizzle-kit keeps the old key and compares no more */
	if (same_name(p) && !w->safe)
		return;
	x->name = p->to->name;
	x->schema = p->to->schema;
	x->key = pg_key(w->a, x->schema, x->name);
}

/* K_REBUILD_ENUM, or a K_ADD_VALUE each. */
static void enum_changed(struct pg_work *w, const struct pg_enum *x,
    const struct pg_enum *y)
{
	size_t *to = arena_array(w->a, size_t, x->values.n);
	size_t *before = arena_array(w->a, size_t, y->values.n);
	size_t next = DECL_NOWHERE;

	decl_align(w->a, x->values, y->values, to);
	for (size_t i = 0; i < y->values.n; i++)
		before[i] = DECL_NOWHERE;
	for (size_t i = 0; i < x->values.n; i++) {
		if (to[i] == DECL_NOWHERE) {
			pg_add(w, (struct pg_st){ .kind = K_REBUILD_ENUM,
				.schema = x->schema, .name = x->name,
				.values = y->values, .type = y });
			return;
		}
		before[to[i]] = i;
	}
	for (size_t i = y->values.n; i-- > 0;) {
		size_t own = before[i];

		before[i] = next;
		if (own != DECL_NOWHERE) {
			next = own;
			before[i] = DECL_NOWHERE - 1;	/* not added */
		}
	}
	for (size_t i = 0; i < y->values.n; i++) {
		if (before[i] == DECL_NOWHERE - 1)
			continue;
		pg_add(w, (struct pg_st){ .kind = K_ADD_VALUE,
			.schema = x->schema, .name = x->name,
			.text = y->values.v[i],
			.old = before[i] == DECL_NOWHERE ? STR("") :
			    x->values.v[before[i]] });
	}
}

enum rc pg_diff_enums(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a, DECL_LIST(x->enums, x->nenums),
	    DECL_LIST(y->enums, y->nenums));
	struct sides s = SIDES(w, x->enums, x->nenums, y->enums, y->nenums, m,
	    enum_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_ENUM, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++) {
		const struct pg_enum *n = &y->enums[is.created.v[i]->index];

		pg_add(w, (struct pg_st){ .kind = K_CREATE_ENUM,
			.schema = n->schema, .name = n->name,
			.values = n->values });
	}
	for (size_t i = 0; i < is.deleted.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_DROP_ENUM,
			.schema = is.deleted.v[i]->schema,
			.name = is.deleted.v[i]->name });
	for (size_t i = 0; i < is.renamed.n; i++)
		enum_renamed(w, &is.renamed.v[i]);
	m = decl_match(w->a, DECL_LIST(x->enums, x->nenums),
	    DECL_LIST(y->enums, y->nenums));
	for (size_t i = 0; i < x->nenums; i++)
		if (m.ab[i] != DECL_NOWHERE && !strs_eq(x->enums[i].values,
		    y->enums[m.ab[i]].values))
			enum_changed(w, &x->enums[i], &y->enums[m.ab[i]]);
	return RC_OK;
}

/* --- sequences, roles ---------------------------------------------------- */

static void seq_renamed(struct pg_work *w, const struct decl_pairing *p)
{
	struct pg_seq *x = &w->s1.seqs[p->from->index];

	if (!same_schema(p))
		pg_add(w, (struct pg_st){ .kind = K_MOVE_SEQ,
			.schema = or_public(p->from->schema),
			.name = p->from->name,
			.to = or_public(p->to->schema) });
	if (!same_name(p))
		pg_add(w, (struct pg_st){ .kind = K_RENAME_SEQ,
			.schema = p->to->schema, .name = p->from->name,
			.to = p->to->name });
	if (same_name(p) && !w->safe)
		return;
	x->name = p->to->name;
	x->schema = p->to->schema;
	x->key = pg_key(w->a, x->schema, x->name);
}

enum rc pg_diff_sequences(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a, DECL_LIST(x->seqs, x->nseqs),
	    DECL_LIST(y->seqs, y->nseqs));
	struct sides s = SIDES(w, x->seqs, x->nseqs, y->seqs, y->nseqs, m,
	    seq_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_SEQUENCE, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++) {
		const struct pg_seq *n = &y->seqs[is.created.v[i]->index];

		pg_add(w, (struct pg_st){ .kind = K_CREATE_SEQ,
			.schema = n->schema, .name = n->name,
			.text = n->text });
	}
	for (size_t i = 0; i < is.deleted.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_DROP_SEQ,
			.schema = is.deleted.v[i]->schema,
			.name = is.deleted.v[i]->name });
	for (size_t i = 0; i < is.renamed.n; i++)
		seq_renamed(w, &is.renamed.v[i]);
	m = decl_match(w->a, DECL_LIST(x->seqs, x->nseqs),
	    DECL_LIST(y->seqs, y->nseqs));
	for (size_t i = 0; i < x->nseqs; i++) {
		const struct pg_seq *n;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		n = &y->seqs[m.ab[i]];
		if (!str_eq(x->seqs[i].text, n->text))
			pg_add(w, (struct pg_st){ .kind = K_ALTER_SEQ,
				.schema = n->schema, .name = n->name,
				.text = n->text, .old = x->seqs[i].text });
	}
	return RC_OK;
}

enum rc pg_diff_roles(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a, DECL_LIST(x->roles, x->nroles),
	    DECL_LIST(y->roles, y->nroles));
	struct sides s = SIDES(w, x->roles, x->nroles, y->roles, y->nroles, m,
	    role_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_ROLE, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_CREATE_ROLE,
			.role = y->roles[is.created.v[i]->index].r });
	for (size_t i = 0; i < is.deleted.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_DROP_ROLE,
			.name = is.deleted.v[i]->name });
	for (size_t i = 0; i < is.renamed.n; i++) {
		const struct decl_pairing *p = &is.renamed.v[i];

		pg_add(w, (struct pg_st){ .kind = K_RENAME_ROLE,
			.name = p->from->name, .to = p->to->name });
		x->roles[p->from->index].key = p->to->name;
	}
	m = decl_match(w->a, DECL_LIST(x->roles, x->nroles),
	    DECL_LIST(y->roles, y->nroles));
	for (size_t i = 0; i < x->nroles; i++) {
		const struct decl_role *r = x->roles[i].r, *n;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		n = y->roles[m.ab[i]].r;
		if (r->create_db != n->create_db ||
		    r->create_role != n->create_role ||
		    r->inherit != n->inherit)
			pg_add(w, (struct pg_st){ .kind = K_ALTER_ROLE,
				.role = n });
	}
	return RC_OK;
}

/* --- views --------------------------------------------------------------- */

/* drizzle-kit looks a moved view up under its old name in the new schema. */
static enum rc view_moved(struct pg_work *w, const struct decl_pairing *p,
    const struct pg_view *x, const struct decl_view *v)
{
	struct str schema = or_public(p->to->schema), name = p->from->name;

	if (w->safe)
		name = p->to->name;
	else if (!same_name(p)) {
		struct str key = pg_key(w->a, schema, name);
		size_t i = 0;

		while (i < w->s2.nviews && !str_eq(w->s2.views[i].key, key))
			i++;
		if (i == w->s2.nviews)
			return decl_dies(w->j, "view %.*s is renamed and "
			    "moved in one step", STR_ARG(name));
		v = w->s2.views[i].v;
	}
	if (!v->existing && !x->v->existing)
		pg_add(w, (struct pg_st){ .kind = K_MOVE_VIEW,
			.schema = or_public(p->from->schema), .name = name,
			.to = schema, .materialized = v->materialized,
			.view = v });
	return RC_OK;
}

static enum rc view_renamed(struct pg_work *w, const struct decl_pairing *p)
{
	struct pg_view *x = &w->s1.views[p->from->index];
	const struct decl_view *v = w->s2.views[p->to->index].v;
	bool both = !same_name(p) && !same_schema(p);
	enum rc rc = RC_OK;

	if (!same_name(p) && !v->existing && !x->v->existing)
		pg_add(w, (struct pg_st){ .kind = K_RENAME_VIEW,
			.schema = w->safe ? p->from->schema : p->to->schema,
			.name = p->from->name, .to = p->to->name,
			.materialized = v->materialized, .view = v });
	if (!same_schema(p))
		rc = view_moved(w, p, x, v);
	if (both && w->safe)
		decl_differs(w->j, DECL_D_RENAMED, p->to->name);
	x->old_name = p->from->name;
	x->old_schema = p->from->schema;
	x->name = p->to->name;
	if (!same_schema(p) || !same_name(p))
		x->key = pg_key(w->a, same_schema(p) ? x->schema :
		    p->to->schema, x->name);
	return rc;
}

/* Options of the left that the right has not, and so on. */
enum with { WITH_GONE, WITH_NEW, WITH_OTHER };

static void view_options(struct pg_work *w, const struct pg_view *x,
    const struct pg_view *y, enum with which, struct pg_st s)
{
	const struct decl_view *l = x->v, *r = y->v;
	const struct decl_view *of = which == WITH_GONE ? l : r;
	const struct decl_view *other = which == WITH_GONE ? r : l;
	VEC(struct decl_pair) list = { 0 };

	for (size_t i = 0; i < of->nwith; i++) {
		const struct decl_pair *p = &of->with[i];
		size_t k = 0;

		while (k < other->nwith &&
		    !str_eq(other->with[k].key, p->key))
			k++;
		if ((k == other->nwith) != (which != WITH_OTHER))
			continue;
		if (which == WITH_OTHER && decl_value_same(&p->value,
		    &other->with[k].value))
			continue;
		vec_push(w->a, &list, *p);
	}
	s.kind = which == WITH_GONE ? K_VIEW_RESET : K_VIEW_SET;
	s.with = list.v;
	s.nwith = list.n;
	/* `with` as a whole came or went: also when it is empty */
	if (list.n || (which != WITH_OTHER && l->has_with != r->has_with &&
	    of->has_with))
		pg_add(w, s);
}

static void view_setting(struct pg_work *w, struct pg_st s,
    enum pg_verb kind, struct str old, struct str now, const char *usual)
{
	if (str_eq(old, now))
		return;
	s.kind = kind;
	s.to = now.n ? now : str_z(usual);
	pg_add(w, s);
}

/* Safe: it goes under its old name and as what it was. */
static void view_anew(struct pg_work *w, const struct pg_view *x,
    struct pg_st s)
{
	s.kind = K_CREATE_VIEW;
	pg_add(w, s);
	s.kind = K_DROP_VIEW;
	if (w->safe && x->old_name.p) {
		s.schema = x->old_schema;
		s.name = x->old_name;
		decl_differs(w->j, DECL_D_RENAMED_VIEW, x->name);
		for (size_t i = 0; i < w->st.n; i++)
			if ((w->st.v[i].kind == K_RENAME_VIEW ||
			    w->st.v[i].kind == K_MOVE_VIEW) &&
			    w->st.v[i].view == s.view)
				w->st.v[i].place = PG_UNWRITTEN;
	}
	if (w->safe && s.materialized != x->v->materialized) {
		s.materialized = x->v->materialized;
		decl_differs(w->j, DECL_D_VIEW_KIND, x->name);
	}
	pg_add(w, s);
}

static void view_changed(struct pg_work *w, const struct pg_view *x,
    const struct pg_view *y)
{
	const struct decl_view *l = x->v, *r = y->v;
	struct pg_st s = { .schema = y->schema, .name = y->name, .view = r,
		.materialized = r->materialized };

	if (r->existing)
		return;
	if (l->existing || (l->definition.p && r->definition.p &&
	    !str_eq(l->definition, r->definition)) ||
	    (w->safe && l->materialized != r->materialized)) {
		view_anew(w, x, s);
		return;
	}
	if (l->has_with != r->has_with) {
		view_options(w, x, y, r->has_with ? WITH_NEW : WITH_GONE, s);
	} else {
		view_options(w, x, y, WITH_NEW, s);
		view_options(w, x, y, WITH_GONE, s);
		view_options(w, x, y, WITH_OTHER, s);
	}
	view_setting(w, s, K_VIEW_SPACE, l->tablespace, r->tablespace,
	    "pg_default");
	view_setting(w, s, K_VIEW_METHOD, l->method, r->method, "heap");
}

enum rc pg_diff_views(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a, DECL_LIST(x->views, x->nviews),
	    DECL_LIST(y->views, y->nviews));
	struct sides s = SIDES(w, x->views, x->nviews, y->views, y->nviews, m,
	    view_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_VIEW, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++) {
		const struct pg_view *n = &y->views[is.created.v[i]->index];

		if (!n->v->existing)
			pg_add(w, (struct pg_st){ .kind = K_CREATE_VIEW,
				.schema = n->schema, .name = n->name,
				.view = n->v });
	}
	for (size_t i = 0; i < is.deleted.n; i++) {
		const struct pg_view *o = &x->views[is.deleted.v[i]->index];

		if (!o->v->existing)
			pg_add(w, (struct pg_st){ .kind = K_DROP_VIEW,
				.schema = o->schema, .name = o->name,
				.materialized = o->v->materialized });
	}
	for (size_t i = 0; !rc && i < is.renamed.n; i++)
		rc = view_renamed(w, &is.renamed.v[i]);
	if (rc)
		return rc;
	m = decl_match(w->a, DECL_LIST(x->views, x->nviews),
	    DECL_LIST(y->views, y->nviews));
	for (size_t i = 0; i < x->nviews; i++)
		if (m.ab[i] != DECL_NOWHERE)
			view_changed(w, &x->views[i], &y->views[m.ab[i]]);
	return RC_OK;
}

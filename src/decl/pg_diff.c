/*
 * pg_diff: the walk over two snapshots, and tables with what is theirs; see
 * pg_diff.h.
 */
#include "decl/pg_diff.h"

void pg_add(struct pg_work *w, struct pg_st s)
{
	vec_push(w->a, &w->st, s);
}

/* --- items --------------------------------------------------------------- */

static struct decl_item text_item(struct pg_work *w, const struct pg_text *x,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = x->key, .index = i };
}

static struct decl_item table_item(struct pg_work *w,
    const struct pg_table *t, size_t i)
{
	struct str *parts = arena_array(w->a, struct str, t->ncols);

	for (size_t k = 0; k < t->ncols; k++)
		parts[k] = arena_printf(w->a, "%.*s %.*s",
		    STR_ARG(t->cols[k].name), STR_ARG(t->cols[k].type));
	return (struct decl_item){ .name = t->name,
		.schema = t->schema.p ? t->schema : STR(""),
		.parts = { parts, t->ncols }, .index = i };
}

static struct decl_item col_item(struct pg_work *w, const struct pg_col *c,
    size_t i)
{
	(void)w;
	return (struct decl_item){ .name = c->name, .type = c->type,
		.notnull = c->c->notnull, .position = i, .index = i };
}

/* --- tables -------------------------------------------------------------- */

static void table_created(struct pg_work *w, const struct pg_table *t)
{
	struct pg_st s = { .schema = t->schema, .table = t->name, .t = t };

	s.kind = K_CREATE_TABLE;
	pg_add(w, s);
	for (size_t i = 0; i < t->part[PG_FKS].n; i++) {
		s.kind = K_NEW_FK;
		s.text = t->part[PG_FKS].v[i].text;
		pg_add(w, s);
	}
	for (size_t i = 0; i < t->part[PG_INDEXES].n; i++) {
		s.kind = K_NEW_INDEX;
		s.text = t->part[PG_INDEXES].v[i].text;
		pg_add(w, s);
	}
}

static void table_renamed(struct pg_work *w, const struct decl_pairing *p)
{
	struct pg_table *t = &w->s1.tables[p->from->index];

	if (!same_schema(p)) {
		t->moved = same_name(p);
		pg_add(w, (struct pg_st){ .kind = K_MOVE_TABLE,
			.schema = or_public(p->from->schema),
			.table = p->from->name,
			.to = or_public(p->to->schema) });
	}
	if (!same_name(p))
		pg_add(w, (struct pg_st){ .kind = K_RENAME_TABLE,
			.schema = p->to->schema, .table = p->from->name,
			.to = p->to->name });
	if (same_name(p) && !w->safe)
		return;
	t->renamed = true;
	t->name = p->to->name;
	t->schema = p->to->schema;
	t->key = pg_key(w->a, t->schema, t->name);
}

static enum rc diff_tables(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a,
	    DECL_LIST(x->tables, x->ntables), DECL_LIST(y->tables, y->ntables));
	struct sides s = SIDES(w, x->tables, x->ntables, y->tables,
	    y->ntables, m, table_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_TABLE, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++)
		table_created(w, &y->tables[is.created.v[i]->index]);
	for (size_t i = 0; i < is.deleted.n; i++) {
		const struct pg_table *t =
		    &x->tables[is.deleted.v[i]->index];

		pg_add(w, (struct pg_st){ .kind = K_DROP_TABLE,
			.schema = t->schema, .table = t->name, .t = t });
	}
	for (size_t i = 0; i < is.renamed.n; i++)
		table_renamed(w, &is.renamed.v[i]);
	return RC_OK;
}

/* --- columns and policies ------------------------------------------------ */

static enum rc diff_columns(struct pg_work *w, struct pg_table *x,
    const struct pg_table *y)
{
	struct decl_match m = decl_match(w->a, DECL_LIST(x->cols, x->ncols),
	    DECL_LIST(y->cols, y->ncols));
	struct decl_item table = { .name = x->name, .schema = x->schema };
	struct pg_st st = { .schema = x->schema, .table = x->name };
	struct decl_settled is;
	struct sides s;
	enum rc rc;

	if (!m.added && !m.deleted)
		return RC_OK;
	if (x->moved)		/* drizzle-kit compares it no more */
		decl_differs(w->j, DECL_D_RENAMED, x->name);
	s = SIDES(w, x->cols, x->ncols, y->cols, y->ncols, m, col_item);
	rc = settle(w, DECL_K_COLUMN, &table, &s, &is);
	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++) {
		st.kind = K_ADD_COLUMN;
		st.col = &y->cols[is.created.v[i]->index];
		pg_add(w, st);
	}
	for (size_t i = 0; i < is.deleted.n; i++) {
		st.kind = K_DROP_COLUMN;
		st.name = is.deleted.v[i]->name;
		pg_add(w, st);
	}
	for (size_t i = 0; i < is.renamed.n; i++) {
		const struct decl_pairing *p = &is.renamed.v[i];

		st.kind = K_RENAME_COLUMN;
		st.name = p->from->name;
		st.to = p->to->name;
		pg_add(w, st);
		/* what comes after compares policies under the names of
		 * columns, and columns under their old ones */
		for (size_t k = 0; k < x->part[PG_POLICIES].n; k++)
			if (!w->safe && str_eq(x->part[PG_POLICIES].v[k].key,
			    st.name))
				x->part[PG_POLICIES].v[k].key = st.to;
		if (w->safe) {
			x->cols[p->from->index].name = st.to;
			x->cols[p->from->index].renamed = true;
		}
	}
	return RC_OK;
}

static void policy_renamed(struct pg_work *w, struct pg_table *x,
    const struct decl_pairing *p, const struct pg_text *now)
{
	struct pg_text *text = &x->part[PG_POLICIES].v[p->from->index];
	struct decl_policy is;

	pg_add(w, (struct pg_st){ .kind = K_RENAME_POLICY,
		.schema = x->schema, .table = x->name,
		.name = p->from->name, .to = p->to->name });
	if (!w->safe || !pg_take_policy(&w->q, text->text, &is))
		return;
	is.name = p->to->name;
	*text = (struct pg_text){ is.name, pg_squash_policy(&w->q, &is) };
	if (!str_eq(text->text, now->text))
		decl_differs(w->j, DECL_D_RENAMED, is.name);
}

/* The name within the text: a mark in it is drizzle-kit's affair. */
static struct decl_item policy_item(struct pg_work *w,
    const struct pg_text *x, size_t i)
{
	struct decl_policy p = { .name = x->key };

	(void)pg_take_policy(&w->q, x->text, &p);
	return (struct decl_item){ .name = p.name, .index = i };
}

static enum rc diff_policies(struct pg_work *w, struct pg_table *x,
    const struct pg_table *y)
{
	struct pg_texts *left = &x->part[PG_POLICIES];
	const struct pg_texts *right = &y->part[PG_POLICIES];
	struct decl_match m = decl_match(w->a, DECL_LIST(left->v, left->n),
	    DECL_LIST(right->v, right->n));
	struct decl_item table = { .name = x->name, .schema = x->schema };
	struct pg_st st = { .schema = x->schema, .table = x->name };
	struct decl_settled is;
	struct sides s;
	enum rc rc;

	if (!m.added && !m.deleted)
		return RC_OK;
	if (x->moved)		/* drizzle-kit compares it no more */
		decl_differs(w->j, DECL_D_RENAMED, x->name);
	s = SIDES(w, left->v, left->n, right->v, right->n, m, policy_item);
	rc = settle(w, DECL_K_POLICY, &table, &s, &is);
	if (rc)
		return rc;
	for (size_t i = 0; i < is.created.n; i++) {
		st.kind = K_CREATE_POLICY;
		st.text = right->v[is.created.v[i]->index].text;
		pg_add(w, st);
	}
	for (size_t i = 0; i < is.deleted.n; i++) {
		st.kind = K_DROP_POLICY;
		st.text = left->v[is.deleted.v[i]->index].text;
		pg_add(w, st);
	}
	for (size_t i = 0; i < is.renamed.n; i++)
		policy_renamed(w, x, &is.renamed.v[i],
		    &right->v[is.renamed.v[i].to->index]);
	return RC_OK;
}

/* Policies of a table are asked for after the columns of all tables. */
static enum rc diff_members(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a,
	    DECL_LIST(x->tables, x->ntables), DECL_LIST(y->tables, y->ntables));
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < x->ntables; i++)
		if (m.ab[i] != DECL_NOWHERE)
			rc = diff_columns(w, &x->tables[i],
			    &y->tables[m.ab[i]]);
	/* K_CREATE_POLICY of altered tables come before those of new ones */
	for (size_t i = 0; !rc && i < x->ntables; i++)
		if (m.ab[i] != DECL_NOWHERE)
			rc = diff_policies(w, &x->tables[i],
			    &y->tables[m.ab[i]]);
	return rc;
}

/* --- policies of tables elsewhere ---------------------------------------- */

static enum rc linked_changed(struct pg_work *w, const struct pg_text *x,
    const struct pg_text *y)
{
	struct pg_st s = { .text = y->text, .old = x->text };
	struct decl_policy is, was;

	if (!pg_take_policy(&w->q, y->text, &is) ||
	    !pg_take_policy(&w->q, x->text, &was))
		return decl_dies(w->j, "policy %.*s falls apart at --",
		    STR_ARG(x->key));
	if (str_eq(is.as, was.as) && str_eq(is.to_for, was.to_for)) {
		s.kind = K_ALTER_LINKED;
		pg_add(w, s);
		return RC_OK;
	}
	pg_add(w, (struct pg_st){ .kind = K_DROP_LINKED, .text = x->text });
	pg_add(w, (struct pg_st){ .kind = K_CREATE_LINKED, .text = y->text });
	return RC_OK;
}

static enum rc diff_linked(struct pg_work *w)
{
	struct pg_snap *x = &w->s1, *y = &w->s2;
	struct decl_match m = decl_match(w->a,
	    DECL_LIST(x->policies, x->npolicies),
	    DECL_LIST(y->policies, y->npolicies));
	struct sides s = SIDES(w, x->policies, x->npolicies, y->policies,
	    y->npolicies, m, text_item);
	struct decl_settled is;
	enum rc rc = settle(w, DECL_K_POLICY, NULL, &s, &is);

	if (rc)
		return rc;
	for (size_t i = 0; i < is.renamed.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_RENAME_LINKED,
			.text = x->policies[is.renamed.v[i].from->index].text,
			.name = is.renamed.v[i].from->name,
			.to = is.renamed.v[i].to->name });
	for (size_t i = 0; i < is.created.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_CREATE_LINKED,
			.text = y->policies[is.created.v[i]->index].text });
	for (size_t i = 0; i < is.deleted.n; i++)
		pg_add(w, (struct pg_st){ .kind = K_DROP_LINKED,
			.text = x->policies[is.deleted.v[i]->index].text });
	for (size_t i = 0; !rc && i < x->npolicies; i++)
		if (m.ab[i] != DECL_NOWHERE && !str_eq(x->policies[i].text,
		    y->policies[m.ab[i]].text))
			rc = linked_changed(w, &x->policies[i],
			    &y->policies[m.ab[i]]);
	return rc;
}

/* --- the whole ----------------------------------------------------------- */

/* Types that come with an extension, which no migration makes by itself. */
static const struct {
	const char *type, *extension;
} extensions[] = { { "vector", "vector" }, { "halfvec", "vector" },
	{ "sparsevec", "vector" }, { "geometry", "postgis" } };

static bool has_type(const struct decl *d, struct str type)
{
	for (size_t i = 0; i < d->ntables; i++)
		for (size_t k = 0; k < d->tables[i].ncols; k++) {
			struct str t = d->tables[i].cols[k].type;

			if (str_starts(t, type) && (t.n == type.n ||
			    strchr("([", t.p[type.n])))
				return true;
		}
	return false;
}

static void say_extensions(struct decl_job *j)
{
	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++) {
		struct str type = str_z(extensions[i].type);

		if (has_type(j->to, type) && !has_type(j->from, type))
			decl_warn(j, "the type %s is of the extension %s: "
			    "where it may be missing, a migration before this "
			    "one makes it (generate --custom; CREATE "
			    "EXTENSION)", extensions[i].type,
			    extensions[i].extension);
	}
}

static enum rc diff(struct decl_job *j)
{
	static enum rc (*const stages[])(struct pg_work *) = { pg_diff_schemas,
		pg_diff_enums, pg_diff_sequences, pg_diff_roles, diff_tables,
		diff_members, diff_linked, pg_diff_views };
	struct pg_work w = { .j = j, .a = j->a, .safe = j->safe,
		.q = { j->a, ";", "--", ",,", "," } };

	if (j->safe)		/* bytes that UTF-8 does not have */
		w.q = (struct pg_squash){ j->a, "\xff", "\xfe", "\xfd",
			"\xfc" };
	w.s1 = pg_snap_of(&w, j->from);
	w.s2 = pg_snap_of(&w, j->to);
	for (size_t i = 0; i < sizeof(stages) / sizeof(*stages); i++) {
		enum rc rc = stages[i](&w);

		if (rc)
			return rc;
		if (!i && j->open.n)	/* all names hang on the schemas */
			return RC_OK;
	}
	if (j->open.n)
		return RC_OK;
	if (pg_alter_tables(&w))
		return j->e->code;
	if (j->safe)
		say_extensions(j);
	return pg_write(&w);
}

const struct decl_ops decl_ops_pg = { .diff = diff };

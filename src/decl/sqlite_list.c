/*
 * list: the statements of a migration in the order in which drizzle-kit
 * makes them, before they are grouped (spec §5.4).
 */
#include "decl/sqlite.h"

#define VIEWS STR("undefined")	/* the group of what has no table */

static void put(struct sq *q, struct sq_statement s)
{
	vec_push(q->a, &q->list, s);
}

static void rebuild(struct sq *q, const struct sq_pair *p, size_t times)
{
	for (size_t i = 0; i < times; i++)
		put(q, (struct sq_statement){ .kind = SQ_REBUILD,
			.table = p->now->name, .now = p->now, .pair = p });
}

void sq_list_index(struct sq *q, struct str table, const struct decl_table *t,
    struct str data, bool internal)
{
	put(q, (struct sq_statement){ .kind = SQ_CREATE_INDEX, .table = table,
		.now = t, .data = data, .internal = internal });
}

/* --- tables and columns renamed ------------------------------------------ */

static void list_tables(struct sq *q)
{
	for (size_t i = 0; i < q->created.n; i++)
		put(q, (struct sq_statement){ .kind = SQ_CREATE_TABLE,
			.table = q->created.v[i]->name,
			.now = q->created.v[i] });
	for (size_t i = 0; i < q->deleted.n; i++)
		put(q, (struct sq_statement){ .kind = SQ_DROP_TABLE,
			.table = q->deleted.v[i]->name });
	for (size_t i = 0; i < q->tables.n; i++)
		put(q, (struct sq_statement){ .kind = SQ_RENAME_TABLE,
			.table = q->tables.v[i].to,
			.name = q->tables.v[i].from,
			.to = q->tables.v[i].to });
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].renamed.n; k++)
			put(q, (struct sq_statement){ .kind = SQ_RENAME_COLUMN,
				.table = q->pairs[i].now->name,
				.name = q->pairs[i].renamed.v[k].from,
				.to = q->pairs[i].renamed.v[k].to });
}

/* --- parts ---------------------------------------------------------------- */

static bool column_stays(const struct decl_table *t, struct str name)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (str_eq(t->cols[i].name, name))
			return true;
	return false;
}

/* libSQL: a key whose columns all go needs nothing of its own. */
static bool key_goes_with_columns(struct sq *q, const struct sq_pair *p,
    struct str data)
{
	struct decl_fk f = sq_read_fk(q, data);

	for (size_t i = 0; i < f.cols_from.n; i++)
		if (column_stays(p->now, f.cols_from.v[i]))
			return false;
	return q->turso;
}

static void list_dropped_keys(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++) {
		const struct sq_pair *p = &q->pairs[i];

		for (size_t k = 0; k < p->fks.deleted.n; k++)
			if (!key_goes_with_columns(q, p,
			    p->fks.deleted.v[k].text))
				rebuild(q, p, 1);
		rebuild(q, p, p->fks.was.n);
	}
}

static void list_dropped_checks(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++)
		rebuild(q, &q->pairs[i], q->pairs[i].checks.deleted.n +
		    q->pairs[i].checks.was.n);
}

static void drop_index(struct sq *q, const struct sq_pair *p,
    const struct sq_part *x)
{
	put(q, (struct sq_statement){ .kind = SQ_DROP_INDEX,
		.table = p->now->name, .data = x->text });
}

static void list_dropped_indexes(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].indexes.deleted.n; k++)
			drop_index(q, &q->pairs[i],
			    &q->pairs[i].indexes.deleted.v[k]);
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].indexes.was.n; k++)
			drop_index(q, &q->pairs[i],
			    &q->pairs[i].indexes.was.v[k]);
}

/* A composite key that has got another name only is left alone. */
static bool keys_change(const struct sq_pair *p)
{
	size_t gone = p->pks.deleted.n, made = p->pks.added.n;

	if (!gone || !made)
		return gone != made;
	return !str_eq(p->pks.deleted.v[gone - 1].text,
	    p->pks.added.v[made - 1].text);
}

static void list_primary_keys(struct sq *q, bool added)
{
	for (size_t i = 0; i < q->npairs; i++)
		if (keys_change(&q->pairs[i]))
			rebuild(q, &q->pairs[i], added ?
			    q->pairs[i].pks.added.n :
			    q->pairs[i].pks.deleted.n);
}

static void list_added_indexes(struct sq *q)
{
	for (size_t i = 0; i < q->created.n; i++) {
		const struct decl_table *t = q->created.v[i];
		struct sq_table_parts parts;

		sq_split(q, t, &parts);
		for (size_t k = 0; k < parts.indexes.n; k++)
			sq_list_index(q, t->name, t, parts.indexes.v[k].text,
			    true);
	}
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].indexes.added.n; k++)
			sq_list_index(q, q->pairs[i].now->name,
			    q->pairs[i].now,
			    q->pairs[i].indexes.added.v[k].text, true);
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].indexes.now.n; k++)
			sq_list_index(q, q->pairs[i].now->name,
			    q->pairs[i].now,
			    q->pairs[i].indexes.now.v[k].text, true);
}

static void list_added_checks(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++)
		rebuild(q, &q->pairs[i], q->pairs[i].checks.added.n +
		    q->pairs[i].checks.now.n);
}

static void reference(struct sq *q, const struct sq_pair *p,
    const struct sq_part *x)
{
	put(q, (struct sq_statement){ .kind = SQ_REFERENCE,
		.table = p->now->name, .now = p->now, .pair = p,
		.data = x->text });
}

static void list_added_keys(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++) {
		const struct sq_pair *p = &q->pairs[i];

		for (size_t k = 0; k < p->fks.added.n; k++)
			reference(q, p, &p->fks.added.v[k]);
		for (size_t k = 0; k < p->fks.now.n; k++)
			reference(q, p, &p->fks.now.v[k]);
	}
}

/* --- columns -------------------------------------------------------------- */

const struct sq_part *sq_reference_of(struct sq *q, const struct sq_pair *p,
    struct str column, size_t *count)
{
	const struct sq_part *found = NULL;

	*count = 0;
	for (size_t i = 0; i < p->fks.added.n; i++) {
		struct decl_fk f = sq_read_fk(q, p->fks.added.v[i].text);

		for (size_t k = 0; k < f.cols_from.n; k++) {
			if (!str_eq(f.cols_from.v[k], column))
				continue;
			if (!found)
				found = &p->fks.added.v[i];
			(*count)++;
			break;
		}
	}
	return found;
}

static void stored(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c)
{
	decl_warn(q->j, "%.*s.%.*s: SQLite adds no stored generated column "
	    "to a table that is there; no statement was written for it",
	    STR_ARG(p->now->name), STR_ARG(c->name));
}

static void add_column(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c)
{
	const struct sq_part *fk;
	size_t n;

	if (q->j->safe && sq_add_rebuilds(q, p, c)) {
		rebuild(q, p, 1);
		return;
	}
	if (str_is(c->generated_type, "stored")) {
		stored(q, p, c);
		return;
	}
	fk = sq_reference_of(q, p, c->name, &n);
	put(q, (struct sq_statement){ .kind = SQ_ADD_COLUMN,
		.table = p->now->name, .now = p->now, .pair = p, .col = c,
		.data = fk ? fk->text : STR_NONE });
}

/*
 * Safe: a generated column comes after, and goes before, what it reads.  The
 * plain ones of `v` first, or last.
 */
static void in_order(struct sq *q, const struct sq_pair *p,
    const struct decl_column *const *v, size_t n, bool plain_first,
    void (*each)(struct sq *, const struct sq_pair *,
    const struct decl_column *))
{
	bool seen = false, swapped = false;

	for (size_t i = 0; i < n; i++) {
		bool first = !v[i]->generated.p == plain_first;

		swapped |= seen && first;
		seen |= !first;
		if (!q->j->safe || first)
			each(q, p, v[i]);
	}
	for (size_t i = 0; q->j->safe && i < n; i++)
		if (!v[i]->generated.p != plain_first)
			each(q, p, v[i]);
	if (q->j->safe && swapped)
		decl_differs(q->j, DECL_D_SQ_COLUMN_ORDER, p->now->name);
}

static void list_added_columns(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++)
		in_order(q, &q->pairs[i], q->pairs[i].created.v,
		    q->pairs[i].created.n, true, add_column);
}

static void drop_column(struct sq *q, const struct sq_pair *p,
    const struct decl_column *c)
{
	if (q->j->safe && sq_drop_rebuilds(q, p, c)) {
		rebuild(q, p, 1);
		return;
	}
	put(q, (struct sq_statement){ .kind = SQ_DROP_COLUMN,
		.table = p->now->name, .now = p->now, .pair = p, .col = c });
}

static void list_dropped_columns(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++)
		in_order(q, &q->pairs[i], q->pairs[i].deleted.v,
		    q->pairs[i].deleted.n, false, drop_column);
}

/* replace(" (", "("): the first one only */
static struct str tight(struct arena *a, struct str type)
{
	size_t at = str_find(type, STR(" ("), 0);

	if (at == type.n)
		return type;
	return arena_printf(a, "%.*s%.*s", STR_ARG(str_sub(type, 0, at)),
	    STR_ARG(str_sub(type, at + 1, type.n)));
}

/* A type that differs by a space hides what else differs (spec §5.1). */
static bool hidden(struct sq *q, const struct sq_pair *p,
    const struct decl_column *was, const struct decl_column *now)
{
	struct decl_column same = *now;

	if (str_eq(was->type, now->type) ||
	    !str_eq(tight(q->a, was->type), tight(q->a, now->type)))
		return false;
	same.type = was->type;
	if (!q->j->safe || !sq_column_differs(was, &same))
		return true;
	decl_differs(q->j, DECL_D_SQ_TYPE_SPACE, arena_printf(q->a,
	    "%.*s.%.*s", STR_ARG(p->now->name), STR_ARG(now->name)));
	return false;
}

static bool named_key(const struct decl_table *t, struct str column,
    struct arena *a)
{
	struct str name = arena_printf(a, "%.*s_%.*s", STR_ARG(t->name),
	    STR_ARG(column));

	for (size_t i = 0; i < t->npks; i++)
		if (str_eq(t->pks[i].name, name))
			return true;
	return false;
}

static void list_generated(struct sq *q, const struct sq_pair *p,
    const struct decl_column *was, const struct decl_column *now)
{
	if (str_eq(was->generated, now->generated) &&
	    str_eq(was->generated_type, now->generated_type) &&
	    !was->generated.p == !now->generated.p)
		return;
	if (q->j->safe && sq_replace_rebuilds(q, p, was, now))
		rebuild(q, p, 1);
	else if (now->generated.p && !str_is(now->generated_type, "virtual"))
		stored(q, p, now);
	else
		put(q, (struct sq_statement){ .kind = SQ_REPLACE_COLUMN,
			.table = p->now->name, .now = p->now, .pair = p,
			.col = now });
}

static void alter(struct sq *q, const struct sq_pair *p,
    const struct decl_column *now, bool set_default)
{
	put(q, (struct sq_statement){ .kind = SQ_ALTER_COLUMN,
		.table = p->now->name, .now = p->now, .pair = p, .col = now,
		.set_default = set_default });
}

static void list_altered_column(struct sq *q, const struct sq_pair *p,
    const struct decl_column *was, const struct decl_column *now)
{
	bool dflt = !decl_value_same(&was->dflt, &now->dflt);

	if (was->autoincrement != now->autoincrement)
		rebuild(q, p, 1);
	if (!str_eq(was->type, now->type))
		alter(q, p, now, false);
	if (dflt)
		alter(q, p, now, now->dflt.kind != DECL_NO_VALUE);
	if (was->notnull != now->notnull)
		alter(q, p, now, false);
	list_generated(q, p, was, now);
}

/* Pairs of columns that differ, primary keys first. */
static void list_alterations(struct sq *q, const struct sq_pair *p)
{
	struct decl_match m = decl_match(q->a,
	    DECL_LIST(p->old->cols, p->old->ncols),
	    DECL_LIST(p->now->cols, p->now->ncols));
	bool counts = false;	/* a column before this one got AUTOINCREMENT */

	for (size_t i = 0; i < p->old->ncols; i++) {
		const struct decl_column *was = &p->old->cols[i], *now;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		now = &p->now->cols[m.ab[i]];
		if (!sq_column_differs(was, now) || hidden(q, p, was, now))
			continue;
		counts |= !was->autoincrement && now->autoincrement;
		if (was->primary == now->primary)
			continue;
		if (now->primary ? !counts :
		    !named_key(p->now, now->name, q->a))
			rebuild(q, p, 1);
	}
	for (size_t i = 0; i < p->old->ncols; i++) {
		const struct decl_column *was = &p->old->cols[i], *now;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		now = &p->now->cols[m.ab[i]];
		if (sq_column_differs(was, now) && !hidden(q, p, was, now))
			list_altered_column(q, p, was, now);
	}
}

/* --- views ---------------------------------------------------------------- */

static void view(struct sq *q, enum sq_kind kind, const struct decl_view *v)
{
	put(q, (struct sq_statement){ .kind = kind, .table = VIEWS,
		.name = v->name, .to = v->definition });
}

static bool view_changes(const struct sq_view_pair *p)
{
	return !p->now->existing && (p->was->existing ||
	    (p->was->definition.p && p->now->definition.p &&
	    !str_eq(p->was->definition, p->now->definition)));
}

static void list_views(struct sq *q)
{
	for (size_t i = 0; i < q->views_deleted.n; i++)
		if (!q->views_deleted.v[i]->existing)
			view(q, SQ_DROP_VIEW, q->views_deleted.v[i]);
	for (size_t i = 0; i < q->views_renamed.n; i++)
		if (!q->views_renamed.v[i].now->existing)
			view(q, SQ_DROP_VIEW, q->views_renamed.v[i].was);
	for (size_t i = 0; i < q->views_kept.n; i++)
		if (view_changes(&q->views_kept.v[i]))
			view(q, SQ_DROP_VIEW, q->views_kept.v[i].now);
	for (size_t i = 0; i < q->views_created.n; i++)
		if (!q->views_created.v[i]->existing)
			view(q, SQ_CREATE_VIEW, q->views_created.v[i]);
	for (size_t i = 0; i < q->views_renamed.n; i++)
		if (!q->views_renamed.v[i].now->existing)
			view(q, SQ_CREATE_VIEW, q->views_renamed.v[i].now);
	for (size_t i = 0; i < q->views_kept.n; i++)
		if (view_changes(&q->views_kept.v[i]))
			view(q, SQ_CREATE_VIEW, q->views_kept.v[i].now);
}

void sq_list(struct sq *q)
{
	list_tables(q);
	list_dropped_keys(q);
	list_dropped_checks(q);
	list_dropped_indexes(q);
	list_primary_keys(q, false);
	for (size_t i = 0; i < q->npairs; i++)
		list_alterations(q, &q->pairs[i]);
	list_primary_keys(q, true);
	list_added_columns(q);
	list_added_indexes(q);
	list_added_checks(q);
	if (q->turso)
		list_views(q);
	list_added_keys(q);
	list_dropped_columns(q);
	for (size_t i = 0; i < q->npairs; i++)
		rebuild(q, &q->pairs[i], q->pairs[i].pks.was.n);
	if (!q->turso)
		list_views(q);
}

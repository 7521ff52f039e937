/*
 * match: tables, columns and views of two snapshots set side by side
 * (applySqliteSnapshotsDiff): who is new, gone, renamed or stays.
 */
#include "decl/sqlite.h"

bool sq_index_key(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (!s.n || s.n > 10 || (s.n > 1 && s.p[0] == '0'))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	}
	*out = v;
	return v < UINT32_MAX;
}

/* a after b in the order of keys, which stood the other way round? */
static bool keys_swap(struct str a, struct str b)
{
	uint64_t x, y;

	return sq_index_key(b, &y) && (!sq_index_key(a, &x) || x > y);
}

static const struct decl_item *table_items(struct sq *q,
    const struct decl_table *v, size_t n, const size_t *other, size_t *count)
{
	struct decl_item *items = arena_array(q->a, struct decl_item, n);

	*count = 0;
	for (size_t i = 0; i < n; i++) {
		struct str *cols;

		if (other[i] != DECL_NOWHERE)
			continue;
		cols = arena_array(q->a, struct str, v[i].ncols);
		for (size_t k = 0; k < v[i].ncols; k++)
			cols[k] = v[i].cols[k].name;
		items[(*count)++] = (struct decl_item){ .name = v[i].name,
			.position = i, .parts = { cols, v[i].ncols },
			.index = i };
	}
	return items;
}

static enum rc match_tables(struct sq *q)
{
	const struct decl *from = q->j->from, *to = q->j->to;
	struct decl_match m = decl_match(q->a,
	    DECL_LIST(from->tables, from->ntables),
	    DECL_LIST(to->tables, to->ntables));
	const struct decl_item *gone, *made;
	struct decl_settled s;
	size_t ngone, nmade;
	enum rc rc;

	gone = table_items(q, from->tables, from->ntables, m.ab, &ngone);
	made = table_items(q, to->tables, to->ntables, m.ba, &nmade);
	rc = decl_settle(q->j, DECL_K_TABLE, NULL, made, nmade, gone, ngone,
	    &s);
	if (rc)
		return rc;
	for (size_t i = 0; i < s.created.n; i++)
		vec_push(q->a, &q->created,
		    &to->tables[s.created.v[i]->index]);
	for (size_t i = 0; i < s.deleted.n; i++)
		vec_push(q->a, &q->deleted,
		    &from->tables[s.deleted.v[i]->index]);
	for (size_t i = 0; i < s.renamed.n; i++) {
		const struct decl_pairing *p = &s.renamed.v[i];

		vec_push(q->a, &q->tables,
		    (struct decl_rename){ p->from->name, p->to->name });
		m.ab[p->from->index] = p->to->index;
	}
	q->pairs = arena_array(q->a, struct sq_pair, from->ntables);
	for (size_t i = 0; i < from->ntables; i++) {
		struct sq_pair pair = { .was = &from->tables[i] };
		size_t at = q->npairs;

		if (m.ab[i] == DECL_NOWHERE)
			continue;
		pair.now = &to->tables[m.ab[i]];
		for (; at && keys_swap(q->pairs[at - 1].now->name,
		    pair.now->name); at--)
			q->pairs[at] = q->pairs[at - 1];
		q->pairs[at] = pair;
		q->npairs++;
	}
	return RC_OK;
}

static const struct decl_item *column_items(struct sq *q,
    const struct decl_table *t, const size_t *other, size_t *count)
{
	struct decl_item *items = arena_array(q->a, struct decl_item,
	    t->ncols);

	*count = 0;
	for (size_t i = 0; i < t->ncols; i++)
		if (other[i] == DECL_NOWHERE)
			items[(*count)++] = (struct decl_item){
				.name = t->cols[i].name,
				.type = t->cols[i].type,
				.notnull = t->cols[i].notnull,
				.position = i, .index = i };
	return items;
}

/* The old table under its new names; its other parts keep their texts. */
static const struct decl_table *renamed(struct sq *q, const struct sq_pair *p,
    const size_t *to)
{
	struct decl_table *t = arena_copy(q->a, p->was, sizeof(*t));
	struct decl_column *cols;

	t->name = p->now->name;
	if (!p->renamed.n)
		return t;
	cols = arena_array(q->a, struct decl_column, t->ncols);
	for (size_t i = 0; i < t->ncols; i++) {
		struct decl_column c = t->cols[i];
		size_t at = i;

		if (to[i] != DECL_NOWHERE)
			c.name = p->now->cols[to[i]].name;
		for (; at && keys_swap(cols[at - 1].name, c.name); at--)
			cols[at] = cols[at - 1];
		cols[at] = c;
	}
	t->cols = cols;
	return t;
}

static enum rc match_columns(struct sq *q, struct sq_pair *p)
{
	struct decl_match m = decl_match(q->a,
	    DECL_LIST(p->was->cols, p->was->ncols),
	    DECL_LIST(p->now->cols, p->now->ncols));
	struct decl_item table = { .name = p->now->name };
	const struct decl_item *gone, *made;
	struct decl_settled s;
	size_t ngone, nmade;
	enum rc rc;

	if (!m.deleted && !m.added) {
		p->old = renamed(q, p, m.ab);
		return RC_OK;
	}
	gone = column_items(q, p->was, m.ab, &ngone);
	made = column_items(q, p->now, m.ba, &nmade);
	rc = decl_settle(q->j, DECL_K_COLUMN, &table, made, nmade, gone,
	    ngone, &s);
	if (rc)
		return rc;
	for (size_t i = 0; i < s.created.n; i++)
		vec_push(q->a, &p->created,
		    &p->now->cols[s.created.v[i]->index]);
	for (size_t i = 0; i < s.deleted.n; i++)
		vec_push(q->a, &p->deleted,
		    &p->was->cols[s.deleted.v[i]->index]);
	for (size_t i = 0; i < s.renamed.n; i++) {
		const struct decl_pairing *x = &s.renamed.v[i];

		vec_push(q->a, &p->renamed,
		    (struct decl_rename){ x->from->name, x->to->name });
		m.ab[x->from->index] = x->to->index;
	}
	p->old = renamed(q, p, m.ab);
	return RC_OK;
}

static const struct decl_item *view_items(struct sq *q,
    const struct decl_view *v, size_t n, const size_t *other, size_t *count)
{
	struct decl_item *items = arena_array(q->a, struct decl_item, n);

	*count = 0;
	for (size_t i = 0; i < n; i++)
		if (other[i] == DECL_NOWHERE)
			items[(*count)++] = (struct decl_item){
				.name = v[i].name, .position = i, .index = i };
	return items;
}

static enum rc match_views(struct sq *q)
{
	const struct decl *from = q->j->from, *to = q->j->to;
	struct decl_match m = decl_match(q->a,
	    DECL_LIST(from->views, from->nviews),
	    DECL_LIST(to->views, to->nviews));
	const struct decl_item *gone, *made;
	struct decl_settled s;
	size_t ngone, nmade;
	enum rc rc;

	gone = view_items(q, from->views, from->nviews, m.ab, &ngone);
	made = view_items(q, to->views, to->nviews, m.ba, &nmade);
	rc = decl_settle(q->j, DECL_K_VIEW, NULL, made, nmade, gone, ngone,
	    &s);
	if (rc)
		return rc;
	for (size_t i = 0; i < s.created.n; i++)
		vec_push(q->a, &q->views_created,
		    &to->views[s.created.v[i]->index]);
	for (size_t i = 0; i < s.deleted.n; i++)
		vec_push(q->a, &q->views_deleted,
		    &from->views[s.deleted.v[i]->index]);
	for (size_t i = 0; i < s.renamed.n; i++)
		vec_push(q->a, &q->views_renamed, (struct sq_view_pair){
			&from->views[s.renamed.v[i].from->index],
			&to->views[s.renamed.v[i].to->index] });
	for (size_t i = 0; i < from->nviews; i++)
		if (m.ab[i] != DECL_NOWHERE)
			vec_push(q->a, &q->views_kept, (struct sq_view_pair){
				&from->views[i], &to->views[m.ab[i]] });
	return RC_OK;
}

static void compare_parts(struct sq *q, struct sq_pair *p)
{
	struct sq_table_parts old, now;

	sq_split(q, p->old, &old);
	sq_split(q, p->now, &now);
	sq_compare(q, old.indexes, now.indexes, &p->indexes);
	sq_compare(q, old.fks, now.fks, &p->fks);
	sq_compare(q, old.pks, now.pks, &p->pks);
	sq_compare(q, old.checks, now.checks, &p->checks);
}

enum rc sq_match(struct sq *q)
{
	enum rc rc = match_tables(q);

	/* Questions about columns depend on the answers about tables. */
	if (rc || q->j->open.n)
		return rc;
	for (size_t i = 0; i < q->npairs; i++) {
		rc = match_columns(q, &q->pairs[i]);
		if (rc)
			return rc;
	}
	rc = match_views(q);
	if (rc || q->j->open.n)
		return rc;
	for (size_t i = 0; i < q->npairs; i++)
		compare_parts(q, &q->pairs[i]);
	return RC_OK;
}

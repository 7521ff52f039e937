/*
 * group: statements by table, in the order in which tables come up; what
 * SQLite cannot alter makes one rebuild of the table, which swallows the
 * table's other statements (statementCombiner.ts).
 */
#include "decl/sqlite.h"

struct group {
	struct str table;
	VEC(struct sq_statement) v;
	bool rebuilt;
};
struct groups {
	struct sq *q;
	struct map *by_table;
	VEC(struct group *) v;
};

static struct group *group_of(struct groups *s, struct str table)
{
	struct group *g = map_get(s->by_table, table);

	if (g)
		return g;
	g = arena_new_of(s->q->a, struct group);
	g->table = table;
	map_put(s->by_table, table, g);
	vec_push(s->q->a, &s->v, g);
	return g;
}

/*
 * Exact: renames and what came before them stay when the table is renamed,
 * all goes when it is not, renames of columns too.  Safe: renames stay.
 */
static void clear(struct groups *s, struct group *g)
{
	bool was_renamed = false;
	size_t kept = 0;

	for (size_t i = 0; i < g->v.n; i++)
		was_renamed |= g->v.v[i].kind == SQ_RENAME_TABLE;
	if (!s->q->j->safe && was_renamed)
		return;
	for (size_t i = 0; s->q->j->safe && i < g->v.n; i++) {
		enum sq_kind kind = g->v.v[i].kind;

		if (kind == SQ_RENAME_TABLE || kind == SQ_RENAME_COLUMN)
			g->v.v[kept++] = g->v.v[i];
		if (kind == SQ_RENAME_COLUMN && !was_renamed)
			decl_differs(s->q->j, DECL_D_SQ_RENAME_LOST,
			    g->table);
		if (kind != SQ_RENAME_TABLE && kind != SQ_RENAME_COLUMN &&
		    was_renamed)
			decl_differs(s->q->j, DECL_D_SQ_RENAME_MORE,
			    g->table);
	}
	g->v.n = kept;
}

static void rebuild(struct groups *s, struct group *g,
    const struct sq_statement *why)
{
	struct sq *q = s->q;
	struct sq_table_parts parts;

	if (g->rebuilt)
		return;
	clear(s, g);
	g->rebuilt = true;
	vec_push(q->a, &g->v, (struct sq_statement){ .kind = SQ_RECREATE,
		.table = why->table, .now = why->now, .pair = why->pair });
	sq_split(q, why->now, &parts);
	for (size_t i = 0; i < parts.indexes.n; i++)
		vec_push(q->a, &g->v, (struct sq_statement){
			.kind = SQ_CREATE_INDEX, .table = why->table,
			.now = why->now, .data = parts.indexes.v[i].text });
}

static bool adds_column(const struct group *g, struct str name)
{
	for (size_t i = 0; i < g->v.n; i++)
		if (g->v.v[i].kind == SQ_ADD_COLUMN &&
		    str_eq(g->v.v[i].col->name, name))
			return true;
	return false;
}

static void take_reference(struct groups *s, struct group *g,
    const struct sq_statement *x)
{
	struct decl_fk f = sq_read_fk(s->q, x->data);

	if (f.cols_from.n == 1 && adds_column(g, f.cols_from.v[0]) &&
	    !(s->q->turso && f.cols_to.n > 1))
		return;
	if (!s->q->turso || f.cols_from.n > 1 || f.cols_to.n > 1)
		rebuild(s, g, x);
	else if (!g->rebuilt)
		vec_push(s->q->a, &g->v, *x);
}

/* libSQL alters a column that is no key, of this table or another. */
static void take_alter(struct groups *s, struct group *g,
    const struct sq_statement *x)
{
	bool key = x->col->primary;

	for (size_t i = 0; i < x->now->nfks; i++)
		for (size_t k = 0; k < x->now->fks[i].cols_from.n; k++)
			key |= str_eq(x->now->fks[i].cols_from.v[k],
			    x->col->name);
	if (key || !s->q->turso)
		rebuild(s, g, x);
	else if (!g->rebuilt)
		vec_push(s->q->a, &g->v, *x);
}

static void take(struct groups *s, const struct sq_statement *x)
{
	struct group *g = group_of(s, x->table);

	if (x->kind == SQ_REBUILD ||
	    (x->kind == SQ_ADD_COLUMN && x->col->primary))
		rebuild(s, g, x);
	else if (x->kind == SQ_REFERENCE)
		take_reference(s, g, x);
	else if (x->kind == SQ_ALTER_COLUMN)
		take_alter(s, g, x);
	else if (!g->rebuilt)
		vec_push(s->q->a, &g->v, *x);
}

static void sort_groups(struct groups *s)
{
	VEC(struct group *) sorted = { 0 };
	uint64_t v, w;

	for (size_t i = 0; i < s->v.n; i++) {
		size_t at = sorted.n;

		if (!sq_index_key(s->v.v[i]->table, &v))
			continue;
		vec_push(s->q->a, &sorted, s->v.v[i]);
		for (; at && sq_index_key(sorted.v[at - 1]->table, &w) && w > v;
		    at--)
			sorted.v[at] = sorted.v[at - 1];
		sorted.v[at] = s->v.v[i];
	}
	if (!sorted.n)
		return;
	for (size_t i = 0; i < s->v.n; i++)
		if (!sq_index_key(s->v.v[i]->table, &v))
			vec_push(s->q->a, &sorted, s->v.v[i]);
	memcpy(s->v.v, sorted.v, sorted.n * sizeof(struct group *));
}

static void collect(struct groups *s, bool tables, bool columns)
{
	struct sq *q = s->q;

	for (size_t i = 0; i < s->v.n; i++)
		for (size_t k = 0; k < s->v.v[i]->v.n; k++) {
			const struct sq_statement *x = &s->v.v[i]->v.v[k];

			if ((x->kind == SQ_RENAME_TABLE) == tables &&
			    (x->kind == SQ_RENAME_COLUMN) == columns)
				vec_push(q->a, &q->list, *x);
		}
}

void sq_group(struct sq *q)
{
	struct groups s = { .q = q, .by_table = map_new(q->a) };

	for (size_t i = 0; i < q->list.n; i++)
		take(&s, &q->list.v[i]);
	sort_groups(&s);
	q->list.n = 0;
	collect(&s, true, false);
	collect(&s, false, true);
	collect(&s, false, false);
}

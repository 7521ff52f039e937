/*
 * diff.c: matching two models and comparing what matches (rules in diff.h).
 *
 * Tables are paired first, then the columns of each pair; all else is merged
 * by name inside its pair.  Content names ("(a) -> parent(x)") hold names of
 * columns and tables, so what a rename leaves unmatched is matched once more
 * by its content (D.8).
 */
#include "diff/diff.h"

#include <stdlib.h>

#include "diff/internal.h"

const char *const change_op_word[CHANGE_OP_N] = {
	[CHANGE_ADD] = "add",
	[CHANGE_DROP] = "drop",
	[CHANGE_CHANGE] = "change",
	[CHANGE_RENAME] = "rename",
};

struct pair {			/* of tables, or of columns */
	const struct obj *from, *to;
};

struct pairs {
	struct pair *v;
	size_t n;
	bool renamed;		/* some pair has two names */
};

struct table_pair {
	const struct table *from, *to;
	struct pairs cols;
};

struct work {
	struct arena *a;
	const struct model *from, *to;
	const struct rename_hints *hints;
	bool hinted;
	bool managed_only;
	struct table_pair *tables;
	size_t ntables;
	bool renamed;		/* any table or column */
	VEC(struct change) out;
};

static bool is_left_out(const struct work *w, const struct obj *from,
    const struct obj *to)
{
	return w->managed_only && !(from && from->managed) &&
	    !(to && to->managed);
}

static void emit(struct work *w, enum change_op op, const struct obj *from,
    const struct obj *to, uint64_t fields)
{
	if (is_left_out(w, from, to))
		return;
	vec_push(w->a, &w->out, (struct change){ .op = op,
	    .kind = (to ? to : from)->kind, .from = from, .to = to,
	    .fields = fields });
}

/* --- pairing ---------------------------------------------------------- */

struct side_list {
	const struct obj *const *v;
	size_t n;
};

static const struct str *hinted(const struct work *w, enum obj_kind kind,
    struct str table, struct str to)
{
	for (size_t i = 0; w->hints && i < w->hints->n; i++) {
		const struct rename_hint *h = &w->hints->v[i];

		if (h->kind == kind && str_eq(h->to, to) &&
		    (kind == OBJ_TABLE || str_eq(h->table, table)))
			return &h->from;
	}
	return NULL;
}

enum how { HOW_HINT, HOW_EXACT, HOW_FOLD, HOW_N };

static struct map *names_of(struct arena *a, struct side_list l)
{
	struct map *m = map_new(a);

	for (size_t i = 0; i < l.n; i++)
		map_put(m, l.v[i]->name, (void *)&l.v[i]);
	return m;
}

/* The free member of `from` that the i-th way of matching gives. */
static const struct obj *const *candidate(const struct work *w, enum how how,
    struct side_list from, const struct map *names, const struct obj *to)
{
	const struct str *hint;

	switch (how) {
	case HOW_HINT:
		hint = hinted(w, to->kind, to->table, to->name);
		return hint ? map_get(names, *hint) : NULL;
	case HOW_EXACT:
		return map_get(names, to->name);
	case HOW_FOLD:
		if (w->to->dialect != DIALECT_SQLITE)
			return NULL;
		for (size_t i = 0; i < from.n; i++)
			if (str_ieq(from.v[i]->name, to->name))
				return &from.v[i];
		return NULL;
	case HOW_N:
		break;
	}
	return NULL;
}

/* Every object once: pairs, then those that only `from` has. */
static struct pairs pair_up(struct work *w, struct side_list from,
    struct side_list to)
{
	struct pairs p = { .v = arena_array(w->a, struct pair, from.n + to.n),
		.n = to.n };
	bool *used = arena_array(w->a, bool, from.n);
	struct map *names = names_of(w->a, from);

	for (int how = HOW_HINT; how < HOW_N; how++)
		for (size_t i = 0; i < to.n; i++) {
			const struct obj *const *hit;

			p.v[i].to = to.v[i];
			if (p.v[i].from)
				continue;
			hit = candidate(w, (enum how)how, from, names,
			    to.v[i]);
			if (!hit || used[hit - from.v] ||
			    !str_eq((*hit)->schema, to.v[i]->schema))
				continue;
			used[hit - from.v] = true;
			p.v[i].from = *hit;
			if (!str_eq((*hit)->name, to.v[i]->name))
				p.renamed = w->renamed = true;
		}
	for (size_t i = 0; i < from.n; i++)
		if (!used[i])
			p.v[p.n++].from = from.v[i];
	return p;
}

static void pair_columns(struct work *w, struct table_pair *t)
{
	if (t->from == t->to && !w->hinted)
		return;
	if (t->from && t->to)
		t->cols = pair_up(w,
		    (struct side_list){ (const void *)t->from->cols,
			t->from->ncols },
		    (struct side_list){ (const void *)t->to->cols,
			t->to->ncols });
}

/* Tables of one schema: each schema is a run of both lists. */
static void pair_tables(struct work *w)
{
	const struct model *x = w->from, *y = w->to;
	size_t i = 0, j = 0;

	w->tables = arena_array(w->a, struct table_pair,
	    x->ntables + y->ntables);
	while (i < x->ntables || j < y->ntables) {
		size_t i0 = i, j0 = j;
		struct pairs p;
		struct str schema;

		if (j == y->ntables || (i < x->ntables &&
		    str_cmp(x->tables[i]->o.schema,
			y->tables[j]->o.schema) < 0))
			schema = x->tables[i]->o.schema;
		else
			schema = y->tables[j]->o.schema;
		while (i < x->ntables &&
		    str_eq(x->tables[i]->o.schema, schema))
			i++;
		while (j < y->ntables &&
		    str_eq(y->tables[j]->o.schema, schema))
			j++;
		p = pair_up(w,
		    (struct side_list){ (const void *)(x->tables + i0),
			i - i0 },
		    (struct side_list){ (const void *)(y->tables + j0),
			j - j0 });
		for (size_t k = 0; k < p.n; k++)
			w->tables[w->ntables++] = (struct table_pair){
				.from = (const void *)p.v[k].from,
				.to = (const void *)p.v[k].to };
	}
	for (size_t k = 0; k < w->ntables; k++)
		pair_columns(w, &w->tables[k]);
}

/* --- equal but for renames (D.8) --------------------------------------- */

static bool same_column(const struct table_pair *t, struct str from,
    struct str to)
{
	for (size_t i = 0; t && t->cols.renamed && i < t->cols.n; i++) {
		const struct pair *p = &t->cols.v[i];

		if (p->from && str_eq(p->from->name, from))
			return p->to && str_eq(p->to->name, to);
	}
	return str_eq(from, to);
}

static bool same_columns(const struct table_pair *t, struct strs from,
    struct strs to)
{
	if (from.n != to.n)
		return false;
	for (size_t i = 0; i < from.n; i++)
		if (!same_column(t, from.v[i], to.v[i]))
			return false;
	return true;
}

static bool same_parts(const struct table_pair *t, const struct index *x,
    const struct index *y)
{
	if (x->nparts != y->nparts || x->nparts == 0)
		return false;
	for (size_t i = 0; i < x->nparts; i++) {
		const struct index_part *p = &x->parts[i], *q = &y->parts[i];

		if (!same_column(t, p->column, q->column) ||
		    !str_eq(p->expr, q->expr) || p->desc != q->desc ||
		    !str_eq(p->collation, q->collation))
			return false;
	}
	return true;
}

static const struct table_pair *parent_pair(const struct work *w,
    const struct fk *from)
{
	const struct table *t = model_table(w->from,
	    from->ref_schema.n ? from->ref_schema : from->o.schema,
	    from->ref_table);

	for (size_t i = 0; t && i < w->ntables; i++)
		if (w->tables[i].from == t)
			return &w->tables[i];
	return NULL;
}

static bool same_parent(const struct work *w, const struct fk *from,
    const struct fk *to)
{
	const struct table_pair *p = parent_pair(w, from);

	return p && p->to && str_eq(p->to->o.name, to->ref_table) &&
	    str_eq(p->from->o.name, from->ref_table);
}

/* Does a field that differs say the same under the names of the TO side? */
static bool is_renaming(const struct work *w, const struct table_pair *t,
    enum field_id f, const struct obj *from, const struct obj *to)
{
	const void *x = from, *y = to;

	if (!w->renamed)
		return false;
	/* the few fields that hold names; all others are compared as text */
	if (f == F_PK_COLS || f == F_UNIQUE_COLS)
		return same_columns(t, ((const struct key *)x)->cols,
		    ((const struct key *)y)->cols);
	if (f == F_FK_COLS)
		return same_columns(t, ((const struct fk *)x)->cols,
		    ((const struct fk *)y)->cols);
	if (f == F_FK_TABLE)
		return same_parent(w, x, y);
	if (f == F_FK_REF_COLS)
		return same_columns(parent_pair(w, x),
		    ((const struct fk *)x)->ref_cols,
		    ((const struct fk *)y)->ref_cols);
	return f == F_PARTS && same_parts(t, x, y);
}

static uint64_t fields_differ(const struct work *w,
    const struct table_pair *t, const struct obj *from, const struct obj *to)
{
	uint64_t bits = 0;

	for (size_t i = model_field_first[to->kind]; i < FIELD_N &&
	    model_fields[i].kind == to->kind; i++)
		if (i != F_POSITION && !field_equal(&model_fields[i], from, to) &&
		    !is_renaming(w, t, (enum field_id)i, from, to))
			bits |= field_bit((enum field_id)i);
	return bits;
}

/* --- columns ---------------------------------------------------------- */

/*
 * Longest common subsequence by the plain table: orders differ rarely, and
 * then in tables of some dozen columns.  Above the ceiling every column whose
 * rank differs counts as moved.
 */
#define LCS_MAX ((size_t)2000)

static void common_order(const size_t *to, const struct str *names, size_t n,
    bool *moved)
{
	uint16_t *len = xalloc((n + 1) * (n + 1) * sizeof(*len));
	struct str *from = xalloc((n + 1) * sizeof(*from));
	size_t i = n, j;

	for (j = 0; j < n; j++)
		from[to[j]] = names[j];
#define LEN(x, y) len[(x) * (n + 1) + (y)]
	while (i-- > 0)
		for (j = n; j-- > 0; )
			LEN(i, j) = to[j] == i ?
			    (uint16_t)(LEN(i + 1, j + 1) + 1) :
			    LEN(i + 1, j) > LEN(i, j + 1) ?
			    LEN(i + 1, j) : LEN(i, j + 1);
	for (i = j = 0; j < n; ) {
		if (i < n && to[j] == i) {
			i++, j++;
		} else if (i < n && (LEN(i + 1, j) > LEN(i, j + 1) ||
		    (LEN(i + 1, j) == LEN(i, j + 1) &&
			str_cmp(from[i], names[j]) > 0))) {
			i++;
		} else {
			moved[j++] = true;
		}
	}
#undef LEN
	xfree(from);
	xfree(len);
}

void columns_moved(const size_t *to, const struct str *names, size_t n,
    bool *moved)
{
	bool ordered = true;

	for (size_t i = 0; i < n; i++) {
		moved[i] = false;
		ordered = ordered && to[i] == i;
	}
	if (ordered)
		return;
	if (n <= LCS_MAX)
		common_order(to, names, n, moved);
	else
		for (size_t i = 0; i < n; i++)
			moved[i] = to[i] != i;
}

/* For each pair of columns: does its position count as changed? */
static void find_moved(struct work *w, const struct table_pair *t, bool *out)
{
	const struct pairs *p = &t->cols;
	struct map *rank = map_new(w->a);
	size_t *to = arena_array(w->a, size_t, p->n), n = 0, common = 0;
	struct str *names = arena_array(w->a, struct str, p->n);
	struct map *both = map_new(w->a);
	bool *moved;

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].from && p->v[i].to)
			map_put(both, p->v[i].from->name, &p->v[i]);
	for (size_t i = 0; i < t->from->ncols; i++)
		if (map_has(both, t->from->cols[i]->o.name))
			map_put(rank, t->from->cols[i]->o.name,
			    (void *)(uintptr_t)++common);
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].from && p->v[i].to) {
			to[n] = (size_t)(uintptr_t)map_get(rank,
			    p->v[i].from->name) - 1;
			names[n++] = p->v[i].to->name;
		}
	moved = arena_array(w->a, bool, n);
	columns_moved(to, names, n, moved);
	n = 0;
	for (size_t i = 0; i < p->n; i++)
		out[i] = p->v[i].from && p->v[i].to && moved[n++];
}

static void diff_pair(struct work *w, const struct table_pair *t,
    const struct obj *from, const struct obj *to, uint64_t more)
{
	uint64_t fields;

	if (!from) {
		emit(w, CHANGE_ADD, NULL, to, 0);
	} else if (!to) {
		emit(w, CHANGE_DROP, from, NULL, 0);
	} else {
		bool named = str_eq(from->name, to->name) ||
		    (to->kind != OBJ_TABLE && to->kind != OBJ_COLUMN);

		fields = fields_differ(w, t, from, to) | more;
		if (!named)
			emit(w, CHANGE_RENAME, from, to, fields);
		else if (fields)
			emit(w, CHANGE_CHANGE, from, to, fields);
	}
}

static void diff_columns(struct work *w, const struct table_pair *t)
{
	bool *moved = arena_array(w->a, bool, t->cols.n);

	find_moved(w, t, moved);
	for (size_t i = 0; i < t->cols.n; i++)
		diff_pair(w, t, t->cols.v[i].from, t->cols.v[i].to,
		    moved[i] ? field_bit(F_POSITION) : 0);
}

/* --- what hangs on a table --------------------------------------------- */

static bool is_automatic(const struct obj *o)
{
	return o->kind == OBJ_INDEX &&
	    ((const struct index *)(const void *)o)->origin != 'c';
}

static struct side_list without_automatic(struct arena *a, const void *list,
    size_t n)
{
	const struct obj *const *v = list;
	const struct obj **kept = arena_array(a, const struct obj *, n);
	size_t nkept = 0;

	for (size_t i = 0; i < n; i++)
		if (!is_automatic(v[i]))
			kept[nkept++] = v[i];
	return (struct side_list){ kept, nkept };
}

static bool is_content_named(const struct obj *o)
{
	return o->name.n > 0 && o->name.p[0] == '(';
}

/* What a content name is made of. */
static uint64_t naming(enum obj_kind kind)
{
	static const enum field_id made_of[] = { F_PK_COLS, F_UNIQUE_COLS,
		F_CHECK_EXPR, F_FK_COLS, F_FK_SCHEMA, F_FK_TABLE,
		F_FK_REF_COLS };
	uint64_t bits = 0;

	for (size_t i = 0; i < sizeof(made_of) / sizeof(*made_of); i++)
		if (model_fields[made_of[i]].kind == kind)
			bits |= field_bit(made_of[i]);
	return bits;
}

/* Among what did not match by name: the same content under new names. */
static bool matches_renamed(const struct work *w, const struct table_pair *t,
    const struct obj *from, const struct obj *to)
{
	return w->renamed && is_content_named(from) && is_content_named(to) &&
	    (fields_differ(w, t, from, to) & naming(to->kind)) == 0;
}

static void settle_rest(struct work *w, const struct table_pair *t,
    struct side_list from, struct side_list to)
{
	bool *gone = arena_array(w->a, bool, to.n);

	for (size_t i = 0; i < from.n; i++) {
		size_t j = 0;

		while (j < to.n && (gone[j] ||
		    !matches_renamed(w, t, from.v[i], to.v[j])))
			j++;
		diff_pair(w, t, from.v[i], j < to.n ? to.v[j] : NULL, 0);
		if (j < to.n)
			gone[j] = true;
	}
	for (size_t j = 0; j < to.n; j++)
		if (!gone[j])
			diff_pair(w, t, NULL, to.v[j], 0);
}

/* Both lists are sorted by name. */
static void merge(struct work *w, const struct table_pair *t,
    struct side_list x, struct side_list y)
{
	const struct obj **from = arena_array(w->a, const struct obj *, x.n);
	const struct obj **to = arena_array(w->a, const struct obj *, y.n);
	size_t i = 0, j = 0, nfrom = 0, nto = 0;

	while (i < x.n || j < y.n) {
		int c = i == x.n ? 1 : j == y.n ? -1 :
		    str_cmp(x.v[i]->name, y.v[j]->name);

		if (c == 0)
			diff_pair(w, t, x.v[i++], y.v[j++], 0);
		else if (c < 0)
			from[nfrom++] = x.v[i++];
		else
			to[nto++] = y.v[j++];
	}
	settle_rest(w, t, (struct side_list){ from, nfrom },
	    (struct side_list){ to, nto });
}

#define MERGE(list, count) \
	merge(w, t, without_automatic(w->a, t->from->list, t->from->count), \
	    without_automatic(w->a, t->to->list, t->to->count))

static struct side_list of_kind(struct arena *a, struct side_list l,
    enum obj_kind kind)
{
	const struct obj **kept = arena_array(a, const struct obj *, l.n);
	size_t n = 0;

	for (size_t i = 0; i < l.n; i++)
		if (l.v[i]->kind == kind)
			kept[n++] = l.v[i];
	return (struct side_list){ kept, n };
}

/* What PostgreSQL hangs on tables besides: each kind is a list by name. */
static void diff_others(struct work *w, const struct table_pair *t,
    struct side_list from, struct side_list to)
{
	static const enum obj_kind kinds[] = { OBJ_EXCLUDE, OBJ_RULE,
		OBJ_POLICY, OBJ_STATISTICS };

	for (size_t k = 0; from.n + to.n &&
	    k < sizeof(kinds) / sizeof(*kinds); k++)
		merge(w, t, of_kind(w->a, from, kinds[k]),
		    of_kind(w->a, to, kinds[k]));
}

static void diff_table(struct work *w, const struct table_pair *t)
{
	const struct obj *from = t->from ? &t->from->o : NULL;
	const struct obj *to = t->to ? &t->to->o : NULL;

	if (from && from == to && !w->hinted)	/* shared: nothing changed */
		return;
	diff_pair(w, t, from, to, 0);
	if (!from || !to || is_left_out(w, from, to))
		return;
	diff_columns(w, t);
	if (t->from->pk || t->to->pk)
		diff_pair(w, t, t->from->pk ? &t->from->pk->o : NULL,
		    t->to->pk ? &t->to->pk->o : NULL, 0);
	MERGE(uniques, nuniques);
	MERGE(checks, nchecks);
	MERGE(fks, nfks);
	MERGE(indexes, nindexes);
	MERGE(triggers, ntriggers);
	diff_others(w, t, (struct side_list){ t->from->others,
	    t->from->nothers }, (struct side_list){ t->to->others,
	    t->to->nothers });
}

/* --- views ------------------------------------------------------------- */

/* Where the objects of a kind that hang on `view` stand or would stand. */
static size_t first_hung(const struct model *m, enum obj_kind kind,
    const struct obj *view)
{
	size_t lo = 0, hi = m->nobjs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct obj *o = m->objs[mid];
		int c = o->kind < kind ? -1 : o->kind > kind;

		if (c == 0)
			c = str_cmp(o->schema, view->schema);
		if (c == 0)
			c = str_cmp(o->table, view->name);
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct hung hung_on(const struct model *m, const struct obj *view,
    enum obj_kind kind, struct arena *a)
{
	VEC(const struct obj *) v = { 0 };
	bool folds = m->dialect == DIALECT_SQLITE;

	/* SQLite keeps the table's name as the trigger spells it */
	for (size_t i = folds ? 0 : first_hung(m, kind, view); i < m->nobjs;
	    i++) {
		const struct obj *o = m->objs[i];
		bool on = o->kind == kind && str_eq(o->schema, view->schema) &&
		    (folds ? str_ieq(o->table, view->name) :
			str_eq(o->table, view->name));

		if (on)
			vec_push(a, &v, o);
		else if (!folds)
			break;
	}
	return (struct hung){ v.v, v.n };
}

/* Of a materialised view indexes, of any PostgreSQL one rules. */
static void diff_view(struct work *w, const struct view *from,
    const struct view *to)
{
	static const enum obj_kind kinds[] = { OBJ_INDEX, OBJ_TRIGGER,
		OBJ_RULE, OBJ_STATISTICS };
	size_t n = w->to->dialect == DIALECT_SQLITE ? 2 :
	    sizeof(kinds) / sizeof(*kinds);

	diff_pair(w, NULL, from ? &from->o : NULL, to ? &to->o : NULL, 0);
	if (!from || !to || is_left_out(w, &from->o, &to->o))
		return;
	for (size_t k = 0; k < n; k++) {
		struct hung x = hung_on(w->from, &from->o, kinds[k], w->a);
		struct hung y = hung_on(w->to, &to->o, kinds[k], w->a);

		merge(w, NULL, (struct side_list){ x.v, x.n },
		    (struct side_list){ y.v, y.n });
	}
}

static int view_cmp(const struct view *x, const struct view *y)
{
	int c = str_cmp(x->o.schema, y->o.schema);

	return c ? c : str_cmp(x->o.name, y->o.name);
}

static void diff_views(struct work *w)
{
	const struct model *x = w->from, *y = w->to;
	size_t i = 0, j = 0;

	while (i < x->nviews || j < y->nviews) {
		int c = i == x->nviews ? 1 : j == y->nviews ? -1 :
		    view_cmp(x->views[i], y->views[j]);

		diff_view(w, c <= 0 ? x->views[i] : NULL,
		    c >= 0 ? y->views[j] : NULL);
		i += c <= 0;
		j += c >= 0;
	}
}

/* --- what stands alone -------------------------------------------------- */

static bool is_other(const struct obj *o)
{
	return obj_stands_alone(o->kind) && o->kind != OBJ_TABLE &&
	    o->kind != OBJ_VIEW;
}

/* The next such object at or after i; all of a model are in one order. */
static size_t next_other(const struct model *m, size_t i)
{
	while (i < m->nobjs && !is_other(m->objs[i]))
		i++;
	return i;
}

static int alone_cmp(const struct obj *x, const struct obj *y)
{
	int c = x->kind < y->kind ? -1 : x->kind > y->kind;

	if (c == 0)
		c = str_cmp(x->schema, y->schema);
	return c ? c : str_cmp(x->name, y->name);
}

static void diff_alone(struct work *w)
{
	const struct model *x = w->from, *y = w->to;
	size_t i = next_other(x, 0), j = next_other(y, 0);

	while (i < x->nobjs || j < y->nobjs) {
		int c = i == x->nobjs ? 1 : j == y->nobjs ? -1 :
		    alone_cmp(x->objs[i], y->objs[j]);
		const struct obj *from = c <= 0 ? x->objs[i] : NULL;
		const struct obj *to = c >= 0 ? y->objs[j] : NULL;

		if (from != to)
			diff_pair(w, NULL, from, to, 0);
		if (c <= 0)
			i = next_other(x, i + 1);
		if (c >= 0)
			j = next_other(y, j + 1);
	}
}

/* --- the list ---------------------------------------------------------- */

/* D.4; a name that is dropped and taken anew in one go: first dropped. */
static int by_order(const void *x, const void *y)
{
	const struct change *a = x, *b = y;
	const struct obj *o = a->to ? a->to : a->from;
	const struct obj *p = b->to ? b->to : b->from;
	int c = o->kind < p->kind ? -1 : o->kind > p->kind;

	if (c == 0)
		c = str_cmp(o->schema, p->schema);
	if (c == 0)
		c = str_cmp(o->table, p->table);
	if (c == 0)
		c = str_cmp(o->name, p->name);
	return c ? c : (a->to != NULL) - (b->to != NULL);
}

void diff_models(const struct model *from, const struct model *to,
    const struct rename_hints *hints, bool managed_only, struct arena *a,
    struct change_list *out)
{
	struct work w = { .a = a, .from = from, .to = to, .hints = hints,
		.hinted = hints && hints->n, .managed_only = managed_only };

	pair_tables(&w);
	for (size_t i = 0; i < w.ntables; i++)
		diff_table(&w, &w.tables[i]);
	diff_views(&w);
	diff_alone(&w);
	if (w.out.n > 0)
		qsort(w.out.v, w.out.n, sizeof(*w.out.v), by_order);
	*out = (struct change_list){ .from = from, .to = to, .v = w.out.v,
		.n = w.out.n };
}

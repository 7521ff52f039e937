/*
 * model.c: building, sealing and looking up.
 *
 * M.1 objs is sorted by kind, schema, table, name; tables and views are runs
 * of it.  M.2 an object belongs to the table that its `table` names; SQLite
 * folds ASCII letters there (a trigger keeps the spelling of its statement).
 * M.3 sealing writes to the model and to its own copies of struct table only.
 * M.4 an object with a text of its own (obj_text) is in a sealed model.
 */
#include "model/model.h"

#include <stdlib.h>
#include <string.h>

#include "model/internal.h"

struct build {
	VEC(struct obj *) objs;
};

struct lookup {
	struct table **folded;	/* SQLite: tables by schema, folded name */
};

struct model *model_new(struct arena *a, enum dialect_id dialect)
{
	struct model *m = arena_new_of(a, struct model);

	m->dialect = dialect;
	m->a = a;
	m->build = arena_new_of(a, struct build);
	return m;
}

void model_expect(struct model *m, size_t n)
{
	struct build *b = m->build;

	if (m->sealed || b->objs.n || !n)
		return;
	b->objs.v = arena_array(m->a, struct obj *, n);
	b->objs.cap = n;
}

void model_add(struct model *m, void *object)
{
	struct build *b = m->build;
	struct obj *o = object;

	if (m->sealed)
		BUG("an object is added to a sealed model");
	if (!o->added) {
		o->added = true;
		o->managed = true;
	}
	vec_push(m->a, &b->objs, o);
}

int obj_cmp(const struct obj *x, const struct obj *y)
{
	int c;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	c = str_cmp(x->schema, y->schema);
	if (c == 0)
		c = str_cmp(x->table, y->table);
	return c ? c : str_cmp(x->name, y->name);
}

static int by_identity(const void *x, const void *y)
{
	return obj_cmp(*(const struct obj *const *)x,
	    *(const struct obj *const *)y);
}

static int by_position(const void *x, const void *y)
{
	const struct column *a = *(const struct column *const *)x;
	const struct column *b = *(const struct column *const *)y;

	return a->pos < b->pos ? -1 : a->pos > b->pos;
}

static int fold_cmp(struct str a, struct str b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];

		if (x >= 'A' && x <= 'Z')
			x += 'a' - 'A';
		if (y >= 'A' && y <= 'Z')
			y += 'a' - 'A';
		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static int folded_cmp(struct str xs, struct str xn, const struct table *y)
{
	int c = str_cmp(xs, y->o.schema);

	return c ? c : fold_cmp(xn, y->o.name);
}

static int by_folded(const void *x, const void *y)
{
	const struct table *a = *(struct table *const *)x;

	return folded_cmp(a->o.schema, a->o.name, *(struct table *const *)y);
}

/* First object that is not before `key`. */
static size_t lower_bound(const struct model *m, const struct obj *key)
{
	size_t lo = 0, hi = m->nobjs;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (obj_cmp(m->objs[mid], key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct obj *model_find(const struct model *m, enum obj_kind kind,
    struct str schema, struct str table, struct str name)
{
	struct obj key = { .kind = kind, .schema = schema, .table = table,
		.name = name };
	size_t i = lower_bound(m, &key);

	return i < m->nobjs && obj_cmp(m->objs[i], &key) == 0 ? m->objs[i] :
	    NULL;
}

static struct table *find_folded(const struct model *m, struct str schema,
    struct str name)
{
	const struct lookup *l = m->build;
	size_t lo = 0, hi = m->ntables;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = folded_cmp(schema, name, l->folded[mid]);

		if (c == 0)
			return l->folded[mid];
		if (c > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static struct table *find_table(const struct model *m, struct str schema,
    struct str name)
{
	struct obj key = { .kind = OBJ_TABLE, .schema = schema,
		.table = STR(""), .name = name };
	size_t i;

	if (m->dialect == DIALECT_SQLITE)
		return find_folded(m, schema, name);
	i = lower_bound(m, &key);
	return i < m->ntables && obj_cmp(m->objs[i], &key) == 0 ?
	    m->tables[i] : NULL;
}

const struct table *model_table(const struct model *m, struct str schema,
    struct str name)
{
	return find_table(m, schema, name);
}

const struct view *model_view(const struct model *m, struct str schema,
    struct str name)
{
	const struct obj *o = model_find(m, OBJ_VIEW, schema, STR(""), name);

	if (o || m->dialect != DIALECT_SQLITE)
		return (const struct view *)o;
	for (size_t i = 0; i < m->nviews; i++)
		if (str_eq(m->views[i]->o.schema, schema) &&
		    str_ieq(m->views[i]->o.name, name))
			return m->views[i];
	return NULL;
}

/* A schema is never empty on PostgreSQL, where names do not fold. */
const struct column *table_column(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (str_eq(t->cols[i]->o.name, name))
			return t->cols[i];
	for (size_t i = 0; t->o.schema.n == 0 && i < t->ncols; i++)
		if (str_ieq(t->cols[i]->o.name, name))
			return t->cols[i];
	return NULL;
}

/* --- sealing ---------------------------------------------------------- */

void sort_again(void *base, size_t n, size_t size,
    int (*cmp)(const void *, const void *))
{
	const char *p = base;

	for (size_t i = 1; i < n; i++)
		if (cmp(p + (i - 1) * size, p + i * size) > 0) {
			qsort(base, n, size, cmp);
			return;
		}
}

/* What another model had comes first and in its order: only the rest is
 * sorted, then both are merged. */
static void sort_objects(struct model *m, const struct build *b,
    struct arena *tmp)
{
	struct obj **v = b->objs.v, **out;
	size_t n = b->objs.n, mid = n > 0, i = 0, j, k = 0;

	while (mid < n && obj_cmp(v[mid - 1], v[mid]) <= 0)
		mid++;
	if (mid < n) {
		qsort(v + mid, n - mid, sizeof(*v), by_identity);
		out = arena_array(tmp, struct obj *, n);
		for (j = mid; i < mid || j < n;)
			out[k++] = j == n || (i < mid &&
			    obj_cmp(v[i], v[j]) <= 0) ? v[i++] : v[j++];
		memcpy(v, out, n * sizeof(*v));
	}
	m->objs = v;
	m->nobjs = n;
	for (k = 0; k < n; k++) {
		m->ntables += v[k]->kind == OBJ_TABLE;
		m->nviews += v[k]->kind == OBJ_VIEW;
	}
}

/* Tables to link: copies, until it is known what hangs on them. */
static struct table *draft_tables(struct model *m, struct arena *tmp)
{
	struct table *draft = arena_array(tmp, struct table, m->ntables);
	size_t views = 0;

	m->tables = arena_array(m->a, struct table *, m->ntables);
	m->views = arena_array(m->a, const struct view *, m->nviews);
	for (size_t i = 0; i < m->nobjs; i++) {
		void *o = m->objs[i];

		if (m->objs[i]->kind == OBJ_VIEW)
			m->views[views++] = o;
		if (m->objs[i]->kind != OBJ_TABLE)
			continue;
		draft[i] = *(const struct table *)o;	/* tables come first */
		draft[i].cols = NULL;
		draft[i].pk = NULL;
		draft[i].uniques = NULL;
		draft[i].checks = NULL;
		draft[i].fks = draft[i].fks_in = NULL;
		draft[i].indexes = NULL;
		draft[i].triggers = NULL;
		draft[i].others = NULL;
		draft[i].ncols = draft[i].nuniques = draft[i].nchecks = 0;
		draft[i].nfks = draft[i].nfks_in = 0;
		draft[i].nindexes = draft[i].ntriggers = 0;
		draft[i].others = NULL;
		draft[i].nothers = 0;
		draft[i].nothers = 0;
		m->tables[i] = &draft[i];
	}
	return draft;
}

static void index_tables(struct model *m)
{
	struct lookup *l = m->build;

	if (m->dialect != DIALECT_SQLITE || m->ntables == 0)
		return;
	if (!l->folded)
		l->folded = arena_array(m->a, struct table *, m->ntables);
	memcpy(l->folded, m->tables, m->ntables * sizeof(*m->tables));
	sort_again(l->folded, m->ntables, sizeof(*l->folded), by_folded);
}

/*
 * Hang o on t.  Twice for each object: first counting (fill false), then
 * storing; the counters start again at 0 in between.
 */
static void hang(struct table *t, void *o, enum obj_kind kind, bool fill)
{
#define HANG(list, count) do { \
	if (fill) \
		t->list[t->count] = o; \
	t->count++; \
} while (0)
	switch (kind) {
	case OBJ_COLUMN:
		HANG(cols, ncols);
		break;
	case OBJ_PK:
		t->pk = o;
		break;
	case OBJ_UNIQUE:
		HANG(uniques, nuniques);
		break;
	case OBJ_CHECK:
		HANG(checks, nchecks);
		break;
	case OBJ_FK:
		HANG(fks, nfks);
		break;
	case OBJ_INDEX:
		HANG(indexes, nindexes);
		break;
	case OBJ_TRIGGER:
		HANG(triggers, ntriggers);
		break;
	case OBJ_EXCLUDE:
	case OBJ_STATISTICS:
	case OBJ_RULE:
	case OBJ_POLICY:
		HANG(others, nothers);
		break;
	case OBJ_SCHEMA:
	case OBJ_ROLE:
	case OBJ_EXTENSION:
	case OBJ_ENUM:
	case OBJ_DOMAIN:
	case OBJ_COMPOSITE:
	case OBJ_RANGE:
	case OBJ_FUNCTION:
	case OBJ_SEQUENCE:
	case OBJ_TABLE:
	case OBJ_VIEW:
	case OBJ_KIND_N:
		break;
	}
}

static struct table *parent_of(const struct model *m, const struct fk *fk)
{
	return find_table(m, fk->ref_schema.n ? fk->ref_schema : fk->o.schema,
	    fk->ref_table);
}

static void link_pass(struct model *m, struct table **owner,
    struct table **parent, bool fill)
{
	for (size_t i = 0; i < m->nobjs; i++) {
		struct table *p = parent[i];

		if (owner[i])
			hang(owner[i], m->objs[i], m->objs[i]->kind, fill);
		if (!p)
			continue;
		if (fill)
			p->fks_in[p->nfks_in] = (void *)m->objs[i];
		p->nfks_in++;
	}
}

static void make_room(struct arena *tmp, struct table *t)
{
#define ROOM(list, count, type) \
	(t->list = t->count ? arena_array(tmp, const struct type *, \
	    t->count) : NULL, t->count = 0)
	ROOM(cols, ncols, column);
	ROOM(uniques, nuniques, key);
	ROOM(checks, nchecks, check);
	ROOM(fks, nfks, fk);
	ROOM(fks_in, nfks_in, fk);
	ROOM(indexes, nindexes, index);
	ROOM(triggers, ntriggers, trigger);
	ROOM(others, nothers, obj);
}

/* Few, and a list by name is no list by place. */
static void order_columns(struct table *t)
{
	if (t->ncols > 64) {
		qsort(t->cols, t->ncols, sizeof(*t->cols), by_position);
		return;
	}
	for (size_t i = 1; i < t->ncols; i++) {
		const struct column *c = t->cols[i];
		size_t at = i;

		for (; at > 0 && t->cols[at - 1]->pos > c->pos; at--)
			t->cols[at] = t->cols[at - 1];
		t->cols[at] = c;
	}
}

static void link_objects(struct model *m, struct arena *tmp)
{
	struct table **owner = arena_array(tmp, struct table *, m->nobjs);
	struct table **parent = arena_array(tmp, struct table *, m->nobjs);
	const struct obj *before = NULL;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if (obj_stands_alone(o->kind)) {
			before = NULL;
			continue;
		}
		/* neighbours mostly share their table */
		if (before && str_eq(before->table, o->table) &&
		    str_eq(before->schema, o->schema))
			owner[i] = owner[i - 1];
		else
			owner[i] = find_table(m, o->schema, o->table);
		before = o;
		if (o->kind == OBJ_FK)
			parent[i] = parent_of(m, (const void *)o);
	}
	link_pass(m, owner, parent, false);
	for (size_t i = 0; i < m->ntables; i++)
		make_room(tmp, m->tables[i]);
	link_pass(m, owner, parent, true);
	for (size_t i = 0; i < m->ntables; i++)
		order_columns(m->tables[i]);
}

/* Does exactly the same hang on a table of another model? */
static bool same_hung(const struct table *x, const struct table *y)
{
#define SAME(list, count) (x->count == y->count && (x->count == 0 || \
	memcmp(x->list, y->list, x->count * sizeof(*x->list)) == 0))
	return x->pk == y->pk && SAME(cols, ncols) &&
	    SAME(uniques, nuniques) && SAME(checks, nchecks) &&
	    SAME(fks, nfks) && SAME(fks_in, nfks_in) &&
	    SAME(indexes, nindexes) && SAME(triggers, ntriggers) &&
	    SAME(others, nothers);
}

static struct table *own_table(struct arena *a, const struct table *draft)
{
	struct table *t = arena_copy(a, draft, sizeof(*draft));

#define OWN(list, count) (t->list = t->count ? arena_copy(a, draft->list, \
	t->count * sizeof(*t->list)) : NULL)
	OWN(cols, ncols);
	OWN(uniques, nuniques);
	OWN(checks, nchecks);
	OWN(fks, nfks);
	OWN(fks_in, nfks_in);
	OWN(indexes, nindexes);
	OWN(triggers, ntriggers);
	OWN(others, nothers);
	return t;
}

/* Drafts become tables of the model's own, or the shared ones they equal. */
static void settle_tables(struct model *m, const struct table *draft)
{
	for (size_t i = 0; i < m->ntables; i++) {
		struct obj *o = m->objs[i];
		struct table *from = (struct table *)(void *)o;

		if (obj_text(o) && same_hung(from, &draft[i])) {
			m->tables[i] = from;
			continue;
		}
		m->tables[i] = own_table(m->a, &draft[i]);
		m->objs[i] = &m->tables[i]->o;
		obj_text_make(m->objs[i], o, m->a);
	}
	index_tables(m);
}

void model_seal(struct model *m)
{
	struct sbuf text = SBUF_INIT((size_t)1 << 30);
	const struct build *b = m->build;
	struct arena *tmp;

	if (m->sealed)
		BUG("a model is sealed twice");
	tmp = arena_new();
	sort_objects(m, b, tmp);
	m->build = arena_new_of(m->a, struct lookup);
	const struct table *draft = draft_tables(m, tmp);
	index_tables(m);
	link_objects(m, tmp);
	settle_tables(m, draft);
	arena_free(tmp);
	for (size_t i = 0; i < m->nobjs; i++)
		if (!obj_text(m->objs[i]))
			obj_text_make(m->objs[i], NULL, m->a);
	m->sealed = true;
	model_canonical(m, true, &text);
	m->hash = sha256_of(sbuf_str(&text));
	sbuf_free(&text);
}

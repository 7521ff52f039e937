/*
 * model.c: building, sealing and looking up.
 *
 * M.1 objs is sorted by kind, schema, table, name; tables and views are runs
 * of it.  M.2 an object belongs to the table that its `table` names; SQLite
 * folds ASCII letters there (a trigger keeps the spelling of its statement).
 * M.3 sealing writes to the model and to its own copies of struct table only.
 */
#include "model/model.h"

#include <stdlib.h>

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

static void sort_objects(struct model *m, const struct build *b)
{
	m->nobjs = b->objs.n;
	m->objs = arena_array(m->a, struct obj *, m->nobjs);
	for (size_t i = 0; i < m->nobjs; i++) {
		struct obj *o = b->objs.v[i];

		if (o->kind == OBJ_TABLE) {
			struct table own = *(const struct table *)(void *)o;

			own.cols = NULL;
			own.pk = NULL;
			own.uniques = NULL;
			own.checks = NULL;
			own.fks = own.fks_in = NULL;
			own.indexes = NULL;
			own.triggers = NULL;
			own.ncols = own.nuniques = own.nchecks = 0;
			own.nfks = own.nfks_in = 0;
			own.nindexes = own.ntriggers = 0;
			o = arena_copy(m->a, &own, sizeof(own));
			m->ntables++;
		} else if (o->kind == OBJ_VIEW) {
			m->nviews++;
		}
		m->objs[i] = o;
	}
	if (m->nobjs > 0)
		qsort(m->objs, m->nobjs, sizeof(*m->objs), by_identity);
}

static void index_tables(struct model *m)
{
	struct lookup *l = arena_new_of(m->a, struct lookup);
	size_t tables = 0, views = 0;

	m->tables = arena_array(m->a, struct table *, m->ntables);
	m->views = arena_array(m->a, const struct view *, m->nviews);
	for (size_t i = 0; i < m->nobjs; i++) {
		void *o = m->objs[i];

		if (m->objs[i]->kind == OBJ_TABLE)
			m->tables[tables++] = o;
		else if (m->objs[i]->kind == OBJ_VIEW)
			m->views[views++] = o;
	}
	if (m->dialect == DIALECT_SQLITE && m->ntables > 0) {
		l->folded = arena_copy(m->a, m->tables,
		    m->ntables * sizeof(*m->tables));
		qsort(l->folded, m->ntables, sizeof(*l->folded), by_folded);
	}
	m->build = l;
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

static void make_room(struct model *m, struct table *t)
{
#define ROOM(list, count, type) \
	(t->list = arena_array(m->a, const struct type *, t->count), \
	    t->count = 0)
	ROOM(cols, ncols, column);
	ROOM(uniques, nuniques, key);
	ROOM(checks, nchecks, check);
	ROOM(fks, nfks, fk);
	ROOM(fks_in, nfks_in, fk);
	ROOM(indexes, nindexes, index);
	ROOM(triggers, ntriggers, trigger);
}

static void link_objects(struct model *m)
{
	struct table **owner = xalloc((m->nobjs + 1) * sizeof(struct table *));
	struct table **parent = xalloc((m->nobjs + 1) * sizeof(struct table *));
	const struct obj *before = NULL;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if (o->kind == OBJ_TABLE || o->kind == OBJ_VIEW) {
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
		make_room(m, m->tables[i]);
	link_pass(m, owner, parent, true);
	for (size_t i = 0; i < m->ntables; i++) {
		struct table *t = m->tables[i];

		if (t->ncols > 0)
			qsort(t->cols, t->ncols, sizeof(*t->cols), by_position);
	}
	xfree(parent);
	xfree(owner);
}

void model_seal(struct model *m)
{
	struct sbuf text = SBUF_INIT((size_t)1 << 30);

	if (m->sealed)
		BUG("a model is sealed twice");
	sort_objects(m, m->build);
	index_tables(m);
	link_objects(m);
	m->sealed = true;
	model_canonical(m, true, &text);
	m->hash = sha256_of(sbuf_str(&text));
	sbuf_free(&text);
}

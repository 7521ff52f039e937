/*
 * backup_rows: which rows of a table a copy does not have, by their keys.
 *
 * Both sides are read in the order of the key and merged, in constant memory.
 * Without a primary key a row is all its values, as often as it is there: a
 * rowid is another after VACUUM.  Columns that only one side has are left out.
 */
#include <string.h>

#include "op/backup.h"

struct merge {
	struct cursor *side[2];		/* now, the copy */
	bool more[2];
	size_t nkey;
};

static struct str binary(struct arena *a, const struct str *v, size_t n,
    bool order)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < n; i++) {
		if (i)
			SQL(&b, ", ");
		dialect_sqlite.ident(&b, v[i]);
		if (order)
			SQL(&b, " COLLATE BINARY");
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static const struct column *column_of(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (str_ieq(t->cols[i]->o.name, name))
			return t->cols[i];
	return NULL;
}

static bool is_stored(const struct column *c)
{
	return c && !c->hidden && c->generated == GEN_NONE;
}

/* Names that both have, the key's first. */
static size_t shared(const struct table *x, const struct table *y,
    struct str *v, size_t *nkey)
{
	size_t n = 0;

	*nkey = 0;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < x->ncols; i++) {
			const struct column *c = x->cols[i];
			const struct column *d = column_of(y, c->o.name);

			if (!is_stored(c) || !is_stored(d))
				continue;
			if (!!c->pk_pos != !!d->pk_pos)
				*nkey = SIZE_MAX;
			if (!round == !!c->pk_pos)
				v[n++] = c->o.name;
			if (!round && c->pk_pos && *nkey != SIZE_MAX)
				++*nkey;
		}
	/* another key or none: the whole row */
	if (*nkey == SIZE_MAX || !*nkey)
		*nkey = n;
	return n;
}

static int rank(const struct value *v)
{
	static const int of[] = { [VALUE_NULL] = 0, [VALUE_INT] = 1,
		[VALUE_REAL] = 1, [VALUE_TEXT] = 2, [VALUE_BLOB] = 3 };

	return of[v->kind];
}

/* As the engine orders them (sqlite.org/datatype3.html §4.1). */
static int compare(const struct value *x, const struct value *y)
{
	int a = rank(x), b = rank(y), c;

	if (a != b || !a)
		return a - b;
	if (a == 1) {
		if (x->kind == VALUE_INT && y->kind == VALUE_INT)
			return x->i < y->i ? -1 : x->i > y->i;
		long double p = x->kind == VALUE_INT ? (long double)x->i :
		    (long double)x->r;
		long double q = y->kind == VALUE_INT ? (long double)y->i :
		    (long double)y->r;

		return p < q ? -1 : p > q;
	}
	c = memcmp(x->s.n ? x->s.p : "", y->s.n ? y->s.p : "",
	    x->s.n < y->s.n ? x->s.n : y->s.n);
	return c ? c : x->s.n < y->s.n ? -1 : x->s.n > y->s.n;
}

static int compare_rows(const struct merge *m, size_t from, size_t to)
{
	int c = 0;

	for (size_t i = from; !c && i < to; i++)
		c = compare(&m->side[0]->row[i], &m->side[1]->row[i]);
	return c;
}

static enum rc step(struct merge *m, int side, struct err *e)
{
	return cursor_next(m->side[side], &m->more[side], e);
}

static enum rc merge(struct merge *m, struct table_loss *t, struct err *e)
{
	enum rc rc = step(m, 0, e);

	if (!rc)
		rc = step(m, 1, e);
	while (!rc && (m->more[0] || m->more[1])) {
		int c = !m->more[0] ? 1 : !m->more[1] ? -1 :
		    compare_rows(m, 0, m->nkey);

		t->newer += c < 0;
		t->back += c > 0;
		t->changed += !c && compare_rows(m, m->nkey,
		    m->side[0]->ncols) != 0;
		if (c <= 0)
			rc = step(m, 0, e);
		if (!rc && c >= 0)
			rc = step(m, 1, e);
	}
	return rc;
}

static enum rc merge_table(struct drv *const d[2], const struct table *x,
    const struct table *y, struct arena *a, struct table_loss *out,
    struct err *e)
{
	struct str *v = arena_array(a, struct str, x->ncols + 1);
	const struct table *const of[] = { x, y };
	struct table_loss t = *out;
	struct merge m = { .nkey = 0 };
	struct sbuf sql = SBUF_TEXT;
	size_t n = shared(x, y, v, &m.nkey);
	enum rc rc = RC_OK;

	t.newer = t.changed = t.back = 0;
	for (int i = 0; !rc && n && i < 2; i++) {
		sbuf_reset(&sql);
		SQL(&sql, "SELECT ");
		sbuf_add(&sql, binary(a, v, n, false));
		SQL(&sql, " FROM ");
		dialect_sqlite.table(&sql, &of[i]->o);
		SQL(&sql, " ORDER BY ");
		sbuf_add(&sql, binary(a, v, m.nkey, true));
		rc = drv_query(d[i], arena_str(a, sbuf_str(&sql)), NULL, 0,
		    SIZE_MAX, &m.side[i], e);
	}
	if (!rc && n)
		rc = merge(&m, &t, e);
	cursor_close(m.side[0]);
	cursor_close(m.side[1]);
	sbuf_free(&sql);
	if (!rc && n)
		*out = t;
	return rc;
}

static const struct table *table_of(const struct model *m,
    const struct table_loss *t)
{
	for (size_t i = 0; i < m->ntables; i++)
		if (str_eq(m->tables[i]->o.name, t->name))
			return m->tables[i];
	return NULL;
}

/* Texts of another encoding are ordered otherwise. */
static bool is_utf8(struct drv *d, struct arena *a)
{
	struct value v = { 0 };
	struct err ignored = ERR_INIT;

	return drv_scalar(d, STR("PRAGMA encoding"), NULL, 0, a, &v,
	    &ignored) == RC_OK && v.kind == VALUE_TEXT && str_is(v.s, "UTF-8");
}

enum rc copied_differ(struct drv *live, const struct backup *b,
    struct arena *a, struct table_loss *v, size_t n, struct err *e)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE, .path = b->path };
	struct drv *d[2] = { live, NULL };
	struct model *m[2] = { NULL, NULL };
	enum rc rc = drv_open(&t, DRV_BROWSE, &d[1], e);

	for (int i = 0; !rc && i < 2; i++)
		rc = d[i]->ops->introspect(d[i], a, &m[i], e);
	if (!rc && !(is_utf8(d[0], a) && is_utf8(d[1], a)))
		n = 0;
	for (size_t i = 0; !rc && i < n; i++) {
		const struct table *x = table_of(m[0], &v[i]);
		const struct table *y = table_of(m[1], &v[i]);

		if (x && y)
			rc = merge_table(d, x, y, a, &v[i], e);
	}
	drv_close(d[1]);
	return rc;
}

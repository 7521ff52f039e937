/* size: see size.h.  What cannot be read is left unknown, never guessed. */
#include "op/size.h"

static struct map *dbstat_bytes(struct drv *d, struct arena *a)
{
	struct map *m = map_new(a);
	struct cursor *c = NULL;
	struct err ignored = ERR_INIT;
	bool more;

	if (drv_query(d, STR("SELECT name, pgsize FROM dbstat "
	    "WHERE aggregate = TRUE"), NULL, 0, 0, &c, &ignored))
		return m;
	while (!cursor_next(c, &more, &ignored) && more) {
		int64_t *bytes = arena_new_of(a, int64_t);

		*bytes = c->row[1].i;
		map_put(m, arena_str(a, c->row[0].s), bytes);
	}
	cursor_close(c);
	return m;
}

static enum rc count_rows(struct drv *d, const struct table *t, bool exact,
    struct arena *a, struct object_size *out, struct err *e)
{
	const struct dialect *words = d->ops->dialect;
	struct sbuf sql = SBUF_TEXT;
	struct value v;
	enum rc rc;

	if (exact || t->without_rowid || t->type != TABLE_ORDINARY)
		SQL(&sql, "SELECT count(*) FROM ");
	else
		SQL(&sql, "SELECT coalesce(max(rowid), 0) FROM ");
	words->table(&sql, &t->o);
	rc = drv_scalar(d, sbuf_str(&sql), NULL, 0, a, &v, e);
	sbuf_free(&sql);
	if (rc == RC_CANCELLED)
		return rc;
	if (!rc) {
		out->rows = v.i;
		out->estimate = !exact && !t->without_rowid;
	}
	return RC_OK;
}

enum rc sizes_read(struct drv *d, const struct model *m, int64_t db_bytes,
    int64_t count_limit, struct arena *a, struct sizes *out, struct err *e)
{
	struct map *bytes = dbstat_bytes(d, a);
	VEC(struct object_size) v = { 0 };
	bool exact = db_bytes <= count_limit;

	for (size_t i = 0; i < m->ntables; i++) {
		const struct table *t = m->tables[i];
		const int64_t *n = map_get(bytes, t->o.name);
		struct object_size o = { t->o.name, n ? *n : -1, -1, false };

		/* A virtual table's module may not be loaded: unknown. */
		if (exact || t->type == TABLE_ORDINARY) {
			enum rc rc = count_rows(d, t, exact, a, &o, e);

			if (rc)
				return rc;
		}
		vec_push(a, &v, o);
	}
	for (size_t i = 0; i < m->nobjs; i++) {
		const int64_t *n = map_get(bytes, m->objs[i]->name);

		if (m->objs[i]->kind == OBJ_INDEX)
			vec_push(a, &v, (struct object_size){
			    m->objs[i]->name, n ? *n : -1, -1, false });
	}
	out->v = v.v;
	out->n = v.n;
	return RC_OK;
}

const struct object_size *sizes_find(const struct sizes *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

/* size: see size.h.  What cannot be read is left unknown, never guessed. */
#include "op/rows.h"
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
	int64_t n = 0;
	enum rc rc;

	if (exact || t->without_rowid || t->type != TABLE_ORDINARY)
		SQL(&sql, "SELECT count(*) FROM ");
	else
		SQL(&sql, "SELECT coalesce(max(rowid), 0) FROM ");
	words->table(&sql, &t->o);
	rc = drv_count(d, sbuf_str(&sql), a, &n, e);
	sbuf_free(&sql);
	if (rc == RC_CANCELLED)
		return rc;
	if (!rc) {
		out->rows = n;
		out->estimate = !exact && !t->without_rowid;
	}
	return RC_OK;
}

static enum rc sqlite_sizes(struct drv *d, const struct model *m,
    int64_t db_bytes, int64_t count_limit, struct arena *a, struct sizes *out,
    struct err *e)
{
	struct map *bytes = dbstat_bytes(d, a);
	VEC(struct object_size) v = { 0 };
	bool exact = db_bytes <= count_limit;

	for (size_t i = 0; i < m->ntables; i++) {
		const struct table *t = m->tables[i];
		const int64_t *n = map_get(bytes, t->o.name);
		struct object_size o = { t->o.schema, t->o.name,
			n ? *n : -1, -1, false, -1 };

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
			    m->objs[i]->schema, m->objs[i]->name,
			    n ? *n : -1, -1, false, -1 });
	}
	out->v = v.v;
	out->n = v.n;
	return RC_OK;
}

#define PG_SIZES \
	"SELECT n.nspname, c.relname, (CASE " \
	"WHEN c.relkind IN ('p', 'I') THEN (SELECT pg_catalog.sum(" \
	"pg_catalog.pg_table_size(t.relid)) FROM " \
	"pg_catalog.pg_partition_tree(c.oid) t) " \
	"WHEN c.relkind IN ('f', 'v') THEN -1 " \
	"ELSE pg_catalog.pg_table_size(c.oid) END)::pg_catalog.int8, " \
	"CASE WHEN c.relkind = 'i' THEN pg_catalog.pg_stat_get_numscans(c.oid) " \
	"ELSE -1 END FROM pg_catalog.pg_class c " \
	"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " \
	"WHERE c.relkind IN ('r', 'm', 'p', 'f', 'i', 'I') " \
	"AND n.nspname <> 'pg_toast' AND n.nspname <> 'pg_catalog'"

static struct str key_of(struct arena *a, struct str schema, struct str name)
{
	return arena_printf(a, "%.*s%c%.*s", STR_ARG(schema), 1, STR_ARG(name));
}

/* What was never analysed and is small is counted. */
static enum rc count_small(struct drv *d, const struct model *m,
    struct arena *a, struct object_size *o, struct err *e)
{
	const struct table *t = o->rows >= 0 ? NULL :
	    model_table(m, o->schema, o->name);
	enum rc rc;

	if (!t || t->type == TABLE_FOREIGN || o->bytes > (2 << 20))
		return RC_OK;
	rc = count_rows(d, t, true, a, o, e);
	return rc == RC_DB || rc == RC_DENIED ? RC_OK : rc;
}

static enum rc pg_sizes(struct drv *d, const struct model *m, int64_t db_bytes,
    int64_t count_limit, struct arena *a, struct sizes *out, struct err *e)
{
	int64_t *rows = arena_array(a, int64_t, m->ntables + 1);
	VEC(struct object_size) v = { 0 };
	struct map *estimates = map_new(a);
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc = rows_estimates(d, m, a, rows, e);

	(void)db_bytes, (void)count_limit;
	for (size_t i = 0; i < m->ntables; i++)
		map_put(estimates, key_of(a, m->tables[i]->o.schema,
		    m->tables[i]->o.name), &rows[i]);
	if (!rc)
		rc = drv_query(d, STR(PG_SIZES), NULL, 0, 0, &c, e);
	while (!rc && more) {
		struct object_size o = { .rows = -1, .estimate = true };
		const int64_t *n;

		rc = cursor_next(c, &more, e);
		if (rc || !more)
			break;
		o.schema = arena_str(a, c->row[0].s);
		o.name = arena_str(a, c->row[1].s);
		o.bytes = c->row[2].kind == VALUE_INT ? c->row[2].i : -1;
		o.scans = c->row[3].kind == VALUE_INT ? c->row[3].i : -1;
		n = map_get(estimates, key_of(a, o.schema, o.name));
		o.rows = n ? *n : -1;
		vec_push(a, &v, o);
	}
	cursor_close(c);
	for (size_t i = 0; !rc && i < v.n; i++)
		rc = count_small(d, m, a, &v.v[i], e);
	if (rc)
		return rc;
	out->v = v.v;
	out->n = v.n;
	return RC_OK;
}

enum rc sizes_read(struct drv *d, const struct model *m, int64_t db_bytes,
    int64_t count_limit, struct arena *a, struct sizes *out, struct err *e)
{
	static enum rc (*const read[DIALECT_N])(struct drv *,
	    const struct model *, int64_t, int64_t, struct arena *,
	    struct sizes *, struct err *) = {
		[DIALECT_SQLITE] = sqlite_sizes,
		[DIALECT_PG] = pg_sizes,
	};

	return read[m->dialect](d, m, db_bytes, count_limit, a, out, e);
}

const struct object_size *sizes_find(const struct sizes *s,
    const struct obj *o)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].name, o->name) &&
		    str_eq(s->v[i].schema, o->schema))
			return &s->v[i];
	return NULL;
}

/* diff: two declared schemas of SQLite (applySqliteSnapshotsDiff). */
#include "decl/sqlite.h"

static struct str marked(struct sq *q, struct str name)
{
	return arena_printf(q->a, "\"%.*s\"", STR_ARG(name));
}

static struct str column_key(struct sq *q, struct str table, struct str name)
{
	return arena_printf(q->a, "\"%.*s\".\"%.*s\"", STR_ARG(table),
	    STR_ARG(name));
}

/* _meta of the written snapshot: the renames of this step, no older ones. */
static const struct decl *with_renames(struct sq *q)
{
	struct decl *d = arena_copy(q->a, q->j->to, sizeof(*d));
	VEC(struct decl_rename) tables = { 0 }, columns = { 0 };

	for (size_t i = 0; i < q->tables.n; i++)
		vec_push(q->a, &tables, (struct decl_rename){
			marked(q, q->tables.v[i].from),
			marked(q, q->tables.v[i].to) });
	for (size_t i = 0; i < q->npairs; i++)
		for (size_t k = 0; k < q->pairs[i].renamed.n; k++) {
			const struct decl_rename *r =
			    &q->pairs[i].renamed.v[k];
			struct str table = q->pairs[i].now->name;

			vec_push(q->a, &columns, (struct decl_rename){
				column_key(q, table, r->from),
				column_key(q, table, r->to) });
		}
	d->meta_tables = tables.v;
	d->nmeta_tables = tables.n;
	d->meta_columns = columns.v;
	d->nmeta_columns = columns.n;
	return d;
}

/* Its libSQL rules look up the column of a key, also where there is none. */
static enum rc keys_have_columns(struct sq *q)
{
	for (size_t i = 0; i < q->npairs; i++) {
		const struct sq_pair *p = &q->pairs[i];

		for (size_t k = 0; k < p->fks.added.n; k++) {
			struct decl_fk f = sq_read_fk(q,
			    p->fks.added.v[k].text);
			size_t c = 0;

			if (f.cols_from.n > 1 || f.cols_to.n > 1)
				continue;
			while (c < p->now->ncols && !str_eq(f.cols_from.v[0],
			    p->now->cols[c].name))
				c++;
			if (c == p->now->ncols)
				return decl_dies(q->j, "the foreign key %.*s "
				    "is of a column that %.*s has not",
				    STR_ARG(f.name), STR_ARG(p->now->name));
		}
	}
	return RC_OK;
}

static enum rc diff(struct decl_job *j)
{
	struct sq q = { .j = j, .a = j->a, .turso = j->libsql,
		.part = j->safe ? '\x1e' : ';', .item = j->safe ? '\x1f' : ',' };
	enum rc rc = j->safe ? sq_safe_names(&q) : RC_OK;

	if (!rc)
		rc = sq_match(&q);
	if (!rc && !j->open.n && j->libsql && !j->safe)
		rc = keys_have_columns(&q);
	if (rc || j->open.n)
		return rc;
	sq_list(&q);
	sq_group(&q);
	if (j->safe)
		sq_safe_order(&q);
	sq_write(&q);
	j->result = with_renames(&q);
	return RC_OK;
}

const struct decl_ops decl_ops_sqlite = { diff };

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

static enum rc diff(struct decl_job *j)
{
	struct sq q = { .j = j, .a = j->a, .turso = j->libsql,
		.part = j->safe ? '\x1e' : ';', .item = j->safe ? '\x1f' : ',' };
	enum rc rc = j->safe ? sq_safe_names(&q) : RC_OK;

	if (!rc)
		rc = sq_match(&q);
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

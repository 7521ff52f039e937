/*
 * Tables as the server keeps them: pg_class.oid, the file node, and
 * pg_attribute.attnum of each column.  TRUNCATE and every rewrite give a table
 * another file node; a column that is dropped and added again has another
 * number (manual, 53.7 and 73.1).
 */
#include "drv/pg/pg.h"

struct reading {
	struct arena *a;
	VEC(struct stored_table) tables;
	VEC(struct stored_column) cols;
};

static void end_table(struct reading *x)
{
	struct stored_table *t;

	if (!x->tables.n || !x->cols.n)
		return;
	t = &x->tables.v[x->tables.n - 1];
	t->cols = arena_copy(x->a, x->cols.v, x->cols.n * sizeof *x->cols.v);
	t->ncols = x->cols.n;
	x->cols.n = 0;
}

static void take(struct reading *x, const PGresult *r, int i)
{
	struct str schema = pg_cell(r, i, 0), name = pg_cell(r, i, 1);
	int64_t id = pg_cell_int(r, i, 2), number = pg_cell_int(r, i, 5);

	if (!x->tables.n || x->tables.v[x->tables.n - 1].id != id) {
		end_table(x);
		vec_push(x->a, &x->tables, (struct stored_table){
		    .table = arena_printf(x->a, "%.*s.%.*s", STR_ARG(schema),
		    STR_ARG(name)), .id = id, .file = pg_cell_int(r, i, 3),
		    .partitioned = pg_cell_bool(r, i, 4) });
	}
	if (number)
		vec_push(x->a, &x->cols, (struct stored_column){
		    .name = arena_str(x->a, pg_cell(r, i, 6)),
		    .number = number });
}

enum rc pg_stored(struct drv *base, struct arena *a, struct stored_tables *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	struct reading x = { .a = a };
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, STR("SELECT n.nspname, c.relname,"
		    " c.oid::pg_catalog.int8,"
		    " COALESCE(pg_catalog.pg_relation_filenode(c.oid),"
		    " 0)::pg_catalog.int8, c.relkind OPERATOR(pg_catalog.=)"
		    " 'p'::\"char\", COALESCE(a.attnum, 0)::pg_catalog.int8,"
		    " COALESCE(a.attname, '')"
		    " FROM pg_catalog.pg_class AS c"
		    " JOIN pg_catalog.pg_namespace AS n"
		    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		    " LEFT JOIN pg_catalog.pg_attribute AS a"
		    " ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
		    " AND a.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2"
		    " AND NOT a.attisdropped AND a.attislocal"
		    " AND a.attgenerated OPERATOR(pg_catalog.=) ''::\"char\""
		    " WHERE (c.relkind OPERATOR(pg_catalog.=) 'r'::\"char\""
		    " OR c.relkind OPERATOR(pg_catalog.=) 'p'::\"char\")"
		    " AND c.relpersistence OPERATOR(pg_catalog.<>)"
		    " 't'::\"char\" AND c.oid OPERATOR(pg_catalog.>=)"
		    " 16384::pg_catalog.oid"
		    " ORDER BY c.oid, a.attnum"), NULL, 0, &r, e);
	if (rc)
		return rc;
	for (int i = 0; i < PQntuples(r); i++)
		take(&x, r, i);
	PQclear(r);
	end_table(&x);
	r = NULL;
	rc = pg_rows(d, STR("SELECT pg_catalog.count(*)"
	    " FROM pg_catalog.pg_largeobject_metadata"), NULL, 0, &r, e);
	if (rc)
		return rc;
	*out = (struct stored_tables){ x.tables.v, x.tables.n,
		pg_cell_int(r, 0, 0) };
	PQclear(r);
	return RC_OK;
}

/*
 * query: the SQL of a select (drizzle-orm 0.45.4, buildSelectQuery and what
 * it calls in pg-core/dialect.ts and sqlite-core/dialect.ts).  Views' queries
 * are made without casing, as there.
 */
#include "ts/drizzle/drizzle.h"

typedef VEC(struct ts_value) values;

/* orderSelectedFields */
static enum ts_flow flatten(struct ts_run *r, struct ts_object *fields,
    unsigned depth, values *out)
{
	struct strs keys = ts_keys(r, fields);
	struct ts_value v;

	if (depth > 16)
		return ts_fail(r, "selected fields nested too deep");
	for (size_t i = 0; i < keys.n; i++) {
		struct dz_table *t;

		TRY(ts_get(r, ts_ref(fields), keys.v[i], &v));
		TRY(ts_known(r, v, "a selected field"));
		t = dz_data(v, DZ_TABLE);
		if (t)
			for (size_t k = 0; k < t->cols.n; k++)
				vec_push(r->a, out,
				    ts_ref(t->cols.v[k]->self));
		else if (dz_data(v, DZ_COLUMN) || dz_data(v, DZ_SQL) ||
		    dz_data(v, DZ_ALIASED) || dz_data(v, DZ_SUBQUERY))
			vec_push(r->a, out, v);
		else if (v.type == TSV_OBJECT)
			TRY(flatten(r, v.object, depth + 1, out));
	}
	return FLOW_NEXT;
}

/* --- selection ----------------------------------------------------------- */

/* From one table only, columns stand without it. */
static struct dz_sql *bare(struct ts_run *r, const struct dz_sql *from)
{
	struct dz_sql *s = dz_sql_new(r);

	for (size_t i = 0; i < from->v.n; i++) {
		struct dz_column *k = from->v.v[i].text.p ? NULL :
		    dz_data(from->v.v[i].v, DZ_COLUMN);

		if (k)
			dz_sql_column(r, s, k);
		else
			vec_push(r->a, &s->v, from->v.v[i]);
	}
	return s;
}

static void column_field(struct ts_run *r, struct dz_sql *s,
    struct dz_column *k, bool single)
{
	bool cast = k->c.row && strcmp(k->c.row->column_type,
	    "SQLiteNumericBigInt") == 0;

	if (cast)
		dz_sql_text(r, s, STR("cast("));
	if (single) {
		dz_sql_column(r, s, k);
	} else if (k->c.dialect == DECL_PG) {
		dz_sql_add(r, s, ts_ref(k->self));
	} else {
		dz_sql_name(r, s, k->table->name);
		dz_sql_text(r, s, STR("."));
		dz_sql_column(r, s, k);
	}
	if (cast)
		dz_sql_text(r, s, STR(" as text)"));
}

static void field(struct ts_run *r, struct dz_sql *s, struct ts_value v,
    bool single)
{
	struct dz_column *k = dz_data(v, DZ_COLUMN);
	struct dz_aliased *x = dz_data(v, DZ_ALIASED);
	struct dz_sql *sql = dz_data(x ? x->sql : v, DZ_SQL);

	if (k) {
		column_field(r, s, k, single);
	} else if (x && x->selection) {
		dz_sql_name(r, s, x->alias);
	} else if (sql) {
		dz_sql_sub(r, s, single ? bare(r, sql) : sql);
		if (x) {
			dz_sql_text(r, s, STR(" as "));
			dz_sql_name(r, s, x->alias);
		}
	} else {
		dz_sql_add(r, s, v);
	}
}

/* --- clauses ------------------------------------------------------------- */

static void list(struct ts_run *r, struct dz_sql *s, const char *word,
    const struct ts_object *v)
{
	if (!v || v->items.n == 0)
		return;
	dz_sql_text(r, s, str_z(word));
	for (size_t i = 0; i < v->items.n; i++) {
		if (i > 0)
			dz_sql_text(r, s, STR(", "));
		dz_sql_add(r, s, v->items.v[i]);
	}
}

static void clause(struct ts_run *r, struct dz_sql *s, const char *word,
    struct ts_value v)
{
	if (v.type != TSV_UNKNOWN && !ts_truthy(v))
		return;
	dz_sql_text(r, s, str_z(word));
	dz_sql_add(r, s, v);
}

static void limits(struct ts_run *r, struct dz_sql *s, struct ts_value limit,
    struct ts_value offset)
{
	if (limit.type == TSV_OBJECT || limit.type == TSV_NULL ||
	    (limit.type == TSV_NUMBER && limit.number >= 0)) {
		dz_sql_text(r, s, STR(" limit "));
		dz_sql_add(r, s, limit);
	}
	clause(r, s, " offset ", offset);
}

static void named(struct ts_run *r, struct dz_sql *s, struct str schema,
    struct str original, struct str alias)
{
	if (schema.p) {
		dz_sql_name(r, s, schema);
		dz_sql_text(r, s, STR("."));
	}
	dz_sql_name(r, s, original);
	if (alias.p) {
		dz_sql_text(r, s, STR(" "));
		dz_sql_name(r, s, alias);
	}
}

static void from_table(struct ts_run *r, struct dz_sql *s, struct ts_value v)
{
	const struct dz_table *t = dz_data(v, DZ_TABLE);

	dz_sql_text(r, s, STR(" from "));
	if (t && t->alias)
		named(r, s, t->schema, t->original, t->name);
	else
		dz_sql_add(r, s, v);
}

static void join(struct ts_run *r, struct dz_sql *s, const struct dz_join *j,
    enum decl_dialect d)
{
	const struct dz_table *t = dz_data(j->table, DZ_TABLE);
	const struct dz_view *v = dz_data(j->table, DZ_VIEW);

	dz_sql_text(r, s, STR(" "));
	dz_sql_text(r, s, j->type);
	dz_sql_text(r, s, j->lateral ? STR(" join lateral ") : STR(" join "));
	if (t)
		named(r, s, t->schema, t->original, str_eq(t->name,
		    t->original) ? STR_NONE : j->alias);
	else if (v && d == DECL_PG)
		named(r, s, v->schema, v->original, str_eq(v->name,
		    v->original) ? STR_NONE : j->alias);
	else
		dz_sql_add(r, s, j->table);
	clause(r, s, " on ", j->on);
}

static void withs(struct ts_run *r, struct dz_sql *s,
    const struct ts_object *v)
{
	for (size_t i = 0; v && i < v->items.n; i++) {
		const struct dz_subquery *q = dz_data(v->items.v[i],
		    DZ_SUBQUERY);

		if (!q)
			continue;
		dz_sql_text(r, s, i == 0 ? STR("with ") : STR(", "));
		dz_sql_name(r, s, q->alias);
		dz_sql_text(r, s, STR(" as ("));
		dz_sql_sub(r, s, q->sql);
		dz_sql_text(r, s, STR(")"));
	}
	if (v && v->items.n)
		dz_sql_text(r, s, STR(" "));
}

static enum ts_flow distinct(struct ts_run *r, const struct dz_select *x,
    struct dz_sql *s)
{
	const struct ts_value *v;
	size_t n;

	if (x->distinct)
		dz_sql_text(r, s, STR(" distinct"));
	if (ts_is_nullish(x->distinct_on))
		return FLOW_NEXT;
	TRY(ts_known(r, x->distinct_on, "a query"));
	TRY(ts_iterate(r, x->distinct_on, &v, &n));
	dz_sql_text(r, s, STR(" distinct on ("));
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			dz_sql_text(r, s, STR(", "));
		dz_sql_add(r, s, v[i]);
	}
	dz_sql_text(r, s, STR(")"));
	return FLOW_NEXT;
}

/* --- union and the like -------------------------------------------------- */

static struct ts_object *bare_list(struct ts_run *r,
    const struct ts_object *from)
{
	struct ts_object *to = ts_array_new(r);

	for (size_t i = 0; i < from->items.n; i++) {
		struct dz_column *k = dz_data(from->items.v[i], DZ_COLUMN);
		struct dz_sql *sql = dz_data(from->items.v[i], DZ_SQL);
		struct dz_sql *s = dz_sql_new(r);

		if (k)
			dz_sql_column(r, s, k);
		ts_push(r, to, k ? dz_sql_value(r, s) : sql ?
		    dz_sql_value(r, bare(r, sql)) : from->items.v[i]);
	}
	return to;
}

static enum ts_flow set_operation(struct ts_run *r, enum decl_dialect d,
    struct dz_sql *left, const struct dz_set_op *op, struct dz_sql **out)
{
	const char *open = d == DECL_PG ? "(" : "";
	const char *close = d == DECL_PG ? ")" : "";
	struct dz_sql *s = dz_sql_new(r), *right;

	TRY(dz_select_sql(r, op->right, &right));
	dz_sql_text(r, s, str_z(open));
	dz_sql_sub(r, s, left);
	dz_sql_text(r, s, arena_printf(r->a, "%s %s %s%s", close, op->word,
	    op->all ? "all " : "", open));
	dz_sql_sub(r, s, right);
	dz_sql_text(r, s, str_z(close));
	if (op->order_by && op->order_by->items.n) {
		list(r, s, " order by ", bare_list(r, op->order_by));
		if (d == DECL_PG)
			dz_sql_text(r, s, STR(" "));
	}
	limits(r, s, op->limit, op->offset);
	*out = s;
	return FLOW_NEXT;
}

enum ts_flow dz_select_sql(struct ts_run *r, const struct dz_select *x,
    struct dz_sql **out)
{
	struct dz_sql *s = dz_sql_new(r);
	bool single = x->joins.n == 0;
	values fields = { 0 };

	TRY(flatten(r, x->fields, 0, &fields));
	withs(r, s, x->withs);
	dz_sql_text(r, s, STR("select"));
	TRY(distinct(r, x, s));
	dz_sql_text(r, s, STR(" "));
	for (size_t i = 0; i < fields.n; i++) {
		if (i > 0)
			dz_sql_text(r, s, STR(", "));
		field(r, s, fields.v[i], single);
	}
	from_table(r, s, x->table);
	for (size_t i = 0; i < x->joins.n; i++)
		join(r, s, &x->joins.v[i], x->dialect);
	clause(r, s, " where ", x->where);
	list(r, s, " group by ", x->group_by);
	clause(r, s, " having ", x->having);
	list(r, s, " order by ", x->order_by);
	limits(r, s, x->limit, x->offset);
	if (x->locking.p) {
		dz_sql_text(r, s, STR(" for "));
		dz_sql_text(r, s, x->locking);
	}
	for (size_t i = 0; i < x->ops.n; i++)
		TRY(set_operation(r, x->dialect, s, &x->ops.v[i], &s));
	*out = s;
	return FLOW_NEXT;
}

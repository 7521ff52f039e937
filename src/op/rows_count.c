/* rows_count: how many, and which is the n-th. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "op/rows_sql.h"

/* --- estimates --------------------------------------------------------------------- */

static enum rc sqlite_estimate(struct drv *d, const struct rows *r,
    struct arena *a, int64_t *out, struct err *e)
{
	struct sbuf sql = SBUF_TEXT;
	struct value v = { .kind = VALUE_NULL }, name = { .kind = VALUE_TEXT };
	struct err no_stat = ERR_INIT;
	enum rc rc;

	if (!r->table || r->where.n)
		return RC_OK;
	name.s = r->object->name;
	name.full = name.s.n;
	/* without ANALYZE there is no such table */
	rc = drv_scalar(d, STR("SELECT stat FROM sqlite_stat1 WHERE tbl = ? "
	    "AND idx IS NOT NULL LIMIT 1"), &name, 1, a, &v, &no_stat);
	if (rc == RC_CANCELLED)
		return err_set(e, rc, "%s", no_stat.msg);
	if (!rc && v.kind == VALUE_TEXT) {
		*out = strtoll(arena_z(a, v.s), NULL, 10);
		return RC_OK;
	}
	if (r->by_position || !r->terms[r->nterms - 1].unique ||
	    r->table->without_rowid)
		return RC_OK;
	/* the last term is the rowid or the column that is it */
	SQL(&sql, "SELECT coalesce(max(");
	r->dialect->ident(&sql, r->terms[r->nterms - 1].name);
	SQL(&sql, "), 0) FROM ");
	r->dialect->table(&sql, r->object);
	rc = drv_scalar(d, sbuf_str(&sql), NULL, 0, a, &v, e);
	sbuf_free(&sql);
	if (!rc && v.kind == VALUE_INT && v.i >= 0)
		*out = v.i;
	return rc;
}

static enum rc sqlite_estimates(struct drv *d, const struct model *m,
    struct arena *a, int64_t *out, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < m->ntables; i++) {
		struct rows_spec spec = { .schema = m->tables[i]->o.schema,
			.name = m->tables[i]->o.name };
		const struct rows *r;

		out[i] = -1;
		rc = rows_plan(m, &spec, a, &r, e);
		if (!rc)
			rc = rows_estimate(d, r, a, &out[i], e);
		if (rc == RC_DB)	/* a module that is not loaded */
			rc = RC_OK;
	}
	return rc;
}

/* What the server's planner says of a query, line by line. */
struct explained {
	double cost;		/* of all of it */
	int64_t rows;		/* of all of it; -1 unknown */
	bool sorts;		/* reads everything before the first row */
};

/* "…  (cost=0.43..1.23 rows=80 width=12)" */
static void read_plan_line(struct str line, struct explained *x)
{
	size_t at = str_find(line, STR("(cost="), 0), n = line.n;
	size_t rows = str_find(line, STR(" rows="), 0);
	size_t dots = at < n ? str_find(line, STR(".."), at) : n;
	char buf[64];

	if (x->rows < 0 && rows < n && dots < n) {
		snprintf(buf, sizeof(buf), "%.*s", (int)(n - rows - 6 < 40 ?
		    n - rows - 6 : 40), line.p + rows + 6);
		x->rows = strtoll(buf, NULL, 10);
		snprintf(buf, sizeof(buf), "%.*s", (int)(n - dots - 2 < 40 ?
		    n - dots - 2 : 40), line.p + dots + 2);
		x->cost = strtod(buf, NULL);
	}
	line = str_trim(line);
	if (str_starts(line, STR("->  ")))
		line = str_sub(line, 4, line.n);
	x->sorts = x->sorts || str_starts(line, STR("Sort  ("));
}

/* PostgreSQL manual, EXPLAIN; nothing is run. */
static enum rc pg_explain(struct drv *d, struct query *q,
    struct explained *out, struct err *e)
{
	struct cursor *c = NULL;
	struct sbuf sql = SBUF_TEXT;
	bool more = false;
	enum rc rc;

	*out = (struct explained){ .rows = -1 };
	SQL(&sql, "EXPLAIN ");
	sbuf_add(&sql, sbuf_str(&q->sql));
	rc = drv_query(d, sbuf_str(&sql), q->args, q->nargs, 4096, &c, e);
	do {
		if (!rc)
			rc = cursor_next(c, &more, e);
		if (!rc && more && c->ncols)
			read_plan_line(c->row[0].s, out);
	} while (!rc && more);
	cursor_close(c);
	sbuf_free(&sql);
	return rc;
}

/*
 * The statistics scaled to the size of now, as the planner does; a relation
 * that was never analysed by its size, unless it is small: -1, which is worth
 * a count.  Partitions add up to their parent.  reltuples: -1 unknown since
 * 14, 0 with no page before.
 */
#define PG_ESTIMATES \
	"WITH leaf AS MATERIALIZED (SELECT c.oid, c.relkind, " \
	"CASE WHEN c.relkind NOT IN ('r', 'm') THEN 0 " \
	"WHEN c.reltuples < 0 OR c.relpages = 0 THEN " \
	"CASE WHEN s.n * 8192 > 1048576 THEN s.n * 60 ELSE -1 END " \
	"ELSE c.reltuples / c.relpages * s.n END AS rows " \
	"FROM pg_catalog.pg_class c CROSS JOIN LATERAL (SELECT " \
	"pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting(" \
	"'block_size')::pg_catalog.int8 AS n) s " \
	"WHERE c.relkind IN ('r', 'm', 'p', 'f') " \
	"AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace) " \
	"SELECT n.nspname, c.relname, (CASE WHEN c.relkind = 'p' THEN " \
	"(SELECT CASE WHEN pg_catalog.min(l.rows) < 0 THEN -1 " \
	"ELSE pg_catalog.sum(l.rows) END FROM pg_catalog.pg_partition_tree(" \
	"c.oid) t JOIN leaf l ON l.oid = t.relid WHERE t.isleaf) " \
	"WHEN c.relkind = 'f' THEN c.reltuples " \
	"ELSE x.rows END)::pg_catalog.int8 " \
	"FROM leaf x JOIN pg_catalog.pg_class c ON c.oid = x.oid " \
	"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"

static enum rc pg_table_estimate(struct drv *d, const struct rows *r,
    struct arena *a, int64_t *out, struct err *e)
{
	struct value args[2] = {
		{ .kind = VALUE_TEXT, .s = r->object->schema,
		    .full = r->object->schema.n },
		{ .kind = VALUE_TEXT, .s = r->object->name,
		    .full = r->object->name.n } };
	struct value v = { .kind = VALUE_NULL };
	enum rc rc = drv_scalar(d, STR("SELECT rows FROM (" PG_ESTIMATES
	    ") AS e(schema, name, rows) WHERE schema = $1 AND name = $2"),
	    args, 2, a, &v, e);

	if (!rc && v.kind == VALUE_INT)
		*out = v.i;
	return rc;
}

static enum rc pg_estimate(struct drv *d, const struct rows *r,
    struct arena *a, int64_t *out, struct err *e)
{
	struct explained x;
	struct query q;
	enum rc rc;

	if (r->table && !r->where.n)
		return pg_table_estimate(d, r, a, out, e);
	query_begin(&q, r, a);
	SQL(&q.sql, "SELECT 1");
	query_where(&q, r, NULL, 0);
	rc = pg_explain(d, &q, &x, e);
	query_end(&q);
	if (!rc)
		*out = x.rows;
	return rc;
}

static enum rc pg_estimates(struct drv *d, const struct model *m,
    struct arena *a, int64_t *out, struct err *e)
{
	struct map *at = map_new(a);
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc;

	for (size_t i = 0; i < m->ntables; i++) {
		const struct obj *o = &m->tables[i]->o;

		out[i] = -1;
		map_put(at, arena_printf(a, "%.*s%c%.*s", STR_ARG(o->schema), 1,
		    STR_ARG(o->name)), &out[i]);
	}
	rc = drv_query(d, STR(PG_ESTIMATES), NULL, 0, 0, &c, e);
	while (!rc && more) {
		int64_t *found;

		rc = cursor_next(c, &more, e);
		if (rc || !more || c->row[2].kind != VALUE_INT)
			continue;
		found = map_get(at, arena_printf(a, "%.*s%c%.*s",
		    STR_ARG(c->row[0].s), 1, STR_ARG(c->row[1].s)));
		if (found)
			*found = c->row[2].i;
	}
	cursor_close(c);
	return rc;
}

static const struct estimating {
	enum rc (*one)(struct drv *d, const struct rows *r, struct arena *a,
	    int64_t *out, struct err *e);
	enum rc (*all)(struct drv *d, const struct model *m, struct arena *a,
	    int64_t *out, struct err *e);
	int64_t unasked;	/* rows up to which counting needs no asking */
} estimating[DIALECT_N] = {
	[DIALECT_SQLITE] = { sqlite_estimate, sqlite_estimates, INT64_MAX },
	[DIALECT_PG] = { pg_estimate, pg_estimates, 100000 },
};

enum rc rows_estimate(struct drv *d, const struct rows *r, struct arena *a,
    int64_t *out, struct err *e)
{
	*out = -1;
	return estimating[r->dialect->id].one(d, r, a, out, e);
}

enum rc rows_estimates(struct drv *d, const struct model *m, struct arena *a,
    int64_t *out, struct err *e)
{
	return estimating[m->dialect].all(d, m, a, out, e);
}

bool rows_count_unasked(enum dialect_id dialect, int64_t estimate)
{
	return estimate <= estimating[dialect].unasked;
}

/*
 * Time by experience: 10 M rows of 100 bytes (cost 330,000) take 1.2 s on two
 * cores once they are in memory.
 */
#define COST_PER_SECOND 250000.0

enum rc rows_cost(struct drv *d, const struct rows *r, struct arena *a,
    struct rows_cost *out, struct err *e)
{
	struct explained x;
	struct query q;
	enum rc rc;

	*out = (struct rows_cost){ .rows = 0 };
	if (r->indexed || r->by_position || !r->nsort ||
	    estimating[r->dialect->id].one != pg_estimate)
		return RC_OK;
	query_begin(&q, r, a);
	query_select(&q, r, SELECT_KEY);
	query_where(&q, r, NULL, 0);
	query_order(&q, r, NULL, 0);
	query_limit(&q, 80, 0);
	rc = pg_explain(d, &q, &x, e);
	query_end(&q);
	if (rc || !x.sorts)
		return rc;
	out->seconds = x.cost / COST_PER_SECOND;
	return rows_estimate(d, r, a, &out->rows, e);
}

enum rc rows_seen_by(struct drv *d, const struct table *t, struct arena *a,
    struct str *out, struct err *e)
{
	struct value args[2] = {
		{ .kind = VALUE_TEXT, .s = t->o.schema, .full = t->o.schema.n },
		{ .kind = VALUE_TEXT, .s = t->o.name, .full = t->o.name.n } };
	struct value v = { .kind = VALUE_NULL };
	enum rc rc = RC_OK;

	if (t->row_security)	/* none on SQLite */
		rc = drv_scalar(d, STR("SELECT current_user::pg_catalog.text"
		    " FROM pg_catalog.pg_class AS c"
		    " JOIN pg_catalog.pg_namespace AS n"
		    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		    " WHERE n.nspname OPERATOR(pg_catalog.=) $1"
		    " AND c.relname OPERATOR(pg_catalog.=) $2"
		    " AND pg_catalog.row_security_active(c.oid)"), args, 2, a,
		    &v, e);
	/* without a row there is nothing to hide */
	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	if (!rc)
		*out = v.kind == VALUE_TEXT ? v.s : STR("");
	return rc;
}

static enum rc count_seg(struct drv *d, const struct rows *r,
    const struct segs *s, size_t i, struct arena *a, int64_t *out,
    struct err *e)
{
	struct query q;
	struct value v;
	enum rc rc;

	query_begin(&q, r, a);
	query_select(&q, r, SELECT_COUNT);
	query_where(&q, r, s, i);
	rc = query_one(&q, d, 0, &v, 1, e);
	query_end(&q);
	if (!rc)
		*out = v.i;
	return rc;
}

enum rc rows_count(struct drv *d, const struct rows *r, int64_t *out,
    struct err *e)
{
	struct arena *a = arena_new();
	enum rc rc = count_seg(d, r, NULL, 0, a, out, e);

	arena_free(a);
	return rc;
}

enum rc rows_position(struct drv *d, const struct rows *r,
    const struct value *key, int64_t *out, struct err *e)
{
	struct arena *a = arena_new();
	int64_t sum = 0, n = 0;
	struct segs s;
	enum rc rc = RC_OK;

	if (r->by_position) {
		*out = key[0].i;
		goto out;
	}
	s = segs_from(r, key, true, false, a);
	for (size_t i = 0; !rc && i < s.n; i++) {
		rc = count_seg(d, r, &s, i, a, &n, e);
		sum += n;
	}
	if (!rc)
		*out = sum;
out:
	arena_free(a);
	return rc;
}

enum rc rows_shown(struct drv *d, const struct rows *r,
    const struct value *key, bool *out, struct err *e)
{
	struct arena *a = arena_new();
	struct query q;
	struct value v;
	enum rc rc;

	query_begin(&q, r, a);
	query_select(&q, r, SELECT_COUNT);
	query_shown(&q, r, key);
	rc = query_one(&q, d, 0, &v, 1, e);
	query_end(&q);
	if (!rc)
		*out = v.i > 0;
	arena_free(a);
	return rc;
}

/* --- steps ---------------------------------------------------------------------- */

static enum rc key_at(struct drv *d, const struct rows *r, const struct segs *s,
    size_t i, int64_t offset, struct arena *a, struct value *out, struct err *e)
{
	struct query q;
	enum rc rc;

	query_begin(&q, r, a);
	query_select(&q, r, SELECT_KEY);
	query_where(&q, r, s, i);
	query_order(&q, r, s, i);
	query_limit(&q, 1, offset);
	rc = query_one(&q, d, KEY_CAP, out, r->nterms, e);
	query_end(&q);
	return rc;
}

/*
 * The key `steps` rows after `key` (NULL: row number `steps`), or *key NULL
 * and in *passed how many rows there are.
 */
static enum rc step(struct drv *d, const struct rows *r,
    const struct value *from, int64_t steps, struct arena *a,
    const struct value **key, int64_t *passed, struct err *e)
{
	struct segs s = segs_from(r, from, false, false, a);
	struct value *found = arena_array(a, struct value, r->nterms);
	int64_t rest = from ? steps - 1 : steps, n;
	enum rc rc = RC_OK;

	*key = NULL;
	*passed = 0;
	for (size_t i = 0; i < s.n; i++) {
		rc = key_at(d, r, &s, i, rest, a, found, e);
		if (!rc)
			*key = found;
		if (rc != RC_NOTFOUND)
			return rc;
		rc = count_seg(d, r, &s, i, a, &n, e);
		if (rc)
			return rc;
		rest -= n;
		*passed += n;
		if (rest < 0)	/* rows were added meanwhile */
			rest = 0;
	}
	return RC_OK;
}

bool rows_can_sample(const struct rows *r)
{
	return r->indexed && !r->by_position;
}

enum rc rows_sample(struct drv *d, const struct rows *r, double budget_ms,
    struct arena *a, struct rows_index *x, struct err *e)
{
	double began = clock_mono_ms();
	enum rc rc = RC_OK;

	while (!rc && !x->done && clock_mono_ms() - began < budget_ms) {
		const struct value *from = x->keys.n ?
		    x->keys.v[x->keys.n - 1] : NULL, *key;
		int64_t passed;

		rc = step(d, r, from, from ? ROWS_SAMPLE : 0, a, &key, &passed,
		    e);
		if (rc)
			return rc;
		if (key) {
			vec_push(a, &x->keys, key);
			x->total = (int64_t)(x->keys.n - 1) * ROWS_SAMPLE + 1;
		} else {
			x->total += passed;
			x->done = true;
		}
	}
	return rc;
}

enum rc rows_nth(struct drv *d, const struct rows *r,
    const struct rows_index *x, int64_t n, struct arena *a,
    const struct value **key, struct err *e)
{
	const struct value *from = NULL, *found = NULL;
	int64_t rest = n, passed;
	enum rc rc;

	if (r->by_position) {
		struct value *v = arena_new_of(a, struct value);

		*v = (struct value){ .kind = VALUE_INT, .i = n };
		*key = v;
		return RC_OK;
	}
	if (x && x->keys.n) {
		size_t i = (size_t)(n / ROWS_SAMPLE);

		i = i < x->keys.n ? i : x->keys.n - 1;
		from = x->keys.v[i];
		rest = n - (int64_t)i * ROWS_SAMPLE;
		if (!rest) {
			*key = from;
			return RC_OK;
		}
	}
	rc = step(d, r, from, rest, a, &found, &passed, e);
	if (rc)
		return rc;
	if (!found)
		return err_set(e, RC_NOTFOUND, "there are fewer rows");
	*key = found;
	return RC_OK;
}

/* --- who points here ---------------------------------------------------------------- */

enum rc rows_referrers(struct drv *d, const struct rows *parent,
    const struct value *key, const struct fk *fk, struct arena *a,
    int64_t *out, struct err *e)
{
	struct value *v = arena_array(a, struct value, fk->cols.n + 1);
	const struct table *child = model_table(parent->model, fk->o.schema,
	    fk->o.table);
	struct value count;
	struct query q;
	enum rc rc = rows_values(d, parent, key, &fk->ref_cols, a, v, e);

	if (rc)
		return rc;
	query_begin(&q, parent, a);
	q.args = arena_array(a, struct value, fk->cols.n + 1);
	SQL(&q.sql, "SELECT count(*) FROM ");
	parent->dialect->table(&q.sql, &fk->o);
	for (size_t i = 0; i < fk->cols.n && i < fk->ref_cols.n; i++) {
		sbuf_addz(&q.sql, i ? " AND " : " WHERE ");
		query_eq(&q, parent->model, child ?
		    table_column(child, fk->cols.v[i]) : NULL, fk->cols.v[i],
		    &v[i]);
	}
	rc = query_one(&q, d, 0, &count, 1, e);
	query_end(&q);
	if (!rc)
		*out = count.i;
	return rc;
}

/* --- what others write ----------------------------------------------------- */

/*
 * PostgreSQL 12 to 18, "The Cumulative Statistics System": rows that were
 * written, counted for all sessions.  TRUNCATE and rewriting count nothing but
 * give the table another file.  Its own session sees the numbers of now: no
 * transaction is held (R.5).
 */
#define PG_STAMP \
	"WITH shown AS (SELECT c.oid FROM pg_catalog.pg_class c " \
	"JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace " \
	"WHERE n.nspname = $1 AND c.relname = $2 " \
	"AND c.relkind IN ('r', 'p', 'm')) " \
	"SELECT 1 + pg_catalog.sum(" \
	"pg_catalog.pg_stat_get_tuples_inserted(t.oid) + " \
	"pg_catalog.pg_stat_get_tuples_updated(t.oid) + " \
	"pg_catalog.pg_stat_get_tuples_deleted(t.oid) + " \
	"coalesce(pg_catalog.pg_relation_filenode(t.oid)::pg_catalog.int8, " \
	"0))::pg_catalog.int8 FROM (SELECT oid FROM shown UNION " \
	"SELECT p.relid FROM shown, " \
	"LATERAL pg_catalog.pg_partition_tree(shown.oid) p) t(oid)"

static const struct {
	const char *sql;
	bool by_table;
} stamps[DIALECT_N] = {
	/* https://www.sqlite.org/pragma.html#pragma_data_version */
	[DIALECT_SQLITE] = { "PRAGMA data_version", false },
	[DIALECT_PG] = { PG_STAMP, true },
};

bool rows_stamp_by_table(enum dialect_id dialect)
{
	return stamps[dialect].by_table;
}

enum rc rows_stamp(struct drv *d, enum dialect_id dialect, struct str schema,
    struct str name, struct arena *a, int64_t *out, struct err *e)
{
	struct value args[2] = {
		{ .kind = VALUE_TEXT, .s = schema, .full = schema.n },
		{ .kind = VALUE_TEXT, .s = name, .full = name.n } };
	struct value v = { .kind = VALUE_NULL };
	enum rc rc = drv_scalar(d, str_z(stamps[dialect].sql), args,
	    stamps[dialect].by_table ? 2 : 0, a, &v, e);

	if (!rc)
		*out = v.kind == VALUE_INT ? v.i : -1;
	return rc;
}

/* rows_count: how many, and which is the n-th. */
#include <stdlib.h>

#include "base/clock.h"
#include "op/rows_sql.h"

enum rc rows_estimate(struct drv *d, const struct rows *r, struct arena *a,
    int64_t *out, struct err *e)
{
	struct sbuf sql = SBUF_TEXT;
	struct value v = { .kind = VALUE_NULL }, name = { .kind = VALUE_TEXT };
	struct err no_stat = ERR_INIT;
	enum rc rc;

	*out = -1;
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
		parent->dialect->ident(&q.sql, fk->cols.v[i]);
		SQL(&q.sql, " = ");
		query_arg(&q, &v[i]);
	}
	rc = query_one(&q, d, 0, &count, 1, e);
	query_end(&q);
	if (!rc)
		*out = count.i;
	return rc;
}

/* counting: see counting.h. */
#include "base/clock.h"
#include "ui/view/cells.h"
#include "ui/view/counting.h"

/* A key waits no longer than this; a server is told to stop meanwhile. */
static const double slice_ms[DIALECT_N] = {
	[DIALECT_SQLITE] = 10,
	[DIALECT_PG] = 60,
};

/* The column that people know a row by: one of these names, else the first
 * text that is not its key, else the first that is none. */
static const struct rows_col *label_column(const struct rows *r)
{
	static const char *const names[] = { "name", "title", "label",
		"email", "username", "slug", "code" };
	const struct rows_col *text = NULL, *any = NULL;

	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
		for (size_t i = 0; i < r->ncols; i++)
			if (str_ieq(r->cols[i].name, str_z(names[k])))
				return &r->cols[i];
	for (size_t i = 0; i < r->ncols && !text; i++)
		if (!r->cols[i].pk && !r->cols[i].fk && !r->cols[i].numeric &&
		    (str_ieq(r->cols[i].type, STR("text")) ||
		    str_starts(r->cols[i].type, STR("character varying"))))
			text = &r->cols[i];
	for (size_t i = 0; i < r->ncols && !any; i++)
		any = r->cols[i].pk || r->cols[i].fk ? NULL : &r->cols[i];
	return text ? text : any;
}

static enum rc label_of(struct job *j, const struct rows *parent,
    const struct value *key, struct fk_target *out, struct err *e)
{
	const struct rows_col *c = label_column(parent);
	struct strs one = { c ? &c->name : NULL, 1 };
	struct sbuf b = SBUF_INIT(8192);
	struct value v;
	enum rc rc;

	if (!c)
		return RC_OK;
	rc = rows_values(j->session->db, parent, key, &one, j->a, &v, e);
	if (!rc && v.kind != VALUE_NULL &&
	    cell_plain(parent->dialect, &v, &b)) {
		out->column = c->name;
		out->text = arena_str(j->a, str_sub(sbuf_str(&b), 0, 200));
	}
	sbuf_free(&b);
	return rc;
}

static enum rc target_of(struct job *j, const struct rows *r,
    const struct value *key, const struct fk *fk, struct fk_target *out,
    struct err *e)
{
	struct value *v = arena_array(j->a, struct value, fk->cols.n + 1);
	struct place p = { .schema = fk->ref_schema, .name = fk->ref_table };
	const struct rows *parent;
	const struct value *at;
	enum rc rc = place_plan(r->model, &p, j->a, &parent, e);

	if (!rc)
		rc = rows_values(j->session->db, r, key, &fk->cols, j->a, v,
		    e);
	for (size_t i = 0; !rc && i < fk->cols.n; i++)
		if (v[i].kind == VALUE_NULL)
			return RC_OK;
	if (rc || fk->ref_cols.n != fk->cols.n)
		return rc;
	rc = rows_find(j->session->db, parent, fk->ref_cols.v, v, fk->cols.n,
	    j->a, &at, e);
	out->missing = rc == RC_NOTFOUND;
	return rc ? rc : label_of(j, parent, at, out, e);
}

/* A table that cannot be read, a key that fits no column: not known. */
static enum rc find_targets(struct job *j, const struct rows *r,
    const struct value *key, struct count_result *out, struct err *e)
{
	size_t n = r->table ? r->table->nfks : 0;
	struct fk_target *v = arena_array(j->a, struct fk_target, n + 1);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < n; i++) {
		struct err one = ERR_INIT;

		rc = target_of(j, r, key, r->table->fks[i], &v[i], &one);
		if (rc == RC_CANCELLED)
			*e = one;
		else
			rc = RC_OK;
	}
	out->targets = v;
	return rc;
}

static enum rc count_refs(struct job *j, const struct rows *r,
    const struct count_ask *k, struct count_result *out, struct err *e)
{
	const struct table *t = r->table;
	int64_t *v = arena_array(j->a, int64_t, t ? t->nfks_in + 1 : 1);
	struct str *seen = arena_array(j->a, struct str, t ? t->nfks_in + 1 : 1);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && t && i < t->nfks_in; i++) {
		const struct table *child = model_table(r->model,
		    t->fks_in[i]->o.schema, t->fks_in[i]->o.table);
		struct err one = ERR_INIT;

		v[i] = -1;
		rc = rows_referrers(j->session->db, r, k->place.key,
		    t->fks_in[i], j->a, &v[i], &one);
		/* a key that fits no column is the schema's fault, not ours */
		if (rc == RC_DB || rc == RC_NOTFOUND || rc == RC_DENIED)
			rc = RC_OK;
		else if (rc)
			*e = one;
		seen[i] = STR("");
		if (!rc && child)
			rc = rows_seen_by(j->session->db, child, j->a,
			    &seen[i], e);
	}
	out->v = v;
	out->seen = seen;
	out->nv = t ? t->nfks_in : 0;
	return rc ? rc : find_targets(j, r, k->place.key, out, e);
}

/* The samples so far are known by their last key and their number. */
static enum rc count_rows(struct job *j, const struct rows *r,
    const struct count_ask *k, struct count_result *out, struct err *e)
{
	struct rows_index x = *k->samples;
	size_t had = x.keys.n;
	enum rc rc;

	if (!rows_can_sample(r)) {
		out->done = true;
		return rows_count(j->session->db, r, &out->n, e);
	}
	rc = rows_sample(j->session->db, r, slice_ms[r->dialect->id], j->a, &x,
	    e);
	out->n = x.total;
	out->done = x.done;
	for (size_t i = had; i < x.keys.n; i++)
		vec_push(j->a, &out->samples.keys, x.keys.v[i]);
	return rc;
}

static enum rc estimate_all(struct job *j, const struct model *m,
    struct count_result *out, struct err *e)
{
	int64_t *v = arena_array(j->a, int64_t, m->ntables + 1);
	enum rc rc = rows_estimates(j->session->db, m, j->a, v, e);

	out->v = v;
	out->nv = m->ntables;
	return rc;
}

static enum rc count_table(struct job *j, const struct model *m, size_t i,
    int64_t *out, struct err *e)
{
	struct place p = { .schema = m->tables[i]->o.schema,
		.name = m->tables[i]->o.name };
	const struct rows *r;
	enum rc rc = place_plan(m, &p, j->a, &r, e);

	*out = -1;
	if (!rc)
		rc = rows_count(j->session->db, r, out, e);
	return rc == RC_DB || rc == RC_DENIED ? RC_OK : rc;
}

/* As many of the tables from k->table on as a slice has time for. */
static enum rc count_tables(struct job *j, const struct model *m,
    const struct count_ask *k, struct count_result *out, struct err *e)
{
	double began = clock_mono_ms();
	int64_t *v = arena_array(j->a, int64_t, m->ntables + 1);
	enum rc rc = RC_OK;

	for (size_t i = k->table; !rc && i < m->ntables &&
	    (!out->nv || clock_mono_ms() - began < slice_ms[m->dialect]);
	    i++)
		if (i < k->nskip && k->skip[i])
			v[out->nv++] = -1;
		else
			rc = count_table(j, m, i, &v[out->nv++], e);
	out->v = v;
	return rc;
}

/* As many of the keys from k->table on as a slice has time for. */
static enum rc count_marks(struct job *j, const struct rows *r,
    const struct count_ask *k, struct count_result *out, struct err *e)
{
	double began = clock_mono_ms();
	enum rc rc = RC_OK;
	bool shown = false;

	out->n = 0;
	for (size_t i = k->table; !rc && i < k->nkeys && (i == k->table ||
	    clock_mono_ms() - began < slice_ms[r->dialect->id]); i++) {
		rc = rows_shown(j->session->db, r, k->keys[i], &shown, e);
		out->n += shown;
		out->table = i + 1;
	}
	return rc;
}

static enum rc run(struct job *j, void **result, struct err *e)
{
	const struct count_ask *k = j->arg;
	struct count_result *out = arena_new_of(j->a, struct count_result);
	const struct model *m;
	const struct rows *r;
	enum rc rc;

	out->kind = k->kind;
	out->table = k->table;
	out->round = k->round;
	out->n = -1;
	if (!j->session || !j->session->db)
		return err_set(e, RC_NOTFOUND, "there is no database yet");
	rc = session_live(j->session, &m, e);
	if (rc)
		return rc;
	out->model = m;
	if (k->kind == COUNT_ESTIMATES) {
		rc = estimate_all(j, m, out, e);
	} else if (k->kind == COUNT_TABLES) {
		rc = count_tables(j, m, k, out, e);
	} else {
		rc = place_plan(m, &k->place, j->a, &r, e);
		if (!rc && k->kind == COUNT_REFS)
			rc = count_refs(j, r, k, out, e);
		else if (!rc && k->kind == COUNT_POSITION)
			rc = rows_position(j->session->db, r, k->place.key,
			    &out->n, e);
		else if (!rc && k->kind == COUNT_MARKS)
			rc = count_marks(j, r, k, out, e);
		else if (!rc)
			rc = count_rows(j, r, k, out, e);
	}
	if (!rc)
		*result = out;
	return rc;
}

static const struct value *const *copy_keys(const struct count_ask *k,
    struct arena *a)
{
	const struct value **v = arena_array(a, const struct value *,
	    k->nkeys + 1);

	for (size_t i = k->table; i < k->nkeys; i++) {
		struct place p = { .key = k->keys[i], .nkey = k->place.nkey };

		v[i] = place_copy(a, &p).key;
	}
	return v;
}

struct job_spec count_job(const struct count_ask *ask, unsigned key)
{
	struct arena *a = arena_new();
	struct count_ask *k = arena_new_of(a, struct count_ask);
	struct rows_index *x = arena_new_of(a, struct rows_index);

	*k = *ask;
	k->place = place_copy(a, &ask->place);
	k->samples = x;
	k->keys = copy_keys(ask, a);
	k->skip = ask->nskip ? arena_copy(a, ask->skip, ask->nskip *
	    sizeof(*ask->skip)) : NULL;
	if (ask->samples) {
		size_t n = ask->samples->keys.n;
		const struct value **v = arena_array(a, const struct value *,
		    n + 1);

		if (n) {	/* only the last one is looked at */
			struct place last = { .key =
			    ask->samples->keys.v[n - 1], .nkey = ask->place.nkey };

			v[n - 1] = place_copy(a, &last).key;
		}
		x->keys.v = v;
		x->keys.n = x->keys.cap = n;
		x->total = ask->samples->total;
	}
	return (struct job_spec){ .what = "counting", .key = key, .a = a,
		.flags = JOB_BACKGROUND, .arg = k, .run = run };
}

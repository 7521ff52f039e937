/* out_rows: whose rows go out: a query's, or those with certain keys. */
#include "base/clock.h"
#include "op/out_local.h"
#include "op/rows_sql.h"

#define CELL_WHOLE (SIZE_MAX / 4)
#define ROW_MAX ((size_t)2 << 30)
#define PROGRESS_MS 100
#define PROGRESS_ROWS 512	/* between two looks at the clock */

/* --- columns --------------------------------------------------------------- */

static bool folded_eq(const struct rows *r, struct str x, struct str y)
{
	return r->dialect->folds ? str_ieq(x, y) : str_eq(x, y);
}

static bool names_row(const struct rows *r, struct str name)
{
	for (size_t i = 0; i < r->nterms; i++)
		if (r->terms[i].unique && folded_eq(r, r->terms[i].name, name))
			return true;
	return false;
}

struct columns {
	VEC(struct out_col) v;
	struct arena *a;
	const struct rows *r;
};

static void add_column(struct columns *c, const struct column *col)
{
	vec_push(c->a, &c->v, (struct out_col){ .name = col->o.name,
	    .type = col->type, .key = names_row(c->r, col->o.name),
	    .numeric = c->r->dialect->is_numeric(col->type),
	    .made = col->generated != GEN_NONE,
	    .always = col->identity == IDENTITY_ALWAYS });
}

/* Every column that * stands for, also beyond those that a grid shows. */
static void all_columns(struct columns *c)
{
	const struct rows *r = c->r;
	const struct view *view = r->table ? NULL : (const void *)r->object;

	for (size_t i = 0; r->table && i < r->table->ncols; i++)
		if (!r->table->cols[i]->hidden)
			add_column(c, r->table->cols[i]);
	for (size_t i = 0; view && i < view->cols.n; i++) {
		struct str type = i < view->types.n ? view->types.v[i] :
		    STR("");

		vec_push(c->a, &c->v, (struct out_col){
		    .name = view->cols.v[i], .type = type,
		    .key = names_row(r, view->cols.v[i]),
		    .numeric = r->dialect->is_numeric(type) });
	}
}

static enum rc pick(struct columns *c, const struct strs *wanted,
    struct err *e)
{
	VEC(struct out_col) v = { 0 };

	for (size_t i = 0; i < wanted->n; i++) {
		size_t k = 0;

		while (k < c->v.n && !str_eq(c->v.v[k].name, wanted->v[i]))
			k++;
		for (size_t j = 0; k == c->v.n && j < c->v.n; j++)
			if (folded_eq(c->r, c->v.v[j].name, wanted->v[i]))
				k = j;
		if (k == c->v.n)
			return err_set(e, RC_NOTFOUND, "there is no column "
			    "%.*s", STR_ARG(wanted->v[i]));
		for (size_t j = 0; j < v.n; j++)
			if (str_eq(v.v[j].name, c->v.v[k].name))
				return err_set(e, RC_USAGE, "column %.*s is "
				    "named twice", STR_ARG(v.v[j].name));
		vec_push(c->a, &v, c->v.v[k]);
	}
	c->v.v = v.v;
	c->v.n = v.n;
	return RC_OK;
}

/* --- one after another ------------------------------------------------------- */

struct run {
	struct out o;
	struct out_col *cols;
	const struct out_request *rq;
	double next_ms;
};

static enum rc open_run(struct run *x, const struct out_request *rq,
    struct err *e)
{
	struct arena *a = arena_new();
	struct columns c = { .a = a, .r = rq->rows };
	enum rc rc = RC_OK;

	all_columns(&c);
	if (rq->columns.n)
		rc = pick(&c, &rq->columns, e);
	x->rq = rq;
	x->cols = c.v.v;
	x->o = (struct out){ .kind = out_kind_of(rq->format),
		.dialect = rq->rows->dialect,
		.rules = &out_rules[rq->rows->dialect->id],
		.r = rq->rows, .cols = c.v.v, .ncols = c.v.n,
		.bare = rq->bare, .b = SBUF_INIT(ROW_MAX),
		.word = SBUF_INIT(ROW_MAX), .sink = rq->sink, .a = a };
	return rc;
}

static void close_run(struct run *x, struct out_done *done)
{
	*done = (struct out_done){ x->o.rows, x->o.bytes };
	sbuf_free(&x->o.b);
	sbuf_free(&x->o.word);
	sbuf_free(&x->o.held.text);
	arena_free(x->o.a);
}

/* The result says more of its types than a view does. */
static void begin(struct run *x, const struct cursor *c)
{
	for (size_t i = 0; c && i < x->o.ncols; i++) {
		if (!c->types[i].n || !x->o.rules->all_text)
			continue;
		x->cols[i].type = arena_str(x->o.a, c->types[i]);
		x->cols[i].numeric = x->o.dialect->is_numeric(c->types[i]);
	}
	if (x->o.kind->head)
		x->o.kind->head(&x->o);
}

static enum rc finish(struct run *x, struct err *e)
{
	if (x->o.kind->end)
		x->o.kind->end(&x->o);
	return out_flush(&x->o, true, e);
}

/* A row stands in the buffer. */
static enum rc handed_on(struct run *x, struct err *e)
{
	struct out *o = &x->o;
	enum rc rc = out_flush(o, false, e);

	o->rows += !rc;
	if (rc || !x->rq->progress || o->rows % PROGRESS_ROWS ||
	    clock_mono_ms() < x->next_ms)
		return rc;
	x->next_ms = clock_mono_ms() + PROGRESS_MS;
	return x->rq->progress(x->rq->arg, o->rows, o->bytes) ? RC_OK :
	    err_set(e, RC_CANCELLED, "cancelled");
}

static enum rc put(struct run *x, const struct value *row, struct err *e)
{
	x->o.kind->row(&x->o, row);
	return handed_on(x, e);
}

static void select_columns(const struct run *x, struct query *q)
{
	SQL(&q->sql, "SELECT ");
	for (size_t i = 0; i < x->o.ncols; i++) {
		sbuf_addz(&q->sql, i ? "," : "");
		q->dialect->ident(&q->sql, x->cols[i].name);
	}
	if (!x->o.ncols)
		SQL(&q->sql, "NULL");
}

static enum rc drain(struct run *x, struct cursor *c, struct err *e)
{
	bool more = true;
	enum rc rc = RC_OK;

	while (!rc && more) {
		rc = cursor_next(c, &more, e);
		if (!rc && more)
			rc = put(x, c->row, e);
	}
	return rc;
}

static enum rc take_line(void *arg, struct str line, struct err *e)
{
	struct run *x = arg;

	sbuf_add(&x->o.b, line);
	return handed_on(x, e);
}

/* The server writes two formats itself (O.2, O.3). */
static bool server_writes(const struct drv *d, const struct run *x)
{
	return d->ops->lines && x->o.ncols &&
	    (x->rq->format == OUT_CSV || x->rq->format == OUT_TSV);
}

static enum rc run_lines(struct run *x, struct drv *d, struct str sql,
    struct err *e)
{
	const struct drv_taker t = { take_line, x };

	begin(x, NULL);
	return d->ops->lines(d, sql, x->rq->format == OUT_CSV, &t, e);
}

/* In the order of their places rows are found anyway: asked for, the engine
 * would sort them all (R.8). */
static bool lies_so(const struct rows *r)
{
	return rows_rules[r->dialect->id].places && !r->nsort && r->nterms == 1 &&
	    r->terms[0].col < 0;
}

enum rc out_rows(struct drv *d, const struct out_request *rq,
    struct out_done *done, struct err *e)
{
	struct cursor *c = NULL;
	struct query q = { 0 };
	struct run x = { 0 };
	enum rc rc = open_run(&x, rq, e);

	if (!rc) {
		query_begin(&q, rq->rows, x.o.a);
		select_columns(&x, &q);
		query_where(&q, rq->rows, NULL, 0);
		if ((rq->ordered && !lies_so(rq->rows)) || rq->rows->nsort)
			query_order(&q, rq->rows, NULL, 0);
		if (rq->limit >= 0)
			query_limit(&q, rq->limit, 0);
		if (server_writes(d, &x))
			rc = run_lines(&x, d, sbuf_str(&q.sql), e);
		else
			rc = query_run(&q, d, CELL_WHOLE, &c, e);
		query_end(&q);
	}
	if (!rc && c) {
		begin(&x, c);
		rc = drain(&x, c, e);
	}
	cursor_close(c);
	if (!rc)
		rc = finish(&x, e);
	close_run(&x, done);
	return rc;
}

static enum rc one_key(struct run *x, struct drv *d, const struct value *key,
    bool *begun, struct err *e)
{
	struct cursor *c = NULL;
	struct query q;
	enum rc rc;

	query_begin(&q, x->rq->rows, x->o.a);
	select_columns(x, &q);
	(x->rq->shown ? query_shown : query_by_key)(&q, x->rq->rows, key);
	rc = query_run(&q, d, CELL_WHOLE, &c, e);
	query_end(&q);
	if (!rc && !*begun)
		begin(x, c);
	*begun |= !rc;
	if (!rc)
		rc = drain(x, c, e);
	cursor_close(c);
	return rc;
}

enum rc out_keys(struct drv *d, const struct out_request *rq,
    const struct value *const *keys, size_t n, struct out_done *done,
    struct err *e)
{
	bool begun = false;
	struct run x = { 0 };
	enum rc rc = open_run(&x, rq, e);

	for (size_t i = 0; !rc && i < n; i++)
		rc = one_key(&x, d, keys[i], &begun, e);
	if (!rc && !begun)
		begin(&x, NULL);
	if (!rc)
		rc = finish(&x, e);
	close_run(&x, done);
	return rc;
}

/* rowwin: pages join at either end; the far end is let go. */
#include "ui/view/rowwin.h"

#include "ui/view/cells.h"

/* ---- places ---- */

static const struct value *copy_values(struct arena *a, const struct value *v,
    size_t n)
{
	struct value *copy;

	if (!v)
		return NULL;
	copy = arena_array(a, struct value, n + 1);
	for (size_t i = 0; i < n; i++) {
		copy[i] = v[i];
		if (v[i].kind == VALUE_TEXT || v[i].kind == VALUE_BLOB)
			copy[i].s = arena_str(a, v[i].s);
	}
	return copy;
}

size_t sorting_at(const struct sorting *s, struct str column)
{
	size_t i = 0;

	while (i < s->n && !str_eq(s->v[i].column, column))
		i++;
	return i;
}

bool sorting_same(const struct sorting *x, const struct sorting *y)
{
	for (size_t i = 0; i < x->n && x->n == y->n; i++)
		if (x->v[i].desc != y->v[i].desc ||
		    !str_eq(x->v[i].column, y->v[i].column))
			return false;
	return x->n == y->n;
}

struct sorting sorting_copy(struct arena *a, const struct sorting *s)
{
	struct rows_sort *v = arena_array(a, struct rows_sort, s->n + 1);

	for (size_t i = 0; i < s->n; i++)
		v[i] = (struct rows_sort){ arena_str(a, s->v[i].column),
			s->v[i].desc };
	return (struct sorting){ v, s->n };
}

const struct rows_cond *conds_copy(struct arena *a,
    const struct rows_cond *from, size_t n)
{
	struct rows_cond *v = arena_array(a, struct rows_cond, n + 1);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct rows_cond){ arena_str(a, from[i].column),
			from[i].op, arena_str(a, from[i].value) };
	return v;
}

struct place place_copy(struct arena *a, const struct place *p)
{
	struct place c = *p;

	c.schema = arena_str(a, p->schema);
	c.name = arena_str(a, p->name);
	c.sort = sorting_copy(a, &p->sort);
	c.conds = conds_copy(a, p->conds, p->nconds);
	c.where = arena_str(a, p->where);
	c.label = arena_str(a, p->label);
	c.key = copy_values(a, p->key, p->nkey);
	return c;
}

#define UNIT "\x1f"
#define RECORD "\x1e"

static bool writable(struct str s)
{
	return !s.n || (!memchr(s.p, *UNIT, s.n) && !memchr(s.p, *RECORD, s.n));
}

/* Up to the next mark, or to the end. */
static struct str cut_at(struct str *rest, struct str mark)
{
	size_t end = str_find(*rest, mark, 0);
	struct str head = str_sub(*rest, 0, end);

	*rest = str_sub(*rest, end + 1, rest->n);
	return head;
}

void sorting_text(const struct sorting *s, struct sbuf *out)
{
	for (size_t i = 0; i < s->n; i++) {
		if (!writable(s->v[i].column))
			continue;
		sbuf_addz(out, out->n ? RECORD : "");
		sbuf_addc(out, s->v[i].desc ? 'v' : '^');
		sbuf_add(out, s->v[i].column);
	}
}

struct sorting sorting_read(struct arena *a, struct str text)
{
	VEC(struct rows_sort) v = { 0 };

	while (text.n) {
		struct str one = cut_at(&text, STR(RECORD));

		vec_push(a, &v, (struct rows_sort){
		    arena_str(a, str_sub(one, 1, one.n)),
		    str_starts(one, STR("v")) });
	}
	return (struct sorting){ v.v, v.n };
}

void conds_text(const struct rows_cond *v, size_t n, struct sbuf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (!writable(v[i].column) || !writable(v[i].value))
			continue;
		sbuf_addz(out, out->n ? RECORD : "");
		sbuf_add(out, v[i].column);
		sbuf_addf(out, UNIT "%s" UNIT, rows_op_table[v[i].op].name);
		sbuf_add(out, v[i].value);
	}
}

const struct rows_cond *conds_read(struct arena *a, struct str text,
    size_t *n)
{
	VEC(struct rows_cond) v = { 0 };

	while (text.n) {
		struct str one = cut_at(&text, STR(RECORD));
		struct rows_cond c = { .column = cut_at(&one, STR(UNIT)) };
		struct str op = cut_at(&one, STR(UNIT));

		while (c.op < OP_N && !str_is(op, rows_op_table[c.op].name))
			c.op++;
		c.column = arena_str(a, c.column);
		c.value = arena_str(a, one);
		if (c.op < OP_N)
			vec_push(a, &v, c);
	}
	*n = v.n;
	return v.v;
}

bool place_same(const struct place *x, const struct place *y)
{
	return str_eq(x->name, y->name) && str_eq(x->schema, y->schema);
}

bool place_same_rows(const struct place *x, const struct place *y)
{
	return place_same(x, y) && str_eq(x->where, y->where) &&
	    rows_conds_same(x->conds, x->nconds, y->conds, y->nconds);
}

enum rc place_plan(const struct model *m, const struct place *p,
    struct arena *a, const struct rows **out, struct err *e)
{
	struct rows_spec spec = { .schema = p->schema, .name = p->name,
		.sort = p->sort.v, .nsort = p->sort.n, .conds = p->conds,
		.nconds = p->nconds, .where = p->where };

	return rows_plan(m, &spec, a, out, e);
}

/* ---- the job ---- */

static const enum rows_from from_of[] = {
	[WIN_OPEN] = ROWS_FIRST, [WIN_FOLLOW] = ROWS_AT,
	[WIN_FIRST] = ROWS_FIRST, [WIN_LAST] = ROWS_LAST,
	[WIN_AFTER] = ROWS_AFTER, [WIN_BEFORE] = ROWS_BEFORE,
	[WIN_NTH] = ROWS_AT, [WIN_FIND] = ROWS_AT,
	[WIN_KEY] = ROWS_AT,
};

static enum rc find_parent(struct job *j, const struct model *m,
    const struct win_ask *k, const struct rows *r, const struct value **key,
    struct err *e)
{
	struct value *v = arena_array(j->a, struct value, k->fk->cols.n + 1);
	const struct rows *from;
	enum rc rc = place_plan(m, &k->from, j->a, &from, e);

	if (!rc)
		rc = rows_values(j->session->db, from, k->from.key, &k->fk->cols,
		    j->a, v, e);
	for (size_t i = 0; !rc && i < k->fk->cols.n; i++)
		if (v[i].kind == VALUE_NULL)
			return err_set(e, RC_NOTFOUND, "NULL points nowhere");
	if (!rc)
		rc = rows_find(j->session->db, r, k->fk->ref_cols.v, v,
		    k->fk->cols.n, j->a, key, e);
	if (rc == RC_NOTFOUND)
		rc = err_set(e, RC_NOTFOUND, "no row of %.*s has this key",
		    STR_ARG(k->place.name));
	return rc;
}

static enum rc find_nth(struct job *j, const struct win_ask *k,
    const struct rows *r, const struct value **key, struct err *e)
{
	struct rows_index near = { .total = 0 };
	int64_t n = k->n;

	if (k->sample) {
		vec_push(j->a, &near.keys, k->sample);
		n -= k->sample_at;
	}
	/* by position there are no samples */
	return rows_nth(j->session->db, r, r->by_position ? NULL : &near, n,
	    j->a, key, e);
}

/* The columns of the key, with what was typed for each. */
static enum rc find_typed(struct job *j, const struct model *m,
    const struct win_ask *k, const struct rows *r, const struct value **key,
    struct err *e)
{
	struct place plain = { .schema = k->place.schema,
		.name = k->place.name };
	VEC(struct str) names = { 0 };
	VEC(struct value) values = { 0 };
	struct str rest = k->typed, one;
	struct sbuf b = SBUF_INIT(400);
	const struct key *pk;
	const struct rows *of;
	enum rc rc = place_plan(m, &plain, j->a, &of, e);

	if (!rc && of->by_position)
		rc = err_set(e, RC_UNSUPPORTED, "no key names a row here");
	pk = !rc && of->table ? of->table->pk : NULL;
	for (size_t i = 0; !rc && i < (pk ? pk->cols.n : of->nterms); i++) {
		struct str name = pk ? pk->cols.v[i] : of->terms[i].name;

		vec_push(j->a, &names, name);
		sbuf_addf(&b, i ? ", %.*s" : "%.*s", STR_ARG(name));
	}
	while (!rc && rows_next_value(&rest, &one, j->a))
		vec_push(j->a, &values, (struct value){ .kind = VALUE_TEXT,
		    .s = one, .full = one.n });
	if (!rc && values.n != names.n)
		rc = err_set(e, RC_USAGE, "the key is: %.*s",
		    STR_ARG(sbuf_str(&b)));
	if (!rc)
		rc = rows_find(j->session->db, r, names.v, values.v, names.n,
		    j->a, key, e);
	if (rc == RC_NOTFOUND)
		rc = err_set(e, rc, "no row%s has the key %.*s = %.*s",
		    place_filtered(&k->place) ? " that is shown" : "",
		    STR_ARG(sbuf_str(&b)), STR_ARG(str_sub(k->typed, 0, 60)));
	sbuf_free(&b);
	return rc;
}

static enum rc where_to(struct job *j, const struct model *m,
    const struct win_ask *k, const struct rows *r, struct rows_get *g,
    bool *round, struct err *e)
{
	g->from = from_of[k->want];
	/* a key from before a migration may be of another shape */
	if (k->place.nkey == (r->by_position ? 1 : r->nterms))
		g->key = k->place.key;
	g->max = k->max;
	if (k->want == WIN_FOLLOW)
		return find_parent(j, m, k, r, &g->key, e);
	if (k->want == WIN_NTH)
		return find_nth(j, k, r, &g->key, e);
	if (k->want == WIN_KEY)
		return find_typed(j, m, k, r, &g->key, e);
	if (k->want == WIN_FIND)
		return find_row(j, r, &k->find, &g->key, round, e);
	if (k->want == WIN_OPEN && g->key)
		g->from = ROWS_AT;
	return RC_OK;
}

/* A sort that no index serves, of a large table: said before it is run. */
static enum rc ask_first(struct drv *db, const struct rows *r, struct arena *a,
    struct err *e)
{
	struct rows_cost cost;
	struct sbuf b = SBUF_INIT(64);
	enum rc rc = rows_cost(db, r, a, &cost, e);

	if (!rc && cost.rows >= ROWS_SORT_ASK) {
		cell_count(&b, cost.rows, true);
		rc = err_set(e, RC_DECISION, "%.*s rows are sorted for this, "
		    "est. %s%.0f s a page: press again to do it",
		    STR_ARG(sbuf_str(&b)), cost.seconds < 1 ? "under " : "",
		    cost.seconds < 1 ? 1 : cost.seconds);
	}
	sbuf_free(&b);
	return rc;
}

/* Nice to have: without it the rows are shown all the same. */
static enum rc estimate(struct drv *db, const struct rows *r, struct arena *a,
    int64_t *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	enum rc rc = rows_estimate(db, r, a, out, &ignored);

	return rc == RC_CANCELLED ? err_set(e, rc, "%s", ignored.msg) : RC_OK;
}

/* So that a row that is read again stands where it stood. */
static enum rc read_above(struct drv *db, const struct rows *r,
    const struct rows_get *at, size_t n, struct arena *a, struct win_page *out,
    struct err *e)
{
	struct rows_get g = { .from = ROWS_BEFORE, .key = at->key, .max = n };
	struct rows_page before = { 0 }, *p = &out->page;
	struct rows_row *v;
	enum rc rc = rows_read(db, r, &g, a, &before, e);

	if (rc)
		return rc;
	v = arena_array(a, struct rows_row, before.n + p->n + 1);
	memcpy(v, before.v, before.n * sizeof(*v));
	memcpy(v + before.n, p->v, p->n * sizeof(*v));
	p->v = v;
	p->n += before.n;
	p->at_start = before.at_start;
	p->ms += before.ms;
	out->at = before.n;
	return RC_OK;
}

static enum rc read_page(struct job *j, const struct model *m,
    const struct win_ask *k, struct win_page *out, struct err *e)
{
	bool opens = k->want == WIN_OPEN || k->want == WIN_FOLLOW;
	struct drv *db = j->session->db;
	struct rows_get g = { 0 };
	enum rc rc = place_plan(m, &k->place, j->a, &out->rows, e);

	if (!rc && opens)
		rc = rows_check(db, out->rows, e);
	if (!rc && k->ask)
		rc = ask_first(db, out->rows, j->a, e);
	if (!rc)
		rc = where_to(j, m, k, out->rows, &g, &out->round, e);
	if (!rc)
		rc = rows_read(db, out->rows, &g, j->a, &out->page, e);
	/* the row is gone and nothing comes after it */
	if (!rc && !out->page.n && g.from == ROWS_AT) {
		g.from = ROWS_LAST;
		rc = rows_read(db, out->rows, &g, j->a, &out->page, e);
		out->at = k->above && out->page.n ? out->page.n - 1 : 0;
	} else if (!rc && k->above && g.from == ROWS_AT) {
		rc = read_above(db, out->rows, &g, k->above, j->a, out, e);
	}
	if (!rc && opens)
		rc = estimate(db, out->rows, j->a, &out->estimate, e);
	if (!rc && opens && out->rows->table)
		rc = rows_seen_by(db, out->rows->table, j->a, &out->seen_by,
		    e);
	if (!rc)
		out->first = g.from == ROWS_FIRST ? 0 :
		    k->want == WIN_NTH && g.from == ROWS_AT ? k->n :
		    out->rows->by_position && out->page.n ?
		    out->page.v[0].key[0].i : -1;
	return rc;
}

static enum rc run_page(struct job *j, void **result, struct err *e)
{
	const struct win_ask *k = j->arg;
	struct win_page *p = arena_new_of(j->a, struct win_page);
	const struct model *m;
	enum rc rc;

	p->want = k->want;
	p->place = k->place;
	p->back = k->find.back;
	p->estimate = -1;
	if (!j->session || !j->session->db)
		return err_set(e, RC_NOTFOUND, "there is no database yet");
	rc = session_live(j->session, &m, e);
	if (!rc)
		rc = read_page(j, m, k, p, e);
	if (!rc)
		*result = p;
	return rc;
}

struct job_spec win_job(const struct win_ask *ask, unsigned key)
{
	struct arena *a = arena_new();
	struct win_ask *k = arena_new_of(a, struct win_ask);

	*k = *ask;
	k->place = place_copy(a, &ask->place);
	k->from = place_copy(a, &ask->from);
	k->sample = copy_values(a, ask->sample, ask->nsample);
	k->typed = arena_str(a, ask->typed);
	k->find.pattern = arena_str(a, ask->find.pattern);
	k->find.cols = arena_copy(a, ask->find.cols, ask->find.ncols *
	    sizeof(*ask->find.cols));
	k->find.meant = arena_copy(a, ask->find.meant, ask->find.ncols *
	    sizeof(*ask->find.meant));
	k->find.from = copy_values(a, ask->find.from, ask->place.nkey);
	return (struct job_spec){ .what = k->want == WIN_FIND ?
		"searching" : "reading rows", .key = key, .a = a,
		.arg = k, .run = run_page };
}

/* ---- the window ---- */

static void drop_pages(struct rowwin *w)
{
	for (size_t i = 0; i < w->nchunks; i++)
		arena_free(w->v[i].a);
	w->nchunks = w->n = 0;
}

void rowwin_close(struct rowwin *w)
{
	drop_pages(w);
	arena_free(w->a);
	arena_free(w->samples_a);
	*w = (struct rowwin){ .first = -1, .total = -1, .was_first = -1,
		.was_total = -1 };
}

const struct rows_row *rowwin_row(const struct rowwin *w, size_t i)
{
	for (size_t k = 0; k < w->nchunks; k++) {
		if (i < w->v[k].page.n)
			return &w->v[k].page.v[i];
		i -= w->v[k].page.n;
	}
	return NULL;
}

const struct value *rowwin_key(const struct rowwin *w,
    const struct rows_row *row, struct arena *a)
{
	struct value *key;

	if (!w->plain || !row)
		return NULL;
	key = arena_array(a, struct value, w->plain->nterms + 1);
	for (size_t i = 0; i < w->plain->nterms; i++) {
		key[i] = row->key[w->plain_at[i]];
		if ((key[i].kind == VALUE_TEXT || key[i].kind == VALUE_BLOB) &&
		    key[i].full > key[i].s.n)
			return NULL;
	}
	return key;
}

static void drop_first(struct rowwin *w)
{
	size_t n = w->v[0].page.n;

	arena_free(w->v[0].a);
	memmove(w->v, w->v + 1, (w->nchunks - 1) * sizeof(*w->v));
	w->nchunks--;
	w->n -= n;
	w->at_start = false;
	if (w->first >= 0)
		w->first += (int64_t)n;
	if (w->was_first >= 0)
		w->was_first += (int64_t)n;
}

static void drop_last(struct rowwin *w)
{
	w->nchunks--;
	w->n -= w->v[w->nchunks].page.n;
	arena_free(w->v[w->nchunks].a);
	w->at_end = false;
}

/* All the rows are held, or the end is and the start is known. */
static void settle_numbers(struct rowwin *w)
{
	if (w->at_start)
		w->first = 0;
	if (w->at_end && w->first >= 0) {
		w->total = w->first + (int64_t)w->n;
		w->exact = true;
	} else if (w->at_end && w->exact && w->total >= (int64_t)w->n) {
		w->first = w->total - (int64_t)w->n;
	}
}

static long join(struct rowwin *w, struct win_page *p, struct arena *a)
{
	struct win_chunk c = { a, p->page };
	long moved = 0;

	if (!p->page.n) {
		if (p->want == WIN_AFTER)
			w->at_end = true;
		else
			w->at_start = true;
		arena_free(a);
		settle_numbers(w);
		return 0;
	}
	if (w->nchunks == WIN_PAGES && p->want == WIN_AFTER) {
		moved = -(long)w->v[0].page.n;
		drop_first(w);
	} else if (w->nchunks == WIN_PAGES) {
		drop_last(w);
	}
	if (p->want == WIN_AFTER) {
		w->v[w->nchunks++] = c;
		w->at_end = p->page.at_end;
	} else {
		memmove(w->v + 1, w->v, w->nchunks * sizeof(*w->v));
		w->v[0] = c;
		w->nchunks++;
		w->at_start = p->page.at_start;
		moved = (long)p->page.n;
		if (w->first >= 0)
			w->first -= (int64_t)p->page.n;
		w->was_first = w->was_first >= (int64_t)p->page.n ?
		    w->was_first - (int64_t)p->page.n : -1;
	}
	w->n += p->page.n;
	settle_numbers(w);
	return moved;
}

/* What names a row whatever the order is. */
static void plan_plain(struct rowwin *w, const struct model *m)
{
	struct place p = { .schema = w->place.schema, .name = w->place.name };
	const struct rows *plain;
	struct err ignored = ERR_INIT;
	size_t *at;

	if (!w->rows || w->rows->by_position ||
	    place_plan(m, &p, w->a, &plain, &ignored))
		return;
	at = arena_array(w->a, size_t, plain->nterms + 1);
	for (size_t i = 0; i < plain->nterms; i++)
		while (at[i] < w->rows->nterms &&
		    !str_eq(w->rows->terms[at[i]].name, plain->terms[i].name))
			at[i]++;
	for (size_t i = 0; i < plain->nterms; i++)
		if (at[i] == w->rows->nterms)
			return;
	w->plain = plain;
	w->plain_at = at;
}

/* Another place: its own plan, in an arena that no worker has. */
static void move_to(struct rowwin *w, const struct win_page *p,
    const struct model *m)
{
	struct err ignored = ERR_INIT;
	/* another order of the same rows: as many */
	int64_t total = w->exact && place_same_rows(&w->place, &p->place) ?
	    w->total : -1;

	rowwin_close(w);
	w->a = arena_new();
	w->samples_a = arena_new();
	w->place = place_copy(w->a, &p->place);
	w->seen_by = arena_str(w->a, p->seen_by);
	w->exact = total >= 0;
	w->total = w->exact ? total : p->estimate;
	if (place_plan(m, &w->place, w->a, &w->rows, &ignored))
		w->rows = NULL;		/* the worker planned it: cannot be */
	plan_plain(w, m);
}

long rowwin_take(struct rowwin *w, struct win_page *p, struct arena *a,
    const struct model *m)
{
	bool opens = p->want == WIN_OPEN || p->want == WIN_FOLLOW;

	w->ms = p->page.ms;
	if (p->want == WIN_AFTER || p->want == WIN_BEFORE)
		return join(w, p, a);
	if (opens)
		move_to(w, p, m);
	drop_pages(w);
	w->ms = p->page.ms;
	w->v[0] = (struct win_chunk){ a, p->page };
	w->nchunks = 1;
	w->n = p->page.n;
	w->at_start = p->page.at_start;
	w->at_end = p->page.at_end;
	w->first = p->first;
	w->was_first = -1;
	settle_numbers(w);
	return 0;
}

void rowwin_total(struct rowwin *w, int64_t total)
{
	w->total = total;
	w->exact = true;
	if (w->at_end && w->first < 0)
		w->first = total - (int64_t)w->n;
}

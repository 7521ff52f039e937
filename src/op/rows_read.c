/*
 * rows_read: segments, their SQL, and pages.
 *
 * A page before a key is a page after it in the reversed order, turned round
 * at the end.  A key value that was cut at KEY_CAP is never compared: the
 * engine reads it again from the row that the unique tail names.
 */
#include "base/clock.h"
#include "op/rows_sql.h"

/* --- segments (R.2, R.3) ---------------------------------------------------- */

static bool goes_down(const struct rows *r, const struct segs *s, size_t i)
{
	return r->terms[i].desc != s->back;
}

/* Do NULLs come behind all values of this term? */
static bool nulls_behind(const struct rows *r, const struct segs *s, size_t i)
{
	return r->terms[i].nullable &&
	    goes_down(r, s, i) != rows_rules[r->dialect->id].nulls_last;
}

static bool tuple_says_it(const struct rows *r, const struct segs *s)
{
	for (size_t i = 0; i < r->nterms; i++)
		if (goes_down(r, s, i) != goes_down(r, s, 0) ||
		    s->key[i].kind == VALUE_NULL || nulls_behind(r, s, i) ||
		    (r->nterms > 1 && r->terms[i].op_schema.n))
			return false;
	return true;
}

struct segs segs_from(const struct rows *r, const struct value *key, bool back,
    bool with, struct arena *a)
{
	struct segs s = { .key = key, .back = back, .with = with };
	struct seg *v = arena_array(a, struct seg, r->nterms * 2 + 1);

	s.v = v;
	if (!key) {
		v[s.n++] = (struct seg){ SEG_ALL, 0 };
		return s;
	}
	if (tuple_says_it(r, &s)) {
		v[s.n++] = (struct seg){ SEG_TUPLE, 0 };
		return s;
	}
	if (with)
		v[s.n++] = (struct seg){ SEG_EQ, r->nterms };
	for (size_t i = r->nterms; i-- > 0;) {
		bool null = key[i].kind == VALUE_NULL;
		bool behind = nulls_behind(r, &s, i);

		if (null && !behind)
			v[s.n++] = (struct seg){ SEG_NOT_NULL, i };
		if (null)
			continue;
		v[s.n++] = (struct seg){ SEG_BEYOND, i };
		if (behind)
			v[s.n++] = (struct seg){ SEG_NULL, i };
	}
	return s;
}

/* --- SQL ---------------------------------------------------------------------- */

void query_begin(struct query *q, const struct rows *r, struct arena *a)
{
	/* a cut key value brings the whole tail with it */
	size_t most = (r->nterms + 1) * (r->nterms + 1) + 4;

	*q = (struct query){ .dialect = r->dialect, .sql = SBUF_TEXT, .a = a };
	q->args = arena_array(a, struct value, most);
}

void query_end(struct query *q)
{
	sbuf_free(&q->sql);
}

void query_arg(struct query *q, const struct value *v)
{
	q->args[q->nargs++] = *v;
	q->dialect->param(&q->sql, q->nargs);
}

/* " < ", or " OPERATOR(schema.<) " (R.7) */
static void add_op(struct query *q, struct str schema, const char *op)
{
	sbuf_addc(&q->sql, ' ');
	if (schema.n) {
		SQL(&q->sql, "OPERATOR(");
		q->dialect->ident(&q->sql, schema);
		sbuf_addc(&q->sql, '.');
	}
	sbuf_addz(&q->sql, op);
	sbuf_addz(&q->sql, schema.n ? ") " : " ");
}

void query_eq(struct query *q, const struct model *m, const struct column *c,
    struct str name, const struct value *v)
{
	q->dialect->ident(&q->sql, name);
	add_op(q, rows_op_schema(m, c), "=");
	query_arg(q, v);
}

static bool is_cut(const struct value *v)
{
	return (v->kind == VALUE_TEXT || v->kind == VALUE_BLOB) &&
	    v->full > v->s.n;
}

static void add_eq(struct query *q, const struct rows *r, size_t i,
    const struct value *key);

/* The unique tail alone names the row. */
void query_row(struct query *q, const struct rows *r, const struct value *key)
{
	const char *and = "";

	for (size_t i = 0; i < r->nterms; i++) {
		if (!r->terms[i].unique)
			continue;
		sbuf_addz(&q->sql, and);
		add_eq(q, r, i, key);
		and = " AND ";
	}
}

static void add_operand(struct query *q, const struct rows *r, size_t i,
    const struct value *key)
{
	if (!is_cut(&key[i]) || r->terms[i].unique) {
		query_arg(q, &key[i]);
		return;
	}
	SQL(&q->sql, "(SELECT ");
	r->dialect->ident(&q->sql, r->terms[i].name);
	SQL(&q->sql, " FROM ");
	r->dialect->table(&q->sql, r->object);
	SQL(&q->sql, " WHERE ");
	query_row(q, r, key);
	SQL(&q->sql, ")");
}

static void add_eq(struct query *q, const struct rows *r, size_t i,
    const struct value *key)
{
	r->dialect->ident(&q->sql, r->terms[i].name);
	if (key[i].kind == VALUE_NULL) {
		SQL(&q->sql, " IS NULL");
		return;
	}
	add_op(q, r->terms[i].op_schema, "=");
	add_operand(q, r, i, key);
}

static void add_tuple(struct query *q, const struct rows *r,
    const struct segs *s)
{
	bool one = r->nterms == 1;

	sbuf_addz(&q->sql, one ? "" : "(");
	for (size_t i = 0; i < r->nterms; i++) {
		sbuf_addz(&q->sql, i ? "," : "");
		r->dialect->ident(&q->sql, r->terms[i].name);
	}
	sbuf_addz(&q->sql, one ? "" : ")");
	add_op(q, one ? r->terms[0].op_schema : STR(""),
	    goes_down(r, s, 0) ? s->with ? "<=" : "<" : s->with ? ">=" : ">");
	sbuf_addz(&q->sql, one ? "" : "(");
	for (size_t i = 0; i < r->nterms; i++) {
		sbuf_addz(&q->sql, i ? "," : "");
		add_operand(q, r, i, s->key);
	}
	sbuf_addz(&q->sql, one ? "" : ")");
}

static void add_blocks(struct query *q, const struct rows *r,
    const struct segs *s)
{
	r->dialect->ident(&q->sql, r->terms[0].name);
	sbuf_addf(&q->sql, " >= '(%lld,0)' AND ", (long long)s->lo);
	r->dialect->ident(&q->sql, r->terms[0].name);
	sbuf_addf(&q->sql, " < '(%lld,0)'", (long long)s->hi);
	if (!s->key)
		return;
	SQL(&q->sql, " AND ");
	add_tuple(q, r, s);
}

static void add_seg(struct query *q, const struct rows *r, const struct segs *s,
    const struct seg *g)
{
	if (g->kind == SEG_TUPLE || g->kind == SEG_BLOCKS) {
		(g->kind == SEG_TUPLE ? add_tuple : add_blocks)(q, r, s);
		return;
	}
	for (size_t i = 0; i < g->eq; i++) {
		if (i)
			SQL(&q->sql, " AND ");
		add_eq(q, r, i, s->key);
	}
	if (g->kind == SEG_EQ)
		return;
	if (g->eq)
		SQL(&q->sql, " AND ");
	r->dialect->ident(&q->sql, r->terms[g->eq].name);
	if (g->kind == SEG_NULL) {
		SQL(&q->sql, " IS NULL");
	} else if (g->kind == SEG_NOT_NULL) {
		SQL(&q->sql, " IS NOT NULL");
	} else {
		add_op(q, r->terms[g->eq].op_schema,
		    goes_down(r, s, g->eq) ? "<" : ">");
		add_operand(q, r, g->eq, s->key);
	}
}

void query_where(struct query *q, const struct rows *r, const struct segs *s,
    size_t i)
{
	bool seg = s && s->v[i].kind != SEG_ALL;

	SQL(&q->sql, " FROM ");
	r->dialect->table(&q->sql, r->object);
	if (r->where.n || seg)
		SQL(&q->sql, " WHERE ");
	if (r->where.n) {
		SQL(&q->sql, "(");
		sbuf_add(&q->sql, r->where);
		SQL(&q->sql, "\n)");
	}
	if (r->where.n && seg)
		SQL(&q->sql, " AND ");
	if (seg)
		add_seg(q, r, s, &s->v[i]);
}

/* Terms that a segment holds equal are the same in all its rows. */
void query_order(struct query *q, const struct rows *r, const struct segs *s,
    size_t i)
{
	size_t from = s ? s->v[i].eq : 0;
	const char *before = " ORDER BY ";

	if (s && s->v[i].kind == SEG_NULL)
		from++;
	for (size_t k = from; k < r->nterms; k++) {
		bool down = r->terms[k].desc != (s && s->back);

		sbuf_addz(&q->sql, before);
		if (rows_rules[r->dialect->id].order_by_label) {
			r->dialect->ident(&q->sql, r->object->name);
			SQL(&q->sql, ".");
		}
		r->dialect->ident(&q->sql, r->terms[k].name);
		sbuf_addz(&q->sql, down ? " DESC" : "");
		before = ", ";
	}
}

void query_limit(struct query *q, int64_t limit, int64_t offset)
{
	SQL(&q->sql, " LIMIT ");
	sbuf_add_i64(&q->sql, limit);
	if (offset <= 0)
		return;
	SQL(&q->sql, " OFFSET ");
	sbuf_add_i64(&q->sql, offset);
}

void query_select(struct query *q, const struct rows *r, enum rows_select what)
{
	const char *comma = "";

	SQL(&q->sql, "SELECT ");
	if (what == SELECT_COUNT) {
		SQL(&q->sql, "count(*)");
		return;
	}
	for (size_t i = 0; what == SELECT_PAGE && i < r->ncols; i++) {
		sbuf_addz(&q->sql, comma);
		r->dialect->cell(&q->sql, r->cols[i].name, r->cols[i].type,
		    BLOB_READ);
		comma = ",";
	}
	for (size_t i = 0; !r->by_position && i < r->nterms; i++) {
		sbuf_addz(&q->sql, comma);
		r->dialect->ident(&q->sql, r->terms[i].name);
		comma = ",";
	}
	if (!*comma)
		SQL(&q->sql, "NULL");
}

/*
 * Where the rows have to be sorted and the engine would make the cells of all
 * of them first: sorted as they are, and cells made of those that are left.
 */
static void add_sorted_first(struct query *q, const struct rows *r,
    const struct segs *s, size_t i, int64_t limit, int64_t offset)
{
	query_select(q, r, SELECT_PAGE);
	SQL(&q->sql, " FROM (SELECT *");
	for (size_t k = 0; !r->by_position && k < r->nterms; k++)
		if (r->terms[k].col < 0) {
			SQL(&q->sql, ",");
			r->dialect->ident(&q->sql, r->terms[k].name);
		}
	query_where(q, r, s, i);
	query_order(q, r, s, i);
	query_limit(q, limit, offset);
	SQL(&q->sql, ") AS ");
	r->dialect->ident(&q->sql, r->object->name);
	query_order(q, r, s, i);
}

void query_page(struct query *q, const struct rows *r, const struct segs *s,
    size_t i, int64_t limit, int64_t offset)
{
	if (rows_rules[r->dialect->id].cells_early && r->nterms &&
	    !r->indexed) {
		add_sorted_first(q, r, s, i, limit, offset);
		return;
	}
	query_select(q, r, SELECT_PAGE);
	query_where(q, r, s, i);
	query_order(q, r, s, i);
	query_limit(q, limit, offset);
}

enum rc query_run(struct query *q, struct drv *d, size_t cap,
    struct cursor **out, struct err *e)
{
	if (q->sql.full)
		return err_set(e, RC_UNSUPPORTED, "this query is too long");
	return drv_query(d, sbuf_str(&q->sql), q->args, q->nargs, cap, out, e);
}

struct value value_copy(struct arena *a, const struct value *v)
{
	struct value copy = *v;

	if (v->kind == VALUE_TEXT || v->kind == VALUE_BLOB)
		copy.s = arena_str(a, v->s);
	return copy;
}

enum rc query_one(struct query *q, struct drv *d, size_t cap,
    struct value *out, size_t n, struct err *e)
{
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc = query_run(q, d, cap, &c, e);

	if (!rc)
		rc = cursor_next(c, &more, e);
	if (!rc && !more)
		rc = err_set(e, RC_NOTFOUND, "there is no such row");
	for (size_t i = 0; !rc && i < n; i++)
		out[i] = value_copy(q->a, &c->row[i]);
	cursor_close(c);
	return rc;
}

/* --- pages -------------------------------------------------------------------- */

struct page {
	struct arena *a;
	const struct rows *r;
	VEC(struct rows_row) rows;
	size_t want;		/* one more than is shown */
};

/* A cut text may end within a character: that is left out. */
static struct str whole_chars(struct str s)
{
	size_t n = s.n, back = 0;
	unsigned char c;

	while (n && back < 3 && ((unsigned char)s.p[n - 1] & 0xc0) == 0x80) {
		n--;
		back++;
	}
	if (!n)
		return s;
	c = (unsigned char)s.p[n - 1];
	if ((c >= 0xf0 && back < 3) || (c >= 0xe0 && c < 0xf0 && back < 2) ||
	    (c >= 0xc0 && c < 0xe0 && back < 1))
		return str_sub(s, 0, n - 1);
	return s;
}

struct rows_row rows_row_of(const struct rows *r, const struct cursor *c,
    int64_t number, struct arena *a)
{
	size_t nkey = rows_key_len(r);
	struct value *cells = arena_array(a, struct value, r->ncols + nkey);
	struct value *key = cells + r->ncols;

	for (size_t i = 0; i < r->ncols; i++) {
		const struct value *length = &c->row[i * 2 + 1];
		struct value v = c->row[i * 2];

		if (length->kind == VALUE_INT && (size_t)length->i > v.full)
			v.full = (size_t)length->i;
		if (v.kind == VALUE_TEXT || v.kind == VALUE_BLOB)
			v.s = str_sub(v.s, 0, ROWS_CELL);
		if (v.kind == VALUE_TEXT && v.full > v.s.n)
			v.s = whole_chars(v.s);
		cells[i] = value_copy(a, &v);
	}
	if (r->by_position)
		key[0] = (struct value){ .kind = VALUE_INT, .i = number };
	for (size_t i = 0; !r->by_position && i < nkey; i++)
		key[i] = value_copy(a, &c->row[r->ncols * 2 + i]);
	return (struct rows_row){ cells, key };
}

static enum rc collect(struct page *p, struct query *q, struct drv *d,
    int64_t number, struct err *e)
{
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc = query_run(q, d, KEY_CAP, &c, e);

	while (!rc && more) {
		rc = cursor_next(c, &more, e);
		if (!rc && more)
			vec_push(p->a, &p->rows, rows_row_of(p->r, c, number++,
			    p->a));
	}
	cursor_close(c);
	return rc;
}

static enum rc read_by_key(struct drv *d, struct page *p,
    const struct rows_get *g, struct err *e)
{
	bool back = g->from == ROWS_LAST || g->from == ROWS_BEFORE;
	bool whole = g->from == ROWS_FIRST || g->from == ROWS_LAST;
	struct segs s = segs_from(p->r, whole ? NULL : g->key, back,
	    g->from == ROWS_AT, p->a);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < s.n && p->rows.n < p->want; i++) {
		struct query q;

		query_begin(&q, p->r, p->a);
		query_page(&q, p->r, &s, i, (int64_t)(p->want - p->rows.n), 0);
		rc = collect(p, &q, d, 0, e);
		query_end(&q);
	}
	return rc;
}

/* --- windows of blocks (R.8) -------------------------------------------------- */

#define BLOCKS_FIRST 64
#define BLOCKS_MAX ((int64_t)UINT32_MAX)

bool rows_by_place(const struct rows *r)
{
	return rows_rules[r->dialect->id].places && r->nterms == 1 &&
	    r->terms[0].col < 0;
}

/* *blocks = -1: this server finds no range of places. */
static enum rc count_blocks(struct drv *d, const struct rows *r,
    struct arena *a, int64_t *blocks, struct err *e)
{
	struct sbuf name = SBUF_TEXT;
	struct value v[2], text = { .kind = VALUE_TEXT };
	struct query q;
	enum rc rc;

	r->dialect->table(&name, r->object);
	text.s = sbuf_str(&name);
	text.full = text.s.n;
	query_begin(&q, r, a);
	SQL(&q.sql, "SELECT pg_catalog.pg_relation_size(");
	query_arg(&q, &text);
	SQL(&q.sql, "::pg_catalog.text::pg_catalog.regclass) / "
	    "pg_catalog.current_setting('block_size')::pg_catalog.int8, "
	    "pg_catalog.current_setting('server_version_num')"
	    "::pg_catalog.int8");
	rc = query_one(&q, d, 0, v, 2, e);
	query_end(&q);
	sbuf_free(&name);
	if (!rc)
		*blocks = v[1].i >= 140000 ? v[0].i : -1;
	return rc;
}

/* "(12,3)" */
static int64_t block_of(const struct value *key)
{
	int64_t n = 0;

	for (size_t i = 1; i < key->s.n && key->s.p[i] >= '0' &&
	    key->s.p[i] <= '9'; i++)
		n = n * 10 + (key->s.p[i] - '0');
	return n < BLOCKS_MAX ? n : BLOCKS_MAX;
}

static enum rc read_by_place(struct drv *d, struct page *p,
    const struct rows_get *g, struct err *e)
{
	bool back = g->from == ROWS_LAST || g->from == ROWS_BEFORE;
	bool whole = g->from == ROWS_FIRST || g->from == ROWS_LAST;
	struct seg seg = { SEG_BLOCKS, 0 };
	struct segs s = { .v = &seg, .n = 1, .key = whole ? NULL : g->key,
		.back = back, .with = g->from == ROWS_AT };
	int64_t blocks = 0, near, wide = BLOCKS_FIRST;
	enum rc rc = count_blocks(d, p->r, p->a, &blocks, e);

	if (!rc && blocks < 0)
		return read_by_key(d, p, g, e);
	near = whole ? back ? blocks : 0 : block_of(g->key) + back;
	while (!rc && p->rows.n < p->want && (back ? near > 0 :
	    near < blocks)) {
		struct query q;

		s.lo = !back ? near : near > wide ? near - wide : 0;
		s.hi = back ? near : near + wide < BLOCKS_MAX ? near + wide :
		    BLOCKS_MAX;
		near = back ? s.lo : s.hi;
		wide *= 8;
		query_begin(&q, p->r, p->a);
		query_page(&q, p->r, &s, 0, (int64_t)(p->want - p->rows.n), 0);
		rc = collect(p, &q, d, 0, e);
		query_end(&q);
	}
	return rc;
}

/* R.4.  One row before is never needed: position 0 is the start. */
static enum rc read_by_position(struct drv *d, struct page *p,
    const struct rows_get *g, int64_t *start, struct err *e)
{
	int64_t max = (int64_t)p->want - 1, from = 0, limit = max + 1;
	struct query q;
	enum rc rc = RC_OK;

	if (g->from == ROWS_LAST) {
		rc = rows_count(d, p->r, &from, e);
		from = from > max ? from - max : 0;
	} else if (g->from == ROWS_AFTER) {
		from = g->key[0].i + 1;
	} else if (g->from == ROWS_AT) {
		from = g->key[0].i;
	} else if (g->from == ROWS_BEFORE) {
		from = g->key[0].i > max ? g->key[0].i - max : 0;
		limit = g->key[0].i - from;
	}
	*start = from;
	query_begin(&q, p->r, p->a);
	query_page(&q, p->r, NULL, 0, limit, from);
	if (!rc)
		rc = collect(p, &q, d, from, e);
	query_end(&q);
	return rc;
}

static void turn_round(struct page *p)
{
	for (size_t i = 0, k = p->rows.n; i + 1 < k; i++) {
		struct rows_row row = p->rows.v[i];

		p->rows.v[i] = p->rows.v[--k];
		p->rows.v[k] = row;
	}
}

enum rc rows_read(struct drv *d, const struct rows *r, const struct rows_get *g,
    struct arena *a, struct rows_page *out, struct err *e)
{
	struct page p = { .a = a, .r = r, .want = g->max + 1 };
	bool back = g->from == ROWS_LAST || g->from == ROWS_BEFORE, more;
	double began = clock_mono_ms();
	int64_t start = 0;
	enum rc rc;

	if (r->by_position)
		rc = read_by_position(d, &p, g, &start, e);
	else if (rows_by_place(r))
		rc = read_by_place(d, &p, g, e);
	else
		rc = read_by_key(d, &p, g, e);
	if (rc)
		return rc;
	more = p.rows.n > g->max;
	if (more)
		p.rows.n = g->max;
	if (r->by_position) {
		*out = (struct rows_page){ p.rows.v, p.rows.n, start == 0,
		    g->from == ROWS_LAST || (!more && !back), 0 };
	} else {
		if (back)
			turn_round(&p);
		*out = (struct rows_page){ p.rows.v, p.rows.n,
		    g->from == ROWS_FIRST || (back && !more),
		    g->from == ROWS_LAST || (!back && !more), 0 };
	}
	out->ms = clock_mono_ms() - began;
	return RC_OK;
}

/* --- single rows ------------------------------------------------------------------ */

void query_shown(struct query *q, const struct rows *r,
    const struct value *key)
{
	query_where(q, r, NULL, 0);
	sbuf_addz(&q->sql, r->where.n ? " AND " : " WHERE ");
	query_row(q, r, key);
}

void query_by_key(struct query *q, const struct rows *r,
    const struct value *key)
{
	SQL(&q->sql, " FROM ");
	r->dialect->table(&q->sql, r->object);
	if (!r->by_position) {
		SQL(&q->sql, " WHERE ");
		query_row(q, r, key);
		return;
	}
	if (r->where.n) {
		SQL(&q->sql, " WHERE (");
		sbuf_add(&q->sql, r->where);
		SQL(&q->sql, "\n)");
	}
	query_order(q, r, NULL, 0);
	query_limit(q, 1, key[0].i);
}

enum rc rows_find(struct drv *d, const struct rows *r, const struct str *cols,
    const struct value *values, size_t n, struct arena *a,
    const struct value **key, struct err *e)
{
	size_t nkey = rows_key_len(r);
	struct value *found = arena_array(a, struct value, nkey);
	struct query q;
	enum rc rc;

	if (r->by_position)
		return err_set(e, RC_UNSUPPORTED, "%.*s has no key",
		    STR_ARG(r->object->name));
	query_begin(&q, r, a);
	q.args = arena_array(a, struct value, n + 1);
	query_select(&q, r, SELECT_KEY);
	query_where(&q, r, NULL, 0);
	for (size_t i = 0; i < n; i++) {
		sbuf_addz(&q.sql, i || r->where.n ? " AND " : " WHERE ");
		query_eq(&q, r->model, r->table ?
		    table_column(r->table, cols[i]) : NULL, cols[i],
		    &values[i]);
	}
	query_order(&q, r, NULL, 0);
	query_limit(&q, 1, 0);
	rc = query_one(&q, d, KEY_CAP, found, nkey, e);
	query_end(&q);
	if (!rc)
		*key = found;
	return rc;
}

enum rc rows_values(struct drv *d, const struct rows *r, const struct value *key,
    const struct strs *cols, struct arena *a, struct value *out, struct err *e)
{
	struct query q;
	enum rc rc;

	query_begin(&q, r, a);
	SQL(&q.sql, "SELECT ");
	for (size_t i = 0; i < cols->n; i++) {
		sbuf_addz(&q.sql, i ? "," : "");
		r->dialect->ident(&q.sql, cols->v[i]);
	}
	query_by_key(&q, r, key);
	rc = query_one(&q, d, KEY_CAP, out, cols->n, e);
	query_end(&q);
	return rc;
}

/* The row's own number; RC_UNSUPPORTED: it has none. */
static enum rc row_number(struct drv *d, const struct rows *r,
    const struct value *key, struct arena *a, struct drv_cell *out,
    struct err *e)
{
	struct str name = rows_rowid(r);
	struct value v = { .kind = VALUE_NULL };
	struct query q;
	enum rc rc;

	if (!d->ops->piece || !r->table || r->by_position || !name.n ||
	    r->table->without_rowid)
		return err_set(e, RC_UNSUPPORTED, "rows without numbers");
	query_begin(&q, r, a);
	SQL(&q.sql, "SELECT ");
	r->dialect->ident(&q.sql, name);
	query_by_key(&q, r, key);
	rc = query_one(&q, d, KEY_CAP, &v, 1, e);
	query_end(&q);
	if (!rc && v.kind != VALUE_INT)
		rc = err_set(e, RC_UNSUPPORTED, "rows without numbers");
	out->rowid_name = name.p;
	out->rowid = v.i;
	return rc;
}

/* From where it is stored, without the rest of it. */
static enum rc stored_piece(struct drv *d, const struct rows *r,
    const struct value *key, size_t col, size_t from, size_t n,
    struct arena *a, struct value *out, struct err *e)
{
	struct drv_cell at = { .table = r->object->name,
		.column = r->cols[col].name };
	enum rc rc = row_number(d, r, key, a, &at, e);

	return rc ? rc : d->ops->piece(d, &at, from, n, a, out, e);
}

enum rc rows_cell(struct drv *d, const struct rows *r, const struct value *key,
    size_t col, size_t from, size_t n, struct arena *a, struct value *out,
    struct err *e)
{
	struct value v[3];
	struct query q;
	enum rc rc = stored_piece(d, r, key, col, from, n, a, out, e);

	if (rc != RC_UNSUPPORTED)
		return rc;
	*e = (struct err)ERR_INIT;
	query_begin(&q, r, a);
	SQL(&q.sql, "SELECT ");
	r->dialect->piece(&q.sql, r->cols[col].name, r->cols[col].type, from, n);
	SQL(&q.sql, ",");
	r->dialect->cell(&q.sql, r->cols[col].name, r->cols[col].type, 0);
	query_by_key(&q, r, key);
	rc = query_one(&q, d, n + 64, v, 3, e);
	query_end(&q);
	if (rc)
		return rc;
	if (v[1].kind == VALUE_TEXT || v[1].kind == VALUE_BLOB) {
		v[0].kind = v[1].kind;
		v[0].full = v[2].kind == VALUE_INT ? (size_t)v[2].i : v[1].full;
	}
	*out = v[0];
	return RC_OK;
}

/*
 * Many rows by COPY, a third of the work of rows one by one: out of a query,
 * every value as text, and into a table.  Text format: what the server writes
 * is what a cast to text writes, and the same escapes serve both ways.
 */
#include "drv/pg/pg.h"

#define PART ((size_t)64 << 10)	/* sent at a time */

/* The letter after a backslash, both ways (PostgreSQL manual, COPY). */
static const struct {
	char is, letter;
} escapes[] = {
	{ '\b', 'b' }, { '\f', 'f' }, { '\n', 'n' }, { '\r', 'r' },
	{ '\t', 't' }, { '\v', 'v' },
};

/* The result that begins a COPY of this kind. */
static enum rc begin(struct pg *d, struct str sql, ExecStatusType is,
    PGresult **out, struct err *e)
{
	struct sbuf b = SBUF_INIT(sql.n + 1);
	PGresult *r = NULL;
	enum rc rc = RC_OK;

	sbuf_add(&b, sql);
	if (!b.p || !PQsendQuery(d->c, b.p))
		rc = pg_fail_lost(d, e);
	sbuf_free(&b);
	if (!rc)
		rc = pg_result(d, &r, e);
	if (!rc && (!r || PQresultStatus(r) != is))
		rc = pg_fail(d, r, sql, 0, e);
	if (rc) {
		PQclear(r);
		pg_drain(d);
		pg_leave(d);
		return rc;
	}
	d->open_cursor = true;
	*out = r;
	return RC_OK;
}

static void leave(struct pg *d)
{
	d->deaf = true;
	pg_drain(d);
	d->open_cursor = false;
	pg_leave(d);
}

/* --- out ------------------------------------------------------------------ */

struct pg_stream {
	struct cursor base;
	struct pg *d;
	char *line;		/* the row that `row` looks into */
	struct value *row;
	struct arena *a;
	bool over;
};

static char unescaped(char letter)
{
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (escapes[i].letter == letter)
			return escapes[i].is;
	return letter;
}

/* One value, its escapes undone where it stands. */
static struct value value_at(char *p, size_t n)
{
	char *from = memchr(p, '\\', n), *to = from, *end = p + n;

	if (n == 2 && p[0] == '\\' && p[1] == 'N')
		return (struct value){ .kind = VALUE_NULL };
	while (from && from < end) {
		if (*from == '\\' && from + 1 < end) {
			*to++ = unescaped(from[1]);
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	if (to)
		n = (size_t)(to - p);
	return (struct value){ .kind = VALUE_TEXT, .s = { p, n }, .full = n };
}

static bool split(struct pg_stream *s, size_t n)
{
	char *p = s->line, *end = p + n;
	size_t i = 0;

	if (n && end[-1] == '\n')
		end--;
	for (; i < s->base.ncols && p <= end; i++) {
		char *tab = memchr(p, '\t', (size_t)(end - p));
		char *to = tab ? tab : end;

		s->row[i] = value_at(p, (size_t)(to - p));
		p = to + 1;
	}
	return i == s->base.ncols && p == end + 1;
}

static enum rc next(struct cursor *base, bool *more, struct err *e)
{
	struct pg_stream *s = (struct pg_stream *)base;
	int n = -1;
	enum rc rc = RC_OK;

	PQfreemem(s->line);
	s->line = NULL;
	if (!s->over)
		rc = pg_copy_row(s->d, &s->line, &n, e);
	if (!rc && n < 0 && !s->over)
		rc = pg_finish(s->d, e);
	s->over = s->over || rc || n < 0;
	*more = !s->over;
	if (*more && !split(s, (size_t)n)) {
		s->over = true;
		return err_set(e, RC_INTERNAL, "a row does not read");
	}
	return rc;
}

static void close_stream(struct cursor *base)
{
	struct pg_stream *s = (struct pg_stream *)base;

	leave(s->d);
	PQfreemem(s->line);
	arena_free(s->a);
	xfree(s);
}

enum rc pg_stream(struct drv *base, struct str sql, struct cursor **out,
    struct err *e)
{
	static const struct cursor_ops ops = { .next = next,
		.close = close_stream };
	struct pg *d = pg_of(base);
	struct pg_stream *s;
	struct sbuf b = SBUF_INIT(sql.n + 64);
	PGresult *r = NULL;
	struct str *none;
	size_t n;
	enum rc rc = pg_enter(d, e);

	SQL(&b, "COPY (");
	sbuf_add(&b, sql);
	SQL(&b, ") TO STDOUT");
	if (!rc)
		rc = begin(d, sbuf_str(&b), PGRES_COPY_OUT, &r, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	n = (size_t)PQnfields(r);
	PQclear(r);
	s = xalloc(sizeof(*s));
	s->d = d;
	s->a = arena_new();
	s->row = arena_array(s->a, struct value, n);
	none = arena_array(s->a, struct str, n);
	s->base = (struct cursor){ &ops, n, none, none, s->row };
	*out = &s->base;
	return RC_OK;
}

/* --- into a table --------------------------------------------------------- */

struct pg_fill {
	struct drv_fill base;
	struct pg *d;
	size_t ncols;
	struct sbuf b;
};

static enum rc put(struct pg_fill *f, struct str s, struct err *e)
{
	enum rc rc = RC_OK;

	if (f->b.n + s.n >= PART) {
		rc = pg_copy_put(f->d, sbuf_str(&f->b), e);
		sbuf_truncate(&f->b, 0);
	}
	if (rc || s.n < PART)
		sbuf_add(&f->b, s);
	else
		rc = pg_copy_put(f->d, s, e);
	return rc;
}

static char letter_of(char c)
{
	if (c == '\\')
		return '\\';
	for (size_t i = 0; i < sizeof(escapes) / sizeof(*escapes); i++)
		if (escapes[i].is == c)
			return escapes[i].letter;
	return 0;
}

static enum rc put_text(struct pg_fill *f, struct str s, struct err *e)
{
	size_t from = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < s.n; i++) {
		char two[2] = { '\\', letter_of(s.p[i]) };

		if (!s.p[i])
			return err_set(e, RC_UNSUPPORTED,
			    "PostgreSQL holds no text with a NUL byte");
		if (!two[1])
			continue;
		rc = put(f, str_sub(s, from, i), e);
		if (!rc)
			rc = put(f, (struct str){ two, 2 }, e);
		from = i + 1;
	}
	return rc ? rc : put(f, str_sub(s, from, s.n), e);
}

static enum rc put_bytes(struct pg_fill *f, struct str s, struct err *e)
{
	static const char hex[] = "0123456789abcdef";
	enum rc rc = put(f, STR("\\\\x"), e);

	for (size_t i = 0; !rc && i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		char two[2] = { hex[c >> 4], hex[c & 15] };

		rc = put(f, (struct str){ two, 2 }, e);
	}
	return rc;
}

static enum rc put_value(struct pg_fill *f, const struct value *v,
    struct err *e)
{
	switch (v->kind) {
	case VALUE_TEXT:
		return put_text(f, v->s, e);
	case VALUE_BLOB:
		return put_bytes(f, v->s, e);
	case VALUE_INT:
		sbuf_add_i64(&f->b, v->i);
		return RC_OK;
	case VALUE_REAL:
		sbuf_addf(&f->b, "%.17g", v->r);
		return RC_OK;
	case VALUE_NULL:
		break;
	}
	return put(f, STR("\\N"), e);
}

static enum rc fill_row(struct drv_fill *base, const struct value *v,
    struct err *e)
{
	struct pg_fill *f = (struct pg_fill *)base;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < f->ncols; i++) {
		if (i)
			sbuf_addc(&f->b, '\t');
		rc = put_value(f, &v[i], e);
	}
	sbuf_addc(&f->b, '\n');
	return rc;
}

static enum rc fill_end(struct drv_fill *base, struct err *e)
{
	struct pg_fill *f = (struct pg_fill *)base;
	enum rc rc = pg_copy_put(f->d, sbuf_str(&f->b), e);

	sbuf_truncate(&f->b, 0);
	if (!rc)
		rc = pg_copy_end(f->d, e);
	return rc ? rc : pg_finish(f->d, e);
}

/* What is open yet is ended in failure. */
static void fill_close(struct drv_fill *base)
{
	struct pg_fill *f = (struct pg_fill *)base;

	leave(f->d);
	sbuf_free(&f->b);
	xfree(f);
}

enum rc pg_fill(struct drv *base, struct str into, size_t ncols,
    struct drv_fill **out, struct err *e)
{
	static const struct drv_fill_ops ops = { .row = fill_row,
		.end = fill_end, .close = fill_close };
	struct pg *d = pg_of(base);
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	struct pg_fill *f;
	enum rc rc = pg_enter(d, e);

	SQL(&b, "COPY ");
	sbuf_add(&b, into);
	SQL(&b, " FROM STDIN");
	if (!rc)
		rc = begin(d, sbuf_str(&b), PGRES_COPY_IN, &r, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	PQclear(r);
	f = xalloc(sizeof(*f));
	*f = (struct pg_fill){ .base = { &ops }, .d = d, .ncols = ncols,
		.b = SBUF_TEXT };
	*out = &f->base;
	return RC_OK;
}

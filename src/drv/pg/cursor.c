/*
 * Rows out: one statement by the extended protocol, in single-row mode, so
 * that a table of any size takes the memory of one row.
 */
#include <limits.h>
#include <stdlib.h>

#include "drv/pg/pg.h"

#define CELL_CAP ((size_t)1 << 20)
#define BYTEA 17
#define REST_MAX 100	/* rows of a rest that are read and dropped */

struct pg_cursor {
	struct cursor base;
	struct pg *d;
	PGresult *r;		/* the row that `row` looks into */
	bool fresh;		/* `r` has not been handed out */
	bool over;		/* nothing more to read */
	bool look;		/* W.4: end the transaction at the close */
	size_t cap;
	unsigned *kinds;	/* type oid of each column */
	struct value *row;
	unsigned char **blobs;	/* decoded, of the row */
	struct arena *a;
};

/* Types of the catalogue's first hour (pg_type.dat): the oids are fixed. */
static const struct {
	unsigned oid;
	const char *name;
} types[] = {
	{ 16, "boolean" }, { 17, "bytea" }, { 18, "\"char\"" }, { 19, "name" },
	{ 20, "bigint" }, { 21, "smallint" }, { 23, "integer" },
	{ 25, "text" }, { 26, "oid" }, { 114, "json" }, { 142, "xml" },
	{ 600, "point" }, { 650, "cidr" }, { 700, "real" },
	{ 701, "double precision" }, { 790, "money" }, { 829, "macaddr" },
	{ 869, "inet" }, { 1000, "boolean[]" }, { 1005, "smallint[]" },
	{ 1007, "integer[]" }, { 1009, "text[]" }, { 1015,
	    "character varying[]" }, { 1016, "bigint[]" },
	{ 1042, "character" }, { 1043, "character varying" }, { 1082, "date" },
	{ 1083, "time without time zone" },
	{ 1114, "timestamp without time zone" },
	{ 1184, "timestamp with time zone" }, { 1186, "interval" },
	{ 1231, "numeric[]" }, { 1266, "time with time zone" },
	{ 1560, "bit" }, { 1562, "bit varying" }, { 1700, "numeric" },
	{ 2950, "uuid" }, { 2951, "uuid[]" }, { 3614, "tsvector" },
	{ 3802, "jsonb" }, { 3904, "int4range" }, { 3908, "tsrange" },
	{ 3910, "tstzrange" }, { 3912, "daterange" }, { 3926, "int8range" },
	{ 4072, "jsonpath" },
};

static struct str type_name(unsigned oid)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].oid == oid)
			return str_z(types[i].name);
	return STR("");
}

static bool is_int(unsigned oid)
{
	return oid == 20 || oid == 21 || oid == 23 || oid == 26;
}

/* Cut text never in the middle of a character. */
static size_t cut_at(const char *p, size_t cap)
{
	size_t n = cap;

	while (n > 0 && cap - n < 3 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void cell(struct pg_cursor *c, size_t i, struct value *v)
{
	struct str s = pg_cell(c->r, 0, (int)i);
	size_t n = 0;

	PQfreemem(c->blobs[i]);
	c->blobs[i] = NULL;
	*v = (struct value){ .kind = VALUE_NULL };
	if (PQgetisnull(c->r, 0, (int)i))
		return;
	if (is_int(c->kinds[i])) {
		v->kind = VALUE_INT;
		v->i = strtoll(s.p, NULL, 10);
		return;
	}
	v->kind = VALUE_TEXT;
	v->full = s.n;
	if (c->kinds[i] == BYTEA) {
		c->blobs[i] = PQunescapeBytea((const unsigned char *)s.p, &n);
		if (!c->blobs[i])
			oom_die();
		v->kind = VALUE_BLOB;
		v->full = n;
		s = (struct str){ (const char *)c->blobs[i], n };
	}
	v->s = s;
	if (v->full > c->cap)
		v->s.n = v->kind == VALUE_TEXT ? cut_at(s.p, c->cap) : c->cap;
}

/* Read one result: a row, the end, or the failure. */
static enum rc fetch(struct pg_cursor *c, struct str sql, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_result(c->d, &r, e);
	ExecStatusType s;

	PQclear(c->r);
	c->r = NULL;
	if (rc)
		return rc;
	s = r ? PQresultStatus(r) : PGRES_EMPTY_QUERY;
	c->r = r;
	if (!r)
		c->over = true;
	else if (s == PGRES_FATAL_ERROR || s == PGRES_BAD_RESPONSE)
		rc = pg_fail(c->d, r, sql, 0, e);
	else if (s == PGRES_COPY_IN || s == PGRES_COPY_OUT ||
	    s == PGRES_COPY_BOTH)
		rc = err_set(e, RC_UNSUPPORTED, "COPY with the client is not "
		    "possible here");
	else if (s == PGRES_EMPTY_QUERY)
		rc = err_set(e, RC_UNSUPPORTED, "there is no statement here");
	else if (s != PGRES_SINGLE_TUPLE)
		c->over = true;
	return rc;
}

static enum rc next(struct cursor *base, bool *more, struct err *e)
{
	struct pg_cursor *c = (struct pg_cursor *)base;
	enum rc rc = RC_OK;

	if (!c->fresh && !c->over)
		rc = fetch(c, STR(""), e);
	c->fresh = false;
	if (rc) {
		c->over = true;
		return rc;
	}
	*more = !c->over;
	for (size_t i = 0; *more && i < base->ncols; i++)
		cell(c, i, &c->row[i]);
	return RC_OK;
}

/* What is left of a large result is not read: the server is told to stop.
 * What has come already is read first, which mostly is the end: a cancel
 * costs a connection. */
void pg_stop_rest(struct pg *d)
{
	PGresult *r = NULL;
	PGcancel *q;
	char ignored[256];

	if (!d->c || d->lost || PQtransactionStatus(d->c) != PQTRANS_ACTIVE ||
	    !PQconsumeInput(d->c))
		return;
	for (int i = 0; i < REST_MAX && !PQisBusy(d->c); i++) {
		r = PQgetResult(d->c);
		PQclear(r);
		if (!r)
			return;
	}
	q = PQgetCancel(d->c);
	if (q)
		(void)PQcancel(q, ignored, sizeof(ignored));
	PQfreeCancel(q);
}

static void close_cursor(struct cursor *base)
{
	struct pg_cursor *c = (struct pg_cursor *)base;
	struct pg *d = c->d;

	d->deaf = true;
	/* A transaction of the caller's would not survive a cancel. */
	if (!c->over && c->look)
		pg_stop_rest(d);
	pg_drain(d);
	d->open_cursor = false;
	if (c->look)
		pg_look_end(d);
	pg_leave(d);
	PQclear(c->r);
	for (size_t i = 0; c->blobs && i < base->ncols; i++)
		PQfreemem(c->blobs[i]);
	arena_free(c->a);
	xfree(c);
}

static const struct cursor_ops ops = { .next = next, .close = close_cursor };

static void describe(struct pg_cursor *c)
{
	size_t n = c->r ? (size_t)PQnfields(c->r) : 0;
	struct str *names = arena_array(c->a, struct str, n);
	struct str *decl = arena_array(c->a, struct str, n);

	c->kinds = arena_array(c->a, unsigned, n);
	c->blobs = arena_array(c->a, unsigned char *, n);
	for (size_t i = 0; i < n; i++) {
		c->kinds[i] = PQftype(c->r, (int)i);
		names[i] = arena_str(c->a, str_z(PQfname(c->r, (int)i)));
		decl[i] = type_name(c->kinds[i]);
	}
	c->row = arena_array(c->a, struct value, n);
	c->base = (struct cursor){ &ops, n, names, decl, c->row };
}

/* A parameter as text; bytes as the hex form of bytea. */
static const char *argument(struct arena *a, const struct value *v)
{
	struct sbuf b = SBUF_INIT(v->s.n * 2 + 64);
	static const char hex[] = "0123456789abcdef";
	const char *out = NULL;

	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_INT:
		out = arena_printf(a, "%lld", (long long)v->i).p;
		break;
	case VALUE_REAL:
		out = arena_printf(a, "%.17g", v->r).p;
		break;
	case VALUE_TEXT:
		out = arena_z(a, v->s);
		break;
	case VALUE_BLOB:
		sbuf_addz(&b, "\\x");
		for (size_t i = 0; i < v->s.n; i++)
			sbuf_add(&b, (struct str){ (char[]){
			    hex[(v->s.p[i] >> 4) & 15], hex[v->s.p[i] & 15] },
			    2 });
		out = arena_z(a, sbuf_str(&b));
		break;
	}
	sbuf_free(&b);
	return out;
}

static enum rc send(struct pg_cursor *c, struct str sql,
    const struct value *args, size_t nargs, struct err *e)
{
	const char **text = arena_array(c->a, const char *, nargs);

	for (size_t i = 0; i < nargs; i++) {
		if (args[i].kind == VALUE_TEXT && args[i].s.n &&
		    memchr(args[i].s.p, 0, args[i].s.n))
			return err_set(e, RC_UNSUPPORTED,
			    "PostgreSQL holds no text with a NUL byte");
		text[i] = argument(c->a, &args[i]);
	}
	if (!PQsendQueryParams(c->d->c, arena_z(c->a, sql), (int)nargs, NULL,
	    text, NULL, NULL, 0))
		return pg_fail_lost(c->d, e);
	(void)PQsetSingleRowMode(c->d->c);
	return RC_OK;
}

enum rc pg_query(struct drv *base, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e)
{
	struct pg *d = pg_of(base);
	struct pg_cursor *c;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (sql.n && memchr(sql.p, 0, sql.n))
		return err_set(e, RC_UNSUPPORTED, "the statement holds a NUL "
		    "byte");
	c = xalloc(sizeof(*c));
	c->d = d;
	c->cap = cell_cap ? cell_cap : CELL_CAP;
	c->a = arena_new();
	c->base.ops = &ops;
	c->over = true;
	if (d->mode == DRV_BROWSE && !pg_in_tx(base)) {
		rc = pg_look_begin(d, e);
		c->look = !rc;
	}
	if (!rc)
		rc = send(c, sql, args, nargs, e);
	if (!rc) {
		d->open_cursor = true;
		c->over = false;
		rc = fetch(c, sql, e);
	}
	if (!rc)
		describe(c);
	c->fresh = !c->over;
	if (rc) {
		close_cursor(&c->base);
		return rc;
	}
	*out = &c->base;
	return RC_OK;
}

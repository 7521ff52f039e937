/* Rows out: one statement, its rows one at a time, cells cut at a cap. */
#include <limits.h>

#include "drv/lite/lite.h"

#define CELL_CAP ((size_t)1 << 20)

struct lite_cursor {
	struct cursor base;
	struct lite *d;
	sqlite3_stmt *s;
	size_t cap;
	struct value *row;
	struct arena *a;
};

int lite_bind(sqlite3_stmt *s, const struct value *args, size_t nargs,
    sqlite3_destructor_type how)
{
	int code = SQLITE_OK;

	for (size_t i = 0; i < nargs && !code; i++) {
		const struct value *v = &args[i];
		const char *p = v->s.p ? v->s.p : "";
		int at = (int)i + 1;

		switch (v->kind) {
		case VALUE_NULL:
			code = sqlite3_bind_null(s, at);
			break;
		case VALUE_INT:
			code = sqlite3_bind_int64(s, at, v->i);
			break;
		case VALUE_REAL:
			code = sqlite3_bind_double(s, at, v->r);
			break;
		case VALUE_TEXT:
			code = sqlite3_bind_text64(s, at, p, v->s.n,
			    how, SQLITE_UTF8);
			break;
		case VALUE_BLOB:
			code = sqlite3_bind_blob64(s, at, p, v->s.n,
			    how);
			break;
		}
	}
	return code;
}

/* Cut text never in the middle of a character. */
static size_t cut_at(const char *p, size_t cap)
{
	size_t n = cap;

	while (n > 0 && cap - n < 3 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void cell(const struct lite_cursor *c, int i, struct value *v)
{
	const char *p;

	*v = (struct value){ .kind = VALUE_NULL };
	switch (sqlite3_column_type(c->s, i)) {
	case SQLITE_INTEGER:
		v->kind = VALUE_INT;
		v->i = sqlite3_column_int64(c->s, i);
		return;
	case SQLITE_FLOAT:
		v->kind = VALUE_REAL;
		v->r = sqlite3_column_double(c->s, i);
		return;
	case SQLITE_TEXT:
		v->kind = VALUE_TEXT;
		p = (const char *)sqlite3_column_text(c->s, i);
		break;
	case SQLITE_BLOB:
		v->kind = VALUE_BLOB;
		p = sqlite3_column_blob(c->s, i);
		break;
	default:
		return;
	}
	v->full = (size_t)sqlite3_column_bytes(c->s, i);
	v->s = (struct str){ p ? p : "", v->full };
	if (v->full > c->cap)
		v->s.n = v->kind == VALUE_TEXT ? cut_at(p, c->cap) : c->cap;
}

static enum rc next(struct cursor *base, bool *more, struct err *e)
{
	struct lite_cursor *c = (struct lite_cursor *)base;
	enum rc rc = RC_OK;

	if (atomic_exchange(&c->d->cancelled, false))
		return err_set(e, RC_CANCELLED, "cancelled");
	rc = lite_step(c->d, c->s, more, e);
	for (size_t i = 0; !rc && *more && i < base->ncols; i++)
		cell(c, (int)i, &c->row[i]);
	return rc;
}

static void close_cursor(struct cursor *base)
{
	struct lite_cursor *c = (struct lite_cursor *)base;

	sqlite3_finalize(c->s);
	arena_free(c->a);
	xfree(c);
}

static const struct cursor_ops ops = { .next = next, .close = close_cursor };

static void describe(struct lite_cursor *c)
{
	size_t n = (size_t)sqlite3_column_count(c->s);
	struct str *names = arena_array(c->a, struct str, n);
	struct str *types = arena_array(c->a, struct str, n);

	for (size_t i = 0; i < n; i++) {
		names[i] = arena_str(c->a,
		    str_z(sqlite3_column_name(c->s, (int)i)));
		types[i] = arena_str(c->a,
		    str_z(sqlite3_column_decltype(c->s, (int)i)));
	}
	c->row = arena_array(c->a, struct value, n);
	c->base = (struct cursor){ &ops, n, names, types, c->row };
}

/* The policy of the mode holds: what is typed while browsing only looks. */
enum rc lite_prepare_one(struct lite *d, struct str sql, sqlite3_stmt **out,
    struct err *e)
{
	struct str rest;
	const char *tail = NULL;
	char place[16];
	int code, offset;
	enum rc rc;

	if (sql.n > INT_MAX)
		return err_set(e, RC_UNSUPPORTED, "a statement of %zu bytes",
		    sql.n);
	lite_auth_end(d);
	d->auth.refusal[0] = 0;
	code = sqlite3_prepare_v2(d->db, sql.p, (int)sql.n, out, &tail);
	if (code) {
		offset = sqlite3_error_offset(d->db);
		rc = lite_fail(d, code, e);
		if (offset >= 0 && rc == RC_DB) {
			sqlite3_snprintf(sizeof(place), place, "+%d", offset);
			rc = err_at(e, RC_DB, place, "%s",
			    sqlite3_errmsg(d->db));
		}
		return rc;
	}
	if (!*out)
		return err_set(e, RC_UNSUPPORTED, "there is no statement here");
	rest = str_trim(str_sub(sql, (size_t)(tail - sql.p), sql.n));
	if (rest.n && !str_starts(rest, STR("--")) &&
	    !str_starts(rest, STR("/*"))) {
		sqlite3_finalize(*out);
		*out = NULL;
		return err_set(e, RC_UNSUPPORTED,
		    "more than one statement; run them one at a time");
	}
	return RC_OK;
}

enum rc lite_query(struct drv *base, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e)
{
	struct lite *d = lite_of(base);
	struct lite_cursor *c;
	sqlite3_stmt *s = NULL;
	enum rc rc = lite_enter(d, e);
	int code;

	if (rc)
		return rc;
	rc = lite_prepare_one(d, sql, &s, e);
	if (rc)
		return rc;
	code = lite_bind(s, args, nargs, SQLITE_TRANSIENT);
	if (code) {
		rc = lite_fail(d, code, e);
		sqlite3_finalize(s);
		return rc;
	}
	c = xalloc(sizeof(*c));
	c->d = d;
	c->s = s;
	c->cap = cell_cap ? cell_cap : CELL_CAP;
	c->a = arena_new();
	describe(c);
	*out = &c->base;
	return RC_OK;
}

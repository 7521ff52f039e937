/*
 * tracking: see tracking.h.  created_at is the journal's `when`, never the
 * clock: Drizzle compares it with the entries' times to find what is pending.
 */
#include <string.h>

#include "op/apply/tracking.h"

#define DEFAULT_NAME STR("\"__drizzle_migrations\"")

/* "main": a temporary table of a file may have any name that is free. */
static void add_name(struct drv *d, struct sbuf *b, struct str table)
{
	SQL(b, "main.");
	d->ops->dialect->ident(b, table);
}

static enum rc table_there(struct drv *d, struct str table, bool *out,
    struct err *e)
{
	struct value name = { .kind = VALUE_TEXT, .s = table, .full = table.n };
	struct arena *a = arena_new();
	struct value v = { 0 };
	enum rc rc;

	rc = drv_scalar(d, STR("SELECT count(*) FROM sqlite_schema"
	    " WHERE type = 'table' AND name = ?"), &name, 1, a, &v, e);
	if (!rc)
		*out = v.kind == VALUE_INT && v.i > 0;
	arena_free(a);
	return rc;
}

/* created_at is numeric: whole numbers are stored as such, yet a home-made
 * row may hold a real or a text. */
static void row_of(const struct value *v, struct arena *a,
    struct track_row *out)
{
	*out = (struct track_row){ .rowid = v[0].i };
	if (v[1].kind == VALUE_TEXT)
		out->hash = arena_str(a, v[1].s);
	out->created_null = v[2].kind != VALUE_INT && v[2].kind != VALUE_REAL;
	if (v[2].kind == VALUE_INT)
		out->created_at = v[2].i;
	else if (v[2].kind == VALUE_REAL && v[2].r > -9e18 && v[2].r < 9e18)
		out->created_at = (int64_t)v[2].r;
}

enum rc tracking_read(struct drv *d, struct str table, struct arena *a,
    struct track *out, struct err *e)
{
	struct track t = { .table = arena_str(a, table) };
	VEC(struct track_row) v = { 0 };
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	rc = table_there(d, table, &t.exists, e);
	if (rc || !t.exists)
		goto out;
	SQL(&b, "SELECT rowid, hash, created_at FROM ");
	add_name(d, &b, table);
	SQL(&b, " ORDER BY rowid");
	rc = drv_query(d, sbuf_str(&b), NULL, 0, 0, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		struct track_row r;

		row_of(c->row, a, &r);
		vec_push(a, &v, r);
	}
	if (rc)
		err_prefix(e, "tracking table %.*s", STR_ARG(table));
out:
	cursor_close(c);
	sbuf_free(&b);
	if (rc)
		return rc;
	t.v = v.v;
	t.n = v.n;
	*out = t;
	return RC_OK;
}

enum rc tracking_create(struct drv *d, struct str table, struct err *e)
{
	struct str text = str_z(d->ops->dialect->tracking_create);
	size_t at = str_find(text, DEFAULT_NAME, 0);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	if (at >= text.n)
		BUG("the tracking table's text has another name");
	sbuf_add(&b, str_sub(text, 0, at));
	d->ops->dialect->ident(&b, table);
	sbuf_add(&b, str_sub(text, at + DEFAULT_NAME.n, text.n));
	rc = drv_exec(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* Counted as a statement of a file is: triggers of the table run with it. */
static enum rc run_counted(struct drv *d, struct str sql, struct arena *a,
    struct facts *f, struct err *e)
{
	struct sql_span span = { 0 };
	char *from;
	size_t at = 0;
	bool more = false;
	enum rc rc = d->ops->run_next(d, sql, &at, RUN_FACTS | RUN_COUNT, a,
	    &span, f, &more, e);

	if (!rc || e->where[0] != '+')
		return rc;
	/* a place in weir's own text tells nobody anything */
	from = strchr(e->where, ' ');
	if (from)
		memmove(e->where, from + 1, strlen(from));
	else
		e->where[0] = '\0';
	return rc;
}

enum rc tracking_add(struct drv *d, struct str table, const struct entry *en,
    struct arena *a, struct facts *f, struct err *e)
{
	struct value hash = { .kind = VALUE_TEXT, .s = str_z(en->hex),
		.full = SHA256_HEX };
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "INSERT INTO ");
	add_name(d, &b, table);
	SQL(&b, " (\"hash\", \"created_at\") VALUES(");
	d->ops->dialect->literal(&b, &hash);
	SQL(&b, ", ");
	sbuf_add_i64(&b, en->when);
	SQL(&b, ")");
	rc = run_counted(d, sbuf_str(&b), a, f, e);
	sbuf_free(&b);
	return rc;
}

enum rc tracking_remove(struct drv *d, struct str table, int64_t rowid,
    struct arena *a, struct facts *f, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "DELETE FROM ");
	add_name(d, &b, table);
	SQL(&b, " WHERE rowid = ");
	sbuf_add_i64(&b, rowid);
	rc = run_counted(d, sbuf_str(&b), a, f, e);
	sbuf_free(&b);
	return rc;
}

const struct track_row *tracking_row(const struct track *t,
    const struct entry *en)
{
	const struct track_row *by_when = NULL, *by_hash = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct track_row *r = &t->v[i];
		bool when = !r->created_null && r->created_at == en->when;
		bool hash = str_is(r->hash, en->hex);

		if (when && hash)
			return r;
		if (when)
			by_when = r;
		if (hash)
			by_hash = r;
	}
	return by_when ? by_when : by_hash;
}

/* bulk: see bulk.h. */
#include "op/undo/bulk.h"

enum rc run_with(struct drv *d, struct str sql, const struct value *args,
    size_t n, struct err *e)
{
	struct cursor *c = NULL;
	bool more = true;
	enum rc rc = drv_query(d, sql, args, n, 0, &c, e);

	while (!rc && more)
		rc = cursor_next(c, &more, e);
	cursor_close(c);
	return rc;
}

void bulk_open(struct bulk *b, struct drv *d, struct str into, size_t ncols)
{
	*b = (struct bulk){ .d = d, .into = into, .ncols = ncols,
		.a = arena_new(), .sql = SBUF_TEXT };
}

static size_t rows_most(const struct bulk *b)
{
	return b->ncols < BULK_ARGS ? BULK_ARGS / b->ncols : 1;
}

static void build(struct bulk *b, size_t rows)
{
	size_t n = 1;

	if (b->sql_rows == rows)
		return;
	sbuf_reset(&b->sql);
	SQL(&b->sql, "INSERT INTO ");
	sbuf_add(&b->sql, b->into);
	SQL(&b->sql, " VALUES ");
	for (size_t r = 0; r < rows; r++) {
		sbuf_addz(&b->sql, r ? ",(" : "(");
		for (size_t i = 0; i < b->ncols; i++) {
			if (i)
				sbuf_addc(&b->sql, ',');
			b->d->ops->dialect->param(&b->sql, n++);
		}
		sbuf_addc(&b->sql, ')');
	}
	b->sql_rows = rows;
}

enum rc bulk_flush(struct bulk *b, struct err *e)
{
	enum rc rc = RC_OK;

	if (b->v.n) {
		build(b, b->v.n / b->ncols);
		rc = run_with(b->d, sbuf_str(&b->sql), b->v.v, b->v.n, e);
	}
	arena_reset(b->a);
	b->v.v = NULL;
	b->v.n = b->v.cap = 0;
	b->bytes = 0;
	return rc;
}

enum rc bulk_row(struct bulk *b, const struct value *v, struct err *e)
{
	for (size_t i = 0; i < b->ncols; i++) {
		struct value x = v[i];

		if (x.kind == VALUE_TEXT || x.kind == VALUE_BLOB) {
			x.s = arena_str(b->a, x.s);
			b->bytes += x.s.n;
		}
		vec_push(b->a, &b->v, x);
	}
	if (b->v.n / b->ncols < rows_most(b) && b->bytes < BULK_BYTES)
		return RC_OK;
	return bulk_flush(b, e);
}

void bulk_close(struct bulk *b)
{
	arena_free(b->a);
	sbuf_free(&b->sql);
}

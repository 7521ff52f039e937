/* Many rows into one table: one statement, prepared once. */
#include "drv/lite/lite.h"

struct lite_fill {
	struct drv_fill base;
	struct lite *d;
	sqlite3_stmt *s;
	size_t ncols;
};

static enum rc fill_row(struct drv_fill *base, const struct value *v,
    struct err *e)
{
	struct lite_fill *f = (struct lite_fill *)base;
	bool more = false;
	enum rc rc;
	int code;

	if (atomic_exchange(&f->d->cancelled, false))
		return err_set(e, RC_CANCELLED, "cancelled");
	code = lite_bind(f->s, v, f->ncols, SQLITE_STATIC);
	if (code)
		return lite_fail(f->d, code, e);
	rc = lite_step(f->d, f->s, &more, e);
	(void)sqlite3_reset(f->s);
	return rc;
}

static enum rc fill_end(struct drv_fill *base, struct err *e)
{
	(void)base;
	(void)e;
	return RC_OK;
}

static void fill_close(struct drv_fill *base)
{
	struct lite_fill *f = (struct lite_fill *)base;

	sqlite3_finalize(f->s);
	xfree(f);
}

enum rc lite_fill(struct drv *base, struct str into, size_t ncols,
    struct drv_fill **out, struct err *e)
{
	static const struct drv_fill_ops ops = { .row = fill_row,
		.end = fill_end, .close = fill_close };
	struct lite *d = lite_of(base);
	struct sbuf b = SBUF_TEXT;
	sqlite3_stmt *s = NULL;
	struct lite_fill *f;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	SQL(&b, "INSERT INTO ");
	sbuf_add(&b, into);
	SQL(&b, " VALUES (");
	for (size_t i = 0; i < ncols; i++)
		sbuf_addz(&b, i ? ",?" : "?");
	SQL(&b, ")");
	rc = lite_prepare_one(d, sbuf_str(&b), &s, e);
	sbuf_free(&b);
	if (rc)
		return rc;
	f = xalloc(sizeof(*f));
	*f = (struct lite_fill){ { &ops }, d, s, ncols };
	*out = &f->base;
	return RC_OK;
}

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
	*b = (struct bulk){ .d = d, .into = into, .ncols = ncols };
}

enum rc bulk_row(struct bulk *b, const struct value *v, struct err *e)
{
	enum rc rc = RC_OK;

	if (!b->f)
		rc = b->d->ops->fill(b->d, b->into, b->ncols, &b->f, e);
	return rc ? rc : b->f->ops->row(b->f, v, e);
}

enum rc bulk_flush(struct bulk *b, struct err *e)
{
	enum rc rc = b->f ? b->f->ops->end(b->f, e) : RC_OK;

	bulk_close(b);
	return rc;
}

void bulk_close(struct bulk *b)
{
	if (b->f)
		b->f->ops->close(b->f);
	b->f = NULL;
}

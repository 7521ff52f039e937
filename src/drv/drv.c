/* drv: conveniences over the vtable, the same for every engine. */
#include "drv/drv.h"

static const struct drv_ops *const engines[DIALECT_N] = {
	[DIALECT_SQLITE] = &drv_lite,
	[DIALECT_PG] = NULL,		/* comes with drv/pg */
};

const char *const fact_verb_name[VERB_N] = {
	[VERB_OTHER] = "other",
	[VERB_SELECT] = "select",
	[VERB_INSERT] = "insert",
	[VERB_UPDATE] = "update",
	[VERB_DELETE] = "delete",
	[VERB_CREATE_TABLE] = "create table",
	[VERB_CREATE_VTABLE] = "create virtual table",
	[VERB_DROP_TABLE] = "drop table",
	[VERB_ALTER_TABLE] = "alter table",
	[VERB_CREATE_INDEX] = "create index",
	[VERB_DROP_INDEX] = "drop index",
	[VERB_CREATE_VIEW] = "create view",
	[VERB_DROP_VIEW] = "drop view",
	[VERB_CREATE_TRIGGER] = "create trigger",
	[VERB_DROP_TRIGGER] = "drop trigger",
	[VERB_PRAGMA] = "pragma",
	[VERB_TRANSACTION] = "transaction",
	[VERB_SAVEPOINT] = "savepoint",
	[VERB_ATTACH] = "attach",
	[VERB_REINDEX] = "reindex",
	[VERB_ANALYZE] = "analyze",
	[VERB_VACUUM] = "vacuum",
	[VERB_EMPTY] = "empty",
};

enum rc drv_probe(const struct drv_target *t, struct db_probe *out,
    struct err *e)
{
	const struct drv_ops *ops = (unsigned)t->dialect < DIALECT_N ?
	    engines[t->dialect] : NULL;

	if (!ops)
		return err_set(e, RC_UNSUPPORTED,
		    "this version of weir opens SQLite databases only");
	return ops->probe(t, out, e);
}

enum rc drv_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e)
{
	const struct drv_ops *ops = (unsigned)t->dialect < DIALECT_N ?
	    engines[t->dialect] : NULL;

	if (!ops)
		return err_set(e, RC_UNSUPPORTED,
		    "this version of weir opens SQLite databases only");
	return ops->open(t, mode, out, e);
}

void drv_close(struct drv *d)
{
	if (d)
		d->ops->close(d);
}

void drv_cancel(struct drv *d)
{
	d->ops->cancel(d);
}

enum rc drv_exec(struct drv *d, struct str sql, struct err *e)
{
	return d->ops->exec(d, sql, e);
}

enum rc drv_query(struct drv *d, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e)
{
	return d->ops->query(d, sql, args, nargs, cell_cap, out, e);
}

enum rc drv_scalar(struct drv *d, struct str sql, const struct value *args,
    size_t nargs, struct arena *a, struct value *out, struct err *e)
{
	struct value v = { .kind = VALUE_NULL };
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	rc = drv_query(d, sql, args, nargs, 0, &c, e);
	if (rc)
		goto out;
	rc = cursor_next(c, &more, e);
	if (rc)
		goto out;
	if (more && c->ncols) {
		v = c->row[0];
		v.s = arena_str(a, v.s);
	}
	*out = v;
out:
	cursor_close(c);
	return rc;
}

enum rc cursor_next(struct cursor *c, bool *more, struct err *e)
{
	return c->ops->next(c, more, e);
}

void cursor_close(struct cursor *c)
{
	if (c)
		c->ops->close(c);
}

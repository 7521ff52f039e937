/* drv: conveniences over the vtable, the same for every engine. */
#include "drv/drv.h"

static const struct drv_ops *const engines[DIALECT_N] = {
	[DIALECT_SQLITE] = &drv_lite,
	[DIALECT_PG] = &drv_pg,
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

const struct drv_databases *drv_databases_of(enum dialect_id id)
{
	return (unsigned)id < DIALECT_N && engines[id] ?
	    engines[id]->databases : NULL;
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

bool drv_lost(const struct err *e)
{
	/* PostgreSQL manual, appendix A: connection exceptions, shut down,
	 * starting up, too many connections */
	static const char *const states[] = { "08", "57P0", "53300" };

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (str_starts(str_z(e->where), str_z(states[i])))
			return true;
	return false;
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

void drv_notices(struct drv *d, struct arena *a, struct strs *out)
{
	*out = (struct strs){ NULL, 0 };
	if (d->ops->notices)
		d->ops->notices(d, a, out);
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

enum rc drv_count(struct drv *d, struct str sql, struct arena *a, int64_t *out,
    struct err *e)
{
	enum rc (*all)(struct drv *, bool, struct err *) = d->ops->all_rows;
	struct value v = { .kind = VALUE_NULL };
	struct err why = ERR_INIT;
	enum rc rc = all ? all(d, true, e) : RC_OK, off = RC_OK;

	if (rc)
		return rc;
	rc = drv_scalar(d, sql, NULL, 0, a, &v, e);
	if (all)
		off = all(d, false, &why);
	if (!rc && off)
		*e = why;
	if (rc || off)
		return rc ? rc : off;
	if (v.kind != VALUE_INT)
		return err_set(e, RC_INTERNAL, "a count that is no number");
	*out = v.i;
	return RC_OK;
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

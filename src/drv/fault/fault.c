/*
 * A connection that fails on its n-th call, for tests.  close, cancel,
 * unlock, rollback and in_tx never fail, so they are not counted.  The wrapped
 * connection belongs to the wrapper from then on.
 */
#include "drv/drv.h"

struct fault {
	struct drv base;
	struct drv_ops ops;	/* of the engine that is wrapped */
	struct drv *inner;
	int fail_at;
	int *calls;
	enum rc rc;
};

static void fault_close(struct drv *d);

static struct drv *inner_of(struct drv *d)
{
	return d->ops->close == fault_close ? ((struct fault *)d)->inner : d;
}

static enum rc count(struct drv *d, const char *what, struct err *e)
{
	struct fault *f = (struct fault *)d;
	int n = ++*f->calls;

	if (n != f->fail_at)
		return RC_OK;
	return err_at(e, f->rc, "FAULT", "call %d (%s) was made to fail", n,
	    what);
}

/* One wrapper an entry: count, then pass on. */
#define PASS(name, params, args) \
static enum rc fault_##name params \
{ \
	enum rc rc = count(d, #name, e); \
	struct drv *i = inner_of(d); \
	return rc ? rc : i->ops->name args; \
}

PASS(introspect, (struct drv *d, struct arena *a, struct model **out,
    struct err *e), (i, a, out, e))
PASS(introspect_again, (struct drv *d, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e),
    (i, prev, a, out, e))
PASS(schema_version, (struct drv *d, int64_t *out, struct err *e), (i, out, e))
PASS(exec, (struct drv *d, struct str sql, struct err *e), (i, sql, e))
PASS(query, (struct drv *d, struct str sql, const struct value *args,
    size_t nargs, size_t cap, struct cursor **out, struct err *e),
    (i, sql, args, nargs, cap, out, e))
PASS(piece, (struct drv *d, const struct drv_cell *at, size_t from, size_t n,
    struct arena *a, struct value *out, struct err *e),
    (i, at, from, n, a, out, e))
PASS(run_next, (struct drv *d, struct str text, size_t *at, unsigned flags,
    struct arena *a, struct sql_span *span, struct facts *facts, bool *more,
    struct err *e), (i, text, at, flags, a, span, facts, more, e))
PASS(lock, (struct drv *d, const struct lock_request *rq, struct arena *a,
    struct lock_info *out, struct err *e), (i, rq, a, out, e))
PASS(begin, (struct drv *d, bool fk_on, struct err *e), (i, fk_on, e))
PASS(commit, (struct drv *d, struct err *e), (i, e))
PASS(savepoint, (struct drv *d, const char *name, struct err *e), (i, name, e))
PASS(release, (struct drv *d, const char *name, struct err *e), (i, name, e))
PASS(rollback_to, (struct drv *d, const char *name, struct err *e),
    (i, name, e))
PASS(fk_check, (struct drv *d, const struct model *m, struct arena *a,
    struct fk_findings *out, struct err *e), (i, m, a, out, e))
PASS(integrity, (struct drv *d, struct arena *a, struct str *out,
    struct err *e), (i, a, out, e))
PASS(copy_to, (struct drv *d, struct drv *scratch, struct err *e),
    (i, inner_of(scratch), e))
PASS(backup, (struct drv *d, const char *path, const struct drv_copying *c,
    struct err *e), (i, path, c, e))
PASS(restore, (struct drv *d, const char *path, const struct drv_copying *c,
    struct err *e), (i, path, c, e))
PASS(keep_out, (struct drv *d, struct err *e), (i, e))
PASS(clone_to, (struct drv *d, const struct model *live, struct drv *scratch,
    struct arena *a, struct strs *notes, struct err *e),
    (i, live, inner_of(scratch), a, notes, e))
PASS(holders, (struct drv *d, struct arena *a, struct holders *out,
    struct err *e), (i, a, out, e))
PASS(server, (struct drv *d, struct arena *a, struct drv_server *out,
    struct err *e), (i, a, out, e))
PASS(tx_id, (struct drv *d, uint64_t *out, struct err *e), (i, out, e))
PASS(lock_tables, (struct drv *d, const struct obj *const *v, size_t n,
    struct err *e), (i, v, n, e))
PASS(all_rows, (struct drv *d, bool on, struct err *e), (i, on, e))
PASS(held, (struct drv *d, struct arena *a, struct strs *out,
    struct err *e), (i, a, out, e))
PASS(exact_text, (struct drv *d, bool on, struct err *e), (i, on, e))
PASS(catch_rows, (struct drv *d, const struct drv_catch *v, size_t n,
    struct err *e), (i, v, n, e))
PASS(caught, (struct drv *d, size_t at, struct arena *a,
    struct drv_caught *out, struct err *e), (i, at, a, out, e))
PASS(stored, (struct drv *d, struct arena *a, struct stored_tables *out,
    struct err *e), (i, a, out, e))
PASS(unread, (struct drv *d, bool listed, struct arena *a, struct str *out,
    struct err *e), (i, listed, a, out, e))
PASS(barred, (struct drv *d, struct arena *a, struct str *out,
    struct err *e), (i, a, out, e))
PASS(unread_list, (struct drv *d, struct arena *a, struct unread_objs *out,
    struct err *e), (i, a, out, e))
PASS(fill, (struct drv *d, struct str into, size_t ncols,
    struct drv_fill **out, struct err *e), (i, into, ncols, out, e))
PASS(stream, (struct drv *d, struct str sql, struct cursor **out,
    struct err *e), (i, sql, out, e))
PASS(lock_limit, (struct drv *d, int ms, struct err *e), (i, ms, e))

static void fault_close(struct drv *d)
{
	drv_close(inner_of(d));
	xfree(d);
}

static void fault_cancel(struct drv *d)
{
	drv_cancel(inner_of(d));
}

static void fault_unlock(struct drv *d)
{
	inner_of(d)->ops->unlock(inner_of(d));
}

static void fault_rollback(struct drv *d)
{
	inner_of(d)->ops->rollback(inner_of(d));
}

static void fault_watch(struct drv *d, const struct drv_watch *w)
{
	inner_of(d)->ops->watch(inner_of(d), w);
}

static void fault_notices(struct drv *d, struct arena *a, struct strs *out)
{
	inner_of(d)->ops->notices(inner_of(d), a, out);
}

static void fault_watch_rows(struct drv *d, const struct drv_rows *w)
{
	inner_of(d)->ops->watch_rows(inner_of(d), w);
}

static void fault_triggers(struct drv *d, bool fire)
{
	inner_of(d)->ops->triggers(inner_of(d), fire);
}

static bool fault_in_tx(struct drv *d)
{
	return inner_of(d)->ops->in_tx(inner_of(d));
}

/* scheme, dialect, caps and what works without a connection are the engine's
 * own; an optional entry stays absent where the engine has none. */
static void ops_of(const struct drv_ops *engine, struct drv_ops *out)
{
	*out = *engine;
	out->close = fault_close;
	out->cancel = fault_cancel;
	out->introspect = fault_introspect;
	out->introspect_again = fault_introspect_again;
	out->schema_version = fault_schema_version;
	out->exec = fault_exec;
	out->query = fault_query;
	out->piece = engine->piece ? fault_piece : NULL;
	out->run_next = fault_run_next;
	out->fill = fault_fill;
	out->lock = fault_lock;
	out->unlock = fault_unlock;
	out->begin = fault_begin;
	out->commit = fault_commit;
	out->rollback = fault_rollback;
	out->savepoint = fault_savepoint;
	out->release = fault_release;
	out->rollback_to = fault_rollback_to;
	out->fk_check = fault_fk_check;
	out->integrity = fault_integrity;
	out->copy_to = fault_copy_to;
	out->backup = fault_backup;
	out->restore = fault_restore;
	out->keep_out = fault_keep_out;
	out->clone_to = fault_clone_to;
	out->holders = fault_holders;
	out->in_tx = fault_in_tx;
	out->server = fault_server;
	out->watch = engine->watch ? fault_watch : NULL;
	out->watch_rows = engine->watch_rows ? fault_watch_rows : NULL;
	out->triggers = engine->triggers ? fault_triggers : NULL;
	out->notices = engine->notices ? fault_notices : NULL;
	out->tx_id = engine->tx_id ? fault_tx_id : NULL;
	out->all_rows = engine->all_rows ? fault_all_rows : NULL;
	out->held = engine->held ? fault_held : NULL;
	out->exact_text = engine->exact_text ? fault_exact_text : NULL;
	out->catch_rows = engine->catch_rows ? fault_catch_rows : NULL;
	out->caught = engine->caught ? fault_caught : NULL;
	out->stored = engine->stored ? fault_stored : NULL;
	out->unread = engine->unread ? fault_unread : NULL;
	out->unread_list = engine->unread_list ? fault_unread_list : NULL;
	out->barred = engine->barred ? fault_barred : NULL;
	out->stream = engine->stream ? fault_stream : NULL;
	out->lock_limit = engine->lock_limit ? fault_lock_limit : NULL;
	out->lock_tables = engine->lock_tables ? fault_lock_tables : NULL;
}

struct drv *fault_wrap_as(struct drv *inner, int fail_at, int *calls,
    enum rc rc)
{
	struct fault *f = xalloc(sizeof(*f));

	*f = (struct fault){ .inner = inner, .fail_at = fail_at,
		.calls = calls, .rc = rc };
	ops_of(inner->ops, &f->ops);
	f->base.ops = &f->ops;
	return &f->base;
}

struct drv *fault_wrap(struct drv *inner, int fail_at, int *calls)
{
	return fault_wrap_as(inner, fail_at, calls, RC_DB);
}

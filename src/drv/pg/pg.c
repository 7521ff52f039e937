/* drv/pg: PostgreSQL behind the vtable. */
#include "drv/pg/scratch.h"

static enum rc not_yet(struct err *e)
{
	return err_set(e, RC_UNSUPPORTED,
	    "not possible with PostgreSQL in this build");
}

static enum rc no_copy_to(struct drv *from, struct drv *scratch, struct err *e)
{
	(void)from, (void)scratch;
	return not_yet(e);
}

/* The server enforces its keys; one NOT VALID is verify's finding. */
static enum rc fk_check(struct drv *d, const struct model *m, struct arena *a,
    struct fk_findings *out, struct err *e)
{
	(void)d, (void)m, (void)a, (void)e;
	*out = (struct fk_findings){ NULL, 0 };
	return RC_OK;
}

static enum rc integrity(struct drv *d, struct arena *a, struct str *out,
    struct err *e)
{
	(void)d, (void)a, (void)e;
	*out = STR("");
	return RC_OK;
}

static enum rc open_any(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e)
{
	struct err why = ERR_INIT;
	enum rc rc;

	if (mode == DRV_SCRATCH)
		return pg_scratch_open(t, out, e);
	rc = pg_open(t, mode, out, &why);
	if (rc == RC_NOTFOUND && mode == DRV_APPLY && t->create) {
		rc = pg_databases.create(t, e);
		return rc ? rc : pg_open(t, mode, out, e);
	}
	if (rc)
		*e = why;
	return rc;
}

const struct drv_ops drv_pg = {
	.scheme = "postgresql",
	.dialect = &dialect_pg,
	.databases = &pg_databases,
	.caps = CAP_TX_DDL | CAP_TX_ABORTS,
	.probe = pg_probe,
	.open = open_any,
	.close = pg_close,
	.cancel = pg_cancel,
	.set_timeout = pg_set_timeout,
	.introspect = pg_introspect,
	.introspect_again = pg_introspect_again,
	.schema_version = pg_schema_version,
	.exec = pg_exec,
	.query = pg_query,
	.stream = pg_stream,
	.lines = pg_lines,
	.fill = pg_fill,
	.run_next = pg_run_next,
	.held = pg_held,
	.lock = pg_lock,
	.unlock = pg_unlock,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.savepoint = pg_savepoint,
	.release = pg_release,
	.rollback_to = pg_rollback_to,
	.fk_check = fk_check,
	.integrity = integrity,
	.copy_to = no_copy_to,
	.clone_to = pg_clone_to,
	.backup = pg_backup,
	.restore = pg_restore,
	.keep_out = pg_keep_out,
	.barred = pg_barred,
	.holders = pg_holders,
	.in_tx = pg_in_tx,
	.server = pg_server,
	.tx_id = pg_tx_id,
	.outcome = pg_outcome,
	.lock_tables = pg_lock_tables,
	.stored = pg_stored,
	.catch_rows = pg_catch_rows,
	.caught = pg_caught,
	.exact_text = pg_exact_text,
	.unread = pg_unread,
	.unread_list = pg_unread_list,
	.lock_limit = pg_lock_limit,
	.all_rows = pg_all_rows,
	.watch = pg_watch,
	.notices = pg_notices,
};

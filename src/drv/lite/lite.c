/* drv/lite: SQLite behind the vtable. */
#include "drv/lite/lite.h"

static enum rc probe(const struct drv_target *t, struct db_probe *out,
    struct err *e)
{
	(void)e;
	*out = lite_probe(t->path);
	return RC_OK;
}

static enum rc server(struct drv *d, struct arena *a, struct drv_server *out,
    struct err *e)
{
	(void)d;
	(void)e;
	*out = (struct drv_server){
		.product = arena_printf(a, "SQLite %s", sqlite3_libversion()),
		.version = sqlite3_libversion_number(),
	};
	return RC_OK;
}

const struct drv_ops drv_lite = {
	.scheme = "sqlite",
	.dialect = &dialect_sqlite,
	.caps = CAP_TX_DDL | CAP_BACKUP | CAP_OWN_FK_MODE | CAP_STORED_SQL,
	.probe = probe,
	.open = lite_open,
	.close = lite_close,
	.cancel = lite_cancel,
	.introspect = lite_introspect,
	.introspect_again = lite_introspect_again,
	.schema_version = lite_schema_version,
	.exec = lite_exec,
	.query = lite_query,
	.piece = lite_piece,
	.fill = lite_fill,
	.run_next = lite_run_next,
	.lock = lite_lock,
	.unlock = lite_unlock,
	.begin = lite_begin,
	.commit = lite_commit,
	.rollback = lite_rollback,
	.savepoint = lite_savepoint,
	.release = lite_release,
	.rollback_to = lite_rollback_to,
	.fk_check = lite_fk_check,
	.integrity = lite_integrity,
	.copy_to = lite_copy_to,
	.backup = lite_backup,
	.restore = lite_restore,
	.keep_out = lite_keep_out,
	.clone_to = lite_clone_to,
	.holders = lite_holders,
	.in_tx = lite_in_tx,
	.server = server,
	.watch_rows = lite_watch_rows,
	.triggers = lite_triggers,
	.trust = lite_trust,
};

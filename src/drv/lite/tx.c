/*
 * Transactions.  begin() decides the foreign key mode, which the engine only
 * changes outside a transaction and ignores in silence inside one: so it is
 * read back.  Rollback never fails and is never cancelled.
 */
#include "drv/lite/lite.h"

static enum rc set_foreign_keys(struct lite *d, bool on, struct err *e)
{
	int64_t is = -1;
	enum rc rc;

	rc = lite_exec_own(d, on ? STR("PRAGMA foreign_keys=1") :
	    STR("PRAGMA foreign_keys=0"), e);
	if (!rc)
		rc = lite_number(d, STR("PRAGMA foreign_keys"), &is, e);
	if (!rc && is != on)
		rc = err_set(e, RC_INTERNAL,
		    "foreign_keys could not be switched %s", on ? "on" : "off");
	return rc;
}

enum rc lite_begin(struct drv *base, bool fk_on, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	if (!sqlite3_get_autocommit(d->db))
		return err_set(e, RC_INTERNAL, "a transaction is open already");
	rc = set_foreign_keys(d, fk_on, e);
	if (!rc)
		rc = lite_exec_own(d, d->mode == DRV_BROWSE ? STR("BEGIN") :
		    d->lock == LOCK_EXCLUSIVE ? STR("BEGIN EXCLUSIVE") :
		    STR("BEGIN IMMEDIATE"), e);
	return rc;
}

enum rc lite_commit(struct drv *base, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);

	return rc ? rc : lite_exec_own(d, STR("COMMIT"), e);
}

void lite_rollback(struct drv *base)
{
	struct lite *d = lite_of(base);
	struct err ignored = ERR_INIT;
	enum rc rc;

	atomic_store(&d->cancelled, false);
	if (!d->db || sqlite3_get_autocommit(d->db))
		return;
	rc = lite_exec_own(d, STR("ROLLBACK"), &ignored);
	/* An error here means that the engine has rolled back by itself, or
	 * that the handle is of no use any more: closing it rolls back. */
	if (rc && !sqlite3_get_autocommit(d->db) && d->path[0])
		lite_disconnect(d);
}

static enum rc with_name(struct lite *d, const char *verb, const char *name,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	sbuf_addz(&b, verb);
	dialect_sqlite.ident(&b, str_z(name));
	rc = lite_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

enum rc lite_savepoint(struct drv *base, const char *name, struct err *e)
{
	return with_name(lite_of(base), "SAVEPOINT ", name, e);
}

enum rc lite_release(struct drv *base, const char *name, struct err *e)
{
	return with_name(lite_of(base), "RELEASE ", name, e);
}

enum rc lite_rollback_to(struct drv *base, const char *name, struct err *e)
{
	struct lite *d = lite_of(base);

	atomic_store(&d->cancelled, false);
	return with_name(d, "ROLLBACK TO ", name, e);
}

bool lite_in_tx(struct drv *base)
{
	struct lite *d = lite_of(base);

	return d->db && !sqlite3_get_autocommit(d->db);
}

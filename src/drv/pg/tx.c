/* Transactions. */
#include "drv/pg/pg.h"

bool pg_in_tx(struct drv *base)
{
	struct pg *d = pg_of(base);
	PGTransactionStatusType s = d->c ? PQtransactionStatus(d->c) :
	    PQTRANS_IDLE;

	return s == PQTRANS_INTRANS || s == PQTRANS_INERROR;
}

static void local(struct sbuf *b, const char *name, struct str value)
{
	SQL(b, "SELECT pg_catalog.set_config(");
	pg_string(b, str_z(name));
	SQL(b, ", ");
	pg_string(b, value);
	SQL(b, ", true);");
}

static void local_ms(struct sbuf *b, const char *name, int ms)
{
	struct sbuf n = SBUF_INIT(32);

	sbuf_addf(&n, "%dms", ms);
	local(b, name, sbuf_str(&n));
	sbuf_free(&n);
}

/* The SELECT takes the snapshot, after which no text makes it READ WRITE. */
enum rc pg_look_begin(struct pg *d, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "BEGIN READ ONLY;");
	if (d->pooled && d->t.statement_timeout_ms > 0)
		local_ms(&b, "statement_timeout", d->t.statement_timeout_ms);
	if (d->pooled) {
		local(&b, "DateStyle", STR("ISO"));
		local(&b, "bytea_output", STR("hex"));
	}
	if (d->all_rows == ALL_LOOK)
		local(&b, "row_security", STR("off"));
	local(&b, "search_path", d->user_path);
	rc = pg_exec_own(d, sbuf_str(&b), e);
	d->browse_tx = !rc;
	if (rc)
		pg_look_end(d);
	sbuf_free(&b);
	return rc;
}

void pg_look_end(struct pg *d)
{
	struct err ignored = ERR_INIT;

	d->browse_tx = false;
	if (!d->c || d->lost || !pg_in_tx(&d->base))
		return;
	d->deaf = true;
	if (pg_exec_own(d, STR("ROLLBACK"), &ignored))
		d->lost = true;
}

/* W.5: nothing of the session's, so every transaction has its own. */
static enum rc pooled_settings(struct pg *d, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	local_ms(&b, "lock_timeout", d->t.lock_timeout_ms > 0 ?
	    d->t.lock_timeout_ms : PG_LOCK_TIMEOUT_MS);
	if (d->t.statement_timeout_ms > 0)
		local_ms(&b, "statement_timeout", d->t.statement_timeout_ms);
	local(&b, "search_path", d->user_path);
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

enum rc pg_lock_limit(struct drv *base, int ms, struct err *e)
{
	struct pg *d = pg_of(base);
	struct sbuf b = SBUF_TEXT;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	local_ms(&b, "lock_timeout", ms > 0 ? ms : 1);
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

enum rc pg_begin(struct drv *base, bool fk_on, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	(void)fk_on;		/* the server enforces its keys always */
	if (rc)
		return rc;
	if (pg_in_tx(base))
		return err_set(e, RC_INTERNAL, "a transaction is open already");
	/* The role may have another level as its default, which would show
	 * what was there before the locks. */
	rc = pg_exec_own(d, d->mode == DRV_BROWSE || d->t.read_only ?
	    STR("BEGIN READ ONLY") : d->mode == DRV_APPLY ?
	    STR("BEGIN ISOLATION LEVEL READ COMMITTED") : STR("BEGIN"), e);
	if (!rc && d->pooled)
		rc = pooled_settings(d, e);
	if (!rc && (d->mode == DRV_APPLY || d->filled))
		rc = pg_counts_begin(d, e);
	if (!rc)
		rc = pg_lock_again(d, e);
	if (rc)
		pg_rollback(base);
	return rc;
}

enum rc pg_commit(struct drv *base, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	/* COMMIT of a failed transaction is a ROLLBACK that succeeds. */
	if (PQtransactionStatus(d->c) == PQTRANS_INERROR)
		return err_at(e, RC_DB, "25P02", "the transaction has failed "
		    "and can only be rolled back");
	d->deaf = true;		/* from here the outcome is the server's */
	/* A server that looks after its client would abort a COMMIT that was
	 * received when we die: then it is better that it goes on. */
	return pg_exec_own(d, d->version >= 140000 && d->mode == DRV_APPLY ?
	    STR("SET LOCAL client_connection_check_interval = 0;COMMIT") :
	    STR("COMMIT"), e);
}

void pg_rollback(struct drv *base)
{
	struct pg *d = pg_of(base);
	struct err ignored = ERR_INIT;

	atomic_store(&d->cancelled, false);
	if (!d->c || d->lost || !pg_in_tx(base))
		return;
	d->deaf = true;
	if (pg_exec_own(d, STR("ROLLBACK"), &ignored))
		d->lost = true;
}

static enum rc with_name(struct pg *d, const char *verb, const char *name,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	sbuf_addz(&b, verb);
	pg_ident(&b, str_z(name));
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

enum rc pg_savepoint(struct drv *base, const char *name, struct err *e)
{
	return with_name(pg_of(base), "SAVEPOINT ", name, e);
}

enum rc pg_release(struct drv *base, const char *name, struct err *e)
{
	return with_name(pg_of(base), "RELEASE SAVEPOINT ", name, e);
}

enum rc pg_rollback_to(struct drv *base, const char *name, struct err *e)
{
	struct pg *d = pg_of(base);

	atomic_store(&d->cancelled, false);
	d->deaf = true;
	return with_name(d, "ROLLBACK TO SAVEPOINT ", name, e);
}

/*
 * row_security = off: what a policy would cut fails (PostgreSQL manual, 20.11
 * and 5.8).  Where a migration may have taken another role (SET ROLE) the
 * rights of the connection say nothing.
 */
static enum rc all_rows_on(struct pg *d, struct err *e)
{
	bool tx = pg_in_tx(&d->base);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	if (d->mode == DRV_BROWSE && !tx) {
		d->all_rows = ALL_LOOK;
		return RC_OK;
	}
	rc = pg_enter(d, e);
	if (rc)
		return rc;
	if (tx)
		SQL(&b, "SAVEPOINT weir_all_rows;");
	else
		SQL(&b, "BEGIN READ ONLY;");
	local(&b, "row_security", STR("off"));
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	if (!rc)
		d->all_rows = tx ? ALL_SAVED : ALL_OWN;
	return rc;
}

enum rc pg_all_rows(struct drv *base, bool on, struct err *e)
{
	struct pg *d = pg_of(base);
	int was = d->all_rows;

	if (on)
		return all_rows_on(d, e);
	d->all_rows = ALL_OFF;
	if (was < ALL_SAVED || !d->c || d->lost)
		return RC_OK;
	d->deaf = true;
	return pg_exec_own(d, was == ALL_OWN ? STR("ROLLBACK") :
	    STR("ROLLBACK TO SAVEPOINT weir_all_rows;"
	    "RELEASE SAVEPOINT weir_all_rows"), e);
}

static const struct {
	const char *name, *exact;
} styles[PG_STYLES] = {
	{ "extra_float_digits", "1" }, { "DateStyle", "ISO" },
	{ "IntervalStyle", "postgres" }, { "bytea_output", "hex" },
};

static enum rc styles_read(struct pg *d, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	for (int i = 0; i < PG_STYLES; i++) {
		sbuf_addz(&b, i ? ", " : "SELECT ");
		SQL(&b, "pg_catalog.current_setting(");
		pg_string(&b, str_z(styles[i].name));
		SQL(&b, ")");
	}
	rc = pg_rows(d, sbuf_str(&b), NULL, 0, &r, e);
	sbuf_free(&b);
	for (int i = 0; !rc && i < PG_STYLES; i++)
		d->styles[i] = arena_z(d->a, pg_cell(r, 0, i));
	if (!rc)
		PQclear(r);
	return rc;
}

enum rc pg_exact_text(struct drv *base, bool on, struct err *e)
{
	struct pg *d = pg_of(base);
	struct sbuf b = SBUF_TEXT;
	enum rc rc = pg_enter(d, e);

	if (!rc && on)
		rc = styles_read(d, e);
	for (int i = 0; i < PG_STYLES; i++)
		local(&b, styles[i].name, str_z(on ? styles[i].exact :
		    d->styles[i]));
	if (!rc)
		rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* Through a pooler pg_look_begin() sets it, for one transaction a time. */
enum rc pg_set_timeout(struct drv *base, int ms, struct err *e)
{
	struct pg *d = pg_of(base);
	int now = ms ? ms : d->t.statement_timeout_ms;
	struct sbuf b = SBUF_INIT(128);
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	d->look_timeout_ms = ms;
	if (!d->pooled) {
		SQL(&b, "SET statement_timeout = ");
		sbuf_add_i64(&b, now);
		rc = pg_exec_own(d, sbuf_str(&b), e);
	}
	sbuf_free(&b);
	return rc;
}

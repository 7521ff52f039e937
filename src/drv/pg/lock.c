/*
 * The apply lock, the locks on tables, and what became of a transaction.
 *
 * P.1 Between two weirs: pg_try_advisory_lock, polled with jitter.  The
 * blocking call deadlocks with CREATE INDEX CONCURRENTLY, which waits for the
 * waiter's virtual transaction.  P.2 Through a pooler a lock of the session
 * would stay with a server connection that is then somebody else's: there it
 * is one of the transaction, taken again by every begin().  P.3 Tables are
 * locked in the order of their oids, by every weir the same.  P.4 Who is in
 * the way is asked on a connection of its own when our transaction has
 * failed.
 */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "drv/pg/pg.h"

#define LOCK_CLASS "2003134834"		/* the bytes of "weir" as an int4 */
#define WAIT_MS_DEFAULT 300
#define TELL_EVERY_MS 100.0
#define OUTCOME_MS 30000.0		/* asked again for as long */

/* --- waiting -------------------------------------------------------------- */

/* False: cancelled meanwhile. */
static bool nap(struct pg *d, int ms)
{
	struct pollfd p = { .fd = d->wake, .events = POLLIN };

	(void)poll(&p, 1, ms);
	return !atomic_load(&d->cancelled);
}

static int jitter(int below)
{
	return (int)(((uint64_t)(clock_mono_ms() * 1000) +
	    (uint64_t)getpid() * 7919) % (uint64_t)below);
}

/* The second half of the lock's key: the database, as an int4. */
static void key_of(const struct pg *d, char key[16])
{
	snprintf(key, 16, "%d", (int)d->database_oid);
}

static enum rc try_lock(struct pg *d, bool *had, struct err *e)
{
	char key[16];
	const char *args[] = { LOCK_CLASS, key };
	PGresult *r = NULL;
	enum rc rc;

	key_of(d, key);
	rc = pg_rows(d, d->pooled ?
	    STR("SELECT pg_catalog.pg_try_advisory_xact_lock($1, $2)") :
	    STR("SELECT pg_catalog.pg_try_advisory_lock($1, $2)"), args, 2,
	    &r, e);

	if (!rc)
		*had = pg_cell_bool(r, 0, 0);
	PQclear(r);
	return rc;
}

struct patience {
	const struct lock_request *rq;
	double since, told;
	struct arena *a;		/* of the last holders */
};

/* Tell who has it; false ends the wait. */
static bool still_waiting(struct pg *d, struct patience *p)
{
	double now = clock_mono_ms();
	int limit = p->rq->wait_ms > 0 ? p->rq->wait_ms : WAIT_MS_DEFAULT;
	struct err ignored = ERR_INIT;
	struct holders h = { NULL, 0 };
	bool on = true;

	if (p->rq->waiting && now - p->told >= TELL_EVERY_MS) {
		p->told = now;
		arena_reset(p->a);
		if (pg_lock_holders(d, p->a, &h, &ignored))
			h.n = 0;
		on = p->rq->waiting(p->rq->arg, &h, now - p->since);
	}
	if (p->rq->exclusive && p->rq->waiting)
		return on;		/* the caller decides when to stop */
	return on && now - p->since < limit;
}

static enum rc wait_for_lock(struct pg *d, const struct lock_request *rq,
    struct err *e)
{
	struct patience p = { .rq = rq, .since = clock_mono_ms(),
		.a = arena_new() };
	bool had = false;
	enum rc rc;

	for (;;) {
		rc = try_lock(d, &had, e);
		if (rc || had)
			break;
		if (!still_waiting(d, &p)) {
			rc = err_at(e, RC_BUSY, "55P03",
			    "another weir is at work on this database");
			break;
		}
		if (!nap(d, 20 + jitter(40))) {
			rc = pg_enter(d, e);
			if (rc)
				break;
		}
	}
	arena_free(p.a);
	return rc;
}

/* --- the vtable's --------------------------------------------------------- */

static enum rc busy_error(const struct holders *h, double waited,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; i < h->n && i < 5; i++)
		sbuf_addf(&b, "%s%.*s %d", i ? ", " : "",
		    STR_ARG(h->v[i].command), h->v[i].pid);
	(void)err_at(e, RC_BUSY, "55P03", "another weir is at work on this "
	    "database%s%.*s (waited %.1f s)", b.n ? ": " : "",
	    STR_ARG(sbuf_str(&b)), waited / 1000);
	e->hint[0] = 0;
	err_hint(e, "wait until it is done, or give more time with "
	    "--lock-wait MS");
	sbuf_free(&b);
	return RC_BUSY;
}

enum rc pg_lock(struct drv *base, const struct lock_request *rq,
    struct arena *a, struct lock_info *out, struct err *e)
{
	struct pg *d = pg_of(base);
	double since = clock_mono_ms();
	struct holders h = { NULL, 0 };
	struct err ignored = ERR_INIT;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (d->locked || pg_in_tx(base))
		return err_set(e, RC_INTERNAL,
		    "the lock is taken before anything else is done");
	if (d->pooled)
		rc = pg_exec_own(d, STR("BEGIN"), e);
	if (!rc)
		rc = wait_for_lock(d, rq, e);
	if (rc == RC_BUSY && !pg_lock_holders(d, a, &h, &ignored))
		rc = busy_error(&h, clock_mono_ms() - since, e);
	if (d->pooled)
		pg_rollback(base);
	if (rc)
		return rc;
	d->locked = true;
	*out = (struct lock_info){ .kind = LOCK_EXCLUSIVE,
		.waited_ms = clock_mono_ms() - since };
	return RC_OK;
}

void pg_unlock(struct drv *base)
{
	struct pg *d = pg_of(base);
	char key[16];
	const char *args[] = { LOCK_CLASS, key };
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;

	key_of(d, key);
	atomic_store(&d->cancelled, false);
	if (!d->locked)
		return;
	d->locked = false;
	if (d->pooled || !d->c || d->lost)
		return;
	pg_rollback(base);
	d->deaf = true;
	if (!pg_rows(d, STR("SELECT pg_catalog.pg_advisory_unlock($1, $2)"),
	    args, 2, &r, &ignored))
		PQclear(r);
}

/* P.2: what begin() does through a pooler once the lock is ours. */
enum rc pg_lock_again(struct pg *d, struct err *e)
{
	const struct lock_request rq = { .wait_ms = 3000 };

	return d->pooled && d->locked ? wait_for_lock(d, &rq, e) : RC_OK;
}

/* --- tables --------------------------------------------------------------- */

/* {"a","b"} for a text[] parameter. */
static void add_element(struct sbuf *b, struct str s)
{
	sbuf_addz(b, b->n ? ",\"" : "{\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			sbuf_addc(b, '\\');
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '"');
}

/*
 * LOCK TABLE of a view goes on to what is beneath it, with the rights of the
 * view's owner (manual, LOCK; of the caller WITH security_invoker, from 15
 * on).  A view whose owner lacks them is left to the statement itself: DROP
 * and ALTER need no such right and lock the view alone.
 */
#define OWNER_CANNOT \
	" c.relkind OPERATOR(pg_catalog.=) 'v'::pg_catalog.\"char\"" \
	" AND EXISTS (WITH RECURSIVE under(v, t) AS (" \
	UNDER("c.oid", "") " UNION " UNDER("u.t", "under AS u,") \
	") SELECT FROM under AS u" \
	" JOIN pg_catalog.pg_class AS v" \
	" ON v.oid OPERATOR(pg_catalog.=) u.v" \
	" JOIN pg_catalog.pg_class AS t" \
	" ON t.oid OPERATOR(pg_catalog.=) u.t" \
	" WHERE t.relkind OPERATOR(pg_catalog.=) ANY" \
	" ('{r,p,v}'::pg_catalog.\"char\"[])" \
	" AND NOT pg_catalog.has_table_privilege(" \
	"CASE WHEN v.reloptions OPERATOR(pg_catalog.&&)" \
	" '{security_invoker=true,security_invoker=on,security_invoker=1," \
	"security_invoker=yes}'::pg_catalog.text[]" \
	" THEN (SELECT o.oid FROM pg_catalog.pg_roles AS o WHERE" \
	" o.rolname OPERATOR(pg_catalog.=) CURRENT_USER)" \
	" ELSE v.relowner END, t.oid, 'UPDATE, DELETE, TRUNCATE'))"

#define UNDER(view, from) \
	"SELECT w.ev_class, d.refobjid FROM " from \
	" pg_catalog.pg_rewrite AS w" \
	" JOIN pg_catalog.pg_depend AS d" \
	" ON d.objid OPERATOR(pg_catalog.=) w.oid" \
	" AND d.refobjid OPERATOR(pg_catalog.<>) w.ev_class" \
	" AND d.classid OPERATOR(pg_catalog.=)" \
	" 'pg_catalog.pg_rewrite'::pg_catalog.regclass" \
	" AND d.refclassid OPERATOR(pg_catalog.=)" \
	" 'pg_catalog.pg_class'::pg_catalog.regclass" \
	" WHERE w.ev_class OPERATOR(pg_catalog.=) " view

/* oid, schema, name of those that exist and can be locked, by oid (P.3). */
static enum rc find_tables(struct pg *d, const struct obj *const *v, size_t n,
    PGresult **out, struct err *e)
{
	struct sbuf schemas = SBUF_TEXT, names = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		add_element(&schemas, v[i]->schema);
		add_element(&names, v[i]->table.n ? v[i]->table : v[i]->name);
	}
	sbuf_addc(&schemas, '}');
	sbuf_addc(&names, '}');
	const char *args[] = { schemas.p, names.p };

	rc = pg_rows(d, STR("SELECT DISTINCT c.oid, n.nspname, c.relname"
	    " FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n"
	    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	    " JOIN ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]),"
	    " pg_catalog.unnest($2::pg_catalog.text[])) AS w(s, t)"
	    " ON n.nspname OPERATOR(pg_catalog.=) w.s::pg_catalog.name"
	    " AND c.relname OPERATOR(pg_catalog.=) w.t::pg_catalog.name"
	    " WHERE c.relkind OPERATOR(pg_catalog.=) ANY"
	    " ('{r,p,v}'::pg_catalog.\"char\"[])"
	    " AND NOT (" OWNER_CANNOT ")"
	    " ORDER BY c.oid USING OPERATOR(pg_catalog.<)"),
	    args, 2, out, e);
	sbuf_free(&schemas);
	sbuf_free(&names);
	return rc;
}

/* P.4: RC_BUSY that names the sessions. */
static void name_blockers(struct pg *d, const PGresult *tables, struct err *e)
{
	struct arena *a = arena_new();
	struct err ignored = ERR_INIT;
	struct holders h = { NULL, 0 };
	struct sbuf b = SBUF_TEXT;
	struct drv *other = NULL;

	if (!pg_open(&d->t, DRV_BROWSE, &other, &ignored) &&
	    !pg_table_holders(pg_of(other), tables, a, &h, &ignored)) {
		for (size_t i = 0; i < h.n && i < 3; i++)
			sbuf_addf(&b, "%s%.*s %d, %.*s", i ? "; " : "",
			    STR_ARG(h.v[i].command), h.v[i].pid,
			    STR_ARG(h.v[i].what));
		if (h.n)
			err_prefix(e, "in use by %.*s", STR_ARG(sbuf_str(&b)));
	}
	drv_close(other);
	sbuf_free(&b);
	arena_free(a);
}

enum rc pg_lock_tables(struct drv *base, const struct obj *const *v, size_t n,
    struct err *e)
{
	struct pg *d = pg_of(base);
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (rc || !n)
		return rc;
	if (!pg_in_tx(base))
		return err_set(e, RC_INTERNAL, "a table is locked inside a "
		    "transaction");
	rc = find_tables(d, v, n, &r, e);
	if (rc)
		return rc;
	for (int i = 0; i < PQntuples(r); i++) {
		sbuf_addz(&b, i ? ", " : "LOCK TABLE ");
		pg_name(&b, pg_cell(r, i, 1), pg_cell(r, i, 2));
	}
	if (b.n) {
		SQL(&b, " IN ACCESS EXCLUSIVE MODE");
		rc = pg_exec_own(d, sbuf_str(&b), e);
	}
	if (rc == RC_BUSY)
		name_blockers(d, r, e);
	if (rc == RC_DENIED)
		err_hint(e, "ACCESS EXCLUSIVE needs to own the table, or "
		    "UPDATE, DELETE or TRUNCATE on it: GRANT them to the role "
		    "that migrates");
	PQclear(r);
	sbuf_free(&b);
	return rc;
}

/* --- a whole database ------------------------------------------------------ */

enum rc pg_open_tables(struct pg *d, PGresult **out, struct err *e)
{
	return pg_rows(d, STR("SELECT c.oid, n.nspname, c.relname"
	    " FROM pg_catalog.pg_class AS c"
	    " JOIN pg_catalog.pg_namespace AS n"
	    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
	    " WHERE c.relkind OPERATOR(pg_catalog.=) ANY"
	    " ('{r,p}'::pg_catalog.\"char\"[])"
	    " AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'"
	    " AND NOT pg_catalog.starts_with(n.nspname, 'pg_')"
	    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS p"
	    " WHERE p.classid OPERATOR(pg_catalog.=)"
	    " 'pg_catalog.pg_class'::pg_catalog.regclass"
	    " AND p.objid OPERATOR(pg_catalog.=) c.oid"
	    " AND p.deptype OPERATOR(pg_catalog.=) 'e')"
	    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_locks AS l"
	    " WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()"
	    " AND l.locktype OPERATOR(pg_catalog.=) 'relation'"
	    " AND l.relation OPERATOR(pg_catalog.=) c.oid"
	    " AND l.mode OPERATOR(pg_catalog.=) 'ExclusiveLock'"
	    " AND l.granted)"
	    " ORDER BY c.oid USING OPERATOR(pg_catalog.<)"), NULL, 0, out, e);
}

/* EXCLUSIVE: pg_dump still reads, and no writer is in the way of the DROP. */
static enum rc lock_open(struct pg *d, const PGresult *r, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (int i = 0; i < PQntuples(r); i++) {
		sbuf_addz(&b, i ? ", ONLY " : "LOCK TABLE ONLY ");
		pg_name(&b, pg_cell(r, i, 1), pg_cell(r, i, 2));
	}
	SQL(&b, " IN EXCLUSIVE MODE");
	rc = pg_exec_own(d, sbuf_str(&b), e);
	if (rc == RC_BUSY)
		name_blockers(d, r, e);
	sbuf_free(&b);
	return rc;
}

/* Tables that were made while it waited for others are locked as well. */
enum rc pg_keep_out(struct drv *base, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);
	bool more = true;

	if (!rc)
		rc = pg_exec_own(d, STR("BEGIN ISOLATION LEVEL READ "
		    "COMMITTED"), e);
	while (!rc && more) {
		PGresult *r = NULL;

		rc = pg_open_tables(d, &r, e);
		more = !rc && PQntuples(r) > 0;
		if (more)
			rc = lock_open(d, r, e);
		PQclear(r);
	}
	return rc;
}

/* --- what became of it ---------------------------------------------------- */

enum rc pg_tx_id(struct drv *base, uint64_t *out, struct err *e)
{
	struct pg *d = pg_of(base);
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	rc = pg_rows(d, d->version >= 130000 ?
	    STR("SELECT pg_catalog.pg_current_xact_id()") :
	    STR("SELECT pg_catalog.txid_current()"), NULL, 0, &r, e);
	if (!rc)
		*out = strtoull(PQgetvalue(r, 0, 0), NULL, 10);
	PQclear(r);
	return rc;
}

enum answer { ANSWER_COMMITTED, ANSWER_ABORTED, ANSWER_RUNNING,
	ANSWER_UNKNOWN };

static enum rc ask_status(struct pg *d, const char *id, enum answer *out,
    struct err *e)
{
	static const char *const words[] = {
		[ANSWER_COMMITTED] = "committed",
		[ANSWER_ABORTED] = "aborted",
		[ANSWER_RUNNING] = "in progress",
	};
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, d->version >= 130000 ?
	    STR("SELECT pg_catalog.pg_xact_status($1::pg_catalog.xid8)") :
	    STR("SELECT pg_catalog.txid_status($1::pg_catalog.int8)"), &id, 1,
	    &r, e);

	*out = ANSWER_UNKNOWN;
	/* 22023 "is in the future": a server that never saw it */
	if (rc && str_is(str_z(e->where), "22023")) {
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	for (size_t i = 0; !rc && i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(pg_cell(r, 0, 0), words[i]))
			*out = (enum answer)i;
	PQclear(r);
	return rc;
}

/* A server that was just lost may be away for a while. */
static enum rc connect_again(const struct drv_target *t, double until,
    struct drv **out, struct err *e)
{
	enum rc rc;
	int ms = 100;

	for (;;) {
		*e = (struct err)ERR_INIT;
		rc = pg_open(t, DRV_BROWSE, out, e);
		if (rc != RC_DB || clock_mono_ms() + ms > until)
			return rc;
		(void)poll(NULL, 0, ms);
		ms = ms < 1600 ? ms * 2 : ms;
	}
}

enum rc pg_outcome(const struct drv_target *t, uint64_t id,
    enum tx_outcome *out, struct err *e)
{
	double until = clock_mono_ms() + OUTCOME_MS;
	enum answer got = ANSWER_RUNNING;
	struct drv *d = NULL;
	char text[32];
	enum rc rc = connect_again(t, until, &d, e);

	if (rc)
		return rc;
	snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
	while (!rc && got == ANSWER_RUNNING) {
		rc = ask_status(pg_of(d), text, &got, e);
		if (rc || got != ANSWER_RUNNING || clock_mono_ms() > until)
			break;
		(void)poll(NULL, 0, 100);
	}
	drv_close(d);
	if (rc)
		return rc;
	*out = got == ANSWER_COMMITTED ? TX_COMMITTED :
	    got == ANSWER_ABORTED ? TX_ABORTED : TX_UNKNOWN;
	return RC_OK;
}

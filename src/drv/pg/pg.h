#ifndef WEIR_DRV_PG_PG_H
#define WEIR_DRV_PG_PG_H
/*
 * What the files of drv/pg share.
 *
 * Rules: W.1 the PGconn is touched by its owner's thread only; a cancel sets
 * a flag and wakes that thread, which then asks the server itself.  W.2 every
 * wait is a poll() on the socket and the wake-up, never a blocking call of
 * libpq.  W.3 nothing of ours depends on the session's search_path: catalogue
 * queries name pg_catalog, of operators too, or run with the path pinned to
 * it (introspect.c); what a user wrote runs with the user's path.  W.4 on a
 * browse connection no transaction is open between two calls, and whatever a
 * user wrote runs in one that is READ ONLY, has its snapshot already (so that
 * SET TRANSACTION READ WRITE is refused by the server) and is rolled back.
 * W.5 through a pooler no state of the session is relied on.
 */
#include <stdatomic.h>

#include "base/vec.h"
#include "dialect/pg/words.h"
#include "drv/drv.h"
#include "drv/pg/libpq.h"

#define PG_LOCK_TIMEOUT_MS 3000	/* of DDL, unless the target says */
#define PG_STYLES 4		/* settings by which values are written */
#define PG_NOTICES_MAX 200	/* kept between two askings */

struct pg {
	struct drv base;
	PGconn *c;			/* NULL: not connected */
	enum drv_mode mode;
	struct drv_target t;		/* strings in `a` */
	struct arena *a;		/* as long as the connection */
	int wake;			/* eventfd: a cancel came */
	/* A word of its own: a compiler reads flags that lie together at once. */
	atomic_int cancelled;
	bool deaf;			/* the running call is never cancelled */
	bool asked_cancel;		/* the server was asked to */
	bool lost;			/* the connection ended by itself */
	bool reconnected;		/* since server() was last asked */
	bool open_cursor;		/* rows are still to be read */
	bool filled;			/* scratch: it holds rows, to be counted */
	int version;			/* 150020 */
	int pid;
	uint32_t database_oid;
	struct str user_path;		/* search_path of the user's text */
	struct str user, database, host;
	bool superuser, bypass_rls, pooled;
	int look_timeout_ms;		/* set_timeout(); 0 = the target's */
	bool browse_tx;			/* W.4: the transaction around a query */
	/* all_rows(): off; told at the next look; in the caller's
	 * transaction, behind a savepoint; in one of its own */
	enum { ALL_OFF, ALL_LOOK, ALL_SAVED, ALL_OWN } all_rows;
	bool locked;			/* advisory lock held by the session */
	bool lock_in_tx;		/* pooled: taken by begin() */
	struct pg_again *again;		/* again.c: the last look, or NULL */
	int prepared;			/* again.c: its queries; -1: some failed */
	struct pg_scratch *scratch;	/* scratch.c: its database, or NULL */
	const struct drv_watch *watch;	/* watch.c */
	struct drv *watcher;		/* its connection */
	double watch_since, watch_next;
	bool watch_failed;		/* no connection to ask on */
	struct pg_counted *counted;	/* counts.c: rows at the last look */
	char *styles[PG_STYLES];	/* exact_text(): to put back; NULL: off */
	struct pg_catch *catching;	/* catch.c: between begin and end */
	struct arena *notes_arena;
	VEC(struct str) notices;
	size_t notices_left_out;
	struct {			/* introspect.c: what was read last */
		const struct model *model;
		const struct arena *arena;
		int64_t version;
	} cache;
	struct {			/* introspect.c, I.4 */
		struct sha256 snapshot;
		int64_t version;
		bool any;
	} seen;
};

static inline struct pg *pg_of(struct drv *d)
{
	return (struct pg *)d;
}

enum rc pg_set_timeout(struct drv *d, int ms, struct err *e);

/* --- error.c ------------------------------------------------------------- */

/*
 * A failed result as our error: rc by SQLSTATE, message, detail and hint made
 * clean, e->where = SQLSTATE, or "+offset SQLSTATE" where the server names a
 * place in `sql` (its characters counted, plus `base` bytes).
 */
enum rc pg_fail(struct pg *d, const PGresult *r, struct str sql, size_t base,
    struct err *e);
/* The connection ended: RC_DB 08006; d->lost from then on. */
enum rc pg_fail_lost(struct pg *d, struct err *e);
/* Connecting failed.  RC_NOTFOUND 3D000, RC_DENIED, RC_DECISION, RC_DB. */
enum rc pg_fail_connect(struct pg *d, PGconn *c, struct err *e);

/* --- wire.c -------------------------------------------------------------- */

/* Before every call: an early cancel, a lost connection (browse connects
 * again), rows left unread. */
enum rc pg_enter(struct pg *d, struct err *e) MUST_CHECK;
/* The next result, NULL at the end of the command.  RC_DB: lost. */
enum rc pg_result(struct pg *d, PGresult **out, struct err *e) MUST_CHECK;
/* Wait for the socket of a connection that is being made. */
enum rc pg_wait_connect(struct pg *d, int fd, short events, double until,
    struct err *e) MUST_CHECK;
/* The results that are left, all of them commands that went well, else the
 * first that did not: what the server says of a COPY at its end. */
enum rc pg_finish(struct pg *d, struct err *e) MUST_CHECK;
/* Read and drop what is left of a command. */
void pg_drain(struct pg *d);
/* After a call: the cancel that ended it is over. */
void pg_leave(struct pg *d);
/* One text by the simple protocol: several statements in it are ONE implicit
 * transaction.  Never a user's text. */
enum rc pg_exec_own(struct pg *d, struct str sql, struct err *e) MUST_CHECK;
/* One statement, by the extended protocol: the server refuses a second in the
 * same text.  base: where it stands, for e->where.  *rows (may be NULL): how
 * many its tag names. */
enum rc pg_exec_one(struct pg *d, struct str sql, size_t base, int64_t *rows,
    struct err *e) MUST_CHECK;
/*
 * Weir's own query, one statement, parameters $1… as text (NULL = null), all
 * its rows at once: for the catalogue.  The path may be the user's (W.3).
 * PQclear() is the caller's.  A cell that is NULL reads as "".
 */
enum rc pg_rows(struct pg *d, struct str sql, const char *const *args,
    size_t nargs, PGresult **out, struct err *e) MUST_CHECK;
/* COPY TO STDOUT: the next row, for PQfreemem(); *n = -1: there is none. */
enum rc pg_copy_row(struct pg *d, char **row, int *n, struct err *e)
    MUST_CHECK;
/* COPY FROM STDIN: data, all of it sent; and its end. */
enum rc pg_copy_put(struct pg *d, struct str s, struct err *e) MUST_CHECK;
enum rc pg_copy_end(struct pg *d, struct err *e) MUST_CHECK;
/* A cell as a view into the result; "" for null. */
struct str pg_cell(const PGresult *r, int row, int col);
int64_t pg_cell_int(const PGresult *r, int row, int col);
bool pg_cell_bool(const PGresult *r, int row, int col);

/* --- open.c -------------------------------------------------------------- */

enum rc pg_probe(const struct drv_target *t, struct db_probe *out,
    struct err *e) MUST_CHECK;
/* The session's as they were, where a text that ran has set others. */
enum rc pg_settings_again(struct pg *d, struct err *e) MUST_CHECK;
enum rc pg_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e) MUST_CHECK;
void pg_close(struct drv *base);
void pg_cancel(struct drv *base);
enum rc pg_connect(struct pg *d, struct err *e) MUST_CHECK;
void pg_disconnect(struct pg *d);
enum rc pg_server(struct drv *base, struct arena *a, struct drv_server *out,
    struct err *e) MUST_CHECK;
void pg_notices(struct drv *base, struct arena *a, struct strs *out);

/* --- run.c --------------------------------------------------------------- */

enum rc pg_exec(struct drv *base, struct str sql, struct err *e) MUST_CHECK;
enum rc pg_run_next(struct drv *base, struct str text, size_t *at,
    unsigned flags, struct arena *a, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e) MUST_CHECK;

/* --- cursor.c ------------------------------------------------------------ */

enum rc pg_query(struct drv *base, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e)
    MUST_CHECK;

/* What is left of a large result: the server is told to stop. */
void pg_stop_rest(struct pg *d);

/* --- lines.c ------------------------------------------------------------- */

enum rc pg_lines(struct drv *base, struct str sql, bool csv,
    const struct drv_taker *t, struct err *e) MUST_CHECK;

/* --- stream.c ------------------------------------------------------------ */

enum rc pg_stream(struct drv *d, struct str sql, struct cursor **out,
    struct err *e);
enum rc pg_fill(struct drv *d, struct str into, size_t ncols,
    struct drv_fill **out, struct err *e);

/* --- introspect.c -------------------------------------------------------- */

enum rc pg_introspect(struct drv *base, struct arena *a, struct model **out,
    struct err *e) MUST_CHECK;
enum rc pg_introspect_again(struct drv *base, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e) MUST_CHECK;
enum rc pg_schema_version(struct drv *base, int64_t *out, struct err *e)
    MUST_CHECK;
void pg_again_forget(struct pg *d);

/* --- tx.c ---------------------------------------------------------------- */

enum rc pg_begin(struct drv *base, bool fk_on, struct err *e) MUST_CHECK;
enum rc pg_commit(struct drv *base, struct err *e) MUST_CHECK;
void pg_rollback(struct drv *base);
enum rc pg_savepoint(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
enum rc pg_release(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
enum rc pg_rollback_to(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
bool pg_in_tx(struct drv *base);
/* W.4: the transaction around what a user wrote on a browse connection. */
enum rc pg_look_begin(struct pg *d, struct err *e) MUST_CHECK;
void pg_look_end(struct pg *d);

enum rc pg_exact_text(struct drv *base, bool on, struct err *e) MUST_CHECK;

/* --- lock.c -------------------------------------------------------------- */

enum rc pg_lock(struct drv *base, const struct lock_request *rq,
    struct arena *a, struct lock_info *out, struct err *e) MUST_CHECK;
void pg_unlock(struct drv *base);
enum rc pg_lock_again(struct pg *d, struct err *e) MUST_CHECK;
enum rc pg_all_rows(struct drv *base, bool on, struct err *e) MUST_CHECK;
enum rc pg_lock_limit(struct drv *base, int ms, struct err *e) MUST_CHECK;
enum rc pg_lock_tables(struct drv *base, const struct obj *const *v, size_t n,
    struct err *e) MUST_CHECK;
enum rc pg_tx_id(struct drv *base, uint64_t *out, struct err *e) MUST_CHECK;
enum rc pg_outcome(const struct drv_target *t, uint64_t id,
    enum tx_outcome *out, struct err *e) MUST_CHECK;

/* --- watch.c ------------------------------------------------------------- */

void pg_watch(struct drv *base, const struct drv_watch *w);
/* A command was sent.  When to poll until; and, when that is over, a look:
 * false: it is to be cancelled. */
void pg_watch_begin(struct pg *d);
double pg_watch_until(const struct pg *d, double until);
bool pg_watch_look(struct pg *d);

/* --- counts.c ------------------------------------------------------------ */

/* A transaction begins: what its counters hold of those before it. */
enum rc pg_counts_begin(struct pg *d, struct err *e) MUST_CHECK;
void pg_counts_end(struct pg *d);
/* RC_UNSUPPORTED: the statement names what the counters depend on. */
enum rc pg_counts_named(struct str sql, struct err *e) MUST_CHECK;
/* Rows changed by whatever ran since the last look, by table; `direct`: the
 * tables that the statement writes itself. */
enum rc pg_counts(struct pg *d, const struct strs *direct, struct arena *a,
    struct facts *f, struct err *e) MUST_CHECK;

/* --- whole.c ------------------------------------------------------------- */

/* oid, schema, name of tables of users that keep_out() has not locked. */
enum rc pg_open_tables(struct pg *d, PGresult **out, struct err *e)
    MUST_CHECK;
enum rc pg_keep_out(struct drv *base, struct err *e) MUST_CHECK;

enum rc pg_backup(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e) MUST_CHECK;
enum rc pg_restore(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e) MUST_CHECK;

/* --- stored.c ------------------------------------------------------------ */

enum rc pg_stored(struct drv *base, struct arena *a, struct stored_tables *out,
    struct err *e) MUST_CHECK;

/* --- unread.c ------------------------------------------------------------ */

enum rc pg_unread_list(struct drv *base, struct arena *a,
    struct unread_objs *out, struct err *e) MUST_CHECK;
enum rc pg_unread(struct drv *base, bool listed, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;

/* --- barred.c ------------------------------------------------------------ */

enum rc pg_barred(struct drv *base, struct arena *a, struct str *out,
    struct err *e) MUST_CHECK;

/* --- catch.c ------------------------------------------------------------- */

enum rc pg_catch_rows(struct drv *base, const struct drv_catch *v, size_t n,
    struct err *e) MUST_CHECK;
enum rc pg_caught(struct drv *base, size_t i, struct arena *a,
    struct drv_caught *out, struct err *e) MUST_CHECK;
void pg_catch_forget(struct pg *d);

/* --- holders.c ----------------------------------------------------------- */

enum rc pg_held(struct drv *base, struct arena *a, struct strs *out,
    struct err *e) MUST_CHECK;
enum rc pg_holders(struct drv *base, struct arena *a, struct holders *out,
    struct err *e) MUST_CHECK;
/* Who has the apply lock. */
enum rc pg_lock_holders(struct pg *d, struct arena *a, struct holders *out,
    struct err *e) MUST_CHECK;
/* Who keeps the backend of that pid waiting. */
enum rc pg_blockers(struct pg *d, int pid, struct arena *a,
    struct holders *out, struct err *e) MUST_CHECK;
/* Who has a lock on one of the tables whose oids stand in column 0. */
enum rc pg_table_holders(struct pg *d, const PGresult *tables,
    struct arena *a, struct holders *out, struct err *e) MUST_CHECK;

#endif

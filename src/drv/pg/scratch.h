#ifndef WEIR_DRV_PG_SCRATCH_H
#define WEIR_DRV_PG_SCRATCH_H
/*
 * scratch: a database of weir's own on a server, for one connection, and what
 * may run there (DESIGN §6).
 *
 * Made by opening in mode DRV_SCRATCH, dropped by closing; the policy where
 * that may be is source/scratch.h's.  A scratch database is only as separate
 * as the server allows: roles, tablespaces, settings and other databases are
 * shared, so every statement is judged by its digest before it is sent.
 */
#include "dialect/pg/pg.h"
#include "drv/pg/pg.h"

struct pg_scratch;

enum rc pg_scratch_open(const struct drv_target *t, struct drv **out,
    struct err *e) MUST_CHECK;
/* The end of pg_close(): the connection is closed, its database goes. */
void pg_scratch_end(struct pg_scratch *s);

/*
 * Before a statement of a file runs on scratch.  *why: "" or why it is not
 * executed.  *text: what runs instead, CONCURRENTLY left out (nobody is in
 * the way there, and inside a transaction it is refused).
 */
void pg_scratch_judge(struct pg *d, const struct pg_stmt *s, struct str sql,
    struct arena *a, struct str *text, struct str *why);
/*
 * A role that a file makes is not made (DESIGN §6): policies and grants that
 * name it get one of the server's own roles in its place, and reading the
 * schema gives the name back.  In `a`.
 */
struct strs pg_scratch_roles(const struct pg_scratch *s, struct strs roles,
    struct arena *a);
/* DETACH PARTITION … CONCURRENTLY: runs between two transactions. */
bool pg_detaches_outside(const struct pg_stmt *s);
/* ALTER TYPE … ADD VALUE: usable only after a COMMIT (PT26). */
bool pg_adds_value(const struct pg_stmt *s);

extern const struct drv_databases pg_databases;

/*
 * guard.c: has the session rights beyond its database?  What all databases
 * share, before and after: RC_CONFLICT names the first thing that differs.
 */
struct pg_state;
bool pg_may_reach_out(struct pg *d);
enum rc pg_state_read(struct pg *d, struct pg_state **out, struct err *e)
    MUST_CHECK;
enum rc pg_state_same(const struct pg_state *before,
    const struct pg_state *now, struct err *e) MUST_CHECK;
void pg_state_free(struct pg_state *s);

/* copy.c */
enum rc pg_clone_to(struct drv *from, const struct model *live,
    struct drv *scratch, struct arena *a, struct strs *notes, struct err *e)
    MUST_CHECK;

/* address.c */
/* host empty, a socket or loopback; nothing is looked up. */
bool pg_is_local(const struct drv_target *t);
/* The same server, another database. */
enum rc pg_conninfo_for(struct str conninfo, struct str database,
    struct arena *a, struct str *out, struct err *e) MUST_CHECK;
/* The database that it names, or "". */
enum rc pg_conninfo_database(struct str conninfo, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;

#endif

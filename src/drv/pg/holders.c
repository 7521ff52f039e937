/*
 * Who else is at work: other sessions with their locks, as pg_stat_activity
 * shows them.  It hides the queries of other users from a role that is not in
 * pg_read_all_stats: then the state is empty and so it is said.
 */
#include "base/utf8.h"
#include "drv/pg/pg.h"

#define QUERY_CELLS 60

/* Columns that every query here ends with. */
#define ACTIVITY \
	"a.pid, a.application_name, a.usename, a.state, " \
	"pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() " \
	"OPERATOR(pg_catalog.-) COALESCE(a.xact_start, a.state_change))" \
	"::pg_catalog.int8, a.query, "

/* "idle in transaction for 12 min: UPDATE …" */
static struct str told(struct arena *a, const PGresult *r, int i)
{
	struct str state = utf8_clean(a, pg_cell(r, i, 3), UTF8_LINE);
	struct str query = utf8_clean(a, str_trim(pg_cell(r, i, 5)), UTF8_LINE);
	struct str part = utf8_fit(query, QUERY_CELLS, &(size_t){ 0 });
	int64_t s = pg_cell_int(r, i, 4);
	struct str age;

	if (!state.n)
		return STR("of another user, who hides what it does");
	age = s >= 7200 ? arena_printf(a, "%lld h", (long long)s / 3600) :
	    s >= 120 ? arena_printf(a, "%lld min", (long long)s / 60) :
	    arena_printf(a, "%lld s", (long long)s);
	return arena_printf(a, "%.*s for %.*s%s%.*s%s", STR_ARG(state),
	    STR_ARG(age), part.n ? ": " : "", STR_ARG(part),
	    part.n < query.n ? "…" : "");
}

static void tell(const PGresult *r, struct arena *a, struct holders *out)
{
	size_t n = (size_t)PQntuples(r);
	struct holder *v = arena_array(a, struct holder, n);

	for (size_t i = 0; i < n; i++) {
		struct str name = pg_cell(r, (int)i, 1);

		if (!name.n)
			name = pg_cell(r, (int)i, 2);
		v[i] = (struct holder){ .pid = (int)pg_cell_int(r, (int)i, 0),
			.command = utf8_clean(a, name.n ? name :
			    STR("session"), UTF8_LINE),
			.what = told(a, r, (int)i),
			.writing = pg_cell_bool(r, (int)i, 6) };
	}
	*out = (struct holders){ v, n };
}

static enum rc ask(struct pg *d, struct str sql, const char *const *args,
    size_t nargs, struct arena *a, struct holders *out, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, sql, args, nargs, &r, e);

	if (!rc)
		tell(r, a, out);
	PQclear(r);
	return rc;
}

/*
 * In a transaction: who blocks us is asked of the server's own list; else the
 * sessions of this database that have a transaction open or hold a lock on
 * one of its tables.  writing: a lock that keeps a reader's ALTER waiting.
 */
enum rc pg_holders(struct drv *base, struct arena *a, struct holders *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	return ask(d, STR("SELECT " ACTIVITY
	    "EXISTS (SELECT 1 FROM pg_catalog.pg_locks AS l"
	    " WHERE l.pid OPERATOR(pg_catalog.=) a.pid AND l.granted"
	    " AND l.locktype OPERATOR(pg_catalog.=) 'relation'"
	    " AND l.mode OPERATOR(pg_catalog.<>) 'AccessShareLock'"
	    " AND l.relation OPERATOR(pg_catalog.>=)"
	    " 16384::pg_catalog.oid)"
	    " FROM pg_catalog.pg_stat_activity AS a"
	    " WHERE a.datname OPERATOR(pg_catalog.=)"
	    " pg_catalog.current_database()"
	    " AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()"
	    " AND (a.xact_start IS NOT NULL"
	    " OR EXISTS (SELECT 1 FROM pg_catalog.pg_locks AS l"
	    " WHERE l.pid OPERATOR(pg_catalog.=) a.pid AND l.granted"
	    " AND l.locktype OPERATOR(pg_catalog.=) 'relation'"
	    " AND l.relation OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid))"
	    " AND a.backend_type OPERATOR(pg_catalog.=) 'client backend'"
	    " ORDER BY a.pid USING OPERATOR(pg_catalog.<) LIMIT 50"),
	    NULL, 0, a, out, e);
}

enum rc pg_lock_holders(struct pg *d, struct arena *a, struct holders *out,
    struct err *e)
{
	const char *key = arena_printf(a, "%u", d->database_oid).p;

	return ask(d, STR("SELECT " ACTIVITY "true"
	    " FROM pg_catalog.pg_locks AS l"
	    " JOIN pg_catalog.pg_stat_activity AS a"
	    " ON a.pid OPERATOR(pg_catalog.=) l.pid"
	    " WHERE l.locktype OPERATOR(pg_catalog.=) 'advisory'"
	    " AND l.granted"
	    " AND l.database OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
	    " AND l.classid OPERATOR(pg_catalog.=)"
	    " 2003134834::pg_catalog.oid"
	    " AND l.objid OPERATOR(pg_catalog.=) $1::pg_catalog.oid"
	    " AND l.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()"),
	    &key, 1, a, out, e);
}

enum rc pg_blockers(struct pg *d, int pid, struct arena *a,
    struct holders *out, struct err *e)
{
	const char *text = arena_printf(a, "%d", pid).p;

	return ask(d, STR("SELECT " ACTIVITY "true"
	    " FROM pg_catalog.pg_stat_activity AS a"
	    " WHERE a.pid OPERATOR(pg_catalog.=) ANY"
	    " (pg_catalog.pg_blocking_pids($1::pg_catalog.int4))"
	    " ORDER BY a.pid USING OPERATOR(pg_catalog.<) LIMIT 10"),
	    &text, 1, a, out, e);
}

enum rc pg_table_holders(struct pg *d, const PGresult *tables,
    struct arena *a, struct holders *out, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (int i = 0; i < PQntuples(tables); i++) {
		sbuf_addz(&b, i ? "," : "{");
		sbuf_add(&b, pg_cell(tables, i, 0));
	}
	sbuf_addz(&b, b.n ? "}" : "{}");
	const char *oids = b.p;

	rc = ask(d, STR("SELECT " ACTIVITY "true"
	    " FROM pg_catalog.pg_stat_activity AS a"
	    " WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_locks AS l"
	    " WHERE l.pid OPERATOR(pg_catalog.=) a.pid AND l.granted"
	    " AND l.locktype OPERATOR(pg_catalog.=) 'relation'"
	    " AND l.relation OPERATOR(pg_catalog.=)"
	    " ANY ($1::pg_catalog.oid[]))"
	    " AND a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()"
	    " ORDER BY a.pid USING OPERATOR(pg_catalog.<) LIMIT 10"),
	    &oids, 1, a, out, e);
	sbuf_free(&b);
	return rc;
}

/* pg_locks shows a relation that another transaction has not made yet by its
 * number alone; ours are all there. */
enum rc pg_held(struct drv *base, struct arena *a, struct strs *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	PGresult *r = NULL;
	VEC(struct str) v = { 0 };
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, STR("SELECT l.mode, n.nspname, c.relname"
		    " FROM pg_catalog.pg_locks AS l"
		    " JOIN pg_catalog.pg_class AS c"
		    " ON c.oid OPERATOR(pg_catalog.=) l.relation"
		    " JOIN pg_catalog.pg_namespace AS n"
		    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		    " WHERE l.pid OPERATOR(pg_catalog.=)"
		    " pg_catalog.pg_backend_pid() AND l.granted"
		    " AND l.locktype OPERATOR(pg_catalog.=) 'relation'"
		    "::pg_catalog.text AND n.nspname OPERATOR(pg_catalog.<>)"
		    " 'pg_catalog'::pg_catalog.name"
		    " AND n.nspname OPERATOR(pg_catalog.<>)"
		    " 'pg_toast'::pg_catalog.name"
		    " ORDER BY pg_catalog.strpos('AccessExclusiveLock"
		    " ExclusiveLock ShareRowExclusiveLock ShareLock"
		    " ShareUpdateExclusiveLock RowExclusiveLock RowShareLock"
		    " AccessShareLock'::pg_catalog.text, l.mode),"
		    " n.nspname, c.relname"), NULL, 0, &r, e);
	for (int i = 0; !rc && i < PQntuples(r); i++)
		vec_push(a, &v, utf8_clean(a, arena_printf(a, "%.*s %.*s.%.*s",
		    STR_ARG(pg_cell(r, i, 0)), STR_ARG(pg_cell(r, i, 1)),
		    STR_ARG(pg_cell(r, i, 2))), UTF8_LINE));
	PQclear(r);
	if (rc)
		return rc;
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

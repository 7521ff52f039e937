/*
 * Reading the schema: PG_CATALOG_N queries, whatever there is, in one round
 * trip and one transaction.
 *
 * I.1 Outside a transaction the queries run in one of their own, REPEATABLE
 * READ and READ ONLY: one snapshot, and through a pooler one server.  Inside
 * one they run in a savepoint that is rolled back, which puts the settings
 * back; it sees what the transaction has done.
 * I.2 pg_get_*def() look at the catalogue as it is now, not at the snapshot:
 * where another session drops something meanwhile they fail (XX000, 42P01 …),
 * and everything is read again, once.
 * I.3 The version of a schema is a sum over the rows of the catalogue: which
 * transaction and command wrote each.  What another session commits moves it,
 * and a rollback to a savepoint puts it back.
 * I.4 Outside a transaction that sum is only made when the server's snapshot
 * is another one than the last time, that is, when somebody wrote something;
 * the first version of a session stands for its snapshot alone.
 */
#include <stdlib.h>
#include <string.h>

#include "drv/pg/introspect.h"
#include "drv/pg/pg.h"

#define PG_SCHEMA_ROWS_MAX 2000000

/* What stands around the queries, by whether a transaction is open. */
static const struct {
	const char *before, *after, *undo;
} brackets[2] = {
	{ "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;", "COMMIT",
	    "ROLLBACK" },
	{ "SAVEPOINT weir_introspect;",
	    "ROLLBACK TO SAVEPOINT weir_introspect;"
	    "RELEASE SAVEPOINT weir_introspect",
	    "ROLLBACK TO SAVEPOINT weir_introspect;"
	    "RELEASE SAVEPOINT weir_introspect" },
};

/* --- the round trip -------------------------------------------------------- */

struct answers {
	PGresult **v;
	size_t n, max;
	int64_t rows;
};

static void answers_clear(struct answers *w)
{
	for (size_t i = 0; i < w->n; i++)
		PQclear(w->v[i]);
	w->n = 0;
}

/* The answers that have rows, but for the first: that of the settings. */
static enum rc collect(struct pg *d, struct answers *w, struct err *e)
{
	enum rc rc = RC_OK, got;
	struct err later = ERR_INIT;
	PGresult *r = NULL;
	bool pinned = false;

	while (!(got = pg_result(d, &r, rc ? &later : e)) && r) {
		ExecStatusType s = PQresultStatus(r);
		bool keep = s == PGRES_TUPLES_OK && pinned && w->n < w->max;

		if (!rc && s != PGRES_TUPLES_OK && s != PGRES_COMMAND_OK)
			rc = pg_fail(d, r, STR(""), 0, e);
		pinned |= s == PGRES_TUPLES_OK;
		if (keep) {
			w->rows += PQntuples(r);
			w->v[w->n++] = r;
		} else {
			PQclear(r);
		}
		r = NULL;
	}
	if (!rc)
		rc = got;
	pg_leave(d);
	if (!rc && w->n != w->max)
		rc = err_set(e, RC_INTERNAL, "%zu answers of the catalogue, "
		    "not %zu", w->n, w->max);
	if (!rc && w->rows > PG_SCHEMA_ROWS_MAX)
		rc = err_set(e, RC_UNSUPPORTED, "more than %d entries in the "
		    "catalogue", PG_SCHEMA_ROWS_MAX);
	return rc;
}

static void undo(struct pg *d, bool in_tx)
{
	struct err ignored = ERR_INIT;

	if (!d->c || d->lost || PQtransactionStatus(d->c) == PQTRANS_IDLE)
		return;
	d->deaf = true;
	if (pg_exec_own(d, str_z(brackets[in_tx].undo), &ignored))
		return;		/* the connection is gone */
}

/* Run `queries` between the brackets; w is empty on failure. */
static enum rc ask(struct pg *d, struct str queries, struct answers *w,
    struct err *e)
{
	bool in_tx = pg_in_tx(&d->base);
	struct sbuf sql = SBUF_TEXT;
	enum rc rc;

	sbuf_addz(&sql, brackets[in_tx].before);
	pg_catalog_pin(&sql);
	sbuf_add(&sql, queries);
	sbuf_addz(&sql, brackets[in_tx].after);
	rc = PQsendQuery(d->c, sql.p) ? collect(d, w, e) : pg_fail_lost(d, e);
	sbuf_free(&sql);
	if (rc) {
		answers_clear(w);
		undo(d, in_tx);
	}
	return rc;
}

/* I.2 */
static bool moved(const struct err *e)
{
	static const char *const states[] = { "XX000", "42P01", "42704",
		"42883", "42703" };

	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (str_ends(str_z(e->where), str_z(states[i])))
			return true;
	return false;
}

static enum rc ask_twice(struct pg *d, struct str queries, struct answers *w,
    struct err *e)
{
	struct err first = ERR_INIT;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	rc = ask(d, queries, w, &first);
	if (rc == RC_DB && !d->lost && moved(&first))
		return ask(d, queries, w, e);
	if (rc)
		*e = first;
	return rc;
}

enum rc pg_catalog_ask(struct pg *d, struct str queries, PGresult **out,
    size_t n, struct err *e)
{
	struct answers w = { .v = out, .max = n };

	return ask(d, queries, &w, e);
}

/* --- the model -------------------------------------------------------------- */

static enum rc read_model(struct pg *d, struct arena *a, struct model **out,
    struct err *e)
{
	PGresult *v[PG_CATALOG_N + 1];
	bool keep = d->mode == DRV_SCRATCH;
	struct answers w = { .v = v, .max = PG_CATALOG_N + keep };
	struct sbuf sql = SBUF_TEXT;
	struct pg_build b = { .a = a, .words = d->base.ops->dialect,
		.scratch = d->scratch };
	enum rc rc;

	pg_catalog_text(d->version, &sql);
	if (keep)
		pg_catalog_marks(&sql);
	rc = ask_twice(d, sbuf_str(&sql), &w, e);
	sbuf_free(&sql);
	if (rc) {
		err_prefix(e, "reading the schema");
		return rc;
	}
	b.tmp = arena_new();
	b.m = model_new(a, DIALECT_PG);
	pg_build(&b, v);
	model_seal(b.m);
	if (keep)
		pg_again_keep(d, &b, v[PG_CATALOG_N]);
	else
		arena_free(b.tmp);
	answers_clear(&w);
	*out = b.m;
	return RC_OK;
}

static enum rc scan_version(struct pg *d, int64_t *out, struct err *e)
{
	PGresult *r = NULL;
	struct answers w = { .v = &r, .max = 1 };
	struct sbuf sql = SBUF_TEXT;
	enum rc rc;

	pg_catalog_version(&sql);
	rc = ask_twice(d, sbuf_str(&sql), &w, e);
	sbuf_free(&sql);
	if (rc)
		return rc;
	*out = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
	answers_clear(&w);
	return RC_OK;
}

static enum rc read_snapshot(struct pg *d, struct sha256 *out, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, STR("SELECT pg_catalog.txid_current_snapshot()"),
		    NULL, 0, &r, e);
	if (rc)
		return rc;
	*out = sha256_of(pg_cell(r, 0, 0));
	PQclear(r);
	return RC_OK;
}

enum rc pg_schema_version(struct drv *base, int64_t *out, struct err *e)
{
	struct pg *d = pg_of(base);
	struct sha256 now;
	int64_t version = 0;
	enum rc rc;

	if (pg_in_tx(base))
		return scan_version(d, out, e);
	rc = read_snapshot(d, &now, e);
	if (rc)
		return rc;
	if (!d->seen.any) {
		memcpy(&version, &now, sizeof(version));
		d->seen.any = true;
		d->seen.version = version;
	} else if (memcmp(&now, &d->seen.snapshot, sizeof(now)) != 0) {
		rc = scan_version(d, &version, e);
		if (rc)
			return rc;
		d->seen.version = version;
	}
	d->seen.snapshot = now;
	*out = d->seen.version;
	return RC_OK;
}

/* A version is asked for before what it is of is read: what comes between
 * shows as a change the next time, and is read twice. */
static enum rc read_versioned(struct pg *d, struct arena *a, int64_t version,
    struct model **out, struct err *e)
{
	enum rc rc = read_model(d, a, out, e);

	if (rc)
		return rc;
	d->cache.model = *out;
	d->cache.arena = a;
	d->cache.version = version;
	return RC_OK;
}

enum rc pg_introspect(struct drv *base, struct arena *a, struct model **out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	int64_t version = 0;
	enum rc rc;

	d->cache.model = NULL;
	/* browse is not asked again in steps, scratch only after a change */
	if (d->mode == DRV_BROWSE || d->mode == DRV_SCRATCH)
		return read_model(d, a, out, e);
	rc = pg_schema_version(base, &version, e);
	return rc ? rc : read_versioned(d, a, version, out, e);
}

enum rc pg_introspect_again(struct drv *base, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct pg *d = pg_of(base);
	struct model *m = NULL;
	int64_t version = 0;
	enum rc rc;

	if (d->mode == DRV_SCRATCH) {
		const struct model *again = NULL;

		rc = pg_again_read(d, prev, a, &again, e);
		if (!rc && !again)
			rc = read_model(d, a, &m, e);
		if (!rc && again)
			*out = again;
		else if (!rc)
			*out = m;
		return rc;
	}
	rc = pg_schema_version(base, &version, e);
	if (rc)
		return rc;
	if (prev && d->cache.model == prev && d->cache.arena == a &&
	    d->cache.version == version) {
		*out = prev;
		return RC_OK;
	}
	rc = read_versioned(d, a, version, &m, e);
	if (!rc)
		*out = m;
	return rc;
}

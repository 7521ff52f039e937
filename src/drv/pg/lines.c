/*
 * Rows out as the lines that COPY writes: what is to be text in the end is
 * made so by the server, and passes through.  By the extended protocol, since
 * a condition in it may be a user's: one statement, W.4.
 */
#include "drv/pg/pg.h"

static enum rc send(struct pg *d, struct str sql, bool csv, struct err *e)
{
	struct sbuf b = SBUF_INIT(sql.n + 64);
	PGresult *r = NULL;
	enum rc rc = RC_OK;

	SQL(&b, "COPY (");
	sbuf_add(&b, sql);
	sbuf_addz(&b, csv ? ") TO STDOUT (FORMAT csv)" : ") TO STDOUT");
	if (!PQsendQueryParams(d->c, b.p, 0, NULL, NULL, NULL, NULL, 0))
		rc = pg_fail_lost(d, e);
	else
		rc = pg_result(d, &r, e);
	if (!rc && (!r || PQresultStatus(r) != PGRES_COPY_OUT))
		rc = pg_fail(d, r, sbuf_str(&b), 0, e);
	PQclear(r);
	sbuf_free(&b);
	return rc;
}

static enum rc take_all(struct pg *d, const struct drv_taker *t, bool *over,
    struct err *e)
{
	enum rc rc = RC_OK;

	while (!rc && !*over) {
		char *line = NULL;
		int n = -1;

		rc = pg_copy_row(d, &line, &n, e);
		*over = rc || n < 0;
		if (!*over)
			rc = t->take(t->arg, (struct str){ line, (size_t)n }, e);
		PQfreemem(line);
	}
	return rc ? rc : pg_finish(d, e);
}

enum rc pg_lines(struct drv *base, struct str sql, bool csv,
    const struct drv_taker *t, struct err *e)
{
	struct pg *d = pg_of(base);
	bool look, over = false;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	look = d->mode == DRV_BROWSE && !pg_in_tx(base);
	if (look)
		rc = pg_look_begin(d, e);
	if (!rc)
		rc = send(d, sql, csv, e);
	if (!rc)
		rc = take_all(d, t, &over, e);
	d->deaf = true;
	if (rc && !over && look)	/* nobody wants the rest */
		pg_stop_rest(d);
	pg_drain(d);
	if (look)
		pg_look_end(d);
	pg_leave(d);
	return rc;
}

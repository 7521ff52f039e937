/*
 * Statements: weir's own texts, and those of a migration file, one a call.
 */
#include "base/clock.h"
#include "drv/pg/pg.h"

enum rc pg_exec(struct drv *base, struct str sql, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (sql.n && memchr(sql.p, 0, sql.n))
		return err_set(e, RC_UNSUPPORTED, "the statement holds a NUL "
		    "byte");
	return pg_exec_own(d, sql, e);
}

enum rc pg_run_next(struct drv *base, struct str text, size_t *at,
    unsigned flags, struct arena *a, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e)
{
	struct pg *d = pg_of(base);
	double since = clock_mono_ms();
	enum rc rc = pg_enter(d, e);
	struct str rest;

	(void)a;
	if (rc)
		return rc;
	rest = str_trim(str_sub(text, *at, text.n));
	*span = (struct sql_span){ (size_t)(rest.p - text.p),
		(size_t)(rest.p - text.p) + rest.n };
	if (!rest.n) {
		*at = text.n;
		*more = false;
		return RC_OK;
	}
	if (!(flags & RUN_PREPARE_ONLY))
		rc = pg_exec_own(d, rest, e);
	if (rc)
		return rc;
	if (facts)
		*facts = (struct facts){ .verb = VERB_OTHER,
			.ms = clock_mono_ms() - since };
	*at = text.n;
	*more = true;
	return RC_OK;
}

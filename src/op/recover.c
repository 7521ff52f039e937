/*
 * recover: a database that its writer left in the middle of a transaction.
 *
 * To look at it is not possible without writing: the engine first rolls the
 * left transaction back.  So this is for those who are about to write anyway,
 * and it is done by the engine alone: opened, read once, closed.
 */
#include "op/session.h"
#include "op/undo/undo.h"

enum rc session_recover(const struct project *p, bool *did, struct err *e)
{
	struct arena *a = arena_new();
	struct drv *d = NULL;
	struct value v;
	enum rc rc = RC_OK;

	*did = false;
	if (!p->db.path.n || !lite_probe(p->db.path).hot_journal)
		goto out;
	rc = drv_open(&p->db, DRV_APPLY, &d, e);
	if (!rc)
		rc = drv_scalar(d, STR("SELECT count(*) FROM sqlite_schema"),
		    NULL, 0, a, &v, e);
	drv_close(d);
	*did = rc == RC_OK;
out:
	arena_free(a);
	return rc;
}

/* The newest run of weir on this database was cut off: what lies there is its
 * own transaction, and to end it belongs to that run. */
static bool cut_off_here(const struct project *p, struct arena *a)
{
	const struct run_summary *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	return run_list(p, a, &v, &n, &ignored) == RC_OK && n > 0 &&
	    run_cut_off(&v[0]) && (!str_is(v[0].what, "restore") ||
	    v[0].changing);
}

enum rc session_recover_own(const struct project *p, struct err *e)
{
	struct arena *a = arena_new();
	bool did = false;
	enum rc rc = RC_OK;

	if (p->db.path.n && lite_probe(p->db.path).hot_journal &&
	    cut_off_here(p, a))
		rc = session_recover(p, &did, e);
	arena_free(a);
	return rc;
}

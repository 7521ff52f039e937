/*
 * unfilled: rows that came since a column went which must not be NULL.
 *
 * The derived way back holds a place there until saved rows are back; for
 * these it has nothing.  Counted before anything runs: on the copy where the
 * engine makes one, else by a query that carries the saved keys (look.c); and
 * once more when they are put back, for what came in between.
 */
#include "op/apply/restore.h"

#define NAMED_MAX 5

/* --- which ----------------------------------------------------------------------- */

/* was: the table as it shall be again, or NULL */
static const struct column *unfilled_column(const struct object *x,
    const struct table *was, size_t i)
{
	struct str name = x->o->cols.v[i];
	const struct column *c = was ? table_column(was, name) : NULL;

	if (!c)
		c = table_column(x->t, name);
	return c && column_unfilled(c) && c->identity == IDENTITY_NONE ? c :
	    NULL;
}

static void from_where(const struct object *x, struct sbuf *b)
{
	SQL(b, " FROM ");
	object_table(x, b);
	SQL(b, " AS t WHERE NOT EXISTS (SELECT 1 FROM ");
	sbuf_addz(b, x->w->stage);
	SQL(b, " AS s WHERE ");
	object_same_row(x, b, false);
	SQL(b, ")");
}

static enum rc keys_of(const struct object *x, struct str *out, struct err *e)
{
	size_t shown = x->nkey < 3 ? x->nkey : 1;
	struct sbuf b = SBUF_TEXT, keys = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	SQL(&b, "SELECT ");
	for (size_t i = 0; i < shown; i++) {
		sbuf_addz(&b, i ? ", " : "");
		object_mine(x, &b, i);
	}
	from_where(x, &b);
	for (size_t i = 0; i < shown; i++) {
		sbuf_addz(&b, i ? ", " : " ORDER BY ");
		object_mine(x, &b, i);
	}
	sbuf_addf(&b, " LIMIT %d", NAMED_MAX + 1);
	rc = drv_query(x->ap->d, sbuf_str(&b), NULL, 0, 60, &c, e);
	for (size_t n = 0; !rc && !(rc = cursor_next(c, &more, e)) && more;
	    n++) {
		if (n == NAMED_MAX) {
			sbuf_addz(&keys, " …");
			break;
		}
		for (size_t i = 0; i < shown; i++) {
			sbuf_addz(&keys, i ? "/" : n ? ", " : "");
			sbuf_add(&keys, x->o->key.v[i]);
			sbuf_addc(&keys, '=');
			value_text(&keys, &c->row[i], x->ap->a);
		}
	}
	cursor_close(c);
	*out = arena_str(x->ap->a, sbuf_str(&keys));
	sbuf_free(&keys);
	sbuf_free(&b);
	return rc;
}

static enum rc count_of(const struct object *x, int64_t *out, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT count(*)");
	from_where(x, &b);
	rc = drv_count(x->ap->d, sbuf_str(&b), x->ap->a, out, e);
	sbuf_free(&b);
	return rc;
}

bool object_may_lack(const struct object *x, const struct table *was)
{
	bool any = false;

	for (size_t i = 0; i < x->ncols && !any; i++)
		any = unfilled_column(x, was, i) != NULL;
	return any && x->o->kind == SAVED_CELLS;
}

enum rc object_lacking(const struct object *x, const struct table *was,
    struct err *e)
{
	struct lacking l = { .tag = x->o->tag, .schema = x->o->schema,
		.table = x->o->table, .rewritten = x->o->witnesses.n > 0 };
	bool counted = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < x->ncols; i++) {
		const struct column *c = unfilled_column(x, was, i);

		if (!c)
			continue;
		l.column = c->o.name;
		if (!counted)
			rc = count_of(x, &l.rows, e);
		if (!rc && !counted && l.rows && x->nkey)
			rc = keys_of(x, &l.keys, e);
		counted = true;
		if (!rc && l.rows)
			vec_push(x->ap->a, &x->ap->lacking, l);
	}
	return rc;
}

/* --- while they are put back ------------------------------------------------------- */

enum rc object_unfilled(struct object *x, const struct step *s, struct err *e)
{
	struct apply *ap = x->ap;
	const struct gate_request *rq = ap->permit ? ap->rq : NULL;
	/* of the last step alone the goal is what it leads to */
	const struct model *goal = rq && rq->goal && rq->nsteps &&
	    s == &rq->steps[rq->nsteps - 1] ? rq->goal : NULL;
	size_t had = ap->lacking.n;
	enum rc rc;

	if (x->o->kind != SAVED_CELLS || s->track->down.n)
		return RC_OK;
	rc = object_lacking(x, goal ? model_table(goal, x->o->schema,
	    x->o->table) : NULL, e);
	if (rc || !rq || ap->lacking.n == had)
		return rc;
	err_set(e, RC_CONFLICT, "%.*s", STR_ARG(lacking_text(
	    &ap->lacking.v[had], ap->a)));
	err_hint(e, "weir rollback --dry-run has a way back with a place for "
	    "it");
	return RC_CONFLICT;
}

/*
 * pg_measure: the finders on the live database: one read-only SELECT each, on
 * the browse connection, ended by the server when it takes too long.  There
 * is no copy to rehearse on, so what an earlier statement of the plan does to
 * the rows is not known here: a count of rows that break a constraint decides
 * nothing then, and a loss is not measured (P.2).
 */
#include "plan/pg.h"

#define FINDER_MS 10000

static bool go_on(const struct work *w, size_t done)
{
	return !w->rq->progress || w->rq->progress(w->rq->arg, "measure",
	    done, w->run->n);
}

/* Values that the new type cannot take stop the question as they would stop
 * the statement: data_exception, integrity_constraint_violation. */
static bool says_bad_data(const struct err *e)
{
	struct str where = str_z(e->where);
	size_t sp = str_find(where, STR(" "), 0);
	struct str state = sp < where.n ? str_sub(where, sp + 1, where.n) :
	    where;

	return str_starts(state, STR("22")) || str_starts(state, STR("23"));
}

static enum rc ask(struct work *w, struct str sql, int64_t *out,
    struct err *e)
{
	return drv_count(w->rq->live, sql, w->a, out, e);
}

/* Do rows of `from` that go or change take rows of `to` along? */
static bool key_reaches(const struct model *m, const struct table *from,
    const struct table *to, int depth)
{
	for (size_t i = 0; depth < 16 && i < from->nfks_in; i++) {
		const struct fk *fk = from->fks_in[i];
		const struct table *child = model_table(m, fk->o.schema,
		    fk->o.table);

		if (!child || child == from ||
		    ((str_is(fk->on_delete, "NO ACTION") ||
		    str_is(fk->on_delete, "RESTRICT")) &&
		    (str_is(fk->on_update, "NO ACTION") ||
		    str_is(fk->on_update, "RESTRICT"))))
			continue;
		if (child == to || key_reaches(m, child, to, depth + 1))
			return true;
	}
	return false;
}

/* A trigger's function that names the table may write it. */
static bool trigger_reaches(const struct model *m, const struct table *from,
    const struct table *to)
{
	for (size_t i = 0; i < from->ntriggers; i++)
		for (size_t k = 0; k < m->nobjs; k++) {
			const struct function *f =
			    (const struct function *)m->objs[k];

			if (f->o.kind == OBJ_FUNCTION &&
			    pg_text_names(from->triggers[i]->sql, f->name) &&
			    pg_text_names(f->sql, to->o.name))
				return true;
		}
	return false;
}

static bool write_reaches(const struct lens *l, const struct pg_write *x,
    const struct found *f)
{
	const struct model *m = l->w->p->from;
	struct spot p = spot_of(l, x->schema, x->table);

	if (!p.live)
		return false;
	if (str_eq(p.live_key, f->h.table))
		return true;
	for (size_t i = 0; i < m->ntables; i++) {
		const struct table *to = m->tables[i];

		if (!str_eq(key_of(l->w->a, to->o.schema, to->o.name),
		    f->h.table))
			continue;
		return (x->verb != VERB_INSERT && (x->truncate ||
		    key_reaches(m, p.live, to, 0))) ||
		    trigger_reaches(m, p.live, to);
	}
	return false;
}

/* An earlier statement writes to the table, or may do anything. */
static bool written_before(struct work *w, const struct found *f)
{
	bool written = false;

	if (f->at < w->run->n && rows_back_before(w, f->at))
		return true;
	for (size_t i = 0; !written && i < f->at && i < w->run->n; i++) {
		struct lens l = lens_of(w, i);

		if (l.g->flags & (PG_ANYTHING | PG_UNPARSED))
			return true;
		names_at(w, i);
		for (size_t k = 0; k < l.g->nwrites; k++)
			written = written || write_reaches(&l,
			    &l.g->writes[k], f);
		names_at(w, NO_STMT);
	}
	return written;
}

/* What cannot be read as a value yet, an earlier statement makes one. */
static bool values_come(struct work *w, const struct found *f)
{
	for (size_t i = 0; i < f->at && i < w->run->n; i++) {
		enum pg_kind k = lens_of(w, i).g->kind;

		if (k == PG_ALTER_ENUM || k == PG_CREATE_ENUM)
			return true;
	}
	return false;
}

static void bad_data(struct work *w, struct found *f, const struct err *e)
{
	if (str_ends(str_z(e->where), STR("22P02")) && values_come(w, f))
		return;
	if (f->h.def->cls == HAZ_LOSS)
		f->h.def = &hazard_defs[HAZ_ID_PY13];
	pg_say(f, written_before(w, f) ? SEV_CAUTION : SEV_BLOCKED,
	    arena_printf(w->a, "fails on this data: %s", e->msg));
}

/* The same column is found not to read: nothing is left to compare. */
static bool stopped(const struct work *w, const struct found *f)
{
	for (size_t i = 0; i < w->found.n; i++) {
		const struct found *x = &w->found.v[i];

		if (x->stmt == f->stmt && str_eq(x->h.object, f->h.object) &&
		    x->h.def == &hazard_defs[HAZ_ID_PY13] &&
		    (x->h.rows > 0 || (x->settled &&
		    x->h.sev == SEV_BLOCKED)))
			return true;
	}
	return false;
}

/* Labels that are counted by the names that they have now. */
static bool labels_move(struct work *w, const struct found *f)
{
	for (size_t i = 0; i < f->at && i < w->run->n; i++) {
		struct lens l = lens_of(w, i);

		if (f->h.def == &hazard_defs[HAZ_ID_PE3] &&
		    l.g->kind == PG_ALTER_ENUM && l.g->old_value.n)
			return true;
	}
	return false;
}

static void judge(struct work *w, struct found *f)
{
	bool labels = labels_move(w, f);
	bool moved = labels || written_before(w, f);

	if (f->h.def == &hazard_defs[HAZ_ID_PC6] && f->h.rows > 0)
		f->h.rows = -1;
	if (f->h.def->cls == HAZ_FAILS && (moved || f->h.estimate)) {
		int64_t rows = f->h.rows;

		f->h.rows = -1;
		pg_say(f, SEV_CAUTION, arena_printf(w->a, "%.*s%s now, but "
		    "%s before it", STR_ARG(rows ?
		    say_count(w->a, rows) : STR("none")), !rows ? "" :
		    rows == 1 ? " row" : " rows", labels ? "a value is "
		    "renamed" : rows_back_before(w, f->at) ?
		    "saved rows are put back" : "the plan writes rows"));
		return;
	}
	f->h.estimate = moved;
	if (f->h.of == 0 && f->h.def->cls == HAZ_FAILS)
		pg_say(f, SEV_INFO, STR("the table is empty; fails where it "
		    "is not"));
}

static enum rc measure_one(struct work *w, struct found *f, struct err *e)
{
	struct drv *live = w->rq->live;
	struct value where = { .kind = VALUE_NULL };
	struct err why = ERR_INIT;
	enum rc rc = ask(w, f->live_count, &f->h.rows, &why);

	if (rc == RC_CANCELLED) {
		*e = why;
		return rc;
	}
	if (rc && f->compares)
		f->gone = stopped(w, f);
	else if (rc && says_bad_data(&why))
		bad_data(w, f, &why);
	f->hidden = rc == RC_DENIED;
	if (rc)
		return RC_OK;
	if (f->live_of.n && ask(w, f->live_of, &f->h.of, &why) ==
	    RC_CANCELLED) {
		*e = why;
		return RC_CANCELLED;
	}
	judge(w, f);
	if (f->live_text.n && !drv_scalar(live, f->live_text, NULL, 0, w->a,
	    &where, &why) && where.kind == VALUE_TEXT)
		pg_sequence_measured(w, f, where.s);
	return RC_OK;
}

enum rc pg_measure(struct work *w, struct err *e)
{
	struct drv *live = w->rq->live;
	enum rc rc = RC_OK;

	if (!w->rq->measure || !live)
		return RC_OK;
	w->p->measured = true;
	if (live->ops->set_timeout)
		rc = live->ops->set_timeout(live, FINDER_MS, e);
	for (size_t i = 0; !rc && i < w->found.n; i++) {
		struct found *f = &w->found.v[i];

		if (f->settled || f->gone || f->h.rows >= 0 ||
		    !f->live_count.n)
			continue;
		if (clock_mono_ms() > w->deadline)
			break;
		if (!go_on(w, f->stmt))
			rc = err_set(e, RC_CANCELLED, "cancelled");
		else
			rc = measure_one(w, f, e);
	}
	if (live->ops->set_timeout) {
		struct err ignored = ERR_INIT;

		if (live->ops->set_timeout(live, 0, &ignored) && !rc)
			rc = RC_OK;
	}
	return rc;
}

/*
 * save_caught: rows that a statement deletes or overwrites, caught by the
 * engine while it runs: see save.h, V.7.
 */
#include "op/apply/save.h"

#include "dialect/pg/pg.h"
#include "plan/pg.h"

#define CATCHPOINT "weir_catch"

struct reach {
	struct apply *ap;
	const struct model *m;
	VEC(const struct table *) v;
	VEC(const struct function *) code;	/* that runs */
};

const struct table *save_named(struct apply *ap, const struct stmt *st,
    struct str schema, struct str name)
{
	return table_named(st->run->before, schema.n ? arena_printf(ap->a,
	    "%.*s.%.*s", STR_ARG(schema), STR_ARG(name)) : name);
}

static void add_table(struct reach *x, const struct table *t)
{
	if (!t || !save_stood(x->ap, t))
		return;
	for (size_t i = 0; i < x->v.n; i++)
		if (x->v.v[i] == t)
			return;
	vec_push(x->ap->a, &x->v, t);
}

static void add_code(struct reach *x, const struct function *f)
{
	for (size_t i = 0; i < x->code.n; i++)
		if (x->code.v[i] == f)
			return;
	vec_push(x->ap->a, &x->code, f);
}

/* What a text may call or write, by the names in it: what it reaches beyond
 * that is noticed by the counters of the session. */
static void text_reaches(struct reach *x, struct str text)
{
	const struct model *m = x->m;

	for (size_t i = 0; i < m->ntables; i++)
		if (pg_mentions(text, m->tables[i]->o.name))
			add_table(x, m->tables[i]);
	for (size_t i = 0; i < m->nobjs; i++) {
		const void *p = m->objs[i];

		if (m->objs[i]->kind == OBJ_FUNCTION &&
		    pg_mentions(text, ((const struct function *)p)->name))
			add_code(x, p);
	}
	for (size_t i = 0; i < m->nviews; i++)
		if (pg_mentions(text, m->views[i]->o.name))
			text_reaches(x, m->views[i]->sql);
}

static bool acts(struct str action)
{
	return action.n && !str_is(action, "NO ACTION") &&
	    !str_is(action, "RESTRICT");
}

static bool is_child(const struct table *t, const struct table *of,
    struct apply *ap)
{
	struct str name = table_called(&of->o, ap->a);

	for (size_t i = 0; i < t->inherits.n; i++)
		if (same_table(ap->base->dialect, t->inherits.v[i], name))
			return true;
	return false;
}

static void keys_reach(struct reach *x, const struct table *t)
{
	for (size_t k = 0; k < t->nfks_in; k++)
		if (acts(t->fks_in[k]->on_delete) ||
		    acts(t->fks_in[k]->on_update))
			add_table(x, model_table(x->m,
			    t->fks_in[k]->o.schema, t->fks_in[k]->o.table));
}

/* What hangs on a table that is written, and on that in turn. */
static void close_over(struct reach *x)
{
	size_t code = 0;

	for (size_t i = 0; i < x->v.n || code < x->code.n;) {
		const struct table *t;

		if (i == x->v.n) {
			text_reaches(x, x->code.v[code++]->sql);
			continue;
		}
		t = x->v.v[i++];
		for (const struct table *w = t; w; w = pg_whole(x->m, w))
			keys_reach(x, w);
		for (size_t k = 0; k < t->ntriggers; k++)
			text_reaches(x, t->triggers[k]->sql);
		for (size_t k = 0; k < t->nothers; k++)
			if (t->others[k]->kind == OBJ_RULE)
				text_reaches(x, ((const struct def *)
				    (const void *)t->others[k])->sql);
		for (size_t k = 0; k < x->m->ntables; k++)
			if (is_child(x->m->tables[k], t, x->ap))
				add_table(x, x->m->tables[k]);
	}
}

static bool takes_rows(struct apply *ap, const struct stmt *st)
{
	const struct pg_stmt *g = st->run->facts.pg;

	if (runs_code(ap, st))
		return true;
	for (size_t i = 0; g->kind != PG_TRUNCATE && i < g->nwrites; i++)
		if (g->writes[i].verb != VERB_INSERT || g->writes[i].merge ||
		    g->writes[i].on_conflict_update)
			return true;
	return false;
}

enum rc save_catch(struct apply *ap, const struct stmt *st, struct err *e)
{
	const struct pg_stmt *g = st->run->facts.pg;
	struct reach x = { .ap = ap, .m = st->run->before };
	struct saver *s = ap->saver;
	struct err ignored = ERR_INIT;
	struct drv_catch *v;
	enum rc rc;

	if (!takes_rows(ap, st))
		return RC_OK;
	for (size_t i = 0; i < g->nwrites; i++) {
		const struct table *t = save_named(ap, st,
		    g->writes[i].schema, g->writes[i].table);

		add_table(&x, t);
		if (!t)		/* a view, or of another path */
			text_reaches(&x, g->writes[i].table);
	}
	if (g->flags & (PG_ANYTHING | PG_UNPARSED))
		text_reaches(&x, st->run->sql);
	close_over(&x);
	if (!x.v.n)
		return RC_OK;
	v = arena_array(ap->a, struct drv_catch, x.v.n);
	for (size_t i = 0; i < x.v.n; i++)
		v[i] = (struct drv_catch){ .table = x.v.v[i],
			.cols = stored_columns(x.v.v[i], ap->a),
			.key = save_row_key(ap, x.v.v[i]) };
	rc = ap->d->ops->savepoint(ap->d, CATCHPOINT, e);
	if (rc)
		return rc;
	rc = ap->d->ops->catch_rows(ap->d, v, x.v.n, e);
	if (rc && ap->d->ops->rollback_to(ap->d, CATCHPOINT, &ignored))
		return rc;
	if (ap->d->ops->release(ap->d, CATCHPOINT, rc ? &ignored : e) && !rc)
		rc = e->code;
	if (rc == RC_DENIED) {
		err_prefix(e, "%.*s: rows that it takes cannot be saved",
		    STR_ARG(st->run->where));
		e->hint[0] = '\0';
		err_hint(e, "let the role own the tables, or go without: "
		    "--no-undo-data");
		return e->code = RC_DECISION;
	}
	if (rc)
		return rc;
	s->catching = st;
	s->caught = v;
	s->ncaught = x.v.n;
	return RC_OK;
}

/* --- after the statement ------------------------------------------------------- */

/* A partition's rows may be written by its parent's name, and counted there. */
static struct str root_of(const struct model *m, struct str name)
{
	const struct table *t = table_named(m, name);

	for (int i = 0; i < 32 && t && t->partition_bound.n && t->inherits.n;
	    i++) {
		name = t->inherits.v[0];
		t = table_named(m, name);
	}
	return name;
}

static enum rc not_all(const struct stmt *st, struct str table, int64_t took,
    int64_t saved, struct err *e)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_add_count(&b, took);
	sbuf_addf(&b, " rows of %.*s go or change, and only ", STR_ARG(table));
	sbuf_add_count(&b, saved);
	sbuf_addz(&b, " of them could be saved");
	err_set(e, RC_CONFLICT, "%.*s: %.*s", STR_ARG(st->run->where),
	    STR_ARG(sbuf_str(&b)));
	err_hint(e, "make it say which rows it means, or go without: "
	    "--no-undo-data");
	sbuf_free(&b);
	return RC_CONFLICT;
}

/* What the session counted must have been caught. */
static enum rc all_caught(struct apply *ap, const struct stmt *st,
    const struct facts *f, const struct drv_caught *v, struct err *e)
{
	const struct model *m = st->run->before;
	struct saver *s = ap->saver;

	for (size_t i = 0; i < f->nrows; i++) {
		struct str name = root_of(m, f->rows[i].table);
		const struct table *t = table_named(m, f->rows[i].table);
		int64_t took = 0, saved = 0;

		if (!t || !save_stood(ap, t))
			continue;
		for (size_t k = 0; k < f->nrows; k++)
			if (same_table(ap->base->dialect, root_of(m,
			    f->rows[k].table), name))
				took += f->rows[k].updated +
				    f->rows[k].deleted;
		for (size_t k = 0; k < s->ncaught; k++)
			if (same_table(ap->base->dialect, root_of(m,
			    table_called(&s->caught[k].table->o, ap->a)),
			    name))
				saved += v[k].ndeleted + v[k].nchanged;
		if (saved < took)
			return not_all(st, name, took, saved, e);
	}
	return RC_OK;
}

static enum rc save_changed(struct apply *ap, const struct stmt *st,
    const struct drv_catch *c, const struct drv_caught *x, struct err *e)
{
	struct saved o = save_object(ap, st, c->table, SAVED_CHANGED, c->key,
	    x->cols);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	sbuf_add(&b, x->changed);
	save_beside(ap, c->table, c->key, x->cols, c->cols, &o, &b);
	sbuf_add(&b, x->changed_from);
	rc = save_copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

static enum rc save_one(struct apply *ap, const struct stmt *st,
    const struct drv_catch *c, const struct drv_caught *x, struct err *e)
{
	struct saved o;
	enum rc rc = save_ready(ap, e);

	if (!rc)
		rc = save_room(ap, c->table, e);
	/* on the way back those that went come before those that named them */
	if (!rc && x->changed.n)
		rc = save_changed(ap, st, c, x, e);
	if (!rc && x->deleted.n) {
		o = save_object(ap, st, c->table, SAVED_ROWS, c->key,
		    strs_without(c->cols, c->key, ap->a));
		rc = save_copy(ap, ap->d, x->deleted, &o, e);
	}
	return rc;
}

static enum rc unclear(struct apply *ap, const struct stmt *st,
    const struct table *t, int64_t rows, struct err *e)
{
	struct str name = table_called(&t->o, ap->a);
	bool keyed = save_row_key(ap, t).n > 0;

	/* consent was asked for that: the review said that they are not saved */
	for (size_t i = 0; i < st->nhaz && !keyed; i++)
		if (st->haz[i].sev == SEV_DESTRUCTIVE &&
		    same_table(ap->base->dialect, st->haz[i].table, name))
			return RC_OK;
	if (!keyed)
		return unseen_refuse(ap, &(struct unseen){
		    .slug = "undo-skipped", .t = t, .column = STR(""),
		    .rows = rows, .what = rows == 1 ? " row goes or changes "
		    "and cannot be saved without a key" : " rows go or change "
		    "and cannot be saved without a key" }, e);
	err_set(e, RC_CONFLICT, "%.*s changes keys of %.*s more than once: "
	    "what becomes of which row cannot be saved", STR_ARG(st->run->where),
	    STR_ARG(name));
	err_hint(e, "change them in statements of their own, or go without: "
	    "--no-undo-data");
	return RC_CONFLICT;
}

enum rc save_caught(struct apply *ap, const struct facts *f, struct err *e)
{
	struct saver *s = ap->saver;
	const struct stmt *st = s->catching;
	struct err ignored = ERR_INIT;
	struct drv_caught *v;
	enum rc rc = RC_OK;

	if (!st)
		return RC_OK;
	v = arena_array(ap->a, struct drv_caught, s->ncaught);
	for (size_t i = 0; !rc && i < s->ncaught; i++)
		rc = ap->d->ops->caught(ap->d, i, ap->a, &v[i], e);
	if (!rc)
		rc = all_caught(ap, st, f, v, e);
	/* children first: on the way back their parents come before them */
	for (size_t i = s->ncaught; !rc && i-- > 0;) {
		if (v[i].unclear)
			rc = unclear(ap, st, s->caught[i].table,
			    v[i].ndeleted + v[i].nchanged, e);
		else if (v[i].deleted.n || v[i].changed.n)
			rc = save_one(ap, st, &s->caught[i], &v[i], e);
	}
	s->catching = NULL;
	if (rc && rc != RC_CONFLICT && rc != RC_DECISION)
		return rc;
	return ap->d->ops->catch_rows(ap->d, NULL, 0, rc ? &ignored : e) ||
	    rc ? e->code : RC_OK;
}

void save_catch_end(struct apply *ap)
{
	struct err ignored = ERR_INIT;

	ap->saver->catching = NULL;
	if (ap->d->ops->catch_rows)
		(void)!ap->d->ops->catch_rows(ap->d, NULL, 0, &ignored);
}

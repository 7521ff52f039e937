/*
 * given: comments, owners and privileges of what the way back has made again.
 * An object that is made anew belongs to whoever made it and has what default
 * privileges give today; a function may be called by everybody.  The record of
 * the run tells how it was: what differs is set, more is taken away.  What
 * stayed in the meantime keeps what it was given since.
 */
#include "base/utf8.h"
#include "op/apply/local.h"

#define POINT "weir_given"
#define NAMED_MAX 3		/* in the line of the report */

struct giving {
	struct apply *ap;
	const struct model *before, *after;	/* of the record; or NULL */
	VEC(const struct obj *) tables;		/* whose privileges were set */
	struct sbuf names;
	size_t n, untold;
};

/* --- what is new ------------------------------------------------------------------ */

/* The same thing in m, by another name perhaps; NULL: it was not there. */
static const struct obj *in_model(const struct model *m, const struct obj *o)
{
	const struct obj *same = model_find(m, o->kind, o->schema, o->table,
	    o->name);

	if (!o->notes || !o->notes->oid || (same && same->notes &&
	    (!same->notes->oid || same->notes->oid == o->notes->oid)))
		return same;
	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->kind == o->kind && m->objs[i]->notes &&
		    m->objs[i]->notes->oid == o->notes->oid)
			return m->objs[i];
	return NULL;
}

static bool is_new_column(const struct apply *ap, const struct obj *o)
{
	const struct table *t = model_table(ap->now, o->schema, o->table);
	const struct column *c = t ? table_column(t, o->name) : NULL;
	const struct obj *was = t ? in_model(ap->step_before, &t->o) : NULL;
	const struct table *of = was ? model_table(ap->step_before,
	    was->schema, was->name) : NULL;

	for (size_t i = 0; of && c && i < of->ncols; i++)
		if (c->number ? of->cols[i]->number == c->number :
		    str_eq(of->cols[i]->o.name, o->name))
			return false;
	return c != NULL;
}

static bool is_new(const struct apply *ap, const struct obj *o)
{
	return o->kind == OBJ_COLUMN ? is_new_column(ap, o) :
	    !in_model(ap->step_before, o);
}

/* --- giving it -------------------------------------------------------------------- */

static struct str called_as(struct apply *ap, const struct obj *o)
{
	struct str of = o->table.n ? o->table : o->schema;

	return utf8_clean(ap->a, arena_printf(ap->a, "%s %.*s%s%.*s",
	    obj_kind_name[o->kind], STR_ARG(of), of.n ? "." : "",
	    STR_ARG(o->name)), UTF8_LINE);
}

static void is_back(struct giving *g, const struct obj *o)
{
	if (g->n++ < NAMED_MAX) {
		sbuf_addz(&g->names, g->n > 1 ? ", " : "");
		sbuf_add(&g->names, called_as(g->ap, o));
	}
	if (o->kind == OBJ_TABLE)
		vec_push(g->ap->a, &g->tables, o);
}

/* Its own text, for it may be the one that this role may not give. */
static enum rc give(struct giving *g, const struct obj *o, struct str sql,
    struct err *e)
{
	struct apply *ap = g->ap;
	struct err why = ERR_INIT;
	enum rc rc = ap->d->ops->savepoint(ap->d, POINT, e);

	if (rc)
		return rc;
	(void)!drv_exec(ap->d, sql, &why);
	if (why.code && ap->d->ops->rollback_to(ap->d, POINT, e))
		return e->code;
	if (why.code)
		vec_push(ap->a, &ap->unrestored, arena_printf(ap->a, "owner, "
		    "privileges and comment of %.*s are not those of before: "
		    "%s; it takes: %.*s", STR_ARG(called_as(ap, o)), why.msg,
		    STR_ARG(utf8_clean(ap->a, sql, UTF8_LINE))));
	else
		is_back(g, o);
	return ap->d->ops->release(ap->d, POINT, e);
}

/* Its owner is its table's. */
static bool is_owned(const struct obj *o)
{
	return o->kind == OBJ_SEQUENCE &&
	    ((const struct sequence *)(const void *)o)->owned_by.n > 0;
}

/* What its table lost, the column has lost. */
static bool lost_its(const struct giving *g, const struct obj *o)
{
	for (size_t i = 0; o->kind == OBJ_COLUMN && i < g->tables.n; i++)
		if (str_eq(g->tables.v[i]->name, o->table) &&
		    str_eq(g->tables.v[i]->schema, o->schema))
			return true;
	return false;
}

static struct str text_to(const struct giving *g, const struct obj *o,
    const struct obj_notes *from, const struct obj_notes *to)
{
	struct sbuf b = SBUF_TEXT;
	struct str sql;

	g->ap->d->ops->dialect->notes_text(&b, o, from, to);
	sql = arena_str(g->ap->a, sbuf_str(&b));
	sbuf_free(&b);
	return sql;
}

static const struct obj *named(const struct model *m, const struct obj *o)
{
	return m ? model_find(m, o->kind, o->schema, o->table, o->name) : NULL;
}

/*
 * Whose notes it is to have: those of the record; of what the migration left
 * alone and the way back made anew (a view on what it changed), or where there
 * is no record, those of right before.  NULL: nobody tells.
 */
static const struct obj *told_by(const struct giving *g, const struct obj *o)
{
	const struct obj *was = named(g->before, o), *is = named(g->after, o);
	const struct obj *live = named(g->ap->step_before, o);

	if (!g->before || (was && is && live &&
	    !text_to(g, o, is->notes, was->notes).n))
		return live;
	return was;
}

static enum rc one_back(struct giving *g, const struct obj *o, struct err *e)
{
	const struct obj *was = told_by(g, o);
	struct obj_notes now = { .comment = STR(""), .owner = STR(""),
		.extension = STR("") };
	struct str sql;

	if (!was) {
		g->untold += !g->before && o->managed && o->notes &&
		    o->notes->owner.n;
		return RC_OK;
	}
	if (o->notes)
		now = *o->notes;
	if (lost_its(g, o))
		now.grants = (struct strs){ 0 };
	if (is_owned(o))
		now.owner = STR("");
	sql = text_to(g, o, &now, was->notes);
	return sql.n ? give(g, o, sql, e) : RC_OK;
}

/* --- all of it ---------------------------------------------------------------------- */

/* Who is to own a thing needs its schema, a part the owner of its table. */
static int order_of(const struct obj *o)
{
	return o->kind == OBJ_SCHEMA ? 0 : o->table.n ? 2 : 1;
}

static enum rc all_back(struct giving *g, struct err *e)
{
	const struct model *m = g->ap->now;
	enum rc rc = RC_OK;

	for (int at = 0; at <= 2; at++)
		for (size_t i = 0; !rc && i < m->nobjs; i++)
			if (order_of(m->objs[i]) == at &&
			    !(m->objs[i]->notes &&
			    m->objs[i]->notes->extension.n) &&
			    is_new(g->ap, m->objs[i]))
				rc = one_back(g, m->objs[i], e);
	return rc;
}

static void tell(struct giving *g)
{
	struct apply *ap = g->ap;

	if (g->n > NAMED_MAX)
		sbuf_addf(&g->names, " and %zu more", g->n - NAMED_MAX);
	if (g->n)
		vec_push(ap->a, &ap->restored, arena_printf(ap->a, "owner, "
		    "privileges and comment as before: %.*s",
		    STR_ARG(sbuf_str(&g->names))));
	if (g->untold)
		vec_push(ap->a, &ap->unrestored, arena_printf(ap->a, "owners "
		    "and privileges of what was made again (%zu) are the "
		    "server's defaults or the way back's own: no record of "
		    "the run tells them", g->untold));
}

/* One of a model that has no owners tells nothing of privileges. */
static bool tells(const struct model *m)
{
	for (size_t i = 0; m && i < m->nobjs; i++)
		if (m->objs[i]->notes && m->objs[i]->notes->owner.n)
			return true;
	return false;
}

enum rc given_back(struct apply *ap, const struct step *s, struct err *e)
{
	struct giving g = { .ap = ap, .names = SBUF_TEXT };
	struct err ignored = ERR_INIT;
	enum rc rc;

	if (s->kind != STEP_DOWN || !ap->d->ops->dialect->notes_text)
		return RC_OK;
	if (run_models(ap->o->project, s->track->tag, ap->a, &g.before,
	    &g.after, &ignored) || !tells(g.before))
		g.before = g.after = NULL;
	rc = all_back(&g, e);
	if (!rc)
		tell(&g);
	sbuf_free(&g.names);
	return rc;
}

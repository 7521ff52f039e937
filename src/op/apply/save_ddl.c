/* save_ddl: what DDL takes, copied before the statement: see save.h, V.1. */
#include "op/apply/save.h"

static enum rc save_whole(struct apply *ap, const struct stmt *st,
    const struct table *t, struct err *e)
{
	struct strs key = save_row_key(ap, t);

	return save_select(ap, st, t, SAVED_ROWS, key,
	    strs_without(stored_columns(t, ap->a), key, ap->a), STR(""), e);
}

/* A NULL is a value where the column comes back with another: by its own
 * default, or by its domain's. */
static bool any_default(const struct stmt *st, const struct table *t,
    struct strs cols)
{
	const struct model *m = st->run->before;

	for (size_t i = 0; i < cols.n; i++) {
		const struct column *c = table_column(t, cols.v[i]);

		if (c->has_default || (m && c->type_name.n && model_find(m,
		    OBJ_DOMAIN, c->type_schema, STR(""), c->type_name)))
			return true;
	}
	return false;
}

enum rc save_cells(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < cols.n && !any_default(st, t, cols); i++) {
		sbuf_addz(&b, i ? " OR o." : " WHERE o.");
		ap->d->ops->dialect->ident(&b, cols.v[i]);
		SQL(&b, " IS NOT NULL");
	}
	rc = save_select(ap, st, t, SAVED_CELLS, save_cell_key(ap, t, cols),
	    cols, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static void on_key(struct sbuf *b, struct apply *ap, struct strs key)
{
	for (size_t i = 0; i < key.n; i++) {
		sbuf_addz(b, i ? " AND o." : "o.");
		ap->d->ops->dialect->ident(b, key.v[i]);
		SQL(b, " = n.");
		ap->d->ops->dialect->ident(b, key.v[i]);
	}
}


/* Rows of t that its copy has not. */
static enum rc save_left(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct strs key,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, " WHERE NOT EXISTS (SELECT 1");
	save_from(&b, ap, copied);
	SQL(&b, " AS n WHERE ");
	on_key(&b, ap, key);
	SQL(&b, ")");
	rc = save_select(ap, st, t, SAVED_ROWS, key,
	    strs_without(stored_columns(t, ap->a), key, ap->a), sbuf_str(&b),
	    e);
	sbuf_free(&b);
	return rc;
}

/* Values that the copy has otherwise. */
static enum rc save_differing(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct strs key,
    struct err *e)
{
	const struct dialect *d = ap->d->ops->dialect;
	struct strs all = strs_without(stored_columns(t, ap->a), key, ap->a),
	    cols;
	VEC(struct str) both = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < all.n; i++)
		if (table_column(copied, all.v[i]))
			vec_push(ap->a, &both, all.v[i]);
	if (!both.n)
		return RC_OK;
	cols = (struct strs){ both.v, both.n };
	SQL(&b, " JOIN ");
	d->table(&b, &copied->o);
	SQL(&b, " AS n ON ");
	on_key(&b, ap, key);
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addz(&b, i ? " OR +o." : " WHERE +o.");
		d->ident(&b, cols.v[i]);
		sbuf_addz(&b, save_words[ap->base->dialect].differs);
		SQL(&b, "+n.");
		d->ident(&b, cols.v[i]);
		SQL(&b, " COLLATE BINARY");
	}
	rc = save_select(ap, st, t, SAVED_CHANGED, key, cols, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* The table that is to take the name of the one dropped by st. */
static const struct table *rebuilt_as(struct apply *ap, const struct stmt *st)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; st->group && i < p->n; i++) {
		struct altered al;

		if (p->v[i].group != st->group)
			continue;
		altered_find(p->v[i].run, &al);
		if (al.renamed && str_ieq(al.is->o.name,
		    st->run->facts.object))
			return al.was;
	}
	return NULL;
}

static enum rc save_rebuilt(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct err *e)
{
	struct strs key, cols = stored_columns(t, ap->a);
	VEC(struct str) gone = { 0 };
	enum rc rc;

	table_key(t, &key);
	for (size_t i = 0; i < key.n; i++)
		if (!table_column(copied, key.v[i]))
			key.n = 0;
	if (!key.n)	/* nothing tells which row became which */
		return save_whole(ap, st, t, e);
	rc = save_left(ap, st, t, copied, key, e);
	for (size_t i = 0; i < cols.n; i++)
		if (!table_column(copied, cols.v[i]))
			vec_push(ap->a, &gone, cols.v[i]);
	if (!rc && gone.n)
		rc = save_cells(ap, st, t, (struct strs){ gone.v, gone.n }, e);
	return rc ? rc : save_differing(ap, st, t, copied, key, e);
}

enum rc save_ddl(struct apply *ap, const struct stmt *st, struct err *e)
{
	const struct table *t, *copied;
	struct altered al;
	enum rc rc;

	if (st->run->facts.verb == VERB_DROP_TABLE) {
		t = save_table_before(ap, st, st->run->facts.object);
		if (!t)
			return RC_OK;
		rc = save_ready(ap, e);
		if (!rc)
			rc = save_room(ap, t, e);
		copied = rebuilt_as(ap, st);
		if (rc)
			return rc;
		return copied ? save_rebuilt(ap, st, t, copied, e) :
		    save_whole(ap, st, t, e);
	}
	altered_find(st->run, &al);
	if (!al.dropped || al.dropped->generated != GEN_NONE ||
	    !save_table_before(ap, st, al.was->o.name))
		return RC_OK;
	rc = save_ready(ap, e);
	if (!rc)
		rc = save_room(ap, al.was, e);
	return rc ? rc : save_cells(ap, st, al.was,
	    (struct strs){ &al.dropped->o.name, 1 }, e);
}

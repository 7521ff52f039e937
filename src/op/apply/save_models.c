/*
 * save_models: what a statement takes from tables, by the models before and
 * after it, whatever it says: tables that are gone, columns that are gone or
 * have another type; and what TRUNCATE empties: see save.h, V.6.
 */
#include "op/apply/save.h"

#include "dialect/pg/pg.h"
#include "dialect/pg/types.h"

/* --- positions of sequences -------------------------------------------------- */

static void split_name(struct str s, struct str *schema, struct str *name)
{
	size_t dot = str_find(s, STR("."), 0);

	*schema = str_sub(s, 0, dot);
	*name = str_sub(s, dot < s.n ? dot + 1 : 0, s.n);
}

static bool renames(const struct stmt *st)
{
	return st->run->facts.pg->kind == PG_RENAME;
}

static enum rc save_position(struct apply *ap, const struct stmt *st,
    struct str schema, struct str name, struct err *e)
{
	static const struct str names[] = { { "last_value", 10 },
		{ "is_called", 9 } };
	const struct table of = { .o = { .kind = OBJ_TABLE,
		.schema = schema, .name = name } };
	enum rc rc = save_ready(ap, e);

	return rc ? rc : save_select(ap, st, &of, SAVED_POSITION,
	    (struct strs){ NULL, 0 }, (struct strs){ names, 2 }, STR(""), e);
}

/* Where the sequences of the table stand: they may start anew. */
static enum rc save_positions(struct apply *ap, const struct stmt *st,
    const struct table *t, struct err *e)
{
	struct str schema, name;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < t->ncols; i++) {
		if (!t->cols[i]->sequence.n)
			continue;
		split_name(t->cols[i]->sequence, &schema, &name);
		rc = save_position(ap, st, schema, name, e);
	}
	return rc;
}

/* That of an identity is no object of its own. */
static bool holds_sequence(const struct model *m, struct str schema,
    struct str name)
{
	if (model_find(m, OBJ_SEQUENCE, schema, STR(""), name))
		return true;
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++) {
			struct str s = m->tables[i]->cols[k]->sequence;

			if (s.n == schema.n + 1 + name.n &&
			    str_starts(s, schema) && s.p[schema.n] == '.' &&
			    str_ends(s, name))
				return true;
		}
	return false;
}

static enum rc gone_position(struct apply *ap, const struct stmt *st,
    struct str schema, struct str name, struct err *e)
{
	return holds_sequence(st->run->after, schema, name) ||
	    !holds_sequence(ap->saver->first, schema, name) ? RC_OK :
	    save_position(ap, st, schema, name, e);
}

/* Sequences that go: by themselves, with a column, an identity or a table. */
static enum rc gone_positions(struct apply *ap, const struct stmt *st,
    struct err *e)
{
	const struct model *m = st->run->before;
	struct str schema, name;
	enum rc rc = RC_OK;

	if (ap->saver->step->kind != STEP_UP || renames(st) ||
	    st->run->facts.pg->kind == PG_SET_SCHEMA)
		return RC_OK;
	for (size_t i = 0; !rc && i < m->nobjs; i++)
		if (m->objs[i]->kind == OBJ_SEQUENCE)
			rc = gone_position(ap, st, m->objs[i]->schema,
			    m->objs[i]->name, e);
	for (size_t i = 0; !rc && i < m->ntables; i++)
		for (size_t k = 0; !rc && k < m->tables[i]->ncols; k++) {
			const struct column *c = m->tables[i]->cols[k];

			if (!c->sequence.n)
				continue;
			split_name(c->sequence, &schema, &name);
			if (!model_find(m, OBJ_SEQUENCE, schema, STR(""),
			    name))
				rc = gone_position(ap, st, schema, name, e);
		}
	return rc;
}

/* --- tables -------------------------------------------------------------------- */

static enum rc whole(struct apply *ap, const struct stmt *st,
    const struct table *t, struct err *e)
{
	struct strs key = save_row_key(ap, t);
	enum rc rc = save_ready(ap, e);

	if (!rc)
		rc = save_room(ap, t, e);
	if (!rc)
		rc = save_select(ap, st, t, SAVED_ROWS, key,
		    strs_without(stored_columns(t, ap->a), key, ap->a),
		    STR(""), e);
	return rc;
}

static const struct table *after_of(const struct stmt *st,
    const struct table *t)
{
	const struct model *m = st->run->after;
	uint32_t oid = t->o.notes ? t->o.notes->oid : 0;

	for (size_t i = 0; oid && i < m->ntables; i++)
		if (m->tables[i]->o.notes && m->tables[i]->o.notes->oid == oid)
			return m->tables[i];
	return model_table(m, t->o.schema, t->o.name);
}

/* The rows of a partition are read with its parent's. */
static const struct table *parent_of(const struct stmt *st,
    const struct table *t)
{
	return t->partition_bound.n && t->inherits.n ?
	    table_named(st->run->before, t->inherits.v[0]) : NULL;
}

/* --- columns ------------------------------------------------------------------- */

static bool same_column(const struct column *x, const struct column *y)
{
	return x->generated == y->generated && str_eq(x->type, y->type);
}

static void sort_out(struct apply *ap, const struct table *t,
    const struct table *is, struct strs *gone, struct strs *typed)
{
	VEC(struct str) g = { 0 }, y = { 0 };

	for (size_t i = 0; i < t->ncols; i++) {
		const struct column *c = t->cols[i];
		const struct column *now = table_column(is, c->o.name);

		if (c->generated != GEN_NONE)
			continue;
		if (!now || now->generated != GEN_NONE)
			vec_push(ap->a, &g, c->o.name);
		else if (!same_column(c, now))
			vec_push(ap->a, &y, c->o.name);
	}
	*gone = (struct strs){ g.v, g.n };
	*typed = (struct strs){ y.v, y.n };
}

/*
 * Old values wait, as text under their key, until the statement has given
 * them another type.
 */
static enum rc keep_old(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct strs gone, struct err *e)
{
	struct saver *s = ap->saver;
	struct strs key = save_row_key(ap, t), beside;
	struct sbuf b = SBUF_TEXT;
	int64_t agree = 0;
	enum rc rc;

	/* on the way back what goes with them comes after them */
	beside = save_witnesses(ap, t, key, strs_joined(cols, gone, ap->a),
	    &agree);
	cols = strs_without(cols, key, ap->a);
	if (!key.n || !cols.n)
		return RC_OK;
	rc = save_ready(ap, e);
	if (!rc)
		rc = save_room(ap, t, e);
	if (!rc)
		rc = save_sees_all(ap, t, e);
	SQL(&b, "CREATE TEMP TABLE ");
	save_typed_name(&b, s->typed.n);
	SQL(&b, " AS SELECT ");
	for (size_t i = 0; i < key.n + cols.n; i++) {
		struct str name = i < key.n ? key.v[i] : cols.v[i - key.n];

		sbuf_addz(&b, i ? ", o." : "o.");
		ap->d->ops->dialect->ident(&b, name);
		sbuf_addf(&b, "%s AS c%zu", i < key.n ? "" :
		    save_words[ap->base->dialect].text, i);
	}
	for (size_t i = 0; i < beside.n; i++) {
		SQL(&b, ", ");
		save_cut(&b, ap->base->dialect, "o.", beside.v[i]);
		sbuf_addf(&b, " AS c%zu", key.n + cols.n + i);
	}
	save_from(&b, ap, t);
	SQL(&b, " AS o");
	if (!rc)
		rc = save_exact(ap, true, e);
	if (!rc)
		rc = drv_exec(ap->d, sbuf_str(&b), e);
	if (!rc)
		rc = save_exact(ap, false, e);
	sbuf_free(&b);
	if (!rc)
		vec_push(ap->a, &s->typed, (struct typed){ st, t, key, cols,
		    beside, agree });
	return rc;
}

/* The new value as the old type has it, which is what the way back makes of
 * it; a type without a way back there leaves nothing to compare. */
static bool comes_back(struct apply *ap, const struct table *is,
    const struct table *t, struct str col)
{
	return pg_type_castable(table_column(is, col)->type,
	    table_column(t, col)->type, ap->a);
}

static void new_value(struct apply *ap, struct sbuf *b, const struct table *t,
    struct str col)
{
	SQL(b, "n.");
	ap->d->ops->dialect->ident(b, col);
	SQL(b, "::");
	sbuf_add(b, table_column(t, col)->type);
	sbuf_addz(b, save_words[ap->base->dialect].text);
}

static enum rc save_typed(struct apply *ap, size_t i, struct err *e)
{
	const struct typed *x = &ap->saver->typed.v[i];
	const struct save_words *w = &save_words[ap->base->dialect];
	const struct table *is = after_of(x->st, x->t);
	struct sbuf b = SBUF_TEXT;
	bool back = is != NULL;
	struct saved o;
	enum rc rc;

	for (size_t k = 0; is && k < x->cols.n; k++)
		back = back && comes_back(ap, is, x->t, x->cols.v[k]);
	o = save_object(ap, x->st, x->t, back ? SAVED_CHANGED : SAVED_CELLS,
	    x->key, x->cols);
	o.witnesses = save_columns_were(ap, x->t, x->beside);
	o.agree = x->agree;
	SQL(&b, "SELECT ");
	for (size_t k = 0; k < x->key.n; k++)
		sbuf_addf(&b, "%so.c%zu%s", k ? ", " : "", k, w->text);
	for (size_t k = 0; k < x->cols.n; k++)
		sbuf_addf(&b, ", o.c%zu", x->key.n + k);
	for (size_t k = 0; back && k < x->cols.n; k++) {
		SQL(&b, ", ");
		new_value(ap, &b, x->t, x->cols.v[k]);
	}
	for (size_t k = 0; k < x->beside.n; k++)
		sbuf_addf(&b, ", o.c%zu", x->key.n + x->cols.n + k);
	SQL(&b, " FROM ");
	save_typed_name(&b, i);
	SQL(&b, " AS o");
	if (back) {
		SQL(&b, " JOIN ");
		ap->d->ops->dialect->table(&b, &is->o);
		SQL(&b, " AS n ON ");
		for (size_t k = 0; k < x->key.n; k++) {
			sbuf_addz(&b, k ? " AND n." : "n.");
			ap->d->ops->dialect->ident(&b, x->key.v[k]);
			sbuf_addf(&b, " = o.c%zu", k);
		}
	}
	for (size_t k = 0; k < x->cols.n; k++) {
		sbuf_addf(&b, "%so.c%zu", k ? " OR " : " WHERE ",
		    x->key.n + k);
		if (!back) {
			SQL(&b, " IS NOT NULL");
			continue;
		}
		sbuf_addz(&b, w->differs);
		new_value(ap, &b, x->t, x->cols.v[k]);
	}
	rc = save_copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_truncate(&b, 0);
	SQL(&b, "DROP TABLE ");
	save_typed_name(&b, i);
	if (!rc)
		rc = drv_exec(ap->d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

enum rc save_models_after(struct apply *ap, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < s->typed.n; i++)
		rc = save_typed(ap, i, e);
	s->typed.n = 0;
	return rc;
}

static enum rc of_table(struct apply *ap, const struct stmt *st,
    const struct table *t, struct err *e)
{
	const struct table *is = after_of(st, t), *up = parent_of(st, t);
	const struct table *up_is = up ? after_of(st, up) : NULL;
	struct strs gone, typed;
	enum rc rc = RC_OK;

	if (is == t)
		return RC_OK;
	/* each partition by itself: it is filled before it is attached */
	if (!is)
		return t->type == TABLE_PARTITIONED ? RC_OK :
		    whole(ap, st, t, e);
	/* what a partition loses with its parent is read there */
	if (renames(st) || (up && up_is && up_is->ncols != up->ncols))
		return RC_OK;
	sort_out(ap, t, is, &gone, &typed);
	if (gone.n && save_row_key(ap, t).n) {
		rc = save_ready(ap, e);
		if (!rc)
			rc = save_room(ap, t, e);
		if (!rc)
			rc = save_cells(ap, st, t, gone, e);
	}
	if (!rc && typed.n && !up && save_loses(st))
		rc = keep_old(ap, st, t, typed, gone, e);
	return rc;
}

/* --- TRUNCATE -------------------------------------------------------------------- */

struct emptied {
	VEC(const struct table *) v;
};

static void empty(struct apply *ap, const struct table *t, struct emptied *x)
{
	bool there = !t;

	for (size_t i = 0; i < x->v.n && !there; i++)
		there = x->v.v[i] == t;
	if (!there)
		vec_push(ap->a, &x->v, t);
}

/* Its heirs; with CASCADE whatever refers to it, or to what it is part of. */
static void empty_too(struct apply *ap, const struct stmt *st,
    const struct table *t, struct emptied *x)
{
	const struct model *m = st->run->before;
	struct str name = table_called(&t->o, ap->a);

	for (size_t i = 0; i < m->ntables; i++)
		if (!m->tables[i]->partition_bound.n &&
		    strs_has(m->tables[i]->inherits, name))
			empty(ap, m->tables[i], x);
	for (; st->run->facts.pg->cascade && t; t = parent_of(st, t))
		for (size_t k = 0; k < t->nfks_in; k++)
			empty(ap, model_table(m, t->fks_in[k]->o.schema,
			    t->fks_in[k]->o.table), x);
}

static enum rc truncated(struct apply *ap, const struct stmt *st,
    struct err *e)
{
	const struct pg_stmt *g = st->run->facts.pg;
	struct emptied x = { 0 };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < g->nwrites; i++) {
		const struct table *t = save_named(ap, st,
		    g->writes[i].schema, g->writes[i].table);

		empty(ap, t, &x);
	}
	for (size_t i = 0; i < x.v.n; i++)
		empty_too(ap, st, x.v.v[i], &x);
	/* children first: on the way back their parents come before them */
	for (size_t i = x.v.n; !rc && i-- > 0;) {
		const struct table *up = parent_of(st, x.v.v[i]);
		bool read = false;

		for (size_t k = 0; up && k < x.v.n; k++)
			read = read || x.v.v[k] == up;
		if (!read && save_stood(ap, x.v.v[i]))
			rc = whole(ap, st, x.v.v[i], e);
		if (!rc && save_stood(ap, x.v.v[i]))
			rc = save_positions(ap, st, x.v.v[i], e);
	}
	return rc;
}

enum rc save_models(struct apply *ap, const struct stmt *st, struct err *e)
{
	const struct model *m = st->run->before;
	enum rc rc = RC_OK;

	if (st->run->facts.pg->kind == PG_TRUNCATE)
		return truncated(ap, st, e);
	if (m == st->run->after || !st->run->after)
		return RC_OK;
	for (size_t i = 0; !rc && i < m->ntables; i++)
		if (save_stood(ap, m->tables[i]))
			rc = of_table(ap, st, m->tables[i], e);
	return rc ? rc : gone_positions(ap, st, e);
}

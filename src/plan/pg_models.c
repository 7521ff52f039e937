/*
 * pg_models: what the models around a statement say that it did.  Whatever a
 * statement is called, what is gone afterwards is a loss, and what is stricter
 * afterwards is asked of the live rows (P.1).
 */
#include "plan/pg.h"

/* --- what is gone ----------------------------------------------------------- */

static bool named(const struct lens *l, const struct obj *o)
{
	for (size_t i = 0; i < l->g->nobjs; i++) {
		const struct pg_obj *x = &l->g->objs[i];

		if (str_eq(x->name, o->name) &&
		    (!x->schema.n || str_eq(x->schema, o->schema)) &&
		    (!x->table.n || str_eq(x->table, o->table)))
			return true;
		/* f(integer) of the model is f of the statement */
		if (o->kind == OBJ_FUNCTION && x->kind == OBJ_FUNCTION &&
		    str_eq(x->name, ((const struct function *)o)->name))
			return true;
	}
	for (size_t i = 0; i < l->g->nsubs; i++)
		if (str_eq(l->g->subs[i].column, o->name))
			return true;
	return false;
}

/* column "": the table goes.  A publication without a list has all columns. */
static void unpublished(const struct lens *l, const struct spot *p,
    struct str column)
{
	const struct obj_notes *n = p->live->o.notes;

	for (size_t i = 0; n && i < n->published.n; i++) {
		struct str s = n->published.v[i];
		size_t to = str_find(s, STR(" ADD TABLE "), 0);

		if (column.n && !pg_text_names(str_sub(s, str_find(s,
		    STR("("), to), s.n), column))
			continue;
		s = str_sub(s, sizeof("ALTER PUBLICATION ") - 1, to);
		pg_say(pg_found(l, HAZ_ID_PT27_PUBLISHED, p, STR("")),
		    SEV_CAUTION, arena_printf(l->w->a, "publication %.*s "
		    "loses it: its replication stops", STR_ARG(s)));
	}
}

static void gone_table(const struct lens *l, const struct table *t)
{
	struct spot p = spot_table(l, t);
	struct found *f;

	if (p.live)
		unpublished(l, &p, STR(""));
	if (!p.live || t->partition_key.n || t->type == TABLE_FOREIGN)
		return;
	f = pg_found(l, HAZ_ID_PT1, &p, STR(""));
	pg_count(l, f, &p, STR(""), STR(""));
}

static void gone_column(const struct lens *l, const struct column *c)
{
	const struct table *t = model_table(l->before, c->o.schema,
	    c->o.table);
	struct spot p;
	struct place col;
	struct found *f;

	if (!t || c->generated != GEN_NONE || c->inherited)
		return;
	p = spot_table(l, t);
	col = spot_column(l, &p, c->o.name);
	if (!p.live || !col.live.p)
		return;
	unpublished(l, &p, c->o.name);
	f = pg_found(l, HAZ_ID_PT16, &p, c->o.name);
	PROBE(l->w, f, "SELECT pg_catalog.count($) FROM $", col, p.sql);
	f->now_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p.sql.now);
	f->live_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p.sql.live);
	f->h.finder = sql_form(l->w, "SELECT * FROM $ WHERE $ IS NOT NULL",
	    (const struct str[]){ p.sql.live, col.live });
}

static void gone_sequence(const struct lens *l, const struct sequence *s)
{
	struct found *f;

	if (s->owned_by.n)
		return;		/* it goes with its column */
	f = pg_found_obj(l, HAZ_ID_PT32_SEQUENCE, &s->o);
	f->live_count = f->h.count_sql = arena_printf(l->w->a,
	    "SELECT CASE WHEN is_called THEN 1 ELSE 0 END FROM %.*s",
	    STR_ARG(spot_of(l, s->o.schema, s->o.name).sql.now));
	f->now_count = f->live_count;
}

/* DROP COLUMN takes its company along without being told to. */
static bool silently(const struct lens *l)
{
	bool drops = false;

	for (size_t i = 0; i < l->g->nsubs; i++) {
		if (l->g->subs[i].cascade)
			return false;
		drops = drops || l->g->subs[i].step == PG_STEP_DROP_COLUMN;
	}
	return drops;
}

/* What goes along, named or not. */
static void gone_along(const struct lens *l, const struct obj *o)
{
	const struct table *t = o->table.n ? model_table(l->before, o->schema,
	    o->table) : NULL;
	struct found *f;

	if (named(l, o) || !model_find(l->w->p->from, o->kind, o->schema,
	    o->table, o->name))
		return;
	/* a dropped table takes its own along: that is the table's loss */
	if (t && !model_table(l->after, o->schema, o->table))
		return;
	f = pg_found_obj(l, silently(l) ? HAZ_ID_PT17 : HAZ_ID_PT2, o);
	pg_say(f, SEV_CAUTION, arena_printf(l->w->a, "%s %.*s goes along",
	    obj_kind_name[o->kind], STR_ARG(o->name)));
}

static void gone(const struct lens *l, const struct obj *o)
{
	if (o->kind == OBJ_TABLE)
		gone_table(l, (const struct table *)o);
	else if (o->kind == OBJ_COLUMN)
		gone_column(l, (const struct column *)o);
	else if (o->kind == OBJ_SEQUENCE)
		gone_sequence(l, (const struct sequence *)o);
	else
		gone_along(l, o);
}

/* --- what has come ------------------------------------------------------------- */

static const struct index *index_of(const struct table *t, struct str name)
{
	for (size_t i = 0; i < t->nindexes; i++)
		if (str_eq(t->indexes[i]->o.name, name))
			return t->indexes[i];
	return NULL;
}

/* A key that takes an index over which was there already asks nothing. */
static void came_key(const struct lens *l, const struct spot *p,
    const struct table *is, const struct obj *o)
{
	const struct key *k = (const struct key *)o;
	const struct index *ix = index_of(is, k->label.n ? k->label :
	    o->name);
	struct index_part *parts = arena_array(l->w->a, struct index_part,
	    k->cols.n + 1);
	struct index made = { .o = *o, .unique = true, .parts = parts,
		.nparts = k->cols.n,
		.nulls_not_distinct = k->nulls_not_distinct };

	for (size_t i = 0; i < l->g->nsubs; i++)
		if (l->g->subs[i].con && l->g->subs[i].con->index.n)
			return;
	for (size_t i = 0; i < k->cols.n; i++)
		parts[i] = (struct index_part){ .column = k->cols.v[i],
			.expr = STR(""), .collation = STR("") };
	if (!k->inherited)
		pg_detect_unique(l, p, ix ? ix : &made);
}

static void came_column(const struct lens *l, const struct spot *p,
    const struct column *c)
{
	struct found *f;

	if (!c->notnull || c->has_default || c->generated != GEN_NONE ||
	    c->identity != IDENTITY_NONE || c->inherited)
		return;
	f = pg_found(l, HAZ_ID_PT12, p, c->o.name);
	pg_count(l, f, p, STR(""), STR(""));
}

static void came_exclude(const struct lens *l, const struct spot *p,
    const struct obj *o)
{
	struct found *f;

	if (((const struct exclude *)o)->inherited)
		return;
	f = pg_found(l, HAZ_ID_PC6, p, STR(""));
	pg_count(l, f, p, STR(""), STR(""));
	f->h.finder = STR("");
}

static void came(const struct lens *l, const struct obj *o)
{
	const struct table *is = o->table.n ? model_table(l->after,
	    o->schema, o->table) : NULL;
	struct spot p;

	if (!is || !model_table(l->before, o->schema, o->table))
		return;
	p = spot_table(l, is);
	if (!p.live)
		return;
	if (o->kind == OBJ_COLUMN)
		came_column(l, &p, (const struct column *)o);
	else if (o->kind == OBJ_CHECK &&
	    !((const struct check *)o)->not_valid &&
	    !((const struct check *)o)->inherited)
		pg_detect_check(l, &p, ((const struct check *)o)->expr);
	else if (o->kind == OBJ_FK && !((const struct fk *)o)->not_valid &&
	    !((const struct fk *)o)->inherited)
		pg_detect_fk(l, &p, (const struct fk *)o);
	else if (o->kind == OBJ_UNIQUE || o->kind == OBJ_PK)
		came_key(l, &p, is, o);
	else if (o->kind == OBJ_EXCLUDE)
		came_exclude(l, &p, o);
	else if (o->kind == OBJ_INDEX && ((const struct index *)o)->unique &&
	    ((const struct index *)o)->origin == 'c' &&
	    !((const struct index *)o)->inherited)
		pg_detect_unique(l, &p, (const struct index *)o);
}

/* --- what is another ------------------------------------------------------------- */

static void changed_column(const struct lens *l, const struct change *c)
{
	const struct column *from = (const struct column *)c->from;
	const struct column *to = (const struct column *)c->to;
	const struct table *t = model_table(l->before, from->o.schema,
	    from->o.table);
	struct spot p;

	if (!t || to->inherited)
		return;
	p = spot_table(l, t);
	if (!p.live)
		return;
	if (!from->notnull && to->notnull)
		pg_detect_set_not_null(l, &p, from->o.name);
	if (!str_eq(from->type, to->type) ||
	    !str_eq(from->collation, to->collation))
		pg_detect_type(l, &p, from, to);
}

static void changed_domain(const struct lens *l, const struct change *c)
{
	const struct domain *from = (const struct domain *)c->from;
	const struct domain *to = (const struct domain *)c->to;

	if (!from->notnull && to->notnull)
		pg_detect_domain(l, to, STR(""));
	for (size_t i = 0; i < to->checks.n; i++) {
		bool had = false;

		for (size_t k = 0; k < from->checks.n; k++)
			had = had || str_eq(from->checks.v[k],
			    to->checks.v[i]);
		if (!had && !str_ends(to->checks.v[i], STR(" NOT VALID")))
			pg_detect_domain(l, to, to->checks.v[i]);
	}
}

/* '"b" text' → b */
static struct str attr_name(const struct lens *l, struct str attr)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	size_t i = 1;

	if (!attr.n || attr.p[0] != '"')
		return str_sub(attr, 0, str_find(attr, STR(" "), 0));
	for (; i < attr.n; i++) {
		if (attr.p[i] == '"' && (i + 1 == attr.n ||
		    attr.p[++i] != '"'))
			break;
		sbuf_addc(&b, attr.p[i]);
	}
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void changed_composite(const struct lens *l, const struct change *c)
{
	const struct composite *from = (const struct composite *)c->from;
	const struct composite *to = (const struct composite *)c->to;

	for (size_t i = 0; i < from->attrs.n; i++) {
		struct str name = attr_name(l, from->attrs.v[i]);
		bool stays = false;

		for (size_t k = 0; k < to->attrs.n; k++)
			stays = stays || str_eq(name, attr_name(l,
			    to->attrs.v[k]));
		/* one of its name that comes is another one */
		for (size_t k = 0; k < l->g->nsubs; k++)
			stays = stays && !(l->g->subs[k].step ==
			    PG_STEP_DROP_COLUMN &&
			    str_eq(l->g->subs[k].column, name));
		if (!stays)
			pg_detect_attribute(l, c->from, name);
	}
}

static void changed(const struct lens *l, const struct change *c)
{
	if (c->kind == OBJ_COLUMN)
		changed_column(l, c);
	else if (c->kind == OBJ_DOMAIN)
		changed_domain(l, c);
	else if (c->kind == OBJ_COMPOSITE)
		changed_composite(l, c);
	else if (c->kind == OBJ_CHECK &&
	    ((const struct check *)c->from)->not_valid &&
	    !((const struct check *)c->to)->not_valid)
		came(l, c->to);
	else if (c->kind == OBJ_FK &&
	    ((const struct fk *)c->from)->not_valid &&
	    !((const struct fk *)c->to)->not_valid)
		came(l, c->to);
}

/* CREATE statements share the models around a row of them (run.c U.4): each
 * has come what it names. */
static bool own(const struct lens *l, const struct change *c)
{
	static const enum pg_kind shares[] = { PG_CREATE_TABLE,
		PG_CREATE_TABLE_AS, PG_CREATE_INDEX, PG_CREATE_VIEW,
		PG_CREATE_TRIGGER };

	for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++)
		if (l->g->kind == shares[i])
			return c->op == CHANGE_ADD && named(l, c->to);
	return true;
}

/* What a rename renames is no loss. */
static size_t renamed(const struct lens *l, struct rename_hint *h)
{
	const struct pg_obj *o = l->g->nobjs ? &l->g->objs[0] : NULL;

	if (!o || l->g->kind != PG_RENAME ||
	    (o->kind != OBJ_TABLE && o->kind != OBJ_COLUMN))
		return 0;
	*h = (struct rename_hint){ .kind = o->kind, .table = o->table,
		.from = o->name, .to = l->g->new_name };
	return 1;
}

void pg_changes(const struct run_stmt *s, const struct pg_stmt *g,
    struct arena *a, struct change_list *out)
{
	struct lens l = { .s = s, .g = g };
	struct rename_hint h;
	struct rename_hints hints = { &h, renamed(&l, &h) };
	VEC(struct change) mine = { 0 };

	*out = (struct change_list){ 0 };
	if (!s->before || !s->after || s->before == s->after)
		return;
	diff_models(s->before, s->after, &hints, false, a, out);
	for (size_t i = 0; i < out->n; i++)
		if (own(&l, &out->v[i]))
			vec_push(a, &mine, out->v[i]);
	out->v = mine.v;
	out->n = mine.n;
}

void pg_detect_models(const struct lens *l)
{
	const struct change_list list = l->w->stmts[l->i].changes;

	if (!l->ran || l->g->kind == PG_SET_SCHEMA ||
	    l->g->kind == PG_RENAME)
		return;
	for (size_t i = 0; i < list.n; i++) {
		const struct change *c = &list.v[i];

		if (c->op == CHANGE_DROP)
			gone(l, c->from);
		else if (c->op == CHANGE_ADD)
			came(l, c->to);
		else if (c->op == CHANGE_CHANGE)
			changed(l, c);
	}
}

/*
 * pg_type: a column gets another type (PY1–PY15, PE3).  The table of
 * dialect/pg/types.c says what becomes of the values; enums and domains are
 * looked up in the models.
 */
#include "plan/pg.h"

static const enum hazard_id fails_id[16] = {
	[5] = HAZ_ID_PY5, [7] = HAZ_ID_PY7, [8] = HAZ_ID_PY7,
	[11] = HAZ_ID_PY13, [13] = HAZ_ID_PY13,
};
static const enum hazard_id loss_id[16] = {
	[6] = HAZ_ID_PY6, [8] = HAZ_ID_PY8, [9] = HAZ_ID_PY9,
	[10] = HAZ_ID_PY10, [11] = HAZ_ID_PY11, [13] = HAZ_ID_PY13_LOSS,
};

static bool is_array(const struct column *c)
{
	return str_ends(c->type, STR("[]"));
}

/* Of an array the type of its elements.  As a statement writes it, a type may
 * have no schema. */
static const struct obj *type_of(const struct model *m, enum obj_kind kind,
    const struct column *c)
{
	if (!c->type_name.n)
		return NULL;
	if (c->type_schema.n)
		return model_find(m, kind, c->type_schema, STR(""),
		    c->type_name);
	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->kind == kind &&
		    str_eq(m->objs[i]->name, c->type_name))
			return m->objs[i];
	return NULL;
}

static const struct domain *domain_of(const struct model *m,
    const struct column *c)
{
	return is_array(c) ? NULL :
	    (const struct domain *)type_of(m, OBJ_DOMAIN, c);
}

static const struct enum_type *enum_of(const struct model *m,
    const struct column *c)
{
	return (const struct enum_type *)type_of(m, OBJ_ENUM, c);
}

static const struct pg_sub *step_of(const struct lens *l, struct str column)
{
	for (size_t i = 0; i < l->g->nsubs; i++)
		if (l->g->subs[i].step == PG_STEP_TYPE &&
		    str_eq(l->g->subs[i].column, column))
			return &l->g->subs[i];
	return NULL;
}

static struct place form_of(const struct lens *l, const struct spot *p,
    const struct column *c, struct str form, struct str type)
{
	struct place col = spot_column(l, p, c->o.name);

	col.now = pg_type_form(form, col.now, type, l->w->a);
	if (col.live.p)
		col.live = pg_type_form(form, col.live, type, l->w->a);
	return col;
}

static void counted(const struct lens *l, const struct spot *p,
    const struct column *c, enum hazard_id id, struct str form,
    struct str type)
{
	struct found *f;

	if (!id || !form.n)
		return;
	f = pg_found(l, id, p, c->o.name);
	pg_count_where(l, f, p, form_of(l, p, c, form, type));
}

/* --- enums ------------------------------------------------------------------------- */

/* The condition on a text that is none of the labels. */
static struct str no_label(const struct lens *l, const struct enum_type *t,
    struct str text)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_add(&b, text);
	for (size_t i = 0; i < t->values.n; i++) {
		struct value v = { .kind = VALUE_TEXT, .s = t->values.v[i],
			.full = t->values.v[i].n };

		sbuf_addz(&b, i ? ", " : " NOT IN (");
		l->w->d->literal(&b, &v);
	}
	sbuf_addz(&b, t->values.n ? ")" : " IS NOT NULL");
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Rows whose value, or an element of it, is none of the labels. */
static struct str lacks_label(const struct lens *l, const struct enum_type *t,
    bool array, struct str column)
{
	struct arena *a = l->w->a;

	if (!array)
		return no_label(l, t, arena_printf(a, "%.*s::pg_catalog.text",
		    STR_ARG(column)));
	return arena_printf(a, "EXISTS (SELECT FROM pg_catalog.unnest("
	    "%.*s::pg_catalog.text::pg_catalog.text[]) AS u(label) WHERE "
	    "%.*s)", STR_ARG(column), STR_ARG(no_label(l, t,
	    STR("u.label"))));
}

/* Every value that there can be is one of the new type too. */
static bool has_all(const struct enum_type *t, const struct enum_type *was)
{
	for (size_t i = 0; i < was->values.n; i++)
		if (!strs_has(t->values, was->values.v[i]))
			return false;
	return true;
}

static void to_enum(const struct lens *l, const struct spot *p,
    const struct column *from, const struct column *to,
    const struct enum_type *t)
{
	const struct enum_type *was = enum_of(l->before, from);
	struct place where = spot_column(l, p, from->o.name);
	struct found *f;

	if (l->ran && was && is_array(from) == is_array(to) &&
	    has_all(t, was))
		return;
	f = pg_found(l, HAZ_ID_PE3, p, from->o.name);
	where.now = lacks_label(l, t, is_array(to), where.now);
	if (where.live.p)
		where.live = lacks_label(l, t, is_array(to), where.live);
	pg_count_where(l, f, p, where);
}

/* The enum that a column becomes one of, where its labels are known: a
 * statement before that was not executed may have made it another. */
static const struct enum_type *to_labels(const struct lens *l,
    const struct column *to)
{
	const struct enum_type *t = enum_of(l->after, to);

	for (size_t i = 0; t && !l->ran && i < l->i; i++) {
		enum pg_kind kind = lens_of(l->w, i).g->kind;

		if (kind == PG_CREATE_ENUM || kind == PG_ALTER_ENUM)
			return NULL;
	}
	return t;
}

/* --- the values ------------------------------------------------------------------------ */

/* A plain cast, told from the pair of types. */
static void by_rule(const struct lens *l, const struct spot *p,
    const struct column *from, const struct pg_sub *s,
    const struct pg_type_change *c, struct str type)
{
	enum hazard_id loss = loss_id[c->code] ? loss_id[c->code] :
	    HAZ_ID_PY13_LOSS;

	counted(l, p, from, fails_id[c->code], c->fails, type);
	counted(l, p, from, loss_id[c->code], c->loses, type);
	if (c->unknown && !c->refused && fails_id[c->code] == HAZ_ID_PY5)
		(void)pg_found(l, HAZ_ID_PY13, p, from->o.name);
	else if (c->unknown && (c->refused || !loss_id[c->code]))
		pg_try_value(l, p, from, s, type);
	if (c->refused ? !pg_type_reads_all(from->type, type, l->w->a) :
	    c->unknown && loss_id[c->code])
		pg_compare_value(l, loss, p, from, s, type);
}

void pg_detect_using(const struct lens *l, const struct spot *p,
    const struct column *c)
{
	const struct pg_sub *s = step_of(l, c->o.name);

	if (s && s->has_using && !s->using_direct)
		pg_compare_value(l, HAZ_ID_PY13_LOSS, p, c, s, c->type);
}

/* --- all together --------------------------------------------------------------------- */

static void say_rewrite(const struct lens *l, const struct spot *p,
    const struct column *from, const struct column *to,
    const struct pg_type_change *c)
{
	static const enum hazard_id ids[16] = { [12] = HAZ_ID_PY12,
		[14] = HAZ_ID_PY14 };
	int64_t bytes = p->live ? p->live->bytes : -1;
	struct found *f;

	if (c->code == 2) {
		f = pg_found(l, HAZ_ID_PY2, p, from->o.name);
		pg_say(f, SEV_CAUTION, arena_printf(l->w->a, "%.*s to %.*s: "
		    "%s", STR_ARG(from->type), STR_ARG(to->type), c->note ?
		    c->note : f->h.def->title));
	}
	if (!c->rewrite) {
		f = pg_found(l, HAZ_ID_PY1, p, from->o.name);
		pg_say(f, SEV_INFO, arena_printf(l->w->a, "%.*s to %.*s: no "
		    "rewrite", STR_ARG(from->type), STR_ARG(to->type)));
		return;
	}
	f = pg_found(l, ids[c->code] ? ids[c->code] : HAZ_ID_PY4, p,
	    from->o.name);
	pg_say(f, bytes >= PG_LARGE ? SEV_CAUTION : SEV_INFO,
	    arena_printf(l->w->a, "%.*s to %.*s: the table is rewritten%s%.*s"
	    "%s%s", STR_ARG(from->type), STR_ARG(to->type),
	    bytes >= 0 ? ", " : "", STR_ARG(bytes >= 0 ?
	    pg_bytes(l->w->a, bytes) : STR("")),
	    c->note && c->code != 2 ? "; " : "",
	    c->note && c->code != 2 ? c->note : ""));
}

static void detect_collation(const struct lens *l, const struct spot *p,
    const struct column *from, const struct column *to)
{
	struct found *f = pg_found(l, HAZ_ID_PY3, p, from->o.name);

	pg_say(f, SEV_CAUTION, arena_printf(l->w->a, "collation %.*s to %.*s:"
	    " indexes on it are built anew", STR_ARG(from->collation.n ?
	    from->collation : STR("default")), STR_ARG(to->collation.n ?
	    to->collation : STR("default"))));
}

void pg_detect_type(const struct lens *l, const struct spot *p,
    const struct column *from, const struct column *to)
{
	const struct pg_sub *s = step_of(l, from->o.name);
	const struct domain *d = domain_of(l->after, to);
	const struct domain *was = domain_of(l->before, from);
	const struct enum_type *e = to_labels(l, to);
	struct str type = d ? d->type : to->type;
	struct pg_type_change c;

	if (str_eq(from->type, to->type)) {
		if (!str_eq(from->collation, to->collation))
			detect_collation(l, p, from, to);
		pg_detect_using(l, p, from);
		return;
	}
	c = pg_type_change(was ? was->type : from->type,
	    type, s && s->using_cast, l->w->utc,
	    l->w->version, l->w->a);
	if (d && (d->checks.n || d->notnull))
		c.rewrite = true;
	say_rewrite(l, p, from, to, &c);
	for (size_t i = 0; d && i < d->checks.n; i++)
		pg_detect_domain_column(l, p, from->o.name, d->checks.v[i]);
	if (e && (!s || !s->has_using || s->using_texts)) {
		to_enum(l, p, from, to, e);
		return;
	}
	if (s && s->has_using && !s->using_direct) {
		if (!e)
			pg_try_value(l, p, from, s, type);
		pg_compare_value(l, HAZ_ID_PY13_LOSS, p, from, s, type);
		return;
	}
	by_rule(l, p, from, s, &c, type);
}

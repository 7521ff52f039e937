/*
 * pg_values: what a new type or USING makes of the values.  Where no rule of
 * dialect/pg/types.c tells it, the very expression is computed for the live
 * rows, and the text of what comes out is held against the text of what is
 * there (P.1).
 *
 * The rows are those of a SELECT that gives the live columns the names and
 * types of the moment: so two steps of one plan are seen as one.
 */
#include "plan/pg.h"

static const struct column *live_column(const struct lens *l,
    const struct spot *p, struct str column, struct str *quoted)
{
	struct place c = spot_column(l, p, column);

	for (size_t i = 0; c.live.p && i < p->live->ncols; i++)
		if (str_eq(sql_form(l->w, "@", &p->live->cols[i]->o.name),
		    c.live)) {
			*quoted = c.live;
			return p->live->cols[i];
		}
	return NULL;
}

/* (SELECT "live"::type AS "now", … FROM t) AS "t" */
static struct str rows_of(const struct lens *l, const struct spot *p)
{
	struct sbuf b = SBUF_TEXT;
	const char *comma = "";
	struct str out;

	SQL(&b, "(SELECT ");
	for (size_t i = 0; i < p->now->ncols; i++) {
		const struct column *c = p->now->cols[i], *was;
		struct str quoted;

		was = live_column(l, p, c->o.name, &quoted);
		if (!was)
			continue;
		sbuf_addz(&b, comma);
		sbuf_add(&b, quoted);
		if (!str_eq(was->type, c->type)) {
			SQL(&b, "::");
			sbuf_add(&b, c->type);
		}
		SQL(&b, " AS ");
		l->w->d->ident(&b, c->o.name);
		comma = ", ";
	}
	SQL(&b, " FROM ");
	sbuf_add(&b, p->sql.live);
	SQL(&b, ") AS ");
	l->w->d->ident(&b, p->name);
	out = arena_str(l->w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str value_of(const struct lens *l, const struct pg_sub *s,
    const struct column *from, struct str type)
{
	struct str text = s && s->has_using ? s->using_text :
	    sql_form(l->w, "@", &from->o.name);

	return arena_printf(l->w->a, "(%.*s%s)::%.*s", STR_ARG(text),
	    pg_line_end(text), STR_ARG(type));
}

/* looking runs no code that is not the server's own */
static bool may_look(const struct lens *l, const struct spot *p,
    const struct pg_sub *s)
{
	return p->live && p->now && (!s || !s->has_using ||
	    (s->using_text.n &&
	    !(l->g->flags & (PG_ANYTHING | PG_CLUSTER_WIDE))));
}

static void set_of(const struct lens *l, struct found *f,
    const struct spot *p, struct str sql)
{
	f->live_count = f->h.count_sql = sql;
	f->live_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.live);
}

void pg_try_value(const struct lens *l, const struct spot *p,
    const struct column *from, const struct pg_sub *s, struct str type)
{
	struct found *f = pg_found(l, HAZ_ID_PY13, p, from->o.name);

	if (may_look(l, p, s))
		set_of(l, f, p, arena_printf(l->w->a,
		    "SELECT 0 * pg_catalog.count(%.*s) FROM %.*s",
		    STR_ARG(value_of(l, s, from, type)),
		    STR_ARG(rows_of(l, p))));
}

void pg_compare_value(const struct lens *l, enum hazard_id id,
    const struct spot *p, const struct column *from, const struct pg_sub *s,
    struct str type)
{
	struct found *f = pg_found(l, id, p, from->o.name);
	struct arena *a = l->w->a;
	struct str was, now, pairs, form;

	f->compares = true;
	if (!may_look(l, p, s))
		return;
	was = pg_type_shown(sql_form(l->w, "@", &from->o.name), from->type, a);
	now = pg_type_shown(value_of(l, s, from, type), type, a);
	form = pg_type_differs(from->type, type, a);
	pairs = arena_printf(a, "(SELECT %.*s AS was, %.*s AS now FROM %.*s)"
	    " AS v WHERE %.*s", STR_ARG(was), STR_ARG(now),
	    STR_ARG(rows_of(l, p)), STR_ARG(form));
	set_of(l, f, p, arena_printf(a, "SELECT pg_catalog.count(*) FROM %.*s",
	    STR_ARG(pairs)));
	f->h.finder = arena_printf(a, "SELECT was, now FROM %.*s",
	    STR_ARG(pairs));
}

/*
 * pg_named: what got another name, schema or label gets the old one back, by
 * what the statement says; the models tell which thing it was.
 */
#include "plan/pg.h"

/* ALTER TYPE says of no type which kind it is. */
static bool is_kind(const struct obj *x, const struct pg_obj *o)
{
	return x->kind == o->kind || (o->kind == OBJ_COMPOSITE &&
	    (x->kind == OBJ_ENUM || x->kind == OBJ_RANGE));
}

/* The object that went from one schema into another, as it was. */
static const struct obj *moved(const struct run_stmt *s, struct str to,
    const struct pg_obj *o)
{
	const struct model *m = s->before;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *x = m->objs[i];

		if (is_kind(x, o) && str_eq(x->name, o->name) &&
		    (!o->schema.n || str_eq(x->schema, o->schema)) &&
		    !str_eq(x->schema, to) &&
		    !model_find(s->after, x->kind, x->schema, x->table,
		    x->name) && model_find(s->after, x->kind, to, x->table,
		    x->name))
			return x;
	}
	return NULL;
}

/* ALTER SCHEMA … RENAME TO, ALTER … SET SCHEMA: all of it goes back at once */
static bool move_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b)
{
	static const char *const words[OBJ_KIND_N] = {
		[OBJ_TABLE] = "ALTER TABLE ", [OBJ_VIEW] = "ALTER TABLE ",
		[OBJ_SEQUENCE] = "ALTER SEQUENCE ", [OBJ_ENUM] = "ALTER TYPE ",
		[OBJ_DOMAIN] = "ALTER DOMAIN ",
		[OBJ_COMPOSITE] = "ALTER TYPE ", [OBJ_RANGE] = "ALTER TYPE ",
	};
	const struct dialect *d = dialect_of(s->before->dialect);
	const struct pg_obj *o = g->nobjs == 1 ? &g->objs[0] : NULL;
	const struct obj *x;
	struct obj at;

	if (o && g->kind == PG_RENAME && o->kind == OBJ_SCHEMA) {
		SQL(b, "ALTER SCHEMA ");
		d->ident(b, g->new_name);
		SQL(b, " RENAME TO ");
		d->ident(b, o->name);
		return true;
	}
	if (!o || g->kind != PG_SET_SCHEMA || o->kind >= OBJ_KIND_N ||
	    !words[o->kind] || !(x = moved(s, g->new_name, o)))
		return false;
	at = *x;
	at.kind = OBJ_TABLE;
	at.schema = g->new_name;
	sbuf_addz(b, words[x->kind]);
	d->table(b, &at);
	SQL(b, " SET SCHEMA ");
	d->ident(b, x->schema);
	return true;
}

/* --- names ---------------------------------------------------------------------- */

/* By what ALTER calls it; in the order in which one name may stand for
 * several: a constraint before its index, a type before functions over it. */
static const struct {
	enum obj_kind kind;
	const char *words;
	enum { AT_NAME, AT_TABLE, AT_CONSTRAINT, AT_GLOBAL } form;
} renames[] = {
	{ OBJ_SCHEMA, "ALTER SCHEMA ", AT_GLOBAL },
	{ OBJ_ENUM, "ALTER TYPE ", AT_NAME },
	{ OBJ_COMPOSITE, "ALTER TYPE ", AT_NAME },
	{ OBJ_RANGE, "ALTER TYPE ", AT_NAME },
	{ OBJ_DOMAIN, "ALTER DOMAIN ", AT_NAME },
	{ OBJ_TABLE, "ALTER TABLE ", AT_NAME },
	{ OBJ_VIEW, "ALTER TABLE ", AT_NAME },
	{ OBJ_SEQUENCE, "ALTER SEQUENCE ", AT_NAME },
	{ OBJ_PK, "", AT_CONSTRAINT }, { OBJ_UNIQUE, "", AT_CONSTRAINT },
	{ OBJ_CHECK, "", AT_CONSTRAINT }, { OBJ_FK, "", AT_CONSTRAINT },
	{ OBJ_EXCLUDE, "", AT_CONSTRAINT },
	{ OBJ_INDEX, "ALTER INDEX ", AT_NAME },
	{ OBJ_TRIGGER, "ALTER TRIGGER ", AT_TABLE },
	{ OBJ_RULE, "ALTER RULE ", AT_TABLE },
	{ OBJ_POLICY, "ALTER POLICY ", AT_TABLE },
	{ OBJ_STATISTICS, "ALTER STATISTICS ", AT_NAME },
	{ OBJ_FUNCTION, "ALTER FUNCTION ", AT_NAME },
};

static struct str name_in(const struct obj *o)
{
	const void *p = o;

	return o->kind == OBJ_FUNCTION ? ((const struct function *)p)->name :
	    o->name;
}

static bool is_renamed(const struct run_stmt *s, const struct obj *y,
    struct str was, struct str is)
{
	struct str args = STR("");
	struct arena *a;
	bool ok;

	if (!str_eq(name_in(y), is))
		return false;
	if (y->kind != OBJ_FUNCTION)
		return !model_find(s->before, y->kind, y->schema, y->table,
		    y->name) && model_find(s->before, y->kind, y->schema,
		    y->table, was);
	a = arena_new();
	args = str_sub(y->name, is.n, y->name.n);
	ok = str_starts(y->name, is) && model_find(s->before, y->kind,
	    y->schema, y->table, arena_printf(a, "%.*s%.*s", STR_ARG(was),
	    STR_ARG(args)));
	arena_free(a);
	return ok;
}

static const struct obj *renamed_as(const struct run_stmt *s,
    enum obj_kind kind, struct str was, struct str is)
{
	for (size_t i = 0; i < s->after->nobjs; i++)
		if (s->after->objs[i]->kind == kind &&
		    is_renamed(s, s->after->objs[i], was, is))
			return s->after->objs[i];
	return NULL;
}

static void rename_text(const struct dialect *d, size_t k,
    const struct obj *y, struct str was, struct sbuf *b)
{
	const void *p = y;
	struct obj at = *y;

	at.kind = OBJ_TABLE;
	at.name = renames[k].form == AT_NAME ? name_in(y) : y->table;
	sbuf_addz(b, renames[k].form == AT_CONSTRAINT ? "ALTER TABLE " :
	    y->kind == OBJ_FUNCTION &&
	    ((const struct function *)p)->kind == 'p' ? "ALTER PROCEDURE " :
	    y->kind == OBJ_FUNCTION &&
	    ((const struct function *)p)->kind == 'a' ? "ALTER AGGREGATE " :
	    renames[k].words);
	if (renames[k].form == AT_TABLE || renames[k].form == AT_GLOBAL)
		d->ident(b, y->name);
	if (renames[k].form == AT_TABLE)
		SQL(b, " ON ");
	if (renames[k].form != AT_GLOBAL)
		d->table(b, &at);
	if (y->kind == OBJ_FUNCTION)
		sbuf_add(b, str_sub(y->name, name_in(y).n, y->name.n));
	if (renames[k].form == AT_CONSTRAINT) {
		SQL(b, " RENAME CONSTRAINT ");
		d->ident(b, y->name);
		SQL(b, " TO ");
	} else {
		SQL(b, " RENAME TO ");
	}
	d->ident(b, was);
}

/* An attribute of a type: the one that has another name. */
static bool attribute_back(const struct run_stmt *s, const struct pg_obj *o,
    const struct pg_stmt *g, struct sbuf *b)
{
	const struct dialect *d = dialect_of(s->before->dialect);
	struct obj at;

	for (size_t i = 0; i < s->after->nobjs; i++) {
		const void *y = s->after->objs[i];
		const void *x = model_find(s->before, OBJ_COMPOSITE,
		    s->after->objs[i]->schema, STR(""),
		    s->after->objs[i]->name);

		if (s->after->objs[i]->kind != OBJ_COMPOSITE || !x ||
		    !str_is(str_z(o->word), "attribute") ||
		    strs_eq(((const struct composite *)x)->attrs,
		    ((const struct composite *)y)->attrs))
			continue;
		at = *s->after->objs[i];
		at.kind = OBJ_TABLE;
		SQL(b, "ALTER TYPE ");
		d->table(b, &at);
		SQL(b, " RENAME ATTRIBUTE ");
		d->ident(b, g->new_name);
		SQL(b, " TO ");
		d->ident(b, g->old_value.n ? g->old_value : o->name);
		return true;
	}
	return false;
}

/* RENAME of anything but a table or column, which have their hints. */
static bool name_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b)
{
	const struct dialect *d = dialect_of(s->before->dialect);
	const struct pg_obj *o = g->nobjs == 1 ? &g->objs[0] : NULL;

	if (!o || g->kind != PG_RENAME || !g->new_name.n)
		return false;
	if (o->kind == OBJ_COMPOSITE && str_is(str_z(o->word), "attribute"))
		return attribute_back(s, o, g, b);
	for (size_t k = 0; k < sizeof(renames) / sizeof(*renames); k++) {
		const struct obj *y = renamed_as(s, renames[k].kind, o->name,
		    g->new_name);

		if (!y || (o->schema.n && !str_eq(o->schema, y->schema)) ||
		    (o->table.n && !str_eq(o->table, y->table)))
			continue;
		rename_text(d, k, y, o->name, b);
		return true;
	}
	return false;
}

/* ALTER TYPE … RENAME VALUE */
static bool value_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b)
{
	const struct dialect *d = dialect_of(s->before->dialect);
	struct value v[2] = { { .kind = VALUE_TEXT, .s = g->new_value },
		{ .kind = VALUE_TEXT, .s = g->old_value } };
	struct obj at;

	if (g->kind != PG_ALTER_ENUM || !g->old_value.n || g->nobjs != 1)
		return false;
	for (size_t i = 0; i < s->after->nobjs; i++) {
		const void *y = s->after->objs[i];
		const void *x = model_find(s->before, OBJ_ENUM,
		    s->after->objs[i]->schema, STR(""),
		    s->after->objs[i]->name);

		if (s->after->objs[i]->kind != OBJ_ENUM || !x ||
		    strs_eq(((const struct enum_type *)x)->values,
		    ((const struct enum_type *)y)->values))
			continue;
		at = *s->after->objs[i];
		at.kind = OBJ_TABLE;
		SQL(b, "ALTER TYPE ");
		d->table(b, &at);
		SQL(b, " RENAME VALUE ");
		v[0].full = v[0].s.n;
		v[1].full = v[1].s.n;
		d->literal(b, &v[0]);
		SQL(b, " TO ");
		d->literal(b, &v[1]);
		return true;
	}
	return false;
}

bool pg_name_back(const struct run_stmt *s, const struct pg_stmt *g,
    struct sbuf *b)
{
	return move_back(s, g, b) || value_back(s, g, b) || name_back(s, g, b);
}

/*
 * dropped: what the step from one declared schema to another takes with its
 * rows, where neither an answer renames it nor the other side has it.
 */
#include "base/sbuf.h"
#include "decl/diff.h"

struct step {
	const struct decl *to;
	const struct decl_answers *answers;
	struct arena *a;
};

/* An answer may say public.t for t. */
static struct str bare(struct str name)
{
	return str_starts(name, STR("public.")) ? str_sub(name, 7, name.n) :
	    name;
}

/* The new name of it; the old one where nothing renames it. */
static struct str renamed(const struct step *s, enum decl_kind kind,
    struct str table, struct str name)
{
	for (size_t i = 0; s->answers && i < s->answers->n; i++) {
		const struct decl_answer *x = &s->answers->v[i];

		if (x->kind != kind || !x->from.p)
			continue;
		if (kind == DECL_K_COLUMN && str_eq(x->from, name) &&
		    str_eq(bare(x->table), table))
			return x->to;
		if (kind != DECL_K_COLUMN && str_eq(bare(x->from), name))
			return bare(x->to);
	}
	return name;
}

static struct str key(const struct step *s, struct str schema,
    struct str name)
{
	return schema.n ? arena_printf(s->a, "%.*s.%.*s", STR_ARG(schema),
	    STR_ARG(name)) : name;
}

static const struct decl_table *table_after(const struct step *s,
    const struct decl_table *t)
{
	struct str schema = t->schema.n ? renamed(s, DECL_K_SCHEMA, STR(""),
	    t->schema) : t->schema;
	/* an answer may name it by the old schema or by the new one */
	struct str was = key(s, t->schema, t->name);
	struct str now = renamed(s, DECL_K_TABLE, STR(""), was);

	if (str_eq(now, was))
		now = renamed(s, DECL_K_TABLE, STR(""), key(s, schema,
		    t->name));
	for (size_t i = 0; i < s->to->ntables; i++) {
		const struct decl_table *x = &s->to->tables[i];

		if (str_eq(key(s, x->schema, x->name), now))
			return x;
	}
	return NULL;
}

/* A generated column keeps no value that was there. */
static bool column_stays(const struct step *s, const struct decl_column *c,
    const struct decl_table *to)
{
	struct str now = renamed(s, DECL_K_COLUMN, key(s, to->schema,
	    to->name), c->name);

	for (size_t i = 0; i < to->ncols; i++)
		if (str_eq(to->cols[i].name, now))
			return !to->cols[i].generated.p;
	return false;
}

/* Up to three names. */
struct list {
	struct str names;
	size_t n;
};

static void add(const struct step *s, struct list *l, struct str name)
{
	enum { SHOWN = 3 };

	l->n++;
	if (l->n <= SHOWN)
		l->names = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(l->names),
		    l->n > 1 ? ", " : "", STR_ARG(name));
	else if (l->n == SHOWN + 1)
		l->names = arena_printf(s->a, "%.*s, …", STR_ARG(l->names));
}

struct strs decl_dropped_tables(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, struct arena *a)
{
	const struct step s = { to, answers, a };
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < from->ntables; i++)
		if (!table_after(&s, &from->tables[i]))
			vec_push(a, &v, key(&s, from->tables[i].schema,
			    from->tables[i].name));
	return (struct strs){ v.v, v.n };
}

struct str decl_dropped_text(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, struct arena *a)
{
	const struct step s = { to, answers, a };
	struct list tables = { STR(""), 0 }, cols = { STR(""), 0 };
	struct str t = STR(""), c = STR("");

	for (size_t i = 0; i < from->ntables; i++) {
		const struct decl_table *was = &from->tables[i];
		const struct decl_table *now = table_after(&s, was);
		struct str name = key(&s, was->schema, was->name);

		if (!now)
			add(&s, &tables, name);
		for (size_t k = 0; now && k < was->ncols; k++)
			if (!was->cols[k].generated.p &&
			    !column_stays(&s, &was->cols[k], now))
				add(&s, &cols, arena_printf(a, "%.*s.%.*s",
				    STR_ARG(name),
				    STR_ARG(was->cols[k].name)));
	}
	if (tables.n)
		t = arena_printf(a, "%zu table%s (%.*s)", tables.n,
		    tables.n == 1 ? "" : "s", STR_ARG(tables.names));
	if (cols.n)
		c = arena_printf(a, "the values of %zu column%s (%.*s)",
		    cols.n, cols.n == 1 ? "" : "s", STR_ARG(cols.names));
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(t), t.n && c.n ?
	    " and " : "", STR_ARG(c));
}

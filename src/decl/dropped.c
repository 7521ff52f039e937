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

/* --- all that goes --------------------------------------------------------- */

struct thing {
	struct str schema, name;
};
typedef VEC(struct thing) things;
typedef VEC(struct str) texts;

#define ADD_ALL(list, count) \
	for (size_t i = 0; i < d->count; i++) \
		vec_push(a, v, (struct thing){ bare_schema(d->list[i].schema), \
			d->list[i].name })

static struct str bare_schema(struct str schema)
{
	return !schema.p || str_is(schema, "public") ? STR("") : schema;
}

static void all_of(const struct decl *d, enum decl_kind kind, struct arena *a,
    things *v)
{
	switch (kind) {
	case DECL_K_ENUM:
		ADD_ALL(enums, nenums);
		break;
	case DECL_K_SEQUENCE:
		ADD_ALL(sequences, nsequences);
		break;
	case DECL_K_VIEW:
		ADD_ALL(views, nviews);
		break;
	case DECL_K_POLICY:
		ADD_ALL(policies, npolicies);
		break;
	case DECL_K_TABLE:
		ADD_ALL(tables, ntables);
		break;
	case DECL_K_ROLE:
		for (size_t i = 0; i < d->nroles; i++)
			vec_push(a, v, (struct thing){ STR(""),
				d->roles[i].name });
		break;
	case DECL_K_SCHEMA:
		for (size_t i = 0; i < d->schemas.n; i++)
			vec_push(a, v, (struct thing){ STR(""),
				d->schemas.v[i] });
		break;
	case DECL_K_COLUMN:
	case DECL_KIND_N:
		break;
	}
}

static bool thing_stays(const struct step *s, enum decl_kind kind,
    const struct thing *x, const things *now)
{
	struct str schema = x->schema.n ? renamed(s, DECL_K_SCHEMA, STR(""),
	    x->schema) : x->schema;
	struct str was = key(s, x->schema, x->name);
	struct str name = renamed(s, kind, STR(""), was);

	if (str_eq(name, was))
		name = renamed(s, kind, STR(""), key(s, schema, x->name));
	for (size_t i = 0; i < now->n; i++)
		if (str_eq(key(s, now->v[i].schema, now->v[i].name), name))
			return true;
	return false;
}

static void gone(const struct step *s, texts *out, const char *what,
    struct str name)
{
	vec_push(s->a, out, arena_printf(s->a, "drop-%s:%.*s", what,
	    STR_ARG(name)));
}

/* Parts that have a name: those of `was` that `now` lacks. */
#define GONE_PARTS(list, count, what) \
	for (size_t i = 0; i < was->count; i++) { \
		bool stays = false; \
		for (size_t k = 0; k < now->count; k++) \
			stays |= str_eq(was->list[i].name, \
			    now->list[k].name); \
		if (!stays) \
			gone(s, out, what, was->list[i].name); \
	}

static void gone_parts(const struct step *s, const struct decl_table *was,
    const struct decl_table *now, texts *out)
{
	for (size_t k = 0; k < was->ncols; k++) {
		struct str name = renamed(s, DECL_K_COLUMN, key(s,
		    now->schema, now->name), was->cols[k].name);
		bool stays = false;

		for (size_t i = 0; i < now->ncols; i++)
			stays |= str_eq(now->cols[i].name, name);
		if (!stays)
			gone(s, out, "column", arena_printf(s->a, "%.*s.%.*s",
			    STR_ARG(key(s, was->schema, was->name)),
			    STR_ARG(was->cols[k].name)));
	}
	GONE_PARTS(indexes, nindexes, "index")
	GONE_PARTS(uniques, nuniques, "unique")
	GONE_PARTS(checks, nchecks, "check")
	GONE_PARTS(policies, npolicies, "policy")
}

struct strs decl_dropped(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, bool parts, struct arena *a)
{
	const struct step s = { to, answers, a };
	texts out = { 0 };

	for (enum decl_kind k = 0; k < DECL_KIND_N; k++) {
		things was = { 0 }, now = { 0 };

		all_of(from, k, a, &was);
		all_of(to, k, a, &now);
		for (size_t i = 0; i < was.n; i++)
			if (!thing_stays(&s, k, &was.v[i], &now))
				gone(&s, &out, decl_kind_word[k], key(&s,
				    was.v[i].schema, was.v[i].name));
	}
	for (size_t i = 0; parts && i < from->ntables; i++) {
		const struct decl_table *t = table_after(&s,
		    &from->tables[i]);

		if (t)
			gone_parts(&s, &from->tables[i], t, &out);
	}
	return (struct strs){ out.v, out.n };
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

/*
 * name: what a change is called on a terminal: "add_published_to_posts".
 * Whatever comes first of renames, tables, columns and the rest gives the
 * name; of several the first, and "and_more".
 */
#include "decl/internal.h"

enum { LONGEST = 60 };

struct naming {
	struct arena *a;
	struct decl_answers answers;
	struct str in;		/* the table that is looked at, in an answer */
	struct str first;
	size_t n;		/* changes found */
};

static void found(struct naming *w, const char *verb, struct str thing,
    const char *link, struct str table)
{
	if (!w->n++)
		w->first = arena_printf(w->a, "%s_%.*s%s%.*s", verb,
		    STR_ARG(thing), link, STR_ARG(table));
}

/* An answer may say the schema where nothing else does. */
static bool means(struct str said, struct str name)
{
	return str_eq(said, name) || (said.n > name.n &&
	    said.p[said.n - name.n - 1] == '.' &&
	    str_eq(str_sub(said, said.n - name.n, said.n), name));
}

/* Is it one end of a rename that was answered? */
static bool is_renamed(const struct naming *w, enum decl_kind kind,
    struct str name, bool old)
{
	for (size_t i = 0; i < w->answers.n; i++) {
		const struct decl_answer *x = &w->answers.v[i];

		if (x->kind == kind && x->from.p &&
		    (!w->in.n || means(x->table, w->in)) &&
		    means(old ? x->from : x->to, name))
			return true;
	}
	return false;
}

static struct str name_at(struct decl_list l, size_t i)
{
	const char *v = l.v;

	return *(const struct str *)(const void *)(v + i * l.size);
}

/* Things that start with their name. */
static void things(struct naming *w, enum decl_kind kind,
    struct decl_list left, struct decl_list right, struct str table)
{
	struct decl_match m = decl_match(w->a, left, right);

	for (size_t i = 0; i < right.n; i++)
		if (m.ba[i] == DECL_NOWHERE &&
		    !is_renamed(w, kind, name_at(right, i), false))
			found(w, table.n ? "add" : "create",
			    name_at(right, i), table.n ? "_to_" : "", table);
	for (size_t i = 0; i < left.n; i++)
		if (m.ab[i] == DECL_NOWHERE &&
		    !is_renamed(w, kind, name_at(left, i), true))
			found(w, table.n ? "remove" : "drop",
			    name_at(left, i), table.n ? "_from_" : "", table);
}

static bool same_column(const struct decl_column *x,
    const struct decl_column *y)
{
	return str_eq(x->type, y->type) && x->notnull == y->notnull &&
	    x->primary == y->primary && !x->identity == !y->identity &&
	    str_eq(x->generated, y->generated) &&
	    decl_value_same(&x->dflt, &y->dflt);
}

static bool same_in(const struct decl_table *x, size_t col,
    const struct decl_table *y, struct str name)
{
	for (size_t i = 0; i < y->ncols; i++)
		if (str_eq(y->cols[i].name, name))
			return same_column(&x->cols[col], &y->cols[i]);
	return true;
}

/* What a column is called on the other side. */
static struct str new_name(const struct naming *w, struct str old)
{
	for (size_t i = 0; i < w->answers.n; i++) {
		const struct decl_answer *x = &w->answers.v[i];

		if (x->kind == DECL_K_COLUMN && x->from.p &&
		    means(x->table, w->in) && str_eq(x->from, old))
			return x->to;
	}
	return old;
}

static void in_table(struct naming *w, const struct decl_table *x,
    const struct decl_table *y, struct str key)
{
	struct decl_list l = DECL_LIST(x->cols, x->ncols);
	struct decl_list r = DECL_LIST(y->cols, y->ncols);

	w->in = key;
	things(w, DECL_K_COLUMN, l, r, y->name);
	for (size_t i = 0; i < x->ncols; i++) {
		struct str name = new_name(w, x->cols[i].name);

		if (!same_in(x, i, y, name))
			found(w, "change", name, "_of_", y->name);
	}
	things(w, DECL_KIND_N, DECL_LIST(x->uniques, x->nuniques),
	    DECL_LIST(y->uniques, y->nuniques), y->name);
	things(w, DECL_KIND_N, DECL_LIST(x->indexes, x->nindexes),
	    DECL_LIST(y->indexes, y->nindexes), y->name);
	things(w, DECL_KIND_N, DECL_LIST(x->fks, x->nfks),
	    DECL_LIST(y->fks, y->nfks), y->name);
	things(w, DECL_KIND_N, DECL_LIST(x->checks, x->nchecks),
	    DECL_LIST(y->checks, y->nchecks), y->name);
	things(w, DECL_K_POLICY, DECL_LIST(x->policies, x->npolicies),
	    DECL_LIST(y->policies, y->npolicies), y->name);
	w->in = STR("");
}

/* Tables by schema and name, under keys that live as long as the arena. */
struct keyed {
	struct str key;
	const struct decl_table *t;
};

static struct decl_list keys(struct naming *w, const struct decl *d)
{
	struct keyed *v = arena_array(w->a, struct keyed, d->ntables);

	for (size_t i = 0; i < d->ntables; i++)
		v[i] = (struct keyed){ d->tables[i].schema.n ?
			arena_printf(w->a, "%.*s.%.*s",
			    STR_ARG(d->tables[i].schema),
			    STR_ARG(d->tables[i].name)) : d->tables[i].name,
			&d->tables[i] };
	return DECL_LIST(v, d->ntables);
}

static const struct keyed *meant(struct decl_list l, struct str said)
{
	const struct keyed *v = l.v;

	for (size_t i = 0; i < l.n; i++)
		if (means(said, v[i].key))
			return &v[i];
	return NULL;
}

/* They name the change: who has answered will look for it. */
static void renames(struct naming *w, struct decl_list l, struct decl_list r)
{
	for (size_t i = 0; i < w->answers.n; i++) {
		const struct decl_answer *x = &w->answers.v[i];

		if (x->from.p)
			found(w, "rename", x->from, "_to_", x->to);
	}
	for (size_t i = 0; i < w->answers.n; i++) {
		const struct decl_answer *x = &w->answers.v[i];
		const struct keyed *old, *now;

		if (x->kind != DECL_K_TABLE || !x->from.p)
			continue;
		old = meant(l, x->from);
		now = meant(r, x->to);
		if (old && now)
			in_table(w, old->t, now->t, now->key);
	}
}

static void all(struct naming *w, const struct decl *from,
    const struct decl *to)
{
	struct decl_list l = keys(w, from), r = keys(w, to);
	struct decl_match m = decl_match(w->a, l, r);
	const struct keyed *x = l.v, *y = r.v;

	renames(w, l, r);
	things(w, DECL_K_TABLE, l, r, STR(""));
	for (size_t i = 0; i < l.n; i++)
		if (m.ab[i] != DECL_NOWHERE)
			in_table(w, x[i].t, y[m.ab[i]].t, x[i].key);
	things(w, DECL_K_ENUM, DECL_LIST(from->enums, from->nenums),
	    DECL_LIST(to->enums, to->nenums), STR(""));
	for (size_t i = 0; i < from->nenums; i++)
		for (size_t k = 0; k < to->nenums; k++)
			if (str_eq(from->enums[i].name, to->enums[k].name) &&
			    !strs_eq(from->enums[i].values,
				to->enums[k].values))
				found(w, "change", to->enums[k].name, "",
				    STR(""));
	things(w, DECL_K_VIEW, DECL_LIST(from->views, from->nviews),
	    DECL_LIST(to->views, to->nviews), STR(""));
	things(w, DECL_K_SEQUENCE, DECL_LIST(from->sequences, from->nsequences),
	    DECL_LIST(to->sequences, to->nsequences), STR(""));
	things(w, DECL_K_ROLE, DECL_LIST(from->roles, from->nroles),
	    DECL_LIST(to->roles, to->nroles), STR(""));
	things(w, DECL_K_SCHEMA, DECL_LIST(from->schemas.v, from->schemas.n),
	    DECL_LIST(to->schemas.v, to->schemas.n), STR(""));
}

/* a-z, 0-9 and single _; not longer than a file's name should be. */
static struct str plain(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < LONGEST; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			p[n++] = c;
		else if (n && p[n - 1] != '_')
			p[n++] = '_';
	}
	while (n && p[n - 1] == '_')
		n--;
	return (struct str){ p, n };
}

struct str decl_name(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, struct arena *a)
{
	struct naming w = { .a = a, .answers = *answers };

	if (!from->ntables && to->ntables > 1)
		return STR("init");
	all(&w, from, to);
	if (!w.n)
		return STR("change");
	if (w.n > 1)
		w.first = arena_printf(a, "%.*s_and_more",
		    STR_ARG(plain(a, str_sub(w.first, 0, LONGEST - 9))));
	return plain(a, w.first);
}

/*
 * mend: a schema whose texts drizzle-kit writes in a way that no database
 * takes (decl.h, `mended`).  The snapshot holds drizzle-kit's text, so what
 * did not change must read alike on both sides before they are compared.
 */
#include "decl/internal.h"

struct mend {
	struct decl_job *j;		/* what was written with mended texts */
	const struct map *plain;	/* statements without them */
};

/* The first of that name, or NULL; v: its name is its first member. */
#define BY_NAME(v, n, key) find((v), (n), sizeof *(v), (key))
static const void *find(const void *v, size_t n, size_t size, struct str key)
{
	for (size_t i = 0; i < n; i++) {
		const void *at = (const char *)v + i * size;

		if (str_eq(*(const struct str *)at, key))
			return at;
	}
	return NULL;
}

/* The text of `from` as mended, where it is that of `to` still. */
static void patch(struct str *from, struct str to, struct str mended)
{
	if (from->p && str_eq(*from, to))
		*from = mended;
}

static void patch_column(struct decl_column *c, const struct decl_column *to,
    const struct decl_column *mended)
{
	patch(&c->generated, to->generated, mended->generated);
	if (c->dflt.kind == to->dflt.kind)
		patch(&c->dflt.text, to->dflt.text, mended->dflt.text);
}

static void patch_index(struct arena *a, struct decl_index *x,
    const struct decl_index *to, const struct decl_index *mended)
{
	struct decl_index_column *cols = arena_copy(a, x->cols,
	    x->ncols * sizeof(*cols));

	for (size_t i = 0; i < x->ncols && i < to->ncols; i++)
		patch(&cols[i].expression, to->cols[i].expression,
		    mended->cols[i].expression);
	patch(&x->where, to->where, mended->where);
	x->cols = cols;
}

static void patch_policy(struct decl_policy *p, const struct decl_policy *to,
    const struct decl_policy *mended)
{
	patch(&p->using_expr, to->using_expr, mended->using_expr);
	patch(&p->with_check, to->with_check, mended->with_check);
}

/* A copy of a list of `from`, each item patched by those of its name. */
#define PATCH(a, type, list, n, to_list, to_n, mended_list, statement) do { \
	struct type *v_ = arena_copy((a), (list), (n) * sizeof(*v_)); \
	for (size_t i_ = 0; i_ < (n); i_++) { \
		struct type *x = &v_[i_]; \
		const struct type *to_ = BY_NAME((to_list), (to_n), x->name); \
		if (to_) { \
			const struct type *mended_ = \
			    &(mended_list)[to_ - (to_list)]; \
			statement; \
		} \
	} \
	(list) = v_; \
} while (0)

static void patch_table(struct arena *a, struct decl_table *t,
    const struct decl_table *to, const struct decl_table *mended)
{
	PATCH(a, decl_column, t->cols, t->ncols, to->cols, to->ncols,
	    mended->cols, patch_column(x, to_, mended_));
	PATCH(a, decl_check, t->checks, t->nchecks, to->checks, to->nchecks,
	    mended->checks, patch(&x->value, to_->value, mended_->value));
	PATCH(a, decl_index, t->indexes, t->nindexes, to->indexes, to->nindexes,
	    mended->indexes, patch_index(a, x, to_, mended_));
	PATCH(a, decl_policy, t->policies, t->npolicies, to->policies, to->npolicies,
	    mended->policies, patch_policy(x, to_, mended_));
}

static const struct decl_table *table_of(const struct decl *d,
    const struct decl_table *like)
{
	for (size_t i = 0; i < d->ntables; i++)
		if (str_eq(d->tables[i].name, like->name) &&
		    str_eq(d->tables[i].schema, like->schema))
			return &d->tables[i];
	return NULL;
}

static const struct decl_view *view_of(const struct decl *d,
    const struct decl_view *like)
{
	for (size_t i = 0; i < d->nviews; i++)
		if (str_eq(d->views[i].name, like->name) &&
		    str_eq(d->views[i].schema, like->schema))
			return &d->views[i];
	return NULL;
}

static void patch_internal(struct arena *a, struct decl *d,
    const struct decl *to)
{
	struct decl_internal *v = arena_copy(a, d->internal,
	    d->ninternal * sizeof(*v));

	for (size_t i = 0; i < d->ninternal; i++) {
		const struct decl_internal *t = BY_NAME(to->internal,
		    to->ninternal, v[i].index);
		struct strs s = v[i].expressions;
		struct str *texts;

		if (!t)
			continue;
		texts = arena_copy(a, s.v, s.n * sizeof(*texts));
		for (size_t k = 0; k < s.n && k < t->expressions.n; k++)
			patch(&texts[k], t->expressions.v[k],
			    to->mended->internal[t - to->internal]
			    .expressions.v[k]);
		v[i].expressions = (struct strs){ texts, s.n };
	}
	d->internal = v;
}

const struct decl *decl_mended_from(struct arena *a, const struct decl *from,
    const struct decl *to)
{
	struct decl *d = arena_copy(a, from, sizeof(*d));
	struct decl_table *tables = arena_copy(a, d->tables,
	    d->ntables * sizeof(*tables));
	struct decl_view *views = arena_copy(a, d->views,
	    d->nviews * sizeof(*views));
	const struct decl *mended = to->mended;

	for (size_t i = 0; i < d->ntables; i++) {
		const struct decl_table *t = table_of(to, &tables[i]);

		if (t)
			patch_table(a, &tables[i], t,
			    &mended->tables[t - to->tables]);
	}
	for (size_t i = 0; i < d->nviews; i++) {
		const struct decl_view *v = view_of(to, &views[i]);

		if (v)
			patch(&views[i].definition, v->definition,
			    mended->views[v - to->views].definition);
	}
	PATCH(a, decl_policy, d->policies, d->npolicies, to->policies, to->npolicies,
	    mended->policies, patch_policy(x, to_, mended_));
	d->tables = tables;
	d->views = views;
	patch_internal(a, d, to);
	return d;
}

/* --- what it changed ------------------------------------------------------ */

static bool is_written(const struct mend *m, struct str name)
{
	for (size_t i = 0; i < m->j->statements.n; i++) {
		struct str s = m->j->statements.v[i];

		if (!map_has(m->plain, s) && memmem(s.p, s.n, name.p, name.n))
			return true;
	}
	return false;
}

static void note(const struct mend *m, enum decl_diff_id id,
    struct str table, struct str name, struct str x, struct str y)
{
	if (!str_eq(x, y) && is_written(m, name))
		decl_differs(m->j, id, table.n ? arena_printf(m->j->a,
		    "%.*s.%.*s", STR_ARG(table), STR_ARG(name)) : name);
}

static void note_policy(const struct mend *m, struct str table,
    const struct decl_policy *x, const struct decl_policy *y)
{
	note(m, DECL_D_PARAMETER, table, x->name, x->using_expr,
	    y->using_expr);
	note(m, DECL_D_PARAMETER, table, x->name, x->with_check,
	    y->with_check);
}

static void note_column(const struct mend *m, struct str table,
    const struct decl_column *x, const struct decl_column *y)
{
	static const enum decl_diff_id quotes[DECL_DIALECT_N] = {
		[DECL_PG] = DECL_D_DEFAULT_QUOTE,
		[DECL_SQLITE] = DECL_D_SQ_DEFAULT_QUOTE };

	note(m, DECL_D_PARAMETER, table, x->name, x->generated, y->generated);
	note(m, quotes[m->j->to->dialect], table, x->name, x->dflt.text,
	    y->dflt.text);
}

static void note_table(const struct mend *m, const struct decl_table *x,
    const struct decl_table *y)
{
	for (size_t i = 0; i < x->ncols; i++)
		note_column(m, x->name, &x->cols[i], &y->cols[i]);
	for (size_t i = 0; i < x->nchecks; i++)
		note(m, DECL_D_PARAMETER, x->name, x->checks[i].name,
		    x->checks[i].value, y->checks[i].value);
	for (size_t i = 0; i < x->nindexes; i++) {
		const struct decl_index *was = &x->indexes[i],
		    *now = &y->indexes[i];

		note(m, DECL_D_PARAMETER, x->name, was->name, was->where,
		    now->where);
		for (size_t k = 0; k < was->ncols; k++)
			note(m, DECL_D_PARAMETER, x->name, was->name,
			    was->cols[k].expression, now->cols[k].expression);
	}
	for (size_t i = 0; i < x->npolicies; i++)
		note_policy(m, x->name, &x->policies[i], &y->policies[i]);
}

void decl_mended_notes(struct decl_job *j, const struct decl *to,
    const struct map *plain)
{
	struct mend m = { j, plain };
	const struct decl *mended = to->mended;

	for (size_t i = 0; i < to->ntables; i++)
		note_table(&m, &to->tables[i], &mended->tables[i]);
	for (size_t i = 0; i < to->npolicies; i++)
		note_policy(&m, STR(""), &to->policies[i],
		    &mended->policies[i]);
	for (size_t i = 0; i < to->nviews; i++)
		note(&m, DECL_D_VIEW_CASING, STR(""), to->views[i].name,
		    to->views[i].definition, mended->views[i].definition);
}

/*
 * pg_views: views that stand in the way.  PostgreSQL refuses to change the
 * type of a column that a view reads, and to drop a view that another one reads
 * (its manual, Dependency Tracking): they are dropped before and made after.
 */
#include "decl/pg.h"
#include "dialect/pg/pg.h"

/* As they come, before all that is done to views and tables. */
enum { BEFORE_VIEWS = 17 };

static bool reads_column(struct str query, struct str table, struct str column)
{
	return pg_mentions(query, table) && (pg_mentions(query, column) ||
	    memchr(query.p, '*', query.n));
}

/* A * that is neither a product nor that of count(*). */
static bool selects_all(struct str query)
{
	for (size_t i = 0; i < query.n; i++) {
		struct str before = str_trim(str_sub(query, 0, i));

		if (query.p[i] == '*' && before.n &&
		    (strchr(".,", before.p[before.n - 1]) ||
		    (before.n >= 6 && str_ieq(str_sub(before, before.n - 6,
			before.n), STR("select")))))
			return true;
	}
	return false;
}

static bool reads(struct pg_work *w, struct str query,
    const struct decl_column *c)
{
	const struct decl_table *t = pg_home_of(w, c);

	return t && reads_column(query, t->name, c->name);
}

static bool reads_enum(struct pg_work *w, struct str query,
    const struct pg_st *s)
{
	struct pg_cols held = pg_cols_of_type(w, s);

	for (size_t i = 0; i < held.n; i++)
		if (reads(w, query, held.v[i]->c))
			return true;
	return false;
}

static bool anew(const struct pg_work *w, const struct decl_view *v)
{
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_CREATE_VIEW && w->st.v[i].view == v)
			return true;
	return false;
}

struct standing {
	const struct pg_view *was;
	const struct pg_view *is;	/* NULL: it goes */
	bool affected;
};

/* Its own column changes, or a view that it reads goes before. */
static bool is_affected(struct pg_work *w, struct standing *v, size_t n,
    const struct standing *x)
{
	struct str query = x->was->v->definition;

	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *s = &w->st.v[i];

		if (s->was && (s->kind == K_COL_TYPE ||
		    s->kind == K_COL_GENERATE || s->kind == K_DROP_COLUMN) &&
		    reads(w, query, s->was->c))
			return true;
		if (s->kind == K_REBUILD_ENUM && reads_enum(w, query, s))
			return true;
		if (s->kind == K_DROP_COLUMN && selects_all(query) &&
		    pg_mentions(query, s->table))
			return true;
	}
	for (size_t i = 0; i < n; i++)
		if (&v[i] != x && v[i].is && (v[i].affected ||
		    anew(w, v[i].is->v)) &&
		    pg_mentions(query, v[i].was->v->name))
			return true;
	return false;
}

/* It is made anew as a whole. */
static void say(struct pg_work *w, const struct pg_view *is)
{
	static const bool on_view[K_N] = { [K_RENAME_VIEW] = true,
		[K_MOVE_VIEW] = true, [K_VIEW_SET] = true,
		[K_VIEW_RESET] = true, [K_VIEW_SPACE] = true,
		[K_VIEW_METHOD] = true };

	for (size_t i = 0; i < w->st.n; i++)
		if (on_view[w->st.v[i].kind] && w->st.v[i].view == is->v)
			w->st.v[i].place = PG_UNWRITTEN;
	decl_differs(w->j, DECL_D_VIEWS, is->name);
	decl_warn(w->j, "the view %.*s is dropped and made anew: rights, "
	    "comments, triggers and indexes that it was given by hand go "
	    "with it", STR_ARG(is->name));
}

/* The next one that reads none of those left, or that none of those left
 * reads; of a circle the first. */
static size_t next_of(const struct decl_view *const *v, const bool *done,
    size_t n, bool read)
{
	size_t first = n;

	for (size_t i = 0; i < n; i++) {
		bool free = !done[i];

		for (size_t k = 0; free && k < n; k++)
			free = done[k] || k == i || !pg_mentions(
			    v[read ? k : i]->definition, v[read ? i : k]->name);
		if (free)
			return i;
		if (!done[i] && first == n)
			first = i;
	}
	return first;
}

/* The view as it was when K_DROP_VIEW is carried out. */
static const struct decl_view *dropped(const struct pg_work *w,
    const struct pg_st *s)
{
	for (size_t i = 0; i < w->s1.nviews; i++) {
		const struct pg_view *x = &w->s1.views[i];

		if (str_eq(x->old_name.p ? x->old_name : x->name, s->name) &&
		    str_eq(x->old_schema.p ? x->old_schema : x->schema,
			s->schema))
			return x->v;
	}
	return NULL;
}

/* Put the statements of one kind in order: views are made after those that
 * they read, and dropped before them.  The first that moved; NULL: none. */
static const struct decl_view *sort(struct pg_work *w, enum pg_verb kind)
{
	VEC(struct pg_st) old = { 0 };
	VEC(const struct decl_view *) v = { 0 };
	const struct decl_view *moved = NULL;
	bool *done;
	size_t next = 0;

	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *s = &w->st.v[i];
		const struct decl_view *of = kind == K_CREATE_VIEW ? s->view :
		    dropped(w, s);

		if (s->kind != kind || !of)
			continue;
		vec_push(w->a, &old, *s);
		vec_push(w->a, &v, of);
	}
	done = arena_array(w->a, bool, v.n);
	memset(done, 0, v.n * sizeof(*done));
	for (size_t i = 0; i < w->st.n; i++) {
		size_t at;

		if (w->st.v[i].kind != kind ||
		    (kind == K_DROP_VIEW && !dropped(w, &w->st.v[i])))
			continue;
		at = next_of(v.v, done, v.n, kind == K_DROP_VIEW);
		done[at] = true;
		if (at != next && !moved)
			moved = v.v[next];
		w->st.v[i] = old.v[at];
		next++;
	}
	return moved;
}

static void drop_before(struct pg_work *w, const struct standing *const *x,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct pg_view *was = x[i]->was;

		pg_add(w, (struct pg_st){ .kind = K_DROP_VIEW,
			.schema = was->old_schema.p ?
			was->old_schema : was->schema,
			.name = was->old_name.p ? was->old_name : was->name,
			.materialized = was->v->materialized });
	}
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_DROP_VIEW)
			w->st.v[i].place = BEFORE_VIEWS;
	(void)sort(w, K_DROP_VIEW);
}

/* Those that were to be made anyway, too. */
static void create_after(struct pg_work *w, const struct standing *const *x,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		pg_add(w, (struct pg_st){ .kind = K_CREATE_VIEW,
			.schema = x[i]->is->schema, .name = x[i]->is->name,
			.view = x[i]->is->v,
			.materialized = x[i]->is->v->materialized });
	(void)sort(w, K_CREATE_VIEW);
}

static void in_order(struct pg_work *w, enum pg_verb kind)
{
	const struct decl_view *moved = sort(w, kind);

	if (moved)
		decl_differs(w->j, DECL_D_VIEW_ORDER, moved->name);
}

static const struct pg_view *view_now(const struct pg_work *w,
    const struct pg_view *was)
{
	for (size_t i = 0; i < w->s2.nviews; i++)
		if (str_eq(w->s2.views[i].key, was->key))
			return &w->s2.views[i];
	return NULL;
}

void pg_views_around(struct pg_work *w)
{
	size_t n = 0, found = 0, before;
	struct standing *v = arena_array(w->a, struct standing,
	    w->s1.nviews);
	const struct standing **x;

	for (size_t i = 0; i < w->s1.nviews; i++) {
		const struct pg_view *was = &w->s1.views[i];

		if (!was->v->existing && was->v->definition.n)
			v[n++] = (struct standing){ was, view_now(w, was),
				false };
	}
	in_order(w, K_DROP_VIEW);
	in_order(w, K_CREATE_VIEW);
	do {
		before = found;
		for (size_t i = 0; i < n; i++)
			if (v[i].is && !v[i].affected && !v[i].is->v->existing
			    && !anew(w, v[i].is->v) &&
			    is_affected(w, v, n, &v[i])) {
				v[i].affected = true;
				found++;
			}
	} while (found != before);
	if (!found)
		return;
	x = arena_array(w->a, const struct standing *, found);
	for (size_t i = 0, k = 0; i < n; i++)
		if (v[i].affected)
			x[k++] = &v[i];
	for (size_t i = 0; i < found; i++)
		say(w, x[i]->is);
	drop_before(w, x, found);
	create_after(w, x, found);
}

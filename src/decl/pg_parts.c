/*
 * pg_parts: indexes, constraints and generated columns that stand in the way
 * of a column that changes.  PostgreSQL makes indexes, checks and foreign keys
 * again by the text that it keeps of them, which another type need not take;
 * it refuses to change a type that a generated column reads; and a column that
 * is dropped and added takes its parts along (its manual, ALTER TABLE).
 */
#include "decl/pg.h"
#include "dialect/pg/pg.h"

/* Before the types of columns; what is added comes after them anyway, but for
 * primary keys, which are after ADD COLUMN and before foreign keys here. */
enum { BEFORE_ENUMS = 27, WITH_ENUMS = 28,
	BEFORE_COLUMNS = 29, BEFORE_TYPES = 30,
	WITH_COLUMNS = 31, AFTER_COLUMNS = 34 };

/* --- one part ------------------------------------------------------------ */

static bool has_name(struct strs v, struct str name)
{
	for (size_t i = 0; i < v.n; i++)
		if (str_eq(v.v[i], name))
			return true;
	return false;
}

/* As a whole, or within an expression. */
enum use { USED_WITHIN = 1, USED_PLAIN = 2 };

static unsigned index_use(struct pg_work *w, struct str text,
    struct str col)
{
	struct decl_index x;
	unsigned use = 0;

	if (!pg_take_index(&w->q, text, false, &x))
		return 0;
	if (x.where.n && pg_mentions(x.where, col))
		use |= USED_WITHIN;
	for (size_t i = 0; i < x.ncols; i++)
		if (!x.cols[i].is_expression)
			use |= str_eq(x.cols[i].expression, col) ?
			    USED_PLAIN : 0u;
		else if (pg_mentions(x.cols[i].expression, col))
			use |= USED_WITHIN;
	return use;
}

/* `on`: the part's table; `of`: that of the column; both as they were. */
static unsigned use_of(struct pg_work *w, enum pg_part part, struct str text,
    const struct pg_table *on, const struct pg_table *of, struct str col)
{
	struct decl_fk f;

	if (part == PG_FKS) {
		f = pg_take_fk(&w->q, text);
		return (on == of && has_name(f.cols_from, col)) ||
		    (str_eq(pg_key(w->a, f.schema_to, f.table_to),
			of->old_key) && has_name(f.cols_to, col)) ?
		    USED_PLAIN : 0;
	}
	if (on != of)
		return 0;
	if (part == PG_PKS)
		return has_name(pg_take_pk(&w->q, text).cols, col) ?
		    USED_PLAIN : 0;
	if (part == PG_UNIQUES)
		return has_name(pg_take_unique(&w->q, text).cols, col) ?
		    USED_PLAIN : 0;
	if (part == PG_CHECKS)
		return pg_mentions(pg_take_check(&w->q, text).value, col) ?
		    USED_WITHIN : 0;
	return part == PG_INDEXES ? index_use(w, text, col) : 0;
}

/* One statement for both would come after the column is gone. */
static void split_pk(struct pg_work *w, struct pg_st *alter)
{
	struct pg_st add = *alter;

	alter->kind = K_DROP_PK;
	alter->place = BEFORE_COLUMNS;
	alter->text = alter->old;
	add.kind = K_ADD_PK;
	add.place = AFTER_COLUMNS;
	decl_differs(w->j, DECL_D_PARTS, arena_printf(w->a, "%.*s.%.*s",
	    STR_ARG(add.table), STR_ARG(pg_take_pk(&w->q, add.text).name)));
	pg_add(w, add);		/* moves *alter */
}

static bool is_split(struct pg_work *w, const struct pg_st *drop)
{
	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];

		if (s->kind != K_ALTER_PK || !str_eq(s->old, drop->text) ||
		    !str_eq(s->table, drop->table) ||
		    !str_eq(s->schema, drop->schema))
			continue;
		split_pk(w, s);
		return true;
	}
	return false;
}

/* It is dropped early; where it stays as it is, it is made anew after. */
static void around(struct pg_work *w, const struct pg_table *on,
    enum pg_part part, const struct pg_text *was)
{
	const struct pg_table *now = pg_table_of(&w->s2, on->key);
	struct pg_st s = { .kind = pg_part_kind[part].drop,
		.schema = on->schema, .table = on->name, .t = now,
		.text = was->text };
	size_t k = 0;

	if (part == PG_INDEXES)
		s.place = BEFORE_ENUMS;
	if (part == PG_PKS)
		s.place = BEFORE_COLUMNS;
	if (part == PG_PKS && is_split(w, &s))
		return;
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == s.kind &&
		    str_eq(w->st.v[i].text, s.text) &&
		    str_eq(w->st.v[i].table, s.table) &&
		    str_eq(w->st.v[i].schema, s.schema)) {
			w->st.v[i].place = s.place;
			return;
		}
	while (now && k < now->part[part].n &&
	    !str_eq(now->part[part].v[k].key, was->key))
		k++;
	if (!now || k == now->part[part].n ||
	    !str_eq(now->part[part].v[k].text, was->text))
		return;
	decl_differs(w->j, DECL_D_PARTS, arena_printf(w->a, "%.*s.%.*s",
	    STR_ARG(on->name), STR_ARG(was->key)));
	pg_add(w, s);
	s.kind = pg_part_kind[part].add;
	s.place = part == PG_PKS ? AFTER_COLUMNS : 0;
	pg_add(w, s);
}

static void parts_around(struct pg_work *w, const struct pg_table *of,
    struct str col, unsigned uses)
{
	static const enum pg_part parts[] = { PG_INDEXES, PG_UNIQUES,
		PG_CHECKS, PG_FKS, PG_PKS };
	enum { N = sizeof(parts) / sizeof(*parts) };

	for (size_t i = 0; i < w->s1.ntables; i++)
		for (size_t p = 0; p < N; p++) {
			const struct pg_table *on = &w->s1.tables[i];
			const struct pg_texts *v = &on->part[parts[p]];
			/* a foreign key compares both types */
			unsigned want = parts[p] == PG_FKS ? USED_PLAIN : uses;

			for (size_t k = 0; k < v->n; k++)
				if (use_of(w, parts[p], v->v[k].text, on, of,
				    col) & want)
					around(w, on, parts[p], &v->v[k]);
		}
}

/* --- types --------------------------------------------------------------- */

/* Types that take each other's expressions, and compare. */
static size_t family(struct pg_work *w, struct str type)
{
	static const char *const families[][6] = {
		{ "text", "varchar", "char" },
		{ "smallint", "integer", "bigint", "smallserial", "serial",
		  "bigserial" },
		{ "numeric" }, { "real", "double precision" },
	};
	struct str arrays = STR_NONE;
	struct str base = pg_type_base(w->a, type, &arrays);

	base = str_trim(str_sub(base, 0, str_find(base, STR("("), 0)));
	for (size_t i = 0; !arrays.n && i < 4; i++)
		for (size_t k = 0; k < 6 && families[i][k]; k++)
			if (str_is(base, families[i][k]))
				return i + 1;
	return 0;
}

static bool is_kin(struct pg_work *w, const struct pg_st *s)
{
	size_t was = family(w, s->was->type);

	return was && was == family(w, s->col->type);
}

/* An index of arrays takes no text, which they are in between. */
static unsigned uses_of(struct pg_work *w, const struct pg_col *c)
{
	struct str arrays;

	(void)pg_type_base(w->a, c->type, &arrays);
	return arrays.n ? USED_WITHIN | USED_PLAIN : USED_WITHIN;
}

static void type_around(struct pg_work *w, const struct pg_st *s)
{
	const struct pg_table *t = pg_table_then(w, s);

	if (t && s->kind == K_COL_TYPE && !is_kin(w, s))
		parts_around(w, t, s->was->c->name, USED_WITHIN);
	if (s->kind != K_REBUILD_ENUM)
		return;
	for (size_t i = 0; i < w->s1.ntables; i++)
		for (size_t k = 0; k < w->s1.tables[i].ncols; k++)
			if (pg_is_rebuilt(w, &w->s1.tables[i].cols[k]))
				parts_around(w, &w->s1.tables[i],
				    w->s1.tables[i].cols[k].c->name,
				    uses_of(w, &w->s1.tables[i].cols[k]));
}

/* --- generated columns --------------------------------------------------- */

/* Does what it reads change its type, or come in this step? */
static bool is_disturbed(struct pg_work *w, const struct pg_table *t,
    const struct pg_col *was, const struct pg_col *now)
{
	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *s = &w->st.v[i];

		if (!str_eq(s->table, t->name) || !str_eq(s->schema, t->schema))
			continue;
		if (s->kind == K_COL_TYPE && s->was != was &&
		    pg_mentions(was->c->generated, s->was->c->name))
			return true;
		if (s->kind == K_ADD_COLUMN && s->col != now &&
		    pg_mentions(now->c->generated, s->col->name))
			return true;
	}
	for (size_t i = 0; i < t->ncols; i++)
		if (pg_is_rebuilt(w, &t->cols[i]) && (&t->cols[i] == was ||
		    pg_mentions(was->c->generated, t->cols[i].c->name)))
			return true;
	return false;
}

/* Dropped before the types change, added with all that it is after. */
static void make_anew(struct pg_work *w, const struct pg_table *t,
    const struct pg_col *was, const struct pg_col *now)
{
	struct pg_st s = { .kind = K_DROP_COLUMN, .place = BEFORE_TYPES,
		.schema = t->schema, .table = t->name, .name = now->name,
		.was = was };

	for (size_t i = 0; i < w->st.n; i++) {
		if (w->st.v[i].col == now)
			w->st.v[i].place = PG_UNWRITTEN;
		if (w->st.v[i].kind == K_REBUILD_ENUM)
			w->st.v[i].place = WITH_COLUMNS;
	}
	decl_differs(w->j, DECL_D_GENERATED_READS, pg_column_name(w, now));
	pg_add(w, s);
	s.kind = K_ADD_COLUMN;
	s.place = 0;
	s.was = NULL;
	s.col = now;
	pg_add(w, s);
}

static bool is_generated_anew(const struct pg_work *w,
    const struct pg_col *now)
{
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_COL_GENERATE &&
		    w->st.v[i].col == now &&
		    w->st.v[i].place != PG_UNWRITTEN)
			return true;
	return false;
}

/* It is dropped and added as it is to be. */
static void keep_type(struct pg_work *w, const struct pg_col *now)
{
	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];

		if (s->kind != K_COL_TYPE || s->col != now)
			continue;
		s->place = PG_UNWRITTEN;
		decl_differs(w->j, DECL_D_GENERATED_READS,
		    pg_column_name(w, now));
	}
}

static void generated_around(struct pg_work *w, const struct pg_table *x,
    const struct pg_table *y)
{
	for (size_t i = 0; i < x->ncols; i++) {
		const struct pg_col *was = &x->cols[i];
		const struct pg_col *now = pg_col_of(y, was->name);

		if (!now || !now->c->generated.p)
			continue;
		if (was->c->generated.p && is_disturbed(w, x, was, now))
			make_anew(w, x, was, now);
		else if (!is_generated_anew(w, now))
			continue;
		else
			keep_type(w, now);
		parts_around(w, x, was->c->name, USED_WITHIN | USED_PLAIN);
	}
}

static bool has_type(struct pg_work *w, const struct pg_table *t,
    const struct pg_st *type)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (pg_is_of_type(w, type, t->cols[i].type_schema,
			t->cols[i].type))
			return true;
	return false;
}

/* A table of this step waits for the type that it uses. */
static void tables_after(struct pg_work *w, const struct pg_st *type)
{
	const struct pg_table *t = NULL;

	for (size_t i = 0; i < w->st.n; i++) {
		struct pg_st *s = &w->st.v[i];
		bool made = s->kind == K_CREATE_TABLE &&
		    has_type(w, s->t, type);

		if (made) {
			t = s->t;
			decl_differs(w->j, DECL_D_ENUM_COLUMNS, t->name);
		}
		if (made || (t && s->kind == K_ENABLE_RLS &&
		    str_eq(s->table, t->name) && str_eq(s->schema, t->schema)))
			s->place = type->place ? type->place : WITH_ENUMS;
	}
}

void pg_parts_around(struct pg_work *w)
{
	for (size_t i = 0; i < w->s1.ntables; i++) {
		const struct pg_table *x = &w->s1.tables[i];
		const struct pg_table *y = pg_table_of(&w->s2, x->key);

		if (y)
			generated_around(w, x, y);
	}
	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_REBUILD_ENUM)
			tables_after(w, &w->st.v[i]);
	for (size_t i = 0, n = w->st.n; i < n; i++) {
		struct pg_st s = w->st.v[i];	/* the list may move */

		if (s.place != PG_UNWRITTEN)
			type_around(w, &s);
	}
}

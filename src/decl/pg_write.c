/*
 * pg_write: the statements in their order, and what their writers share.
 */
#include "decl/pg.h"

/* --- text ---------------------------------------------------------------- */

static void add_id(struct pg_work *w, struct sbuf *b, struct str s)
{
	sbuf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (w->safe && s.p[i] == '"') {
			decl_differs(w->j, DECL_D_NAME_QUOTE, s);
			sbuf_addc(b, '"');
		}
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '"');
}

struct str pg_text_of(struct pg_work *w, const struct pg_piece *v)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (; v->kind != PG_END; v++) {
		if (v->kind == PG_RAW) {
			sbuf_add(&b, v->a);
			continue;
		}
		if (v->kind == PG_ID || v->a.n)
			add_id(w, &b, v->a);
		if (v->kind == PG_NAME) {
			if (v->a.n)
				sbuf_addc(&b, '.');
			add_id(w, &b, v->b);
		}
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct str pg_id_list(struct pg_work *w, struct strs v)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < v.n; i++) {
		if (i)
			sbuf_addc(&b, ',');
		add_id(w, &b, v.v[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct str pg_doubled(struct pg_work *w, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sbuf_addc(&b, '\'');
		sbuf_addc(&b, s.p[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* $1 outside of quotes: a value that drizzle-orm did not write out. */
static bool has_parameter(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char q = s.p[i];

		if (q == '\'' || q == '"') {
			for (i++; i < s.n && s.p[i] != q; i++)
				;
		} else if (q == '$' && i + 1 < s.n && s.p[i + 1] >= '0' &&
		    s.p[i + 1] <= '9') {
			return true;
		}
	}
	return false;
}

/* A part whose text a mark of drizzle-kit's would cut. */
void pg_marked(struct pg_work *w, struct str thing, struct str text,
    const char *mark)
{
	if (has_parameter(text))
		decl_warn(w->j, "%.*s holds a parameter ($1), which "
		    "PostgreSQL refuses: write the value with sql.raw() or "
		    ".inlineParams()", STR_ARG(thing));
	if (w->safe && str_find(text, str_z(mark), 0) < text.n)
		decl_differs(w->j, DECL_D_MARKS, thing);
}

void pg_dies(struct pg_work *w, const char *what, struct str name)
{
	if (!w->rc)
		w->rc = decl_dies(w->j, "%s %.*s falls apart at its marks",
		    what, STR_ARG(name));
}

/* --- the order ----------------------------------------------------------- */

static const struct {
	unsigned char place;
	void (*write)(struct pg_work *w, const struct pg_st *s);
} verbs[K_N] = {
#define VERB(kind, place, writer) [K_##kind] = { place, pgw_##writer },
#include "decl/pg_verbs.def"
#undef VERB
};
enum { RENAMED = 24, EARLY = 34, LAST = 55 };

/* --- safe: what the server refuses in drizzle-kit's order ---------------- */

bool pg_same_columns(struct strs x, struct strs y)
{
	for (size_t i = 0; i < x.n; i++) {
		size_t k = 0;

		while (k < y.n && !str_eq(x.v[i], y.v[k]))
			k++;
		if (k == y.n)
			return false;
	}
	return x.n == y.n;
}

/* The columns that the statement makes a key of; none: it makes no key. */
static struct strs key_of(struct pg_work *w, const struct pg_st *s)
{
	struct decl_index x;
	struct str *v;

	if (s->kind == K_ADD_UNIQUE)
		return pg_take_unique(&w->q, s->text).cols;
	if (s->kind == K_ALTER_PK)
		return pg_take_pk(&w->q, s->text).cols;
	if (s->kind != K_ADD_INDEX && s->kind != K_NEW_INDEX)
		return (struct strs){ NULL, 0 };
	if (!pg_take_index(&w->q, s->text, false, &x) || !x.unique ||
	    x.where.n)
		return (struct strs){ NULL, 0 };
	v = arena_array(w->a, struct str, x.ncols);
	for (size_t i = 0; i < x.ncols; i++) {
		if (x.cols[i].is_expression)
			return (struct strs){ NULL, 0 };
		v[i] = x.cols[i].expression;
	}
	return (struct strs){ v, x.ncols };
}

static void key_first(struct pg_work *w, struct pg_st *s,
    const struct decl_fk *fks, size_t n)
{
	struct str schema = s->schema.n ? s->schema : STR("public");
	struct strs key = key_of(w, s);

	for (size_t i = 0; key.n && i < n; i++) {
		if (!str_eq(fks[i].table_to, s->table) ||
		    !str_eq(fks[i].schema_to, schema) ||
		    !pg_same_columns(fks[i].cols_to, key))
			continue;
		s->place = EARLY;
		decl_differs(w->j, DECL_D_KEY_ORDER, fks[i].name);
	}
}

static bool has_role(const struct decl_policy *v, size_t n, struct str role)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < v[i].to.n; k++)
			if (str_eq(v[i].to.v[k], role))
				return true;
	return false;
}

static void role_last(struct pg_work *w, struct pg_st *s)
{
	const struct decl *from = w->j->from;
	bool used = has_role(from->policies, from->npolicies, s->name);

	for (size_t i = 0; i < from->ntables; i++)
		used |= has_role(from->tables[i].policies,
		    from->tables[i].npolicies, s->name);
	if (!used)
		return;
	s->place = LAST;
	decl_differs(w->j, DECL_D_DROP_ROLE, s->name);
}

/* Row level security speaks of the table by its new name. */
static void rls_after_rename(struct pg_work *w, struct pg_st *s)
{
	for (size_t i = 0; i < w->st.n; i++) {
		const struct pg_st *x = &w->st.v[i];
		bool moved = x->kind == K_MOVE_TABLE && str_eq(x->table,
		    s->table) && str_eq(x->to, s->schema.n ? s->schema :
		    STR("public"));

		if (!moved && (x->kind != K_RENAME_TABLE ||
		    !str_eq(x->to, s->table) || !str_eq(x->schema, s->schema)))
			continue;
		s->place = RENAMED;
		decl_differs(w->j, DECL_D_MOVED_RLS, s->table);
	}
}

static void reorder(struct pg_work *w)
{
	VEC(struct decl_fk) fks = { 0 };

	for (size_t i = 0; i < w->st.n; i++)
		if (w->st.v[i].kind == K_NEW_FK || w->st.v[i].kind == K_ADD_FK)
			vec_push(w->a, &fks, pg_take_fk(&w->q,
			    w->st.v[i].text));
	for (size_t i = 0; i < w->st.n; i++) {
		if (w->st.v[i].kind == K_DROP_ROLE)
			role_last(w, &w->st.v[i]);
		else if (w->st.v[i].kind == K_ENABLE_RLS ||
		    w->st.v[i].kind == K_DISABLE_RLS)
			rls_after_rename(w, &w->st.v[i]);
		else
			key_first(w, &w->st.v[i], fks.v, fks.n);
	}
}

static void write_all(struct pg_work *w)
{
	for (unsigned at = 1; at <= LAST && !w->rc; at++)
		for (size_t i = 0; i < w->st.n && !w->rc; i++) {
			const struct pg_st *s = &w->st.v[i];

			if ((s->place ? s->place : verbs[s->kind].place) == at)
				verbs[s->kind].write(w, s);
		}
}

static void arrange(struct pg_work *w)
{
	pg_parts_around(w);
	pg_views_around(w);
	pg_policies_around(w);
	pg_references_around(w);
	reorder(w);
}

enum rc pg_write(struct pg_work *w)
{
	struct pg_st *plain = arena_array(w->a, struct pg_st, w->st.n);
	size_t n = w->st.n, warnings = w->j->warnings.n;

	if (!w->safe) {
		write_all(w);
		return w->rc;
	}
	if (n)
		memcpy(plain, w->st.v, n * sizeof(*plain));
	arrange(w);
	write_all(w);
	if (w->rc || !pg_remake_enums(w, plain))
		return w->rc;
	w->j->statements.n = 0;
	w->j->warnings.n = warnings;
	w->j->seen = map_new(w->a);
	w->st.n = 0;
	for (size_t i = 0; i < n; i++)
		pg_add(w, plain[i]);
	arrange(w);
	write_all(w);
	return w->rc;
}

/* graph: see graph.h. */
#include "ui/view/graph.h"

#include "base/utf8.h"
#include "ui/view/named.h"

#define DEPTH_MAX 6
#define ROWS_MAX 2000

struct use {
	const struct obj *by;
	struct str how;
};
typedef VEC(struct use) uses;

struct walk {
	struct outline *f;		/* NULL: counted only */
	const struct app *app;
	const struct model *m;
	struct arena *a;
	VEC(const struct obj *) seen;
	size_t rows;
};

static bool is_same(const struct model *m, struct str x, struct str y)
{
	return dialect_of(m->dialect)->folds ? str_ieq(x, y) : str_eq(x, y);
}

/* ---- who names it ---- */

/* Does a word of the text spell the name? */
static bool text_names(const struct model *m, struct str sql, struct str name)
{
	const struct dialect *d = dialect_of(m->dialect);

	for (struct token t = d->token(sql, 0); t.kind != TOKEN_END;
	    t = d->token(sql, t.to)) {
		struct str word = str_sub(sql, t.from, t.to);

		if (t.kind == TOKEN_IDENT && word.n > 2)
			word = str_sub(word, 1, word.n - 1);
		else if (t.kind != TOKEN_WORD && t.kind != TOKEN_KEYWORD)
			continue;
		if (is_same(m, word, name))
			return true;
	}
	return false;
}

static bool view_reads(const struct walk *w, const struct view *v,
    const struct obj *o)
{
	struct str full;

	if (&v->o == o)
		return false;
	if (!v->needs.n)
		return text_names(w->m, v->sql, o->name);
	full = arena_printf(w->a, "%.*s.%.*s", STR_ARG(o->schema),
	    STR_ARG(o->name));
	return strs_has(v->needs, full);
}

static void add_use(struct walk *w, uses *v, const struct obj *by,
    struct str how)
{
	vec_push(w->a, v, (struct use){ by, how });
}

static struct str list_of(struct walk *w, struct strs s)
{
	struct str out = s.n ? s.v[0] : STR("");

	for (size_t i = 1; i < s.n; i++)
		out = arena_printf(w->a, "%.*s, %.*s", STR_ARG(out),
		    STR_ARG(s.v[i]));
	return out;
}

static void keys_to(struct walk *w, const struct obj *o, uses *v)
{
	const struct table *t = (const struct table *)o;

	if (o->kind != OBJ_TABLE)
		return;
	for (size_t i = 0; i < t->nfks_in; i++) {
		const struct fk *k = t->fks_in[i];
		const struct obj *by = named_find(w->m, k->o.schema,
		    k->o.table);

		if (by)
			add_use(w, v, by, arena_printf(w->a, "%.*s refers to "
			    "%.*s, on delete %.*s", STR_ARG(list_of(w,
			    k->cols)), STR_ARG(list_of(w, k->ref_cols)),
			    STR_ARG(k->on_delete)));
	}
}

static bool is_type_of(const struct column *c, const struct obj *o)
{
	return c->type_name.n && str_eq(c->type_name, o->name) &&
	    str_eq(c->type_schema, o->schema);
}

static void columns_of_type(struct walk *w, const struct obj *o, uses *v)
{
	if (o->kind == OBJ_TABLE || o->kind == OBJ_VIEW)
		return;
	for (size_t i = 0; i < w->m->ntables; i++)
		for (size_t k = 0; k < w->m->tables[i]->ncols; k++) {
			const struct table *t = w->m->tables[i];

			if (is_type_of(t->cols[k], o))
				add_use(w, v, &t->o, arena_printf(w->a,
				    "column %.*s",
				    STR_ARG(t->cols[k]->o.name)));
		}
}

static void views_and_triggers(struct walk *w, const struct obj *o, uses *v)
{
	if (o->kind != OBJ_TABLE && o->kind != OBJ_VIEW &&
	    o->kind != OBJ_FUNCTION)
		return;
	for (size_t i = 0; i < w->m->nobjs; i++) {
		const struct obj *x = w->m->objs[i];
		const struct trigger *t = (const struct trigger *)x;

		if (x->kind == OBJ_VIEW && o->kind != OBJ_FUNCTION &&
		    view_reads(w, (const struct view *)x, o))
			add_use(w, v, x, STR("view"));
		if (x->kind != OBJ_TRIGGER)
			continue;
		if (is_same(w->m, x->table, o->name) &&
		    str_eq(x->schema, o->schema))
			add_use(w, v, x, STR("trigger on it"));
		else if (o->kind != OBJ_FUNCTION &&
		    text_names(w->m, t->sql, o->name))
			add_use(w, v, x, arena_printf(w->a, "trigger on %.*s "
			    "names it", STR_ARG(x->table)));
	}
}

static uses uses_of(struct walk *w, const struct obj *o)
{
	uses v = { 0 };

	keys_to(w, o, &v);
	views_and_triggers(w, o, &v);
	columns_of_type(w, o, &v);
	return v;
}

/* ---- the tree ---- */

static bool is_seen(const struct walk *w, const struct obj *o)
{
	for (size_t i = 0; i < w->seen.n; i++)
		if (w->seen.v[i] == o)
			return true;
	return false;
}

static void put_row(struct walk *w, struct str lead, bool last,
    const struct use *u, bool again)
{
	struct outline_row *row = outline_add(w->f, u->by);
	const char *line = w->app->ascii ? last ? "`- " : "|- " :
	    last ? "└─ " : "├─ ";
	struct str name = named_label(w->app, w->a, u->by->schema,
	    u->by->name);

	outline_put(w->f, w->app, row, 0, u->by->kind == OBJ_TABLE ?
	    STYLE_FK : STYLE_NORMAL, arena_printf(w->a, "%.*s%s%.*s",
	    STR_ARG(lead), line, STR_ARG(name)));
	outline_put(w->f, w->app, row, 1, STYLE_DIM, again ? arena_printf(
	    w->a, "%.*s (its users stand above)", STR_ARG(u->how)) : u->how);
}

static void walk(struct walk *w, const struct obj *o, struct str lead,
    int depth)
{
	uses v = uses_of(w, o);

	for (size_t i = 0; i < v.n && w->rows < ROWS_MAX; i++) {
		const struct use *u = &v.v[i];
		bool last = i + 1 == v.n, leaf = u->by->kind == OBJ_TRIGGER;
		bool again = !leaf && is_seen(w, u->by);

		w->rows++;
		put_row(w, lead, last, u, again);
		if (leaf || again || depth == DEPTH_MAX)
			continue;
		vec_push(w->a, &w->seen, u->by);
		walk(w, u->by, arena_printf(w->a, "%.*s%s", STR_ARG(lead),
		    last ? "   " : w->app->ascii ? "|  " : "│  "), depth + 1);
	}
}

size_t graph_count(const struct model *m, const struct obj *o)
{
	struct walk w = { .m = m, .a = arena_new() };
	size_t n = uses_of(&w, o).n;

	arena_free(w.a);
	return n;
}

void graph_fill(struct outline *f, const struct app *app,
    const struct model *m, const struct obj *o)
{
	static const char *const heads[] = { "used by", "how" };
	struct walk w = { .f = f, .app = app, .m = m };

	outline_begin(f, heads, 2, "");
	f->pins = 0;		/* a tree */
	w.a = f->a;
	vec_push(w.a, &w.seen, o);
	walk(&w, o, STR(""), 0);
	outline_end(f);
}

/* sql.c: see sql.h.  What an object's statements say is the dialect's. */
#include "diff/sql.h"

#include "dialect/dialect.h"

struct step {
	const struct obj *o;
	struct str sql;
	bool late;		/* after the saved rows */
	bool last;		/* … and after all that is made */
	bool whole;		/* … and after what makes one whole of parts */
};
struct steps {
	VEC(struct step) v;
};

struct work {
	struct arena *a;
	const struct dialect *d;
	const struct change_list *c;
	struct map *drops, *creates;	/* address of an object -> itself */
	struct steps dropped, created, altered;
	bool back;		/* rows are put back on the way */
};

static struct str address(struct arena *a, const struct obj *o)
{
	const struct obj **p = arena_copy(a, &o, sizeof(o));

	return (struct str){ (const char *)p, sizeof(*p) };
}

static void put(struct work *w, struct map *m, const struct obj *o)
{
	map_put(m, address(w->a, o), (void *)o);
}

static bool has(const struct map *m, const struct obj *o)
{
	return map_has(m, (struct str){ (const char *)&o, sizeof(o) });
}

static void keep_step(struct work *w, struct steps *to, const struct obj *o,
    struct str sql)
{
	vec_push(w->a, &to->v, (struct step){ .o = o,
	    .sql = arena_str(w->a, sql) });
}

/* --- what waits for rows ---------------------------------------------------------- */

static bool hangs(const struct obj *o)
{
	return !obj_stands_alone(o->kind) && o->kind != OBJ_COLUMN;
}

static bool waits(const struct obj *o, struct str sql)
{
	static const char *const ends[] = { " SET NOT NULL",
		" LEVEL SECURITY" };
	if (!o)
		return false;
	if (hangs(o) || o->kind == OBJ_VIEW ||
	    str_starts(sql, STR("COMMENT ")))
		return true;
	if (!str_starts(sql, STR("ALTER TABLE ")))
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(sql, str_z(ends[i])))
			return true;
	return str_find(sql, STR(" VALIDATE CONSTRAINT "), 0) < sql.n;
}

static bool holds(struct str text, struct str part)
{
	return str_find(text, part, 0) < text.n;
}

/* A key that refers to a partitioned table asks for the rows of all its
 * partitions: these are attached before. */
static bool refers_to_whole(const struct work *w, const struct obj *o)
{
	const void *p = o;
	const struct fk *f = p;
	const struct table *t;

	if (!o || o->kind != OBJ_FK)
		return false;
	t = model_table(w->c->to, f->ref_schema.n ? f->ref_schema : o->schema,
	    f->ref_table);
	return t && t->type == TABLE_PARTITIONED;
}

/* A partition's indexes, when it is attached, are those that its parent's
 * want; an index that tells rows apart has to be there. */
static void judge(const struct work *w, struct step *s)
{
	s->whole = refers_to_whole(w, s->o);
	s->last = s->o && s->o->kind == OBJ_TABLE &&
	    str_starts(s->sql, STR("ALTER TABLE ")) &&
	    (holds(s->sql, STR(" ATTACH PARTITION ")) ||
	    holds(s->sql, STR(" REPLICA IDENTITY USING ")));
	s->late = s->last || s->whole || waits(s->o, s->sql);
}

/* A text of several statements, one step each. */
static void keep_steps(struct work *w, struct steps *to, const struct obj *o,
    struct str sql)
{
	size_t from = 0;

	for (struct token t = w->d->token(sql, 0); w->back &&
	    t.kind != TOKEN_END; t = w->d->token(sql, t.to)) {
		if (t.kind != TOKEN_PUNCT || sql.p[t.from] != ';')
			continue;
		keep_step(w, to, o, str_trim(str_sub(sql, from, t.from)));
		from = t.to;
	}
	keep_step(w, to, o, str_trim(str_sub(sql, from, sql.n)));
	for (size_t i = 0; w->back && i < to->v.n; i++)
		judge(w, &to->v.v[i]);
}

/* --- which are made anew --------------------------------------------------------- */

static bool is_type(enum obj_kind k)
{
	return k == OBJ_ENUM || k == OBJ_DOMAIN || k == OBJ_COMPOSITE ||
	    k == OBJ_RANGE;
}

static bool is_used(const struct model *m, const struct obj *type)
{
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ncols; k++) {
			const struct column *c = m->tables[i]->cols[k];

			if (str_eq(c->type_schema, type->schema) &&
			    str_eq(c->type_name, type->name))
				return true;
		}
	return false;
}

/* Dropping it loses rows, or is not possible while it is in use. */
static bool may_be_anew(const struct work *w, const struct change *c)
{
	const void *from = c->from, *to = c->to;

	if (c->kind == OBJ_COLUMN)
		return ((const struct column *)from)->generated != GEN_NONE &&
		    ((const struct column *)to)->generated != GEN_NONE;
	if (c->kind == OBJ_TABLE || c->kind == OBJ_SCHEMA ||
	    c->kind == OBJ_EXTENSION || c->kind == OBJ_SEQUENCE)
		return false;
	return !is_type(c->kind) || !is_used(w->c->from, c->from);
}

/* SQLite empties a table that it drops, and foreign keys carry that on into
 * other tables. */
static const bool drops_rows_elsewhere[DIALECT_N] = {
	[DIALECT_SQLITE] = true,
};

static enum rc sort_change(struct work *w, const struct change *c,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct str what;

	if (c->op == CHANGE_ADD) {
		put(w, w->creates, c->to);
	} else if (c->op == CHANGE_DROP && !(c->kind == OBJ_TABLE &&
	    drops_rows_elsewhere[w->d->id])) {
		put(w, w->drops, c->from);
	} else if (c->op != CHANGE_DROP && w->d->alter_text(w->c->to, c->from, c->to, &b)) {
		if (b.n)
			keep_steps(w, &w->altered, c->to, sbuf_str(&b));
	} else if (c->op != CHANGE_DROP && may_be_anew(w, c)) {
		put(w, w->drops, c->from);
		put(w, w->creates, c->to);
	} else {
		what = change_sentence(c, w->a);
		sbuf_free(&b);
		return err_set(e, RC_UNSUPPORTED,
		    "no statement makes this change: %.*s", STR_ARG(what));
	}
	sbuf_free(&b);
	return RC_OK;
}

/* --- views over what changes ------------------------------------------------------ */

static bool changes_rows(const struct change *c)
{
	if (c->kind != OBJ_COLUMN)
		return false;
	return c->op == CHANGE_DROP || change_has(c, F_TYPE) ||
	    change_has(c, F_COLLATION) || change_has(c, F_GEN_EXPR);
}

static struct str dotted(struct arena *a, struct str schema, struct str name)
{
	return arena_printf(a, "%.*s.%.*s", STR_ARG(schema), STR_ARG(name));
}

/* Does a view over its table name the column? */
static bool is_read(const struct work *w, const struct obj *column)
{
	struct str table = dotted(w->a, column->schema, column->table);

	for (size_t i = 0; i < w->c->from->nviews; i++) {
		const struct view *v = w->c->from->views[i];

		for (size_t k = 0; k < v->needs.n; k++)
			if (str_eq(v->needs.v[k], table) &&
			    str_find(v->sql, column->name, 0) < v->sql.n)
				return true;
	}
	return false;
}

static bool reads_any(const struct view *v, const struct map *touched)
{
	for (size_t i = 0; i < v->needs.n; i++)
		if (map_has(touched, v->needs.v[i]))
			return true;
	return false;
}

static bool view_anew(struct work *w, const struct view *v,
    struct map *touched)
{
	const struct view *to = model_view(w->c->to, v->o.schema, v->o.name);

	if (!v->o.managed || (!has(w->drops, &v->o) && !reads_any(v, touched)))
		return false;
	map_put(touched, dotted(w->a, v->o.schema, v->o.name), w->a);
	put(w, w->drops, &v->o);
	if (to)
		put(w, w->creates, &to->o);
	return true;
}

static void views_anew(struct work *w)
{
	struct map *touched = map_new(w->a);
	const struct model *m = w->c->from;
	bool *done = arena_array(w->a, bool, m->nviews);
	bool more = true;

	for (size_t i = 0; i < w->c->n; i++)
		if (changes_rows(&w->c->v[i]) && w->c->v[i].from &&
		    is_read(w, w->c->v[i].from))
			map_put(touched, dotted(w->a, w->c->v[i].from->schema,
			    w->c->v[i].from->table), w->a);
	while (more) {
		more = false;
		for (size_t i = 0; i < m->nviews; i++)
			if (!done[i] && view_anew(w, m->views[i], touched))
				more = done[i] = true;
	}
}

/* --- order ------------------------------------------------------------------------- */

static bool is_dropped(const struct obj *o, void *arg)
{
	return has(((struct work *)arg)->drops, o);
}

static bool is_created(const struct obj *o, void *arg)
{
	return has(((struct work *)arg)->creates, o);
}

/* A column that must not be NULL and that no default fills, for saved rows. */
static bool fill_later(struct work *w, const struct obj *o, struct str sql)
{
	const void *p = o;
	struct column bare;
	struct sbuf b = SBUF_TEXT;
	bool ok;

	if (!w->back || o->kind != OBJ_COLUMN ||
	    str_starts(sql, STR("COMMENT ")))
		return false;
	bare = *(const struct column *)p;
	if (!bare.notnull || bare.dflt.n || bare.generated != GEN_NONE ||
	    bare.identity != IDENTITY_NONE ||
	    str_find(sql, STR(" ADD COLUMN "), 0) == sql.n)
		return false;
	bare.notnull = false;
	ok = w->d->create_text(w->c->to, &bare.o, &b);
	if (ok) {
		keep_steps(w, &w->created, o, sbuf_str(&b));
		sbuf_truncate(&b, 0);
		ok = w->d->alter_text(w->c->to, &bare.o, o, &b);
		keep_steps(w, &w->created, o, sbuf_str(&b));
	}
	sbuf_free(&b);
	return ok;
}

static enum rc keep_created(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct work *w = arg;

	if (!sql.n)
		return err_set(e, RC_UNSUPPORTED, "%s %.*s cannot be written",
		    obj_kind_name[o->kind], STR_ARG(o->name));
	if (o && fill_later(w, o, sql))
		return RC_OK;
	keep_step(w, &w->created, o, sql);
	if (w->back)
		judge(w, &w->created.v.v[w->created.v.n - 1]);
	return RC_OK;
}

/* A sequence goes with the column that owns it. */
static bool goes_along(const struct work *w, const struct obj *o)
{
	const void *p = o;
	const struct sequence *s = p;

	if (o->kind != OBJ_SEQUENCE || !s->owned_by.n)
		return false;
	for (size_t i = 0; i < w->c->n; i++) {
		const struct change *c = &w->c->v[i];
		struct str of;

		if (c->op != CHANGE_DROP || (c->kind != OBJ_TABLE &&
		    c->kind != OBJ_COLUMN))
			continue;
		of = c->kind == OBJ_TABLE ?
		    dotted(w->a, c->from->schema, c->from->name) :
		    dotted(w->a, dotted(w->a, c->from->schema, c->from->table),
			c->from->name);
		if (str_starts(s->owned_by, of) && (s->owned_by.n == of.n ||
		    s->owned_by.p[of.n] == '.'))
			return true;
	}
	return false;
}

/* A key between two tables that both go. */
static bool is_between(const struct work *w, const struct obj *o)
{
	const void *p = o;
	const struct fk *f = p;
	const struct table *own, *ref;

	if (o->kind != OBJ_FK || f->inherited)
		return false;
	own = model_table(w->c->from, o->schema, o->table);
	ref = model_table(w->c->from, f->ref_schema.n ? f->ref_schema :
	    o->schema, f->ref_table);
	return own && ref && own != ref && has(w->drops, &own->o) &&
	    has(w->drops, &ref->o);
}

/* What may name other things that go too, and so goes before its table: a
 * rule, a policy, a trigger, a check that the script makes by itself. */
static bool holds_others(const struct work *w, const struct obj *o)
{
	const struct table *t = model_table(w->c->from, o->schema, o->table);

	return (o->kind == OBJ_RULE || o->kind == OBJ_POLICY ||
	    o->kind == OBJ_CHECK || o->kind == OBJ_TRIGGER) && t &&
	    has(w->drops, &t->o);
}

/* The order in which they were made, backwards. */
static enum rc keep_dropped(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct work *w = arg;
	struct sbuf b = SBUF_TEXT;

	(void)e;
	if (o && !str_starts(sql, STR("COMMENT ")) && (has(w->drops, o) || is_between(w, o) ||
	    holds_others(w, o)) &&
	    !goes_along(w, o) && w->d->drop_text(w->c->from, o, &b))
		keep_step(w, &w->dropped, o, sbuf_str(&b));
	sbuf_free(&b);
	return RC_OK;
}

/* Its table goes before the one that it points to: no need to drop it. */
static bool goes_in_time(const struct work *w, const struct map *place,
    const struct obj *o)
{
	const void *p = o;
	const struct fk *f = p;
	const struct table *own, *ref;
	const struct step *x, *y;

	if (has(w->drops, o))
		return false;
	own = model_table(w->c->from, o->schema, o->table);
	ref = model_table(w->c->from, f->ref_schema.n ? f->ref_schema :
	    o->schema, f->ref_table);
	x = map_get(place, address(w->a, &own->o));
	y = map_get(place, address(w->a, &ref->o));
	return x && y && x > y;
}

/* An object has several statements: it is dropped once. */
static void drop_once(struct work *w)
{
	struct map *place = map_new(w->a);
	size_t n = 0;

	for (size_t i = 0; i < w->dropped.v.n; i++) {
		struct step s = w->dropped.v.v[i];

		if (has(place, s.o) || (s.o->kind == OBJ_FK &&
		    goes_in_time(w, place, s.o)))
			continue;
		w->dropped.v.v[n] = s;
		map_put(place, address(w->a, s.o), &w->dropped.v.v[n++]);
	}
	w->dropped.v.n = n;
}

static bool names(struct str text, struct str name)
{
	return name.n && str_find(text, name, 0) < text.n;
}

/* A function over a view that is dropped holds it fast; one over a view that
 * is created comes after it. */
static bool is_over_view(const struct steps *s, const struct function *f)
{
	for (size_t i = 0; i < s->v.n; i++) {
		const struct obj *o = s->v.v[i].o;

		if (o && o->kind == OBJ_VIEW && (names(f->result, o->name) ||
		    names(f->args, o->name) || names(f->sql, o->name)))
			return true;
	}
	return false;
}

/* Before anything is made: what hangs on others, views, what comes anew. */
static bool goes_first(const struct work *w, const struct obj *o)
{
	const void *p = o;
	const struct obj *to = model_find(w->c->to, o->kind, o->schema,
	    o->table, o->name);

	return hangs(o) || o->kind == OBJ_VIEW ||
	    (to && has(w->creates, to)) ||
	    (o->kind == OBJ_FUNCTION && is_over_view(&w->dropped, p));
}

/* Before anything is altered: what an altered column may need. */
static bool comes_first(const struct work *w, const struct obj *o)
{
	const void *p = o;

	if (!o || w->altered.v.n == 0)
		return true;
	return !hangs(o) && o->kind != OBJ_VIEW &&
	    !(o->kind == OBJ_FUNCTION && is_over_view(&w->created, p));
}

static void say(struct sbuf *out, const struct step *s)
{
	sbuf_add(out, s->sql);
	sbuf_addz(out, ";\n");
}

static void say_in(struct sbuf *out, struct sbuf *late, const struct step *s)
{
	if (!s->last && !s->whole)
		say(s->late ? late : out, s);
}

static void say_last(struct sbuf *late, const struct work *w, bool whole)
{
	const struct steps *const both[] = { &w->created, &w->altered };

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < both[k]->v.n; i++)
			if (whole ? both[k]->v.v[i].whole : both[k]->v.v[i].last)
				say(late, &both[k]->v.v[i]);
}

/* A view waits for rows, so a function over it does. */
static void over_late_views(struct work *w)
{
	for (size_t i = 0; w->back && i < w->created.v.n; i++) {
		struct step *s = &w->created.v.v[i];
		const void *p = s->o;

		if (s->o && s->o->kind == OBJ_FUNCTION &&
		    is_over_view(&w->created, p))
			s->late = true;
	}
}

/* late: where what waits for rows goes; out itself where nothing does. */
static void write_out(struct work *w, struct sbuf *out, struct sbuf *late)
{
	over_late_views(w);
	for (size_t i = w->dropped.v.n; i-- > 0;)
		if (goes_first(w, w->dropped.v.v[i].o))
			say(out, &w->dropped.v.v[i]);
	for (size_t i = 0; i < w->created.v.n; i++)
		if (comes_first(w, w->created.v.v[i].o))
			say_in(out, late, &w->created.v.v[i]);
	/* a view that is made anew needs no change besides */
	for (size_t i = 0; i < w->altered.v.n; i++)
		if (!has(w->creates, w->altered.v.v[i].o))
			say_in(out, late, &w->altered.v.v[i]);
	for (size_t i = 0; i < w->created.v.n; i++)
		if (!comes_first(w, w->created.v.v[i].o))
			say_in(out, late, &w->created.v.v[i]);
	for (size_t i = w->dropped.v.n; i-- > 0;)
		if (!goes_first(w, w->dropped.v.v[i].o))
			say(out, &w->dropped.v.v[i]);
	say_last(late, w, false);
	say_last(late, w, true);
}

static enum rc work_out(struct work *w, struct err *e)
{
	struct script_what drop = { is_dropped, w, false };
	struct script_what create = { is_created, w, false };
	struct script_out dropped = { keep_dropped, w };
	struct script_out created = { keep_created, w };
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < w->c->n; i++)
		rc = sort_change(w, &w->c->v[i], e);
	if (rc)
		return rc;
	views_anew(w);
	rc = w->d->schema_script(w->c->from, &drop, &dropped, e);
	if (rc)
		return rc;
	drop_once(w);
	return w->d->schema_script(w->c->to, &create, &created, e);
}

static void tell_made(struct work *w, struct diff_back *x)
{
	const struct obj **v = arena_array(x->a, const struct obj *,
	    w->created.v.n);

	x->n = 0;
	for (size_t i = 0; i < w->created.v.n; i++)
		if (w->created.v.v[i].o)
			v[x->n++] = w->created.v.v[i].o;
	x->made = v;
}

static enum rc write_sql(const struct change_list *c, struct diff_back *x,
    bool back, struct err *e)
{
	struct work w = { .a = arena_new(), .c = c, .back = back };
	enum rc rc;

	w.d = dialect_of(c->to->nobjs ? c->to->dialect : c->from->dialect);
	w.drops = map_new(w.a);
	w.creates = map_new(w.a);
	rc = work_out(&w, e);
	if (!rc)
		write_out(&w, x->out, x->late);
	if (!rc && back)
		tell_made(&w, x);
	arena_free(w.a);
	return rc;
}

enum rc diff_sql_back(const struct change_list *c, struct diff_back *x,
    struct err *e)
{
	return write_sql(c, x, true, e);
}

enum rc diff_sql(const struct change_list *c, struct sbuf *out, struct err *e)
{
	struct diff_back x = { .out = out, .late = out };

	return write_sql(c, &x, false, e);
}

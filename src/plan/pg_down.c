/*
 * pg_down: the inverse of a statement from what it changed.  What came goes,
 * what went comes back with the text that the models give, what changed is
 * changed back; comments, owners and privileges with it.  Where rows are
 * saved, a table or a column that went is made again in two parts: what holds
 * rows, and what comes when they are back.  Its place among the columns and
 * its position in a file is the engine's: a column comes last.
 */
#include <string.h>

#include "diff/sql.h"
#include "plan/pg.h"

/* --- what changed, the other way round ---------------------------------------------- */

struct backing {
	struct arena *a;
	struct sides s;
	VEC(struct change) v;		/* now → was, for diff_sql_back() */
	struct sbuf first;		/* before that */
	struct sbuf out, late;
	bool saved, loses;		/* a table or column with rows */
	size_t since;		/* rows that came of it are back before */
};

static void line(struct sbuf *b)
{
	if (b->n && !str_ends(sbuf_str(b), STR(";\n")))
		SQL(b, ";\n");
}

static struct change turned(const struct change *c)
{
	static const enum change_op ops[CHANGE_OP_N] = {
		[CHANGE_ADD] = CHANGE_DROP, [CHANGE_DROP] = CHANGE_ADD,
		[CHANGE_CHANGE] = CHANGE_CHANGE,
		[CHANGE_RENAME] = CHANGE_RENAME };
	struct change x = *c;

	x.op = ops[c->op];
	x.from = c->to;
	x.to = c->from;
	return x;
}

static bool of_extension(const struct obj *o)
{
	return o->notes && o->notes->extension.n;
}

/* Its rows went, not only its shape. */
static bool is_loss(const struct change *c)
{
	const void *p = c->from;

	if (c->op != CHANGE_DROP)
		return false;
	if (c->kind == OBJ_COLUMN)
		return ((const struct column *)p)->generated == GEN_NONE;
	if (c->kind == OBJ_SEQUENCE)
		return !((const struct sequence *)p)->owned_by.n;
	return c->kind == OBJ_TABLE &&
	    ((const struct table *)p)->type == TABLE_ORDINARY;
}

static bool loses_values(const struct strs from, const struct strs to)
{
	for (size_t i = 0; i < from.n; i++) {
		bool there = false;

		for (size_t k = 0; k < to.n; k++)
			there = there || str_eq(from.v[i], to.v[k]);
		if (!there)
			return true;
	}
	return false;
}

/* Attaching and detaching take their own company along: first of all. */
static bool bound_back(struct backing *x, const struct change *c)
{
	const void *p = c->from, *q = c->to;
	const struct table *from = p, *to = q;

	if (c->kind != OBJ_TABLE || c->op == CHANGE_ADD ||
	    c->op == CHANGE_DROP ||
	    str_eq(from->partition_bound, to->partition_bound))
		return false;
	line(&x->first);
	return dialect_of(x->s.now->dialect)->alter_text(x->s.was, c->from, c->to,
	    &x->first);
}

static bool is_partition_now(const struct model *m, const struct obj *o)
{
	const struct table *t = o->table.n ? model_table(m, o->schema,
	    o->table) : NULL;

	return t && t->partition_bound.n > 0;
}

static bool is_inherited(const struct obj *o)
{
	const void *p = o;

	return (o->kind == OBJ_INDEX && ((const struct index *)p)->inherited) ||
	    (o->kind == OBJ_FK && ((const struct fk *)p)->inherited) ||
	    (o->kind == OBJ_CHECK && ((const struct check *)p)->inherited) ||
	    ((o->kind == OBJ_PK || o->kind == OBJ_UNIQUE) &&
	    ((const struct key *)p)->inherited);
}

/* What a partition has of its parent came, or goes, with being one. */
static bool of_parent(const struct backing *x, const struct change *c)
{
	const struct obj *o = c->from ? c->from : c->to;
	bool now = is_partition_now(x->s.now, o);

	if (now && c->op == CHANGE_DROP && is_partition_now(x->s.was, o))
		return is_inherited(o);	/* its parent's goes */
	if (now == is_partition_now(x->s.was, o))
		return false;
	if (o->kind == OBJ_TRIGGER)
		return true;
	if (c->op == CHANGE_DROP)
		return false;
	return is_inherited(o);
}

/* ADD and DROP COLUMN of a table reach what is a part of it. */
static bool comes_with_parent(const struct backing *x, const struct change *c)
{
	const struct obj *o = c->from ? c->from : c->to;
	const void *p = o;
	const struct table *t;

	if (c->kind != OBJ_COLUMN || (c->op != CHANGE_ADD &&
	    c->op != CHANGE_DROP) || !((const struct column *)p)->inherited)
		return false;
	t = model_table(x->s.now, o->schema, o->table);
	for (size_t i = 0; t && i < t->inherits.n; i++) {
		const struct table *now = pg_keyed(x->s.now,
		    t->inherits.v[i]), *was = pg_keyed(x->s.was,
		    t->inherits.v[i]);

		if (now && was && !table_column(now, o->name) !=
		    !table_column(was, o->name))
			return true;
	}
	return false;
}

static bool generated_anew(const struct change *c)
{
	const void *p = c->from, *q = c->to;
	const struct column *from = p, *to = q;

	return c->kind == OBJ_COLUMN && c->op == CHANGE_CHANGE &&
	    to->generated != GEN_NONE &&
	    (from->generated != to->generated ||
	    !str_eq(from->gen_expr, to->gen_expr) ||
	    !str_eq(from->type, to->type));
}

/* A value that no cast brings back is saved, or stays what it became. */
static bool is_castable(const struct change *c)
{
	const void *p = c->from, *q = c->to;
	struct arena *a;
	bool ok;

	if (c->kind != OBJ_COLUMN || c->op != CHANGE_CHANGE)
		return true;
	a = arena_new();
	ok = pg_type_castable(((const struct column *)p)->type,
	    ((const struct column *)q)->type, a);
	arena_free(a);
	return ok;
}

static bool turn(struct backing *x, const struct change *c)
{
	struct change t = turned(c);
	const struct obj *o = t.from ? t.from : t.to;
	const void *p = t.from, *q = t.to;

	x->loses = x->loses || is_loss(c);
	if ((of_extension(o) && o->kind != OBJ_EXTENSION) || bound_back(x, &t) ||
	    of_parent(x, &t) || comes_with_parent(x, &t))
		return true;
	if (t.op == CHANGE_CHANGE && t.kind == OBJ_ENUM && loses_values(
	    ((const struct enum_type *)p)->values,
	    ((const struct enum_type *)q)->values)) {
		line(&x->first);
		if (x->since)
			rows_back_line(&x->first, x->since);
		return pg_enum_back(&x->s, t.from, t.to, &x->first);
	}
	if (generated_anew(&t)) {
		line(&x->first);
		return pg_column_back(&x->s, t.from, t.to, &x->first);
	}
	/* a position is nothing that a statement changes */
	if (t.kind == OBJ_COLUMN && t.op == CHANGE_CHANGE &&
	    t.fields == field_bit(F_POSITION))
		return true;
	vec_push(x->a, &x->v, t);
	return x->saved || is_castable(&t);
}

/* --- what a new object lacks ---------------------------------------------------------- */

/* Most objects belong to one role; so do those that are made again. */
static bool is_usual(const struct model *m, struct str owner)
{
	size_t n = 0, of = 0;

	for (size_t i = 0; i < m->nobjs; i++)
		if (m->objs[i]->notes && m->objs[i]->notes->owner.n &&
		    m->objs[i]->kind != OBJ_SCHEMA) {
			n += str_eq(m->objs[i]->notes->owner, owner);
			of++;
		}
	return 2 * n >= of;
}

const struct obj_notes *pg_told(const struct sides *x, const struct obj *o)
{
	const struct obj *told = x->told ? model_find(x->told, o->kind,
	    o->schema, o->table, o->name) : NULL;

	return told && told->notes ? told->notes : o->notes;
}

bool pg_to_refresh(const struct sides *x, const struct obj *o)
{
	const void *p = o;
	const struct view *v = p, *told;

	if (o->kind != OBJ_VIEW || !v->materialized || !v->unpopulated)
		return false;
	told = x->told ? model_view(x->told, o->schema, o->name) : NULL;
	return told && told->materialized && !told->unpopulated;
}

/* The notes of what is there: those that the script has not made. */
static void notes_text(struct backing *x, const struct obj *o,
    const struct obj_notes *from, const struct obj_notes *to)
{
	size_t at = x->late.n;

	line(&x->late);
	pg_notes_text(&x->late, o, from, to);
	if (x->late.n <= at + 2)
		sbuf_truncate(&x->late, at);
}

static void notes_back(struct backing *x, const struct obj *o)
{
	const struct obj_notes *n = pg_told(&x->s, o);
	struct obj_notes bare;

	if (pg_to_refresh(&x->s, o)) {
		line(&x->late);
		SQL(&x->late, "REFRESH MATERIALIZED VIEW ");
		dialect_of(x->s.was->dialect)->table(&x->late, &(struct obj){
		    .kind = OBJ_TABLE, .schema = o->schema,
		    .name = o->name });
	}
	if (!n || of_extension(o))
		return;
	bare = *n;
	/* what the script says of itself */
	bare.comment = o->notes ? o->notes->comment : STR("");
	bare.grants = bare.settings = (struct strs){ 0 };
	if (!is_usual(x->s.told ? x->s.told : x->s.was, bare.owner))
		bare.owner = STR("nobody");
	notes_text(x, o, &bare, n);
}

static bool is_made(const struct diff_back *d, const struct obj *o)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->made[i] == o || (o->table.n &&
		    d->made[i]->kind == OBJ_VIEW &&
		    str_eq(d->made[i]->name, o->table) &&
		    str_eq(d->made[i]->schema, o->schema)))
			return true;
	return false;
}

static void rest_back(struct backing *x, const struct diff_back *d)
{
	for (size_t i = 0; i < x->s.was->nobjs; i++) {
		const struct obj *o = x->s.was->objs[i];

		if (!model_find(x->s.now, o->kind, o->schema, o->table,
		    o->name) || is_made(d, o))
			notes_back(x, o);
	}
}

static bool write_back(struct backing *x, const struct change_list *list,
    bool saved)
{
	struct diff_back d = { .out = &x->out, .late = &x->late, .a = x->a };
	struct change_list rev;
	struct err ignored = ERR_INIT;
	bool ok = true;

	x->saved = saved;
	for (size_t i = 0; ok && i < list->n; i++)
		ok = turn(x, &list->v[i]);
	if (!ok || (x->loses && !saved))
		return false;
	rev = (struct change_list){ x->s.now, x->s.was, x->v.v, x->v.n };
	line(&x->first);
	if (rev.n && diff_sql_back(&rev, &d, &ignored))
		return false;
	rest_back(x, &d);
	return true;
}

static struct str trimmed(struct arena *a, struct str s)
{
	while (str_ends(s, STR("\n")) || str_ends(s, STR(";")))
		s = str_sub(s, 0, s.n - 1);
	return arena_str(a, s);
}

/* Values that statements after s took are back before a type loses theirs;
 * 0: nothing is. */
static size_t rows_since(const struct run *run, const struct run_stmt *s)
{
	size_t n = run ? run->n : 0;

	for (size_t i = run ? (size_t)(s - run->v) + 1 : 0; i < n &&
	    run->v[i].entry == s->entry; i++)
		if (is_data(run->v[i].facts.verb) &&
		    run->v[i].facts.verb != VERB_INSERT)
			return s->offset + 1;
	return 0;
}

static enum inverse models_back(const struct run *run,
    const struct run_stmt *s, const struct change_list *list, bool saved,
    struct arena *a, struct back *out)
{
	struct backing x = { .a = a, .s = { s->after, s->before,
		run ? run->told : NULL },
		.first = SBUF_TEXT, .out = SBUF_TEXT, .late = SBUF_TEXT,
		.since = saved ? rows_since(run, s) : 0 };
	bool ok = list->n <= 2000 && write_back(&x, list, saved);

	if (ok) {
		sbuf_add(&x.first, sbuf_str(&x.out));
		out->text = trimmed(a, sbuf_str(&x.first));
		out->late = trimmed(a, sbuf_str(&x.late));
		out->rows = x.loses;
	}
	sbuf_free(&x.first);
	sbuf_free(&x.out);
	sbuf_free(&x.late);
	return !ok ? INVERSE_MISSING : out->text.n || out->late.n ?
	    INVERSE_TEXT : INVERSE_NOTHING;
}

/* --- one statement ---------------------------------------------------------------------- */

/* Nothing of the schema and of its rows is another afterwards. */
static bool changes_nothing(const struct pg_stmt *g)
{
	static const bool idle[PG_KIND_N] = { [PG_EMPTY] = true,
		[PG_SET] = true, [PG_SHOW] = true, [PG_LOCK] = true,
		[PG_VACUUM] = true, [PG_REINDEX] = true, [PG_REFRESH] = true,
		[PG_CLUSTER] = true, [PG_NOTIFY] = true, [PG_LISTEN] = true,
		[PG_SET_CONSTRAINTS] = true, [PG_CHECKPOINT] = true };

	return idle[g->kind] || ((g->flags & PG_READS_ONLY) &&
	    !(g->flags & PG_ANYTHING));
}

static bool may_skip(const struct pg_stmt *g)
{
	return g->if_not_exists || g->missing_ok;
}

/* What came or went without stopping writers goes and comes so. */
static void without_lock(struct back *x, struct arena *a)
{
	static const char *const words[] = { "DROP INDEX ", "CREATE INDEX ",
		"CREATE UNIQUE INDEX " };
	struct str *text = x->text.n ? &x->text : &x->late;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_starts(*text, str_z(words[i]))) {
			*text = arena_printf(a, "%sCONCURRENTLY %.*s",
			    words[i], STR_ARG(str_sub(*text, strlen(words[i]),
			    text->n)));
			return;
		}
}

/* Whose changes the models, comments and privileges among them, show whole. */
static bool is_shown(const struct pg_stmt *g)
{
	return g->kind == PG_COMMENT || g->kind == PG_OWNER ||
	    g->kind == PG_GRANT;
}

static const struct pg_stmt *digest_of(const struct run_stmt *s,
    struct arena *a)
{
	const struct pg_stmt *g = s->facts.pg ? s->facts.pg :
	    pg_digest(s->sql, a);
	const struct pg_stmt *one = pg_do_one(g, a);

	return one ? one : g;
}

/* Of a name that a statement has: the thing, or a part of it. */
static bool is_meant(const struct pg_obj *x, const struct obj *o)
{
	const void *p = o;
	struct str name = o->kind == OBJ_FUNCTION ?
	    ((const struct function *)p)->name : o->name;

	if (x->schema.n && !str_eq(x->schema, o->schema))
		return false;
	if (x->table.n)
		return str_eq(x->table, o->table) && str_eq(x->name, o->name);
	return str_eq(x->name, o->kind == OBJ_COLUMN ? o->table : name);
}

static bool changes_owner(const struct pg_stmt *g)
{
	for (size_t i = 0; i < g->nsubs; i++)
		if (g->subs[i].step == PG_STEP_OWNER)
			return true;
	return false;
}

static bool sets_column(const struct pg_sub *x)
{
	return x->step == PG_STEP_STATISTICS || x->step == PG_STEP_SET_OPTIONS ||
	    x->step == PG_STEP_RESET_OPTIONS;
}

static bool changes_settings(const struct pg_stmt *g)
{
	for (size_t i = 0; i < g->nsubs; i++)
		if (sets_column(&g->subs[i]))
			return true;
	return false;
}

/* It sets them of these, too. */
static bool has_heirs(const struct model *m, const struct pg_stmt *g)
{
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->inherits.n; k++) {
			struct str up = m->tables[i]->inherits.v[k];
			size_t n = g->nobjs ? g->objs[0].name.n : 0;

			if (n && str_ends(up, g->objs[0].name) &&
			    up.n > n && up.p[up.n - n - 1] == '.')
				return true;
		}
	return false;
}

/* A column of a table whose settings the statement has. */
static bool is_set(const struct pg_stmt *g, const struct obj *o)
{
	for (size_t i = 0; i < g->nsubs && o->kind == OBJ_COLUMN; i++)
		if (sets_column(&g->subs[i]) &&
		    str_eq(g->subs[i].column, o->name))
			return true;
	return false;
}

static void set_back(struct backing *x, const struct pg_stmt *g,
    const struct obj *o, const struct obj_notes *told)
{
	static const struct obj_notes none;
	struct obj_notes from = o->notes ? *o->notes : none;
	struct obj_notes to = told ? *told : none;

	if (is_set(g, o)) {
		from = (struct obj_notes){ .settings = from.settings };
		to = (struct obj_notes){ .settings = to.settings };
	} else {
		to.settings = from.settings;
	}
	notes_text(x, o, &from, &to);
}

static enum inverse notes_of(const struct run *run, const struct run_stmt *s,
    const struct pg_stmt *g, struct arena *a, struct back *out)
{
	bool all = !changes_settings(g) || changes_owner(g);
	struct backing x = { .a = a, .s = { s->after, s->before,
		run ? run->told : NULL }, .late = SBUF_TEXT };
	size_t named = 0;

	for (size_t i = 0; i < s->after->nobjs; i++)
		for (size_t k = 0; k < g->nobjs; k++) {
			const struct obj *o = s->after->objs[i];
			const struct obj *was;

			if (!is_meant(&g->objs[k], o) ||
			    !(all || is_set(g, o)))
				continue;
			named++;
			was = model_find(s->before, o->kind, o->schema,
			    o->table, o->name);
			set_back(&x, g, o, was ? pg_told(&x.s, was) : NULL);
			break;
		}
	out->text = trimmed(a, sbuf_str(&x.late));
	sbuf_free(&x.late);
	return out->text.n ? INVERSE_TEXT : named ? INVERSE_NOTHING :
	    INVERSE_MISSING;
}

/* Beside what the models compare; with what else the ALTER did. */
static enum inverse owner_back(const struct run *run, const struct run_stmt *s,
    const struct pg_stmt *g, struct arena *a, enum inverse rest,
    struct back *out)
{
	struct back owner = { .text = STR("") };
	enum inverse inv = notes_of(run, s, g, a, &owner);

	if (rest == INVERSE_MISSING || inv == INVERSE_MISSING)
		return INVERSE_MISSING;
	if (inv == INVERSE_NOTHING)
		return rest;
	out->text = out->text.n ? arena_printf(a, "%.*s;\n%.*s",
	    STR_ARG(out->text), STR_ARG(owner.text)) : owner.text;
	return INVERSE_TEXT;
}

/* alone: the models around it are those of no other statement. */
static enum inverse back_of(const struct run *run, const struct run_stmt *s,
    bool alone, bool saved, struct arena *a, struct back *out)
{
	const struct pg_stmt *g = digest_of(s, a);
	struct change_list list = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum inverse inv;

	*out = (struct back){ .text = STR("") };
	if (changes_nothing(g))
		return INVERSE_NOTHING;
	if (!s->before || !s->after || s->skipped.n ||
	    (g->flags & (PG_DATA | PG_ANYTHING | PG_UNPARSED)))
		return INVERSE_MISSING;
	if (changes_settings(g) && has_heirs(s->after, g))
		return INVERSE_MISSING;
	if (is_shown(g))
		return notes_of(run, s, g, a, out);
	if (s->before == s->after)
		return may_skip(g) ? INVERSE_NOTHING : INVERSE_MISSING;
	if (alone && g->kind != PG_RENAME)
		diff_models(s->before, s->after, NULL, false, a, &list);
	else
		pg_changes(s, g, a, &list);
	if (pg_name_back(s, g, &b)) {
		out->text = arena_str(a, sbuf_str(&b));
		sbuf_free(&b);
		return INVERSE_TEXT;
	}
	sbuf_free(&b);
	inv = models_back(run, s, &list, saved, a, out);
	if (changes_owner(g) || changes_settings(g))
		return owner_back(run, s, g, a, inv, out);
	if (inv == INVERSE_TEXT && g->concurrently)
		without_lock(out, a);
	/* nothing that a model holds */
	return inv == INVERSE_NOTHING && !may_skip(g) ? INVERSE_MISSING : inv;
}

enum inverse pg_inverse(const struct run_stmt *s, struct arena *a,
    struct str *out)
{
	struct back back;
	enum inverse inv = back_of(NULL, s, false, false, a, &back);

	*out = back.text;
	if (inv == INVERSE_TEXT && back.late.n)
		*out = back.text.n ? arena_printf(a, "%.*s;\n%.*s",
		    STR_ARG(back.text), STR_ARG(back.late)) : back.late;
	return inv;
}

static bool same_models(const struct run_stmt *x, const struct run_stmt *y)
{
	return x->before == y->before && x->after == y->after &&
	    x->before != x->after;
}

/* Statements that share the models around them are undone together. */
static size_t group_of(const struct run *run, const struct run_file *f,
    size_t i)
{
	const struct run_stmt *s = &run->v[i];
	size_t first = i;

	while (first > f->first && same_models(&run->v[first - 1], s))
		first--;
	return first;
}

/* Files of CREATE statements alone may share the models around them. */
static bool shares_beyond(const struct run *run, const struct run_file *f,
    size_t i)
{
	size_t end = f->first + f->n, k = i;

	while (k + 1 < run->n && same_models(&run->v[k + 1], &run->v[i]))
		k++;
	if (k >= end)
		return true;
	for (k = i; k > 0 && same_models(&run->v[k - 1], &run->v[i]); k--)
		if (k - 1 < f->first)
			return true;
	return false;
}

static bool makes_table(const struct run *run, const struct run_file *f,
    size_t at, const struct pg_write *w, struct arena *a)
{
	for (size_t i = f->first; i < at; i++) {
		const struct pg_stmt *g = digest_of(&run->v[i], a);

		if (g->kind == PG_CREATE_TABLE && g->nobjs &&
		    !g->if_not_exists && str_eq(g->objs[0].name, w->table))
			return true;
	}
	return false;
}

static bool writes_own(const struct run *run, const struct run_file *f,
    size_t i, const struct pg_stmt *g, struct arena *a)
{
	for (size_t k = 0; k < g->nwrites; k++)
		if (!makes_table(run, f, i, &g->writes[k], a))
			return false;
	return g->nwrites > 0 && !(g->flags & PG_ANYTHING);
}

enum inverse pg_unit(const struct run *run, const struct run_file *f,
    size_t i, bool saved, struct arena *a, size_t *first, struct back *out)
{
	const struct run_stmt *s = &run->v[i];
	const struct pg_stmt *g = digest_of(s, a);
	struct change_list list = { 0 };

	*out = (struct back){ .text = STR("") };
	*first = i;
	if (g->flags & PG_DATA && !(g->flags & (PG_UNPARSED | PG_ANYTHING)) &&
	    s->skipped.n == 0 && s->before == s->after)
		return writes_own(run, f, i, g, a) || (saved &&
		    s->facts.verb != VERB_INSERT) ? INVERSE_NOTHING :
		    INVERSE_MISSING;
	if (shares_beyond(run, f, i))
		return back_of(run, s, false, saved, a, out);
	*first = group_of(run, f, i);
	if (*first == i)
		return back_of(run, s, true, saved, a, out);
	for (size_t k = *first; k <= i; k++)
		if (run->v[k].skipped.n || (digest_of(&run->v[k], a)->flags &
		    (PG_DATA | PG_ANYTHING | PG_UNPARSED)))
			return INVERSE_MISSING;
	diff_models(s->before, s->after, NULL, false, a, &list);
	return models_back(run, s, &list, saved, a, out);
}

/* What was forbidden may have come meanwhile: the way back asks the rows. */
static bool loosens(const struct stmt *s)
{
	const struct pg_stmt *g = s->run->facts.pg;

	/* what moves takes its constraints along */
	if (g && (g->kind == PG_SET_SCHEMA || (g->kind == PG_RENAME &&
	    g->nobjs && g->objs[0].kind == OBJ_SCHEMA)))
		return false;
	for (size_t i = 0; i < s->changes.n; i++) {
		const struct change *c = &s->changes.v[i];

		if (c->op == CHANGE_DROP && (c->kind == OBJ_PK ||
		    c->kind == OBJ_UNIQUE || c->kind == OBJ_CHECK ||
		    c->kind == OBJ_FK || c->kind == OBJ_EXCLUDE ||
		    (c->kind == OBJ_INDEX &&
		    ((const struct index *)c->from)->unique)))
			return true;
		/* a row may hold the new value by now */
		if (c->op == CHANGE_CHANGE && c->kind == OBJ_ENUM)
			return true;
		if (c->op == CHANGE_CHANGE && c->kind == OBJ_COLUMN &&
		    (!str_eq(((const struct column *)c->from)->type,
		    ((const struct column *)c->to)->type) ||
		    (((const struct column *)c->from)->notnull &&
		    !((const struct column *)c->to)->notnull)))
			return true;
	}
	return false;
}

/* Where a sequence stood nobody knows afterwards. */
static bool starts_anew(const struct work *w, size_t i)
{
	for (size_t k = 0; k < w->found.n; k++)
		if (w->found.v[k].stmt == i &&
		    w->found.v[k].h.def == &hazard_defs[HAZ_ID_PT30])
			return true;
	return false;
}

enum undo_grade pg_undo(const struct work *w, size_t i)
{
	bool has_down = w->files[w->file_of[i]].has_down;
	struct str text;

	if (stmt_loses(w, i) || starts_anew(w, i))
		return !stmt_loses(w, i) || !pg_saved(w, i) ?
		    has_down ? UNDO_SHAPE : UNDO_NONE :
		    starts_anew(w, i) ? UNDO_CHECKED : UNDO_SAVED;
	if (w->rules->inverse(&w->run->v[i], w->a, &text) != INVERSE_MISSING)
		return loosens(&w->stmts[i]) ? UNDO_CHECKED : UNDO_EXACT;
	/* with the rest of its file */
	if (w->files[w->file_of[i]].down.n && pg_saved(w, i))
		return is_data(w->run->v[i].facts.verb) ? UNDO_SAVED :
		    UNDO_CHECKED;
	return has_down ? UNDO_SHAPE : UNDO_NONE;
}

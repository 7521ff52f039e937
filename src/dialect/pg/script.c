/*
 * A whole schema as statements, in an order in which they run.
 *
 * Each statement is a node.  What it needs is read from its text: the engine
 * qualifies every name of a definition that it prints under an empty search
 * path, so a pair of names there is a reference to an object of the model.
 * Function bodies are strings and need nothing, as check_function_bodies is
 * off.  Nodes are visited by rank, what they need first; a circle is broken
 * where it closes, by rank again.
 */
#include <stdlib.h>

#include "dialect/pg/words.h"

enum rank { RANK_SCHEMA, RANK_ROLE, RANK_EXTENSION, RANK_TYPE, RANK_SEQUENCE,
	RANK_FUNCTION, RANK_TABLE, RANK_CONSTRAINT, RANK_OWNED, RANK_VIEW,
	RANK_INDEX, RANK_STATISTICS, RANK_FK, RANK_TRIGGER, RANK_RULE,
	RANK_POLICY, RANK_REPLICA, RANK_COMMENT, RANK_REFRESH };

struct node {
	const struct obj *o;
	enum rank rank;
	int depth;		/* partitions before what they are part of */
	size_t no;		/* order of the model */
	struct str sql;
	struct strs needs;	/* keys: names it mentions */
	enum { NEW, OPEN, DONE } state;
};

struct script {
	struct arena *a;
	const struct model *m;
	const struct script_what *what;
	VEC(struct node *) nodes;
	struct map *makers;	/* key -> struct node * of the first such */
	bool functions;
};

/* --- what is in it ------------------------------------------------------------ */

static bool is_kept(const struct script *s, const struct obj *o)
{
	if (o->notes && o->notes->extension.n)
		return false;	/* comes with its extension */
	return s->what->keep ? s->what->keep(o, s->what->arg) : o->managed;
}

static const struct obj *owner_of(const struct model *m, const struct obj *o)
{
	const struct table *t = model_table(m, o->schema, o->table);
	const struct view *v = t ? NULL : model_view(m, o->schema, o->table);

	return t ? &t->o : v ? &v->o : NULL;
}

static struct str key_of(struct arena *a, struct str schema, struct str name)
{
	return arena_printf(a, "%.*s%c%.*s", STR_ARG(schema), 0,
	    STR_ARG(name));
}

static struct node *add(struct script *s, const struct obj *o,
    enum rank rank, struct sbuf *text)
{
	struct node *n = arena_new_of(s->a, struct node);

	*n = (struct node){ .o = o, .rank = rank, .no = s->nodes.n,
	    .sql = arena_str(s->a, sbuf_str(text)) };
	vec_push(s->a, &s->nodes, n);
	sbuf_free(text);
	return n;
}

static void makes(struct script *s, struct node *n, struct str name)
{
	struct str key = key_of(s->a, n->o->schema, name);

	if (!map_has(s->makers, key))
		map_put(s->makers, key, n);
}

/* --- what a text mentions ------------------------------------------------------ */

static struct str name_in(struct arena *a, struct str sql, struct token t)
{
	struct str s = str_sub(sql, t.from, t.to);
	char *out;
	size_t n = 0;

	if (t.kind != TOKEN_IDENT)
		return s;
	out = arena_alloc(a, s.n + 1);
	for (size_t i = 1; i + 1 < s.n; i++) {
		out[n++] = s.p[i];
		if (s.p[i] == '"')
			i++;
	}
	return (struct str){ out, n };
}

static bool is_name(enum token_kind k)
{
	return k == TOKEN_WORD || k == TOKEN_IDENT || k == TOKEN_KEYWORD;
}

struct mentions {
	struct arena *a;
	VEC(struct str) v;
};

/* 'public.s'::regclass: names in a string; '' is ' in it. */
static void mention(struct mentions *w, struct str sql, int strings)
{
	struct token before = { .kind = TOKEN_SPACE }, dot = before;

	for (struct token t = pg_token(sql, 0); t.kind != TOKEN_END;
	    t = pg_token(sql, t.to)) {
		struct str text = str_sub(sql, t.from, t.to);

		if (t.kind == TOKEN_STRING && strings && text.p[0] == '\'' &&
		    text.n < 300 && text.n > 2)
			mention(w, str_sub(text, 1, text.n - 1), 0);
		if (is_name(t.kind) && dot.kind == TOKEN_PUNCT &&
		    is_name(before.kind) && before.to == dot.from &&
		    dot.to == t.from)
			vec_push(w->a, &w->v, key_of(w->a,
			    name_in(w->a, sql, before),
			    name_in(w->a, sql, t)));
		if (t.kind == TOKEN_PUNCT && str_is(text, ".") &&
		    dot.kind != TOKEN_PUNCT) {
			dot = t;
			continue;
		}
		dot.kind = TOKEN_SPACE;
		before = t;
	}
}

static struct strs mentions_of(struct arena *a, struct str sql)
{
	struct mentions w = { .a = a };

	mention(&w, sql, 1);
	return (struct strs){ w.v.v, w.v.n };
}

/* --- tables ------------------------------------------------------------------------ */

static bool is_function_of_tables(const struct script *s, struct str key)
{
	const struct node *n = map_get(s->makers, key);

	if (!n || n->o->kind != OBJ_FUNCTION)
		return false;
	for (size_t i = 0; i < n->needs.n; i++) {
		size_t at = str_find(n->needs.v[i], (struct str){ "", 1 }, 0);
		struct str schema = str_sub(n->needs.v[i], 0, at);
		struct str name = str_sub(n->needs.v[i], at + 1,
		    n->needs.v[i].n);

		if (model_table(s->m, schema, name) ||
		    model_view(s->m, schema, name))
			return true;
	}
	return false;
}

/* Foreign keys come last; a check by a function that takes a row of the
 * table comes after the function. */
static bool comes_later(const struct obj *o, void *arg)
{
	const struct script *s = arg;
	const void *p = o;
	struct strs names;

	if (o->kind == OBJ_FK)
		return true;
	if (o->kind != OBJ_CHECK)
		return false;
	names = mentions_of(s->a, ((const struct check *)p)->expr);
	for (size_t i = 0; i < names.n; i++)
		if (is_function_of_tables(s, names.v[i]))
			return true;
	return false;
}

static int depth_of(const struct script *s, const struct table *t)
{
	int depth = 0;

	while (t && t->partition_bound.n && t->inherits.n && depth < 100) {
		struct str schema, name;

		pg_ref_split(s->m, t->inherits.v[0], s->a, &schema, &name);
		t = model_table(s->m, schema, name);
		depth++;
	}
	return depth;
}

static void add_table(struct script *s, const struct table *t)
{
	struct pg_table_less less = { comes_later, s };
	struct sbuf b = SBUF_TEXT;
	struct node *n;

	if (t->type != TABLE_FOREIGN || t->module.n) {
		pg_table_text(&b, s->m, t, &less);
		pg_table_more(&b, s->m, t);
	}
	n = add(s, &t->o, RANK_TABLE, &b);
	makes(s, n, t->o.name);
	if (t->replica_identity != 'i' || !t->replica_index.n)
		return;
	b = (struct sbuf)SBUF_TEXT;
	pg_alter_table(&b, &t->o, false);
	SQL(&b, " REPLICA IDENTITY USING INDEX ");
	pg_ident(&b, t->replica_index);
	add(s, &t->o, RANK_REPLICA, &b);
}

/* Does the parent's key make this one, under the same name? */
static bool made_by_parent(const struct script *s, const struct table *t,
    const struct fk *f)
{
	struct str schema, name;
	const struct table *p;

	if (!f->inherited || !t->inherits.n)
		return false;
	pg_ref_split(s->m, t->inherits.v[0], s->a, &schema, &name);
	p = model_table(s->m, schema, name);
	for (size_t i = 0; p && i < p->nfks; i++)
		if (str_eq(p->fks[i]->label, f->label) &&
		    str_eq(p->fks[i]->o.name, f->o.name))
			return true;
	return false;
}

static const struct {
	enum rank rank;
	bool in_table;		/* part of CREATE TABLE unless it comes later */
} hung[OBJ_KIND_N] = {
	[OBJ_COLUMN] = { RANK_TABLE, true },
	[OBJ_PK] = { RANK_CONSTRAINT, true },
	[OBJ_UNIQUE] = { RANK_CONSTRAINT, true },
	[OBJ_CHECK] = { RANK_CONSTRAINT, true },
	[OBJ_EXCLUDE] = { RANK_CONSTRAINT, true },
	[OBJ_FK] = { RANK_FK, false },
	[OBJ_INDEX] = { RANK_INDEX, false },
	[OBJ_STATISTICS] = { RANK_STATISTICS, false },
	[OBJ_TRIGGER] = { RANK_TRIGGER, false },
	[OBJ_RULE] = { RANK_RULE, false },
	[OBJ_POLICY] = { RANK_POLICY, false },
};

static bool is_made_elsewhere(const struct script *s, const struct obj *o,
    const struct obj *owner, bool with_owner)
{
	const void *p = o, *t = owner;
	const struct check *c = p;

	if (with_owner && hung[o->kind].in_table) {
		if (!comes_later(o, (void *)s))
			return true;
		return o->kind == OBJ_CHECK && (c->inherited || c->not_valid);
	}
	if (o->kind == OBJ_FK)
		return owner->kind == OBJ_TABLE && made_by_parent(s, t, p);
	if (o->kind == OBJ_INDEX)
		return ((const struct index *)p)->origin != 'c';
	return false;
}

static void add_hung(struct script *s, const struct obj *o)
{
	const struct obj *owner = owner_of(s->m, o);
	const void *t = owner;
	bool whole = owner && is_kept(s, owner);
	struct sbuf b = SBUF_TEXT;
	struct node *n;

	if (!owner || (!whole && !is_kept(s, o)) ||
	    is_made_elsewhere(s, o, owner, whole))
		return;
	pg_create_text(s->m, o, &b);
	n = add(s, o, hung[o->kind].rank, &b);
	if ((o->kind == OBJ_INDEX || o->kind == OBJ_FK) &&
	    owner->kind == OBJ_TABLE)
		n->depth = depth_of(s, t);
}

/* --- what stands alone ---------------------------------------------------------------- */

static const enum rank alone[OBJ_KIND_N] = {
	[OBJ_SCHEMA] = RANK_SCHEMA,
	[OBJ_ROLE] = RANK_ROLE,
	[OBJ_EXTENSION] = RANK_EXTENSION,
	[OBJ_ENUM] = RANK_TYPE,
	[OBJ_DOMAIN] = RANK_TYPE,
	[OBJ_COMPOSITE] = RANK_TYPE,
	[OBJ_RANGE] = RANK_TYPE,
	[OBJ_SEQUENCE] = RANK_SEQUENCE,
	[OBJ_FUNCTION] = RANK_FUNCTION,
	[OBJ_VIEW] = RANK_VIEW,
};

static void add_owned(struct script *s, const struct sequence *q)
{
	struct sbuf b = SBUF_TEXT;

	if (pg_owned_by(&b, s->m, q))
		add(s, &q->o, RANK_OWNED, &b);
}

static void add_view(struct script *s, const struct view *v)
{
	struct view copy = *v;
	struct sbuf b = SBUF_TEXT;
	struct node *n;

	/* filled at the end, when all that its functions use is there */
	copy.unpopulated = true;
	pg_create_text(s->m, &copy.o, &b);
	n = add(s, &v->o, RANK_VIEW, &b);
	makes(s, n, v->o.name);
	if (s->what->scratch || !v->materialized || v->unpopulated)
		return;
	b = (struct sbuf)SBUF_TEXT;
	SQL(&b, "REFRESH MATERIALIZED VIEW ");
	pg_name(&b, v->o.schema, v->o.name);
	add(s, &v->o, RANK_REFRESH, &b);
}

static void add_alone(struct script *s, const struct obj *o)
{
	const void *p = o;
	struct sbuf b = SBUF_TEXT;
	struct node *n;

	if (!is_kept(s, o) || (o->kind == OBJ_ROLE && s->what->scratch) ||
	    (o->kind == OBJ_SEQUENCE && pg_is_identity_sequence(s->m, p)))
		return;
	if (o->kind == OBJ_TABLE) {
		add_table(s, p);
		return;
	}
	if (o->kind == OBJ_VIEW) {
		add_view(s, p);
		return;
	}
	pg_create_text(s->m, o, &b);
	n = add(s, o, alone[o->kind], &b);
	if (o->kind == OBJ_FUNCTION) {
		s->functions = true;
		n->needs = mentions_of(s->a, n->sql);
		makes(s, n, ((const struct function *)p)->name);
	} else if (o->kind == OBJ_SCHEMA) {
		map_put(s->makers, key_of(s->a, o->name, STR("")), n);
	} else {
		makes(s, n, o->name);
	}
	if (o->kind == OBJ_SEQUENCE)
		add_owned(s, p);
}

/* --- comments --------------------------------------------------------------------------- */

static void add_comment(struct script *s, const struct obj *o)
{
	const struct obj *owner = obj_stands_alone(o->kind) ? NULL :
	    owner_of(s->m, o);
	struct sbuf b = SBUF_TEXT;

	if (!o->notes || !o->notes->comment.n || s->what->scratch ||
	    o->kind == OBJ_EXTENSION ||
	    !(is_kept(s, o) || (owner && is_kept(s, owner))))
		return;
	pg_comment_text(&b, o, o->notes->comment);
	add(s, o, RANK_COMMENT, &b);
}

/* --- order --------------------------------------------------------------------------------- */

static int by_rank(const void *x, const void *y)
{
	const struct node *a = *(struct node *const *)x;
	const struct node *b = *(struct node *const *)y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->depth != b->depth)
		return a->depth > b->depth ? -1 : 1;
	return a->no < b->no ? -1 : a->no > b->no;
}

struct visit {
	struct node *n;
	size_t at;		/* next of what it needs */
};

static enum rc say(const struct script_out *out, struct node *n, struct err *e)
{
	bool several = n->o->kind == OBJ_TABLE || n->o->kind == OBJ_TRIGGER ||
	    n->o->kind == OBJ_COLUMN;
	size_t from = 0;

	if (several && n->rank != RANK_COMMENT)
		for (struct token t = pg_token(n->sql, 0);
		    t.kind != TOKEN_END; t = pg_token(n->sql, t.to)) {
			enum rc rc;

			if (t.kind != TOKEN_PUNCT || n->sql.p[t.from] != ';')
				continue;
			rc = out->statement(out->arg, n->o,
			    str_sub(n->sql, from, t.from), e);
			if (rc)
				return rc;
			from = t.to + 1;	/* and the newline */
		}
	return out->statement(out->arg, n->o, str_sub(n->sql, from, n->sql.n),
	    e);
}

/* What n needs first, depth first, without recursion: views may stand on
 * views in thousands. */
static enum rc visit(struct script *s, struct node *first,
    const struct script_out *out, struct err *e)
{
	VEC(struct visit) stack = { 0 };
	enum rc rc = RC_OK;

	first->state = OPEN;
	vec_push(s->a, &stack, (struct visit){ first, 0 });
	while (!rc && stack.n) {
		struct visit *top = &stack.v[stack.n - 1];
		struct node *n = top->n, *need;

		if (top->at == n->needs.n) {
			n->state = DONE;
			stack.n--;
			rc = say(out, n, e);
			continue;
		}
		need = map_get(s->makers, n->needs.v[top->at++]);
		if (!need || need->state != NEW)
			continue;
		need->state = OPEN;
		vec_push(s->a, &stack, (struct visit){ need, 0 });
	}
	return rc;
}

static void collect(struct script *s)
{
	/* functions first: a table asks what they mention */
	for (size_t i = 0; i < s->m->nobjs; i++)
		if (s->m->objs[i]->kind == OBJ_FUNCTION)
			add_alone(s, s->m->objs[i]);
	for (size_t i = 0; i < s->m->nobjs; i++) {
		const struct obj *o = s->m->objs[i];

		if (o->kind == OBJ_FUNCTION)
			;
		else if (obj_stands_alone(o->kind))
			add_alone(s, o);
		else
			add_hung(s, o);
		add_comment(s, o);
	}
	for (size_t i = 0; i < s->nodes.n; i++) {
		struct node *n = s->nodes.v[i];

		if (!n->needs.n && n->rank != RANK_COMMENT)
			n->needs = mentions_of(s->a, n->sql);
	}
}

enum rc pg_schema_script(const struct model *m, const struct script_what *what,
    const struct script_out *out, struct err *e)
{
	struct script s = { .a = arena_new(), .m = m, .what = what };
	enum rc rc = RC_OK;

	s.makers = map_new(s.a);
	collect(&s);
	if (s.nodes.n)
		qsort(s.nodes.v, s.nodes.n, sizeof(*s.nodes.v), by_rank);
	if (s.functions)
		rc = out->statement(out->arg, NULL,
		    STR("SET check_function_bodies = false"), e);
	for (size_t i = 0; !rc && i < s.nodes.n; i++)
		if (s.nodes.v[i]->state == NEW)
			rc = visit(&s, s.nodes.v[i], out, e);
	arena_free(s.a);
	return rc;
}

/*
 * undecided: a statement whose course an unknown decides (rule E.4).  Neither
 * branch is run; what either could change becomes unknown too, so that
 * nothing is decided by it silently:
 *
 *	a variable that is assigned to	→ unknown
 *	an object whose member is assigned	→ that member unknown, and what
 *						  it lacks
 *	a list that a method is called on	→ gets an unknown element
 *	a return			→ the function's result is unknown,
 *					  and so is what the rest of the
 *					  function changes
 *
 * A throw is taken as not thrown: the files would not load otherwise.  The
 * project's own functions are looked into where they are called.  A jump out
 * of a loop and a method of Drizzle's objects fail as undecided.
 */
#include "ts/eval.h"

#define CALLS_MAX 8		/* functions that are looked into at once */
#define NODES_MAX 200000

struct reach {
	struct ts_run *r;
	struct ts_scope *s;
	struct ts_value unknown;
	bool returns, fails;
	unsigned loops, functions, calls, nodes;
};

static void look(struct reach *x, const struct ts_node *n);

/* The value behind a.b.c where all of it is plain data. */
static bool value_of(struct reach *x, const struct ts_node *n,
    struct ts_value *out)
{
	struct ts_binding *b;
	const struct ts_prop *p;

	if (n->kind == TS_NAME) {
		b = ts_lookup(x->s, n->text);
		return b && (b->ready || b->from) && !ts_binding_get(x->r, b,
		    out);
	}
	if (n->kind != TS_MEMBER || !value_of(x, n->a, out) ||
	    out->type != TSV_OBJECT)
		return false;
	p = ts_own(out->object, n->text);
	if (!p || p->get)
		return false;
	*out = p->v;
	return true;
}

static void open_up(struct reach *x, struct ts_object *o)
{
	if (o->class_of == CLASS_NATIVE)
		x->fails = true;
	else if (o->class_of == CLASS_ARRAY || o->class_of == CLASS_SET)
		ts_push(x->r, o, x->unknown);
	else if (o->class_of != CLASS_FUNCTION)
		o->open = x->unknown.unknown;
}

static void assigned(struct reach *x, const struct ts_node *to)
{
	struct ts_binding *b;
	struct ts_value v;

	switch ((int)to->kind) {
	case TS_NAME:
		b = ts_lookup(x->s, to->text);
		if (b && !b->constant && !b->from)
			b->v = x->unknown;
		return;
	case TS_MEMBER:
	case TS_INDEX:
		if (!value_of(x, to->a, &v) || v.type != TSV_OBJECT)
			return;
		open_up(x, v.object);
		if (to->kind == TS_MEMBER && !x->fails)
			ts_put(x->r, v.object, to->text, x->unknown);
		return;
	case TS_ASSIGN:
		assigned(x, to->a);
		return;
	case TS_SPREAD:
		assigned(x, to->a);
		return;
	case TS_PROP:
		if (to->b)
			assigned(x, to->b);
		return;
	default:
		for (size_t i = 0; i < to->n; i++)
			assigned(x, to->list[i]);
		return;
	}
}

/* What a function does to variables around it and to its arguments. */
static void look_into(struct reach *x, const struct ts_closure *fn,
    const struct ts_node *call)
{
	struct ts_scope *outer = x->s, *s = ts_scope_new(x->r, fn->scope);
	const struct ts_node *f = fn->node;

	if (x->calls == CALLS_MAX) {
		x->fails = true;
		return;
	}
	for (size_t i = 0; i < f->n && i < call->n; i++) {
		struct ts_value v;

		if (f->list[i]->kind == TS_NAME && value_of(x, call->list[i],
		    &v))
			ts_define(x->r, s, f->list[i]->text, v);
	}
	x->s = s;
	x->calls++;
	x->functions++;
	if (f->a)
		look(x, f->a);
	x->functions--;
	x->calls--;
	x->s = outer;
}

static void called(struct reach *x, const struct ts_node *n)
{
	struct ts_value v;

	if (value_of(x, n->a, &v) && v.type == TSV_OBJECT && v.object->fn &&
	    v.object->fn->node)
		look_into(x, v.object->fn, n);
	if (n->a->kind == TS_MEMBER && value_of(x, n->a->a, &v) &&
	    v.type == TSV_OBJECT && (v.object->class_of == CLASS_NATIVE ||
	    v.object->class_of == CLASS_ARRAY ||
	    v.object->class_of == CLASS_SET ||
	    v.object->class_of == CLASS_MAP))
		open_up(x, v.object);
}

static void look_inside(struct reach *x, const struct ts_node *n)
{
	if (n->a)
		look(x, n->a);
	if (n->b)
		look(x, n->b);
	if (ts_forks(n) && n->c)
		look(x, n->c);
	if (ts_forks(n) && n->d)
		look(x, n->d);
	for (size_t i = 0; !ts_forks(n) && i < n->n; i++)
		if (n->list[i])
			look(x, n->list[i]);
}

static void look(struct reach *x, const struct ts_node *n)
{
	const enum ts_kind k = n->kind;
	const bool loop = k == TS_FOR || k == TS_FOR_OF || k == TS_FOR_IN ||
	    k == TS_WHILE || k == TS_DO || k == TS_SWITCH;

	if (x->fails || ++x->nodes > NODES_MAX) {
		x->fails = true;
		return;
	}
	if (k == TS_ASSIGN)
		assigned(x, n->a);
	if (k == TS_UPDATE || (k == TS_UNARY && n->op == TS_OP_DELETE))
		assigned(x, n->a);
	if (k == TS_CALL)
		called(x, n);
	if (k == TS_RETURN && !x->functions)
		x->returns = true;
	if ((k == TS_BREAK || k == TS_CONTINUE) && !x->functions && !x->loops)
		x->fails = true;
	x->loops += loop;
	x->functions += k == TS_FUNCTION;
	look_inside(x, n);
	x->loops -= loop;
	x->functions -= k == TS_FUNCTION;
}

/* The body of the function that s is in; NULL: none. */
static const struct ts_node *body_of(const struct ts_scope *s)
{
	while (s && !s->body)
		s = s->outer;
	return s ? s->body : NULL;
}

enum ts_flow ts_undecided(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value unknown, const char *what)
{
	struct reach x = { .r = r, .s = s,
		.unknown = ts_either(r, unknown),
		.loops = n->kind != TS_IF };
	const struct ts_node *body = body_of(s);

	look(&x, n);
	if (x.returns && body && !x.fails) {
		x.loops = 1;
		look(&x, body);
	}
	r->at = n->a ? n->a : n;
	if (x.fails)
		return ts_known(r, unknown, what);
	if (!x.returns)
		return FLOW_NEXT;
	r->result = unknown;
	return FLOW_RETURN;
}

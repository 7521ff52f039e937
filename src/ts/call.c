/* call: functions and their calls (ECMA-262 chapters 10.2, 13.3). */
#include "ts/eval.h"

#define NATIVE_NEST 4		/* nodes that a built-in counts for */

struct ts_object *ts_closure_new(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *f)
{
	struct ts_object *o = ts_object_new(r);

	o->class_of = CLASS_FUNCTION;
	o->proto = r->proto.function;
	o->fn = arena_new_of(r->a, struct ts_closure);
	o->fn->node = f;
	o->fn->file = r->file;
	o->fn->scope = s;
	o->fn->name = f->text;
	if (!(f->flags & TS_F_ARROW)) {
		struct ts_object *proto = ts_object_new(r);

		ts_put_hidden(r, proto, STR("constructor"), ts_ref(o));
		ts_put_hidden(r, o, STR("prototype"), ts_ref(proto));
	}
	return o;
}

/* The function whose `this` counts here: arrows have none of their own. */
struct ts_scope *ts_self_scope(struct ts_scope *s)
{
	while (s && !s->has_self)
		s = s->outer;
	return s;
}

static enum ts_flow bind_parameters(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *f, const struct ts_call *c)
{
	ts_names names = { 0 };

	for (size_t i = 0; i < f->n; i++)
		ts_pattern_names(r, f->list[i], &names);
	for (size_t i = 0; i < names.n; i++)
		ts_bind(r, s, names.v[i]);
	for (size_t i = 0; i < f->n; i++) {
		const struct ts_node *p = f->list[i];
		struct ts_value v = ts_arg(c, i);

		if (p->kind == TS_SPREAD) {
			v = ts_ref(ts_array_new(r));
			for (size_t k = i; k < c->n; k++)
				ts_push(r, v.object, c->v[k]);
			p = p->a;
		}
		TRY(ts_store(r, s, p, v, true));
		if (f->list[i]->flags & TS_F_PARAM) {
			const struct ts_node *name = p->kind == TS_ASSIGN ?
			    p->a : p;
			struct ts_binding *b = ts_lookup_here(s, name->text);

			TRY(ts_set(r, s->self, name->text, b->v));
		}
	}
	return FLOW_NEXT;
}

static void bind_arguments(struct ts_run *r, struct ts_scope *s,
    const struct ts_call *c)
{
	struct ts_object *v = ts_array_new(r);

	for (size_t i = 0; i < c->n; i++)
		ts_push(r, v, c->v[i]);
	ts_define(r, s, STR("arguments"), ts_ref(v));
}

/* Does the text of a function name `arguments`?  Made only if so. */
static bool names_arguments(const struct ts_closure *fn)
{
	return str_find(str_sub(fn->file->text, fn->node->at, fn->node->end),
	    STR("arguments"), 0) < fn->node->end - fn->node->at;
}

static enum ts_flow run_body(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *f, struct ts_value *out)
{
	enum ts_flow flow;

	*out = TS_UNDEFINED;
	if (f->a->kind != TS_BLOCK)
		return ts_eval(r, s, f->a, out);
	ts_hoist_vars(r, s, f->a->list, f->a->n);
	ts_hoist(r, s, f->a->list, f->a->n);
	flow = ts_exec_list(r, s, f->a->list, f->a->n);
	if (flow == FLOW_RETURN) {
		*out = r->result;
		return FLOW_NEXT;
	}
	return flow == FLOW_BREAK || flow == FLOW_CONTINUE ? FLOW_NEXT : flow;
}

static void wrap_promise(struct ts_run *r, struct ts_value *v)
{
	struct ts_object *p;

	if (v->type == TSV_UNKNOWN || (v->type == TSV_OBJECT &&
	    v->object->class_of == CLASS_PROMISE))
		return;
	p = ts_object_new(r);
	p->class_of = CLASS_PROMISE;
	p->proto = r->proto.promise;
	p->value = *v;
	*v = ts_ref(p);
}

static enum ts_flow run_closure(struct ts_run *r, struct ts_closure *fn,
    struct ts_scope *s, const struct ts_call *c, struct ts_value *out)
{
	const struct ts_node *f = fn->node;

	TRY(bind_parameters(r, s, f, c));
	if (!(f->flags & TS_F_ARROW) && names_arguments(fn))
		bind_arguments(r, s, c);
	TRY(run_body(r, s, f, out));
	if (f->flags & TS_F_ASYNC)
		wrap_promise(r, out);
	return FLOW_NEXT;
}

enum ts_flow ts_call_closure(struct ts_run *r, struct ts_object *f,
    const struct ts_call *c, struct ts_value *out)
{
	struct ts_closure *fn = f->fn;
	const struct ts_file *file = r->file;
	const struct ts_node *at = r->at;
	bool chain_ends = r->chain_ends;
	struct ts_scope *s;
	enum ts_flow flow;

	if (fn->node->flags & TS_F_GENERATOR) {
		*out = ts_unknown_of(r, "a generator");
		return FLOW_NEXT;
	}
	if (r->depth == TS_CALLS)
		return ts_fail(r, "calls nested deeper than %d: "
		    "does a function call itself without an end?", TS_CALLS);
	s = ts_scope_new(r, fn->scope);
	s->function = true;
	s->body = fn->node->a;
	if (!(fn->node->flags & TS_F_ARROW)) {
		s->has_self = true;
		s->self = c->self;
		s->home = fn->home;
		s->callee = f;
		s->target = c->target;
	}
	r->depth++;
	r->file = fn->file;
	r->chain_ends = false;
	flow = run_closure(r, fn, s, c, out);
	/* a constructor's this may come from super() */
	if (!flow && c->target && out->type != TSV_OBJECT)
		*out = s->self;
	r->depth--;
	r->chain_ends = chain_ends;
	if (!flow || flow == FLOW_THROW) {
		r->file = file;
		r->at = at;
	}
	return flow;
}

/* Built-ins call each other without a node between them: they count here. */
static enum ts_flow call_native(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	enum ts_flow flow = ts_cost(r, 1);

	if (flow)
		return flow;
	if (r->nest + NATIVE_NEST > TS_NEST)
		return ts_fail(r, "nested too deep");
	r->nest += NATIVE_NEST;
	flow = c->callee->fn->native(r, c, out);
	r->nest -= NATIVE_NEST;
	return flow ? flow : ts_cost(r, 0);
}

enum ts_flow ts_invoke(struct ts_run *r, struct ts_value f,
    struct ts_value self, const struct ts_value *v, size_t n,
    struct ts_value *out)
{
	struct ts_call c = { .self = self, .v = v, .n = n };

	if (f.type == TSV_UNKNOWN) {
		*out = f;
		return FLOW_NEXT;
	}
	if (!ts_callable(f))
		return ts_throw(r, "TypeError", "%.*s is not a function",
		    STR_ARG(ts_show(r, f)));
	c.callee = f.object;
	if (f.object->fn->has_self)
		c.self = f.object->fn->self;
	*out = TS_UNDEFINED;
	if (f.object->fn->is_class)
		return ts_throw(r, "TypeError", "Class constructor %.*s "
		    "cannot be invoked without 'new'",
		    STR_ARG(f.object->fn->name));
	return f.object->fn->native ? call_native(r, &c, out) :
	    ts_call_closure(r, f.object, &c, out);
}

/* --- calls in the text --------------------------------------------------- */

typedef VEC(struct ts_value) values;

static enum ts_flow arguments(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *call, values *v)
{
	for (size_t i = 0; i < call->n; i++) {
		const struct ts_node *x = call->list[i];
		const struct ts_value *items;
		struct ts_value one;
		size_t n;

		TRY(ts_eval(r, s, x->kind == TS_SPREAD ? x->a : x, &one));
		if (x->kind != TS_SPREAD || one.type == TSV_UNKNOWN) {
			vec_push(r->a, v, one);
			continue;
		}
		TRY(ts_iterate(r, one, &items, &n));
		TRY(ts_cost(r, n));
		for (size_t k = 0; k < n; k++)
			vec_push(r->a, v, items[k]);
	}
	return FLOW_NEXT;
}

/* The function and its this; a.b(): this is a. */
static enum ts_flow callee(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *f, struct ts_value *self)
{
	struct ts_value k;
	struct str key = n->text;

	*self = TS_UNDEFINED;
	if (n->kind != TS_MEMBER && n->kind != TS_INDEX)
		return ts_eval(r, s, n, f);
	if (n->a->kind == TS_SUPER) {
		struct ts_scope *own = ts_self_scope(s);

		*self = own ? own->self : TS_UNDEFINED;
		return ts_eval(r, s, n, f);
	}
	TRY(ts_eval(r, s, n->a, self));
	if (r->chain_ends)
		return FLOW_NEXT;
	if (n->flags & TS_F_OPTIONAL && ts_is_nullish(*self)) {
		r->chain_ends = true;
		return FLOW_NEXT;
	}
	if (n->kind == TS_INDEX) {
		TRY(ts_eval(r, s, n->b, &k));
		if (k.type == TSV_UNKNOWN) {
			*f = k;
			return FLOW_NEXT;
		}
		TRY(ts_to_key(r, k, &key));
	} else if (n->flags & TS_F_PRIVATE) {
		key = ts_private_key(r, n->text);
	}
	r->at = n;
	return ts_get(r, *self, key, f);
}

/* "t.notNull": the text of what is called, for messages */
static struct str text_of(struct ts_run *r, const struct ts_node *n)
{
	if (n->kind == TS_NAME)
		return n->text;
	if (n->kind == TS_MEMBER)
		return arena_printf(r->a, "%.*s.%.*s",
		    STR_ARG(text_of(r, n->a)), STR_ARG(n->text));
	return STR("(...)");
}

/* Functions that Node has and this reader does not. */
static bool is_of_node(const struct ts_node *n)
{
	static const char *const names[] = { "acos", "acosh", "asin", "asinh",
		"atan", "atan2", "atanh", "cbrt", "clz32", "cos", "cosh",
		"exp", "expm1", "fround", "hypot", "imul", "log", "log10",
		"log1p", "log2", "sin", "sinh", "tan", "tanh", "toSpliced",
		"toSorted", "toReversed", "with", "copyWithin", "flatMap",
		"reduceRight", "findLast", "findLastIndex", "lastIndexOf",
		"getOwnPropertyDescriptor", "getOwnPropertyDescriptors",
		"getOwnPropertySymbols", "setPrototypeOf", "preventExtensions",
		"isExtensible", "isSealed", "isFrozen", "seal", "groupBy",
		"keyFor", "toDateString", "toTimeString", "toUTCString",
		"toLocaleDateString", "toLocaleTimeString", "toExponential",
		"toPrecision", "codePointAt", "isWellFormed", "toWellFormed",
		"localeCompare", "search", "anchor", "propertyIsEnumerable",
		"isPrototypeOf", "fromAsync", "asIntN", "asUintN", "parse",
		"raw", "apply", "construct", "ownKeys", "allSettled", "any",
		"race", "finally", "getTimezoneOffset", "setFullYear",
		"setMonth", "setDate", "setHours", "setMinutes", "setSeconds",
		"setMilliseconds", "setTime", "setUTCFullYear", "setUTCMonth",
		"setUTCDate", "setUTCHours", "setUTCMinutes" };

	for (size_t i = 0; n->kind == TS_MEMBER &&
	    i < sizeof(names) / sizeof(*names); i++)
		if (str_is(n->text, names[i]))
			return true;
	return false;
}

/* A record of the project has no more than it was given. */
static bool is_own_record(struct ts_value v)
{
	if (v.type != TSV_OBJECT || v.object->class_of != CLASS_OBJECT)
		return false;
	for (size_t i = 0; i < v.object->props.n; i++)
		if (!v.object->props.v[i].hidden)
			return true;
	return false;
}

enum ts_flow ts_eval_call(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_value f = TS_UNDEFINED, self;
	values v = { 0 };

	*out = TS_UNDEFINED;
	if (n->a->kind == TS_SUPER) {
		TRY(arguments(r, s, n, &v));
		return ts_super_call(r, s, v.v, v.n, out);
	}
	TRY(callee(r, s, n->a, &f, &self));
	if (r->chain_ends)
		return FLOW_NEXT;
	if (n->flags & TS_F_OPTIONAL && ts_is_nullish(f)) {
		r->chain_ends = true;
		return FLOW_NEXT;
	}
	TRY(arguments(r, s, n, &v));
	r->at = n;
	if (ts_is_undefined(f) && is_of_node(n->a) && !is_own_record(self))
		f = ts_unknown_of(r, "%.*s()", STR_ARG(text_of(r, n->a)));
	if (f.type != TSV_UNKNOWN && !ts_callable(f))
		return ts_throw(r, "TypeError", "%.*s is not a function",
		    STR_ARG(text_of(r, n->a)));
	if (f.type == TSV_UNKNOWN)
		ts_handed(r, n, f, text_of(r, n->a), v.v, v.n);
	return ts_invoke(r, f, self, v.v, v.n, out);
}

enum ts_flow ts_eval_new(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_value f;
	values v = { 0 };

	TRY(ts_eval(r, s, n->a, &f));
	TRY(arguments(r, s, n, &v));
	r->at = n;
	if (f.type == TSV_UNKNOWN)
		ts_handed(r, n, f, text_of(r, n->a), v.v, v.n);
	return ts_construct(r, f, v.v, v.n, out);
}

enum ts_flow ts_eval_tagged(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_object *cooked = ts_array_new(r), *raw = ts_array_new(r);
	struct ts_value f, self;
	values v = { 0 };

	TRY(callee(r, s, n->a, &f, &self));
	for (size_t i = 0; i <= n->b->n; i++) {
		const struct ts_chunk *c = &n->b->chunks[i];

		ts_push(r, raw, ts_text(c->raw));
		ts_push(r, cooked, c->cooked.p ? ts_text(c->cooked) :
		    TS_UNDEFINED);
	}
	ts_put_hidden(r, cooked, STR("raw"), ts_ref(raw));
	vec_push(r->a, &v, ts_ref(cooked));
	for (size_t i = 0; i < n->b->n; i++) {
		struct ts_value one;

		TRY(ts_eval(r, s, n->b->list[i], &one));
		vec_push(r->a, &v, one);
	}
	r->at = n;
	return ts_invoke(r, f, self, v.v, v.n, out);
}

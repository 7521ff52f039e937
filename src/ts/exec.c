/* exec: statements (ECMA-262 chapter 14). */
#include "ts/eval.h"

#define EXEC(name) static enum ts_flow name(struct ts_run *r, \
	struct ts_scope *s, const struct ts_node *n)

EXEC(expression)
{
	struct ts_value ignored;

	return ts_eval(r, s, n->a, &ignored);
}

EXEC(variables)
{
	bool declare = n->flags & (TS_F_CONST | TS_F_LET);

	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *d = n->list[i];
		struct ts_value v = TS_UNDEFINED;

		if (!d->b && !declare)
			continue;	/* var x; keeps what it has */
		if (d->b)
			TRY(ts_eval(r, s, d->b, &v));
		TRY(ts_store(r, s, d->a, v, true));
	}
	return FLOW_NEXT;
}

EXEC(nothing)
{
	(void)r;
	(void)s;
	(void)n;
	return FLOW_NEXT;	/* hoisted, or of another time */
}

EXEC(class_declaration)
{
	struct ts_value v;

	TRY(ts_eval(r, s, n, &v));
	if (n->text.n)
		ts_define(r, s, n->text, v);
	return FLOW_NEXT;
}

/* An object that an enum or namespace of the same name goes on with. */
static struct ts_object *open_object(struct ts_run *r, struct ts_scope *s,
    struct str name)
{
	struct ts_binding *b = ts_bind(r, s, name);

	if (!b->ready || b->v.type != TSV_OBJECT) {
		b->v = ts_ref(ts_object_new(r));
		b->ready = true;
	}
	return b->v.object;
}

EXEC(enumeration)
{
	struct ts_object *o = open_object(r, s, n->text);
	struct ts_scope *in = ts_scope_new(r, s);
	double next = 0;

	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *m = n->list[i];
		struct ts_value v = ts_number(next);

		if (m->b)
			TRY(ts_eval(r, in, m->b, &v));
		ts_define(r, in, m->text, v);
		ts_put(r, o, m->text, v);
		if (v.type == TSV_NUMBER) {
			next = v.number + 1;
			ts_put(r, o, ts_number_text(r->a, v.number),
			    ts_text(m->text));
		}
	}
	return FLOW_NEXT;
}

EXEC(name_space)
{
	struct ts_object *o = open_object(r, s, n->text);
	struct ts_scope *in = ts_scope_new(r, s);

	in->function = true;
	ts_hoist_vars(r, in, n->list, n->n);
	ts_hoist(r, in, n->list, n->n);
	TRY(ts_exec_list(r, in, n->list, n->n));
	for (size_t i = 0; i < n->n; i++) {
		ts_names names = { 0 };

		if (n->list[i]->kind != TS_EXPORT)
			continue;
		ts_declared_names(r, n->list[i]->a, &names);
		for (size_t k = 0; k < names.n; k++) {
			struct ts_binding *b = ts_lookup_here(in, names.v[k]);

			if (b && b->ready)
				ts_put(r, o, names.v[k], b->v);
		}
	}
	return FLOW_NEXT;
}

static bool declares(const struct ts_node *n)
{
	return n->kind == TS_VAR || n->kind == TS_FUNCTION ||
	    n->kind == TS_CLASS || n->kind == TS_ENUM ||
	    n->kind == TS_NAMESPACE;
}

EXEC(block)
{
	struct ts_scope *in = s;

	for (size_t i = 0; i < n->n && in == s; i++)
		if (declares(n->list[i]))
			in = ts_scope_new(r, s);
	ts_hoist(r, in, n->list, n->n);
	return ts_exec_list(r, in, n->list, n->n);
}

EXEC(if_statement)
{
	struct ts_value v;

	TRY(ts_eval(r, s, n->a, &v));
	if (v.type == TSV_UNKNOWN)
		return ts_undecided(r, s, n, v, "this condition");
	if (ts_truthy(v))
		return ts_exec(r, s, n->b);
	return n->c ? ts_exec(r, s, n->c) : FLOW_NEXT;
}

/* After the body of a loop: does it go on?  *out: how the loop ends. */
static bool goes_on(struct ts_run *r, enum ts_flow flow, struct str label,
    enum ts_flow *out)
{
	bool ours = !r->label.n || str_eq(r->label, label);

	*out = flow;
	if (flow == FLOW_NEXT)
		return true;
	if (!ours || (flow != FLOW_BREAK && flow != FLOW_CONTINUE))
		return false;
	r->label = STR("");
	*out = FLOW_NEXT;
	return flow == FLOW_CONTINUE;
}

static enum ts_flow while_loop(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct str label)
{
	struct ts_value v = ts_bool(true);
	bool first = n->kind == TS_DO;
	enum ts_flow out;

	for (;;) {
		if (!first)
			TRY(ts_eval(r, s, n->a, &v));
		first = false;
		if (v.type == TSV_UNKNOWN)
			return ts_undecided(r, s, n, v, "this condition");
		if (!ts_truthy(v))
			return FLOW_NEXT;
		if (!goes_on(r, ts_exec(r, s, n->d), label, &out))
			return out;
		TRY(ts_step(r, n));
		r->nest--;
	}
}

/* Each turn has variables of its own, which closures keep. */
static struct ts_scope *next_turn(struct ts_run *r, struct ts_scope *s)
{
	struct ts_scope *next = ts_scope_new(r, s->outer);

	for (size_t i = 0; i < s->v.n; i++) {
		struct ts_binding *b = ts_bind(r, next, s->v.v[i]->name);

		*b = *s->v.v[i];
	}
	return next;
}

static enum ts_flow for_loop(struct ts_run *r, struct ts_scope *outer,
    const struct ts_node *n, struct str label)
{
	struct ts_scope *s = ts_scope_new(r, outer);
	struct ts_value ignored, v = ts_bool(true);
	enum ts_flow out;

	if (n->a && n->a->kind == TS_VAR) {
		struct ts_node *one = n->a;

		ts_hoist(r, s, &one, 1);
		TRY(ts_exec(r, s, n->a));
	} else if (n->a) {
		TRY(ts_eval(r, s, n->a, &ignored));
	}
	for (;;) {
		if (n->b)
			TRY(ts_eval(r, s, n->b, &v));
		if (v.type == TSV_UNKNOWN)
			return ts_undecided(r, s, n, v, "this condition");
		if (!ts_truthy(v))
			return FLOW_NEXT;
		if (!goes_on(r, ts_exec(r, s, n->d), label, &out))
			return out;
		s = next_turn(r, s);
		if (n->c)
			TRY(ts_eval(r, s, n->c, &ignored));
		TRY(ts_step(r, n));
		r->nest--;
	}
}

static enum ts_flow keys_of(struct ts_run *r, struct ts_value v,
    const struct ts_value **out, size_t *n)
{
	struct ts_object *names = ts_array_new(r);
	struct strs keys = { 0 };

	if (v.type == TSV_OBJECT)
		keys = ts_keys(r, v.object);
	for (size_t i = 0; i < keys.n; i++)
		ts_push(r, names, ts_text(keys.v[i]));
	*out = names->items.v;
	*n = names->items.n;
	return FLOW_NEXT;
}

static enum ts_flow each_loop(struct ts_run *r, struct ts_scope *outer,
    const struct ts_node *n, struct str label)
{
	const struct ts_value *v = NULL;
	struct ts_value from;
	size_t count = 0;
	enum ts_flow out;

	TRY(ts_eval(r, outer, n->b, &from));
	r->at = n->b;
	if (from.type == TSV_UNKNOWN)
		return ts_undecided(r, outer, n, from,
		    "what this loop runs over");
	if (n->kind == TS_FOR_OF)
		TRY(ts_iterate(r, from, &v, &count));
	else
		TRY(keys_of(r, from, &v, &count));
	for (size_t i = 0; i < count; i++) {
		struct ts_scope *s = ts_scope_new(r, outer);
		struct ts_node *var = n->a;

		if (var->kind == TS_VAR) {
			ts_hoist(r, s, &var, 1);
			TRY(ts_store(r, s, var->list[0]->a, v[i], true));
		} else {
			TRY(ts_store(r, s, var, v[i], false));
		}
		if (!goes_on(r, ts_exec(r, s, n->d), label, &out))
			return out;
	}
	return FLOW_NEXT;
}

static enum ts_flow loop(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct str label)
{
	switch ((int)n->kind) {
	case TS_FOR:
		return for_loop(r, s, n, label);
	case TS_FOR_OF:
	case TS_FOR_IN:
		return each_loop(r, s, n, label);
	default:
		return while_loop(r, s, n, label);
	}
}

EXEC(any_loop)
{
	return loop(r, s, n, STR(""));
}

EXEC(labeled)
{
	enum ts_kind k = n->a->kind;
	enum ts_flow flow;

	if (k == TS_FOR || k == TS_FOR_OF || k == TS_FOR_IN ||
	    k == TS_WHILE || k == TS_DO)
		return loop(r, s, n->a, n->text);
	flow = ts_exec(r, s, n->a);
	if (flow == FLOW_BREAK && str_eq(r->label, n->text)) {
		r->label = STR("");
		return FLOW_NEXT;
	}
	return flow;
}

EXEC(return_statement)
{
	r->result = TS_UNDEFINED;
	if (n->a)
		TRY(ts_eval(r, s, n->a, &r->result));
	return FLOW_RETURN;
}

EXEC(throw_statement)
{
	struct ts_value v = TS_UNDEFINED;

	if (n->a)
		TRY(ts_eval(r, s, n->a, &v));
	r->at = n;
	r->thrown = v;
	r->thrown_where = ts_where(r);
	return FLOW_THROW;
}

EXEC(jump)
{
	(void)s;
	r->label = n->text;
	return n->kind == TS_BREAK ? FLOW_BREAK : FLOW_CONTINUE;
}

EXEC(switch_statement)
{
	struct ts_scope *in = ts_scope_new(r, s);
	size_t at = n->n;
	struct ts_value v, x;

	TRY(ts_eval(r, s, n->a, &v));
	r->at = n->a;
	if (v.type == TSV_UNKNOWN)
		return ts_undecided(r, s, n, v, "this switch");
	for (size_t i = 0; i < n->n; i++)
		ts_hoist(r, in, n->list[i]->list, n->list[i]->n);
	for (size_t i = 0; i < n->n && at == n->n; i++) {
		if (!n->list[i]->a)
			continue;
		TRY(ts_eval(r, in, n->list[i]->a, &x));
		if (ts_same(v, x))
			at = i;
	}
	for (size_t i = 0; i < n->n && at == n->n; i++)
		if (!n->list[i]->a)
			at = i;
	for (; at < n->n; at++) {
		enum ts_flow flow = ts_exec_list(r, in, n->list[at]->list,
		    n->list[at]->n);

		if (flow == FLOW_BREAK && !r->label.n)
			return FLOW_NEXT;
		if (flow)
			return flow;
	}
	return FLOW_NEXT;
}

static enum ts_flow handle(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n)
{
	struct ts_scope *in = ts_scope_new(r, s);
	ts_names names = { 0 };

	ts_pattern_names(r, n->b, &names);
	for (size_t i = 0; i < names.n; i++)
		ts_bind(r, in, names.v[i]);
	if (n->b)
		TRY(ts_store(r, in, n->b, r->thrown, true));
	return ts_exec(r, in, n->c);
}

EXEC(try_statement)
{
	unsigned nest = r->nest, depth = r->depth;
	const struct ts_file *file = r->file;
	enum ts_flow flow = ts_exec(r, s, n->a), last;
	struct ts_value result, thrown;
	struct str label;

	if (flow == FLOW_THROW) {
		r->nest = nest;
		r->depth = depth;
		r->file = file;
		r->chain_ends = false;
		if (n->c)
			flow = handle(r, s, n);
	}
	if (!n->d || flow == FLOW_FAIL)
		return flow;
	result = r->result;
	thrown = r->thrown;
	label = r->label;
	last = ts_exec(r, s, n->d);
	if (last)
		return last;
	r->result = result;
	r->thrown = thrown;
	r->label = label;
	return flow;
}

EXEC(exported)
{
	return ts_exec(r, s, n->a);
}

EXEC(export_default)
{
	struct ts_value v;
	struct str name = n->a->text;

	if (n->a->kind == TS_FUNCTION && name.n &&
	    !(n->a->flags & TS_F_ARROW)) {
		struct ts_binding *b = ts_lookup_here(s, name);

		ts_define(r, s, STR("*default*"), b->v);
		return FLOW_NEXT;
	}
	TRY(ts_eval(r, s, n->a, &v));
	if (n->a->kind == TS_CLASS && name.n)
		ts_define(r, s, name, v);
	ts_define(r, s, STR("*default*"), v);
	return FLOW_NEXT;
}

typedef enum ts_flow execute(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n);

static execute *const kinds[TS_KIND_N] = {
	[TS_EXPR] = expression, [TS_VAR] = variables,
	[TS_FUNCTION] = nothing, [TS_CLASS] = class_declaration,
	[TS_ENUM] = enumeration, [TS_NAMESPACE] = name_space,
	[TS_BLOCK] = block, [TS_EMPTY] = nothing,
	[TS_RETURN] = return_statement, [TS_THROW] = throw_statement,
	[TS_IF] = if_statement, [TS_FOR] = any_loop,
	[TS_FOR_OF] = any_loop, [TS_FOR_IN] = any_loop,
	[TS_WHILE] = any_loop, [TS_DO] = any_loop, [TS_BREAK] = jump,
	[TS_CONTINUE] = jump, [TS_LABELED] = labeled,
	[TS_SWITCH] = switch_statement, [TS_TRY] = try_statement,
	[TS_IMPORT] = nothing, [TS_EXPORT] = exported,
	[TS_EXPORT_DEFAULT] = export_default,
	[TS_EXPORT_LIST] = nothing, [TS_EXPORT_ALL] = nothing,
};

enum ts_flow ts_exec(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n)
{
	enum ts_flow flow;

	if (!kinds[n->kind])
		BUG("%s is no statement", ts_kind_word[n->kind]);
	TRY(ts_step(r, n));
	flow = kinds[n->kind](r, s, n);
	r->nest--;
	return flow;
}

enum ts_flow ts_exec_list(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		TRY(ts_exec(r, s, list[i]));
	return FLOW_NEXT;
}

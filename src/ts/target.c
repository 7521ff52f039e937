/* target: what is stored where: patterns, assignments, ++ (rule X.2). */
#include "ts/eval.h"

static enum ts_flow store_name(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value v, bool declare)
{
	struct ts_binding *b = declare ? ts_lookup_here(s, n->text) :
	    ts_lookup(s, n->text);

	if (!b && declare)
		b = ts_lookup(s, n->text);	/* var: the function's */
	if (!b)
		return ts_throw(r, "ReferenceError", "%.*s is not defined",
		    STR_ARG(n->text));
	if (v.type == TSV_OBJECT && v.object->fn && !v.object->fn->name.n)
		v.object->fn->name = n->text;
	if (!declare)
		return ts_binding_set(r, b, v);
	b->v = v;
	b->ready = true;
	return FLOW_NEXT;
}

static enum ts_flow store_member(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value v)
{
	struct ts_value o, k;
	struct str key = n->text;

	TRY(ts_eval(r, s, n->a, &o));
	if (n->kind == TS_INDEX) {
		TRY(ts_eval(r, s, n->b, &k));
		if (k.type == TSV_UNKNOWN)
			return ts_known(r, k, "the name of a property");
		TRY(ts_to_key(r, k, &key));
	} else if (n->flags & TS_F_PRIVATE) {
		key = ts_private_key(r, n->text);
	}
	if (n->a->kind == TS_SUPER) {
		struct ts_scope *f = ts_self_scope(s);

		o = f ? f->self : o;
	}
	r->at = n;
	return ts_set(r, o, key, v);
}

static enum ts_flow store_array(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *p, struct ts_value v, bool declare)
{
	const struct ts_value *items = NULL;
	size_t n = 0;

	if (v.type != TSV_UNKNOWN)
		TRY(ts_iterate(r, v, &items, &n));
	for (size_t i = 0; i < p->n; i++) {
		const struct ts_node *to = p->list[i];
		struct ts_value one = v.type == TSV_UNKNOWN ? v :
		    i < n ? items[i] : TS_UNDEFINED;

		if (to->kind == TS_HOLE)
			continue;
		if (to->kind == TS_SPREAD && v.type != TSV_UNKNOWN) {
			one = ts_ref(ts_array_new(r));
			for (size_t k = i; k < n; k++)
				ts_push(r, one.object, items[k]);
		}
		TRY(ts_store(r, s, to->kind == TS_SPREAD ? to->a : to, one,
		    declare));
	}
	return FLOW_NEXT;
}

/* { a, ...rest }: what the names before did not take */
static enum ts_flow rest_of(struct ts_run *r, struct ts_value v,
    const ts_names *taken, struct ts_value *out)
{
	struct ts_object *o = ts_object_new(r);
	struct strs keys = { 0 };

	*out = ts_ref(o);
	if (v.type == TSV_UNKNOWN)
		o->open = v.unknown;
	if (v.type != TSV_OBJECT)
		return FLOW_NEXT;
	o->open = v.object->open;
	keys = ts_keys(r, v.object);
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value one;
		bool was = false;

		for (size_t k = 0; k < taken->n; k++)
			was |= str_eq(taken->v[k], keys.v[i]);
		if (was)
			continue;
		TRY(ts_get(r, v, keys.v[i], &one));
		ts_put(r, o, keys.v[i], one);
	}
	return FLOW_NEXT;
}

static enum ts_flow store_object(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *p, struct ts_value v, bool declare)
{
	ts_names taken = { 0 };

	if (ts_is_nullish(v))
		return ts_throw(r, "TypeError", "Cannot destructure %s",
		    v.type == TSV_NULL ? "null" : "undefined");
	for (size_t i = 0; i < p->n; i++) {
		const struct ts_node *to = p->list[i];
		struct ts_value one;
		struct str key;

		if (to->kind == TS_SPREAD) {
			TRY(rest_of(r, v, &taken, &one));
			TRY(ts_store(r, s, to->a, one, declare));
			continue;
		}
		TRY(ts_prop_key(r, s, to, &key));
		vec_push(r->a, &taken, key);
		TRY(ts_get(r, v, key, &one));
		TRY(ts_store(r, s, to->b, one, declare));
	}
	return FLOW_NEXT;
}

enum ts_flow ts_store(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *to, struct ts_value v, bool declare)
{
	r->at = to;
	switch ((int)to->kind) {
	case TS_NAME:
		return store_name(r, s, to, v, declare);
	case TS_MEMBER:
	case TS_INDEX:
		return store_member(r, s, to, v);
	case TS_ASSIGN:			/* a default */
		if (ts_is_undefined(v))
			TRY(ts_eval(r, s, to->b, &v));
		return ts_store(r, s, to->a, v, declare);
	case TS_ARRAY:
		return store_array(r, s, to, v, declare);
	case TS_OBJECT:
		return store_object(r, s, to, v, declare);
	default:
		return ts_fail(r, "nothing can be assigned to this");
	}
}

static bool is_logical(enum ts_op op)
{
	return op == TS_OP_LOGICAL_AND || op == TS_OP_LOGICAL_OR ||
	    op == TS_OP_COALESCE;
}

enum ts_flow ts_assign_op(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_value old, v;

	if (n->op == TS_OP_NONE) {
		TRY(ts_eval(r, s, n->b, out));
		return ts_store(r, s, n->a, *out, false);
	}
	TRY(ts_eval(r, s, n->a, &old));
	if (is_logical(n->op)) {
		if (old.type == TSV_UNKNOWN ||
		    (n->op == TS_OP_COALESCE ? !ts_is_nullish(old) :
		    ts_truthy(old) == (n->op == TS_OP_LOGICAL_OR))) {
			*out = old;
			return FLOW_NEXT;
		}
		TRY(ts_eval(r, s, n->b, out));
		return ts_store(r, s, n->a, *out, false);
	}
	TRY(ts_eval(r, s, n->b, &v));
	TRY(ts_operate(r, n->op, old, v, out));
	return ts_store(r, s, n->a, *out, false);
}

enum ts_flow ts_update(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_value old, v;

	TRY(ts_eval(r, s, n->a, &old));
	if (old.type != TSV_BIGINT && old.type != TSV_UNKNOWN)
		old = ts_number(ts_to_number(r, old));
	TRY(ts_operate(r, n->op, old, old.type == TSV_BIGINT ?
	    (struct ts_value){ .type = TSV_BIGINT, .text = STR("1") } :
	    ts_number(1), &v));
	TRY(ts_store(r, s, n->a, v, false));
	*out = n->flags & TS_F_PREFIX ? v : old;
	return FLOW_NEXT;
}

/* b_object: Object, Function, Boolean, Symbol, Error, Promise and what every
 * value answers. */
#include "ts/builtins.h"
#include "ts/eval.h"

bool bi_unknown(const struct ts_call *c, size_t n, struct ts_value *out)
{
	if (c->self.type == TSV_UNKNOWN) {
		*out = c->self;
		return true;
	}
	for (size_t i = 0; i < n && i < c->n; i++)
		if (c->v[i].type == TSV_UNKNOWN) {
			*out = c->v[i];
			return true;
		}
	return false;
}

struct ts_object *bi_pair(struct ts_run *r, struct ts_value x,
    struct ts_value y)
{
	struct ts_object *o = ts_array_new(r);

	ts_push(r, o, x);
	ts_push(r, o, y);
	return o;
}

BUILTIN(value_itself)
{
	(void)r;
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(do_nothing)
{
	(void)r;
	(void)c;
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

BUILTIN(not_run)
{
	(void)c;
	*out = ts_unknown_of(r, "code made at run time");
	return FLOW_NEXT;
}

BUILTIN(primitive_text)
{
	struct str s;

	TRY(ts_to_text(r, c->self, &s));
	*out = ts_text(s);
	return FLOW_NEXT;
}

/* --- Object -------------------------------------------------------------- */

BUILTIN(object_object)
{
	*out = ts_arg(c, 0);
	if (ts_is_nullish(*out))
		*out = ts_ref(ts_object_new(r));
	return FLOW_NEXT;
}

BUILTIN(object_same)
{
	(void)r;
	*out = ts_arg(c, 0);
	return FLOW_NEXT;
}

BUILTIN(object_text)
{
	static const char *const words[] = { [CLASS_FUNCTION] = "Function",
		[CLASS_ARRAY] = "Array", [CLASS_DATE] = "Date",
		[CLASS_REGEX] = "RegExp", [CLASS_ERROR] = "Error",
		[CLASS_MAP] = "Map", [CLASS_SET] = "Set",
		[CLASS_PROMISE] = "Promise", [CLASS_OBJECT] = "Object",
		[CLASS_BOXED] = "Object", [CLASS_NATIVE] = "Object" };

	*out = ts_text(c->self.type == TSV_OBJECT ? arena_printf(r->a,
	    "[object %s]", words[c->self.object->class_of]) :
	    STR("[object Object]"));
	return FLOW_NEXT;
}

/* Own members of an object, an array or a text. */
static enum ts_flow keys_of(struct ts_run *r, struct ts_value v,
    struct strs *out)
{
	struct ts_object *o = ts_object_new(r);

	*out = (struct strs){ 0 };
	if (ts_is_nullish(v))
		return ts_throw(r, "TypeError",
		    "Cannot convert undefined or null to object");
	if (v.type == TSV_OBJECT) {
		*out = ts_keys(r, v.object);
	} else if (v.type == TSV_STRING) {
		for (size_t i = 0; i < ts_text_length(v.text); i++)
			ts_put(r, o, arena_printf(r->a, "%zu", i),
			    TS_UNDEFINED);
		*out = ts_keys(r, o);
	}
	return FLOW_NEXT;
}

enum wanted { KEYS, VALUES, ENTRIES };

static enum ts_flow list_members(struct ts_run *r, struct ts_value v,
    enum wanted what, struct ts_value *out)
{
	struct ts_object *list = ts_array_new(r);
	struct strs keys;

	if (v.type == TSV_UNKNOWN ||
	    (v.type == TSV_OBJECT && v.object->open)) {
		*out = v.type == TSV_UNKNOWN ? v : (struct ts_value){
			.type = TSV_UNKNOWN, .unknown = v.object->open };
		return FLOW_NEXT;
	}
	TRY(keys_of(r, v, &keys));
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value one = TS_UNDEFINED;

		if (what != KEYS)
			TRY(ts_get(r, v, keys.v[i], &one));
		ts_push(r, list, what == VALUES ? one : what == KEYS ?
		    ts_text(keys.v[i]) : ts_ref(bi_pair(r,
		    ts_text(keys.v[i]), one)));
	}
	*out = ts_ref(list);
	return FLOW_NEXT;
}

BUILTIN(object_keys)
{
	return list_members(r, ts_arg(c, 0), KEYS, out);
}

BUILTIN(object_values)
{
	return list_members(r, ts_arg(c, 0), VALUES, out);
}

BUILTIN(object_entries)
{
	return list_members(r, ts_arg(c, 0), ENTRIES, out);
}

BUILTIN(object_assign)
{
	struct ts_value to = ts_arg(c, 0);

	*out = to;
	if (to.type != TSV_OBJECT)
		return FLOW_NEXT;
	for (size_t i = 1; i < c->n; i++) {
		struct strs keys;

		if (c->v[i].type == TSV_UNKNOWN)
			to.object->open = c->v[i].unknown;
		if (c->v[i].type != TSV_OBJECT)
			continue;
		keys = ts_keys(r, c->v[i].object);
		for (size_t k = 0; k < keys.n; k++) {
			struct ts_value one;

			TRY(ts_get(r, c->v[i], keys.v[k], &one));
			TRY(ts_set(r, to, keys.v[k], one));
		}
		if (c->v[i].object->open)
			to.object->open = c->v[i].object->open;
	}
	return FLOW_NEXT;
}

static enum ts_flow define(struct ts_run *r, struct ts_object *o,
    struct str key, struct ts_value how)
{
	struct ts_value v, get, set, shown;

	TRY(ts_get(r, how, STR("value"), &v));
	TRY(ts_get(r, how, STR("get"), &get));
	TRY(ts_get(r, how, STR("set"), &set));
	TRY(ts_get(r, how, STR("enumerable"), &shown));
	if (ts_callable(get) || ts_callable(set))
		ts_put_accessor(r, o, key, ts_callable(get) ? get.object :
		    NULL, ts_callable(set) ? set.object : NULL,
		    !ts_truthy(shown));
	else if (ts_truthy(shown))
		ts_put(r, o, key, v);
	else
		ts_put_hidden(r, o, key, v);
	return FLOW_NEXT;
}

BUILTIN(object_define)
{
	struct str key;

	*out = ts_arg(c, 0);
	if (out->type != TSV_OBJECT)
		return FLOW_NEXT;
	TRY(ts_to_key(r, ts_arg(c, 1), &key));
	return define(r, out->object, key, ts_arg(c, 2));
}

BUILTIN(object_create)
{
	struct ts_object *o = ts_object_new(r);
	struct ts_value from = ts_arg(c, 0), how = ts_arg(c, 1);
	struct strs keys = { 0 };

	o->proto = from.type == TSV_OBJECT ? from.object : NULL;
	if (how.type == TSV_OBJECT)
		keys = ts_keys(r, how.object);
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value one;

		TRY(ts_get(r, how, keys.v[i], &one));
		TRY(define(r, o, keys.v[i], one));
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(object_freeze)
{
	(void)r;
	*out = ts_arg(c, 0);
	if (out->type == TSV_OBJECT)
		out->object->frozen = true;
	return FLOW_NEXT;
}

BUILTIN(object_is_frozen)
{
	struct ts_value v = ts_arg(c, 0);

	(void)r;
	*out = ts_bool(v.type != TSV_OBJECT || v.object->frozen);
	return FLOW_NEXT;
}

BUILTIN(object_from_entries)
{
	struct ts_object *o = ts_object_new(r);
	const struct ts_value *v;
	size_t n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_iterate(r, ts_arg(c, 0), &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct ts_value key, one;
		struct str name;

		if (v[i].type == TSV_UNKNOWN) {
			o->open = v[i].unknown;
			continue;
		}
		TRY(ts_get(r, v[i], STR("0"), &key));
		TRY(ts_get(r, v[i], STR("1"), &one));
		TRY(ts_to_key(r, key, &name));
		ts_put(r, o, name, one);
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(object_group)
{
	struct ts_object *o = ts_object_new(r);
	const struct ts_value *v;
	size_t n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_iterate(r, ts_arg(c, 0), &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct ts_value args[2] = { v[i], ts_number((double)i) }, key;
		const struct ts_prop *p;
		struct str name;

		TRY(ts_invoke(r, ts_arg(c, 1), TS_UNDEFINED, args, 2, &key));
		TRY(ts_to_key(r, key, &name));
		p = ts_own(o, name);
		if (!p)
			ts_put(r, o, name, ts_ref(ts_array_new(r)));
		ts_push(r, ts_own(o, name)->v.object, v[i]);
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(object_proto)
{
	struct ts_value v = ts_arg(c, 0);

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	(void)r;
	*out = v.type == TSV_OBJECT && v.object->proto ?
	    ts_ref(v.object->proto) : TS_NULL_VALUE;
	return FLOW_NEXT;
}

BUILTIN(object_set_proto)
{
	struct ts_value v = ts_arg(c, 0), p = ts_arg(c, 1);

	(void)r;
	if (v.type == TSV_OBJECT)
		v.object->proto = p.type == TSV_OBJECT ? p.object : NULL;
	*out = v;
	return FLOW_NEXT;
}

static enum ts_flow has_own(struct ts_run *r, struct ts_value o,
    struct ts_value k, struct ts_value *out)
{
	struct str key;
	uint32_t i;

	TRY(ts_to_key(r, k, &key));
	*out = ts_bool(o.type == TSV_OBJECT && (ts_own(o.object, key) ||
	    (o.object->class_of == CLASS_ARRAY && ts_is_index(key, &i) &&
	    i < o.object->items.n)));
	return FLOW_NEXT;
}

BUILTIN(object_has_own)
{
	if (bi_unknown(c, 2, out))
		return FLOW_NEXT;
	return has_own(r, ts_arg(c, 0), ts_arg(c, 1), out);
}

BUILTIN(object_has)
{
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	return has_own(r, c->self, ts_arg(c, 0), out);
}

BUILTIN(object_is_proto)
{
	struct ts_value v = ts_arg(c, 0);
	bool is = false;

	(void)r;
	if (v.type == TSV_OBJECT && c->self.type == TSV_OBJECT)
		for (struct ts_object *o = v.object->proto; o && !is;
		    o = o->proto)
			is = o == c->self.object;
	*out = ts_bool(is);
	return FLOW_NEXT;
}

BUILTIN(object_is)
{
	struct ts_value x = ts_arg(c, 0), y = ts_arg(c, 1);

	(void)r;
	if (bi_unknown(c, 2, out))
		return FLOW_NEXT;
	*out = ts_bool(ts_same(x, y) || (x.type == TSV_NUMBER &&
	    y.type == TSV_NUMBER && x.number != x.number &&
	    y.number != y.number));
	return FLOW_NEXT;
}

/* --- Function ------------------------------------------------------------ */

BUILTIN(function_call)
{
	return ts_invoke(r, c->self, ts_arg(c, 0), c->n ? c->v + 1 : NULL,
	    c->n ? c->n - 1 : 0, out);
}

BUILTIN(function_apply)
{
	const struct ts_value *v = NULL;
	size_t n = 0;

	if (!ts_is_nullish(ts_arg(c, 1)))
		TRY(ts_iterate(r, ts_arg(c, 1), &v, &n));
	return ts_invoke(r, c->self, ts_arg(c, 0), v, n, out);
}

struct bound {
	struct ts_value f, self;
	const struct ts_value *v;
	size_t n;
};

static enum ts_flow call_bound(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	const struct bound *b = c->callee->fn->data;
	VEC(struct ts_value) v = { 0 };

	for (size_t i = 0; i < b->n; i++)
		vec_push(r->a, &v, b->v[i]);
	for (size_t i = 0; i < c->n; i++)
		vec_push(r->a, &v, c->v[i]);
	return ts_invoke(r, b->f, b->self, v.v, v.n, out);
}

BUILTIN(function_bind)
{
	struct bound *b = arena_new_of(r->a, struct bound);

	b->f = c->self;
	b->self = ts_arg(c, 0);
	b->n = c->n > 1 ? c->n - 1 : 0;
	if (b->n)
		b->v = arena_copy(r->a, c->v + 1, b->n * sizeof(*b->v));
	*out = ts_ref(ts_function_new(r, "bound", call_bound, b));
	return FLOW_NEXT;
}

BUILTIN(function_text)
{
	const struct ts_closure *fn = ts_callable(c->self) ?
	    c->self.object->fn : NULL;

	*out = ts_text(fn && fn->node && fn->node->end ? str_sub(fn->file->text,
	    fn->node->at, fn->node->end) : arena_printf(r->a,
	    "function %.*s() { [native code] }",
	    fn ? (int)fn->name.n : 0, fn ? fn->name.p : ""));
	return FLOW_NEXT;
}

/* --- Boolean, Symbol, Error ---------------------------------------------- */

BUILTIN(boolean_boolean)
{
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	(void)r;
	*out = ts_bool(ts_truthy(ts_arg(c, 0)));
	return FLOW_NEXT;
}

BUILTIN(symbol_symbol)
{
	struct ts_value d = ts_arg(c, 0);

	*out = ts_symbol(r, d.type == TSV_STRING ? d.text : STR(""));
	return FLOW_NEXT;
}

BUILTIN(symbol_for)
{
	struct str name;

	TRY(ts_to_text(r, ts_arg(c, 0), &name));
	*out = (struct ts_value){ .type = TSV_SYMBOL,
		.text = arena_printf(r->a, "\xff@for:%.*s", STR_ARG(name)) };
	return FLOW_NEXT;
}

BUILTIN(symbol_text)
{
	struct str s = c->self.type == TSV_SYMBOL ? c->self.text : STR("");
	size_t colon = str_find(s, STR(":"), 0);

	*out = ts_text(arena_printf(r->a, "Symbol(%.*s)",
	    STR_ARG(str_sub(s, colon < s.n ? colon + 1 : s.n, s.n))));
	return FLOW_NEXT;
}

BUILTIN(error_error)
{
	struct ts_object *o = ts_object_new(r);
	struct str msg = STR("");

	o->class_of = CLASS_ERROR;
	o->proto = ts_error_proto(r, c->callee);
	if (!ts_is_undefined(ts_arg(c, 0)) && !bi_unknown(c, 1, out))
		TRY(ts_to_text(r, ts_arg(c, 0), &msg));
	ts_put_hidden(r, o, STR("name"), ts_text(c->callee->fn->name));
	ts_put_hidden(r, o, STR("message"), ts_text(msg));
	ts_put_hidden(r, o, STR("stack"), ts_text(ts_where(r)));
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(error_text)
{
	struct ts_value name, msg;
	struct str a, b;

	TRY(ts_get(r, c->self, STR("name"), &name));
	TRY(ts_get(r, c->self, STR("message"), &msg));
	TRY(ts_to_text(r, name, &a));
	TRY(ts_to_text(r, msg, &b));
	*out = ts_text(b.n ? arena_printf(r->a, "%.*s: %.*s", STR_ARG(a),
	    STR_ARG(b)) : a);
	return FLOW_NEXT;
}

/* --- Promise: what async code would give, given at once (E.5) ------------ */

static struct ts_value promise_of(struct ts_run *r, struct ts_value v)
{
	struct ts_object *o;

	if (v.type == TSV_UNKNOWN || (v.type == TSV_OBJECT &&
	    v.object->class_of == CLASS_PROMISE))
		return v;
	o = ts_object_new(r);
	o->class_of = CLASS_PROMISE;
	o->proto = r->proto.promise;
	o->value = v;
	return ts_ref(o);
}

BUILTIN(promise_promise)
{
	(void)c;
	*out = ts_unknown_of(r, "a promise");
	return FLOW_NEXT;
}

BUILTIN(promise_resolve)
{
	*out = promise_of(r, ts_arg(c, 0));
	return FLOW_NEXT;
}

BUILTIN(promise_all)
{
	struct ts_object *list = ts_array_new(r);
	const struct ts_value *v;
	size_t n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_iterate(r, ts_arg(c, 0), &v, &n));
	for (size_t i = 0; i < n; i++)
		ts_push(r, list, v[i].type == TSV_OBJECT &&
		    v[i].object->class_of == CLASS_PROMISE ?
		    v[i].object->value : v[i]);
	*out = promise_of(r, ts_ref(list));
	return FLOW_NEXT;
}

BUILTIN(promise_same)
{
	(void)r;
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(promise_then)
{
	struct ts_value v = c->self, x;

	*out = c->self;
	if (v.type != TSV_OBJECT || v.object->class_of != CLASS_PROMISE ||
	    !ts_callable(ts_arg(c, 0)))
		return FLOW_NEXT;
	x = v.object->value;
	TRY(ts_invoke(r, ts_arg(c, 0), TS_UNDEFINED, &x, 1, out));
	*out = promise_of(r, *out);
	return FLOW_NEXT;
}

/* Deep, as far as plain values go. */
static struct ts_value copy_of(struct ts_run *r, struct ts_value v,
    unsigned depth)
{
	struct ts_object *o;
	struct strs keys;

	if (v.type != TSV_OBJECT || depth > 64 ||
	    (v.object->class_of != CLASS_OBJECT &&
	    v.object->class_of != CLASS_ARRAY))
		return v;
	if (v.object->class_of == CLASS_ARRAY) {
		o = ts_array_new(r);
		for (size_t i = 0; i < v.object->items.n; i++)
			ts_push(r, o, copy_of(r, v.object->items.v[i],
			    depth + 1));
		return ts_ref(o);
	}
	o = ts_object_new(r);
	keys = ts_keys(r, v.object);
	for (size_t i = 0; i < keys.n; i++)
		ts_put(r, o, keys.v[i], copy_of(r, ts_own(v.object,
		    keys.v[i])->v, depth + 1));
	return ts_ref(o);
}

BUILTIN(structured_clone)
{
	*out = copy_of(r, ts_arg(c, 0), 0);
	return FLOW_NEXT;
}

/* b_array: Array (ECMA-262 chapter 23.1). */
#include <math.h>

#include "ts/builtins.h"

enum ts_flow bi_array(struct ts_run *r, const struct ts_call *c,
    struct ts_object **out)
{
	if (c->self.type != TSV_OBJECT ||
	    c->self.object->class_of != CLASS_ARRAY)
		return ts_throw(r, "TypeError", "%.*s is not an array",
		    STR_ARG(ts_show(r, c->self)));
	*out = c->self.object;
	return FLOW_NEXT;
}

size_t bi_position(struct ts_run *r, const struct ts_call *c, size_t i,
    size_t len, size_t otherwise)
{
	double n;

	if (ts_is_undefined(ts_arg(c, i)))
		return otherwise;
	n = trunc(ts_to_number(r, ts_arg(c, i)));
	if (isnan(n))
		return 0;
	if (n < 0)
		n = n + (double)len < 0 ? 0 : n + (double)len;
	return n > (double)len ? len : (size_t)n;
}

enum ts_flow bi_each(struct ts_run *r, const struct ts_call *c,
    struct ts_value x, struct ts_value i, struct ts_value list,
    struct ts_value *out)
{
	struct ts_value v[3] = { x, i, list };

	return ts_invoke(r, ts_arg(c, 0), ts_arg(c, 1), v, 3, out);
}

static enum ts_flow call_at(struct ts_run *r, const struct ts_call *c,
    struct ts_object *o, size_t i, struct ts_value *out)
{
	return bi_each(r, c, o->items.v[i], ts_number((double)i), c->self,
	    out);
}

/* The array of this, or an unknown given on. */
#define SELF(o) \
	struct ts_object *o; \
	if (bi_unknown(c, 0, out)) \
		return FLOW_NEXT; \
	TRY(bi_array(r, c, &o))

BUILTIN(array_array)
{
	struct ts_object *o = ts_array_new(r);
	struct ts_value n = ts_arg(c, 0);

	*out = ts_ref(o);
	if (c->n == 1 && n.type == TSV_NUMBER)
		return ts_set(r, *out, STR("length"), n);
	for (size_t i = 0; i < c->n; i++)
		ts_push(r, o, c->v[i]);
	return FLOW_NEXT;
}

BUILTIN(array_of)
{
	struct ts_object *o = ts_array_new(r);

	for (size_t i = 0; i < c->n; i++)
		ts_push(r, o, c->v[i]);
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(array_is)
{
	struct ts_value v = ts_arg(c, 0);

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	*out = ts_bool(v.type == TSV_OBJECT &&
	    v.object->class_of == CLASS_ARRAY &&
	    v.object->proto != r->proto.iterator);
	return FLOW_NEXT;
}

/* Array.from({ length: n }, f) or of anything to run through */
BUILTIN(array_from)
{
	struct ts_object *o = ts_array_new(r);
	struct ts_value from = ts_arg(c, 0), f = ts_arg(c, 1), length;
	const struct ts_value *v = NULL;
	size_t n = 0;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (from.type == TSV_OBJECT && (from.object->class_of == CLASS_OBJECT ||
	    from.object->class_of == CLASS_NATIVE)) {
		TRY(ts_get(r, from, STR("length"), &length));
		TRY(ts_set(r, ts_ref(o), STR("length"), length.type ==
		    TSV_NUMBER ? length : ts_number(0)));
		v = o->items.v;
		n = o->items.n;
		o = ts_array_new(r);
	} else {
		TRY(ts_iterate(r, from, &v, &n));
	}
	for (size_t i = 0; i < n; i++) {
		struct ts_value args[2] = { v[i], ts_number((double)i) };
		struct ts_value one = v[i];

		if (!ts_is_undefined(f))
			TRY(ts_invoke(r, f, TS_UNDEFINED, args, 2, &one));
		ts_push(r, o, one);
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(array_at)
{
	SELF(o);
	double i = trunc(ts_to_number(r, ts_arg(c, 0)));

	if (i < 0)
		i += (double)o->items.n;
	*out = i >= 0 && i < (double)o->items.n ? o->items.v[(size_t)i] :
	    TS_UNDEFINED;
	return FLOW_NEXT;
}

BUILTIN(array_concat)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++)
		ts_push(r, all, o->items.v[i]);
	for (size_t i = 0; i < c->n; i++) {
		struct ts_value v = c->v[i];

		if (v.type == TSV_UNKNOWN) {
			*out = v;
			return FLOW_NEXT;
		}
		if (v.type != TSV_OBJECT ||
		    v.object->class_of != CLASS_ARRAY) {
			ts_push(r, all, v);
			continue;
		}
		for (size_t k = 0; k < v.object->items.n; k++)
			ts_push(r, all, v.object->items.v[k]);
	}
	*out = ts_ref(all);
	return FLOW_NEXT;
}

BUILTIN(array_each)
{
	struct ts_value ignored;

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++)
		TRY(call_at(r, c, o, i, &ignored));
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

BUILTIN(array_map)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++) {
		struct ts_value one;

		TRY(call_at(r, c, o, i, &one));
		ts_push(r, all, one);
	}
	*out = ts_ref(all);
	return FLOW_NEXT;
}

/* What a test says of items from one end on; an unknown answer ends it. */
static enum ts_flow seek(struct ts_run *r, const struct ts_call *c,
    struct ts_object *o, bool back, bool until, size_t *at,
    struct ts_value *unknown)
{
	size_t n = o->items.n;

	*unknown = TS_UNDEFINED;
	for (size_t k = 0; k < n && k < o->items.n; k++) {
		struct ts_value one;

		*at = back ? n - 1 - k : k;
		TRY(call_at(r, c, o, *at, &one));
		if (one.type == TSV_UNKNOWN) {
			*unknown = one;
			return FLOW_NEXT;
		}
		if (ts_truthy(one) == until)
			return FLOW_NEXT;
	}
	*at = SIZE_MAX;
	return FLOW_NEXT;
}

static enum ts_flow sought(struct ts_run *r, const struct ts_call *c,
    bool back, bool until, struct ts_value *found, struct ts_value *index,
    struct ts_value *out, bool *unknown)
{
	struct ts_value u;
	size_t at = SIZE_MAX;

	*unknown = true;
	SELF(o);
	TRY(seek(r, c, o, back, until, &at, &u));
	*unknown = u.type == TSV_UNKNOWN;
	if (*unknown) {
		*out = u;
		return FLOW_NEXT;
	}
	*found = at == SIZE_MAX ? TS_UNDEFINED : o->items.v[at];
	*index = ts_number(at == SIZE_MAX ? -1 : (double)at);
	return FLOW_NEXT;
}

#define SOUGHT(back, until, result) \
	struct ts_value found, index; \
	bool unknown; \
	TRY(sought(r, c, back, until, &found, &index, out, &unknown)); \
	(void)found; \
	if (!unknown) \
		*out = (result); \
	return FLOW_NEXT

BUILTIN(array_find)
{
	SOUGHT(false, true, found);
}

BUILTIN(array_find_last)
{
	SOUGHT(true, true, found);
}

BUILTIN(array_find_index)
{
	SOUGHT(false, true, index);
}

BUILTIN(array_some)
{
	SOUGHT(false, true, ts_bool(index.number >= 0));
}

BUILTIN(array_every)
{
	SOUGHT(false, false, ts_bool(index.number < 0));
}

BUILTIN(array_filter)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++) {
		struct ts_value x = o->items.v[i], one;

		TRY(call_at(r, c, o, i, &one));
		if (one.type == TSV_UNKNOWN) {
			*out = one;
			return FLOW_NEXT;
		}
		if (ts_truthy(one))
			ts_push(r, all, x);
	}
	*out = ts_ref(all);
	return FLOW_NEXT;
}

static void flatten(struct ts_run *r, struct ts_object *to,
    struct ts_object *from, double depth)
{
	for (size_t i = 0; i < from->items.n; i++) {
		struct ts_value v = from->items.v[i];

		if (depth >= 1 && v.type == TSV_OBJECT &&
		    v.object->class_of == CLASS_ARRAY && depth < 1e9)
			flatten(r, to, v.object, depth - 1);
		else
			ts_push(r, to, v);
	}
}

BUILTIN(array_flat)
{
	struct ts_object *all = ts_array_new(r);
	double depth = ts_is_undefined(ts_arg(c, 0)) ? 1 :
	    ts_to_number(r, ts_arg(c, 0));

	SELF(o);
	flatten(r, all, o, depth > 64 ? 64 : depth);
	*out = ts_ref(all);
	return FLOW_NEXT;
}

BUILTIN(array_flat_map)
{
	struct ts_object *all = ts_array_new(r);

	TRY(bi_array_map(r, c, out));
	if (out->type == TSV_OBJECT) {
		flatten(r, all, out->object, 1);
		*out = ts_ref(all);
	}
	return FLOW_NEXT;
}

static enum ts_flow find_value(struct ts_run *r, const struct ts_call *c,
    bool back, double *at, struct ts_value *out)
{
	*at = NAN;
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	SELF(o);
	*at = -1;
	for (size_t i = 0; i < o->items.n; i++)
		if (ts_same(o->items.v[i], ts_arg(c, 0))) {
			*at = (double)i;
			if (!back)
				break;
		}
	return FLOW_NEXT;
}

BUILTIN(array_index)
{
	double at;

	TRY(find_value(r, c, false, &at, out));
	if (!isnan(at))
		*out = ts_number(at);
	return FLOW_NEXT;
}

BUILTIN(array_last_index)
{
	double at;

	TRY(find_value(r, c, true, &at, out));
	if (!isnan(at))
		*out = ts_number(at);
	return FLOW_NEXT;
}

BUILTIN(array_includes)
{
	double at;

	TRY(find_value(r, c, false, &at, out));
	if (!isnan(at))
		*out = ts_bool(at >= 0);
	return FLOW_NEXT;
}

BUILTIN(array_join)
{
	struct str between = STR(","), text;
	struct sbuf b = SBUF_TEXT;
	enum ts_flow flow = FLOW_NEXT;

	SELF(o);
	if (!ts_is_undefined(ts_arg(c, 0)))
		TRY(ts_to_text(r, ts_arg(c, 0), &between));
	for (size_t i = 0; i < o->items.n && !flow; i++) {
		struct ts_value v = o->items.v[i];

		if (i > 0)
			sbuf_add(&b, between);
		if (v.type == TSV_UNKNOWN) {
			*out = v;
			sbuf_free(&b);
			return FLOW_NEXT;
		}
		if (ts_is_nullish(v))
			continue;
		flow = ts_to_text(r, v, &text);
		if (!flow)
			sbuf_add(&b, text);
		if (!flow && b.n > TS_TEXT_MAX)
			flow = ts_fail(r, "a text of more than %d MiB",
			    (int)(TS_TEXT_MAX >> 20));
	}
	if (!flow)
		*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return flow;
}

BUILTIN(array_text)
{
	struct ts_call none = *c;

	none.n = 0;
	return bi_array_join(r, &none, out);
}

struct ts_value bi_iterator(struct ts_run *r, struct ts_object *list)
{
	list->proto = r->proto.iterator;
	return ts_ref(list);
}

BUILTIN(iterator_next)
{
	struct ts_object *step = ts_object_new(r);
	bool done;

	SELF(o);
	done = !o->items.n;
	TRY(ts_cost(r, 1 + o->items.n / 64));
	ts_put(r, step, STR("value"), done ? TS_UNDEFINED : o->items.v[0]);
	ts_put(r, step, STR("done"), ts_bool(done));
	if (!done)
		memmove(o->items.v, o->items.v + 1, --o->items.n *
		    sizeof(*o->items.v));
	*out = ts_ref(step);
	return FLOW_NEXT;
}

BUILTIN(array_keys)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++)
		ts_push(r, all, ts_number((double)i));
	*out = bi_iterator(r, all);
	return FLOW_NEXT;
}

BUILTIN(array_values)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++)
		ts_push(r, all, o->items.v[i]);
	*out = bi_iterator(r, all);
	return FLOW_NEXT;
}

BUILTIN(array_entries)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o);
	for (size_t i = 0; i < o->items.n; i++)
		ts_push(r, all, ts_ref(bi_pair(r, ts_number((double)i),
		    o->items.v[i])));
	*out = bi_iterator(r, all);
	return FLOW_NEXT;
}

static enum ts_flow can_change(struct ts_run *r, const struct ts_object *o)
{
	return o->frozen ? ts_throw(r, "TypeError",
	    "Cannot change a frozen array") : FLOW_NEXT;
}

BUILTIN(array_push)
{
	SELF(o);
	TRY(can_change(r, o));
	for (size_t i = 0; i < c->n; i++)
		ts_push(r, o, c->v[i]);
	*out = ts_number((double)o->items.n);
	return FLOW_NEXT;
}

BUILTIN(array_pop)
{
	SELF(o);
	TRY(can_change(r, o));
	*out = o->items.n ? o->items.v[--o->items.n] : TS_UNDEFINED;
	return FLOW_NEXT;
}

/* Take n items out at `at` and put others in. */
static void splice(struct ts_run *r, struct ts_object *o, size_t at, size_t n,
    const struct ts_value *v, size_t nv)
{
	size_t tail = o->items.n - at - n;
	struct ts_value *rest = tail ? arena_copy(r->a, o->items.v + at + n,
	    tail * sizeof(*rest)) : NULL;

	o->items.n = at;
	for (size_t i = 0; i < nv; i++)
		ts_push(r, o, v[i]);
	for (size_t i = 0; i < tail; i++)
		ts_push(r, o, rest[i]);
}

BUILTIN(array_shift)
{
	SELF(o);
	TRY(can_change(r, o));
	*out = TS_UNDEFINED;
	if (o->items.n) {
		*out = o->items.v[0];
		splice(r, o, 0, 1, NULL, 0);
	}
	return FLOW_NEXT;
}

BUILTIN(array_unshift)
{
	SELF(o);
	TRY(can_change(r, o));
	splice(r, o, 0, 0, c->v, c->n);
	*out = ts_number((double)o->items.n);
	return FLOW_NEXT;
}

BUILTIN(array_splice)
{
	struct ts_object *gone = ts_array_new(r);
	size_t at, n;

	SELF(o);
	TRY(can_change(r, o));
	at = bi_position(r, c, 0, o->items.n, 0);
	n = c->n < 2 ? o->items.n - at : bi_position(r, c, 1, o->items.n, 0);
	if (n > o->items.n - at)
		n = o->items.n - at;
	for (size_t i = 0; i < n; i++)
		ts_push(r, gone, o->items.v[at + i]);
	splice(r, o, at, n, c->n > 2 ? c->v + 2 : NULL,
	    c->n > 2 ? c->n - 2 : 0);
	*out = ts_ref(gone);
	return FLOW_NEXT;
}

BUILTIN(array_slice)
{
	struct ts_object *all = ts_array_new(r);
	size_t from, to;

	SELF(o);
	from = bi_position(r, c, 0, o->items.n, 0);
	to = bi_position(r, c, 1, o->items.n, o->items.n);
	for (size_t i = from; i < to; i++)
		ts_push(r, all, o->items.v[i]);
	*out = ts_ref(all);
	return FLOW_NEXT;
}

BUILTIN(array_fill)
{
	size_t from, to;

	SELF(o);
	TRY(can_change(r, o));
	from = bi_position(r, c, 1, o->items.n, 0);
	to = bi_position(r, c, 2, o->items.n, o->items.n);
	for (size_t i = from; i < to; i++)
		o->items.v[i] = ts_arg(c, 0);
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(array_with)
{
	TRY(bi_array_slice(r, &(struct ts_call){ .self = c->self }, out));
	if (out->type == TSV_OBJECT) {
		size_t i = bi_position(r, c, 0, out->object->items.n, 0);

		if (i < out->object->items.n)
			out->object->items.v[i] = ts_arg(c, 1);
	}
	return FLOW_NEXT;
}

static void reverse(struct ts_object *o)
{
	for (size_t i = 0, k = o->items.n; i + 1 < k; i++) {
		struct ts_value v = o->items.v[i];

		o->items.v[i] = o->items.v[--k];
		o->items.v[k] = v;
	}
}

BUILTIN(array_reverse)
{
	SELF(o);
	TRY(can_change(r, o));
	reverse(o);
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(array_to_reversed)
{
	TRY(bi_array_slice(r, &(struct ts_call){ .self = c->self }, out));
	if (out->type == TSV_OBJECT)
		reverse(out->object);
	return FLOW_NEXT;
}

/* *more: x comes after y. */
static enum ts_flow after(struct ts_run *r, struct ts_value f,
    struct ts_value x, struct ts_value y, bool *more)
{
	struct ts_value v[2] = { x, y }, d;
	struct str a, b;

	if (ts_is_undefined(x) || ts_is_undefined(y)) {
		*more = ts_is_undefined(x) && !ts_is_undefined(y);
		return FLOW_NEXT;
	}
	if (!ts_is_undefined(f)) {
		TRY(ts_invoke(r, f, TS_UNDEFINED, v, 2, &d));
		TRY(ts_known(r, d, "the order of this array"));
		*more = ts_to_number(r, d) > 0;
		return FLOW_NEXT;
	}
	TRY(ts_to_text(r, x, &a));
	TRY(ts_to_text(r, y, &b));
	*more = str_cmp(a, b) > 0;
	return FLOW_NEXT;
}

/* Stable, by merging: the comparison is the user's and may be anything. */
static enum ts_flow sort(struct ts_run *r, struct ts_value f,
    struct ts_value *v, struct ts_value *tmp, size_t n)
{
	size_t half = n / 2, i = 0, k = half, at = 0;

	if (n < 2)
		return FLOW_NEXT;
	TRY(sort(r, f, v, tmp, half));
	TRY(sort(r, f, v + half, tmp, n - half));
	while (i < half && k < n) {
		bool more;

		TRY(after(r, f, v[i], v[k], &more));
		tmp[at++] = more ? v[k++] : v[i++];
	}
	while (i < half)
		tmp[at++] = v[i++];
	for (size_t j = 0; j < at; j++)
		v[j] = tmp[j];
	return FLOW_NEXT;
}

BUILTIN(array_sort)
{
	struct ts_value *tmp;

	SELF(o);
	TRY(can_change(r, o));
	*out = c->self;
	if (o->items.n < 2)
		return FLOW_NEXT;
	tmp = arena_array(r->a, struct ts_value, o->items.n);
	return sort(r, ts_arg(c, 0), o->items.v, tmp, o->items.n);
}

BUILTIN(array_to_sorted)
{
	struct ts_call copy = *c;

	TRY(bi_array_slice(r, &(struct ts_call){ .self = c->self }, out));
	if (out->type != TSV_OBJECT)
		return FLOW_NEXT;
	copy.self = *out;
	return bi_array_sort(r, &copy, out);
}

static enum ts_flow reduce(struct ts_run *r, const struct ts_call *c,
    bool back, struct ts_value *out)
{
	size_t i = 0, n;
	struct ts_value so_far = ts_arg(c, 1);

	SELF(o);
	n = o->items.n;
	if (c->n < 2) {
		if (!n)
			return ts_throw(r, "TypeError",
			    "Reduce of empty array with no initial value");
		so_far = o->items.v[back ? n - 1 : 0];
		i = 1;
	}
	for (; i < n; i++) {
		size_t at = back ? n - 1 - i : i;
		struct ts_value v[4] = { so_far, o->items.v[at],
			ts_number((double)at), c->self };

		TRY(ts_invoke(r, ts_arg(c, 0), TS_UNDEFINED, v, 4, &so_far));
	}
	*out = so_far;
	return FLOW_NEXT;
}

BUILTIN(array_reduce)
{
	return reduce(r, c, false, out);
}

BUILTIN(array_reduce_right)
{
	return reduce(r, c, true, out);
}

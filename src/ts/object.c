/* object: properties, arrays, natives (rules V.3, V.4). */
#include <math.h>
#include <stdlib.h>

#include "ts/run.h"

#define INDEX_FROM 12		/* properties, before there is a map of them */

struct ts_object *ts_object_new(struct ts_run *r)
{
	struct ts_object *o = arena_new_of(r->a, struct ts_object);

	o->proto = r->proto.object;
	return o;
}

struct ts_object *ts_array_new(struct ts_run *r)
{
	struct ts_object *o = ts_object_new(r);

	o->class_of = CLASS_ARRAY;
	o->proto = r->proto.array;
	return o;
}

struct ts_object *ts_native_new(struct ts_run *r,
    const struct ts_native_class *c, struct ts_object *proto, void *data)
{
	struct ts_object *o = ts_object_new(r);

	o->class_of = CLASS_NATIVE;
	o->native = c;
	o->data = data;
	if (proto)
		o->proto = proto;
	return o;
}

struct ts_object *ts_function_new(struct ts_run *r, const char *name,
    ts_native *fn, void *data)
{
	struct ts_object *o = ts_object_new(r);

	o->class_of = CLASS_FUNCTION;
	o->proto = r->proto.function;
	o->fn = arena_new_of(r->a, struct ts_closure);
	o->fn->native = fn;
	o->fn->data = data;
	o->fn->name = str_z(name);
	return o;
}

void ts_push(struct ts_run *r, struct ts_object *array, struct ts_value v)
{
	r->steps++;
	if (array->items.n >= TS_ITEMS_MAX)
		r->full = true;		/* ts_cost() tells */
	else
		vec_push(r->a, &array->items, v);
}

void *ts_native_data(struct ts_value v, const struct ts_native_class *c)
{
	return v.type == TSV_OBJECT && v.object->native == c ?
	    v.object->data : NULL;
}

/* --- own properties ------------------------------------------------------ */

static struct ts_prop *own(const struct ts_object *o, struct str key)
{
	if (o->index) {
		size_t at = (size_t)(uintptr_t)map_get(o->index, key);

		return at && !o->props.v[at - 1].gone ? &o->props.v[at - 1] :
		    NULL;
	}
	for (size_t i = 0; i < o->props.n; i++)
		if (!o->props.v[i].gone && str_eq(o->props.v[i].key, key))
			return &o->props.v[i];
	return NULL;
}

const struct ts_prop *ts_own(const struct ts_object *o, struct str key)
{
	return own(o, key);
}

static struct ts_prop *add(struct ts_run *r, struct ts_object *o,
    struct str key)
{
	struct ts_prop *p = own(o, key);

	if (p)
		return p;
	vec_push(r->a, &o->props, (struct ts_prop){ .key = key });
	if (o->index) {
		map_put(o->index, key, (void *)(uintptr_t)o->props.n);
	} else if (o->props.n >= INDEX_FROM) {
		o->index = map_new(r->a);
		for (size_t i = 0; i < o->props.n; i++)
			if (!o->props.v[i].gone)
				map_put(o->index, o->props.v[i].key,
				    (void *)(uintptr_t)(i + 1));
	}
	return &o->props.v[o->props.n - 1];
}

void ts_put(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_value v)
{
	struct ts_prop *p = add(r, o, key);

	p->v = v;
	p->get = p->set = NULL;
}

void ts_put_hidden(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_value v)
{
	ts_put(r, o, key, v);
	own(o, key)->hidden = true;
}

void ts_put_accessor(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_object *get, struct ts_object *set, bool hidden)
{
	struct ts_prop *p = add(r, o, key);

	p->v = TS_UNDEFINED;
	p->get = get ? get : p->get;
	p->set = set ? set : p->set;
	p->hidden = hidden;
}

void ts_remove(struct ts_object *o, struct str key)
{
	struct ts_prop *p = own(o, key);

	if (!p)
		return;
	p->gone = true;
	if (o->index)
		map_put(o->index, key, NULL);
}

bool ts_is_index(struct str key, uint32_t *out)
{
	uint64_t n = 0;

	if (key.n == 0 || key.n > 10 || (key.n > 1 && key.p[0] == '0'))
		return false;
	for (size_t i = 0; i < key.n; i++) {
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(key.p[i] - '0');
	}
	*out = (uint32_t)n;
	return n < UINT32_MAX;
}

struct index_key {
	uint32_t number;
	struct str key;
};

static int by_number(const void *x, const void *y)
{
	uint32_t a = ((const struct index_key *)x)->number;
	uint32_t b = ((const struct index_key *)y)->number;

	return (a > b) - (a < b);
}

static bool is_shown(const struct ts_prop *p)
{
	return !p->gone && !p->hidden &&
	    (p->key.n == 0 || (unsigned char)p->key.p[0] != 0xff);
}

struct strs ts_keys(struct ts_run *r, const struct ts_object *o)
{
	VEC(struct index_key) numbers = { 0 };
	VEC(struct str) v = { 0 };
	uint32_t n;

	if (o->class_of == CLASS_ARRAY)
		for (size_t i = 0; i < o->items.n; i++)
			vec_push(r->a, &v, arena_printf(r->a, "%zu", i));
	for (size_t i = 0; i < o->props.n; i++)
		if (is_shown(&o->props.v[i]) &&
		    ts_is_index(o->props.v[i].key, &n))
			vec_push(r->a, &numbers, (struct index_key){ n,
			    o->props.v[i].key });
	if (numbers.n)
		qsort(numbers.v, numbers.n, sizeof(*numbers.v), by_number);
	for (size_t i = 0; i < numbers.n; i++)
		vec_push(r->a, &v, numbers.v[i].key);
	for (size_t i = 0; i < o->props.n; i++)
		if (is_shown(&o->props.v[i]) &&
		    !ts_is_index(o->props.v[i].key, &n))
			vec_push(r->a, &v, o->props.v[i].key);
	return (struct strs){ v.v, v.n };
}

bool ts_has(const struct ts_object *o, struct str key)
{
	uint32_t i;

	for (; o; o = o->proto) {
		if (own(o, key))
			return true;
		if (o->class_of == CLASS_ARRAY && ts_is_index(key, &i) &&
		    i < o->items.n)
			return true;
	}
	return false;
}

/* --- reading ------------------------------------------------------------- */

static enum ts_flow read_prop(struct ts_run *r, const struct ts_prop *p,
    struct ts_value self, struct ts_value *out)
{
	if (p->get)
		return ts_invoke(r, ts_ref(p->get), self, NULL, 0, out);
	*out = p->set ? TS_UNDEFINED : p->v;
	return FLOW_NEXT;
}

/* The members that an array or a function has without a property. */
static bool own_member(const struct ts_object *o, struct str key,
    struct ts_value *out)
{
	uint32_t i;

	if (o->class_of == CLASS_ARRAY) {
		if (str_is(key, "length")) {
			*out = ts_number((double)o->items.n);
			return true;
		}
		if (ts_is_index(key, &i) && i < o->items.n) {
			*out = o->items.v[i];
			return true;
		}
	}
	if (o->class_of == CLASS_FUNCTION && str_is(key, "name")) {
		*out = ts_text(o->fn->name);
		return true;
	}
	if (o->class_of == CLASS_FUNCTION && str_is(key, "length")) {
		*out = ts_number(o->fn->node ? (double)o->fn->node->n : 0);
		return true;
	}
	if ((o->class_of == CLASS_MAP || o->class_of == CLASS_SET) &&
	    str_is(key, "size")) {
		*out = ts_number((double)(o->class_of == CLASS_MAP ?
		    o->items.n / 2 : o->items.n));
		return true;
	}
	return false;
}

static enum ts_flow get_object(struct ts_run *r, struct ts_object *o,
    struct ts_value self, struct str key, struct ts_value *out)
{
	const struct ts_unknown *open = NULL;

	for (; o; o = o->proto) {
		const struct ts_prop *p = own(o, key);

		if (p)
			return read_prop(r, p, self, out);
		if (own_member(o, key, out))
			return FLOW_NEXT;
		open = open ? open : o->open;
	}
	*out = TS_UNDEFINED;
	if (open)
		*out = (struct ts_value){ .type = TSV_UNKNOWN,
			.unknown = open };
	return FLOW_NEXT;
}

static bool string_member(struct ts_run *r, struct str s, struct str key,
    struct ts_value *out)
{
	uint32_t i;
	size_t from;

	if (str_is(key, "length")) {
		*out = ts_number((double)ts_text_length(s));
		return true;
	}
	if (!ts_is_index(key, &i) || i >= ts_text_length(s))
		return false;
	from = ts_text_offset(s, i);
	*out = ts_text(arena_str(r->a, str_sub(s, from,
	    ts_text_offset(s, (size_t)i + 1))));
	return true;
}

enum ts_flow ts_get(struct ts_run *r, struct ts_value from, struct str key,
    struct ts_value *out)
{
	struct ts_object *proto = NULL;

	switch (from.type) {
	case TSV_UNDEFINED:
	case TSV_NULL:
		return ts_throw(r, "TypeError",
		    "Cannot read properties of %s (reading '%.*s')",
		    from.type == TSV_NULL ? "null" : "undefined",
		    STR_ARG(key));
	case TSV_UNKNOWN:
		*out = from;
		return FLOW_NEXT;
	case TSV_OBJECT:
		TRY(get_object(r, from.object, from, key, out));
		if (from.object == r->env && ts_is_undefined(*out))
			vec_push(r->a, &r->unset, arena_str(r->a, key));
		return FLOW_NEXT;
	case TSV_STRING:
		if (string_member(r, from.text, key, out))
			return FLOW_NEXT;
		proto = r->proto.string;
		break;
	case TSV_NUMBER:
		proto = r->proto.number;
		break;
	case TSV_BOOL:
		proto = r->proto.boolean;
		break;
	case TSV_BIGINT:
		proto = r->proto.bigint;
		break;
	case TSV_SYMBOL:
		proto = r->proto.symbol;
		break;
	}
	return get_object(r, proto, from, key, out);
}

/* --- writing ------------------------------------------------------------- */

static enum ts_flow set_item(struct ts_run *r, struct ts_object *o, uint32_t i,
    struct ts_value v)
{
	if (i >= TS_ITEMS_MAX)
		return ts_fail(r, "an array of more than %u items",
		    TS_ITEMS_MAX);
	while (o->items.n <= i)
		vec_push(r->a, &o->items, TS_UNDEFINED);
	o->items.v[i] = v;
	return FLOW_NEXT;
}

static enum ts_flow set_length(struct ts_run *r, struct ts_object *o,
    struct ts_value v)
{
	double n = ts_to_number(r, v);

	if (!(n >= 0 && n <= UINT32_MAX) || n != floor(n))
		return ts_throw(r, "RangeError", "Invalid array length");
	if (n > TS_ITEMS_MAX)
		return ts_fail(r, "an array of more than %u items",
		    TS_ITEMS_MAX);
	if ((size_t)n < o->items.n)
		o->items.n = (size_t)n;
	return n > 0 && (size_t)n > o->items.n ?
	    set_item(r, o, (uint32_t)n - 1, TS_UNDEFINED) : FLOW_NEXT;
}

static struct ts_object *find_setter(struct ts_object *o, struct str key,
    bool *accessor)
{
	for (; o; o = o->proto) {
		const struct ts_prop *p = own(o, key);

		if (!p)
			continue;
		*accessor = p->get || p->set;
		return p->set;
	}
	return NULL;
}

enum ts_flow ts_set(struct ts_run *r, struct ts_value to, struct str key,
    struct ts_value v)
{
	bool accessor = false;
	struct ts_object *o, *setter;
	struct ts_value ignored;
	uint32_t i;

	if (ts_is_nullish(to))
		return ts_throw(r, "TypeError",
		    "Cannot set properties of %s (setting '%.*s')",
		    to.type == TSV_NULL ? "null" : "undefined", STR_ARG(key));
	if (to.type != TSV_OBJECT)
		return FLOW_NEXT;
	o = to.object;
	setter = find_setter(o, key, &accessor);
	if (setter)
		return ts_invoke(r, ts_ref(setter), to, &v, 1, &ignored);
	if (accessor || o->frozen)
		return ts_throw(r, "TypeError",
		    "Cannot assign to read only property '%.*s' of object",
		    STR_ARG(key));
	if (o->class_of == CLASS_ARRAY && ts_is_index(key, &i))
		return set_item(r, o, i, v);
	if (o->class_of == CLASS_ARRAY && str_is(key, "length"))
		return set_length(r, o, v);
	ts_put(r, o, key, v);
	return FLOW_NEXT;
}

/* --- UTF-16 -------------------------------------------------------------- */

size_t ts_text_length(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		n += (c & 0xc0) != 0x80;	/* a character begins */
		n += c >= 0xf0;			/* of two units */
	}
	return n;
}

size_t ts_text_offset(struct str s, size_t unit)
{
	size_t n = 0, i = 0;

	while (i < s.n && n < unit) {
		unsigned char c = (unsigned char)s.p[i];
		size_t units = c >= 0xf0 ? 2 : 1;

		if (n + units > unit)
			break;
		n += units;
		for (i++; i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;)
			i++;
	}
	return i;
}

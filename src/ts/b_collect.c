/* b_collect: Map and Set; a WeakMap is a Map here.  Look-ups go through the
 * list: maps of schema files are small. */
#include "ts/builtins.h"

static enum ts_flow self(struct ts_run *r, const struct ts_call *c,
    enum ts_class_of is, struct ts_object **out)
{
	if (c->self.type != TSV_OBJECT || c->self.object->class_of != is)
		return ts_throw(r, "TypeError", "%.*s is not a %s",
		    STR_ARG(ts_show(r, c->self)),
		    is == CLASS_MAP ? "Map" : "Set");
	*out = c->self.object;
	return FLOW_NEXT;
}

#define SELF(o, is) \
	struct ts_object *o; \
	if (bi_unknown(c, 0, out)) \
		return FLOW_NEXT; \
	TRY(self(r, c, is, &o))

static bool same_key(struct ts_value x, struct ts_value y)
{
	return ts_same(x, y) || (x.type == TSV_UNKNOWN &&
	    y.type == TSV_UNKNOWN && x.unknown == y.unknown) ||
	    (x.type == TSV_NUMBER && y.type == TSV_NUMBER &&
	    x.number != x.number && y.number != y.number);
}

static size_t find(const struct ts_object *o, struct ts_value key)
{
	size_t step = o->class_of == CLASS_MAP ? 2 : 1;

	for (size_t i = 0; i < o->items.n; i += step)
		if (same_key(o->items.v[i], key))
			return i;
	return SIZE_MAX;
}

static void take_out(struct ts_object *o, size_t at)
{
	size_t step = o->class_of == CLASS_MAP ? 2 : 1;

	for (size_t i = at; i + step < o->items.n; i++)
		o->items.v[i] = o->items.v[i + step];
	o->items.n -= step;
}

static void put(struct ts_run *r, struct ts_object *o, struct ts_value key,
    struct ts_value v)
{
	size_t at = find(o, key);

	if (at == SIZE_MAX) {
		ts_push(r, o, key);
		if (o->class_of == CLASS_MAP)
			ts_push(r, o, v);
	} else if (o->class_of == CLASS_MAP) {
		o->items.v[at + 1] = v;
	}
}

BUILTIN(map_map)
{
	struct ts_object *o = ts_object_new(r);
	const struct ts_value *v = NULL;
	size_t n = 0;

	o->class_of = CLASS_MAP;
	o->proto = r->proto.map;
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (!ts_is_nullish(ts_arg(c, 0)))
		TRY(ts_iterate(r, c->v[0], &v, &n));
	for (size_t i = 0; i < n; i++) {
		struct ts_value key, one;

		TRY(ts_get(r, v[i], STR("0"), &key));
		TRY(ts_get(r, v[i], STR("1"), &one));
		put(r, o, key, one);
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(map_get_value)
{
	size_t at;

	SELF(o, CLASS_MAP);
	at = find(o, ts_arg(c, 0));
	*out = at == SIZE_MAX ? TS_UNDEFINED : o->items.v[at + 1];
	return FLOW_NEXT;
}

BUILTIN(map_has_key)
{
	SELF(o, CLASS_MAP);
	*out = ts_bool(find(o, ts_arg(c, 0)) != SIZE_MAX);
	return FLOW_NEXT;
}

BUILTIN(map_set)
{
	SELF(o, CLASS_MAP);
	put(r, o, ts_arg(c, 0), ts_arg(c, 1));
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(map_delete)
{
	size_t at;

	SELF(o, CLASS_MAP);
	at = find(o, ts_arg(c, 0));
	if (at != SIZE_MAX)
		take_out(o, at);
	*out = ts_bool(at != SIZE_MAX);
	return FLOW_NEXT;
}

BUILTIN(map_clear)
{
	(void)r;
	if (c->self.type == TSV_OBJECT)
		c->self.object->items.n = 0;
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

static enum ts_flow list(struct ts_run *r, const struct ts_call *c,
    bool keys, bool values, struct ts_value *out)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o, CLASS_MAP);
	for (size_t i = 0; i + 1 < o->items.n; i += 2)
		ts_push(r, all, keys && values ? ts_ref(bi_pair(r,
		    o->items.v[i], o->items.v[i + 1])) : keys ?
		    o->items.v[i] : o->items.v[i + 1]);
	*out = bi_iterator(r, all);
	return FLOW_NEXT;
}

BUILTIN(map_keys)
{
	return list(r, c, true, false, out);
}

BUILTIN(map_values)
{
	return list(r, c, false, true, out);
}

BUILTIN(map_entries)
{
	return list(r, c, true, true, out);
}

BUILTIN(map_each)
{
	struct ts_value ignored;

	SELF(o, CLASS_MAP);
	for (size_t i = 0; i + 1 < o->items.n; i += 2)
		TRY(bi_each(r, c, o->items.v[i + 1], o->items.v[i], c->self,
		    &ignored));
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

BUILTIN(set_set)
{
	struct ts_object *o = ts_object_new(r);
	const struct ts_value *v = NULL;
	size_t n = 0;

	o->class_of = CLASS_SET;
	o->proto = r->proto.set;
	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (!ts_is_nullish(ts_arg(c, 0)))
		TRY(ts_iterate(r, c->v[0], &v, &n));
	for (size_t i = 0; i < n; i++)
		put(r, o, v[i], TS_UNDEFINED);
	*out = ts_ref(o);
	return FLOW_NEXT;
}

BUILTIN(set_add)
{
	SELF(o, CLASS_SET);
	put(r, o, ts_arg(c, 0), TS_UNDEFINED);
	*out = c->self;
	return FLOW_NEXT;
}

BUILTIN(set_has)
{
	SELF(o, CLASS_SET);
	*out = ts_bool(find(o, ts_arg(c, 0)) != SIZE_MAX);
	return FLOW_NEXT;
}

BUILTIN(set_delete)
{
	size_t at;

	SELF(o, CLASS_SET);
	at = find(o, ts_arg(c, 0));
	if (at != SIZE_MAX)
		take_out(o, at);
	*out = ts_bool(at != SIZE_MAX);
	return FLOW_NEXT;
}

BUILTIN(set_values)
{
	struct ts_object *all = ts_array_new(r);

	SELF(o, CLASS_SET);
	for (size_t i = 0; i < o->items.n; i++)
		ts_push(r, all, o->items.v[i]);
	*out = bi_iterator(r, all);
	return FLOW_NEXT;
}

BUILTIN(set_each)
{
	struct ts_value ignored;

	SELF(o, CLASS_SET);
	for (size_t i = 0; i < o->items.n; i++)
		TRY(bi_each(r, c, o->items.v[i], o->items.v[i], c->self,
		    &ignored));
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

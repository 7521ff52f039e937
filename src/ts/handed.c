/*
 * handed: what of the project an unknown function was given and could have
 * changed where it runs: `x.each(names, n => { cols[n] = text() })`.  Nothing
 * is decided by it here; who would drop something asks first (schema.h).
 */
#include "ts/eval.h"

#define NODES_MAX 20000

static bool is_writing(struct str method)
{
	static const char *const names[] = { "push", "unshift", "splice",
		"set", "add", "assign", "defineProperty" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(method, names[i]))
			return true;
	return false;
}

/* Does it change what it did not make itself?  By its text: too often yes. */
static bool writes(const struct ts_node *n, unsigned *left)
{
	if (!n || !*left)
		return false;
	--*left;
	if (n->kind == TS_UPDATE || (n->kind == TS_ASSIGN &&
	    (n->a->kind == TS_MEMBER || n->a->kind == TS_INDEX ||
	    n->a->kind == TS_NAME)))
		return true;
	if (n->kind == TS_CALL && n->a->kind == TS_MEMBER &&
	    is_writing(n->a->text))
		return true;
	if (writes(n->a, left) || writes(n->b, left))
		return true;
	if (ts_forks(n))
		return writes(n->c, left) || writes(n->d, left);
	for (size_t i = 0; i < n->n; i++)
		if (writes(n->list[i], left))
			return true;
	return false;
}

static bool is_part(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->class_of == CLASS_NATIVE;
}

/* A record or list of parts of a schema, or one that is empty still. */
static bool holds_parts(const struct ts_object *o)
{
	if (o->class_of == CLASS_ARRAY)
		return !o->items.n || is_part(o->items.v[0]);
	if (o->class_of != CLASS_OBJECT)
		return false;
	for (size_t i = 0; i < o->props.n; i++)
		if (is_part(o->props.v[i].v))
			return true;
	return !o->props.n;
}

/* `fresh`: written right there, so that nobody else holds it. */
static bool is_handed(struct ts_value v, bool fresh)
{
	unsigned left = NODES_MAX;

	if (v.type != TSV_OBJECT)
		return false;
	if (v.object->fn && v.object->fn->node)
		return writes(v.object->fn->node->a, &left);
	if (!fresh)
		return holds_parts(v.object);
	for (size_t i = 0; i < v.object->items.n; i++)
		if (is_handed(v.object->items.v[i], false))
			return true;
	for (size_t i = 0; v.object->class_of == CLASS_OBJECT &&
	    i < v.object->props.n; i++)
		if (is_handed(v.object->props.v[i].v, false))
			return true;
	return false;
}

void ts_handed(struct ts_run *r, const struct ts_node *call, struct ts_value f,
    struct str name, const struct ts_value *v, size_t n)
{
	for (size_t i = 0; f.type == TSV_UNKNOWN && i < n; i++) {
		enum ts_kind k = i < call->n ? call->list[i]->kind : TS_NAME;
		struct ts_handed_over x = { .name = name, .to = f.unknown,
			.where = ts_where(r) };

		if (!is_handed(v[i], k == TS_OBJECT || k == TS_ARRAY))
			continue;
		vec_push(r->a, &r->handed, x);
		return;
	}
}

struct ts_value ts_either(struct ts_run *r, struct ts_value test)
{
	struct ts_unknown *u = arena_new_of(r->a, struct ts_unknown);

	if (test.type != TSV_UNKNOWN)
		return test;
	*u = *test.unknown;
	u->decides = true;
	if (!u->where.n)
		u->where = ts_where(r);
	return (struct ts_value){ .type = TSV_UNKNOWN, .unknown = u };
}

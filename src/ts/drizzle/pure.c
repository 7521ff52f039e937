/*
 * pure: functions of common packages that schema files build their column
 * objects with: omit(), pick() and merging, in the order of arguments of
 * each.  Whatever else these packages have is unknown, by name.
 */
#include "ts/builtins.h"
#include "ts/drizzle/drizzle.h"

static enum ts_flow has_key(struct ts_run *r, const struct ts_value *v,
    size_t n, struct str key, bool *out)
{
	struct str s;

	*out = false;
	for (size_t i = 0; i < n && !*out; i++) {
		TRY(ts_known(r, v[i], "the name of a property"));
		TRY(ts_to_key(r, v[i], &s));
		*out = str_eq(s, key);
	}
	return FLOW_NEXT;
}

static enum ts_flow choose(struct ts_run *r, struct ts_value names,
    struct ts_value from, bool keep, struct ts_value *out)
{
	struct ts_object *to = ts_object_new(r);
	const struct ts_value *v;
	struct ts_value one;
	struct strs keys;
	size_t n;
	bool listed;

	*out = names.type == TSV_UNKNOWN ? names : from;
	if (out->type == TSV_UNKNOWN || from.type != TSV_OBJECT)
		return FLOW_NEXT;
	TRY(ts_iterate(r, names, &v, &n));
	keys = ts_keys(r, from.object);
	for (size_t i = 0; i < keys.n; i++) {
		TRY(has_key(r, v, n, keys.v[i], &listed));
		if (listed != keep)
			continue;
		TRY(ts_get(r, from, keys.v[i], &one));
		ts_put(r, to, keys.v[i], one);
	}
	to->open = from.object->open;
	*out = ts_ref(to);
	return FLOW_NEXT;
}

struct pure {
	const char *module, *name;
	ts_native *fn;
	bool keep, names_first;
};

static DZ_NATIVE(chosen)
{
	const struct pure *p = c->callee->fn->data;

	return choose(r, ts_arg(c, !p->names_first), ts_arg(c,
	    p->names_first), p->keep, out);
}

/* merge(a, b), mergeRight(a, b): the right one counts. */
static DZ_NATIVE(merged)
{
	struct ts_object *to = ts_object_new(r);

	*out = ts_ref(to);
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].type == TSV_UNKNOWN)
			to->open = c->v[i].unknown;
		else if (c->v[i].type == TSV_OBJECT)
			dz_put_all(r, to, c->v[i].object);
	}
	return FLOW_NEXT;
}

static const struct pure functions[] = {
	{ "ramda", "omit", chosen, false, true },
	{ "ramda", "pick", chosen, true, true },
	{ "ramda", "mergeRight", merged, false, false },
	{ "lodash", "omit", chosen, false, false },
	{ "lodash", "pick", chosen, true, false },
	{ "lodash", "assign", merged, false, false },
	{ "es-toolkit", "omit", chosen, false, false },
	{ "es-toolkit", "pick", chosen, true, false },
	{ "radash", "omit", chosen, false, false },
	{ "radash", "pick", chosen, true, false },
	{ "remeda", "omit", chosen, false, false },
	{ "remeda", "pick", chosen, true, false },
};

void dz_install_pure(struct ts_run *r)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		dz_function(r, functions[i].module, functions[i].name,
		    functions[i].fn, &functions[i]);
}

/*
 * module: loading, linking and evaluating modules (ECMA-262 chapter 16.2).
 *
 * M.1 an import none of whose names is used as a value is a type import: the
 * transpiler leaves it out, so its module is not even looked for.  M.2 a file
 * that exports by `module.exports` (CommonJS) is a module whose exports are
 * that object's members.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "ts/eval.h"

static struct ts_module *module_new(struct ts_run *r, struct str path)
{
	struct ts_module *m = arena_new_of(r->a, struct ts_module);

	m->path = arena_str(r->a, path);
	m->scope = ts_scope_new(r, r->globals);
	m->scope->function = m->scope->has_self = true;
	map_put(r->modules, m->path, m);
	return m;
}

/* --- names in use (M.1) -------------------------------------------------- */

static void names_used(const struct ts_node *n, struct map *out)
{
	if (!n)
		return;
	if (n->kind == TS_NAME)
		map_put(out, n->text, (void *)1);
	if (n->kind == TS_EXPORT_LIST && !n->text.p)
		for (size_t i = 0; i < n->n; i++)
			map_put(out, n->list[i]->text, (void *)1);
	names_used(n->a, out);
	names_used(n->b, out);
	if (ts_forks(n)) {
		names_used(n->c, out);
		names_used(n->d, out);
		return;
	}
	for (size_t i = 0; i < n->n; i++)
		names_used(n->list[i], out);
}

static bool is_used(const struct ts_node *import, const struct map *used)
{
	for (size_t i = 0; i < import->n; i++)
		if (map_has(used, import->list[i]->alias))
			return true;
	return import->n == 0;
}

/* --- exports ------------------------------------------------------------- */

static void add_export(struct ts_run *r, struct ts_module *m, struct str name,
    struct ts_binding *b)
{
	vec_push(r->a, &m->exports, (struct ts_export){ .name = name,
	    .binding = b });
}

static enum ts_flow link_list(struct ts_run *r, struct ts_module *m,
    const struct ts_node *n)
{
	struct ts_module *from = NULL;

	if (n->text.p)
		TRY(ts_load(r, m->path, n->text, &from));
	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *x = n->list[i];
		struct ts_binding *b;

		if (from) {
			vec_push(r->a, &m->exports, (struct ts_export){
			    .name = x->alias, .from = from,
			    .from_name = x->text });
			continue;
		}
		b = ts_lookup_here(m->scope, x->text);
		if (b)		/* else a type's name */
			add_export(r, m, x->alias, b);
	}
	return FLOW_NEXT;
}

static enum ts_flow link_export(struct ts_run *r, struct ts_module *m,
    const struct ts_node *n)
{
	struct ts_module *from;
	ts_names names = { 0 };

	r->at = n;
	switch ((int)n->kind) {
	case TS_EXPORT:
		ts_declared_names(r, n->a, &names);
		for (size_t i = 0; i < names.n; i++)
			add_export(r, m, names.v[i], ts_bind(r, m->scope,
			    names.v[i]));
		return FLOW_NEXT;
	case TS_EXPORT_DEFAULT:
		add_export(r, m, STR("default"), ts_bind(r, m->scope,
		    STR("*default*")));
		return FLOW_NEXT;
	case TS_EXPORT_LIST:
		return link_list(r, m, n);
	case TS_EXPORT_ALL:
		TRY(ts_load(r, m->path, n->text, &from));
		if (n->alias.n)
			vec_push(r->a, &m->exports, (struct ts_export){
			    .name = n->alias, .from = from,
			    .from_name = STR("*") });
		else
			vec_push(r->a, &m->stars, from);
		return FLOW_NEXT;
	default:
		return FLOW_NEXT;
	}
}

/* Modules are loaded in the order of the text, whatever names them. */
static enum ts_flow link_module(struct ts_run *r, struct ts_module *m)
{
	const struct ts_node *body = m->file.module;
	struct map *used = map_new(r->a);

	names_used(body, used);
	ts_hoist_vars(r, m->scope, body->list, body->n);
	ts_hoist(r, m->scope, body->list, body->n);
	for (size_t i = 0; i < body->n; i++) {
		const struct ts_node *n = body->list[i];

		for (size_t k = 0; n->kind == TS_IMPORT && is_used(n, used) &&
		    k < n->n; k++)
			(void)ts_bind(r, m->scope, n->list[k]->alias);
	}
	/* its own exports first: a module in a cycle with it sees them */
	for (size_t i = 0; i < body->n; i++)
		if (!body->list[i]->text.p)
			TRY(link_export(r, m, body->list[i]));
	for (size_t i = 0; i < body->n; i++) {
		const struct ts_node *n = body->list[i];
		struct ts_module *from;

		if (n->kind != TS_IMPORT || !is_used(n, used))
			continue;
		r->at = n;
		TRY(ts_load(r, m->path, n->text, &from));
		r->file = &m->file;
		for (size_t k = 0; k < n->n; k++) {
			struct ts_binding *b = ts_bind(r, m->scope,
			    n->list[k]->alias);

			b->from = from;
			b->from_name = n->list[k]->text;
		}
	}
	for (size_t i = 0; i < body->n; i++) {
		if (!body->list[i]->text.p)
			continue;
		TRY(link_export(r, m, body->list[i]));
		r->file = &m->file;
	}
	return FLOW_NEXT;
}

/* --- what an export is --------------------------------------------------- */

static enum ts_flow built_in_get(struct ts_run *r, struct ts_module *m,
    struct str name, struct ts_value *out, bool *found)
{
	*found = true;
	if (ts_has(m->built_in, name))
		return ts_get(r, ts_ref(m->built_in), name, out);
	if (str_is(name, "default")) {
		*out = m->json.type != TSV_UNDEFINED ? m->json :
		    ts_ref(m->built_in);
		return FLOW_NEXT;
	}
	*out = ts_unknown_of(r, "%.*s of %.*s", STR_ARG(name),
	    STR_ARG(m->path));
	return FLOW_NEXT;
}

/* Cycles of `export *` end by the mark on the way. */
static enum ts_flow get(struct ts_run *r, struct ts_module *m, struct str name,
    struct ts_value *out, bool *found, unsigned depth)
{
	*found = false;
	if (m->unknown) {
		*found = true;
		*out = ts_unknown_of(r, "%.*s of %.*s", STR_ARG(name),
		    STR_ARG(m->unknown->what));
		return FLOW_NEXT;
	}
	if (m->built_in)
		return built_in_get(r, m, name, out, found);
	if (depth > TS_CALLS)
		return FLOW_NEXT;
	for (size_t i = 0; i < m->exports.n; i++) {
		struct ts_export *x = &m->exports.v[i];

		if (!str_eq(x->name, name))
			continue;
		*found = true;
		if (x->binding)
			return ts_binding_get(r, x->binding, out);
		if (str_is(x->from_name, "*"))
			return ts_namespace(r, x->from, out);
		return get(r, x->from, x->from_name, out, found, depth + 1);
	}
	if (str_is(name, "default"))
		return FLOW_NEXT;
	for (size_t i = 0; i < m->stars.n && !*found; i++)
		TRY(get(r, m->stars.v[i], name, out, found, depth + 1));
	return FLOW_NEXT;
}

enum ts_flow ts_module_get(struct ts_run *r, struct ts_module *m,
    struct str name, struct ts_value *out, bool *found)
{
	*out = TS_UNDEFINED;
	return get(r, m, name, out, found, 0);
}

static int by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void add_names(struct ts_run *r, struct ts_module *m, struct map *seen,
    struct map *modules, ts_names *out)
{
	size_t from = out->n;

	if (map_has(modules, m->path))
		return;
	map_put(modules, m->path, m);
	for (size_t i = 0; i < m->exports.n; i++) {
		struct str name = m->exports.v[i].name;

		if (!map_has(seen, name) && (from == 0 ||
		    !str_is(name, "default")))
			vec_push(r->a, out, name);
		map_put(seen, name, m);
	}
	if (m->built_in) {
		struct strs keys = ts_keys(r, m->built_in);

		for (size_t i = 0; i < keys.n; i++)
			if (!map_has(seen, keys.v[i])) {
				vec_push(r->a, out, keys.v[i]);
				map_put(seen, keys.v[i], m);
			}
		return;		/* insertion order */
	}
	if (out->n > from)
		qsort(out->v + from, out->n - from, sizeof(*out->v),
		    by_bytes);
	for (size_t i = 0; i < m->stars.n; i++)
		add_names(r, m->stars.v[i], seen, modules, out);
}

struct strs ts_module_names(struct ts_run *r, struct ts_module *m)
{
	ts_names names = { 0 };

	add_names(r, m, map_new(r->a), map_new(r->a), &names);
	return (struct strs){ names.v, names.n };
}

struct lazy {
	struct ts_module *m;
	struct str name;
};

static enum ts_flow read_lazily(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	const struct lazy *x = c->callee->fn->data;
	bool found;

	return ts_module_get(r, x->m, x->name, out, &found);
}

/* Members read the bindings when asked, so cycles see what is there then. */
enum ts_flow ts_namespace(struct ts_run *r, struct ts_module *m,
    struct ts_value *out)
{
	struct strs names;

	if (m->unknown) {
		*out = (struct ts_value){ .type = TSV_UNKNOWN,
			.unknown = m->unknown };
		return FLOW_NEXT;
	}
	if (m->built_in) {
		*out = ts_ref(m->built_in);
		return FLOW_NEXT;
	}
	if (m->space) {
		*out = ts_ref(m->space);
		return FLOW_NEXT;
	}
	m->space = ts_object_new(r);
	names = ts_module_names(r, m);
	for (size_t i = 0; i < names.n; i++) {
		struct lazy *x = arena_new_of(r->a, struct lazy);

		*x = (struct lazy){ m, names.v[i] };
		ts_put_accessor(r, m->space, names.v[i],
		    ts_function_new(r, "get", read_lazily, x), NULL, false);
	}
	*out = ts_ref(m->space);
	return FLOW_NEXT;
}

/* --- loading ------------------------------------------------------------- */

static enum ts_flow require(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	struct ts_module *from = c->callee->fn->data, *m;
	struct ts_value name = ts_arg(c, 0);

	if (name.type != TSV_STRING) {
		*out = ts_unknown_of(r, "a module named at run time");
		return FLOW_NEXT;
	}
	TRY(ts_load(r, from->path, name.text, &m));
	return ts_namespace(r, m, out);
}

static struct ts_object *common_js(struct ts_run *r, struct ts_module *m)
{
	struct ts_object *module = ts_object_new(r);
	struct ts_value exports = ts_ref(ts_object_new(r));

	ts_put(r, module, STR("exports"), exports);
	ts_define(r, m->scope, STR("module"), ts_ref(module));
	ts_define(r, m->scope, STR("exports"), exports);
	ts_define(r, m->scope, STR("require"), ts_ref(ts_function_new(r,
	    "require", require, m)));
	return module;
}

/* M.2 */
static void take_common_js(struct ts_module *m, struct ts_object *module)
{
	const struct ts_prop *p = ts_own(module, STR("exports"));

	if (m->exports.n || m->stars.n || p->v.type != TSV_OBJECT ||
	    (!p->v.object->props.n && !p->v.object->fn))
		return;
	m->built_in = p->v.object;
}

static enum ts_flow run_module(struct ts_run *r, struct ts_module *m,
    struct str text)
{
	const struct ts_file *file = r->file;
	const struct ts_node *at = r->at;
	struct ts_object *module;
	enum ts_flow flow;

	m->state = MODULE_RUNNING;
	if (ts_parse(m->path, text, r->a, &m->file, r->e))
		return FLOW_FAIL;
	r->file = &m->file;
	r->at = m->file.module;
	module = common_js(r, m);
	flow = link_module(r, m);
	if (!flow)
		flow = ts_exec_list(r, m->scope, m->file.module->list,
		    m->file.module->n);
	if (flow)
		return flow;
	take_common_js(m, module);
	m->state = MODULE_DONE;
	r->file = file;
	r->at = at;
	return FLOW_NEXT;
}

static struct ts_value of_json(struct ts_run *r, const struct json *v)
{
	struct ts_object *o;

	switch (v->kind) {
	case JSON_NULL:
		return TS_NULL_VALUE;
	case JSON_BOOL:
		return ts_bool(v->boolean);
	case JSON_NUMBER:
		return ts_number(v->number);
	case JSON_STRING:
		return ts_text(v->string);
	case JSON_ARRAY:
		o = ts_array_new(r);
		for (size_t i = 0; i < v->n; i++)
			ts_push(r, o, of_json(r, &v->items[i]));
		return ts_ref(o);
	case JSON_OBJECT:
		break;
	}
	o = ts_object_new(r);
	for (size_t i = 0; i < v->n; i++)
		ts_put(r, o, v->keys[i], of_json(r, &v->items[i]));
	return ts_ref(o);
}

static enum ts_flow run_json(struct ts_run *r, struct ts_module *m,
    struct str text)
{
	const struct json *v;

	if (json_read(text, arena_z(r->a, m->path), r->a, &v, r->e))
		return FLOW_FAIL;
	m->json = of_json(r, v);
	m->built_in = m->json.type == TSV_OBJECT ? m->json.object :
	    ts_object_new(r);
	m->state = MODULE_DONE;
	return FLOW_NEXT;
}

static enum ts_flow load_native(struct ts_run *r, struct str from,
    struct str name, struct ts_module **out)
{
	struct ts_module *m = module_new(r, name);
	struct ts_unknown *u;

	m->state = MODULE_DONE;
	m->built_in = r->host->built_in(r->host->arg, r, name);
	if (!m->built_in) {
		u = arena_new_of(r->a, struct ts_unknown);
		u->what = r->host->missing ? r->host->missing(r->host->arg,
		    from, name, r->a) : arena_printf(r->a,
		    "the package %.*s", STR_ARG(name));
		u->where = ts_where(r);
		m->unknown = u;
	}
	*out = m;
	return FLOW_NEXT;
}

static enum ts_flow load_file(struct ts_run *r, struct str path,
    struct ts_module **out)
{
	struct ts_module *m = map_get(r->modules, path);
	struct str text;

	if (!m) {
		m = module_new(r, path);
		if (r->host->read(r->host->arg, path, r->a, &text, r->e))
			return FLOW_FAIL;
		TRY(str_ends(path, STR(".json")) ? run_json(r, m, text) :
		    run_module(r, m, text));
	}
	*out = m;
	return FLOW_NEXT;
}

enum ts_flow ts_load(struct ts_run *r, struct str from, struct str specifier,
    struct ts_module **out)
{
	struct str path = STR(""), native = STR("");
	struct err e = ERR_INIT;

	if (r->host->resolve(r->host->arg, from, specifier, r->a, &path,
	    &native, &e)) {
		if (!e.where[0])
			snprintf(e.where, sizeof(e.where), "%.*s",
			    STR_ARG(ts_where(r)));
		*r->e = e;
		return FLOW_FAIL;
	}
	if (path.n)
		return load_file(r, path, out);
	*out = map_get(r->modules, native.n ? native : specifier);
	if (*out)
		return FLOW_NEXT;
	return load_native(r, from, native.n ? native : specifier, out);
}

enum rc ts_run_module(struct ts_run *r, struct str path,
    struct ts_module **out, struct err *e)
{
	enum ts_flow flow = load_file(r, path, out);

	return flow ? ts_run_failed(r, flow, e) : RC_OK;
}

/* builtins: see builtins.h; the table is builtins.def. */
#include <math.h>

#include "ts/builtins.h"

enum kind { FUNCTIONS, STATICS, METHODS, CONSTANTS, HIDDENS };
struct entry {
	enum kind kind;
	const char *on, *name;
	ts_native *fn;
	double number;
	size_t proto;
};

#define FUNCTION(global, fn) { FUNCTIONS, global, NULL, bi_##fn, 0, 0 },
#define STATIC(global, name, fn) { STATICS, global, name, bi_##fn, 0, 0 },
#define METHOD(proto, name, fn) { METHODS, NULL, name, bi_##fn, 0, \
	offsetof(struct ts_protos, proto) },
#define CONSTANT(global, name, number) { CONSTANTS, global, name, NULL, \
	number, 0 },
#define HIDDEN(name, what) { HIDDENS, name, what, NULL, 0, 0 },
static const struct entry table[] = {
#include "ts/builtins.def"
};

/* Constructors whose .prototype is one of the protos. */
static const struct {
	const char *name;
	size_t proto;
} constructors[] = {
#define OF(name, proto) { name, offsetof(struct ts_protos, proto) }
	OF("Object", object), OF("Function", function), OF("Array", array),
	OF("String", string), OF("Number", number), OF("Boolean", boolean),
	OF("BigInt", bigint), OF("Symbol", symbol), OF("RegExp", regex),
	OF("Date", date), OF("Map", map), OF("Set", set),
	OF("Error", error), OF("Promise", promise),
#undef OF
};

static struct ts_object **proto_at(struct ts_run *r, size_t offset)
{
	return (struct ts_object **)(void *)((char *)&r->proto + offset);
}

/* The global of that name, a plain object if there is none yet. */
static struct ts_object *global(struct ts_run *r, const char *name)
{
	struct ts_value v = TS_UNDEFINED;

	for (size_t i = 0; i < r->globals->v.n; i++)
		if (str_is(r->globals->v.v[i]->name, name))
			v = r->globals->v.v[i]->v;
	if (v.type != TSV_OBJECT) {
		v = ts_ref(ts_object_new(r));
		ts_define(r, r->globals, str_z(name), v);
	}
	return v.object;
}

static void hide(struct ts_run *r, const struct entry *e)
{
	struct str on = str_z(e->on);
	size_t dot = str_find(on, STR("."), 0);
	struct ts_value v = ts_varies(r, e->name);

	if (dot >= on.n) {
		ts_define(r, r->globals, on, v);
		return;
	}
	ts_put_hidden(r, global(r, arena_z(r->a, str_sub(on, 0, dot))),
	    str_sub(on, dot + 1, on.n), v);
}

static void install(struct ts_run *r, const struct entry *e)
{
	switch (e->kind) {
	case FUNCTIONS:
		ts_define(r, r->globals, str_z(e->on),
		    ts_ref(ts_function_new(r, e->on, e->fn, NULL)));
		break;
	case STATICS:
		ts_put_hidden(r, global(r, e->on), str_z(e->name),
		    ts_ref(ts_function_new(r, e->name, e->fn, NULL)));
		break;
	case METHODS:
		ts_put_hidden(r, *proto_at(r, e->proto), str_z(e->name),
		    ts_ref(ts_function_new(r, e->name, e->fn, NULL)));
		break;
	case CONSTANTS:
		ts_put_hidden(r, global(r, e->on), str_z(e->name),
		    ts_number(e->number));
		break;
	case HIDDENS:
		hide(r, e);
		break;
	}
}

BUILTIN(process_cwd)
{
	(void)c;
	*out = r->host->cwd.n ? ts_text(r->host->cwd) :
	    ts_unknown_of(r, "process.cwd()");
	return FLOW_NEXT;
}

/* process.env.NAME: the host's variables, undefined where there is none. */
static enum ts_flow read_env(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	const struct str *name = c->callee->fn->data;
	struct str v;

	*out = TS_UNDEFINED;
	if (r->host->env && r->host->env(r->host->arg, *name, &v))
		*out = ts_text(v);
	return FLOW_NEXT;
}

/* process.env.NAME = value: a string from then on. */
static enum ts_flow write_env(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out)
{
	const struct str *name = c->callee->fn->data;
	struct ts_value v = ts_arg(c, 0);
	struct str text;

	*out = TS_UNDEFINED;
	if (c->self.type != TSV_OBJECT)
		return FLOW_NEXT;
	if (v.type != TSV_UNKNOWN) {
		TRY(ts_to_text(r, v, &text));
		v = ts_text(text);
	}
	ts_remove(c->self.object, *name);
	ts_put(r, c->self.object, *name, v);
	return FLOW_NEXT;
}

struct ts_object *ts_env_object(struct ts_run *r, struct strs names)
{
	struct ts_object *o = ts_object_new(r);

	for (size_t i = 0; i < names.n; i++) {
		struct str *name = arena_new_of(r->a, struct str);

		*name = names.v[i];
		ts_put_accessor(r, o, *name, ts_function_new(r, "env",
		    read_env, name), ts_function_new(r, "env", write_env,
		    name), false);
	}
	return o;
}

/* Kinds of Error, each with a prototype of its own; well-known symbols. */
static const char *const errors[] = { "TypeError", "RangeError", "SyntaxError",
	"ReferenceError", "EvalError" };
static const char *const symbols[] = { "asyncIterator", "hasInstance",
	"iterator", "toPrimitive", "toStringTag" };

enum ts_flow ts_builtins(struct ts_run *r)
{
	struct ts_object *process, *none = NULL;
	struct strs names = { 0 };

	for (size_t at = 0; at < sizeof(r->proto); at += sizeof(none)) {
		struct ts_object *o = ts_object_new(r);

		*proto_at(r, at) = o;
		o->proto = o == r->proto.object ? NULL : r->proto.object;
	}
	r->proto.iterator->proto = r->proto.array;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		install(r, &table[i]);
	for (size_t i = 0; i < sizeof(constructors) / sizeof(*constructors);
	    i++) {
		struct ts_object *f = global(r, constructors[i].name);
		struct ts_object *p = *proto_at(r, constructors[i].proto);

		ts_put_hidden(r, f, STR("prototype"), ts_ref(p));
		ts_put_hidden(r, p, STR("constructor"), ts_ref(f));
	}
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		struct ts_object *f = global(r, errors[i]);
		struct ts_object *p = ts_object_new(r);

		p->proto = r->proto.error;
		ts_put_hidden(r, f, STR("prototype"), ts_ref(p));
		ts_put_hidden(r, p, STR("constructor"), ts_ref(f));
	}
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
		ts_put_hidden(r, global(r, "Symbol"), str_z(symbols[i]),
		    ts_symbol(r, str_z(symbols[i])));
	ts_define(r, r->globals, STR("undefined"), TS_UNDEFINED);
	ts_define(r, r->globals, STR("NaN"), ts_number(NAN));
	ts_define(r, r->globals, STR("Infinity"), ts_number(INFINITY));
	process = global(r, "process");
	if (r->host->env_names)
		names = r->host->env_names(r->host->arg, r->a);
	r->env = ts_env_object(r, names);
	ts_put(r, process, STR("env"), ts_ref(r->env));
	ts_define(r, r->globals, STR("globalThis"),
	    ts_ref(ts_object_new(r)));
	return FLOW_NEXT;
}

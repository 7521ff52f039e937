/* run: budgets, errors, unknowns, iteration. */
#include <stdarg.h>
#include <stdio.h>

#include "ts/builtins.h"
#include "ts/eval.h"

enum ts_flow ts_cost(struct ts_run *r, size_t steps)
{
	r->steps += steps;
	if (r->steps > r->steps_max)
		return ts_fail(r, "more than %llu steps; --limit 10 allows "
		    "ten times as many", (unsigned long long)r->steps_max);
	if (arena_bytes(r->a) > r->bytes_max)
		return ts_fail(r, "more than %zu MiB of memory; --limit 10 "
		    "allows ten times as much", r->bytes_max >> 20);
	if (r->full)
		return ts_fail(r, "an array of more than %u items",
		    TS_ITEMS_MAX);
	return FLOW_NEXT;
}

enum ts_flow ts_step(struct ts_run *r, const struct ts_node *n)
{
	r->at = n;
	TRY(ts_cost(r, 1));
	if (r->nest >= TS_NEST)
		return ts_fail(r, "nested too deep");
	r->nest++;
	return FLOW_NEXT;
}

struct str ts_where(struct ts_run *r)
{
	size_t line, col;

	if (!r->file || !r->at)
		return STR("");
	str_position(r->file->text, r->at->at, &line, &col);
	return arena_printf(r->a, "%.*s:%zu:%zu", STR_ARG(r->file->name),
	    line, col);
}

enum ts_flow ts_fail(struct ts_run *r, const char *fmt, ...)
{
	char msg[sizeof(r->e->msg)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	(void)err_at(r->e, RC_PARSE, arena_z(r->a, ts_where(r)), "%s", msg);
	return FLOW_FAIL;
}

struct ts_object *ts_error_proto(struct ts_run *r,
    const struct ts_object *kind)
{
	const struct ts_prop *p = kind ? ts_own(kind, STR("prototype")) : NULL;

	return p && p->v.type == TSV_OBJECT ? p->v.object : r->proto.error;
}

enum ts_flow ts_throw(struct ts_run *r, const char *type, const char *fmt, ...)
{
	const struct ts_binding *kind = ts_lookup_here(r->globals,
	    str_z(type));
	struct ts_object *o = ts_object_new(r);
	char msg[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	o->class_of = CLASS_ERROR;
	o->proto = ts_error_proto(r, kind && kind->v.type == TSV_OBJECT ?
	    kind->v.object : NULL);
	ts_put_hidden(r, o, STR("name"), ts_text(str_z(type)));
	ts_put_hidden(r, o, STR("message"), ts_text(arena_str(r->a,
	    str_z(msg))));
	r->thrown = ts_ref(o);
	r->thrown_where = ts_where(r);
	return FLOW_THROW;
}

struct ts_value ts_unknown_of(struct ts_run *r, const char *fmt, ...)
{
	struct ts_unknown *u = arena_new_of(r->a, struct ts_unknown);
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	u->what = arena_str(r->a, str_z(what));
	u->where = ts_where(r);
	return (struct ts_value){ .type = TSV_UNKNOWN, .unknown = u };
}

struct ts_value ts_varies(struct ts_run *r, const char *what)
{
	struct ts_unknown *u = arena_new_of(r->a, struct ts_unknown);

	*u = (struct ts_unknown){ .what = str_z(what), .where = ts_where(r),
		.varies = true };
	return (struct ts_value){ .type = TSV_UNKNOWN, .unknown = u };
}

struct str ts_unknown_text(const struct ts_unknown *u, struct arena *a)
{
	return arena_printf(a, "%.*s, which %s", STR_ARG(u->what),
	    u->varies ? "differs from run to run" : "is not known here");
}

enum ts_flow ts_known(struct ts_run *r, struct ts_value v, const char *what)
{
	const struct ts_unknown *u = v.unknown;
	enum ts_flow flow;

	if (v.type != TSV_UNKNOWN)
		return FLOW_NEXT;
	flow = ts_fail(r, "%s depends on %.*s", what,
	    STR_ARG(ts_unknown_text(u, r->a)));
	if (u->where.n && !u->varies)
		err_hint(r->e, "it comes from %.*s; write the value itself "
		    "there", STR_ARG(u->where));
	else if (u->varies)
		err_hint(r->e, "%.*s%.*swrite a fixed value there, or what "
		    "makes one for each row: $defaultFn(() => ...), sql`...`",
		    STR_ARG(u->where.n ? arena_printf(r->a, "it comes from "
		    "%.*s", STR_ARG(u->where)) : STR("")), STR_ARG(
		    u->where.n ? STR("; ") : STR("")));
	return flow;
}

static struct str thrown_text(struct ts_run *r)
{
	struct ts_value name, msg;

	if (r->thrown.type != TSV_OBJECT)
		return arena_printf(r->a, "threw %.*s",
		    STR_ARG(ts_show(r, r->thrown)));
	if (ts_get(r, r->thrown, STR("name"), &name) ||
	    ts_get(r, r->thrown, STR("message"), &msg) ||
	    msg.type != TSV_STRING)
		return STR("threw an object");
	return arena_printf(r->a, "%.*s: %.*s", name.type == TSV_STRING ?
	    (int)name.text.n : 5, name.type == TSV_STRING ? name.text.p :
	    "Error", STR_ARG(msg.text));
}

enum rc ts_run_failed(struct ts_run *r, enum ts_flow f, struct err *e)
{
	struct str where, text;

	if (f != FLOW_THROW) {
		if (e != r->e)
			*e = *r->e;
		return e->code ? e->code : err_set(e, RC_PARSE,
		    "a jump out of its loop");
	}
	where = r->thrown_where;
	text = thrown_text(r);
	return err_at(e, RC_PARSE, arena_z(r->a, where), "%.*s",
	    STR_ARG(text));
}

/* --- iteration ----------------------------------------------------------- */

static enum ts_flow iterate_text(struct ts_run *r, struct str s,
    const struct ts_value **out, size_t *n)
{
	struct ts_object *v = ts_array_new(r);

	for (size_t i = 0; i < s.n;) {
		size_t to = i + 1;

		while (to < s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
			to++;
		ts_push(r, v, ts_text(str_sub(s, i, to)));
		i = to;
	}
	*out = v->items.v;
	*n = v->items.n;
	return FLOW_NEXT;
}

static enum ts_flow iterate_map(struct ts_run *r, const struct ts_object *o,
    const struct ts_value **out, size_t *n)
{
	struct ts_object *v = ts_array_new(r);

	for (size_t i = 0; i + 1 < o->items.n; i += 2) {
		struct ts_object *pair = ts_array_new(r);

		ts_push(r, pair, o->items.v[i]);
		ts_push(r, pair, o->items.v[i + 1]);
		ts_push(r, v, ts_ref(pair));
	}
	*out = v->items.v;
	*n = v->items.n;
	return FLOW_NEXT;
}

/* The list itself may change while it is run through. */
static enum ts_flow iterate_items(struct ts_run *r, struct ts_object *o,
    const struct ts_value **out, size_t *n)
{
	*out = o->items.n ? arena_copy(r->a, o->items.v,
	    o->items.n * sizeof(*o->items.v)) : NULL;
	*n = o->items.n;
	if (o->proto == r->proto.iterator)
		o->items.n = 0;
	return FLOW_NEXT;
}

enum ts_flow ts_iterate(struct ts_run *r, struct ts_value from,
    const struct ts_value **out, size_t *n)
{
	if (from.type == TSV_STRING)
		return iterate_text(r, from.text, out, n);
	if (from.type == TSV_OBJECT)
		switch ((int)from.object->class_of) {
		case CLASS_ARRAY:
		case CLASS_SET:
			return iterate_items(r, from.object, out, n);
		case CLASS_MAP:
			return iterate_map(r, from.object, out, n);
		default:
			break;
		}
	return ts_throw(r, "TypeError", "%.*s is not iterable",
	    STR_ARG(ts_show(r, from)));
}

struct ts_value ts_symbol(struct ts_run *r, struct str description)
{
	return (struct ts_value){ .type = TSV_SYMBOL,
		.text = arena_printf(r->a, "\xff@%u:%.*s", ++r->symbols,
		    STR_ARG(description)) };
}

enum rc ts_run_new(const struct ts_host *host, double limit, struct arena *a,
    struct ts_run **out, struct err *e)
{
	struct ts_run *r = arena_new_of(a, struct ts_run);
	enum ts_flow flow;

	*r = (struct ts_run){ .a = a, .e = e, .host = host,
		.steps_max = (uint64_t)(TS_STEPS * limit),
		.bytes_max = (size_t)(TS_BYTES * limit), .label = STR("") };
	r->modules = map_new(a);
	r->globals = ts_scope_new(r, NULL);
	flow = ts_builtins(r);
	if (flow)
		return ts_run_failed(r, flow, e);
	*out = r;
	return RC_OK;
}

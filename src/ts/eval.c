/* eval: expressions (ECMA-262 chapter 13). */
#include <math.h>

#include "base/fs.h"
#include "ts/eval.h"
#include "ts/resolve.h"

/* --- operators ----------------------------------------------------------- */

static int32_t to_int32(double n)
{
	double m;

	if (!isfinite(n))
		return 0;
	m = fmod(trunc(n), 4294967296.0);
	if (m < 0)
		m += 4294967296.0;
	return (int32_t)(uint32_t)m;
}

static double arithmetic(enum ts_op op, double x, double y)
{
	switch ((int)op) {
	case TS_OP_ADD:
		return x + y;
	case TS_OP_SUB:
		return x - y;
	case TS_OP_MUL:
		return x * y;
	case TS_OP_DIV:
		return x / y;
	case TS_OP_MOD:
		return fmod(x, y);
	case TS_OP_POW:
		return isnan(y) || ((x == 1 || x == -1) && isinf(y)) ? NAN :
		    pow(x, y);
	case TS_OP_SHL:
		return (int32_t)((uint32_t)to_int32(x) <<
		    (to_int32(y) & 31));
	case TS_OP_SHR:
		return to_int32(x) >> (to_int32(y) & 31);
	case TS_OP_USHR:
		return (uint32_t)to_int32(x) >> (to_int32(y) & 31);
	case TS_OP_AND:
		return to_int32(x) & to_int32(y);
	case TS_OP_OR:
		return to_int32(x) | to_int32(y);
	case TS_OP_XOR:
		return to_int32(x) ^ to_int32(y);
	default:
		return NAN;
	}
}

/* An object counts as its valueOf(), where that gives a primitive. */
static enum ts_flow primitive(struct ts_run *r, struct ts_value *v)
{
	struct ts_value f, x;
	struct str text;

	if (v->type != TSV_OBJECT)
		return FLOW_NEXT;
	TRY(ts_get(r, *v, STR("valueOf"), &f));
	if (ts_callable(f)) {
		TRY(ts_invoke(r, f, *v, NULL, 0, &x));
		if (x.type != TSV_OBJECT) {
			*v = x;
			return FLOW_NEXT;
		}
	}
	TRY(ts_to_text(r, *v, &text));
	*v = ts_text(text);
	return FLOW_NEXT;
}

static enum ts_flow add(struct ts_run *r, struct ts_value x, struct ts_value y,
    struct ts_value *out)
{
	struct str a, b;

	TRY(primitive(r, &x));
	TRY(primitive(r, &y));
	if (x.type != TSV_STRING && y.type != TSV_STRING) {
		*out = ts_number(ts_to_number(r, x) + ts_to_number(r, y));
		return FLOW_NEXT;
	}
	TRY(ts_to_text(r, x, &a));
	TRY(ts_to_text(r, y, &b));
	if (a.n + b.n > TS_TEXT_MAX)
		return ts_fail(r, "a text of more than %d MiB",
		    (int)(TS_TEXT_MAX >> 20));
	*out = ts_text(arena_printf(r->a, "%.*s%.*s", STR_ARG(a),
	    STR_ARG(b)));
	return FLOW_NEXT;
}

static enum ts_flow compare(struct ts_run *r, enum ts_op op,
    struct ts_value x, struct ts_value y, struct ts_value *out)
{
	double a, b;
	int c;

	TRY(primitive(r, &x));
	TRY(primitive(r, &y));
	if (x.type == TSV_STRING && y.type == TSV_STRING) {
		c = str_cmp(x.text, y.text);
		a = c;
		b = 0;
	} else {
		a = ts_to_number(r, x);
		b = ts_to_number(r, y);
	}
	*out = ts_bool(op == TS_OP_LT ? a < b : op == TS_OP_GT ? a > b :
	    op == TS_OP_LE ? a <= b : a >= b);
	return FLOW_NEXT;
}

static enum ts_flow instance_of(struct ts_run *r, struct ts_value x,
    struct ts_value y, struct ts_value *out)
{
	struct ts_value proto;
	bool is = false;

	if (!ts_callable(y))
		return ts_throw(r, "TypeError",
		    "Right-hand side of 'instanceof' is not callable");
	TRY(ts_get(r, y, STR("prototype"), &proto));
	if (x.type == TSV_OBJECT && proto.type == TSV_OBJECT)
		for (const struct ts_object *o = x.object->proto; o && !is;
		    o = o->proto)
			is = o == proto.object;
	*out = ts_bool(is);
	return FLOW_NEXT;
}

static enum ts_flow in_object(struct ts_run *r, struct ts_value x,
    struct ts_value y, struct ts_value *out)
{
	struct str key;

	if (y.type != TSV_OBJECT)
		return ts_throw(r, "TypeError",
		    "Cannot use 'in' operator to search in a primitive value");
	TRY(ts_to_key(r, x, &key));
	*out = ts_bool(ts_has(y.object, key));
	return FLOW_NEXT;
}

enum ts_flow ts_operate(struct ts_run *r, enum ts_op op, struct ts_value x,
    struct ts_value y, struct ts_value *out)
{
	if (x.type == TSV_UNKNOWN || y.type == TSV_UNKNOWN) {
		*out = x.type == TSV_UNKNOWN ? x : y;
		return FLOW_NEXT;
	}
	switch ((int)op) {
	case TS_OP_EQ_STRICT: case TS_OP_NE_STRICT:
		*out = ts_bool(ts_same(x, y) == (op == TS_OP_EQ_STRICT));
		return FLOW_NEXT;
	case TS_OP_EQ: case TS_OP_NE:
		*out = ts_bool(ts_loosely_same(r, x, y) == (op == TS_OP_EQ));
		return FLOW_NEXT;
	case TS_OP_LT: case TS_OP_GT: case TS_OP_LE: case TS_OP_GE:
		return compare(r, op, x, y, out);
	case TS_OP_IN:
		return in_object(r, x, y, out);
	case TS_OP_INSTANCEOF:
		return instance_of(r, x, y, out);
	default:
		break;
	}
	if (x.type == TSV_BIGINT && y.type == TSV_BIGINT) {
		*out = ts_bigint_operate(r, op, x, y);
		return FLOW_NEXT;
	}
	if (op == TS_OP_ADD)
		return add(r, x, y, out);
	TRY(primitive(r, &x));
	TRY(primitive(r, &y));
	*out = ts_number(arithmetic(op, ts_to_number(r, x),
	    ts_to_number(r, y)));
	return FLOW_NEXT;
}

/* --- kinds of nodes ------------------------------------------------------ */

#define EVAL(name) static enum ts_flow name(struct ts_run *r, \
	struct ts_scope *s, const struct ts_node *n, struct ts_value *out)

EVAL(number)
{
	(void)r;
	(void)s;
	*out = ts_number(n->number);
	return FLOW_NEXT;
}

EVAL(bigint)
{
	(void)s;
	*out = ts_bigint_of(r, n->text);
	return FLOW_NEXT;
}

/* UTF-8 has no half characters: drizzle-kit's snapshot would hold another text
 * than its SQL. */
static struct ts_value half(struct ts_run *r)
{
	return ts_unknown_of(r, "half of a character (\\ud800 to \\udfff "
	    "alone)");
}

EVAL(string)
{
	(void)s;
	*out = n->number != 0.0 ? half(r) : ts_text(n->text);
	return FLOW_NEXT;
}

EVAL(template)
{
	struct sbuf b = SBUF_TEXT;
	enum ts_flow flow = FLOW_NEXT;

	for (size_t i = 0; i <= n->n && !flow; i++) {
		struct ts_value v;
		struct str text;

		if (n->chunks[i].half) {
			*out = half(r);
			sbuf_free(&b);
			return FLOW_NEXT;
		}
		sbuf_add(&b, n->chunks[i].cooked.p ? n->chunks[i].cooked :
		    STR(""));
		if (i == n->n)
			break;
		flow = ts_eval(r, s, n->list[i], &v);
		if (!flow && v.type == TSV_UNKNOWN) {
			*out = v;
			sbuf_free(&b);
			return FLOW_NEXT;
		}
		if (!flow)
			flow = ts_to_text(r, v, &text);
		if (!flow)
			sbuf_add(&b, text);
	}
	if (!flow && (b.full || b.n > TS_TEXT_MAX))
		flow = ts_fail(r, "a text of more than %d MiB",
		    (int)(TS_TEXT_MAX >> 20));
	if (!flow)
		*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return flow;
}

EVAL(regex)
{
	struct ts_object *o = ts_object_new(r);

	(void)s;
	o->class_of = CLASS_REGEX;
	o->proto = r->proto.regex;
	o->source = n->text;
	o->flags = n->alias;
	ts_put_hidden(r, o, STR("source"), ts_text(n->text));
	ts_put_hidden(r, o, STR("flags"), ts_text(n->alias));
	ts_put_hidden(r, o, STR("lastIndex"), ts_number(0));
	*out = ts_ref(o);
	return FLOW_NEXT;
}

/* Where the file that is evaluated is, as Node has it: absolute. */
static struct ts_value own_path(struct ts_run *r, bool folder)
{
	struct str path;

	if (!r->host->root.n)
		return ts_unknown_of(r, "the place of the file");
	path = path_plain(r->a, path_join(r->a, r->host->root,
	    r->file->name));
	return ts_text(folder ? path_dir(path) : path);
}

EVAL(name)
{
	struct ts_binding *b = ts_lookup(s, n->text);

	if (!b && (str_is(n->text, "__dirname") ||
	    str_is(n->text, "__filename"))) {
		*out = own_path(r, str_is(n->text, "__dirname"));
		return FLOW_NEXT;
	}
	if (!b) {	/* a global that builtins.def does not name */
		*out = ts_unknown_of(r, "%.*s", STR_ARG(n->text));
		return FLOW_NEXT;
	}
	return ts_binding_get(r, b, out);
}

EVAL(this_value)
{
	struct ts_scope *f = ts_self_scope(s);

	(void)n;
	if (f && f->callee && f->callee->fn->derived && f->target &&
	    ts_is_undefined(f->self))
		return ts_throw(r, "ReferenceError", "Must call super "
		    "constructor in derived class before accessing 'this'");
	*out = f ? f->self : TS_UNDEFINED;
	return FLOW_NEXT;
}

/* super.x is read from the proto of where the method stands */
EVAL(super_value)
{
	struct ts_scope *f = ts_self_scope(s);

	(void)r;
	(void)n;
	*out = f && f->home && f->home->proto ? ts_ref(f->home->proto) :
	    TS_UNDEFINED;
	return FLOW_NEXT;
}

EVAL(null_value)
{
	(void)r;
	(void)s;
	(void)n;
	*out = TS_NULL_VALUE;
	return FLOW_NEXT;
}

EVAL(boolean)
{
	(void)r;
	(void)s;
	*out = ts_bool(n->number != 0);
	return FLOW_NEXT;
}

EVAL(hole)
{
	(void)r;
	(void)s;
	(void)n;
	*out = TS_UNDEFINED;
	return FLOW_NEXT;
}

EVAL(array)
{
	struct ts_object *o = ts_array_new(r);

	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *x = n->list[i];
		const struct ts_value *v;
		struct ts_value one;
		size_t count;

		TRY(ts_eval(r, s, x->kind == TS_SPREAD ? x->a : x, &one));
		if (x->kind != TS_SPREAD) {
			ts_push(r, o, one);
			continue;
		}
		if (one.type == TSV_UNKNOWN) {	/* of unknown length */
			*out = one;
			return FLOW_NEXT;
		}
		TRY(ts_iterate(r, one, &v, &count));
		for (size_t k = 0; k < count; k++)
			ts_push(r, o, v[k]);
		TRY(ts_cost(r, 0));
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

struct str ts_private_key(struct ts_run *r, struct str name)
{
	return arena_printf(r->a, "\xff#%.*s", STR_ARG(name));
}

enum ts_flow ts_prop_key(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *p, struct str *out)
{
	struct ts_value v;

	if (p->flags & TS_F_COMPUTED) {
		TRY(ts_eval(r, s, p->a, &v));
		return ts_to_key(r, v, out);
	}
	*out = p->flags & TS_F_PRIVATE ? ts_private_key(r, p->text) : p->text;
	return FLOW_NEXT;
}

static enum ts_flow spread_into(struct ts_run *r, struct ts_object *to,
    struct ts_value from)
{
	struct strs keys;

	if (from.type == TSV_UNKNOWN)
		to->open = from.unknown;
	if (from.type == TSV_STRING) {
		for (size_t i = 0; i < ts_text_length(from.text); i++) {
			struct str key = arena_printf(r->a, "%zu", i);
			struct ts_value v;

			TRY(ts_get(r, from, key, &v));
			ts_put(r, to, key, v);
		}
	}
	if (from.type != TSV_OBJECT)
		return FLOW_NEXT;
	if (from.object->open)
		to->open = from.object->open;
	keys = ts_keys(r, from.object);
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value v;

		TRY(ts_get(r, from, keys.v[i], &v));
		ts_put(r, to, keys.v[i], v);
	}
	return FLOW_NEXT;
}

static void name_function(struct ts_value v, struct str name)
{
	if (v.type == TSV_OBJECT && v.object->fn && !v.object->fn->name.n &&
	    v.object->fn->node)
		v.object->fn->name = name;
}

static enum ts_flow put_property(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *p, struct ts_object *o)
{
	struct ts_value v;
	struct str key;

	TRY(ts_prop_key(r, s, p, &key));
	TRY(ts_eval(r, s, p->b, &v));
	name_function(v, key);
	if (p->flags & TS_F_METHOD)
		v.object->fn->home = o;
	if (p->flags & (TS_F_GET | TS_F_SET))
		ts_put_accessor(r, o, key,
		    p->flags & TS_F_GET ? v.object : NULL,
		    p->flags & TS_F_SET ? v.object : NULL, false);
	else
		ts_put(r, o, key, v);
	return FLOW_NEXT;
}

EVAL(object)
{
	struct ts_object *o = ts_object_new(r);

	for (size_t i = 0; i < n->n; i++) {
		const struct ts_node *p = n->list[i];
		struct ts_value v;

		if (p->kind == TS_PROP) {
			TRY(put_property(r, s, p, o));
			continue;
		}
		TRY(ts_eval(r, s, p->a, &v));
		TRY(spread_into(r, o, v));
	}
	*out = ts_ref(o);
	return FLOW_NEXT;
}

EVAL(function)
{
	struct ts_scope *own = s;
	struct ts_object *f;

	if (n->text.n && !(n->flags & TS_F_ARROW))
		own = ts_scope_new(r, s);	/* it knows itself by name */
	f = ts_closure_new(r, own, n);
	if (own != s)
		ts_define(r, own, n->text, ts_ref(f));
	*out = ts_ref(f);
	return FLOW_NEXT;
}

static enum ts_flow remove_property(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	struct ts_value o, k;
	struct str key;

	*out = ts_bool(true);
	if (n->kind != TS_MEMBER && n->kind != TS_INDEX)
		return FLOW_NEXT;
	TRY(ts_eval(r, s, n->a, &o));
	if (n->kind == TS_INDEX) {
		TRY(ts_eval(r, s, n->b, &k));
		TRY(ts_to_key(r, k, &key));
	} else {
		key = n->text;
	}
	if (o.type == TSV_OBJECT && !o.object->frozen)
		ts_remove(o.object, key);
	return FLOW_NEXT;
}

EVAL(unary)
{
	struct ts_value v;

	if (n->op == TS_OP_TYPEOF && n->a->kind == TS_NAME &&
	    !ts_lookup(s, n->a->text)) {
		*out = ts_text(STR("undefined"));
		return FLOW_NEXT;
	}
	if (n->op == TS_OP_DELETE)
		return remove_property(r, s, n->a, out);
	TRY(ts_eval(r, s, n->a, &v));
	if (v.type == TSV_UNKNOWN && n->op != TS_OP_VOID) {
		*out = v;
		return FLOW_NEXT;
	}
	switch ((int)n->op) {
	case TS_OP_NOT:
		*out = ts_bool(!ts_truthy(v));
		break;
	case TS_OP_BIT_NOT:
		*out = ts_number(~to_int32(ts_to_number(r, v)));
		break;
	case TS_OP_MINUS:
		if (v.type == TSV_BIGINT) {
			*out = v;
			out->text = str_is(v.text, "0") ? v.text :
			    v.text.p[0] == '-' ? str_sub(v.text, 1,
			    v.text.n) : arena_printf(r->a, "-%.*s",
			    STR_ARG(v.text));
			break;
		}
		TRY(primitive(r, &v));
		*out = ts_number(-ts_to_number(r, v));
		break;
	case TS_OP_PLUS:
		TRY(primitive(r, &v));
		*out = ts_number(ts_to_number(r, v));
		break;
	case TS_OP_TYPEOF:
		*out = ts_text(str_z(ts_type_word(v)));
		break;
	default:
		*out = TS_UNDEFINED;
	}
	return FLOW_NEXT;
}

EVAL(binary)
{
	struct ts_value x, y;

	if (n->a->kind == TS_NAME && n->a->text.n && n->op == TS_OP_IN &&
	    !ts_lookup(s, n->a->text))		/* #x in o */
		x = ts_text(ts_private_key(r, n->a->text));
	else
		TRY(ts_eval(r, s, n->a, &x));
	TRY(ts_eval(r, s, n->b, &y));
	return ts_operate(r, n->op, x, y, out);
}

/* No table, whatever else. */
static bool is_plain(const struct ts_node *n)
{
	return n->kind == TS_STRING || n->kind == TS_NUMBER ||
	    n->kind == TS_BOOL || n->kind == TS_NULL;
}

EVAL(logical)
{
	struct ts_value x;
	bool stop;

	TRY(ts_eval(r, s, n->a, &x));
	stop = x.type == TSV_UNKNOWN ||
	    (n->op == TS_OP_COALESCE ? !ts_is_nullish(x) :
	    ts_truthy(x) == (n->op == TS_OP_LOGICAL_OR));
	if (stop) {
		*out = is_plain(n->b) ? x : ts_either(r, x);
		return FLOW_NEXT;
	}
	return ts_eval(r, s, n->b, out);
}

EVAL(conditional)
{
	struct ts_value test;

	TRY(ts_eval(r, s, n->a, &test));
	if (test.type == TSV_UNKNOWN) {
		*out = is_plain(n->b) && is_plain(n->c) ? test :
		    ts_either(r, test);
		return FLOW_NEXT;
	}
	return ts_eval(r, s, ts_truthy(test) ? n->b : n->c, out);
}

/* super.x: found above, with this as it is */
static enum ts_flow super_member(struct ts_run *r, struct ts_scope *s,
    struct ts_value proto, struct str key, struct ts_value *out)
{
	struct ts_scope *f = ts_self_scope(s);

	if (proto.type == TSV_OBJECT)
		for (struct ts_object *o = proto.object; o; o = o->proto) {
			const struct ts_prop *p = ts_own(o, key);

			if (p && p->get)
				return ts_invoke(r, ts_ref(p->get), f->self,
				    NULL, 0, out);
			if (p)
				break;
		}
	return ts_get(r, proto, key, out);
}

EVAL(member)
{
	struct ts_value o;

	TRY(ts_eval(r, s, n->a, &o));
	if (r->chain_ends)
		return FLOW_NEXT;
	if (n->flags & TS_F_OPTIONAL && ts_is_nullish(o)) {
		r->chain_ends = true;
		*out = TS_UNDEFINED;
		return FLOW_NEXT;
	}
	r->at = n;
	if (n->a->kind == TS_SUPER)
		return super_member(r, s, o, n->text, out);
	return ts_get(r, o, n->flags & TS_F_PRIVATE ? ts_private_key(r,
	    n->text) : n->text, out);
}

EVAL(index_of)
{
	struct ts_value o, k;
	struct str key;

	TRY(ts_eval(r, s, n->a, &o));
	if (r->chain_ends)
		return FLOW_NEXT;
	if (n->flags & TS_F_OPTIONAL && ts_is_nullish(o)) {
		r->chain_ends = true;
		*out = TS_UNDEFINED;
		return FLOW_NEXT;
	}
	TRY(ts_eval(r, s, n->b, &k));
	if (k.type == TSV_UNKNOWN || o.type == TSV_UNKNOWN) {
		*out = o.type == TSV_UNKNOWN ? o : k;
		return FLOW_NEXT;
	}
	TRY(ts_to_key(r, k, &key));
	r->at = n;
	return ts_get(r, o, key, out);
}

EVAL(chain)
{
	bool outer = r->chain_ends;
	enum ts_flow flow;

	r->chain_ends = false;
	*out = TS_UNDEFINED;
	flow = ts_eval(r, s, n->a, out);
	if (r->chain_ends)
		*out = TS_UNDEFINED;
	r->chain_ends = outer;
	return flow;
}

EVAL(sequence)
{
	*out = TS_UNDEFINED;
	for (size_t i = 0; i < n->n; i++)
		TRY(ts_eval(r, s, n->list[i], out));
	return FLOW_NEXT;
}

EVAL(await)
{
	TRY(ts_eval(r, s, n->a, out));
	if (out->type == TSV_OBJECT && out->object->class_of == CLASS_PROMISE)
		*out = out->object->value;
	return FLOW_NEXT;
}

EVAL(yield)
{
	(void)s;
	(void)n;
	*out = ts_unknown_of(r, "a generator");
	return FLOW_NEXT;
}

EVAL(import_call)
{
	struct ts_object *promise = ts_object_new(r);
	struct ts_value v;
	struct ts_module *m;

	TRY(ts_eval(r, s, n->a, &v));
	if (v.type != TSV_STRING) {
		*out = ts_unknown_of(r, "a module named at run time");
		return FLOW_NEXT;
	}
	TRY(ts_load(r, r->file->name, v.text, &m));
	promise->class_of = CLASS_PROMISE;
	promise->proto = r->proto.promise;
	TRY(ts_namespace(r, m, &promise->value));
	*out = ts_ref(promise);
	return FLOW_NEXT;
}

/* pathToFileURL(): what a URL keeps for itself is written as %XX. */
static struct str file_url(struct ts_run *r, struct str path)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_addz(&b, "file://");
	for (size_t i = 0; i < path.n; i++) {
		unsigned char c = (unsigned char)path.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"#%<>?[\\]^`{|}~", c))
			sbuf_addf(&b, "%%%02X", c);
		else
			sbuf_addc(&b, (char)c);
	}
	s = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

EVAL(import_meta)
{
	struct ts_object *o = ts_object_new(r);
	struct ts_value path = own_path(r, false);

	(void)s;
	(void)n;
	ts_put(r, o, STR("dirname"), own_path(r, true));
	ts_put(r, o, STR("filename"), path);
	ts_put(r, o, STR("url"), path.type != TSV_STRING ? path :
	    ts_text(file_url(r, path.text)));
	*out = ts_ref(o);
	return FLOW_NEXT;
}

EVAL(spread)
{
	(void)s;
	(void)out;
	return ts_fail(r, "\"...\" cannot stand here (%s)",
	    ts_kind_word[n->kind]);
}

typedef enum ts_flow evaluate(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);

static evaluate *const kinds[TS_KIND_N] = {
	[TS_NUMBER] = number, [TS_BIGINT] = bigint, [TS_STRING] = string,
	[TS_TEMPLATE] = template, [TS_TAGGED] = ts_eval_tagged,
	[TS_REGEX] = regex, [TS_NAME] = name, [TS_THIS] = this_value,
	[TS_SUPER] = super_value, [TS_NULL] = null_value,
	[TS_BOOL] = boolean, [TS_HOLE] = hole, [TS_ARRAY] = array,
	[TS_OBJECT] = object, [TS_SPREAD] = spread,
	[TS_FUNCTION] = function, [TS_CLASS] = ts_eval_class,
	[TS_UNARY] = unary, [TS_UPDATE] = ts_update, [TS_BINARY] = binary,
	[TS_LOGICAL] = logical, [TS_ASSIGN] = ts_assign_op,
	[TS_COND] = conditional, [TS_CALL] = ts_eval_call,
	[TS_NEW] = ts_eval_new, [TS_MEMBER] = member, [TS_INDEX] = index_of,
	[TS_CHAIN] = chain, [TS_SEQUENCE] = sequence, [TS_AWAIT] = await,
	[TS_YIELD] = yield, [TS_IMPORT_CALL] = import_call,
	[TS_IMPORT_META] = import_meta,
};

enum ts_flow ts_eval(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out)
{
	const struct ts_node *at = r->at;
	enum ts_flow flow;

	if (!kinds[n->kind])
		BUG("%s is no expression", ts_kind_word[n->kind]);
	TRY(ts_step(r, n));
	flow = kinds[n->kind](r, s, n, out);
	r->nest--;
	if (!flow)
		r->at = at;
	return flow;
}

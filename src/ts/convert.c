/* convert: between types (ECMA-262 chapter 7.1, 7.2). */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/utf8.h"
#include "ts/run.h"

bool ts_truthy(struct ts_value v)
{
	switch (v.type) {
	case TSV_UNDEFINED:
	case TSV_NULL:
		return false;
	case TSV_BOOL:
		return v.boolean;
	case TSV_NUMBER:
		return v.number != 0 && !isnan(v.number);
	case TSV_BIGINT:
		return !str_is(v.text, "0");
	case TSV_STRING:
		return v.text.n > 0;
	case TSV_SYMBOL:
	case TSV_OBJECT:
	case TSV_UNKNOWN:
		break;
	}
	return true;
}

bool ts_same(struct ts_value x, struct ts_value y)
{
	if (x.type != y.type)
		return false;
	switch (x.type) {
	case TSV_UNDEFINED:
	case TSV_NULL:
		return true;
	case TSV_BOOL:
		return x.boolean == y.boolean;
	case TSV_NUMBER:
		return x.number == y.number;
	case TSV_BIGINT:
	case TSV_STRING:
	case TSV_SYMBOL:
		return str_eq(x.text, y.text);
	case TSV_OBJECT:
		return x.object == y.object;
	case TSV_UNKNOWN:
		break;
	}
	return false;
}

static bool is_primitive(struct ts_value v)
{
	return v.type != TSV_OBJECT && v.type != TSV_UNKNOWN;
}

bool ts_loosely_same(struct ts_run *r, struct ts_value x, struct ts_value y)
{
	if (ts_is_nullish(x) || ts_is_nullish(y))
		return ts_is_nullish(x) && ts_is_nullish(y);
	if (x.type == y.type)
		return ts_same(x, y);
	if (is_primitive(x) && is_primitive(y))
		return ts_to_number(r, x) == ts_to_number(r, y);
	if (x.type == TSV_OBJECT && is_primitive(y)) {
		struct str text;

		return ts_to_text(r, x, &text) == FLOW_NEXT &&
		    ts_loosely_same(r, ts_text(text), y);
	}
	return y.type == TSV_OBJECT && is_primitive(x) &&
	    ts_loosely_same(r, y, x);
}

/* ECMA-262 7.1.4.1: spaces trimmed, "" is 0, 0x…, Infinity. */
static double number_of_text(struct ts_run *r, struct str s)
{
	char *z, *end;
	double v;

	s = str_trim(s);
	if (s.n == 0)
		return 0;
	if (s.n > 2 && s.p[0] == '0') {
		int base = (s.p[1] | 32) == 'x' ? 16 : (s.p[1] | 32) == 'o' ?
		    8 : (s.p[1] | 32) == 'b' ? 2 : 0;

		if (base) {
			z = arena_z(r->a, str_sub(s, 2, s.n));
			v = (double)strtoull(z, &end, base);
			return *end ? NAN : v;
		}
	}
	if (str_is(s, "Infinity") || str_is(s, "+Infinity"))
		return INFINITY;
	if (str_is(s, "-Infinity"))
		return -INFINITY;
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789+-.eE", s.p[i]))
			return NAN;
	z = arena_z(r->a, s);
	v = strtod(z, &end);
	return *end ? NAN : v;
}

double ts_to_number(struct ts_run *r, struct ts_value v)
{
	struct str text;

	switch (v.type) {
	case TSV_NULL:
		return 0;
	case TSV_BOOL:
		return v.boolean;
	case TSV_NUMBER:
		return v.number;
	case TSV_BIGINT:
	case TSV_STRING:
		return number_of_text(r, v.text);
	case TSV_OBJECT:
		if (v.object->class_of == CLASS_DATE)
			return v.object->number;
		if (ts_to_text(r, v, &text) == FLOW_NEXT)
			return number_of_text(r, text);
		break;
	case TSV_UNDEFINED:
	case TSV_SYMBOL:
	case TSV_UNKNOWN:
		break;
	}
	return NAN;
}

struct str ts_number_text(struct arena *a, double n)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	struct str out;

	if (isnan(n))
		return STR("NaN");
	if (isinf(n))
		return n > 0 ? STR("Infinity") : STR("-Infinity");
	json_put_num(&o, n);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static enum ts_flow object_text(struct ts_run *r, struct ts_value v,
    struct str *out)
{
	struct ts_value f, s;
	enum ts_flow flow = ts_get(r, v, STR("toString"), &f);

	if (flow)
		return flow;
	if (!ts_callable(f))
		return ts_throw(r, "TypeError",
		    "Cannot convert object to primitive value");
	flow = ts_invoke(r, f, v, NULL, 0, &s);
	if (flow)
		return flow;
	if (s.type == TSV_OBJECT)
		return ts_throw(r, "TypeError",
		    "Cannot convert object to primitive value");
	return ts_to_text(r, s, out);
}

enum ts_flow ts_to_text(struct ts_run *r, struct ts_value v, struct str *out)
{
	switch (v.type) {
	case TSV_UNDEFINED:
		*out = STR("undefined");
		break;
	case TSV_NULL:
		*out = STR("null");
		break;
	case TSV_BOOL:
		*out = v.boolean ? STR("true") : STR("false");
		break;
	case TSV_NUMBER:
		*out = ts_number_text(r->a, v.number);
		break;
	case TSV_BIGINT:
	case TSV_STRING:
		*out = v.text;
		break;
	case TSV_OBJECT:
		return object_text(r, v, out);
	case TSV_SYMBOL:
		return ts_throw(r, "TypeError",
		    "Cannot convert a Symbol value to a string");
	case TSV_UNKNOWN:
		return ts_known(r, v, "this text");
	}
	return FLOW_NEXT;
}

enum ts_flow ts_to_key(struct ts_run *r, struct ts_value v, struct str *out)
{
	if (v.type == TSV_SYMBOL) {
		*out = v.text;
		return FLOW_NEXT;
	}
	if (v.type == TSV_UNKNOWN)
		return ts_known(r, v, "the name of a property");
	return ts_to_text(r, v, out);
}

const char *ts_type_word(struct ts_value v)
{
	switch (v.type) {
	case TSV_UNDEFINED:
		return "undefined";
	case TSV_NULL:
		return "object";
	case TSV_BOOL:
		return "boolean";
	case TSV_NUMBER:
		return "number";
	case TSV_BIGINT:
		return "bigint";
	case TSV_STRING:
		return "string";
	case TSV_SYMBOL:
		return "symbol";
	case TSV_OBJECT:
		return v.object->fn ? "function" : "object";
	case TSV_UNKNOWN:
		break;
	}
	return "unknown";
}

bool ts_callable(struct ts_value v)
{
	return v.type == TSV_OBJECT && v.object->fn;
}

struct str ts_show(struct ts_run *r, struct ts_value v)
{
	struct str s;

	switch (v.type) {
	case TSV_STRING:
		s = v.text.n > 60 ? arena_printf(r->a, "%.57s...",
		    arena_z(r->a, v.text)) : v.text;
		return utf8_clean(r->a, arena_printf(r->a, "\"%.*s\"",
		    STR_ARG(s)), UTF8_LINE);
	case TSV_OBJECT:
		if (v.object->native)
			return str_z(v.object->native->name);
		if (v.object->fn)
			return STR("a function");
		return v.object->class_of == CLASS_ARRAY ? STR("an array") :
		    STR("an object");
	case TSV_UNKNOWN:
		return ts_unknown_text(v.unknown, r->a);
	case TSV_SYMBOL:
		return STR("a symbol");
	case TSV_UNDEFINED:
	case TSV_NULL:
	case TSV_BOOL:
	case TSV_NUMBER:
	case TSV_BIGINT:
		break;
	}
	return ts_to_text(r, v, &s) == FLOW_NEXT ? s : STR("a value");
}

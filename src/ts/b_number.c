/* b_number: Number, BigInt, Math (ECMA-262 chapter 21). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ts/builtins.h"

#define NUMBER(x) \
	double x; \
	if (bi_unknown(c, 1, out)) \
		return FLOW_NEXT; \
	x = ts_to_number(r, ts_arg(c, 0))

BUILTIN(number_number)
{
	if (!c->n) {
		*out = ts_number(0);
		return FLOW_NEXT;
	}
	NUMBER(x);
	*out = ts_number(x);
	return FLOW_NEXT;
}

#define IS(name, test) \
BUILTIN(name) \
{ \
	struct ts_value v = ts_arg(c, 0); \
	double x = v.type == TSV_NUMBER ? v.number : NAN; \
	(void)r; \
	if (bi_unknown(c, 1, out)) \
		return FLOW_NEXT; \
	*out = ts_bool(v.type == TSV_NUMBER && (test)); \
	return FLOW_NEXT; \
}
IS(number_is_finite, isfinite(x))
IS(number_is_integer, isfinite(x) && x == trunc(x))
IS(number_is_nan, isnan(x))
IS(number_is_safe, isfinite(x) && x == trunc(x) &&
    fabs(x) <= 9007199254740991.0)

BUILTIN(global_is_finite)
{
	NUMBER(x);
	*out = ts_bool(isfinite(x));
	return FLOW_NEXT;
}

BUILTIN(global_is_nan)
{
	NUMBER(x);
	*out = ts_bool(isnan(x));
	return FLOW_NEXT;
}

BUILTIN(parse_float)
{
	struct str s;
	size_t n = 0;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	s = str_trim(s);
	while (n < s.n && strchr("0123456789+-.eE", s.p[n]))
		n++;
	for (; n > 0; n--) {	/* the longest start that is a number */
		struct ts_value v = ts_text(str_sub(s, 0, n));
		double x = ts_to_number(r, v);

		if (!isnan(x)) {
			*out = ts_number(x);
			return FLOW_NEXT;
		}
	}
	*out = ts_number(str_starts(s, STR("Infinity")) ? INFINITY : NAN);
	return FLOW_NEXT;
}

BUILTIN(parse_int)
{
	double radix = ts_to_number(r, ts_arg(c, 1)), v = 0;
	bool minus = false, any = false;
	struct str s;
	size_t i = 0;

	if (bi_unknown(c, 2, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	s = str_trim(s);
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		minus = s.p[i++] == '-';
	if (i + 1 < s.n && s.p[i] == '0' && (s.p[i + 1] | 32) == 'x' &&
	    (isnan(radix) || radix == 0 || radix == 16)) {
		i += 2;
		radix = 16;
	}
	if (isnan(radix) || radix == 0)
		radix = 10;
	for (; i < s.n; i++) {
		int d = s.p[i] >= '0' && s.p[i] <= '9' ? s.p[i] - '0' :
		    (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z' ?
		    (s.p[i] | 32) - 'a' + 10 : 99;

		if (d >= radix)
			break;
		v = v * radix + d;
		any = true;
	}
	*out = ts_number(!any || radix < 2 || radix > 36 ? NAN :
	    minus ? -v : v);
	return FLOW_NEXT;
}

static struct str in_radix(struct ts_run *r, double x, int radix)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char text[128];
	size_t at = sizeof(text);
	bool minus = x < 0;

	for (x = trunc(fabs(x)); at > 1 && (x >= 1 || at == sizeof(text));
	    x = floor(x / radix))
		text[--at] = digits[(int)fmod(x, radix)];
	if (minus)
		text[--at] = '-';
	return arena_str(r->a, (struct str){ text + at, sizeof(text) - at });
}

BUILTIN(number_text)
{
	double x = ts_to_number(r, c->self), radix;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	radix = ts_is_undefined(ts_arg(c, 0)) ? 10 :
	    ts_to_number(r, ts_arg(c, 0));
	if (radix == 10 || !(radix >= 2 && radix <= 36) || !isfinite(x))
		*out = ts_text(ts_number_text(r->a, x));
	else if (x != trunc(x))
		*out = ts_unknown_of(r, "a fraction in base %d", (int)radix);
	else
		*out = ts_text(in_radix(r, x, (int)radix));
	return FLOW_NEXT;
}

BUILTIN(number_fixed)
{
	double x = ts_to_number(r, c->self);
	double n = ts_is_undefined(ts_arg(c, 0)) ? 0 :
	    ts_to_number(r, ts_arg(c, 0));

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (!(n >= 0 && n <= 100))
		return ts_throw(r, "RangeError",
		    "toFixed() digits argument must be between 0 and 100");
	*out = ts_text(fabs(x) < 1e21 ? arena_printf(r->a, "%.*f", (int)n, x) :
	    ts_number_text(r->a, x));
	return FLOW_NEXT;
}

BUILTIN(number_precision)
{
	double x = ts_to_number(r, c->self), n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	n = ts_to_number(r, ts_arg(c, 0));
	*out = ts_text(n >= 1 && n <= 100 ? arena_printf(r->a, "%#.*g",
	    (int)n, x) : ts_number_text(r->a, x));
	return FLOW_NEXT;
}

BUILTIN(bigint_bigint)
{
	struct ts_value v = ts_arg(c, 0);
	struct str s;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (v.type == TSV_BOOL)
		v = ts_number(v.boolean);
	if (v.type == TSV_NUMBER && v.number != trunc(v.number))
		return ts_throw(r, "RangeError", "The number cannot be "
		    "converted to a BigInt because it is not an integer");
	if (v.type == TSV_NUMBER)
		s = arena_printf(r->a, "%.0f", v.number);
	else
		TRY(ts_to_text(r, v, &s));
	s = str_trim(s);
	for (size_t i = s.n && s.p[0] == '-'; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return ts_throw(r, "SyntaxError",
			    "Cannot convert to a BigInt");
	*out = (struct ts_value){ .type = TSV_BIGINT,
		.text = s.n ? s : STR("0") };
	return FLOW_NEXT;
}

/* --- Math ---------------------------------------------------------------- */

#define MATH(name, value) \
BUILTIN(math_##name) \
{ \
	NUMBER(x); \
	*out = ts_number(value); \
	return FLOW_NEXT; \
}
MATH(abs, fabs(x))
MATH(cbrt, cbrt(x))
MATH(ceil, ceil(x))
MATH(exp, exp(x))
MATH(floor, floor(x))
MATH(log, log(x))
MATH(log10, log10(x))
MATH(log2, log2(x))
MATH(round, floor(x + 0.5))
MATH(sign, x > 0 ? 1 : x < 0 ? -1 : x)
MATH(sqrt, sqrt(x))
MATH(trunc, trunc(x))

BUILTIN(math_pow)
{
	return bi_unknown(c, 2, out) ? FLOW_NEXT :
	    (*out = ts_number(pow(ts_to_number(r, ts_arg(c, 0)),
	    ts_to_number(r, ts_arg(c, 1)))), FLOW_NEXT);
}

static enum ts_flow fold(struct ts_run *r, const struct ts_call *c,
    double start, double (*with)(double, double), struct ts_value *out)
{
	double v = start;

	if (bi_unknown(c, c->n, out))
		return FLOW_NEXT;
	for (size_t i = 0; i < c->n; i++) {
		double x = ts_to_number(r, c->v[i]);

		v = isnan(x) || isnan(v) ? NAN : with(v, x);
	}
	*out = ts_number(v);
	return FLOW_NEXT;
}

BUILTIN(math_max)
{
	return fold(r, c, -INFINITY, fmax, out);
}

BUILTIN(math_min)
{
	return fold(r, c, INFINITY, fmin, out);
}

BUILTIN(math_hypot)
{
	return fold(r, c, 0, hypot, out);
}

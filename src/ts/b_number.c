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

/* --- texts of numbers (ECMA-262 21.1.3): ties go up, unlike printf's ------- */

#define EXACT 1100	/* digits that any double has at most */

/* d, decimal digits, rounded to the first n; true: a 1 belongs before them. */
static bool round_digits(char *d, size_t n)
{
	bool up = d[n] >= '5';

	d[n] = '\0';
	while (up && n-- > 0) {
		up = d[n] == '9';
		d[n] = up ? '0' : (char)(d[n] + 1);
	}
	return up;
}

/* The first n digits of a positive number, d.ddd × 10^*power. */
static void digits_of(double x, size_t n, char d[EXACT + 32], int *power)
{
	char *e;

	snprintf(d, EXACT + 32, "%.*e", EXACT, x);
	e = strchr(d, 'e');
	*power = atoi(e + 1);
	*e = '\0';
	memmove(d + 1, d + 2, (size_t)(e - d) - 1);
	if (!round_digits(d, n))
		return;
	d[0] = '1';
	++*power;
}

static struct str exponential(struct arena *a, const char *d, int power)
{
	return arena_printf(a, "%c%s%se%+d", d[0], d[1] ? "." : "", d + 1,
	    power);
}

/* As many digits as tell it from all others. */
static size_t shortest(double x)
{
	char text[64];
	int n = 0;

	do
		snprintf(text, sizeof(text), "%.*e", n, x);
	while (strtod(text, NULL) != x && ++n < 17);
	return (size_t)n + 1;
}

static struct str fixed(struct arena *a, double x, size_t places)
{
	char d[EXACT + 64];
	size_t whole;
	bool carry;

	snprintf(d, sizeof(d), "%.*f", EXACT, x);
	whole = strcspn(d, ".");
	memmove(d + whole, d + whole + 1, strlen(d + whole));
	carry = round_digits(d, whole + places);
	return arena_printf(a, "%s%.*s%s%s", carry ? "1" : "", (int)whole, d,
	    places ? "." : "", d + whole);
}

static struct str precise(struct arena *a, double x, size_t n)
{
	char d[EXACT + 32];
	int power;

	digits_of(x, n, d, &power);
	if (power < -6 || power >= (int)n)
		return exponential(a, d, power);
	if (power < 0)
		return arena_printf(a, "0.%.*s%s", -power - 1, "00000", d);
	return arena_printf(a, "%.*s%s%s", power + 1, d,
	    (size_t)power + 1 < n ? "." : "", d + power + 1);
}

/* The argument, from `least` to 100; a RangeError else.  what: "toFixed()". */
static enum ts_flow digits_asked(struct ts_run *r, const struct ts_call *c,
    int least, const char *what, size_t *out)
{
	double n = trunc(ts_to_number(r, ts_arg(c, 0)));

	if (isnan(n))
		n = 0;
	if (!(n >= least && n <= 100))
		return ts_throw(r, "RangeError",
		    "%s argument must be between %d and 100", what, least);
	*out = (size_t)n;
	return FLOW_NEXT;
}

static struct ts_value signed_text(struct ts_run *r, double x, struct str s)
{
	return ts_text(x < 0 ? arena_printf(r->a, "-%.*s", STR_ARG(s)) : s);
}

BUILTIN(number_fixed)
{
	double x = ts_to_number(r, c->self);
	size_t n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(digits_asked(r, c, 0, "toFixed() digits", &n));
	*out = fabs(x) < 1e21 ? signed_text(r, x, fixed(r->a, fabs(x), n)) :
	    ts_text(ts_number_text(r->a, x));
	return FLOW_NEXT;
}

BUILTIN(number_precision)
{
	double x = ts_to_number(r, c->self);
	size_t n;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	*out = ts_text(ts_number_text(r->a, x));
	if (ts_is_undefined(ts_arg(c, 0)) || !isfinite(x))
		return FLOW_NEXT;
	TRY(digits_asked(r, c, 1, "toPrecision()", &n));
	*out = signed_text(r, x, precise(r->a, fabs(x), n));
	return FLOW_NEXT;
}

BUILTIN(number_exponential)
{
	double x = ts_to_number(r, c->self);
	char d[EXACT + 32];
	size_t n = 0;
	int power;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	*out = ts_text(ts_number_text(r->a, x));
	if (!isfinite(x))
		return FLOW_NEXT;
	TRY(digits_asked(r, c, 0, "toExponential()", &n));
	digits_of(fabs(x), ts_is_undefined(ts_arg(c, 0)) ? shortest(fabs(x)) :
	    n + 1, d, &power);
	*out = signed_text(r, x, exponential(r->a, d, power));
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

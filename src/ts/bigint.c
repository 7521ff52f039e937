/*
 * bigint: integers of JavaScript within 128 bits, which hold what columns do;
 * what is beyond is not computed here (V.1).
 */
#include "ts/eval.h"

typedef __int128 big;

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static bool read_big(struct str s, int base, big *out)
{
	bool minus = s.n && s.p[0] == '-';
	big v = 0;

	for (size_t i = minus; i < s.n; i++) {
		int d = digit_of(s.p[i]);

		if (s.p[i] == '_')
			continue;
		if (d >= base || __builtin_mul_overflow(v, (big)base, &v) ||
		    __builtin_sub_overflow(v, (big)d, &v))
			return false;
	}
	if (!minus && __builtin_sub_overflow((big)0, v, &v))
		return false;
	*out = v;
	return s.n > minus;
}

static struct ts_value value_of(struct ts_run *r, big v)
{
	char text[48];
	size_t at = sizeof(text);
	bool minus = v < 0;

	do {
		int d = (int)(v % 10);

		text[--at] = (char)('0' + (d < 0 ? -d : d));
		v /= 10;
	} while (v);
	if (minus)
		text[--at] = '-';
	return (struct ts_value){ .type = TSV_BIGINT, .text = arena_str(r->a,
		(struct str){ text + at, sizeof(text) - at }) };
}

struct ts_value ts_bigint_of(struct ts_run *r, struct str literal)
{
	static const struct { const char *mark; int base; } bases[] = {
		{ "xX", 16 }, { "oO", 8 }, { "bB", 2 } };
	big v;

	for (size_t i = 0; literal.n > 2 && literal.p[0] == '0' && i < 3; i++)
		if (strchr(bases[i].mark, literal.p[1]))
			return read_big(str_sub(literal, 2, literal.n),
			    bases[i].base, &v) ? value_of(r, v) :
			    ts_unknown_of(r, "a bigint of more than 128 bits");
	if (read_big(literal, 10, &v))
		return value_of(r, v);
	return (struct ts_value){ .type = TSV_BIGINT, .text = literal };
}

static bool power(big x, big n, big *out)
{
	big v = 1;

	if (n < 0)
		return false;	/* a RangeError */
	if (x == 0 || x == 1 || x == -1)
		n = n ? 2 - n % 2 : 0;
	for (; n > 0; n--)
		if (__builtin_mul_overflow(v, x, &v))
			return false;
	*out = v;
	return true;
}

static bool shifted(big x, big n, big *out)
{
	big by;

	if (n <= 0) {
		n = n < -127 ? 127 : -n;
		*out = x >> (int)n;
		return true;
	}
	return power(2, n, &by) && !__builtin_mul_overflow(x, by, out);
}

static bool compute(enum ts_op op, big x, big y, big *out)
{
	switch ((int)op) {
	case TS_OP_ADD:
		return !__builtin_add_overflow(x, y, out);
	case TS_OP_SUB:
		return !__builtin_sub_overflow(x, y, out);
	case TS_OP_MUL:
		return !__builtin_mul_overflow(x, y, out);
	case TS_OP_POW:
		return power(x, y, out);
	case TS_OP_SHL:
		return shifted(x, y, out);
	case TS_OP_SHR:
		return y > -127 && shifted(x, -y, out);
	case TS_OP_DIV:
	case TS_OP_MOD:
		if (y == 0 || y == -1)
			return y && !__builtin_mul_overflow(x, op ==
			    TS_OP_DIV ? y : 0, out);
		*out = op == TS_OP_DIV ? x / y : x % y;
		return true;
	case TS_OP_AND:
		*out = x & y;
		return true;
	case TS_OP_OR:
		*out = x | y;
		return true;
	case TS_OP_XOR:
		*out = x ^ y;
		return true;
	default:
		return false;
	}
}

struct ts_value ts_bigint_operate(struct ts_run *r, enum ts_op op,
    struct ts_value x, struct ts_value y)
{
	big a, b, v;

	if (read_big(x.text, 10, &a) && read_big(y.text, 10, &b) &&
	    compute(op, a, b, &v))
		return value_of(r, v);
	return ts_unknown_of(r, "bigint arithmetic beyond 128 bits");
}

/* b_string: String (ECMA-262 chapter 22.1). */
#include <math.h>

#include "base/utf8.h"
#include "ts/builtins.h"
#include "ts/resolve.h"

#define REPEAT_MAX TS_TEXT_MAX

enum ts_flow bi_text(struct ts_run *r, const struct ts_call *c,
    struct str *out)
{
	if (ts_is_nullish(c->self))
		return ts_throw(r, "TypeError", "called on null or undefined");
	return ts_to_text(r, c->self, out);
}

/* The text of this, or an unknown given on. */
#define SELF(s) \
	struct str s; \
	if (bi_unknown(c, 2, out)) \
		return FLOW_NEXT; \
	TRY(bi_text(r, c, &s))

static enum ts_flow text_arg(struct ts_run *r, const struct ts_call *c,
    size_t i, struct str *out)
{
	return ts_to_text(r, ts_arg(c, i), out);
}

static struct ts_value unit_text(struct str s, size_t from, size_t to)
{
	return ts_text(str_sub(s, ts_text_offset(s, from),
	    ts_text_offset(s, to)));
}

BUILTIN(string_string)
{
	struct str s = STR("");

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	if (ts_arg(c, 0).type == TSV_SYMBOL) {
		struct ts_call x = { .self = c->v[0] };

		return bi_symbol_text(r, &x, out);
	}
	if (c->n)
		TRY(ts_to_text(r, c->v[0], &s));
	*out = ts_text(s);
	return FLOW_NEXT;
}

static uint32_t code_at(struct ts_run *r, const struct ts_call *c, size_t i)
{
	double n = i < c->n ? ts_to_number(r, c->v[i]) : 0;

	return n >= 0 && n <= 0x10ffff ? (uint32_t)n : 0xfffd;
}

static bool is_high(uint32_t cp)
{
	return cp >= 0xd800 && cp < 0xdc00;
}

BUILTIN(string_from_code)
{
	struct sbuf b = SBUF_TEXT;
	bool half = false;

	if (bi_unknown(c, c->n, out))
		return FLOW_NEXT;
	for (size_t i = 0; i < c->n; i++) {
		uint32_t cp = code_at(r, c, i), low = code_at(r, c, i + 1);

		if (is_high(cp) && low >= 0xdc00 && low < 0xe000) {
			cp = 0x10000 + ((cp - 0xd800) << 10) + low - 0xdc00;
			i++;
		}
		half = half || (cp >= 0xd800 && cp < 0xe000);
		utf8_put(&b, cp);
	}
	*out = half ? ts_unknown_of(r, "half of a character") :
	    ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

BUILTIN(string_raw)
{
	struct ts_value raw;
	struct sbuf b = SBUF_TEXT;
	enum ts_flow flow = FLOW_NEXT;

	TRY(ts_get(r, ts_arg(c, 0), STR("raw"), &raw));
	if (raw.type != TSV_OBJECT)
		return ts_throw(r, "TypeError", "String.raw needs a template");
	for (size_t i = 0; i < raw.object->items.n && !flow; i++) {
		struct str s;

		flow = ts_to_text(r, raw.object->items.v[i], &s);
		if (flow)
			break;
		sbuf_add(&b, s);
		if (i + 1 == raw.object->items.n || i + 1 >= c->n)
			continue;
		flow = ts_to_text(r, c->v[i + 1], &s);
		if (!flow)
			sbuf_add(&b, s);
	}
	if (!flow)
		*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return flow;
}

BUILTIN(string_at)
{
	SELF(s);
	double i = trunc(ts_to_number(r, ts_arg(c, 0)));
	size_t n = ts_text_length(s);

	if (i < 0)
		i += (double)n;
	*out = i >= 0 && i < (double)n ? unit_text(s, (size_t)i,
	    (size_t)i + 1) : TS_UNDEFINED;
	return FLOW_NEXT;
}

BUILTIN(string_char_at)
{
	SELF(s);
	double i = ts_is_undefined(ts_arg(c, 0)) ? 0 :
	    trunc(ts_to_number(r, ts_arg(c, 0)));

	*out = i >= 0 && i < (double)ts_text_length(s) ? unit_text(s,
	    (size_t)i, (size_t)i + 1) : ts_text(STR(""));
	return FLOW_NEXT;
}

BUILTIN(string_code_at)
{
	SELF(s);
	size_t i = bi_position(r, c, 0, ts_text_length(s), 0), at;

	*out = ts_number(NAN);
	at = ts_text_offset(s, i);
	if (at < s.n)
		*out = ts_number(utf8_next(s, &at));
	return FLOW_NEXT;
}

BUILTIN(string_concat)
{
	SELF(s);
	for (size_t i = 0; i < c->n; i++) {
		struct str x;

		TRY(ts_to_text(r, c->v[i], &x));
		if (s.n + x.n > REPEAT_MAX)
			return ts_fail(r, "a text of more than %zu bytes",
			    REPEAT_MAX);
		s = arena_printf(r->a, "%.*s%.*s", STR_ARG(s), STR_ARG(x));
	}
	*out = ts_text(s);
	return FLOW_NEXT;
}

BUILTIN(string_starts)
{
	struct str x;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	*out = ts_bool(str_starts(str_sub(s, ts_text_offset(s,
	    bi_position(r, c, 1, ts_text_length(s), 0)), s.n), x));
	return FLOW_NEXT;
}

BUILTIN(string_ends)
{
	struct str x;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	*out = ts_bool(str_ends(str_sub(s, 0, ts_text_offset(s,
	    bi_position(r, c, 1, ts_text_length(s), ts_text_length(s)))), x));
	return FLOW_NEXT;
}

static size_t find_from(struct str s, struct str x, size_t from)
{
	size_t at = str_find(s, x, from);

	return at >= s.n && (x.n || at > s.n) ? SIZE_MAX : at;
}

BUILTIN(string_includes)
{
	struct str x;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	*out = ts_bool(find_from(s, x, ts_text_offset(s, bi_position(r, c, 1,
	    ts_text_length(s), 0))) != SIZE_MAX);
	return FLOW_NEXT;
}

BUILTIN(string_index)
{
	struct str x;
	size_t at;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	at = find_from(s, x, ts_text_offset(s, bi_position(r, c, 1,
	    ts_text_length(s), 0)));
	*out = ts_number(at == SIZE_MAX ? -1 :
	    (double)ts_text_length(str_sub(s, 0, at)));
	return FLOW_NEXT;
}

BUILTIN(string_last_index)
{
	size_t last = SIZE_MAX;
	struct str x;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	for (size_t at = 0; (at = find_from(s, x, at)) != SIZE_MAX; at++) {
		last = at;
		if (at >= s.n)
			break;
	}
	*out = ts_number(last == SIZE_MAX ? -1 :
	    (double)ts_text_length(str_sub(s, 0, last)));
	return FLOW_NEXT;
}

BUILTIN(string_compare)
{
	struct str x;

	SELF(s);
	TRY(text_arg(r, c, 0, &x));
	if (c->n > 1 && !ts_is_undefined(c->v[1])) {
		*out = ts_unknown_of(r, "localeCompare() of a language");
		return FLOW_NEXT;
	}
	int d = collate(s, x);
	*out = ts_number((d > 0) - (d < 0));
	return FLOW_NEXT;
}

static enum ts_flow pad(struct ts_run *r, const struct ts_call *c, bool end,
    struct ts_value *out)
{
	struct str with = STR(" ");
	double want;
	size_t have, add;
	struct sbuf b = SBUF_TEXT;

	SELF(s);
	if (!ts_is_undefined(ts_arg(c, 1)))
		TRY(text_arg(r, c, 1, &with));
	want = ts_to_number(r, ts_arg(c, 0));
	have = ts_text_length(s);
	*out = ts_text(s);
	if (!(want > (double)have) || !with.n)
		return FLOW_NEXT;
	if (want > (double)REPEAT_MAX)
		return ts_fail(r, "a text of more than %zu bytes", REPEAT_MAX);
	add = (size_t)want - have;
	if (end)
		sbuf_add(&b, s);
	for (size_t n = 0; n < add;) {
		struct str part = str_sub(with, 0, ts_text_offset(with,
		    add - n));

		sbuf_add(&b, part);
		n += ts_text_length(part) ? ts_text_length(part) : add;
	}
	if (!end)
		sbuf_add(&b, s);
	*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

BUILTIN(string_pad_end)
{
	return pad(r, c, true, out);
}

BUILTIN(string_pad_start)
{
	return pad(r, c, false, out);
}

BUILTIN(string_repeat)
{
	struct sbuf b = SBUF_TEXT;
	double n;

	SELF(s);
	n = trunc(ts_to_number(r, ts_arg(c, 0)));
	if (n < 0)
		return ts_throw(r, "RangeError", "Invalid count value");
	if (n * (double)s.n > (double)REPEAT_MAX)
		return ts_fail(r, "a text of more than %zu bytes", REPEAT_MAX);
	for (double i = 0; i < n && s.n; i++)
		sbuf_add(&b, s);
	*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

BUILTIN(string_slice)
{
	size_t n, from, to;

	SELF(s);
	n = ts_text_length(s);
	from = bi_position(r, c, 0, n, 0);
	to = bi_position(r, c, 1, n, n);
	*out = from < to ? unit_text(s, from, to) : ts_text(STR(""));
	return FLOW_NEXT;
}

BUILTIN(string_substring)
{
	size_t at[2], n;

	SELF(s);
	n = ts_text_length(s);
	for (size_t i = 0; i < 2; i++) {
		double x = ts_is_undefined(ts_arg(c, i)) ? (i ? (double)n : 0) :
		    trunc(ts_to_number(r, ts_arg(c, i)));

		at[i] = !(x > 0) ? 0 : x > (double)n ? n : (size_t)x;
	}
	*out = at[0] < at[1] ? unit_text(s, at[0], at[1]) :
	    unit_text(s, at[1], at[0]);
	return FLOW_NEXT;
}

BUILTIN(string_substr)
{
	size_t n, from;
	double len;

	SELF(s);
	n = ts_text_length(s);
	from = bi_position(r, c, 0, n, 0);
	len = ts_is_undefined(ts_arg(c, 1)) ? (double)n :
	    ts_to_number(r, ts_arg(c, 1));
	*out = len > 0 ? unit_text(s, from, from + (len > (double)(n - from) ?
	    n - from : (size_t)len)) : ts_text(STR(""));
	return FLOW_NEXT;
}

/* Letters whose other case is several, or depends on what is beside it
 * (Unicode's SpecialCasing.txt), but for the sharp s. */
static bool is_special(int32_t cp, bool upper)
{
	if (!upper)
		return cp == 0x130 || cp == 0x3a3;
	return cp == 0x149 || cp == 0x1f0 || cp == 0x390 || cp == 0x3b0 ||
	    cp == 0x587 || (cp >= 0x1e96 && cp <= 0x1e9a) ||
	    (cp >= 0x1f50 && cp <= 0x1fff) ||
	    (cp >= 0xfb00 && cp <= 0xfb17);
}

static enum ts_flow change_case(struct ts_run *r, const struct ts_call *c,
    bool upper, struct ts_value *out)
{
	struct sbuf b = SBUF_TEXT;

	SELF(s);
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		int32_t cp = utf8_next(s, &i);

		if (is_special(cp, upper)) {
			sbuf_free(&b);
			*out = ts_unknown_of(r, "the other case of a letter");
			return FLOW_NEXT;
		}
		if (cp < 0)
			sbuf_add(&b, str_sub(s, from, i));
		else if (upper && cp == 0xdf)
			sbuf_addz(&b, "SS");
		else
			utf8_put(&b, (uint32_t)(upper ? utf8_upper(cp) :
			    utf8_lower(cp)));
	}
	*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

BUILTIN(string_lower)
{
	return change_case(r, c, false, out);
}

/* ASCII is normal in every form. */
BUILTIN(string_normal)
{
	SELF(s);
	*out = ts_text(s);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > 0x7f)
			*out = ts_unknown_of(r, "normalize()");
	return FLOW_NEXT;
}

BUILTIN(string_upper)
{
	return change_case(r, c, true, out);
}

BUILTIN(string_trim)
{
	SELF(s);
	*out = ts_text(str_trim(s));
	return FLOW_NEXT;
}

BUILTIN(string_trim_end)
{
	SELF(s);
	struct str t = str_trim(s);

	*out = ts_text(str_sub(s, 0, t.n ? (size_t)(t.p - s.p) + t.n : 0));
	return FLOW_NEXT;
}

BUILTIN(string_trim_start)
{
	SELF(s);
	struct str t = str_trim(s);

	*out = ts_text(str_sub(s, t.n ? (size_t)(t.p - s.p) : s.n, s.n));
	return FLOW_NEXT;
}

/* --- URLs ---------------------------------------------------------------- */

BUILTIN(encode_component)
{
	static const char keep[] = "-_.!~*'()";
	struct sbuf b = SBUF_TEXT;
	struct str s;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	for (size_t i = 0; i < s.n; i++) {
		unsigned char x = (unsigned char)s.p[i];
		bool plain = (x >= '0' && x <= '9') ||
		    ((x | 32) >= 'a' && (x | 32) <= 'z' && x < 0x80) ||
		    (x && strchr(keep, x));

		if (plain)
			sbuf_addc(&b, (char)x);
		else
			sbuf_addf(&b, "%%%02X", x);
	}
	*out = ts_text(arena_str(r->a, sbuf_str(&b)));
	sbuf_free(&b);
	return FLOW_NEXT;
}

static int hex(char x)
{
	if (x >= '0' && x <= '9')
		return x - '0';
	if ((x | 32) >= 'a' && (x | 32) <= 'f')
		return (x | 32) - 'a' + 10;
	return -1;
}

BUILTIN(decode_component)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	for (size_t i = 0; i < s.n; i++) {
		int high = i + 2 < s.n && s.p[i] == '%' ? hex(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex(s.p[i + 2]) : -1;

		if (low >= 0) {
			sbuf_addc(&b, (char)(high * 16 + low));
			i += 2;
		} else {
			sbuf_addc(&b, s.p[i]);
		}
	}
	*out = utf8_valid(sbuf_str(&b), NULL) ? ts_text(arena_str(r->a,
	    sbuf_str(&b))) : ts_unknown_of(r, "text that is not UTF-8");
	sbuf_free(&b);
	return FLOW_NEXT;
}

/* lex: see lex.h.  Tables of ECMA-262: 12.7 names, 12.9 literals. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/sbuf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ts/lex.h"

#define NEST_MAX 64		/* of ${…} in ${…} */
#define NUMBER_MAX 1100		/* digits of a number as written */

/* Longest first among those that begin alike. */
static const char *const puncts[] = {
	"{", "}", "(", ")", "[", "]", ";", ",", ":", "...",
	">>>=", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=",
	"?\?=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++",
	"--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>",
	"**", "<", ">", "+", "-", "*",
	"/", "%", "&", "|", "^", "!", "~", "?", "=", ".", "@",
};

/* After these words an operand is expected: "/" begins a pattern. */
static const char *const before_operand[] = {
	"return", "typeof", "instanceof", "in", "of", "new", "delete", "void",
	"throw", "case", "do", "else", "await", "yield", "extends", "default",
};

enum rc ts_lex_fail(const struct ts_lex *x, size_t at, struct err *e,
    const char *fmt, ...)
{
	char where[sizeof(e->where)], msg[sizeof(e->msg)];
	size_t line, col;
	va_list ap;

	str_position(x->text, at < x->text.n ? at : x->text.n, &line, &col);
	snprintf(where, sizeof(where), "%s:%zu:%zu", x->file, line, col);
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return err_at(e, RC_PARSE, where, "%s", msg);
}

static int at(const struct ts_lex *x, size_t i)
{
	return i < x->end ? (unsigned char)x->text.p[i] : -1;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static int hex_digit(int c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

static bool is_name_start(int c)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '$' ||
	    c >= 0x80;
}

static bool is_name_part(int c)
{
	return is_name_start(c) || is_digit(c);
}

/* --- white space and comments -------------------------------------------- */

/* U+2028, U+2029 end a line; U+00A0, U+FEFF are space. */
static size_t wide_space(const struct ts_lex *x, size_t i, bool *newline)
{
	static const struct {
		const char *bytes;
		size_t n;
		bool line;
	} table[] = {
		{ "\xe2\x80\xa8", 3, true }, { "\xe2\x80\xa9", 3, true },
		{ "\xc2\xa0", 2, false }, { "\xef\xbb\xbf", 3, false },
	};

	for (size_t k = 0; k < sizeof(table) / sizeof(*table); k++)
		if (x->end - i >= table[k].n && memcmp(x->text.p + i,
		    table[k].bytes, table[k].n) == 0) {
			*newline |= table[k].line;
			return table[k].n;
		}
	return 0;
}

static enum rc skip_block(struct ts_lex *x, bool *newline, struct err *e)
{
	size_t from = x->at;

	for (x->at += 2; x->at + 1 < x->end; x->at++) {
		if (x->text.p[x->at] == '\n')
			*newline = true;
		if (x->text.p[x->at] == '*' && x->text.p[x->at + 1] == '/') {
			x->at += 2;
			return RC_OK;
		}
	}
	return ts_lex_fail(x, from, e, "this comment has no end");
}

static enum rc skip_space(struct ts_lex *x, bool *newline, struct err *e)
{
	while (x->at < x->end) {
		int c = at(x, x->at);
		size_t wide;

		if (c == '\n' || c == '\r')
			*newline = true;
		if (c == ' ' || (c >= '\t' && c <= '\r')) {
			x->at++;
		} else if (c == '/' && at(x, x->at + 1) == '/') {
			while (x->at < x->end && at(x, x->at) != '\n')
				x->at++;
		} else if (c == '/' && at(x, x->at + 1) == '*') {
			enum rc rc = skip_block(x, newline, e);

			if (rc)
				return rc;
		} else if (c >= 0x80 && (wide = wide_space(x, x->at,
		    newline)) > 0) {
			x->at += wide;
		} else {
			break;
		}
	}
	return RC_OK;
}

/* --- escapes ------------------------------------------------------------- */

/* The code after "\u": XXXX or {X…}; -1 when it is none. */
static int32_t unicode_escape(const struct ts_lex *x, size_t *i)
{
	int32_t cp = 0;
	size_t k = *i;

	if (at(x, k) == '{') {
		size_t digits = 0;

		for (k++; hex_digit(at(x, k)) >= 0 && cp <= 0x10ffff; k++) {
			cp = cp * 16 + hex_digit(at(x, k));
			digits++;
		}
		if (!digits || at(x, k) != '}' || cp > 0x10ffff)
			return -1;
		*i = k + 1;
		return cp;
	}
	for (int n = 0; n < 4; n++, k++) {
		if (hex_digit(at(x, k)) < 0)
			return -1;
		cp = cp * 16 + hex_digit(at(x, k));
	}
	*i = k;
	return cp;
}

/* A pair of surrogates is one character; one alone has no UTF-8 and comes as
 * it is. */
static int32_t code_point(const struct ts_lex *x, size_t *i)
{
	int32_t cp = unicode_escape(x, i);
	size_t k = *i + 2;

	if (cp >= 0xd800 && cp < 0xdc00 && at(x, *i) == '\\' &&
	    at(x, *i + 1) == 'u') {
		int32_t low = unicode_escape(x, &k);

		if (low >= 0xdc00 && low < 0xe000) {
			*i = k;
			return 0x10000 + ((cp - 0xd800) << 10) + low - 0xdc00;
		}
	}
	return cp;
}

/* The same: is it half of a character? */
static bool is_half(const struct ts_lex *x, size_t i)
{
	int32_t cp = 0;

	if (at(x, i) == 'u') {
		i++;
		cp = code_point(x, &i);
	}
	return cp >= 0xd800 && cp < 0xe000;
}

/* x->text.p[*i] is the character after the backslash. */
static bool escape(const struct ts_lex *x, size_t *i, struct sbuf *b)
{
	static const char from[] = "nrtbfv0", to[] = "\n\r\t\b\f\v\0";
	int c = at(x, *i);
	const char *simple = c > 0 ? strchr(from, c) : NULL;
	int32_t cp;

	++*i;
	if (c == '\r' && at(x, *i) == '\n')
		++*i;
	if (c == '\n' || c == '\r')
		return true;
	if (simple) {
		if (c == '0' && is_digit(at(x, *i)))
			return false;
		sbuf_addc(b, to[simple - from]);
		return true;
	}
	if (c == 'x') {
		int high = hex_digit(at(x, *i)), low = hex_digit(at(x, *i + 1));

		if (high < 0 || low < 0)
			return false;
		utf8_put(b, (uint32_t)(high * 16 + low));
		*i += 2;
		return true;
	}
	if (c == 'u') {
		cp = code_point(x, i);
		if (cp < 0)
			return false;
		utf8_put(b, (uint32_t)cp);
		return true;
	}
	if (is_digit(c) || c < 0)
		return false;
	sbuf_addc(b, (char)c);
	return true;
}

/* --- literals ------------------------------------------------------------ */

static enum rc string(struct ts_lex *x, struct err *e)
{
	size_t from = x->at, i = from + 1;
	int quote = at(x, from);
	struct sbuf b = SBUF_TEXT;
	bool good = true, half = false;

	while (at(x, i) != quote) {
		int c = at(x, i);

		if (c < 0 || c == '\n' || c == '\r') {
			sbuf_free(&b);
			return ts_lex_fail(x, from, e,
			    "this string has no end");
		}
		i++;
		half = half || (c == '\\' && is_half(x, i));
		if (c == '\\')
			good = escape(x, &i, &b) && good;
		else
			sbuf_addc(&b, (char)c);
	}
	x->tok.half = half;
	x->tok.kind = TOK_STRING;
	x->tok.text = arena_str(x->a, sbuf_str(&b));
	sbuf_free(&b);
	x->at = i + 1;
	return good ? RC_OK : ts_lex_fail(x, from, e,
	    "an escape in this string is not valid");
}

/*
 * From behind "${" to behind its "}", by the tokens between; a template in
 * there is a token again, so depth is counted.
 */
static enum rc past_code(const struct ts_lex *x, size_t i, size_t *to,
    struct err *e)
{
	struct ts_lex in = { .text = x->text, .file = x->file, .a = x->a,
		.at = i, .end = x->end, .nest = x->nest + 1 };
	size_t open = 1;

	if (in.nest > NEST_MAX)
		return ts_lex_fail(x, i, e, "nested deeper than %d levels",
		    NEST_MAX);
	while (open > 0) {
		enum rc rc = ts_lex_next(&in, e);

		if (rc)
			return rc;
		if (in.tok.kind == TOK_END)
			return ts_lex_fail(x, i, e, "this ${ has no end");
		if (in.tok.kind == TOK_PUNCT && in.tok.text.p[0] == '{')
			open++;
		if (in.tok.kind == TOK_PUNCT && in.tok.text.p[0] == '}')
			open--;
	}
	*to = in.at;
	return RC_OK;
}

/* From behind the opening back quote to behind the closing one. */
static enum rc past_template(const struct ts_lex *x, size_t from, size_t *to,
    struct err *e)
{
	size_t i = from;

	while (at(x, i) != '`') {
		enum rc rc;

		if (at(x, i) < 0)
			return ts_lex_fail(x, from - 1, e,
			    "this template literal has no end");
		if (at(x, i) != '$' || at(x, i + 1) != '{') {
			i += at(x, i) == '\\' ? 2 : 1;
			continue;
		}
		rc = past_code(x, i + 2, &i, e);
		if (rc)
			return rc;
	}
	*to = i + 1;
	return RC_OK;
}

static enum rc template(struct ts_lex *x, struct err *e)
{
	size_t from = x->at, to = from;
	enum rc rc = past_template(x, from + 1, &to, e);

	if (rc)
		return rc;
	x->tok.kind = TOK_TEMPLATE;
	x->tok.text = str_sub(x->text, from + 1, to - 1);
	x->at = to;
	return RC_OK;
}

static bool cook(const struct ts_lex *x, size_t from, size_t to,
    struct ts_chunk *out)
{
	struct ts_lex part = *x;
	struct sbuf b = SBUF_TEXT;
	bool good = true;

	part.end = to;
	for (size_t i = from; i < to;) {
		int c = at(&part, i++);

		out->half = out->half || (c == '\\' && is_half(&part, i));
		if (c == '\\')
			good = escape(&part, &i, &b) && good;
		else if (c != '\r')
			sbuf_addc(&b, (char)c);
		else if (at(&part, i) != '\n')
			sbuf_addc(&b, '\n');
	}
	out->cooked = good ? arena_str(x->a, sbuf_str(&b)) : STR_NONE;
	sbuf_free(&b);
	return good;
}

enum rc ts_lex_template(const struct ts_lex *x, const struct ts_token *t,
    const struct ts_chunk **out, size_t *n, struct err *e)
{
	size_t from = t->from + 1, end = t->to - 1, i = from;
	VEC(struct ts_chunk) v = { 0 };
	struct ts_chunk c = { 0 };
	enum rc rc;

	while (i < end) {
		if (x->text.p[i] == '\\') {
			i += 2;
			continue;
		}
		if (x->text.p[i] != '$' || i + 1 >= end ||
		    x->text.p[i + 1] != '{') {
			i++;
			continue;
		}
		c = (struct ts_chunk){ .raw = str_sub(x->text, from, i),
			.from = i + 2 };
		(void)cook(x, from, i, &c);
		rc = past_code(x, i + 2, &i, e);
		if (rc)
			return rc;
		from = i;
		c.to = i - 1;
		vec_push(x->a, &v, c);
	}
	c = (struct ts_chunk){ .raw = str_sub(x->text, from, end) };
	(void)cook(x, from, end, &c);
	vec_push(x->a, &v, c);
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

static enum rc regex(struct ts_lex *x, struct err *e)
{
	size_t from = x->at, i = from + 1, to;
	bool set = false;

	for (; at(x, i) != '/' || set; i++) {
		int c = at(x, i);

		if (c < 0 || c == '\n')
			return ts_lex_fail(x, from, e,
			    "this regular expression has no end");
		if (c == '\\')
			i++;
		set = c == '[' || (set && c != ']');
	}
	to = i++;
	while (is_name_part(at(x, i)))
		i++;
	x->tok.kind = TOK_REGEX;
	x->tok.text = str_sub(x->text, from + 1, to);
	x->tok.flags = str_sub(x->text, to + 1, i);
	x->at = i;
	return RC_OK;
}

static double radix_value(struct str digits, int base)
{
	double v = 0;

	for (size_t i = 0; i < digits.n; i++)
		v = v * base + hex_digit((unsigned char)digits.p[i]);
	return v;
}

/* Digits without their separators; x->at goes behind them. */
static void digits(struct ts_lex *x, char *to, size_t *n, int base)
{
	for (; x->at < x->end; x->at++) {
		int c = at(x, x->at), v = hex_digit(c);

		if (c == '_')
			continue;
		if (v < 0 || v >= base)
			return;
		if (*n < NUMBER_MAX)
			to[(*n)++] = (char)c;
	}
}

static enum rc number_end(struct ts_lex *x, struct str text, int base,
    size_t from, struct err *e)
{
	x->tok.kind = TOK_NUMBER;
	if (text.n >= NUMBER_MAX)
		return ts_lex_fail(x, from, e, "this number is too long");
	if (at(x, x->at) == 'n') {
		x->at++;
		x->tok.kind = TOK_BIGINT;
		x->tok.text = base == 10 ? arena_str(x->a, text) :
		    arena_printf(x->a, "0%c%.*s", base == 16 ? 'x' :
			base == 8 ? 'o' : 'b', STR_ARG(text));
	}
	if (is_name_part(at(x, x->at)))
		return ts_lex_fail(x, x->at, e,
		    "a name cannot follow a number");
	return RC_OK;
}

static enum rc number(struct ts_lex *x, struct err *e)
{
	static const struct { char letter; int base; } bases[] = {
		{ 'x', 16 }, { 'o', 8 }, { 'b', 2 } };
	char text[NUMBER_MAX + 1];
	size_t n = 0, from = x->at;
	bool whole = true;

	for (size_t i = 0; at(x, from) == '0' && i < 3; i++) {
		if ((at(x, from + 1) | 32) != bases[i].letter)
			continue;
		x->at = from + 2;
		digits(x, text, &n, bases[i].base);
		if (!n)
			return ts_lex_fail(x, from, e, "digits are missing");
		x->tok.number = radix_value((struct str){ text, n },
		    bases[i].base);
		return number_end(x, (struct str){ text, n }, bases[i].base,
		    from, e);
	}
	digits(x, text, &n, 10);
	if (at(x, x->at) == '.' && n < NUMBER_MAX) {
		whole = false;
		text[n++] = '.';
		x->at++;
		digits(x, text, &n, 10);
	}
	if ((at(x, x->at) | 32) == 'e' && n + 2 < NUMBER_MAX) {
		int sign = at(x, x->at + 1);

		whole = false;
		text[n++] = 'e';
		x->at++;
		if (sign == '+' || sign == '-') {
			text[n++] = (char)sign;
			x->at++;
		}
		if (!is_digit(at(x, x->at)))
			return ts_lex_fail(x, from, e, "digits are missing");
		digits(x, text, &n, 10);
	}
	text[n] = '\0';
	x->tok.number = strtod(text, NULL);
	if (at(x, x->at) == 'n' && !whole)
		return ts_lex_fail(x, from, e, "a bigint is a whole number");
	return number_end(x, (struct str){ text, n }, 10, from, e);
}

static enum rc name(struct ts_lex *x, enum ts_token_kind kind, struct err *e)
{
	size_t from = x->at;
	struct sbuf b = SBUF_TEXT;
	bool plain = true;

	while (is_name_part(at(x, x->at)) || at(x, x->at) == '\\') {
		int32_t cp;

		if (at(x, x->at) != '\\') {
			if (!plain)
				sbuf_addc(&b, (char)at(x, x->at));
			x->at++;
			continue;
		}
		if (plain)
			sbuf_add(&b, str_sub(x->text, from, x->at));
		plain = false;
		x->at += 2;
		cp = at(x, x->at - 1) == 'u' ? code_point(x, &x->at) : -1;
		if (cp < 0) {
			sbuf_free(&b);
			return ts_lex_fail(x, from, e,
			    "an escape in this name is not valid");
		}
		utf8_put(&b, (uint32_t)cp);
	}
	x->tok.kind = kind;
	x->tok.escaped = !plain;
	x->tok.text = plain ? str_sub(x->text, from, x->at) :
	    arena_str(x->a, sbuf_str(&b));
	sbuf_free(&b);
	return RC_OK;
}

static enum rc punct(struct ts_lex *x, struct err *e)
{
	const char first = x->text.p[x->at];

	for (size_t i = 0; i < sizeof(puncts) / sizeof(*puncts); i++) {
		struct str p;

		if (*puncts[i] != first)
			continue;
		p = str_z(puncts[i]);
		if (!str_starts(str_sub(x->text, x->at, x->end), p))
			continue;
		/* "a?.5:b" is a conditional (ECMA-262 12.8) */
		if (str_is(p, "?.") && is_digit(at(x, x->at + 2)))
			continue;
		x->tok.kind = TOK_PUNCT;
		x->tok.text = p;
		x->at += p.n;
		return RC_OK;
	}
	return ts_lex_fail(x, x->at, e, "this character has no meaning here");
}

/* L.1 */
static bool ends_operand(const struct ts_token *t)
{
	switch (t->kind) {
	case TOK_END:
		return false;
	case TOK_NAME:
		for (size_t i = 0; i < sizeof(before_operand) /
		    sizeof(*before_operand); i++)
			if (str_is(t->text, before_operand[i]))
				return false;
		return true;
	case TOK_PUNCT:
		return str_is(t->text, ")") || str_is(t->text, "]") ||
		    str_is(t->text, "}") || str_is(t->text, "++") ||
		    str_is(t->text, "--");
	case TOK_PRIVATE:
	case TOK_NUMBER:
	case TOK_BIGINT:
	case TOK_STRING:
	case TOK_TEMPLATE:
	case TOK_REGEX:
		break;
	}
	return true;
}

static enum rc token(struct ts_lex *x, struct err *e)
{
	int c = at(x, x->at);

	if (c == '\'' || c == '"')
		return string(x, e);
	if (c == '`')
		return template(x, e);
	if (is_digit(c) || (c == '.' && is_digit(at(x, x->at + 1))))
		return number(x, e);
	if (is_name_start(c) || c == '\\')
		return name(x, TOK_NAME, e);
	if (c == '#' && (is_name_start(at(x, x->at + 1)))) {
		x->at++;
		return name(x, TOK_PRIVATE, e);
	}
	if (c == '/' && !x->operand)
		return regex(x, e);
	return punct(x, e);
}

enum rc ts_lex_next(struct ts_lex *x, struct err *e)
{
	bool newline = false;
	enum rc rc = skip_space(x, &newline, e);

	if (rc)
		return rc;
	x->tok = (struct ts_token){ .from = x->at, .newline = newline };
	if (x->at < x->end) {
		rc = token(x, e);
		if (rc)
			return rc;
	}
	x->tok.to = x->at;
	x->operand = ends_operand(&x->tok);
	return RC_OK;
}

void ts_lex_split(struct ts_lex *x)
{
	if (x->tok.kind != TOK_PUNCT || x->tok.text.n < 2 ||
	    x->tok.text.p[0] != '>')
		return;
	x->tok.text = STR(">");
	x->tok.to = x->at = x->tok.from + 1;
	x->operand = false;
}

enum rc ts_lex_open(struct ts_lex *x, struct str text, const char *file,
    struct arena *a, struct err *e)
{
	*x = (struct ts_lex){ .text = text, .file = file, .a = a,
		.end = text.n };
	if (str_starts(text, STR("#!")))
		while (x->at < x->end && at(x, x->at) != '\n')
			x->at++;
	return ts_lex_next(x, e);
}

enum rc ts_lex_part(struct ts_lex *x, const struct ts_lex *whole, size_t from,
    size_t to, struct err *e)
{
	*x = (struct ts_lex){ .text = whole->text, .file = whole->file,
		.a = whole->a, .at = from, .end = to,
		.nest = whole->nest + 1 };
	return ts_lex_next(x, e);
}

/*
 * json_read.c: RFC 8259, strictly, in one pass; values of a list or object
 * that is still open stand on a stack and move to the arena when it closes.
 *
 * Keys repeat: the last ones met are kept once for all.
 */
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"

#define DEPTH_MAX 512
#define KEYS_SEEN 256		/* a power of two */
#define MAP_FROM 16		/* keys of an object, before they get a map */

struct pair {
	struct str key;
	struct json v;
};

struct reader {
	struct str text;
	size_t at;
	const char *name;
	struct arena *a;
	struct arena *work;
	struct err *e;
	unsigned depth;
	struct pair *stack;
	size_t n, cap;
	struct str seen[KEYS_SEEN];
};

static enum rc fail_at(const struct reader *r, size_t offset, const char *why)
{
	char where[256];
	size_t line, col;

	str_position(r->text, offset, &line, &col);
	snprintf(where, sizeof(where), "%.200s:%zu:%zu", r->name, line, col);
	return err_at(r->e, RC_PARSE, where, "%s", why);
}

static int peek(const struct reader *r)
{
	return r->at < r->text.n ? (unsigned char)r->text.p[r->at] : -1;
}

static void skip_space(struct reader *r)
{
	int c = peek(r);

	while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
		r->at++;
		c = peek(r);
	}
}

static enum rc unexpected(const struct reader *r, const char *wanted)
{
	char why[64];

	if (r->at >= r->text.n)
		return fail_at(r, r->at, "the text ends too early");
	snprintf(why, sizeof(why), "%s is expected", wanted);
	return fail_at(r, r->at, why);
}

/* --- strings ------------------------------------------------------------- */

static int32_t hex4(const struct reader *r, size_t at)
{
	int32_t v = 0;

	for (size_t i = at; i < at + 4; i++) {
		int c = i < r->text.n ? (unsigned char)r->text.p[i] : -1;
		int digit = c >= '0' && c <= '9' ? c - '0' :
		    (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 :
		    -1;

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

/* From behind the "u" on; a pair of surrogates is one character. */
static enum rc read_unicode(struct reader *r, struct sbuf *b)
{
	int32_t cp = hex4(r, r->at), low;

	if (cp < 0)
		return fail_at(r, r->at, "four hexadecimal digits are "
		    "expected");
	if (cp >= 0xd800 && cp <= 0xdbff && r->at + 6 <= r->text.n &&
	    r->text.p[r->at + 4] == '\\' && r->text.p[r->at + 5] == 'u') {
		low = hex4(r, r->at + 6);
		if (low >= 0xdc00 && low <= 0xdfff) {
			cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
			r->at += 6;
		}
	}
	if (cp >= 0xd800 && cp <= 0xdfff)
		return fail_at(r, r->at, "half of a character (a surrogate "
		    "alone)");
	r->at += 4;
	utf8_put(b, (uint32_t)cp);
	return RC_OK;
}

static enum rc read_escape(struct reader *r, struct sbuf *b)
{
	static const char letter[128] = {
		['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b',
		['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
	};
	int c;

	r->at++;
	c = peek(r);
	if (c == 'u') {
		r->at++;
		return read_unicode(r, b);
	}
	if (c < 0 || c > 127 || !letter[c])
		return unexpected(r, "an escape");
	sbuf_addc(b, letter[c]);
	r->at++;
	return RC_OK;
}

static size_t plain_end(struct str s, size_t i)
{
	while (i < s.n && s.p[i] != '"' && s.p[i] != '\\' &&
	    (unsigned char)s.p[i] >= 0x20)
		i++;
	return i;
}

/* What stands between the quotes, borrowed from the text or from *b. */
static enum rc read_quoted(struct reader *r, struct sbuf *b, struct str *out)
{
	size_t from = ++r->at, to = plain_end(r->text, from);
	enum rc rc = RC_OK;

	r->at = to;
	if (peek(r) == '"') {
		*out = str_sub(r->text, from, to);
		r->at++;
		return RC_OK;
	}
	sbuf_reset(b);
	while (!rc) {
		sbuf_add(b, str_sub(r->text, from, r->at));
		if (peek(r) == '"')
			break;
		if (peek(r) != '\\')
			return peek(r) < 0 ? fail_at(r, r->at,
			    "this string has no end") : fail_at(r, r->at,
			    "a control character in a string");
		rc = read_escape(r, b);
		from = r->at;
		r->at = plain_end(r->text, from);
	}
	*out = sbuf_str(b);
	r->at++;
	return rc;
}

static struct str keep_key(struct reader *r, struct str key)
{
	uint32_t h = (uint32_t)key.n;
	struct str *seen;

	for (size_t i = 0; i < key.n; i++)
		h = h * 31 + (unsigned char)key.p[i];
	seen = &r->seen[(h ^ h >> 8) & (KEYS_SEEN - 1)];
	if (!seen->p || !str_eq(*seen, key))
		*seen = arena_str(r->a, key);
	return *seen;
}

/* --- numbers ------------------------------------------------------------- */

static void digits(struct reader *r)
{
	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
}

static enum rc read_digits(struct reader *r)
{
	if (peek(r) < '0' || peek(r) > '9')
		return unexpected(r, "a digit");
	digits(r);
	return RC_OK;
}

/* strtod() wants the decimal point of the locale. */
static double to_double(struct str s)
{
	const char *point = localeconv()->decimal_point;
	struct sbuf b = SBUF_TEXT;
	double v;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.')
			sbuf_addz(&b, point);
		else
			sbuf_addc(&b, s.p[i]);
	v = strtod(b.p, NULL);
	sbuf_free(&b);
	return v;
}

static bool to_integer(struct str s, int64_t *out)
{
	char text[24];
	long long v;

	if (s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	errno = 0;
	v = strtoll(text, NULL, 10);
	*out = v;
	return errno == 0;
}

static enum rc read_number(struct reader *r, struct json *out)
{
	size_t from = r->at;
	bool whole = true;
	enum rc rc = RC_OK;
	struct str s;

	if (peek(r) == '-')
		r->at++;
	if (peek(r) == '0')
		r->at++;
	else
		rc = read_digits(r);
	if (!rc && peek(r) == '.') {
		whole = false;
		r->at++;
		rc = read_digits(r);
	}
	if (!rc && (peek(r) | 32) == 'e') {
		whole = false;
		r->at++;
		if (peek(r) == '+' || peek(r) == '-')
			r->at++;
		rc = read_digits(r);
	}
	if (rc)
		return rc;
	s = str_sub(r->text, from, r->at);
	out->kind = JSON_NUMBER;
	out->is_int = whole && to_integer(s, &out->integer);
	out->number = out->is_int ? (double)out->integer : to_double(s);
	return isfinite(out->number) ? RC_OK :
	    fail_at(r, from, "this number is too large");
}

/* --- lists and objects --------------------------------------------------- */

static enum rc value(struct reader *r, struct json *out);

static struct pair *push(struct reader *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		r->stack = xrealloc(r->stack, r->cap * sizeof(*r->stack));
	}
	r->stack[r->n] = (struct pair){ .v.kind = JSON_NULL };
	return &r->stack[r->n++];
}

/* The map of an object's keys so far, from MAP_FROM keys on. */
static bool is_twice(struct reader *r, size_t base, struct str key,
    struct map **map)
{
	if (!*map && r->n - base < MAP_FROM) {
		for (size_t i = base; i < r->n; i++)
			if (str_eq(r->stack[i].key, key))
				return true;
		return false;
	}
	if (!*map) {
		*map = map_new(r->work);
		for (size_t i = base; i < r->n; i++)
			map_put(*map, r->stack[i].key, r);
	}
	if (map_has(*map, key))
		return true;
	map_put(*map, key, r);
	return false;
}

static enum rc read_key(struct reader *r, size_t base, struct map **map,
    struct str *out)
{
	struct sbuf b = SBUF_TEXT;
	size_t at = r->at;
	enum rc rc;

	if (peek(r) != '"')
		return unexpected(r, "a key");
	rc = read_quoted(r, &b, out);
	if (!rc)
		*out = keep_key(r, *out);
	sbuf_free(&b);
	if (!rc && is_twice(r, base, *out, map))
		rc = fail_at(r, at, "this key stands there twice");
	skip_space(r);
	if (!rc && peek(r) != ':')
		rc = unexpected(r, "\":\"");
	r->at++;
	return rc;
}

static void close_with(struct reader *r, size_t base, bool keyed,
    struct json *out)
{
	size_t n = r->n - base;
	struct json *items = arena_array(r->a, struct json, n);
	struct str *keys = keyed ? arena_array(r->a, struct str, n) : NULL;

	for (size_t i = 0; i < n; i++) {
		items[i] = r->stack[base + i].v;
		if (keyed)
			keys[i] = r->stack[base + i].key;
	}
	r->n = base;
	*out = (struct json){ .kind = keyed ? JSON_OBJECT : JSON_ARRAY,
		.items = items, .keys = keys, .n = n };
}

static enum rc members(struct reader *r, bool keyed, struct json *out)
{
	const char end = keyed ? '}' : ']';
	struct map *map = NULL;
	size_t base = r->n;
	enum rc rc = RC_OK;

	if (++r->depth > DEPTH_MAX)
		return fail_at(r, r->at, "nested deeper than 512 levels");
	r->at++;
	skip_space(r);
	while (peek(r) != end || r->n > base) {
		struct str key = STR_NONE;
		struct json v = { .kind = JSON_NULL };

		if (keyed)
			rc = read_key(r, base, &map, &key);
		if (!rc)
			rc = value(r, &v);
		if (rc)
			return rc;
		*push(r) = (struct pair){ key, v };
		skip_space(r);
		if (peek(r) == end)
			break;
		if (peek(r) != ',')
			return unexpected(r, keyed ? "\",\" or \"}\"" :
			    "\",\" or \"]\"");
		r->at++;
		skip_space(r);
	}
	r->at++;
	r->depth--;
	close_with(r, base, keyed, out);
	return RC_OK;
}

static enum rc read_word(struct reader *r, struct json *out)
{
	static const struct {
		struct str word;
		struct json v;
	} words[] = {
		{ { "true", 4 }, { .kind = JSON_BOOL, .boolean = true } },
		{ { "false", 5 }, { .kind = JSON_BOOL } },
		{ { "null", 4 }, { .kind = JSON_NULL } },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq(str_sub(r->text, r->at, r->at + words[i].word.n),
		    words[i].word)) {
			r->at += words[i].word.n;
			*out = words[i].v;
			return RC_OK;
		}
	return unexpected(r, "a value");
}

static enum rc value(struct reader *r, struct json *out)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;
	int c;

	skip_space(r);
	c = peek(r);
	if (c == '{' || c == '[')
		return members(r, c == '{', out);
	if (c == '-' || (c >= '0' && c <= '9'))
		return read_number(r, out);
	if (c != '"')
		return read_word(r, out);
	out->kind = JSON_STRING;
	rc = read_quoted(r, &b, &out->string);
	if (!rc)
		out->string = arena_str(r->a, out->string);
	sbuf_free(&b);
	return rc;
}

enum rc json_read(struct str text, const char *name, struct arena *a,
    const struct json **out, struct err *e)
{
	struct reader r = { .text = text, .name = name, .a = a, .e = e };
	struct json *root = arena_new_of(a, struct json);
	enum rc rc = RC_OK;
	size_t bad;

	if (text.n > FS_MAX_TEXT)
		return err_at(e, RC_PARSE, name, "the text is over %zu bytes",
		    FS_MAX_TEXT);
	r.work = arena_new();
	if (!utf8_valid(text, &bad))
		rc = fail_at(&r, bad, "this is not UTF-8");
	if (!rc)
		rc = value(&r, root);
	skip_space(&r);
	if (!rc && r.at < text.n)
		rc = fail_at(&r, r.at, "the text goes on behind its value");
	xfree(r.stack);
	arena_free(r.work);
	if (!rc)
		*out = root;
	return rc;
}

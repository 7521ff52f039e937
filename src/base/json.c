/*
 * json.c: writing, and looking into what was read (json_read.c).
 *
 * Numbers are written by ECMAScript's Number::toString: the fewest digits that
 * read back as the same double.
 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

const struct json *json_get(const struct json *object, const char *key)
{
	if (!object || object->kind != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < object->n; i++)
		if (str_is(object->keys[i], key))
			return &object->items[i];
	return NULL;
}

struct str json_str_of(const struct json *v)
{
	return v && v->kind == JSON_STRING ? v->string : STR_NONE;
}

/* ---- writing ---- */

static void newline(struct json_out *o)
{
	if (o->indent <= 0)
		return;
	sbuf_addc(o->b, '\n');
	sbuf_fill(o->b, ' ', (size_t)o->indent * (size_t)o->depth);
}

/* What stands between the last thing written and a new value or key. */
static void separate(struct json_out *o)
{
	if (o->after_key) {
		o->after_key = false;
		return;
	}
	if (o->comma)
		sbuf_addc(o->b, ',');
	if (o->depth > 0)
		newline(o);
}

static void open_with(struct json_out *o, char c)
{
	separate(o);
	sbuf_addc(o->b, c);
	o->depth++;
	o->comma = false;
}

static void close_with(struct json_out *o, char c)
{
	if (o->depth <= 0 || o->after_key)
		BUG("JSON writer closed out of turn");
	o->depth--;
	if (o->comma)
		newline(o);
	sbuf_addc(o->b, c);
	o->comma = true;
}

void json_open_object(struct json_out *o)
{
	open_with(o, '{');
}

void json_close_object(struct json_out *o)
{
	close_with(o, '}');
}

void json_open_array(struct json_out *o)
{
	open_with(o, '[');
}

void json_close_array(struct json_out *o)
{
	close_with(o, ']');
}

static void escape_ascii(struct sbuf *b, uint32_t cp)
{
	if (cp >= 0x10000)
		sbuf_addf(b, "\\u%04x\\u%04x", 0xd7c0u + (cp >> 10),
		    0xdc00u + (cp & 0x3ff));
	else
		sbuf_addf(b, "\\u%04x", cp);
}

static bool is_plain(char c)
{
	return (c & 0x60) && (unsigned char)c < 0x7f && c != '"' && c != '\\';
}

static void escape_letter(struct sbuf *b, char c)
{
	sbuf_add(b, (struct str){ (const char[]){ '\\', c }, 2 });
}

static void escape(struct sbuf *b, struct str s, bool ascii)
{
	static const char letter[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
		['\r'] = 'r',
	};

	sbuf_addc(b, '"');
	for (size_t i = 0; i < s.n;) {
		size_t at = i;
		int32_t cp;

		while (i < s.n && is_plain(s.p[i]))
			i++;
		if (i > at)
			sbuf_add(b, str_sub(s, at, i));
		if (i >= s.n)
			break;
		at = i;
		cp = utf8_next(s, &i);
		if (cp < 0)
			sbuf_addz(b, "\\ufffd");
		else if (cp == '"' || cp == '\\')
			escape_letter(b, (char)cp);
		else if (cp < 0x20 && letter[cp])
			escape_letter(b, letter[cp]);
		else if (cp < 0x20 || ascii)
			escape_ascii(b, (uint32_t)cp);
		else
			sbuf_add(b, str_sub(s, at, i));
	}
	sbuf_addc(b, '"');
}

void json_escape(struct sbuf *b, struct str s)
{
	escape(b, s, false);
}

void json_key_str(struct json_out *o, struct str key)
{
	separate(o);
	escape(o->b, key, o->ascii);
	sbuf_addz(o->b, o->indent > 0 ? ": " : ":");
	o->comma = true;
	o->after_key = true;
}

void json_key(struct json_out *o, const char *key)
{
	json_key_str(o, str_z(key));
}

void json_put_raw(struct json_out *o, struct str json)
{
	separate(o);
	sbuf_add(o->b, json);
	o->comma = true;
}

void json_put_str(struct json_out *o, struct str s)
{
	separate(o);
	escape(o->b, s, o->ascii);
	o->comma = true;
}

void json_put_z(struct json_out *o, const char *z)
{
	json_put_str(o, str_z(z));
}

static void put_raw(struct json_out *o, const char *z)
{
	separate(o);
	sbuf_addz(o->b, z);
	o->comma = true;
}

void json_put_int(struct json_out *o, int64_t v)
{
	separate(o);
	sbuf_add_i64(o->b, v);
	o->comma = true;
}

void json_put_bool(struct json_out *o, bool v)
{
	put_raw(o, v ? "true" : "false");
}

void json_put_null(struct json_out *o)
{
	put_raw(o, "null");
}

/* The fewest digits that read back as v, and the exponent of the first. */
static size_t shortest(double v, char digits[20], int *exponent)
{
	char text[64];
	size_t n = 0;
	char *mark;

	for (int precision = 0; precision <= 16; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, v);
		if (strtod(text, NULL) == v)
			break;
	}
	mark = strchr(text, 'e');
	*exponent = (int)strtol(mark + 1, NULL, 10);
	/* the decimal point may be the locale's */
	for (char *c = text; c < mark && n < 19; c++)
		if (*c >= '0' && *c <= '9')
			digits[n++] = *c;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	return n;
}

/* Number::toString of ECMA-262 for a finite v > 0. */
static void put_positive(struct sbuf *b, double v)
{
	char digits[20];
	int exponent;
	size_t n = shortest(v, digits, &exponent), whole;
	struct str all = { digits, n };

	if (exponent >= 21 || exponent < -6) {
		sbuf_addc(b, digits[0]);
		if (n > 1) {
			sbuf_addc(b, '.');
			sbuf_add(b, str_sub(all, 1, n));
		}
		sbuf_addf(b, "e%+d", exponent);
		return;
	}
	if (exponent < 0) {
		sbuf_addz(b, "0.");
		sbuf_fill(b, '0', (size_t)(-exponent - 1));
		sbuf_add(b, all);
		return;
	}
	whole = (size_t)exponent + 1;
	sbuf_add(b, str_sub(all, 0, whole));
	if (n <= whole) {
		sbuf_fill(b, '0', whole - n);
	} else {
		sbuf_addc(b, '.');
		sbuf_add(b, str_sub(all, whole, n));
	}
}

void json_put_num(struct json_out *o, double v)
{
	if (!isfinite(v)) {
		json_put_null(o);
		return;
	}
	separate(o);
	o->comma = true;
	if (v < 0)
		sbuf_addc(o->b, '-');
	if (v < 0 || v > 0)
		put_positive(o->b, fabs(v));
	else
		sbuf_addc(o->b, '0');
}

void json_pair_str(struct json_out *o, const char *key, struct str s)
{
	json_key(o, key);
	json_put_str(o, s);
}

void json_pair_z(struct json_out *o, const char *key, const char *z)
{
	json_key(o, key);
	if (z)
		json_put_z(o, z);
	else
		json_put_null(o);
}

void json_pair_int(struct json_out *o, const char *key, int64_t v)
{
	json_key(o, key);
	json_put_int(o, v);
}

void json_pair_bool(struct json_out *o, const char *key, bool v)
{
	json_key(o, key);
	json_put_bool(o, v);
}

void json_put_tree(struct json_out *o, const struct json *v)
{
	switch (v->kind) {
	case JSON_NULL:
		json_put_null(o);
		break;
	case JSON_BOOL:
		json_put_bool(o, v->boolean);
		break;
	case JSON_NUMBER:
		json_put_num(o, v->number);
		break;
	case JSON_STRING:
		json_put_str(o, v->string);
		break;
	case JSON_ARRAY:
		json_open_array(o);
		for (size_t i = 0; i < v->n; i++)
			json_put_tree(o, &v->items[i]);
		json_close_array(o);
		break;
	case JSON_OBJECT:
		json_open_object(o);
		for (size_t i = 0; i < v->n; i++) {
			json_key_str(o, v->keys[i]);
			json_put_tree(o, &v->items[i]);
		}
		json_close_object(o);
		break;
	}
}

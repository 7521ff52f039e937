/*
 * json.c: jansson reads, we write.
 *
 * Depth is measured before jansson sees the text, because its own ceiling is
 * a compile-time one.  Numbers are written by ECMAScript's Number::toString:
 * the fewest digits that read back as the same double.
 */
/* four of jansson's names are ours as well */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_STRING JANSSON_STRING
#define JSON_NULL JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_STRING
#undef JSON_NULL

#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/utf8.h"

#define DEPTH_MAX 512

/* ---- reading ---- */

static enum rc fail_at(struct err *e, const char *name, struct str text,
    size_t offset, const char *why)
{
	char where[256];
	size_t line, col;

	str_position(text, offset, &line, &col);
	snprintf(where, sizeof(where), "%.200s:%zu:%zu", name, line, col);
	return err_at(e, RC_PARSE, where, "%s", why);
}

static enum rc check_depth(struct str text, const char *name, struct err *e)
{
	bool quoted = false;
	size_t depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (quoted) {
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
		} else if (c == '"') {
			quoted = true;
		} else if (c == '[' || c == '{') {
			if (++depth > DEPTH_MAX)
				return fail_at(e, name, text, i,
				    "nested deeper than 512 levels");
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return RC_OK;
}

static void convert(struct arena *a, json_t *j, struct json *out);

static void convert_array(struct arena *a, json_t *j, struct json *out)
{
	size_t n = json_array_size(j);
	struct json *items = arena_array(a, struct json, n);

	for (size_t i = 0; i < n; i++)
		convert(a, json_array_get(j, i), &items[i]);
	*out = (struct json){ .kind = JSON_ARRAY, .items = items, .n = n };
}

static void convert_object(struct arena *a, json_t *j, struct json *out)
{
	size_t n = json_object_size(j), i = 0;
	struct json *items = arena_array(a, struct json, n);
	struct str *keys = arena_array(a, struct str, n);

	for (void *it = json_object_iter(j); it;
	    it = json_object_iter_next(j, it), i++) {
		keys[i] = arena_str(a, (struct str){
			json_object_iter_key(it),
			json_object_iter_key_len(it) });
		convert(a, json_object_iter_value(it), &items[i]);
	}
	*out = (struct json){ .kind = JSON_OBJECT, .items = items,
		.keys = keys, .n = n };
}

static void convert(struct arena *a, json_t *j, struct json *out)
{
	double v;

	*out = (struct json){ .kind = JSON_NULL };
	switch (json_typeof(j)) {
	case JANSSON_OBJECT:
		convert_object(a, j, out);
		break;
	case JANSSON_ARRAY:
		convert_array(a, j, out);
		break;
	case JANSSON_STRING:
		out->kind = JSON_STRING;
		out->string = arena_str(a, (struct str){
			json_string_value(j), json_string_length(j) });
		break;
	case JSON_INTEGER:
		out->kind = JSON_NUMBER;
		out->is_int = true;
		out->integer = json_integer_value(j);
		out->number = (double)out->integer;
		break;
	case JSON_REAL:
		v = json_real_value(j);
		out->kind = JSON_NUMBER;
		out->number = v;
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		out->kind = JSON_BOOL;
		out->boolean = json_typeof(j) == JSON_TRUE;
		break;
	case JANSSON_NULL:
		break;
	}
}

enum rc json_read(struct str text, const char *name, struct arena *a,
    const struct json **out, struct err *e)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY |
	    JSON_ALLOW_NUL;
	struct json *root;
	char where[256];
	json_error_t bad;
	json_t *j;

	if (text.n > FS_MAX_TEXT)
		return err_at(e, RC_PARSE, name, "the text is over %zu bytes",
		    FS_MAX_TEXT);
	if (check_depth(text, name, e) != RC_OK)
		return e->code;
	j = json_loadb(text.p ? text.p : "", text.n, flags, &bad);
	/* an integer over 64 bits is a number like any other in JavaScript */
	if (!j && json_error_code(&bad) == json_error_numeric_overflow)
		j = json_loadb(text.p, text.n, flags | JSON_DECODE_INT_AS_REAL,
		    &bad);
	if (!j) {
		if (json_error_code(&bad) == json_error_out_of_memory)
			oom_die();
		snprintf(where, sizeof(where), "%.160s:%d:%d", name,
		    bad.line > 0 ? bad.line : 1,
		    bad.column > 0 ? bad.column : 1);
		return err_at(e, RC_PARSE, where, "%s", bad.text);
	}
	root = arena_new_of(a, struct json);
	convert(a, j, root);
	json_decref(j);
	*out = root;
	return RC_OK;
}

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

/*
 * json_read.c: jansson reads; its tree is copied into the arena and freed.
 *
 * Depth is measured before jansson sees the text, because its own ceiling is
 * a compile-time one.
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

#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"

#define DEPTH_MAX 512

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

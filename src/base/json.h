#ifndef WEIR_BASE_JSON_H
#define WEIR_BASE_JSON_H
/*
 * json: read by jansson (home), write by JSON.stringify's rules: shortest
 * round-trip numbers, lower-case \u00xx, no escaping of '/', integer-like
 * keys are the caller's affair.  Depth ceiling 512, text ceiling FS_MAX_TEXT.
 */
#include "base/arena.h"
#include "base/sbuf.h"

enum json_kind { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY,
	JSON_OBJECT };

struct json {
	enum json_kind kind;
	bool boolean;
	double number;
	bool is_int;		/* number was written as an integer that fits */
	int64_t integer;
	struct str string;
	const struct json *items;	/* array elements, or object values */
	const struct str *keys;		/* object keys, in file order */
	size_t n;
};

/* RC_PARSE with e->where = "name:line:col"; duplicate keys are refused. */
enum rc json_read(struct str text, const char *name, struct arena *a,
    const struct json **out, struct err *e) MUST_CHECK;
const struct json *json_get(const struct json *object, const char *key);
struct str json_str_of(const struct json *v);	/* STR_NONE unless a string */

/* Writer.  indent 0 = compact; 2 = JSON.stringify(x, null, 2). */
struct json_out {
	struct sbuf *b;
	int indent, depth;
	bool comma, after_key;
	bool ascii;		/* \u for all that is not printable ASCII */
};
void json_open_object(struct json_out *o);
void json_close_object(struct json_out *o);
void json_open_array(struct json_out *o);
void json_close_array(struct json_out *o);
void json_key(struct json_out *o, const char *key);
void json_key_str(struct json_out *o, struct str key);
/* A value that is JSON already, written without indent. */
void json_put_raw(struct json_out *o, struct str json);
/* A value that was read, with the indent of the writer. */
void json_put_tree(struct json_out *o, const struct json *v);
void json_put_str(struct json_out *o, struct str s);	/* bad bytes as \ufffd */
void json_put_z(struct json_out *o, const char *z);
void json_put_int(struct json_out *o, int64_t v);
void json_put_num(struct json_out *o, double v);
void json_put_bool(struct json_out *o, bool v);
void json_put_null(struct json_out *o);
/* key and value in one call */
void json_pair_str(struct json_out *o, const char *key, struct str s);
void json_pair_z(struct json_out *o, const char *key, const char *z);	/* NULL: null */
void json_pair_int(struct json_out *o, const char *key, int64_t v);
void json_pair_bool(struct json_out *o, const char *key, bool v);
/* A quoted JSON string alone: the escape used in canonical model text. */
void json_escape(struct sbuf *b, struct str s);

#endif

/* values: defaults as JavaScript writes and compares them. */
#include <math.h>

#include "decl/internal.h"

static const struct json *parse(struct arena *a, const struct decl_value *v)
{
	const struct json *tree = NULL;
	struct err ignored = ERR_INIT;

	if (v->kind != DECL_JSON ||
	    json_read(v->text, "default", a, &tree, &ignored) != RC_OK)
		return NULL;
	return tree;
}

static void add_number(struct sbuf *b, double number)
{
	struct json_out o = { .b = b };

	json_put_num(&o, number);
}

/* Array.prototype.toString and its kin; null is "" within an array only. */
static void add_json(struct sbuf *b, const struct json *v, bool within)
{
	switch (v->kind) {
	case JSON_NULL:
		sbuf_addz(b, within ? "" : "null");
		break;
	case JSON_BOOL:
		sbuf_addz(b, v->boolean ? "true" : "false");
		break;
	case JSON_NUMBER:
		add_number(b, v->number);
		break;
	case JSON_STRING:
		sbuf_add(b, v->string);
		break;
	case JSON_ARRAY:
		for (size_t i = 0; i < v->n; i++) {
			if (i)
				sbuf_addc(b, ',');
			add_json(b, &v->items[i], true);
		}
		break;
	case JSON_OBJECT:
		sbuf_addz(b, "[object Object]");
		break;
	}
}

static struct str take(struct arena *a, struct sbuf *b)
{
	struct str s = arena_str(a, sbuf_str(b));

	sbuf_free(b);
	return s;
}

struct str decl_value_text(struct arena *a, const struct decl_value *v)
{
	struct sbuf b = SBUF_TEXT;
	const struct json *tree;

	switch (v->kind) {
	case DECL_NO_VALUE:
		return STR("undefined");
	case DECL_STRING:
		return v->text;
	case DECL_NUMBER:
		add_number(&b, v->number);
		break;
	case DECL_BOOL:
		sbuf_addz(&b, v->boolean ? "true" : "false");
		break;
	case DECL_JSON:
		tree = parse(a, v);
		if (tree)
			add_json(&b, tree, false);
		break;
	}
	return take(a, &b);
}

struct str decl_value_json(struct arena *a, const struct decl_value *v)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };

	switch (v->kind) {
	case DECL_NO_VALUE:
		json_put_null(&o);
		break;
	case DECL_STRING:
		json_put_str(&o, v->text);
		break;
	case DECL_NUMBER:
		json_put_num(&o, v->number);
		break;
	case DECL_BOOL:
		json_put_bool(&o, v->boolean);
		break;
	case DECL_JSON:
		return v->text;
	}
	return take(a, &b);
}

bool decl_value_truthy(const struct decl_value *v)
{
	switch (v->kind) {
	case DECL_NO_VALUE:
		return false;
	case DECL_STRING:
		return v->text.n > 0;
	case DECL_NUMBER:
		return fabs(v->number) > 0;
	case DECL_BOOL:
		return v->boolean;
	case DECL_JSON:
		return !str_is(v->text, "null");
	}
	return false;
}

static bool same_number(double x, double y)
{
	return !(x < y) && !(x > y);
}

static bool same_json(const struct json *x, const struct json *y)
{
	if (x->kind != y->kind)
		return false;
	switch (x->kind) {
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return x->boolean == y->boolean;
	case JSON_NUMBER:
		return same_number(x->number, y->number);
	case JSON_STRING:
		return str_eq(x->string, y->string);
	case JSON_ARRAY:
		for (size_t i = 0; x->n == y->n && i < x->n; i++)
			if (!same_json(&x->items[i], &y->items[i]))
				return false;
		return x->n == y->n;
	case JSON_OBJECT:
		for (size_t i = 0; x->n == y->n && i < x->n; i++) {
			size_t k = 0;

			while (k < y->n && !str_eq(x->keys[i], y->keys[k]))
				k++;
			if (k == y->n ||
			    !same_json(&x->items[i], &y->items[k]))
				return false;
		}
		return x->n == y->n;
	}
	return false;
}

bool decl_value_same(const struct decl_value *x, const struct decl_value *y)
{
	const struct json *s, *t;
	struct arena *a;
	bool same;

	if (x->kind != y->kind)
		return false;
	if (x->kind != DECL_JSON)
		return decl_value_identical(x, y);
	if (str_eq(x->text, y->text))
		return true;
	a = arena_new();
	s = parse(a, x);
	t = parse(a, y);
	same = s && t && same_json(s, t);
	arena_free(a);
	return same;
}

bool decl_value_identical(const struct decl_value *x,
    const struct decl_value *y)
{
	if (x->kind != y->kind)
		return false;
	switch (x->kind) {
	case DECL_NO_VALUE:
		return true;
	case DECL_STRING:
		return str_eq(x->text, y->text);
	case DECL_NUMBER:
		return same_number(x->number, y->number);
	case DECL_BOOL:
		return x->boolean == y->boolean;
	case DECL_JSON:
		return str_is(x->text, "null") && str_is(y->text, "null");
	}
	return false;
}

bool decl_value_nested(const struct decl_value *x, const struct decl_value *y)
{
	return x->kind == DECL_JSON && y->kind == DECL_JSON && x->text.n &&
	    y->text.n && x->text.p[0] == y->text.p[0] &&
	    (x->text.p[0] == '{' || x->text.p[0] == '[');
}

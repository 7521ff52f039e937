/* b_json: JSON (ECMA-262 chapter 25.5). */
#include <math.h>

#include "base/json.h"
#include "ts/builtins.h"

#define DEPTH_MAX 256

static struct ts_value value_of(struct ts_run *r, const struct json *v)
{
	struct ts_object *o;

	switch (v->kind) {
	case JSON_NULL:
		return TS_NULL_VALUE;
	case JSON_BOOL:
		return ts_bool(v->boolean);
	case JSON_NUMBER:
		return ts_number(v->number);
	case JSON_STRING:
		return ts_text(arena_str(r->a, v->string));
	case JSON_ARRAY:
		o = ts_array_new(r);
		for (size_t i = 0; i < v->n; i++)
			ts_push(r, o, value_of(r, &v->items[i]));
		return ts_ref(o);
	case JSON_OBJECT:
		break;
	}
	o = ts_object_new(r);
	for (size_t i = 0; i < v->n; i++)
		ts_put(r, o, v->keys[i], value_of(r, &v->items[i]));
	return ts_ref(o);
}

BUILTIN(json_parse)
{
	struct err e = ERR_INIT;
	const struct json *v;
	struct str s;

	if (bi_unknown(c, 1, out))
		return FLOW_NEXT;
	TRY(ts_to_text(r, ts_arg(c, 0), &s));
	if (json_read(s, "JSON", r->a, &v, &e))
		return ts_throw(r, "SyntaxError", "%s", e.msg);
	*out = value_of(r, v);
	return FLOW_NEXT;
}

struct writing {
	struct ts_run *r;
	struct json_out o;
	unsigned depth;
	struct ts_value unknown;	/* an unknown that it would hold */
};

static enum ts_flow write_value(struct writing *w, struct ts_value v,
    bool *defined);

/* What a member is written as; *skip: not at all. */
static enum ts_flow prepare(struct writing *w, struct ts_value *v, bool *skip)
{
	struct ts_value f;

	if (v->type == TSV_OBJECT) {
		TRY(ts_get(w->r, *v, STR("toJSON"), &f));
		if (ts_callable(f))
			TRY(ts_invoke(w->r, f, *v, NULL, 0, v));
	}
	*skip = v->type == TSV_UNDEFINED || v->type == TSV_SYMBOL ||
	    (v->type == TSV_OBJECT && v->object->fn);
	return FLOW_NEXT;
}

static enum ts_flow write_object(struct writing *w, struct ts_object *o)
{
	struct strs keys = ts_keys(w->r, o);

	if (o->open)
		w->unknown = (struct ts_value){ .type = TSV_UNKNOWN,
			.unknown = o->open };
	json_open_object(&w->o);
	for (size_t i = 0; i < keys.n; i++) {
		struct ts_value v;
		bool skip;

		TRY(ts_get(w->r, ts_ref(o), keys.v[i], &v));
		TRY(prepare(w, &v, &skip));
		if (skip)
			continue;
		json_key_str(&w->o, keys.v[i]);
		TRY(write_value(w, v, &skip));
	}
	json_close_object(&w->o);
	return FLOW_NEXT;
}

static enum ts_flow write_array(struct writing *w, struct ts_object *o)
{
	json_open_array(&w->o);
	for (size_t i = 0; i < o->items.n; i++) {
		struct ts_value v = o->items.v[i];
		bool skip, ignored;

		TRY(prepare(w, &v, &skip));
		TRY(write_value(w, skip ? TS_NULL_VALUE : v, &ignored));
	}
	json_close_array(&w->o);
	return FLOW_NEXT;
}

static enum ts_flow write_nested(struct writing *w, struct ts_object *o)
{
	enum ts_flow flow;

	if (w->depth == DEPTH_MAX)
		return ts_throw(w->r, "TypeError",
		    "Converting circular structure to JSON");
	w->depth++;
	flow = o->class_of == CLASS_ARRAY ? write_array(w, o) :
	    write_object(w, o);
	w->depth--;
	return flow;
}

static enum ts_flow write_value(struct writing *w, struct ts_value v,
    bool *defined)
{
	*defined = true;
	switch (v.type) {
	case TSV_UNDEFINED:
	case TSV_SYMBOL:
		*defined = false;
		break;
	case TSV_NULL:
		json_put_null(&w->o);
		break;
	case TSV_BOOL:
		json_put_bool(&w->o, v.boolean);
		break;
	case TSV_NUMBER:
		if (isfinite(v.number))
			json_put_num(&w->o, v.number);
		else
			json_put_null(&w->o);
		break;
	case TSV_STRING:
		json_put_str(&w->o, v.text);
		break;
	case TSV_BIGINT:
		return ts_throw(w->r, "TypeError",
		    "Do not know how to serialize a BigInt");
	case TSV_UNKNOWN:
		w->unknown = v;
		json_put_null(&w->o);
		break;
	case TSV_OBJECT:
		return write_nested(w, v.object);
	}
	return FLOW_NEXT;
}

static enum ts_flow text_of(struct ts_run *r, struct ts_value v, int indent,
    struct sbuf *b, struct writing *w, bool *defined)
{
	bool skip;

	*w = (struct writing){ .r = r, .o = { .b = b, .indent = indent },
		.unknown = TS_UNDEFINED };
	TRY(prepare(w, &v, &skip));
	*defined = !skip;
	return skip ? FLOW_NEXT : write_value(w, v, defined);
}

enum ts_flow ts_json_text(struct ts_run *r, struct ts_value v, int indent,
    struct str *out, bool *defined)
{
	struct sbuf b = SBUF_TEXT;
	struct writing w;
	enum ts_flow flow = text_of(r, v, indent, &b, &w, defined);

	if (!flow && w.unknown.type == TSV_UNKNOWN)
		flow = ts_known(r, w.unknown, "this JSON");
	if (!flow)
		*out = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return flow;
}

BUILTIN(json_stringify)
{
	struct ts_value space = ts_arg(c, 2);
	int indent = 0;
	struct sbuf b = SBUF_TEXT;
	struct writing w;
	enum ts_flow flow;
	bool defined;

	if (!ts_is_nullish(ts_arg(c, 1)))
		*out = ts_unknown_of(r, "JSON.stringify with a replacer");
	if (!ts_is_nullish(ts_arg(c, 1)))
		return FLOW_NEXT;
	if (space.type == TSV_NUMBER && space.number >= 1)
		indent = space.number > 10 ? 10 : (int)space.number;
	flow = text_of(r, ts_arg(c, 0), indent, &b, &w, &defined);
	if (!flow && w.unknown.type == TSV_UNKNOWN)
		*out = w.unknown;
	else if (!flow)
		*out = defined ? ts_text(arena_str(r->a, sbuf_str(&b))) :
		    TS_UNDEFINED;
	sbuf_free(&b);
	return flow;
}

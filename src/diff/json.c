/*
 * json.c: a change list for machines.  "from" and "to" hold the object as it
 * is on that side (null where it is not), "fields" the members that differ.
 */
#include "base/json.h"

#include "diff/side.h"

static void put_value(struct json_out *o, const struct field_def *f,
    const struct obj *x, struct arena *a)
{
	const void *p = (const char *)x + f->offset;
	const struct strs *list = p;

	switch (f->type) {
	case FIELD_STRS:
		json_open_array(o);
		for (size_t i = 0; i < list->n; i++)
			json_put_str(o, list->v[i]);
		json_close_array(o);
		break;
	case FIELD_BOOL:
		json_put_bool(o, *(const bool *)p);
		break;
	case FIELD_INT:
		json_put_int(o, *(const int *)p);
		break;
	case FIELD_I64:
		json_put_int(o, *(const int64_t *)p);
		break;
	case FIELD_STR:
	case FIELD_CHAR:
	case FIELD_ENUM:
		json_put_str(o, field_text(f, x, a));
		break;
	}
}

static void put_half(struct json_out *o, const char *key, const struct obj *x,
    uint64_t differing, struct arena *a)
{
	json_key(o, key);
	if (!x) {
		json_put_null(o);
		return;
	}
	json_open_object(o);
	json_pair_str(o, "name", x->name);
	for (size_t i = 0; i < FIELD_N; i++) {
		const struct field_def *f = &model_fields[i];

		/* empty values are told where they are the difference */
		if (f->kind != x->kind || (!(differing & field_bit(f->id)) &&
		    field_text(f, x, a).n == 0))
			continue;
		json_key(o, f->word);
		put_value(o, f, x, a);
	}
	json_close_object(o);
}

void diff_json(const struct change_list *list, struct json_out *o)
{
	struct arena *a = arena_new();

	json_open_array(o);
	for (size_t i = 0; i < list->n; i++) {
		const struct change *c = &list->v[i];
		const struct obj *x = c->from ? c->from : c->to;

		arena_reset(a);
		json_open_object(o);
		json_pair_z(o, "op", change_op_word[c->op]);
		json_pair_z(o, "kind", obj_kind_word[c->kind]);
		json_pair_str(o, "object", change_object(c, a));
		if (x->schema.n > 0)
			json_pair_str(o, "schema", x->schema);
		json_pair_str(o, "table", obj_stands_alone(c->kind) ?
		    x->name : x->table);
		put_half(o, "from", c->from, c->fields, a);
		put_half(o, "to", c->to, c->fields, a);
		json_key(o, "fields");
		json_open_array(o);
		for (size_t f = 0; f < FIELD_N; f++)
			if (change_has(c, (enum field_id)f))
				json_put_z(o, model_fields[f].word);
		json_close_array(o);
		json_close_object(o);
	}
	json_close_array(o);
	arena_free(a);
}

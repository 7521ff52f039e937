/*
 * canonical.c: the text that a model's hash is taken over.
 *
 * Automatic indexes are left out: the key that made them is in, and their
 * numbering (sqlite_autoindex_t_1) says nothing about the schema.
 */
#include <stdlib.h>

#include "base/json.h"
#include "model/internal.h"

struct line {
	size_t from, to;	/* in the text */
};

static void put_value(const struct field_def *f, const struct obj *o,
    struct sbuf *b)
{
	const struct strs *list;

	switch (f->type) {
	case FIELD_STR:
		json_escape(b, *(const struct str *)field_at(f, o));
		break;
	case FIELD_STRS:
		list = field_at(f, o);
		for (size_t i = 0; i < list->n; i++) {
			sbuf_addc(b, i > 0 ? ',' : '[');
			json_escape(b, list->v[i]);
		}
		sbuf_addc(b, ']');
		break;
	case FIELD_BOOL:
		sbuf_addz(b, "true");
		break;
	case FIELD_INT:
		sbuf_add_i64(b, field_number(f, o));
		break;
	case FIELD_CHAR:
		sbuf_addc(b, (char)field_number(f, o));
		break;
	case FIELD_ENUM:
		sbuf_addz(b, f->names[field_number(f, o)]);
		break;
	}
}

static void put_line(const struct obj *o, struct sbuf *b)
{
	sbuf_addz(b, obj_kind_word[o->kind]);
	sbuf_addc(b, '\t');
	json_escape(b, o->schema);
	sbuf_addc(b, '\t');
	json_escape(b, o->table);
	sbuf_addc(b, '\t');
	json_escape(b, o->name);
	for (size_t i = 0; i < FIELD_N; i++) {
		const struct field_def *f = &model_fields[i];

		if (f->kind != o->kind || field_empty(f, o))
			continue;
		sbuf_addc(b, '\t');
		sbuf_addz(b, f->word);
		sbuf_addc(b, '=');
		put_value(f, o, b);
	}
	sbuf_addc(b, '\n');
}

static bool is_automatic(const struct obj *o)
{
	return o->kind == OBJ_INDEX && ((const struct index *)o)->origin != 'c';
}

static int line_cmp(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

void model_canonical(const struct model *m, bool managed_only,
    struct sbuf *out)
{
	struct sbuf b = SBUF_INIT((size_t)1 << 30);
	struct line *at = xalloc((m->nobjs + 1) * sizeof(*at));
	struct str *lines = xalloc((m->nobjs + 1) * sizeof(*lines));
	size_t n = 0;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];

		if ((managed_only && !o->managed) || is_automatic(o))
			continue;
		at[n].from = b.n;
		put_line(o, &b);
		at[n++].to = b.n;
	}
	if (b.full)
		BUG("the canonical text of a model is above its ceiling");
	for (size_t i = 0; i < n; i++)
		lines[i] = str_sub(sbuf_str(&b), at[i].from, at[i].to);
	qsort(lines, n, sizeof(*lines), line_cmp);
	for (size_t i = 0; i < n; i++)
		sbuf_add(out, lines[i]);
	xfree(lines);
	xfree(at);
	sbuf_free(&b);
}

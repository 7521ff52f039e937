/*
 * canonical.c: the text that a model's hash is taken over.
 *
 * Automatic indexes are left out: the key that made them is in, and their
 * numbering (sqlite_autoindex_t_1) says nothing about the schema.
 */
#include <string.h>

#include "base/json.h"
#include "model/internal.h"

#define LINE_MAX_BYTES ((size_t)1 << 30)

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
	case FIELD_I64:
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

void obj_text_make(struct obj *o, const struct obj *like, struct arena *a)
{
	const struct obj_text *known = like ? obj_text(like) : NULL;
	struct obj_text *t = arena_new_of(a, struct obj_text);
	struct sbuf b = SBUF_INIT(LINE_MAX_BYTES);

	if (known) {
		*t = *known;
	} else {
		put_line(o, &b);
		if (b.full)
			BUG("the canonical text of an object is above its "
			    "ceiling");
		t->line = arena_str(a, sbuf_str(&b));
		sbuf_free(&b);
	}
	t->of = o;
	o->text = t;
}

static int line_cmp(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Objects are sorted by kind: the kinds in the order of their words give
 * the lines nearly in order. */
static size_t kinds_by_word(enum obj_kind order[OBJ_KIND_N])
{
	size_t n = 0;

	for (int k = 0; k < OBJ_KIND_N; k++) {
		size_t at = n++;

		for (; at > 0 && strcmp(obj_kind_word[order[at - 1]],
		    obj_kind_word[k]) > 0; at--)
			order[at] = order[at - 1];
		order[at] = (enum obj_kind)k;
	}
	return n;
}

/* The run of one kind in objs: [from, to). */
static size_t run_end(const struct model *m, size_t from, enum obj_kind kind)
{
	while (from < m->nobjs && m->objs[from]->kind == kind)
		from++;
	return from;
}

void model_canonical(const struct model *m, bool managed_only,
    struct sbuf *out)
{
	struct str *lines = xalloc((m->nobjs + 1) * sizeof(*lines));
	size_t from[OBJ_KIND_N], to[OBJ_KIND_N], at = 0, n = 0;
	enum obj_kind order[OBJ_KIND_N];
	size_t kinds = kinds_by_word(order);

	for (size_t k = 0; k < OBJ_KIND_N; k++) {
		from[k] = at;
		to[k] = at = run_end(m, at, (enum obj_kind)k);
	}
	for (size_t k = 0; k < kinds; k++)
		for (size_t i = from[order[k]]; i < to[order[k]]; i++) {
			const struct obj *o = m->objs[i];

			if ((!managed_only || o->managed) && !is_automatic(o))
				lines[n++] = o->text->line;
		}
	sort_again(lines, n, sizeof(*lines), line_cmp);
	for (size_t i = 0; i < n; i++)
		sbuf_add(out, lines[i]);
	xfree(lines);
}

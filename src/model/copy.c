/*
 * copy.c: the same schema with another managed set.  The copy stands in its
 * own arena and borrows nothing.
 */
#include "model/internal.h"

static struct strs copy_strs(struct arena *a, struct strs s)
{
	struct str *v = arena_array(a, struct str, s.n);

	for (size_t i = 0; i < s.n; i++)
		v[i] = arena_str(a, s.v[i]);
	return (struct strs){ v, s.n };
}

static void own_member(struct arena *a, const struct field_def *f,
    struct obj *o)
{
	void *p = (char *)o + f->offset;

	if (f->kind != o->kind)
		return;
	if (f->type == FIELD_STR)
		*(struct str *)p = arena_str(a, *(struct str *)p);
	else if (f->type == FIELD_STRS)
		*(struct strs *)p = copy_strs(a, *(struct strs *)p);
}

static void own_parts(struct arena *a, struct index *x)
{
	x->parts = arena_copy(a, x->parts, x->nparts * sizeof(*x->parts));
	for (size_t i = 0; i < x->nparts; i++) {
		struct index_part *p = &x->parts[i];

		p->column = arena_str(a, p->column);
		p->expr = arena_str(a, p->expr);
		p->collation = arena_str(a, p->collation);
	}
}

static struct obj *copy_object(struct arena *a, const struct obj *from)
{
	struct obj *o = arena_copy(a, from, model_kind_size[from->kind]);

	o->schema = arena_str(a, o->schema);
	o->table = arena_str(a, o->table);
	o->name = arena_str(a, o->name);
	for (size_t i = 0; i < FIELD_N; i++)
		own_member(a, &model_fields[i], o);
	for (size_t i = 0; i < model_nextras; i++)
		own_member(a, &model_extras[i], o);
	if (o->kind == OBJ_INDEX)
		own_parts(a, (struct index *)(void *)o);
	return o;
}

struct model *model_with_managed(const struct model *m, struct arena *a,
    bool (*is_managed)(const struct obj *, void *), void *arg)
{
	struct model *copy = model_new(a, m->dialect);

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *from = m->objs[i], *top = from;
		struct obj *o = copy_object(a, from);

		if (from->kind != OBJ_TABLE && from->kind != OBJ_VIEW) {
			top = (const void *)model_table(m, from->schema,
			    from->table);
			if (!top)
				top = (const void *)model_view(m, from->schema,
				    from->table);
		}
		model_add(copy, o);
		o->managed = top ? is_managed(top, arg) : from->managed;
	}
	model_seal(copy);
	return copy;
}

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
		p->opclass = arena_str(a, p->opclass);
	}
}

static const struct obj_notes *copy_notes(struct arena *a,
    const struct obj_notes *from)
{
	struct obj_notes *n;

	if (!from)
		return NULL;
	n = arena_copy(a, from, sizeof(*n));
	n->comment = arena_str(a, n->comment);
	n->owner = arena_str(a, n->owner);
	n->grants = copy_strs(a, n->grants);
	n->published = copy_strs(a, n->published);
	n->settings = copy_strs(a, n->settings);
	n->extension = arena_str(a, n->extension);
	return n;
}

static struct obj *copy_object(struct arena *a, const struct obj *from)
{
	struct obj *o = arena_copy(a, from, model_kind_size[from->kind]);

	o->schema = arena_str(a, o->schema);
	o->table = arena_str(a, o->table);
	o->name = arena_str(a, o->name);
	o->notes = copy_notes(a, o->notes);
	for (size_t i = 0; i < FIELD_N; i++)
		own_member(a, &model_fields[i], o);
	for (size_t i = 0; i < model_nextras; i++)
		own_member(a, &model_extras[i], o);
	if (o->kind == OBJ_INDEX)
		own_parts(a, (struct index *)(void *)o);
	return o;
}

/* The table of "schema.table.column"; the names may hold dots. */
static const struct obj *owner_of(const struct model *m,
    const struct sequence *q)
{
	for (size_t i = 0; q->owned_by.n && i < m->ntables; i++) {
		const struct obj *t = &m->tables[i]->o;
		size_t n = t->schema.n + 1 + t->name.n;

		if (q->owned_by.n > n && q->owned_by.p[n] == '.' &&
		    q->owned_by.p[t->schema.n] == '.' &&
		    str_starts(q->owned_by, t->schema) &&
		    str_eq(str_sub(q->owned_by, t->schema.n + 1, n), t->name))
			return t;
	}
	return &q->o;
}

/* The object that decides for `o`; NULL: it is on its own and stays so. */
static const struct obj *deciding(const struct model *m, const struct obj *o)
{
	const struct table *t;

	if (o->kind == OBJ_SEQUENCE)
		return owner_of(m, (const struct sequence *)(const void *)o);
	if (o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ||
	    obj_stands_alone(o->kind))
		return o;
	t = model_table(m, o->schema, o->table);
	if (t)
		return &t->o;
	return (const struct obj *)(const void *)model_view(m, o->schema,
	    o->table);
}

struct model *model_with_managed(const struct model *m, struct arena *a,
    bool (*is_managed)(const struct obj *, void *), void *arg)
{
	struct model *copy = model_new(a, m->dialect);

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *from = m->objs[i];
		const struct obj *top = deciding(m, from);
		struct obj *o = copy_object(a, from);

		model_add(copy, o);
		o->managed = top ? is_managed(top, arg) : from->managed;
	}
	model_seal(copy);
	return copy;
}

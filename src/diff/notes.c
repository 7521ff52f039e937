/* notes: see notes.h. */
#include "diff/notes.h"

/* What x has and y has not, joined. */
static struct str without(struct strs x, struct strs y, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	for (size_t i = 0; i < x.n; i++) {
		if (strs_has(y, x.v[i]))
			continue;
		sbuf_addz(&b, b.n ? ", " : "");
		sbuf_add(&b, x.v[i]);
	}
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

void diff_notes(const struct model *from, const struct model *to,
    struct arena *a, struct note_changes *out)
{
	static const struct obj_notes none;
	VEC(struct note_change) v = { 0 };

	for (size_t i = 0; i < to->nobjs; i++) {
		const struct obj *y = to->objs[i];
		const struct obj *x = model_find(from, y->kind, y->schema,
		    y->table, y->name);
		const struct obj_notes *m, *n;
		struct str less, more;

		if (!x || !(x->managed || y->managed))
			continue;
		m = x->notes ? x->notes : &none;
		n = y->notes ? y->notes : &none;
		less = without(m->grants, n->grants, a);
		more = without(n->grants, m->grants, a);
		if (less.n || more.n)
			vec_push(a, &v, (struct note_change){ y, "privileges",
			    less, more });
		if (!str_eq(m->owner, n->owner))
			vec_push(a, &v, (struct note_change){ y, "owner",
			    m->owner, n->owner });
		if (!str_eq(m->comment, n->comment))
			vec_push(a, &v, (struct note_change){ y, "comment",
			    m->comment, n->comment });
	}
	*out = (struct note_changes){ v.v, v.n };
}

struct str note_sentence(const struct note_change *c, struct arena *a)
{
	const struct obj *o = c->o;
	bool in_table = o->table.n > 0;
	struct str name = arena_printf(a, "%s %.*s%s%.*s%s%.*s",
	    obj_kind_name[o->kind], STR_ARG(o->schema), o->schema.n ? "." : "",
	    STR_ARG(in_table ? o->table : o->name), in_table ? "." : "",
	    STR_ARG(in_table ? o->name : STR("")));

	return arena_printf(a, "%.*s: %s %.*s%s%s%.*s%s", STR_ARG(name),
	    c->what, STR_ARG(c->from), c->from.n ? " gone" : "",
	    c->from.n && c->to.n ? ", " : "", STR_ARG(c->to),
	    c->to.n ? " new" : "");
}

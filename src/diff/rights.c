/*
 * rights: privileges and owners of what migrations made, against those that it
 * has.  Whoever replays is another role than whoever migrates: what an owner
 * may do with its own is left out, who granted it too, and an owner counts
 * where the migrations gave one or where the object has another than most.
 */
#include "base/map.h"
#include "diff/notes.h"

static const struct obj_notes none;

static const struct obj_notes *notes_of(const struct obj *o)
{
	return o->notes ? o->notes : &none;
}

/* "ro=r/weir" → "ro=r"; nothing for the owner's own. */
static struct str grant_of(struct str acl, struct str owner)
{
	size_t eq = str_find(acl, STR("="), 0), slash = acl.n;
	struct str who = str_sub(acl, 0, eq);

	if (who.n > 1 && who.p[0] == '"')
		who = str_sub(who, 1, who.n - 1);
	while (slash > eq && acl.p[slash - 1] != '/')
		slash--;
	if (str_eq(who, owner) || slash <= eq)
		return STR("");
	return str_sub(acl, 0, slash - 1);
}

/* No entry at all is the default: PUBLIC may call a function and use a type
 * (manual, 5.7). */
static struct strs grants_of(const struct obj *o, struct arena *a)
{
	static const char *const defaults[OBJ_KIND_N] = {
		[OBJ_FUNCTION] = "=X", [OBJ_ENUM] = "=U", [OBJ_DOMAIN] = "=U",
		[OBJ_COMPOSITE] = "=U", [OBJ_RANGE] = "=U",
	};
	const struct obj_notes *n = notes_of(o);
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < n->grants.n; i++) {
		struct str g = grant_of(n->grants.v[i], n->owner);

		if (g.n)
			vec_push(a, &v, g);
	}
	if (!n->grants.n && defaults[o->kind])
		vec_push(a, &v, str_z(defaults[o->kind]));
	return (struct strs){ v.v, v.n };
}

/* The owner of most of the managed objects. */
static struct str most(const struct model *m, struct arena *a)
{
	struct map *seen = map_new(a);
	struct str best = STR("");
	size_t most_n = 0;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];
		struct str owner = notes_of(o)->owner;
		size_t *n;

		if (!o->managed || !owner.n || o->kind == OBJ_SCHEMA)
			continue;
		n = map_get(seen, owner);
		if (!n) {
			n = arena_new_of(a, size_t);
			map_put(seen, owner, n);
		}
		if (++*n > most_n) {
			most_n = *n;
			best = owner;
		}
	}
	return best;
}

static struct str named(const struct obj *o, struct arena *a)
{
	bool in_table = o->table.n > 0;

	return arena_printf(a, "%s %.*s%s%.*s%s%.*s", obj_kind_name[o->kind],
	    STR_ARG(o->schema), o->schema.n ? "." : "",
	    STR_ARG(in_table ? o->table : o->name), in_table ? "." : "",
	    STR_ARG(in_table ? o->name : STR("")));
}

struct rights {
	struct arena *a;
	VEC(struct str) v;
};

static void compare_grants(struct rights *r, const struct obj *x,
    const struct obj *y)
{
	struct strs was = grants_of(x, r->a), is = grants_of(y, r->a);

	for (size_t i = 0; i < is.n; i++)
		if (!strs_has(was, is.v[i]))
			vec_push(r->a, &r->v, arena_printf(r->a, "%.*s: "
			    "privilege %.*s was given by no migration",
			    STR_ARG(named(y, r->a)), STR_ARG(is.v[i])));
	for (size_t i = 0; i < was.n; i++)
		if (!strs_has(is, was.v[i]))
			vec_push(r->a, &r->v, arena_printf(r->a, "%.*s: "
			    "privilege %.*s is gone",
			    STR_ARG(named(y, r->a)), STR_ARG(was.v[i])));
}

void diff_rights(const struct model *from, const struct model *to,
    struct arena *a, struct strs *out)
{
	struct str of_from = most(from, a), of_to = most(to, a);
	struct rights r = { .a = a };

	for (size_t i = 0; i < to->nobjs; i++) {
		const struct obj *y = to->objs[i], *x;
		struct str owner = notes_of(y)->owner, want = of_to;

		x = model_find(from, y->kind, y->schema, y->table, y->name);
		if (!x || !y->managed || notes_of(y)->extension.n)
			continue;
		if (y->kind != OBJ_SCHEMA)
			compare_grants(&r, x, y);
		if (!str_eq(notes_of(x)->owner, of_from))
			want = notes_of(x)->owner;
		if (y->kind != OBJ_SCHEMA && owner.n && want.n &&
		    !str_eq(owner, want))
			vec_push(a, &r.v, arena_printf(a, "%.*s: its owner is "
			    "%.*s, %.*s is expected", STR_ARG(named(y, a)),
			    STR_ARG(owner), STR_ARG(want)));
	}
	*out = (struct strs){ r.v.v, r.v.n };
}

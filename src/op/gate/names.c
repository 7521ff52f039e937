/* names: see names.h. */
#include "op/gate/names.h"

struct str table_called(const struct obj *o, struct arena *a)
{
	struct str name = o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ||
	    !o->table.n ? o->name : o->table;

	return o->schema.n ? arena_printf(a, "%.*s.%.*s", STR_ARG(o->schema),
	    STR_ARG(name)) : name;
}

/* "public.t" is what "t" means. */
static bool is_home(const struct dialect *d, struct str full, struct str bare)
{
	struct str home = str_z(d->home_schema);

	return full.n == home.n + 1 + bare.n && str_starts(full, home) &&
	    full.p[home.n] == '.' &&
	    str_eq(str_sub(full, home.n + 1, full.n), bare);
}

bool same_table(enum dialect_id id, struct str x, struct str y)
{
	const struct dialect *d = dialect_of(id);

	if (d->folds)
		return str_ieq(x, y);
	return str_eq(x, y) || is_home(d, x, y) || is_home(d, y, x);
}

/* A name may hold dots itself: every one of them is tried. */
const struct table *table_named(const struct model *m, struct str name)
{
	struct str home = str_z(dialect_of(m->dialect)->home_schema);
	const struct table *t = model_table(m, home, name);

	for (size_t i = 0; !t && home.n && i < name.n; i++)
		if (name.p[i] == '.')
			t = model_table(m, str_sub(name, 0, i),
			    str_sub(name, i + 1, name.n));
	return t;
}

bool is_tracking(const struct obj *track, const struct obj *o)
{
	/* Drizzle's table comes with a sequence and a schema of its own. */
	if (!str_eq(o->schema, track->schema))
		return o->kind == OBJ_SCHEMA && track->schema.n &&
		    str_eq(o->name, track->schema);
	if (o->kind == OBJ_SCHEMA)
		return str_eq(o->name, track->schema);
	if (o->kind == OBJ_SEQUENCE)
		return str_starts(o->name, track->name);
	return str_eq(o->table.n ? o->table : o->name, track->name);
}

static const struct rename_hint *hint_of(const struct plan *p,
    struct str name, bool after)
{
	for (size_t i = 0; i < p->renames.n; i++) {
		const struct rename_hint *r = &p->renames.v[i];

		if (r->kind == OBJ_TABLE && same_table(p->from->dialect,
		    after ? r->to : r->from, name))
			return r;
	}
	return NULL;
}

struct str name_before(const struct plan *p, struct str after)
{
	const struct rename_hint *r = hint_of(p, after, true);

	return r ? r->from : after;
}

struct str name_after(const struct plan *p, struct str before)
{
	const struct rename_hint *r = hint_of(p, before, false);

	return r ? r->to : before;
}

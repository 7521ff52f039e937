/*
 * pg_names: from the names of a statement to the tables that they mean, then
 * and in the live schema.
 */
#include "plan/pg.h"

struct str key_of(struct arena *a, struct str schema, struct str name)
{
	return arena_printf(a, "%.*s.%.*s", STR_ARG(schema), STR_ARG(name));
}

const struct table *pg_keyed(const struct model *m, struct str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == '.') {
			const struct table *t = model_table(m,
			    str_sub(key, 0, i), str_sub(key, i + 1, key.n));

			if (t)
				return t;
		}
	return NULL;
}

const struct table *pg_whole(const struct model *m, const struct table *t)
{
	return t->partition_bound.n && t->inherits.n ?
	    pg_keyed(m, t->inherits.v[0]) : NULL;
}

struct lens lens_of(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	struct lens l = { .w = w, .i = i, .s = s, .before = s->before,
		.after = s->after };

	l.g = s->facts.pg ? s->facts.pg : pg_digest(s->sql, w->a);
	l.ran = s->before && s->after && s->skipped.n == 0 &&
	    !w->run->not_executed;
	if (!l.before)
		l.before = w->p->from;
	if (!l.after)
		l.after = l.before;
	return l;
}

/* --- tables ------------------------------------------------------------------ */

/* A name alone: by the search path, else the only one of that name. */
static const struct table *unqualified(const struct lens *l, struct str name)
{
	const struct model *m = l->before;
	const struct table *t = model_table(m, l->w->path, name), *only = NULL;

	if (!t)
		t = model_table(m, STR("public"), name);
	for (size_t i = 0; !t && i < m->ntables; i++)
		if (str_eq(m->tables[i]->o.name, name)) {
			if (only)
				return NULL;
			only = m->tables[i];
		}
	return t ? t : only;
}

static struct str table_sql(const struct work *w, struct str schema,
    struct str name)
{
	struct obj o = { .kind = OBJ_TABLE, .schema = schema, .name = name };
	struct sbuf b = SBUF_TEXT;
	struct str out;

	w->d->table(&b, &o);
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* The newest entry of a name decides; else the live table of that name. */
static const struct table *live_of(const struct work *w, struct str key)
{
	for (size_t i = w->names.tables.n; i-- > 0;)
		if (str_eq(w->names.tables.v[i].now, key))
			return w->names.tables.v[i].live.p ?
			    pg_keyed(w->p->from, w->names.tables.v[i].live) :
			    NULL;
	return pg_keyed(w->p->from, key);
}

static struct spot finish(const struct lens *l, struct spot p)
{
	struct work *w = l->w;

	p.key = key_of(w->a, p.schema, p.name);
	p.live = live_of(w, p.key);
	p.live_key = p.live ? key_of(w->a, p.live->o.schema, p.live->o.name) :
	    STR_NONE;
	p.sql.now = table_sql(w, p.schema, p.name);
	p.sql.live = p.live ? table_sql(w, p.live->o.schema,
	    p.live->o.name) : STR_NONE;
	if (!p.now)
		p.now = p.live;
	return p;
}

struct spot spot_of(const struct lens *l, struct str schema, struct str name)
{
	struct spot p = { .schema = schema, .name = name };

	p.now = schema.n ? model_table(l->before, schema, name) :
	    unqualified(l, name);
	if (p.now)
		p.schema = p.now->o.schema;
	else if (!schema.n)
		p.schema = l->w->path;
	return finish(l, p);
}

struct spot spot_table(const struct lens *l, const struct table *t)
{
	return finish(l, (struct spot){ .now = t, .schema = t->o.schema,
		.name = t->o.name });
}

struct spot spot_obj(const struct lens *l, const struct pg_obj *o)
{
	return o->table.n ? spot_of(l, o->table_schema, o->table) :
	    spot_of(l, o->schema, o->name);
}

/* --- columns ------------------------------------------------------------------ */

static struct str live_column(const struct work *w, const struct spot *p,
    struct str column)
{
	const struct column *c;

	if (!p->live)
		return STR_NONE;
	for (size_t i = w->names.columns.n; i-- > 0;) {
		const struct moved_column *m = &w->names.columns.v[i];

		if (str_eq(m->table, p->key) && str_eq(m->now, column))
			return m->live;
	}
	c = table_column(p->live, column);
	return c ? c->o.name : STR_NONE;
}

struct place spot_column(const struct lens *l, const struct spot *p,
    struct str column)
{
	struct str live = live_column(l->w, p, column);
	struct place c = { .now = sql_form(l->w, "@", &column) };

	c.live = live.p ? sql_form(l->w, "@", &live) : STR_NONE;
	return c;
}

struct place spot_columns(const struct lens *l, const struct spot *p,
    struct strs cols, const char *before)
{
	struct place out = { STR(""), STR("") };

	for (size_t i = 0; i < cols.n; i++) {
		struct place c = spot_column(l, p, cols.v[i]);
		const char *comma = i ? ", " : "";

		out.now = arena_printf(l->w->a, "%.*s%s%s%.*s",
		    STR_ARG(out.now), comma, before, STR_ARG(c.now));
		if (!c.live.p || !out.live.p)
			out.live = STR_NONE;
		else
			out.live = arena_printf(l->w->a, "%.*s%s%s%.*s",
			    STR_ARG(out.live), comma, before, STR_ARG(c.live));
	}
	return out;
}

/* --- step by step --------------------------------------------------------------- */

static void moved_to(const struct lens *l, const struct spot *p,
    struct str key)
{
	size_t n = l->w->names.columns.n;

	names_move_table(l->w, p->live_key, key);
	names_move_table(l->w, STR_NONE, p->key);
	for (size_t i = 0; i < n; i++) {
		struct moved_column m = l->w->names.columns.v[i];

		if (str_eq(m.table, p->key))
			names_move_column(l->w, key, m.live, m.now);
	}
}

/* All that is in the schema goes with its name. */
static void step_schema(const struct lens *l, const struct pg_obj *o)
{
	for (size_t i = 0; i < l->before->ntables; i++) {
		const struct table *t = l->before->tables[i];
		struct spot p;

		if (!str_eq(t->o.schema, o->name))
			continue;
		p = spot_table(l, t);
		moved_to(l, &p, key_of(l->w->a, l->g->new_name, t->o.name));
	}
}

static void step_rename(const struct lens *l)
{
	const struct pg_obj *o = l->g->nobjs ? &l->g->objs[0] : NULL;
	struct spot p;

	if (o && o->kind == OBJ_SCHEMA && l->g->kind == PG_RENAME)
		step_schema(l, o);
	if (!o || (o->kind != OBJ_TABLE && o->kind != OBJ_COLUMN))
		return;
	p = spot_obj(l, o);
	if (o->kind == OBJ_COLUMN) {
		struct str live = live_column(l->w, &p, o->name);

		names_move_column(l->w, p.key, STR_NONE, o->name);
		names_move_column(l->w, p.key, live, l->g->new_name);
		return;
	}
	moved_to(l, &p, l->g->kind == PG_SET_SCHEMA ?
	    key_of(l->w->a, l->g->new_name, p.name) :
	    key_of(l->w->a, p.schema, l->g->new_name));
}

static void step_table(const struct lens *l)
{
	for (size_t i = 0; i < l->g->nobjs; i++) {
		struct spot p;

		if (l->g->objs[i].kind != OBJ_TABLE)
			continue;
		p = spot_obj(l, &l->g->objs[i]);
		if (l->g->kind != PG_DROP && l->g->if_not_exists && p.now)
			continue;
		names_move_table(l->w, STR_NONE, p.key);
	}
}

static void step_alter(const struct lens *l)
{
	struct spot p;

	if (!l->g->nobjs)
		return;
	p = spot_obj(l, &l->g->objs[0]);
	for (size_t i = 0; i < l->g->nsubs; i++) {
		const struct pg_sub *s = &l->g->subs[i];

		if (s->step == PG_STEP_ADD_COLUMN && s->missing_ok && p.now &&
		    table_column(p.now, s->column))
			continue;
		if (s->step == PG_STEP_ADD_COLUMN ||
		    s->step == PG_STEP_DROP_COLUMN)
			names_move_column(l->w, p.key, STR_NONE, s->column);
	}
}

static void step_set(const struct lens *l)
{
	if (str_ieq(l->g->setting, STR("search_path")) &&
	    l->g->setting_value.n)
		l->w->path = l->g->setting_value;
}

void pg_names_step(const struct lens *l)
{
	static void (*const steps[PG_KIND_N])(const struct lens *) = {
		[PG_RENAME] = step_rename, [PG_SET_SCHEMA] = step_rename,
		[PG_DROP] = step_table, [PG_CREATE_TABLE] = step_table,
		[PG_CREATE_TABLE_AS] = step_table,
		[PG_ALTER_TABLE] = step_alter, [PG_SET] = step_set,
	};

	l->w->names.tables_at[l->i] = l->w->names.tables.n;
	l->w->names.columns_at[l->i] = l->w->names.columns.n;
	if (steps[l->g->kind])
		steps[l->g->kind](l);
}

/* Both plain and with the schema: whoever compares has one or the other. */
static void hint(struct work *w, struct rename_hints *out, size_t *cap,
    struct rename_hint h)
{
	struct rename_hint *v = (struct rename_hint *)(uintptr_t)out->v;

	if (out->n == *cap)
		v = vec_grow(w->a, v, out->n, cap, sizeof(*v));
	v[out->n++] = h;
	out->v = v;
}

void pg_hints(struct work *w, struct rename_hints *out)
{
	const struct model *to = w->p->to;
	size_t cap = 0;

	for (size_t i = 0; i < to->ntables; i++) {
		const struct table *t = to->tables[i];
		struct str key = key_of(w->a, t->o.schema, t->o.name);
		struct spot p = { .key = key, .live = live_of(w, key) };

		if (!p.live)
			continue;
		if (!str_eq(p.live->o.name, t->o.name))
			hint(w, out, &cap, (struct rename_hint){ OBJ_TABLE,
			    STR(""), p.live->o.name, t->o.name });
		if (!str_eq(p.live->o.name, t->o.name) ||
		    !str_eq(p.live->o.schema, t->o.schema))
			hint(w, out, &cap, (struct rename_hint){ OBJ_TABLE,
			    STR(""), key_of(w->a, p.live->o.schema,
			    p.live->o.name), key });
		for (size_t k = 0; k < t->ncols; k++) {
			struct str now = t->cols[k]->o.name;
			struct str was = live_column(w, &p, now);

			if (!was.p || str_eq(was, now))
				continue;
			hint(w, out, &cap, (struct rename_hint){ OBJ_COLUMN,
			    t->o.name, was, now });
			hint(w, out, &cap, (struct rename_hint){ OBJ_COLUMN,
			    key, was, now });
		}
	}
}

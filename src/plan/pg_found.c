/* pg_found: hazards of PostgreSQL, named and counted. */
#include "plan/pg.h"

static struct str object_text(const struct work *w, const struct obj *o,
    struct str column)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	w->d->object_name(&b, o, column);
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct found *add(const struct lens *l, enum hazard_id id)
{
	struct found f = { .stmt = l->i, .at = l->i };

	f.h.def = &hazard_defs[id];
	f.h.rows = f.h.of = -1;
	f.h.table = f.h.column = f.h.object = STR("");
	f.h.text = f.h.finder = f.h.count_sql = f.h.now_finder = STR("");
	f.now_count = f.now_of = f.live_count = f.live_of = STR("");
	f.live_text = STR("");
	vec_push(l->w->a, &l->w->found, f);
	return &l->w->found.v[l->w->found.n - 1];
}

struct found *pg_found(const struct lens *l, enum hazard_id id,
    const struct spot *p, struct str column)
{
	struct found *f = add(l, id);
	struct obj o = { .kind = OBJ_TABLE,
		.schema = p->live ? p->live->o.schema : p->schema,
		.name = p->live ? p->live->o.name : p->name };

	f->h.table = p->live_key.p ? p->live_key : p->key;
	if (column.n) {
		struct place c = spot_column(l, p, column);

		f->h.column = column;
		for (size_t i = 0; c.live.p && p->live &&
		    i < p->live->ncols; i++)
			if (str_eq(sql_form(l->w, "@",
			    &p->live->cols[i]->o.name), c.live))
				f->h.column = p->live->cols[i]->o.name;
	}
	f->h.object = object_text(l->w, &o, f->h.column);
	return f;
}

struct found *pg_found_obj(const struct lens *l, enum hazard_id id,
    const struct obj *o)
{
	struct found *f = add(l, id);

	f->h.object = object_text(l->w, o, STR(""));
	if (o->kind == OBJ_TABLE || o->table.n)
		f->h.table = key_of(l->w->a, o->schema, o->table.n ?
		    o->table : o->name);
	return f;
}

void pg_say(struct found *f, enum sev sev, struct str text)
{
	f->h.sev = sev;
	f->h.text = text;
	f->settled = true;
}

struct str pg_bytes(struct arena *a, int64_t n)
{
	static const char *const units[] = { "KB", "MB", "GB", "TB" };
	double v = (double)n / 1000;	/* as the studio shows sizes */
	size_t u = 0;

	if (n < 1000)
		return arena_printf(a, "%lld B", (long long)n);
	for (; v >= 999.5 && u < 3; u++)
		v /= 1000;
	return arena_printf(a, v < 9.95 ? "%.1f %s" : "%.0f %s", v, units[u]);
}

/* Rows of partitions and of inheriting tables count too: no ONLY. */
void pg_count(const struct lens *l, struct found *f, const struct spot *p,
    struct str now_where, struct str live_where)
{
	struct place where = { now_where, live_where };

	PROBE(l->w, f, where.now.n ? "SELECT pg_catalog.count(*) FROM $"
	    " WHERE $" : "SELECT pg_catalog.count(*) FROM $$", p->sql, where);
	f->now_of = sql_form(l->w, "SELECT pg_catalog.count(*) FROM $",
	    &p->sql.now);
	if (p->sql.live.p)
		f->live_of = sql_form(l->w,
		    "SELECT pg_catalog.count(*) FROM $", &p->sql.live);
	if (where.now.n)
		f->h.now_finder = sql_form(l->w, "SELECT * FROM $ WHERE $",
		    (const struct str[]){ p->sql.now, where.now });
	if (p->sql.live.p && where.live.p && where.live.n)
		f->h.finder = sql_form(l->w, "SELECT * FROM $ WHERE $",
		    (const struct str[]){ p->sql.live, where.live });
	if (f->h.finder.n)
		f->h.rows_where = where.live;
}

void pg_count_where(const struct lens *l, struct found *f,
    const struct spot *p, struct place where)
{
	pg_count(l, f, p, where.now, where.live);
}

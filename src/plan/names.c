/*
 * names: where the names of the live schema went.  Rename hints and live
 * finders come from here; both from models, none from statement text.
 */
#include "plan/internal.h"

struct place place_table(const struct work *w, struct str now)
{
	const struct table *t;

	for (size_t i = w->names.seen_tables; i-- > 0;)
		if (str_ieq(w->names.tables.v[i].now, now))
			return (struct place){ now,
			    w->names.tables.v[i].live };
	t = model_table(w->p->from, STR(""), now);
	return (struct place){ now, t ? t->o.name : STR_NONE };
}

struct place place_column(const struct work *w, struct str table,
    struct str now)
{
	struct place t = place_table(w, table);
	const struct table *live;
	const struct column *c;

	if (!t.live.p)
		return (struct place){ now, STR_NONE };
	for (size_t i = w->names.seen_columns; i-- > 0;) {
		const struct moved_column *m = &w->names.columns.v[i];

		if (str_ieq(m->table, table) && str_ieq(m->now, now))
			return (struct place){ now, m->live };
	}
	live = model_table(w->p->from, STR(""), t.live);
	c = live ? table_column(live, now) : NULL;
	return (struct place){ now, c ? c->o.name : STR_NONE };
}

/* --- what an ALTER did ------------------------------------------------------ */

static const struct table *table_not_in(const struct model *m,
    const struct model *other)
{
	for (size_t i = 0; i < m->ntables; i++)
		if (!model_table(other, STR(""), m->tables[i]->o.name))
			return m->tables[i];
	return NULL;
}

static const struct column *column_not_in(const struct table *t,
    const struct table *other)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (!table_column(other, t->cols[i]->o.name))
			return t->cols[i];
	return NULL;
}

void altered_find(const struct run_stmt *s, struct altered *out)
{
	*out = (struct altered){ 0 };
	if (s->facts.verb != VERB_ALTER_TABLE || s->before == s->after)
		return;
	out->was = model_table(s->before, STR(""), s->facts.object);
	out->is = model_table(s->after, STR(""), s->facts.object);
	if (!out->was)
		out->was = table_not_in(s->before, s->after);
	if (out->was && !out->is) {
		out->is = table_not_in(s->after, s->before);
		out->renamed = out->is != NULL;
	}
	if (!out->was || !out->is || out->renamed)
		return;
	if (out->is->ncols > out->was->ncols) {
		out->added = column_not_in(out->is, out->was);
	} else if (out->is->ncols < out->was->ncols) {
		out->dropped = column_not_in(out->was, out->is);
	} else {
		out->from = column_not_in(out->was, out->is);
		out->to = column_not_in(out->is, out->was);
	}
}

/* --- step by step ------------------------------------------------------------ */

void names_move_table(struct work *w, struct str live, struct str now)
{
	vec_push(w->a, &w->names.tables, (struct moved){ live, now });
	w->names.seen_tables = w->names.tables.n;
}

void names_move_column(struct work *w, struct str table, struct str live,
    struct str now)
{
	vec_push(w->a, &w->names.columns,
	    (struct moved_column){ table, live, now });
	w->names.seen_columns = w->names.columns.n;
}

static void rename_table(struct work *w, struct str from, struct str to)
{
	struct str live = place_table(w, from).live;
	size_t n = w->names.columns.n;

	names_move_table(w, live, to);
	names_move_table(w, STR_NONE, from);
	for (size_t i = 0; i < n; i++) {
		struct moved_column m = w->names.columns.v[i];

		if (str_ieq(m.table, from))
			names_move_column(w, to, m.live, m.now);
	}
}

/* The copy is the table: its columns are the live ones of the same name. */
static void finish_rebuild(struct work *w, const struct rebuild *r)
{
	struct str live = place_table(w, r->table).live;

	names_move_table(w, live, r->table);
	for (size_t i = 0; i < r->is->ncols; i++)
		if (!table_column(r->was, r->is->cols[i]->o.name))
			names_move_column(w, r->table, STR_NONE,
			    r->is->cols[i]->o.name);
}

void names_at(struct work *w, size_t i)
{
	w->names.seen_tables = i == NO_STMT ? w->names.tables.n :
	    w->names.tables_at[i];
	w->names.seen_columns = i == NO_STMT ? w->names.columns.n :
	    w->names.columns_at[i];
}

void names_step(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct rebuild *r = rebuild_of(w, i);
	struct altered al;

	w->names.tables_at[i] = w->names.tables.n;
	w->names.columns_at[i] = w->names.columns.n;

	if (r && i == r->rename) {
		finish_rebuild(w, r);
		return;
	}
	if (r && i == r->drop)
		return;
	if (s->facts.verb == VERB_CREATE_TABLE ||
	    s->facts.verb == VERB_CREATE_VTABLE ||
	    s->facts.verb == VERB_DROP_TABLE) {
		names_move_table(w, STR_NONE, s->facts.object);
		return;
	}
	altered_find(s, &al);
	if (al.renamed)
		rename_table(w, al.was->o.name, al.is->o.name);
	else if (al.added)
		names_move_column(w, al.is->o.name, STR_NONE, al.added->o.name);
	else if (al.dropped)
		names_move_column(w, al.is->o.name, STR_NONE, al.dropped->o.name);
	else if (al.from && al.to) {
		struct str live = place_column(w, al.was->o.name,
		    al.from->o.name).live;

		names_move_column(w, al.is->o.name, STR_NONE, al.from->o.name);
		names_move_column(w, al.is->o.name, live, al.to->o.name);
	}
}

void sqlite_hints(struct work *w, struct rename_hints *out)
{
	VEC(struct rename_hint) v = { 0 };
	const struct model *to = w->p->to;

	for (size_t i = 0; i < to->ntables; i++) {
		const struct table *t = to->tables[i];
		struct str live = place_table(w, t->o.name).live;

		if (!live.p)
			continue;
		if (!str_eq(live, t->o.name))
			vec_push(w->a, &v, (struct rename_hint){
			    .kind = OBJ_TABLE, .from = live,
			    .to = t->o.name });
		for (size_t k = 0; k < t->ncols; k++) {
			struct str now = t->cols[k]->o.name;
			struct str was = place_column(w, t->o.name, now).live;

			if (was.p && !str_eq(was, now))
				vec_push(w->a, &v, (struct rename_hint){
				    .kind = OBJ_COLUMN, .table = t->o.name,
				    .from = was, .to = now });
		}
	}
	out->v = v.v;
	out->n = v.n;
}

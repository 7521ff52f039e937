/*
 * data: what INSERT, UPDATE and DELETE of a migration did, seen on the
 * rehearsal copy: rows by the preupdate hook; for an UPDATE the values that
 * were there and are not any more, by comparing the table with itself before.
 */
#include "plan/internal.h"

bool is_data(enum fact_verb verb)
{
	return verb == VERB_INSERT || verb == VERB_UPDATE ||
	    verb == VERB_DELETE;
}

static const struct table *written(const struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];

	return s->facts.writes.n ? model_table(s->before, STR(""),
	    s->facts.writes.v[0]) : NULL;
}

enum rc data_before(struct work *w, size_t i, struct err *e)
{
	const struct table *t = written(w, i);
	int64_t rows;

	if (!t || (t->type != TABLE_ORDINARY && t->type != TABLE_VIRTUAL))
		return RC_OK;
	if (count_of(w->copy, sql_form(w, "SELECT count(*) FROM @",
	    &t->o.name), w->a, &rows))
		w->rows_before[i] = rows;
	if (w->run->v[i].facts.verb != VERB_UPDATE ||
	    t->type == TABLE_VIRTUAL || !place_table(w, t->o.name).live.p)
		return RC_OK;
	w->updating = i;
	return drv_exec(w->copy, sql_form(w, t->without_rowid ?
	    "CREATE TEMP TABLE weir_before AS SELECT * FROM main.@" :
	    "CREATE TEMP TABLE weir_before AS"
	    " SELECT rowid AS weir_rowid, * FROM main.@", &t->o.name), e);
}

static struct str join_key(const struct work *w, const struct table *t)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	if (!t->without_rowid || !t->pk)
		return STR("n.rowid = o.weir_rowid");
	for (size_t i = 0; i < t->pk->cols.n; i++) {
		if (i)
			SQL(&b, " AND ");
		SQL(&b, "n.");
		w->d->ident(&b, t->pk->cols.v[i]);
		SQL(&b, " = o.");
		w->d->ident(&b, t->pk->cols.v[i]);
	}
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void compare_column(struct work *w, size_t i, const struct table *t,
    const struct column *c, bool *any)
{
	struct str q = sql_form(w, "@", &c->o.name);
	int64_t rows;
	struct found *f;

	if (c->generated != GEN_NONE ||
	    !place_column(w, t->o.name, c->o.name).live.p)
		return;
	if (!count_of(w->copy, sql_form(w, "SELECT count(*) FROM"
	    " temp.weir_before AS o LEFT JOIN main.@ AS n ON $"
	    " WHERE o.$ IS NOT NULL AND +o.$ IS NOT +n.$ COLLATE BINARY",
	    (const struct str[]){ t->o.name, join_key(w, t), q, q, q }),
	    w->a, &rows) || rows == 0)
		return;
	f = found_add(w, HAZ_ID_UPDATE_ROWS, i, t->o.name, c->o.name);
	f->h.rows = rows;
	f->h.of = w->rows_before[i];
	*any = true;
}

/* After the UPDATE that data_before() prepared for. */
void data_after(struct work *w)
{
	size_t i = w->updating;
	struct err ignored = ERR_INIT;
	const struct table *t;
	bool any = false;

	if (i == NO_STMT)
		return;
	w->updating = NO_STMT;
	t = written(w, i);
	names_at(w, i);
	for (size_t k = 0; t && k < t->ncols; k++)
		compare_column(w, i, t, t->cols[k], &any);
	if (t && !any) {
		struct found *f = found_add(w, HAZ_ID_UPDATE_ROWS, i,
		    t->o.name, STR(""));

		f->h.rows = 0;
		f->h.of = w->rows_before[i];
	}
	names_at(w, NO_STMT);
	if (drv_exec(w->copy, STR("DROP TABLE IF EXISTS temp.weir_before"),
	    &ignored))
		w->updating = NO_STMT;
}

/* The one column of t that a key towards `parent` changes, or "". */
static struct str set_column(const struct table *t, struct str parent,
    enum fact_verb verb)
{
	struct str col = STR("");

	for (size_t i = 0; t && i < t->nfks; i++) {
		const struct fk *fk = t->fks[i];
		bool sets = verb == VERB_UPDATE ?
		    !str_is(fk->on_update, "NO ACTION") &&
		    !str_is(fk->on_update, "RESTRICT") :
		    !str_is(fk->on_delete, "CASCADE");

		if (!str_ieq(fk->ref_table, parent) || !fk->cols.n || !sets)
			continue;
		if (col.n)
			return STR("");
		col = fk->cols.v[0];
	}
	return col;
}

static void settle_direct(struct work *w, size_t i, const struct fact_rows *r)
{
	enum fact_verb verb = w->run->v[i].facts.verb;
	int64_t gone = r->deleted - r->cascaded_delete;
	int64_t over = r->updated - r->cascaded_update;
	struct found *f = NULL;

	if (verb == VERB_DELETE) {
		f = found_add(w, HAZ_ID_DELETE_ROWS, i, r->table, STR(""));
		f->h.rows = gone;
	} else if (gone > 0) {
		f = found_add(w, HAZ_ID_REPLACE_ROWS, i, r->table, STR(""));
		f->h.rows = gone;
	}
	if (f)
		f->h.of = w->rows_before[i];
	if (verb != VERB_INSERT || over <= 0)
		return;
	f = found_add(w, HAZ_ID_UPDATE_ROWS, i, r->table, STR(""));
	f->h.rows = over;
	f->h.of = w->rows_before[i];
}

static struct str trigger_in(const struct work *w, const struct table *t,
    struct str reaches)
{
	for (size_t i = 0; t && i < t->ntriggers; i++)
		if (sql_names(w->d, t->triggers[i]->sql, reaches))
			return t->triggers[i]->o.name;
	return STR("");
}

/* The trigger that took rows of `table`: of the table written, else one that
 * another trigger set off; "" for a temporary one. */
static struct str trigger_of(const struct work *w, size_t i, struct str table)
{
	const struct model *m = w->run->v[i].before;
	struct str name = trigger_in(w, written(w, i), table);

	for (size_t k = 0; !name.n && k < m->ntables; k++)
		name = trigger_in(w, m->tables[k], table);
	return name;
}

/* The hook tells what was caused, not by what: a foreign key where one leads
 * there, else a trigger. */
static void settle_deleted(struct work *w, size_t i,
    const struct fact_rows *r)
{
	const struct run_stmt *s = &w->run->v[i];
	bool key = !w->files[w->file_of[i]].fk_off && s->facts.writes.n &&
	    cascade_reaches(s->before, s->facts.writes.v[0], r->table);
	struct found *f = found_add(w, key ? HAZ_ID_CASCADE_ROWS :
	    HAZ_ID_TRIGGER_ROWS, i, r->table, STR(""));
	struct str by = key ? STR("") : trigger_of(w, i, r->table);

	f->h.rows = r->cascaded_delete;
	if (!key)
		f->h.text = arena_printf(w->a, "%.*s %s of %.*s deleted by %s"
		    "%.*s", STR_ARG(say_count(w->a, f->h.rows)),
		    f->h.rows == 1 ? "row" : "rows", STR_ARG(f->h.object),
		    by.n ? "trigger " : "a trigger", STR_ARG(by));
}

static void settle_indirect(struct work *w, size_t i,
    const struct fact_rows *r, bool direct)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct table *t = model_table(s->before, STR(""), r->table);
	struct found *f;

	if (r->cascaded_delete > 0)
		settle_deleted(w, i, r);
	/* an UPDATE's own table was compared as a whole */
	if (r->cascaded_update <= 0 ||
	    (direct && s->facts.verb == VERB_UPDATE))
		return;
	f = found_add(w, HAZ_ID_UPDATE_ROWS, i, r->table,
	    set_column(t, s->facts.writes.n ? s->facts.writes.v[0] : STR(""),
	    s->facts.verb));
	f->h.rows = r->cascaded_update;
	f->h.text = arena_printf(w->a, "%.*s %s changed by a foreign key or"
	    " trigger", STR_ARG(say_count(w->a, r->cascaded_update)),
	    r->cascaded_update == 1 ? "row is" : "rows are");
}

static void guesses_go(struct work *w, size_t i)
{
	for (size_t k = 0; k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt == i && f->h.rows < 0 &&
		    (f->h.def->cls == HAZ_LOSS ||
		    f->h.def == &hazard_defs[HAZ_ID_ORPHANS]))
			f->gone = true;
	}
}

static void say_effect(struct work *w, size_t i, const struct fact_rows *r)
{
	enum fact_verb verb = w->run->v[i].facts.verb;
	int64_t added = r->inserted, set = r->updated - r->cascaded_update;

	if (verb == VERB_INSERT)
		w->stmts[i].why = arena_printf(w->a, "%.*s %s added",
		    STR_ARG(say_count(w->a, added)),
		    added == 1 ? "row" : "rows");
	for (size_t k = 0; verb == VERB_UPDATE && k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt == i && f->h.rows == 0 &&
		    f->h.def == &hazard_defs[HAZ_ID_UPDATE_ROWS])
			f->h.text = arena_printf(w->a, "%.*s %s filled,"
			    " no value overwritten",
			    STR_ARG(say_count(w->a, set)),
			    set == 1 ? "row" : "rows");
	}
}

/* The hook sees the tables behind a virtual one, not itself. */
static void settle_virtual(struct work *w, size_t i, const struct facts *facts)
{
	enum fact_verb verb = w->run->v[i].facts.verb;
	struct str name = w->run->v[i].facts.writes.v[0];
	struct found *f;

	if (verb == VERB_INSERT || !place_table(w, name).live.p)
		return;
	f = found_add(w, verb == VERB_DELETE ? HAZ_ID_DELETE_ROWS :
	    HAZ_ID_UPDATE_ROWS, i, name, STR(""));
	f->h.rows = facts->changes;
	f->h.of = w->rows_before[i];
}

/* The tables in which FTS3 to FTS5 and the R-tree keep rows that are in no
 * other: FTS5 manual 9.1, R-tree 3.2. */
static bool keeps_rows(struct str table, struct str virtual)
{
	struct str end = str_sub(table, virtual.n, table.n);

	return table.n > virtual.n && str_ieq(str_sub(table, 0, virtual.n),
	    virtual) && (str_ieq(end, STR("_content")) ||
	    str_ieq(end, STR("_rowid")));
}

/* Rows of a virtual table that a trigger took: what feeds it may come back,
 * these are saved nowhere. */
static void settle_behind(struct work *w, size_t i, const struct fact_rows *r)
{
	const struct model *m = w->run->v[i].before;
	int64_t gone = r->deleted + r->updated;

	for (size_t k = 0; gone > 0 && k < m->ntables; k++) {
		const struct table *t = m->tables[k];
		struct found *f;
		struct str by;

		if (t->type != TABLE_VIRTUAL || t == written(w, i) ||
		    !keeps_rows(r->table, t->o.name) ||
		    !place_table(w, t->o.name).live.p)
			continue;
		by = trigger_of(w, i, t->o.name);
		f = found_add(w, HAZ_ID_TRIGGER_ROWS, i, t->o.name, STR(""));
		f->h.rows = gone;
		f->h.unsaved = true;
		f->h.text = arena_printf(w->a, "%.*s %s of %.*s deleted or "
		    "changed by %s%.*s, which is not saved", STR_ARG(say_count(
		    w->a, gone)), gone == 1 ? "row" : "rows",
		    STR_ARG(f->h.object), by.n ? "trigger " : "a trigger",
		    STR_ARG(by));
	}
}

/* Exact counts take the place of what detect had to assume. */
void data_settle(struct work *w, size_t i, const struct facts *facts)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct table *t = written(w, i);
	bool direct_seen = t && t->type == TABLE_VIRTUAL;

	guesses_go(w, i);
	names_at(w, i);
	if (direct_seen)
		settle_virtual(w, i, facts);
	for (size_t k = 0; k < facts->nrows; k++) {
		const struct fact_rows *r = &facts->rows[k];
		bool direct = s->facts.writes.n &&
		    str_ieq(r->table, s->facts.writes.v[0]);

		direct_seen = direct_seen || direct;
		if (direct)	/* of a table that the plan made as well */
			say_effect(w, i, r);
		if (!place_table(w, r->table).live.p)
			continue;
		if (direct)
			settle_direct(w, i, r);
		settle_indirect(w, i, r, direct);
		settle_behind(w, i, r);
	}
	if (!direct_seen && s->facts.verb == VERB_INSERT)
		w->stmts[i].why = STR("no row added");
	if (!direct_seen && s->facts.verb == VERB_DELETE &&
	    s->facts.writes.n &&
	    place_table(w, s->facts.writes.v[0]).live.p) {
		struct found *f = found_add(w, HAZ_ID_DELETE_ROWS, i,
		    s->facts.writes.v[0], STR(""));

		f->h.rows = 0;
		f->h.of = w->rows_before[i];
	}
	names_at(w, NO_STMT);
}

static void dropped_along(struct work *w, size_t i, const struct fact_rows *r)
{
	struct str table = place_table(w, r->table).live;
	bool said = false;

	for (size_t k = 0; table.p && k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt != i || f->h.def != &hazard_defs[HAZ_ID_CASCADE] ||
		    !str_ieq(f->h.table, table))
			continue;
		f->h.rows = r->deleted;
		f->gone = f->gone || said;
		said = true;
	}
}

void data_dropped(struct work *w, size_t i, const struct facts *facts)
{
	names_at(w, i);
	for (size_t k = 0; k < facts->nrows; k++)
		if (facts->rows[k].cascaded_delete > 0 &&
		    !str_ieq(facts->rows[k].table, w->run->v[i].facts.object))
			dropped_along(w, i, &facts->rows[k]);
	names_at(w, NO_STMT);
}

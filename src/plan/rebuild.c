/*
 * rebuild: a table made anew from a copy of itself (P.4), and what the copy
 * does not hold afterwards.  Values are compared on the rehearsal copy, just
 * before the old table goes, when both are there.
 */
#include "plan/internal.h"

/* --- finding them ------------------------------------------------------------ */

static bool strs_hold(struct strs v, struct str s)
{
	for (size_t i = 0; i < v.n; i++)
		if (str_ieq(v.v[i], s))
			return true;
	return false;
}

/* With keys on, a DROP of a table that others point to is what it is (P.5). */
static bool points_from_outside(const struct table *t, struct str temp)
{
	for (size_t i = 0; i < t->nfks_in; i++)
		if (!str_ieq(t->fks_in[i]->o.table, t->o.name) ||
		    str_ieq(t->fks_in[i]->o.table, temp))
			return true;
	return false;
}

static bool find_copy(const struct work *w, const struct plan_file *f,
    struct rebuild *r)
{
	for (size_t m = f->first; m < r->drop; m++) {
		const struct run_stmt *s = &w->run->v[m];

		if (s->facts.verb == VERB_CREATE_TABLE &&
		    str_ieq(s->facts.object, r->temp))
			r->create = m;
		if (s->facts.verb == VERB_INSERT &&
		    strs_hold(s->facts.writes, r->temp) &&
		    strs_hold(s->facts.reads, r->table))
			r->insert = m;
	}
	return r->create != NO_STMT && r->insert != NO_STMT &&
	    r->create < r->insert;
}

static bool find_rename(const struct work *w, const struct plan_file *f,
    struct rebuild *r)
{
	for (size_t j = r->drop + 1; j < f->first + f->n; j++) {
		struct altered al;

		altered_find(&w->run->v[j], &al);
		if (!al.renamed || !str_ieq(al.is->o.name, r->table))
			continue;
		r->temp = al.was->o.name;
		r->rename = j;
		r->is = al.is;
		return true;
	}
	return false;
}

static const struct index *index_named(const struct table *t, struct str name)
{
	for (size_t i = 0; t && i < t->nindexes; i++)
		if (str_ieq(t->indexes[i]->o.name, name))
			return t->indexes[i];
	return NULL;
}

static bool same_index(const struct index *x, const struct index *y)
{
	return x && y && x->unique == y->unique &&
	    str_eq(x->parts_text, y->parts_text) && str_eq(x->where, y->where);
}

static void mark(struct work *w, const struct plan_file *f,
    const struct rebuild *r, size_t group)
{
	w->stmts[r->create].group = group;
	w->stmts[r->insert].group = group;
	w->stmts[r->drop].group = group;
	w->stmts[r->rename].group = group;
	for (size_t i = r->rename + 1; i < f->first + f->n; i++) {
		const struct run_stmt *s = &w->run->v[i];
		const struct table *t = model_table(s->after, STR(""),
		    r->table);

		if (s->facts.verb == VERB_CREATE_INDEX &&
		    str_ieq(s->facts.table, r->table) &&
		    same_index(index_named(r->was, s->facts.object),
		    index_named(t, s->facts.object)))
			w->stmts[i].group = group;
	}
}

static void find_in_file(struct work *w, size_t file)
{
	const struct plan_file *f = &w->files[file];

	for (size_t i = f->first; i < f->first + f->n; i++) {
		const struct run_stmt *s = &w->run->v[i];
		struct rebuild r = { .file = file, .drop = i,
			.create = NO_STMT, .insert = NO_STMT,
			.copied = -1, .kept = -1 };

		if (s->facts.verb != VERB_DROP_TABLE)
			continue;
		r.table = s->facts.object;
		r.was = model_table(s->before, STR(""), r.table);
		if (!r.was || !find_rename(w, f, &r) || !find_copy(w, f, &r) ||
		    (!f->fk_off && points_from_outside(r.was, r.temp)))
			continue;
		vec_push(w->a, &w->rebuilds, r);
		mark(w, f, &r, w->rebuilds.n);
	}
}

void rebuilds_find(struct work *w)
{
	for (size_t i = 0; i < w->p->nfiles; i++)
		find_in_file(w, i);
}

/* --- old and new rows side by side --------------------------------------------- */

/* o and n are the old and the new row: FROM … o LEFT JOIN … n ON … */
static bool add_join(struct work *w, const struct rebuild *r, struct sbuf *b)
{
	const struct dialect *d = w->d;
	bool by_key = r->was->pk && r->is->pk &&
	    strs_eq(r->was->pk->cols, r->is->pk->cols) &&
	    r->was->pk->cols.n > 0;

	if (!by_key && (r->was->without_rowid || r->is->without_rowid))
		return false;
	if (!by_key) {
		SQL(b, " FROM (SELECT *, row_number() OVER (ORDER BY rowid)"
		    " AS weir_n FROM ");
		d->ident(b, r->table);
		SQL(b, ") AS o LEFT JOIN (SELECT *, row_number()"
		    " OVER (ORDER BY rowid) AS weir_n FROM ");
		d->ident(b, r->temp);
		SQL(b, ") AS n ON n.weir_n = o.weir_n");
		return true;
	}
	SQL(b, " FROM ");
	d->ident(b, r->table);
	SQL(b, " AS o LEFT JOIN ");
	d->ident(b, r->temp);
	SQL(b, " AS n ON ");
	for (size_t i = 0; i < r->was->pk->cols.n; i++) {
		if (i)
			SQL(b, " AND ");
		SQL(b, "n.");
		d->ident(b, r->was->pk->cols.v[i]);
		SQL(b, " = o.");
		d->ident(b, r->was->pk->cols.v[i]);
	}
	return true;
}

static void add_key(struct work *w, const struct rebuild *r, struct sbuf *b)
{
	SQL(b, "n.");
	if (r->was->pk && r->is->pk &&
	    strs_eq(r->was->pk->cols, r->is->pk->cols))
		w->d->ident(b, r->was->pk->cols.v[0]);
	else
		SQL(b, "weir_n");
}

/* 1 where a value that was there reads differently now.  Numbers compare as
 * numbers, everything else as its text. */
static void add_changed(struct work *w, const struct rebuild *r,
    struct str col, struct sbuf *b)
{
	struct str q = sql_form(w, "@", &col);
	struct str form = sql_form(w, "o.$ IS NOT NULL AND CASE WHEN"
	    " typeof(o.$) IN ('integer','real') AND"
	    " typeof(n.$) IN ('integer','real') THEN +o.$ <> +n.$ ELSE"
	    " CAST(o.$ AS TEXT) IS NOT CAST(n.$ AS TEXT) END",
	    (const struct str[]){ q, q, q, q, q, q, q });

	SQL(b, "coalesce(sum(");
	add_key(w, r, b);
	SQL(b, " IS NOT NULL AND ");
	sbuf_add(b, form);
	SQL(b, "), 0)");
}

/* Of one column, by the names right before the DROP; "" nothing to ask. */
static struct str count_changed(struct work *w, const struct rebuild *r,
    struct str col)
{
	struct sbuf b = SBUF_TEXT;
	struct str out = STR("");

	SQL(&b, "SELECT ");
	add_changed(w, r, col, &b);
	if (add_join(w, r, &b))
		out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* --- shape -------------------------------------------------------------------- */

static bool holds(struct str s, const char *word)
{
	for (size_t i = 0; i + strlen(word) <= s.n; i++)
		if (str_ieq(str_sub(s, i, i + strlen(word)), str_z(word)))
			return true;
	return false;
}

/* sqlite.org/datatype3.html section 3.1 */
static char affinity(struct str type)
{
	if (holds(type, "INT"))
		return 'i';
	if (holds(type, "CHAR") || holds(type, "CLOB") || holds(type, "TEXT"))
		return 't';
	if (type.n == 0 || holds(type, "BLOB"))
		return 'b';
	if (holds(type, "REAL") || holds(type, "FLOA") || holds(type, "DOUB"))
		return 'r';
	return 'n';
}

static void detect_types(struct work *w, const struct rebuild *r)
{
	for (size_t i = 0; i < r->is->ncols; i++) {
		const struct column *to = r->is->cols[i];
		const struct column *from = table_column(r->was, to->o.name);

		if (!from || to->generated != GEN_NONE ||
		    !place_column(w, r->table, from->o.name).live.p)
			continue;
		if (affinity(from->type) != affinity(to->type) ||
		    (r->is->strict && !r->was->strict)) {
			struct found *f = found_add(w, HAZ_ID_TYPE, r->create,
			    r->table, from->o.name);

			f->at = r->drop;
		}
	}
}

/* Has it values that the copy may hold otherwise? */
static bool is_compared(const struct rebuild *r, const struct column *to)
{
	const struct column *from = table_column(r->was, to->o.name);

	return from && (from->generated == GEN_NONE ||
	    to->generated == GEN_NONE);
}

static struct found *find_found(struct work *w, enum hazard_id id, size_t stmt,
    struct str col)
{
	for (size_t i = 0; i < w->found.n; i++) {
		struct found *f = &w->found.v[i];

		if (f->h.def == &hazard_defs[id] && f->stmt == stmt &&
		    str_ieq(f->h.column, col))
			return f;
	}
	return NULL;
}

/* P.7 */
static void detect_values(struct work *w, const struct rebuild *r)
{
	struct strs copied = rebuild_copied(w, r);

	for (size_t i = 0; i < r->is->ncols; i++) {
		const struct column *to = r->is->cols[i];
		struct place c = place_column(w, r->table, to->o.name);
		struct found *f;

		if (!is_compared(r, to) || !c.live.p ||
		    table_column(r->was, to->o.name)->generated != GEN_NONE)
			continue;
		f = find_found(w, HAZ_ID_TYPE, r->create, c.live);
		if (!f && (to->generated != GEN_NONE ||
		    !strs_hold(copied, to->o.name))) {
			f = found_add(w, HAZ_ID_UPDATE_ROWS, r->create,
			    r->table, to->o.name);
			f->at = r->drop;
		}
		if (f)	/* asked again right before the old table goes */
			f->now_count = count_changed(w, r, to->o.name);
	}
}

static void detect_dropped(struct work *w, const struct rebuild *r)
{
	struct place t = place_table(w, r->table);

	for (size_t i = 0; i < r->was->ncols; i++) {
		const struct column *c = r->was->cols[i];
		struct place cp = place_column(w, r->table, c->o.name);
		struct found *f;

		if (table_column(r->is, c->o.name) || !cp.live.p ||
		    c->generated != GEN_NONE)
			continue;
		f = found_add(w, HAZ_ID_DROP_COLUMN, r->create, r->table,
		    c->o.name);
		f->at = r->drop;
		PROBE(w, f, "SELECT count(@) FROM @", cp, t);
		probe_of(w, f, t);
		if (cp.live.p && t.live.p)
			f->h.finder = sql_form(w,
			    "SELECT * FROM @ WHERE @ IS NOT NULL",
			    (const struct str[]){ t.live, cp.live });
	}
}

static void detect_notnull(struct work *w, const struct rebuild *r)
{
	struct place t = place_table(w, r->table);

	for (size_t i = 0; i < r->is->ncols; i++) {
		const struct column *to = r->is->cols[i];
		const struct column *from = table_column(r->was, to->o.name);
		struct place c = place_column(w, r->table, to->o.name);
		struct found *f;

		if (!from || !to->notnull || from->notnull)
			continue;
		/* an INTEGER PRIMARY KEY holds no NULL anyway */
		if (from->pk_pos && affinity(from->type) == 'i')
			continue;
		f = found_add(w, HAZ_ID_SET_NOTNULL, r->create, r->table,
		    to->o.name);
		f->at = r->insert;
		PROBE(w, f, "SELECT count(*) FROM @ WHERE @ IS NULL", t, c);
		probe_of(w, f, t);
		if (t.live.p && c.live.p)
			f->h.finder = sql_form(w,
			    "SELECT * FROM @ WHERE @ IS NULL",
			    (const struct str[]){ t.live, c.live });
		if (f->h.finder.n)
			f->h.rows_where = sql_form(w, "@ IS NULL", &c.live);
	}
}

static void detect_checks(struct work *w, const struct rebuild *r)
{
	struct place t = place_table(w, r->table);

	for (size_t i = 0; i < r->is->nchecks; i++) {
		const struct check *c = r->is->checks[i];
		bool old = false;
		struct found *f;

		for (size_t k = 0; k < r->was->nchecks; k++)
			old = old || str_eq(r->was->checks[k]->expr, c->expr);
		if (old)
			continue;
		f = found_add(w, HAZ_ID_ADD_CHECK, r->create, r->table,
		    c->column);
		f->at = r->insert;
		PROBE(w, f, "SELECT count(*) FROM @ WHERE NOT ($)", t,
		    place_text(c->expr));
		probe_of(w, f, t);
		if (t.live.p)
			f->h.finder = sql_form(w,
			    "SELECT * FROM @ WHERE NOT ($)",
			    (const struct str[]){ t.live, c->expr });
		if (f->h.finder.n)
			f->h.rows_where = sql_form(w, "NOT ($)", &c->expr);
	}
}

static bool key_was_there(const struct table *t, struct strs cols)
{
	if (t->pk && strs_eq(t->pk->cols, cols))
		return true;
	for (size_t i = 0; i < t->nuniques; i++)
		if (strs_eq(t->uniques[i]->cols, cols))
			return true;
	return false;
}

static void detect_key(struct work *w, const struct rebuild *r,
    const struct key *k)
{
	struct index ix = { .nparts = k->cols.n, .unique = true };

	if (key_was_there(r->was, k->cols))
		return;
	ix.parts = arena_array(w->a, struct index_part,
	    k->cols.n ? k->cols.n : 1);
	for (size_t i = 0; i < k->cols.n; i++) {
		const struct column *c = table_column(r->is, k->cols.v[i]);

		if (!table_column(r->was, k->cols.v[i]))
			return;		/* a new column: the copy decides */
		ix.parts[i].column = k->cols.v[i];
		ix.parts[i].collation = c ? c->collation : STR("");
	}
	detect_unique(w, r->create, r->insert, r->was, &ix);
}

static bool same_fk(const struct fk *x, const struct fk *y)
{
	return strs_eq(x->cols, y->cols) && strs_eq(x->ref_cols, y->ref_cols) &&
	    str_ieq(x->ref_table, y->ref_table);
}

static void detect_fks(struct work *w, const struct rebuild *r)
{
	struct place t = place_table(w, r->table);

	for (size_t i = 0; i < r->is->nfks; i++) {
		const struct fk *fk = r->is->fks[i];
		bool old = false, known = true;
		struct place cols, refs, parent;
		struct found *f;

		for (size_t k = 0; k < r->was->nfks; k++)
			old = old || same_fk(r->was->fks[k], fk);
		for (size_t k = 0; k < fk->cols.n; k++)
			known = known && table_column(r->was, fk->cols.v[k]);
		if (old || !known)
			continue;
		cols = place_list(w, r->table, fk->cols, "");
		refs = place_list(w, fk->ref_table, fk->ref_cols, "");
		parent = place_table(w, fk->ref_table);
		f = found_add(w, HAZ_ID_ADD_FK, r->create, r->table,
		    fk->cols.n == 1 ? fk->cols.v[0] : STR(""));
		f->at = r->insert;
		PROBE(w, f, "SELECT count(*) FROM @ WHERE ($) NOT IN"
		    " (SELECT $ FROM @ WHERE ($) IS NOT NULL)", t, cols, refs,
		    parent, fk->ref_cols.n == 1 ? refs : place_text(STR("1")));
		probe_of(w, f, t);
		if (f->live_count.n)
			f->h.finder = sql_form(w, "SELECT * FROM @ WHERE ($)"
			    " NOT IN (SELECT $ FROM @)", (const struct str[]){
			    t.live, cols.live, refs.live, parent.live });
		if (f->h.finder.n)
			f->h.rows_where = sql_form(w, "($) NOT IN"
			    " (SELECT $ FROM @)", (const struct str[]){
			    cols.live, refs.live, parent.live });
	}
}

/* --- SL8, SL9 ------------------------------------------------------------------- */

static void lost(struct sbuf *b, const char *what, struct str of)
{
	if (b->n)
		SQL(b, ", ");
	sbuf_addz(b, what);
	if (of.n) {
		SQL(b, " of ");
		sbuf_add(b, of);
	}
}

static void lost_of_columns(const struct rebuild *r, struct sbuf *b)
{
	for (size_t i = 0; i < r->was->ncols; i++) {
		const struct column *c = r->was->cols[i];
		const struct column *n = table_column(r->is, c->o.name);

		if (n && c->collation.n && !n->collation.n)
			lost(b, "COLLATE", c->o.name);
		if (n && c->has_default && !n->has_default)
			lost(b, "DEFAULT", c->o.name);
	}
	for (size_t i = 0; i < r->was->nfks; i++)
		for (size_t k = 0; k < r->is->nfks; k++)
			if (same_fk(r->was->fks[i], r->is->fks[k]) &&
			    r->was->fks[i]->deferrable &&
			    !r->is->fks[k]->deferrable)
				lost(b, "DEFERRABLE", r->was->fks[i]->o.name);
}

static void detect_clauses(struct work *w, const struct rebuild *r)
{
	struct sbuf b = SBUF_TEXT;

	if (r->was->strict && !r->is->strict)
		lost(&b, "STRICT", STR(""));
	if (r->was->without_rowid && !r->is->without_rowid)
		lost(&b, "WITHOUT ROWID", STR(""));
	if (r->was->pk && r->is->pk) {
		if (r->was->pk->autoincrement && !r->is->pk->autoincrement)
			lost(&b, "AUTOINCREMENT", STR(""));
		if (r->was->pk->conflict.n && !r->is->pk->conflict.n)
			lost(&b, "ON CONFLICT", r->was->pk->o.name);
	}
	for (size_t i = 0; i < r->was->nuniques; i++)
		for (size_t k = 0; k < r->is->nuniques; k++)
			if (strs_eq(r->was->uniques[i]->cols,
			    r->is->uniques[k]->cols) &&
			    r->was->uniques[i]->conflict.n &&
			    !r->is->uniques[k]->conflict.n)
				lost(&b, "ON CONFLICT",
				    r->was->uniques[i]->o.name);
	lost_of_columns(r, &b);
	if (b.n) {
		struct found *f = found_add(w, HAZ_ID_REBUILD_SHAPE, r->create,
		    r->table, STR(""));

		f->h.text = arena_printf(w->a, "lost: %.*s",
		    STR_ARG(sbuf_str(&b)));
	}
	sbuf_free(&b);
}

static const struct column *rowid_column(const struct table *t)
{
	const struct column *c;

	if (t->without_rowid || !t->pk || t->pk->cols.n != 1)
		return NULL;
	c = table_column(t, t->pk->cols.v[0]);
	return c && str_ieq(c->type, STR("INTEGER")) ? c : NULL;
}

static void detect_rowids(struct work *w, const struct rebuild *r)
{
	struct place t = place_table(w, r->table);
	struct found *f;

	if (r->was->without_rowid || r->is->without_rowid ||
	    rowid_column(r->was) || rowid_column(r->is))
		return;
	f = found_add(w, HAZ_ID_ROWIDS, r->create, r->table, STR(""));
	f->at = r->insert;
	PROBE(w, f, "SELECT count(*) FROM (SELECT rowid AS r, row_number()"
	    " OVER (ORDER BY rowid) AS k FROM @) WHERE r <> k", t);
	probe_of(w, f, t);
}

void rebuild_detect(struct work *w, struct rebuild *r)
{
	struct found *f;

	if (!place_table(w, r->table).live.p)
		return;		/* made by the plan: nothing to lose yet */
	if (!w->run->v[r->drop].made) {	/* else it copies all or fails */
		f = found_add(w, HAZ_ID_DELETE_ROWS, r->create, r->table,
		    STR(""));
		f->at = r->drop;
	}
	detect_dropped(w, r);
	detect_types(w, r);
	detect_values(w, r);
	detect_notnull(w, r);
	detect_checks(w, r);
	if (r->is->pk)
		detect_key(w, r, r->is->pk);
	for (size_t i = 0; i < r->is->nuniques; i++)
		detect_key(w, r, r->is->uniques[i]);
	detect_fks(w, r);
	detect_clauses(w, r);
	detect_rowids(w, r);
}

/* --- comparing on the copy --------------------------------------------------------- */

static struct str live_name(const struct work *w, struct str table,
    struct str col)
{
	struct place p = place_column(w, table, col);

	return p.live.p ? p.live : col;
}

static int64_t number(const struct value *v)
{
	return v->kind == VALUE_REAL ? (int64_t)v->r :
	    v->kind == VALUE_INT ? v->i : 0;
}

static void take_row(struct work *w, struct rebuild *r,
    const struct value *row)
{
	int64_t of = number(&row[0]);
	struct found *f = find_found(w, HAZ_ID_DELETE_ROWS, r->create, STR(""));
	size_t k = 2;

	if (f) {
		f->h.of = of;
		f->h.rows = number(&row[1]);
		f->gone = f->h.rows == 0;
	}
	for (size_t i = 0; i < r->is->ncols; i++) {
		const struct column *c = r->is->cols[i];
		struct str live = live_name(w, r->table, c->o.name);
		int64_t rows;

		if (!is_compared(r, c))
			continue;
		rows = number(&row[k++]);
		f = find_found(w, HAZ_ID_TYPE, r->create, live);
		if (!f)
			f = find_found(w, HAZ_ID_UPDATE_ROWS, r->create, live);
		if (!f && rows > 0)
			f = found_add(w, HAZ_ID_UPDATE_ROWS, r->create,
			    r->table, c->o.name);
		if (f) {
			f->h.rows = rows;
			f->h.of = of;
		}
	}
	r->copied = of - number(&row[1]);
	r->compared = true;
}

static void count_children(struct work *w, struct rebuild *r, struct drv *copy)
{
	int64_t sum = 0, n;

	for (size_t i = 0; i < r->was->nfks_in; i++) {
		const struct fk *fk = r->was->fks_in[i];

		if (str_ieq(fk->o.table, r->table) ||
		    str_ieq(fk->o.table, r->temp) || !fk->cols.n)
			continue;
		if (!count_of(copy, sql_form(w, "SELECT count(@) FROM @",
		    (const struct str[]){ fk->cols.v[0], fk->o.table }),
		    w->a, &n))
			return;
		sum += n;
	}
	r->kept = sum;
}

void rebuild_compare(struct work *w, struct rebuild *r, struct drv *copy)
{
	struct sbuf b = SBUF_TEXT, from = SBUF_TEXT;
	struct cursor *c = NULL;
	struct err e = ERR_INIT;
	bool more = false;

	count_children(w, r, copy);
	SQL(&b, "SELECT count(*), total(");
	add_key(w, r, &b);
	SQL(&b, " IS NULL)");
	for (size_t i = 0; i < r->is->ncols; i++)
		if (is_compared(r, r->is->cols[i])) {
			SQL(&b, ", ");
			add_changed(w, r, r->is->cols[i]->o.name, &b);
		}
	if (add_join(w, r, &from)) {
		sbuf_add(&b, sbuf_str(&from));
		if (!drv_query(copy, sbuf_str(&b), NULL, 0, 0, &c, &e) &&
		    !cursor_next(c, &more, &e) && more)
			take_row(w, r, c->row);
		cursor_close(c);
	}
	sbuf_free(&from);
	sbuf_free(&b);
}

/*
 * rows: what an object's rows are made of: columns, order, filter; and the
 * words around it.  Needs no connection but for rows_check().  Pages are
 * read in rows_read.c, numbers in rows_count.c.
 */
#include <stdlib.h>

#include "op/rows_cond.h"
#include "op/rows_sql.h"

/* --- columns -------------------------------------------------------------- */

static bool same_name(const struct rows *r, struct str x, struct str y)
{
	return r->dialect->folds ? str_ieq(x, y) : str_eq(x, y);
}

static const struct fk *fk_of(const struct rows *r, struct str column)
{
	const struct table *t = r->table;

	for (size_t i = 0; i < t->nfks; i++)
		for (size_t k = 0; k < t->fks[i]->cols.n; k++)
			if (same_name(r, t->fks[i]->cols.v[k], column))
				return t->fks[i];
	return NULL;
}

static void table_cols(struct rows *r, struct arena *a)
{
	const struct table *t = r->table;
	VEC(struct rows_col) v = { 0 };

	for (size_t i = 0; i < t->ncols; i++) {
		const struct column *c = t->cols[i];

		if (c->hidden)
			continue;
		if (v.n == ROWS_COLS_MAX) {
			r->ncols_hidden++;
			continue;
		}
		vec_push(a, &v, (struct rows_col){ .name = c->o.name,
		    .type = c->type, .column = c, .pk = c->pk_pos > 0,
		    .numeric = r->dialect->is_numeric(c->type),
		    .fk = fk_of(r, c->o.name) });
	}
	r->cols = v.v;
	r->ncols = v.n;
}

static void view_cols(struct rows *r, const struct view *view, struct arena *a)
{
	VEC(struct rows_col) v = { 0 };

	for (size_t i = 0; i < view->cols.n; i++) {
		if (v.n == ROWS_COLS_MAX) {
			r->ncols_hidden++;
			continue;
		}
		vec_push(a, &v, (struct rows_col){ .name = view->cols.v[i],
		    .type = i < view->types.n ? view->types.v[i] : STR(""),
		    .numeric = i < view->types.n &&
		    r->dialect->is_numeric(view->types.v[i]) });
	}
	r->cols = v.v;
	r->ncols = v.n;
}

static int col_at(const struct rows *r, struct str name)
{
	for (size_t i = 0; i < r->ncols; i++)
		if (str_eq(r->cols[i].name, name))
			return (int)i;
	for (size_t i = 0; r->dialect->folds && i < r->ncols; i++)
		if (str_ieq(r->cols[i].name, name))
			return (int)i;
	return -1;
}

/* --- order ------------------------------------------------------------------ */

const struct rows_rules rows_rules[DIALECT_N] = {
	[DIALECT_SQLITE] = { .nulls_last = false },
	[DIALECT_PG] = { .nulls_last = true, .sure_keys = true,
		.cells_early = true, .places = true, .order_by_label = true, .part = "tableoid" },
};

struct str rows_rowid(const struct rows *r)
{
	for (size_t i = 0; r->dialect->rowids[i]; i++)
		if (col_at(r, str_z(r->dialect->rowids[i])) < 0)
			return str_z(r->dialect->rowids[i]);
	return STR("");
}

/* The one column of the key is the rowid itself: INTEGER, and no index of
 * its own (which "INTEGER PRIMARY KEY DESC" has). */
static bool is_rowid_alias(const struct table *t)
{
	const struct column *c;

	if (!t->pk || t->pk->cols.n != 1 || t->without_rowid)
		return false;
	c = table_column(t, t->pk->cols.v[0]);
	if (!c || !str_ieq(c->type, STR("INTEGER")))
		return false;
	for (size_t i = 0; i < t->nindexes; i++)
		if (t->indexes[i]->origin == 'p')
			return false;
	return true;
}

/* Rows of other tables are seen through this one. */
static bool has_heirs(const struct rows *r)
{
	struct sbuf name = SBUF_INIT(4096);
	bool found = false;

	if (!r->table || !rows_rules[r->dialect->id].part)
		return false;
	sbuf_add(&name, r->table->o.schema);
	sbuf_addc(&name, '.');
	sbuf_add(&name, r->table->o.name);
	for (size_t i = 0; i < r->model->ntables && !found; i++) {
		const struct strs *from = &r->model->tables[i]->inherits;

		for (size_t k = 0; k < from->n && !found; k++)
			found = str_eq(from->v[k], sbuf_str(&name));
	}
	sbuf_free(&name);
	return found;
}

/* Every part a column that is never NULL, every row in it, no two equal. */
static bool names_rows(const struct table *t, const struct index *x)
{
	if (!x->unique || x->where.n || x->invalid || !x->nparts)
		return false;
	for (size_t i = 0; i < x->nparts; i++) {
		const struct column *c = x->parts[i].column.n ?
		    table_column(t, x->parts[i].column) : NULL;

		if (!c || !c->notnull)
			return false;
	}
	return true;
}

struct terms {
	VEC(struct rows_term) v;
	struct arena *a;
};

struct str rows_op_schema(const struct model *m, const struct column *c)
{
	static const enum obj_kind kinds[] = { OBJ_ENUM, OBJ_DOMAIN,
		OBJ_COMPOSITE, OBJ_RANGE };
	struct str none = STR("");

	if (!c || !c->type_schema.n || str_ends(c->type, STR("]")))
		return none;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (model_find(m, kinds[i], c->type_schema, none,
		    c->type_name))
			return none;
	return model_table(m, c->type_schema, c->type_name) ? none :
	    c->type_schema;
}

static void add_term(struct terms *t, const struct rows *r, struct str name,
    bool desc, bool unique)
{
	int col = col_at(r, name);
	const struct column *c = col >= 0 ? r->cols[col].column : NULL;

	for (size_t i = 0; i < t->v.n; i++)
		if (same_name(r, t->v.v[i].name, name)) {
			t->v.v[i].unique |= unique;
			return;
		}
	vec_push(t->a, &t->v, (struct rows_term){ .name = name, .col = col,
	    .desc = desc, .unique = unique,
	    .nullable = !(c && c->notnull),
	    .op_schema = rows_op_schema(r->model, c) });
}

/* Columns that name a row; returns whether they surely do. */
static bool add_key(struct terms *t, const struct rows *r, bool desc)
{
	const struct table *tab = r->table;
	bool sure = tab && (rows_rules[r->dialect->id].sure_keys ||
	    tab->without_rowid || is_rowid_alias(tab));

	if (!tab)
		return false;
	for (size_t i = 0; tab->pk && i < tab->pk->cols.n; i++) {
		size_t before = t->v.n;

		add_term(t, r, tab->pk->cols.v[i], desc, true);
		if (t->v.n > before && sure)
			t->v.v[before].nullable = false;
	}
	if (tab->pk || !rows_rules[r->dialect->id].sure_keys)
		return tab->pk && sure;
	for (size_t i = 0; i < tab->nindexes; i++) {
		const struct index *x = tab->indexes[i];

		if (!names_rows(tab, x))
			continue;
		for (size_t k = 0; k < x->nparts; k++)
			add_term(t, r, x->parts[k].column, desc, true);
		return true;
	}
	return false;
}

static void add_own(struct terms *t, const struct rows *r, struct str name,
    bool desc)
{
	if (!name.n)
		return;
	add_term(t, r, name, desc, true);
	t->v.v[t->v.n - 1].nullable = false;
}

/* Rows that lie in the database, where each has a number of its own. */
static bool is_stored(const struct rows *r)
{
	const struct table *t = r->table;

	if (!t)
		return ((const struct view *)r->object)->materialized;
	return t->type != TABLE_VIRTUAL && t->type != TABLE_FOREIGN &&
	    !t->without_rowid;
}

static void add_tail(struct terms *t, struct rows *r, bool desc)
{
	bool heirs = has_heirs(r), sure;
	bool split = heirs || (r->table && r->table->type == TABLE_PARTITIONED);
	bool partitioned = split && !(r->table->type == TABLE_ORDINARY);
	const char *part = rows_rules[r->dialect->id].part;
	struct str rowid = is_stored(r) ? rows_rowid(r) : STR("");
	size_t before = t->v.n;

	if (!is_stored(r) && !(r->table && r->table->without_rowid)) {
		r->by_position = true;
		return;
	}
	sure = add_key(t, r, desc);
	/* a key of the parent alone does not hold for its heirs' rows */
	if (sure && (!heirs || partitioned))
		return;
	if (!rowid.n) {
		t->v.n = before;
		r->by_position = true;
		return;
	}
	if (split)
		add_own(t, r, str_z(part), desc);
	add_own(t, r, rowid, desc);
}

static bool serves(const struct rows *r, const struct index *x)
{
	const struct index_part *p = x->parts;

	if (!x->nparts || x->where.n || x->invalid || p->collation.n ||
	    p->opclass.n || (x->method.n && !str_is(x->method, "btree")))
		return false;
	/* NULLs at the other end than the engine's own order has them */
	if (rows_rules[r->dialect->id].nulls_last && r->terms[0].nullable &&
	    p->nulls_first != p->desc)
		return false;
	return same_name(r, p->column, r->terms[0].name);
}

static bool is_indexed(const struct rows *r)
{
	if (r->by_position)
		return false;
	if (!r->nsort)
		return !rows_rules[r->dialect->id].sure_keys ||
		    r->terms[0].col >= 0;
	if (r->terms[0].unique && r->nterms == 1)
		return true;
	for (size_t i = 0; r->table && i < r->table->nindexes; i++)
		if (serves(r, r->table->indexes[i]))
			return true;
	return !rows_rules[r->dialect->id].sure_keys && r->terms[0].unique;
}

/* --- the user's WHERE (R.6) --------------------------------------------------- */

static enum rc refuse_at(struct err *e, size_t at, const char *why)
{
	char place[32];
	struct sbuf b = SBUF_INIT(sizeof(place));

	sbuf_addf(&b, "where:%zu", at);
	memcpy(place, b.p, b.n + 1);
	sbuf_free(&b);
	return err_at(e, RC_PARSE, place, "%s", why);
}

static enum rc check_token(struct str w, const struct token *t, int *depth,
    struct err *e)
{
	struct str s = str_sub(w, t->from, t->to);

	if (t->kind == TOKEN_BAD)
		return refuse_at(e, t->from, "this does not end, or is no SQL");
	if (t->kind == TOKEN_VARIABLE)
		return refuse_at(e, t->from, "a parameter has no value here");
	if (t->kind == TOKEN_COMMENT && str_starts(s, STR("/*")) &&
	    (s.n < 4 || !str_ends(s, STR("*/"))))
		return refuse_at(e, t->from, "this comment does not end");
	if (t->kind != TOKEN_PUNCT)
		return RC_OK;
	if (str_is(s, ";"))
		return refuse_at(e, t->from, "one expression, without ';'");
	*depth += str_is(s, "(") - str_is(s, ")");
	if (*depth < 0)
		return refuse_at(e, t->from, "there is no '(' for this ')'");
	return RC_OK;
}

/* *empty: nothing but space and comments. */
static enum rc check_shape(const struct dialect *d, struct str w, bool *empty,
    struct err *e)
{
	int depth = 0;
	enum rc rc;

	*empty = true;
	if (w.n > ROWS_WHERE_MAX)
		return refuse_at(e, 0, "this condition is too long");
	if (w.n && memchr(w.p, 0, w.n))
		return refuse_at(e, str_find(w, (struct str){ "", 1 }, 0),
		    "there is a NUL byte here");
	for (struct token t = d->token(w, 0); t.kind != TOKEN_END;
	    t = d->token(w, t.to)) {
		rc = check_token(w, &t, &depth, e);
		if (rc)
			return rc;
		*empty &= t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT;
	}
	return depth ? refuse_at(e, w.n, "a ')' is missing") : RC_OK;
}

bool rows_where_at(const struct err *e, struct str where, size_t *at)
{
	if (!str_starts(str_z(e->where), STR("where:")))
		return false;
	*at = (size_t)strtoul(e->where + 6, NULL, 10);
	if (*at > where.n)
		*at = where.n;
	return true;
}

enum rc rows_check(struct drv *d, const struct rows *r, struct err *e)
{
	struct sbuf sql = SBUF_TEXT;
	struct cursor *c = NULL;
	size_t before;
	enum rc rc;

	if (!r->where.n)
		return RC_OK;
	SQL(&sql, "SELECT 1 FROM ");
	r->dialect->table(&sql, r->object);
	SQL(&sql, " WHERE (");
	before = sql.n;
	sbuf_add(&sql, r->where);
	SQL(&sql, "\n) LIMIT 0");
	rc = drv_query(d, sbuf_str(&sql), NULL, 0, 0, &c, e);
	cursor_close(c);
	if (rc == RC_DB && e->where[0] == '+') {
		size_t at = (size_t)strtoul(e->where + 1, NULL, 10);
		struct err cause = *e;

		at = at > before ? at - before : 0;
		if (at < r->where_at) {	/* of a condition: not typed so */
			e->where[0] = '\0';
		} else {
			at -= r->where_at;
			(void)refuse_at(e, at < r->where_n ? at : r->where_n,
			    "");
			memcpy(e->msg, cause.msg, sizeof(e->msg));
			e->code = rc;
		}
	}
	sbuf_free(&sql);
	return rc;
}

/* --- the plan ----------------------------------------------------------------- */

static enum rc find_object(struct rows *r, const struct rows_spec *spec,
    struct arena *a, struct err *e)
{
	const struct view *view;

	r->table = model_table(r->model, spec->schema, spec->name);
	if (r->table) {
		r->object = &r->table->o;
		table_cols(r, a);
		return RC_OK;
	}
	view = model_view(r->model, spec->schema, spec->name);
	if (!view)
		return err_set(e, RC_NOTFOUND, "there is no table or view %.*s",
		    STR_ARG(spec->name));
	r->object = &view->o;
	view_cols(r, view, a);
	return RC_OK;
}

/* "conditions AND (the user's)" */
static enum rc set_where(struct rows *r, const struct rows_spec *spec,
    struct str where, struct arena *a, struct err *e)
{
	struct sbuf b = SBUF_INIT(ROWS_WHERE_MAX * 2 + 16);
	enum rc rc = rows_conds_sql(r, spec->conds, spec->nconds, &b, e);
	bool both = b.n && where.n;

	r->filter = arena_str(a, sbuf_str(&b));
	if (both)
		SQL(&b, " AND (");
	r->where_at = b.n;
	r->where_n = where.n;
	sbuf_add(&b, where);
	if (both)
		SQL(&b, "\n)");
	r->where = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return rc;
}

enum rc rows_plan(const struct model *m, const struct rows_spec *spec,
    struct arena *a, const struct rows **out, struct err *e)
{
	struct rows *r = arena_new_of(a, struct rows);
	struct terms t = { .a = a };
	bool empty, desc = false;
	enum rc rc;

	r->model = m;
	r->dialect = dialect_of(m->dialect);
	rc = find_object(r, spec, a, e);
	if (rc)
		return rc;
	rc = check_shape(r->dialect, spec->where, &empty, e);
	if (rc)
		return rc;
	rc = set_where(r, spec, empty ? STR("") : spec->where, a, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < spec->nsort; i++) {
		int col = col_at(r, spec->sort[i].column);

		if (col < 0)
			return err_set(e, RC_NOTFOUND, "there is no column %.*s",
			    STR_ARG(spec->sort[i].column));
		desc = spec->sort[i].desc;
		add_term(&t, r, r->cols[col].name, desc, false);
	}
	r->nsort = t.v.n;
	add_tail(&t, r, desc);
	r->terms = t.v.v;
	r->nterms = t.v.n;
	r->indexed = is_indexed(r);
	*out = r;
	return RC_OK;
}

size_t rows_key_len(const struct rows *r)
{
	return r->by_position ? 1 : r->nterms;
}

/* --- words ---------------------------------------------------------------------- */

void rows_name(const struct dialect *d, struct str name, struct sbuf *b)
{
	struct token t = d->token(name, 0);

	/* PostgreSQL reads a bare Name as name */
	for (size_t i = 0; !d->folds && i < name.n; i++)
		if (name.p[i] >= 'A' && name.p[i] <= 'Z')
			t.kind = TOKEN_IDENT;
	if (t.kind == TOKEN_WORD && t.to == name.n)
		sbuf_add(b, name);
	else
		d->ident(b, name);
}

bool rows_condition(const struct dialect *d, struct str column,
    const struct value *v, struct sbuf *out)
{
	bool bytes = v->kind == VALUE_TEXT || v->kind == VALUE_BLOB;

	if (bytes && v->full > v->s.n)
		return false;
	rows_name(d, column, out);
	if (v->kind == VALUE_NULL) {
		SQL(out, " IS NULL");
		return true;
	}
	SQL(out, " = ");
	d->literal(out, v);
	return true;
}

/*
 * clash: a saved value that comes back where something unique is made again,
 * while a row that came since holds it: both rows and the value, named.  The
 * rows of now alone would list those that the migration made equal instead,
 * and who removes them loses their saved values.
 */
#include "op/apply/restore.h"

#define NAMED_MAX 5

/* --- what comes back that is unique ------------------------------------------------ */

static struct strs index_columns(const struct index *ix, struct arena *a)
{
	struct strs cols = { arena_array(a, struct str, ix->nparts + 1), 0 };

	for (size_t i = 0; i < ix->nparts; i++)
		if (ix->parts[i].column.n)
			((struct str *)(uintptr_t)cols.v)[cols.n++] =
			    ix->parts[i].column;
	if (!ix->unique || ix->where.n || cols.n != ix->nparts)
		cols.n = 0;
	return cols;
}

/* The i-th set of columns that is unique; false: there are no more. */
static bool unique_of(const struct table *t, size_t i, struct arena *a,
    struct strs *out)
{
	*out = (struct strs){ 0 };
	if (i == 0) {
		*out = t->pk ? t->pk->cols : *out;
		return true;
	}
	if (i <= t->nuniques) {
		*out = t->uniques[i - 1]->cols;
		return true;
	}
	i -= t->nuniques + 1;
	if (i < t->nindexes)
		*out = index_columns(t->indexes[i], a);
	return i < t->nindexes;
}

static bool is_unique(const struct table *t, struct strs cols,
    struct arena *a)
{
	struct strs is;

	for (size_t i = 0; unique_of(t, i, a, &is); i++)
		if (is.n && strs_eq(is, cols))
			return true;
	return false;
}

static size_t place_of(const struct object *x, struct str name)
{
	size_t i = x->o->kind == SAVED_CHANGED ? x->nkey : 0;

	while (i < x->nkey + x->ncols && !str_eq(object_column(x, i), name))
		i++;
	return i;
}

/* Is it made again, of columns that are there, some of which come back? */
static bool may_clash(const struct object *x, struct strs cols)
{
	size_t saved = 0;

	for (size_t i = 0; i < cols.n; i++) {
		if (!table_column(x->t, cols.v[i]))
			return false;
		saved += place_of(x, cols.v[i]) < x->nkey + x->ncols;
	}
	if (x->o->kind == SAVED_ROWS && saved < cols.n)
		return false;
	return saved && !is_unique(x->t, cols, x->ap->a);
}

bool object_may_clash(const struct object *x, const struct table *was)
{
	struct strs cols;

	if (x->o->kind == SAVED_CELLS)
		return false;
	for (size_t i = 0; unique_of(was, i, x->ap->a, &cols); i++)
		if (cols.n && may_clash(x, cols))
			return true;
	return false;
}

/* --- which rows ----------------------------------------------------------------------- */

static void other(const struct object *x, struct sbuf *b, struct str name)
{
	SQL(b, "y.");
	x->d->ident(b, name);
}

/* What row s will have there. */
static void value_back(const struct object *x, struct sbuf *b, struct str name)
{
	size_t i = place_of(x, name);

	if (i == x->nkey + x->ncols) {
		SQL(b, "t.");
		x->d->ident(b, name);
		return;
	}
	if (x->o->kind != SAVED_CHANGED) {
		object_typed(x, b, i, i);
		return;
	}
	sbuf_addf(b, "CASE WHEN s.c%zu%ss.c%zu AND ", i, x->w->differs,
	    i + x->ncols);
	object_compared(x, b, i);
	sbuf_addz(b, x->w->same);
	object_staged(x, b, i, i + x->ncols);
	SQL(b, " THEN ");
	object_typed(x, b, i, i);
	SQL(b, " ELSE ");
	object_mine(x, b, i);
	SQL(b, " END");
}

static void select_list(const struct object *x, struct strs cols,
    struct sbuf *b)
{
	SQL(b, "SELECT ");
	for (size_t i = 0; i < cols.n; i++) {
		value_back(x, b, cols.v[i]);
		SQL(b, ", ");
	}
	for (size_t i = 0; i < x->nkey; i++) {
		other(x, b, x->o->key.v[i]);
		sbuf_addf(b, ", s.c%zu%s", i, i + 1 < x->nkey ? ", " : "");
	}
}

static void clash_text(const struct object *x, struct strs cols,
    struct sbuf *b)
{
	select_list(x, cols, b);
	SQL(b, " FROM ");
	sbuf_addz(b, x->w->stage);
	SQL(b, " AS s JOIN ");
	if (x->o->kind == SAVED_CHANGED) {
		object_table(x, b);
		SQL(b, " AS t ON ");
		object_same_row(x, b, false);
		SQL(b, " JOIN ");
	}
	object_table(x, b);
	SQL(b, " AS y ON ");
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addz(b, i ? " AND " : "");
		other(x, b, cols.v[i]);
		SQL(b, " = ");
		value_back(x, b, cols.v[i]);
	}
	SQL(b, " WHERE NOT EXISTS (SELECT 1 FROM ");
	sbuf_addz(b, x->w->stage);
	SQL(b, " AS s, ");
	object_table(x, b);
	SQL(b, " AS t WHERE ");
	object_same_row(x, b, false);
	for (size_t i = 0; i < x->nkey; i++) {
		SQL(b, " AND ");
		object_mine(x, b, i);
		SQL(b, " = ");
		other(x, b, x->o->key.v[i]);
	}
	sbuf_addf(b, ") LIMIT %d", NAMED_MAX);
}

/* "a='x' of id=9 is what the saved row id=1 gets back" */
static struct str sentence(const struct object *x, struct strs cols,
    const struct value *v)
{
	struct sbuf b = SBUF_INIT(2048);
	struct str out;

	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addf(&b, "%s%.*s=", i ? ", " : "", STR_ARG(cols.v[i]));
		value_text(&b, &v[i], x->ap->a);
	}
	for (size_t side = 0; side < 2; side++) {
		sbuf_addz(&b, side ? " is what the saved row " : " of ");
		for (size_t i = 0; i < x->nkey; i++) {
			sbuf_addf(&b, "%s%.*s=", i ? "/" : "",
			    STR_ARG(x->o->key.v[i]));
			value_text(&b, &v[cols.n + 2 * i + side], x->ap->a);
		}
	}
	sbuf_addf(&b, " of %.*s gets back", STR_ARG(x->o->table));
	out = arena_str(x->ap->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static enum rc clashes_of(const struct object *x, struct strs cols,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	clash_text(x, cols, &b);
	rc = drv_query(x->ap->d, sbuf_str(&b), NULL, 0, 60, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		vec_push(x->ap->a, &x->ap->clashes, sentence(x, cols,
		    c->row));
	cursor_close(c);
	sbuf_free(&b);
	return rc;
}

enum rc object_clashes(const struct object *x, const struct table *was,
    struct err *e)
{
	size_t had = x->ap->clashes.n;
	struct strs cols;
	enum rc rc = RC_OK;

	/* a key and its index are one */
	for (size_t i = 0; !rc && x->ap->clashes.n == had &&
	    unique_of(was, i, x->ap->a, &cols); i++)
		if (cols.n && may_clash(x, cols))
			rc = clashes_of(x, cols, e);
	return rc;
}

/*
 * restore: one object of the undo store put back, in the transaction of a way
 * back (restore_all.c says which and when).
 *
 * Every object is put into a temporary table first, and its checksum proven
 * (T.2); then one statement puts back what is free to be put back: rows whose
 * key is not there, cells of rows that are there, values that still are what
 * the migration made of them.  Nothing that was written since is overwritten:
 * it is counted, named and left.  What is back is counted by looking, not by
 * what the statement claims.  Triggers stay quiet, but those that feed a
 * virtual table.
 */
#include "base/utf8.h"
#include "op/apply/restore.h"

#define NAMED_MAX 5
#define PASSES 200
#define CLASHPOINT "weir_clash"

/* --- the stage --------------------------------------------------------------------- */

static enum rc on_saved(void *arg, const struct value *v, size_t n,
    struct err *e)
{
	(void)n;
	return bulk_row(&((struct object *)arg)->stage, v, e);
}

static enum rc stage(struct object *x, struct store *st, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	sbuf_addz(&b, x->w->stage_make);
	for (size_t i = 0; i < saved_width(x->o); i++)
		sbuf_addf(&b, "%sc%zu%s", i ? ", " : "", i, x->w->stage_type);
	sbuf_addz(&b, x->w->stage_end);
	rc = drv_exec(x->ap->d, sbuf_str(&b), e);
	sbuf_free(&b);
	if (rc)
		return rc;
	bulk_open(&x->stage, x->ap->d, str_z(x->w->stage), saved_width(x->o));
	rc = store_read(st, x->o, on_saved, x, e);
	if (!rc)
		rc = bulk_flush(&x->stage, e);
	bulk_close(&x->stage);
	return rc;
}

static enum rc unstage(struct object *x, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "DROP TABLE ");
	sbuf_addz(&b, x->w->stage);
	rc = drv_exec(x->ap->d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* --- words ----------------------------------------------------------------------------- */

void object_mine(const struct object *x, struct sbuf *b, size_t i)
{
	SQL(b, "t.");
	x->d->ident(b, object_column(x, i));
}

/* A staged value as the column shows it: text may have been written under
 * other settings of the session. */
void object_staged(const struct object *x, struct sbuf *b, size_t i,
    size_t at)
{
	const struct column *c = table_column(x->t, object_column(x, i));

	sbuf_addf(b, "s.c%zu", at);
	if (*x->w->text && c) {
		SQL(b, "::");
		sbuf_add(b, c->type);
		sbuf_addz(b, x->w->text);
	}
}

void object_compared(const struct object *x, struct sbuf *b, size_t i)
{
	object_mine(x, b, i);
	sbuf_addz(b, x->w->text);
}

/* A staged value as the column takes it: cast where the stage is text. */
void object_typed(const struct object *x, struct sbuf *b, size_t i,
    size_t at)
{
	const struct column *c = table_column(x->t, object_column(x, i));

	sbuf_addf(b, "s.c%zu", at);
	if (*x->w->text && c) {
		SQL(b, "::");
		sbuf_add(b, c->type);
	}
}

void object_table(const struct object *x, struct sbuf *b)
{
	x->d->table(b, &x->t->o);
}

/* Where the value of key column i stands: after a change the key may be
 * another, and was the old one among the columns. */
static size_t key_at(const struct object *x, size_t i, bool old)
{
	for (size_t k = 0; old && x->o->kind == SAVED_CHANGED && k < x->ncols;
	    k++)
		if (str_eq(x->o->cols.v[k], x->o->key.v[i]))
			return x->nkey + k;
	return i;
}

/* The row is still the one whose key that was. */
static void same_witnesses(const struct object *x, struct sbuf *b)
{
	size_t first = saved_width(x->o) - x->o->witnesses.n;
	int64_t agree = 0;

	for (size_t i = 0; i < x->o->witnesses.n; i++) {
		if (!table_column(x->t, x->o->witnesses.v[i]))
			continue;
		sbuf_addz(b, agree++ ? " + " : " AND (");
		SQL(b, "CASE WHEN ");
		save_cut(b, x->ap->base->dialect, "t.",
		    x->o->witnesses.v[i]);
		sbuf_addf(b, "%ss.c%zu THEN 1 ELSE 0 END", x->w->same,
		    first + i);
	}
	if (!agree)
		return;
	SQL(b, ") >= ");
	sbuf_add_i64(b, agree < x->o->agree ? agree : x->o->agree);
}

void object_same_row(const struct object *x, struct sbuf *b, bool old)
{
	for (size_t i = 0; i < x->nkey; i++) {
		if (i)
			SQL(b, " AND ");
		object_mine(x, b, i);
		/* a row's number and all its values: those may be NULL */
		sbuf_addz(b, i ? x->w->same : " = ");
		object_typed(x, b, i, key_at(x, i, old));
	}
	same_witnesses(x, b);
}

/* A column that is generated again has its values from the others. */
static bool is_made(const struct object *x, size_t i)
{
	const struct column *c = table_column(x->t, object_column(x, i));

	return c && c->generated != GEN_NONE;
}

/* The row is as it was before the migration, as far as the object tells. */
static void is_back(const struct object *x, struct sbuf *b)
{
	bool changed = x->o->kind == SAVED_CHANGED;

	object_same_row(x, b, true);
	for (size_t i = x->nkey; i < x->nkey + x->ncols; i++) {
		if (is_made(x, i))
			continue;
		SQL(b, " AND (");
		if (changed)
			sbuf_addf(b, "s.c%zu%ss.c%zu OR ", i, x->w->same,
			    i + x->ncols);
		object_compared(x, b, i);
		sbuf_addz(b, x->w->same);
		object_staged(x, b, i, i);
		SQL(b, ")");
	}
}

/* --- putting back ------------------------------------------------------------------------ */

/* Does a key of the table wait for the end?  Nothing can ask the engine then
 * whether a row is in the way. */
static bool waits(const struct object *x)
{
	bool any = x->t->pk && x->t->pk->deferrable;

	for (size_t i = 0; i < x->t->nuniques; i++)
		any = any || x->t->uniques[i]->deferrable;
	for (size_t i = 0; i < x->t->nothers; i++) {
		const void *p = x->t->others[i];

		any = any || (x->t->others[i]->kind == OBJ_EXCLUDE && str_find(
		    ((const struct exclude *)p)->def, STR(" DEFERRABLE"), 0) <
		    ((const struct exclude *)p)->def.n);
	}
	return any;
}

/* A row of the same key, if all of the key was saved. */
static void no_such_key(const struct object *x, struct strs cols,
    const char *same, struct sbuf *b)
{
	size_t from = b->n;

	SQL(b, " AND NOT EXISTS (SELECT 1 FROM ");
	object_table(x, b);
	SQL(b, " AS t WHERE ");
	for (size_t i = 0; i < cols.n; i++) {
		size_t k = 0;

		while (k < x->nkey + x->ncols && !str_eq(object_column(x, k),
		    cols.v[i]))
			k++;
		if (k == x->nkey + x->ncols) {
			sbuf_truncate(b, from);
			return;
		}
		if (i)
			SQL(b, " AND ");
		object_mine(x, b, k);
		sbuf_addz(b, same);
		object_typed(x, b, k, k);
	}
	SQL(b, ")");
}

static void not_in_the_way(const struct object *x, struct sbuf *b)
{
	const struct table *t = x->t;

	if (t->pk)
		no_such_key(x, t->pk->cols, " = ", b);
	for (size_t i = 0; i < t->nuniques; i++)
		no_such_key(x, t->uniques[i]->cols,
		    t->uniques[i]->nulls_not_distinct ? x->w->same : " = ", b);
}

static void insert_text(const struct object *x, struct sbuf *b)
{
	sbuf_addz(b, x->w->insert);
	object_table(x, b);
	SQL(b, " (");
	for (size_t i = 0, n = 0; i < x->nkey + x->ncols; i++) {
		if (is_made(x, i))
			continue;
		if (n++)
			SQL(b, ", ");
		x->d->ident(b, object_column(x, i));
	}
	SQL(b, ")");
	sbuf_addz(b, x->w->overriding);
	SQL(b, " SELECT ");
	for (size_t i = 0, n = 0; i < x->nkey + x->ncols; i++) {
		if (is_made(x, i))
			continue;
		if (n++)
			SQL(b, ", ");
		object_typed(x, b, i, i);
	}
	SQL(b, " FROM ");
	sbuf_addz(b, x->w->stage);
	SQL(b, " AS s WHERE true");
	if (waits(x))
		not_in_the_way(x, b);
	else
		sbuf_addz(b, x->w->insert_end);
}

/* Does the object write a column of a unique key? */
static bool writes_any(const struct object *x, struct strs cols)
{
	for (size_t i = x->nkey; i < x->nkey + x->ncols; i++)
		if (strs_has(cols, object_column(x, i)) && !is_made(x, i))
			return true;
	return false;
}

/* No other row holds what the row would get in these columns. */
static void no_other_holds(const struct object *x, struct strs cols,
    const char *same, struct sbuf *b)
{
	if (!cols.n || !writes_any(x, cols))
		return;
	SQL(b, " AND NOT EXISTS (SELECT 1 FROM ");
	object_table(x, b);
	SQL(b, " AS y WHERE ");
	for (size_t i = 0; i < cols.n; i++) {
		size_t k = x->nkey;

		while (k < x->nkey + x->ncols &&
		    !str_eq(object_column(x, k), cols.v[i]))
			k++;
		sbuf_addz(b, i ? " AND y." : "y.");
		x->d->ident(b, cols.v[i]);
		sbuf_addz(b, same);
		if (k < x->nkey + x->ncols) {
			object_typed(x, b, k, k);
		} else {
			SQL(b, "t.");
			x->d->ident(b, cols.v[i]);
		}
	}
	SQL(b, " AND NOT (");
	for (size_t i = 0; i < x->nkey; i++) {
		sbuf_addz(b, i ? " AND y." : "y.");
		x->d->ident(b, object_column(x, i));
		sbuf_addz(b, x->w->same);
		object_mine(x, b, i);
	}
	SQL(b, "))");
}

static void none_holds(const struct object *x, struct sbuf *b)
{
	const struct table *t = x->t;

	if (t->pk)
		no_other_holds(x, t->pk->cols, " = ", b);
	for (size_t i = 0; i < t->nuniques; i++)
		no_other_holds(x, t->uniques[i]->cols,
		    t->uniques[i]->nulls_not_distinct ? x->w->same : " = ", b);
	for (size_t i = 0; i < t->nindexes; i++) {
		const struct index *ix = t->indexes[i];
		struct strs cols = { arena_array(x->ap->a, struct str,
		    ix->nparts + 1), 0 };

		for (size_t k = 0; ix->unique && k < ix->nparts; k++)
			if (ix->parts[k].column.n)
				((struct str *)(uintptr_t)cols.v)[cols.n++] =
				    ix->parts[k].column;
		if (ix->unique && cols.n == ix->nparts)
			no_other_holds(x, cols, " = ", b);
	}
}

static void update_text(const struct object *x, bool free, struct sbuf *b)
{
	bool changed = x->o->kind == SAVED_CHANGED, any = false;

	sbuf_addz(b, x->w->update);
	object_table(x, b);
	SQL(b, " AS t SET ");
	for (size_t i = x->nkey; i < x->nkey + x->ncols; i++) {
		if (is_made(x, i))
			continue;
		if (any)
			SQL(b, ", ");
		any = true;
		x->d->ident(b, object_column(x, i));
		SQL(b, " = ");
		if (changed) {
			sbuf_addf(b, "CASE WHEN s.c%zu%ss.c%zu AND ", i,
			    x->w->differs, i + x->ncols);
			object_compared(x, b, i);
			sbuf_addf(b, "%s%s", x->w->same, x->w->bare);
			object_staged(x, b, i, i + x->ncols);
			SQL(b, " THEN ");
		}
		object_typed(x, b, i, i);
		if (changed) {
			SQL(b, " ELSE ");
			object_mine(x, b, i);
			SQL(b, " END");
		}
	}
	SQL(b, " FROM ");
	sbuf_addz(b, x->w->stage);
	SQL(b, " AS s WHERE ");
	object_same_row(x, b, false);
	/* A number alone may be another row's by now. */
	if (changed && !table_column(x->t, object_column(x, 0)))
		for (size_t i = x->nkey; i < x->nkey + x->ncols; i++) {
			SQL(b, " AND ");
			object_compared(x, b, i);
			sbuf_addf(b, "%s%ss.c%zu", x->w->same, x->w->bare,
			    i + x->ncols);
		}
	if (free)
		none_holds(x, b);
}

static bool any_to_write(const struct object *x)
{
	for (size_t i = x->nkey; i < x->nkey + x->ncols; i++)
		if (!is_made(x, i))
			return true;
	return false;
}

/* --- what is back --------------------------------------------------------------------------- */

static int64_t number_of(const struct value *v)
{
	return v->kind == VALUE_INT ? v->i : 0;
}

/* The row as one text, in how many rows it stands. */
static void rows_alike(const struct object *x, struct sbuf *b, bool in_stage)
{
	SQL(b, "(SELECT ROW(");
	for (size_t i = 0; i < x->ncols; i++) {
		if (i)
			SQL(b, ", ");
		if (in_stage)
			object_staged(x, b, i, i);
		else
			object_compared(x, b, i);
	}
	SQL(b, ")::pg_catalog.text AS r, count(*) AS n FROM ");
	if (in_stage)
		sbuf_addz(b, x->w->stage);
	else
		object_table(x, b);
	sbuf_addz(b, in_stage ? " AS s GROUP BY 1)" : " AS t GROUP BY 1)");
}

static enum rc count_back(struct object *x, int64_t *out, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct value v = { 0 };
	enum rc rc;

	if (x->nkey) {
		SQL(&b, "SELECT count(*) FROM ");
		sbuf_addz(&b, x->w->stage);
		SQL(&b, " AS s JOIN ");
		object_table(x, &b);
		SQL(&b, " AS t ON ");
		is_back(x, &b);
	} else {
		SQL(&b, "SELECT coalesce(sum(least(y.n, z.n)), 0)::int8 FROM ");
		rows_alike(x, &b, true);
		SQL(&b, " AS y JOIN ");
		rows_alike(x, &b, false);
		SQL(&b, " AS z ON y.r = z.r");
	}
	rc = drv_scalar(x->ap->d, sbuf_str(&b), NULL, 0, x->ap->a, &v, e);
	if (!rc)
		*out = number_of(&v);
	sbuf_free(&b);
	return rc;
}

/* What the engine is told to do. */
static void back_text(const struct object *x, bool free, struct sbuf *b)
{
	if (x->o->kind == SAVED_ROWS)
		insert_text(x, b);
	else
		update_text(x, free, b);
}

static enum rc muted(struct drv *d, struct str sql, struct err *e)
{
	enum rc rc;

	d->ops->triggers(d, false);
	rc = drv_exec(d, sql, e);
	d->ops->triggers(d, true);
	return rc;
}

/* What feeds a virtual table may find its row there still. */
static enum rc quietly(struct object *x, struct str sql, struct err *e)
{
	struct drv *d = x->ap->d;
	enum rc rc;

	if (!d->ops->triggers)
		return drv_exec(d, sql, e);
	if (x->unfed || !object_feeds(x))
		return muted(d, sql, e);
	d->ops->trust(d, true);
	rc = drv_exec(d, sql, e);
	d->ops->trust(d, false);
	if (!rc || rc == RC_CANCELLED || !d->ops->in_tx(d))
		return rc;
	*e = (struct err)ERR_INIT;
	x->unfed = true;
	return muted(d, sql, e);
}

/* PostgreSQL's 23505 unique_violation, 23P01 exclusion_violation */
static bool is_clash(const struct err *e)
{
	return str_ends(str_z(e->where), STR("23505")) ||
	    str_ends(str_z(e->where), STR("23P01"));
}

/* A value waits while a row holds it that will have another, or for good: as
 * long as some come back, the next ones are tried. */
static enum rc in_passes(struct object *x, bool free, int64_t *back,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	int64_t had = -1;
	enum rc rc = RC_OK;

	back_text(x, free, &b);
	*back = 0;
	for (int i = 0; !rc && i < PASSES && *back > had &&
	    *back < x->o->rows; i++) {
		had = *back;
		rc = quietly(x, sbuf_str(&b), e);
		if (!rc)
			rc = count_back(x, back, e);
	}
	sbuf_free(&b);
	return rc;
}

/* One that fails ends the transaction there, unless it goes back to a point. */
static enum rc at_once(struct object *x, int64_t *back, struct err *e)
{
	struct drv *d = x->ap->d;
	struct sbuf b = SBUF_TEXT;
	struct err ignored = ERR_INIT;
	enum rc rc = d->ops->savepoint(d, CLASHPOINT, e);

	back_text(x, false, &b);
	if (!rc)
		rc = quietly(x, sbuf_str(&b), e);
	sbuf_free(&b);
	if (!rc)
		rc = count_back(x, back, e);
	else if (x->o->kind != SAVED_ROWS && is_clash(e) &&
	    !d->ops->rollback_to(d, CLASHPOINT, &ignored))
		rc = in_passes(x, true, back, e);
	return rc ? rc : d->ops->release(d, CLASHPOINT, e);
}

/* back: how many rows are as they were. */
static enum rc put_back_rows(struct object *x, int64_t *back, struct err *e)
{
	if (x->o->kind != SAVED_ROWS && !any_to_write(x))
		return count_back(x, back, e);
	return x->ap->d->ops->caps & CAP_TX_ABORTS ? at_once(x, back, e) :
	    in_passes(x, false, back, e);
}

/* "id=3, id=9": keys of the first rows that are not back. */
static void name_conflicts(struct object *x, struct sbuf *out)
{
	size_t shown = !x->nkey ? 0 : x->nkey < 3 ? x->nkey : 1;
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	struct err ignored = ERR_INIT;
	bool more = false;

	if (!shown)
		return;
	SQL(&b, "SELECT ");
	for (size_t i = 0; i < shown; i++)
		sbuf_addf(&b, "%ss.c%zu", i ? ", " : "", i);
	SQL(&b, " FROM ");
	sbuf_addz(&b, x->w->stage);
	SQL(&b, " AS s WHERE NOT EXISTS (SELECT 1 FROM ");
	object_table(x, &b);
	SQL(&b, " AS t WHERE ");
	is_back(x, &b);
	sbuf_addf(&b, ") LIMIT %d", NAMED_MAX);
	if (drv_query(x->ap->d, sbuf_str(&b), NULL, 0, 60, &c, &ignored) ==
	    RC_OK)
		for (size_t n = 0; cursor_next(c, &more, &ignored) == RC_OK &&
		    more; n++) {
			sbuf_addz(out, n ? ", " : ": ");
			for (size_t i = 0; i < c->ncols; i++) {
				sbuf_addz(out, i ? "/" : "");
				sbuf_add(out, object_column(x, i));
				sbuf_addc(out, '=');
				value_text(out, &c->row[i], x->ap->a);
			}
		}
	cursor_close(c);
	sbuf_free(&b);
}

static struct str name_of(const struct object *x, const struct saved *o)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	if (o->schema.n) {
		sbuf_add(&b, o->schema);
		sbuf_addc(&b, '.');
	}
	sbuf_add(&b, o->table);
	if (o->kind == SAVED_CELLS && o->cols.n == 1) {
		sbuf_addc(&b, '.');
		sbuf_add(&b, o->cols.v[0]);
	}
	s = utf8_clean(x->ap->a, sbuf_str(&b), UTF8_LINE);
	sbuf_free(&b);
	return s;
}

static const char *why_left(const struct saved *o)
{
	if (!o->witnesses.n)
		return "; changed, gone or in the way since";
	return o->kind == SAVED_CHANGED ? "; changed, gone or in the way"
	    " since, or their key is another row's now" : "; gone, rewritten,"
	    " or their key is another row's now";
}

static void tell(struct object *x, int64_t back)
{
	const struct saved *o = x->o;
	struct str name = name_of(x, o);
	struct sbuf b = SBUF_INIT(4096);

	sbuf_addz(&b, "saved rows back: ");
	sbuf_add_count(&b, back);
	sbuf_addz(&b, " of ");
	sbuf_add_count(&b, o->rows);
	sbuf_addz(&b, " of ");
	sbuf_add(&b, name);
	if (back == o->rows) {
		vec_push(x->ap->a, &x->ap->restored, arena_str(x->ap->a,
		    sbuf_str(&b)));
	} else {
		sbuf_addz(&b, why_left(o));
		sbuf_addz(&b, ", and left as they are");
		name_conflicts(x, &b);
		if (o->rows - back > NAMED_MAX)
			sbuf_addz(&b, " …");
		vec_push(x->ap->a, &x->ap->unrestored, arena_str(x->ap->a,
		    sbuf_str(&b)));
	}
	sbuf_free(&b);
}

static void tell_lacking(struct object *x, const char *what)
{
	struct sbuf b = SBUF_INIT(4096);

	sbuf_addz(&b, "saved rows back: 0 of ");
	sbuf_add_count(&b, x->o->rows);
	sbuf_addz(&b, " of ");
	sbuf_add(&b, name_of(x, x->o));
	sbuf_addf(&b, ": %s; they stay in the undo store", what);
	vec_push(x->ap->a, &x->ap->unrestored, arena_str(x->ap->a,
	    sbuf_str(&b)));
	sbuf_free(&b);
}

/* --- one object ------------------------------------------------------------------------------- */

static const char *lacks(const struct object *x)
{
	struct str number = number_name(x->ap->base->dialect, x->t);

	for (size_t i = 0; i < x->nkey + x->ncols; i++)
		if (!table_column(x->t, object_column(x, i)) &&
		    !(i < x->nkey && str_eq(object_column(x, i), number)))
			return "not all of its columns are back";
	return NULL;
}

static bool holds_rows(const struct table *t)
{
	return t && (t->type == TABLE_ORDINARY ||
	    t->type == TABLE_PARTITIONED);
}

bool restore_lacks(struct apply *ap, const struct saved *o)
{
	struct object x = { .ap = ap, .o = o,
		.t = model_table(ap->now, o->schema, o->table),
		.nkey = o->key.n, .ncols = o->cols.n };

	return !holds_rows(x.t) || lacks(&x);
}

enum rc restore_object(struct apply *ap, const struct step *s,
    struct store *st, const struct saved *o, struct err *e)
{
	struct object x = { .ap = ap, .o = o, .d = ap->d->ops->dialect,
		.w = &save_words[ap->base->dialect],
		.t = model_table(ap->now, o->schema, o->table),
		.nkey = o->key.n, .ncols = o->cols.n };
	int64_t back = 0;
	enum rc rc;

	if (!holds_rows(x.t) || lacks(&x)) {
		tell_lacking(&x, x.t ? "not all of its columns are back" :
		    "the table is not back");
		return RC_OK;
	}
	rc = stage(&x, st, e);
	if (!rc && o->witnesses.n)
		rc = save_exact(ap, true, e);
	if (!rc)
		rc = object_unfilled(&x, s, e);
	if (!rc)
		rc = put_back_rows(&x, &back, e);
	if (!rc && o->rows)
		tell(&x, back);
	if (!rc && o->rows)
		object_unfed(&x);
	if (!rc && o->witnesses.n)
		rc = save_exact(ap, false, e);
	if (!rc)
		rc = unstage(&x, e);
	if (rc)
		err_prefix(e, "putting back rows of %.*s", STR_ARG(o->table));
	return rc;
}

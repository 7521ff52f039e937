/* save: see save.h. */
#include "op/apply/save.h"

#include "base/fs.h"

#define TRIAL "weir_trial"
#define ONCE 200		/* rows asked for by number in one query */

const struct save_words save_words[DIALECT_N] = {
	[DIALECT_SQLITE] = {
		.text = "", .same = " IS ", .differs = " IS NOT ",
		.stage = "temp.\"weir_saved\"",
		.stage_make = "CREATE TEMP TABLE \"weir_saved\" (",
		.stage_type = "", .stage_end = ")", .overriding = "",
		.defer = "PRAGMA defer_foreign_keys = 1",
		.bare = "+", .insert = "INSERT OR IGNORE INTO ",
		.insert_end = "", .update = "UPDATE OR IGNORE ",
		.numbers = true,
	},
	[DIALECT_PG] = {
		.text = "::pg_catalog.text",
		.same = " IS NOT DISTINCT FROM ",
		.differs = " IS DISTINCT FROM ",
		.stage = "pg_temp.\"weir_saved\"",
		.stage_make = "CREATE TEMP TABLE \"weir_saved\" (",
		.stage_type = " pg_catalog.text", .stage_end =
		    ") ON COMMIT DROP",
		.overriding = " OVERRIDING SYSTEM VALUE",
		.defer = "SET CONSTRAINTS ALL DEFERRED",
		.bare = "", .insert = "INSERT INTO ",
		.insert_end = " ON CONFLICT DO NOTHING", .update = "UPDATE ",
	},
};

/* Names as they were before the step (V.4). */
struct renamed {
	struct str table, column;	/* now; column "" = the table */
	struct str was;
};

struct saver {
	struct store *store;
	bool in_tx;		/* of the store */
	const struct step *step;
	VEC(struct renamed) renamed;
	VEC(struct str) made;	/* tables that the step made */
	/* of one data statement */
	struct bulk noted;
	bool noting;
	enum rc rc;		/* what failed while rows were noted */
	struct err why;
	VEC(struct str) tables;	/* by the number in `noted` */
	int64_t events, expected;
	uint64_t mix, expected_mix;
	bool trial;		/* images wait for the end of the statement */
	/* of the part */
	int64_t objects, rows, bytes;
};

/* --- columns and keys ------------------------------------------------------------- */

void save_columns(struct sbuf *b, enum dialect_id id, const char *prefix,
    struct strs cols, const char *after)
{
	for (size_t i = 0; i < cols.n; i++) {
		if (i)
			SQL(b, ", ");
		sbuf_addz(b, prefix);
		dialect_of(id)->ident(b, cols.v[i]);
		sbuf_addz(b, after);
	}
}

struct strs stored_columns(const struct table *t, struct arena *a)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < t->ncols; i++)
		if (t->cols[i]->generated == GEN_NONE && !t->cols[i]->hidden)
			vec_push(a, &v, t->cols[i]->o.name);
	return (struct strs){ v.v, v.n };
}

struct str number_name(enum dialect_id id, const struct table *t)
{
	const char *const *names = dialect_of(id)->rowids;

	if (!save_words[id].numbers || t->without_rowid)
		return STR("");
	for (; names && *names; names++)
		if (!table_column(t, str_z(*names)))
			return str_z(*names);
	return STR("");
}

static bool among(struct strs v, struct str s)
{
	for (size_t i = 0; i < v.n; i++)
		if (str_eq(v.v[i], s))
			return true;
	return false;
}

static struct strs without(struct strs all, struct strs some, struct arena *a)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < all.n; i++)
		if (!among(some, all.v[i]))
			vec_push(a, &v, all.v[i]);
	return (struct strs){ v.v, v.n };
}

static struct strs joined(struct strs x, struct strs y, struct arena *a)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < x.n; i++)
		vec_push(a, &v, x.v[i]);
	for (size_t i = 0; i < y.n; i++)
		vec_push(a, &v, y.v[i]);
	return (struct strs){ v.v, v.n };
}

/* The key of a whole row: its own, else its number. */
static struct strs row_key(struct apply *ap, const struct table *t)
{
	struct strs key;
	struct str number = number_name(ap->base->dialect, t);

	table_key(t, &key);
	if (key.n || !number.n)
		return key;
	return (struct strs){ arena_copy(ap->a, &number, sizeof(number)), 1 };
}

/* That of cells: a number alone is not trusted, VACUUM gives others. */
static struct strs cell_key(struct apply *ap, const struct table *t,
    struct strs taken)
{
	struct strs key;

	table_key(t, &key);
	if (key.n)
		return key;
	return joined(row_key(ap, t), without(stored_columns(t, ap->a),
	    taken, ap->a), ap->a);
}

/* --- names --------------------------------------------------------------------------- */

static struct str table_was(const struct saver *s, struct str now)
{
	for (size_t i = s->renamed.n; i-- > 0;)
		if (!s->renamed.v[i].column.n &&
		    str_ieq(s->renamed.v[i].table, now))
			return s->renamed.v[i].was;
	return now;
}

static struct str column_was(const struct saver *s, struct str table,
    struct str now)
{
	for (size_t i = s->renamed.n; i-- > 0;)
		if (s->renamed.v[i].column.n &&
		    str_eq(s->renamed.v[i].table, table_was(s, table)) &&
		    str_ieq(s->renamed.v[i].column, now))
			return s->renamed.v[i].was;
	return now;
}

static struct strs columns_were(struct apply *ap, struct str table,
    struct strs now)
{
	struct str *v = arena_array(ap->a, struct str, now.n + 1);

	for (size_t i = 0; i < now.n; i++)
		v[i] = column_was(ap->saver, table, now.v[i]);
	return (struct strs){ v, now.n };
}

/* After a statement: what it renamed or made. */
static void follow(struct apply *ap, const struct stmt *st)
{
	struct saver *s = ap->saver;
	struct altered al;

	if (st->run->facts.verb == VERB_CREATE_TABLE)
		vec_push(ap->a, &s->made, st->run->facts.object);
	altered_find(st->run, &al);
	if (al.renamed && !among((struct strs){ s->made.v, s->made.n },
	    al.was->o.name))
		vec_push(ap->a, &s->renamed, (struct renamed){
		    .table = al.is->o.name, .column = STR(""),
		    .was = table_was(s, al.was->o.name) });
	else if (al.from && al.to)
		vec_push(ap->a, &s->renamed, (struct renamed){
		    .table = table_was(s, al.is->o.name),
		    .column = al.to->o.name,
		    .was = column_was(s, al.was->o.name, al.from->o.name) });
}

/* --- the store ------------------------------------------------------------------------ */

static enum rc ready(struct apply *ap, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!s->store)
		rc = store_make(str_z(run_log_dir(ap->log)),
		    ap->base->dialect, ap->rq->db_label, &s->store, e);
	if (!rc && !s->in_tx) {
		rc = store_begin(s->store, e);
		s->in_tx = !rc;
	}
	return rc;
}

/* Space is looked at before rows are copied, not found out by them. */
static enum rc room(struct apply *ap, const struct table *t, struct err *e)
{
	int64_t left = fs_free_bytes(run_log_dir(ap->log));
	int64_t need = t->bytes >= 0 ? t->bytes : lite_probe(
	    ap->rq->db.path).bytes;
	struct sbuf b = SBUF_TEXT;

	if (left < 0 || need < 0 || need < left / 2)
		return RC_OK;
	sbuf_addz(&b, "the rows of ");
	sbuf_add(&b, t->o.name);
	sbuf_addz(&b, " may not fit where they are to be saved: up to ");
	sbuf_add_count(&b, need);
	sbuf_addz(&b, " bytes, and ");
	sbuf_add_count(&b, left);
	sbuf_addz(&b, " are free");
	err_set(e, RC_DECISION, "%.*s", STR_ARG(sbuf_str(&b)));
	err_hint(e, "choose a place with --state DIR, or go without: "
	    "--no-undo-data");
	sbuf_free(&b);
	return RC_DECISION;
}

/* The loss of the plan that names the table: of the statement, or of the
 * rebuild that it is part of. */
static const char *reason_of(const struct plan *p, const struct stmt *st,
    struct str table)
{
	const char *any = "";

	for (size_t i = 0; i < p->n; i++) {
		const struct stmt *x = &p->v[i];

		if (x != st && (!st->group || x->group != st->group))
			continue;
		for (size_t k = 0; k < x->nhaz; k++) {
			if (x->haz[k].def->cls != HAZ_LOSS)
				continue;
			any = x->haz[k].def->slug;
			if (str_ieq(x->haz[k].table, table))
				return any;
		}
	}
	return any;
}

static struct saved object_of(struct apply *ap, const struct stmt *st,
    const struct table *t, enum saved_kind kind, struct strs key,
    struct strs cols)
{
	struct saver *s = ap->saver;
	struct str was = table_was(s, t->o.name);

	return (struct saved){ .tag = s->step->track->tag,
		.stmt = (int64_t)st->run->offset, .kind = kind,
		.schema = t->o.schema, .table = was,
		.key = columns_were(ap, t->o.name, key),
		.cols = columns_were(ap, t->o.name, cols),
		.reason = str_z(reason_of(ap->rq->plan, st, was)), .ddl = t->sql };
}

/* Rows of a query on `d` into one object. */
static enum rc copy(struct apply *ap, struct drv *d, struct str sql,
    const struct saved *o, struct err *e)
{
	struct saver *s = ap->saver;
	struct cursor *c = NULL;
	struct saved done;
	bool more = false;
	enum rc rc = store_object(s->store, o, e);

	if (!rc)
		rc = drv_query(d, sql, NULL, 0, SIZE_MAX, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		rc = store_row(s->store, c->row, e);
	cursor_close(c);
	if (!rc)
		rc = store_object_end(s->store, &done, e);
	if (rc) {
		err_prefix(e, "saving rows of %.*s", STR_ARG(o->table));
		return rc;
	}
	s->objects += done.rows > 0 || done.kind == SAVED_CELLS;
	s->rows += done.rows;
	s->bytes += done.bytes;
	return RC_OK;
}

/* --- V.1: what DDL takes --------------------------------------------------------------- */

static void from_table(struct sbuf *b, struct apply *ap,
    const struct table *t)
{
	SQL(b, " FROM ");
	ap->d->ops->dialect->table(b, &t->o);
}

static enum rc save_whole(struct apply *ap, const struct stmt *st,
    const struct table *t, struct err *e)
{
	enum dialect_id id = ap->base->dialect;
	struct strs key = row_key(ap, t);
	struct strs cols = without(stored_columns(t, ap->a), key, ap->a);
	struct saved o = object_of(ap, st, t, SAVED_ROWS, key, cols);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT ");
	save_columns(&b, id, "", joined(key, cols, ap->a),
	    save_words[id].text);
	from_table(&b, ap, t);
	rc = copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

/* A NULL is a value where the column comes back with another. */
static bool any_default(const struct table *t, struct strs cols)
{
	for (size_t i = 0; i < cols.n; i++)
		if (table_column(t, cols.v[i])->has_default)
			return true;
	return false;
}

static enum rc save_cells(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e)
{
	enum dialect_id id = ap->base->dialect;
	struct strs key = cell_key(ap, t, cols);
	struct saved o = object_of(ap, st, t, SAVED_CELLS, key, cols);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT ");
	save_columns(&b, id, "", joined(key, cols, ap->a),
	    save_words[id].text);
	from_table(&b, ap, t);
	for (size_t i = 0; i < cols.n && !any_default(t, cols); i++) {
		sbuf_addz(&b, i ? " OR " : " WHERE ");
		ap->d->ops->dialect->ident(&b, cols.v[i]);
		SQL(&b, " IS NOT NULL");
	}
	rc = copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

static void on_key(struct sbuf *b, struct apply *ap, struct strs key)
{
	for (size_t i = 0; i < key.n; i++) {
		sbuf_addz(b, i ? " AND o." : "o.");
		ap->d->ops->dialect->ident(b, key.v[i]);
		SQL(b, " = n.");
		ap->d->ops->dialect->ident(b, key.v[i]);
	}
}

/* Rows of t that its copy has not. */
static enum rc save_left(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct strs key,
    struct err *e)
{
	enum dialect_id id = ap->base->dialect;
	struct strs cols = without(stored_columns(t, ap->a), key, ap->a);
	struct saved o = object_of(ap, st, t, SAVED_ROWS, key, cols);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT ");
	save_columns(&b, id, "o.", joined(key, cols, ap->a),
	    save_words[id].text);
	from_table(&b, ap, t);
	SQL(&b, " AS o WHERE NOT EXISTS (SELECT 1");
	from_table(&b, ap, copied);
	SQL(&b, " AS n WHERE ");
	on_key(&b, ap, key);
	SQL(&b, ")");
	rc = copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

/* Values that the copy has otherwise. */
static enum rc save_differing(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct strs key,
    struct err *e)
{
	enum dialect_id id = ap->base->dialect;
	const struct dialect *d = ap->d->ops->dialect;
	struct strs all = without(stored_columns(t, ap->a), key, ap->a), cols;
	VEC(struct str) both = { 0 };
	struct saved o;
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	for (size_t i = 0; i < all.n; i++)
		if (table_column(copied, all.v[i]))
			vec_push(ap->a, &both, all.v[i]);
	if (!both.n)
		return RC_OK;
	cols = (struct strs){ both.v, both.n };
	o = object_of(ap, st, t, SAVED_CHANGED, key, cols);
	SQL(&b, "SELECT ");
	save_columns(&b, id, "o.", key, save_words[id].text);
	SQL(&b, ", ");
	save_columns(&b, id, "o.", cols, save_words[id].text);
	SQL(&b, ", ");
	save_columns(&b, id, "n.", cols, save_words[id].text);
	from_table(&b, ap, t);
	SQL(&b, " AS o JOIN ");
	d->table(&b, &copied->o);
	SQL(&b, " AS n ON ");
	on_key(&b, ap, key);
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addz(&b, i ? " OR +o." : " WHERE +o.");
		d->ident(&b, cols.v[i]);
		sbuf_addz(&b, save_words[id].differs);
		SQL(&b, "+n.");
		d->ident(&b, cols.v[i]);
		SQL(&b, " COLLATE BINARY");
	}
	rc = copy(ap, ap->d, sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

/* The table that is to take the name of the one dropped by st. */
static const struct table *rebuilt_as(struct apply *ap, const struct stmt *st)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; st->group && i < p->n; i++) {
		struct altered al;

		if (p->v[i].group != st->group)
			continue;
		altered_find(p->v[i].run, &al);
		if (al.renamed && str_ieq(al.is->o.name,
		    st->run->facts.object))
			return al.was;
	}
	return NULL;
}

static enum rc save_rebuilt(struct apply *ap, const struct stmt *st,
    const struct table *t, const struct table *copied, struct err *e)
{
	struct strs key, cols = stored_columns(t, ap->a);
	VEC(struct str) gone = { 0 };
	enum rc rc;

	table_key(t, &key);
	for (size_t i = 0; i < key.n; i++)
		if (!table_column(copied, key.v[i]))
			key.n = 0;
	if (!key.n)	/* nothing tells which row became which */
		return save_whole(ap, st, t, e);
	rc = save_left(ap, st, t, copied, key, e);
	for (size_t i = 0; i < cols.n; i++)
		if (!table_column(copied, cols.v[i]))
			vec_push(ap->a, &gone, cols.v[i]);
	if (!rc && gone.n)
		rc = save_cells(ap, st, t, (struct strs){ gone.v, gone.n }, e);
	return rc ? rc : save_differing(ap, st, t, copied, key, e);
}

/* --- V.2: what data statements take ------------------------------------------------------ */

static size_t table_number(struct apply *ap, struct str name)
{
	struct saver *s = ap->saver;

	for (size_t i = s->tables.n; i-- > 0;)
		if (str_eq(s->tables.v[i], name))
			return i;
	vec_push(ap->a, &s->tables, arena_str(ap->a, name));
	return s->tables.n - 1;
}

static void on_row(void *arg, const struct drv_row *r)
{
	struct apply *ap = arg;
	struct saver *s = ap->saver;
	size_t t = table_number(ap, r->table);
	const struct value v[] = {
		{ .kind = VALUE_INT, .i = (int64_t)t },
		{ .kind = VALUE_INT, .i = r->number },
		{ .kind = VALUE_INT, .i = r->deleted ? r->number : r->now },
		{ .kind = VALUE_INT, .i = r->deleted },
	};

	s->events++;
	s->mix = (s->mix ^ ((uint64_t)r->number * 2 + r->deleted + t)) *
	    UINT64_C(0x9e3779b97f4a7c15);
	if (s->noting && !s->rc)
		s->rc = bulk_row(&s->noted, v, &s->why);
}

static void watch(struct apply *ap, bool on)
{
	ap->saver->events = 0;
	ap->saver->mix = 0;
	ap->d->ops->watch_rows(ap->d, on ? &(struct drv_rows){ on_row, ap } :
	    NULL);
}

static enum rc temp_tables(struct saver *s, struct err *e)
{
	return drv_exec(store_drv(s->store), STR(
	    "DROP TABLE IF EXISTS temp.noted;"
	    "CREATE TEMP TABLE noted (t INTEGER, k INTEGER, k2 INTEGER,"
	    " del INTEGER)"), e);
}

static enum rc trial(struct apply *ap, struct str text, size_t at,
    struct err *e)
{
	const unsigned flags = RUN_COUNT | RUN_HOIST_FK | RUN_NO_TX | RUN_FACTS;
	struct saver *s = ap->saver;
	struct sql_span span;
	struct facts f = { 0 };
	struct err failed = ERR_INIT;
	bool more;
	enum rc rc = temp_tables(s, e);

	if (!rc)
		rc = ap->d->ops->savepoint(ap->d, TRIAL, e);
	if (rc)
		return rc;
	s->rc = RC_OK;
	s->why = (struct err)ERR_INIT;
	s->tables.n = 0;
	bulk_open(&s->noted, store_drv(s->store), STR("temp.noted"), 4);
	s->noting = true;
	watch(ap, true);
	/* One that fails here fails again, with all that is said then. */
	(void)!ap->d->ops->run_next(ap->d, text, &at, flags, ap->a, &span, &f,
	    &more, &failed);
	s->expected = s->events;
	s->expected_mix = s->mix;
	watch(ap, false);
	s->noting = false;
	rc = s->rc;
	if (rc)
		*e = s->why;
	else
		rc = bulk_flush(&s->noted, e);
	bulk_close(&s->noted);
	if (!rc)
		rc = ap->d->ops->rollback_to(ap->d, TRIAL, e);
	if (!rc)
		rc = ap->d->ops->release(ap->d, TRIAL, e);
	if (!rc && failed.code == RC_CANCELLED) {
		*e = failed;
		rc = RC_CANCELLED;
	}
	return rc;
}

/* The last that happened to every row of table t; old and new images. */
static enum rc pairs_make(struct saver *s, size_t t, size_t ncols,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "DROP TABLE IF EXISTS temp.pairs;"
	    "DROP TABLE IF EXISTS temp.was; DROP TABLE IF EXISTS temp.became;"
	    "CREATE TEMP TABLE pairs AS SELECT k, k2, del, max(rowid) AS last"
	    " FROM temp.noted WHERE t = ");
	sbuf_add_i64(&b, (int64_t)t);
	SQL(&b, " GROUP BY k ORDER BY k;");
	for (int i = 0; i < 2; i++) {
		sbuf_addz(&b, i ? "CREATE TEMP TABLE became (k INTEGER"
		    " PRIMARY KEY" : "CREATE TEMP TABLE was (k INTEGER"
		    " PRIMARY KEY");
		for (size_t k = 0; k < ncols; k++)
			sbuf_addf(&b, ", c%zu", k);
		sbuf_addz(&b, i ? ")" : ");");
	}
	rc = drv_exec(store_drv(s->store), sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* Rows by number, from the database into temp.<into>. */
static enum rc fetch(struct apply *ap, const struct table *t,
    struct strs cols, struct str number, const int64_t *v, size_t n,
    struct bulk *into, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	SQL(&b, "SELECT ");
	ap->d->ops->dialect->ident(&b, number);
	SQL(&b, ", ");
	save_columns(&b, ap->base->dialect, "", cols, "");
	from_table(&b, ap, t);
	SQL(&b, " WHERE ");
	ap->d->ops->dialect->ident(&b, number);
	for (size_t i = 0; i < n; i++) {
		sbuf_addz(&b, i ? ", " : " IN (");
		sbuf_add_i64(&b, v[i]);
	}
	SQL(&b, ")");
	rc = drv_query(ap->d, sbuf_str(&b), NULL, 0, SIZE_MAX, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		rc = bulk_row(into, c->row, e);
	cursor_close(c);
	sbuf_free(&b);
	return rc;
}

static enum rc images(struct apply *ap, const struct table *t,
    struct strs cols, bool after, struct err *e)
{
	struct store *st = ap->saver->store;
	struct str number = number_name(ap->base->dialect, t);
	struct cursor *c = NULL;
	struct bulk into;
	int64_t v[ONCE];
	size_t n = 0;
	bool more = false;
	enum rc rc;

	rc = drv_query(store_drv(st), after ? STR("SELECT DISTINCT k2 FROM"
	    " temp.pairs WHERE NOT del") : STR("SELECT k FROM temp.pairs"),
	    NULL, 0, 0, &c, e);
	bulk_open(&into, store_drv(st), after ? STR("temp.became") :
	    STR("temp.was"), cols.n + 1);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		v[n++] = c->row[0].i;
		if (n == ONCE) {
			rc = fetch(ap, t, cols, number, v, n, &into, e);
			n = 0;
		}
	}
	if (!rc && n)
		rc = fetch(ap, t, cols, number, v, n, &into, e);
	if (!rc)
		rc = bulk_flush(&into, e);
	cursor_close(c);
	bulk_close(&into);
	return rc;
}

/* The place of a name among columns; cols.n: the number. */
static void place_of(struct sbuf *b, struct strs cols, struct str name,
    const char *of)
{
	for (size_t i = 0; i < cols.n; i++)
		if (str_eq(cols.v[i], name)) {
			sbuf_addf(b, "%s.c%zu", of, i);
			return;
		}
	sbuf_addf(b, "%s.k", of);
}

static enum rc save_deleted(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e)
{
	struct strs key = row_key(ap, t);
	struct strs rest = without(cols, key, ap->a);
	struct strs all = joined(key, rest, ap->a);
	struct saved o = object_of(ap, st, t, SAVED_ROWS, key, rest);
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "SELECT ");
	for (size_t i = 0; i < all.n; i++) {
		if (i)
			SQL(&b, ", ");
		place_of(&b, cols, all.v[i], "w");
	}
	SQL(&b, " FROM temp.was AS w JOIN temp.pairs AS p ON p.k = w.k"
	    " WHERE p.del OR NOT EXISTS (SELECT 1 FROM temp.became AS b"
	    " WHERE b.k = p.k2)");
	rc = copy(ap, store_drv(ap->saver->store), sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

static const char changed_from[] =
    " FROM temp.was AS w JOIN temp.pairs AS p ON p.k = w.k AND NOT p.del"
    " JOIN temp.became AS b ON b.k = p.k2";

/* Which columns any row has otherwise now; places[] of them in `cols`. */
static enum rc changed_columns(struct apply *ap, struct strs cols,
    size_t *places, size_t *n, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	SQL(&b, "SELECT ");
	for (size_t i = 0; i < cols.n; i++)
		sbuf_addf(&b, "%smax(w.c%zu IS NOT b.c%zu)", i ? ", " : "",
		    i, i);
	sbuf_addz(&b, changed_from);
	rc = drv_query(store_drv(ap->saver->store), sbuf_str(&b), NULL, 0, 0,
	    &c, e);
	if (!rc)
		rc = cursor_next(c, &more, e);
	*n = 0;
	for (size_t i = 0; !rc && more && i < cols.n; i++)
		if (c->row[i].kind == VALUE_INT && c->row[i].i)
			places[(*n)++] = i;
	cursor_close(c);
	sbuf_free(&b);
	return rc;
}

static void changed_text(struct strs cols, struct strs key,
    const size_t *places, size_t n, struct sbuf *b)
{
	SQL(b, "SELECT ");
	for (size_t i = 0; i < key.n; i++) {
		if (i)
			SQL(b, ", ");
		place_of(b, cols, key.v[i], "b");
	}
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < n; i++)
			sbuf_addf(b, ", %s.c%zu", side ? "b" : "w", places[i]);
	sbuf_addz(b, changed_from);
	for (size_t i = 0; i < n; i++)
		sbuf_addf(b, "%sw.c%zu IS NOT b.c%zu", i ? " OR " : " WHERE ",
		    places[i], places[i]);
}

static enum rc save_changed(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e)
{
	struct strs key = row_key(ap, t);
	bool number = key.n == 1 && !table_column(t, key.v[0]);
	size_t *places = arena_array(ap->a, size_t, cols.n + 1), n = 0;
	struct str *names = arena_array(ap->a, struct str, cols.n + 1);
	struct saved o;
	struct sbuf b = SBUF_TEXT;
	enum rc rc = changed_columns(ap, cols, places, &n, e);

	if (rc || !n)
		return rc;
	/* a number alone is proven by all that the row holds */
	for (size_t i = 0; number && i < cols.n; i++)
		places[n = i] = i;
	n += number;
	for (size_t i = 0; i < n; i++)
		names[i] = cols.v[places[i]];
	o = object_of(ap, st, t, SAVED_CHANGED, key,
	    (struct strs){ names, n });
	changed_text(cols, key, places, n, &b);
	rc = copy(ap, store_drv(ap->saver->store), sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

/* --- around a statement -------------------------------------------------------------------- */

static bool loses(const struct stmt *st)
{
	for (size_t i = 0; i < st->nhaz; i++)
		if (st->haz[i].def->cls == HAZ_LOSS && st->haz[i].rows != 0)
			return true;
	return false;
}

static bool rows_go(const struct stmt *st)
{
	enum fact_verb v = st->run->facts.verb;

	return v == VERB_INSERT || v == VERB_UPDATE || v == VERB_DELETE;
}

/* An UPDATE that overwrites nothing still is to be taken back; an INSERT takes
 * something only where the plan says so. */
static bool tried_first(const struct stmt *st)
{
	return rows_go(st) && (st->run->facts.verb != VERB_INSERT ||
	    loses(st));
}

/* Only what was there before the step has anything to lose. */
static const struct table *table_before(struct apply *ap,
    const struct stmt *st, struct str name)
{
	const struct table *t = model_table(st->run->before, STR(""), name);

	if (!t || t->type != TABLE_ORDINARY ||
	    ap->d->ops->dialect->is_foreign(&t->o) ||
	    is_tracking(ap->track_table, &t->o) ||
	    among((struct strs){ ap->saver->made.v, ap->saver->made.n },
	    t->o.name))
		return NULL;
	return t;
}

static enum rc save_ddl(struct apply *ap, const struct stmt *st,
    struct err *e)
{
	const struct table *t, *copied;
	struct altered al;
	enum rc rc;

	if (st->run->facts.verb == VERB_DROP_TABLE) {
		t = table_before(ap, st, st->run->facts.object);
		if (!t)
			return RC_OK;
		rc = ready(ap, e);
		if (!rc)
			rc = room(ap, t, e);
		copied = rebuilt_as(ap, st);
		if (rc)
			return rc;
		return copied ? save_rebuilt(ap, st, t, copied, e) :
		    save_whole(ap, st, t, e);
	}
	altered_find(st->run, &al);
	if (!al.dropped || al.dropped->generated != GEN_NONE ||
	    !table_before(ap, st, al.was->o.name))
		return RC_OK;
	rc = ready(ap, e);
	if (!rc)
		rc = room(ap, al.was, e);
	return rc ? rc : save_cells(ap, st, al.was,
	    (struct strs){ &al.dropped->o.name, 1 }, e);
}

/* Tables that the trial saw, but for the one that was saved whole. */
static const struct table *noted_table(struct apply *ap,
    const struct stmt *st, size_t i)
{
	struct str name = ap->saver->tables.v[i];
	const struct table *t = table_before(ap, st, name);

	if (!t || !number_name(ap->base->dialect, t).n ||
	    (st->run->facts.verb == VERB_DROP_TABLE &&
	    str_ieq(name, st->run->facts.object)))
		return NULL;
	return t;
}

static bool sets_off(const struct stmt *st)
{
	const struct table *t;

	if (st->run->facts.verb != VERB_DROP_TABLE || st->group)
		return false;
	t = model_table(st->run->before, STR(""), st->run->facts.object);
	return t && t->nfks_in > 0;
}

/* Between the trial and the statement nothing else touches the rows, so the
 * images before are read first, table by table, and wait under their number. */
static enum rc stash(struct apply *ap, size_t i, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	sbuf_addf(&b, "DROP TABLE IF EXISTS temp.was_%zu; ALTER TABLE temp.was"
	    " RENAME TO was_%zu", i, i);
	rc = drv_exec(store_drv(ap->saver->store), sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static enum rc images_before(struct apply *ap, const struct stmt *st, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < s->tables.n; i++) {
		const struct table *t = noted_table(ap, st, i);
		struct strs cols;

		if (!t)
			continue;
		cols = stored_columns(t, ap->a);
		rc = room(ap, t, e);
		if (!rc)
			rc = pairs_make(s, i, cols.n, e);
		if (!rc)
			rc = images(ap, t, cols, false, e);
		if (!rc)
			rc = stash(ap, i, e);
	}
	return rc;
}

enum rc save_before(struct apply *ap, const struct step *step,
    const struct stmt *st, struct str text, size_t at, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!ap->rq->plan->saves || step->kind != STEP_UP || !st ||
	    !st->run->before || !ap->d->ops->watch_rows)
		return RC_OK;
	if (!s)
		s = ap->saver = arena_new_of(ap->a, struct saver);
	if (s->step != step) {
		s->step = step;
		s->renamed.n = s->made.n = 0;
	}
	if (!rows_go(st))
		rc = save_ddl(ap, st, e);
	s->trial = !rc && (sets_off(st) || tried_first(st));
	if (!s->trial)
		return rc;
	rc = ready(ap, e);
	if (!rc)
		rc = trial(ap, text, at, e);
	if (!rc)
		rc = images_before(ap, st, e);
	if (!rc)
		watch(ap, true);
	return rc;
}
static enum rc save_noted(struct apply *ap, const struct stmt *st, size_t i,
    const struct table *t, struct err *e)
{
	struct strs cols = stored_columns(t, ap->a);
	struct sbuf b = SBUF_TEXT;
	enum rc rc = pairs_make(ap->saver, i, cols.n, e);

	sbuf_addf(&b, "DROP TABLE temp.was; ALTER TABLE temp.was_%zu RENAME TO"
	    " was", i);
	if (!rc)
		rc = drv_exec(store_drv(ap->saver->store), sbuf_str(&b), e);
	sbuf_free(&b);
	if (!rc)
		rc = images(ap, t, cols, true, e);
	if (!rc)
		rc = save_deleted(ap, st, t, cols, e);
	return rc ? rc : save_changed(ap, st, t, cols, e);
}

enum rc save_after(struct apply *ap, const struct stmt *st, struct err *e)
{
	struct saver *s = ap->saver;
	bool same;
	enum rc rc = RC_OK;

	if (!s || !s->step || !st)
		return RC_OK;
	follow(ap, st);
	if (!s->trial)
		return RC_OK;
	s->trial = false;
	same = s->events == s->expected && s->mix == s->expected_mix;
	watch(ap, false);
	if (!same) {
		err_set(e, RC_CONFLICT, "%.*s took other rows than when it was "
		    "tried a moment before: what it takes cannot be saved",
		    STR_ARG(st->run->where));
		err_hint(e, "make it say which rows it means, or go without: "
		    "--no-undo-data");
		return RC_CONFLICT;
	}
	for (size_t i = 0; !rc && i < s->tables.n; i++) {
		const struct table *t = noted_table(ap, st, i);

		if (t)
			rc = save_noted(ap, st, i, t, e);
	}
	return rc;
}

/* --- the part ------------------------------------------------------------------------------- */

static void log_save(struct apply *ap, size_t first, size_t n)
{
	struct saver *s = ap->saver;
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_tags(&o, "tags", ap->rq->steps + first, n);
	json_pair_int(&o, "objects", s ? s->objects : 0);
	json_pair_int(&o, "rows", s ? s->rows : 0);
	json_pair_int(&o, "bytes", s ? s->bytes : 0);
	log_put(ap, LOG_SAVE, &o);
}

enum rc save_commit(struct apply *ap, size_t first, size_t n, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!ap->rq->plan->saves || ap->rq->steps[first].kind != STEP_UP ||
	    !ap->d->ops->watch_rows)
		return RC_OK;
	if (s && s->in_tx) {
		rc = store_commit(s->store, e);
		if (rc) {
			err_prefix(e, "what would be lost cannot be saved");
			return rc;
		}
		s->in_tx = false;
	}
	log_save(ap, first, n);
	return RC_OK;
}

void save_rollback(struct apply *ap)
{
	struct saver *s = ap->saver;

	if (!s)
		return;
	if (s->trial)
		watch(ap, false);
	s->trial = false;
	s->step = NULL;
	if (s->in_tx)
		store_rollback(s->store);
	s->in_tx = false;
	s->objects = s->rows = s->bytes = 0;
}

void save_close(struct apply *ap)
{
	if (!ap->saver)
		return;
	save_rollback(ap);
	store_close(ap->saver->store);
}

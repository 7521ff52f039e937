/*
 * save_trial: what data statements take: tried in a savepoint under the row
 * hook, rolled back, read by number or key, then compared with what the statement
 * itself did: see save.h, V.2.
 */
#include "op/apply/save.h"

#define TRIAL "weir_trial"
#define ONCE 200		/* rows asked for by number in one query */

static size_t table_number(struct apply *ap, struct str name)
{
	struct saver *s = ap->saver;
	const struct table *t;

	for (size_t i = s->tables.n; i-- > 0;)
		if (str_eq(s->tables.v[i], name))
			return i;
	t = save_table_before(ap, s->trying, name);
	vec_push(ap->a, &s->tables, arena_str(ap->a, name));
	vec_push(ap->a, &s->keyed, t && t->without_rowid ? t : NULL);
	return s->tables.n - 1;
}

static void mix(struct saver *s, uint64_t x)
{
	s->mix = (s->mix ^ x) * UINT64_C(0x9e3779b97f4a7c15);
}

static void mix_value(struct saver *s, const struct value *v)
{
	uint64_t bits = (uint64_t)v->i;

	if (v->kind == VALUE_REAL)
		memcpy(&bits, &v->r, sizeof(bits));
	mix(s, (uint64_t)v->kind);
	mix(s, bits);
	for (size_t i = 0; i < v->s.n; i++)
		mix(s, (unsigned char)v->s.p[i]);
}

static size_t column_place(const struct table *t, struct str name)
{
	size_t i = 0;

	while (i < t->ncols && !str_eq(t->cols[i]->o.name, name))
		i++;
	return i;
}

/* t, del, the key before, the key after */
static void note_key(struct saver *s, size_t number, const struct drv_row *r)
{
	const struct table *t = s->keyed.v[number];
	struct value *v = s->key_row;
	struct strs key;

	table_key(t, &key);
	for (size_t i = 0; i < 2 + 2 * s->key_width; i++)
		v[i] = (struct value){ .kind = VALUE_NULL };
	v[0] = (struct value){ .kind = VALUE_INT, .i = (int64_t)number };
	v[1] = (struct value){ .kind = VALUE_INT, .i = r->deleted };
	for (size_t i = 0; i < key.n; i++) {
		size_t at = column_place(t, key.v[i]);

		r->value(r, at, false, &v[2 + i]);
		mix_value(s, &v[2 + i]);
		if (r->deleted)
			continue;
		r->value(r, at, true, &v[2 + s->key_width + i]);
		mix_value(s, &v[2 + s->key_width + i]);
	}
	mix(s, r->deleted + number);
	if (s->noting && !s->rc)
		s->rc = bulk_row(&s->keys, v, &s->why);
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
	if (s->keyed.v[t]) {
		note_key(s, t, r);
		return;
	}
	mix(s, (uint64_t)r->number * 2 + r->deleted + t);
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

/* --- rows without a number: their keys get one ------------------------------------------ */

/* "prefix0, prefix1 …" */
static void key_names(struct sbuf *b, const char *prefix, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sbuf_addf(b, "%s%s%zu", i ? ", " : "", prefix, i);
}

static enum rc temp_tables(struct apply *ap, const struct stmt *st,
    struct err *e)
{
	const struct model *m = st->run->before;
	struct saver *s = ap->saver;
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	s->trying = st;
	s->tables.n = s->keyed.n = 0;
	s->key_width = 0;
	for (size_t i = 0; i < m->ntables; i++)
		if (m->tables[i]->without_rowid && m->tables[i]->pk &&
		    m->tables[i]->pk->cols.n > s->key_width)
			s->key_width = m->tables[i]->pk->cols.n;
	s->key_row = arena_array(ap->a, struct value, 2 + 2 * s->key_width);
	SQL(&b, "DROP TABLE IF EXISTS temp.noted;"
	    "CREATE TEMP TABLE noted (t INTEGER, k INTEGER, k2 INTEGER,"
	    " del INTEGER); DROP TABLE IF EXISTS temp.keys;");
	if (s->key_width) {
		SQL(&b, "CREATE TEMP TABLE keys (t INTEGER, del INTEGER, ");
		key_names(&b, "o", s->key_width);
		SQL(&b, ", ");
		key_names(&b, "n", s->key_width);
		SQL(&b, ")");
	}
	rc = drv_exec(store_drv(s->store), sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static void keys_join(struct sbuf *b, const char *of, const char *prefix,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		sbuf_addf(b, "%s%s.c%zu = x.%s%zu", i ? " AND " : "", of, i,
		    prefix, i);
}

/* Every key of table t that was seen gets a number, temp.ids_<t>, by which the
 * row is noted as any other. */
static enum rc number_keys(struct saver *s, size_t t, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct strs key;
	enum rc rc;

	table_key(s->keyed.v[t], &key);
	sbuf_addf(&b, "DROP TABLE IF EXISTS temp.ids_%zu; CREATE TEMP TABLE"
	    " ids_%zu (id INTEGER PRIMARY KEY, ", t, t);
	key_names(&b, "c", key.n);
	sbuf_addf(&b, "); INSERT INTO temp.ids_%zu SELECT NULL, * FROM ("
	    "SELECT ", t);
	key_names(&b, "o", key.n);
	sbuf_addf(&b, " FROM temp.keys WHERE t = %zu UNION SELECT ", t);
	key_names(&b, "n", key.n);
	sbuf_addf(&b, " FROM temp.keys WHERE t = %zu AND NOT del);"
	    "CREATE INDEX temp.of_ids_%zu ON ids_%zu (", t, t, t);
	key_names(&b, "c", key.n);
	sbuf_addf(&b, "); INSERT INTO temp.noted SELECT x.t, o.id,"
	    " coalesce(n.id, o.id), x.del FROM temp.keys AS x"
	    " JOIN temp.ids_%zu AS o ON ", t);
	keys_join(&b, "o", "o", key.n);
	sbuf_addf(&b, " LEFT JOIN temp.ids_%zu AS n ON ", t);
	keys_join(&b, "n", "n", key.n);
	sbuf_addf(&b, " WHERE x.t = %zu ORDER BY x.rowid", t);
	rc = drv_exec(store_drv(s->store), sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* --- the trial ---------------------------------------------------------------------------- */

static enum rc noted_end(struct saver *s, struct err *e)
{
	enum rc rc = s->rc;

	s->noting = false;
	if (rc)
		*e = s->why;
	if (!rc)
		rc = bulk_flush(&s->noted, e);
	if (!rc)
		rc = bulk_flush(&s->keys, e);
	bulk_close(&s->noted);
	bulk_close(&s->keys);
	for (size_t i = 0; !rc && i < s->tables.n; i++)
		if (s->keyed.v[i])
			rc = number_keys(s, i, e);
	return rc;
}

static enum rc try_it(struct apply *ap, const struct stmt *st,
    struct str text, size_t at, struct err *e)
{
	const unsigned flags = RUN_COUNT | RUN_HOIST_FK | RUN_NO_TX | RUN_FACTS;
	struct saver *s = ap->saver;
	struct sql_span span;
	struct facts f = { 0 };
	struct err failed = ERR_INIT;
	bool more;
	enum rc rc = temp_tables(ap, st, e);

	if (!rc)
		rc = ap->d->ops->savepoint(ap->d, TRIAL, e);
	if (rc)
		return rc;
	s->rc = RC_OK;
	s->why = (struct err)ERR_INIT;
	bulk_open(&s->noted, store_drv(s->store), STR("temp.noted"), 4);
	bulk_open(&s->keys, store_drv(s->store), STR("temp.keys"),
	    2 + 2 * s->key_width);
	s->noting = true;
	watch(ap, true);
	/* One that fails here fails again, with all that is said then. */
	(void)!ap->d->ops->run_next(ap->d, text, &at, flags, ap->a, &span, &f,
	    &more, &failed);
	s->expected = s->events;
	s->expected_mix = s->mix;
	watch(ap, false);
	rc = noted_end(s, e);
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

/* Rows that are asked for in one query: "1, 2" or "(1, 'a'), (2, 'b')". */
struct batch {
	struct sbuf list;
	size_t n;
};

static void batch_add(struct batch *x, const struct dialect *d,
    const struct value *row, size_t n)
{
	sbuf_addz(&x->list, x->n++ ? ", " : "");
	sbuf_addz(&x->list, n > 1 ? "(" : "");
	sbuf_add_i64(&x->list, row[0].i);
	for (size_t i = 1; i < n; i++) {
		SQL(&x->list, ", ");
		d->literal(&x->list, &row[i]);
	}
	sbuf_addz(&x->list, n > 1 ? ")" : "");
}

static void by_number(struct apply *ap, const struct table *t,
    struct strs cols, const struct batch *x, struct sbuf *b)
{
	struct str number = number_name(ap->base->dialect, t);

	SQL(b, "SELECT ");
	ap->d->ops->dialect->ident(b, number);
	SQL(b, ", ");
	save_columns(b, ap->base->dialect, "", cols, "");
	save_from(b, ap, t);
	SQL(b, " WHERE ");
	ap->d->ops->dialect->ident(b, number);
	SQL(b, " IN (");
	sbuf_add(b, sbuf_str(&x->list));
	SQL(b, ")");
}

/* The key's own collation finds the row, the bytes tell that it is the one. */
static void by_key(struct apply *ap, const struct table *t,
    struct strs cols, const struct batch *x, struct sbuf *b)
{
	struct strs key;

	table_key(t, &key);
	SQL(b, "WITH weir_keys(id, ");
	key_names(b, "c", key.n);
	SQL(b, ") AS (VALUES ");
	sbuf_add(b, sbuf_str(&x->list));
	SQL(b, ") SELECT x.id, ");
	save_columns(b, ap->base->dialect, "o.", cols, "");
	save_from(b, ap, t);
	SQL(b, " AS o JOIN weir_keys AS x ON ");
	for (size_t i = 0; i < key.n; i++)
		for (int exact = 0; exact < 2; exact++) {
			sbuf_addz(b, i || exact ? " AND o." : "o.");
			ap->d->ops->dialect->ident(b, key.v[i]);
			sbuf_addf(b, " = x.c%zu%s", i, exact ?
			    " COLLATE BINARY" : "");
		}
}

/* From the database into temp.<into>. */
static enum rc fetch(struct apply *ap, const struct table *t,
    struct strs cols, struct batch *x, struct bulk *into, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc = RC_OK;

	if (!x->n)
		return RC_OK;
	(t->without_rowid ? by_key : by_number)(ap, t, cols, x, &b);
	rc = drv_query(ap->d, sbuf_str(&b), NULL, 0, SIZE_MAX, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more)
		rc = bulk_row(into, c->row, e);
	cursor_close(c);
	sbuf_free(&b);
	sbuf_reset(&x->list);
	x->n = 0;
	return rc;
}

/* Numbers of the rows that are wanted, with their keys where they have none
 * of their own. */
static void wanted(struct sbuf *b, const struct table *t, size_t i, bool after)
{
	struct strs key = { 0 };

	if (t->without_rowid)
		table_key(t, &key);
	sbuf_addz(b, after ? "SELECT DISTINCT p.k2" : "SELECT p.k");
	for (size_t k = 0; k < key.n; k++)
		sbuf_addf(b, ", i.c%zu", k);
	SQL(b, " FROM temp.pairs AS p");
	if (key.n)
		sbuf_addf(b, " JOIN temp.ids_%zu AS i ON i.id = p.%s", i,
		    after ? "k2" : "k");
	sbuf_addz(b, after ? " WHERE NOT p.del" : "");
}

static enum rc images(struct apply *ap, const struct table *t, size_t i,
    struct strs cols, bool after, struct err *e)
{
	struct drv *store = store_drv(ap->saver->store);
	struct batch x = { .list = SBUF_TEXT };
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	struct bulk into;
	bool more = false;
	enum rc rc;

	wanted(&b, t, i, after);
	rc = drv_query(store, sbuf_str(&b), NULL, 0, SIZE_MAX, &c, e);
	bulk_open(&into, store, after ? STR("temp.became") : STR("temp.was"),
	    cols.n + 1);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		batch_add(&x, ap->d->ops->dialect, c->row, c->ncols);
		if (x.n == ONCE)
			rc = fetch(ap, t, cols, &x, &into, e);
	}
	if (!rc)
		rc = fetch(ap, t, cols, &x, &into, e);
	if (!rc)
		rc = bulk_flush(&into, e);
	cursor_close(c);
	bulk_close(&into);
	sbuf_free(&x.list);
	sbuf_free(&b);
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
	struct strs key = save_row_key(ap, t);
	struct strs rest = strs_without(cols, key, ap->a);
	struct strs all = strs_joined(key, rest, ap->a);
	struct saved o = save_object(ap, st, t, SAVED_ROWS, key, rest);
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
	rc = save_copy(ap, store_drv(ap->saver->store), sbuf_str(&b), &o, e);
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
}

static void changed_where(const size_t *places, size_t n, struct sbuf *b)
{
	sbuf_addz(b, changed_from);
	for (size_t i = 0; i < n; i++)
		sbuf_addf(b, "%sw.c%zu IS NOT b.c%zu", i ? " OR " : " WHERE ",
		    places[i], places[i]);
}

static enum rc save_changed(struct apply *ap, const struct stmt *st,
    const struct table *t, struct strs cols, struct err *e)
{
	struct strs key = save_row_key(ap, t);
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
	o = save_object(ap, st, t, SAVED_CHANGED, key,
	    (struct strs){ names, n });
	changed_text(cols, key, places, n, &b);
	save_beside(ap, t, key, (struct strs){ names, n }, cols, &o, &b);
	changed_where(places, n, &b);
	rc = save_copy(ap, store_drv(ap->saver->store), sbuf_str(&b), &o, e);
	sbuf_free(&b);
	return rc;
}

/* --- around the statement ------------------------------------------------------------ */

bool save_writes(const struct stmt *st)
{
	enum fact_verb v = st->run->facts.verb;

	return v == VERB_INSERT || v == VERB_UPDATE || v == VERB_DELETE;
}

/* An UPDATE that overwrites nothing still is to be taken back; an INSERT takes
 * something only where the plan says so. */
static bool tried_first(const struct stmt *st)
{
	return save_writes(st) && (st->run->facts.verb != VERB_INSERT ||
	    save_loses(st));
}

/* Tables that the trial saw, but for the one that was saved whole. */
static const struct table *noted_table(struct apply *ap,
    const struct stmt *st, size_t i)
{
	struct str name = ap->saver->tables.v[i];
	const struct table *t = save_table_before(ap, st, name);

	if (!t || (!t->without_rowid &&
	    !number_name(ap->base->dialect, t).n) ||
	    (st->run->facts.verb == VERB_DROP_TABLE &&
	    str_ieq(name, st->run->facts.object)))
		return NULL;
	return t;
}

/* V.8: what it takes from a virtual table itself is saved by none. */
static bool takes_virtual(const struct stmt *st)
{
	const struct strs *w = &st->run->facts.writes;
	const struct table *t = w->n ? model_table(st->run->before, STR(""),
	    w->v[0]) : NULL;

	return t && t->type == TABLE_VIRTUAL && save_loses(st);
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
		rc = save_room(ap, t, e);
		if (!rc)
			rc = pairs_make(s, i, cols.n, e);
		if (!rc)
			rc = images(ap, t, i, cols, false, e);
		if (!rc)
			rc = stash(ap, i, e);
	}
	return rc;
}

bool save_needs_trial(const struct stmt *st)
{
	return sets_off(st) || tried_first(st);
}

enum rc save_trial(struct apply *ap, const struct stmt *st, struct str text,
    size_t at, struct err *e)
{
	enum rc rc = try_it(ap, st, text, at, e);

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
		rc = images(ap, t, i, cols, true, e);
	if (!rc)
		rc = save_deleted(ap, st, t, cols, e);
	return rc ? rc : save_changed(ap, st, t, cols, e);
}

enum rc save_tried(struct apply *ap, const struct stmt *st, struct err *e)
{
	struct saver *s = ap->saver;
	bool same = s->events == s->expected && s->mix == s->expected_mix;
	enum rc rc = RC_OK;

	watch(ap, false);
	if (takes_virtual(st))
		vec_push(ap->a, &s->partly, s->step);
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

void save_trial_end(struct apply *ap)
{
	if (ap->saver->trial)
		watch(ap, false);
	ap->saver->trial = false;
}

/*
 * Reading the schema: all of it, or what changed since the last time.
 *
 * I.1 What is compared is the stored text of each row of sqlite_schema; a
 * table is read again when its text, one of its indexes, or (for a key that
 * names no parent columns) perhaps its parent changed.  Views are always read
 * again: their columns follow from other objects.
 * I.2 The schema counter is trusted only while no rollback has moved it back.
 * I.3 One read transaction spans all statements.
 */
#include "drv/lite/introspect.h"

#define SCHEMA_ROWS_MAX 200000

enum rc lite_schema_version(struct drv *base, int64_t *out, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);

	return rc ? rc : lite_number(d, STR("PRAGMA schema_version"), out, e);
}

struct schema_rows {
	VEC(struct lite_row) rows;
};

static enum rc read_rows(struct lite *d, struct arena *a,
    struct schema_rows *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool more = true;
	enum rc rc;

	rc = lite_prepare(d, STR("SELECT type, name, tbl_name, sql "
	    "FROM sqlite_schema"), &s, e);
	while (!rc) {
		rc = lite_step(d, s, &more, e);
		if (rc || !more)
			break;
		if (out->rows.n == SCHEMA_ROWS_MAX) {
			rc = err_set(e, RC_UNSUPPORTED,
			    "more than %d objects in the schema",
			    SCHEMA_ROWS_MAX);
			break;
		}
		vec_push(a, &out->rows, (struct lite_row){
		    .type = arena_str(a, lite_text(s, 0)),
		    .name = arena_str(a, lite_text(s, 1)),
		    .tbl = arena_str(a, lite_text(s, 2)),
		    .sql = arena_str(a, lite_text(s, 3)) });
	}
	sqlite3_finalize(s);
	return rc;
}

static bool is_type(const struct lite_row *r, const char *type)
{
	return str_is(r->type, type);
}

static struct str row_key(struct arena *a, const struct lite_row *r)
{
	return arena_printf(a, "%c%.*s", r->type.n ? r->type.p[0] == 't' &&
	    r->type.n > 1 && r->type.p[1] == 'r' ? 'g' : r->type.p[0] : '?',
	    STR_ARG(r->name));
}

/* --- the whole -------------------------------------------------------- */

static void plan_table(struct lite_build *b, struct lite_row *r)
{
	struct lite_table *t = arena_new_of(b->a, struct lite_table);

	t->row = r;
	map_put(b->tables, r->name, t);
}

static enum rc build_rest(struct lite_build *b, struct schema_rows *rows)
{
	VEC(struct lite_row *) views = { 0 };

	for (size_t i = 0; i < rows->rows.n; i++)
		if (is_type(&rows->rows.v[i], "view"))
			vec_push(b->a, &views, &rows->rows.v[i]);
	return lite_build_views(b, views.v, views.n);
}

static void begin_build(struct lite_build *b, struct lite *d, struct arena *a,
    struct schema_rows *rows, struct err *e)
{
	*b = (struct lite_build){ .d = d, .a = a, .e = e,
		.m = model_new(a, DIALECT_SQLITE), .tables = map_new(a),
		.sql = map_new(a), .reused = map_new(a) };
	for (size_t i = 0; i < rows->rows.n; i++)
		if (is_type(&rows->rows.v[i], "index"))
			map_put(b->sql, rows->rows.v[i].name,
			    &rows->rows.v[i]);
}

static void remember(struct lite *d, struct lite_build *b,
    struct schema_rows *rows, int64_t version)
{
	model_seal(b->m);
	d->cache = (struct lite_cache){ .model = b->m, .arena = b->a,
		.hash = b->m->hash, .version = version, .version_good = true,
		.rows = rows->rows.v, .nrows = rows->rows.n };
}

static enum rc read_all(struct lite *d, struct arena *a, struct model **out,
    struct err *e)
{
	struct schema_rows rows = { 0 };
	struct lite_build b;
	int64_t version = 0;
	enum rc rc;

	rc = lite_number(d, STR("PRAGMA schema_version"), &version, e);
	if (!rc)
		rc = read_rows(d, a, &rows, e);
	if (rc)
		return rc;
	begin_build(&b, d, a, &rows, e);
	b.all = true;
	for (size_t i = 0; i < rows.rows.n; i++)
		if (is_type(&rows.rows.v[i], "table"))
			plan_table(&b, &rows.rows.v[i]);
	rc = lite_build_tables(&b);
	for (size_t i = 0; !rc && i < rows.rows.n; i++)
		if (is_type(&rows.rows.v[i], "trigger"))
			lite_build_trigger(&b, &rows.rows.v[i]);
	if (!rc)
		rc = build_rest(&b, &rows);
	if (rc)
		return rc;
	remember(d, &b, &rows, version);
	*out = b.m;
	return RC_OK;
}

/* --- what changed ----------------------------------------------------- */

struct compare {
	struct map *old;	/* row_key -> struct lite_row */
	struct map *dirty;	/* names of tables to read again */
	struct map *seen;	/* row_key of new rows */
	bool changed;
};

static bool same_row(const struct lite_row *x, const struct lite_row *y)
{
	return str_eq(x->sql, y->sql) && str_eq(x->tbl, y->tbl);
}

static void compare_rows(struct lite *d, struct arena *a,
    struct schema_rows *rows, struct compare *c)
{
	for (size_t i = 0; i < d->cache.nrows; i++)
		map_put(c->old, row_key(a, &d->cache.rows[i]),
		    &d->cache.rows[i]);
	for (size_t i = 0; i < rows->rows.n; i++) {
		struct lite_row *r = &rows->rows.v[i];
		struct str key = row_key(a, r);
		const struct lite_row *o = map_get(c->old, key);

		map_put(c->seen, key, r);
		if (o)
			r->implicit_fk = o->implicit_fk;
		if (o && same_row(o, r))
			continue;
		c->changed = true;
		if (is_type(r, "table") || is_type(r, "index"))
			map_put(c->dirty, r->tbl, r);
		if (o && is_type(r, "index"))
			map_put(c->dirty, o->tbl, r);
	}
	for (size_t i = 0; i < d->cache.nrows; i++) {
		struct lite_row *o = &d->cache.rows[i];

		if (map_has(c->seen, map_at(c->old, i)->key))
			continue;
		c->changed = true;
		if (is_type(o, "index"))
			map_put(c->dirty, o->tbl, o);
	}
}

static void reuse_list(struct lite_build *b, const void *list, size_t n)
{
	struct obj *const *v = list;

	for (size_t i = 0; i < n; i++)
		model_add(b->m, v[i]);
}

static void reuse_table(struct lite_build *b, const struct table *t)
{
	struct table *shared = (struct table *)(uintptr_t)t;

	map_put(b->reused, t->o.name, shared);
	model_add(b->m, shared);
	if (t->pk)
		model_add(b->m, (void *)(uintptr_t)t->pk);
	reuse_list(b, t->cols, t->ncols);
	reuse_list(b, t->uniques, t->nuniques);
	reuse_list(b, t->checks, t->nchecks);
	reuse_list(b, t->fks, t->nfks);
	reuse_list(b, t->indexes, t->nindexes);
}

static void plan_tables(struct lite_build *b, const struct model *prev,
    struct schema_rows *rows, const struct compare *c)
{
	for (size_t i = 0; i < rows->rows.n; i++) {
		struct lite_row *r = &rows->rows.v[i];
		const struct table *t;

		if (!is_type(r, "table"))
			continue;
		t = (const struct table *)model_find(prev, OBJ_TABLE,
		    STR(""), STR(""), r->name);
		if (!t || map_has(c->dirty, r->name) || r->implicit_fk)
			plan_table(b, r);
		else
			reuse_table(b, t);
	}
}

static void reuse_triggers(struct lite_build *b, const struct model *prev,
    struct schema_rows *rows, const struct compare *c)
{
	for (size_t i = 0; i < rows->rows.n; i++) {
		struct lite_row *r = &rows->rows.v[i];
		const struct lite_row *o;
		const struct obj *t = NULL;

		if (!is_type(r, "trigger"))
			continue;
		o = map_get(c->old, row_key(b->a, r));
		if (o && same_row(o, r))
			t = model_find(prev, OBJ_TRIGGER, STR(""), r->tbl,
			    r->name);
		if (t)
			model_add(b->m, (void *)(uintptr_t)t);
		else
			lite_build_trigger(b, r);
	}
}

static enum rc read_changes(struct lite *d, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct compare c = { map_new(a), map_new(a), map_new(a), false };
	struct schema_rows rows = { 0 };
	struct lite_build b;
	int64_t version = 0;
	enum rc rc;

	rc = lite_number(d, STR("PRAGMA schema_version"), &version, e);
	if (!rc && d->cache.version_good && version == d->cache.version) {
		*out = prev;
		return RC_OK;
	}
	if (!rc)
		rc = read_rows(d, a, &rows, e);
	if (rc)
		return rc;
	compare_rows(d, a, &rows, &c);
	if (!c.changed) {
		d->cache.version = version;
		d->cache.version_good = true;
		*out = prev;
		return RC_OK;
	}
	begin_build(&b, d, a, &rows, e);
	plan_tables(&b, prev, &rows, &c);
	reuse_triggers(&b, prev, &rows, &c);
	rc = lite_build_tables(&b);
	if (!rc)
		rc = build_rest(&b, &rows);
	if (rc)
		return rc;
	remember(d, &b, &rows, version);
	*out = b.m;
	return RC_OK;
}

/* --- entries ---------------------------------------------------------- */

static enum rc read_begin(struct lite *d, bool *ours, struct err *e)
{
	*ours = sqlite3_get_autocommit(d->db) != 0;
	return *ours ? lite_exec_own(d, STR("BEGIN"), e) : RC_OK;
}

static void read_end(struct lite *d, bool ours)
{
	struct err ignored = ERR_INIT;
	enum rc rc;

	if (!ours || !d->db || sqlite3_get_autocommit(d->db))
		return;
	rc = lite_exec_own(d, STR("COMMIT"), &ignored);
	(void)rc;		/* nothing was written */
}

enum rc lite_introspect(struct drv *base, struct arena *a, struct model **out,
    struct err *e)
{
	struct lite *d = lite_of(base);
	bool ours = false;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	rc = read_begin(d, &ours, e);
	if (!rc)
		rc = read_all(d, a, out, e);
	read_end(d, ours);
	return rc;
}

enum rc lite_introspect_again(struct drv *base, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct lite *d = lite_of(base);
	struct model *whole = NULL;
	bool ours = false;
	enum rc rc = lite_enter(d, e);

	if (rc)
		return rc;
	rc = read_begin(d, &ours, e);
	/* Another reading's model, or one from a file: nothing is known. */
	if (!rc && prev && prev == d->cache.model && a == d->cache.arena &&
	    sha256_eq(&prev->hash, &d->cache.hash)) {
		rc = read_changes(d, prev, a, out, e);
	} else if (!rc) {
		rc = read_all(d, a, &whole, e);
		if (!rc)
			*out = whole;
	}
	read_end(d, ours);
	return rc;
}

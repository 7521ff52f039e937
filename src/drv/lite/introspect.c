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

static bool is_type(const struct lite_row *r, const char *type)
{
	return str_is(r->type, type);
}

struct schema_rows {
	VEC(struct lite_row) rows;
	struct map *dirty;	/* names of tables to read again */
	size_t at;		/* in the rows of the cache: what comes next */
	bool changed;
};

static void dirty(struct schema_rows *r, struct arena *tmp, struct str table)
{
	r->changed = true;
	map_put(r->dirty, arena_str(tmp, table), r);
}

/* A row of before that is there no more, or under another name. */
static void row_gone(struct schema_rows *r, struct arena *tmp,
    const struct lite_row *old)
{
	r->changed = true;
	if (is_type(old, "index"))
		dirty(r, tmp, old->tbl);
}

/*
 * The row of before with this type and name.  Rows keep their order, so it
 * is nearly always the next one; one that moved counts as gone and new.
 */
static const struct lite_row *row_before(const struct lite_cache *c,
    struct schema_rows *r, struct arena *tmp, const struct lite_row *now)
{
	for (size_t i = r->at; i < c->nrows; i++) {
		const struct lite_row *old = &c->rows[i];

		if (!str_eq(old->name, now->name) ||
		    !str_eq(old->type, now->type))
			continue;
		while (r->at < i)
			row_gone(r, tmp, &c->rows[r->at++]);
		r->at++;
		return old;
	}
	return NULL;
}

static void row_push(const struct lite_cache *c, struct schema_rows *r,
    struct arena *a, struct arena *tmp, struct lite_row row)
{
	const struct lite_row *old = row_before(c, r, tmp, &row);

	if (old && str_eq(old->sql, row.sql) && str_eq(old->tbl, row.tbl)) {
		row = *old;		/* its text is in the arena already */
		row.same = true;
		vec_push(a, &r->rows, row);
		return;
	}
	r->changed = true;
	if (is_type(&row, "table") || is_type(&row, "index"))
		dirty(r, tmp, row.tbl);
	if (old && is_type(old, "index"))
		dirty(r, tmp, old->tbl);
	row.type = arena_str(a, row.type);
	row.name = arena_str(a, row.name);
	row.tbl = arena_str(a, row.tbl);
	row.sql = arena_str(a, row.sql);
	vec_push(a, &r->rows, row);
}

/* `c` is the reading before, or one without rows. */
static enum rc read_rows(struct lite *d, const struct lite_cache *c,
    struct arena *a, struct arena *tmp, struct schema_rows *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool more = true;
	enum rc rc;

	out->dirty = map_new(tmp);
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
		row_push(c, out, a, tmp, (struct lite_row){
		    .type = lite_text(s, 0), .name = lite_text(s, 1),
		    .tbl = lite_text(s, 2), .sql = lite_text(s, 3) });
	}
	sqlite3_finalize(s);
	while (!rc && out->at < c->nrows)
		row_gone(out, tmp, &c->rows[out->at++]);
	return rc;
}

/* --- the whole -------------------------------------------------------- */

static void plan_table(struct lite_build *b, struct lite_row *r)
{
	struct lite_table *t = arena_new_of(b->tmp, struct lite_table);

	t->row = r;
	map_put(b->tables, r->name, t);
}

static enum rc build_rest(struct lite_build *b, struct schema_rows *rows)
{
	VEC(struct lite_row *) views = { 0 };

	for (size_t i = 0; i < rows->rows.n; i++)
		if (is_type(&rows->rows.v[i], "view"))
			vec_push(b->tmp, &views, &rows->rows.v[i]);
	return lite_build_views(b, views.v, views.n);
}

static void begin_build(struct lite_build *b, struct lite *d, struct arena *a,
    struct arena *tmp, struct schema_rows *rows)
{
	*b = (struct lite_build){ .d = d, .a = a, .tmp = tmp,
		.m = model_new(a, DIALECT_SQLITE), .tables = map_new(tmp),
		.sql = map_new(tmp), .reused = map_new(tmp) };
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

static enum rc read_all(struct lite *d, struct arena *a, struct arena *tmp,
    const struct model **out, struct err *e)
{
	const struct lite_cache none = { 0 };
	struct schema_rows rows = { 0 };
	struct lite_build b;
	int64_t version = 0;
	enum rc rc;

	rc = lite_number(d, STR("PRAGMA schema_version"), &version, e);
	if (!rc)
		rc = read_rows(d, &none, a, tmp, &rows, e);
	if (rc)
		return rc;
	begin_build(&b, d, a, tmp, &rows);
	b.e = e;
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

static void plan_tables(struct lite_build *b, const struct model *prev,
    struct schema_rows *rows)
{
	for (size_t i = 0; i < rows->rows.n; i++) {
		struct lite_row *r = &rows->rows.v[i];
		const struct table *t;

		if (!is_type(r, "table"))
			continue;
		t = (const struct table *)model_find(prev, OBJ_TABLE,
		    STR(""), STR(""), r->name);
		if (!t || map_has(rows->dirty, r->name) || r->implicit_fk)
			plan_table(b, r);
		else
			map_put(b->reused, t->o.name,
			    (struct table *)(uintptr_t)t);
	}
}

/* In the order that they have: sealing sorts what is new only. */
static void reuse_objects(struct lite_build *b, const struct model *prev)
{
	struct str last = STR_NONE;
	bool kept = false;

	model_expect(b->m, prev->nobjs + 32);
	for (size_t i = 0; i < prev->nobjs; i++) {
		struct obj *o = prev->objs[i];
		struct str table = o->kind == OBJ_TABLE ? o->name : o->table;

		if (o->kind == OBJ_VIEW || o->kind == OBJ_TRIGGER)
			continue;
		if (i == 0 || !str_eq(table, last))
			kept = map_has(b->reused, table);
		last = table;
		if (kept)
			model_add(b->m, o);
	}
}

static void reuse_triggers(struct lite_build *b, const struct model *prev,
    struct schema_rows *rows)
{
	for (size_t i = 0; i < rows->rows.n; i++) {
		struct lite_row *r = &rows->rows.v[i];
		const struct obj *t = NULL;

		if (!is_type(r, "trigger"))
			continue;
		if (r->same)
			t = model_find(prev, OBJ_TRIGGER, STR(""), r->tbl,
			    r->name);
		if (t)
			model_add(b->m, (void *)(uintptr_t)t);
		else
			lite_build_trigger(b, r);
	}
}

static enum rc read_changes(struct lite *d, const struct model *prev,
    struct arena *tmp, const struct model **out, struct err *e)
{
	struct arena *a = prev->a;
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
		rc = read_rows(d, &d->cache, a, tmp, &rows, e);
	if (rc)
		return rc;
	if (!rows.changed) {
		d->cache.version = version;
		d->cache.version_good = true;
		*out = prev;
		return RC_OK;
	}
	begin_build(&b, d, a, tmp, &rows);
	b.e = e;
	plan_tables(&b, prev, &rows);
	reuse_objects(&b, prev);
	reuse_triggers(&b, prev, &rows);
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

/* prev NULL: all of it. */
static enum rc read_schema(struct lite *d, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct arena *tmp = arena_new();
	bool ours = false;
	enum rc rc = read_begin(d, &ours, e);

	if (!rc)
		rc = prev ? read_changes(d, prev, tmp, out, e) :
		    read_all(d, a, tmp, out, e);
	read_end(d, ours);
	arena_free(tmp);
	return rc;
}

enum rc lite_introspect(struct drv *base, struct arena *a, struct model **out,
    struct err *e)
{
	struct lite *d = lite_of(base);
	const struct model *m = NULL;
	enum rc rc = lite_enter(d, e);

	if (!rc)
		rc = read_schema(d, NULL, a, &m, e);
	if (!rc)
		*out = (struct model *)(uintptr_t)m;
	return rc;
}

enum rc lite_introspect_again(struct drv *base, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);

	/* Another reading's model, or one from a file: nothing is known. */
	if (prev && (prev != d->cache.model || a != d->cache.arena ||
	    !sha256_eq(&prev->hash, &d->cache.hash)))
		prev = NULL;
	return rc ? rc : read_schema(d, prev, a, out, e);
}

/* store: see store.h. */
#include <stdio.h>

#include "base/fs.h"
#include "base/json.h"
#include "op/undo/store.h"

#define APPLICATION 0x77656972

const char *const saved_word[SAVED_KIND_N] = {
	[SAVED_ROWS] = "rows",
	[SAVED_CELLS] = "cells",
	[SAVED_CHANGED] = "changed",
	[SAVED_POSITION] = "position",
};

struct store {
	struct drv *d;
	struct str path;
	/* the object that is being written */
	struct arena *a;
	struct saved now;
	struct bulk bulk;
	struct sha256_run *sum;
	bool open;
	bool bound;
	int64_t left;		/* of what may be saved */
};

size_t saved_width(const struct saved *s)
{
	return s->key.n + s->cols.n * (s->kind == SAVED_CHANGED ? 2 : 1) +
	    s->witnesses.n;
}

struct str saved_name(const struct saved *s, size_t i, struct arena *a)
{
	size_t k = s->key.n, c = k + s->cols.n, w = saved_width(s) -
	    s->witnesses.n;

	if (i < k)
		return s->key.v[i];
	if (i < c)
		return s->cols.v[i - k];
	return i < w ? arena_printf(a, "%.*s after",
	    STR_ARG(s->cols.v[i - c])) : arena_printf(a, "%.*s then",
	    STR_ARG(s->witnesses.v[i - w]));
}

static struct value text_of(struct str s)
{
	return (struct value){ .kind = VALUE_TEXT, .s = s, .full = s.n };
}

static struct value int_of(int64_t i)
{
	return (struct value){ .kind = VALUE_INT, .i = i };
}

static void sum_add(struct sha256_run *h, const struct value *v,
    int64_t *bytes)
{
	char number[40] = "";
	struct str s = { number, 0 };
	char head[9] = { (char)v->kind };

	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_INT:
		s.n = (size_t)snprintf(number, sizeof(number), "%lld",
		    (long long)v->i);
		break;
	case VALUE_REAL:
		s.n = (size_t)snprintf(number, sizeof(number), "%.17g", v->r);
		break;
	case VALUE_TEXT:
	case VALUE_BLOB:
		s = v->s;
		break;
	}
	for (int i = 0; i < 8; i++)
		head[i + 1] = (char)((uint64_t)s.n >> (8 * i) & 0xff);
	sha256_feed(h, (struct str){ head, sizeof(head) });
	sha256_feed(h, s);
	*bytes += (int64_t)s.n;
}

static void sum_name(struct sha256_run *h, struct str s)
{
	int64_t bytes = 0;

	sum_add(h, &(struct value){ .kind = VALUE_TEXT, .s = s }, &bytes);
}

/* Whose the rows are is summed as well. */
static struct sha256_run *sum_open(const struct saved *o)
{
	struct sha256_run *h = sha256_open();

	sum_name(h, o->tag);
	sum_name(h, str_z(saved_word[o->kind]));
	sum_name(h, o->schema);
	sum_name(h, o->table);
	for (size_t i = 0; i < o->key.n; i++)
		sum_name(h, o->key.v[i]);
	for (size_t i = 0; i < o->cols.n; i++)
		sum_name(h, o->cols.v[i]);
	for (size_t i = 0; i < o->witnesses.n; i++)
		sum_name(h, o->witnesses.v[i]);
	return h;
}

/* --- the file ------------------------------------------------------------------ */

static enum rc make_tables(struct store *s, enum dialect_id dialect,
    struct str label, struct err *e)
{
	struct value args[] = { text_of(str_z(dialect_of(dialect)->name)),
		text_of(label) };
	enum rc rc = drv_exec(s->d, STR(
	    "PRAGMA application_id = 0x77656972;"
	    "PRAGMA user_version = 2;"
	    "CREATE TABLE meta (key TEXT PRIMARY KEY, value);"
	    "CREATE TABLE object (id INTEGER PRIMARY KEY, tag TEXT NOT NULL,"
	    " stmt INTEGER NOT NULL, kind TEXT NOT NULL, schema TEXT NOT NULL,"
	    " name TEXT NOT NULL, key_columns TEXT NOT NULL,"
	    " columns TEXT NOT NULL, reason TEXT NOT NULL,"
	    " rows INTEGER NOT NULL, bytes INTEGER NOT NULL,"
	    " sha256 TEXT NOT NULL, ddl TEXT NOT NULL,"
	    " witnesses TEXT NOT NULL, agree INTEGER NOT NULL)"), e);

	return rc ? rc : run_with(s->d, STR("INSERT INTO meta VALUES"
	    " ('format', 2), ('dialect', ?), ('db', ?)"), args, 2, e);
}

enum rc store_make(struct str dir, enum dialect_id dialect, struct str label,
    struct store **out, struct err *e)
{
	struct arena *a = arena_new();
	struct store *s = arena_new_of(a, struct store);
	struct drv_target t = { .dialect = DIALECT_SQLITE, .create = true };
	struct value n = { 0 };
	enum rc rc;

	s->a = a;
	t.path = s->path = path_join(a, dir, STR(STORE_FILE));
	rc = drv_open(&t, DRV_STORE, &s->d, e);
	if (!rc)
		rc = store_begin(s, e);
	if (!rc)
		rc = drv_scalar(s->d, STR("SELECT count(*) FROM sqlite_schema"
		    " WHERE name = 'object'"), NULL, 0, a, &n, e);
	if (!rc && n.i == 0)
		rc = make_tables(s, dialect, label, e);
	if (!rc)
		rc = store_commit(s, e);
	if (rc) {
		err_prefix(e, "what would be lost cannot be saved");
		err_hint(e, "choose another place with --state DIR");
		store_close(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

static enum rc damaged(const struct store *s, const char *what, struct err *e)
{
	err_set(e, RC_INCONSISTENT, "%.*s is damaged: %.200s",
	    STR_ARG(s->path), what);
	err_hint(e, "restore that file from a backup, then: weir rollback");
	return RC_INCONSISTENT;
}

static enum rc check_format(struct store *s, struct err *e)
{
	struct value app = { 0 }, version = { 0 };
	struct err why = ERR_INIT;

	if (drv_scalar(s->d, STR("PRAGMA application_id"), NULL, 0, s->a, &app,
	    &why) || drv_scalar(s->d, STR("PRAGMA user_version"), NULL, 0,
	    s->a, &version, &why))
		return damaged(s, why.msg, e);
	if (app.i != APPLICATION)
		return damaged(s, "it is not an undo store", e);
	if (version.i > STORE_FORMAT)
		return err_set(e, RC_UNSUPPORTED, "%.*s was written by a newer "
		    "weir (format %lld)", STR_ARG(s->path),
		    (long long)version.i);
	return RC_OK;
}

/* A run that died while it wrote leaves a journal: taken back first, by a
 * handle that may write (T.1). */
static enum rc recover(const struct drv_target *t, struct err *e)
{
	struct drv *d = NULL;
	enum rc rc = RC_OK;

	if (lite_probe(t->path).hot_journal) {
		rc = drv_open(t, DRV_STORE, &d, e);
		drv_close(d);
	}
	return rc;
}

enum rc store_open(struct str dir, struct store **out, struct err *e)
{
	struct arena *a = arena_new();
	struct store *s = arena_new_of(a, struct store);
	struct drv_target t = { .dialect = DIALECT_SQLITE };
	struct err why = ERR_INIT;
	enum rc rc;

	s->a = a;
	t.path = s->path = path_join(a, dir, STR(STORE_FILE));
	if (!file_stat_of(arena_z(a, s->path)).is_file) {
		rc = err_set(e, RC_NOTFOUND, "%.*s is not there",
		    STR_ARG(s->path));
		goto out;
	}
	rc = recover(&t, &why);
	if (!rc)
		rc = drv_open(&t, DRV_BROWSE, &s->d, &why);
	rc = rc ? damaged(s, why.msg, e) : check_format(s, e);
	if (!rc)
		*out = s;
out:
	if (rc)
		store_close(s);
	return rc;
}

static void object_drop(struct store *s)
{
	if (!s->open)
		return;
	bulk_close(&s->bulk);
	(void)sha256_close(s->sum);
	s->open = false;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	object_drop(s);
	drv_close(s->d);
	arena_free(s->a);
}

struct drv *store_drv(struct store *s)
{
	return s->d;
}

void store_bound(struct store *s, int64_t bytes)
{
	s->bound = true;
	s->left = bytes;
}

enum rc store_begin(struct store *s, struct err *e)
{
	return s->d->ops->begin(s->d, true, e);
}

enum rc store_commit(struct store *s, struct err *e)
{
	return s->d->ops->commit(s->d, e);
}

void store_rollback(struct store *s)
{
	object_drop(s);
	s->d->ops->rollback(s->d);
}

enum rc store_last(struct store *s, int64_t *id, struct err *e)
{
	struct value v = { 0 };
	enum rc rc = drv_scalar(s->d, STR("SELECT coalesce(max(id), 0)"
	    " FROM object"), NULL, 0, s->a, &v, e);

	if (!rc)
		*id = v.i;
	return rc;
}

enum rc store_cut(struct store *s, int64_t id, struct err *e)
{
	int64_t last = 0;
	struct sbuf b = SBUF_TEXT;
	enum rc rc = store_begin(s, e);

	if (rc)
		return rc;
	rc = store_last(s, &last, e);
	for (int64_t i = last; !rc && i > id; i--) {
		sbuf_truncate(&b, 0);
		SQL(&b, "DROP TABLE IF EXISTS o");
		sbuf_add_i64(&b, i);
		SQL(&b, ";DELETE FROM object WHERE id = ");
		sbuf_add_i64(&b, i);
		rc = drv_exec(s->d, sbuf_str(&b), e);
	}
	if (!rc)
		rc = store_commit(s, e);
	if (rc)
		store_rollback(s);
	sbuf_free(&b);
	return rc;
}

/* --- writing --------------------------------------------------------------------- */

/* Names of the file's columns: unlike each other where SQLite folds them. */
static void column_names(const struct saved *o, struct sbuf *b)
{
	const struct dialect *d = &dialect_sqlite;
	struct arena *a = arena_new();
	size_t width = saved_width(o);
	struct str *v = arena_array(a, struct str, width);

	for (size_t i = 0; i < width; i++)
		v[i] = saved_name(o, i, a);
	for (size_t i = 0; i < width; i++) {
		bool twice = false;

		for (size_t k = 0; k < i && !twice; k++)
			twice = str_ieq(v[k], v[i]);
		if (i)
			SQL(b, ", ");
		d->ident(b, twice ? arena_printf(a, "%.*s (%zu)",
		    STR_ARG(v[i]), i + 1) : v[i]);
	}
	arena_free(a);
}

enum rc store_object(struct store *s, const struct saved *what, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	int64_t id = 0;
	enum rc rc = store_last(s, &id, e);

	if (rc)
		return rc;
	id++;
	s->now = *what;
	s->now.id = id;
	s->now.rows = s->now.bytes = 0;
	SQL(&b, "CREATE TABLE o");
	sbuf_add_i64(&b, id);
	SQL(&b, " (");
	column_names(what, &b);
	SQL(&b, ")");
	rc = drv_exec(s->d, sbuf_str(&b), e);
	sbuf_free(&b);
	if (rc)
		return rc;
	bulk_open(&s->bulk, s->d, arena_printf(s->a, "o%lld",
	    (long long)id), saved_width(what));
	s->sum = sum_open(what);
	s->open = true;
	return RC_OK;
}

static enum rc too_much(const struct store *s, struct err *e)
{
	err_set(e, RC_DECISION, "what %.*s loses is more than the undo store "
	    "may take (undo-limit)", STR_ARG(s->now.table));
	err_hint(e, "raise undo-limit in weir.conf, remove what is old: weir "
	    "undo prune, keep it elsewhere: --state DIR, or go without: "
	    "--no-undo-data");
	return RC_DECISION;
}

enum rc store_row(struct store *s, const struct value *v, struct err *e)
{
	int64_t before = s->now.bytes;

	for (size_t i = 0; i < s->bulk.ncols; i++)
		sum_add(s->sum, &v[i], &s->now.bytes);
	s->now.rows++;
	s->left -= s->now.bytes - before;
	if (s->bound && s->left < 0)
		return too_much(s, e);
	return bulk_row(&s->bulk, v, e);
}

static struct value names_of(struct strs names, struct sbuf *b)
{
	struct json_out o = { .b = b };

	json_open_array(&o);
	for (size_t i = 0; i < names.n; i++)
		json_put_str(&o, names.v[i]);
	json_close_array(&o);
	return text_of(sbuf_str(b));
}

static enum rc object_line(struct store *s, struct err *e)
{
	const struct saved *o = &s->now;
	struct sbuf key = SBUF_TEXT, cols = SBUF_TEXT, beside = SBUF_TEXT;
	struct value args[] = { int_of(o->id), text_of(o->tag),
		int_of(o->stmt), text_of(str_z(saved_word[o->kind])),
		text_of(o->schema), text_of(o->table), names_of(o->key, &key),
		names_of(o->cols, &cols), text_of(o->reason), int_of(o->rows),
		int_of(o->bytes), text_of(str_z(o->sha256)),
		text_of(o->ddl), names_of(o->witnesses, &beside),
		int_of(o->agree) };
	enum rc rc = run_with(s->d, STR("INSERT INTO object VALUES"
	    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"), args,
	    sizeof(args) / sizeof(*args), e);

	sbuf_free(&key);
	sbuf_free(&cols);
	sbuf_free(&beside);
	return rc;
}

enum rc store_object_end(struct store *s, struct saved *out, struct err *e)
{
	enum rc rc = bulk_flush(&s->bulk, e);
	struct sha256 sum = sha256_close(s->sum);
	struct sbuf b = SBUF_TEXT;

	bulk_close(&s->bulk);
	s->open = false;
	sha256_hex(&sum, s->now.sha256);
	if (!rc && (s->now.rows || s->now.kind == SAVED_CELLS)) {
		rc = object_line(s, e);
	} else if (!rc) {
		SQL(&b, "DROP TABLE o");
		sbuf_add_i64(&b, s->now.id);
		rc = drv_exec(s->d, sbuf_str(&b), e);
		sbuf_free(&b);
	}
	if (!rc && out)
		*out = s->now;
	return rc;
}

/* --- reading ------------------------------------------------------------------------ */

static bool names_read(const struct value *v, struct arena *a,
    struct strs *out)
{
	const struct json *j = NULL;
	struct err ignored = ERR_INIT;
	VEC(struct str) names = { 0 };

	if (v->kind != VALUE_TEXT || json_read(v->s, "names", a, &j,
	    &ignored) || j->kind != JSON_ARRAY || j->n > STORE_COLUMNS)
		return false;
	for (size_t i = 0; i < j->n; i++) {
		if (j->items[i].kind != JSON_STRING || !j->items[i].string.n)
			return false;
		vec_push(a, &names, j->items[i].string);
	}
	*out = (struct strs){ names.v, names.n };
	return true;
}

static bool kind_read(const struct value *v, enum saved_kind *out)
{
	for (int i = 0; i < SAVED_KIND_N; i++)
		if (v->kind == VALUE_TEXT && str_is(v->s, saved_word[i])) {
			*out = (enum saved_kind)i;
			return true;
		}
	return false;
}

static struct str str_read(const struct value *v, struct arena *a)
{
	return v->kind == VALUE_TEXT ? arena_str(a, v->s) : STR("");
}

static bool line_read(const struct value *v, struct arena *a,
    struct saved *o)
{
	static const size_t numbers[] = { 0, 2, 9, 10, 14 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (v[numbers[i]].kind != VALUE_INT || v[numbers[i]].i < 0)
			return false;
	if (!kind_read(&v[3], &o->kind) || !names_read(&v[6], a, &o->key) ||
	    !names_read(&v[7], a, &o->cols) ||
	    !names_read(&v[13], a, &o->witnesses) || v[11].kind != VALUE_TEXT ||
	    v[11].s.n != SHA256_HEX || !saved_width(o))
		return false;
	o->id = v[0].i;
	o->tag = str_read(&v[1], a);
	o->stmt = v[2].i;
	o->schema = str_read(&v[4], a);
	o->table = str_read(&v[5], a);
	o->reason = str_read(&v[8], a);
	o->rows = v[9].i;
	o->bytes = v[10].i;
	memcpy(o->sha256, v[11].s.p, SHA256_HEX);
	o->ddl = str_read(&v[12], a);
	o->agree = v[14].i;
	return o->table.n > 0;
}

/* Format 1 had no witnesses. */
static enum rc lines_open(struct store *s, struct cursor **c, struct err *e)
{
	struct value v = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc = drv_scalar(s->d, STR("PRAGMA user_version"), NULL, 0,
	    s->a, &v, e);

	SQL(&b, "SELECT id, tag, stmt, kind, schema, name, key_columns,"
	    " columns, reason, rows, bytes, sha256, ddl, ");
	if (v.i == 1)
		SQL(&b, "'[]' AS witnesses, 0 AS agree");
	else
		SQL(&b, "witnesses, agree");
	SQL(&b, " FROM object ORDER BY id");
	if (!rc)
		rc = drv_query(s->d, sbuf_str(&b), NULL, 0, 0, c, e);
	sbuf_free(&b);
	return rc;
}

enum rc store_list(struct store *s, struct arena *a,
    const struct saved **out, size_t *n, struct err *e)
{
	VEC(struct saved) v = { 0 };
	struct cursor *c = NULL;
	struct err why = ERR_INIT;
	bool more = false;
	enum rc rc = lines_open(s, &c, &why);

	while (!rc && !(rc = cursor_next(c, &more, &why)) && more) {
		struct saved o = { 0 };

		if (!line_read(c->row, a, &o)) {
			cursor_close(c);
			return damaged(s, "an object does not read", e);
		}
		vec_push(a, &v, o);
	}
	cursor_close(c);
	if (rc)
		return damaged(s, why.msg, e);
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

enum rc store_read(struct store *s, const struct saved *o,
    enum rc (*row)(void *arg, const struct value *v, size_t n, struct err *e),
    void *arg, struct err *e)
{
	struct sha256_run *sum = sum_open(o);
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	struct err why = ERR_INIT;
	struct sha256 h;
	char hex[SHA256_HEX + 1];
	int64_t rows = 0, bytes = 0;
	bool more = false;
	enum rc rc, told = RC_OK;

	SQL(&b, "SELECT * FROM o");
	sbuf_add_i64(&b, o->id);	/* no index: in the order of its rows */
	rc = drv_query(s->d, sbuf_str(&b), NULL, 0, SIZE_MAX, &c, &why);
	while (!rc && !told && !(rc = cursor_next(c, &more, &why)) && more) {
		if (c->ncols != saved_width(o))
			break;
		for (size_t i = 0; i < c->ncols; i++)
			sum_add(sum, &c->row[i], &bytes);
		rows++;
		told = row(arg, c->row, c->ncols, e);
	}
	cursor_close(c);
	sbuf_free(&b);
	h = sha256_close(sum);
	sha256_hex(&h, hex);
	if (told)
		return told;
	if (rc == RC_CANCELLED) {
		*e = why;
		return rc;
	}
	if (rc)
		return damaged(s, why.msg, e);
	if (rows != o->rows || strcmp(hex, o->sha256) != 0)
		return damaged(s, "its rows are not those that were saved",
		    e);
	return RC_OK;
}

/*
 * Running statements: weir's own, and those of a migration file one by one
 * with what each did.  The engine's own prepare splits the text.
 *
 * Found by experiment, pinned by tests/unit/test_lite_facts.c:
 *	C.1 with the hook set, DELETE without WHERE visits every row.
 *	C.2 the hook reports depth 0 for the statement's own rows, more for
 *	    triggers and foreign key actions.
 *	C.3 DROP TABLE deletes its rows under the hook only while foreign
 *	    keys are on and a key is involved.
 *	C.4 a name without a schema means the temporary object of that name
 *	    where there is one; ALTER can rename into such a name.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "dialect/sqlite/sqlite.h"
#include "drv/lite/lite.h"

#define CHUNK (64 << 10)

/* --- weir's own text -------------------------------------------------- */

static enum rc prepare_failed(struct lite *d, int code, size_t base,
    struct err *e)
{
	int offset = sqlite3_error_offset(d->db);
	enum rc rc = lite_fail(d, code, e);
	char name[64];

	if (offset < 0 || rc == RC_CANCELLED || rc == RC_DENIED)
		return rc;
	snprintf(name, sizeof(name), "%.60s", e->where);
	snprintf(e->where, sizeof(e->where), "+%zu%s%s", base + (size_t)offset,
	    strcmp(name, "SQLITE_ERROR") && *name ? " " : "",
	    strcmp(name, "SQLITE_ERROR") ? name : "");
	return rc;
}

static int as_int(size_t n)
{
	return n > INT_MAX ? INT_MAX : (int)n;
}

/*
 * Text without a NUL behind it is copied by the engine on every prepare, so
 * a long file is shown to it in chunks: a statement that ended with its
 * semicolon inside the chunk is the same in the whole.
 */
static int prepare_chunk(struct lite *d, const char *p, size_t n,
    sqlite3_stmt **s, const char **tail)
{
	int code;

	if (n > CHUNK) {
		code = sqlite3_prepare_v2(d->db, p, CHUNK, s, tail);
		if (!code && *tail > p && (*tail)[-1] == ';')
			return code;
		sqlite3_finalize(*s);
		*s = NULL;
		d->auth.refusal[0] = 0;
	}
	return sqlite3_prepare_v2(d->db, p, as_int(n), s, tail);
}

static enum rc prepare_part(struct lite *d, struct str sql, size_t at,
    sqlite3_stmt **out, size_t *next, struct err *e)
{
	const char *start = sql.n ? sql.p + at : "", *tail = NULL;
	sqlite3_stmt *s = NULL;
	int code = prepare_chunk(d, start, sql.n - at, &s, &tail);

	if (code)
		return prepare_failed(d, code, at, e);
	*next = at + (size_t)(tail - start);
	*out = s;
	return RC_OK;
}

enum rc lite_prepare(struct lite *d, struct str sql, sqlite3_stmt **out,
    struct err *e)
{
	size_t next;
	enum rc rc;

	lite_auth_begin(d, POLICY_OWN, 0, NULL);
	rc = prepare_part(d, sql, 0, out, &next, e);
	lite_auth_end(d);
	return rc;
}

enum rc lite_step(struct lite *d, sqlite3_stmt *s, bool *more, struct err *e)
{
	int code = sqlite3_step(s);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return lite_fail(d, code, e);
	*more = code == SQLITE_ROW;
	return RC_OK;
}

struct str lite_text(sqlite3_stmt *s, int col)
{
	const char *p = (const char *)sqlite3_column_text(s, col);

	return (struct str){ p ? p : "",
	    p ? (size_t)sqlite3_column_bytes(s, col) : 0 };
}

static enum rc drain(struct lite *d, sqlite3_stmt *s, struct err *e)
{
	bool more = true;
	enum rc rc = RC_OK;

	while (s && more && !rc)
		rc = lite_step(d, s, &more, e);
	return rc;
}

/* Does the engine see another statement in sql at or after `at`? */
static bool has_statement(struct str sql, size_t at)
{
	for (struct token t = sqlite_token(sql, at); t.kind != TOKEN_END;
	    t = sqlite_token(sql, t.to))
		if (t.kind != TOKEN_SPACE && t.kind != TOKEN_COMMENT &&
		    sql.p[t.from] != ';')
			return true;
	return false;
}

static enum rc exec_all(struct lite *d, struct str sql, bool own, struct err *e)
{
	sqlite3_stmt *s = NULL;
	size_t at = 0;
	enum rc rc = RC_OK;

	while (!rc && at < sql.n) {
		if (own)
			d->auth.policy = POLICY_OWN;
		d->auth.refusal[0] = 0;
		rc = prepare_part(d, sql, at, &s, &at, e);
		if (rc)
			break;
		if (!s && !has_statement(sql, at))
			break;
		rc = drain(d, s, e);
		sqlite3_finalize(s);
		s = NULL;
	}
	lite_auth_end(d);
	return rc;
}

enum rc lite_exec_own(struct lite *d, struct str sql, struct err *e)
{
	return exec_all(d, sql, true, e);
}

enum rc lite_exec(struct drv *base, struct str sql, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);

	return rc ? rc : exec_all(d, sql, d->mode != DRV_BROWSE, e);
}

enum rc lite_number(struct lite *d, struct str sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool more = false;
	enum rc rc;

	rc = lite_prepare(d, sql, &s, e);
	if (!rc)
		rc = lite_step(d, s, &more, e);
	if (!rc)
		*out = more ? sqlite3_column_int64(s, 0) : 0;
	sqlite3_finalize(s);
	return rc;
}

/* --- counting rows ---------------------------------------------------- */

static struct fact_rows *count_of(struct lite_count *c, const char *table)
{
	for (size_t i = c->rows.n; i-- > 0;)
		if (str_is(c->rows.v[i].table, table))
			return &c->rows.v[i];
	vec_push(c->a, &c->rows,
	    (struct fact_rows){ .table = arena_str(c->a, str_z(table)) });
	return &c->rows.v[c->rows.n - 1];
}

void lite_watch_rows(struct drv *base, const struct drv_rows *w)
{
	lite_of(base)->count.watch = w ? *w : (struct drv_rows){ 0 };
}

void lite_triggers(struct drv *base, bool fire)
{
	(void)sqlite3_db_config(lite_of(base)->db,
	    SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)fire, NULL);
}

/* As cell() in cursor.c has it, of a value that is the hook's. */
static void row_value(const struct drv_row *r, size_t col, bool now,
    struct value *out)
{
	sqlite3_value *v = NULL;
	int code = now ? sqlite3_preupdate_new(r->of, (int)col, &v) :
	    sqlite3_preupdate_old(r->of, (int)col, &v);
	int type = code || !v ? SQLITE_NULL : sqlite3_value_type(v);
	const void *p;

	*out = (struct value){ .kind = type == SQLITE_INTEGER ? VALUE_INT :
	    type == SQLITE_FLOAT ? VALUE_REAL : type == SQLITE_TEXT ?
	    VALUE_TEXT : type == SQLITE_BLOB ? VALUE_BLOB : VALUE_NULL };
	if (out->kind == VALUE_INT)
		out->i = sqlite3_value_int64(v);
	else if (out->kind == VALUE_REAL)
		out->r = sqlite3_value_double(v);
	if (out->kind != VALUE_TEXT && out->kind != VALUE_BLOB)
		return;
	p = out->kind == VALUE_TEXT ? (const void *)sqlite3_value_text(v) :
	    sqlite3_value_blob(v);
	out->full = (size_t)sqlite3_value_bytes(v);
	out->s = (struct str){ p ? p : "", out->full };
}

static void on_preupdate(void *arg, sqlite3 *db, int op, const char *schema,
    const char *table, sqlite3_int64 old_rowid, sqlite3_int64 new_rowid)
{
	struct lite_count *c = &((struct lite *)arg)->count;
	bool caused = sqlite3_preupdate_depth(db) > 0;
	struct fact_rows *r;

	if (!c->on || !table || strcmp(schema, "main") != 0)
		return;
	if (op != SQLITE_INSERT && c->watch.row)
		c->watch.row(c->watch.arg, &(struct drv_row){
		    .table = str_z(table), .deleted = op == SQLITE_DELETE,
		    .number = old_rowid, .now = new_rowid,
		    .value = row_value, .of = db });
	r = count_of(c, table);
	if (op == SQLITE_INSERT) {
		r->inserted++;
	} else if (op == SQLITE_UPDATE) {
		r->updated++;
		r->cascaded_update += caused;
	} else {
		r->deleted++;
		r->cascaded_delete += caused;
	}
}

static void count_begin(struct lite *d, struct arena *a)
{
	d->count = (struct lite_count){ .on = true, .a = a,
		.watch = d->count.watch };
	/* Before prepare: it decides whether DELETE may skip the rows. */
	sqlite3_preupdate_hook(d->db, on_preupdate, d);
}

static void count_end(struct lite *d, struct facts *f)
{
	if (!d->count.on)
		return;
	sqlite3_preupdate_hook(d->db, NULL, NULL);
	f->rows = d->count.rows.v;
	f->nrows = d->count.rows.n;
	d->count = (struct lite_count){ .watch = d->count.watch };
}

/* --- statements of a file --------------------------------------------- */

static bool word_at(struct str text, struct token t, const char *word)
{
	return (t.kind == TOKEN_KEYWORD || t.kind == TOKEN_WORD) &&
	    str_ieq(str_sub(text, t.from, t.to), str_z(word));
}

/* ALTER TABLE x ALTER …: libSQL has it, SQLite does not. */
static bool is_libsql_alter(struct str text, size_t at)
{
	struct token t = sqlite_token_next(text, at);

	if (!word_at(text, t, "ALTER"))
		return false;
	t = sqlite_token_next(text, t.to);
	if (!word_at(text, t, "TABLE"))
		return false;
	t = sqlite_token_next(text, sqlite_token_next(text, t.to).to);
	if (str_is(str_sub(text, t.from, t.to), ".")) {
		t = sqlite_token_next(text, t.to);
		t = sqlite_token_next(text, t.to);
	}
	return word_at(text, t, "ALTER");
}

/* What the engine does not tell: VACUUM is authorized only when it runs, a
 * comment and a SELECT without a table not at all. */
static void verb_of_silent(struct str text, size_t at, sqlite3_stmt *s,
    struct facts *f)
{
	struct token t = sqlite_token_next(text, at);

	if (f->verb != VERB_OTHER)
		return;
	if (!s)
		f->verb = VERB_EMPTY;
	else if (word_at(text, t, "VACUUM"))
		f->verb = VERB_VACUUM;
	else if (sqlite3_stmt_readonly(s) && sqlite3_column_count(s) &&
	    !sqlite3_stmt_isexplain(s))
		f->verb = VERB_SELECT;
}

static enum rc file_failed(struct lite *d, struct str text,
    struct sql_span *span, enum rc rc, struct err *e)
{
	char name[100];
	bool placed = e->where[0] == '+';

	if (d->auth.refusal[0] && rc == RC_DENIED)
		rc = err_set(e, d->auth.refusal_rc, "%s", d->auth.refusal);
	else if (rc == RC_DB && is_libsql_alter(text, span->from)) {
		rc = err_set(e, RC_UNSUPPORTED,
		    "ALTER COLUMN is understood by libSQL only (SL34)");
		err_hint(e, "SQLite itself cannot run this file; generate it "
		    "for sqlite, or apply it with libSQL");
	} else if (placed) {
		return rc;
	}
	snprintf(name, sizeof(name), "%.90s", e->where);
	snprintf(e->where, sizeof(e->where), "+%zu%s%s", span->from,
	    *name ? " " : "", name);
	return rc;
}

/* Where the statement ends when it cannot be prepared: its semicolon. */
static size_t end_by_tokens(struct str text, size_t from)
{
	struct token t = sqlite_token(text, from);

	while (t.kind != TOKEN_END && text.p[t.from] != ';')
		t = sqlite_token(text, t.to);
	return t.to;
}

static enum rc prepare_file(struct lite *d, struct str text, unsigned flags,
    struct arena *a, struct sql_span *span, sqlite3_stmt **s, struct err *e)
{
	enum rc rc;

	lite_auth_begin(d, POLICY_FILE, flags, a);
	rc = prepare_part(d, text, span->from, s, &span->to, e);
	/* A.3: now that it is connected, what was seen is the statement's. */
	if (!rc && d->auth.dml && str_ends(d->auth.target, STR("_node"))) {
		sqlite3_finalize(*s);
		*s = NULL;
		lite_auth_begin(d, POLICY_FILE, flags, a);
		rc = prepare_part(d, text, span->from, s, &span->to, e);
	}
	d->auth.recording = false;
	return rc;
}

/*
 * A statement of a file runs on scratch as it will on the database itself,
 * where the schema is trusted: triggers that feed a full text index are
 * refused otherwise.  What there is to trust is small: no extensions, no
 * ATTACH, no tokenizer pointers.
 */
void lite_trust(struct drv *base, bool on)
{
	const struct lite *d = lite_of(base);

	if (d->mode != DRV_SCRATCH)
		return;
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA,
	    (int)on, NULL);
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, !on, NULL);
}

/*
 * C.4: facts, models and counts go by name, so a name must mean one thing:
 * a file whose temporary object has the name of one of the database stops
 * here, after the statement that made it so and before any that uses it.
 */
static enum rc check_temp_names(struct lite *d, const struct sql_span *span,
    struct err *e)
{
	sqlite3_stmt *s = NULL;
	bool more = false;
	enum rc rc;

	if (!d->temp_made)
		return RC_OK;
	rc = lite_prepare(d, STR("SELECT t.type, t.name, m.name FROM"
	    " sqlite_temp_master AS t, main.sqlite_master AS m"
	    " WHERE m.name = t.name COLLATE NOCASE"
	    " AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' LIMIT 1"), &s, e);
	if (!rc)
		rc = lite_step(d, s, &more, e);
	if (!rc && more) {
		struct str type = lite_text(s, 0), name = lite_text(s, 1);
		struct str hidden = lite_text(s, 2);

		rc = err_set(e, RC_UNSUPPORTED, "the temporary %.*s %.*s hides "
		    "%.*s of the database (SL35)", STR_ARG(type),
		    STR_ARG(name), STR_ARG(hidden));
		err_hint(e, "give the temporary %.*s a name of its own",
		    STR_ARG(type));
		snprintf(e->where, sizeof(e->where), "+%zu", span->from);
	}
	sqlite3_finalize(s);
	return rc;
}

enum rc lite_run_next(struct drv *base, struct str text, size_t *at,
    unsigned flags, struct arena *a, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e)
{
	struct lite *d = lite_of(base);
	struct facts f = { .verb = VERB_OTHER };
	double since = clock_mono_ms();
	sqlite3_stmt *s = NULL;
	struct token first;
	enum rc rc;

	rc = lite_enter(d, e);
	if (rc)
		return rc;
	/* Space before is not part of a statement; a comment is: a comment
	 * alone is a statement that does nothing. */
	for (first = sqlite_token(text, *at); first.kind == TOKEN_SPACE ||
	    (first.kind == TOKEN_PUNCT && text.p[first.from] == ';');)
		first = sqlite_token(text, first.to);
	*span = (struct sql_span){ first.from, first.from };
	if (first.kind == TOKEN_END) {
		*at = text.n;
		*more = false;
		return RC_OK;
	}
	if (flags & RUN_COUNT && !(flags & RUN_PREPARE_ONLY))
		count_begin(d, a);
	lite_trust(base, true);
	rc = prepare_file(d, text, flags, a, span, &s, e);
	if (!rc) {
		lite_auth_facts(d, &f);
		verb_of_silent(text, span->from, s, &f);
	} else {
		span->to = end_by_tokens(text, span->from);
	}
	if (!rc && !(flags & RUN_PREPARE_ONLY))
		rc = drain(d, s, e);
	if (!rc && s && d->auth.dml)
		f.changes = sqlite3_changes64(d->db);
	sqlite3_finalize(s);
	lite_trust(base, false);
	count_end(d, &f);
	if (rc)
		rc = file_failed(d, text, span, rc, e);
	else if (!(flags & RUN_PREPARE_ONLY) && d->auth.ddl)
		rc = check_temp_names(d, span, e);
	lite_auth_end(d);
	if (rc)
		return rc;
	f.ms = clock_mono_ms() - since;
	if (facts)
		*facts = f;
	*at = span->to;
	*more = true;
	return RC_OK;
}

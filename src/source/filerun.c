/*
 * filerun: see filerun.h.  It decides nothing about danger: the texts that it
 * looks into are SQLite's own stored ones, to put an object in again.
 */
#include "source/filerun.h"

#include <stdio.h>

#include "folder/folder.h"

/* One row of sqlite_schema, with its exact text. */
struct stored {
	enum obj_kind kind;
	struct str name, table, sql;
};

struct autoincrement {
	struct str table;
	int64_t seq;
};

enum { MADE_CREATE, MADE_COPY, MADE_DROP, MADE_RENAME, MADE_N };

/* R.4: one statement of libSQL, and what is run for it. */
struct standin {
	size_t from, to;		/* it, with the comment before it */
	struct alter_column x;
	struct str temp;
	struct str sql[MADE_N];
	VEC(struct stored) hangs;	/* indexes and triggers of the table */
	struct autoincrement seq;	/* table "": it has none */
};

struct file_run {
	struct drv *d;
	struct arena *a;
	struct str file, text;	/* as written; as it is run */
	bool can_drop;
	VEC(struct stored) before;	/* triggers, CREATE INDEX indexes */
	VEC(struct autoincrement) sequences;
	VEC(struct str) tables;		/* dropped by the file so far */
	VEC(struct str) names;		/* indexes, triggers dropped by name */
	VEC(struct put_back) done;
	VEC(struct standin *) standins;
};

static bool holds_word_drop(struct str s)
{
	for (size_t i = 0; i + 4 <= s.n; i++)
		if (str_ieq(str_sub(s, i, i + 4), STR("drop")))
			return true;
	return false;
}

static struct str cell(const struct cursor *c, size_t i, struct arena *a)
{
	const struct value *v = &c->row[i];

	return v->kind == VALUE_TEXT ? arena_str(a, v->s) : STR("");
}

static enum obj_kind kind_of(struct str type)
{
	if (str_is(type, "index"))
		return OBJ_INDEX;
	if (str_is(type, "trigger"))
		return OBJ_TRIGGER;
	return str_is(type, "view") ? OBJ_VIEW : OBJ_TABLE;
}

/* All stored objects with a text, in the order in which they were made. */
static enum rc read_stored(struct file_run *f, struct stored **out, size_t *n,
    struct err *e)
{
	VEC(struct stored) list = { 0 };
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	rc = drv_query(f->d, STR("SELECT type, name, tbl_name, sql"
	    " FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"),
	    NULL, 0, 0, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		struct stored s = {
			.kind = kind_of(cell(c, 0, f->a)),
			.name = cell(c, 1, f->a),
			.table = cell(c, 2, f->a),
			.sql = cell(c, 3, f->a),
		};
		vec_push(f->a, &list, s);
	}
	cursor_close(c);
	if (rc)
		return rc;
	*out = list.v;
	*n = list.n;
	return RC_OK;
}

static const struct stored *find_stored(const struct stored *v, size_t n,
    enum obj_kind kind, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].kind == kind && str_ieq(v[i].name, name))
			return &v[i];
	return NULL;
}

static enum rc read_sequences(struct file_run *f, struct err *e)
{
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	rc = drv_query(f->d, STR("SELECT name, seq FROM main.sqlite_sequence"),
	    NULL, 0, 0, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		struct autoincrement s = { cell(c, 0, f->a), c->row[1].i };

		if (c->row[1].kind == VALUE_INT)
			vec_push(f->a, &f->sequences, s);
	}
	cursor_close(c);
	return rc;
}

enum rc file_run_open(struct drv *d, struct str text, struct arena *a,
    struct file_run **out, struct err *e)
{
	struct file_run *f = arena_new_of(a, struct file_run);
	struct stored *v = NULL;
	size_t n = 0;
	enum rc rc;

	f->d = d;
	f->a = a;
	f->file = text;
	f->text = text_runnable(d->ops->dialect, text, a);
	f->can_drop = (d->ops->caps & CAP_STORED_SQL) &&
	    holds_word_drop(text);
	*out = f;
	if (!f->can_drop)
		return RC_OK;
	rc = read_stored(f, &v, &n, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		if (v[i].kind == OBJ_INDEX || v[i].kind == OBJ_TRIGGER)
			vec_push(a, &f->before, v[i]);
	if (find_stored(v, n, OBJ_TABLE, STR("sqlite_sequence")))
		rc = read_sequences(f, e);
	return rc;
}

/* --- R.1 ------------------------------------------------------------------ */

static enum rc run_sql(struct file_run *f, const char *drop,
    const struct stored *s, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	if (drop) {
		sbuf_addz(&b, drop);
		f->d->ops->dialect->ident(&b, s->name);
	} else {
		sbuf_add(&b, s->sql);
	}
	rc = drv_exec(f->d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* A table that the file dropped, missing in `v` and there again in `now`. */
static bool name_is_back(const struct file_run *f, const struct stored *v,
    size_t n, const struct stored *now, size_t nnow, struct str *name)
{
	for (size_t i = 0; i < f->tables.n; i++)
		if (!find_stored(v, n, OBJ_TABLE, f->tables.v[i]) &&
		    find_stored(now, nnow, OBJ_TABLE, f->tables.v[i])) {
			*name = f->tables.v[i];
			return true;
		}
	return false;
}

static struct str unquoted(struct str t)
{
	if (t.n >= 2 && (t.p[0] == '"' || t.p[0] == '`' || t.p[0] == '['))
		return str_sub(t, 1, t.n - 1);
	return t;
}

/* Does the stored text name the table?  Only to say so, never to judge. */
static bool names_table(const struct file_run *f, struct str sql,
    struct str table)
{
	struct token t = f->d->ops->dialect->token(sql, 0);

	for (; t.kind != TOKEN_END; t = f->d->ops->dialect->token(sql, t.to))
		if (str_ieq(unquoted(str_sub(sql, t.from, t.to)), table))
			return true;
	return false;
}

/* Told once, however often it went out and came back. */
static void note_back(struct file_run *f, struct put_back p)
{
	for (size_t i = 0; i < f->done.n; i++)
		if (f->done.v[i].kind == p.kind &&
		    str_ieq(f->done.v[i].name, p.name)) {
			f->done.v[i] = p;
			return;
		}
	vec_push(f->a, &f->done, p);
}

/* Which objects R.1 lifts: views, and triggers that hang on another table
 * than the one altered (those SQLite rewrites with it). */
static bool is_lifted(const struct stored *s, struct str altered)
{
	return s->kind == OBJ_VIEW ||
	    (s->kind == OBJ_TRIGGER && !str_ieq(s->table, altered));
}

static enum rc lift(struct file_run *f, const struct stored *v, size_t n,
    struct str altered, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < n; i++)
		if (v[i].kind == OBJ_TRIGGER && is_lifted(&v[i], altered))
			rc = run_sql(f, "DROP TRIGGER ", &v[i], e);
	for (size_t i = 0; !rc && i < n; i++)
		if (v[i].kind == OBJ_VIEW)
			rc = run_sql(f, "DROP VIEW ", &v[i], e);
	return rc;
}

static enum rc put_in(struct file_run *f, const struct stored *v, size_t n,
    struct str altered, struct str back, struct err *e)
{
	enum rc rc = RC_OK;

	for (int pass = 0; !rc && pass < 2; pass++)
		for (size_t i = 0; !rc && i < n; i++) {
			const struct stored *s = &v[i];

			if (!is_lifted(s, altered) ||
			    (s->kind == OBJ_VIEW) != (pass == 0))
				continue;
			rc = run_sql(f, NULL, s, e);
			if (rc || !names_table(f, s->sql, back))
				continue;
			note_back(f, (struct put_back){
			    .kind = s->kind, .table = s->table, .name = s->name,
			    .sql = s->sql, .lifted = true });
		}
	return rc;
}

static enum rc again_lifted(struct file_run *f, struct str text, size_t *at,
    unsigned flags, struct sql_span *span, struct facts *facts, bool *more, struct err *e)
{
	struct stored *v = NULL, *now = NULL;
	struct str altered = arena_str(f->a, facts->object), back = STR("");
	size_t n = 0, nnow = 0;
	enum rc rc;

	rc = read_stored(f, &v, &n, e);
	if (rc)
		return rc;
	rc = f->d->ops->savepoint(f->d, "weir_lift", e);
	if (rc)
		return rc;
	rc = lift(f, v, n, altered, e);
	if (!rc)
		rc = f->d->ops->run_next(f->d, text, at, flags, f->a, span,
		    facts, more, e);
	if (!rc)
		rc = read_stored(f, &now, &nnow, e);
	if (!rc && !name_is_back(f, v, n, now, nnow, &back))
		rc = RC_DB;
	if (!rc)
		rc = put_in(f, v, n, altered, back, e);
	if (!rc)
		return f->d->ops->release(f->d, "weir_lift", e);
	struct err ignored = ERR_INIT;
	if (f->d->ops->rollback_to(f->d, "weir_lift", &ignored) ||
	    f->d->ops->release(f->d, "weir_lift", &ignored))
		return rc;
	return rc;
}

static void note_drop(struct file_run *f, const struct facts *facts)
{
	if (facts->verb == VERB_DROP_TABLE &&
	    (f->can_drop || f->standins.n))
		vec_push(f->a, &f->tables, arena_str(f->a, facts->object));
	else if (!f->can_drop)
		return;
	else if (facts->verb == VERB_DROP_INDEX ||
	    facts->verb == VERB_DROP_TRIGGER)
		vec_push(f->a, &f->names, arena_str(f->a, facts->object));
}

/* What failed while it ran can still be prepared: its facts tell. */
static bool is_alter(struct file_run *f, struct str text, size_t at,
    unsigned flags, struct facts *facts)
{
	struct sql_span span;
	struct err ignored = ERR_INIT;
	bool more = false;

	*facts = (struct facts){ 0 };
	return f->d->ops->run_next(f->d, text, &at,
	    flags | RUN_PREPARE_ONLY, f->a, &span, facts, &more, &ignored) ==
	    RC_OK && more && facts->verb == VERB_ALTER_TABLE;
}

/* A marker that stood for the ";" is no part of the statement. */
static void trim_marker(const struct file_run *f, struct sql_span *span)
{
	size_t to = span->to;

	if (to <= span->from || f->text.p[to - 1] == f->file.p[to - 1])
		return;
	do
		to--;
	while (to > span->from && strchr(" \t\r\n", f->text.p[to - 1]));
	span->to = to;
}

/* One statement of `text` with R.1. */
static enum rc run_one(struct file_run *f, struct str text, size_t *at,
    unsigned flags, struct sql_span *span, struct facts *facts, bool *more,
    struct err *e)
{
	size_t start = *at, retry = *at;
	struct sql_span again = { 0 };
	struct facts lifted;
	struct err second = ERR_INIT;
	enum rc rc;

	*facts = (struct facts){ 0 };
	rc = f->d->ops->run_next(f->d, text, at, flags, f->a, span, facts,
	    more, e);
	if (!rc) {
		if (*more && !(flags & RUN_PREPARE_ONLY))
			note_drop(f, facts);
		return RC_OK;
	}
	if (rc != RC_DB || f->tables.n == 0 || (flags & RUN_PREPARE_ONLY) ||
	    !is_alter(f, text, start, flags, &lifted))
		return rc;
	if (again_lifted(f, text, &retry, flags, &again, &lifted, more,
	    &second))
		return rc;	/* the first error is the one that tells */
	*at = retry > start ? retry : start;
	*span = again;
	*facts = lifted;
	*e = (struct err)ERR_INIT;
	return RC_OK;
}

/* --- R.2, R.3 -------------------------------------------------------------- */

static bool is_blank(enum token_kind k)
{
	return k == TOKEN_SPACE || k == TOKEN_COMMENT;
}

/* CREATE [UNIQUE] INDEX name ON …: is the part behind the name the same? */
static bool same_index(const struct file_run *f, struct str x, struct str y)
{
	const struct dialect *d = f->d->ops->dialect;
	size_t ix = 0, iy = 0;
	bool named = false, name_next = false;

	for (;;) {
		struct token tx = d->token(x, ix), ty = d->token(y, iy);
		struct str sx, sy;

		while (is_blank(tx.kind))
			tx = d->token(x, tx.to);
		while (is_blank(ty.kind))
			ty = d->token(y, ty.to);
		if (tx.kind == TOKEN_END || ty.kind == TOKEN_END)
			return tx.kind == ty.kind && named;
		sx = unquoted(str_sub(x, tx.from, tx.to));
		sy = unquoted(str_sub(y, ty.from, ty.to));
		if (name_next)
			named = true;
		else if (!str_ieq(sx, sy))
			return false;
		name_next = !named && str_ieq(sx, STR("index"));
		ix = tx.to;
		iy = ty.to;
	}
}

static bool dropped_by_name(const struct file_run *f, struct str name)
{
	for (size_t i = 0; i < f->names.n; i++)
		if (str_ieq(f->names.v[i], name))
			return true;
	return false;
}

static bool equal_index_stands(const struct file_run *f,
    const struct stored *s, const struct stored *now, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (now[i].kind == OBJ_INDEX &&
		    str_ieq(now[i].table, s->table) &&
		    same_index(f, now[i].sql, s->sql))
			return true;
	return false;
}

static enum rc put_back_objects(struct file_run *f, const struct stored *now,
    size_t n, struct err *e)
{
	for (size_t i = 0; i < f->before.n; i++) {
		const struct stored *s = &f->before.v[i];
		struct put_back p = { .kind = s->kind, .table = s->table,
			.name = s->name, .sql = s->sql };
		struct err why = ERR_INIT;
		enum rc rc;

		if (find_stored(now, n, s->kind, s->name) ||
		    !find_stored(now, n, OBJ_TABLE, s->table) ||
		    dropped_by_name(f, s->name) ||
		    (s->kind == OBJ_INDEX && equal_index_stands(f, s, now, n)))
			continue;
		rc = run_sql(f, NULL, s, &why);
		if (rc && rc != RC_DB) {
			*e = why;
			return rc;
		}
		if (rc)
			p.lost = arena_str(f->a, str_z(why.msg));
		note_back(f, p);
	}
	return RC_OK;
}

static bool holds_autoincrement(const struct file_run *f, struct str sql)
{
	return names_table(f, sql, STR("autoincrement"));
}

static bool was_dropped(const struct file_run *f, struct str table)
{
	for (size_t i = 0; i < f->tables.n; i++)
		if (str_ieq(f->tables.v[i], table))
			return true;
	return false;
}

static enum rc restore_sequence(struct file_run *f, const struct autoincrement *q,
    struct err *e)
{
	const struct dialect *d = f->d->ops->dialect;
	struct value name = { .kind = VALUE_TEXT, .s = q->table,
		.full = q->table.n };
	struct value now = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	rc = drv_scalar(f->d, STR("SELECT seq FROM main.sqlite_sequence"
	    " WHERE name = ?"), &name, 1, f->a, &now, e);
	if (rc || (now.kind == VALUE_INT && now.i >= q->seq))
		goto out;
	if (now.kind == VALUE_NULL) {
		SQL(&b, "INSERT INTO main.sqlite_sequence(seq, name) VALUES(");
		sbuf_add_i64(&b, q->seq);
		SQL(&b, ", ");
		d->literal(&b, &name);
		SQL(&b, ")");
	} else {
		SQL(&b, "UPDATE main.sqlite_sequence SET seq = ");
		sbuf_add_i64(&b, q->seq);
		SQL(&b, " WHERE name = ");
		d->literal(&b, &name);
	}
	rc = drv_exec(f->d, sbuf_str(&b), e);
	if (!rc)
		note_back(f, (struct put_back){ .kind = OBJ_TABLE,
		    .table = q->table, .name = q->table,
		    .sql = arena_str(f->a, sbuf_str(&b)) });
out:
	sbuf_free(&b);
	return rc;
}

/* --- R.4 ------------------------------------------------------------------- */

static const struct standin *standin_at(const struct file_run *f, size_t at)
{
	for (size_t i = 0; i < f->standins.n; i++) {
		const struct standin *s = f->standins.v[i];

		if (at == s->from || (at >= s->x.from &&
		    at < s->x.from + MADE_N))
			return s;
	}
	return NULL;
}

static size_t part_at(const struct standin *s, size_t at)
{
	return at > s->x.from ? at - s->x.from : MADE_CREATE;
}

struct made_stmt file_run_made(const struct file_run *f, size_t offset)
{
	const struct standin *s = standin_at(f, offset);
	size_t part;

	if (!s)
		return (struct made_stmt){ .start = offset };
	part = part_at(s, offset);
	return (struct made_stmt){ .part = part + 1, .start = s->x.from,
		.sql = s->sql[part] };
}

bool file_run_rebuilds(const struct file_run *f)
{
	return f->standins.n > 0;
}

static struct str made_drop(struct file_run *f, const struct standin *s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	SQL(&b, "DROP TABLE ");
	f->d->ops->dialect->ident(&b, s->x.table);
	out = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct str made_rename(struct file_run *f, const struct standin *s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	SQL(&b, "ALTER TABLE ");
	f->d->ops->dialect->ident(&b, s->temp);
	SQL(&b, " RENAME TO ");
	f->d->ops->dialect->ident(&b, s->x.table);
	out = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* Generated columns are not copied; redefine() lets none come or go. */
static enum rc made_copy(struct file_run *f, struct standin *s, struct err *e)
{
	const struct dialect *d = f->d->ops->dialect;
	struct value name = { .kind = VALUE_TEXT, .s = s->x.table,
		.full = s->x.table.n };
	struct sbuf cols = SBUF_TEXT, b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;

	rc = drv_query(f->d, STR("SELECT name FROM pragma_table_xinfo(?)"
	    " WHERE hidden = 0 ORDER BY cid"), &name, 1, 0, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		if (cols.n)
			SQL(&cols, ", ");
		d->ident(&cols, cell(c, 0, f->a));
	}
	cursor_close(c);
	SQL(&b, "INSERT INTO ");
	d->ident(&b, s->temp);
	SQL(&b, " (");
	sbuf_add(&b, sbuf_str(&cols));
	SQL(&b, ") SELECT ");
	sbuf_add(&b, sbuf_str(&cols));
	SQL(&b, " FROM ");
	d->ident(&b, s->x.table);
	s->sql[MADE_COPY] = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	sbuf_free(&cols);
	return rc;
}

static enum rc keep_sequence(struct file_run *f, struct standin *s,
    struct err *e)
{
	struct value name = { .kind = VALUE_TEXT, .s = s->x.table,
		.full = s->x.table.n };
	struct value now = { 0 };
	enum rc rc = drv_scalar(f->d, STR("SELECT seq FROM"
	    " main.sqlite_sequence WHERE name = ?"), &name, 1, f->a, &now, e);

	if (!rc && now.kind == VALUE_INT)
		s->seq = (struct autoincrement){ s->x.table, now.i };
	return rc;
}

/* NULL with RC_OK: the statement is none of those. */
static enum rc stand_in(struct file_run *f, const struct sql_span *span,
    struct standin **out, struct err *e)
{
	const struct dialect *d = f->d->ops->dialect;
	struct standin *s = arena_new_of(f->a, struct standin);
	const struct stored *t;
	struct stored *v = NULL;
	size_t n = 0;
	enum rc rc;

	*out = NULL;
	if (!d->alter_column ||
	    !d->alter_column(f->text, span->from, f->a, &s->x))
		return RC_OK;
	s->from = span->from;
	s->to = span->to;
	rc = read_stored(f, &v, &n, e);
	if (rc)
		return rc;
	t = find_stored(v, n, OBJ_TABLE, s->x.table);
	if (!t)
		return err_set(e, RC_DB, "no such table: %.*s",
		    STR_ARG(s->x.table));
	s->x.table = t->name;
	s->temp = arena_printf(f->a, "__new_%.*s", STR_ARG(t->name));
	rc = d->redefine(t->sql, &s->x, s->temp, f->a, &s->sql[MADE_CREATE],
	    e);
	if (!rc)
		rc = made_copy(f, s, e);
	if (!rc && holds_autoincrement(f, t->sql))
		rc = keep_sequence(f, s, e);
	if (rc)
		return rc;
	s->sql[MADE_DROP] = made_drop(f, s);
	s->sql[MADE_RENAME] = made_rename(f, s);
	for (size_t i = 0; i < n; i++)
		if ((v[i].kind == OBJ_INDEX || v[i].kind == OBJ_TRIGGER) &&
		    str_ieq(v[i].table, t->name))
			vec_push(f->a, &s->hangs, v[i]);
	vec_push(f->a, &f->standins, s);
	*out = s;
	return RC_OK;
}

static enum rc hang_again(struct file_run *f, const struct standin *s,
    struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < s->hangs.n; i++) {
		const struct stored *h = &s->hangs.v[i];

		rc = run_sql(f, NULL, h, e);
		if (!rc)
			note_back(f, (struct put_back){
			    .kind = h->kind, .table = h->table,
			    .name = h->name, .sql = h->sql });
	}
	return rc || !s->seq.table.n ? rc :
	    restore_sequence(f, &s->seq, e);
}

/* An error has the place of the statement that stands in the file. */
static void place_of_standin(const struct standin *s, struct err *e)
{
	const char *code = strchr(e->where, ' ');
	char name[100];

	if (e->where[0] != '+')
		code = e->where[0] ? e->where - 1 : NULL;
	snprintf(name, sizeof name, "%.90s", code ? code + 1 : "");
	snprintf(e->where, sizeof e->where, "+%zu%s%s", s->x.from,
	    name[0] ? " " : "", name);
}

static enum rc run_part(struct file_run *f, const struct standin *s,
    size_t part, size_t *at, unsigned flags, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e)
{
	size_t begin = 0;
	struct sql_span inner;
	enum rc rc = run_one(f, s->sql[part], &begin, flags, &inner, facts,
	    more, e);

	if (!rc && part == MADE_RENAME && !(flags & RUN_PREPARE_ONLY))
		rc = hang_again(f, s, e);
	*span = (struct sql_span){ part ? s->x.from + part : s->from,
		part == MADE_RENAME ? s->to : s->x.from + part + 1 };
	if (rc) {
		place_of_standin(s, e);
		return rc;
	}
	*at = span->to;
	return RC_OK;
}

enum rc file_run_next(struct file_run *f, size_t *at, unsigned flags,
    struct sql_span *span, struct facts *facts, bool *more, struct err *e)
{
	const struct standin *s = standin_at(f, *at);
	struct standin *made = NULL;
	struct err why = ERR_INIT;
	enum rc rc;

	flags |= RUN_FACTS;
	if (s)
		return run_part(f, s, part_at(s, *at), at, flags, span, facts,
		    more, e);
	rc = run_one(f, f->text, at, flags, span, facts, more, e);
	if (!rc && *more)
		trim_marker(f, span);
	if (rc != RC_UNSUPPORTED)
		return rc;
	s = standin_at(f, span->from);
	rc = RC_OK;
	if (!s) {
		rc = stand_in(f, span, &made, &why);
		s = made;
	}
	if (!s && rc == RC_OK)
		return e->code;
	if (!s) {
		*e = why;
		snprintf(e->where, sizeof e->where, "+%zu", span->from);
		return rc;
	}
	*e = (struct err)ERR_INIT;
	return run_part(f, s, MADE_CREATE, at, flags, span, facts, more, e);
}

/* --- the end ----------------------------------------------------------------- */

enum rc file_run_end(struct file_run *f, struct put_backs *out, struct err *e)
{
	struct stored *now = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (f->tables.n > 0) {
		rc = read_stored(f, &now, &n, e);
		if (!rc)
			rc = put_back_objects(f, now, n, e);
		for (size_t i = 0; !rc && i < f->sequences.n; i++) {
			const struct autoincrement *q = &f->sequences.v[i];
			const struct stored *t = find_stored(now, n, OBJ_TABLE,
			    q->table);

			if (t && was_dropped(f, q->table) &&
			    holds_autoincrement(f, t->sql))
				rc = restore_sequence(f, q, e);
		}
	}
	if (rc)
		return rc;
	out->v = f->done.v;
	out->n = f->done.n;
	return RC_OK;
}

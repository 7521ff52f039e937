/*
 * tracking: see tracking.h.  created_at is the journal's `when`, never the
 * clock: Drizzle compares it with the entries' times to find what is pending.
 */
#include <stdlib.h>
#include <string.h>

#include "op/apply/tracking.h"
#include "project/project.h"

#define DEFAULT_NAME STR("\"__drizzle_migrations\"")
#define DEFAULT_SCHEMA STR("\"drizzle\".")

/* How an engine is asked. */
static const struct {
	const char *schema;	/* of a table without one */
	/* counts what is there; by the table's name, then its schema's */
	const char *there, *schema_there;
	const char *named;	/* counts the columns called "name" */
	/* when a row of 1.0 is written; "": the column's default */
	const char *now;
	const char *key;	/* the row's number, in order of writing */
	const char *reader;	/* who read the table a moment ago; NULL */
} ask[DIALECT_N] = {
	[DIALECT_SQLITE] = {
		/* a temporary table of a file may have any name that is free */
		.schema = "main",
		.there = "SELECT count(*) FROM sqlite_schema"
		    " WHERE type = 'table' AND name = ?",
		.named = "SELECT count(*) FROM pragma_table_info(?, 'main')"
		    " WHERE name = 'name'",
		.now = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
		.key = "rowid",
	},
	[DIALECT_PG] = {
		.schema = "",
		.there = "SELECT count(*) FROM pg_catalog.pg_class c"
		    " JOIN pg_catalog.pg_namespace n"
		    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		    " WHERE c.relkind IN ('r', 'p')"
		    " AND c.relname OPERATOR(pg_catalog.=) $1"
		    " AND n.nspname OPERATOR(pg_catalog.=) $2",
		.named = "SELECT count(*) FROM pg_catalog.pg_attribute a"
		    " JOIN pg_catalog.pg_class c"
		    " ON c.oid OPERATOR(pg_catalog.=) a.attrelid"
		    " JOIN pg_catalog.pg_namespace n"
		    " ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		    " WHERE a.attname OPERATOR(pg_catalog.=) 'name'"
		    " AND a.attnum OPERATOR(pg_catalog.>) 0"
		    " AND NOT a.attisdropped"
		    " AND c.relname OPERATOR(pg_catalog.=) $1"
		    " AND n.nspname OPERATOR(pg_catalog.=) $2",
		.now = "pg_catalog.now()",
		.schema_there = "SELECT count(*) FROM pg_catalog.pg_namespace"
		    " WHERE nspname OPERATOR(pg_catalog.=) $1",
		.key = "id",
		/* Drizzle's migrator reads the last row, and only then begins
		 * its transaction: in between it sits idle. */
		.reader = "SELECT a.pid FROM pg_catalog.pg_stat_activity a"
		    " WHERE a.datname OPERATOR(pg_catalog.=)"
		    " pg_catalog.current_database()"
		    " AND a.pid OPERATOR(pg_catalog.<>)"
		    " pg_catalog.pg_backend_pid()"
		    " AND a.application_name OPERATOR(pg_catalog.<>) 'weir'"
		    " AND a.state IN ('idle', 'idle in transaction')"
		    " AND pg_catalog.strpos(a.query, $1)"
		    " OPERATOR(pg_catalog.>) 0"
		    " AND a.state_change OPERATOR(pg_catalog.>)"
		    " (pg_catalog.clock_timestamp()"
		    " OPERATOR(pg_catalog.-) '2 s'::pg_catalog.interval)"
		    " LIMIT 1",
	},
};

const struct obj *tracking_table(const struct project *p, struct arena *a)
{
	struct obj *o = arena_new_of(a, struct obj);

	o->kind = OBJ_TABLE;
	o->schema = p->track_schema;
	o->name = p->track_table;
	return o;
}

static void add_name(struct drv *d, struct sbuf *b, const struct obj *table)
{
	struct obj o = *table;

	if (!o.schema.n)
		o.schema = str_z(ask[d->ops->dialect->id].schema);
	d->ops->dialect->table(b, &o);
}

static struct value text_value(struct str s)
{
	return (struct value){ .kind = VALUE_TEXT, .s = s, .full = s.n };
}

/* A count, in whichever form the engine hands numbers over. */
static int64_t number_of(const struct value *v)
{
	char digits[32];

	if (v->kind == VALUE_INT)
		return v->i;
	if (v->kind != VALUE_TEXT || v->s.n >= sizeof digits)
		return 0;
	memcpy(digits, v->s.p, v->s.n);
	digits[v->s.n] = '\0';
	return strtoll(digits, NULL, 10);
}

static enum rc is_there(struct drv *d, const char *sql,
    const struct value *args, size_t n, bool *out, struct err *e)
{
	struct arena *a = arena_new();
	struct value v = { 0 };
	enum rc rc = drv_scalar(d, str_z(sql), args, n, a, &v, e);

	if (!rc)
		*out = number_of(&v) > 0;
	arena_free(a);
	return rc;
}

enum rc tracking_exists(struct drv *d, const struct obj *table, bool *out,
    struct err *e)
{
	struct value args[] = { text_value(table->name),
		text_value(table->schema) };

	return is_there(d, ask[d->ops->dialect->id].there, args,
	    table->schema.n ? 2 : 1, out, e);
}

enum rc tracking_reader(struct drv *d, const struct obj *table, int *pid,
    struct err *e)
{
	const char *sql = ask[d->ops->dialect->id].reader;
	struct value name = text_value(table->name), v = { 0 };
	struct arena *a = arena_new();
	enum rc rc = RC_OK;

	if (sql)
		rc = drv_scalar(d, str_z(sql), &name, 1, a, &v, e);
	*pid = rc ? 0 : (int)number_of(&v);
	arena_free(a);
	return rc;
}

/* created_at is numeric on SQLite: whole numbers are stored as such, yet a
 * home-made row may hold a real or a text. */
static void row_of(const struct value *v, struct arena *a,
    struct track_row *out)
{
	*out = (struct track_row){ .rowid = number_of(&v[0]) };
	if (v[1].kind == VALUE_TEXT)
		out->hash = arena_str(a, v[1].s);
	out->created_null = v[2].kind != VALUE_INT && v[2].kind != VALUE_REAL;
	if (v[3].kind == VALUE_TEXT)
		out->name = arena_str(a, v[3].s);
	if (v[2].kind == VALUE_INT)
		out->created_at = v[2].i;
	else if (v[2].kind == VALUE_REAL && v[2].r > -9e18 && v[2].r < 9e18)
		out->created_at = (int64_t)v[2].r;
}

enum rc tracking_read(struct drv *d, const struct obj *table, struct arena *a,
    struct track *out, struct err *e)
{
	const char *key = ask[d->ops->dialect->id].key;
	struct track t = { .table = arena_str(a, table->name) };
	VEC(struct track_row) v = { 0 };
	struct sbuf b = SBUF_TEXT;
	struct cursor *c = NULL;
	bool more = false;
	enum rc rc;
	struct value args[] = { text_value(table->name),
		text_value(table->schema) };

	rc = tracking_exists(d, table, &t.exists, e);
	if (!rc && t.exists)
		rc = is_there(d, ask[d->ops->dialect->id].named, args,
		    table->schema.n ? 2 : 1, &t.named, e);
	if (rc || !t.exists)
		goto out;
	SQL(&b, "SELECT ");
	sbuf_addz(&b, key);
	SQL(&b, ", hash, created_at, ");
	if (t.named)
		SQL(&b, "name FROM ");
	else
		SQL(&b, "NULL FROM ");
	add_name(d, &b, table);
	SQL(&b, " ORDER BY ");
	sbuf_addz(&b, key);
	rc = drv_query(d, sbuf_str(&b), NULL, 0, 0, &c, e);
	while (!rc && !(rc = cursor_next(c, &more, e)) && more) {
		struct track_row r;

		row_of(c->row, a, &r);
		vec_push(a, &v, r);
	}
	if (rc)
		err_prefix(e, "tracking table %.*s", STR_ARG(table->name));
out:
	cursor_close(c);
	sbuf_free(&b);
	if (rc)
		return rc;
	t.v = v.v;
	t.n = v.n;
	*out = t;
	return RC_OK;
}

static enum rc schema_create(struct drv *d, struct str schema, struct err *e)
{
	struct value arg = text_value(schema);
	struct sbuf b = SBUF_TEXT;
	bool there = false;
	enum rc rc = is_there(d, ask[d->ops->dialect->id].schema_there, &arg,
	    1, &there, e);

	if (rc || there)
		return rc;
	SQL(&b, "CREATE SCHEMA IF NOT EXISTS ");
	d->ops->dialect->ident(&b, schema);
	rc = drv_exec(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* Drizzle's text with the name that is wanted in the place of its own. */
static void create_text(struct drv *d, const struct obj *table, bool named,
    struct sbuf *b)
{
	struct str text = str_z(named ? d->ops->dialect->tracking_create_1 :
	    d->ops->dialect->tracking_create);
	size_t at = str_find(text, DEFAULT_NAME, 0), from = at;
	struct str schema = DEFAULT_SCHEMA;

	if (at >= text.n)
		BUG("the tracking table's text has another name");
	if (at >= schema.n && str_eq(str_sub(text, at - schema.n, at), schema))
		from = at - schema.n;
	sbuf_add(b, str_sub(text, 0, from));
	d->ops->dialect->table(b, table);
	sbuf_add(b, str_sub(text, at + DEFAULT_NAME.n, text.n));
}

enum rc tracking_create(struct drv *d, const struct obj *table, bool named,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	bool there = false;
	enum rc rc = tracking_exists(d, table, &there, e);

	if (rc || there)
		return rc;
	if (table->schema.n)
		rc = schema_create(d, table->schema, e);
	if (!rc) {
		create_text(d, table, named, &b);
		rc = drv_exec(d, sbuf_str(&b), e);
	}
	sbuf_free(&b);
	return rc;
}

/* Counted as a statement of a file is: triggers of the table run with it. */
static enum rc run_counted(struct drv *d, struct str sql, struct arena *a,
    struct facts *f, struct err *e)
{
	struct sql_span span = { 0 };
	char *from;
	size_t at = 0;
	bool more = false;
	enum rc rc = d->ops->run_next(d, sql, &at, RUN_FACTS | RUN_COUNT, a,
	    &span, f, &more, e);

	if (!rc || e->where[0] != '+')
		return rc;
	/* a place in weir's own text tells nobody anything */
	from = strchr(e->where, ' ');
	if (from)
		memmove(e->where, from + 1, strlen(from));
	else
		e->where[0] = '\0';
	return rc;
}

enum rc tracking_add(struct drv *d, const struct obj *table,
    const struct entry *en, struct arena *a, struct facts *f, struct err *e)
{
	struct value hash = text_value(str_z(en->hex));
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "INSERT INTO ");
	add_name(d, &b, table);
	if (en->named)
		SQL(&b, " (\"hash\", \"created_at\", \"name\","
		    " \"applied_at\") VALUES(");
	else
		SQL(&b, " (\"hash\", \"created_at\") VALUES(");
	d->ops->dialect->literal(&b, &hash);
	SQL(&b, ", ");
	sbuf_add_i64(&b, en->when);
	if (en->named) {
		struct value name = text_value(en->tag);

		SQL(&b, ", ");
		d->ops->dialect->literal(&b, &name);
		SQL(&b, ", ");
		sbuf_addz(&b, ask[d->ops->dialect->id].now);
	}
	SQL(&b, ")");
	rc = run_counted(d, sbuf_str(&b), a, f, e);
	sbuf_free(&b);
	return rc;
}

enum rc tracking_remove(struct drv *d, const struct obj *table, int64_t rowid,
    struct arena *a, struct facts *f, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "DELETE FROM ");
	add_name(d, &b, table);
	SQL(&b, " WHERE ");
	sbuf_addz(&b, ask[d->ops->dialect->id].key);
	SQL(&b, " = ");
	sbuf_add_i64(&b, rowid);
	rc = run_counted(d, sbuf_str(&b), a, f, e);
	sbuf_free(&b);
	return rc;
}

const struct track_row *tracking_row(const struct track *t,
    const struct entry *en)
{
	const struct track_row *by_when = NULL, *by_hash = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct track_row *r = &t->v[i];

		if (r->name.p && en->named && str_eq(r->name, en->tag))
			return r;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct track_row *r = &t->v[i];
		bool when = (!r->name.p || !en->named) && !r->created_null && r->created_at == en->when;
		bool hash = (!r->name.p || !en->named) &&
		    str_is(r->hash, en->hex);

		if (when && hash)
			return r;
		if (when)
			by_when = r;
		if (hash)
			by_hash = r;
	}
	return by_when ? by_when : by_hash;
}

/*
 * The words of SQLite: names, literals, CREATE and DROP text.
 * Names are always in double quotes; a literal never depends on its context.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "dialect/sqlite/sqlite.h"

static void add_quoted(struct sbuf *b, struct str s, char quote)
{
	sbuf_addc(b, quote);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == quote)
			sbuf_addc(b, quote);
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, quote);
}

static void ident(struct sbuf *b, struct str name)
{
	add_quoted(b, name, '"');
}

static enum rc name_check(struct str name, struct err *e)
{
	if (name.n && memchr(name.p, 0, name.n))
		return err_set(e, RC_UNSUPPORTED, "a name has a NUL byte");
	return RC_OK;
}

static void table(struct sbuf *b, const struct obj *o)
{
	if (o->schema.n) {
		ident(b, o->schema);
		sbuf_addc(b, '.');
	}
	ident(b, o->kind == OBJ_TABLE || o->kind == OBJ_VIEW ? o->name :
	    o->table);
}

static void add_hex(struct sbuf *b, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	SQL(b, "X'");
	for (size_t i = 0; i < s.n; i++) {
		sbuf_addc(b, digits[(unsigned char)s.p[i] >> 4]);
		sbuf_addc(b, digits[(unsigned char)s.p[i] & 15]);
	}
	SQL(b, "'");
}

static void add_real(struct sbuf *b, double r)
{
	char text[40];

	if (isnan(r)) {			/* SQLite stores NaN as NULL */
		SQL(b, "NULL");
	} else if (isinf(r)) {
		sbuf_addz(b, r < 0 ? "-9e999" : "9e999");
	} else {
		snprintf(text, sizeof(text), "%.15g", r);
		if (strtod(text, NULL) != r)
			snprintf(text, sizeof(text), "%.17g", r);
		sbuf_addz(b, text);
		if (!strpbrk(text, ".e"))
			SQL(b, ".0");
	}
}

static void literal(struct sbuf *b, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		SQL(b, "NULL");
		break;
	case VALUE_INT:
		sbuf_add_i64(b, v->i);
		break;
	case VALUE_REAL:
		add_real(b, v->r);
		break;
	case VALUE_TEXT:
		/* SQL text ends at a NUL byte, a value does not. */
		if (v->s.n && memchr(v->s.p, 0, v->s.n)) {
			SQL(b, "CAST(");
			add_hex(b, v->s);
			SQL(b, " AS TEXT)");
		} else {
			add_quoted(b, v->s, '\'');
		}
		break;
	case VALUE_BLOB:
		add_hex(b, v->s);
		break;
	}
}

static void add_part(struct sbuf *b, struct str s)
{
	if (name_is_bare(s))
		sbuf_add(b, s);
	else
		ident(b, s);
}

/* What sqlite_schema has a text and a name of its own for; all else hangs on a
 * table, and dropping it needs a rebuild of that. */
static const struct {
	const char *drop;
	size_t text;		/* the member `sql` */
} stored[OBJ_KIND_N] = {
	[OBJ_TABLE] = { "DROP TABLE ", offsetof(struct table, sql) },
	[OBJ_INDEX] = { "DROP INDEX ", offsetof(struct index, sql) },
	[OBJ_VIEW] = { "DROP VIEW ", offsetof(struct view, sql) },
	[OBJ_TRIGGER] = { "DROP TRIGGER ", offsetof(struct trigger, sql) },
};

/* Constraints have no name of their own in --allow: their table stands. */
static void object_name(struct sbuf *b, const struct obj *o, struct str column)
{
	add_part(b, stored[o->kind].drop ? o->name : o->table);
	if (o->kind == OBJ_COLUMN)
		column = o->name;
	if (column.n) {
		sbuf_addc(b, '.');
		add_part(b, column);
	}
}

static struct str stored_text(const struct obj *o)
{
	if (!stored[o->kind].drop)
		return STR_NONE;
	return *(const struct str *)(const void *)((const char *)o +
	    stored[o->kind].text);
}

static bool create_text(const struct model *m, const struct obj *o,
    struct sbuf *b)
{
	struct str sql = stored_text(o);

	(void)m;
	if (!sql.n)
		return false;
	sbuf_add(b, sql);
	return true;
}

static bool drop_text(const struct model *m, const struct obj *o,
    struct sbuf *b)
{
	(void)m;
	if (o->kind == OBJ_COLUMN) {
		SQL(b, "ALTER TABLE ");
		table(b, o);
		SQL(b, " DROP COLUMN ");
	} else if (!stored[o->kind].drop || (o->kind == OBJ_INDEX &&
	    ((const struct index *)o)->origin != 'c')) {
		return false;
	} else {
		sbuf_addz(b, stored[o->kind].drop);
	}
	ident(b, o->name);
	return true;
}

/* SQLite alters by rebuilding the table: plan/rebuild. */
static bool alter_text(const struct model *m, const struct obj *from,
    const struct obj *to, struct sbuf *b)
{
	(void)m;
	(void)from;
	(void)to;
	(void)b;
	return false;
}

/* Tables before indexes, views and triggers, each as it is stored. */
static enum rc schema_script(const struct model *m,
    const struct script_what *what, const struct script_out *out,
    struct err *e)
{
	static const enum obj_kind order[] = { OBJ_TABLE, OBJ_INDEX, OBJ_VIEW,
		OBJ_TRIGGER };
	enum rc rc = RC_OK;

	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (size_t i = 0; !rc && i < m->nobjs; i++) {
			const struct obj *o = m->objs[i];
			bool kept = what->keep ? what->keep(o, what->arg) :
			    o->managed;

			if (o->kind == order[k] && kept && stored_text(o).n)
				rc = out->statement(out->arg, o,
				    stored_text(o), e);
		}
	return rc;
}

static bool has(struct str type, const char *part)
{
	struct str p = str_z(part);

	for (size_t i = 0; i + p.n <= type.n; i++)
		if (str_ieq(str_sub(type, i, i + p.n), p))
			return true;
	return false;
}

/* sqlite.org/datatype3.html section 3.1, in its order. */
static bool is_numeric(struct str type)
{
	if (has(type, "INT"))
		return true;
	if (has(type, "CHAR") || has(type, "CLOB") || has(type, "TEXT"))
		return false;
	return type.n > 0 && !has(type, "BLOB");
}

static bool starts_fold(struct str s, const char *prefix)
{
	struct str p = str_z(prefix);

	return s.n >= p.n && str_ieq(str_sub(s, 0, p.n), p);
}

static bool is_foreign(const struct obj *o)
{
	struct str name = o->table.n ? o->table : o->name;

	if (o->kind == OBJ_TABLE && ((const struct table *)o)->type ==
	    TABLE_SHADOW)
		return true;
	/* The engine's names fold, those of the tools are as they write them. */
	return starts_fold(name, "sqlite_") || str_starts(name, STR("_cf_")) ||
	    str_starts(name, STR("_litestream_")) ||
	    str_starts(name, STR("libsql_"));
}

/* length() of a blob reads no content, that of a text would and would stop
 * at a NUL byte: so text is measured and cut as bytes. */
/* typeof() and length() of a blob read no more than the row's header. */
static void cell(struct sbuf *b, struct str column, struct str type,
    size_t cap)
{
	(void)type;
	SQL(b, "CASE WHEN typeof(");
	ident(b, column);
	SQL(b, ")='blob' AND length(");
	ident(b, column);
	sbuf_addf(b, ")>%zu THEN x'' ELSE ", cap);
	ident(b, column);
	SQL(b, " END,CASE typeof(");
	ident(b, column);
	SQL(b, ") WHEN 'blob' THEN length(");
	ident(b, column);
	SQL(b, ") END");
}

static void piece(struct sbuf *b, struct str column, struct str type,
    size_t from, size_t n)
{
	(void)type;
	SQL(b, "CASE WHEN typeof(");
	ident(b, column);
	SQL(b, ") IN ('text','blob') THEN substr(CAST(");
	ident(b, column);
	sbuf_addf(b, " AS BLOB),%zu,%zu) ELSE ", from + 1, n);
	ident(b, column);
	SQL(b, " END");
}

/* sqlite.org/lang_createtable.html section 5: a column may hide a name. */
static const char *const rowids[] = { "rowid", "_rowid_", "oid", NULL };

static void param(struct sbuf *b, size_t n)
{
	(void)n;
	sbuf_addc(b, '?');
}

const struct dialect dialect_sqlite = {
	.id = DIALECT_SQLITE,
	.home_schema = "",
	.folds = true,
	.param = param,
	.name = "sqlite",
	.ident = ident,
	.name_check = name_check,
	.table = table,
	.literal = literal,
	.token = sqlite_token,
	.object_name = object_name,
	.create_text = create_text,
	.drop_text = drop_text,
	.alter_text = alter_text,
	.schema_script = schema_script,
	.is_numeric = is_numeric,
	.is_foreign = is_foreign,
	.cell = cell,
	.piece = piece,
	.rowids = rowids,
	.alter_column = sqlite_alter_column,
	.redefine = sqlite_redefine,
	/* drizzle-orm 0.45 sqlite-core/dialect.js: its tabs and newlines stay
	 * in sqlite_schema, so they are part of the contract. */
	.tracking_create =
	    "CREATE TABLE IF NOT EXISTS \"__drizzle_migrations\" (\n"
	    "\t\t\t\tid SERIAL PRIMARY KEY,\n"
	    "\t\t\t\thash text NOT NULL,\n"
	    "\t\t\t\tcreated_at numeric\n"
	    "\t\t\t)",
	/* drizzle-orm 1.0.0-rc.4 */
	.tracking_create_1 =
	    "CREATE TABLE IF NOT EXISTS \"__drizzle_migrations\" (\n"
	    "\t\t\t\tid INTEGER PRIMARY KEY,\n"
	    "\t\t\t\thash text NOT NULL,\n"
	    "\t\t\t\tcreated_at numeric,\n"
	    "\t\t\t\tname text,\n"
	    "\t\t\t\tapplied_at TEXT\n"
	    "\t\t\t)",
};

/*
 * The words of PostgreSQL: names, literals, expressions of a grid.
 *
 * Names are always quoted, strings are plain '…' with standard_conforming_
 * strings on (the driver checks it), never E'…'.  What may not be sent to a
 * server at all becomes "", which the server's scanner refuses, so that no
 * statement of the text runs (faults I3).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "dialect/pg/pg.h"
#include "dialect/pg/words.h"

#define NAME_MAX_BYTES ((size_t)63)	/* NAMEDATALEN - 1 */

static void add_quoted(struct sbuf *b, struct str s, char quote)
{
	if (!utf8_valid(s, NULL) || (s.n && memchr(s.p, 0, s.n))) {
		SQL(b, "\"\"");
		return;
	}
	sbuf_addc(b, quote);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == quote)
			sbuf_addc(b, quote);
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, quote);
}

void pg_ident(struct sbuf *b, struct str name)
{
	add_quoted(b, name, '"');
}

void pg_string(struct sbuf *b, struct str text)
{
	add_quoted(b, text, '\'');
}

void pg_name(struct sbuf *b, struct str schema, struct str name)
{
	if (schema.n) {
		pg_ident(b, schema);
		sbuf_addc(b, '.');
	}
	pg_ident(b, name);
}

void pg_columns(struct sbuf *b, struct strs cols)
{
	sbuf_addc(b, '(');
	for (size_t i = 0; i < cols.n; i++) {
		sbuf_addz(b, i ? ", " : "");
		pg_ident(b, cols.v[i]);
	}
	sbuf_addc(b, ')');
}

static enum rc name_check(struct str name, struct err *e)
{
	size_t bad = 0;

	if (!name.n)
		return err_set(e, RC_UNSUPPORTED, "a name is empty");
	if (memchr(name.p, 0, name.n))
		return err_set(e, RC_UNSUPPORTED, "a name has a NUL byte");
	if (!utf8_valid(name, &bad))
		return err_set(e, RC_UNSUPPORTED,
		    "a name is not UTF-8 (byte %zu)", bad + 1);
	if (name.n > NAME_MAX_BYTES)
		return err_set(e, RC_UNSUPPORTED, "a name has %zu bytes; "
		    "PostgreSQL cuts names after %zu", name.n,
		    NAME_MAX_BYTES);
	return RC_OK;
}

static void table(struct sbuf *b, const struct obj *o)
{
	pg_name(b, o->schema, obj_stands_alone(o->kind) ? o->name : o->table);
}

static void add_hex(struct sbuf *b, struct str s)
{
	static const char digits[] = "0123456789abcdef";

	SQL(b, "'\\x");
	for (size_t i = 0; i < s.n; i++) {
		sbuf_addc(b, digits[(unsigned char)s.p[i] >> 4]);
		sbuf_addc(b, digits[(unsigned char)s.p[i] & 15]);
	}
	SQL(b, "'::pg_catalog.bytea");
}

static void add_real(struct sbuf *b, double r)
{
	char text[40];

	if (isnan(r)) {
		SQL(b, "'NaN'::pg_catalog.float8");
	} else if (isinf(r)) {
		sbuf_addz(b, r < 0 ? "'-Infinity'" : "'Infinity'");
		SQL(b, "::pg_catalog.float8");
	} else {
		snprintf(text, sizeof(text), "%.15g", r);
		if (strtod(text, NULL) != r)
			snprintf(text, sizeof(text), "%.17g", r);
		SQL(b, "'");
		sbuf_addz(b, text);
		SQL(b, "'::pg_catalog.float8");
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
		pg_string(b, v->s);
		break;
	case VALUE_BLOB:
		add_hex(b, v->s);
		break;
	}
}

static void add_part(struct sbuf *b, struct str s)
{
	if (name_is_bare(s)) {
		sbuf_add(b, s);
		return;
	}
	sbuf_addc(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			sbuf_addc(b, '"');
		sbuf_addc(b, s.p[i]);
	}
	sbuf_addc(b, '"');
}

/* Which parts a name in --allow has: an object of its own in the schema, its
 * table, its table and its own name. */
enum object_form { FORM_OWN, FORM_TABLE, FORM_TABLE_NAME, FORM_GLOBAL };
static const enum object_form forms[OBJ_KIND_N] = {
	[OBJ_COLUMN] = FORM_TABLE_NAME,
	[OBJ_PK] = FORM_TABLE,
	[OBJ_UNIQUE] = FORM_TABLE,
	[OBJ_CHECK] = FORM_TABLE,
	[OBJ_FK] = FORM_TABLE,
	[OBJ_EXCLUDE] = FORM_TABLE,
	[OBJ_TRIGGER] = FORM_TABLE_NAME,
	[OBJ_RULE] = FORM_TABLE_NAME,
	[OBJ_POLICY] = FORM_TABLE_NAME,
	[OBJ_SCHEMA] = FORM_GLOBAL,
	[OBJ_EXTENSION] = FORM_GLOBAL,
	[OBJ_ROLE] = FORM_GLOBAL,
};

static void object_name(struct sbuf *b, const struct obj *o, struct str column)
{
	enum object_form form = forms[o->kind];

	if (form != FORM_GLOBAL) {
		add_part(b, o->schema.n ? o->schema : STR("public"));
		sbuf_addc(b, '.');
	}
	if (form == FORM_TABLE || form == FORM_TABLE_NAME)
		add_part(b, o->table);
	if (form == FORM_TABLE_NAME)
		sbuf_addc(b, '.');
	if (form != FORM_TABLE)
		add_part(b, o->name);
	if (column.n && o->kind != OBJ_COLUMN) {
		sbuf_addc(b, '.');
		add_part(b, column);
	}
}

/* --- types ----------------------------------------------------------------- */

/* The word of a type without its modifiers; false for an array. */
static bool type_word(struct str type, struct str *out)
{
	size_t paren = str_find(type, STR("("), 0);
	size_t close = str_find(type, STR(")"), paren);

	if (str_ends(type, STR("]")))
		return false;
	if (paren < type.n && paren > 0 && type.p[0] != '"') {
		/* timestamp(3) with time zone */
		if (close + 1 < type.n && !str_starts(type, STR("time")) &&
		    !str_starts(type, STR("interval")))
			return false;
		type = str_trim(str_sub(type, 0, paren));
	}
	*out = type;
	return true;
}

static bool type_is(struct str type, const char *const *words)
{
	struct str w;

	if (!type_word(type, &w))
		return false;
	for (size_t i = 0; words[i]; i++)
		if (str_ieq(w, str_z(words[i])))
			return true;
	return false;
}

static bool is_numeric(struct str type)
{
	static const char *const words[] = { "smallint", "integer", "bigint",
		"numeric", "decimal", "real", "double precision", "money",
		"oid", "xid", "xid8", "int", "int2", "int4", "int8", "float",
		"float4", "float8", "smallserial", "serial", "bigserial",
		"serial2", "serial4", "serial8", NULL };

	return type_is(type, words);
}

/* Text of these is short: the driver's own form, never cut. */
static bool is_short(struct str type)
{
	static const char *const words[] = { "boolean", "date", "time",
		"time without time zone", "time with time zone", "timestamp",
		"timestamp without time zone", "timestamp with time zone",
		"interval", "uuid", "inet", "cidr", "macaddr", "macaddr8",
		"point", "pg_lsn", NULL };

	return type_is(type, words) || is_numeric(type);
}

static bool is_text(struct str type)
{
	static const char *const words[] = { "text", "character varying",
		"varchar", NULL };

	return type_is(type, words);
}

static bool is_bytes(struct str type)
{
	static const char *const words[] = { "bytea", NULL };

	return type_is(type, words);
}

/*
 * The text of a column of any type.  concat() calls the type's own output
 * function: a cast to text would take the blanks off a character(n) and runs
 * whatever cast somebody made.
 */
static void any_text(struct sbuf *b, struct str column, bool text)
{
	if (!text)
		SQL(b, "pg_catalog.concat(");
	pg_ident(b, column);
	if (!text)
		SQL(b, ")");
}

/* concat() makes '' of NULL; IS NULL is true of a record full of NULLs. */
static void unless_null(struct sbuf *b, struct str column)
{
	SQL(b, "CASE WHEN pg_catalog.num_nulls(");
	pg_ident(b, column);
	SQL(b, ")=0 THEN ");
}

#define TEXT_CELL 320	/* characters of a text that a grid is sent */

/* octet_length() of a stored text or bytea reads no more than its header. */
static void cell(struct sbuf *b, struct str column, struct str type,
    size_t cap)
{
	bool text = is_text(type), bytes = is_bytes(type);

	if (is_short(type)) {
		pg_ident(b, column);
		SQL(b, ",NULL::pg_catalog.int8");
		return;
	}
	if (bytes) {
		SQL(b, "CASE WHEN pg_catalog.octet_length(");
		pg_ident(b, column);
		sbuf_addf(b, ")>%zu THEN ''::pg_catalog.bytea ELSE ", cap);
		pg_ident(b, column);
		SQL(b, " END,pg_catalog.octet_length(");
		pg_ident(b, column);
		SQL(b, ")::pg_catalog.int8");
		return;
	}
	unless_null(b, column);
	SQL(b, "pg_catalog.left(");
	any_text(b, column, text);
	sbuf_addf(b, ",%d) END,", TEXT_CELL);
	unless_null(b, column);
	SQL(b, "pg_catalog.octet_length(");
	any_text(b, column, text);
	SQL(b, ")::pg_catalog.int8 END");
}

static void piece(struct sbuf *b, struct str column, struct str type,
    size_t from, size_t n)
{
	if (is_short(type)) {
		pg_ident(b, column);
		return;
	}
	unless_null(b, column);
	SQL(b, "pg_catalog.substring(");
	if (is_bytes(type)) {
		pg_ident(b, column);
	} else {
		SQL(b, "pg_catalog.convert_to(");
		any_text(b, column, is_text(type));
		SQL(b, ",'UTF8')");
	}
	sbuf_addf(b, ",%zu,%zu) END", from + 1, n);
}

/* --- whose it is ------------------------------------------------------------- */

static bool is_foreign_schema(struct str s)
{
	/* "pg_" is reserved: catalogue, toast and temporary schemas */
	return str_starts(s, STR("pg_")) || str_is(s, "information_schema") ||
	    str_is(s, "drizzle") || str_is(s, "weir");
}

static bool is_foreign(const struct obj *o)
{
	if (o->notes && o->notes->extension.n)
		return true;
	if (o->kind == OBJ_SCHEMA)	/* public is in every database */
		return is_foreign_schema(o->name) || str_is(o->name, "public");
	if (o->kind == OBJ_ROLE)
		return str_starts(o->name, STR("pg_"));
	if (o->kind == OBJ_EXTENSION)
		return str_is(o->name, "plpgsql");
	return is_foreign_schema(o->schema);
}

static const char *const rowids[] = { "ctid", NULL };

static void param(struct sbuf *b, size_t n)
{
	sbuf_addf(b, "$%zu", n);
}

const struct dialect dialect_pg = {
	.id = DIALECT_PG,
	.name = "postgresql",
	.home_schema = "public",
	.folds = false,
	.param = param,
	.ident = pg_ident,
	.name_check = name_check,
	.table = table,
	.literal = literal,
	.token = pg_token,
	.scan = pg_scan,
	.object_name = object_name,
	.create_text = pg_create_text,
	.drop_text = pg_drop_text,
	.alter_text = pg_alter_text,
	.notes_text = pg_notes_text,
	.schema_script = pg_schema_script,
	.is_numeric = is_numeric,
	.is_foreign = is_foreign,
	.cell = cell,
	.piece = piece,
	.rowids = rowids,
	/* drizzle-orm 0.45 pg-core/dialect.js, where its name stands quoted */
	.tracking_create =
	    "CREATE TABLE IF NOT EXISTS "
	    "\"drizzle\".\"__drizzle_migrations\" (\n"
	    "\t\t\t\tid SERIAL PRIMARY KEY,\n"
	    "\t\t\t\thash text NOT NULL,\n"
	    "\t\t\t\tcreated_at bigint\n"
	    "\t\t\t)",
	/* drizzle-orm 1.0.0-rc.4 */
	.tracking_create_1 =
	    "CREATE TABLE IF NOT EXISTS "
	    "\"drizzle\".\"__drizzle_migrations\" (\n"
	    "\t\t\t\tid SERIAL PRIMARY KEY,\n"
	    "\t\t\t\thash text NOT NULL,\n"
	    "\t\t\t\tcreated_at bigint,\n"
	    "\t\t\t\tname text,\n"
	    "\t\t\t\tapplied_at timestamp with time zone DEFAULT now()\n"
	    "\t\t\t)",
};

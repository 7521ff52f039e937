/*
 * pg_serial: columns that become serial or an identity, serial ones too.
 * drizzle-kit writes a type that ALTER does not know, or an identity beside the
 * sequence of the serial (PostgreSQL manual, Numeric Types, Serial Types); what
 * stands there numbers the rows that exist.
 */
#include "decl/pg.h"

/* Within a text of SQL. */
static struct str quoted(struct pg_work *w, struct str schema, struct str name)
{
	return pg_doubled(w, SQL_OF(w, NAME(schema, name)));
}

#define COLUMN(w, s, ...) SAY((w), Z("ALTER TABLE "), TABLE(s), \
	Z(" ALTER COLUMN "), ID((s)->name), __VA_ARGS__)

void pg_become_serial(struct pg_work *w, const struct pg_st *s,
    struct str base)
{
	struct str name = arena_printf(w->a, "%.*s_%.*s_seq",
	    STR_ARG(s->table), STR_ARG(s->name));
	struct str literal = quoted(w, s->schema, name);

	SAY(w, Z("CREATE SEQUENCE "), NAME(s->schema, name), Z(" AS "),
	    RAW(base), Z(" OWNED BY "), TABLE(s), Z("."), ID(s->name),
	    Z(";"));
	SAY(w, Z("SELECT pg_catalog.setval('"), RAW(literal),
	    Z("', (SELECT coalesce(max("), ID(s->name), Z("), 0) + 1 FROM "),
	    TABLE(s), Z("), false);"));
	COLUMN(w, s, Z(" SET DEFAULT nextval('"), RAW(literal), Z("');"));
}

/* The bytes of a name that the server keeps: whole characters. */
static size_t whole(struct str s, size_t n)
{
	while (n && n < s.n && (s.p[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* The server's own name: table_column_seq, the longer part cut until it fits
 * 63 bytes (makeObjectName()). */
static struct str serial_name(struct pg_work *w, struct str table,
    struct str column)
{
	enum { NAMEDATALEN = 64 };
	size_t room = NAMEDATALEN - 1 - strlen("__seq");
	size_t n = table.n, m = column.n;

	while (n + m > room)
		*(n > m ? &n : &m) -= 1;
	return arena_printf(w->a, "%.*s_%.*s_seq",
	    (int)whole(table, n), table.p, (int)whole(column, m), column.p);
}

/* A schema that has a sequence of this name keeps it. */
void pg_stop_serial(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_column *was = s->was->c;
	const struct decl_table *t = pg_home_of(w, was);
	struct str seq = serial_name(w, t ? t->name : s->table, was->name);

	decl_differs(w->j, DECL_D_SERIAL_GONE, pg_column_name(w, s->col));
	for (size_t i = 0; i < w->s2.nseqs; i++)
		if (str_eq(w->s2.seqs[i].key, pg_key(w->a, s->schema, seq)))
			return;
	SAY(w, Z("DROP SEQUENCE IF EXISTS "), NAME(s->schema, seq), Z(";"));
}

void pg_serial_to_identity(struct pg_work *w, const struct pg_st *s)
{
	const struct decl_column *was = s->was->c;
	const struct decl_table *t = pg_home_of(w, was);
	struct decl_identity now = pg_take_identity(&w->q, s->text);
	struct str seq = serial_name(w, t ? t->name : s->table, was->name);
	struct str old = serial_name(w, seq, STR("old"));
	bool down = str_starts(now.increment, STR("-"));

	decl_differs(w->j, DECL_D_SERIAL_IDENTITY, pg_column_name(w, s->col));
	decl_warn(w->j, "the sequence of the serial column %.*s is taken by "
	    "the name that PostgreSQL gives it, %.*s; a table or column that "
	    "was renamed still has the old one",
	    STR_ARG(pg_column_name(w, s->col)), STR_ARG(seq));
	COLUMN(w, s, Z(" DROP DEFAULT;"));
	SAY(w, Z("ALTER SEQUENCE "), NAME(s->schema, seq), Z(" RENAME TO "),
	    ID(old), Z(";"));
	COLUMN(w, s, Z(" ADD"), RAW(pg_identity_text(w, s->schema, s->text)),
	    Z(";"));
	/* no number is given again, neither of a row nor of one that went */
	if (!down)
		SAY(w, Z("SELECT pg_catalog.setval('"),
		    RAW(quoted(w, s->schema, now.name)),
		    Z("', (SELECT greatest("),
		    RAW(now.start.n ? now.start : STR("1")),
		    Z(", o.last_value + o.is_called::int, (SELECT "
		    "coalesce(max("), ID(s->name), Z("), 0) + 1 FROM "),
		    TABLE(s), Z(")) FROM "), NAME(s->schema, old),
		    Z(" o), false);"));
	SAY(w, Z("DROP SEQUENCE "), NAME(s->schema, old), Z(";"));
}

void pg_plain_to_identity(struct pg_work *w, const struct pg_st *s)
{
	struct decl_identity now = pg_take_identity(&w->q, s->text);
	bool down = str_starts(now.increment, STR("-"));

	decl_differs(w->j, DECL_D_IDENTITY, pg_column_name(w, s->col));
	COLUMN(w, s, Z(" ADD"), RAW(pg_identity_text(w, s->schema, s->text)),
	    Z(";"));
	SAY(w, Z("SELECT pg_catalog.setval('"),
	    RAW(quoted(w, s->schema, now.name)), Z("', (SELECT "),
	    RAW(down ? STR("least(") : STR("greatest(")),
	    RAW(now.start.n ? now.start : down ? STR("-1") : STR("1")),
	    RAW(down ? STR(", min(") : STR(", max(")), ID(s->name),
	    RAW(down ? STR(") - 1) FROM ") : STR(") + 1) FROM ")), TABLE(s),
	    Z("), false);"));
}

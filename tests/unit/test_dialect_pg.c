/* The words of PostgreSQL: names, literals, tokens, cells, DDL. */
#include <math.h>

#include "tests/unit/pg.h"

#include "base/utf8.h"
#include "dialect/pg/pg.h"
#include "dialect/pg/words.h"
#include "diff/side.h"

static struct arena *arena;
static struct sbuf text = SBUF_TEXT;

static const char *ident_of(struct str name)
{
	sbuf_reset(&text);
	dialect_pg.ident(&text, name);
	return text.p;
}

static void names_are_quoted(void **state)
{
	static const char *const bad[] = { "\xff", "a\xc3", "\xc3(",
		"\xed\xa0\x80", "\xf8\x88\x80\x80\x80", "\xc0\xaf",
		"\xbf'; DROP TABLE t; --", "a\xe4\"" };
	struct err e = ERR_INIT;

	(void)state;
	assert_string_equal(ident_of(STR("a")), "\"a\"");
	assert_string_equal(ident_of(STR("a\"b")), "\"a\"\"b\"");
	assert_string_equal(ident_of(STR("select")), "\"select\"");
	/* I3: what is no UTF-8 is no name, whoever forgot to check */
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct value v = { .kind = VALUE_TEXT, .s = str_z(bad[i]) };

		assert_string_equal(ident_of(str_z(bad[i])), "\"\"");
		assert_int_equal(dialect_pg.name_check(str_z(bad[i]), &e),
		    RC_UNSUPPORTED);
		sbuf_reset(&text);
		dialect_pg.literal(&text, &v);
		assert_string_equal(text.p, "\"\"");
	}
	assert_string_equal(ident_of(STR("a\0b")), "\"\"");
	assert_int_equal(dialect_pg.name_check(STR("a\0b"), &e),
	    RC_UNSUPPORTED);
	assert_int_equal(dialect_pg.name_check(STR(""), &e), RC_UNSUPPORTED);
	assert_int_equal(dialect_pg.name_check(STR("0123456789012345678901234"
	    "567890123456789012345678901234567890123"), &e), RC_UNSUPPORTED);
	assert_ok(dialect_pg.name_check(STR("012345678901234567890123456789"
	    "012345678901234567890123456789012"), &e), &e);
}

/* --- any name, one name ---------------------------------------------------------- */

static uint64_t seed = 88172645463325252u;

static uint32_t dice(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

/* Up to 63 bytes, of what quoting can go wrong on. */
static struct str random_name(struct arena *a)
{
	static const char *const parts[] = { "\"", "'", "\\", "$$", "$a$", ";",
		"--", "/*", "*/", "\n", "\r", "\t", " ", "a", "Z", "_", "1",
		".", "%", "]", "[", "`", "U&", "E'", "select", "from", "ü",
		"😀", "→", "\xc2\x85", "\xe2\x80\xae", "(", ")", ",", ":", "=",
		"\x01", "\x7f", "DROP TABLE canary", "\xef\xbb\xbf" };
	struct sbuf b = SBUF_TEXT;
	struct str s;

	for (uint32_t n = 1 + dice(8); n-- > 0;) {
		struct str p;
		size_t at = b.n;

		if (dice(3)) {
			p = str_z(parts[dice(sizeof(parts) /
			    sizeof(*parts))]);
			sbuf_add(&b, p);
		} else {
			uint32_t cp = 1 + dice(dice(2) ? 0x7f : 0x2fff);

			utf8_put(&b, cp);
		}
		if (b.n > 63) {
			sbuf_truncate(&b, at);
			break;
		}
	}
	if (!b.n)
		sbuf_addc(&b, 'x');
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* --- the scanner of the engine ------------------------------------------ */

static const char *scanned(const char *sql)
{
	static const char letter[] = " cwkisnbvp!";
	static char out[100];
	struct arena *a = arena_new();
	struct tokens t;
	size_t n = 0;

	if (!dialect_pg.scan(str_z(sql), a, &t)) {
		arena_free(a);
		return "unread";
	}
	for (size_t i = 0; i < t.n && n < sizeof(out) - 1; i++) {
		assert_true(t.v[i].to > t.v[i].from);
		assert_true(t.v[i].to <= strlen(sql));
		assert_true(!i || t.v[i].from >= t.v[i - 1].to);
		out[n++] = letter[t.v[i].kind];
	}
	out[n] = '\0';
	arena_free(a);
	return out;
}

static void the_servers_scanner_tells_tokens(void **state)
{
	struct arena *a = arena_new();
	struct tokens t;

	(void)state;
	assert_string_equal(scanned("CREATE TABLE \"a b\" (id integer)"),
	    "kkipwkp");
	assert_string_equal(scanned("SELECT name, text, \"x\".y FROM t"),
	    "kwpwpipwkw");
	assert_string_equal(scanned("-- é\n/* a /* b */ */ SELECT 1.5, 2"),
	    "ccknpn");
	assert_string_equal(scanned("'a''b' E'\\'' $x$ ; $x$ x'0a' b'1'"),
	    "sssbb");
	assert_string_equal(scanned("$1 + a::int4 || b"), "vpwpwpw");
	assert_string_equal(scanned("SELECT 'é' AS \"ü\" --> statement"),
	    "kskic");
	assert_string_equal(scanned(""), "");
	/* what it does not read is read all the same */
	assert_string_equal(scanned("SELECT 'open"), "unread");
	sql_tokens(&dialect_pg, STR("SELECT 'open"), a, &t);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.v[1].kind, TOKEN_BAD);
	arena_free(a);
}

/* I1: the grammar reads one table with one column of these names. */
static void parser_reads_one_name(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < 100000; i++) {
		struct str t, c;
		struct sbuf b = SBUF_TEXT;
		const struct pg_stmt *st;
		size_t at = 0, from, to;

		arena_reset(a);
		t = random_name(a);
		c = random_name(a);
		SQL(&b, "ALTER TABLE ");
		dialect_pg.ident(&b, t);
		SQL(&b, " DROP COLUMN ");
		dialect_pg.ident(&b, c);
		assert_true(pg_split(sbuf_str(&b), &at, &from, &to));
		assert_int_equal(from, 0);
		assert_int_equal(to, b.n);
		/* and as one token each */
		assert_int_equal(dialect_pg.token(sbuf_str(&b), 12).to,
		    12 + strlen(ident_of(t)));
		if (i % 2 == 0) {
			st = pg_digest(sbuf_str(&b), a);
			if (st->flags & PG_UNPARSED || st->nobjs != 1 ||
			    st->nsubs != 1 || !str_eq(st->objs[0].name, t) ||
			    !str_eq(st->subs[0].column, c))
				fail_msg("%s", b.p);
		}
		sbuf_free(&b);
	}
	arena_free(a);
}

/* The server gives each name and each text back that it was sent. */
static void server_reads_one_name(void **state)
{
	struct drv *d = pg_conn("postgres", DRV_APPLY);
	struct arena *a = arena_new();
	struct err e = ERR_INIT;

	(void)state;
	pg_run(d, "CREATE TABLE canary (a int)");
	for (size_t i = 0; i < 100; i++) {
		struct str names[1000];
		struct sbuf b = SBUF_TEXT;
		struct cursor *c = NULL;
		bool more = false;

		arena_reset(a);
		SQL(&b, "SELECT ");
		for (size_t k = 0; k < 1000; k++) {
			struct value v = { .kind = VALUE_TEXT };

			names[k] = v.s = random_name(a);
			sbuf_addz(&b, k ? "," : "");
			dialect_pg.literal(&b, &v);
			SQL(&b, " AS ");
			dialect_pg.ident(&b, names[k]);
		}
		assert_ok(drv_query(d, sbuf_str(&b), NULL, 0, 0, &c, &e), &e);
		assert_ok(cursor_next(c, &more, &e), &e);
		assert_true(more);
		assert_int_equal(c->ncols, 1000);
		for (size_t k = 0; k < 1000; k++)
			if (!str_eq(c->names[k], names[k]) ||
			    !str_eq(c->row[k].s, names[k]))
				fail_msg("%.*s", STR_ARG(names[k]));
		cursor_close(c);
		sbuf_free(&b);
	}
	pg_run(d, "DROP TABLE canary");
	arena_free(a);
	drv_close(d);
}

static void literals_come_back(void **state)
{
	static const struct value values[] = {
		{ .kind = VALUE_NULL },
		{ .kind = VALUE_INT, .i = INT64_MAX },
		{ .kind = VALUE_INT, .i = -1 },
		{ .kind = VALUE_REAL, .r = 0.1 },
		{ .kind = VALUE_REAL, .r = -1.5e-300 },
		{ .kind = VALUE_REAL, .r = (double)INFINITY },
		{ .kind = VALUE_TEXT, .s = { "it's \\ $$", 9 } },
		{ .kind = VALUE_TEXT, .s = { "", 0 } },
		{ .kind = VALUE_BLOB, .s = { "\0\xff'\\", 4 } },
		{ .kind = VALUE_BLOB, .s = { "", 0 } },
	};
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		const struct value *v = &values[i];
		struct value got = { 0 };

		sbuf_reset(&text);
		SQL(&text, "SELECT ");
		dialect_pg.literal(&text, v);
		assert_ok(drv_scalar(d, sbuf_str(&text), NULL, 0, arena, &got,
		    &e), &e);
		if (v->kind == VALUE_TEXT || v->kind == VALUE_BLOB) {
			assert_int_equal(got.kind, v->kind);
			assert_true(str_eq(got.s, v->s));
		} else if (v->kind == VALUE_INT) {
			assert_int_equal(got.i, v->i);
		} else if (v->kind == VALUE_REAL) {
			double r = got.kind == VALUE_REAL ? got.r :
			    strtod(arena_z(arena, got.s), NULL);

			assert_memory_equal(&r, &v->r, sizeof(r));
		} else {
			assert_int_equal(got.kind, VALUE_NULL);
		}
	}
	drv_close(d);
}

/* --- names in --allow, whose it is, numbers ------------------------------------------ */

static const char *object(enum obj_kind kind, const char *schema,
    const char *table, const char *name, const char *column)
{
	struct obj o = { .kind = kind, .schema = str_z(schema),
		.table = str_z(table), .name = str_z(name) };

	sbuf_reset(&text);
	dialect_pg.object_name(&text, &o, str_z(column));
	return text.p;
}

static void objects_are_named_for_consent(void **state)
{
	(void)state;
	assert_string_equal(object(OBJ_TABLE, "public", "", "users", ""),
	    "public.users");
	assert_string_equal(object(OBJ_TABLE, "", "", "users", "bio"),
	    "public.users.bio");
	assert_string_equal(object(OBJ_COLUMN, "app", "users", "e mail", ""),
	    "app.users.\"e mail\"");
	assert_string_equal(object(OBJ_ENUM, "a\"b", "", "2nd", ""),
	    "\"a\"\"b\".\"2nd\"");
	assert_string_equal(object(OBJ_FK, "app", "users", "fk", ""),
	    "app.users");
	assert_string_equal(object(OBJ_POLICY, "app", "users", "p", ""),
	    "app.users.p");
	assert_string_equal(object(OBJ_SCHEMA, "", "", "app", ""), "app");
	assert_string_equal(object(OBJ_FUNCTION, "app", "", "f(integer)", ""),
	    "app.\"f(integer)\"");
}

static void types_are_numbers_or_not(void **state)
{
	static const char *const yes[] = { "integer", "numeric(10,2)",
		"double precision", "bigint", "money", "real" };
	static const char *const no[] = { "text", "integer[]", "int4range",
		"app.integer", "\"integer\"", "date", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		assert_true(dialect_pg.is_numeric(str_z(yes[i])));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(dialect_pg.is_numeric(str_z(no[i])));
}

static bool foreign(enum obj_kind kind, const char *schema, const char *name)
{
	struct obj o = { .kind = kind, .schema = str_z(schema),
		.table = STR(""), .name = str_z(name) };

	return dialect_pg.is_foreign(&o);
}

static void others_things_are_known(void **state)
{
	struct obj_notes notes = { .extension = STR("citext") };
	struct obj o = { .kind = OBJ_FUNCTION, .schema = STR("public"),
		.name = STR("f()"), .notes = &notes };

	(void)state;
	assert_true(foreign(OBJ_TABLE, "pg_catalog", "pg_class"));
	assert_true(foreign(OBJ_TABLE, "pg_temp_3", "t"));
	assert_true(foreign(OBJ_VIEW, "information_schema", "tables"));
	assert_true(foreign(OBJ_TABLE, "drizzle", "__drizzle_migrations"));
	assert_true(foreign(OBJ_EXTENSION, "pg_catalog", "plpgsql"));
	assert_false(foreign(OBJ_TABLE, "public", "pg_class"));
	assert_false(foreign(OBJ_EXTENSION, "public", "citext"));
	assert_true(dialect_pg.is_foreign(&o));
}

/* --- cells -------------------------------------------------------------------------------- */

static void cells_are_cut_on_the_server(void **state)
{
	static const struct {
		const char *type, *sql, *cut;
		int64_t full;	/* -1: NULL */
	} cells[] = {
		{ "text", "repeat('ä', 100000)", NULL, 200000 },
		{ "json", "to_json(repeat('ä', 100000))", NULL, 200002 },
		{ "character varying(9)", "'ab'", "ab", 2 },
		{ "character(4)", "'ab'", "ab  ", 4 },
		{ "text", "NULL", NULL, -1 },
		{ "bytea", "'\\x0011'", "", 2 },
		{ "integer[]", "'{1,2,3}'", "{1,2,3}", 7 },
		{ "jsonb", "'{\"a\":1}'", "{\"a\": 1}", 8 },
		{ "int4range", "'[1,9)'", "[1,9)", 5 },
		{ "integer", "7", "7", -1 },
		{ "numeric", "1.50", "1.50", -1 },
		{ "timestamp with time zone", "'infinity'", "infinity", -1 },
		{ "", "'abcdef'", "abcdef", 6 },
	};
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++) {
		struct cursor *c = NULL;
		struct str col = STR("a \"b"), type = str_z(cells[i].type);
		bool more = false;

		sbuf_reset(&text);
		SQL(&text, "SELECT ");
		dialect_pg.cell(&text, col, type,
		    str_is(type, "bytea") ? 1 : 4);
		SQL(&text, ",");
		dialect_pg.piece(&text, col, type, 1, 2);
		sbuf_addf(&text, " FROM (SELECT (%s)::%s AS ", cells[i].sql,
		    type.n ? cells[i].type : "text");
		dialect_pg.ident(&text, col);
		SQL(&text, ") x");
		assert_ok(drv_query(d, sbuf_str(&text), NULL, 0, 0, &c, &e),
		    &e);
		assert_ok(cursor_next(c, &more, &e), &e);
		assert_true(more);
		if (cells[i].full > 1000)
			assert_in_range(c->row[0].s.n, 500, 20000);
		else if (!cells[i].cut)
			assert_int_equal(c->row[0].kind, VALUE_NULL);
		else if (c->row[0].kind == VALUE_INT)
			assert_int_equal(c->row[0].i, atoi(cells[i].cut));
		else
			assert_str(c->row[0].s, cells[i].cut);
		if (cells[i].full < 0)
			assert_int_equal(c->row[1].kind, VALUE_NULL);
		else
			assert_int_equal(c->row[1].i, cells[i].full);
		if (str_is(type, "bytea"))
			assert_memory_equal(c->row[2].s.p, "\x11", 1);
		cursor_close(c);
	}
	drv_close(d);
}

/* --- tokens --------------------------------------------------------------------------------- */

static const char *kinds_of(const char *sql)
{
	static const char letters[] = " cwkis#bv.!";
	static char out[200];
	size_t n = 0;

	for (struct token t = pg_token(str_z(sql), 0); t.kind != TOKEN_END &&
	    n < sizeof(out) - 1; t = pg_token(str_z(sql), t.to))
		out[n++] = letters[t.kind];
	out[n] = 0;
	return out;
}

static void comments_are_left_out(void **state)
{
	static const struct { const char *sql, *line; } c[] = {
		{ "-- why; 'quoted'\n\t/* a /* b */ c */\nUPDATE  t\nSET a = 1",
			"UPDATE t SET a = 1" },
		{ "DO $x$ -- kept\n/* too */ $x$ -- not\n;",
			"DO $x$ -- kept\n/* too */ $x$ ;" },
		{ "SELECT E'\\' -- in it'--out\n, 1", "SELECT E'\\' -- in it' , 1" },
		{ " -- nothing else", "" },
		{ "", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct str sql = str_z(c[i].sql);
		size_t at = sql_start(&dialect_pg, sql, 0);

		assert_string_equal(arena_z(a, sql_fold(&dialect_pg, sql, a)),
		    c[i].line);
		assert_true(c[i].line[0] ? sql.p[at] == c[i].line[0] :
		    at == 0);
	}
	assert_int_equal(sql_start(&dialect_pg, STR("a; -- b\nc"), 2), 8);
	arena_free(a);
}

static void tokens_are_told_apart(void **state)
{
	(void)state;
	assert_string_equal(kinds_of("SELECT a"), "k w");
	assert_string_equal(kinds_of("/* a /* b */ c */ x"), "c w");
	assert_string_equal(kinds_of("'a''b' E'a\\'b' U&'x' N'y'"), "s s s s");
	assert_string_equal(kinds_of("'a\\' x"), "s w");
	assert_string_equal(kinds_of("$$a'b$$ $f$ $$ $g$ $f$"), "s s");
	assert_string_equal(kinds_of("$1 a$b$c"), "v w");
	assert_string_equal(kinds_of("\"a\"\"b\" U&\"x\""), "i i");
	assert_string_equal(kinds_of("b'01' X'1f'"), "b b");
	assert_string_equal(kinds_of("1 1.5e3 .5 0xff 1_000"), "# # # # #");
	assert_string_equal(kinds_of("a::b->>'c'||d"), "w.w.s.w");
	assert_string_equal(kinds_of("a-- b\nc"), "wc w");
	assert_string_equal(kinds_of("a=-1"), "w..#");
	assert_string_equal(kinds_of("a*/* b */c"), "w.cw");
	assert_string_equal(kinds_of("'open"), "!");
	assert_string_equal(kinds_of("$x$ open"), "!");
	assert_string_equal(kinds_of("/* open"), "c");
	assert_string_equal(kinds_of("1abc"), "!");
	assert_string_equal(kinds_of("arr[1:2]"), "w.#.#.");
}

/* Any bytes: tokens follow each other without a gap to the very end. */
static void hostile_text_is_cut_up(void **state)
{
	static const char bytes[] = "'\"$$/*-*/\\\n ;aE_U&xXbB01.\xff\xc3\x80"
	    "(),:=<>@#%";

	(void)state;
	for (size_t i = 0; i < 200000; i++) {
		size_t n = dice(40), at = 0;
		char *s = malloc(n ? n : 1);	/* its end is watched */

		for (size_t k = 0; k < n; k++)
			s[k] = dice(20) ? bytes[dice(sizeof(bytes))] :
			    (char)dice(256);
		while (at < n) {
			struct token t = pg_token((struct str){ s, n }, at);

			if (t.from != at || t.to <= at || t.to > n)
				fail_msg("%zu %zu", t.from, t.to);
			at = t.to;
		}
		assert_int_equal(pg_token((struct str){ s, n }, n).kind,
		    TOKEN_END);
		free(s);
	}
}

static void keywords_are_the_servers(void **state)
{
	struct drv *d = pg_conn("postgres", DRV_BROWSE);
	struct err e = ERR_INIT;
	struct cursor *c = NULL;
	bool more = false;
	size_t known = 0;

	(void)state;
	assert_ok(drv_query(d, STR("SELECT word, (catcode IN ('R', 'T'))::int FROM "
	    "pg_catalog.pg_get_keywords()"), NULL, 0, 0, &c, &e), &e);
	for (;;) {
		assert_ok(cursor_next(c, &more, &e), &e);
		if (!more)
			break;
		known += pg_is_keyword(c->row[0].s);
		if (c->row[1].i && !pg_is_keyword(c->row[0].s))
			fail_msg("%.*s", STR_ARG(c->row[0].s));
	}
	cursor_close(c);
	drv_close(d);
	assert_true(known > 230);
	assert_false(pg_is_keyword(STR("name")));
	assert_false(pg_is_keyword(STR("users")));
}

/* --- DDL, and how a difference reads ----------------------------------------------------- */

static const char schema_one[] =
    "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');"
    "CREATE SEQUENCE app.no INCREMENT 2;"
    "CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE plpgsql AS"
    " 'BEGIN\n\tRETURN 1;\nEND';"
    "CREATE TABLE app.t (id int GENERATED ALWAYS AS IDENTITY, m app.mood,"
    " note text, CONSTRAINT c CHECK (id > 0));"
    "CREATE INDEX i ON app.t USING hash (note);"
    "CREATE POLICY p ON app.t USING (id > 1);"
    "CREATE TABLE users (id serial PRIMARY KEY, email text);"
    "CREATE VIEW v AS SELECT id,\n email FROM users;";
static const char schema_two[] =
    "CREATE SCHEMA app; CREATE SCHEMA more;"
    "CREATE TYPE app.mood AS ENUM ('sad', 'good', 'happy');"
    "CREATE SEQUENCE app.no INCREMENT 5;"
    "CREATE FUNCTION app.f(a int) RETURNS int LANGUAGE plpgsql AS"
    " 'BEGIN\n\tRETURN 2;\nEND';"
    "CREATE TABLE app.t (id int GENERATED BY DEFAULT AS IDENTITY (START 9),"
    " m app.mood, note text COMPRESSION pglz, CONSTRAINT c CHECK (id > 3));"
    "ALTER TABLE app.t ALTER note SET STORAGE external;"
    "ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;"
    "CREATE INDEX i ON app.t (note DESC NULLS LAST) INCLUDE (id)"
    " WHERE (id > 5);"
    "CREATE POLICY p ON app.t FOR SELECT USING (id > 2);"
    "CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE);"
    "CREATE VIEW v AS SELECT id,\n lower(email) AS email FROM users;";

static const struct model *schema_of(const char *database, const char *sql)
{
	struct drv *d;
	struct err e = ERR_INIT;
	struct model *m = NULL;

	pg_fresh(database);
	d = pg_conn(database, DRV_APPLY);
	pg_run(d, sql);
	assert_ok(d->ops->introspect(d, arena, &m, &e), &e);
	drv_close(d);
	return m;
}

static void holds(const char *where, const char *what)
{
	if (!strstr(where, what))
		fail_msg("%s\nnot in\n%s", what, where);
}

/* The line of a definition that was rewritten: what differs in it alone. */
static void is_rewritten(const struct side *s, const char *lead,
    const char *from, const char *to)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct side_line *l = &s->v[i];

		if (!l->of_text || l->mark != '~')
			continue;
		assert_int_equal(l->left.n, 2);
		assert_int_equal(l->right.n, 2);
		assert_str(str_trim(l->left.parts[0].text), lead);
		assert_false(l->left.parts[0].changed);
		assert_str(l->left.parts[1].text, from);
		assert_true(l->left.parts[1].changed);
		assert_str(l->right.parts[1].text, to);
		return;
	}
	fail_msg("no line was rewritten");
}

static void differences_read_well(void **state)
{
	static const char *const wanted[] = {
		"  app.t  +row level security",
		"~   id     integer   not null  identity always → identity by "
		    "default  +start 9",
		"+storage external  +compression pglz",
		"-   check c  id > 0", "+   check c  id > 3",
		"index i  (note) → (note desc nulls last)  +include (id)  "
		    "+where id > 5  -using hash",
		"~   policy p  for all → for select  using (id > 1) → using "
		    "(id > 2)",
		"~ app.mood  enum\n    sad\n-   ok\n+   good\n    happy",
		"~ app.no  sequence  bigint  start 1  increment 2 → "
		    "increment 5",
		"~ app.f(integer)  function  returns integer  plpgsql\n"
		    "    … 4 lines unchanged\n-           RETURN 1;\n"
		    "+           RETURN 2;\n    END$function$",
		"+ more  schema",
		"~   email  text      +unique",
		"-       users.email\n+       lower(users.email) AS email",
	};
	const struct model *x = schema_of("one", schema_one);
	const struct model *y = schema_of("two", schema_two);
	struct change_list c;
	struct side side;

	(void)state;
	diff_models(x, y, NULL, true, arena, &c);
	side_build(&c, 2, arena, &side);
	is_rewritten(&side, "RETURN", "1;", "2;");
	sbuf_reset(&text);
	diff_print_unified(&side, false, "one", "two", &text);
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		holds(text.p, wanted[i]);
	sbuf_reset(&text);
	diff_print_stat(&c, &text);
	holds(text.p, "1 enum changed\n1 sequence changed\n"
	    "1 function changed\n1 schema added\n");
	sbuf_reset(&text);
	diff_print_side(&side, 120, false, "one", "two", &text);
	holds(text.p, "app.mood  enum");
}

static void one_text(const struct model *m, enum obj_kind kind,
    const char *schema, const char *table, const char *name, const char *want,
    const char *drop)
{
	const struct obj *o = model_find(m, kind, str_z(schema), str_z(table),
	    str_z(name));

	assert_non_null(o);
	sbuf_reset(&text);
	assert_true(dialect_pg.create_text(m, o, &text));
	holds(text.p, want);
	sbuf_reset(&text);
	assert_true(dialect_pg.drop_text(m, o, &text));
	assert_string_equal(text.p, drop);
}

static void texts_of_each_kind(void **state)
{
	const struct model *m = schema_of("two", schema_two);

	(void)state;
	one_text(m, OBJ_TABLE, "app", "", "t", "CREATE TABLE \"app\".\"t\" (\n"
	    "\t\"id\" integer GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME "
	    "\"app\".\"t_id_seq\" START WITH 9", "DROP TABLE \"app\".\"t\"");
	one_text(m, OBJ_COLUMN, "app", "t", "m", "ALTER TABLE \"app\".\"t\" ADD "
	    "COLUMN \"m\" app.mood", "ALTER TABLE \"app\".\"t\" DROP COLUMN "
	    "\"m\"");
	one_text(m, OBJ_CHECK, "app", "t", "c", "ALTER TABLE \"app\".\"t\" ADD "
	    "CONSTRAINT \"c\" CHECK ((id > 3))", "ALTER TABLE \"app\".\"t\" "
	    "DROP CONSTRAINT \"c\"");
	one_text(m, OBJ_INDEX, "app", "t", "i", "CREATE INDEX \"i\" ON "
	    "\"app\".\"t\" USING \"btree\" (\"note\" DESC NULLS LAST) INCLUDE "
	    "(\"id\") WHERE (id > 5)", "DROP INDEX \"app\".\"i\"");
	one_text(m, OBJ_POLICY, "app", "t", "p", "CREATE POLICY \"p\" ON "
	    "\"app\".\"t\" FOR SELECT TO PUBLIC USING ((id > 2))",
	    "DROP POLICY \"p\" ON \"app\".\"t\"");
	one_text(m, OBJ_ENUM, "app", "", "mood", "CREATE TYPE \"app\".\"mood\" "
	    "AS ENUM ('sad', 'good', 'happy')", "DROP TYPE \"app\".\"mood\"");
	one_text(m, OBJ_FUNCTION, "app", "", "f(integer)", "CREATE OR REPLACE "
	    "FUNCTION app.f(a integer)", "DROP FUNCTION \"app\".\"f\""
	    "(a integer)");
	one_text(m, OBJ_VIEW, "public", "", "v", "CREATE VIEW \"public\".\"v\" "
	    "(\"id\", \"email\") AS\nSELECT", "DROP VIEW \"public\".\"v\"");
	one_text(m, OBJ_SCHEMA, "", "", "more", "CREATE SCHEMA \"more\"",
	    "DROP SCHEMA \"more\"");
	one_text(m, OBJ_UNIQUE, "public", "users", "users_email_key",
	    "ADD CONSTRAINT \"users_email_key\" UNIQUE (\"email\")",
	    "ALTER TABLE \"public\".\"users\" DROP CONSTRAINT "
	    "\"users_email_key\"");
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(names_are_quoted),
		cmocka_unit_test(parser_reads_one_name),
		cmocka_unit_test(server_reads_one_name),
		cmocka_unit_test(literals_come_back),
		cmocka_unit_test(objects_are_named_for_consent),
		cmocka_unit_test(types_are_numbers_or_not),
		cmocka_unit_test(others_things_are_known),
		cmocka_unit_test(cells_are_cut_on_the_server),
		cmocka_unit_test(tokens_are_told_apart),
		cmocka_unit_test(comments_are_left_out),
		cmocka_unit_test(hostile_text_is_cut_up),
		cmocka_unit_test(keywords_are_the_servers),
		cmocka_unit_test(the_servers_scanner_tells_tokens),
		cmocka_unit_test(differences_read_well),
		cmocka_unit_test(texts_of_each_kind),
	};
	int failed;

	arena = arena_new();
	pg_up(NULL);
	failed = cmocka_run_group_tests(cases, NULL, NULL);
	pg_down();
	sbuf_free(&text);
	arena_free(arena);
	return failed;
}

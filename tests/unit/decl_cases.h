#ifndef WEIR_TESTS_UNIT_DECL_CASES_H
#define WEIR_TESTS_UNIT_DECL_CASES_H
/*
 * One case a row of differences.def (PostgreSQL): two declared schemas, the
 * text of both ways, and a question to the server that is true only when the
 * migration did what the schema says.
 */
#include "decl/diff.h"

#define N(v) (sizeof(v) / sizeof(*(v)))
/* No casts: what is static is made of constants only. */
#define S(text) { text, sizeof(text) - 1 }
#define COL(...) { __VA_ARGS__ }
#define COLS(...) .cols = (const struct decl_column[]){ __VA_ARGS__ }, \
	.ncols = N(((const struct decl_column[]){ __VA_ARGS__ }))
#define T(table, ...) { .name = S(table), \
	.schema = S(""), __VA_ARGS__ }
#define IN(space, table, ...) { .name = S(table), \
	.schema = S(space), __VA_ARGS__ }
#define LIST(type, list, count, ...) .list = (const type[]){ __VA_ARGS__ }, \
	.count = N(((const type[]){ __VA_ARGS__ }))
#define TABLES(...) LIST(struct decl_table, tables, ntables, __VA_ARGS__)
#define ENUMS(...) LIST(struct decl_enum, enums, nenums, __VA_ARGS__)
#define VIEWS(...) LIST(struct decl_view, views, nviews, __VA_ARGS__)
#define ROLES(...) LIST(struct decl_role, roles, nroles, __VA_ARGS__)
#define SEQS(...) LIST(struct decl_sequence, sequences, nsequences, \
	__VA_ARGS__)
#define CHECKS(...) LIST(struct decl_check, checks, nchecks, __VA_ARGS__)
#define FKS(...) LIST(struct decl_fk, fks, nfks, __VA_ARGS__)
#define UNIQUES(...) LIST(struct decl_key, uniques, nuniques, __VA_ARGS__)
#define POLICIES(...) LIST(struct decl_policy, policies, npolicies, \
	__VA_ARGS__)
#define STRS(...) { (const struct str[]){ __VA_ARGS__ }, \
	N(((const struct str[]){ __VA_ARGS__ })) }
#define SCHEMAS(...) .schemas = STRS(__VA_ARGS__)
#define D(...) &(const struct decl){ .dialect = DECL_PG, \
	.id = { "", 0 }, .prev_id = { "", 0 }, __VA_ARGS__ }
#define C(column, kind, ...) COL(.name = S(column), .type = S(kind), \
	__VA_ARGS__)
#define DSQL(sql) .dflt = { .kind = DECL_STRING, .text = S(sql) }
#define DNUM(value) .dflt = { .kind = DECL_NUMBER, .number = (value) }
#define IDENTITY(sequence) .identity = &(const struct decl_identity){ \
	.type = S("always"), .name = S(sequence), \
	.increment = S("1"), .start = S("1"), .min = S("1"), \
	.max = S("99"), .cache = S("1") }
#define SEQ(sequence, ...) { .name = S(sequence), \
	.schema = S("public"), .increment = S("1"), .start = S("1"), \
	.min = S("1"), .max = S("99"), .cache = S("1"), __VA_ARGS__ }
#define POLICY(policy, role, ...) { \
	.name = S(policy), .as = S("PERMISSIVE"), \
	.to_for = S("ALL"), .to = STRS(S(role)), __VA_ARGS__ }
#define VIEW(view, query, ...) { .name = S(view), \
	.schema = S("public"), .definition = S(query), __VA_ARGS__ }
#define ANSWERS(...) .answers = (const struct decl_answer[]){ __VA_ARGS__ }, \
	.nanswers = N(((const struct decl_answer[]){ __VA_ARGS__ }))
#define RENAME(kind, in, old, now) { DECL_K_##kind, S(in), S(old), \
	S(now) }
#define CUT "--> statement-breakpoint\n"

struct decl_case {
	const char *id;
	const struct decl *from, *to;
	const struct decl_answer *answers;
	size_t nanswers;
	const char *rows;	/* SQL after the first schema */
	const char *exact;	/* NULL: drizzle-kit dies */
	const char *safe;
	const char *is;		/* a query: one row, true */
	bool together;		/* in one transaction */
};

static const struct decl_case decl_cases[] = {
{ .id = "delimiters",
	.from = D(TABLES(T("t", COLS(C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("a", "text")),
	    CHECKS({ S("k"), S("a <> 'x;y'") })))),
	.exact = "ALTER TABLE \"t\" ADD CONSTRAINT \"k\" CHECK (a <> 'x);",
	.safe = "ALTER TABLE \"t\" ADD CONSTRAINT \"k\" CHECK (a <> 'x;y');",
	.is = "SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'k'" },
{ .id = "quote-in-name",
	.from = D(TABLES(T("t", COLS(C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("a", "text"), C("b\"c", "text"))))),
	.exact = "ALTER TABLE \"t\" ADD COLUMN \"b\"c\" text;",
	.safe = "ALTER TABLE \"t\" ADD COLUMN \"b\"\"c\" text;",
	.is = "SELECT count(*) = 1 FROM pg_attribute WHERE attname = 'b\"c'" },
{ .id = "quote-in-enum",
	.from = D(ENUMS({ S("e"), S("public"), STRS(S("a")) })),
	.to = D(ENUMS({ S("e"), S("public"),
	    STRS(S("b'c"), S("a")) })),
	.exact = "ALTER TYPE \"public\".\"e\" ADD VALUE 'b'c' BEFORE 'a';",
	.safe = "ALTER TYPE \"public\".\"e\" ADD VALUE 'b''c' BEFORE 'a';",
	.is = "SELECT count(*) = 2 FROM pg_enum" },
{ .id = "quote-in-default",
	.from = D(TABLES(T("t", COLS(C("id", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer"), C("j", "jsonb",
	    DSQL("'{\"it's\":1}'::jsonb")), C("a", "text[]",
	    DSQL("'{\"x'y\",\"say \"hi\"\"}'")))))),
	.exact = "ALTER TABLE \"t\" ADD COLUMN \"j\" jsonb DEFAULT "
	    "'{\"it's\":1}'::jsonb;" CUT "ALTER TABLE \"t\" ADD COLUMN \"a\" "
	    "text[] DEFAULT '{\"x'y\",\"say \"hi\"\"}';",
	.safe = "ALTER TABLE \"t\" ADD COLUMN \"j\" jsonb DEFAULT "
	    "'{\"it''s\":1}'::jsonb;" CUT "ALTER TABLE \"t\" ADD COLUMN "
	    "\"a\" text[] DEFAULT '{\"x''y\",\"say \\\"hi\\\"\"}';",
	.rows = "INSERT INTO t VALUES (1)",
	.is = "SELECT j->>'it''s' = '1' AND a[2] = 'say \"hi\"' FROM t" },
{ .id = "json-text-default",
	.from = D(TABLES(T("t", COLS(C("id", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer"),
	    C("j", "jsonb", DSQL("'plain'")))))),
	.exact = "ALTER TABLE \"t\" ADD COLUMN \"j\" jsonb DEFAULT 'plain';",
	.safe = "ALTER TABLE \"t\" ADD COLUMN \"j\" jsonb DEFAULT "
	    "'\"plain\"';",
	.rows = "INSERT INTO t VALUES (1)",
	.is = "SELECT j = '\"plain\"' FROM t" },
{ .id = "object-default",
	.from = D(TABLES(T("t", COLS(C("id", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer"), C("p", "point",
	    .dflt = { .kind = DECL_JSON, .text = S("[1.5,-2]") }))))),
	.exact = "ALTER TABLE \"t\" ADD COLUMN \"p\" \"point\" DEFAULT "
	    "1.5,-2;",
	.safe = "ALTER TABLE \"t\" ADD COLUMN \"p\" \"point\" DEFAULT "
	    "'(1.5,-2)';",
	.rows = "INSERT INTO t VALUES (1)",
	.is = "SELECT p[1] = -2 FROM t" },
{ .id = "type-name",
	.from = D(TABLES(T("t", COLS(C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("a", "inet")))),),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE "
	    "\"undefined\".\"inet\";",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE "
	    "\"inet\" USING \"a\"::\"inet\";",
	.is = "SELECT atttypid = 'inet'::regtype FROM pg_attribute "
	    "WHERE attrelid = 't'::regclass AND attname = 'a'" },
{ .id = "type-space",
	.from = D(TABLES(T("t", COLS(C("a", "timestamp (3)"))))),
	.to = D(TABLES(T("t", COLS(C("a", "timestamp(3)",
	    .notnull = true))))),
	.exact = "",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET NOT NULL;",
	.is = "SELECT attnotnull FROM pg_attribute "
	    "WHERE attrelid = 't'::regclass AND attname = 'a'" },
{ .id = "type-using",
	.from = D(TABLES(T("t", COLS(C("a", "text", DSQL("'1'")))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer", DNUM(2)))))),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE "
	    "integer;" CUT "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET "
	    "DEFAULT 2;",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE integer "
	    "USING \"a\"::integer;" CUT "ALTER TABLE \"t\" ALTER COLUMN "
	    "\"a\" SET DEFAULT 2;",
	.rows = "INSERT INTO t VALUES ('7')",
	.is = "SELECT a + 1 = 8 FROM t" },
{ .id = "type-using",
	.from = D(TABLES(T("t", COLS(C("a", "integer", DNUM(1)))))),
	.to = D(TABLES(T("t", COLS(C("a", "text[]"))))),
	.rows = "INSERT INTO t VALUES (7), (NULL)",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE text[];" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP DEFAULT;",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE text[] USING "
	    "CASE WHEN \"a\" IS NOT NULL THEN ARRAY[\"a\"]::text[]::text[] "
	    "END;",
	.is = "SELECT array_agg(a[1]) = '{7,NULL}' AND count(a) = 1 FROM t" },
{ .id = "type-serial",
	.from = D(TABLES(T("t", COLS(C("id", "integer"),
	    C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("id", "serial"), C("a", "text"))))),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE "
	    "serial;",
	.safe = "CREATE SEQUENCE \"t_id_seq\" AS integer OWNED BY "
	    "\"t\".\"id\";" CUT "SELECT pg_catalog.setval('\"t_id_seq\"', "
	    "(SELECT coalesce(max(\"id\"), 0) + 1 FROM \"t\"), false);" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DEFAULT "
	    "nextval('\"t_id_seq\"');",
	.rows = "INSERT INTO t VALUES (41)",
	.is = "INSERT INTO t (a) VALUES ('x') RETURNING id = 42" },
{ .id = "serial-identity",
	.from = D(TABLES(T("t", COLS(C("id", "serial", .notnull = true,
	    .primary = true), C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer", .notnull = true,
	    .primary = true, IDENTITY("t_id_seq")), C("a", "text"))))),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE "
	    "integer;" CUT "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD "
	    "GENERATED ALWAYS AS IDENTITY (sequence name \"t_id_seq\" "
	    "INCREMENT BY 1 MINVALUE 1 MAXVALUE 99 START WITH 1 CACHE 1);",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE "
	    "integer;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP DEFAULT;" CUT
	    "ALTER SEQUENCE \"t_id_seq\" RENAME TO \"t_id_seq_old_seq\";"
	    CUT "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD "
	    "GENERATED ALWAYS AS IDENTITY (sequence name \"t_id_seq\" "
	    "INCREMENT BY 1 MINVALUE 1 MAXVALUE 99 START WITH 1 CACHE 1);" CUT
	    "SELECT pg_catalog.setval('\"t_id_seq\"', (SELECT greatest(1, "
	    "o.last_value + o.is_called::int, (SELECT coalesce(max(\"id\"), "
	    "0) + 1 FROM \"t\")) FROM \"t_id_seq_old_seq\" o), false);" CUT
	    "DROP SEQUENCE \"t_id_seq_old_seq\";",
	.rows = "INSERT INTO t (a) VALUES ('x'), ('y'), ('z'); "
	    "DELETE FROM t WHERE id = 3",
	.is = "INSERT INTO t (a) VALUES ('x') RETURNING id = 4" },
{ .id = "default-lost",
	.from = D(TABLES(T("t", COLS(C("id", "integer"),
	    C("a", "integer", DNUM(5)))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer"),
	    C("a", "bigint", DNUM(0)))))),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE bigint;",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE bigint;"
	    CUT "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DEFAULT 0;",
	.is = "INSERT INTO t VALUES (1) RETURNING a = 0" },
{ .id = "not-null-identity",
	.from = D(TABLES(T("t", COLS(C("id", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer", .notnull = true,
	    IDENTITY("t_id_seq")))))),
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD GENERATED ALWAYS "
	    "AS IDENTITY (sequence name \"t_id_seq\" INCREMENT BY 1 MINVALUE "
	    "1 MAXVALUE 99 START WITH 1 CACHE 1);",
	.safe = "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET NOT NULL;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD GENERATED ALWAYS "
	    "AS IDENTITY (sequence name \"t_id_seq\" INCREMENT BY 1 MINVALUE "
	    "1 MAXVALUE 99 START WITH 1 CACHE 1);" CUT
	    "SELECT pg_catalog.setval('\"t_id_seq\"', (SELECT greatest(1, "
	    "max(\"id\") + 1) FROM \"t\"), false);",
	.is = "SELECT attidentity = 'a' FROM pg_attribute "
	    "WHERE attrelid = 't'::regclass AND attname = 'id'" },
{ .id = "primary-key",
	.from = D(TABLES(T("t", COLS(C("id", "integer", .primary = true,
	    .notnull = true))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer"))))),
	.safe = "ALTER TABLE \"t\" DROP CONSTRAINT \"t_pkey\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP NOT NULL;",
	.exact = "/* \n"
	    "    Unfortunately in current drizzle-kit version we can't "
	    "automatically get name for primary key.\n"
	    "    We are working on making it available!\n\n"
	    "    Meanwhile you can:\n"
	    "        1. Check pk name in your database, by running\n"
	    "            SELECT constraint_name FROM "
	    "information_schema.table_constraints\n"
	    "            WHERE table_schema = 'public'\n"
	    "                AND table_name = 't'\n"
	    "                AND constraint_type = 'PRIMARY KEY';\n"
	    "        2. Uncomment code below and paste pk name manually\n"
	    "        \n"
	    "    Hope to release this update as soon as possible\n*/\n\n"
	    "-- ALTER TABLE \"t\" DROP CONSTRAINT \"<constraint_name>\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP NOT NULL;",
	.is = "SELECT count(*) = 0 FROM pg_constraint WHERE contype = 'p' "
	    "AND conrelid = 't'::regclass" },
{ .id = "alter-policy",
	.from = D(TABLES(T("t", COLS(C("a", "integer")), POLICIES(
	    POLICY("p", "public", .using_expr = S("a = 1")))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer")),
	    POLICIES(POLICY("p", "public"))))),
	.exact = "ALTER POLICY \"p\" ON \"t\" TO public USING (a = 1);",
	.safe = "DROP POLICY \"p\" ON \"t\" CASCADE;" CUT "CREATE POLICY "
	    "\"p\" ON \"t\" AS PERMISSIVE FOR ALL TO public;",
	.is = "SELECT polqual IS NULL FROM pg_policy" },
{ .id = "sequence-cycle",
	.from = D(SEQS(SEQ("q", .cycle = true))),
	.to = D(SEQS(SEQ("q", .cycle = false))),
	.exact = "ALTER SEQUENCE \"public\".\"q\" INCREMENT BY 1 MINVALUE 1 "
	    "MAXVALUE 99 START WITH 1 CACHE 1;",
	.safe = "ALTER SEQUENCE \"public\".\"q\" INCREMENT BY 1 MINVALUE 1 "
	    "MAXVALUE 99 START WITH 1 CACHE 1 NO CYCLE;",
	.is = "SELECT NOT seqcycle FROM pg_sequence" },
{ .id = "renamed-and-changed",
	.from = D(TABLES(T("t", COLS(C("a", "integer"))))),
	.to = D(TABLES(T("u", COLS(C("a", "bigint"))))),
	ANSWERS(RENAME(TABLE, "", "t", "u")),
	.safe = "ALTER TABLE \"t\" RENAME TO \"u\";" CUT
	    "ALTER TABLE \"u\" ALTER COLUMN \"a\" SET DATA TYPE bigint;",
	.rows = "INSERT INTO t VALUES (3)",
	.is = "SELECT a + 3000000000 = 3000000003 FROM u" },
{ .id = "moved-table-rls",
	.from = D(SCHEMAS(S("s")), TABLES(T("t", COLS(C("a", "integer")),
	    POLICIES(POLICY("p", "public"))), T("x", COLS(C("a", "text"))))),
	.to = D(SCHEMAS(S("s")), TABLES(IN("s", "t",
	    COLS(C("a", "integer")), POLICIES(POLICY("p", "public"))),
	    T("x", COLS(C("a", "text", .notnull = true))))),
	ANSWERS(RENAME(TABLE, "", "t", "s.t")),
	.exact = "ALTER TABLE \"s\".\"t\" ENABLE ROW LEVEL SECURITY;" CUT
	    "ALTER TABLE \"t\" DISABLE ROW LEVEL SECURITY;" CUT
	    "ALTER TABLE \"public\".\"t\" SET SCHEMA \"s\";\n" CUT
	    "ALTER TABLE \"x\" ALTER COLUMN \"a\" SET NOT NULL;",
	.safe = "ALTER TABLE \"public\".\"t\" SET SCHEMA \"s\";\n" CUT
	    "ALTER TABLE \"x\" ALTER COLUMN \"a\" SET NOT NULL;",
	.is = "SELECT relrowsecurity FROM pg_class WHERE relname = 't'" },
{ .id = "renamed-view",
	.from = D(VIEWS(VIEW("v", "select 1 as n"))),
	.to = D(VIEWS(VIEW("w", "select 2 as n"))),
	ANSWERS(RENAME(VIEW, "", "v", "w")),
	.exact = "DROP VIEW \"public\".\"w\";" CUT
	    "ALTER VIEW \"public\".\"v\" RENAME TO \"w\";" CUT
	    "CREATE VIEW \"public\".\"w\" AS (select 2 as n);",
	.safe = "DROP VIEW \"public\".\"v\";" CUT
	    "CREATE VIEW \"public\".\"w\" AS (select 2 as n);",
	.is = "SELECT n = 2 FROM w" },
{ .id = "view-kind",
	.from = D(VIEWS(VIEW("v", "select 1 as n"))),
	.to = D(VIEWS(VIEW("v", "select 1 as n", .materialized = true))),
	.exact = "",
	.safe = "DROP VIEW \"public\".\"v\";" CUT
	    "CREATE MATERIALIZED VIEW \"public\".\"v\" AS (select 1 as n);",
	.is = "SELECT relkind = 'm' FROM pg_class WHERE relname = 'v'" },
{ .id = "drop-role-first",
	.from = D(ROLES({ S("decl_role"), .inherit = true }),
	    TABLES(T("t", COLS(C("a", "integer")),
	    POLICIES(POLICY("p", "decl_role"))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer")),
	    POLICIES(POLICY("p", "public"))))),
	.exact = "DROP ROLE \"decl_role\";" CUT
	    "ALTER POLICY \"p\" ON \"t\" TO public;",
	.safe = "ALTER POLICY \"p\" ON \"t\" TO public;" CUT
	    "DROP ROLE \"decl_role\";",
	.is = "SELECT count(*) = 0 FROM pg_roles "
	    "WHERE rolname = 'decl_role'" },
{ .id = "key-before-reference",
	.from = D(TABLES(T("t", COLS(C("a", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer")),
	    UNIQUES({ .name = S("k"), .cols = STRS(S("a")) })),
	    T("u", COLS(C("a", "integer")), FKS({ .name = S("f"),
	    .table_from = S("u"), .table_to = S("t"),
	    .cols_from = STRS(S("a")), .cols_to = STRS(S("a")) })))),
	.exact = "CREATE TABLE \"u\" (\n\t\"a\" integer\n);\n" CUT
	    "ALTER TABLE \"u\" ADD CONSTRAINT \"f\" FOREIGN KEY (\"a\") "
	    "REFERENCES \"public\".\"t\"(\"a\");" CUT
	    "ALTER TABLE \"t\" ADD CONSTRAINT \"k\" UNIQUE(\"a\");",
	.safe = "CREATE TABLE \"u\" (\n\t\"a\" integer\n);\n" CUT
	    "ALTER TABLE \"t\" ADD CONSTRAINT \"k\" UNIQUE(\"a\");" CUT
	    "ALTER TABLE \"u\" ADD CONSTRAINT \"f\" FOREIGN KEY (\"a\") "
	    "REFERENCES \"public\".\"t\"(\"a\");",
	.is = "SELECT count(*) = 1 FROM pg_constraint WHERE contype = 'f'" },
{ .id = "generated-type",
	.from = D(SCHEMAS(S("s")),
	    ENUMS({ S("e"), S("s"), STRS(S("a")) }),
	    TABLES(T("t", COLS(C("id", "integer"),
	    C("x", "e", .type_schema = S("s")))))),
	.to = D(SCHEMAS(S("s")),
	    ENUMS({ S("e"), S("s"), STRS(S("a")) }),
	    TABLES(T("t", COLS(C("id", "integer"),
	    C("x", "e", .type_schema = S("s"),
	    .generated = S("'a'::s.e"),
	    .generated_type = S("stored")))))),
	.exact = "ALTER TABLE \"t\" drop column \"x\";" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"x\" \"e\" GENERATED ALWAYS AS "
	    "('a'::s.e) STORED;",
	.safe = "ALTER TABLE \"t\" drop column \"x\";" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"x\" \"s\".\"e\" GENERATED ALWAYS "
	    "AS ('a'::s.e) STORED;",
	.is = "SELECT attgenerated = 's' FROM pg_attribute "
	    "WHERE attrelid = 't'::regclass AND attname = 'x'" },
{ .id = "reference-gone",
	.from = D(TABLES(T("a", COLS(C("id", "integer", .primary = true,
	    .notnull = true))), T("b", COLS(C("id", "integer"),
	    C("a", "integer")), FKS({ .name = S("b_a_fk"),
	    .table_from = S("b"), .table_to = S("a"),
	    .schema_to = S("public"), .cols_from = STRS(S("a")),
	    .cols_to = STRS(S("id")), .on_delete = S("no action"),
	    .on_update = S("no action") })))),
	.to = D(TABLES(T("b", COLS(C("id", "integer"),
	    C("a", "integer"))))),
	.exact = "ALTER TABLE \"a\" DISABLE ROW LEVEL SECURITY;" CUT
	    "DROP TABLE \"a\" CASCADE;" CUT
	    "ALTER TABLE \"b\" DROP CONSTRAINT \"b_a_fk\";\n",
	.safe = "ALTER TABLE \"a\" DISABLE ROW LEVEL SECURITY;" CUT
	    "DROP TABLE \"a\" CASCADE;",
	.is = "SELECT count(*) = 0 FROM pg_constraint "
	    "WHERE conrelid = 'b'::regclass AND to_regclass('a') IS NULL" },
{ .id = "views-around",
	.from = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("c")) }),
	    TABLES(T("t", COLS(C("id", "integer"), C("x", "k",
	    .type_schema = S("public"))))),
	    VIEWS(VIEW("v", "select x from t"),
	    VIEW("w", "select x from v"),
	    VIEW("other", "select id from t"))),
	.to = D(ENUMS({ S("k"), S("public"), STRS(S("a")) }),
	    TABLES(T("t", COLS(C("id", "integer"), C("x", "k",
	    .type_schema = S("public"))))),
	    VIEWS(VIEW("v", "select x from t"),
	    VIEW("w", "select x from v"),
	    VIEW("other", "select id from t"))),
	.rows = "INSERT INTO t VALUES (1, 'a')",
	.exact = "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;"
	    CUT "DROP TYPE \"public\".\"k\";" CUT
	    "CREATE TYPE \"public\".\"k\" AS ENUM('a');" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"x\"::\"public\".\"k\";",
	.safe = "DROP VIEW \"public\".\"w\";" CUT
	    "DROP VIEW \"public\".\"v\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;"
	    CUT "DROP TYPE \"public\".\"k\";" CUT
	    "CREATE TYPE \"public\".\"k\" AS ENUM('a');" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"x\"::\"public\".\"k\";" CUT
	    "CREATE VIEW \"public\".\"v\" AS (select x from t);" CUT
	    "CREATE VIEW \"public\".\"w\" AS (select x from v);",
	.is = "SELECT count(*) = 1 AND (SELECT count(*) = 1 FROM "
	    "pg_attribute WHERE attrelid = 'other'::regclass AND attnum > 0)"
	    " FROM w WHERE x = 'a'" },
{ .id = "serial-gone",
	.from = D(TABLES(T("t", COLS(C("id", "serial"), C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("id", "text"), C("a", "text"))))),
	.rows = "INSERT INTO t (a) VALUES ('x')",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE text;",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE text;" CUT
	    "DROP SEQUENCE IF EXISTS \"t_id_seq\";",
	.is = "SELECT count(*) = 1 AND to_regclass('t_id_seq') IS NULL AND "
	    "(SELECT column_default IS NULL FROM information_schema.columns "
	    "WHERE table_name = 't' AND column_name = 'id') FROM t "
	    "WHERE id = '1'" },
{ .id = "identity-type",
	.from = D(TABLES(T("t", COLS(C("id", "integer", .notnull = true,
	    IDENTITY("t_id_seq")), C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("id", "text", .notnull = true),
	    C("a", "text"))))),
	.rows = "INSERT INTO t (a) VALUES ('x')",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP IDENTITY;",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" DROP IDENTITY;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" SET DATA TYPE text;",
	.is = "SELECT id = '1' FROM t" },
{ .id = "identity-rows",
	.from = D(TABLES(T("t", COLS(C("id", "integer", .notnull = true),
	    C("a", "text"))))),
	.to = D(TABLES(T("t", COLS(C("id", "integer", .notnull = true,
	    IDENTITY("t_id_seq")), C("a", "text"))))),
	.rows = "INSERT INTO t VALUES (1, 'x'), (41, 'y')",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD GENERATED ALWAYS AS "
	    "IDENTITY (sequence name \"t_id_seq\" INCREMENT BY 1 MINVALUE 1 "
	    "MAXVALUE 99 START WITH 1 CACHE 1);",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"id\" ADD GENERATED ALWAYS AS "
	    "IDENTITY (sequence name \"t_id_seq\" INCREMENT BY 1 MINVALUE 1 "
	    "MAXVALUE 99 START WITH 1 CACHE 1);" CUT
	    "SELECT pg_catalog.setval('\"t_id_seq\"', (SELECT greatest(1, "
	    "max(\"id\") + 1) FROM \"t\"), false);",
	.is = "INSERT INTO t (a) VALUES ('z') RETURNING id = 42" },
{ .id = "view-order",
	.from = D(TABLES(T("t", COLS(C("a", "integer"))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer")))),
	    VIEWS(VIEW("b", "select a from z"),
	    VIEW("z", "select a from t"))),
	.rows = "INSERT INTO t VALUES (7)",
	.exact =
	    "CREATE VIEW \"public\".\"b\" AS (select a from z);" CUT
	    "CREATE VIEW \"public\".\"z\" AS (select a from t);",
	.safe =
	    "CREATE VIEW \"public\".\"z\" AS (select a from t);" CUT
	    "CREATE VIEW \"public\".\"b\" AS (select a from z);",
	.is = "SELECT a = 7 FROM b" },
{ .id = "policies-around",
	.from = D(TABLES(T("t", COLS(C("a", "integer")), POLICIES(
	    POLICY("p", "public", .using_expr = S("a = 1")))))),
	.to = D(TABLES(T("t", COLS(C("a", "bigint")), POLICIES(
	    POLICY("p", "public", .using_expr = S("a = 1")))))),
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE bigint;",
	.safe =
	    "DROP POLICY \"p\" ON \"t\" CASCADE;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE bigint;" CUT
	    "CREATE POLICY \"p\" ON \"t\" AS PERMISSIVE FOR ALL TO public "
	    "USING (a = 1);",
	.is = "SELECT count(*) = 1 AND (SELECT atttypid = 'int8'::regtype "
	    "FROM pg_attribute WHERE attrelid = 't'::regclass "
	    "AND attname = 'a') FROM pg_policy WHERE polname = 'p'" },
{ .id = "reference-before-key",
	.from = D(TABLES(T("t", COLS(C("a", "integer")),
	    UNIQUES({ .name = S("k"), .cols = STRS(S("a")) })),
	    T("u", COLS(C("a", "integer")), FKS({ .name = S("f"),
	    .table_from = S("u"), .table_to = S("t"),
	    .schema_to = S("public"), .cols_from = STRS(S("a")),
	    .cols_to = STRS(S("a")), .on_delete = S("no action"),
	    .on_update = S("no action") })))),
	.to = D(TABLES(T("t", COLS(C("a", "integer"))),
	    T("u", COLS(C("a", "integer"))))),
	.rows = "INSERT INTO t VALUES (1); INSERT INTO u VALUES (1)",
	.exact =
	    "ALTER TABLE \"t\" DROP CONSTRAINT \"k\";" CUT
	    "ALTER TABLE \"u\" DROP CONSTRAINT \"f\";\n",
	.safe =
	    "ALTER TABLE \"u\" DROP CONSTRAINT \"f\";\n" CUT
	    "ALTER TABLE \"t\" DROP CONSTRAINT \"k\";",
	.is = "SELECT count(*) = 0 FROM pg_constraint "
	    "WHERE conrelid IN ('t'::regclass, 'u'::regclass)" },
{ .id = "parts-around",
	.from = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("c")) }),
	    TABLES(T("t", COLS(C("x", "k", .type_schema = S("public"))),
	    CHECKS({ S("never"), S("x <> 'c'") })))),
	.to = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("c")) }),
	    TABLES(T("t", COLS(C("x", "text")),
	    CHECKS({ S("never"), S("x <> 'c'") })))),
	.rows = "INSERT INTO t VALUES ('a')",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;",
	.safe =
	    "ALTER TABLE \"t\" DROP CONSTRAINT \"never\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ADD CONSTRAINT \"never\" CHECK (x <> 'c');",
	.is = "SELECT x || 'b' = 'ab' AND (SELECT count(*) = 1 FROM "
	    "pg_constraint WHERE conname = 'never') FROM t" },
{ .id = "generated-reads",
	.from = D(TABLES(T("t", COLS(C("a", "integer"), C("g", "integer",
	    .generated = S("a + 1"), .generated_type = S("stored")))))),
	.to = D(TABLES(T("t", COLS(C("a", "smallint"), C("g", "integer",
	    .generated = S("a + 1"), .generated_type = S("stored")))))),
	.rows = "INSERT INTO t VALUES (6)",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE smallint;",
	.safe =
	    "ALTER TABLE \"t\" DROP COLUMN \"g\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"a\" SET DATA TYPE smallint;" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"g\" integer GENERATED ALWAYS AS "
	    "(a + 1) STORED;",
	.is = "SELECT g = 7 AND pg_typeof(a) = 'int2'::regtype FROM t" },
{ .id = "enum-value-used", .together = true,
	.from = D(ENUMS({ S("k"), S("public"), STRS(S("a")) }),
	    TABLES(T("t", COLS(C("id", "integer"), C("x", "k",
	    .type_schema = S("public"), DSQL("'a'")))))),
	.to = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("c")) }),
	    TABLES(T("t", COLS(C("id", "integer"), C("x", "k",
	    .type_schema = S("public"), DSQL("'c'")))))),
	.rows = "INSERT INTO t (id) VALUES (1), (2)",
	.exact = "ALTER TYPE \"public\".\"k\" ADD VALUE 'c';" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DEFAULT 'c';",
	.safe = "ALTER TYPE \"public\".\"k\" RENAME TO \"k__old\";" CUT
	    "CREATE TYPE \"public\".\"k\" AS ENUM('a', 'c');" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"x\"::text::\"public\".\"k\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DEFAULT 'a';" CUT
	    "DROP TYPE \"public\".\"k__old\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DEFAULT 'c';",
	.is = "SELECT count(*) = 2 AND (SELECT column_default LIKE '%c%' "
	    "FROM information_schema.columns WHERE table_name = 't' "
	    "AND column_name = 'x') FROM t WHERE x = 'a'" },
{ .id = "enum-columns",
	.from = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("b")) }),
	    TABLES(T("t", COLS(C("x", "k", .type_schema = S("public"),
	    DSQL("'a'")), C("y", "k", .type_schema = S("public")),
	    C("z", "k", .type_schema = S("public")))))),
	.to = D(ENUMS({ S("k"), S("public"), STRS(S("a"), S("c")) }),
	    TABLES(T("t", COLS(C("x", "k", .type_schema = S("public")),
	    C("y", "text"), C("n", "k", .type_schema = S("public")))),
	    T("u", COLS(C("c", "k", .type_schema = S("public"),
	    DSQL("'c'")))))),
	.rows = "INSERT INTO t VALUES ('a', 'b', 'a')",
	.exact =
	    "CREATE TABLE \"u\" (\n"
	    "\t\"c\" \"k\" DEFAULT 'c'\n"
	    ");\n" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"n\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"u\" ALTER COLUMN \"c\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"u\" ALTER COLUMN \"c\" SET DEFAULT 'c'::text;" CUT
	    "DROP TYPE \"public\".\"k\";" CUT
	    "CREATE TYPE \"public\".\"k\" AS ENUM('a', 'c');" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"x\"::\"public\".\"k\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"n\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"n\"::\"public\".\"k\";" CUT
	    "ALTER TABLE \"u\" ALTER COLUMN \"c\" SET DEFAULT "
	    "'c'::\"public\".\"k\";" CUT
	    "ALTER TABLE \"u\" ALTER COLUMN \"c\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"c\"::\"public\".\"k\";" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"y\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"n\" \"k\";" CUT
	    "ALTER TABLE \"t\" DROP COLUMN \"z\";",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" DROP DEFAULT;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"y\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"z\" SET DATA TYPE text;" CUT
	    "DROP TYPE \"public\".\"k\";" CUT
	    "CREATE TYPE \"public\".\"k\" AS ENUM('a', 'c');" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"x\" SET DATA TYPE "
	    "\"public\".\"k\" USING \"x\"::\"public\".\"k\";" CUT
	    "CREATE TABLE \"u\" (\n"
	    "\t\"c\" \"k\" DEFAULT 'c'\n"
	    ");\n" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"n\" \"k\";" CUT
	    "ALTER TABLE \"t\" DROP COLUMN \"z\";",
	.is = "SELECT x = 'a' AND y = 'b' AND n IS NULL AND "
	    "(SELECT count(*) = 0 FROM u WHERE c = 'c') FROM t" },
{ .id = "expression-first",
	.from = D(TABLES(T("t", COLS(C("a", "integer"), C("g", "integer",
	    .generated = S("a + 1"), .generated_type = S("stored")))))),
	.to = D(TABLES(T("t", COLS(C("a", "integer"), C("g", "text",
	    DSQL("'x'")))))),
	.rows = "INSERT INTO t VALUES (6)",
	.exact =
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" SET DEFAULT 'x';" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" DROP EXPRESSION;",
	.safe =
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" DROP EXPRESSION;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" SET DATA TYPE text;" CUT
	    "ALTER TABLE \"t\" ALTER COLUMN \"g\" SET DEFAULT 'x';",
	.is = "INSERT INTO t (a) VALUES (1) RETURNING g = 'x'" },
};

#endif

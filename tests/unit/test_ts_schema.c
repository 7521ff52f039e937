/* Schema files → declared schema: each case is a small project on disk and a
 * part of the snapshot that drizzle-kit 0.31.11 makes of it, or the error. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "ts/resolve.h"
#include "ts/schema.h"
#include "unit.h"

#define LITE "import { sqliteTable, integer, text, index, uniqueIndex, " \
	"unique, primaryKey, foreignKey, check, sqliteView, blob, real } " \
	"from 'drizzle-orm/sqlite-core';\n" \
	"import { sql, eq, and, inArray, gt } from 'drizzle-orm';\n"
#define PG "import * as p from 'drizzle-orm/pg-core';\n" \
	"import { pgTable, pgEnum, pgSchema, integer, text, timestamp, " \
	"serial, uuid, index, varchar, numeric, jsonb, pgPolicy, pgRole, " \
	"pgView, pgSequence } from 'drizzle-orm/pg-core';\n" \
	"import { sql, eq, count } from 'drizzle-orm';\n"
#define FILES 8

static char root[64];

struct file {
	const char *path, *text;
};

static void put(const char *path, const char *text)
{
	char full[256], *slash;
	struct err e = ERR_INIT;

	snprintf(full, sizeof(full), "%s/%s", root, path);
	slash = strrchr(full, '/');
	*slash = '\0';
	assert_ok(dir_make(full, 0755, &e), &e);
	*slash = '/';
	assert_ok(file_write_atomic(full, str_z(text), 0644, &e), &e);
}

static void fresh(void)
{
	char clear[96];

	if (root[0]) {
		snprintf(clear, sizeof(clear), "rm -rf %s", root);
		assert_int_equal(system(clear), 0);
	}
	snprintf(root, sizeof(root), "/tmp/weir-schema-XXXXXX");
	assert_non_null(mkdtemp(root));
	put("package.json", "{\"workspaces\": [\"packages/*\"]}");
}

static enum rc read_schema(enum decl_dialect d, enum ts_casing casing,
    const struct file *files, struct arena *a, struct str *out, struct err *e)
{
	static const struct str glob = { "schema.ts", 9 };
	struct ts_schema_request rq = { .dialect = d, .casing = casing };
	struct sbuf b = SBUF_TEXT;
	struct ts_schema schema;
	enum rc rc;

	fresh();
	for (size_t i = 0; i < FILES && files[i].path; i++)
		put(files[i].path, files[i].text);
	rq.root = arena_str(a, str_z(root));
	rc = ts_schema_files(rq.root, (struct strs){ &glob, 1 }, a, &rq.files,
	    e);
	if (rc == RC_OK)
		rc = ts_schema_read(&rq, a, &schema, e);
	if (rc)
		return rc;
	decl_write(schema.decl, false, &b);
	*out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return RC_OK;
}

/* Without the blanks that JSON.stringify(x, null, 2) puts in. */
static struct str packed(struct str s, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' && (i == 0 || s.p[i - 1] != '\\'))
			quoted = !quoted;
		if (quoted || (s.p[i] != ' ' && s.p[i] != '\n'))
			sbuf_addc(&b, s.p[i]);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static void has(const char *what, enum decl_dialect d, enum ts_casing casing,
    const struct file *files, const char *part)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str s;

	if (read_schema(d, casing, files, a, &s, &e))
		fail_msg("%s: %s: %s", what, e.where, e.msg);
	s = packed(s, a);
	if (str_find(s, str_z(part), 0) == s.n)
		fail_msg("%s: no %s in\n%.*s", what, part, STR_ARG(s));
	arena_free(a);
}

static void refuses(enum decl_dialect d, const struct file *files,
    const char *where, const char *msg)
{
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str s;

	if (read_schema(d, TS_CASING_NONE, files, a, &s, &e) == RC_OK)
		fail_msg("read, although: %s", msg);
	assert_string_equal(e.where, where);
	if (!strstr(e.msg, msg))
		fail_msg("got \"%s\", want \"%s\"", e.msg, msg);
	arena_free(a);
}

struct line {
	const char *text, *part;
};

static const struct line lite[] = {
	{ "export const t = sqliteTable('t', { id: integer().primaryKey({ "
		"autoIncrement: true }), s: text({ length: 9 }).default('a\"b"
		"\\'c') });",
		"\"id\":{\"name\":\"id\",\"type\":\"integer\",\"primaryKey\":"
		"true,\"notNull\":true,\"autoincrement\":true},\"s\":{\"name"
		"\":\"s\",\"type\":\"text(9)\",\"primaryKey\":false,\"notNull"
		"\":false,\"autoincrement\":false,\"default\":\"'a\\\"b''c'"
		"\"}" },
	{ "export const t = sqliteTable('t', { 2: text(), 1: text('one'), b: "
		"text() });", "\"columns\":{\"2\":{\"name\":\"2\",\"type\":"
		"\"text\",\"primaryKey\":false,\"notNull\":false,"
		"\"autoincrement\":false},\"one\":" },
	{ "export const t = sqliteTable('t', { a: integer({ mode: "
		"'timestamp' }).defaultNow() });", "\"default\":\"(cast(("
		"julianday('now') - 2440587.5)*86400000 as integer))\"" },
	{ "export const t = sqliteTable('t', { a: text(), b: text() }, (t) => "
		"[index('i').on(t.a, sql`lower(${t.b})`).where(eq(t.a, 'x'))]"
		");", "\"columns\":[\"a\",\"lower(\\\"b\\\")\"],\"isUnique\":"
		"false,\"where\":\"\\\"t\\\".\\\"a\\\" = ?\"" },
	{ "export const t = sqliteTable('t', { a: integer(), b: integer().gen"
		"eratedAlwaysAs((): any => sql`${t.a} + 1`, { mode: 'stored' "
		"}) });", "\"generated\":{\"as\":\"(\\\"a\\\" + 1)\",\"type\":"
		"\"stored\"}" },
	{ "export const u = sqliteTable('u', { id: integer().primaryKey() }); "
		"export const t = sqliteTable('t', { u: integer().references("
		"() => u.id, { onDelete: 'cascade' }) });",
		"\"t_u_u_id_fk\":{\"name\":\"t_u_u_id_fk\",\"tableFrom\":\"t"
		"\",\"tableTo\":\"u\",\"columnsFrom\":[\"u\"],\"columnsTo\":["
		"\"id\"],\"onDelete\":\"cascade\",\"onUpdate\":\"no action"
		"\"}" },
	{ "export const t = sqliteTable('t', { a: integer() }); export const "
		"v = sqliteView('v').as((qb) => qb.select().from(t).where("
		"and(gt(t.a, 17), inArray(t.a, [1, 2]))));",
		"\"definition\":\"select \\\"a\\\" from \\\"t\\\" where (\\\""
		"t\\\".\\\"a\\\" > 17 and \\\"t\\\".\\\"a\\\" in (1, 2))\"" },
	{ "const base = { id: integer().primaryKey(), at: text().notNull() }; "
		"const make = (n: string) => sqliteTable(`x_${n}`, { ...base,"
		" n: text().$type<'a'>() }, (t) => ({ u: unique().on(t.at, t."
		"n) })); export const a = make('a');",
		"\"x_a_at_n_unique\":{\"name\":\"x_a_at_n_unique\",\"columns"
		"\":[\"at\",\"n\"],\"isUnique\":true}" },
};

static const struct line pg[] = {
	{ "export const t = pgTable('t', { a: timestamp({ precision: 3, "
		"withTimezone: true }), b: timestamp({ mode: 'string', "
		"precision: 3 }), c: numeric({ precision: 5, scale: 2 }), d: "
		"varchar({ length: 4 }).array(2).array() });",
		"\"type\":\"timestamp (3) with time zone\"" },
	{ "export const t = pgTable('t', { d: varchar({ length: 4 }).notNull()"
		".array(2).array() });", "\"type\":\"varchar(4)[2][]\","
		"\"primaryKey\":false,\"notNull\":false}" },
	{ "export const t = pgTable('t', { c: numeric({ precision: 5, scale: 2"
		" }), x: numeric({ scale: 2 }) });", "\"type\":\"numeric(5, 2)"
		"\",\"primaryKey\":false,\"notNull\":false},\"x\":{\"name\":"
		"\"x\",\"type\":\"numeric\"" },
	{ "export const e = pgEnum('e', ['b', 'a']); export const t = pgTable("
		"'t', { e: e().default('a') });", "\"type\":\"e\","
		"\"typeSchema\":\"public\",\"primaryKey\":false,\"notNull\":"
		"false,\"default\":\"'a'\"" },
	{ "export const t = pgTable('t', { id: integer().generatedAlwaysAsIden"
		"tity({ increment: -1 }) });", "\"identity\":{\"type\":"
		"\"always\",\"name\":\"t_id_seq\",\"schema\":\"public\","
		"\"increment\":\"-1\",\"startWith\":\"-1\",\"minValue\":"
		"\"-32768\",\"maxValue\":\"-1\",\"cache\":\"1\",\"cycle\":"
		"false}" },
	{ "export const t = pgTable('t', { a: text() }, (t) => [index().on(t.a"
		".desc().nullsFirst().op('x'))]);", "\"t_a_index\":{\"name\":"
		"\"t_a_index\",\"columns\":[{\"expression\":\"a\","
		"\"isExpression\":false,\"asc\":false,\"nulls\":\"first\","
		"\"opclass\":\"x\"}]" },
	/* after onOnly() the column's order and its default are one */
	{ "export const t = pgTable('t', { a: text() }, (t) => [index('x')"
		".onOnly(t.a, t.a), index('y').on(t.a.desc())]);",
		"\"columns\":[{\"expression\":\"a\",\"isExpression\":false,"
		"\"asc\":true,\"nulls\":\"last\"},{\"expression\":\"a\","
		"\"isExpression\":false,\"asc\":false,\"nulls\":\"last\"}]" },
	{ "export const t = pgTable('t', { j: jsonb().default({ a: 'it\\'s' }),"
		" l: text().array().default(['x', 'y']) });",
		"\"default\":\"'{\\\"a\\\":\\\"it's\\\"}'::jsonb\"},\"l\":{"
		"\"name\":\"l\",\"type\":\"text[]\",\"primaryKey\":false,"
		"\"notNull\":false,\"default\":\"'{\\\"x\\\",\\\"y\\\"}'\"" },
	{ "const s = pgSchema('s'); export const t = s.table('t', { a: "
		"integer() }, (t) => [p.check('k', sql`${t.a} > ${sql.raw('0')"
		"} and ${t.a} < ${9}`)]);", "\"value\":\"\\\"s\\\".\\\"t\\\"."
		"\\\"a\\\" > 0 and \\\"s\\\".\\\"t\\\".\\\"a\\\" < $1\"" },
	{ "export const r = pgRole('r', { createDb: true }); export const t = "
		"pgTable('t', { a: integer() }, () => [pgPolicy('p', { for: "
		"'select', to: [r, 'b', 'a'], using: sql`true` })]);",
		"\"p\":{\"name\":\"p\",\"as\":\"PERMISSIVE\",\"for\":"
		"\"SELECT\",\"to\":[\"a\",\"b\",\"r\"],\"using\":\"true\"}" },
	{ "export const o = pgTable('o', { u: integer() }); export const v = "
		"pgView('v').as((qb) => qb.select({ u: o.u, n: count().as('n')"
		" }).from(o).groupBy(o.u));", "\"definition\":\"select \\\"u"
		"\\\", count(*) as \\\"n\\\" from \\\"o\\\" group by \\\"o\\\""
		".\\\"u\\\"\"" },
	{ "export const q = pgSequence('q', { startWith: 100n as any });",
		"\"public.q\":{\"name\":\"q\",\"schema\":\"public\","
		"\"increment\":\"1\",\"startWith\":\"100\"" },
	{ "import { omit } from 'lodash'; const all = { a: text(), b: text() }"
		"; export const t = pgTable('t', omit(all, ['b']));",
		"\"columns\":{\"a\":{\"name\":\"a\",\"type\":\"text\","
		"\"primaryKey\":false,\"notNull\":false}}" },
	{ "import fs from 'node:fs'; const find = () => { if (fs.existsSync("
		"'x')) return 1; return 2; }; const n = find(); export const t"
		" = pgTable('t', { a: text() });", "\"public.t\"" },
};

static void lines(enum decl_dialect d, const char *head,
    const struct line *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[4096];
		struct file files[FILES] = { { "schema.ts", text } };

		snprintf(text, sizeof(text), "%s%s", head, v[i].text);
		has(v[i].text, d, TS_CASING_NONE, files, v[i].part);
	}
}

static void test_sqlite(void **state)
{
	(void)state;
	lines(DECL_SQLITE, LITE, lite, sizeof(lite) / sizeof(*lite));
}

static void test_postgresql(void **state)
{
	(void)state;
	lines(DECL_PG, PG, pg, sizeof(pg) / sizeof(*pg));
}

/* Names that were not given are cased; those of unique constraints are not
 * (drizzle-spec 4.1). */
static void test_casing(void **state)
{
	static const struct file files[FILES] = { { "schema.ts", PG
		"export const t = pgTable('t', { parentID: integer().unique(),"
		" XMLHttp2Req: text(), kept: text('keptName') }, (t) => [index"
		"().on(t.parentID)]);" } };

	(void)state;
	has("snake", DECL_PG, TS_CASING_SNAKE, files, "\"parent_id\":{");
	has("snake", DECL_PG, TS_CASING_SNAKE, files, "\"xml_http2_req\":{");
	has("kept", DECL_PG, TS_CASING_SNAKE, files, "\"keptName\":{");
	has("unique", DECL_PG, TS_CASING_SNAKE, files,
	    "\"t_parentID_unique\":{");
	has("index", DECL_PG, TS_CASING_SNAKE, files,
	    "\"t_parent_id_index\":{");
	has("camel", DECL_PG, TS_CASING_CAMEL, files, "\"xmlHttp2Req\":{");
}

/* Every way in which a module is found. */
static void test_resolution(void **state)
{
	static const struct file files[FILES] = {
		{ "schema.ts", LITE "import { n } from '@/names.js';\n"
			"import { m } from '#own';\n"
			"import { w } from '@acme/db/deep';\n"
			"import data from './data.json';\n"
			"import { z } from 'zod';\n"
			"export const insert = z.object({ a: z.string() });\n"
			"export * from './more';\n"
			"export const t = sqliteTable(n + m + w + data.x, { "
			"a: text() });" },
		{ "tsconfig.json", "{ // paths\n \"extends\": \"./base\", }" },
		{ "base.json", "{\"compilerOptions\": {\"paths\": "
			"{\"@/*\": [\"./lib/*\"],},},}" },
		{ "lib/names.ts", "export const n = 'a';" },
		{ "own.ts", "export const m = 'b';" },
		{ "packages/db/src/deep.ts", "export const w = 'c';" },
		{ "more/index.ts", "import { sqliteTable, text } from "
			"'drizzle-orm/sqlite-core'; export const u = "
			"sqliteTable('u', { a: text() });" },
		{ "data.json", "{\"x\": \"d\"}" },
	};
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str s;

	(void)state;
	(void)read_schema(DECL_SQLITE, TS_CASING_NONE, files, a, &s, &e);
	put("package.json", "{\"workspaces\": [\"packages/*\"], \"imports\": "
	    "{\"#own\": \"./own.ts\"}}");
	put("packages/db/package.json", "{\"name\": \"@acme/db\", \"exports\": "
	    "{\"./*\": {\"types\": \"./dist/*.d.ts\", \"default\": "
	    "\"./dist/*.js\"}}}");
	{
		struct str file = arena_printf(a, "%s/schema.ts", root);
		struct ts_schema_request rq = { .root = str_z(root),
			.files = { &file, 1 }, .dialect = DECL_SQLITE };
		struct ts_schema schema;

		e = (struct err)ERR_INIT;
		assert_ok(ts_schema_read(&rq, a, &schema, &e), &e);
		assert_int_equal(schema.decl->ntables, 2);
		assert_str(schema.decl->tables[0].name, "abcd");
		assert_str(schema.decl->tables[1].name, "u");
		assert_int_equal(schema.modules, 5);
	}
	arena_free(a);
}

static void test_refusals(void **state)
{
	static const struct file unknown[FILES] = { { "schema.ts", LITE
		"import { length } from 'far';\nexport const t = "
		"sqliteTable('t', { a: text({ length }) });" } };
	static const struct file out[FILES] = { { "schema.ts", LITE
		"import { x } from '../../../../../../etc/passwd';\n"
		"export const y = x;" } };
	static const struct file twice[FILES] = { { "schema.ts", LITE
		"export const t = sqliteTable('t', { a: text() }, (t) => [\n"
		" check('c', sql`1`),\n check('c', sql`2`)]);" } };
	static const struct file when[FILES] = { { "schema.ts", LITE
		"export const t = sqliteTable('t', {\n a: integer().default("
		"Date.now()) });" } };
	static const struct file path[FILES] = { { "schema.ts", LITE
		"import { id } from '@shared/ids';\nexport const t = "
		"sqliteTable('t', {\n a: integer().default(id) });" },
		{ "tsconfig.json", "{\"compilerOptions\": {\"paths\": "
		"{\"@shared/*\": [\"./lib/*\"]}}}" } };
	static const struct file big[FILES] = { { "schema.ts", LITE
		"export const t = sqliteTable('t', {\n a: blob({ mode: 'bigint"
		"' }).default(1n) });" } };
	static const struct file missing[FILES] = { { "schema.ts",
		"import { x } from './gone';\nexport const y = x;" } };
	static const struct file pushed[FILES] = { { "schema.ts", LITE
		"import { on } from 'far';\nconst cols: any = { a: text() };\n"
		"if (on()) cols.b = text();\nexport const t = sqliteTable('t',"
		" cols);" } };

	(void)state;
	refuses(DECL_SQLITE, unknown, "schema.ts:4:40",
	    "the type of a column depends on length of the package far");
	refuses(DECL_SQLITE, out, "schema.ts:3:1", "leads out of the project");
	refuses(DECL_SQLITE, twice, "schema.ts:5:2",
	    "the table t has two checks called c");
	refuses(DECL_SQLITE, when, "schema.ts:4:5",
	    "the default of the column t.a depends on Date.now(), which differs "
	    "from run to run");
	refuses(DECL_SQLITE, path, "schema.ts:5:5", "depends on id of "
	    "@shared/ids (tsconfig's paths lead to lib/ids, where no file "
	    "is), which is not known here");
	refuses(DECL_SQLITE, big, "schema.ts:4:5",
	    "the default of the column t.a is 1, which a snapshot cannot "
	    "hold");
	refuses(DECL_SQLITE, missing, "schema.ts:1:1",
	    "there is no file ./gone");
	refuses(DECL_SQLITE, pushed, "schema.ts:6:18",
	    "what columns the table t has depends on");
}

/* Links that lead out of the project are not followed. */
static void test_links(void **state)
{
	static const struct file files[FILES] = { { "schema.ts",
		"import { x } from './link';\nexport const y = x;" } };
	struct arena *a = arena_new();
	struct err e = ERR_INIT;
	struct str s, file;
	struct ts_schema_request rq = { .dialect = DECL_PG };
	struct ts_schema schema;
	char link[128], loop[128];

	(void)state;
	(void)read_schema(DECL_PG, TS_CASING_NONE, files, a, &s, &e);
	snprintf(link, sizeof(link), "%s/link.ts", root);
	assert_int_equal(symlink("/etc/hostname", link), 0);
	file = arena_printf(a, "%s/schema.ts", root);
	rq.root = str_z(root);
	rq.files = (struct strs){ &file, 1 };
	assert_int_equal(ts_schema_read(&rq, a, &schema, &e),
	    RC_UNSUPPORTED);
	assert_int_equal(unlink(link), 0);
	snprintf(loop, sizeof(loop), "%s/loop.ts", root);
	assert_int_equal(symlink("loop.ts", link), 0);
	assert_int_equal(symlink("link.ts", loop), 0);
	assert_int_equal(ts_schema_read(&rq, a, &schema, &e), RC_NOTFOUND);
	arena_free(a);
}

/* node-glob's order and forms (drizzle-spec 1.3). */
static void test_globs(void **state)
{
	static const struct line cases[] = {
		{ "s/**/*.ts", "s/a.ts s/b.ts s/sub/deep/n.ts s/sub/n.ts" },
		{ "s/!(*a|n).ts", "s/b.ts" },
		{ "s/{b,a}.ts", "s/a.ts s/b.ts" },
		{ "o", "o/Z.ts o/a.ts o/b.ts o/index.ts" },
		{ "./o/*.ts", "o/a.ts o/b.ts o/index.ts o/Z.ts" },
		{ "o/[ab].ts", "o/a.ts o/b.ts" },
		{ "o/?(in|dex)*.ts", "o/a.ts o/b.ts o/index.ts o/Z.ts" },
		{ "gone/*.ts", "" },
	};
	static const char *const paths[] = { "s/b.ts", "s/a.ts", "s/sub/n.ts",
		"s/sub/deep/n.ts", "o/Z.ts", "o/a.ts", "o/index.ts",
		"o/b.ts", "o/.hidden.ts" };
	struct arena *a = arena_new();

	(void)state;
	fresh();
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		put(paths[i], "");
	assert_int_equal(unlink(arena_z(a, arena_printf(a, "%s/o/.hidden.ts",
	    root))), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct str glob = str_z(cases[i].text);
		struct strs out = { 0 };
		struct err e = ERR_INIT;
		struct sbuf b = SBUF_TEXT;
		enum rc rc = ts_schema_files(str_z(root), (struct strs){ &glob,
		    1 }, a, &out, &e);

		assert_int_equal(rc, cases[i].part[0] ? RC_OK : RC_USAGE);
		for (size_t k = 0; k < out.n; k++) {
			if (k > 0)
				sbuf_addc(&b, ' ');
			sbuf_add(&b, str_sub(out.v[k], strlen(root) + 1,
			    out.v[k].n));
		}
		assert_str(sbuf_str(&b), cases[i].part);
		sbuf_free(&b);
	}
	arena_free(a);
}

/* Each stands before the next, as localeCompare(…, 'en') has it. */
static void test_collation(void **state)
{
	static const char *const order[] = { "", "_a", "-a", ".a", "1", "10",
		"2", "a", "A", "á", "à", "ä", "Ä", "a b", "a_b", "a-b", "a.ts",
		"a/b", "ab", "aB", "Ab", "b", "e", "é", "index", "o", "ö",
		"ø", "Z", "ж" };

	(void)state;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++) {
			int c = collate(str_z(order[i]), str_z(order[k]));

			if ((i < k) != (c < 0) || (i > k) != (c > 0))
				fail_msg("\"%s\" and \"%s\": %d", order[i],
				    order[k], c);
		}
}

/* Where things are declared, and what numbers and texts mean. */
static void test_origins(void **state)
{
	static const struct str glob = { "schema.ts", 9 };
	struct arena *a = arena_new();
	struct ts_schema_request rq = { .dialect = DECL_SQLITE };
	struct ts_schema s;
	struct err e = ERR_INIT;
	const struct ts_origin *o;

	(void)state;
	fresh();
	put("schema.ts", LITE "export * from './more/users';\n");
	put("more/users.ts", LITE "\n/* people */\nexport const users = "
	    "sqliteTable('users', {\n  id: integer().primaryKey(),\n"
	    "  active: integer({ mode: 'boolean' }),\n"
	    "  seen: integer('seen_at', { mode: 'timestamp' }),\n"
	    "  born: integer({ mode: 'timestamp_ms' }),\n"
	    "  state: text({ enum: ['new', 'old'] }),\n});\n"
	    "export const adults = sqliteView('adults').as((q) =>\n"
	    "  q.select({ active: users.active }).from(users));\n");
	rq.root = arena_str(a, str_z(root));
	assert_ok(ts_schema_files(rq.root, (struct strs){ &glob, 1 }, a,
	    &rq.files, &e), &e);
	assert_ok(ts_schema_read(&rq, a, &s, &e), &e);
	assert_int_equal(s.norigins, 2);
	o = ts_origin_of(&s, STR("public"), STR("users"));
	assert_non_null(o);
	assert_str(o->path, arena_printf(a, "%s/more/users.ts", root).p);
	assert_int_equal(o->line, 5);
	assert_true(str_starts(str_sub(o->text, o->from, o->to),
	    STR("export const users = sqliteTable('users', {\n  id")));
	assert_true(str_eq(str_sub(o->text, o->to - 3, o->to), STR("});")));
	assert_int_equal(o->ncols, 5);
	assert_int_equal(ts_column_of(o, STR("id"))->meaning,
	    TS_MEANS_ITSELF);
	assert_int_equal(ts_column_of(o, STR("active"))->meaning,
	    TS_MEANS_BOOLEAN);
	assert_int_equal(ts_column_of(o, STR("seen_at"))->meaning,
	    TS_MEANS_SECONDS);
	assert_int_equal(ts_column_of(o, STR("born"))->meaning, TS_MEANS_MS);
	assert_int_equal(ts_column_of(o, STR("state"))->labels.n, 2);
	assert_str(ts_column_of(o, STR("state"))->labels.v[1], "old");
	assert_null(ts_column_of(o, STR("seen")));
	o = ts_origin_of(&s, STR(""), STR("adults"));
	assert_non_null(o);
	assert_int_equal(ts_column_of(o, STR("active"))->meaning,
	    TS_MEANS_BOOLEAN);
	assert_null(ts_origin_of(&s, STR("other"), STR("users")));
	assert_null(ts_origin_of(&s, STR(""), STR("gone")));
	arena_free(a);
}

static void test_config(void **state)
{
	struct arena *a = arena_new();
	struct env *env = env_new(a, NULL);
	struct err e = ERR_INIT;
	struct ts_config c;

	(void)state;
	fresh();
	put(".env.local", "FROM_FILE=yes\nSET=no\n");
	put("drizzle.config.ts", "import { config } from 'dotenv';\n"
	    "import { defineConfig } from 'drizzle-kit';\n"
	    "import { env } from './env.mjs';\n"
	    "config({ path: '.env.local' });\n"
	    "if (!process.env.FROM_FILE) throw new Error('missing');\n"
	    "export default defineConfig({ dialect: 'sqlite' as const, schema: "
	    "['./a.ts'], out: process.env.OUT ?? `./${process.env.FROM_FILE}`,"
	    " casing: process.env.SET, dbCredentials: { url: env.URL! }, hook:"
	    " () => 1 } satisfies object);");
	put("env.mjs", "import { createEnv } from '@t3-oss/env-core';\n"
	    "export const env = createEnv({});");
	env_set(env, STR("SET"), STR("snake_case"));
	assert_ok(ts_config_read(arena_printf(a, "%s/drizzle.config.ts", root),
	    STR(""), env, a, &c, &e), &e);
	assert_str(c.json, "{\"dialect\":\"sqlite\",\"schema\":[\"./a.ts\"],"
	    "\"out\":\"./yes\",\"casing\":\"snake_case\",\"dbCredentials\":{}}"
	    );
	assert_int_equal(c.nleft, 2);
	assert_str(c.left[0].path, "dbCredentials.url");
	assert_true(c.left[0].what.n > 0 && c.left[0].where.n > 0);
	assert_str(c.left[1].path, "hook");
	assert_str(c.left[1].what, "");
	assert_int_equal(c.unset.n, 1);
	assert_str(c.unset.v[0], "OUT");
	put("drizzle.config.ts", "module.exports = { dialect: 'postgresql' }");
	assert_ok(ts_config_read(arena_printf(a, "%s/drizzle.config.ts", root),
	    STR(""), env, a, &c, &e), &e);
	assert_str(c.json, "{\"dialect\":\"postgresql\"}");
	arena_free(a);
	fresh();
	assert_int_equal(rmdir(root) != 0, 1);
}

UNIT_MAIN(cmocka_unit_test(test_sqlite), cmocka_unit_test(test_postgresql),
    cmocka_unit_test(test_casing), cmocka_unit_test(test_resolution),
    cmocka_unit_test(test_refusals), cmocka_unit_test(test_links),
    cmocka_unit_test(test_globs), cmocka_unit_test(test_collation),
    cmocka_unit_test(test_origins), cmocka_unit_test(test_config))

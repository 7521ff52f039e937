/* test_project.c: what is found, in which order, and what is said of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "project/project.h"

struct fixture {
	struct arena *a;
	struct env *env;
	struct str top;			/* a throw-away folder */
	struct project_request rq;
};

static int setup(void **state)
{
	char dir[] = "/tmp/weir-project-XXXXXX";
	struct fixture *x = calloc(1, sizeof(*x));

	if (!x || !mkdtemp(dir))
		return -1;
	x->a = arena_new();
	x->env = env_new(x->a, NULL);
	x->top = path_absolute(x->a, arena_str(x->a, str_z(dir)));
	env_set(x->env, STR("HOME"), path_join(x->a, x->top, STR("home")));
	x->rq = (struct project_request){ .cwd = path_join(x->a, x->top,
	    STR("shop")), .env = x->env };
	*state = x;
	return mkdir(x->rq.cwd.p, 0755);
}

static void wipe(const char *dir)
{
	struct arena *a = arena_new();
	struct dir_list list = { 0 };
	struct err e = ERR_INIT;

	if (dir_read(dir, a, &list, &e) == RC_OK)
		for (size_t i = 0; i < list.n; i++) {
			struct str p = path_join(a, str_z(dir),
			    list.v[i].name);

			if (unlink(p.p) != 0)
				wipe(p.p);
		}
	rmdir(dir);
	arena_free(a);
}

static int teardown(void **state)
{
	struct fixture *x = *state;

	wipe(x->top.p);
	arena_free(x->a);
	free(x);
	return 0;
}

/* A file below the throw-away folder. */
static void put(struct fixture *x, const char *rel, const char *text)
{
	struct str path = path_join(x->a, x->top, str_z(rel));
	struct err e = ERR_INIT;

	assert_int_equal(dir_make(arena_z(x->a, path_dir(path)), 0755, &e),
	    RC_OK);
	assert_int_equal(file_write_atomic(path.p, str_z(text), 0644, &e),
	    RC_OK);
}

static struct str under(struct fixture *x, const char *rel)
{
	return path_join(x->a, x->top, str_z(rel));
}

static struct project *find(struct fixture *x)
{
	struct project *p = NULL;
	struct err e = ERR_INIT;
	enum rc rc = project_find(&x->rq, x->a, &p, &e);

	if (rc)
		print_message("%s: %s\n", e.where, e.msg);
	assert_int_equal(rc, RC_OK);
	return p;
}

static struct err refused(struct fixture *x, enum rc want)
{
	struct project *p = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(project_find(&x->rq, x->a, &p, &e), want);
	assert_null(p);
	assert_true(e.hint[0] != '\0');
	return e;
}

static bool noted(const struct project *p, const char *part)
{
	for (size_t i = 0; i < p->nnotes; i++)
		if (str_find(p->notes[i], str_z(part), 0) < p->notes[i].n)
			return true;
	return false;
}

#define assert_str(s, z) do { struct str s_ = (s), z_ = (z); \
	if (!str_eq(s_, z_)) fail_msg("\"%.*s\" is not \"%.*s\"", \
	    STR_ARG(s_), STR_ARG(z_)); } while (0)
#define JOURNAL(dialect) "{\"version\":\"7\",\"dialect\":\"" dialect \
	"\",\"entries\":[]}"

/* --- project and folder --------------------------------------------------- */

static void test_nothing(void **state)
{
	struct fixture *x = *state;
	struct project *p = find(x);
	struct sbuf b = SBUF_TEXT;

	assert_int_equal(p->folder.n, 0);
	assert_int_equal(p->db.path.n, 0);
	assert_str(p->root, x->rq.cwd);
	assert_str(p->name, STR("shop"));
	assert_str(p->db_label, STR(""));
	project_nothing(p, &b);
	assert_non_null(strstr(b.p, "drizzle.config"));
	assert_non_null(strstr(b.p, "_journal.json"));
	assert_non_null(strstr(b.p, "weir FILE.db"));
	sbuf_free(&b);
	put(x, "shop/prisma/schema.prisma", "");
	put(x, "shop/config/database.yml", "");
	p = find(x);
	assert_int_equal(p->nforeign, 2);
	assert_str(p->foreign[0], STR("Prisma (prisma/schema.prisma)"));
	project_nothing(p, &b);
	assert_non_null(strstr(b.p, "Rails (config/database.yml)"));
	sbuf_free(&b);
}

static void test_json_config(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle.config.json", "{\"dialect\":\"sqlite\",\"out\":"
	    "\"./migrations\",\"dbCredentials\":{\"url\":\"file:./data/a.db\"},"
	    "\"migrations\":{\"table\":\"done\"},\"tablesFilter\":[\"a_*\"],"
	    "\"schema\":\"./x.ts\"}");
	p = find(x);
	assert_str(p->folder, STR(""));
	assert_true(p->folder_due.n > 0);
	put(x, "shop/migrations/meta/_journal.json", JOURNAL("sqlite"));
	x->rq.cwd = under(x, "shop/migrations/meta");	/* from below */
	p = find(x);
	assert_str(p->root, under(x, "shop"));
	assert_str(p->config, under(x, "shop/drizzle.config.json"));
	assert_str(p->folder, under(x, "shop/migrations"));
	assert_str(p->folder_source, STR("drizzle.config.json"));
	assert_str(p->db.path, under(x, "shop/data/a.db"));
	assert_str(p->db_label, STR("data/a.db"));
	assert_str(p->db_source, STR("drizzle.config.json"));
	assert_str(p->track_table, STR("done"));
	assert_int_equal(p->tables_filter.n, 1);
	assert_str(p->env_label, STR("LOCAL"));
	assert_false(p->production);
	/* a .ts beside it comes first, an .mjs does not */
	put(x, "shop/drizzle.config.mjs", "export default {}");
	assert_str(find(x)->config, under(x, "shop/drizzle.config.json"));
	put(x, "shop/drizzle.config.ts", "export default {}");
	assert_str(find(x)->config, under(x, "shop/drizzle.config.ts"));
}

static void test_bad_config(void **state)
{
	static const struct { const char *text; enum rc rc; } c[] = {
		{ "{", RC_USAGE }, { "[]", RC_USAGE }, { "", RC_USAGE },
		{ "{\"out\":7}", RC_USAGE },
		{ "{\"dialect\":\"mysql\"}", RC_USAGE },
		{ "{\"dbCredentials\":{\"url\":[]}}", RC_USAGE },
		{ "{\"tablesFilter\":[1]}", RC_USAGE },
	};
	struct fixture *x = *state;
	struct project *p = NULL;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct err e = ERR_INIT;

		put(x, "shop/drizzle.config.json", c[i].text);
		assert_int_equal(project_find(&x->rq, x->a, &p, &e), c[i].rc);
		assert_non_null(strstr(e.where, "drizzle.config.json"));
	}
	/* a SQLite file named by hand is not the business of that project */
	put(x, "shop/drizzle.config.json", "{\"dialect\":\"postgresql\"}");
	put(x, "shop/app.db", "");
	x->rq.target = STR("app.db");
	p = find(x);
	assert_str(p->db.path, under(x, "shop/app.db"));
	assert_str(p->config, STR(""));
	assert_true(noted(p, "left alone"));
	x->rq.target = STR("");
	x->rq.config = STR("nowhere.json");
	refused(x, RC_USAGE);
}

static void test_script_config(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle.config.ts", "import 'dotenv/config';\n"
	    "import { defineConfig } from 'drizzle-kit';\n"
	    "import path from 'node:path';\n"
	    "export default defineConfig({ dialect: 'sqlite', out: path.join("
	    "__dirname, 'done'), schema: 's.ts', migrations: { table: 'm' },"
	    " dbCredentials: { url: process.env.FILE! },"
	    " tablesFilter: ['a_*'], logger: () => 1 });");
	put(x, "shop/done/meta/_journal.json", JOURNAL("sqlite"));
	p = find(x);
	assert_str(p->config, under(x, "shop/drizzle.config.ts"));
	assert_str(p->folder, under(x, "shop/done"));
	assert_str(p->folder_source, STR("drizzle.config.ts"));
	assert_str(p->track_table, STR("m"));
	assert_int_equal(p->tables_filter.n, 1);
	assert_str(p->db.path, STR(""));
	assert_non_null(strstr(p->db_missing.p, "not set: FILE"));
	assert_non_null(strstr(p->db_missing_hint.p, "shop/.env"));
	assert_int_equal(p->nnotes, 0);
	put(x, "shop/.env", "FILE=file:data/app.db\n");
	p = find(x);
	assert_str(p->db_source, STR("drizzle.config.ts"));
	assert_str(p->db_label, STR("data/app.db"));
	assert_str(p->db_missing, STR(""));
	/* another database is at hand: said, and named with its source */
	put(x, "shop/.env", "DATABASE_URL=other.db\n");
	p = find(x);
	assert_str(p->db_label, STR("other.db"));
	assert_str(p->db_source, STR(".env"));
	assert_true(noted(p, "not set: FILE"));
}

/* What drizzle-kit before 0.21 read, what only a package knows, drivers. */
static void test_credentials(void **state)
{
	static const struct {
		const char *config, *missing, *label;
	} c[] = {
		{ "import { env } from '@acme/env';\n"
		  "export default { dialect: 'postgresql', dbCredentials: {"
		  " url: env.URL } };", "dbCredentials.url of drizzle.config.ts"
		  " is env of the package @acme/env", "" },
		{ "export default { dialect: 'postgresql', dbCredentials: { "
		  "url: `postgres://u:${process.env.PW}@h/d` } };",
		  "not set: PW", "" },
		{ "export default { dialect: 'sqlite', driver: 'd1-http' }",
		  "Cloudflare", "" },
		{ "export default { dialect: 'postgresql', driver: 'pglite',"
		  " dbCredentials: { url: './pg' } }", "PGlite", "" },
		{ "export default { driver: 'pg', dbCredentials: { "
		  "connectionString: 'postgres://h:1/d' } }", "", "h:1/d" },
		{ "module.exports = { dialect: 'postgresql', dbCredentials: {"
		  " host: 'h', port: 77, database: 'd' } }", "", "h:77/d" },
		{ "export default { dialect: 'turso', dbCredentials: { url: "
		  "'file:./t.db', authToken: undefined } }", "", "t.db" },
	};
	struct fixture *x = *state;
	struct project *p;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		put(x, "shop/drizzle.config.ts", c[i].config);
		p = find(x);
		assert_str(p->db_label, str_z(c[i].label));
		if (!c[i].missing[0])
			assert_str(p->db_missing, STR(""));
		else if (!strstr(p->db_missing.p, c[i].missing))
			fail_msg("%zu: %s", i, p->db_missing.p);
		assert_int_equal(project_has_db(p), c[i].label[0] != '\0');
	}
}

/* Variables from other files than .env, as real projects load them. */
static void test_env_files(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle.config.ts", "import { config } from 'dotenv';\n"
	    "const own = {} as Record<string, string>;\n"
	    "config({ path: './api/.dev.vars', processEnv: own });\n"
	    "if (!own.FILE || process.env.FILE) throw new Error('FILE');\n"
	    "export default { dialect: 'turso', dbCredentials: { url: "
	    "own.FILE, authToken: own.TOKEN } };");
	put(x, "shop/api/.dev.vars", "FILE=file:./a.db\n");
	assert_str(find(x)->db_label, STR("a.db"));
	put(x, "shop/env.ts", "import { loadEnvConfig } from '@next/env';\n"
	    "loadEnvConfig(process.cwd());");
	put(x, "shop/drizzle.config.ts", "import './env';\n"
	    "export default { dialect: 'sqlite', dbCredentials: { url: "
	    "process.env.A! + process.env.B } };");
	put(x, "shop/.env.local", "A=one\n");
	put(x, "shop/.env.production", "A=two\nB=.db\n");
	p = find(x);
	assert_str(p->db_label, STR("one.db"));
	assert_str(p->db_missing, STR(""));
}

static void test_bad_script(void **state)
{
	static const struct { const char *config, *where, *msg, *hint; } c[] = {
		{ "export default {\n  out: 7,\n}", "config.ts:2:3", "out",
		  "--migrations" },
		{ "if (!process.env.URL)\n  throw new Error('no URL');\n"
		  "export default {};", "config.ts:2:3", "no URL",
		  "not set" },
		{ "export default {", "config.ts:1:", "", "" },
		{ "import c from '@acme/config';\nexport default { out: c.out,"
		  " dialect: 'sqlite' };", "config.ts:", "out",
		  "process.env" },
		{ "import c from '@acme/config';\nexport default { "
		  "migrations: c.m, dialect: 'sqlite' };", "config.ts:",
		  "migrations", "" },
		{ "export default { driver: 'odbc' };", "config.ts:1:18",
		  "driver", "" },
		{ "export default { extensionsFilters: ['x'] };",
		  "config.ts:1:18", "postgis", "" },
		{ "export default { entities: { roles: { provider: 'x' } } };",
		  "config.ts:1:39", "provider", "" },
	};
	struct fixture *x = *state;
	struct project *p = NULL;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		struct err e = ERR_INIT;

		put(x, "shop/drizzle.config.ts", c[i].config);
		assert_int_equal(project_find(&x->rq, x->a, &p, &e), RC_USAGE);
		if (!strstr(e.where, c[i].where) || !strstr(e.msg, c[i].msg) ||
		    !strstr(e.hint, c[i].hint))
			fail_msg("%zu: %s: %s (%s)", i, e.where, e.msg,
			    e.hint);
	}
	/* a file named by hand is looked at all the same, without migrations */
	put(x, "shop/app.db", "");
	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	x->rq.target = STR("app.db");
	p = find(x);
	assert_str(p->folder, STR(""));
	assert_true(noted(p, "left alone"));
}

/* --config below: paths are those of the folder where drizzle-kit starts. */
static void test_config_below(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/server/db/drizzle.config.ts", "export default { dialect: "
	    "'sqlite', out: 'drizzle', schema: './server/db/s.ts', "
	    "dbCredentials: { url: 'a.db' } };");
	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	x->rq.config = STR("./server/db/drizzle.config.ts");
	p = find(x);
	assert_str(p->root, under(x, "shop"));
	assert_str(p->folder, under(x, "shop/drizzle"));
	assert_str(p->db.path, under(x, "shop/a.db"));
	/* a script of the package names it */
	x->rq.config = STR("");
	put(x, "shop/package.json", "{\"scripts\":{\"x\":\"A=1 drizzle-kit "
	    "generate --config ./server/db/drizzle.config.ts\",\"y\":"
	    "\"drizzle-kit up --config=server/db/drizzle.config.ts\"}}");
	p = find(x);
	assert_str(p->config, under(x, "shop/server/db/drizzle.config.ts"));
	assert_str(p->root, under(x, "shop"));
	put(x, "shop/b.config.ts", "export default {}");
	put(x, "shop/package.json", "{\"scripts\":{\"x\":\"drizzle-kit up "
	    "--config server/db/drizzle.config.ts\",\"y\":\"drizzle-kit up "
	    "--config=b.config.ts\"}}");
	assert_true(noted(find(x), "--config takes one of"));
	/* from a monorepo's top, what leads nowhere there is its own */
	put(x, "shop/packages/db/drizzle.config.ts", "export default { "
	    "dialect: 'sqlite', out: './m', schema: './s.ts' };");
	put(x, "shop/packages/db/s.ts", "");
	x->rq.config = STR("packages/db/drizzle.config.ts");
	p = find(x);
	assert_str(p->root, under(x, "shop/packages/db"));
	assert_true(noted(p, "own folder"));
}

static void test_by_journal(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/node_modules/m/drizzle/meta/_journal.json",
	    JOURNAL("sqlite"));
	put(x, "shop/.cache/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/1/2/3/4/5/meta/_journal.json", JOURNAL("sqlite"));
	p = find(x);
	assert_str(p->folder, STR(""));
	put(x, "shop/1/2/3/4/meta/_journal.json", JOURNAL("sqlite"));
	p = find(x);
	assert_str(p->folder, under(x, "shop/1/2/3/4"));
	put(x, "shop/b/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/a/meta/_journal.json", JOURNAL("postgresql"));
	p = find(x);
	assert_str(p->folder, under(x, "shop/b"));
	assert_true(noted(p, "1/2/3/4"));
	assert_true(noted(p, "--migrations"));
	x->rq.migrations = STR("a");
	p = find(x);
	assert_str(p->folder, under(x, "shop/a"));
	assert_str(p->folder_source, STR("--migrations"));
	assert_false(noted(p, "other migrations folder"));
}

/* packages/db of a monorepo, looked at from its top */
static void test_monorepo(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/packages/db/drizzle.config.json",
	    "{\"dbCredentials\":{\"url\":\"x.db\"}}");
	put(x, "shop/packages/db/drizzle/meta/_journal.json",
	    JOURNAL("sqlite"));
	p = find(x);
	assert_str(p->root, under(x, "shop/packages/db"));
	assert_str(p->folder, under(x, "shop/packages/db/drizzle"));
	assert_str(p->db.path, under(x, "shop/packages/db/x.db"));
}

/* What lies beside an ancestor is taken only within the same project. */
static void test_strangers(void **state)
{
	struct fixture *x = *state;

	put(x, "drizzle/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/src/a.ts", "");
	x->rq.cwd = under(x, "shop/src");
	assert_str(find(x)->folder, under(x, "drizzle"));
	/* a package ends, a repository ends */
	put(x, "shop/package.json", "{}");
	assert_str(find(x)->folder, STR(""));
	unlink(under(x, "shop/package.json").p);
	put(x, "shop/.git/HEAD", "");
	assert_str(find(x)->folder, STR(""));
	unlink(under(x, "shop/.git/HEAD").p);
	rmdir(under(x, "shop/.git").p);
	assert_str(find(x)->folder, under(x, "drizzle"));
	/* a home, and a folder for everybody */
	env_set(x->env, STR("HOME"), x->top);
	assert_str(find(x)->folder, STR(""));
	env_set(x->env, STR("HOME"), under(x, "home"));
	chmod(x->top.p, 01777);
	assert_str(find(x)->folder, STR(""));
	/* nor a configuration there; a database there is alone */
	put(x, "drizzle.config.json", "{\"dbCredentials\":{\"url\":\"x.db\"}}");
	assert_str(find(x)->db.path, STR(""));
	put(x, "lone.db", "");
	x->rq.target = STR("../../lone.db");
	unlink(under(x, "drizzle.config.json").p);
	assert_str(find(x)->folder, STR(""));
	chmod(x->top.p, 0700);
	assert_str(find(x)->folder, under(x, "drizzle"));
}

/* --- target ---------------------------------------------------------------- */

static void test_target_file(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/data/app.db", "");
	put(x, "other/lone", "");
	x->rq.target = STR("data/app.db");
	p = find(x);
	assert_str(p->root, under(x, "shop"));
	assert_str(p->folder, under(x, "shop/drizzle"));
	assert_str(p->db_source, STR("command line"));
	assert_str(p->db_label, STR("data/app.db"));
	/* elsewhere: no project, not even that of the working folder */
	x->rq.target = STR("../other/lone");
	p = find(x);
	assert_str(p->folder, STR(""));
	assert_str(p->db.path, under(x, "other/lone"));
	/* not there: by suffix only */
	x->rq.target = STR("new.sqlite3");
	assert_str(find(x)->db.path, under(x, "shop/new.sqlite3"));
	x->rq.target = STR("new");
	assert_non_null(strstr(refused(x, RC_USAGE).hint, "--db new"));
	x->rq.target = STR("drizzle.config.json");
	assert_non_null(strstr(refused(x, RC_USAGE).hint, "--config"));
}

static void test_target_dir(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/drizzle.config.ts", "export default {}");
	x->rq.cwd = x->top;
	x->rq.target = STR("shop");
	p = find(x);
	assert_str(p->root, under(x, "shop"));
	assert_str(p->folder, under(x, "shop/drizzle"));
	x->rq.target = STR("shop/drizzle/");
	p = find(x);
	assert_str(p->root, under(x, "shop"));
	assert_str(p->folder, under(x, "shop/drizzle"));
	assert_str(p->folder_source, STR("command line"));
}

static void test_urls(void **state)
{
	static const struct { const char *text, *path; } good[] = {
		{ "sqlite:data/x.db", "shop/data/x.db" },
		{ "sqlite3:x.db", "shop/x.db" },
		{ "file:x.db", "shop/x.db" },
		{ "file:./x.db?mode=ro", "shop/x.db" },
		{ "jdbc:sqlite:x.db", "shop/x.db" },
		{ "sqlite+pysqlite:x.db", "shop/x.db" },
		{ "SQLITE:x.db", "shop/x.db" },
		{ "sqlite:///there.db", "shop/there.db" },
		{ "sqlite://./x.db", "shop/x.db" },
	};
	static const struct { const char *text; enum rc rc; } bad[] = {
		{ "postgres://u:gehei%m@h/d", RC_USAGE },
		{ "postgres://u:geheim@[h/d", RC_USAGE },
		{ "host=h dbname=d password=geheim x", RC_USAGE },
		{ "pglite://geheim", RC_UNSUPPORTED },
		{ "libsql://x?authToken=geheim", RC_UNSUPPORTED },
		{ "https://u:geheim@x", RC_UNSUPPORTED },
		{ "mysql://u:geheim@h/d", RC_UNSUPPORTED },
		{ "jdbc:h2:geheim", RC_USAGE },
		{ "gopher://u:geheim@h", RC_USAGE },
		{ "sqlite::memory:", RC_USAGE }, { ":memory:", RC_USAGE },
		{ "sqlite:", RC_USAGE }, { ".", RC_USAGE },
	};
	struct fixture *x = *state;

	put(x, "shop/there.db", "");
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		x->rq.db = str_z(good[i].text);
		assert_str(find(x)->db.path, under(x, good[i].path));
	}
	x->rq.db = arena_printf(x->a, "file://%s/shop/y.db", x->top.p);
	assert_str(find(x)->db.path, under(x, "shop/y.db"));
	x->rq.db = STR("file:./x.db?mode=ro");
	assert_true(noted(find(x), "left out"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e;

		x->rq.db = str_z(bad[i].text);
		e = refused(x, bad[i].rc);
		assert_null(strstr(e.msg, "gehei"));
		assert_null(strstr(e.hint, "gehei"));
		assert_null(strstr(e.where, "gehei"));
	}
	x->rq.db = STR("");
	x->rq.target = STR("sqlite:there.db");
	assert_str(find(x)->db.path, under(x, "shop/there.db"));
}

/* What a URL, a DSN, a configuration and PG* make for libpq. */
static void test_postgres_urls(void **state)
{
	static const struct { const char *text, *conninfo, *label; } good[] = {
		{ "postgres://u:pw@h/d",
		  "user='u' password='pw' dbname='d' host='h'", "h/d" },
		{ "postgresql+asyncpg://u@h:5433/d",
		  "user='u' dbname='d' host='h' port='5433'", "h:5433/d" },
		{ "postgis://u@h:5432/d",
		  "user='u' dbname='d' host='h' port='5432'", "h/d" },
		{ "jdbc:postgresql://h/d?user=u&password=p%27w&ssl=true",
		  "user='u' password='p\\'w' dbname='d' host='h' "
		  "sslmode='require'", "h/d" },
		{ "postgresql://u@/d?host=/run/x&channel_binding=require",
		  "user='u' channel_binding='require' dbname='d' "
		  "host='/run/x'", "[local]/d" },
		{ "host=h dbname=d user=u",
		  "user='u' dbname='d' host='h'", "h/d" },
		{ "postgres://u@h/d?sslmode=no-verify",
		  "user='u' dbname='d' host='h' sslmode='require'", "h/d" },
	};
	struct fixture *x = *state;
	struct project *p;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		x->rq.db = str_z(good[i].text);
		p = find(x);
		assert_int_equal(p->dialect, DIALECT_PG);
		assert_int_equal(p->db.dialect, DIALECT_PG);
		assert_str(p->db.conninfo, str_z(good[i].conninfo));
		assert_str(p->db_label, str_z(good[i].label));
		assert_str(p->db_source, STR("--db"));
		assert_str(p->db.path, STR(""));
	}
	assert_true(noted(find(x), "no-verify"));
	x->rq.db = STR("postgres://u@h/d?schema=My+%20App&pgbouncer=true&"
	    "connection_limit=1&pool_timeout=0&connect_timeout=7&uselibpqcompat"
	    "=true&statement_cache_size=0");
	p = find(x);
	assert_str(p->db.search_path, STR("\"My+ App\""));
	assert_str(p->db.conninfo, STR("user='u' connect_timeout='7' "
	    "dbname='d' host='h'"));
	assert_true(noted(p, "pgbouncer, connection_limit, pool_timeout, "
	    "uselibpqcompat, statement_cache_size"));
	x->rq.db = STR("jdbc:postgresql://h/d?user=u&currentSchema=a,b");
	assert_str(find(x)->db.search_path, STR("\"a\", \"b\""));
}

static void test_postgres_sources(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	/* the database that libpq would take by itself is named */
	x->rq.db = STR("postgres://otto@h");
	p = find(x);
	assert_str(p->db_label, STR("h/otto"));
	assert_true(noted(p, "otto"));
	env_set(x->env, STR("PGDATABASE"), STR("envdb"));
	assert_str(find(x)->db_label, STR("h/envdb"));
	x->rq.db = STR("service=staging");
	p = find(x);
	assert_str(p->db_label, STR("service staging"));
	assert_str(p->db.conninfo, STR("service='staging'"));
	x->rq.db = STR("");
	/* PG* last, and all of it written down */
	env_set(x->env, STR("PGHOST"), STR("pgh"));
	env_set(x->env, STR("PGPORT"), STR("6000"));
	env_set(x->env, STR("PGUSER"), STR("pgu"));
	p = find(x);
	assert_str(p->db_source, STR("PG*"));
	assert_str(p->db_label, STR("pgh:6000/envdb"));
	assert_str(p->db.conninfo, STR("host='pgh' port='6000' user='pgu' "
	    "dbname='envdb'"));
	env_set(x->env, STR("DATABASE_URL"), STR("postgres://a:b@c/d"));
	p = find(x);
	assert_str(p->db_source, STR("DATABASE_URL"));
	assert_str(p->db_label, STR("c:6000/d"));
	put(x, "shop/drizzle.config.json", "{\"dialect\":\"postgresql\","
	    "\"dbCredentials\":{\"host\":\"ch\",\"port\":5444,\"user\":"
	    "\"cu\",\"password\":\"geheim\",\"database\":\"cd\","
	    "\"ssl\":\"allow\"}}");
	p = find(x);
	assert_str(p->db_source, STR("drizzle.config.json"));
	assert_str(p->db_label, STR("ch:5444/cd"));
	assert_str(p->db.conninfo, STR("host='ch' port='5444' user='cu' "
	    "password='geheim' dbname='cd' sslmode='require'"));
	/* a configuration for one engine, a database of the other */
	x->rq.db = STR("x.db");
	refused(x, RC_USAGE);
}

/* libpq would say it on stderr and go on without. */
static void test_passfile(void **state)
{
	struct fixture *x = *state;

	put(x, "home/.pgpass", "*:*:*:*:geheim\n");
	x->rq.db = STR("postgres://u@h/d");
	assert_int_equal(chmod(under(x, "home/.pgpass").p, 0600), 0);
	assert_false(noted(find(x), ".pgpass"));
	assert_int_equal(chmod(under(x, "home/.pgpass").p, 0644), 0);
	assert_true(noted(find(x), "chmod 600"));
	assert_true(str_find(find(x)->db.conninfo, STR("passfile='/dev/null"),
	    0) < find(x)->db.conninfo.n);
}

/* The folder of the engine that is asked for. */
static void test_postgres_folder(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/a/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/b/meta/_journal.json", JOURNAL("postgresql"));
	assert_str(find(x)->folder, under(x, "shop/a"));
	x->rq.db = STR("postgres://u@h/d");
	assert_str(find(x)->folder, under(x, "shop/b"));
	x->rq.db = STR("");
	env_set(x->env, STR("DATABASE_URL"), STR("postgres://u@h/d"));
	p = find(x);
	assert_str(p->folder, under(x, "shop/b"));
	assert_int_equal(p->dialect, DIALECT_PG);
}

/* TARGET > --db > config > DATABASE_URL > .env */
static void test_order(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/.env", "DATABASE_URL=\"dotenv.db\"\n");
	p = find(x);
	assert_str(p->db.path, under(x, "shop/dotenv.db"));
	assert_str(p->db_source, STR(".env"));
	env_set(x->env, STR("DATABASE_URL"), STR("file:env.db"));
	p = find(x);
	assert_str(p->db.path, under(x, "shop/env.db"));
	assert_str(p->db_source, STR("DATABASE_URL"));
	put(x, "shop/drizzle.config.json",
	    "{\"dbCredentials\":{\"url\":\"config.db\"}}");
	assert_str(find(x)->db.path, under(x, "shop/config.db"));
	x->rq.db = STR("flag.db");
	p = find(x);
	assert_str(p->db.path, under(x, "shop/flag.db"));
	assert_str(p->db_source, STR("--db"));
	x->rq.target = STR("target.db");
	assert_str(find(x)->db.path, under(x, "shop/target.db"));
}

/* From a subfolder, the variables mean paths of the root, --db does not. */
static void test_relative(void **state)
{
	struct fixture *x = *state;

	put(x, "shop/drizzle.config.ts", "export default {}");
	put(x, "shop/src/x", "");
	x->rq.cwd = under(x, "shop/src");
	env_set(x->env, STR("DATABASE_URL"), STR("a.db"));
	assert_str(find(x)->db.path, under(x, "shop/a.db"));
	x->rq.db = STR("a.db");
	assert_str(find(x)->db.path, under(x, "shop/src/a.db"));
}

static void test_odd_dotenv(void **state)
{
	struct fixture *x = *state;

	assert_int_equal(mkfifo(under(x, "shop/.env").p, 0644), 0);
	assert_true(noted(find(x), ".env is not read"));
	unlink(under(x, "shop/.env").p);
	env_set(x->env, STR("PGHOST"), STR("db.example"));
	assert_true(noted(find(x), "PGHOST"));
	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	assert_false(noted(find(x), "PGHOST"));
}

/* --- places --------------------------------------------------------------- */

static void test_state(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	put(x, "shop/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	p = find(x);
	assert_str(p->state_root, under(x, "shop/.weir"));
	env_set(x->env, STR("CI"), STR("true"));
	assert_true(find(x)->state_volatile);
	env_set(x->env, STR("CI"), STR("false"));
	env_set(x->env, STR("WEIR_STATE"), STR("/var/lib/weir"));
	p = find(x);
	assert_str(p->state_root, STR("/var/lib/weir"));
	env_set(x->env, STR("CI"), STR("1"));
	x->rq.state = STR("here");
	p = find(x);
	assert_str(p->state_root, under(x, "shop/here"));
	assert_false(p->state_volatile);
	/* without a project: not beside somebody's file */
	x->rq.state = STR("");
	env_set(x->env, STR("WEIR_STATE"), STR(""));
	put(x, "lone/a.db", "");
	x->rq.target = under(x, "lone/a.db");
	p = find(x);
	assert_true(str_starts(p->state_root,
	    under(x, "home/.local/state/weir")));
	env_set(x->env, STR("XDG_STATE_HOME"), under(x, "xdg"));
	p = find(x);
	assert_true(str_starts(p->state_root, under(x, "xdg/weir/")));
	assert_int_equal(path_base(p->state_root).n, 16);
}

/* The folder that a run of this database would have left. */
static void put_run(struct fixture *x, const char *state, struct str db)
{
	struct str told = arena_printf(x->a, "{\"path\":\"%.*s\"}",
	    STR_ARG(db));

	put(x, arena_printf(x->a, "%s/db/sqlite-0/runs/1/run.log", state).p,
	    "");
	put(x, arena_printf(x->a, "%s/db/sqlite-0/db.json", state).p, told.p);
}

/* Runs belong to the project of the migrations, wherever weir is started. */
static void test_state_elsewhere(void **state)
{
	struct fixture *x = *state;
	struct str db = under(x, "shop/data/a.db");

	put(x, "shop/data/a.db", "");
	put(x, "shop/db/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	put(x, "shop/package.json", "{}");
	put(x, "other/x", "");
	x->rq.cwd = under(x, "other");
	x->rq.migrations = STR("../shop/db/drizzle");
	x->rq.db = db;
	/* no run yet: where weir in the project would put it */
	assert_str(find(x)->state_root, under(x, "shop/.weir"));
	put(x, "shop/db/.weir/bin/x", "");
	assert_str(find(x)->state_root, under(x, "shop/db/.weir"));
	/* one is there */
	put_run(x, "shop/.weir", db);
	assert_str(find(x)->state_root, under(x, "shop/.weir"));
	/* as was done before: from here */
	put_run(x, "other/.weir", under(x, "else.db"));
	assert_str(find(x)->state_root, under(x, "shop/.weir"));
	put_run(x, "other/.weir", db);
	assert_str(find(x)->state_root, under(x, "other/.weir"));
	/* a copy of the migrations, the database in its project */
	put(x, "third/drizzle/meta/_journal.json", JOURNAL("sqlite"));
	x->rq.cwd = under(x, "third");
	x->rq.migrations = STR("");
	assert_str(find(x)->state_root, under(x, "shop/.weir"));
	/* whoever names a place means it */
	x->rq.state = STR("here");
	assert_str(find(x)->state_root, under(x, "third/here"));
	/* another database of this project is its own affair */
	x->rq.state = STR("");
	put(x, "lone/b.db", "");
	x->rq.db = under(x, "lone/b.db");
	assert_str(find(x)->state_root, under(x, "third/.weir"));
}

/* LOCAL is said of this machine alone. */
static void test_whereabouts(void **state)
{
	struct fixture *x = *state;
	static const struct { const char *db, *label; } c[] = {
		{ "postgresql:///d", "LOCAL" },
		{ "postgresql://localhost/d", "LOCAL" },
		{ "postgresql://u@127.0.0.1:6000/d", "LOCAL" },
		{ "postgresql://u@[::1]/d", "LOCAL" },
		{ "host=/run/pg dbname=d", "LOCAL" },
		{ "postgresql://u:p@db.example.com:6000/d", "db.example.com" },
		{ "hostaddr=10.0.0.7 dbname=d user=u", "10.0.0.7" },
		{ "postgresql://u@localhost,db.example.com/d",
		    "localhost,db.example.com" },
		{ "service=staging", "service staging" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++) {
		x->rq.db = str_z(c[i].db);
		assert_str(find(x)->env_label, str_z(c[i].label));
	}
}

/* What is shown of an address holds no password. */
static void test_shown(void **state)
{
	struct fixture *x = *state;
	static const struct { const char *text, *shown; } c[] = {
		{ "app.db", "app.db" }, { "server", "server" },
		{ "sqlite:app.db", "sqlite:app.db" },
		{ "postgresql://u:pw@h:1/d?sslmode=require",
		    "postgresql://u@h:1/d?sslmode=require" },
		{ "jdbc:postgresql://h/d?user=u&password=pw&schema=s",
		    "jdbc:postgresql://h/d?user=u&schema=s" },
		{ "postgres://u@h/d?p%61ssword=pw", "postgres://u@h/d" },
		{ "postgres://:pw@h/d", "postgres://h/d" },
		{ "postgres://u:p@w@h/d", "URL" },
		{ "postgres://u:p/w@h/d", "URL" },
		{ "postgres:u:pw@h/d", "URL" }, { "u:pw@h/d", "URL" },
		{ "host=h password='p w'", "host='h'" },
		{ "host=h password='pw", "URL" },
		{ "h:5432:d:u:pw", "URL" }, { "mysql://u:pw@h/d", "URL" },
		{ "libsql://h?authToken=pw", "URL" },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(*c); i++)
		assert_str(project_shown(str_z(c[i].text), x->a),
		    str_z(c[i].shown));
}

static void test_environment(void **state)
{
	struct fixture *x = *state;
	struct project *p;

	x->rq.db = STR("data/live.db");
	put(x, "home/.config/weir/config", "[environment staging]\n"
	    "match = /nowhere/*\n\n[environment production]\n"
	    "production = yes\nmatch = */shop/data/live.db\n");
	p = find(x);
	assert_str(p->env_label, STR("PRODUCTION"));
	assert_true(p->production);
	x->rq.db = STR("data/dev.db");
	p = find(x);
	assert_str(p->env_label, STR("LOCAL"));
	assert_false(p->production);
	put(x, "home/.config/weir/config", "not an ini\n");
	assert_non_null(strstr(refused(x, RC_USAGE).where, "config:1"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_nothing), T(test_json_config), T(test_bad_config),
		T(test_script_config), T(test_credentials),
		T(test_env_files), T(test_bad_script),
		T(test_config_below), T(test_by_journal), T(test_monorepo),
		T(test_strangers), T(test_target_file), T(test_target_dir), T(test_urls),
		T(test_postgres_urls), T(test_postgres_sources), T(test_passfile),
		T(test_postgres_folder),
		T(test_order), T(test_relative), T(test_odd_dotenv),
		T(test_state), T(test_state_elsewhere), T(test_environment),
		T(test_whereabouts), T(test_shown),
	};

	return cmocka_run_group_tests_name("project", tests, NULL, NULL);
}

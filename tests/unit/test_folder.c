/* test_folder.c: the journal, the files, what their text tells, the states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "folder/folder.h"

/* --- a throw-away folder -------------------------------------------------- */

static char root[64];

static int setup(void **state)
{
	snprintf(root, sizeof(root), "/tmp/weir-folder-XXXXXX");
	*state = arena_new();
	if (!mkdtemp(root))
		return -1;
	/* deep enough that no other test takes it for a project beside it */
	strcat(root, "/a/b");
	return dir_make(root, 0700, &(struct err)ERR_INIT) == RC_OK ? 0 : -1;
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
	root[strlen(root) - strlen("/a/b")] = '\0';
	wipe(root);
	arena_free(*state);
	return 0;
}

static char *at(struct arena *a, const char *rel)
{
	return arena_z(a, path_join(a, str_z(root), str_z(rel)));
}

static void put_bytes(struct arena *a, const char *rel, struct str bytes)
{
	struct err e = ERR_INIT;
	char *path = at(a, rel);

	assert_int_equal(dir_make(arena_z(a, path_dir(str_z(path))), 0755,
	    &e), RC_OK);
	assert_int_equal(file_write_atomic(path, bytes, 0644, &e), RC_OK);
}

static void put(struct arena *a, const char *rel, const char *text)
{
	put_bytes(a, rel, str_z(text));
}

#define JOURNAL "meta/_journal.json"
#define ENTRY(idx, when, tag) "{\"idx\":" #idx ",\"version\":\"6\",\"when\":" \
	#when ",\"tag\":\"" tag "\",\"breakpoints\":true}"
#define ENTRIES(list) "{\"version\":\"7\",\"dialect\":\"sqlite\"," \
	"\"entries\":[" list "]}"

static struct folder *must_read(struct arena *a)
{
	struct folder *f = NULL;
	struct err e = ERR_INIT;
	enum rc rc = folder_read(root, a, &f, &e);

	if (rc)
		print_message("%s: %s\n", e.where, e.msg);
	assert_int_equal(rc, RC_OK);
	return f;
}

static struct err must_fail(struct arena *a, enum rc want)
{
	struct folder *f = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(folder_read(root, a, &f, &e), want);
	assert_null(f);
	assert_int_equal(e.code, want);
	assert_true(e.msg[0] != '\0');
	return e;
}

static const struct finding *find(const struct folder *f, const char *code,
    const char *slug)
{
	for (size_t i = 0; i < f->findings.n; i++)
		if (strcmp(f->findings.v[i].code, code) == 0 &&
		    (!slug || strcmp(f->findings.v[i].slug, slug) == 0))
			return &f->findings.v[i];
	return NULL;
}

/* One migration 0000_a with this text. */
static struct folder *one(struct arena *a, const char *sql)
{
	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_a")));
	put(a, "0000_a.sql", sql);
	return must_read(a);
}

/* --- reading -------------------------------------------------------------- */

static void test_plain(void **state)
{
	struct arena *a = *state;
	struct folder *f;

	put(a, JOURNAL, ENTRIES(ENTRY(0, 1795188541124, "0000_x") ","
	    ENTRY(1, 1795188541515, "0001_seed users")));
	put(a, "0000_x.sql", "CREATE TABLE a (x);--> statement-breakpoint\n"
	    "CREATE TABLE b (x);");
	put(a, "0001_seed users.sql", "");
	f = must_read(a);
	assert_int_equal(f->n, 2);
	assert_int_equal(f->findings.n, 0);
	assert_true(str_is(f->dialect, "sqlite"));
	assert_true(str_is(f->v[1].tag, "0001_seed users"));
	assert_int_equal(f->v[0].when, 1795188541124);
	assert_int_equal(f->v[0].npieces, 2);
	assert_true(str_is(f->v[0].pieces[1].sql, "\nCREATE TABLE b (x);"));
	assert_int_equal(f->v[0].pieces[1].offset, 43);
	assert_true(str_ends(entry_where(&f->v[0], 44, a), arena_printf(a,
	    "%s/0000_x.sql:2:1", strrchr(root, '/'))));
	/* sha256 of nothing, as node's crypto gives it */
	assert_string_equal(f->v[1].hex, "e3b0c44298fc1c149afbf4c8996fb92427ae"
	    "41e4649b934ca495991b7852b855");
	assert_int_equal(f->v[1].npieces, 1);
}

static void test_split(void **state)
{
	static const struct { const char *text; size_t n; } cases[] = {
		{ "", 1 }, { "a", 1 }, { "--> statement-breakpoint", 2 },
		{ "a--> statement-breakpoint", 2 },
		{ "a--> statement-breakpoint\n", 2 },
		{ "a--> statement-breakpointb", 2 },
		{ "a--> statement-breakpoint--> statement-breakpointb", 3 },
		{ "a-->statement-breakpoint b", 1 },
		{ "a--> Statement-breakpoint b", 1 },
		{ "a---> statement-breakpoint b", 2 },
		{ "a\r\n--> statement-breakpoint\r\nb", 2 },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct folder *f = one(a, cases[i].text);
		size_t bytes = 24 * (cases[i].n - 1);

		assert_int_equal(f->v[0].npieces, cases[i].n);
		for (size_t k = 0; k < f->v[0].npieces; k++) {
			const struct piece *p = &f->v[0].pieces[k];

			bytes += p->sql.n;
			assert_ptr_equal(p->sql.p,
			    f->v[0].text.p + p->offset);
		}
		assert_int_equal(bytes, strlen(cases[i].text));
	}
}

/* Pieces need no ";" of their own: Drizzle prepares each alone. */
static void test_runnable(void **state)
{
	static const char *const same[] = {
		"", "A;", "A;--> statement-breakpoint\nB;",
		"A;\n--> statement-breakpoint\nB",
		"A; /* x */ -- y\n--> statement-breakpoint\nB",
		"/* A\n--> statement-breakpoint\nB */",
		"SELECT '--> statement-breakpoint'",
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		assert_ptr_equal(text_runnable(&dialect_sqlite, str_z(same[i]), a).p, same[i]);
	assert_true(str_is(text_runnable(&dialect_sqlite,
	    STR("A\n--> statement-breakpoint\nB--> statement-breakpoint"), a),
	    "A\n;                       \nB;                       "));
	assert_true(str_is(text_runnable(&dialect_sqlite,
	    STR("A -- x --> statement-breakpoint\nB"), a),
	    "A      ;                       \nB"));
}

static void test_versions(void **state)
{
	static const struct { const char *version, *dialect; enum rc rc; } c[] = {
		{ "\"5\"", "sqlite", RC_OK }, { "\"6\"", "sqlite", RC_OK },
		{ "\"7\"", "sqlite", RC_OK }, { "\"1\"", "sqlite", RC_OK },
		{ "7", "sqlite", RC_OK }, { "\"7\"", "turso", RC_OK },
		{ "\"8\"", "sqlite", RC_INCONSISTENT },
		{ "null", "sqlite", RC_INCONSISTENT },
		{ "\"7\"", "postgresql", RC_OK },
		{ "\"5\"", "pg", RC_OK },
		{ "\"7\"", "mysql", RC_UNSUPPORTED },
		{ "\"7\"", "oracle", RC_INCONSISTENT },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++) {
		put_bytes(a, JOURNAL, arena_printf(a, "{\"version\":%s,"
		    "\"dialect\":\"%s\",\"entries\":[]}", c[i].version,
		    c[i].dialect));
		if (c[i].rc != RC_OK) {
			must_fail(a, c[i].rc);
			continue;
		}
		struct folder *f = must_read(a);

		assert_int_equal(f->n, 0);
		assert_int_equal(find(f, "", "turso") != NULL,
		    strcmp(c[i].dialect, "turso") == 0);
	}
}

/* F3: nothing is opened for a tag that could lead elsewhere. */
static void test_hostile_tags(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "../x", "../../outside", "a/b", "/etc/passwd",
		"a/", "/", "//", "a\\\\b", "..\\\\x", "\\u0000", "a\\u0000b",
		"a\\nb", "a\\rb", "a\\tb", "\\u001b[31m", "a\\u0007",
		"a\\u007fb", "a\\u0080b", "a\\u009bb", "a\\u061cb",
		"a\\u200eb", "a\\u200fb", "a\\u202ab", "a\\u202bb",
		"a\\u202cb", "a\\u202db", "a\\u202eb", "a\\u2066b",
		"a\\u2067b", "a\\u2068b", "a\\u2069b", "a\\u2028b",
		"a\\u2029b", "-", "-rf", "--help", "-0000_x", "./x", "x/.",
		"x/..", "x/../y", "~/x/y", "a/./b", "a//b", "\\\\\\\\host",
		"C:\\\\x", "\\u0001", "\\u0008", "\\u000b", "\\u000c",
		"\\u001f", "\\u0085", "file:///etc/passwd", "/dev/zero",
		"/proc/self/mem", "meta/_journal", "..%2f/x",
	};
	static const char *const good[] = {
		"0000_x", "0001_seed users", "...", "..a", ".hidden", "a-b",
		"_name", "\\u00e9t\\u00e9", "\\u65e5\\u672c", "a'b`c\\\"d",
		"a;b", "$(x)", "%s%n",
	};
	struct arena *a = *state;
	size_t nbad = sizeof(bad) / sizeof(bad[0]);

	assert_true(nbad >= 60);
	for (size_t i = 0; i < nbad; i++) {
		struct err e;

		put_bytes(a, JOURNAL, arena_printf(a, ENTRIES(
		    ENTRY(0, 10, "%s")), bad[i]));
		e = must_fail(a, RC_INCONSISTENT);
		/* a NUL in a string is refused by the JSON reader already */
		assert_non_null(strstr(e.where, "_journal.json:1:"));
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct folder *f;

		put_bytes(a, JOURNAL, arena_printf(a, ENTRIES(
		    ENTRY(0, 10, "%s")), good[i]));
		f = must_read(a);
		assert_true(f->v[0].missing);
		assert_non_null(find(f, "FD3", "file-missing"));
	}
	assert_false(tag_valid(STR("a\xff")));
	assert_false(tag_valid(STR("a\xc0\xaf" "b")));
	char *longest = arena_alloc(a, 202);

	memset(longest, 'x', 201);
	assert_false(tag_valid(str_z(longest)));
	longest[200] = '\0';
	assert_true(tag_valid(str_z(longest)));
}

/* F8: a change of any field is noticed. */
static void test_journal_mutations(void **state)
{
	static const struct { const char *from, *to; enum rc rc; } m[] = {
		{ "\"idx\":1", "\"idx\":0", RC_INCONSISTENT },
		{ "\"idx\":1", "\"idx\":-1", RC_INCONSISTENT },
		{ "\"idx\":1", "\"idx\":1.5", RC_INCONSISTENT },
		{ "\"idx\":1", "\"idx\":\"1\"", RC_INCONSISTENT },
		{ "\"idx\":1", "\"idy\":1", RC_INCONSISTENT },
		{ "\"idx\":1", "\"idx\":7", RC_OK },
		{ "\"when\":20", "\"when\":\"20\"", RC_INCONSISTENT },
		{ "\"when\":20", "\"when\":-20", RC_INCONSISTENT },
		{ "\"when\":20", "\"when\":20.5", RC_INCONSISTENT },
		{ "\"when\":20", "\"when\":null", RC_INCONSISTENT },
		{ "\"when\":20", "\"when\":1e300", RC_INCONSISTENT },
		{ "\"when\":20", "\"when\":5", RC_OK },
		{ "\"when\":20", "\"when\":10", RC_OK },
		{ "\"tag\":\"0001_b\"", "\"tag\":\"0000_a\"", RC_INCONSISTENT },
		{ "\"tag\":\"0001_b\"", "\"tag\":7", RC_INCONSISTENT },
		{ "\"tag\":\"0001_b\"", "\"tag\":\"0001_c\"", RC_OK },
		{ "\"breakpoints\":true}]", "\"breakpoints\":1}]",
		    RC_INCONSISTENT },
		{ "\"entries\":[", "\"entries\":[7,", RC_INCONSISTENT },
		{ "\"entries\"", "\"entry\"", RC_INCONSISTENT },
		{ "\"dialect\"", "\"dialekt\"", RC_INCONSISTENT },
		{ "]}", "]", RC_INCONSISTENT },
		{ "]}", "]} x", RC_INCONSISTENT },
		{ "{\"version\":\"7\"", "<<<<<<< HEAD\n{\"version\":\"7\"",
		    RC_INCONSISTENT },
		{ "\"version\":\"6\",\"when\":20", "\"when\":20",
		    RC_INCONSISTENT },
	};
	static const char text[] = ENTRIES(ENTRY(0, 10, "0000_a") ","
	    ENTRY(1, 20, "0001_b"));
	struct arena *a = *state;

	put(a, "0000_a.sql", "SELECT 1;");
	put(a, "0001_b.sql", "SELECT 2;");
	put(a, JOURNAL, text);
	assert_int_equal(must_read(a)->findings.n, 0);
	for (size_t i = 0; i < sizeof(m) / sizeof(m[0]); i++) {
		size_t hit = str_find(str_z(text), str_z(m[i].from), 0);

		assert_true(hit < strlen(text));
		put_bytes(a, JOURNAL, arena_printf(a, "%.*s%s%s", (int)hit,
		    text, m[i].to, text + hit + strlen(m[i].from)));
		if (m[i].rc == RC_OK)
			assert_true(must_read(a)->findings.n > 0);
		else
			assert_non_null(strstr(must_fail(a, m[i].rc).where,
			    "_journal.json:"));
	}
	/* what does not fit an integer is to blame, not its neighbours */
	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_a") ","
	    ENTRY(1, 99999999999999999999, "0001_b")));
	assert_non_null(strstr(must_fail(a, RC_INCONSISTENT).msg, "\"when\""));
}

static void test_journal_places(void **state)
{
	struct arena *a = *state;

	put(a, JOURNAL, "{\n  \"version\": \"7\",\n  \"dialect\": \"sqlite\","
	    "\n  \"entries\": [\n    " ENTRY(0, 1, "a\\\"}b") ",\n    {\n"
	    "      \"idx\": 1, \"version\": \"6\",\n      \"when\": \"x\"\n"
	    "    }\n  ]\n}");
	assert_non_null(strstr(must_fail(a, RC_INCONSISTENT).where,
	    "_journal.json:8:15"));
}

static void test_no_folder(void **state)
{
	struct arena *a = *state;
	struct folder *f = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(folder_read(at(a, "nowhere"), a, &f, &e),
	    RC_NOTFOUND);
	assert_non_null(strstr(e.hint, "_journal.json"));
	must_fail(a, RC_NOTFOUND);
	/* 1.0: no snapshot says for which engine */
	put(a, "20250101000000_x/migration.sql", "SELECT 1;");
	assert_non_null(strstr(must_fail(a, RC_INCONSISTENT).msg,
	    "snapshot.json"));
	put(a, "file", "x");
	assert_int_equal(folder_read(at(a, "file"), a, &f, &e), RC_NOTFOUND);
}

static struct track_row named(const char *hash, int64_t when,
    const char *name)
{
	return (struct track_row){ .hash = str_z(hash), .created_at = when,
		.name = name ? str_z(name) : STR_NONE };
}

/* The folder of 1.0: names are tags, times are theirs, rows are told by
 * name, then as 1.0 finds the names of a table that 0.x wrote. */
static void test_layout_1(void **state)
{
	struct arena *a = *state;
	struct states s;
	struct folder *f;
	struct track_row rows[5];
	struct track t = { .exists = true, .named = true, .v = rows };

	put(a, "20250101000000_b/migration.sql", "SELECT 1;");
	put(a, "20250101000000_a/migration.sql", "SELECT 2;");
	put(a, "20240229235959_z/migration.sql", "SELECT 3;");
	put(a, "20240229235959_z/snapshot.json",
	    "{\"version\":\"8\",\"dialect\":\"postgres\"}");
	put(a, "20250101000000_b/down.sql", "SELECT 4;");
	f = must_read(a);
	assert_true(f->layout_1);
	assert_int_equal(f->engine, DIALECT_PG);
	assert_int_equal(f->n, 3);
	assert_true(str_is(f->v[0].tag, "20240229235959_z"));
	assert_int_equal(f->v[0].when, 1709251199000);
	assert_true(str_is(f->v[1].tag, "20250101000000_a"));
	assert_true(str_is(f->v[2].down, "SELECT 4;"));
	rows[0] = named(f->v[2].hex, 1735689600000, "20250101000000_b");
	rows[1] = named("other", 1735689600000, "20250101000000_a");
	rows[2] = named("x", 1, "19990101000000_gone");
	t.n = 3;
	folder_states(f, &t, a, &s);
	assert_int_equal(s.v[0].state, MIG_PENDING);
	assert_int_equal(s.v[1].state, MIG_EDITED);
	assert_int_equal(s.v[2].state, MIG_APPLIED);
	assert_int_equal(s.nsquashed, 1);
	/* without names: second and hash, second, hash */
	t.named = false;
	rows[0] = named(f->v[1].hex, 1735689600999, NULL);
	rows[1] = named("other", 1709251199123, NULL);
	rows[2] = named(f->v[2].hex, 5, NULL);
	folder_states(f, &t, a, &s);
	assert_int_equal(s.v[0].state, MIG_EDITED);
	assert_int_equal(s.v[1].state, MIG_APPLIED);
	assert_int_equal(s.v[2].state, MIG_RESTAMPED);
	assert_int_equal(s.nunknown, 0);
	put(a, "20251301000000_month/migration.sql", "");
	must_fail(a, RC_INCONSISTENT);
}

/* F4, F5: links that leave, FIFOs, folders. */
static void test_not_regular(void **state)
{
	struct arena *a = *state;
	struct folder *f;

	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_a")));
	assert_int_equal(mkfifo(at(a, "0000_a.sql"), 0644), 0);
	must_fail(a, RC_INCONSISTENT);
	unlink(at(a, "0000_a.sql"));
	assert_int_equal(mkdir(at(a, "0000_a.sql"), 0755), 0);
	must_fail(a, RC_INCONSISTENT);
	rmdir(at(a, "0000_a.sql"));
	assert_int_equal(symlink("/etc/passwd", at(a, "0000_a.sql")), 0);
	must_fail(a, RC_INCONSISTENT);
	unlink(at(a, "0000_a.sql"));
	assert_int_equal(symlink("../../../../etc/passwd",
	    at(a, "0000_a.sql")), 0);
	must_fail(a, RC_INCONSISTENT);
	unlink(at(a, "0000_a.sql"));
	assert_int_equal(symlink("/dev/zero", at(a, "0000_a.sql")), 0);
	must_fail(a, RC_INCONSISTENT);
	unlink(at(a, "0000_a.sql"));
	/* a link that stays inside is allowed */
	put(a, "inside.txt", "SELECT 1;");
	assert_int_equal(symlink("inside.txt", at(a, "0000_a.sql")), 0);
	f = must_read(a);
	assert_true(str_is(f->v[0].text, "SELECT 1;"));
	unlink(at(a, JOURNAL));
	assert_int_equal(mkfifo(at(a, JOURNAL), 0644), 0);
	must_fail(a, RC_INCONSISTENT);
}

static void test_ceilings(void **state)
{
	struct arena *a = *state;
	struct sbuf b = SBUF_TEXT;

	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_a")));
	put(a, "0000_a.sql", "");
	assert_int_equal(truncate(at(a, "0000_a.sql"),
	    (off_t)FS_MAX_TEXT + 1), 0);
	must_fail(a, RC_INCONSISTENT);
	sbuf_addz(&b, "{\"version\":\"7\",\"dialect\":\"sqlite\",\"entries\":[");
	for (int i = 0; i <= 10000; i++)
		sbuf_addf(&b, "%s{\"idx\":%d,\"version\":\"6\",\"when\":%d,"
		    "\"tag\":\"t%d\",\"breakpoints\":true}", i ? "," : "", i,
		    i + 1, i);
	sbuf_addz(&b, "]}");
	put_bytes(a, JOURNAL, sbuf_str(&b));
	must_fail(a, RC_UNSUPPORTED);
	sbuf_free(&b);
}

/* --- findings ------------------------------------------------------------- */

static void test_encoding(void **state)
{
	struct arena *a = *state;
	const struct finding *fd;
	struct folder *f;

	/* BOM and CRLF are Drizzle's business: hashed as they are, no finding */
	f = one(a, "\xef\xbb\xbf" "CREATE TABLE a (x);\r\n");
	assert_int_equal(f->findings.n, 0);
	assert_true(sha256_eq(&f->v[0].hash, &(struct sha256){ {
	    0 } }) == false);
	assert_int_equal(f->v[0].text.n, 24);
	f = one(a, "SELECT 1;\n-- caf\xe9\n");
	fd = find(f, "FD6", "not-utf8");
	assert_non_null(fd);
	assert_true(fd->fatal);
	assert_true(str_ends(fd->where, STR("0000_a.sql:2:7")));
	put_bytes(a, "0000_a.sql", STR("SELECT 1;\0DROP TABLE a;"));
	assert_non_null(find(must_read(a), "FD6", "nul-byte"));
	put_bytes(a, "0000_a.sql", STR("\xff\xfeS\0E\0L\0"));
	assert_non_null(find(must_read(a), "FD6", "not-utf8"));
	f = one(a, "SELECT 'a\xe2\x80\xae" "b';");
	fd = find(f, "FD6", "invisible-characters");
	assert_non_null(fd);
	assert_true(str_ends(fd->where, STR(":1:10")));
	assert_false(fd->fatal);
}

static void test_markers(void **state)
{
	static const struct { const char *sql; bool bad; } cases[] = {
		{ "A;--> statement-breakpoint\nB;", false },
		{ "A;\n--> statement-breakpoint\nB;", false },
		{ "-- ALTER x;--> statement-breakpoint\nB;", false },
		{ "SELECT '--> statement-breakpoint';", true },
		{ "SELECT \"x --> statement-breakpoint\";", true },
		{ "SELECT `--> statement-breakpoint`;", true },
		{ "SELECT [--> statement-breakpoint];", true },
		{ "A;--> statement-breakpoint\nSELECT 'x\n"
		    "--> statement-breakpoint\n';", true },
		{ "/* A;--> statement-breakpoint\nB; */", true },
		{ "-- A --> statement-breakpoint DROP TABLE x;", true },
		{ "SELECT 'it''s';--> statement-breakpoint\nB;", false },
		{ "SELECT '-- x';--> statement-breakpoint\nB;", false },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct finding *fd = find(one(a, cases[i].sql), "FD5",
		    NULL);

		if ((fd != NULL) != cases[i].bad)
			fail_msg("FD5 of: %s", cases[i].sql);
	}
}

static void test_leftovers(void **state)
{
	static const struct { const char *sql; bool bad; } cases[] = {
		{ "UPDATE a SET x = ? WHERE y = 1;", true },
		{ "UPDATE a SET x = $1;", true },
		{ "UPDATE a SET x = :name;", true },
		{ "UPDATE a SET x = ${value};", true },
		{ "ALTER TABLE a ADD x DEFAULT undefined;", true },
		{ "ALTER TABLE a ADD x DEFAULT NaN;", true },
		{ "ALTER TABLE a ADD x DEFAULT [object Object];", true },
		{ "UPDATE a SET x = '? $1 ${x} undefined NaN';", false },
		{ "SELECT `undefined`, \"NaN\" FROM a;", false },
		{ "-- what is $1? undefined\nSELECT 1;", false },
		{ "SELECT x ->> '$.a' FROM a;", false },
		{ "SELECT undefined_x, nan FROM a;", false },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if ((find(one(a, cases[i].sql), "FD7", NULL) != NULL) !=
		    cases[i].bad)
			fail_msg("FD7 of: %s", cases[i].sql);
}

static void test_down_section(void **state)
{
	static const struct { const char *sql, *down; bool live; } cases[] = {
		{ "A;\n-- rollback\n-- DROP TABLE a;\n", "DROP TABLE a;\n", false },
		{ "A;\n--rollback\n--DROP TABLE a;", "DROP TABLE a;\n", false },
		{ "A;\n-- DOWN:\n--   DROP x;\n\n-- DROP y;\n",
		    "  DROP x;\nDROP y;\n", false },
		{ "A;\n-- Down migration\n-- B;--> statement-breakpoint\n"
		    "-- C;", "B;--> statement-breakpoint\nC;\n", false },
		{ "A;\n-- down\n-- B;\n--> statement-breakpoint\n-- C;",
		    "B;\n--> statement-breakpoint\nC;\n", false },
		{ "A;\n-- rollback\n/*\nDROP x;\n*/\n", "\nDROP x;\n", false },
		{ "A;\n-- downstream users\n-- B;", "", false },
		{ "A;\n-- rollback\n", "", false },
		{ "A;\n-- rollback\nDROP TABLE a;", "", true },
		{ "-- down\n-- B;\nA;", "", true },
		{ "-- rollback is below\nA;\n-- rollback\n-- B;", "B;\n", false },
		{ "A; -- rollback\n-- B;", "", false },
		{ "SELECT '\n-- rollback\n-- B;\n';", "", false },
		{ "/*\n-- rollback\n*/\nA;", "", false },
		{ "A;\r\n-- rollback\r\n-- B;\r\n", "B;\n", false },
	};
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct folder *f = one(a, cases[i].sql);

		if (!str_is(f->v[0].down, cases[i].down) ||
		    (find(f, "FD8", NULL) != NULL) != cases[i].live)
			fail_msg("down of %s: %s", cases[i].sql,
			    f->v[0].down.p);
	}
	one(a, "A;\n\n-- rollback\n-- B;");
	assert_int_equal(must_read(a)->v[0].down_line, 4);
}

static void test_down_files(void **state)
{
	struct arena *a = *state;
	struct folder *f = one(a, "A;\n-- rollback\n-- B;");

	assert_true(str_is(f->v[0].down, "B;\n"));
	put(a, "0000_rollback.sql", "C;");
	f = must_read(a);
	assert_true(str_is(f->v[0].down, "C;"));
	assert_int_equal(f->nunlisted, 0);
	put(a, "0000_a.down.sql", "D;");
	f = must_read(a);
	assert_true(str_is(f->v[0].down, "D;"));
	assert_true(str_ends(f->v[0].down_file, STR("/0000_a.down.sql")));
	assert_int_equal(f->v[0].down_line, 1);
	/* only comments: no way back */
	put(a, "0000_a.down.sql", "-- nothing\n");
	assert_true(str_is(must_read(a)->v[0].down, "C;"));
	/* two entries of one prefix: whose rollback file would it be? */
	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_a") ","
	    ENTRY(1, 20, "0000_b")));
	put(a, "0000_b.sql", "B;");
	f = must_read(a);
	assert_true(str_is(f->v[0].down, "B;\n"));
	assert_int_equal(f->v[1].down.n, 0);
	/* an entry of that name is a migration */
	put(a, JOURNAL, ENTRIES(ENTRY(0, 10, "0000_rollback")));
	f = must_read(a);
	assert_int_equal(f->v[0].down.n, 0);
}

static void test_unlisted(void **state)
{
	struct arena *a = *state;
	struct folder *f;

	one(a, "A;");
	put(a, "0001_manual.sql", "B;");
	put(a, "0009_x.down.sql", "B;");
	put(a, "notes.txt", "B;");
	put(a, "sub/0002_x.sql", "B;");
	f = must_read(a);
	assert_int_equal(f->nunlisted, 2);
	assert_true(str_is(f->unlisted[0], "0001_manual.sql"));
	assert_non_null(find(f, "FD9", "unlisted-file"));
	assert_false(find(f, "FD9", NULL)->fatal);
}

static void test_order(void **state)
{
	struct arena *a = *state;
	struct folder *f;

	put(a, JOURNAL, ENTRIES(ENTRY(0, 30, "a") "," ENTRY(1, 20, "b") ","
	    ENTRY(2, 25, "c") "," ENTRY(3, 31, "d")));
	f = must_read(a);
	size_t n = 0;

	for (size_t i = 0; i < f->findings.n; i++)
		n += strcmp(f->findings.v[i].code, "FD2") == 0;
	assert_int_equal(n, 2);
}

/* --- states --------------------------------------------------------------- */

#define MAX 8
struct world {
	struct folder f;
	struct entry v[MAX];
	struct track t;
	struct track_row rows[MAX];
	char hex[MAX][SHA256_HEX + 1];
};

static void world_entry(struct world *w, int hash, int64_t when)
{
	static const char *const tags[MAX] = { "t0", "t1", "t2", "t3", "t4",
		"t5", "t6", "t7" };
	struct entry *en = &w->v[w->f.n];

	*en = (struct entry){ .idx = (int)w->f.n, .tag = str_z(tags[w->f.n]),
		.when = when, .missing = hash < 0 };
	memset(en->hex, 'a' + (hash < 0 ? 25 : hash), SHA256_HEX);
	w->f.v = w->v;
	w->f.n++;
}

/* hash from 100: the tag of entry hash - 100; when < 0: NULL */
static void world_row(struct world *w, int hash, int64_t when)
{
	struct track_row *r = &w->rows[w->t.n];

	if (hash >= 100) {
		snprintf(w->hex[w->t.n], SHA256_HEX, "t%d", hash - 100);
		r->hash = str_z(w->hex[w->t.n]);
	} else {
		memset(w->hex[w->t.n], 'a' + hash, SHA256_HEX);
		w->hex[w->t.n][SHA256_HEX] = '\0';
		r->hash = str_z(w->hex[w->t.n]);
	}
	r->created_at = when < 0 ? 0 : when;
	r->created_null = when < 0;
	r->rowid = (int64_t)w->t.n + 1;
	w->t.v = w->rows;
	w->t.n++;
	w->t.exists = true;
}

static void test_states_named(void **state)
{
	struct arena *a = *state;
	struct world w = { 0 };
	struct states s;

	world_entry(&w, 0, 100);	/* applied */
	world_entry(&w, 1, 200);	/* edited: row has another hash */
	world_entry(&w, 2, 300);	/* restamped: row at 290 */
	world_entry(&w, 3, 350);	/* out of order */
	world_entry(&w, -1, 400);	/* missing, recorded */
	world_entry(&w, 5, 500);	/* pending */
	world_row(&w, 0, 100);
	world_row(&w, 9, 200);
	world_row(&w, 2, 290);
	world_row(&w, 8, 400);
	world_row(&w, 7, 50);		/* squashed */
	world_row(&w, 6, 120);		/* unknown */
	world_row(&w, 6, -1);		/* unknown, no time */
	folder_states(&w.f, &w.t, a, &s);
	assert_int_equal(s.v[0].state, MIG_APPLIED);
	assert_int_equal(s.v[1].state, MIG_EDITED);
	assert_int_equal(s.v[2].state, MIG_RESTAMPED);
	assert_int_equal(s.v[3].state, MIG_OUT_OF_ORDER);
	assert_int_equal(s.v[4].state, MIG_MISSING);
	assert_non_null(s.v[4].row);
	assert_int_equal(s.v[5].state, MIG_PENDING);
	assert_int_equal(s.nsquashed, 1);
	assert_int_equal(s.nunknown, 2);
	assert_int_equal(s.newest, 400);
	assert_int_equal(s.applied_prefix, 3);
	assert_int_equal(s.counts[MIG_APPLIED], 1);
	assert_string_equal(mig_state_word[MIG_OUT_OF_ORDER], "out of order");
}

static void test_states_tags(void **state)
{
	struct arena *a = *state;
	struct world w = { 0 };
	struct states s;

	world_entry(&w, 0, 100);
	world_entry(&w, 1, 200);
	world_entry(&w, 1, 300);	/* the same text again */
	world_row(&w, 100, 100);
	world_row(&w, 101, -1);
	folder_states(&w.f, &w.t, a, &s);
	assert_int_equal(s.v[0].state, MIG_APPLIED);
	assert_int_equal(s.v[1].state, MIG_RESTAMPED);
	assert_int_equal(s.v[2].state, MIG_PENDING);
}

static void test_states_empty(void **state)
{
	struct arena *a = *state;
	struct world w = { 0 };
	struct states s;

	folder_states(&w.f, &w.t, a, &s);
	assert_int_equal(s.n + s.nunknown + s.nsquashed, 0);
	assert_true(s.newest == INT64_MIN);
	world_row(&w, 1, 5);
	folder_states(&w.f, &w.t, a, &s);
	assert_int_equal(s.nunknown, 1);
	w.t.n = 0;
	world_entry(&w, 0, 0);
	folder_states(&w.f, &w.t, a, &s);
	assert_int_equal(s.v[0].state, MIG_PENDING);
}

/*
 * The five steps written down again over small matrices of who may pair with
 * whom, to be compared with folder_states() over constructed worlds.
 */
static bool same_hash(const struct entry *en, const struct track_row *r)
{
	return (!en->missing && str_is(r->hash, en->hex)) ||
	    str_eq(r->hash, en->tag);
}

static bool same_time(const struct entry *en, const struct track_row *r)
{
	return !r->created_null && r->created_at == en->when;
}

static void oracle(const struct world *w, int *row_of, enum mig_state *out)
{
	bool used[MAX] = { false };
	int64_t newest = INT64_MIN;

	for (size_t j = 0; j < w->t.n; j++)
		if (!w->rows[j].created_null && w->rows[j].created_at > newest)
			newest = w->rows[j].created_at;
	for (size_t i = 0; i < w->f.n; i++)
		row_of[i] = -1;
	for (int step = 1; step <= 2; step++)
		for (size_t i = 0; i < w->f.n; i++)
			for (size_t j = 0; j < w->t.n && row_of[i] < 0; j++)
				if (!used[j] && same_time(&w->v[i],
				    &w->rows[j]) && (step == 2 ||
				    same_hash(&w->v[i], &w->rows[j]))) {
					row_of[i] = (int)j;
					used[j] = true;
					out[i] = step == 1 ? MIG_APPLIED
							   : MIG_EDITED;
				}
	bool left[MAX] = { false };	/* entries, as step 3 finds them */

	for (size_t i = 0; i < w->f.n; i++)
		left[i] = row_of[i] < 0;
	for (size_t i = 0; i < w->f.n; i++) {
		size_t rows = 0, twins = 0, hit = 0;

		if (!left[i])
			continue;
		for (size_t k = 0; k < w->f.n; k++)
			twins += left[k] && !w->v[k].missing &&
			    !w->v[i].missing &&
			    strcmp(w->v[k].hex, w->v[i].hex) == 0;
		for (size_t j = 0; j < w->t.n; j++)
			if (!used[j] && (str_eq(w->rows[j].hash, w->v[i].tag) ||
			    (twins <= 1 && same_hash(&w->v[i], &w->rows[j])))) {
				rows++;
				hit = j;
			}
		if (rows == 1) {
			row_of[i] = (int)hit;
			used[hit] = true;
			out[i] = MIG_RESTAMPED;
		}
	}
	for (size_t i = 0; i < w->f.n; i++) {
		if (row_of[i] < 0)
			out[i] = w->v[i].when > newest ? MIG_PENDING
						       : MIG_OUT_OF_ORDER;
		if (w->v[i].missing)
			out[i] = MIG_MISSING;
	}
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void test_states_property(void **state)
{
	struct arena *a = *state;
	uint32_t seed = 20261121;

	for (int trial = 0; trial < 40000; trial++) {
		struct world w = { 0 };
		struct states s;
		int row_of[MAX];
		enum mig_state want[MAX];
		uint32_t ne = next_random(&seed) % 6;
		uint32_t nr = next_random(&seed) % 7;
		size_t rows = 0;

		for (uint32_t i = 0; i < ne; i++)
			world_entry(&w, next_random(&seed) % 8 == 0 ? -1 :
			    (int)(next_random(&seed) % 5),
			    10 * (1 + next_random(&seed) % 5));
		for (uint32_t i = 0; i < nr; i++)
			world_row(&w, next_random(&seed) % 6 == 0 ?
			    100 + (int)(next_random(&seed) % 6) :
			    (int)(next_random(&seed) % 5),
			    next_random(&seed) % 7 == 0 ? -1 :
			    (int64_t)(10 * (next_random(&seed) % 6)));
		folder_states(&w.f, &w.t, a, &s);
		oracle(&w, row_of, want);
		for (size_t i = 0; i < ne; i++) {
			const struct track_row *r = row_of[i] < 0 ? NULL :
			    &w.rows[row_of[i]];

			if (s.v[i].state != want[i] || s.v[i].row != r)
				fail_msg("trial %d entry %zu: %s, not %s",
				    trial, i, mig_state_word[s.v[i].state],
				    mig_state_word[want[i]]);
			rows += s.v[i].row != NULL;
		}
		/* every row is somewhere, once */
		assert_int_equal(rows + s.nsquashed + s.nunknown, nr);
		arena_reset(a);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_plain), T(test_split), T(test_runnable), T(test_versions),
		T(test_hostile_tags), T(test_journal_mutations),
		T(test_journal_places), T(test_no_folder), T(test_layout_1),
		T(test_not_regular), T(test_ceilings), T(test_encoding),
		T(test_markers), T(test_leftovers), T(test_down_section),
		T(test_down_files), T(test_unlisted), T(test_order),
		T(test_states_named), T(test_states_tags),
		T(test_states_empty), T(test_states_property),
	};

	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}

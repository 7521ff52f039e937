/*
 * pty_random: 10,000 keys at random on a SQLite database, whose file has the
 * same bytes afterwards.
 */
#include "tests/lib/random_keys.h"

#include <dirent.h>
#include <sqlite3.h>

#include "base/hash.h"

static const char first[] =
	"CREATE TABLE " RANDOM_GATED " (id integer PRIMARY KEY, mail text, b blob);"
	"CREATE TABLE posts (id integer PRIMARY KEY, owner integer REFERENCES "
	RANDOM_GATED "(id) ON DELETE CASCADE, body text, at integer, UNIQUE(owner, "
	"at)); CREATE VIEW v AS SELECT mail FROM " RANDOM_GATED ";";
static const char rows[] =
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
	"i < 900) INSERT INTO " RANDOM_GATED " SELECT i, CASE i % 3 WHEN 0 THEN NULL "
	"WHEN 1 THEN 'm' || i || '@' || char(27) || '[31m' || char(9) || "
	"char(0x56f3, 0x1f469, 0x200d, 0x1f4bb, 0x202e) ELSE '' END, "
	"zeroblob(i) FROM n;"
	"INSERT INTO posts SELECT id, id, '{\"k\": [' || id || ', null]}', "
	"1700000000 + id FROM " RANDOM_GATED ";";

static void run(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void file_hash(const char *path, char hex[SHA256_HEX + 1])
{
	struct sbuf text = SBUF_TEXT;
	struct err e = ERR_INIT;
	struct sha256 h;

	assert_ok(file_read(path, &text, &e), &e);
	h = sha256_of(sbuf_str(&text));
	sha256_hex(&h, hex);
	sbuf_free(&text);
}

static void the_file_stays_as_it_was(void **state)
{
	char dir[PTY_DIR], db[PTY_DIR + 8];
	char before[SHA256_HEX + 1], after[SHA256_HEX + 1];

	(void)state;
	pty_dir(dir);
	snprintf(db, sizeof(db), "%s/app.db", dir);
	random_project(dir, "sqlite", "app.db", first);
	run(db, rows);
	file_hash(db, before);
	random_keys(dir);
	file_hash(db, after);
	assert_string_equal(before, after);
	pty_wipe(dir);
}

/* A local studio talks to a terminal and to files, to nobody else. */
static void it_opens_no_port(void **state)
{
	char dir[PTY_DIR], path[64], to[PATH_MAX];
	struct dirent *file;
	size_t files = 0;
	struct vt *v;
	DIR *open;

	(void)state;
	pty_dir(dir);
	random_project(dir, "sqlite", "app.db", first);
	v = random_start(dir);
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)vt_pid(v));
	open = opendir(path);
	assert_non_null(open);
	while ((file = readdir(open))) {
		ssize_t n = readlinkat(dirfd(open), file->d_name, to,
		    sizeof(to) - 1);

		if (n < 0)	/* "." and ".." */
			continue;
		to[n] = '\0';
		files++;
		assert_null(strstr(to, "socket:"));
	}
	closedir(open);
	assert_true(files > 3);
	vt_send(v, STR("q"));
	pty_exits(v, 0);
	vt_stop(v);
	pty_wipe(dir);
}

UNIT_MAIN(cmocka_unit_test(the_file_stays_as_it_was),
    cmocka_unit_test(it_opens_no_port))

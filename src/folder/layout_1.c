/*
 * layout_1.c: the folder of drizzle-kit 1.0 (rc.4): no journal, a folder for
 * each migration, called <YYYYMMDDHHMMSS>_<name>, with migration.sql and
 * snapshot.json.  The name is the tag, their bytewise order that of the run;
 * created_at is the second of the name in milliseconds (drizzle-orm 1.0
 * src/migrator.utils.ts).
 */
#include <time.h>

#include "base/fs.h"
#include "base/json.h"
#include "folder/parts.h"

#define STAMP 14		/* digits */

static bool holds(const char *dir, struct str name, const char *file,
    struct arena *a)
{
	return file_stat_of(path_join(a, path_join(a, str_z(dir), name),
	    str_z(file)).p).is_file;
}

bool folder_is_layout_1(const char *path)
{
	struct arena *a = arena_new();
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;
	bool is = false;

	if (dir_read(path, a, &list, &ignored) == RC_OK)
		for (size_t i = 0; i < list.n && !is; i++)
			is = list.v[i].is_dir && holds(path, list.v[i].name,
			    "migration.sql", a);
	arena_free(a);
	return is;
}

static int number(struct str s, size_t from, size_t to)
{
	int n = 0;

	for (size_t i = from; i < to; i++)
		n = n * 10 + (s.p[i] - '0');
	return n;
}

/* ms since 1970 of the 14 digits; false: they are no time. */
static bool stamp_of(struct str name, int64_t *out)
{
	struct tm t = { 0 }, back;
	time_t seconds;

	for (size_t i = 0; i < STAMP; i++)
		if (i >= name.n || name.p[i] < '0' || name.p[i] > '9')
			return false;
	t.tm_year = number(name, 0, 4) - 1900;
	t.tm_mon = number(name, 4, 6) - 1;
	t.tm_mday = number(name, 6, 8);
	t.tm_hour = number(name, 8, 10);
	t.tm_min = number(name, 10, 12);
	t.tm_sec = number(name, 12, 14);
	back = t;
	seconds = timegm(&back);
	if (back.tm_mon != t.tm_mon || back.tm_mday != t.tm_mday ||
	    back.tm_hour != t.tm_hour || back.tm_min != t.tm_min)
		return false;
	*out = (int64_t)seconds * 1000;
	return true;
}

static enum rc take(const char *dir, struct str shown, struct str name,
    int idx, struct arena *a, struct entry *out, struct err *e)
{
	int64_t when = 0;

	if (!tag_valid(name) || !stamp_of(name, &when)) {
		err_at(e, RC_INCONSISTENT, path_join(a, shown, name).p,
		    "a folder with a migration.sql is called "
		    "<YYYYMMDDHHMMSS>_<name>");
		err_hint(e, "Rename it, or move it out of %s", dir);
		return RC_INCONSISTENT;
	}
	*out = (struct entry){ .idx = idx, .tag = name, .when = when,
		.version = STR(""), .breakpoints = true, .named = true };
	return RC_OK;
}

/* The dialect of the newest snapshot that tells it. */
static enum rc dialect_read(const char *dir, struct str shown,
    struct arena *a, struct journal *j, struct err *e)
{
	for (size_t i = j->n; i-- > 0;) {
		struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
		struct err ignored = ERR_INIT;
		const struct json *root = NULL;
		struct str word = STR("");
		char *name = arena_z(a, path_join(a, j->v[i].tag,
		    STR("snapshot.json")));

		if (file_read_beneath(dir, name, &text, &ignored) == RC_OK &&
		    json_read(sbuf_str(&text), name, a, &root, &ignored) ==
		    RC_OK && root->kind == JSON_OBJECT)
			word = arena_str(a, json_str_of(json_get(root,
			    "dialect")));
		sbuf_free(&text);
		if (!engine_word(word, &j->engine))
			continue;
		j->dialect = word;
		return RC_OK;
	}
	err_at(e, RC_INCONSISTENT, arena_z(a, shown), "no snapshot.json there "
	    "says whether the migrations are for PostgreSQL or SQLite");
	err_hint(e, "Restore the snapshots from version control.");
	return RC_INCONSISTENT;
}

enum rc layout_1_read(const char *dir, struct str shown, struct arena *a,
    struct journal *out, struct err *e)
{
	struct journal j = { .dialect = STR("") };
	VEC(struct entry) v = { 0 };
	struct dir_list list = { 0 };
	enum rc rc = dir_read(dir, a, &list, e);

	for (size_t i = 0; !rc && i < list.n; i++) {
		struct entry en;

		if (!list.v[i].is_dir || !holds(dir, list.v[i].name,
		    "migration.sql", a))
			continue;
		if (v.n >= JOURNAL_MAX_ENTRIES)
			return err_at(e, RC_UNSUPPORTED, dir,
			    "more than %d migrations", JOURNAL_MAX_ENTRIES);
		rc = take(dir, shown, list.v[i].name, (int)v.n, a, &en, e);
		if (!rc)
			vec_push(a, &v, en);
	}
	j.v = v.v;
	j.n = v.n;
	if (!rc)
		rc = dialect_read(dir, shown, a, &j, e);
	if (!rc)
		*out = j;
	return rc;
}

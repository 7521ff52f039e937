/*
 * write.c: a new migration on disk, to drizzle-kit 0.31.11's bytes
 * (src/utils.ts prepareOutFolder, src/cli/commands/migrate.ts writeResult).
 *
 * The journal is written last: what it does not name does not count yet.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json.h"
#include "folder/parts.h"

#define MODE 0666		/* less the umask, as an editor would */

const char *const tag_prefix_word[PREFIX_N] = {
	[PREFIX_INDEX] = "index",
	[PREFIX_TIMESTAMP] = "timestamp",
	[PREFIX_SUPABASE] = "supabase",
	[PREFIX_UNIX] = "unix",
	[PREFIX_NONE] = "none",
};

struct str tag_prefix_text(enum tag_prefix p, int idx, int64_t ms,
    struct arena *a)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm t = { 0 };

	switch (p) {
	case PREFIX_INDEX:
		return arena_printf(a, "%04d", idx);
	case PREFIX_TIMESTAMP:
	case PREFIX_SUPABASE:
		gmtime_r(&seconds, &t);
		return arena_printf(a, "%04d%02d%02d%02d%02d%02d",
		    t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
		    t.tm_min, t.tm_sec);
	case PREFIX_UNIX:
		return arena_printf(a, "%lld", (long long)seconds);
	case PREFIX_NONE:
	case PREFIX_N:
		break;
	}
	return STR("");
}

/* --- snapshots --------------------------------------------------------------- */

enum rc folder_snapshots(const char *dir, struct arena *a,
    const struct snapshot_file **out, size_t *n, struct err *e)
{
	char *meta = arena_z(a, arena_printf(a, "%s/meta", dir));
	VEC(struct snapshot_file) v = { 0 };
	struct dir_list list = { 0 };
	enum rc rc = RC_OK;

	if (file_stat_of(meta).is_dir)
		rc = dir_read(meta, a, &list, e);
	for (size_t i = 0; i < list.n && !rc; i++) {
		struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
		struct str name = list.v[i].name;

		if (!list.v[i].is_file || str_starts(name, STR("_")) ||
		    !str_ends(name, STR(".json")))
			continue;
		rc = file_read_beneath(meta, arena_z(a, name), &text, e);
		if (!rc)
			vec_push(a, &v, (struct snapshot_file){
			    .name = arena_str(a, name),
			    .path = arena_printf(a, "%s/%.*s", meta,
				STR_ARG(name)),
			    .text = arena_str(a, sbuf_str(&text)) });
		sbuf_free(&text);
	}
	if (rc)
		return rc;
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

/* --- the journal -------------------------------------------------------------- */

static enum rc journal_read(const char *path, struct arena *a,
    const struct json **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	enum rc rc;

	*out = NULL;
	if (!file_stat_of(path).exists)
		return RC_OK;
	rc = file_read(path, &text, e);
	if (!rc)
		rc = json_read(arena_str(a, sbuf_str(&text)), path, a, out, e);
	sbuf_free(&text);
	if (rc == RC_PARSE)
		return err_at(e, RC_INCONSISTENT, e->where, "%s", e->msg);
	if (!rc && (!json_get(*out, "entries") ||
	    json_get(*out, "entries")->kind != JSON_ARRAY))
		return err_at(e, RC_INCONSISTENT, path,
		    "the journal has no list of entries");
	return rc;
}

static int next_idx(const struct json *journal)
{
	const struct json *v = journal ? json_get(journal, "entries") : NULL;
	const struct json *idx = v && v->n ? json_get(&v->items[v->n - 1],
	    "idx") : NULL;

	return idx && idx->kind == JSON_NUMBER && idx->is_int ?
	    (int)idx->integer + 1 : v ? (int)v->n : 0;
}

enum rc folder_next_idx(const char *dir, int *out, struct err *e)
{
	struct arena *a = arena_new();
	const struct json *journal;
	enum rc rc = journal_read(arena_z(a, arena_printf(a,
	    "%s/meta/_journal.json", dir)), a, &journal, e);

	if (!rc)
		*out = next_idx(journal);
	arena_free(a);
	return rc;
}

static void put_entry(struct json_out *o, const struct new_migration *m,
    int idx)
{
	json_open_object(o);
	json_key(o, "idx");
	json_put_int(o, idx);
	json_pair_str(o, "version", m->version);
	json_key(o, "when");
	json_put_int(o, m->when);
	json_pair_str(o, "tag", m->tag);
	json_pair_bool(o, "breakpoints", m->breakpoints);
	json_close_object(o);
}

/* All that stands there stays, keys that nobody knows too. */
static void journal_text(const struct json *old, const struct new_migration *m,
    struct sbuf *out)
{
	struct json_out o = { .b = out, .indent = 2 };
	const struct json *entries = old ? json_get(old, "entries") : NULL;

	json_open_object(&o);
	if (!old) {
		json_pair_z(&o, "version", "7");
		json_pair_str(&o, "dialect", m->dialect);
	}
	for (size_t i = 0; old && i < old->n; i++) {
		if (&old->items[i] == entries)
			break;
		json_key_str(&o, old->keys[i]);
		json_put_tree(&o, &old->items[i]);
	}
	json_key(&o, "entries");
	json_open_array(&o);
	for (size_t i = 0; entries && i < entries->n; i++)
		json_put_tree(&o, &entries->items[i]);
	put_entry(&o, m, next_idx(old));
	json_close_array(&o);
	for (size_t i = entries ? (size_t)(entries - old->items) + 1 : 0;
	    old && i < old->n; i++) {
		json_key_str(&o, old->keys[i]);
		json_put_tree(&o, &old->items[i]);
	}
	json_close_object(&o);
}

/* Read again right before: what another program added meanwhile stays. */
static enum rc journal_add(const char *path, const struct new_migration *m,
    struct arena *a, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	const struct json *old;
	enum rc rc = journal_read(path, a, &old, e);

	if (!rc) {
		journal_text(old, m, &text);
		rc = file_write_atomic(path, sbuf_str(&text), MODE, e);
	}
	sbuf_free(&text);
	return rc;
}

/*
 * Without a prefix all snapshots bear one name, and the newest takes it, as in
 * drizzle-kit; *old is what stood there, for the way back.
 */
static enum rc snapshot_add(const char *path, const struct new_migration *m,
    struct sbuf *old, bool *had, struct err *e)
{
	enum rc rc;

	*had = !m->prefix.n && file_stat_of(path).exists;
	if (!*had)
		return file_create(path, m->snapshot, MODE, e);
	rc = file_read(path, old, e);
	return rc ? rc : file_write_atomic(path, m->snapshot, MODE, e);
}

static void snapshot_undo(const char *path, const struct sbuf *old, bool had)
{
	struct err ignored = ERR_INIT;

	if (had)
		(void)!file_write_atomic(path, sbuf_str(old), MODE, &ignored);
	else
		(void)!unlink(path);
}

enum rc folder_add(const char *dir, const struct new_migration *m,
    struct err *e)
{
	struct arena *a = arena_new();
	char *sql = arena_z(a, arena_printf(a, "%s/%.*s.sql", dir,
	    STR_ARG(m->tag)));
	char *snapshot = arena_z(a, arena_printf(a,
	    "%s/meta/%.*s_snapshot.json", dir, STR_ARG(m->prefix)));
	char *journal = arena_z(a, arena_printf(a, "%s/meta/_journal.json",
	    dir));
	struct sbuf old = SBUF_INIT(FS_MAX_TEXT);
	bool has_sql = false, has_snapshot = false, had = false;
	enum rc rc;

	rc = dir_make(arena_z(a, arena_printf(a, "%s/meta", dir)), 0777, e);
	if (!rc)
		rc = file_create(sql, m->sql, MODE, e);
	has_sql = !rc;
	if (!rc)
		rc = snapshot_add(snapshot, m, &old, &had, e);
	has_snapshot = !rc;
	if (!rc)
		rc = journal_add(journal, m, a, e);
	if (rc && has_snapshot)
		snapshot_undo(snapshot, &old, had);
	if (rc && has_sql)
		(void)!unlink(sql);
	sbuf_free(&old);
	arena_free(a);
	return rc;
}

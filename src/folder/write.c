/*
 * write.c: a new migration on disk, to drizzle-kit 0.31.11's bytes
 * (src/utils.ts prepareOutFolder, src/cli/commands/migrate.ts writeResult).
 *
 * The journal is written last: what it does not name does not count yet.
 */
#include <stdio.h>
#include <time.h>

#include "base/json.h"
#include "base/stage.h"
#include "folder/parts.h"

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

static struct str meta_of(const char *dir, struct arena *a)
{
	return arena_printf(a, "%s/meta", dir);
}

static enum rc snapshot_read(const char *meta, struct str name,
    struct arena *a, struct snapshot_file *out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	enum rc rc = file_read_beneath(meta, arena_z(a, name), &text, e);

	if (!rc)
		*out = (struct snapshot_file){ .name = arena_str(a, name),
			.path = arena_printf(a, "%s/%.*s", meta,
			    STR_ARG(name)),
			.text = arena_str(a, sbuf_str(&text)) };
	sbuf_free(&text);
	return rc;
}

static enum rc snapshot_names(const char *dir, struct arena *a,
    struct strs *out, struct err *e)
{
	struct str meta = meta_of(dir, a);
	struct dir_list list = { 0 };
	VEC(struct str) v = { 0 };
	enum rc rc = dir_beneath(dir, "meta", e);

	if (!rc && file_stat_of(meta.p).is_dir)
		rc = dir_read(meta.p, a, &list, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].is_file &&
		    !str_starts(list.v[i].name, STR("_")) &&
		    str_ends(list.v[i].name, STR(".json")))
			vec_push(a, &v, list.v[i].name);
	*out = (struct strs){ v.v, v.n };
	return RC_OK;
}

enum rc folder_snapshots(const char *dir, struct arena *a,
    const struct snapshot_file **out, size_t *n, struct err *e)
{
	struct snapshot_file *v;
	struct strs names;
	enum rc rc = snapshot_names(dir, a, &names, e);

	if (rc)
		return rc;
	v = arena_array(a, struct snapshot_file, names.n);
	for (size_t i = 0; i < names.n && !rc; i++)
		rc = snapshot_read(meta_of(dir, a).p, names.v[i], a, &v[i], e);
	if (rc)
		return rc;
	*out = v;
	*n = names.n;
	return RC_OK;
}

/* --- the journal -------------------------------------------------------------- */

static char *journal_path(const char *dir, struct arena *a)
{
	return arena_z(a, arena_printf(a, "%s/meta/_journal.json", dir));
}

static enum rc journal_read(const char *dir, struct arena *a,
    const struct json **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	char *path = journal_path(dir, a);
	enum rc rc;

	*out = NULL;
	if (!file_stat_of(path).exists && folder_is_layout_1(dir)) {
		err_at(e, RC_UNSUPPORTED, dir, "this folder has the layout of "
		    "drizzle-kit 1.0, which weir reads and applies, and does "
		    "not write");
		err_hint(e, "drizzle-kit generate; then weir review");
		return RC_UNSUPPORTED;
	}
	if (!file_stat_of(path).exists)
		return RC_OK;
	rc = file_read_beneath(dir, "meta/_journal.json", &text, e);
	if (!rc)
		rc = json_read(arena_str(a, sbuf_str(&text)), path, a, out, e);
	sbuf_free(&text);
	if (rc == RC_PARSE)
		e->code = rc = RC_INCONSISTENT;
	if (!rc && (!json_get(*out, "entries") ||
	    json_get(*out, "entries")->kind != JSON_ARRAY))
		return err_at(e, RC_INCONSISTENT, path,
		    "the journal has no list of entries");
	return rc;
}

static const struct json *last_entry(const struct json *journal)
{
	const struct json *v = journal ? json_get(journal, "entries") : NULL;

	return v && v->n ? &v->items[v->n - 1] : NULL;
}

static int next_idx(const struct json *journal)
{
	const struct json *last = last_entry(journal);
	const struct json *idx = last ? json_get(last, "idx") : NULL;

	if (!last)
		return 0;
	return idx && idx->kind == JSON_NUMBER && idx->is_int ?
	    (int)idx->integer + 1 : (int)json_get(journal, "entries")->n;
}

enum rc folder_next_idx(const char *dir, int *out, struct err *e)
{
	struct arena *a = arena_new();
	const struct json *journal;
	enum rc rc = journal_read(dir, a, &journal, e);

	if (!rc)
		*out = next_idx(journal);
	arena_free(a);
	return rc;
}

static enum rc has(const char *dir, struct str text, bool whole, bool *out,
    struct err *e)
{
	struct arena *a = arena_new();
	const struct json *journal = NULL, *v;
	bool met = false;
	enum rc rc = journal_read(dir, a, &journal, e);

	v = journal ? json_get(journal, "entries") : NULL;
	for (size_t i = 0; v && i < v->n; i++) {
		struct str tag = json_str_of(json_get(&v->items[i], "tag"));

		const struct json *idx = json_get(&v->items[i], "idx");

		met = met || str_eq(text, whole ? tag : str_sub(tag, 0,
		    str_find(tag, STR("_"), 0)));
		/* a file that was renamed keeps the snapshot of its number */
		met = met || (!whole && idx && str_eq(text, arena_printf(a,
		    "%04d", (int)idx->integer)));
	}
	if (!rc)
		*out = met;
	arena_free(a);
	return rc;
}

enum rc folder_names(const char *dir, struct str tag, bool *out,
    struct err *e)
{
	return has(dir, tag, true, out, e);
}

enum rc folder_has_prefix(const char *dir, struct str prefix, bool *out,
    struct err *e)
{
	return has(dir, prefix, false, out, e);
}

static const char bare[] = "_snapshot.json";
static const struct snapshot_file no_snapshot = { .name = STR_NONE };

static bool has_bare(struct str meta, struct arena *a)
{
	return file_stat_of(arena_z(a, path_join(a, meta,
	    str_z(bare)))).is_file;
}

enum rc folder_unprefixed(const char *dir, struct arena *a,
    struct snapshot_file *out, struct err *e)
{
	struct str meta = meta_of(dir, a);

	if (has_bare(meta, a))
		return snapshot_read(meta.p, str_z(bare), a, out, e);
	*out = no_snapshot;
	return RC_OK;
}

enum rc folder_last_name(const char *dir, struct arena *a, struct str *out,
    struct err *e)
{
	struct strs names;
	enum rc rc = snapshot_names(dir, a, &names, e);

	if (!rc)
		*out = names.n ? names.v[names.n - 1] : STR("");
	return rc;
}

enum rc folder_base(const char *dir, bool unprefixed, struct arena *a,
    struct snapshot_file *out, struct err *e)
{
	const struct json *journal = NULL, *last;
	struct str meta = meta_of(dir, a), name;
	enum rc rc = folder_last_name(dir, a, &name, e);

	if (!rc && unprefixed)
		rc = journal_read(dir, a, &journal, e);
	if (rc)
		return rc;
	last = last_entry(journal);
	if (last && str_starts(json_str_of(json_get(last, "tag")), STR("_")) &&
	    has_bare(meta, a))
		name = str_z(bare);
	if (!name.n) {
		*out = no_snapshot;
		return RC_OK;
	}
	return snapshot_read(meta.p, name, a, out, e);
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

/* What is done to the list: `m` added or, where its tag is, in its place;
 * else `without` goes. */
struct edit {
	const struct new_migration *m;
	struct str without;
	size_t met;			/* entries of that tag */
};

static void put_entries(struct json_out *o, const struct json *old,
    struct edit *x)
{
	const struct json *entries = old ? json_get(old, "entries") : NULL;
	struct str tag = x->m ? x->m->tag : x->without;

	json_key(o, "entries");
	json_open_array(o);
	for (size_t i = 0; entries && i < entries->n; i++) {
		const struct json *en = &entries->items[i];
		const struct json *idx = json_get(en, "idx");

		if (!str_eq(json_str_of(json_get(en, "tag")), tag)) {
			json_put_tree(o, en);
			continue;
		}
		x->met++;
		if (x->m)
			put_entry(o, x->m, idx ? (int)idx->integer : (int)i);
	}
	if (x->m && !x->met)
		put_entry(o, x->m, next_idx(old));
	json_close_array(o);
}

/* All that stands there stays, keys that nobody knows too. */
static void journal_text(const struct json *old, struct edit *x,
    struct sbuf *out)
{
	struct json_out o = { .b = out, .indent = 2 };

	json_open_object(&o);
	if (!old) {
		json_pair_z(&o, "version", "7");
		json_pair_str(&o, "dialect", x->m->dialect);
		put_entries(&o, old, x);
	}
	for (size_t i = 0; old && i < old->n; i++) {
		if (str_is(old->keys[i], "entries")) {
			put_entries(&o, old, x);
			continue;
		}
		json_key_str(&o, old->keys[i]);
		json_put_tree(&o, &old->items[i]);
	}
	json_close_object(&o);
}

/* --- writing -------------------------------------------------------------------- */

/* Under the lock, so that of two who read the same base one is told. */
static enum rc base_stands(const char *dir, const struct new_migration *m,
    struct arena *a, struct err *e)
{
	struct snapshot_file now;
	enum rc rc;

	if (!m->base)
		return RC_OK;
	rc = folder_base(dir, m->unprefixed, a, &now, e);
	if (rc || (str_eq(now.name, m->base->name) &&
	    (!now.name.n || str_eq(now.text, m->base->text))))
		return rc;
	err_set(e, RC_CONFLICT, "another migration was generated meanwhile: "
	    "nothing was written");
	err_hint(e, "generate again, from the new last one");
	return RC_CONFLICT;
}

static enum rc stage_bundle(const char *dir, struct str journal,
    const struct bundle *b, struct arena *a, struct stage *st, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	const struct json *now;
	enum rc rc = json_read(journal, "_journal.json", a, &now, e);

	if (rc)
		return rc;
	bundle_text(now, b, &text);
	stage_put(st, arena_z(a, arena_printf(a, "%s/migrations.js", dir)),
	    arena_str(a, sbuf_str(&text)), false);
	sbuf_free(&text);
	return RC_OK;
}

static enum rc edit_journal(const char *dir, struct edit *x,
    const struct bundle *b, struct arena *a, struct stage *st, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	const struct json *old;
	enum rc rc = journal_read(dir, a, &old, e);

	if (!rc && !old && !x->m)
		rc = err_set(e, RC_NOTFOUND, "%s has no journal", dir);
	if (!rc)
		journal_text(old, x, &text);
	if (!rc && x->met > 1)
		rc = err_set(e, RC_INCONSISTENT, "the journal names %.*s "
		    "twice", STR_ARG(x->m ? x->m->tag : x->without));
	if (!rc)
		stage_put(st, journal_path(dir, a),
		    arena_str(a, sbuf_str(&text)), !old);
	if (!rc && b->wanted)
		rc = stage_bundle(dir, arena_str(a, sbuf_str(&text)), b, a, st,
		    e);
	sbuf_free(&text);
	return rc;
}

enum rc folder_add(const char *dir, const struct new_migration *m,
    struct err *e)
{
	struct arena *a = arena_new();
	struct str meta = meta_of(dir, a);
	struct str sql = arena_printf(a, "%s/%.*s.sql", dir, STR_ARG(m->tag));
	struct str snapshot = arena_printf(a, "%.*s/%.*s_snapshot.json",
	    STR_ARG(meta), STR_ARG(m->prefix));
	struct edit x = { .m = m };
	struct stage *st = NULL;
	enum rc rc = dir_beneath(dir, "meta", e);

	if (!rc)
		rc = dir_make(meta.p, 0777, e);
	if (!rc)
		rc = stage_open(meta.p, &st, e);
	if (!rc)
		rc = base_stands(dir, m, a, e);
	if (!rc && (m->how == ADD_NEW || m->how == ADD_AGAIN))
		stage_put(st, sql.p, m->sql, m->how == ADD_NEW);
	/* without a prefix all bear one name: the newest takes it */
	if (!rc && m->how != ADD_REST)
		stage_put(st, snapshot.p, m->snapshot, m->how != ADD_AGAIN &&
		    m->prefix.n && !m->replaces);
	if (!rc)
		rc = edit_journal(dir, &x, &m->bundle, a, st, e);
	if (!rc && m->how != ADD_AGAIN && x.met)
		rc = err_set(e, RC_CONFLICT, "the journal names %.*s already",
		    STR_ARG(m->tag));
	if (!rc)
		rc = stage_commit(st, e);
	stage_close(st);
	arena_free(a);
	return rc;
}

enum rc folder_drop(const char *dir, struct str tag, struct str snapshot,
    const struct snapshot_file *next, const struct bundle *bundle,
    struct err *e)
{
	struct arena *a = arena_new();
	struct str sql = arena_printf(a, "%s/%.*s.sql", dir, STR_ARG(tag));
	struct str meta = meta_of(dir, a);
	struct edit x = { .without = tag };
	struct stage *st = NULL;
	enum rc rc = dir_beneath(dir, "meta", e);

	if (!rc)
		rc = stage_open(meta.p, &st, e);
	if (!rc && file_stat_of(sql.p).exists)
		stage_remove(st, sql.p);
	if (!rc && snapshot.n)
		stage_remove(st, arena_z(a, path_join(a, meta, snapshot)));
	if (!rc && next)
		stage_put(st, arena_z(a, next->path), next->text, false);
	if (!rc)
		rc = edit_journal(dir, &x, bundle, a, st, e);
	if (!rc && !x.met)
		rc = err_set(e, RC_NOTFOUND, "the journal does not name %.*s",
		    STR_ARG(tag));
	if (!rc)
		rc = stage_commit(st, e);
	stage_close(st);
	arena_free(a);
	return rc;
}

enum rc folder_rewrite(const char *dir, const struct snapshot_file *v,
    size_t n, struct err *e)
{
	struct arena *a = arena_new();
	struct stage *st = NULL;
	enum rc rc = stage_open(meta_of(dir, a).p, &st, e);

	for (size_t i = 0; !rc && i < n; i++)
		stage_put(st, arena_z(a, v[i].path), v[i].text, false);
	if (!rc)
		rc = stage_commit(st, e);
	stage_close(st);
	arena_free(a);
	return rc;
}

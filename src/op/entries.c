/* entries: see entries.h. */
#include "base/fs.h"
#include "decl/decl.h"
#include "op/drift.h"
#include "op/entries.h"
#include "op/replay.h"

/* --- up ---------------------------------------------------------------------- */

enum rc entries_up(const char *dir, struct arena *a, struct strs *changed,
    struct err *e)
{
	const struct snapshot_file *v;
	struct snapshot_file *made;
	struct str *paths;
	size_t n, k = 0;
	enum rc rc = folder_snapshots(dir, a, &v, &n, e);

	if (rc)
		return rc;
	made = arena_array(a, struct snapshot_file, n);
	paths = arena_array(a, struct str, n);
	for (size_t i = 0; i < n; i++) {
		struct snapshot_file x = v[i];
		bool is_other = false;

		rc = decl_upgrade(v[i].text, arena_z(a, v[i].path), a,
		    &x.text, &is_other, e);
		if (rc == RC_PARSE)
			e->code = rc = RC_INCONSISTENT;
		if (rc)
			return rc;
		if (!is_other)
			continue;
		paths[k] = x.path;
		made[k++] = x;
	}
	*changed = (struct strs){ paths, k };
	return k ? folder_rewrite(dir, made, k, e) : RC_OK;
}

/* --- drop --------------------------------------------------------------------- */

static struct str prefix_of(struct str tag)
{
	return str_sub(tag, 0, str_find(tag, STR("_"), 0));
}

static size_t sharers(const struct folder *f, struct str prefix)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += str_eq(prefix_of(f->v[i].tag), prefix);
	return n;
}

/* A snapshot without its place in the chain: what it declares. */
static enum rc declares(const char *dir, struct str name, struct arena *a,
    struct str *text, struct err *e)
{
	const struct snapshot_file *v;
	const struct decl *d;
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct decl plain;
	size_t n;
	enum rc rc = folder_snapshots(dir, a, &v, &n, e);

	*text = STR("");
	for (size_t i = 0; !rc && i < n; i++) {
		if (!str_eq(v[i].name, name))
			continue;
		rc = decl_read(v[i].text, arena_z(a, v[i].path), a, &d, e);
		if (rc)
			return rc;
		plain = *d;
		plain.id = plain.prev_id = STR("");
		plain.nmeta_tables = plain.nmeta_columns = 0;
		decl_write(&plain, false, &b);
		*text = arena_str(a, sbuf_str(&b));
		sbuf_free(&b);
	}
	return rc;
}

static struct str snapshot_of(struct str tag, struct arena *a)
{
	return arena_printf(a, "%.*s_snapshot.json", STR_ARG(prefix_of(tag)));
}

/* The one after it follows the one before it: "prevId" and nothing else. */
static enum rc relink(const char *dir, struct str name, struct arena *a,
    struct entry_drop *d, struct err *e)
{
	const struct snapshot_file *v;
	struct str id = STR(""), prev = STR("");
	const struct json *j;
	size_t n, at;
	enum rc rc = folder_snapshots(dir, a, &v, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		if (!str_eq(v[i].name, name))
			continue;
		rc = json_read(v[i].text, arena_z(a, v[i].path), a, &j, e);
		if (rc)
			return rc;
		id = arena_printf(a, "\"prevId\": \"%.*s\"",
		    STR_ARG(json_str_of(json_get(j, "id"))));
		prev = arena_printf(a, "\"prevId\": \"%.*s\"",
		    STR_ARG(json_str_of(json_get(j, "prevId"))));
	}
	for (size_t i = 0; !rc && id.n && i < n; i++) {
		at = str_find(v[i].text, id, 0);
		if (at >= v[i].text.n)
			continue;
		d->next = v[i];
		d->next.text = arena_printf(a, "%.*s%.*s%.*s",
		    STR_ARG(str_sub(v[i].text, 0, at)), STR_ARG(prev),
		    STR_ARG(str_sub(v[i].text, at + id.n, v[i].text.n)));
	}
	return rc;
}

/* Not the newest: only what changes no schema may go from between. */
static enum rc may_go(const struct folder *f, const char *dir, size_t at,
    struct arena *a, struct err *e)
{
	struct str before = STR(""), own;
	const struct entry *newest = &f->v[f->n - 1];
	enum rc rc;

	if (at + 1 == f->n)
		return RC_OK;
	rc = declares(dir, snapshot_of(f->v[at].tag, a), a, &own, e);
	if (!rc && at > 0)
		rc = declares(dir, snapshot_of(f->v[at - 1].tag, a), a,
		    &before, e);
	if (rc)
		return rc;
	if (!own.n || str_eq(own, before))
		return RC_OK;
	err_set(e, RC_INCONSISTENT, "%.*s is not the newest, and its change "
	    "stands in the snapshots after it: no file would make it any more",
	    STR_ARG(f->v[at].tag));
	err_hint(e, "take them out from the end: weir drop %.*s",
	    STR_ARG(newest->tag));
	return RC_INCONSISTENT;
}

static struct strs files_left(const char *dir, struct str tag,
    struct arena *a)
{
	static const char *const ends[] = { ".down.sql", ".allow",
		".answers.json" };
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct str file = arena_printf(a, "%s/%.*s%s", dir,
		    STR_ARG(tag), ends[i]);

		if (file_stat_of(file.p).exists)
			vec_push(a, &v, file);
	}
	return (struct strs){ v.v, v.n };
}

enum rc entry_drop_find(const struct folder *f, const char *dir,
    struct str tag, struct arena *a, struct entry_drop *out, struct err *e)
{
	struct str prefix = prefix_of(tag), name = snapshot_of(tag, a);
	struct entry_drop d = { .snapshot = STR("") };
	size_t at = 0;
	enum rc rc;

	while (at < f->n && !str_eq(f->v[at].tag, tag))
		at++;
	if (at == f->n) {
		err_set(e, RC_USAGE, "there is no migration %.*s in %s",
		    STR_ARG(tag), dir);
		err_hint(e, "weir status lists them");
		return RC_USAGE;
	}
	d.entry = &f->v[at];
	if (!prefix.n && sharers(f, prefix) > 1) {
		err_set(e, RC_INCONSISTENT, "without a prefix all migrations "
		    "share one snapshot: what it was before %.*s is not known "
		    "any more", STR_ARG(tag));
		err_hint(e, "restore the folder from version control instead");
		return RC_INCONSISTENT;
	}
	rc = may_go(f, dir, at, a, e);
	if (!rc)
		rc = relink(dir, name, a, &d, e);
	if (rc)
		return rc;
	if (sharers(f, prefix) == 1 && file_stat_of(arena_z(a, arena_printf(a,
	    "%s/meta/%.*s", dir, STR_ARG(name)))).exists)
		d.snapshot = name;
	d.left = files_left(dir, tag, a);
	*out = d;
	return RC_OK;
}

enum rc entry_drop(const char *dir, const struct entry_drop *d,
    const struct bundle *bundle, struct err *e)
{
	return folder_drop(dir, d->entry->tag, d->snapshot,
	    d->next.name.n ? &d->next : NULL, bundle, e);
}

/* --- who has it ----------------------------------------------------------------- */

enum rc entry_applied(const struct project *p, const char *dir,
    struct str tag, struct arena *a, struct str *where, struct err *unknown,
    struct err *e)
{
	struct project *here = arena_copy(a, p, sizeof(*p));
	struct err why = ERR_INIT;
	struct session *s = NULL;
	enum rc rc;

	*where = STR("");
	*unknown = why;
	here->folder = arena_str(a, str_z(dir));
	if (!project_has_db(here))
		return RC_OK;
	rc = session_open(here, &s, &why);
	if (!rc && s->track.denied.n)
		rc = err_set(&why, RC_DENIED, "%.*s",
		    STR_ARG(s->track.denied));
	if (rc == RC_INCONSISTENT) {
		*e = why;	/* the folder itself does not read */
	} else if (rc) {
		*unknown = why;
		rc = RC_OK;
	} else {
		const struct mig *m = replay_mig(s, tag);

		if (m && m->row)
			*where = arena_str(a, p->db_label);
	}
	session_close(s);
	return rc;
}

/*
 * replaced: the state of a database whose file was replaced by a copy of it:
 * cp and mv, VACUUM INTO, a deployment.
 *
 * A file is known by its inode, and the copy has another.  Its folder is the
 * one of the same path (db.json) whose record says of the newest migration
 * that this file has as applied: it was made here by the same text, and the
 * schema after it is the schema that the file has now.  Anything less is only
 * named: the rows of a stranger are never put back unasked.
 */
#include "base/fs.h"
#include "op/session.h"
#include "op/undo/store.h"
#include "op/undo/undo.h"

static struct str dbs_dir(const struct project *p, struct arena *a)
{
	return path_join(a, p->state_root, STR("db"));
}

bool state_same_path(const struct project *p, struct str id, struct arena *a)
{
	struct str dir = path_join(a, dbs_dir(p, a), id);

	return p->db.path.n && p->state_root.n && id.n &&
	    !memchr(id.p, '/', id.n) && str_eq(state_told(dir, "path", a),
	    path_absolute(a, p->db.path));
}

struct strs state_same_paths(const struct project *p, struct arena *a)
{
	VEC(struct str) v = { 0 };
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;
	struct str own = db_id(p, a);

	if (p->db.path.n && p->state_root.n && dir_read(arena_z(a,
	    dbs_dir(p, a)), a, &list, &ignored) == RC_OK)
		for (size_t i = 0; i < list.n; i++)
			if (list.v[i].is_dir && !str_eq(list.v[i].name, own) &&
			    state_same_path(p, list.v[i].name, a))
				vec_push(a, &v, list.v[i].name);
	return (struct strs){ v.v, v.n };
}

/* The newest by its time that the tracking table has and a file tells of. */
static const struct mig *newest_applied(const struct states *st)
{
	const struct mig *m = NULL;

	for (size_t i = 0; i < st->n; i++)
		if (st->v[i].row && (!m ||
		    st->v[i].row->created_at >= m->row->created_at))
			m = &st->v[i];
	return m;
}

static bool same_text(const struct project *p, const struct mig *m,
    struct arena *a)
{
	struct err ignored = ERR_INIT;
	struct str text = STR("");
	char hex[SHA256_HEX + 1];
	struct sha256 h;

	if (run_text(p, m->entry->tag, "up.sql", a, &text, &ignored))
		return false;
	h = sha256_of(text);
	sha256_hex(&h, hex);
	return str_is(m->row->hash, hex);
}

static bool same_schema(struct session *s, const struct project *p,
    const struct mig *m, struct arena *a)
{
	const struct model *before, *after = NULL;
	struct model *live = NULL;
	struct err ignored = ERR_INIT;

	return run_models(p, m->entry->tag, a, &before, &after,
	    &ignored) == RC_OK && after &&
	    s->db->ops->introspect(s->db, a, &live, &ignored) == RC_OK &&
	    sha256_eq(&after->hash, &live->hash);
}

static bool has_store(struct str dir, struct arena *a)
{
	return file_stat_of(arena_z(a, path_join(a, dir,
	    STR(STORE_FILE)))).is_file;
}

/* Was it imported, by the name of the run? */
static bool is_here(const struct project *p, struct str dir, struct arena *a)
{
	return has_store(path_join(a, path_join(a, state_place(p, a),
	    STR("runs")), path_base(dir)), a);
}

/* The newest run that has saved rows; "": none. */
static struct str kept_in(const struct run_summary *v, size_t n,
    struct arena *a)
{
	for (size_t i = 0; i < n; i++)
		if (has_store(v[i].dir, a))
			return v[i].dir;
	return STR("");
}

/* A restore alone is no history of its own. */
static bool has_history(const struct project *p, struct arena *a)
{
	const struct run_summary *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (run_list(p, a, &v, &n, &ignored))
		return true;
	for (size_t i = 0; i < n; i++)
		if (!str_is(v[i].what, "restore"))
			return true;
	return false;
}

void session_replaced(struct session *s)
{
	const struct project *p = s->project;
	const struct mig *m = newest_applied(&s->states);
	struct arena *a = arena_new();
	struct strs ids = state_same_paths(p, a);
	struct str at = STR("");	/* of the newest run */
	struct str found = STR(""), kept = STR("");
	bool own = ids.n && has_history(p, a);

	for (size_t i = 0; i < ids.n; i++) {
		struct project q = *p;
		struct str id = ids.v[i];
		const struct run_summary *v = NULL;
		struct err ignored = ERR_INIT;
		size_t n = 0;
		struct str dir;

		q.db_ident = &id;
		if (run_list(&q, a, &v, &n, &ignored) || !n ||
		    str_cmp(path_base(v[0].dir), at) <= 0)
			continue;
		dir = kept_in(v, n, a);
		if (!own && m && same_text(&q, m, a) &&
		    same_schema(s, &q, m, a)) {
			found = ids.v[i];
			at = path_base(v[0].dir);
		} else if (dir.n && !is_here(p, dir, a)) {
			kept = dir;
		}
	}
	if (found.n)
		*p->db_ident = arena_str(p->a, found);
	s->replaced = arena_str(s->a, found);
	s->elsewhere = found.n ? STR("") : arena_str(s->a, kept);
	arena_free(a);
}

/*
 * state.c: where weir keeps its own files (DESIGN §7).
 *
 * Runs belong to the project of the migrations, wherever weir is started:
 *  S.1 what --state, WEIR_STATE or the configuration names;
 *  S.2 .weir of the root, or its place below XDG_STATE_HOME, if it holds runs
 *      of this database;
 *  S.3 else a .weir that does, upwards from the migrations, then from the
 *      database file;
 *  S.4 else, where the migrations stand outside the root, the .weir of their
 *      project; else that of S.2.
 */
#include <linux/magic.h>
#include <sys/statfs.h>

#include "base/hash.h"
#include "base/json.h"
#include "project/finder.h"

/* The file system of the nearest folder that is there. */
static bool is_in_memory(struct finder *f, struct str path)
{
	struct statfs fs;

	while (statfs(arena_z(f->a, path), &fs) != 0) {
		struct str up = path_dir(path);

		if (str_eq(up, path))
			return false;
		path = up;
	}
	return fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC;
}

static bool is_ci(const struct env *env)
{
	struct str v = env_get(env, "CI");

	return v.n > 0 && !str_is(v, "0") && !str_ieq(v, STR("false"));
}

static struct str chosen_state(struct finder *f, const struct ini *ini)
{
	struct str v = f->rq->state;

	if (v.n == 0)
		v = env_get(f->rq->env, "WEIR_STATE");
	for (size_t i = 0; v.n == 0 && i < ini->n; i++)
		if (ini->v[i].section.n == 0 && str_is(ini->v[i].key, "state"))
			v = ini->v[i].value;
	return v;
}

/* --- whose runs a folder holds ----------------------------------------------- */

struct str project_db_name(const struct project *p, struct arena *a)
{
	static const char *const prefix[DIALECT_N] = {
		[DIALECT_SQLITE] = "sqlite",
		[DIALECT_PG] = "pg",
	};
	char *path = arena_z(a, path_absolute(a, p->db.path));
	struct file_stat st = p->db.path.n ? file_stat_of(path) :
	    (struct file_stat){ 0 };
	struct str id = arena_printf(a, "%llu:%llu", (unsigned long long)st.dev,
	    (unsigned long long)st.ino);
	char hex[SHA256_HEX + 1];
	struct sha256 h;

	if (p->db_ident && p->db_ident->n)
		return *p->db_ident;
	if (!p->db.path.n)	/* a server that was never reached */
		path = arena_z(a, p->db_label);
	/* The file, not its name: a folder that is moved keeps its history. */
	h = sha256_of(st.exists ? id : str_z(path));
	sha256_hex(&h, hex);
	return arena_printf(a, "%s-%.16s", prefix[p->dialect], hex);
}

struct str state_told(struct str dir, const char *key, struct arena *a)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	const char *file = arena_z(a, path_join(a, dir, STR("db.json")));
	const struct json *j = NULL;
	struct err ignored = ERR_INIT;
	struct str out = STR("");

	if (file_read(file, &text, &ignored) == RC_OK &&
	    json_read(arena_str(a, sbuf_str(&text)), file, a, &j,
	    &ignored) == RC_OK && j->kind == JSON_OBJECT)
		out = json_str_of(json_get(j, key));
	sbuf_free(&text);
	return out;
}

/* By its id, by its path, or as its address was written. */
static bool is_of(struct finder *f, struct str dir)
{
	const struct project *p = f->p;

	if (!file_stat_of(path_join(f->a, dir, STR("runs")).p).is_dir)
		return false;
	if (str_eq(path_base(dir), project_db_name(p, f->a)))
		return true;
	return p->db.path.n ? str_eq(state_told(dir, "path", f->a),
	    path_absolute(f->a, p->db.path)) :
	    str_eq(state_told(dir, "label", f->a), p->db_label);
}

static bool knows(struct finder *f, struct str root)
{
	struct str dbs = path_join(f->a, root, STR("db"));
	struct dir_list list = { 0 };
	struct err ignored = ERR_INIT;

	if (!project_has_db(f->p) || !file_stat_of(dbs.p).is_dir ||
	    dir_read(dbs.p, f->a, &list, &ignored))
		return false;
	for (size_t i = 0; i < list.n; i++)
		if (list.v[i].is_dir && is_of(f, path_join(f->a, dbs,
		    list.v[i].name)))
			return true;
	return false;
}

/* --- state root ----------------------------------------------------------- */

/* A .weir upwards from `dir`, within its project; "": none that fits. */
static struct str upwards(struct finder *f, struct str dir,
    bool (*fits)(struct finder *f, struct str root))
{
	for (int i = 0; i <= SEEK_DEPTH; i++) {
		struct str root = path_join(f->a, dir, STR(".weir"));

		if (file_stat_of(root.p).is_dir && fits(f, root))
			return root;
		if (is_border(f, dir) || !may_go_up(f, dir))
			break;
		dir = parent(f, dir);
	}
	return STR("");
}

static bool any(struct finder *f, struct str root)
{
	(void)f;
	(void)root;
	return true;
}

/* The .weir of a project, or its place in the user's own folder. */
static struct str root_of(struct finder *f, struct str project)
{
	struct str dir = xdg_dir(f, "XDG_STATE_HOME", ".local/state");
	char hex[SHA256_HEX + 1];
	struct sha256 h;

	if ((f->found && file_stat_of(arena_z(f->a, project)).writable) ||
	    dir.n == 0)
		return path_join(f->a, project, STR(".weir"));
	h = sha256_of(project);
	sha256_hex(&h, hex);
	return arena_printf(f->a, "%.*s/weir/%.16s", STR_ARG(dir), hex);
}

/* Where weir would be started for these migrations: beside their
 * configuration or package, else in the folder that theirs is in. */
static struct str project_of(struct finder *f, struct str folder)
{
	struct str dir = folder;

	while (!is_border(f, dir) && !has_config(f, dir)) {
		if (!may_go_up(f, dir))
			return may_go_up(f, folder) ? parent(f, folder) :
			    folder;
		dir = parent(f, dir);
	}
	return dir;
}

static struct str found_state(struct finder *f)
{
	struct str own = root_of(f, f->p->root), folder = f->p->folder, at;

	if (knows(f, own))
		return own;
	at = folder.n ? upwards(f, folder, knows) : STR("");
	if (!at.n && f->p->db.path.n)
		at = upwards(f, parent(f, f->p->db.path), knows);
	if (at.n || !folder.n || str_eq(folder, f->p->root) ||
	    is_below(folder, f->p->root))
		return at.n ? at : own;
	at = upwards(f, folder, any);
	return at.n ? at : root_of(f, project_of(f, folder));
}

enum rc place_state(struct finder *f, const struct ini *ini)
{
	struct str chosen = chosen_state(f, ini);

	if (chosen.n) {
		f->p->state_root = path_absolute(f->a, path_join(f->a,
		    f->rq->cwd, chosen));
		return RC_OK;		/* whoever names a place means it */
	}
	f->p->state_root = found_state(f);
	f->p->state_volatile = is_ci(f->rq->env) ||
	    is_in_memory(f, f->p->state_root);
	return RC_OK;
}

/* By the database, not by the project: the folder is the user's own, so that
 * looking at a project leaves no file in it. */
void place_memory(struct finder *f, const struct ini *ini)
{
	struct str id = f->p->db.path.n ? f->p->db.path : f->p->db_label;
	struct str state = chosen_state(f, ini);
	struct str dir = xdg_dir(f, "XDG_STATE_HOME", ".local/state");
	char hex[SHA256_HEX + 1];
	struct sha256 h;

	f->p->memory = STR("");
	if (!project_has_db(f->p) || (!state.n && !dir.n))
		return;
	h = sha256_of(id);
	sha256_hex(&h, hex);
	f->p->memory = state.n ?
	    arena_printf(f->a, "%.*s/session/%.16s",
		STR_ARG(f->p->state_root), hex) :
	    arena_printf(f->a, "%.*s/weir/session/%.16s", STR_ARG(dir), hex);
}


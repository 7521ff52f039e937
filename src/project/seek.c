/*
 * seek.c: the project: its root, its configuration, its migrations folder.
 *
 * Order: --config; the nearest drizzle.config.* upwards; the configuration
 * that a package's scripts give to drizzle-kit; a folder with a journal below
 * the start; one beside the path upwards.
 */
#include "base/json.h"
#include "project/finder.h"

/* As drizzle-kit 0.31.11 prefers them; the last two it reads by --config
 * only. */
static const char *const config_names[] = { "drizzle.config.ts",
	"drizzle.config.js", "drizzle.config.json", "drizzle.config.mjs",
	"drizzle.config.cjs" };
#define NCONFIGS (sizeof(config_names) / sizeof(config_names[0]))

static bool is_file(struct finder *f, struct str dir, const char *name)
{
	return file_stat_of(path_join(f->a, dir, str_z(name)).p).is_file;
}

static bool has_journal(struct finder *f, struct str dir)
{
	return is_file(f, dir, "meta/_journal.json");
}

/* The folder of drizzle 1.0 has none; it is looked for only where it is
 * named, or where drizzle-kit puts it. */
static bool is_migrations(struct finder *f, struct str dir)
{
	return has_journal(f, dir) || folder_is_layout_1(arena_z(f->a, dir));
}

/* A path of its own: what path_dir() gives is no C string. */
struct str parent(struct finder *f, struct str path)
{
	return arena_str(f->a, path_dir(path));
}

/* --- configuration -------------------------------------------------------- */

bool is_below(struct str path, struct str dir)
{
	return str_starts(path, dir) && path.n > dir.n &&
	    path.p[dir.n] == '/';
}

/* The part of a glob that is a plain path. */
static struct str plain_part(struct str glob)
{
	size_t end = 0;

	while (end < glob.n && !strchr("*?[{!(", glob.p[end]))
		end++;
	return end < glob.n ? path_dir(str_sub(glob, 0, end)) : glob;
}

/* Are the files that the configuration names below this folder? */
static bool holds_named(struct finder *f, struct str dir)
{
	const struct strs *schema = &f->config.kit.schema;
	struct str out = f->config.out.n ? f->config.out : STR("drizzle");

	if (is_migrations(f, path_join(f->a, dir, out)))
		return true;
	for (size_t i = 0; i < schema->n; i++)
		if (file_stat_of(path_join(f->a, dir,
		    plain_part(schema->v[i])).p).exists)
			return true;
	return false;
}

/*
 * `root`: where drizzle-kit would be started, which is what the paths in a
 * configuration are relative to.  Where they lead nowhere from there, and do
 * from the configuration's own folder, that one is meant.
 */
static enum rc take_config(struct finder *f, struct str path, struct str root)
{
	struct str own = parent(f, path);
	enum rc rc;

	f->p->root = root;
	f->found = true;
	f->p->config = path;
	rc = config_read(f, path);
	if (rc || str_eq(own, root) || holds_named(f, root) ||
	    !holds_named(f, own))
		return rc;
	f->p->root = own;
	note(f, "the paths in %.*s are taken from its own folder; drizzle-kit "
	    "takes them from the one where it is started",
	    STR_ARG(path_base(path)));
	return RC_OK;
}

static const char *config_name(struct finder *f, struct str dir)
{
	for (size_t i = 0; i < NCONFIGS; i++)
		if (is_file(f, dir, config_names[i]))
			return config_names[i];
	return NULL;
}

bool has_config(struct finder *f, struct str dir)
{
	return config_name(f, dir) != NULL;
}

/* A configuration in this folder; *taken when there is one. */
static enum rc config_in(struct finder *f, struct str dir, bool *taken)
{
	const char *first = config_name(f, dir);

	*taken = first != NULL;
	return first ? take_config(f, path_join(f->a, dir, str_z(first)), dir)
		     : RC_OK;
}

static bool is_top(struct str dir)
{
	return dir.n <= 1;
}

/*
 * Is this folder everybody's (/tmp) or the user's home?  What lies there, or
 * in a folder there, belongs to no project below it.
 */
static bool is_common(struct finder *f, struct str dir)
{
	struct str home = env_get(f->rq->env, "HOME");
	struct file_stat st = file_stat_of(arena_z(f->a, dir));
	struct file_stat h = { 0 };

	if (home.n)
		h = file_stat_of(arena_z(f->a, home));
	return is_top(dir) || st.shared ||
	    (h.exists && h.dev == st.dev && h.ino == st.ino);
}

/* May one look above `dir`?  Not out of a repository or a package, nor into
 * another file system, nor into a common folder. */
bool may_go_up(struct finder *f, struct str dir)
{
	struct str up = parent(f, dir);

	return !is_top(dir) && !is_common(f, dir) && !is_common(f, up) &&
	    file_stat_of(arena_z(f->a, dir)).dev ==
	    file_stat_of(arena_z(f->a, up)).dev;
}

bool is_border(struct finder *f, struct str dir)
{
	return is_file(f, dir, "package.json") ||
	    file_stat_of(path_join(f->a, dir, STR(".git")).p).exists;
}

/* From `dir` up to `stop` (or as far as one may look when ""). */
static enum rc config_upwards(struct finder *f, struct str dir,
    struct str stop, bool *taken)
{
	*taken = false;
	for (;;) {
		enum rc rc = config_in(f, dir, taken);

		if (rc || *taken || str_eq(dir, stop) || !may_go_up(f, dir))
			return rc;
		dir = parent(f, dir);
	}
}

/* --- folders by their journal --------------------------------------------- */

struct hit {
	struct str dir;
	enum dialect_id engine;
};
struct hits {
	VEC(struct hit) list;
	size_t looked;
};

/* What the journal says about its dialect, if it can be read at all. */
static enum dialect_id journal_engine(struct str dir)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	const struct json *root = NULL;
	struct err e = ERR_INIT;
	struct str word = STR("sqlite");	/* broken: folder_read tells */
	struct arena *a = arena_new();

	if (file_read_beneath(dir.p, "meta/_journal.json", &text, &e) == RC_OK
	    && json_read(sbuf_str(&text), "", a, &root, &e) == RC_OK &&
	    root->kind == JSON_OBJECT)
		word = json_str_of(json_get(root, "dialect"));
	enum dialect_id engine = str_is(word, "sqlite") ||
	    str_is(word, "turso") ? DIALECT_SQLITE : str_is(word,
	    "postgresql") || str_is(word, "pg") ? DIALECT_PG : DIALECT_N;

	sbuf_free(&text);
	arena_free(a);
	return engine;
}

static bool is_passed_over(struct str name)
{
	return name.p[0] == '.' || str_is(name, "node_modules") ||
	    str_is(name, "meta");
}

/* Breadth first, so that the nearest comes first; bytewise within a level. */
static void journals_below(struct finder *f, struct str start, int depth,
    struct hits *h)
{
	VEC(struct str) level = { 0 };

	vec_push(f->a, &level, start);
	for (int d = 0; d <= depth && level.n > 0; d++) {
		VEC(struct str) next = { 0 };

		for (size_t i = 0; i < level.n; i++) {
			struct dir_list list;
			struct err e = ERR_INIT;

			if (has_journal(f, level.v[i]))
				vec_push(f->a, &h->list, (struct hit){
					level.v[i],
					journal_engine(level.v[i]) });
			if (d == depth || ++h->looked > SEEK_FOLDERS ||
			    dir_read(level.v[i].p, f->a, &list, &e))
				continue;
			for (size_t k = 0; k < list.n; k++)
				if (list.v[k].is_dir &&
				    !is_passed_over(list.v[k].name))
					vec_push(f->a, &next, path_join(f->a,
					    level.v[i], list.v[k].name));
		}
		level.v = next.v;
		level.n = next.n;
		level.cap = next.cap;
	}
}

static struct str name_from_root(struct finder *f, struct str path)
{
	struct str rel = path_short(f->a, path, f->p->root);

	return rel.n ? rel : STR(".");
}

/* The engine that is asked for: by the configuration, by a database named
 * on the command line or in the environment. */
static bool engine_wanted(struct finder *f, enum dialect_id *out)
{
	const struct str texts[] = { f->target_db, f->rq->db, f->config.url,
		env_get(f->rq->env, "DATABASE_URL") };

	if (f->config.dialect.n) {
		*out = str_is(f->config.dialect, "postgresql") ? DIALECT_PG :
		    DIALECT_SQLITE;
		return true;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].n) {
			*out = engine_of(texts[i]);
			return true;
		}
	return false;
}

/* The first of the engine asked for, else the first that weir works on, else
 * the first; the others are named. */
static void take_folder(struct finder *f, const struct hits *h)
{
	enum dialect_id want = DIALECT_SQLITE;
	const struct hit *best = NULL;
	struct sbuf others = SBUF_INIT(600);
	size_t n = 0;

	bool wants = engine_wanted(f, &want);

	for (size_t i = 0; i < h->list.n && !best; i++)
		if (h->list.v[i].engine == want)
			best = &h->list.v[i];
	for (size_t i = 0; i < h->list.n && !best && !wants; i++)
		if (h->list.v[i].engine != DIALECT_N)
			best = &h->list.v[i];
	if (!best && f->target_db.n) {
		note(f, "the migrations in %.*s are for another engine; they "
		    "are left alone", STR_ARG(h->list.v[0].dir));
		return;
	}
	if (!best)
		best = h->list.v;
	f->p->folder = best->dir;
	f->p->folder_source = STR("found by its journal");
	f->found = true;
	if (best->engine != DIALECT_N)
		f->p->dialect = best->engine;
	for (size_t i = 0; i < h->list.n; i++) {
		if (&h->list.v[i] == best)
			continue;
		if (n++ > 0)
			sbuf_addz(&others, ", ");
		sbuf_add(&others, name_from_root(f, h->list.v[i].dir));
	}
	/* who names a folder knows of the others */
	if (n > 0 && f->rq->migrations.n == 0)
		note(f, "%zu other migrations folder%s here: %s; --migrations "
		    "DIR takes another one", n, n == 1 ? " is" : "s are",
		    others.p ? others.p : "");
	sbuf_free(&others);
}

static void folder_by_journal(struct finder *f, struct str start, int depth)
{
	struct hits h = { 0 };

	journals_below(f, start, depth, &h);
	if (h.looked > SEEK_FOLDERS)
		note(f, "looked into %d folders only; name the migrations with"
		    " --migrations DIR", SEEK_FOLDERS);
	if (h.list.n > 0)
		take_folder(f, &h);
}

/* --- putting it together -------------------------------------------------- */

/* The folder that a read configuration names. */
static void folder_of_config(struct finder *f)
{
	struct str out = f->config.out.n ? f->config.out : STR("drizzle");
	struct str dir = path_absolute(f->a, path_join(f->a, f->p->root, out));

	if (!file_stat_of(dir.p).exists) {
		f->p->folder_due = dir;
		return;
	}
	f->p->folder = dir;
	f->p->folder_source = path_base(f->p->config);
}

bool project_folder_came(const struct project *p, struct project *out)
{
	if (p->folder.n || !p->folder_due.n ||
	    !file_stat_of(p->folder_due.p).exists)
		return false;
	*out = *p;
	out->folder = p->folder_due;
	out->folder_source = path_base(p->config);
	return true;
}

static enum rc seek_by_config(struct finder *f)
{
	struct str path = path_absolute(f->a, path_join(f->a, f->rq->cwd,
	    f->rq->config));

	struct str cwd = path_absolute(f->a, f->target_dir.n ? f->target_dir :
	    f->rq->cwd);

	if (file_stat_of(path.p).is_file)
		return take_config(f, path, is_below(path, cwd) ? cwd :
		    parent(f, path));
	err_set(f->e, RC_USAGE, "there is no configuration file %.*s",
	    STR_ARG(f->rq->config));
	err_hint(f->e, "--config takes a drizzle.config.ts, .js, .mjs, .cjs or "
	    ".json; without it the nearest one upwards is taken.");
	return RC_USAGE;
}

/* A project around a folder that its journal gave away: the configuration
 * may stand between it and the start (packages/db in a monorepo). */
static enum rc config_near_folder(struct finder *f, struct str start)
{
	bool taken = false;
	struct str found = f->p->folder;
	enum rc rc = config_upwards(f, found, start, &taken);

	if (rc || !taken || f->p->config.n == 0)
		return rc;
	f->p->folder = STR("");
	return RC_OK;
}

/* Upwards from `start` without any configuration in sight. */
static void folder_upwards(struct finder *f, struct str start)
{
	struct str dir = start;

	if (is_common(f, start))
		return;
	for (;;) {
		folder_by_journal(f, dir, 1);
		if (f->p->folder.n) {
			f->p->root = dir;
			return;
		}
		if (is_border(f, dir) || !may_go_up(f, dir))
			return;
		dir = parent(f, dir);
	}
}

/* A project configuration for another engine around a named database is
 * none of its business. */
static enum rc forgive_dialect(struct finder *f, enum rc rc)
{
	bool pg = str_is(f->config.dialect, "postgresql");

	if (rc || f->target_db.n == 0 || f->rq->config.n ||
	    !f->config.dialect.n || pg == (engine_of(f->target_db) ==
	    DIALECT_PG))
		return rc;
	note(f, "the project in %.*s is left alone: it is for %s",
	    STR_ARG(f->p->root), pg ? "PostgreSQL" : "SQLite");
	f->config = (struct config){ 0 };
	f->p->config = STR("");
	f->found = false;
	return RC_OK;
}

/* A configuration that cannot be read around a database file named by hand:
 * no migrations are taken from that project then. */
static enum rc forgive_broken(struct finder *f, enum rc rc)
{
	if (!rc || !f->target_db.n || f->rq->config.n || f->rq->migrations.n)
		return rc;
	note(f, "the project in %.*s is left alone: %s: %s",
	    STR_ARG(f->p->root), f->e->where, f->e->msg);
	*f->e = (struct err)ERR_INIT;
	f->config = (struct config){ 0 };
	f->p->config = STR("");
	f->found = false;
	return RC_OK;
}

static struct str start_of(struct finder *f)
{
	struct str path;

	if (f->target_dir.n)
		return f->target_dir;
	if (f->target_db.n && !is_url(f->target_db)) {
		path = path_join(f->a, f->rq->cwd, f->target_db);
		return path_absolute(f->a, parent(f, path));
	}
	return path_absolute(f->a, f->rq->cwd);
}

/* --- what a package's scripts say ------------------------------------------ */

#define SCRIPTS_MAX ((size_t)1 << 20)

/* The value of --config or -c in "… drizzle-kit generate --config=X"; "". */
static struct str config_word(struct str script)
{
	size_t at = str_find(script, STR("drizzle-kit "), 0);

	while (at < script.n) {
		size_t end = str_find(script, STR(" "), at);
		struct str word = str_sub(script, at, end);

		if (str_starts(word, STR("--config=")))
			return str_sub(word, strlen("--config="), word.n);
		if (str_is(word, "--config") || str_is(word, "-c"))
			return str_sub(script, end + 1, str_find(script,
			    STR(" "), end + 1));
		at = end + 1;
	}
	return STR("");
}

/* The configurations that scripts name, each once, as far as they are there. */
static struct strs script_configs(struct finder *f, struct str dir)
{
	struct sbuf text = SBUF_INIT(SCRIPTS_MAX);
	const struct json *root = NULL, *scripts = NULL;
	struct err ignored = ERR_INIT;
	VEC(struct str) v = { 0 };

	if (file_read(path_join(f->a, dir, STR("package.json")).p, &text,
	    &ignored) == RC_OK && json_read(arena_str(f->a, sbuf_str(&text)),
	    "", f->a, &root, &ignored) == RC_OK && root->kind == JSON_OBJECT)
		scripts = json_get(root, "scripts");
	sbuf_free(&text);
	for (size_t i = 0; scripts && scripts->kind == JSON_OBJECT &&
	    i < scripts->n; i++) {
		struct str word = scripts->items[i].kind == JSON_STRING ?
		    config_word(scripts->items[i].string) : STR("");
		struct str path = path_absolute(f->a, path_join(f->a, dir,
		    word));
		bool before = false;

		for (size_t k = 0; k < v.n; k++)
			before = before || str_eq(v.v[k], path);
		if (word.n && !before && file_stat_of(path.p).is_file)
			vec_push(f->a, &v, path);
	}
	return (struct strs){ v.v, v.n };
}

/* npm runs scripts in their package's folder: so it is the root. */
static enum rc config_of_scripts(struct finder *f, struct str dir,
    bool *taken)
{
	struct sbuf list = SBUF_TEXT;
	struct strs v;

	while (!is_file(f, dir, "package.json")) {
		if (!may_go_up(f, dir) || is_border(f, dir))
			return RC_OK;
		dir = parent(f, dir);
	}
	v = script_configs(f, dir);
	*taken = v.n == 1;
	if (v.n == 1)
		return take_config(f, v.v[0], dir);
	for (size_t i = 0; i < v.n; i++)
		sbuf_addf(&list, "%s%.*s", i ? ", " : "", STR_ARG(path_short(
		    f->a, v.v[i], dir)));
	if (v.n)
		note(f, "the scripts of package.json give drizzle-kit several "
		    "configurations; --config takes one of %.*s",
		    STR_ARG(sbuf_str(&list)));
	sbuf_free(&list);
	return RC_OK;
}

static enum rc seek_root(struct finder *f, struct str start)
{
	bool taken = false;
	enum rc rc;

	f->p->root = start;
	if (f->rq->config.n)
		return seek_by_config(f);
	rc = config_upwards(f, start, STR(""), &taken);
	if (!rc && !taken)
		rc = config_of_scripts(f, start, &taken);
	if (rc)
		return forgive_broken(f, rc);
	if (taken)
		return forgive_dialect(f, rc);
	/* below a lone database file anything might lie: /tmp, a home */
	if (f->target_db.n == 0)
		folder_by_journal(f, start, SEEK_DEPTH);
	if (f->p->folder.n)
		return config_near_folder(f, start);
	folder_upwards(f, start);
	return RC_OK;
}

enum rc seek_project(struct finder *f)
{
	struct str start = start_of(f);
	enum rc rc = seek_root(f, start);

	if (rc)
		return rc;
	if (f->rq->migrations.n) {
		f->p->folder = path_absolute(f->a, path_join(f->a, f->rq->cwd,
		    f->rq->migrations));
		f->p->folder_source = STR("--migrations");
		f->found = true;
		return RC_OK;
	}
	if (f->target_dir.n && is_migrations(f, f->target_dir)) {
		f->p->folder = f->target_dir;
		f->p->folder_source = STR("command line");
		f->found = true;
		return RC_OK;
	}
	if (f->p->config.n)
		folder_of_config(f);
	else if (f->found && f->p->folder.n == 0)
		folder_by_journal(f, f->p->root, SEEK_DEPTH);
	return RC_OK;
}

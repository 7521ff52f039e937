/*
 * place.c: the user's configuration, what an environment is called, which
 * other tools live here.
 */
#include <fnmatch.h>

#include "drv/pg/conninfo.h"
#include "project/finder.h"

#define INI_MAX ((size_t)1 << 20)

/* --- $XDG_CONFIG_HOME/weir/config ----------------------------------------- */

struct str xdg_dir(struct finder *f, const char *variable,
    const char *below_home)
{
	struct str dir = env_get(f->rq->env, variable);
	struct str home = env_get(f->rq->env, "HOME");

	/* the specification: a relative path is to be ignored */
	if (str_starts(dir, STR("/")))
		return arena_str(f->a, dir);
	if (home.n)
		return path_join(f->a, home, str_z(below_home));
	return STR("");
}

enum rc place_read_ini(struct finder *f, struct ini *out)
{
	struct sbuf text = SBUF_INIT(INI_MAX);
	struct str dir = xdg_dir(f, "XDG_CONFIG_HOME", ".config");
	struct str path;
	enum rc rc;

	*out = (struct ini){ 0 };
	if (dir.n == 0)
		return RC_OK;
	path = path_join(f->a, dir, STR("weir/config"));
	rc = file_read(path.p, &text, f->e);
	if (rc == RC_NOTFOUND) {
		*f->e = (struct err)ERR_INIT;
		rc = RC_OK;
		goto out;
	}
	if (rc == RC_OK)
		rc = ini_read(arena_str(f->a, sbuf_str(&text)), path.p, f->a,
		    out, f->e);
	if (rc) {
		f->e->code = rc = RC_USAGE;
		err_hint(f->e, "weir.conf(5) tells what it may hold.");
	}
out:
	sbuf_free(&text);
	return rc;
}

/* --- environment ---------------------------------------------------------- */

static bool is_yes(struct str v)
{
	return str_ieq(v, STR("yes")) || str_ieq(v, STR("true")) ||
	    str_ieq(v, STR("on")) || str_is(v, "1");
}

static bool matches(struct finder *f, struct str pattern)
{
	struct str home = env_get(f->rq->env, "HOME");
	char *glob;

	if (str_starts(pattern, STR("~/")) && home.n)
		pattern = path_join(f->a, home, str_sub(pattern, 2,
		    pattern.n));
	glob = arena_z(f->a, pattern);
	return fnmatch(glob, f->p->db.path.p, 0) == 0 ||
	    fnmatch(glob, f->p->db_label.p, 0) == 0 ||
	    fnmatch(glob, f->p->root.p, 0) == 0;
}

static struct str upper(struct arena *a, struct str s)
{
	char *z = arena_z(a, s);

	for (char *c = z; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return (struct str){ z, s.n };
}

/* A socket, or an address of this machine alone (RFC 5735, RFC 4291 §2.5.3). */
static bool is_here(struct str host)
{
	return !host.n || host.p[0] == '/' || host.p[0] == '@' ||
	    str_ieq(host, STR("localhost")) || str_is(host, "::1") ||
	    str_starts(host, STR("127."));
}

/* LOCAL, or the hosts that are none of this machine's: "db.example.com". */
static struct str whereabouts(struct finder *f)
{
	struct err ignored = ERR_INIT;
	struct conninfo c = { 0 };
	struct str hosts, service, left;

	if (!f->p->db.conninfo.n ||
	    conninfo_read(f->p->db.conninfo, f->a, &c, &ignored))
		return STR("LOCAL");
	service = conninfo_get(&c, "service");
	if (!service.n)
		service = env_get(f->rq->env, "PGSERVICE");
	hosts = conninfo_get(&c, "host");
	if (!hosts.n)
		hosts = conninfo_get(&c, "hostaddr");
	if (!hosts.n && service.n)	/* its file is libpq's to read */
		return arena_printf(f->a, "service %.*s", STR_ARG(service));
	for (left = hosts; left.n;) {
		size_t comma = str_find(left, STR(","), 0);

		if (!is_here(str_sub(left, 0, comma)))
			return hosts;
		left = str_sub(left, comma + 1, left.n);
	}
	return STR("LOCAL");
}

/* The first section with a pattern that matches; its other keys may stand
 * before or after it. */
enum rc place_label(struct finder *f, const struct ini *ini)
{
	const struct str head = STR("environment");
	struct str section = STR("");

	f->p->env_label = whereabouts(f);
	if (!project_has_db(f->p))
		return RC_OK;
	for (size_t i = 0; i < ini->n && section.n == 0; i++)
		if (str_starts(ini->v[i].section, head) &&
		    str_is(ini->v[i].key, "match") &&
		    matches(f, ini->v[i].value))
			section = ini->v[i].section;
	if (section.n == 0)
		return RC_OK;
	struct str name = str_trim(str_sub(section, head.n, section.n));

	if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = str_sub(name, 1, name.n - 1);
	if (name.n > 0)
		f->p->env_label = upper(f->a, name);
	for (size_t i = 0; i < ini->n; i++)
		if (str_eq(ini->v[i].section, section) &&
		    str_is(ini->v[i].key, "production"))
			f->p->production = is_yes(ini->v[i].value);
	return RC_OK;
}

/* --- other tools ---------------------------------------------------------- */

void place_foreign(struct finder *f)
{
	static const struct { const char *file, *tool; } marks[] = {
		{ "prisma/schema.prisma", "Prisma" },
		{ "schema.prisma", "Prisma" },
		{ "db/schema.rb", "Rails" },
		{ "config/database.yml", "Rails" },
		{ "knexfile.js", "Knex" }, { "knexfile.ts", "Knex" },
		{ "knexfile.mjs", "Knex" }, { "knexfile.cjs", "Knex" },
		{ "alembic.ini", "Alembic" }, { "atlas.hcl", "Atlas" },
	};
	const char *last = "";

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct str path = path_join(f->a, f->p->root,
		    str_z(marks[i].file));

		if (strcmp(last, marks[i].tool) == 0 ||
		    !file_stat_of(path.p).is_file)
			continue;
		last = marks[i].tool;
		vec_push(f->a, &f->foreign, arena_printf(f->a, "%s (%s)",
		    marks[i].tool, marks[i].file));
	}
}

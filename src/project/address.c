/*
 * address.c: a PostgreSQL database as a URL, a DSN, a configuration or the
 * environment names it, made into what libpq takes.
 *
 * URLs are written for other drivers too: parameters that libpq does not know
 * are taken out and named, a few are translated.  What libpq would fill in by
 * itself (host, port, user, database) is written down, so that what is shown
 * is what is connected to; a service file alone keeps its own say.  No message
 * repeats the text: it may hold a password.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dialect/dialect.h"
#include "drv/pg/conninfo.h"
#include "project/finder.h"

/* --- parameters of a URL -------------------------------------------------- */

enum param_use { PARAM_DROP, PARAM_SCHEMA, PARAM_SSL, PARAM_SSLMODE };

static const struct {
	const char *key;
	enum param_use use;
} params[] = {
	{ "schema", PARAM_SCHEMA },		/* Prisma */
	{ "currentSchema", PARAM_SCHEMA },	/* JDBC */
	{ "search_path", PARAM_SCHEMA },
	{ "ssl", PARAM_SSL },			/* node-postgres, JDBC */
	{ "sslmode", PARAM_SSLMODE },
	/* and what says something about another driver only: pgbouncer,
	 * connection_limit, pool_timeout, uselibpqcompat, statement_cache_size
	 * … — whatever libpq does not know */
};

struct url {
	struct finder *f;
	const char *source;
	struct sbuf out, dropped, path;
	bool query;		/* a ? has been written */
};

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct str decoded(struct arena *a, struct str s)
{
	char *z = arena_z(a, s);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
		    hex(s.p[i + 2]) >= 0) {
			z[n++] = (char)(hex(s.p[i + 1]) * 16 +
			    hex(s.p[i + 2]));
			i += 2;
		} else {
			z[n++] = s.p[i];
		}
	}
	z[n] = 0;
	return (struct str){ z, n };
}

/* "a,b" as a search_path; parts that are quoted stay so. */
static void add_path(struct sbuf *b, struct str list)
{
	while (list.n) {
		size_t comma = str_find(list, STR(","), 0);
		struct str one = str_trim(str_sub(list, 0, comma));

		if (one.n) {
			sbuf_addz(b, b->n ? ", " : "");
			if (one.p[0] == '"')
				sbuf_add(b, one);
			else
				dialect_pg.ident(b, one);
		}
		list = str_sub(list, comma + 1, list.n);
	}
}

static void keep_param(struct url *u, struct str key, struct str value)
{
	sbuf_addc(&u->out, u->query ? '&' : '?');
	u->query = true;
	sbuf_add(&u->out, key);
	sbuf_addc(&u->out, '=');
	sbuf_add(&u->out, value);
}

static void drop_param(struct url *u, struct str key)
{
	sbuf_addz(&u->dropped, u->dropped.n ? ", " : "");
	sbuf_add(&u->dropped, key);
}

static bool is_true(struct str v)
{
	return str_ieq(v, STR("true")) || str_is(v, "1") || v.n == 0;
}

static void take_param(struct url *u, struct str key, struct str value)
{
	enum param_use use = PARAM_DROP;

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		if (str_is(key, params[i].key))
			use = params[i].use;
	if (use == PARAM_SCHEMA) {
		add_path(&u->path, decoded(u->f->a, value));
	} else if (use == PARAM_SSL) {
		keep_param(u, STR("sslmode"), is_true(value) ?
		    STR("require") : STR("disable"));
	} else if (use == PARAM_SSLMODE && str_is(value, "no-verify")) {
		note(u->f, "sslmode=no-verify of %s is taken as require: "
		    "encrypted, but anybody may be the server", u->source);
		keep_param(u, key, STR("require"));
	} else if (conninfo_knows(key)) {
		keep_param(u, key, value);
	} else {
		drop_param(u, key);
	}
}

static void take_query(struct url *u, struct str query)
{
	while (query.n) {
		size_t end = str_find(query, STR("&"), 0);
		struct str one = str_sub(query, 0, end);
		size_t eq = str_find(one, STR("="), 0);

		if (one.n)
			take_param(u, decoded(u->f->a, str_sub(one, 0, eq)),
			    str_sub(one, eq + 1, one.n));
		query = str_sub(query, end + 1, query.n);
	}
}

/* An @ that stands raw where a password may: what is behind it would be shown
 * as a host, a database or a parameter.  More than one @ before the query, one
 * behind a slash, and one in a parameter's name. */
static bool raw_at(struct str rest)
{
	size_t q = str_find(rest, STR("?"), 0);
	struct str head = str_sub(rest, str_starts(rest, STR("//")) ? 2 : 0,
	    q), query = str_sub(rest, q + 1, rest.n);
	size_t at = str_find(head, STR("@"), 0);

	if (at < head.n && (str_find(head, STR("/"), 0) < at ||
	    str_find(head, STR("@"), at + 1) < head.n))
		return true;
	while (query.n) {
		size_t end = str_find(query, STR("&"), 0);
		struct str one = str_sub(query, 0, end);

		if (str_find(one, STR("@"), 0) < str_find(one, STR("="), 0))
			return true;
		query = str_sub(query, end + 1, query.n);
	}
	return false;
}

/* "rest" is what stands behind the scheme's colon. */
static void take_url(struct url *u, struct str rest)
{
	size_t q = str_find(rest, STR("?"), 0);

	sbuf_addz(&u->out, "postgresql:");
	/* jdbc:postgresql:db */
	if (!str_starts(rest, STR("//")))
		sbuf_addz(&u->out, "///");
	sbuf_add(&u->out, str_sub(rest, 0, q));
	take_query(u, str_sub(rest, q + 1, rest.n));
	if (u->dropped.n)
		note(u->f, "left out of the URL in %s, since only other "
		    "drivers know it: %s", u->source, u->dropped.p);
}

static void forget(struct sbuf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->n);
	sbuf_free(b);
}

/* --- what libpq would fill in --------------------------------------------- */

static void from_env(struct finder *f, struct conninfo *c, const char *key,
    const char *name)
{
	struct str v = env_get(f->rq->env, name);

	if (!conninfo_get(c, key).n && v.n)
		conninfo_put(c, key, arena_str(f->a, v));
}

static struct str own_name(struct finder *f)
{
	char room[4096];
	struct passwd pw, *found = NULL;

	if (getpwuid_r(geteuid(), &pw, room, sizeof(room), &found) || !found)
		return STR("");
	return arena_str(f->a, str_z(found->pw_name));
}

static enum rc fill_database(struct finder *f, struct conninfo *c,
    const char *source)
{
	struct str name = env_get(f->rq->env, "PGDATABASE");

	if (conninfo_get(c, "dbname").n)
		return RC_OK;
	if (name.n) {
		if (strcmp(source, "PG*") != 0)
			note(f, "%s names no database; PGDATABASE does: %.*s",
			    source, STR_ARG(name));
		conninfo_put(c, "dbname", arena_str(f->a, name));
		return RC_OK;
	}
	name = conninfo_get(c, "user");
	if (!name.n) {
		err_at(f->e, RC_USAGE, source, "no database is named there");
		err_hint(f->e, "postgresql://USER@HOST:PORT/DATABASE");
		return RC_USAGE;
	}
	note(f, "%s names no database; the one called like the user is taken: "
	    "%.*s", source, STR_ARG(name));
	conninfo_put(c, "dbname", name);
	return RC_OK;
}

/* libpq says so on stderr, in the middle of a screen: told here instead. */
static void check_passfile(struct finder *f, struct conninfo *c)
{
	struct str path = conninfo_get(c, "passfile");
	struct str home = env_get(f->rq->env, "HOME");
	struct stat st;

	if (conninfo_get(c, "password").n || env_has(f->rq->env, "PGPASSWORD"))
		return;
	if (!path.n)
		path = env_get(f->rq->env, "PGPASSFILE");
	if (!path.n && home.n)
		path = path_join(f->a, home, STR(".pgpass"));
	if (!path.n || stat(arena_z(f->a, path), &st))
		return;
	if (S_ISREG(st.st_mode) && !(st.st_mode & (S_IRWXG | S_IRWXO)))
		return;
	if (S_ISREG(st.st_mode))
		note(f, "%.*s can be read by others and is not used: chmod 600"
		    " %.*s", STR_ARG(path), STR_ARG(path));
	conninfo_put(c, "passfile", STR("/dev/null/none"));
}

/* "db.example.com:5433/shop", "[local]/shop", "service staging". */
static struct str address_label(struct finder *f, const struct conninfo *c)
{
	struct sbuf b = SBUF_INIT(4096);
	struct str host = conninfo_get(c, "host");
	struct str port = conninfo_get(c, "port");
	struct str service = conninfo_get(c, "service"), out;

	if (!service.n)
		service = env_get(f->rq->env, "PGSERVICE");
	if (!host.n)
		host = conninfo_get(c, "hostaddr");
	if (service.n && !conninfo_get(c, "dbname").n) {
		sbuf_addf(&b, "service %.*s", STR_ARG(service));
	} else {
		if (!host.n || host.p[0] == '/' || host.p[0] == '@')
			host = STR("[local]");
		sbuf_add(&b, host);
		if (port.n && !str_is(port, "5432"))
			sbuf_addf(&b, ":%.*s", STR_ARG(port));
		sbuf_addf(&b, "/%.*s", STR_ARG(conninfo_get(c, "dbname")));
	}
	out = arena_str(f->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static enum rc settle(struct finder *f, struct conninfo *c, struct str path,
    const char *source)
{
	bool service = conninfo_get(c, "service").n ||
	    env_has(f->rq->env, "PGSERVICE");
	enum rc rc = RC_OK;

	if (!service) {
		if (!conninfo_get(c, "host").n)
			from_env(f, c, "hostaddr", "PGHOSTADDR");
		if (!conninfo_get(c, "hostaddr").n)
			from_env(f, c, "host", "PGHOST");
		from_env(f, c, "port", "PGPORT");
		from_env(f, c, "user", "PGUSER");
		if (!conninfo_get(c, "user").n && own_name(f).n)
			conninfo_put(c, "user", own_name(f));
		rc = fill_database(f, c, source);
	}
	if (rc)
		return rc;
	check_passfile(f, c);
	f->p->db = (struct drv_target){ .dialect = DIALECT_PG,
		.path = STR(""), .like = STR(""),
		.conninfo = conninfo_text(c), .search_path = path };
	f->p->dialect = DIALECT_PG;
	f->p->db_source = arena_str(f->a, str_z(source));
	f->p->db_label = address_label(f, c);
	return RC_OK;
}

/* --- the four ways -------------------------------------------------------- */

enum rc address_of_url(struct finder *f, struct str rest, const char *source)
{
	struct url u = { .f = f, .source = source,
		.out = SBUF_INIT((size_t)1 << 17),
		.dropped = SBUF_INIT(2000), .path = SBUF_INIT(4096) };
	struct conninfo c;
	enum rc rc;

	/* "postgres:USER:PASSWORD@HOST": all of it would be a database's name */
	if (!str_starts(rest, STR("//")) && str_find(rest, STR("@"), 0) <
	    rest.n) {
		err_at(f->e, RC_USAGE, source,
		    "the URL there lacks the // behind its scheme");
		err_hint(f->e, "postgresql://USER@HOST:PORT/DATABASE");
		return RC_USAGE;
	}
	if (raw_at(rest)) {
		err_at(f->e, RC_USAGE, source, "<url> cannot be read: an @ too "
		    "many");
		err_hint(f->e, "in a password, write @ as %%40, / as %%2F, "
		    "? as %%3F and %% as %%25");
		return RC_USAGE;
	}
	take_url(&u, rest);
	rc = conninfo_read(sbuf_str(&u.out), f->a, &c, f->e);
	if (rc)
		snprintf(f->e->where, sizeof(f->e->where), "%s", source);
	else
		rc = settle(f, &c, arena_str(f->a, sbuf_str(&u.path)), source);
	forget(&u.out);
	sbuf_free(&u.dropped);
	sbuf_free(&u.path);
	return rc;
}

/* --- as it may be shown ---------------------------------------------------- */

static bool may_show(struct str key)
{
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		if (str_is(key, params[i].key))
			return true;
	return conninfo_knows(key) && !conninfo_secret(key);
}

struct str address_shown(struct str rest, struct arena *a)
{
	size_t q = str_find(rest, STR("?"), 0), at, colon;
	struct str head = str_sub(rest, 0, q), who, out;
	struct str query = str_sub(rest, q + 1, rest.n);
	struct sbuf b = SBUF_INIT((size_t)1 << 17);
	char mark = '?';

	at = str_find(head, STR("@"), 0);
	if (raw_at(rest) || (at < head.n && !str_starts(rest, STR("//"))))
		return STR("");
	if (at < head.n) {
		who = str_sub(head, 2, at);
		colon = str_find(who, STR(":"), 0);
		sbuf_addz(&b, "//");
		sbuf_add(&b, str_sub(who, 0, colon));
		sbuf_add(&b, str_sub(head, colon ? at : at + 1, head.n));
	} else {
		sbuf_add(&b, head);
	}
	while (query.n) {
		size_t end = str_find(query, STR("&"), 0);
		struct str one = str_sub(query, 0, end);

		if (may_show(decoded(a, str_sub(one, 0,
		    str_find(one, STR("="), 0))))) {
			sbuf_addc(&b, mark);
			sbuf_add(&b, one);
			mark = '&';
		}
		query = str_sub(query, end + 1, query.n);
	}
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct str address_dsn_shown(struct str text, struct arena *a)
{
	struct conninfo c, shown = { .a = a };
	struct err ignored = ERR_INIT;

	if (conninfo_read(text, a, &c, &ignored))
		return STR("");
	for (size_t i = 0; i < c.n; i++)
		if (!conninfo_secret(c.v[i].key))
			conninfo_put(&shown, c.v[i].key.p, c.v[i].value);
	return conninfo_text(&shown);
}

/* --- the other ways --------------------------------------------------------- */

enum rc address_of_dsn(struct finder *f, struct str text, const char *source)
{
	struct conninfo c;
	enum rc rc = conninfo_read(text, f->a, &c, f->e);

	if (rc) {
		snprintf(f->e->where, sizeof(f->e->where), "%s", source);
		return rc;
	}
	return settle(f, &c, STR(""), source);
}

/* Drizzle's words (drizzle-kit 0.31.11 src/cli/validations/postgres.ts): of
 * the four it knows, three encrypt and verify nothing, as libpq's require. */
static struct str sslmode_of(struct finder *f, struct str ssl,
    const char *source)
{
	if (str_is(ssl, "true") || str_is(ssl, "require") ||
	    str_is(ssl, "allow") || str_is(ssl, "prefer"))
		return STR("require");
	if (str_is(ssl, "verify-full"))
		return STR("verify-full");
	if (str_is(ssl, "{}")) {
		note(f, "the certificates of ssl in %s are not read: encrypted,"
		    " but anybody may be the server; weir takes them by "
		    "PGSSLROOTCERT, PGSSLCERT, PGSSLKEY and PGSSLMODE", source);
		return STR("require");
	}
	return str_is(ssl, "false") ? STR("disable") : STR("");
}

enum rc address_of_parts(struct finder *f, const struct config *from,
    const char *source)
{
	struct conninfo c = { .a = f->a };
	struct str mode = sslmode_of(f, from->ssl, source);

	if (from->host.n)
		conninfo_put(&c, "host", from->host);
	if (from->port.n)
		conninfo_put(&c, "port", from->port);
	if (from->user.n)
		conninfo_put(&c, "user", from->user);
	if (from->password.n)
		conninfo_put(&c, "password", from->password);
	if (from->database.n)
		conninfo_put(&c, "dbname", from->database);
	if (mode.n && !env_has(f->rq->env, "PGSSLMODE"))
		conninfo_put(&c, "sslmode", mode);
	return settle(f, &c, STR(""), source);
}

enum rc address_of_env(struct finder *f, bool *found)
{
	struct conninfo c = { .a = f->a };

	if (!env_has(f->rq->env, "PGDATABASE") &&
	    !env_has(f->rq->env, "PGSERVICE")) {
		if (env_has(f->rq->env, "PGHOST"))
			note(f, "PGHOST is set, but no database is named: set "
			    "PGDATABASE, or weir postgresql:///NAME");
		*found = false;
		return RC_OK;
	}
	*found = true;
	return settle(f, &c, STR(""), "PG*");
}

/*
 * scratch: see scratch.h.  CREATE and DROP DATABASE, what is left behind.
 *
 * The connection that made a database is kept to drop it: a role that may
 * connect now may not later, and dropping must not fail on that.  template0,
 * since template1 with a session in it makes CREATE wait and fail.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "drv/pg/scratch.h"

#define PREFIX "weir_scratch_"
#define STAMP_LEN 14			/* YYYYMMDDHHMMSS */
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define LEFTOVERS_MAX 1000

struct pg_scratch {
	struct arena *a;
	struct drv *admin;		/* on the server, in another database */
	struct drv_target t;
	struct str name;		/* "" : none stands */
	struct str create;		/* the statement but for the name */
	struct strs settings;		/* "SET x = 'y'" for ALTER DATABASE */
	VEC(struct str) wild;		/* functions that must not be called */
	VEC(struct str) roles;		/* made by files; as stand_ins[] */
	bool reaches;			/* the session may leave its database */
	struct pg_state *before;	/* of the server; NULL: not readable */
};

/* --- names --------------------------------------------------------------------- */

static struct str new_name(struct arena *a)
{
	struct sbuf b = SBUF_INIT(64), t = SBUF_INIT(64);
	unsigned r = 0;
	struct str out;

	if (getrandom(&r, sizeof(r), 0) != (ssize_t)sizeof(r))
		r = (unsigned)getpid() * 2654435761u;
	sbuf_addz(&b, PREFIX);
	clock_utc(&t, clock_now_ms(), true);
	for (size_t i = 0; i < t.n && b.n < strlen(PREFIX) + STAMP_LEN; i++)
		if (t.p[i] >= '0' && t.p[i] <= '9')
			sbuf_addc(&b, t.p[i]);
	sbuf_addf(&b, "_%08x", r);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	sbuf_free(&t);
	return out;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Exactly a name of ours: what is dropped by it must be nothing else. */
static bool is_ours(struct str name)
{
	size_t at = strlen(PREFIX);

	if (name.n != at + STAMP_LEN + 1 + 8 || !str_starts(name, STR(PREFIX)))
		return false;
	for (size_t i = at; i < name.n; i++) {
		char c = name.p[i];

		if (i == at + STAMP_LEN ? c != '_' : i < at + STAMP_LEN ?
		    c < '0' || c > '9' : !is_hex(c))
			return false;
	}
	return true;
}

static int64_t digits(struct str s, size_t from, size_t n)
{
	int64_t v = 0;

	for (size_t i = from; i < from + n; i++)
		v = v * 10 + (s.p[i] - '0');
	return v;
}

/* Days from 1970-01-01 (proleptic Gregorian). */
static int64_t days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int64_t made_ms(struct str name)
{
	size_t at = strlen(PREFIX);

	return ((days(digits(name, at, 4), digits(name, at + 4, 2),
	    digits(name, at + 6, 2)) * 24 + digits(name, at + 8, 2)) * 3600 +
	    digits(name, at + 10, 2) * 60 + digits(name, at + 12, 2)) * 1000;
}

static struct str this_host(struct arena *a)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1))
		return STR("unknown");
	return utf8_clean(a, str_z(host), UTF8_LINE);
}

/* --- the database looked at -------------------------------------------------------- */

/* Columns that came or went between 12 and 18 are read through JSON. */
#define DATABASE_SQL \
	"SELECT pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate," \
	" d.datctype, coalesce(j OPERATOR(pg_catalog.->>) 'datlocprovider'," \
	" 'c'), coalesce(j OPERATOR(pg_catalog.->>) 'datlocale'," \
	" j OPERATOR(pg_catalog.->>) 'daticulocale', '')," \
	" coalesce(j OPERATOR(pg_catalog.->>) 'daticurules', '')" \
	" FROM pg_catalog.pg_database AS d," \
	" LATERAL pg_catalog.to_jsonb(d) AS j" \
	" WHERE d.datname OPERATOR(pg_catalog.=) $1"
/* Of the database for all roles; those of a role come by themselves. */
#define SETTINGS_SQL \
	"SELECT c FROM pg_catalog.pg_db_role_setting AS s," \
	" LATERAL pg_catalog.unnest(s.setconfig) AS c," \
	" pg_catalog.pg_database AS d" \
	" WHERE s.setrole OPERATOR(pg_catalog.=) 0 AND" \
	" s.setdatabase OPERATOR(pg_catalog.=) d.oid AND" \
	" d.datname OPERATOR(pg_catalog.=) $1"

static void option(struct sbuf *b, const char *word, struct str value)
{
	if (!value.n)
		return;
	sbuf_addz(b, word);
	pg_string(b, value);
}

static void locale(struct sbuf *b, const PGresult *r)
{
	static const struct {
		char provider;
		const char *word, *locale;
	} known[] = {
		{ 'i', " LOCALE_PROVIDER icu", " ICU_LOCALE " },
		{ 'b', " LOCALE_PROVIDER builtin", " BUILTIN_LOCALE " },
	};
	struct str provider = pg_cell(r, 0, 3);

	option(b, " ENCODING ", pg_cell(r, 0, 0));
	option(b, " LC_COLLATE ", pg_cell(r, 0, 1));
	option(b, " LC_CTYPE ", pg_cell(r, 0, 2));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (provider.n && provider.p[0] == known[i].provider) {
			sbuf_addz(b, known[i].word);
			option(b, known[i].locale, pg_cell(r, 0, 4));
			option(b, " ICU_RULES ", pg_cell(r, 0, 5));
		}
}

/* "search_path=app, public": a list is handed on as it stands, word by word,
 * the way pg_dumpall does (its dumputils.c makeAlterConfigCommand). */
static void setting(struct pg_scratch *s, struct sbuf *b, struct str c)
{
	static const char *const lists[] = { "search_path", "DateStyle",
		"local_preload_libraries", "session_preload_libraries",
		"temp_tablespaces" };
	size_t eq = str_find(c, STR("="), 0);
	struct str name = str_sub(c, 0, eq);
	bool list = false;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list = list || str_ieq(name, str_z(lists[i]));
	/* what loads code or names a place of this cluster is not repeated */
	if (eq >= c.n || str_ends(name, STR("_preload_libraries")) ||
	    str_ends(name, STR("tablespaces")))
		return;
	SQL(b, " SET ");
	while (name.n) {	/* a.b: two names */
		size_t dot = str_find(name, STR("."), 0);

		pg_ident(b, str_sub(name, 0, dot));
		if (dot < name.n)
			sbuf_addc(b, '.');
		name = str_sub(name, dot < name.n ? dot + 1 : dot, name.n);
	}
	SQL(b, " TO ");
	c = str_sub(c, eq + 1, c.n);
	if (!list) {
		pg_string(b, c);
		return;
	}
	for (bool first = true; first || c.n; first = false) {
		size_t comma = 0;
		bool quoted = false;
		struct str item;

		while (comma < c.n && (quoted || c.p[comma] != ','))
			quoted ^= c.p[comma++] == '"';
		item = str_trim(str_sub(c, 0, comma));
		if (item.n >= 2 && item.p[0] == '"')
			item = str_sub(item, 1, item.n - 1);
		if (!first)
			SQL(b, ", ");
		pg_string(b, item);
		c = str_sub(c, comma < c.n ? comma + 1 : comma, c.n);
	}
	(void)s;
}

static enum rc read_like(struct pg_scratch *s, struct pg *d, struct str name,
    struct err *e)
{
	char *arg = arena_z(s->a, name);
	const char *args[] = { arg };
	struct sbuf b = SBUF_TEXT;
	VEC(struct str) list = { 0 };
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR(DATABASE_SQL), args, 1, &r, e);

	if (rc)
		return rc;
	if (PQntuples(r) == 1)
		locale(&b, r);
	PQclear(r);
	s->create = arena_str(s->a, sbuf_str(&b));
	rc = pg_rows(d, STR(SETTINGS_SQL), args, 1, &r, e);
	for (int i = 0; !rc && i < PQntuples(r); i++) {
		sbuf_reset(&b);
		setting(s, &b, pg_cell(r, i, 0));
		if (b.n)
			vec_push(s->a, &list, arena_str(s->a, sbuf_str(&b)));
	}
	if (!rc)
		PQclear(r);
	s->settings = (struct strs){ list.v, list.n };
	sbuf_free(&b);
	return rc;
}

/* --- the server ---------------------------------------------------------------------- */

static enum rc open_other(const struct drv_target *t, struct str conninfo,
    const char *database, enum drv_mode mode, struct drv **out, struct err *e)
{
	struct arena *a = arena_new();
	struct drv_target o = *t;
	enum rc rc = RC_OK;

	o.search_path = STR("");
	o.read_only = false;
	o.conninfo = conninfo;
	if (database)
		rc = pg_conninfo_for(conninfo, str_z(database), a,
		    &o.conninfo, e);
	if (!rc)
		rc = pg_open(&o, mode, out, e);
	arena_free(a);
	return rc;
}

/* In the database named, else one that every cluster has. */
static enum rc open_admin(const struct drv_target *t, struct drv **out,
    struct err *e)
{
	static const char *const others[] = { NULL, "postgres", "template1" };
	enum rc rc = RC_NOTFOUND;

	for (size_t i = 0; rc == RC_NOTFOUND && i < 3; i++) {
		*e = (struct err)ERR_INIT;
		rc = open_other(t, t->conninfo, others[i], DRV_APPLY, out, e);
	}
	return rc;
}

static enum rc exec(struct pg_scratch *s, struct sbuf *b, struct err *e)
{
	return pg_exec_own(pg_of(s->admin), sbuf_str(b), e);
}

static enum rc may_create(struct pg *d, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR("SELECT r.rolcreatedb OR r.rolsuper FROM"
	    " pg_catalog.pg_roles AS r"
	    " WHERE r.rolname OPERATOR(pg_catalog.=) current_user"),
	    NULL, 0, &r, e);

	if (rc)
		return rc;
	if (PQntuples(r) != 1 || !pg_cell_bool(r, 0, 0))
		rc = err_at(e, RC_DENIED, "42501", "role %.*s may not create "
		    "a database", STR_ARG(d->user));
	PQclear(r);
	return rc;
}

static enum rc dress(struct pg_scratch *s, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	enum rc rc;

	SQL(&b, "REVOKE CONNECT ON DATABASE ");
	pg_ident(&b, s->name);
	SQL(&b, " FROM PUBLIC; COMMENT ON DATABASE ");
	pg_ident(&b, s->name);
	SQL(&b, " IS ");
	pg_string(&b, arena_printf(a, "weir scratch: host %s, pid %d",
	    this_host(a).p, (int)getpid()));
	rc = exec(s, &b, e);
	for (size_t i = 0; !rc && i < s->settings.n; i++) {
		struct err ignored = ERR_INIT;

		/* one that this role may not set is the other's to explain */
		sbuf_reset(&b);
		SQL(&b, "ALTER DATABASE ");
		pg_ident(&b, s->name);
		sbuf_add(&b, s->settings.v[i]);
		if (exec(s, &b, &ignored) == RC_CANCELLED)
			rc = RC_CANCELLED;
	}
	sbuf_free(&b);
	arena_free(a);
	return rc;
}

static void drop(struct pg_scratch *s)
{
	struct pg *d = pg_of(s->admin);
	struct err ignored = ERR_INIT;
	struct sbuf b = SBUF_TEXT;

	if (!s->name.n)
		return;
	SQL(&b, "DROP DATABASE IF EXISTS ");
	pg_ident(&b, s->name);
	if (d->version >= 130000)
		SQL(&b, " WITH (FORCE)");
	atomic_store(&d->cancelled, false);
	d->deaf = true;
	(void)!pg_exec_own(d, sbuf_str(&b), &ignored);
	sbuf_free(&b);
	s->name = STR("");
}

static enum rc create(struct pg_scratch *s, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct str name = new_name(s->a);
	enum rc rc;

	SQL(&b, "CREATE DATABASE ");
	pg_ident(&b, name);
	SQL(&b, " TEMPLATE template0 CONNECTION LIMIT 2");
	sbuf_add(&b, s->create);
	rc = exec(s, &b, e);
	sbuf_free(&b);
	if (rc == RC_DB && strstr(e->where, "42501"))
		e->code = rc = RC_DENIED;
	if (rc)
		return rc;
	s->name = name;
	rc = dress(s, e);
	if (rc)
		drop(s);
	return rc;
}

/* --- opening, closing ---------------------------------------------------------------- */

void pg_scratch_end(struct pg_scratch *s)
{
	if (!s)
		return;
	if (s->admin)
		drop(s);
	drv_close(s->admin);
	pg_state_free(s->before);
	arena_free(s->a);
	xfree(s);
}

static enum rc read_settings(struct pg_scratch *s, const struct drv_target *t,
    struct err *e)
{
	struct str conninfo = t->like.n ? t->like : t->conninfo;
	struct str name = STR("");
	struct drv *d = NULL;
	enum rc rc = pg_conninfo_database(conninfo, s->a, &name, e);

	if (rc)
		return rc;
	if (!t->like.n) {
		struct pg *admin = pg_of(s->admin);

		return read_like(s, admin, name.n ? name : admin->user, e);
	}
	rc = open_other(t, t->like, NULL, DRV_BROWSE, &d, e);
	if (rc == RC_NOTFOUND) {	/* none yet: the server's own ways */
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	if (!rc)
		rc = read_like(s, pg_of(d), pg_of(d)->database, e);
	drv_close(d);
	return rc;
}

static enum rc connect_to(struct pg_scratch *s, struct drv **out,
    struct err *e)
{
	char *name = arena_z(s->a, s->name);

	return open_other(&s->t, s->t.conninfo, name, DRV_SCRATCH, out, e);
}

/* A server that lets its roles not be read has lost the second net only. */
static enum rc read_server(struct pg_scratch *s, struct err *e)
{
	struct err ignored = ERR_INIT;

	s->reaches = pg_may_reach_out(pg_of(s->admin));
	if (pg_state_read(pg_of(s->admin), &s->before, &ignored) !=
	    RC_CANCELLED)
		return RC_OK;
	*e = ignored;
	return RC_CANCELLED;
}

static enum rc pg_untouched(struct drv *base, struct err *e)
{
	struct pg_scratch *s = pg_of(base)->scratch;
	struct pg_state *now = NULL;
	enum rc rc;

	if (!s || !s->before)
		return RC_OK;
	rc = pg_state_read(pg_of(s->admin), &now, e);
	if (!rc)
		rc = pg_state_same(s->before, now, e);
	pg_state_free(now);
	return rc;
}

enum rc pg_scratch_open(const struct drv_target *t, struct drv **out,
    struct err *e)
{
	struct pg_scratch *s = xalloc(sizeof(*s));
	struct drv *d = NULL;
	enum rc rc;

	s->a = arena_new();
	s->t = *t;
	s->t.conninfo = arena_str(s->a, t->conninfo);
	s->t.like = s->t.search_path = STR("");
	s->name = s->create = STR("");
	rc = open_admin(t, &s->admin, e);
	if (!rc)
		rc = may_create(pg_of(s->admin), e);
	if (!rc)
		rc = read_settings(s, t, e);
	if (!rc)
		rc = read_server(s, e);
	if (!rc)
		rc = create(s, e);
	if (!rc)
		rc = connect_to(s, &d, e);
	if (rc) {
		if (rc != RC_CANCELLED)
			err_prefix(e, "no scratch database");
		pg_scratch_end(s);
		return rc;
	}
	pg_of(d)->scratch = s;
	*out = d;
	return RC_OK;
}

/* --- empty again ----------------------------------------------------------------------- */

/* Nothing but schemas, and all of them known: then they can be dropped. */
#define CLEAN_SQL \
	"SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger)" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_publication)" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_default_acl)" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper)" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension" \
	" WHERE extname OPERATOR(pg_catalog.<>) 'plpgsql')" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast" \
	" WHERE oid OPERATOR(pg_catalog.>=) 16384)" \
	" AND (SELECT count(*) OPERATOR(pg_catalog.<) 1000" \
	" FROM pg_catalog.pg_class" \
	" WHERE oid OPERATOR(pg_catalog.>=) 16384)," \
	" (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(nspname)," \
	" ', ') FROM pg_catalog.pg_namespace WHERE nspname" \
	" OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,pg_toast," \
	"information_schema}') AND nspname" \
	" OPERATOR(pg_catalog.!~) '^pg_(toast_)?temp_')"

static enum rc drop_schemas(struct pg *d, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	enum rc rc;

	rc = pg_rows(d, STR(CLEAN_SQL), NULL, 0, &r, e);
	if (rc)
		return rc;
	if (!pg_cell_bool(r, 0, 0)) {
		PQclear(r);
		return err_set(e, RC_UNSUPPORTED, "more than schemas");
	}
	if (pg_cell(r, 0, 1).n) {
		SQL(&b, "SET client_min_messages = error; DROP SCHEMA ");
		sbuf_add(&b, pg_cell(r, 0, 1));
		SQL(&b, " CASCADE; ");
	}
	PQclear(r);
	/* as template0 has it */
	SQL(&b, "CREATE SCHEMA public; COMMENT ON SCHEMA public IS"
	    " 'standard public schema'; ");
	if (d->version >= 150000)
		SQL(&b, "ALTER SCHEMA public OWNER TO pg_database_owner;"
		    " GRANT USAGE ON SCHEMA public TO PUBLIC");
	else
		SQL(&b, "GRANT ALL ON SCHEMA public TO PUBLIC");
	rc = pg_exec_own(d, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

static enum rc reconnect(struct pg *d, struct pg_scratch *s, struct err *e)
{
	struct str conninfo = STR("");
	enum rc rc = pg_conninfo_for(s->t.conninfo, s->name, d->a, &conninfo,
	    e);

	if (rc)
		return rc;
	pg_disconnect(d);
	d->t.conninfo = conninfo;
	return pg_connect(d, e);
}

/* A new session always: settings, temporary tables, prepared statements. */
static enum rc pg_reset(struct drv *base, struct err *e)
{
	struct pg *d = pg_of(base);
	struct pg_scratch *s = d->scratch;
	struct err ignored = ERR_INIT;
	enum rc rc;

	if (!s)
		return err_set(e, RC_INTERNAL, "not a scratch connection");
	s->wild.n = s->roles.n = 0;
	if (!d->lost && d->c && !pg_in_tx(base) &&
	    drop_schemas(d, &ignored) == RC_OK)
		return reconnect(d, s, e);
	pg_disconnect(d);
	drop(s);
	rc = create(s, e);
	return rc ? rc : reconnect(d, s, e);
}

/* --- what may run ----------------------------------------------------------------------- */

bool pg_adds_value(const struct pg_stmt *s)
{
	return s->kind == PG_ALTER_ENUM && s->new_value.n && !s->old_value.n;
}

static struct token word_after(struct str sql, size_t from)
{
	struct token t = pg_token(sql, from);

	while (t.kind == TOKEN_SPACE || t.kind == TOKEN_COMMENT)
		t = pg_token(sql, t.to);
	return t;
}

/* CONCURRENTLY made blanks, first word of that name. */
static struct str plainly(struct str sql, struct arena *a)
{
	struct token t = word_after(sql, 0);
	char *copy;

	while (t.kind != TOKEN_END && !str_ieq(str_sub(sql, t.from, t.to),
	    STR("CONCURRENTLY")))
		t = word_after(sql, t.to);
	if (t.kind == TOKEN_END)
		return sql;
	copy = arena_z(a, sql);
	memset(copy + t.from, ' ', t.to - t.from);
	return (struct str){ copy, sql.n };
}

/* A statement that this grammar does not know, of a newer server: what its
 * first words name is shared by the cluster. */
static bool unparsed_reaches(struct str sql)
{
	static const char *const shared[] = { "role", "user", "group",
		"tablespace", "database", "system", "subscription", "load",
		"copy", "do", "call", "grant", "revoke", "checkpoint",
		"import", "server", "owned" };
	struct token t = word_after(sql, 0);

	for (int i = 0; i < 3 && t.kind != TOKEN_END; i++) {
		for (size_t k = 0; k < sizeof(shared) / sizeof(shared[0]); k++)
			if (str_ieq(str_sub(sql, t.from, t.to),
			    str_z(shared[k])))
				return true;
		t = word_after(sql, t.to);
	}
	return false;
}

/* Name behind the last dot: calls are compared without their schema. */
static struct str last_part(struct str s)
{
	for (size_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '.')
			return str_sub(s, i, s.n);
	return s;
}

static bool calls_wild(const struct pg_scratch *p, const struct pg_stmt *s)
{
	for (size_t i = 0; p && i < p->wild.n; i++)
		for (size_t k = 0; k < s->calls.n; k++)
			if (str_eq(last_part(s->calls.v[k]), p->wild.v[i]))
				return true;
	return false;
}

/* DETACH … CONCURRENTLY leaves a check behind that the plain one does not:
 * it runs as it stands, outside (PostgreSQL 15 manual, ALTER TABLE). */
bool pg_detaches_outside(const struct pg_stmt *s)
{
	for (size_t i = 0; i < s->nsubs; i++)
		if (s->subs[i].step == PG_STEP_DETACH &&
		    s->subs[i].concurrently)
			return true;
	return false;
}

/* Does a statement, or what it holds, name a function that is wild? */
static bool mentions_wild(const struct pg_scratch *p, struct str sql)
{
	for (size_t i = 0; i < p->wild.n; i++)
		if (pg_mentions(sql, p->wild.v[i]))
			return true;
	return false;
}

static bool do_writes(struct str body)
{
	static const char *const words[] = { "insert", "update", "delete",
		"merge", "truncate", "perform", "select", "call" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (pg_mentions(body, str_z(words[i])))
			return true;
	return false;
}

/*
 * A session that may do more than own its database never runs SQL that is put
 * together on the way.  Once a function that does so is there, a trigger, a
 * default or a view may call it: rows, which make no shape, stay unwritten.
 */
static const char *assembled(const struct pg_scratch *p,
    const struct pg_stmt *s, struct str sql)
{
	if (!p || !p->reaches)
		return NULL;
	if ((s->flags & PG_ASSEMBLES) && (s->kind == PG_DO ||
	    (s->flags & PG_UNPARSED)))
		return "it puts SQL together while it runs, and this role may "
		    "do more than own a database";
	if (!p->wild.n)
		return NULL;
	if ((s->flags & PG_DATA) || s->kind == PG_CALL ||
	    ((s->flags & PG_READS_ONLY) && (s->flags & PG_ANYTHING)) ||
	    (s->kind == PG_DO && do_writes(s->body)))
		return "it may call a function that reaches beyond its "
		    "database or puts SQL together while it runs";
	if ((s->kind == PG_CREATE_EVENT_TRIGGER || s->kind == PG_DEFINE ||
	    s->kind == PG_DO || s->kind == PG_UNKNOWN ||
	    (s->flags & (PG_READS_ONLY | PG_UNPARSED))) &&
	    mentions_wild(p, sql))
		return "it names a function that reaches beyond its database "
		    "or puts SQL together while it runs";
	return NULL;
}

/* A function that calls such a one is one. */
static bool is_wild(const struct pg_scratch *p, const struct pg_stmt *s,
    struct str sql)
{
	if (s->flags & PG_CLUSTER_BODY)
		return true;
	if (!p->reaches)
		return false;
	if (s->kind == PG_CREATE_FUNCTION)
		return (s->flags & PG_ASSEMBLES) || mentions_wild(p, sql);
	return false;
}

static void keep_wild(struct pg_scratch *p, const struct pg_stmt *s,
    struct str sql)
{
	if (is_wild(p, s, sql))
		for (size_t i = 0; i < s->nobjs; i++)
			vec_push(p->a, &p->wild, arena_str(p->a,
			    s->objs[i].name));
	if (s->kind == PG_RENAME && s->new_name.n && mentions_wild(p, sql))
		vec_push(p->a, &p->wild, arena_str(p->a, s->new_name));
}

static const char *refuse(const struct pg *d, const struct pg_stmt *s,
    struct str sql)
{
	if (s->flags & PG_UNPARSED)
		return unparsed_reaches(sql) ?
		    "it may reach beyond its database" : NULL;
	if (s->flags & PG_CLUSTER_WIDE)
		return "it reaches beyond its database";
	if (s->flags & PG_OPENS_LINK)
		return "it opens a link to another server";
	if (assembled(d->scratch, s, sql))
		return assembled(d->scratch, s, sql);
	if (s->kind != PG_CREATE_FUNCTION && calls_wild(d->scratch, s))
		return "it calls a function that reaches beyond its database";
	if (s->flags & PG_COPY_DATA)
		return "its rows would have to be sent with it";
	if ((s->flags & PG_OUTSIDE_TX) && !(s->flags & PG_WEIR_OUTSIDE) &&
	    !s->concurrently && !pg_detaches_outside(s) && !pg_adds_value(s))
		return "it changes no schema";
	return NULL;
}

/* --- roles that files make ---------------------------------------------------------------- */

/* Roles of every server from 12 on; a grant to one in a scratch database is
 * nobody's gain. */
static const char *const stand_ins[] = { "pg_stat_scan_tables",
	"pg_read_all_settings", "pg_read_all_stats", "pg_signal_backend",
	"pg_monitor" };
#define NSTAND_INS (sizeof(stand_ins) / sizeof(stand_ins[0]))

static bool role_exists(struct pg *d, struct str name)
{
	struct arena *a = arena_new();
	const char *args[] = { arena_z(a, name) };
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;
	bool there = true;

	if (pg_rows(d, STR("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles"
	    " WHERE rolname OPERATOR(pg_catalog.=) $1)"), args, 1, &r,
	    &ignored) == RC_OK) {
		there = pg_cell_bool(r, 0, 0);
		PQclear(r);
	}
	arena_free(a);
	return there;
}

static void note_roles(struct pg *d, const struct pg_stmt *s)
{
	struct pg_scratch *p = d->scratch;

	for (size_t i = 0; p && s->kind == PG_CREATE_ROLE && i < s->roles.n &&
	    p->roles.n < NSTAND_INS; i++)
		if (!role_exists(d, s->roles.v[i]))
			vec_push(p->a, &p->roles, arena_str(p->a,
			    s->roles.v[i]));
}

static bool names_roles(const struct pg_stmt *s)
{
	static const enum pg_kind kinds[] = { PG_CREATE_POLICY,
		PG_ALTER_POLICY, PG_GRANT, PG_OWNER, PG_DEFAULT_PRIVILEGES,
		PG_CREATE_SCHEMA };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (s->kind == kinds[i])
			return true;
	for (size_t i = 0; i < s->nsubs; i++)
		if (s->subs[i].step == PG_STEP_OWNER)
			return true;
	return false;
}

/* "Name", name or NAME. */
static bool is_named(struct token t, struct str word, struct str role)
{
	if (t.kind == TOKEN_IDENT && word.n >= 2)
		return str_eq(str_sub(word, 1, word.n - 1), role);
	return (t.kind == TOKEN_WORD || t.kind == TOKEN_KEYWORD) &&
	    str_ieq(word, role);
}

/* A table of the role's name keeps it: only what follows TO or FROM, or a
 * comma there, is a role. */
static struct str with_stand_ins(const struct pg_scratch *p, struct str sql,
    struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;
	bool roles = false;
	size_t from = 0;

	for (struct token t = word_after(sql, 0); t.kind != TOKEN_END;
	    t = word_after(sql, t.to)) {
		struct str w = str_sub(sql, t.from, t.to);

		if (str_ieq(w, STR("to")) || str_ieq(w, STR("from")) ||
		    str_ieq(w, STR("authorization")) ||
		    str_ieq(w, STR("role"))) {
			roles = true;
			continue;
		}
		if (str_ieq(w, STR("using")) || str_ieq(w, STR("with")) ||
		    str_ieq(w, STR("on")))
			roles = false;
		for (size_t i = 0; roles && i < p->roles.n; i++) {
			if (!is_named(t, w, p->roles.v[i]))
				continue;
			sbuf_add(&b, str_sub(sql, from, t.from));
			sbuf_addz(&b, stand_ins[i]);
			from = t.to;
			break;
		}
	}
	sbuf_add(&b, str_sub(sql, from, sql.n));
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

struct strs pg_scratch_roles(const struct pg_scratch *s, struct strs roles,
    struct arena *a)
{
	struct str *v = arena_array(a, struct str, roles.n + 1);

	for (size_t i = 0; i < roles.n; i++) {
		struct str name = roles.v[i];
		size_t at = i;

		for (size_t k = 0; s && k < s->roles.n; k++)
			if (str_is(name, stand_ins[k]))
				name = arena_str(a, s->roles.v[k]);
		while (at > 0 && str_cmp(v[at - 1], name) > 0) {
			v[at] = v[at - 1];
			at--;
		}
		v[at] = name;
	}
	return (struct strs){ v, roles.n };
}

void pg_scratch_judge(struct pg *d, const struct pg_stmt *s, struct str sql,
    struct arena *a, struct str *text, struct str *why)
{
	const char *no = refuse(d, s, sql);

	*why = no ? str_z(no) : STR("");
	*text = s->concurrently && !no ? plainly(sql, a) : sql;
	if (no)
		note_roles(d, s);
	else if (d->scratch && d->scratch->roles.n && names_roles(s))
		*text = with_stand_ins(d->scratch, sql, a);
	if (!no && d->scratch)
		keep_wild(d->scratch, s, sql);
}

/* --- left behind --------------------------------------------------------------------------- */

static bool is_gone(struct str comment, struct arena *a)
{
	struct str host = this_host(a);
	struct str mine = arena_printf(a, "weir scratch: host %.*s, pid ",
	    STR_ARG(host));
	long pid;

	if (!str_starts(comment, mine))
		return false;
	pid = strtol(arena_z(a, str_sub(comment, mine.n, comment.n)), NULL, 10);
	return pid > 1 && file_stat_of("/proc/self").exists &&
	    !file_stat_of(arena_printf(a, "/proc/%ld", pid).p).exists;
}

static void judge_leftover(struct leftover *l, struct arena *a)
{
	bool old = clock_now_ms() - l->made_ms > DAY_MS;
	bool gone = is_gone(l->comment, a);

	l->stale = l->connections == 0 && (old || gone);
	l->why = l->connections ? STR("in use") :
	    gone ? STR("its process is gone") :
	    old ? STR("older than a day") : STR("its process may be running");
}

static enum rc pg_leftovers(const struct drv_target *t, struct arena *a,
    struct leftover **out, size_t *n, struct err *e)
{
	struct drv *d = NULL;
	VEC(struct leftover) v = { 0 };
	PGresult *r = NULL;
	enum rc rc = open_admin(t, &d, e);

	if (!rc)
		rc = pg_rows(pg_of(d), STR("SELECT d.datname,"
		    " coalesce(pg_catalog.shobj_description(d.oid,"
		    " 'pg_database'), ''),"
		    " CASE WHEN pg_catalog.pg_has_role(d.datdba, 'USAGE') OR"
		    " pg_catalog.has_database_privilege(d.oid, 'CONNECT')"
		    " THEN pg_catalog.pg_database_size(d.oid) ELSE"
		    " -1::pg_catalog.int8 END,"
		    " (SELECT count(*) FROM pg_catalog.pg_stat_activity AS s"
		    " WHERE s.datid OPERATOR(pg_catalog.=) d.oid)"
		    " FROM pg_catalog.pg_database AS d"
		    " WHERE pg_catalog.starts_with(d.datname::pg_catalog.text,"
		    " 'weir_scratch_')"
		    " ORDER BY d.datname"), NULL, 0, &r, e);
	for (int i = 0; !rc && i < PQntuples(r) && v.n < LEFTOVERS_MAX; i++) {
		struct leftover l = {
			.name = arena_str(a, pg_cell(r, i, 0)),
			.comment = utf8_clean(a, pg_cell(r, i, 1), UTF8_LINE),
			.bytes = pg_cell_int(r, i, 2),
			.connections = (int)pg_cell_int(r, i, 3),
		};
		if (!is_ours(l.name))
			continue;
		l.made_ms = made_ms(l.name);
		judge_leftover(&l, a);
		vec_push(a, &v, l);
	}
	if (!rc)
		PQclear(r);
	drv_close(d);
	if (rc)
		return rc;
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

static enum rc pg_drop_leftover(const struct drv_target *t, struct str name,
    struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct drv *d = NULL;
	enum rc rc;

	if (!is_ours(name))
		return err_set(e, RC_USAGE, "%.*s is not the name of a scratch "
		    "database", STR_ARG(name));
	rc = open_admin(t, &d, e);
	SQL(&b, "DROP DATABASE ");
	pg_ident(&b, name);
	if (!rc)
		rc = pg_exec_own(pg_of(d), sbuf_str(&b), e);
	drv_close(d);
	sbuf_free(&b);
	return rc;
}

/* --- other databases ------------------------------------------------------------------------- */

static enum rc pg_create_database(const struct drv_target *t, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct drv *d = NULL;
	struct str name = STR("");
	enum rc rc = pg_conninfo_database(t->conninfo, a, &name, e);

	if (!rc)
		rc = dialect_pg.name_check(name, e);
	if (!rc)
		rc = open_admin(t, &d, e);
	SQL(&b, "CREATE DATABASE ");
	pg_ident(&b, name);
	if (!rc)
		rc = pg_exec_own(pg_of(d), sbuf_str(&b), e);
	/* somebody else was quicker: it is there */
	if (rc == RC_DB && strstr(e->where, "42P04")) {
		*e = (struct err)ERR_INIT;
		rc = RC_OK;
	}
	drv_close(d);
	sbuf_free(&b);
	arena_free(a);
	return rc;
}

/* The system identifier is everybody's to read unless somebody took the right
 * away: then the server's address stands for it. */
static enum rc pg_identity(struct drv *base, struct arena *a, struct str *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;
	struct sha256 h;
	char hex[SHA256_HEX + 1];
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (pg_rows(d, STR("SELECT system_identifier"
	    " FROM pg_catalog.pg_control_system()"), NULL, 0, &r,
	    &ignored) == RC_OK) {
		*out = arena_printf(a, "pg-%.*s-%u",
		    STR_ARG(pg_cell(r, 0, 0)), d->database_oid);
		PQclear(r);
		return RC_OK;
	}
	h = sha256_of(arena_printf(a, "%s:%s", PQhost(d->c), PQport(d->c)));
	sha256_hex(&h, hex);
	*out = arena_printf(a, "pg-%.16s-%u", hex, d->database_oid);
	return RC_OK;
}

const struct drv_databases pg_databases = {
	.is_local = pg_is_local,
	.identity = pg_identity,
	.create = pg_create_database,
	.reset = pg_reset,
	.untouched = pg_untouched,
	.leftovers = pg_leftovers,
	.drop_leftover = pg_drop_leftover,
};

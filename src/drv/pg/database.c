/*
 * database: see scratch_parts.h.  What a connection can do to the server
 * beside the database that it has open.
 */
#include <string.h>

#include "base/utf8.h"
#include "drv/pg/scratch_parts.h"

enum rc pg_open_other(const struct drv_target *t, struct str conninfo,
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
enum rc pg_open_admin(const struct drv_target *t, struct drv **out,
    struct err *e)
{
	static const char *const others[] = { NULL, "postgres", "template1" };
	enum rc rc = RC_NOTFOUND;

	for (size_t i = 0; rc == RC_NOTFOUND && i < 3; i++) {
		*e = (struct err)ERR_INIT;
		rc = pg_open_other(t, t->conninfo, others[i], DRV_APPLY, out, e);
	}
	return rc;
}

static enum rc no_right(struct pg *d, struct str name, struct arena *a,
    struct err *e)
{
	struct str role = utf8_clean(a, str_z(PQuser(d->c)), UTF8_LINE);

	name = utf8_clean(a, name, UTF8_LINE);
	*e = (struct err)ERR_INIT;
	(void)err_at(e, RC_DENIED, "42501", "role %.*s may not create "
	    "databases: %.*s was not made", STR_ARG(role), STR_ARG(name));
	err_hint(e, "somebody who may: CREATE DATABASE %.*s OWNER %.*s, or "
	    "ALTER ROLE %.*s CREATEDB; then again: weir migrate",
	    STR_ARG(name), STR_ARG(role), STR_ARG(role));
	return RC_DENIED;
}

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
		rc = pg_open_admin(t, &d, e);
	SQL(&b, "CREATE DATABASE ");
	pg_ident(&b, name);
	if (!rc)
		rc = pg_exec_own(pg_of(d), sbuf_str(&b), e);
	/* somebody else was quicker: it is there */
	if (rc == RC_DB && strstr(e->where, "42P04")) {
		*e = (struct err)ERR_INIT;
		rc = RC_OK;
	} else if (rc && d && strstr(e->where, "42501")) {
		rc = no_right(pg_of(d), name, a, e);
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
	.reset = pg_scratch_reset,
	.untouched = pg_scratch_untouched,
	.leftovers = pg_leftovers,
	.leftovers_here = pg_leftovers_here,
	.drop_leftover = pg_drop_leftover,
};

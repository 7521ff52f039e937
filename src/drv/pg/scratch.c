/*
 * scratch: see scratch.h.  CREATE and DROP DATABASE, and empty again.
 *
 * The connection that made a database is kept to drop it: a role that may
 * connect now may not later, and dropping must not fail on that.  template0,
 * since template1 with a session in it makes CREATE wait and fail.
 */
#include <string.h>

#include "drv/pg/scratch_parts.h"

/* --- made and dropped -------------------------------------------------- */

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
	pg_string(&b, pg_scratch_comment(a));
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
	struct str name = pg_scratch_name(s->a);
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

/* --- opening, closing -------------------------------------------------- */

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

		return pg_scratch_read_like(s, admin, name.n ? name : admin->user, e);
	}
	rc = pg_open_other(t, t->like, NULL, DRV_BROWSE, &d, e);
	if (rc == RC_NOTFOUND) {	/* none yet: the server's own ways */
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	if (!rc)
		rc = pg_scratch_read_like(s, pg_of(d), pg_of(d)->database, e);
	drv_close(d);
	return rc;
}

static enum rc connect_to(struct pg_scratch *s, struct drv **out,
    struct err *e)
{
	char *name = arena_z(s->a, s->name);

	return pg_open_other(&s->t, s->t.conninfo, name, DRV_SCRATCH, out, e);
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

enum rc pg_scratch_untouched(struct drv *base, struct err *e)
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
	rc = pg_open_admin(t, &s->admin, e);
	/* a limit for what an application does is none for a database's making */
	if (!rc && !pg_of(s->admin)->pooled)
		rc = pg_exec_own(pg_of(s->admin),
		    STR("SET statement_timeout = 0"), e);
	if (!rc)
		rc = may_create(pg_of(s->admin), e);
	if (!rc)
		pg_scratch_sweep(pg_of(s->admin));
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

/* --- empty again -------------------------------------------------- */

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
enum rc pg_scratch_reset(struct drv *base, struct err *e)
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

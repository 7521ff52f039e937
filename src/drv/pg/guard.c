/*
 * guard: what keeps a scratch run within its database where the session may
 * do more than that, and what tells when something got out.
 *
 * Measured: SQL that a body puts together runs with all rights of the
 * session, and a role or a file made so outlives the scratch database.
 */
#include "base/utf8.h"
#include "drv/pg/scratch.h"

struct pg_state {
	PGresult *r;
};

/* Rights beyond those of the owner of a database (PostgreSQL 15 manual,
 * chapter 22); SET ROLE reaches those of every role one is a member of. */
bool pg_may_reach_out(struct pg *d)
{
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;
	bool may = true;

	if (pg_rows(d, STR("SELECT EXISTS (SELECT FROM pg_catalog.pg_roles"
	    " AS r WHERE (r.rolsuper OR r.rolcreaterole OR r.rolreplication"
	    " OR r.rolname OPERATOR(pg_catalog.=) ANY ('{"
	    "pg_execute_server_program,pg_read_server_files,"
	    "pg_write_server_files,pg_signal_backend,"
	    "pg_create_subscription}'::pg_catalog.name[]))"
	    " AND pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER'))"),
	    NULL, 0, &r, &ignored) == RC_OK) {
		may = pg_cell_bool(r, 0, 0);
		PQclear(r);
	}
	return may;
}

/*
 * What all databases share, one row a thing: its kind, name, value.  A
 * database that comes or goes meanwhile is somebody else's work: nothing that
 * a transaction runs can make or drop one.  Freezing moves datfrozenxid.
 */
#define STATE_SQL \
	"SELECT 'role', rolname::pg_catalog.text," \
	" pg_catalog.concat(r.*::pg_catalog.text, (SELECT" \
	" pg_catalog.string_agg(pg_catalog.concat_ws(' ', m.roleid," \
	" m.admin_option), ',' ORDER BY m.roleid) FROM" \
	" pg_catalog.pg_auth_members AS m" \
	" WHERE m.member OPERATOR(pg_catalog.=) r.oid), (SELECT" \
	" pg_catalog.string_agg(pg_catalog.concat_ws(' ', s.setdatabase," \
	" s.setconfig), ',' ORDER BY s.setdatabase)" \
	" FROM pg_catalog.pg_db_role_setting AS s, pg_catalog.pg_database AS" \
	" d WHERE s.setrole OPERATOR(pg_catalog.=) r.oid AND d.oid" \
	" OPERATOR(pg_catalog.=) s.setdatabase AND NOT" \
	" pg_catalog.starts_with(d.datname::pg_catalog.text," \
	" 'weir_scratch_')))" \
	" FROM pg_catalog.pg_roles AS r" \
	" UNION ALL SELECT 'tablespace', spcname::pg_catalog.text," \
	" t.*::pg_catalog.text FROM pg_catalog.pg_tablespace AS t" \
	" UNION ALL SELECT 'database', datname::pg_catalog.text," \
	" pg_catalog.concat_ws(' ', datdba, datistemplate, datallowconn," \
	" datconnlimit, dattablespace, datacl, (SELECT" \
	" pg_catalog.string_agg(pg_catalog.concat_ws(' ', s.setrole," \
	" s.setconfig), ',' ORDER BY s.setrole)" \
	" FROM pg_catalog.pg_db_role_setting AS s" \
	" WHERE s.setdatabase OPERATOR(pg_catalog.=) d.oid))" \
	" FROM pg_catalog.pg_database AS d WHERE NOT" \
	" pg_catalog.starts_with(datname::pg_catalog.text, 'weir_scratch_')" \
	" ORDER BY 1, 2"

enum rc pg_state_read(struct pg *d, struct pg_state **out, struct err *e)
{
	struct pg_state *s = xalloc(sizeof(*s));
	enum rc rc = pg_rows(d, STR(STATE_SQL), NULL, 0, &s->r, e);

	if (rc) {
		xfree(s);
		return rc;
	}
	*out = s;
	return RC_OK;
}

void pg_state_free(struct pg_state *s)
{
	if (s)
		PQclear(s->r);
	xfree(s);
}

static int find(const PGresult *r, const PGresult *of, int row)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (str_eq(pg_cell(r, i, 0), pg_cell(of, row, 0)) &&
		    str_eq(pg_cell(r, i, 1), pg_cell(of, row, 1)))
			return i;
	return -1;
}

static enum rc differs(const PGresult *r, int row, const char *how,
    struct err *e)
{
	struct arena *a = arena_new();
	struct str name = utf8_clean(a, pg_cell(r, row, 1), UTF8_LINE);

	err_set(e, RC_CONFLICT, "%.*s %.*s %s while the migrations ran on a "
	    "scratch database of this server: they, or somebody else, changed "
	    "what all databases share", STR_ARG(pg_cell(r, row, 0)),
	    STR_ARG(name), how);
	err_hint(e, "look at it now (\\du, \\l, \\db in psql); where the "
	    "migrations did it:\nweir review --scratch URL");
	arena_free(a);
	return RC_CONFLICT;
}

enum rc pg_state_same(const struct pg_state *before,
    const struct pg_state *now, struct err *e)
{
	const PGresult *b = before->r, *n = now->r;

	for (int i = 0; i < PQntuples(b); i++) {
		int k = find(n, b, i);

		if (k < 0 && !str_is(pg_cell(b, i, 0), "database"))
			return differs(b, i, "went away", e);
		if (k >= 0 && !str_eq(pg_cell(b, i, 2), pg_cell(n, k, 2)))
			return differs(b, i, "changed", e);
	}
	for (int i = 0; i < PQntuples(n); i++)
		if (find(b, n, i) < 0 &&
		    !str_is(pg_cell(n, i, 0), "database"))
			return differs(n, i, "appeared", e);
	return RC_OK;
}

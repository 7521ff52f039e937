/*
 * What keeps a role from restoring the database: to drop a thing and to make
 * it again as it was takes its owner or a superuser (manual, 5.7).  Without
 * what belongs to extensions, which a restore leaves alone.
 */
#include "drv/pg/pg.h"

#define IS " OPERATOR(pg_catalog.=) "
#define CATALOG(name) " 'pg_catalog." name "'::pg_catalog.regclass"
#define HAS(role) "pg_catalog.pg_has_role(" role ", 'USAGE')"
#define USERS(schema) \
	" AND EXISTS (SELECT 1 FROM pg_catalog.pg_namespace n WHERE n.oid" IS \
	schema " AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'" \
	" AND NOT pg_catalog.starts_with(n.nspname, 'pg_'))"
#define OWNED(catalog, owner, where) \
	"SELECT" CATALOG(catalog) " AS c, x.oid AS o, " owner " AS w" \
	" FROM pg_catalog." catalog " AS x WHERE x.oid" \
	" OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid AND NOT " HAS(owner) \
	where " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d" \
	" WHERE d.classid" IS CATALOG(catalog) " AND d.objid" IS "x.oid" \
	" AND d.deptype IN ('e', 'i'))"
#define TYPE_OWNER(type) \
	"(SELECT t.typowner FROM pg_catalog.pg_type t WHERE t.oid" IS type ")"

static const char query[] =
	"SELECT pg_catalog.concat(i.type, ' ', i.identity, ' of ',"
	" pg_catalog.pg_get_userbyid(q.w)), pg_catalog.count(*) OVER () FROM ("
	OWNED("pg_event_trigger", "x.evtowner", "")
	" UNION ALL " OWNED("pg_publication", "x.pubowner", "")
	" UNION ALL " OWNED("pg_foreign_data_wrapper", "x.fdwowner", "")
	" UNION ALL " OWNED("pg_foreign_server", "x.srvowner", "")
	" UNION ALL " OWNED("pg_language", "x.lanowner", "")
	/* of nobody: made by superusers, as the first one is */
	" UNION ALL " OWNED("pg_am", "10::pg_catalog.oid", "")
	/* the owner of either type may */
	" UNION ALL " OWNED("pg_cast", TYPE_OWNER("x.casttarget"), " AND NOT "
	    HAS(TYPE_OWNER("x.castsource")))
	" UNION ALL " OWNED("pg_namespace", "x.nspowner", USERS("x.oid")
	    " AND x.nspname OPERATOR(pg_catalog.<>) 'public'")
	" UNION ALL " OWNED("pg_class", "x.relowner", USERS("x.relnamespace")
	    " AND x.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')")
	" UNION ALL " OWNED("pg_proc", "x.proowner", USERS("x.pronamespace"))
	" UNION ALL " OWNED("pg_type", "x.typowner", USERS("x.typnamespace")
	    " AND x.typtype IN ('d', 'e', 'r')")
	") AS q, LATERAL pg_catalog.pg_identify_object(q.c, q.o, 0) AS i"
	" ORDER BY 1 LIMIT 2";

enum rc pg_barred(struct drv *base, struct arena *a, struct str *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	struct sbuf b = SBUF_TEXT;
	PGresult *r = NULL;
	int64_t of;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, str_z(query), NULL, 0, &r, e);
	if (rc)
		return rc;
	for (int i = 0; i < PQntuples(r); i++) {
		sbuf_addz(&b, i ? ", " : "");
		sbuf_add(&b, pg_cell(r, i, 0));
	}
	of = PQntuples(r) ? pg_cell_int(r, 0, 1) : 0;
	if (of > PQntuples(r))
		sbuf_addf(&b, " and %lld more",
		    (long long)of - PQntuples(r));
	*out = arena_str(a, sbuf_str(&b));
	PQclear(r);
	sbuf_free(&b);
	return RC_OK;
}

/*
 * What is there and nothing compares: the user's objects of kinds that no
 * model holds, counted.  Of the user: in no extension, with a number above
 * those of the system, which are below 16384 (manual, 74.2).
 */
#include "drv/pg/pg.h"

#define IS " OPERATOR(pg_catalog.=) "
#define OF_USER(oid) oid " OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid"
#define CATALOG(name) " 'pg_catalog." name "'::pg_catalog.regclass"

/* All of a catalog. */
#define KIND(catalog, name) \
	" UNION ALL SELECT " name ", pg_catalog.count(*)" \
	" FROM pg_catalog." catalog " AS x WHERE " OF_USER("x.oid") \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d" \
	" WHERE d.classid" IS CATALOG(catalog) " AND d.objid" IS "x.oid" \
	" AND d.deptype" IS "ANY ('{e,i}'::\"char\"[]))"

static const char counting[] =
	"SELECT pg_catalog.string_agg(pg_catalog.concat(k.name, ' (', k.n,"
	" ')'), ', ') FROM (SELECT 'comments' AS name,"
	" pg_catalog.count(*) AS n FROM pg_catalog.pg_description AS c"
	" JOIN pg_catalog.pg_class AS r ON r.oid" IS "c.objoid"
	" WHERE c.classoid" IS CATALOG("pg_class") " AND " OF_USER("r.oid")
	KIND("pg_operator", "'operators'") KIND("pg_cast", "'casts'")
	KIND("pg_collation", "'collations'")
	KIND("pg_conversion", "'conversions'")
	KIND("pg_opclass", "'operator classes'")
	KIND("pg_ts_config", "'text search configurations'")
	KIND("pg_ts_dict", "'text search dictionaries'")
	KIND("pg_event_trigger", "'event triggers'")
	KIND("pg_publication", "'publications'")
	KIND("pg_foreign_server", "'foreign servers'")
	KIND("pg_transform", "'transforms'")
	" UNION ALL SELECT 'statistics targets', pg_catalog.count(*)"
	" FROM pg_catalog.pg_attribute AS t WHERE " OF_USER("t.attrelid")
	" AND t.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2"
	" AND NOT t.attisdropped"
	" AND t.attstattarget::pg_catalog.int4 OPERATOR(pg_catalog.>=)"
	" 0::pg_catalog.int4"
	" UNION ALL SELECT 'triggers of partitions that are set apart',"
	" pg_catalog.count(*) FROM pg_catalog.pg_trigger AS t"
	" JOIN pg_catalog.pg_depend AS d ON d.classid" IS CATALOG("pg_trigger")
	" AND d.objid" IS "t.oid AND d.refclassid" IS "d.classid"
	" AND d.deptype" IS "'P'::\"char\""
	" JOIN pg_catalog.pg_trigger AS p ON p.oid" IS "d.refobjid"
	" WHERE t.tgenabled OPERATOR(pg_catalog.<>) p.tgenabled) AS k"
	" WHERE k.n OPERATOR(pg_catalog.>) 0::pg_catalog.int8";

enum rc pg_unread(struct drv *base, struct arena *a, struct str *out,
    struct err *e)
{
	struct pg *d = pg_of(base);
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, str_z(counting), NULL, 0, &r, e);
	if (rc)
		return rc;
	*out = arena_str(a, pg_cell(r, 0, 0));
	PQclear(r);
	return RC_OK;
}

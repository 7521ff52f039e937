/*
 * What no model holds: the user's objects of other kinds, comments and
 * statistics targets; listed by name where a replay can be held against it,
 * else counted.  Names are those of pg_identify_object(), which no search_path
 * changes.  Of the user: in no extension, with a number above
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

#define REST \
	KIND("pg_conversion", "'conversions'") \
	KIND("pg_opclass", "'operator classes'") \
	KIND("pg_foreign_server", "'foreign servers'") \
	KIND("pg_default_acl", "'default privileges'") \
	KIND("pg_transform", "'transforms'")

static const char not_listed[] =
	"SELECT pg_catalog.string_agg(pg_catalog.concat(k.name, ' (', k.n,"
	" ')'), ', ') FROM (SELECT '' AS name, 0::pg_catalog.int8 AS n"
	REST ") AS k WHERE k.n OPERATOR(pg_catalog.>) 0::pg_catalog.int8";

static const char all_kinds[] =
	"SELECT pg_catalog.string_agg(pg_catalog.concat(k.name, ' (', k.n,"
	" ')'), ', ') FROM (SELECT 'comments' AS name,"
	" pg_catalog.count(*) AS n FROM pg_catalog.pg_description AS c"
	" JOIN pg_catalog.pg_class AS r ON r.oid" IS "c.objoid"
	" WHERE c.classoid" IS CATALOG("pg_class") " AND " OF_USER("r.oid")
	KIND("pg_operator", "'operators'") KIND("pg_cast", "'casts'")
	KIND("pg_collation", "'collations'")
	KIND("pg_ts_config", "'text search configurations'")
	KIND("pg_ts_dict", "'text search dictionaries'")
	KIND("pg_event_trigger", "'event triggers'")
	KIND("pg_publication", "'publications'")
	REST
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

/* The name of an object by its number; NULL for 0. */
#define NAMED(catalog, oid) \
	"(SELECT o.identity FROM pg_catalog.pg_identify_object(" \
	CATALOG(catalog) ", " oid ", 0) AS o WHERE " oid \
	" OPERATOR(pg_catalog.<>) 0::pg_catalog.oid)"
/* All of a catalog: kind, name, definition. */
#define LISTED(catalog, def) \
	" UNION ALL SELECT 'o', i.type, i.identity, pg_catalog.concat_ws(' '," \
	def ") FROM pg_catalog." catalog " AS x," \
	" LATERAL pg_catalog.pg_identify_object(" CATALOG(catalog) ", x.oid," \
	" 0) AS i WHERE " OF_USER("x.oid") \
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d" \
	" WHERE d.classid" IS CATALOG(catalog) " AND d.objid" IS "x.oid" \
	" AND d.deptype" IS "ANY ('{e,i}'::\"char\"[]))"

static const char listing[] =
	"SELECT k.what, k.kind, k.name, k.def FROM ("
	"SELECT 'c' AS what, 'comment on ' OPERATOR(pg_catalog.||) i.type AS"
	" kind, i.identity AS name, c.description AS def"
	" FROM pg_catalog.pg_description AS c,"
	" LATERAL pg_catalog.pg_identify_object(c.classoid, c.objoid,"
	" c.objsubid) AS i WHERE " OF_USER("c.objoid")
	" AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d"
	" WHERE d.classid" IS "c.classoid AND d.objid" IS "c.objoid"
	" AND d.deptype" IS "'e'::\"char\")"
	" AND c.classoid OPERATOR(pg_catalog.<>)" CATALOG("pg_extension")
	" UNION ALL SELECT 'c', 'statistics target of column', i.identity,"
	" t.attstattarget::pg_catalog.text"
	" FROM pg_catalog.pg_attribute AS t,"
	" LATERAL pg_catalog.pg_identify_object(" CATALOG("pg_class") ","
	" t.attrelid, t.attnum) AS i WHERE " OF_USER("t.attrelid")
	" AND t.attnum OPERATOR(pg_catalog.>) 0::pg_catalog.int2"
	" AND NOT t.attisdropped"
	" AND t.attstattarget::pg_catalog.int4 OPERATOR(pg_catalog.>=)"
	" 0::pg_catalog.int4"
	" UNION ALL SELECT 'c', 'partition''s own setting of trigger',"
	" i.identity, t.tgenabled::pg_catalog.text"
	" FROM pg_catalog.pg_trigger AS t"
	" JOIN pg_catalog.pg_depend AS d ON d.classid" IS CATALOG("pg_trigger")
	" AND d.objid" IS "t.oid AND d.refclassid" IS "d.classid"
	" AND d.deptype" IS "'P'::\"char\""
	" JOIN pg_catalog.pg_trigger AS p ON p.oid" IS "d.refobjid,"
	" LATERAL pg_catalog.pg_identify_object(" CATALOG("pg_trigger") ","
	" t.oid, 0) AS i"
	" WHERE t.tgenabled OPERATOR(pg_catalog.<>) p.tgenabled"
	LISTED("pg_operator", NAMED("pg_proc", "x.oprcode::pg_catalog.oid") ","
	    NAMED("pg_operator", "x.oprcom") ","
	    NAMED("pg_operator", "x.oprnegate") ","
	    NAMED("pg_type", "x.oprresult") ", x.oprcanmerge, x.oprcanhash,"
	    " x.oprrest::pg_catalog.oid, x.oprjoin::pg_catalog.oid")
	LISTED("pg_cast", NAMED("pg_proc", "x.castfunc")
	    ", x.castcontext, x.castmethod")
	LISTED("pg_collation", "x.collprovider, x.collisdeterministic,"
	    " x.collencoding, x.collcollate, x.collctype")
	LISTED("pg_ts_config", "(SELECT pg_catalog.string_agg("
	    "pg_catalog.concat_ws(':', m.maptokentype, m.mapseqno, "
	    NAMED("pg_ts_dict", "m.mapdict") "), ' ' ORDER BY m.maptokentype,"
	    " m.mapseqno) FROM pg_catalog.pg_ts_config_map AS m"
	    " WHERE m.mapcfg" IS "x.oid)")
	LISTED("pg_ts_dict", "x.dictinitoption")
	LISTED("pg_event_trigger", "x.evtevent, x.evtenabled, x.evttags, "
	    NAMED("pg_proc", "x.evtfoid"))
	LISTED("pg_publication", "x.puballtables, x.pubinsert, x.pubupdate,"
	    " x.pubdelete, x.pubtruncate, (SELECT pg_catalog.string_agg("
	    "pg_catalog.concat_ws('.', t.schemaname, t.tablename), ' '"
	    " ORDER BY t.schemaname, t.tablename)"
	    " FROM pg_catalog.pg_publication_tables AS t"
	    " WHERE t.pubname" IS "x.pubname)")
	") AS k ORDER BY k.kind COLLATE \"C\", k.name COLLATE \"C\"";

enum rc pg_unread_list(struct drv *base, struct arena *a,
    struct unread_objs *out, struct err *e)
{
	struct pg *d = pg_of(base);
	struct unread_obj *v;
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, str_z(listing), NULL, 0, &r, e);
	if (rc)
		return rc;
	*out = (struct unread_objs){ .n = (size_t)PQntuples(r) };
	out->v = v = arena_array(a, struct unread_obj, out->n + 1);
	for (size_t i = 0; i < out->n; i++)
		v[i] = (struct unread_obj){
			.note = str_is(pg_cell(r, (int)i, 0), "c"),
			.kind = arena_str(a, pg_cell(r, (int)i, 1)),
			.name = arena_str(a, pg_cell(r, (int)i, 2)),
			.def = arena_str(a, pg_cell(r, (int)i, 3)),
		};
	PQclear(r);
	return RC_OK;
}

enum rc pg_unread(struct drv *base, bool listed, struct arena *a,
    struct str *out, struct err *e)
{
	struct pg *d = pg_of(base);
	PGresult *r = NULL;
	enum rc rc = pg_enter(d, e);

	if (!rc)
		rc = pg_rows(d, str_z(listed ? not_listed :
		    all_kinds), NULL, 0, &r, e);
	if (rc)
		return rc;
	*out = arena_str(a, pg_cell(r, 0, 0));
	PQclear(r);
	return RC_OK;
}

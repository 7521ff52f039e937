/*
 * The text of the catalogue's queries.
 *
 * Every name is written with pg_catalog., and the search path is empty while
 * they run: what a database defines under the same name is never called, and
 * what the server prints is qualified, whoever asks.  @word@ stands for what
 * servers of different versions have differently, see `fragments`; @of x@
 * for nothing, or for the relations x that alone are read.
 *
 * pg_get_indexdef() and pg_get_constraintdef() are left out where columns of
 * the catalogue tell the same: 20 and 5 microseconds for each object.
 */
#include <string.h>

#include "drv/pg/introspect.h"

/* Objects below are made by initdb (FirstNormalObjectId). */
#define USER_OID " >= 16384"
#define SCHEMA_OIDS "(SELECT n.oid FROM pg_catalog.pg_namespace n " \
	"WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')"
/* The name of a thing with its schema, both quoted where needed; without it
 * for those of pg_catalog, as the server prints them. */
#define QUALIFIED(ns, name) "CASE WHEN " ns ".nspname = 'pg_catalog' THEN '' " \
	"ELSE pg_catalog.quote_ident(" ns ".nspname) || '.' END " \
	"|| pg_catalog.quote_ident(" name ")"

/* What takes a table into each publication that names it, as pg_dump does. */
#define PUBLISHED(rest) \
	"ARRAY(SELECT pg_catalog.concat('ALTER PUBLICATION '," \
	" pg_catalog.quote_ident(p.pubname), ' ADD TABLE ONLY '," \
	" pg_catalog.quote_ident(n.nspname), '.'," \
	" pg_catalog.quote_ident(c.relname)" rest ")" \
	" FROM pg_catalog.pg_publication_rel r" \
	" JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE r.prrelid = c.oid ORDER BY p.pubname)"

static const struct fragment {
	const char *word;
	int since;		/* server_version_num */
	const char *text, *before;
} fragments[] = {
	{ "trigger_parent", 130000, "t.tgparentid", "0" },
	{ "compression", 140000, "nullif(a.attcompression, '')", "NULL" },
	{ "multirange", 140000,
	    "|| coalesce((SELECT ', MULTIRANGE_TYPE_NAME = ' || "
	    QUALIFIED("n", "m.typname") " FROM pg_catalog.pg_type m "
	    "JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace "
	    "WHERE m.oid = g.rngmultitypid), '')", "" },
	{ "nulls_not_distinct", 150000, "i.indnullsnotdistinct", "false" },
	{ "published", 150000, PUBLISHED(", (SELECT ' (' ||"
	    " pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', '"
	    " ORDER BY a.attnum) || ')' FROM pg_catalog.pg_attribute a"
	    " WHERE r.prattrs IS NOT NULL AND a.attrelid = c.oid"
	    " AND a.attnum = ANY (r.prattrs::pg_catalog.int2[])),"
	    " ' WHERE (' || pg_catalog.pg_get_expr(r.prqual, c.oid) || ')'"),
	    PUBLISHED("") },
	{ "set_columns", 150000, "c.confdelsetcols", "NULL" },
	/* WITHOUT OVERLAPS, PERIOD and NOT ENFORCED: as the server words
	 * them, like an exclusion.  (NOT NULL has rows of its own there,
	 * contype 'n': attnotnull tells, also of one that is NOT VALID.) */
	{ "contype", 180000, "CASE WHEN c.conperiod OR NOT c.conenforced "
	    "THEN 'x' ELSE c.contype END", "c.contype" },
};

/* What pg_get_functiondef() does not give: CREATE AGGREGATE from its row
 * (PostgreSQL manual, 53.1); the same columns in 12 to 18. */
#define AGGREGATE_FN(word, col) \
	" CASE WHEN g." col " <> 0 THEN ', " word " = ' ||" \
	" g." col "::pg_catalog.text END,"
#define AGGREGATE_MODIFY(word, fn, col) \
	" CASE WHEN g." fn " <> 0 THEN ', " word " = ' || CASE g." col \
	" WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'" \
	" ELSE 'READ_WRITE' END END,"
#define AGGREGATE_DEF \
	"(SELECT pg_catalog.concat('CREATE AGGREGATE '," \
	" pg_catalog.quote_ident(n.nspname), '.'," \
	" pg_catalog.quote_ident(p.proname), '(', COALESCE(NULLIF(" \
	"pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*')," \
	" ') (SFUNC = ', g.aggtransfn::pg_catalog.text, ', STYPE = '," \
	" pg_catalog.format_type(g.aggtranstype, NULL)," \
	" CASE WHEN g.aggtransspace <> 0 THEN ', SSPACE = ' ||" \
	" g.aggtransspace END," \
	AGGREGATE_FN("FINALFUNC", "aggfinalfn") \
	" CASE WHEN g.aggfinalextra THEN ', FINALFUNC_EXTRA' END," \
	AGGREGATE_MODIFY("FINALFUNC_MODIFY", "aggfinalfn", "aggfinalmodify") \
	AGGREGATE_FN("COMBINEFUNC", "aggcombinefn") \
	AGGREGATE_FN("SERIALFUNC", "aggserialfn") \
	AGGREGATE_FN("DESERIALFUNC", "aggdeserialfn") \
	" ', INITCOND = ' || pg_catalog.quote_literal(g.agginitval)," \
	AGGREGATE_FN("MSFUNC", "aggmtransfn") \
	AGGREGATE_FN("MINVFUNC", "aggminvtransfn") \
	" CASE WHEN g.aggmtranstype <> 0 THEN ', MSTYPE = ' ||" \
	" pg_catalog.format_type(g.aggmtranstype, NULL) END," \
	" CASE WHEN g.aggmtransspace <> 0 THEN ', MSSPACE = ' ||" \
	" g.aggmtransspace END," \
	AGGREGATE_FN("MFINALFUNC", "aggmfinalfn") \
	" CASE WHEN g.aggmfinalextra THEN ', MFINALFUNC_EXTRA' END," \
	AGGREGATE_MODIFY("MFINALFUNC_MODIFY", "aggmfinalfn", \
	    "aggmfinalmodify") \
	" ', MINITCOND = ' || pg_catalog.quote_literal(g.aggminitval)," \
	" (SELECT pg_catalog.concat(', SORTOP = OPERATOR('," \
	" pg_catalog.quote_ident(x.nspname), '.', o.oprname, ')')" \
	" FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace x" \
	" ON x.oid = o.oprnamespace WHERE o.oid = g.aggsortop)," \
	" CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE'" \
	" WHEN 'r' THEN ', PARALLEL = RESTRICTED' END," \
	" CASE WHEN g.aggkind = 'h' THEN ', HYPOTHETICAL' END, ')')" \
	" FROM pg_catalog.pg_aggregate g JOIN pg_catalog.pg_namespace n" \
	" ON n.oid = p.pronamespace WHERE g.aggfnoid = p.oid)"

static const char *const queries[PG_CATALOG_N] = {
	[PG_Q_SCHEMAS] =
	    "SELECT n.oid, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner),"
	    " n.nspacl FROM pg_catalog.pg_namespace n"
	    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
	[PG_Q_EXTENSIONS] =
	    "SELECT e.oid, e.extname, e.extnamespace, e.extversion,"
	    " pg_catalog.pg_get_userbyid(e.extowner)"
	    " FROM pg_catalog.pg_extension e WHERE e.oid" USER_OID,
	[PG_Q_MEMBERS] =
	    "SELECT d.classid, d.objid, e.extname"
	    " FROM pg_catalog.pg_depend d"
	    " JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid"
	    " WHERE d.refclassid = 3079 AND d.deptype = 'e'"
	    " AND d.refobjid" USER_OID,
	[PG_Q_COMMENTS] =
	    "SELECT d.classoid, d.objoid, d.objsubid, d.description"
	    " FROM pg_catalog.pg_description d WHERE d.objoid" USER_OID,
	[PG_Q_TYPES] =
	    "SELECT t.oid, t.typname, t.typnamespace, t.typtype,"
	    " pg_catalog.pg_get_userbyid(t.typowner), t.typacl,"
	    " CASE WHEN t.typtype = 'd' THEN"
	    "  pg_catalog.format_type(t.typbasetype, t.typtypmod) END,"
	    " t.typnotnull,"
	    " pg_catalog.pg_get_expr(t.typdefaultbin, 0),"
	    " CASE WHEN t.typtype = 'd' AND t.typcollation <> 0"
	    "  AND t.typcollation <> (SELECT b.typcollation"
	    "   FROM pg_catalog.pg_type b WHERE b.oid = t.typbasetype)"
	    "  THEN (SELECT " QUALIFIED("n", "l.collname")
	    "   FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n"
	    "   ON n.oid = l.collnamespace WHERE l.oid = t.typcollation) END,"
	    " CASE t.typtype WHEN 'd' THEN ARRAY(SELECT"
	    "   pg_catalog.quote_ident(c.conname) || ' ' ||"
	    "   pg_catalog.pg_get_constraintdef(c.oid)"
	    "   FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid"
	    "   AND c.contype = 'c' ORDER BY c.conname)"
	    "  WHEN 'e' THEN ARRAY(SELECT e.enumlabel::pg_catalog.text"
	    "   FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid"
	    "   ORDER BY e.enumsortorder) END,"
	    " (SELECT 'CREATE TYPE ' || " QUALIFIED("tn", "t.typname") " ||"
	    "   ' AS RANGE (SUBTYPE = ' ||"
	    "   pg_catalog.format_type(g.rngsubtype, NULL) ||"
	    "   CASE WHEN o.opcdefault THEN '' ELSE"
	    "    ', SUBTYPE_OPCLASS = ' || " QUALIFIED("n", "o.opcname")
	    "   END || coalesce((SELECT ', COLLATION = ' || "
	    QUALIFIED("ln", "l.collname") " FROM pg_catalog.pg_collation l"
	    "    JOIN pg_catalog.pg_namespace ln ON ln.oid = l.collnamespace"
	    "    JOIN pg_catalog.pg_type s ON s.oid = g.rngsubtype"
	    "    WHERE l.oid = g.rngcollation"
	    "    AND g.rngcollation <> s.typcollation), '') ||"
	    "   CASE WHEN g.rngcanonical::pg_catalog.oid = 0 THEN '' ELSE"
	    "    ', CANONICAL = ' || g.rngcanonical::pg_catalog.text END ||"
	    "   CASE WHEN g.rngsubdiff::pg_catalog.oid = 0 THEN '' ELSE"
	    "    ', SUBTYPE_DIFF = ' || g.rngsubdiff::pg_catalog.text END"
	    "   @multirange@ || ')'"
	    "   FROM pg_catalog.pg_range g"
	    "   JOIN pg_catalog.pg_opclass o ON o.oid = g.rngsubopc"
	    "   JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace"
	    "   JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace"
	    "   WHERE g.rngtypid = t.oid)"
	    " FROM pg_catalog.pg_type t"
	    " WHERE t.oid" USER_OID " AND t.typtype IN"
	    "  ('b', 'd', 'e', 'm', 'r') AND t.typcategory <> 'A'"
	    "  AND t.typnamespace IN " SCHEMA_OIDS,
	[PG_Q_RELATIONS] =
	    "SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relnatts,"
	    " pg_catalog.pg_get_userbyid(c.relowner),"
	    " CASE WHEN c.relkind = 'c' THEN (SELECT t.typacl"
	    "  FROM pg_catalog.pg_type t WHERE t.oid = c.reltype)"
	    "  ELSE c.relacl END,"
	    " c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,"
	    " c.relreplident, c.relispopulated,"
	    " CASE WHEN c.reltuples <= 0 AND c.relpages = 0 THEN -1"
	    "  ELSE c.reltuples::pg_catalog.int8 END,"
	    " CASE WHEN c.relkind NOT IN ('r', 'm') OR c.oid IN (SELECT"
	    "  k.relation FROM pg_catalog.pg_locks k WHERE k.mode ="
	    "  'AccessExclusiveLock' AND k.relation IS NOT NULL) THEN"
	    "  c.relpages::pg_catalog.int8 * pg_catalog.current_setting("
	    "  'block_size')::pg_catalog.int8"
	    "  ELSE pg_catalog.pg_relation_size(c.oid) + coalesce("
	    "  pg_catalog.pg_relation_size(nullif(c.reltoastrelid::"
	    "pg_catalog.oid, 0::pg_catalog.oid)), 0) END,"
	    " c.reloptions || ARRAY(SELECT 'toast.' || x"
	    "  FROM pg_catalog.pg_class s, pg_catalog.unnest(s.reloptions) x"
	    "  WHERE c.reltoastrelid <> 0 AND s.oid = c.reltoastrelid"
	    "  AND s.reloptions IS NOT NULL),"
	    " (SELECT m.amname FROM pg_catalog.pg_am m"
	    "  WHERE c.relkind IN ('r', 'm', 'p') AND m.oid = c.relam"
	    "  AND m.amname <> 'heap'),"
	    " CASE WHEN c.relkind = 'p' THEN"
	    "  pg_catalog.pg_get_partkeydef(c.oid) END,"
	    " CASE WHEN c.relispartition THEN"
	    "  pg_catalog.pg_get_expr(c.relpartbound, c.oid) END,"
	    " CASE WHEN c.relkind IN ('v', 'm') THEN"
	    "  pg_catalog.pg_get_viewdef(c.oid) END,"
	    " CASE WHEN c.relkind = 'f' THEN (SELECT 'SERVER ' ||"
	    "  pg_catalog.quote_ident(s.srvname) || coalesce(' OPTIONS (' ||"
	    "  (SELECT pg_catalog.string_agg("
	    "   pg_catalog.quote_ident(o.option_name) || ' ' ||"
	    "   pg_catalog.quote_literal(o.option_value), ', ')"
	    "   FROM pg_catalog.pg_options_to_table(f.ftoptions) o) || ')', '')"
	    "  FROM pg_catalog.pg_foreign_table f"
	    "  JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver"
	    "  WHERE f.ftrelid = c.oid) END, c.reltype,"
	    " CASE WHEN c.relkind IN ('r', 'p') THEN @published@ END"
	    " FROM pg_catalog.pg_class c"
	    " WHERE c.oid" USER_OID " AND c.relkind IN"
	    "  ('r', 'p', 'f', 'v', 'm', 'c')"
	    " AND c.relnamespace IN " SCHEMA_OIDS " @of c.oid@",
	[PG_Q_INHERITS] =
	    "SELECT i.inhrelid, i.inhparent FROM pg_catalog.pg_inherits i"
	    " WHERE true @of i.inhrelid@ ORDER BY i.inhrelid, i.inhseqno",
	[PG_Q_SEQUENCES] =
	    "SELECT c.oid, c.relname, c.relnamespace,"
	    " pg_catalog.pg_get_userbyid(c.relowner), c.relacl,"
	    " pg_catalog.format_type(s.seqtypid, NULL), s.seqstart,"
	    " s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,"
	    " d.refobjid, d.refobjsubid, d.deptype"
	    " FROM pg_catalog.pg_sequence s"
	    " JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid"
	    " LEFT JOIN pg_catalog.pg_depend d ON d.classid = 1259"
	    "  AND d.objid = c.oid AND d.objsubid = 0 AND d.refclassid = 1259"
	    "  AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"
	    " WHERE c.oid" USER_OID " AND c.relnamespace IN " SCHEMA_OIDS
	    " @of coalesce(d.refobjid, c.oid)@",
	[PG_Q_COLUMNS] =
	    "SELECT a.attrelid, a.attnum, a.attname,"
	    " pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,"
	    " a.atthasdef, CASE WHEN a.attgenerated = '' THEN"
	    "  pg_catalog.pg_get_expr(d.adbin, 0) ELSE"
	    "  pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,"
	    " a.attidentity, a.attgenerated,"
	    " CASE WHEN a.attcollation <> t.typcollation THEN (SELECT "
	    QUALIFIED("n", "l.collname")
	    "  FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n"
	    "  ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END,"
	    " CASE WHEN a.attstorage <> t.typstorage THEN CASE a.attstorage"
	    "  WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'"
	    "  WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END,"
	    " CASE @compression@ WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4'"
	    "  END, a.attislocal, a.attacl, a.atttypid, a.attcollation,"
	    " CASE WHEN a.atttypid < 16384 THEN 0"
	    "  WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END,"
	    " CASE WHEN a.attstattarget >= 0 THEN"
	    "  pg_catalog.concat('statistics=', a.attstattarget) END,"
	    " a.attoptions"
	    " FROM pg_catalog.pg_attribute a"
	    " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
	    " JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
	    " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid"
	    "  AND d.adnum = a.attnum"
	    " WHERE a.attrelid" USER_OID " AND a.attnum > 0"
	    " AND NOT a.attisdropped"
	    " AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')"
	    " AND c.relnamespace IN " SCHEMA_OIDS
	    " @of a.attrelid@ ORDER BY a.attrelid, a.attnum",
	[PG_Q_OPCLASSES] =
	    "SELECT o.oid, " QUALIFIED("n", "o.opcname") ", o.opcmethod,"
	    " o.opcintype, o.opcdefault FROM pg_catalog.pg_opclass o"
	    " JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace",
	[PG_Q_COLLATIONS] =
	    "SELECT l.oid, " QUALIFIED("n", "l.collname")
	    " FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n"
	    " ON n.oid = l.collnamespace WHERE l.oid IN (SELECT"
	    " pg_catalog.unnest(i.indcollation::pg_catalog.oid[])"
	    " FROM pg_catalog.pg_index i WHERE i.indexrelid" USER_OID
	    " @of i.indrelid@)",
	[PG_Q_INDEXES] =
	    "SELECT i.indexrelid, c.relname, i.indrelid, i.indisunique,"
	    " i.indisvalid, i.indisreplident, @nulls_not_distinct@,"
	    " i.indnkeyatts, i.indkey, i.indclass, i.indcollation,"
	    " i.indoption, m.oid, m.amname, c.reloptions, c.relispartition,"
	    " c.relpages::pg_catalog.int8 * pg_catalog.current_setting("
	    "  'block_size')::pg_catalog.int8,"
	    " pg_catalog.pg_get_expr(i.indpred, i.indrelid),"
	    " CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(SELECT"
	    "  pg_catalog.pg_get_indexdef(i.indexrelid, k, false)"
	    "  FROM pg_catalog.generate_series(1, i.indnkeyatts) k"
	    "  ORDER BY k) END,"
	    " CASE WHEN m.amname NOT IN ('btree', 'hash') THEN ARRAY(SELECT"
	    "  coalesce((SELECT pg_catalog.string_agg("
	    "   pg_catalog.quote_ident(o.option_name) || '=' ||"
	    "   pg_catalog.quote_literal(o.option_value), ', ')"
	    "   FROM pg_catalog.pg_options_to_table(a.attoptions) o), '')"
	    "  FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid"
	    "  AND a.attnum > 0 ORDER BY a.attnum) END,"
	    /* of expressions alone */
	    " CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(SELECT"
	    "  pg_catalog.concat(a.attnum, '=', a.attstattarget)"
	    "  FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid"
	    "  AND a.attstattarget >= 0 ORDER BY a.attnum) END"
	    " FROM pg_catalog.pg_index i"
	    " JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
	    " JOIN pg_catalog.pg_am m ON m.oid = c.relam"
	    " WHERE i.indexrelid" USER_OID
	    " AND c.relnamespace IN " SCHEMA_OIDS " @of i.indrelid@",
	[PG_Q_CONSTRAINTS] =
	    "SELECT c.oid, c.conname, c.conrelid, @contype@, c.condeferrable,"
	    " c.condeferred, c.convalidated, c.conislocal, c.connoinherit,"
	    " c.conindid, c.confrelid, c.confupdtype, c.confdeltype,"
	    " c.confmatchtype, c.conkey, c.confkey, @set_columns@,"
	    " c.conparentid <> 0, CASE @contype@"
	    "  WHEN 'c' THEN pg_catalog.pg_get_expr(c.conbin, c.conrelid)"
	    "  WHEN 'x' THEN pg_catalog.pg_get_constraintdef(c.oid) END"
	    " FROM pg_catalog.pg_constraint c WHERE c.oid" USER_OID
	    " AND c.conrelid <> 0 AND c.contype IN ('p', 'u', 'c', 'x', 'f')"
	    /* the half of a foreign key to a partitioned table that watches
	     * one partition: belongs to the key itself */
	    " AND (c.contype <> 'f' OR c.conparentid = 0 OR NOT EXISTS"
	    "  (SELECT 1 FROM pg_catalog.pg_constraint p"
	    "  WHERE p.oid = c.conparentid AND p.conrelid = c.conrelid))"
	    " @of c.conrelid@",
	[PG_Q_TRIGGERS] =
	    "SELECT t.oid, t.tgname, t.tgrelid, t.tgenabled,"
	    " pg_catalog.pg_get_triggerdef(t.oid),"
	    /* TRIGGER_TYPE_ROW, _BEFORE and _UPDATE (catalog/pg_trigger.h) */
	    " t.tgtype & 19 = 19, ARRAY(SELECT a.attname::pg_catalog.text"
	    "  FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.tgrelid"
	    "  AND a.attnum = ANY (t.tgattr::pg_catalog.int2[])"
	    "  AND NOT a.attisdropped ORDER BY a.attnum)"
	    " FROM pg_catalog.pg_trigger t WHERE NOT t.tgisinternal"
	    " AND t.oid" USER_OID " AND @trigger_parent@ = 0"
	    " @of t.tgrelid@",
	[PG_Q_RULES] =
	    "SELECT r.oid, r.rulename, r.ev_class,"
	    " pg_catalog.pg_get_ruledef(r.oid)"
	    " FROM pg_catalog.pg_rewrite r WHERE r.rulename <> '_RETURN'"
	    " AND r.oid" USER_OID " @of r.ev_class@",
	[PG_Q_POLICIES] =
	    "SELECT p.oid, p.polname, p.polrelid, p.polpermissive, p.polcmd,"
	    " ARRAY(SELECT CASE WHEN x = 0 THEN 'public'"
	    "  ELSE pg_catalog.pg_get_userbyid(x) END"
	    "  FROM pg_catalog.unnest(p.polroles) x ORDER BY 1),"
	    " pg_catalog.pg_get_expr(p.polqual, p.polrelid),"
	    " pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)"
	    " FROM pg_catalog.pg_policy p WHERE true @of p.polrelid@",
	[PG_Q_STATISTICS] =
	    "SELECT s.oid, s.stxname, s.stxrelid,"
	    " pg_catalog.pg_get_statisticsobjdef(s.oid),"
	    " pg_catalog.pg_get_userbyid(s.stxowner)"
	    " FROM pg_catalog.pg_statistic_ext s"
	    " WHERE true @of s.stxrelid@",
	[PG_Q_FUNCTIONS] =
	    "SELECT p.oid, p.proname, p.pronamespace, p.prokind,"
	    " pg_catalog.oidvectortypes(p.proargtypes),"
	    " pg_catalog.pg_get_function_identity_arguments(p.oid),"
	    " pg_catalog.pg_get_function_result(p.oid), l.lanname,"
	    " CASE WHEN EXISTS (SELECT 1"
	    "  FROM pg_catalog.pg_depend d WHERE d.classid = 1255"
	    "  AND d.objid = p.oid AND d.deptype = 'e') THEN NULL"
	    "  WHEN p.prokind = 'a' THEN " AGGREGATE_DEF
	    "  ELSE pg_catalog.pg_get_functiondef(p.oid) END,"
	    " pg_catalog.pg_get_userbyid(p.proowner), p.proacl"
	    " FROM pg_catalog.pg_proc p"
	    " JOIN pg_catalog.pg_language l ON l.oid = p.prolang"
	    " WHERE p.oid" USER_OID " AND p.pronamespace IN " SCHEMA_OIDS
	    /* constructors come and go with their range type */
	    " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
	    "  WHERE d.classid = 1255 AND d.objid = p.oid"
	    "  AND d.deptype = 'i')",
	[PG_Q_NEEDS] =
	    "SELECT DISTINCT r.ev_class, d.refobjid"
	    " FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d"
	    " ON d.classid = 2618 AND d.objid = r.oid"
	    " AND d.refclassid = 1259 AND d.refobjid <> r.ev_class"
	    " WHERE r.oid" USER_OID " AND r.rulename = '_RETURN'"
	    " @of r.ev_class@"
	    " ORDER BY 1, 2",
	/* pg_authid is the superuser's alone; pg_roles hides passwords */
	[PG_Q_ROLES] =
	    "SELECT r.oid, r.rolname, r.rolcreatedb, r.rolcreaterole,"
	    " r.rolinherit, r.rolcanlogin, r.rolsuper, r.rolreplication,"
	    " r.rolbypassrls,"
	    " ARRAY(SELECT DISTINCT"
	    "  pg_catalog.pg_get_userbyid(m.roleid)::pg_catalog.text"
	    "  FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid"
	    "  ORDER BY 1),"
	    " pg_catalog.shobj_description(r.oid, 'pg_authid')"
	    " FROM pg_catalog.pg_roles r WHERE r.oid" USER_OID,
};

void pg_catalog_pin(struct sbuf *out)
{
	static const char *const pins[][2] = {
		{ "search_path", "" }, { "quote_all_identifiers", "off" },
		{ "TimeZone", "UTC" }, { "DateStyle", "ISO, MDY" },
		{ "IntervalStyle", "postgres" }, { "extra_float_digits", "1" },
		{ "bytea_output", "hex" }, { "xmloption", "content" },
		/* compiling takes longer than all of the queries */
		{ "jit", "off" },
		/* so does planning what was prepared */
		{ "plan_cache_mode", "force_generic_plan" },
	};

	SQL(out, "SELECT ");
	for (size_t i = 0; i < sizeof(pins) / sizeof(*pins); i++)
		sbuf_addf(out, "%spg_catalog.set_config('%s', '%s', true)",
		    i ? ", " : "", pins[i][0], pins[i][1]);
	SQL(out, ";");
}

static const char *fragment_text(struct str word, int version)
{
	for (size_t i = 0; i < sizeof(fragments) / sizeof(*fragments); i++)
		if (str_is(word, fragments[i].word))
			return version >= fragments[i].since ?
			    fragments[i].text : fragments[i].before;
	BUG("no text for @%.*s@", STR_ARG(word));
}

static void query_text(int version, struct str s, bool some, struct sbuf *out)
{
	for (size_t at = 0; at < s.n;) {
		size_t from = str_find(s, STR("@"), at);
		size_t to = str_find(s, STR("@"), from + 1);
		struct str word = from < s.n ? str_sub(s, from + 1, to) :
		    STR("");

		sbuf_add(out, str_sub(s, at, from));
		if (!str_starts(word, STR("of "))) {
			if (from < s.n)
				sbuf_addz(out, fragment_text(word, version));
		} else if (some) {
			SQL(out, "AND ");
			sbuf_add(out, str_sub(word, 3, word.n));
			SQL(out, " = ANY ($1)");
		}
		at = to + 1;
	}
}

void pg_catalog_text(int version, struct sbuf *out)
{
	for (size_t i = 0; i < PG_CATALOG_N; i++) {
		query_text(version, str_z(queries[i]), false, out);
		SQL(out, ";");
	}
}

/* Is what a query answers about single relations? */
static bool of_relations(enum pg_catalog_query q)
{
	return strstr(queries[q], "@of ") != NULL;
}

void pg_catalog_prepare(int version, struct sbuf *out)
{
	for (size_t i = 0; i < PG_CATALOG_N; i++) {
		if (!of_relations((enum pg_catalog_query)i))
			continue;
		sbuf_addf(out, "PREPARE weir_catalog_%zu "
		    "(pg_catalog.oid[]) AS ", i);
		query_text(version, str_z(queries[i]), true, out);
		SQL(out, ";");
	}
	SQL(out, "PREPARE weir_catalog_marks AS ");
	pg_catalog_marks(out);
}

size_t pg_catalog_some(struct str oids, struct sbuf *out, bool *asked)
{
	size_t n = 0;

	for (size_t i = 0; i < PG_CATALOG_N; i++) {
		asked[i] = of_relations((enum pg_catalog_query)i);
		if (!asked[i])
			continue;
		n++;
		sbuf_addf(out, "EXECUTE weir_catalog_%zu ('{", i);
		sbuf_add(out, oids);
		SQL(out, "}');");
	}
	return n;
}

/*
 * What is summed up for each relation: a table, view or composite type, with
 * all that hangs on it and the sequences of its columns.  Everything else
 * that the queries read, or that the server prints by name, counts for the
 * relation 0; so do constraints of domains.
 */
#define OWNED_BY " LEFT JOIN pg_catalog.pg_depend d ON d.classid = 1259" \
	" AND d.objid = s.seqrelid AND d.objsubid = 0" \
	" AND d.refclassid = 1259 AND d.refobjsubid > 0" \
	" AND d.deptype IN ('a', 'i')"
static const struct {
	const char *relation, *from;	/* x: the row */
} marks[] = {
	{ "x.oid", "pg_class x WHERE x.relkind IN"
	    " ('r', 'p', 'f', 'v', 'm', 'c') AND x.oid" USER_OID },
	{ "x.attrelid", "pg_attribute x WHERE x.attnum > 0"
	    " AND x.attrelid" USER_OID },
	{ "x.adrelid", "pg_attrdef x WHERE x.adrelid" USER_OID },
	{ "x.conrelid", "pg_constraint x WHERE x.oid" USER_OID },
	{ "x.indrelid", "pg_index x WHERE x.indexrelid" USER_OID },
	{ "i.indrelid", "pg_index i JOIN pg_catalog.pg_class x"
	    " ON x.oid = i.indexrelid WHERE i.indexrelid" USER_OID },
	{ "x.tgrelid", "pg_trigger x WHERE NOT x.tgisinternal" },
	{ "x.ev_class", "pg_rewrite x WHERE x.ev_class" USER_OID },
	{ "x.polrelid", "pg_policy x" },
	{ "x.stxrelid", "pg_statistic_ext x" },
	{ "x.inhrelid", "pg_inherits x" },
	{ "x.ftrelid", "pg_foreign_table x" },
	{ "coalesce(d.refobjid, x.seqrelid)", "pg_sequence x CROSS JOIN"
	    " LATERAL (SELECT x.seqrelid) s" OWNED_BY },
	{ "coalesce(d.refobjid, x.oid)", "pg_sequence s"
	    " JOIN pg_catalog.pg_class x ON x.oid = s.seqrelid" OWNED_BY },
	{ "0", "pg_namespace x" },
	{ "0", "pg_extension x" },
	{ "0", "pg_proc x WHERE x.oid" USER_OID },
	/* row types and their arrays come and go with their relations */
	{ "0", "pg_type x WHERE x.typrelid = 0 AND (x.typtype <> 'b' OR"
	    " x.typelem = 0) AND x.oid" USER_OID },
	{ "0", "pg_enum x" },
	{ "0", "pg_range x WHERE x.rngtypid" USER_OID },
	{ "0", "pg_description x WHERE x.objoid" USER_OID },
	{ "0", "pg_depend x WHERE x.refclassid = 3079 AND x.deptype = 'e'" },
	{ "0", "pg_opclass x WHERE x.oid" USER_OID },
	{ "0", "pg_operator x WHERE x.oid" USER_OID },
	{ "0", "pg_collation x WHERE x.oid" USER_OID },
	{ "0", "pg_language x" },
	{ "0", "pg_am x" },
	{ "0", "pg_foreign_server x" },
};

/*
 * Of each row, which transaction wrote it, as far from the first one that
 * there can be (what initdb wrote is infinitely old), and of the running one,
 * which has no age yet, the command too: what one has changed twice shows, and
 * shows again when it is over.  The command is part of the seed: hashint8()
 * folds the halves of its number into each other.
 */
void pg_catalog_marks(struct sbuf *out)
{
	SQL(out, "SELECT g, pg_catalog.sum(s)::pg_catalog.int8 FROM (");
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		sbuf_addf(out, "%sSELECT %s::pg_catalog.oid AS g, "
		    "pg_catalog.hashint8extended(coalesce(pg_catalog.age("
		    "'3'::pg_catalog.xid)::pg_catalog.int8 - "
		    "nullif(pg_catalog.age(x.xmin), 2147483647), 0), "
		    "CASE WHEN pg_catalog.age(x.xmin) <= 0 THEN "
		    "(x.cmin::pg_catalog.text::pg_catalog.int8 + 1) * 64"
		    " ELSE 0 END + %zu) & 4294967295 AS s FROM pg_catalog.%s",
		    i ? " UNION ALL " : "", marks[i].relation, i,
		    marks[i].from);
	SQL(out, ") x GROUP BY g;");
}

/*
 * Which transaction and which command of it wrote each row.  In-place updates
 * (VACUUM, ANALYZE) leave both as they are.
 */
void pg_catalog_version(struct sbuf *out)
{
	static const char *const catalogs[][2] = {
		{ "pg_namespace", "oid" }, { "pg_class", "oid" },
		{ "pg_attribute", "attrelid" }, { "pg_attrdef", "oid" },
		{ "pg_constraint", "oid" }, { "pg_index", "indexrelid" },
		{ "pg_type", "oid" }, { "pg_enum", "oid" },
		{ "pg_range", "rngtypid" }, { "pg_proc", "oid" },
		{ "pg_trigger", "oid" }, { "pg_rewrite", "oid" },
		{ "pg_policy", "oid" }, { "pg_statistic_ext", "oid" },
		{ "pg_inherits", "inhrelid" }, { "pg_sequence", "seqrelid" },
		{ "pg_extension", "oid" }, { "pg_depend", "objid" },
		{ "pg_description", "objoid" },
		{ "pg_foreign_table", "ftrelid" },
	};

	SQL(out, "SELECT (sum(s) % 9223372036854775807)::pg_catalog.int8"
	    " FROM (");
	for (size_t i = 0; i < sizeof(catalogs) / sizeof(*catalogs); i++)
		sbuf_addf(out, "%sSELECT %zu + coalesce(sum("
		    "pg_catalog.hashint8extended(xmin::pg_catalog.text::"
		    "pg_catalog.int8, cmin::pg_catalog.text::pg_catalog.int8"
		    " * 64 + %zu) & 4294967295), 0) AS s "
		    "FROM pg_catalog.%s WHERE %s" USER_OID,
		    i ? " UNION ALL " : "", i, i, catalogs[i][0],
		    catalogs[i][1]);
	SQL(out, ") x;");
}

/*
 * flags: what a statement may not be done with: in a transaction (PN1), on
 * scratch (DESIGN §6).
 */
#include "dialect/pg/internal.h"

/* --- functions ---------------------------------------------------------- */

/* Functions of the engine and its modules that reach beyond the database. */
static const char *const reaching[] = {
	"pg_read_file", "pg_read_binary_file", "pg_ls_dir", "pg_stat_file",
	"lo_import", "lo_export", "pg_reload_conf", "pg_rotate_logfile",
	"pg_terminate_backend", "pg_cancel_backend", "pg_promote",
	"pg_switch_wal", "pg_create_restore_point", "pg_backup_start",
	"pg_start_backup", "pg_backup_stop", "pg_stop_backup",
	"pg_create_physical_replication_slot",
	"pg_create_logical_replication_slot", "pg_drop_replication_slot",
	"pg_replication_origin_create", "pg_replication_origin_drop",
	"pg_file_write", "pg_file_unlink", "pg_file_rename", "pg_file_sync",
	"dblink", "dblink_exec", "dblink_connect", "dblink_connect_u",
	"dblink_send_query", "dblink_open", "postgres_fdw_disconnect_all",
	/* run a text that they are given */
	"query_to_xml", "query_to_xmlschema", "query_to_xml_and_xmlschema",
	"ts_stat",
};
/* Catalogs that all databases share, and that a superuser may write. */
static const char *const shared_tables[] = { "pg_authid", "pg_auth_members",
	"pg_database", "pg_db_role_setting", "pg_tablespace", "pg_shdepend",
	"pg_shdescription", "pg_shseclabel", "pg_subscription",
	"pg_parameter_acl", "pg_replication_origin" };

static const char *const reaching_schemas[] = { "cron" };
static const char *const reaching_extensions[] = {
	"dblink", "postgres_fdw", "file_fdw", "pg_cron", "adminpack",
	"pageinspect", "pg_net", "http", "plpython3u", "plpythonu",
	"plpython2u", "plperlu", "pltclu", "plsh", "plrust", "mysql_fdw",
	"oracle_fdw", "tds_fdw", "redis_fdw", "multicorn", "pg_background",
	"pgagent", "aws_s3", "aws_lambda",
};

static bool among(const char *const *v, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(s, str_z(v[i])))
			return true;
	return false;
}
#define AMONG(list, s) among((list), sizeof(list) / sizeof(*(list)), (s))

static bool call_reaches(struct str call)
{
	size_t dot = str_find(call, STR("."), 0);

	if (dot == call.n)
		return AMONG(reaching, call);
	return AMONG(reaching_schemas, str_sub(call, 0, dot)) ||
	    AMONG(reaching, str_sub(call, dot + 1, call.n));
}

/* Not one of the engine's own: it may do anything. */
static bool call_unknown(struct str call)
{
	if (str_starts(call, STR("pg_catalog.")))
		return false;
	return pg_function_value(call) == PG_VALUE_UNKNOWN;
}

/* --- bodies ------------------------------------------------------------- */

static const char *const acts[] = { "create", "alter", "drop" };
static const char *const things[] = { "role", "user", "group", "tablespace",
	"database", "subscription", "system", "server" };
/* Alone in a body: COPY there is of a file or a program, always. */
static const char *const alone[] = { "program", "copy", "owned", "reassign",
	"pg_authid", "pg_auth_members", "pg_db_role_setting", "pg_shdepend" };
static const char *const shared_things[] = { "role", "tablespace",
	"database" };

/*
 * Two words that follow each other, read through quotes: strings of dynamic
 * SQL count too.  A text put together from pieces escapes this:
 * body_assembles() tells of such.
 */
bool body_reaches_out(struct str body, struct arena *a)
{
	struct str before = STR_NONE;
	bool granting = false;

	body = body_uncommented(body, a);

	for (size_t i = 0; i < body.n;) {
		size_t from = i;
		struct str w;

		while (i < body.n && (body.p[i] == '_' ||
		    (body.p[i] >= '0' && body.p[i] <= '9') ||
		    ((body.p[i] | 0x20) >= 'a' && (body.p[i] | 0x20) <= 'z')))
			i++;
		if (i == from) {
			i++;
			continue;
		}
		w = str_sub(body, from, i);
		if ((AMONG(acts, before) && AMONG(things, w)) ||
		    (str_ieq(before, STR("on")) && AMONG(shared_things, w)) ||
		    AMONG(reaching, w) || AMONG(alone, w) ||
		    str_ieq(before, STR("cron")))
			return true;
		/* GRANT role TO role has no ON; GRANT … ON has it first */
		if (str_ieq(w, STR("grant")) || str_ieq(w, STR("revoke")))
			granting = true;
		else if (str_ieq(w, STR("on")))
			granting = false;
		else if (granting && (str_ieq(w, STR("to")) ||
		    str_ieq(w, STR("from"))))
			return true;
		before = w;
	}
	return false;
}

/* A language in which a body may do what the server's account may. */
static bool untrusted(struct str language)
{
	static const char *const trusted[] = { "sql", "plpgsql", "plperl",
		"pltcl", "plv8", "plcoffee", "plls", "pllua", "plrust" };

	return language.n > 0 && !AMONG(trusted, language);
}

/* Perl, Tcl … run any text that their functions are given. */
static bool assembles(const struct pg_stmt *s)
{
	return (s->language.n && !str_ieq(s->language, STR("sql")) &&
	    !str_ieq(s->language, STR("plpgsql"))) || body_assembles(s->body);
}

/* --- options ------------------------------------------------------------ */

/* A DefElem by its name; NULL when it is not given. */
static const struct json *option(const struct json *body, const char *list,
    const char *name)
{
	const struct json *v;
	size_t n = get_list(body, list, &v);

	for (size_t i = 0; i < n; i++)
		if (get_is(node_body(&v[i]), "defname", name))
			return node_body(&v[i]);
	return NULL;
}

/* Is it there, and not set to false? */
static bool option_on(const struct json *body, const char *list,
    const char *name, bool otherwise)
{
	const struct json *o = option(body, list, name), *arg, *value;

	if (!o)
		return otherwise;
	arg = json_get(o, "arg");
	if (!arg)
		return true;
	value = json_get(node_body(arg), "ival");
	if (value)
		return value->kind == JSON_NUMBER && value->integer != 0;
	if ((value = json_get(node_body(arg), "boolval")))
		return value->boolean;
	if (node_is(arg, "Integer") || node_is(arg, "Boolean"))
		return false;
	return !str_ieq(string_of(arg), STR("false")) &&
	    !str_ieq(string_of(arg), STR("off")) &&
	    !str_ieq(string_of(arg), STR("none"));
}

/* --- per node ----------------------------------------------------------- */

static const char *const shared_objects[] = { "OBJECT_DATABASE",
	"OBJECT_ROLE", "OBJECT_TABLESPACE", "OBJECT_SUBSCRIPTION",
	"OBJECT_PARAMETER_ACL" };

static unsigned concerns_shared(const struct json *b, const char *key)
{
	return AMONG(shared_objects, get_str(b, key)) ? PG_CLUSTER_WIDE : 0;
}

static unsigned f_transaction(const struct reading *r, const struct json *b)
{
	static const char *const points[] = { "TRANS_STMT_SAVEPOINT",
		"TRANS_STMT_RELEASE", "TRANS_STMT_ROLLBACK_TO" };

	(void)r;
	return AMONG(points, get_str(b, "kind")) ? PG_SAVEPOINT : PG_OWN_TX;
}

static unsigned f_index(const struct reading *r, const struct json *b)
{
	(void)b;
	return r->s->concurrently ? PG_OUTSIDE_TX : 0;
}

static unsigned f_reindex(const struct reading *r, const struct json *b)
{
	struct str kind = get_str(b, "kind");

	(void)r;
	if (option_on(b, "params", "concurrently", false) ||
	    str_is(kind, "REINDEX_OBJECT_SCHEMA") ||
	    str_is(kind, "REINDEX_OBJECT_SYSTEM") ||
	    str_is(kind, "REINDEX_OBJECT_DATABASE"))
		return PG_OUTSIDE_TX;
	return 0;
}

static unsigned f_vacuum(const struct reading *r, const struct json *b)
{
	(void)r;
	return get_bool(b, "is_vacuumcmd") ? PG_OUTSIDE_TX : 0;
}

static unsigned f_cluster(const struct reading *r, const struct json *b)
{
	(void)r;
	return json_get(b, "relation") ? 0 : PG_OUTSIDE_TX;
}

static unsigned f_alter_table(const struct reading *r, const struct json *b)
{
	(void)b;
	for (size_t i = 0; i < r->s->nsubs; i++)
		if (r->s->subs[i].step == PG_STEP_DETACH &&
		    r->s->subs[i].concurrently)
			return PG_OUTSIDE_TX;
	return 0;
}

/* Creating with a slot, and dropping (it may have one), refuse a transaction;
 * refresh does when it copies. */
static unsigned f_create_subscription(const struct reading *r,
    const struct json *b)
{
	(void)r;
	return option_on(b, "options", "create_slot",
	    option_on(b, "options", "connect", true)) ? PG_OUTSIDE_TX : 0;
}

static unsigned f_alter_subscription(const struct reading *r,
    const struct json *b)
{
	static const char *const refreshing[] = {
		"ALTER_SUBSCRIPTION_REFRESH", "ALTER_SUBSCRIPTION_SET_PUBLICATION",
		"ALTER_SUBSCRIPTION_ADD_PUBLICATION",
		"ALTER_SUBSCRIPTION_DROP_PUBLICATION" };

	(void)r;
	return AMONG(refreshing, get_str(b, "kind")) &&
	    option_on(b, "options", "refresh", true) ? PG_OUTSIDE_TX : 0;
}

static unsigned f_drop_subscription(const struct reading *r,
    const struct json *b)
{
	(void)r;
	(void)b;
	return PG_OUTSIDE_TX;
}

static unsigned f_alter_database(const struct reading *r, const struct json *b)
{
	(void)r;
	return option(b, "options", "tablespace") ? PG_OUTSIDE_TX : 0;
}

static unsigned f_discard(const struct reading *r, const struct json *b)
{
	(void)r;
	return get_is(b, "target", "DISCARD_ALL") ? PG_OUTSIDE_TX : 0;
}

static unsigned f_copy(const struct reading *r, const struct json *b)
{
	unsigned f = get_bool(b, "is_from") ? PG_DATA : PG_READS_ONLY;

	if (r->s->nwrites > 0)
		f = PG_DATA;
	if (get_bool(b, "is_program") || json_get(b, "filename"))
		return f | PG_CLUSTER_WIDE;
	return f | PG_COPY_DATA;
}

static unsigned f_select(const struct reading *r, const struct json *b)
{
	(void)b;
	return r->s->nwrites > 0 || r->s->nobjs > 0 ? PG_DATA : PG_READS_ONLY;
}

static unsigned f_explain(const struct reading *r, const struct json *b)
{
	if (!option_on(b, "options", "analyze", false))
		return PG_READS_ONLY;
	return r->s->nwrites > 0 ? PG_DATA : PG_READS_ONLY;
}

static unsigned f_extension(const struct reading *r, const struct json *b)
{
	(void)r;
	return AMONG(reaching_extensions, get_str(b, "extname")) ?
	    PG_CLUSTER_WIDE : 0;
}

static unsigned f_function(const struct reading *r, const struct json *b)
{
	(void)b;
	if (untrusted(r->s->language))
		return PG_CLUSTER_WIDE;
	return (body_reaches_out(r->s->body, r->a) ? PG_CLUSTER_BODY : 0) |
	    (assembles(r->s) ? PG_ASSEMBLES : 0);
}

static unsigned f_do(const struct reading *r, const struct json *b)
{
	(void)b;
	return (untrusted(r->s->language) ||
	    body_reaches_out(r->s->body, r->a) ? PG_CLUSTER_WIDE : 0) |
	    (assembles(r->s) ? PG_ASSEMBLES : 0);
}

static unsigned f_rename(const struct reading *r, const struct json *b)
{
	(void)r;
	return concerns_shared(b, "renameType");
}

static unsigned f_objtype(const struct reading *r, const struct json *b)
{
	(void)r;
	return concerns_shared(b, "objtype");
}

static unsigned f_owner(const struct reading *r, const struct json *b)
{
	(void)r;
	return concerns_shared(b, "objectType");
}

static unsigned f_prepare(const struct reading *r, const struct json *b)
{
	(void)b;
	return r->s->nwrites > 0 ? PG_DATA | PG_ANYTHING : 0;
}

static unsigned (*const readers[PG_KIND_N])(const struct reading *,
    const struct json *) = {
	[PG_TRANSACTION] = f_transaction,
	[PG_CREATE_INDEX] = f_index,
	[PG_DROP] = f_index,
	[PG_REINDEX] = f_reindex,
	[PG_VACUUM] = f_vacuum,
	[PG_CLUSTER] = f_cluster,
	[PG_ALTER_TABLE] = f_alter_table,
	[PG_CREATE_SUBSCRIPTION] = f_create_subscription,
	[PG_ALTER_SUBSCRIPTION] = f_alter_subscription,
	[PG_DROP_SUBSCRIPTION] = f_drop_subscription,
	[PG_ALTER_DATABASE] = f_alter_database,
	[PG_DISCARD] = f_discard,
	[PG_COPY] = f_copy,
	[PG_SELECT] = f_select,
	[PG_EXPLAIN] = f_explain,
	[PG_CREATE_EXTENSION] = f_extension,
	[PG_ALTER_EXTENSION] = f_extension,
	[PG_CREATE_FUNCTION] = f_function,
	[PG_DO] = f_do,
	[PG_RENAME] = f_rename,
	[PG_COMMENT] = f_objtype,
	[PG_SECURITY_LABEL] = f_objtype,
	[PG_GRANT] = f_objtype,
	[PG_OWNER] = f_owner,
	[PG_PREPARE] = f_prepare,
};

void read_flags(struct reading *r, const struct json *stmt)
{
	struct pg_stmt *s = r->s;
	const struct json *body = node_body(stmt);

	s->flags |= pg_kinds[s->kind].flags;
	if (readers[s->kind])
		s->flags |= readers[s->kind](r, body);
	for (size_t i = 0; i < s->calls.n; i++) {
		if (call_reaches(s->calls.v[i]))
			s->flags |= PG_CLUSTER_WIDE;
		if (call_unknown(s->calls.v[i]))
			s->flags |= PG_ANYTHING;
	}
	for (size_t i = 0; i < s->nwrites; i++)
		if (AMONG(shared_tables, s->writes[i].table))
			s->flags |= PG_CLUSTER_WIDE;
	if (s->nwrites > 0 && !(s->flags & PG_READS_ONLY))
		s->flags |= PG_DATA;
}

/* functions: the engine's own functions and how stable their values are. */
#include <stdlib.h>

#include "dialect/pg/internal.h"

#define VALUE_OF_CONST PG_VALUE_CONST
#define VALUE_OF_STABLE PG_VALUE_STABLE
#define VALUE_OF_VOLATILE PG_VALUE_VOLATILE

static const struct function_row {
	const char *name;
	enum pg_value value;
} functions[] = {
#define PG_FUNCTION(name, v) { name, VALUE_OF_##v },
#include "dialect/pg/functions.def"
};

static int compare(const void *key, const void *row)
{
	const struct str *name = key;

	return str_cmp(*name, str_z(((const struct function_row *)row)->name));
}

enum pg_value pg_function_value(struct str name)
{
	const struct function_row *f;

	if (str_starts(name, STR("pg_catalog.")))
		name = str_sub(name, sizeof("pg_catalog.") - 1, name.n);
	f = bsearch(&name, functions, sizeof(functions) / sizeof(*functions),
	    sizeof(*functions), compare);
	return f ? f->value : PG_VALUE_UNKNOWN;
}

/*
 * pg_catalog is searched before any other schema.  PostgreSQL 15 manual, 53;
 * pg_settings, a view, takes an UPDATE (54.24).
 */
bool pg_is_system_table(struct str schema, struct str table)
{
	static const char *const catalogs[] = {
		"pg_aggregate", "pg_am", "pg_amop", "pg_amproc", "pg_attrdef",
		"pg_attribute", "pg_auth_members", "pg_authid", "pg_cast",
		"pg_class", "pg_collation", "pg_constraint", "pg_conversion",
		"pg_database", "pg_db_role_setting", "pg_default_acl",
		"pg_depend", "pg_description", "pg_enum", "pg_event_trigger",
		"pg_extension", "pg_foreign_data_wrapper",
		"pg_foreign_server", "pg_foreign_table", "pg_index",
		"pg_inherits", "pg_init_privs", "pg_language",
		"pg_largeobject", "pg_largeobject_metadata", "pg_namespace",
		"pg_opclass", "pg_operator", "pg_opfamily",
		"pg_parameter_acl", "pg_partitioned_table", "pg_policy",
		"pg_proc", "pg_publication", "pg_publication_namespace",
		"pg_publication_rel", "pg_range", "pg_replication_origin",
		"pg_rewrite", "pg_seclabel", "pg_sequence", "pg_settings",
		"pg_shdepend", "pg_shdescription", "pg_shseclabel",
		"pg_statistic", "pg_statistic_ext", "pg_statistic_ext_data",
		"pg_subscription", "pg_subscription_rel", "pg_tablespace",
		"pg_transform", "pg_trigger", "pg_ts_config",
		"pg_ts_config_map", "pg_ts_dict", "pg_ts_parser",
		"pg_ts_template", "pg_type", "pg_user_mapping"
	};

	for (size_t i = 0; !schema.n && i < sizeof(catalogs) /
	    sizeof(*catalogs); i++)
		if (str_is(table, catalogs[i]))
			return true;
	return str_is(schema, "pg_catalog");
}

/* PostgreSQL manual, 35.4; loread(), lo_export() and lo_creat() take nothing. */
bool pg_takes_large_objects(struct str name)
{
	static const char *const takes[] = { "lo_unlink", "lo_put",
		"lo_truncate", "lo_truncate64", "lowrite" };

	if (str_starts(name, STR("pg_catalog.")))
		name = str_sub(name, sizeof("pg_catalog.") - 1, name.n);
	for (size_t i = 0; i < sizeof(takes) / sizeof(*takes); i++)
		if (str_is(name, takes[i]))
			return true;
	return false;
}

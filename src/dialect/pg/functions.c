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

/* pg_catalog is searched before any other schema. */
bool pg_is_system_table(struct str schema, struct str table)
{
	return schema.n ? str_is(schema, "pg_catalog") :
	    str_starts(table, STR("pg_"));
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

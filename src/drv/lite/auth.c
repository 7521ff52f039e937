/*
 * The authorizer: what may be prepared, and what a statement says it does.
 *
 * Three texts reach the engine: weir's own, what is typed or shown while
 * browsing (an allow-list), and migration files (the pragma table below; no
 * ATTACH).  Preparing a flag pragma is enough to switch the flag, so pragmas
 * are decided here and not by reading text.  SQLITE_IGNORE makes a pragma a
 * statement that does nothing.
 *
 * Found by experiment, pinned by tests/unit/test_lite_facts.c:
 *	A.1 the statement's own target is authorized before its triggers and
 *	    foreign key actions, whose actions carry no trigger name of their
 *	    own in the second case: so the first write is the direct one.
 *	A.2 CREATE, DROP and ALTER come with writes to sqlite_schema.
 *	A.3 connecting an R-tree prepares writes to its own tables.
 *	A.4 connecting any virtual table, the pragma functions included,
 *	    looks like CREATE TABLE, which is how its columns are declared.
 *	A.5 a foreign key that is checked is a read of the other table.
 */
#include <stdio.h>

#include "drv/lite/lite.h"

enum pragma_kind {
	PRAGMA_READS,		/* harmless with any argument */
	PRAGMA_SETS,		/* harmless without one, refused with one */
	PRAGMA_RUNS,		/* runs in a migration with an argument too */
	PRAGMA_HOISTED,		/* noted, decided by the run as a whole */
};

static const struct {
	const char *name;
	enum pragma_kind kind;
} pragmas[] = {
	{ "application_id", PRAGMA_RUNS },
	{ "auto_vacuum", PRAGMA_SETS },
	{ "busy_timeout", PRAGMA_SETS },
	{ "cache_size", PRAGMA_SETS },
	{ "cell_size_check", PRAGMA_SETS },
	{ "collation_list", PRAGMA_READS },
	{ "compile_options", PRAGMA_READS },
	{ "data_version", PRAGMA_READS },
	{ "database_list", PRAGMA_READS },
	{ "defer_foreign_keys", PRAGMA_RUNS },
	{ "encoding", PRAGMA_SETS },
	{ "foreign_key_check", PRAGMA_READS },
	{ "foreign_key_list", PRAGMA_READS },
	{ "foreign_keys", PRAGMA_HOISTED },
	{ "freelist_count", PRAGMA_READS },
	{ "function_list", PRAGMA_READS },
	{ "ignore_check_constraints", PRAGMA_SETS },
	{ "index_info", PRAGMA_READS },
	{ "index_list", PRAGMA_READS },
	{ "index_xinfo", PRAGMA_READS },
	{ "integrity_check", PRAGMA_READS },
	{ "journal_mode", PRAGMA_SETS },
	{ "journal_size_limit", PRAGMA_SETS },
	{ "legacy_alter_table", PRAGMA_RUNS },
	{ "locking_mode", PRAGMA_SETS },
	{ "max_page_count", PRAGMA_SETS },
	{ "mmap_size", PRAGMA_SETS },
	{ "module_list", PRAGMA_READS },
	{ "page_count", PRAGMA_READS },
	{ "page_size", PRAGMA_SETS },
	{ "pragma_list", PRAGMA_READS },
	{ "query_only", PRAGMA_SETS },
	{ "quick_check", PRAGMA_READS },
	{ "recursive_triggers", PRAGMA_RUNS },
	{ "schema_version", PRAGMA_SETS },
	{ "secure_delete", PRAGMA_SETS },
	{ "synchronous", PRAGMA_SETS },
	{ "table_info", PRAGMA_READS },
	{ "table_list", PRAGMA_READS },
	{ "table_xinfo", PRAGMA_READS },
	{ "temp_store", PRAGMA_SETS },
	{ "trusted_schema", PRAGMA_SETS },
	{ "user_version", PRAGMA_RUNS },
	{ "wal_autocheckpoint", PRAGMA_SETS },
};

static const struct {
	int action;
	enum fact_verb verb;
	char object, table;	/* which argument names it: 'a', 'b', 0 */
} ddl_actions[] = {
	{ SQLITE_CREATE_INDEX, VERB_CREATE_INDEX, 'a', 'b' },
	{ SQLITE_CREATE_TEMP_INDEX, VERB_CREATE_INDEX, 'a', 'b' },
	{ SQLITE_CREATE_TABLE, VERB_CREATE_TABLE, 'a', 'a' },
	{ SQLITE_CREATE_TEMP_TABLE, VERB_CREATE_TABLE, 'a', 'a' },
	{ SQLITE_CREATE_TRIGGER, VERB_CREATE_TRIGGER, 'a', 'b' },
	{ SQLITE_CREATE_TEMP_TRIGGER, VERB_CREATE_TRIGGER, 'a', 'b' },
	{ SQLITE_CREATE_VIEW, VERB_CREATE_VIEW, 'a', 'a' },
	{ SQLITE_CREATE_TEMP_VIEW, VERB_CREATE_VIEW, 'a', 'a' },
	{ SQLITE_CREATE_VTABLE, VERB_CREATE_VTABLE, 'a', 'a' },
	{ SQLITE_DROP_INDEX, VERB_DROP_INDEX, 'a', 'b' },
	{ SQLITE_DROP_TEMP_INDEX, VERB_DROP_INDEX, 'a', 'b' },
	{ SQLITE_DROP_TABLE, VERB_DROP_TABLE, 'a', 'a' },
	{ SQLITE_DROP_TEMP_TABLE, VERB_DROP_TABLE, 'a', 'a' },
	{ SQLITE_DROP_VTABLE, VERB_DROP_TABLE, 'a', 'a' },
	{ SQLITE_DROP_TRIGGER, VERB_DROP_TRIGGER, 'a', 'b' },
	{ SQLITE_DROP_TEMP_TRIGGER, VERB_DROP_TRIGGER, 'a', 'b' },
	{ SQLITE_DROP_VIEW, VERB_DROP_VIEW, 'a', 'a' },
	{ SQLITE_DROP_TEMP_VIEW, VERB_DROP_VIEW, 'a', 'a' },
	{ SQLITE_ALTER_TABLE, VERB_ALTER_TABLE, 'b', 'b' },
	{ SQLITE_TRANSACTION, VERB_TRANSACTION, 'a', 0 },
	{ SQLITE_SAVEPOINT, VERB_SAVEPOINT, 'b', 0 },
	{ SQLITE_ATTACH, VERB_ATTACH, 'a', 0 },
	{ SQLITE_DETACH, VERB_ATTACH, 'a', 0 },
	{ SQLITE_REINDEX, VERB_REINDEX, 'a', 0 },
	{ SQLITE_ANALYZE, VERB_ANALYZE, 'a', 'a' },
};

static bool is_schema_table(const char *name)
{
	return name && (!strcmp(name, "sqlite_master") ||
	    !strcmp(name, "sqlite_temp_master") ||
	    !strcmp(name, "sqlite_schema"));
}

static struct str keep(struct lite_auth *s, const char *z)
{
	return z ? arena_str(s->a, str_z(z)) : STR_NONE;
}

static void note_read(struct lite_auth *s, const char *table)
{
	if (!table || !*table || is_schema_table(table))
		return;
	for (size_t i = 0; i < s->reads.n; i++)
		if (str_is(s->reads.v[i], table))
			return;
	vec_push(s->a, &s->reads, keep(s, table));
}

static void note_write(struct lite_auth *s, enum fact_verb verb,
    const char *table)
{
	if (s->dml || is_schema_table(table))
		return;
	s->dml = verb;
	s->target = keep(s, table);
}

static void note_set(struct lite_auth *s, const char *table,
    const char *column)
{
	if (s->dml != VERB_UPDATE || !column || !str_is(s->target, table))
		return;
	for (size_t i = 0; i < s->sets.n; i++)
		if (str_is(s->sets.v[i], column))
			return;
	vec_push(s->a, &s->sets, keep(s, column));
}

static void note_ddl(struct lite_auth *s, int action, const char *a,
    const char *b)
{
	const size_t n = sizeof(ddl_actions) / sizeof(*ddl_actions);

	/* ANALYZE and AUTOINCREMENT make tables of their own. */
	if (action == SQLITE_CREATE_TABLE && !strncmp(a, "sqlite_", 7))
		return;
	for (size_t i = 0; i < n && !s->ddl; i++) {
		if (ddl_actions[i].action != action)
			continue;
		s->ddl = ddl_actions[i].verb;
		s->object = keep(s, ddl_actions[i].object == 'b' ? b : a);
		if (ddl_actions[i].table)
			s->table = keep(s, ddl_actions[i].table == 'b' ? b : a);
	}
}

static void note(struct lite_auth *s, int action, const char *a, const char *b)
{
	switch (action) {
	case SQLITE_READ:
		note_read(s, a);
		break;
	case SQLITE_INSERT:
		note_write(s, VERB_INSERT, a);
		break;
	case SQLITE_UPDATE:
		note_write(s, VERB_UPDATE, a);
		note_set(s, a, b);
		break;
	case SQLITE_DELETE:
		note_write(s, VERB_DELETE, a);
		break;
	case SQLITE_SELECT:
		if (s->ddl == VERB_CREATE_TABLE)
			s->ctas = s->object;
		break;
	default:
		note_ddl(s, action, a, b);
		break;
	}
}

static int refuse(struct lite_auth *s, enum rc rc, const char *fmt,
    const char *arg)
{
	if (!s->refusal[0]) {
		s->refusal_rc = rc;
		/* fmt is one of the literals below */
		snprintf(s->refusal, sizeof(s->refusal), "%s%s", fmt, arg);
	}
	return SQLITE_DENY;
}

static bool pragma_find(const char *name, enum pragma_kind *kind)
{
	const size_t n = sizeof(pragmas) / sizeof(*pragmas);

	for (size_t i = 0; i < n; i++)
		if (str_ieq(str_z(pragmas[i].name), str_z(name))) {
			*kind = pragmas[i].kind;
			return true;
		}
	return false;
}

static int pragma_look(struct lite_auth *s, const char *name, const char *arg)
{
	enum pragma_kind kind;

	if (pragma_find(name, &kind) && (kind == PRAGMA_READS || !arg))
		return SQLITE_OK;
	return refuse(s, RC_DENIED,
	    "this connection only looks; refused: PRAGMA ", name);
}

static int pragma_file(struct lite_auth *s, const char *name, const char *arg)
{
	enum pragma_kind kind;

	/* The first one is the statement; later ones are table functions. */
	if (s->recording && !s->pragma.n) {
		s->pragma = keep(s, name);
		s->pragma_arg = keep(s, arg);
		for (size_t i = 0; i < s->pragma.n; i++)
			if (name[i] >= 'A' && name[i] <= 'Z')
				((char *)(uintptr_t)s->pragma.p)[i] =
				    (char)(name[i] + 32);
	}
	if (!pragma_find(name, &kind))
		return refuse(s, RC_UNSUPPORTED,
		    "a migration cannot run PRAGMA ", name);
	if (!arg || kind == PRAGMA_READS)
		return SQLITE_OK;
	if (kind == PRAGMA_HOISTED && s->flags & RUN_HOIST_FK)
		return SQLITE_IGNORE;
	if (kind == PRAGMA_RUNS)
		return s->flags & RUN_PREPARE_ONLY ? SQLITE_IGNORE : SQLITE_OK;
	return refuse(s, RC_UNSUPPORTED, "a migration cannot set PRAGMA ", name);
}

/* Tables behind R-tree and full text search; see A.3. */
static bool is_shadow_name(const char *name)
{
	static const char *const ends[] = { "_node", "_rowid", "_parent",
		"_content", "_segments", "_segdir", "_docsize", "_stat",
		"_data", "_idx", "_config" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (str_ends(str_z(name), str_z(ends[i])))
			return true;
	return false;
}

static bool is_unsafe_function(const char *name)
{
	return name && (str_ieq(str_z(name), STR("load_extension")) ||
	    str_ieq(str_z(name), STR("fts3_tokenizer")));
}

static int look(struct lite_auth *s, int action, const char *a, const char *b)
{
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return is_unsafe_function(b) ? refuse(s, RC_DENIED,
		    "this connection only looks; refused: function ", b) :
		    SQLITE_OK;
	case SQLITE_PRAGMA:
		return pragma_look(s, a, b);
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_CREATE_TABLE:
		/* A.3, A.4: the engine is read-only anyway; these are only
		 * ever prepared. */
		if (action == SQLITE_CREATE_TABLE || is_schema_table(a) ||
		    (a && is_shadow_name(a)))
			return SQLITE_OK;
		break;
	default:
		break;
	}
	return refuse(s, RC_DENIED, "this connection only looks",
	    ": statements that write are refused");
}

/* What is there for browsing alone, and no other connection has. */
static bool is_of_browsing(const struct lite *d, const char *name)
{
	return d->mode == DRV_BROWSE && name &&
	    str_ieq(str_z(name), STR("regexp"));
}

static int file(struct lite_auth *s, int action, const char *a, const char *b)
{
	switch (action) {
	case SQLITE_PRAGMA:
		return pragma_file(s, a, b);
	case SQLITE_FUNCTION:
		if (is_unsafe_function(b))
			return refuse(s, RC_UNSUPPORTED,
			    "a migration cannot call ", b);
		break;
	case SQLITE_TRANSACTION:
		if (s->recording && s->flags & RUN_NO_TX)
			return refuse(s, RC_UNSUPPORTED,
			    "runs its own transaction (SL33): ", a);
		break;
	case SQLITE_SAVEPOINT:
		if (s->recording && s->flags & RUN_NO_TX &&
		    str_starts(str_z(b), STR("weir")))
			return refuse(s, RC_UNSUPPORTED,
			    "touches a savepoint of weir: ", b);
		break;
	default:
		break;
	}
	return SQLITE_OK;
}

static bool makes_temp(int action)
{
	return action == SQLITE_CREATE_TEMP_TABLE ||
	    action == SQLITE_CREATE_TEMP_VIEW ||
	    action == SQLITE_CREATE_TEMP_INDEX ||
	    action == SQLITE_CREATE_TEMP_TRIGGER;
}

int lite_authorize(void *arg, int action, const char *a, const char *b,
    const char *schema, const char *trigger)
{
	struct lite *d = arg;
	struct lite_auth *s = &d->auth;

	(void)schema;
	/* A rollback moves the schema counter back: it tells nothing then. */
	if ((action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT) &&
	    a && !strcmp(a, "ROLLBACK"))
		d->cache.version_good = false;
	if (s->policy == POLICY_FILE && action == SQLITE_FUNCTION &&
	    is_of_browsing(d, b))
		return refuse(s, RC_UNSUPPORTED, "no such function: ", b);
	if (s->policy == POLICY_FILE && makes_temp(action))
		d->temp_made = true;
	if (s->recording && !trigger)
		note(s, action, a, b);
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return refuse(s, RC_UNSUPPORTED, "refused: ",
		    "ATTACH, DETACH and VACUUM reach beyond this database");
	switch (s->policy) {
	case POLICY_OWN:
		break;
	case POLICY_LOOK:
		return look(s, action, a, b);
	case POLICY_FILE:
		return file(s, action, a, b);
	}
	return SQLITE_OK;
}

void lite_auth_begin(struct lite *d, enum lite_policy policy, unsigned flags,
    struct arena *a)
{
	d->auth = (struct lite_auth){ .policy = policy, .flags = flags,
	    .recording = a != NULL, .a = a };
}

void lite_auth_end(struct lite *d)
{
	d->auth.recording = false;
	d->auth.policy = d->mode == DRV_BROWSE ? POLICY_LOOK : POLICY_OWN;
}

static void one(struct lite_auth *s, struct str table, struct strs *out)
{
	struct str *v = arena_new_of(s->a, struct str);

	*v = table;
	*out = (struct strs){ v, 1 };
}

void lite_auth_facts(const struct lite *d, struct facts *f)
{
	struct lite_auth s = d->auth;

	f->verb = s.ddl ? s.ddl : s.pragma.n && !s.dml && !s.reads.n ?
	    VERB_PRAGMA : s.dml ? s.dml : VERB_OTHER;
	f->object = s.ddl ? s.object : s.dml ? s.target : STR_NONE;
	f->table = s.ddl ? s.table : f->object;
	if (f->verb == VERB_PRAGMA) {
		f->pragma = s.pragma;
		f->pragma_arg = s.pragma_arg;
	}
	if (s.ddl == VERB_DROP_TABLE)
		one(&s, s.object, &f->writes);
	else if (s.ddl == VERB_CREATE_TABLE && s.ctas.n)
		one(&s, s.ctas, &f->writes);
	else if (!s.ddl && s.dml)
		one(&s, s.target, &f->writes);
	f->reads = (struct strs){ s.reads.v, s.reads.n };
	f->sets = (struct strs){ s.sets.v, s.sets.n };
}

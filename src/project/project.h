#ifndef WEIR_PROJECT_PROJECT_H
#define WEIR_PROJECT_PROJECT_H
/*
 * project: what is found and said (DESIGN §4): the project, its migrations
 * folder, the database and where each of these came from.  Opens files only,
 * never a database; nothing is written.
 */
#include "base/env.h"
#include "base/ini.h"
#include "drv/drv.h"
#include "folder/folder.h"
#include "source/managed.h"

struct project_request {
	struct str target;	/* positional TARGET or "" */
	struct str config;	/* --config */
	struct str db;		/* --db */
	struct str migrations;	/* --migrations */
	struct str state;	/* --state */
	struct str undo;	/* --undo */
	struct str scratch;	/* --scratch: a URL, or "server" */
	struct str direct;	/* --direct: a URL */
	bool read_only;		/* --read-only */
	struct str cwd;
	const struct env *env;	/* process environment */
	bool no_db;		/* no database is looked for: generate … */
};

/* What only generate, export and check use; as the config has it. */
struct kit_config {
	struct strs schema;	/* globs, files, folders */
	struct str out;		/* "" = not said: "drizzle" */
	struct str casing;	/* "snake_case", "camelCase" or "" */
	struct str prefix;	/* migrations.prefix or "" */
	struct str dialect;	/* "postgresql", "sqlite", "turso" or "" */
	struct str driver;	/* "expo", "durable-sqlite" … or "" */
	bool no_breakpoints;
	struct str casing_where, prefix_where;	/* file:line:col, or "" */
	/* A field of these that the configuration leaves open: "schema: … is
	 * not known here"; or "". */
	struct str open, open_where;
	/* process.env of the schema files: the environment, .env and what the
	 * configuration put there. */
	const struct env *env;
};

/* When a whole copy is made before migrations are applied. */
enum backup_policy { BACKUP_NEVER, BACKUP_DESTRUCTIVE, BACKUP_ALWAYS, BACKUP_N };
extern const char *const backup_policy_word[BACKUP_N];
struct keeping {
	enum backup_policy backup;
	int64_t days;		/* that saved rows are kept */
	int64_t limit;		/* of all saved rows, bytes; 0: none */
	bool inside;		/* they go into the database, too */
};

struct project {
	struct arena *a;
	struct str root;	/* absolute */
	struct str name;	/* last part of root, for titles */
	struct str config;	/* config file read, or "" */
	struct str folder;	/* migrations folder path or "" (none found) */
	struct str folder_due;	/* named, but not there yet; or "" */
	struct str folder_source;	/* "drizzle.config.ts", "found by its journal" … */
	enum dialect_id dialect;
	struct kit_config kit;
	struct str track_table;	/* "__drizzle_migrations" unless configured */
	struct str track_schema;	/* PostgreSQL: "drizzle" unless configured */
	struct strs tables_filter;	/* the config's tablesFilter */
	struct managed_filters filters;	/* schemaFilter, tablesFilter … */
	/* Where scratch databases may be made (DESIGN §6): conninfo of
	 * --scratch URL or WEIR_SCRATCH_URL, or "". */
	struct str scratch;
	/* The same database past a pooler: conninfo of --direct, or "". */
	struct str direct;
	bool scratch_server;	/* --scratch=server */
	bool read_only;
	struct drv_target db;	/* project_has_db() */
	/* As shown, no secrets: a relative path; "host:port/database",
	 * "[local]/database", "service NAME". */
	struct str db_label;
	/* What a server says it is ("pg-…"), once somebody was connected: "" or
	 * NULL until then.  The one thing here that is learned later. */
	struct str *db_ident;
	struct str db_source;	/* "--db", "DATABASE_URL", ".env", "drizzle.config.json" … */
	/* Why the configuration, which has credentials, names no database:
	 * "DATABASE_URL is not set"; and what would help.  "" else. */
	struct str db_missing, db_missing_hint;
	/* From the configuration: "PRODUCTION" …; else "LOCAL" for a file, a
	 * socket or a loopback address, or the name of the host. */
	struct str env_label;
	bool production;
	struct str state_root;	/* where runs and undo go (DESIGN §7); not made yet */
	struct keeping keeping;		/* of the configuration */
	bool state_volatile;	/* tmpfs or CI: would not survive */
	/* The user's configuration file, for whom its sections are. */
	struct ini settings;
	/* The file in which the studio keeps what was open in this database;
	 * "": nowhere.  Not made yet. */
	struct str memory;
	const struct str *notes;	size_t nnotes;	/* said once, e.g. parameters left out */
	/* other tools seen here: "Prisma (prisma/schema.prisma)" */
	const struct str *foreign;	size_t nforeign;
};

/* Is a database named, there or not? */
static inline bool project_has_db(const struct project *p)
{
	return p->db.path.n || p->db.conninfo.n;
}

/* "sqlite-<16 hex>": the folder of the runs of this database below
 * <state>/db, by the file or by what the server says it is. */
struct str project_db_name(const struct project *p, struct arena *a);
/* A member of the db.json in such a folder, or "". */
struct str state_told(struct str dir, const char *key, struct arena *a);

/* Has `folder_due` been made?  Then `out` is the project with it; what `p`
 * points to has to outlive it. */
bool project_folder_came(const struct project *p, struct project *out);

/*
 * RC_USAGE: unreadable config, a target that cannot be, unknown scheme;
 * RC_UNSUPPORTED: another engine, named; RC_NOTFOUND never: an empty folder gives a project with
 * folder "" and db.path "", and project_nothing() explains.
 */
enum rc project_find(const struct project_request *rq, struct arena *a,
    struct project **out, struct err *e) MUST_CHECK;
/* Is it the URL or the DSN of a database, not a file or a word? */
bool project_is_url(struct str text);
/* How a text that may name a database is shown, in a command to type say: as it
 * is, without its password, or, where that cannot be told apart, as "URL". */
struct str project_shown(struct str text, struct arena *a);
/* The database of a URL and nothing else: no folder, no configuration; for
 * one side of a comparison.  Errors as above; none repeats the text. */
enum rc project_of_url(const struct project_request *rq, struct str text,
    struct arena *a, struct project **out, struct err *e) MUST_CHECK;
/* The one page for an empty folder: what was looked for, what to type. */
void project_nothing(const struct project *p, struct sbuf *out);

#endif

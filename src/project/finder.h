#ifndef WEIR_PROJECT_FINDER_H
#define WEIR_PROJECT_FINDER_H
/*
 * finder: what the files of this module share while one project is looked
 * for; nothing here is for other modules.
 */
#include "base/fs.h"
#include "base/ini.h"
#include "base/vec.h"
#include "project/project.h"
#include "ts/schema.h"

#define SEEK_DEPTH 4		/* of a migrations folder below the start */
#define SEEK_FOLDERS 20000	/* looked into, at most */

struct config {			/* a drizzle.config.* */
	struct str dialect, driver, out, url, track_table, track_schema;
	/* dbCredentials in parts; ssl: a word, "true", "false", "{}" or "" */
	struct str host, port, user, password, database, ssl;
	struct strs tables_filter;
	struct managed_filters filters;
	struct kit_config kit;
	struct str text;		/* of the file */
	/* as project.h's db_missing */
	struct str missing, missing_hint;
};

struct finder {
	const struct project_request *rq;
	struct arena *a;
	struct project *p;
	struct err *e;
	struct config config;
	struct str target_db;		/* TARGET as a database, or "" */
	struct str target_dir;		/* TARGET as a folder, absolute, or "" */
	bool found;			/* a project, not only a start folder */
	VEC(struct str) notes, foreign;
};

void note(struct finder *f, const char *fmt, ...) PRINTF(2, 3);

/* target.c: a database as a user, a config or the environment writes it.
 * `base`: what a relative path is relative to.  RC_USAGE, RC_UNSUPPORTED. */
enum rc database_of(struct finder *f, struct str text, struct str base,
    const char *source) MUST_CHECK;
/* Is TARGET a folder or a database?  Fills target_db or target_dir. */
enum rc target_sort(struct finder *f) MUST_CHECK;
/* Which engine the text of a database means: by its form alone. */
enum dialect_id engine_of(struct str text);
/* Does the text begin with scheme: or look like host=… dbname=…? */
bool is_url(struct str text);

/* address.c: PostgreSQL.  `rest`: the URL behind its scheme's colon.  They
 * fill p->db, db_label, db_source, dialect.  RC_USAGE. */
enum rc address_of_url(struct finder *f, struct str rest, const char *source)
    MUST_CHECK;
enum rc address_of_dsn(struct finder *f, struct str text, const char *source)
    MUST_CHECK;
enum rc address_of_parts(struct finder *f, const struct config *from,
    const char *source) MUST_CHECK;
/* A URL or a DSN as it may be shown: without its password, and without what is
 * no word of an address; "" when where the password ends cannot be told. */
struct str address_shown(struct str rest, struct arena *a);
struct str address_dsn_shown(struct str text, struct arena *a);
/* PG* alone; *found = false: they name no database. */
enum rc address_of_env(struct finder *f, bool *found) MUST_CHECK;

/* config.c.  RC_USAGE with a place; p->root is where its .env lies. */
enum rc config_read(struct finder *f, struct str path) MUST_CHECK;
/* The environment and what .env adds, also that beside the configuration of
 * that path; "": there is none. */
const struct env *config_env(struct finder *f, struct str path);
/* credentials.c: what the configuration lacks to name a database, from what
 * its evaluation left out; and the words of drivers. */
struct json;
enum rc driver_read(struct finder *f, const char *file) MUST_CHECK;
void credentials_missing(struct finder *f, const struct json *root,
    const struct ts_config *read, struct str path);
/* "X, Y": for a message; without NODE_ENV, which need not be set */
struct str names_joined(struct arena *a, struct strs v);
enum rc bad_field(struct finder *f, const char *file, const char *key,
    const char *what) MUST_CHECK;

/* seek.c: root, config and folder. */
enum rc seek_project(struct finder *f) MUST_CHECK;
struct str parent(struct finder *f, struct str path);
bool is_below(struct str path, struct str dir);
bool may_go_up(struct finder *f, struct str dir);
/* Does a repository or a package begin here? */
bool is_border(struct finder *f, struct str dir);
bool has_config(struct finder *f, struct str dir);

/* state.c: needs p->root, p->folder and p->db. */
enum rc place_state(struct finder *f, const struct ini *ini) MUST_CHECK;
void place_memory(struct finder *f, const struct ini *ini);

/* place.c: needs p->root and p->db. */
struct str xdg_dir(struct finder *f, const char *variable,
    const char *below_home);
enum rc keeping_read(struct finder *f, const struct ini *ini) MUST_CHECK;
enum rc place_label(struct finder *f, const struct ini *ini) MUST_CHECK;
enum rc place_read_ini(struct finder *f, struct ini *out) MUST_CHECK;
void place_foreign(struct finder *f);

#endif

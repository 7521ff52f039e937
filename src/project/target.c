/*
 * target.c: which database a text names.
 *
 * No message here repeats the text of a URL: it may hold a password.
 */
#include "project/finder.h"

/* Schemes that are known and what is said about them. */
enum answer { ANSWER_SQLITE, ANSWER_PG, ANSWER_LIBSQL, ANSWER_OTHER };
static const struct scheme {
	const char *word, *name;
	enum answer answer;
} schemes[] = {
	{ "sqlite", "SQLite", ANSWER_SQLITE },
	{ "sqlite3", "SQLite", ANSWER_SQLITE },
	{ "file", "SQLite", ANSWER_SQLITE },
	{ "postgres", "PostgreSQL", ANSWER_PG },
	{ "postgresql", "PostgreSQL", ANSWER_PG },
	{ "postgis", "PostgreSQL", ANSWER_PG },
	{ "pglite", "PGlite", ANSWER_OTHER },
	{ "libsql", "libSQL (Turso)", ANSWER_LIBSQL },
	{ "http", "a server over HTTP", ANSWER_LIBSQL },
	{ "https", "a server over HTTP", ANSWER_LIBSQL },
	{ "ws", "a server over WebSocket", ANSWER_LIBSQL },
	{ "wss", "a server over WebSocket", ANSWER_LIBSQL },
	{ "mysql", "MySQL", ANSWER_OTHER },
	{ "mysql2", "MySQL", ANSWER_OTHER },
	{ "mariadb", "MariaDB", ANSWER_OTHER },
	{ "mongodb", "MongoDB", ANSWER_OTHER },
	{ "mongodb+srv", "MongoDB", ANSWER_OTHER },
	{ "sqlserver", "SQL Server", ANSWER_OTHER },
	{ "mssql", "SQL Server", ANSWER_OTHER },
	{ "oracle", "Oracle", ANSWER_OTHER },
	{ "redis", "Redis", ANSWER_OTHER },
	{ "singlestore", "SingleStore", ANSWER_OTHER },
	{ "gel", "Gel", ANSWER_OTHER },
};
#define NSCHEMES (sizeof(schemes) / sizeof(schemes[0]))

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The part before ':' when it can be a scheme (RFC 3986 §3.1), else "". */
static struct str scheme_of(struct str text)
{
	size_t i = 0;

	while (i < text.n && (is_letter(text.p[i]) || (i > 0 &&
	    ((text.p[i] >= '0' && text.p[i] <= '9') ||
		(text.p[i] && strchr("+-.", text.p[i]))))))
		i++;
	return i > 1 && i < text.n && text.p[i] == ':' ? str_sub(text, 0, i)
						       : STR("");
}

/* postgresql+asyncpg, sqlite+pysqlite: the part before the driver. */
static const struct scheme *scheme_find(struct str word)
{
	struct str head = str_sub(word, 0, str_find(word, STR("+"), 0));

	for (size_t i = 0; i < NSCHEMES; i++)
		if (str_ieq(word, str_z(schemes[i].word)))
			return &schemes[i];
	for (size_t i = 0; i < NSCHEMES; i++)
		if (str_ieq(head, str_z(schemes[i].word)))
			return &schemes[i];
	return NULL;
}

/* libpq's "host=… dbname=…". */
static bool is_dsn(struct str text)
{
	static const char *const keys[] = { "host", "hostaddr", "port",
		"dbname", "user", "password", "service", "sslmode" };
	struct str key;
	size_t eq = str_find(text, STR("="), 0);

	if (eq >= text.n)
		return false;
	key = str_trim(str_sub(text, 0, eq));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

/* "HOST:5432:DATABASE:USER:…", a line of a password file, or a part of it */
static bool like_passfile(struct str text)
{
	size_t from = str_find(text, STR(":"), 0) + 1, to = from;

	while (to < text.n && text.p[to] >= '0' && text.p[to] <= '9')
		to++;
	return to > from && to < text.n && text.p[to] == ':';
}

/* Something like USER:PASSWORD@HOST: no message may repeat it. */
static bool like_address(struct str text)
{
	return like_passfile(text) ||
	    str_find(text, STR("@"), str_find(text, STR(":"), 0)) < text.n;
}

bool is_url(struct str text)
{
	struct str word = scheme_of(text);

	return is_dsn(text) || like_address(text) || str_ieq(word, STR("jdbc")) ||
	    scheme_find(word) || (word.n && str_starts(
		str_sub(text, word.n, text.n), STR("://")));
}

static enum rc refuse(struct finder *f, const char *source,
    const char *name, enum answer answer)
{
	enum rc rc = err_at(f->e, RC_UNSUPPORTED, source,
	    "the database named there is %s", name);

	if (answer == ANSWER_LIBSQL)
		err_hint(f->e, "Only files on this machine can be opened. For "
		    "a local copy of a libSQL database: weir --db FILE");
	else
		err_hint(f->e, "weir works on SQLite and PostgreSQL: weir --db "
		    "FILE, weir --db URL");
	return rc;
}

/* //host/path, ///path, //./path, path: the path a SQLite URL means. */
static struct str url_path(struct finder *f, struct str rest, struct str base)
{
	struct str path = rest;

	if (!str_starts(rest, STR("//")))
		return rest;
	if (str_starts(rest, STR("//localhost/")))
		path = str_sub(rest, strlen("//localhost"), rest.n);
	else
		path = str_sub(rest, 2, rest.n);
	/* SQLAlchemy writes a relative path as sqlite:///x.db: taken so when
	 * only that file is there. */
	if (str_starts(path, STR("/")) && !str_starts(path, STR("//"))) {
		struct str near = path_join(f->a, base,
		    str_sub(path, 1, path.n));

		if (!file_stat_of(arena_z(f->a, path)).exists &&
		    file_stat_of(arena_z(f->a, near)).exists)
			return near;
	}
	while (str_starts(path, STR("//")))
		path = str_sub(path, 1, path.n);
	return path;
}

static enum rc sqlite_url(struct finder *f, struct str rest, struct str base,
    const char *source, struct str *out)
{
	size_t query = str_find(rest, STR("?"), 0);

	if (query < rest.n)
		note(f, "the parameters behind ? of the database in %s are left"
		    " out", source);
	rest = str_sub(rest, 0, query);
	rest = str_sub(rest, 0, str_find(rest, STR("#"), 0));
	*out = url_path(f, rest, base);
	return RC_OK;
}

/* The path that a text means; a URL is translated or refused by name. */
static enum rc path_of(struct finder *f, struct str text, struct str base,
    const char *source, struct str *out)
{
	struct str word = scheme_of(text), rest;
	const struct scheme *s;

	rest = str_sub(text, word.n + 1, text.n);
	if (str_ieq(word, STR("jdbc"))) {
		word = scheme_of(rest);
		rest = str_sub(rest, word.n + 1, rest.n);
	}
	s = word.n ? scheme_find(word) : NULL;
	if (s && s->answer == ANSWER_SQLITE)
		return sqlite_url(f, rest, base, source, out);
	if (s)
		return refuse(f, source, s->name, s->answer);
	if (word.n && (str_starts(rest, STR("//")) ||
	    str_ieq(scheme_of(text), STR("jdbc")))) {
		err_at(f->e, RC_USAGE, source, "\"%.*s:\" is not a kind of "
		    "database that weir knows", STR_ARG(word));
		err_hint(f->e, "Name a SQLite file or a PostgreSQL URL: weir "
		    "--db FILE, weir --db URL");
		return RC_USAGE;
	}
	*out = text;
	return RC_OK;
}

static enum rc check_path(struct finder *f, struct str path,
    const char *source)
{
	if (path.n == 0 || str_is(path, ":memory:") ||
	    str_starts(path, STR(":memory:"))) {
		err_at(f->e, RC_USAGE, source, "%s", path.n == 0
		    ? "no file is named" : "a database in memory belongs to "
		    "the program that made it; nothing else can open it");
		err_hint(f->e, "Name a file: weir --db FILE");
		return RC_USAGE;
	}
	if (memchr(path.p, 0, path.n))
		return err_at(f->e, RC_USAGE, source,
		    "the name of the database holds a NUL byte");
	return RC_OK;
}

/* The URL of a PostgreSQL server, behind its scheme's colon; false: none. */
static bool pg_url(struct str text, struct str *rest)
{
	struct str word = scheme_of(text);
	const struct scheme *s;

	*rest = str_sub(text, word.n + 1, text.n);
	if (str_ieq(word, STR("jdbc"))) {
		word = scheme_of(*rest);
		*rest = str_sub(*rest, word.n + 1, rest->n);
	}
	s = word.n ? scheme_find(word) : NULL;
	return s && s->answer == ANSWER_PG;
}

enum dialect_id engine_of(struct str text)
{
	struct str rest;

	text = str_trim(text);
	return is_dsn(text) || pg_url(text, &rest) ? DIALECT_PG :
	    DIALECT_SQLITE;
}

struct str project_shown(struct str text, struct arena *a)
{
	struct str s = str_trim(text), rest, shown;
	const struct scheme *known = scheme_find(scheme_of(s));

	if (!is_url(s) || file_stat_of(arena_z(a, s)).exists ||
	    (known && known->answer == ANSWER_SQLITE && !like_address(s)))
		return text;
	if (is_dsn(s))
		shown = address_dsn_shown(s, a);
	else if (pg_url(s, &rest))
		shown = address_shown(rest, a);
	else
		return STR("URL");
	if (!shown.n || is_dsn(s))
		return shown.n ? shown : STR("URL");
	return arena_printf(a, "%.*s%.*s", (int)(s.n - rest.n), s.p,
	    STR_ARG(shown));
}

enum rc database_of(struct finder *f, struct str text, struct str base,
    const char *source)
{
	struct str path = STR(""), rest;
	enum rc rc;

	text = str_trim(text);
	if (is_dsn(text))
		return address_of_dsn(f, text, source);
	if (pg_url(text, &rest))
		return address_of_url(f, rest, source);
	rc = path_of(f, text, base, source, &path);
	if (rc == RC_OK)
		rc = check_path(f, path, source);
	if (rc)
		return rc;
	path = path_absolute(f->a, path_join(f->a, base, path));
	if (like_address(text) && !file_stat_of(path.p).exists) {
		err_at(f->e, RC_USAGE, source, "what is named there is no file "
		    "and lacks what makes a URL");
		err_hint(f->e, "postgresql://USER@HOST:PORT/DATABASE");
		return RC_USAGE;
	}
	if (file_stat_of(path.p).is_dir) {
		err_at(f->e, RC_USAGE, source, "%s is a folder, not a database",
		    path.p);
		err_hint(f->e, "Name the file in it: weir --db FILE");
		return RC_USAGE;
	}
	f->p->db = (struct drv_target){ .dialect = DIALECT_SQLITE,
		.path = path };
	f->p->dialect = DIALECT_SQLITE;
	f->p->db_source = arena_str(f->a, str_z(source));
	return RC_OK;
}

static bool has_db_suffix(struct str path)
{
	static const char *const suffixes[] = { ".db", ".db3", ".sqlite",
		".sqlite3", ".sqlitedb", ".s3db", ".sl3", ".sdb" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (path.n > strlen(suffixes[i]) &&
		    str_ends(path, str_z(suffixes[i])))
			return true;
	return false;
}

enum rc target_sort(struct finder *f)
{
	struct str text = str_trim(f->rq->target), path;
	struct file_stat st;

	if (text.n == 0)
		return RC_OK;
	path = path_join(f->a, f->rq->cwd, text);
	st = file_stat_of(path.p);
	if (!st.exists && is_url(text)) {
		f->target_db = text;
		return RC_OK;
	}
	if (st.is_dir) {
		f->target_dir = path_absolute(f->a, path);
		return RC_OK;
	}
	if (str_starts(path_base(path), STR("drizzle.config."))) {
		err_set(f->e, RC_USAGE, "%.*s is a configuration file, not a "
		    "database", STR_ARG(text));
		err_hint(f->e, "weir --config %.*s", STR_ARG(text));
		return RC_USAGE;
	}
	if (st.exists || has_db_suffix(text)) {
		f->target_db = text;
		return RC_OK;
	}
	err_set(f->e, RC_USAGE, "there is no %.*s", STR_ARG(text));
	err_hint(f->e, "TARGET is a project folder, a SQLite file or a "
	    "PostgreSQL URL. A file "
	    "that is not there yet: weir --db %.*s", STR_ARG(text));
	return RC_USAGE;
}

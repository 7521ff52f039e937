#ifndef WEIR_DRV_DRV_H
#define WEIR_DRV_DRV_H
/*
 * drv: the wire to an engine behind one vtable.
 *
 * A struct drv belongs to one thread; only drv_cancel() may be called from
 * another.  Calls are synchronous.  drv/lite is the only home of sqlite3 (its
 * prepare, its splitting into statements, its authorizer and hooks included).
 *
 * Errors: RC_DB with e->where "SQLITE_CONSTRAINT_UNIQUE" or "file:line:col"
 * added by the caller that knows the file; RC_BUSY lock not had; RC_CANCELLED
 * after drv_cancel(); RC_DENIED read-only; RC_NOTFOUND no such file.
 */
#include "dialect/dialect.h"
#include "model/model.h"

struct drv;
struct cursor;

enum drv_mode {
	DRV_BROWSE,	/* read-only by the engine, defensive, no transaction held */
	DRV_APPLY,	/* read-write, foreign keys ON, DQS off, extensions off */
	DRV_SCRATCH,	/* private in-memory (or temporary file) database */
	DRV_STORE,	/* weir's own file (undo.db), synchronous=FULL */
};

struct drv_question {
	const char *prompt;	/* clean */
	const char *who;	/* "user@host:port": for whom it is */
	bool wrong;		/* the last answer was */
};

struct drv_target {
	enum dialect_id dialect;
	struct str path;	/* SQLite file; "" for scratch in memory */
	bool create;		/* DRV_APPLY: make it when missing */
	bool on_disk;		/* DRV_SCRATCH: in a file without a name, for
				 * copies that would fill the memory */
	bool dqs;		/* DRV_SCRATCH: accept DQS in DDL (clones of old text) */
	/* PostgreSQL.  conninfo: keyword = value, as PQconninfoParse() takes
	 * it; may hold the password, so it is never shown or logged. */
	struct str conninfo;
	struct str search_path;	/* of the user's statements; "" = the role's */
	/* DRV_SCRATCH: conninfo says where the scratch database is made, this
	 * the database whose encoding, locale and settings it repeats; "" =
	 * conninfo's own. */
	struct str like;
	bool read_only;		/* --read-only, by the engine, for every mode */
	int statement_timeout_ms;	/* 0 = none */
	int lock_timeout_ms;	/* of DDL; 0 = 3,000 */
	/* Asked when the server wants a password that nobody gave, and twice
	 * more when what was answered is wrong; false: none.  The buffer is
	 * wiped by the caller after use. */
	bool (*ask_password)(void *arg, const struct drv_question *q,
	    struct sbuf *out);
	/* Asked about every 100 ms while connecting; true ends that with
	 * RC_CANCELLED. */
	bool (*give_up)(void *arg);
	void *ask_arg;		/* of both */
};

/* What the session is, for status lines and messages; texts are clean. */
struct drv_server {
	struct str product;	/* "PostgreSQL 15.20", "SQLite 3.40.1" */
	int version;		/* 150020; 3040001 */
	struct str host, user, database;
	struct str tls;		/* "TLSv1.3", "plain", "" = a local socket or file */
	bool superuser, bypass_rls;
	bool pooled;		/* through pgbouncer in transaction mode */
	bool reconnected;	/* made again since this was last asked */
	int pid;		/* of the backend */
};

/* Which state a database file is in, without opening it as a database. */
enum db_state { DB_OK, DB_MISSING, DB_EMPTY, DB_NOT_A_DATABASE, DB_UNREADABLE,
	DB_NOT_REGULAR };
struct db_probe {
	enum db_state state;
	bool writable, folder_writable, wal, hot_journal;
	int64_t bytes;
	uint64_t dev, ino;
};
struct db_probe lite_probe(struct str path);

enum drv_cap {
	CAP_TX_DDL = 1,
	CAP_BACKUP = 2,		/* copy_to */
	CAP_OWN_FK_MODE = 4,
	/* A statement that fails ends its transaction: only a savepoint before
	 * it lets the transaction go on. */
	CAP_TX_ABORTS = 8,
	/* Objects are kept as text that a rebuilt table loses (filerun.h). */
	CAP_STORED_SQL = 16,
};

/* Who else has the file open ("node 4123"), for messages. */
struct holders {
	struct holder {
		int pid;
		struct str command;
		bool writing;
		struct str what;	/* PostgreSQL: "active for 3 s: …" */
	} *v;
	size_t n;
};

/* The apply lock, as it was had. */
enum lock_kind { LOCK_NONE, LOCK_EXCLUSIVE, LOCK_SHARED_APPLY };
struct lock_request {
	int wait_ms;		/* --lock-wait; default 300 */
	bool exclusive;		/* --exclusive: wait, never shared apply */
	/* Called about every 100 ms while waiting; false gives up. */
	bool (*waiting)(void *arg, const struct holders *h, double waited_ms);
	void *arg;
};
struct lock_info {
	enum lock_kind kind;
	struct holders holders;	/* in the arena given */
	double waited_ms;
};

/* Who keeps a running command waiting (drv_ops.watch). */
struct drv_watch {
	int after_ms, every_ms;		/* first look, and between two */
	/* Nobody in h: it works.  waited_ms: since somebody was in the way,
	 * or since the last look that found nobody.  false: cancel it. */
	bool (*waiting)(void *arg, const struct holders *h, double waited_ms);
	void *arg;
};

/* --- facts: what a statement is and did (DESIGN §5.2) ------------------ */

struct fact_rows {		/* preupdate hook, per table */
	struct str table;
	int64_t inserted, updated, deleted;
	/* of those, caused by a trigger or a foreign key action (depth > 0) */
	int64_t cascaded_delete, cascaded_update;
};
struct facts {
	enum fact_verb verb;
	struct str object;		/* table, index, view or trigger named */
	struct str table;		/* table it belongs to, or object */
	struct str pragma, pragma_arg;	/* VERB_PRAGMA */
	struct strs writes;		/* tables written directly */
	struct strs reads;		/* tables read */
	struct strs sets;		/* SQLite: columns that an UPDATE of
					 * `object` sets; "ROWID" is one */
	const struct pg_stmt *pg;	/* the parse tree's digest; NULL: SQLite */
	/* DRV_SCRATCH: why it was not executed ("" = it was): it reaches
	 * beyond its database (DESIGN §6). */
	struct str skipped;
	/* The transaction has to be committed before anything later can use
	 * what this made (ALTER TYPE … ADD VALUE). */
	bool commit_after;
	struct fact_rows *rows;		size_t nrows;	/* only with FACT_COUNT */
	int64_t changes;		/* SQLite, data: rows that it wrote
					 * itself, of a virtual table too */
	double ms;
};

/* One SQL statement of a text, as prepared by the engine. */
struct sql_span {
	size_t from, to;	/* byte offsets in the text, trailing ; included */
};

enum run_flags {
	RUN_FACTS = 1,		/* authorizer facts */
	RUN_COUNT = 2,		/* preupdate counts */
	RUN_HOIST_FK = 4,	/* foreign_keys pragmas are noted, not executed */
	RUN_NO_TX = 8,		/* BEGIN/COMMIT/ROLLBACK are refused (SL33) */
	RUN_PREPARE_ONLY = 16,	/* facts of the next statement, not executed */
};

struct fk_finding {
	struct str table, parent;
	int fkid;
	int64_t rows;		/* violating rows; -1 = key mismatch */
	struct str message;	/* mismatch text */
};
struct fk_findings {
	struct fk_finding *v;
	size_t n;
};

enum tx_outcome { TX_COMMITTED, TX_ABORTED, TX_UNKNOWN };

struct pg_stmt;			/* dialect/pg/pg.h */

/* How a server keeps a table: whatever emptied it or made it anew has left
 * another number. */
struct stored_column {
	struct str name;
	int64_t number;
};
struct stored_table {
	struct str table;	/* "schema.name" */
	int64_t id, file;	/* file 0: it has none */
	bool partitioned;
	const struct stored_column *cols;	/* none that is inherited */
	size_t ncols;
};
struct stored_tables {
	const struct stored_table *v;	/* by id */
	size_t n;
	int64_t large;			/* large objects; -1 not counted */
};

/* An object of a kind that no model holds, or something said of one. */
struct unread_obj {
	bool note;		/* a comment, a setting: of another object */
	struct str kind, name, def;	/* "operator", "public.+(a,b)", … */
};
struct unread_objs {
	const struct unread_obj *v;	/* by kind and name */
	size_t n;
};

/* A row that a running statement takes or overwrites, by its own number. */
struct drv_row {
	struct str table;
	bool deleted;
	/* now: after an update; both say nothing of WITHOUT ROWID tables */
	int64_t number, now;
	/* A column of it, by its place in the table, before or (now) after;
	 * good until the watcher returns. */
	void (*value)(const struct drv_row *r, size_t col, bool now,
	    struct value *out);
	void *of;			/* the driver's */
};
struct drv_rows {
	/* Called in the middle of the statement: the connection must not be
	 * used. */
	void (*row)(void *arg, const struct drv_row *r);
	void *arg;
};

/* A table whose rows the next statement may take or overwrite. */
struct drv_catch {
	const struct table *table;	/* as it stands; lives until the end */
	struct strs cols;		/* whose values are kept */
	struct strs key;		/* of them; none: all of them tell */
};
/* What became of it: queries of this connection that are good until the end,
 * values as text. */
struct drv_caught {
	int64_t ndeleted, nchanged;	/* images, a row may have several */
	struct str deleted;	/* key, then the other columns; "" = none */
	struct strs cols;	/* that any row has otherwise now */
	/* SELECT key as it is now, cols before, cols after; and its FROM,
	 * which has all columns of before: w.cN, N as in drv_catch.cols */
	struct str changed, changed_from;
	/* What became of which row cannot be told. */
	bool unclear;
};

/* Rows on their way into a table: drv_ops.fill.  Without an end(), or after
 * an error, what became of them is the caller's transaction's to settle. */
struct drv_fill {
	const struct drv_fill_ops *ops;
};
struct drv_fill_ops {
	/* Values are good until the call returns. */
	enum rc (*row)(struct drv_fill *f, const struct value *v,
	    struct err *e) MUST_CHECK;
	enum rc (*end)(struct drv_fill *f, struct err *e) MUST_CHECK;
	void (*close)(struct drv_fill *f);
};

/* A scratch database that somebody left (weir scratch list). */
struct leftover {
	struct str name;	/* weir_scratch_… */
	int64_t made_ms;	/* by its name; UTC */
	struct str comment;	/* "weir scratch: host h, pid 4123" */
	int64_t bytes;		/* -1: may not be asked */
	int connections;
	/* Older than a day, or made here by a process that is gone. */
	bool stale;
	struct str why;		/* "its process is gone", "in use" … */
};

/*
 * What a server of several databases does beside serving one; every entry
 * connects by itself.  NULL in drv_ops: a database is a file.
 */
struct drv_databases {
	/* By its address alone, without connecting: socket or loopback. */
	bool (*is_local)(const struct drv_target *t);
	/* "pg-<system identifier>-<database oid>" */
	enum rc (*identity)(struct drv *d, struct arena *a, struct str *out,
	    struct err *e) MUST_CHECK;
	/* The database that t names (--create-db).  Only with a permit. */
	enum rc (*create)(const struct drv_target *t, struct err *e)
	    MUST_CHECK;
	/* A DRV_SCRATCH connection's database made empty again. */
	enum rc (*reset)(struct drv *scratch, struct err *e) MUST_CHECK;
	/* Is what all databases of the server share (roles, settings …) as it
	 * was when the DRV_SCRATCH connection was opened?  RC_CONFLICT: what
	 * is not. */
	enum rc (*untouched)(struct drv *scratch, struct err *e) MUST_CHECK;
	/* Databases left behind by weir on t's server, oldest first. */
	enum rc (*leftovers)(const struct drv_target *t, struct arena *a,
	    struct leftover **out, size_t *n, struct err *e) MUST_CHECK;
	/* The same by a connection that is open. */
	enum rc (*leftovers_here)(struct drv *d, struct arena *a,
	    struct leftover **out, size_t *n, struct err *e) MUST_CHECK;
	enum rc (*drop_leftover)(const struct drv_target *t, struct str name,
	    struct err *e) MUST_CHECK;
};

/* A value where it is stored, by the row's own number. */
struct drv_cell {
	struct str table, column;
	const char *rowid_name;	/* dialect->rowids */
	int64_t rowid;
};

/* A whole database on its way to a file or back. */
struct drv_copying {
	/* About every 100 ms; bytes, of: -1 where that is not known.  false:
	 * stop, RC_CANCELLED. */
	bool (*progress)(void *arg, int64_t done, int64_t of);
	/* A connection that sees exactly what the copy holds; of a restore,
	 * before it becomes final: a failure leaves all as it was. */
	enum rc (*look)(void *arg, struct drv *d, struct err *e);
	void *arg;
	/* "NAME=value": of the programs that are run, and where they are. */
	struct strs environment;
};

/* Takes a row's line, its line feed included; what fails ends it. */
struct drv_taker {
	enum rc (*take)(void *arg, struct str line, struct err *e);
	void *arg;
};

struct drv_ops {
	const char *scheme;	/* "sqlite" */
	const struct dialect *dialect;
	const struct drv_databases *databases;
	uint32_t caps;

	/* State of the database without working on it.  PostgreSQL: DB_OK, or
	 * DB_MISSING where the server has no such database; RC_DB when the
	 * server cannot be had, RC_DECISION when a password is missing. */
	enum rc (*probe)(const struct drv_target *t, struct db_probe *out,
	    struct err *e) MUST_CHECK;
	enum rc (*open)(const struct drv_target *t, enum drv_mode mode,
	    struct drv **out, struct err *e) MUST_CHECK;
	void (*close)(struct drv *d);
	/* From any thread: ends the running call with RC_CANCELLED, or the
	 * next one when none runs, and is over with that.  rollback,
	 * rollback_to and unlock are never cancelled. */
	void (*cancel)(struct drv *d);

	/* The whole schema, sealed, in `a`; managed but for the tables of
	 * the engine and of tools (dialect->is_foreign). */
	enum rc (*introspect)(struct drv *d, struct arena *a,
	    struct model **out, struct err *e) MUST_CHECK;
	/*
	 * The same after a change: objects whose stored text is unchanged are
	 * taken from `prev` (same arena).  Cheap enough to call per statement;
	 * returns prev itself when the engine's schema counter did not move.
	 */
	enum rc (*introspect_again)(struct drv *d, const struct model *prev,
	    struct arena *a, const struct model **out, struct err *e)
	    MUST_CHECK;
	/* Counter that moves with every schema change. */
	enum rc (*schema_version)(struct drv *d, int64_t *out, struct err *e)
	    MUST_CHECK;

	/* Run statements that return nothing; several in one text are fine. */
	enum rc (*exec)(struct drv *d, struct str sql, struct err *e) MUST_CHECK;
	/*
	 * Rows.  `cell_cap` cuts TEXT and BLOB cells (0 = 1 MiB); row values
	 * are valid until the next cursor_next().
	 */
	enum rc (*query)(struct drv *d, struct str sql,
	    const struct value *args, size_t nargs, size_t cell_cap,
	    struct cursor **out, struct err *e) MUST_CHECK;

	/* Optional: bytes [from, from + n) of a stored text or blob, at a cost
	 * that does not grow with the rest; out->full = all of it.
	 * RC_UNSUPPORTED: this value can only be had by query. */
	enum rc (*piece)(struct drv *d, const struct drv_cell *at, size_t from,
	    size_t n, struct arena *a, struct value *out, struct err *e)
	    MUST_CHECK;

	/*
	 * Run the first statement of text at or after *at; set *at past it and
	 * *span to where it stood.  *more = false when only white space was
	 * left (nothing ran).  On failure *span and e->where ("+offset" in
	 * bytes from the start of text, then " SQLITE_…" unless it is a plain
	 * SQLITE_ERROR) tell the place; *at stays.  Space before a statement
	 * is not in the span, comments before it are.
	 */
	enum rc (*run_next)(struct drv *d, struct str text, size_t *at,
	    unsigned flags, struct arena *a, struct sql_span *span,
	    struct facts *facts, bool *more, struct err *e) MUST_CHECK;

	/* The apply lock (DESIGN §5.6); released by unlock or close. */
	enum rc (*lock)(struct drv *d, const struct lock_request *rq,
	    struct arena *a, struct lock_info *out, struct err *e) MUST_CHECK;
	void (*unlock)(struct drv *d);
	/* Transactions.  begin(fk_on) sets foreign_keys before BEGIN and reads
	 * it back; the lock is kept over commit/begin. */
	enum rc (*begin)(struct drv *d, bool fk_on, struct err *e) MUST_CHECK;
	enum rc (*commit)(struct drv *d, struct err *e) MUST_CHECK;
	void (*rollback)(struct drv *d);
	enum rc (*savepoint)(struct drv *d, const char *name, struct err *e)
	    MUST_CHECK;
	enum rc (*release)(struct drv *d, const char *name, struct err *e)
	    MUST_CHECK;
	enum rc (*rollback_to)(struct drv *d, const char *name, struct err *e)
	    MUST_CHECK;

	/* Foreign key violations per table: (table, rowid or NULL, parent,
	 * key no).  A key mismatch is a finding with rows = -1. */
	enum rc (*fk_check)(struct drv *d, const struct model *m,
	    struct arena *a, struct fk_findings *out, struct err *e)
	    MUST_CHECK;
	/* integrity_check: first problem or "" */
	enum rc (*integrity)(struct drv *d, struct arena *a, struct str *out,
	    struct err *e) MUST_CHECK;

	/* Whole copy into a scratch connection (backup API, one step). */
	enum rc (*copy_to)(struct drv *from, struct drv *scratch, struct err *e)
	    MUST_CHECK;
	/*
	 * The whole database into a new file of mode 0600, not synced, or back
	 * from one: outside a transaction, restore() under lock().  A restore
	 * that is killed leaves the database as it was or as the file has it.
	 * RC_NOTFOUND: a program that it takes is not here (hint); RC_CONFLICT:
	 * the file is there already.
	 */
	enum rc (*backup)(struct drv *d, const char *path,
	    const struct drv_copying *c, struct err *e) MUST_CHECK;
	enum rc (*restore)(struct drv *d, const char *path,
	    const struct drv_copying *c, struct err *e) MUST_CHECK;
	/*
	 * Under lock(): from here on what a restore would take away stays as it
	 * is seen.  Begins the transaction in which it is counted, in which
	 * backup() copies it, and which restore() ends: RC_CONFLICT where
	 * something was written in spite of it.  RC_BUSY.
	 */
	enum rc (*keep_out)(struct drv *d, struct err *e) MUST_CHECK;
	/*
	 * Schema without rows into a scratch connection; parts that could not
	 * be made are listed in `notes`, one line each (DESIGN §5.2).  `live`:
	 * the schema as just read; NULL: it is read.
	 */
	enum rc (*clone_to)(struct drv *from, const struct model *live,
	    struct drv *scratch, struct arena *a, struct strs *notes,
	    struct err *e) MUST_CHECK;
	/* Other processes that have the database open. */
	enum rc (*holders)(struct drv *d, struct arena *a, struct holders *out,
	    struct err *e) MUST_CHECK;
	bool (*in_tx)(struct drv *d);
	/* What is at the other end; texts in `a`. */
	enum rc (*server)(struct drv *d, struct arena *a,
	    struct drv_server *out, struct err *e) MUST_CHECK;
	/*
	 * Optional, PostgreSQL (NULL: not needed there).
	 * tx_id: the open transaction's id, assigned if it has none.
	 * outcome: what became of it, from a new connection, asked again while
	 * the server says in progress (engines' note h).
	 */
	enum rc (*tx_id)(struct drv *d, uint64_t *out, struct err *e) MUST_CHECK;
	enum rc (*outcome)(const struct drv_target *t, uint64_t id,
	    enum tx_outcome *out, struct err *e) MUST_CHECK;
	/* Statements that run longer are ended by the server, RC_DB 57014;
	 * 0 = what the target says.  Optional, on browse connections. */
	enum rc (*set_timeout)(struct drv *d, int ms, struct err *e) MUST_CHECK;
	/* ACCESS EXCLUSIVE on tables and views that exist, in one order for
	 * all callers (oid); inside the transaction.  RC_BUSY: lock_timeout. */
	enum rc (*lock_tables)(struct drv *d, const struct obj *const *v,
	    size_t n, struct err *e) MUST_CHECK;
	/* How long one wait for a lock takes from here to the end of the open
	 * transaction; NULL: the file's own waiting. */
	enum rc (*lock_limit)(struct drv *d, int ms, struct err *e) MUST_CHECK;
	/* Optional.  While on, a statement that row security would keep rows
	 * from fails instead, RC_DENIED 42501.  Only reading is done meanwhile:
	 * off takes back what ran, and mends a transaction that has failed. */
	enum rc (*all_rows)(struct drv *d, bool on, struct err *e) MUST_CHECK;
	/* Every table that is kept in the database, as the open transaction
	 * sees it. */
	enum rc (*stored)(struct drv *d, struct arena *a, struct stored_tables *out,
	    struct err *e) MUST_CHECK;
	/* What no model holds and a replay makes too, by kind and name. */
	enum rc (*unread_list)(struct drv *d, struct arena *a,
	    struct unread_objs *out, struct err *e) MUST_CHECK;
	/* Kinds of the user's objects that no model holds, "operators (2),
	 * casts (1)"; "": none; listed: without those that unread_list()
	 * lists.  NULL: models hold all there is. */
	enum rc (*unread)(struct drv *d, bool listed, struct arena *a,
	    struct str *out, struct err *e) MUST_CHECK;
	/* Locks that the open transaction holds on tables, views, indexes and
	 * sequences, strongest first: "AccessExclusiveLock public.t"; without
	 * those of the catalogues. */
	enum rc (*held)(struct drv *d, struct arena *a, struct strs *out,
	    struct err *e) MUST_CHECK;
	/*
	 * While a command runs, `w->waiting` is told by whom it is kept; NULL
	 * ends that.  With a watch, a statement that runs in no transaction
	 * has no lock_timeout: the watch decides.  May be NULL.
	 */
	void (*watch)(struct drv *d, const struct drv_watch *w);
	/* Optional, SQLite: while statements run under RUN_COUNT, every row
	 * that they or what they set off delete or update; NULL ends that. */
	void (*watch_rows)(struct drv *d, const struct drv_rows *w);
	/*
	 * Optional, PostgreSQL, in a transaction: images of the rows that go or
	 * change from here on are kept, to the first caught(), which tells of
	 * v[i].  NULL ends it and drops them; after a rollback it only forgets.
	 * RC_DENIED: the role may not.
	 */
	enum rc (*catch_rows)(struct drv *d, const struct drv_catch *v,
	    size_t n, struct err *e) MUST_CHECK;
	enum rc (*caught)(struct drv *d, size_t i, struct arena *a,
	    struct drv_caught *out, struct err *e) MUST_CHECK;
	/* Optional, PostgreSQL, in a transaction: while on, a value as text
	 * loses nothing and reads the same whatever the session has set. */
	enum rc (*exact_text)(struct drv *d, bool on, struct err *e) MUST_CHECK;
	/* Optional, PostgreSQL: what of the database keeps this role from
	 * restoring it, "table public.t of app, … and 3 more"; "": nothing. */
	enum rc (*barred)(struct drv *d, struct arena *a, struct str *out,
	    struct err *e) MUST_CHECK;
	/*
	 * Many rows into one table (`into`: quoted), with all its columns,
	 * inside the transaction.  Until it is closed the connection does
	 * nothing else.
	 */
	enum rc (*fill)(struct drv *d, struct str into, size_t ncols,
	    struct drv_fill **out, struct err *e) MUST_CHECK;
	/* Optional, PostgreSQL, in a transaction: as query(), many rows
	 * cheaper; every value is text, columns have no names. */
	enum rc (*stream)(struct drv *d, struct str sql, struct cursor **out,
	    struct err *e) MUST_CHECK;
	/* Optional, PostgreSQL: one SELECT's rows as the lines that COPY
	 * writes, as CSV or in its text format; runs as query() does. */
	enum rc (*lines)(struct drv *d, struct str sql, bool csv,
	    const struct drv_taker *t, struct err *e) MUST_CHECK;
	/* Optional, SQLite: does any trigger of the schema fire? */
	void (*triggers)(struct drv *d, bool fire);
	/* Optional, SQLite: on scratch the schema is trusted as it is on the
	 * database itself, so that triggers reach virtual tables. */
	void (*trust)(struct drv *d, bool on);
	/* What the server said beside its answers ("NOTICE: …"), cleaned,
	 * since this was last asked; NULL: says nothing. */
	void (*notices)(struct drv *d, struct arena *a, struct strs *out);
};

struct drv {
	const struct drv_ops *ops;
};

extern const struct drv_ops drv_lite, drv_pg;

struct cursor_ops {
	enum rc (*next)(struct cursor *c, bool *more, struct err *e) MUST_CHECK;
	void (*close)(struct cursor *c);
};
struct cursor {
	const struct cursor_ops *ops;
	size_t ncols;
	const struct str *names;	/* column labels */
	const struct str *types;	/* declared types or "" */
	const struct value *row;	/* after next() said more */
};

/* Conveniences over the vtable (drv/drv.c). */
enum rc drv_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e) MUST_CHECK;
enum rc drv_probe(const struct drv_target *t, struct db_probe *out,
    struct err *e) MUST_CHECK;
/* Of a dialect's engine; NULL: a database is a file. */
const struct drv_databases *drv_databases_of(enum dialect_id id);
void drv_close(struct drv *d);		/* NULL is fine */
void drv_cancel(struct drv *d);
/* Has the connection ended, or can it not be had for the time being? */
bool drv_lost(const struct err *e);
enum rc drv_exec(struct drv *d, struct str sql, struct err *e) MUST_CHECK;
enum rc drv_query(struct drv *d, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e) MUST_CHECK;
void drv_notices(struct drv *d, struct arena *a, struct strs *out);
/* First column of the first row; VALUE_NULL when there is no row. */
enum rc drv_scalar(struct drv *d, struct str sql, const struct value *args,
    size_t nargs, struct arena *a, struct value *out, struct err *e) MUST_CHECK;
/* The number that a count says, of all rows: RC_DENIED where the role does not
 * see them all.  An open transaction goes on after a failure. */
enum rc drv_count(struct drv *d, struct str sql, struct arena *a, int64_t *out,
    struct err *e) MUST_CHECK;
enum rc cursor_next(struct cursor *c, bool *more, struct err *e) MUST_CHECK;
void cursor_close(struct cursor *c);	/* NULL is fine */

/*
 * Fault injection for tests: wraps a connection and fails the n-th call that
 * reaches it with RC_DB.  drv/fault.
 */
struct drv *fault_wrap(struct drv *inner, int fail_at, int *calls);
/* The same with another failure: RC_BUSY … */
struct drv *fault_wrap_as(struct drv *inner, int fail_at, int *calls,
    enum rc rc);

#endif

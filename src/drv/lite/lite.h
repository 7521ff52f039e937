#ifndef WEIR_DRV_LITE_LITE_H
#define WEIR_DRV_LITE_LITE_H
/*
 * What the files of drv/lite share.
 *
 * Rules: L.1 every call of sqlite3 that can wait or run long is entered
 * through lite_enter(), which notices a cancel that came before it.  L.2 the
 * authorizer is installed on every connection for its whole life; `policy`
 * says whose text is being prepared.  L.3 no file descriptor of ours on the
 * database is closed while a handle on it is open in this process: POSIX
 * would drop the engine's locks (engines' note: sqlite.org/howtocorrupt
 * section 2.2).
 */
#include <pthread.h>

/* The header hides the hook unless asked for it. */
#ifndef SQLITE_ENABLE_PREUPDATE_HOOK
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#endif
#include <sqlite3.h>
#include <stdatomic.h>

#include "drv/drv.h"

enum lite_policy {
	POLICY_OWN,	/* weir's own text: only ATTACH is refused */
	POLICY_LOOK,	/* browse: the allow-list */
	POLICY_FILE,	/* a migration file: pragma table, no ATTACH */
};

/* What the authorizer saw while one statement was prepared. */
struct lite_auth {
	enum lite_policy policy;
	unsigned flags;			/* enum run_flags */
	bool recording;
	struct arena *a;
	enum fact_verb ddl, dml;	/* first of each kind seen */
	struct str object, table, target;
	struct str pragma, pragma_arg;
	VEC(struct str) reads, sets;
	struct str ctas;
	char refusal[200];		/* why a statement was refused, or "" */
	enum rc refusal_rc;
};

/* Rows counted by the preupdate hook while one statement runs. */
struct lite_count {
	bool on;
	struct arena *a;
	VEC(struct fact_rows) rows;
	struct drv_rows watch;	/* told every row; row NULL: nobody */
};

/* One row of sqlite_schema. */
struct lite_row {
	struct str type, name, tbl, sql;
	bool implicit_fk;	/* table: a key names no parent columns */
	bool same;		/* as in the reading before */
};

/* The schema as last read, so that the next reading reuses it. */
struct lite_cache {
	const struct model *model;
	const struct arena *arena;
	struct sha256 hash;
	int64_t version;
	bool version_good;	/* no rollback since: the counter tells */
	struct lite_row *rows;
	size_t nrows;
};

struct lite {
	struct drv base;
	sqlite3 *db;
	pthread_mutex_t gate;	/* guards db against a cancel while it swaps */
	enum drv_mode mode;
	char *path;		/* absolute, links resolved; "" = memory */
	bool create, dqs, immutable, on_disk, read_only;
	bool made_wal;		/* browse: -wal and -shm were not there before */
	atomic_bool cancelled;
	int busy_ms;
	double busy_since;
	const struct lock_request *request;	/* while the lock is awaited */
	double request_since, request_told;
	bool gave_up;
	bool at_once;		/* K.4: the busy handler does not wait */
	enum lock_kind lock;
	int pending_fd;		/* our lock on the PENDING byte, or -1 */
	struct lite_auth auth;
	bool temp_made;		/* a file has made temporary objects here */
	struct lite_count count;
	struct lite_cache cache;
};

static inline struct lite *lite_of(struct drv *d)
{
	return (struct lite *)d;
}

/* error.c: turn the engine's code into ours; message, place and name set. */
enum rc lite_fail(struct lite *d, int code, struct err *e);
const char *lite_code_name(int code);
/* Before every call: a cancel that came early is reported here. */
enum rc lite_enter(struct lite *d, struct err *e) MUST_CHECK;

/* open.c */
enum rc lite_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e) MUST_CHECK;
void lite_close(struct drv *base);
void lite_cancel(struct drv *base);
enum rc lite_connect(struct lite *d, bool exclusive, struct err *e) MUST_CHECK;
void lite_disconnect(struct lite *d);

/* run.c */
enum rc lite_exec(struct drv *base, struct str sql, struct err *e) MUST_CHECK;
enum rc lite_exec_own(struct lite *d, struct str sql, struct err *e) MUST_CHECK;
enum rc lite_run_next(struct drv *base, struct str text, size_t *at,
    unsigned flags, struct arena *a, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e) MUST_CHECK;
/* Prepare weir's own text (policy as the mode has it). */
enum rc lite_prepare(struct lite *d, struct str sql, sqlite3_stmt **out,
    struct err *e) MUST_CHECK;
/* One row more?  SQLITE_DONE is *more = false. */
enum rc lite_step(struct lite *d, sqlite3_stmt *s, bool *more, struct err *e)
    MUST_CHECK;
void lite_watch_rows(struct drv *base, const struct drv_rows *w);
void lite_triggers(struct drv *base, bool fire);
void lite_trust(struct drv *base, bool on);
struct str lite_text(sqlite3_stmt *s, int col);	/* valid until the next step */
enum rc lite_number(struct lite *d, struct str sql, int64_t *out,
    struct err *e) MUST_CHECK;

/* cursor.c */
enum rc lite_query(struct drv *base, struct str sql, const struct value *args,
    size_t nargs, size_t cell_cap, struct cursor **out, struct err *e)
    MUST_CHECK;
/* `how`: SQLITE_STATIC where the values live until the statement has run. */
int lite_bind(sqlite3_stmt *s, const struct value *args, size_t nargs,
    sqlite3_destructor_type how);
/* One statement and no more, under the policy of the mode. */
enum rc lite_prepare_one(struct lite *d, struct str sql, sqlite3_stmt **out,
    struct err *e) MUST_CHECK;
enum rc lite_fill(struct drv *d, struct str into, size_t ncols,
    struct drv_fill **out, struct err *e);

/* blob.c */
enum rc lite_piece(struct drv *base, const struct drv_cell *at, size_t from,
    size_t n, struct arena *a, struct value *out, struct err *e) MUST_CHECK;

/* regexp.c: regexp(pattern, text) for REGEXP; SQLITE_OK or the engine's code */
int lite_add_regexp(sqlite3 *db) MUST_CHECK;

/* auth.c */
int lite_authorize(void *arg, int action, const char *a, const char *b,
    const char *schema, const char *trigger);
void lite_auth_begin(struct lite *d, enum lite_policy policy, unsigned flags,
    struct arena *a);
void lite_auth_end(struct lite *d);
void lite_auth_facts(const struct lite *d, struct facts *f);

/* tx.c */
enum rc lite_begin(struct drv *base, bool fk_on, struct err *e) MUST_CHECK;
enum rc lite_commit(struct drv *base, struct err *e) MUST_CHECK;
void lite_rollback(struct drv *base);
enum rc lite_savepoint(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
enum rc lite_release(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
enum rc lite_rollback_to(struct drv *base, const char *name, struct err *e)
    MUST_CHECK;
bool lite_in_tx(struct drv *base);

/* lock.c */
enum rc lite_lock(struct drv *base, const struct lock_request *rq,
    struct arena *a, struct lock_info *out, struct err *e) MUST_CHECK;
void lite_unlock(struct drv *base);
int lite_busy(void *arg, int times);
/* RC_BUSY that names who has the file. */
enum rc lite_busy_error(struct lite *d, double waited, struct err *e);

/* holders.c */
enum rc lite_holders(struct drv *base, struct arena *a, struct holders *out,
    struct err *e) MUST_CHECK;
void lite_holders_of(const char *path, struct arena *a, struct holders *out);
/* Does this process hold an engine lock on the file now? */
bool lite_self_holds(uint64_t dev, uint64_t ino);
bool lite_is_being_written(uint64_t dev, uint64_t ino);

/* introspect.c */
enum rc lite_introspect(struct drv *base, struct arena *a, struct model **out,
    struct err *e) MUST_CHECK;
enum rc lite_introspect_again(struct drv *base, const struct model *prev,
    struct arena *a, const struct model **out, struct err *e) MUST_CHECK;
enum rc lite_schema_version(struct drv *base, int64_t *out, struct err *e)
    MUST_CHECK;

/* check.c */
enum rc lite_fk_check(struct drv *base, const struct model *m, struct arena *a,
    struct fk_findings *out, struct err *e) MUST_CHECK;
enum rc lite_integrity(struct drv *base, struct arena *a, struct str *out,
    struct err *e) MUST_CHECK;

/* copy.c */
enum rc lite_copy_to(struct drv *from, struct drv *scratch, struct err *e)
    MUST_CHECK;
/* whole.c */
enum rc lite_backup(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e) MUST_CHECK;
enum rc lite_keep_out(struct drv *base, struct err *e) MUST_CHECK;
enum rc lite_restore(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e) MUST_CHECK;

enum rc lite_clone_to(struct drv *from, const struct model *live,
    struct drv *scratch, struct arena *a, struct strs *notes, struct err *e)
    MUST_CHECK;

#endif

/*
 * Opening: the four modes, what each may do, and the look at a file before
 * it is opened as a database.
 *
 * A path is resolved first and then opened with NOFOLLOW, so that a link is
 * followed once and by us; being absolute it is never read as a URI, which
 * this library would otherwise do when built with SQLITE_USE_URI.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "drv/lite/lite.h"

#define BUSY_MS_BROWSE 2000
#define BUSY_MS_APPLY 5000
#define VALUE_MAX (512 << 20)		/* largest cell or row, bytes */
#define PROGRESS_STEPS 2000		/* cancel is noticed within these */

/* --- probe ------------------------------------------------------------ */

static int64_t side_size(const char *path, const char *suffix, unsigned char *first)
{
	char name[PATH_MAX];
	struct stat st;
	int fd;

	if (strlen(path) + strlen(suffix) >= sizeof(name))
		return -1;
	memcpy(name, path, strlen(path));
	memcpy(name + strlen(path), suffix, strlen(suffix) + 1);
	if (lstat(name, &st) || !S_ISREG(st.st_mode))
		return -1;
	*first = 0;
	fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		if (read(fd, first, 1) != 1)
			*first = 0;
		close(fd);
	}
	return st.st_size;
}

static void probe_header(const char *path, struct db_probe *p)
{
	unsigned char head[100];
	ssize_t n;
	int fd;

	/* L.3: reading means closing, which would drop our own locks. */
	if (lite_self_holds(p->dev, p->ino))
		return;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		p->state = DB_UNREADABLE;
		return;
	}
	n = read(fd, head, sizeof(head));
	close(fd);
	if (n < 0)
		p->state = DB_UNREADABLE;
	else if (n < (ssize_t)sizeof(head) || memcmp(head, "SQLite format 3", 16))
		p->state = DB_NOT_A_DATABASE;
	else
		p->wal = head[18] == 2 || head[19] == 2;
}

struct db_probe lite_probe(struct str path)
{
	struct db_probe p = { .state = DB_MISSING };
	char name[PATH_MAX], real[PATH_MAX], *slash;
	unsigned char first;
	struct stat st;

	if (!path.n || path.n >= sizeof(name) || memchr(path.p, 0, path.n))
		return p;
	memcpy(name, path.p, path.n);
	name[path.n] = 0;
	if (!realpath(name, real)) {
		/* a link to nothing is no place for a new database */
		p.state = errno == ENOENT && lstat(name, &st) ? DB_MISSING :
		    DB_UNREADABLE;
		slash = strrchr(name, '/');
		if (slash)
			*slash = 0;
		p.folder_writable = access(!slash ? "." : *name ? name : "/",
		    W_OK | X_OK) == 0;
		return p;
	}
	if (stat(real, &st)) {
		p.state = DB_UNREADABLE;
		return p;
	}
	p.dev = st.st_dev;
	p.ino = st.st_ino;
	p.bytes = st.st_size;
	p.writable = access(real, W_OK) == 0;
	if (!S_ISREG(st.st_mode)) {
		p.state = DB_NOT_REGULAR;
		return p;
	}
	p.state = st.st_size ? DB_OK : DB_EMPTY;
	if (st.st_size)
		probe_header(real, &p);
	if (p.state == DB_OK && side_size(real, "-wal", &first) > 0)
		p.wal = true;
	/* A journal whose first byte is zero has ended (PERSIST); one whose
	 * writer is alive is not ours to judge.  A header alone says that the
	 * file grew from nothing: beside an empty file there is nothing to do. */
	if (p.state <= DB_EMPTY && p.state != DB_MISSING &&
	    side_size(real, "-journal", &first) >
	    (p.state == DB_OK ? 0 : 512) && first &&
	    !lite_is_being_written(p.dev, p.ino))
		p.hot_journal = true;
	slash = strrchr(real, '/');
	*(slash == real ? slash + 1 : slash) = 0;
	p.folder_writable = access(real, W_OK | X_OK) == 0;
	return p;
}

/* --- the connection --------------------------------------------------- */

static int on_progress(void *arg)
{
	return atomic_load(&((struct lite *)arg)->cancelled);
}

/* A rollback that the engine makes by itself (OR ROLLBACK, disk full). */
static void on_rollback(void *arg)
{
	((struct lite *)arg)->cache.version_good = false;
}

static void harden(struct lite *d)
{
	bool closed = d->mode == DRV_BROWSE || d->mode == DRV_SCRATCH;
	int dqs = d->mode == DRV_SCRATCH && d->dqs;
	const struct {
		int option, value;
	} options[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, closed },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, !closed },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, dqs },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		(void)sqlite3_db_config(d->db, options[i].option,
		    options[i].value, NULL);
	sqlite3_limit(d->db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	if (d->mode == DRV_BROWSE)
		sqlite3_limit(d->db, SQLITE_LIMIT_ATTACHED, 0);
}

/* Settings that are pragmas; none of them reads the file. */
static const char *const settings[] = {
	[DRV_BROWSE] = "PRAGMA query_only=1;PRAGMA cell_size_check=1;"
	    "PRAGMA mmap_size=0",
	[DRV_APPLY] = "PRAGMA foreign_keys=1;PRAGMA cell_size_check=1",
	[DRV_SCRATCH] = "PRAGMA foreign_keys=1;PRAGMA cell_size_check=1;"
	    "PRAGMA synchronous=0",
	[DRV_STORE] = "PRAGMA synchronous=2;PRAGMA foreign_keys=1",
};

static enum rc configure(struct lite *d, bool exclusive, struct err *e)
{
	int64_t on = 0;
	enum rc rc;

	sqlite3_extended_result_codes(d->db, 1);
	sqlite3_busy_handler(d->db, lite_busy, d);
	sqlite3_progress_handler(d->db, PROGRESS_STEPS, on_progress, d);
	sqlite3_rollback_hook(d->db, on_rollback, d);
	harden(d);
	d->auth.policy = POLICY_OWN;
	sqlite3_set_authorizer(d->db, lite_authorize, d);
	/* Before the first read, or WAL is not had alone. */
	if (exclusive) {
		rc = lite_exec_own(d, STR("PRAGMA locking_mode=EXCLUSIVE"), e);
		if (rc)
			return rc;
	}
	rc = lite_exec_own(d, str_z(settings[d->mode]), e);
	if (!rc && d->read_only)
		rc = lite_exec_own(d, STR("PRAGMA query_only=1"), e);
	if (rc || d->mode != DRV_APPLY)
		return rc;
	rc = lite_number(d, STR("PRAGMA foreign_keys"), &on, e);
	if (!rc && !on)
		rc = err_set(e, RC_UNSUPPORTED,
		    "this SQLite library has no foreign keys");
	return rc;
}

/* file:/abs/path?immutable=1 with every special byte written as %XX. */
static void immutable_uri(struct sbuf *b, const char *path)
{
	sbuf_addz(b, "file:");
	for (const char *p = path; *p; p++) {
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		    (*p >= '0' && *p <= '9') || strchr("/._-", *p))
			sbuf_addc(b, *p);
		else
			sbuf_addf(b, "%%%02X", (unsigned char)*p);
	}
	sbuf_addz(b, "?immutable=1");
}

static int open_handle(struct lite *d, sqlite3 **db)
{
	struct sbuf uri = SBUF_TEXT;
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, code;

	if (!d->path[0] && d->on_disk)
		return sqlite3_open_v2("", db, flags | SQLITE_OPEN_READWRITE |
		    SQLITE_OPEN_CREATE, NULL);
	if (!d->path[0])
		return sqlite3_open_v2(":memory:", db, flags |
		    SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL);
	flags |= SQLITE_OPEN_NOFOLLOW;
	if (d->mode == DRV_BROWSE || d->read_only)
		flags |= SQLITE_OPEN_READONLY;
	else
		flags |= SQLITE_OPEN_READWRITE;
	if (d->create)
		flags |= SQLITE_OPEN_CREATE;
	if (!d->immutable)
		return sqlite3_open_v2(d->path, db, flags, NULL);
	immutable_uri(&uri, d->path);
	code = sqlite3_open_v2(uri.p, db, flags | SQLITE_OPEN_URI, NULL);
	sbuf_free(&uri);
	return code;
}

/* The first read: whatever is wrong with the file shows here. */
static enum rc first_read(struct lite *d, struct err *e)
{
	int64_t n;

	if (!d->path[0])
		return RC_OK;
	return lite_number(d, STR("SELECT 1 FROM sqlite_schema LIMIT 1"), &n, e);
}

enum rc lite_connect(struct lite *d, bool exclusive, struct err *e)
{
	sqlite3 *db = NULL;
	int code = open_handle(d, &db);
	enum rc rc;

	pthread_mutex_lock(&d->gate);
	d->db = db;
	pthread_mutex_unlock(&d->gate);
	rc = code ? lite_fail(d, code, e) : configure(d, exclusive, e);
	if (!rc && d->mode == DRV_BROWSE) {
		code = lite_add_regexp(db);
		rc = code ? lite_fail(d, code, e) : RC_OK;
	}
	if (!rc && !exclusive)
		rc = first_read(d, e);
	if (!rc && d->mode == DRV_BROWSE)
		d->auth.policy = POLICY_LOOK;
	if (rc)
		lite_disconnect(d);
	return rc;
}

void lite_disconnect(struct lite *d)
{
	sqlite3 *db = d->db;

	pthread_mutex_lock(&d->gate);
	d->db = NULL;
	pthread_mutex_unlock(&d->gate);
	sqlite3_close_v2(db);
	d->cache = (struct lite_cache){ 0 };
}

/* --- open and close --------------------------------------------------- */

static enum rc refuse_state(const struct db_probe *p, const char *path,
    struct err *e)
{
	switch (p->state) {
	case DB_MISSING:
		return err_set(e, RC_NOTFOUND, "%s does not exist", path);
	case DB_NOT_REGULAR:
		return err_set(e, RC_UNSUPPORTED, "%s is not a regular file",
		    path);
	case DB_UNREADABLE:
		return err_set(e, RC_DENIED, "%s cannot be read: %s", path,
		    "permission denied, or a link to nothing");
	case DB_NOT_A_DATABASE:
		return err_at(e, RC_DB, "SQLITE_NOTADB",
		    "%s is not a SQLite database", path);
	case DB_OK:
	case DB_EMPTY:
		break;
	}
	return RC_OK;
}

static enum rc refuse_hot(const char *path, struct err *e)
{
	(void)err_set(e, RC_DENIED,
	    "%s was left in the middle of a write and needs recovery", path);
	err_hint(e, "nothing was written; recovery rewrites the file from "
	    "%s-journal: let its own program open it, or run: "
	    "sqlite3 FILE 'PRAGMA quick_check'", path);
	return RC_DENIED;
}

/* Absolute path with links resolved; the file itself may be missing. */
static enum rc resolve(struct str path, char real[PATH_MAX], struct err *e)
{
	char name[PATH_MAX], *slash;
	size_t n;

	if (path.n >= PATH_MAX || memchr(path.p, 0, path.n))
		return err_set(e, RC_USAGE, "a path of %zu bytes%s", path.n,
		    path.n < PATH_MAX ? " that holds a NUL byte" : " is too long");
	memcpy(name, path.p, path.n);
	name[path.n] = 0;
	if (realpath(name, real))
		return RC_OK;
	slash = strrchr(name, '/');
	if (slash)
		*slash = 0;
	if (!realpath(!slash ? "." : *name ? name : "/", real)) {
		enum rc rc = errno == ENOENT ? RC_NOTFOUND : RC_IO;

		(void)err_set(e, rc, "%.*s: %s", STR_ARG(path),
		    strerror(errno));
		if (rc == RC_NOTFOUND)
			err_hint(e, "a folder is never made here: mkdir -p %s",
			    name);
		return rc;
	}
	n = strlen(real);
	path = slash ? str_sub(path, (size_t)(slash - name) + 1, path.n) : path;
	if (n + path.n + 2 > PATH_MAX)
		return err_set(e, RC_USAGE, "a path that is too long");
	real[n++] = '/';
	memcpy(real + n, path.p, path.n);
	real[n + path.n] = 0;
	return RC_OK;
}

/* weir's own file is readable by its owner only, its journal likewise. */
static enum rc store_create(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);

	if (fd >= 0)
		close(fd);
	else if (errno != EEXIST)
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	return RC_OK;
}

static bool may_create(const struct drv_target *t, enum drv_mode mode)
{
	return mode == DRV_STORE || mode == DRV_SCRATCH ||
	    (mode == DRV_APPLY && t->create && !t->read_only);
}

/* Known before the first statement runs, not after it. */
static enum rc refuse_unwritable(const struct db_probe *p, const char *path,
    struct err *e)
{
	if (p->state <= DB_EMPTY && p->state != DB_MISSING && !p->writable) {
		(void)err_set(e, RC_DENIED, "%s is read-only", path);
		err_hint(e, "chmod u+w it, or name a copy with --db FILE");
		return RC_DENIED;
	}
	if (!p->folder_writable) {
		(void)err_set(e, RC_DENIED, "the folder of %s is read-only, and "
		    "the journal is written there", path);
		err_hint(e, "chmod u+w that folder, or name a copy with --db "
		    "FILE");
		return RC_DENIED;
	}
	return RC_OK;
}

static enum rc check_file(struct lite *d, const struct db_probe *p,
    struct err *e)
{
	enum rc rc = RC_OK;

	if (p->hot_journal && d->mode == DRV_BROWSE)
		return refuse_hot(d->path, e);
	if (p->state != DB_MISSING || !d->create)
		rc = refuse_state(p, d->path, e);
	else if (d->mode == DRV_STORE)
		rc = store_create(d->path, e);
	if (!rc && d->mode == DRV_APPLY && !d->read_only)
		rc = refuse_unwritable(p, d->path, e);
	return rc;
}

/* WAL in a folder where no -shm can be made: a quiet file is still read. */
static bool retry_immutable(struct lite *d, const struct db_probe *p,
    const struct err *e)
{
	unsigned char first;
	bool shm = strstr(e->where, "CANTOPEN") || strstr(e->where, "READONLY");

	return d->mode == DRV_BROWSE && !d->immutable && shm && p->wal &&
	    side_size(d->path, "-wal", &first) <= 0;
}

enum rc lite_open(const struct drv_target *t, enum drv_mode mode,
    struct drv **out, struct err *e)
{
	struct lite *d = xalloc(sizeof(*d));
	char real[PATH_MAX] = "";
	struct db_probe p = { .state = DB_OK };
	double since = clock_mono_ms();
	unsigned char first;
	enum rc rc = RC_OK;

	*d = (struct lite){ .base.ops = &drv_lite, .mode = mode,
	    .create = may_create(t, mode), .dqs = t->dqs,
	    .read_only = mode == DRV_APPLY && t->read_only,
	    .on_disk = t->on_disk, .pending_fd = -1,
	    .busy_ms = mode == DRV_BROWSE ? BUSY_MS_BROWSE : BUSY_MS_APPLY };
	pthread_mutex_init(&d->gate, NULL);
	if (t->path.n)
		rc = resolve(t->path, real, e);
	else if (mode != DRV_SCRATCH)
		rc = err_set(e, RC_USAGE, "no database file was named");
	d->path = xstrdup(real);
	if (rc)
		goto out;
	if (*real) {
		p = lite_probe(str_z(real));
		rc = check_file(d, &p, e);
		if (rc)
			goto out;
		d->made_wal = mode == DRV_BROWSE && p.wal &&
		    side_size(real, "-wal", &first) < 0 &&
		    side_size(real, "-shm", &first) < 0;
	}
	rc = lite_connect(d, false, e);
	if (rc && retry_immutable(d, &p, e)) {
		d->immutable = true;
		rc = lite_connect(d, false, e);
	} else if (rc && p.wal && strstr(e->where, "CANTOPEN")) {
		err_hint(e, "its write-ahead log cannot be read where -shm "
		    "cannot be made; copy the file with its -wal to a "
		    "writable folder and open the copy");
	}
	if (rc == RC_BUSY)
		rc = lite_busy_error(d, clock_mono_ms() - since, e);
	if (rc)
		goto out;
	*out = &d->base;
out:
	if (rc)
		lite_close(&d->base);
	return rc;
}

/*
 * A reader of a quiet WAL file leaves an empty -wal and its -shm behind,
 * which only a handle that may write removes, under the engine's own lock.
 * With an empty log that close writes nothing to the file itself.
 */
static void tidy_wal(const struct lite *d)
{
	unsigned char first;
	sqlite3 *db = NULL;

	if (!d->made_wal || access(d->path, W_OK) ||
	    side_size(d->path, "-wal", &first) != 0)
		return;
	if (!sqlite3_open_v2(d->path, &db, SQLITE_OPEN_READWRITE |
	    SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX, NULL))
		(void)sqlite3_exec(db, "SELECT 1 FROM sqlite_schema LIMIT 1",
		    NULL, NULL, NULL);
	sqlite3_close(db);
}

void lite_close(struct drv *base)
{
	struct lite *d = lite_of(base);

	lite_disconnect(d);
	tidy_wal(d);
	if (d->pending_fd >= 0)		/* L.3: after the handle */
		close(d->pending_fd);
	pthread_mutex_destroy(&d->gate);
	xfree(d->path);
	xfree(d);
}

void lite_cancel(struct drv *base)
{
	struct lite *d = lite_of(base);

	pthread_mutex_lock(&d->gate);
	atomic_store(&d->cancelled, true);
	if (d->db)
		sqlite3_interrupt(d->db);
	pthread_mutex_unlock(&d->gate);
}

/*
 * The whole file into another one and back, by the backup interface
 * (sqlite.org/backup.html): pages as they are, so rowids, counters and free
 * pages too.
 *
 * W.1 The source is read in one transaction: what others write meanwhile does
 * not begin the copy again and is not in it.  W.2 Back, all pages are one
 * transaction of the live file, whose journal takes them back after a kill.
 * W.3 A handle that is in a transaction cannot be written to so.  Where others
 * may write after keep_out()'s began (a shared lock), the file's version tells
 * (sqlite.org/c3ref/c_fcntl_begin_atomic_write.html, DATA_VERSION).
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "drv/lite/lite.h"

#define STEP_PAGES 2048
#define TELL_EVERY_MS 100.0

struct whole {
	struct lite *from, *to;
	const struct drv_copying *c;
	struct lite *cancels;		/* whose cancel ends it */
	bool watched;			/* W.3 */
	unsigned version;
};

static enum rc stopped(struct err *e)
{
	return err_set(e, RC_CANCELLED, "stopped");
}

static unsigned version_of(struct lite *d)
{
	unsigned v = 0;

	(void)sqlite3_file_control(d->db, "main", SQLITE_FCNTL_DATA_VERSION,
	    &v);
	return v;
}

static enum rc written(struct err *e)
{
	err_set(e, RC_CONFLICT, "something was written meanwhile");
	err_hint(e, "close the programs that have it open, then look again: "
	    "weir restore --dry-run");
	return RC_CONFLICT;
}

static bool goes_on(const struct whole *w, sqlite3_backup *b, int64_t page,
    double *told)
{
	int64_t of = sqlite3_backup_pagecount(b) * page;
	double now = clock_mono_ms();

	if (atomic_exchange(&w->cancels->cancelled, false))
		return false;
	if (!w->c->progress || now - *told < TELL_EVERY_MS)
		return true;
	*told = now;
	return w->c->progress(w->c->arg, of -
	    sqlite3_backup_remaining(b) * page, of);
}

static enum rc pages(const struct whole *w, struct err *e)
{
	int code = SQLITE_OK, tries = 0;
	double told = clock_mono_ms();
	int64_t page = 0;
	bool on = true, open = w->watched, other = false;
	sqlite3_backup *b;
	enum rc rc = lite_number(w->from, STR("PRAGMA page_size"), &page, e);

	if (rc)
		return rc;
	w->to->cache = (struct lite_cache){ 0 };
	b = sqlite3_backup_init(w->to->db, "main", w->from->db, "main");
	if (!b)
		return lite_fail(w->to, sqlite3_errcode(w->to->db), e);
	while (on && (code == SQLITE_OK || code == SQLITE_BUSY ||
	    code == SQLITE_LOCKED)) {
		code = sqlite3_backup_step(b, open ? 0 : STEP_PAGES);
		if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
			on = lite_busy(w->to, tries++);
		else if (open) {	/* it is locked now */
			other = version_of(w->to) != w->version;
			open = false;
		}
		on = code == SQLITE_DONE || (on && !other &&
		    goes_on(w, b, page, &told));
	}
	(void)sqlite3_backup_finish(b);
	if (other)
		return written(e);
	if (code == SQLITE_DONE)
		return RC_OK;
	if (!on && code == SQLITE_OK)
		return stopped(e);
	rc = lite_fail(w->to, code, e);
	if (code == SQLITE_READONLY)
		err_hint(e, "the copy has pages of another size and the file "
		    "is in WAL mode: close the programs that use it, sqlite3 "
		    "FILE 'PRAGMA journal_mode=DELETE', then again");
	return rc;
}

/* The engine makes no file of its own mode. */
static enum rc file_make(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600);

	if (fd < 0)
		return err_set(e, errno == EEXIST ? RC_CONFLICT : RC_IO,
		    "%s: %s", path, strerror(errno));
	close(fd);
	return RC_OK;
}

/* Until it is whole it is nobody's: no journal, nothing synced. */
static enum rc open_file(const char *path, struct drv **out, struct err *e)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE,
		.path = str_z(path), .create = true };
	enum rc rc = lite_open(&t, DRV_STORE, out, e);

	return rc ? rc : lite_exec_own(lite_of(*out), STR("PRAGMA "
	    "journal_mode=OFF;PRAGMA synchronous=0"), e);
}

static enum rc look_at(const char *path, const struct drv_copying *c,
    struct err *e)
{
	struct drv_target t = { .dialect = DIALECT_SQLITE,
		.path = str_z(path) };
	struct drv *d = NULL;
	enum rc rc = lite_open(&t, DRV_BROWSE, &d, e);

	if (!rc && c->look)
		rc = c->look(c->arg, d, e);
	drv_close(d);
	return rc;
}

/* The transaction that W.1 needs, unless there is one. */
static enum rc hold(struct lite *d, bool *ours, struct err *e)
{
	int64_t n = 0;
	enum rc rc = RC_OK;

	*ours = !lite_in_tx(&d->base);
	if (*ours)
		rc = lite_exec_own(d, STR("BEGIN"), e);
	return rc ? rc : lite_number(d, STR("SELECT count(*) FROM "
	    "sqlite_schema"), &n, e);
}

enum rc lite_backup(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e)
{
	struct whole w = { .from = lite_of(base), .c = c };
	struct drv *to = NULL;
	bool ours = false;
	enum rc rc = lite_enter(w.from, e);

	if (!rc)
		rc = file_make(path, e);
	if (rc)
		return rc;
	w.cancels = w.from;
	rc = open_file(path, &to, e);
	if (!rc)
		rc = hold(w.from, &ours, e);
	if (!rc) {
		w.to = lite_of(to);
		rc = pages(&w, e);
	}
	if (ours)
		lite_rollback(base);
	drv_close(to);
	if (!rc)
		rc = look_at(path, c, e);
	if (rc)
		(void)unlink(path);
	return rc;
}

/* A source that is written to cannot be copied, so it is only read: W.3. */
enum rc lite_keep_out(struct drv *base, struct err *e)
{
	struct lite *d = lite_of(base);
	enum rc rc = lite_enter(d, e);
	bool ours;

	return rc ? rc : hold(d, &ours, e);
}

enum rc lite_restore(struct drv *base, const char *path,
    const struct drv_copying *c, struct err *e)
{
	struct whole w = { .to = lite_of(base), .c = c };
	struct drv_target t = { .dialect = DIALECT_SQLITE,
		.path = str_z(path) };
	struct drv *from = NULL;
	bool ours = false;
	enum rc rc = lite_enter(w.to, e);

	if (!rc)
		rc = lite_open(&t, DRV_BROWSE, &from, e);
	if (rc)
		return rc;
	w.from = lite_of(from);
	w.cancels = w.to;
	if (lite_in_tx(base)) {
		w.watched = w.to->lock != LOCK_EXCLUSIVE;
		w.version = version_of(w.to);
		lite_rollback(base);
	}
	if (c->look)
		rc = c->look(c->arg, from, e);
	if (!rc)
		rc = hold(w.from, &ours, e);
	if (!rc)
		rc = pages(&w, e);
	if (ours)
		lite_rollback(from);
	drv_close(from);
	return rc;
}

/*
 * The apply lock.
 *
 * K.1 locking_mode=EXCLUSIVE before the first read, then BEGIN EXCLUSIVE: in
 * both journal modes the file stays ours over every commit until the handle
 * is closed.  K.2 In WAL mode any other open connection, even an idle one,
 * prevents that for ever; then the shared apply: our handle has read once (it
 * keeps its SHARED lock for life), a write lock of a descriptor of our own on
 * the PENDING byte makes every newly opened connection wait, running ones
 * read on.  K.3 That descriptor is closed after the handle, never before.
 * K.4 In EXCLUSIVE mode a handle that waits keeps its SHARED lock, so two that
 * wait for each other would do so for ever, and the COMMIT of the very writer
 * that is waited for would fail: the right to write (RESERVED) is asked for
 * without waiting, and the handle is closed between two tries.  Whoever has
 * it waits, with the handle open, only for readers, who come to an end
 * (tests/fault/two_at_once.sh, tests/fault/apply.sh).  K.5 Even a try that
 * fails at once holds SHARED for its length, and a COMMIT that falls into it
 * fails where no busy timeout is set: while /proc/locks shows a writer, no
 * try is made.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "drv/lite/lite.h"

#define PENDING_BYTE_AT 0x40000000
#define WAIT_MS_DEFAULT 300
#define TELL_EVERY_MS 100.0

static void sleep_ms(int ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
		.tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&t, NULL);
}

/* While the lock is awaited: tell who holds it; false ends the wait. */
static bool still_waiting(struct lite *d, double now)
{
	const struct lock_request *rq = d->request;
	double waited = now - d->request_since;
	int limit = rq->wait_ms > 0 ? rq->wait_ms : WAIT_MS_DEFAULT;
	struct holders h = { NULL, 0 };
	struct arena *a;
	bool on = true;

	if (rq->waiting && now - d->request_told >= TELL_EVERY_MS) {
		a = arena_new();
		d->request_told = now;
		lite_holders_of(d->path, a, &h);
		on = rq->waiting(rq->arg, &h, waited);
		arena_free(a);
	}
	if (!on)
		d->gave_up = true;
	if (rq->exclusive && rq->waiting)
		return on;		/* the caller decides when to stop */
	return on && waited < limit;
}

/* Jitter from the clock: two waiters do not stay in step. */
int lite_busy(void *arg, int times)
{
	struct lite *d = arg;
	double now = clock_mono_ms();

	if (times == 0)
		d->busy_since = now;
	if (atomic_load(&d->cancelled))
		return 0;
	if (d->at_once)
		return 0;
	if (d->request ? !still_waiting(d, now) :
	    now - d->busy_since >= d->busy_ms)
		return 0;
	sleep_ms((times < 5 ? 1 + times : 10) + (int)(now * 1000) % 5);
	return 1;
}

static enum rc ofd_lock(struct lite *d, short type, struct err *e)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET,
		.l_start = PENDING_BYTE_AT, .l_len = 1 };

	if (d->pending_fd < 0)
		d->pending_fd = open(d->path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (d->pending_fd < 0)
		return err_set(e, RC_IO, "%s: %s", d->path, strerror(errno));
	while (fcntl(d->pending_fd, F_OFD_SETLK, &l)) {
		double now = clock_mono_ms();

		if (errno != EAGAIN && errno != EACCES)
			return err_set(e, RC_IO, "%s: %s", d->path,
			    strerror(errno));
		if (atomic_load(&d->cancelled) || !still_waiting(d, now))
			return err_set(e, RC_BUSY, "database is locked");
		sleep_ms(10);
	}
	return RC_OK;
}

/* Take the lock and give the transaction back: in EXCLUSIVE mode the file
 * stays locked; in shared apply it shows that no writer is at work. */
static enum rc take(struct lite *d, struct str begin, struct err *e)
{
	enum rc rc = lite_exec_own(d, begin, e);

	return rc ? rc : lite_exec_own(d, STR("COMMIT"), e);
}

static int jitter(int below)
{
	return (int)(((uint64_t)(clock_mono_ms() * 1000) +
	    (uint64_t)getpid() * 7919) % (uint64_t)below);
}

/* K.5: is another process writing, as far as /proc/locks tells? */
static bool writer_at_work(const struct lite *d)
{
	struct arena *a = arena_new();
	struct holders h;
	bool writing = false;

	lite_holders_of(d->path, a, &h);
	for (size_t i = 0; i < h.n; i++)
		writing |= h.v[i].writing;
	arena_free(a);
	return writing;
}

/* K.4: the right to write, or RC_BUSY at once with nothing held. */
static enum rc take_reserved(struct lite *d, struct err *e)
{
	enum rc rc;

	if (writer_at_work(d))
		return err_set(e, RC_BUSY, "database is locked");
	d->at_once = true;
	rc = lite_connect(d, true, e);
	if (!rc)
		rc = take(d, STR("BEGIN IMMEDIATE"), e);
	d->at_once = false;
	if (rc)
		lite_disconnect(d);
	return rc;
}

static enum rc take_exclusive(struct lite *d, struct err *e)
{
	enum rc rc = take_reserved(d, e);

	while (rc == RC_BUSY && !d->gave_up && !atomic_load(&d->cancelled) &&
	    still_waiting(d, clock_mono_ms())) {
		sleep_ms(2 + jitter(20));
		*e = (struct err)ERR_INIT;
		rc = take_reserved(d, e);
	}
	if (!rc)
		rc = take(d, STR("BEGIN EXCLUSIVE"), e);
	if (!rc)
		d->lock = LOCK_EXCLUSIVE;
	return rc;
}

static enum rc take_shared(struct lite *d, struct err *e)
{
	enum rc rc;

	lite_disconnect(d);
	rc = lite_connect(d, false, e);
	if (!rc)
		rc = ofd_lock(d, F_WRLCK, e);
	if (!rc)
		rc = take(d, STR("BEGIN IMMEDIATE"), e);
	if (!rc)
		d->lock = LOCK_SHARED_APPLY;
	return rc;
}

enum rc lite_busy_error(struct lite *d, double waited, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct arena *a = arena_new();
	struct holders h;

	lite_holders_of(d->path, a, &h);
	for (size_t i = 0; i < h.n && i < 5; i++)
		sbuf_addf(&b, "%s%.*s %d", i ? ", " : "",
		    STR_ARG(h.v[i].command), h.v[i].pid);
	(void)err_at(e, RC_BUSY, "SQLITE_BUSY",
	    "the database is in use%s%.*s (waited %.1f s)", b.n ? " by " : "",
	    STR_ARG(sbuf_str(&b)), waited / 1000);
	err_hint(e, "stop that program, or try again when it is done");
	arena_free(a);
	sbuf_free(&b);
	return RC_BUSY;
}

static enum rc take_any(struct lite *d, const struct lock_request *rq, bool wal,
    struct err *e)
{
	struct err first = ERR_INIT;
	enum rc rc = take_exclusive(d, &first);

	if (rc == RC_BUSY && wal && !rq->exclusive && !d->gave_up) {
		d->request_since = clock_mono_ms();
		return take_shared(d, e);
	}
	if (rc)
		*e = first;
	return rc;
}

enum rc lite_lock(struct drv *base, const struct lock_request *rq,
    struct arena *a, struct lock_info *out, struct err *e)
{
	struct lite *d = lite_of(base);
	struct holders h = { NULL, 0 };
	double since = clock_mono_ms();
	enum rc rc = lite_enter(d, e);
	bool wal;

	if (rc)
		return rc;
	if (d->lock != LOCK_NONE || lite_in_tx(base) ||
	    sqlite3_next_stmt(d->db, NULL))
		return err_set(e, RC_INTERNAL,
		    "the lock is taken before anything else is done");
	lite_disconnect(d);
	wal = lite_probe(str_z(d->path)).wal;
	d->request = rq;
	d->request_since = d->request_told = since;
	d->gave_up = false;
	rc = take_any(d, rq, wal, e);
	d->request = NULL;
	lite_holders_of(d->path, a, &h);
	if (rc == RC_BUSY && atomic_exchange(&d->cancelled, false))
		rc = err_set(e, RC_CANCELLED, "cancelled");
	if (rc == RC_BUSY)
		rc = lite_busy_error(d, clock_mono_ms() - since, e);
	if (rc) {
		lite_unlock(base);
		return rc;
	}
	*out = (struct lock_info){ .kind = d->lock, .holders = h,
		.waited_ms = clock_mono_ms() - since };
	return RC_OK;
}

/* The handle is opened again by whatever is called next. */
void lite_unlock(struct drv *base)
{
	struct lite *d = lite_of(base);

	lite_disconnect(d);
	if (d->pending_fd >= 0)
		close(d->pending_fd);
	d->pending_fd = -1;
	d->lock = LOCK_NONE;
}

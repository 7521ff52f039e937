/*
 * Waiting for the server, and weir's own statements.
 *
 * A cancel is asked for by a thread of its own, since PQcancel() connects and
 * a network that swallows packets would hold the caller for minutes; the
 * command's end is awaited CANCEL_WAIT_MS, then the connection is given up.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "drv/pg/pg.h"

#define CANCEL_WAIT_MS 5000.0
#define COPY_PART ((size_t)1 << 20)	/* what libpq is given at a time */

/* --- asking the server to stop ------------------------------------------- */

struct asking {
	PGcancel *what;
	int done;		/* eventfd, shared with the waiting thread */
};

static void *ask_server(void *arg)
{
	struct asking *q = arg;
	char ignored[256];
	uint64_t one = 1;

	(void)PQcancel(q->what, ignored, sizeof(ignored));
	PQfreeCancel(q->what);
	while (write(q->done, &one, sizeof(one)) < 0 && errno == EINTR)
		;
	close(q->done);
	xfree(q);
	return NULL;
}

/* Returns a descriptor that is readable when the server was told; -1: none. */
static int ask_to_stop(struct pg *d)
{
	struct asking *q;
	pthread_t thread;
	int done;

	d->asked_cancel = true;
	done = eventfd(0, EFD_CLOEXEC);
	if (done < 0)
		return -1;
	q = xalloc(sizeof(*q));
	q->what = PQgetCancel(d->c);
	q->done = dup(done);
	if (!q->what || q->done < 0 ||
	    pthread_create(&thread, NULL, ask_server, q)) {
		if (q->what)
			PQfreeCancel(q->what);
		if (q->done >= 0)
			close(q->done);
		xfree(q);
		close(done);
		return -1;
	}
	pthread_detach(thread);
	return done;
}

static void drain_wake(struct pg *d)
{
	uint64_t n;

	while (read(d->wake, &n, sizeof(n)) > 0)
		;
}

void pg_leave(struct pg *d)
{
	d->asked_cancel = false;
	d->deaf = false;
	d->watch_since = 0;
}

/* --- waiting -------------------------------------------------------------- */

struct waiting {
	int told;		/* of ask_to_stop() */
	double until;		/* after a cancel; 0 = for ever */
};

static int poll_ms(double until)
{
	double left = until - clock_mono_ms();

	return until <= 0 ? -1 : left < 0 ? 0 : (int)left + 1;
}

/* One poll: true when something may be read. */
static bool wait_once(struct pg *d, struct waiting *w, bool writing)
{
	struct pollfd p[3] = {
		{ .fd = PQsocket(d->c), .events = (short)(POLLIN |
		    (writing ? POLLOUT : 0)) },
		{ .fd = d->deaf || d->asked_cancel ? -1 : d->wake,
		    .events = POLLIN },
		{ .fd = w->told, .events = POLLIN },
	};

	if (poll(p, 3, poll_ms(pg_watch_until(d, w->until))) < 0)
		return errno == EINTR;
	if (!d->asked_cancel && !pg_watch_look(d)) {
		atomic_store(&d->cancelled, true);
		w->told = ask_to_stop(d);
		w->until = clock_mono_ms() + CANCEL_WAIT_MS;
	}
	if (p[1].revents) {
		drain_wake(d);
		if (atomic_load(&d->cancelled)) {
			w->told = ask_to_stop(d);
			w->until = clock_mono_ms() + CANCEL_WAIT_MS;
		}
	}
	if (p[2].revents && w->told >= 0) {
		close(w->told);
		w->told = -1;
	}
	return w->until <= 0 || clock_mono_ms() < w->until;
}

/* After a cancel the server's answer to it is awaited too: otherwise it might
 * hit the next command. */
static bool settle(struct pg *d, struct waiting *w)
{
	bool on = true;

	while (on && (w->told >= 0 || PQisBusy(d->c))) {
		on = wait_once(d, w, false);
		if (PQsocket(d->c) < 0 || !PQconsumeInput(d->c))
			on = false;
	}
	return on;
}

/* A wait begins: the cancel that came before it is passed on. */
static struct waiting wait_begin(struct pg *d)
{
	struct waiting w = { .told = -1 };

	pg_watch_begin(d);
	if (atomic_load(&d->cancelled) && !d->deaf && !d->asked_cancel) {
		w.told = ask_to_stop(d);
		w.until = clock_mono_ms() + CANCEL_WAIT_MS;
	}
	return w;
}

enum rc pg_result(struct pg *d, PGresult **out, struct err *e)
{
	struct waiting w = wait_begin(d);
	bool on = true;
	int flush = 0;

	for (;;) {
		flush = PQflush(d->c);
		if (flush < 0)
			break;
		if (!flush && !PQisBusy(d->c))
			break;
		on = wait_once(d, &w, flush > 0);
		if (!on || !PQconsumeInput(d->c))
			break;
	}
	if (on && w.told >= 0)
		on = settle(d, &w);
	if (w.told >= 0)
		close(w.told);
	if (!on)
		return pg_fail_lost(d, e);
	/* What came before the end is still handed out (57P01 …). */
	if (PQisBusy(d->c))
		return pg_fail_lost(d, e);
	*out = PQgetResult(d->c);
	return RC_OK;
}

/* --- COPY ------------------------------------------------------------------ */

static enum rc wait_over(struct pg *d, struct waiting *w, bool on,
    struct err *e)
{
	if (on && w->told >= 0)
		on = settle(d, w);
	if (w->told >= 0)
		close(w->told);
	return on ? RC_OK : pg_fail_lost(d, e);
}

enum rc pg_copy_row(struct pg *d, char **row, int *n, struct err *e)
{
	struct waiting w = wait_begin(d);
	bool on = true;

	while (!(*n = PQgetCopyData(d->c, row, 1)) && on)
		on = wait_once(d, &w, false) && PQconsumeInput(d->c);
	return wait_over(d, &w, on && *n >= -1, e);
}

/* Until nothing waits to be sent: memory is what one call brought. */
static bool flushed(struct pg *d, struct waiting *w)
{
	bool on = true;
	int n = 1;

	while (on && (n = PQflush(d->c)) > 0)
		on = wait_once(d, w, true) && PQconsumeInput(d->c);
	return on && !n;
}

enum rc pg_copy_put(struct pg *d, struct str s, struct err *e)
{
	struct waiting w = wait_begin(d);
	bool on = true;

	for (size_t at = 0; on && at < s.n;) {
		size_t part = s.n - at < COPY_PART ? s.n - at : COPY_PART;
		int n = PQputCopyData(d->c, s.p + at, (int)part);

		if (n > 0)
			at += part;
		on = n >= 0 && flushed(d, &w);
	}
	return wait_over(d, &w, on, e);
}

enum rc pg_copy_end(struct pg *d, struct err *e)
{
	struct waiting w = wait_begin(d);
	bool on = true;
	int n = 0;

	while (on && !(n = PQputCopyEnd(d->c, NULL)))
		on = flushed(d, &w);
	return wait_over(d, &w, on && n > 0, e);
}

#define GIVE_UP_MS 100.0	/* how often the caller is asked */

enum rc pg_wait_connect(struct pg *d, int fd, short events, double until,
    struct err *e)
{
	struct pollfd p[2] = {
		{ .fd = fd, .events = events },
		{ .fd = d->wake, .events = POLLIN },
	};
	int n = 0;

	while (!n) {
		double now = clock_mono_ms(), part = now + GIVE_UP_MS;

		if (d->t.give_up && d->t.give_up(d->t.ask_arg))
			return err_set(e, RC_CANCELLED, "cancelled");
		if (now >= until)
			return err_at(e, RC_DB, "08001",
			    "no answer within the time");
		n = poll(p, 2, poll_ms(d->t.give_up && part < until ? part :
		    until));
	}
	if (n > 0 && p[1].revents) {
		drain_wake(d);
		if (atomic_exchange(&d->cancelled, false))
			return err_set(e, RC_CANCELLED, "cancelled");
	}
	return RC_OK;
}

/* A COPY that a statement began: there is nothing to give and no taker. */
static void end_copy(struct pg *d, ExecStatusType status)
{
	struct err ignored = ERR_INIT;
	struct waiting w = { .told = -1 };
	char *row;
	int n;

	(void)ignored;
	if (status == PGRES_COPY_IN) {
		(void)PQputCopyEnd(d->c, "rows cannot be sent here");
		return;
	}
	for (;;) {
		n = PQgetCopyData(d->c, &row, 1);
		if (n > 0)
			PQfreemem(row);
		else if (n < 0)
			return;
		else if (!wait_once(d, &w, false) || !PQconsumeInput(d->c))
			break;
	}
}

enum rc pg_finish(struct pg *d, struct err *e)
{
	PGresult *r = NULL;
	struct err later = ERR_INIT;
	enum rc rc = RC_OK, got;

	while (!(got = pg_result(d, &r, rc ? &later : e)) && r) {
		if (!rc && PQresultStatus(r) != PGRES_COMMAND_OK)
			rc = pg_fail(d, r, STR(""), 0, e);
		PQclear(r);
		r = NULL;
	}
	return rc ? rc : got;
}

void pg_drain(struct pg *d)
{
	struct err ignored = ERR_INIT;
	PGresult *r = NULL;

	while (d->c && !pg_result(d, &r, &ignored) && r) {
		ExecStatusType s = PQresultStatus(r);

		PQclear(r);
		r = NULL;
		if (s == PGRES_COPY_IN || s == PGRES_COPY_OUT ||
		    s == PGRES_COPY_BOTH)
			end_copy(d, s);
	}
}

enum rc pg_enter(struct pg *d, struct err *e)
{
	if (atomic_exchange(&d->cancelled, false)) {
		drain_wake(d);
		return err_set(e, RC_CANCELLED, "cancelled");
	}
	d->asked_cancel = false;
	if (d->open_cursor)
		return err_set(e, RC_INTERNAL,
		    "rows of the last query are still being read");
	if (d->c && !d->lost && PQstatus(d->c) == CONNECTION_OK)
		return RC_OK;
	if (d->mode != DRV_BROWSE && d->pid)
		return pg_fail_lost(d, e);
	pg_disconnect(d);
	return pg_connect(d, e);
}

/* --- weir's own statements ------------------------------------------------ */

/* Runs to the end of the command; the last result of kind TUPLES is kept. */
static enum rc collect(struct pg *d, struct str sql, size_t base,
    PGresult **out, int64_t *rows, struct err *e)
{
	PGresult *r = NULL, *kept = NULL;
	enum rc rc = RC_OK, got;
	struct err later = ERR_INIT;

	while (!(got = pg_result(d, &r, rc ? &later : e)) && r) {
		ExecStatusType s = PQresultStatus(r);

		if (!rc && (s == PGRES_FATAL_ERROR || s == PGRES_BAD_RESPONSE))
			rc = pg_fail(d, r, sql, base, e);
		if (rows && *PQcmdTuples(r))
			*rows = strtoll(PQcmdTuples(r), NULL, 10);
		if (s == PGRES_COPY_IN || s == PGRES_COPY_OUT)
			end_copy(d, s);
		if (out && s == PGRES_TUPLES_OK) {
			PQclear(kept);
			kept = r;
		} else {
			PQclear(r);
		}
		r = NULL;
	}
	if (!rc)
		rc = got;
	pg_leave(d);
	if (!rc && out && !kept)
		rc = err_set(e, RC_INTERNAL, "a query gave no rows");
	if (rc)
		PQclear(kept);
	else if (out)
		*out = kept;
	return rc;
}

static enum rc send_failed(struct pg *d, struct err *e)
{
	return pg_fail_lost(d, e);
}

enum rc pg_exec_own(struct pg *d, struct str sql, struct err *e)
{
	struct sbuf b = SBUF_INIT(sql.n + 1);
	enum rc rc;

	sbuf_add(&b, sql);
	rc = b.p && PQsendQuery(d->c, b.p) ?
	    collect(d, sql, 0, NULL, NULL, e) : send_failed(d, e);
	sbuf_free(&b);
	return rc;
}

enum rc pg_exec_one(struct pg *d, struct str sql, size_t base, int64_t *rows,
    struct err *e)
{
	struct sbuf b = SBUF_INIT(sql.n + 1);
	enum rc rc;

	if (sql.n && memchr(sql.p, 0, sql.n))
		return err_set(e, RC_UNSUPPORTED, "the statement holds a NUL "
		    "byte");
	sbuf_add(&b, sql);
	rc = b.p && PQsendQueryParams(d->c, b.p, 0, NULL, NULL, NULL, NULL, 0) ?
	    collect(d, sql, base, NULL, rows, e) : send_failed(d, e);
	sbuf_free(&b);
	return rc;
}

enum rc pg_rows(struct pg *d, struct str sql, const char *const *args,
    size_t nargs, PGresult **out, struct err *e)
{
	struct sbuf b = SBUF_INIT(sql.n + 1);
	enum rc rc;

	sbuf_add(&b, sql);
	rc = PQsendQueryParams(d->c, b.p, (int)nargs, NULL, args, NULL, NULL,
	    0) ? collect(d, sql, 0, out, NULL, e) : send_failed(d, e);
	sbuf_free(&b);
	return rc;
}

struct str pg_cell(const PGresult *r, int row, int col)
{
	return (struct str){ PQgetvalue(r, row, col),
		(size_t)PQgetlength(r, row, col) };
}

int64_t pg_cell_int(const PGresult *r, int row, int col)
{
	return strtoll(PQgetvalue(r, row, col), NULL, 10);
}

bool pg_cell_bool(const PGresult *r, int row, int col)
{
	return PQgetvalue(r, row, col)[0] == 't';
}

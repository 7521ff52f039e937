/*
 * While a command waits: who is it that it waits for?
 *
 * Our own connection is busy then, so another one asks.  It is made when the
 * first command has waited for a while, and closed with the watch.  Runs on
 * the owner's thread, between two polls of the waiting (W.2).
 */
#include "base/clock.h"
#include "drv/pg/pg.h"

void pg_watch(struct drv *base, const struct drv_watch *w)
{
	struct pg *d = pg_of(base);

	d->watch = w;
	d->watch_since = 0;
	if (w)
		return;
	drv_close(d->watcher);
	d->watcher = NULL;
	d->watch_failed = false;
}

void pg_watch_begin(struct pg *d)
{
	if (!d->watch || d->watch_since > 0)
		return;
	d->watch_since = clock_mono_ms();
	d->watch_next = d->watch_since + d->watch->after_ms;
}

double pg_watch_until(const struct pg *d, double until)
{
	if (!d->watch || d->watch_since <= 0 || d->deaf || d->watch_failed)
		return until;
	return until > 0 && until < d->watch_next ? until : d->watch_next;
}

static enum rc look(struct pg *d, struct arena *a, struct holders *out,
    struct err *e)
{
	enum rc rc = RC_OK;

	if (!d->watcher)
		rc = pg_open(&d->t, DRV_BROWSE, &d->watcher, e);
	return rc ? rc : pg_blockers(pg_of(d->watcher), d->pid, a, out, e);
}

bool pg_watch_look(struct pg *d)
{
	double now = clock_mono_ms();
	struct err ignored = ERR_INIT;
	struct holders h = { NULL, 0 };
	struct arena *a;
	bool on = true;

	if (!d->watch || d->watch_since <= 0 || d->deaf || d->watch_failed ||
	    now < d->watch_next)
		return true;
	a = arena_new();
	if (look(d, a, &h, &ignored)) {
		d->watch_failed = true;	/* the wait itself goes on */
	} else {
		if (!h.n)		/* it works, nobody is in its way */
			d->watch_since = clock_mono_ms();
		on = d->watch->waiting(d->watch->arg, &h,
		    clock_mono_ms() - d->watch_since);
	}
	arena_free(a);
	d->watch_next = clock_mono_ms() + d->watch->every_ms;
	return on;
}

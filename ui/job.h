#ifndef WEIR_UI_JOB_H
#define WEIR_UI_JOB_H
/*
 * job: work on the one worker thread, which alone uses the session's
 * connection.
 *
 * A view makes a struct job_spec with an arena that holds the arguments and
 * pushes CMD_JOB; arena and arguments then belong to the job.  run() executes
 * on the worker; what it returns through *result lives in the same arena and
 * comes back as MSG_JOB to the view that asked (dropped, arena freed, when
 * that view is gone, when a newer job with the same key was asked for, or
 * when the session was opened anew since).  job_post() sends an intermediate
 * result (MSG_PROGRESS) in an arena of its own.
 *
 * run() must not touch a view.  It may use job->session as it likes: no other
 * job runs at the same time.
 */
#include <stdatomic.h>

#include "base/arena.h"
#include "op/session.h"

struct job;

enum job_flags {
	JOB_BACKGROUND = 1,	/* waits for all other jobs: counts, drift */
	/* Changes the database (apply, rollback, mark): never superseded or
	 * dropped, quit and suspend wait for it, session is the job's own. */
	JOB_CHANGES = 2,
	/* The studio's own: runs whatever is cancelled.  A view's job of this
	 * kind ends with the session that it was asked of. */
	JOB_INTERNAL = 4,
};

struct job_spec {
	const char *what;	/* "reading rows": shown beside the spinner */
	unsigned key;		/* kind of request, unique within the view, > 0 */
	unsigned flags;
	struct arena *a;	/* taken; NULL = a new one */
	const void *arg;	/* in that arena (or static) */
	/* Failure: *result may still be set (a report).  RC_CANCELLED is no
	 * failure to show. */
	enum rc (*run)(struct job *j, void **result, struct err *e);
};

struct job {
	struct job_spec spec;
	struct arena *a;		/* == spec.a */
	const void *arg;
	struct session *session;	/* NULL: no session is open */
	const struct project *project;
	struct drv *running;		/* set by job_connected() */
	struct worker *worker;		/* from here on: the studio's affair */
	uint64_t view, generation;
	bool stale;			/* nobody waits for it any more */
	bool loud;			/* has a spinner */
	double posted_ms;
	void (*drop)(void *result);	/* for a result that nobody takes */
	atomic_bool cancelled;
	struct job *next;
};

/* Called by run(): has somebody cancelled?  Ask between steps. */
bool job_cancelled(const struct job *j);
/* A connection of the job's own (apply_options.connected); cancel reaches it
 * until this is called again with NULL. */
void job_connected(struct job *j, struct drv *d);
/* Send an intermediate result; `a` is taken. */
void job_post(struct job *j, struct arena *a, void *result);

#endif

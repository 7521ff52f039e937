/*
 * worker: a thread, a queue of jobs, a queue of events.
 *
 * W.1 A job is in exactly one place: queued, running, or in a DONE event.
 * W.2 `running` is set and cleared under the mutex, so that cancel reaches
 *     the connection of the job that is running and of no later one.
 * W.3 job->stale is read and written on the UI thread only.
 */
#include "ui/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"

struct event_node {
	struct event e;
	struct event_node *next;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct job *queue;		/* in order of asking */
	struct job *running;
	struct event_node *events, **events_end;
	bool stop;
	int pipe[2];
	const struct project *project;
};

struct job *job_new(const struct job_spec *spec)
{
	struct job *j = xalloc(sizeof(*j));

	j->spec = *spec;
	j->a = spec->a ? spec->a : arena_new();
	j->spec.a = j->a;
	j->arg = spec->arg;
	j->posted_ms = clock_mono_ms();
	return j;
}

void job_free(struct job *j)
{
	if (!j)
		return;
	arena_free(j->a);
	xfree(j);
}

bool job_cancelled(const struct job *j)
{
	return atomic_load(&j->cancelled);
}

void worker_wake(struct worker *w)
{
	char c = 0;

	/* a full pipe wakes the loop as well as one more byte would */
	if (write(w->pipe[1], &c, 1) < 0 && errno != EAGAIN)
		BUG("worker pipe: errno %d", errno);
}

static bool is_internal(const struct job *j)
{
	return j->spec.flags & JOB_INTERNAL;
}

bool worker_stopped(struct worker *w)
{
	bool stopped;

	pthread_mutex_lock(&w->lock);
	stopped = w->running && !is_internal(w->running) &&
	    job_cancelled(w->running);
	pthread_mutex_unlock(&w->lock);
	return stopped;
}

/* With the mutex held. */
static void add_event(struct worker *w, const struct event *e)
{
	struct event_node *n = xalloc(sizeof(*n));

	n->e = *e;
	*w->events_end = n;
	w->events_end = &n->next;
	worker_wake(w);
}

void job_post(struct job *j, struct arena *a, void *result)
{
	struct event e = { .kind = EVENT_PROGRESS, .view = j->view,
		.key = j->spec.key, .result = result, .a = a };

	pthread_mutex_lock(&j->worker->lock);
	add_event(j->worker, &e);
	pthread_mutex_unlock(&j->worker->lock);
}

/* Take the next job: the first that is not in the background, else the first. */
static struct job *take(struct worker *w)
{
	struct job **at = &w->queue, *j;

	while (*at && ((*at)->spec.flags & JOB_BACKGROUND))
		at = &(*at)->next;
	if (!*at)
		at = &w->queue;
	j = *at;
	if (j) {
		*at = j->next;
		j->next = NULL;
	}
	return j;
}

/*
 * A cancel that came when the job before had already read all it wanted is
 * still in the connection, and ends the first query of this one: nobody has
 * stopped this job, so it begins again.
 */
static enum rc run_spec(struct job *j, struct event *e)
{
	enum rc rc = j->spec.run(j, &e->result, &e->err);

	if (rc == RC_CANCELLED && !job_cancelled(j) &&
	    !(j->spec.flags & (JOB_CHANGES | JOB_INTERNAL))) {
		e->result = NULL;
		rc = j->spec.run(j, &e->result, &e->err);
	}
	return rc;
}

static void run(struct worker *w, struct job *j)
{
	struct event e = { .kind = EVENT_DONE, .job = j, .view = j->view,
		.key = j->spec.key };

	if (job_cancelled(j) && (!is_internal(j) || j->view))
		e.rc = err_set(&e.err, RC_CANCELLED, "cancelled");
	else
		e.rc = run_spec(j, &e);
	pthread_mutex_lock(&w->lock);
	w->running = NULL;
	add_event(w, &e);
	pthread_mutex_unlock(&w->lock);
}

static void *thread_main(void *arg)
{
	struct worker *w = arg;
	struct job *j;

	for (;;) {
		pthread_mutex_lock(&w->lock);
		while (!w->queue && !w->stop)
			pthread_cond_wait(&w->wake, &w->lock);
		j = take(w);
		w->running = j;
		pthread_mutex_unlock(&w->lock);
		if (!j)
			return NULL;
		run(w, j);
	}
}

struct worker *worker_open(const struct project *p)
{
	struct worker *w = xalloc(sizeof(*w));
	sigset_t all, old;

	w->project = p;
	w->events_end = &w->events;
	if (pipe2(w->pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		BUG("pipe: errno %d", errno);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->wake, NULL);
	/* signals are the loop's: the thread is born with all of them blocked,
	 * but for those that a fault of its own raises */
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	sigdelset(&all, SIGABRT);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&w->thread, NULL, thread_main, w) != 0)
		BUG("no thread");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return w;
}

void worker_project(struct worker *w, const struct project *p)
{
	w->project = p;
}

int worker_fd(const struct worker *w)
{
	return w->pipe[0];
}

void job_connected(struct job *j, struct drv *d)
{
	pthread_mutex_lock(&j->worker->lock);
	j->running = d;
	pthread_mutex_unlock(&j->worker->lock);
}

/* With the mutex held: tell a job that may be running to stop. */
static void stop_job(struct worker *w, struct job *j)
{
	atomic_store(&j->cancelled, true);
	if (j != w->running)
		return;
	if (j->running)
		drv_cancel(j->running);
	else if (!(j->spec.flags & JOB_CHANGES) && j->session && j->session->db)
		drv_cancel(j->session->db);
}

void worker_post(struct worker *w, struct job *j)
{
	j->worker = w;
	j->project = w->project;
	pthread_mutex_lock(&w->lock);
	if (j->view && !(j->spec.flags & JOB_CHANGES)) {
		for (struct job *q = w->queue; q; q = q->next)
			if (q->view == j->view && q->spec.key == j->spec.key &&
			    !(q->spec.flags & JOB_CHANGES)) {
				q->stale = true;
				atomic_store(&q->cancelled, true);
			}
		if (w->running && w->running->view == j->view &&
		    w->running->spec.key == j->spec.key &&
		    !(w->running->spec.flags & JOB_CHANGES)) {
			w->running->stale = true;
			stop_job(w, w->running);
		}
	}
	for (struct job **at = &w->queue;; at = &(*at)->next)
		if (!*at) {
			*at = j;
			break;
		}
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
}

bool worker_event(struct worker *w, struct event *out)
{
	struct event_node *n;
	char drain[64];

	pthread_mutex_lock(&w->lock);
	n = w->events;
	if (n) {
		w->events = n->next;
		if (!w->events)
			w->events_end = &w->events;
	} else {
		while (read(w->pipe[0], drain, sizeof(drain)) > 0)
			;
	}
	pthread_mutex_unlock(&w->lock);
	if (!n)
		return false;
	*out = n->e;
	xfree(n);
	return true;
}

static bool is_meant(const struct cancel *c, const struct job *j)
{
	if ((is_internal(j) && !(c->session && j->view)) ||
	    ((j->spec.flags & JOB_CHANGES) && !c->changes))
		return false;
	return c->all_views ||
	    (j->view == c->view && (!c->key || c->key == j->spec.key));
}

size_t worker_cancel(struct worker *w, const struct cancel *c)
{
	size_t n = 0;

	pthread_mutex_lock(&w->lock);
	for (struct job *j = w->queue; j; j = j->next)
		if (is_meant(c, j)) {
			stop_job(w, j);
			n++;
		}
	if (w->running && is_meant(c, w->running)) {
		stop_job(w, w->running);
		n++;
	}
	pthread_mutex_unlock(&w->lock);
	return n;
}

void worker_close(struct worker *w)
{
	struct event e;

	if (!w)
		return;
	worker_cancel(w, &(struct cancel){ .all_views = true, .changes = true,
	    .session = true });
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	while (worker_event(w, &e)) {
		if (e.kind == EVENT_DONE && e.job->drop && e.result)
			e.job->drop(e.result);
		job_free(e.job);
		if (e.kind == EVENT_PROGRESS)
			arena_free(e.a);
	}
	close(w->pipe[0]);
	close(w->pipe[1]);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	xfree(w);
}

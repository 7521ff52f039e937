#ifndef WEIR_UI_WORKER_H
#define WEIR_UI_WORKER_H
/*
 * worker: the one thread that runs jobs, and the queues to and from it.
 *
 * Jobs and arenas cross by pointer under one mutex; a byte in a pipe wakes
 * the loop.  All functions but those of job.h are called on the UI thread.
 */
#include "ui/job.h"

struct worker;

enum event_kind { EVENT_DONE, EVENT_PROGRESS };
struct event {
	enum event_kind kind;
	struct job *job;	/* DONE: the receiver frees it (job_free) */
	uint64_t view;
	unsigned key;
	enum rc rc;
	struct err err;
	void *result;
	struct arena *a;	/* PROGRESS: the receiver frees it */
};

struct worker *worker_open(const struct project *p);
/* Cancels what runs, waits for it, drops the rest. */
void worker_close(struct worker *w);
/* The project of the jobs that are posted from now on; borrowed. */
void worker_project(struct worker *w, const struct project *p);
int worker_fd(const struct worker *w);	/* readable: there are events */
/* Takes the job; jobs of the same view and key that wait are superseded (an
 * event with RC_CANCELLED and job->stale), one that runs is cancelled. */
void worker_post(struct worker *w, struct job *j);
/* From any thread: the loop looks for events. */
void worker_wake(struct worker *w);
/* From the worker's thread: was the job that runs told to stop? */
bool worker_stopped(struct worker *w);
bool worker_event(struct worker *w, struct event *out);
/* Cancel jobs of a view (key 0: all); with `all_views` everybody's.  Jobs
 * that change the database only when `changes`, internal ones of views only
 * when their `session` ends. */
struct cancel {
	uint64_t view;
	unsigned key;
	bool all_views, changes, session;
};
/* Number of jobs told to stop. */
size_t worker_cancel(struct worker *w, const struct cancel *c);

struct job *job_new(const struct job_spec *spec);
void job_free(struct job *j);

#endif

/* stop: see stop.h. */
#include "cmd/stop.h"

#include <pthread.h>
#include <signal.h>

struct stop {
	pthread_t thread;
	pthread_mutex_t lock;
	sigset_t set, before;
	struct drv *connection;
	int caught;
	bool closing;
};

static void *wait_for_signals(void *arg)
{
	struct stop *s = arg;
	bool closing = false;
	int number;

	while (!closing && sigwait(&s->set, &number) == 0) {
		pthread_mutex_lock(&s->lock);
		closing = s->closing;
		if (!closing && !s->caught && number != SIGPIPE)
			s->caught = number;
		if (!closing && number != SIGPIPE && s->connection)
			drv_cancel(s->connection);
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

struct stop *stop_open(void)
{
	/* SIGPIPE: a reader that goes away must not end a commit */
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct stop *s = xalloc(sizeof(*s));

	sigemptyset(&s->set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(&s->set, numbers[i]);
	pthread_mutex_init(&s->lock, NULL);
	pthread_sigmask(SIG_BLOCK, &s->set, &s->before);
	if (pthread_create(&s->thread, NULL, wait_for_signals, s) != 0)
		BUG("no thread");
	return s;
}

void stop_connection(struct stop *s, struct drv *d)
{
	pthread_mutex_lock(&s->lock);
	s->connection = d;
	pthread_mutex_unlock(&s->lock);
}

int stop_signal(struct stop *s)
{
	int n;

	pthread_mutex_lock(&s->lock);
	n = s->caught;
	pthread_mutex_unlock(&s->lock);
	return n;
}

void stop_close(struct stop *s)
{
	pthread_mutex_lock(&s->lock);
	s->closing = true;
	pthread_mutex_unlock(&s->lock);
	pthread_kill(s->thread, SIGPIPE);	/* wakes it */
	pthread_join(s->thread, NULL);
	pthread_sigmask(SIG_SETMASK, &s->before, NULL);
	pthread_mutex_destroy(&s->lock);
	xfree(s);
}

/* stop: see stop.h. */
#include "cmd/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#define NSIGNALS 4
#define NCONNECTIONS 8

struct stop {
	pthread_t thread;
	pthread_mutex_t lock;
	int pipe[2];
	struct sigaction before[NSIGNALS];
	struct drv *connection;
	struct drv *also[NCONNECTIONS];
};

/* SIGPIPE: a reader that goes away must not end a commit */
static const int numbers[NSIGNALS] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

/* What a signal handler may touch: the flag and the pipe. */
static volatile sig_atomic_t caught, write_end = -1;

static void on_signal(int number)
{
	int saved = errno;
	ssize_t ignored;

	if (!caught)
		caught = number;
	ignored = write(write_end, "", 1);
	(void)ignored;
	errno = saved;
}

static void *wait_for_signals(void *arg)
{
	struct stop *s = arg;
	char byte;
	ssize_t n;

	for (;;) {
		n = read(s->pipe[0], &byte, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return NULL;
		pthread_mutex_lock(&s->lock);
		if (s->connection)
			drv_cancel(s->connection);
		for (size_t i = 0; i < NCONNECTIONS; i++)
			if (s->also[i])
				drv_cancel(s->also[i]);
		pthread_mutex_unlock(&s->lock);
	}
}

/* The thread is born with all signals blocked: they are the main thread's. */
static void start_thread(struct stop *s)
{
	sigset_t all, old;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&s->thread, NULL, wait_for_signals, s) != 0)
		BUG("no thread");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

struct stop *stop_open(void)
{
	struct stop *s = xalloc(sizeof(*s));
	struct sigaction sa = { .sa_flags = SA_RESTART };

	if (pipe2(s->pipe, O_CLOEXEC) != 0)
		BUG("pipe: errno %d", errno);
	pthread_mutex_init(&s->lock, NULL);
	start_thread(s);
	caught = 0;
	write_end = s->pipe[1];
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NSIGNALS; i++) {
		sa.sa_handler = numbers[i] == SIGPIPE ? SIG_IGN : on_signal;
		sigaction(numbers[i], &sa, &s->before[i]);
	}
	return s;
}

void stop_connection(struct stop *s, struct drv *d)
{
	pthread_mutex_lock(&s->lock);
	s->connection = d;
	pthread_mutex_unlock(&s->lock);
}

void stop_also(struct stop *s, struct drv *d, bool on)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < NCONNECTIONS; i++) {
		if (s->also[i] != (on ? NULL : d))
			continue;
		s->also[i] = on ? d : NULL;
		if (on && caught)	/* it came before */
			drv_cancel(d);
		break;
	}
	pthread_mutex_unlock(&s->lock);
}

int stop_signal(const struct stop *s)
{
	(void)s;
	return caught;
}

void stop_close(struct stop *s)
{
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(numbers[i], &s->before[i], NULL);
	write_end = -1;
	close(s->pipe[1]);		/* ends the thread's read */
	pthread_join(s->thread, NULL);
	close(s->pipe[0]);
	pthread_mutex_destroy(&s->lock);
	xfree(s);
}

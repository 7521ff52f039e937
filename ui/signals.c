/* signals: the self-pipe (the one signal state of the process). */
#include "ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "ui/term.h"

static const int caught[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGQUIT,
	SIGTSTP, SIGCONT };
static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

#define NCAUGHT (sizeof(caught) / sizeof(caught[0]))
#define NFATAL (sizeof(fatal) / sizeof(fatal[0]))

static int pipe_fd[2] = { -1, -1 };
static struct sigaction old[NCAUGHT + NFATAL + 1];
static char crash_stack[64 * 1024];	/* a stack that has overflowed is no use */

static void note(int sig)
{
	int saved = errno;
	unsigned char c = (unsigned char)sig;

	if (write(pipe_fd[1], &c, 1) < 0)
		errno = 0;	/* full: enough of them are waiting */
	errno = saved;
}

static void crash(int sig)
{
	static const char text[] = "weir: crashed; the terminal is restored, "
	    "an open transaction is rolled back\n";

	term_restore_now();
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		errno = 0;
	/* SA_RESETHAND has put the default back: die of it for real */
	raise(sig);
}

void signals_open(void)
{
	struct sigaction sa = { .sa_handler = note, .sa_flags = SA_RESTART };
	struct sigaction dead = { .sa_handler = crash,
		.sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK };
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof(crash_stack) };

	if (pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) != 0)
		BUG("pipe: errno %d", errno);
	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < NCAUGHT; i++)
		sigaction(caught[i], &sa, &old[i]);
	for (size_t i = 0; i < NFATAL; i++)
		sigaction(fatal[i], &dead, &old[NCAUGHT + i]);
	sigaction(SIGPIPE, &ignore, &old[NCAUGHT + NFATAL]);
}

int signals_fd(void)
{
	return pipe_fd[0];
}

void signals_close(void)
{
	stack_t none = { .ss_flags = SS_DISABLE };

	for (size_t i = 0; i < NCAUGHT; i++)
		sigaction(caught[i], &old[i], NULL);
	for (size_t i = 0; i < NFATAL; i++)
		sigaction(fatal[i], &old[NCAUGHT + i], NULL);
	sigaction(SIGPIPE, &old[NCAUGHT + NFATAL], NULL);
	sigaltstack(&none, NULL);
	close(pipe_fd[0]);
	close(pipe_fd[1]);
	pipe_fd[0] = pipe_fd[1] = -1;
}

int signals_next(void)
{
	unsigned char c;

	return read(pipe_fd[0], &c, 1) == 1 ? c : 0;
}

void signals_stop(void)
{
	struct sigaction stop = { .sa_handler = SIG_DFL }, ours;

	sigaction(SIGTSTP, &stop, &ours);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}

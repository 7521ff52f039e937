/*
 * tty: see tty.h.  The signals are blocked but for the time of the wait, so
 * that none comes between looking for one and waiting.
 */
#include "cmd/tty.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"

#define ESC_WAIT_NS 25000000L	/* a lone ESC is the Esc key after this */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
	SIGCONT, SIGWINCH };
enum { NSIGNALS = sizeof(numbers) / sizeof(*numbers), NENDING = 4 };

struct tty {
	struct termios saved;
	struct key_reader *keys;
	struct sigaction before[NSIGNALS];
	sigset_t mask;			/* as it was */
	int signal;
};

/* What a signal handler may touch. */
static volatile sig_atomic_t ended, stopped, continued, resized;

static void on_signal(int number)
{
	if (number == SIGTSTP)
		stopped = 1;
	else if (number == SIGCONT)
		continued = 1;
	else if (number == SIGWINCH)
		resized = 1;
	else if (!ended)
		ended = number;
}

void tty_put(struct str s)
{
	while (s.n > 0) {
		ssize_t k = write(2, s.p, s.n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return;
		s = str_sub(s, (size_t)k, s.n);
	}
}

void tty_size(int *w, int *h)
{
	struct winsize ws;

	*w = 80;
	*h = 24;
	if (ioctl(2, TIOCGWINSZ, &ws) != 0 || !ws.ws_col || !ws.ws_row)
		return;
	*w = ws.ws_col;
	*h = ws.ws_row;
}

static void raw(const struct tty *t)
{
	struct termios raw = t->saved;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(tcflag_t)(ICRNL | IXON);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	/* What was typed before the question stood there is no answer. */
	tcsetattr(0, TCSAFLUSH, &raw);
	tty_put(STR(PASTE_ON));
}

static void cooked(const struct tty *t)
{
	tty_put(STR(PASTE_OFF));
	tcsetattr(0, TCSAFLUSH, &t->saved);
}

static void catch(struct tty *t)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t ours;

	ended = stopped = continued = resized = 0;
	sigemptyset(&sa.sa_mask);
	sigemptyset(&ours);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaddset(&ours, numbers[i]);
	sigprocmask(SIG_BLOCK, &ours, &t->mask);
	for (size_t i = 0; i < NSIGNALS; i++) {
		sigaction(numbers[i], &sa, &t->before[i]);
		/* nohup and the like: what was ignored stays so */
		if (i < NENDING && t->before[i].sa_handler == SIG_IGN)
			sigaction(numbers[i], &t->before[i], NULL);
	}
}

enum rc tty_open(struct tty **out, struct err *e)
{
	struct tty *t;
	struct termios saved;

	if (tcgetattr(0, &saved) != 0)
		return err_set(e, RC_CANCELLED, "the terminal is gone");
	t = xalloc(sizeof(*t));
	t->saved = saved;
	t->keys = key_reader_open();
	catch(t);
	raw(t);
	*out = t;
	return RC_OK;
}

void tty_close(struct tty *t)
{
	if (!t)
		return;
	cooked(t);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(numbers[i], &t->before[i], NULL);
	sigprocmask(SIG_SETMASK, &t->mask, NULL);
	key_reader_close(t->keys);
	xfree(t);
}

/* As Ctrl-Z does; returns when continued. */
static void stop(struct tty *t)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, ours;
	sigset_t set;

	tty_put(STR("\r\n\033[J"));
	cooked(t);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	/* that of the going on is taken here, or it would come once more */
	sigaddset(&set, SIGCONT);
	sigaction(SIGTSTP, &dfl, &ours);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	stopped = 0;
	continued = 1;
}

/* What came while nobody waited; TTY_KEY: nothing. */
static enum tty_event noted(struct tty *t)
{
	if (ended) {
		t->signal = ended;
		return TTY_GONE;
	}
	if (stopped)
		stop(t);
	if (continued) {
		continued = resized = 0;
		raw(t);
		return TTY_AFRESH;
	}
	if (resized) {
		resized = 0;
		return TTY_SIZE;
	}
	return TTY_KEY;
}

static bool is_stop_key(const struct keypress *k)
{
	return k->mods == K_CTRL && (k->code == 'z' || k->code == 'Z');
}

/* More bytes for the reader; false: the terminal is gone. */
static bool feed(struct tty *t)
{
	char buf[256];
	ssize_t n = read(0, buf, sizeof(buf));

	if (n > 0)
		key_reader_feed(t->keys, (struct str){ buf, (size_t)n });
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

enum tty_event tty_next(struct tty *t, struct keypress *out)
{
	const struct timespec wait = { .tv_nsec = ESC_WAIT_NS };
	bool flush = false;

	for (;;) {
		struct pollfd p = { .fd = 0, .events = POLLIN };
		enum tty_event ev = noted(t);
		int n;

		if (ev != TTY_KEY)
			return ev;
		while (key_reader_next(t->keys, flush, out)) {
			if (!is_stop_key(out))
				return TTY_KEY;
			stopped = 1;
			break;
		}
		if (stopped)
			continue;
		n = ppoll(&p, 1, key_reader_pending(t->keys) ? &wait : NULL,
		    &t->mask);
		flush = n == 0;
		if (n > 0 && !feed(t))
			return TTY_GONE;
	}
}

void tty_forget(struct tty *t)
{
	tcflush(0, TCIFLUSH);
	key_reader_close(t->keys);
	t->keys = key_reader_open();
}

int tty_signal(const struct tty *t)
{
	return t->signal;
}

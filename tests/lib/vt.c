/* vt: see vt.h. */
#include "tests/lib/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/utf8.h"

#define DEADLINE_MS 20000
#define SCROLLED_OUT ((size_t)64 << 20)

struct vt {
	int master, to_keeper, from_keeper;
	pid_t keeper, child;
	int w, h;
	bool alternate, ended;
	struct termios before;
	VTerm *vterm;
	VTermScreen *screen;
	struct sbuf bytes, text;
};

static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
	struct vt *v = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		v->alternate = val->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_prop };

/* The session leader: starts the program in a group of its own, reports how
 * it stops and ends, continues it when told to. */
static void keep(int in, int out, char *const argv[], char *const env[])
{
	static const int plain[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP,
		SIGTTOU };
	pid_t pid;
	int status;
	char c;

	/* in front while the program is stopped, and then keys still come */
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		signal(plain[i], SIG_IGN);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		/* as from a login shell, whatever the tests run under */
		for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
			signal(plain[i], SIG_DFL);
		execve(argv[0], argv, env);
		_exit(127);
	}
	setpgid(pid, pid);
	tcsetpgrp(STDIN_FILENO, pid);
	if (write(out, &pid, sizeof(pid)) < 0)
		_exit(1);
	while (waitpid(pid, &status, WUNTRACED) == pid) {
		if (WIFSTOPPED(status))
			tcsetpgrp(STDIN_FILENO, getpid());
		if (write(out, &status, sizeof(status)) < 0)
			_exit(1);
		if (!WIFSTOPPED(status))
			_exit(0);
		if (read(in, &c, 1) != 1)
			_exit(0);
		tcsetpgrp(STDIN_FILENO, pid);
		kill(-pid, SIGCONT);
	}
	_exit(0);
}

static void make_env(char *const extra[], char **out, size_t max)
{
	static char *const fixed[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8",
		"PATH=/usr/bin:/bin",
		"ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=1" };
	size_t n = 0;

	/* the first of two settings wins: the caller's come first */
	for (; extra && *extra && n < max; extra++)
		out[n++] = *extra;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]) && n < max; i++) {
		bool given = false;

		for (size_t k = 0; k < n; k++)
			given = given || strncmp(out[k], fixed[i],
			    strcspn(fixed[i], "=") + 1) == 0;
		if (!given)
			out[n++] = fixed[i];
	}
	out[n] = NULL;
}

struct vt *vt_start(char *const argv[], char *const env[], int w, int h)
{
	struct vt *v = xalloc(sizeof(*v));
	struct winsize ws = { .ws_col = (unsigned short)w,
		.ws_row = (unsigned short)h };
	int down[2], up[2], slave;
	char *envp[32];

	make_env(env, envp, 31);
	v->w = w;
	v->h = h;
	v->bytes.max = SCROLLED_OUT;
	v->text.max = SCROLLED_OUT;
	if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC))
		BUG("pipe");
	if (openpty(&v->master, &slave, NULL, NULL, &ws))
		BUG("openpty: errno %d", errno);
	tcgetattr(slave, &v->before);
	v->keeper = fork();
	if (v->keeper == 0) {
		close(v->master);
		if (login_tty(slave))
			_exit(127);
		keep(down[0], up[1], argv, envp);
	}
	if (v->keeper < 0)
		BUG("fork: errno %d", errno);
	close(slave);
	close(down[0]);
	close(up[1]);
	v->to_keeper = down[1];
	v->from_keeper = up[0];
	fcntl(v->master, F_SETFD, FD_CLOEXEC);
	v->vterm = vterm_new(h, w);
	vterm_set_utf8(v->vterm, 1);
	v->screen = vterm_obtain_screen(v->vterm);
	vterm_screen_enable_altscreen(v->screen, 1);
	vterm_screen_set_callbacks(v->screen, &callbacks, v);
	vterm_screen_reset(v->screen, 1);
	if (read(v->from_keeper, &v->child, sizeof(v->child)) !=
	    sizeof(v->child))
		BUG("no child");
	return v;
}

/* Take what the program writes now; false when the terminal is closed. */
static bool drain(struct vt *v, int timeout)
{
	struct pollfd p[2] = { { .fd = v->master, .events = POLLIN },
		{ .fd = v->from_keeper, .events = POLLIN } };
	char buf[8192];
	ssize_t n;

	if (poll(p, 2, timeout) <= 0 || !p[0].revents)
		return p[1].revents == 0;
	n = read(v->master, buf, sizeof(buf));
	if (n <= 0)
		return false;
	sbuf_add(&v->bytes, (struct str){ buf, (size_t)n });
	vterm_input_write(v->vterm, buf, (size_t)n);
	return true;
}

void vt_stop(struct vt *v)
{
	if (!v)
		return;
	if (!v->ended)
		kill(v->child, SIGKILL);
	close(v->to_keeper);
	if (v->master >= 0)
		close(v->master);
	kill(v->keeper, SIGKILL);
	waitpid(v->keeper, NULL, 0);
	close(v->from_keeper);
	vterm_free(v->vterm);
	sbuf_free(&v->bytes);
	sbuf_free(&v->text);
	xfree(v);
}

void vt_send(struct vt *v, struct str bytes)
{
	for (size_t at = 0; at < bytes.n;) {
		struct pollfd p = { .fd = v->master, .events = POLLOUT };
		ssize_t n;

		/* a full input queue is emptied while output is read */
		while (poll(&p, 1, 0) == 0)
			drain(v, 1);
		n = write(v->master, bytes.p + at,
		    bytes.n - at < 256 ? bytes.n - at : 256);
		if (n <= 0)
			return;
		at += (size_t)n;
		drain(v, 0);
	}
}

void vt_resize(struct vt *v, int w, int h)
{
	struct winsize ws = { .ws_col = (unsigned short)w,
		.ws_row = (unsigned short)h };

	v->w = w;
	v->h = h;
	vterm_set_size(v->vterm, h, w);
	ioctl(v->master, TIOCSWINSZ, &ws);
}

void vt_signal(struct vt *v, int sig)
{
	kill(v->child, sig);
}

void vt_continue(struct vt *v)
{
	if (write(v->to_keeper, "c", 1) != 1)
		BUG("keeper is gone");
}

void vt_hang_up(struct vt *v)
{
	close(v->master);
	v->master = -1;
}

struct str vt_screen(struct vt *v)
{
	sbuf_reset(&v->text);
	for (int y = 0; y < v->h; y++) {
		size_t end = v->text.n;

		for (int x = 0; x < v->w; x++) {
			VTermPos at = { .row = y, .col = x };
			VTermScreenCell c;

			if (!vterm_screen_get_cell(v->screen, at, &c))
				continue;
			if (c.chars[0] == (uint32_t)-1)
				continue;	/* right half */
			for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL &&
			    c.chars[i]; i++)
				utf8_put(&v->text, c.chars[i]);
			if (c.chars[0] && c.chars[0] != ' ')
				end = v->text.n;
			else if (!c.chars[0])
				sbuf_addc(&v->text, ' ');
		}
		sbuf_truncate(&v->text, end);
		sbuf_addc(&v->text, '\n');
	}
	return sbuf_str(&v->text);
}

static bool shows(struct vt *v, const char *text)
{
	struct str s = vt_screen(v);

	return str_find(s, str_z(text), 0) < s.n;
}

static bool wait_for(struct vt *v, const char *text, bool there)
{
	double start = clock_mono_ms();

	while (shows(v, text) != there) {
		if (clock_mono_ms() - start > DEADLINE_MS || !drain(v, 100)) {
			/* what was written before the end still counts */
			while (v->master >= 0 && drain(v, 0) &&
			    clock_mono_ms() - start < DEADLINE_MS)
				;
			if (shows(v, text) == there)
				return true;
			fprintf(stderr, "waited for %s\"%s\":\n%.*s",
			    there ? "" : "the end of ", text,
			    STR_ARG(vt_screen(v)));
			return false;
		}
	}
	return true;
}

bool vt_wait(struct vt *v, const char *text)
{
	return wait_for(v, text, true);
}

bool vt_wait_gone(struct vt *v, const char *text)
{
	return wait_for(v, text, false);
}

bool vt_send_until(struct vt *v, struct str bytes, const char *text)
{
	double start = clock_mono_ms(), sent = 0;

	while (!shows(v, text)) {
		double now = clock_mono_ms();

		if (now - start > DEADLINE_MS)
			return vt_wait(v, text);	/* tells the screen */
		if (now - sent > 250) {
			vt_send(v, bytes);
			sent = now;
		}
		(void)drain(v, 50);
	}
	return true;
}

bool vt_settle(struct vt *v, int ms)
{
	double start = clock_mono_ms();
	size_t before;

	do {
		before = v->bytes.n;
		if (!drain(v, ms))
			return false;
	} while (v->bytes.n != before && clock_mono_ms() - start < DEADLINE_MS);
	return true;
}

void vt_forget(struct vt *v)
{
	sbuf_reset(&v->bytes);
}

int vt_wait_status(struct vt *v)
{
	struct pollfd p = { .fd = v->from_keeper, .events = POLLIN };
	double start = clock_mono_ms();
	int status = -1;

	while (poll(&p, 1, 0) == 0 && clock_mono_ms() - start < DEADLINE_MS) {
		if (v->master >= 0)
			drain(v, 20);
		else
			poll(&p, 1, 100);
	}
	if (!(p.revents & POLLIN) ||
	    read(v->from_keeper, &status, sizeof(status)) != sizeof(status))
		return -1;
	v->ended = !WIFSTOPPED(status);
	while (v->master >= 0) {	/* what it wrote last */
		struct pollfd m = { .fd = v->master, .events = POLLIN };
		char buf[8192];
		ssize_t n;

		if (poll(&m, 1, 50) <= 0)
			break;
		n = read(v->master, buf, sizeof(buf));
		if (n <= 0)
			break;
		sbuf_add(&v->bytes, (struct str){ buf, (size_t)n });
		vterm_input_write(v->vterm, buf, (size_t)n);
	}
	return status;
}

struct str vt_bytes(const struct vt *v)
{
	return sbuf_str(&v->bytes);
}

bool vt_shows(struct vt *v, const char *text)
{
	struct str s = vt_screen(v);

	return str_find(s, str_z(text), 0) < s.n;
}

bool vt_wrote(const struct vt *v, const char *bytes)
{
	struct str s = vt_bytes(v);

	return str_find(s, str_z(bytes), 0) < s.n;
}

bool vt_alternate(const struct vt *v)
{
	return v->alternate;
}

bool vt_line_as_before(const struct vt *v)
{
	struct termios now;

	return tcgetattr(v->master, &now) == 0 &&
	    now.c_iflag == v->before.c_iflag &&
	    now.c_oflag == v->before.c_oflag &&
	    now.c_cflag == v->before.c_cflag &&
	    now.c_lflag == v->before.c_lflag;
}

pid_t vt_pid(const struct vt *v)
{
	return v->child;
}

/* pty: see pty.h. */
#include "pty.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEADLINE_MS 60000

double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

void die(const char *what)
{
	fprintf(stderr, "studio: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Questions of the program to its terminal are answered. */
static void answer(const char *s, size_t n, void *arg)
{
	struct pty *p = arg;

	if (write(p->fd, s, n) < 0)
		die("write");
}

void pty_start(struct pty *p, char *const argv[], void (*run)(void *),
    void *arg, int w, int h)
{
	struct winsize ws = { .ws_col = (unsigned short)w,
		.ws_row = (unsigned short)h };

	*p = (struct pty){ .w = w, .h = h, .vt = vterm_new(h, w) };
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, answer, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_reset(p->screen, 1);
	p->began = now_ms();
	p->pid = forkpty(&p->fd, NULL, NULL, &ws);
	if (p->pid < 0)
		die("forkpty");
	if (p->pid)
		return;
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	if (argv)
		execvp(argv[0], argv);
	else
		run(arg);
	_exit(127);
}

void pty_stop(struct pty *p)
{
	kill(p->pid, SIGKILL);
	close(p->fd);
	waitpid(p->pid, NULL, 0);
	vterm_free(p->vt);
}

void pty_send(struct pty *p, const char *keys)
{
	size_t n = strlen(keys);

	if (write(p->fd, keys, n) != (ssize_t)n)
		die("write");
}

/* One piece; false when none came within ms. */
static bool piece(struct pty *p, int ms, double *stamp)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };
	char buf[65536];
	ssize_t n;

	if (poll(&f, 1, ms) <= 0)
		return false;
	n = read(p->fd, buf, sizeof(buf));
	*stamp = now_ms();
	if (n <= 0) {
		pty_print(p);
		die("the program is gone");
	}
	p->bytes += (size_t)n;
	vterm_input_write(p->vt, buf, (size_t)n);
	return true;
}

double pty_until(struct pty *p, bool (*seen)(struct pty *, void *), void *arg)
{
	double stamp = now_ms(), limit = stamp + DEADLINE_MS;

	while (!seen(p, arg)) {
		if (!piece(p, 1000, &stamp) && now_ms() > limit) {
			pty_print(p);
			errno = ETIMEDOUT;
			die("waiting for the screen");
		}
	}
	return stamp;
}

static bool shows(struct pty *p, void *text)
{
	return pty_has(p, text);
}

double pty_shows(struct pty *p, const char *text)
{
	return pty_until(p, shows, (void *)(uintptr_t)text);
}

void pty_quiet(struct pty *p, int ms)
{
	double stamp;

	while (piece(p, ms, &stamp))
		;
}

void pty_row(struct pty *p, int y, char *out)
{
	for (int x = 0; x < p->w; x++) {
		VTermPos at = { .row = y, .col = x };
		VTermScreenCell c;

		vterm_screen_get_cell(p->screen, at, &c);
		out[x] = !c.chars[0] ? ' ' :
		    c.chars[0] < 0x7f ? (char)c.chars[0] : '\0';
	}
	out[p->w] = '\0';
}

bool pty_has(struct pty *p, const char *text)
{
	size_t n = strlen(text);
	char row[1024];

	for (int y = 0; y < p->h; y++) {
		pty_row(p, y, row);
		for (size_t x = 0; x + n <= (size_t)p->w; x++)
			if (memcmp(row + x, text, n) == 0)
				return true;
	}
	return false;
}

void pty_print(struct pty *p)
{
	char row[1024];

	for (int y = 0; y < p->h; y++) {
		pty_row(p, y, row);
		for (int x = 0; x < p->w; x++)
			fputc(row[x] ? row[x] : '#', stderr);
		fputc('\n', stderr);
	}
}

/* ---- /proc ---- */

static double run_ms(const char *path)
{
	unsigned long long ns = 0;
	FILE *f = fopen(path, "r");

	if (!f)
		return 0;
	if (fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	fclose(f);
	return (double)ns / 1e6;
}

static long status_of(const char *path, const char *name)
{
	char line[256];
	long v = -1;
	FILE *f = fopen(path, "r");

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0 &&
		    line[strlen(name)] == ':')
			v = strtol(line + strlen(name) + 1, NULL, 10);
	fclose(f);
	return v;
}

long pty_status(const struct pty *p, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)p->pid);
	return status_of(path, name);
}

/* Sum over the threads. */
static void threads(const struct pty *p, double *cpu, long *switches)
{
	char dir[64], path[512];
	struct dirent *d;
	DIR *t;

	snprintf(dir, sizeof(dir), "/proc/%d/task", (int)p->pid);
	t = opendir(dir);
	if (!t)
		die(dir);
	while ((d = readdir(t))) {
		if (d->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/schedstat", dir, d->d_name);
		*cpu += run_ms(path);
		snprintf(path, sizeof(path), "%s/%s/status", dir, d->d_name);
		*switches += status_of(path, "voluntary_ctxt_switches");
	}
	closedir(t);
}

double pty_cpu(const struct pty *p, bool first_thread)
{
	double cpu = 0;
	long n = 0;
	char path[64];

	if (!first_thread) {
		threads(p, &cpu, &n);
		return cpu;
	}
	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)p->pid);
	return run_ms(path);
}

long pty_switches(const struct pty *p)
{
	double cpu = 0;
	long n = 0;

	threads(p, &cpu, &n);
	return n;
}

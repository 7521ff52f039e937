#ifndef WEIR_BENCH_PTY_H
#define WEIR_BENCH_PTY_H
/*
 * pty: a program in a terminal, timed.
 *
 * What the program writes is read at once and stamped, then given to a
 * terminal emulator; a wait asks the emulator's screen after each piece and
 * returns the stamp of the piece that brought what was waited for.  So the
 * emulator's own work is not counted.  Trouble ends the bench.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <vterm.h>

struct pty {
	int fd, w, h;
	pid_t pid;
	double began;		/* before fork */
	size_t bytes;		/* written by the program so far */
	VTerm *vt;
	VTermScreen *screen;
};

double now_ms(void);
void die(const char *what) __attribute__((noreturn));

/* argv NULL: run(arg) in the child instead of a program. */
void pty_start(struct pty *p, char *const argv[], void (*run)(void *),
    void *arg, int w, int h);
void pty_stop(struct pty *p);		/* kills it */
void pty_send(struct pty *p, const char *keys);
/* Until seen(p, arg) holds; the stamp of the piece that made it hold. */
double pty_until(struct pty *p, bool (*seen)(struct pty *, void *), void *arg);
/* Until the screen shows text. */
double pty_shows(struct pty *p, const char *text);
/* Until nothing has been written for ms. */
void pty_quiet(struct pty *p, int ms);
/* A row of the screen, one character a cell, '\0' for what is not ASCII. */
void pty_row(struct pty *p, int y, char *out);
bool pty_has(struct pty *p, const char *text);
void pty_print(struct pty *p);

/* CPU of the whole process or of its first thread alone, in ms. */
double pty_cpu(const struct pty *p, bool first_thread);
/* A figure of /proc/PID/status, -1 if absent. */
long pty_status(const struct pty *p, const char *name);
/* Context switches of all threads: how often it ran. */
long pty_switches(const struct pty *p);

#endif

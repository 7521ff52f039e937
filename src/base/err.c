/*
 * err.c: fill the error record; die well.
 *
 * The one place that may end the process below floor 8.  Both ends use
 * write(2) and static storage only, because they run when memory or state
 * can no longer be trusted.
 */
#include "base/err.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A cut text ends with "..." and never inside a UTF-8 sequence. */
static void mark_cut(char *buf, size_t size)
{
	size_t n = size - 4;

	while (n > 0 && ((unsigned char)buf[n] & 0xc0) == 0x80)
		n--;
	memcpy(buf + n, "...", 4);
}

static void PRINTF(3, 0)
put(char *buf, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(buf, size, fmt, ap);

	if (n < 0)
		buf[0] = '\0';
	else if ((size_t)n >= size)
		mark_cut(buf, size);
}

enum rc err_set(struct err *e, enum rc code, const char *fmt, ...)
{
	va_list ap;

	e->code = code;
	e->where[0] = '\0';
	e->hint[0] = '\0';
	va_start(ap, fmt);
	put(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return code;
}

enum rc err_at(struct err *e, enum rc code, const char *where, const char *fmt,
    ...)
{
	va_list ap;
	size_t n = where ? strlen(where) : 0;

	e->code = code;
	e->hint[0] = '\0';
	/* the end of a place (line and column) says more than its start */
	if (n >= sizeof(e->where)) {
		where += n - (sizeof(e->where) - 4);
		while (((unsigned char)*where & 0xc0) == 0x80)
			where++;
		memcpy(e->where, "...", 3);
		memcpy(e->where + 3, where, strlen(where) + 1);
	} else if (n > 0) {
		memmove(e->where, where, n + 1);
	} else {
		e->where[0] = '\0';
	}
	va_start(ap, fmt);
	put(e->msg, sizeof(e->msg), fmt, ap);
	va_end(ap);
	return code;
}

void err_prefix(struct err *e, const char *fmt, ...)
{
	char context[sizeof(e->msg)], old[sizeof(e->msg)];
	size_t n, m, room;
	va_list ap;

	va_start(ap, fmt);
	put(context, sizeof(context), fmt, ap);
	va_end(ap);
	m = strnlen(e->msg, sizeof(e->msg) - 1);
	memcpy(old, e->msg, m);
	old[m] = '\0';
	n = strlen(context);
	/* the cause matters more than the context around it */
	if (n > sizeof(e->msg) / 2) {
		n = sizeof(e->msg) / 2;
		mark_cut(context, n);
		n = strlen(context);
	}
	memcpy(e->msg, context, n);
	memcpy(e->msg + n, ": ", 2);
	n += 2;
	room = sizeof(e->msg) - n;
	if (m < room) {
		memcpy(e->msg + n, old, m + 1);
		return;
	}
	memcpy(e->msg + n, old, room);
	mark_cut(e->msg, sizeof(e->msg));
}

void err_suffix(struct err *e, const char *fmt, ...)
{
	char more[sizeof(e->msg) / 2];
	size_t n, room;
	va_list ap;

	va_start(ap, fmt);
	put(more, sizeof(more), fmt, ap);
	va_end(ap);
	room = sizeof(e->msg) - strlen(more) - 2;
	n = strnlen(e->msg, sizeof(e->msg) - 1);
	if (n >= room) {
		mark_cut(e->msg, room);
		n = strlen(e->msg);
	}
	memcpy(e->msg + n, "; ", 2);
	memcpy(e->msg + n + 2, more, strlen(more) + 1);
}

void err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->hint[0] != '\0')
		return;
	va_start(ap, fmt);
	put(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
}

const char *rc_name(enum rc code)
{
	static const char *const names[RC_N] = {
		[RC_OK] = "ok",
		[RC_INTERNAL] = "internal error",
		[RC_IO] = "i/o error",
		[RC_PARSE] = "parse error",
		[RC_DB] = "database error",
		[RC_NOTFOUND] = "not found",
		[RC_CONFLICT] = "conflict",
		[RC_INCONSISTENT] = "inconsistent",
		[RC_UNSUPPORTED] = "unsupported",
		[RC_DENIED] = "denied",
		[RC_DECISION] = "decision missing",
		[RC_BUSY] = "busy",
		[RC_CANCELLED] = "cancelled",
		[RC_USAGE] = "usage",
	};

	return (unsigned)code < RC_N ? names[code] : "unknown";
}

static void (*restore_hook)(void);

void bug_set_restore(void (*restore)(void))
{
	restore_hook = restore;
}

/* Run the hook once: it may itself meet a broken invariant. */
static void restore_terminal(void)
{
	void (*hook)(void) = restore_hook;

	restore_hook = NULL;
	if (hook)
		hook();
}

static void complain(const char *s, size_t n)
{
	while (n > 0) {
		ssize_t done = write(STDERR_FILENO, s, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return;
		s += done;
		n -= (size_t)done;
	}
}

void bug_die(const char *file, int line, const char *fmt, ...)
{
	char text[1024], full[1280];
	va_list ap;
	int n;

	restore_terminal();
	va_start(ap, fmt);
	put(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* a value inside the text may be hostile, and nothing here may lean
	 * on the filter that could be the broken part */
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	n = snprintf(full, sizeof(full), "weir: bug at %s:%d: %s\n", file, line,
	    text);
	if (n > 0)
		complain(full, (size_t)n < sizeof(full) ? (size_t)n :
		    sizeof(full) - 1);
	abort();
}

void oom_die(void)
{
	static const char text[] = "weir: out of memory\n";

	restore_terminal();
	complain(text, sizeof(text) - 1);
	_exit(1);
}

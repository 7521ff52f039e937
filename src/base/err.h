#ifndef WEIR_BASE_ERR_H
#define WEIR_BASE_ERR_H
/*
 * err: result codes and the one error record.
 *
 * A function that can fail returns enum rc, takes struct err * last and
 * leaves its outputs untouched on failure.  The error is set once, where it
 * is first known; callers add context with err_prefix(), never a new cause.
 * struct err lives on the caller's stack.  All text in it is plain: whoever
 * shows it passes it through utf8_sanitize().
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum rc {
	RC_OK,
	RC_INTERNAL,		/* a state that the code did not foresee */
	RC_IO,			/* the file system said no */
	RC_PARSE,		/* text that does not read: where = file:line:col */
	RC_DB,			/* the engine said no: where = its code or SQLSTATE */
	RC_NOTFOUND,		/* a named thing does not exist */
	RC_CONFLICT,		/* the schema or a file moved since it was read */
	RC_INCONSISTENT,	/* a migrations folder that contradicts itself */
	RC_UNSUPPORTED,		/* understood, but not possible here */
	RC_DENIED,		/* read-only, no permission */
	RC_DECISION,		/* a consent or an answer is missing */
	RC_BUSY,		/* a lock was not had */
	RC_CANCELLED,		/* the user stopped it */
	RC_USAGE,		/* a command line or configuration that is wrong */
	RC_N
};

struct err {
	enum rc code;
	char where[192];	/* file:line:col, engine code, or "" */
	char msg[768];
	char hint[768];		/* what would help; the next command to type */
};

#define ERR_INIT { .code = RC_OK }

/* Record a cause and return `code`, so that `return err_set(e, …)` reads. */
enum rc err_set(struct err *e, enum rc code, const char *fmt, ...) PRINTF(3, 4);
/* The same with a place. */
enum rc err_at(struct err *e, enum rc code, const char *where, const char *fmt,
    ...) PRINTF(4, 5);
/* Put "context: " before the message. */
void err_prefix(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* Put "; what follows" behind the message, which is cut to make room. */
void err_suffix(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* Set the hint unless the cause has set one already. */
void err_hint(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* A short word for a code ("busy", "not found"); used in JSON errors. */
const char *rc_name(enum rc code);

/*
 * A broken invariant.  Runs the hook that puts the terminal back (if one is
 * set), writes file:line and the text to stderr, aborts.
 */
#define BUG(...) bug_die(__FILE__, __LINE__, __VA_ARGS__)
void bug_die(const char *file, int line, const char *fmt, ...)
    __attribute__((noreturn)) PRINTF(3, 4);
/* The one process-wide hook: ui/term sets it while it owns the terminal. */
void bug_set_restore(void (*restore)(void));
/* Out of memory: restore the terminal, one line from a static buffer, exit. */
void oom_die(void) __attribute__((noreturn));

#endif

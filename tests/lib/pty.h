#ifndef WEIR_TESTS_LIB_PTY_H
#define WEIR_TESTS_LIB_PTY_H
/*
 * pty: what the tests of a program in a terminal (vt.h) share: where it is, a
 * folder for it, and how it ended.  Every failure fails the test case.
 */
#include "tests/unit/unit.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "tests/lib/vt.h"

#define PTY_DIR 64		/* bytes of a folder's name, with the NUL */

/* A program of the build folder, absolute; valid until the next call. */
static inline char *pty_program(const char *name)
{
	static char path[PATH_MAX];
	const char *build = getenv("builddir");
	char given[PATH_MAX];

	snprintf(given, sizeof(given), "%s/%s", build ? build : ".", name);
	assert_non_null(realpath(given, path));
	return path;
}

/* A new folder below /tmp; pty_wipe() removes it with all that is in it. */
static inline void pty_dir(char dir[PTY_DIR])
{
	strcpy(dir, "/tmp/weir-pty-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

static inline void pty_wipe(const char *dir)
{
	char command[PTY_DIR + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* A file of that text; its folder is there. */
static inline void pty_put(const char *dir, const char *name, const char *text)
{
	struct err e = ERR_INIT;
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_ok(file_write_atomic(path, str_z(text), 0644, &e), &e);
}

/* Wait until the program has ended, by itself with that status. */
static inline void pty_exits(struct vt *v, int code)
{
	int status = vt_wait_status(v);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

/* Wait until the program has ended, by that signal. */
static inline void pty_dies(struct vt *v, int sig)
{
	int status = vt_wait_status(v);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), sig);
}

/* Screen and line discipline are as before the program. */
static inline void pty_restored(const struct vt *v)
{
	assert_false(vt_alternate(v));
	assert_true(vt_line_as_before(v));
}

#endif

#ifndef WEIR_TESTS_UNIT_LITE_H
#define WEIR_TESTS_UNIT_LITE_H
/* Helpers of the SQLite driver's tests: a folder each, short calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "drv/drv.h"

#define OK(call) ok_at((call), #call, __LINE__)
#define RC(wanted, call) rc_at((wanted), (call), #call, __LINE__)

static char folder[] = "/tmp/weir-lite-XXXXXX";
static struct err err;
static struct arena *arena;

static inline void rc_at(enum rc wanted, enum rc rc, const char *what, int line)
{
	if (rc != wanted)
		fail_msg("line %d: %s: %s, not %s: %s [%s] %s", line, what,
		    rc_name(rc), rc_name(wanted), err.msg, err.where, err.hint);
}

static inline void ok_at(enum rc rc, const char *what, int line)
{
	rc_at(RC_OK, rc, what, line);
}

static inline const char *file(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static inline struct drv *opened(const char *path, enum drv_mode mode)
{
	struct drv_target t = { .path = str_z(path), .create = true };
	struct drv *d = NULL;

	err = (struct err)ERR_INIT;
	OK(drv_open(&t, mode, &d, &err));
	return d;
}

static inline struct drv *scratch(void)
{
	return opened("", DRV_SCRATCH);
}

static inline void run(struct drv *d, const char *sql)
{
	err = (struct err)ERR_INIT;
	OK(drv_exec(d, str_z(sql), &err));
}

static inline int64_t number(struct drv *d, const char *sql)
{
	struct value v;

	err = (struct err)ERR_INIT;
	OK(drv_scalar(d, str_z(sql), NULL, 0, arena, &v, &err));
	return v.i;
}

static inline const struct model *model_of(struct drv *d)
{
	struct model *m = NULL;

	OK(d->ops->introspect(d, arena, &m, &err));
	return m;
}

static inline int lite_setup(void **state)
{
	(void)state;
	arena = arena_new();
	return mkdtemp(folder) ? 0 : -1;
}

static inline int lite_teardown(void **state)
{
	char cmd[300];

	(void)state;
	arena_free(arena);
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", folder);
	return system(cmd);
}

#endif

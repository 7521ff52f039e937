#ifndef WEIR_TESTS_UNIT_PG_H
#define WEIR_TESTS_UNIT_PG_H
/*
 * A private PostgreSQL server for one test program (tests/tool/pg-server).
 *
 *	int main(void)
 *	{
 *		pg_up();		exits 77 where no server is installed
 *		…run the tests…
 *		pg_down();
 *	}
 *
 * pg_up() takes options of the server, NULL at the end: pg_up(NULL).
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drv/drv.h"
#include "tests/unit/unit.h"

static char pg_dir[64];
static int pg_port;

static inline int pg_tool(const char *verb, const char *rest)
{
	const char *top = getenv("srcdir");
	char line[1024];
	int st;

	snprintf(line, sizeof(line), "'%s/tests/tool/pg-server' %s %s %s",
	    top ? top : ".", verb, pg_dir, rest);
	st = system(line);
	return WIFEXITED(st) ? WEXITSTATUS(st) : 99;
}

static inline void pg_down(void)
{
	if (pg_dir[0])
		(void)pg_tool("stop", "");
	pg_dir[0] = 0;
}

/* However the test ends, also by a signal that nobody catches: the other end
 * of the pipe goes with it.  In a session of its own, with no output that
 * somebody may wait for the end of. */
static inline void pg_guard_server(void)
{
	int end[2];
	char c;

	if (pipe2(end, O_CLOEXEC))
		exit(99);
	if (fork()) {
		close(end[0]);
		return;
	}
	close(end[1]);
	setsid();
	for (int fd = 0, null = open("/dev/null", O_RDWR); fd < 3; fd++)
		dup2(null, fd);
	while (read(end[0], &c, 1) < 0)
		;
	if (access(pg_dir, F_OK) == 0)
		(void)pg_tool("stop", "");
	_exit(0);
}

static inline void pg_up(const char *option, ...)
{
	char rest[600] = "", name[128];
	va_list ap;
	FILE *f;
	int st;

	strcpy(pg_dir, "/tmp/weir-pg.XXXXXX");
	if (!mkdtemp(pg_dir))
		exit(99);
	va_start(ap, option);
	for (; option; option = va_arg(ap, const char *)) {
		strncat(rest, "'", sizeof(rest) - strlen(rest) - 1);
		strncat(rest, option, sizeof(rest) - strlen(rest) - 1);
		strncat(rest, "' ", sizeof(rest) - strlen(rest) - 1);
	}
	va_end(ap);
	pg_guard_server();
	st = pg_tool("start", rest);
	if (st == 77) {
		rmdir(pg_dir);
		puts("1..0 # SKIP no PostgreSQL server is installed");
		exit(77);
	}
	if (st)
		exit(99);
	atexit(pg_down);
	snprintf(name, sizeof(name), "%s/port", pg_dir);
	f = fopen(name, "r");
	if (!f || fscanf(f, "%d", &pg_port) != 1)
		exit(99);
	fclose(f);
}

/* A target by the socket, as the superuser.  One text a database, borrowed
 * from a ring of eight. */
static inline struct drv_target pg_target(const char *database)
{
	static char ring[8][256];
	static unsigned at;
	char *text = ring[at++ % 8];

	snprintf(text, sizeof(ring[0]),
	    "host='%s' port=%d user=weir dbname='%s'", pg_dir, pg_port,
	    database);
	return (struct drv_target){ .dialect = DIALECT_PG,
		.path = STR(""), .conninfo = str_z(text),
		.search_path = STR("") };
}

/* A connection; the test fails when it is not had. */
static inline struct drv *pg_conn(const char *database, enum drv_mode mode)
{
	struct drv_target t = pg_target(database);
	struct err e = ERR_INIT;
	struct drv *d = NULL;

	if (drv_open(&t, mode, &d, &e))
		fail_msg("%s: %s (%s)", database, e.msg, e.where);
	return d;
}

static inline void pg_run(struct drv *d, const char *sql)
{
	struct err e = ERR_INIT;

	if (drv_exec(d, str_z(sql), &e))
		fail_msg("%s\n%s (%s)", sql, e.msg, e.where);
}

/* An empty database of that name. */
static inline void pg_fresh(const char *name)
{
	struct drv *d = pg_conn("postgres", DRV_APPLY);
	char sql[256];

	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)",
	    name);
	pg_run(d, sql);
	snprintf(sql, sizeof(sql), "CREATE DATABASE \"%s\" TEMPLATE template0",
	    name);
	pg_run(d, sql);
	drv_close(d);
}

#endif

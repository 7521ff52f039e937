/*
 * beside: the studio and its neighbours in the terminal do the same by hand.
 *
 *	beside WEIR DB FOLDER N
 *
 * DB has table m of `gen rows`; FOLDER is a git repository for tig, or "" for
 * none.  Each program is started N times until its first rows are there; then,
 * idle, it gets 1,000 keys one by one, and a key counts as answered by the first
 * piece of output; then it goes to the last row and says how much memory it
 * holds.  Last, the studio's keys while a query of about
 * five seconds runs.  A program that is not installed is named and left out.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "figures.h"
#include "pty.h"

#define W 120
#define H 40
#define KEYS 1000

static const char *weir, *db, *folder;

struct program {
	const char *name, *path;
	const char *argv[8];
	const char *first;	/* shown at first, */
	const char *then;	/* what is typed to that, */
	const char *rows;	/* shown when the first rows are */
	const char *ready;	/* typed before keys are timed */
	const char *down, *up, *last;
};

static struct program programs[] = {
	{ .name = "weir", .first = "name 7919", .then = "", .rows = "name 7919",
		.ready = "\r", .down = "j", .up = "k", .last = "G" },
	{ .name = "visidata", .path = "/usr/bin/vd", .first = "1 tables",
		.then = "\r", .rows = "name 7919", .ready = "", .down = "j",
		.up = "k", .last = "gj" },
	{ .name = "litecli", .path = "/usr/bin/litecli", .first = "> ",
		.then = "select * from m limit 100000;\r", .rows = "name 7919",
		.ready = "", .down = "j", .up = "k", .last = "G" },
	{ .name = "tig", .path = "/usr/bin/tig", .first = "[main]",
		.then = "", .rows = "[main]", .ready = "", .down = "j",
		.up = "k" },
};

/* ---- keys ---- */

static bool has_written(struct pty *p, void *before)
{
	return p->bytes > *(size_t *)before;
}

/* How long until a key is answered; *bytes = all that it cost. */
static double key(struct pty *p, const char *keys, double *bytes)
{
	size_t before = p->bytes;
	double began = now_ms(), ms;

	pty_send(p, keys);
	ms = pty_until(p, has_written, &before) - began;
	pty_quiet(p, 3);
	*bytes = (double)(p->bytes - before);
	return ms;
}

/* ---- works ---- */

static double open_rows(const struct program *g, struct pty *p)
{
	double ms;

	pty_start(p, (char **)(uintptr_t)g->argv, NULL, NULL, W, H);
	ms = pty_shows(p, g->first) - p->began;
	if (*g->then) {
		double began;

		pty_quiet(p, 50);
		began = now_ms();
		pty_send(p, g->then);
		ms += pty_shows(p, g->rows) - began;
	}
	return ms;
}

static void steps(const struct program *g, struct pty *p)
{
	static struct figures ms, bytes;
	char name[80];

	ms.n = bytes.n = 0;
	pty_send(p, g->ready);
	pty_quiet(p, 1500);
	for (int i = 0; i < KEYS; i++) {
		double b;

		/* to the middle and back: some scroll, most do not */
		add(&ms, key(p, i / 50 % 2 ? g->up : g->down, &b));
		add(&bytes, b);
	}
	snprintf(name, sizeof(name), "    %s: a key", g->name);
	line(name, &ms, "");
	snprintf(name, sizeof(name), "    %s: bytes for a key", g->name);
	line(name, &bytes, "");
}

static void memory(const struct program *g, struct pty *p)
{
	char name[80];

	if (g->last) {
		pty_send(p, g->last);
		pty_quiet(p, 5000);
	}
	snprintf(name, sizeof(name), "    %s: MiB then", g->name);
	one(name, (double)pty_status(p, "VmRSS") / 1024, "");
}

static void run(const struct program *g, size_t times)
{
	static struct figures start;
	char name[80];
	struct pty p;

	start.n = 0;
	for (size_t i = 0; i <= times; i++) {
		double ms = open_rows(g, &p);

		if (i)
			add(&start, ms);
		if (i < times)
			pty_stop(&p);
	}
	snprintf(name, sizeof(name), "%s: start to its first rows", g->name);
	line(name, &start, "");
	steps(g, &p);
	memory(g, &p);
	pty_stop(&p);
}

/* Keys under a filter that asks every row of m for a while. */
static void under_load(const struct program *g)
{
	static struct figures ms;
	double began, b;
	struct pty p;

	(void)open_rows(g, &p);
	pty_send(&p, g->ready);
	pty_quiet(&p, 1500);
	pty_send(&p, "F\025length(hex(randomblob(1500))) = -id\r");
	usleep(100000);
	began = now_ms();
	for (int i = 0; i < KEYS; i++)
		add(&ms, key(&p, i / 20 % 2 ? "k" : "j", &b));
	printf("    the keys took %.0f ms, the query %s\n", now_ms() - began,
	    pty_has(&p, "0 rows") ? "had ended" : "ran on");
	line("weir: a key while a query runs", &ms, "p99 <= 16 ms");
	pty_stop(&p);
}

int main(int argc, char **argv)
{
	size_t n = sizeof(programs) / sizeof(programs[0]), times;

	if (argc != 5 || (times = strtoul(argv[4], NULL, 10)) < 1) {
		fputs("usage: beside WEIR DB FOLDER N\n", stderr);
		return 2;
	}
	weir = argv[1];
	db = argv[2];
	folder = argv[3];
	programs[0].path = weir;
	memcpy(programs[0].argv, (const char *[]){ weir, "studio", "--fresh",
	    "--db", db, NULL }, 6 * sizeof(char *));
	memcpy(programs[1].argv, (const char *[]){ "vd", db, NULL },
	    3 * sizeof(char *));
	memcpy(programs[2].argv, (const char *[]){ "litecli", db, NULL },
	    3 * sizeof(char *));
	memcpy(programs[3].argv, (const char *[]){ "tig", "-C", folder, NULL },
	    4 * sizeof(char *));
	printf("%-44s %5s %9s %9s %9s %9s\n", "beside, ms", "n", "min", "med",
	    "p99", "max");
	for (size_t i = 0; i < n; i++) {
		const struct program *g = &programs[i];

		if (access(g->path, X_OK) || (i == n - 1 && !*folder))
			printf("%s is not here\n", g->name);
		else
			run(g, times);
	}
	under_load(&programs[0]);
	return 0;
}

/*
 * studio: the studio at work on one large table, timed from outside.
 *
 *	studio WEIR DB N [WORK]...
 *
 * DB is the file of `gen rows` or the URL of a database with `gen pgrows`: table m, keys 1, 2, 3 … without a gap, so that
 * the key in the first and in the last row of the screen tells what is shown.
 * N is how often; see README.md for the works.  Where there is a peer, the two
 * run in turn.
 */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"
#include "frames.h"
#include "plain.h"

#define W 120
#define H 40
#define HEAD 6			/* lines above the first row */
#define FOOT 3			/* below the last */

#define PGDN "\033[6~"
#define PGUP "\033[5~"
#define ESC "\033"
#define GO_TO "\007"		/* Ctrl-G */

static const char *weir, *db;
static size_t times;
static long long total;		/* rows in m */

/* ---- the screen of the studio ---- */

/* The number that a row of the grid begins with; -1 when there is none. */
static long long key_at(struct pty *p, int y)
{
	char row[1024];
	int x = p->w >= 100 ? 25 : 1;

	pty_row(p, y, row);
	while (x < p->w && (row[x] == ' ' || row[x] == '\0'))
		x++;
	return row[x] >= '0' && row[x] <= '9' ? strtoll(row + x, NULL, 10) : -1;
}

struct shown {
	long long first, last;		/* 0: whatever it is */
};

static bool is_shown(struct pty *p, void *arg)
{
	const struct shown *s = arg;

	return (!s->first || key_at(p, HEAD) == s->first) &&
	    (!s->last || key_at(p, p->h - FOOT - 1) == s->last);
}

static int page_of(const struct pty *p)
{
	return p->h - HEAD - FOOT;
}

static double wait_rows(struct pty *p, long long first)
{
	struct shown s = { first, first + page_of(p) - 1 };

	return pty_until(p, is_shown, &s);
}

static double wait_last(struct pty *p)
{
	struct shown s = { total - page_of(p) + 1, total };

	return pty_until(p, is_shown, &s);
}

static void open_studio(struct pty *p, int w, int h)
{
	char *argv[] = { (char *)(uintptr_t)weir, "studio", "--fresh", "--db",
		(char *)(uintptr_t)db, NULL };

	pty_start(p, argv, NULL, NULL, w, h);
}

/* First page shown, focus on the rows, exact number known, nothing to do. */
static void settle(struct pty *p)
{
	char exact[64];

	if (is_url(db)) {	/* a large table is counted when it is asked */
		wait_rows(p, 1);
		pty_send(p, "\r" GO_TO);
		pty_shows(p, "accept");
		pty_send(p, ESC);
	}

	wait_rows(p, 1);
	if (!is_url(db))
		pty_send(p, "\r");
	snprintf(exact, sizeof(exact), "of %lld,%03lld,%03lld",
	    total / 1000000, total / 1000 % 1000, total % 1000);
	pty_shows(p, exact);
	pty_quiet(p, 300);
}

/* Keys, and how long until the rows from `first` on are shown. */
static double timed(struct pty *p, const char *keys, long long first)
{
	double began = now_ms();

	pty_send(p, keys);
	return wait_rows(p, first) - began;
}

static void go_to(struct pty *p, long long n)
{
	char keys[64];

	pty_send(p, GO_TO);
	pty_shows(p, "accept");
	snprintf(keys, sizeof(keys), "%lld\r", n);
	pty_send(p, keys);
}

static long long somewhere(void)
{
	return 1000 + ((long long)rand() << 8 ^ rand()) % (total - 20000);
}

/* ---- plain clients ---- */

static struct plain *raw;

/* Milliseconds for all rows as text; *first = first column of the first. */
static double plain(const char *sql, long long *first)
{
	double began = now_ms();

	(void)plain_query(raw, sql, 0, false, first);
	return now_ms() - began;
}

static void open_plain(void)
{
	raw = plain_open(db);
	(void)plain("SELECT max(id) FROM m", &total);
	if (total < 1000000)
		die("too few rows in m");
}

static double run_program(char *const argv[], double *cpu)
{
	struct rusage ru;
	double began = now_ms();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int fd = open("/dev/null", O_WRONLY);

		dup2(fd, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	wait4(pid, &status, 0, &ru);
	*cpu = (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1e3 +
	    (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e3;
	return WIFEXITED(status) && !WEXITSTATUS(status) ?
	    now_ms() - began : -1;
}

/* ---- works ---- */

static double start_litecli(void)
{
	char *argv[] = { "litecli", (char *)(uintptr_t)db, NULL };
	struct pty p;
	double began, ms;

	pty_start(&p, argv, NULL, NULL, W, H);
	ms = pty_shows(&p, "> ") - p.began;
	began = now_ms();
	pty_send(&p, "select * from m limit 20;\r");
	ms += pty_shows(&p, "name 7919") - began;
	pty_stop(&p);
	return ms;
}

static void P16(void)
{
	static struct figures ours, cli, lite, cpu, cli_cpu;
	char *argv[] = { "sqlite3", "-batch", "-readonly",
		(char *)(uintptr_t)db, "SELECT * FROM m LIMIT 50", NULL };
	bool have_lite = access("/usr/bin/litecli", X_OK) == 0;

	for (size_t i = 0; i <= times; i++) {
		struct pty p;
		double a, b, c = 0, a_cpu, b_cpu;

		open_studio(&p, W, H);
		a = wait_rows(&p, 1) - p.began;
		a_cpu = pty_cpu(&p, false);
		pty_stop(&p);
		b = run_program(argv, &b_cpu);
		if (have_lite && i <= 7)
			c = start_litecli();
		if (!i)
			continue;
		add(&ours, a);
		add(&cli, b);
		add(&cpu, a_cpu);
		add(&cli_cpu, b_cpu);
		if (c > 0)
			add(&lite, c);
	}
	line("P16 start to first page", &ours, "<= 10 ms");
	line("    CPU of it", &cpu, "");
	line("    sqlite3 LIMIT 50, whole process", &cli, "");
	line("    CPU of it", &cli_cpu, "");
	ratio("    sqlite3 / ours", &ours, &cli, "");
	if (have_lite) {
		line("    litecli: prompt and page", &lite, "");
		ratio("    litecli / ours", &ours, &lite, ">= 30x");
	} else {
		puts("    litecli is not here");
	}
}

static double start_psql(void)
{
	char *argv[] = { "env", "PSQL_PAGER=pspg", "psql", "-X",
		(char *)(uintptr_t)db, NULL };
	struct pty p;
	double began, ms;

	pty_start(&p, argv, NULL, NULL, W, H);
	ms = pty_shows(&p, "=# ") - p.began;
	began = now_ms();
	pty_send(&p, "select * from m order by id limit 50;\r");
	ms += pty_shows(&p, "name 7919") - began;
	pty_stop(&p);
	return ms;
}

static double start_pgcli(void)
{
	char *argv[] = { "pgcli", (char *)(uintptr_t)db, NULL };
	struct pty p;
	double began, ms;

	pty_start(&p, argv, NULL, NULL, W, H);
	ms = pty_shows(&p, "> ") - p.began;
	began = now_ms();
	pty_send(&p, "select * from m order by id limit 20;\r");
	ms += pty_shows(&p, "7919") - began;
	pty_stop(&p);
	return ms;
}

/* Connecting included, as each is started. */
static void P17(void)
{
	static struct figures ours, cpu, psql, pgcli;
	bool have_pspg = access("/usr/bin/pspg", X_OK) == 0;
	bool have_pgcli = access("/usr/bin/pgcli", X_OK) == 0;

	for (size_t i = 0; i <= times; i++) {
		struct pty p;
		double a, a_cpu, b = 0, c = 0;

		open_studio(&p, W, H);
		a = wait_rows(&p, 1) - p.began;
		a_cpu = pty_cpu(&p, false);
		pty_stop(&p);
		if (have_pspg)
			b = start_psql();
		if (have_pgcli && i <= 7)
			c = start_pgcli();
		if (!i)
			continue;
		add(&ours, a);
		add(&cpu, a_cpu);
		if (b > 0)
			add(&psql, b);
		if (c > 0)
			add(&pgcli, c);
	}
	line("P17 start to first page, PostgreSQL", &ours, "<= 15 ms");
	line("    CPU of it", &cpu, "");
	if (have_pspg) {
		line("    psql with pspg: prompt and page", &psql, "");
		ratio("    psql / ours", &ours, &psql, ">= 1.7x");
	}
	if (have_pgcli) {
		line("    pgcli: prompt and page", &pgcli, "");
		ratio("    pgcli / ours", &ours, &pgcli, ">= 30x");
	}
}

static void P19(void)
{
	static struct figures down, up, bytes, step_bytes, step, cpu;
	struct pty p;

	open_studio(&p, W, H);
	settle(&p);
	for (size_t i = 0; i < times; i++) {
		long long at = somewhere(), n = page_of(&p);
		size_t before;

		go_to(&p, at);
		wait_rows(&p, at);
		/* the cursor is in the first row: bring it to the last */
		timed(&p, PGDN, at + 1);
		at++;
		for (int k = 0; k < 20; k++) {
			double c = pty_cpu(&p, false);

			before = p.bytes;
			add(&down, timed(&p, PGDN, at += n));
			add(&bytes, (double)(p.bytes - before));
			add(&cpu, pty_cpu(&p, false) - c);
		}
		timed(&p, PGUP, --at);
		for (int k = 0; k < 20; k++)
			add(&up, timed(&p, PGUP, at -= n));
		for (int k = 0; k < 5; k++) {
			pty_quiet(&p, 20);
			before = p.bytes;
			add(&step, timed(&p, "k", --at));
			add(&step_bytes, (double)(p.bytes - before));
		}
	}
	line("P19 PgDn, key to paint", &down, "p50 <= 4, p99 <= 16 ms");
	line("    CPU of it", &cpu, "");
	line("    PgUp", &up, "p50 <= 4, p99 <= 16 ms");
	line("    k over the edge", &step, "");
	line("    bytes for a PgDn", &bytes, "");
	line("    bytes for a k over the edge", &step_bytes, "");
	pty_stop(&p);
}

static void P20(void)
{
	static struct figures number, value, keyset, offset, early;
	struct pty p;
	char sql[200];

	open_studio(&p, W, H);
	settle(&p);
	for (size_t i = 0; i < times; i++) {
		long long n = somewhere();

		pty_send(&p, GO_TO);
		pty_shows(&p, "accept");
		snprintf(sql, sizeof(sql), "%lld\r", n);
		add(&number, timed(&p, sql, n));
		snprintf(sql, sizeof(sql),
		    "SELECT * FROM m WHERE id >= %lld LIMIT 80", n);
		add(&keyset, plain(sql, NULL));
	}
	for (size_t i = 0; i < times; i++) {
		long long n = somewhere();
		double began;

		pty_send(&p, "F\025");
		snprintf(sql, sizeof(sql), "id >= %lld", n);
		pty_send(&p, sql);
		pty_shows(&p, sql);
		began = timed(&p, "\r", n);
		add(&value, began);
		pty_send(&p, "F\025\r");
		wait_rows(&p, 1);
		pty_quiet(&p, 30);
	}
	pty_stop(&p);
	/* before the sampling has got there */
	for (size_t i = 0; i < times && i < 7; i++) {
		open_studio(&p, W, H);
		wait_rows(&p, 1);
		pty_send(&p, "\r" GO_TO);
		pty_shows(&p, "accept");
		snprintf(sql, sizeof(sql), "%lld\r", total - 1000);
		add(&early, timed(&p, sql, total - 1000));
		pty_stop(&p);
		snprintf(sql, sizeof(sql), "SELECT * FROM m ORDER BY id "
		    "LIMIT 80 OFFSET %lld", total - 1001);
		add(&offset, plain(sql, NULL));
	}
	line("P20 to a row number, sampled", &number, "<= 20 ms");
	line("    to a key by WHERE", &value, "<= 5 ms");
	line("    plain query by key", &keyset, "");
	line("    row number, not sampled yet", &early, "");
	line("    plain query by OFFSET", &offset, "");
	ratio("    OFFSET / ours", &early, &offset, ">= 0.95");
}

static void P21(void)
{
	static struct figures end, home, cpu;
	struct pty p;

	open_studio(&p, W, H);
	settle(&p);
	for (size_t i = 0; i < times; i++) {
		double began = now_ms(), c = pty_cpu(&p, false);

		pty_send(&p, "G");
		add(&end, wait_last(&p) - began);
		add(&cpu, pty_cpu(&p, false) - c);
		pty_quiet(&p, 20);
		add(&home, timed(&p, "g", 1));
		pty_quiet(&p, 20);
	}
	line("P21 End", &end, "<= 5 ms");
	line("    CPU of it", &cpu, "");
	line("    Home", &home, "");
	pty_stop(&p);
}

static void P22(void)
{
	long long until = (long long)times * 100000, at, mark;
	struct pty p;
	double start, from = 0;
	char name[64];

	if (until > total - 1000)
		until = total - 1000;
	open_studio(&p, W, 209);
	settle(&p);
	timed(&p, PGDN, 2);
	start = now_ms();
	mark = 1000;
	for (at = 2; at < until; ) {
		timed(&p, PGDN, at += page_of(&p));
		if (at < mark)
			continue;
		if (mark == 1000 || mark % 500000 == 0) {
			from = from > 0 ? from :
			    (double)pty_status(&p, "VmRSS") / 1024;
			snprintf(name, sizeof(name),
			    "P22 MiB after %lld rows", mark);
			one(name, (double)pty_status(&p, "VmRSS") / 1024,
			    "<= 24 MiB");
		}
		mark = mark == 1000 ? 100000 : mark + 100000;
	}
	one("    growth, MiB per million rows",
	    ((double)pty_status(&p, "VmRSS") / 1024 - from) /
	    ((double)at / 1e6), "<= 2 MiB");
	one("    rows a second, in thousands",
	    (double)at / (now_ms() - start), "");
	pty_stop(&p);
}

/* Down and up again in the first two rows, as the detail pane tells it. */
static double step(struct pty *p, bool *down)
{
	double sent = now_ms();

	*down = !*down;
	pty_send(p, *down ? "j" : "k");
	return pty_shows(p, *down ? "Row 2 " : "Row 1 ") - sent;
}

/* PostgreSQL asks before it sorts so much: the key again. */
static void sort_key(struct pty *p)
{
	if (is_url(db)) {
		pty_send(p, "s");
		pty_shows(p, "press again");
	}
	pty_send(p, "s");
}

static void P23(void)
{
	static struct figures ours, peer, keys, stop, idle;
	long long first = 0;
	struct pty p;

	for (size_t i = 0; i < 8; i++) {
		struct shown s = { 0, 0 };
		bool down = false;
		double began;

		open_studio(&p, W, H);
		if (is_url(db)) {
			wait_rows(&p, 1);
			pty_send(&p, "\r");
			pty_quiet(&p, 300);
		} else {
			settle(&p);
		}
		pty_send(&p, "lll");
		pty_quiet(&p, 50);
		add(&peer, plain("SELECT * FROM m ORDER BY amount, id "
		    "LIMIT 81", &first));
		s.first = first;
		if (is_url(db)) {
			pty_send(&p, "s");
			pty_shows(&p, "press again");
		}
		began = now_ms();
		pty_send(&p, "s");
		if (i % 2 == 0) {
			add(&ours, pty_until(&p, is_shown, &s) - began);
		} else {
			for (int k = 0; k < 20; k++) {
				add(&keys, step(&p, &down));
				usleep(10000);
			}
			add(&ours, pty_until(&p, is_shown, &s) - began);
		}
		sort_key(&p);	/* downwards: stopped */
		usleep(100000);
		began = now_ms();
		pty_send(&p, ESC);
		add(&stop, pty_shows(&p, "Stopped") - began);
		pty_quiet(&p, 100);
		sort_key(&p);
		usleep(100000);
		began = now_ms();	/* another query takes its place */
		pty_send(&p, "F");
		pty_shows(&p, "accept");
		pty_send(&p, "\025id < 1000\r");
		pty_shows(&p, "where id < 1000");
		add(&idle, now_ms() - began);
		pty_stop(&p);
	}
	line("P23 sort without an index, first page", &ours, "");
	line("    plain query", &peer, "");
	ratio("    plain / ours", &ours, &peer, ">= 0.95");
	line("    a key meanwhile", &keys, "<= 16 ms");
	line("    Esc to \"Stopped\" (25 ms are Esc's own)", &stop, "<= 5 ms");
	line("    WHERE typed meanwhile, its title shown", &idle, "");
}

static void P24(void)
{
	static struct figures about, exact, keys, peer;
	char text[64];
	struct pty p;

	snprintf(text, sizeof(text), "of %lld,%03lld,%03lld",
	    total / 1000000, total / 1000 % 1000, total % 1000);
	for (size_t i = 0; i < 7; i++) {
		double began, painted;

		open_studio(&p, W, H);
		painted = wait_rows(&p, 1);
		began = now_ms();
		pty_shows(&p, "of ~");
		add(&about, painted > began ? painted - p.began :
		    now_ms() - p.began);
		began = p.began;
		if (is_url(db)) {
			pty_send(&p, "\r" GO_TO);
			pty_shows(&p, "accept");
			pty_send(&p, ESC);
			began = now_ms();
		}
		add(&exact, pty_shows(&p, text) - began);
		pty_stop(&p);
		add(&peer, plain("SELECT count(*) FROM m", NULL));
	}
	for (size_t i = 0; i < 7; i++) {
		bool down = false;

		open_studio(&p, W, H);
		wait_rows(&p, 1);
		pty_send(&p, "\r");
		if (is_url(db)) {
			pty_send(&p, GO_TO);
			pty_shows(&p, "accept");
			pty_send(&p, ESC);
			pty_quiet(&p, 60);
		}
		for (int k = 0; k < 20 && !pty_has(&p, text); k++) {
			add(&keys, step(&p, &down));
		}
		pty_stop(&p);
	}
	line("P24 start to ~number", &about, "with the page");
	line(is_url(db) ? "    Ctrl-G to the exact number" :
	    "    start to exact number", &exact, "in the background");
	line("    plain count(*)", &peer, "");
	line("    a key while it counts", &keys, "<= 16 ms");
}

static void redraw(int w, int h, const char *goal)
{
	static struct figures cpu, bytes, peer_cpu, peer_bytes, all, all_bytes;
	struct frames *f = frames_new(w, h);
	long long at = 5000000, page;
	struct pty p;
	char name[80];

	cpu.n = bytes.n = peer_cpu.n = peer_bytes.n = all.n = all_bytes.n = 0;
	open_studio(&p, w, h);
	page = page_of(&p);
	settle(&p);
	go_to(&p, at);
	wait_rows(&p, at);
	for (size_t i = 0; i < times * 2; i++) {
		const char *key = i % 8 < 4 ? PGDN : PGUP;
		bool turns = i % 4 == 0;	/* moves by one row only */
		size_t before = p.bytes;
		double c = pty_cpu(&p, true);

		at += (turns ? 1 : page) * (i % 8 < 4 ? 1 : -1);
		timed(&p, key, at);
		pty_quiet(&p, 15);
		if (i == 1 || i == 2)
			frames_take(f, (int)i - 1, &p);
		if (i < 8 || turns)	/* all rows are held from then on */
			continue;
		add(&cpu, pty_cpu(&p, true) - c);
		add(&bytes, (double)(p.bytes - before));
	}
	for (size_t i = 0; i < times; i++) {
		size_t before = p.bytes;
		double c = pty_cpu(&p, true);

		pty_send(&p, "\014");
		pty_quiet(&p, 15);
		add(&all, pty_cpu(&p, true) - c);
		add(&all_bytes, (double)(p.bytes - before));
	}
	pty_stop(&p);
	for (size_t i = 0; i < times; i++) {
		double c;
		size_t n = frames_next(f, &c);

		if (i < 2)
			continue;
		add(&peer_cpu, c);
		add(&peer_bytes, (double)n);
	}
	frames_free(f);
	snprintf(name, sizeof(name), "P28 %dx%d, another page: CPU ms", w, h);
	line(name, &cpu, goal);
	line("    curses alone, the same cells", &peer_cpu, "");
	line("    bytes", &bytes, "");
	line("    curses alone", &peer_bytes, "");
	ratio("    bytes, curses / ours", &bytes, &peer_bytes, ">= 0.91");
	line("    Ctrl-L: CPU ms", &all, goal);
	line("    bytes", &all_bytes, "");
}

static void P28(void)
{
	redraw(W, H, "<= 1.6 ms");
	redraw(300, 100, "<= 8 ms");
}

static void P32(void)
{
	struct pty p;
	double cpu;
	long n;

	open_studio(&p, W, H);
	settle(&p);
	pty_quiet(&p, 4000);
	n = pty_switches(&p);
	cpu = pty_cpu(&p, false);
	pty_quiet(&p, 10000);
	one("P32 wake-ups in 10 s", (double)(pty_switches(&p) - n), "0");
	one("    CPU ms in 10 s", pty_cpu(&p, false) - cpu, "0");
	one("    RSS MiB", (double)pty_status(&p, "VmRSS") / 1024, "<= 12 MiB");
	one("    of it anonymous", (double)pty_status(&p, "RssAnon") / 1024, "");
	pty_stop(&p);
}

static const struct work {
	const char *name;
	void (*run)(void);
} works[] = {
	{ "P16", P16 }, { "P17", P17 }, { "P19", P19 }, { "P20", P20 }, { "P21", P21 },
	{ "P22", P22 }, { "P23", P23 }, { "P24", P24 }, { "P28", P28 },
	{ "P32", P32 },
};

int main(int argc, char **argv)
{
	if (argc < 5 || (times = strtoul(argv[3], NULL, 10)) < 7) {
		fputs("usage: studio WEIR DB N WORK...\n", stderr);
		return 2;
	}
	weir = argv[1];
	db = argv[2];
	open_plain();
	printf("%-44s %5s %9s %9s %9s %9s  %s\n", "studio, ms", "n", "min",
	    "med", "p99", "max", "goal");
	for (int i = 4; i < argc; i++)
		for (size_t k = 0; k < sizeof(works) / sizeof(works[0]); k++)
			if (strcmp(argv[i], works[k].name) == 0)
				works[k].run();
	plain_close(raw);
	return 0;
}

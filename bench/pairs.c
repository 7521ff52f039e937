/*
 * pairs: run two commands alternately, A B A B …, and print how they compare.
 *
 *	pairs [-n PAIRS] [-C DIR] [-p PREP] NAME PEER -- A… -- B…
 *
 * One line: NAME, PEER, peer/tool ratio of medians and of minimums, number of
 * pairs, then min/median/max in milliseconds and the largest RSS in MiB of
 * each, and how busy the machine was with other work's share included. PREP
 * (sh -c) runs before every single run and is not timed. The commands get
 * /dev/null for all three streams. A command that fails ends the program.
 *
 * A first pair warms the caches and is not counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MAX 1000

struct side {
	char **argv;
	double ms[PAIRS_MAX];
	long rss_kib;
};

struct busy {
	unsigned long long idle;
	unsigned long long all;
};

static void die(const char *what)
{
	fprintf(stderr, "pairs: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Zeroes where /proc/stat cannot be read: the share is then printed as 0. */
static struct busy busy_read(void)
{
	struct busy b = { 0, 0 };
	unsigned long long v[8] = { 0 };
	FILE *f = fopen("/proc/stat", "r");

	if (!f)
		return b;
	if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &v[0],
		   &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) == 8) {
		for (size_t i = 0; i < 8; i++)
			b.all += v[i];
		b.idle = v[3] + v[4];
	}
	fclose(f);
	return b;
}

static void child(char **argv)
{
	int fd = open("/dev/null", O_RDWR);

	if (fd < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static double run_once(struct side *s)
{
	struct rusage ru;
	double t0 = now_ms();
	int st;
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid == 0)
		child(s->argv);
	if (wait4(pid, &st, 0, &ru) < 0)
		die("wait");
	t0 = now_ms() - t0;
	if (!WIFEXITED(st) || WEXITSTATUS(st)) {
		fprintf(stderr, "pairs: %s: status 0x%x\n", s->argv[0],
			(unsigned)st);
		exit(1);
	}
	if (ru.ru_maxrss > s->rss_kib)
		s->rss_kib = ru.ru_maxrss;
	return t0;
}

static void prepare(const char *prep)
{
	if (prep && system(prep) != 0) {
		fprintf(stderr, "pairs: failed: %s\n", prep);
		exit(1);
	}
}

static int cmp_double(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *v, size_t n)
{
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static void report(const char *name, const char *peer, struct side s[2],
		   size_t n, struct busy b0, struct busy b1)
{
	double all = (double)(b1.all - b0.all);
	double share = all > 0 ? 1 - (double)(b1.idle - b0.idle) / all : 0;

	for (int i = 0; i < 2; i++)
		qsort(s[i].ms, n, sizeof s[i].ms[0], cmp_double);
	printf("%-24s %-22s %7.2fx %7.2fx %4zu", name, peer,
	       median(s[1].ms, n) / median(s[0].ms, n),
	       s[1].ms[0] / s[0].ms[0], n);
	for (int i = 0; i < 2; i++)
		printf("  %8.2f %8.2f %8.2f %5.1f", s[i].ms[0],
		       median(s[i].ms, n), s[i].ms[n - 1],
		       (double)s[i].rss_kib / 1024);
	printf("  %3.0f%%\n", share * 100);
}

static void usage(void)
{
	fputs("usage: pairs [-n PAIRS] [-C DIR] [-p PREP] NAME PEER "
	      "-- A... -- B...\n", stderr);
	exit(2);
}

/* Cuts argv at "--": the words between become *out; returns what follows. */
static char **cut(char **argv, char ***out)
{
	if (!*argv || strcmp(*argv, "--"))
		usage();
	*out = ++argv;
	while (*argv && strcmp(*argv, "--"))
		argv++;
	if (argv == *out)
		usage();
	return argv;
}

int main(int argc, char **argv)
{
	static struct side s[2];
	const char *prep = NULL;
	unsigned long n = 7;
	struct busy b0;
	char **rest;
	char **end;
	int c;

	while ((c = getopt(argc, argv, "+n:C:p:")) != -1) {
		if (c == 'n')
			n = strtoul(optarg, NULL, 10);
		else if (c == 'p')
			prep = optarg;
		else if (c != 'C')
			usage();
		else if (chdir(optarg))
			die(optarg);
	}
	if (!n || n > PAIRS_MAX || argc - optind < 6)
		usage();
	argv += optind;
	rest = cut(argv + 2, &s[0].argv);
	end = cut(rest, &s[1].argv);
	if (*end)
		usage();
	*rest = NULL;
	b0 = busy_read();
	for (size_t i = 0; i <= n; i++) {
		for (int k = 0; k < 2; k++) {
			double ms;

			prepare(prep);
			ms = run_once(&s[k]);
			if (i)
				s[k].ms[i - 1] = ms;
		}
	}
	report(argv[0], argv[1], s, n, b0, busy_read());
	return 0;
}

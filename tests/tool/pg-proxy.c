/*
 * pg-proxy: between a client and a server, and in the way at the worst moment.
 *
 *	pg-proxy SOCKET PORTFILE MODE N DOWN [TEXT]
 *
 * Listens on loopback, writes its port to PORTFILE, connects each client to
 * the unix socket SOCKET.  When TEXT ("= 0;COMMIT") comes from a client for
 * the N-th time, both connections are cut:
 *	before	and TEXT is not passed on
 *	after	as soon as it was passed on
 *	reply	when the server has answered; the answer is not passed on
 * Then DOWN connections are refused at once, and the rest works.  Mode mute:
 * calls are taken, nothing is ever said.  Ends with its parent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum mode { CUT_BEFORE, CUT_AFTER, CUT_REPLY, MUTE };

struct shared {
	int seen;		/* TEXT, over all connections */
	int refuse;		/* connections still to be refused */
};

static const char *text = "= 0;COMMIT";
static enum mode mode;
static int wanted, down;
static struct shared *shared;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int to_server(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

static void put(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			exit(0);
		p += k;
		n -= (size_t)k;
	}
}

static void cut(void)
{
	__atomic_store_n(&shared->refuse, down, __ATOMIC_SEQ_CST);
	exit(0);		/* the kernel closes both */
}

/* Is it here, and is it the one? */
static int hit(const char *p, size_t n)
{
	if (!memmem(p, n, text, strlen(text)))
		return 0;
	return __atomic_add_fetch(&shared->seen, 1, __ATOMIC_SEQ_CST) == wanted;
}

static void serve(int client, int server)
{
	static char buf[1 << 16];
	struct pollfd p[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	int waiting = 0;

	for (;;) {
		ssize_t n;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			exit(0);
		if (p[0].revents) {
			n = read(client, buf, sizeof buf);
			if (n <= 0)
				exit(0);
			if (hit(buf, (size_t)n)) {
				if (mode == CUT_BEFORE)
					cut();
				put(server, buf, (size_t)n);
				if (mode == CUT_AFTER)
					cut();
				waiting = 1;
			} else {
				put(server, buf, (size_t)n);
			}
		}
		if (p[1].revents) {
			n = read(server, buf, sizeof buf);
			if (n <= 0)
				exit(0);
			/* the tag of the COMMIT, after that of the SET */
			if (waiting && memmem(buf, (size_t)n, "COMMIT", 6))
				cut();
			if (!waiting)
				put(client, buf, (size_t)n);
		}
	}
}

static int listening(const char *portfile)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *f;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) ||
	    listen(fd, 64) || getsockname(fd, (struct sockaddr *)&a, &len))
		die("listen");
	f = fopen(portfile, "w");
	if (!f || fprintf(f, "%d\n", ntohs(a.sin_port)) < 0 || fclose(f))
		die(portfile);
	return fd;
}

static int refused(void)
{
	int left = __atomic_load_n(&shared->refuse, __ATOMIC_SEQ_CST);

	if (left <= 0)
		return 0;
	__atomic_store_n(&shared->refuse, left - 1, __ATOMIC_SEQ_CST);
	return 1;
}

static enum mode mode_of(const char *s)
{
	static const char *const names[] = { "before", "after", "reply",
		"mute" };

	for (int i = 0; i <= MUTE; i++)
		if (!strcmp(s, names[i]))
			return (enum mode)i;
	fprintf(stderr, "mode?\n");
	exit(2);
}

int main(int argc, char **argv)
{
	int fd;

	if (argc < 6) {
		fprintf(stderr,
		    "pg-proxy SOCKET PORTFILE MODE N DOWN [TEXT]\n");
		return 2;
	}
	mode = mode_of(argv[3]);
	wanted = atoi(argv[4]);
	down = atoi(argv[5]);
	if (argc > 6)
		text = argv[6];
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	fd = listening(argv[2]);
	while (mode == MUTE)
		pause();
	for (;;) {
		int client = accept(fd, NULL, NULL), server;

		if (client < 0)
			continue;
		if (!refused() && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGTERM);
			close(fd);
			server = to_server(argv[1]);
			if (server >= 0)
				serve(client, server);
			exit(0);
		}
		close(client);
	}
}

/*
 * programs: see programs.h.
 *
 * A program that is run ends with weir: the system is told so before exec, so
 * that a killed restore or backup leaves nothing behind that goes on.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "drv/pg/programs.h"

#define TICK_MS 100
#define SAID_MAX ((size_t)64 << 10)
#define CHUNK ((size_t)64 << 10)
#define NEWEST_MAJOR 30		/* looked for, at most */
#define ARGS_MAX 24

/* --- a child ------------------------------------------------------------------ */

struct child {
	pid_t pid;
	int out, said;		/* pipes from it */
};

/* Between fork and exec only what a signal handler may call. */
static void become(const char *path, char *const *argv, char *const *env,
    int out, int said, const int *keep, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	/* Ctrl-C is ours to hand on */
	(void)setpgid(0, 0);
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(said, 2) < 0)
		_exit(127);
	for (int i = 0; i < 2; i++)
		if (keep[i] >= 0)
			(void)fcntl(keep[i], F_SETFD, 0);
	execve(path, argv, env);
	_exit(127);
}

static enum rc spawn(const char *path, char *const *argv, char *const *env,
    const int *keep, struct child *c, struct err *e)
{
	int out[2], said[2];
	pid_t self = getpid();

	if (pipe2(out, O_CLOEXEC))
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	if (pipe2(said, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	}
	c->pid = fork();
	if (c->pid == 0)
		become(path, argv, env, out[1], said[1], keep, self);
	close(out[1]);
	close(said[1]);
	if (c->pid < 0) {
		close(out[0]);
		close(said[0]);
		return err_set(e, RC_IO, "%s: %s", path, strerror(errno));
	}
	c->out = out[0];
	c->said = said[0];
	return RC_OK;
}

static void take_said(struct child *c, struct sbuf *said)
{
	char buf[4096];
	ssize_t n = read(c->said, buf, sizeof(buf));

	if (n > 0) {
		size_t room = SAID_MAX - said->n;

		sbuf_add(said, (struct str){ buf, (size_t)n < room ?
		    (size_t)n : room });
	} else if (n == 0 || errno != EINTR) {
		close(c->said);
		c->said = -1;
	}
}

static enum rc take_out(struct child *c, const struct running *r, char *buf,
    struct err *e)
{
	ssize_t n = read(c->out, buf, CHUNK);

	if (n > 0)
		return r->out ? r->out(r->arg, (struct str){ buf, (size_t)n },
		    e) : RC_OK;
	if (n == 0 || errno != EINTR) {
		close(c->out);
		c->out = -1;
	}
	return RC_OK;
}

static enum rc listen_to(struct child *c, const struct running *r,
    struct sbuf *said, struct err *e)
{
	char *buf = xalloc(CHUNK);
	enum rc rc = RC_OK;

	while (!rc && (c->out >= 0 || c->said >= 0)) {
		struct pollfd p[2] = { { .fd = c->out, .events = POLLIN },
			{ .fd = c->said, .events = POLLIN } };

		if (poll(p, 2, TICK_MS) < 0 && errno != EINTR)
			rc = err_set(e, RC_IO, "poll: %s", strerror(errno));
		if (p[1].revents)
			take_said(c, said);
		if (!rc && p[0].revents)
			rc = take_out(c, r, buf, e);
		if (!rc && r->tick && !r->tick(r->arg))
			rc = err_set(e, RC_CANCELLED, "stopped");
	}
	xfree(buf);
	return rc;
}

static int reap(struct child *c, bool stop)
{
	int status = 0;

	if (stop)
		(void)kill(c->pid, SIGKILL);
	if (c->out >= 0)
		close(c->out);
	if (c->said >= 0)
		close(c->said);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* --- how to connect ------------------------------------------------------------- */

static int memory_file(struct str text)
{
	int fd = memfd_create("weir", MFD_CLOEXEC);

	if (fd < 0)
		return -1;
	/* libpq heeds a password file only when it is its owner's alone */
	if (fchmod(fd, 0600) || write(fd, text.p ? text.p : "", text.n) !=
	    (ssize_t)text.n) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool goes_in_line(const char *s)
{
	size_t n = strlen(s);

	return n < 900 && !strpbrk(s, "\r\n") && (!n || s[n - 1] != ' ');
}

static bool own_word(const char *word)
{
	static const char *const own[] = { "host", "port", "user", "dbname",
		"password", "passfile", "service", "client_encoding",
		"application_name", "fallback_application_name" };

	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (!strcmp(word, own[i]))
			return true;
	return false;
}

/* The connection as it was made: one host, what differs from the defaults. */
static enum rc service_text(const struct pg *d, struct sbuf *b, struct err *e)
{
	PQconninfoOption *o = PQconninfo(d->c);
	const char *host = PQhost(d->c), *bad = NULL;
	const struct { const char *k, *v; } first[] = {
		{ "host", host }, { "port", PQport(d->c) },
		{ "user", PQuser(d->c) }, { "dbname", PQdb(d->c) },
		{ "application_name", "weir" },
	};

	sbuf_addz(b, "[weir]\n");
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		if (first[i].v && !goes_in_line(first[i].v))
			bad = first[i].k;
		if (first[i].v && *first[i].v)
			sbuf_addf(b, "%s=%s\n", first[i].k, first[i].v);
	}
	for (PQconninfoOption *p = o; p && p->keyword; p++) {
		if (!p->val || !*p->val || own_word(p->keyword) ||
		    (p->compiled && !strcmp(p->val, p->compiled)))
			continue;
		if (!strcmp(p->keyword, "hostaddr") && strchr(p->val, ','))
			continue;
		if (!goes_in_line(p->val))
			bad = p->keyword;
		sbuf_addf(b, "%s=%s\n", p->keyword, p->val);
	}
	for (PQconninfoOption *p = o; p && p->keyword; p++)
		if (p->val)
			explicit_bzero(p->val, strlen(p->val));
	PQconninfoFree(o);
	return bad ? err_set(e, RC_UNSUPPORTED, "the connection's %s cannot be "
	    "handed to a program", bad) : RC_OK;
}

/* *:*:*:*:password, with its own escapes (manual, 34.16) */
static void pass_text(const struct pg *d, struct sbuf *b)
{
	const char *p = PQpass(d->c);

	if (!p || !*p)
		return;
	sbuf_addz(b, "*:*:*:*:");
	for (; *p; p++) {
		if (*p == ':' || *p == '\\')
			sbuf_addc(b, '\\');
		sbuf_addc(b, *p);
	}
	sbuf_addc(b, '\n');
}

static void wipe(struct sbuf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->n);
	sbuf_free(b);
}

/* fds[0] the service file, fds[1] the password's, or -1. */
static enum rc secrets(const struct pg *d, int fds[2], struct err *e)
{
	struct sbuf service = SBUF_INIT(1 << 16), pass = SBUF_INIT(1 << 16);
	enum rc rc;

	fds[0] = fds[1] = -1;
	rc = service_text(d, &service, e);
	pass_text(d, &pass);
	if (!rc && pass.n && memchr(pass.p, '\n', pass.n - 1))
		rc = err_set(e, RC_UNSUPPORTED, "a password of two lines "
		    "cannot be handed to a program");
	if (!rc) {
		fds[0] = memory_file(sbuf_str(&service));
		if (pass.n)
			fds[1] = memory_file(sbuf_str(&pass));
		if (fds[0] < 0 || (pass.n && fds[1] < 0))
			rc = err_set(e, RC_IO, "memory file: %s",
			    strerror(errno));
	}
	wipe(&service);
	wipe(&pass);
	return rc;
}

/* The environment without what would lead elsewhere. */
static char **environment(struct strs from, const int fds[2], struct arena *a)
{
	char **v = arena_array(a, char *, from.n + 6);
	size_t n = 0;

	for (size_t i = 0; i < from.n; i++)
		if (!str_starts(from.v[i], STR("PG")) &&
		    !str_starts(from.v[i], STR("LC_")) &&
		    !str_starts(from.v[i], STR("LANG")))
			v[n++] = arena_z(a, from.v[i]);
	v[n++] = arena_z(a, STR("LC_ALL=C"));
	if (fds[0] >= 0) {
		v[n++] = arena_z(a, arena_printf(a, "PGSERVICEFILE=/proc/self/"
		    "fd/%d", fds[0]));
		v[n++] = arena_z(a, fds[1] >= 0 ? arena_printf(a,
		    "PGPASSFILE=/proc/self/fd/%d", fds[1]) :
		    STR("PGPASSFILE=/dev/null"));
	}
	v[n] = NULL;
	return v;
}

/* --- running -------------------------------------------------------------------- */

static enum rc told(const struct running *r, int status, struct sbuf *said,
    struct arena *a, struct err *e)
{
	struct str text = str_trim(sbuf_str(said)), line;
	struct str name = path_base(str_z(r->program->path));

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RC_OK;
	if (!str_line(&text, &line))
		line = STR("");
	line = utf8_clean(a, line, UTF8_LINE);
	if (WIFSIGNALED(status))
		return err_set(e, RC_DB, "%.*s was ended by signal %d",
		    STR_ARG(name), WTERMSIG(status));
	if (WEXITSTATUS(status) == 127 && !line.n)
		return err_set(e, RC_NOTFOUND, "%s cannot be run",
		    r->program->path);
	return err_set(e, RC_DB, "%.*s%s", STR_ARG(line), line.n ? "" :
	    "a program failed without a word");
}

enum rc program_run(const struct running *r, struct err *e)
{
	struct arena *a = arena_new();
	struct sbuf said = SBUF_INIT(SAID_MAX + 1);
	char *argv[ARGS_MAX + 2] = { r->program->path };
	struct child c = { .out = -1, .said = -1 };
	int fds[2] = { -1, -1 };
	size_t n = 1;
	enum rc rc = r->to ? secrets(r->to, fds, e) : RC_OK;

	for (size_t i = 0; r->args[i] && n < ARGS_MAX; i++)
		argv[n++] = arena_z(a, str_z(r->args[i]));
	if (r->to)
		argv[n++] = arena_z(a, STR("--dbname=service=weir"));
	if (!rc)
		rc = spawn(r->program->path, argv, environment(r->environment,
		    fds, a), fds, &c, e);
	if (!rc) {
		int status;

		rc = listen_to(&c, r, &said, e);
		status = reap(&c, rc != RC_OK);
		if (!rc)
			rc = told(r, status, &said, a, e);
	}
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	sbuf_free(&said);
	arena_free(a);
	return rc;
}

/* --- finding --------------------------------------------------------------------- */

struct finding {
	const char *name;
	int server;
	struct strs environment;
	struct arena *a;
	struct program best;
	int older;		/* the newest that is too old */
};

static enum rc take_version(void *arg, struct str bytes, struct err *e)
{
	(void)e;
	sbuf_add(arg, bytes);
	return RC_OK;
}

/* "pg_dump (PostgreSQL) 15.13 (Debian …)" */
static int version_of(struct finding *f, char *path)
{
	static const char *const args[] = { "--version", NULL };
	struct program p = { .path = path };
	struct sbuf b = SBUF_INIT(CHUNK);
	struct err ignored = ERR_INIT;
	struct running r = { .program = &p, .args = args,
		.environment = f->environment, .out = take_version,
		.arg = &b };
	int major = 0;

	if (program_run(&r, &ignored) == RC_OK) {
		size_t at = str_find(sbuf_str(&b), STR("(PostgreSQL) "), 0);

		if (at < b.n)
			major = atoi(b.p + at + 13);
	}
	sbuf_free(&b);
	return major;
}

static void try(struct finding *f, struct str dir)
{
	char *path = arena_z(f->a, path_join(f->a, dir, str_z(f->name)));
	int major;

	if (f->best.major == f->server || access(path, X_OK) ||
	    !file_stat_of(path).is_file)
		return;
	major = version_of(f, path);
	if (major >= f->server && (!f->best.path || major < f->best.major))
		f->best = (struct program){ path, major };
	else if (major && major < f->server && major > f->older)
		f->older = major;
}

static void try_path(struct finding *f)
{
	struct str path = STR("");

	for (size_t i = 0; i < f->environment.n; i++)
		if (str_starts(f->environment.v[i], STR("PATH=")))
			path = str_sub(f->environment.v[i], 5,
			    f->environment.v[i].n);
	while (path.n) {
		size_t colon = str_find(path, STR(":"), 0);

		if (colon && path.p[0] == '/')
			try(f, str_sub(path, 0, colon));
		path = str_sub(path, colon + 1, path.n);
	}
}

/* Where packages put the programs of one version. */
static void try_version(struct finding *f, int major)
{
	static const char *const dirs[] = { "/usr/lib/postgresql/%d/bin",
		"/usr/pgsql-%d/bin", "/usr/libexec/postgresql%d",
		"/usr/local/opt/postgresql@%d/bin" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		struct str dir = str_z(dirs[i]);
		size_t at = str_find(dir, STR("%d"), 0);

		try(f, arena_printf(f->a, "%.*s%d%.*s",
		    STR_ARG(str_sub(dir, 0, at)), major,
		    STR_ARG(str_sub(dir, at + 2, dir.n))));
	}
}

enum rc program_find(const char *name, int server, struct strs env,
    struct arena *a, struct program *out, struct err *e)
{
	struct finding f = { .name = name, .server = server, .a = a,
		.environment = env };

	try_path(&f);
	if (f.best.major != server)
		try_version(&f, server);
	for (int i = server + 1; !f.best.path && i <= NEWEST_MAJOR; i++)
		try_version(&f, i);
	if (f.best.path) {
		*out = f.best;
		return RC_OK;
	}
	if (f.older)
		err_set(e, RC_UNSUPPORTED, "the server is PostgreSQL %d, the "
		    "%s that is here is of %d", server, name, f.older);
	else
		err_set(e, RC_NOTFOUND, "%s of PostgreSQL %d or later is not "
		    "here", name, server);
	err_hint(e, "install it (Debian: apt install postgresql-client-%d), "
	    "or add its folder to PATH, then again", server);
	return e->code;
}

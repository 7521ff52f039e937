/* clip: see clip.h. */
#include "ui/clip.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"

/* The first whose variable is set and that is there. */
static const struct tool {
	const char *needs;	/* NULL: nothing */
	const char *argv[5];
} tools[] = {
	{ "WAYLAND_DISPLAY", { "wl-copy", NULL } },
	{ "DISPLAY", { "xclip", "-selection", "clipboard", NULL } },
	{ "DISPLAY", { "xsel", "--input", "--clipboard", NULL } },
	{ NULL, { "pbcopy", NULL } },
	{ "TMUX", { "tmux", "load-buffer", "-w", "-", NULL } },
};
#define NTOOLS (sizeof(tools) / sizeof(tools[0]))

struct clip {
	bool tmux;
	const struct tool *tool;	/* NULL: none */
	const char *path;		/* of it */
	char **envp;
};

/* In the folders of $PATH; one that is no absolute path is passed over. */
static const char *find_program(const struct env *env, const char *name,
    struct arena *a)
{
	struct str rest = env_get(env, "PATH");

	while (rest.n) {
		size_t end = str_find(rest, STR(":"), 0);
		struct str dir = str_sub(rest, 0, end);
		const char *path;

		rest = str_sub(rest, end + 1, rest.n);
		if (!str_starts(dir, STR("/")))
			continue;
		path = arena_z(a, path_join(a, dir, str_z(name)));
		if (file_stat_of(path).is_file && access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

static char **environment(const struct env *env, struct arena *a)
{
	struct strs names = env_list(env, a);
	char **v = arena_array(a, char *, names.n + 1);

	for (size_t i = 0; i < names.n; i++)
		v[i] = arena_z(a, arena_printf(a, "%.*s=%.*s",
		    STR_ARG(names.v[i]), STR_ARG(env_get(env,
		    arena_z(a, names.v[i])))));
	return v;
}

struct clip *clip_open(const struct env *env, struct arena *a)
{
	struct clip *c = arena_new_of(a, struct clip);

	c->tmux = env_has(env, "TMUX");
	c->envp = environment(env, a);
	for (size_t i = 0; !c->path && i < NTOOLS; i++) {
		if (tools[i].needs && !env_has(env, tools[i].needs))
			continue;
		c->path = find_program(env, tools[i].argv[0], a);
		c->tool = c->path ? &tools[i] : NULL;
	}
	return c;
}

struct str clip_tool(const struct clip *c)
{
	return c->tool ? str_z(c->tool->argv[0]) : STR("");
}

/* --- the terminal ----------------------------------------------------------- */

static void add_base64(struct sbuf *b, struct str text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.n; i += 3) {
		uint32_t v = 0;
		size_t left = text.n - i < 3 ? text.n - i : 3;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (k < left ?
			    (unsigned char)text.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			sbuf_addc(b, k <= left ?
			    digits[v >> (18 - 6 * k) & 63] : '=');
	}
}

void clip_sequence(const struct clip *c, struct str text, struct sbuf *out)
{
	if (text.n > CLIP_TERMINAL_MAX)
		return;
	sbuf_addz(out, "\033]52;c;");
	add_base64(out, text);
	sbuf_addc(out, '\a');
	if (!c->tmux)
		return;
	/* passed through: every ESC within is doubled */
	sbuf_addz(out, "\033Ptmux;\033\033]52;c;");
	add_base64(out, text);
	sbuf_addz(out, "\a\033\\");
}

/* --- a program --------------------------------------------------------------- */

struct feeding {
	pid_t pid;
	int to;			/* its standard input */
	size_t n;
	char text[];
};

static bool start(const struct clip *c, int from, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, all;
	char *const *argv = (char *const *)(const void *)c->tool->argv;
	int failed;

	sigemptyset(&none);
	sigfillset(&all);
	if (posix_spawn_file_actions_init(&files))
		return false;
	if (posix_spawnattr_init(&how)) {
		posix_spawn_file_actions_destroy(&files);
		return false;
	}
	failed = posix_spawn_file_actions_adddup2(&files, from, 0) ||
	    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY,
	    0) || posix_spawn_file_actions_adddup2(&files, 1, 2) ||
	    posix_spawnattr_setsigmask(&how, &none) ||
	    posix_spawnattr_setsigdefault(&how, &all) ||
	    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID |
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) ||
	    posix_spawn(pid, c->path, &files, &how, argv, c->envp);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return !failed;
}

static void *feed(void *arg)
{
	struct feeding *f = arg;
	size_t at = 0;

	while (at < f->n) {
		ssize_t n = write(f->to, f->text + at, f->n - at);

		if (n <= 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	close(f->to);
	while (waitpid(f->pid, NULL, 0) < 0 && errno == EINTR)
		;
	xfree(f);
	return NULL;
}

bool clip_run(const struct clip *c, struct str text)
{
	struct feeding *f;
	sigset_t all, old;
	pthread_t thread;
	pid_t pid;
	int ends[2], failed;

	if (!c->tool || pipe2(ends, O_CLOEXEC) < 0)
		return false;
	failed = !start(c, ends[0], &pid);
	close(ends[0]);
	if (failed) {
		close(ends[1]);
		return false;
	}
	f = xalloc(sizeof(*f) + text.n);
	f->pid = pid;
	f->to = ends[1];
	f->n = text.n;
	if (text.n)
		memcpy(f->text, text.p, text.n);
	/* signals are the main thread's, SIGPIPE is nobody's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	failed = pthread_create(&thread, NULL, feed, f);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (failed) {
		close(ends[1]);
		xfree(f);
		return false;
	}
	pthread_detach(thread);
	return true;
}

/*
 * editor: fork, sh, wait.
 *
 * E.1 A file that must not change is a copy that nobody may write, in a
 *     folder of its own, and goes afterwards.
 * E.2 While the editor has the terminal, signals of the keyboard are its own:
 *     Ctrl-C does nothing here, Ctrl-Z stops this process with it.
 */
#include "ui/editor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "ui/core_local.h"

/* ---- the command line ---- */

static const char plus[] = " vi vim nvim view nview vis elvis nano pico micro "
	"emacs emacsclient joe jed mg ne kak less more ed mcedit jmacs zile ";
static const char colon[] = " hx helix subl sublime_text zed ";
static const char option[] = " code codium code-insiders ";

static bool is_among(const char *names, struct str name)
{
	struct str all = str_z(names);

	for (size_t at = str_find(all, name, 0); name.n && at < all.n;
	    at = str_find(all, name, at + 1))
		if (at && all.p[at - 1] == ' ' && at + name.n < all.n &&
		    all.p[at + name.n] == ' ')
			return true;
	return false;
}

void editor_command(struct str editor, size_t line, struct sbuf *out)
{
	struct str word = str_sub(editor, 0, str_find(editor, STR(" "), 0));
	struct str name = path_base(word);

	sbuf_add(out, editor);
	if (is_among(plus, name))
		sbuf_addf(out, " +%zu \"$1\"", line);
	else if (is_among(colon, name))
		sbuf_addf(out, " \"$1:%zu\"", line);
	else if (is_among(option, name))
		sbuf_addf(out, " -g \"$1:%zu\"", line);
	else
		sbuf_addz(out, " \"$1\"");
}

static struct str chosen(const struct core *c)
{
	const struct env *env = c->app.request ? c->app.request->env : NULL;

	if (env && env_has(env, "VISUAL"))
		return env_get(env, "VISUAL");
	if (env && env_has(env, "EDITOR"))
		return env_get(env, "EDITOR");
	return STR("vi");
}

/* ---- running it ---- */

static void on_keyboard(struct sigaction *was)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction stop = { .sa_handler = SIG_DFL };

	sigaction(SIGINT, &ignore, &was[0]);
	sigaction(SIGQUIT, &ignore, &was[1]);
	sigaction(SIGTSTP, &stop, &was[2]);
}

static void as_before(const struct sigaction *was)
{
	sigaction(SIGINT, &was[0], NULL);
	sigaction(SIGQUIT, &was[1], NULL);
	sigaction(SIGTSTP, &was[2], NULL);
}

static void child(char *const *argv)
{
	struct sigaction dflt = { .sa_handler = SIG_DFL };
	static const int all[] = { SIGINT, SIGQUIT, SIGTSTP, SIGPIPE };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		sigaction(all[i], &dflt, NULL);
	execv("/bin/sh", argv);
	_exit(127);
}

/* Its exit status; 128 + a signal; -1: it could not be started. */
static int run(const char *command, const char *path)
{
	char *argv[] = { (char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c",
		(char *)(uintptr_t)command, (char *)(uintptr_t)"weir",
		(char *)(uintptr_t)path, NULL };
	struct sigaction was[3];
	int status = 0;
	pid_t pid;

	on_keyboard(was);
	pid = fork();
	if (pid == 0)
		child(argv);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	as_before(was);
	if (pid < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

/* ---- the file ---- */

static struct sha256 hash_of(const char *path)
{
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct err ignored = ERR_INIT;
	struct sha256 h;

	if (file_read(path, &b, &ignored))
		sbuf_reset(&b);
	h = sha256_of(sbuf_str(&b));
	sbuf_free(&b);
	return h;
}

/* A copy of the text beneath a new folder; NULL: *e says why not. */
static char *copy_of(struct arena *a, const struct edit_wish *w, char *dir,
    struct err *e)
{
	char *path;

	if (!mkdtemp(dir)) {
		err_set(e, RC_IO, "no folder for a copy: %s", dir);
		return NULL;
	}
	path = arena_z(a, path_join(a, str_z(dir),
	    path_base(sbuf_str(&w->path))));
	if (file_create(path, sbuf_str(&w->text), 0400, e) == RC_OK)
		return path;
	rmdir(dir);
	return NULL;
}

static int edit(struct core *c, struct arena *a, const char *path)
{
	struct sbuf command = SBUF_INIT((size_t)1 << 16);
	struct sha256 before = hash_of(path), after;
	struct str editor = chosen(c);
	char said[300];
	int status;

	editor_command(editor, c->edit.line ? c->edit.line : 1, &command);
	status = run(arena_z(a, sbuf_str(&command)), path);
	sbuf_free(&command);
	after = hash_of(path);
	if (status) {
		snprintf(said, sizeof(said), "%.*s ended with status %d%s",
		    (int)(editor.n < 100 ? editor.n : 100), editor.p, status,
		    status == 127 ? ": set $VISUAL or $EDITOR" : "");
		core_message(c, STYLE_ERROR, said);
	}
	return memcmp(&before, &after, sizeof(before)) ? EDITED_OTHER :
	    status ? EDITED_FAILED : EDITED_SAME;
}

void editor_run(struct core *c)
{
	struct edit_wish *w = &c->edit;
	struct arena *a = arena_new();
	char dir[] = "/tmp/weir-look-XXXXXX";
	struct err e = ERR_INIT;
	int answer = EDITED_FAILED;
	char *path = w->read_only ? copy_of(a, w, dir, &e) :
	    arena_z(a, sbuf_str(&w->path));

	w->on = false;
	if (path)
		answer = edit(c, a, path);
	else
		core_message(c, STYLE_ERROR, e.msg);
	if (path && w->read_only) {
		unlink(path);
		rmdir(dir);
		answer = answer == EDITED_OTHER ? EDITED_SAME : answer;
	}
	core_answer(c, w->view, w->key, answer);
	arena_free(a);
}

/* main: argv and environment → cmd or ui.  The only reader of the process
 * environment and the only caller of both. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "ui/studio.h"

#ifndef WEIR_VERSION
#define WEIR_VERSION "unknown"
#endif

extern char **environ;

static int open_studio(struct invocation *in)
{
	struct err e = ERR_INIT;
	struct studio_options o = {
		.env = in->env,
		.read_only = in->given[OPT_READ_ONLY],
		.no_color = str_is(cmd_value(in, OPT_COLOR), "never"),
		.theme = cmd_value(in, OPT_THEME).p,
		.ascii = in->given[OPT_ASCII],
		.fresh = in->given[OPT_FRESH],
		.check_keys = in->given[OPT_CHECK_KEYS],
		.script = cmd_value(in, OPT_SCRIPT).p,
		.size = cmd_value(in, OPT_SIZE).p,
		.has_clock = in->given[OPT_CLOCK],
	};

	if (cmd_number(in, OPT_CLOCK, 0, &o.clock_ms, &e)) {
		cmd_print_error(in, &e);
		return EXIT_USAGE;
	}
	cmd_request(in, in->args.n ? in->args.v[0] : STR_NONE, &o.request);
	return studio_run(&o);
}

static int dispatch(struct invocation *in)
{
	if (in->version) {
		sbuf_addz(&in->out, "weir " WEIR_VERSION "\n");
		cmd_flush(in);
		return EXIT_DONE;
	}
	if (in->given[OPT_HELP]) {
		cmd_help(in, in->cmd);
		cmd_flush(in);
		return EXIT_DONE;
	}
	if (!in->cmd && (!in->tty_in || !in->tty_out))
		in->cmd = &cmd_status;
	if (!in->cmd || in->cmd == &cmd_studio)
		return open_studio(in);
	return cmd_run(in);
}

/*
 * A closed standard stream is a number that the next file opened would get:
 * messages would then be written into it.  And a file-size limit is an error
 * of a write, to be rolled back and reported, no reason to die.
 */
static void settle_process(void)
{
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			_exit(EXIT_FAILED);
	signal(SIGXFSZ, SIG_IGN);
}

/*
 * The words of a command line stand in the list of processes, for everybody.
 * They are copied, and where one may hold a password its original is blotted
 * out: what follows the first colon of anything like a URL, and all from
 * "password" on.
 */
static char **private_words(struct arena *a, int argc, char **argv)
{
	char **own = arena_array(a, char *, (size_t)argc + 1);

	for (int i = 0; i < argc; i++) {
		char *from = strcasestr(argv[i], "password");
		char *colon = strchr(argv[i], ':');

		own[i] = arena_z(a, str_z(argv[i]));
		if (colon && (strstr(colon, "://") || strchr(colon, '@')) &&
		    (!from || colon < from))
			from = colon;
		if (from)
			memset(from, '*', strlen(from));
	}
	own[argc] = NULL;
	return own;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct invocation in = { .a = a, .out = SBUF_INIT((size_t)1 << 30) };
	struct err e = ERR_INIT;
	char *cwd = getcwd(NULL, 0);
	int code;

	settle_process();
	dialect_check();
	in.env = env_new(a, environ);
	in.cwd = str_z(cwd ? cwd : ".");
	if (cmd_parse(argc, private_words(a, argc, argv), &in, &e)) {
		cmd_print_error(&in, &e);
		code = EXIT_USAGE;
	} else {
		code = dispatch(&in);
	}
	cmd_forget(&in);
	sbuf_free(&in.out);
	xfree(cwd);
	arena_free(a);
	return code;
}

/* studio: its place in the command table; main.c opens it (cmd and ui are
 * neighbours on one floor and do not know each other). */
#include "cmd/cmd.h"

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	(void)in;
	(void)code;
	return err_set(e, RC_INTERNAL, "the studio is opened by main");
}

static const char *const detail[] = {
	"TARGET is a project folder, a SQLite file or a URL.  Inside, ? lists "
	"the keys of\nwhat is focused.  --script runs keys from a file on a screen of "
	"--size and\nneeds no terminal; see weir-studio(1).", NULL,
};

const struct cmd_entry cmd_studio = {
	.name = "studio", .bit = C_STUDIO, .args = "[TARGET]", .max_args = 1,
	.summary = "Open the studio (the default on a terminal)",
	.detail = detail, .run = run,
};

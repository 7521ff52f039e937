/* help: usage texts made from the tables. */
#include "cmd/cmd.h"

static void add_options(struct invocation *in, unsigned bit, bool shared)
{
	for (int i = 0; i < OPT_N; i++) {
		const struct opt_def *o = &opt_defs[i];
		bool is_shared = (o->cmds | C_STUDIO) == C_ALL;
		struct sbuf left = SBUF_INIT(128);

		if (!(o->cmds & bit) || is_shared != shared)
			continue;
		sbuf_addf(&left, "--%s%s%s", o->name, o->arg ? " " : "",
		    o->arg ? o->arg : "");
		sbuf_addf(&in->out, "  %-24s  %s\n", left.p, o->help);
		sbuf_free(&left);
	}
}

static void help_command(struct invocation *in, const struct cmd_entry *c)
{
	sbuf_addf(&in->out, "weir %s%s%s [OPTION]...\n%s.\n", c->name,
	    c->args[0] ? " " : "", c->args, c->summary);
	for (size_t i = 0; c->detail && c->detail[i]; i++)
		sbuf_addf(&in->out, "\n%s\n", c->detail[i]);
	for (int i = 0; i < OPT_N; i++)
		if ((opt_defs[i].cmds & c->bit) &&
		    (opt_defs[i].cmds | C_STUDIO) != C_ALL) {
			sbuf_addz(&in->out, "\nOptions\n");
			add_options(in, c->bit, false);
			break;
		}
	sbuf_addz(&in->out, "\nOptions of every command\n");
	add_options(in, c->bit, true);
	sbuf_addz(&in->out, "\nThe manual: man weir\n");
}

void cmd_help(struct invocation *in, const struct cmd_entry *c)
{
	if (c) {
		help_command(in, c);
		return;
	}
	sbuf_addz(&in->out,
	    "weir: browse a database, review its pending migrations side by "
	    "side,\napply them through a gate that no data loss slips past, "
	    "take them back.\n\n"
	    "  weir [TARGET]             open the studio (without a terminal: "
	    "status)\n"
	    "  weir COMMAND [OPTION]...\n\n"
	    "TARGET is a project folder, a SQLite file or a URL.\n\nCommands\n");
	for (size_t i = 0; cmd_table[i]; i++) {
		struct sbuf left = SBUF_INIT(128);

		sbuf_addf(&left, "%s%s%s", cmd_table[i]->name,
		    cmd_table[i]->args[0] ? " " : "", cmd_table[i]->args);
		sbuf_addf(&in->out, "  %-24s  %s\n", left.p,
		    cmd_table[i]->summary);
		sbuf_free(&left);
	}
	sbuf_addz(&in->out, "\nOptions of every command\n");
	add_options(in, C_STATUS, true);
	sbuf_addz(&in->out, "  --version                 version and "
	    "libraries\n\nweir COMMAND --help tells more.  "
	    "The manual: man weir\n");
}

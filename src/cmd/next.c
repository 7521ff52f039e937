/* next: the command to type next, made of the one that was typed. */
#include "cmd/cmd.h"

static bool is_about_output(size_t i)
{
	return i == OPT_JSON || i == OPT_COLOR || i == OPT_QUIET ||
	    i == OPT_VERBOSE;
}

static bool names_database(const char *arg)
{
	return !strcmp(arg, "DATABASE") || !strcmp(arg, "URL");
}

struct str cmd_next(const struct invocation *in, const struct cmd_entry *cmd)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_addf(&b, "weir %s", cmd->name);
	for (size_t i = 0; i < OPT_N; i++) {
		const struct opt_def *o = &opt_defs[i];

		if (!in->given[i] || i == OPT_ALLOW || i == OPT_TARGET ||
		    i == OPT_UNPROVEN || !(o->cmds & cmd->bit) ||
		    (cmd != in->cmd && is_about_output(i)))
			continue;
		if (!o->arg)
			sbuf_addf(&b, " --%s", o->name);
		for (size_t k = 0; k < in->values[i].n; k++) {
			struct str v = in->values[i].v[k];

			sbuf_addf(&b, " --%s ", o->name);
			shell_quote(&b, names_database(o->arg) ?
			    project_shown(v, in->a) : v);
		}
	}
	for (size_t i = 0; i < in->args.n; i++) {
		sbuf_addc(&b, ' ');
		shell_quote(&b, project_shown(in->args.v[i], in->a));
	}
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

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

/* The command that a line begins with, and where its name ends. */
static const struct cmd_entry *command_of(struct str line, size_t *end)
{
	size_t from = STR("weir ").n;

	if (!str_starts(line, STR("weir ")))
		return NULL;
	*end = str_find(line, STR(" "), from);
	for (size_t i = 0; cmd_table[i]; i++)
		if (str_is(str_sub(line, from, *end), cmd_table[i]->name))
			return cmd_table[i];
	return NULL;
}

static void place_of(const struct invocation *in, const struct cmd_entry *cmd,
    struct str line, struct sbuf *b)
{
	static const enum opt_id places[] = { OPT_CONFIG, OPT_DB,
		OPT_MIGRATIONS };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const struct opt_def *o = &opt_defs[places[i]];
		struct str word = arena_printf(in->a, " --%s", o->name);
		struct str v;

		if (!in->given[places[i]] || !(o->cmds & cmd->bit) ||
		    !in->values[places[i]].n ||
		    str_find(line, word, 0) < line.n)
			continue;
		v = in->values[places[i]].v[in->values[places[i]].n - 1];
		sbuf_add(b, word);
		sbuf_addc(b, ' ');
		shell_quote(b, project_shown(v, in->a));
	}
}

struct str cmd_here(const struct invocation *in, struct str hint)
{
	struct sbuf b = SBUF_TEXT;
	struct str rest = hint, line, s;

	if (!in->a)
		return hint;
	while (str_line(&rest, &line)) {
		size_t end = 0;
		const struct cmd_entry *cmd = command_of(line, &end);

		if (b.n)
			sbuf_addc(&b, '\n');
		sbuf_add(&b, str_sub(line, 0, cmd ? end : line.n));
		if (!cmd)
			continue;
		place_of(in, cmd, line, &b);
		sbuf_add(&b, str_sub(line, end, line.n));
	}
	if (str_ends(hint, STR("\n")))
		sbuf_addc(&b, '\n');
	s = arena_str(in->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

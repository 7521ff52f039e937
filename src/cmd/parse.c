/*
 * parse: argv → invocation, by the tables alone.
 *
 * A first word that is no command is a TARGET for the studio when it can be
 * one: a path that exists, a URL, or something with a slash or a dot.
 */
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/fs.h"
#include "cmd/cmd.h"

/* Commands that this version does not have: named, not guessed. */
static const struct later {
	const char *name;
	bool kit;		/* drizzle-kit has it */
} later_commands[] = {
	{ "push", true }, { "pull", true }, { "introspect", true },
	{ "query", false }, { "import", false },
	{ "seed", false }, { "reset", false },
};

/* Options of drizzle-kit 0.31 that have nothing to do here. */
static const struct {
	const char *name;
	unsigned cmds;
	const char *why, *instead;
} kit_options[] = {
	{ "port", C_STUDIO, "the studio is in this terminal and listens on no "
	    "port", "leave it out" },
	{ "host", C_STUDIO, "the studio is in this terminal and listens on no "
	    "host", "leave it out" },
	{ "force", C_MIGRATE, "what is lost is consented to by name",
	    "weir migrate --allow SLUG:OBJECT" },
	{ "url", C_MIGRATE | C_STATUS | C_STUDIO, "the database is --db's",
	    "--db URL" },
};

/* "generate:pg" of drizzle-kit 0.20 and before: command and dialect. */
static const struct {
	const char *word, *dialect;
} old_dialects[] = {
	{ "pg", "postgresql" }, { "postgresql", "postgresql" },
	{ "sqlite", "sqlite" }, { "turso", "turso" },
	{ "mysql", "mysql" }, { "singlestore", "singlestore" },
};

static const char *old_dialect(struct str word, struct str *verb)
{
	size_t colon = str_find(word, STR(":"), 0);

	*verb = word;
	for (size_t i = 0; colon < word.n &&
	    i < sizeof(old_dialects) / sizeof(*old_dialects); i++)
		if (str_is(str_sub(word, colon + 1, word.n),
		    old_dialects[i].word)) {
			*verb = str_sub(word, 0, colon);
			return old_dialects[i].dialect;
		}
	return NULL;
}

static const struct cmd_entry *find_command(struct str word,
    const char **dialect)
{
	struct str verb;
	const char *old = old_dialect(word, &verb);

	for (size_t i = 0; cmd_table[i]; i++) {
		if (!str_is(verb, cmd_table[i]->name) ||
		    (old && !(cmd_table[i]->bit & C_KIT)))
			continue;
		*dialect = old;
		return cmd_table[i];
	}
	return NULL;
}

static enum rc is_later(struct str word, struct err *e)
{
	struct str verb;

	(void)old_dialect(word, &verb);
	for (size_t i = 0; i < sizeof(later_commands) /
	    sizeof(*later_commands); i++) {
		if (!str_is(verb, later_commands[i].name))
			continue;
		err_set(e, RC_USAGE, "'%.*s' is not in this version yet",
		    STR_ARG(verb));
		err_hint(e, later_commands[i].kit ?
		    "drizzle-kit %.*s goes on doing it; weir --help lists the "
		    "commands it has" : "weir --help lists the commands it has",
		    STR_ARG(verb));
		return RC_USAGE;
	}
	return RC_OK;
}

static int find_option(struct str name)
{
	for (int i = 0; i < OPT_N; i++)
		if (str_is(name, opt_defs[i].name))
			return i;
	return -1;
}

static const char *nearest_option(struct str name, unsigned cmds)
{
	const char *best = NULL;
	size_t least = 3;

	for (int i = 0; i < OPT_N; i++) {
		size_t d = str_distance(name, str_z(opt_defs[i].name));

		if ((opt_defs[i].cmds & cmds) && d < least) {
			least = d;
			best = opt_defs[i].name;
		}
	}
	return best;
}

static bool may_be_there(struct str s)
{
	struct arena *a = arena_new();
	bool exists = file_stat_of(arena_z(a, s)).exists;

	arena_free(a);
	return exists;
}

static bool may_be_target(struct str s)
{
	if (str_find(s, STR("/"), 0) < s.n || str_find(s, STR("."), 0) < s.n ||
	    str_find(s, STR(":"), 0) < s.n || str_find(s, STR("="), 0) < s.n)
		return true;
	return may_be_there(s);
}

static enum rc unknown_command(struct str word, struct err *e)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; cmd_table[i]; i++) {
		size_t d = str_distance(word, str_z(cmd_table[i]->name));

		if (d < least) {
			least = d;
			best = cmd_table[i]->name;
		}
	}
	err_set(e, RC_USAGE, "no command and no file is called '%.*s'",
	    STR_ARG(word));
	if (best)
		err_hint(e, "did you mean: weir %s", best);
	else
		err_hint(e, "weir --help lists the commands");
	return RC_USAGE;
}

static enum rc bad_option(struct invocation *in, struct str name, struct err *e)
{
	unsigned cmds = in->cmd ? in->cmd->bit : (unsigned)C_ALL;
	const char *best = nearest_option(name, cmds);
	int known = find_option(name);

	/* "--dbpostgresql://…": nothing of what stands behind it is repeated */
	name = str_sub(name, 0, str_find(name, STR(":"), 0));
	for (size_t i = 0; i < sizeof(kit_options) / sizeof(*kit_options); i++)
		if (known < 0 && (kit_options[i].cmds & cmds) &&
		    str_is(name, kit_options[i].name)) {
			err_set(e, RC_USAGE, "--%s: %s", kit_options[i].name,
			    kit_options[i].why);
			err_hint(e, "%s", kit_options[i].instead);
			return RC_USAGE;
		}
	if (name.n == 1)
		err_set(e, RC_USAGE, "unknown option -%.*s", STR_ARG(name));
	else if (known >= 0)
		err_set(e, RC_USAGE, "--%.*s does not belong to 'weir %s'",
		    STR_ARG(name), in->cmd ? in->cmd->name : "");
	else
		err_set(e, RC_USAGE, "unknown option --%.*s", STR_ARG(name));
	if (best && known < 0 && name.n > 1)
		err_hint(e, "did you mean --%s?", best);
	else
		err_hint(e, "weir %s%s--help lists the options",
		    in->cmd ? in->cmd->name : "", in->cmd ? " " : "");
	return RC_USAGE;
}

struct option_store {
	VEC(struct str) v[OPT_N];
	VEC(struct str) args;
};

static bool is_truth(struct str v, bool *out)
{
	*out = str_is(v, "true") || str_is(v, "1");
	return *out || str_is(v, "false") || str_is(v, "0");
}

/* drizzle-kit's switches take =true and =false. */
static enum rc take_switch(struct invocation *in, int id, struct str value,
    struct err *e)
{
	static const bool kits[OPT_N] = { [OPT_CUSTOM] = true,
		[OPT_SQL] = true, [OPT_VERBOSE] = true };
	bool on = true;

	if (value.p && (!kits[id] || !is_truth(value, &on)))
		return err_set(e, RC_USAGE, kits[id] ?
		    "--%s takes true or false" : "--%s takes no value",
		    opt_defs[id].name);
	in->given[id] = on;
	return RC_OK;
}

/* One "--name[=value]" at argv[*i]; moves *i over a separate value. */
static enum rc take_option(struct invocation *in, struct option_store *st,
    int argc, char **argv, int *i, struct err *e)
{
	struct str word = str_z(argv[*i] + 2), name = word, value = STR_NONE;
	size_t eq = str_find(word, STR("="), 0);
	int id;

	if (eq < word.n) {
		name = str_sub(word, 0, eq);
		value = str_sub(word, eq + 1, word.n);
	}
	if (str_is(name, "version") && eq == word.n) {
		in->version = true;
		return RC_OK;
	}
	id = find_option(name);
	if (id < 0 || (in->cmd && !(opt_defs[id].cmds & in->cmd->bit)))
		return bad_option(in, name, e);
	if (!opt_defs[id].arg)
		return take_switch(in, id, value, e);
	in->given[id] = true;
	if (opt_defs[id].arg[0] == '[' && eq == word.n) {
		bool on;

		if (*i + 1 >= argc || !is_truth(str_z(argv[*i + 1]), &on))
			return RC_OK;
	}
	if (eq == word.n) {
		if (*i + 1 >= argc) {
			err_set(e, RC_USAGE, "--%s needs a value: --%s %s",
			    opt_defs[id].name, opt_defs[id].name,
			    opt_defs[id].arg);
			return RC_USAGE;
		}
		value = str_z(argv[++*i]);
	}
	if (value.n == 0) {	/* --db "$UNSET" must not mean another one */
		err_set(e, RC_USAGE, "--%s was given an empty value",
		    opt_defs[id].name);
		err_hint(e, "--%s %s, or leave it out", opt_defs[id].name,
		    opt_defs[id].arg);
		return RC_USAGE;
	}
	vec_push(in->a, &st->v[id], value);
	return RC_OK;
}

static enum rc take_argument(struct invocation *in, struct option_store *st,
    struct str word, struct err *e)
{
	if (word.n == 0) {
		err_set(e, RC_USAGE, "an argument is empty");
		err_hint(e, "weir%s%s --help", in->cmd ? " " : "",
		    in->cmd ? in->cmd->name : "");
		return RC_USAGE;
	}
	vec_push(in->a, &st->args, word);
	return RC_OK;
}

/* Options given before the command's name is known may belong to none. */
static enum rc check_belongs(struct invocation *in, struct err *e)
{
	unsigned bit = in->cmd ? in->cmd->bit : (unsigned)C_STUDIO | C_STATUS;

	for (int i = 0; i < OPT_N; i++)
		if (in->given[i] && !(opt_defs[i].cmds & bit))
			return bad_option(in, str_z(opt_defs[i].name), e);
	return RC_OK;
}

/* Numbers are checked before anything is opened. */
static enum rc check_numbers(const struct invocation *in, struct err *e)
{
	int64_t value;

	for (int i = 0; i < OPT_N; i++) {
		const char *arg = opt_defs[i].arg;

		if (!arg || (strcmp(arg, "MS") != 0 && strcmp(arg, "N") != 0 &&
		    strcmp(arg, "COLUMNS") != 0))
			continue;
		if (cmd_number(in, (enum opt_id)i, 0, &value, e))
			return RC_USAGE;
	}
	if (cmd_number(in, OPT_WIDTH, 120, &value, e))
		return RC_USAGE;
	if (value < 40 || value > 1000)
		return err_set(e, RC_USAGE, "--width takes 40 to 1000");
	return RC_OK;
}

static void look_at_terminal(struct invocation *in)
{
	struct str when = cmd_value(in, OPT_COLOR);
	struct str columns = env_get(in->env, "COLUMNS");
	struct winsize ws;

	in->tty_in = isatty(0);
	in->tty_out = isatty(1);
	in->tty_err = isatty(2);
	in->color_out = in->tty_out && !env_has(in->env, "NO_COLOR") &&
	    !str_is(env_get(in->env, "TERM"), "dumb");
	in->color_err = in->tty_err && in->color_out == in->tty_out;
	if (str_is(when, "always"))
		in->color_out = in->color_err = true;
	if (str_is(when, "never"))
		in->color_out = in->color_err = false;
	in->columns = 120;
	if (in->tty_out && ioctl(1, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		in->columns = ws.ws_col;
	else if (columns.n > 0 && columns.n < 5 && atoi(columns.p) > 0)
		in->columns = (size_t)atoi(columns.p);
}

static bool is_theme(struct str name)
{
	static const char *const names[] = { "default", "dark", "light",
		"high-contrast", "mono" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

enum rc cmd_parse(int argc, char **argv, struct invocation *in, struct err *e)
{
	struct option_store st = { 0 };
	const char *dialect = NULL;
	bool only_args = false;
	enum rc rc = RC_OK;
	struct str when;

	for (int i = 1; i < argc && !rc; i++) {
		struct str word = str_z(argv[i]);

		if (only_args || word.n < 2 || word.p[0] != '-') {
			bool first = !in->cmd && st.args.n == 0 && !only_args;

			if (first && (in->cmd = find_command(word, &dialect)))
				continue;
			if (first && !may_be_there(word))
				rc = is_later(word, e);
			if (!rc)
				rc = take_argument(in, &st, word, e);
		} else if (str_is(word, "--")) {
			only_args = true;
		} else if (str_is(word, "-h")) {
			in->given[OPT_HELP] = true;
		} else if (str_is(word, "-q")) {
			in->given[OPT_QUIET] = true;
		} else if (str_is(word, "-V")) {
			in->version = true;
		} else if (str_starts(word, STR("--"))) {
			rc = take_option(in, &st, argc, argv, &i, e);
		} else {
			rc = bad_option(in, str_sub(word, 1, word.n), e);
		}
	}
	if (rc)
		return rc;
	if (dialect && !in->given[OPT_DIALECT]) {
		in->given[OPT_DIALECT] = true;
		vec_push(in->a, &st.v[OPT_DIALECT], str_z(dialect));
	}
	for (int i = 0; i < OPT_N; i++)
		in->values[i] = (struct strs){ st.v[i].v, st.v[i].n };
	in->args = (struct strs){ st.args.v, st.args.n };
	look_at_terminal(in);
	if (in->given[OPT_HELP] || in->version)
		return RC_OK;
	when = cmd_value(in, OPT_COLOR);
	if (in->given[OPT_COLOR] && !str_is(when, "auto") &&
	    !str_is(when, "always") && !str_is(when, "never"))
		return err_set(e, RC_USAGE, "--color is auto, always or never");
	when = cmd_value(in, OPT_THEME);
	if (in->given[OPT_THEME] && !is_theme(when))
		return err_set(e, RC_USAGE, "--theme is default, dark, light, "
		    "high-contrast or mono");
	if (!in->cmd && in->args.n > 0 && !may_be_target(in->args.v[0]))
		return unknown_command(in->args.v[0], e);
	rc = check_belongs(in, e);
	if (!rc)
		rc = check_numbers(in, e);
	if (!rc && in->cmd && in->args.n > in->cmd->max_args)
		rc = err_set(e, RC_USAGE, "too many arguments: '%.*s'",
		    STR_ARG(project_shown(in->args.v[in->cmd->max_args],
		    in->a)));
	return rc;
}

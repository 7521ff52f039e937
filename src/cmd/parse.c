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

/* Verbs of drizzle-kit that this version does not have: named, not guessed. */
static const char *const later_commands[] = {
	"check", "up", "drop", "push", "pull", "introspect", "rows", "query", "undo", "backup", "restore",
	"adopt", "import", "seed", "reset", NULL,
};

static const struct cmd_entry *find_command(struct str word)
{
	for (size_t i = 0; cmd_table[i]; i++)
		if (str_is(word, cmd_table[i]->name))
			return cmd_table[i];
	return NULL;
}

static int find_option(struct str name)
{
	for (int i = 0; i < OPT_N; i++)
		if (str_is(name, opt_defs[i].name))
			return i;
	return -1;
}

/* Edit distance of short words, for "did you mean". */
static size_t distance(struct str x, const char *y)
{
	enum { MAX = 24 };
	size_t row[MAX + 1], m = strlen(y);

	if (x.n > MAX || m > MAX)
		return MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= x.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = diagonal + (x.p[i - 1] != y[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

static const char *nearest_option(struct str name, unsigned cmds)
{
	const char *best = NULL;
	size_t least = 3;

	for (int i = 0; i < OPT_N; i++) {
		size_t d = distance(name, opt_defs[i].name);

		if ((opt_defs[i].cmds & cmds) && d < least) {
			least = d;
			best = opt_defs[i].name;
		}
	}
	return best;
}

static bool may_be_target(struct str s)
{
	struct arena *a;
	bool exists;

	if (str_find(s, STR("/"), 0) < s.n || str_find(s, STR("."), 0) < s.n ||
	    str_find(s, STR(":"), 0) < s.n || str_find(s, STR("="), 0) < s.n)
		return true;
	a = arena_new();
	exists = file_stat_of(arena_z(a, s)).exists;
	arena_free(a);
	return exists;
}

static enum rc unknown_command(struct str word, struct err *e)
{
	const char *best = NULL;
	size_t least = 3;

	for (size_t i = 0; later_commands[i]; i++)
		if (str_is(word, later_commands[i])) {
			err_set(e, RC_USAGE,
			    "'%.*s' is not in this version yet", STR_ARG(word));
			err_hint(e, "weir --help lists the commands it has");
			return RC_USAGE;
		}
	for (size_t i = 0; cmd_table[i]; i++) {
		size_t d = distance(word, cmd_table[i]->name);

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
	in->given[id] = true;
	if (!opt_defs[id].arg) {
		if (eq < word.n) {
			err_set(e, RC_USAGE, "--%s takes no value",
			    opt_defs[id].name);
			return RC_USAGE;
		}
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

enum rc cmd_parse(int argc, char **argv, struct invocation *in, struct err *e)
{
	struct option_store st = { 0 };
	bool only_args = false;
	enum rc rc = RC_OK;
	struct str when;

	for (int i = 1; i < argc && !rc; i++) {
		struct str word = str_z(argv[i]);

		if (only_args || word.n < 2 || word.p[0] != '-') {
			if (!in->cmd && st.args.n == 0 && !only_args &&
			    (in->cmd = find_command(word)))
				continue;
			rc = take_argument(in, &st, word, e);
		} else if (str_is(word, "--")) {
			only_args = true;
		} else if (str_is(word, "-h")) {
			in->given[OPT_HELP] = true;
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
	if (in->given[OPT_THEME] && !str_is(when, "dark") &&
	    !str_is(when, "light") && !str_is(when, "mono"))
		return err_set(e, RC_USAGE, "--theme is dark, light or mono");
	if (!in->cmd && in->args.n > 0 && !may_be_target(in->args.v[0]))
		return unknown_command(in->args.v[0], e);
	rc = check_belongs(in, e);
	if (!rc)
		rc = check_numbers(in, e);
	if (!rc && in->cmd && in->args.n > in->cmd->max_args)
		rc = err_set(e, RC_USAGE, "too many arguments: '%.*s'",
		    STR_ARG(in->args.v[in->cmd->max_args]));
	return rc;
}

#ifndef WEIR_CMD_CMD_H
#define WEIR_CMD_CMD_H
/*
 * cmd: the command line.  One table of commands, one of options; a command
 * is one file that fills its request, calls op/ and prints.
 *
 * Data goes to stdout, messages to stderr.  What comes from a database or a
 * file is sanitized before it reaches a terminal; JSON escapes it.
 * Exit codes: DESIGN of weir(1), EXIT STATUS.
 */
#include "base/json.h"
#include "base/vec.h"
#include "op/apply/apply.h"
#include "op/gate/gate.h"
#include "op/passwords.h"
#include "op/session.h"
#include "project/project.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2,
	EXIT_DECISION = 3, EXIT_DIFFERENT = 4, EXIT_INCONSISTENT = 5 };

enum cmd_bit {
	C_STUDIO = 1 << 0, C_STATUS = 1 << 1, C_SHOW = 1 << 2, C_DIFF = 1 << 3,
	C_REVIEW = 1 << 4, C_MIGRATE = 1 << 5, C_VERIFY = 1 << 6,
	C_ROLLBACK = 1 << 7, C_MARK = 1 << 8, C_SCRATCH = 1 << 9,
	C_GENERATE = 1 << 10, C_EXPORT = 1 << 11, C_CHECK = 1 << 12,
	C_UP = 1 << 13, C_DROP = 1 << 14, C_ADOPT = 1 << 15,
	C_UNDO = 1 << 16, C_ROWS = 1 << 17, C_BACKUP = 1 << 18,
	C_RESTORE = 1 << 19, C_ALL = (1 << 20) - 1,
	C_FOLDER = C_CHECK | C_UP | C_DROP | C_ADOPT,
	C_KIT = C_GENERATE | C_EXPORT | C_FOLDER,
};

enum opt_id {
#define OPT(id, name, arg, help, cmds) OPT_##id,
#include "cmd/opts.def"
	OPT_N
};
struct opt_def {
	const char *name, *arg, *help;
	unsigned cmds;
};
extern const struct opt_def opt_defs[OPT_N];

struct invocation {
	struct arena *a;
	const struct cmd_entry *cmd;	/* NULL: bare weir */
	const struct env *env;
	struct str cwd;
	bool given[OPT_N];
	struct strs values[OPT_N];	/* in order; last one wins where one counts */
	struct strs args;
	bool version;
	bool tty_in, tty_out, tty_err;
	bool color_out, color_err;
	size_t columns;			/* of the terminal, or COLUMNS, or 120 */
	struct sbuf out;		/* stdout, written by cmd_flush() */
	int out_failed;			/* errno of that, or 0 */
	struct passwords passwords;	/* typed */
	bool asked;			/* and none was given */
	bool noted;			/* the project's notes are said */
	struct stop *watch;		/* signals while looking, or NULL */
	int signal;			/* one that ended a question, or 0 */
};

struct cmd_entry {
	const char *name;
	unsigned bit;
	const char *args;		/* "[TARGET]" */
	size_t max_args;
	const char *summary;
	const char *const *detail;	/* paragraphs for --help, NULL at the end */
	enum rc (*run)(struct invocation *in, int *exit_code, struct err *e)
	    MUST_CHECK;
	bool writes;			/* files of the project: not --read-only */
};
extern const struct cmd_entry cmd_status, cmd_show, cmd_diff, cmd_review,
    cmd_migrate, cmd_verify, cmd_rollback, cmd_mark, cmd_scratch, cmd_undo,
    cmd_generate, cmd_export, cmd_check, cmd_up, cmd_drop, cmd_adopt,
    cmd_backup, cmd_restore, cmd_studio, cmd_rows;
extern const struct cmd_entry *const cmd_table[];	/* NULL at the end */

/* argv → invocation.  RC_USAGE. */
enum rc cmd_parse(int argc, char **argv, struct invocation *in, struct err *e)
    MUST_CHECK;
/* Run a parsed command to its exit code; prints errors. */
int cmd_run(struct invocation *in);
void cmd_print_error(struct invocation *in, const struct err *e);
int cmd_exit_code(enum rc code);
void cmd_help(struct invocation *in, const struct cmd_entry *c);
void cmd_flush(struct invocation *in);	/* out → stdout */
/* A line on stderr unless --quiet; sanitized, on a terminal wrapped at words. */
void cmd_say(const struct invocation *in, const char *fmt, ...) PRINTF(2, 3);
/* The same of what gets lost: it is to be seen among others. */
void cmd_loss(const struct invocation *in, const char *fmt, ...) PRINTF(2, 3);
/* Lines on stderr whatever --quiet says: part of an error. */
void cmd_say_text(struct str text);

/*
 * While a command looks at a server it may have made a scratch database: a
 * signal interrupts the connections, the command fails and drops it.  Before
 * a change, which minds signals itself, this ends; else cmd_run() ends it.
 */
void cmd_unwatch(struct invocation *in, struct session *s);
/* session_close(), heeding that; NULL is fine. */
void cmd_close(struct invocation *in, struct session *s);

/* Ask on the terminal for the password that a server may want. */
void cmd_password(struct invocation *in, struct drv_target *t);
void cmd_forget(struct invocation *in);

/* --- what commands share (cmd/common.c) -------------------------------- */
struct str cmd_value(const struct invocation *in, enum opt_id id);	/* last */
enum rc cmd_number(const struct invocation *in, enum opt_id id, int64_t dflt,
    int64_t *out, struct err *e) MUST_CHECK;
void cmd_request(const struct invocation *in, struct str target,
    struct project_request *out);
/* What the search for the project has to say, once a command. */
void cmd_notes(struct invocation *in, const struct project *p);
/* Project found, notes said, session opened; needs a folder / a database. */
enum cmd_need { NEED_NOTHING = 0, NEED_FOLDER = 1, NEED_DB = 2 };
enum rc cmd_session(struct invocation *in, struct str target, unsigned need,
    struct session **out, struct err *e) MUST_CHECK;
void cmd_json_begin(struct invocation *in, struct json_out *o);
void cmd_json_db(const struct session *s, struct json_out *o);
/* Print p as a table of cells; widths from content, numbers right. */
struct text_table {
	struct arena *a;
	size_t ncols;
	const char *right;		/* one letter a column: 'r' or 'l' */
	VEC(struct str) cells;
};
void table_cell(struct text_table *t, struct str s);
void table_print(const struct text_table *t, const char *indent,
    struct sbuf *out);
/* SGR when wanted: cmd_paint(in, "1;31", text) */
void cmd_paint(struct invocation *in, const char *sgr, struct str s);

/*
 * The command to type next (cmd/next.c): what was typed, less the consent that
 * the gate writes anew; for another command the options that it has too.  Of a
 * database's URL it repeats no password.
 */
struct str cmd_next(const struct invocation *in, const struct cmd_entry *cmd);
/* A hint whose lines begin with commands: with the options that say which
 * project and database was meant. */
struct str cmd_here(const struct invocation *in, struct str hint);

/* --- the gate on a command line (cmd/consent.c) -------------------------- */
/*
 * Fill consent from --allow, --target, consent files and, on a terminal, by
 * asking; then gate_review.  In a terminal Esc, EOF and paste cancel
 * (RC_CANCELLED).
 */
enum rc cmd_consent(struct invocation *in, const struct session *s,
    const struct gate_request *rq, struct permit **out, struct err *e)
    MUST_CHECK;
/* What a migrate would still ask for after the consent files, and the whole
 * command that goes on; nothing is asked. */
enum rc cmd_left_to_ask(struct invocation *in, const struct session *s,
    const struct gate_request *rq, struct needs *missing,
    struct sbuf *command, struct err *e) MUST_CHECK;
void cmd_json_needs(const struct needs *n, struct json_out *o);
void cmd_json_plan(const struct plan *p, struct json_out *o);
/* whole statements; a way back, whose own undo nobody asks for */
enum plan_print { PLAN_SQL = 1, PLAN_BACK = 2 };
void cmd_print_plan(struct invocation *in, const struct plan *p,
    unsigned how);
/* Run a permit with progress on stderr and print its report. */
enum rc cmd_apply(struct invocation *in, struct session *s, struct permit *ok,
    int *exit_code, struct err *e) MUST_CHECK;
/* --report's value is one that exists. */
enum rc cmd_report_format(const struct invocation *in, struct err *e)
    MUST_CHECK;
void cmd_print_report(struct invocation *in, const struct report *r);

#endif

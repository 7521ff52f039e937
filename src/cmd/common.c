/* common: what the commands share: errors, output, project, tables. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/cmd.h"
#include "cmd/stop.h"
#include "cmd/tty.h"

static const int exit_codes[RC_N] = {
	[RC_OK] = EXIT_DONE,
	[RC_INTERNAL] = EXIT_FAILED,
	[RC_IO] = EXIT_FAILED,
	[RC_PARSE] = EXIT_USAGE,
	[RC_DB] = EXIT_FAILED,
	[RC_NOTFOUND] = EXIT_FAILED,
	[RC_CONFLICT] = EXIT_INCONSISTENT,
	[RC_INCONSISTENT] = EXIT_INCONSISTENT,
	[RC_UNSUPPORTED] = EXIT_USAGE,
	[RC_DENIED] = EXIT_FAILED,
	[RC_DECISION] = EXIT_DECISION,
	[RC_BUSY] = EXIT_INCONSISTENT,
	[RC_CANCELLED] = EXIT_DECISION,
	[RC_USAGE] = EXIT_USAGE,
};

int cmd_exit_code(enum rc code)
{
	return exit_codes[code];
}

/* 0, or the errno that stopped it. */
static int write_all(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		s = str_sub(s, (size_t)n, s.n);
	}
	return 0;
}

/* Length of one of our own colours, ESC [ digits m, at the front of s. */
static size_t colour_length(struct str s)
{
	size_t n = 2;

	if (s.n < 3 || s.p[0] != '\033' || s.p[1] != '[')
		return 0;
	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == ';'))
		n++;
	return n < s.n && s.p[n] == 'm' ? n + 1 : 0;
}

/*
 * The last sieve before a terminal, whatever a command forgot: what is not
 * ours stands there escaped, exports included.  Files and pipes get the bytes.
 */
static int write_terminal(struct str s, bool colours)
{
	struct sbuf clean = SBUF_TEXT;
	int failed = 0;

	while (s.n > 0) {
		size_t esc = colours ? str_find(s, STR("\033["), 0) : s.n;
		size_t n = esc > 0 ? esc : colour_length(s);

		if (esc > 0)
			utf8_sanitize(&clean, str_sub(s, 0, n), UTF8_BLOCK,
			    false);
		else if (n > 0)
			sbuf_add(&clean, str_sub(s, 0, n));
		else
			utf8_sanitize(&clean, str_sub(s, 0, n = 1),
			    UTF8_BLOCK, false);
		s = str_sub(s, n, s.n);
		if (clean.n > 65536 || s.n == 0) {
			failed = failed ? failed :
			    write_all(1, sbuf_str(&clean));
			sbuf_reset(&clean);
		}
	}
	sbuf_free(&clean);
	return failed;
}

void cmd_flush(struct invocation *in)
{
	int failed = in->tty_out ?
	    write_terminal(sbuf_str(&in->out), in->color_out) :
	    write_all(1, sbuf_str(&in->out));

	if (failed)
		in->out_failed = failed;
	sbuf_reset(&in->out);
}

void cmd_say_text(struct str text)
{
	struct sbuf clean = SBUF_TEXT;

	utf8_sanitize(&clean, text, UTF8_BLOCK, false);
	(void)write_all(2, sbuf_str(&clean));
	sbuf_free(&clean);
}

/* A line over as many rows as its words take, those below indented. */
static void add_wrapped(struct sbuf *out, struct str line, size_t w)
{
	const size_t indent = str_starts(line, STR("note: ")) ? 6 : 0;
	size_t room = w, used;

	while (room > 20 && utf8_cells(line) > room) {
		struct str row = utf8_fit(line, room, &used);
		size_t at = row.n;

		while (at > row.n / 2 && line.p[at] != ' ')
			at--;
		at = line.p[at] == ' ' ? at : row.n;
		sbuf_add(out, str_sub(line, 0, at));
		sbuf_addc(out, '\n');
		for (size_t i = 0; i < indent; i++)
			sbuf_addc(out, ' ');
		line = str_trim(str_sub(line, at, line.n));
		room = w - indent;
	}
	sbuf_add(out, line);
	sbuf_addc(out, '\n');
}

/* On a terminal wrapped at words. */
static void say(const struct invocation *in, const char *sgr, struct str text)
{
	struct sbuf clean = SBUF_TEXT, out = SBUF_TEXT;
	int w = 0, h;

	utf8_sanitize(&clean, text, UTF8_BLOCK, false);
	if (in->tty_err)
		tty_size(&w, &h);
	if (in->color_err && *sgr)
		sbuf_addf(&out, "\033[%sm", sgr);
	text = sbuf_str(&clean);
	for (size_t i = 0, end; i <= text.n; i = end + 1) {
		end = str_find(text, STR("\n"), i);
		add_wrapped(&out, str_sub(text, i, end), w > 1 ?
		    (size_t)w - 1 : 0);
	}
	if (in->color_err && *sgr)
		sbuf_addz(&out, "\033[0m");
	(void)write_all(2, sbuf_str(&out));
	sbuf_free(&clean);
	sbuf_free(&out);
}

static PRINTF(3, 0) void say_as(const struct invocation *in, const char *sgr,
    const char *fmt, va_list ap)
{
	struct sbuf raw = SBUF_TEXT;

	if (in->given[OPT_QUIET])
		return;
	sbuf_vaddf(&raw, fmt, ap);
	say(in, sgr, sbuf_str(&raw));
	sbuf_free(&raw);
}

void cmd_say(const struct invocation *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as(in, "", fmt, ap);
	va_end(ap);
}

void cmd_loss(const struct invocation *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say_as(in, "1;31", fmt, ap);
	va_end(ap);
}

static void error_json(struct invocation *in, const struct err *e)
{
	struct json_out o = { .b = &in->out, .indent = 2,
		.ascii = true };

	sbuf_reset(&in->out);
	json_open_object(&o);
	json_pair_int(&o, "format", 1);
	json_key(&o, "error");
	json_open_object(&o);
	json_pair_z(&o, "code", rc_name(e->code));
	json_pair_z(&o, "where", e->where);
	json_pair_z(&o, "message", e->msg);
	json_pair_str(&o, "hint", cmd_here(in, str_z(e->hint)));
	json_close_object(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
	cmd_flush(in);
}

void cmd_print_error(struct invocation *in, const struct err *e)
{
	struct sbuf raw = SBUF_TEXT, clean = SBUF_TEXT;

	if (in->given[OPT_JSON] && in->out.n == 0)
		error_json(in, e);
	cmd_flush(in);
	sbuf_addz(&raw, "weir: ");
	if (e->where[0])
		sbuf_addf(&raw, "%s: ", e->where);
	sbuf_addf(&raw, "%s\n", e->msg);
	if (e->hint[0])
		sbuf_addf(&raw, "%.*s\n", STR_ARG(cmd_here(in,
		    str_z(e->hint))));
	utf8_sanitize(&clean, sbuf_str(&raw), UTF8_BLOCK, false);
	(void)write_all(2, sbuf_str(&clean));
	sbuf_free(&raw);
	sbuf_free(&clean);
}

/* 0, or the signal that came while the command looked. */
static int watch_end(struct invocation *in)
{
	int signal = in->watch ? stop_signal(in->watch) : in->signal;

	if (in->watch)
		stop_close(in->watch);
	in->watch = NULL;
	return signal;
}

/* A dry run may be read-only. */
static enum rc may_write(const struct invocation *in, struct err *e)
{
	if (!in->cmd->writes || !in->given[OPT_READ_ONLY] ||
	    in->given[OPT_DRY_RUN])
		return RC_OK;
	return err_set(e, RC_DENIED, "--read-only refuses every change: %s "
	    "writes files", in->cmd->name);
}

int cmd_run(struct invocation *in)
{
	struct err e = ERR_INIT;
	int code = EXIT_DONE, signal;
	enum rc rc = may_write(in, &e);

	if (!rc)
		rc = in->cmd->run(in, &code, &e);

	signal = watch_end(in);
	if (rc) {
		cmd_print_error(in, &e);
		return signal ? 128 + signal : cmd_exit_code(rc);
	}
	if (signal)
		return 128 + signal;
	cmd_flush(in);
	/* who closes a pipe early has seen enough; a full disk is a failure */
	if (in->out_failed && in->out_failed != EPIPE && code == EXIT_DONE) {
		err_set(&e, RC_IO, "the output could not be written: %s",
		    strerror(in->out_failed));
		err_hint(&e, "what was asked for is done; see weir status");
		cmd_print_error(in, &e);
		return EXIT_FAILED;
	}
	return code;
}

struct str cmd_value(const struct invocation *in, enum opt_id id)
{
	return in->values[id].n ? in->values[id].v[in->values[id].n - 1] :
	    STR_NONE;
}

enum rc cmd_number(const struct invocation *in, enum opt_id id, int64_t dflt,
    int64_t *out, struct err *e)
{
	struct str s = cmd_value(in, id);
	char *end;
	long long v;

	if (!in->given[id]) {
		*out = dflt;
		return RC_OK;
	}
	errno = 0;
	v = s.n ? strtoll(s.p, &end, 10) : -1;
	if (s.n == 0 || *end || errno || v < 0)
		return err_set(e, RC_USAGE, "--%s takes a number, not '%.*s'",
		    opt_defs[id].name, STR_ARG(s));
	*out = v;
	return RC_OK;
}

void cmd_request(const struct invocation *in, struct str target,
    struct project_request *out)
{
	*out = (struct project_request){
		.target = target,
		.config = cmd_value(in, OPT_CONFIG),
		.db = cmd_value(in, OPT_DB),
		.migrations = cmd_value(in, OPT_MIGRATIONS),
		.state = cmd_value(in, OPT_STATE),
		.undo = cmd_value(in, OPT_UNDO),
		.scratch = cmd_value(in, OPT_SCRATCH),
		.direct = cmd_value(in, OPT_DIRECT),
		.read_only = in->given[OPT_READ_ONLY],
		.cwd = in->cwd,
		.env = in->env,
	};
}

/* Esc, or nobody at a terminal, is no answer: nothing more is asked. */
static bool ask_password(void *arg, const struct drv_question *q,
    struct sbuf *out)
{
	struct invocation *in = arg;
	struct sbuf word = SBUF_INIT(PASSWORD_MAX);
	struct err e = ERR_INIT;

	if (q->wrong)
		passwords_put(&in->passwords, q->who, STR(""));
	if (!passwords_of(&in->passwords, q->who).n && !in->asked &&
	    in->tty_in && in->tty_err) {
		if (ask_secret(arena_printf(in->a, "%s%s: ", q->wrong ?
		    "That password was not accepted.\n" : "", q->prompt).p,
		    &word, &e) == RC_OK)
			passwords_put(&in->passwords, q->who, sbuf_str(&word));
		else
			in->asked = true;
	}
	if (word.p)
		explicit_bzero(word.p, word.cap);
	sbuf_free(&word);
	sbuf_add(out, passwords_of(&in->passwords, q->who));
	return out->n > 0;
}

void cmd_password(struct invocation *in, struct drv_target *t)
{
	t->ask_password = ask_password;
	t->ask_arg = in;
}

void cmd_forget(struct invocation *in)
{
	passwords_forget(&in->passwords);
}

static enum rc nothing_found(const struct project *p, bool db, struct err *e)
{
	struct sbuf b = SBUF_INIT(sizeof e->hint - 1);

	project_nothing(p, &b);
	err_set(e, RC_USAGE, db ? "no database is named for %.*s%s%.*s" :
	    "no migrations folder was found for %.*s", STR_ARG(p->root),
	    p->db_missing.n ? ": " : "", STR_ARG(p->db_missing));
	if (db && p->db_missing.n)
		err_hint(e, "%.*s", STR_ARG(p->db_missing_hint));
	else
		err_hint(e, "%s", b.p ? b.p : "");
	sbuf_free(&b);
	return RC_USAGE;
}

void cmd_notes(struct invocation *in, const struct project *p)
{
	if (in->given[OPT_JSON] || in->noted)
		return;
	in->noted = true;
	for (size_t i = 0; i < p->nnotes; i++)
		cmd_say(in, "note: %.*s", STR_ARG(p->notes[i]));
}

/* What is about to write may have the engine undo what a crash left. */
static enum rc recover(const struct invocation *in, const struct project *p,
    struct err *e)
{
	bool did = false;
	enum rc rc;

	if (!in->cmd || !(in->cmd->bit & (C_MIGRATE | C_ROLLBACK | C_MARK)) ||
	    in->given[OPT_DRY_RUN] || in->given[OPT_READ_ONLY])
		return RC_OK;
	rc = session_recover(p, &did, e);
	if (did)
		cmd_say(in, "note: %.*s was left in the middle of a "
		    "transaction; it was rolled back", STR_ARG(p->db_label));
	return rc;
}

/* Once in a session; whatever is not a yes is a no. */
static bool scratch_ask(void *arg, const char *why, struct str *conninfo)
{
	struct invocation *in = arg;
	struct sbuf answer = SBUF_INIT(16);
	struct err e = ERR_INIT;
	bool yes;

	*conninfo = STR("");
	yes = ask_line(arena_printf(in->a, "To see what the migrations make, "
	    "weir runs them in a database of its own,\nwhich it drops at the "
	    "end; %s.  Make it there? y, or Esc: ", why).p, &answer, &e) ==
	    RC_OK && str_ieq(str_trim(sbuf_str(&answer)), STR("y"));
	sbuf_free(&answer);
	return yes;
}

static void watch_engine(void *arg, struct drv *d, bool on)
{
	struct invocation *in = arg;

	if (in->watch)
		stop_also(in->watch, d, on);
}

static void watch(struct invocation *in, struct session *s)
{
	if (!s->scratch || in->watch)
		return;
	in->watch = stop_open();
	if (s->db)
		stop_connection(in->watch, s->db);
	scratch_watch(s->scratch, watch_engine, in);
}

void cmd_close(struct invocation *in, struct session *s)
{
	if (in->watch)		/* a signal finds no closed connection */
		stop_connection(in->watch, NULL);
	session_close(s);
}

void cmd_unwatch(struct invocation *in, struct session *s)
{
	scratch_release(s->scratch);
	(void)watch_end(in);
}

static void say_replaced(struct invocation *in, const struct session *s)
{
	const struct project *p = s->project;

	if (in->given[OPT_JSON] || in->given[OPT_QUIET])
		return;
	if (s->replaced.n)
		cmd_say(in, "note: %.*s is a copy of the file that %.*s is of: "
		    "its saved rows are taken over", STR_ARG(p->db_label),
		    STR_ARG(s->replaced));
	else if (s->elsewhere.n && in->cmd &&
	    (in->cmd->bit & (C_UNDO | C_ROLLBACK)))
		cmd_say(in, "note: rows were saved of another file at this "
		    "path; where %.*s is a copy of it: weir undo import %.*s",
		    STR_ARG(p->db_label), STR_ARG(path_short(in->a,
		    s->elsewhere, in->cwd)));
}

enum rc cmd_session(struct invocation *in, struct str target, unsigned need,
    struct session **out, struct err *e)
{
	struct project_request rq;
	struct project *p;
	enum rc rc;

	cmd_request(in, target, &rq);
	rc = project_find(&rq, in->a, &p, e);
	if (rc)
		return rc;
	if (p->folder_due.n && !in->noted && !in->given[OPT_JSON])
		cmd_say(in, "note: the migrations folder %.*s is not there "
		    "yet", STR_ARG(path_short(in->a, p->folder_due,
		    p->root)));
	cmd_notes(in, p);
	if ((need & NEED_FOLDER) && p->folder.n == 0)
		return nothing_found(p, false, e);
	if ((need & NEED_DB) && !project_has_db(p))
		return nothing_found(p, true, e);
	if (p->db_missing.n && !in->given[OPT_JSON])
		cmd_say(in, "note: no database: %.*s\nnote: %.*s",
		    STR_ARG(p->db_missing), STR_ARG(p->db_missing_hint));
	cmd_password(in, &p->db);
	rc = recover(in, p, e);
	if (!rc)
		rc = session_open(p, out, e);
	if (!rc && in->tty_in && in->tty_err && !in->given[OPT_JSON])
		scratch_asks((*out)->scratch, scratch_ask, in);
	if (!rc)
		watch(in, *out);
	if (!rc)
		say_replaced(in, *out);
	return rc;
}

/* On a terminal, too: nothing in it but printable ASCII. */
void cmd_json_begin(struct invocation *in, struct json_out *o)
{
	*o = (struct json_out){ .b = &in->out, .indent = 2,
	    .ascii = true };
	json_open_object(o);
	json_pair_int(o, "format", 1);
}

/* The engine as it calls itself; "" where there is no database to ask. */
static struct str server_of(const struct session *s, struct arena *a)
{
	struct err ignored = ERR_INIT;
	struct drv_server server;

	if (!s->db || s->db->ops->server(s->db, a, &server, &ignored))
		return STR("");
	return server.product;
}

void cmd_json_db(const struct session *s, struct json_out *o)
{
	const struct project *p = s->project;

	json_key(o, "db");
	json_open_object(o);
	if (p->db.path.n || s->db)
		json_pair_str(o, "id", db_id(p, s->a));
	json_pair_str(o, "label", p->db_label);
	json_pair_z(o, "dialect", dialect_of(p->dialect)->name);
	json_pair_str(o, "server", server_of(s, s->a));
	json_pair_str(o, "source", p->db_source);
	json_pair_bool(o, "exists", s->db_state == DB_OK ||
	    s->db_state == DB_EMPTY);
	json_close_object(o);
	json_pair_str(o, "folder", p->folder);
}

void table_cell(struct text_table *t, struct str s)
{
	vec_push(t->a, &t->cells, utf8_clean(t->a, s, UTF8_LINE));
}

void table_print(const struct text_table *t, const char *indent,
    struct sbuf *out)
{
	size_t widths[32] = { 0 };

	for (size_t i = 0; i < t->cells.n; i++) {
		size_t w = utf8_cells(t->cells.v[i]);

		if (w > widths[i % t->ncols])
			widths[i % t->ncols] = w;
	}
	for (size_t i = 0; i < t->cells.n; i++) {
		size_t col = i % t->ncols, last = col + 1 == t->ncols;
		size_t pad = widths[col] - utf8_cells(t->cells.v[i]);

		if (col == 0)
			sbuf_addz(out, indent);
		if (t->right[col] == 'r')
			sbuf_fill(out, ' ', pad);
		sbuf_add(out, t->cells.v[i]);
		if (t->right[col] != 'r' && !last)
			sbuf_fill(out, ' ', pad);
		if (!last) {
			sbuf_addz(out, "  ");
			continue;
		}
		while (out->n > 0 && out->p[out->n - 1] == ' ')
			sbuf_truncate(out, out->n - 1);
		sbuf_addc(out, '\n');
	}
}

void cmd_paint(struct invocation *in, const char *sgr, struct str s)
{
	if (in->color_out)
		sbuf_addf(&in->out, "\033[%sm", sgr);
	utf8_sanitize(&in->out, s, UTF8_LINE, false);
	if (in->color_out)
		sbuf_addz(&in->out, "\033[0m");
}

/* review: what pending makes of the live schema, and what the gate will ask. */
#include "base/utf8.h"
#include "cmd/rehearse.h"
#include "dialect/pg/pg.h"
#include "diff/side.h"
#include "op/migrate.h"

/* Who would keep the change waiting, or be kept waiting by it, now. */
static struct holders in_use(struct invocation *in, const struct review *r)
{
	struct drv *d = r->s->db;
	struct holders h = { 0 };
	struct err ignored = ERR_INIT;

	if (d && r->plan->n && d->ops->holders(d, in->a, &h, &ignored))
		h.n = 0;
	return h;
}

static void print_in_use(struct invocation *in, const struct review *r)
{
	struct holders h = in_use(in, r);

	for (size_t i = 0; i < h.n && i < 10; i++)
		sbuf_addf(&in->out, "%s %.*s %d%s%.*s\n", h.v[i].writing ?
		    "locked by" : "in use by", STR_ARG(utf8_clean(in->a,
		    h.v[i].command, UTF8_LINE)), h.v[i].pid, h.v[i].what.n ?
		    "  " : "", STR_ARG(utf8_clean(in->a, h.v[i].what,
		    UTF8_LINE)));
	if (h.n > 10)
		sbuf_addf(&in->out, "and by %zu more\n", h.n - 10);
}

static void json_in_use(struct invocation *in, const struct review *r,
    struct json_out *o)
{
	struct holders h = in_use(in, r);

	json_key(o, "in_use");
	json_open_array(o);
	for (size_t i = 0; i < h.n; i++) {
		json_open_object(o);
		json_pair_int(o, "pid", h.v[i].pid);
		json_pair_str(o, "command", h.v[i].command);
		json_pair_bool(o, "locks", h.v[i].writing);
		json_pair_str(o, "what", h.v[i].what);
		json_close_object(o);
	}
	json_close_array(o);
}

static void review_json(struct invocation *in, const struct review *r,
    const struct needs *needs, const struct rehearsal *rehearsal)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	cmd_json_db(r->s, &o);
	cmd_json_plan(r->plan, &o);
	cmd_json_needs(needs, &o);
	json_in_use(in, r, &o);
	if (rehearsal)
		cmd_json_rehearsal(rehearsal, &o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static bool print_blocked(struct invocation *in, const struct needs *n)
{
	bool any = false;

	for (size_t i = 0; i < n->n; i++)
		if (n->v[i].blocked) {
			cmd_paint(in, "1;31", STR("blocked  "));
			cmd_paint(in, "0", n->v[i].text);
			sbuf_addc(&in->out, '\n');
			any = true;
		}
	return any;
}

static enum rc print_gate(struct invocation *in, const struct review *r,
    const struct gate_request *gate, const struct needs *all, struct err *e)
{
	struct sbuf command = SBUF_TEXT;
	struct needs missing;
	enum rc rc;

	if (print_blocked(in, all))
		return RC_OK;
	if (r->drift_in_plan) {
		cmd_paint(in, "1;31", STR("refused  "));
		sbuf_addf(&in->out, "the drift touches what the plan changes "
		    "(%zu); reconcile it first: weir diff migrations db\n",
		    r->drift_in_plan);
		return RC_OK;
	}
	rc = cmd_left_to_ask(in, r->s, gate, &missing, &command, e);
	if (!rc) {
		sbuf_addz(&in->out, missing.n ? "The gate asks for:\n" :
		    all->n ? "The consent files cover what the gate asks "
		    "for:\n" : "The gate asks for nothing:\n");
		sbuf_addf(&in->out, "%s\n", command.p);
	}
	sbuf_free(&command);
	return rc;
}

static void print_review(struct invocation *in, const struct review *r)
{
	struct side side;
	int64_t width;
	struct err ignored = ERR_INIT;

	if (cmd_number(in, OPT_WIDTH, (int64_t)in->columns, &width, &ignored))
		width = (int64_t)in->columns;
	side_build(&r->plan->changes, 2, in->a, &side);
	if (r->plan->run->not_executed)
		sbuf_addz(&in->out, "What it would make cannot be shown: the "
		    "migrations were not executed.\n");
	else if (r->plan->changes.n == 0)
		sbuf_addz(&in->out, r->plan->run->stopped ?
		    "What it would make cannot be shown: it stops before "
		    "anything has changed.\n" : "The schema stays as it is.\n");
	else if (width >= 100)
		diff_print_side(&side, (size_t)width, in->color_out,
		    "NOW  live database", "AFTER  run on a clone", &in->out);
	else
		diff_print_unified(&side, in->color_out, "NOW  live database",
		    "AFTER  run on a clone", &in->out);
	sbuf_addc(&in->out, '\n');
	for (size_t i = 0; i < r->half.n; i++) {
		cmd_paint(in, "33", r->half.v[i]);
		sbuf_addz(&in->out, "\n\n");
	}
	cmd_print_plan(in, r->plan, 0);
	if (!r->drift.known && r->drift.why.msg[0])
		sbuf_addf(&in->out, "Drift unknown (replay stops: %s)\n",
		    stop_cause_word[r->drift.cause]);
	else if (r->drift.changes.n)
		sbuf_addf(&in->out, "Drift: %zu difference%s to the applied "
		    "migrations (weir diff migrations db)\n",
		    r->drift.changes.n, r->drift.changes.n == 1 ? "" : "s");
	print_in_use(in, r);
	sbuf_addc(&in->out, '\n');
}

/* Apply refuses it: say so while it can still be chosen. */
static enum rc say_pooled(struct invocation *in, const struct review *r,
    struct err *e)
{
	struct drv_server server = { 0 };
	struct drv *d = r->s->db;
	enum rc rc;

	for (size_t i = 0; d && d->ops->server && i < r->plan->n; i++) {
		const struct run_stmt *x = r->plan->v[i].run;

		if (!x->facts.pg || !(x->facts.pg->flags & PG_OUTSIDE_TX))
			continue;
		rc = d->ops->server(d, in->a, &server, e);
		if (!rc && server.pooled)
			sbuf_addf(&in->out, "%s runs in no transaction, and "
			    "this connection goes through a pooler: migrate "
			    "needs --direct URL, the server itself\n",
			    x->where.p);
		return rc;
	}
	return RC_OK;
}

static enum rc approve(struct invocation *in, const struct review *r,
    const struct gate_request *gate, struct err *e)
{
	struct strs written = { 0 };
	char *folder = arena_z(in->a, r->s->project->folder);
	enum rc rc = consent_write(folder, gate, in->a, &written, e);

	for (size_t i = 0; !rc && i < written.n; i++)
		cmd_say(in, "wrote %.*s", STR_ARG(written.v[i]));
	if (!rc && written.n == 0)
		cmd_say(in, "no consent is needed, nothing written");
	return rc;
}

static enum rc print_all(struct invocation *in, const struct review *r,
    const struct gate_request *gate, const struct needs *needs, struct err *e)
{
	enum rc rc;

	if (r->plan->nfiles == 0 && !r->plan->nhaz) {
		sbuf_addz(&in->out, "Nothing is pending.\n");
		return RC_OK;
	}
	print_review(in, r);
	rc = print_gate(in, r, gate, needs, e);
	return rc ? rc : say_pooled(in, r, e);
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct review_request rq = {
		.to = cmd_value(in, OPT_TO),
		.include = in->values[OPT_INCLUDE].v,
		.ninclude = in->values[OPT_INCLUDE].n,
		.measure = true,
		.rehearse = true,
		.no_undo = in->given[OPT_NO_UNDO_DATA],
	};
	struct session *s = NULL;
	struct review *r;
	struct gate_request gate;
	struct needs needs = { 0 };
	struct rehearsal found;
	bool asked;
	enum rc rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
	    NEED_FOLDER | NEED_DB, &s, e);

	if (rc)
		return rc;
	rc = review_build(s, &rq, in->a, &r, e);
	if (rc)
		goto out;
	migrate_gate(r, in->a, &gate);
	gate_needs(&gate, in->a, &needs);
	if (in->given[OPT_APPROVE])
		rc = approve(in, r, &gate, e);
	if (rc)
		goto out;
	asked = (in->given[OPT_REHEARSE] ||
	    in->given[OPT_WITH_DATA]) && r->plan->nfiles;
	if (in->given[OPT_JSON]) {
		rc = asked ? cmd_rehearse(in, s, r, &found, e) : RC_OK;
		if (!rc)
			review_json(in, r, &needs, asked ? &found : NULL);
	} else {
		rc = print_all(in, r, &gate, &needs, e);
		cmd_flush(in);		/* before the question */
		if (!rc && asked)
			rc = cmd_rehearse(in, s, r, &found, e);
		if (!rc && asked)
			cmd_print_rehearsal(in, r, &found);
	}
	if (!rc && asked)
		*code = cmd_rehearsal_exit(&found);
out:
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Left the live database, right what the pending migrations make of it "
	"(run on\na clone), then the statements with what they do to the rows "
	"that are there,\nwhat Drizzle's own migrator would do, and what the "
	"gate will ask for.\nNothing is written but the consent file that "
	"--approve asks for.",
	"--rehearse runs the files for real: SQLite on a copy; PostgreSQL in a "
	"transaction\nof the database itself that is rolled back, after saying "
	"what it locks and for how\nlong.  It tells time, rows, tables written "
	"anew and locks of every statement, and\nwhether the schema became what "
	"was predicted: 1 where one fails, 4 where not.\nWith "
	"--with-data a PostgreSQL database is copied first, by pg_dump into a "
	"scratch\ndatabase (--scratch), where they run on its rows.", NULL,
};

const struct cmd_entry cmd_review = {
	.name = "review", .bit = C_REVIEW, .args = "[TARGET]", .max_args = 1,
	.summary = "Pending migrations side by side, with their dangers",
	.detail = detail, .run = run,
};

/* mark: change the record, not the schema; the schema must prove it. */
#include "cmd/cmd.h"
#include "diff/side.h"
#include "op/drift.h"
#include "op/migrate.h"

static enum rc which(struct invocation *in, struct mark_request *rq,
    struct err *e)
{
	int n = in->given[OPT_APPLIED] + in->given[OPT_PENDING] +
	    in->given[OPT_ALL_PRESENT];

	if (n != 1) {
		err_set(e, RC_USAGE, "mark takes one of --applied TAG, "
		    "--pending TAG and --all-present");
		err_hint(e, "weir status shows the tags");
		return RC_USAGE;
	}
	if (in->given[OPT_APPLIED])
		*rq = (struct mark_request){ MARK_APPLIED,
			cmd_value(in, OPT_APPLIED) };
	else if (in->given[OPT_PENDING])
		*rq = (struct mark_request){ MARK_PENDING,
			cmd_value(in, OPT_PENDING) };
	else
		*rq = (struct mark_request){ .kind = MARK_ALL_PRESENT };
	return RC_OK;
}

static void print_proof(struct invocation *in, const struct mark *m)
{
	if (m->proven) {
		sbuf_addz(&in->out, m->rows ? "Proven: the live schema has "
		    "what these make.\n" : "Proven: the live schema is what "
		    "the record will say.\n");
		return;
	}
	if (m->rows && !m->proof.n && !m->why.msg[0]) {
		sbuf_addz(&in->out, "Not proven: ");
		cmd_paint(in, "0", m->rows_why);
		sbuf_addc(&in->out, '\n');
		return;
	}
	if (m->why.msg[0]) {
		sbuf_addz(&in->out, "Not proven: the replay stops at ");
		cmd_paint(in, "0", str_z(m->why.where));
		sbuf_addz(&in->out, ": ");
		cmd_paint(in, "0", str_z(m->why.msg));
		sbuf_addc(&in->out, '\n');
		return;
	}
	sbuf_addf(&in->out, "Not proven: %zu difference%s between what the "
	    "record would say and the live schema\n", m->proof.n,
	    m->proof.n == 1 ? "" : "s");
	for (size_t i = 0; i < m->proof.n; i++) {
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "33", change_sentence(&m->proof.v[i], in->a));
		sbuf_addc(&in->out, '\n');
	}
}

/* What --all-present stopped before. */
static void print_left(struct invocation *in, const struct mark *m)
{
	if (!m->rows)
		return;
	sbuf_addz(&in->out, "Not recorded: ");
	cmd_paint(in, "0", m->rows_why);
	sbuf_addz(&in->out, "\n  to run it: weir review --to ");
	cmd_paint(in, "0", m->rows->tag);
	sbuf_addz(&in->out, "\n  if its rows are there: weir mark --applied ");
	cmd_paint(in, "0", m->rows->tag);
	sbuf_addz(&in->out, " --unproven\n");
}

static void print_steps(struct invocation *in, const struct mark *m)
{
	for (size_t i = 0; i < m->gate.nsteps; i++) {
		const struct step *st = &m->gate.steps[i];

		sbuf_addz(&in->out, st->kind == STEP_RECORD ?
		    "record as applied  " : "forget  ");
		cmd_paint(in, "1", st->track->tag);
		sbuf_addc(&in->out, '\n');
	}
}

static void mark_json(struct invocation *in, const struct session *s,
    const struct mark *m)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	cmd_json_db(s, &o);
	json_key(&o, "steps");
	json_open_array(&o);
	for (size_t i = 0; i < m->gate.nsteps; i++) {
		json_open_object(&o);
		json_pair_z(&o, "op", m->gate.steps[i].kind == STEP_RECORD ?
		    "record" : "forget");
		json_pair_str(&o, "tag", m->gate.steps[i].track->tag);
		json_close_object(&o);
	}
	json_close_array(&o);
	json_pair_bool(&o, "proven", m->proven);
	json_key(&o, "differences");
	diff_json(&m->proof, &o);
	if (m->rows)
		json_pair_str(&o, "rows", m->rows_why);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static bool earlier_left(const struct session *s, struct str tag)
{
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		if (str_eq(m->entry->tag, tag))
			break;
		if (!state_is_applied(m))
			return true;
	}
	return false;
}

static void say_left_behind(struct invocation *in, const struct session *s,
    struct str tag)
{
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		if (str_eq(m->entry->tag, tag))
			break;
		if (!state_is_applied(m))
			cmd_say(in, "note: %.*s is not applied and becomes out "
			    "of order: Drizzle's migrator will never run it; "
			    "weir migrate --include %.*s does, weir mark "
			    "--applied %.*s records it",
			    STR_ARG(m->entry->tag), STR_ARG(m->entry->tag),
			    STR_ARG(m->entry->tag));
	}
}

static void hint_all_present(struct err *e)
{
	struct err was = *e;

	e->hint[0] = '\0';
	err_hint(e, "earlier ones are not recorded either; where they are "
	    "there:\nweir mark --all-present\nelse:\n%s", was.hint);
}

static enum rc mark(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct mark_request rq;
	struct mark *m;
	struct permit *ok;
	enum rc rc = which(in, &rq, e);

	if (!rc)
		rc = mark_build(s, &rq, in->a, &m, e);
	if (rc)
		return rc;
	if (in->given[OPT_JSON] &&
	    (m->gate.nsteps == 0 || in->given[OPT_DRY_RUN])) {
		mark_json(in, s, m);
		return RC_OK;
	}
	if (m->gate.nsteps == 0) {
		sbuf_addz(&in->out, "Nothing to mark.\n");
		print_left(in, m);
		return RC_OK;
	}
	if (rq.kind == MARK_APPLIED)
		say_left_behind(in, s, rq.tag);
	if (!in->given[OPT_JSON]) {
		print_steps(in, m);
		print_proof(in, m);
		if (m->proven)
			print_left(in, m);
	}
	if (in->given[OPT_DRY_RUN]) {
		sbuf_addz(&in->out, "Dry run: nothing was changed.\n");
		return RC_OK;
	}
	rc = cmd_consent(in, s, &m->gate, &ok, e);
	if (rc == RC_DECISION && rq.kind == MARK_APPLIED &&
	    earlier_left(s, rq.tag))
		hint_all_present(e);
	return rc ? rc : cmd_apply(in, s, ok, code, e);
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
	    NEED_FOLDER | NEED_DB, &s, e);

	if (!rc)
		rc = mark(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Writes or removes rows of the tracking table only.  The claim is "
	"proven first:\nthe migrations that will count as applied are replayed "
	"on an empty scratch\ndatabase, and the live schema must equal the "
	"result.  What differs is listed;\n--unproven records it all the same.",
	NULL,
};

const struct cmd_entry cmd_mark = {
	.name = "mark", .bit = C_MARK, .args = "[TARGET]", .max_args = 1,
	.summary = "Record a migration as applied or pending, with proof",
	.detail = detail, .run = run,
};

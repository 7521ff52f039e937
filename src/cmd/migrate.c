/* migrate: apply what is pending, through the gate. */
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/copying.h"
#include "op/migrate.h"

static void note_states(struct invocation *in, const struct session *s)
{
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		if (m->state == MIG_EDITED)
			cmd_say(in, "note: %.*s was edited after it was "
			    "applied", STR_ARG(m->entry->tag));
		if (m->state == MIG_MISSING && m->row)
			cmd_say(in, "note: the file of %.*s is missing",
			    STR_ARG(m->entry->tag));
	}
	if (s->states.nunknown)
		cmd_say(in, "note: %zu applied migration%s in no file here",
		    s->states.nunknown, s->states.nunknown == 1 ?
		    " is" : "s are");
}

/* Said beforehand where the plan is not shown: what does not go back. */
static void note_no_way_back(struct invocation *in, const struct plan *p)
{
	for (size_t i = 0; i < p->nfiles; i++) {
		const struct plan_file *f = &p->files[i];

		if (f->undo != UNDO_NONE)
			continue;
		if (f->proof.state == PROOF_FAILS && f->proof.what.n)
			cmd_say(in, "note: the way back of %.*s fails: %.*s",
			    STR_ARG(f->entry->tag), STR_ARG(utf8_clean(in->a,
			    f->proof.what.v[0], UTF8_LINE)));
		else if (p->saves)
			cmd_say(in, "note: %.*s has no way back but one that "
			    "you write: %.*s.down.sql", STR_ARG(f->entry->tag),
			    STR_ARG(f->entry->tag));
	}
}

static void nothing_to_do(struct invocation *in, const struct session *s)
{
	struct json_out o;

	if (!in->given[OPT_JSON]) {
		sbuf_addf(&in->out, "Nothing to do: all %zu migrations are "
		    "applied to ", s->states.n);
		cmd_paint(in, "0", s->project->db_label);
		sbuf_addc(&in->out, '\n');
		return;
	}
	cmd_json_begin(in, &o);
	cmd_json_db(s, &o);
	json_key(&o, "statements");
	json_open_array(&o);
	json_close_array(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc dry_run(struct invocation *in, const struct review *r,
    const struct gate_request *gate)
{
	struct needs needs = { 0 };
	struct json_out o;

	gate_needs(gate, in->a, &needs);
	if (!in->given[OPT_JSON]) {
		cmd_print_plan(in, r->plan, PLAN_SQL);
		for (size_t i = 0; i < needs.n; i++)
			if (needs.v[i].shell.n)
				sbuf_addf(&in->out, "needs %.*s\n",
				    STR_ARG(needs.v[i].shell));
		sbuf_addz(&in->out, "Dry run: nothing was changed.\n");
		return RC_OK;
	}
	cmd_json_begin(in, &o);
	cmd_json_db(r->s, &o);
	cmd_json_plan(r->plan, &o);
	cmd_json_needs(&needs, &o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
	return RC_OK;
}

/* On a server a database is created only when somebody says so. */
static enum rc may_create(struct invocation *in, const struct session *s,
    struct gate_request *gate, struct err *e)
{
	struct sbuf answer = SBUF_INIT(16);
	struct str label = s->project->db_label;
	enum rc rc = RC_OK;

	if (s->db_state != DB_MISSING || !drv_databases_of(gate->db.dialect))
		return RC_OK;
	gate->db.create = in->given[OPT_CREATE_DB];
	if (!gate->db.create && in->tty_in && in->tty_err) {
		char *prompt = arena_z(in->a, arena_printf(in->a,
		    "Create the database %.*s? y, or Esc: ",
		    STR_ARG(utf8_clean(in->a, label, UTF8_LINE))));

		rc = ask_line(prompt, &answer, e);
		gate->db.create = str_ieq(sbuf_str(&answer), STR("y"));
	}
	sbuf_free(&answer);
	if (rc || gate->db.create)
		return rc;
	err_set(e, RC_DECISION, "the database %.*s does not exist",
	    STR_ARG(label));
	err_hint(e, "weir migrate --create-db");
	return RC_DECISION;
}

static enum rc migrate(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct review_request rq = {
		.to = cmd_value(in, OPT_TO),
		.include = in->values[OPT_INCLUDE].v,
		.ninclude = in->values[OPT_INCLUDE].n,
		.measure = true,
		.rehearse = true,
		.no_undo = in->given[OPT_NO_UNDO_DATA],
	};
	const struct entry **entries;
	struct gate_request gate;
	struct review *r;
	struct permit *ok;
	size_t n;
	enum rc rc = review_entries(s, &rq, in->a, &entries, &n, e);

	if (rc)
		return rc;
	note_states(in, s);
	if (n == 0) {
		nothing_to_do(in, s);
		return RC_OK;
	}
	rc = review_build(s, &rq, in->a, &r, e);
	if (rc)
		return session_moved(s, rc, e);
	migrate_gate(r, in->a, &gate);
	if (in->given[OPT_DRY_RUN])
		return dry_run(in, r, &gate);
	if (!in->tty_out && !in->given[OPT_QUIET])
		note_no_way_back(in, r->plan);
	if (in->tty_out && !in->given[OPT_JSON] && !in->given[OPT_QUIET]) {
		sbuf_addz(&in->out, "Apply to ");
		cmd_paint(in, "0", s->project->db_label);
		sbuf_addz(&in->out, ":\n\n");
		cmd_print_plan(in, r->plan, 0);
		sbuf_addc(&in->out, '\n');
	}
	if (copying_wanted(in, s, r->plan) && !in->given[OPT_JSON])
		cmd_say(in, "%.*s", STR_ARG(backup_announced(s, in->a)));
	rc = may_create(in, s, &gate, e);
	if (!rc)
		rc = cmd_consent(in, s, &gate, &ok, e);
	return rc ? session_moved(s, rc, e) : cmd_apply(in, s, ok, code, e);
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_report_format(in, e);

	if (!rc)
		rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
		    NEED_FOLDER | NEED_DB, &s, e);
	if (!rc)
		rc = migrate(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"All pending migrations run in one transaction under the lock that "
	"keeps other\nmigrators out; foreign keys are checked before and after, "
	"triggers and views\nthat a table rebuild would lose are put back, and "
	"the result must be what\nthe review predicted, or everything is rolled "
	"back.",
	"A statement that loses data needs --allow SLUG:OBJECT for each object "
	"that it\nloses; a refusal prints the arguments.  On a terminal the "
	"name is typed.", NULL,
};

const struct cmd_entry cmd_migrate = {
	.name = "migrate", .bit = C_MIGRATE, .args = "[TARGET]", .max_args = 1,
	.summary = "Apply the pending migrations through the gate",
	.detail = detail, .run = run,
};

/* status: each migration's state, drift, and the next command to type. */
#include "base/clock.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "diff/side.h"
#include "op/replay.h"

static const char *const state_paint[MIG_STATE_N] = {
	[MIG_APPLIED] = "32", [MIG_EDITED] = "33", [MIG_RESTAMPED] = "32",
	[MIG_PENDING] = "36", [MIG_OUT_OF_ORDER] = "31", [MIG_MISSING] = "31",
};

static const char *state_remark(const struct mig *m)
{
	if (m->present_not_recorded)
		return "present in the schema, not recorded";
	if (m->recorded_not_present)
		return "recorded, not present in the schema";
	switch (m->state) {
	case MIG_EDITED:
		return "the file was edited after it was applied";
	case MIG_RESTAMPED:
		return "recorded with another time";
	case MIG_OUT_OF_ORDER:
		return "drizzle would skip it for ever";
	case MIG_MISSING:
		return "the file is not there";
	case MIG_APPLIED:
	case MIG_PENDING:
	case MIG_STATE_N:
		break;
	}
	return "";
}

static void add_when(struct json_out *o, const struct track_row *row)
{
	json_key(o, "applied_at");
	if (row && !row->created_null)
		json_put_int(o, row->created_at);
	else
		json_put_null(o);
}

static void json_rows(struct json_out *o, const struct session *s)
{
	json_key(o, "unknown");
	json_open_array(o);
	for (size_t i = 0; i < s->states.nunknown; i++) {
		json_open_object(o);
		json_pair_str(o, "hash", s->states.unknown[i]->hash);
		json_pair_int(o, "created_at", s->states.unknown[i]->created_at);
		json_close_object(o);
	}
	json_close_array(o);
}

static size_t differences(const struct drift *d)
{
	return d->changes.n + d->unread.gone.n;
}

static void status_json(struct invocation *in, const struct status *st)
{
	const struct session *s = st->s;
	struct json_out o;

	cmd_json_begin(in, &o);
	cmd_json_db(s, &o);
	json_key(&o, "migrations");
	json_open_array(&o);
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		json_open_object(&o);
		json_pair_str(&o, "tag", m->entry->tag);
		json_pair_int(&o, "idx", m->entry->idx);
		json_pair_int(&o, "when", m->entry->when);
		if (m->entry->missing) {
			json_key(&o, "hash");
			json_put_null(&o);
		} else {
			json_pair_z(&o, "hash", m->entry->hex);
		}
		json_pair_z(&o, "state", mig_state_word[m->state]);
		add_when(&o, m->row);
		json_pair_bool(&o, "outside_tx", status_outside_tx(s,
		    m->entry, in->a));
		if (m->present_not_recorded)
			json_pair_bool(&o, "present_not_recorded", true);
		if (m->recorded_not_present)
			json_pair_bool(&o, "recorded_not_present", true);
		json_close_object(&o);
	}
	json_close_array(&o);
	json_rows(&o, s);
	json_pair_int(&o, "squashed", (int64_t)s->states.nsquashed);
	if (s->track.foreign.n)
		json_pair_str(&o, "foreign_record", s->track.foreign);
	if (s->track.denied.n)
		json_pair_str(&o, "tracking_unknown", s->track.denied);
	json_key(&o, "findings");
	json_open_array(&o);
	for (size_t i = 0; i < st->nfindings; i++) {
		const struct finding *f = &st->findings[i];

		json_open_object(&o);
		json_pair_z(&o, "code", f->code);
		json_pair_z(&o, "slug", f->slug);
		json_pair_str(&o, "tag", f->tag);
		json_pair_str(&o, "where", f->where);
		json_pair_str(&o, "message", f->text);
		json_pair_str(&o, "fix", f->fix);
		json_close_object(&o);
	}
	json_close_array(&o);
	json_key(&o, "drift");
	if (!st->drift.known)
		json_put_z(&o, "unknown");
	else if (differences(&st->drift) == 0)
		json_put_z(&o, "none");
	else
		diff_json(&st->drift.changes, &o);
	if (!st->drift.known && st->drift.why.msg[0]) {
		json_pair_z(&o, "drift_cause", stop_cause_word[st->drift.cause]);
		json_pair_z(&o, "drift_where", st->drift.why.where);
	}
	if (st->drift.unread.gone.n || st->drift.unread.notes.n) {
		json_key(&o, "beside_models");
		json_open_array(&o);
		for (size_t i = 0; i < st->drift.unread.gone.n; i++)
			json_put_str(&o, st->drift.unread.gone.v[i]);
		for (size_t i = 0; i < st->drift.unread.notes.n; i++)
			json_put_str(&o, st->drift.unread.notes.v[i]);
		json_close_array(&o);
	}
	json_key(&o, "interrupted");
	if (st->interrupted.n)
		json_put_str(&o, st->interrupted);
	else
		json_put_null(&o);
	json_key(&o, "left");
	json_open_array(&o);
	for (size_t i = 0; i < st->left.n; i++)
		json_put_str(&o, st->left.v[i]);
	json_close_array(&o);
	json_pair_str(&o, "next", cmd_here(in, st->next));
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static void print_head(struct invocation *in, const struct session *s)
{
	const struct project *p = s->project;

	cmd_paint(in, "1", p->name.n ? p->name : p->root);
	sbuf_addf(&in->out, "  %s  ", dialect_of(p->dialect)->name);
	cmd_paint(in, "0", p->db_label.n ? p->db_label : STR("(no database)"));
	if (p->db_source.n) {
		sbuf_addz(&in->out, "  from ");
		cmd_paint(in, "0", p->db_source);
	}
	sbuf_addz(&in->out, "  ");
	cmd_paint(in, p->production ? "1;31" : "36", p->env_label);
	sbuf_addc(&in->out, '\n');
	if (s->db_state == DB_MISSING && project_has_db(p))
		sbuf_addz(&in->out,
		    s->scratch ? "The database does not exist yet; weir "
		    "migrate --create-db creates it.\n" :
		    "The database does not exist yet; migrate creates it.\n");
	if (s->folder) {
		sbuf_addz(&in->out, "Migrations in ");
		cmd_paint(in, "0", p->folder);
		sbuf_addz(&in->out, " (");
		cmd_paint(in, "0", p->folder_source);
		sbuf_addz(&in->out, ")\n");
	}
	sbuf_addc(&in->out, '\n');
}

static size_t tag_width(const struct session *s)
{
	size_t w = 0;

	for (size_t i = 0; i < s->states.n; i++) {
		size_t n = utf8_cells(s->states.v[i].entry->tag);

		if (n > w)
			w = n;
	}
	return w > 48 ? 48 : w;
}

static void print_migrations(struct invocation *in, const struct session *s)
{
	size_t width = tag_width(s);

	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];
		size_t cells = utf8_cells(m->entry->tag);
		const char *word = mig_state_word[m->state];
		struct sbuf when = SBUF_INIT(64);

		clock_short(&when, m->entry->when);
		sbuf_addz(&in->out, "  ");
		utf8_sanitize(&in->out, m->entry->tag, UTF8_LINE, false);
		sbuf_fill(&in->out, ' ', cells < width ? width - cells : 0);
		sbuf_addf(&in->out, "  %s  ", when.p);
		cmd_paint(in, state_paint[m->state], str_z(word));
		if (state_remark(m)[0]) {
			sbuf_fill(&in->out, ' ', strlen(word) < 12 ?
			    12 - strlen(word) : 0);
			sbuf_addf(&in->out, "  %s", state_remark(m));
		}
		sbuf_addc(&in->out, '\n');
		sbuf_free(&when);
	}
	for (size_t i = 0; s->folder && s->track.denied.n &&
	    i < s->folder->n; i++) {
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "0", s->folder->v[i].tag);
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "33", STR("applied or not: unknown"));
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < s->states.nunknown; i++) {
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "31", STR("unknown"));
		sbuf_addz(&in->out, "  a row of ");
		cmd_paint(in, "0", s->track.table);
		sbuf_addz(&in->out, " is in no file here: ");
		cmd_paint(in, "0", str_sub(s->states.unknown[i]->hash, 0, 12));
		sbuf_addc(&in->out, '\n');
	}
	if (s->states.nsquashed)
		sbuf_addf(&in->out, "  %zu older row%s to migrations that "
		    "were squashed\n", s->states.nsquashed,
		    s->states.nsquashed == 1 ? " belongs" : "s belong");
	if (s->track.foreign.n) {
		sbuf_addz(&in->out, "  table ");
		cmd_paint(in, "33", s->track.foreign);
		sbuf_addz(&in->out, " is another recipe's record: its rows do "
		    "not count here\n");
	}
}

static void print_findings(struct invocation *in, const struct status *st)
{
	for (size_t i = 0; i < st->nfindings; i++) {
		const struct finding *f = &st->findings[i];

		cmd_paint(in, f->fatal ? "31" : "33", str_z(f->code));
		sbuf_addf(&in->out, " %s  ", f->slug);
		if (f->where.n) {
			cmd_paint(in, "0", f->where);
			sbuf_addz(&in->out, ": ");
		} else if (f->tag.n) {
			cmd_paint(in, "0", f->tag);
			sbuf_addz(&in->out, ": ");
		}
		cmd_paint(in, "0", f->text);
		if (f->fix.n) {
			sbuf_addz(&in->out, "\n     ");
			cmd_paint(in, "2", cmd_here(in, f->fix));
		}
		sbuf_addc(&in->out, '\n');
	}
	if (st->nfindings)
		sbuf_addc(&in->out, '\n');
}

static void print_drift(struct invocation *in, const struct status *st)
{
	const struct drift *d = &st->drift;
	struct str left;

	if (st->s->track.denied.n) {
		sbuf_addz(&in->out, "Tracking  unknown: ");
		cmd_paint(in, "33", st->s->track.denied);
		sbuf_addc(&in->out, '\n');
	}
	if (!st->s->folder)
		return;
	if (d->unnamed)
		sbuf_addf(&in->out, "Unnamed   %zu object%s here %s made by no "
		    "migration (weir show lists them)\n", d->unnamed,
		    d->unnamed == 1 ? "" : "s", d->unnamed == 1 ? "was" :
		    "were");
	if (d->rights)
		sbuf_addf(&in->out, "Besides   %zu privilege%s or owner%s not "
		    "those of the migrations (weir verify lists them)\n",
		    d->rights, d->rights == 1 ? "" : "s",
		    d->rights == 1 ? " is" : "s are");
	left = replay_uncompared(st->s, d->listed, in->a);
	if (left.n)
		sbuf_addf(&in->out, "Besides   not compared: %.*s\n",
		    STR_ARG(left));
	for (size_t i = 0; i < d->unread.notes.n; i++) {
		sbuf_addz(&in->out, "Besides   ");
		cmd_paint(in, "0", d->unread.notes.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	if (d->untold)
		sbuf_addf(&in->out, "Besides   %zu object%s not compared: made "
		    "by what is not executed on scratch\n", d->untold,
		    d->untold == 1 ? "" : "s");
	sbuf_addz(&in->out, "Drift     ");
	if (d->known && differences(d) == 0) {
		cmd_paint(in, "32", STR("none"));
		sbuf_addc(&in->out, '\n');
	} else if (d->known) {
		sbuf_addf(&in->out, "%zu difference%s to the applied "
		    "migrations\n", differences(d), differences(d) == 1 ? "" :
		    "s");
		for (size_t i = 0; i < d->unread.gone.n; i++) {
			sbuf_addz(&in->out, "          ");
			cmd_paint(in, "33", d->unread.gone.v[i]);
			sbuf_addc(&in->out, '\n');
		}
		for (size_t i = 0; i < d->changes.n && i < 12; i++) {
			struct str s = change_sentence(&d->changes.v[i], in->a);

			sbuf_addz(&in->out, "          ");
			cmd_paint(in, "33", s);
			sbuf_addc(&in->out, '\n');
		}
		sbuf_addz(&in->out, "          weir diff migrations db  "
		    "shows them\n");
	} else if (st->s->track.denied.n) {
		sbuf_addz(&in->out, "unknown, as what is applied is\n");
	} else if (!d->asked) {
		sbuf_addz(&in->out, "not looked for; weir status --drift "
		    "replays the applied migrations\n");
	} else {
		sbuf_addz(&in->out, "unknown");
		if (d->cause == STOP_NO_SCRATCH) {
			sbuf_addz(&in->out, " (");
			cmd_paint(in, "0", str_z(d->why.msg));
			sbuf_addc(&in->out, ')');
		} else if (d->why.msg[0]) {
			sbuf_addf(&in->out, " (replay stops: %s; ",
			    stop_cause_word[d->cause]);
			cmd_paint(in, "0", str_z(d->why.where));
			sbuf_addz(&in->out, ": ");
			cmd_paint(in, "0", str_z(d->why.msg));
			sbuf_addc(&in->out, ')');
		}
		sbuf_addc(&in->out, '\n');
	}
	if (st->interrupted.n) {
		sbuf_addz(&in->out, "Stopped   ");
		cmd_paint(in, "33", st->interrupted);
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < st->left.n; i++) {
		sbuf_addz(&in->out, "Left      ");
		cmd_paint(in, "33", st->left.v[i]);
		sbuf_addc(&in->out, '\n');
	}
}

static bool anything_differs(const struct status *st)
{
	const struct states *x = &st->s->states;

	return st->s->track.denied.n || x->counts[MIG_PENDING] || x->counts[MIG_OUT_OF_ORDER] ||
	    x->counts[MIG_EDITED] || x->counts[MIG_MISSING] || x->nunknown ||
	    (st->drift.asked && !st->drift.known) || differences(&st->drift);
}

static void print_nothing(struct invocation *in, const struct project *p)
{
	struct sbuf raw = SBUF_TEXT;

	project_nothing(p, &raw);
	utf8_sanitize(&in->out, sbuf_str(&raw), UTF8_BLOCK, false);
	sbuf_free(&raw);
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	struct status st;
	enum rc rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
	    NEED_NOTHING, &s, e);

	if (rc)
		return rc;
	if (!s->folder && !project_has_db(s->project)) {
		print_nothing(in, s->project);
		*code = EXIT_USAGE;
		goto out;
	}
	rc = status_build(s, in->given[OPT_DRIFT], in->a, &st, e);
	if (rc)
		goto out;
	if (in->given[OPT_JSON]) {
		status_json(in, &st);
	} else {
		print_head(in, s);
		print_migrations(in, s);
		sbuf_addc(&in->out, '\n');
		print_findings(in, &st);
		print_drift(in, &st);
		if (st.next.n) {
			sbuf_addz(&in->out, "Next      ");
			cmd_paint(in, "1", cmd_here(in, st.next));
			sbuf_addc(&in->out, '\n');
		}
	}
	if (s->track.denied.n)
		*code = EXIT_FAILED;
	if (in->given[OPT_EXIT_CODE] && anything_differs(&st))
		*code = EXIT_DIFFERENT;
out:
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"For each migration of the journal: applied, pending, edited after it "
	"was\napplied, out of order, missing, or recorded with another time; "
	"rows of the\ntracking table that no file explains; files that the "
	"journal does not name;\nand whether the live schema is what the "
	"applied migrations make (drift): on\nPostgreSQL with --drift, since "
	"it takes a scratch database.", NULL,
};

const struct cmd_entry cmd_status = {
	.name = "status", .bit = C_STATUS, .args = "[TARGET]", .max_args = 1,
	.summary = "Each migration's state, drift, and what to type next",
	.detail = detail, .run = run,
};

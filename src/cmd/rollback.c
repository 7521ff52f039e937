/* rollback: take back the newest migrations. */
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "op/migrate.h"

static const char *const origin_text[] = {
	[DOWN_FILE] = "down file", [DOWN_SECTION] = "comment section",
	[DOWN_DERIVED] = "derived", [DOWN_NONE] = "none",
};

/* What is still in the folder comes back with the next start of the app. */
static void print_files(struct invocation *in, const struct rollback *rb)
{
	for (size_t i = 0; i < rb->gone.n; i++)
		sbuf_addf(&in->out, "%.*s is not in the folder: taken back as "
		    "it was recorded.\n", STR_ARG(utf8_clean(in->a,
		    rb->gone.v[i], UTF8_LINE)));
	if (!rb->in_folder.n)
		return;
	sbuf_addz(&in->out, rb->in_folder.n == 1 ? "The file stays in the "
	    "folder: an application that migrates at start\napplies it "
	    "again.  To take it out:" : "The files stay in the folder: an "
	    "application that migrates at start\napplies them again.  To "
	    "take them out:");
	for (size_t i = 0; i < rb->in_folder.n; i++)
		sbuf_addf(&in->out, "%s weir drop %.*s", i ? " &&" : "",
		    STR_ARG(utf8_clean(in->a, rb->in_folder.v[i],
		    UTF8_LINE)));
	sbuf_addc(&in->out, '\n');
}

/* Who has to give rows a value writes it into the way back. */
static void print_lacking(struct invocation *in, const struct gate_request *g)
{
	for (size_t i = 0; i < g->clashes.n; i++) {
		cmd_paint(in, "31", g->clashes.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < g->lacking.n; i++) {
		cmd_paint(in, "31", lacking_text(&g->lacking.v[i], in->a));
		sbuf_addc(&in->out, '\n');
	}
	if (!g->lacking.n || !g->way.n || !in->given[OPT_DRY_RUN])
		return;
	sbuf_addf(&in->out, "A way back with a place for it, to be written "
	    "into %.*s.down.sql:\n\n", STR_ARG(utf8_clean(in->a,
	    g->lacking.v[0].tag, UTF8_LINE)));
	utf8_sanitize(&in->out, g->way, UTF8_BLOCK, false);
	sbuf_addc(&in->out, '\n');
}

static void print_rollback(struct invocation *in, const struct rollback *rb)
{
	for (size_t i = 0; i < rb->n; i++) {
		sbuf_addf(&in->out, "Roll back ");
		cmd_paint(in, "1", rb->downs[i].entry->tag);
		sbuf_addf(&in->out, "  %s", origin_text[rb->downs[i].origin]);
		if (rb->downs[i].origin != DOWN_DERIVED) {
			sbuf_addz(&in->out, " ");
			cmd_paint(in, "0", rb->downs[i].source);
		}
		sbuf_addf(&in->out, "  %s\n", undo_restores[rb->downs[i].grade]);
	}
	sbuf_addc(&in->out, '\n');
	cmd_print_plan(in, rb->review->plan, in->given[OPT_DRY_RUN] ?
	    PLAN_BACK | PLAN_SQL : PLAN_BACK);
	for (size_t i = 0; i < rb->written_since.n; i++) {
		cmd_paint(in, "33", rb->written_since.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	for (size_t i = 0; i < rb->not_back.n; i++) {
		cmd_paint(in, "33", rb->not_back.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	print_lacking(in, &rb->gate);
	for (size_t i = 0; i < rb->gate.unrestored.n; i++) {
		sbuf_addz(&in->out, i ? "" : "The schema would not be what it "
		    "was before:\n");
		sbuf_addz(&in->out, "  ");
		cmd_paint(in, "31", rb->gate.unrestored.v[i]);
		sbuf_addc(&in->out, '\n');
	}
	print_files(in, rb);
}

static void json_strs(struct json_out *o, const char *key,
    const struct strs *v)
{
	json_key(o, key);
	json_open_array(o);
	for (size_t i = 0; i < v->n; i++)
		json_put_str(o, v->v[i]);
	json_close_array(o);
}

static void json_lacking(struct invocation *in, struct json_out *o,
    const struct gate_request *g)
{
	json_key(o, "lacking");
	json_open_array(o);
	for (size_t i = 0; i < g->lacking.n; i++)
		json_put_str(o, lacking_text(&g->lacking.v[i], in->a));
	json_close_array(o);
	if (g->way.n)
		json_pair_str(o, "way_with_a_place", g->way);
}

static enum rc dry_run_json(struct invocation *in, const struct rollback *rb)
{
	struct needs needs = { 0 };
	struct json_out o;

	gate_needs(&rb->gate, in->a, &needs);
	cmd_json_begin(in, &o);
	cmd_json_db(rb->review->s, &o);
	cmd_json_plan(rb->review->plan, &o);
	cmd_json_needs(&needs, &o);
	json_strs(&o, "written_since", &rb->written_since);
	json_strs(&o, "not_back", &rb->not_back);
	json_strs(&o, "not_restored", &rb->gate.unrestored);
	json_lacking(in, &o, &rb->gate);
	json_strs(&o, "clashes", &rb->gate.clashes);
	json_strs(&o, "in_folder", &rb->in_folder);
	json_strs(&o, "not_in_folder", &rb->gone);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
	return RC_OK;
}

static enum rc rollback(struct invocation *in, struct session *s, int *code,
    struct err *e)
{
	struct rollback_request rq = {
		.to = cmd_value(in, OPT_TO), .measure = true, .rehearse = true,
	};
	struct rollback *rb;
	struct permit *ok;
	int64_t steps;
	bool told;
	enum rc rc = cmd_number(in, OPT_STEPS, 0, &steps, e);

	if (rc)
		return rc;
	if (in->given[OPT_STEPS] && (steps < 1 || steps > 10000))
		return err_set(e, RC_USAGE, "--steps takes 1 or more");
	if (in->given[OPT_STEPS] && in->given[OPT_TO])
		return err_set(e, RC_USAGE, "--steps or --to, not both");
	rq.steps = (int)steps;
	rc = rollback_build(s, &rq, in->a, &rb, e);
	if (rc)
		return rc;
	if (in->given[OPT_DRY_RUN]) {
		if (in->given[OPT_JSON])
			return dry_run_json(in, rb);
		print_rollback(in, rb);
		sbuf_addz(&in->out, "Dry run: nothing was changed.\n");
		return RC_OK;
	}
	told = in->tty_out && !in->given[OPT_JSON] && !in->given[OPT_QUIET];
	if (told)
		print_rollback(in, rb);
	rc = cmd_consent(in, s, &rb->gate, &ok, e);
	if (!rc)
		rc = cmd_apply(in, s, ok, code, e);
	if (!rc && !told && !in->given[OPT_JSON] && !in->given[OPT_QUIET])
		print_files(in, rb);
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	enum rc rc = cmd_report_format(in, e);

	if (!rc)
		rc = cmd_session(in, in->args.n ? in->args.v[0] : STR_NONE,
		    NEED_FOLDER | NEED_DB, &s, e);
	if (!rc)
		rc = rollback(in, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"The way back is, first found: TAG.down.sql, PREFIX_rollback.sql, a "
	"comment\nsection headed '-- rollback' or '-- down' in the migration, "
	"or derived for\nwhat a migration created.  It has its own review and "
	"the same gate; rows\nwritten since are counted.", NULL,
};

const struct cmd_entry cmd_rollback = {
	.name = "rollback", .bit = C_ROLLBACK, .args = "[TARGET]",
	.max_args = 1,
	.summary = "Take back the newest migration",
	.detail = detail, .run = run,
};

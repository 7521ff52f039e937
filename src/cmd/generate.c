/* generate: the next migration from the schema files. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/asking.h"
#include "cmd/kit.h"
#include "op/generate_down.h"

static void print_tables(struct invocation *in, const struct decl *d)
{
	sbuf_addf(&in->out, "%zu tables\n", d->ntables);
	for (size_t i = 0; i < d->ntables; i++) {
		const struct decl_table *t = &d->tables[i];

		cmd_paint(in, "1", t->name);
		sbuf_addf(&in->out, " %zu columns %zu indexes %zu fks\n",
		    t->ncols, t->nindexes, t->nfks);
	}
	sbuf_addc(&in->out, '\n');
}

static void say_differences(struct invocation *in,
    const struct generate_result *g)
{
	for (size_t i = 0; i < g->warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(g->warnings.v[i]));
	kit_differences(in, &g->change);
}

/* No database is looked at, so no rows: that is what a review is for. */
static void say_dropped(struct invocation *in,
    const struct generate_request *rq, const struct generate_result *g)
{
	struct str what;

	if ((g->outcome != GENERATE_WRITTEN && g->outcome != GENERATE_DRY) ||
	    rq->custom)
		return;
	what = decl_dropped_text(g->from, g->to, &rq->answers, in->a);
	if (what.n)
		cmd_loss(in, "note: the migration drops %.*s: weir review shows "
		    "the rows", STR_ARG(what));
}

static void print_nothing(struct invocation *in,
    const struct generate_result *g)
{
	if (!g->again.n)
		sbuf_addz(&in->out,
		    "No schema changes, nothing to migrate\n");
	else if (!g->change.statements.n)
		sbuf_addf(&in->out, "The schema is what it was before %.*s: "
		    "nothing was written\nNext      weir drop %.*s\n",
		    STR_ARG(g->again), STR_ARG(g->again));
	else
		sbuf_addf(&in->out, "%.*s is what it would be: nothing to "
		    "amend\n", STR_ARG(g->again));
}

static void print_written(struct invocation *in,
    const struct generate_result *g)
{
	bool quiet = in->given[OPT_QUIET];

	if (!quiet)
		print_tables(in, g->to);
	sbuf_addz(&in->out, "Your SQL migration file -> ");
	cmd_paint(in, "1", kit_path(in, g->file));
	sbuf_addz(&in->out, quiet ? "\n" : "\n\n");
	if (!quiet) {
		kit_git_add(in, g);
		sbuf_addz(&in->out, "Next      weir review\n");
	}
	if (g->kept.n)
		cmd_say(in, "note: the former text of %.*s is in %.*s: it is "
		    "not what its snapshots would write",
		    STR_ARG(g->tag), STR_ARG(kit_path(in, g->kept)));
}

static void print_text(struct invocation *in, const struct generate_result *g)
{
	switch (g->outcome) {
	case GENERATE_NOTHING:
		if (!in->given[OPT_QUIET])
			print_tables(in, g->to);
		print_nothing(in, g);
		return;
	case GENERATE_DRY:
		sbuf_add(&in->out, g->sql);
		sbuf_addc(&in->out, '\n');
		return;
	case GENERATE_WRITTEN:
		print_written(in, g);
		return;
	case GENERATE_OPEN:
		return;
	}
}

static void print_json(struct invocation *in, const struct generate_result *g)
{
	static const char *const words[] = {
		[GENERATE_NOTHING] = "nothing", [GENERATE_OPEN] = "questions",
		[GENERATE_WRITTEN] = "written", [GENERATE_DRY] = "dry-run" };
	struct json_out o;

	cmd_json_begin(in, &o);
	json_pair_z(&o, "outcome", words[g->outcome]);
	if (g->tag.n) {
		json_pair_str(&o, "tag", g->tag);
		json_pair_str(&o, "file", g->file);
		json_pair_str(&o, "sql", g->sql);
	}
	if (g->change.nopen)
		kit_questions_json(&o, &g->change);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

/* <tag>.answers.json beside the migration (--save-answers); one that is there
 * goes with the migration. */
static enum rc save_answers(struct invocation *in,
    const struct generate_request *rq, struct generate_result *g,
    struct err *e)
{
	struct sbuf text = SBUF_TEXT;
	struct str file = kit_answers_path(in, rq, g->tag);
	enum rc rc;

	if (g->outcome != GENERATE_WRITTEN || !(in->given[OPT_SAVE_ANSWERS] ||
	    (rq->amend && file_stat_of(arena_z(in->a, file)).exists)))
		return RC_OK;
	kit_answers_json(&rq->answers, &text);
	rc = file_write_atomic(arena_z(in->a, file), sbuf_str(&text), 0666, e);
	sbuf_free(&text);
	if (!rc)
		g->answers_file = file;
	return rc;
}

/* The tag is known before: that of --amend, or of --name. */
static enum rc prepare(struct invocation *in, struct generate_request *rq,
    struct err *e)
{
	struct folder *f = NULL;
	struct str tag = STR("");
	enum rc rc = RC_OK;

	if (rq->amend && (rq->custom || rq->name.n))
		return err_set(e, RC_USAGE, "--amend keeps the name of the "
		    "newest migration: no --name, no --custom beside it");
	if (rq->amend)
		rc = folder_read(arena_z(in->a, rq->out), in->a, &f, e);
	if (!rc && f && f->n) {
		tag = f->v[f->n - 1].tag;
		rc = kit_not_applied(in, rq, tag, "amend", e);
	}
	if (rc || !in->given[OPT_REPLAY_ANSWERS])
		return rc;
	if (!tag.n && !rq->name.n)
		return err_set(e, RC_USAGE, "--replay-answers needs the "
		    "migration: --amend, or the --name that it had");
	if (!tag.n)
		rc = generate_tag(rq, rq->name, in->a, &tag, e);
	return rc ? rc : kit_answers_file(in, kit_answers_path(in, rq, tag),
	    &rq->answers, e);
}

/* --down of a migration that has no snapshot to compare with. */
static bool by_hand(struct invocation *in, const struct generate_request *rq)
{
	struct str tag, file;

	if (!in->given[OPT_DOWN] || rq->amend || rq->custom || rq->dry_run ||
	    in->given[OPT_JSON] ||
	    !generate_down_by_hand(rq, in->a, &tag, &file))
		return false;
	cmd_say(in, "note: %.*s: the way back", STR_ARG(kit_path(in, file)));
	cmd_say(in, "note: nothing was generated: %.*s has no snapshot to "
	    "compare with (weir check)", STR_ARG(tag));
	return true;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct generate_result g;
	struct project *p;
	struct str down = STR("");
	enum rc rc = kit_request(in, &rq, &p, e);

	(void)code;
	if (!rc)
		rc = prepare(in, &rq, e);
	if (!rc)
		rc = generate_asking(in, &rq, &g, e);
	if (rc == RC_INCONSISTENT && by_hand(in, &rq)) {
		*e = (struct err)ERR_INIT;
		return RC_OK;
	}
	if (!rc)
		rc = save_answers(in, &rq, &g, e);
	if (!rc && in->given[OPT_DOWN])
		rc = generate_down(&rq, &g, in->a, &down, e);
	if (rc)
		return rc;
	say_differences(in, &g);
	say_dropped(in, &rq, &g);
	if (down.n)
		cmd_say(in, "note: %.*s: the way back",
		    STR_ARG(kit_path(in, down)));
	if (in->given[OPT_JSON])
		print_json(in, &g);
	if (g.outcome == GENERATE_OPEN)
		return kit_questions_refuse(in, &g.change, e);
	if (!in->given[OPT_JSON])
		print_text(in, &g);
	return RC_OK;
}

static const char *const detail[] = {
	"Compares the schema files with the last snapshot of the migrations "
	"folder and\nwrites the SQL file, the snapshot and the journal entry, "
	"byte for byte as\ndrizzle-kit does, but for the differences that "
	"weir(1) lists.  No database is\nlooked at.",
	"Where a rename is possible, nothing is written until it is answered: "
	"--rename,\n--create or --answers.  Exit status 3 while questions are "
	"open.",
	"--amend makes the newest migration again, where the project's "
	"database has not\napplied it: same name, SQL and snapshot anew.  "
	"SQL that was edited by hand stays\nas TAG.sql.orig.", NULL,
};

const struct cmd_entry cmd_generate = {
	.name = "generate", .bit = C_GENERATE, .args = "", .max_args = 0,
	.summary = "Write the next migration from the schema files",
	.detail = detail, .run = run, .writes = true,
};

/* generate: the next migration from the schema files. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/kit.h"

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

static struct str shown(const struct invocation *in, struct str path)
{
	return utf8_clean(in->a, path_short(in->a, path, in->cwd), UTF8_LINE);
}

static void say_differences(struct invocation *in,
    const struct generate_result *g)
{
	for (size_t i = 0; i < g->warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(g->warnings.v[i]));
	for (size_t i = 0; i < g->change.warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(g->change.warnings.v[i]));
	for (size_t i = 0; i < g->change.ndiffs; i++)
		cmd_say(in, "note: %.*s (%s in weir(1), DIFFERENCES; "
		    "--compat=exact writes drizzle-kit's text)",
		    STR_ARG(g->change.diffs[i].text), g->change.diffs[i].id);
}

static void print_text(struct invocation *in, const struct generate_result *g)
{
	switch (g->outcome) {
	case GENERATE_NOTHING:
		print_tables(in, g->to);
		sbuf_addz(&in->out,
		    "No schema changes, nothing to migrate\n");
		return;
	case GENERATE_DRY:
		sbuf_add(&in->out, g->sql);
		sbuf_addc(&in->out, '\n');
		return;
	case GENERATE_WRITTEN:
		print_tables(in, g->to);
		sbuf_addz(&in->out, "Your SQL migration file -> ");
		cmd_paint(in, "1", shown(in, g->file));
		sbuf_addz(&in->out, "\n\ngit add ");
		shell_quote(&in->out, shown(in, g->file));
		sbuf_addc(&in->out, ' ');
		shell_quote(&in->out, shown(in, path_dir(g->snapshot_file)));
		sbuf_addz(&in->out, "\nNext      weir review\n");
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

/* <tag>.answers.json beside the migration (--save-answers) */
static enum rc save_answers(struct invocation *in,
    const struct generate_request *rq, const struct generate_result *g,
    struct err *e)
{
	struct sbuf text = SBUF_TEXT;
	enum rc rc;

	if (!in->given[OPT_SAVE_ANSWERS] || g->outcome != GENERATE_WRITTEN)
		return RC_OK;
	kit_answers_json(&rq->answers, &text);
	rc = file_write_atomic(arena_z(in->a, arena_printf(in->a,
	    "%.*s/%.*s.answers.json", STR_ARG(rq->out), STR_ARG(g->tag))),
	    sbuf_str(&text), 0666, e);
	sbuf_free(&text);
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct generate_result g;
	struct project *p;
	enum rc rc = kit_request(in, &rq, &p, e);

	(void)code;
	if (!rc)
		rc = generate(&rq, in->a, &g, e);
	if (rc)
		return rc;
	say_differences(in, &g);
	if (in->given[OPT_JSON])
		print_json(in, &g);
	if (g.outcome == GENERATE_OPEN)
		return kit_questions_refuse(in, &g.change, e);
	if (!in->given[OPT_JSON])
		print_text(in, &g);
	return save_answers(in, &rq, &g, e);
}

static const char *const detail[] = {
	"Compares the schema files with the last snapshot of the migrations "
	"folder and\nwrites the SQL file, the snapshot and the journal entry, "
	"byte for byte as\ndrizzle-kit does, but for the differences that "
	"weir(1) lists.  No database is\nlooked at.",
	"Where a rename is possible, nothing is written until it is answered: "
	"--rename,\n--create or --answers.  Exit status 3 while questions are "
	"open.", NULL,
};

const struct cmd_entry cmd_generate = {
	.name = "generate", .bit = C_GENERATE, .args = "", .max_args = 0,
	.summary = "Write the next migration from the schema files",
	.detail = detail, .run = run,
};

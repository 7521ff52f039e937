/* drop: a migration out of the folder, where no database has it. */
#include <stdlib.h>

#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/kit.h"
#include "op/entries.h"

/* On a terminal: by number, the newest last and nearest to the prompt. */
static enum rc choose(struct invocation *in, const struct folder *f,
    struct str *tag, struct err *e)
{
	struct sbuf prompt = SBUF_TEXT, answer = SBUF_INIT(256);
	struct str word;
	long n;
	enum rc rc;

	for (size_t i = 0; i < f->n; i++)
		sbuf_addf(&prompt, "%4zu  %.*s\n", i + 1,
		    STR_ARG(utf8_clean(in->a, f->v[i].tag, UTF8_LINE)));
	sbuf_addz(&prompt, "Which migration is dropped?  Its number, or Esc: ");
	rc = ask_line(prompt.p, &answer, e);
	sbuf_addc(&answer, '\0');
	word = str_trim(str_z(answer.p));
	n = strtol(arena_z(in->a, word), NULL, 10);
	if (!rc && (n < 1 || (size_t)n > f->n))
		rc = err_set(e, RC_CANCELLED, "that is none of the list: "
		    "nothing was dropped");
	if (!rc)
		*tag = f->v[n - 1].tag;
	sbuf_free(&prompt);
	sbuf_free(&answer);
	return rc;
}

static enum rc tag_of(struct invocation *in, const struct folder *f,
    struct str *tag, struct err *e)
{
	if (in->args.n) {
		*tag = in->args.v[0];
		if (str_ends(*tag, STR(".sql")))
			*tag = str_sub(*tag, 0, tag->n - 4);
		*tag = path_base(*tag);
		return RC_OK;
	}
	if (in->tty_in && in->tty_err)
		return choose(in, f, tag, e);
	err_set(e, RC_DECISION, "which migration?");
	err_hint(e, "the newest: weir drop %.*s",
	    STR_ARG(f->v[f->n - 1].tag));
	return RC_DECISION;
}

static enum rc drop(struct invocation *in, const struct generate_request *rq,
    const struct folder *f, struct err *e)
{
	struct entry_drop d = { 0 };
	const struct bundle bundle = { .wanted = rq->bundle.wanted,
		.exact = rq->bundle.exact };
	char *dir = arena_z(in->a, rq->out);
	struct str tag;
	enum rc rc = tag_of(in, f, &tag, e);

	if (!rc)
		rc = entry_drop_find(f, dir, tag, in->a, &d, e);
	if (!rc)
		rc = kit_not_applied(in, rq, tag, "drop", e);
	if (!rc)
		rc = entry_drop(dir, &d, &bundle, e);
	if (rc)
		return rc;
	if (in->given[OPT_JSON]) {
		struct json_out o;

		cmd_json_begin(in, &o);
		json_pair_str(&o, "dropped", tag);
		json_close_object(&o);
		sbuf_addc(&in->out, '\n');
		return RC_OK;
	}
	cmd_paint(in, "1", tag);
	sbuf_addz(&in->out, " migration successfully dropped\n");
	for (size_t i = 0; i < d.left.n; i++)
		cmd_say(in, "note: %.*s stays: it is not drizzle-kit's",
		    STR_ARG(kit_path(in, d.left.v[i])));
	return RC_OK;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct project *p;
	struct folder *f = NULL;
	enum rc rc = kit_request(in, &rq, &p, e);

	(void)code;
	if (!rc)
		rc = folder_read(arena_z(in->a, rq.out), in->a, &f, e);
	if (rc)
		return rc;
	if (f->n == 0) {
		sbuf_addf(&in->out, "no migration entries found in "
		    "%.*s/meta/_journal.json\n",
		    STR_ARG(kit_path(in, rq.out)));
		return RC_OK;
	}
	return drop(in, &rq, f, e);
}

static const char *const detail[] = {
	"Removes the SQL file, the snapshot and the journal entry of a "
	"migration, as\ndrizzle-kit drop does.  Without TAG a list is shown "
	"on a terminal.",
	"Refused where the project's database has applied it, and for one "
	"that is not\nthe newest while the snapshots after it hold its change.",
	NULL,
};

const struct cmd_entry cmd_drop = {
	.name = "drop", .bit = C_DROP, .args = "[TAG]", .max_args = 1,
	.summary = "Take a migration out of the folder",
	.detail = detail, .run = run, .writes = true,
};

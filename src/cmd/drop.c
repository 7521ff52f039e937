/* drop: a migration out of the folder, where no database has it. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/kit.h"
#include "cmd/prompt.h"
#include "op/entries.h"

/* On a terminal: a list, the cursor on the newest. */
static enum rc choose(struct invocation *in, const struct folder *f,
    struct str *tag, struct err *e)
{
	struct prompt_row *v = arena_array(in->a, struct prompt_row, f->n);
	struct prompt_list l = { .title = STR("Which migration is dropped?"),
		.v = v, .n = f->n, .at = f->n - 1 };
	enum prompt_answer said;
	struct prompt *p;
	enum rc rc = prompt_open(in, &p, e);

	if (rc)
		return rc;
	for (size_t i = 0; i < f->n; i++)
		v[i] = (struct prompt_row){ .cells = { f->v[i].tag },
			.note = arena_printf(in->a, "%.*s.sql, its snapshot "
			    "and its entry go.", STR_ARG(f->v[i].tag)),
			.loses = true };
	rc = prompt_choose(p, &l, &said, e);
	prompt_close(p);
	if (!rc)
		*tag = f->v[l.at].tag;
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
	if (prompt_can(in))
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

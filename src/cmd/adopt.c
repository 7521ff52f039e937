/* adopt: an SQL file that no entry names gets its entry and snapshot. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/kit.h"

/* The file lies in the folder, given by a path or by its name alone. */
static enum rc tag_of(struct invocation *in, const struct generate_request *rq,
    struct str *tag, struct err *e)
{
	struct str file = in->args.v[0], base = path_base(file);
	struct str inside = path_join(in->a, rq->out, base);
	struct file_stat there = file_stat_of(arena_z(in->a, inside));
	struct file_stat given = file_stat_of(arena_z(in->a,
	    path_join(in->a, in->cwd, file)));

	if (!str_ends(base, STR(".sql"))) {
		*tag = base;
		return RC_OK;
	}
	*tag = str_sub(base, 0, base.n - 4);
	if (str_eq(base, file) || !given.exists ||
	    (given.ino == there.ino && given.dev == there.dev))
		return RC_OK;
	err_set(e, RC_USAGE, "%.*s is not in the migrations folder",
	    STR_ARG(file));
	err_hint(e, "mv %.*s %.*s", STR_ARG(file), STR_ARG(kit_path(in,
	    inside)));
	return RC_USAGE;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct generate_result g;
	struct project *p;
	struct str tag;
	enum rc rc;

	(void)code;
	if (!in->args.n) {
		err_set(e, RC_USAGE, "which file?");
		err_hint(e, "weir check lists those that the journal does not "
		    "name");
		return RC_USAGE;
	}
	rc = kit_request(in, &rq, &p, e);
	if (!rc)
		rc = tag_of(in, &rq, &tag, e);
	if (!rc)
		rc = generate_adopt(&rq, tag, in->a, &g, e);
	if (rc)
		return rc;
	if (in->given[OPT_JSON]) {
		struct json_out o;

		cmd_json_begin(in, &o);
		json_pair_str(&o, "adopted", g.tag);
		json_pair_str(&o, "snapshot", g.snapshot_file);
		json_close_object(&o);
		sbuf_addc(&in->out, '\n');
		return RC_OK;
	}
	sbuf_addz(&in->out, "The journal names ");
	cmd_paint(in, "1", g.tag);
	sbuf_addz(&in->out, " now\n\n");
	kit_git_add(in, &g);
	sbuf_addz(&in->out, "Next      weir review\n");
	return RC_OK;
}

static const char *const detail[] = {
	"Gives an SQL file of the migrations folder that the journal does not "
	"name its\nentry, with the time of now, and the snapshot that generate "
	"--custom would\nwrite.  Its name has to sort last.", NULL,
};

const struct cmd_entry cmd_adopt = {
	.name = "adopt", .bit = C_ADOPT, .args = "FILE", .max_args = 1,
	.summary = "Name an SQL file in the journal",
	.detail = detail, .run = run, .writes = true,
};

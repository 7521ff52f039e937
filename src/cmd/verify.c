/* verify: is the live database what the record says, whoever applied it. */
#include "cmd/cmd.h"
#include "op/migrate.h"

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct session *s = NULL;
	struct report *r;
	enum rc rc = cmd_report_format(in, e);

	if (!rc)
		rc = cmd_session(in, STR_NONE, NEED_FOLDER | NEED_DB, &s, e);
	if (!rc)
		rc = verify_build(s, in->args.n ? in->args.v[0] : STR_NONE,
		    in->a, &r, e);
	if (!rc) {
		cmd_print_report(in, r);
		*code = r->verified ? EXIT_DONE : EXIT_DIFFERENT;
	}
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Compares the live schema with what the applied migrations make of an "
	"empty\ndatabase, checks foreign keys, the file's integrity and the "
	"tracking rows.\nExit status 0 or 4.", NULL,
};

const struct cmd_entry cmd_verify = {
	.name = "verify", .bit = C_VERIFY, .args = "[TAG]", .max_args = 1,
	.summary = "Prove that the database is what the record says",
	.detail = detail, .run = run,
};

/* export: the declared schema on stdout, and nothing written. */
#include "cmd/kit.h"

static enum rc print_sql(struct invocation *in,
    const struct generate_request *rq, const struct decl *d, struct err *e)
{
	const struct decl_answers none = { .rest_created = true };
	struct decl_change c = { 0 };
	enum rc rc = decl_diff(decl_empty(rq->dialect, in->a), d, &none,
	    rq->compat, in->a, &c, e);

	if (rc)
		return rc;
	decl_sql(c.statements, false, &in->out);
	sbuf_addc(&in->out, '\n');
	return RC_OK;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct str format = cmd_value(in, OPT_FORMAT);
	struct generate_request rq;
	struct ts_schema s = { 0 };
	struct project *p;
	enum rc rc = kit_request(in, &rq, &p, e);

	(void)code;
	if (!rc && format.n && !str_is(format, "sql") &&
	    !str_is(format, "snapshot"))
		rc = err_set(e, RC_USAGE, "--format takes sql or snapshot");
	rq.casing = TS_CASING_NONE;	/* as drizzle-kit's export has it */
	if (!rc)
		rc = declared_now(&rq, in->a, &s, e);
	for (size_t i = 0; !rc && i < s.warnings.n; i++)
		cmd_say(in, "note: %.*s", STR_ARG(s.warnings.v[i]));
	if (!rc && !str_is(format, "snapshot"))
		return print_sql(in, &rq, s.decl, e);
	if (!rc) {
		decl_write(s.decl, false, &in->out);
		sbuf_addc(&in->out, '\n');
	}
	return rc;
}

static const char *const detail[] = {
	"Prints the SQL that creates what the schema files declare, as "
	"drizzle-kit export\ndoes, or with --format snapshot the snapshot that "
	"generate would write.", NULL,
};

const struct cmd_entry cmd_export = {
	.name = "export", .bit = C_EXPORT, .args = "", .max_args = 0,
	.summary = "Print the SQL of the schema files",
	.detail = detail, .run = run,
};

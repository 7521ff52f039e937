/* up: older snapshots of the folder in the latest version. */
#include "base/utf8.h"
#include "cmd/kit.h"
#include "op/entries.h"

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct project *p;
	struct strs changed = { 0 };
	struct json_out o;
	enum rc rc = kit_request(in, &rq, &p, e);

	(void)code;
	if (!rc)
		rc = entries_up(arena_z(in->a, rq.out), in->a, &changed, e);
	if (rc)
		return rc;
	if (in->given[OPT_JSON]) {
		cmd_json_begin(in, &o);
		json_key(&o, "written");
		json_open_array(&o);
		for (size_t i = 0; i < changed.n; i++)
			json_put_str(&o, changed.v[i]);
		json_close_array(&o);
		json_close_object(&o);
		sbuf_addc(&in->out, '\n');
		return RC_OK;
	}
	for (size_t i = 0; i < changed.n; i++)
		sbuf_addf(&in->out, "%.*s\n", STR_ARG(kit_path(in,
		    changed.v[i])));
	sbuf_addz(&in->out, changed.n ? "Everything's fine\n" :
	    "Everything's fine: all snapshots are of the latest version\n");
	return RC_OK;
}

static const char *const detail[] = {
	"Writes snapshots of older drizzle-kit versions anew, as drizzle-kit "
	"up does:\nPostgreSQL's 5 and 6 become 7, SQLite's 5 becomes 6.  All "
	"are written, or none.", NULL,
};

const struct cmd_entry cmd_up = {
	.name = "up", .bit = C_UP, .args = "", .max_args = 0,
	.summary = "Bring older snapshots to the latest version",
	.detail = detail, .run = run, .writes = true,
};

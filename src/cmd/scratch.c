/* scratch: the scratch databases that something left on a server. */
#include "base/clock.h"
#include "base/utf8.h"
#include "cmd/cmd.h"

static enum rc find_server(struct invocation *in, struct project **out,
    const struct drv_databases **dbs, struct err *e)
{
	struct project_request rq;
	struct project *p = NULL;
	enum rc rc;

	cmd_request(in, STR_NONE, &rq);
	rc = project_find(&rq, in->a, &p, e);
	if (rc)
		return rc;
	*dbs = drv_databases_of(p->dialect);
	if (!project_has_db(p) || !*dbs) {
		err_set(e, RC_USAGE, "no server is named: scratch databases "
		    "are PostgreSQL's; SQLite's are in memory");
		err_hint(e, "weir scratch list --db postgresql://…");
		return RC_USAGE;
	}
	cmd_password(in, &p->db);
	if (p->scratch.n) {	/* --scratch URL: the server they are made on */
		p->db.conninfo = p->scratch;
		p->db_label = STR("the server of --scratch");
	}
	*out = p;
	return RC_OK;
}

static void list_json(struct invocation *in, const struct project *p,
    const struct leftover *v, size_t n)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	json_pair_str(&o, "server", p->db_label);
	json_key(&o, "scratch");
	json_open_array(&o);
	for (size_t i = 0; i < n; i++) {
		json_open_object(&o);
		json_pair_str(&o, "name", v[i].name);
		json_pair_int(&o, "made", v[i].made_ms);
		json_pair_str(&o, "comment", v[i].comment);
		json_pair_int(&o, "bytes", v[i].bytes);
		json_pair_int(&o, "connections", v[i].connections);
		json_pair_bool(&o, "stale", v[i].stale);
		json_pair_str(&o, "why", v[i].why);
		json_close_object(&o);
	}
	json_close_array(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static void list_text(struct invocation *in, const struct project *p,
    const struct leftover *v, size_t n)
{
	struct text_table t = { .a = in->a, .ncols = 4, .right = "llll" };

	if (n == 0) {
		sbuf_addz(&in->out, "No scratch database is left on ");
		cmd_paint(in, "0", p->db_label);
		sbuf_addc(&in->out, '\n');
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct sbuf when = SBUF_INIT(64);

		clock_short(&when, v[i].made_ms);
		table_cell(&t, v[i].name);
		table_cell(&t, arena_str(in->a, sbuf_str(&when)));
		table_cell(&t, v[i].why);
		table_cell(&t, v[i].comment);
		sbuf_free(&when);
	}
	table_print(&t, "", &in->out);
}

static bool is_named(const struct invocation *in, struct str name)
{
	for (size_t i = 1; i < in->args.n; i++)
		if (str_eq(in->args.v[i], name))
			return true;
	return false;
}

/* Those named, whatever their state; without names those that nobody uses. */
static enum rc drop(struct invocation *in, const struct project *p,
    const struct drv_databases *dbs, const struct leftover *v, size_t n,
    struct err *e)
{
	size_t dropped = 0, seen = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < n; i++) {
		bool named = is_named(in, v[i].name);

		seen += named;
		if (!named && (in->args.n > 1 || !v[i].stale))
			continue;
		rc = dbs->drop_leftover(&p->db, v[i].name, e);
		if (rc) {
			err_prefix(e, "%.*s", STR_ARG(v[i].name));
			continue;
		}
		dropped++;
		sbuf_addz(&in->out, "dropped ");
		cmd_paint(in, "0", v[i].name);
		sbuf_addc(&in->out, '\n');
	}
	if (!rc && in->args.n > 1 && seen < in->args.n - 1) {
		rc = err_set(e, RC_NOTFOUND, "no scratch database of that "
		    "name is there");
		err_hint(e, "weir scratch list");
	}
	if (!rc && dropped == 0)
		sbuf_addf(&in->out, "Nothing to drop%s\n", n ? ": what is "
		    "there may be in use; name it to drop it all the same" :
		    "");
	return rc;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	const struct drv_databases *dbs = NULL;
	struct leftover *v = NULL;
	struct project *p = NULL;
	struct str verb = in->args.n ? in->args.v[0] : STR("list");
	size_t n = 0;
	enum rc rc;

	(void)code;
	if (!str_is(verb, "list") && !str_is(verb, "drop")) {
		err_set(e, RC_USAGE, "weir scratch knows list and drop, not "
		    "'%.*s'", STR_ARG(verb));
		err_hint(e, "weir scratch list");
		return RC_USAGE;
	}
	if (str_is(verb, "drop") && in->given[OPT_READ_ONLY])
		return err_set(e, RC_DENIED, "--read-only: nothing is "
		    "dropped");
	rc = find_server(in, &p, &dbs, e);
	if (!rc)
		rc = dbs->leftovers(&p->db, in->a, &v, &n, e);
	if (!rc && str_is(verb, "drop"))
		rc = drop(in, p, dbs, v, n, e);
	else if (!rc && in->given[OPT_JSON])
		list_json(in, p, v, n);
	else if (!rc)
		list_text(in, p, v, n);
	return rc;
}

static const char *const detail[] = {
	"To see what migrations make, weir runs them in databases of its own "
	"that are\nnamed weir_scratch_… and dropped at the end.  A process that "
	"was killed leaves\none behind: list shows them, drop removes those "
	"that are older than a day or\nwhose process is gone, or those named.",
	NULL,
};

const struct cmd_entry cmd_scratch = {
	.name = "scratch", .bit = C_SCRATCH, .args = "[list|drop]",
	.max_args = 50, .summary = "List or drop left scratch databases",
	.detail = detail, .run = run,
};

/* check: the migrations folder, and whether the schema is generated. */
#include "base/utf8.h"
#include "cmd/kit.h"
#include "op/check.h"

/* --- text --------------------------------------------------------------------- */

static struct str clean(const struct invocation *in, struct str s)
{
	return utf8_clean(in->a, s, UTF8_LINE);
}

static void print_only(struct invocation *in, const struct check_finding *x)
{
	static const char *const marks[] = { "-", "+" };
	static const char *const paints[] = { "31", "32" };

	if (!x->names[0].n)
		return;
	for (size_t k = 0; k < 2; k++) {
		sbuf_addf(&in->out, "    %s%s%s %.*s\n", marks[k], marks[k],
		    marks[k], STR_ARG(clean(in, x->names[k])));
	}
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < x->only[k].n; i++) {
			sbuf_addz(&in->out, "    ");
			cmd_paint(in, paints[k], arena_printf(in->a, "%s %.*s",
			    marks[k], STR_ARG(x->only[k].v[i])));
			sbuf_addc(&in->out, '\n');
		}
}

static void print_finding(struct invocation *in,
    const struct check_finding *x)
{
	const struct finding *f = &x->f;
	struct str where = clean(in, f->where);

	cmd_paint(in, x->fault ? "1;31" : "33", x->fault ? STR("fault") :
	    STR("note "));
	sbuf_addf(&in->out, "  %s%s%s", f->code, f->code[0] ? " " : "",
	    f->slug);
	if (f->tag.n)
		sbuf_addf(&in->out, "  %.*s", STR_ARG(clean(in, f->tag)));
	sbuf_addc(&in->out, '\n');
	if (where.n)
		sbuf_addf(&in->out, "    %.*s\n", STR_ARG(where));
	sbuf_addf(&in->out, "    %.*s\n", STR_ARG(clean(in, f->text)));
	if (f->fix.n)
		sbuf_addf(&in->out, "    %.*s\n", STR_ARG(clean(in, f->fix)));
	print_only(in, x);
}

static void print_pending(struct invocation *in, const struct check_report *r)
{
	if (r->schema.msg[0])
		sbuf_addf(&in->out, "The schema files do not read: %s%s%s\n",
		    r->schema.where, r->schema.where[0] ? ": " : "",
		    r->schema.msg);
	if (!r->pending)
		return;
	sbuf_addf(&in->out, "The schema files hold %zu change%s that no "
	    "migration makes.  Next: weir generate\n",
	    r->change.statements.n, r->change.statements.n == 1 ? "" : "s");
}

/* asked: for the schema files, too */
static void print_text(struct invocation *in, const struct check_report *r,
    bool asked)
{
	size_t notes = r->n - r->faults;

	for (size_t i = 0; i < r->n; i++)
		print_finding(in, &r->v[i]);
	if (r->n)
		sbuf_addc(&in->out, '\n');
	print_pending(in, r);
	sbuf_addf(&in->out, "%.*s: %zu migration%s, %zu snapshot%s",
	    STR_ARG(kit_path(in, r->folder)), r->entries,
	    r->entries == 1 ? "" : "s", r->snapshots,
	    r->snapshots == 1 ? "" : "s");
	if (r->n)
		sbuf_addf(&in->out, ", %zu fault%s, %zu note%s", r->faults,
		    r->faults == 1 ? "" : "s", notes, notes == 1 ? "" : "s");
	if (r->faults || r->pending || r->schema.msg[0])
		sbuf_addc(&in->out, '\n');
	else
		sbuf_addz(&in->out, asked && !r->compared ? "\nNothing else "
		    "was found; the schema files were not compared\n" :
		    "\nEverything's fine\n");
}

/* --- JSON ----------------------------------------------------------------------- */

static void put_strs(struct json_out *o, const char *key, struct strs v)
{
	json_key(o, key);
	json_open_array(o);
	for (size_t i = 0; i < v.n; i++)
		json_put_str(o, v.v[i]);
	json_close_array(o);
}

static void put_finding(struct json_out *o, const struct check_finding *x)
{
	json_open_object(o);
	json_pair_bool(o, "fault", x->fault);
	json_pair_z(o, "code", x->f.code);
	json_pair_z(o, "slug", x->f.slug);
	json_pair_str(o, "tag", x->f.tag);
	json_pair_str(o, "where", x->f.where);
	json_pair_str(o, "message", x->f.text);
	json_pair_str(o, "fix", x->f.fix);
	if (x->names[0].n) {
		json_key(o, "apart");
		json_open_array(o);
		for (size_t k = 0; k < 2; k++) {
			json_open_object(o);
			json_pair_str(o, "name", x->names[k]);
			put_strs(o, "only", x->only[k]);
			json_close_object(o);
		}
		json_close_array(o);
	}
	json_close_object(o);
}

static void print_json(struct invocation *in, const struct check_report *r)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	json_pair_str(&o, "folder", r->folder);
	json_pair_int(&o, "migrations", (int64_t)r->entries);
	json_pair_int(&o, "snapshots", (int64_t)r->snapshots);
	json_pair_int(&o, "faults", (int64_t)r->faults);
	json_key(&o, "findings");
	json_open_array(&o);
	for (size_t i = 0; i < r->n; i++)
		put_finding(&o, &r->v[i]);
	json_close_array(&o);
	json_pair_bool(&o, "compared", r->compared);
	put_strs(&o, "not_generated", r->change.statements);
	if (r->schema.msg[0])
		json_pair_z(&o, "schema_error", r->schema.msg);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

/* --- the command ------------------------------------------------------------------ */

static enum rc look(struct invocation *in, const struct generate_request *rq,
    struct session *s, int *code, struct err *e)
{
	struct check_request q = { .gen = rq, .schema = rq->schema.n,
		.states = s ? &s->states : NULL,
		.db_label = s ? s->project->db_label : STR("") };
	bool json = in->given[OPT_JSON] || str_is(cmd_value(in, OPT_FORMAT),
	    "json");
	struct check_report r;
	enum rc rc = check_folder(&q, in->a, &r, e);

	if (rc)
		return rc;
	if (json)
		print_json(in, &r);
	else
		print_text(in, &r, q.schema);
	*code = r.faults ? EXIT_INCONSISTENT : r.schema.msg[0] ?
	    cmd_exit_code(r.schema.code) : r.pending ? EXIT_DIFFERENT :
	    EXIT_DONE;
	return RC_OK;
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct str format = cmd_value(in, OPT_FORMAT);
	struct generate_request rq;
	struct session *s = NULL;
	struct project *p;
	enum rc rc = kit_request(in, &rq, &p, e);

	if (!rc && format.n && !str_is(format, "text") &&
	    !str_is(format, "json"))
		rc = err_set(e, RC_USAGE, "--format takes text or json");
	if (!rc && in->given[OPT_DB])
		rc = cmd_session(in, STR_NONE, NEED_FOLDER | NEED_DB, &s, e);
	if (!rc)
		rc = look(in, &rq, s, code, e);
	cmd_close(in, s);
	return rc;
}

static const char *const detail[] = {
	"Looks at the migrations folder: what drizzle-kit check looks at "
	"(versions and\nshapes of snapshots, two that follow the same one, "
	"times that do not grow), and\nthat journal, files and snapshots fit "
	"together, that every SQL file is named and\nparses, and that the "
	"schema files hold no change without a migration.  With --db\nalso "
	"that the database applied the files as they are.",
	"Exit status 5 for a fault of the folder, else 4 when something is not "
	"generated.", NULL,
};

const struct cmd_entry cmd_check = {
	.name = "check", .bit = C_CHECK, .args = "", .max_args = 0,
	.summary = "Find what is wrong in the migrations folder",
	.detail = detail, .run = run,
};

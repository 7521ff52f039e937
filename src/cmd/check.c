/* check: the migrations folder, and whether the schema is generated. */
#include "base/utf8.h"
#include "cmd/check_ci.h"
#include "cmd/kit.h"
#include "op/migrate.h"

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
	bool red = x->fault || (x->danger && x->sev > SEV_CAUTION);

	cmd_paint(in, x->ignored.n ? "2" : red ? "1;31" : "33",
	    x->fault ? STR("fault") : x->ignored.n ? STR("ignored") :
	    x->danger ? str_z(sev_word[x->sev]) : STR("note "));
	sbuf_addf(&in->out, "  %s%s%s", f->code, f->code[0] ? " " : "",
	    f->slug);
	if (f->tag.n)
		sbuf_addf(&in->out, "  %.*s", STR_ARG(clean(in, f->tag)));
	sbuf_addc(&in->out, '\n');
	if (where.n)
		sbuf_addf(&in->out, "    %.*s\n", STR_ARG(where));
	sbuf_addf(&in->out, "    %.*s\n", STR_ARG(clean(in, f->text)));
	if (x->ignored.n)
		sbuf_addf(&in->out, "    ignored: %.*s\n",
		    STR_ARG(clean(in, x->ignored)));
	else if (f->fix.n)
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
	size_t notes = r->n - r->faults - r->dangers;

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
	if (r->dangers)
		sbuf_addf(&in->out, ", %zu danger%s", r->dangers,
		    r->dangers == 1 ? "" : "s");
	if (r->ignored)
		sbuf_addf(&in->out, ", %zu of them ignored", r->ignored);
	if (r->faults || r->pending || r->schema.msg[0] ||
	    r->dangers > r->ignored)
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
	if (x->danger)
		json_pair_z(o, "severity", sev_word[x->ignored.n ? SEV_INFO :
		    x->sev]);
	if (x->ignored.n)
		json_pair_str(o, "ignored", x->ignored);
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
	json_pair_int(&o, "dangers", (int64_t)r->dangers);
	json_pair_int(&o, "ignored", (int64_t)r->ignored);
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

/* What migrate would do here without being asked anything. */
struct verdict {
	bool blocked;
	struct needs missing;
	struct sbuf command;
};

static enum rc judge(struct invocation *in, struct session *s,
    const struct review *r, struct verdict *v, struct err *e)
{
	struct gate_request gate;
	struct needs all;

	migrate_gate(r, in->a, &gate);
	gate_needs(&gate, in->a, &all);
	for (size_t i = 0; i < all.n; i++)
		v->blocked |= all.v[i].blocked;
	if (v->blocked)
		return RC_OK;
	return cmd_left_to_ask(in, s, &gate, &v->missing, &v->command, e);
}

/* Out of order, or words that do not read: that is a finding, no error. */
static enum rc pending_of(struct invocation *in, struct session *s,
    const struct plan **out, struct verdict *v, struct err *e)
{
	const struct review_request rq = { .measure = true, .rehearse = true };
	struct review *r = NULL;
	struct err why = ERR_INIT;
	enum rc rc = review_build(s, &rq, in->a, &r, &why);

	if (rc == RC_INCONSISTENT || rc == RC_USAGE)
		return RC_OK;
	if (rc) {
		*e = why;
		return rc;
	}
	*out = r->plan;
	return judge(in, s, r, v, e);
}

static int exit_of(const struct check_report *r, const struct verdict *v)
{
	if (r->faults)
		return EXIT_INCONSISTENT;
	if (r->schema.msg[0])
		return cmd_exit_code(r->schema.code);
	if (v->blocked)
		return EXIT_FAILED;
	if (v->missing.n)
		return EXIT_DECISION;
	return r->pending ? EXIT_DIFFERENT : EXIT_DONE;
}

static void print_verdict(struct invocation *in, const struct verdict *v)
{
	if (v->blocked)
		sbuf_addz(&in->out, "weir migrate would refuse: what is "
		    "blocked has to be mended\n");
	else if (v->missing.n)
		sbuf_addf(&in->out, "weir migrate would ask for consent: "
		    "weir review --approve writes it, or\n%s\n",
		    v->command.p);
}

static const struct form {
	const char *name;
	void (*print)(struct invocation *in, const struct check_report *r);
} forms[] = {
	{ "json", print_json }, { "github", check_github },
	{ "sarif", check_sarif },
};

static enum rc look(struct invocation *in, const struct generate_request *rq,
    struct session *s, struct scratch *scratch, int *code, struct err *e)
{
	struct check_request q = { .gen = rq, .schema = rq->schema.n,
		.states = s ? &s->states : NULL, .scratch = scratch,
		.db_label = s ? s->project->db_label : STR("") };
	struct str format = in->given[OPT_JSON] ? STR("json") :
	    cmd_value(in, OPT_FORMAT);
	struct verdict v = { .command = SBUF_TEXT };
	const struct form *form = NULL;
	struct check_report r;
	enum rc rc = s ? pending_of(in, s, &q.plan, &v, e) : RC_OK;

	if (!rc)
		rc = check_folder(&q, in->a, &r, e);
	if (rc)
		goto out;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (str_is(format, forms[i].name))
			form = &forms[i];
	if (form) {
		form->print(in, &r);
	} else {
		print_text(in, &r, q.schema);
		print_verdict(in, &v);
	}
	*code = exit_of(&r, &v);
out:
	sbuf_free(&v.command);
	return rc;
}

static enum rc check_format(struct str format, struct err *e)
{
	bool known = !format.n || str_is(format, "text");

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		known = known || str_is(format, forms[i].name);
	return known ? RC_OK : err_set(e, RC_USAGE,
	    "--format takes text, json, github or sarif");
}

static enum rc run(struct invocation *in, int *code, struct err *e)
{
	struct generate_request rq;
	struct scratch *scratch = NULL;
	struct session *s = NULL;
	struct project *p;
	enum rc rc = kit_request(in, &rq, &p, e);

	if (!rc)
		rc = check_format(cmd_value(in, OPT_FORMAT), e);
	if (!rc && in->given[OPT_DB])
		rc = cmd_session(in, STR_NONE, NEED_FOLDER | NEED_DB, &s, e);
	if (!rc && !s && p->scratch.n)
		scratch = scratch_new(&(struct scratch_policy){
		    .dialect = p->dialect, .target = p->db,
		    .conninfo = p->scratch, .read_only = p->read_only });
	if (!rc)
		rc = look(in, &rq, s, s ? s->scratch : scratch, code, e);
	scratch_free(scratch);
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

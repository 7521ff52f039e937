/*
 * flow: the review job, and the reports that outlive a session.
 *
 * Everything here that reads a database runs on the worker.
 */
#include "ui/view/flow.h"

#include "base/fs.h"
#include "base/json.h"
#include "base/utf8.h"
#include "op/backup.h"

/* ---- the review job ---- */

struct review_ask {
	struct review_target target;
	enum review_depth depth;
	struct strs terms;
};

static bool on_progress(void *arg, const char *what, size_t done, size_t of)
{
	struct job *j = arg;
	struct arena *a;
	struct review_progress *p;

	if (job_cancelled(j))
		return false;
	a = arena_new();
	p = arena_new_of(a, struct review_progress);
	*p = (struct review_progress){ what, done, of };
	job_post(j, a, p);
	return true;
}

const struct mig *mig_find(const struct session *s, struct str tag)
{
	for (size_t i = 0; s && i < s->states.n; i++)
		if (str_eq(s->states.v[i].entry->tag, tag))
			return &s->states.v[i];
	return NULL;
}

bool mig_is_open(const struct mig *m)
{
	return m && (m->state == MIG_PENDING || m->state == MIG_OUT_OF_ORDER);
}

bool mig_is_applied(const struct mig *m)
{
	return m && (m->state == MIG_APPLIED || m->state == MIG_RESTAMPED ||
	    m->state == MIG_EDITED);
}

/* ---- ways to other views ---- */

void cmds_review(struct cmds *out, bool down, struct str tag)
{
	struct review_target t = { .down = down, .tag = tag };

	cmds_open(out, &view_review, arena_copy(out->a, &t, sizeof(t)), 0);
}

void cmds_mig_text(struct cmds *out, const struct mig *m, struct str note)
{
	struct statement_arg *arg = arena_new_of(out->a, struct statement_arg);

	arg->title = m->entry->file;
	arg->sql = m->entry->text;
	arg->notes = m->entry->missing ? STR("The file is not there.") :
	    m->state == MIG_EDITED ? STR("This file was edited after it was "
	    "applied: what ran was another text.") : note;
	cmds_open(out, &view_statement, arg, 0);
}

static size_t line_of(struct str text, size_t offset)
{
	size_t line = 1;

	for (size_t i = 0; i < offset && i < text.n; i++)
		line += text.p[i] == '\n';
	return line;
}

void cmds_mig_edit(const struct app *app, struct cmds *out,
    const struct mig *m, size_t offset, unsigned key)
{
	struct edit_arg *arg = arena_new_of(out->a, struct edit_arg);

	if (m->entry->missing) {
		cmds_message(out, STYLE_WARN, "The file is not there");
		return;
	}
	*arg = (struct edit_arg){ .text = m->entry->text,
		.read_only = !mig_is_open(m) || app->read_only,
		.line = line_of(m->entry->text, offset),
		.path = path_absolute(out->a, m->entry->file) };
	if (arg->read_only)
		cmds_message(out, STYLE_DIM, "%s: the editor had a copy that "
		    "cannot be written", mig_is_open(m) ? "--read-only" :
		    "It is applied");
	cmds_push(out, (struct cmd){ .kind = CMD_EDIT, .arg = arg,
		.key = key });
}

void mig_edited(struct cmds *out, int answer)
{
	if (answer != EDITED_OTHER)
		return;
	cmds_message(out, STYLE_OK, "The file has changed: planned again");
	cmds_push(out, (struct cmd){ .kind = CMD_RELOAD });
}

void cmds_report(struct cmds *out, const struct msg *m)
{
	struct report_arg *arg = arena_new_of(out->a, struct report_arg);

	arg->report = m->result;
	arg->a = msg_take_arena(m);
	cmds_open(out, &view_report, arg, 0);
}

const struct err *rehearsal_why(const struct reviewed *r)
{
	return r->rehearsal ? &r->rehearsal->failed :
	    &r->review->plan->rehearsal_error;
}

void cmds_rehearsal(struct cmds *out, const struct reviewed *r)
{
	struct report_arg *arg = arena_new_of(out->a, struct report_arg);

	arg->a = arena_new();
	arg->report = report_keep(rehearse_report(r->review->plan,
	    r->rehearsal, r->title, out->a), arg->a);
	cmds_open(out, &view_report, arg, 0);
}

/* ---- on the worker ---- */

static void on_connected(void *arg, struct drv *d)
{
	job_connected(arg, d);
}

/* What it leaves behind, the last line, goes with the data. */
static bool are_the_terms(struct strs agreed, struct strs is)
{
	if (agreed.n != is.n)
		return false;
	for (size_t i = 0; i + 1 < is.n; i++)
		if (!str_eq(agreed.v[i], is.v[i]))
			return false;
	return true;
}

static enum rc rehearse(struct job *j, const struct review_ask *ask,
    struct reviewed *out, struct err *e)
{
	struct rehearsal *found = arena_new_of(j->a, struct rehearsal);
	struct rehearse_options o = { .project = j->session->project,
		.db = j->session->project->db, .connected = on_connected,
		.arg = j };
	struct strs is = { 0 };
	enum rc rc = rehearse_terms(out->review->plan, j->a, &is, e);

	if (!rc && !are_the_terms(ask->terms, is))
		rc = err_set(e, RC_CONFLICT, "what it would lock is not what "
		    "it was when you agreed: look again");
	if (!rc)
		rc = rehearse_run(out->review->plan, &o, j->a, found, e);
	if (!rc)
		out->rehearsal = found;
	return rc;
}

static enum rc ask_up(struct job *j, const struct review_ask *ask,
    struct reviewed *out, struct err *e)
{
	const struct mig *m = mig_find(j->session, ask->target.tag);
	struct review_request rq = {
		.measure = ask->depth >= REVIEW_MEASURED,
		.rehearse = ask->depth >= REVIEW_REHEARSED,
		.progress = on_progress, .arg = j,
	};
	struct review *r = NULL;
	enum rc rc;

	if (!m)
		return err_set(e, RC_NOTFOUND, "no migration %.*s any more",
		    STR_ARG(ask->target.tag));
	rq.only = m->entry;
	if (m->state == MIG_OUT_OF_ORDER) {
		rq.include = &m->entry->tag;
		rq.ninclude = 1;
	}
	rc = review_build(j->session, &rq, j->a, &r, e);
	if (rc)
		return rc;
	out->review = r;
	migrate_gate(r, j->a, &out->gate);
	/* the gate asks; its yes is the one to both */
	out->gate.db.create = j->session->db_state == DB_MISSING &&
	    drv_databases_of(out->gate.db.dialect);
	return rq.rehearse && r->plan->nfiles ? rehearse(j, ask, out, e) :
	    RC_OK;
}

static enum rc ask_down(struct job *j, const struct review_ask *ask,
    struct reviewed *out, struct err *e)
{
	struct rollback_request rq = {
		.to = ask->target.tag,
		.measure = ask->depth >= REVIEW_MEASURED,
		.rehearse = ask->depth >= REVIEW_REHEARSED,
	};
	struct rollback *rb = NULL;
	enum rc rc = rollback_build(j->session, &rq, j->a, &rb, e);

	if (rc)
		return rc;
	out->review = rb->review;
	out->rollback = rb;
	out->gate = rb->gate;
	return RC_OK;
}

/* Row counts and who else has the file open: nice to have, never a failure. */
static void look_around(struct job *j, struct reviewed *out)
{
	struct session *s = j->session;
	const struct model *live = NULL;
	struct err ignored = ERR_INIT;

	if (!s->db || job_cancelled(j))
		return;
	if (!out->rollback) {
		out->whole = backup_offer(s, j->a);
		out->whole_due = backup_due(s->project, out->review->plan);
	}
	if (s->db->ops->holders(s->db, j->a, &out->holders, &ignored))
		out->holders.n = 0;
	if (session_live(s, &live, &ignored))
		return;
	if (sizes_read(s->db, live, lite_probe(s->project->db.path).bytes,
	    SIZE_COUNT_LIMIT, j->a, &out->sizes, &ignored))
		out->sizes.n = 0;
}

static struct str title_of(const struct plan *p, struct arena *a)
{
	struct str first, last;

	if (!p->nfiles)
		return STR("");
	first = utf8_clean(a, p->files[0].entry->tag, UTF8_LINE);
	if (p->nfiles == 1)
		return first;
	last = utf8_clean(a, p->files[p->nfiles - 1].entry->tag, UTF8_LINE);
	return arena_printf(a, "%.*s .. %.*s", STR_ARG(first), STR_ARG(last));
}

static void count_pending(const struct session *s, const struct plan *p,
    struct reviewed *out)
{
	const struct entry *last = p->nfiles ?
	    p->files[p->nfiles - 1].entry : NULL;

	for (size_t i = 0; i < s->states.n; i++) {
		if (s->states.v[i].state != MIG_PENDING)
			continue;
		out->pending++;
		if (s->states.v[i].entry == last)
			out->position = out->pending;
	}
}

static enum rc run_review(struct job *j, void **result, struct err *e)
{
	const struct review_ask *ask = j->arg;
	struct reviewed *out = arena_new_of(j->a, struct reviewed);
	enum rc rc;

	if (!j->session)
		return err_set(e, RC_NOTFOUND, "no database is open");
	out->depth = ask->depth;
	rc = ask->target.down ? ask_down(j, ask, out, e) :
	    ask_up(j, ask, out, e);
	if (rc)
		return rc;
	gate_needs(&out->gate, j->a, &out->needs);
	side_build(&out->review->plan->changes, 2, j->a, &out->side);
	out->title = title_of(out->review->plan, j->a);
	if (!out->rollback)
		count_pending(j->session, out->review->plan, out);
	if (ask->depth >= REVIEW_MEASURED)
		look_around(j, out);
	*result = out;
	return RC_OK;
}

static struct strs keep_strs(struct strs s, struct arena *a)
{
	struct str *v = arena_array(a, struct str, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		v[i] = arena_str(a, s.v[i]);
	return (struct strs){ v, s.n };
}

static struct job_spec job_of(const struct review_target *t,
    enum review_depth depth, const struct strs *terms, unsigned key)
{
	struct arena *a = arena_new();
	struct review_ask *ask = arena_new_of(a, struct review_ask);

	*ask = (struct review_ask){ *t, depth, keep_strs(*terms, a) };
	ask->target.tag = arena_str(a, t->tag);
	return (struct job_spec){
		.what = depth == REVIEW_REHEARSED ? "rehearsing" :
		    depth == REVIEW_MEASURED ? "measuring" : "planning",
		.key = key,
		.flags = depth == REVIEW_MEASURED ? JOB_BACKGROUND : 0,
		.a = a, .arg = ask, .run = run_review,
	};
}

struct job_spec review_job(const struct review_target *t,
    enum review_depth depth, unsigned key)
{
	static const struct strs none;

	return job_of(t, depth, &none, key);
}

struct job_spec rehearse_job(const struct review_target *t,
    const struct strs *terms, unsigned key)
{
	return job_of(t, REVIEW_REHEARSED, terms, key);
}

static enum rc run_verify(struct job *j, void **result, struct err *e)
{
	struct report *r = NULL;
	enum rc rc;

	if (!j->session)
		return err_set(e, RC_NOTFOUND, "no database is open");
	rc = verify_build(j->session, STR(""), j->a, &r, e);
	if (rc == RC_OK)
		*result = report_keep(r, j->a);
	return rc;
}

struct job_spec verify_job(unsigned key)
{
	return (struct job_spec){ .what = "verifying", .key = key,
		.run = run_verify };
}

/* ---- reports ---- */

struct report *report_keep(const struct report *r, struct arena *a)
{
	struct report *out = arena_copy(a, r, sizeof(*r));
	struct check_line *checks = arena_array(a, struct check_line,
	    r->nchecks + 1);
	struct applied_stmt *stmts = arena_array(a, struct applied_stmt,
	    r->nstmts + 1);

	for (size_t i = 0; i < r->nchecks; i++) {
		checks[i] = r->checks[i];
		checks[i].text = arena_str(a, r->checks[i].text);
	}
	for (size_t i = 0; i < r->nstmts; i++) {
		stmts[i] = r->stmts[i];
		stmts[i].tag = arena_str(a, r->stmts[i].tag);
		stmts[i].where = arena_str(a, r->stmts[i].where);
		stmts[i].sql = arena_str(a, r->stmts[i].sql);
		stmts[i].told = arena_str(a, r->stmts[i].told);
	}
	out->title = arena_str(a, r->title);
	out->run_dir = arena_str(a, r->run_dir);
	out->tags = keep_strs(r->tags, a);
	out->left = keep_strs(r->left, a);
	out->checks = checks;
	out->stmts = stmts;
	out->lock.holders.n = 0;
	return out;
}

static int64_t int_of(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	return v && v->kind == JSON_NUMBER && v->is_int ? v->integer : 0;
}

static double number_of(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	return v && v->kind == JSON_NUMBER ? v->number : 0;
}

static bool bool_of(const struct json *o, const char *key)
{
	const struct json *v = json_get(o, key);

	return v && v->kind == JSON_BOOL && v->boolean;
}

static struct str str_of(const struct json *o, const char *key)
{
	return json_str_of(json_get(o, key));
}

static struct strs strs_of(const struct json *o, const char *key,
    struct arena *a)
{
	const struct json *v = json_get(o, key);
	struct strs out = { NULL, v && v->kind == JSON_ARRAY ? v->n : 0 };
	struct str *names = arena_array(a, struct str, out.n + 1);

	for (size_t i = 0; i < out.n; i++)
		names[i] = json_str_of(&v->items[i]);
	out.v = names;
	return out;
}

static enum check_result result_of(struct str word)
{
	return str_is(word, "ok") ? CHECK_OK :
	    str_is(word, "note") ? CHECK_NOTE : CHECK_FAILED;
}

static void read_checks(const struct json *j, struct arena *a,
    struct report *r)
{
	const struct json *v = json_get(j, "checks");
	size_t n = v && v->kind == JSON_ARRAY ? v->n : 0;
	struct check_line *checks = arena_array(a, struct check_line, n + 1);

	for (size_t i = 0; i < n; i++)
		checks[i] = (struct check_line){
			result_of(str_of(&v->items[i], "result")),
			str_of(&v->items[i], "text") };
	r->checks = checks;
	r->nchecks = n;
}

static void read_stmts(const struct json *j, struct arena *a,
    struct report *r)
{
	const struct json *v = json_get(j, "statements");
	size_t n = v && v->kind == JSON_ARRAY ? v->n : 0;
	struct applied_stmt *stmts = arena_array(a, struct applied_stmt, n + 1);

	for (size_t i = 0; i < n; i++)
		stmts[i] = (struct applied_stmt){
			.tag = str_of(&v->items[i], "tag"),
			.where = str_of(&v->items[i], "where"),
			.sql = str_of(&v->items[i], "sql"),
			.ms = number_of(&v->items[i], "ms"),
			.rows = int_of(&v->items[i], "rows") };
	r->stmts = stmts;
	r->nstmts = n;
}

enum rc report_read(struct str json, struct arena *a, struct report **out,
    struct err *e)
{
	const struct json *j = NULL;
	struct report *r = arena_new_of(a, struct report);
	enum rc rc = json_read(json, "report.json", a, &j, e);

	if (rc)
		return rc;
	if (j->kind != JSON_OBJECT)
		return err_set(e, RC_PARSE, "report.json is no object");
	r->title = str_of(j, "title");
	r->applied = bool_of(j, "applied");
	r->verified = bool_of(j, "verified");
	r->committed_at = int_of(j, "committed_at");
	r->ms = number_of(j, "ms");
	r->tags = strs_of(j, "tags", a);
	r->left = strs_of(j, "left", a);
	r->run_dir = str_of(j, "run");
	read_checks(j, a, r);
	read_stmts(j, a, r);
	*out = r;
	return RC_OK;
}

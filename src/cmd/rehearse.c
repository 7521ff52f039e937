/* rehearse: see rehearse.h. */
#include "base/fs.h"
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/copying.h"
#include "cmd/rehearse.h"
#include "cmd/stop.h"
#include "op/rehearse_data.h"

struct watched {
	struct invocation *in;
	struct drv *d;
};

/* A signal ends the statement; the transaction goes with the connection. */
static void connected(void *arg, struct drv *d)
{
	struct watched *w = arg;

	if (w->in->watch)
		stop_also(w->in->watch, d ? d : w->d, d != NULL);
	w->d = d;
}

static enum rc confirmed(struct invocation *in, const struct session *s,
    struct err *e)
{
	struct str target = cmd_value(in, OPT_TARGET);
	struct str label = s->project->db_label;
	struct sbuf answer = SBUF_INIT(1024);
	enum rc rc = RC_OK;

	if ((target.n || s->project->production) && !str_eq(target, label) &&
	    !str_eq(target, path_base(label))) {
		rc = err_set(e, target.n ? RC_USAGE : RC_DECISION,
		    "%.*s is %s: a rehearsal there needs its name",
		    STR_ARG(label), s->project->production ?
		    "labelled production" : "not that database");
		err_hint(e, "weir review --rehearse --target %.*s",
		    STR_ARG(path_base(label)));
	} else if (in->tty_in && in->tty_err && !in->given[OPT_JSON] &&
	    !target.n) {
		rc = ask_line("Enter rehearses, Esc cancels: ", &answer, e);
		if (!rc && answer.n)
			rc = err_set(e, RC_CANCELLED, "cancelled, nothing was "
			    "rehearsed");
	}
	sbuf_free(&answer);
	return rc;
}

/* A file is copied as it is. */
static bool with_data(const struct invocation *in, const struct session *s)
{
	return in->given[OPT_WITH_DATA] &&
	    drv_databases_of(s->project->dialect);
}

static enum rc on_rows(struct invocation *in, struct session *s,
    const struct plan *p, struct rehearsal *out, struct err *e)
{
	struct copying c = { .in = in };
	struct backup_options copy;
	struct strs terms = { 0 };
	enum rc rc = rehearse_data_terms(s, p, in->a, &terms, e);

	if (rc)
		return rc;
	cmd_say(in, "Rehearsal %.*s", STR_ARG(terms.v[0]));
	copying_options(&c, s, &copy);
	copy.progress = NULL;		/* the watch of the session stops it */
	return rehearse_data(s, p, &copy, in->a, out, e);
}

enum rc cmd_rehearse(struct invocation *in, struct session *s,
    const struct review *r, struct rehearsal *out, struct err *e)
{
	struct watched w = { .in = in };
	struct rehearse_options o = { .project = s->project,
		.db = s->project->db, .connected = connected, .arg = &w };
	struct strs terms = { 0 };
	enum rc rc;

	if (with_data(in, s))
		return on_rows(in, s, r->plan, out, e);
	rc = rehearse_terms(r->plan, in->a, &terms, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < terms.n; i++)
		cmd_say(in, "%s%.*s", i ? "  " : "Rehearsal in a transaction "
		    "of the database itself:\n  ", STR_ARG(terms.v[i]));
	if (terms.n)
		rc = confirmed(in, s, e);
	return rc ? rc : rehearse_run(r->plan, &o, in->a, out, e);
}

/* --- text ------------------------------------------------------------------------- */

static void add_list(struct invocation *in, const char *what, struct strs v)
{
	for (size_t i = 0; i < v.n; i++) {
		sbuf_addf(&in->out, "%s%.*s", i ? ", " : what,
		    STR_ARG(utf8_clean(in->a, v.v[i], UTF8_LINE)));
	}
	if (v.n)
		sbuf_addc(&in->out, '\n');
}

static void print_stmt(struct invocation *in, const struct review *r,
    const struct rehearsed *x)
{
	sbuf_addf(&in->out, " %3zu  ", (size_t)(x->stmt - r->plan->v) + 1);
	sbuf_addf(&in->out, "%.*s  %.1f ms, ", STR_ARG(x->stmt->run->where),
	    x->ms);
	sbuf_add_count(&in->out, x->rows);
	sbuf_addz(&in->out, x->rows == 1 ? " row\n" : " rows\n");
	add_list(in, "       written anew: ", x->rewritten);
	add_list(in, "       locks: ", x->locks);
}

void cmd_print_rehearsal(struct invocation *in, const struct review *r,
    const struct rehearsal *v)
{
	if (v->on_copy && !v->n && !v->failed.code) {
		sbuf_addz(&in->out, "Rehearsal: nothing in it works on rows, "
		    "so the clone without rows told it all.\n");
		return;
	}
	sbuf_addf(&in->out, "Rehearsed %s, %.1f ms\n", v->on_copy ?
	    "on a copy" : "in a transaction that was rolled back", v->ms);
	for (size_t i = 0; i < v->n; i++)
		print_stmt(in, r, &v->v[i]);
	if (v->failed.code) {
		cmd_paint(in, "1;31", STR("failed  "));
		sbuf_addf(&in->out, "%s%s", v->failed.where,
		    v->failed.where[0] ? ": " : "");
		cmd_paint(in, "0", utf8_clean(in->a, str_z(v->failed.msg),
		    UTF8_LINE));
		sbuf_addc(&in->out, '\n');
		for (size_t i = 0; i < v->in_the_way.n; i++)
			sbuf_addf(&in->out, "        %.*s\n",
			    STR_ARG(v->in_the_way.v[i]));
		return;
	}
	if (v->equal)
		sbuf_addz(&in->out, "The schema became what was predicted.\n");
	for (size_t i = 0; i < v->differences.n; i++)
		sbuf_addf(&in->out, "not as predicted: %.*s\n",
		    STR_ARG(utf8_clean(in->a, change_sentence(
		    &v->differences.v[i], in->a), UTF8_LINE)));
}

/* --- JSON --------------------------------------------------------------------------- */

static void put_list(struct json_out *o, const char *key, struct strs v)
{
	json_key(o, key);
	json_open_array(o);
	for (size_t i = 0; i < v.n; i++)
		json_put_str(o, v.v[i]);
	json_close_array(o);
}

void cmd_json_rehearsal(const struct rehearsal *v, struct json_out *o)
{
	json_key(o, "rehearsal");
	json_open_object(o);
	json_pair_z(o, "where", v->on_copy ? "copy" : "transaction");
	json_key(o, "ms");
	json_put_num(o, (double)(int64_t)(v->ms * 1000) / 1000);
	json_key(o, "statements");
	json_open_array(o);
	for (size_t i = 0; i < v->n; i++) {
		const struct rehearsed *x = &v->v[i];

		json_open_object(o);
		json_pair_str(o, "where", x->stmt->run->where);
		json_key(o, "ms");
		json_put_num(o, (double)(int64_t)(x->ms * 1000) / 1000);
		json_pair_int(o, "rows", x->rows);
		put_list(o, "rewritten", x->rewritten);
		put_list(o, "locks", x->locks);
		json_close_object(o);
	}
	json_close_array(o);
	if (v->failed.code) {
		json_key(o, "failed");
		json_open_object(o);
		json_pair_z(o, "where", v->failed.where);
		json_pair_z(o, "message", v->failed.msg);
		put_list(o, "rows", v->in_the_way);
		json_close_object(o);
	} else {
		json_pair_bool(o, "as_predicted", v->equal);
		json_pair_int(o, "differences", (int64_t)v->differences.n);
	}
	json_close_object(o);
}

int cmd_rehearsal_exit(const struct rehearsal *v)
{
	bool other = v->differences.n > 0;

	return v->failed.code ? EXIT_FAILED : other ? EXIT_DIFFERENT :
	    EXIT_DONE;
}

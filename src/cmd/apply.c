/* apply: run a permit from the command line: progress, signals, report. */
#include "cmd/cmd.h"
#include "cmd/copying.h"
#include "op/undo/keep.h"

/* Who is in the way, a line each time that it is somebody else. */
static void say_holders(const struct invocation *in, const struct holders *h)
{
	for (size_t i = 0; i < h->n && i < 5; i++)
		cmd_say(in, "%s %.*s %d%s%.*s", i ? "  and for" :
		    "waiting for the lock, held by",
		    STR_ARG(h->v[i].command), h->v[i].pid,
		    h->v[i].what.n ? ", " : "", STR_ARG(h->v[i].what));
	if (h->n > 5)
		cmd_say(in, "  and for %zu others", h->n - 5);
}

struct progress {
	struct invocation *in;
	struct stop *stop;
	int said;		/* the first process of the last said */
};

static bool on_progress(void *arg, const struct apply_progress *p)
{
	struct progress *pr = arg;

	if (p->event == APPLY_LOCKING && p->holders && p->holders->n &&
	    pr->said != p->holders->v[0].pid) {
		pr->said = p->holders->v[0].pid;
		say_holders(pr->in, p->holders);
	}
	if (p->event == APPLY_STMT_DONE && pr->in->tty_err &&
	    pr->in->given[OPT_VERBOSE])
		cmd_say(pr->in, "%zu/%zu  %.1f ms", p->done, p->of, p->ms);
	return !stop_signal(pr->stop);
}

void cmd_print_report(struct invocation *in, const struct report *r)
{
	struct str format = cmd_value(in, OPT_REPORT);

	if (in->given[OPT_JSON] || str_is(format, "json")) {
		struct json_out o = { .b = &in->out, .indent = 2,
			.ascii = true };

		report_json(r, &o);
		sbuf_addc(&in->out, '\n');
	} else if (str_is(format, "markdown")) {
		report_markdown(r, &in->out);
	} else {
		report_text(r, &in->out);
	}
}

enum rc cmd_report_format(const struct invocation *in, struct err *e)
{
	struct str f = cmd_value(in, OPT_REPORT);

	if (!in->given[OPT_REPORT] || str_is(f, "text") || str_is(f, "json") ||
	    str_is(f, "markdown"))
		return RC_OK;
	return err_set(e, RC_USAGE, "--report is text, json or markdown");
}

static void on_connected(void *arg, struct drv *d)
{
	stop_connection(((struct progress *)arg)->stop, d);
}

/* What is past its time and needed for nothing goes, and is named. */
static void sweep(struct invocation *in, const struct project *p)
{
	struct swept done = { 0 };
	struct err ignored = ERR_INIT;

	(void)!kept_sweep(p, in->a, &done, &ignored);
	if (done.runs)
		cmd_say(in, "note: saved rows of %zu run%s removed, %.*s: "
		    "older than %lld days, and taken back since", done.runs,
		    done.runs == 1 ? "" : "s", STR_ARG(copying_bytes(in,
		    done.bytes)), (long long)p->keeping.days);
}

enum rc cmd_apply(struct invocation *in, struct session *s, struct permit *ok,
    int *exit_code, struct err *e)
{
	struct progress pr = { .in = in };
	struct copying copying = { .in = in, .what = "copied" };
	struct backup_options copy;
	struct apply_options o = {
		.project = s->project,
		.each = in->given[OPT_EACH],
		.exclusive = in->given[OPT_EXCLUSIVE],
		.progress = on_progress,
		.arg = &pr,
		.connected = on_connected,
	};
	struct report *r = NULL;
	int caught;
	int64_t wait;
	enum rc rc = cmd_number(in, OPT_LOCK_WAIT, 0, &wait, e);

	if (rc)
		return rc;
	o.lock_wait_ms = wait > 3600000 ? 3600000 : (int)wait;
	cmd_unwatch(in, s);
	session_release_db(s);
	pr.stop = copying.stop = stop_open();
	copying_options(&copying, s, &copy);
	if (copying_wanted(in, s, permit_request(ok)->plan)) {
		o.locked = backup_locked;
		o.locked_arg = &copy;
	}
	rc = apply_run(ok, &o, in->a, &r, e);
	caught = stop_signal(pr.stop);
	(void)copying_end(&copying);
	if (!rc)
		sweep(in, s->project);
	if (r)
		cmd_print_report(in, r);
	if (caught) {
		*exit_code = 128 + caught;
		if (rc) {
			cmd_print_error(in, e);
			e->code = RC_OK;
		}
		return RC_OK;
	}
	return rc;
}

/* ui: the small things that every view says. */
#include "ui/ui.h"

#include "base/utf8.h"
#include "ui/view/views.h"

void cmds_job(struct cmds *out, struct job_spec spec)
{
	cmds_push(out, (struct cmd){ .kind = CMD_JOB, .job = spec });
}

void cmds_open(struct cmds *out, const struct view_ops *view, const void *arg,
    unsigned key)
{
	cmds_push(out, (struct cmd){ .kind = CMD_PUSH, .view = view, .arg = arg,
		.key = key });
}

void cmds_pop(struct cmds *out, int answer, void *result)
{
	cmds_push(out, (struct cmd){ .kind = CMD_POP, .answer = answer,
		.result = result });
}

void cmds_message(struct cmds *out, enum style st, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT(4096);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	cmds_push(out, (struct cmd){ .kind = CMD_MESSAGE, .style = st,
		.text = sbuf_str(&b) });
	sbuf_free(&b);
}

struct str hint_here(struct str hint)
{
	static const char *const shell[] = {
		"review again: weir review", "look again: weir rollback --dry-run",
	};

	for (size_t i = 0; i < sizeof(shell) / sizeof(*shell); i++)
		if (str_is(hint, shell[i]))
			return STR("the review must be read anew: Esc, then R");
	return hint;
}

void cmds_error(struct cmds *out, const struct err *e)
{
	if (e->code == RC_CANCELLED)
		return;
	cmds_message(out, STYLE_ERROR, "%s%s%s%s%.*s", e->where,
	    e->where[0] ? ": " : "", e->msg, e->hint[0] ? " · " : "",
	    STR_ARG(hint_here(str_z(e->hint))));
}

void cmds_confirm(struct cmds *out, unsigned key, const char *title,
    struct str question, const char *yes)
{
	struct confirm_arg *arg = arena_new_of(out->a, struct confirm_arg);

	arg->title = title;
	arg->question = arena_str(out->a, question);
	arg->yes = yes;
	cmds_open(out, &view_confirm, arg, key);
}

void app_ms(const struct app *app, double ms, struct sbuf *out)
{
	if (app->still)
		ms = 0;
	if (ms < 1000)
		sbuf_addf(out, "%.1f ms", ms);
	else if (ms < 60000)
		sbuf_addf(out, "%.1f s", ms / 1000);
	else
		sbuf_addf(out, "%d:%02d min", (int)(ms / 60000),
		    (int)(ms / 1000) % 60);
}

struct str app_clean(const struct app *app, struct arena *a, struct str s)
{
	struct sbuf b = SBUF_INIT((size_t)1 << 20);
	struct str clean;

	utf8_sanitize(&b, s, UTF8_LINE, app->ascii);
	clean = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return clean;
}

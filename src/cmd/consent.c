/*
 * consent: --allow, --target, consent files and a person's answers become a
 * struct consent; the gate decides.
 */
#include "base/utf8.h"
#include "cmd/ask.h"
#include "cmd/cmd.h"

static enum rc flag_allows(struct invocation *in, const struct allow **out,
    size_t *n, struct err *e)
{
	VEC(struct allow) v = { 0 };
	struct allow one;

	for (size_t i = 0; i < in->values[OPT_ALLOW].n; i++) {
		enum rc rc = allow_parse(in->values[OPT_ALLOW].v[i], in->a,
		    &one, e);

		if (rc)
			return rc;
		vec_push(in->a, &v, one);
	}
	*out = v.v;
	*n = v.n;
	return RC_OK;
}

static bool typed_already(const struct strs *names, struct str word)
{
	for (size_t i = 0; i < names->n; i++)
		if (str_eq(names->v[i], word))
			return true;
	return false;
}

static enum rc ask_word(struct invocation *in, struct str word,
    struct err *e)
{
	struct sbuf prompt = SBUF_TEXT, answer = SBUF_INIT(1024);
	enum rc rc;

	sbuf_addz(&prompt, "Type  ");
	utf8_sanitize(&prompt, word, UTF8_LINE, false);
	sbuf_addz(&prompt, "  to go on, Esc cancels: ");
	rc = ask_line(prompt.p, &answer, e);
	if (!rc && !str_eq(sbuf_str(&answer), word)) {
		rc = err_set(e, RC_CANCELLED,
		    "that is not '%.*s': cancelled, nothing was changed",
		    STR_ARG(word));
	}
	sbuf_free(&prompt);
	sbuf_free(&answer);
	(void)in;
	return rc;
}

/* Ask for everything that is missing and can be consented to. */
static enum rc ask_needs(struct invocation *in, const struct needs *needs,
    struct consent *c, struct err *e)
{
	VEC(struct str) typed = { 0 };
	struct sbuf answer = SBUF_INIT(1024);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < needs->n; i++) {
		cmd_say(in, "  %.*s", STR_ARG(needs->v[i].text));
	}
	for (size_t i = 0; i < needs->n && !rc; i++) {
		const struct need *d = &needs->v[i];
		struct strs have = { typed.v, typed.n };

		if (d->blocked || !d->typed.n || typed_already(&have, d->typed))
			continue;
		rc = ask_word(in, d->typed, e);
		if (!rc)
			vec_push(in->a, &typed, d->typed);
	}
	c->typed = typed.v;
	c->ntyped = typed.n;
	if (!rc && typed.n == 0) {
		rc = ask_line("Enter applies, Esc cancels: ", &answer, e);
		if (!rc && answer.n)
			rc = err_set(e, RC_CANCELLED,
			    "cancelled, nothing was changed");
	}
	c->enter = !rc;
	sbuf_free(&answer);
	return rc;
}

static bool any_blocked(const struct needs *n)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->v[i].blocked)
			return true;
	return false;
}

static void json_refusal(struct invocation *in, const struct needs *missing,
    const struct err *e)
{
	struct json_out o;

	cmd_json_begin(in, &o);
	cmd_json_needs(missing, &o);
	json_key(&o, "error");
	json_open_object(&o);
	json_pair_z(&o, "code", rc_name(e->code));
	json_pair_z(&o, "where", e->where);
	json_pair_z(&o, "message", e->msg);
	json_pair_str(&o, "hint", cmd_here(in, str_z(e->hint)));
	json_close_object(&o);
	json_close_object(&o);
	sbuf_addc(&in->out, '\n');
}

static enum rc file_allows(struct invocation *in, const struct session *s,
    const struct gate_request *rq, struct consent *c, struct err *e)
{
	struct strs stale = { 0 };
	enum rc rc;

	if (s->project->folder.n == 0)
		return RC_OK;
	rc = consent_read(arena_z(in->a, s->project->folder), rq, c->allows,
	    c->nallows, in->a, &c->allows, &c->nallows, &stale, e);
	for (size_t i = 0; !rc && i < stale.n; i++)
		cmd_say(in, "note: %.*s was written for another text of its "
		    "migration and is not used", STR_ARG(stale.v[i]));
	return rc;
}

enum rc cmd_left_to_ask(struct invocation *in, const struct session *s,
    const struct gate_request *request, struct needs *missing,
    struct sbuf *command, struct err *e)
{
	struct gate_request rq = *request;
	struct consent c = { 0 };
	struct err ignored = ERR_INIT;
	struct permit *unused;
	enum rc rc;

	*missing = (struct needs){ 0 };
	rq.command = cmd_next(in, &cmd_migrate);
	rc = file_allows(in, s, &rq, &c, e);
	if (rc)
		return rc;
	if (gate_review(&rq, &c, in->a, &unused, missing, &ignored) !=
	    RC_DECISION)
		*missing = (struct needs){ 0 };
	gate_command(&rq, &c, missing, command);
	return RC_OK;
}

enum rc cmd_consent(struct invocation *in, const struct session *s,
    const struct gate_request *request, struct permit **out, struct err *e)
{
	struct gate_request full = *request;
	const struct gate_request *rq = &full;
	struct consent c = {
		.target = cmd_value(in, OPT_TARGET),
		.strict = in->given[OPT_STRICT],
		.unproven = in->given[OPT_UNPROVEN],
	};
	struct needs missing = { 0 };
	struct err first = ERR_INIT;
	enum rc rc;

	full.command = cmd_next(in, in->cmd);
	if (in->given[OPT_READ_ONLY])
		return err_set(e, RC_DENIED,
		    "--read-only: nothing can be changed");
	rc = flag_allows(in, &c.allows, &c.nallows, e);
	if (!rc)
		rc = file_allows(in, s, rq, &c, e);
	if (rc)
		return rc;
	c.terminal = in->tty_in && in->tty_err && !in->given[OPT_JSON];
	rc = gate_review(rq, &c, in->a, out, &missing, &first);
	if (rc == RC_DECISION && c.terminal && !any_blocked(&missing)) {
		cmd_flush(in);
		rc = ask_needs(in, &missing, &c, e);
		return rc ? rc :
		    gate_review(rq, &c, in->a, out, &missing, e);
	}
	if (rc) {
		*e = first;
		if (in->given[OPT_JSON])
			json_refusal(in, &missing, e);
	}
	return rc;
}

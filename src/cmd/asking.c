/* asking: see asking.h. */
#include "cmd/asking.h"

#include "base/fs.h"
#include "cmd/prompt.h"
#include "op/question.h"

/* What was answered here, and where the cursor was. */
struct given {
	struct decl_answer answer;
	size_t at;
	struct str line;
};
struct asking {
	struct invocation *in;
	struct generate_request *rq;
	struct generate_result *g;
	struct prompt *p;
	struct decl_answers options;	/* those of the command line */
	VEC(struct given) given;
	const char *arrow;
};

static struct strs lines_of(const struct asking *k)
{
	struct str *v = arena_array(k->in->a, struct str, k->given.n);

	for (size_t i = 0; i < k->given.n; i++)
		v[i] = k->given.v[i].line;
	return (struct strs){ v, k->given.n };
}

/* The first question that is open; `was`: the choice made before. */
static enum rc ask_one(struct asking *k, size_t *was,
    enum prompt_answer *said, struct err *e)
{
	const struct decl_question *q = &k->g->change.open[0];
	struct arena *a = k->in->a;
	struct question_options o;
	struct prompt_row *rows;
	struct prompt_list l = { .above = lines_of(k),
		.back = k->given.n > 0 };
	enum rc rc;

	question_options(q, k->arrow, a, &o);
	rows = arena_array(a, struct prompt_row, o.n);
	for (size_t i = 0; i < o.n; i++)
		rows[i] = (struct prompt_row){ .note = o.v[i].note,
			.loses = o.v[i].loses, .cells = { o.v[i].label,
			o.v[i].type, o.v[i].null, o.v[i].position } };
	l.v = rows;
	l.n = o.n;
	l.title = arena_printf(a, "Question %zu of %zu   %s %.*s: renamed, or "
	    "created?", k->given.n + 1, k->given.n + k->g->change.nopen,
	    decl_kind_word[q->kind],
	    STR_ARG(question_name(q, q->created, a)));
	if (q->kind == DECL_K_COLUMN) {
		l.heads[1] = "type";
		l.heads[2] = "null";
		l.heads[3] = "position";
	}
	l.at = *was < o.n ? *was : o.likely < o.n ? o.likely : PROMPT_NOWHERE;
	if (o.likely >= o.n)
		l.undecided = question_undecided(&o, a);
	rc = prompt_choose(k->p, &l, said, e);
	if (!rc && *said == PROMPT_TAKEN)
		vec_push(a, &k->given, (struct given){
			question_answer(q, &o.v[l.at]), l.at,
			question_answered(q, &o.v[l.at], k->arrow, a) });
	return rc;
}

/* The answers of the options and those given here. */
static enum rc compare(struct asking *k, struct err *e)
{
	size_t n = k->options.n + k->given.n;
	struct decl_answer *v = arena_array(k->in->a, struct decl_answer, n);

	for (size_t i = 0; i < k->options.n; i++)
		v[i] = k->options.v[i];
	for (size_t i = 0; i < k->given.n; i++)
		v[k->options.n + i] = k->given.v[i].answer;
	k->rq->answers = (struct decl_answers){ .v = v, .n = n,
		.rest_created = k->options.rest_created };
	return generate_compare(k->rq, k->in->a, k->g, e);
}

static enum rc ask_renames(struct asking *k, struct err *e)
{
	size_t was = SIZE_MAX;
	enum rc rc = RC_OK;

	while (!rc && k->g->outcome == GENERATE_OPEN) {
		enum prompt_answer said;

		rc = ask_one(k, &was, &said, e);
		if (rc)
			break;
		was = SIZE_MAX;
		if (said == PROMPT_BACK)
			was = k->given.v[--k->given.n].at;
		rc = compare(k, e);
	}
	for (size_t i = 0; !rc && i < k->given.n; i++)
		prompt_say(k->p, k->given.v[i].line);
	return rc;
}

static enum rc check_name(void *arg, struct str text, struct err *why)
{
	struct asking *k = arg;
	struct str tag;

	return generate_tag(k->rq, text, k->in->a, &tag, why);
}

static enum rc ask_name(struct asking *k, struct err *e)
{
	struct arena *a = k->in->a;
	struct str name = generate_name(k->rq, k->g, a), tag = STR("");
	struct sbuf text = SBUF_INIT(1024);
	struct prompt_field f = { .title = "Name", .after = STR(".sql"),
		.verb = "write it", .check = check_name, .arg = k };
	struct err ignored = ERR_INIT;
	enum rc rc;

	if (!generate_tag(k->rq, name, a, &tag, &ignored))
		f.before = str_sub(tag, 0, tag.n - name.n);
	sbuf_add(&text, name);
	rc = prompt_line(k->p, &f, &text, e);
	if (!rc)
		k->rq->name = arena_str(a, sbuf_str(&text));
	sbuf_free(&text);
	return rc;
}

static bool wants_name(const struct generate_request *rq,
    const struct generate_result *g)
{
	return g->outcome == GENERATE_DRY && !rq->name.n && !rq->custom &&
	    !rq->dry_run && !rq->amend && rq->compat != DECL_EXACT;
}

static enum rc ask(struct asking *k, struct err *e)
{
	enum rc rc;

	if (!prompt_can(k->in) || (k->g->outcome != GENERATE_OPEN &&
	    !wants_name(k->rq, k->g)))
		return RC_OK;
	rc = prompt_open(k->in, &k->p, e);
	if (rc)
		return rc;
	k->arrow = prompt_arrow(k->p);
	rc = ask_renames(k, e);
	if (!rc && wants_name(k->rq, k->g))
		rc = ask_name(k, e);
	prompt_close(k->p);
	return rc;
}

enum rc generate_asking(struct invocation *in, struct generate_request *rq,
    struct generate_result *out, struct err *e)
{
	struct generate_result g;
	struct asking k = { .in = in, .rq = rq, .g = &g,
		.options = rq->answers };
	enum rc rc = generate_read(rq, in->a, &g, e);

	if (!rc)
		rc = generate_compare(rq, in->a, &g, e);
	if (!rc)
		rc = ask(&k, e);
	if (!rc && g.outcome == GENERATE_DRY)
		rc = generate_write(rq, in->a, &g, e);
	if (!rc)
		*out = g;
	return rc;
}

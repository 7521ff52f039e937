/* asking: see asking.h. */
#include "cmd/asking.h"

#include "base/fs.h"
#include "cmd/prompt.h"

#define LIKELY 50	/* a score from which on a rename is offered first */

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

static bool is_column(const struct decl_question *q)
{
	return q->kind == DECL_K_COLUMN;
}

/* "users.about", "users" */
static struct str full(struct arena *a, const struct decl_question *q,
    struct str name)
{
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(q->table),
	    q->table.n ? "." : "", STR_ARG(name));
}

/* "text", or "text → integer" */
static struct str change_of(const struct asking *k, struct str from,
    struct str to)
{
	if (str_eq(from, to))
		return to;
	return arena_printf(k->in->a, "%.*s %s %.*s", STR_ARG(from), k->arrow,
	    STR_ARG(to));
}

static struct str null_word(bool notnull)
{
	return notnull ? STR("not null") : STR("null");
}

static struct str place(struct arena *a, size_t position)
{
	return arena_printf(a, "%zu", position + 1);
}

static struct prompt_row rename_row(const struct asking *k,
    const struct decl_question *q, const struct decl_candidate *c)
{
	struct arena *a = k->in->a;
	struct prompt_row r = { .cells[0] = arena_printf(a, "~ %.*s %s %.*s",
		STR_ARG(c->name), k->arrow, STR_ARG(q->created)) };

	r.note = arena_printf(a, "%.*s is renamed: %s.", STR_ARG(c->name),
	    is_column(q) ? "its values stay" : q->kind == DECL_K_TABLE ?
	    "its rows stay" : "what uses it stays");
	if (!is_column(q))
		return r;
	r.cells[1] = change_of(k, c->type, q->type);
	r.cells[2] = change_of(k, null_word(c->notnull),
	    null_word(q->notnull));
	r.cells[3] = change_of(k, place(a, c->position),
	    place(a, q->position));
	return r;
}

/* "bio, nick and 3 more" */
static struct str names_of(struct arena *a, const struct decl_question *q)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < q->n && i < 3; i++)
		sbuf_addf(&b, "%s%.*s", i ? ", " : "", STR_ARG(q->v[i].name));
	if (q->n > 3)
		sbuf_addf(&b, " and %zu more", q->n - 3);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct prompt_row create_row(const struct asking *k,
    const struct decl_question *q)
{
	static const char *const lost[DECL_KIND_N] = {
		[DECL_K_TABLE] = " with all rows",
		[DECL_K_COLUMN] = " with all values",
		[DECL_K_SCHEMA] = " with all that is in it" };
	struct arena *a = k->in->a;
	struct prompt_row r = { .cells[0] = arena_printf(a, "+ %.*s",
		STR_ARG(q->created)), .loses = lost[q->kind] };

	r.note = arena_printf(a, "%.*s is created; %.*s %s dropped%s, unless "
	    "another question takes %s.", STR_ARG(q->created),
	    STR_ARG(names_of(a, q)), q->n == 1 ? "is" : "are",
	    lost[q->kind] ? lost[q->kind] : "", q->n == 1 ? "it" : "one");
	if (!is_column(q))
		return r;
	r.cells[1] = q->type;
	r.cells[2] = null_word(q->notnull);
	r.cells[3] = place(a, q->position);
	return r;
}

/* Candidates, best first; of equals in drizzle-kit's order. */
static const struct decl_candidate **best_first(struct arena *a,
    const struct decl_question *q)
{
	const struct decl_candidate **v = arena_array(a,
	    const struct decl_candidate *, q->n);

	for (size_t i = 0; i < q->n; i++) {
		size_t at = i;

		for (; at > 0 && v[at - 1]->score < q->v[i].score; at--)
			v[at] = v[at - 1];
		v[at] = &q->v[i];
	}
	return v;
}

static void answer(struct asking *k, const struct decl_question *q,
    const struct decl_candidate *c, size_t at)
{
	struct arena *a = k->in->a;
	struct given x = { .at = at, .answer = { .kind = q->kind,
		.table = q->table, .to = q->created,
		.from = c ? c->name : STR_NONE } };

	x.line = c ? arena_printf(a, "~ %s %.*s %s %.*s",
	    decl_kind_word[q->kind], STR_ARG(full(a, q, c->name)), k->arrow,
	    STR_ARG(q->created)) : arena_printf(a, "+ %s %.*s",
	    decl_kind_word[q->kind], STR_ARG(full(a, q, q->created)));
	vec_push(a, &k->given, x);
}

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
	const struct decl_candidate **v = best_first(a, q);
	struct prompt_row *rows = arena_array(a, struct prompt_row, q->n + 1);
	struct prompt_list l = { .above = lines_of(k), .v = rows,
		.n = q->n + 1, .back = k->given.n > 0 };
	enum rc rc;

	l.title = arena_printf(a, "Question %zu of %zu   %s %.*s: renamed, or "
	    "created?", k->given.n + 1, k->given.n + k->g->change.nopen,
	    decl_kind_word[q->kind], STR_ARG(full(a, q, q->created)));
	if (is_column(q)) {
		l.heads[1] = "type";
		l.heads[2] = "null";
		l.heads[3] = "position";
	}
	for (size_t i = 0; i < q->n; i++)
		rows[i] = rename_row(k, q, v[i]);
	rows[q->n] = create_row(k, q);
	l.at = *was <= q->n ? *was : v[0]->score >= LIKELY ? 0 : q->n;
	rc = prompt_choose(k->p, &l, said, e);
	if (!rc && *said == PROMPT_TAKEN)
		answer(k, q, l.at < q->n ? v[l.at] : NULL, l.at);
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

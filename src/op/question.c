/* question: see question.h. */
#include "op/question.h"

#include "base/utf8.h"

#define LIKELY 50	/* a score from which on a rename is offered first */

struct wording {
	struct arena *a;
	const struct decl_question *q;
	const char *arrow;
};

static bool is_column(const struct decl_question *q)
{
	return q->kind == DECL_K_COLUMN;
}

struct str question_name(const struct decl_question *q, struct str name,
    struct arena *a)
{
	return arena_printf(a, "%.*s%s%.*s", STR_ARG(q->table),
	    q->table.n ? "." : "", STR_ARG(name));
}

/* "text", or "text → integer" */
static struct str change_of(const struct wording *w, struct str from,
    struct str to)
{
	if (str_eq(from, to))
		return to;
	return arena_printf(w->a, "%.*s %s %.*s", STR_ARG(from), w->arrow,
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

static struct question_option renamed(const struct wording *w,
    const struct decl_candidate *c)
{
	const struct decl_question *q = w->q;
	struct arena *a = w->a;
	struct question_option o = { .from = c, .label = arena_printf(a,
		"~ %.*s %s %.*s", STR_ARG(c->name), w->arrow,
		STR_ARG(q->created)) };

	o.note = arena_printf(a, "%.*s is renamed: %s.", STR_ARG(c->name),
	    is_column(q) ? "its values stay" : q->kind == DECL_K_TABLE ?
	    "its rows stay" : "what uses it stays");
	if (!is_column(q))
		return o;
	o.type = change_of(w, c->type, q->type);
	o.null = change_of(w, null_word(c->notnull), null_word(q->notnull));
	o.position = change_of(w, place(a, c->position),
	    place(a, q->position));
	return o;
}

/* "bio, nick and 3 more" */
static struct str names_of(const struct wording *w)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < w->q->n && i < 3; i++)
		sbuf_addf(&b, "%s%.*s", i ? ", " : "",
		    STR_ARG(w->q->v[i].name));
	if (w->q->n > 3)
		sbuf_addf(&b, " and %zu more", w->q->n - 3);
	out = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static struct question_option created(const struct wording *w)
{
	static const char *const lost[DECL_KIND_N] = {
		[DECL_K_TABLE] = " with all rows",
		[DECL_K_COLUMN] = " with all values",
		[DECL_K_SCHEMA] = " with all that is in it",
		[DECL_K_SEQUENCE] = " with the number it is at",
		[DECL_K_ROLE] = " with its rights" };
	const struct decl_question *q = w->q;
	struct question_option o = { .label = arena_printf(w->a, "+ %.*s",
		STR_ARG(q->created)), .loses = lost[q->kind] };

	o.note = arena_printf(w->a, "%.*s is created; %.*s %s dropped%s, "
	    "unless another question takes %s.", STR_ARG(q->created),
	    STR_ARG(names_of(w)), q->n == 1 ? "is" : "are",
	    lost[q->kind] ? lost[q->kind] : "", q->n == 1 ? "it" : "one");
	if (!is_column(q))
		return o;
	o.type = q->type;
	o.null = null_word(q->notnull);
	o.position = place(w->a, q->position);
	return o;
}

/* Names may hold anything; what is shown is one line. */
static struct question_option shown(struct question_option o, struct arena *a)
{
	struct str *const v[] = { &o.label, &o.type, &o.null, &o.position,
		&o.note };

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++)
		if (v[i]->n)
			*v[i] = utf8_clean(a, *v[i], UTF8_LINE);
	return o;
}

void question_options(const struct decl_question *q, const char *arrow,
    struct arena *a, struct question_options *out)
{
	struct wording w = { a, q, arrow };
	const struct decl_candidate **v = arena_array(a,
	    const struct decl_candidate *, q->n);
	struct question_option *o = arena_array(a, struct question_option,
	    q->n + 1);

	/* of equals in drizzle-kit's order */
	for (size_t i = 0; i < q->n; i++) {
		size_t at = i;

		for (; at > 0 && v[at - 1]->score < q->v[i].score; at--)
			v[at] = v[at - 1];
		v[at] = &q->v[i];
	}
	for (size_t i = 0; i < q->n; i++)
		o[i] = shown(renamed(&w, v[i]), a);
	o[q->n] = shown(created(&w), a);
	*out = (struct question_options){ o, q->n + 1, v[0]->score >= LIKELY ?
		0 : o[q->n].loses ? LIKELY_NONE : q->n };
}

struct str question_undecided(const struct question_options *o,
    struct arena *a)
{
	return arena_printf(a, "No candidate is likely: none is chosen yet. "
	    "%.*s", STR_ARG(o->v[o->n - 1].note));
}

struct decl_answer question_answer(const struct decl_question *q,
    const struct question_option *o)
{
	return (struct decl_answer){ .kind = q->kind, .table = q->table,
		.to = q->created, .from = o->from ? o->from->name : STR_NONE };
}

struct str question_answered(const struct decl_question *q,
    const struct question_option *o, const char *arrow, struct arena *a)
{
	if (!o->from)
		return arena_printf(a, "+ %s %.*s", decl_kind_word[q->kind],
		    STR_ARG(question_name(q, q->created, a)));
	return arena_printf(a, "~ %s %.*s %s %.*s", decl_kind_word[q->kind],
	    STR_ARG(question_name(q, o->from->name, a)), arrow,
	    STR_ARG(q->created));
}

/*
 * questions: what is created, dropped or renamed.  drizzle-kit walks the
 * created things and offers for each what is still missing (migrate.ts,
 * promptNamedWithSchemasConflict, promptColumnsConflicts); an answer names
 * one created thing.
 */
#include "decl/internal.h"

const char *const decl_kind_word[DECL_KIND_N] = {
	[DECL_K_SCHEMA] = "schema", [DECL_K_ENUM] = "enum",
	[DECL_K_SEQUENCE] = "sequence", [DECL_K_ROLE] = "role",
	[DECL_K_TABLE] = "table", [DECL_K_COLUMN] = "column",
	[DECL_K_POLICY] = "policy", [DECL_K_VIEW] = "view",
};

static bool is_public(struct str schema)
{
	return !schema.n || str_is(schema, "public");
}

/* "name" of public, or "schema.name" */
static bool named(struct str given, const struct decl_item *x)
{
	struct str schema = x->schema.n ? x->schema : STR("public");

	if ((!x->schema.p || is_public(x->schema)) && str_eq(given, x->name))
		return true;
	return x->schema.p && given.n == schema.n + 1 + x->name.n &&
	    str_starts(given, schema) && given.p[schema.n] == '.' &&
	    str_ends(given, x->name);
}

static struct str full_name(struct arena *a, const struct decl_item *x)
{
	if (is_public(x->schema))
		return x->name;
	return arena_printf(a, "%.*s.%.*s", STR_ARG(x->schema),
	    STR_ARG(x->name));
}

/* --- the score: 0 to 100 ------------------------------------------------- */

/* Longest common subsequence of two names, as parts of 100. */
static int alike(struct str x, struct str y)
{
	enum { LONGEST = 64 };
	unsigned char row[LONGEST + 1] = { 0 };
	size_t n = x.n < LONGEST ? x.n : LONGEST;
	size_t m = y.n < LONGEST ? y.n : LONGEST;

	if (n + m == 0)
		return 100;
	for (size_t i = 0; i < n; i++) {
		unsigned char diagonal = 0;

		for (size_t j = 1; j <= m; j++) {
			unsigned char above = row[j];

			if (x.p[i] == y.p[j - 1])
				row[j] = (unsigned char)(diagonal + 1);
			else if (row[j - 1] > row[j])
				row[j] = row[j - 1];
			diagonal = above;
		}
	}
	return (int)(200 * (size_t)row[m] / (n + m));
}

static int shared_parts(struct strs x, struct strs y)
{
	size_t both = 0;

	for (size_t i = 0; i < x.n; i++)
		for (size_t k = 0; k < y.n; k++)
			if (str_eq(x.v[i], y.v[k])) {
				both++;
				break;
			}
	return (int)(200 * both / (x.n + y.n));
}

static int score(const struct decl_item *gone, const struct decl_item *made)
{
	int name = alike(gone->name, made->name);

	if (gone->parts.n + made->parts.n)
		return (3 * name + 7 * shared_parts(gone->parts,
		    made->parts)) / 10;
	if (!gone->type.p)
		return name;
	return 4 * name / 10 + (str_eq(gone->type, made->type) ? 40 : 0) +
	    (gone->notnull == made->notnull ? 10 : 0) +
	    (gone->position == made->position ? 10 : 0);
}

/* --- answers ------------------------------------------------------------- */

/* The first unused answer for that thing; DECL_NOWHERE: none. */
static size_t answer_for(const struct decl_job *j, enum decl_kind kind,
    const struct decl_item *table, const struct decl_item *made)
{
	for (size_t i = 0; j->answers && i < j->answers->n; i++) {
		const struct decl_answer *x = &j->answers->v[i];

		if (j->used[i] || x->kind != kind || !named(x->to, made))
			continue;
		if (!table || named(x->table, table))
			return i;
	}
	return DECL_NOWHERE;
}

/* In the words of the answer: "column users.name". */
static struct str answer_words(struct arena *a, const struct decl_answer *x)
{
	return arena_printf(a, "%s %.*s%s%.*s%s%.*s",
	    decl_kind_word[x->kind], STR_ARG(x->table), x->table.n ? "." : "",
	    STR_ARG(x->from), x->from.p ? " → " : "", STR_ARG(x->to));
}

static enum rc unfit(struct decl_job *j, const struct decl_answer *x)
{
	(void)err_set(j->e, RC_USAGE, "the answer %.*s fits no question",
	    STR_ARG(answer_words(j->a, x)));
	err_hint(j->e, "it must name what the schema has anew and what it "
	    "no longer has");
	return RC_USAGE;
}

enum rc decl_answers_left(struct decl_job *j)
{
	for (size_t i = 0; j->answers && i < j->answers->n; i++)
		if (!j->used[i])
			return unfit(j, &j->answers->v[i]);
	return RC_OK;
}

/* --- one kind ------------------------------------------------------------ */

struct asking {
	struct decl_job *j;
	enum decl_kind kind;
	const struct decl_item *table;
	const struct decl_item *deleted;
	size_t ndeleted;
	bool *taken;
	struct decl_settled *out;
};

static void ask(struct asking *q, const struct decl_item *made)
{
	struct arena *a = q->j->a;
	struct decl_candidate *v = arena_array(a, struct decl_candidate,
	    q->ndeleted);
	size_t n = 0;

	for (size_t i = 0; i < q->ndeleted; i++) {
		const struct decl_item *x = &q->deleted[i];

		if (!q->taken[i])
			v[n++] = (struct decl_candidate){ full_name(a, x),
				x->type, x->notnull, x->position,
				score(x, made) };
	}
	if (!n)		/* drizzle-kit asks, with one thing to choose */
		return;
	vec_push(a, &q->j->open, (struct decl_question){ .kind = q->kind,
		.table = q->table ? full_name(a, q->table) : STR_NONE,
		.created = full_name(a, made), .type = made->type,
		.notnull = made->notnull, .position = made->position,
		.v = v, .n = n });
}

static enum rc settle_one(struct asking *q, const struct decl_item *made)
{
	struct decl_job *j = q->j;
	size_t at = answer_for(j, q->kind, q->table, made);
	const struct decl_answer *x;

	if (at == DECL_NOWHERE) {
		vec_push(j->a, &q->out->created, made);
		if (!j->answers || !j->answers->rest_created)
			ask(q, made);
		return RC_OK;
	}
	x = &j->answers->v[at];
	j->used[at] = true;
	if (!x->from.p) {
		vec_push(j->a, &q->out->created, made);
		return RC_OK;
	}
	for (size_t i = 0; i < q->ndeleted; i++) {
		if (q->taken[i] || !named(x->from, &q->deleted[i]))
			continue;
		q->taken[i] = true;
		vec_push(j->a, &q->out->renamed,
		    (struct decl_pairing){ &q->deleted[i], made });
		return RC_OK;
	}
	return unfit(j, x);
}

enum rc decl_settle(struct decl_job *j, enum decl_kind kind,
    const struct decl_item *table, const struct decl_item *created,
    size_t ncreated, const struct decl_item *deleted, size_t ndeleted,
    struct decl_settled *out)
{
	struct asking q = { j, kind, table, deleted, ndeleted,
		arena_array(j->a, bool, ndeleted), out };

	memset(out, 0, sizeof(*out));
	if (!ncreated || !ndeleted) {
		for (size_t i = 0; i < ncreated; i++)
			vec_push(j->a, &out->created, &created[i]);
	} else {
		for (size_t i = 0; i < ncreated; i++) {
			enum rc rc = settle_one(&q, &created[i]);

			if (rc)
				return rc;
		}
	}
	for (size_t i = 0; i < ndeleted; i++)
		if (!q.taken[i])
			vec_push(j->a, &out->deleted, &deleted[i]);
	return RC_OK;
}

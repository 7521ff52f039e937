/* diff: one job for either dialect, and the text of a file. */
#include "decl/internal.h"

static const struct decl_ops *const ops[DECL_DIALECT_N] = {
	[DECL_PG] = &decl_ops_pg,
	[DECL_SQLITE] = &decl_ops_sqlite,
};

static const char *const difference_name[DECL_D_N] = {
#define DIFFERENCE(id, name, dialects, what, exact, safe) \
	[DECL_D_##id] = name,
#include "decl/differences.def"
#undef DIFFERENCE
};

struct str decl_difference_text(const struct decl_difference *d, bool brief,
    struct arena *a)
{
	static const struct {
		const char *id, *what, *exact, *safe;
	} rows[DECL_D_N] = {
#define DIFFERENCE(id, name, dialects, what, exact, safe) \
		[DECL_D_##id] = { name, what, exact, safe },
#include "decl/differences.def"
#undef DIFFERENCE
	};

	for (size_t i = 0; i < DECL_D_N; i++)
		if (!strcmp(rows[i].id, d->id))
			return brief ? arena_printf(a, "%.*s: %s",
			    STR_ARG(d->text), rows[i].what) :
			    arena_printf(a, "%.*s: %s; drizzle-kit: %s; "
			    "weir: %s", STR_ARG(d->text), rows[i].what,
			    rows[i].exact, rows[i].safe);
	return d->text;
}

void decl_put(struct decl_job *j, struct str statement)
{
	if (map_has(j->seen, statement))
		return;
	map_put(j->seen, statement, j);
	vec_push(j->a, &j->statements, statement);
}

void decl_differs(struct decl_job *j, enum decl_diff_id id, struct str thing)
{
	for (size_t i = 0; i < j->diffs.n; i++)
		if (str_eq(j->diffs.v[i].text, thing) &&
		    j->diffs.v[i].id == difference_name[id])
			return;
	vec_push(j->a, &j->diffs, (struct decl_difference){
		difference_name[id], arena_str(j->a, thing) });
}

void decl_warn(struct decl_job *j, const char *fmt, ...)
{
	struct sbuf b = SBUF_TEXT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	vec_push(j->a, &j->warnings, arena_str(j->a, sbuf_str(&b)));
	sbuf_free(&b);
}

enum rc decl_dies(struct decl_job *j, const char *fmt, ...)
{
	struct sbuf b = SBUF_TEXT;
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	(void)err_set(j->e, RC_UNSUPPORTED,
	    "drizzle-kit 0.31.11 dies here and writes nothing: %.*s",
	    STR_ARG(sbuf_str(&b)));
	err_hint(j->e, "without --compat=exact weir writes the migration");
	sbuf_free(&b);
	return RC_UNSUPPORTED;
}

/* Once more with texts that a database takes; the snapshot stays. */
static enum rc diff_mended(struct decl_job *j)
{
	struct decl_job again = { .from = decl_mended_from(j->a, j->from,
		j->to), .to = j->to->mended, .answers = j->answers,
		.used = arena_array(j->a, bool, j->answers ?
		j->answers->n : 0), .safe = true, .libsql = j->libsql,
		.a = j->a, .e = j->e, .seen = map_new(j->a) };
	enum rc rc = ops[j->to->dialect]->diff(&again);

	if (rc)
		return rc;
	decl_mended_notes(&again, j->to, j->seen);
	again.from = j->from;
	again.to = j->to;
	again.result = j->result;
	*j = again;
	return RC_OK;
}

/* PostgreSQL takes no empty names; drizzle-kit writes them. */
static enum rc nameless(struct decl_job *j)
{
	static const bool refused[DECL_DIALECT_N] = { [DECL_PG] = true };
	const struct decl *to = j->to;
	const char *what = NULL;
	struct str of = STR("");

	for (size_t i = 0; i < to->ntables && !what; i++) {
		const struct decl_table *t = &to->tables[i];

		if (!t->name.n)
			what = "a table";
		for (size_t k = 0; k < t->ncols && !what; k++)
			if (!t->cols[k].name.n) {
				what = "a column of ";
				of = t->name;
			}
	}
	for (size_t i = 0; i < to->nviews; i++)
		what = to->views[i].name.n ? what : "a view";
	for (size_t i = 0; i < to->nenums; i++)
		what = to->enums[i].name.n ? what : "an enum";
	if (!what || !refused[to->dialect])
		return RC_OK;
	return err_set(j->e, RC_PARSE, "%s%.*s has an empty name, which "
	    "PostgreSQL does not take", what, STR_ARG(of));
}

enum rc decl_diff(const struct decl *from, const struct decl *to,
    const struct decl_answers *answers, enum decl_compat compat,
    struct arena *a, struct decl_change *out, struct err *e)
{
	struct decl_job j = { .from = from, .to = to, .answers = answers,
		.used = arena_array(a, bool, answers ? answers->n : 0),
		.safe = compat & DECL_SAFE, .libsql = compat & DECL_LIBSQL,
		.a = a, .e = e,
		.seen = map_new(a), .result = to };
	enum rc rc;

	if (from->dialect != to->dialect)
		return err_set(e, RC_USAGE,
		    "the two schemas are of different dialects");
	if (!ops[to->dialect])
		return err_set(e, RC_UNSUPPORTED,
		    "schemas of this dialect cannot be compared yet");
	rc = j.safe ? nameless(&j) : RC_OK;
	if (!rc)
		rc = ops[to->dialect]->diff(&j);
	if (!rc && j.safe && to->mended && !j.open.n)
		rc = diff_mended(&j);
	if (!rc && !j.open.n)
		rc = decl_answers_left(&j);
	if (rc)
		return rc;
	*out = (struct decl_change){ .to = j.result, .open = j.open.v,
		.nopen = j.open.n, .diffs = j.diffs.v, .ndiffs = j.diffs.n,
		.warnings = { j.warnings.v, j.warnings.n } };
	if (!j.open.n)
		out->statements = (struct strs){ j.statements.v,
			j.statements.n };
	return RC_OK;
}

void decl_sql(struct strs statements, bool breakpoints, struct sbuf *out)
{
	for (size_t i = 0; i < statements.n; i++) {
		if (i)
			sbuf_addz(out, breakpoints ?
			    "--> statement-breakpoint\n" : "\n");
		sbuf_add(out, statements.v[i]);
	}
}

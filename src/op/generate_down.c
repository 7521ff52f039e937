/* generate_down: see generate_down.h. */
#include "base/fs.h"
#include "op/generate_down.h"
#include "plan/plan.h"

/* --- as the differ tells it -------------------------------------------------- */

/* The name that a table had before. */
static struct str table_was(const struct decl_answers *v, struct str now)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].kind == DECL_K_TABLE && v->v[i].from.n &&
		    str_eq(v->v[i].to, now))
			return v->v[i].from;
	return now;
}

static struct decl_answers turned(const struct decl_answers *v,
    struct arena *a)
{
	struct decl_answer *w = arena_array(a, struct decl_answer, v->n);
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].from.n)
			w[n++] = (struct decl_answer){
				.kind = v->v[i].kind,
				.table = table_was(v, v->v[i].table),
				.from = v->v[i].to, .to = v->v[i].from };
	return (struct decl_answers){ .v = w, .n = n, .rest_created = true };
}

/* ALTER TABLE … ADD COLUMN … NOT NULL: which rows that are there stop, until
 * saved ones are back. */
static bool must_wait(struct str sql)
{
	return str_starts(sql, STR("ALTER TABLE ")) &&
	    str_find(sql, STR(" ADD COLUMN "), 0) < sql.n &&
	    str_ends(sql, STR(" NOT NULL;")) &&
	    str_find(sql, STR(" DEFAULT "), 0) == sql.n &&
	    str_find(sql, STR(" GENERATED "), 0) == sql.n;
}

/* "ALTER TABLE t ADD COLUMN "c" type NOT NULL;" in two. */
static struct str nullable(struct str sql, struct str *late, struct arena *a)
{
	struct str head = str_sub(sql, 0, sql.n - STR(" NOT NULL;").n);
	size_t at = str_find(sql, STR(" ADD COLUMN "), 0);
	struct str rest = str_sub(sql, at + STR(" ADD COLUMN ").n, sql.n);
	struct token t = dialect_pg.token(rest, 0);

	*late = arena_printf(a, "%.*s ALTER COLUMN %.*s SET NOT NULL;",
	    STR_ARG(str_sub(sql, 0, at)), STR_ARG(str_sub(rest, t.from,
	    t.to)));
	return arena_printf(a, "%.*s;", STR_ARG(head));
}

static void wait_for_rows(struct strs *sql, struct arena *a)
{
	struct str *v = arena_array(a, struct str, 2 * sql->n + 1);
	VEC(struct str) late = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < sql->n; i++) {
		struct str text = str_trim(sql->v[i]), more;

		v[n++] = sql->v[i];
		if (!must_wait(text))
			continue;
		v[n - 1] = nullable(text, &more, a);
		if (!late.n)
			more = arena_printf(a, PLAN_ROWS_BACK "\n%.*s",
			    STR_ARG(more));
		vec_push(a, &late, more);
	}
	for (size_t i = 0; i < late.n; i++)
		v[n++] = late.v[i];
	*sql = (struct strs){ v, n };
}

static enum rc by_differ(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a, struct str *out,
    struct err *e)
{
	struct decl_answers back = turned(&rq->answers, a);
	struct decl_change c = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc = decl_diff(g->to, g->from, &back, rq->compat, a, &c, e);

	if (!rc && c.nopen)
		rc = err_set(e, RC_UNSUPPORTED, "questions are open on the "
		    "way back");
	if (!rc && rq->dialect == DECL_PG)
		wait_for_rows(&c.statements, a);
	if (!rc) {
		decl_sql(c.statements, rq->breakpoints, &b);
		*out = arena_str(a, sbuf_str(&b));
	}
	sbuf_free(&b);
	return rc;
}

/* --- as the engine tells it ----------------------------------------------------- */

static bool by_engine(const struct generate_request *rq, struct str tag,
    struct arena *a, struct str *out)
{
	struct run_options o = { .per_statement = true, .each_file = true };
	struct folder *f = NULL;
	struct run *run = NULL;
	struct err ignored = ERR_INIT;
	const struct entry **v;
	struct str missing;

	if (rq->dialect == DECL_PG || folder_read(arena_z(a, rq->out), a, &f,
	    &ignored) || !f->n || !str_eq(f->v[f->n - 1].tag, tag))
		return false;
	v = arena_array(a, const struct entry *, f->n);
	for (size_t i = 0; i < f->n; i++)
		v[i] = &f->v[i];
	return run_on_empty(v, f->n, &o, a, &run, &ignored) == RC_OK &&
	    !run->stopped && run->nfiles == f->n && plan_derive_down(run,
	    &run->files[f->n - 1], true, a, out, &missing);
}

enum rc generate_down(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a, struct str *file,
    struct err *e)
{
	struct str path = arena_printf(a, "%.*s/%.*s.down.sql",
	    STR_ARG(rq->out), STR_ARG(g->tag));
	struct str text = STR("");
	enum rc rc = RC_OK;

	*file = STR("");
	if (g->outcome != GENERATE_WRITTEN || rq->custom ||
	    file_stat_of(arena_z(a, path)).exists)
		return RC_OK;
	if (!by_engine(rq, g->tag, a, &text))
		rc = by_differ(rq, g, a, &text, e);
	if (!rc && str_trim(text).n)
		rc = file_write_atomic(arena_z(a, path), text, 0666, e);
	if (!rc && str_trim(text).n)
		*file = path;
	return rc;
}

bool generate_down_by_hand(const struct generate_request *rq,
    struct arena *a, struct str *tag, struct str *file)
{
	struct folder *f = NULL;
	struct err ignored = ERR_INIT;
	const struct entry *en;
	struct str path, text = STR("");

	if (folder_read(arena_z(a, rq->out), a, &f, &ignored) || !f->n ||
	    f->layout_1)
		return false;
	en = &f->v[f->n - 1];
	path = arena_printf(a, "%.*s/%.*s.down.sql", STR_ARG(rq->out),
	    STR_ARG(en->tag));
	if (en->down.n || file_stat_of(arena_z(a, path)).exists ||
	    file_stat_of(arena_printf(a, "%.*s/meta/%.*s_snapshot.json",
	    STR_ARG(rq->out), STR_ARG(str_sub(en->tag, 0, str_find(en->tag,
	    STR("_"), 0)))).p).exists ||
	    !by_engine(rq, en->tag, a, &text) || !str_trim(text).n ||
	    file_write_atomic(arena_z(a, path), text, 0666, &ignored))
		return false;
	*tag = en->tag;
	*file = path;
	return true;
}

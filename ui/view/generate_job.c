/* generate_job: the worker's side of the Generate screen: configuration and
 * schema files are read, compared with the last snapshot, and written. */
#include "base/fs.h"
#include "base/utf8.h"
#include "source/declared.h"
#include "ui/view/generate.h"

#define PREVIEWS 24		/* candidates whose outcome is worked out */

struct reading {
	const struct project_request *request;
	struct decl_answers answers;
	const char *arrow;
	bool ascii;
};

typedef VEC(struct str) texts;

/* --- what to watch ------------------------------------------------------------ */

static void watch_one(struct arena *a, texts *v, struct str root,
    struct str path)
{
	vec_push(a, v, path_join(a, root, path));
}

static void watch_all(struct proposal *r, const struct project *p,
    int64_t since)
{
	struct arena *a = r->a;
	struct str root = r->rq.root.n ? r->rq.root : p->root;
	texts v = { 0 };

	if (p->config.n)
		watch_one(a, &v, root, p->config);
	for (size_t i = 0; i < r->g.paths.n; i++)
		watch_one(a, &v, root, r->g.paths.v[i]);
	/* a new file may match, too */
	for (size_t i = 0; i < r->rq.schema.n; i++) {
		struct str s = path_join(a, root, r->rq.schema.v[i]);

		watch_one(a, &v, root, str_find(s, STR("*"), 0) < s.n ?
		    path_dir(str_sub(s, 0, str_find(s, STR("*"), 0))) : s);
	}
	if (r->rq.out.n)
		watch_one(a, &v, r->rq.out, STR("meta"));
	r->watch = (struct watch_list){ v.v, v.n, since };
}

/* --- both sides ------------------------------------------------------------------ */

/* "public.users" and "users" are the same to a hint. */
static struct str bare(struct str name)
{
	for (size_t i = name.n; i-- > 0;)
		if (name.p[i] == '.')
			return str_sub(name, i + 1, name.n);
	return name;
}

static void hints_of(const struct decl_answers *answers, struct arena *a,
    struct rename_hints *out)
{
	VEC(struct rename_hint) v = { 0 };

	for (size_t i = 0; i < answers->n; i++) {
		const struct decl_answer *x = &answers->v[i];

		if (!x->from.p || (x->kind != DECL_K_TABLE &&
		    x->kind != DECL_K_COLUMN))
			continue;
		vec_push(a, &v, (struct rename_hint){
			.kind = x->kind == DECL_K_TABLE ? OBJ_TABLE :
			    OBJ_COLUMN,
			.table = x->kind == DECL_K_TABLE ? STR("") :
			    bare(x->table),
			.from = x->kind == DECL_K_TABLE ? bare(x->from) :
			    x->from,
			.to = x->kind == DECL_K_TABLE ? bare(x->to) : x->to });
	}
	*out = (struct rename_hints){ v.v, v.n };
}

static void lay_out_sides(struct proposal *r)
{
	struct change_list c;
	struct rename_hints hints;

	hints_of(&r->rq.answers, r->a, &hints);
	diff_models(declared_model(r->g.from, r->a),
	    declared_model(r->g.to, r->a), &hints, false, r->a, &c);
	side_build(&c, 2, r->a, &r->side);
	r->nchanges = c.n;
	for (size_t i = 0; i < c.n; i++) {
		if (c.v[i].op != CHANGE_DROP)
			continue;
		r->tables += c.v[i].kind == OBJ_TABLE;
		r->columns += c.v[i].kind == OBJ_COLUMN;
	}
}

/* --- questions ---------------------------------------------------------------------- */

/* On few lines: what is between words is one space. */
static struct str folded(struct arena *a, struct str sql)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < sql.n; i++) {
		bool space = strchr(" \t\r\n", sql.p[i]) && sql.p[i];

		if (!space)
			sbuf_addc(&b, sql.p[i]);
		else if (b.n && b.p[b.n - 1] != ' ')
			sbuf_addc(&b, ' ');
	}
	out = str_trim(arena_str(a, sbuf_str(&b)));
	sbuf_free(&b);
	return out;
}

static struct strs without(struct arena *a, struct strs v, struct strs others)
{
	texts out = { 0 };

	for (size_t i = 0; i < v.n; i++)
		if (!strs_has(others, v.v[i]))
			vec_push(a, &out, folded(a, v.v[i]));
	return (struct strs){ out.v, out.n };
}

/* All statements, with this answer and what else is open created. */
static struct strs statements_with(const struct proposal *r,
    const struct question_option *o)
{
	const struct decl_answers *have = &r->rq.answers;
	struct decl_answer *v = arena_array(r->a, struct decl_answer,
	    have->n + 1);
	struct decl_answers with = { v, have->n + 1, true };
	struct err ignored = ERR_INIT;
	struct decl_change c = { 0 };

	for (size_t i = 0; i < have->n; i++)
		v[i] = have->v[i];
	v[have->n] = question_answer(&r->g.change.open[0], o);
	if (decl_diff(r->g.from, r->g.to, &with, r->rq.compat, r->a, &c,
	    &ignored))
		return (struct strs){ 0 };
	return c.statements;
}

static void work_out(struct proposal *r, const struct reading *rd)
{
	struct question_options *o = &r->options;
	struct outcome *v;
	struct strs created;

	question_options(&r->g.change.open[0], rd->arrow, r->a, o);
	v = arena_array(r->a, struct outcome, o->n);
	created = statements_with(r, &o->v[o->n - 1]);
	for (size_t i = 0; i + 1 < o->n && i < PREVIEWS; i++) {
		struct strs renamed = statements_with(r, &o->v[i]);

		v[i].renamed = without(r->a, renamed, created);
		v[i].created = without(r->a, created, renamed);
	}
	v[o->n - 1] = v[0];
	r->outcomes = v;
}

static struct str question_list(const struct proposal *r)
{
	const struct decl_change *c = &r->g.change;
	struct sbuf b = SBUF_TEXT;
	struct str out;

	sbuf_addf(&b, "%zu question%s open: Enter answers %s.\n", c->nopen,
	    c->nopen == 1 ? " is" : "s are", c->nopen == 1 ? "it" : "them");
	for (size_t i = 0; i < c->nopen; i++) {
		const struct decl_question *q = &c->open[i];

		sbuf_addf(&b, "\n%s %.*s: created, or renamed from ",
		    decl_kind_word[q->kind],
		    STR_ARG(question_name(q, q->created, r->a)));
		for (size_t k = 0; k < q->n && k < 5; k++)
			sbuf_addf(&b, "%s%.*s", k ? ", " : "",
			    STR_ARG(q->v[k].name));
		sbuf_addz(&b, q->n > 5 ? " …" : "");
	}
	out = utf8_clean(r->a, sbuf_str(&b), UTF8_BLOCK);
	sbuf_free(&b);
	return out;
}

/* --- reading ---------------------------------------------------------------------------- */

static void propose(struct proposal *r)
{
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct err ignored = ERR_INIT;

	decl_sql(r->g.change.statements, r->rq.breakpoints, &b);
	r->sql = utf8_clean(r->a, sbuf_str(&b), UTF8_BLOCK);
	sbuf_free(&b);
	r->name = generate_name(&r->rq, &r->g, r->a);
	if (generate_tag(&r->rq, r->name, r->a, &r->tag, &ignored))
		r->tag = r->name;
}

static enum rc compare(struct proposal *r, struct err *e)
{
	enum rc rc = generate_compare(&r->rq, r->a, &r->g, e);

	if (rc != RC_USAGE || !r->rq.answers.n)
		return rc;
	/* the files have moved on since they were given */
	*e = (struct err)ERR_INIT;
	r->rq.answers = (struct decl_answers){ 0 };
	r->forgot = true;
	return generate_compare(&r->rq, r->a, &r->g, e);
}

static struct str files_of(const struct proposal *r)
{
	const struct strs *p = &r->g.paths;

	if (!p->n)
		return STR("");
	if (p->n == 1)
		return p->v[0];
	return arena_printf(r->a, "%.*s and %zu more", STR_ARG(p->v[0]),
	    p->n - 1);
}

static enum rc read_all(struct proposal *r, const struct reading *rd,
    struct err *e)
{
	struct project *p = NULL;
	int64_t since = watch_now();
	enum rc rc = generate_request_of(rd->request, r->a, &r->rq, &p, e);

	if (!p)
		return rc;
	if (!rc)
		rc = generate_read(&r->rq, r->a, &r->g, e);
	watch_all(r, p, since);
	r->files = files_of(r);
	return rc ? rc : compare(r, e);
}

static enum rc run_read(struct job *j, void **result, struct err *e)
{
	const struct reading *rd = j->arg;
	struct proposal *r = arena_new_of(j->a, struct proposal);

	(void)e;
	r->a = j->a;
	r->rq = (struct generate_request){ .env = rd->request->env,
		.now_ms = clock_now_ms(), .limit = 1,
		.answers = rd->answers };
	*result = r;
	if (read_all(r, rd, &r->err))
		return RC_OK;	/* told on the screen, and watched */
	lay_out_sides(r);
	if (r->g.outcome == GENERATE_OPEN) {
		work_out(r, rd);
		r->sql = question_list(r);
	} else if (r->g.outcome == GENERATE_DRY) {
		propose(r);
	}
	return RC_OK;
}

struct job_spec generate_job(const struct app *app,
    const struct decl_answers *answers, unsigned key)
{
	struct arena *a = arena_new();
	struct reading *rd = arena_new_of(a, struct reading);
	struct decl_answer *v = arena_array(a, struct decl_answer, answers->n);

	for (size_t i = 0; i < answers->n; i++) {
		v[i] = answers->v[i];
		v[i].table = arena_str(a, v[i].table);
		v[i].to = arena_str(a, v[i].to);
		if (v[i].from.p)
			v[i].from = arena_str(a, v[i].from);
	}
	*rd = (struct reading){ .request = app->request, .ascii = app->ascii,
		.arrow = app->ascii ? "->" : "→",
		.answers = { v, answers->n, false } };
	return (struct job_spec){ .what = "reading the schema files",
		.key = key, .a = a, .arg = rd, .run = run_read };
}

/* --- writing ------------------------------------------------------------------------------ */

static enum rc run_write(struct job *j, void **result, struct err *e)
{
	struct proposal *r = (void *)(uintptr_t)j->arg;

	*result = r;
	return generate_write(&r->rq, r->a, &r->g, e);
}

struct job_spec generate_write_job(struct proposal *r, struct str name,
    unsigned key)
{
	r->rq.name = arena_str(r->a, name);
	r->rq.now_ms = clock_now_ms();
	return (struct job_spec){ .what = "writing", .key = key, .a = r->a,
		.flags = JOB_CHANGES, .arg = r, .run = run_write };
}

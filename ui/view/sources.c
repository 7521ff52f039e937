/* sources: see sources.h.  The jobs run on the worker. */
#include "ui/view/sources.h"

#include "op/compare.h"
#include "op/nulls.h"
#include "source/declared.h"
#include "ui/view/named.h"


struct asked {
	const struct project_request *request;
};

bool declared_wanted(const struct app *app)
{
	return app->request && app->project->kit.dialect.n;
}

/* The configuration is read again: it may have changed with the files. */
static enum rc request_of(struct job *j, struct generate_request *rq,
    struct err *e)
{
	const struct asked *q = j->arg;
	struct project *p = NULL;

	*rq = (struct generate_request){ .env = q->request->env, .limit = 1 };
	return generate_request_of(q->request, j->a, rq, &p, e);
}

static enum rc run_declared(struct job *j, void **result, struct err *e)
{
	struct ts_schema *ts = arena_new_of(j->a, struct ts_schema);
	struct generate_request rq;
	enum rc rc = request_of(j, &rq, e);

	if (!rc)
		rc = declared_now(&rq, j->a, ts, e);
	if (!rc)
		*result = ts;
	return rc;
}

/* What an engine makes of it. */
static const struct model *model_of(struct job *j, const struct decl *d,
    const char *name)
{
	struct model *m = NULL;
	struct err ignored = ERR_INIT;

	return d && !declared_run(d, str_z(name), j->session->scratch, j->a,
	    &m, &ignored) ? m : NULL;
}

static struct str said(const struct err *e, struct arena *a)
{
	return arena_printf(a, "%s%s%s", e->where, e->where[0] ? ": " : "",
	    e->msg);
}

static enum rc run_sources(struct job *j, void **result, struct err *e)
{
	struct sources *s = arena_new_of(j->a, struct sources);
	struct ts_schema *ts = arena_new_of(j->a, struct ts_schema);
	const struct decl *last = NULL;
	struct generate_request rq;
	struct err why = ERR_INIT, ignored = ERR_INIT;
	const struct model *live;
	enum rc rc = request_of(j, &rq, &why);

	*result = s;
	if (!rc) {
		rc = declared_now(&rq, j->a, ts, &why);
		s->files = rc ? NULL : ts;
	}
	if (rc)
		s->why = said(&why, j->a);
	if (!rq.out.n || scratch_would_ask(j->session->scratch))
		return RC_OK;
	s->schema = model_of(j, s->files ? ts->decl : NULL, "schema");
	if (job_cancelled(j))
		return err_set(e, RC_CANCELLED, "stopped");
	if (!state_snapshot(&rq, STR(""), j->a, &last, &ignored))
		s->snapshot = model_of(j, last, "snapshot");
	if (session_live(j->session, &live, &ignored))
		return RC_OK;
	if (s->schema)
		diff_models(s->schema, live, NULL, false, j->a, &s->by_schema);
	if (s->snapshot)
		diff_models(s->snapshot, live, NULL, false, j->a,
		    &s->by_snapshot);
	return RC_OK;
}

static struct job_spec job(const struct app *app, unsigned key,
    enum rc (*run)(struct job *j, void **result, struct err *e))
{
	struct arena *a = arena_new();
	struct asked *q = arena_new_of(a, struct asked);

	q->request = app->request;
	return (struct job_spec){ .what = "reading the schema files",
		.key = key, .flags = JOB_BACKGROUND, .a = a, .arg = q,
		.run = run };
}

struct job_spec sources_job(const struct app *app, unsigned key)
{
	return job(app, key, run_sources);
}

struct job_spec declared_job(const struct app *app, unsigned key)
{
	return job(app, key, run_declared);
}

static enum rc run_nulls(struct job *j, void **result, struct err *e)
{
	const struct named *name = j->arg;
	struct nulls *n = arena_new_of(j->a, struct nulls);
	const struct model *m;
	const struct obj *o;
	enum rc rc = session_live(j->session, &m, e);

	if (rc || !j->session->db)
		return rc;
	o = named_find(m, name->schema, name->name);
	*n = (struct nulls){ .schema = name->schema, .table = name->name };
	*result = n;
	if (!o || o->kind != OBJ_TABLE ||
	    ((const struct table *)o)->type == TABLE_FOREIGN)
		return RC_OK;
	rc = nulls_count(j->session->db, (const struct table *)o, j->a, &n->n,
	    e);
	if (!rc)
		n->ncols = ((const struct table *)o)->ncols;
	return rc;
}

struct job_spec nulls_job(const struct obj *table, unsigned key)
{
	struct arena *a = arena_new();
	struct named *name = arena_new_of(a, struct named);

	*name = (struct named){ arena_str(a, table->schema),
		arena_str(a, table->name) };
	return (struct job_spec){ .what = "counting NULL", .key = key,
		.flags = JOB_BACKGROUND, .a = a, .arg = name,
		.run = run_nulls };
}

/* ---- live against declared ---- */

static bool is_same(const struct obj *x, const struct obj *y)
{
	return x && x->kind == y->kind && str_eq(x->name, y->name) &&
	    str_eq(x->table, y->table) && str_eq(x->schema, y->schema);
}

struct str source_has(const struct change_list *c, const struct obj *live,
    const char *where, struct arena *a, bool *same)
{
	*same = true;
	if (!c->from)
		return STR("");
	for (size_t i = 0; i < c->n; i++) {
		const struct change *one = &c->v[i];

		if (one->op == CHANGE_ADD && one->kind == OBJ_TABLE &&
		    str_eq(one->to->name, live->table) &&
		    str_eq(one->to->schema, live->schema))
			return STR("");
		if (!is_same(one->to, live))
			continue;
		*same = false;
		return arena_printf(a, one->op == CHANGE_ADD ? "not in %s" :
		    "differs in %s", where);
	}
	return STR("ok");
}

const struct obj *source_lacks(const struct change_list *c,
    const struct obj *table, enum obj_kind kind, size_t *at)
{
	while (*at < c->n) {
		const struct change *one = &c->v[(*at)++];

		if (one->op == CHANGE_DROP && one->kind == kind &&
		    str_eq(one->from->table, table->name) &&
		    str_eq(one->from->schema, table->schema))
			return one->from;
	}
	return NULL;
}

static const struct table *table_of(const struct model *m, struct str schema,
    struct str name)
{
	const struct obj *o = named_find(m, schema, name);

	return o && o->kind == OBJ_TABLE ? (const struct table *)o : NULL;
}

static const struct column *column_of(const struct table *t, struct str name)
{
	for (size_t i = 0; t && i < t->ncols; i++)
		if (str_eq(t->cols[i]->o.name, name))
			return t->cols[i];
	return NULL;
}

static struct str difference(const struct column *live,
    const struct column *c, const char *where, struct arena *a)
{
	if (!str_ieq(live->type, c->type))
		return arena_printf(a, "%.*s in %s", STR_ARG(c->type), where);
	if (live->notnull != c->notnull)
		return arena_printf(a, "%s in %s", c->notnull ? "not null" :
		    "null", where);
	if (live->has_default != c->has_default || (c->has_default &&
	    !str_eq(live->dflt, c->dflt)))
		return c->has_default ? arena_printf(a, "default %.*s in %s",
		    STR_ARG(c->dflt), where) : arena_printf(a,
		    "no default in %s", where);
	if (live->generated != c->generated || live->identity != c->identity ||
	    !str_eq(live->gen_expr, c->gen_expr))
		return arena_printf(a, "made otherwise in %s", where);
	return STR("");
}

struct str source_says(const struct model *m, const struct column *live,
    const char *where, struct arena *a, bool *same)
{
	const struct table *t = m ? table_of(m, live->o.schema,
	    live->o.table) : NULL;
	const struct column *c = column_of(t, live->o.name);
	struct str text;

	*same = true;
	if (!m)
		return STR("");
	*same = false;
	if (!t)
		return arena_printf(a, "table not in %s", where);
	if (!c)
		return arena_printf(a, "not in %s", where);
	text = difference(live, c, where, a);
	*same = !text.n;
	return text.n ? text : STR("ok");
}

size_t source_more(const struct model *m, const struct table *live,
    const struct column **v, size_t max)
{
	const struct table *t = m ? table_of(m, live->o.schema,
	    live->o.name) : NULL;
	size_t n = 0;

	for (size_t i = 0; t && i < t->ncols && n < max; i++)
		if (!column_of(live, t->cols[i]->o.name))
			v[n++] = t->cols[i];
	return n;
}

/*
 * schema: schema files → declared schema (schema.h).  What a file exports is
 * looked at in the order of drizzle-spec 1.3; only values at the top count.
 */
#include <stdio.h>

#include "base/fs.h"
#include "ts/eval.h"
#include "ts/resolve.h"
#include "ts/serialize.h"

/* --- what files export --------------------------------------------------- */

static bool has_table(const struct found *f, const struct dz_table *t)
{
	for (size_t i = 0; i < f->tables.n; i++)
		if (f->tables.v[i] == t)
			return true;
	return false;
}

static void take_pg(struct ts_run *r, struct found *f, struct ts_value v)
{
	const struct dz_enum *e = dz_enum_of(v);
	struct dz_view *view = dz_data(v, DZ_VIEW);
	void *p;

	if (e)
		vec_push(r->a, &f->enums, e);
	if ((p = dz_data(v, DZ_SCHEMA)))
		vec_push(r->a, &f->schemas, p);
	if (view && view->class_of == DZ_PG_VIEW)
		vec_push(r->a, &f->views, view);
	if (view && view->class_of == DZ_PG_MATERIALIZED)
		vec_push(r->a, &f->materialized, view);
	if ((p = dz_data(v, DZ_SEQUENCE)))
		vec_push(r->a, &f->sequences, p);
	if ((p = dz_data(v, DZ_ROLE)))
		vec_push(r->a, &f->roles, p);
	if ((p = dz_data(v, DZ_POLICY)))
		vec_push(r->a, &f->policies, p);
}

static void take_sqlite(struct ts_run *r, struct found *f, struct ts_value v)
{
	struct dz_view *view = dz_data(v, DZ_VIEW);

	if (view && view->class_of == DZ_SQLITE_VIEW)
		vec_push(r->a, &f->views, view);
}

static const struct {
	void (*take)(struct ts_run *r, struct found *f, struct ts_value v);
	enum ts_flow (*serialize)(struct serializer *s, struct decl *out);
} dialects[] = {
	[DECL_PG] = { take_pg, serialize_pg },
	[DECL_SQLITE] = { take_sqlite, serialize_sqlite },
};

/* Packages that make no tables: validators, clients, identifiers. */
static bool is_harmless(struct str what)
{
	static const char *const packages[] = { "drizzle-orm", "drizzle-zod",
		"drizzle-valibot", "drizzle-typebox", "drizzle-arktype",
		"drizzle-seed", "drizzle-graphql", "zod", "valibot",
		"@sinclair/typebox", "typebox", "arktype", "yup",
		"superstruct", "nanoid", "@paralleldrive/cuid2", "uuid",
		"ulid", "pg", "postgres", "better-sqlite3", "@libsql/client",
		"@neondatabase/serverless", "@vercel/postgres",
		"@planetscale/database", "react", "next" };

	struct str of = STR("the package ");
	size_t at = str_find(what, of, 0);

	if (at < what.n)
		what = str_sub(what, at + of.n, what.n);
	if (str_starts(what, STR("node:")))
		return true;
	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++) {
		struct str p = str_z(packages[i]);

		if (str_starts(what, p) && (what.n == p.n ||
		    what.p[p.n] == '/' || what.p[p.n] == '.'))
			return true;
	}
	return false;
}

static void take_unknown(struct ts_run *r, struct found *f, struct str name,
    const struct ts_unknown *u, struct str file)
{
	struct str what = u->what;

	if (u->decides)
		what = arena_printf(r->a, "decided by %.*s", STR_ARG(what));
	else if (u->varies || is_harmless(what))
		return;
	vec_push(r->a, &f->unseen, (struct ts_unseen){ .name = name,
		.what = what, .where = u->where.n ? u->where : file });
}

static void take_handed(struct ts_run *r, struct found *f)
{
	for (size_t i = 0; i < r->handed.n; i++) {
		const struct ts_handed_over *x = &r->handed.v[i];

		if (!x->to->varies && !is_harmless(x->to->what))
			vec_push(r->a, &f->unseen, (struct ts_unseen){
				.name = arena_printf(r->a, "%.*s()",
				STR_ARG(x->name)), .what = x->to->what,
				.where = x->where, .parts = true });
	}
}

static enum ts_flow take(struct ts_run *r, struct ts_module *m,
    enum decl_dialect d, struct found *f)
{
	struct strs names = ts_module_names(r, m);
	struct ts_value v;
	bool found;

	for (size_t i = 0; i < names.n; i++) {
		struct dz_table *t;

		TRY(ts_module_get(r, m, names.v[i], &v, &found));
		t = dz_data(v, DZ_TABLE);
		if (t && t->dialect == d && !has_table(f, t))
			vec_push(r->a, &f->tables, t);
		dialects[d].take(r, f, v);
		if (found && v.type == TSV_UNKNOWN)
			take_unknown(r, f, names.v[i], v.unknown,
			    m->path);
	}
	return FLOW_NEXT;
}

/* What `export *` brings from outside is not seen: say so. */
static void warn_stars(struct ts_run *r, struct found *f)
{
	for (size_t i = 0; i < map_count(r->modules); i++) {
		const struct ts_module *m = map_at(r->modules, i)->value;

		for (size_t k = 0; k < m->stars.n; k++)
			if (m->stars.v[k]->unknown) {
				const struct ts_unknown *u =
				    m->stars.v[k]->unknown;

				dz_warn(r, arena_printf(r->a, "%.*s exports "
				    "all of %.*s, which is not read: tables "
				    "in it are not seen", STR_ARG(m->path),
				    STR_ARG(u->what)));
				take_unknown(r, f, STR("*"), u, m->path);
			}
	}
	for (size_t i = 0; i < f->unseen.n; i++) {
		const struct ts_unseen *x = &f->unseen.v[i];

		if (!str_is(x->name, "*") && !x->parts)
			dz_warn(r, arena_printf(r->a, "%.*s: %.*s is %.*s, "
			    "which is not read: a table in it is not seen",
			    STR_ARG(x->where), STR_ARG(x->name),
			    STR_ARG(x->what)));
	}
}

static struct strs modules_read(const struct ts_run *r)
{
	VEC(struct str) v = { 0 };

	for (size_t i = 0; i < map_count(r->modules); i++) {
		const struct ts_module *m = map_at(r->modules, i)->value;

		if (m->file.module != NULL)
			vec_push(r->a, &v, m->path);
	}
	return (struct strs){ v.v, v.n };
}

/* --- reading ------------------------------------------------------------- */

static enum rc find_all(struct ts_run *r, struct resolver *x,
    const struct ts_schema_request *rq, struct found *f, struct err *e)
{
	for (size_t i = 0; i < rq->files.n; i++) {
		struct ts_module *m;
		enum ts_flow flow;

		if (ts_run_module(r, resolver_name(x,
		    rq->files.v[i]), &m, e))
			return e->code;
		flow = take(r, m, rq->dialect, f);
		if (flow)
			return ts_run_failed(r, flow, e);
	}
	return RC_OK;
}

/* The schema once more, with texts that a database takes.  Where that cannot
 * be, drizzle-kit's texts stand. */
static void mend(struct serializer *s, struct decl *d)
{
	struct dz *z = dz_of(s->r);
	struct decl *mended = arena_new_of(s->a, struct decl);
	size_t warned = z->warnings.n;

	if (!z->mendable)
		return;
	*mended = (struct decl){ .dialect = d->dialect, .id = d->id,
		.prev_id = d->prev_id };
	s->index_names = map_new(s->a);
	z->mend = true;
	if (dialects[d->dialect].serialize(s, mended) == FLOW_NEXT)
		d->mended = mended;
	z->mend = false;
	z->warnings.n = warned;
}

enum rc ts_schema_read(const struct ts_schema_request *rq, struct arena *a,
    struct ts_schema *out, struct err *e)
{
	struct resolver *x = resolver_new(rq->root, rq->env, a);
	struct decl *d = arena_new_of(a, struct decl);
	struct serializer s = { .a = a, .dialect = rq->dialect,
		.casing = rq->casing, .index_names = map_new(a) };
	struct found f = { 0 };
	struct ts_run *r;
	enum ts_flow flow;
	enum rc rc;

	rc = ts_run_new(resolver_host(x), rq->limit > 0 ? rq->limit : 1, a,
	    &r, e);
	if (rc)
		return rc;
	rc = find_all(r, x, rq, &f, e);
	out->paths = modules_read(r);
	if (rc)
		return rc;
	s.r = r;
	s.in = &f;
	d->dialect = rq->dialect;
	d->id = d->prev_id = STR_NONE;
	r->depth = r->nest = 0;
	flow = dialects[rq->dialect].serialize(&s, d);
	if (flow)
		return ts_run_failed(r, flow, e);
	mend(&s, d);
	warn_stars(r, &f);
	take_handed(r, &f);
	*out = (struct ts_schema){ .decl = d, .files = rq->files.n,
		.modules = out->paths.n, .paths = out->paths,
		.unseen = f.unseen.v, .nunseen = f.unseen.n,
		.warnings = { dz_of(r)->warnings.v, dz_of(r)->warnings.n } };
	serialize_origins(&s, rq->root, out);
	return RC_OK;
}

/* --- configuration ------------------------------------------------------- */

struct config {
	struct ts_run *r;
	struct json_out o;
	VEC(struct ts_left_out) left;
};

static void note(struct config *k, struct str path, struct ts_value v)
{
	struct ts_left_out x = { .path = path, .what = STR(""),
		.where = STR("") };

	if (v.type == TSV_UNKNOWN) {
		x.what = v.unknown->what;
		x.where = v.unknown->where;
	}
	vec_push(k->r->a, &k->left, x);
}

static enum ts_flow put(struct config *k, struct str path, struct ts_value v,
    unsigned depth);

static enum ts_flow put_object(struct config *k, struct str path,
    struct ts_value v, unsigned depth)
{
	struct strs keys = ts_keys(k->r, v.object);
	struct ts_value one;

	if (v.object->open)
		note(k, path, (struct ts_value){ .type = TSV_UNKNOWN,
		    .unknown = v.object->open });
	json_open_object(&k->o);
	for (size_t i = 0; i < keys.n; i++) {
		struct str at = path.n ? arena_printf(k->r->a, "%.*s.%.*s",
		    STR_ARG(path), STR_ARG(keys.v[i])) : keys.v[i];

		TRY(ts_get(k->r, v, keys.v[i], &one));
		if (one.type == TSV_UNKNOWN || ts_callable(one)) {
			note(k, at, one);
			continue;
		}
		if (one.type == TSV_UNDEFINED || one.type == TSV_SYMBOL)
			continue;
		json_key_str(&k->o, keys.v[i]);
		TRY(put(k, at, one, depth + 1));
	}
	json_close_object(&k->o);
	return FLOW_NEXT;
}

static enum ts_flow put_list(struct config *k, struct str path,
    struct ts_value v, unsigned depth)
{
	json_open_array(&k->o);
	for (size_t i = 0; i < v.object->items.n; i++) {
		struct ts_value one = v.object->items.v[i];
		struct str at = arena_printf(k->r->a, "%.*s[%zu]",
		    STR_ARG(path), i);

		if (one.type == TSV_UNKNOWN || ts_callable(one))
			note(k, at, one);
		else
			TRY(put(k, at, one, depth + 1));
	}
	json_close_array(&k->o);
	return FLOW_NEXT;
}

static enum ts_flow put(struct config *k, struct str path, struct ts_value v,
    unsigned depth)
{
	struct str text;

	if (depth > 64)
		return ts_fail(k->r, "the configuration is nested too deep");
	switch (v.type) {
	case TSV_STRING:
		json_put_str(&k->o, v.text);
		return FLOW_NEXT;
	case TSV_NUMBER:
		json_put_num(&k->o, v.number);
		return FLOW_NEXT;
	case TSV_BOOL:
		json_put_bool(&k->o, v.boolean);
		return FLOW_NEXT;
	case TSV_BIGINT:
		TRY(ts_to_text(k->r, v, &text));
		json_put_str(&k->o, text);
		return FLOW_NEXT;
	case TSV_OBJECT:
		return v.object->class_of == CLASS_ARRAY ?
		    put_list(k, path, v, depth) :
		    put_object(k, path, v, depth);
	case TSV_UNDEFINED:
	case TSV_NULL:
	case TSV_SYMBOL:
	case TSV_UNKNOWN:
		break;
	}
	json_put_null(&k->o);
	return FLOW_NEXT;
}

static enum ts_flow config_value(struct ts_run *r, struct ts_module *m,
    struct ts_value *out)
{
	struct ts_value dialect;
	bool found;

	TRY(ts_module_get(r, m, STR("default"), out, &found));
	if (!found || ts_is_undefined(*out)) {
		TRY(ts_namespace(r, m, out));
		TRY(ts_get(r, *out, STR("dialect"), &dialect));
		if (ts_is_undefined(dialect))
			return ts_fail(r, "%.*s has no default export: "
			    "export default defineConfig({ … })",
			    STR_ARG(path_base(m->path)));
	}
	if (out->type == TSV_OBJECT && out->object->class_of == CLASS_PROMISE)
		*out = out->object->value;
	if (out->type == TSV_OBJECT && ts_callable(*out))
		return ts_fail(r, "%.*s exports a function: the object itself "
		    "is to be exported", STR_ARG(path_base(m->path)));
	return ts_known(r, *out, "the configuration");
}

/* process.env once the configuration is evaluated: drizzle-kit reads the
 * schema files in the same process. */
static enum ts_flow env_then(struct ts_run *r, const struct env **out)
{
	struct env *all = env_new(r->a, NULL);
	struct strs names = ts_keys(r, r->env);

	for (size_t i = 0; i < names.n; i++) {
		struct ts_value v;
		struct str text;

		TRY(ts_get(r, ts_ref(r->env), names.v[i], &v));
		if (v.type == TSV_UNKNOWN || v.type == TSV_OBJECT)
			continue;
		TRY(ts_to_text(r, v, &text));
		env_set(all, names.v[i], text);
	}
	*out = all;
	return FLOW_NEXT;
}

enum rc ts_config_read(struct str path, struct str root,
    const struct env *env, struct arena *a, struct ts_config *out,
    struct err *e)
{
	struct str file = path_absolute(a, path);
	struct resolver *x = resolver_new(root.n ? root : path_dir(file), env,
	    a);
	struct ts_host host = *resolver_host(x);
	struct sbuf b = SBUF_TEXT;
	struct config k = { .o = { .b = &b } };
	struct ts_module *m;
	struct ts_value v;
	enum ts_flow flow;
	enum rc rc;

	host.cwd = path_absolute(a, root.n ? root : path_dir(file));
	rc = ts_run_new(&host, 1, a, &k.r, e);
	if (rc)
		return rc;
	rc = ts_run_module(k.r, resolver_name(x, file), &m, e);
	out->unset = (struct strs){ k.r->unset.v, k.r->unset.n };
	if (rc)
		return rc;
	flow = config_value(k.r, m, &v);
	if (!flow)
		flow = put(&k, STR(""), v, 0);
	if (!flow && v.type != TSV_OBJECT)
		flow = ts_fail(k.r, "the configuration is no object");
	if (!flow)
		flow = env_then(k.r, &out->env);
	out->unset = (struct strs){ k.r->unset.v, k.r->unset.n };
	if (flow) {
		sbuf_free(&b);
		return ts_run_failed(k.r, flow, e);
	}
	out->json = arena_str(a, sbuf_str(&b));
	out->left = k.left.v;
	out->nleft = k.left.n;
	sbuf_free(&b);
	return RC_OK;
}

/*
 * copy: the schema of a database, without its rows, on a scratch connection.
 * From the catalogue's model in the order of what needs what; sent in one go,
 * and one by one only where that fails, so that what cannot be made (an
 * extension that is not installed there) is told and the rest stands.
 */
#include "drv/pg/scratch.h"

struct made {
	const struct obj *o;
	struct str sql;
};

struct cloning {
	struct pg *from, *to;
	struct arena *a;
	bool collated;		/* collations are made */
	struct sbuf all;
	VEC(struct made) v;
	VEC(struct str) notes;
};

static bool keep(const struct obj *o, void *arg)
{
	(void)arg;
	/* members come with their extension */
	return !dialect_pg.is_foreign(o) && !(o->notes &&
	    o->notes->extension.n);
}

static struct str label(const struct obj *o, struct arena *a)
{
	if (!o)
		return STR("a collation or setting");
	if (o->table.n)
		return arena_printf(a, "%s %.*s of %.*s.%.*s",
		    obj_kind_name[o->kind], STR_ARG(o->name),
		    STR_ARG(o->schema), STR_ARG(o->table));
	return arena_printf(a, "%s %.*s%s%.*s", obj_kind_name[o->kind],
	    STR_ARG(o->schema), o->schema.n ? "." : "", STR_ARG(o->name));
}

static void note(struct cloning *c, const struct obj *o, const char *why)
{
	vec_push(c->a, &c->notes, arena_printf(c->a, "%s: %s",
	    label(o, c->a).p, why));
}

static void take(struct cloning *c, const struct obj *o, struct str sql)
{
	vec_push(c->a, &c->v, (struct made){ .o = o,
	    .sql = arena_str(c->a, sql) });
	sbuf_add(&c->all, sql);
	sbuf_addz(&c->all, ";\n");
}

/* No objects of the model, and columns need them.  The columns for the locale
 * are called otherwise from 15 on and from 17 on. */
#define COLLATIONS_SQL \
	"SELECT n.nspname, c.collname, c.collprovider," \
	" c.collisdeterministic," \
	" coalesce(c.collcollate, ''), coalesce(c.collctype, '')," \
	" coalesce(j OPERATOR(pg_catalog.->>) 'colllocale'," \
	" j OPERATOR(pg_catalog.->>) 'colliculocale', c.collcollate, '')," \
	" coalesce(j OPERATOR(pg_catalog.->>) 'collicurules', '')" \
	" FROM pg_catalog.pg_collation AS c JOIN pg_catalog.pg_namespace AS n" \
	" ON n.oid OPERATOR(pg_catalog.=) c.collnamespace," \
	" LATERAL pg_catalog.to_jsonb(c) AS j" \
	" WHERE c.oid OPERATOR(pg_catalog.>=) 16384" \
	" AND n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'" \
	" AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d" \
	" WHERE d.classid OPERATOR(pg_catalog.=)" \
	" 'pg_catalog.pg_collation'::pg_catalog.regclass" \
	" AND d.objid OPERATOR(pg_catalog.=) c.oid" \
	" AND d.deptype OPERATOR(pg_catalog.=) 'e')"

static void collation(struct cloning *c, const PGresult *r, int i)
{
	static const struct { char letter; const char *word; } known[] = {
		{ 'i', "icu" }, { 'b', "builtin" },
	};
	struct sbuf b = SBUF_TEXT;
	struct str p = pg_cell(r, i, 2);
	const char *word = NULL;

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		if (p.n && p.p[0] == known[k].letter)
			word = known[k].word;
	SQL(&b, "CREATE COLLATION ");
	pg_name(&b, pg_cell(r, i, 0), pg_cell(r, i, 1));
	if (word) {
		SQL(&b, " (provider = ");
		sbuf_addz(&b, word);
		SQL(&b, ", locale = ");
		pg_string(&b, pg_cell(r, i, 6));
		if (!pg_cell_bool(r, i, 3))
			SQL(&b, ", deterministic = false");
		if (pg_cell(r, i, 7).n) {
			SQL(&b, ", rules = ");
			pg_string(&b, pg_cell(r, i, 7));
		}
	} else {
		SQL(&b, " (lc_collate = ");
		pg_string(&b, pg_cell(r, i, 4));
		SQL(&b, ", lc_ctype = ");
		pg_string(&b, pg_cell(r, i, 5));
	}
	SQL(&b, ")");
	take(c, NULL, sbuf_str(&b));
	sbuf_free(&b);
}

static enum rc collations(struct cloning *c, struct err *e)
{
	PGresult *r = NULL;
	enum rc rc;

	c->collated = true;
	rc = pg_enter(c->from, e);
	if (!rc)
		rc = pg_rows(c->from, STR(COLLATIONS_SQL), NULL, 0, &r, e);
	if (rc)
		return rc;
	for (int i = 0; i < PQntuples(r); i++)
		collation(c, r, i);
	PQclear(r);
	return RC_OK;
}

static enum rc statement(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct cloning *c = arg;
	const struct pg_stmt *s;
	struct str text, why;
	enum rc rc = RC_OK;

	if (o && !c->collated && o->kind != OBJ_SCHEMA &&
	    o->kind != OBJ_EXTENSION && o->kind != OBJ_ROLE)
		rc = collations(c, e);
	if (rc)
		return rc;
	if (!sql.n) {
		note(c, o, "it cannot be made from the catalogue");
		return RC_OK;
	}
	/* only these can do more than they say */
	if (o && (o->kind == OBJ_EXTENSION || o->kind == OBJ_FUNCTION)) {
		s = pg_digest(sql, c->a);
		pg_scratch_judge(c->to, s, sql, c->a, &text, &why);
		if (why.n) {
			note(c, o, arena_z(c->a, why));
			return RC_OK;
		}
	}
	take(c, o, sql);
	return RC_OK;
}

static bool is_fatal(const struct cloning *c, enum rc rc)
{
	return rc == RC_CANCELLED || rc == RC_IO || c->to->lost;
}

/* What failed may have failed for want of a later one: as long as a pass
 * makes something, another is tried. */
static enum rc one_by_one(struct cloning *c, struct err *e)
{
	size_t left = c->v.n, before = left + 1;
	struct err why = ERR_INIT;
	enum rc rc = RC_OK;

	while (left && left < before) {
		size_t n = 0;

		before = left;
		for (size_t i = 0; i < left; i++) {
			why = (struct err)ERR_INIT;
			rc = pg_exec_own(c->to, c->v.v[i].sql, &why);
			if (rc && is_fatal(c, rc)) {
				*e = why;
				return rc;
			}
			if (rc)
				c->v.v[n++] = c->v.v[i];
		}
		left = n;
	}
	for (size_t i = 0; i < left; i++) {
		why = (struct err)ERR_INIT;
		rc = pg_exec_own(c->to, c->v.v[i].sql, &why);
		if (rc && is_fatal(c, rc)) {
			*e = why;
			return rc;
		}
		if (rc)
			note(c, c->v.v[i].o, why.msg);
	}
	return RC_OK;
}

enum rc pg_clone_to(struct drv *from, const struct model *live,
    struct drv *scratch, struct arena *a, struct strs *notes, struct err *e)
{
	struct cloning c = { .from = pg_of(from), .to = pg_of(scratch),
		.a = a, .all = SBUF_TEXT };
	const struct script_what what = { .keep = keep, .scratch = true };
	const struct script_out out = { .statement = statement, .arg = &c };
	struct model *read = NULL;
	struct err why = ERR_INIT;
	enum rc rc = RC_OK;

	if (!live) {
		rc = from->ops->introspect(from, a, &read, e);
		live = read;
	}
	if (!rc)
		rc = pg_enter(c.to, e);
	if (rc)
		return rc;
	/* bodies may name what comes later, or is not there at all */
	sbuf_addz(&c.all, "SET check_function_bodies = off;\n"
	    "SET client_min_messages = warning;\n");
	rc = dialect_pg.schema_script(live, &what, &out, e);
	if (!rc)
		rc = pg_exec_own(c.to, sbuf_str(&c.all), &why);
	if (rc && !is_fatal(&c, rc) && why.code) {
		rc = pg_exec_own(c.to, STR("SET check_function_bodies = off;"
		    "SET client_min_messages = warning"), e);
		if (!rc)
			rc = one_by_one(&c, e);
	} else if (rc && why.code) {
		*e = why;
	}
	if (!rc)
		rc = pg_exec_own(c.to, STR("RESET check_function_bodies;"
		    "RESET client_min_messages"), e);
	sbuf_free(&c.all);
	if (!rc)
		*notes = (struct strs){ c.notes.v, c.notes.n };
	return rc;
}

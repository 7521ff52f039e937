/*
 * Rows that a statement changed, in every table that it reached: cascades,
 * triggers and functions too: the difference of two readings of
 * pg_stat_xact_user_tables.  It counts for the open transaction and for those
 * before it that were not reported yet, which happens between transactions
 * only: so the first reading is made as one begins.
 */
#include "dialect/pg/pg.h"
#include "drv/pg/pg.h"

/* The setting that they depend on. */
#define SETTING "track_counts"

struct pg_counted {
	struct arena *a;
	VEC(struct counted {
		struct str table;
		int64_t n[3];		/* inserted, updated, deleted */
	}) v;
};

void pg_counts_end(struct pg *d)
{
	if (!d->counted)
		return;
	arena_free(d->counted->a);
	d->counted = NULL;
}

static const struct counted *find(const struct pg_counted *c,
    struct str table)
{
	for (size_t i = 0; c && i < c->v.n; i++)
		if (str_eq(c->v.v[i].table, table))
			return &c->v.v[i];
	return NULL;
}

static struct pg_counted *take(const PGresult *r)
{
	struct arena *a = arena_new();
	struct pg_counted *c = arena_new_of(a, struct pg_counted);

	c->a = a;
	for (int i = 0; i < PQntuples(r); i++) {
		struct str schema = pg_cell(r, i, 0), name = pg_cell(r, i, 1);
		struct counted one = { .table = arena_printf(a, "%.*s.%.*s",
		    STR_ARG(schema), STR_ARG(name)) };

		for (int k = 0; k < 3; k++)
			one.n[k] = pg_cell_int(r, i, 2 + k);
		vec_push(a, &c->v, one);
	}
	return c;
}

static bool is_direct(const struct strs *direct, struct str table)
{
	for (size_t i = 0; i < direct->n; i++) {
		struct str w = direct->v[i];

		/* a bare name is one of the path: of any schema */
		if (str_eq(w, table) || (w.n < table.n &&
		    table.p[table.n - w.n - 1] == '.' &&
		    str_eq(str_sub(table, table.n - w.n, table.n), w)))
			return true;
	}
	return false;
}

/* TRUNCATE sets the counters of its table back. */
static int64_t since(int64_t now, int64_t was)
{
	return now < was ? now : now - was;
}

static void difference(const struct pg_counted *was,
    const struct pg_counted *now, const struct strs *direct,
    struct arena *a, struct facts *f)
{
	VEC(struct fact_rows) rows = { 0 };

	for (size_t i = 0; i < now->v.n; i++) {
		const struct counted *n = &now->v.v[i];
		const struct counted *w = find(was, n->table);
		struct fact_rows x = {
			.inserted = since(n->n[0], w ? w->n[0] : 0),
			.updated = since(n->n[1], w ? w->n[1] : 0),
			.deleted = since(n->n[2], w ? w->n[2] : 0),
		};

		if (!x.inserted && !x.updated && !x.deleted)
			continue;
		x.table = arena_str(a, n->table);
		if (!is_direct(direct, n->table)) {
			x.cascaded_delete = x.deleted;
			x.cascaded_update = x.updated;
		}
		vec_push(a, &rows, x);
	}
	f->rows = rows.v;
	f->nrows = rows.n;
}

static enum rc blind(struct str where, struct err *e)
{
	(void)err_set(e, RC_DENIED, SETTING " is off (%.*s): the server counts "
	    "no rows then, and nothing would notice what code takes",
	    STR_ARG(where));
	e->hint[0] = 0;
	err_hint(e, "leave it on: ALTER ROLE … SET " SETTING " = on, or ask "
	    "who runs the server");
	return RC_DENIED;
}

/*
 * Off by the role, the database or the server: on again where this role may
 * (superusers; PostgreSQL manual, 20.9).  A function that turns it off while
 * it runs would not show between two statements.
 */
static enum rc counting_on(struct pg *d, struct err *e)
{
	PGresult *r = NULL;
	struct str name = STR("");
	enum rc rc = pg_rows(d, STR("SELECT pg_catalog.set_config('" SETTING
	    "', 'on', true) FROM pg_catalog.pg_roles AS r"
	    " WHERE r.rolname OPERATOR(pg_catalog.=) current_user"
	    " AND r.rolsuper AND pg_catalog.current_setting('" SETTING "')"
	    " OPERATOR(pg_catalog.<>) 'on'"), NULL, 0, &r, e);

	PQclear(r);
	r = NULL;
	if (!rc)
		rc = pg_rows(d, STR("SELECT p.oid::pg_catalog.regprocedure"
		    "::pg_catalog.text FROM pg_catalog.pg_proc AS p"
		    " WHERE p.oid OPERATOR(pg_catalog.>=)"
		    " 16384::pg_catalog.oid AND (pg_catalog.strpos("
		    "pg_catalog.lower(p.prosrc), '" SETTING "')"
		    " OPERATOR(pg_catalog.>) 0 OR pg_catalog.strpos("
		    "pg_catalog.array_to_string(p.proconfig, ' '), '" SETTING
		    "') OPERATOR(pg_catalog.>) 0) LIMIT 1"), NULL, 0, &r, e);
	if (!rc && PQntuples(r)) {
		name = pg_cell(r, 0, 0);
		rc = blind(name, e);
	}
	PQclear(r);
	return rc;
}

enum rc pg_counts_named(struct str sql, struct err *e)
{
	if (!pg_mentions(sql, STR(SETTING)))
		return RC_OK;
	(void)err_set(e, RC_UNSUPPORTED, "it names " SETTING ", on which "
	    "depends whether the server counts rows: nothing would notice "
	    "what code takes");
	err_hint(e, "leave it out of migrations");
	return RC_UNSUPPORTED;
}

enum rc pg_counts(struct pg *d, const struct strs *direct, struct arena *a,
    struct facts *f, struct err *e)
{
	struct pg_counted *now;
	PGresult *r = NULL;
	enum rc rc = pg_rows(d, STR("SELECT '', '', 0, 0, 0"
	    " WHERE pg_catalog.current_setting('" SETTING "')"
	    " OPERATOR(pg_catalog.<>) 'on'"
	    " UNION ALL SELECT s.schemaname, s.relname,"
	    " s.n_tup_ins, s.n_tup_upd, s.n_tup_del"
	    " FROM pg_catalog.pg_stat_xact_user_tables AS s"
	    " WHERE (s.n_tup_ins OPERATOR(pg_catalog.>) 0::pg_catalog.int8"
	    " OR s.n_tup_upd OPERATOR(pg_catalog.>) 0::pg_catalog.int8"
	    " OR s.n_tup_del OPERATOR(pg_catalog.>) 0::pg_catalog.int8)"
	    /* our own: catch.c */
	    " AND NOT (pg_catalog.starts_with("
	    "s.schemaname::pg_catalog.text, 'pg_temp_')"
	    " AND pg_catalog.starts_with(s.relname::pg_catalog.text,"
	    " 'weir_'))"),
	    NULL, 0, &r, e);

	if (rc)
		return rc;
	if (PQntuples(r) && !pg_cell(r, 0, 1).n) {
		PQclear(r);
		return blind(STR("here"), e);
	}
	now = take(r);
	PQclear(r);
	difference(d->counted, now, direct, a, f);
	pg_counts_end(d);
	d->counted = now;
	return RC_OK;
}

enum rc pg_counts_begin(struct pg *d, struct err *e)
{
	const struct strs none = { 0 };
	struct arena *a = arena_new();
	struct facts f = { 0 };
	enum rc rc;

	pg_counts_end(d);
	rc = counting_on(d, e);
	if (!rc)
		rc = pg_counts(d, &none, a, &f, e);
	arena_free(a);
	return rc;
}

/*
 * Statements: weir's own texts, and those of a migration file, one a call.
 *
 * The digest of PostgreSQL's own grammar tells what a statement is; the
 * server's command tag tells how many rows it changed.  Names in facts are
 * "schema.name", or bare where the file writes none.
 */
#include "base/clock.h"
#include "drv/pg/scratch.h"

enum rc pg_exec(struct drv *base, struct str sql, struct err *e)
{
	struct pg *d = pg_of(base);
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (sql.n && memchr(sql.p, 0, sql.n))
		return err_set(e, RC_UNSUPPORTED, "the statement holds a NUL "
		    "byte");
	return pg_exec_own(d, sql, e);
}

/* --- facts ---------------------------------------------------------------- */

static struct str called(struct str schema, struct str name, struct arena *a)
{
	return schema.n ? arena_printf(a, "%.*s.%.*s", STR_ARG(schema),
	    STR_ARG(name)) : name;
}

static void add_once(struct strs *l, struct str *v, struct str s)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(v[i], s))
			return;
	v[l->n++] = s;
	l->v = v;
}

/* DROP and ALTER by what they are about. */
static enum fact_verb verb_of(const struct pg_stmt *s)
{
	static const struct {
		enum pg_kind kind;
		enum obj_kind obj;
		enum fact_verb verb;
	} finer[] = {
		{ PG_DROP, OBJ_TABLE, VERB_DROP_TABLE },
		{ PG_DROP, OBJ_INDEX, VERB_DROP_INDEX },
		{ PG_DROP, OBJ_VIEW, VERB_DROP_VIEW },
		{ PG_DROP, OBJ_TRIGGER, VERB_DROP_TRIGGER },
		{ PG_RENAME, OBJ_TABLE, VERB_ALTER_TABLE },
		{ PG_RENAME, OBJ_COLUMN, VERB_ALTER_TABLE },
		{ PG_SET_SCHEMA, OBJ_TABLE, VERB_ALTER_TABLE },
	};

	for (size_t i = 0; s->nobjs && i < sizeof(finer) / sizeof(finer[0]);
	    i++)
		if (s->kind == finer[i].kind &&
		    s->objs[0].kind == finer[i].obj)
			return finer[i].verb;
	return s->flags & PG_SAVEPOINT ? VERB_SAVEPOINT :
	    pg_kinds[s->kind].verb;
}

static void fill(const struct pg_stmt *s, struct arena *a, struct facts *f)
{
	struct str *w = arena_array(a, struct str, s->nwrites + 1);
	struct str *r = arena_array(a, struct str, s->nreads + 1);

	*f = (struct facts){ .verb = verb_of(s), .pg = s,
		.object = STR(""), .table = STR(""), .skipped = STR(""),
		.commit_after = pg_adds_value(s) };
	if (s->nobjs) {
		const struct pg_obj *o = &s->objs[0];

		f->object = called(o->schema, o->name, a);
		f->table = o->table.n ? called(o->table_schema.n ?
		    o->table_schema : o->schema, o->table, a) : f->object;
	}
	for (size_t i = 0; i < s->nwrites; i++)
		add_once(&f->writes, w, called(s->writes[i].schema,
		    s->writes[i].table, a));
	for (size_t i = 0; i < s->nreads; i++)
		add_once(&f->reads, r, called(s->reads[i].schema,
		    s->reads[i].name, a));
	if (f->writes.n && !s->nobjs)
		f->object = f->table = f->writes.v[0];
}

/* The rows of the tag are those of the outermost statement. */
static void count(const struct pg_stmt *s, int64_t rows, struct arena *a,
    struct facts *f)
{
	const struct pg_write *w = s->nwrites ? &s->writes[0] : NULL;
	struct fact_rows *r;

	if (!w || rows < 0 || w->truncate)
		return;
	r = arena_new_of(a, struct fact_rows);
	r->table = called(w->schema, w->table, a);
	if (w->verb == VERB_INSERT)
		r->inserted = rows;
	else if (w->verb == VERB_DELETE)
		r->deleted = rows;
	else
		r->updated = rows;
	f->rows = r;
	f->nrows = 1;
}

/* --- the next statement ------------------------------------------------------ */

static enum rc check(struct pg *d, const struct pg_stmt *s, unsigned flags,
    struct str sql, struct err *e)
{
	if (memchr(sql.p, 0, sql.n))
		return err_set(e, RC_UNSUPPORTED, "the statement holds a NUL "
		    "byte");
	if (d->pooled && d->mode == DRV_APPLY && (s->flags & PG_OUTSIDE_TX) &&
	    !(flags & RUN_PREPARE_ONLY)) {
		(void)err_set(e, RC_UNSUPPORTED, "%s outside a transaction "
		    "does not work through a pooler: no lock can be held "
		    "around it", pg_kinds[s->kind].words);
		err_hint(e, "name the server itself with --db URL, not the "
		    "pooler in front of it");
		return RC_UNSUPPORTED;
	}
	if (pg_counts_named(sql, e))
		return e->code;
	if (s->flags & PG_COPY_DATA)
		return err_set(e, RC_UNSUPPORTED, "COPY with data in the file "
		    "cannot be run: write the rows as INSERT");
	if ((flags & RUN_NO_TX) && (s->flags & (PG_OWN_TX | PG_SAVEPOINT)))
		return err_set(e, RC_UNSUPPORTED,
		    "runs its own transaction (SL33): %s",
		    s->flags & PG_SAVEPOINT ? "SAVEPOINT" :
		    pg_kinds[s->kind].words);
	return RC_OK;
}

/* One that waits for others' transactions, not for a table: a lock_timeout
 * would end it halfway, and who watches it decides. */
static bool outside(struct pg *d, const struct pg_stmt *s)
{
	return (s->flags & PG_OUTSIDE_TX) && d->mode == DRV_APPLY && d->watch &&
	    !pg_in_tx(&d->base);
}

static enum rc exec_outside(struct pg *d, struct str text, size_t base,
    int64_t *rows, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	enum rc rc = pg_exec_own(d, STR("SET lock_timeout = 0"), e);

	if (!rc)
		rc = pg_exec_one(d, text, base, rows, e);
	if (!d->c || d->lost)
		return rc;
	d->deaf = true;
	sbuf_addf(&b, "SET lock_timeout = %d", d->t.lock_timeout_ms > 0 ?
	    d->t.lock_timeout_ms : PG_LOCK_TIMEOUT_MS);
	(void)!pg_exec_own(d, sbuf_str(&b), &ignored);
	sbuf_free(&b);
	return rc;
}

/* On scratch, in the transaction of a file: what was done so far is kept, as
 * apply keeps it, and the savepoint of the caller stands again. */
static enum rc exec_between(struct pg *d, struct str text, size_t base,
    int64_t *rows, struct err *e)
{
	struct err ignored = ERR_INIT;
	enum rc rc, again;

	if (!pg_in_tx(&d->base))
		return pg_exec_one(d, text, base, rows, e);
	rc = pg_exec_own(d, STR("COMMIT"), e);
	if (rc)
		return rc;
	rc = pg_exec_one(d, text, base, rows, e);
	if (!d->c || d->lost)
		return rc;
	again = pg_exec_own(d, STR("BEGIN; SAVEPOINT weir_stmt"), &ignored);
	if (!rc && again) {
		*e = ignored;
		return again;
	}
	return rc;
}

static enum rc execute(struct pg *d, const struct pg_stmt *s, struct str sql,
    size_t base, unsigned flags, struct arena *a, struct facts *f,
    struct err *e)
{
	double since = clock_mono_ms();
	int64_t rows = -1;
	struct str text = sql;
	enum rc rc = RC_OK;

	if (d->mode == DRV_SCRATCH)
		pg_scratch_judge(d, s, sql, a, &text, &f->skipped);
	if (!f->skipped.n && outside(d, s))
		rc = exec_outside(d, text, base, &rows, e);
	else if (!f->skipped.n && d->mode == DRV_SCRATCH &&
	    pg_detaches_outside(s))
		rc = exec_between(d, text, base, &rows, e);
	else if (!f->skipped.n)
		rc = pg_exec_one(d, text, base, &rows, e);
	f->ms = clock_mono_ms() - since;
	if (rc || !(flags & RUN_COUNT))
		return rc;
	if ((d->mode == DRV_APPLY || d->filled) && pg_in_tx(&d->base))
		return pg_counts(d, &f->writes, a, f, e);
	count(s, rows, a, f);
	return RC_OK;
}

/* Every failure of a file's statement has a place. */
static enum rc placed(enum rc rc, size_t from, struct err *e)
{
	char name[100];

	if (e->where[0] == '+')
		return rc;
	snprintf(name, sizeof(name), "%.90s", e->where);
	snprintf(e->where, sizeof(e->where), "+%zu%s%s", from,
	    *name ? " " : "", name);
	return rc;
}

enum rc pg_run_next(struct drv *base, struct str text, size_t *at,
    unsigned flags, struct arena *a, struct sql_span *span,
    struct facts *facts, bool *more, struct err *e)
{
	struct pg *d = pg_of(base);
	struct facts f = { .verb = VERB_EMPTY };
	const struct pg_stmt *s;
	size_t next = *at, from = 0, to = 0;
	struct str sql;
	enum rc rc = pg_enter(d, e);

	if (rc)
		return rc;
	if (!pg_split(text, &next, &from, &to)) {
		*span = (struct sql_span){ text.n, text.n };
		*at = text.n;
		*more = false;
		return RC_OK;
	}
	sql = str_sub(text, from, to);
	*span = (struct sql_span){ from, to };
	s = pg_digest(sql, a);
	fill(s, a, &f);
	rc = check(d, s, flags, sql, e);
	if (!rc && !(flags & RUN_PREPARE_ONLY) && s->kind != PG_EMPTY)
		rc = execute(d, s, sql, from, flags, a, &f, e);
	if (rc)
		return placed(rc, from, e);
	if (facts)
		*facts = f;
	*at = next;
	*more = true;
	return RC_OK;
}

/*
 * unseen: what code does to rows, which no review can see: DO, CALL, a
 * function, a trigger, a rule.
 *
 * Where the server keeps a table under numbers (drv_ops.stored), they are
 * read around every statement that may run code, and around every
 * transaction.  A table that is another one afterwards, that was written
 * anew, or a column that is another one, must be accounted for: by a loss of
 * the plan, by a statement that names the table and is known to write it
 * anew, or by an --allow that names it.  Else the transaction is rolled back;
 * what ran in none is told.
 */
#include <string.h>

#include "dialect/pg/pg.h"
#include "op/apply/local.h"

struct looking {
	struct apply *ap;
	const struct stmt *only;	/* NULL: all of the plan */
	const struct table *t;		/* of the base */
	struct str name;		/* its name there */
};

#define CODE (PG_ANYTHING | PG_UNPARSED)

/* --- names ------------------------------------------------------------------ */

/* A bare name is one of the path: of any schema. */
static bool names(struct apply *ap, struct str schema, struct str name,
    struct str table)
{
	size_t tail = table.n - name.n;

	if (schema.n)
		return same_table(ap->base->dialect, arena_printf(ap->a,
		    "%.*s.%.*s", STR_ARG(schema), STR_ARG(name)), table);
	return str_eq(name, table) || (name.n < table.n &&
	    table.p[tail - 1] == '.' &&
	    str_eq(str_sub(table, tail, table.n), name));
}

/* Is `of` the table, or one that it is a part of? */
static bool is_part_of(struct apply *ap, const struct table *t,
    bool (*is)(struct apply *ap, struct str table, const void *arg),
    const void *arg, int depth)
{
	if (is(ap, table_called(&t->o, ap->a), arg))
		return true;
	for (size_t i = 0; depth < 16 && i < t->inherits.n; i++) {
		const struct table *up = table_named(ap->base,
		    t->inherits.v[i]);

		if (up && is_part_of(ap, up, is, arg, depth + 1))
			return true;
	}
	return false;
}

static bool is_same(struct apply *ap, struct str table, const void *arg)
{
	const struct str *x = arg;

	return same_table(ap->base->dialect, table, *x);
}

bool table_within(struct apply *ap, const struct table *t, struct str of)
{
	return is_part_of(ap, t, is_same, &of, 0);
}

struct str object_called(struct apply *ap, const struct table *t,
    struct str column)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	ap->d->ops->dialect->object_name(&b, &t->o, column);
	s = arena_str(ap->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* --- a loss that must be consented to --------------------------------------- */

enum rc unseen_refuse(struct apply *ap, const struct unseen *x, struct err *e)
{
	struct str object = x->t ? object_called(ap, x->t, x->column) :
	    x->object;
	struct sbuf b = SBUF_INIT(1u << 12);

	if (permit_allows(ap->permit, x->slug, object, x->rows))
		return RC_OK;
	if (!ap->d->ops->in_tx(ap->d)) {
		err_set(e, RC_DB, "APPLIED, BUT it ran in no transaction and "
		    "cannot be taken back: %.*s %s, which nothing in the plan "
		    "accounts for", STR_ARG(object), x->was ? x->was :
		    x->what);
		err_hint(e, "bring the rows back from a backup, then look at "
		    "what runs by itself: weir show; weir status");
		return RC_DB;
	}
	permit_asks(ap->permit, x->slug, object, x->rows, ap->a, &b);
	err_set(e, RC_DECISION, "%.*s%s%.*s%s, which nothing in the plan "
	    "accounts for", STR_ARG(object), x->rows >= 0 ? ": " : " ",
	    STR_ARG(x->rows >= 0 ? str_z(count_text(ap->a, x->rows)) :
	    STR("")), x->what);
	err_hint(e, "nothing was kept; if it is meant: %.*s",
	    STR_ARG(sbuf_str(&b)));
	sbuf_free(&b);
	return RC_DECISION;
}

/* --- what the plan accounts for ----------------------------------------------- */

static bool hazard_says(const struct looking *x, const struct hazard *h,
    const char *const *slugs, struct str column)
{
	const struct plan *p = x->ap->rq->plan;

	if (h->def->cls != HAZ_LOSS || !table_within(x->ap, x->t, h->table))
		return false;
	for (; *slugs; slugs++)
		if (!strcmp(*slugs, h->def->slug))
			break;
	if (!*slugs)
		return false;
	if (!h->column.n || !column.n || str_eq(h->column, column))
		return true;
	for (size_t i = 0; i < p->renames.n; i++)
		if (p->renames.v[i].kind == OBJ_COLUMN &&
		    str_eq(p->renames.v[i].from, h->column) &&
		    str_eq(p->renames.v[i].to, column))
			return true;
	return false;
}

static bool accounted(const struct looking *x, const char *const *slugs,
    struct str column)
{
	const struct plan *p = x->ap->rq->plan;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			if ((!x->only || x->only == &p->v[i]) &&
			    hazard_says(x, &p->v[i].haz[k], slugs, column))
				return true;
	return false;
}

static bool is_named_by(struct apply *ap, struct str table, const void *arg)
{
	const struct pg_stmt *g = arg;
	struct str after = name_after(ap->rq->plan, table);

	for (size_t i = 0; i < g->nobjs; i++)
		if (names(ap, g->objs[i].schema, g->objs[i].name, table) ||
		    names(ap, g->objs[i].schema, g->objs[i].name, after))
			return true;
	return false;
}

/* Statements that write a table anew and say so. */
static bool rewritten(const struct looking *x)
{
	static const bool rewrites[PG_KIND_N] = { [PG_ALTER_TABLE] = true,
		[PG_CLUSTER] = true, [PG_VACUUM] = true,
		[PG_ALTER_TABLE_MOVE_ALL] = true };
	const struct plan *p = x->ap->rq->plan;

	const bool alone = !x->ap->d->ops->in_tx(x->ap->d);

	for (size_t i = 0; (!x->only || alone) && i < p->n; i++) {
		const struct pg_stmt *g = p->v[i].run->facts.pg;

		if (g && (!x->only || x->only == &p->v[i]) && rewrites[g->kind] && (!g->nobjs ||
		    is_part_of(x->ap, x->t, is_named_by, g, 0)))
			return true;
	}
	return false;
}

/* --- two readings ---------------------------------------------------------------- */

static const struct stored_table *stored_find(const struct stored_tables *s,
    int64_t id)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid].id == id)
			return &s->v[mid];
		if (s->v[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static bool has_column(const struct stored_table *t, int64_t number)
{
	for (size_t i = 0; i < t->ncols; i++)
		if (t->cols[i].number == number)
			return true;
	return false;
}

/* No model shows it, so nothing of it was saved: that is consent of its own. */
static enum rc refuse_unsaved(struct apply *ap, const struct unseen *x,
    struct err *e)
{
	struct unseen u = *x;
	enum rc rc = unseen_refuse(ap, x, e);

	if (rc)
		return rc;
	u.slug = "undo-skipped";
	u.what = "would be dropped by code and cannot be saved";
	return unseen_refuse(ap, &u, e);
}

static enum rc compare_columns(const struct looking *x,
    const struct stored_table *was, const struct stored_table *is,
    struct err *e)
{
	static const char *const slugs[] = { "drop-column", "drop-table",
		"drop-type", "drop-extension", NULL };
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < was->ncols; i++)
		if (!has_column(is, was->cols[i].number) &&
		    table_column(x->t, was->cols[i].name) &&
		    !accounted(x, slugs, was->cols[i].name))
			rc = refuse_unsaved(x->ap, &(struct unseen){
			    .slug = "drop-column", .t = x->t,
			    .column = was->cols[i].name, .rows = -1,
			    .what = "would be dropped with its values",
			    .was = "was dropped with its values" }, e);
	return rc;
}

static enum rc compare_table(const struct looking *x,
    const struct stored_table *was, const struct stored_table *is,
    struct err *e)
{
	static const char *const drops[] = { "drop-table", "drop-extension",
		NULL };
	static const char *const empties[] = { "truncate", "drop-table",
		NULL };
	struct unseen u = { .t = x->t, .column = STR(""), .rows = -1 };
	enum rc rc;

	if (!is) {
		if (was->partitioned || accounted(x, drops, STR("")))
			return RC_OK;
		u.slug = "drop-table";
		u.what = "would be dropped with its rows";
		u.was = "was dropped with its rows";
		return refuse_unsaved(x->ap, &u, e);
	}
	rc = compare_columns(x, was, is, e);
	if (rc || was->file == is->file || accounted(x, empties, STR("")) ||
	    rewritten(x))
		return rc;
	u.slug = "truncate";
	u.what = "would be emptied or written anew by code";
	u.was = "was emptied or written anew by code";
	return unseen_refuse(x->ap, &u, e);
}

static bool large_accounted(struct apply *ap, const struct stmt *only)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			if ((!only || only == &p->v[i]) && p->v[i].haz[k].def ==
			    &hazard_defs[HAZ_ID_PT37])
				return true;
	return false;
}

/* What the reading calls by a name that a rename of the plan gives, it had
 * before, too, where the renamed one still has its own. */
static struct str base_name(struct apply *ap, const struct stored_tables *was,
    struct str table)
{
	struct str before = name_before(ap->rq->plan, table);

	for (size_t i = 0; i < was->n; i++)
		if (same_table(ap->base->dialect, was->v[i].table, before))
			return table;
	return before;
}

static enum rc compare(struct apply *ap, const struct stored_tables *was,
    const struct stored_tables *is, const struct stmt *only, struct err *e)
{
	enum rc rc = RC_OK;

	if (is->large < was->large && !large_accounted(ap, only))
		rc = unseen_refuse(ap, &(struct unseen){
		    .slug = "large-objects", .object = STR("pg_largeobject"),
		    .rows = was->large - is->large,
		    .what = " large objects would be removed by code",
		    .was = "lost large objects to code" }, e);
	for (size_t i = 0; !rc && i < was->n; i++) {
		const struct stored_table *w = &was->v[i];
		struct looking x = { .ap = ap, .only = only,
			.name = base_name(ap, was, w->table) };

		x.t = table_named(ap->base, x.name);
		if (!x.t || is_tracking(ap->track_table, &x.t->o) ||
		    ap->d->ops->dialect->is_foreign(&x.t->o))
			continue;
		rc = compare_table(&x, w, stored_find(is, w->id), e);
	}
	return rc;
}

/* --- when ------------------------------------------------------------------------- */

static bool has_code(struct apply *ap, const struct pg_write *w)
{
	struct str name = w->schema.n ? arena_printf(ap->a, "%.*s.%.*s",
	    STR_ARG(w->schema), STR_ARG(w->table)) : w->table;
	const struct table *t = table_named(ap->now, name);

	if (!t)
		return true;		/* a view, or of another path */
	for (size_t i = 0; i < t->nothers; i++)
		if (t->others[i]->kind == OBJ_RULE)
			return true;
	return t->ntriggers > 0;
}

bool runs_code(struct apply *ap, const struct stmt *s)
{
	const struct pg_stmt *g = s ? s->run->facts.pg : NULL;

	if (!g || !ap->d->ops->stored)
		return false;
	for (size_t i = 0; g->kind != PG_TRUNCATE && i < g->nwrites; i++)
		if (has_code(ap, &g->writes[i]))
			return true;
	return g->flags & CODE;
}

enum rc unseen_begin(struct apply *ap, struct arena **a, struct stored_tables *out,
    struct err *e)
{
	enum rc rc;

	*out = (struct stored_tables){ 0 };
	if (!ap->d->ops->stored)
		return RC_OK;
	*a = arena_new();
	rc = ap->d->ops->stored(ap->d, *a, out, e);
	return rc;
}

enum rc unseen_end(struct apply *ap, const struct stored_tables *was,
    const struct stmt *only, struct err *e)
{
	struct arena *a = NULL;
	struct stored_tables is;
	enum rc rc;

	if (!was->n && !was->large)
		return RC_OK;
	rc = unseen_begin(ap, &a, &is, e);
	if (!rc)
		rc = compare(ap, was, &is, only, e);
	arena_free(a);
	return rc;
}

/* --- values that code overwrites ------------------------------------------------------ */

static bool updates(const struct looking *x, const struct pg_write *w)
{
	struct str name = w->schema.n ? arena_printf(x->ap->a, "%.*s.%.*s",
	    STR_ARG(w->schema), STR_ARG(w->table)) : w->table;

	return (w->verb == VERB_UPDATE || w->merge || w->on_conflict_update) &&
	    (table_within(x->ap, x->t, name) || names(x->ap, w->schema,
	    w->table, x->name));
}

/* Rows of the table whose values the findings of the statement agree to
 * overwrite, where it does not name the table itself; -1: any number. */
static int64_t updates_agreed(const struct looking *x, const struct stmt *s)
{
	int64_t sum = 0;

	for (size_t i = 0; i < s->nhaz; i++) {
		const struct hazard *h = &s->haz[i];
		int64_t n = noted_loss(x->ap, h);

		if (h->def->cls != HAZ_LOSS ||
		    !table_within(x->ap, x->t, h->table))
			continue;
		if (strcmp(h->def->slug, "update-rows") != 0 || n < 0)
			return -1;
		sum += n;
	}
	return sum;
}

enum rc unseen_updates(struct apply *ap, const struct stmt *s,
    const struct table *t, int64_t rows, struct err *e)
{
	static const char *const slugs[] = { "update-rows", "narrow-type",
		NULL };
	struct looking x = { ap, s, t, table_called(&t->o, ap->a) };
	const struct pg_stmt *g = s ? s->run->facts.pg : NULL;

	int64_t agreed;

	if (!ap->d->ops->stored || !rows)
		return RC_OK;
	for (size_t i = 0; g && i < g->nwrites; i++)
		if (updates(&x, &g->writes[i]))
			return RC_OK;
	if (accounted(&x, slugs, STR(""))) {
		agreed = s ? updates_agreed(&x, s) : -1;
		if (agreed < 0 || rows <= agreed)
			return RC_OK;
		rows -= agreed;
	}
	return unseen_refuse(ap, &(struct unseen){ .slug = "update-rows",
	    .t = t, .column = STR(""), .rows = rows,
	    .what = rows == 1 ? " row would be overwritten by code" :
	    " rows would be overwritten by code" }, e);
}

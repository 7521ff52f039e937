/*
 * guard: what must hold under the lock before the first statement, after
 * each one, and before COMMIT.  Every guard that does not hold rolls back.
 */
#include "base/fs.h"
#include "base/utf8.h"
#include "op/apply/local.h"

/* --- F9: the bytes on disk are the bytes of the permit ---------------------- */

static enum rc same_bytes(struct apply *ap, struct str path, struct str want,
    struct err *e)
{
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct err why = ERR_INIT;
	enum rc rc;

	rc = file_read_beneath(arena_z(ap->a, path_dir(path)),
	    arena_z(ap->a, path_base(path)), &b, &why);
	if (rc || !str_eq(sbuf_str(&b), want)) {
		rc = err_set(e, RC_CONFLICT, rc ?
		    "%.*s is gone since it was reviewed" :
		    "%.*s was changed since it was reviewed", STR_ARG(path));
		review_again(ap, e);
	}
	sbuf_free(&b);
	return rc;
}

enum rc guard_files(struct apply *ap, struct err *e)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < ap->rq->nsteps; i++) {
		const struct step *s = &ap->rq->steps[i];
		const struct entry *en = s->track;

		switch (s->kind) {
		case STEP_UP:
		case STEP_RECORD:
			rc = same_bytes(ap, en->file, en->text, e);
			break;
		case STEP_DOWN:
			if (!en->down.n)	/* derived: no file to change */
				break;
			rc = str_eq(en->down_file, en->file) ?
			    same_bytes(ap, en->file, en->text, e) :
			    same_bytes(ap, en->down_file, en->down, e);
			break;
		case STEP_FORGET:
			break;
		}
	}
	return rc;
}

/* --- damage is older than this run ------------------------------------------ */

#define QUICK_MAX ((int64_t)256 << 20)

static bool runs_files(const struct gate_request *rq)
{
	for (size_t i = 0; i < rq->nsteps; i++)
		if (rq->steps[i].kind == STEP_UP ||
		    rq->steps[i].kind == STEP_DOWN)
			return true;
	return false;
}

/* Pages alone: rows that break their own rules are no damage. */
enum rc guard_damage(struct apply *ap, struct err *e)
{
	struct str path = ap->rq->db.path;
	struct value v = { .kind = VALUE_NULL };
	struct err why = ERR_INIT;
	struct str what = STR("");
	enum rc rc;

	if (!runs_files(ap->rq) || !path.n ||
	    lite_probe(path).bytes > QUICK_MAX)
		return RC_OK;
	rc = drv_scalar(ap->d, STR("PRAGMA quick_check(1)"), NULL, 0, ap->a,
	    &v, &why);
	if (rc == RC_CANCELLED || rc == RC_BUSY) {
		*e = why;
		return rc;
	}
	if (rc)
		what = str_z(why.msg);
	else if (v.kind == VALUE_TEXT && str_starts(v.s, STR("*** in ")))
		what = v.s;
	if (!what.n)
		return RC_OK;
	err_set(e, RC_DB, "the database is damaged, nothing was run: %.*s",
	    STR_ARG(utf8_clean(ap->a, what, UTF8_LINE)));
	err_hint(e, "restore a backup, or save what can be read: "
	    "sqlite3 FILE .recover");
	return RC_DB;
}

/* --- the tracking table and the schema have not moved ----------------------- */

/* drizzle-orm 1.0 gives a table of 0.x the names of its rows when it first
 * migrates; until then a row with a name would hide the others from it. */
static enum rc old_record(const struct apply *ap, struct err *e)
{
	err_set(e, RC_UNSUPPORTED, "the folder has the layout of drizzle 1.0, "
	    "the tracking table %.*s the form of 0.x",
	    STR_ARG(ap->track_table->name));
	err_hint(e, "drizzle-orm 1.0 converts it when it migrates for the "
	    "first time; nothing was changed here");
	return RC_UNSUPPORTED;
}

enum rc guard_tracking(struct apply *ap, struct err *e)
{
	if (ap->track.exists && !ap->track.named && ap->rq->nsteps &&
	    ap->rq->steps[0].track->named)
		return old_record(ap, e);
	for (size_t i = ap->committed; i < ap->rq->nsteps; i++) {
		const struct step *s = &ap->rq->steps[i];
		const struct track_row *r = tracking_row(&ap->track, s->track);
		bool add = s->kind == STEP_UP || s->kind == STEP_RECORD;

		if (add == (r == NULL))
			continue;
		err_set(e, RC_CONFLICT, add ?
		    "%.*s was applied by somebody else since it was reviewed" :
		    "%.*s was taken back by somebody else since it was "
		    "reviewed", STR_ARG(s->track->tag));
		err_hint(e, "weir status");
		return RC_CONFLICT;
	}
	return RC_OK;
}

static const struct obj *owner_of(const struct model *m, const struct obj *o)
{
	struct str name = o->table.n ? o->table : o->name;
	const struct table *t = model_table(m, o->schema, name);
	const struct view *v = t ? NULL : model_view(m, o->schema, name);

	return t ? &t->o : v ? &v->o : NULL;
}

static bool change_counts(const struct change *c, const struct model *base,
    const struct obj *track)
{
	const struct obj *o = c->from ? c->from : c->to;
	const struct obj *in_base = owner_of(base, o);

	/* roles are the server's: whoever makes one moves no schema */
	if (is_tracking(track, o) || o->kind == OBJ_ROLE)
		return false;
	if (dialect_of(base->dialect)->is_foreign(o))
		return false;
	/* in a shared database what stands alone and is new may be anybody's */
	if (!in_base && obj_stands_alone(o->kind))
		in_base = model_find(base, o->kind, o->schema, o->table,
		    o->name);
	return !in_base || in_base->managed;
}

void changes_that_count(const struct model *from, const struct model *to,
    const struct model *base, const struct obj *track, struct arena *a,
    struct change_list *out)
{
	struct change_list all;
	VEC(struct change) v = { 0 };

	diff_models(from, to, NULL, false, a, &all);
	for (size_t i = 0; i < all.n; i++)
		if (change_counts(&all.v[i], base, track))
			vec_push(a, &v, all.v[i]);
	*out = (struct change_list){ from, to, v.v, v.n };
}

struct str changes_text(const struct change_list *c, struct arena *a)
{
	struct sbuf b = SBUF_INIT(4096);
	struct str s;

	for (size_t i = 0; i < c->n && i < 3; i++) {
		sbuf_addz(&b, i ? "; " : "");
		sbuf_add(&b, change_sentence(&c->v[i], a));
	}
	if (c->n > 3)
		sbuf_addf(&b, "; and %zu more", c->n - 3);
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static uint32_t oid_of(const struct table *t)
{
	return t && t->o.notes ? t->o.notes->oid : 0;
}

/* A table of the same shape under the same name that is another one: what was
 * measured and agreed to is not about its rows. */
static enum rc same_tables(struct apply *ap, const struct model *base,
    struct err *e)
{
	for (size_t i = 0; i < base->ntables; i++) {
		const struct table *was = base->tables[i];
		const struct table *is = model_table(ap->base, was->o.schema,
		    was->o.name);

		if (!was->o.managed || !oid_of(was) || !oid_of(is) ||
		    oid_of(was) == oid_of(is) ||
		    is_tracking(ap->track_table, &was->o))
			continue;
		err_set(e, RC_CONFLICT, "%.*s is another table than the one "
		    "that was reviewed: that was dropped or renamed, and one "
		    "of its shape made in its place",
		    STR_ARG(table_called(&was->o, ap->a)));
		review_again(ap, e);
		return RC_CONFLICT;
	}
	return RC_OK;
}

enum rc guard_base(struct apply *ap, struct err *e)
{
	const struct model *base = permit_base(ap->permit);
	struct change_list c;

	changes_that_count(base, ap->base, base, ap->track_table, ap->a, &c);
	if (!c.n)
		return same_tables(ap, base, e);
	err_set(e, RC_CONFLICT, "the schema has moved since it was reviewed: "
	    "%.*s", STR_ARG(changes_text(&c, ap->a)));
	review_again(ap, e);
	return RC_CONFLICT;
}

/* --- nothing is lost that nobody agreed to --------------------------------- */

static enum rc loss_grown(const struct apply *ap, const struct hazard *h,
    struct str object, int64_t bound, int64_t now, struct err *e)
{
	struct sbuf b = SBUF_TEXT;

	sbuf_addf(&b, "%.*s (%s): ", STR_ARG(object), h->def->slug);
	sbuf_add_count(&b, now);
	sbuf_addz(&b, " would be lost now, ");
	if (bound == 0) {
		sbuf_addz(&b, "none when it was reviewed");
	} else {
		sbuf_add_count(&b, bound);
		sbuf_addz(&b, " were agreed to");
	}
	err_set(e, RC_CONFLICT, "%.*s", STR_ARG(sbuf_str(&b)));
	review_again(ap, e);
	sbuf_free(&b);
	return RC_CONFLICT;
}

static bool is_of_rows(const struct hazard *h)
{
	static const char *const slugs[] = { "delete-rows", "cascade-delete",
		"update-rows" };

	for (size_t i = 0; i < sizeof(slugs) / sizeof(*slugs); i++)
		if (!strcmp(h->def->slug, slugs[i]))
			return true;
	return false;
}

/*
 * Agreed to without a number: as many as there are now, and no more that code
 * takes with them.  A count that fails is none.
 */
static enum rc note_loss(struct apply *ap, const struct hazard *h,
    struct str sql, struct err *e)
{
	const struct drv_ops *ops = ap->d->ops;
	struct err ignored = ERR_INIT;
	int64_t now = 0;
	enum rc rc, counted;

	if (!ops->stored || !ops->in_tx(ap->d) || !is_of_rows(h))
		return RC_OK;
	rc = ops->savepoint(ap->d, "weir_count", e);
	if (rc)
		return rc;
	counted = drv_count(ap->d, sql, ap->a, &now, &ignored);
	if (counted)
		rc = ops->rollback_to(ap->d, "weir_count", e);
	if (!rc)
		rc = ops->release(ap->d, "weir_count", e);
	if (!rc && !counted)
		vec_push(ap->a, &ap->losses, (struct loss_now){ h, now });
	return rc;
}

int64_t noted_loss(const struct apply *ap, const struct hazard *h)
{
	for (size_t i = ap->losses.n; i-- > 0;)
		if (ap->losses.v[i].h == h)
			return ap->losses.v[i].rows;
	return -1;
}

static enum rc check_loss(struct apply *ap, const struct hazard *h,
    struct str sql, struct err *e)
{
	int64_t bound = permit_bound(ap->permit, h), now = 0;
	enum rc rc;

	if (h->def->cls != HAZ_LOSS || h->rows < 0 || !sql.n)
		return RC_OK;
	if (bound < 0)
		return note_loss(ap, h, sql, e);
	rc = drv_count(ap->d, sql, ap->a, &now, e);
	if (!rc && now > bound)
		rc = loss_grown(ap, h, h->object, bound, now, e);
	return rc;
}

/* Nothing before statement i can have moved rows. */
static bool rows_stand_before(const struct plan *p, size_t i)
{
	for (size_t k = 0; k < i && k < p->n; k++) {
		enum fact_verb v = p->v[k].run->facts.verb;

		if (v == VERB_INSERT || v == VERB_UPDATE ||
		    v == VERB_DELETE || v == VERB_DROP_TABLE)
			return false;
	}
	return true;
}

/* What DDL will take, counted again under the lock: rows written between
 * review and apply were never seen by whoever agreed.  Where statements of
 * the plan move rows before it, guard_loss_at() counts in its place. */
enum rc guard_losses(struct apply *ap, struct err *e)
{
	const struct plan *p = ap->rq->plan;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; !rc && k < p->v[i].nhaz; k++) {
			const struct hazard *h = &p->v[i].haz[k];

			if (!h->estimate && rows_stand_before(p, h->at))
				rc = check_loss(ap, h, h->count_sql, e);
		}
	return rc;
}

enum rc guard_loss_at(struct apply *ap, const struct stmt *next,
    struct err *e)
{
	const struct plan *p = ap->rq->plan;
	size_t at = next ? (size_t)(next - p->v) : p->n;
	enum rc rc = RC_OK;

	for (size_t i = 0; next && i < p->n; i++)
		for (size_t k = 0; !rc && k < p->v[i].nhaz; k++)
			if (p->v[i].haz[k].at == at)
				rc = check_loss(ap, &p->v[i].haz[k],
				    p->v[i].haz[k].now_sql, e);
	return rc;
}

/* --- A.3: the row invariant ------------------------------------------------- */

static bool is_row_loss(struct apply *ap, const struct hazard *h,
    struct str table)
{
	const struct table *t;

	if (h->def->cls != HAZ_LOSS || h->column.n)
		return false;
	if (same_table(ap->base->dialect, h->table, table))
		return true;
	t = ap->d->ops->stored ? table_named(ap->base, table) : NULL;
	return t && table_within(ap, t, h->table);
}

/* A function that a trigger calls, by what its body names. */
static bool body_names(const struct model *m, const struct trigger *t,
    struct str table)
{
	size_t dot = str_find(table, STR("."), 0);
	struct str bare = dot < table.n ? str_sub(table, dot + 1, table.n) :
	    table;

	for (size_t i = 0; i < m->nobjs; i++) {
		const struct function *f;

		if (m->objs[i]->kind != OBJ_FUNCTION)
			continue;
		f = (const struct function *)m->objs[i];
		if (str_find(t->sql, f->name, 0) < t->sql.n &&
		    str_find(f->sql, bare, 0) < f->sql.n)
			return true;
	}
	return false;
}

static bool by_trigger(struct apply *ap, struct str table)
{
	const struct model *m = ap->now;

	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->ntriggers; k++)
			if (sql_names(ap->d->ops->dialect,
			    m->tables[i]->triggers[k]->sql, table) ||
			    body_names(m, m->tables[i]->triggers[k], table))
				return true;
	return false;
}

static int64_t rehearsed_deletes(const struct plan *p, const struct stmt *s,
    struct str table)
{
	for (size_t i = 0; p->rehearsal && i < p->rehearsal->n; i++) {
		const struct run_stmt *r = &p->rehearsal->v[i];

		if (r->entry != s->run->entry || r->offset != s->run->offset)
			continue;
		for (size_t k = 0; k < r->facts.nrows; k++)
			if (same_table(p->from->dialect,
			    r->facts.rows[k].table, table))
				return r->facts.rows[k].deleted;
	}
	return 0;
}

/* Rows that may go from `table` in this statement: -1 any number, 0 none. */
static int64_t rows_agreed(struct apply *ap, const struct stmt *s,
    struct str table, const struct hazard **named)
{
	int64_t sum = 0;
	bool any = false;

	*named = NULL;
	for (size_t i = 0; s && i < s->nhaz; i++) {
		const struct hazard *h = &s->haz[i];
		int64_t bound;

		if (!is_row_loss(ap, h, table))
			continue;
		bound = permit_bound(ap->permit, h);
		*named = bound < 0 ? *named : h;
		if (bound < 0)
			bound = noted_loss(ap, h);
		any = true;
		sum = sum < 0 || bound < 0 ? -1 : sum + bound;
	}
	if (any || !s)
		return sum;
	/* No finding names the table: what the rehearsal saw it lose, or, where
	 * there was none, what a trigger of the schema may take. */
	sum = rehearsed_deletes(ap->rq->plan, s, table);
	if (!sum && !ap->rq->plan->rehearsed && !ap->d->ops->stored &&
	    by_trigger(ap, table))
		sum = -1;
	return sum;
}

static void note_rows(struct apply *ap, const struct fact_rows *r)
{
	for (size_t i = 0; i < ap->counts.n; i++) {
		struct row_count *c = &ap->counts.v[i];

		if (same_table(ap->base->dialect, c->table, r->table) ||
		    same_table(ap->base->dialect, c->after, r->table)) {
			c->inserted += r->inserted;
			c->updated += r->updated;
			c->deleted += r->deleted;
		}
	}
}

enum rc guard_rows(struct apply *ap, const struct stmt *s,
    const struct facts *f, struct err *e)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; i < f->nrows; i++) {
		const struct fact_rows *r = &f->rows[i];
		struct str name = name_before(p, r->table);
		const struct table *t = table_named(ap->base, name);
		const struct hazard *h;
		int64_t agreed;

		note_rows(ap, r);
		/* a table of this run's own making has nothing to lose */
		if (!t || t->type != TABLE_ORDINARY ||
		    is_tracking(ap->track_table, &t->o))
			continue;
		if (unseen_updates(ap, s, t, r->updated, e))
			return e->code;
		if (!r->deleted)
			continue;
		agreed = rows_agreed(ap, s, name, &h);
		if (agreed < 0 || r->deleted <= agreed)
			continue;
		if (h)
			return loss_grown(ap, h, name, agreed, r->deleted, e);
		if (ap->d->ops->stored && unseen_refuse(ap, &(struct unseen){
		    .slug = "delete-rows", .t = t, .column = STR(""),
		    .rows = r->deleted - agreed, .what = r->deleted - agreed ==
		    1 ? " row would be deleted" : " rows would be deleted" },
		    e))
			return e->code;
		if (ap->d->ops->stored)
			continue;
		err_set(e, RC_CONFLICT, "deletes %lld rows of %.*s, which "
		    "nothing in the plan accounts for",
		    (long long)r->deleted, STR_ARG(name));
		review_again(ap, e);
		return RC_CONFLICT;
	}
	return RC_OK;
}

static struct str tracking_triggers(struct apply *ap)
{
	const struct obj *o = ap->track_table;
	const struct table *t = model_table(ap->now, o->schema, o->name);
	struct sbuf b = SBUF_INIT(4096);
	struct str s;

	for (size_t i = 0; t && i < t->ntriggers; i++)
		sbuf_addf(&b, "%s%.*s", i ? ", " : "",
		    STR_ARG(t->triggers[i]->o.name));
	if (!b.n)	/* a temporary one of the file */
		sbuf_addz(&b, "of the file");
	s = arena_str(ap->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static bool own_row(const struct fact_rows *r, bool add)
{
	return r->inserted == add && r->deleted == !add && !r->updated;
}

enum rc guard_own_rows(struct apply *ap, const struct step *s,
    const struct facts *f, struct err *e)
{
	bool add = s->kind == STEP_UP || s->kind == STEP_RECORD;

	for (size_t i = 0; i < f->nrows; i++) {
		const struct fact_rows *r = &f->rows[i];
		bool own = same_table(ap->base->dialect, r->table,
		    table_called(ap->track_table, ap->a));
		const struct table *t = table_named(ap->now, r->table);

		/* a trigger may write a log; it may not take or change rows */
		if (own ? own_row(r, add) : (!r->deleted && !r->updated) ||
		    (t && (t->type != TABLE_ORDINARY ||
		    ap->d->ops->dialect->is_foreign(&t->o))))
			continue;
		err_set(e, RC_CONFLICT, "%s %.*s in %.*s changes rows of %.*s "
		    "(%lld deleted, %lld overwritten): trigger %.*s",
		    add ? "recording" : "removing", STR_ARG(s->track->tag),
		    STR_ARG(ap->table), STR_ARG(r->table),
		    (long long)r->deleted, (long long)r->updated,
		    STR_ARG(tracking_triggers(ap)));
		err_hint(e, "drop the trigger, then: %s", add ?
		    "weir review" : "weir rollback");
		return RC_CONFLICT;
	}
	return RC_OK;
}

/* By an --allow of what code does. */
static bool allowed_empty(struct apply *ap, struct str table)
{
	const struct table *t = ap->d->ops->stored ? table_named(ap->base,
	    table) : NULL;
	struct str object = t ? object_called(ap, t, STR("")) : STR("");

	return t && (permit_allows(ap->permit, "truncate", object, -1) ||
	    permit_allows(ap->permit, "drop-table", object, -1));
}

/* A table is counted with those that inherit from it. */
static bool goes_with_heir(struct apply *ap, const struct hazard *h,
    struct str table)
{
	const struct table *t = ap->d->ops->stored ? table_named(ap->base,
	    h->table) : NULL;

	return t && h->def->cls == HAZ_LOSS && !h->column.n &&
	    table_within(ap, t, table);
}

/* A copy that left rows behind: no statement deleted them. */
enum rc guard_counts(struct apply *ap, struct err *e)
{
	const struct plan *p = ap->rq->plan;

	for (size_t i = 0; i < ap->counts.n; i++) {
		const struct row_count *c = &ap->counts.v[i];
		int64_t lost = c->before - c->now + c->inserted - c->deleted;
		int64_t agreed = 0;

		if (c->now < 0 || lost <= 0)
			continue;
		for (size_t k = 0; k < p->n && agreed >= 0; k++)
			for (size_t j = 0; j < p->v[k].nhaz; j++) {
				const struct hazard *h = &p->v[k].haz[j];

				if (!is_row_loss(ap, h, c->table) &&
				    !goes_with_heir(ap, h, c->table))
					continue;
				int64_t b = permit_bound(ap->permit, h);

				agreed = b < 0 || agreed < 0 ? -1 : agreed + b;
			}
		if (agreed < 0 || lost <= agreed ||
		    allowed_empty(ap, c->table))
			continue;
		if (ap->d->ops->stored && table_named(ap->base, c->table))
			return unseen_refuse(ap, &(struct unseen){
			    .slug = "truncate", .t = table_named(ap->base,
			    c->table), .column = STR(""), .rows = lost,
			    .what = " rows would be gone" }, e);
		err_set(e, RC_CONFLICT, "%.*s would end with %lld rows of %lld,"
		    " which nothing in the plan accounts for",
		    STR_ARG(c->after), (long long)c->now,
		    (long long)c->before);
		review_again(ap, e);
		return RC_CONFLICT;
	}
	return RC_OK;
}

/* --- foreign keys ------------------------------------------------------------ */

static int64_t rows_before(struct apply *ap, const struct fk_finding *f)
{
	const struct plan *p = ap->rq->plan;
	enum dialect_id id = ap->base->dialect;
	struct str table = name_before(p, f->table);
	struct str parent = name_before(p, f->parent);
	int64_t sum = 0;

	for (size_t i = 0; i < ap->fk_before.n; i++) {
		const struct fk_finding *b = &ap->fk_before.v[i];

		if (!same_table(id, b->table, table) &&
		    !same_table(id, b->table, f->table))
			continue;
		if (f->rows < 0 && b->rows < 0)
			return INT64_MAX;	/* its mismatch is an old one */
		if (b->rows > 0 && (same_table(id, b->parent, parent) ||
		    same_table(id, b->parent, f->parent)))
			sum += b->rows;
	}
	return sum;
}

static void orphan_rows(struct apply *ap, const struct fk_finding *f,
    struct sbuf *b)
{
	struct value t = { .kind = VALUE_TEXT, .s = f->table,
		.full = f->table.n };
	struct sbuf q = SBUF_TEXT;
	struct cursor *c = NULL;
	struct err ignored = ERR_INIT;
	bool more = false;
	size_t n = 0;

	if (!(ap->d->ops->caps & CAP_OWN_FK_MODE))
		return;	/* the engine itself names the row that it refuses */
	SQL(&q, "SELECT rowid FROM pragma_foreign_key_check(");
	ap->d->ops->dialect->literal(&q, &t);
	SQL(&q, ") WHERE fkid = ");
	sbuf_add_i64(&q, f->fkid);
	SQL(&q, " LIMIT 5");
	if (drv_query(ap->d, sbuf_str(&q), NULL, 0, 0, &c, &ignored) == RC_OK)
		while (cursor_next(c, &more, &ignored) == RC_OK && more)
			if (c->row[0].kind == VALUE_INT)
				sbuf_addf(b, "%s%lld", n++ ? ", " :
				    " (rowid ", (long long)c->row[0].i);
	sbuf_addz(b, n ? f->rows > (int64_t)n ? ", …)" : ")" : "");
	cursor_close(c);
	sbuf_free(&q);
}

enum rc guard_foreign_keys(struct apply *ap, struct err *e)
{
	struct fk_findings now = { 0 };
	struct sbuf b = SBUF_TEXT;
	enum rc rc = ap->d->ops->fk_check(ap->d, ap->now, ap->a, &now, e);

	for (size_t i = 0; !rc && i < now.n; i++) {
		const struct fk_finding *f = &now.v[i];
		int64_t old = rows_before(ap, f);

		if (old == INT64_MAX || (f->rows >= 0 && f->rows <= old))
			continue;
		if (f->rows < 0) {
			rc = err_set(e, RC_DB, "%.*s: %.*s",
			    STR_ARG(f->table), STR_ARG(f->message));
			continue;
		}
		sbuf_add_count(&b, f->rows - old);
		sbuf_addf(&b, " rows of %.*s would be left without their parent"
		    " in %.*s", STR_ARG(f->table), STR_ARG(f->parent));
		orphan_rows(ap, f, &b);
		rc = err_set(e, RC_DB, "%.*s", STR_ARG(sbuf_str(&b)));
		err_hint(e, "delete or repoint these rows in the migration "
		    "before its end");
	}
	sbuf_free(&b);
	return rc;
}

/* --- the prediction -------------------------------------------------------------- */

/*
 * `ahead`: the model may hold what later files create as well, because files
 * of nothing but CREATE statements share one (source/run.c U.4); then what is
 * missing here is what comes next, and the end of the run compares it all.
 */
enum rc guard_prediction(struct apply *ap, const struct model *expected,
    bool ahead, struct err *e)
{
	const struct model *base = permit_base(ap->permit);
	struct change_list c;
	size_t n = 0;

	changes_that_count(expected, ap->now, base, ap->track_table, ap->a,
	    &c);
	(void)plan_leave_untold(ap->rq->plan->run, ap->a, &c);
	for (size_t i = 0; i < c.n; i++)
		n += !ahead || c.v[i].op != CHANGE_DROP;
	if (!n)
		return RC_OK;
	err_set(e, RC_CONFLICT, "the schema would not become what was "
	    "predicted: %.*s", STR_ARG(changes_text(&c, ap->a)));
	review_again(ap, e);
	return RC_CONFLICT;
}

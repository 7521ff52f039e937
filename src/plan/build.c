/*
 * build: from migration files to a plan.  The order: run on a clone, find
 * hazards, measure, settle severities, then words.
 */
#include "plan/internal.h"

/* Files that are looked at one by one, so that each has its way back even
 * where it only makes things; of more it is worked out when it is taken. */
#define FILES_APART 50

static bool managed_as_before(const struct obj *o, void *arg)
{
	const struct model *base = arg;
	const struct obj *was = model_find(base, o->kind, o->schema, o->table,
	    o->name);
	struct managed_set plain = { .dialect = base->dialect };

	return was ? was->managed : managed_in(o, &plain);
}

/* --- the run --------------------------------------------------------------------- */

static bool run_progress(void *arg, size_t done, size_t of)
{
	const struct plan_request *rq = arg;

	return !rq->progress || rq->progress(rq->arg, "predict", done, of);
}

static enum rc run_scratch(const struct plan_request *rq, bool copy,
    struct arena *a, struct run **out, struct err *e)
{
	struct run_options o = { .per_statement = true,
		.each_file = rq->n <= FILES_APART, .live = rq->base,
		.scratch = rq->scratch, .progress = run_progress,
		.arg = (void *)(uintptr_t)rq };
	struct drv *d = NULL;
	enum rc rc;

	rc = scratch_open(rq->scratch, false, &d, e);
	if (!rc && copy)
		rc = rq->live->ops->copy_to(rq->live, d, e);
	if (!rc)
		rc = run_migrations(d, rq->entries, rq->n, &o, a, out, e);
	scratch_close(rq->scratch, d);
	return rc;
}

static enum rc run_files(const struct plan_request *rq,
    struct proving *proving, struct arena *a, struct run **out, struct err *e)
{
	struct run_options o = { .per_statement = true,
		.each_file = rq->n <= FILES_APART, .live = rq->base,
		.scratch = rq->scratch, .progress = run_progress,
		.arg = (void *)(uintptr_t)rq };
	struct run *with_rows = NULL;
	struct err ignored = ERR_INIT;
	enum rc rc;

	*proving = (struct proving){ .rq = rq, .a = a };
	o.then = rq->prove && !rq->rollback && rq->n <= FILES_APART ?
	    proof_run : NULL;
	o.then_arg = proving;
	rc = predict(rq->live, rq->entries, rq->n, &o, a, out, e);
	if (rc || !(*out)->stopped || !rq->measure || !rq->live ||
	    !(rq->live->ops->caps & CAP_BACKUP))
		return rc;
	/* It may stop only because the clone has no rows. */
	if (!run_scratch(rq, true, a, &with_rows, &ignored) &&
	    (!with_rows->stopped || with_rows->n > (*out)->n))
		*out = with_rows;
	return RC_OK;
}

/* --- statements ------------------------------------------------------------------- */

static bool of_table(const struct change *c, struct str table)
{
	const struct obj *o = c->to ? c->to : c->from;

	return str_ieq(o->kind == OBJ_TABLE ? o->name : o->table, table);
}

/* The statements of a rebuild change the table together. */
static void rebuild_changes(struct work *w, const struct rebuild *r)
{
	struct change_list all = { 0 };
	VEC(struct change) mine = { 0 };
	size_t group = w->stmts[r->create].group, last = r->rename;

	for (size_t i = r->rename; i < w->run->n; i++)
		if (w->stmts[i].group == group)
			last = i;
	diff_models(w->run->v[r->create].before, w->run->v[last].after, NULL,
	    false, w->a, &all);
	for (size_t i = 0; i < all.n; i++)
		if (of_table(&all.v[i], r->table))
			vec_push(w->a, &mine, all.v[i]);
	all.v = mine.v;
	all.n = mine.n;
	for (size_t i = r->create; i <= last; i++)
		if (w->stmts[i].group == group)
			w->stmts[i].changes = all;
}

static void lay_out(struct work *w)
{
	const struct run *run = w->run;

	w->stmts = arena_array(w->a, struct stmt, run->n + 1);
	w->file_of = arena_array(w->a, size_t, run->n + 1);
	w->rows_before = arena_array(w->a, int64_t, run->n + 1);
	w->names.tables_at = arena_array(w->a, size_t, run->n + 1);
	w->names.columns_at = arena_array(w->a, size_t, run->n + 1);
	w->files = arena_array(w->a, struct plan_file, run->nfiles + 1);
	for (size_t i = 0; i < run->n; i++) {
		w->stmts[i].run = &run->v[i];
		w->stmts[i].why = STR("");
		w->stmts[i].down = STR("");
		w->stmts[i].locks = STR("");
		w->stmts[i].bytes = -1;
		w->rows_before[i] = -1;
	}
	for (size_t i = 0; i < run->nfiles; i++) {
		const struct run_file *f = &run->files[i];

		w->files[i] = (struct plan_file){ .entry = f->entry,
			.fk_off = f->fk_off, .first = f->first, .n = f->n,
			.has_down = f->entry->down.n > 0 || w->rq->rollback,
			.put_back = f->put_back, .before = f->before,
			.after = f->after ? f->after : run->after,
			.own_tx = run->cause == STOP_OWN_TX &&
			    run->stopped == f->entry };
		for (size_t k = f->first; k < f->first + f->n; k++)
			w->file_of[k] = i;
	}
	w->p->files = w->files;
	w->p->nfiles = run->nfiles;
}

/* --- words ---------------------------------------------------------------------------- */

static enum stmt_class hazard_class_of(const struct hazard *h)
{
	switch (h->sev) {
	case SEV_DESTRUCTIVE:
		return CLASS_LOSS;
	case SEV_BLOCKED:
		return CLASS_BLOCKED;
	case SEV_CAUTION:
		return CLASS_CAUTION;
	case SEV_INFO:
	case SEV_N:
		break;
	}
	return h->def->cls == HAZ_FAILS && h->rows == 0 ? CLASS_CHECKED :
	    CLASS_SAFE;
}

static void collect(struct work *w, size_t i)
{
	VEC(struct hazard) v = { 0 };

	for (size_t k = 0; k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (f->stmt != i || f->gone)
			continue;
		f->h.now_sql = f->now_count;
		f->h.at = f->at;
		vec_push(w->a, &v, f->h);
	}
	w->stmts[i].haz = v.v;
	w->stmts[i].nhaz = v.n;
}

static const struct hazard *worst(const struct stmt *s)
{
	const struct hazard *h = NULL;

	for (size_t i = 0; i < s->nhaz; i++)
		if (!h || hazard_class_of(&s->haz[i]) > hazard_class_of(h))
			h = &s->haz[i];
	return h;
}

static void describe(struct work *w, size_t i)
{
	struct stmt *s = &w->stmts[i];
	const struct hazard *h = worst(s);
	enum stmt_class c = h ? hazard_class_of(h) : CLASS_SAFE;

	if (is_data(s->run->facts.verb) && c < CLASS_DATA && s->group == 0)
		c = CLASS_DATA;
	s->cls = c;
	if (h && (c != CLASS_DATA || !s->why.n))
		s->why = h->text;
	if (s->run->skipped.n) {	/* what it does is not known */
		if (c < CLASS_CAUTION)
			s->cls = CLASS_CAUTION;
		s->why = arena_printf(w->a, "not predicted: %.*s",
		    STR_ARG(s->run->skipped));
	}
	if (!s->why.n)
		s->why = w->rules->why(w, i);
	if (w->rules->inverse(s->run, w->a, &s->down) != INVERSE_TEXT)
		s->down = STR("");
	s->undo = w->rules->undo(w, i);
}

static void describe_rebuild(struct work *w, const struct rebuild *r)
{
	struct stmt *lead = &w->stmts[r->create];
	const struct hazard *h = worst(lead);
	enum stmt_class c = h ? hazard_class_of(h) : CLASS_SAFE;
	struct sbuf b = SBUF_TEXT;

	if (c >= CLASS_BLOCKED) {
		sbuf_add(&b, h->text);
	} else {
		c = CLASS_REBUILD;
		if (r->copied >= 0) {
			sbuf_add_count(&b, r->copied);
			sbuf_addz(&b, r->copied == 1 ? " row copied" :
			    " rows copied");
		} else {
			SQL(&b, "rows copied");
		}
		if (r->kept > 0) {
			SQL(&b, " · ");
			sbuf_add_count(&b, r->kept);
			sbuf_addz(&b, r->kept == 1 ? " child row kept" :
			    " child rows kept");
		}
	}
	for (size_t i = r->create; i < w->run->n; i++)
		if (w->stmts[i].group == lead->group) {
			w->stmts[i].cls = c;
			w->stmts[i].why = arena_str(w->a, sbuf_str(&b));
			w->stmts[i].down = STR("");
		}
	sbuf_free(&b);
}

static void finish(struct work *w)
{
	struct plan *p = w->p;
	VEC(struct hazard) files = { 0 };

	for (size_t i = 0; p->saves && !w->rq->rollback && i < p->nfiles; i++) {
		struct str missing;

		if (!plan_derive_down(w->run, &w->run->files[i], true, w->a,
		    &w->files[i].down, &missing))
			w->files[i].down = STR("");
	}
	for (size_t i = 0; i < w->run->n; i++) {
		collect(w, i);
		describe(w, i);
	}
	for (size_t i = 0; i < w->rebuilds.n; i++)
		describe_rebuild(w, &w->rebuilds.v[i]);
	for (size_t i = 0; i < w->run->n; i++)
		if (stmt_leader(w, i) == i)
			p->counts[w->stmts[i].cls]++;
	for (size_t i = 0; i < w->found.n; i++)
		if (w->found.v[i].stmt == NO_STMT && !w->found.v[i].gone)
			vec_push(w->a, &files, w->found.v[i].h);
	for (size_t i = 0; i < p->nfiles; i++)
		for (size_t k = 0; k < w->files[i].n; k++) {
			enum undo_grade u =
			    w->stmts[w->files[i].first + k].undo;

			if (u > w->files[i].undo)
				w->files[i].undo = u;
		}
	for (size_t i = 0; i < p->nfiles && i < w->proving.n; i++) {
		struct plan_file *f = &w->files[i];

		f->proof = w->proving.v[i];
		if (f->proof.state == PROOF_FAILS)
			f->undo = UNDO_NONE;
		else if (f->proof.state == PROOF_DIFFERS &&
		    f->undo < UNDO_SHAPE)
			f->undo = UNDO_SHAPE;
	}
	p->proof_ms = w->proving.ms;
	p->haz = files.v;
	p->nhaz = files.n;
	p->v = w->stmts;
	p->n = w->run->n;
	p->added = (struct strs){ w->added.v, w->added.n };
}

static void pin(struct plan *p, const struct plan_request *rq)
{
	struct sbuf b = SBUF_TEXT;
	char hex[SHA256_HEX + 1];

	sha256_hex(&p->from->hash, hex);
	sbuf_addz(&b, hex);
	for (size_t i = 0; i < rq->n; i++) {
		sbuf_addc(&b, '\n');
		sbuf_add(&b, rq->entries[i]->tag);
		sbuf_addc(&b, ' ');
		sbuf_addz(&b, rq->entries[i]->hex);
	}
	p->hash = sha256_of(sbuf_str(&b));
	sbuf_free(&b);
}

enum rc plan_build(const struct plan_request *rq, struct arena *a,
    struct plan **out, struct err *e)
{
	struct work w = { .rq = rq, .a = a, .last = NO_STMT,
		.updating = NO_STMT, .db_bytes = -1 };
	struct plan *p = arena_new_of(a, struct plan);
	struct ignores ignores = rq->ignores;
	struct run *run = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < rq->n && !rq->rollback; i++)
		rc = ignores_in(rq->entries[i], dialect_of(rq->base->dialect),
		    a, &ignores, e);
	if (!rc)
		rc = run_files(rq, &w.proving, a, &run, e);
	if (rc)
		return rc;
	run->told = rq->base;
	w.p = p;
	w.run = run;
	w.d = dialect_of(rq->base->dialect);
	w.rules = plan_rules_of(rq->base->dialect);
	w.deadline = clock_mono_ms() + (double)(rq->deadline_ms ?
	    rq->deadline_ms : 30000);
	p->a = a;
	p->run = run;
	p->from = rq->base;
	p->saves = rq->saves;
	p->to = model_with_managed(run->after, a, managed_as_before,
	    (void *)(uintptr_t)rq->base);
	p->drizzle = STR("");
	lay_out(&w);
	w.rules->detect(&w);
	w.rules->hints(&w, &p->renames);
	diff_models(p->from, p->to, &p->renames, true, a, &p->changes);
	rc = w.rules->measure(&w, e);
	if (rc)
		return rc;
	files_detect(&w);
	for (size_t i = 0; i < w.found.n; i++)
		found_settle(&w, &w.found.v[i]);
	ignores_apply(&w, ignores);
	drizzle_line(&w);
	for (size_t i = 0; i < run->n; i++)
		w.rules->changes(&w, i);
	for (size_t i = 0; i < w.rebuilds.n; i++)
		rebuild_changes(&w, &w.rebuilds.v[i]);
	finish(&w);
	pin(p, rq);
	*out = p;
	return RC_OK;
}

/* --- linking ------------------------------------------------------------------------------ */

static bool same_object(const struct obj *x, const struct obj *y)
{
	if (!x || !y || !str_ieq(x->schema, y->schema))
		return false;
	/* a table that comes or goes takes all that hangs on it along */
	if (x->kind == OBJ_TABLE && y->kind != OBJ_TABLE &&
	    y->kind != OBJ_VIEW)
		return str_ieq(x->name, y->table);
	return x->kind == y->kind && str_ieq(x->table, y->table) &&
	    str_ieq(x->name, y->name);
}

static bool change_is(const struct change *c, const struct obj *o)
{
	const struct obj *x = c->to ? c->to : c->from;

	if (c->kind == OBJ_TABLE && o && o->kind != OBJ_TABLE &&
	    c->op != CHANGE_ADD && c->op != CHANGE_DROP)
		return false;
	return same_object(x, o) || (c->to && same_object(c->from, o));
}

bool stmt_touches(const struct stmt *s, const struct obj *from,
    const struct obj *to)
{
	for (size_t i = 0; i < s->changes.n; i++)
		if (change_is(&s->changes.v[i], from) ||
		    change_is(&s->changes.v[i], to))
			return true;
	return false;
}

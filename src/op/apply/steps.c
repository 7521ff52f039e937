/*
 * steps: one step of a permit inside the open transaction: the statements of
 * a file, what a rebuild must get back, the models, the tracking row.
 *
 * The savepoint of a step is not there to save half of it: a failure rolls
 * the whole transaction back.  It lets the failing rows be looked up first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "dialect/pg/pg.h"
#include "op/apply/local.h"

#define SAVEPOINT "weir_step"
#define CODEPOINT "weir_code"
#define ROWSPOINT "weir_rows"

const struct stmt *plan_stmt_in(const struct plan *p, const struct entry *en,
    size_t from, size_t to)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].run->entry == en && p->v[i].run->offset >= from &&
		    p->v[i].run->offset < to)
			return &p->v[i];
	return NULL;
}

/* --- a statement that fails -------------------------------------------------- */

/* The engine's "+offset NAME" becomes file:line:col. */
static void place_error(const struct step *s, struct apply *ap, size_t from,
    struct err *e)
{
	size_t offset = from;
	struct str where;

	/* An error of a running statement has its start, comments and all. */
	if (e->where[0] == '+')
		offset = (size_t)strtoul(e->where + 1, NULL, 10);
	where = entry_where(s->entry, offset > from ? offset : from, ap->a);
	snprintf(e->where, sizeof e->where, "%.*s", STR_ARG(where));
}

static void row_text(const struct cursor *c, struct arena *a, struct sbuf *b)
{
	for (size_t i = 0; i < c->ncols && i < 6; i++) {
		sbuf_addz(b, i ? ", " : "");
		sbuf_add(b, c->names[i]);
		sbuf_addc(b, '=');
		value_text(b, &c->row[i], a);
	}
}

/* What to do about what stopped it; there may be no file of a way back. */
static struct str mend(struct apply *ap, const struct step *s,
    const char *what)
{
	return s->kind == STEP_DOWN ? arena_printf(ap->a, "%s, or write the "
	    "way back into %.*s.down.sql, then: weir rollback", what,
	    STR_ARG(s->track->tag)) : arena_printf(ap->a, "%s or the file, "
	    "then: weir review", what);
}

/* The first rows that a finder of the failed statement lists, as a hint. */
static void failing_rows(struct apply *ap, const struct step *s,
    const struct stmt *st, struct err *e)
{
	bool back = ap->rows.s == s;
	struct sbuf b = SBUF_INIT(600);

	for (size_t i = 0; st && i < st->nhaz && !b.n; i++) {
		const struct hazard *h = &st->haz[i];
		struct cursor *c = NULL;
		struct err ignored = ERR_INIT;
		struct str sql = back && h->now_finder.n ? h->now_finder :
		    h->finder;
		bool more = false;

		if (h->def->cls != HAZ_FAILS || !sql.n ||
		    drv_query(ap->d, sql, NULL, 0, 80, &c, &ignored))
			continue;
		for (int n = 0; n < 5 && cursor_next(c, &more, &ignored) ==
		    RC_OK && more; n++) {
			sbuf_addz(&b, n ? "\n  " : "the rows in the way:\n  ");
			row_text(c, ap->a, &b);
		}
		cursor_close(c);
	}
	if (b.n)
		err_hint(e, "%.*s\n%.*s", STR_ARG(sbuf_str(&b)),
		    STR_ARG(mend(ap, s, "mend them")));
	sbuf_free(&b);
}

/* Where a failed statement ends its transaction, the step's savepoint brings
 * it back, or that with its saved rows: for looking, nothing more. */
static bool can_ask(struct apply *ap, const struct step *s)
{
	struct err ignored = ERR_INIT;

	return ap->d->ops->in_tx(ap->d) &&
	    (!(ap->d->ops->caps & CAP_TX_ABORTS) ||
	    ap->d->ops->rollback_to(ap->d, ap->rows.s == s ? ROWSPOINT :
	    SAVEPOINT, &ignored) == RC_OK);
}

static void explain(struct apply *ap, const struct step *s,
    const struct stmt *st, size_t from, struct err *e)
{
	bool engine = e->code == RC_DB || e->code == RC_UNSUPPORTED ||
	    e->code == RC_DENIED;
	bool full = strstr(e->where, "SQLITE_FULL") || strstr(e->where,
	    "SQLITE_IOERR");
	bool rows;

	if (!engine) {
		if (e->where[0] == '+')
			place_error(s, ap, from, e);
		return;
	}
	if (full) {
		e->hint[0] = '\0';	/* here it is known what was kept */
		err_hint(e, "nothing of the open transaction was kept; make "
		    "room on the disk of %.*s and run it again: weir migrate",
		    STR_ARG(ap->rq->db_label));
	}
	/* PostgreSQL's class 23: the rows break what the statement asks for */
	rows = str_starts(str_z(e->where[0] == '+' && strchr(e->where, ' ') ?
	    strchr(e->where, ' ') + 1 : e->where), STR("23"));
	place_error(s, ap, from, e);
	if (e->code == RC_DB && !full && can_ask(ap, s))
		failing_rows(ap, s, st, e);
	if (rows)
		err_hint(e, "%.*s", STR_ARG(mend(ap, s, "mend the rows in the "
		    "way")));
	err_hint(e, s->kind == STEP_DOWN ? "mend the way back, then: weir "
	    "rollback" : "mend the file, then: weir review");
	e->code = RC_DB;
}

/* --- statements ----------------------------------------------------------------- */

static int64_t rows_written(const struct facts *f)
{
	int64_t n = 0;

	for (size_t i = 0; i < f->nrows; i++)
		n += f->rows[i].inserted + f->rows[i].updated +
		    f->rows[i].deleted;
	return n;
}

static void log_stmt(struct apply *ap, enum log_event ev,
    const struct step *s, size_t offset, const struct facts *f)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_pair_str(&o, "tag", s->track->tag);
	json_pair_int(&o, "offset", (int64_t)offset);
	if (f) {
		json_key(&o, "ms");
		json_put_num(&o, (double)(int64_t)(f->ms * 1000) / 1000);
		json_pair_int(&o, "rows", rows_written(f));
	}
	log_put(ap, ev, &o);
}

static enum rc stmt_done(struct apply *ap, const struct step *s,
    const struct sql_span *at, const struct facts *f, struct err *e)
{
	const struct stmt *st = plan_stmt_in(ap->rq->plan, s->entry, at->from,
	    at->to);
	struct applied_stmt done = {
		.tag = s->track->tag,
		.where = st ? st->run->where :
		    entry_where(s->entry, at->from, ap->a),
		.sql = st ? st->run->sql :
		    str_sub(s->entry->text, at->from, at->to),
		.ms = f->ms,
		.rows = rows_written(f),
	};

	log_stmt(ap, LOG_STMT_OK, s, st ? st->run->offset : at->from, f);
	if (f->verb == VERB_EMPTY)
		return RC_OK;
	vec_push(ap->a, &ap->stmts, done);
	ap->done++;
	if (guard_rows(ap, st, f, e)) {
		err_prefix(e, "%.*s", STR_ARG(done.where));
		return e->code;
	}
	return apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_STMT_DONE, .tag = done.tag, .sql = done.sql,
	    .ms = done.ms, .rows = done.rows }, e);
}

/* The next statement of the plan from `at` on, if it stands before `to`. */
static const struct stmt *next_stmt(struct apply *ap, const struct step *s,
    size_t at, size_t end, size_t to, bool *done)
{
	const struct stmt *next = plan_stmt_in(ap->rq->plan, s->entry, at,
	    end);

	*done = to != PART_END && (!next || next->run->offset >= to);
	return *done ? NULL : next;
}

/* What was written anew in the same subtransaction is emptied in its place,
 * under the same number: so code has a subtransaction of its own. */
static enum rc code_begin(struct apply *ap, struct arena **kept,
    struct stored_tables *was, struct err *e)
{
	enum rc rc = unseen_begin(ap, kept, was, e);

	return rc ? rc : ap->d->ops->savepoint(ap->d, CODEPOINT, e);
}

static enum rc code_end(struct apply *ap, const struct stored_tables *was,
    const struct stmt *st, struct err *e)
{
	enum rc rc = unseen_end(ap, was, st, e);

	if (rc && st)
		err_prefix(e, "%.*s", STR_ARG(st->run->where));
	return rc ? e->code : ap->d->ops->release(ap->d, CODEPOINT, e);
}

/* A place in a down text where saved rows are put back: what follows needs
 * them (plan_derive_down). */
static enum rc rows_before(struct apply *ap, const struct step *s,
    const struct stmt *next, struct err *e)
{
	struct str text = s->entry->text;
	int64_t since;
	size_t at = text.n;
	enum rc rc = RC_OK;

	if (s->kind == STEP_DOWN)
		at = plan_rows_back(text, ap->rows.s == s ? ap->rows.at : 0,
		    &since);
	for (; !rc && at < text.n && at <= next->run->offset;
	    at = plan_rows_back(text, at + 1, &since)) {
		rc = ap->d->ops->introspect_again(ap->d, ap->now, ap->a,
		    &ap->now, e);
		if (!rc)
			rc = restore_rows(ap, s, since, e);
		ap->rows.at = at + 1;
		if (!rc)
			rc = ap->d->ops->savepoint(ap->d, ROWSPOINT, e);
	}
	return rc;
}

static enum rc statements(struct apply *ap, const struct step *s, size_t from,
    size_t to, struct put_backs *back, struct err *e)
{
	const unsigned flags = RUN_COUNT | RUN_HOIST_FK | RUN_NO_TX;
	struct str text = text_runnable(ap->d->ops->dialect,
	    s->entry->text, ap->a);
	struct file_run *run = NULL;
	struct sql_span span = { 0 };
	struct facts f = { 0 };
	struct arena *kept = NULL;
	struct stored_tables was = { 0 };
	size_t at = from;
	bool more = true, done = false;
	enum rc rc = file_run_open(ap->d, text, ap->a, &run, e);

	while (!rc && more) {
		const struct stmt *next = next_stmt(ap, s, at, text.n, to,
		    &done);

		if (done)
			break;
		if (next && (rc = rows_before(ap, s, next, e)))
			break;
		if (next) {
			log_stmt(ap, LOG_STMT, s, next->run->offset, NULL);
			rc = apply_tell(ap, &(struct apply_progress){
			    .event = APPLY_STMT, .tag = s->track->tag,
			    .sql = next->run->sql }, e);
			if (!rc)
				rc = guard_loss_at(ap, next, e);
			if (!rc)
				rc = next->run->made ? save_before(ap, s, next,
				    next->run->sql, 0, e) :
				    save_before(ap, s, next, text, at, e);
		}
		if (!rc && runs_code(ap, next))
			rc = code_begin(ap, &kept, &was, e);
		if (rc)
			break;
		span = (struct sql_span){ at, at };
		rc = file_run_next(run, &at, flags, &span, &f, &more, e);
		if (rc)
			explain(ap, s, next, file_run_made(run, next ?
			    next->run->offset : span.from).start, e);
		else if (more)
			rc = stmt_done(ap, s, &span, &f, e);
		if (!rc)
			rc = save_after(ap, next, &f, e);
		if (!rc && kept && code_end(ap, &was, next, e))
			rc = e->code;
		arena_free(kept);
		kept = NULL;
		was = (struct stored_tables){ 0 };
	}
	arena_free(kept);
	if (!rc)
		rc = file_run_end(run, back, e);
	return rc ? e->code : RC_OK;
}

/* --- the step -------------------------------------------------------------------- */

static char *model_name(struct apply *ap, const struct step *s,
    const char *name)
{
	return arena_z(ap->a, arena_printf(ap->a, "%.*s%s/%s",
	    STR_ARG(s->track->tag), s->kind == STEP_DOWN ? ".down" : "",
	    name));
}

static enum rc model_file(struct apply *ap, const char *name,
    const struct model *m, struct err *e)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	enum rc rc;

	model_record_json(m, &o);
	sbuf_addc(&b, '\n');
	rc = run_log_file(ap->log, name, sbuf_str(&b), e);
	sbuf_free(&b);
	return rc;
}

/* The migration itself: its file may be gone or another when somebody takes
 * it back. */
static enum rc text_files(struct apply *ap, const struct step *s,
    struct err *e)
{
	enum rc rc;

	if (s->kind != STEP_UP)
		return RC_OK;
	rc = run_log_file(ap->log, model_name(ap, s, "up.sql"),
	    s->track->text, e);
	return rc || !s->track->down.n ? rc : run_log_file(ap->log,
	    model_name(ap, s, "down.sql"), s->track->down, e);
}

/* What was after the step before is before this one. */
static enum rc model_files(struct apply *ap, const struct step *s,
    const struct model *before, struct err *e)
{
	char *first = model_name(ap, s, "before.json");
	char *last = model_name(ap, s, "after.json");
	enum rc rc = RC_OK;

	if (!ap->now_file || !run_log_same(ap->log, ap->now_file, first))
		rc = model_file(ap, first, before, e);
	ap->now_file = last;
	return rc ? rc : model_file(ap, last, ap->now, e);
}

static enum rc file_step(struct apply *ap, const struct step *s, size_t from,
    size_t to, struct err *e)
{
	struct put_backs back = { 0 };
	enum rc rc;

	if (from == 0 || !ap->step_before)
		ap->step_before = ap->now;
	rc = statements(ap, s, from, to, &back, e);

	for (size_t i = 0; !rc && i < back.n; i++)
		vec_push(ap->a, &ap->put_back, back.v[i]);
	if (!rc)
		rc = ap->d->ops->introspect_again(ap->d, ap->now, ap->a,
		    &ap->now, e);
	if (!rc && to == PART_END)
		rc = restore_rows(ap, s, 0, e);
	if (!rc && to == PART_END)
		rc = positions_back(ap, s, e);
	if (!rc && to == PART_END)
		rc = given_back(ap, s, e);
	if (!rc && to == PART_END)
		rc = published_back(ap, s, e);
	if (!rc && to == PART_END) {
		published_left(ap, s, ap->step_before);
		unsaved_tell(ap, s);
		taken_before(ap, s);
		rc = unsaved_file(ap, s, e);
	}
	if (!rc && to == PART_END)
		rc = text_files(ap, s, e);
	return rc || to != PART_END ? rc : model_files(ap, s, ap->step_before, e);
}

static enum rc tracking_step(struct apply *ap, const struct step *s,
    struct err *e)
{
	const struct track_row *r;
	struct facts f = { 0 };
	enum rc rc;

	switch (s->kind) {
	case STEP_UP:
	case STEP_RECORD:
		rc = ap->d->ops->lock_tables ? RC_OK :
		    tracking_create(ap->d, ap->track_table, s->track->named,
		    e);
		if (!rc)
			rc = tracking_add(ap->d, ap->track_table, s->track,
			    ap->a, &f, e);
		return rc ? rc : guard_own_rows(ap, s, &f, e);
	case STEP_DOWN:
	case STEP_FORGET:
		break;
	}
	r = tracking_row(&ap->track, s->track);
	if (!r)
		return err_set(e, RC_INTERNAL, "no tracking row of %.*s",
		    STR_ARG(s->track->tag));
	rc = tracking_remove(ap->d, ap->track_table, r->rowid, ap->a, &f,
	    e);
	return rc ? rc : guard_own_rows(ap, s, &f, e);
}

enum rc step_run(struct apply *ap, const struct step *s, size_t from,
    size_t to, struct err *e)
{
	bool file = s->kind == STEP_UP || s->kind == STEP_DOWN;
	enum rc rc = ap->d->ops->savepoint(ap->d, SAVEPOINT, e);

	if (!rc && file)
		rc = file_step(ap, s, from, to, e);
	if (!rc && to == PART_END)
		rc = tracking_step(ap, s, e);
	if (!rc)
		rc = ap->d->ops->release(ap->d, SAVEPOINT, e);
	if (rc && rc != RC_CANCELLED && rc != RC_CONFLICT && rc != RC_DECISION)
		err_prefix(e, "%.*s", STR_ARG(s->track->tag));
	return rc;
}

/* --- in no transaction ------------------------------------------------------------- */

static void log_alone(struct apply *ap, enum log_event ev,
    const struct step *s, const struct stmt *st, size_t at,
    const struct facts *f)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_pair_str(&o, "tag", s->track->tag);
	json_pair_int(&o, "offset", (int64_t)st->run->offset);
	json_pair_bool(&o, "alone", true);
	json_pair_z(&o, "hash", s->track->hex);
	json_pair_int(&o, "left", (int64_t)(s->entry->text.n - at));
	json_pair_str(&o, "sql", str_sub(st->run->sql, 0, 400));
	if (f) {
		json_key(&o, "ms");
		json_put_num(&o, (double)(int64_t)(f->ms * 1000) / 1000);
		json_pair_int(&o, "rows", 0);
	}
	log_put(ap, ev, &o);
}

static bool index_before(const struct model *m, const struct index *x)
{
	return model_find(m, OBJ_INDEX, x->o.schema, x->o.table, x->o.name);
}

/* An index that CONCURRENTLY did not finish is in nobody's way but that of
 * the next try, so it goes.  What cannot be dropped is said by verify. */
static void alone_clean(struct apply *ap, const struct stmt *st)
{
	const struct pg_stmt *pg = st->run->facts.pg;
	struct model *live = NULL;
	struct err ignored = ERR_INIT;

	if (!pg || pg->kind != PG_CREATE_INDEX || ap->d->ops->in_tx(ap->d) ||
	    ap->d->ops->introspect(ap->d, ap->a, &live, &ignored))
		return;
	for (size_t i = 0; i < live->ntables; i++)
		for (size_t k = 0; k < live->tables[i]->nindexes; k++) {
			const struct index *x = live->tables[i]->indexes[k];
			struct sbuf b = SBUF_TEXT;

			if (!x->invalid || index_before(ap->base, x))
				continue;
			SQL(&b, "DROP INDEX CONCURRENTLY ");
			ap->d->ops->dialect->ident(&b, x->o.schema);
			SQL(&b, ".");
			ap->d->ops->dialect->ident(&b, x->o.name);
			(void)!drv_exec(ap->d, sbuf_str(&b), &ignored);
			sbuf_free(&b);
		}
}

static enum rc run_alone(struct apply *ap, const struct step *s,
    const struct stmt *st, struct sql_span *span, struct facts *f,
    struct err *e)
{
	struct str text = text_runnable(ap->d->ops->dialect, s->entry->text,
	    ap->a);
	struct file_run *run = NULL;
	size_t at = st->run->offset;
	bool more = false;
	enum rc rc = file_run_open(ap->d, text, ap->a, &run, e);

	if (rc)
		return rc;
	*span = (struct sql_span){ at, at };
	rc = file_run_next(run, &at, RUN_NO_TX, span, f, &more, e);
	if (rc) {
		explain(ap, s, st, st->run->offset, e);
		return e->code;
	}
	return RC_OK;
}

/*
 * What it did is there whatever comes after it: the log says before and after
 * it where the run stands, both synced.
 */
enum rc alone_step(struct apply *ap, const struct step *s,
    const struct stmt *st, struct err *e)
{
	struct sql_span span = { 0 };
	struct facts f = { 0 };
	struct arena *kept = NULL;
	struct stored_tables was = { 0 };
	enum rc rc;

	log_alone(ap, LOG_STMT, s, st, st->run->offset, NULL);
	rc = run_log_sync(ap->log, e);
	if (!rc)
		rc = unseen_begin(ap, &kept, &was, e);
	if (!rc)
		rc = apply_tell(ap, &(struct apply_progress){
		    .event = APPLY_STMT, .tag = s->track->tag,
		    .sql = st->run->sql }, e);
	if (!rc)
		rc = run_alone(ap, s, st, &span, &f, e);
	if (rc) {
		struct err why;

		if (rc == RC_CANCELLED && ap->gave_up)
			(void)err_set(e, RC_BUSY, "given up: process %d kept "
			    "it waiting", ap->gave_up);
		rc = e->code;
		why = *e;
		alone_clean(ap, st);
		*e = why;
		arena_free(kept);
		log_error(ap, LOG_ROLLED_BACK, e);
		if (rc != RC_CANCELLED && rc != RC_CONFLICT)
			err_prefix(e, "%.*s", STR_ARG(s->track->tag));
		return rc;
	}
	log_alone(ap, LOG_STMT_OK, s, st, span.to, &f);
	rc = run_log_sync(ap->log, e);
	vec_push(ap->a, &ap->stmts, (struct applied_stmt){
	    .tag = s->track->tag, .where = st->run->where,
	    .sql = st->run->sql, .ms = f.ms });
	ap->done++;
	if (!rc)
		rc = unseen_end(ap, &was, st, e);
	arena_free(kept);
	return rc ? rc : apply_tell(ap, &(struct apply_progress){
	    .event = APPLY_STMT_DONE, .tag = s->track->tag,
	    .sql = st->run->sql, .ms = f.ms }, e);
}

/*
 * run.c: migration files on a scratch engine, as apply would run them.
 *
 * Rules.  U.1 one transaction a file; a file that fails leaves nothing.
 * U.2 keys ON until the engine reports a foreign_keys pragma with a value:
 * then the file starts again with keys OFF as a whole, its pragmas hoisted;
 * so does one that rebuilds a table for libSQL's ALTER COLUMN.
 * U.3 on a scratch without rows (no `count`) a data statement that breaks a
 * constraint is passed over with a note: rows make no shape.  U.4 the schema
 * is not read again between two CREATE statements, nor between two files of
 * nothing else: what they made is told by their facts, and reading it is what
 * a long run of small files costs.  All of them share the models around.
 * U.5 where a failed statement ends its transaction, each has a savepoint;
 * what nothing later may use before a COMMIT is committed at once, as apply
 * will cut it.  U.6 a statement that the scratch engine must not execute is
 * told and passed over, and so is one that fails for want of it.
 */
#include <stdio.h>

#include "base/clock.h"
#include "dialect/pg/pg.h"
#include "source/parts.h"

struct running {
	struct drv *d;
	const struct run_options *o;
	struct arena *a;
	struct err *e;
	struct run *r;
	VEC(struct run_stmt) stmts;
	VEC(struct run_file) files;
	VEC(struct str) notes;
	const struct model *now;	/* as the engine stands, but for U.4 */
	size_t waiting;			/* stmts from here wait for a model */
	size_t files_waiting;		/* files from here */
	const struct entry *next;	/* the file after this one, or NULL */
	struct failure failure;
	bool lacking;			/* U.6: something was passed over */
	bool unread;			/* rows were written since the last look */
};

/* One file, one attempt. */
struct attempt {
	const struct entry *entry;
	struct file_run *file;
	bool keys_on, fk_off;
	bool again;		/* U.2: it has to start again */
	bool stopped;
	size_t at;		/* in the text */
	size_t first;		/* in stmts */
	size_t nnotes;		/* before it */
	size_t waiting, files_waiting;	/* U.4, before it */
};

static bool is_fatal(enum rc rc)
{
	return rc == RC_CANCELLED || rc == RC_INTERNAL || rc == RC_IO ||
	    rc == RC_BUSY;
}

static unsigned flags_of(const struct running *u)
{
	return RUN_FACTS | RUN_HOIST_FK | RUN_NO_TX |
	    (u->o->count ? (unsigned)RUN_COUNT : 0);
}

/* Read the schema, and give it to the statements that wait for it. */
static enum rc look_again(struct running *u, struct err *e)
{
	enum rc rc = u->d->ops->introspect_again(u->d, u->now, u->a, &u->now,
	    e);

	if (rc)
		return rc;
	for (size_t i = u->waiting; i < u->stmts.n; i++)
		u->stmts.v[i].after = u->now;
	for (size_t i = u->files_waiting; i < u->files.n; i++)
		u->files.v[i].after = u->now;
	u->waiting = u->stmts.n;
	u->files_waiting = u->files.n;
	u->unread = false;
	return RC_OK;
}

/* Rows alone, and reading the schema costs round trips: the end of the file
 * looks, for a trigger may do anything. */
static bool leaves_schema(const struct running *u, const struct facts *f)
{
	return f->pg && (f->pg->flags & PG_DATA) &&
	    !(f->pg->flags & PG_ANYTHING) && u->waiting + 1 == u->stmts.n;
}

/* Nothing has run since the schema was read. */
static bool is_read(const struct running *u)
{
	return !(u->d->ops->caps & CAP_STORED_SQL) && !u->unread &&
	    u->waiting == u->stmts.n;
}

/* --- where it failed ------------------------------------------------------ */

static size_t statement_start(const struct running *u, struct str text,
    size_t from)
{
	return sql_start(u->d->ops->dialect, text, from);
}

static struct facts facts_at(const struct attempt *x)
{
	struct sql_span span = { 0 };
	struct facts f = { .verb = VERB_OTHER };
	struct err ignored = ERR_INIT;
	size_t at = x->at;
	bool more = false;

	/* without RUN_NO_TX: its refusal would hide the verb */
	if (file_run_next(x->file, &at, RUN_HOIST_FK | RUN_PREPARE_ONLY, &span,
	    &f, &more, &ignored))
		return (struct facts){ .verb = VERB_OTHER };
	return f;
}

/* The statement at x->at has failed with u->e: the run ends here. */
static void stop(struct running *u, struct attempt *x, const struct facts *f)
{
	struct str text = x->entry->text, where, engine;
	size_t offset = place_of(u->e, &engine);
	size_t at = file_run_made(x->file, x->at).start;

	u->failure = (struct failure){ .entry = x->entry, .verb = f->verb,
		.pg = f->pg, .engine = arena_str(u->a, engine) };
	if (offset == SIZE_MAX)
		offset = statement_start(u, text, at);
	else	/* a failure at run time has the place of the whole statement */
		offset = statement_start(u, text, offset);
	where = entry_where(x->entry, offset, u->a);
	snprintf(u->e->where, sizeof(u->e->where), "%s", where.p);
	x->stopped = true;
	u->r->stopped = x->entry;
	u->r->stopped_at = statement_start(u, text, at);
	u->r->why = *u->e;
	u->r->code = u->failure.engine;
	*u->e = (struct err)ERR_INIT;
}

static void stop_at_missing(struct running *u, const struct entry *en)
{
	u->failure = (struct failure){ .entry = en, .verb = VERB_OTHER,
		.engine = STR("") };
	u->r->stopped = en;
	err_at(&u->r->why, RC_NOTFOUND, en->file.p,
	    "the file is missing");
	err_hint(&u->r->why, "Restore it from version control.");
}

/* --- one statement -------------------------------------------------------- */

static struct run_stmt statement(struct running *u, const struct attempt *x,
    struct sql_span span, const struct facts *facts)
{
	struct str text = x->entry->text;
	size_t from = span.from;
	struct made_stmt made = file_run_made(x->file, from);
	const struct dialect *d = u->d->ops->dialect;

	/* markers are no part of what is shown, other comments are */
	for (struct token t = d->token(text, from); from < span.to &&
	    (t.kind == TOKEN_SPACE || str_starts(str_sub(text, t.from, t.to),
		STR("--> statement-breakpoint"))); t = d->token(text, from))
		from = t.to;
	return (struct run_stmt){
		.entry = x->entry,
		.number = u->stmts.n - x->first + 1,
		.offset = from,
		.where = entry_where(x->entry, statement_start(u, text,
		    made.part ? made.start : from), u->a),
		.sql = made.part ? made.sql : str_sub(text, from, span.to),
		.made = made.part,
		.start = made.part ? made.start : from,
		.facts = *facts,
		.before = u->o->per_statement ? u->now : NULL,
		.after = u->o->per_statement ? u->now : NULL,
	};
}

static bool switches_keys(const struct facts *f)
{
	return f->verb == VERB_PRAGMA && f->pragma_arg.n > 0 &&
	    str_ieq(f->pragma, STR("foreign_keys"));
}

static bool is_data(enum fact_verb v)
{
	return v == VERB_INSERT || v == VERB_UPDATE || v == VERB_DELETE;
}

/* U.6: undefined objects, by SQLSTATE (PostgreSQL 15 manual, appendix A);
 * SQLite leaves nothing out. */
static bool for_want_of(struct str engine)
{
	static const char *const states[] = { "42704", "42883", "42P01",
		"42703", "3F000", "42P02" };

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_is(engine, states[i]))
			return true;
	return false;
}

/* Code that looks for rows and finds none: of its own words (P0001 RAISE,
 * P0002 STRICT, P0004 ASSERT) as of a constraint; or that commits (2D000). */
static bool code_wants_rows(const struct facts *f, struct str engine)
{
	return f->pg && (f->pg->flags & PG_ANYTHING) &&
	    ((str_is(engine, "2D000") && (f->pg->flags & PG_WEIR_OUTSIDE)) ||
	    str_is(engine, "P0001") || str_is(engine, "P0002") ||
	    str_is(engine, "P0004") || str_starts(engine, STR("23")));
}

/* U.3, U.6; false: the failure stands. */
static bool pass_over(struct running *u, struct attempt *x,
    const struct facts *f)
{
	bool data, want;
	struct str engine, where;

	(void)place_of(u->e, &engine);
	data = !u->o->count && ((is_data(f->verb) &&
	    is_constraint(u->now->dialect, engine)) ||
	    code_wants_rows(f, engine));
	want = (u->lacking || u->o->lacking) && for_want_of(engine);
	if (!u->d->ops->in_tx(u->d) || !(data || want))
		return false;
	where = entry_where(x->entry, statement_start(u, x->entry->text,
	    file_run_made(x->file, x->at).start), u->a);
	if (data)
		vec_push(u->a, &u->notes, arena_printf(u->a, "not predicted: "
		    "the rows of %s (%s on a copy without rows)", where.p,
		    u->e->msg));
	else
		vec_push(u->a, &u->notes, arena_printf(u->a, "not predicted: "
		    "%s (%s, as it is on scratch)", where.p, u->e->msg));
	*u->e = (struct err)ERR_INIT;
	return true;
}

static enum rc peek(struct running *u, struct attempt *x, size_t at,
    bool *more)
{
	struct sql_span span = { 0 };
	struct facts facts = { 0 };
	struct run_stmt s;
	enum rc rc;

	if (!u->o->before_stmt)
		return RC_OK;
	rc = file_run_next(x->file, &at, flags_of(u) | RUN_PREPARE_ONLY,
	    &span, &facts, more, u->e);
	if (rc || !*more || facts.verb == VERB_EMPTY || switches_keys(&facts))
		return rc;
	s = statement(u, x, span, &facts);
	return u->o->before_stmt(u->o->arg, u->d, &s, u->e);
}

/* A statement failed: pass it over, stop, or hand a real error on. */
static enum rc failed(struct running *u, struct attempt *x, enum rc rc)
{
	struct sql_span span = { 0 };
	struct facts facts = { 0 };
	struct err ignored = ERR_INIT;
	size_t at = x->at;
	struct str why;
	bool more = false;

	if (is_fatal(rc))
		return rc;
	facts = facts_at(x);
	why = arena_str(u->a, str_z(u->e->msg));
	if (!pass_over(u, x, &facts)) {
		stop(u, x, &facts);
		return RC_OK;
	}
	if (file_run_next(x->file, &at, flags_of(u) | RUN_PREPARE_ONLY, &span,
	    &facts, &more, &ignored) == RC_OK && more) {
		struct run_stmt s = statement(u, x, span, &facts);

		if (facts.pg && (facts.pg->flags & PG_ANYTHING)) {
			s.skipped = arena_printf(u->a, "not tried out: it wants"
			    " rows, and the copy has none (%.*s)",
			    STR_ARG(why));
			u->lacking = true;
		} else if (!is_data(facts.verb)) {
			s.skipped = arena_printf(u->a, "not tried out: %.*s",
			    STR_ARG(why));
		}
		vec_push(u->a, &u->stmts, s);
	}
	u->waiting = u->stmts.n;
	x->at = at;
	return RC_OK;
}

static bool creates(enum fact_verb v)
{
	return v == VERB_CREATE_TABLE || v == VERB_CREATE_INDEX ||
	    v == VERB_CREATE_VIEW || v == VERB_CREATE_TRIGGER;
}

/* Is the next statement of the text a CREATE? */
static bool create_follows(const struct running *u, struct str text, size_t at)
{
	struct token t;

	at = statement_start(u, text, at);
	t = u->d->ops->dialect->token(text, at);
	return str_ieq(str_sub(text, t.from, t.to), STR("CREATE"));
}

/* U.4 at the end of a file. */
static bool may_wait(const struct running *u, const struct attempt *x)
{
	struct str text = x->entry->text;

	if (!u->o->per_statement || u->o->each_file || !u->next ||
	    u->stmts.n == x->first ||
	    u->d->ops->dialect->token(text, statement_start(u, text, x->at))
	    .kind != TOKEN_END)
		return false;
	for (size_t i = x->first; i < u->stmts.n; i++)
		if (!creates(u->stmts.v[i].facts.verb))
			return false;
	return create_follows(u, u->next->text, 0);
}

/* U.5 around file_run_next(). */
static enum rc run_next(struct running *u, struct attempt *x, size_t *at,
    struct sql_span *span, struct facts *facts, bool *more)
{
	const struct drv_ops *ops = u->d->ops;
	bool aborts = ops->caps & CAP_TX_ABORTS;
	struct err ignored = ERR_INIT;
	enum rc rc = RC_OK;

	if (aborts)
		rc = ops->savepoint(u->d, "weir_stmt", u->e);
	if (rc)
		return rc;
	rc = file_run_next(x->file, at, flags_of(u), span, facts, more, u->e);
	if (!aborts)
		return rc;
	if (!rc)
		return ops->release(u->d, "weir_stmt", u->e);
	if (!is_fatal(rc) && (ops->rollback_to(u->d, "weir_stmt", &ignored) ||
	    ops->release(u->d, "weir_stmt", &ignored))) {
		*u->e = ignored;
		return RC_IO;
	}
	return rc;
}

/* U.6: it is listed, and changes nothing. */
static void told_only(struct running *u, struct run_stmt *s)
{
	s->skipped = s->facts.skipped;
	u->lacking = true;
	vec_push(u->a, &u->notes, arena_printf(u->a,
	    "not predicted: %s is not executed on scratch, %.*s", s->where.p,
	    STR_ARG(s->skipped)));
}

static enum rc cut(struct running *u)
{
	enum rc rc = u->d->ops->commit(u->d, u->e);

	return rc ? rc : u->d->ops->begin(u->d, true, u->e);
}

static enum rc step(struct running *u, struct attempt *x, bool *more)
{
	struct sql_span span = { 0 };
	struct facts facts = { 0 };
	struct run_stmt s;
	size_t at = x->at;
	enum rc rc;

	*more = true;
	rc = peek(u, x, at, more);
	if (rc == RC_OK && *more)
		rc = run_next(u, x, &at, &span, &facts, more);
	if (file_run_rebuilds(x->file) && !x->fk_off && !is_fatal(rc)) {
		*u->e = (struct err)ERR_INIT;
		x->again = true;
		return RC_OK;
	}
	if (rc)
		return failed(u, x, rc);
	x->at = at;
	if (!*more || facts.verb == VERB_EMPTY)
		return RC_OK;
	if (switches_keys(&facts) && !x->fk_off) {
		x->again = true;
		return RC_OK;
	}
	s = statement(u, x, span, &facts);
	s.hoisted = switches_keys(&facts);
	if (facts.skipped.n)
		told_only(u, &s);
	vec_push(u->a, &u->stmts, s);
	if (facts.commit_after) {
		rc = cut(u);
		if (rc)
			return failed(u, x, rc);
	}
	if (!u->o->per_statement) {
		u->waiting = u->stmts.n;
		return RC_OK;
	}
	if (leaves_schema(u, &facts)) {
		u->waiting = u->stmts.n;
		u->unread = true;
		return RC_OK;
	}
	if (creates(facts.verb) && (create_follows(u, x->entry->text, x->at) ||
	    may_wait(u, x)))
		return RC_OK;
	return look_again(u, u->e);
}

/* --- one file ------------------------------------------------------------- */

/* *before is read again where files before this one wait for it. */
static enum rc undo(struct running *u, const struct attempt *x,
    const struct model **before)
{
	struct err ignored = ERR_INIT;
	enum rc rc = RC_OK;

	u->d->ops->rollback(u->d);
	u->now = *before;
	if (!x->stopped) {	/* else what ran before the stop is still told */
		u->stmts.n = x->first;
		u->notes.n = x->nnotes;
		u->waiting = x->first;
	}
	if (x->files_waiting < u->files.n) {
		size_t all = u->stmts.n;

		u->files_waiting = x->files_waiting;
		u->waiting = x->waiting;
		u->stmts.n = x->first;
		rc = look_again(u, &ignored);
		u->stmts.n = u->waiting = all;
		*before = u->now;
	}
	return rc;
}

/* A deferred key that fails at COMMIT for want of rows: see U.3. */
static enum rc commit(struct running *u, struct attempt *x)
{
	struct str engine;
	enum rc rc = u->d->ops->commit(u->d, u->e);

	if (rc == RC_OK || is_fatal(rc))
		return rc;
	(void)place_of(u->e, &engine);
	if (!u->o->count && x->keys_on &&
	    is_constraint(u->now->dialect, engine)) {
		vec_push(u->a, &u->notes, arena_printf(u->a, "not predicted: "
		    "the rows of %s (%s on a copy without rows)",
		    x->entry->file.p, u->e->msg));
		*u->e = (struct err)ERR_INIT;
		x->again = true;
		x->keys_on = false;
		x->nnotes = u->notes.n;
		return RC_OK;
	}
	x->at = x->entry->text.n;
	stop(u, x, &(struct facts){ .verb = VERB_OTHER });
	return RC_OK;
}

static enum rc attempt(struct running *u, struct attempt *x,
    const struct model **before, struct run_file *out)
{
	bool more = true;
	enum rc rc, undone;

	rc = u->d->ops->begin(u->d, x->keys_on, u->e);
	if (rc)
		return rc;
	rc = file_run_open(u->d, x->entry->text, u->a, &x->file, u->e);
	while (rc == RC_OK && more && !x->again && !x->stopped)
		rc = step(u, x, &more);
	if (rc || x->again || x->stopped)
		goto out;
	rc = file_run_end(x->file, &out->put_back, u->e);
	if (rc == RC_OK && !u->o->ends_only && !may_wait(u, x) &&
	    (!u->o->per_statement || !is_read(u)))
		rc = look_again(u, u->e);
	if (rc == RC_OK)
		rc = commit(u, x);
out:
	if (rc || x->again || x->stopped) {
		undone = undo(u, x, before);
		if (undone && !rc)
			rc = err_set(u->e, undone, "the copy cannot be read");
	}
	return rc;
}

static enum rc run_file(struct running *u, const struct entry *en)
{
	const struct model *before = u->now;
	struct run_file out = { .entry = en, .first = u->stmts.n };
	struct attempt x = { .entry = en, .keys_on = true };
	enum rc rc;

	if (en->missing) {
		stop_at_missing(u, en);
		return RC_OK;
	}
	do {
		bool switched = x.again && x.keys_on;	/* U.2 */

		x = (struct attempt){ .entry = en,
			.keys_on = x.keys_on && !switched,
			.fk_off = x.fk_off || switched,
			.first = out.first, .nnotes = u->notes.n,
			.waiting = u->waiting,
			.files_waiting = u->files_waiting };
		rc = attempt(u, &x, &before, &out);
	} while (rc == RC_OK && x.again);
	if (rc)
		return rc;
	out.fk_off = x.fk_off;
	out.n = u->stmts.n - out.first;
	if (!u->o->ends_only) {
		out.before = before;
		out.after = u->now;
	}
	vec_push(u->a, &u->files, out);
	if (u->o->ends_only || u->waiting == u->stmts.n)
		u->files_waiting = u->files.n;
	return RC_OK;
}

/* What ran where other databases live, did it stay in its own? */
static enum rc untouched(struct running *u)
{
	const struct drv_databases *s = u->d->ops->databases;

	return s && s->untouched ? s->untouched(u->d, u->e) : RC_OK;
}

static enum rc finish(struct running *u, const struct entry *first)
{
	struct run *r = u->r;
	enum rc rc = u->o->ends_only ? look_again(u, u->e) : RC_OK;

	if (!rc)
		rc = untouched(u);
	if (rc)
		return rc;
	r->v = u->stmts.v;
	r->n = u->stmts.n;
	r->files = u->files.v;
	r->nfiles = u->files.n;
	r->notes = (struct strs){ u->notes.v, u->notes.n };
	r->after = u->now;
	if (r->stopped)
		r->cause = stop_cause_of(r, &u->failure, u->o, first);
	if (r->stopped && r->cause == STOP_EXTENSION)
		stop_name_extension(&r->why);
	return RC_OK;
}

enum rc run_migrations(struct drv *scratch, const struct entry *const *entries,
    size_t n, const struct run_options *o, struct arena *a, struct run **out,
    struct err *e)
{
	static const struct run_options plain = { .count = false };
	struct running u = { .d = scratch, .o = o ? o : &plain, .a = a,
		.e = e, .r = arena_new_of(a, struct run) };
	double since = clock_mono_ms();
	struct model *m = NULL;
	enum rc rc = RC_OK;

	if (!u.o->start)
		rc = scratch->ops->introspect(scratch, a, &m, e);
	if (rc)
		return rc;
	u.now = u.o->start ? u.o->start : m;
	u.r->before = u.now;
	for (size_t i = 0; i < n && rc == RC_OK && !u.r->stopped; i++) {
		u.next = i + 1 < n ? entries[i + 1] : NULL;
		rc = run_file(&u, entries[i]);
		if (rc == RC_OK && u.o->progress &&
		    !u.o->progress(u.o->arg, i + 1, n))
			rc = err_set(e, RC_CANCELLED, "cancelled");
	}
	if (rc == RC_OK)
		rc = finish(&u, n > 0 ? entries[0] : NULL);
	if (rc)
		return rc;
	u.r->ms = clock_mono_ms() - since;
	*out = u.r;
	return RC_OK;
}

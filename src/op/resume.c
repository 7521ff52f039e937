/* resume: see resume.h. */
#include "op/resume.h"

#include "dialect/pg/pg.h"
#include "op/drift.h"
#include "op/replay.h"
#include "op/undo/undo.h"

struct finding_rest {
	struct session *s;
	const struct entry *en;
	const struct run_part *part;
	const struct model *live;
	struct sbuf drop;	/* of what is invalid */
	struct str invalid;	/* its name, or "" */
};

static struct entry *entry_with(const struct entry *en, struct str text,
    struct arena *a)
{
	struct entry *x = arena_new_of(a, struct entry);
	struct piece *piece = arena_new_of(a, struct piece);

	*x = *en;
	x->whole = en;
	x->text = text;
	*piece = (struct piece){ .sql = text };
	x->pieces = piece;
	x->npieces = 1;
	return x;
}

/* Blanks that put what follows where it stands in the file. */
static void pad(struct sbuf *b, struct str done)
{
	size_t lines = 0, column = 0;

	for (size_t i = 0; i < done.n; i++) {
		column = done.p[i] == '\n' ? 0 : column + 1;
		lines += done.p[i] == '\n';
	}
	sbuf_fill(b, '\n', lines);
	sbuf_fill(b, ' ', column);
}

static const struct index *index_named(const struct model *m, struct str schema,
    struct str name)
{
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->nindexes; k++) {
			const struct index *x = m->tables[i]->indexes[k];

			if (str_eq(x->o.name, name) && (!schema.n ||
			    str_eq(x->o.schema, schema)))
				return x;
		}
	return NULL;
}

static void drop_invalid(struct finding_rest *f, const struct index *x)
{
	const struct dialect *d = dialect_of(f->live->dialect);

	SQL(&f->drop, "DROP INDEX CONCURRENTLY IF EXISTS ");
	d->ident(&f->drop, x->o.schema);
	SQL(&f->drop, ".");
	d->ident(&f->drop, x->o.name);
	SQL(&f->drop, ";");
	f->invalid = x->o.name;
}

static bool ends_with(struct str s, struct str end)
{
	return s.n >= end.n && str_eq(str_sub(s, s.n - end.n, s.n), end);
}

/* REINDEX CONCURRENTLY leaves a copy of its own making. */
static void drop_copies(struct finding_rest *f)
{
	for (size_t i = 0; i < f->live->ntables; i++)
		for (size_t k = 0; k < f->live->tables[i]->nindexes; k++) {
			const struct index *x =
			    f->live->tables[i]->indexes[k];

			if (x->invalid && (ends_with(x->o.name,
			    STR("_ccnew")) || ends_with(x->o.name,
			    STR("_ccold"))))
				drop_invalid(f, x);
		}
}

/*
 * The statement that was begun: did it end?  By what is there.  *head: to
 * where the schema holds what was done, *rest: from where it goes on.
 */
static void look_at_begun(struct finding_rest *f, size_t *head, size_t *rest,
    struct arena *a)
{
	const struct pg_stmt *pg;
	const struct index *x;
	size_t at = *rest, from, to;

	if (!pg_split(f->en->text, &at, &from, &to))
		return;
	pg = pg_digest(str_sub(f->en->text, from, to), a);
	if (pg->kind == PG_REINDEX)
		drop_copies(f);
	if (!pg->nobjs)
		return;
	x = index_named(f->live, pg->objs[0].schema, pg->objs[0].name);
	if (pg->kind == PG_CREATE_INDEX && x) {
		*head = to;
		if (x->invalid)
			drop_invalid(f, x);
		else
			*rest = to;
	} else if (pg->kind == PG_DROP && pg->objs[0].kind == OBJ_INDEX && !x) {
		*head = *rest = to;
	}
}

static struct str why_text(const struct finding_rest *f,
    const struct resumed *r, size_t rest, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_add(&b, f->en->tag);
	sbuf_addz(&b, " is half applied: it goes on at ");
	sbuf_add(&b, entry_where(f->en, rest, a));
	if (r->edited)
		sbuf_addz(&b, "; its file was edited since: put it back, or "
		    "finish by hand and weir mark --applied it");
	else if (f->invalid.n)
		sbuf_addf(&b, "; index %.*s is invalid: weir migrate drops it "
		    "and builds it again", STR_ARG(f->invalid));
	else
		sbuf_addz(&b, " with weir migrate");
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

/* What is done is the file's text to `head`; it goes on at `rest`. */
static void cut(struct finding_rest *f, size_t head, size_t rest,
    struct resumed *r, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	size_t n = f->en->text.n;
	struct entry *left;

	sbuf_add(&b, sbuf_str(&f->drop));
	pad(&b, str_sub(f->en->text, 0, rest));
	sbuf_add(&b, str_sub(f->en->text, rest, n));
	left = entry_with(f->en, arena_str(a, sbuf_str(&b)), a);
	left->own = f->drop.n;
	r->rest = left;
	r->head = entry_with(f->en, str_sub(f->en->text, 0, head), a);
	sbuf_free(&b);
}

static struct resumed rest_of(struct finding_rest *f, struct arena *a)
{
	struct resumed r = { .whole = f->en, .ways = STR("") };
	size_t n = f->en->text.n, head, rest;

	r.edited = !str_is(f->part->hash, f->en->hex) || f->part->left < 0 ||
	    (uint64_t)f->part->left > n;
	rest = head = r.edited ? 0 : n - (size_t)f->part->left;
	if (!r.edited && f->part->begun)
		look_at_begun(f, &head, &rest, a);
	cut(f, head, rest, &r, a);
	r.why = why_text(f, &r, rest, a);
	return r;
}

/* --- what no log tells of ----------------------------------------------------- */

struct left_index {
	const struct index *x;
	size_t from, to;	/* of the statement that builds it */
	bool rows;		/* statements before it work on rows */
	size_t there, of;	/* of what the file does up to there */
	bool looked;
	int64_t builder;	/* the process that builds it now, or 0 */
};

/* While it is built it is invalid, too.  Without a right to see more, any
 * build in this database counts. */
static enum rc being_built(struct finding_rest *f, struct left_index *l,
    struct arena *a, struct err *e)
{
	struct value v = { .kind = VALUE_NULL }, oid = { .kind = VALUE_INT,
		.i = l->x->o.notes ? l->x->o.notes->oid : 0 };
	enum rc rc = drv_scalar(f->s->db, STR("SELECT pg_catalog.min(p.pid)"
	    "::pg_catalog.int8 FROM pg_catalog.pg_stat_progress_create_index p"
	    " WHERE p.datname = pg_catalog.current_database()"
	    " AND coalesce(p.index_relid = $1, true)"), &oid, 1, a, &v, e);

	if (!rc && v.kind == VALUE_INT)
		l->builder = v.i;
	return rc;
}

static bool drops(const struct pg_stmt *pg, struct str name)
{
	for (size_t i = 0; pg->kind == PG_DROP && i < pg->nobjs; i++)
		if (pg->objs[i].kind == OBJ_INDEX &&
		    str_eq(pg->objs[i].name, name))
			return true;
	return false;
}

/* The file sees to what a failed build has left by itself. */
static bool dropped_before(const struct entry *en, size_t before,
    struct str name, struct arena *a)
{
	size_t at = 0, from, to;

	while (pg_split(en->text, &at, &from, &to) && from < before)
		if (drops(pg_digest(str_sub(en->text, from, to), a), name))
			return true;
	return false;
}

/* Behind the comments before it, a breakpoint's too. */
static size_t begins(const struct finding_rest *f, size_t at)
{
	return sql_start(dialect_of(f->live->dialect), f->en->text, at);
}

/* The first statement whose index is there and invalid. */
static bool left_index(const struct finding_rest *f, struct arena *a,
    struct left_index *out)
{
	size_t at = 0, from, to;
	bool rows = false;

	while (pg_split(f->en->text, &at, &from, &to)) {
		const struct pg_stmt *pg = pg_digest(str_sub(f->en->text, from,
		    to), a);
		const struct index *x = pg->kind == PG_CREATE_INDEX &&
		    pg->concurrently && pg->nobjs ? index_named(f->live,
		    pg->objs[0].schema, pg->objs[0].name) : NULL;

		if (x && x->invalid && str_eq(x->o.table, pg->objs[0].table)) {
			*out = (struct left_index){ .x = x,
				.from = begins(f, from), .to = to,
				.rows = rows };
			return !dropped_before(f->en, from, x->o.name, a);
		}
		rows = rows || (pg->flags & (PG_DATA | PG_ANYTHING));
	}
	return false;
}

/* How much of the file up to there the schema shows, by a replay. */
static enum rc look(struct finding_rest *f, struct left_index *l,
    struct arena *a, struct err *e)
{
	struct replay_list before = replay_applied(f->s, a);
	const struct entry *head = entry_with(f->en, str_sub(f->en->text, 0,
	    l->to), a);
	struct run *run = NULL;
	struct effect x;
	enum rc rc;

	before.v[before.n++] = head;
	rc = replay_claim(f->s, &before, false, a, &run, e);
	if (rc == RC_DENIED)	/* there is no scratch database */
		return RC_OK;
	if (rc || run->stopped || !run->nfiles)
		return rc;
	x = drift_effect(&run->files[run->nfiles - 1], f->live, f->live, a);
	l->looked = true;
	l->there = x.in_live;
	l->of = x.n;
	return RC_OK;
}

static void add_ident(struct sbuf *b, const struct finding_rest *f,
    const struct index *x)
{
	const struct dialect *d = dialect_of(f->live->dialect);

	d->ident(b, x->o.schema);
	sbuf_addz(b, ".");
	d->ident(b, x->o.name);
}

/* Without a proof nobody but the user can say what to do. */
static struct str ways_text(const struct finding_rest *f,
    const struct left_index *l, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	sbuf_addz(&b, "DROP INDEX CONCURRENTLY ");
	add_ident(&b, f, l->x);
	if (!l->looked || l->there > 1)
		sbuf_addz(&b, ", with what else of the file is there");
	sbuf_addz(&b, "; then weir migrate runs the file from its start\nor "
	    "REINDEX INDEX CONCURRENTLY ");
	add_ident(&b, f, l->x);
	sbuf_addf(&b, ", the rest of the file by hand, and weir mark "
	    "--applied %.*s", STR_ARG(f->en->tag));
	s = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void add_there(struct sbuf *b, const struct left_index *l)
{
	if (!l->looked)
		sbuf_addz(b, "; a run that no record here tells of stopped "
		    "there, or another build of it failed");
	else if (l->there <= 1 && l->of > 1)
		sbuf_addz(b, ", but nothing else that the file does: another "
		    "build of it failed");
	else
		sbuf_addf(b, ", with %zu of the %zu changes that the file "
		    "makes up to there: a run that no record here tells of "
		    "stopped there", l->there, l->of);
}

static void judge_left(struct finding_rest *f, const struct left_index *l,
    bool looking, struct resumed *r, struct arena *a)
{
	struct sbuf b = SBUF_TEXT;
	bool proven = l->looked && l->there == l->of && !l->rows;

	if (l->builder) {
		r->why = arena_printf(a, "index %.*s, which %.*s builds, is "
		    "being built by process %lld of the server now",
		    STR_ARG(l->x->o.name), STR_ARG(f->en->tag),
		    (long long)l->builder);
		r->ways = STR("weir status, when it is done");
		return;
	}
	sbuf_addf(&b, "%.*s is %s: index %.*s, which it builds at %.*s, is "
	    "there and invalid", STR_ARG(f->en->tag), proven ? "half applied" :
	    l->looked && l->there <= 1 && l->of > 1 ? "not applied" :
	    "probably half applied", STR_ARG(l->x->o.name),
	    STR_ARG(entry_where(f->en, l->from, a)));
	add_there(&b, l);
	if (proven) {
		sbuf_addz(&b, "; weir migrate drops the index and goes on "
		    "there");
		drop_invalid(f, l->x);
		cut(f, l->to, l->from, r, a);
	} else {
		if (l->looked && l->there == l->of)
			sbuf_addz(&b, "; whether its statements on rows ran "
			    "the schema cannot tell");
		r->ways = ways_text(f, l, a);
		if (!looking)
			sbuf_addz(&b, "; weir review looks how far it got");
	}
	r->why = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
}

static bool any_invalid(const struct model *m)
{
	for (size_t i = 0; i < m->ntables; i++)
		for (size_t k = 0; k < m->tables[i]->nindexes; k++)
			if (m->tables[i]->indexes[k]->invalid)
				return true;
	return false;
}

/* Pending files without a log of theirs.  What was looked into is kept for as
 * long as the schema stays as it is. */
static enum rc find_left(struct session *s, const struct run_summary *runs,
    size_t nruns, bool looking, struct resumes *out, struct err *e)
{
	VEC(struct resumed) v = { 0 };
	const struct model *live = NULL;
	struct resumes *kept;
	bool building = false;
	enum rc rc = session_live(s, &live, e);

	*out = (struct resumes){ 0 };
	if (rc || !any_invalid(live))
		return rc;
	if (s->half.live == live) {
		*out = *s->half.found;
		return RC_OK;
	}
	for (size_t i = 0; !rc && i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];
		struct finding_rest f = { .s = s, .en = m->entry,
			.live = live, .drop = SBUF_TEXT };
		struct resumed r = { .whole = m->entry, .ways = STR("") };
		struct left_index l;

		if ((m->state != MIG_PENDING && m->state != MIG_OUT_OF_ORDER) ||
		    m->entry->missing || run_part_of(runs, nruns,
		    m->entry->tag) || !left_index(&f, s->a, &l))
			continue;
		rc = being_built(&f, &l, s->a, e);
		if (!rc && looking && !l.builder)
			rc = look(&f, &l, s->a, e);
		if (!rc) {
			building = building || l.builder;
			judge_left(&f, &l, looking, &r, s->a);
			vec_push(s->a, &v, r);
		}
		sbuf_free(&f.drop);
	}
	if (rc)
		return rc;
	*out = (struct resumes){ v.v, v.n };
	if (looking && !building) {
		kept = arena_new_of(s->a, struct resumes);
		*kept = *out;
		s->half.live = live;
		s->half.found = kept;
	}
	return RC_OK;
}

static enum rc find(struct session *s, bool looking, struct resumes *out,
    struct err *e)
{
	VEC(struct resumed) v = { 0 };
	const struct run_summary *runs = NULL;
	const struct model *live = NULL;
	struct err ignored = ERR_INIT;
	struct resumes left = { 0 };
	size_t n = 0;
	enum rc found;

	*out = (struct resumes){ 0 };
	if (!s->db || !s->folder)
		return RC_OK;
	/* a state folder that does not read says nothing */
	if (run_list(s->project, s->a, &runs, &n, &ignored))
		n = 0;
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];
		struct finding_rest f = { .s = s, .en = m->entry,
			.drop = SBUF_TEXT };
		enum rc rc = RC_OK;

		if (m->state != MIG_PENDING && m->state != MIG_OUT_OF_ORDER)
			continue;
		f.part = run_part_of(runs, n, m->entry->tag);
		if (!f.part)
			continue;
		if (!live)
			rc = session_live(s, &live, e);
		if (rc)
			return rc;
		f.live = live;
		vec_push(s->a, &v, rest_of(&f, s->a));
		sbuf_free(&f.drop);
	}
	found = find_left(s, runs, n, looking, &left, e);
	for (size_t i = 0; !found && i < left.n; i++)
		vec_push(s->a, &v, left.v[i]);
	*out = (struct resumes){ v.v, v.n };
	return found;
}

enum rc resume_find(struct session *s, bool looking, struct resumes *out,
    struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = RC_OK;

	if (drv_databases_of(s->project->dialect))
		rc = find(s, looking, &r, e);
	if (!rc)
		*out = r;
	return rc;
}

enum rc resume_entry(struct session *s, const struct entry *en,
    const struct entry **out, struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = resume_find(s, true, &r, e);

	*out = en;
	for (size_t i = 0; !rc && i < r.n; i++) {
		if (r.v[i].whole != en)
			continue;
		if (r.v[i].edited || !r.v[i].rest) {
			err_set(e, RC_INCONSISTENT, "%.*s", STR_ARG(r.v[i].why));
			err_hint(e, "%.*s", STR_ARG(r.v[i].ways.n ?
			    r.v[i].ways : STR("weir status")));
			return RC_INCONSISTENT;
		}
		*out = r.v[i].rest;
	}
	return rc;
}

enum rc resume_why(struct session *s, const struct entry *const *v, size_t n,
    struct arena *a, struct strs *out, struct err *e)
{
	VEC(struct str) why = { 0 };
	struct resumes r = { 0 };
	bool any = false;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < n; i++)
		any = any || v[i]->whole;
	if (any)
		rc = resume_find(s, true, &r, e);
	for (size_t i = 0; !rc && i < r.n; i++)
		for (size_t k = 0; k < n; k++)
			if (v[k]->whole == r.v[i].whole)
				vec_push(a, &why, arena_str(a, r.v[i].why));
	if (!rc)
		*out = (struct strs){ why.v, why.n };
	return rc;
}

enum rc resume_none(struct session *s, struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = resume_find(s, true, &r, e);

	if (rc || !r.n)
		return rc;
	err_set(e, RC_INCONSISTENT, "%.*s", STR_ARG(r.v[0].why));
	err_hint(e, "%.*s", STR_ARG(r.v[0].ways.n ? r.v[0].ways : r.v[0].edited ?
	    STR("weir status") : STR("weir migrate, then weir rollback")));
	return RC_INCONSISTENT;
}

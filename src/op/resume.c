/* resume: see resume.h. */
#include "op/resume.h"

#include "dialect/pg/pg.h"
#include "op/undo/undo.h"

struct finding_rest {
	struct session *s;
	const struct entry *en;
	const struct run_part *part;
	const struct model *live;
	struct sbuf drop;	/* of what is invalid */
	struct str invalid;	/* its name, or "" */
};

static const struct entry *entry_with(const struct entry *en, struct str text,
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

static struct resumed rest_of(struct finding_rest *f, struct arena *a)
{
	struct resumed r = { .whole = f->en };
	struct sbuf b = SBUF_TEXT;
	size_t n = f->en->text.n, head, rest;

	r.edited = !str_is(f->part->hash, f->en->hex) || f->part->left < 0 ||
	    (uint64_t)f->part->left > n;
	rest = head = r.edited ? 0 : n - (size_t)f->part->left;
	if (!r.edited && f->part->begun)
		look_at_begun(f, &head, &rest, a);
	sbuf_add(&b, sbuf_str(&f->drop));
	pad(&b, str_sub(f->en->text, 0, rest));
	sbuf_add(&b, str_sub(f->en->text, rest, n));
	r.rest = entry_with(f->en, arena_str(a, sbuf_str(&b)), a);
	r.head = entry_with(f->en, str_sub(f->en->text, 0, head), a);
	r.why = why_text(f, &r, rest, a);
	sbuf_free(&b);
	return r;
}

static enum rc find(struct session *s, struct resumes *out, struct err *e)
{
	VEC(struct resumed) v = { 0 };
	const struct run_summary *runs = NULL;
	const struct model *live = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	*out = (struct resumes){ 0 };
	/* a state folder that does not read says nothing */
	if (!s->db || run_list(s->project, s->a, &runs, &n, &ignored))
		return RC_OK;
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
	*out = (struct resumes){ v.v, v.n };
	return RC_OK;
}

enum rc resume_find(struct session *s, struct resumes *out, struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = RC_OK;

	if (drv_databases_of(s->project->dialect))
		rc = find(s, &r, e);
	if (!rc)
		*out = r;
	return rc;
}

enum rc resume_entry(struct session *s, const struct entry *en,
    const struct entry **out, struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = resume_find(s, &r, e);

	*out = en;
	for (size_t i = 0; !rc && i < r.n; i++) {
		if (r.v[i].whole != en)
			continue;
		if (r.v[i].edited) {
			err_set(e, RC_INCONSISTENT, "%.*s", STR_ARG(r.v[i].why));
			err_hint(e, "weir status");
			return RC_INCONSISTENT;
		}
		*out = r.v[i].rest;
	}
	return rc;
}

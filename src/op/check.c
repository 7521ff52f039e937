/* check: see check.h. */
#include "base/fs.h"
#include "op/check.h"
#include "op/drift.h"

/*
 * Faults after which the base of the next migration is not known, or it would
 * stand behind one that cannot run.  drizzle-kit refuses a collision and a
 * malformed snapshot, and goes on over the rest.
 */
static bool stops(const char *slug)
{
	static const char *const slugs[] = { "journal", "file-missing",
		"merge-conflict", "malformed", "collision",
		"snapshot-missing", "base" };

	for (size_t i = 0; i < sizeof(slugs) / sizeof(*slugs); i++)
		if (str_is(str_z(slugs[i]), slug))
			return true;
	return false;
}

struct check_finding *check_note(struct checking *c, bool fault,
    const char *code, const char *slug, struct str tag, struct str where,
    struct str text, struct str fix)
{
	vec_push(c->a, &c->v, (struct check_finding){ .fault = fault,
	    .stops = fault && stops(slug),
	    .f = { .code = code, .slug = slug, .tag = tag, .where = where,
		.text = text, .fix = fix } });
	return &c->v.v[c->v.n - 1];
}

/* --- the folder's own findings --------------------------------------------- */

/* What stops no run, and is wrong all the same. */
static bool is_fault(const struct finding *f)
{
	static const char *const codes[] = { "FD2", "FD3", "FD8", "FD9" };

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (str_is(str_z(codes[i]), f->code))
			return true;
	return f->fatal;
}

/*
 * Snapshots and no journal.  One alone may be of the first generate, cut off:
 * adopt goes on there.
 */
static bool is_lost(struct checking *c)
{
	const struct snapshot_file *v;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (file_stat_of(arena_printf(c->a, "%s/meta/_journal.json",
	    c->dir).p).exists || folder_snapshots(c->dir, c->a, &v, &n,
	    &ignored) || n < 2)
		return false;
	check_note(c, true, "", "journal", STR(""), arena_printf(c->a,
	    "%s/meta/_journal.json", c->dir), arena_printf(c->a, "the journal "
	    "is gone: of %zu snapshots it is not known which migrations they "
	    "are of", n), STR("restore it from version control"));
	return true;
}

static enum rc read_folder(struct checking *c, struct err *e)
{
	struct folder *f = NULL;
	struct err why = ERR_INIT;
	enum rc rc = folder_read(c->dir, c->a, &f, &why);

	if (rc == RC_INCONSISTENT) {
		check_note(c, true, "", "journal", STR(""),
		    arena_str(c->a, str_z(why.where)),
		    arena_str(c->a, str_z(why.msg)),
		    arena_str(c->a, str_z(why.hint)));
		return RC_OK;
	}
	if (rc == RC_NOTFOUND && c->rq->schema &&
	    !file_stat_of(c->dir).exists)
		return RC_OK;	/* nothing was generated yet */
	if (rc == RC_NOTFOUND && is_lost(c))
		return RC_OK;
	if (rc) {
		*e = why;
		return rc;
	}
	for (size_t i = 0; i < f->findings.n; i++)
		vec_push(c->a, &c->v, (struct check_finding){
		    .f = f->findings.v[i],
		    .fault = is_fault(&f->findings.v[i]),
		    .stops = stops(f->findings.v[i].slug) });
	c->f = f;
	return RC_OK;
}

/* Our own, of a run that was cut off (base/stage.h). */
static void find_leftovers(struct checking *c)
{
	const char *const places[] = { c->dir, arena_printf(c->a, "%s/meta",
	    c->dir).p };

	for (size_t k = 0; k < 2; k++) {
		struct dir_list list = { 0 };
		struct err ignored = ERR_INIT;

		if (!file_stat_of(places[k]).is_dir ||
		    dir_read(places[k], c->a, &list, &ignored))
			continue;
		for (size_t i = 0; i < list.n; i++) {
			struct str file = arena_printf(c->a, "%s/%.*s",
			    places[k], STR_ARG(list.v[i].name));

			if (str_starts(list.v[i].name, STR("_weir-")))
				check_note(c, false, "", "leftover", STR(""),
				    file, STR("left by a weir that was cut "
				    "off"), arena_printf(c->a, "rm %.*s",
				    STR_ARG(file)));
		}
	}
}

/* --- the record of a database ------------------------------------------------- */

static void check_record(struct checking *c)
{
	const struct states *st = c->rq->states;

	for (size_t i = 0; st && i < st->n; i++) {
		const struct mig *m = &st->v[i];

		if (m->state == MIG_EDITED)
			check_note(c, true, "FD1", "edited-after-apply",
			    m->entry->tag, m->entry->file, arena_printf(c->a,
			    "%.*s applied another text: hash %.*s, not %.12s",
			    STR_ARG(c->rq->db_label),
			    STR_ARG(str_sub(m->row->hash, 0, 12)),
			    m->entry->hex), STR("restore the applied text, or "
			    "put the change in a new migration"));
		if (m->state == MIG_OUT_OF_ORDER)
			check_note(c, true, "FD2", "out-of-order",
			    m->entry->tag, m->entry->file, arena_printf(c->a,
			    "older than what %.*s has applied: Drizzle's "
			    "migrator skips it for ever",
			    STR_ARG(c->rq->db_label)),
			    arena_printf(c->a, "weir migrate --include %.*s",
			    STR_ARG(m->entry->tag)));
	}
	for (size_t i = 0; st && i < st->nunknown; i++)
		check_note(c, true, "FD4", "unknown-row", STR(""), STR(""),
		    arena_printf(c->a, "%.*s has applied a file with hash "
		    "%.*s, which is not in this folder",
		    STR_ARG(c->rq->db_label),
		    STR_ARG(str_sub(st->unknown[i]->hash, 0, 12))),
		    STR("get the file from the branch that applied it"));
}

/* --- the schema files ------------------------------------------------------------ */

static void check_schema(struct checking *c, struct check_report *out)
{
	const struct decl_answers none = { .rest_created = true };
	const struct decl *last = NULL;
	struct ts_schema now = { 0 };
	struct err e = ERR_INIT;
	enum rc rc = declared_last(c->rq->gen, c->a, &last, &e);

	if (rc)
		return;		/* the snapshot is a finding by now */
	rc = declared_now(c->rq->gen, c->a, &now, &e);
	if (!rc)
		rc = decl_diff(last, now.decl, &none, c->rq->gen->compat,
		    c->a, &out->change, &e);
	if (rc)
		out->schema = e;
	out->compared = !rc;
	out->pending = !rc && out->change.statements.n;
}

/* --- all of it -------------------------------------------------------------- */

static const struct check_finding *first_stop(const struct checking *c)
{
	for (size_t i = 0; i < c->v.n; i++)
		if (c->v.v[i].stops)
			return &c->v.v[i];
	return NULL;
}

static size_t faults(const struct checking *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->v.n; i++)
		n += c->v.v[i].fault;
	return n;
}

static char *short_path(struct str path, struct arena *a)
{
	return arena_z(a, path_short(a, path, STR(".")));
}

enum rc check_before(const struct generate_request *rq, struct arena *a,
    struct err *e)
{
	struct check_request q = { .gen = rq, .schema = true };
	struct checking c = { .a = a, .rq = &q,
		.dir = short_path(rq->out, a) };
	const struct check_finding *x;
	struct err why = ERR_INIT;
	size_t n;
	enum rc rc;

	if (folder_is_layout_1(c.dir))
		return RC_OK;
	rc = read_folder(&c, &why);
	if (rc && rc != RC_NOTFOUND) {	/* NOTFOUND: none was written yet */
		*e = why;
		return rc;
	}
	rc = check_snapshots(&c, &n, e);
	x = first_stop(&c);
	if (rc || !x)
		return rc;
	err_at(e, RC_INCONSISTENT, x->f.where.p, "%.*s", STR_ARG(x->f.text));
	n = faults(&c);
	if (n > 1)
		err_hint(e, "%.*s\nweir check shows all %zu faults",
		    STR_ARG(x->f.fix), n);
	else
		err_hint(e, "%.*s", STR_ARG(x->f.fix));
	return RC_INCONSISTENT;
}

enum rc check_folder(const struct check_request *rq, struct arena *a,
    struct check_report *out, struct err *e)
{
	struct checking c = { .a = a, .rq = rq,
		/* short where it can be, as folder_read() has it */
		.dir = short_path(rq->gen->out, a) };
	struct check_report r = { .folder = rq->gen->out };
	enum rc rc = read_folder(&c, e);

	if (!rc && c.f && c.f->layout_1)
		check_note(&c, false, "", "layout", STR(""), STR(""),
		    STR("a folder of drizzle-kit 1.0: its snapshots are not "
		    "looked at, nor whether the schema files are generated"),
		    STR("drizzle-kit generate tells that"));
	else if (!rc)
		rc = check_snapshots(&c, &r.snapshots, e);
	if (!rc)
		rc = check_sql(&c, e);
	if (rc)
		return rc;
	find_leftovers(&c);
	check_record(&c);
	rc = check_dangers(&c, e);
	if (rc)
		return rc;
	if (rq->schema && !(c.f && c.f->layout_1) && !first_stop(&c))
		check_schema(&c, &r);
	r.entries = c.f ? c.f->n : 0;
	r.v = c.v.v;
	r.n = c.v.n;
	r.faults = faults(&c);
	for (size_t i = 0; i < r.n; i++) {
		r.dangers += r.v[i].danger != NULL;
		r.ignored += r.v[i].ignored.n > 0;
	}
	*out = r;
	return RC_OK;
}

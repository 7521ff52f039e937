/* compare: see compare.h. */
#include "op/compare.h"

#include "base/fs.h"
#include "op/replay.h"
#include "source/declared.h"

static void note(str_vec *notes, struct arena *a, struct str text)
{
	vec_push(a, notes, text);
}

/* ---- migrations ---- */

static enum rc find_tag(const struct session *s, struct str tag, size_t *upto,
    struct err *e)
{
	for (size_t i = 0; i < s->folder->n; i++)
		if (str_eq(s->folder->v[i].tag, tag)) {
			*upto = i + 1;
			return RC_OK;
		}
	err_set(e, RC_USAGE, "no migration is called '%.*s'", STR_ARG(tag));
	err_hint(e, "weir status lists the tags");
	return RC_USAGE;
}

enum rc state_migrations(struct session *s, struct str tag, struct arena *a,
    struct state *out, str_vec *notes, struct err *e)
{
	VEC(const struct entry *) v = { 0 };
	struct run *run;
	size_t upto = 0;
	enum rc rc = RC_OK;

	if (!s->folder)
		return err_set(e, RC_USAGE, "there is no migrations folder");
	rc = session_tracked(s, e);
	if (!rc && tag.n)
		rc = find_tag(s, tag, &upto, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < s->states.n; i++) {
		const struct mig *m = &s->states.v[i];

		if (tag.n ? i < upto : m->row != NULL)
			vec_push(a, &v, m->entry);
	}
	rc = replay(v.v, v.n, s->scratch, NULL, a, &run, e);
	if (rc)
		return rc;
	if (run->stopped) {
		*e = run->why;
		err_prefix(e, "the migrations cannot be replayed");
		return e->code = RC_DB;
	}
	for (size_t i = 0; i < run->notes.n; i++)
		note(notes, a, run->notes.v[i]);
	out->model = managed_mark(run->after, &s->managed, a);
	out->entries = v.v;
	out->nentries = v.n;
	return RC_OK;
}

/* ---- live ---- */

/* It makes no difference by itself: what it is built of is the same. */
static void note_invalid(const struct model *live, struct arena *a,
    str_vec *notes)
{
	for (size_t i = 0; i < live->ntables; i++)
		for (size_t k = 0; k < live->tables[i]->nindexes; k++) {
			const struct index *x = live->tables[i]->indexes[k];

			if (x->invalid)
				note(notes, a, arena_printf(a, "index %.*s is "
				    "INVALID: no query uses it (weir status; "
				    "else REINDEX INDEX CONCURRENTLY, or DROP "
				    "INDEX)", STR_ARG(x->o.name)));
		}
}

static bool is_migrations(struct str word)
{
	return str_is(word, "migrations") ||
	    str_starts(word, STR("migrations:"));
}

/* Only migrations have a say in what is theirs. */
enum rc state_live(struct session *s, const struct state *other,
    struct arena *a, struct state *out, str_vec *notes, struct err *e)
{
	const struct model *live;
	enum rc rc = session_live(s, &live, e);
	struct str left;
	size_t n;

	if (rc)
		return rc;
	if (!other->own) {
		note_invalid(live, a, notes);
		left = replay_uncompared(s, false, a);
		if (left.n)
			note(notes, a, arena_printf(a, "not compared: %.*s",
			    STR_ARG(left)));
	}
	n = replay_unnamed(s, live, a);
	out->live = out->own = true;
	if (!is_migrations(other->word)) {
		out->model = replay_all(s, live, a);
		return RC_OK;
	}
	out->model = managed_mark(live, &s->managed, a);
	if (n)
		note(notes, a, arena_printf(a, "%zu object%s here %s made by "
		    "no migration (weir show lists them)", n,
		    n == 1 ? "" : "s", n == 1 ? "was" : "were"));
	return RC_OK;
}

/* ---- declared ---- */

/* The snapshot of a migration has its number, or whatever stands before the
 * first "_" of its tag (drizzle-kit 0.31.11 drop.ts). */
static bool is_of(const struct snapshot_file *f, struct str tag)
{
	struct str prefix = str_sub(tag, 0, str_find(tag, STR("_"), 0));
	struct str end = str_sub(f->name, prefix.n, f->name.n);

	return str_starts(f->name, prefix) && str_is(end, "_snapshot.json");
}

enum rc state_snapshot(const struct generate_request *rq, struct str tag,
    struct arena *a, const struct decl **out, struct err *e)
{
	const struct snapshot_file *v = NULL, *found = NULL;
	size_t n = 0;
	enum rc rc;

	if (!tag.n)
		return declared_last(rq, a, out, e);
	rc = folder_snapshots(arena_z(a, rq->out), a, &v, &n, e);
	for (size_t i = 0; !rc && i < n && !found; i++)
		if (is_of(&v[i], tag))
			found = &v[i];
	if (!rc && !found) {
		rc = err_set(e, RC_USAGE, "%.*s has no snapshot of '%.*s'",
		    STR_ARG(path_short(a, rq->out, rq->root)), STR_ARG(tag));
		err_hint(e, "weir status lists the tags");
	}
	return rc ? rc : decl_read(found->text, arena_z(a, found->path), a,
	    out, e);
}

bool state_is_declared(struct str word)
{
	return str_is(word, "schema") || str_is(word, "snapshot") ||
	    str_starts(word, STR("snapshot:"));
}

static struct str tag_of(struct str word)
{
	return str_sub(word, str_find(word, STR(":"), 0) + 1, word.n);
}

static enum rc load_decl(const struct generate_request *rq, struct str word,
    struct arena *a, const struct decl **out, str_vec *notes, struct err *e)
{
	struct ts_schema ts = { 0 };
	enum rc rc;

	if (!rq)
		return err_set(e, RC_USAGE, "no drizzle.config here says where "
		    "schema files and snapshots are");
	if (!str_is(word, "schema"))
		return state_snapshot(rq, tag_of(word), a, out, e);
	rc = declared_now(rq, a, &ts, e);
	for (size_t i = 0; !rc && i < ts.warnings.n; i++)
		note(notes, a, ts.warnings.v[i]);
	if (!rc)
		*out = ts.decl;
	return rc;
}

/* ---- both ---- */

enum rc state_load(struct session *s, const struct generate_request *rq,
    struct str word, const struct state *other, struct arena *a,
    struct state *out, str_vec *notes, struct err *e)
{
	struct source_spec spec = { .label = word, .scratch = s->scratch };
	enum rc rc;

	out->word = word;
	if (str_is(word, "db"))
		return state_live(s, other, a, out, notes, e);
	if (is_migrations(word))
		return state_migrations(s, tag_of(word), a, out, notes, e);
	if (str_is(word, "empty")) {
		rc = source_empty.load(&spec, a, &out->model, e);
	} else if (state_is_declared(word)) {
		rc = load_decl(rq, word, a, &out->decl, notes, e);
		if (!rc)
			rc = declared_run(out->decl, word, s->scratch, a,
			    &out->model, e);
	} else {
		rc = err_set(e, RC_USAGE, "no state is called '%.*s'",
		    STR_ARG(word));
	}
	return rc;
}

enum rc state_one_engine(struct state *x, struct state *y, struct arena *a,
    struct err *e)
{
	struct state *empty = str_is(x->word, "empty") ? x : y;
	struct state *other = empty == x ? y : x;

	if (x->model->dialect == y->model->dialect)
		return RC_OK;
	if (!str_is(empty->word, "empty"))
		return err_set(e, RC_USAGE, "a %s schema is not compared with "
		    "a %s one", dialect_of(x->model->dialect)->name,
		    dialect_of(y->model->dialect)->name);
	empty->model = model_new(a, other->model->dialect);
	model_seal(empty->model);
	return RC_OK;
}

/* Without any engine. */
static enum rc load_declared(const struct generate_request *rq,
    struct str word, struct arena *a, struct state *out, str_vec *notes,
    struct err *e)
{
	enum rc rc = load_decl(rq, word, a, &out->decl, notes, e);

	out->word = word;
	if (!rc)
		out->model = declared_model(out->decl, a);
	return rc;
}

enum rc compare_states(struct session *s, const struct generate_request *rq,
    struct str from, struct str to, struct arena *a, struct comparison *out,
    struct err *e)
{
	struct comparison c = { .from.word = from, .to.word = to };
	str_vec notes = { 0 };
	bool declared = state_is_declared(from) && state_is_declared(to);
	enum rc rc;

	if (declared) {
		rc = load_declared(rq, from, a, &c.from, &notes, e);
		if (!rc)
			rc = load_declared(rq, to, a, &c.to, &notes, e);
	} else {
		rc = state_load(s, rq, from, &c.to, a, &c.from, &notes, e);
		if (!rc)
			rc = state_load(s, rq, to, &c.from, a, &c.to, &notes,
			    e);
	}
	if (!rc)
		rc = state_one_engine(&c.from, &c.to, a, e);
	if (rc)
		return rc;
	diff_models(c.from.model, c.to.model, NULL, true, a, &c.changes);
	c.notes = (struct strs){ notes.v, notes.n };
	*out = c;
	return RC_OK;
}

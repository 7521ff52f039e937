/* drift: see drift.h and DESIGN §5.2.  Never decides whether a migration may
 * run by itself; it is shown, and the gate weighs it. */
#include "diff/notes.h"
#include "op/drift.h"
#include "op/replay.h"
#include "op/resume.h"
#include "source/declared.h"

bool state_is_applied(const struct mig *m)
{
	return m->state == MIG_APPLIED || m->state == MIG_RESTAMPED ||
	    m->state == MIG_EDITED || (m->state == MIG_MISSING && m->row);
}

static const struct entry **applied_entries(const struct session *s,
    bool and_pending, struct arena *a, size_t *n)
{
	const struct entry **v = arena_array(a, const struct entry *,
	    s->states.n + 1);

	*n = 0;
	for (size_t i = 0; i < s->states.n; i++)
		if (state_is_applied(&s->states.v[i]))
			v[(*n)++] = s->states.v[i].entry;
	for (size_t i = 0; and_pending && i < s->states.n; i++)
		if (!state_is_applied(&s->states.v[i]))
			v[(*n)++] = s->states.v[i].entry;
	return v;
}

/* What a run left of a migration is no drift.  v has room for all entries. */
static enum rc add_heads(struct session *s, const struct entry **v, size_t *n,
    struct err *e)
{
	struct resumes r = { 0 };
	enum rc rc = resume_find(s, true, &r, e);

	for (size_t i = 0; !rc && i < r.n; i++)
		if (!r.v[i].edited && r.v[i].head)
			v[(*n)++] = r.v[i].head;
	return rc;
}

/* The newest snapshot that belongs to one of these entries; *at: which. */
static const struct snapshot_file *snapshot_before(const struct session *s,
    const struct entry **v, size_t n, struct arena *a, size_t *at)
{
	const struct snapshot_file *files = NULL;
	struct err ignored = ERR_INIT;
	size_t nfiles = 0;

	if (folder_snapshots(arena_z(a, s->project->folder), a, &files,
	    &nfiles, &ignored))
		return NULL;
	for (size_t i = n; i-- > 0;)
		for (size_t k = 0; k < nfiles; k++) {
			struct str tag = v[i]->tag, prefix;

			prefix = str_sub(tag, 0, str_find(tag, STR("_"), 0));
			if (!str_starts(files[k].name, prefix) ||
			    !str_is(str_sub(files[k].name, prefix.n,
			    files[k].name.n), "_snapshot.json"))
				continue;
			*at = i;
			return &files[k];
		}
	return NULL;
}

/*
 * A replay that stops for want of a baseline starts again from the newest
 * snapshot up to there (DESIGN §5.2).  *run stays where that is no way.
 */
static enum rc from_snapshot(struct session *s, const struct entry **v,
    size_t n, const struct model *live, struct arena *a, struct run **run,
    struct err *e)
{
	const struct snapshot_file *file = NULL;
	const struct decl *d = NULL;
	struct entry *base = arena_new_of(a, struct entry);
	struct err ignored = ERR_INIT;
	struct run *again = NULL;
	size_t stop = 0, at = 0;
	enum rc rc;

	while (stop < n && v[stop] != (*run)->stopped)
		stop++;
	if (stop < n)
		file = snapshot_before(s, v, stop + 1, a, &at);
	if (!file || decl_read(file->text, arena_z(a, file->path), a, &d,
	    &ignored) || declared_entry(d, file->name, a, base, &ignored))
		return RC_OK;
	v[at] = base;
	rc = replay(v + at, n - at, s->scratch, live, a, &again, e);
	if (!rc && !again->stopped)
		*run = again;
	return rc;
}

enum rc drift_build(struct session *s, struct arena *a, struct drift *out,
    struct err *e)
{
	const struct model *live = NULL;
	const struct entry **v;
	struct model *expected;
	struct run *run = NULL;
	struct drift d = { 0 };
	struct strs rights;
	size_t n;
	enum rc rc;

	rc = session_live(s, &live, e);
	if (rc)
		return rc;
	d.unnamed = replay_unnamed(s, live, a);
	v = applied_entries(s, false, a, &n);
	rc = add_heads(s, v, &n, e);
	if (rc)
		return rc;
	rc = replay(v, n, s->scratch, live, a, &run, &d.why);
	if (!rc && run->stopped && run->cause == STOP_BASELINE && s->folder)
		rc = from_snapshot(s, v, n, live, a, &run, &d.why);
	if (rc == RC_DENIED) {
		d.cause = STOP_NO_SCRATCH;
		*out = d;
		return RC_OK;
	}
	if (rc) {
		*e = d.why;
		return rc;
	}
	if (run->stopped) {
		d.why = run->why;
		d.cause = run->cause;
	} else {
		d.known = true;
		expected = managed_mark(run->after, &s->managed, a);
		diff_models(expected, live, NULL, true, a, &d.changes);
		diff_rights(expected, managed_mark(live, &s->managed, a), a,
		    &rights);
		d.rights = rights.n;
		d.listed = replay_unread(s, run, managed_mark(live,
		    &s->managed, a), a, &d.unread);
		d.untold = plan_leave_untold(run, a, &d.changes);
	}
	*out = d;
	return RC_OK;
}

/* --- present, recorded ----------------------------------------------------- */

static bool same_fields(const struct obj *x, const struct obj *y)
{
	for (size_t i = 0; i < FIELD_N; i++)
		if (model_fields[i].kind == x->kind &&
		    model_fields[i].id != F_POSITION &&
		    !field_equal(&model_fields[i], x, y))
			return false;
	return true;
}

static const struct obj *find(const struct model *m, const struct obj *o)
{
	return model_find(m, o->kind, o->schema, o->table, o->name);
}

/* Does the model show what this change made? */
static bool change_holds(const struct model *m, const struct change *c)
{
	const struct obj *is = c->to ? find(m, c->to) : NULL;

	if (!c->to)
		return !find(m, c->from);
	return is && same_fields(is, c->to);
}

struct effect drift_effect(const struct run_file *f,
    const struct model *live, const struct model *expected, struct arena *a)
{
	struct change_list list = { 0 };
	struct effect x = { 0 };

	diff_models(f->before, f->after, NULL, false, a, &list);
	for (size_t i = 0; i < list.n; i++) {
		x.n++;
		x.in_live += change_holds(live, &list.v[i]);
		x.in_expected += change_holds(expected, &list.v[i]);
	}
	return x;
}

static void judge(struct session *s, const struct run *run,
    const struct model *expected, struct arena *a)
{
	for (size_t i = 0; i < run->nfiles; i++) {
		const struct run_file *f = &run->files[i];
		struct mig *m = NULL;
		struct effect x;

		for (size_t k = 0; k < s->states.n; k++)
			if (s->states.v[k].entry == f->entry)
				m = &s->states.v[k];
		if (!m || f->entry == run->stopped)
			continue;
		m->rows = replay_row_work(run, f->entry) != ROWS_NONE;
		x = drift_effect(f, s->live, expected, a);
		if (!state_is_applied(m))
			m->present_not_recorded = x.n > 0 && !m->rows &&
			    x.in_live == x.n && x.in_expected < x.n;
		else
			m->recorded_not_present = x.in_expected > 0 &&
			    x.in_live == 0;
	}
}

/* As replay(), with the models before and after each file. */
static enum rc replay_by_file(const struct session *s, struct arena *a,
    struct run **out, struct err *e)
{
	struct run_options o = { .live = s->live, .scratch = s->scratch };
	size_t n;
	const struct entry **v = applied_entries(s, true, a, &n);

	return run_on_empty(v, n, &o, a, out, e);
}

enum rc drift_states(struct session *s, const struct drift *d,
    struct arena *a, struct err *e)
{
	struct run *run = NULL;
	enum rc rc;

	/* without drift nothing is there that is not recorded */
	if (!d->known || !d->changes.n)
		return RC_OK;
	rc = replay_by_file(s, a, &run, e);
	if (!rc)
		judge(s, run, d->changes.from, a);
	return rc;
}

/*
 * source.c: the ways to get a model, behind one vtable.  Each gives a model
 * whose managed set is marked.
 */
#include "base/fs.h"
#include "source/parts.h"

static struct model *marked(const struct source_spec *s,
    const struct model *m, struct arena *a)
{
	struct managed_set plain = { .dialect = m->dialect };

	return managed_mark(m, s->managed ? s->managed : &plain, a);
}

static enum rc load_drv(const struct source_spec *s, struct drv *d,
    struct arena *a, struct model **out, struct err *e)
{
	struct arena *raw = arena_new();
	struct model *m = NULL;
	enum rc rc = d->ops->introspect(d, raw, &m, e);

	if (rc == RC_OK)
		*out = marked(s, m, a);
	arena_free(raw);
	return rc;
}

static enum rc live_load(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	return load_drv(s, s->live, a, out, e);
}

static enum rc clone_load(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	struct drv *scratch = NULL;
	struct strs notes = { 0 };
	enum rc rc;

	rc = scratch_open(s->scratch, true, &scratch, e);
	if (rc)
		return rc;
	rc = s->live->ops->clone_to(s->live, NULL, scratch, a, &notes, e);
	if (!rc)
		rc = load_drv(s, scratch, a, out, e);
	scratch_close(s->scratch, scratch);
	return rc;
}

/* Entries on an empty scratch; where they stop is the error. */
static enum rc load_entries(const struct source_spec *s,
    const struct entry *const *v, size_t n, struct arena *a,
    struct model **out, struct err *e)
{
	struct arena *raw = arena_new();
	struct run *r = NULL;
	enum rc rc = replay(v, n, s->scratch, NULL, raw, &r, e);

	if (rc == RC_OK && r->stopped) {
		*e = r->why;
		rc = e->code;
	}
	if (rc == RC_OK)
		*out = marked(s, r->after, a);
	arena_free(raw);
	return rc;
}

static enum rc replay_load(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	size_t n = s->upto < s->folder->n ? s->upto : s->folder->n;
	const struct entry **v = arena_array(a, const struct entry *, n);
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		v[i] = &s->folder->v[i];
	rc = load_entries(s, v, n, a, out, e);
	if (rc)
		err_prefix(e, "the migrations cannot be replayed");
	return rc;
}

static enum rc sqlfile_run(const struct source_spec *s, struct str text,
    struct arena *a, struct model **out, struct err *e)
{
	struct entry en = { .tag = path_base(s->path), .file = s->path,
		.text = text };
	const struct entry *v[1] = { &en };

	return load_entries(s, v, 1, a, out, e);
}

static enum rc sqlfile_open(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	struct drv_target t = { .path = s->path };
	struct drv *d = NULL;
	enum rc rc = drv_open(&t, DRV_BROWSE, &d, e);

	if (rc == RC_OK)
		rc = load_drv(s, d, a, out, e);
	drv_close(d);
	return rc;
}

/* A database by the first bytes of it (sqlite.org/fileformat2 §1.3). */
static enum rc sqlfile_load(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct arena *tmp = arena_new();
	enum rc rc = file_read(arena_z(tmp, s->path), &text, e);
	struct str bytes = sbuf_str(&text);

	if (rc == RC_OK && bytes.n >= 16 &&
	    memcmp(bytes.p, "SQLite format 3", 16) == 0)
		rc = sqlfile_open(s, a, out, e);
	else if (rc == RC_OK)
		rc = sqlfile_run(s, bytes, a, out, e);
	sbuf_free(&text);
	arena_free(tmp);
	return rc;
}

static enum rc empty_load(const struct source_spec *s, struct arena *a,
    struct model **out, struct err *e)
{
	struct model *m = model_new(a, scratch_dialect(s->scratch));

	(void)e;
	model_seal(m);
	*out = m;
	return RC_OK;
}

const struct source_ops source_live = { .name = "db", .load = live_load };
const struct source_ops source_clone = { .name = "clone",
	.load = clone_load };
const struct source_ops source_replay = { .name = "migrations",
	.load = replay_load };
const struct source_ops source_sqlfile = { .name = "file",
	.load = sqlfile_load };
const struct source_ops source_empty = { .name = "empty",
	.load = empty_load };

/* recorded: see recorded.h. */
#include <string.h>

#include "base/fs.h"
#include "op/recorded.h"
#include "op/undo/undo.h"

struct records {
	const struct session *s;
	struct arena *a;
	const struct run_summary *v;	size_t n;
	bool read;
};

static enum rc read_runs(struct records *r, struct err *e)
{
	if (r->read)
		return RC_OK;
	r->read = true;
	return run_list(r->s->project, r->a, &r->v, &r->n, e);
}

/* A text of the record; false: it is not there, or does not read. */
static bool text_of(const struct records *r, struct str dir, struct str tag,
    const char *name, struct str *out)
{
	struct sbuf text = SBUF_INIT(FS_MAX_TEXT);
	struct err ignored = ERR_INIT;
	struct str path = path_join(r->a, path_join(r->a, dir, tag),
	    str_z(name));
	bool ok = file_read(arena_z(r->a, path), &text, &ignored) == RC_OK;

	if (ok)
		*out = arena_str(r->a, sbuf_str(&text));
	sbuf_free(&text);
	return ok;
}

static const struct entry *entry_of(const struct records *r, struct str dir,
    struct str tag, struct str text, const struct entry *like)
{
	struct entry *x = arena_new_of(r->a, struct entry);
	struct piece *piece = arena_new_of(r->a, struct piece);

	if (like)
		*x = *like;
	x->tag = tag;
	x->text = text;
	x->missing = false;
	x->hash = sha256_of(text);
	sha256_hex(&x->hash, x->hex);
	*piece = (struct piece){ .sql = text };
	x->pieces = piece;
	x->npieces = 1;
	if (like)
		return x;
	x->file = arena_printf(r->a, "%.*s.sql (recorded)", STR_ARG(tag));
	x->version = x->down = x->down_file = STR("");
	if (text_of(r, dir, tag, "down.sql", &x->down)) {
		x->down_file = arena_printf(r->a, "%.*s.down.sql (recorded)",
		    STR_ARG(tag));
		x->down_line = 1;
	}
	return x;
}

/* The newest recorded text of that hash. */
static enum rc find(struct records *r, struct str hash,
    const struct entry *like, const struct entry **out, struct err *e)
{
	enum rc rc = read_runs(r, e);

	*out = NULL;
	for (size_t i = 0; !rc && i < r->n; i++) {
		struct strs tags = r->v[i].committed;

		for (size_t k = tags.n; k-- > 0;) {
			char hex[SHA256_HEX + 1];
			struct str text;
			struct sha256 h;

			if (!str_is(r->v[i].what, "migrate") ||
			    !tag_valid(tags.v[k]) || (like &&
			    !str_eq(like->tag, tags.v[k])) ||
			    !text_of(r, r->v[i].dir, tags.v[k], "up.sql",
			    &text))
				continue;
			h = sha256_of(text);
			sha256_hex(&h, hex);
			if (!str_is(hash, hex))
				continue;
			*out = entry_of(r, r->v[i].dir, tags.v[k], text, like);
			return RC_OK;
		}
	}
	return rc;
}

/* --- a folder that has them all ------------------------------------------------ */

struct filling {
	struct records r;
	struct entry *v;	size_t n;
	struct strs found;	/* tags whose file is another */
};

static void insert(struct filling *x, const struct entry *en)
{
	size_t at = x->n++;

	while (at > 0 && x->v[at - 1].when > en->when) {
		x->v[at] = x->v[at - 1];
		at--;
	}
	x->v[at] = *en;
}

static enum rc of_folder(struct filling *x, struct err *e)
{
	const struct states *st = &x->r.s->states;
	struct str *tags = arena_array(x->r.a, struct str, st->n);
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < st->n; i++) {
		const struct mig *m = &st->v[i];
		const struct entry *en = NULL;

		if (m->row && (m->state == MIG_EDITED ||
		    m->state == MIG_MISSING))
			rc = find(&x->r, m->row->hash, m->entry, &en, e);
		if (en)
			tags[x->found.n++] = en->tag;
		x->v[x->n++] = en ? *en : *m->entry;
	}
	x->found.v = tags;
	return rc;
}

static enum rc of_rows(struct filling *x, struct err *e)
{
	const struct states *st = &x->r.s->states;
	enum rc rc = RC_OK;

	for (size_t i = 0; !rc && i < st->nunknown; i++) {
		const struct track_row *row = st->unknown[i];
		const struct entry *en = NULL;
		struct entry mine;

		rc = find(&x->r, row->hash, NULL, &en, e);
		if (rc || !en)
			continue;
		mine = *en;
		mine.when = row->created_at;
		mine.named = row->name.p != NULL;
		insert(x, &mine);
	}
	return rc;
}

/* What the folder lacks is no finding any more. */
static void keep_findings(const struct filling *x, struct folder *f)
{
	struct finding *v = arena_array(x->r.a, struct finding,
	    f->findings.n);
	size_t n = 0;

	for (size_t i = 0; i < f->findings.n; i++) {
		bool found = false;

		for (size_t k = 0; k < x->found.n; k++)
			found = found || str_eq(x->found.v[k],
			    f->findings.v[i].tag);
		if (!found)
			v[n++] = f->findings.v[i];
	}
	f->findings = (struct findings){ v, n };
}

enum rc recorded_session(const struct session *s, struct arena *a,
    struct session **out, struct err *e)
{
	struct filling x = { .r = { .s = s, .a = a } };
	struct session *mine = arena_new_of(a, struct session);
	struct folder *f = arena_new_of(a, struct folder);
	enum rc rc;

	x.v = arena_array(a, struct entry, s->states.n + s->states.nunknown +
	    1);
	rc = of_folder(&x, e);
	if (!rc)
		rc = of_rows(&x, e);
	if (rc)
		return rc;
	*mine = *s;
	*out = mine;
	if (x.n == s->states.n && !x.found.n)
		return RC_OK;
	*f = *s->folder;
	f->v = x.v;
	f->n = x.n;
	keep_findings(&x, f);
	mine->folder = f;
	mine->live = mine->half.live = NULL;
	folder_states(f, &mine->track, a, &mine->states);
	managed_set_init(&mine->managed, s->project->dialect, f, a);
	return RC_OK;
}

/* --- on an engine like it was before ------------------------------------------ */

struct making {
	struct drv *d;
};

static enum rc make_one(void *arg, const struct obj *o, struct str sql,
    struct err *e)
{
	struct making *m = arg;

	(void)o;
	return sql.n ? drv_exec(m->d, sql, e) : RC_OK;
}

/* What comes with the engine or an extension is there. */
static bool is_made(const struct obj *o, void *arg)
{
	return !((const struct dialect *)arg)->is_foreign(o) &&
	    !(o->notes && o->notes->extension.n);
}

enum rc recorded_run(const struct session *s, const struct entry *en,
    struct arena *a, struct run **out, struct err *e)
{
	struct run_options o = { .per_statement = true,
		.each_file = true, .live = s->live,
		.scratch = s->scratch };
	const struct model *before = NULL, *after = NULL;
	struct making m = { NULL };
	struct script_what what = { .keep = is_made, .scratch = true };
	struct script_out to = { make_one, &m };
	const struct dialect *d;
	enum rc rc = run_models(s->project, en->tag, a, &before, &after, e);

	if (!rc && !before)
		return err_set(e, RC_NOTFOUND, "%.*s has no record",
		    STR_ARG(en->tag));
	if (rc)
		return rc;
	d = dialect_of(before->dialect);
	what.arg = (void *)(uintptr_t)d;
	rc = scratch_open(s->scratch, true, &m.d, e);
	if (!rc)
		rc = d->schema_script(before, &what, &to, e);
	if (!rc)
		rc = run_migrations(m.d, &en, 1, &o, a, out, e);
	if (m.d)
		scratch_close(s->scratch, m.d);
	return rc;
}

/* --- ahead of the branch --------------------------------------------------- */

enum rc recorded_ahead(const struct session *s, struct arena *a,
    struct str *out, struct err *e)
{
	struct records r = { .s = s, .a = a };
	const struct states *st = &s->states;
	const struct track_row *newest = NULL;
	const struct entry *en = NULL;
	struct str tag = STR("");
	enum rc rc = RC_OK;

	for (size_t i = 0; i < st->nunknown; i++)
		if (!newest || st->unknown[i]->created_at > newest->created_at)
			newest = st->unknown[i];
	if (newest)
		rc = find(&r, newest->hash, NULL, &en, e);
	if (rc)
		return rc;
	if (newest)
		tag = en ? en->tag : newest->name.n ? newest->name :
		    STR("its newest migration");
	*out = !newest ? STR("") : st->nunknown == 1 ?
	    arena_printf(a, "database is 1 ahead: %.*s is not on this branch",
		STR_ARG(tag)) :
	    arena_printf(a, "database is %zu ahead: %.*s and %zu more are not "
		"on this branch", st->nunknown, STR_ARG(tag),
		st->nunknown - 1);
	return RC_OK;
}

/* check_snapshots: the snapshots, their chain, and the entries they are of. */
#include "base/fs.h"
#include "op/check.h"

#define ZERO "00000000-0000-0000-0000-000000000000"

struct snap {
	const struct snapshot_file *file;
	struct str prefix;
	const struct decl *d;		/* NULL: it does not read */
	size_t entries;			/* that it is the snapshot of */
};
struct snaps {
	struct snap *v;
	size_t n;
	/* The id of _snapshot.json, which the migrations without a prefix
	 * have in turn and a snapshot may follow; and, where there were more
	 * of them, the ids of the former ones are not known. */
	struct str unprefixed;
	bool unprefixed_gone;
};

static struct str tag_prefix(struct str tag)
{
	return str_sub(tag, 0, str_find(tag, STR("_"), 0));
}

/* --- one file ------------------------------------------------------------------ */

/* The lines of one side of a merge that git left open; "" when none is. */
static struct str merge_side(struct str text, bool theirs, struct arena *a)
{
	struct sbuf b = SBUF_INIT(FS_MAX_TEXT);
	struct str rest = text, line, out;
	enum { BOTH, OURS, BASE, THEIRS } in = BOTH;
	bool any = false;

	while (str_line(&rest, &line)) {
		if (str_starts(line, STR("<<<<<<< "))) {
			in = OURS;
			any = true;
		} else if (in != BOTH && str_starts(line, STR("||||||| "))) {
			in = BASE;
		} else if (in != BOTH && str_is(line, "=======")) {
			in = THEIRS;
		} else if (in != BOTH && str_starts(line, STR(">>>>>>> "))) {
			in = BOTH;
		} else if (in == BOTH || in == (theirs ? THEIRS : OURS)) {
			sbuf_add(&b, line);
			sbuf_addc(&b, '\n');
		}
	}
	out = any ? arena_str(a, sbuf_str(&b)) : STR("");
	sbuf_free(&b);
	return out;
}

static void set_apart(struct checking *c, struct check_finding *x,
    const struct decl *mine, struct str my_name, const struct decl *theirs,
    struct str their_name)
{
	x->names[0] = my_name;
	x->names[1] = their_name;
	decl_lines_apart(mine, theirs, c->a, &x->only[0], &x->only[1]);
}

static bool is_open_merge(struct checking *c, const struct snapshot_file *s)
{
	struct str ours = merge_side(s->text, false, c->a);
	struct str theirs = merge_side(s->text, true, c->a);
	const struct decl *x = NULL, *y = NULL;
	struct err ignored = ERR_INIT;
	struct check_finding *f;

	if (!ours.n)
		return false;
	f = check_note(c, true, "", "merge-conflict", STR(""), s->path,
	    STR("a merge of two branches is left open in it"),
	    STR("keep one side, take the other branch's migration out with "
	    "weir drop, and generate its change again"));
	if (!decl_read(ours, s->path.p, c->a, &x, &ignored) &&
	    !decl_read(theirs, s->path.p, c->a, &y, &ignored))
		set_apart(c, f, x, STR("ours"), y, STR("theirs"));
	return true;
}

static void read_one(struct checking *c, struct snap *s)
{
	struct err why = ERR_INIT;
	const struct snapshot_file *file = s->file;
	enum rc rc;

	if (is_open_merge(c, file))
		return;
	rc = decl_read(file->text, arena_z(c->a, file->path), c->a, &s->d,
	    &why);
	if (!rc && s->d->dialect != c->rq->gen->dialect) {
		check_note(c, true, "", "other-dialect", STR(""), file->path,
		    STR("it is a snapshot of another dialect"),
		    STR("see \"dialect\" in the configuration"));
	} else if (rc) {
		check_note(c, true, "", rc == RC_UNSUPPORTED ?
		    "snapshot-version" : "malformed", STR(""),
		    arena_str(c->a, str_z(why.where[0] ? why.where :
		    file->path.p)), arena_str(c->a, str_z(why.msg)),
		    arena_str(c->a, str_z(why.hint)));
		s->d = NULL;
	}
}

/* --- the chain -------------------------------------------------------------------- */

static struct str name_of(const struct snap *s)
{
	return s->file->name;
}

/* The migration of the two that the journal has last; "" when it has none. */
static struct str later_of(const struct checking *c, const struct snap *x,
    const struct snap *y)
{
	for (size_t i = c->f ? c->f->n : 0; i > 0; i--) {
		struct str tag = c->f->v[i - 1].tag, prefix = tag_prefix(tag);

		if (str_eq(prefix, x->prefix) || str_eq(prefix, y->prefix))
			return tag;
	}
	return STR("");
}

static void collision(struct checking *c, const struct snap *x,
    const struct snap *y)
{
	struct str last = later_of(c, x, y);
	struct check_finding *f = check_note(c, true, "", "collision", STR(""),
	    y->file->path, arena_printf(c->a, "%.*s and it follow the same "
	    "snapshot: two branches were generated beside each other",
	    STR_ARG(name_of(x))), last.n ? arena_printf(c->a, "weir drop %.*s, "
	    "and, with the schema files of both, weir generate", STR_ARG(last)) :
	    STR("take one of them out, and generate its change again"));

	set_apart(c, f, x->d, name_of(x), y->d, name_of(y));
}

/* Of the migrations without a prefix; drizzle-kit never reads it. */
static void find_unprefixed(struct checking *c, struct snaps *l)
{
	struct snapshot_file file;
	const struct decl *d = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	for (size_t i = 0; c->f && i < c->f->n; i++)
		n += !tag_prefix(c->f->v[i].tag).n;
	l->unprefixed_gone = n > 1;
	if (n && !folder_unprefixed(c->dir, c->a, &file, &ignored) &&
	    file.name.n && !decl_read(file.text, arena_z(c->a, file.path),
	    c->a, &d, &ignored))
		l->unprefixed = d->id;
}

static bool is_first(const struct snap *s)
{
	return !s->d->prev_id.n || str_is(s->d->prev_id, ZERO);
}

static void check_chain(struct checking *c, const struct snaps *l)
{
	bool told = false;

	for (size_t i = 0; i < l->n; i++) {
		const struct snap *s = &l->v[i];
		bool found = s->d && (is_first(s) || l->unprefixed_gone ||
		    str_eq(s->d->prev_id, l->unprefixed));

		told = told || !s->d;	/* what follows it cannot be said */
		for (size_t k = 0; s->d && k < l->n; k++) {
			const struct snap *o = &l->v[k];

			if (k == i || !o->d)
				continue;
			found = found || str_eq(o->d->id, s->d->prev_id);
			if (k > i)
				continue;
			if (str_eq(o->d->id, s->d->id))
				check_note(c, true, "", "same-id", STR(""),
				    s->file->path, arena_printf(c->a,
				    "it has the id of %.*s: one is a copy",
				    STR_ARG(name_of(o))), STR("restore them "
				    "from version control"));
			else if (str_eq(o->d->prev_id, s->d->prev_id))
				collision(c, o, s);
		}
		if (s->d && !found && !told)
			check_note(c, true, "", "parent-missing", STR(""),
			    s->file->path, arena_printf(c->a, "the snapshot "
			    "that it follows (%.*s) is not here",
			    STR_ARG(s->d->prev_id)), STR("restore it from "
			    "version control"));
	}
}

/* --- entries ------------------------------------------------------------------------ */

static struct snap *snap_of(struct snaps *l, struct str tag)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i].prefix, tag_prefix(tag)))
			return &l->v[i];
	return NULL;
}

/* By its prefix; where another has that, by its number: a file that was
 * renamed keeps its snapshot. */
static struct snap *snap_of_entry(struct checking *c, struct snaps *l,
    const struct entry *en)
{
	struct snap *s = snap_of(l, en->tag), *by_number;

	if (s && !s->entries)
		return s;
	by_number = snap_of(l, arena_printf(c->a, "%04d_", en->idx));
	return by_number && !by_number->entries ? by_number : s;
}

/* The snapshot of the entry, or NULL. */
static struct snap *entry_of(struct checking *c, struct snaps *l, size_t i)
{
	const struct entry *en = &c->f->v[i];
	bool newest = i + 1 == c->f->n;
	struct snap *s = snap_of_entry(c, l, en);
	struct str file = arena_printf(c->a, "%s/meta/%.*s_snapshot.json",
	    c->dir, STR_ARG(tag_prefix(en->tag)));

	if (!tag_prefix(en->tag).n) {
		if (newest && !file_stat_of(file.p).exists)
			check_note(c, true, "", "snapshot-missing", en->tag,
			    file, STR("the newest migration has no snapshot"),
			    STR("restore it from version control"));
		return NULL;
	}
	if (!s)
		check_note(c, newest, "", "snapshot-missing", en->tag, file,
		    newest ? STR("the newest migration has no snapshot: its "
		    "change would be made again") :
		    STR("the migration has no snapshot"),
		    STR("restore it from version control"));
	else if (s->entries++)
		check_note(c, true, "", "shared-prefix", en->tag, file,
		    STR("another migration has the same prefix, and one "
		    "snapshot stands for both"), STR("give one of them "
		    "another prefix: its file, its snapshot, its entry"));
	return s;
}

static void check_step(struct checking *c, const struct snaps *l,
    const struct entry *en, const struct snap *s)
{
	if (is_first(s)) {
		check_made(c, en, NULL, s->d);
		return;
	}
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].d && str_eq(l->v[i].d->id, s->d->prev_id)) {
			check_made(c, en, l->v[i].d, s->d);
			return;
		}
}

static void check_entries(struct checking *c, struct snaps *l)
{
	const struct snap *s = NULL;

	for (size_t i = 0; c->f && i < c->f->n; i++) {
		s = entry_of(c, l, i);
		if (s && s->d && s->entries == 1)
			check_step(c, l, &c->f->v[i], s);
	}
	for (size_t i = 0; c->f && i < l->n; i++)
		if (!l->v[i].entries)
			check_note(c, true, "", "orphan-snapshot", STR(""),
			    l->v[i].file->path, STR("no entry of the journal "
			    "is its own: what it declares is taken as "
			    "generated, and no migration makes it"),
			    arena_printf(c->a, "a generate was cut off: weir "
			    "adopt its %.*s_*.sql; where there is none: rm "
			    "%.*s, and generate again",
			    STR_ARG(l->v[i].prefix),
			    STR_ARG(l->v[i].file->path)));
	if (s && s != &l->v[l->n - 1] && l->v[l->n - 1].entries)
		check_note(c, true, "", "base",
		    c->f->v[c->f->n - 1].tag,
		    l->v[l->n - 1].file->path, STR("the next generate starts "
		    "from this snapshot, the last by name, which is not that "
		    "of the newest migration"), STR("give the newest one a "
		    "prefix that sorts last"));
}

enum rc check_snapshots(struct checking *c, size_t *n, struct err *e)
{
	const struct snapshot_file *files;
	struct snaps l = { 0 };
	enum rc rc = folder_snapshots(c->dir, c->a, &files, &l.n, e);

	if (rc)
		return rc;
	l.v = arena_array(c->a, struct snap, l.n);
	for (size_t i = 0; i < l.n; i++) {
		l.v[i].file = &files[i];
		l.v[i].prefix = tag_prefix(files[i].name);
		read_one(c, &l.v[i]);
	}
	find_unprefixed(c, &l);
	check_chain(c, &l);
	check_entries(c, &l);
	*n = l.n;
	return RC_OK;
}

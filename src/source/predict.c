/*
 * predict.c: the three models of DESIGN §5.2 that come from running files:
 * after (a clone and the pending files) and expected-now (all applied files
 * from nothing).
 */
#include "source/parts.h"

#define NOTES_MAX 50

/* --- is the clone what it was made of? ------------------------------------ */

static bool same_object(const struct obj *x, const struct obj *y)
{
	for (size_t i = 0; i < FIELD_N; i++)
		if (model_fields[i].kind == x->kind &&
		    !field_equal(&model_fields[i], x, y))
			return false;
	return true;
}

static struct str object_label(const struct obj *o, struct arena *a)
{
	const char *dot = o->schema.n ? "." : "";

	if (o->table.n == 0)
		return arena_printf(a, "%s %.*s%s%.*s", obj_kind_name[o->kind],
		    STR_ARG(o->schema), dot, STR_ARG(o->name));
	return arena_printf(a, "%s %.*s of %.*s%s%.*s",
	    obj_kind_name[o->kind], STR_ARG(o->name), STR_ARG(o->schema), dot,
	    STR_ARG(o->table));
}

struct comparing {
	const struct dialect *dialect;
	struct arena *a;
	VEC(struct str) notes;
	size_t more;
};

static void unpredicted(struct comparing *c, struct str what)
{
	if (c->notes.n >= NOTES_MAX) {
		c->more++;
		return;
	}
	vec_push(c->a, &c->notes, arena_printf(c->a, "not predicted: %.*s",
	    STR_ARG(what)));
}

/* What of `x` is not, or not so, in `y`.  A table that is missing whole is
 * one line. */
static void compare(struct comparing *c, const struct model *x,
    const struct model *y, bool fields, const char *tail)
{
	for (size_t i = 0; i < x->nobjs; i++) {
		const struct obj *o = x->objs[i];
		const struct obj *other = model_find(y, o->kind, o->schema,
		    o->table, o->name);

		/* roles are the server's, no copy has them */
		if (o->kind == OBJ_ROLE || c->dialect->is_foreign(o) ||
		    (other && (!fields || same_object(o, other))) ||
		    (o->notes && o->notes->extension.n))
			continue;
		if (!other && o->table.n &&
		    !model_table(y, o->schema, o->table) &&
		    !model_view(y, o->schema, o->table))
			continue;
		unpredicted(c, arena_printf(c->a, "%s%s",
		    object_label(o, c->a).p, other ? " (the copy differs)"
						   : tail));
	}
}

/* What was made of `x`, and in *y what the copy is. */
static enum rc clone_notes(struct drv *live, const struct model *x,
    struct drv *copy, struct strs made, struct arena *a, struct model **y,
    struct strs *out, struct err *e)
{
	struct comparing c = { .dialect = live->ops->dialect, .a = a };
	struct model *read = NULL;
	enum rc rc = RC_OK;

	if (!x) {
		rc = live->ops->introspect(live, a, &read, e);
		x = read;
	}
	if (rc == RC_OK)
		rc = copy->ops->introspect(copy, a, y, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < made.n; i++)
		unpredicted(&c, made.v[i]);
	if (!sha256_eq(&x->hash, &(*y)->hash)) {
		compare(&c, x, *y, true, " (not in the copy)");
		compare(&c, *y, x, false, " (only in the copy)");
	}
	if (c.more > 0)
		vec_push(a, &c.notes, arena_printf(a,
		    "not predicted: %zu further parts", c.more));
	*out = (struct strs){ c.notes.v, c.notes.n };
	return RC_OK;
}

static struct strs joined(struct strs x, struct strs y, struct arena *a)
{
	struct str *v = arena_array(a, struct str, x.n + y.n);

	for (size_t i = 0; i < x.n; i++)
		v[i] = x.v[i];
	for (size_t i = 0; i < y.n; i++)
		v[x.n + i] = y.v[i];
	return (struct strs){ v, x.n + y.n };
}

/* --- without an engine ------------------------------------------------------- */

/* The statements by their words alone, on the connection that looks. */
static enum rc words_of(struct drv *live, const struct entry *en,
    struct arena *a, struct run *r, struct run_file *file, struct err *e)
{
	VEC(struct run_stmt) v = { 0 };
	struct file_run *f = NULL;
	size_t at = 0;
	bool more = true;
	enum rc rc;

	file->entry = en;
	file->first = r->n;
	file->before = file->after = r->before;
	for (size_t i = 0; i < r->n; i++)
		vec_push(a, &v, r->v[i]);
	rc = en->missing || !live ? RC_OK :
	    file_run_open(live, en->text, a, &f, e);
	while (f && !rc && more) {
		struct run_stmt s = { .entry = en, .before = r->before,
			.after = r->before, .number = v.n - file->first + 1 };
		struct sql_span span = { 0 };

		rc = file_run_next(f, &at, RUN_PREPARE_ONLY, &span, &s.facts,
		    &more, e);
		if (rc || !more || s.facts.verb == VERB_EMPTY)
			continue;
		s.offset = span.from;
		s.where = entry_where(en, span.from, a);
		s.sql = str_sub(en->text, span.from, span.to);
		vec_push(a, &v, s);
	}
	r->v = v.v;
	r->n = v.n;
	file->n = r->n - file->first;
	return rc;
}

static enum rc not_executed(struct drv *live, const struct entry *const *v,
    size_t n, const struct run_options *o, struct err why, struct arena *a,
    struct run **out, struct err *e)
{
	struct run *r = arena_new_of(a, struct run);
	struct run_file *files = arena_array(a, struct run_file, n + 1);
	struct str *note = arena_new_of(a, struct str);
	struct model *m = NULL;
	enum rc rc = RC_OK;

	r->before = o->live;
	if (!r->before && live) {
		rc = live->ops->introspect(live, a, &m, e);
		r->before = m;
	} else if (!r->before) {
		m = model_new(a, scratch_dialect(o->scratch));
		model_seal(m);
		r->before = m;
	}
	r->after = r->before;
	r->not_executed = true;
	*note = arena_str(a, str_z(why.msg));
	r->notes = (struct strs){ note, 1 };
	r->why = why;
	r->cause = STOP_NO_SCRATCH;
	for (size_t i = 0; i < n && !rc; i++)
		rc = words_of(live, v[i], a, r, &files[i], e);
	if (rc)
		return rc;
	r->files = files;
	r->nfiles = n;
	*out = r;
	return RC_OK;
}

/* --- prediction ----------------------------------------------------------------- */

/* Where reading the catalogue costs round trips, it is read once. */
static const struct model *known(const struct drv *live,
    const struct run_options *o)
{
	return live->ops->caps & CAP_STORED_SQL ? NULL : o->live;
}

enum rc predict(struct drv *live, const struct entry *const *entries, size_t n,
    const struct run_options *o, struct arena *a, struct run **out,
    struct err *e)
{
	struct strs made = { 0 }, notes = { 0 };
	struct run_options with = o ? *o : (struct run_options){ 0 };
	struct drv *scratch = NULL;
	struct model *copy = NULL;
	struct run *r = NULL;
	struct err why = ERR_INIT;
	enum rc rc;

	rc = scratch_open(with.scratch, live != NULL, &scratch, &why);
	if (rc == RC_DENIED)
		return not_executed(live, entries, n, &with, why, a, out, e);
	if (rc) {
		*e = why;
		return rc;
	}
	if (live)
		rc = live->ops->clone_to(live, known(live, &with), scratch, a,
		    &made, e);
	if (live && rc == RC_OK)
		rc = clone_notes(live, known(live, &with), scratch, made, a, &copy,
		    &notes, e);
	with.start = copy;
	with.lacking = notes.n > 0 && live &&
	    !(live->ops->caps & CAP_STORED_SQL);
	if (rc == RC_OK)
		rc = run_migrations(scratch, entries, n, &with, a, &r, e);
	if (rc == RC_OK && with.then && !r->stopped)
		rc = with.then(with.then_arg, scratch, r, e);
	scratch_close(with.scratch, scratch);
	if (rc)
		return rc;
	r->notes = joined(notes, r->notes, a);
	*out = r;
	return RC_OK;
}

enum rc run_on_empty(const struct entry *const *entries, size_t n,
    const struct run_options *o, struct arena *a, struct run **out,
    struct err *e)
{
	struct drv *scratch = NULL;
	enum rc rc = scratch_open(o->scratch, false, &scratch, e);

	struct run *r = NULL;

	if (rc == RC_OK)
		rc = run_migrations(scratch, entries, n, o, a, &r, e);
	if (rc == RC_OK && !r->stopped && scratch->ops->unread_list) {
		struct err ignored = ERR_INIT;

		r->listed = !scratch->ops->unread_list(scratch, a, &r->unread,
		    &ignored);
	}
	scratch_close(o->scratch, scratch);
	if (rc == RC_OK)
		*out = r;
	return rc;
}

enum rc replay(const struct entry *const *entries, size_t n,
    struct scratch *scratch, const struct model *live, struct arena *a,
    struct run **out, struct err *e)
{
	struct run_options o = { .live = live, .scratch = scratch,
		.ends_only = true };

	return run_on_empty(entries, n, &o, a, out, e);
}

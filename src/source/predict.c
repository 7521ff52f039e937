/*
 * predict.c: the three models of DESIGN §5.2 that come from running files:
 * after (a clone and the pending files) and expected-now (all applied files
 * from nothing).
 */
#include "source/parts.h"

#define NOTES_MAX 50

enum rc scratch_clone(struct drv *live, enum dialect_id dialect,
    struct arena *a, struct drv **out, struct strs *notes, struct err *e)
{
	/* DQS: an old stored text may use it; only this copy accepts it */
	struct drv_target t = { .dialect = dialect, .path = STR(""),
		.dqs = live != NULL };
	struct drv *d = NULL;
	enum rc rc;

	rc = drv_open(&t, DRV_SCRATCH, &d, e);
	if (rc == RC_OK && live)
		rc = live->ops->clone_to(live, d, a, notes, e);
	if (rc) {
		drv_close(d);
		return rc;
	}
	*out = d;
	return RC_OK;
}

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
	if (o->table.n == 0)
		return arena_printf(a, "%s %.*s", obj_kind_name[o->kind],
		    STR_ARG(o->name));
	return arena_printf(a, "%s %.*s of %.*s", obj_kind_name[o->kind],
	    STR_ARG(o->name), STR_ARG(o->table));
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

		if (c->dialect->is_foreign(o) || (other && (!fields ||
		    same_object(o, other))))
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

static enum rc clone_notes(struct drv *live, struct drv *copy,
    struct strs made, struct arena *a, struct strs *out, struct err *e)
{
	struct comparing c = { .dialect = live->ops->dialect, .a = a };
	struct model *x = NULL, *y = NULL;
	enum rc rc;

	rc = live->ops->introspect(live, a, &x, e);
	if (rc == RC_OK)
		rc = copy->ops->introspect(copy, a, &y, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < made.n; i++)
		unpredicted(&c, made.v[i]);
	if (!sha256_eq(&x->hash, &y->hash)) {
		compare(&c, x, y, true, " (not in the copy)");
		compare(&c, y, x, false, " (only in the copy)");
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

enum rc predict(struct drv *live, const struct entry *const *entries, size_t n,
    const struct run_options *o, struct arena *a, struct run **out,
    struct err *e)
{
	struct strs made = { 0 }, notes = { 0 };
	struct drv *scratch = NULL;
	struct run *r = NULL;
	enum rc rc;

	rc = scratch_clone(live, DIALECT_SQLITE, a, &scratch, &made, e);
	if (rc)
		return rc;
	if (live)
		rc = clone_notes(live, scratch, made, a, &notes, e);
	if (rc == RC_OK)
		rc = run_migrations(scratch, entries, n, o, a, &r, e);
	drv_close(scratch);
	if (rc)
		return rc;
	r->notes = joined(notes, r->notes, a);
	*out = r;
	return RC_OK;
}

enum rc replay(const struct entry *const *entries, size_t n,
    enum dialect_id dialect, const struct model *live, struct arena *a,
    struct run **out, struct err *e)
{
	struct run_options o = { .live = live, .ends_only = true };
	struct drv *scratch = NULL;
	enum rc rc;

	rc = scratch_clone(NULL, dialect, a, &scratch, NULL, e);
	if (rc)
		return rc;
	rc = run_migrations(scratch, entries, n, &o, a, out, e);
	drv_close(scratch);
	return rc;
}

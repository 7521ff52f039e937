/*
 * check_dangers: what the statements of a folder would do, and which of it
 * somebody has put aside.
 *
 * Without a database every file is planned on the schema that those before it
 * made, on a scratch engine without rows: a loss is then one that was not
 * measured, and what fails on data may fail.  The first file that does not run
 * there ends it.
 */
#include "op/check.h"

/* --- one plan ------------------------------------------------------------------ */

/* On tables without rows nothing takes long: how long it takes where there are
 * some is not known, so it is a caution. */
static enum sev severity(const struct plan *p, const struct stmt *s,
    const struct hazard *h)
{
	bool long_lock = h->def->cls == HAZ_REWRITE ||
	    (h->def->cls == HAZ_LOCKS && s && (s->scans || s->rewrites));

	return h->sev == SEV_INFO && long_lock && !p->measured ? SEV_CAUTION :
	    h->sev;
}

static void danger(struct checking *c, const struct hazard *h, enum sev sev,
    struct str tag, struct str where)
{
	struct check_finding *x;
	struct str text;

	if (sev < SEV_CAUTION || h->def->cls == HAZ_FILE)
		return;		/* files are looked at by themselves */
	text = arena_printf(c->a, "%.*s%s%s%s%.*s", STR_ARG(h->object),
	    h->object.n ? ": " : "", h->def->title, h->text.n ? ", " : "",
	    STR_ARG(h->text));
	x = check_note(c, false, h->def->code, h->def->slug, tag, where, text,
	    str_z(h->def->advice));
	x->danger = h;
	x->sev = sev;
	/* what is known to fail stays what it is */
	x->ignored = sev == SEV_CAUTION ? h->ignored : STR("");
}

static struct str place_of_tag(const struct plan *p, struct str tag)
{
	for (size_t i = 0; i < p->nfiles; i++)
		if (str_eq(p->files[i].entry->tag, tag))
			return p->files[i].entry->file;
	return STR("");
}

static void dangers_of(struct checking *c, const struct plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->v[i].nhaz; k++)
			danger(c, &p->v[i].haz[k], severity(p, &p->v[i],
			    &p->v[i].haz[k]), p->v[i].run->entry->tag,
			    p->v[i].run->where);
	for (size_t i = 0; i < p->nhaz; i++)
		danger(c, &p->haz[i], p->haz[i].sev, p->haz[i].object,
		    place_of_tag(p, p->haz[i].object));
}

/* What was put aside and never met is out of date, or misspelt. */
static void unmet(struct checking *c, const struct ignore *x)
{
	if (x->used && !x->loss)
		return;
	check_note(c, false, "", x->loss ? "ignored-loss" : "ignored-nothing",
	    x->tag, x->where, arena_printf(c->a, x->loss ?
	    "%.*s loses data: it is not ignored, it needs consent" :
	    "%.*s: nothing here is ignored by it", STR_ARG(x->slug)),
	    x->loss ? STR("weir review --approve") : STR("take it away"));
}

/* --- what is to be ignored ------------------------------------------------------- */

/* false: it does not read, which is told. */
static bool read_fails(struct checking *c, struct str tag, enum rc rc,
    const struct err *why)
{
	if (!rc)
		return false;
	check_note(c, true, "", "ignore", tag, arena_str(c->a,
	    str_z(why->where)), arena_str(c->a, str_z(why->msg)),
	    arena_str(c->a, str_z(why->hint)));
	return true;
}

static bool in_folder(const struct folder *f, struct str tag)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->v[i].tag, tag))
			return true;
	return false;
}

static struct ignores beside(struct checking *c)
{
	struct ignores v = { 0 };
	struct err why = ERR_INIT;
	enum rc rc = ignores_beside(c->dir, c->a, &v, &why);

	(void)read_fails(c, STR(""), rc, &why);
	for (size_t i = 0; i < v.n; i++)
		if (!in_folder(c->f, v.v[i].tag))
			check_note(c, true, "", "ignore", STR(""),
			    v.v[i].where, arena_printf(c->a, "there is no "
			    "migration %.*s", STR_ARG(v.v[i].tag)),
			    STR("TAG SLUG[:OBJECT] reason"));
	return v;
}

/* Those of one file, out of .weirignore. */
static struct ignores of_tag(struct checking *c, const struct ignores *all,
    struct str tag)
{
	VEC(struct ignore) v = { 0 };

	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->v[i].tag, tag))
			vec_push(c->a, &v, all->v[i]);
	return (struct ignores){ v.v, v.n };
}

/* --- every file -------------------------------------------------------------------- */

static void not_looked(struct checking *c, struct str tag, struct str where,
    const char *why, struct str fix)
{
	check_note(c, false, "", "not-looked-at", tag, where, arena_printf(
	    c->a, "dangers were not looked for%s: %s", tag.n ? " from here" :
	    "", why), fix);
}

static enum rc one_file(struct checking *c, struct drv *base,
    const struct entry *en, const struct ignores *all, bool *go_on,
    struct err *e)
{
	const struct run_options o = { .ends_only = true };
	struct plan_request rq = { .live = base, .scratch = c->rq->scratch,
		.entries = &en, .n = 1, .saves = true,
		.ignores = of_tag(c, all, en->tag) };
	struct ignores own = { 0 };
	struct model *m = NULL;
	struct plan *p = NULL;
	struct run *run = NULL;
	struct err why = ERR_INIT;
	enum rc rc;

	/* without them rather than not at all */
	if (read_fails(c, en->tag, ignores_in(en, base->ops->dialect, c->a,
	    &own, &why), &why))
		*go_on = false;
	rc = base->ops->introspect(base, c->a, &m, e);
	rq.base = m;
	if (!rc && *go_on)
		rc = plan_build(&rq, c->a, &p, e);
	if (rc)
		return rc;
	if (p && p->run->stopped && p->run->cause != STOP_OTHER) {
		not_looked(c, en->tag, arena_str(c->a,
		    str_z(p->run->why.where)), p->run->why.msg,
		    STR("weir check --db looks at a database"));
		*go_on = false;
		return RC_OK;
	}
	for (size_t i = 0; p && i < p->ignores.n; i++)
		unmet(c, &p->ignores.v[i]);
	if (p)
		dangers_of(c, p);
	*go_on = true;
	rc = run_migrations(base, &en, 1, &o, c->a, &run, e);
	if (!rc && run->stopped)
		*go_on = false;
	return rc;
}

/* It cannot run, and why is told. */
static bool is_faulty(const struct checking *c, const struct entry *en)
{
	for (size_t i = 0; i < c->v.n; i++)
		if (c->v.v[i].fault && str_is(str_z(c->v.v[i].f.slug),
		    "syntax") && str_eq(c->v.v[i].f.tag, en->tag))
			return true;
	return en->missing;
}

static enum rc every_file(struct checking *c, const struct ignores *all,
    struct err *e)
{
	struct scratch *scratch = c->rq->scratch;
	struct drv *base = NULL;
	struct err why = ERR_INIT;
	bool go_on = true;
	enum rc rc = RC_OK;

	if (scratch_dialect(scratch) != c->f->engine)
		rc = err_set(&why, RC_DENIED, "no scratch database is named");
	else
		rc = scratch_open(scratch, false, &base, &why);
	if (rc == RC_DENIED) {
		err_hint(&why, "weir check --scratch URL");
		not_looked(c, STR(""), STR(""), why.msg, arena_str(c->a,
		    str_z(why.hint)));
		return RC_OK;
	}
	if (rc)
		*e = why;
	for (size_t i = 0; !rc && go_on && i < c->f->n; i++) {
		go_on = !is_faulty(c, &c->f->v[i]);
		if (go_on)
			rc = one_file(c, base, &c->f->v[i], all, &go_on, e);
	}
	scratch_close(scratch, base);
	return rc;
}

static bool any_fatal(const struct checking *c)
{
	for (size_t i = 0; i < c->f->findings.n; i++)
		if (c->f->findings.v[i].fatal)
			return true;
	return false;
}

enum rc check_dangers(struct checking *c, struct err *e)
{
	const struct plan *p = c->rq->plan;
	struct ignores all = { 0 };

	if (!c->f)
		return RC_OK;
	all = beside(c);
	if (!p)
		return any_fatal(c) ? RC_OK : every_file(c, &all, e);
	for (size_t i = 0; i < p->ignores.n; i++)
		if (place_of_tag(p, p->ignores.v[i].tag).n)
			unmet(c, &p->ignores.v[i]);
	dangers_of(c, p);
	return RC_OK;
}

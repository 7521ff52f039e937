/* scratch: see scratch.h.  The policy and the pool; how a database is made,
 * emptied and dropped is the driver's. */
#include "source/scratch.h"

#include "base/vec.h"

#define POOL_MAX 4		/* engines at one time */

struct scratch {
	struct scratch_policy p;
	enum scratch_place place;
	const char *why;
	bool asked;
	void (*used)(void *arg, struct drv *d, bool on);
	void *used_arg;
	struct err denied;	/* why the server made none; code RC_OK: not yet */
	struct slot {
		struct drv *d;
		bool taken;
	} slots[POOL_MAX];
};

/* --- the rule --------------------------------------------------------------- */

enum scratch_place scratch_place_of(const struct scratch_policy *p, bool local,
    const char **why)
{
	*why = "";
	if (!drv_databases_of(p->dialect))
		return SCRATCH_MEMORY;
	if (p->conninfo.n)
		return SCRATCH_GIVEN;
	if (!p->target.conninfo.n) {
		*why = "no server is named";
		return SCRATCH_NONE;
	}
	if (p->read_only) {
		*why = "--read-only makes no database";
		return SCRATCH_NONE;
	}
	if (p->on_server || (local && !p->production))
		return SCRATCH_HERE;
	*why = p->production ? "the database is labelled production" :
	    "the server is not on this machine";
	return p->ask ? SCRATCH_ASK : SCRATCH_NONE;
}

struct scratch *scratch_new(const struct scratch_policy *p)
{
	const struct drv_databases *dbs = drv_databases_of(p->dialect);
	struct scratch *s = xalloc(sizeof(*s));

	s->p = *p;
	s->denied = (struct err)ERR_INIT;
	s->place = scratch_place_of(p, dbs && dbs->is_local(&p->target),
	    &s->why);
	return s;
}

void scratch_asks(struct scratch *s, bool (*ask)(void *, const char *,
    struct str *), void *arg)
{
	if (!s)
		return;
	s->p.ask = ask;
	s->p.arg = arg;
	/* --read-only and a refusal before stay */
	if (s->place == SCRATCH_NONE && !s->p.read_only && !s->asked)
		s->place = SCRATCH_ASK;
}

bool scratch_would_ask(const struct scratch *s)
{
	return s && s->place == SCRATCH_ASK;
}

enum dialect_id scratch_dialect(const struct scratch *s)
{
	return s ? s->p.dialect : DIALECT_SQLITE;
}

/* --- one engine ---------------------------------------------------------------- */

static enum rc none(const char *why, struct err *e)
{
	err_set(e, RC_DENIED, "not executed: %s, and no scratch database is "
	    "named", why);
	err_hint(e, "--scratch=server makes one on that server, --scratch URL "
	    "on another");
	return RC_DENIED;
}

/* A person is asked once in the life of a session. */
static enum rc ask(struct scratch *s, struct err *e)
{
	if (s->place != SCRATCH_ASK)
		return s->place == SCRATCH_NONE ? none(s->why, e) : RC_OK;
	if (!s->asked && s->p.ask(s->p.arg, s->why, &s->p.conninfo))
		s->place = s->p.conninfo.n ? SCRATCH_GIVEN : SCRATCH_HERE;
	s->asked = true;
	if (s->place == SCRATCH_ASK)
		s->place = SCRATCH_NONE;
	return ask(s, e);
}

static enum rc make(struct scratch *s, bool for_clone, struct drv **out,
    struct err *e)
{
	struct drv_target t = s->p.target;
	enum rc rc;

	if (s->place == SCRATCH_MEMORY)
		t = (struct drv_target){ .dialect = s->p.dialect,
			.path = STR(""), .dqs = for_clone };
	t.like = STR("");
	t.read_only = false;
	if (s->place == SCRATCH_GIVEN) {
		t.like = t.conninfo;
		t.conninfo = s->p.conninfo;
	}
	rc = drv_open(&t, DRV_SCRATCH, out, e);
	if (rc == RC_DENIED) {		/* told once, not tried again */
		err_prefix(e, "not executed");
		err_hint(e, "name a database whose server may be used with "
		    "--scratch URL");
		s->denied = *e;
	}
	return rc;
}

static enum rc take(struct scratch *s, struct slot *k, struct drv **out)
{
	k->taken = true;
	*out = k->d;
	if (s->used)
		s->used(s->used_arg, k->d, true);
	return RC_OK;
}

enum rc scratch_open(struct scratch *s, bool for_clone, struct drv **out,
    struct err *e)
{
	const struct drv_databases *dbs;
	struct slot *free_slot = NULL;
	enum rc rc;

	if (!s) {
		struct drv_target t = { .dialect = DIALECT_SQLITE,
			.path = STR(""), .dqs = for_clone };

		return drv_open(&t, DRV_SCRATCH, out, e);
	}
	if (s->denied.code) {
		*e = s->denied;
		return e->code;
	}
	dbs = drv_databases_of(s->p.dialect);
	for (size_t i = 0; i < POOL_MAX; i++) {
		struct slot *k = &s->slots[i];

		if (k->taken)
			continue;
		if (k->d && dbs) {
			struct err ignored = ERR_INIT;

			if (dbs->reset(k->d, &ignored) == RC_OK)
				return take(s, k, out);
			drv_close(k->d);
			k->d = NULL;
		}
		if (!free_slot)
			free_slot = k;
	}
	if (!free_slot)
		return err_set(e, RC_INTERNAL, "too many scratch engines");
	rc = ask(s, e);
	if (!rc)
		rc = make(s, for_clone, &free_slot->d, e);
	return rc ? rc : take(s, free_slot, out);
}

void scratch_watch(struct scratch *s, void (*used)(void *, struct drv *, bool),
    void *arg)
{
	s->used = used;
	s->used_arg = arg;
}

void scratch_close(struct scratch *s, struct drv *d)
{
	if (!d)
		return;
	for (size_t i = 0; s && i < POOL_MAX; i++)
		if (s->slots[i].d == d) {
			s->slots[i].taken = false;
			if (s->used)
				s->used(s->used_arg, d, false);
			if (s->place != SCRATCH_MEMORY)
				return;		/* kept for the next */
			s->slots[i].d = NULL;
		}
	drv_close(d);
}

void scratch_release(struct scratch *s)
{
	for (size_t i = 0; s && i < POOL_MAX; i++) {
		if (s->slots[i].taken)
			continue;
		drv_close(s->slots[i].d);
		s->slots[i].d = NULL;
	}
}

void scratch_free(struct scratch *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < POOL_MAX; i++)
		drv_close(s->slots[i].d);
	xfree(s);
}

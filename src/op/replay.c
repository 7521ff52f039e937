/* replay: see replay.h. */
#include "op/drift.h"
#include "op/replay.h"

struct replay_list replay_applied(const struct session *s, struct arena *a)
{
	struct replay_list l = { arena_array(a, const struct entry *,
	    s->states.n + 1), 0 };

	for (size_t i = 0; i < s->states.n; i++)
		if (state_is_applied(&s->states.v[i]))
			l.v[l.n++] = s->states.v[i].entry;
	return l;
}

const struct mig *replay_mig(const struct session *s, struct str tag)
{
	for (size_t i = 0; i < s->states.n; i++)
		if (str_eq(s->states.v[i].entry->tag, tag))
			return &s->states.v[i];
	return NULL;
}

enum rc replay_need(const struct session *s, struct str tag,
    const struct mig **out, struct err *e)
{
	const struct mig *m = replay_mig(s, tag);

	if (!m) {
		err_set(e, RC_USAGE, "there is no migration %.*s in %.*s",
		    STR_ARG(tag), STR_ARG(s->project->folder));
		err_hint(e, "weir status lists them");
		return RC_USAGE;
	}
	*out = m;
	return RC_OK;
}

enum rc replay_claim(const struct session *s, const struct replay_list *l,
    bool statements, struct arena *a, struct run **out, struct err *e)
{
	struct run_options o = { .per_statement = statements,
		.each_file = true, .live = s->live,
		.scratch = s->scratch };

	return run_on_empty(l->v, l->n, &o, a, out, e);
}

static bool is_data(enum fact_verb v)
{
	return v == VERB_INSERT || v == VERB_UPDATE || v == VERB_DELETE;
}

/* Made by this file, and under another name or gone at its end. */
static bool passing(const struct run *run, const struct run_file *f,
    struct str table)
{
	if (!table.n || !f->after || model_table(f->after, STR(""), table))
		return false;
	for (size_t i = f->first; i < f->first + f->n; i++) {
		const struct facts *x = &run->v[i].facts;

		if (x->verb == VERB_CREATE_TABLE && str_ieq(x->object, table))
			return true;
	}
	return false;
}

static bool works_on_rows(const struct run *run, const struct run_file *f,
    const struct facts *x)
{
	if (!is_data(x->verb))
		return false;
	for (size_t i = 0; i < x->writes.n; i++)
		if (!passing(run, f, x->writes.v[i]))
			return true;
	return x->writes.n == 0;
}

enum row_work replay_row_work(const struct run *run, const struct entry *en)
{
	enum row_work work = ROWS_NONE;
	bool shape = false;

	for (size_t i = 0; i < run->nfiles; i++) {
		const struct run_file *f = &run->files[i];

		if (f->entry != en)
			continue;
		for (size_t k = f->first; k < f->first + f->n; k++) {
			const struct facts *x = &run->v[k].facts;

			if (works_on_rows(run, f, x))
				work = ROWS_TOO;
			else if (x->verb != VERB_PRAGMA)
				shape = true;
		}
	}
	return work && !shape ? ROWS_ONLY : work;
}

const struct model *replay_managed(const struct session *s,
    const struct model *m, struct arena *a)
{
	return managed_mark(m, &s->managed, a);
}

struct model *replay_all(const struct session *s,
    const struct model *m, struct arena *a)
{
	struct managed_set *all = arena_new_of(a, struct managed_set);

	*all = s->managed;
	all->named = NULL;
	all->roles_too = true;
	return managed_mark(m, all, a);
}

static bool counts_as_made(enum obj_kind k)
{
	static const bool counts[OBJ_KIND_N] = {
		[OBJ_TABLE] = true, [OBJ_VIEW] = true, [OBJ_FUNCTION] = true,
		[OBJ_ENUM] = true, [OBJ_DOMAIN] = true,
		[OBJ_COMPOSITE] = true, [OBJ_RANGE] = true,
	};

	return counts[k];
}

size_t replay_unnamed(const struct session *s, const struct model *live,
    struct arena *a)
{
	const struct model *all, *ours;
	size_t n = 0;

	if (!s->managed.named)
		return 0;
	all = replay_all(s, live, a);
	ours = replay_managed(s, live, a);
	for (size_t i = 0; i < all->nobjs && i < ours->nobjs; i++)
		n += counts_as_made(all->objs[i]->kind) &&
		    all->objs[i]->managed && !ours->objs[i]->managed &&
		    !(all->objs[i]->notes &&
		    all->objs[i]->notes->extension.n);
	return n;
}

struct str replay_uncompared(const struct session *s, bool listed,
    struct arena *a)
{
	struct err ignored = ERR_INIT;
	struct str kinds = STR("");

	if (s->db && s->db->ops->unread &&
	    s->db->ops->unread(s->db, listed, a, &kinds, &ignored))
		return STR("objects that could not be counted");
	return kinds;
}

static int unread_order(const struct unread_obj *x, const struct unread_obj *y)
{
	int order = str_cmp(x->kind, y->kind);

	return order ? order : str_cmp(x->name, y->name);
}

struct sentences {
	struct str *v;
	size_t n, cap;
};

static void tell_unread(const struct unread_obj *o, const char *what,
    struct arena *a, struct sentences *v)
{
	vec_push(a, v, arena_printf(a, "%.*s %.*s %s", STR_ARG(o->kind),
	    STR_ARG(o->name), what));
}

/* Is it said of a managed object?  Names are schema.name and what follows,
 * in quotes where they need them. */
static bool of_managed(const struct model *m, struct str name, struct arena *a)
{
	char *bare = arena_z(a, name);
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != '"')
			bare[n++] = name.p[i];
	for (size_t i = 0; i < m->nobjs; i++) {
		const struct obj *o = m->objs[i];
		struct str is = o->schema.n ? arena_printf(a, "%.*s.%.*s",
		    STR_ARG(o->schema), STR_ARG(o->name)) : o->name;

		if (o->managed && obj_stands_alone(o->kind) && is.n &&
		    str_find((struct str){ bare, n }, is, 0) < n)
			return true;
	}
	return false;
}

bool replay_unread(const struct session *s, const struct run *run,
    const struct model *live, struct arena *a, struct unread_diff *out)
{
	struct sentences notes = { 0 }, gone = { 0 };
	struct unread_objs is = { 0 };
	struct err ignored = ERR_INIT;
	size_t i = 0, k = 0;

	*out = (struct unread_diff){ 0 };
	if (!run || !run->listed || !s->db || !s->db->ops->unread_list ||
	    s->db->ops->unread_list(s->db, a, &is, &ignored))
		return false;
	while (i < run->unread.n || k < is.n) {
		const struct unread_obj *was = i < run->unread.n ?
		    &run->unread.v[i] : NULL;
		const struct unread_obj *now = k < is.n ? &is.v[k] : NULL;
		int order = !was ? 1 : !now ? -1 : unread_order(was, now);

		if (order < 0)
			tell_unread(was, "is gone", a, was->note ?
			    &notes : &gone);
		else if (order > 0 && !now->note)
			tell_unread(now, "was made by no migration", a,
			    &notes);
		else if (order > 0 && of_managed(live, now->name, a))
			tell_unread(now, "was added", a, &notes);
		else if (order == 0 && !str_eq(was->def, now->def))
			tell_unread(now, "is another one", a, was->note ?
			    &notes : &gone);
		i += order <= 0;
		k += order >= 0;
	}
	out->notes = (struct strs){ notes.v, notes.n };
	out->gone = (struct strs){ gone.v, gone.n };
	return true;
}

const struct plan *replay_no_plan(const struct model *live, struct arena *a)
{
	struct plan *p = arena_new_of(a, struct plan);
	struct run *run = arena_new_of(a, struct run);

	run->before = run->after = live;
	p->a = a;
	p->run = run;
	p->from = p->to = live;
	p->hash = live->hash;
	return p;
}

void replay_gate(const struct session *s, const struct plan *p,
    struct gate_request *out)
{
	*out = (struct gate_request){
		.plan = p,
		.db = s->project->db,
		.db_label = s->project->db_label,
		.production = s->project->production,
		.folder = s->project->folder,
		.command = STR(""),
	};
}

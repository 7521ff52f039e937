/*
 * proof: the ways back, tried before anything is applied: on the scratch
 * engine that the files have just run on, newest first, and held against the
 * model before each.  It has no rows: what a way back asks of them, only they
 * can tell.
 */
#include "base/utf8.h"
#include "plan/internal.h"

/* "": written nowhere and not to be derived. */
static struct str down_of(const struct run *run, size_t i, bool saves,
    struct arena *a)
{
	const struct run_file *f = &run->files[i];
	struct str down = STR(""), missing;

	if (f->entry->down.n)
		return f->entry->down;
	return plan_derive_down(run, f, saves, a, &down, &missing) ? down :
	    STR("");
}

static const struct entry *entry_of(const struct entry *en, struct str down,
    struct arena *a)
{
	struct entry *x = arena_new_of(a, struct entry);
	struct piece *piece = arena_new_of(a, struct piece);

	*x = *en;
	x->file = arena_printf(a, "%.*s (the way back)", STR_ARG(en->tag));
	x->text = down;
	x->down = STR("");
	x->whole = NULL;
	x->own = 0;
	*piece = (struct piece){ .sql = down };
	x->pieces = piece;
	x->npieces = 1;
	return x;
}

static void tell(struct proof *p, enum proof_state state, struct strs what)
{
	p->state = state;
	p->what = what;
}

/* An engine may keep a table of its own for one that was there. */
static bool is_own(const struct dialect *d, const struct change *c)
{
	return d->is_foreign(c->to ? c->to : c->from);
}

/* Of what else stands last the newer ones have told. */
static bool took_column(const struct model *was, const struct run_file *f,
    const struct obj *of)
{
	const struct table *t = model_table(was, of->schema, of->table);
	const struct table *u = model_table(f->after, of->schema, of->table);

	for (size_t i = 0; t && u && i < t->ncols; i++)
		if (!table_column(u, t->cols[i]->o.name))
			return true;
	return !t || !u;
}

static void compare(struct proving *x, struct proof *p,
    const struct run_file *f, const struct model *is)
{
	const struct model *was = f->before;
	const struct dialect *d = dialect_of(was->dialect);
	struct change_list list = { 0 };
	VEC(struct str) v = { 0 }, moved = { 0 };
	struct str table = STR(""), in;

	diff_models(was, is, NULL, false, x->a, &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct change *c = &list.v[i];

		in = STR("");
		if (is_own(d, c))
			continue;
		if (c->op == CHANGE_CHANGE && c->kind == OBJ_COLUMN &&
		    c->fields == field_bit(F_POSITION)) {
			if (!took_column(was, f, c->to))
				continue;
			in = c->to->table;
		} else {
			vec_push(x->a, &v, change_sentence(c, x->a));
		}
		if (in.n && !str_eq(in, table))
			vec_push(x->a, &moved, utf8_clean(x->a, arena_printf(
			    x->a, "columns of %.*s that come back stand last",
			    STR_ARG(in)), UTF8_LINE));
		table = in.n ? in : table;
	}
	if (v.n)
		tell(p, PROOF_DIFFERS, (struct strs){ v.v, v.n });
	else
		tell(p, moved.n ? PROOF_MOVED : PROOF_SAME,
		    (struct strs){ moved.v, moved.n });
}

static void failed(struct proving *x, struct proof *p, const struct run *down)
{
	struct str *why = arena_new_of(x->a, struct str);

	*why = arena_printf(x->a, "%s%s%s", down->why.where,
	    down->why.where[0] ? ": " : "", down->why.msg);
	tell(p, PROOF_FAILS, (struct strs){ why, 1 });
}

/* Through the last one that can be taken back; what is older cannot be
 * reached. */
enum rc proof_run(void *arg, struct drv *scratch, struct run *run,
    struct err *e)
{
	struct proving *x = arg;
	struct run_options o = { .per_statement = true, .each_file = true,
		.live = x->rq->base, .scratch = x->rq->scratch,
		.start = run->after };
	const struct entry **v = arena_array(x->a, const struct entry *,
	    run->nfiles);
	double start = clock_mono_ms();
	struct run *down = NULL;
	size_t n = 0;
	enum rc rc;

	run->told = x->rq->base;
	x->v = arena_array(x->a, struct proof, run->nfiles);
	x->n = run->nfiles;
	for (size_t i = run->nfiles; i-- > 0;) {
		struct str text = down_of(run, i, x->rq->saves, x->a);

		if (!text.n)
			break;
		v[n++] = entry_of(run->files[i].entry, text, x->a);
	}
	if (!n)
		return RC_OK;
	rc = run_migrations(scratch, v, n, &o, x->a, &down, e);
	if (rc)
		return rc;
	for (size_t i = 0; i < n && i < down->nfiles; i++) {
		struct proof *p = &x->v[run->nfiles - 1 - i];

		if (down->stopped == v[i]) {
			failed(x, p, down);
			break;
		}
		compare(x, p, &run->files[run->nfiles - 1 - i],
		    down->files[i].after);
	}
	x->ms = clock_mono_ms() - start;
	return RC_OK;
}

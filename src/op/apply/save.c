/* save: around a statement that takes something, and at the ends of a part:
 * see save.h. */
#include "op/apply/save.h"

/* Does the engine let what goes be caught, one way or the other? */
static bool can_save(const struct apply *ap)
{
	return ap->d->ops->watch_rows || ap->d->ops->catch_rows;
}

bool save_promised(const struct stmt *st)
{
	return st->undo == UNDO_EXACT || st->undo == UNDO_SAVED ||
	    st->undo == UNDO_CHECKED;
}

/* UN1: a promise that would go with the folder is none. */
enum rc save_survives(struct apply *ap, struct err *e)
{
	const struct project *pr = ap->o->project;
	const struct plan *p = ap->rq->plan;

	if (!p->saves || !pr->state_volatile || pr->keeping.inside ||
	    ap->rq->steps[0].kind != STEP_UP)
		return RC_OK;
	for (size_t i = 0; i < p->n; i++) {
		if (!save_loses(&p->v[i]) || !save_promised(&p->v[i]))
			continue;
		err_set(e, RC_DECISION, "UN1: what %.*s takes would be saved in"
		    " %.*s, which does not last (CI is set, or it is in "
		    "memory)", STR_ARG(p->v[i].run->where),
		    STR_ARG(pr->state_root));
		err_hint(e, "choose a place with --state DIR%s, or go without: "
		    "--no-undo-data", drv_databases_of(pr->dialect) ?
		    " or --undo in-database" : "");
		return RC_DECISION;
	}
	return RC_OK;
}

/* V.8 */
static enum rc agreed(struct apply *ap, const struct stmt *st, enum rc rc,
    struct err *e)
{
	if (save_promised(st) || (rc != RC_DECISION && rc != RC_CONFLICT))
		return rc;
	vec_push(ap->a, &ap->saver->partly, ap->saver->step);
	*e = (struct err)ERR_INIT;
	return RC_OK;
}

static enum rc by_models(struct apply *ap, const struct stmt *st,
    struct err *e)
{
	enum rc rc = agreed(ap, st, save_models(ap, st, e), e);

	return rc ? rc : agreed(ap, st, save_catch(ap, st, e), e);
}

/* V.9 */
static bool takes(struct apply *ap, const struct step *step,
    const struct stmt *st)
{
	const struct plan *p = ap->rq->plan;

	if (step->kind == STEP_UP || save_writes(st) ||
	    runs_code(ap, st) || save_loses(st))
		return true;
	for (size_t i = 0; st->group && i < p->n; i++)
		if (p->v[i].group == st->group && save_loses(&p->v[i]))
			return true;
	return false;
}

static bool saves(const struct apply *ap, const struct step *step)
{
	return ap->rq->plan->saves && can_save(ap) &&
	    (step->kind == STEP_UP || step->kind == STEP_DOWN);
}

enum rc save_before(struct apply *ap, const struct step *step,
    const struct stmt *st, struct str text, size_t at, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc;

	if (!saves(ap, step) || !st || !st->run->before)
		return RC_OK;
	if (!s)
		s = ap->saver = arena_new_of(ap->a, struct saver);
	if (s->step != step) {
		s->step = step;
		s->first = st->run->before;
		s->renamed.n = s->made.n = 0;
	}
	if (!takes(ap, step, st))
		return RC_OK;
	if (ap->d->ops->catch_rows)
		return by_models(ap, st, e);
	rc = save_ddl(ap, st, e);
	s->trial = !rc && save_needs_trial(st);
	if (!s->trial)
		return rc;
	rc = save_ready(ap, e);
	return rc ? rc : save_trial(ap, st, text, at, e);
}

enum rc save_after(struct apply *ap, const struct stmt *st,
    const struct facts *f, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!s || !s->step || !st)
		return RC_OK;
	if (ap->d->ops->catch_rows) {
		rc = save_models_after(ap, e);
		if (!rc)
			rc = agreed(ap, st, save_caught(ap, f, e), e);
	}
	save_follow(ap, st);
	if (rc)
		return rc;
	if (!s->trial)
		return RC_OK;
	s->trial = false;
	return save_tried(ap, st, e);
}

/* --- the part ------------------------------------------------------------------------------- */

static bool is_partly(const struct saver *s, const struct step *step)
{
	for (size_t i = 0; s && i < s->partly.n; i++)
		if (s->partly.v[i] == step)
			return true;
	return false;
}

static void log_save(struct apply *ap, size_t first, size_t n)
{
	struct saver *s = ap->saver;
	struct step *whole = arena_array(ap->a, struct step, n);
	struct sbuf b = SBUF_TEXT;
	struct json_out o;
	size_t k = 0;

	for (size_t i = first; i < first + n; i++)
		if (!is_partly(s, &ap->rq->steps[i]))
			whole[k++] = ap->rq->steps[i];
	log_open(&o, &b);
	json_tags(&o, "tags", whole, k);
	json_pair_int(&o, "objects", s ? s->objects : 0);
	json_pair_int(&o, "rows", s ? s->rows : 0);
	json_pair_int(&o, "bytes", s ? s->bytes : 0);
	log_put(ap, LOG_SAVE, &o);
}

enum rc save_commit(struct apply *ap, size_t first, size_t n, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!saves(ap, &ap->rq->steps[first]))
		return RC_OK;
	if (s && s->in_tx) {
		rc = store_commit(s->store, e);
		if (rc) {
			err_prefix(e, "what would be lost cannot be saved");
			return rc;
		}
		s->in_tx = false;
		s->sent = true;
	}
	log_save(ap, first, n);
	return RC_OK;
}

bool save_any(const struct apply *ap)
{
	return ap->saver && ap->saver->objects > 0;
}

void save_kept(struct apply *ap)
{
	struct saver *s = ap->saver;
	struct err ignored = ERR_INIT;

	if (!s || !s->sent)
		return;
	s->sent = false;
	s->told = ap->taken.n;
	if (store_last(s->store, &s->kept, &ignored))
		s->kept = INT64_MAX;
}

/* What was saved for a COMMIT that failed is saved again when it is tried
 * again. */
static void cut(struct saver *s)
{
	struct err ignored = ERR_INIT;

	s->sent = false;
	(void)!store_cut(s->store, s->kept, &ignored);
}

void save_rollback(struct apply *ap)
{
	struct saver *s = ap->saver;

	if (!s)
		return;
	save_trial_end(ap);
	save_catch_end(ap);
	s->typed.n = s->partly.n = 0;
	s->step = NULL;
	if (s->in_tx)
		store_rollback(s->store);
	s->in_tx = false;
	if (s->sent && !ap->unknown)
		cut(s);
	s->objects = s->rows = s->bytes = 0;
	ap->taken.n = s->told;
}

void save_close(struct apply *ap)
{
	if (!ap->saver)
		return;
	save_rollback(ap);
	store_close(ap->saver->store);
}

/* save: around a statement of the way up, and at the ends of a part: see
 * save.h. */
#include "op/apply/save.h"

enum rc save_before(struct apply *ap, const struct step *step,
    const struct stmt *st, struct str text, size_t at, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc;

	if (!ap->rq->plan->saves || step->kind != STEP_UP || !st ||
	    !st->run->before || !ap->d->ops->watch_rows)
		return RC_OK;
	if (!s)
		s = ap->saver = arena_new_of(ap->a, struct saver);
	if (s->step != step) {
		s->step = step;
		s->renamed.n = s->made.n = 0;
	}
	rc = save_ddl(ap, st, e);
	s->trial = !rc && save_needs_trial(st);
	if (!s->trial)
		return rc;
	rc = save_ready(ap, e);
	return rc ? rc : save_trial(ap, st, text, at, e);
}

enum rc save_after(struct apply *ap, const struct stmt *st, struct err *e)
{
	struct saver *s = ap->saver;

	if (!s || !s->step || !st)
		return RC_OK;
	save_follow(ap, st);
	if (!s->trial)
		return RC_OK;
	s->trial = false;
	return save_tried(ap, st, e);
}

/* --- the part ------------------------------------------------------------------------------- */

static void log_save(struct apply *ap, size_t first, size_t n)
{
	struct saver *s = ap->saver;
	struct sbuf b = SBUF_TEXT;
	struct json_out o;

	log_open(&o, &b);
	json_tags(&o, "tags", ap->rq->steps + first, n);
	json_pair_int(&o, "objects", s ? s->objects : 0);
	json_pair_int(&o, "rows", s ? s->rows : 0);
	json_pair_int(&o, "bytes", s ? s->bytes : 0);
	log_put(ap, LOG_SAVE, &o);
}

enum rc save_commit(struct apply *ap, size_t first, size_t n, struct err *e)
{
	struct saver *s = ap->saver;
	enum rc rc = RC_OK;

	if (!ap->rq->plan->saves || ap->rq->steps[first].kind != STEP_UP ||
	    !ap->d->ops->watch_rows)
		return RC_OK;
	if (s && s->in_tx) {
		rc = store_commit(s->store, e);
		if (rc) {
			err_prefix(e, "what would be lost cannot be saved");
			return rc;
		}
		s->in_tx = false;
	}
	log_save(ap, first, n);
	return RC_OK;
}

void save_rollback(struct apply *ap)
{
	struct saver *s = ap->saver;

	if (!s)
		return;
	save_trial_end(ap);
	s->step = NULL;
	if (s->in_tx)
		store_rollback(s->store);
	s->in_tx = false;
	s->objects = s->rows = s->bytes = 0;
}

void save_close(struct apply *ap)
{
	if (!ap->saver)
		return;
	save_rollback(ap);
	store_close(ap->saver->store);
}

/*
 * unsaved: what a migration took and did not save, since that was agreed to
 * (undo-skipped, --no-undo-data).  The record of the run holds a line for each
 * object; the way back tells them as what does not come back.
 */
#include "base/utf8.h"
#include "op/apply/save.h"

#define FILE_NAME "unsaved.txt"

static void lines_of(const struct apply *ap, const struct stmt *st,
    struct sbuf *b)
{
	const struct plan *p = ap->rq->plan;

	bool saved = p->saves && save_promised(st);

	for (size_t k = 0; k < st->nhaz; k++) {
		const struct hazard *h = &st->haz[k];

		if ((saved && !h->unsaved) || h->def->cls != HAZ_LOSS ||
		    h->sev != SEV_DESTRUCTIVE ||
		    str_find(sbuf_str(b), h->object, 0) < b->n)
			continue;
		sbuf_add(b, utf8_clean(ap->a, h->object, UTF8_LINE));
		sbuf_addc(b, '\n');
	}
}

enum rc unsaved_file(struct apply *ap, const struct step *s, struct err *e)
{
	const struct plan *p = ap->rq->plan;
	struct sbuf b = SBUF_TEXT;
	enum rc rc = RC_OK;

	for (size_t i = 0; s->kind == STEP_UP && i < p->n; i++)
		if (p->v[i].run->entry == s->entry)
			lines_of(ap, &p->v[i], &b);
	if (b.n)
		rc = run_log_file(ap->log, arena_z(ap->a, arena_printf(ap->a,
		    "%.*s/" FILE_NAME, STR_ARG(s->track->tag))), sbuf_str(&b),
		    e);
	sbuf_free(&b);
	return rc;
}

struct strs unsaved_of(const struct project *p, struct str tag,
    struct arena *a)
{
	VEC(struct str) v = { 0 };
	struct err ignored = ERR_INIT;
	struct str text = STR("");

	if (run_text(p, tag, FILE_NAME, a, &text, &ignored))
		return (struct strs){ 0 };
	while (text.n) {
		size_t end = str_find(text, STR("\n"), 0);

		if (end)
			vec_push(a, &v, arena_printf(a, "not back: %.*s, it "
			    "was not saved", STR_ARG(utf8_clean(a, str_sub(text,
			    0, end), UTF8_LINE))));
		text = str_sub(text, end < text.n ? end + 1 : end, text.n);
	}
	return (struct strs){ v.v, v.n };
}

void unsaved_tell(struct apply *ap, const struct step *s)
{
	struct strs l = s->kind == STEP_DOWN ? unsaved_of(ap->o->project,
	    s->track->tag, ap->a) : (struct strs){ 0 };

	for (size_t i = 0; i < l.n; i++)
		vec_push(ap->a, &ap->unrestored, l.v[i]);
}

/*
 * parts: a run cut into what commits together.
 *
 * A.2: as few parts as the engine lets there be.  A part ends where the
 * foreign-key mode changes, with `each` at every migration, around a statement
 * that no transaction may hold, and after one whose work the engine shows to
 * nobody before COMMIT (ALTER TYPE … ADD VALUE), where anything later in the
 * run may look at it.
 */
#include "op/apply/local.h"

struct cutting {
	struct apply *ap;
	struct part now;
	bool open;
	size_t n;		/* statements and whole steps in it */
};

static void part_end(struct cutting *c, size_t step, size_t to,
    const struct stmt *last)
{
	if (!c->open)
		return;
	c->open = false;
	/* The first one looks under the lock, with or without statements. */
	if (!c->n && to != PART_END && c->ap->parts.n)
		return;
	c->now.last = step;
	c->now.to = to;
	c->now.end = last;
	vec_push(c->ap->a, &c->ap->parts, c->now);
}

static void part_begin(struct cutting *c, size_t step, size_t from)
{
	if (c->open)
		return;
	c->now = (struct part){ .first = step, .from = from };
	c->open = true;
	c->n = 0;
}

/* Where the statement after i starts, in the same file; its text's end. */
static size_t next_offset(const struct plan *p, size_t i,
    const struct entry *en)
{
	return i + 1 < p->n && p->v[i + 1].run->entry == en ?
	    p->v[i + 1].run->offset : en->text.n;
}

static void cut_file(struct cutting *c, size_t step, const struct entry *en)
{
	const struct plan *p = c->ap->rq->plan;
	const struct stmt *last = NULL;

	for (size_t i = 0; i < p->n; i++) {
		const struct stmt *s = &p->v[i];
		size_t next;

		if (s->run->entry != en)
			continue;
		next = next_offset(p, i, en);
		if (stmt_alone(s)) {
			part_end(c, step, s->run->offset, last);
			part_begin(c, step, s->run->offset);
			c->now.alone = true;
			c->n = 1;
			part_end(c, step, next, s);
			part_begin(c, step, next);
			last = s;
			continue;
		}
		c->n++;
		if (stmt_commits(p, i)) {
			part_end(c, step, next, s);
			part_begin(c, step, next);
		}
		last = s;
	}
}

void parts_build(struct apply *ap)
{
	const struct gate_request *rq = ap->rq;
	struct cutting c = { .ap = ap };

	for (size_t i = 0; i < rq->nsteps; i++) {
		const struct step *s = &rq->steps[i];

		part_begin(&c, i, 0);
		if (s->kind == STEP_UP || s->kind == STEP_DOWN)
			cut_file(&c, i, s->entry);
		if (ap->o->each || i + 1 == rq->nsteps ||
		    rq->steps[i + 1].fk_off != s->fk_off)
			part_end(&c, i, PART_END, NULL);
		else
			c.n++;
	}
}

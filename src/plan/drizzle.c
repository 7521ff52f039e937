/*
 * drizzle: what Drizzle's own migrator would do with the same files
 * (drizzle-orm 0.45 src/migrator.ts, better-sqlite3 session): one high-water
 * mark decides what is pending; all files run in one transaction with foreign
 * keys on, where PRAGMA foreign_keys is without effect; one prepared statement
 * a piece.
 */
#include "plan/internal.h"

static bool skipped(const struct work *w, const struct entry *en)
{
	const struct states *s = w->rq->states;

	return s && s->newest != INT64_MIN && en->when <= s->newest;
}

static bool would_skip(struct work *w)
{
	for (size_t i = 0; i < w->rq->n; i++)
		if (skipped(w, w->rq->entries[i])) {
			w->p->drizzle = arena_printf(w->a,
			    "would skip %.*s for ever",
			    STR_ARG(w->rq->entries[i]->tag));
			return true;
		}
	return false;
}

static size_t statements_in(const struct work *w, const struct entry *en,
    const struct piece *p)
{
	size_t n = 0;

	for (size_t i = 0; i < w->run->n; i++) {
		const struct run_stmt *s = &w->run->v[i];

		if (s->entry == en && s->facts.verb != VERB_EMPTY &&
		    s->made <= 1 && s->offset >= p->offset &&
		    s->offset < p->offset + p->sql.n)
			n++;
	}
	return n;
}

static bool would_stop_at_piece(struct work *w)
{
	for (size_t i = 0; i < w->p->nfiles; i++) {
		const struct entry *en = w->files[i].entry;

		if (w->run->stopped == en)
			break;
		for (size_t k = 0; k < en->npieces; k++) {
			size_t n = statements_in(w, en, &en->pieces[k]);

			if (n == 1)
				continue;
			w->p->drizzle = arena_printf(w->a, "would stop at "
			    "%.*s, piece %zu: %s", STR_ARG(en->tag), k + 1,
			    n ? "more than one statement between breakpoints" :
			    "no statement between breakpoints");
			return true;
		}
	}
	return false;
}

/* --- keys on -------------------------------------------------------------------- */

static void say_found(const struct found *f, struct sbuf *b)
{
	if (f->h.rows == 0)
		return;
	if (b->n)
		SQL(b, " and ");
	if (f->h.def == &hazard_defs[HAZ_ID_CASCADE]) {
		SQL(b, "delete ");
		if (f->h.rows > 0) {
			sbuf_add_count(b, f->h.rows);
			sbuf_addz(b, f->h.rows == 1 ? " row of " : " rows of ");
		} else {
			SQL(b, "rows of ");
		}
	} else {
		SQL(b, "empty ");
		if (f->h.rows > 0)
			sbuf_add_count(b, f->h.rows);
		sbuf_addz(b, f->h.rows == 1 ? " value of " : " values of ");
	}
	sbuf_add(b, f->h.object);
}

static void say_kind(struct work *w, size_t first, enum hazard_id id,
    struct sbuf *b)
{
	for (size_t k = first; k < w->found.n; k++)
		if (w->found.v[k].h.def == &hazard_defs[id])
			say_found(&w->found.v[k], b);
}

static void say_loss(struct work *w, size_t i, const struct sbuf *b)
{
	const struct run_stmt *s = &w->run->v[i];
	bool many = w->p->nfiles > 1;

	w->p->drizzle = arena_printf(w->a, "would %.*s on statement %zu%s%.*s "
	    "(cascade from the %s)", STR_ARG(sbuf_str(b)), s->number,
	    many ? " of " : "", STR_ARG(many ? s->entry->tag : STR("")),
	    rebuild_of(w, i) ? "rebuild" : "drop");
	w->p->drizzle_loses = true;
}

/* The walk of cascade.c over this DROP, as if keys were on. */
static bool would_cascade(struct work *w, size_t i)
{
	const struct run_stmt *s = &w->run->v[i];
	const struct table *t = model_table(s->before, STR(""),
	    s->facts.object);
	size_t first = w->found.n;
	struct sbuf b = SBUF_TEXT;
	bool stops = false;

	names_at(w, i);
	if (!t || !place_table(w, t->o.name).live.p) {
		names_at(w, NO_STMT);
		return false;	/* made by the plan: no rows to lose */
	}
	cascade_walk(w, i, t, true);
	names_at(w, NO_STMT);
	for (size_t k = first; k < w->found.n; k++) {
		struct found *f = &w->found.v[k];

		if (w->rq->live && w->rq->measure)
			(void)count_of(w->rq->live, f->live_count, w->a,
			    &f->h.rows);
		stops = stops || (f->h.def == &hazard_defs[HAZ_ID_ORPHANS] &&
		    f->h.rows > 0);
	}
	say_kind(w, first, HAZ_ID_CASCADE, &b);
	say_kind(w, first, HAZ_ID_UPDATE_ROWS, &b);
	w->found.n = first;
	if (stops)
		w->p->drizzle = arena_printf(w->a, "would stop on statement "
		    "%zu of %.*s: FOREIGN KEY constraint failed", s->number,
		    STR_ARG(s->entry->tag));
	else if (b.n)
		say_loss(w, i, &b);
	sbuf_free(&b);
	return w->p->drizzle.n > 0;
}

static bool would_lose_rows(struct work *w)
{
	for (size_t i = 0; i < w->run->n; i++)
		if (w->run->v[i].facts.verb == VERB_DROP_TABLE &&
		    w->files[w->file_of[i]].fk_off && would_cascade(w, i))
			return true;
	return false;
}

static bool would_trip(struct work *w)
{
	struct sbuf b = SBUF_TEXT;

	for (size_t i = 0; i < w->p->nfiles && !w->p->drizzle.n; i++)
		for (size_t k = 0; k < w->files[i].put_back.n; k++) {
			const struct put_back *p = &w->files[i].put_back.v[k];
			const char *kind = obj_kind_name[p->kind];

			if (p->kind == OBJ_TABLE || p->lost.n)
				continue;
			if (p->lifted && !b.n) {
				w->p->drizzle = arena_printf(w->a,
				    "would stop: error in %s %.*s", kind,
				    STR_ARG(p->name));
				break;
			}
			sbuf_addf(&b, "%sthe %s %.*s", b.n ? ", " :
			    "would lose ", kind, STR_ARG(p->name));
		}
	if (!w->p->drizzle.n && b.n)
		w->p->drizzle = arena_str(w->a, sbuf_str(&b));
	sbuf_free(&b);
	return w->p->drizzle.n > 0;
}

/* What weir does not run says nothing about what Drizzle's migrator does:
 * its refusals are weir's own, and keys are on there throughout. */
static bool unknown(const struct work *w)
{
	bool fails = w->run->stopped || w->p->rehearsal_error.code;

	for (size_t i = 0; i < w->found.n && !fails; i++)
		fails = w->found.v[i].h.sev == SEV_BLOCKED &&
		    !w->found.v[i].gone;
	return fails;
}

/* The driver decides: libSQL's client runs it, the others do not. */
static bool would_alter_column(struct work *w)
{
	for (size_t i = 0; i < w->run->n; i++)
		if (w->run->v[i].made) {
			w->p->drizzle = arena_printf(w->a, "would stop at "
			    "ALTER COLUMN in %.*s on SQLite; libSQL changes "
			    "the definition and looks at no row",
			    STR_ARG(w->run->v[i].entry->tag));
			return true;
		}
	return false;
}

bool sqlite_drizzle(struct work *w)
{
	return would_stop_at_piece(w) || would_alter_column(w) || would_lose_rows(w) || would_trip(w);
}

void drizzle_line(struct work *w)
{
	if (w->rq->rollback || would_skip(w) || w->rules->drizzle(w) ||
	    unknown(w))
		return;
	w->p->drizzle = STR("same");
}

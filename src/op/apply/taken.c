/*
 * taken: what a way back took in turn, rows that the migration brought or that
 * were written since: saved like all that goes (save.h, V.9), told in its
 * report, and again where the migration is applied again.
 */
#include "base/clock.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "op/apply/save.h"

static const char *const of_kind[SAVED_KIND_N] = {
	[SAVED_ROWS] = "", [SAVED_CELLS] = "values in ",
	[SAVED_CHANGED] = "overwritten values in ", [SAVED_POSITION] = "",
};

void taken_tell(struct apply *ap, const struct saved *o)
{
	struct obj table = { .kind = OBJ_TABLE, .schema = o->schema,
		.name = o->table };
	struct sbuf b = SBUF_TEXT;

	if (o->kind == SAVED_POSITION)
		return;
	sbuf_addf(&b, "taken with it, saved before: %s", of_kind[o->kind]);
	sbuf_add_count(&b, o->rows);
	sbuf_addz(&b, o->rows == 1 ? " row of " : " rows of ");
	sbuf_add(&b, table_called(&table, ap->a));
	if (o->kind != SAVED_ROWS && o->cols.n == 1) {
		sbuf_addc(&b, '.');
		sbuf_add(&b, o->cols.v[0]);
	}
	sbuf_addz(&b, ": weir undo show ");
	sbuf_add(&b, o->tag);
	sbuf_addf(&b, " r%lld", (long long)o->id);
	vec_push(ap->a, &ap->taken, utf8_clean(ap->a, sbuf_str(&b),
	    UTF8_LINE));
	sbuf_free(&b);
}

/* The run that took it back last; NULL: none did since it was applied, or
 * nothing went with it. */
static const struct run_summary *last_back(struct apply *ap, struct str tag)
{
	const struct run_summary *v = NULL;
	struct err ignored = ERR_INIT;
	size_t n = 0;

	if (run_list(ap->o->project, ap->a, &v, &n, &ignored))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!strs_has(v[i].committed, tag))
			continue;
		return str_is(v[i].what, "rollback") && strs_has(v[i].kept,
		    tag) && file_stat_of(arena_z(ap->a, path_join(ap->a,
		    v[i].dir, STR(STORE_FILE)))).is_file ? &v[i] : NULL;
	}
	return NULL;
}

void taken_before(struct apply *ap, const struct step *s)
{
	const struct run_summary *r = s->kind == STEP_UP ? last_back(ap,
	    s->track->tag) : NULL;
	struct sbuf b = SBUF_TEXT;

	if (!r)
		return;
	sbuf_addz(&b, "what its rollback of ");
	clock_short(&b, r->started);
	sbuf_addz(&b, " took is not put back; it is saved: weir undo show ");
	sbuf_add(&b, s->track->tag);
	sbuf_addz(&b, " r");
	vec_push(ap->a, &ap->unrestored, utf8_clean(ap->a, sbuf_str(&b),
	    UTF8_LINE));
	sbuf_free(&b);
}

/* migrate: the gate request of a review: its files, in order, upwards. */
#include "op/drift.h"
#include "op/migrate.h"
#include "op/replay.h"

void migrate_gate(const struct review *r, struct arena *a,
    struct gate_request *out)
{
	const struct plan *p = r->plan;
	struct step *v = arena_array(a, struct step, p->nfiles + 1);

	for (size_t i = 0; i < p->nfiles; i++) {
		const struct entry *en = p->files[i].entry;

		v[i] = (struct step){ .kind = STEP_UP, .entry = en,
		    .track = en->whole ? en->whole : en,
		    .fk_off = p->files[i].fk_off };
	}
	replay_gate(r->s, p, out);
	out->steps = v;
	out->nsteps = p->nfiles;
	out->drift_in_plan = r->drift_in_plan;
	out->drift_outside = drift_outside(&r->drift, p);
}

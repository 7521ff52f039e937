#ifndef WEIR_OP_DRIFT_H
#define WEIR_OP_DRIFT_H
/* drift: the live schema against the replay of what is recorded as applied. */
#include "op/session.h"

bool state_is_applied(const struct mig *m);
/*
 * Where the replay stops, out->known is false and out->why tells: that is no
 * failure.  RC_DB, RC_CANCELLED.
 */
enum rc drift_build(struct session *s, struct arena *a, struct drift *out,
    struct err *e) MUST_CHECK;
/* A column that only stands in another place (a way back puts it last) is
 * shown, and keeps nobody from anything. */
bool drift_weighs(const struct change *c);
/* How many differences that weigh lie in objects that the plan names, and how
 * many outside. */
size_t drift_in_plan(const struct drift *d, const struct plan *p);
size_t drift_outside(const struct drift *d, const struct plan *p);
/* Of what a file does to the schema, in the models before and after it: how
 * much another two show. */
struct effect {
	size_t n, in_live, in_expected;
};
struct effect drift_effect(const struct run_file *f, const struct model *live,
    const struct model *expected, struct arena *a);
/* Fills present_not_recorded and recorded_not_present of the states. */
enum rc drift_states(struct session *s, const struct drift *d,
    struct arena *a, struct err *e) MUST_CHECK;

#endif

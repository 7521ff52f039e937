#ifndef WEIR_OP_GATE_NAMES_H
#define WEIR_OP_GATE_NAMES_H
/*
 * names: tables by the names that plans, facts and hazards call them.
 *
 * SQLite: the name, ASCII letters folded.  PostgreSQL: "schema.name", and
 * where there is no schema, that of the home schema.
 */
#include "plan/plan.h"

/* "schema.name", or the name where there are no schemas. */
struct str table_called(const struct obj *o, struct arena *a);
bool same_table(enum dialect_id id, struct str x, struct str y);
const struct table *table_named(const struct model *m, struct str name);
/* The tracking table, what hangs on it, its schema and sequence. */
bool is_tracking(const struct obj *track, const struct obj *o);
/* The name before the plan of a table that is called so after it. */
struct str name_before(const struct plan *p, struct str after);
struct str name_after(const struct plan *p, struct str before);

#endif

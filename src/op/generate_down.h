#ifndef WEIR_OP_GENERATE_DOWN_H
#define WEIR_OP_GENERATE_DOWN_H
/* generate_down: the way back of a migration that was just written. */
#include "op/generate.h"

/*
 * Writes <tag>.down.sql beside it where there is none yet; *file as shown, ""
 * where nothing was written (--custom: nobody knows what it will do).
 *
 * SQLite: the folder is run in memory and the way back derived as rollback
 * does.  Elsewhere, and where the folder does not run, it is the migration
 * that leads from the new schema to the old one, renames turned round.
 * RC_IO.
 */
enum rc generate_down(const struct generate_request *rq,
    const struct generate_result *g, struct arena *a, struct str *file,
    struct err *e) MUST_CHECK;

/*
 * The same for the newest migration of a folder where that has no snapshot, so
 * that nothing can be generated: one made by hand.  SQLite; false: it is not
 * so, or its way back is not derived.
 */
bool generate_down_by_hand(const struct generate_request *rq,
    struct arena *a, struct str *tag, struct str *file);

#endif

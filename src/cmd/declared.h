#ifndef WEIR_CMD_DECLARED_H
#define WEIR_CMD_DECLARED_H
/*
 * declared: the sides of a comparison that are declared: schema (the schema
 * files), snapshot[:TAG], FILE.ts, FILE.json (a snapshot) and, beside one of
 * them, empty.  None needs a database.
 */
#include "cmd/kit.h"

bool declared_word(struct str word);
/* RC_USAGE: no such snapshot, no dialect; else as declared_now(),
 * decl_read().  Notes are said. */
enum rc declared_load(struct invocation *in, struct str word,
    const struct decl **out, struct err *e) MUST_CHECK;
/* Both sides; "empty" is nothing in the dialect of the other.  *both is false
 * and nothing is read where one is not declared. */
enum rc declared_pair(struct invocation *in, const struct decl **from,
    const struct decl **to, bool *both, struct err *e) MUST_CHECK;
/* --format sql: what a migration file between the two would hold, to the
 * byte.  RC_DECISION: rename questions are open. */
enum rc declared_sql(struct invocation *in, const struct decl *from,
    const struct decl *to, bool *differ, struct err *e) MUST_CHECK;

#endif

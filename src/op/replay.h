#ifndef WEIR_OP_REPLAY_H
#define WEIR_OP_REPLAY_H
/* replay: what the claims of rollback, mark and verify are held against. */
#include "op/gate/gate.h"
#include "op/session.h"

struct replay_list {
	const struct entry **v;
	size_t n;
};

/* Entries that count as applied, in journal order. */
struct replay_list replay_applied(const struct session *s, struct arena *a);
const struct mig *replay_mig(const struct session *s, struct str tag);
/* RC_USAGE: the folder has no such migration. */
enum rc replay_need(const struct session *s, struct str tag,
    const struct mig **out, struct err *e) MUST_CHECK;
/* On an empty scratch engine, with the model after every file, and with
 * `statements` after every statement as well.  Where it stops, the run says
 * so. */
enum rc replay_claim(const struct session *s, const struct replay_list *l,
    bool statements, struct arena *a, struct run **out, struct err *e)
    MUST_CHECK;
/*
 * What a file does to rows, which no schema can prove.  Rows that a rebuild
 * copies into a table of its own and renames are not meant: its shape tells.
 */
enum row_work { ROWS_NONE, ROWS_TOO, ROWS_ONLY };
enum row_work replay_row_work(const struct run *run, const struct entry *en);
/* The model with its managed set marked. */
const struct model *replay_managed(const struct session *s,
    const struct model *m, struct arena *a);
/* A plan without statements, for steps that only touch the record. */
const struct plan *replay_no_plan(const struct model *live, struct arena *a);
void replay_gate(const struct session *s, const struct plan *p,
    struct gate_request *out);

/* Objects of the live schema that stand alone and that no file names: tables,
 * views, functions, types.  They are never drift. */
size_t replay_unnamed(const struct session *s, const struct model *live,
    struct arena *a);
/* "2 operators, 1 cast": kinds of objects that are there and that no model
 * holds, so that nothing compares them; "" where there are none. */
struct str replay_uncompared(const struct session *s, bool listed,
    struct arena *a);
/* False: nothing was compared. */
bool replay_unread(const struct session *s, const struct run *run,
    const struct model *live, struct arena *a, struct unread_diff *out);
/* All objects of the user, named by a file or not. */
struct model *replay_all(const struct session *s,
    const struct model *m, struct arena *a);

#endif

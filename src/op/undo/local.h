#ifndef WEIR_OP_UNDO_LOCAL_H
#define WEIR_OP_UNDO_LOCAL_H
/* What the files of undo share; nobody else includes this. */
#include "op/undo/undo.h"

/* <state>/db/<dbid> of the project's database; not made. */
char *state_db_dir(const struct project *p, struct arena *a);

/* carry.c: the file beside a run's that tells whose they are. */
#define CARRIED "carried.json"
/* Files of a run: "run.log", "0007_x/before.json". */
struct strs run_files(struct str dir, struct arena *a);
/* Does the name stay below the folder, at most one deep? */
bool plain_name(struct str name);
void remove_run(struct str dir, struct arena *a);

/* runs.c: is the run of that folder still on its way? */
bool run_goes_on(struct str dir, struct arena *a);

#endif

#ifndef WEIR_OP_UNDO_LOCAL_H
#define WEIR_OP_UNDO_LOCAL_H
/* What the files of undo share; nobody else includes this. */
#include "op/undo/undo.h"

/* <state>/db/<dbid> of the project's database; not made. */
char *state_db_dir(const struct project *p, struct arena *a);

#endif

#ifndef WEIR_TS_BUILTINS_H
#define WEIR_TS_BUILTINS_H
/* builtins: the globals that schema files touch, as one table
 * (ts/builtins.def).  What is not there is unknown by name. */
#include "ts/run.h"

/* Protos and globals of a new run. */
enum ts_flow ts_builtins(struct ts_run *r);

#endif

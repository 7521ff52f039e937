#ifndef WEIR_CMD_ASKING_H
#define WEIR_CMD_ASKING_H
/*
 * asking: generate() with somebody at the terminal: rename questions one after
 * the other, then the name.  Nobody there, or all given by options: the same
 * as generate().
 */
#include "cmd/cmd.h"
#include "op/generate.h"

/* As generate(); the answers given stand in rq afterwards.  RC_CANCELLED:
 * nothing was written. */
enum rc generate_asking(struct invocation *in, struct generate_request *rq,
    struct generate_result *out, struct err *e) MUST_CHECK;

#endif

#ifndef WEIR_CMD_REHEARSE_H
#define WEIR_CMD_REHEARSE_H
/* rehearse: review --rehearse: what it takes is said on stderr and, where a
 * person is there, asked; then what came of it. */
#include "cmd/cmd.h"
#include "op/apply/rehearse.h"

/* RC_DECISION: labelled production and no --target, or not confirmed. */
enum rc cmd_rehearse(struct invocation *in, struct session *s,
    const struct review *r, struct rehearsal *out, struct err *e) MUST_CHECK;
void cmd_print_rehearsal(struct invocation *in, const struct review *r,
    const struct rehearsal *v);
void cmd_json_rehearsal(const struct rehearsal *v, struct json_out *o);
/* 1 where a statement failed, 4 where the schema became another one. */
int cmd_rehearsal_exit(const struct rehearsal *v);

#endif

#ifndef WEIR_CMD_KIT_H
#define WEIR_CMD_KIT_H
/*
 * kit: what generate, export and check share: a request made of the project's
 * configuration and of drizzle-kit's own flags, and answers to rename
 * questions as flags and files.
 *
 * As drizzle-kit has it, a flag that names schema, dialect, out or casing
 * wins over the configuration's field; unlike it, they may be mixed.
 */
#include "cmd/cmd.h"
#include "op/generate.h"

/* RC_USAGE; the project's notes are said. */
enum rc kit_request(struct invocation *in, struct generate_request *rq,
    struct project **p, struct err *e) MUST_CHECK;
/* --rename KIND:[TABLE.]FROM=TO, --create KIND:[TABLE.]NAME, --answers FILE */
enum rc kit_answers(struct invocation *in, struct decl_answers *out,
    struct err *e) MUST_CHECK;
/* Questions that are open, as JSON (questions:[…]) or as flags to type. */
void kit_questions_json(struct json_out *o, const struct decl_change *c);
enum rc kit_questions_refuse(struct invocation *in,
    const struct decl_change *c, struct err *e) MUST_CHECK;
/* The answers given, as --save-answers writes them. */
void kit_answers_json(const struct decl_answers *v, struct sbuf *out);

#endif

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
/* A path as it is shown: short, and clean. */
struct str kit_path(const struct invocation *in, struct str path);
/* The line to type after writing: exactly the files that changed. */
void kit_git_add(struct invocation *in, const struct generate_result *g);
/* RC_CONFLICT: the project's database has recorded the migration, so that it
 * may not be `verb`ed; a database that cannot be asked is said. */
enum rc kit_not_applied(struct invocation *in,
    const struct generate_request *rq, struct str tag, const char *verb,
    struct err *e) MUST_CHECK;
/* What decides the text of a change beside the schemas: --compat, --dialect
 * and --breakpoints, else the configuration. */
enum rc kit_diff_options(struct invocation *in, enum decl_compat *compat,
    bool *breakpoints, struct err *e) MUST_CHECK;
/* Where the text is another than drizzle-kit's, one line each. */
void kit_differences(const struct invocation *in,
    const struct decl_change *c);
/* --rename KIND:[TABLE.]FROM=TO, --create KIND:[TABLE.]NAME, --answers FILE */
enum rc kit_answers(struct invocation *in, struct decl_answers *out,
    struct err *e) MUST_CHECK;
/* The same from a file of --save-answers, <tag>.answers.json. */
struct str kit_answers_path(const struct invocation *in,
    const struct generate_request *rq, struct str tag);
enum rc kit_answers_file(struct invocation *in, struct str path,
    struct decl_answers *out, struct err *e) MUST_CHECK;
/* Questions that are open, as JSON (questions:[…]) or as flags to type. */
void kit_questions_json(struct json_out *o, const struct decl_change *c);
enum rc kit_questions_refuse(struct invocation *in,
    const struct decl_change *c, struct err *e) MUST_CHECK;
/* The answers given, as --save-answers writes them. */
void kit_answers_json(const struct decl_answers *v, struct sbuf *out);

#endif

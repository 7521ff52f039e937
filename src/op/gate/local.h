#ifndef WEIR_OP_GATE_LOCAL_H
#define WEIR_OP_GATE_LOCAL_H
/* What the files of gate share; nobody else includes this. */
#include "op/gate/gate.h"

/* Read an object at *at and append its one form; false: not an object. */
bool object_canonical(struct str text, size_t *at, struct sbuf *out);
/* The one form of a hazard's object (the text itself when it has none). */
struct str object_of(struct str object, struct arena *a);
/* Word (slug or code) and object of an allow are those of a hazard. */
bool allow_names(const struct allow *al, const struct hazard_def *def,
    struct str object);

/* code.c: an allow of a loss that code in the plan may bring about. */
bool allow_of_code(const struct plan *p, const struct allow *al,
    struct arena *a);

/* Needs of one migration, or of all with entry == NULL. */
void needs_build(const struct gate_request *rq, const struct entry *entry,
    struct arena *a, struct needs *out);
/* Does the allow stand for this need?  The bound is another question. */
bool need_named(const struct need *n, const struct allow *al);
bool need_bound_holds(const struct need *n, const struct allow *al);

/* lacking.c: G.9 */
enum rc check_lacking(const struct gate_request *rq, struct arena *a,
    struct err *e) MUST_CHECK;

#endif

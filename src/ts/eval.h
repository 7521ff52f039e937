#ifndef WEIR_TS_EVAL_H
#define WEIR_TS_EVAL_H
/* eval: what the files of the evaluator share. */
#include "ts/run.h"

#define TS_NEST 3000		/* nodes that are being evaluated at once */

/* --- run.c --------------------------------------------------------------- */
enum ts_flow ts_step(struct ts_run *r, const struct ts_node *n);

/* The prototype of errors that a constructor makes; NULL: of Error. */
struct ts_object *ts_error_proto(struct ts_run *r,
    const struct ts_object *kind);

/* --- scope.c ------------------------------------------------------------- */
struct ts_scope *ts_scope_new(struct ts_run *r, struct ts_scope *outer);
struct ts_binding *ts_bind(struct ts_run *r, struct ts_scope *s,
    struct str name);			/* made if it is not there */
struct ts_binding *ts_lookup(struct ts_scope *s, struct str name);
struct ts_binding *ts_lookup_here(const struct ts_scope *s, struct str name);
enum ts_flow ts_binding_get(struct ts_run *r, struct ts_binding *b,
    struct ts_value *out);
enum ts_flow ts_binding_set(struct ts_run *r, struct ts_binding *b,
    struct ts_value v);
/* Names declared by the statements of one block, functions with their value. */
void ts_hoist(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n);
/* var declarations of a function's or module's body, blocks included */
void ts_hoist_vars(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n);
/* The names of a pattern or declaration. */
typedef VEC(struct str) ts_names;
void ts_pattern_names(struct ts_run *r, const struct ts_node *pattern,
    ts_names *out);
void ts_declared_names(struct ts_run *r, const struct ts_node *declaration,
    ts_names *out);

/* --- expr and target ----------------------------------------------------- */
enum ts_flow ts_eval(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
enum ts_flow ts_operate(struct ts_run *r, enum ts_op op, struct ts_value x,
    struct ts_value y, struct ts_value *out);
/* bigint.c: a literal ("0xff"), and what two of them make */
struct ts_value ts_bigint_of(struct ts_run *r, struct str literal);
struct ts_value ts_bigint_operate(struct ts_run *r, enum ts_op op,
    struct ts_value x, struct ts_value y);
/* Store v where a pattern says; declare: into the scope's own bindings. */
enum ts_flow ts_store(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *target, struct ts_value v, bool declare);
enum ts_flow ts_assign_op(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
enum ts_flow ts_update(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
/* The key of a property node: its text, or what it computes. */
enum ts_flow ts_prop_key(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *prop, struct str *out);
struct str ts_private_key(struct ts_run *r, struct str name);

/* --- call.c -------------------------------------------------------------- */
struct ts_object *ts_closure_new(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *f);
enum ts_flow ts_eval_call(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
enum ts_flow ts_eval_new(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
enum ts_flow ts_eval_tagged(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
struct ts_scope *ts_self_scope(struct ts_scope *s);
/* --- class.c ------------------------------------------------------------- */
enum ts_flow ts_eval_class(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value *out);
enum ts_flow ts_construct_as(struct ts_run *r, struct ts_object *f,
    const struct ts_value *v, size_t n, struct ts_object *target,
    struct ts_value *out);
/* super(…) */
enum ts_flow ts_super_call(struct ts_run *r, struct ts_scope *s,
    const struct ts_value *v, size_t n, struct ts_value *out);
enum ts_flow ts_call_closure(struct ts_run *r, struct ts_object *f,
    const struct ts_call *c, struct ts_value *out);

/* --- exec.c -------------------------------------------------------------- */
enum ts_flow ts_exec(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n);
enum ts_flow ts_exec_list(struct ts_run *r, struct ts_scope *s,
    struct ts_node *const *list, size_t n);

/* --- undecided.c --------------------------------------------------------- */
/* A statement whose course `unknown` decides (E.4): FLOW_NEXT, FLOW_RETURN
 * with an unknown result, or FLOW_FAIL. */
enum ts_flow ts_undecided(struct ts_run *r, struct ts_scope *s,
    const struct ts_node *n, struct ts_value unknown, const char *what);

/* --- module.c ------------------------------------------------------------ */
enum ts_flow ts_load(struct ts_run *r, struct str from, struct str specifier,
    struct ts_module **out);
enum ts_flow ts_namespace(struct ts_run *r, struct ts_module *m,
    struct ts_value *out);

#endif

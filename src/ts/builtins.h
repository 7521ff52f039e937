#ifndef WEIR_TS_BUILTINS_H
#define WEIR_TS_BUILTINS_H
/*
 * builtins: the globals that schema files touch, as one table
 * (ts/builtins.def).  What is not there is unknown by name.
 *
 * Rules.  B.1 an unknown as `this` gives an unknown; as an argument it is
 * passed on, stored or compared, and gives an unknown where its value would
 * be needed.  B.2 what would differ from run to run, or from machine to
 * machine (clocks, random numbers), is unknown.  B.3 Date is in UTC.
 */
#include "ts/run.h"

#define FUNCTION(global, fn) ts_native bi_##fn;
#define STATIC(global, name, fn) ts_native bi_##fn;
#define METHOD(proto, name, fn) ts_native bi_##fn;
#define CONSTANT(global, name, number)
#define HIDDEN(name, what)
#include "ts/builtins.def"

/* Protos and globals of a new run. */
enum ts_flow ts_builtins(struct ts_run *r);
/* process.env: an object that reads the host's variables. */
struct ts_object *ts_env_object(struct ts_run *r, struct strs names);

/* What the files of the built-ins share. */
#define BUILTIN(name) enum ts_flow bi_##name(struct ts_run *r, \
	const struct ts_call *c, struct ts_value *out)

/* B.1: *out is the unknown among `this` and the first n arguments, if any. */
bool bi_unknown(const struct ts_call *c, size_t n, struct ts_value *out);
/* this as an array; TypeError else. */
enum ts_flow bi_array(struct ts_run *r, const struct ts_call *c,
    struct ts_object **out);
/* this as text. */
enum ts_flow bi_text(struct ts_run *r, const struct ts_call *c,
    struct str *out);
/* Argument i as an integer clamped to [-len, len] or, from the end,
 * made positive; `otherwise` when it is undefined. */
size_t bi_position(struct ts_run *r, const struct ts_call *c, size_t i,
    size_t len, size_t otherwise);
struct ts_object *bi_pair(struct ts_run *r, struct ts_value x,
    struct ts_value y);
/* What entries(), keys(), values() give: the list, which next() and a run
 * through use up. */
struct ts_value bi_iterator(struct ts_run *r, struct ts_object *list);
/* f(x, i, list) */
enum ts_flow bi_each(struct ts_run *r, const struct ts_call *c,
    struct ts_value x, struct ts_value i, struct ts_value list,
    struct ts_value *out);
/* JSON.stringify by the rules of ECMA-262 25.5.2; false: undefined. */
enum ts_flow ts_json_text(struct ts_run *r, struct ts_value v, int indent,
    struct str *out, bool *defined);
/* "2026-11-21T12:00:00.000Z" of a time in ms; false: not a time. */
bool ts_iso_date(double ms, char out[32]);

#endif

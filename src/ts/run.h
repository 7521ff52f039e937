#ifndef WEIR_TS_RUN_H
#define WEIR_TS_RUN_H
/*
 * run: evaluation of the modules of one project (ECMA-262, the subset that
 * the parser reads).
 *
 * Rules.  E.1 no input or output but reading modules of the project, which
 * the host gives; nothing is executed outside.  E.2 budgets: steps, depth,
 * bytes; reaching one is FLOW_FAIL with the place and the option that raises
 * it.  E.3 each module is evaluated once, cycles see what is there.  E.4 a
 * statement whose course an unknown would decide is not run, and what it could
 * change becomes unknown, or it fails (undecided.c); an expression becomes
 * unknown.  E.5 async functions run at once; await unwraps.
 * Generators are not run: calling one gives an unknown.
 *
 * A struct ts_run belongs to one thread.  Its memory is one arena, which
 * also holds all results.
 */
#include "ts/value.h"

#define TS_STEPS 10000000u
#define TS_CALLS 256
#define TS_BYTES ((size_t)256 << 20)
#define TS_TEXT_MAX ((size_t)16 << 20)	/* of one string */
#define TS_ITEMS_MAX 1000000u		/* of one array */

struct ts_binding {
	struct str name;
	struct ts_value v;
	bool constant, ready;		/* not ready: before its declaration */
	/* An import: the binding of another module, looked up when used. */
	struct ts_module *from;
	struct str from_name;
};

struct ts_scope {
	struct ts_scope *outer;
	VEC(struct ts_binding *) v;
	struct map *index;		/* where there are many */
	bool function;			/* var declarations stop here */
	/* of a function: */
	struct ts_value self;
	bool has_self;			/* not an arrow's */
	struct ts_object *home, *callee, *target;
	const struct ts_node *body;	/* what is run in it */
};

enum ts_module_state { MODULE_NEW, MODULE_RUNNING, MODULE_DONE };
struct ts_export {
	struct str name;
	struct ts_binding *binding;	/* or … */
	struct ts_module *from;		/* re-exported from there */
	struct str from_name;		/* "*": the namespace itself */
	bool by_star;			/* came by `export * from` */
};
struct ts_module {
	struct str path;
	struct ts_file file;
	enum ts_module_state state;
	struct ts_scope *scope;
	struct ts_object *space;	/* import * as: made when asked for */
	/* In the order of the file (drizzle-spec 1.3 sorts them). */
	VEC(struct ts_export) exports;
	VEC(struct ts_module *) stars;	/* export * from, in order */
	/* A built-in or JSON module: its exports are this object's. */
	struct ts_object *built_in;
	struct ts_value json;		/* default export of a JSON file */
	const struct ts_unknown *unknown;	/* a package outside */
};

/* Where modules come from. */
struct ts_host {
	/*
	 * Resolve a specifier seen in a file.  *path: of a project file, its
	 * text in *text (json: by its name); else *native names a built-in
	 * module ("drizzle-orm/pg-core"); else both empty: unknown.  RC_IO,
	 * RC_NOTFOUND for a relative path that leads nowhere.
	 */
	enum rc (*resolve)(void *arg, struct str from, struct str specifier,
	    struct arena *a, struct str *path, struct str *native,
	    struct err *e);
	/* What to call one that resolve() left empty; NULL: a package. */
	struct str (*missing)(void *arg, struct str from,
	    struct str specifier, struct arena *a);
	enum rc (*read)(void *arg, struct str path, struct arena *a,
	    struct str *text, struct err *e);
	/* The exports of a built-in module; NULL: not one (then unknown). */
	struct ts_object *(*built_in)(void *arg, struct ts_run *r,
	    struct str name);
	/* The shell's and .env's variables, for process.env. */
	bool (*env)(void *arg, struct str name, struct str *out);
	struct strs (*env_names)(void *arg, struct arena *a);
	struct str cwd;			/* process.cwd(); "": not known */
	struct str root;		/* what names of files start from,
					 * absolute; "": not known */
	void *arg;
};

struct ts_protos {
	struct ts_object *object, *function, *array, *string, *number,
	    *boolean, *bigint, *symbol, *regex, *date, *map, *set, *error,
	    *promise, *iterator;
};

/* A function that is not known, and got what it could change. */
struct ts_handed_over {
	struct str name, where;
	const struct ts_unknown *to;
};

struct ts_run {
	struct arena *a;
	struct err *e;
	const struct ts_host *host;
	uint64_t steps, steps_max;
	size_t bytes_max;
	unsigned depth, nest;
	bool full;			/* an array did not take an item */
	bool chain_ends;		/* a?.b found nothing */
	struct ts_value thrown;
	struct str thrown_where;
	struct ts_protos proto;
	struct ts_scope *globals;
	struct map *modules;		/* path → struct ts_module */
	const struct ts_file *file;	/* being evaluated */
	const struct ts_node *at;
	struct str label;		/* of break and continue */
	struct ts_value result;		/* of return */
	unsigned symbols;
	struct ts_object *env;		/* process.env */
	VEC(struct str) unset;		/* asked of it in vain */
	VEC(struct ts_handed_over) handed;
	void *extra;			/* of the built-in modules */
};

/* Globals come from builtins.c; `limit` multiplies the budgets (1). */
enum rc ts_run_new(const struct ts_host *host, double limit, struct arena *a,
    struct ts_run **out, struct err *e) MUST_CHECK;
/*
 * Evaluate a module and all it imports.  RC_PARSE with the place: what was
 * thrown and not caught, budgets, decisions that need an unknown.
 */
enum rc ts_run_module(struct ts_run *r, struct str path,
    struct ts_module **out, struct err *e) MUST_CHECK;
/* Value of an export; false: no such. */
enum ts_flow ts_module_get(struct ts_run *r, struct ts_module *m,
    struct str name, struct ts_value *out, bool *found);
/*
 * Names of a module's exports as the transpiled module enumerates them: own
 * ones bytewise, then those of each `export *` in turn (drizzle-spec 1.3).
 */
struct strs ts_module_names(struct ts_run *r, struct ts_module *m);
/* After FLOW_THROW or FLOW_FAIL: as an error. */
enum rc ts_run_failed(struct ts_run *r, enum ts_flow f, struct err *e);

/* --- for built-ins ------------------------------------------------------- */
enum ts_flow ts_invoke(struct ts_run *r, struct ts_value f,
    struct ts_value self, const struct ts_value *v, size_t n,
    struct ts_value *out);
enum ts_flow ts_construct(struct ts_run *r, struct ts_value f,
    const struct ts_value *v, size_t n, struct ts_value *out);
/* Values of an iterable: arrays, strings, maps, sets; else TypeError. */
enum ts_flow ts_iterate(struct ts_run *r, struct ts_value from,
    const struct ts_value **out, size_t *n);
struct ts_value ts_unknown_of(struct ts_run *r, const char *fmt, ...)
    PRINTF(2, 3);
/* One that differs from run to run: a clock, random numbers. */
struct ts_value ts_varies(struct ts_run *r, const char *what);
/* One of several values, by an unknown; what is known stays. */
struct ts_value ts_either(struct ts_run *r, struct ts_value test);
/* Note a call of an unknown that got what it could change. */
void ts_handed(struct ts_run *r, const struct ts_node *call, struct ts_value f,
    struct str name, const struct ts_value *v, size_t n);
/* "zod, which is not known here" */
struct str ts_unknown_text(const struct ts_unknown *u, struct arena *a);
enum ts_flow ts_throw(struct ts_run *r, const char *type, const char *fmt, ...)
    PRINTF(3, 4);
/* Nothing catches it; where = the place being evaluated. */
enum ts_flow ts_fail(struct ts_run *r, const char *fmt, ...) PRINTF(2, 3);
/* V.1: FLOW_FAIL for an unknown that decides about `what`. */
enum ts_flow ts_known(struct ts_run *r, struct ts_value v, const char *what);
/* Work that takes longer than a step: against the budgets. */
enum ts_flow ts_cost(struct ts_run *r, size_t steps);
struct str ts_where(struct ts_run *r);	/* file:line:col of r->at */
/* A function value? */
bool ts_callable(struct ts_value v);
struct ts_value ts_symbol(struct ts_run *r, struct str description);
void ts_define(struct ts_run *r, struct ts_scope *s, struct str name,
    struct ts_value v);

#endif

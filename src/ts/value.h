#ifndef WEIR_TS_VALUE_H
#define WEIR_TS_VALUE_H
/*
 * value: what expressions evaluate to.
 *
 * Rules.  V.1 an *unknown* stands for what this reader does not know or must
 * not decide: packages outside of the project, clocks, random numbers.  It
 * spreads: reading, calling or computing with one gives an unknown of the same
 * origin, and nothing fails by it; whoever needs a decision from it fails with
 * the place of origin (ts_known()).  V.2 strings are UTF-8; indexes and
 * lengths are those of JavaScript, in UTF-16 units.  V.3 properties are
 * enumerated as ECMA-262 10.1.11 has it: integer-like keys by number, the
 * others in the order in which they came.  V.4 keys that begin with byte 0xff
 * are symbols and are never enumerated.
 *
 * All of it lives in the arena of one run.
 */
#include "base/map.h"
#include "base/sbuf.h"
#include "base/vec.h"
#include "ts/syntax.h"

enum ts_type {
	TSV_UNDEFINED, TSV_NULL, TSV_BOOL, TSV_NUMBER, TSV_BIGINT, TSV_STRING,
	TSV_SYMBOL, TSV_OBJECT, TSV_UNKNOWN,
};

struct ts_unknown {
	struct str what;	/* "zod", "Date.now()" */
	struct str where;	/* file:line:col of the first */
	bool varies;		/* from run to run */
	bool decides;		/* the value is one of several: which, the
				 * unknown decides */
};

struct ts_value {
	enum ts_type type;
	union {
		bool boolean;
		double number;
		struct str text;	/* STRING; BIGINT: decimal, "-12";
					 * SYMBOL: its key (V.4) */
		struct ts_object *object;
		const struct ts_unknown *unknown;
	};
};

#define TS_UNDEFINED ((struct ts_value){ .type = TSV_UNDEFINED })
#define TS_NULL_VALUE ((struct ts_value){ .type = TSV_NULL })
static inline struct ts_value ts_bool(bool b)
{
	return (struct ts_value){ .type = TSV_BOOL, .boolean = b };
}
static inline struct ts_value ts_number(double n)
{
	return (struct ts_value){ .type = TSV_NUMBER, .number = n };
}
static inline struct ts_value ts_text(struct str s)
{
	return (struct ts_value){ .type = TSV_STRING, .text = s };
}
static inline struct ts_value ts_ref(struct ts_object *o)
{
	return (struct ts_value){ .type = TSV_OBJECT, .object = o };
}
static inline bool ts_is_undefined(struct ts_value v)
{
	return v.type == TSV_UNDEFINED;
}
static inline bool ts_is_nullish(struct ts_value v)
{
	return v.type == TSV_UNDEFINED || v.type == TSV_NULL;
}

struct ts_run;
struct ts_scope;

/* How a piece of evaluation ended. */
enum ts_flow {
	FLOW_NEXT,		/* normally */
	FLOW_THROW,		/* run->thrown; a try may catch it */
	FLOW_FAIL,		/* run->e: nothing catches it */
	FLOW_RETURN, FLOW_BREAK, FLOW_CONTINUE,	/* of statements */
};
/* Hands any flow but FLOW_NEXT on to the caller. */
#define TRY(expression) do { \
	enum ts_flow flow_ = (expression); \
	if (flow_) \
		return flow_; \
} while (0)

struct ts_call {
	struct ts_value self;		/* this */
	const struct ts_value *v;	/* arguments */
	size_t n;
	struct ts_object *callee;
	struct ts_object *target;	/* new.target; NULL: a plain call */
};
typedef enum ts_flow ts_native(struct ts_run *r, const struct ts_call *c,
    struct ts_value *out);
static inline struct ts_value ts_arg(const struct ts_call *c, size_t i)
{
	return i < c->n ? c->v[i] : TS_UNDEFINED;
}

enum ts_class_of {
	CLASS_OBJECT, CLASS_ARRAY, CLASS_FUNCTION, CLASS_REGEX, CLASS_DATE,
	CLASS_MAP, CLASS_SET, CLASS_ERROR, CLASS_PROMISE, CLASS_BOXED,
	CLASS_NATIVE,		/* `native` says which */
};

struct ts_prop {
	struct str key;
	struct ts_value v;
	struct ts_object *get, *set;	/* accessors, or NULL */
	bool hidden;			/* not enumerated */
	bool gone;			/* deleted */
};

/* What a JavaScript closure is made of. */
struct ts_closure {
	const struct ts_node *node;	/* TS_FUNCTION; NULL: native */
	const struct ts_file *file;
	struct ts_scope *scope;
	ts_native *native;
	void *data;			/* of a native */
	struct str name;
	struct ts_object *home;		/* where super looks */
	const struct ts_node *class_node;	/* a class: its fields … */
	struct ts_object *super_class;	/* of a class that extends */
	bool is_class, derived;
	struct ts_value self;		/* bound, or an arrow's */
	bool has_self;
	/* Field names and initialisers of a class, evaluated on creation. */
	struct ts_scope *class_scope;
};

struct ts_object {
	enum ts_class_of class_of;
	bool frozen;
	struct ts_object *proto;
	VEC(struct ts_prop) props;
	struct map *index;		/* of props, where there are many */
	VEC(struct ts_value) items;	/* ARRAY; MAP: key, value; SET: keys */
	struct ts_closure *fn;		/* FUNCTION */
	/* It was spread from, or grew from, an unknown: what it lacks is
	 * unknown. */
	const struct ts_unknown *open;
	const struct ts_native_class *native;	/* NATIVE, and made by one */
	void *data;
	struct str source, flags;	/* REGEX */
	double number;			/* DATE: ms; BOXED */
	struct ts_value value;		/* PROMISE, BOXED */
};

/* Kinds of native objects are told by address: name is for messages. */
struct ts_native_class {
	const char *name;
};

struct ts_object *ts_object_new(struct ts_run *r);
struct ts_object *ts_array_new(struct ts_run *r);
struct ts_object *ts_native_new(struct ts_run *r,
    const struct ts_native_class *c, struct ts_object *proto, void *data);
struct ts_object *ts_function_new(struct ts_run *r, const char *name,
    ts_native *fn, void *data);
void ts_push(struct ts_run *r, struct ts_object *array, struct ts_value v);
/* The data of a native of that class, or NULL. */
void *ts_native_data(struct ts_value v, const struct ts_native_class *c);

/* Own data properties, without accessors or protos: for natives. */
const struct ts_prop *ts_own(const struct ts_object *o, struct str key);
void ts_put(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_value v);
void ts_put_hidden(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_value v);
void ts_put_accessor(struct ts_run *r, struct ts_object *o, struct str key,
    struct ts_object *get, struct ts_object *set, bool hidden);
void ts_remove(struct ts_object *o, struct str key);
/* Enumerable own string keys in order (V.3); arrays: their indexes too. */
struct strs ts_keys(struct ts_run *r, const struct ts_object *o);
/* An array index: "0", "12", not "01"; true below 2^32 - 1. */
bool ts_is_index(struct str key, uint32_t *out);

/* With accessors, protos, strings' and arrays' own members.  Reading from
 * undefined or null throws a TypeError. */
enum ts_flow ts_get(struct ts_run *r, struct ts_value from, struct str key,
    struct ts_value *out);
enum ts_flow ts_set(struct ts_run *r, struct ts_value to, struct str key,
    struct ts_value v);
bool ts_has(const struct ts_object *o, struct str key);	/* protos too */

/* --- conversions (ECMA-262 chapter 7) ------------------------------------ */
bool ts_truthy(struct ts_value v);	/* an unknown: true; ask before */
bool ts_same(struct ts_value x, struct ts_value y);		/* === */
bool ts_loosely_same(struct ts_run *r, struct ts_value x, struct ts_value y);
double ts_to_number(struct ts_run *r, struct ts_value v);
/* Objects by their toString(); FLOW_THROW for symbols. */
enum ts_flow ts_to_text(struct ts_run *r, struct ts_value v, struct str *out);
enum ts_flow ts_to_key(struct ts_run *r, struct ts_value v, struct str *out);
struct str ts_number_text(struct arena *a, double n);
const char *ts_type_word(struct ts_value v);	/* typeof */
/* For messages: short, clean. */
struct str ts_show(struct ts_run *r, struct ts_value v);

/* UTF-16 (V.2) */
size_t ts_text_length(struct str s);
/* Byte offset of a unit; the middle of a pair is its start. */
size_t ts_text_offset(struct str s, size_t unit);

#endif

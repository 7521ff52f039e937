#ifndef WEIR_OP_ROWS_COND_H
#define WEIR_OP_ROWS_COND_H
/*
 * rows_cond: conditions on columns, as one chooses them: a column, an operator
 * that its type has, and a value as typed.
 *
 * R.9 A value is read by the type of its column: numbers and dates are looked
 *     at before anything is sent; 'in quotes' it is text whatever the column
 *     is; in lists a comma parts values and quotes hold them together.
 * R.10 What comes out is SQL that one could have typed: bare names where they
 *     may stand bare, literals, no arguments.
 */
#include "op/rows.h"

enum rows_op {
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_BETWEEN, OP_IN, OP_LIKE,
	OP_STARTS, OP_CONTAINS, OP_REGEXP, OP_NOT_REGEXP, OP_NULL, OP_NOT_NULL,
	OP_TRUE, OP_FALSE, OP_N
};
enum rows_takes { TAKES_NOTHING, TAKES_ONE, TAKES_TWO, TAKES_LIST };
struct rows_op_info {
	const char *name;	/* "starts with" */
	const char *help;
	enum rows_takes takes;
};
extern const struct rows_op_info rows_op_table[OP_N];

struct rows_cond {
	struct str column;
	enum rows_op op;
	struct str value;	/* as typed */
};

/* Has this column (of r) the operator? */
bool rows_op_fits(const struct rows *r, const struct rows_col *c,
    enum rows_op op);
/* What is to be typed: "a number", "low, high", "2025-01-31". */
const char *rows_op_wants(const struct rows *r, const struct rows_col *c,
    enum rows_op op);
/*
 * "column op value" as SQL.  RC_PARSE: the value is none of that type, the
 * message says what it should be; RC_NOTFOUND: no such column.
 */
enum rc rows_cond_sql(const struct rows *r, const struct rows_cond *c,
    struct sbuf *out, struct err *e) MUST_CHECK;
/* All of them, AND between. */
enum rc rows_conds_sql(const struct rows *r, const struct rows_cond *v,
    size_t n, struct sbuf *out, struct err *e) MUST_CHECK;
/* The next value of a list as typed, without its quotes, in `a`. */
bool rows_next_value(struct str *rest, struct str *value, struct arena *a);
/* The condition that a value's row fulfils; false: the value is cut. */
bool rows_cond_of(const struct rows *r, size_t col, const struct value *v,
    struct arena *a, struct rows_cond *out);
bool rows_conds_same(const struct rows_cond *x, size_t nx,
    const struct rows_cond *y, size_t ny);

#endif

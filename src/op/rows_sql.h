#ifndef WEIR_OP_ROWS_SQL_H
#define WEIR_OP_ROWS_SQL_H
/* rows_sql: what the files of op/rows share: segments (R.3) and their SQL. */
#include "op/rows.h"

#define BLOB_READ 65536		/* a larger blob is not read for a grid */
#define KEY_CAP 4096		/* bytes of a key value that are kept */

/* What the engines do differently (R.1, R.2). */
struct rows_rules {
	bool nulls_last;	/* NULL is larger than all others */
	bool sure_keys;		/* a primary key is never NULL, never twice */
	bool cells_early;	/* cells of all rows are made before a sort */
	bool order_by_label;	/* ORDER BY takes a name for a result's first */
	bool places;		/* a row's number is "(block,line)" (R.8) */
	const char *part;	/* tells apart whose row number it is; or NULL */
};
extern const struct rows_rules rows_rules[DIALECT_N];

/* Schema that has the operators of a column's type; "" = the engine's own. */
struct str rows_op_schema(const struct model *m, const struct column *c);

enum seg_kind {
	SEG_ALL,		/* no condition */
	SEG_EQ,			/* all terms equal */
	SEG_BEYOND,		/* terms before `eq` equal, term `eq` beyond */
	SEG_NULL,		/* … term `eq` is NULL */
	SEG_NOT_NULL,
	SEG_TUPLE,		/* all terms at once, by row value */
	SEG_BLOCKS,		/* in blocks [lo, hi), and beyond the key (R.8) */
};
struct seg {
	enum seg_kind kind;
	size_t eq;		/* terms that are equal */
};
struct segs {
	const struct seg *v;
	size_t n;
	const struct value *key;
	bool back;		/* order reversed: before the key */
	bool with;		/* SEG_TUPLE, SEG_BLOCKS take in the key itself */
	int64_t lo, hi;		/* SEG_BLOCKS */
};
/* Rows after (back: before) a key, nearest first; key NULL: all rows. */
struct segs segs_from(const struct rows *r, const struct value *key, bool back,
    bool with, struct arena *a);

enum rows_select { SELECT_PAGE, SELECT_KEY, SELECT_COUNT };

/* SQL under construction with its arguments. */
struct query {
	const struct dialect *dialect;
	struct sbuf sql;
	struct value *args;	/* enough for two per term */
	size_t nargs;
	struct arena *a;
};
void query_begin(struct query *q, const struct rows *r, struct arena *a);
void query_end(struct query *q);
void query_arg(struct query *q, const struct value *v);
/* "name = " by the operator of the column's type. */
void query_eq(struct query *q, const struct model *m, const struct column *c,
    struct str name, const struct value *v);
void query_select(struct query *q, const struct rows *r, enum rows_select what);
/* FROM, WHERE of the user and of segment i. */
void query_where(struct query *q, const struct rows *r, const struct segs *s,
    size_t i);
void query_order(struct query *q, const struct rows *r, const struct segs *s,
    size_t i);
/* The row of that key alone. */
void query_row(struct query *q, const struct rows *r, const struct value *key);
/* FROM and WHERE of the row with that key, or at that position. */
void query_by_key(struct query *q, const struct rows *r,
    const struct value *key);
/* The same of a row that the WHERE leaves; not by position. */
void query_shown(struct query *q, const struct rows *r,
    const struct value *key);
/* " LIMIT n OFFSET m" */
void query_limit(struct query *q, int64_t limit, int64_t offset);
/* A page's rows of segment i (s NULL: all), in order. */
void query_page(struct query *q, const struct rows *r, const struct segs *s,
    size_t i, int64_t limit, int64_t offset);
enum rc query_run(struct query *q, struct drv *d, size_t cap,
    struct cursor **out, struct err *e) MUST_CHECK;
/* First row's values copied into q->a, or RC_NOTFOUND. */
enum rc query_one(struct query *q, struct drv *d, size_t cap,
    struct value *out, size_t n, struct err *e) MUST_CHECK;

/* The row at the cursor, in `a`; number: by position. */
struct rows_row rows_row_of(const struct rows *r, const struct cursor *c,
    int64_t number, struct arena *a);
bool rows_by_place(const struct rows *r);	/* R.8 */
/* Name by which the row's own number can be had; "" when all are columns. */
struct str rows_rowid(const struct rows *r);
struct value value_copy(struct arena *a, const struct value *v);
size_t rows_key_len(const struct rows *r);

#endif

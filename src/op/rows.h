#ifndef WEIR_OP_ROWS_H
#define WEIR_OP_ROWS_H
/*
 * rows: pages of a table or view, by key and never by OFFSET.
 *
 * R.1 Order = the user's sort columns, then a unique tail: the primary key
 *     where the engine guarantees it unique and not NULL (PostgreSQL also: a
 *     unique index of columns that are NOT NULL), else the primary key and
 *     the row's own number (rowid; ctid, behind the table's oid where rows of
 *     partitions and heirs are seen through their parent).  The tail follows
 *     the direction of the last sort column, so that one index can serve all
 *     terms.
 * R.2 NULL sorts where the engine's own order has it, so that its indexes
 *     serve: SQLite first upwards, PostgreSQL last upwards.
 * R.3 A page after a key is a list of segments (equal so far, then beyond),
 *     each a query of AND terms that an index serves, run from the nearest
 *     to the farthest.  Where one row value comparison says the same
 *     (one direction, no NULL that it would lose), that is used.
 * R.4 Objects without a key (views, virtual and foreign tables, hidden
 *     rowids) are paged by position; by_position says so and screens say it too.
 * R.5 No transaction is held between calls; every call sees the database of
 *     its moment.
 * R.6 The user's WHERE stands behind chosen conditions (R.9), in parentheses on lines of its own, is one
 *     expression by the dialect's tokens and by the engine, and is the only
 *     foreign text in the SQL.
 * R.7 Values go as arguments without a type, so that the engine takes them
 *     for the type of the column beside them; the operators of an extension's
 *     type are named with its schema.
 *
 * R.8 A PostgreSQL table without any key is read in the order in which its rows
 *     lie, in windows of blocks, each wider than the one before: a range of
 *     places is found at once (14 and later), an order by place alone means
 *     sorting all that is left.
 *
 * Cells are cut at ROWS_CELL bytes; struct value .full is the length in bytes
 * of the whole.  A struct rows is made without a connection
 * and is const; it borrows the model.  Pages live in the arena given.
 */
#include "drv/drv.h"

#define ROWS_CELL 256		/* bytes of a cell that are read for a grid */
#define ROWS_COLS_MAX 600	/* columns shown; the rest is counted only */
#define ROWS_WHERE_MAX ((size_t)32 << 10)
#define ROWS_SAMPLE 10000	/* one key in so many is kept (R.3) */

struct rows_sort {
	struct str column;
	bool desc;
};

struct rows_cond;			/* rows_cond.h */
struct rows_spec {
	struct str schema, name;	/* table or view */
	const struct rows_sort *sort;	size_t nsort;
	const struct rows_cond *conds;	size_t nconds;	/* AND */
	struct str where;		/* one expression or "" */
};

struct rows_col {
	struct str name, type;
	bool numeric;
	bool pk;
	const struct fk *fk;		/* first foreign key it is part of */
	const struct column *column;	/* NULL: a view's */
};

struct rows_term {			/* of the order */
	struct str name;		/* column, or the rowid's name */
	int col;			/* in cols; -1 = rowid */
	bool desc, nullable, unique;	/* unique: part of the tail */
	struct str op_schema;		/* of its type's operators; "" (R.7) */
};

struct rows {
	const struct dialect *dialect;
	const struct model *model;
	const struct obj *object;
	const struct table *table;	/* NULL: a view */
	const struct rows_col *cols;	size_t ncols, ncols_hidden;
	const struct rows_term *terms;	size_t nterms, nsort;
	struct str where;		/* the conditions, then the user's */
	struct str filter;		/* the conditions alone */
	size_t where_at, where_n;	/* in where: the user's text */
	bool by_position;
	bool indexed;			/* the order is that of an index */
};

struct rows_row {
	const struct value *cells;	/* ncols */
	const struct value *key;	/* nterms; by position: one integer */
};

struct rows_page {
	const struct rows_row *v;
	size_t n;
	bool at_start, at_end;		/* nothing before, nothing behind */
	double ms;
};

/* The WHERE of a spec is not looked at by the engine yet, but its shape is.
 * RC_NOTFOUND no such object or sort column; RC_PARSE where = "where:N",
 * N = byte offset in the user's text. */
enum rc rows_plan(const struct model *m, const struct rows_spec *spec,
    struct arena *a, const struct rows **out, struct err *e) MUST_CHECK;
/* Is it one expression that this object understands?  As rows_plan, and RC_DB
 * with where = "where:N" (or "" when the engine gives no place). */
enum rc rows_check(struct drv *d, const struct rows *r, struct err *e)
    MUST_CHECK;
/* N of "where:N", clamped to the text; false when there is no place. */
bool rows_where_at(const struct err *e, struct str where, size_t *at);

/* --- pages -------------------------------------------------------------- */
enum rows_from { ROWS_FIRST, ROWS_LAST, ROWS_AFTER, ROWS_BEFORE, ROWS_AT };
struct rows_get {
	enum rows_from from;
	const struct value *key;	/* AFTER, BEFORE; AT: included itself */
	size_t max;			/* rows */
};
/* RC_DB, RC_CANCELLED, RC_BUSY. */
enum rc rows_read(struct drv *d, const struct rows *r, const struct rows_get *g,
    struct arena *a, struct rows_page *out, struct err *e) MUST_CHECK;
/*
 * One after the other to the end, in one query a segment (R.3): an order that
 * no index serves is made once, not anew for each page.  A row lives until its
 * call returns; false from row(), or an error, ends the reading.  max is not
 * looked at.  RC_UNSUPPORTED: LAST and BEFORE by position.
 */
struct rows_taker {
	bool (*row)(void *arg, const struct rows_row *row);
	void *arg;
};
enum rc rows_stream(struct drv *d, const struct rows *r,
    const struct rows_get *g, const struct rows_taker *t, struct err *e)
    MUST_CHECK;
/* Is a page dear: is all that is left sorted, or gone through, for each? */
bool rows_page_dear(const struct rows *r);
/* The key of the first row whose columns equal the values; RC_NOTFOUND. */
enum rc rows_find(struct drv *d, const struct rows *r, const struct str *cols,
    const struct value *values, size_t n, struct arena *a,
    const struct value **key, struct err *e) MUST_CHECK;
/* A piece of one cell: bytes [from, from + n) of TEXT or BLOB, else the whole
 * value.  out->full = length in bytes.  RC_NOTFOUND: the row is gone. */
enum rc rows_cell(struct drv *d, const struct rows *r, const struct value *key,
    size_t col, size_t from, size_t n, struct arena *a, struct value *out,
    struct err *e) MUST_CHECK;

/* --- numbers -------------------------------------------------------------- */
/* At once, without a scan; -1 = not known.  SQLite: only without WHERE. */
enum rc rows_estimate(struct drv *d, const struct rows *r, struct arena *a,
    int64_t *out, struct err *e) MUST_CHECK;
/*
 * A number above 0 that is another one when somebody else has written, or -1:
 * there is none that costs nothing.  SQLite: of the whole file, at once.
 * PostgreSQL: of one table with its partitions, by the server's statistics,
 * which follow a transaction within seconds; -1 for views and foreign tables.
 */
bool rows_stamp_by_table(enum dialect_id dialect);
enum rc rows_stamp(struct drv *d, enum dialect_id dialect, struct str schema,
    struct str name, struct arena *a, int64_t *out, struct err *e) MUST_CHECK;
/* Of all tables, in the order of m->tables; -1 = not known (PostgreSQL: never
 * analysed and small). */
enum rc rows_estimates(struct drv *d, const struct model *m, struct arena *a,
    int64_t *out, struct err *e) MUST_CHECK;
/* Are so many rows counted exactly without being asked for it? */
bool rows_count_unasked(enum dialect_id dialect, int64_t estimate);
/*
 * What the first page in this order costs, where the engine can say so: the
 * rows that it sorts (0: none) and about how long that takes.  Runs nothing.
 */
#define ROWS_SORT_ASK 100000	/* rows from which one is asked first: those
				 * that are not counted unasked either */
struct rows_cost {
	int64_t rows;
	double seconds;
};
enum rc rows_cost(struct drv *d, const struct rows *r, struct arena *a,
    struct rows_cost *out, struct err *e) MUST_CHECK;
/* The role from which row security hides rows of this table, so that counts
 * are of those it sees; "": from nobody here. */
enum rc rows_seen_by(struct drv *d, const struct table *t, struct arena *a,
    struct str *out, struct err *e) MUST_CHECK;
enum rc rows_count(struct drv *d, const struct rows *r, int64_t *out,
    struct err *e) MUST_CHECK;

/*
 * Sparse index: the keys of rows 0, ROWS_SAMPLE, 2 ROWS_SAMPLE …; made in
 * slices so that other work is not kept waiting.  total is exact when done.
 */
struct rows_index {
	VEC(const struct value *) keys;
	int64_t total;
	bool done;
};
/* Is the order cheap enough to sample? */
bool rows_can_sample(const struct rows *r);
/* Go on for about budget_ms; keys are kept in `a`. */
enum rc rows_sample(struct drv *d, const struct rows *r, double budget_ms,
    struct arena *a, struct rows_index *x, struct err *e) MUST_CHECK;
/* Key of row number n (from 0); `x` may be NULL or unfinished: steps from the
 * nearest sample.  RC_NOTFOUND: fewer rows. */
enum rc rows_nth(struct drv *d, const struct rows *r,
    const struct rows_index *x, int64_t n, struct arena *a,
    const struct value **key, struct err *e) MUST_CHECK;
/* How many rows come before this key. */
enum rc rows_position(struct drv *d, const struct rows *r,
    const struct value *key, int64_t *out, struct err *e) MUST_CHECK;

/* --- words ---------------------------------------------------------------- */
/* A name, bare where it may stand so. */
void rows_name(const struct dialect *d, struct str name, struct sbuf *out);
/* `column = literal` as one would type it.  False: the value is cut. */
bool rows_condition(const struct dialect *d, struct str column,
    const struct value *v, struct sbuf *out);
/* Values of columns cols of row `key`, cut at 4 KiB; RC_NOTFOUND. */
enum rc rows_values(struct drv *d, const struct rows *r, const struct value *key,
    const struct strs *cols, struct arena *a, struct value *out, struct err *e)
    MUST_CHECK;
/* Is the row with this key among those that the WHERE leaves?  Not by
 * position. */
enum rc rows_shown(struct drv *d, const struct rows *r,
    const struct value *key, bool *out, struct err *e) MUST_CHECK;
/* Rows of `fk->table` that point at this row of its parent. */
enum rc rows_referrers(struct drv *d, const struct rows *parent,
    const struct value *key, const struct fk *fk, struct arena *a,
    int64_t *out, struct err *e) MUST_CHECK;

#endif

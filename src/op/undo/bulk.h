#ifndef WEIR_OP_UNDO_BULK_H
#define WEIR_OP_UNDO_BULK_H
/*
 * bulk: many rows into one table, some hundred values a statement.
 *
 * Values are copied when they are added; what is held is bounded by BULK_BYTES
 * and one row.  On an error nothing more is sent and the next call says it
 * again: the caller's transaction decides what stays.
 */
#include "drv/drv.h"

#define BULK_ARGS 900		/* of one statement: any engine takes as many */
#define BULK_BYTES ((size_t)1 << 20)

struct bulk {
	struct drv *d;
	struct str into;	/* quoted; borrowed */
	size_t ncols;
	struct arena *a;	/* of the values that wait */
	VEC(struct value) v;
	size_t bytes;
	struct sbuf sql;	/* of a full batch, made once */
	size_t sql_rows;
};

void bulk_open(struct bulk *b, struct drv *d, struct str into, size_t ncols);
enum rc bulk_row(struct bulk *b, const struct value *v, struct err *e)
    MUST_CHECK;
enum rc bulk_flush(struct bulk *b, struct err *e) MUST_CHECK;
void bulk_close(struct bulk *b);	/* what was not flushed is gone */

/* A statement without rows, with arguments. */
enum rc run_with(struct drv *d, struct str sql, const struct value *args,
    size_t n, struct err *e) MUST_CHECK;

#endif

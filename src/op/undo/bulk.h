#ifndef WEIR_OP_UNDO_BULK_H
#define WEIR_OP_UNDO_BULK_H
/*
 * bulk: many rows into one table, in the caller's transaction, by the engine's
 * own fast way.  Begun by the first row: from there to the flush the
 * connection does nothing else.  On an error nothing more is sent and the
 * next call says it again: the transaction decides what stays.
 */
#include "drv/drv.h"

struct bulk {
	struct drv *d;
	struct str into;	/* quoted; borrowed */
	size_t ncols;
	struct drv_fill *f;	/* NULL: no row yet */
};

void bulk_open(struct bulk *b, struct drv *d, struct str into, size_t ncols);
enum rc bulk_row(struct bulk *b, const struct value *v, struct err *e)
    MUST_CHECK;
/* All rows are there, or the failure is told; more may follow. */
enum rc bulk_flush(struct bulk *b, struct err *e) MUST_CHECK;
void bulk_close(struct bulk *b);

/* A statement without rows, with arguments. */
enum rc run_with(struct drv *d, struct str sql, const struct value *args,
    size_t n, struct err *e) MUST_CHECK;

#endif

#ifndef WEIR_OP_NULLS_H
#define WEIR_OP_NULLS_H
/*
 * nulls: how many rows of a table hold NULL, column by column, in one pass.
 * For the background: a scan of the whole table, which can be cancelled.
 */
#include "drv/drv.h"

/* n has a number for each of t->cols; 0 without a look where it is NOT NULL. */
enum rc nulls_count(struct drv *d, const struct table *t, struct arena *a,
    const int64_t **n, struct err *e) MUST_CHECK;

#endif

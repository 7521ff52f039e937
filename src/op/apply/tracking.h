#ifndef WEIR_OP_APPLY_TRACKING_H
#define WEIR_OP_APPLY_TRACKING_H
/*
 * tracking: Drizzle's table of applied migrations, read and written as
 * drizzle-orm 0.45 does (src/sqlite-core/dialect.ts migrate).  `table` is its
 * name ("__drizzle_migrations" unless configured).
 */
#include "drv/drv.h"
#include "folder/folder.h"

/* Rows in the order in which they were written; exists = false: no table. */
enum rc tracking_read(struct drv *d, struct str table, struct arena *a,
    struct track *out, struct err *e) MUST_CHECK;
/* CREATE TABLE IF NOT EXISTS, in Drizzle's own text. */
enum rc tracking_create(struct drv *d, struct str table, struct err *e)
    MUST_CHECK;
/* f: the rows changed, those of triggers of the table among them. */
enum rc tracking_add(struct drv *d, struct str table, const struct entry *en,
    struct arena *a, struct facts *f, struct err *e) MUST_CHECK;
enum rc tracking_remove(struct drv *d, struct str table, int64_t rowid,
    struct arena *a, struct facts *f, struct err *e) MUST_CHECK;
/* The row of an entry: hash and time equal, else time, else hash; NULL. */
const struct track_row *tracking_row(const struct track *t,
    const struct entry *en);

#endif

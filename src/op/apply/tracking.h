#ifndef WEIR_OP_APPLY_TRACKING_H
#define WEIR_OP_APPLY_TRACKING_H
/*
 * tracking: Drizzle's table of applied migrations, read and written as
 * drizzle-orm 0.45 does (src/sqlite-core/dialect.ts, src/pg-core/dialect.ts
 * migrate).  `table` names it: an object of kind OBJ_TABLE, its schema ""
 * on SQLite ("drizzle" on PostgreSQL unless configured).
 */
#include "drv/drv.h"
#include "folder/folder.h"

struct project;

/* The tracking table of a project, in `a`. */
const struct obj *tracking_table(const struct project *p, struct arena *a);
/* Is there a table of that name? */
enum rc tracking_exists(struct drv *d, const struct obj *table, bool *out,
    struct err *e) MUST_CHECK;
/* The process of another migrator that has read the table a moment ago and
 * may be about to act on it; 0: none that can be seen. */
enum rc tracking_reader(struct drv *d, const struct obj *table, int *pid,
    struct err *e) MUST_CHECK;
/* Rows in the order in which they were written; exists = false: no table. */
enum rc tracking_read(struct drv *d, const struct obj *table, struct arena *a,
    struct track *out, struct err *e) MUST_CHECK;
/*
 * Schema and table, where they are missing, in Drizzle's own text (named:
 * that of 1.0, whose rows bear the migration's name).  Looked
 * for first: CREATE … IF NOT EXISTS needs a right that nobody needs to read.
 * Two at once can collide (23505, 42P07): the caller tries again.
 */
enum rc tracking_create(struct drv *d, const struct obj *table, bool named,
    struct err *e) MUST_CHECK;
/* f: the rows changed, those of triggers of the table among them. */
enum rc tracking_add(struct drv *d, const struct obj *table,
    const struct entry *en, struct arena *a, struct facts *f, struct err *e)
    MUST_CHECK;
enum rc tracking_remove(struct drv *d, const struct obj *table, int64_t rowid,
    struct arena *a, struct facts *f, struct err *e) MUST_CHECK;
/* The row of an entry: hash and time equal, else time, else hash; NULL. */
const struct track_row *tracking_row(const struct track *t,
    const struct entry *en);

#endif

#ifndef WEIR_OP_SIZE_H
#define WEIR_OP_SIZE_H
/*
 * size: rows and bytes of tables and indexes, for lists and overviews.
 *
 * SQLite: bytes come from dbstat where it was built in (one pass over the
 * page headers: sqlite.org/dbstat.html, aggregate mode), else -1.  Counts are
 * exact below `count_limit` bytes of database, else max(rowid), an estimate.
 * PostgreSQL: one query of the catalogue; rows are rows_estimates(), bytes
 * those of the main fork with its TOAST, of a partitioned one all partitions'.
 */
#include "drv/drv.h"

struct object_size {
	struct str schema, name;
	int64_t bytes;		/* -1 unknown */
	int64_t rows;		/* tables only; -1 unknown */
	bool estimate;
	int64_t scans;		/* indexes; since the statistics began; -1 */
};
struct sizes {
	const struct object_size *v;	/* tables, then indexes, by name */
	size_t n;
};

#define SIZE_COUNT_LIMIT ((int64_t)64 << 20)

enum rc sizes_read(struct drv *d, const struct model *m, int64_t db_bytes,
    int64_t count_limit, struct arena *a, struct sizes *out, struct err *e)
    MUST_CHECK;
/* Of a table, view or index; NULL: not known. */
const struct object_size *sizes_find(const struct sizes *s,
    const struct obj *o);

#endif

#ifndef WEIR_DRV_LITE_INTROSPECT_H
#define WEIR_DRV_LITE_INTROSPECT_H
/* Between introspect.c (which rows changed) and build.c (their objects). */
#include "drv/lite/lite.h"

struct lite_fk {
	struct fk *fk;
	int id;
	VEC(struct str) cols, ref_cols;
	bool implicit;			/* names no columns of the parent */
};

/* A table while its objects are made. */
struct lite_table {
	struct lite_row *row;
	struct table *t;
	struct create_table text;	/* empty when it did not read */
	bool read, failed;		/* failed: the engine cannot describe it */
	VEC(struct column *) cols;
	struct strs pk;			/* key columns in key order */
	VEC(struct lite_fk) fks;	/* in the order of the pragma */
	struct map *names;		/* constraint names used, for #2 */
};

struct lite_build {
	struct lite *d;
	struct arena *a;		/* of the model */
	struct arena *tmp;		/* of this reading */
	struct model *m;
	struct map *reused;		/* name -> const struct table */
	struct map *tables;		/* name -> struct lite_table */
	struct map *sql;		/* index name -> struct lite_row */
	void *open_index;		/* whose parts are being read */
	enum rc index_rc;		/* of reading them, one by one */
	int at;				/* columns before a pragma's own */
	bool all;			/* every table is built: read in sets */
	struct err *e;
};

enum rc lite_build_tables(struct lite_build *b) MUST_CHECK;
void lite_build_trigger(struct lite_build *b, const struct lite_row *row);
enum rc lite_build_views(struct lite_build *b, struct lite_row **rows,
    size_t n) MUST_CHECK;
/* Add to the model; the engine's and tools' own tables are not managed. */
void lite_build_add(struct lite_build *b, void *object, bool managed);

#endif

#ifndef WEIR_UI_VIEW_MARKS_H
#define WEIR_UI_VIEW_MARKS_H
/*
 * marks: the rows of a table that somebody has marked, by key, so that they
 * stay marked however the table is sorted, filtered and paged.
 *
 * A key is that of the table's rows in the order of its key alone (place_plan
 * of a place that names nothing but the table).  A row that is gone stays
 * among them until they are cleared: whoever reads the keys finds it missing.
 */
#include "op/rows.h"

#define MARKS_MAX 10000

struct marks {
	struct marks *next;		/* of another table */
	struct str schema, name;
	struct arena *a;		/* of the keys */
	VEC(const struct value *) keys;	/* in the order in which they came */
	size_t nkey;
};
/* All that is marked, table by table. */
struct marking {
	struct arena *a;
	struct marks *first;
};
bool key_same(const struct value *x, const struct value *y, size_t n);
const struct value *key_copy(struct arena *a, const struct value *key,
    size_t n);

void marking_close(struct marking *all);
/* Those of a table; NULL: none.  marks_for() makes the list at need. */
struct marks *marks_of(const struct marking *all, struct str schema,
    struct str name);
struct marks *marks_for(struct marking *all, struct str schema,
    struct str name);
bool marks_has(const struct marks *m, const struct value *key, size_t nkey);
/* Mark, or mark no longer.  False: there are MARKS_MAX already. */
bool marks_toggle(struct marks *m, const struct value *key, size_t nkey);
void marks_clear(struct marks *m);	/* NULL is fine */

#endif

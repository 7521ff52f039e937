#ifndef WEIR_DIFF_SQL_H
#define WEIR_DIFF_SQL_H
/*
 * sql: the statements that make the one schema of the other, where drop,
 * create and alter suffice.
 *
 * Order: drop what hangs on tables and what is made anew; create types,
 * functions, tables, columns; alter; create the rest; drop what is left.
 * Views that read what changes under them are dropped and made again.  Rows
 * are never copied: a change that only a new table or a new column could
 * make is refused.
 */
#include "diff/diff.h"

/*
 * Append the statements, each with "; newline".  RC_UNSUPPORTED names the
 * first change that no statement of the engine makes; out is untouched then.
 */
enum rc diff_sql(const struct change_list *c, struct sbuf *out,
    struct err *e) MUST_CHECK;
/*
 * The same for a way back, in which saved rows are put back between the two
 * texts: `out` makes tables, columns and what they need; `late` what asks or
 * reads rows: NOT NULL of a column that nothing fills, keys, checks, indexes,
 * triggers, policies, views.
 */
struct diff_back {
	struct sbuf *out, *late;
	/* What is made, in `a`: added by the list, or dropped and made again;
	 * what hangs on such a one is made with it. */
	struct arena *a;
	const struct obj *const *made;	size_t n;
};
enum rc diff_sql_back(const struct change_list *c, struct diff_back *x,
    struct err *e) MUST_CHECK;

#endif

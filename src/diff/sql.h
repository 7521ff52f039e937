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

#endif

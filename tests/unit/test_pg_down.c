/*
 * test_pg_down.c: the cases of tests/live/down/pg/NAME.case on a private
 * server: what a migration does, the way back that is derived, and that the
 * schema, comments, owners and privileges are what they were.  A title that
 * ends in "(moved)": a column comes back as the last one; "(none)": there is
 * no way back, and @says why.  WEIR_CASE=TEXT runs the cases that hold it;
 * WEIR_SHOW=1 prints the ways back.
 */
#define CASE_DIALECT "postgresql"
#define CASE_FOLDER "tests/live/down/pg"
#define CASE_NOCOPY_PART true
#define CASE_SAVES true
#include "unit/pg_cases.h"
#include "unit/down_cases.h"

static struct drv *down_database(const struct one *c)
{
	(void)c;
	return pg_conn(DATABASE, DRV_APPLY);
}

int main(void)
{
	return pg_cases();
}

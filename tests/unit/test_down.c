/*
 * test_down.c: the cases of tests/live/down/sqlite/NAME.case on a database
 * file: what a migration does, the way back that is derived, and that the
 * schema is what it was, columns in their order.  Titles as in test_pg_down.c;
 * "(rows)": the rows are what they were, too, without any that are saved.
 */
#define CASE_DIALECT "sqlite"
#define CASE_FOLDER "tests/live/down/sqlite"
#define CASE_NOCOPY_PART false
#define CASE_SAVES true
#include "unit/lite_cases.h"

/* As apply runs a file: what a rebuild loses is put back. */
static bool run_text_of(struct drv *d, struct str text, struct err *e)
{
	struct str all = text_runnable(d->ops->dialect, text, arena);
	struct file_run *run = NULL;
	struct put_backs back = { 0 };
	struct sql_span span = { 0 };
	struct facts facts = { 0 };
	size_t at = 0;
	bool more = true;

	*e = (struct err)ERR_INIT;
	if (drv_exec(d, STR("PRAGMA foreign_keys = off"), e) ||
	    file_run_open(d, all, arena, &run, e))
		return false;
	while (more)
		if (file_run_next(run, &at, RUN_FACTS | RUN_HOIST_FK, &span,
		    &facts, &more, e))
			return false;
	return file_run_end(run, &back, e) == RC_OK;
}

#include "unit/down_cases.h"

static struct drv *down_database(const struct one *c)
{
	char name[64];
	struct drv *d;

	(void)c;
	snprintf(name, sizeof(name), "d%d.db", count - 1);
	d = opened(file(name), DRV_APPLY);
	return d;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(all_cases),
	};

	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

/*
 * test_hazards.c: the cases of tests/live/hazards/NAME.case, on the real
 * engine: a database file with schema and rows (hazard_cases.h).
 */
#define CASE_DIALECT "sqlite"
#define CASE_FOLDER "tests/live/hazards"
#define CASE_NOCOPY_PART false
#define CASE_SAVES false
#include "unit/lite_cases.h"

static void more_of_case(const char *name, const struct one *c,
    const struct plan *p)
{
	char path[64];
	struct drv *d;

	snprintf(path, sizeof(path), "d%d.db", count - 1);
	d = opened(file(path), DRV_BROWSE);
	check_finders(name, c, p, d);
	drv_close(d);
}

/* The cases hold some of every finder. */
static void rows_are_seen(void **state)
{
	(void)state;
	assert_true(getenv("WEIR_CASE") || seen_rows >= 8);
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(all_cases),
		cmocka_unit_test(rows_are_seen),
	};

	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

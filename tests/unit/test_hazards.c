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
	(void)name;
	(void)c;
	(void)p;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(all_cases),
	};

	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

/*
 * test_hazards.c: the cases of tests/live/hazards/NAME.case, on the real
 * engine: a database file with schema and rows (hazard_cases.h).
 */
#define CASE_DIALECT "sqlite"
#define CASE_FOLDER "tests/live/hazards"
#define CASE_NOCOPY_PART false
#include "unit/hazard_cases.h"

static struct drv *make_database(const struct one *c)
{
	char name[64];
	struct drv *d;

	snprintf(name, sizeof(name), "d%d.db", count);
	d = opened(file(name), DRV_STORE);
	err = (struct err)ERR_INIT;
	if (c->schema.n && drv_exec(d, c->schema, &err))
		fail_msg("%.*s: schema: %s", STR_ARG(c->title), err.msg);
	drv_close(d);
	return opened(file(name), DRV_BROWSE);
}

static struct plan *make_plan(const struct one *c, bool copy)
{
	struct folder *f = make_folder(c);
	const struct entry **v = arena_array(arena, const struct entry *,
	    f->n + 1);
	struct drv *d = make_database(c);
	struct states states = { 0 };
	struct track none = { 0 };
	struct plan *p = NULL;

	folder_states(f, &none, arena, &states);
	for (size_t i = 0; i < f->n; i++)
		v[i] = &f->v[i];
	struct plan_request rq = { .live = d, .base = model_of(d),
		.entries = v, .n = f->n, .states = &states,
		.findings = &f->findings, .measure = true,
		.rehearse_limit = copy ? 0 : 1 };
	OK(plan_build(&rq, arena, &p, &err));
	drv_close(d);
	count++;
	return p;
}

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

/*
 * test_pg_hazards.c: the cases of tests/live/hazards/pg/NAME.case on a private
 * server: a database with schema and rows, scratch databases beside it
 * (hazard_cases.h).  WEIR_CASE=TEXT runs the cases whose title holds it.
 */
#define CASE_DIALECT "postgresql"
#define CASE_FOLDER "tests/live/hazards/pg"
#define CASE_NOCOPY_PART true
#include "unit/hazard_cases.h"
#include "unit/pg.h"

static struct drv *make_database(const struct one *c)
{
	static char name[64];
	struct drv *d;

	snprintf(name, sizeof(name), "d%d", count);
	pg_fresh(name);
	d = pg_conn(name, DRV_APPLY);
	err = (struct err)ERR_INIT;
	if (c->schema.n && drv_exec(d, c->schema, &err))
		fail_msg("%.*s: schema: %s", STR_ARG(c->title), err.msg);
	drv_close(d);
	return pg_conn(name, DRV_BROWSE);
}

static struct plan *make_plan(const struct one *c, bool copy)
{
	struct folder *f = make_folder(c);
	const struct entry **v = arena_array(arena, const struct entry *,
	    f->n + 1);
	struct drv *d = make_database(c);
	char name[64];
	struct states states = { 0 };
	struct track none = { 0 };
	struct scratch_policy policy = { .dialect = DIALECT_PG,
		.read_only = !copy };
	struct scratch *s;
	struct plan *p = NULL;

	snprintf(name, sizeof(name), "d%d", count);
	policy.target = pg_target(name);
	s = scratch_new(&policy);
	folder_states(f, &none, arena, &states);
	for (size_t i = 0; i < f->n; i++)
		v[i] = &f->v[i];
	struct plan_request rq = { .live = d, .base = model_of(d),
		.scratch = s, .entries = v, .n = f->n, .states = &states,
		.findings = &f->findings, .measure = true };
	OK(plan_build(&rq, arena, &p, &err));
	drv_close(d);
	scratch_free(s);
	count++;
	return p;
}

int main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(all_cases),
	};

	pg_up(NULL);
	return cmocka_run_group_tests(cases, lite_setup, lite_teardown);
}

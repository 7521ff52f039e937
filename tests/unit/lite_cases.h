#ifndef WEIR_TESTS_UNIT_LITE_CASES_H
#define WEIR_TESTS_UNIT_LITE_CASES_H
/*
 * Cases of hazard_cases.h on database files, one a case ("d%d.db").
 * CASE_SAVES: the plan is one of an apply that saves rows.
 */
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
		.rehearse_limit = copy ? 0 : 1, .saves = CASE_SAVES };
	OK(plan_build(&rq, arena, &p, &err));
	drv_close(d);
	count++;
	return p;
}

#endif

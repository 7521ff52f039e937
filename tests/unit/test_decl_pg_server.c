/*
 * test_decl_pg_server.c: every difference of differences.def on a server:
 * what drizzle-kit writes is refused or leaves something else than the
 * schema says; what the default writes does neither.
 */
#include <string.h>

#include "unit/decl_cases.h"
#include "unit/pg.h"

static struct arena *arena;

static struct strs statements(const struct decl *from, const struct decl *to,
    const struct decl_case *k, enum decl_compat compat)
{
	struct decl_answers answers = { k->answers, k->nanswers, true };
	struct err e = ERR_INIT;
	struct decl_change c = { 0 };

	if (from->ntables + from->nenums + from->nviews +
	    from->nsequences == 0)
		answers = (struct decl_answers){ .rest_created = true };
	assert_ok(decl_diff(from, to, &answers, compat, arena, &c, &e), &e);
	return c.statements;
}

/* Each statement by itself, or all in one transaction; where one is refused,
 * its text. */
static const char *run_all(struct drv *d, struct strs v, bool together)
{
	struct err e = ERR_INIT;

	if (together)
		pg_run(d, "BEGIN");
	for (size_t i = 0; i < v.n; i++)
		if (drv_exec(d, v.v[i], &e))
			return arena_z(arena, arena_printf(arena,
			    "%.*s: %s", STR_ARG(v.v[i]), e.msg));
	if (together)
		pg_run(d, "COMMIT");
	return NULL;
}

static bool is_so(struct drv *d, const struct decl_case *k)
{
	struct err e = ERR_INIT;
	struct value v;

	if (drv_scalar(d, str_z(k->is), NULL, 0, arena, &v, &e))
		return false;
	return v.kind == VALUE_TEXT ? str_is(v.s, "t") ||
	    str_is(v.s, "true") : v.i == 1;
}

static struct drv *prepared(const struct decl_case *k)
{
	struct drv *d;
	const char *refused;

	pg_fresh("app");
	d = pg_conn("app", DRV_APPLY);
	pg_run(d, "DROP ROLE IF EXISTS decl_role");
	pg_run(d, "SET search_path TO public, pg_catalog");
	refused = run_all(d, statements(decl_empty(DECL_PG, arena), k->from,
	    k, DECL_SAFE), false);
	if (refused)
		fail_msg("%s: %s", k->id, refused);
	if (k->rows)
		pg_run(d, k->rows);
	return d;
}

static void test_both(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(decl_cases); i++) {
		const struct decl_case *k = &decl_cases[i];
		struct drv *d = prepared(k);
		const char *refused = NULL;

		if (k->exact) {
			refused = run_all(d, statements(k->from, k->to, k,
			    DECL_EXACT), k->together);
			if (!refused && is_so(d, k))
				fail_msg("%s: drizzle-kit's text does", k->id);
		}
		drv_close(d);
		d = prepared(k);
		refused = run_all(d, statements(k->from, k->to, k, DECL_SAFE),
		    k->together);
		if (refused)
			fail_msg("%s: %s", k->id, refused);
		if (!is_so(d, k))
			fail_msg("%s: not %s", k->id, k->is);
		drv_close(d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both),
	};
	int failed;

	pg_up(NULL);
	arena = arena_new();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	pg_down();
	return failed;
}

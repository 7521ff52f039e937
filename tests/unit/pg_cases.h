#ifndef WEIR_TESTS_UNIT_PG_CASES_H
#define WEIR_TESTS_UNIT_PG_CASES_H
/*
 * Cases of hazard_cases.h on a private PostgreSQL server: a database with
 * schema and rows, one scratch database beside it that all cases share.
 * CASE_SAVES: the plan is one of an apply that saves rows.
 */
#include "unit/hazard_cases.h"
#include "unit/pg.h"

#define DATABASE "app"

/* One for all cases, as scratch_new() takes it: made empty in between. */
static struct scratch *shared;
static struct scratch_policy shared_policy;

static bool has_word(struct str text)
{
	/* what does not go with the schemas */
	static const char *const words[] = { "EXTENSION", "FOREIGN DATA",
		"SERVER", "PUBLICATION", "SUBSCRIPTION", "DEFAULT PRIVILEGES",
		"DATABASE", "EVENT", "CAST (", "LANGUAGE c", "lo_", "ROLE",
		"OWNER", "GRANT", "REVOKE" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		for (size_t k = 0; k + strlen(words[i]) <= text.n; k++)
			if (str_ieq(str_sub(text, k, k + strlen(words[i])),
			    str_z(words[i])))
				return true;
	return false;
}

/* Making a database takes longer than a case. */
static void make_empty(const struct one *c)
{
	static bool clean;
	struct drv *d;

	if (!clean) {
		/* a database that goes takes the connections to it along */
		scratch_free(shared);
		shared = NULL;
		xfree((void *)(uintptr_t)shared_policy.target.conninfo.p);
		shared_policy.target.conninfo = STR_NONE;
		pg_fresh(DATABASE);
	} else {
		d = pg_conn(DATABASE, DRV_APPLY);
		pg_run(d, "SET client_min_messages = error;"
		    "DO $$DECLARE s text; BEGIN FOR s IN SELECT nspname"
		    " FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname"
		    " <> 'information_schema' LOOP EXECUTE format("
		    "'DROP SCHEMA %I CASCADE', s); END LOOP; END$$;"
		    "CREATE SCHEMA public; DO $$BEGIN IF"
		    " current_setting('server_version_num')::int >= 150000 THEN"
		    " ALTER SCHEMA public OWNER TO pg_database_owner;"
		    " GRANT USAGE ON SCHEMA public TO PUBLIC;"
		    " ELSE GRANT ALL ON SCHEMA public TO PUBLIC;"
		    " END IF; END$$");
		drv_close(d);
	}
	clean = !has_word(c->schema) && !c->role.n;
	for (size_t i = 0; i < c->nup; i++)
		clean = clean && !has_word(c->up[i]);
}

static struct drv *make_database(const struct one *c,
    const struct drv_target *target)
{
	struct drv *d;

	make_empty(c);
	d = pg_conn(DATABASE, DRV_APPLY);
	err = (struct err)ERR_INIT;
	if (c->schema.n && drv_exec(d, c->schema, &err))
		fail_msg("%.*s: schema: %s", STR_ARG(c->title), err.msg);
	drv_close(d);
	d = NULL;
	OK(drv_open(target, DRV_BROWSE, &d, &err));
	return d;
}

static struct plan *make_plan(const struct one *c, bool copy)
{
	struct folder *f = make_folder(c);
	const struct entry **v = arena_array(arena, const struct entry *,
	    f->n + 1);
	struct drv *d;
	struct states states = { 0 };
	struct track none = { 0 };
	struct scratch_policy policy = { .dialect = DIALECT_PG,
		.read_only = !copy };
	struct scratch *s;
	struct plan *p = NULL;

	policy.target = pg_target(DATABASE);
	/* the last of two users in a conninfo is the one */
	if (c->role.n)
		policy.target.conninfo = arena_printf(arena,
		    "%.*s user='%.*s'", STR_ARG(policy.target.conninfo),
		    STR_ARG(c->role));
	d = make_database(c, &policy.target);
	if (copy && !c->role.n && !shared) {
		shared_policy = policy;
		shared_policy.target.conninfo = str_z(xstrdup(
		    policy.target.conninfo.p));
		shared = scratch_new(&shared_policy);
	}
	s = copy && !c->role.n ? shared : scratch_new(&policy);
	folder_states(f, &none, arena, &states);
	for (size_t i = 0; i < f->n; i++)
		v[i] = &f->v[i];
	struct plan_request rq = { .live = d, .base = model_of(d),
		.scratch = s, .entries = v, .n = f->n, .states = &states,
		.findings = &f->findings, .measure = true,
		.saves = CASE_SAVES };
	OK(plan_build(&rq, arena, &p, &err));
	drv_close(d);
	if (s != shared)
		scratch_free(s);
	count++;
	return p;
}

static bool run_text_of(struct drv *d, struct str text, struct err *e)
{
	struct sql_span span;
	struct facts facts;
	size_t at = 0;
	bool more = true;

	while (more) {
		*e = (struct err)ERR_INIT;
		if (d->ops->run_next(d, text, &at, RUN_FACTS, arena, &span,
		    &facts, &more, e))
			return false;
	}
	return true;
}

static int pg_cases(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(all_cases),
	};
	int bad;

	pg_up(NULL);
	bad = cmocka_run_group_tests(cases, lite_setup, lite_teardown);
	scratch_free(shared);
	xfree((void *)(uintptr_t)shared_policy.target.conninfo.p);
	return bad;
}

#endif

/*
 * test_decl_pg.c: declared schemas of PostgreSQL compared: the two texts of
 * every difference, questions and answers, names, enums.
 */
#include "unit.h"

#include <string.h>

#include "decl_cases.h"

static struct arena *arena;
static struct err err;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	err = (struct err)ERR_INIT;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct decl_change change_of(const struct decl *from,
    const struct decl *to, const struct decl_answer *v, size_t n,
    enum decl_compat compat)
{
	struct decl_answers answers = { v, n, true };
	struct decl_change c = { 0 };

	assert_ok(decl_diff(from, to, &answers, compat, arena, &c, &err),
	    &err);
	assert_int_equal(c.nopen, 0);
	return c;
}

static struct str text_of(const struct decl_change *c)
{
	struct sbuf b = SBUF_TEXT;
	struct str s;

	decl_sql(c->statements, true, &b);
	s = arena_str(arena, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

static void test_differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(decl_cases); i++) {
		const struct decl_case *k = &decl_cases[i];
		struct decl_answers answers = { k->answers, k->nanswers,
			true };
		struct decl_change c;
		bool listed = false;

		if (k->exact) {
			c = change_of(k->from, k->to, k->answers,
			    k->nanswers, DECL_EXACT);
			assert_str(text_of(&c), k->exact);
			assert_int_equal(c.ndiffs, 0);
		} else {
			assert_int_equal(decl_diff(k->from, k->to, &answers,
			    DECL_EXACT, arena, &c, &err), RC_UNSUPPORTED);
		}
		c = change_of(k->from, k->to, k->answers, k->nanswers,
		    DECL_SAFE);
		assert_str(text_of(&c), k->safe);
		for (size_t d = 0; d < c.ndiffs; d++)
			listed |= !strcmp(c.diffs[d].id, k->id);
		if (!listed)
			fail_msg("%s is not listed", k->id);
	}
}

/* Every row for PostgreSQL has a case. */
static void test_all_differences(void **state)
{
	static const struct {
		const char *name, *dialects;
	} rows[] = {
#define DIFFERENCE(id, name, dialects, what, exact, safe) { name, dialects },
#include "decl/differences.def"
#undef DIFFERENCE
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		size_t k = 0;

		if (!strstr(rows[i].dialects, "postgresql"))
			continue;
		while (k < N(decl_cases) &&
		    strcmp(decl_cases[k].id, rows[i].name))
			k++;
		if (k == N(decl_cases))
			fail_msg("%s has no case", rows[i].name);
	}
}

/* --- questions ----------------------------------------------------------- */

static const struct decl *const two_columns =
	D(TABLES(T("t", COLS(C("full_name", "text", .notnull = true),
	    C("age", "integer")))));

static void test_questions(void **state)
{
	static const struct decl_answer rename[] = { RENAME(COLUMN, "t",
	    "full_name", "fullname") };
	static const struct decl_answer wrong[] = { RENAME(COLUMN, "t",
	    "email", "fullname") };
	static const struct decl_answer stray[] = { RENAME(TABLE, "", "x",
	    "y") };
	const struct decl *to = D(TABLES(T("t", COLS(C("fullname", "text",
	    .notnull = true), C("city", "text")))));
	struct decl_answers answers = { 0 };
	struct decl_change c = { 0 };

	(void)state;
	assert_ok(decl_diff(two_columns, to, NULL, DECL_EXACT, arena, &c,
	    &err), &err);
	assert_int_equal(c.nopen, 2);
	assert_int_equal(c.statements.n, 0);
	assert_int_equal(c.open[0].kind, DECL_K_COLUMN);
	assert_str(c.open[0].table, "t");
	assert_str(c.open[0].created, "fullname");
	assert_str(c.open[0].v[0].name, "full_name");
	assert_str(c.open[0].v[0].type, "text");
	assert_true(c.open[0].v[0].notnull);
	assert_true(c.open[0].v[0].score > c.open[0].v[1].score);
	assert_str(c.open[1].created, "city");

	answers = (struct decl_answers){ rename, 1, false };
	assert_ok(decl_diff(two_columns, to, &answers, DECL_EXACT, arena,
	    &c, &err), &err);
	assert_int_equal(c.nopen, 1);
	assert_int_equal(c.open[0].n, 1);
	assert_str(c.open[0].v[0].name, "age");

	c = change_of(two_columns, to, rename, 1, DECL_EXACT);
	assert_str(text_of(&c), "ALTER TABLE \"t\" RENAME COLUMN "
	    "\"full_name\" TO \"fullname\";" CUT
	    "ALTER TABLE \"t\" ADD COLUMN \"city\" text;" CUT
	    "ALTER TABLE \"t\" DROP COLUMN \"age\";");

	answers = (struct decl_answers){ wrong, 1, true };
	assert_int_equal(decl_diff(two_columns, to, &answers, DECL_EXACT,
	    arena, &c, &err), RC_USAGE);
	assert_non_null(strstr(err.msg, "email"));
	answers = (struct decl_answers){ stray, 1, true };
	assert_int_equal(decl_diff(two_columns, to, &answers, DECL_EXACT,
	    arena, &c, &err), RC_USAGE);
}

/* "users" and "public.users", in either place. */
static void test_answer_names(void **state)
{
	static const struct decl_answer forms[][2] = {
		{ RENAME(TABLE, "", "a", "b"), RENAME(COLUMN, "b", "x", "y") },
		{ RENAME(TABLE, "", "public.a", "public.b"),
		    RENAME(COLUMN, "public.b", "x", "y") } };
	const struct decl *from = D(TABLES(T("a", COLS(C("x", "text")))));
	const struct decl *to = D(TABLES(T("b", COLS(C("y", "text")))));

	(void)state;
	for (size_t i = 0; i < N(forms); i++) {
		struct decl_change c = change_of(from, to, forms[i], 2,
		    DECL_EXACT);

		assert_str(text_of(&c), "ALTER TABLE \"a\" RENAME TO \"b\";"
		    CUT "ALTER TABLE \"b\" RENAME COLUMN \"x\" TO \"y\";");
	}
}

/* --- the rest ------------------------------------------------------------ */

static const struct decl *with_values(struct str *v, size_t n)
{
	struct decl_enum *x = arena_new_of(arena, struct decl_enum);
	struct decl *d = arena_new_of(arena, struct decl);

	*x = (struct decl_enum){ STR("e"), STR("public"), { v, n } };
	*d = (struct decl){ .dialect = DECL_PG, .enums = x, .nenums = 1 };
	return d;
}

/* Places as Python's SequenceMatcher finds them. */
static void test_enum(void **state)
{
	struct str old[] = { STR("a"), STR("b"), STR("c") };
	struct str more[] = { STR("x"), STR("a"), STR("y"), STR("z"),
		STR("b"), STR("c"), STR("w") };
	struct str less[] = { STR("c"), STR("a") };
	struct decl_change c = change_of(with_values(old, 3),
	    with_values(more, 7), NULL, 0, DECL_EXACT);

	(void)state;
	assert_str(text_of(&c),
	    "ALTER TYPE \"public\".\"e\" ADD VALUE 'x' BEFORE 'a';" CUT
	    "ALTER TYPE \"public\".\"e\" ADD VALUE 'y' BEFORE 'b';" CUT
	    "ALTER TYPE \"public\".\"e\" ADD VALUE 'z' BEFORE 'b';" CUT
	    "ALTER TYPE \"public\".\"e\" ADD VALUE 'w';");
	c = change_of(with_values(old, 3), with_values(less, 2), NULL, 0,
	    DECL_EXACT);
	assert_str(text_of(&c), "DROP TYPE \"public\".\"e\";" CUT
	    "CREATE TYPE \"public\".\"e\" AS ENUM('c', 'a');");
}

static void test_nothing(void **state)
{
	struct decl_change c = change_of(two_columns, two_columns, NULL,
	    0, DECL_SAFE);

	(void)state;
	assert_int_equal(c.statements.n, 0);
	assert_int_equal(c.ndiffs, 0);
	assert_int_equal(c.warnings.n, 0);
}

static void test_parameter(void **state)
{
	const struct decl *from = D(TABLES(T("t", COLS(C("a", "integer")))));
	const struct decl *to = D(TABLES(T("t", COLS(C("a", "integer")),
	    CHECKS({ S("k"), S("a < $1") },
	    { S("l"), S("a::text <> '$1'") }))));
	struct decl_change c = change_of(from, to, NULL, 0, DECL_SAFE);

	(void)state;
	assert_int_equal(c.warnings.n, 1);
	assert_true(str_starts(c.warnings.v[0], STR("k holds a parameter")));
}

static void test_name(void **state)
{
	const struct decl *none = decl_empty(DECL_PG, arena);
	const struct decl *one = D(TABLES(T("posts", COLS(C("id",
	    "integer")))));
	const struct decl *more = D(TABLES(T("posts", COLS(C("id",
	    "integer"), C("Published At", "boolean")))));
	const struct decl *two = D(TABLES(T("posts", COLS(C("id",
	    "text"))), T("x", COLS(C("id", "text")))));

	const struct decl_answers none_given = { 0 };

	(void)state;
	assert_str(decl_name(none, one, &none_given, arena),
	    "create_posts");
	assert_str(decl_name(none, two, &none_given, arena), "init");
	assert_str(decl_name(one, more, &none_given, arena),
	    "add_published_at_to_posts");
	assert_str(decl_name(more, one, &none_given, arena),
	    "remove_published_at_from_posts");
	assert_str(decl_name(one, two, &none_given, arena),
	    "create_x_and_more");
	assert_str(decl_name(one, one, &none_given, arena), "change");
}

/* Who has answered that it is a rename finds that in the name. */
static void test_name_of_rename(void **state)
{
	const struct decl *was = D(TABLES(T("users", COLS(C("id", "integer"),
	    C("nick", "text")))));
	const struct decl *column = D(TABLES(T("users", COLS(C("id",
	    "integer"), C("Display Name", "text")))));
	const struct decl *typed = D(TABLES(T("users", COLS(C("id",
	    "integer"), C("Display Name", "varchar")))));
	const struct decl *table = D(TABLES(T("people", COLS(C("id",
	    "integer"), C("nick", "text")))));
	const struct decl *both = D(TABLES(T("people", COLS(C("id",
	    "integer"), C("Display Name", "text"), C("x", "text")))));
	const struct decl_answer v[] = {
		{ DECL_K_COLUMN, S("users"), S("nick"), S("Display Name") },
		{ DECL_K_TABLE, S(""), S("users"), S("public.people") },
		{ DECL_K_COLUMN, S("people"), S("nick"), S("Display Name") },
		{ .kind = DECL_K_COLUMN, .table = S("users"),
			.to = S("Display Name") },
	};

	(void)state;
	assert_str(decl_name(was, column, &(struct decl_answers){ v, 1, true },
	    arena), "rename_nick_to_display_name");
	assert_str(decl_name(was, typed, &(struct decl_answers){ v, 1, true },
	    arena), "rename_nick_to_display_name_and_more");
	assert_str(decl_name(was, table, &(struct decl_answers){ v + 1, 1,
	    true }, arena), "rename_users_to_public_people");
	assert_str(decl_name(was, both, &(struct decl_answers){ v + 1, 2,
	    true }, arena), "rename_users_to_public_people_and_more");
	assert_str(decl_name(was, column, &(struct decl_answers){ v + 3, 1,
	    true }, arena), "add_display_name_to_users_and_more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_differences, setup,
		    teardown),
		cmocka_unit_test(test_all_differences),
		cmocka_unit_test_setup_teardown(test_questions, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_answer_names, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_enum, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_parameter, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_name_of_rename, setup,
		    teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

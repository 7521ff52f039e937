/* fuzzy: which names match, in which order, and where. */
#include "unit.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/fuzzy.h"
#include "base/vec.h"

static int score(const char *query, const char *name)
{
	struct fuzzy q;

	fuzzy_query(&q, str_z(query));
	return fuzzy_score(&q, str_z(name));
}

static void letters_in_order_match(void **state)
{
	static const struct { const char *query, *name; bool matches; } t[] = {
		{ "", "users", true }, { "  ", "users", true },
		{ "usr", "users", true }, { "rsu", "users", false },
		{ "userss", "users", false }, { "USR", "users", false },
		{ "Usr", "Users", true }, { "usr", "USERS", true },
		{ "em us", "users.email", true }, { "em xx", "users.email", false },
		{ "é", "É", true }, { "éa", "ÉCLAIR", true },
		{ "図", "図書館", true }, { "x", "", false },
		{ "a", "\xff\xfe" "a", true }, { "deck", "quiz_cards", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if ((score(t[i].query, t[i].name) > 0) != t[i].matches)
			fail_msg("%s in %s", t[i].query, t[i].name);
}

/* In sentences only whole pieces of words are looked for. */
static void words_can_be_kept_whole(void **state)
{
	struct fuzzy q;
	struct fuzzy_span v[4];

	(void)state;
	fuzzy_query(&q, STR("sort col"));
	q.joined = true;
	assert_true(fuzzy_score(&q, STR("Sort by this column")) > 0);
	assert_int_equal(fuzzy_score(&q, STR("Show or hide the table color")),
	    0);
	fuzzy_query(&q, STR("he"));
	q.joined = true;
	assert_int_equal(fuzzy_spans(&q, STR("h e the hen"), v, 4), 1);
	assert_int_equal(v[0].from, 8);
}

/* What is written first is what is meant. */
static void the_likelier_comes_first(void **state)
{
	static const struct { const char *query, *first, *second; } t[] = {
		{ "user", "users", "quiz_users" },
		{ "user", "user", "users" },
		{ "qa", "quiz_answers", "quota" },
		{ "oi", "orderItems", "coins" },
		{ "card", "cards", "calendar_days" },
		{ "us em", "users.email", "users_emission" },
		{ "email", "users.email", "e_m_a_i_l_x" },
		{ "ord", "orders_user_idx", "words" },
		{ "uidx", "orders_user_idx", "unindexed_x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct str v[] = { str_z(t[i].second), str_z(t[i].first) };
		struct fuzzy_hit best[2];
		struct fuzzy q;
		size_t all;

		fuzzy_query(&q, str_z(t[i].query));
		assert_true(fuzzy_rank(&q, v, NULL, 2, best, 2, &all) > 0);
		if (best[0].at != 1)
			fail_msg("%s: %s before %s", t[i].query, t[i].second,
			    t[i].first);
	}
}

static void the_places_are_those_of_the_letters(void **state)
{
	static const struct { const char *query, *name, *shown; } t[] = {
		{ "usr", "users", "[us]e[r]s" },
		{ "qa", "quiz_answers", "[q]uiz_[a]nswers" },
		{ "em us", "users.email", "[us]ers.[em]ail" },
		{ "ñb", "añob_ñb", "añob_[ñb]" },
		{ "", "users", "users" }, { "zz", "users", "users" },
		{ "館", "図書館", "図書[館]" },
	};
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct str name = str_z(t[i].name);
		struct fuzzy_span v[8];
		struct fuzzy q;
		size_t n, at = 0;

		fuzzy_query(&q, str_z(t[i].query));
		n = fuzzy_spans(&q, name, v, 8);
		sbuf_reset(&b);
		for (size_t k = 0; k < n; k++) {
			sbuf_add(&b, str_sub(name, at, v[k].from));
			sbuf_addc(&b, '[');
			sbuf_add(&b, str_sub(name, v[k].from, v[k].to));
			sbuf_addc(&b, ']');
			at = v[k].to;
		}
		sbuf_add(&b, str_sub(name, at, name.n));
		assert_str(sbuf_str(&b), t[i].shown);
	}
	sbuf_free(&b);
}

static uint32_t seed = 99;

static uint32_t next(uint32_t below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 8) % below;
}

/* Random names: it matches exactly where the letters are there in order, and
 * the letters of its places are those of the query. */
static void it_finds_what_is_there(void **state)
{
	static const char letters[] = "abcA_.";
	char name[16], query[8];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t n = next(15), m = 1 + next(6), k = 0, got = 0;
		struct fuzzy_span v[16];
		struct fuzzy q;
		bool upper = false;

		for (size_t j = 0; j < n; j++)
			name[j] = letters[next(6)];
		for (size_t j = 0; j < m; j++) {
			query[j] = letters[next(6)];
			upper = upper || query[j] == 'A';
		}
		name[n] = query[m] = '\0';
		for (size_t j = 0; j < n && k < m; j++)
			k += query[k] == (!upper && name[j] == 'A' ? 'a' :
			    name[j]);
		fuzzy_query(&q, str_z(query));
		assert_int_equal(fuzzy_score(&q, str_z(name)) > 0, k == m);
		k = fuzzy_spans(&q, str_z(name), v, 16);
		for (size_t j = 0; j < k; j++)
			for (size_t x = v[j].from; x < v[j].to; x++)
				assert_int_equal(query[got++], !upper &&
				    name[x] == 'A' ? 'a' : name[x]);
		assert_true(got == 0 || got == m);
	}
}

/* A schema of 100,000 names: the best few, in order, as a full sort has it. */
static void the_best_of_many_are_kept(void **state)
{
	struct arena *a = arena_new();
	size_t n = 100000, all, kept;
	struct str *names = arena_array(a, struct str, n);
	struct fuzzy_hit best[50];
	struct fuzzy q;
	double from;

	(void)state;
	for (size_t i = 0; i < n; i++)
		names[i] = arena_printf(a, "schema_%u.table_%05zu.column_%u",
		    next(9), i, next(50));
	names[77777] = STR("orders");
	from = clock_mono_ms();
	fuzzy_query(&q, STR("order"));
	kept = fuzzy_rank(&q, names, NULL, n, best, 50, &all);
	assert_int_equal(kept, 1);
	assert_int_equal(best[0].at, 77777);
	fuzzy_query(&q, STR("tab col 7"));
	kept = fuzzy_rank(&q, names, NULL, n, best, 50, &all);
	print_message("%zu of %zu names, two queries: %.1f ms\n", all, n,
	    clock_mono_ms() - from);
	assert_int_equal(kept, 50);
	assert_true(all > 10000);
	for (size_t i = 1; i < kept; i++) {
		assert_true(best[i - 1].score >= best[i].score);
		assert_int_equal(best[i].score, fuzzy_score(&q,
		    names[best[i].at]));
	}
	for (size_t i = 0, above = 0; i < n; i++) {
		above += fuzzy_score(&q, names[i]) > best[49].score;
		assert_true(above <= 49);
	}
	/* nothing typed: as they come */
	fuzzy_query(&q, STR(""));
	assert_int_equal(fuzzy_rank(&q, names, NULL, n, best, 3, &all), 3);
	assert_int_equal(all, n);
	assert_int_equal(best[2].at, 2);
	assert_int_equal(fuzzy_rank(&q, names, NULL, n, best, 0, &all), 0);
	arena_free(a);
}

static void long_texts_are_cut(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct fuzzy q;
	struct fuzzy_span v[2];

	(void)state;
	sbuf_fill(&b, 'x', 5000);
	fuzzy_query(&q, sbuf_str(&b));
	assert_true(fuzzy_score(&q, sbuf_str(&b)) > 0);
	assert_int_equal(fuzzy_spans(&q, sbuf_str(&b), v, 2), 1);
	sbuf_addc(&b, 'y');
	assert_int_equal(score("y", b.p), 0);
	sbuf_reset(&b);
	for (int i = 0; i < 100; i++)
		sbuf_addz(&b, "a ");
	fuzzy_query(&q, sbuf_str(&b));
	assert_true(fuzzy_score(&q, STR("a")) > 0);
	sbuf_free(&b);
}

UNIT_MAIN(cmocka_unit_test(letters_in_order_match),
    cmocka_unit_test(words_can_be_kept_whole),
    cmocka_unit_test(the_likelier_comes_first),
    cmocka_unit_test(the_places_are_those_of_the_letters),
    cmocka_unit_test(it_finds_what_is_there),
    cmocka_unit_test(the_best_of_many_are_kept),
    cmocka_unit_test(long_texts_are_cut))

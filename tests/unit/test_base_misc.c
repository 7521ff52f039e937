/* hash, match, ini, env, clock: the small homes of base. */
#include "unit.h"

#include "base/clock.h"
#include "base/env.h"
#include "base/hash.h"
#include "base/ini.h"
#include "base/match.h"

static void sha256_is_that_of_the_standard(void **state)
{
	struct sha256_run *run = sha256_open();
	struct sha256 h, whole;
	char hex[SHA256_HEX + 1];

	(void)state;
	h = sha256_of(STR("abc"));
	sha256_hex(&h, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	h = sha256_of(STR_NONE);
	sha256_hex(&h, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	sha256_feed(run, STR("a"));
	sha256_feed(run, STR(""));
	sha256_feed(run, STR("bc"));
	h = sha256_close(run);
	whole = sha256_of(STR("abc"));
	assert_true(sha256_eq(&h, &whole));
	whole.b[31] ^= 1;
	assert_false(sha256_eq(&h, &whole));
}

static void crc32c_is_that_of_the_standard(void **state)
{
	char zeros[32] = { 0 };

	(void)state;
	assert_int_equal(crc32c(STR("123456789")), 0xe3069283);
	assert_int_equal(crc32c(STR("")), 0);
	/* RFC 3720 B.4 */
	assert_int_equal(crc32c((struct str){ zeros, 32 }), 0x8a9136aa);
}

struct match_case {
	const char *pattern;
	unsigned flags;
	struct str text;
	int start, end;		/* -1: no match */
};
#define S(lit) { "" lit "", sizeof(lit) - 1 }

static const struct match_case match_cases[] = {
	{ "b+", 0, S("abbc"), 1, 3 },
	{ "B+", 0, S("abbc"), -1, -1 },
	{ "B+", MATCH_ICASE, S("abbc"), 1, 3 },
	{ "user", MATCH_SMART, S("User"), 0, 4 },
	{ "User", MATCH_SMART, S("user"), -1, -1 },
	{ "\\S+\\W", MATCH_SMART | 0, S("A."), 0, 2 },
	{ "\\Sb", MATCH_SMART, S("xB"), 0, 2 },
	{ "\\\\B", MATCH_SMART, S("\\b"), -1, -1 },
	{ "\xc3\x89", MATCH_SMART, S("\xc3\xa9"), -1, -1 },
	{ "\xc3\xa9", MATCH_SMART, S("\xc3\x89"), 0, 2 },
	{ "a.c", MATCH_LITERAL, S("abc a.c"), 4, 7 },
	{ "A.C", MATCH_LITERAL | MATCH_SMART, S("a.c"), -1, -1 },
	{ "a.c", MATCH_LITERAL | MATCH_SMART, S("A.C"), 0, 3 },
	{ "\\", MATCH_LITERAL, S("a\\"), 1, 2 },
	{ "^", 0, S(""), 0, 0 },
	{ ".$", 0, S("\xe4\xb8\x80"), 0, 3 },
	/* text that is no UTF-8 */
	{ "b", 0, S("\xff\xfe" "b"), 2, 3 },
	{ "b", 0, S("a\0b"), 2, 3 },
};

static void matching_finds_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(match_cases) / sizeof(match_cases[0]);
	    i++) {
		const struct match_case *c = &match_cases[i];
		struct match *m = NULL;
		struct err e = ERR_INIT;
		size_t start = 0, end = 0;
		bool hit;

		assert_ok(match_open(str_z(c->pattern), c->flags, &m, &e), &e);
		hit = match_find(m, c->text, 0, &start, &end);
		if (hit != (c->start >= 0) || (hit && ((int)start != c->start ||
		    (int)end != c->end)))
			fail_msg("case %zu: %d %zu-%zu", i, hit, start, end);
		match_close(m);
	}
	match_close(NULL);
}

static void matching_goes_on_from_a_place(void **state)
{
	struct match *m = NULL;
	struct err e = ERR_INIT;
	size_t start, end;

	(void)state;
	assert_ok(match_open(STR("o"), 0, &m, &e), &e);
	assert_true(match_find(m, STR("foo"), 2, &start, &end));
	assert_int_equal(start, 2);
	assert_false(match_find(m, STR("foo"), 3, &start, &end));
	assert_false(match_find(m, STR("foo"), 4, &start, &end));
	assert_false(match_find(m, STR_NONE, 0, &start, &end));
	match_close(m);
}

static void bad_patterns_are_named_and_none_hangs(void **state)
{
	struct match *m = NULL;
	struct err e = ERR_INIT;
	struct sbuf b = SBUF_TEXT;
	size_t start, end;

	(void)state;
	assert_int_equal(match_open(STR("a(b"), 0, &m, &e), RC_PARSE);
	assert_string_equal(e.where, "pattern:1:4");
	assert_null(m);
	assert_int_equal(match_open(STR("\xff"), 0, &m, &e), RC_PARSE);
	assert_int_equal(match_open(STR("\\C"), 0, &m, &e), RC_PARSE);
	sbuf_fill(&b, '(', 5000);
	assert_int_equal(match_open(sbuf_str(&b), 0, &m, &e), RC_PARSE);
	sbuf_truncate(&b, 4000);
	assert_int_equal(match_open(sbuf_str(&b), 0, &m, &e), RC_PARSE);
	/* catastrophic backtracking ends as "no match" */
	assert_ok(match_open(STR("^(a+)+$"), 0, &m, &e), &e);
	sbuf_reset(&b);
	sbuf_fill(&b, 'a', 50000);
	sbuf_addc(&b, '!');
	assert_false(match_find(m, sbuf_str(&b), 0, &start, &end));
	match_close(m);
	sbuf_free(&b);
}

static void ini_entries_know_their_line(void **state)
{
	struct arena *a = arena_new();
	struct ini ini = { 0 };
	struct err e = ERR_INIT;

	(void)state;
	assert_ok(ini_read(STR("\xef\xbb\xbf; note\r\ntop = 1\r\n\r\n[ui]\n"
	    "theme = dark ; inline\n  keys = vi\n# c\nempty =\n"
	    "[env \"x\"]\na:b\n"), "config", a, &ini, &e), &e);
	assert_int_equal(ini.n, 5);
	assert_str(ini.v[0].section, "");
	assert_str(ini.v[0].key, "top");
	assert_str(ini.v[0].value, "1");
	assert_int_equal(ini.v[0].line, 2);
	assert_str(ini.v[1].section, "ui");
	assert_str(ini.v[1].value, "dark");
	/* an indented line is an entry, not more of the value above */
	assert_str(ini.v[2].key, "keys");
	assert_str(ini.v[2].value, "vi");
	assert_int_equal(ini.v[2].line, 6);
	assert_str(ini.v[3].value, "");
	assert_str(ini.v[4].section, "env \"x\"");
	assert_str(ini.v[4].value, "b");
	assert_int_equal(ini.v[4].line, 10);
	assert_ok(ini_read(STR_NONE, "config", a, &ini, &e), &e);
	assert_int_equal(ini.n, 0);
	arena_free(a);
}

static void bad_ini_is_refused_with_its_line(void **state)
{
	struct arena *a = arena_new();
	struct ini ini = { 0 };
	struct err e = ERR_INIT;
	struct sbuf b = SBUF_TEXT;

	(void)state;
	assert_int_equal(ini_read(STR("a=1\nnonsense\nb=2\n"), "c", a, &ini,
	    &e), RC_PARSE);
	assert_string_equal(e.where, "c:2");
	assert_int_equal(ini_read(STR("[x\n"), "c", a, &ini, &e), RC_PARSE);
	assert_string_equal(e.where, "c:1");
	assert_int_equal(ini_read(STR("a=\0b\n"), "c", a, &ini, &e), RC_PARSE);
	sbuf_addz(&b, "ok = 1\nk = ");
	sbuf_fill(&b, 'x', 500);
	assert_int_equal(ini_read(sbuf_str(&b), "c", a, &ini, &e), RC_PARSE);
	assert_string_equal(e.where, "c:2");
	assert_int_equal(ini.n, 0);
	sbuf_free(&b);
	arena_free(a);
}

static void env_holds_what_it_is_given(void **state)
{
	char x[] = "X=1=2", empty[] = "E=", odd[] = "=C:", none[] = "NOEQ";
	char *list[] = { x, empty, odd, none, NULL };
	struct arena *a = arena_new();
	struct env *e = env_new(a, list);

	(void)state;
	assert_str(env_get(e, "X"), "1=2");
	assert_non_null(env_get(e, "E").p);
	assert_false(env_has(e, "E"));
	assert_true(env_has(e, "X"));
	assert_null(env_get(e, "NOEQ").p);
	env_set(e, STR("X"), STR("3"));
	assert_str(env_get(e, "X"), "3");
	assert_null(env_get(env_new(a, NULL), "PATH").p);
	arena_free(a);
}

/* Each expectation is what dotenv 16 makes of the same text. */
static void dotenv_is_read_as_dotenv_does(void **state)
{
	static const struct {
		const char *name, *want;
	} t[] = {
		{ "A", "plain" }, { "B", "two words" }, { "C", "x y" },
		{ "D", "no $expansion \\n" }, { "E", "line1\nline2" },
		{ "F", "" }, { "G", "value" }, { "H", "a'b" },
		{ "I", "multi\nline" }, { "J", "colon" }, { "K", "last" },
		{ "L", "\"open" }, { "M", "back `tick" }, { "N.O-P", "key" },
		{ "Q", "crlf" }, { "R", "ends" }, { "SET", "before" },
		{ "BLANK", "" }, { "export", "yes" }, { "U", "it's" },
		{ "V", "it''s" }, { "W", "x\"y" },
	};
	char set[] = "SET=before", blank[] = "BLANK=";
	char *list[] = { set, blank, NULL };
	struct arena *a = arena_new();
	struct env *e = env_new(a, list);

	(void)state;
	env_add_dotenv(e, STR("\xef\xbb\xbf# comment\n"
	    "A=plain\n"
	    "  B = two words   # comment\n"
	    "C=\"x y\" # comment\n"
	    "D='no $expansion \\n'\n"
	    "E=\"line1\\nline2\"\n"
	    "F=\n"
	    "export G=value\n"
	    "H=\"a'b\"\n"
	    "I=\"multi\nline\"\n"
	    "J: colon\n"
	    "K=first\nK=last\n"
	    "L=\"open\n"
	    "M='back `tick'\n"
	    "N.O-P=key\n"
	    "Q=crlf\r\n"
	    "SET=after\nBLANK=filled\n"
	    "nonsense here\n"
	    "export=yes\n"
	    "U=it's\n"
	    "V='it''s'\n"
	    "W=\"x\"y\"\n"
	    "R=ends"));
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		if (!env_get(e, t[i].name).p)
			fail_msg("%s is not set", t[i].name);
		assert_str(env_get(e, t[i].name), t[i].want);
	}
	assert_null(env_get(e, "nonsense").p);
	assert_null(env_get(e, "line").p);
	arena_free(a);
}

static void clock_writes_utc(void **state)
{
	struct sbuf b = SBUF_TEXT;
	double start = clock_mono_ms();

	(void)state;
	assert_true(clock_now_ms() > 1600000000000);
	clock_fix(1795275602123);
	assert_true(clock_now_ms() == 1795275602123);
	clock_utc(&b, clock_now_ms(), false);
	sbuf_addc(&b, ' ');
	clock_utc(&b, clock_now_ms(), true);
	sbuf_addc(&b, ' ');
	clock_short(&b, clock_now_ms());
	assert_str(sbuf_str(&b), "2026-11-21T15:40:02Z "
	    "20261121T154002.123Z 2026-11-21 15:40");
	sbuf_reset(&b);
	clock_utc(&b, -1, true);
	assert_str(sbuf_str(&b), "19691231T235959.999Z");
	sbuf_reset(&b);
	clock_utc(&b, INT64_MAX, false);
	assert_true(b.n > 0);
	assert_true(clock_mono_ms() >= start);
	sbuf_free(&b);
}

UNIT_MAIN(cmocka_unit_test(sha256_is_that_of_the_standard),
    cmocka_unit_test(crc32c_is_that_of_the_standard),
    cmocka_unit_test(matching_finds_spans),
    cmocka_unit_test(matching_goes_on_from_a_place),
    cmocka_unit_test(bad_patterns_are_named_and_none_hangs),
    cmocka_unit_test(ini_entries_know_their_line),
    cmocka_unit_test(bad_ini_is_refused_with_its_line),
    cmocka_unit_test(env_holds_what_it_is_given),
    cmocka_unit_test(dotenv_is_read_as_dotenv_does),
    cmocka_unit_test(clock_writes_utc))

/* json: reading with places and ceilings, writing as JSON.stringify does. */
#include "unit.h"

#include <math.h>

#include "base/json.h"

static const struct json *read_ok(struct arena *a, struct str text)
{
	const struct json *v = NULL;
	struct err e = ERR_INIT;

	assert_ok(json_read(text, "t.json", a, &v, &e), &e);
	return v;
}

static void reading_keeps_order_and_kinds(void **state)
{
	struct arena *a = arena_new();
	const struct json *v = read_ok(a, STR("{\"z\":1,\"a\":[true,null,"
	    "\"\\u00e9\\u0000\"],\"m\":{},\"f\":-1.5e3,\"b\":false}"));

	(void)state;
	assert_int_equal(v->kind, JSON_OBJECT);
	assert_int_equal(v->n, 5);
	assert_str(v->keys[0], "z");
	assert_str(v->keys[1], "a");
	assert_str(v->keys[4], "b");
	assert_true(json_get(v, "z")->is_int);
	assert_int_equal(json_get(v, "z")->integer, 1);
	assert_int_equal(json_get(v, "a")->n, 3);
	assert_true(json_get(v, "a")->items[0].boolean);
	assert_int_equal(json_get(v, "a")->items[1].kind, JSON_NULL);
	assert_int_equal(json_get(v, "a")->items[2].string.n, 3);
	assert_false(json_get(v, "f")->is_int);
	assert_true(json_get(v, "f")->number < -1499 &&
	    json_get(v, "f")->number > -1501);
	assert_null(json_get(v, "none"));
	assert_null(json_get(json_get(v, "none"), "x"));
	assert_null(json_str_of(json_get(v, "z")).p);
	assert_null(json_str_of(NULL).p);
	assert_int_equal(read_ok(a, STR(" 12 "))->integer, 12);
	assert_int_equal(read_ok(a, STR("[]"))->n, 0);
	arena_free(a);
}

static void integers_over_64_bits_are_numbers(void **state)
{
	struct arena *a = arena_new();
	const struct json *v = read_ok(a,
	    STR("[9223372036854775807,-9223372036854775808]"));

	(void)state;
	assert_true(v->items[0].is_int);
	assert_true(v->items[0].integer == INT64_MAX);
	assert_true(v->items[1].integer == INT64_MIN);
	v = read_ok(a, STR("9223372036854775808"));
	assert_false(v->is_int);
	assert_true(v->number > 9.2e18);
	arena_free(a);
}

static void bad_text_is_refused_with_its_place(void **state)
{
	static const struct {
		struct str text;
		const char *where;	/* start of it */
	} t[] = {
		{ STR(""), "t.json:1:" },
		{ STR("{\"a\":1,\n \"a\":2}"), "t.json:2:" },
		{ STR("[1,\n2,\n]"), "t.json:3:" },
		{ STR("{'a':1}"), "t.json:1:" },
		{ STR("[1] x"), "t.json:1:" },
		{ STR("\"\xff\""), "t.json:1:" },
		{ STR("\"\\ud800\""), "t.json:1:" },
		{ STR("[1e999]"), "t.json:1:" },
		{ STR("[01]"), "t.json:1:" },
		{ STR("[\"a\nb\"]"), "t.json:" },
		{ STR("\0"), "t.json:1:" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const struct json *v = (const struct json *)a;
		struct err e = ERR_INIT;

		if (json_read(t[i].text, "t.json", a, &v, &e) != RC_PARSE)
			fail_msg("case %zu is taken", i);
		assert_ptr_equal(v, a);		/* untouched */
		assert_int_equal(strncmp(e.where, t[i].where,
		    strlen(t[i].where)), 0);
		assert_true(e.msg[0] != '\0');
	}
	arena_free(a);
}

static void depth_has_a_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	const struct json *v = NULL;
	struct err e = ERR_INIT;

	(void)state;
	sbuf_fill(&b, '[', 512);
	sbuf_fill(&b, ']', 512);
	assert_non_null(read_ok(a, sbuf_str(&b)));
	sbuf_reset(&b);
	sbuf_fill(&b, '[', 513);
	sbuf_fill(&b, ']', 513);
	assert_int_equal(json_read(sbuf_str(&b), "d", a, &v, &e), RC_PARSE);
	assert_string_equal(e.where, "d:1:513");
	/* a million brackets neither crash nor take long */
	sbuf_fill(&b, '{', 1000000);
	assert_int_equal(json_read(sbuf_str(&b), "d", a, &v, &e), RC_PARSE);
	/* brackets in strings do not count */
	sbuf_reset(&b);
	sbuf_addz(&b, "\"\\\"");
	sbuf_fill(&b, '[', 2000);
	sbuf_addc(&b, '"');
	assert_int_equal(read_ok(a, sbuf_str(&b))->string.n, 2001);
	sbuf_free(&b);
	arena_free(a);
}

/* What node prints for JSON.stringify(value). */
static void numbers_are_written_as_javascript_does(void **state)
{
	static const struct {
		double v;
		const char *want;
	} t[] = {
		{ 0, "0" }, { -0.0, "0" }, { 1, "1" }, { -1, "-1" },
		{ 100, "100" }, { 0.1, "0.1" }, { 0.1 + 0.2,
		    "0.30000000000000004" },
		{ 1.0 / 3, "0.3333333333333333" }, { 123.456, "123.456" },
		{ 1e20, "100000000000000000000" },
		{ 123456789012345680000.0, "123456789012345680000" },
		{ 1e21, "1e+21" }, { 1.5e21, "1.5e+21" },
		{ 1e-6, "0.000001" }, { 1e-7, "1e-7" },
		{ 1.25e-7, "1.25e-7" }, { 5e-324, "5e-324" },
		{ 1.7976931348623157e308, "1.7976931348623157e+308" },
		{ 2.2250738585072014e-308, "2.2250738585072014e-308" },
		{ 9007199254740993.0, "9007199254740992" },
		{ 4.35, "4.35" }, { 0.000001234, "0.000001234" },
		{ 1e23, "1e+23" }, { -1e-10, "-1e-10" },
		{ (double)INFINITY, "null" }, { (double)NAN, "null" },
	};
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct json_out o = { .b = &b };

		sbuf_reset(&b);
		json_put_num(&o, t[i].v);
		assert_str(sbuf_str(&b), t[i].want);
	}
	sbuf_free(&b);
}

static void strings_are_escaped_as_javascript_does(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };

	(void)state;
	json_escape(&b, STR("\"\\/\b\f\n\r\t\x01\x1f\x7f\0\xc3\xa9\xe2\x80\xa8"
	    "\xff\xf0\x9f\x98\x80"));
	assert_str(sbuf_str(&b), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f"
	    "\\u0000\xc3\xa9\xe2\x80\xa8\\ufffd\xf0\x9f\x98\x80\"");
	sbuf_reset(&b);
	o.ascii = true;
	json_put_str(&o, STR("a\x7f\xc2\x9b\xe2\x80\xae\xf0\x9f\x98\x80"));
	assert_str(sbuf_str(&b), "\"a\\u007f\\u009b\\u202e\\ud83d\\ude00\"");
	sbuf_free(&b);
}

static void write_sample(struct json_out *o)
{
	json_open_object(o);
	json_pair_str(o, "a", STR("x"));
	json_key(o, "list");
	json_open_array(o);
	json_put_int(o, -5);
	json_put_bool(o, true);
	json_put_null(o);
	json_open_object(o);
	json_close_object(o);
	json_open_array(o);
	json_close_array(o);
	json_close_array(o);
	json_pair_z(o, "none", NULL);
	json_pair_z(o, "z", "");
	json_key_str(o, STR("k\""));
	json_open_object(o);
	json_pair_int(o, "n", INT64_MIN);
	json_pair_bool(o, "f", false);
	json_close_object(o);
	json_close_object(o);
}

static void layout_is_that_of_stringify(void **state)
{
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };

	(void)state;
	write_sample(&o);
	assert_str(sbuf_str(&b), "{\"a\":\"x\",\"list\":[-5,true,null,{},[]],"
	    "\"none\":null,\"z\":\"\",\"k\\\"\":{\"n\":-9223372036854775808,"
	    "\"f\":false}}");
	sbuf_reset(&b);
	o = (struct json_out){ .b = &b, .indent = 2 };
	write_sample(&o);
	assert_str(sbuf_str(&b), "{\n  \"a\": \"x\",\n  \"list\": [\n    -5,\n"
	    "    true,\n    null,\n    {},\n    []\n  ],\n  \"none\": null,\n"
	    "  \"z\": \"\",\n  \"k\\\"\": {\n    \"n\": -9223372036854775808,\n"
	    "    \"f\": false\n  }\n}");
	sbuf_free(&b);
}

static void what_is_written_reads_back(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct json_out o = { .b = &b };
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const struct json *v;
		double d;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(&d, &seed, sizeof(d));
		if (!isfinite(d))
			continue;
		sbuf_reset(&b);
		o.comma = false;
		json_put_num(&o, d);
		v = read_ok(a, sbuf_str(&b));
		if (memcmp(&v->number, &d, sizeof(d)) != 0)
			fail_msg("%.17g became %s", d, b.p);
		arena_reset(a);
	}
	sbuf_free(&b);
	arena_free(a);
}

UNIT_MAIN(cmocka_unit_test(reading_keeps_order_and_kinds),
    cmocka_unit_test(integers_over_64_bits_are_numbers),
    cmocka_unit_test(bad_text_is_refused_with_its_place),
    cmocka_unit_test(depth_has_a_ceiling),
    cmocka_unit_test(numbers_are_written_as_javascript_does),
    cmocka_unit_test(strings_are_escaped_as_javascript_does),
    cmocka_unit_test(layout_is_that_of_stringify),
    cmocka_unit_test(what_is_written_reads_back))

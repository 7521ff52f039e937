/*
 * One value in full: JSON that folds, text, bytes of any number, what a
 * number means by its declared type.
 */
#include "studio.h"

#include "base/magic.h"
#include "ui/view/typed.h"
#include "ui/widget/hex.h"
#include "ui/widget/json.h"

/* ---- JSON lines ---- */

static bool reads(const char *json, struct json_doc *doc)
{
	static struct arena *a;

	arena_free(a);
	a = arena_new();
	*doc = (struct json_doc){ .n = 0 };
	return json_lines(str_z(json), a, doc);
}

static void json_becomes_lines(void **state)
{
	struct json_doc d;

	(void)state;
	assert_true(reads(" {\"a\": [1, -2.50e3, {\"b\" : null}], \"c\":{} ,"
	    "\"a\":\"\\\"}\"} ", &d));
	assert_int_equal(d.n, 11);
	assert_int_equal(d.v[0].n, 3);
	assert_int_equal(d.v[0].end, 10);
	assert_int_equal(d.v[1].kind, JSON_ARRAY_OPEN);
	assert_int_equal(d.v[1].n, 3);
	assert_int_equal(d.v[3].depth, 2);
	assert_str(str_sub(d.text, d.v[3].from, d.v[3].to), "-2.50e3");
	assert_int_equal(d.v[8].kind, JSON_LEAF);	/* {} */
	assert_true(d.v[8].comma);
	assert_str(str_sub(d.text, d.v[9].value, d.v[9].to), "\"\\\"}\"");
	assert_false(d.v[9].comma);
}

static void what_is_no_json_stays_text(void **state)
{
	static const char *const bad[] = { "", "1", "\"a\"", "{", "[1", "[1,]",
		"{\"a\":1,}", "{a:1}", "{\"a\"}", "{\"a\":}", "[1}", "[1] 2",
		"[01]", "[1.]", "[.5]", "[1e]", "[+1]", "[tru]", "[nulll]",
		"[\"a\nb\"]", "[\"a\\\"]", "[,1]", "[1 2]", "]", "{]", "[\"", };
	struct json_doc d;
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (reads(bad[i], &d))
			fail_msg("read as JSON: %s", bad[i]);
	/* as deep as it may be, and deeper */
	sbuf_fill(&b, '[', JSON_VIEW_DEPTH);
	sbuf_fill(&b, ']', JSON_VIEW_DEPTH);
	assert_true(reads(b.p, &d));
	sbuf_reset(&b);
	sbuf_fill(&b, '[', JSON_VIEW_DEPTH + 1);
	sbuf_fill(&b, ']', JSON_VIEW_DEPTH + 1);
	assert_false(reads(b.p, &d));
	/* more lines than are held, more bytes */
	sbuf_reset(&b);
	sbuf_addc(&b, '[');
	for (size_t i = 0; i < JSON_VIEW_LINES; i++)
		sbuf_addz(&b, "1,");
	sbuf_addz(&b, "1]");
	assert_false(reads(b.p, &d));
	sbuf_reset(&b);
	sbuf_addz(&b, "[\"");
	sbuf_fill(&b, 'x', JSON_VIEW_MAX);
	sbuf_addz(&b, "\"]");
	assert_false(reads(b.p, &d));
	sbuf_free(&b);
	(void)reads("", &d);
}

/* ---- the viewer ---- */

static const char schema[] = "CREATE TABLE v(id INTEGER PRIMARY KEY, "
    "val, flag BOOLEAN, made_at INTEGER);"
    "INSERT INTO v VALUES(1, '{\"k\":[1,{\"n\":1.50}],\"e\":{},"
    "\"name\":\"caf\xc3\xa9\"}', 1, 1763640000000),"
    "(2, zeroblob(70000) || x'00', 0, 1763640000),"
    "(3, 'plain ' || char(27) || ' text', 7, 1763640000000000),"
    "(4, x'89504e470d0a1a0a0000000d', NULL, 12),"
    "(5, CAST('[1,2,3]' AS BLOB), 1, 5),"
    "(6, zeroblob(1000000), 1, 5),"
    "(7, 1763640000, 1, 5);";

static struct studio *start(int w, int h, const char *keys)
{
	struct studio *s = studio_open(schema, w, h);

	studio_press(s, "Enter");
	studio_press(s, keys);
	return s;
}

static void json_folds_and_is_searched(void **state)
{
	struct studio *s = start(120, 36, "l v");

	(void)state;
	studio_shows(s, "\xe2\x96\xbe {");	/* ▾ */
	studio_shows(s, "\"n\": 1.50");
	studio_shows(s, "\"name\": \"caf\xc3\xa9\"");
	studio_press(s, "j Enter");
	studio_shows(s, "\"k\": [ 2 items ],");
	studio_hides(s, "1.50");
	studio_press(s, "z j _");
	studio_shows(s, "\"k\": [ 2 items ],");
	studio_shows(s, "\"e\": {},");
	/* a match within a fold opens it */
	studio_press(s, "/");
	studio_type(s, "1.50");
	studio_shows(s, "\"n\": 1.50");
	studio_press(s, "Enter _ + g Enter");
	studio_shows(s, "{ 3 keys }");
	/* as it was written, and back */
	studio_press(s, "r");
	studio_shows(s, "{\"k\":[1,{\"n\":1.50}]");
	studio_press(s, "r");
	studio_shows(s, "{ 3 keys }");
	studio_press(s, "y");
	studio_shows(s, "copied");
	assert_true(str_starts(sbuf_str(&s->c->clipboard), STR("{\"k\":[1,")));
	studio_close(s);
}

static void bytes_come_in_pieces(void **state)
{
	struct studio *s = start(120, 36, "j j j j j l v");
	double mb = (double)arena_bytes(core_top(s->c)->a);

	(void)state;
	studio_shows(s, "blob  1.0 MB");
	studio_shows(s, "00000000  00 00");
	studio_press(s, "G");
	studio_shows(s, "000f4230  00 00");
	studio_press(s, "PgUp PgUp g PgDn");
	studio_shows(s, "000001e0  00 00");
	assert_true((double)arena_bytes(core_top(s->c)->a) <= mb + 65536);
	studio_close(s);
}

static void bytes_are_named_by_how_they_begin(void **state)
{
	struct studio *s = start(120, 36, "j j j l v");

	(void)state;
	studio_shows(s, "PNG image");
	studio_shows(s, "89 50 4e 47 0d 0a 1a 0a  00 00 00 0d");
	studio_press(s, "Esc j v");
	/* a blob that holds JSON */
	studio_shows(s, "\xe2\x96\xbe [");
	studio_press(s, "r");
	studio_shows(s, "[1,2,3]");
	studio_press(s, ">");
	studio_shows(s, "5b 31 2c");
	studio_close(s);
	assert_string_equal(magic_name(STR("PK\x03\x04xx")), "ZIP archive");
	assert_string_equal(magic_name(STR("\x1f\x8b\x08")), "gzip");
	assert_null(magic_name(STR("")));
	assert_null(magic_name(STR("RIFF....WEB")));
	assert_string_equal(magic_name(STR("RIFF....WEBPVP8 ")), "WebP image");
}

static void numbers_say_what_they_mean(void **state)
{
	struct studio *s = start(120, 36, "l l v");

	(void)state;
	studio_shows(s, "true");
	studio_shows(s, "stored as 1");
	studio_press(s, "r");
	studio_hides(s, "stored as");
	studio_press(s, "Esc l v");
	studio_shows(s, "1763640000000");
	studio_shows(s, "2025-11-20T12:00:00Z");
	studio_hides(s, "if milliseconds");
	studio_press(s, "Esc j v");
	studio_shows(s, "2025-11-20T12:00:00Z");
	studio_press(s, "Esc j v");
	studio_shows(s, "2025-11-20T12:00:00Z");
	/* no column that says it is a time */
	studio_press(s, "Esc G 0 l v");
	studio_shows(s, "2025-11-20T12:00:00Z  if seconds since 1970");
	studio_close(s);
}

static void the_grid_shows_what_is_meant(void **state)
{
	struct studio *s = start(120, 36, "l l l");

	(void)state;
	studio_shows(s, "true");
	studio_shows(s, "false");
	studio_press(s, "r");
	studio_hides(s, "true");
	studio_shows(s, "as stored");
	studio_press(s, "r");
	studio_shows(s, "true");
	studio_close(s);
}

static void typed_is_by_declared_type(void **state)
{
	struct rows_col c = { .name = STR("x"), .type = STR("boolean") };
	struct value v = { .kind = VALUE_TEXT, .s = STR("f"), .full = 1 };
	struct sbuf b = SBUF_TEXT;

	(void)state;
	assert_true(typed_show(&c, TS_MEANS_ITSELF, &v, &b));
	assert_str(sbuf_str(&b), "false");
	v = (struct value){ .kind = VALUE_INT, .i = 2 };
	assert_false(typed_show(&c, TS_MEANS_BOOLEAN, &v, &b));
	v.i = 1;
	c.type = STR("integer");
	assert_false(typed_show(&c, TS_MEANS_ITSELF, &v, &b));
	c.name = STR("created_at");
	v.i = 631151999;
	assert_false(typed_time(&c, TS_MEANS_ITSELF, &v, &b));
	sbuf_free(&b);
}

/* What drizzle-orm would make of it counts more than name and size. */
static void typed_is_by_the_schema_files(void **state)
{
	struct rows_col c = { .name = STR("x"), .type = STR("integer") };
	struct value v = { .kind = VALUE_INT, .i = 1 };
	struct sbuf b = SBUF_TEXT;

	(void)state;
	assert_true(typed_show(&c, TS_MEANS_BOOLEAN, &v, &b));
	assert_str(sbuf_str(&b), "true");
	assert_false(typed_time(&c, TS_MEANS_BOOLEAN, &v, &b));
	sbuf_reset(&b);
	v.i = 86400;
	assert_true(typed_time(&c, TS_MEANS_SECONDS, &v, &b));
	assert_str(sbuf_str(&b), "1970-01-02 00:00");
	sbuf_reset(&b);
	assert_true(typed_time_hint(&c, TS_MEANS_MS, &v, &b));
	assert_str(sbuf_str(&b), "1970-01-01T00:01:26Z");
	v.i = INT64_MAX;
	assert_false(typed_time(&c, TS_MEANS_MS, &v, &b));
	v.i = -1;
	assert_false(typed_time(&c, TS_MEANS_SECONDS, &v, &b));
	v = (struct value){ .kind = VALUE_NULL };
	assert_false(typed_time(&c, TS_MEANS_SECONDS, &v, &b));
	assert_false(typed_show(&c, TS_MEANS_BOOLEAN, &v, &b));
	sbuf_free(&b);
}

static void large_json_is_quick_enough(void **state)
{
	struct studio *s = studio_open("CREATE TABLE j(v TEXT);"
	    "INSERT INTO j SELECT json_group_array(json_object('id', value, "
	    "'name', printf('row %d of the array', value))) FROM ("
	    "WITH RECURSIVE i(value) AS (SELECT 1 UNION ALL SELECT value + 1 "
	    "FROM i WHERE value < 20000) SELECT value FROM i)", 80, 24);

	(void)state;
	studio_press(s, "Enter v");
	studio_shows(s, "\"id\": 1,");
	studio_press(s, "_ g j G");
	studio_shows(s, "{ 2 keys }");
	studio_press(s, "k Enter");
	studio_press(s, "G");
	studio_shows(s, "row 20000 of");
	studio_close(s);
}

UNIT_MAIN(cmocka_unit_test(json_becomes_lines),
    cmocka_unit_test(what_is_no_json_stays_text),
    cmocka_unit_test(json_folds_and_is_searched),
    cmocka_unit_test(bytes_come_in_pieces),
    cmocka_unit_test(bytes_are_named_by_how_they_begin),
    cmocka_unit_test(numbers_say_what_they_mean),
    cmocka_unit_test(the_grid_shows_what_is_meant),
    cmocka_unit_test(typed_is_by_declared_type),
    cmocka_unit_test(typed_is_by_the_schema_files),
    cmocka_unit_test(large_json_is_quick_enough))

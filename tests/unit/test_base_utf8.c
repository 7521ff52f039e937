/* utf8: decoding, the filter for foreign text, clusters and cells. */
#include "unit.h"

#include "base/utf8.h"

static void valid_takes_and_refuses(void **state)
{
	static const struct {
		struct str s;
		size_t bad;	/* s.n: valid */
	} t[] = {
		{ { "", 0 }, 0 },
		{ { "a\0b", 3 }, 3 },
		{ { "\xc3\xa9", 2 }, 2 },
		{ { "\xf4\x8f\xbf\xbf", 4 }, 4 },
		{ { "x\x80", 2 }, 1 },			/* lone tail */
		{ { "x\xc3", 2 }, 1 },			/* cut */
		{ { "\xe4\xb8", 2 }, 0 },
		{ { "\xf0\x9f\x98", 3 }, 0 },
		{ { "\xc0\xaf", 2 }, 0 },		/* overlong / */
		{ { "\xe0\x80\xaf", 3 }, 0 },
		{ { "\xf0\x80\x80\xaf", 4 }, 0 },
		{ { "\xed\xa0\x80", 3 }, 0 },		/* surrogate */
		{ { "\xf4\x90\x80\x80", 4 }, 0 },	/* over U+10FFFF */
		{ { "ab\xff", 3 }, 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t bad = t[i].s.n;

		assert_int_equal(utf8_valid(t[i].s, &bad),
		    t[i].bad == t[i].s.n);
		assert_int_equal(bad, t[i].bad);
		assert_int_equal(utf8_valid(t[i].s, NULL),
		    t[i].bad == t[i].s.n);
	}
}

static void every_code_point_goes_round(void **state)
{
	struct sbuf b = SBUF_TEXT;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		size_t i = 0;

		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		sbuf_reset(&b);
		utf8_put(&b, cp);
		if (utf8_next(sbuf_str(&b), &i) != (int32_t)cp || i != b.n)
			fail_msg("U+%04X", cp);
	}
	sbuf_reset(&b);
	utf8_put(&b, 0xd800);
	utf8_put(&b, 0x110000);
	assert_str(sbuf_str(&b), "\xef\xbf\xbd\xef\xbf\xbd");
	sbuf_free(&b);
}

struct clean_case {
	struct str in;
	const char *line, *block;	/* block NULL: as line */
};
#define S(lit) { "" lit "", sizeof(lit) - 1 }

static const struct clean_case clean_cases[] = {
	{ S("plain \xc3\xa9 \xe4\xb8\x80 \xf0\x9f\x98\x80"),
	    "plain \xc3\xa9 \xe4\xb8\x80 \xf0\x9f\x98\x80", NULL },
	/* C0, DEL */
	{ S("\x1b[2J\x07"), "\xe2\x90\x9b[2J\xe2\x90\x87", NULL },
	{ S("a\0b\x7f"), "a\xe2\x90\x80" "b\xe2\x90\xa1", NULL },
	{ S("a\nb\tc"), "a\xe2\x90\x8a" "b\xe2\x90\x89" "c", "a\nb       c" },
	{ S("\xe4\xb8\x80\tx\n\ty"),
	    "\xe4\xb8\x80\xe2\x90\x89x\xe2\x90\x8a\xe2\x90\x89y",
	    "\xe4\xb8\x80      x\n        y" },
	{ S("\r"), "\xe2\x90\x8d", NULL },
	/* C1: CSI in one character, and as a raw byte */
	{ S("\xc2\x9b" "31m"), "<U+009B>31m", NULL },
	{ S("\x9b" "31m"), "<9B>31m", NULL },
	/* bidi */
	{ S("a\xe2\x80\xae" "b\xe2\x81\xa6" "c\xd8\x9c"),
	    "a<U+202E>b<U+2066>c<U+061C>", NULL },
	/* invisible */
	{ S("a\xe2\x80\x8b" "b\xc2\xad\xef\xbb\xbf\xe2\x81\xa0"),
	    "a<U+200B>b<U+00AD><U+FEFF><U+2060>", NULL },
	{ S("\xe3\x85\xa4|\xe1\x85\xa0|\xcd\x8f"),
	    "<U+3164>|<U+1160>|<U+034F>", NULL },
	{ S("\xe2\x80\xa8\xe2\x80\xa9"), "<U+2028><U+2029>", NULL },
	{ S("\xef\xbf\xb9x\xef\xbf\xbb"), "<U+FFF9>x<U+FFFB>", NULL },
	/* tag characters: a hidden "A" */
	{ S("x\xf3\xa0\x81\x81\xf3\xa0\x80\x81"), "x<U+E0041><U+E0001>", NULL },
	/* surrogates, non-characters, unassigned */
	{ S("\xed\xa0\x80\xed\xbf\xbf"), "<U+D800><U+DFFF>", NULL },
	{ S("\xed\xa0"), "<ED><A0>", NULL },
	{ S("\xef\xbf\xbe\xf4\x8f\xbf\xbf\xcd\xb8"),
	    "<U+FFFE><U+10FFFF><U+0378>", NULL },
	/* cut sequences */
	{ S("\xc3"), "<C3>", NULL },
	{ S("\xf0\x9f\x98x"), "<F0><9F><98>x", NULL },
	{ S("\xe4\xb8\xc3\xa9"), "<E4><B8>\xc3\xa9", NULL },
	/* a mark with nothing to sit on */
	{ S("\xcc\x81x"), "<U+0301>x", NULL },
	{ S("e\xcc\x81"), "e\xcc\x81", NULL },
	{ S("\n\xcc\x81"), "\xe2\x90\x8a<U+0301>", "\n<U+0301>" },
	/* emoji: joined, with modifier, with selector, flag, keycap */
	{ S("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"),
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", NULL },
	{ S("\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x94\xac"),
	    "\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbd\xe2\x80\x8d\xf0\x9f\x94\xac",
	    NULL },
	{ S("\xe2\x9d\xa4\xef\xb8\x8f"), "\xe2\x9d\xa4\xef\xb8\x8f", NULL },
	{ S("1\xef\xb8\x8f\xe2\x83\xa3"), "1\xef\xb8\x8f\xe2\x83\xa3", NULL },
	/* joiners and selectors that carry nothing visible */
	{ S("a\xe2\x80\x8d" "b"), "a<U+200D>b", NULL },
	{ S("\xf0\x9f\x91\xa9\xe2\x80\x8d"), "\xf0\x9f\x91\xa9<U+200D>", NULL },
	{ S("\xf0\x9f\x91\xa9\xe2\x80\x8d\xe2\x80\x8d\xf0\x9f\x91\xa7"),
	    "\xf0\x9f\x91\xa9<U+200D><U+200D>\xf0\x9f\x91\xa7", NULL },
	{ S("x\xef\xb8\x8f\xef\xb8\x8e"), "x\xef\xb8\x8f<U+FE0E>", NULL },
	{ S("x\xf3\xa0\x84\x80"), "x<U+E0100>", NULL },
	{ S("\xe8\xbe\xbb\xf3\xa0\x84\x80"), "\xe8\xbe\xbb\xf3\xa0\x84\x80",
	    NULL },
};

static void the_filter_makes_text_harmless(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(clean_cases) / sizeof(clean_cases[0]);
	    i++) {
		const struct clean_case *c = &clean_cases[i];

		assert_str(utf8_clean(a, c->in, UTF8_LINE), c->line);
		assert_str(utf8_clean(a, c->in, UTF8_BLOCK),
		    c->block ? c->block : c->line);
	}
	arena_free(a);
}

static void ascii_mode_writes_carets(void **state)
{
	struct sbuf b = SBUF_TEXT;

	(void)state;
	utf8_sanitize(&b, STR("\x1b[m\0\x7f\n"), UTF8_LINE, true);
	assert_str(sbuf_str(&b), "^[[m^@^?^J");
	sbuf_free(&b);
}

static void marks_are_counted_not_drawn(void **state)
{
	struct arena *a = arena_new();
	struct sbuf b = SBUF_TEXT;
	struct str s;

	(void)state;
	sbuf_addc(&b, 'e');
	for (int i = 0; i < 4000; i++)
		sbuf_addz(&b, "\xcc\x81");
	sbuf_addz(&b, "x");
	s = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	assert_int_equal(s.n, 1 + 3 * 2 + strlen("<+3997>x"));
	assert_true(str_ends(s, STR("<+3997>x")));
	assert_int_equal(utf8_cells(s), 1 + 8);
	/* at the end of the text, and in spacing marks, too */
	sbuf_truncate(&b, 1 + 4 * 2);
	s = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	assert_true(str_ends(s, STR("\xcc\x81<+1>")));
	/* so many emoji do not join */
	sbuf_reset(&b);
	for (int i = 0; i < 500; i++)
		sbuf_addz(&b, "\xf0\x9f\x91\xa9\xe2\x80\x8d");
	s = utf8_clean(a, sbuf_str(&b), UTF8_LINE);
	assert_true(str_find(s, STR("<U+200D>"), 0) <= 9 * 7);
	sbuf_free(&b);
	arena_free(a);
}

/* Whatever comes in: valid, no controls, and the ceiling of utf8_clean holds. */
static void random_bytes_come_out_harmless(void **state)
{
	struct arena *a = arena_new();
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char in[64];
		struct str out;

		for (size_t i = 0; i < sizeof(in); i++) {
			seed = seed * 1664525u + 1013904223u;
			/* mostly bytes that start or go on a sequence */
			in[i] = (char)((seed >> 24) | (round % 3 ? 0x80 : 0));
		}
		out = utf8_clean(a, (struct str){ in, sizeof(in) }, UTF8_LINE);
		assert_true(utf8_valid(out, NULL));
		for (size_t i = 0; i < out.n;) {
			int32_t cp = utf8_next(out, &i);

			assert_true(cp >= 0x20 && cp != 0x7f &&
			    !(cp >= 0x80 && cp < 0xa0));
		}
		assert_false(utf8_invisible(out, NULL, NULL));
		arena_reset(a);
	}
	arena_free(a);
}

static void a_full_buffer_stops_the_filter(void **state)
{
	struct sbuf b = SBUF_INIT(4);

	(void)state;
	utf8_sanitize(&b, STR("ab\x1b\x1b"), UTF8_LINE, false);
	assert_true(b.full);
	assert_str(sbuf_str(&b), "ab");
	sbuf_free(&b);
}

static void clusters_have_terminal_width(void **state)
{
	static const struct {
		struct str s;
		int width;
	} t[] = {
		{ S("a"), 1 },
		{ S("\xc3\xa9"), 1 },
		{ S("e\xcc\x81\xcc\xa3"), 1 },
		{ S("\xe4\xb8\x80"), 2 },
		{ S("\xef\xbc\x81"), 2 },			/* fullwidth ! */
		{ S("\xef\xbd\xb1"), 1 },			/* halfwidth ア */
		{ S("\xce\xb1"), 1 },			/* ambiguous */
		{ S("\xe2\x94\x80"), 1 },			/* box drawing */
		{ S("\xf0\x9f\x98\x80"), 2 },
		{ S("\xe2\x9d\xa4"), 1 },			/* heart, text */
		{ S("\xe2\x9d\xa4\xef\xb8\x8f"), 1 },	/* heart, emoji */
		{ S("1\xef\xb8\x8f\xe2\x83\xa3"), 1 },	/* keycap */
		{ S("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2 }, /* jamo */
		{ S("\xe2\x90\x9b"), 1 },			/* a picture */
	};

	(void)state;
	for (size_t k = 0; k < sizeof(t) / sizeof(t[0]); k++) {
		size_t i = 0;
		int width = utf8_cluster(t[k].s, &i);

		if (width != t[k].width || i != t[k].s.n)
			fail_msg("case %zu: width %d, %zu of %zu bytes", k,
			    width, i, t[k].s.n);
	}
}

static void clusters_end_where_terminals_advance(void **state)
{
	(void)state;
	/* emoji joined, with a tone, as flags: their parts */
	assert_int_equal(utf8_cells(STR("\xf0\x9f\x91\xa9\xe2\x80\x8d"
	    "\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6")), 6);
	assert_int_equal(utf8_cells(STR("\xf0\x9f\x91\x8d"
	    "\xf0\x9f\x8f\xbd")), 4);
	assert_int_equal(utf8_cells(STR("\xf0\x9f\x87\xa9"
	    "\xf0\x9f\x87\xaa")), 2);
	/* a spacing mark has a cell of its own */
	assert_int_equal(utf8_cells(STR("\xe0\xa4\x95\xe0\xa4\xbf")), 2);
	assert_int_equal(utf8_cells(STR("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa"
	    "\xf0\x9f\x87\xa9")), 3);
	/* a modifier on a letter stands alone */
	assert_int_equal(utf8_cells(STR("a\xf0\x9f\x8f\xbd")), 3);
	/* an ideograph has no room for a spacing mark */
	assert_int_equal(utf8_cells(STR("\xe4\xb8\x80\xe0\xa4\xbf")), 3);
	assert_int_equal(utf8_cells(STR("")), 0);
	assert_int_equal(utf8_cells(STR("abc \xe4\xb8\x80")), 6);
}

static void fit_never_splits_a_cluster(void **state)
{
	struct str s = STR("a\xe4\xb8\x80" "e\xcc\x81z");
	size_t used;

	(void)state;
	assert_str(utf8_fit(s, 0, &used), "");
	assert_int_equal(used, 0);
	assert_str(utf8_fit(s, 2, &used), "a");
	assert_int_equal(used, 1);
	assert_str(utf8_fit(s, 4, &used), "a\xe4\xb8\x80" "e\xcc\x81");
	assert_int_equal(used, 4);
	assert_str(utf8_fit(s, 99, NULL), s.p);
	/* the marks of the last plain byte go with it */
	assert_str(utf8_fit(STR("abe\xcc\x81" "c"), 3, &used),
	    "abe\xcc\x81");
	assert_int_equal(used, 3);
	assert_str(utf8_fit(STR("abc"), 3, &used), "abc");
	assert_int_equal(used, 3);
	assert_str(utf8_fit(STR("abcd"), 2, &used), "ab");
	assert_int_equal(used, 2);
}

static void invisible_text_is_found(void **state)
{
	size_t at = 0;
	uint32_t cp = 0;

	(void)state;
	assert_true(utf8_invisible(STR("ab\xe2\x80\xae"), &at, &cp));
	assert_int_equal(at, 2);
	assert_int_equal(cp, 0x202e);
	assert_true(utf8_invisible(STR("x\xf3\xa0\x81\x81"), &at, &cp));
	assert_int_equal(cp, 0xe0041);
	assert_true(utf8_invisible(STR("user\xe2\x80\x8d"), NULL, NULL));
	assert_true(utf8_invisible(STR("a\x1b"), NULL, NULL));
	assert_false(utf8_invisible(STR("a\n\t\r\n\xc3\xa9 \xff"), NULL, NULL));
	assert_false(utf8_invisible(STR("\xf0\x9f\x91\xa9\xe2\x80\x8d"
	    "\xf0\x9f\x91\xa7 \xe2\x9d\xa4\xef\xb8\x8f e\xcc\x81"), NULL, NULL));
}

UNIT_MAIN(cmocka_unit_test(valid_takes_and_refuses),
    cmocka_unit_test(every_code_point_goes_round),
    cmocka_unit_test(the_filter_makes_text_harmless),
    cmocka_unit_test(ascii_mode_writes_carets),
    cmocka_unit_test(marks_are_counted_not_drawn),
    cmocka_unit_test(random_bytes_come_out_harmless),
    cmocka_unit_test(a_full_buffer_stops_the_filter),
    cmocka_unit_test(clusters_have_terminal_width),
    cmocka_unit_test(clusters_end_where_terminals_advance),
    cmocka_unit_test(fit_never_splits_a_cluster),
    cmocka_unit_test(invisible_text_is_found))

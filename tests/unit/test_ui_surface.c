/* surface: clipping, wide characters, refusal of controls, joined lines. */
#include "unit.h"

#include "base/utf8.h"
#include "ui/surface.h"

static struct sbuf dumped = SBUF_TEXT;

static struct str dump(const struct surface *s)
{
	sbuf_reset(&dumped);
	surface_dump(s, &dumped);
	return sbuf_str(&dumped);
}

static struct str styles(const struct surface *s)
{
	sbuf_reset(&dumped);
	surface_dump_styles(s, &dumped);
	return sbuf_str(&dumped);
}

static void text_is_clipped_on_all_sides(void **state)
{
	struct surface *s = surface_new(8, 3, false);
	struct pane p = pane_sub(surface_pane(s), 2, 1, 4, 1);

	(void)state;
	assert_int_equal(pane_textz(p, -2, 0, STYLE_NORMAL, "abcdefgh"), 6);
	pane_textz(p, 0, -1, STYLE_NORMAL, "above");
	pane_textz(p, 0, 1, STYLE_NORMAL, "below");
	assert_str(dump(s), "\n  cdef\n\n");
	/* a pane of nothing takes anything */
	p = pane_sub(surface_pane(s), 20, 20, 5, 5);
	assert_int_equal(p.w, 0);
	pane_textz(p, 0, 0, STYLE_NORMAL, "x");
	pane_hline(p, 0, 0, 5);
	pane_bar(p, 0);
	pane_clear(p);
	surface_free(s);
}

static void controls_never_get_into_a_cell(void **state)
{
	struct surface *s = surface_new(10, 1, false);

	(void)state;
	pane_text(surface_pane(s), 0, 0, STYLE_NORMAL,
	    STR("a\x1b[0m\x7f\n\xc2\x9b" "b"));
	assert_str(dump(s), "a?[0m???b\n");
	/* broken bytes neither loop nor crash */
	pane_text(surface_pane(s), 0, 0, STYLE_NORMAL, STR("\xff\xc3\xe2\x82"));
	for (int x = 0; x < 10; x++)
		assert_false((unsigned char)surface_at(s, x, 0)->text[0] == 0x1b);
	surface_free(s);
}

static void wide_characters_are_never_halved(void **state)
{
	struct surface *s = surface_new(6, 1, false);
	struct pane p = surface_pane(s);

	(void)state;
	pane_textz(p, 0, 0, STYLE_NORMAL, "図書館");
	assert_str(dump(s), "図書館\n");
	pane_textz(p, 1, 0, STYLE_NORMAL, "x");	/* right half of the first */
	assert_str(dump(s), " x書館\n");
	pane_textz(p, 2, 0, STYLE_NORMAL, "y");	/* left half of the second */
	assert_str(dump(s), " xy 館\n");
	surface_clear(s);
	pane_textz(p, -1, 0, STYLE_NORMAL, "図a書館");	/* cut at both borders */
	assert_str(dump(s), " a書館\n");
	surface_clear(s);
	pane_textz(p, 3, 0, STYLE_NORMAL, "書館");
	assert_int_equal(surface_at(s, 5, 0)->width, 1);
	assert_str(dump(s), "   書\n");
	surface_free(s);
}

static void lines_join_where_they_meet(void **state)
{
	struct surface *s = surface_new(7, 5, false);
	struct pane p = surface_pane(s);

	(void)state;
	pane_hline(p, 0, 0, 7);
	pane_hline(p, 0, 4, 7);
	pane_vline(pane_sub(p, 0, 1, 7, 3), 3, 0, 3);
	pane_hline(pane_sub(p, 4, 2, 3, 1), 0, 0, 3);
	assert_str(dump(s), "───┬───\n   │\n   ├───\n   │\n───┴───\n");
	surface_free(s);

	s = surface_new(5, 3, true);
	p = surface_pane(s);
	pane_hline(p, 0, 1, 5);
	pane_vline(p, 2, 0, 3);
	assert_str(dump(s), "  |\n--+--\n  |\n");
	surface_free(s);
}

static void boxes_cover_what_is_beneath(void **state)
{
	struct surface *s = surface_new(14, 5, false);
	struct pane p = surface_pane(s), in;

	(void)state;
	for (int y = 0; y < 5; y++)
		pane_textz(p, 0, y, STYLE_NORMAL, "図図図図図図図");
	in = pane_popup(p, 11, 3, STYLE_LOSS, STR("Hi"));
	assert_int_equal(in.w, 7);
	assert_int_equal(in.h, 1);
	pane_textz(in, 0, 0, STYLE_NORMAL, "inside, cut");
	/* x = 1: the left border halves a wide character */
	assert_str(dump(s),
	    "図図図図図図図\n ╭── Hi ───╮図\n │ inside, │図\n"
	    " ╰─────────╯図\n図図図図図図図\n");
	surface_free(s);
}

static void the_bar_and_restyling_keep_text(void **state)
{
	struct surface *s = surface_new(6, 2, false);
	struct pane p = surface_pane(s);

	(void)state;
	pane_textz(p, 0, 0, STYLE_LOSS, "ab");
	pane_textz(p, 2, 0, STYLE_DIM, "cd");
	pane_restyle(p, 5, 0, 9, STYLE_CELL);
	pane_bar(p, 0);
	assert_str(dump(s), "abcd\n\n");
	/* losses stay red on the bar, the rest is plain reverse */
	assert_str(styles(s), "LL###x\n......\n");
	assert_int_equal(theme_look(STYLE_DIM | STYLE_BAR).attrs, ATTR_REVERSE);
	assert_int_equal(theme_look(STYLE_LOSS | STYLE_BAR).hue, HUE_RED);
	surface_free(s);
}

static void fields_cut_with_an_ellipsis(void **state)
{
	struct surface *s = surface_new(12, 4, false);
	struct pane p = surface_pane(s);

	(void)state;
	pane_field(p, 0, 0, 5, ALIGN_LEFT, STYLE_NORMAL, STR("biblioteca"));
	pane_field(p, 6, 0, 5, ALIGN_RIGHT, STYLE_NORMAL, STR("42"));
	pane_field(p, 0, 1, 4, ALIGN_LEFT, STYLE_NORMAL, STR("図書館"));
	pane_field(p, 0, 2, 3, ALIGN_LEFT, STYLE_NORMAL, STR("abc"));
	pane_field(p, 0, 3, 6, ALIGN_LEFT, STYLE_NORMAL, STR("two␤li"));
	assert_str(dump(s), "bibl…    42\n図…\nabc\ntwo␤li\n");
	assert_int_equal(surface_at(s, 3, 3)->style, STYLE_CONTROL);
	surface_free(s);
}

static void words_wrap(void **state)
{
	struct surface *s = surface_new(10, 4, false);
	struct str text = STR("drop column bio, 388\nvalues");

	(void)state;
	assert_int_equal(wrap_rows(8, text), 4);
	assert_int_equal(pane_wrap(surface_pane(s), 1, 0, 8, 4, STYLE_NORMAL,
	    text), 4);
	assert_str(dump(s), " drop\n column\n bio, 388\n values\n");
	surface_clear(s);
	assert_int_equal(pane_wrap(surface_pane(s), 1, 0, 8, 2, STYLE_NORMAL,
	    text), 2);
	assert_str(dump(s), " drop\n column …\n\n\n");	/* more would follow */
	assert_int_equal(wrap_rows(1, STR("図書")), 2);
	assert_int_equal(wrap_rows(0, STR("x")), 0);
	surface_free(s);
}

static void long_clusters_keep_their_base(void **state)
{
	struct surface *s = surface_new(4, 1, false);
	struct sbuf b = SBUF_TEXT;

	(void)state;
	sbuf_addz(&b, "e");
	for (int i = 0; i < 40; i++)
		utf8_put(&b, 0x301);
	pane_text(surface_pane(s), 0, 0, STYLE_NORMAL, sbuf_str(&b));
	assert_true(surface_at(s, 0, 0)->n <= CELL_BYTES);
	assert_int_equal(surface_at(s, 0, 0)->text[0], 'e');
	sbuf_free(&b);
	surface_free(s);
}

UNIT_MAIN(cmocka_unit_test(text_is_clipped_on_all_sides),
    cmocka_unit_test(controls_never_get_into_a_cell),
    cmocka_unit_test(wide_characters_are_never_halved),
    cmocka_unit_test(lines_join_where_they_meet),
    cmocka_unit_test(boxes_cover_what_is_beneath),
    cmocka_unit_test(the_bar_and_restyling_keep_text),
    cmocka_unit_test(fields_cut_with_an_ellipsis),
    cmocka_unit_test(words_wrap),
    cmocka_unit_test(long_clusters_keep_their_base))

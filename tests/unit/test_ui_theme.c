/*
 * Themes are data: few hues, no background, nothing said by colour alone; and
 * the frame of a production database at every size.
 */
#include "studio.h"

#include "base/utf8.h"
#include "ui/theme.h"

static void themes_keep_to_six_hues(void **state)
{
	(void)state;
	for (size_t i = 0; i < THEMES; i++) {
		const struct theme *t = &themes[i];

		assert_ptr_equal(theme_find(str_z(t->name)), t);
		assert_int_equal(t->many[HUE_NONE], -1);
		assert_int_equal(t->few[HUE_NONE], -1);
		for (int h = 0; h < HUE_N; h++) {
			assert_true(t->many[h] >= -1 && t->many[h] < 256);
			/* never black or white, on either background */
			assert_true(t->few[h] >= -1 && t->few[h] < 7);
			assert_true(t->few[h] && t->many[h]);
		}
	}
	assert_null(theme_find(STR("pink")));
	assert_null(theme_find(STR("")));
}

static void the_background_chooses(void **state)
{
	(void)state;
	assert_string_equal(theme_for(STR("0;15"))->name, "light");
	assert_string_equal(theme_for(STR("0;default;15"))->name, "light");
	assert_string_equal(theme_for(STR("15;0"))->name, "default");
	assert_string_equal(theme_for(STR(""))->name, "default");
	assert_string_equal(theme_for(STR("15"))->name, "default");
}

/* What differs by hue alone in one style differs by attribute, mark or word:
 * without colour losses and errors still stand out. */
static void without_colour_attributes_are_left(void **state)
{
	const struct theme *mono = theme_find(STR("mono"));
	static const enum style loud[] = { STYLE_LOSS, STYLE_ERROR, STYLE_KEY,
		STYLE_TAB, STYLE_MATCH, STYLE_BADGE_LOSS, STYLE_PRODUCTION,
		STYLE_FRAME };
	const struct theme *high = theme_find(STR("high-contrast"));

	(void)state;
	for (size_t i = 0; i < sizeof(loud) / sizeof(*loud); i++) {
		struct look look = theme_look(loud[i]);

		assert_int_equal(theme_color(mono, look, true), -1);
		assert_true(theme_attrs(mono, look, -1) != 0);
	}
	/* grey and dim together cannot be read; high contrast has neither */
	assert_int_equal(theme_attrs(&themes[0], theme_look(STYLE_DIM), 244), 0);
	assert_int_equal(theme_attrs(&themes[0], theme_look(STYLE_DIM), -1),
	    ATTR_DIM);
	assert_int_equal(theme_attrs(high, theme_look(STYLE_DIM), -1), 0);
	assert_int_equal(theme_attrs(high, theme_look(STYLE_OK), 2), ATTR_BOLD);
}

static void a_theme_that_is_none_is_said(void **state)
{
	struct studio *s = studio_open("CREATE TABLE t(a)", 120, 36);

	(void)state;
	assert_true(core_theme(s->c, STR("light")));
	assert_string_equal(s->c->theme->name, "light");
	assert_false(core_theme(s->c, STR("pi\033nk")));
	studio_shows(s, "there is no theme pi\xe2\x90\x9bnk: default, dark, "
	    "light, high-contrast, mono");
	assert_string_equal(s->c->theme->name, "light");
	studio_close(s);
}

/* A line of F all round, but where the first and the last row say something. */
static void assert_framed(struct studio *s, int w, int h)
{
	core_draw(s->c);
	for (int y = 0; y < h; y++) {
		const struct cell *left = surface_at(s->c->surface, 0, y);
		const struct cell *right = surface_at(s->c->surface, w - 1, y);

		assert_int_equal(left->style, STYLE_FRAME);
		assert_int_equal(right->style, STYLE_FRAME);
	}
	for (int x = 1; x < w - 1; x++)
		for (int y = 0; y < h; y += h - 1)
			assert_true(surface_at(s->c->surface, x, y)->style !=
			    STYLE_LINE);
}

static void production_has_a_frame_everywhere(void **state)
{
	static const struct { int w, h; } sizes[] = { { 120, 36 }, { 100, 30 },
		{ 80, 24 }, { 60, 16 } };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct studio *s = studio_open("CREATE TABLE wide(id INTEGER "
		    "PRIMARY KEY, some_long_name, another_long_name);"
		    "INSERT INTO wide VALUES(1, 'a value', 'another value')",
		    sizes[i].w, sizes[i].h);

		studio_hides(s, "PRODUCTION");
		s->p.env_label = STR("SHOP LIVE");
		s->p.production = true;
		core_resize(s->c, sizes[i].w, sizes[i].h);
		for (const char *tab = "1234"; *tab; tab++) {
			char name[] = { *tab, '\0' };

			studio_press(s, name);
			assert_framed(s, sizes[i].w, sizes[i].h);
			studio_shows(s, sizes[i].w < 80 ? "SHOP LIVE PROD" :
			    "SHOP LIVE PRODUCTION");
		}
		s->p.env_label = STR("PROD-EU");
		studio_press(s, "1 Enter v");
		assert_framed(s, sizes[i].w, sizes[i].h);
		studio_shows(s, "PROD-EU");
		studio_hides(s, "PRODUCTION");
		studio_close(s);
	}
}

UNIT_MAIN(cmocka_unit_test(themes_keep_to_six_hues),
    cmocka_unit_test(the_background_chooses),
    cmocka_unit_test(without_colour_attributes_are_left),
    cmocka_unit_test(a_theme_that_is_none_is_said),
    cmocka_unit_test(production_has_a_frame_everywhere))

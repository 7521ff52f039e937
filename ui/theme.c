/* theme: the looks of styles.def, and what the cursor bar makes of them. */
#include "ui/theme.h"

static const struct {
	char letter;
	struct look look;
} styles[STYLE_N] = {
#define STYLE(id, letter, hue, attrs) \
	[STYLE_##id] = { letter, { HUE_##hue, attrs } },
#include "ui/styles.def"
#undef STYLE
};

_Static_assert((unsigned)STYLE_N <= STYLE_MASK, "style ids overlap the bar");

struct look theme_look(unsigned style)
{
	struct look look = styles[style & STYLE_MASK].look;

	if (!(style & STYLE_BAR))
		return look;
	/* grey and dim do not read on a bar, and only losses keep a colour */
	if (look.hue != HUE_RED)
		look.hue = HUE_NONE;
	look.attrs &= ~(unsigned)ATTR_DIM;
	look.attrs |= ATTR_REVERSE;
	return look;
}

char theme_letter(unsigned style)
{
	enum style id = style & STYLE_MASK;

	if ((style & STYLE_BAR) && styles[id].look.hue != HUE_RED &&
	    id != STYLE_CELL && id != STYLE_CURSOR)
		return '#';
	return styles[id].letter;
}

/* ---- themes ---- */

#define GREY 244		/* of the 256: between black and white */

const struct theme themes[THEMES] = {
	{ .name = "default",
	  .many = { -1, 1, 2, 3, 4, 5, 6, GREY },
	  .few = { -1, 1, 2, 3, 4, 5, 6, -1 } },
	{ .name = "dark",	/* the ANSI blue of many is hard to see on black */
	  .many = { -1, 167, 114, 179, 75, 176, 80, 245 },
	  .few = { -1, 1, 2, 3, 6, 5, 6, -1 } },
	{ .name = "light",	/* dark enough to be read on white */
	  .many = { -1, 124, 28, 130, 25, 127, 30, 241 },
	  .few = { -1, 1, 2, -1, 4, 5, 4, -1 } },
	{ .name = "high-contrast",
	  .many = { -1, 1, 2, 3, 4, 5, 6, -1 },
	  .few = { -1, 1, 2, 3, 4, 5, 6, -1 },
	  .drop = ATTR_DIM, .with_hue = ATTR_BOLD },
	{ .name = "mono",
	  .many = { -1, -1, -1, -1, -1, -1, -1, -1 },
	  .few = { -1, -1, -1, -1, -1, -1, -1, -1 } },
};

const struct theme *theme_find(struct str name)
{
	for (size_t i = 0; i < THEMES; i++)
		if (str_eq(name, str_z(themes[i].name)))
			return &themes[i];
	return NULL;
}

/* "foreground;background", by the numbers of the ANSI colours: 7 and from 9
 * on the background is a light one. */
const struct theme *theme_for(struct str colorfgbg)
{
	size_t i = colorfgbg.n;

	while (i && colorfgbg.p[i - 1] != ';')
		i--;
	if (i && (str_is(str_sub(colorfgbg, i, colorfgbg.n), "7") ||
	    str_is(str_sub(colorfgbg, i, colorfgbg.n), "15")))
		return theme_find(STR("light"));
	return &themes[0];
}

short theme_color(const struct theme *t, struct look look, bool many)
{
	return many ? t->many[look.hue] : t->few[look.hue];
}

unsigned theme_attrs(const struct theme *t, struct look look, short color)
{
	unsigned attrs = look.attrs & ~t->drop;

	/* grey is dim enough; both together cannot be read on some screens */
	if (color >= 0 && look.hue == HUE_GREY)
		attrs &= ~(unsigned)ATTR_DIM;
	if (look.hue != HUE_NONE && look.hue != HUE_GREY)
		attrs |= t->with_hue;
	return attrs;
}

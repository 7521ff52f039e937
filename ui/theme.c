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

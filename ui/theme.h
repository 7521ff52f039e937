#ifndef WEIR_UI_THEME_H
#define WEIR_UI_THEME_H
/*
 * theme: style ids.  A view names what a text means, the theme says how a
 * terminal shows it.  Backgrounds are never painted: badges and the cursor
 * bar are reverse video.  No meaning by colour alone: whatever is coloured
 * stands beside a mark or a word.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* id, letter in surface dumps, colour, attributes */
enum hue { HUE_NONE, HUE_RED, HUE_GREEN, HUE_YELLOW, HUE_BLUE, HUE_MAGENTA,
	HUE_CYAN, HUE_GREY, HUE_N };
enum attr { ATTR_BOLD = 1, ATTR_DIM = 2, ATTR_UNDERLINE = 4, ATTR_REVERSE = 8 };

enum style {
#define STYLE(id, letter, hue, attrs) STYLE_##id,
#include "ui/styles.def"
#undef STYLE
	STYLE_N,
	/*
	 * Or-ed to a style: the cell lies under the cursor bar.  The bar is
	 * plain reverse video; losses, removals and badges keep their red.
	 */
	STYLE_BAR = 0x40,
	STYLE_MASK = 0x3f
};

struct look {			/* what term.c turns into curses attributes */
	enum hue hue;
	unsigned attrs;
};

/*
 * A theme: which of the terminal's own colours the hues are.  -1: the default
 * foreground.  Six hues and a grey; the background is never named.
 */
struct theme {
	const char *name;
	short many[HUE_N];	/* where there are 256 colours */
	short few[HUE_N];	/* where there are 8 */
	unsigned drop;		/* attributes that it does without */
	unsigned with_hue;	/* attributes that every hue carries */
};
#define THEMES 5
extern const struct theme themes[THEMES];	/* themes[0]: the default */
const struct theme *theme_find(struct str name);	/* NULL: no such */
/* For an environment that says its background (COLORFGBG, "15;0"). */
const struct theme *theme_for(struct str colorfgbg);
/* The colour of a look; -1: the default foreground. */
short theme_color(const struct theme *t, struct look look, bool many);
/* Its attributes, where its colour has come out as given. */
unsigned theme_attrs(const struct theme *t, struct look look, short color);

/* The look of a cell's style; `style` may carry STYLE_BAR. */
struct look theme_look(unsigned style);
/* The letter of a style in a style dump; upper bits: '#' under the bar. */
char theme_letter(unsigned style);

#endif

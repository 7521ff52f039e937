#ifndef WEIR_UI_SURFACE_H
#define WEIR_UI_SURFACE_H
/*
 * surface: the screen as a grid of cells, and panes that draw into it.
 *
 * Knows nothing of terminals: term.c copies a surface to one, tests dump it
 * as text.  Text given to a pane has passed utf8_sanitize(); a control
 * character that comes all the same is drawn as '?'.  All drawing is clipped
 * to the pane; coordinates are cells relative to it and may lie outside.  A
 * wide character that a border would cut is drawn as a space.
 */
#include "base/sbuf.h"
#include "base/str.h"
#include "ui/theme.h"

#define CELL_BYTES 16	/* one character and three marks */
#define SURFACE_MAX_W 1000
#define SURFACE_MAX_H 500

struct cell {
	char text[CELL_BYTES];	/* "" = right half of a wide one */
	uint8_t n;		/* bytes in text */
	uint8_t width;		/* 1, 2; 0 = right half */
	uint8_t style;		/* enum style, maybe | STYLE_BAR */
	uint8_t line;		/* box line: bits up 1 down 2 left 4 right 8 */
};

struct surface {
	int w, h;
	bool ascii;		/* lines and marks in ASCII */
	struct cell *cells;	/* row by row */
	struct hit *hits;	/* SURFACE_HITS of them */
	size_t nhits;
};

/*
 * What the mouse can point at, as it was drawn last: cells of one row, and how
 * far from the cursor of its list or grid they are.  More than SURFACE_HITS:
 * the mouse does not find them.
 */
#define SURFACE_HITS 2048
struct hit {
	int x, y, w;
	long down, right;
	bool focused;		/* the keys go there */
	int tab;		/* from 1: a tab; 0: none */
};
void surface_no_hits(struct surface *s);	/* what is covered */
const struct hit *surface_hit(const struct surface *s, int x, int y);

struct surface *surface_new(int w, int h, bool ascii);
void surface_free(struct surface *s);	/* NULL is fine */
void surface_resize(struct surface *s, int w, int h);	/* clears */
void surface_clear(struct surface *s);
const struct cell *surface_at(const struct surface *s, int x, int y);
/* The screen as text, one line a row, trailing spaces cut. */
void surface_dump(const struct surface *s, struct sbuf *out);
/* One letter a cell (theme_letter), same size; wide cells take two. */
void surface_dump_styles(const struct surface *s, struct sbuf *out);

/* A rectangle of a surface; pass by value. */
struct pane {
	struct surface *s;
	int x, y, w, h;		/* absolute; w, h >= 0 */
};

struct pane surface_pane(struct surface *s);
struct pane pane_sub(struct pane p, int x, int y, int w, int h);	/* clipped */
/* One row as a pane. */
struct pane pane_row(struct pane p, int y);

/* Cells of row y can be pointed at; h.x, y, w are set here, clipped. */
void pane_hit(struct pane p, int x, int y, int w, struct hit h);

/* Text from x on; returns the x after it (also when clipped). */
int pane_text(struct pane p, int x, int y, enum style st, struct str text);
int pane_textz(struct pane p, int x, int y, enum style st, const char *text);
int pane_printf(struct pane p, int x, int y, enum style st, const char *fmt, ...)
    PRINTF(5, 6);
/* Foreign text as above, with pictures of control characters (U+2400-2426,
 * and <U+XXXX>, <XX> forms) in STYLE_CONTROL. */
int pane_data(struct pane p, int x, int y, enum style st, struct str text);
/* The same in a field of w cells: cut with an ellipsis, left or right. */
enum align { ALIGN_LEFT, ALIGN_RIGHT };
void pane_field(struct pane p, int x, int y, int w, enum align al,
    enum style st, struct str text);
/* Text was drawn up to x: an ellipsis where the pane has cut it. */
void pane_cut(struct pane p, int y, int x);
/* Text that ends before x_end; returns the x where it begins. */
int pane_right(struct pane p, int x_end, int y, enum style st, struct str text);
/* " text " as a badge (reverse); returns the x after it. */
int pane_badge(struct pane p, int x, int y, enum style st, struct str text);
/* Words wrapped at w cells from row y on, at most `rows`, the last of them with
 * an ellipsis where more would follow; returns rows used. */
int pane_wrap(struct pane p, int x, int y, int w, int rows, enum style st,
    struct str text);
int wrap_rows(int w, struct str text);	/* rows that pane_wrap would need */

/* Blank the pane (or w cells of a row). */
void pane_clear(struct pane p);
void pane_blank(struct pane p, int x, int y, int w, enum style st);
/* Put the row under the cursor bar: call after drawing its text. */
void pane_bar(struct pane p, int y);
/* Change the style of cells that are drawn already. */
void pane_restyle(struct pane p, int x, int y, int w, enum style st);

/*
 * Lines join: a line that meets another one makes a tee or a cross.  Ends
 * look one cell beyond the pane, so that a vertical line of a body ties into
 * the frame's separators.
 */
void pane_hline(struct pane p, int x, int y, int w);
void pane_vline(struct pane p, int x, int y, int h);
/* "── Title ─────": a separator with a title in it. */
void pane_rule(struct pane p, int y, enum style title_style, struct str title);
/* The double line after frozen columns. */
void pane_frozen(struct pane p, int x, int y, int h);
/* Lines along the pane's edges, without clearing what they go round. */
void pane_outline(struct pane p, enum style st);
/* Box round the pane with a title; returns the inside (one cell padding
 * left and right). */
struct pane pane_box(struct pane p, enum style st, struct str title);
/* Blank w × h in the middle of p (clipped to it), boxed; returns the inside. */
struct pane pane_popup(struct pane p, int w, int h, enum style st,
    struct str title);

/* Marks: UTF-8, or ASCII on such a surface. */
enum glyph {
	MARK_CURSOR,	/* ▸ > */
	MARK_FK,	/* › > */
	MARK_FK_IN,	/* ‹ < */
	MARK_ASC,	/* ↑ ^ */
	MARK_DESC,	/* ↓ v */
	MARK_RENAMED,	/* → > */
	MARK_ELLIPSIS,	/* … ~ */
	MARK_DOT,	/* · . */
	MARK_DASH,	/* – - */
	MARK_FILL,	/* █ # progress done */
	MARK_EMPTY,	/* ░ . progress to do */
	MARK_OPEN,	/* ▾ v */
	MARK_CLOSED,	/* ▸ > */
	MARK_OK,	/* ✓ + */
	MARK_N
};
struct str surface_mark(const struct surface *s, enum glyph m);
int pane_mark(struct pane p, int x, int y, enum style st, enum glyph m);
/* [########....] w cells wide. */
void pane_progress(struct pane p, int x, int y, int w, size_t done, size_t of);

#endif

#ifndef WEIR_UI_WIDGET_SHEET_H
#define WEIR_UI_WIDGET_SHEET_H
/*
 * sheet: the lines of a diff (diff/side.h) as rows of a screen: side by side
 * in two halves of equal width with the mark between them, or unified.  What
 * is longer than its half goes on in the next row of the same half; both
 * halves of a line take the same number of rows.
 *
 * Rows borrow the texts of the side and of the hooks' arena (sheet->a).
 */
#include "diff/side.h"
#include "ui/ui.h"

struct sheet_run {
	int x;
	struct str text;
	enum style style;
};
struct sheet_half {
	const struct sheet_run *v;
	size_t n;
};
struct sheet_row {
	const struct side_line *line;
	bool first;		/* first row of its line */
	char mark;
	struct sheet_half left, right;	/* unified: left alone */
	struct str tail;	/* unified: text at the right edge */
	enum style tail_style;
};

/* Text from outside the diff; each may be NULL. */
struct sheet_hooks {
	/* after the name of a table: "1,204 rows", "rebuilt" */
	struct str (*head)(const void *arg, const struct side_line *l,
	    bool right, struct arena *a, enum style *st);
	/* at the right edge of a changed line, unified only */
	struct str (*tail)(const void *arg, const struct side_line *l,
	    struct arena *a, enum style *st);
	const void *arg;
};

struct sheet {
	struct arena *a;	/* made anew by sheet_layout() */
	const struct sheet_row *v;
	size_t n;
	int w, half;
	bool unified, ascii;
};

struct sheet_options {
	int w;
	bool unified, unfolded, ascii;
};
void sheet_layout(struct sheet *s, const struct side *side,
    const struct sheet_options *o, const struct sheet_hooks *hooks);
void sheet_close(struct sheet *s);
/* Column of the line between the halves; 0 when unified. */
int sheet_middle(const struct sheet *s);
/* Row i into row y of p; lit: the bar lies on what the line says. */
void sheet_draw_row(const struct sheet *s, struct pane p, int y, size_t i,
    bool lit);

/* "→", "…" and "·" of our own texts have ASCII forms of the same meaning. */
struct str text_ascii(struct arena *a, struct str text);

#endif

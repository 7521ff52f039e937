#ifndef WEIR_UI_GLYPH_H
#define WEIR_UI_GLYPH_H
/*
 * glyph: what of a cell may go to a terminal: its character with its marks
 * where the C library's wcwidth() says the same width as ours, so that no row
 * can shift, else a replacement of one cell.
 */
#include <wchar.h>

#include "ui/surface.h"

#define GLYPH_MAX 6		/* wide characters with the NUL */

struct glyph_out {
	wchar_t ws[GLYPH_MAX];
	int width;		/* cells that it fills, <= the cell's */
	bool replaced;		/* to be drawn dim */
};
/* bytes: the locale has no UTF-8. */
struct glyph_out glyph_of(const struct cell *c, bool bytes);

#endif

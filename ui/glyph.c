/* glyph: see glyph.h. */
#include "ui/glyph.h"

#include "base/utf8.h"

struct glyph_out glyph_of(const struct cell *c, bool bytes)
{
	struct glyph_out g = { .width = 1 };
	struct str s = { c->text, c->n };
	bool good = !bytes;
	size_t n = 0;

	if (c->n == 1 && c->text[0] >= 0x20 && c->text[0] < 0x7f) {
		g.ws[0] = c->text[0];
		return g;
	}
	for (size_t i = 0; i < s.n && n < GLYPH_MAX - 1;) {
		int32_t cp = utf8_next(s, &i);
		int w = cp < 0x20 ? -1 : wcwidth((wchar_t)cp);

		good = good && w == (n ? 0 : c->width);
		g.ws[n++] = (wchar_t)cp;
	}
	if (good && n) {
		g.width = c->width;
		return g;
	}
	return (struct glyph_out){ .ws = { bytes ? L'?' : 0xfffd }, .width = 1,
		.replaced = true };
}

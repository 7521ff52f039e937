/*
 * surface: cells, and the drawing calls of a pane.
 *
 * Invariant: every cell of width 2 has a cell of width 0 to its right, and
 * only such a cell has width 0.  Overwriting one half blanks the other.
 */
#include "ui/surface.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/utf8.h"

enum { LINE_UP = 1, LINE_DOWN = 2, LINE_LEFT = 4, LINE_RIGHT = 8,
	LINE_ROUND = 16, LINE_ALL = 15 };

static const char *const line_utf8[16] = {
	" ", "│", "│", "│", "─", "╯", "╮", "┤", "─", "╰", "╭", "├", "─", "┴",
	"┬", "┼",
};
static const char *const line_sharp[16] = {
	[LINE_UP | LINE_LEFT] = "┘", [LINE_DOWN | LINE_LEFT] = "┐",
	[LINE_UP | LINE_RIGHT] = "└", [LINE_DOWN | LINE_RIGHT] = "┌",
};

static const struct {
	const char *utf8, *ascii;
} marks[MARK_N] = {
	[MARK_CURSOR] = { "▸", ">" },
	[MARK_FK] = { "›", ">" },
	[MARK_FK_IN] = { "‹", "<" },
	[MARK_ASC] = { "↑", "^" },
	[MARK_DESC] = { "↓", "v" },
	[MARK_RENAMED] = { "→", ">" },
	[MARK_ELLIPSIS] = { "…", "~" },
	[MARK_DOT] = { "·", "." },
	[MARK_DASH] = { "–", "-" },
	[MARK_FILL] = { "█", "#" },
	[MARK_EMPTY] = { "░", "." },
	[MARK_OPEN] = { "▾", "v" },
	[MARK_CLOSED] = { "▸", ">" },
	[MARK_OK] = { "✓", "+" },
};

/* ---- surfaces ---- */

static int clamp(int v, int low, int high)
{
	return v < low ? low : v > high ? high : v;
}

static const struct cell blank = { .text = " ", .n = 1, .width = 1 };

struct surface *surface_new(int w, int h, bool ascii)
{
	struct surface *s = xalloc(sizeof(*s));

	s->ascii = ascii;
	s->hits = xalloc(SURFACE_HITS * sizeof(*s->hits));
	surface_resize(s, w, h);
	return s;
}

void surface_free(struct surface *s)
{
	if (!s)
		return;
	xfree(s->cells);
	xfree(s->hits);
	xfree(s);
}

void surface_resize(struct surface *s, int w, int h)
{
	w = clamp(w, 1, SURFACE_MAX_W);
	h = clamp(h, 1, SURFACE_MAX_H);
	if (w != s->w || h != s->h) {
		xfree(s->cells);
		s->cells = xalloc((size_t)w * (size_t)h * sizeof(*s->cells));
		s->w = w;
		s->h = h;
	}
	surface_clear(s);
}

void surface_no_hits(struct surface *s)
{
	s->nhits = 0;
}

void pane_hit(struct pane p, int x, int y, int w, struct hit h)
{
	struct pane at = pane_sub(p, x, y, w, 1);

	if (at.w <= 0 || at.h <= 0 || p.s->nhits == SURFACE_HITS)
		return;
	h.x = at.x;
	h.y = at.y;
	h.w = at.w;
	p.s->hits[p.s->nhits++] = h;
}

/* The last that was drawn lies on top. */
const struct hit *surface_hit(const struct surface *s, int x, int y)
{
	for (size_t i = s->nhits; i-- > 0;)
		if (s->hits[i].y == y && x >= s->hits[i].x &&
		    x < s->hits[i].x + s->hits[i].w)
			return &s->hits[i];
	return NULL;
}

void surface_clear(struct surface *s)
{
	surface_no_hits(s);
	for (int i = 0; i < s->w * s->h; i++)
		s->cells[i] = blank;
}

static struct cell *at(struct surface *s, int x, int y)
{
	return &s->cells[y * s->w + x];
}

const struct cell *surface_at(const struct surface *s, int x, int y)
{
	if (x < 0 || y < 0 || x >= s->w || y >= s->h)
		return &blank;
	return &s->cells[y * s->w + x];
}

void surface_dump(const struct surface *s, struct sbuf *out)
{
	for (int y = 0; y < s->h; y++) {
		size_t end = out->n;

		for (int x = 0; x < s->w; x++) {
			const struct cell *c = surface_at(s, x, y);

			sbuf_add(out, (struct str){ c->text, c->n });
			if (c->n && !(c->n == 1 && c->text[0] == ' '))
				end = out->n;
		}
		sbuf_truncate(out, end);
		sbuf_addc(out, '\n');
	}
}

void surface_dump_styles(const struct surface *s, struct sbuf *out)
{
	for (int y = 0; y < s->h; y++) {
		for (int x = 0; x < s->w; x++)
			sbuf_addc(out, theme_letter(surface_at(s, x, y)->style));
		sbuf_addc(out, '\n');
	}
}

/* ---- panes ---- */

struct pane surface_pane(struct surface *s)
{
	return (struct pane){ s, 0, 0, s->w, s->h };
}

struct pane pane_sub(struct pane p, int x, int y, int w, int h)
{
	int x0 = clamp(x, 0, p.w), y0 = clamp(y, 0, p.h);
	int x1 = clamp(x + clamp(w, 0, SURFACE_MAX_W), x0, p.w);
	int y1 = clamp(y + clamp(h, 0, SURFACE_MAX_H), y0, p.h);

	return (struct pane){ p.s, p.x + x0, p.y + y0, x1 - x0, y1 - y0 };
}

struct pane pane_row(struct pane p, int y)
{
	return pane_sub(p, 0, y, p.w, 1);
}

/* One cell that may hold half of a wide character becomes free. */
static void release(struct surface *s, int x, int y)
{
	struct cell *c = at(s, x, y);

	if (c->width == 0 && x > 0) {
		uint8_t style = at(s, x - 1, y)->style;

		*at(s, x - 1, y) = blank;
		at(s, x - 1, y)->style = style;
	} else if (c->width == 2 && x + 1 < s->w) {
		uint8_t style = at(s, x + 1, y)->style;

		*at(s, x + 1, y) = blank;
		at(s, x + 1, y)->style = style;
	}
}

/* One spacing character and up to three marks; joiners and selectors, which
 * terminals do not agree on, stay out. */
static void fill_cell(struct cell *c, struct str g)
{
	size_t chars = 0;

	for (size_t i = 0; i < g.n && chars < 4;) {
		size_t from = i;
		int32_t cp = utf8_next(g, &i);

		if (!utf8_drawn(cp) || c->n + (i - from) > CELL_BYTES)
			continue;
		memcpy(c->text + c->n, g.p + from, i - from);
		c->n = (uint8_t)(c->n + (i - from));
		chars++;
	}
	if (!c->n)
		c->text[c->n++] = '?';
}

/* `g` is one grapheme of `width` cells at pane cell x, y. */
static void put(struct pane p, int x, int y, unsigned st, struct str g, int width)
{
	struct cell *c;

	if (y < 0 || y >= p.h || x + width <= 0 || x >= p.w)
		return;
	if (x < 0 || x + width > p.w) {	/* cut by a border */
		if (x < 0)
			x++;
		g = STR(" ");
		width = 1;
	}
	x += p.x;
	y += p.y;
	release(p.s, x, y);
	if (width == 2)
		release(p.s, x + 1, y);
	c = at(p.s, x, y);
	*c = (struct cell){ .width = (uint8_t)width, .style = (uint8_t)st };
	fill_cell(c, g);
	if (width == 2)
		*at(p.s, x + 1, y) = (struct cell){ .style = (uint8_t)st };
}

/* The next thing to put from text; *width = its cells. */
static struct str next_cluster(struct str text, size_t *i, int *width)
{
	size_t from = *i, peek = *i;
	unsigned char c = (unsigned char)text.p[from];
	int32_t cp;

	*width = 1;
	if (c >= 0x20 && c < 0x7f && (from + 1 == text.n ||
	    !((unsigned char)text.p[from + 1] & 0x80))) {
		*i = from + 1;
		return str_sub(text, from, from + 1);
	}
	cp = utf8_next(text, &peek);
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
		*i = peek;
		return STR("?");
	}
	*width = utf8_cluster(text, i);
	if (*i <= from)
		*i = peek;
	return str_sub(text, from, *i);
}

static int put_text(struct pane p, int x, int y, unsigned st, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		int width;
		struct str g = next_cluster(text, &i, &width);

		if (width <= 0)
			continue;
		put(p, x, y, st, g, width > 2 ? 2 : width);
		x += width > 2 ? 2 : width;
	}
	return x;
}

int pane_text(struct pane p, int x, int y, enum style st, struct str text)
{
	return put_text(p, x, y, st, text);
}

int pane_textz(struct pane p, int x, int y, enum style st, const char *text)
{
	return put_text(p, x, y, st, str_z(text));
}

int pane_printf(struct pane p, int x, int y, enum style st, const char *fmt, ...)
{
	struct sbuf b = SBUF_INIT(4096);
	va_list ap;

	va_start(ap, fmt);
	sbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	x = put_text(p, x, y, st, sbuf_str(&b));
	sbuf_free(&b);
	return x;
}

/* Length of a spelled-out character "<U+202E>" at i, or 0. */
static size_t spelled(struct str s, size_t i)
{
	size_t end = i + 3;

	if (!str_starts(str_sub(s, i, s.n), STR("<U+")))
		return 0;
	while (end < s.n && end < i + 9 && strchr("0123456789ABCDEF", s.p[end]))
		end++;
	return end < s.n && s.p[end] == '>' ? end + 1 - i : 0;
}

/* Bytes of something that stands for a control character at i, or 0. */
static size_t control_picture(struct str s, size_t i)
{
	size_t next = i;
	int32_t cp;

	if (s.p[i] == '<')
		return spelled(s, i);
	if (!((unsigned char)s.p[i] & 0x80))
		return 0;
	cp = utf8_next(s, &next);
	return cp >= 0x2400 && cp <= 0x2426 ? next - i : 0;
}

int pane_data(struct pane p, int x, int y, enum style st, struct str text)
{
	size_t plain = 0;

	for (size_t i = 0; i < text.n;) {
		size_t n = control_picture(text, i);

		if (!n) {
			i++;
			continue;
		}
		x = put_text(p, x, y, st, str_sub(text, plain, i));
		x = put_text(p, x, y, STYLE_CONTROL, str_sub(text, i, i + n));
		i += n;
		plain = i;
	}
	return put_text(p, x, y, st, str_sub(text, plain, text.n));
}

void pane_field(struct pane p, int x, int y, int w, enum align al,
    enum style st, struct str text)
{
	struct pane field = pane_sub(p, x, y, w, 1);
	/* x may lie left of the pane: the field is then cut there */
	int shift = x < 0 ? x : 0;
	size_t used, cells;
	struct str shown;

	if (w <= 0)
		return;
	cells = utf8_cells(text);
	if (cells <= (size_t)w) {
		pane_data(field, shift + (al == ALIGN_RIGHT ? w - (int)cells : 0),
		    0, st, text);
		return;
	}
	shown = utf8_fit(text, (size_t)w - 1, &used);
	pane_data(field, shift, 0, st, shown);
	pane_mark(field, shift + (int)used, 0, STYLE_DIM, MARK_ELLIPSIS);
}

void pane_cut(struct pane p, int y, int x)
{
	if (x > p.w)
		pane_mark(p, p.w - 1, y, STYLE_DIM, MARK_ELLIPSIS);
}

int pane_right(struct pane p, int x_end, int y, enum style st, struct str text)
{
	int x = x_end - (int)utf8_cells(text);

	put_text(p, x, y, st, text);
	return x;
}

int pane_badge(struct pane p, int x, int y, enum style st, struct str text)
{
	x = put_text(p, x, y, st, STR(" "));
	x = put_text(p, x, y, st, text);
	return put_text(p, x, y, st, STR(" "));
}

/* The next row of wrapped text; advances *rest past it. */
static struct str wrap_next(int w, struct str *rest)
{
	size_t used, end, at;
	struct str line = utf8_fit(*rest, (size_t)w, &used);
	size_t nl = str_find(*rest, STR("\n"), 0);

	if (nl <= line.n && nl < rest->n) {
		line = str_sub(*rest, 0, nl);
		*rest = str_sub(*rest, nl + 1, rest->n);
		return line;
	}
	end = line.n;
	if (end < rest->n && rest->p[end] != ' ') {
		for (at = end; at > 0 && rest->p[at - 1] != ' '; at--)
			;
		if (at > 0)
			end = at;
	}
	if (end == 0 && rest->n) {	/* one character wider than the row */
		(void)utf8_cluster(*rest, &end);
		end = end ? end : 1;
	}
	line = str_sub(*rest, 0, end);
	while (end < rest->n && rest->p[end] == ' ')
		end++;
	*rest = str_sub(*rest, end, rest->n);
	return line;
}

int pane_wrap(struct pane p, int x, int y, int w, int rows, enum style st,
    struct str text)
{
	int n = 0, last = (rows < p.h - y ? rows : p.h - y) - 1;

	if (w <= 0)
		return 0;
	do {
		struct str line = wrap_next(w, &text);
		int end = (int)utf8_cells(line);

		if (n < rows)
			pane_data(p, x, y + n, st, line);
		if (n == last && text.n)
			pane_mark(p, x + (end < w ? end : w - 1), y + n,
			    STYLE_DIM, MARK_ELLIPSIS);
		n++;
	} while (text.n && n < rows);
	return n;
}

int wrap_rows(int w, struct str text)
{
	int n = 0;

	if (w <= 0)
		return 0;
	do {
		(void)wrap_next(w, &text);
		n++;
	} while (text.n);
	return n;
}

void pane_blank(struct pane p, int x, int y, int w, enum style st)
{
	for (int i = 0; i < w && i < SURFACE_MAX_W; i++)
		put(p, x + i, y, st, STR(" "), 1);
}

void pane_clear(struct pane p)
{
	for (int y = 0; y < p.h; y++)
		pane_blank(p, 0, y, p.w, STYLE_NORMAL);
}

void pane_bar(struct pane p, int y)
{
	if (y < 0 || y >= p.h)
		return;
	for (int x = 0; x < p.w; x++)
		at(p.s, p.x + x, p.y + y)->style |= STYLE_BAR;
}

void pane_restyle(struct pane p, int x, int y, int w, enum style st)
{
	if (y < 0 || y >= p.h)
		return;
	for (int i = clamp(x, 0, p.w); i < clamp(x + w, 0, p.w); i++) {
		struct cell *c = at(p.s, p.x + i, p.y + y);

		c->style = (uint8_t)((c->style & STYLE_BAR) | st);
	}
}

/* ---- lines ---- */

static void line_put(struct surface *s, int x, int y, unsigned bits,
    enum style st)
{
	unsigned form = bits & LINE_ALL;
	const char *z = line_utf8[form];

	if (!(bits & LINE_ROUND) && line_sharp[form])
		z = line_sharp[form];
	if (s->ascii)
		z = form == 0 ? " " : form == (LINE_LEFT | LINE_RIGHT) ||
		    form == LINE_LEFT || form == LINE_RIGHT ? "-" :
		    (form & (LINE_LEFT | LINE_RIGHT)) ? "+" : "|";
	put(surface_pane(s), x, y, st, str_z(z), 1);
	at(s, x, y)->line = (uint8_t)bits;
}

/* Add directions to what stands there. */
static void line_join(struct pane p, int x, int y, unsigned bits)
{
	struct cell *c;

	if (x < 0 || y < 0 || x >= p.w || y >= p.h)
		return;
	c = at(p.s, p.x + x, p.y + y);
	line_put(p.s, p.x + x, p.y + y, c->line | bits, STYLE_LINE);
}

/* A line ends beside x, y (absolute): tie it in if a line crosses there. */
static void line_tie(struct surface *s, int x, int y, unsigned across,
    unsigned bit)
{
	struct cell *c;

	if (x < 0 || y < 0 || x >= s->w || y >= s->h)
		return;
	c = at(s, x, y);
	if ((c->line & across) == across)
		line_put(s, x, y, c->line | bit, c->style & STYLE_MASK);
}

void pane_hline(struct pane p, int x, int y, int w)
{
	int x1 = clamp(x + w, 0, p.w);

	x = clamp(x, 0, p.w);
	if (y < 0 || y >= p.h || x >= x1)
		return;
	for (int i = x; i < x1; i++)
		line_join(p, i, y, LINE_LEFT | LINE_RIGHT);
	line_tie(p.s, p.x + x - 1, p.y + y, LINE_UP | LINE_DOWN, LINE_RIGHT);
	line_tie(p.s, p.x + x1, p.y + y, LINE_UP | LINE_DOWN, LINE_LEFT);
}

void pane_vline(struct pane p, int x, int y, int h)
{
	int y1 = clamp(y + h, 0, p.h);

	y = clamp(y, 0, p.h);
	if (x < 0 || x >= p.w || y >= y1)
		return;
	for (int i = y; i < y1; i++)
		line_join(p, x, i, LINE_UP | LINE_DOWN);
	line_tie(p.s, p.x + x, p.y + y - 1, LINE_LEFT | LINE_RIGHT, LINE_DOWN);
	line_tie(p.s, p.x + x, p.y + y1, LINE_LEFT | LINE_RIGHT, LINE_UP);
}

void pane_rule(struct pane p, int y, enum style title_style, struct str title)
{
	pane_hline(p, 0, y, p.w);
	if (!title.n)
		return;
	put_text(p, 2, y, title_style, STR(" "));
	put_text(p, put_text(p, 3, y, title_style, title), y, title_style,
	    STR(" "));
}

void pane_frozen(struct pane p, int x, int y, int h)
{
	for (int i = 0; i < h && i < SURFACE_MAX_H; i++)
		put(p, x, y + i, STYLE_LINE, p.s->ascii ? STR("|") : STR("║"), 1);
}

void pane_outline(struct pane p, enum style st)
{
	int r = p.w - 1, b = p.h - 1;

	if (p.w < 4 || p.h < 2)
		return;
	for (int x = 1; x < r; x++) {
		line_put(p.s, p.x + x, p.y, LINE_LEFT | LINE_RIGHT, st);
		line_put(p.s, p.x + x, p.y + b, LINE_LEFT | LINE_RIGHT, st);
	}
	for (int y = 1; y < b; y++) {
		line_put(p.s, p.x, p.y + y, LINE_UP | LINE_DOWN, st);
		line_put(p.s, p.x + r, p.y + y, LINE_UP | LINE_DOWN, st);
	}
	line_put(p.s, p.x, p.y, LINE_DOWN | LINE_RIGHT | LINE_ROUND, st);
	line_put(p.s, p.x + r, p.y, LINE_DOWN | LINE_LEFT | LINE_ROUND, st);
	line_put(p.s, p.x, p.y + b, LINE_UP | LINE_RIGHT | LINE_ROUND, st);
	line_put(p.s, p.x + r, p.y + b, LINE_UP | LINE_LEFT | LINE_ROUND, st);
}

struct pane pane_box(struct pane p, enum style st, struct str title)
{
	if (p.w < 4 || p.h < 2)
		return pane_sub(p, 0, 0, p.w, p.h);
	pane_outline(p, st);
	if (title.n) {
		struct pane top = pane_sub(p, 3, 0, p.w - 5, 1);
		int end = clamp((int)utf8_cells(title) + 1, 0, top.w - 1);

		put_text(top, 0, 0, st, STR(" "));
		pane_field(top, 1, 0, top.w - 2, ALIGN_LEFT, st, title);
		put_text(top, end, 0, st, STR(" "));
	}
	return pane_sub(p, 2, 1, p.w - 4, p.h - 2);
}

struct pane pane_popup(struct pane p, int w, int h, enum style st,
    struct str title)
{
	struct pane q;

	w = clamp(w, 0, p.w);
	h = clamp(h, 0, p.h);
	q = pane_sub(p, (p.w - w) / 2, (p.h - h) / 2, w, h);
	pane_clear(q);
	return pane_box(q, st, title);
}

/* ---- marks ---- */

struct str surface_mark(const struct surface *s, enum glyph m)
{
	return str_z(s->ascii ? marks[m].ascii : marks[m].utf8);
}

int pane_mark(struct pane p, int x, int y, enum style st, enum glyph m)
{
	return put_text(p, x, y, st, surface_mark(p.s, m));
}

void pane_progress(struct pane p, int x, int y, int w, size_t done, size_t of)
{
	size_t cells = w > 0 ? (size_t)w : 0;
	size_t full = of == 0 || done >= of ? cells :
	    (size_t)((double)cells * (double)done / (double)of);

	for (size_t i = 0; i < cells; i++)
		pane_mark(p, x + (int)i, y, i < full ? STYLE_ACCENT : STYLE_DIM,
		    i < full ? MARK_FILL : MARK_EMPTY);
}

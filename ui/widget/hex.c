/* hex: pieces of HEX_PIECE bytes at multiples of it, the oldest goes first. */
#include "ui/widget/hex.h"

void hex_open(struct hex_view *h, size_t size)
{
	hex_close(h);
	*h = (struct hex_view){ .size = size, .per = 16 };
}

void hex_close(struct hex_view *h)
{
	for (size_t i = 0; i < HEX_HELD; i++) {
		arena_free(h->v[i].a);
		h->v[i].a = NULL;
	}
}

static size_t per_line(const struct hex_view *h)
{
	return h->per > 0 ? (size_t)h->per : 16;
}

/* So many tops that the last line can stand at the foot of the screen. */
static void count_lines(struct hex_view *h)
{
	size_t lines = (h->size + per_line(h) - 1) / per_line(h);
	size_t page = h->lines.h > 0 ? (size_t)h->lines.h : 1;

	list_set(&h->lines, lines > page ? lines - page + 1 : 1);
	h->lines.top = h->lines.cur;
}

void hex_resize(struct hex_view *h, int w, int rows)
{
	size_t at = h->lines.cur * per_line(h);

	h->per = w < 78 ? 8 : 16;
	h->lines.h = rows;
	count_lines(h);
	list_to(&h->lines, at / per_line(h));
	h->lines.top = h->lines.cur;
}

bool hex_key(struct hex_view *h, enum action act)
{
	bool taken = list_key(&h->lines, act);

	h->lines.top = h->lines.cur;
	return taken;
}

static const struct hex_piece *piece_at(const struct hex_view *h, size_t at)
{
	for (size_t i = 0; i < HEX_HELD; i++)
		if (h->v[i].a && at >= h->v[i].from &&
		    at - h->v[i].from < h->v[i].s.n)
			return &h->v[i];
	return NULL;
}

bool hex_wants(const struct hex_view *h, size_t *from)
{
	size_t page = per_line(h) * (size_t)(h->lines.h > 0 ? h->lines.h : 1);
	size_t top = h->lines.cur * per_line(h);
	/* what is seen, then the page below it */
	size_t at[] = { top, top + page - 1, top + 2 * page };

	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		size_t one = at[i] < h->size ? at[i] : h->size - 1;

		if (!h->size || piece_at(h, one))
			continue;
		*from = one / HEX_PIECE * HEX_PIECE;
		return true;
	}
	return false;
}

void hex_take(struct hex_view *h, size_t from, struct str s, struct arena *a)
{
	struct hex_piece *p = &h->v[h->next++ % HEX_HELD];

	arena_free(p->a);
	*p = (struct hex_piece){ from, s, a };
}

static void draw_line(const struct hex_view *h, struct pane line, size_t at)
{
	static const char digits[] = "0123456789abcdef";
	int x = pane_printf(line, 0, 0, STYLE_DIM, "%08zx", at), text;

	text = x + 2 + h->per * 3 + h->per / 8 + 1;
	for (int i = 0; i < h->per && at + (size_t)i < h->size; i++) {
		const struct hex_piece *p = piece_at(h, at + (size_t)i);
		unsigned char c = p ? (unsigned char)
		    p->s.p[at + (size_t)i - p->from] : 0;
		char pair[2] = { digits[c >> 4], digits[c & 15] };
		bool plain = c >= ' ' && c < 127;
		char shown = plain ? (char)c : '.';

		if (!p)
			continue;
		pane_text(line, x + 2 + i * 3 + i / 8, 0,
		    c ? STYLE_NORMAL : STYLE_DIM, (struct str){ pair, 2 });
		pane_text(line, text + i, 0, plain ? STYLE_STRING : STYLE_DIM,
		    (struct str){ &shown, 1 });
	}
}

void hex_draw(const struct hex_view *h, struct pane p)
{
	for (int y = 0; y < p.h; y++) {
		size_t at = (h->lines.cur + (size_t)y) * per_line(h);

		if (at < h->size)
			draw_line(h, pane_row(p, y), at);
	}
}

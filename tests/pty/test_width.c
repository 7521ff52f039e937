/*
 * width: the columns that a terminal (libvterm) gives to what we send are the
 * cells that we count: every code point whose width is claimed, and lines of
 * everything that people put into cells.
 */
#include "tests/unit/unit.h"

#include <locale.h>
#include <vterm.h>

#include "base/utf8.h"
#include "ui/glyph.h"

struct screen {
	VTerm *vt;
	VTermState *state;
};

static struct screen screen_new(void)
{
	struct screen s = { .vt = vterm_new(3, 400) };

	vterm_set_utf8(s.vt, 1);
	s.state = vterm_obtain_state(s.vt);
	vterm_state_reset(s.state, 1);
	return s;
}

/* Columns that the terminal moves for the glyphs of cells [0, n) of a row. */
static int columns(const struct screen *s, const struct surface *row, int n)
{
	VTermPos at;
	struct sbuf b = SBUF_TEXT;

	sbuf_addz(&b, "\r");
	for (int x = 0; x < n; x++) {
		struct glyph_out g = glyph_of(surface_at(row, x, 0), false);

		if (!surface_at(row, x, 0)->width)
			continue;
		for (size_t i = 0; g.ws[i]; i++)
			utf8_put(&b, (uint32_t)g.ws[i]);
		sbuf_fill(&b, ' ', (size_t)(surface_at(row, x, 0)->width -
		    g.width));
	}
	vterm_input_write(s->vt, b.p, b.n);
	vterm_state_get_cursorpos(s->state, &at);
	sbuf_free(&b);
	return at.col;
}

/*
 * libvterm 0.1's own tables are those of Unicode 5 for marks and of 2016 for
 * emoji: what came later it draws otherwise than the C library says.
 */
static bool is_later(int32_t cp)
{
	static const struct { int32_t from, to; } later[] = {
#include "tests/pty/later.def"
	};

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (cp >= later[i].from && cp <= later[i].to)
			return true;
	return false;
}

static void every_claimed_width_is_the_terminals(void **state)
{
	struct screen s = screen_new();
	struct surface *row = surface_new(40, 1, false);
	size_t claimed = 0, replaced = 0, later = 0, wrong = 0;

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (int32_t cp = 0x20; cp < 0x110000; cp++) {
		struct sbuf b = SBUF_TEXT, clean = SBUF_TEXT;
		int x;

		if (cp == 0xd800)
			cp = 0xe000;
		sbuf_addz(&b, "x");
		utf8_put(&b, (uint32_t)cp);
		utf8_sanitize(&clean, sbuf_str(&b), UTF8_LINE, false);
		/* spelled out: ASCII */
		if (clean.n != b.n || memcmp(clean.p, b.p, b.n) != 0) {
			sbuf_free(&b);
			sbuf_free(&clean);
			continue;
		}
		surface_clear(row);
		x = pane_text(surface_pane(row), 0, 0, STYLE_NORMAL,
		    sbuf_str(&clean));
		assert_int_equal(x, (int)utf8_cells(sbuf_str(&clean)));
		if (glyph_of(surface_at(row, x - 1 - (x > 1 &&
		    !surface_at(row, x - 1, 0)->width), 0), false).replaced)
			replaced++;
		else if (is_later(cp))
			later++;
		else
			claimed++;
		if (columns(&s, row, x) != x && !is_later(cp) && ++wrong < 9000)
			print_message("U+%04X: %d cells, %d columns\n",
			    (unsigned)cp, x - 1, columns(&s, row, x) - 1);
		sbuf_free(&b);
		sbuf_free(&clean);
	}
	print_message("# %zu claimed, %zu replaced, %zu later than libvterm\n",
	    claimed, replaced, later);
	assert_int_equal(wrong, 0);
	assert_true(claimed > 250000);
	surface_free(row);
	vterm_free(s.vt);
}

/* Whole lines, as a cell of a grid has them. */
static void lines_of_all_kinds_hold_their_columns(void **state)
{
	static const struct str lines[] = {
		STR("\xe5\x9b\xb3\xe6\x9b\xb8\xe9\xa4\xa8 \xea\xb0\x80"
		    "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"),	/* CJK, jamo */
		STR("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d"
		    "\xf0\x9f\x91\xa7\xe2\x80\x8d\xf0\x9f\x91\xa6 family"),
		STR("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab"
		    "\xf0\x9f\x87\xb7 flags"),
		STR("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd tone"),
		STR("\xe2\x9d\xa4\xef\xb8\x8f 1\xef\xb8\x8f\xe2\x83\xa3"),
		STR("e\xcc\x81\xcc\xa3\xcc\x88\xcc\x84\xcc\x86 marks"),
		STR("\xd7\xa9\xd6\xb8\xd7\x81\xd7\x9c\xd7\x95\xd7\x9d "
		    "\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85"),	/* Hebrew, Arabic */
		STR("\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d"
		    "\xe0\xa4\xa6\xe0\xa5\x80 \xe0\xb8\x97\xe0\xb8\xb5\xe0\xb9\x88"),
		STR("tab\there\nline\r\0nul\x1b[31mred\x1b]0;t\x07\x7f"),
		STR("\xe2\x80\xaegnp.exe\xe2\x81\xa6 bidi \xe2\x80\x8b"),
		STR("\xff\xc3 broken \xed\xa0\x80 \xc2\x9b" "31m"),
		STR("\xef\xbc\xa1\xef\xbd\xb1\xef\xbe\x9e wide and half"),
	};
	struct screen s = screen_new();
	struct surface *row = surface_new(300, 1, false);

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct sbuf clean = SBUF_TEXT;
		int x;

		utf8_sanitize(&clean, lines[i], UTF8_LINE, false);
		surface_clear(row);
		x = pane_data(surface_pane(row), 0, 0, STYLE_NORMAL,
		    sbuf_str(&clean));
		assert_int_equal(x, (int)utf8_cells(sbuf_str(&clean)));
		if (columns(&s, row, x) != x)
			fail_msg("line %zu: %d cells, %d columns", i, x,
			    columns(&s, row, x));
		sbuf_free(&clean);
	}
	surface_free(row);
	vterm_free(s.vt);
}

UNIT_MAIN(cmocka_unit_test(lines_of_all_kinds_hold_their_columns),
    cmocka_unit_test(every_claimed_width_is_the_terminals))

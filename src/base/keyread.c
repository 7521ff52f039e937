/*
 * keyread: terminal bytes → keys.
 *
 * Reads the sequences that xterm, its descendants, rxvt, screen, tmux and the
 * Linux console send, modifiers in CSI parameters, Alt as an ESC prefix and
 * bracketed paste.  What it does not know is swallowed whole as K_UNKNOWN,
 * so that the tail of a sequence never acts as keys.  Only a lone ESC is
 * decided by time: a sequence that has begun is waited for, however slow the
 * line is, and a paste whose ESC came alone is a paste all the same.
 */
#include <stdio.h>

#include "base/utf8.h"
#include "base/key.h"

#define PASTE_MAX ((size_t)1 << 20)
#define SEQUENCE_MAX 64
#define ESC 0x1b

struct key_reader {
	struct sbuf in;		/* bytes not decoded yet */
	size_t at;		/* decoded up to here */
	struct sbuf paste;
	bool pasting;
	bool lone_esc;		/* the last key was an ESC decided by time */
};

struct key_reader *key_reader_open(void)
{
	struct key_reader *r = xalloc(sizeof(*r));

	/* an unread key and a block of input; a paste is moved out at once */
	r->in.max = (size_t)1 << 20;
	r->paste.max = PASTE_MAX;
	return r;
}

void key_reader_close(struct key_reader *r)
{
	if (!r)
		return;
	sbuf_free(&r->in);
	sbuf_free(&r->paste);
	xfree(r);
}

void key_reader_feed(struct key_reader *r, struct str bytes)
{
	struct str rest = str_sub(sbuf_str(&r->in), r->at, r->in.n);

	if (r->at) {
		memmove(r->in.p, rest.p, rest.n);
		sbuf_truncate(&r->in, rest.n);
		r->at = 0;
	}
	r->in.full = false;
	sbuf_add(&r->in, bytes);
}

bool key_reader_pending(const struct key_reader *r)
{
	struct str s = str_sub(sbuf_str(&r->in), r->at, r->in.n);

	return !r->pasting && s.n && (s.p[0] != ESC || s.n == 1 ||
	    (s.p[1] != '[' && s.p[1] != 'O'));
}

static const struct {
	char final;
	uint32_t code;
} csi_final[] = {
	{ 'A', K_UP }, { 'B', K_DOWN }, { 'C', K_RIGHT }, { 'D', K_LEFT },
	{ 'H', K_HOME }, { 'F', K_END }, { 'P', K_F1 }, { 'Q', K_F2 },
	{ 'R', K_F3 }, { 'S', K_F4 }, { 'M', K_ENTER },
}, csi_tilde[] = {
	{ 1, K_HOME }, { 2, K_INSERT }, { 3, K_DELETE }, { 4, K_END },
	{ 5, K_PGUP }, { 6, K_PGDN }, { 7, K_HOME }, { 8, K_END },
	{ 11, K_F1 }, { 12, K_F2 }, { 13, K_F3 }, { 14, K_F4 }, { 15, K_F5 },
	{ 17, K_F6 }, { 18, K_F7 }, { 19, K_F8 }, { 20, K_F9 }, { 21, K_F10 },
	{ 23, K_F11 }, { 24, K_F12 },
};

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

static uint32_t code_of_final(char final)
{
	for (size_t i = 0; i < COUNT(csi_final); i++)
		if (csi_final[i].final == final)
			return csi_final[i].code;
	return K_UNKNOWN;
}

static uint32_t code_of_tilde(unsigned n)
{
	for (size_t i = 0; i < COUNT(csi_tilde); i++)
		if ((unsigned char)csi_tilde[i].final == n)
			return csi_tilde[i].code;
	return K_UNKNOWN;
}

/* A control byte or a character as a key. */
static struct keypress plain(uint32_t c)
{
	if (c == '\r' || c == '\n')
		return (struct keypress){ .code = K_ENTER };
	if (c == '\t')
		return (struct keypress){ .code = K_TAB };
	if (c == 0x7f || c == 0x08)
		return (struct keypress){ .code = K_BACKSPACE };
	if (c == ESC)
		return (struct keypress){ .code = K_ESC };
	if (c == 0)
		return (struct keypress){ .code = ' ', .mods = K_CTRL };
	if (c < 0x20)
		return (struct keypress){ .code = c + 0x40, .mods = K_CTRL };
	return (struct keypress){ .code = c };
}

/* CSI code;mods u: what some terminals send for every key. */
static struct keypress csi_u(unsigned code, unsigned mods)
{
	struct keypress k = { .code = K_UNKNOWN };

	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return k;
	k = plain(code);
	if (k.code < K_BASE && (mods & K_CTRL) && k.code >= 'a' && k.code <= 'z')
		k.code -= 'a' - 'A';
	k.mods |= k.code < K_BASE ? mods & ~(unsigned)K_SHIFT : mods;
	return k;
}

static unsigned mods_of(unsigned param)
{
	unsigned bits = param ? param - 1 : 0;

	return (bits & 1 ? K_SHIFT : 0u) | (bits & 2 ? K_ALT : 0u) |
	    (bits & 4 ? K_CTRL : 0u);
}

/* Numbers divided by semicolons, exactly n; false: it is something else. */
static bool numbers(struct str s, unsigned *v, size_t n)
{
	size_t k = 0;

	v[0] = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ';' && k + 1 < n)
			v[++k] = 0;
		else if (s.p[i] >= '0' && s.p[i] <= '9' && v[k] < 100000)
			v[k] = v[k] * 10 + (unsigned)(s.p[i] - '0');
		else
			return false;
	}
	return k + 1 == n;
}

/* CSI < button ; column ; row M, xterm's mode 1006.  What is let go (m), moved
 * or pressed with another button or a modifier is nothing. */
static struct keypress mouse(struct str s)
{
	static const struct { unsigned n; enum mouse_button is; } buttons[] = {
		{ 0, MOUSE_LEFT }, { 64, MOUSE_WHEEL_UP },
		{ 65, MOUSE_WHEEL_DOWN },
	};
	struct keypress k = { .code = K_UNKNOWN };
	unsigned v[3];

	if (s.p[0] != '<' || s.p[s.n - 1] != 'M' ||
	    !numbers(str_sub(s, 1, s.n - 1), v, 3) || !v[1] || !v[2])
		return k;
	for (size_t i = 0; i < COUNT(buttons); i++)
		if (buttons[i].n == v[0])
			k = (struct keypress){ .code = K_MOUSE,
				.x = (int)v[1] - 1, .y = (int)v[2] - 1,
				.button = buttons[i].is };
	return k;
}

/* s is a whole CSI sequence, from the byte after "ESC [" to its final. */
static struct keypress csi(struct str s)
{
	unsigned param[2] = { 0, 0 }, n = 0;
	char final = s.p[s.n - 1];
	struct keypress k = { .code = K_UNKNOWN };

	if (s.n > 1 && s.p[0] >= '<' && s.p[0] <= '?')
		return mouse(s);	/* or a report of the terminal */
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (s.p[i] == ';')
			n++;
		else if (s.p[i] >= '0' && s.p[i] <= '9' && n < 2 &&
		    param[n] < 1000000)
			param[n] = param[n] * 10 + (unsigned)(s.p[i] - '0');
		else
			return k;
	}
	if (final == '~')
		k = (struct keypress){ .code = code_of_tilde(param[0]),
			.mods = mods_of(param[1]) };
	else if (final == 'Z')
		k = (struct keypress){ .code = K_TAB, .mods = K_SHIFT };
	else if (final == 'u')
		k = csi_u(param[0], mods_of(param[1]));
	else if (final != 'M')
		k = (struct keypress){ .code = code_of_final(final),
			.mods = mods_of(param[1]) };
	return k;
}

/* Length of the CSI sequence that begins in s (after "ESC ["), 0 = not whole,
 * SEQUENCE_MAX + 1 = none can be. */
static size_t csi_length(struct str s)
{
	if (s.n >= 1 && s.p[0] == '[')	/* Linux console: ESC [ [ A */
		return s.n >= 2 ? 2 : 0;
	for (size_t i = 0; i < s.n && i < SEQUENCE_MAX; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x40 && c <= 0x7e)
			return i + 1;
		if (c < 0x20 || c > 0x7e)
			return i ? i : SEQUENCE_MAX + 1;
	}
	return s.n < SEQUENCE_MAX ? 0 : SEQUENCE_MAX;
}

static struct keypress console_function_key(char c)
{
	if (c >= 'A' && c <= 'E')
		return (struct keypress){ .code = K_F1 + (uint32_t)(c - 'A') };
	return (struct keypress){ .code = K_UNKNOWN };
}

/* One key that is no escape sequence; 0 = more bytes are needed. */
static size_t read_plain(struct str s, bool flush, struct keypress *out)
{
	static const unsigned char tails[16] = { [12] = 1, [13] = 1, [14] = 2,
		[15] = 3 };
	size_t i = 0, need = 1u + tails[(unsigned char)s.p[0] >> 4];
	int32_t cp;

	if (s.n < need && !flush)
		return 0;
	cp = utf8_next(s, &i);
	*out = cp < 0 || (cp >= 0x80 && cp < 0xa0) ?
	    (struct keypress){ .code = K_UNKNOWN } : plain((uint32_t)cp);
	return i;
}

/* s begins with ESC; bytes used, 0 = more are needed. */
static size_t read_escape(struct str s, bool flush, struct keypress *out)
{
	struct str rest = str_sub(s, 2, s.n);
	size_t n;

	if (s.n == 1) {
		*out = (struct keypress){ .code = K_ESC };
		return flush ? 1 : 0;
	}
	if (s.p[1] == ESC) {
		*out = (struct keypress){ .code = K_ESC };
		return 1;
	}
	if (s.p[1] == 'O') {
		if (!rest.n)
			return 0;
		*out = (struct keypress){ .code = code_of_final(rest.p[0]) };
		return 3;
	}
	if (s.p[1] == '[') {
		n = csi_length(rest);
		*out = (struct keypress){ .code = K_UNKNOWN };
		if (n == 0)
			return 0;
		if (n > SEQUENCE_MAX)
			return 2;
		if (rest.p[0] == '[')
			*out = console_function_key(rest.p[1]);
		else if (rest.p[n - 1] >= 0x40)
			*out = csi(str_sub(rest, 0, n));
		return 2 + n;
	}
	n = read_plain(str_sub(s, 1, s.n), flush, out);
	out->mods |= K_ALT;
	return n ? n + 1 : 0;
}

static const struct str paste_begin = { "\033[200~", 6 };
static const struct str paste_end = { "\033[201~", 6 };

/* Move pasted bytes out of the input; true = the paste is whole. */
static bool read_paste(struct key_reader *r, struct keypress *out)
{
	struct str s = str_sub(sbuf_str(&r->in), r->at, r->in.n);
	size_t end = str_find(s, paste_end, 0);

	if (end < s.n) {
		sbuf_add(&r->paste, str_sub(s, 0, end));
		r->at += end + paste_end.n;
		r->pasting = false;
		*out = (struct keypress){ .code = K_PASTE,
			.paste = sbuf_str(&r->paste) };
		return true;
	}
	/* keep what may be the beginning of the end */
	end = s.n > paste_end.n ? s.n - paste_end.n : 0;
	if (r->paste.n + end <= PASTE_MAX)
		sbuf_add(&r->paste, str_sub(s, 0, end));
	r->at += end;
	return false;
}

bool key_reader_next(struct key_reader *r, bool flush, struct keypress *out)
{
	struct str s;
	size_t n, late;

	if (r->pasting)
		return read_paste(r, out);
	s = str_sub(sbuf_str(&r->in), r->at, r->in.n);
	if (!s.n)
		return false;
	late = r->lone_esc ? 1 : 0;
	if (late && !flush && s.n < paste_begin.n - 1 &&
	    str_starts(str_sub(paste_begin, 1, paste_begin.n), s))
		return false;	/* may become a paste */
	r->lone_esc = flush && s.n == 1 && s.p[0] == ESC;
	if (str_starts(s, str_sub(paste_begin, late, paste_begin.n))) {
		r->at += paste_begin.n - late;
		r->pasting = true;
		sbuf_reset(&r->paste);
		return read_paste(r, out);
	}
	n = s.p[0] == ESC ? read_escape(s, flush, out) :
	    read_plain(s, flush, out);
	r->at += n;
	return n > 0;
}

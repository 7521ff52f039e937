/*
 * utf8.c: decoding, the filter, and cells.
 *
 * The cluster rules are those of a wcwidth terminal rather than UAX #29 to
 * the letter, because a cell counted wrongly moves every column after it:
 *
 * U.1 A cluster is one spacing character with the zero-width marks, Hangul
 *     vowels and finals that follow it; its width is that character's.
 * U.2 Emoji joined by U+200D, modifiers of skin and flags are clusters of
 *     their own, one after the other: terminals differ on what they join.
 * U.3 Joiners and variation selectors take no part: they are not drawn, and
 *     none of them makes a character wider.
 * U.4 A spacing mark has a cell of its own.
 *
 * The filter lets through only what these rules can place: a joiner outside
 * of emoji, a selector or mark without a base, and anything invisible is
 * spelled out.
 */
#include "base/utf8.h"

#include <utf8proc.h>

#define MARKS_MAX 3
#define JOINS_MAX 8
#define TAB_STOP 8
#define ZWJ 0x200d
#define VS16 0xfe0f

static bool is_tail(struct str s, size_t i)
{
	return i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;
}

static uint32_t tail(struct str s, size_t i)
{
	return (unsigned char)s.p[i] & 0x3fu;
}

int32_t utf8_next(struct str s, size_t *i)
{
	static const struct {
		unsigned char mask, lead, tails;
		uint32_t least;
	} form[] = {
		{ 0x80, 0x00, 0, 0 },
		{ 0xe0, 0xc0, 1, 0x80 },
		{ 0xf0, 0xe0, 2, 0x800 },
		{ 0xf8, 0xf0, 3, 0x10000 },
	};
	size_t at = (*i)++;
	unsigned char c = (unsigned char)s.p[at];

	for (size_t f = 0; f < sizeof(form) / sizeof(form[0]); f++) {
		uint32_t cp = c & (unsigned char)~form[f].mask;

		if ((c & form[f].mask) != form[f].lead)
			continue;
		for (size_t k = 1; k <= form[f].tails; k++) {
			if (!is_tail(s, at + k))
				return -1;
			cp = cp << 6 | tail(s, at + k);
		}
		if (cp < form[f].least || cp > 0x10ffff ||
		    (cp >= 0xd800 && cp <= 0xdfff))
			return -1;
		*i = at + 1 + form[f].tails;
		return (int32_t)cp;
	}
	return -1;
}

bool utf8_valid(struct str s, size_t *bad)
{
	const uint64_t high = UINT64_C(0x8080808080808080);

	for (size_t i = 0; i < s.n;) {
		size_t at = i;
		uint64_t eight = high;

		if (s.n - i >= sizeof(eight))
			memcpy(&eight, s.p + i, sizeof(eight));
		if (!(eight & high)) {
			i += sizeof(eight);
		} else if ((unsigned char)s.p[i] < 0x80) {
			i++;
		} else if (utf8_next(s, &i) < 0) {
			if (bad)
				*bad = at;
			return false;
		}
	}
	return true;
}

void utf8_put(struct sbuf *b, uint32_t cp)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)cp, bytes);

	if (n <= 0 || (cp >= 0xd800 && cp <= 0xdfff))
		sbuf_addz(b, "\xef\xbf\xbd");
	else
		sbuf_add(b, (struct str){ (char *)bytes, (size_t)n });
}

int32_t utf8_upper(int32_t cp)
{
	return utf8proc_toupper(cp);
}

int32_t utf8_lower(int32_t cp)
{
	return utf8proc_tolower(cp);
}

/* ---- what a code point is ---- */

enum kind {
	KIND_TEXT,
	KIND_MARK,		/* has no width of its own, or U.4 */
	KIND_SELECTOR,		/* variation selectors */
	KIND_JOINER,
	KIND_CONTROL,		/* C0 and DEL */
	KIND_HIDDEN,		/* never reaches a screen as itself */
	KIND_UNKNOWN,		/* unassigned: nobody knows its width */
};

static const utf8proc_property_t *property(int32_t cp)
{
	return utf8proc_get_property(cp);
}

static bool is_pict(int32_t cp)
{
	return property(cp)->boundclass ==
	    UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_modifier(int32_t cp)
{
	return cp >= 0x1f3fb && cp <= 0x1f3ff;
}

static bool is_jamo_tail(const utf8proc_property_t *p)
{
	return p->boundclass == UTF8PROC_BOUNDCLASS_V ||
	    p->boundclass == UTF8PROC_BOUNDCLASS_T;
}

static enum kind kind_of(int32_t cp)
{
	/* bits of the general categories that decide alone */
	static const uint32_t
	    marks = 1u << UTF8PROC_CATEGORY_MN | 1u << UTF8PROC_CATEGORY_MC |
	    1u << UTF8PROC_CATEGORY_ME,
	    hidden = 1u << UTF8PROC_CATEGORY_CF | 1u << UTF8PROC_CATEGORY_CC |
	    1u << UTF8PROC_CATEGORY_CS | 1u << UTF8PROC_CATEGORY_ZL |
	    1u << UTF8PROC_CATEGORY_ZP;
	const utf8proc_property_t *p;
	uint32_t category;

	if (cp < 0x20 || cp == 0x7f)
		return KIND_CONTROL;
	if (cp < 0x7f)
		return KIND_TEXT;
	if (cp == ZWJ)
		return KIND_JOINER;
	if ((cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef))
		return KIND_SELECTOR;
	p = property(cp);
	category = 1u << p->category;
	if (p->ignorable || (category & hidden))
		return KIND_HIDDEN;
	if (category & 1u << UTF8PROC_CATEGORY_CN)
		return KIND_UNKNOWN;
	if ((category & marks) || is_jamo_tail(p))
		return KIND_MARK;
	return KIND_TEXT;
}

/* ---- what may stand where ---- */

/* What stands before the place being looked at. */
struct before {
	int32_t base;		/* -1: nothing a mark could sit on */
	int32_t last;		/* the code point just before */
	unsigned marks, joins;
};

static const struct before nothing = { .base = -1, .last = -1 };

static bool selector_fits(const struct before *b, int32_t cp)
{
	if (b->base < 0 || b->last != b->base)
		return false;
	if (cp < 0xe0100)
		return true;
	/* ideographic variants belong to ideographs */
	return (b->base >= 0x2e80 && b->base <= 0xfaff) ||
	    (b->base >= 0x20000 && b->base <= 0x3ffff);
}

/* Emoji (with modifier or U+FE0F) before, an emoji after. */
static bool joiner_fits(const struct before *b, struct str s, size_t after)
{
	int32_t next;

	if (b->base < 0 || !is_pict(b->base) || b->joins >= JOINS_MAX ||
	    (b->last != b->base && b->last != VS16 && !is_modifier(b->last)))
		return false;
	if (after >= s.n)
		return false;
	next = utf8_next(s, &after);
	return next >= 0 && is_pict(next);
}

/* Note that `cp` has been let through. */
static void step(struct before *b, int32_t cp, enum kind kind)
{
	if (kind == KIND_MARK) {
		b->marks++;
	} else if (kind == KIND_JOINER) {
		b->joins++;
	} else if (kind == KIND_TEXT &&
	    !(is_modifier(cp) && b->last == b->base && b->base >= 0 &&
		is_pict(b->base))) {
		unsigned joins = b->last == ZWJ ? b->joins : 0;

		*b = (struct before){ .base = cp, .joins = joins };
	}
	b->last = cp;
}

/* May cp, which ends before `after`, stand there as itself? */
static bool fits(const struct before *b, struct str s, size_t after,
    int32_t cp, enum kind kind)
{
	if (kind == KIND_TEXT)
		return true;
	if (kind == KIND_MARK)
		return b->base >= 0;
	if (kind == KIND_SELECTOR)
		return selector_fits(b, cp);
	if (kind == KIND_JOINER)
		return joiner_fits(b, s, after);
	return false;
}

bool utf8_invisible(struct str s, size_t *offset, uint32_t *cp)
{
	struct before b = nothing;

	for (size_t i = 0; i < s.n;) {
		size_t at = i;
		int32_t c = utf8_next(s, &i);
		enum kind kind = c < 0 ? KIND_UNKNOWN : kind_of(c);
		bool white = c >= '\t' && c <= '\r';

		if (kind != KIND_UNKNOWN && kind != KIND_MARK && !white &&
		    !fits(&b, s, i, c, kind)) {
			if (offset)
				*offset = at;
			if (cp)
				*cp = (uint32_t)c;
			return true;
		}
		if (c < 0 || white || kind == KIND_UNKNOWN)
			b = nothing;
		else
			step(&b, c, kind);
	}
	return false;
}

/* ---- the filter ---- */

struct filter {
	struct sbuf *out;
	struct str s;
	size_t i;
	enum utf8_mode mode;
	bool ascii;
	size_t line;		/* where the output's line starts */
	size_t dropped;		/* marks left out on the present base */
	struct before b;
};

static void flush_dropped(struct filter *f)
{
	if (f->dropped > 0) {
		sbuf_addf(f->out, "<+%zu>", f->dropped);
		f->b = nothing;
	}
	f->dropped = 0;
}

static void put_control(struct filter *f, unsigned char c)
{
	if (f->mode == UTF8_BLOCK && c == '\n') {
		sbuf_addc(f->out, '\n');
		f->line = f->out->n;
	} else if (f->mode == UTF8_BLOCK && c == '\t') {
		struct str line = str_sub(sbuf_str(f->out), f->line,
		    f->out->n);

		sbuf_fill(f->out, ' ', TAB_STOP - utf8_cells(line) % TAB_STOP);
	} else if (f->ascii) {
		sbuf_addc(f->out, '^');
		sbuf_addc(f->out, (char)(c ^ 0x40));
	} else {
		utf8_put(f->out, c == 0x7f ? 0x2421u : 0x2400u + c);
	}
}

/* A byte that starts no character; an encoded surrogate is named as one. */
static void put_bad(struct filter *f, size_t at)
{
	unsigned char c = (unsigned char)f->s.p[at];

	if (c == 0xed && is_tail(f->s, at + 1) && is_tail(f->s, at + 2)) {
		sbuf_addf(f->out, "<U+%04X>", (unsigned)(0xd000u |
		    tail(f->s, at + 1) << 6 | tail(f->s, at + 2)));
		f->i = at + 3;
	} else {
		sbuf_addf(f->out, "<%02X>", c);
	}
}

/* Printable ASCII in one piece: nearly all text is that. */
static void put_plain(struct filter *f)
{
	size_t from = f->i;
	char last;

	while (f->i < f->s.n && f->s.p[f->i] >= 0x20 && f->s.p[f->i] < 0x7f)
		f->i++;
	flush_dropped(f);
	sbuf_add(f->out, str_sub(f->s, from, f->i));
	last = f->s.p[f->i - 1];
	f->b = (struct before){ .base = last, .last = last };
}

static void put_one(struct filter *f)
{
	size_t at = f->i;
	int32_t cp = utf8_next(f->s, &f->i);
	enum kind kind = cp < 0 ? KIND_UNKNOWN : kind_of(cp);

	if (kind == KIND_MARK && f->b.base >= 0 && f->b.marks >= MARKS_MAX) {
		f->dropped++;
		return;
	}
	flush_dropped(f);
	if (cp >= 0 && fits(&f->b, f->s, f->i, cp, kind)) {
		sbuf_add(f->out, str_sub(f->s, at, f->i));
		step(&f->b, cp, kind);
		return;
	}
	if (cp < 0)
		put_bad(f, at);
	else if (kind == KIND_CONTROL)
		put_control(f, (unsigned char)cp);
	else
		sbuf_addf(f->out, "<U+%04X>", (unsigned)cp);
	f->b = nothing;
}

void utf8_sanitize(struct sbuf *b, struct str s, enum utf8_mode mode,
    bool ascii)
{
	struct filter f = {
		.out = b, .s = s, .mode = mode, .ascii = ascii,
		.line = b->n, .b = nothing,
	};

	while (f.i < s.n && !b->full) {
		if (s.p[f.i] >= 0x20 && s.p[f.i] < 0x7f)
			put_plain(&f);
		else
			put_one(&f);
	}
	flush_dropped(&f);
}

/* Most texts are nothing else: how far s is printable ASCII. */
static size_t plain_run(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f)
		i++;
	return i;
}

struct str utf8_clean(struct arena *a, struct str s, enum utf8_mode mode)
{
	/* no byte becomes more than a tab does */
	struct sbuf b = SBUF_INIT(s.n * TAB_STOP + 32);
	struct str out;

	if (plain_run(s) == s.n)
		return arena_str(a, s);
	utf8_sanitize(&b, s, mode, false);
	out = arena_str(a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

/* ---- cells ---- */

static int width_of(int32_t cp)
{
	const utf8proc_property_t *p = property(cp);

	if (cp < 0)
		return 1;
	/* terminals give a spacing mark a cell, and a final jamo none */
	if (p->category == UTF8PROC_CATEGORY_MC)
		return 1;
	if (is_jamo_tail(p))
		return 0;
	return utf8proc_charwidth(cp);
}

/* Does cp belong to what stands before it? */
static bool joins(int32_t cp)
{
	enum kind kind = kind_of(cp);

	return kind == KIND_JOINER || kind == KIND_SELECTOR ||
	    (kind != KIND_CONTROL && width_of(cp) == 0);
}

int utf8_cluster(struct str s, size_t *i)
{
	int32_t cp = utf8_next(s, i);
	int width = width_of(cp);

	if (cp >= 0x20 && cp < 0x7f && (*i >= s.n || (unsigned char)s.p[*i] < 0x80))
		return 1;
	if (cp < 0 || kind_of(cp) == KIND_CONTROL)
		return width;
	for (size_t next = *i; next < s.n; *i = next) {
		int32_t c = utf8_next(s, &next);

		if (c < 0 || !joins(c))
			break;
	}
	return width;
}

bool utf8_drawn(int32_t cp)
{
	return cp >= 0 && kind_of(cp) != KIND_JOINER &&
	    kind_of(cp) != KIND_SELECTOR;
}

/* Clusters of one byte and one cell that s begins with: the last plain byte
 * may have marks behind it. */
static size_t plain_cells(struct str s)
{
	size_t n = plain_run(s);

	return n == s.n || n == 0 ? n : n - 1;
}

size_t utf8_cells(struct str s)
{
	size_t cells = plain_cells(s);

	for (size_t i = cells; i < s.n;)
		cells += (size_t)utf8_cluster(s, &i);
	return cells;
}

struct str utf8_fit(struct str s, size_t cells, size_t *used)
{
	size_t plain = plain_cells(s);
	size_t sum = plain < cells ? plain : cells, end = sum;

	for (size_t i = end; i < s.n; end = i) {
		size_t w = (size_t)utf8_cluster(s, &i);

		if (sum + w > cells)
			break;
		sum += w;
	}
	if (used)
		*used = sum;
	return str_sub(s, 0, end);
}

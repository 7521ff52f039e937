#ifndef WEIR_BASE_UTF8_H
#define WEIR_BASE_UTF8_H
/*
 * utf8: decoding, display width, and the filter that every foreign text
 * passes on its way to a screen, a terminal or a message.  Home of utf8proc.
 *
 * Filter rules (faults.md T1-T9): C0 controls and DEL become their picture
 * (U+2400…, U+2421) or ^X in ASCII mode; C1 controls, bidi controls, zero
 * width and tag characters, surrogates, U+FEFF, U+FFF9-FFFB become <U+XXXX>;
 * bytes that are no UTF-8 become <XX>; more than 3 combining marks on one
 * base are dropped with one <+n>.  Printable text is left as it is.
 */
#include "base/arena.h"
#include "base/sbuf.h"

/* true if s is valid UTF-8; else *bad (may be NULL) is the first bad byte. */
bool utf8_valid(struct str s, size_t *bad);
/* Decode one code point at s.p[*i], advance *i; -1 for a bad byte (advances 1). */
int32_t utf8_next(struct str s, size_t *i);
void utf8_put(struct sbuf *b, uint32_t cp);
/* One for one (Unicode's simple mappings). */
int32_t utf8_upper(int32_t cp);
int32_t utf8_lower(int32_t cp);

/*
 * One grapheme cluster at s.p[*i]: advances *i past it and returns its width
 * in terminal cells (0, 1 or 2).  s must have passed utf8_sanitize().
 */
int utf8_cluster(struct str s, size_t *i);
/* Does the character go into a cell?  Joiners and variation selectors do not:
 * terminals differ on what they make of them. */
bool utf8_drawn(int32_t cp);
size_t utf8_cells(struct str s);		/* width of sanitized text */
/* Longest prefix of sanitized s that fits `cells`; *used = its width. */
struct str utf8_fit(struct str s, size_t cells, size_t *used);

enum utf8_mode {
	UTF8_LINE,		/* newline and tab become pictures too */
	UTF8_BLOCK,		/* newline stays, tab becomes spaces */
};
/* Append s to b in a form that is harmless on any terminal. */
void utf8_sanitize(struct sbuf *b, struct str s, enum utf8_mode mode,
    bool ascii);
/* The same into an arena. */
struct str utf8_clean(struct arena *a, struct str s, enum utf8_mode mode);
/* Bidi control, zero width, tag or other invisible character in s? (FD6) */
bool utf8_invisible(struct str s, size_t *offset, uint32_t *cp);

#endif

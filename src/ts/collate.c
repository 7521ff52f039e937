/*
 * collate: localeCompare(x, y, 'en'), in which globs are sorted (drizzle-spec
 * 1.3): letters without case and accents first, then accents, then case,
 * small before capital; bytewise where all that is equal (Unicode Collation
 * Algorithm, root order, punctuation not ignored).  Letters beyond Latin
 * Extended-A stand by code point.
 */
#include "base/utf8.h"
#include "ts/resolve.h"

/* Punctuation in its order; digits and letters follow. */
static const char punctuation[] =
	"\t\n\v\f\r _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/* U+00C0 to U+017F: the letter and its accent, by its place in the order
 * acute, grave, breve, circumflex, caron, ring, diaeresis, double acute,
 * tilde, dot, stroke, cedilla, ogonek, macron; ".." is a letter of its own. */
static const char latin[] =
	"AbAaAdAiAgAf..ClEbEaEdEgIbIaIdIg..NiObOaOdOiOg.."
	"OkUbUaUdUgYa....abaaadaiagaf..clebeaedegibiaidig"
	"..nioboaodoiog..okubuaudugya..ygAnanAcacAmamCaca"
	"CdcdCjcjCeceDede....EnenEcecEjejEmemEeeeGdgdGcgc"
	"GjgjGlglHdhd....IiiiIninIcicImimIj......JdjdKlkl"
	"..LalaLlllLele........NanaNlnlNene......OnonOcoc"
	"Ohoh....RaraRlrlRereSasaSdsdSlslSeseTltlTete...."
	"UiuiUnunUcucUfufUhuhUmumWdwdYdydYgZazaZjzjZeze..";

struct weight {
	uint32_t letter;
	unsigned char accent, capital;
};

static struct weight weigh_ascii(char c)
{
	const char *p = c ? strchr(punctuation, c) : NULL;

	if (c >= '0' && c <= '9')
		return (struct weight){ 100u + (uint32_t)(c - '0'), 0, 0 };
	if (c >= 'a' && c <= 'z')
		return (struct weight){ 200u + (uint32_t)(c - 'a'), 0, 0 };
	if (c >= 'A' && c <= 'Z')
		return (struct weight){ 200u + (uint32_t)(c - 'A'), 0, 1 };
	return (struct weight){ p ? 1u + (uint32_t)(p - punctuation) : 0, 0,
		0 };
}

/* The weight of the character at *at; false: no more. */
static bool next(struct str s, size_t *at, struct weight *out)
{
	int32_t read;
	uint32_t c;

	if (*at >= s.n)
		return false;
	read = utf8_next(s, at);
	c = read < 0 ? 0xfffd : (uint32_t)read;
	if (c < 0x80) {
		*out = weigh_ascii((char)c);
	} else if (c >= 0xc0 && c < 0x180 && latin[2 * (c - 0xc0)] != '.') {
		*out = weigh_ascii(latin[2 * (c - 0xc0)]);
		out->accent = (unsigned char)latin[2 * (c - 0xc0) + 1];
	} else {
		*out = (struct weight){ 0x10000 + c, 0, 0 };
	}
	return true;
}

int collate(struct str x, struct str y)
{
	size_t i = 0, k = 0;
	int accent = 0, capital = 0;
	struct weight p, q;

	for (;;) {
		bool more = next(x, &i, &p), others = next(y, &k, &q);

		if (!more || !others) {
			if (more != others)
				return more ? 1 : -1;
			break;
		}
		if (p.letter != q.letter)
			return p.letter < q.letter ? -1 : 1;
		if (!accent)
			accent = p.accent - q.accent;
		if (!capital)
			capital = p.capital - q.capital;
	}
	if (accent)
		return accent;
	return capital ? capital : str_cmp(x, y);
}

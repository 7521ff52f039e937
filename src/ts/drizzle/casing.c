/* casing: names that were not given in snake or camel case (drizzle-orm
 * 0.45.4, casing.ts; drizzle-spec 4.1). */
#include "ts/drizzle/drizzle.h"

static bool lower(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * The next word at or after *at: small letters and digits; capitals that no
 * small letter follows; a capital with small letters and digits.  Apostrophes
 * are as if they were not there: the caller takes them out.
 */
static struct str next_word(struct str s, size_t *at)
{
	size_t i = *at, from, caps;

	while (i < s.n && !lower(s.p[i]) && !upper(s.p[i]))
		i++;
	from = i;
	for (caps = i; caps < s.n && upper(s.p[caps]); caps++)
		;
	if (caps > i) {
		/* [A-Z]+(?![a-z]) gives one back where a small one follows */
		if (caps < s.n && s.p[caps] >= 'a' && s.p[caps] <= 'z')
			caps--;
		if (caps > i) {
			*at = caps;
			return str_sub(s, from, caps);
		}
		i++;
	}
	while (i < s.n && lower(s.p[i]))
		i++;
	*at = i;
	return str_sub(s, from, i);
}

static struct str without_apostrophes(struct ts_run *r, struct str s)
{
	struct sbuf b = SBUF_TEXT;
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			continue;
		if (s.n - i >= 3 && memcmp(s.p + i, "\xe2\x80\x99", 3) == 0) {
			i += 2;
			continue;
		}
		sbuf_addc(&b, s.p[i]);
	}
	out = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return out;
}

static char small(char c)
{
	return upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char capital(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

struct str dz_cased(struct ts_run *r, struct str name, bool key_as_name,
    enum ts_casing casing)
{
	struct sbuf b = SBUF_TEXT;
	struct str s = name, word;
	size_t at = 0;

	if (!key_as_name || casing == TS_CASING_NONE)
		return name;
	s = without_apostrophes(r, s);
	while ((word = next_word(s, &at)).n) {
		bool head = b.n == 0;

		if (!head && casing == TS_CASING_SNAKE)
			sbuf_addc(&b, '_');
		for (size_t i = 0; i < word.n; i++)
			sbuf_addc(&b, casing == TS_CASING_SNAKE || head ?
			    small(word.p[i]) : i == 0 ? capital(word.p[i]) :
			    word.p[i]);
	}
	s = arena_str(r->a, sbuf_str(&b));
	sbuf_free(&b);
	return s;
}

struct str dz_column_name(struct ts_run *r, const struct dz_column *k,
    enum ts_casing casing)
{
	return dz_cased(r, k->c.name, k->c.key_as_name, casing);
}

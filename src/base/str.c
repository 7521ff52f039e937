/* str.c: comparing, searching and cutting borrowed byte strings. */
#include "base/str.h"

#include <stdint.h>

static unsigned char fold(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (c != 0)
		return c < 0 ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool str_ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	    str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

size_t str_find(struct str s, struct str what, size_t from)
{
	const char *hit;

	if (from > s.n || what.n > s.n - from)
		return s.n;
	if (what.n == 0)
		return from;
	hit = memmem(s.p + from, s.n - from, what.p, what.n);
	return hit ? (size_t)(hit - s.p) : s.n;
}

struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return s.p ? (struct str){ s.p + from, to - from } : STR_NONE;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	size_t from = 0, to = s.n;

	while (from < to && is_space(s.p[from]))
		from++;
	while (to > from && is_space(s.p[to - 1]))
		to--;
	return str_sub(s, from, to);
}

bool str_line(struct str *rest, struct str *line)
{
	size_t end;

	if (rest->n == 0)
		return false;
	end = str_find(*rest, STR("\n"), 0);
	*line = str_sub(*rest, 0, end);
	*rest = str_sub(*rest, end + 1, rest->n);
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

/* Places are asked for each statement of a file: eight bytes at a time. */
static size_t count_lines(const char *p, size_t n)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	const uint64_t ones = UINT64_C(0x0101010101010101), lf = 10 * ones;
	size_t lines = 0, i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t x;

		memcpy(&x, p + i, 8);
		x ^= lf;
		x = ~(((x & low) + low) | x | low);	/* 0x80 where it was */
		lines += (size_t)(((x >> 7) * ones) >> 56);
	}
	for (; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

void str_position(struct str s, size_t offset, size_t *line, size_t *col)
{
	size_t start = offset = offset > s.n ? s.n : offset;

	while (start > 0 && s.p[start - 1] != '\n')
		start--;
	*line = 1 + count_lines(s.p, start);
	*col = 1;
	for (size_t i = start; i < offset; i++)
		*col += ((unsigned char)s.p[i] & 0xc0) != 0x80;
}

size_t str_distance(struct str x, struct str y)
{
	size_t row[STR_DISTANCE_MAX + 1];

	if (x.n > STR_DISTANCE_MAX || y.n > STR_DISTANCE_MAX)
		return STR_DISTANCE_MAX;
	for (size_t j = 0; j <= y.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= x.n; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= y.n; j++) {
			size_t best = diagonal + (x.p[i - 1] != y.p[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[y.n];
}

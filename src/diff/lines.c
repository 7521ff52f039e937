/* lines.c: which lines two texts have in common. */
#include "diff/internal.h"

#define LCS_MAX ((size_t)2000)	/* lines of either text that are compared */

static void common_middle(const struct str *x, size_t n, const struct str *y,
    size_t m, size_t shift, size_t *match)
{
	uint16_t *len = xalloc((n + 1) * (m + 1) * sizeof(*len));
	size_t i = n, j;

#define LEN(p, q) len[(p) * (m + 1) + (q)]
	while (i-- > 0)
		for (j = m; j-- > 0; )
			LEN(i, j) = str_eq(x[i], y[j]) ?
			    (uint16_t)(LEN(i + 1, j + 1) + 1) :
			    LEN(i + 1, j) > LEN(i, j + 1) ?
			    LEN(i + 1, j) : LEN(i, j + 1);
	for (i = j = 0; i < n && j < m; ) {
		if (str_eq(x[i], y[j]))
			match[j++] = shift + i++;
		else if (LEN(i + 1, j) >= LEN(i, j + 1))
			i++;
		else
			j++;
	}
#undef LEN
	xfree(len);
}

void lines_match(const struct str *x, size_t n, const struct str *y, size_t m,
    size_t *match)
{
	size_t before = 0, after = 0;

	for (size_t j = 0; j < m; j++)
		match[j] = SIZE_MAX;
	while (before < n && before < m && str_eq(x[before], y[before])) {
		match[before] = before;
		before++;
	}
	while (after < n - before && after < m - before &&
	    str_eq(x[n - 1 - after], y[m - 1 - after])) {
		match[m - 1 - after] = n - 1 - after;
		after++;
	}
	n -= before + after;
	m -= before + after;
	if (n && m && n <= LCS_MAX && m <= LCS_MAX)
		common_middle(x + before, n, y + before, m, before,
		    match + before);
}
